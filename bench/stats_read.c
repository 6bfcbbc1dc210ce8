/* How soon is a number read? Questions as a screen, a report and a clerk ask them: all series and
 * windows, half of them of a county, every dimension open or not. */
#include "bench/clock.h"
#include "bench/stats_parts.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"

#include <string.h>

#define TABLES 31u
#define STRETCH 64u
#define TAKEN_NS 20000u // as in stats.c

typedef struct asking {
    const stats_world *world;
    const yz_cube *cube;
    yz_random random;
    int64_t now_ms;
} asking;

static uint32_t below(asking *a, uint32_t limit) {
    return (uint32_t)yz_random_below(&a->random, limit);
}

static uint32_t node_of(const asking *a, uint32_t division) {
    return yz_cube_node(a->cube, yz_text_of(a->world->names.codes[division]));
}

static uint32_t random_node(asking *a) {
    uint32_t of_100 = below(a, 100);
    if (of_100 < 5) return 0;
    if (of_100 < 15) return node_of(a, 0);
    if (of_100 < 40) return node_of(a, 1 + below(a, PROVINCE_PREFECTURES));
    return node_of(a, PROVINCE_FIRST_COUNTY + below(a, PROVINCE_COUNTIES));
}

static uint32_t bits_of(uint32_t set, uint32_t *bits) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < 32; i++) {
        if (set >> i & 1) bits[count++] = i;
    }
    return count;
}

// A window of the series; one that is kept.
static yz_period random_period(asking *a, const yz_series_info *info, bool is_whole) {
    uint32_t windows[YZ_WINDOW_COUNT], some = info->windows;
    if (!is_whole) some &= ~(1u << YZ_WINDOW_MINUTE | 1u << YZ_WINDOW_HOUR);
    uint32_t count = bits_of(some, windows);
    yz_window window = (yz_window)windows[below(a, count)];
    static const uint32_t BACK[YZ_WINDOW_COUNT] = {
        [YZ_WINDOW_MINUTE] = 2 * 1440 - 1,
        [YZ_WINDOW_HOUR] = 61 * 24,
        [YZ_WINDOW_DAY] = 360,
        [YZ_WINDOW_MONTH] = 11,
        [YZ_WINDOW_YEAR] = 0,
    };
    yz_period period = yz_period_at(window, a->now_ms);
    if (BACK[window] > 0) period.index -= below(a, BACK[window] + 1);
    return period;
}

static yz_stats_ask random_ask(asking *a) {
    yz_stats_ask ask;
    const yz_series_info *info;
    do {
        ask.series = (yz_series)below(a, YZ_SERIES_COUNT);
        info = yz_series_of(ask.series);
    } while (info->shape > YZ_SHAPE_DURATION);
    ask.cell = (yz_cell){random_node(a), YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL};
    if (info->dimensions & YZ_BY_OCCUPATION && below(a, 2))
        ask.cell.occupation = province_occupation(&a->world->names, yz_random_next(&a->random));
    if (info->dimensions & YZ_BY_GROUP && below(a, 3) == 0)
        ask.cell.group = (uint8_t)below(a, PROVINCE_GROUPS);
    if (info->dimensions & YZ_BY_TYPE && below(a, 3) == 0)
        ask.cell.type = (uint8_t)below(a, YZ_TYPES);
    ask.period = random_period(a, info, yz_cube_is_whole(ask.cell));
    return ask;
}

/* ---- one after the other ---- */

typedef struct reading {
    uint64_t *ns;
    uint32_t count;
    uint64_t sum;
} reading;

static void add(reading *r, uint64_t ns) {
    r->ns[r->count++] = ns;
    r->sum += ns;
}

static void print(const reading *r, const char *name, figures *out) {
    if (r->count == 0) return;
    figures_add(out, 0, (double)r->count, "read.%s.questions", name);
    figures_add(out, 3, (double)r->sum / r->count / 1e3, "read.%s.mean_us", name);
    figures_add(out, 3, percentile(r->ns, r->count, 99) / 1e3, "read.%s.p99_us", name);
}

static bool is_state_now(const yz_stats_ask *ask) {
    return ask->period.window == YZ_WINDOW_NOW || ask->period.window == YZ_WINDOW_TOTAL;
}

enum { READ_ALL, READ_NOW, READ_PERIOD, READ_CLOSED, READ_OPEN, READ_FILLS, READINGS };
static const char *const NAMES[READINGS] = {"any",          "now",           "period",
                                            "period.whole", "period.opened", "s07"};

