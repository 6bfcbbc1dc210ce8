/* The evaluator on trees made by hand: tables of three values, what is missing, exact numbers. */
#include "tests/engine/policy/trees.h"

#include <criterion/criterion.h>

#include <stdio.h>

// A row large enough for any object; facts of the tests.
typedef struct room {
    uint64_t known;
    int64_t values[64];
} room;

static room top, person, employer;
static yz_facts facts;
static yz_rules rules;
static yz_arena *arena;
static yz_policy_ask ask;

static void begin(void) {
    trees_reset();
    memset(&top, 0, sizeof top);
    memset(&person, 0, sizeof person);
    memset(&employer, 0, sizeof employer);
    int32_t as_of = 0;
    (void)yz_date_of(YZ_TEXT("2023-09-15"), &as_of);
    top.known = 1ull << yz_field_top_as_of;
    top.values[yz_field_top_as_of] = as_of;
    facts = (yz_facts){{[YZ_OBJECT_top] = (yz_row *)&top,
                        [YZ_OBJECT_person] = (yz_row *)&person,
                        [YZ_OBJECT_employer] = (yz_row *)&employer}};
    arena = yz_arena_new(1 << 24);
    ask = (yz_policy_ask){&rules, NULL, &facts, arena};
}

static void end(void) {
    yz_arena_free(arena);
}

TestSuite(eval, .init = begin, .fini = end);

static void give(room *row, uint32_t field, int64_t value) {
    row->known |= 1ull << field;
    row->values[field] = value;
}

// "given 5", "none", "unknown person.birth_date person.sex".
static const char *said(const yz_expr *x) {
    static char text[512];
    yz_eval e = yz_eval_on(&ask, yz_eval_as_of(&ask));
    yz_value value = yz_evaluate(&e, x);
    if (e.status != YZ_OK) {
        snprintf(text, sizeof text, "%s", yz_status_name(e.status));
    } else if (value.state == YZ_STATE_UNKNOWN) {
        uint32_t count;
        const yz_text *names = yz_missing_names(&e, value.missing, "", &count);
        size_t used = (size_t)snprintf(text, sizeof text, "unknown");
        for (uint32_t i = 0; i < count; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, " %.*s", (int)names[i].size,
                                     names[i].bytes);
    } else if (value.state == YZ_STATE_NONE) {
        snprintf(text, sizeof text, "none");
    } else {
        char shown[YZ_SHOWN_BYTES_MAX];
        yz_text as = yz_value_show(x->kind, value, shown);
        snprintf(text, sizeof text, "%.*s", (int)as.size, as.bytes);
    }
    return text;
}

#define says(x, wanted) cr_assert_str_eq(said(x), wanted)

// Unknown conditions, each for want of another fact.
static yz_expr *able(void) {
    return fact(YZ_OBJECT_person, yz_field_person_able, KIND(BOOL));
}
static yz_expr *willing(void) {
    return fact(YZ_OBJECT_person, yz_field_person_willing, KIND(BOOL));
}
// A fact that is none when absent.
static yz_expr *no_plan(void) {
    return fact(YZ_OBJECT_person, yz_field_person_plan_id, KIND(TEXT));
}
static yz_expr *died_on(void) {
    return fact(YZ_OBJECT_person, yz_field_person_deceased_on, KIND(DATE));
}

// ---- and, or, not, if ----

Test(eval, junctions_agree_with_their_tables) {
    // 0 false, 1 true, 2 unknown, 3 none; a second unknown is for want of another fact.
    static const char *const AND[4][4] = {
        {"false", "false", "false", "false"},
        {"false", "true", "unknown person.willing", "false"},
        {"false", "unknown person.able", "unknown person.able person.willing", "false"},
        {"false", "false", "false", "false"}};
    static const char *const OR[4][4] = {{"false", "true", "unknown person.willing", "false"},
                                         {"true", "true", "true", "true"},
                                         {"unknown person.able", "true",
                                          "unknown person.able person.willing",
                                          "unknown person.able"},
                                         {"false", "true", "unknown person.willing", "false"}};
    for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
            const yz_expr *x = a < 2 ? truth(a) : a == 2 ? able() : died_on();
            const yz_expr *y = b < 2 ? truth(b) : b == 2 ? willing() : died_on();
            says(many(YZ_OP_AND, KIND(BOOL), 2, x, y), AND[a][b]);
            says(many(YZ_OP_OR, KIND(BOOL), 2, x, y), OR[a][b]);
        }
    }
}

