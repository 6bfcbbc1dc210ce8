/* How long it took to fill openings, in whole days, for each row of the cube: exact counts of every
 * distinct duration, over time, so that quantiles of any period can be read.
 *
 *     row -> keys, ascending    duration << 7 | group << 2 | type
 *            each a history     by the day: signings up to the end of it
 *
 * Histories are thinned like the cube's: days 400 days, months for ever. Used by one thread;
 * readers beside each other. */
#ifndef YZ_ENGINE_STATS_FILLS_H
#define YZ_ENGINE_STATS_FILLS_H

#include "engine/base/mix.h"
#include "engine/base/slab.h"
#include "engine/stats/cube.h"
#include "engine/stats/history.h"

typedef struct fill_list {
    uint32_t *keys; // owned; keys, then as many histories of two words
    uint32_t count, room;
} fill_list;

typedef struct fills {
    yz_slab lists; // fill_list, by row of the cube
    pool histories;
    uint64_t key_bytes;
} fills;

void fills_init(fills *f);
void fills_deinit(fills *f);
/* A signing at a minute, in all rows of a pair. O(rows x log durations). */
void fills_add(fills *f, const yz_cube *cube, uint32_t pair, uint8_t group, uint8_t type,
               uint32_t duration, uint32_t minute);

typedef struct fill_quantiles {
    int64_t sum, median, p90; // nearest rank; 0 of no signings
} fill_quantiles;
/* Of a cell, a day to TOTAL, that has `count` signings in it. O(durations). */
fill_quantiles fills_read(const fills *f, const yz_cube *cube, yz_cell cell, yz_period period,
                          int64_t count);

/* For save and print: keys of a row, and the history of each, two words. */
uint32_t fills_keys(const fills *f, uint32_t row, const uint32_t **keys,
                    const uint32_t **histories);
/* One entry more, in the order of saving: keys ascending, minutes ascending. False: it is not. */
bool fills_restore(fills *f, uint32_t row, uint32_t key, history_entry entry);
uint64_t fills_bytes(const fills *f);

#endif
