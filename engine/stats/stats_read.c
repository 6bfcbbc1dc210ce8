/* Reading: each series from the counters, as docs/statistics.md has it. */
#include "engine/base/check.h"
#include "engine/model/time.h"
#include "engine/stats/stats_inner.h"

typedef struct question {
    const yz_stats *stats;
    const yz_cube *cube;
    yz_cell cell;
    yz_period period;
    int64_t now_ms;
    yz_cube_look look; // cell and period in the cube
} question;

// ---- may it be asked? ----

static bool has_dimensions(const yz_series_info *info, yz_cell cell) {
    if (cell.occupation != YZ_OCCUPATION_ALL && !(info->dimensions & YZ_BY_OCCUPATION))
        return false;
    if (cell.group != YZ_ALL && !(info->dimensions & YZ_BY_GROUP)) return false;
    if (cell.type != YZ_ALL && !(info->dimensions & YZ_BY_TYPE)) return false;
    return true;
}

static bool may_ask(const yz_series_info *info, const yz_stats_ask *ask, int64_t now_ms) {
    if (info->shape > YZ_SHAPE_DURATION) return false;
    if (!(info->windows >> ask->period.window & 1)) return false;
    bool is_short = ask->period.window == YZ_WINDOW_MINUTE || ask->period.window == YZ_WINDOW_HOUR;
    if (is_short && !yz_cube_is_whole(ask->cell)) return false;
    return has_dimensions(info, ask->cell) && yz_cube_keeps(ask->period, now_ms);
}

// ---- from the cube ----

static bool is_now(const question *q) {
    return q->period.window == YZ_WINDOW_NOW;
}

// What was added in the period.
static int64_t in(const question *q, uint32_t counter) {
    return yz_cube_added(q->cube, counter, &q->look);
}

static int64_t at_begin(const question *q, uint32_t counter) {
    return yz_cube_at_begin(q->cube, counter, &q->look);
}

// A state: now, or at the end of the period.
static int64_t at_end(const question *q, uint32_t counter) {
    return yz_cube_at_end(q->cube, counter, &q->look);
}

// What is counted of postings stands under no group.
static question of_no_group(const question *q) {
    question all = *q;
    all.cell.group = all.look.group = YZ_ALL;
    return all;
}

static uint32_t span_of(const question *q) {
    if (q->period.window == YZ_WINDOW_DAY) return SPAN_DAY;
    return q->period.window == YZ_WINDOW_MONTH ? SPAN_MONTH : SPAN_YEAR;
}

// ---- series that others are made of: stats_inner.h says of which counters ----

static int64_t seekers_open_at_end(const question *q) { // Y13
    return at_end(q, COUNT_REGISTERED) + at_end(q, COUNT_OPEN);
}

static int64_t vacant_at_end(const question *q) {
    return at_end(q, COUNT_POSTED_OPENINGS) + at_end(q, COUNT_VACANT);
}

static int64_t hired_at_end(const question *q) { // Y09
    return at_end(q, COUNT_PLACED) - at_end(q, COUNT_LEFT);
}

// All that registered before the end of the period was open before it or registered in it.
static int64_t seekers_open(const question *q) { // S02
    if (is_now(q)) return seekers_open_at_end(q);
    return at_end(q, COUNT_REGISTERED) + at_begin(q, COUNT_OPEN) + in(q, COUNT_FRESH + span_of(q));
}

static int64_t openings_in_demand(const question *q) { // S03
    if (is_now(q)) return vacant_at_end(q);
    return at_end(q, COUNT_POSTED_OPENINGS) + at_begin(q, COUNT_VACANT) +
           in(q, COUNT_DEMAND + span_of(q));
}

static int64_t seekers_signed(const question *q) { // S05
    int64_t in_year = in(q, COUNT_SIGNED);
    uint32_t w = span_of(q);
    return w == SPAN_YEAR ? in_year : in_year + in(q, COUNT_SIGNED_DAY + w);
}

// Of those who registered in the month, by how many months later they signed.
static int64_t cohort_signed(const question *q) { // S06
    int64_t sum = 0;
    for (uint32_t later = 0; later < COHORT_MONTHS; later++) {
        yz_period month = {YZ_WINDOW_MONTH, q->period.index + later};
        sum += yz_cube_in(q->cube, COUNT_COHORT_SIGNED + later, q->cell, month);
    }
    return sum;
}

// What a series is made of, to be asked of memory at once.
#define OF_SEEKERS(w) (1u << COUNT_REGISTERED | 1u << COUNT_OPEN | 1u << (COUNT_FRESH + (w)))
#define OF_OPENINGS(w)                                                                             \
    (1u << COUNT_POSTED_OPENINGS | 1u << COUNT_VACANT | 1u << (COUNT_DEMAND + (w)))
