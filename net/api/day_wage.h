/* What a day's work comes to, from check-in and check-out: whole fen, no rounding but the last one.
 *
 *     per hour   minutes x wage / 60, to the fen, half up      minutes: whole ones, begun ones not
 *     per day    the wage
 *     other      nothing: a week or a month is not one day's
 *
 * Pure: values in, values out. Inside net/api only. */
#ifndef YZ_NET_API_DAY_WAGE_H
#define YZ_NET_API_DAY_WAGE_H

#include "engine/model/money.h"

#include <stdbool.h>

/* Whole minutes between the two; 0 if the end is not after the start. */
int64_t day_wage_minutes(int64_t started_ms, int64_t ended_ms);
/* False: this unit has none, or it is beyond YZ_FEN_MAX. `minutes` and `fen` are not negative. */
bool day_wage_due(int64_t minutes, int64_t fen, yz_wage_unit unit, int64_t *due_fen);

#endif
