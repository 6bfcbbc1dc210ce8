/* Reading the cube: sums over slots, now or just before an instant; and its fingerprint. */
#include "engine/base/check.h"
#include "engine/stats/cube_inner.h"

// The row of a cell where the counter ever counted; YZ_ROW_NONE: none.
static uint32_t counted_row(const yz_cube *c, uint32_t counter, yz_cell cell) {
    yz_check(counter < c->counters);
    if (cell.node >= yz_ids_count(c->codes)) return YZ_ROW_NONE;
    uint32_t row = cube_row_find(c, cell.node, cell.occupation);
    return row == YZ_ROW_NONE || cube_row_at(c, row)->block[counter] == 0 ? YZ_ROW_NONE : row;
}

static bool is_in(yz_cell cell, unsigned char key) {
    return (cell.group == YZ_ALL || cell.group == key / YZ_TYPES) &&
           (cell.type == YZ_ALL || cell.type == key % YZ_TYPES);
}

int64_t yz_cube_now(const yz_cube *c, uint32_t counter, yz_cell cell) {
    uint32_t row = counted_row(c, counter, cell);
    if (row == YZ_ROW_NONE) return 0;
    if (cell.group == YZ_ALL && cell.type == YZ_ALL) return *now_at(c, counter, row);
    uint32_t *block = block_of(c, row, counter);
    int64_t value = 0;
    for (uint32_t i = 0; i < block_used(block); i++) {
        if (!is_in(cell, block_keys(block)[i])) continue;
        value += history_now(&c->words, block_slot(block, i));
    }
    return value;
}

int64_t yz_cube_before(const yz_cube *c, uint32_t counter, yz_cell cell, int64_t at_ms) {
    if (at_ms <= 0) return 0;
    if (at_ms >= (int64_t)UINT32_MAX * 60000) return yz_cube_now(c, counter, cell);
    yz_check(at_ms % 60000 == 0);
    uint32_t minute = (uint32_t)(at_ms / 60000);
    yz_check(yz_cube_is_whole(cell) || history_day(minute) == minute);
    uint32_t row = counted_row(c, counter, cell);
    if (row == YZ_ROW_NONE) return 0;
    uint32_t *block = block_of(c, row, counter);
    if (cell.group == YZ_ALL && cell.type == YZ_ALL) {
        return history_before(&c->words, block_sum(block), minute);
    }
    int64_t value = 0;
    for (uint32_t i = 0; i < block_used(block); i++) {
        if (!is_in(cell, block_keys(block)[i])) continue;
        value += history_before(&c->words, block_slot(block, i), minute);
    }
    return value;
}

int64_t yz_cube_in(const yz_cube *c, uint32_t counter, yz_cell cell, yz_period period) {
    if (period.window == YZ_WINDOW_NOW || period.window == YZ_WINDOW_TOTAL) {
        return yz_cube_now(c, counter, cell);
    }
    return yz_cube_before(c, counter, cell, yz_period_end_ms(period)) -
           yz_cube_before(c, counter, cell, yz_period_begin_ms(period));
}

bool yz_cube_keeps(yz_period period, int64_t now_ms) {
    int64_t keep;
    switch (period.window) {
    case YZ_WINDOW_MINUTE: keep = KEEP_MINUTES; break;
    case YZ_WINDOW_HOUR: keep = KEEP_HOURS; break;
    case YZ_WINDOW_DAY: keep = KEEP_DAYS; break;
    default: return true;
    }
    // Both its ends are still there: now in full minutes, as a history is thinned.
    return yz_period_begin_ms(period) >= (now_ms / 60000 - keep) * 60000;
}

// ---- the fingerprint ----

typedef struct printer {
    const yz_cube *cube;
    uint32_t now; // minute
    yz_print sum;
} printer;

// What a reader can see of one history: its entries as thinned now.
static void print_history(printer *p, yz_print cell, const uint32_t *history) {
    uint32_t count = history_count(&p->cube->words, history);
    for (uint32_t i = 0; i < count; i++) {
        history_entry entry = history_at(&p->cube->words, history, i);
        bool last = i + 1 == count;
        if (!last) {
            uint32_t next = history_at(&p->cube->words, history, i + 1).minute;
            if (!history_needs(entry.minute, next, p->now)) continue;
        }
        yz_print term = yz_print_member(cell, entry.minute);
        yz_print_add(&p->sum, yz_print_member(term, (uint64_t)entry.value));
    }
}

static void print_block(printer *p, yz_print row, uint32_t counter, uint32_t *block) {
    for (uint32_t i = 0; i < block_used(block); i++) {
        uint64_t number = (uint64_t)counter << 16 | block_keys(block)[i];
        print_history(p, yz_print_member(row, number), block_slot(block, i));
    }
    print_history(p, yz_print_member(row, (uint64_t)counter << 16 | 0xFFFF), block_sum(block));
}

yz_print yz_cube_print(const yz_cube *c, int64_t now_ms,
                       yz_text (*occupation_id)(void *context, uint32_t row), void *context) {
    printer p = {.cube = c, .now = now_ms < 0 ? 0 : (uint32_t)(now_ms / 60000)};
    for (uint32_t number = 0; number < c->row_count; number++) {
        const cube_row *row = cube_row_at(c, number);
        yz_text code = yz_cube_node_code(c, row->node);
        yz_print named = yz_print_of(code.bytes, code.size);
        if (row->occupation == YZ_OCCUPATION_ALL) {
            named = yz_print_member(named, 1);
        } else if (row->occupation == YZ_ROW_NONE) {
            named = yz_print_member(named, 2);
        } else {
            yz_text id = occupation_id(context, row->occupation);
            yz_print_add(&named, yz_print_member(yz_print_of(id.bytes, id.size), 3));
        }
        for (uint32_t counter = 0; counter < c->counters; counter++) {
            uint32_t *block = block_of(c, number, counter);
            if (block != NULL) print_block(&p, named, counter, block);
        }
    }
    return p.sum;
}
