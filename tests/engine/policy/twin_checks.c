/* m18: the fraud checks of policy/SPEC.md section 12, each as a condition. */
#include "tests/engine/policy/twin_inner.h"

#include "tests/engine/policy/twin_codes.h"

#include <stdio.h>

#define NUMBER_OF(row, shape, field)                                                               \
    entry_value(row, yz_field_##shape##_##field, twin_number_##shape##_##field)

static condition not_same_text(value a, value b) {
    return AND(known(a), known(b), not(same_text(a, b)));
}

static condition named(value text, const char *name) {
    yz_text wanted = yz_text_of(name);
    return same_text(text, given((intptr_t)&wanted));
}

/* Days both spells cover; an end that is none is today. */
static value days_of_both(value from, value to, value other_from, value other_to, value today) {
    if (to.state == TWIN_NONE) to = today;
    if (other_to.state == TWIN_NONE) other_to = today;
    if (from.state != TWIN_GIVEN || other_from.state != TWIN_GIVEN) return none();
    int64_t first = from.n > other_from.n ? from.n : other_from.n;
    int64_t last = to.n < other_to.n ? to.n : other_to.n;
    return given(last - first + 1);
}

/* Does a spell of each list overlap by more than so many days, with different employers if asked
 * for? */
static condition spells_overlap(const asked *a, const yz_list *left, const yz_list *right,
                                value days, bool other_employer) {
    condition any = holds(false);
    foreach (one, left) {
        foreach (two, right) {
            value both = days_of_both(NUMBER_OF(one, employment_spell, from),
                                      NUMBER_OF(one, employment_spell, to),
                                      NUMBER_OF(two, employment_spell, from),
                                      NUMBER_OF(two, employment_spell, to), F(top, as_of));
            condition others = not_same_text(NUMBER_OF(one, employment_spell, employer),
                                             NUMBER_OF(two, employment_spell, employer));
            or_else(&any, AND(less(days, both), OR(holds(!other_employer), others)));
        }
    }
    return any;
}

static condition hire_subsidy(value measure) {
    return OR(named(measure, "m05a"), named(measure, "m05b"), named(measure, "m14c"));
}

static condition F01(const asked *a) {
    const yz_list *claims = list_of(F(top, claims));
    condition any = holds(false);
    foreach (one, claims) {
        foreach (two, claims) {
            or_else(&any, AND(hire_subsidy(NUMBER_OF(one, claim_row, measure)),
                              hire_subsidy(NUMBER_OF(two, claim_row, measure)),
                              same_text(NUMBER_OF(one, claim_row, person),
                                        NUMBER_OF(two, claim_row, person)),
                              not_same_text(NUMBER_OF(one, claim_row, employer),
                                            NUMBER_OF(two, claim_row, employer))));
        }
    }
    return any;
}

static condition F02(const asked *a) {
    const yz_list *spells = list_of(F(person, employment_spells));
    return spells_overlap(a, spells, spells, P(F02_days), true);
}

static condition F03(const asked *a) {
    value measure = F(claim, measure);
    value last = day_before(add_months(F(hire, contract_start), given(12)));
    return AND(OR(named(measure, "m05a"), named(measure, "m14c")), less(F(hire, ended_on), last));
}

/* No joint month may lie within the gap before the month of as_of. */
static condition F04(const asked *a) {
    value months = joint_months(a), insurances = P(m05b_insurances);
    value latest_allowed = minus(month_of(F(top, as_of)), P(F04_gap_months));
    condition later = holds(false);
    foreach (it, list_of(F(hire, insurance))) {
        value month = IT(insured_month, month);
        or_else(&later, AND(joint_month(a, month, insurances), less(latest_allowed, month)));
    }
    return AND(named(F(claim, measure), "m05b"), at_most(given(1), months),
               at_most(months, P(m05b_insured_months_min)), not(later));
}

static condition F05(const asked *a) {
    value start = F(hire, contract_start);
    const yz_texts *related = texts_of(F(employer, related));
    condition any = holds(false);
    foreach (it, list_of(F(person, employment_spells))) {
        value employer = IT(employment_spell, employer), to = IT(employment_spell, to);
        condition ours = same_text(employer, F(employer, id));
        for (uint32_t i = 0; i < related->count; i++) {
            ours = OR(ours, same_text(employer, given((intptr_t)&related->texts[i])));
        }
        or_else(&any, AND(ours, less(IT(employment_spell, from), start),
                          OR(not(known(to)), at_most(start, add_months(to, P(F05_months))))));
    }
    return any;
}

static condition F06(const asked *a) {
    value start = F(hire, contract_start);
    condition any = holds(false);
    foreach (it, list_of(F(person, unemp_spells))) {
        or_else(&any,
                AND(spell_covers(IT(unemp_spell, from), IT(unemp_spell, to), day_before(start)),
                    at_most(start, IT(unemp_spell, recorded_on))));
    }
    return any;
}

static condition F07(const asked *a) {
    value id = F(person, id_number);
    int64_t birth;
    bool male;
    if (id.state != TWIN_GIVEN) return holds(false);
    if (!twin_id_number(*text_of(id), &birth, &male)) return holds(true);
    return OR(differ(given(birth), F(person, birth_date)),
              differ(given(male ? yz_word_sex_male : yz_word_sex_female), F(person, sex)));
}

static condition F08(const asked *a) {
    value code = F(employer, credit_code);
    condition fails = is_true(code);
    if (code.state == TWIN_GIVEN) fails = holds(!twin_credit_code(*text_of(code)));
    return OR(fails, at_most(F(employer, deregistered_on), F(hire, contract_start)));
}

static condition F09(const asked *a) {
    const yz_list *accounts = list_of(F(top, accounts));
    condition any = holds(false);
    foreach (one, accounts) {
        value number = NUMBER_OF(one, account, account), subjects = given(0);
        for (uint32_t i = 0; i < accounts->count; i++) {
            const yz_row *it = yz_list_row(accounts, i);
            condition counts =
                AND(same_text(IT(account, account), number), known(IT(account, subject)));
            for (uint32_t j = 0; j < i; j++) { // the first row of its subject and account only
                const yz_row *before = yz_list_row(accounts, j);
                counts = AND(counts, not(AND(same_text(NUMBER_OF(before, account, account), number),
                                             same_text(NUMBER_OF(before, account, subject),
                                                       IT(account, subject)))));
            }
            count_if(&subjects, counts);
        }
        or_else(&any, at_most(P(F09_min), subjects));
    }
    return any;
}

/* An internship that goes on lasts until today, and so does one whose end is not on record. */
static value last_day(const asked *a, const yz_row *intern) {
    value end = NUMBER_OF(intern, intern, end);
    condition ongoing = is(NUMBER_OF(intern, intern, outcome), yz_word_intern_outcome_ongoing);
    return choose(OR(ongoing, not(known(end))), F(top, as_of), end);
}

static condition F10(const asked *a) {
    condition any = holds(false);
    if (F(top, interns).state == TWIN_UNKNOWN) return is_true(F(top, interns));
    foreach (intern, list_of(F(top, interns))) {
        value start = NUMBER_OF(intern, intern, start), last = last_day(a, intern);
        foreach (it, list_of(NUMBER_OF(intern, intern, employment_spells))) {
            value both = days_of_both(IT(employment_spell, from), IT(employment_spell, to), start,
                                      last, F(top, as_of));
            or_else(&any, at_most(given(1), both));
        }
    }
    return any;
}

static condition F11(const asked *a) {
    const yz_list *interns = list_of(F(top, interns));
    condition any = holds(false);
    if (F(top, interns).state == TWIN_UNKNOWN) return is_true(F(top, interns));
    for (uint32_t i = 0; i < interns->count; i++) {
        const yz_row *it = yz_list_row(interns, i);
        value start = IT(intern, start), end = last_day(a, it);
        or_else(&any, less(P(F11_months_max), full_months(start, end)));
        for (uint32_t j = 0; j < i; j++) {
            const yz_row *other = yz_list_row(interns, j);
            value both = days_of_both(start, end, NUMBER_OF(other, intern, start),
                                      last_day(a, other), F(top, as_of));
            or_else(&any, AND(same_text(IT(intern, id), NUMBER_OF(other, intern, id)),
                              at_most(given(1), both)));
        }
    }
    return any;
}

/* Certificates of one person issued on a day and in the 30 days after it. */
static uint32_t issued_within_30_days(const yz_list *certs, const yz_row *first) {
    uint32_t count = 0;
    value person = NUMBER_OF(first, cert_row, person);
    value day = NUMBER_OF(first, cert_row, issue_date);
    foreach (it, certs) {
        condition same_person = same_text(IT(cert_row, person), person);
        condition near = between(day, IT(cert_row, issue_date), add_days(day, given(30)));
        if (AND(same_person, near).truth == TRUE) count += 1;
    }
    return count;
}

static condition F12(const asked *a) {
    const yz_list *certs = list_of(F(top, certs));
    condition any = holds(false);
    foreach (one, certs) {
        foreach (two, certs) {
            or_else(&any, AND(same_text(NUMBER_OF(one, cert_row, number),
                                        NUMBER_OF(two, cert_row, number)),
                              not_same_text(NUMBER_OF(one, cert_row, person),
                                            NUMBER_OF(two, cert_row, person))));
        }
        or_else(&any, holds(issued_within_30_days(certs, one) >= 3));
    }
    return any;
}

/* 30 as SPEC.md 12 prints it, whatever the parameter of m01 says. */
static condition F13(const asked *a) {
    return AND(less(given(30), F(employer, insured_start)),
               at_most(F(employer, insured_end), given(30)), not(layoff_within(a, P(m01_rate_max))),
               layoff_within(a, P(m01_small_rate_max)));
}

static condition F14(const asked *a) {
    return differ(F(employer, ui_premium_yuan), F(employer, ui_receipts_yuan));
}

static condition F15(const asked *a) {
    const yz_texts *vouchers = texts_of(F(top, vouchers));
    bool repeated = false;
    for (uint32_t i = 0; i < vouchers->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            repeated = repeated || yz_text_equal(vouchers->texts[i], vouchers->texts[j]);
        }
    }
    return OR(less(batch_due(a), given(0)), holds(repeated),
              less(F(budget, total_yuan), F(budget, paid_yuan)));
}