static uint64_t asked_of(const question *q, yz_series series) {
    uint32_t w = span_of(q);
    switch (series) {
    case YZ_S02: return OF_SEEKERS(w);
    case YZ_S03: return OF_OPENINGS(w);
    case YZ_S04: return OF_SEEKERS(w) | OF_OPENINGS(w);
    case YZ_S05:
        return OF_SEEKERS(w) | 1u << COUNT_SIGNED | (w < SPAN_YEAR ? 2u << (COUNT_SIGNED + w) : 0);
    case YZ_S06:
        return 1u << COUNT_REGISTERED | 1u << COUNT_AGAIN |
               ((1u << COHORT_MONTHS) - 1) << COUNT_COHORT_SIGNED;
    case YZ_S08: return OF_OPENINGS(w) | 1u << COUNT_PLACED;
    case YZ_Y01: return 1u << COUNT_POSTED | 1u << COUNT_POSTINGS;
    case YZ_Y09: return 1u << COUNT_PLACED | 1u << COUNT_LEFT;
    case YZ_Y10: return OF_OPENINGS(w) | 1u << COUNT_PLACED | 1u << COUNT_LEFT;
    case YZ_Y11: return OF_SEEKERS(w) | 1u << COUNT_PLACED | 1u << COUNT_LEFT;
    case YZ_Y13: return 1u << COUNT_REGISTERED | 1u << COUNT_OPEN;
    default: return 0;
    }
}

// ---- values ----

static int64_t half_up(int64_t numerator, int64_t denominator) {
    int64_t whole = numerator / denominator, rest = numerator % denominator;
    return whole + (rest >= denominator - rest ? 1 : 0);
}

static void fraction(yz_stats_value *v, int64_t numerator, int64_t denominator, int64_t scale) {
    v->numerator = numerator;
    v->denominator = denominator;
    v->known = denominator != 0;
    v->value = v->known ? half_up(numerator * scale, denominator) : 0;
}

static void count(yz_stats_value *v, int64_t value) {
    v->known = true;
    v->value = value;
}

static int64_t vacant_days(const question *q) {
    uint32_t row = q->look.row;
    if (row == YZ_ROW_NONE || !slab_has(&q->stats->vacant_days, row)) return 0;
    const posting_days *days = yz_slab_at(&q->stats->vacant_days, row);
    int64_t sum = 0;
    for (uint32_t type = 0; type < YZ_TYPES; type++) {
        if (q->cell.type == YZ_ALL || q->cell.type == type) sum += days->of_type[type];
    }
    return sum;
}

static void durations(const question *q, yz_stats_value *v) {
    const yz_stats *s = q->stats;
    v->days.count = in(q, COUNT_PLACED);
    v->known = v->days.count > 0;
    if (v->known) {
        fill_quantiles f = fills_read(&s->fills, q->look.row, q->cell.group, q->cell.type,
                                      q->look.begin, q->look.end, v->days.count);
        v->days.mean_tenths = half_up(f.sum * 10, v->days.count);
        v->days.median = f.median;
        v->days.p90 = f.p90;
    }
    if (q->cell.group != YZ_ALL) return;
    question now = *q;
    now.period = (yz_period){YZ_WINDOW_NOW, 0};
    now.look = yz_cube_look_at(q->cube, q->cell, now.period);
    v->days.vacant = vacant_at_end(&now);
    if (v->days.vacant == 0) return;
    // Each posting date is one too high.
    int64_t today = yz_day_at(q->now_ms) + 1;
    v->days.vacant_mean_tenths =
        half_up(10 * (today * v->days.vacant - vacant_days(q)), v->days.vacant);
}

static void answer(const question *q, yz_series series, yz_stats_value *v) {
    question postings = of_no_group(q);
    int64_t part;
    switch (series) {
    case YZ_S01: count(v, in(q, COUNT_REGISTERED)); break;
    case YZ_S02: count(v, seekers_open(q)); break;
    case YZ_S03: count(v, openings_in_demand(&postings)); break;
    case YZ_S04: fraction(v, openings_in_demand(&postings), seekers_open(q), 100); break;
    case YZ_S05: fraction(v, seekers_signed(q), seekers_open(q), 10000); break;
    case YZ_S06:
        fraction(v, cohort_signed(q), in(q, COUNT_REGISTERED) - in(q, COUNT_AGAIN), 10000);
        break;
    case YZ_S07: durations(q, v); break;
    case YZ_S08: fraction(v, in(q, COUNT_PLACED), openings_in_demand(&postings), 10000); break;
    case YZ_Y01: count(v, at_end(q, COUNT_POSTED) + at_end(q, COUNT_POSTINGS)); break;
    case YZ_Y02: count(v, in(q, COUNT_POSTED)); break;
    case YZ_Y03: count(v, in(q, COUNT_POSTED_OPENINGS)); break;
    case YZ_Y04: count(v, in(q, COUNT_TOLD)); break;
    case YZ_Y05: count(v, in(q, COUNT_APPLIED)); break;
    case YZ_Y06: count(v, in(q, COUNT_INTERVIEW)); break;
    case YZ_Y07: count(v, in(q, COUNT_HELD)); break;
    case YZ_Y08: count(v, in(q, COUNT_PLACED)); break;
    case YZ_Y09: count(v, hired_at_end(q)); break;
    case YZ_Y10:
        part = vacant_at_end(&postings);
        fraction(v, part, part + hired_at_end(q), 10000);
        break;
    case YZ_Y11:
        part = seekers_open_at_end(q);
        fraction(v, part, part + hired_at_end(q), 10000);
        break;
    case YZ_Y13: count(v, seekers_open_at_end(q)); break;
    case YZ_S11:
    case YZ_S18:
    case YZ_S19:
    case YZ_Y12: yz_check(false); // other shapes
    }
}

