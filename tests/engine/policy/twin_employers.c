/* Measures for employers: m01 to m04, m06, m07. */
#include "tests/engine/policy/twin_inner.h"

/* Half up to the fen; rate in units of 1e-8. Whole hundred millions first, so nothing overflows. */
static int64_t percent_of(int64_t fen, int64_t rate) {
    const int64_t one = 100 * TWIN_PERCENT;
    int64_t whole = fen / one, rest = fen % one;
    return whole * rate + (rest * rate + one / 2) / one;
}

void m01(asked *a) {
    value kind = F(employer, kind);
    value premium = F(employer, ui_premium_yuan);
    if (!window(a, F(top, as_of), P_OF(m01_valid))) return;
    need(
        a, "employer_kind",
        OR(is(kind, yz_word_employer_kind_enterprise), is(kind, yz_word_employer_kind_social_group),
           is(kind, yz_word_employer_kind_foundation),
           is(kind, yz_word_employer_kind_social_service), is(kind, yz_word_employer_kind_law_firm),
           is(kind, yz_word_employer_kind_accounting_firm),
           AND(is(kind, yz_word_employer_kind_individual_business),
               is_true(F(employer, insured_as_unit)))));
    need(a, "insured", less(given(0), premium));
    need(a, "layoff_rate", layoff_ok(a));
    if (!needs_hold(a)) return;
    ONCE("m01", YEAR, EMPLOYER_KEY);
    if (!unpaid(a)) return;
    condition large = AND(is(kind, yz_word_employer_kind_enterprise),
                          is(F(employer, size), yz_word_employer_size_large));
    value rate = choose(large, P(m01_rebate_large), P(m01_rebate_other));
    grant(a, call2(percent_of, premium, rate));
}

/* ---- m02: key enterprises, and individual businesses like enterprises ---- */

void m02a(asked *a) {
    value tags = F(employer, key_tags);
    if (!window(a, F(top, as_of), P_OF(m02a_valid))) return;
    need(a, "key_employer",
         OR(word_in(given(yz_word_key_tag_key_industry), tags),
            word_in(given(yz_word_key_tag_major_project), tags),
            word_in(given(yz_word_key_tag_investment_project), tags)));
    if (!needs_hold(a)) return;
    serve(a);
    if (known(F(employer, specialist)).truth == FALSE) reason(a, "assign_specialist");
    if (known(F(employer, needs_list_on)).truth == FALSE) reason(a, "build_needs_list");
}

void m02b(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m02b_valid))) return;
    need(a, "employer_kind",
         AND(is(F(employer, kind), yz_word_employer_kind_individual_business),
             is_true(F(employer, insured_as_unit))));
    if (!needs_hold(a)) return;
    serve(a);
}

/* ---- m03: credit ---- */

static condition small_or_micro(const asked *a) {
    return OR(is(F(employer, size), yz_word_employer_size_small),
              is(F(employer, size), yz_word_employer_size_micro));
}

/* Is the section (the first letter) one of those left out? */
static condition in_sections(value industry, value sections) {
    if (industry.state == TWIN_GIVEN) {
        yz_text code = *text_of(industry);
        bool letter = code.size > 0 && code.bytes[0] >= 'A' && code.bytes[0] <= 'Z';
        industry = given(letter ? code.bytes[0] - 'A' : 63);
    }
    return word_in(industry, sections);
}

void m03a(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m03a_valid))) return;
    need(a, "real_economy_or_small",
         OR(not(in_sections(F(employer, industry), P(m03_excluded_sections))), small_or_micro(a)));
    need(a, "hiring", at_most(P(m03_min_new_hires), F(employer, new_hires_12m)));
    need(a, "stable", layoff_ok(a));
    need(a, "compliant", not(is_true(F(employer, labour_violation))));
    if (!needs_hold(a)) return;
    serve(a);
    reason(a, "recommend_to_bank");
}

void m03b(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m03b_valid))) return;
    need(a, "small_micro", small_or_micro(a));
    need(a, "loan_due_soon", between(today, F(loan, due), add_days(today, P(m03_renewal_days))));
    need(a, "compliant", not(is_true(F(employer, labour_violation))));
    if (!needs_hold(a)) return;
    serve(a);
    reason(a, "renewal_support");
}

/* ---- m04, m06, m07 ---- */

void m04(asked *a) {
    value today = F(top, as_of);
    if (!window(a, today, P_OF(m04_valid))) return;
    value days = minus(today, F(employer, registered_on));
    need(a, "new_entity", between(given(0), days, P(m04_new_entity_days)));
    if (!needs_hold(a)) return;
    serve(a);
    reason(a, "open_post_guide");
}

void m06(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m06_valid))) return;
    need(a, "state_owned", is_true(F(employer, state_owned)));
    need(a, "wage_total_short", is_true(F(soe, wage_total_short)));
    need(a, "approved", is_true(F(soe, approved)));
    need(a, "graduates", less(given(0), F(soe, grad_hires)));
    if (!needs_hold(a)) return;
    refer(a, P_OF(m06_amount));
}

void m07(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m07_valid))) return;
    monitor(a, "below_last_year", less(F(org, grad_hires_this_year), F(org, grad_hires_last_year)));
    pass_or_alert(a);
}
