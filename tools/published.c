#include "tools/published.h"

#include "engine/stats/publish.h"

#include <inttypes.h>
#include <stdio.h>

bool published_as(const options *given, api_public *how) {
    int64_t k = options_number(given, "public-k");
    const char *root = options_text(given, "public-root");
    *how = (api_public){.k = (uint32_t)k, .off = k == 0, .root = yz_text_of(root)};
    if (yz_publish_k_sound((uint32_t)k) && how->root.size <= YZ_ID_BYTES_MAX) return true;
    if (how->root.size > YZ_ID_BYTES_MAX) {
        fprintf(stderr, "yizhan: --public-root is no division: it is longer than an id\n");
    } else {
        fprintf(stderr,
                "yizhan: --public-k %" PRId64 " is too small: \"hidden\" would be a number; take 0 "
                "(none are hidden), or %d or more\n",
                k, YZ_PUBLISH_K_MIN);
    }
    return false;
}
