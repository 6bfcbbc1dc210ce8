/* Periods: minutes, hours, and Beijing's days, months and years. docs/statistics.md says which
 * number has which of them. */
#ifndef YZ_ENGINE_STATS_PERIOD_H
#define YZ_ENGINE_STATS_PERIOD_H

#include "engine/base/text.h"

typedef enum yz_window {
    YZ_WINDOW_NOW, // the state; no period
    YZ_WINDOW_MINUTE,
    YZ_WINDOW_HOUR,
    YZ_WINDOW_DAY,
    YZ_WINDOW_MONTH,
    YZ_WINDOW_YEAR,
    YZ_WINDOW_TOTAL, // since the beginning
} yz_window;
#define YZ_WINDOW_COUNT 7

/* The index counts from the period that 1970-01-01T00:00 in Beijing began: minute 0, day 0, month
 * 0, year 0. NOW and TOTAL have index 0. */
typedef struct yz_period {
    yz_window window;
    int64_t index; // minutes of the year 9999 do not fit into 32 bits
} yz_period;

/* The period that an instant (UTC ms, from YZ_TIME_MS_MIN on) is in. O(1). */
yz_period yz_period_at(yz_window window, int64_t at_ms);
/* Its first millisecond and the first one after it, UTC. NOW: both INT64_MAX; TOTAL: INT64_MIN and
 * INT64_MAX. */
int64_t yz_period_begin_ms(yz_period period);
int64_t yz_period_end_ms(yz_period period);

/* "2023-08-01T06:30+08:00" (minute), "2023-08-01T06+08:00" (hour), "2023-08-01", "2023-08", "2023",
 * "now", "total": parsed by their form. False: no such text, or outside the years 1970..9999;
 * `period` untouched. */
bool yz_period_parse(yz_text text, yz_period *period);
#define YZ_PERIOD_TEXT_MAX 32
/* Returns the bytes written, without the terminator. */
uint32_t yz_period_format(yz_period period, char out[YZ_PERIOD_TEXT_MAX]);
yz_text yz_window_name(yz_window window); // "month"
bool yz_window_parse(yz_text name, yz_window *window);

#endif
