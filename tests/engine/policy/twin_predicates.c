/* Section 3 of policy/SPEC.md, line by line. */
#include "tests/engine/policy/twin_inner.h"

/* ---- dates as values ---- */

static int64_t plus_years(int64_t day, int64_t years) {
    return twin_add_months(day, 12 * years);
}

value add_months(value day, value months) {
    return call2(twin_add_months, day, months);
}

value add_years(value day, value years) {
    return call2(plus_years, day, years);
}

value add_days(value day, value days) {
    return plus(day, days);
}

value day_before(value day) {
    return minus(day, given(1));
}

value age(value birth, value on) {
    return call2(twin_age, birth, on);
}

value full_months(value from, value to) {
    return call2(twin_full_months, from, to);
}

value year_of(value day) {
    return call1(twin_year_of, day);
}

value month_of(value day) {
    return call1(twin_month_of, day);
}

/* ---- the employer ---- */

condition enterprise_like(const asked *a) {
    value kind = F(employer, kind);
    return OR(is(kind, yz_word_employer_kind_enterprise),
              AND(is_true(P(common_parity)), is(kind, yz_word_employer_kind_individual_business),
                  is_true(F(employer, insured_as_unit))));
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

value laid_off(const asked *a) {
    return call2(larger, given(0), minus(F(employer, insured_start), F(employer, insured_end)));
}

/* 5.5 % is 5,500,000 of 100,000,000. */
condition layoff_within(const asked *a, value rate) {
    return at_most(product(given(100 * TWIN_PERCENT), laid_off(a)),
                   product(rate, F(employer, insured_start)));
}

condition layoff_ok(const asked *a) {
    value base =
        choose(is(P(m01_size_on), 0), F(employer, insured_end), F(employer, insured_start));
    condition small_unit = at_most(base, P(m01_small_headcount_max));
    return OR(layoff_within(a, P(m01_rate_max)),
              AND(small_unit, layoff_within(a, P(m01_small_rate_max))));
}

/* ---- the person ---- */

condition has_tag(const asked *a, int tag) {
    return word_in(given(tag), F(person, tags));
}

condition is_graduate(const asked *a) {
    return word_in(F(person, graduate_kind), P(common_graduate_kinds));
}

condition spell_covers(value from, value to, value day) {
    return AND(at_most(from, day), OR(not(known(to)), at_most(day, to)));
}

condition employed_on(value employment_spells, value day) {
    condition employed = holds(false);
    foreach (it, list_of(employment_spells)) {
        or_else(&employed, spell_covers(IT(employment_spell, from), IT(employment_spell, to), day));
    }
    return employed;
}

static condition employed_before(value employment_spells, value day) {
    condition employed = holds(false);
    foreach (it, list_of(employment_spells)) {
        or_else(&employed, less(IT(employment_spell, from), day));
    }
    return employed;
}

condition registered_on(const asked *a, value day) {
    condition registered = holds(false);
    foreach (it, list_of(F(person, unemp_spells))) {
        or_else(&registered, spell_covers(IT(unemp_spell, from), IT(unemp_spell, to), day));
    }
    return registered;
}

condition registered_for(const asked *a, value day, value months) {
    condition registered = holds(false);
    foreach (it, list_of(F(person, unemp_spells))) {
        value from = IT(unemp_spell, from);
        or_else(&registered, AND(spell_covers(from, IT(unemp_spell, to), day_before(day)),
                                 at_most(add_months(from, months), day)));
    }
    return registered;
}

condition three_classes(const asked *a, value day) {
    value graduation = F(person, graduation_date);
    value spells = F(person, employment_spells);
    condition grad_year = AND(is_graduate(a), same(year_of(graduation), year_of(day)));
    condition grad_2y = AND(is_graduate(a), at_most(graduation, day),
                            at_most(day, add_years(graduation, P(common_grad_years))));
    condition unemployed =
        choose_condition(is(P(m05_unemployed_reading), 1), not(employed_before(spells, day)),
                         not(employed_on(spells, day_before(day))));
    value years = age(F(person, birth_date), day);
    condition youth = between(P(common_youth_min), years, P(common_youth_max));
    return OR(grad_year, AND(grad_2y, unemployed), AND(youth, registered_on(a, day_before(day))));
}

static condition older(const asked *a, value day) {
    value years = age(F(person, birth_date), day);
    return OR(AND(is(F(person, sex), yz_word_sex_male), at_most(P(m14_older_male), years)),
              AND(is(F(person, sex), yz_word_sex_female), at_most(P(m14_older_female), years)));
}

condition hardship_worker(const asked *a, value day) {
    return OR(
        has_tag(a, yz_word_person_tag_zero_employment_family), has_tag(a, yz_word_person_tag_dibao),
        has_tag(a, yz_word_person_tag_poverty_alleviated), has_tag(a, yz_word_person_tag_disabled),
        older(a, day), registered_for(a, day, P(m14_long_unemp_months)));
}

condition same_county(value a, value b) {
    return is_true(text_prefix_same(a, b, 6));
}

condition stable_transfer(const asked *a) {
    value months = P(m13_stable_months);
    return choose_condition(known(months), at_most(months, F(transfer, months)),
                            is_true(F(transfer, stable)));
}

/* ---- the hire ---- */

condition labour_contract(const asked *a) {
    return word_in(F(hire, contract_kind), P(m05_contract_kinds));
}

condition term_at_least(const asked *a, value months) {
    value type = F(hire, contract_type);
    value last = day_before(add_months(F(hire, contract_start), months));
    return OR(is(type, yz_word_contract_type_open_ended),
              AND(is(type, yz_word_contract_type_fixed), at_most(last, F(hire, contract_end))));
}

/* Is a month on record, and are all insurances of the parameter paid for it, by one entry or
 * several, not before the contract and not after as_of? */
condition joint_month(const asked *a, value month, value insurances) {
    condition all = holds(false);
    foreach (it, list_of(F(hire, insurance))) {
        or_else(&all, AND(same(IT(insured_month, month), month), known(IT(insured_month, kinds))));
    }
    for (int i = 0; i <= yz_word_insurance_maternity; i++) {
        condition paid = holds(false);
        foreach (it, list_of(F(hire, insurance))) {
            or_else(&paid, AND(same(IT(insured_month, month), month),
                               word_in(given(i), IT(insured_month, kinds))));
        }
        all = AND(all, OR(not(word_in(given(i), insurances)), paid));
    }
    return AND(all, between(month_of(F(hire, contract_start)), month, month_of(F(top, as_of))));
}

/* Month by month, from that of the contract to that of as_of. */
value joint_months(const asked *a) {
    value insurance = F(hire, insurance);
    value insurances = P(m05b_insurances);
    value start = F(hire, contract_start);
    value inputs = plus(plus(insurance, insurances), start); // unknown if one of them is
    if (inputs.state != TWIN_GIVEN) return inputs;
    value months = given(0);
    for (int64_t m = twin_month_of(start.n); m <= month_of(F(top, as_of)).n; m++) {
        count_if(&months, joint_month(a, given(m), insurances));
    }
    return months;
}
