#include "bench/stats_answers.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "bench/stats_rows.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/ids.h"

#include <inttypes.h>
#include <stdio.h>

// ---- the questions ----

typedef enum key { KEY_NONE, KEY_COUNTY, KEY_OCCUPATION, KEY_GROUP, KEY_TYPE } key;
static const char *const KEYS[] = {"none", "county", "occupation", "group", "type"};

#define S(n) (1u << YZ_S##n)
#define ALL_SERIES (S(01) | S(02) | S(03) | S(04) | S(05) | S(06) | S(07) | S(08))
#define OF_GROUPS (S(01) | S(02) | S(05) | S(06) | S(07))
#define NOW_SERIES (S(02) | S(03) | S(04) | S(07))

typedef enum when { WHEN_MONTH, WHEN_MONTHS, WHEN_COHORT, WHEN_DAY, WHEN_YEAR, WHEN_NOW } when;

typedef struct shape {
    const char *name;
    when when;
    uint32_t series;
    key k1, k2; // occupation and a second key only beside county
} shape;

static const shape SHAPES[] = {
    {"month", WHEN_MONTH, ALL_SERIES, KEY_NONE, KEY_NONE},
    {"month.group", WHEN_MONTH, OF_GROUPS, KEY_GROUP, KEY_NONE},
    {"month.type", WHEN_MONTH, ALL_SERIES, KEY_TYPE, KEY_NONE},
    {"month.county", WHEN_MONTH, ALL_SERIES, KEY_COUNTY, KEY_NONE},
    {"month.county.group", WHEN_MONTH, OF_GROUPS, KEY_COUNTY, KEY_GROUP},
    {"month.county.occupation", WHEN_MONTH, ALL_SERIES, KEY_COUNTY, KEY_OCCUPATION},
    {"months", WHEN_MONTHS, ALL_SERIES, KEY_NONE, KEY_NONE},
    {"cohort", WHEN_COHORT, S(06), KEY_NONE, KEY_NONE},
    {"cohort.group", WHEN_COHORT, S(06), KEY_GROUP, KEY_NONE},
    {"cohort.county", WHEN_COHORT, S(06), KEY_COUNTY, KEY_NONE},
    {"cohort.county.occupation", WHEN_COHORT, S(06), KEY_COUNTY, KEY_OCCUPATION},
    {"day", WHEN_DAY, ALL_SERIES & ~S(06), KEY_NONE, KEY_NONE},
    {"day.county", WHEN_DAY, ALL_SERIES & ~S(06), KEY_COUNTY, KEY_NONE},
    {"year", WHEN_YEAR, ALL_SERIES & ~S(06), KEY_NONE, KEY_NONE},
    {"year.county", WHEN_YEAR, ALL_SERIES & ~S(06), KEY_COUNTY, KEY_NONE},
    {"now", WHEN_NOW, NOW_SERIES, KEY_NONE, KEY_NONE},
    {"now.group", WHEN_NOW, S(02), KEY_GROUP, KEY_NONE},
    {"now.county", WHEN_NOW, NOW_SERIES, KEY_COUNTY, KEY_NONE},
    {"now.county.occupation", WHEN_NOW, NOW_SERIES, KEY_COUNTY, KEY_OCCUPATION},
};
#define SHAPES_COUNT (sizeof SHAPES / sizeof SHAPES[0])

typedef struct asking {
    const yz_market *market;
    const stats_asked *asked;
    const yz_stats *stats;
    const yz_cube *cube;
    int64_t now_ms;
    const shape *shape;
    yz_series series;
    uint32_t label; // of the period
    yz_period period;
    FILE *out;   // NULL: only asked
    int64_t sum; // of what was asked, so that nobody may leave it out
    uint64_t numbers;
} asking;

// ---- one cell ----

static void write_value(asking *a, const yz_stats_value *v) {
    FILE *out = a->out;
    if (a->series == YZ_S07 && a->period.window == YZ_WINDOW_NOW) {
        a->numbers += 2;
        fprintf(out, "%" PRId64 "\t%" PRId64, v->days.vacant, v->days.vacant_mean_tenths);
    } else if (a->series == YZ_S07) {
        a->numbers += 4;
        fprintf(out, "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64, v->days.count,
                v->days.mean_tenths, v->days.median, v->days.p90);
    } else if (yz_series_of(a->series)->shape == YZ_SHAPE_COUNT) {
        a->numbers += 1;
        fprintf(out, "%" PRId64, v->value);
    } else {
        a->numbers += 3;
        fprintf(out, "%" PRId64 "\t%" PRId64 "\t", v->numerator, v->denominator);
        if (v->known)
            fprintf(out, "%" PRId64, v->value);
        else
            fputc('-', out);
    }
    fputc('\n', out);
}

