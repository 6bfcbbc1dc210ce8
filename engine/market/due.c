#include "engine/market/due.h"

#include "engine/base/check.h"

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

void due_push(due_heap *heap, int64_t at_ms, uint32_t row) {
    due_item item = {.at_ms = at_ms, .row = row};
    uint32_t place = heap->count++;
    yz_slab_reserve(&heap->items, place);
    while (place > 0) {
        uint32_t parent = (place - 1) / 2;
        if (!before(heap, &item, at(heap, parent))) break;
        *at(heap, place) = *at(heap, parent);
        place = parent;
    }
    *at(heap, place) = item;
}

bool due_top(const due_heap *heap, due_item *item) {
    if (heap->count == 0) return false;
    *item = *at(heap, 0);
    return true;
}

void due_pop(due_heap *heap) {
    yz_check(heap->count > 0);
    heap->count -= 1;
    due_item item = *at(heap, heap->count);
    uint32_t place = 0;
    for (uint32_t child = 1; child < heap->count; child = 2 * place + 1) {
        if (child + 1 < heap->count && before(heap, at(heap, child + 1), at(heap, child))) {
            child += 1;
        }
        if (!before(heap, at(heap, child), &item)) break;
        *at(heap, place) = *at(heap, child);
        place = child;
    }
    *at(heap, place) = item;
}

due_item due_at(const due_heap *heap, uint32_t place) {
    yz_check(place < heap->count);
    return *at(heap, place);
}

bool due_is_by(const due_heap *heap, uint32_t place, int64_t at_ms) {
    return place < heap->count && at(heap, place)->at_ms <= at_ms;
}
