/* The k best hits of many: score descending, then id ascending by bytes. Rows are given out in the
 * order in which records came, so an order by row would depend on the past. */
#ifndef YZ_ENGINE_MATCH_TOPK_H
#define YZ_ENGINE_MATCH_TOPK_H

#include "engine/base/ids.h"
#include "engine/match/question.h"

typedef struct yz_topk_place {
    double score;
    uint32_t row;
    uint32_t slot; // where its hit lies
} yz_topk_place;

typedef struct yz_topk {
    const yz_ids *ids;   // borrowed: rows to ids
    yz_topk_place *heap; // borrowed: room for k; the weakest at the root
    yz_hit *hits;        // borrowed: room for k; in no order
    uint32_t k, count;   // hits wanted (0..YZ_K_MAX), hits held
    yz_after after;      // only hits after this one; id.bytes NULL = all
} yz_topk;

void yz_topk_init(yz_topk *top, const yz_ids *ids, yz_topk_place *heap, yz_hit *hits, uint32_t k,
                  yz_after after);

/* Could a hit with this score (or less) still come in? What cannot need not be scored exactly. */
static inline bool yz_topk_wants(const yz_topk *top, double score) {
    if (top->count < top->k) return true;
    return top->k > 0 && score >= top->heap[0].score;
}

/* Offers a hit (its id is not read: the row says it). True: it is among the best so far. */
bool yz_topk_offer(yz_topk *top, const yz_hit *hit);

/* Writes the hits to `out` (room for k), best first, with their ids; returns how many. Once. */
uint32_t yz_topk_finish(yz_topk *top, yz_hit *out);

#endif
