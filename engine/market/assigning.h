/* A run from a copy of the graph to a result with its certificate, checked: what the server does on
 * its pool and `yizhan assign` in its process. Needs no market. */
#ifndef YZ_ENGINE_MARKET_ASSIGNING_H
#define YZ_ENGINE_MARKET_ASSIGNING_H

#include "engine/assign/checker.h"
#include "engine/market/graph.h"

typedef enum yz_unassigned {
    YZ_UNASSIGNED_NOT, // has a place
    YZ_UNASSIGNED_NOT_OPEN,
    YZ_UNASSIGNED_NOTHING_FITS, // none of the postings
    YZ_UNASSIGNED_NO_SHOW,      // nothing but gigs it stayed away from today
    YZ_UNASSIGNED_TAKEN,        // all that fit went to others, who come first there
} yz_unassigned;
const char *yz_unassigned_name(yz_unassigned why); // "nothing_fits"

typedef struct yz_fair_run {
    uint32_t *edge_of, *held; // by seeker
    uint8_t *unassigned;      // by seeker: yz_unassigned
    yz_disturbed *disturbed;  // of graph->locks
    uint32_t disturbed_count;
    uint64_t proposals;
    yz_stable_proof proof;
    bool checked; // the checker found nothing wrong
} yz_fair_run;

void yz_fair_run_do(const yz_graph *graph, yz_fair_run *run);
void yz_fair_run_deinit(yz_fair_run *run);

/* Where somebody stands in the queue of one gig. */
typedef struct yz_gig_turn {
    uint32_t edge; // YZ_EDGE_NONE: nothing fits
    uint32_t place, of;
    uint32_t before[YZ_TURN_RULE_COUNT];
    uint32_t short_jobs, refusals_counted;
} yz_gig_turn;

typedef struct yz_gig_run {
    uint8_t *taken; // by edge: yz_taken
    int64_t *value; // by edge: what was made greatest
    uint8_t *unassigned;
    yz_gig_turn *turns; // by worker: at the gig it got, else at the one it would like best
    yz_dispatch_result result;
    yz_dispatch_proof proof;
    bool checked;
} yz_gig_run;

/* A pair is worth its band of score; within the band, who has been out of work longest is worth
 * most. Whoever works at all is worth rules->first_gig more, once. BAD_INPUT: as yz_dispatch_solve,
 * or rules that are none. All postings have an interval. */
YZ_MUST_USE yz_status yz_gig_run_do(const yz_graph *graph, const yz_turn_rules *rules,
                                    uint32_t speed_kmh, yz_gig_run *run);
void yz_gig_run_deinit(yz_gig_run *run);

#endif