static bool is_provisional(yz_series series, yz_period period, int64_t now_ms) {
    if (period.window == YZ_WINDOW_NOW || period.window == YZ_WINDOW_TOTAL) return false;
    int64_t end_ms = yz_period_end_ms(period);
    if (series == YZ_S06) end_ms += (int64_t)COHORT_DAYS * YZ_DAY_MS;
    return now_ms < end_ms;
}

bool yz_stats_read(const yz_stats *s, const yz_stats_ask *ask, int64_t now_ms,
                   yz_stats_value *value) {
    if (!may_ask(yz_series_of(ask->series), ask, now_ms)) return false;
    question q = {s, s->cube, ask->cell, ask->period, now_ms, {0}};
    q.look = yz_cube_look_at(s->cube, ask->cell, ask->period);
    yz_cube_look_ahead(s->cube, &q.look, asked_of(&q, ask->series));
    *value = (yz_stats_value){.provisional = is_provisional(ask->series, ask->period, now_ms)};
    answer(&q, ask->series, value);
    return true;
}

// ---- tables ----

#define NO_COUNTER UINT32_MAX
#define ROW_PART 256u // occupations at once

typedef struct row_of_counters {
    uint32_t first, second; // or NO_COUNTER
    int sign;               // of the second
} row_of_counters;

static row_of_counters counters_of(yz_series series) {
    switch (series) {
    case YZ_S01: return (row_of_counters){COUNT_REGISTERED, NO_COUNTER, 0};
    case YZ_S02:
    case YZ_Y13: return (row_of_counters){COUNT_REGISTERED, COUNT_OPEN, 1};
    case YZ_S03: return (row_of_counters){COUNT_POSTED_OPENINGS, COUNT_VACANT, 1};
    case YZ_Y01: return (row_of_counters){COUNT_POSTED, COUNT_POSTINGS, 1};
    case YZ_Y02: return (row_of_counters){COUNT_POSTED, NO_COUNTER, 0};
    case YZ_Y03: return (row_of_counters){COUNT_POSTED_OPENINGS, NO_COUNTER, 0};
    case YZ_Y04: return (row_of_counters){COUNT_TOLD, NO_COUNTER, 0};
    case YZ_Y05: return (row_of_counters){COUNT_APPLIED, NO_COUNTER, 0};
    case YZ_Y06: return (row_of_counters){COUNT_INTERVIEW, NO_COUNTER, 0};
    case YZ_Y07: return (row_of_counters){COUNT_HELD, NO_COUNTER, 0};
    case YZ_Y08: return (row_of_counters){COUNT_PLACED, NO_COUNTER, 0};
    case YZ_Y09: return (row_of_counters){COUNT_PLACED, COUNT_LEFT, -1};
    default: return (row_of_counters){NO_COUNTER, NO_COUNTER, 0};
    }
}

uint32_t yz_stats_row(const yz_stats *s, yz_series series, uint32_t node, uint32_t from,
                      uint32_t *occupations, int64_t *values, uint32_t room) {
    row_of_counters counters = counters_of(series);
    yz_check(counters.first != NO_COUNTER); // of shape count
    if (node >= yz_cube_node_count(s->cube)) return 0;
    uint32_t count =
        yz_cube_row_of_table(s->cube, counters.first, node, from, occupations, values, room);
    if (counters.second == NO_COUNTER) return count;
    int64_t more[ROW_PART];
    for (uint32_t at = 0; at < count; at += ROW_PART) {
        uint32_t part = count - at < ROW_PART ? count - at : ROW_PART;
        yz_cube_row_of_table(s->cube, counters.second, node, from + at, occupations + at, more,
                             part);
        for (uint32_t i = 0; i < part; i++)
            values[at + i] += counters.sign * more[i];
    }
    return count;
}