Test(eval, negation_leaves_unknown_and_takes_none_for_false) {
    says(node(YZ_OP_NOT, KIND(BOOL), truth(true), NULL, NULL), "false");
    says(node(YZ_OP_NOT, KIND(BOOL), able(), NULL, NULL), "unknown person.able");
    says(node(YZ_OP_NOT, KIND(BOOL), died_on(), NULL, NULL), "true");
}

Test(eval, a_choice_has_the_value_of_its_branch_alone) {
    const yz_expr *one = number(KIND(INT), 1);
    const yz_expr *other = fact(YZ_OBJECT_person, yz_field_person_ui_months, KIND(INT));
    says(node(YZ_OP_IF, KIND(INT), truth(true), one, other), "1");
    says(node(YZ_OP_IF, KIND(INT), truth(false), one, other), "unknown person.ui_months");
    says(node(YZ_OP_IF, KIND(INT), able(), one, other), "unknown person.able");
    says(node(YZ_OP_IF, KIND(INT), died_on(), other, one), "1");
}

Test(eval, known_is_never_unknown) {
    says(node(YZ_OP_KNOWN, KIND(BOOL), able(), NULL, NULL), "false");
    says(node(YZ_OP_KNOWN, KIND(BOOL), no_plan(), NULL, NULL), "false");
    give(&person, yz_field_person_able, 0);
    says(node(YZ_OP_KNOWN, KIND(BOOL), able(), NULL, NULL), "true");
    yz_expr *object = node(YZ_OP_OBJECT, KIND(ROW), NULL, NULL, NULL);
    object->kind.of = YZ_OBJECT_employer;
    object->at = YZ_OBJECT_employer;
    says(node(YZ_OP_KNOWN, KIND(BOOL), object, NULL, NULL), "true");
    facts.objects[YZ_OBJECT_employer] = NULL;
    says(node(YZ_OP_KNOWN, KIND(BOOL), object, NULL, NULL), "false");
}

// ---- none and unknown in comparisons and functions ----

Test(eval, a_comparison_with_none_is_false_both_ways_round) {
    const yz_expr *today = day_of("2023-09-15");
    for (int op = YZ_OP_EQUAL; op <= YZ_OP_LESS_EQUAL; op++) {
        says(node((yz_op)op, KIND(BOOL), died_on(), today, NULL), "false");
        says(node((yz_op)op, KIND(BOOL), today, died_on(), NULL), "false");
    }
    says(node(YZ_OP_AGE, KIND(INT), died_on(), today, NULL), "none");
    says(node(YZ_OP_YEAR, KIND(INT), died_on(), NULL, NULL), "none");
    yz_expr *birth = fact(YZ_OBJECT_person, yz_field_person_birth_date, KIND(DATE));
    says(node(YZ_OP_AGE, KIND(INT), birth, died_on(), NULL), "none");
    says(node(YZ_OP_AGE, KIND(INT), birth, today, NULL), "unknown person.birth_date");
    says(node(YZ_OP_LESS, KIND(BOOL), birth, today, NULL), "unknown person.birth_date");
}

Test(eval, what_is_missing_is_sorted_and_named_once) {
    const yz_expr *sex = fact(YZ_OBJECT_person, yz_field_person_sex, KIND(WORD));
    const yz_expr *size = fact(YZ_OBJECT_employer, yz_field_employer_size, KIND(WORD));
    const yz_expr *both = node(YZ_OP_EQUAL, KIND(BOOL), sex, size, NULL);
    says(many(YZ_OP_AND, KIND(BOOL), 4, willing(), able(), both, able()),
         "unknown employer.size person.able person.sex person.willing");
}

Test(eval, a_fact_is_given_or_stands_for_its_default) {
    const yz_expr *tags = fact(YZ_OBJECT_person, yz_field_person_tags,
                               (yz_kind){.type = YZ_TYPE_SET, .of = YZ_WORDS_person_tag});
    const yz_expr *some = words_of(YZ_WORDS_person_tag, 1ull << yz_word_person_tag_dibao);
    const yz_expr *both = node(YZ_OP_OVERLAPS, KIND(BOOL), tags, some, NULL);
    says(both, "false");
    give(&person, yz_field_person_tags, 1ll << yz_word_person_tag_dibao);
    says(both, "true");
    facts.objects[YZ_OBJECT_person] = NULL; // an object not given has defaults all the same
    says(both, "false");
    says(able(), "unknown person.able");
    yz_expr *kind = fact(YZ_OBJECT_person, yz_field_person_graduate_kind,
                         (yz_kind){.type = YZ_TYPE_WORD, .of = YZ_WORDS_graduate_kind});
    says(kind, "none"); // the word: no graduate
    yz_expr *row = node(YZ_OP_OBJECT, KIND(ROW), NULL, NULL, NULL);
    row->kind.of = YZ_OBJECT_person;
    row->at = YZ_OBJECT_person;
    yz_expr *field = node(YZ_OP_FIELD, KIND(BOOL), row, NULL, NULL);
    field->at = yz_field_person_able;
    says(field, "unknown person.able");
}

