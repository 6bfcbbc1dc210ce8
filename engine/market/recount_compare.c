/* The recount against the market's statistics: every cell that ever counted, rolled up every way,
 * in every period. Counts are compared whole, ratios by their two parts. */
#include "engine/base/alloc.h"
#include "engine/base/mix.h"
#include "engine/market/recount_inner.h"
#include "engine/model/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A cell of the recount, rolled up: names, with these for all.
#define NAME_ALL UINT32_MAX

typedef struct rolled {
    int64_t period;
    uint32_t prefix, occupation; // names; NAME_ALL
    uint8_t group, type;
    bool used;
    int64_t days;          // S07
    int64_t amount, below; // of a ratio: above and below
} rolled;

typedef struct table {
    rolled *at;
    uint32_t room, count;
} table;

typedef struct comparison {
    yz_recount *recount;
    const yz_market *market;
    void (*say)(void *context, const char *line);
    void *context;
    int64_t now_ms;
    uint64_t compared, differences;
    // What each counter counts in this window, once somebody asked.
    yz_window window;
    parts counted[COUNT_HIRED + 1];
    bool is_counted[COUNT_HIRED + 1];
} comparison;

// ---- rolling up ----

static uint64_t hash_of(const rolled *key) {
    uint64_t hash = yz_mix((uint64_t)key->period ^ (uint64_t)key->days << 40);
    hash = yz_mix(hash ^ ((uint64_t)key->prefix << 32 | key->occupation));
    return yz_mix(hash ^ ((uint64_t)key->group << 8 | key->type));
}

static bool same_key(const rolled *a, const rolled *b) {
    return a->period == b->period && a->prefix == b->prefix && a->occupation == b->occupation &&
           a->group == b->group && a->type == b->type && a->days == b->days;
}

static rolled *table_at(table *t, rolled key) {
    if (t->count * 2 >= t->room) {
        table old = *t;
        t->room = old.room == 0 ? 1024 : old.room * 2;
        t->at = yz_alloc_zeroed(t->room * sizeof *t->at);
        t->count = 0;
        for (uint32_t i = 0; i < old.room; i++) {
            if (old.at[i].used) *table_at(t, old.at[i]) = old.at[i];
        }
        yz_free(old.at);
    }
    uint32_t at = (uint32_t)hash_of(&key) & (t->room - 1);
    while (t->at[at].used && !same_key(&t->at[at], &key))
        at = (at + 1) & (t->room - 1);
    if (!t->at[at].used) {
        key.used = true;
        key.amount = key.below = 0;
        t->at[at] = key;
        t->count += 1;
    }
    return &t->at[at];
}

static uint32_t prefixes_of(comparison *c, uint32_t division, uint32_t prefixes[5]) {
    char code[YZ_ID_BYTES_MAX]; // names may move when one is added
    yz_text text = recount_text(c->recount, division);
    uint32_t size = text.size, count = 0;
    memcpy(code, text.bytes, size);
    for (uint32_t length = 0; length <= size; length++) {
        bool level = length == 0 || length == 2 || length == 4 || length == 6 || length == size;
        if (level) prefixes[count++] = recount_name(c->recount, (yz_text){code, length});
    }
    return count;
}

// The ways to leave dimensions open (bits: occupation, group, type) that this series can be asked.
static bool is_way(yz_series series, yz_window window, uint32_t way) {
    uint32_t has = yz_series_of(series)->dimensions;
    if (window == YZ_WINDOW_MINUTE || window == YZ_WINDOW_HOUR) return way == 7;
    return (way & 1 || has & YZ_BY_OCCUPATION) && (way & 2 || has & YZ_BY_GROUP) &&
           (way & 4 || has & YZ_BY_TYPE);
}

static void roll_up(comparison *c, yz_series series, table *t, const parts *all, bool below) {
    for (uint32_t i = 0; i < all->list.count; i++) {
        const part *p = &all->list.at[i];
        uint32_t prefixes[5];
        if (!yz_cube_keeps(p->period, c->now_ms)) continue;
        uint32_t levels = prefixes_of(c, p->cell.division, prefixes);
        for (uint32_t way = 0; way < levels * 8; way++) {
            if (!is_way(series, p->period.window, way % 8)) continue;
            rolled *r = table_at(t, (rolled){
                                        .period = p->period.index,
                                        .prefix = prefixes[way / 8],
                                        .occupation = way & 1 ? NAME_ALL : p->cell.occupation,
                                        .group = way & 2 ? YZ_ALL : p->cell.group,
                                        .type = way & 4 ? YZ_ALL : p->cell.type,
                                        .days = p->days,
                                    });
            *(below ? &r->below : &r->amount) += p->amount;
        }
    }
}

