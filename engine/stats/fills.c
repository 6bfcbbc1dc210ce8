#include "engine/stats/fills.h"

#include "engine/base/alloc.h"
#include "engine/base/ids.h"

#include <string.h>

#define GROUP_TYPE_BITS 7
#define TYPE_BITS 2
#define KEY_WORDS 3 // the key, and its history

void fills_init(fills *f) {
    *f = (fills){0};
    yz_slab_init(&f->lists, sizeof(fill_list));
    pool_init(&f->histories);
}

static fill_list *list_of(const fills *f, uint32_t row) {
    if (row >> YZ_SLAB_CHUNK_BITS >= f->lists.chunk_count) return NULL;
    return yz_slab_at(&f->lists, row);
}

void fills_deinit(fills *f) {
    for (uint32_t row = 0; row < f->lists.chunk_count * YZ_SLAB_CHUNK_RECORDS; row++)
        yz_free(list_of(f, row)->keys);
    yz_slab_deinit(&f->lists);
    pool_deinit(&f->histories);
}

static uint32_t *histories_of(const fill_list *list) {
    return list->keys + list->room;
}

// The place of the first key that is not below.
static uint32_t place_of(const fill_list *list, uint32_t key) {
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (list->keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void widen(fills *f, fill_list *list) {
    uint32_t room = list->room == 0 ? 2 : list->room + (list->room + 1) / 2;
    uint32_t *keys = yz_alloc(KEY_WORDS * (size_t)room * sizeof *keys);
    if (list->count > 0) {
        memcpy(keys, list->keys, list->count * sizeof *keys);
        memcpy(keys + room, histories_of(list), 2 * (size_t)list->count * sizeof *keys);
    }
    yz_free(list->keys);
    f->key_bytes += KEY_WORDS * (uint64_t)(room - list->room) * sizeof *keys;
    list->keys = keys;
    list->room = room;
}

// The history of a key, a new one if need be.
static uint32_t *history_of(fills *f, uint32_t row, uint32_t key) {
    yz_slab_reserve(&f->lists, row);
    fill_list *list = list_of(f, row);
    uint32_t at = place_of(list, key);
    if (at < list->count && list->keys[at] == key) return histories_of(list) + 2 * (size_t)at;
    if (list->count == list->room) widen(f, list);
    uint32_t *slot = histories_of(list) + 2 * (size_t)at;
    size_t after = list->count - at;
    memmove(list->keys + at + 1, list->keys + at, after * sizeof *list->keys);
    memmove(slot + 2, slot, 2 * after * sizeof *slot);
    list->keys[at] = key;
    slot[0] = slot[1] = 0;
    list->count += 1;
    return slot;
}

void fills_add(fills *f, const yz_cube *cube, uint32_t pair, uint8_t group, uint8_t type,
               uint32_t duration, uint32_t minute) {
    const uint32_t *rows;
    uint32_t count = yz_cube_pair_rows(cube, pair, &rows);
    uint32_t key = duration << GROUP_TYPE_BITS | (uint32_t)group << TYPE_BITS | type;
    // Most rows are not in the cache: all of them are asked for at once.
    for (uint32_t i = 0; i < count; i++) {
        yz_slab_reserve(&f->lists, rows[i]);
        __builtin_prefetch(list_of(f, rows[i]), 1);
    }
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(list_of(f, rows[i])->keys, 1);
    for (uint32_t i = 0; i < count; i++)
        history_add(&f->histories, history_of(f, rows[i], key), minute, 1, false);
}

// ---- reading ----

// Signings before an instant that begins a day.
static int64_t before(const fills *f, const uint32_t *history, int64_t at_ms) {
    if (at_ms <= 0) return 0;
    if (at_ms >= (int64_t)UINT32_MAX * 60000) return history_now(&f->histories, history);
    return history_before(&f->histories, history, (uint32_t)(at_ms / 60000));
}

static bool is_in(uint32_t key, yz_cell cell) {
    uint32_t group = key >> TYPE_BITS & (YZ_GROUPS - 1), type = key & (YZ_TYPES - 1);
    return (cell.group == YZ_ALL || cell.group == group) &&
           (cell.type == YZ_ALL || cell.type == type);
}

static int64_t signed_in(const fills *f, const uint32_t *history, yz_period period) {
    return before(f, history, yz_period_end_ms(period)) -
           before(f, history, yz_period_begin_ms(period));
}

fill_quantiles fills_read(const fills *f, const yz_cube *cube, yz_cell cell, yz_period period,
                          int64_t count) {
    fill_quantiles q = {0};
    uint32_t row = yz_cube_row(cube, cell.node, cell.occupation);
    const fill_list *list = row == YZ_ROW_NONE ? NULL : list_of(f, row);
    if (list == NULL) return q;
    int64_t median_rank = (count + 1) / 2, p90_rank = (9 * count + 9) / 10, passed = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!is_in(list->keys[i], cell)) continue;
        int64_t duration = list->keys[i] >> GROUP_TYPE_BITS;
        int64_t upto = passed + signed_in(f, histories_of(list) + 2 * (size_t)i, period);
        if (passed < median_rank && upto >= median_rank) q.median = duration;
        if (passed < p90_rank && upto >= p90_rank) q.p90 = duration;
        q.sum += (upto - passed) * duration;
        passed = upto;
    }
    return q;
}

// ---- save, restore, memory ----

uint32_t fills_keys(const fills *f, uint32_t row, const uint32_t **keys,
                    const uint32_t **histories) {
    const fill_list *list = list_of(f, row);
    if (list == NULL || list->count == 0) return 0;
    *keys = list->keys;
    *histories = histories_of(list);
    return list->count;
}

bool fills_restore(fills *f, uint32_t row, uint32_t key, history_entry entry) {
    const fill_list *list = list_of(f, row);
    if (list != NULL && list->count > 0 && list->keys[list->count - 1] > key) return false;
    return history_restore(&f->histories, history_of(f, row, key), entry, false);
}

uint64_t fills_bytes(const fills *f) {
    return yz_slab_bytes(&f->lists) + pool_bytes(&f->histories) + f->key_bytes;
}
