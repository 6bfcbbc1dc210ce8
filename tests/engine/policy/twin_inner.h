/* What the measures of the twin are written with: facts and parameters as values, the derived
 * predicates of policy/SPEC.md section 3, and the steps of 14.1 in the order they are called in.
 *
 *     if (!window(a, F(top, as_of), P_OF(m04_valid))) return;     1
 *     need(a, "new_entity", ...);                                 2
 *     if (!needs_hold(a)) return;
 *     once(a, ...); if (!unpaid(a)) return;                       3
 *     serve(a); reason(a, "open_post_guide");                     4
 */
#ifndef YZ_TESTS_POLICY_TWIN_INNER_H
#define YZ_TESTS_POLICY_TWIN_INNER_H

#include "tests/engine/policy/twin.h"
#include "tests/engine/policy/twin_dates.h"
#include "tests/engine/policy/twin_values.h"

/* One question: who, under which parameters; and the answer as far as it is known. */
typedef struct asked {
    const yz_facts *facts;
    const twin_params *params;
    const yz_list *granted; // payments of the same run, beside top.paid; or NULL
    int64_t on;             // the qualifying day: parameters are read on it
    condition open;         // UNKNOWN once a condition or a monitor could not be judged
    bool denied;
    twin_decision *out;
} asked;

/* ---- facts and parameters ---- */

value fact(const asked *a, yz_object object, int field, int number);
value entry_value(const yz_row *row, int field, int number);
value param(const asked *a, int number);
#define F(object, field)                                                                           \
    fact(a, YZ_OBJECT_##object, yz_field_##object##_##field, twin_number_##object##_##field)
#define IT(shape, field) entry_value(it, yz_field_##shape##_##field, twin_number_##shape##_##field)
#define P(field) param(a, twin_param_number_##field)
#define P_OF(field) (&a->params->field)

static inline bool is_given(const asked *a, yz_object object) {
    return a->facts->objects[object] != NULL;
}

/* The entries of a list; no entries of one that is none or unknown. */
const yz_list *list_of(value list);
const yz_texts *texts_of(value texts);
#define foreach(it, list)                                                                          \
    for (uint32_t at_##it = 0, once_##it = 1; at_##it < (list)->count; at_##it++, once_##it = 1)   \
        for (const yz_row *it = yz_list_row(list, at_##it); once_##it; once_##it = 0)

/* ---- predicates ---- */

value day_before(value day);
condition spell_covers(value from, value to, value day);
condition employed_on(value employment_spells, value day);
condition registered_on(const asked *a, value day);
condition registered_for(const asked *a, value day, value months);
condition enterprise_like(const asked *a);
value laid_off(const asked *a);
condition layoff_within(const asked *a, value rate);
condition layoff_ok(const asked *a);
condition is_graduate(const asked *a);
condition three_classes(const asked *a, value day);
condition term_at_least(const asked *a, value months);
condition joint_month(const asked *a, value month, value insurances);
value joint_months(const asked *a);
condition hardship_worker(const asked *a, value day);
condition labour_contract(const asked *a);
value add_months(value day, value months);
value add_years(value day, value years);
value add_days(value day, value days);
value age(value birth, value on);
value full_months(value from, value to);
value year_of(value day);
value month_of(value day);
condition stable_transfer(const asked *a);
condition same_county(value a, value b);
condition has_tag(const asked *a, int tag);

/* ---- the batch of interns, m09 ---- */

condition intern_counts(const asked *a, const yz_row *it);
value batch_standard(const asked *a);
value batch_due(const asked *a);

/* ---- the steps ---- */

typedef enum per { EVER, YEAR, MONTH } per;
typedef struct paid_key {
    int field; // of shape paid
    value v;
} paid_key;

bool window(asked *a, value day, const twin_param *valid);
void need(asked *a, const char *code, condition c);
bool needs_hold(asked *a);
void once(asked *a, const char *measure, per period, uint32_t key_count, const paid_key *keys);
void hire_onetime(asked *a);
bool unpaid(asked *a);
bool unpaid_under_cap(asked *a, const char *measure, value most);
bool stop(asked *a, int decision, const char *code, condition c);
void serve(asked *a);
void refer(asked *a, const twin_param *external);
void grant(asked *a, value amount);
void monitor(asked *a, const char *code, condition c);
void pass_or_alert(asked *a);
void reason(asked *a, const char *code);
void reason_text(asked *a, const char *code, const char *shown);
void decide_unknown(asked *a, const twin_missing *missing);

#define PERSON_KEY ((paid_key){yz_field_paid_person, F(person, id)})
#define EMPLOYER_KEY ((paid_key){yz_field_paid_employer, F(employer, id)})
#define ONCE(measure, per, ...)                                                                    \
    once(a, measure, per, sizeof((paid_key[]){__VA_ARGS__}) / sizeof(paid_key),                    \
         (paid_key[]){__VA_ARGS__})

/* ---- more than one measure, more than one item ---- */

/* One measure, with payments beside those of the facts. False: no such measure. */
bool twin_decide_beside(const yz_facts *facts, const yz_list *granted, const twin_params *params,
                        const char *name, twin_decision *decision);
bool twin_of_hire(const char *measure); // m05a, m05b, m14c
/* Of the grants of the group the highest stays, of equal ones the first by name. */
void twin_one_of_group(const char *const *names, uint32_t count, twin_decision *decisions);

/* ---- the measures ---- */

#define MEASURE(name) void name(asked *a);
#include "tests/engine/policy/twin_measures.def"
#undef MEASURE

#endif