static const parts *parts_of(comparison *c, recount_counter counter, yz_window window) {
    if (window != c->window) {
        for (uint32_t i = 0; i <= COUNT_HIRED; i++)
            parts_deinit(&c->counted[i]);
        memset(c->is_counted, 0, sizeof c->is_counted);
        c->window = window;
    }
    if (!c->is_counted[counter])
        recount_parts(c->recount, counter, window, c->now_ms, &c->counted[counter]);
    c->is_counted[counter] = true;
    return &c->counted[counter];
}

// ---- asking ----

static bool cell_of(const comparison *c, const rolled *r, yz_cell *cell) {
    *cell = (yz_cell){.occupation = YZ_OCCUPATION_ALL, .group = r->group, .type = r->type};
    const yz_cube *cube = yz_stats_cube(yz_market_stats(c->market));
    cell->node = yz_cube_node(cube, recount_text(c->recount, r->prefix));
    if (r->occupation == NAME_ALL) return true;
    if (r->occupation == 0) {
        cell->occupation = YZ_ROW_NONE;
        return true;
    }
    cell->occupation = c->recount->rows.at[r->occupation];
    return true;
}

static void differs(comparison *c, yz_series series, yz_window window, const rolled *r,
                    const char *what, int64_t market, int64_t recount) {
    char period[YZ_PERIOD_TEXT_MAX], line[300];
    c->differences += 1;
    if (c->differences > 50 || c->say == NULL) return;
    uint32_t size = yz_period_format((yz_period){window, r->period}, period);
    yz_text prefix = recount_text(c->recount, r->prefix);
    yz_text occupation =
        r->occupation == NAME_ALL ? YZ_TEXT("all") : recount_text(c->recount, r->occupation);
    yz_text id = yz_series_of(series)->id;
    snprintf(line, sizeof line,
             "%.*s %.*s division \"%.*s\" occupation \"%.*s\" group %d type %d: "
             "%s %lld, recount %lld",
             (int)id.size, id.bytes, (int)size, period, (int)prefix.size, prefix.bytes,
             (int)occupation.size, occupation.bytes, r->group == YZ_ALL ? -1 : r->group,
             r->type == YZ_ALL ? -1 : r->type, what, (long long)market, (long long)recount);
    c->say(c->context, line);
}

int64_t yz_recount_part_of(const yz_stats_value *v, yz_recount_part which) {
    switch (which) {
    case YZ_PART_VALUE: return v->value;
    case YZ_PART_NUMERATOR: return v->numerator;
    case YZ_PART_DENOMINATOR: return v->denominator;
    case YZ_PART_COUNT: return v->days.count;
    case YZ_PART_MEAN: return v->days.mean_tenths;
    case YZ_PART_MEDIAN: return v->days.median;
    case YZ_PART_P90: return v->days.p90;
    }
    return 0;
}

bool yz_recount_is_settled(const yz_recount_number *number, int64_t now_ms) {
    yz_period period = number->ask.period;
    if (period.window == YZ_WINDOW_NOW || period.window == YZ_WINDOW_TOTAL) return false;
    int64_t days = number->ask.series == YZ_S06 ? 91 : 0;
    return yz_period_end_ms(period) + days * YZ_DAY_MS <= now_ms;
}

void yz_recount_listen(yz_recount *r,
                       void (*number)(void *context, const yz_recount_number *number),
                       void *context) {
    r->number = number;
    r->number_context = context;
}

static const char *const PART_WORDS[YZ_PART_NUMBERS] = {
    "counts", "counts above", "counts below", "signings", "mean", "median", "p90"};

typedef struct asked {
    yz_stats_ask ask;
    yz_stats_value value;
} asked;

// False: it cannot be asked, which is a difference unless it lies too far back.
static bool ask(comparison *c, yz_series series, yz_window window, const rolled *r, asked *a) {
    *a = (asked){.ask = {.series = series, .period = {window, r->period}}};
    cell_of(c, r, &a->ask.cell);
    if (!yz_cube_keeps(a->ask.period, c->now_ms)) return false;
    if (yz_stats_read(yz_market_stats(c->market), &a->ask, c->now_ms, &a->value)) return true;
    differs(c, series, window, r, "refused", 0, r->amount);
    return false;
}

