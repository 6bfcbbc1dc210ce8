/* The parts of bench stats. */
#ifndef YZ_BENCH_STATS_PARTS_H
#define YZ_BENCH_STATS_PARTS_H

#include "bench/figures.h"
#include "bench/story.h"

/* A year that has been told, to the end of December. */
typedef struct stats_world {
    story story;
    province names;
    yz_stats *stats;
} stats_world;

/* Told until the end of November. */
void stats_world_init(stats_world *w, story_options options);
void stats_world_deinit(stats_world *w);

/* What reading the clock costs by itself, ns. */
uint64_t stats_clock_ns(void);

/* December, command by command; the world is then at its end. */
void stats_cost(stats_world *w, figures *out);
/* December in two markets, one with and one without statistics. False: they did not agree. */
bool stats_market(story_options options, figures *out);
/* Questions about a told year. */
void stats_read(const stats_world *w, uint32_t questions, figures *out);
/* Memory, by part, under `name`; and of a province every cell of which was counted. */
void stats_memory(const yz_stats *stats, const char *name, figures *out);
void stats_cells(figures *out);

#endif
