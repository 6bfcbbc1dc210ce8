/* Locks that name one posting stand together in the posting's order; those beyond its openings go.
 */
#include "engine/assign/locks.h"

#include "engine/base/alloc.h"

#include <stdlib.h>

typedef struct claim {
    uint32_t posting, rank, seeker, lock;
} claim;

const char *yz_disturb_reason_name(yz_disturb_reason reason) {
    switch (reason) {
    case YZ_DISTURB_NO_LONGER_FITS: return "no_longer_fits";
    case YZ_DISTURB_FEWER_OPENINGS: return "fewer_openings";
    case YZ_DISTURB_SECOND_PLACE: return "second_place";
    case YZ_DISTURB_UNKNOWN: return "unknown";
    }
    return "";
}

static int by_posting_then_claim(const void *left, const void *right) {
    const claim *a = left, *b = right;
    if (a->posting != b->posting) return a->posting < b->posting ? -1 : 1;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    return (a->seeker > b->seeker) - (a->seeker < b->seeker);
}

static int by_lock(const void *left, const void *right) {
    const yz_disturbed *a = left, *b = right;
    return (a->lock > b->lock) - (a->lock < b->lock);
}

// Which of the locks could stand at all? Those become claims.
static yz_disturb_reason look(const yz_assign_graph *g, yz_lock lock, uint32_t *held) {
    if (lock.seeker >= g->seekers || lock.posting >= g->postings) return YZ_DISTURB_UNKNOWN;
    if (held[lock.seeker] != YZ_EDGE_NONE) return YZ_DISTURB_SECOND_PLACE;
    held[lock.seeker] = yz_assign_edge(g, lock.seeker, lock.posting);
    return held[lock.seeker] == YZ_EDGE_NONE ? YZ_DISTURB_NO_LONGER_FITS : (yz_disturb_reason)0;
}

uint32_t yz_locks_settle(const yz_assign_graph *g, const uint32_t *rank, const yz_lock *locks,
                         uint32_t count, uint32_t *held, yz_disturbed *disturbed) {
    for (uint32_t s = 0; s < g->seekers; s++)
        held[s] = YZ_EDGE_NONE;
    claim *claims = yz_alloc(count * sizeof *claims);
    uint32_t claimed = 0, gone = 0;
    for (uint32_t i = 0; i < count; i++) {
        yz_disturb_reason reason = look(g, locks[i], held);
        if (reason != 0) {
            disturbed[gone++] = (yz_disturbed){i, reason};
            continue;
        }
        uint32_t order = rank ? rank[held[locks[i].seeker]] : 0;
        claims[claimed++] = (claim){locks[i].posting, order, locks[i].seeker, i};
    }
    qsort(claims, claimed, sizeof *claims, by_posting_then_claim);
    for (uint32_t i = 0, of_posting = 0; i < claimed; i++) {
        of_posting = i > 0 && claims[i - 1].posting == claims[i].posting ? of_posting + 1 : 0;
        if (of_posting < g->capacity[claims[i].posting]) continue;
        held[claims[i].seeker] = YZ_EDGE_NONE;
        disturbed[gone++] = (yz_disturbed){claims[i].lock, YZ_DISTURB_FEWER_OPENINGS};
    }
    yz_free(claims);
    qsort(disturbed, gone, sizeof *disturbed, by_lock);
    return gone;
}
