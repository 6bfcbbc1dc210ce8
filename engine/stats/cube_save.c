/* The cube as records, and back:
 *
 *     P  division 4, occupation 4, code            a pair, by number
 *     H  row 4, counter 1, key 1 (group * 4 + type, or 255: the sum of a row of all occupations),
 *        then entries: minute 4, value 8
 *
 * A history longer than a record goes on in the next one. Keys of a book come one after the other,
 * ascending; of all but the sum the minutes begin days. */
#include "engine/base/alloc.h"
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

static bool save_history(uint32_t row, uint32_t counter, uint8_t key, const history_entry *entries,
                         uint32_t count, put_record put, void *context) {
    unsigned char record[YZ_CUBE_RECORD_MAX];
    for (uint32_t from = 0; from < count; from += ENTRIES_A_RECORD) {
        yz_out out = {record, record + sizeof record, false};
        yz_out_8(&out, 'H');
        yz_out_32(&out, row);
        yz_out_8(&out, (uint8_t)counter);
        yz_out_8(&out, key);
        for (uint32_t i = from; i < count && i < from + ENTRIES_A_RECORD; i++) {
            yz_out_32(&out, entries[i].minute);
            yz_out_64(&out, (uint64_t)entries[i].value);
        }
        yz_check(!out.full);
        if (!put(context, record, (uint32_t)(out.at - record))) return false;
    }
    return true;
}

static bool save_book(const yz_cube *c, uint32_t row, uint32_t counter, put_record put,
                      void *context) {
    daybook_entry *list;
    uint32_t count = daybook_list(&c->books, book_of(c, cube_row_at(c, row), counter), &list);
    history_entry *entries = yz_alloc((count + 1) * sizeof *entries);
    bool saved = true;
    for (uint32_t i = 0; i < count && saved;) {
        uint8_t key = list[i].key;
        uint32_t some = 0;
        int64_t value = 0;
        for (; i < count && list[i].key == key; i++) {
            value += list[i].by;
            entries[some++] = (history_entry){history_day_minute(list[i].day), value};
        }
        saved = save_history(row, counter, key, entries, some, put, context);
    }
    yz_free(entries);
    yz_free(list);
    return saved;
}

static bool save_sum(const yz_cube *c, uint32_t row, uint32_t counter, put_record put,
                     void *context) {
    if (cube_row_at(c, row)->whole == 0) return true;
    const uint32_t *sum = sum_at(c, cube_row_at(c, row), counter);
    uint32_t count = history_count(&c->sums, sum);
    history_entry *entries = yz_alloc((count + 1) * sizeof *entries);
    for (uint32_t i = 0; i < count; i++)
        entries[i] = history_at(&c->sums, sum, i);
    bool saved = save_history(row, counter, YZ_ALL, entries, count, put, context);
    yz_free(entries);
    return saved;
}

