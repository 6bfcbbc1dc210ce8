#include "engine/market/due.h"

#include "engine/base/check.h"

// For each new entry one may have become stale: more than that, and the stale ones are a part.
#define LOOKS 4

static due_item *at(const due_heap *heap, uint32_t place) {
    return yz_slab_at(&heap->items, place);
}

static bool before(const due_heap *heap, const due_item *a, const due_item *b) {
    if (a->at_ms != b->at_ms) return a->at_ms < b->at_ms;
    if (a->row == b->row) return false;
    if (heap->ids == NULL) return a->row < b->row;
    return yz_text_compare(yz_ids_text(heap->ids, a->row), yz_ids_text(heap->ids, b->row)) < 0;
}

void due_init(due_heap *heap, const yz_ids *ids) {
    *heap = (due_heap){.ids = ids};
    yz_slab_init(&heap->items, sizeof(due_item));
}

void due_deinit(due_heap *heap) {
    yz_slab_deinit(&heap->items);
}

// `item` is entered; `place` is free, and what is above it stands rightly.
static void rise(due_heap *heap, uint32_t place, due_item item) {
    while (place > 0) {
        uint32_t parent = (place - 1) / 2;
        if (!before(heap, &item, at(heap, parent))) break;
        *at(heap, place) = *at(heap, parent);
        place = parent;
    }
    *at(heap, place) = item;
}

// The same, and what is below.
static void sink(due_heap *heap, uint32_t place, due_item item) {
    for (uint32_t child = 2 * place + 1; child < heap->count; child = 2 * place + 1) {
        if (child + 1 < heap->count && before(heap, at(heap, child + 1), at(heap, child))) {
            child += 1;
        }
        if (!before(heap, at(heap, child), &item)) break;
        *at(heap, place) = *at(heap, child);
        place = child;
    }
    *at(heap, place) = item;
}

// The last one takes its place.
static void take_out(due_heap *heap, uint32_t place) {
    due_item last = *at(heap, --heap->count);
    if (place == heap->count) return;
    if (place > 0 && before(heap, &last, at(heap, (place - 1) / 2))) {
        rise(heap, place, last);
    } else {
        sink(heap, place, last);
    }
}

void due_push(due_heap *heap, int64_t at_ms, uint32_t row, uint32_t mark) {
    uint32_t place = heap->count++;
    yz_slab_reserve(&heap->items, place);
    rise(heap, place, (due_item){at_ms, row, mark});
}

void due_tidy(due_heap *heap, bool (*is_stale)(const void *context, due_item item),
              const void *context) {
    for (int i = 0; i < LOOKS && heap->count > 0; i++) {
        if (heap->look >= heap->count) heap->look = 0;
        if (is_stale(context, *at(heap, heap->look))) {
            take_out(heap, heap->look);
        } else {
            heap->look += 1;
        }
    }
}

bool due_top(const due_heap *heap, due_item *item) {
    if (heap->count == 0) return false;
    *item = *at(heap, 0);
    return true;
}

void due_pop(due_heap *heap) {
    yz_check(heap->count > 0);
    take_out(heap, 0);
}

due_item due_at(const due_heap *heap, uint32_t place) {
    yz_check(place < heap->count);
    return *at(heap, place);
}

bool due_is_by(const due_heap *heap, uint32_t place, int64_t at_ms) {
    return place < heap->count && at(heap, place)->at_ms <= at_ms;
}
