/* News as JSON: the data line of a live event.
 *
 *     told     {"seq","at_ms","posting","epoch","tranche","seeker"}, or "division","count" for who
 *     gone     {"seq","at_ms","posting","epoch","reason","seeker"}       may not know the names
 *     step     {"seq","at_ms","posting","step","reason"?,"seeker","source"?,"hold_until_ms"?}
 *     posting  {"seq","at_ms","posting","change","division"?,"title"?,"openings"?,"station"?}
 *     venue    {"seq","at_ms","venue","change","kind"?,"booth"?,"employer"?}
 *     slot     {"seq","at_ms","venue","booth","slot","step","seeker"}
 *     queue    {"seq","at_ms","venue","booth","ticket","step","seeker"?}
 *     visit    {"seq","at_ms","venue","step","ticket"} */
#ifndef YZ_NET_API_WIRE_NEWS_H
#define YZ_NET_API_WIRE_NEWS_H

#include "net/api/json_out.h"
#include "net/live/news.h"

/* One object. Of `news` that is open nothing that names a person or a seeker is written. */
void wire_news(json_out *out, const yz_command *command, const live_news *news);

#endif
