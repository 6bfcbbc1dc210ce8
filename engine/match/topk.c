/* A binary heap with the weakest hit at the root, so a hit that is not good enough, which is nearly
 * every hit, costs one comparison. The heap holds 16 bytes a hit and moves only those. */
#include "engine/match/topk.h"

#include "engine/base/check.h"

#include <math.h>

void yz_topk_init(yz_topk *top, const yz_ids *ids, yz_topk_place *heap, yz_hit *hits, uint32_t k,
                  yz_after after) {
    *top = (yz_topk){.ids = ids, .heap = heap, .hits = hits, .k = k, .after = after};
}

// The one order of results.
static bool weaker(const yz_topk *top, yz_topk_place a, yz_topk_place b) {
    if (a.score != b.score) return a.score < b.score;
    return yz_text_compare(yz_ids_text(top->ids, a.row), yz_ids_text(top->ids, b.row)) > 0;
}

static bool comes_after(const yz_topk *top, const yz_hit *hit) {
    if (top->after.id.bytes == NULL) return true;
    if (hit->score != top->after.score) return hit->score < top->after.score;
    return yz_text_compare(yz_ids_text(top->ids, hit->row), top->after.id) > 0;
}

static void rise(yz_topk *top, uint32_t at, yz_topk_place place) {
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (!weaker(top, place, top->heap[parent])) break;
        top->heap[at] = top->heap[parent];
        at = parent;
    }
    top->heap[at] = place;
}

// Puts `place` where the root was, in a heap of `count`.
static void sink(yz_topk *top, uint32_t count, yz_topk_place place) {
    uint32_t at = 0;
    for (uint32_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && weaker(top, top->heap[child + 1], top->heap[child])) child += 1;
        if (!weaker(top, top->heap[child], place)) break;
        top->heap[at] = top->heap[child];
        at = child;
    }
    top->heap[at] = place;
}

bool yz_topk_offer(yz_topk *top, const yz_hit *hit) {
    yz_check(!isnan(hit->score));
    if (!yz_topk_wants(top, hit->score) || !comes_after(top, hit)) return false;
    yz_topk_place place = {hit->score, hit->row, top->count};
    if (top->count < top->k) {
        top->hits[place.slot] = *hit;
        rise(top, top->count++, place);
        return true;
    }
    if (top->k == 0 || !weaker(top, top->heap[0], place)) return false;
    place.slot = top->heap[0].slot;
    top->hits[place.slot] = *hit;
    sink(top, top->count, place);
    return true;
}

uint32_t yz_topk_finish(yz_topk *top, yz_hit *out) {
    uint32_t count = top->count;
    // An id is two cache misses away from its row: all of them at once, before they are read.
    for (uint32_t i = 0; i < count; i++)
        yz_ids_prefetch(top->ids, top->heap[i].row);
    for (uint32_t left = count; left > 0; left--) {
        yz_topk_place weakest = top->heap[0];
        sink(top, left - 1, top->heap[left - 1]);
        out[left - 1] = top->hits[weakest.slot];
        out[left - 1].id = yz_ids_text(top->ids, weakest.row);
    }
    top->count = 0;
    return count;
}
