/* Optimal: the assignment of greatest total value under capacities, on a sparse graph. Integers
 * only, so optimal means optimal. Nobody has to be assigned: staying away is worth 0.
 *
 *     greatest   sum of value over the edges taken        every seeker at most one edge,
 *                                                         every posting at most its openings
 *     least      sum of openings * price + sum of the     price >= 0 by posting; of a seeker the
 *                seekers' best value - price              best over its edges, or 0 for none
 *
 * Each price list bounds what any assignment can reach; where the two sums meet, both are proven.
 * The prices come from an auction with epsilon scaling (Bertsekas 1979, 1988; several openings of
 * one posting as similar objects, Bertsekas and Castanon 1989), and a reverse auction lets the
 * prices of what stayed empty fall (Bertsekas, Castanon and Tsaknakis 1993). Prices are in units of
 * 1 / scale, and scale is greater than the number of seekers: within one unit a seeker, the whole
 * is within less than 1. */
#ifndef YZ_ENGINE_ASSIGN_OPTIMAL_H
#define YZ_ENGINE_ASSIGN_OPTIMAL_H

#include "engine/assign/graph.h"

typedef struct yz_optimal_options {
    uint32_t gap_ppm;   // good enough: (bound - total) / bound in millionths; 0: optimal
    uint64_t scans_max; // stop after about so many looks at an edge, with what there is; 0: never
} yz_optimal_options;

typedef struct yz_optimal_result {
    uint32_t *edge_of; // by seeker, or YZ_EDGE_NONE; the caller's room
    int64_t *price;    // by posting, in 1 / scale of a value; the caller's room
    int64_t scale;
    int64_t total; // of the edges taken; of held ones too
    int64_t bound; // no assignment that keeps the held ones has more; total == bound: optimal
    uint32_t rounds;
    uint64_t scans; // looks at an edge
    bool stopped;   // scans_max came first; what stands here is of the round before
} yz_optimal_result;

/* `value` by edge, may be negative. Held edges (yz_locks_settle; NULL: none) stay; they do not
 * exceed a capacity.
 * BAD_INPUT: the greatest value times (seekers + 1) squared does not fit into 60 bits. */
YZ_MUST_USE yz_status yz_optimal_solve(const yz_assign_graph *graph, const int64_t *value,
                                       const uint32_t *held, const yz_optimal_options *options,
                                       yz_optimal_result *result);

#endif
