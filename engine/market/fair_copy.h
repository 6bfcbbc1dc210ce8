/* A fair's interviews copied out for engine/assign/timetable: booths, slots, what is booked, and
 * who wants to talk to whom. Built in slices, like engine/market/graph. */
#ifndef YZ_ENGINE_MARKET_FAIR_COPY_H
#define YZ_ENGINE_MARKET_FAIR_COPY_H

#include "engine/assign/timetable.h"
#include "engine/market/market.h"

#define YZ_FAIR_WISHES_MAX 200000

typedef struct yz_fair_wish {
    yz_text seeker, booth; // ids
} yz_fair_wish;

typedef struct yz_fair_ask {
    yz_text fair;
    /* None: everybody who applied to, or is invited by, a posting whose employer has a booth there;
     * an employer with several booths talks at the first. Not who stayed away from that booth. */
    const yz_fair_wish *wishes;
    uint32_t wish_count;
} yz_fair_ask;

typedef struct yz_fair_copy {
    yz_timetable_task task; // booked ones are `planned`, kept ones and past ones `fixed`; nobody is
                            // ready before the slot that is now
    const uint32_t *was;    // by wish: its slot in the market, or YZ_SLOT_NONE; a pair that is
                            // booked several times stands there so often
    const yz_text *seeker_ids, *booth_ids; // as long as the market lives
    uint32_t now;                          // slot: the first that has not begun
    int64_t from_ms, slot_ms;
    uint64_t sequence;
    bool changed;
} yz_fair_copy;

typedef struct yz_fair_copying yz_fair_copying;

/* Texts and lists of `ask` are borrowed until finish.
 * UNKNOWN_VENUE; VENUE_CLOSED; BAD_CHOICE: it has no slots; UNKNOWN_BOOTH, UNKNOWN_SEEKER. */
YZ_MUST_USE yz_status yz_fair_copying_new(const yz_market *market, const yz_fair_ask *ask,
                                          yz_fair_copying **copying, yz_problem *problem);
/* True: there is more to do. About 0.5 ms. TOO_MANY ends it, and finish gives NULL. */
bool yz_fair_copying_step(const yz_market *market, yz_fair_copying *copying, yz_problem *problem);
/* Cells of the timetable so far: people and places at booths, by slots. */
uint64_t yz_fair_copying_cells(const yz_fair_copying *copying);
/* Takes the copying. Needs no market. */
yz_fair_copy *yz_fair_copying_finish(yz_fair_copying *copying);
void yz_fair_copying_free(yz_fair_copying *copying);
void yz_fair_copy_free(yz_fair_copy *copy);

/* The wish of this pair, of several the first that is booked and not over; the seeker's or booth's
 * number. YZ_SLOT_NONE: there is none. */
uint32_t yz_fair_copy_wish(const yz_fair_copy *copy, yz_text seeker, yz_text booth);
uint32_t yz_fair_copy_seeker(const yz_fair_copy *copy, yz_text seeker);
uint32_t yz_fair_copy_booth(const yz_fair_copy *copy, yz_text booth);

#endif
