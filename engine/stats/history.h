/* The history of one number: its value at the end of each minute (fine) or each Beijing day (by the
 * day) in which it changed. A slot of two words in a pool is
 *
 *     0, 0             the number 0, that never changed
 *     day + 1, value   changed on one day only, by the day, and fits 32 bits
 *     1 << 31 | piece  a list elsewhere in the pool:
 *
 *         word 0   count (low 16 bits), room in entries (high 16)
 *         then     count entries of 3 words: minute (of a day: its first), value (low, high)
 *
 * When a list is full it is first thinned: an entry goes that no kept period end can see. Ends are
 * kept as docs/statistics.md says: minutes 48 hours, hours 62 days, days 400 days, months for ever.
 */
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

/* The first minute of the Beijing day of a minute, not before 0. */
uint32_t history_day(uint32_t minute);
/* The number of that day, and the first minute of a day. */
uint32_t history_day_number(uint32_t minute);
uint32_t history_day_minute(uint32_t day);

uint32_t history_count(const pool *p, const uint32_t slot[2]);
history_entry history_at(const pool *p, const uint32_t slot[2], uint32_t index);
/* Adds to the number at a minute, which is not before the last one. Amortised O(1). The slot may be
 * in the pool itself: what is there stays. */
void history_add(pool *p, uint32_t slot[2], uint32_t minute, int64_t by, bool fine);
/* Ask the memory for the list of a slot; then, when that has come, for its last entry. */
void history_ask(const pool *p, const uint32_t slot[2]);
void history_ask_end(const pool *p, const uint32_t slot[2]);
int64_t history_now(const pool *p, const uint32_t slot[2]);
/* The sum of what was added at minutes before this one (by the day: which begins a day). O(log
 * count). */
int64_t history_before(const pool *p, const uint32_t slot[2], uint32_t minute);
/* Does a kept period end lie in (minute, next], when it is `now`? */
bool history_needs(uint32_t minute, uint32_t next, uint32_t now);
/* One entry more, as it was saved; minutes ascending. False: they are not, or there are too many.
 */
bool history_restore(pool *p, uint32_t slot[2], history_entry entry, bool fine);

#endif
