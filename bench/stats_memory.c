/* Memory of statistics by part; and what a province takes every cell of which was counted. */
#include "bench/stats_parts.h"
#include "engine/base/check.h"
#include "engine/model/time.h"

#define MB 1e6

void stats_memory(const yz_stats *stats, const char *name, figures *out) {
    yz_stats_bytes b = yz_stats_memory(stats);
    uint64_t cells = b.cube.nodes + b.cube.pairs + b.cube.rows + b.cube.blocks + b.cube.histories;
    figures_add(out, 0, (double)yz_cube_rows(yz_stats_cube(stats)), "memory.%s.rows", name);
    figures_add(out, 1, (double)b.cube.nodes / MB, "memory.%s.cells.nodes_mb", name);
    figures_add(out, 1, (double)b.cube.pairs / MB, "memory.%s.cells.pairs_mb", name);
    figures_add(out, 1, (double)b.cube.rows / MB, "memory.%s.cells.rows_mb", name);
    figures_add(out, 1, (double)b.cube.blocks / MB, "memory.%s.cells.blocks_mb", name);
    figures_add(out, 1, (double)b.cube.histories / MB, "memory.%s.cells.histories_mb", name);
    figures_add(out, 1, (double)b.fills / MB, "memory.%s.cells.fills_mb", name);
    figures_add(out, 1, (double)(cells + b.fills) / MB, "memory.%s.cells.all_mb", name);
    figures_add(out, 1, (double)b.seekers / MB, "memory.%s.records.seekers_mb", name);
    figures_add(out, 1, (double)b.postings / MB, "memory.%s.records.postings_mb", name);
    figures_add(out, 1, (double)b.persons / MB, "memory.%s.records.persons_mb", name);
    figures_add(out, 1, (double)b.venues / MB, "memory.%s.venues_mb", name);
    figures_add(out, 1, (double)b.skills / MB, "memory.%s.skills_mb", name);
}

/* ---- every cell ---- */

#define CELLS (PROVINCE_COUNTIES * PROVINCE_OCCUPATIONS * PROVINCE_GROUPS * YZ_TYPES)

static int64_t day_ms(uint32_t day) {
    return story_begin_ms() + (int64_t)day * YZ_DAY_MS;
}

// Of cell number i; groups change first, so that a posting is for all groups.
static uint32_t division_of(uint32_t i) {
    return PROVINCE_FIRST_COUNTY + i / (PROVINCE_OCCUPATIONS * PROVINCE_GROUPS * YZ_TYPES);
}
static uint32_t occupation_of(uint32_t i) {
    return i / (PROVINCE_GROUPS * YZ_TYPES) % PROVINCE_OCCUPATIONS;
}
static uint8_t type_of(uint32_t i) {
    return (uint8_t)(1u << (i / PROVINCE_GROUPS % YZ_TYPES));
}

static void tell_posting(yz_stats *stats, uint32_t i, uint32_t filled, int64_t at_ms) {
    yz_posting_fact fact = {.posting = i / PROVINCE_GROUPS,
                            .employer = YZ_ROW_NONE,
                            .division = division_of(i),
                            .occupation = occupation_of(i),
                            .venue = YZ_ROW_NONE,
                            .type = type_of(i),
                            .state = YZ_STATE_OPEN,
                            .openings = PROVINCE_GROUPS + 1,
                            .filled = filled};
    yz_stats_posting(stats, &fact, at_ms);
}

// On the first day a seeker of each cell registers, and a posting for each group of eight; in the
// next month, on the same day of all, each of them is placed there and goes on looking.
void stats_cells(figures *out) {
    province p;
    province_init(&p, 1);
    yz_stats_names names = province_names(&p);
    yz_stats *stats = yz_stats_new(&names);
    for (uint32_t i = 0; i < CELLS; i++) {
        yz_seeker_fact seeker = {.seeker = i,
                                 .person = YZ_ROW_NONE,
                                 .division = division_of(i),
                                 .occupation = occupation_of(i),
                                 .group = (uint8_t)(i % PROVINCE_GROUPS),
                                 .types = type_of(i),
                                 .state = YZ_STATE_OPEN};
        yz_stats_seeker(stats, &seeker, day_ms(0));
        if (i % PROVINCE_GROUPS == 0) tell_posting(stats, i, 0, day_ms(0));
    }
    for (uint32_t i = 0; i < CELLS; i++) {
        yz_step_fact step = {.seeker = i,
                             .posting = i / PROVINCE_GROUPS,
                             .venue = YZ_ROW_NONE,
                             .from = YZ_STEP_HELD,
                             .to = YZ_STEP_PLACED};
        yz_stats_step(stats, &step, day_ms(40));
        tell_posting(stats, i, i % PROVINCE_GROUPS + 1, day_ms(40));
    }
    figures_add(out, 0, CELLS, "memory.cells.leaf_cells");
    yz_stats_ask ask = {YZ_Y13, {0, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL}, {YZ_WINDOW_NOW, 0}};
    static const struct {
        yz_series series;
        const char *name;
    } FILLED[] = {{YZ_Y13, "seekers_open"}, {YZ_S03, "openings_vacant"}, {YZ_Y09, "placed"}};
    for (uint32_t i = 0; i < 3; i++) {
        yz_stats_value value;
        ask.series = FILLED[i].series;
        yz_check(yz_stats_read(stats, &ask, day_ms(40), &value));
        figures_add(out, 0, (double)value.value, "memory.cells.filled.%s", FILLED[i].name);
    }
    stats_memory(stats, "every", out);
    yz_stats_free(stats);
}
