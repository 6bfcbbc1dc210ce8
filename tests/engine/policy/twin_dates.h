/* The twin's own calendar: no formula, a table. The first day of every month of the years 1 to
 * 9999 is found by adding up the lengths of the months before it; every question is a look at the
 * table or a walk along it. Days are counted from 1970-01-01, months as 12 * year + month - 1. */
#ifndef YZ_TESTS_POLICY_TWIN_DATES_H
#define YZ_TESTS_POLICY_TWIN_DATES_H

#include <stdbool.h>
#include <stdint.h>

/* A date outside the years 1 to 9999 ends the test. */
int64_t twin_day(int64_t year, int64_t month, int64_t day);
int64_t twin_month_of(int64_t day);
int64_t twin_year_of(int64_t day);
int64_t twin_day_in_month(int64_t day); // 1..31
int64_t twin_month_length(int64_t month);
int64_t twin_first_of_month(int64_t month);

int64_t twin_add_months(int64_t day, int64_t months);
int64_t twin_age(int64_t birth, int64_t on);
int64_t twin_full_months(int64_t from, int64_t to);
bool twin_is_date(int64_t year, int64_t month, int64_t day);

#endif
