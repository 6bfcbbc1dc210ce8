/* What no rule says: m18 asks every fraud check, d08 looks at the columns of a row of the ledger.
 */
#include "engine/policy/decide_inner.h"

static const yz_text M18 = {"m18", 3}, D08 = {"d08", 3};

bool yz_is_built_in(yz_text measure, yz_text *name) {
    if (yz_text_equal(measure, M18))
        *name = M18;
    else if (yz_text_equal(measure, D08))
        *name = D08;
    else
        return false;
    return true;
}

// All that hold, in id order; an unknown input keeps a check silent.
static void add_checks(yz_deciding *d) {
    const yz_rules *rules = d->e.ask->rules;
    for (uint32_t i = 0; i < rules->check_count; i++) {
        yz_value value = yz_evaluate(&d->e, rules->checks[i].when);
        if (yz_truth(value) == 1)
            yz_reasons_add(&d->e, &d->reasons, rules->checks[i].name, (yz_text){NULL, 0});
    }
}

yz_status yz_decide_check(const yz_policy_ask *ask, const yz_fraud_check *check, bool *holds,
                          int32_t *until) {
    yz_eval e = yz_eval_on(ask, yz_eval_as_of(ask));
    *holds = yz_truth(yz_evaluate(&e, check->when)) == 1;
    if (e.until < *until) *until = e.until;
    return e.status;
}

// ---- d08 ----

typedef enum due { ALWAYS, IF_GRANTED, IF_PAID } due;

// Section 8.12, in the order of the columns.
static const struct {
    uint32_t field;
    due due;
} REQUIRED[] = {
    {yz_field_ledger_seq, ALWAYS},
    {yz_field_ledger_measure, ALWAYS},
    {yz_field_ledger_subject_id, ALWAYS},
    {yz_field_ledger_subject_name, ALWAYS},
    {yz_field_ledger_division, ALWAYS},
    {yz_field_ledger_unit, ALWAYS},
    {yz_field_ledger_source, ALWAYS},
    {yz_field_ledger_found_on, ALWAYS},
    {yz_field_ledger_decided_on, ALWAYS},
    {yz_field_ledger_decision, ALWAYS},
    {yz_field_ledger_amount_yuan, IF_GRANTED},
    {yz_field_ledger_fund, IF_GRANTED},
    {yz_field_ledger_voucher, IF_PAID},
    {yz_field_ledger_evidence, ALWAYS},
    {yz_field_ledger_operator, ALWAYS},
    {yz_field_ledger_reviewer, ALWAYS},
};

static bool filled(yz_eval *e, const yz_fact_form *form, uint32_t field) {
    yz_value value = yz_object_fact(e, YZ_OBJECT_ledger, field);
    if (value.state != YZ_STATE_GIVEN) return false;
    if (form->type == YZ_FACT_TEXT) return value.text->size > 0;
    if (form->type == YZ_FACT_TEXTS) return value.texts->count > 0;
    return true;
}

static void add_missing_columns(yz_deciding *d) {
    const yz_fact_form *forms;
    yz_object_fields(YZ_OBJECT_ledger, &forms);
    yz_value decision = yz_object_fact(&d->e, YZ_OBJECT_ledger, yz_field_ledger_decision);
    bool granted = decision.state == YZ_STATE_GIVEN && decision.number == yz_word_decision_grant;
    bool paid = filled(&d->e, &forms[yz_field_ledger_paid_on], yz_field_ledger_paid_on);
    for (uint32_t i = 0; i < sizeof REQUIRED / sizeof *REQUIRED; i++) {
        if (REQUIRED[i].due == IF_GRANTED && !granted) continue;
        if (REQUIRED[i].due == IF_PAID && !paid) continue;
        const yz_fact_form *form = &forms[REQUIRED[i].field];
        if (!filled(&d->e, form, REQUIRED[i].field))
            yz_reasons_add(&d->e, &d->reasons, YZ_TEXT("missing_column"), yz_text_of(form->name));
    }
}

void yz_add_built_in(yz_deciding *d, yz_text measure) {
    if (yz_text_equal(measure, M18))
        add_checks(d);
    else
        add_missing_columns(d);
}
