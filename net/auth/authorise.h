/* Who may do what: one function that every route passes, from the first day. Deny by default.
 *
 * Today there are no accounts: whoever sits at this machine may do everything, nobody else may do
 * anything but ask whether the server is alive. A page from elsewhere in that person's browser is
 * somebody else: it is told by its Origin, and by a Host that is not this machine's (a name that
 * was made to point here, "DNS rebinding"). */
#ifndef YZ_NET_AUTH_AUTHORISE_H
#define YZ_NET_AUTH_AUTHORISE_H

#include "engine/base/status.h"
#include "net/http/http.h"

typedef struct auth_caller {
    bool loopback; // peer address 127/8 or ::1
    yz_text host;  // of the request; bytes NULL if absent
    yz_text origin;
} auth_caller;

/* What a route asks for. */
typedef enum auth_need {
    AUTH_NEED_NOTHING, // /livez, /readyz: open to all
    AUTH_NEED_READ,
    AUTH_NEED_WRITE,
} auth_need;

typedef struct auth_route {
    const char *name; // the template, for the audit: static storage
    auth_need need;
} auth_route;

/* Reads the exchange's peer and headers; texts live as long as the exchange. */
auth_caller auth_caller_of(const http_exchange *exchange);

/* `object`: the id the route names, or "". YZ_OK, or YZ_ERR_DENIED; to the outside a denial is
 * always the same answer. */
YZ_MUST_USE yz_status authorise(const auth_caller *caller, const auth_route *route, yz_text object);

#endif
