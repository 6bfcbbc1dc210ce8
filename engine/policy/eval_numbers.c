/* Arithmetic, order, tables and dates. Every result is checked against the room it has: the engine
 * would rather refuse a question than answer a wrong number. */
#include "engine/policy/eval.h"

static yz_value checked(yz_eval *e, bool fits, yz_wide number) {
    // The caller's facts or parameters are beyond what a number of the language holds.
    return fits ? yz_value_number(number) : yz_eval_fail(e, YZ_ERR_BAD_INPUT);
}

// As yz_add_months: kept within the years 0001..9999.
static yz_value day(yz_wide days) {
    if (days < YZ_DATE_MIN) days = YZ_DATE_MIN;
    if (days > YZ_DATE_MAX) days = YZ_DATE_MAX;
    return yz_value_number(days);
}

// ---- scales ----

static bool raise(yz_eval *e, yz_value *value, unsigned from, unsigned to) {
    if (from >= to) return true;
    yz_wide raised;
    bool fits = yz_wide_multiply(value->number, yz_ten_to(to - from), &raised);
    *value = checked(e, fits, fits ? raised : 0);
    return fits;
}

bool yz_eval_level(yz_eval *e, const yz_expr *a, yz_value *left, const yz_expr *b,
                   yz_value *right) {
    return raise(e, left, a->kind.scale, b->kind.scale) &&
           raise(e, right, b->kind.scale, a->kind.scale);
}

// ---- arithmetic ----

#define MONTHS_MAX 120000 // of ten thousand years: more is the same

static yz_value add_months(yz_value date, yz_wide months) {
    if (months > MONTHS_MAX) months = MONTHS_MAX;
    if (months < -MONTHS_MAX) months = -MONTHS_MAX;
    return yz_value_number(yz_add_months((int32_t)date.number, (int64_t)months));
}

static yz_value add_span(yz_eval *e, yz_value date, yz_value span, int in_months, int sign) {
    yz_wide by = sign * span.number;
    if (in_months) {
        yz_until_tomorrow(e, date.moving);
        return add_months(date, by);
    }
    yz_value moved = day(date.number + by);
    moved.moving = date.moving;
    return moved;
}

static yz_value sum_of(yz_eval *e, const yz_expr *x, yz_value a, yz_value b) {
    int sign = x->op == YZ_OP_ADD ? 1 : -1;
    if (x->kind.type == YZ_TYPE_DATE) {
        bool span_first = x->a->kind.type == YZ_TYPE_SPAN;
        return add_span(e, span_first ? b : a, span_first ? a : b,
                        span_first ? x->a->kind.of : x->b->kind.of, sign);
    }
    if (!yz_eval_level(e, x->a, &a, x->b, &b)) return yz_value_none();
    yz_wide sum = 0;
    bool fits = yz_wide_add(a.number, sign * b.number, &sum);
    return checked(e, fits, sum);
}

yz_value yz_eval_arithmetic(yz_eval *e, const yz_expr *x) {
    yz_value a, b = {0}, result;
    if (!yz_eval_two(e, x, &a, &b, &result)) return result;
    yz_wide product = 0;
    if (x->kind.type != YZ_TYPE_DATE) yz_until_tomorrow(e, a.moving || b.moving);
    switch (x->op) {
    case YZ_OP_MULTIPLY: {
        bool fits = yz_wide_multiply(a.number, b.number, &product);
        return checked(e, fits, product);
    }
    case YZ_OP_TO_YUAN: {
        bool fits = yz_wide_multiply(a.number, 100, &product);
        return checked(e, fits, product);
    }
    case YZ_OP_RESCALE:
        if (!raise(e, &a, x->a->kind.scale, x->kind.scale)) return yz_value_none();
        return a;
    case YZ_OP_ROUND_FEN: return yz_value_number(yz_wide_round(a.number, x->a->kind.scale));
    default: return sum_of(e, x, a, b);
    }
}

yz_value yz_eval_extreme(yz_eval *e, const yz_expr *x) {
    yz_value result;
    const yz_value *operands = yz_eval_all(e, x, &result);
    if (operands == NULL) return result;
    yz_wide extreme = operands[0].number;
    yz_until_tomorrow(e, operands[0].moving);
    for (uint32_t i = 1; i < x->list_count; i++) {
        bool better =
            x->op == YZ_OP_MAX ? operands[i].number > extreme : operands[i].number < extreme;
        if (better) extreme = operands[i].number;
        yz_until_tomorrow(e, operands[i].moving);
    }
    return yz_value_number(extreme);
}

