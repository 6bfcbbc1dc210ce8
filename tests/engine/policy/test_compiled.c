/* Compiled rules against the plain evaluator, and what is theirs alone: eras, lists inside lists,
 * numbers beyond 64 bits, questions left to the plain evaluator. */
#include "tests/engine/policy/compare_compiled.h"
#include "tests/engine/policy/compare_twin.h"

#include "engine/policy/compiled.h"
#include "engine/policy/decide.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define DECISIONS 200000
#define SEED 20231130

static compiled_comparison compared(uint64_t decisions, bool wild) {
    yz_rules *rules = rules_of_file(RULES);
    cr_assert_not_null(rules);
    compiled_comparison result = compare_compiled(rules, SEED, decisions, wild, stderr);
    fprintf(stderr,
            "decisions=%" PRIu64 " differences=%" PRIu64 " refused=%" PRIu64 " plain=%" PRIu64
            " seed=%d\n",
            result.decisions, result.differences, result.refused, result.left_to_plain, SEED);
    yz_rules_free(rules);
    cr_assert_eq(result.differences, 0);
    return result;
}

Test(compiled, decides_as_the_plain_evaluator) {
    compiled_comparison result = compared(DECISIONS, false);
    for (int d = 0; d <= yz_word_decision_open; d++)
        cr_assert_gt(result.by_word[d], 100, "decision %d came %" PRIu64 " times", d,
                     result.by_word[d]);
    // Targets and the two built-ins: 9 of some 68.
    cr_assert_lt(result.left_to_plain, result.decisions / 6);
}

/* Products pass 64 bits, and some amounts what may be paid: both refuse, or both agree. */
Test(compiled, decides_as_the_plain_evaluator_on_the_largest_numbers) {
    compiled_comparison result = compared(DECISIONS / 20, true);
    cr_assert_gt(result.refused, 10);
}

// ---- small rules ----

typedef struct small {
    yz_rules *rules;
    yz_params *params;
    yz_compiled *compiled;
    yz_arena *arena;
} small;

static small small_of(const char *text) {
    small s;
    yz_rules_problem problem;
    s.rules = kit_load(text, &problem);
    cr_assert_not_null(s.rules, "%s", problem.what);
    cr_assert_eq(yz_params_new(s.rules, NULL, 0, &s.params, &problem), YZ_OK);
    s.compiled = yz_compiled_new(s.rules, s.params);
    s.arena = yz_arena_new(16 << 20);
    return s;
}

static void small_free(small *s) {
    yz_compiled_free(s->compiled);
    yz_params_free(s->params);
    yz_rules_free(s->rules);
    yz_arena_free(s->arena);
}

/* What both say of one measure; the same. */
static yz_verdict both(small *s, const yz_facts *facts, const char *measure) {
    yz_policy_ask plain = {s->rules, s->params, facts, s->arena};
    yz_text name = yz_text_of(measure);
    yz_compiled_ask *ask;
    yz_decision decision;
    yz_verdict verdict;
    cr_assert_eq(yz_compiled_ask_new(s->compiled, &name, 1, &ask), YZ_OK);
    cr_assert_eq(yz_compiled_decide(s->compiled, ask, facts, &verdict), YZ_OK);
    cr_assert_eq(yz_decide(&plain, name, &decision), YZ_OK);
    cr_assert_eq(verdict.decision, decision.decision, "%s: plain %d, compiled %d", measure,
                 decision.decision, verdict.decision);
    cr_assert_eq(verdict.amount, decision.amount);
    yz_compiled_ask_free(ask);
    return verdict;
}

#define FIELDS 40
typedef struct row {
    uint64_t known;
    int64_t values[FIELDS];
} row;

static void put(row *r, int field, int64_t value) {
    r->known |= UINT64_C(1) << field;
    r->values[field] = value;
}

static const char RULE[] = "rule %s { name \"a\" \"a\" area 1 subject person bodies HRSS "
                           "fund by_rule %s decide serve }\n";

static void add_rule(char *text, const char *name, const char *lines) {
    sprintf(text + strlen(text), RULE, name, lines);
}

/* `window` is a day in the era before, in, and after; each has parameters of its own. */
Test(compiled, reads_parameters_of_the_qualifying_day) {
    char text[2000] = HEAD "param p.most int { 1 from 2023-01-01 to 2023-06-30 ref n/1"
                           " 2 from 2023-07-01 ref n/1 }\n"
                           "param p.valid window { true from 2023-01-01 ref n/1 }\n";
    add_rule(text, "p1",
             "window hire.contract_start valid p.valid need few person.ui_months <= p.most");
    small s = small_of(text);
    row top = {0}, person = {0}, hire = {0};
    put(&top, yz_field_top_as_of, yz_days(2023, 12, 1));
    put(&person, yz_field_person_ui_months, 2);
    yz_facts facts = {.objects = {[YZ_OBJECT_top] = (yz_row *)&top,
                                  [YZ_OBJECT_person] = (yz_row *)&person,
                                  [YZ_OBJECT_hire] = (yz_row *)&hire}};
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_unknown);
    put(&hire, yz_field_hire_contract_start, yz_days(2022, 12, 31));
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_expired);
    put(&hire, yz_field_hire_contract_start, yz_days(2023, 6, 30));
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_deny);
    put(&hire, yz_field_hire_contract_start, yz_days(2023, 7, 1));
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_serve);
    cr_assert_eq(yz_compiled_left_to_plain(s.compiled), 0);
    small_free(&s);
}