static bool is_zero(const asking *a, const yz_stats_value *v) {
    if (a->series != YZ_S07) return v->value == 0 && v->numerator == 0 && v->denominator == 0;
    return a->period.window == YZ_WINDOW_NOW ? v->days.vacant == 0 : v->days.count == 0;
}

static void write_cell(asking *a, const yz_stats_value *v, int64_t k1, int64_t k2) {
    if (is_zero(a, v)) return;
    fprintf(a->out, "%s.%s\t%" PRIu32 "\t%" PRId64 "\t%" PRId64 "\t", a->shape->name,
            yz_series_of(a->series)->id.bytes, a->label, k1, k2);
    write_value(a, v);
}

static void ask_cell(asking *a, yz_cell cell, int64_t k1, int64_t k2) {
    yz_stats_ask ask = {a->series, cell, a->period};
    yz_stats_value value;
    // What is vacant now stands beside the durations of any period.
    if (a->series == YZ_S07 && a->period.window == YZ_WINDOW_NOW)
        ask.period.window = YZ_WINDOW_TOTAL;
    yz_check(yz_stats_read(a->stats, &ask, a->now_ms, &value));
    if (a->out == NULL)
        a->sum += value.value;
    else
        write_cell(a, &value, k1, k2);
}

// ---- all cells of a table ----

#define ROW_PART 256u

static int64_t occupation_number(const asking *a, uint32_t row) {
    yz_entry_view entry;
    if (row == YZ_ROW_NONE) return -1;
    yz_check(yz_market_entry_at(a->market, YZ_OCCUPATIONS, row, &entry));
    return stats_rows_number(entry.entry.id);
}

static void ask_each_occupation(asking *a, uint32_t node, int64_t k1) {
    uint32_t some[ROW_PART], count;
    for (uint32_t from = 0; (count = yz_cube_occupations(a->cube, node, from, some, ROW_PART)) > 0;
         from += count) {
        for (uint32_t i = 0; i < count; i++) {
            int64_t k2 = a->out == NULL ? 0 : occupation_number(a, some[i]);
            ask_cell(a, (yz_cell){node, some[i], YZ_ALL, YZ_ALL}, k1, k2);
        }
    }
}

// Counts as they are now, a row of the table at once, as net/api/stats_fast.c reads them.
static void ask_row(asking *a, uint32_t node, int64_t k1) {
    uint32_t some[ROW_PART], count;
    int64_t values[ROW_PART];
    for (uint32_t from = 0;
         (count = yz_stats_row(a->stats, a->series, node, from, some, values, ROW_PART)) > 0;
         from += count) {
        for (uint32_t i = 0; i < count; i++) {
            yz_stats_value value = {.known = true, .value = values[i]};
            if (a->out == NULL)
                a->sum += values[i];
            else
                write_cell(a, &value, k1, occupation_number(a, some[i]));
        }
    }
}

static void ask_occupations(asking *a, uint32_t node, int64_t k1) {
    bool is_count = yz_series_of(a->series)->shape == YZ_SHAPE_COUNT;
    if (is_count && a->period.window == YZ_WINDOW_NOW)
        ask_row(a, node, k1);
    else
        ask_each_occupation(a, node, k1);
}

static void ask_by(asking *a, key by, uint32_t node, int64_t k1) {
    bool beside = a->shape->k2 != KEY_NONE; // then the first key is the county
    switch (by) {
    case KEY_OCCUPATION: ask_occupations(a, node, k1); break;
    case KEY_GROUP:
        for (uint8_t g = 0; g < YZ_GROUPS; g++)
            ask_cell(a, (yz_cell){node, YZ_OCCUPATION_ALL, g, YZ_ALL}, beside ? k1 : g,
                     beside ? g : 0);
        break;
    case KEY_TYPE:
        for (uint8_t t = 0; t < YZ_TYPES; t++)
            ask_cell(a, (yz_cell){node, YZ_OCCUPATION_ALL, YZ_ALL, t}, t, 0);
        break;
    default: ask_cell(a, (yz_cell){node, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL}, k1, 0);
    }
}