static void same(comparison *c, const asked *a, const rolled *r, yz_recount_part which,
                 int64_t recount) {
    int64_t seen = yz_recount_part_of(&a->value, which);
    c->compared += 1;
    if (c->recount->number != NULL) {
        yz_recount_number number = {a->ask, which, recount};
        c->recount->number(c->recount->number_context, &number);
    }
    if (seen == recount) return;
    differs(c, a->ask.series, a->ask.period.window, r, PART_WORDS[which], seen, recount);
}

/* All there is, in each period: so what the market counts somewhere and the recount nowhere is seen
 * in this sum, though its cell is not asked. */
static void everywhere(comparison *c, yz_window window, table *t) {
    int64_t now = yz_period_at(window, c->now_ms).index;
    for (int64_t index = yz_period_at(window, c->recount->first_ms).index; index <= now; index++) {
        if (!yz_cube_keeps((yz_period){window, index}, c->now_ms)) continue;
        (void)table_at(t, (rolled){.period = index,
                                   .prefix = 0,
                                   .occupation = NAME_ALL,
                                   .group = YZ_ALL,
                                   .type = YZ_ALL});
    }
}

// One series in one window: a count, or a ratio with what is below.
static void compare_series(comparison *c, yz_series series, yz_window window,
                           recount_counter counter, int below) {
    if (!(yz_series_of(series)->windows >> window & 1u)) return;
    table t = {0};
    everywhere(c, window, &t);
    roll_up(c, series, &t, parts_of(c, counter, window), false);
    if (below >= 0) roll_up(c, series, &t, parts_of(c, (recount_counter)below, window), true);
    for (uint32_t i = 0; i < t.room; i++) {
        const rolled *r = &t.at[i];
        asked a;
        if (!r->used || !ask(c, series, window, r, &a)) continue;
        same(c, &a, r, below >= 0 ? YZ_PART_NUMERATOR : YZ_PART_VALUE, r->amount);
        if (below >= 0) same(c, &a, r, YZ_PART_DENOMINATOR, r->below);
    }
    yz_free(t.at);
}

// ---- S07: each key's durations in a row ----

static int by_key_and_days(const void *a, const void *b) {
    rolled x = *(const rolled *)a, y = *(const rolled *)b;
    int64_t days = x.days - y.days;
    x.days = y.days = 0;
    uint64_t hx = hash_of(&x), hy = hash_of(&y);
    if (hx != hy) return hx < hy ? -1 : 1;
    return (days > 0) - (days < 0);
}

static bool same_but_days(rolled a, rolled b) {
    a.days = b.days = 0;
    return same_key(&a, &b);
}

// The n-th shortest, from 1.
static int64_t nth(const rolled *run, int64_t n) {
    while (n > run->amount)
        n -= run++->amount;
    return run->days;
}

static void compare_run(comparison *c, yz_window window, const rolled *run, uint32_t size) {
    asked a;
    int64_t count = 0, total = 0;
    for (uint32_t i = 0; i < size; i++) {
        count += run[i].amount;
        total += run[i].amount * run[i].days;
    }
    if (!ask(c, YZ_S07, window, run, &a)) return;
    same(c, &a, run, YZ_PART_COUNT, count);
    same(c, &a, run, YZ_PART_MEAN, (20 * total + count) / (2 * count));
    same(c, &a, run, YZ_PART_MEDIAN, nth(run, (count + 1) / 2));
    same(c, &a, run, YZ_PART_P90, nth(run, (count * 9 + 9) / 10));
}

static void compare_fills(comparison *c, yz_window window) {
    parts all = {0};
    table t = {0};
    uint32_t count = 0;
    recount_fills(c->recount, window, &all);
    roll_up(c, YZ_S07, &t, &all, false);
    for (uint32_t i = 0; i < t.room; i++) {
        if (t.at[i].used) t.at[count++] = t.at[i];
    }
    if (count > 1) qsort(t.at, count, sizeof *t.at, by_key_and_days);
    for (uint32_t i = 0; i < count;) {
        uint32_t end = i + 1;
        while (end < count && same_but_days(t.at[end], t.at[i]))
            end++;
        compare_run(c, window, &t.at[i], end - i);
        i = end;
    }
    yz_free(t.at);
    parts_deinit(&all);
}

// ---- what stands now in cells the recount knows nothing of ----

