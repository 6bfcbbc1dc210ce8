/* Fair: stable assignment under capacities, by deferred acceptance with seekers proposing (Gale and
 * Shapley 1962). Each side has its own order:
 *
 *     seekers    the order of their edges on the graph, best first
 *     postings   `rank` by edge, small is good; equal ranks fall to the smaller seeker
 *
 * The result has no blocking pair: no seeker and posting who would both rather have each other.
 * Among all such results it is the one every seeker likes best. yz_check_stable proves a result.
 *
 * Held edges (yz_locks_settle) are kept as they are: those seekers do not take part, their openings
 * are gone. Then nobody who is free blocks with an opening that is free to give. */
#ifndef YZ_ENGINE_ASSIGN_STABLE_H
#define YZ_ENGINE_ASSIGN_STABLE_H

#include "engine/assign/graph.h"

/* `edge_of[seeker]`: the edge taken, or YZ_EDGE_NONE. `held` NULL: nobody is locked. Held edges do
 * not exceed a capacity. Returns the number of proposals made. O(edges log capacity). */
uint64_t yz_stable_solve(const yz_assign_graph *graph, const uint32_t *rank, const uint32_t *held,
                         uint32_t *edge_of);

#endif