bool yz_cube_save(const yz_cube *c, put_record put, void *context) {
    if (!save_pairs(c, put, context)) return false;
    for (uint32_t row = 0; row < c->row_count; row++) {
        for (uint32_t counter = 0; counter < c->counters; counter++) {
            if (!save_book(c, row, counter, put, context)) return false;
            if (!save_sum(c, row, counter, put, context)) return false;
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

static bool restore_sum(yz_cube *c, yz_in *in, uint32_t row, uint32_t counter) {
    if (cube_row_at(c, row)->whole == 0) return false;
    uint32_t *sum = sum_at(c, cube_row_at(c, row), counter);
    while (in->at < in->end) {
        history_entry entry = {.minute = yz_in_32(in)};
        entry.value = (int64_t)yz_in_64(in);
        if (in->why != NULL || !history_restore(&c->sums, sum, entry, true)) return false;
    }
    return true;
}

// What was read of one book becomes the book.
static bool finish_book(yz_cube *c) {
    cube_reading *r = &c->reading;
    if (r->count == 0) return true;
    cube_row *row = cube_row_at(c, r->row);
    uint32_t *book = book_at(c, row, r->counter);
    if (*book != 0) return false; // it came before
    *book = daybook_write(&c->books, r->list, r->count);
    r->count = 0;
    if (row->whole != 0 || !is_at_hand(c, r->counter)) return true;
    *now_at(c, r->counter, r->row) =
        daybook_between(&c->books, *book, 0, DAYBOOK_DAY_END, daybook_cells_of(YZ_ALL, YZ_ALL));
    return true;
}

// Values become amounts; keys and days ascend.
static bool restore_entry(yz_cube *c, uint8_t key, history_entry entry) {
    cube_reading *r = &c->reading;
    const daybook_entry *last = r->count > 0 ? &r->list[r->count - 1] : NULL;
    uint32_t day = history_day_number(entry.minute);
    int64_t value = last != NULL && last->key == key ? r->value : 0, by;
    if (entry.minute != history_day_minute(day)) return false;
    if (last != NULL && (last->key > key || (last->key == key && last->day >= day))) return false;
    if (__builtin_sub_overflow(entry.value, value, &by)) return false;
    if (by > DAYBOOK_AMOUNT_MAX || by < -DAYBOOK_AMOUNT_MAX) return false;
    if (r->count == r->room) {
        r->room = r->room == 0 ? 64 : r->room * 2;
        r->list = yz_realloc(r->list, r->room * sizeof *r->list);
    }
    r->list[r->count++] = (daybook_entry){day, key, by};
    r->value = entry.value;
    return true;
}

static bool restore_book(yz_cube *c, yz_in *in, uint32_t row, uint32_t counter, uint8_t key) {
    cube_reading *r = &c->reading;
    if ((r->row != row || r->counter != counter) && !finish_book(c)) return false;
    r->row = row;
    r->counter = counter;
    while (in->at < in->end) {
        history_entry entry = {.minute = yz_in_32(in)};
        entry.value = (int64_t)yz_in_64(in);
        if (in->why != NULL || !restore_entry(c, key, entry)) return false;
    }
    return true;
}

static bool restore_history(yz_cube *c, yz_in *in) {
    uint32_t row = yz_in_32(in);
    uint8_t counter = yz_in_8(in), key = yz_in_8(in);
    if (in->why != NULL || row >= c->row_count || counter >= c->counters) return false;
    if (in->at == in->end) return false;
    if (key == YZ_ALL) return restore_sum(c, in, row, counter);
    return key < DAYBOOK_KEYS && restore_book(c, in, row, counter, key);
}

bool yz_cube_restore(yz_cube *c, const void *record, uint32_t size) {
    yz_in in = {record, (const unsigned char *)record + size, NULL};
    switch (yz_in_8(&in)) {
    case 'P': return restore_pair(c, &in);
    case 'H': return restore_history(c, &in);
    default: return false;
    }
}

// The sum of a row by the minute is that of its book.
static bool row_adds_up(const yz_cube *c, uint32_t number, uint32_t counter, int64_t *sum) {
    const cube_row *row = cube_row_at(c, number);
    *sum = daybook_between(&c->books, book_of(c, row, counter), 0, DAYBOOK_DAY_END,
                           daybook_cells_of(YZ_ALL, YZ_ALL));
    return row->whole == 0 || history_now(&c->sums, sum_at(c, row, counter)) == *sum;
}

// What a node has in all occupations is what it has in each.
static bool node_adds_up(const yz_cube *c, uint32_t number, uint32_t counter) {
    const node *n = node_at(c, number);
    uint32_t all_row = cube_row_find(c, number, YZ_OCCUPATION_ALL);
    int64_t rest = 0, sum;
    if (all_row != YZ_ROW_NONE && !row_adds_up(c, all_row, counter, &rest)) return false;
    for (uint32_t i = 0; i < n->row_count; i++) {
        if (!row_adds_up(c, n->rows[i].row, counter, &sum)) return false;
        rest -= sum;
    }
    return rest == 0;
}

bool yz_cube_restored(yz_cube *c) {
    bool finished = finish_book(c);
    yz_free(c->reading.list);
    c->reading = (cube_reading){0};
    if (!finished) return false;
    for (uint32_t number = 0; number < yz_ids_count(c->codes); number++) {
        for (uint32_t counter = 0; counter < c->counters; counter++) {
            if (!node_adds_up(c, number, counter)) return false;
        }
    }
    return true;
}
