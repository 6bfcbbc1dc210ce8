/* The worked example of policy/SPEC.md 13.3, as it is printed there, and next year's notice on top:
 * what is loaded is what is written. */
#include "engine/policy/params.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>

static yz_text worked, next_year;
static yz_rules_problem problem;

static void read_both(void) {
    worked = kit_read("tests/engine/policy/worked.rules");
    next_year = kit_read("tests/engine/policy/next_year.rules");
    cr_assert(worked.size > 0 && next_year.size > 0);
}

static void drop_both(void) {
    free((char *)(uintptr_t)worked.bytes);
    free((char *)(uintptr_t)next_year.bytes);
}

static yz_rules *load(uint32_t count) {
    yz_rules_file files[] = {{"worked.rules", worked}, {"next_year.rules", next_year}};
    yz_rules *rules = NULL;
    cr_assert_eq(yz_rules_load(files, count, &rules, &problem), YZ_OK, "%s:%u:%u: %s", problem.file,
                 problem.line, problem.column, problem.what);
    return rules;
}

TestSuite(rules, .init = read_both, .fini = drop_both);

static int32_t day(int32_t year, int32_t month, int32_t of_month) {
    return yz_days(year, month, of_month);
}

/* The number a parameter has on a day, read through the use of the plain kind. */
static int64_t number_on(const yz_rules *rules, const yz_params *params, const char *name,
                         int32_t on) {
    int32_t param = yz_rules_param(rules, yz_text_of(name));
    cr_assert_geq(param, 0, "%s", name);
    for (uint32_t use = 0; use < rules->use_count; use++) {
        if (rules->uses[use].param != (uint32_t)param) continue;
        yz_param_reading reading = yz_params_read(params, use, on);
        return reading.given ? reading.number : -1;
    }
    cr_assert(false, "nobody reads %s", name);
    return -1;
}

Test(rules, the_worked_example_loads_as_it_is_printed) {
    yz_rules *rules = load(1);
    cr_assert_eq(rules->notice_count, 1);
    cr_assert_eq(rules->notices[0].pairs, 5);
    cr_assert_eq(rules->rule_count, 4);
    cr_assert_eq(rules->target_count, 2);
    cr_assert_eq(rules->check_count, 1);
    cr_assert(rules->checks[0].hold);
    const yz_rule *m05b = yz_rules_rule(rules, YZ_TEXT("m05b"));
    cr_assert_not_null(m05b);
    cr_assert(yz_text_equal(m05b->name_zh, YZ_TEXT("一次性扩岗补助")));
    cr_assert(yz_text_equal(m05b->fund, YZ_TEXT("ui_fund")));
    cr_assert_eq(m05b->area, 2);
    cr_assert_eq(m05b->need_count, 4);
    cr_assert(yz_text_equal(m05b->needs[3].code, YZ_TEXT("insured_1m")));
    cr_assert_eq(m05b->decide, yz_word_decision_grant);
    cr_assert_eq(m05b->amount->kind.type, YZ_TYPE_YUAN);
    cr_assert_eq(m05b->external, -1);
    cr_assert_eq(m05b->evidence_count, 4);
    cr_assert_eq(m05b->series_count, 4);
    cr_assert(yz_text_equal(m05b->group, YZ_TEXT("hire_onetime")));
    cr_assert_eq(m05b->group_key.paid_field, yz_field_paid_person);
    cr_assert_eq(m05b->valid, yz_rules_param(rules, YZ_TEXT("m05b.valid")));
    const yz_rule *m12b = yz_rules_rule(rules, YZ_TEXT("m12b"));
    cr_assert_eq(m12b->once_count, 1);
    cr_assert_eq(m12b->onces[0].count, 3);
    cr_assert_eq(m12b->onces[0].keys[2].paid_field, yz_field_paid_level);
    cr_assert_eq(m12b->cap_count, 1);
    cr_assert_eq(m12b->rank_count, 2);
    cr_assert(m12b->ranks[0].descending && !m12b->ranks[1].descending);
    const yz_rule *m09a = yz_rules_rule(rules, YZ_TEXT("m09a"));
    cr_assert_eq(m09a->stop_count, 2);
    cr_assert_eq(m09a->stops[0].decision, yz_word_decision_blocked);
    cr_assert_eq(m09a->reason_count, 2);
    cr_assert_not_null(m09a->reasons[1].each);
    cr_assert_eq(m09a->reasons[1].show->kind.type, YZ_TYPE_TEXT);
    const yz_target_rule *t05 = yz_rules_target(rules, YZ_TEXT("t05"));
    cr_assert_not_null(t05->of);
    cr_assert_eq(rules->uses[t05->use].kind.type, YZ_TYPE_PERCENT);
    yz_rules_free(rules);
}

