/* Parameters by date, in the kind of each use; overlays in place of a series, as a case file has
 * them (policy/SPEC.md 13.4). Reading is compared with a walk over all periods written anew. */
#include "engine/base/random.h"
#include "engine/policy/params.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>

static const char RULES[] =
    HEAD "param kinds set { {general, adult} from 2023-01-01 to 2023-12-31 ref n/1\n"
         "                  {technician} from 2024-01-01 ref n/1 }\n"
         "param reading name { male from 2023-01-01 ref n/1 }\n"
         "param sections set { {J, K} from 2023-01-01 ref n/1 }\n"
         "param months set { {2023-05, 2023-03, 2023-05} from 2023-01-01 ref n/1 }\n"
         "param few int { 3 from 2023-01-01 to 2023-06-30 ref n/1  5 from 2023-09-01 ref n/2 }\n"
         "param steps tiers percent -> yuan { [0%,50%) 1 [50%,100%] 2 from 2023-01-01 ref n/1 }\n"
         "param amounts table int -> yuan { 5 -> 1000 4 -> 1500 from 2023-01-01 ref n/1 }\n"
         "param open window { true from 2023-01-01 to 2023-12-31 ref n/1 }\n"
         "define a = person.graduate_kind in kinds and reading = person.sex\n"
         "define b = prefix(employer.industry, 1) in sections and month(as_of) in months\n"
         "define c = few + cert.level > 0 and tier(steps, 1, 2) = lookup(amounts, 5)\n"
         "define d = reading = before_hire and covers(open, as_of)\n"
         "rule r { decide refer }\n";

static yz_rules *rules;
static yz_rules_problem problem;

static void load_rules(void) {
    rules = kit_load(RULES, &problem);
    cr_assert_not_null(rules, "%u:%u: %s", problem.line, problem.column, problem.what);
}
static void drop_rules(void) {
    yz_rules_free(rules);
}
TestSuite(params, .init = load_rules, .fini = drop_rules);

static uint32_t use_of(const char *name, yz_type type) {
    int32_t param = yz_rules_param(rules, yz_text_of(name));
    for (uint32_t use = 0; use < rules->use_count; use++) {
        if (rules->uses[use].param == (uint32_t)param && rules->uses[use].kind.type == type)
            return use;
    }
    cr_assert(false, "%s is not read so", name);
    return 0;
}

static yz_params *made(const yz_param_overlay *overlays, uint32_t count) {
    yz_params *params;
    cr_assert_eq(yz_params_new(rules, overlays, count, &params, &problem), YZ_OK, "%s",
                 problem.what);
    return params;
}

Test(params, words_have_the_kind_of_what_they_stand_beside) {
    yz_params *params = made(NULL, 0);
    int32_t day = yz_days(2023, 5, 1);
    uint64_t general_adult =
        1u << yz_word_graduate_kind_general | 1u << yz_word_graduate_kind_adult;
    cr_assert_eq(yz_params_read(params, use_of("kinds", YZ_TYPE_SET), day).set, general_adult);
    cr_assert_eq(yz_params_read(params, use_of("kinds", YZ_TYPE_SET), yz_days(2024, 1, 1)).set,
                 1u << yz_word_graduate_kind_technician);
    cr_assert_eq(yz_params_read(params, use_of("reading", YZ_TYPE_WORD), day).number,
                 yz_word_sex_male);
    const yz_text *word = yz_params_read(params, use_of("reading", YZ_TYPE_TEXT), day).text;
    cr_assert(yz_text_equal(*word, YZ_TEXT("male")));
    const yz_texts *sections = yz_params_read(params, use_of("sections", YZ_TYPE_TEXTS), day).texts;
    cr_assert_eq(sections->count, 2);
    const yz_numbers *months =
        yz_params_read(params, use_of("months", YZ_TYPE_NUMBERS), day).numbers;
    cr_assert_eq(months->count, 2);
    cr_assert_eq(months->numbers[0], 12 * 2023 + 2);
    cr_assert_eq(months->numbers[1], 12 * 2023 + 4);
    const yz_tiers *steps = yz_params_read(params, use_of("steps", YZ_TYPE_TIERS), day).tiers;
    cr_assert_eq(steps->tiers[1].amount, 200);
    const yz_table *table = yz_params_read(params, use_of("amounts", YZ_TYPE_TABLE), day).table;
    cr_assert_eq(table->keys[0], 4);
    cr_assert_eq(table->amounts[0], 150000);
    yz_params_free(params);
}

