/* For every posting the worst that it took, then every pair once. */
#include "engine/assign/checker.h"

#include "engine/base/alloc.h"

typedef struct worst {
    uint32_t load;
    bool any, any_free;
    uint32_t rank, seeker;           // of all who sit here
    uint32_t rank_free, seeker_free; // of those who are not locked
} worst;

static bool worse(uint32_t rank, uint32_t seeker, uint32_t than_rank, uint32_t than_seeker) {
    return rank != than_rank ? rank > than_rank : seeker > than_seeker;
}

static bool is_held(const uint32_t *held, uint32_t seeker) {
    return held != NULL && held[seeker] != YZ_EDGE_NONE;
}

static void note(worst *w, uint32_t rank, uint32_t seeker, bool locked) {
    w->load += 1;
    if (!w->any || worse(rank, seeker, w->rank, w->seeker)) {
        w->any = true;
        w->rank = rank, w->seeker = seeker;
    }
    if (!locked && (!w->any_free || worse(rank, seeker, w->rank_free, w->seeker_free))) {
        w->any_free = true;
        w->rank_free = rank, w->seeker_free = seeker;
    }
}

yz_stable_proof yz_check_stable(const yz_assign_graph *g, const uint32_t *rank,
                                const uint32_t *held, const uint32_t *edge_of) {
    yz_stable_proof proof = {0};
    worst *worsts = yz_alloc_zeroed(g->postings * sizeof *worsts);
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (is_held(held, s) && edge_of[s] != held[s]) proof.held_moved += 1;
        if (edge_of[s] == YZ_EDGE_NONE) continue;
        if (edge_of[s] < g->first[s] || edge_of[s] >= g->first[s + 1]) {
            proof.not_admissible += 1;
            continue;
        }
        proof.assigned += 1;
        note(&worsts[g->posting[edge_of[s]]], rank[edge_of[s]], s, is_held(held, s));
    }
    for (uint32_t p = 0; p < g->postings; p++) {
        if (worsts[p].load > g->capacity[p]) proof.over_capacity += worsts[p].load - g->capacity[p];
    }
    for (uint32_t s = 0; s < g->seekers; s++) {
        // Its edges stand best first: what stands before the one it has, it likes better.
        uint32_t has = edge_of[s] == YZ_EDGE_NONE ? g->first[s + 1] : edge_of[s];
        for (uint32_t e = g->first[s]; e < has && e < g->first[s + 1]; e++) {
            const worst *w = &worsts[g->posting[e]];
            bool open = w->load < g->capacity[g->posting[e]];
            bool likes = w->any && worse(w->rank, w->seeker, rank[e], s);
            bool likes_free = w->any_free && worse(w->rank_free, w->seeker_free, rank[e], s);
            if (!is_held(held, s) && (open || likes_free))
                proof.blocking_pairs += 1;
            else if (open || likes)
                proof.blocked_by_held += 1;
        }
    }
    yz_free(worsts);
    return proof;
}
