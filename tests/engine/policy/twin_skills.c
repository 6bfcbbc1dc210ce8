/* Start-ups (m11) and skills (m12). */
#include "tests/engine/policy/twin_inner.h"

void m11a(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m11a_valid))) return;
    need(a, "founder_group",
         OR(is_graduate(a), has_tag(a, yz_word_person_tag_migrant_worker),
            has_tag(a, yz_word_person_tag_veteran)));
    need(a, "venture_registered", at_most(F(venture, registered_on), today));
    need(a, "small_low_risk", is_true(F(venture, small_low_risk)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m11a_amount));
}

void m11b(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m11b_valid))) return;
    need(a, "provincial_base",
         is(F(employer, incubator_level), yz_word_incubator_level_provincial));
    need(a, "rated_excellent",
         is(F(employer, incubator_rating), yz_word_incubator_rating_excellent));
    if (!needs_hold(a)) return;
    ONCE("m11b", YEAR, EMPLOYER_KEY);
    if (!unpaid(a)) return;
    refer(a, P_OF(m11b_amount));
}

void m11c(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m11c_valid))) return;
    need(a, "loan_kind", is(F(loan, kind), yz_word_loan_kind_startup_guarantee));
    need(a, "eligible", is_true(F(loan, eligible)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m11c_amount));
    if (is_true(F(loan, counter_guarantee_exempt)).truth == TRUE) {
        reason(a, "waive_counter_guarantee");
    }
}

void m11d(asked *a) {
    value due = F(loan, due), new_due = F(loan, new_due), cause = F(loan, hardship_cause);
    if (!window(a, F(loan, extension_applied_on), P_OF(m11d_valid))) return;
    need(a, "loan_kind", is(F(loan, kind), yz_word_loan_kind_startup_guarantee));
    need(a, "cause",
         OR(is(cause, yz_word_hardship_cause_natural_disaster),
            is(cause, yz_word_hardship_cause_major_emergency)));
    need(a, "temporary", is_true(F(loan, trouble_temporary)));
    need(a, "later_than_due", less(due, new_due));
    if (!needs_hold(a)) return;
    condition longer = less(add_years(due, P(m11d_max_years)), new_due);
    if (stop(a, yz_word_decision_refer, "in_principle_limit", longer)) return;
    serve(a);
    reason(a, "extension");
}

void m12a(asked *a) {
    value kind = F(training, kind), provider = F(training, provider_kind);
    if (!window(a, F(top, as_of), P_OF(m12a_valid))) return;
    need(a, "training_kind",
         OR(is(kind, yz_word_training_kind_skill_upgrade),
            is(kind, yz_word_training_kind_new_apprenticeship),
            is(kind, yz_word_training_kind_high_skilled),
            AND(OR(is(kind, yz_word_training_kind_urgent_occupation),
                   is(kind, yz_word_training_kind_new_occupation)),
                is_true(F(training, in_catalogue)))));
    need(a, "provider",
         OR(is(provider, yz_word_provider_kind_vocational_school),
            is(provider, yz_word_provider_kind_training_institution),
            is(provider, yz_word_provider_kind_enterprise)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m12a_amount));
}

/* The amount of a level; none if the table has no such level. */
static value level_amount(const asked *a, value level) {
    value inputs = plus(P(m12b_amounts), level); // unknown if one of them is
    if (inputs.state != TWIN_GIVEN) return inputs;
    const twin_period *table = twin_param_on(P_OF(m12b_amounts), a->on);
    for (uint32_t i = 0; i < table->entries; i++) {
        if (table->keys[i] == level.n) return given(table->amounts[i]);
    }
    return none();
}

static condition in_amounts(value amount) {
    if (amount.state == TWIN_UNKNOWN) return is_true(amount);
    return known(amount);
}

void m12b(asked *a) {
    value kind = F(cert, kind), level = F(cert, level);
    condition on_benefit = is_true(F(person, on_ui_benefit));
    if (!window(a, F(cert, issue_date), P_OF(m12b_valid))) return;
    need(a, "cert_kind",
         OR(is(kind, yz_word_cert_kind_vocational_qualification),
            is(kind, yz_word_cert_kind_skill_level)));
    need(a, "cert_level", in_amounts(level_amount(a, level)));
    need(a, "worker_or_beneficiary",
         OR(AND(holds(is_given(a, YZ_OBJECT_employer)), enterprise_like(a)), on_benefit));
    need(a, "ui_12_months", OR(on_benefit, at_most(P(m12b_ui_months_min), F(person, ui_months))));
    if (!needs_hold(a)) return;
    ONCE("m12b", EVER, PERSON_KEY, (paid_key){yz_field_paid_occupation, F(cert, occupation)},
         (paid_key){yz_field_paid_level, level});
    if (!unpaid_under_cap(a, "m12b", P(m12b_times_per_year))) return;
    grant(a, level_amount(a, level));
}
