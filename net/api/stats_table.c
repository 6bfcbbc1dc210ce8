/* A table of statistics, read in slices: the keys of its lists, then cell by cell, then the totals.
 *
 *     keys[0]      keys[1]     row        numbers (stride)
 *     6205         o-1         0 0 0      S02 | S04 numerator, denominator | ...
 *     6205         o-2         0 1 0      ...
 *     (rest)       o-1         2 0 0      what the whole has beyond its parts
 *
 * If the market goes on between two slices, the parts may be of different moments; then the total
 * is made the sum of what was read, and the answer says that it changed. */
#include "net/api/stats_inner.h"

#include "engine/base/alloc.h"

#include <stdatomic.h>

#define SLICE_NS 700000u                            // a read section is to last 1 ms at most
#define SLICE_READS 2000u                           // where there is no clock
#define KEYS_AT_ONCE 64u                            // between two looks at the clock
#define PRICE_OF_VENUES 50u                         // reads of a series that walks venues or skills
#define CELLS_MAX (4 * (uint64_t)STATS_NUMBERS_MAX) // numbers looked at, empty ones too

// ---- room: many may ask for large tables at once ----

static _Atomic uint64_t room_taken;

bool stats_take_room(stats_table *t, uint64_t numbers) {
    if (t->small + numbers <= STATS_SMALL_NUMBERS) {
        t->small += numbers;
        return true;
    }
    if (atomic_fetch_add(&room_taken, numbers) + numbers <= STATS_ROOM_NUMBERS) {
        t->room += numbers;
        return true;
    }
    atomic_fetch_sub(&room_taken, numbers);
    t->refusal = "stats_busy";
    return false;
}

// ---- life ----

static void lay_out(stats_table *t) {
    for (uint32_t i = 0; i < t->question.series_count; i++) {
        t->at[i] = t->stride;
        t->stride += stats_shape_of(t->question.series[i])->numbers;
    }
}

stats_table *stats_table_new(const stats_question *question) {
    stats_table *t = yz_alloc_zeroed(sizeof *t);
    t->arena = yz_arena_new(STATS_KEYS_BYTES_MAX);
    t->question = *question;
    yz_text *const texts[] = {&t->question.division, &t->question.occupation, &t->question.venue,
                              &t->question.skill, &t->question.how.root};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i]->bytes != NULL) *texts[i] = yz_arena_text(t->arena, *texts[i]);
    t->reading = yz_alloc_zeroed(sizeof *t->reading);
    lay_out(t);
    t->totals = yz_alloc_zeroed(question->periods * t->stride * sizeof *t->totals);
    t->provisional = yz_alloc_zeroed(question->periods * sizeof *t->provisional);
    if (question->is_public) t->published = stats_public_new();
    return t;
}

void stats_table_free(stats_table *t) {
    if (t == NULL) return;
    atomic_fetch_sub(&room_taken, t->room);
    yz_free(t->keys[0]);
    yz_free(t->keys[1]);
    yz_free(t->rows);
    yz_free(t->numbers);
    yz_free(t->totals);
    yz_free(t->provisional);
    yz_free(t->reading);
    stats_public_free(t->published);
    stats_fast_free(t->fast);
    yz_arena_free(t->arena);
    yz_free(t);
}

yz_period stats_table_period(const stats_table *t, uint32_t period) {
    yz_period p = t->question.first;
    p.index += period;
    return p;
}

bool stats_has_total(const stats_table *t) {
    for (uint32_t i = 0; i < t->question.by_count; i++) {
        if (t->question.by[i] == YZ_BY_SKILL) return false; // who has two counts in both
    }
    return t->question.by_count > 0;
}

// A run that is over stays as it is, whatever comes between two slices.
bool stats_table_changed(const stats_table *t) {
    const stats_question *q = &t->question;
    bool over = q->first.window != YZ_WINDOW_NOW && q->first.window != YZ_WINDOW_TOTAL &&
                yz_period_end_ms(stats_table_period(t, q->periods - 1)) <= t->now_ms;
    return t->first_sequence != t->sequence && !over;
}

