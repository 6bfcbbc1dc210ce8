/* People in difficulty: poverty-alleviated workers (m13), people who find it hard to get work
 * (m14; m14c is with the hires), basic living (m15). */
#include "tests/engine/policy/twin_inner.h"

/* ---- m13 ---- */

void m13a(asked *a) {
    value kind = F(agency, kind);
    if (!window(a, F(top, as_of), P_OF(m13a_valid))) return;
    need(a, "agency_kind",
         OR(is(kind, yz_word_agency_kind_hr_agency),
            is(kind, yz_word_agency_kind_labour_intermediary),
            is(kind, yz_word_agency_kind_labour_broker)));
    need(a, "poverty_alleviated", has_tag(a, yz_word_person_tag_poverty_alleviated));
    need(a, "organised", is_true(F(transfer, organised)));
    need(a, "to_enterprise", is(F(employer, kind), yz_word_employer_kind_enterprise));
    need(a, "stable", stable_transfer(a));
    if (!needs_hold(a)) return;
    ONCE("m13a", YEAR, PERSON_KEY);
    if (!unpaid(a)) return;
    refer(a, P_OF(m13a_amount));
}

void m13b(asked *a) {
    static const yz_text gansu = {"62", 2};
    value home = F(person, hukou_division);
    if (!window(a, F(top, as_of), P_OF(m13b_valid))) return;
    need(a, "workshop", is_true(F(employer, workshop)));
    need(a, "poverty_alleviated", has_tag(a, yz_word_person_tag_poverty_alleviated));
    need(a, "gansu_hukou", is_true(text_prefix_same(home, given((intptr_t)&gansu), 2)));
    need(a, "local", same_county(F(transfer, work_division), home));
    need(a, "stable", stable_transfer(a));
    if (!needs_hold(a)) return;
    ONCE("m13b", YEAR, PERSON_KEY);
    if (!unpaid(a)) return;
    refer(a, P_OF(m13b_amount));
}

void m13c(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m13c_valid))) return;
    need(a, "poverty_alleviated", has_tag(a, yz_word_person_tag_poverty_alleviated));
    need(a, "went_out", not(same_county(F(transfer, work_division), F(person, hukou_division))));
    need(a, "employed", is_true(F(transfer, employed)));
    if (!needs_hold(a)) return;
    ONCE("m13c", YEAR, PERSON_KEY);
    if (!unpaid(a)) return;
    refer(a, P_OF(m13c_amount));
}

/* ---- m14 ---- */

static void need_assistance(asked *a) {
    value today = F(top, as_of);
    need(a, "able", is_true(F(person, able)));
    need(a, "willing", is_true(F(person, willing)));
    need(a, "not_employed", not(employed_on(F(person, employment_spells), today)));
    need(a, "category", hardship_worker(a, today));
}

void m14a(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m14a_valid))) return;
    need_assistance(a);
    if (!needs_hold(a)) return;
    serve(a);
    if (known(F(person, plan_id)).truth == FALSE) reason(a, "make_plan");
}

void m14b(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m14b_valid))) return;
    need(a, "graduate", is_graduate(a));
    need(a, "graduation_year", same(year_of(F(person, graduation_date)), year_of(today)));
    need(a, "hardship", overlap(F(person, tags), P(m14b_tags)));
    if (!needs_hold(a)) return;
    ONCE("m14b", EVER, PERSON_KEY);
    if (!unpaid(a)) return;
    grant(a, P(m14b_amount));
}

void m14d(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m14d_valid))) return;
    need_assistance(a);
    need(a, "market_failed", is_true(F(person, market_failed)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m14d_amount));
}

static condition core(const asked *a, const yz_row *it) {
    value years = IT(member, age);
    return AND(is_true(IT(member, able)), is_true(IT(member, willing)),
               not(is_true(IT(member, in_school))),
               between(P(m14_working_age_min), years, P(m14_working_age_max)));
}

void m14e(asked *a) {
    value members = F(household, members);
    if (!window(a, F(top, as_of), P_OF(m14e_valid))) return;
    value workers = members.state == TWIN_GIVEN ? given(0) : members, at_work = workers;
    foreach (it, list_of(members)) {
        count_if(&workers, core(a, it));
        count_if(&at_work, AND(core(a, it), is_true(IT(member, employed))));
    }
    monitor(a, "zero_employment_household", AND(less(given(0), workers), same(at_work, given(0))));
    pass_or_alert(a);
}

/* ---- m15 ---- */

static condition ui_paid_1y(const asked *a) {
    return at_most(P(m15_ui_months_min), F(person, ui_months));
}

void m15a(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m15a_valid))) return;
    need(a, "ui_paid_1y", ui_paid_1y(a));
    need(a, "involuntary", is_true(F(person, left_involuntarily)));
    need(a, "registered", registered_on(a, today));
    need(a, "not_employed", not(employed_on(F(person, employment_spells), today)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m15a_amount));
}

void m15b(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m15b_valid))) return;
    need(a, "on_benefit", is_true(F(person, on_ui_benefit)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m15b_amount));
}

void m15c(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m15c_valid))) return;
    need(a, "migrant_contract", has_tag(a, yz_word_person_tag_migrant_contract_worker));
    need(a, "ui_paid_1y", ui_paid_1y(a));
    need(a, "lapsed", is_true(F(person, contract_lapsed)));
    need(a, "not_employed", not(employed_on(F(person, employment_spells), today)));
    if (!needs_hold(a)) return;
    ONCE("m15c", EVER, PERSON_KEY);
    if (!unpaid(a)) return;
    refer(a, P_OF(m15c_amount));
}

void m15d(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m15d_valid))) return;
    need(a, "unemployed", registered_on(a, today));
    need(a, "low_income", has_tag(a, yz_word_person_tag_low_income_monitored));
    need(a, "not_in_dibao", not(has_tag(a, yz_word_person_tag_dibao)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m15d_amount));
    reason(a, "share_with_civil_affairs");
}

/* Is the month of the day one of those in which the linkage is active? */
static condition linkage_active(const asked *a, value month) {
    value months = P(m15e_active_months);
    if (months.state != TWIN_GIVEN) return is_true(months);
    const twin_period *period = twin_param_on(P_OF(m15e_active_months), a->on);
    for (uint32_t i = 0; i < period->entries; i++) {
        if (period->keys[i] == month.n) return holds(true);
    }
    return holds(false);
}

void m15e(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m15e_valid))) return;
    need(a, "linkage_active", linkage_active(a, month_of(today)));
    need(a, "category",
         OR(has_tag(a, yz_word_person_tag_dibao), has_tag(a, yz_word_person_tag_extremely_poor),
            is_true(F(person, on_ui_benefit))));
    if (!needs_hold(a)) return;
    ONCE("m15e", MONTH, PERSON_KEY);
    if (!unpaid(a)) return;
    refer(a, P_OF(m15e_amount));
}
