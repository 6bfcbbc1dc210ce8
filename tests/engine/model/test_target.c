#include "engine/model/target.h"

#include <criterion/criterion.h>

static yz_target good(void) {
    return (yz_target){.id = YZ_TEXT("t01"),
                       .division = YZ_TEXT("62"),
                       .series = YZ_TEXT("S11"),
                       .year = 2023,
                       .value = 1900000};
}

static void refused(yz_target t, yz_problem_code code, const char *pointer) {
    yz_problem problem = {0};
    cr_assert_neq(yz_target_check(&t, &problem), YZ_OK, "%s", pointer);
    cr_assert_eq(problem.code, code, "%s", yz_problem_name(problem.code).bytes);
    cr_assert_str_eq(problem.pointer, pointer);
}

static void taken(yz_target t) {
    yz_problem problem = {0};
    cr_assert_eq(yz_target_check(&t, &problem), YZ_OK, "%s", problem.pointer);
}

Test(target, obeys_its_rules_up_to_each_limit) {
    static const char LONG[] =
        "0123456789012345678901234567890123456789012345678901234567890123456";
    yz_target t = good();
    taken(t);
    cr_assert_eq(yz_target_check(&t, NULL), YZ_OK);
    t.id = YZ_TEXT("");
    refused(t, YZ_PROBLEM_EMPTY, "/id");
    t = good();
    t.id = (yz_text){LONG, 65};
    refused(t, YZ_PROBLEM_TOO_LONG, "/id");
    t = good();
    t.name_zh = YZ_TEXT("a\tb");
    refused(t, YZ_PROBLEM_CONTROL_CHARACTER, "/name/zh");
    t = good();
    t.name_en = YZ_TEXT("\xFF");
    refused(t, YZ_PROBLEM_BAD_UTF8, "/name/en");

    t = good();
    t.division = YZ_TEXT("");
    taken(t);
    t.division = (yz_text){LONG, 65};
    refused(t, YZ_PROBLEM_TOO_LONG, "/division");

    t = good();
    t.year = 2000;
    taken(t);
    t.year = 2999;
    taken(t);
    t.year = 1999;
    refused(t, YZ_PROBLEM_OUT_OF_RANGE, "/year");
    t.year = 3000;
    refused(t, YZ_PROBLEM_OUT_OF_RANGE, "/year");

    t = good();
    t.value = 1;
    taken(t);
    t.value = 1000000000000000;
    taken(t);
    t.value = 0;
    refused(t, YZ_PROBLEM_OUT_OF_RANGE, "/value");
    t.value = 1000000000000001;
    refused(t, YZ_PROBLEM_OUT_OF_RANGE, "/value");
}

Test(target, counts_a_series_that_is_a_word) {
    static const char *const WORDS[] = {
        "S01", "S36", "Y08", "a", "fair.entries_2", "Az09_.", "0123456789abcdef0123456789ABCDEF"};
    static const char *const WRONG[] = {"S 1", "S-1", "S01/", "系列", "@S", "[S", "`s", "{s", ":s"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        yz_target t = good();
        t.series = yz_text_of(WORDS[i]);
        taken(t);
    }
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        yz_target t = good();
        yz_problem problem = {0};
        t.series = yz_text_of(WRONG[i]);
        refused(t, YZ_PROBLEM_BAD_CHOICE, "/series");
        cr_assert_neq(yz_target_check(&t, &problem), YZ_OK);
        cr_assert_str_eq(problem.value, WRONG[i]);
    }
    yz_target t = good();
    t.series = YZ_TEXT("");
    refused(t, YZ_PROBLEM_EMPTY, "/series");
    t.series = YZ_TEXT("0123456789abcdef0123456789ABCDEF0");
    refused(t, YZ_PROBLEM_TOO_LONG, "/series");
    yz_problem problem = {0};
    t.series = YZ_TEXT("\xFF");
    cr_assert_neq(yz_target_check(&t, &problem), YZ_OK);
    cr_assert_str_eq(problem.value, "", "what is no UTF-8 is not repeated");
}
