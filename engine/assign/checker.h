/* Certificates, checked by short code that shares nothing with what made them: each file
 * check_*.c reads alone, in one sitting. What a check counts must be 0, but where a figure says
 * otherwise. The inputs are those of the run; nothing of a result is believed. */
#ifndef YZ_ENGINE_ASSIGN_CHECKER_H
#define YZ_ENGINE_ASSIGN_CHECKER_H

#include "engine/assign/dispatch.h"
#include "engine/assign/graph.h"
#include "engine/assign/timetable.h"
#include "engine/assign/turns.h"

/* check_stable.c. A pair blocks when it is on the graph, the seeker likes it better than what it
 * has, and the posting has an opening left or somebody it likes less. */
typedef struct yz_stable_proof {
    uint64_t blocking_pairs;  // of seekers and openings that are not held
    uint64_t blocked_by_held; // would block if nobody were locked: the price of locks, may be > 0
    uint64_t not_admissible;  // seekers on an edge that is not theirs
    uint64_t over_capacity;   // people beyond a posting's openings
    uint64_t held_moved;      // locked, and not where it was locked
    uint32_t assigned;
} yz_stable_proof;
yz_stable_proof yz_check_stable(const yz_assign_graph *graph, const uint32_t *rank,
                                const uint32_t *held, const uint32_t *edge_of);

/* check_optimal.c. What the prices say nobody can exceed, computed anew, beside what was reached.
 */
typedef struct yz_optimal_proof {
    int64_t total, bound;  // gap = bound - total >= 0; 0 proves the optimum
    uint64_t not_feasible; // prices below 0
    uint64_t not_admissible, over_capacity, held_moved;
    bool too_large; // the sums do not fit into 64 bits: nothing is proven
    uint32_t assigned;
} yz_optimal_proof;
yz_optimal_proof yz_check_optimal(const yz_assign_graph *graph, const int64_t *value,
                                  const uint32_t *held, const uint32_t *edge_of,
                                  const int64_t *price, int64_t scale);

/* check_dispatch.c. Nobody in two places, no gig beyond its openings, every lock where it was but
 * for those that are named; the bound from the prices alone. */
typedef struct yz_dispatch_proof {
    int64_t total, bound;
    uint64_t overlaps; // pairs of gigs of one worker that do not go together
    uint64_t over_capacity, not_feasible;
    uint64_t locks_lost;     // locked, not kept, and not named as disturbed
    uint32_t workers, pairs; // who work, and at how many gigs
} yz_dispatch_proof;
yz_dispatch_proof yz_check_dispatch(const yz_dispatch_task *task, const yz_dispatch_result *result);

/* check_turns.c: is everybody's place what the rules say, and its reasons? O(count squared). */
typedef struct yz_turns_proof {
    uint64_t out_of_turn; // pairs in the wrong order
    uint64_t wrong_reason;
} yz_turns_proof;
yz_turns_proof yz_check_turns(const yz_turn_rules *rules, const yz_turn_worker *workers,
                              uint32_t count, const yz_turn *turns);

/* No envy but for a named reason: whoever would rather have somebody else's place hears that the
 * other comes first in turn (`place` by edge: of its seeker in its posting's queue), or was told
 * already and is locked. */
typedef struct yz_envy_proof {
    uint64_t by_turn, by_lock; // named reasons: not 0 as a rule
    uint64_t without_reason;
    uint64_t free_places_wanted; // an opening is left, and somebody would rather have it
} yz_envy_proof;
yz_envy_proof yz_check_envy(const yz_assign_graph *graph, const uint32_t *place,
                            const uint32_t *held, const uint32_t *edge_of);

/* check_timetable.c. The bound: every interview held is with somebody of `cut_seekers`, or at a
 * booth of `cut_booths`, or is one of the wishes that are neither. */
typedef struct yz_timetable_proof {
    uint64_t seekers_twice; // two interviews at the same time
    uint64_t over_capacity; // interviews beyond a booth's capacity, by slot
    uint64_t out_of_time;   // no such slot, before a seeker is there, before a booth is ready
    uint64_t fixed_moved;
    uint32_t planned, bound; // interviews; no timetable has more than bound
} yz_timetable_proof;
yz_timetable_proof yz_check_timetable(const yz_timetable_task *task, const uint32_t *slot_of,
                                      const bool *cut_seekers, const bool *cut_booths);

#endif