static void compare_unknown(comparison *c) {
    static const struct {
        yz_series series;
        recount_counter counter;
    } NOW[] = {{YZ_S02, COUNT_OPEN_SEEKERS},
               {YZ_S03, COUNT_VACANT},
               {YZ_Y01, COUNT_OPEN_POSTINGS},
               {YZ_Y09, COUNT_HIRED}};
    const yz_cube *cube = yz_stats_cube(yz_market_stats(c->market));
    for (uint32_t s = 0; s < sizeof NOW / sizeof *NOW; s++) {
        // The sum of all single occupations of the deepest nodes, against that of the recount.
        const parts *all = parts_of(c, NOW[s].counter, YZ_WINDOW_NOW);
        int64_t wanted = 0, seen = 0;
        for (uint32_t i = 0; i < all->list.count; i++)
            wanted += all->list.at[i].amount;
        uint32_t occupation;
        for (uint32_t k = 0; yz_cube_occupations(cube, 0, k, &occupation, 1) == 1; k++) {
            yz_stats_ask question = {NOW[s].series, {0, occupation, YZ_ALL, YZ_ALL}, {0}};
            yz_stats_value value = {0};
            yz_stats_read(yz_market_stats(c->market), &question, c->now_ms, &value);
            seen += value.value;
        }
        rolled root = {.prefix = 0, .occupation = NAME_ALL, .group = YZ_ALL, .type = YZ_ALL};
        if (seen != wanted) {
            differs(c, NOW[s].series, YZ_WINDOW_NOW, &root, "all cells together", seen, wanted);
        }
    }
}

uint64_t yz_recount_compare(yz_recount *r, const yz_market *m,
                            void (*say)(void *context, const char *line), void *context,
                            uint64_t *compared) {
    static const struct {
        yz_series series;
        recount_counter counter;
        int below;
    } COUNTS[] = {
        {YZ_S01, COUNT_REGISTRATIONS, -1},
        {YZ_S02, COUNT_SEEKERS, -1},
        {YZ_S03, COUNT_DEMAND, -1},
        {YZ_S04, COUNT_DEMAND, COUNT_SEEKERS},
        {YZ_S05, COUNT_SIGNERS, COUNT_SEEKERS},
        {YZ_S06, COUNT_COHORT_SIGNED, COUNT_COHORT},
        {YZ_S08, COUNT_SIGNED, COUNT_DEMAND},
        {YZ_Y01, COUNT_OPEN_POSTINGS, -1},
        {YZ_Y02, COUNT_POSTED, -1},
        {YZ_Y03, COUNT_POSTED_OPENINGS, -1},
        {YZ_Y04, COUNT_TOLD, -1},
        {YZ_Y05, COUNT_APPLIED, -1},
        {YZ_Y06, COUNT_INTERVIEWED, -1},
        {YZ_Y07, COUNT_HELD, -1},
        {YZ_Y08, COUNT_SIGNED, -1},
        {YZ_Y09, COUNT_HIRED, -1},
        {YZ_Y13, COUNT_OPEN_SEEKERS, -1},
    };
    comparison c = {
        .recount = r, .market = m, .say = say, .context = context, .now_ms = yz_market_time_ms(m)};
    for (yz_window window = YZ_WINDOW_MINUTE; window <= YZ_WINDOW_TOTAL; window++) {
        for (uint32_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++)
            compare_series(&c, COUNTS[i].series, window, COUNTS[i].counter, COUNTS[i].below);
        if (yz_series_of(YZ_S07)->windows >> window & 1u) compare_fills(&c, window);
    }
    compare_series(&c, YZ_S02, YZ_WINDOW_NOW, COUNT_OPEN_SEEKERS, -1);
    compare_series(&c, YZ_S03, YZ_WINDOW_NOW, COUNT_VACANT, -1);
    compare_series(&c, YZ_S04, YZ_WINDOW_NOW, COUNT_VACANT, COUNT_OPEN_SEEKERS);
    compare_series(&c, YZ_Y01, YZ_WINDOW_NOW, COUNT_OPEN_POSTINGS, -1);
    compare_series(&c, YZ_Y09, YZ_WINDOW_NOW, COUNT_HIRED, -1);
    compare_series(&c, YZ_Y13, YZ_WINDOW_NOW, COUNT_OPEN_SEEKERS, -1);
    compare_unknown(&c);
    for (uint32_t i = 0; i <= COUNT_HIRED; i++)
        parts_deinit(&c.counted[i]);
    recount_compare_venues(&c.differences, &c.compared, r, m, say, context);
    recount_compare_skills(&c.differences, &c.compared, r, m, say, context);
    if (compared != NULL) *compared = c.compared;
    return c.differences;
}
