/* The recount against the market's statistics: every cell that ever counted, rolled up every way,
 * in every period. Counts are compared whole, ratios by their two parts. */
#include "engine/base/alloc.h"
#include "engine/base/mix.h"
#include "engine/market/recount_inner.h"

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
} comparison;

// ---- rolling up ----

static uint64_t hash_of(const rolled *key) {
    uint64_t hash = yz_mix((uint64_t)key->period);
    hash = yz_mix(hash ^ ((uint64_t)key->prefix << 32 | key->occupation));
    return yz_mix(hash ^ ((uint64_t)key->group << 8 | key->type));
}

static bool same_key(const rolled *a, const rolled *b) {
    return a->period == b->period && a->prefix == b->prefix && a->occupation == b->occupation &&
           a->group == b->group && a->type == b->type;
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

static void roll_up(comparison *c, table *t, const parts *all, bool below) {
    for (uint32_t i = 0; i < all->list.count; i++) {
        const part *p = &all->list.at[i];
        uint32_t prefixes[5];
        uint32_t levels = prefixes_of(c, p->cell.division, prefixes);
        for (uint32_t way = 0; way < levels * 8; way++) {
            rolled *r = table_at(t, (rolled){
                                        .period = p->period.index,
                                        .prefix = prefixes[way / 8],
                                        .occupation = way & 1 ? NAME_ALL : p->cell.occupation,
                                        .group = way & 2 ? YZ_ALL : p->cell.group,
                                        .type = way & 4 ? YZ_ALL : p->cell.type,
                                    });
            *(below ? &r->below : &r->amount) += p->amount;
        }
    }
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

static bool ask(comparison *c, yz_series series, yz_window window, const rolled *r,
                yz_stats_value *value) {
    yz_stats_ask question = {.series = series, .period = {window, r->period}};
    cell_of(c, r, &question.cell);
    // What the series or the window has no dimension for is not asked.
    const yz_series_info *info = yz_series_of(series);
    if (r->group != YZ_ALL && !(info->dimensions & YZ_BY_GROUP)) return false;
    if (r->type != YZ_ALL && !(info->dimensions & YZ_BY_TYPE)) return false;
    if (r->occupation != NAME_ALL && !(info->dimensions & YZ_BY_OCCUPATION)) return false;
    if (window == YZ_WINDOW_MINUTE || window == YZ_WINDOW_HOUR) {
        if (!yz_cube_is_whole(question.cell)) return false;
    }
    if (!yz_cube_keeps(question.period, c->now_ms)) return false;
    c->compared += 1;
    if (yz_stats_read(yz_market_stats(c->market), &question, c->now_ms, value)) return true;
    differs(c, series, window, r, "refused", 0, r->amount);
    return false;
}

// One series in one window: a count, or a ratio with what is below.
static void compare_series(comparison *c, yz_series series, yz_window window,
                           recount_counter counter, int below) {
    if (!(yz_series_of(series)->windows >> window & 1u)) return;
    table t = {0};
    parts above = {0}, under = {0};
    recount_parts(c->recount, counter, window, c->now_ms, &above);
    roll_up(c, &t, &above, false);
    if (below >= 0) {
        recount_parts(c->recount, (recount_counter)below, window, c->now_ms, &under);
        roll_up(c, &t, &under, true);
    }
    for (uint32_t i = 0; i < t.room; i++) {
        const rolled *r = &t.at[i];
        yz_stats_value value;
        if (!r->used || !ask(c, series, window, r, &value)) continue;
        int64_t seen = below >= 0 ? value.numerator : value.value;
        if (seen != r->amount) differs(c, series, window, r, "counts", seen, r->amount);
        if (below >= 0 && value.denominator != r->below) {
            differs(c, series, window, r, "counts below", value.denominator, r->below);
        }
    }
    yz_free(t.at);
    yz_free(above.list.at);
    yz_free(under.list.at);
}

// ---- S07: each key's durations in a row ----

typedef struct fill {
    rolled key;
    int64_t days;
} fill;

static int by_key_and_days(const void *a, const void *b) {
    const fill *x = a, *y = b;
    uint64_t hx = hash_of(&x->key), hy = hash_of(&y->key);
    if (hx != hy) return hx < hy ? -1 : 1;
    return (x->days > y->days) - (x->days < y->days);
}

static void compare_run(comparison *c, yz_window window, const fill *run, int64_t count) {
    yz_stats_value value;
    int64_t total = 0;
    if (!ask(c, YZ_S07, window, &run->key, &value)) return;
    for (int64_t i = 0; i < count; i++)
        total += run[i].days;
    int64_t wanted[4] = {count, (20 * total + count) / (2 * count), run[(count + 1) / 2 - 1].days,
                         run[(count * 9 + 9) / 10 - 1].days};
    int64_t seen[4] = {value.days.count, value.days.mean_tenths, value.days.median, value.days.p90};
    static const char *const WHAT[4] = {"count", "mean", "median", "p90"};
    for (int i = 0; i < 4; i++) {
        if (seen[i] != wanted[i])
            differs(c, YZ_S07, window, &run->key, WHAT[i], seen[i], wanted[i]);
    }
}

static void compare_fills(comparison *c, yz_window window) {
    parts all = {0};
    LIST(fill) fills = {0};
    recount_fills(c->recount, window, &all);
    for (uint32_t i = 0; i < all.list.count; i++) {
        const part *p = &all.list.at[i];
        uint32_t prefixes[5];
        uint32_t levels = prefixes_of(c, p->cell.division, prefixes);
        for (uint32_t way = 0; way < levels * 8; way++) {
            *LIST_ADD(fills) = (fill){{.period = p->period.index,
                                       .prefix = prefixes[way / 8],
                                       .occupation = way & 1 ? NAME_ALL : p->cell.occupation,
                                       .group = way & 2 ? YZ_ALL : p->cell.group,
                                       .type = way & 4 ? YZ_ALL : p->cell.type},
                                      p->amount};
        }
    }
    if (fills.count > 1) qsort(fills.at, fills.count, sizeof *fills.at, by_key_and_days);
    for (uint32_t i = 0; i < fills.count;) {
        uint32_t end = i + 1;
        while (end < fills.count && same_key(&fills.at[end].key, &fills.at[i].key))
            end++;
        compare_run(c, window, &fills.at[i], end - i);
        i = end;
    }
    yz_free(fills.at);
    yz_free(all.list.at);
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
        parts all = {0};
        int64_t wanted = 0, seen = 0;
        recount_parts(c->recount, NOW[s].counter, YZ_WINDOW_NOW, c->now_ms, &all);
        for (uint32_t i = 0; i < all.list.count; i++)
            wanted += all.list.at[i].amount < 0 ? -all.list.at[i].amount : all.list.at[i].amount;
        uint32_t occupation;
        for (uint32_t k = 0; yz_cube_occupations(cube, 0, k, &occupation, 1) == 1; k++) {
            yz_stats_ask question = {NOW[s].series, {0, occupation, YZ_ALL, YZ_ALL}, {0}};
            yz_stats_value value = {0};
            yz_stats_read(yz_market_stats(c->market), &question, c->now_ms, &value);
            seen += value.value < 0 ? -value.value : value.value;
        }
        rolled root = {.prefix = 0, .occupation = NAME_ALL, .group = YZ_ALL, .type = YZ_ALL};
        if (seen != wanted) {
            differs(c, NOW[s].series, YZ_WINDOW_NOW, &root, "all cells together", seen, wanted);
        }
        yz_free(all.list.at);
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
    comparison c = {r, m, say, context, yz_market_time_ms(m), 0, 0};
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
    recount_compare_venues(&c.differences, &c.compared, r, m, say, context);
    recount_compare_skills(&c.differences, &c.compared, r, m, say, context);
    if (compared != NULL) *compared = c.compared;
    return c.differences;
}