Test(params, an_external_amount_is_a_parameter_without_periods) {
    yz_params *params = made(NULL, 0);
    const yz_rule *r = yz_rules_rule(rules, YZ_TEXT("r"));
    cr_assert_geq(r->external, 0);
    cr_assert(yz_text_equal(rules->params[r->external].name, YZ_TEXT("r.amount")));
    cr_assert_null(yz_params_period(params, (uint32_t)r->external, yz_days(2023, 5, 1)));
    yz_params_free(params);
    yz_param_period period = {
        .from = yz_days(2023, 1, 1), .to = YZ_DAY_OPEN, .value = {.number = 80000}};
    yz_param_overlay overlay = {YZ_TEXT("r.amount"), 1, &period};
    params = made(&overlay, 1);
    const yz_param_period *found =
        yz_params_period(params, (uint32_t)r->external, yz_days(2023, 5, 1));
    cr_assert_not_null(found);
    cr_assert_eq(found->value.number, 80000);
    yz_params_free(params);
}

Test(params, random_periods_read_as_a_walk_over_all_of_them) {
    uint32_t use = use_of("few", YZ_TYPE_INT), given = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        yz_param_period periods[6];
        uint32_t count = (uint32_t)yz_random_below(&random, 7);
        int32_t at = yz_days(2023, 1, 1);
        for (uint32_t i = 0; i < count; i++) {
            periods[i] = (yz_param_period){.value = {.number = i + 1}};
            periods[i].from = at + (int32_t)yz_random_below(&random, 3);
            periods[i].to = periods[i].from + (int32_t)yz_random_below(&random, 4);
            at = periods[i].to + 1;
        }
        for (uint32_t i = count; i > 1; i--) { // any order
            uint32_t other = (uint32_t)yz_random_below(&random, i);
            yz_param_period kept = periods[i - 1];
            periods[i - 1] = periods[other];
            periods[other] = kept;
        }
        yz_param_overlay overlay = {YZ_TEXT("few"), count, periods};
        yz_params *params = made(&overlay, 1);
        for (int32_t day = yz_days(2023, 1, 1) - 2; day < at + 3; day++) {
            int64_t expected = -1;
            for (uint32_t i = 0; i < count; i++) {
                if (periods[i].from <= day && day <= periods[i].to)
                    expected = periods[i].value.number;
            }
            yz_param_reading reading = yz_params_read(params, use, day);
            cr_assert_eq(reading.given, expected >= 0, "seed %lu, day %d", seed, day);
            if (reading.given)
                cr_assert_eq(reading.number, expected, "seed %lu, day %d", seed, day);
            given += reading.given;
        }
        yz_params_free(params);
    }
    cr_assert_gt(given, 500);
}

static void refused(yz_param_overlay overlay, const char *says) {
    yz_params *params = (yz_params *)rules;
    cr_expect_eq(yz_params_new(rules, &overlay, 1, &params, &problem), YZ_ERR_BAD_INPUT, "%s",
                 says);
    cr_expect_null(params);
    cr_expect_not_null(strstr(problem.what, says), "%s", problem.what);
    cr_expect_gt(strlen(problem.what_zh), 6);
}

Test(params, an_overlay_that_makes_no_sense_is_refused) {
    yz_text law[] = {YZ_TEXT("general"), YZ_TEXT("doctor")};
    yz_texts words = {2, law};
    yz_param_period open = {.from = 0, .to = YZ_DAY_OPEN, .value = {.number = 1}};
    yz_param_period twice[] = {open, open};
    yz_param_period touching[] = {open, open};
    touching[0].to = touching[1].from = 10;
    yz_param_period back = {.from = 10, .to = 9};
    yz_param_period worded = {.from = 0, .to = YZ_DAY_OPEN, .value = {.words = &words}};
    yz_tier falling[] = {{0, 1}, {50000000, 2}, {40000000, 3}};
    yz_param_period tiered = {.from = 0, .to = 9, .value = {.tiers = {3, falling}}};
    yz_param_period late = {.from = 0, .to = 9, .value = {.tiers = {2, falling + 1}}};
    yz_param_period huge = {.from = 0, .to = 9, .value = {.number = YZ_FACT_INT_MAX + 1}};
    refused((yz_param_overlay){YZ_TEXT("fewer"), 1, &open},
            "The rules have no parameter fewer. Is it few?");
    refused((yz_param_overlay){YZ_TEXT("few"), 2, twice}, "two periods overlap");
    refused((yz_param_overlay){YZ_TEXT("few"), 2, touching}, "two periods overlap");
    refused((yz_param_overlay){YZ_TEXT("few"), 1, &back}, "a period ends before it begins");
    refused((yz_param_overlay){YZ_TEXT("few"), 1, &huge}, "a number is too large");
    refused((yz_param_overlay){YZ_TEXT("kinds"), 1, &worded}, "doctor is none of the words");
    refused((yz_param_overlay){YZ_TEXT("kinds"), 1, &open}, "words are missing");
    refused((yz_param_overlay){YZ_TEXT("reading"), 1, &worded}, "words are missing");
    refused((yz_param_overlay){YZ_TEXT("months"), 1, &worded}, "general is none of the words");
    refused((yz_param_overlay){YZ_TEXT("steps"), 1, &tiered}, "tiers must ascend");
    refused((yz_param_overlay){YZ_TEXT("steps"), 1, &late}, "the first tier must begin at 0%");
}
