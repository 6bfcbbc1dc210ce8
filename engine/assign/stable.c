/* Every posting keeps its accepted seekers in a heap with the one it likes least on top: a proposal
 * that is not good enough, which is most of them, costs one comparison. */
#include "engine/assign/stable.h"

#include "engine/base/alloc.h"

typedef struct hall {
    const yz_assign_graph *graph;
    const uint32_t *rank;
    uint32_t *next;   // by seeker: the edge to propose along next; the one before is held now
    uint64_t *keys;   // all heaps, one behind the other: rank << 32 | seeker
    uint64_t *bar;    // by posting: only a smaller key comes in
    uint32_t *heap;   // by posting: where its heap begins, and one more
    uint32_t *seated; // by posting
} hall;

static void rise(uint64_t *keys, uint32_t at) {
    uint64_t key = keys[at];
    while (at > 0 && keys[(at - 1) / 2] < key) {
        keys[at] = keys[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    keys[at] = key;
}

static void sink(uint64_t *keys, uint32_t count, uint64_t key) {
    uint32_t at = 0;
    for (uint32_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && keys[child + 1] > keys[child]) child += 1;
        if (keys[child] <= key) break;
        keys[at] = keys[child];
        at = child;
    }
    keys[at] = key;
}

// Room for each posting: no more than it has openings left or seekers who could come.
static void lay_out(hall *h, const uint32_t *held) {
    const yz_assign_graph *g = h->graph;
    uint32_t *taken = yz_alloc_zeroed(g->postings * sizeof *taken);
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (held != NULL && held[s] != YZ_EDGE_NONE) {
            taken[g->posting[held[s]]] += 1;
            h->next[s] = g->first[s + 1];
            continue;
        }
        h->next[s] = g->first[s];
        for (uint32_t e = g->first[s]; e < g->first[s + 1]; e++)
            h->seated[g->posting[e]] += 1; // first used to count who could come
    }
    uint32_t room = 0;
    for (uint32_t p = 0; p < g->postings; p++) {
        uint32_t left = g->capacity[p] > taken[p] ? g->capacity[p] - taken[p] : 0;
        h->heap[p] = room;
        h->bar[p] = left > 0 ? UINT64_MAX : 0;
        room += left < h->seated[p] ? left : h->seated[p];
        h->seated[p] = 0;
    }
    h->heap[g->postings] = room;
    h->keys = yz_alloc(room * sizeof *h->keys);
    yz_free(taken);
}

// Sits down, and says who has to get up: UINT32_MAX for nobody.
static uint32_t seat(hall *h, uint32_t posting, uint64_t key) {
    uint64_t *keys = h->keys + h->heap[posting];
    uint32_t room = h->heap[posting + 1] - h->heap[posting];
    if (h->seated[posting] < room) {
        keys[h->seated[posting]] = key;
        rise(keys, h->seated[posting]);
        h->seated[posting] += 1;
        if (h->seated[posting] == room) h->bar[posting] = keys[0];
        return UINT32_MAX;
    }
    uint32_t out = (uint32_t)keys[0];
    sink(keys, room, key);
    h->bar[posting] = keys[0];
    return out;
}

// The seeker proposes down the list; whoever is turned out goes on in its stead.
static uint64_t propose(hall *h, uint32_t seeker) {
    const yz_assign_graph *g = h->graph;
    uint64_t proposals = 0;
    while (seeker != UINT32_MAX && h->next[seeker] < g->first[seeker + 1]) {
        uint32_t edge = h->next[seeker]++;
        uint64_t key = (uint64_t)h->rank[edge] << 32 | seeker;
        proposals += 1;
        if (key < h->bar[g->posting[edge]]) seeker = seat(h, g->posting[edge], key);
    }
    return proposals;
}

static void read_seats(const hall *h, const uint32_t *held, uint32_t *edge_of) {
    for (uint32_t s = 0; s < h->graph->seekers; s++)
        edge_of[s] = held != NULL ? held[s] : YZ_EDGE_NONE;
    for (uint32_t p = 0; p < h->graph->postings; p++) {
        for (uint32_t i = 0; i < h->seated[p]; i++) {
            uint32_t seeker = (uint32_t)h->keys[h->heap[p] + i];
            edge_of[seeker] = h->next[seeker] - 1;
        }
    }
}

uint64_t yz_stable_solve(const yz_assign_graph *g, const uint32_t *rank, const uint32_t *held,
                         uint32_t *edge_of) {
    hall h = {.graph = g,
              .rank = rank,
              .next = yz_alloc(g->seekers * sizeof *h.next),
              .bar = yz_alloc(g->postings * sizeof *h.bar),
              .heap = yz_alloc((g->postings + 1) * sizeof *h.heap),
              .seated = yz_alloc_zeroed(g->postings * sizeof *h.seated)};
    lay_out(&h, held);
    uint64_t proposals = 0;
    for (uint32_t s = 0; s < g->seekers; s++)
        proposals += propose(&h, s);
    read_seats(&h, held, edge_of);
    yz_free(h.next);
    yz_free(h.keys);
    yz_free(h.bar);
    yz_free(h.heap);
    yz_free(h.seated);
    return proposals;
}
