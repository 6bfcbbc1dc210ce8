/* Days and months of policy/SPEC.md 0.4: proleptic Gregorian, Beijing days, no time of day. */
#ifndef YZ_ENGINE_MODEL_DATES_H
#define YZ_ENGINE_MODEL_DATES_H

#include "engine/base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define YZ_DATE_MIN (-719162) // 0001-01-01
#define YZ_DATE_MAX 2932896   // 9999-12-31

/* Days since 1970-01-01 of a date that exists, and back. */
int32_t yz_days(int32_t year, int32_t month, int32_t day);
void yz_civil(int32_t days, int32_t *year, int32_t *month, int32_t *day);
int32_t yz_days_in_month(int32_t year, int32_t month);

/* "2023-02-28", "2023-02". False, and the value untouched: no such text, or no such day
 * (2023-02-29) or month (2023-13). */
bool yz_date_of(yz_text text, int32_t *days);
bool yz_month_of(yz_text text, int32_t *month);
/* 12 * year + month - 1. */
int32_t yz_month_of_day(int32_t days);

/* The same day of the month so many months on (or back), or the last day of that month. Kept within
 * YZ_DATE_MIN..YZ_DATE_MAX. */
int32_t yz_add_months(int32_t days, int64_t months);
/* Full years: reached on the birthday; a birthday of 29 February is 28 February in common years. */
int32_t yz_age(int32_t birth, int32_t on);
/* The largest n >= 0 with add_months(from, n) - 1 day <= to: both days count. */
int32_t yz_full_months(int32_t from, int32_t to);

#endif
