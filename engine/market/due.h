/* What falls due and when: a binary heap of (time, row), earliest on top, ties by the row's id. An
 * entry whose record has changed since is stale; the market skips it when it comes up. Before that
 * it is found on rounds, a few places for each new entry, so that a heap whose times are far off
 * stays in proportion to what really falls due. In slabs, so growing copies nothing. */
#ifndef YZ_ENGINE_MARKET_DUE_H
#define YZ_ENGINE_MARKET_DUE_H

#include "engine/base/ids.h"
#include "engine/base/slab.h"

typedef struct due_item {
    int64_t at_ms;
    uint32_t row;
    uint32_t mark; // the caller's
} due_item;

typedef struct due_heap {
    yz_slab items; // due_item
    uint32_t count;
    uint32_t look;     // the place that due_tidy looks at next
    const yz_ids *ids; // for ties; NULL: by row
} due_heap;

void due_init(due_heap *heap, const yz_ids *ids);
void due_deinit(due_heap *heap);
void due_push(due_heap *heap, int64_t at_ms, uint32_t row, uint32_t mark);
/* For before a push: looks at the next few places and takes out what is stale. O(log n). */
void due_tidy(due_heap *heap, bool (*is_stale)(const void *context, due_item item),
              const void *context);
/* False when empty. */
bool due_top(const due_heap *heap, due_item *item);
void due_pop(due_heap *heap);
/* For who looks at more than the top: place 0, whose children are 2 * place + 1 and + 2. */
due_item due_at(const due_heap *heap, uint32_t place);
bool due_is_by(const due_heap *heap, uint32_t place, int64_t at_ms); // false past the end

#endif
