/* What the routes of stations and fairs share. Inside net/api only. */
#ifndef YZ_NET_API_VENUE_INNER_H
#define YZ_NET_API_VENUE_INNER_H

#include "net/api/inner.h"

/* The venue of the path, if it is of the route's kind: what is a fair is no station. What was there
 * once stays, so a check before a command cannot be overtaken. */
bool venue_find(const api_call *call, const yz_market *market, yz_venue_view *view);
/* 404 about the venue of the path. */
void venue_fail_unknown(api_call *call);
/* The same in a read section of its own. False: answered already. */
bool venue_is_there(api_call *call);
/* 404 about a booth. */
void venue_fail_unknown_booth(api_call *call, yz_text booth, const char *pointer);
/* "waiting", "called", "served", "number", "expected_wait_s". */
void venue_queue_members(json_out *out, const yz_queue_view *queue);
/* Whole seconds, a begun one counts; null while nothing is known. */
void venue_write_wait(json_out *out, int64_t wait_ms);
#endif