static condition labour_award(value measure) {
    return OR(named(measure, "m13a"), named(measure, "m13b"));
}

static condition F16(const asked *a) {
    const yz_list *transfers = list_of(F(top, transfers));
    condition any = holds(false);
    foreach (one, transfers) {
        foreach (two, transfers) {
            value both =
                days_of_both(NUMBER_OF(one, transfer_row, from), NUMBER_OF(one, transfer_row, to),
                             NUMBER_OF(two, transfer_row, from), NUMBER_OF(two, transfer_row, to),
                             F(top, as_of));
            or_else(&any, AND(same_text(NUMBER_OF(one, transfer_row, person),
                                        NUMBER_OF(two, transfer_row, person)),
                              not_same_text(NUMBER_OF(one, transfer_row, claimant),
                                            NUMBER_OF(two, transfer_row, claimant)),
                              labour_award(NUMBER_OF(one, transfer_row, measure)),
                              labour_award(NUMBER_OF(two, transfer_row, measure)),
                              at_most(given(1), both)));
        }
    }
    return any;
}

static condition F17(const asked *a) {
    return spells_overlap(a, list_of(F(person, ui_benefit_spells)),
                          list_of(F(person, employment_spells)), P(F17_days), false);
}

static condition F18(const asked *a) {
    return spells_overlap(a, list_of(F(person, welfare_post_spells)),
                          list_of(F(person, employment_spells)), given(31), true);
}

static condition F19(const asked *a) {
    return AND(same_text(F(ledger, operator), F(ledger, reviewer)),
               less(given(0), F(ledger, amount_yuan)));
}

static condition F20(const asked *a) {
    return OR(at_most(F(person, deceased_on), F(top, as_of)), is_true(F(person, in_custody)));
}

static condition F21(const asked *a) {
    return less(age(F(person, birth_date), F(hire, contract_start)), given(16));
}

static condition F22(const asked *a) {
    value wage = F(hire, wage_yuan);
    return OR(at_most(wage, given(0)), less(wage, P(F22_min_wage)));
}

/* A check that cannot be judged says nothing. */
void m18(asked *a) {
    static condition (*const checks[])(const asked *a) = {
        F01, F02, F03, F04, F05, F06, F07, F08, F09, F10, F11,
        F12, F13, F14, F15, F16, F17, F18, F19, F20, F21, F22,
    };
    for (int i = 0; i < 22; i++) {
        char code[16];
        snprintf(code, sizeof code, "F%02d", i + 1);
        if (checks[i](a).truth == TRUE) reason(a, code);
    }
    pass_or_alert(a);
}