Test(rules, next_years_notice_needs_data_only) {
    yz_rules *rules = load(2);
    yz_params *params = NULL;
    cr_assert_eq(yz_params_new(rules, NULL, 0, &params, &problem), YZ_OK);
    cr_assert_eq(number_on(rules, params, "m05b.insured_months_min", day(2023, 11, 15)), 1);
    cr_assert_eq(number_on(rules, params, "m05b.insured_months_min", day(2024, 2, 1)), 3);
    cr_assert_eq(number_on(rules, params, "m05b.insured_months_min", day(2022, 12, 31)), -1);
    cr_assert_eq(number_on(rules, params, "m05b.insured_months_min", day(2025, 1, 1)), -1);
    uint32_t valid = (uint32_t)yz_rules_param(rules, YZ_TEXT("m05b.valid"));
    const yz_param_period *period = yz_params_period(params, valid, day(2024, 12, 31));
    cr_assert_not_null(period);
    cr_assert(yz_text_equal(rules->notices[period->ref.notice].name, YZ_TEXT("gs2024")));
    cr_assert_eq(period->ref.measure, 5);
    cr_assert_null(yz_params_period(params, valid, day(2025, 1, 1)));
    yz_params_free(params);
    yz_rules_free(rules);
}

Test(rules, a_reference_counts_measure_and_sentence) {
    yz_rules *rules = load(1);
    int32_t amount = yz_rules_param(rules, YZ_TEXT("m05b.amount"));
    const yz_param_period *period = &rules->params[amount].periods[0];
    cr_assert_eq(period->value.number, 150000);
    cr_assert_eq(period->from, day(2023, 1, 1));
    cr_assert_eq(period->to, YZ_DAY_OPEN);
    cr_assert_eq(period->ref.measure, 5);
    cr_assert_eq(period->ref.sentence, 2);
    int32_t tier = yz_rules_param(rules, YZ_TEXT("m09.tier"));
    const yz_tiers *tiers = &rules->params[tier].periods[0].value.tiers;
    cr_assert_eq(tiers->count, 4);
    cr_assert_eq(tiers->tiers[2].from_percent, INT64_C(60000000));
    cr_assert_eq(tiers->tiers[2].amount, 135000);
    yz_rules_free(rules);
}

static void version_of(const char *first, const char *second, uint8_t version[16]) {
    yz_rules_file files[] = {{"first", yz_text_of(first)}, {"second", yz_text_of(second)}};
    yz_rules *rules;
    cr_assert_eq(yz_rules_load(files, 2, &rules, &problem), YZ_OK, "%s", problem.what);
    memcpy(version, rules->version, 16);
    yz_rules_free(rules);
}

Test(rules, the_version_is_of_every_text_and_their_order) {
    static const char A[] = "yizhan-rules 1\n# a", B[] = "yizhan-rules 1\n# b",
                      C[] = "yizhan-rules 1\n# c";
    uint8_t ab[16], again[16], other[16];
    version_of(A, B, ab);
    version_of(A, B, again);
    cr_assert_eq(memcmp(ab, again, 16), 0);
    version_of(C, B, other);
    cr_assert_neq(memcmp(ab, other, 16), 0, "the first counts");
    version_of(A, C, other);
    cr_assert_neq(memcmp(ab, other, 16), 0, "the second counts");
    version_of(B, A, other);
    cr_assert_neq(memcmp(ab, other, 16), 0, "the order counts");
}
