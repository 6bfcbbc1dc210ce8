/* The plain evaluator: walks a checked expression and says what it is, on one subject, with the
 * parameters of one day.
 *
 * policy/SPEC.md 0.5, and where it leaves a choice: an operation with an operand of none is none
 * (a comparison: false) even if another operand is unknown, since no fact could change it. Every
 * operand is evaluated; `if` has the value of its branch. An element of `sum`, `count` or `any`
 * that is unknown makes the whole unknown (`any`: unless another is true).
 *
 * A number too large for any fact, too many steps, or no more memory: the evaluation goes
 * on with none, and `status` says so. Inside engine/policy only. */
#ifndef YZ_ENGINE_POLICY_EVAL_H
#define YZ_ENGINE_POLICY_EVAL_H

#include "engine/policy/decide.h"
#include "engine/policy/value.h"

/* Nodes of one question. The largest of the notice takes some hundred; without an end, a file of
 * forty lines, each calling the one before twice, would take years. */
#define YZ_EVAL_STEPS_MAX 20000000

typedef struct yz_scope {
    yz_value it;
    const struct yz_scope *outer;
} yz_scope;

typedef struct yz_eval {
    const yz_policy_ask *ask;
    int32_t day;      // parameters are read there
    yz_status status; // YZ_OK until something went wrong; then the first trouble
    uint32_t steps;   // taken
    int32_t until;    // the first day on which anything evaluated so far may be otherwise
    bool day_moving;  // `day` is so many days from as_of
    uint32_t fact_count;
    uint32_t missing_words;      // of a set of what is missing
    const uint64_t **singletons; // by fact, then parameter; NULL until asked for
    yz_value *formulas;          // of defines without arguments, on `day`; NULL until asked for
    bool *formulas_known;
    int32_t *formulas_until;   // of each alone: whoever uses it again holds no longer
    const yz_value *arguments; // of the define being evaluated
    const yz_scope *scope;
} yz_eval;

/* Borrows `ask` while it is used. O(1). */
yz_eval yz_eval_on(const yz_policy_ask *ask, int32_t day);

yz_value yz_evaluate(yz_eval *e, const yz_expr *x);

/* A fact's value: given, its default, none, or unknown for want of it. */
yz_value yz_eval_fact(yz_eval *e, uint32_t number);
/* The day of evaluation. */
int32_t yz_eval_as_of(const yz_policy_ask *ask);

/* The union; either may be NULL. */
const uint64_t *yz_missing_union(yz_eval *e, const uint64_t *a, const uint64_t *b);
yz_value yz_missing_param(yz_eval *e, uint32_t param);
/* Names of what is missing, sorted by bytes: "person.birth_date", "param:m05b.amount"; each after
 * `prefix`. From the arena. */
const yz_text *yz_missing_names(yz_eval *e, const uint64_t *missing, const char *prefix,
                                uint32_t *count);

/* ---- shared by the files of the evaluator ---- */

yz_value yz_eval_fail(yz_eval *e, yz_status status);
void *yz_eval_take(yz_eval *e, size_t size);
/* False: *result is what an operation on these is (none before unknown). */
bool yz_eval_given(yz_eval *e, const yz_value *operands, uint32_t count, yz_value *result);
/* Evaluates a, and b if x has one. */
bool yz_eval_two(yz_eval *e, const yz_expr *x, yz_value *a, yz_value *b, yz_value *result);
/* The same for the list of x; operands from the arena. */
yz_value *yz_eval_all(yz_eval *e, const yz_expr *x, yz_value *result);

/* ---- eval_until.c: until when what was evaluated holds ----
 *
 * A date that moves with as_of is marked so in its value. Whoever makes something else of it (a
 * truth, an age, a year) notes here on which day that will be another; so nothing has to be
 * evaluated before the first of these days. Too early costs an evaluation, too late would be wrong:
 * where it is not plain, tomorrow. */

/* In so many days, at least one. */
void yz_until_in(yz_eval *e, int64_t days);
void yz_until_tomorrow(yz_eval *e, bool moving);
/* Of a comparison (EQUAL, UNEQUAL, LESS, LESS_EQUAL) of two dates. */
void yz_until_compared(yz_eval *e, yz_op op, yz_value a, yz_value b);
/* The same of two numbers, of which one that moves is the year of its date. */
void yz_until_years(yz_eval *e, yz_op op, yz_value a, yz_value b, const int32_t dates[2]);
/* Begins to note anew; what was noted so far. And both together: what was noted since. */
int32_t yz_until_apart(yz_eval *e);
int32_t yz_until_joined(yz_eval *e, int32_t before);
/* The value of YEAR, MONTH, AGE, FULL_MONTHS, DAYS, ADD_MONTHS, ADD_YEARS of a and b. */
void yz_until_date(yz_eval *e, yz_op op, yz_value a, yz_value b, yz_value result);
/* A parameter read, or asked whether it covers, on a day that moves. */
void yz_until_param(yz_eval *e, uint32_t param, int32_t day, bool moving);
/* The next year or month of as_of. */
void yz_until_per(yz_eval *e, yz_per per);

/* eval_numbers.c: arithmetic, order, rounding, dates. */
yz_value yz_eval_arithmetic(yz_eval *e, const yz_expr *x);
yz_value yz_eval_date(yz_eval *e, const yz_expr *x);
yz_value yz_eval_extreme(yz_eval *e, const yz_expr *x);
yz_value yz_eval_tables(yz_eval *e, const yz_expr *x);
/* The year of a date, for whoever compares it and notes until when (yz_until_years); `date` is set
 * if it is given. */
yz_value yz_eval_year(yz_eval *e, const yz_expr *x, int32_t *date);
/* At one scale, for comparing; false when it has no room. */
bool yz_eval_level(yz_eval *e, const yz_expr *a, yz_value *left, const yz_expr *b, yz_value *right);

/* eval_lists.c: what runs over elements, and what is in what. */
yz_value yz_eval_each(yz_eval *e, const yz_expr *x);
yz_value yz_eval_membership(yz_eval *e, const yz_expr *x);
yz_value yz_eval_set(yz_eval *e, const yz_expr *x);
yz_value yz_eval_joint_months(yz_eval *e, const yz_expr *x);
uint32_t yz_elements(yz_kind kind, yz_value collection);
yz_value yz_element(yz_kind kind, yz_value collection, uint32_t at);

#endif
