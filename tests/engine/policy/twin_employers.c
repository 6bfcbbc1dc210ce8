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
