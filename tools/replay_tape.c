#include "tools/replay.h"

#include "engine/base/alloc.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)8 << 30)

void replay_tape_init(replay_tape *tape) {
    *tape = (replay_tape){.arena = yz_arena_new(ARENA_BYTES)};
}

void replay_tape_deinit(replay_tape *tape) {
    yz_free(tape->items);
    yz_arena_free(tape->arena);
    *tape = (replay_tape){0};
}

replay_item *replay_tape_add(replay_tape *tape) {
    if (tape->count == tape->room) {
        tape->room = tape->room == 0 ? 4096 : 2 * tape->room;
        tape->items = yz_realloc(tape->items, tape->room * sizeof *tape->items);
    }
    replay_item *item = &tape->items[tape->count++];
    *item = (replay_item){0};
    return item;
}

void replay_tape_reject(replay_tape *tape, const char *what) {
    uint32_t at = 0;
    tape->rejected += 1;
    while (at < tape->reason_count && strcmp(tape->reasons[at].what, what) != 0)
        at += 1;
    if (at == REPLAY_REASONS_MAX) return;
    if (at == tape->reason_count) tape->reasons[tape->reason_count++] = (replay_reason){what, 0};
    tape->reasons[at].count += 1;
}

typedef struct place_in_time {
    int64_t at_ms;
    uint32_t item;
} place_in_time;

static int earlier(const void *a, const void *b) {
    const place_in_time *x = a, *y = b;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

void replay_tape_sort(replay_tape *tape) {
    place_in_time *order = yz_alloc((tape->count + 1) * sizeof *order);
    replay_item *sorted = yz_alloc((tape->count + 1) * sizeof *sorted);
    for (uint32_t i = 0; i < tape->count; i++)
        order[i] = (place_in_time){tape->items[i].command.at_ms, i};
    qsort(order, tape->count, sizeof *order, earlier);
    for (uint32_t i = 0; i < tape->count; i++)
        sorted[i] = tape->items[order[i].item];
    yz_free(order);
    yz_free(tape->items);
    tape->items = sorted;
    tape->room = tape->count + 1;
}
