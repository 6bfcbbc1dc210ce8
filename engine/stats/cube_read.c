/* Reading the cube, now or just before an instant; and its fingerprint. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/stats/cube_inner.h"

// YZ_ROW_NONE: nothing was counted there.
static uint32_t row_of(const yz_cube *c, uint32_t counter, yz_cell cell) {
    yz_check(counter < c->counters);
    if (cell.node >= yz_ids_count(c->codes)) return YZ_ROW_NONE;
    return cube_row_find(c, cell.node, cell.occupation);
}

int64_t cube_row_now(const yz_cube *c, uint32_t number, uint32_t counter) {
    const cube_row *row = cube_row_at(c, number);
    if (row->whole != 0) return history_now(&c->sums, sum_at(c, row, counter));
    if (is_at_hand(c, counter)) return *now_at(c, counter, number);
    return daybook_between(&c->books, row->book[counter], 0, DAYBOOK_DAY_END,
                           daybook_cells_of(YZ_ALL, YZ_ALL));
}

// ---- looking once ----

// Minutes of an instant that is one, or beyond all.
static uint32_t minute_of(int64_t at_ms) {
    if (at_ms <= 0) return 0;
    if (at_ms >= (int64_t)UINT32_MAX * 60000) return UINT32_MAX;
    yz_check(at_ms % 60000 == 0);
    return (uint32_t)(at_ms / 60000);
}

yz_cube_look yz_cube_look_at(const yz_cube *c, yz_cell cell, yz_period period) {
    yz_cube_look look = {.row = YZ_ROW_NONE, .end = UINT32_MAX, .group = cell.group};
    look.type = cell.type;
    if (cell.node < yz_ids_count(c->codes)) {
        look.row = cube_row_find(c, cell.node, cell.occupation);
    }
    if (look.row != YZ_ROW_NONE) {
        const char *row = (const char *)cube_row_at(c, look.row);
        for (uint32_t byte = 0; byte < c->rows.record_size; byte += 64)
            __builtin_prefetch(row + byte);
    }
    if (period.window == YZ_WINDOW_NOW || period.window == YZ_WINDOW_TOTAL) return look;
    look.begin = minute_of(yz_period_begin_ms(period));
    look.end = minute_of(yz_period_end_ms(period));
    look.by_minute = period.window == YZ_WINDOW_MINUTE || period.window == YZ_WINDOW_HOUR;
    yz_check(!look.by_minute || yz_cube_is_whole(cell));
    return look;
}

static uint32_t look_day(uint32_t minute) {
    return minute == UINT32_MAX ? DAYBOOK_DAY_END : history_day_number(minute);
}

void yz_cube_look_ahead(const yz_cube *c, const yz_cube_look *look, uint64_t counters) {
    if (look->row == YZ_ROW_NONE || look->by_minute) return;
    const cube_row *row = cube_row_at(c, look->row);
    for (uint64_t rest = counters; rest != 0; rest &= rest - 1) {
        uint32_t book = book_of(c, row, (uint32_t)__builtin_ctzll(rest));
        if (book != 0) daybook_expect(&c->books, book);
    }
    for (uint64_t rest = counters; rest != 0; rest &= rest - 1) {
        uint32_t book = book_of(c, row, (uint32_t)__builtin_ctzll(rest));
        if (book == 0) continue;
        if (look->begin != 0) daybook_expect_day(&c->books, book, look_day(look->begin));
        daybook_expect_day(&c->books, book, look_day(look->end));
    }
}

int64_t yz_cube_at_begin(const yz_cube *c, uint32_t counter, const yz_cube_look *look) {
    yz_check(counter < c->counters);
    if (look->row == YZ_ROW_NONE || look->begin == 0) return 0;
    const cube_row *row = cube_row_at(c, look->row);
    if (look->by_minute) return history_before(&c->sums, sum_at(c, row, counter), look->begin);
    return daybook_between(&c->books, book_of(c, row, counter), 0, look_day(look->begin),
                           daybook_cells_of(look->group, look->type));
}

int64_t yz_cube_at_end(const yz_cube *c, uint32_t counter, const yz_cube_look *look) {
    yz_check(counter < c->counters);
    if (look->row == YZ_ROW_NONE) return 0;
    const cube_row *row = cube_row_at(c, look->row);
    if (look->by_minute) return history_before(&c->sums, sum_at(c, row, counter), look->end);
    bool whole = look->group == YZ_ALL && look->type == YZ_ALL;
    if (whole && look->end == UINT32_MAX) return cube_row_now(c, look->row, counter);
    return daybook_between(&c->books, book_of(c, row, counter), 0, look_day(look->end),
                           daybook_cells_of(look->group, look->type));
}

int64_t yz_cube_added(const yz_cube *c, uint32_t counter, const yz_cube_look *look) {
    if (look->by_minute || look->begin == 0) {
        return yz_cube_at_end(c, counter, look) - yz_cube_at_begin(c, counter, look);
    }
    yz_check(counter < c->counters);
    if (look->row == YZ_ROW_NONE) return 0;
    return daybook_between(&c->books, book_of(c, cube_row_at(c, look->row), counter),
                           look_day(look->begin), look_day(look->end),
                           daybook_cells_of(look->group, look->type));
}

// ---- one number ----

int64_t yz_cube_now(const yz_cube *c, uint32_t counter, yz_cell cell) {
    uint32_t row = row_of(c, counter, cell);
    if (row == YZ_ROW_NONE) return 0;
    if (cell.group == YZ_ALL && cell.type == YZ_ALL) return cube_row_now(c, row, counter);
    return daybook_between(&c->books, book_of(c, cube_row_at(c, row), counter), 0, DAYBOOK_DAY_END,
                           daybook_cells_of(cell.group, cell.type));
}

int64_t yz_cube_before(const yz_cube *c, uint32_t counter, yz_cell cell, int64_t at_ms) {
    if (at_ms <= 0) return 0;
    if (at_ms >= (int64_t)UINT32_MAX * 60000) return yz_cube_now(c, counter, cell);
    yz_check(at_ms % 60000 == 0);
    uint32_t minute = (uint32_t)(at_ms / 60000), number = row_of(c, counter, cell);
    bool whole = yz_cube_is_whole(cell);
    yz_check(whole || history_day(minute) == minute);
    if (number == YZ_ROW_NONE) return 0;
    const cube_row *row = cube_row_at(c, number);
    if (whole) return history_before(&c->sums, sum_at(c, row, counter), minute);
    return daybook_between(&c->books, book_of(c, row, counter), 0, history_day_number(minute),
                           daybook_cells_of(cell.group, cell.type));
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
static void print_history(printer *p, yz_print cell, const history_entry *entries, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i + 1 < count && !history_needs(entries[i].minute, entries[i + 1].minute, p->now))
            continue;
        yz_print term = yz_print_member(cell, entries[i].minute);
        yz_print_add(&p->sum, yz_print_member(term, (uint64_t)entries[i].value));
    }
}

static void print_book(printer *p, yz_print row, uint32_t counter, uint32_t book) {
    daybook_entry *list;
    uint32_t count = daybook_list(&p->cube->books, book, &list);
    history_entry *entries = yz_alloc((count + 1) * sizeof *entries);
    for (uint32_t i = 0; i < count;) {
        uint8_t key = list[i].key;
        uint32_t some = 0;
        int64_t value = 0;
        for (; i < count && list[i].key == key; i++) {
            value += list[i].by;
            entries[some++] = (history_entry){history_day_minute(list[i].day), value};
        }
        uint64_t number = (uint64_t)counter << 16 | key;
        print_history(p, yz_print_member(row, number), entries, some);
    }
    yz_free(entries);
    yz_free(list);
}

static void print_sum(printer *p, yz_print row, uint32_t counter, const uint32_t *history) {
    uint32_t count = history_count(&p->cube->sums, history);
    history_entry *entries = yz_alloc((count + 1) * sizeof *entries);
    for (uint32_t i = 0; i < count; i++)
        entries[i] = history_at(&p->cube->sums, history, i);
    print_history(p, yz_print_member(row, (uint64_t)counter << 16 | 0xFFFF), entries, count);
    yz_free(entries);
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
            print_book(&p, named, counter, book_of(c, row, counter));
            if (row->whole != 0) print_sum(&p, named, counter, sum_at(c, row, counter));
        }
    }
    return p.sum;
}
