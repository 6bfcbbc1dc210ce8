/* Who may go where: the admissible graph that every method of this room reads, as plain arrays.
 *
 *     seeker 0   first[0] ->  posting 4, 0, 7        the edges of one seeker stand together; what
 *     seeker 1   first[1] ->  posting 7              an order or a value says of a pair stands in
 *     seeker 2   first[2] ->  (none)                 an array beside, by the same edge number
 *                first[3] =  4 edges
 *
 * Seekers and postings are numbers of this graph, 0, 1, ..., in the order of their ids, so that a
 * tie which falls to the smaller number falls to the smaller id. */
#ifndef YZ_ENGINE_ASSIGN_GRAPH_H
#define YZ_ENGINE_ASSIGN_GRAPH_H

#include "engine/base/status.h"

#include <stdbool.h>
#include <stdint.h>

#define YZ_EDGE_NONE UINT32_MAX // nowhere
#define YZ_ASSIGN_EDGES_MAX 200000000u
#define YZ_ASSIGN_SIDE_MAX 10000000u // seekers; postings

typedef struct yz_assign_graph {
    uint32_t seekers, postings;
    const uint32_t *first;    // seekers + 1 of them; first[seekers] is the number of edges
    const uint32_t *posting;  // by edge; one seeker names no posting twice
    const uint32_t *capacity; // openings by posting; 0 is allowed
} yz_assign_graph;

/* Is it what it claims to be? Says in `why` what is wrong, if anything. O(edges). */
bool yz_assign_graph_sound(const yz_assign_graph *graph, const char **why);

/* The edge between the two, or YZ_EDGE_NONE. O(edges of the seeker). */
uint32_t yz_assign_edge(const yz_assign_graph *graph, uint32_t seeker, uint32_t posting);

#endif
