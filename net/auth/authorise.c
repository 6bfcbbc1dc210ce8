#include "net/auth/authorise.h"

auth_caller auth_caller_of(const http_exchange *exchange) {
    return (auth_caller){
        .loopback = http_exchange_peer(exchange)->loopback,
        .host = http_exchange_header(exchange, "host"),
        .origin = http_exchange_header(exchange, "origin"),
    };
}

static bool is_digits(const char *bytes, uint32_t size) {
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] < '0' || bytes[i] > '9') return false;
    }
    return true;
}

/* "127.0.0.1:7780", "localhost", "[::1]:80": a name of this machine that no name server decides. */
static bool names_this_machine(yz_text host) {
    static const yz_text NAMES[] = {{"localhost", 9}, {"127.0.0.1", 9}, {"[::1]", 5}};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (!yz_text_starts_with(host, NAMES[i])) continue;
        uint32_t at = NAMES[i].size;
        if (host.size == at) return true;
        if (host.bytes[at] == ':' && is_digits(host.bytes + at + 1, host.size - at - 1)) {
            return true;
        }
    }
    return false;
}

/* The page came from the place it talks to. */
static bool same_origin(yz_text origin, yz_text host) {
    return yz_text_starts_with(origin, YZ_TEXT("http://")) &&
           yz_text_equal((yz_text){origin.bytes + 7, origin.size - 7}, host);
}

yz_status authorise(const auth_caller *caller, const auth_route *route, yz_text object) {
    (void)object; // whoever may do everything may do it to everything
    if (route->need == AUTH_NEED_NOTHING) return YZ_OK;
    if (!caller->loopback) return YZ_ERR_DENIED;
    // HTTP/1.0 may come without a Host; browsers never do.
    if (caller->host.bytes != NULL && !names_this_machine(caller->host)) return YZ_ERR_DENIED;
    if (caller->origin.bytes != NULL && !same_origin(caller->origin, caller->host)) {
        return YZ_ERR_DENIED;
    }
    if (route->need == AUTH_NEED_READ || route->need == AUTH_NEED_WRITE) return YZ_OK;
    return YZ_ERR_DENIED;
}