// ---- numbers ----

Test(eval, rates_are_compared_exactly) {
    // laid_off <= 5.5 % * base: 11 of 200 is 5.5 %.
    const yz_expr *rate = number(SCALED(PERCENT, 8), 5500000);
    for (int laid_off = 10; laid_off <= 12; laid_off++) {
        const yz_expr *share =
            node(YZ_OP_MULTIPLY, SCALED(INT, 8), rate, number(KIND(INT), 200), NULL);
        const yz_expr *x =
            node(YZ_OP_LESS_EQUAL, KIND(BOOL), number(KIND(INT), laid_off), share, NULL);
        says(x, laid_off <= 11 ? "true" : "false");
    }
}

Test(eval, half_a_fen_goes_up) {
    static const struct {
        int64_t fen, percent;
        const char *rounded;
    } CASES[] = {
        {12345, 30, "37.04"}, {12345678, 60, "74074.07"}, {99999, 60, "599.99"},  {1, 50, "0.01"},
        {1, 49, "0"},         {-1, 50, "-0.01"},          {-12345, 30, "-37.04"}, {0, 30, "0"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const yz_expr *product =
            node(YZ_OP_MULTIPLY, SCALED(YUAN, 8), number(KIND(YUAN), CASES[i].fen),
                 number(SCALED(PERCENT, 8), CASES[i].percent * 1000000), NULL);
        says(node(YZ_OP_ROUND_FEN, KIND(YUAN), product, NULL, NULL), CASES[i].rounded);
    }
}

Test(eval, a_number_too_large_is_a_refusal_and_no_wrong_number) {
    yz_expr *x = number(KIND(INT), YZ_FACT_INT_MAX);
    says(node(YZ_OP_MULTIPLY, KIND(INT), x, x, NULL), "1000000000000000000000000000000");
    for (int i = 0; i < 2; i++)
        x = node(YZ_OP_MULTIPLY, KIND(INT), x, number(KIND(INT), YZ_FACT_INT_MAX), NULL);
    says(x, "bad_input");
    x = number(KIND(INT), INT64_MAX);
    for (int i = 0; i < 62; i++)
        x = node(YZ_OP_MULTIPLY, KIND(INT), x, number(KIND(INT), 2), NULL);
    says(many(YZ_OP_MAX, KIND(INT), 2, x, number(KIND(INT), 0)),
         "42535295865117307928310139910543638528");
    const yz_expr *twice = node(YZ_OP_ADD, KIND(INT), x, x, NULL);
    says(twice, "85070591730234615856620279821087277056");
    says(node(YZ_OP_ADD, KIND(INT), twice, x, NULL), "bad_input");
}

Test(eval, wide_products_are_exact_up_to_their_end) {
    yz_wide product = 7;
    cr_assert(yz_wide_multiply(YZ_WIDE_MAX, 1, &product));
    cr_assert(product == YZ_WIDE_MAX);
    cr_assert(yz_wide_multiply(-1, YZ_WIDE_MAX, &product));
    cr_assert(product == -YZ_WIDE_MAX);
    cr_assert_not(yz_wide_multiply((yz_wide)1 << 63, (yz_wide)1 << 63, &product));
    cr_assert(product == -YZ_WIDE_MAX);
    cr_assert(yz_wide_multiply((yz_wide)1 << 63, (yz_wide)1 << 62, &product));
    cr_assert(product == (yz_wide)1 << 125);
    cr_assert_not(yz_wide_multiply((yz_wide)1 << 64, (yz_wide)1 << 64, &product));
    cr_assert_not(yz_wide_multiply(YZ_WIDE_MAX, 2, &product));
    cr_assert_not(yz_wide_multiply(((yz_wide)1 << 125) + 1, 2, &product));
    cr_assert(yz_wide_multiply(0, YZ_WIDE_MAX, &product));
    cr_assert(product == 0);
}

Test(eval, dates_stay_within_the_calendar) {
    const yz_expr *far = number(KIND(INT), YZ_FACT_INT_MAX);
    says(node(YZ_OP_ADD_YEARS, KIND(DATE), day_of("2023-01-31"), far, NULL), "9999-12-31");
    yz_expr *days = number((yz_kind){.type = YZ_TYPE_SPAN, .of = 0}, YZ_FACT_INT_MAX);
    says(node(YZ_OP_SUBTRACT, KIND(DATE), day_of("2023-01-31"), days, NULL), "0001-01-01");
    yz_expr *months = number((yz_kind){.type = YZ_TYPE_SPAN, .of = 1}, 1);
    says(node(YZ_OP_ADD, KIND(DATE), day_of("2023-01-31"), months, NULL), "2023-02-28");
    says(node(YZ_OP_ADD, KIND(DATE), months, day_of("2024-01-31"), NULL), "2024-02-29");
}

Test(eval, numbers_are_shown_without_zeros_at_their_end) {
    says(number(KIND(YUAN), 120000), "1200");
    says(number(KIND(YUAN), 120050), "1200.5");
    says(number(KIND(YUAN), 5), "0.05");
    says(number(KIND(YUAN), -5), "-0.05");
    says(number(SCALED(PERCENT, 8), 5500000), "5.5%");
    says(number(SCALED(PERCENT, 8), 100000000), "100%");
    says(number(KIND(MONTH), 12 * 2023 + 8), "2023-09");
    says(number(KIND(INT), 0), "0");
}

// ---- lists ----

typedef struct month_row {
    uint64_t known;
    int64_t month, kinds;
} month_row;

static const yz_expr *joint(const yz_list *list, const char *from, const char *to) {
    yz_expr *months = node(YZ_OP_CONSTANT, KIND(LIST), NULL, NULL, NULL);
    static room hire;
    memset(&hire, 0, sizeof hire);
    give(&hire, yz_field_hire_insurance, (int64_t)(intptr_t)list);
    facts.objects[YZ_OBJECT_hire] = (yz_row *)&hire;
    months = fact(YZ_OBJECT_hire, yz_field_hire_insurance, KIND(LIST));
    const yz_expr *three = words_of(YZ_WORDS_insurance, 7);
    return many(YZ_OP_JOINT_MONTHS, KIND(INT), 4, months, three, day_of(from), day_of(to));
}

Test(eval, joint_months_are_months_with_all_of_it) {
    enum { JUL = 12 * 2023 + 6, AUG, SEP, OCT };
    month_row rows[] = {{3, JUL, 7}, {3, AUG, 3}, {3, AUG, 12}, {3, SEP, 15},
                        {3, SEP, 7}, {3, OCT, 3}, {1, OCT, 7}};
    yz_list list = {7, sizeof rows[0], rows};
    // July is before the contract; August in two entries; September twice; October not all.
    says(joint(&list, "2023-08-20", "2023-10-31"), "2");
    says(joint(&list, "2023-08-20", "2023-08-31"), "1");
    says(joint(&list, "2023-07-31", "2023-09-01"), "3");
    list.count = 0;
    says(joint(&list, "2023-08-20", "2023-10-31"), "0");
}

static yz_expr *it_field(yz_object shape, uint32_t field_at, yz_kind kind) {
    yz_expr *row =
        node(YZ_OP_IT, (yz_kind){.type = YZ_TYPE_ROW, .of = (int16_t)shape}, NULL, NULL, NULL);
    yz_expr *field = node(YZ_OP_FIELD, kind, row, NULL, NULL);
    field->at = field_at;
    return field;
}

Test(eval, any_count_and_sum_over_unknown_elements) {
    month_row rows[] = {{1, 1, 0}, {1, 2, 0}, {0, 0, 0}};
    yz_list list = {3, sizeof rows[0], rows};
    (void)joint(&list, "2023-08-20", "2023-10-31");
    yz_expr *all = fact(YZ_OBJECT_hire, yz_field_hire_insurance, KIND(LIST));
    yz_expr *month = it_field(YZ_OBJECT_insured_month, yz_field_insured_month_month, KIND(INT));
    yz_expr *is_two = node(YZ_OP_EQUAL, KIND(BOOL), month, number(KIND(INT), 2), NULL);
    says(node(YZ_OP_ANY, KIND(BOOL), all, is_two, NULL), "true");
    says(node(YZ_OP_COUNT, KIND(INT), all, is_two, NULL), "1");
    says(node(YZ_OP_SUM, KIND(INT), all, month, NULL), "none"); // the third has no month
    const yz_expr *doubt = many(YZ_OP_AND, KIND(BOOL), 2, is_two, able());
    says(node(YZ_OP_ANY, KIND(BOOL), all, doubt, NULL), "unknown person.able");
    says(node(YZ_OP_COUNT, KIND(INT), all, doubt, NULL), "unknown person.able");
    const yz_expr *either = many(YZ_OP_OR, KIND(BOOL), 2, is_two, able());
    says(node(YZ_OP_ANY, KIND(BOOL), all, either, NULL), "true");
    says(node(YZ_OP_COUNT, KIND(INT), all, either, NULL), "unknown person.able");
    const yz_expr *always = truth(true);
    says(node(YZ_OP_DISTINCT, KIND(INT), all, always, month), "2");
    rows[0].month = 2;
    says(node(YZ_OP_DISTINCT, KIND(INT), all, always, month), "1");
    list.count = 2;
    says(node(YZ_OP_SUM, KIND(INT), all, month, NULL), "4");
    facts.objects[YZ_OBJECT_hire] = NULL;
    says(node(YZ_OP_ANY, KIND(BOOL), all, is_two, NULL), "unknown hire.insurance");
}

// ---- texts and codes ----

Test(eval, prefixes_are_bytes_and_no_more_than_there_are) {
    static const yz_text county = {"620522101", 9};
    says(node(YZ_OP_PREFIX, KIND(TEXT), text_of(&county), number(KIND(INT), 6), NULL), "620522");
    says(node(YZ_OP_PREFIX, KIND(TEXT), text_of(&county), number(KIND(INT), 99), NULL),
         "620522101");
    says(node(YZ_OP_PREFIX, KIND(TEXT), text_of(&county), number(KIND(INT), -1), NULL), "");
}

Test(eval, id_numbers_and_credit_codes_carry_their_check) {
    static const struct {
        const char *text;
        yz_op op;
        const char *said;
    } CASES[] = {
        {"11010519491231002X", YZ_OP_ID_VALID, "true"},
        {"11010519491231002x", YZ_OP_ID_VALID, "true"},
        {"11010519491231002X", YZ_OP_ID_BIRTH, "1949-12-31"},
        {"11010519491231002X", YZ_OP_ID_SEX, "female"},
        {"440524188001010014", YZ_OP_ID_BIRTH, "1880-01-01"},
        {"440524188001010014", YZ_OP_ID_SEX, "male"},
        {"110105194912310021", YZ_OP_ID_VALID, "false"},
        {"110105194912310021", YZ_OP_ID_BIRTH, "none"},
        {"110105491231002", YZ_OP_ID_VALID, "false"},
        {"11010519490230002X", YZ_OP_ID_VALID, "false"},
        {"91350100M000100Y43", YZ_OP_CREDIT_CODE_VALID, "true"},
        {"91420000737944946L", YZ_OP_CREDIT_CODE_VALID, "true"},
        {"9111000071093123XX", YZ_OP_CREDIT_CODE_VALID, "true"},
        {"91350100M000100Y44", YZ_OP_CREDIT_CODE_VALID, "false"},
        {"91420000737944946I", YZ_OP_CREDIT_CODE_VALID, "false"},
        {"", YZ_OP_CREDIT_CODE_VALID, "false"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        yz_text text = yz_text_of(CASES[i].text);
        yz_kind kind = CASES[i].op == YZ_OP_ID_BIRTH ? KIND(DATE)
                       : CASES[i].op == YZ_OP_ID_SEX
                           ? (yz_kind){.type = YZ_TYPE_WORD, .of = YZ_WORDS_sex}
                           : KIND(BOOL);
        cr_assert_str_eq(said(node(CASES[i].op, kind, text_of(&text), NULL, NULL)), CASES[i].said,
                         "%s", CASES[i].text);
    }
}

// ---- an end to it ----

Test(eval, a_formula_that_doubles_itself_comes_to_an_end) {
    enum { LEVELS = 40 };
    static yz_define defines[LEVELS + 1];
    static const yz_kind of_argument = {.type = YZ_TYPE_INT, .of = -1};
    yz_expr *argument = node(YZ_OP_ARGUMENT, KIND(INT), NULL, NULL, NULL);
    for (int i = 0; i <= LEVELS; i++) {
        const yz_expr *body = argument;
        if (i > 0) {
            yz_expr *call = many(YZ_OP_CALL, KIND(INT), 1, argument);
            call->at = (uint32_t)i - 1;
            body = node(YZ_OP_ADD, KIND(INT), call, call, NULL);
        }
        defines[i] = (yz_define){
            .name = YZ_TEXT("f"), .arguments = 1, .argument_kinds = &of_argument, .body = body};
    }
    rules = (yz_rules){.define_count = LEVELS + 1, .defines = defines};
    yz_expr *call = many(YZ_OP_CALL, KIND(INT), 1, number(KIND(INT), 1));
    call->at = 5;
    says(call, "32");
    call->at = LEVELS;
    says(call, "full");
    rules = (yz_rules){0};
}
