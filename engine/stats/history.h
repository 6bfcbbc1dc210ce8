/* The history of one number: its value at the end of each minute in which it changed.
 *
 *     word 0   count (low 16 bits), room in entries (high 16)
 *     then     count entries of 3 words, by minute: minute, value (low, high)
 *
 * Lies in a pool; a reference of 0 is the number 0 that never changed. When it is full it is first
 * thinned: an entry goes that no kept period end can see. Ends are kept as docs/statistics.md says:
 * minutes 48 hours, hours 62 days, days 400 days, months for ever. */
#ifndef YZ_ENGINE_STATS_HISTORY_H
#define YZ_ENGINE_STATS_HISTORY_H

#include "engine/stats/period.h"
#include "engine/stats/pool.h"

#define KEEP_MINUTES (48u * 60)
#define KEEP_HOURS (62u * 24 * 60) // in minutes
#define KEEP_DAYS (400u * 24 * 60)

typedef struct history_entry {
    uint32_t minute;
    int64_t value;
} history_entry;

uint32_t history_count(const pool *p, uint32_t history);
history_entry history_at(const pool *p, uint32_t history, uint32_t index);
/* Adds to the number at a minute, which is not before the last one. Amortised O(1). */
void history_add(pool *p, uint32_t *history, uint32_t minute, int64_t by);
int64_t history_now(const pool *p, uint32_t history);
/* The sum of what was added at minutes before this one. O(log count). */
int64_t history_before(const pool *p, uint32_t history, uint32_t minute);
/* Does a kept period end lie in (minute, next], when it is `now`? */
bool history_needs(uint32_t minute, uint32_t next, uint32_t now);
/* One entry more, as it was saved; minutes ascending. False: they are not, or there are too many.
 */
bool history_restore(pool *p, uint32_t *history, history_entry entry);

#endif
