/* Stations and fairs. */
#include "engine/market/state.h"

#define NONE_YET(name, id)                                                                         \
    void name(yz_market *m, const yz_command *c, yz_outcome *out) {                                \
        (void)m;                                                                                   \
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_VENUE, "", id));            \
    }
NONE_YET(apply_venue_put, c->venue_put.venue.id)
NONE_YET(apply_venue_close, c->named.id)
NONE_YET(apply_booth, c->booth.venue)
NONE_YET(apply_slot_step, c->slot.venue)
NONE_YET(apply_queue_step, c->queue.venue)
NONE_YET(apply_visit, c->visit.venue)
