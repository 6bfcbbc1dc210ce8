/* The wire form of where people meet.
 *
 *   station  {"id","name":{"zh","en"},"place":{"lat","lon","division"},
 *             "channel":"on_site|online|live"}
 *   fair     the same and "from","to" (days or instants), "slot_minutes":5-480
 *   booth    {"id","employer","capacity":1-50}
 *
 * The channel is on_site if it is not said. A fair needs from and to; without slot_minutes it has
 * no interviews. Slots are counted from its opening on, so a fair with interviews says an instant.
 * A booth's capacity is 1 if it is not said. What a path says already (the kind, the fair of a
 * booth) is no member. */
#ifndef YZ_NET_API_WIRE_VENUE_H
#define YZ_NET_API_WIRE_VENUE_H

#include "engine/model/venue.h"
#include "net/api/wire.h"

/* "id" may be left out: it is in the path. */
YZ_MUST_USE yz_status wire_venue_read(const json_tree *tree, const cJSON *object,
                                      yz_venue_kind kind, yz_venue *venue, yz_problem *problem);
YZ_MUST_USE yz_status wire_booth_read(const json_tree *tree, const cJSON *object, yz_booth *booth,
                                      yz_problem *problem);

void wire_venue_write(json_out *out, const yz_venue *venue);
void wire_booth_write(json_out *out, const yz_booth *booth);
/* Its members alone, for an object that says more of the booth. */
void wire_booth_members(json_out *out, const yz_booth *booth);

#endif