/* An argument walks a list on the level of the list it is asked in: the element of the outer one
 * has to be there still after it. */
Test(compiled, an_argument_with_a_list_leaves_the_outer_element) {
    char text[2000] =
        HEAD "define both_hold(x) = any(person.unemp_spells, x and full_months(it.from, "
             "add_months(add_months(it.from, 6), 6)) = 12)\n"; // costs more than x: asked after it
    add_rule(text, "p1", "need l both_hold(any(person.employment_spells, it.from = 2021-01-01))");
    small s = small_of(text);
    row top = {0}, person = {0}, spell = {0}, job = {0};
    put(&top, yz_field_top_as_of, yz_days(2023, 12, 1));
    put(&spell, yz_field_unemp_spell_from, yz_days(2020, 1, 1));
    put(&job, yz_field_employment_spell_from, yz_days(2021, 1, 1));
    yz_list spells = {1, sizeof spell, &spell}, jobs = {1, sizeof job, &job};
    put(&person, yz_field_person_unemp_spells, (intptr_t)&spells);
    put(&person, yz_field_person_employment_spells, (intptr_t)&jobs);
    yz_facts facts = {
        .objects = {[YZ_OBJECT_top] = (yz_row *)&top, [YZ_OBJECT_person] = (yz_row *)&person}};
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_serve);
    small_free(&s);
}

static void no_spells(row *top, yz_facts *facts) {
    put(top, yz_field_top_as_of, yz_days(2023, 12, 1));
    *facts = (yz_facts){.objects = {[YZ_OBJECT_top] = (yz_row *)top}};
}

/* Definitions that each call the one before twice, with another day: written out 2^14 lists, but
 * of 15 days. */
Test(compiled, makes_one_node_of_what_is_asked_twice) {
    char text[8000] = HEAD "define f0(d) = any(person.unemp_spells, it.from <= d)\n";
    for (int i = 1; i <= 14; i++)
        sprintf(text + strlen(text), "define f%d(d) = f%d(d) and f%d(d + 1 days)\n", i, i - 1,
                i - 1);
    add_rule(text, "p1", "need l f14(as_of)");
    small s = small_of(text);
    row top = {0};
    yz_facts facts;
    no_spells(&top, &facts);
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_deny);
    cr_assert_eq(yz_compiled_left_to_plain(s.compiled), 0);
    small_free(&s);
}

Test(compiled, leaves_to_the_plain_evaluator_what_it_does_not_know) {
    char text[2000] = HEAD;
    add_rule(text, "p1",
             "need l distinct(person.employment_spells, it.from = it.from, it.employer) >= 1");
    small s = small_of(text);
    row top = {0};
    yz_facts facts;
    no_spells(&top, &facts);
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_deny);
    cr_assert_eq(yz_compiled_left_to_plain(s.compiled), 1);
    small_free(&s);
}

/* The first user finds that a number passes 64 bits; the second has to find it as well. */
Test(compiled, a_number_too_large_is_not_kept) {
    char text[2000] = HEAD;
    const char *lines = "need l person.ui_months * employer.insured_start > "
                        "person.ui_months * employer.insured_end";
    add_rule(text, "p1", lines);
    add_rule(text, "p2", lines);
    small s = small_of(text);
    row top = {0}, person = {0}, employer = {0};
    put(&top, yz_field_top_as_of, yz_days(2023, 12, 1));
    put(&person, yz_field_person_ui_months, YZ_FACT_INT_MAX);
    put(&employer, yz_field_employer_insured_start, YZ_FACT_INT_MAX);
    put(&employer, yz_field_employer_insured_end, 3);
    yz_facts facts = {.objects = {[YZ_OBJECT_top] = (yz_row *)&top,
                                  [YZ_OBJECT_person] = (yz_row *)&person,
                                  [YZ_OBJECT_employer] = (yz_row *)&employer}};
    yz_text names[] = {YZ_TEXT("p1"), YZ_TEXT("p2")};
    yz_compiled_ask *ask;
    yz_verdict verdicts[2];
    cr_assert_eq(yz_compiled_ask_new(s.compiled, names, 2, &ask), YZ_OK);
    for (int i = 1; i <= 2; i++) { // the first time makes the nodes, one of them for both
        cr_assert_eq(yz_compiled_decide(s.compiled, ask, &facts, verdicts), YZ_OK);
        cr_assert_eq(verdicts[0].decision, yz_word_decision_serve);
        cr_assert_eq(verdicts[1].decision, yz_word_decision_serve);
        cr_assert_eq(yz_compiled_left_to_plain(s.compiled), 2 * (uint64_t)i);
    }
    yz_compiled_ask_free(ask);
    small_free(&s);
}

