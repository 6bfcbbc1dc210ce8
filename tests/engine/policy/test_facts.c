/* The catalogue says what policy/SPEC.md section 2 says, in the places that are easy to get wrong.
 */
#include "engine/policy/facts.h"

#include <criterion/criterion.h>

static const yz_fact_form *form(const char *object, const char *field) {
    int o = yz_object_named(yz_text_of(object));
    cr_assert(o >= 0, "%s", object);
    int f = yz_field_named((yz_object)o, yz_text_of(field));
    cr_assert(f >= 0, "%s.%s", object, field);
    const yz_fact_form *forms;
    yz_object_fields((yz_object)o, &forms);
    return &forms[f];
}

Test(facts, numbers_go_through_all_objects_and_name_their_place) {
    uint32_t number = 0;
    for (int o = 0; o < YZ_OBJECTS; o++) {
        const yz_fact_form *forms;
        uint32_t count = yz_object_fields((yz_object)o, &forms);
        cr_assert_leq(count, 64, "%s has a bit for each field", yz_object_name((yz_object)o));
        for (uint32_t f = 0; f < count; f++, number++) {
            cr_assert_eq(forms[f].number, number);
            cr_assert_eq(forms[f].object, (yz_object)o);
            cr_assert_eq(forms[f].field, f);
            cr_assert_eq(yz_fact_numbered(number), &forms[f]);
        }
    }
    cr_assert_eq(number, yz_fact_count());
    cr_assert_eq(form("paid", "measure")->number, UINT32_MAX, "a shape's field is no fact");
}

Test(facts, absence_is_as_specified) {
    cr_expect_eq(form("person", "birth_date")->absent, YZ_ABSENT_UNKNOWN);
    cr_expect_eq(form("employer", "specialist")->absent, YZ_ABSENT_NONE);
    cr_expect_eq(form("unemp_spell", "to")->absent, YZ_ABSENT_NONE);
    cr_expect_eq(form("person", "graduate_kind")->absent_value, yz_word_graduate_kind_none);
    cr_expect_eq(form("person", "major_group")->absent_value, yz_word_major_group_other);
    cr_expect_eq(form("employer", "incubator_level")->absent_value, yz_word_incubator_level_none);
    cr_expect_eq(form("employer", "workshop")->absent_value, 0);
    cr_expect_eq(form("posting", "experience_years_min")->absent, YZ_ABSENT_DEFAULT);
    cr_expect_str_eq(form("top", "interns")->path, "interns");
    cr_expect_str_eq(form("hire", "contract_end")->path, "hire.contract_end");
    cr_expect_eq(form("hire", "insurance")->of, YZ_OBJECT_insured_month);
    cr_expect_eq(form("insured_month", "kinds")->of, YZ_WORDS_insurance);
}

Test(facts, words_have_their_place) {
    cr_expect_eq(yz_word_named(YZ_WORDS_sex, YZ_TEXT("female")), yz_word_sex_female);
    cr_expect_eq(yz_word_named(YZ_WORDS_sex, YZ_TEXT("Female")), -1);
    const char *const *words;
    cr_expect_eq(yz_enumeration_words(YZ_WORDS_person_tag, &words), 11);
    cr_expect_str_eq(words[yz_word_person_tag_dibao], "dibao");
    cr_expect_eq(yz_object_named(YZ_TEXT("nobody")), -1);
    cr_expect_eq(yz_field_named(YZ_OBJECT_person, YZ_TEXT("kind")), -1);
}