static void note(reading *all, const yz_stats_ask *ask, uint64_t took) {
    add(&all[READ_ALL], took);
    if (ask->series == YZ_S07) {
        add(&all[READ_FILLS], took);
    } else if (is_state_now(ask)) {
        add(&all[READ_NOW], took);
    } else {
        add(&all[READ_PERIOD], took);
        // Half opened: of a group or a type, not of both or neither.
        bool opened = (ask->cell.group == YZ_ALL) != (ask->cell.type == YZ_ALL);
        add(&all[opened ? READ_OPEN : READ_CLOSED], took);
    }
}

static void time_questions(asking *a, uint32_t questions, figures *out) {
    reading all[READINGS] = {0};
    yz_stats_ask *asks = yz_alloc(questions * sizeof *asks);
    for (uint32_t i = 0; i < READINGS; i++)
        all[i].ns = yz_alloc(questions * sizeof *all[i].ns);
    for (uint32_t i = 0; i < questions; i++)
        asks[i] = random_ask(a);
    uint64_t clock_ns = stats_clock_ns();
    for (uint32_t i = 0; i + STRETCH <= questions; i += STRETCH) {
        uint64_t ns[STRETCH], cpu = clock_cpu_ns(), wall = clock_wall_ns();
        for (uint32_t k = 0; k < STRETCH; k++) {
            yz_stats_value value;
            uint64_t since = clock_wall_ns();
            yz_check(yz_stats_read(a->world->stats, &asks[i + k], a->now_ms, &value));
            ns[k] = clock_wall_ns() - since;
        }
        wall = clock_wall_ns() - wall;
        cpu = clock_cpu_ns() - cpu;
        for (uint32_t k = 0; k < STRETCH && wall <= cpu + TAKEN_NS; k++)
            note(all, &asks[i + k], ns[k] > clock_ns ? ns[k] - clock_ns : 0);
    }
    for (uint32_t i = 0; i < READINGS; i++) {
        print(&all[i], NAMES[i], out);
        yz_free(all[i].ns);
    }
    yz_free(asks);
}

/* ---- tables ---- */

// Seekers open now (S02) of every county and occupation: the largest table there is.
static void time_province(asking *a, figures *out) {
    static uint32_t occupations[PROVINCE_COUNTIES][PROVINCE_OCCUPATIONS];
    static int64_t values[PROVINCE_COUNTIES][PROVINCE_OCCUPATIONS];
    uint64_t ns[TABLES], cells = 0;
    int64_t sum = 0;
    for (uint32_t round = 0; round < TABLES; round++) {
        uint64_t since = clock_wall_ns();
        cells = 0;
        for (uint32_t i = 0; i < PROVINCE_COUNTIES; i++) {
            uint32_t node = node_of(a, PROVINCE_FIRST_COUNTY + i);
            cells += yz_stats_row(a->world->stats, YZ_S02, node, 0, occupations[i], values[i],
                                  PROVINCE_OCCUPATIONS);
        }
        ns[round] = clock_wall_ns() - since;
        for (uint32_t i = 0; i < PROVINCE_COUNTIES; i++)
            sum += values[i][round % PROVINCE_OCCUPATIONS];
    }
    yz_check(sum != 0);
    figures_add(out, 0, (double)cells, "table.province.cells");
    figures_add(out, 3, percentile(ns, TABLES, 50) / 1e6, "table.province.ms");
}

// S01 to S08 of December by county: what an office asks each month.
static void time_month(asking *a, figures *out) {
    uint64_t ns[TABLES];
    yz_period month = yz_period_at(YZ_WINDOW_MONTH, a->now_ms);
    for (uint32_t round = 0; round < TABLES; round++) {
        uint64_t since = clock_wall_ns();
        for (uint32_t i = 0; i < PROVINCE_COUNTIES; i++) {
            yz_cell cell = {node_of(a, PROVINCE_FIRST_COUNTY + i), YZ_OCCUPATION_ALL, YZ_ALL,
                            YZ_ALL};
            for (yz_series series = YZ_S01; series <= YZ_S08; series++) {
                yz_stats_ask ask = {series, cell, month};
                yz_stats_value value;
                yz_check(yz_stats_read(a->world->stats, &ask, a->now_ms, &value));
            }
        }
        ns[round] = clock_wall_ns() - since;
    }
    figures_add(out, 3, percentile(ns, TABLES, 50) / 1e3, "table.month.us");
}

void stats_read(const stats_world *w, uint32_t questions, figures *out) {
    asking a = {.world = w,
                .cube = yz_stats_cube(w->stats),
                .random = yz_random_seeded(w->story.options.seed + 99),
                .now_ms = w->story.at_ms};
    time_questions(&a, questions, out);
    time_province(&a, out);
    time_month(&a, out);
}