static void both_refuse(const char *lines) {
    char text[2000] = HEAD;
    add_rule(text, "p1", lines);
    small s = small_of(text);
    row top = {0}, person = {0};
    put(&top, yz_field_top_as_of, yz_days(2023, 12, 1));
    put(&person, yz_field_person_able, 0);
    put(&person, yz_field_person_ui_months, YZ_FACT_INT_MAX);
    yz_facts facts = {
        .objects = {[YZ_OBJECT_top] = (yz_row *)&top, [YZ_OBJECT_person] = (yz_row *)&person}};
    yz_text name = YZ_TEXT("p1");
    yz_policy_ask plain = {s.rules, s.params, &facts, s.arena};
    yz_decision decision;
    yz_verdict verdict;
    yz_compiled_ask *ask;
    cr_assert_eq(yz_compiled_ask_new(s.compiled, &name, 1, &ask), YZ_OK);
    cr_assert_eq(yz_decide(&plain, name, &decision), YZ_ERR_BAD_INPUT);
    cr_assert_eq(yz_compiled_decide(s.compiled, ask, &facts, &verdict), YZ_ERR_BAD_INPUT);
    yz_compiled_ask_free(ask);
    small_free(&s);
}

/* The plain evaluator asks every condition and refuses a product beyond 2^126, though another
 * condition is false; and works out what a reason shows. */
Test(compiled, refuses_what_the_plain_evaluator_refuses_where_it_does_not_look) {
#define CUBE "person.ui_months * person.ui_months * person.ui_months"
    both_refuse("need able person.able need l " CUBE " > 1");
    both_refuse("reason r when " CUBE " > 1");
}

/* The payment may be of another occupation than the certificate's, which nobody knows. */
Test(compiled, a_payment_that_may_concern_the_subject_leaves_a_cap_unknown) {
    char text[2000] = HEAD;
    add_rule(text, "p1", "cap 1 per year cert.occupation");
    small s = small_of(text);
    row top = {0}, cert = {0}, payment = {0};
    yz_text measure = YZ_TEXT("p1"), occupation = YZ_TEXT("6-01-01-01"), other = YZ_TEXT("x");
    yz_list paid = {1, sizeof payment, &payment};
    put(&top, yz_field_top_as_of, yz_days(2023, 12, 1));
    put(&top, yz_field_top_paid, (intptr_t)&paid);
    put(&payment, yz_field_paid_measure, (intptr_t)&measure);
    put(&payment, yz_field_paid_occupation, (intptr_t)&occupation);
    put(&payment, yz_field_paid_date, yz_days(2023, 1, 1));
    yz_facts facts = {
        .objects = {[YZ_OBJECT_top] = (yz_row *)&top, [YZ_OBJECT_cert] = (yz_row *)&cert}};
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_unknown);
    put(&cert, yz_field_cert_occupation, (intptr_t)&other);
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_serve);
    put(&cert, yz_field_cert_occupation, (intptr_t)&occupation);
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_blocked);
    small_free(&s);
}

Test(compiled, a_duty_nobody_can_judge_makes_a_service_unknown) {
    char text[2000] = HEAD;
    add_rule(text, "p1", "duty d person.able");
    small s = small_of(text);
    row top = {0};
    yz_facts facts;
    no_spells(&top, &facts);
    cr_assert_eq(both(&s, &facts, "p1").decision, yz_word_decision_unknown);
    small_free(&s);
}

Test(compiled, refuses_an_unknown_name_and_a_subject_without_a_day) {
    char text[2000] = HEAD;
    add_rule(text, "p1", "need able person.able");
    small s = small_of(text);
    yz_text names[] = {YZ_TEXT("p1"), YZ_TEXT("p2")};
    yz_compiled_ask *ask;
    yz_verdict verdict;
    yz_facts facts = {0};
    cr_assert_eq(yz_compiled_ask_new(s.compiled, names, 2, &ask), YZ_ERR_NOT_FOUND);
    cr_assert_null(ask);
    cr_assert_eq(yz_compiled_ask_new(s.compiled, names, 1, &ask), YZ_OK);
    cr_assert_eq(yz_compiled_decide(s.compiled, ask, &facts, &verdict), YZ_ERR_BAD_INPUT);
    yz_compiled_ask_free(ask);
    small_free(&s);
}
