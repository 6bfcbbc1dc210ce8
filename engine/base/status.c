#include "engine/base/status.h"

const char *yz_status_name(yz_status status) {
    switch (status) {
    case YZ_OK: return "ok";
    case YZ_ERR_BAD_INPUT: return "bad_input";
    case YZ_ERR_NOT_FOUND: return "not_found";
    case YZ_ERR_CONFLICT: return "conflict";
    case YZ_ERR_FULL: return "full";
    case YZ_ERR_CORRUPT: return "corrupt";
    case YZ_ERR_DENIED: return "denied";
    }
    return "unknown";
}
