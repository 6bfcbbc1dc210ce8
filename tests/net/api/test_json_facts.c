/* Facts from JSON: what is read, and what each mistake is called and where it stands. */
#include "net/api/json_facts.h"
#include "net/api/problem_text.h"

#include <criterion/criterion.h>

#include <stdio.h>

static yz_arena *arena;

static void begin(void) {
    arena = yz_arena_new(1 << 24);
}

static void end(void) {
    yz_arena_free(arena);
}

TestSuite(json_facts, .init = begin, .fini = end);

static yz_status read(const char *json, const yz_facts *base, yz_facts *facts,
                      yz_problem *problem) {
    static const char *const others[] = {"items", NULL};
    json_tree tree;
    *problem = (yz_problem){0};
    yz_status status = json_parse(yz_text_of(json), arena, &tree, problem);
    if (status != YZ_OK) return status;
    return json_facts_read(&tree, tree.root, "/facts", others, base, facts, problem);
}

static yz_facts good(const char *json, const yz_facts *base) {
    yz_facts facts;
    yz_problem problem;
    cr_assert_eq(read(json, base, &facts, &problem), YZ_OK, "%s: %s %s", json, problem.pointer,
                 problem.value);
    return facts;
}

static bool given(const yz_facts *facts, yz_object object, uint32_t field) {
    const yz_row *row = facts->objects[object];
    return row != NULL && row->known >> field & 1;
}

static int64_t held(const yz_facts *facts, yz_object object, uint32_t field) {
    cr_assert(given(facts, object, field));
    return facts->objects[object]->values[field];
}

Test(json_facts, every_type_is_read_as_its_row_holds_it) {
    yz_facts f = good("{\"employer\":{\"id\":\"E1\",\"kind\":\"law_firm\",\"insured_start\":30,"
                      "\"ui_premium_yuan\":123456.78,\"key_tags\":[\"major_project\"],"
                      "\"needs_list_on\":\"2023-08-20\",\"workshop\":true,\"related\":[\"E2\"],"
                      "\"size\":null},\"report\":{\"month\":\"2023-08\"},"
                      "\"paid\":[{\"measure\":\"m01\",\"amount_yuan\":0.1},{}],\"items\":7}",
                      NULL);
    int32_t day = 0;
    cr_assert(yz_date_of(YZ_TEXT("2023-08-20"), &day));
    cr_assert_eq(held(&f, YZ_OBJECT_employer, yz_field_employer_kind),
                 yz_word_employer_kind_law_firm);
    cr_assert_eq(held(&f, YZ_OBJECT_employer, yz_field_employer_insured_start), 30);
    cr_assert_eq(held(&f, YZ_OBJECT_employer, yz_field_employer_ui_premium_yuan), 12345678);
    cr_assert_eq(held(&f, YZ_OBJECT_employer, yz_field_employer_key_tags),
                 1 << yz_word_key_tag_major_project);
    cr_assert_eq(held(&f, YZ_OBJECT_employer, yz_field_employer_needs_list_on), day);
    cr_assert_eq(held(&f, YZ_OBJECT_employer, yz_field_employer_workshop), 1);
    cr_assert_eq(held(&f, YZ_OBJECT_report, yz_field_report_month), 12 * 2023 + 7);
    cr_assert_not(given(&f, YZ_OBJECT_employer, yz_field_employer_size));
    cr_assert_null(f.objects[YZ_OBJECT_person]);
    const yz_text *id =
        (const yz_text *)(intptr_t)held(&f, YZ_OBJECT_employer, yz_field_employer_id);
    cr_assert(yz_text_equal(*id, YZ_TEXT("E1")));
    const yz_texts *related =
        (const yz_texts *)(intptr_t)held(&f, YZ_OBJECT_employer, yz_field_employer_related);
    cr_assert_eq(related->count, 1);
    const yz_list *paid = (const yz_list *)(intptr_t)held(&f, YZ_OBJECT_top, yz_field_top_paid);
    cr_assert_eq(paid->count, 2);
    cr_assert_eq(yz_list_row(paid, 0)->values[yz_field_paid_amount_yuan], 10);
    cr_assert_eq(yz_list_row(paid, 1)->known, 0);
}

