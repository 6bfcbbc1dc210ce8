/* Random small graphs for the tests of this folder. */
#ifndef YZ_TESTS_ENGINE_ASSIGN_SMALL_GRAPH_H
#define YZ_TESTS_ENGINE_ASSIGN_SMALL_GRAPH_H

#include "engine/assign/graph.h"
#include "engine/base/alloc.h"
#include "engine/base/random.h"

typedef struct small_graph {
    yz_assign_graph graph;
    uint32_t *first, *posting, *capacity;
    uint32_t *rank; // by edge: what the postings think; ties if `levels` is small
    int64_t *value; // by edge
} small_graph;

static inline uint32_t below(yz_random *random, uint32_t limit) {
    return (uint32_t)yz_random_below(random, limit);
}

/* Each seeker's edges lead to `edges` different postings at most, in random order. */
static inline small_graph small_graph_new(yz_random *random, uint32_t seekers, uint32_t postings,
                                          uint32_t edges, uint32_t capacity_max, uint32_t levels) {
    small_graph g = {
        .first = yz_alloc_zeroed((seekers + 1) * sizeof *g.first),
        .posting = yz_alloc_zeroed(((size_t)seekers * edges + 1) * sizeof *g.posting),
        .capacity = yz_alloc_zeroed((postings + 1) * sizeof *g.capacity),
        .rank = yz_alloc_zeroed(((size_t)seekers * edges + 1) * sizeof *g.rank),
        .value = yz_alloc_zeroed(((size_t)seekers * edges + 1) * sizeof *g.value),
    };
    uint32_t *seen = yz_alloc_zeroed((postings + 1) * sizeof *seen), at = 0;
    for (uint32_t s = 0; s < seekers; s++) {
        for (uint32_t tries = 0; postings > 0 && tries < edges; tries++) {
            uint32_t p = below(random, postings);
            if (seen[p] == s + 1) continue;
            seen[p] = s + 1;
            g.posting[at] = p;
            g.rank[at] = below(random, levels);
            g.value[at] = (int64_t)below(random, levels) - (int64_t)below(random, 10) / 9;
            at += 1;
        }
        g.first[s + 1] = at;
    }
    for (uint32_t p = 0; p < postings; p++)
        g.capacity[p] = below(random, capacity_max + 1);
    yz_free(seen);
    g.graph = (yz_assign_graph){seekers, postings, g.first, g.posting, g.capacity};
    return g;
}

static inline void small_graph_free(small_graph *g) {
    yz_free(g->first);
    yz_free(g->posting);
    yz_free(g->capacity);
    yz_free(g->rank);
    yz_free(g->value);
}

/* Calls `see` with every assignment on the graph that exceeds no capacity. */
typedef struct every {
    const yz_assign_graph *graph;
    uint32_t edge_of[16], load[16];
    void (*see)(struct every *self);
    void *context;
} every;

static inline void every_from(every *all, uint32_t seeker) {
    const yz_assign_graph *g = all->graph;
    if (seeker == g->seekers) {
        all->see(all);
        return;
    }
    all->edge_of[seeker] = YZ_EDGE_NONE;
    every_from(all, seeker + 1);
    for (uint32_t e = g->first[seeker]; e < g->first[seeker + 1]; e++) {
        uint32_t p = g->posting[e];
        if (all->load[p] == g->capacity[p]) continue;
        all->load[p] += 1;
        all->edge_of[seeker] = e;
        every_from(all, seeker + 1);
        all->load[p] -= 1;
    }
}

#endif