// ---- tables ----

// The last tier whose lower bound the ratio n / d reaches; bounds are in units of 1e-8.
static yz_value tier(yz_eval *e, const yz_expr *x) {
    yz_value operands[3] = {yz_evaluate(e, x->a), yz_evaluate(e, x->b), yz_evaluate(e, x->c)};
    yz_value result;
    if (!yz_eval_given(e, operands, 3, &result)) return result;
    const yz_tiers *tiers = operands[0].tiers;
    yz_until_tomorrow(e, operands[1].moving || operands[2].moving);
    if (!yz_eval_level(e, x->b, &operands[1], x->c, &operands[2])) return yz_value_none();
    yz_wide n = operands[1].number, d = operands[2].number;
    if (d < 0) n = -n, d = -d;
    uint32_t at = 0;
    for (uint32_t i = 1; i < tiers->count && d != 0; i++) {
        yz_wide reached = 0, bound = 0;
        if (!yz_wide_multiply(n, yz_ten_to(8), &reached) ||
            !yz_wide_multiply(d, tiers->tiers[i].from_percent, &bound))
            return yz_eval_fail(e, YZ_ERR_BAD_INPUT);
        if (reached >= bound) at = i;
    }
    return tiers->count ? yz_value_number(tiers->tiers[at].amount) : yz_value_none();
}

static yz_value lookup(yz_eval *e, const yz_expr *x) {
    yz_value table, key, result;
    if (!yz_eval_two(e, x, &table, &key, &result)) return result;
    yz_until_tomorrow(e, key.moving);
    for (uint32_t i = 0; i < table.table->count; i++) {
        if (table.table->keys[i] == key.number) return yz_value_number(table.table->amounts[i]);
    }
    return yz_value_none();
}

static yz_value covers(yz_eval *e, const yz_expr *x) {
    yz_value date = yz_evaluate(e, x->b);
    if (date.state != YZ_STATE_GIVEN) return date;
    uint32_t param = e->ask->rules->uses[x->a->at].param;
    yz_until_param(e, param, (int32_t)date.number, date.moving);
    return yz_value_number(yz_params_period(e->ask->params, param, (int32_t)date.number) != NULL);
}

yz_value yz_eval_tables(yz_eval *e, const yz_expr *x) {
    switch (x->op) {
    case YZ_OP_TIER: return tier(e, x);
    case YZ_OP_LOOKUP: return lookup(e, x);
    default: return covers(e, x);
    }
}

// ---- dates ----

static yz_value year(const yz_expr *x, yz_value of) {
    if (x->a->kind.type == YZ_TYPE_MONTH) return yz_value_number(of.number / 12);
    int32_t y, m, d;
    yz_civil((int32_t)of.number, &y, &m, &d);
    return yz_value_number(y);
}

yz_value yz_eval_year(yz_eval *e, const yz_expr *x, int32_t *date) {
    yz_value of = yz_evaluate(e, x->a);
    if (of.state != YZ_STATE_GIVEN) return of;
    *date = (int32_t)of.number;
    yz_value value = year(x, of);
    value.moving = of.moving;
    return value;
}

static yz_value of_dates(const yz_expr *x, yz_value a, yz_value b) {
    switch (x->op) {
    case YZ_OP_AGE: return yz_value_number(yz_age((int32_t)a.number, (int32_t)b.number));
    case YZ_OP_YEAR: return year(x, a);
    case YZ_OP_MONTH: return yz_value_number(yz_month_of_day((int32_t)a.number));
    case YZ_OP_DAYS: return yz_value_number(b.number - a.number);
    case YZ_OP_ADD_YEARS:
        if (b.number > MONTHS_MAX || b.number < -MONTHS_MAX) return add_months(a, b.number);
        return add_months(a, 12 * b.number);
    case YZ_OP_ADD_MONTHS: return add_months(a, b.number);
    default: return yz_value_number(yz_full_months((int32_t)a.number, (int32_t)b.number));
    }
}

yz_value yz_eval_date(yz_eval *e, const yz_expr *x) {
    yz_value a, b = {0}, result;
    if (!yz_eval_two(e, x, &a, &b, &result)) return result;
    result = of_dates(x, a, b);
    yz_until_date(e, (yz_op)x->op, a, b, result);
    result.moving = x->op == YZ_OP_DAYS && b.moving && !a.moving;
    return result;
}