// ---- rows ----

// A row of zeros; NULL: there are too many.
static int64_t *add_row(stats_table *t, stats_row row) {
    if ((uint64_t)(t->row_count + 1) * t->stride > STATS_NUMBERS_MAX) {
        t->refusal = "too_many_numbers";
        return NULL;
    }
    if (t->row_count == t->row_room) {
        uint32_t more = t->row_room ? t->row_room : 64;
        if (!stats_take_room(t, (uint64_t)more * (t->stride + 2))) return NULL; // 2: of the row
        t->row_room += more;
        t->rows = yz_realloc(t->rows, t->row_room * sizeof *t->rows);
        t->numbers = yz_realloc(t->numbers, t->row_room * t->stride * sizeof *t->numbers);
    }
    t->rows[t->row_count] = row;
    return t->numbers + (size_t)t->row_count++ * t->stride;
}

static bool is_empty(const stats_table *t, const int64_t *numbers) {
    for (uint32_t i = 0; i < t->stride; i++) {
        if (numbers[i] > 0) return false;
    }
    return true;
}

static bool is_rest(const stats_table *t, const stats_row *row) {
    return t->question.by_count > 0 && t->question.by[0] == YZ_BY_DIVISION &&
           t->keys[0][row->key[0]].number == STATS_REST;
}

// Of occupations and groups only those that there are: there may be thousands of the first, and few
// of the second are in use.
static bool leaves_out_empty(const stats_table *t) {
    if (t->question.is_public) return false; // who is not there would be 0
    for (uint32_t i = 0; i < t->question.by_count; i++) {
        yz_dimension by = t->question.by[i];
        if (by == YZ_BY_OCCUPATION || by == YZ_BY_GROUP) return true;
    }
    return false;
}

// ---- cell by cell ----

static void keys_at(const stats_table *t, const uint32_t at[2], const stats_key *keys[2]) {
    for (uint32_t i = 0; i < 2; i++)
        keys[i] = i < t->question.by_count ? &t->keys[i][at[i]] : NULL;
}

static uint32_t keys_in(const stats_table *t, uint32_t list) {
    return list < t->question.by_count ? t->key_count[list] : 1;
}

// The cell after this one, or false: that was the last.
static bool next_key(stats_table *t) {
    stats_reading *r = t->reading;
    r->period = 0;
    if (++r->at[1] < keys_in(t, 1)) return true;
    r->at[1] = 0;
    return ++r->at[0] < keys_in(t, 0);
}

static void read_rows(stats_table *t, const stats_source *from) {
    stats_reading *r = t->reading;
    const stats_key *keys[2];
    keys_at(t, r->at, keys);
    r->reads += 1;
    if (!stats_cell_exists(t, from, keys) && leaves_out_empty(t)) {
        if (!next_key(t)) r->phase = STATS_TOTALS;
        return;
    }
    yz_shape shape = yz_series_of(t->question.series[0])->shape;
    r->reads += shape > YZ_SHAPE_DURATION ? PRICE_OF_VENUES : t->question.series_count;
    int64_t *numbers = add_row(t, (stats_row){{r->at[0], r->at[1]}, r->period});
    if (numbers == NULL) return;
    stats_read_cell(t, from, keys, stats_table_period(t, r->period), numbers,
                    &t->provisional[r->period]);
    if (is_empty(t, numbers) && leaves_out_empty(t)) t->row_count -= 1;
    if (++r->period < t->question.periods) return;
    if (!next_key(t)) r->phase = STATS_TOTALS;
}

// ---- what adds up ----

static const stats_column *column_of_number(const stats_shape *shape, uint32_t number) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        if (shape->columns[i].from == (int)number) return &shape->columns[i];
    }
    return NULL;
}

