/* Words of a person's facts, and the rules they obey by themselves. */
#include "engine/model/records.h"

#include <criterion/criterion.h>

Test(records, every_word_of_a_set_leads_back_to_its_bit_and_to_no_other) {
    uint32_t seen = 0;
    for (uint32_t bit = 1; bit <= YZ_TAGS_ALL; bit *= 2) {
        yz_text name = yz_person_tag_name((yz_person_tag)bit);
        yz_person_tag tag;
        cr_assert_gt(name.size, 0);
        cr_assert(yz_person_tag_parse(name, &tag));
        cr_assert_eq((uint32_t)tag, bit, "%.*s", (int)name.size, name.bytes);
        seen |= (uint32_t)tag;
    }
    cr_assert_eq(seen, (uint32_t)YZ_TAGS_ALL);
    for (int i = YZ_SEX_UNKNOWN; i <= YZ_SEX_FEMALE; i++) {
        yz_sex sex = YZ_SEX_UNKNOWN;
        cr_assert(yz_sex_parse(yz_sex_name((yz_sex)i), &sex));
        cr_assert_eq((int)sex, i);
    }
    yz_person_tag tag;
    yz_sex sex;
    cr_assert_not(yz_person_tag_parse(YZ_TEXT(""), &tag));
    cr_assert_not(yz_person_tag_parse(YZ_TEXT("Dibao"), &tag));
    cr_assert_not(yz_sex_parse(YZ_TEXT(""), &sex));
    cr_assert(yz_text_equal(yz_id_check_name(YZ_ID_WRONG_DIGIT), YZ_TEXT("wrong_digit")));
}

static void refused(yz_person person, uint32_t fields, yz_problem_code code, const char *pointer) {
    yz_problem problem = {0};
    cr_assert_eq(yz_person_check(&person, fields, &problem), YZ_ERR_BAD_INPUT, "%s", pointer);
    cr_expect_eq(problem.code, code, "%s", pointer);
    cr_expect_str_eq(problem.pointer, pointer);
    // Only the fields that are named count.
    if (pointer[1] == 'i' && pointer[3] == '\0') return;
    cr_expect_eq(yz_person_check(&person, 0, &problem), YZ_OK, "%s", pointer);
}

Test(records, a_person_outside_the_rules_is_refused_with_the_place) {
    yz_person good = {.id = YZ_TEXT("h-1"), .birth_day = YZ_DAY_NONE};
    yz_problem problem;
    cr_assert_eq(yz_person_check(&good, YZ_PERSON_ALL, &problem), YZ_OK);
    good.birth_day = YZ_BIRTH_DAY_MIN, good.tags = YZ_TAGS_ALL, good.group = YZ_GROUP_MAX;
    cr_assert_eq(yz_person_check(&good, YZ_PERSON_ALL, &problem), YZ_OK);
    yz_person p = good;
    p.id = YZ_TEXT("");
    refused(p, YZ_PERSON_ALL, YZ_PROBLEM_EMPTY, "/id");
    p = good, p.division = YZ_TEXT("a\nb");
    refused(p, YZ_PERSON_ALL, YZ_PROBLEM_CONTROL_CHARACTER, "/division");
    p = good, p.group = YZ_GROUP_MAX + 1;
    refused(p, YZ_PERSON_ALL, YZ_PROBLEM_OUT_OF_RANGE, "/group");
    p = good, p.birth_day = YZ_BIRTH_DAY_MIN - 1;
    refused(p, YZ_PERSON_BIRTH_DAY, YZ_PROBLEM_OUT_OF_RANGE, "/birth_date");
    p = good, p.tags = YZ_TAGS_ALL + 1;
    refused(p, YZ_PERSON_TAGS, YZ_PROBLEM_OUT_OF_RANGE, "/tags");
    p = good, p.sex = (yz_sex)7;
    refused(p, YZ_PERSON_SEX, YZ_PROBLEM_OUT_OF_RANGE, "/sex");
    p = good, p.id_check = (yz_id_check)9;
    refused(p, YZ_PERSON_ALL, YZ_PROBLEM_OUT_OF_RANGE, "/id_check");
}
