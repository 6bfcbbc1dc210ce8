/* Times are UTC milliseconds since 1970; people write Beijing days or instants.
 *
 *     2023-08-01                     a Beijing day (UTC+8): its first or its last millisecond
 *     2023-08-01T06:30:00+08:00      an instant, RFC 3339, at most three decimals of a second
 *     2023-07-31T22:30:00Z           the same instant */
#ifndef YZ_ENGINE_MODEL_TIME_H
#define YZ_ENGINE_MODEL_TIME_H

#include "engine/base/text.h"

#define YZ_DAY_MS 86400000
#define YZ_BEIJING_MS 28800000
#define YZ_TIME_TEXT_MAX 32 // bytes of a formatted time, terminator included

typedef enum yz_day_edge { YZ_DAY_BEGIN, YZ_DAY_END } yz_day_edge;

/* A day becomes its first or last millisecond by `edge`. False: not such a text, or outside the
 * years 1970..9999; `at_ms` untouched. */
bool yz_time_parse(yz_text text, yz_day_edge edge, int64_t *at_ms);

/* The shortest form that parses back to the same value with the same edge: the day if it is that
 * edge of a Beijing day, else the instant in +08:00. Returns the bytes written, without the
 * terminator. */
uint32_t yz_time_format(int64_t at_ms, yz_day_edge edge, char out[YZ_TIME_TEXT_MAX]);

/* The instant, always with time and +08:00. */
uint32_t yz_time_format_instant(int64_t at_ms, char out[YZ_TIME_TEXT_MAX]);

/* Days of the calendar without a time, such as a birth date: days since 1970-01-01, before it
 * negative. Years 1800..9999. False, and `day` untouched: there is no such day. */
bool yz_day_of(int year, int month, int day_of_month, int32_t *day);
/* "1990-01-31". */
bool yz_day_parse(yz_text text, int32_t *day);
/* `day` is one that yz_day_of gives. Returns the bytes written, without the terminator. */
uint32_t yz_day_format(int32_t day, char out[YZ_TIME_TEXT_MAX]);
/* The Beijing day of an instant. */
int32_t yz_day_at(int64_t at_ms);

#endif
