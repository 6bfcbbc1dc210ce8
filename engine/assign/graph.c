#include "engine/assign/graph.h"

#include "engine/base/alloc.h"

static bool edges_sound(const yz_assign_graph *g, uint32_t *seen, const char **why) {
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (g->first[s] > g->first[s + 1]) return *why = "first falls", false;
        for (uint32_t e = g->first[s]; e < g->first[s + 1]; e++) {
            if (g->posting[e] >= g->postings) return *why = "an edge leads nowhere", false;
            if (seen[g->posting[e]] == s + 1) return *why = "a pair stands twice", false;
            seen[g->posting[e]] = s + 1;
        }
    }
    return true;
}

bool yz_assign_graph_sound(const yz_assign_graph *g, const char **why) {
    if (g->seekers > YZ_ASSIGN_SIDE_MAX || g->postings > YZ_ASSIGN_SIDE_MAX) {
        return *why = "too many seekers or postings", false;
    }
    if (g->first[0] != 0) return *why = "first does not begin with 0", false;
    if (g->first[g->seekers] > YZ_ASSIGN_EDGES_MAX) return *why = "too many edges", false;
    uint32_t *seen = yz_alloc_zeroed(g->postings * sizeof *seen);
    bool sound = edges_sound(g, seen, why);
    yz_free(seen);
    return sound;
}

uint32_t yz_assign_edge(const yz_assign_graph *g, uint32_t seeker, uint32_t posting) {
    for (uint32_t e = g->first[seeker]; e < g->first[seeker + 1]; e++) {
        if (g->posting[e] == posting) return e;
    }
    return YZ_EDGE_NONE;
}
