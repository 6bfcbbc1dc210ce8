/* Until when what was evaluated holds. */
#include "engine/policy/eval.h"

void yz_until_in(yz_eval *e, int64_t days) {
    int64_t day = yz_eval_as_of(e->ask) + (days > 1 ? days : 1);
    if (day < e->until) e->until = (int32_t)day;
}

void yz_until_tomorrow(yz_eval *e, bool moving) {
    if (moving) yz_until_in(e, 1);
}

// The moving side comes nearer to the other by a day each day, and then goes away from it.
void yz_until_compared(yz_eval *e, yz_op op, yz_value a, yz_value b) {
    if (a.moving == b.moving) return; // neither moves, or their distance stays
    int64_t ahead = (int64_t)(b.number - a.number);
    if (b.moving) ahead = -ahead; // days until the moving side has reached the other
    switch (op) {
    case YZ_OP_LESS: // moving < b holds until it is there; a < moving from the day after
        if (a.moving && ahead > 0) yz_until_in(e, ahead);
        if (b.moving && ahead >= 0) yz_until_in(e, ahead + 1);
        break;
    case YZ_OP_LESS_EQUAL:
        if (a.moving && ahead >= 0) yz_until_in(e, ahead + 1);
        if (b.moving && ahead > 0) yz_until_in(e, ahead);
        break;
    default: // equal: on one day
        if (ahead > 0) yz_until_in(e, ahead);
        if (ahead == 0) yz_until_in(e, 1);
        break;
    }
}

static int64_t to_next_month(int32_t day, int32_t months) {
    int32_t year, month, of_month;
    yz_civil(day, &year, &month, &of_month);
    return yz_add_months(yz_days(year, months == 12 ? 1 : month, 1), months) - day;
}

// The year of the moving side is another on first days of January alone, and only rises.
void yz_until_years(yz_eval *e, yz_op op, yz_value a, yz_value b, const int32_t dates[2]) {
    if (!a.moving && !b.moving) return;
    int32_t date = dates[a.moving ? 0 : 1];
    if (a.moving && b.moving) {
        yz_until_in(e, to_next_month(dates[0], 12));
        yz_until_in(e, to_next_month(dates[1], 12));
        return;
    }
    yz_wide now = a.moving ? a.number : b.number, other = a.moving ? b.number : a.number;
    yz_wide year = other; // with which it becomes another truth
    bool at_once = op == YZ_OP_LESS ? a.moving : op == YZ_OP_LESS_EQUAL && b.moving;
    bool at_next = op == YZ_OP_LESS ? b.moving : op == YZ_OP_LESS_EQUAL && a.moving;
    if (at_next || (!at_once && now == other)) year = other + 1;
    if (year <= now || year > 9999) return;
    yz_until_in(e, yz_days((int32_t)year, 1, 1) - date);
}

int32_t yz_until_apart(yz_eval *e) {
    int32_t before = e->until;
    e->until = INT32_MAX;
    return before;
}

int32_t yz_until_joined(yz_eval *e, int32_t before) {
    int32_t since = e->until;
    if (before < e->until) e->until = before;
    return since;
}

void yz_until_date(yz_eval *e, yz_op op, yz_value a, yz_value b, yz_value result) {
    int64_t next;
    switch (op) {
    case YZ_OP_YEAR:
        if (a.moving) yz_until_in(e, to_next_month((int32_t)a.number, 12));
        break;
    case YZ_OP_MONTH:
        if (a.moving) yz_until_in(e, to_next_month((int32_t)a.number, 1));
        break;
    case YZ_OP_AGE: // the next birthday
        if (a.moving) yz_until_in(e, 1);
        if (!b.moving) break;
        next = yz_add_months((int32_t)a.number, 12 * ((int64_t)result.number + 1));
        yz_until_in(e, next - (int64_t)b.number);
        break;
    case YZ_OP_FULL_MONTHS: // the day on which one more is full
        if (a.moving) yz_until_in(e, 1);
        if (!b.moving) break;
        next = yz_add_months((int32_t)a.number, (int64_t)result.number + 1) - 1;
        yz_until_in(e, next - (int64_t)b.number);
        break;
    case YZ_OP_DAYS: // from a day that stays to one that moves: it moves as that does
        yz_until_tomorrow(e, a.moving);
        break;
    default: yz_until_tomorrow(e, a.moving || b.moving);
    }
}

void yz_until_param(yz_eval *e, uint32_t param, int32_t day, bool moving) {
    const yz_param_period *now = moving ? yz_params_period(e->ask->params, param, day) : NULL;
    if (!moving) return;
    if (now != NULL && now->to != YZ_DAY_OPEN) yz_until_in(e, (int64_t)now->to + 1 - day);
    if (now != NULL) return;
    int32_t next = yz_params_next(e->ask->params, param, day);
    if (next != INT32_MAX) yz_until_in(e, (int64_t)next - day);
}

void yz_until_per(yz_eval *e, yz_per per) {
    int32_t as_of = yz_eval_as_of(e->ask);
    if (per == YZ_PER_CALENDAR_YEAR) yz_until_in(e, to_next_month(as_of, 12));
    if (per == YZ_PER_CALENDAR_MONTH) yz_until_in(e, to_next_month(as_of, 1));
}
