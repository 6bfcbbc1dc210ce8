/* How long it took to fill openings, in whole days, for each row of the cube: every signing, by its
 * duration and day, group and type, so that the exact quantiles of any period can be read.
 *
 *     few     head, a word for each signing, ascending: duration 9 | day 16 | group, type 7
 *     many    head, nodes, ascending: id, daybook (daybook.h): of every 16 durations, of every one;
 *                 and a book of the sums of durations. So a quantile is two steps down
 *
 * Kept is what the cube keeps: days 400 days, months for ever. Used by one thread; readers beside
 * each other. */
#ifndef YZ_ENGINE_STATS_FILLS_H
#define YZ_ENGINE_STATS_FILLS_H

#include "engine/base/slab.h"
#include "engine/stats/cube.h"
#include "engine/stats/daybook.h"

/* Signings of one key (duration << 7 | group << 2 | type) up to the end of a day, by its first
 * minute. */
typedef struct fill_entry {
    uint32_t key, minute;
    int64_t value;
} fill_entry;

typedef struct fills {
    yz_slab rows; // uint32_t, by row of the cube: in the pool, 0: none
    pool words;   // lists, nodes, daybooks
    struct {
        fill_entry *list; // owned: of a row as it is read back
        uint32_t row, count, room;
    } reading;
} fills;

void fills_init(fills *f);
void fills_deinit(fills *f);
/* A signing at a minute, in all rows of a pair. */
void fills_add(fills *f, const yz_cube *cube, uint32_t pair, uint8_t group, uint8_t type,
               uint32_t duration, uint32_t minute);

typedef struct fill_quantiles {
    int64_t sum, median, p90; // nearest rank; 0 of no signings
} fill_quantiles;
/* Of a row of the cube, group and type, from one minute (which begins a day) to before another
 * (or UINT32_MAX), when there are `count` signings. O(log durations). */
fill_quantiles fills_read(const fills *f, uint32_t row, uint8_t group, uint8_t type, uint32_t from,
                          uint32_t to, int64_t count);

/* For save and print: all of a row, by key, then by minute; the caller frees *list. */
uint32_t fills_list(const fills *f, uint32_t row, fill_entry **list);
/* One entry more, in the order of saving, rows ascending; at last: that was all. False: it is not
 * that order, or no such values. */
bool fills_restore(fills *f, uint32_t row, fill_entry entry);
bool fills_restored(fills *f);
uint64_t fills_bytes(const fills *f);

#endif