Test(json_facts, money_is_read_from_its_digits) {
    static const struct {
        const char *text;
        int64_t fen;
    } CASES[] = {{"0.29", 29},
                 {"1.15", 115},
                 {"4.35", 435},
                 {"1.005e2", 10050},
                 {"9999999999999.99", 999999999999999},
                 {"-0.01", -1},
                 {"10000000000000", 1000000000000000},
                 {"0.10", 10},
                 {"64.1", 6410},
                 {"1234567890123.45", 123456789012345}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char json[96];
        snprintf(json, sizeof json, "{\"hire\":{\"wage_yuan\":%s}}", CASES[i].text);
        yz_facts f = good(json, NULL);
        cr_assert_eq(held(&f, YZ_OBJECT_hire, yz_field_hire_wage_yuan), CASES[i].fen, "%s",
                     CASES[i].text);
    }
}

Test(json_facts, an_item_goes_over_its_case_field_by_field) {
    yz_facts base =
        good("{\"employer\":{\"id\":\"E1\",\"size\":\"large\"},\"person\":{\"id\":\"P1\"},"
             "\"paid\":[{}],\"hire\":{}}",
             NULL);
    yz_facts item = good("{\"employer\":{\"size\":null,\"kind\":\"other\"},\"hire\":null,"
                         "\"paid\":[]}",
                         &base);
    cr_assert(given(&item, YZ_OBJECT_employer, yz_field_employer_id));
    cr_assert_not(given(&item, YZ_OBJECT_employer, yz_field_employer_size));
    cr_assert(given(&item, YZ_OBJECT_employer, yz_field_employer_kind));
    cr_assert_null(item.objects[YZ_OBJECT_hire]);
    cr_assert_eq(item.objects[YZ_OBJECT_person], base.objects[YZ_OBJECT_person]);
    cr_assert(given(&base, YZ_OBJECT_employer, yz_field_employer_size)); // unchanged
    cr_assert_not(given(&base, YZ_OBJECT_employer, yz_field_employer_kind));
    cr_assert_not_null(base.objects[YZ_OBJECT_hire]);
    const yz_list *paid = (const yz_list *)(intptr_t)held(&base, YZ_OBJECT_top, yz_field_top_paid);
    cr_assert_eq(paid->count, 1);
}

