/* Wages. People say yuan per hour, day, week ...; the engine compares integers of 1/120 fen per
 * month, so that every unit is whole: month 120, day 2,610 (21.75 days), hour 20,880 (174 hours),
 * week 522, biweek 261, year 10. */
#ifndef YZ_ENGINE_MODEL_MONEY_H
#define YZ_ENGINE_MODEL_MONEY_H

#include "engine/base/text.h"

typedef enum yz_wage_unit {
    YZ_PER_HOUR,
    YZ_PER_DAY,
    YZ_PER_WEEK,
    YZ_PER_BIWEEK,
    YZ_PER_MONTH,
    YZ_PER_YEAR,
} yz_wage_unit;
#define YZ_WAGE_UNIT_COUNT 6

/* "hour", "day", "week", "biweek", "month", "year". */
yz_text yz_wage_unit_name(yz_wage_unit unit);
bool yz_wage_unit_parse(yz_text name, yz_wage_unit *unit);

/* fen per unit -> 1/120 fen per month. Exact for fen <= YZ_FEN_MAX. */
int64_t yz_wage_normal(int64_t fen, yz_wage_unit unit);
/* 1/120 fen per month -> fen per unit, rounded down / up to a whole fen. */
int64_t yz_wage_fen_down(int64_t normal, yz_wage_unit unit);
int64_t yz_wage_fen_up(int64_t normal, yz_wage_unit unit);

#endif