// By number of a row: does it add up over cells?
static void note_sums(const stats_table *t, bool *adds_up) {
    for (uint32_t i = 0; i < t->question.series_count; i++) {
        const stats_shape *shape = stats_shape_of(t->question.series[i]);
        for (uint32_t n = 0; n < shape->numbers; n++) {
            const stats_column *column = column_of_number(shape, n);
            adds_up[t->at[i] + n] = column != NULL && column->adds_up;
        }
    }
}

/* The rest of each (second key, period): what was read of the whole, less what its parts have. All
 * rows of one such pair are compared by where they stand, second key and period. */
static void take_parts_from_rest(stats_table *t, const bool *adds_up) {
    uint32_t pairs = keys_in(t, 1) * t->question.periods;
    int64_t *sums = yz_alloc_zeroed((size_t)pairs * t->stride * sizeof *sums);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < t->row_count; i++) {
        stats_row row = t->rows[i];
        int64_t *numbers = t->numbers + (size_t)i * t->stride;
        int64_t *sum = sums + (size_t)(row.key[1] * t->question.periods + row.period) * t->stride;
        bool rest = is_rest(t, &row); // the last of its pair
        for (uint32_t n = 0; n < t->stride; n++) {
            if (!rest) {
                sum[n] += numbers[n];
            } else if (!adds_up[n]) {
                numbers[n] = -1;
            } else {
                numbers[n] = numbers[n] > sum[n] ? numbers[n] - sum[n] : 0;
            }
        }
        if (rest && (is_empty(t, numbers) || t->question.is_public)) continue;
        memmove(t->numbers + (size_t)kept * t->stride, numbers, t->stride * sizeof *numbers);
        t->rows[kept++] = row;
    }
    t->row_count = kept;
    yz_free(sums);
}

static void make_totals_of_rows(stats_table *t, const bool *adds_up) {
    for (uint32_t p = 0; p < t->question.periods; p++) {
        for (uint32_t n = 0; n < t->stride; n++)
            if (adds_up[n]) t->totals[p * t->stride + n] = 0;
    }
    for (uint32_t i = 0; i < t->row_count; i++) {
        const int64_t *numbers = t->numbers + (size_t)i * t->stride;
        int64_t *total = t->totals + (size_t)t->rows[i].period * t->stride;
        for (uint32_t n = 0; n < t->stride; n++)
            if (adds_up[n] && numbers[n] > 0) total[n] += numbers[n];
    }
}

static void finish(stats_table *t) {
    const stats_question *q = &t->question;
    bool *adds_up = yz_alloc_zeroed(t->stride * sizeof *adds_up);
    note_sums(t, adds_up);
    if (q->by_count > 0 && q->by[0] == YZ_BY_DIVISION) take_parts_from_rest(t, adds_up);
    // A station counts where it was then, so those of today need not add up.
    bool parts = stats_has_total(t) && q->by[0] != YZ_BY_VENUE;
    if (parts && stats_table_changed(t)) make_totals_of_rows(t, adds_up);
    if (t->published != NULL) stats_public_hide(t);
    yz_free(adds_up);
}

// ---- slices ----

static void find_keys(stats_table *t, const yz_market *market) {
    stats_reading *r = t->reading;
    r->reads += KEYS_AT_ONCE;
    if (r->list < t->question.by_count && stats_keys_find(t, r->list, market, KEYS_AT_ONCE)) return;
    r->found = 0;
    if (++r->list < t->question.by_count) return;
    r->list = 0;
    r->phase = STATS_SORT_KEYS;
}

static void name_keys(stats_table *t, const yz_market *market) {
    stats_reading *r = t->reading;
    for (uint32_t i = 0; i < KEYS_AT_ONCE && r->list < t->question.by_count; i++) {
        r->reads += 1;
        if (r->found < t->key_count[r->list]) {
            stats_key_name_next(t, r->list, market);
            continue;
        }
        r->list += 1;
        r->found = 0;
    }
    if (r->list >= t->question.by_count) r->phase = STATS_SORT_NAMES;
}

