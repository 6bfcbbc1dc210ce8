/* Gig dispatch: a morning's gigs and the workers of a station. A worker may take several gigs if
 * their intervals, and the way from one to the next, do not overlap; total value is to be greatest.
 *
 *     worker 12   07:00 ==== gig 4 ==== 09:00 .. way .. 09:20 == gig 31 == 10:30
 *
 * What is proven. If none of a worker's gigs can follow another, this is an assignment with
 * capacities and the result is optimal (engine/assign/optimal). In general the problem is hard
 * (Arkin and Silverberg 1987), so two things are given: a dispatch, and a bound no dispatch can
 * exceed: prices by gig, and for every worker the best sequence at these prices, found exactly.
 * The gap between them is printed and covers whatever is missing.
 *
 * Who works at all may be worth something beside the gigs (`first`): then somebody's first gig
 * comes before another one's second, and the second is still better than an opening left free. It
 * is part of a worker's sequence, so bound and certificate are as exact as without it.
 *
 * Locked pairs were told: they stay, and all others are dispatched around them. */
#ifndef YZ_ENGINE_ASSIGN_DISPATCH_H
#define YZ_ENGINE_ASSIGN_DISPATCH_H

#include "engine/assign/locks.h"

#define YZ_DISPATCH_GIGS_MAX 4000
#define YZ_DISPATCH_ROUNDS 96

typedef struct yz_gig {
    int64_t from_ms, to_ms; // from < to
    int32_t lat_e7, lon_e7;
} yz_gig;

typedef struct yz_dispatch_task {
    const yz_assign_graph *graph; // workers are its seekers, gigs its postings
    const int64_t *value;         // by edge; what is not above 0 is never taken, unless locked
    int64_t first;                // of each worker with a gig, once, beside the values; 0 or more
    const yz_gig *gigs;           // by posting
    uint32_t speed_kmh;           // on the way, as the crow flies; 0: the way takes no time
    const yz_lock *locks;         // a worker may have several
    uint32_t lock_count;
    uint32_t rounds;  // of better prices, at most; 0: YZ_DISPATCH_ROUNDS
    uint32_t gap_ppm; // good enough, as in yz_optimal_options
} yz_dispatch_task;

typedef enum yz_taken {
    YZ_TAKEN_NOT,
    YZ_TAKEN_NEW,
    YZ_TAKEN_LOCKED,
} yz_taken;

typedef struct yz_dispatch_result {
    uint8_t *taken;          // by edge: yz_taken; the caller's room
    int64_t *price;          // by gig, in 1 / scale of a value; the caller's room
    yz_disturbed *disturbed; // locks that had to give way, room for lock_count; in their order
    uint32_t disturbed_count;
    int64_t scale, total, bound; // as yz_optimal_result
    uint32_t rounds;
} yz_dispatch_result;

/* Can the same person do b after a? Both ways are to be asked. */
bool yz_gig_may_follow(const yz_gig *a, const yz_gig *b, uint32_t speed_kmh);

/* Carries it out. What is decided when openings were cut: the locks of greater value stay.
 * BAD_INPUT: too many gigs, an interval that is none, `first` below 0, or values (with `first`) as
 * in yz_optimal_solve. */
YZ_MUST_USE yz_status yz_dispatch_solve(const yz_dispatch_task *task, yz_dispatch_result *result);

#endif
