/* The cube as records, and back:
 *
 *     P  division 4, occupation 4, code            a pair, by number
 *     H  row 4, counter 1, key 1 (group * 4 + type, or 255: the sum), then entries of 12
 *
 * A history longer than a record goes on in the next one of the same slot. */
#include "engine/base/check.h"
#include "engine/journal/wire.h"
#include "engine/stats/cube_inner.h"

#define ENTRY_BYTES 12u
#define ENTRIES_A_RECORD ((YZ_CUBE_RECORD_MAX - 8) / ENTRY_BYTES)

typedef bool (*put_record)(void *context, const void *record, uint32_t size);

static bool save_pairs(const yz_cube *c, put_record put, void *context) {
    unsigned char record[YZ_CUBE_RECORD_MAX];
    for (uint32_t i = 0; i < c->pair_count; i++) {
        const cube_pair *pair = cube_pair_at(c, i);
        uint32_t deepest = cube_row_at(c, pair->row[pair->row_count - 1])->node;
        yz_text code = yz_cube_node_code(c, deepest);
        yz_out out = {record, record + sizeof record, false};
        yz_out_8(&out, 'P');
        yz_out_32(&out, pair->division);
        yz_out_32(&out, pair->occupation);
        yz_out_text(&out, code);
        if (!put(context, record, (uint32_t)(out.at - record))) return false;
    }
    return true;
}

static bool save_history(const yz_cube *c, uint32_t row, uint32_t counter, unsigned char key,
                         const uint32_t *slot, put_record put, void *context) {
    unsigned char record[YZ_CUBE_RECORD_MAX];
    uint32_t count = history_count(&c->words, slot);
    for (uint32_t from = 0; from < count; from += ENTRIES_A_RECORD) {
        yz_out out = {record, record + sizeof record, false};
        yz_out_8(&out, 'H');
        yz_out_32(&out, row);
        yz_out_8(&out, (uint8_t)counter);
        yz_out_8(&out, key);
        for (uint32_t i = from; i < count && i < from + ENTRIES_A_RECORD; i++) {
            history_entry entry = history_at(&c->words, slot, i);
            yz_out_32(&out, entry.minute);
            yz_out_64(&out, (uint64_t)entry.value);
        }
        yz_check(!out.full);
        if (!put(context, record, (uint32_t)(out.at - record))) return false;
    }
    return true;
}

static bool save_block(const yz_cube *c, uint32_t row, uint32_t counter, uint32_t *block,
                       put_record put, void *context) {
    for (uint32_t i = 0; i < block_used(block); i++) {
        const uint32_t *slot = block_slot(block, i);
        if (!save_history(c, row, counter, block_keys(block)[i], slot, put, context)) return false;
    }
    return save_history(c, row, counter, YZ_ALL, block_sum(block), put, context);
}

bool yz_cube_save(const yz_cube *c, put_record put, void *context) {
    if (!save_pairs(c, put, context)) return false;
    for (uint32_t row = 0; row < c->row_count; row++) {
        for (uint32_t counter = 0; counter < c->counters; counter++) {
            uint32_t *block = block_of(c, row, counter);
            if (block != NULL && !save_block(c, row, counter, block, put, context)) return false;
        }
    }
    return true;
}

// ---- back ----

static bool restore_pair(yz_cube *c, yz_in *in) {
    uint32_t division = yz_in_32(in), occupation = yz_in_32(in);
    yz_text code = yz_in_text(in);
    if (in->why != NULL || in->at != in->end || code.size > 64 || occupation == YZ_OCCUPATION_ALL)
        return false;
    uint32_t number = c->pair_count;
    return yz_cube_pair(c, division, code, occupation) == number; // else it came twice
}

static bool restore_history(yz_cube *c, yz_in *in) {
    uint32_t row = yz_in_32(in);
    uint32_t counter = yz_in_8(in), key = yz_in_8(in);
    bool is_sum = key == YZ_ALL;
    if (in->why != NULL || row >= c->row_count || counter >= c->counters) return false;
    if (!is_sum && key >= YZ_GROUPS * YZ_TYPES) return false;
    uint32_t *slot = is_sum ? block_sum(cube_block(c, row, counter))
                            : cube_slot(c, row, counter, key / YZ_TYPES, key % YZ_TYPES);
    if (in->at == in->end) return false;
    while (in->at < in->end) {
        history_entry entry = {.minute = yz_in_32(in)};
        entry.value = (int64_t)yz_in_64(in);
        if (in->why != NULL ||
            !history_restore(&c->words, slot, entry, is_sum && row_is_fine(c, row)))
            return false;
    }
    if (is_sum) *now_at(c, counter, row) = history_now(&c->words, slot);
    return true;
}

bool yz_cube_restore(yz_cube *c, const void *record, uint32_t size) {
    yz_in in = {record, (const unsigned char *)record + size, NULL};
    switch (yz_in_8(&in)) {
    case 'P': return restore_pair(c, &in);
    case 'H': return restore_history(c, &in);
    default: return false;
    }
}

// The sum of a block is that of its slots.
static bool block_adds_up(const yz_cube *c, uint32_t *block, int64_t *sum) {
    *sum = history_now(&c->words, block_sum(block));
    int64_t parts = 0;
    for (uint32_t i = 0; i < block_used(block); i++)
        parts += history_now(&c->words, block_slot(block, i));
    return parts == *sum;
}

// What a node has in all occupations is what it has in each.
static bool node_adds_up(const yz_cube *c, uint32_t number, uint32_t counter) {
    const node *n = node_at(c, number);
    uint32_t all_row = cube_row_find(c, number, YZ_OCCUPATION_ALL);
    uint32_t *all = all_row == YZ_ROW_NONE ? NULL : block_of(c, all_row, counter);
    int64_t rest = 0, sum;
    if (all != NULL && !block_adds_up(c, all, &rest)) return false;
    for (uint32_t i = 0; i < n->row_count; i++) {
        uint32_t *block = block_of(c, n->rows[i].row, counter);
        if (block == NULL) continue;
        if (!block_adds_up(c, block, &sum)) return false;
        rest -= sum;
    }
    return rest == 0;
}

bool yz_cube_restored(yz_cube *c) {
    for (uint32_t number = 0; number < yz_ids_count(c->codes); number++) {
        for (uint32_t counter = 0; counter < c->counters; counter++) {
            if (!node_adds_up(c, number, counter)) return false;
        }
    }
    return true;
}
