/* The cube as records, and back:
 *
 *     P  division 4, occupation 4, code            a pair, by number
 *     H  row 4, counter 1, group 1, type 1 (both YZ_ALL: the sum), then entries of 12
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

static bool save_history(const yz_cube *c, uint32_t row, uint32_t counter, uint32_t group,
                         uint32_t type, uint32_t history, put_record put, void *context) {
    unsigned char record[YZ_CUBE_RECORD_MAX];
    uint32_t count = history_count(&c->words, history);
    for (uint32_t from = 0; from < count; from += ENTRIES_A_RECORD) {
        yz_out out = {record, record + sizeof record, false};
        yz_out_8(&out, 'H');
        yz_out_32(&out, row);
        yz_out_8(&out, (uint8_t)counter);
        yz_out_8(&out, (uint8_t)group);
        yz_out_8(&out, (uint8_t)type);
        for (uint32_t i = from; i < count && i < from + ENTRIES_A_RECORD; i++) {
            history_entry entry = history_at(&c->words, history, i);
            yz_out_32(&out, entry.minute);
            yz_out_64(&out, (uint64_t)entry.value);
        }
        yz_check(!out.full);
        if (!put(context, record, (uint32_t)(out.at - record))) return false;
    }
    return true;
}

static bool save_block(const yz_cube *c, uint32_t row, uint32_t counter, uint32_t block,
                       put_record put, void *context) {
    uint32_t groups = block_groups(c, block);
    for (uint32_t group = 0; group < groups; group++) {
        for (uint32_t type = 0; type < YZ_TYPES; type++) {
            uint32_t history = *block_slot(c, block, group, type);
            if (!save_history(c, row, counter, group, type, history, put, context)) return false;
        }
    }
    return save_history(c, row, counter, YZ_ALL, YZ_ALL, *block_sum(c, block), put, context);
}

bool yz_cube_save(const yz_cube *c, put_record put, void *context) {
    if (!save_pairs(c, put, context)) return false;
    for (uint32_t row = 0; row < c->row_count; row++) {
        for (uint32_t counter = 0; counter < c->counters; counter++) {
            uint32_t block = cube_row_at(c, row)->block[counter];
            if (block != 0 && !save_block(c, row, counter, block, put, context)) return false;
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
    uint32_t counter = yz_in_8(in), group = yz_in_8(in), type = yz_in_8(in);
    bool is_sum = group == YZ_ALL && type == YZ_ALL;
    if (in->why != NULL || row >= c->row_count || counter >= c->counters) return false;
    if (!is_sum && (group >= YZ_GROUPS || type >= YZ_TYPES)) return false;
    uint32_t block = cube_block(c, row, counter, is_sum ? 0 : group);
    uint32_t *slot = is_sum ? block_sum(c, block) : block_slot(c, block, group, type);
    if (in->at == in->end) return false;
    while (in->at < in->end) {
        history_entry entry = {.minute = yz_in_32(in)};
        entry.value = (int64_t)yz_in_64(in);
        if (in->why != NULL || !history_restore(&c->words, slot, entry)) return false;
    }
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
static bool block_adds_up(const yz_cube *c, uint32_t block, int64_t *sum) {
    *sum = history_now(&c->words, *block_sum(c, block));
    int64_t parts = 0;
    for (uint32_t i = 0; i < block_groups(c, block) * YZ_TYPES; i++)
        parts += history_now(&c->words, *(block_slot(c, block, 0, 0) + i));
    return parts == *sum;
}

bool yz_cube_restored(yz_cube *c) {
    for (uint32_t number = 0; number < yz_ids_count(c->codes); number++) {
        const node *n = node_at(c, number);
        for (uint32_t counter = 0; counter < c->counters; counter++) {
            yz_cell all = {number, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL};
            int64_t rest = yz_cube_now(c, counter, all), sum;
            uint32_t all_row = cube_row_find(c, number, YZ_OCCUPATION_ALL);
            uint32_t all_block =
                all_row == YZ_ROW_NONE ? 0 : cube_row_at(c, all_row)->block[counter];
            if (all_block != 0 && !block_adds_up(c, all_block, &sum)) return false;
            for (uint32_t i = 0; i < n->row_count; i++) {
                uint32_t block = cube_row_at(c, n->rows[i])->block[counter];
                if (block == 0) continue;
                if (!block_adds_up(c, block, &sum)) return false;
                rest -= sum;
            }
            if (rest != 0) return false;
        }
    }
    return true;
}