static void read_fast(stats_table *t, const stats_source *from) {
    stats_reading *r = t->reading;
    r->reads += 1;
    if (stats_fast_read(t, from)) return;
    r->phase = STATS_TOTALS;
    r->period = 0;
}

static void read_total(stats_table *t, const stats_source *from) {
    stats_reading *r = t->reading;
    if (stats_has_total(t) && r->period < t->question.periods) {
        r->reads += t->question.series_count;
        stats_read_cell(t, from, NULL, stats_table_period(t, r->period),
                        t->totals + (size_t)r->period * t->stride, &t->provisional[r->period]);
        r->period += 1;
    } else {
        r->phase = STATS_FINISH;
    }
}

static bool needs_market(stats_phase phase) {
    return phase == STATS_FIND || phase == STATS_NAME || phase == STATS_PUBLIC ||
           phase == STATS_ROWS || phase == STATS_TOTALS;
}

static bool slice_is_over(const stats_reading *r, const api_house *house) {
    return r->reads >= SLICE_READS || house->now_ns(house->context) - r->begun_ns >= SLICE_NS;
}

void stats_table_read(stats_table *t, const yz_market *market, const api_house *house) {
    stats_reading *r = t->reading;
    stats_source from = {market, yz_market_stats(market), stats_now_ms(house, market)};
    if (from.stats == NULL) {
        t->refusal = "no_statistics";
        return;
    }
    r->begun_ns = house->now_ns(house->context);
    r->reads = 0;
    t->now_ms = from.now_ms;
    t->at_ms = yz_market_time_ms(market);
    t->sequence = yz_market_sequence(market);
    if (r->phase == STATS_ROWS && !r->reads_rows) {
        r->reads_rows = true;
        t->first_sequence = t->sequence;
        stats_scope_find(t, market);
    }
    while (needs_market(r->phase) && t->refusal == NULL) {
        if (r->phase == STATS_FIND) find_keys(t, market);
        if (r->phase == STATS_NAME) name_keys(t, market);
        if (r->phase == STATS_PUBLIC && !stats_public_read(t, &from)) r->phase = STATS_DECIDE;
        if (r->phase == STATS_ROWS && t->fast != NULL)
            read_fast(t, &from);
        else if (r->phase == STATS_ROWS)
            read_rows(t, &from);
        if (r->phase == STATS_TOTALS) read_total(t, &from);
        if (slice_is_over(r, house)) return;
    }
}

static stats_phase first_phase(const stats_table *t) {
    return keys_in(t, 0) > 0 && keys_in(t, 1) > 0 ? STATS_ROWS : STATS_TOTALS;
}

bool stats_table_work(stats_table *t) {
    stats_reading *r = t->reading;
    uint64_t cells;
    if (t->refusal != NULL) return false;
    switch (r->phase) {
    case STATS_SORT_KEYS:
        for (uint32_t list = 0; list < t->question.by_count; list++)
            stats_keys_sort(t, list, false);
        r->phase = STATS_NAME;
        break;
    case STATS_SORT_NAMES:
        for (uint32_t list = 0; list < t->question.by_count; list++)
            stats_keys_sort(t, list, true);
        cells = (uint64_t)keys_in(t, 0) * keys_in(t, 1) * t->question.periods * t->stride;
        if (cells > CELLS_MAX) t->refusal = "too_many_numbers";
        t->fast = t->refusal == NULL && cells > 0 ? stats_fast_new(t) : NULL;
        r->phase = t->published != NULL ? STATS_PUBLIC : first_phase(t);
        break;
    case STATS_DECIDE: r->phase = stats_public_work(t) ? STATS_PUBLIC : first_phase(t); break;
    case STATS_FINISH:
        if (t->fast != NULL && !stats_fast_finish(t)) {
            r->at[0] = r->at[1] = r->period = 0;
            r->reads_rows = false;
            r->phase = STATS_ROWS;
            break;
        }
        finish(t);
        r->phase = STATS_READ;
        break;
    default: break;
    }
    return r->phase != STATS_READ && t->refusal == NULL;
}