static void ask_table(asking *a) {
    const shape *s = a->shape;
    if (s->k1 != KEY_COUNTY) {
        ask_by(a, s->k1, yz_cube_node(a->cube, yz_text_of(a->asked->root)), 0);
        return;
    }
    for (uint32_t i = 0; i < a->asked->county_count; i++) {
        yz_text code = yz_text_of(a->asked->counties[i]);
        uint32_t node = yz_cube_node(a->cube, code);
        if (node != YZ_NODE_NONE) ask_by(a, s->k2, node, stats_rows_number(code));
    }
}

static yz_period first_period(const asking *a, uint32_t *count) {
    const stats_asked *asked = a->asked;
    const char *const texts[] = {[WHEN_MONTH] = asked->month,        [WHEN_DAY] = asked->day,
                                 [WHEN_MONTHS] = asked->first_month, [WHEN_YEAR] = asked->year,
                                 [WHEN_COHORT] = asked->cohort,      [WHEN_NOW] = "now"};
    yz_period period;
    yz_check(yz_period_parse(yz_text_of(texts[a->shape->when]), &period));
    *count = a->shape->when == WHEN_MONTHS ? asked->months : 1;
    return period;
}

static void ask_periods(asking *a) {
    uint32_t count;
    yz_period first = first_period(a, &count);
    for (uint32_t i = 0; i < count; i++) {
        a->label = i + 1;
        a->period = first;
        a->period.index += i;
        ask_table(a);
    }
}

// ---- files ----

static void write_question(const asking *a, FILE *out) {
    uint32_t count;
    yz_period period = first_period(a, &count);
    for (uint32_t i = 0; i < count; i++, period.index++) {
        char text[YZ_PERIOD_TEXT_MAX];
        yz_period_format(period, text);
        const char *id = yz_series_of(a->series)->id.bytes;
        fprintf(out, "%s.%s\t%s\t%" PRIu32 "\t%s\t%s\t%s\n", a->shape->name, id, id, i + 1, text,
                KEYS[a->shape->k1], KEYS[a->shape->k2]);
    }
}

#define SHORT_NS 100000u // a question that is over sooner is asked REPEATS times in a row
#define REPEATS 100u

static void time_question(asking *a, uint32_t rounds, FILE *out) {
    uint64_t *cpu = yz_alloc(rounds * sizeof *cpu), *wall = yz_alloc(rounds * sizeof *wall);
    uint64_t since = clock_wall_ns();
    ask_periods(a);
    uint32_t repeats = clock_wall_ns() - since < SHORT_NS ? REPEATS : 1;
    for (uint32_t i = 0; i < rounds; i++) {
        uint64_t cpu_since = clock_cpu_ns(), wall_since = clock_wall_ns();
        for (uint32_t k = 0; k < repeats; k++)
            ask_periods(a);
        wall[i] = clock_wall_ns() - wall_since;
        cpu[i] = clock_cpu_ns() - cpu_since;
    }
    double ms = 1e6 * repeats;
    fprintf(out, "%s.%s\t%.6f\t%.6f\n", a->shape->name, yz_series_of(a->series)->id.bytes,
            percentile(cpu, rounds, 50) / ms, percentile(wall, rounds, 50) / ms);
    yz_free(cpu);
    yz_free(wall);
}

static FILE *open_in(const char *dir, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) perror(path);
    return file;
}

static bool close_written(FILE *file) {
    if (file == NULL) return false;
    bool well = ferror(file) == 0;
    return fclose(file) == 0 && well;
}

uint64_t stats_answers_write(const yz_market *market, const stats_asked *asked, uint32_t rounds,
                             const char *dir) {
    asking a = {.market = market,
                .asked = asked,
                .stats = yz_market_stats(market),
                .cube = yz_stats_cube(yz_market_stats(market)),
                .now_ms = yz_market_time_ms(market)};
    FILE *questions = open_in(dir, "questions.tsv"), *answers = open_in(dir, "answers.tsv"),
         *times = open_in(dir, "times.tsv");
    bool well = questions != NULL && answers != NULL && times != NULL;
    for (uint32_t i = 0; well && i < SHAPES_COUNT; i++) {
        a.shape = &SHAPES[i];
        for (a.series = YZ_S01; a.series <= YZ_S08; a.series++) {
            if ((a.shape->series >> a.series & 1) == 0) continue;
            write_question(&a, questions);
            a.out = answers;
            ask_periods(&a);
            a.out = NULL;
            time_question(&a, rounds, times);
        }
    }
    well = close_written(questions) && well;
    well = close_written(answers) && well;
    well = close_written(times) && well;
    return well ? a.numbers : 0;
}