Test(json_facts, each_mistake_has_its_name_and_place) {
    static const struct {
        const char *json, *pointer;
        yz_problem_code code;
    } CASES[] = {
        {"[]", "/facts", YZ_PROBLEM_WRONG_TYPE},
        {"{\"employee\":{}}", "/facts/employee", YZ_PROBLEM_UNKNOWN_FIELD},
        {"{\"top\":{}}", "/facts/top", YZ_PROBLEM_UNKNOWN_FIELD},
        {"{\"unemp_spell\":{}}", "/facts/unemp_spell", YZ_PROBLEM_UNKNOWN_FIELD},
        {"{\"person\":{\"name\":\"x\"}}", "/facts/person/name", YZ_PROBLEM_UNKNOWN_FIELD},
        {"{\"person\":[]}", "/facts/person", YZ_PROBLEM_WRONG_TYPE},
        {"{\"person\":{\"able\":1}}", "/facts/person/able", YZ_PROBLEM_WRONG_TYPE},
        {"{\"person\":{\"ui_months\":\"12\"}}", "/facts/person/ui_months", YZ_PROBLEM_WRONG_TYPE},
        {"{\"person\":{\"ui_months\":1.5}}", "/facts/person/ui_months", YZ_PROBLEM_NOT_WHOLE},
        {"{\"person\":{\"ui_months\":1000000000000001}}", "/facts/person/ui_months",
         YZ_PROBLEM_OUT_OF_RANGE},
        {"{\"person\":{\"birth_date\":\"2023-02-29\"}}", "/facts/person/birth_date",
         YZ_PROBLEM_BAD_TIME},
        {"{\"person\":{\"birth_date\":20230228}}", "/facts/person/birth_date",
         YZ_PROBLEM_WRONG_TYPE},
        {"{\"report\":{\"month\":\"2023-13\"}}", "/facts/report/month", YZ_PROBLEM_BAD_TIME},
        {"{\"person\":{\"sex\":\"woman\"}}", "/facts/person/sex", YZ_PROBLEM_BAD_CHOICE},
        {"{\"person\":{\"tags\":[\"dibao\",\"x\"]}}", "/facts/person/tags/1",
         YZ_PROBLEM_BAD_CHOICE},
        {"{\"person\":{\"tags\":\"dibao\"}}", "/facts/person/tags", YZ_PROBLEM_WRONG_TYPE},
        {"{\"person\":{\"unemp_spells\":[{\"from\":\"x\"}]}}", "/facts/person/unemp_spells/0/from",
         YZ_PROBLEM_BAD_TIME},
        {"{\"person\":{\"unemp_spells\":[[]]}}", "/facts/person/unemp_spells/0",
         YZ_PROBLEM_WRONG_TYPE},
        {"{\"interns\":[{},{\"employment_spells\":[{\"x\":1}]}]}",
         "/facts/interns/1/employment_spells/0/x", YZ_PROBLEM_UNKNOWN_FIELD},
        {"{\"hire\":{\"wage_yuan\":0.001}}", "/facts/hire/wage_yuan", YZ_PROBLEM_TOO_MANY_DECIMALS},
        {"{\"hire\":{\"wage_yuan\":10000000000000.01}}", "/facts/hire/wage_yuan",
         YZ_PROBLEM_OUT_OF_RANGE},
        {"{\"inspections\":[1]}", "/facts/inspections/0", YZ_PROBLEM_WRONG_TYPE},
        {"{\"person\":{\"id\":\"a\",\"id\":\"b\"}}", "/person/id", YZ_PROBLEM_DUPLICATE_FIELD},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        yz_facts facts;
        yz_problem problem;
        cr_assert_neq(read(CASES[i].json, NULL, &facts, &problem), YZ_OK, "%s", CASES[i].json);
        cr_assert_eq(problem.code, CASES[i].code, "%s: %d", CASES[i].json, (int)problem.code);
        cr_assert_str_eq(problem.pointer, CASES[i].pointer);
    }
}

Test(json_facts, the_words_say_what_may_stand_there) {
    yz_facts facts;
    yz_problem problem;
    problem_text text;
    (void)read("{\"hire\":{\"contract_type\":\"forever\"}}", NULL, &facts, &problem);
    problem_text_of(&problem, PROBLEM_EN, &text);
    cr_assert_str_eq(text.fix, "choose from: fixed open_ended task");
    (void)read("{\"person\":{\"birth_date\":\"1.5.2001\"}}", NULL, &facts, &problem);
    problem_text_of(&problem, PROBLEM_ZH, &text);
    cr_assert_str_eq(text.fix, "写成 2023-09-15");
    (void)read("{\"report\":{\"month\":\"2023-08-01\"}}", NULL, &facts, &problem);
    problem_text_of(&problem, PROBLEM_EN, &text);
    cr_assert_str_eq(text.message, "/facts/report/month: \"2023-08-01\" is not a month");
}

Test(json_facts, a_small_arena_is_a_refusal) {
    static const char json[] = "{\"person\":{\"id\":\"P1\"},\"paid\":[{},{}],\"vouchers\":[\"a\"]}";
    uint32_t refused = 0;
    for (size_t room = 16;; room += 16) {
        yz_arena *small = yz_arena_new(room);
        json_tree tree;
        yz_problem problem = {0};
        yz_facts facts;
        yz_status status = json_parse(YZ_TEXT(json), small, &tree, &problem);
        if (status == YZ_OK)
            status = json_facts_read(&tree, tree.root, "", NULL, NULL, &facts, &problem);
        yz_arena_free(small);
        if (status == YZ_OK) break;
        refused += 1;
        cr_assert_eq(problem.code, YZ_PROBLEM_TOO_LONG, "room %zu", room);
    }
    cr_assert_gt(refused, 20);
}
