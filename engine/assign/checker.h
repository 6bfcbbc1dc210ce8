/* Certificates, checked by short code that shares nothing with what made them: each file
 * check_*.c reads alone, in one sitting. What a check counts must be 0, but where a figure says
 * otherwise. The inputs are those of the run; nothing of a result is believed. */
#ifndef YZ_ENGINE_ASSIGN_CHECKER_H
#define YZ_ENGINE_ASSIGN_CHECKER_H

#include "engine/assign/dispatch.h"
#include "engine/assign/graph.h"

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

#endif
