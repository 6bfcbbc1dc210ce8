/* Policy's commands in the market: rules, facts, what is found, steps, money; digest and snapshot.
 */
#include "tests/engine/market/policy_town.h"

#include <stdio.h>

Test(market_policy, a_hire_is_due_its_subsidy_from_the_facts_of_three) {
    town t = settled();
    yz_entry_line line = line_of(&t, YZ_SUBJECT_hire, "h-1", "m05a");
    cr_expect_eq(line.decision, yz_word_decision_grant);
    cr_expect_eq(line.amount, 100000);
    cr_expect_eq(line.state, YZ_ENTRY_FOUND);
    cr_expect_eq(line_of(&t, YZ_SUBJECT_person, "p-2", "m14a").decision, yz_word_decision_serve);
    cr_expect_eq(find_all(&t), 0, "and nobody is due any more");
    born(&t, "p-1", 1990); // who is hired is another age: the hire is looked at again
    cr_expect_eq(find_all(&t), 1);
    cr_expect_eq(line_of(&t, YZ_SUBJECT_hire, "h-1", "m05a").state, YZ_ENTRY_LAPSED);
    town_free(&t);
}

Test(market_policy, a_birthday_is_found_without_a_command) {
    town t = settled();
    born(&t, "p-3", 1974);
    cr_expect_eq(find_all(&t), 0);
    cr_assert(yz_time_parse(YZ_TEXT("2024-05-09"), YZ_DAY_BEGIN, &t.at_ms));
    apply(&t, (yz_command){.type = YZ_COMMAND_TICK});
    cr_expect_eq(find_all(&t), 0);
    t.at_ms += YZ_DAY_MS;
    apply(&t, (yz_command){.type = YZ_COMMAND_TICK});
    cr_expect_eq(find_all(&t), 1);
    cr_expect_eq(line_of(&t, YZ_SUBJECT_person, "p-3", "m14a").since, yz_days(2024, 5, 10));
    town_free(&t);
}

Test(market_policy, money_moves_by_two_people_within_its_budget) {
    town t = settled();
    yz_outcome out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_PAID, "U1", "U2");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_NOT_A_POLICY_STEP);
    cr_expect_eq(step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "").status,
                 YZ_OK);
    out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_REVIEW_NEEDED);
    out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U1");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_SAME_OFFICER);
    out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U2");
    cr_expect_eq(out.status, YZ_OK);
    yz_command budget = {
        .type = YZ_COMMAND_POLICY_BUDGET,
        .policy_budget = {YZ_TEXT("employment_subsidy"), YZ_TEXT("6205"), 2023, 99999}};
    cr_expect_eq(apply(&t, budget).status, YZ_OK);
    out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_PAID, "U1", "");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_OVER_BUDGET);
    budget.policy_budget.amount = 100000;
    cr_expect_eq(apply(&t, budget).status, YZ_OK);
    out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_PAID, "U1", "");
    cr_expect_eq(out.status, YZ_OK);
    cr_expect_eq(yz_market_budget_at(t.market, 0).paid, 100000);
    cr_expect_eq(yz_book_payments(yz_market_book(t.market)), 1);
    cr_assert_eq(yz_ledger_count(yz_market_ledger(t.market)), 2);
    yz_ledger_row paid = yz_ledger_at(yz_market_ledger(t.market), 2);
    cr_expect_eq(paid.amount, 100000);
    cr_expect(yz_text_equal(paid.fund, YZ_TEXT("employment_subsidy")));
    hired(&t, "h-2", "p-1"); // another hire of the same person: once only
    cr_expect_eq(find_all(&t), 1, "the first hire, not due any more");
    cr_expect_eq(line_of(&t, YZ_SUBJECT_hire, "h-2", "m05a").state, 0);
    cr_expect_eq(line_of(&t, YZ_SUBJECT_hire, "h-1", "m05a").state, YZ_ENTRY_PAID);
    town_free(&t);
}

// What was decided comes out the same from the ledger alone, whatever was changed since.
Test(market_policy, a_row_of_the_ledger_is_evidence) {
    town t = settled();
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U2");
    born(&t, "p-1", 1950);
    cr_assert(load(&t, "n2",
                   "yizhan-rules 1\nnotice o { level province }\n"
                   "param m05a.amount yuan { 7 yuan from 2023-01-01 ref o/5 }\n")
                  .changed);
    find_all(&t);
    cr_expect_eq(line_of(&t, YZ_SUBJECT_hire, "h-1", "m05a").state, YZ_ENTRY_LAPSED);
    yz_ledger_row kept = yz_ledger_at(yz_market_ledger(t.market), 1);
    const yz_params *params = NULL;
    yz_rules_draft *draft = yz_rules_draft_of(t.market, kept.rules);
    cr_assert_not_null(draft);
    cr_assert_eq(yz_rules_draft_make(draft), YZ_OK);
    const yz_rules *rules = yz_rules_draft_rules(draft, &params);
    yz_facts facts = {{NULL}};
    const char *why;
    cr_assert(yz_facts_decode(kept.facts, kept.facts_size, t.arena, &facts, &why));
    yz_row *top = row(&t, YZ_OBJECT_top);
    set(top, yz_field_top_as_of, kept.as_of);
    facts.objects[YZ_OBJECT_top] = top;
    yz_policy_ask ask = {rules, params, &facts, t.arena};
    yz_decision again;
    cr_assert_eq(yz_decide(&ask, YZ_TEXT("m05a"), &again), YZ_OK);
    cr_expect_eq(again.decision, yz_word_decision_grant);
    cr_expect_eq(again.amount, 100000);
    yz_rules_draft_free(draft);
    town_free(&t);
}

Test(market_policy, a_payment_waits_while_a_check_holds_it) {
    town t = settled();
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U2");
    born(&t, "p-1", 2010); // 13 years
    find_all(&t);
    yz_outcome out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_PAID, "U1", "");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_PAYMENT_HELD);
    cr_expect_str_eq(out.problem.value, "F21");
    town_free(&t);
}

Test(market_policy, rules_that_do_not_load_change_nothing) {
    town t = settled();
    yz_digest before = yz_market_digest(t.market);
    yz_outcome out = load(&t, "n", "yizhan-rules 1\nrule m05a {\n  need x 1 <\n}\n");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_BAD_RULES);
    cr_expect_eq(out.problem.given, 4, "line %ld", (long)out.problem.given);
    cr_expect_eq(load(&t, "other", "").problem.code, YZ_PROBLEM_UNKNOWN_RULES);
    yz_digest after = yz_market_digest(t.market);
    cr_expect_eq(memcmp(&before, &after, sizeof before), 0);
    cr_expect_not(load(&t, "n", RULES).changed, "as it was");
    town_free(&t);
}

Test(market_policy, a_bad_change_of_facts_is_refused) {
    town t = settled();
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {YZ_SUBJECT_employer, YZ_TEXT("e-9")},
                                   .change = YZ_TEXT("no facts")}};
    cr_expect_eq(apply(&t, c).problem.code, YZ_PROBLEM_BAD_FACTS);
    c.policy_put.subject.kind = YZ_SUBJECT_KIND_COUNT;
    cr_expect_eq(apply(&t, c).problem.code, YZ_PROBLEM_BAD_CHOICE);
    c = (yz_command){.type = YZ_COMMAND_POLICY_DROP,
                     .policy_drop = {{YZ_SUBJECT_person, YZ_TEXT("p-9")}, 0}};
    cr_expect_eq(apply(&t, c).problem.code, YZ_PROBLEM_UNKNOWN_SUBJECT);
    town_free(&t);
}

// Of a household; of a person the door alone looks, for its facts are sealed.
Test(market_policy, an_event_of_another_kind_of_subject_is_refused) {
    town t = settled();
    int64_t top[1 + 16] = {0}, event[1 + 8] = {0};
    yz_row *row = (yz_row *)top, *said = (yz_row *)event;
    yz_list list = {1, sizeof event, event};
    yz_facts_change change = {0};
    yz_bytes bytes;
    cr_assert_leq(yz_row_size(YZ_OBJECT_top), sizeof top);
    row->known = UINT64_C(1) << yz_field_top_events;
    row->values[yz_field_top_events] = (int64_t)(intptr_t)&list;
    said->known = UINT64_C(1) << yz_field_event_kind | UINT64_C(1) << yz_field_event_date;
    said->values[yz_field_event_kind] = yz_word_event_kind_loan_issued;
    said->values[yz_field_event_date] = 20000;
    change.given.objects[YZ_OBJECT_top] = row;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    cr_assert(yz_facts_change_encode(&change, &bytes));
    yz_command c = {
        .type = YZ_COMMAND_POLICY_PUT,
        .policy_put = {.subject = {YZ_SUBJECT_household, YZ_TEXT("z-9")},
                       .change = {(char *)bytes.bytes, (uint32_t)bytes.size}},
    };
    yz_outcome out = apply(&t, c);
    cr_expect_eq(out.problem.code, YZ_PROBLEM_BAD_EVENT);
    cr_expect_str_eq(out.problem.value, "loan_issued");
    cr_expect_eq(yz_book_row(yz_market_book(t.market), YZ_SUBJECT_household, YZ_TEXT("z-9")),
                 YZ_ROW_NONE);
    c.policy_put.subject.kind = YZ_SUBJECT_loan;
    cr_expect(apply(&t, c).created);
    yz_bytes_deinit(&bytes);
    town_free(&t);
}

// ---- kept ----

// ---- rules of before, and rules made ready beside ----

static const char OTHER_SUM[] = "yizhan-rules 1\nnotice o { level province }\n"
                                "param m05a.amount yuan { 7 yuan from 2023-01-01 ref o/5 }\n";

// Of a row of the ledger, by the rules of its version: fen, or -1 where it is no grant any more.
static int64_t again(town *t, const yz_market *market, uint64_t seq) {
    yz_ledger_row kept = yz_ledger_at(yz_market_ledger(market), seq);
    yz_rules_draft *draft = yz_rules_draft_of(market, kept.rules);
    cr_assert_not_null(draft, "row %lu", (unsigned long)seq);
    cr_assert_eq(yz_rules_draft_make(draft), YZ_OK);
    yz_facts facts = {{NULL}};
    const char *why;
    cr_assert(yz_facts_decode(kept.facts, kept.facts_size, t->arena, &facts, &why));
    yz_row *top = row(t, YZ_OBJECT_top);
    set(top, yz_field_top_as_of, kept.as_of);
    facts.objects[YZ_OBJECT_top] = top;
    yz_policy_ask ask = {NULL, NULL, &facts, t->arena};
    ask.rules = yz_rules_draft_rules(draft, &ask.params);
    yz_decision decision;
    cr_assert_eq(yz_decide(&ask, kept.measure, &decision), YZ_OK);
    yz_rules_draft_free(draft);
    return decision.decision == yz_word_decision_grant ? decision.amount : -1;
}

static void other_sum(char text[300], int yuan) {
    snprintf(text, 300,
             "yizhan-rules 1\nnotice o { level province }\n"
             "param m05a.amount yuan { %d yuan from 2023-01-01 ref o/5 }\n",
             yuan);
}

// Rows under three of six versions; the others go when something else comes.
Test(market_policy, rules_of_before_are_kept_as_long_as_a_row_names_them) {
    town t = settled();
    char text[300];
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U2");
    for (int yuan = 1; yuan <= 5; yuan++) {
        other_sum(text, yuan);
        cr_assert(load(&t, "o", text).changed);
        find_all(&t);
        if (yuan == 2 || yuan == 4)
            cr_assert_eq(step(&t, YZ_SUBJECT_hire, "h-1", "m05a",
                              yuan == 2 ? YZ_ENTRY_APPROVED : YZ_ENTRY_DECLINED, "U1", "U2")
                             .status,
                         YZ_OK);
    }
    cr_expect_eq(yz_market_rules_kept(t.market), 3);
    yz_bytes bytes = saved(t.market);
    yz_market *back = restored(&bytes);
    cr_expect_eq(yz_market_rules_kept(back), 3);
    const yz_market *markets[] = {t.market, back};
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(again(&t, markets[i], 1), 100000);
        cr_expect_eq(again(&t, markets[i], 2), 200);
        cr_expect_eq(again(&t, markets[i], 3), 400);
    }
    yz_bytes bytes_again = saved(back);
    cr_expect(bytes_again.size == bytes.size &&
              memcmp(bytes_again.bytes, bytes.bytes, bytes.size) == 0);
    yz_bytes_deinit(&bytes);
    yz_bytes_deinit(&bytes_again);
    yz_market_free(back);
    // The first version comes back: it is in force, and no more one of before.
    cr_assert(load(&t, "o", "").changed);
    cr_expect_eq(yz_market_rules_kept(t.market), 2);
    cr_expect_eq(again(&t, t.market, 1), 100000);
    cr_assert(load(&t, "o", OTHER_SUM).changed);
    cr_expect_eq(yz_market_rules_kept(t.market), 3);
    town_free(&t);
}

// A snapshot while new rules have not come round to everybody: who is due, and what a look must
// say.
Test(market_policy, a_snapshot_may_be_taken_while_new_rules_go_round) {
    town t = settled();
    char text[300];
    other_sum(text, 5);
    cr_assert(load(&t, "o", text).changed);
    yz_bytes bytes = saved(t.market);
    town other = t;
    other.market = restored(&bytes);
    other.heard = NULL;
    other.told = NULL;
    other.heard_count = 0;
    yz_bytes_deinit(&bytes);
    town *both[] = {&t, &other};
    for (int i = 0; i < 2; i++) {
        born(both[i], "p-3", 1980); // who comes later has the same number in both, too
        cr_expect_eq(find_all(both[i]), 1, "the hire's sum");
        cr_expect_eq(line_of(both[i], YZ_SUBJECT_hire, "h-1", "m05a").amount, 500);
    }
    const yz_book *a = yz_market_book(t.market), *b = yz_market_book(other.market);
    cr_assert_eq(yz_book_rows(a), yz_book_rows(b));
    for (uint32_t row = 0; row < yz_book_rows(a); row++)
        cr_expect_eq(yz_book_stamp(a, row), yz_book_stamp(b, row), "row %u", row);
    yz_digest here = yz_market_digest(t.market), there = yz_market_digest(other.market);
    cr_expect_eq(memcmp(&here, &there, sizeof here), 0);
    yz_market_free(other.market);
    free(other.heard);
    free(other.told);
    town_free(&t);
}

static yz_outcome load_draft(town *t, const char *name, const char *text, yz_rules_draft *draft) {
    return apply(t, (yz_command){.type = YZ_COMMAND_POLICY_RULES,
                                 .policy_rules = {yz_text_of(name), yz_text_of(text), draft}});
}

static yz_rules_draft *drafted(const town *t, const char *name, const char *text) {
    yz_rules_draft *draft = yz_rules_draft_new(t->market, yz_text_of(name), yz_text_of(text));
    (void)yz_rules_draft_make(draft);
    return draft;
}

// With a draft, without one, and with one that was made of other files: the same market.
Test(market_policy, a_draft_changes_what_applying_takes_and_nothing_else) {
    char text[300];
    other_sum(text, 5);
    yz_digest digests[4];
    for (int way = 0; way < 4; way++) {
        town t = settled();
        yz_rules_draft *draft = way > 0 ? drafted(&t, "o", text) : NULL;
        if (way < 2) {
            cr_assert(load(&t, "m", "yizhan-rules 1\nnotice m { level city }\n").changed);
            if (way == 1) { // made of the files of then
                yz_rules_draft_free(draft);
                draft = drafted(&t, "o", text);
            }
        } else {
            cr_assert(load(&t, "m", "yizhan-rules 1\nnotice m { level city }\n").changed);
        }
        yz_command command = {.type = YZ_COMMAND_POLICY_RULES,
                              .policy_rules = {YZ_TEXT("o"), yz_text_of(text), draft}};
        if (way == 3) yz_market_rules_refresh(t.market, &command);
        const yz_params *params = NULL;
        const yz_rules *made = draft != NULL ? yz_rules_draft_rules(draft, &params) : NULL;
        yz_outcome out = load_draft(&t, "o", text, draft);
        cr_expect(out.changed && out.created);
        cr_expect_eq(yz_market_rules_files(t.market), 3);
        cr_expect_eq(yz_market_rules(t.market) == made, way == 1 || way == 3, "way %d", way);
        cr_expect_not(load_draft(&t, "o", text, NULL).changed);
        find_all(&t);
        cr_expect_eq(line_of(&t, YZ_SUBJECT_hire, "h-1", "m05a").amount, 500);
        digests[way] = yz_market_digest(t.market);
        cr_expect(memcmp(&digests[0], &digests[way], sizeof digests[0]) == 0, "way %d", way);
        yz_rules_draft_free(draft);
        const char *why = "";
        cr_expect(yz_market_sound(t.market, &why), "%s", why);
        town_free(&t);
    }
}

// The error may stand in a file that was there: what it needs is another now.
Test(market_policy, rules_that_do_not_load_name_the_file_and_the_place) {
    town t = settled();
    const char *bad = "yizhan-rules 1\nnotice o { level city }\n"
                      "param m05a.amount bool { true from 2023-01-01 ref o/5 }\n";
    yz_outcome out = load(&t, "o", bad);
    cr_expect_eq(out.problem.code, YZ_PROBLEM_BAD_RULES);
    cr_expect_str_eq(out.problem.value, "n");
    yz_rules_draft *draft = drafted(&t, "o", bad);
    const yz_rules_problem *problem = yz_rules_draft_problem(draft);
    cr_expect_str_eq(problem->file, "n");
    cr_expect_eq(problem->line, out.problem.given);
    cr_expect_eq(problem->column, out.problem.low);
    yz_outcome same = load_draft(&t, "o", bad, draft);
    cr_expect_eq(memcmp(&same.problem, &out.problem, sizeof same.problem), 0);
    yz_rules_draft_free(draft);
    out = load(&t, "o", "yizhan-rules 1\nnotice o { level city }\n\n  param ?\n");
    cr_expect_str_eq(out.problem.value, "o");
    cr_expect_eq(out.problem.given, 4);
    cr_expect_eq(yz_market_rules_files(t.market), 1);
    town_free(&t);
}

Test(market_policy, a_snapshot_holds_all_of_it) {
    town t = settled();
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U2");
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_PAID, "U1", "");
    apply(&t, (yz_command){.type = YZ_COMMAND_POLICY_BUDGET,
                           .policy_budget = {YZ_TEXT("employment_subsidy"), YZ_TEXT("6205"), 2023,
                                             5000000}});
    apply(&t, (yz_command){.type = YZ_COMMAND_POLICY_PAYMENT,
                           .policy_payment = {YZ_TEXT("m12b"), YZ_TEXT("p-2"), YZ_TEXT(""),
                                              YZ_TEXT("6-18-02-04"), 19000, 4, 150000}});
    born(&t, "p-4", 1999); // and somebody is due a look
    yz_bytes first = saved(t.market);
    yz_market *back = restored(&first);
    yz_bytes second = saved(back);
    cr_assert_eq(first.size, second.size);
    cr_expect_eq(memcmp(first.bytes, second.bytes, first.size), 0, "saved again it is the same");
    const char *why = "";
    cr_expect(yz_market_sound(back, &why), "%s", why);
    cr_expect_eq(yz_ledger_count(yz_market_ledger(back)), 2);
    yz_market_free(t.market);
    t.market = back;
    cr_expect_eq(find_all(&t), 1, "the hire that was paid, not due any more");
    born(&t, "p-4", 1960);
    cr_expect_eq(find_all(&t), 1, "it goes on as if nothing had been");
    yz_bytes_deinit(&first);
    yz_bytes_deinit(&second);
    town_free(&t);
}

Test(market_policy, an_erased_person_is_forgotten) {
    town t = settled();
    yz_person person = {.id = YZ_TEXT("p-1")};
    yz_command c = {.type = YZ_COMMAND_PERSON_PUT,
                    .person_put = {person, YZ_PERSON_ALL, YZ_VERSION_ANY}};
    (void)apply(&t, c);
    c = (yz_command){.type = YZ_COMMAND_PERSON_ERASE, .named.id = YZ_TEXT("p-1")};
    cr_assert_eq(apply(&t, c).status, YZ_OK);
    yz_subject_view view;
    cr_assert(
        yz_book_subject(yz_market_book(t.market), YZ_SUBJECT_hire, YZ_TEXT("h-1"), t.arena, &view));
    cr_expect(view.gone);
    cr_assert(yz_book_subject(yz_market_book(t.market), YZ_SUBJECT_person, YZ_TEXT("p-1"), t.arena,
                              &view));
    cr_expect(view.gone);
    cr_expect_eq(line_of(&t, YZ_SUBJECT_hire, "h-1", "m05a").state, 0);
    town_free(&t);
}

// ---- money, in the corners ----

#define MORE                                                                                       \
    "yizhan-rules 1\n"                                                                             \
    "notice o { level province }\n"                                                                \
    "rule m09a { name \"丙\" \"C\" area 2 subject batch bodies HRSS fund by_rule\n"               \
    "  need finished unit.finished >= 1\n"                                                         \
    "  decide grant amount 10 yuan }\n"                                                            \
    "rule m11d { name \"丁\" \"D\" area 3 subject loan bodies FIN fund by_rule\n"                 \
    "  need issued known(loan.due)\n"                                                              \
    "  decide refer }\n"

static yz_outcome pay(town *t, yz_subject_kind kind, const char *id, const char *measure,
                      int64_t amount, const char *reviewer) {
    yz_policy_step s = {.subject = {(uint8_t)kind, yz_text_of(id)},
                        .measure = yz_text_of(measure),
                        .to = YZ_ENTRY_PAID,
                        .amount = amount,
                        .officer = YZ_TEXT("U1"),
                        .reviewer = yz_text_of(reviewer)};
    return take_step(t, s);
}

static yz_facts facts_of_row(town *t, uint64_t seq) {
    yz_ledger_row kept = yz_ledger_at(yz_market_ledger(t->market), seq);
    yz_facts facts = {{NULL}};
    const char *why;
    cr_assert_gt(kept.facts_size, 0);
    cr_assert(yz_facts_decode(kept.facts, kept.facts_size, t->arena, &facts, &why));
    return facts;
}

// Where the rules know no amount, the sum is settled when it is paid: by two people, too.
Test(market_policy, a_sum_that_no_rule_gives_is_paid_by_two_people) {
    town t = settled();
    cr_assert(load(&t, "more", MORE).changed);
    yz_row *loan = row(&t, YZ_OBJECT_loan);
    set(loan, yz_field_loan_due, yz_days(2023, 7, 1));
    put(&t, YZ_SUBJECT_loan, "l-1", "p-1", "", YZ_OBJECT_loan, loan);
    find_all(&t);
    cr_assert_eq(line_of(&t, YZ_SUBJECT_loan, "l-1", "m11d").decision, yz_word_decision_refer);
    step(&t, YZ_SUBJECT_loan, "l-1", "m11d", YZ_ENTRY_APPLIED, "U1", "");
    yz_outcome out = step(&t, YZ_SUBJECT_loan, "l-1", "m11d", YZ_ENTRY_APPROVED, "U1", "");
    cr_expect_eq(out.status, YZ_OK, "no sum so far");
    out = pay(&t, YZ_SUBJECT_loan, "l-1", "m11d", 700000, "");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_REVIEW_NEEDED);
    out = pay(&t, YZ_SUBJECT_loan, "l-1", "m11d", 700000, "U1");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_SAME_OFFICER);
    out = pay(&t, YZ_SUBJECT_loan, "l-1", "m11d", 700000, "U2");
    cr_expect_eq(out.status, YZ_OK);
    yz_ledger_row paid = yz_ledger_at(yz_market_ledger(t.market), 2);
    cr_expect_eq(paid.amount, 700000);
    cr_expect_eq(paid.applied_on, yz_day_at(t.at_ms));
    cr_expect_eq(paid.notified_on, INT32_MIN);
    town_free(&t);
}

// Paying a batch changes its facts: the row has them as they were when it was decided.
Test(market_policy, a_row_has_the_facts_of_before_the_payment) {
    town t = settled();
    cr_assert(load(&t, "more", MORE).changed);
    yz_text number = YZ_TEXT("a number of a certificate, long enough to lie in memory of its own");
    yz_row *unit = row(&t, YZ_OBJECT_unit), *cert = row(&t, YZ_OBJECT_cert);
    set(unit, yz_field_unit_finished, 3);
    set(cert, yz_field_cert_number, (intptr_t)&number);
    put(&t, YZ_SUBJECT_batch, "b-1", "", "e-1", YZ_OBJECT_cert, cert);
    put(&t, YZ_SUBJECT_batch, "b-1", "", "", YZ_OBJECT_unit, unit);
    find_all(&t);
    cr_assert_eq(step(&t, YZ_SUBJECT_batch, "b-1", "m09a", YZ_ENTRY_AUTO, "U1", "U2").status,
                 YZ_OK);
    cr_assert_eq(pay(&t, YZ_SUBJECT_batch, "b-1", "m09a", 0, "").status, YZ_OK);
    yz_facts facts = facts_of_row(&t, 2);
    cr_assert_not_null(facts.objects[YZ_OBJECT_cert]);
    cr_expect(yz_text_equal(
        *(const yz_text *)(intptr_t)facts.objects[YZ_OBJECT_cert]->values[yz_field_cert_number],
        number));
    cr_expect_not(facts.objects[YZ_OBJECT_unit]->known >> yz_field_unit_m09_paid_yuan & 1);
    // What was paid of the batch stays, whoever puts its facts anew.
    const yz_book *book = yz_market_book(t.market);
    uint32_t batch = yz_book_row(book, YZ_SUBJECT_batch, YZ_TEXT("b-1"));
    for (int time = 0; time < 2; time++) {
        yz_subject_view view;
        yz_command again = {.type = YZ_COMMAND_POLICY_PUT};
        yz_facts_change change = {.dropped = UINT64_C(1) << YZ_OBJECT_unit};
        yz_bytes bytes;
        yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
        cr_assert(time == 0 || yz_facts_change_encode(&change, &bytes));
        again.policy_put = (yz_policy_put){.subject = {YZ_SUBJECT_batch, YZ_TEXT("b-1")},
                                           .person = YZ_TEXT(""),
                                           .employer = YZ_TEXT(""),
                                           .division = YZ_TEXT(""),
                                           .change = {(char *)bytes.bytes, (uint32_t)bytes.size},
                                           .replace = time == 0}; // as a whole, then `"unit":null`
        yz_market_policy_put_fill(t.market, &again.policy_put);
        cr_assert_eq(apply(&t, again).status, YZ_OK);
        yz_bytes_deinit(&bytes);
        cr_assert(yz_book_subject_at(book, batch, t.arena, &view));
        cr_assert_not_null(view.facts.objects[YZ_OBJECT_unit]);
        cr_expect(view.facts.objects[YZ_OBJECT_unit]->known >> yz_field_unit_m09_paid_yuan & 1);
    }
    town_free(&t);
}

// More payments than a row of the ledger has room for stay out of it; the other facts do not.
Test(market_policy, a_row_of_somebody_with_very_many_payments_has_the_other_facts) {
    town t = settled();
    for (int i = 0; i <= YZ_FACT_LIST_MAX; i++)
        apply(&t, (yz_command){.type = YZ_COMMAND_POLICY_PAYMENT,
                               .policy_payment = {YZ_TEXT("m07"), YZ_TEXT(""), YZ_TEXT("e-1"),
                                                  YZ_TEXT(""), 19000 + i, 0, 100}});
    find_all(&t);
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    cr_assert_eq(step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U2").status,
                 YZ_OK);
    yz_facts facts = facts_of_row(&t, 1);
    cr_assert_not_null(facts.objects[YZ_OBJECT_hire]);
    cr_expect_null(facts.objects[YZ_OBJECT_top]);
    town_free(&t);
}

Test(market_policy, a_budget_of_nothing_is_no_budget) {
    town t = settled();
    yz_command c = {.type = YZ_COMMAND_POLICY_BUDGET,
                    .policy_budget = {YZ_TEXT("employment_subsidy"), YZ_TEXT(""), 2023, 0}};
    cr_expect_not(apply(&t, c).changed, "there was none");
    c.policy_budget.amount = 5;
    cr_expect(apply(&t, c).created);
    c.policy_budget.year = 2024;
    cr_expect(apply(&t, c).created);
    c.policy_budget = (yz_policy_budget){YZ_TEXT("employment_subsidy"), YZ_TEXT(""), 2023, 0};
    cr_expect(apply(&t, c).changed);
    cr_assert_eq(yz_market_budgets(t.market), 1);
    cr_expect_eq(yz_market_budget_at(t.market, 0).budget.year, 2024);
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_AUTO, "U1", "U2");
    cr_expect_eq(pay(&t, YZ_SUBJECT_hire, "h-1", "m05a", 0, "").status, YZ_OK);
    town_free(&t);
}

Test(market_policy, more_rules_than_a_subject_may_have_lines_are_refused) {
    town t = settled();
    char *text = malloc(64 * 1024);
    int size = snprintf(text, 256, "yizhan-rules 1\nnotice o { level province }\n");
    for (int i = 0; i < YZ_ENTRY_LINES_MAX; i++) // and the one of RULES
        size += snprintf(text + size, 200,
                         "rule x%d { name \"a\" \"A\" area 4 subject person bodies HRSS\n"
                         "  need x known(person.plan_id)\n  decide serve reason make_plan }\n",
                         i);
    cr_expect_eq(load(&t, "o", text).problem.code, YZ_PROBLEM_BAD_RULES);
    yz_rules_draft *draft = yz_rules_draft_new(t.market, YZ_TEXT("o"), yz_text_of(text));
    cr_expect_neq(yz_rules_draft_make(draft), YZ_OK);
    const yz_rules_problem *problem = yz_rules_draft_problem(draft);
    cr_expect(strstr(problem->what, "256 rules have the subject person") != NULL, "%s",
              problem->what);
    cr_expect(strstr(problem->what_zh, "person") != NULL);
    yz_rules_draft_free(draft);
    free(text);
    town_free(&t);
}

// Facts may lead to any sum a fact may have: it is found, and looked at once; it is not paid.
Test(market_policy, a_sum_beyond_what_may_be_paid_is_found_and_not_paid) {
    town t = settled();
    cr_assert(load(&t, "o",
                   "yizhan-rules 1\nnotice o { level province }\n"
                   "rule m01 { name \"a\" \"A\" area 1 subject employer bodies HRSS fund ui_fund\n"
                   "  need x known(employer.ui_premium_yuan)\n"
                   "  decide grant amount employer.ui_premium_yuan }\n")
                  .changed);
    yz_row *employer = row(&t, YZ_OBJECT_employer);
    set(employer, yz_field_employer_ui_premium_yuan, YZ_FACT_INT_MAX);
    put(&t, YZ_SUBJECT_employer, "e-1", "", "", YZ_OBJECT_employer, employer);
    find_all(&t);
    cr_assert_eq(line_of(&t, YZ_SUBJECT_employer, "e-1", "m01").amount, YZ_FACT_INT_MAX);
    cr_expect_eq(step(&t, YZ_SUBJECT_employer, "e-1", "m01", YZ_ENTRY_AUTO, "U1", "U2").status,
                 YZ_OK);
    yz_outcome out = step(&t, YZ_SUBJECT_employer, "e-1", "m01", YZ_ENTRY_PAID, "U1", "U2");
    cr_expect_eq(out.problem.code, YZ_PROBLEM_OUT_OF_RANGE);
    town_free(&t);
}

// Facts may lead beyond every limit: nothing is found of them, and nobody behind waits for ever.
Test(market_policy, who_cannot_be_decided_is_not_due_until_it_changes) {
    town t = settled();
    cr_assert(load(&t, "o",
                   "yizhan-rules 1\nnotice o { level province }\n"
                   "rule m01 { name \"a\" \"A\" area 1 subject employer bodies HRSS fund ui_fund\n"
                   "  need x known(employer.ui_premium_yuan)\n"
                   "  decide grant amount 200% * employer.ui_premium_yuan }\n")
                  .changed);
    yz_row *employer = row(&t, YZ_OBJECT_employer);
    set(employer, yz_field_employer_ui_premium_yuan, YZ_FACT_INT_MAX);
    put(&t, YZ_SUBJECT_employer, "e-1", "", "", YZ_OBJECT_employer, employer);
    uint32_t rows[8], rounds = 0, count;
    while ((count = yz_market_policy_due(t.market, rows, 8)) > 0 && rounds++ < 9)
        for (uint32_t i = 0; i < count; i++) {
            yz_policy_look look;
            yz_arena_reset(t.arena);
            cr_assert_not(yz_market_policy_look(t.market, rows[i], t.arena, &look));
        }
    cr_expect_eq(count, 0);
    employer = row(&t, YZ_OBJECT_employer);
    set(employer, yz_field_employer_ui_premium_yuan, 500);
    put(&t, YZ_SUBJECT_employer, "e-1", "", "", YZ_OBJECT_employer, employer);
    find_all(&t);
    cr_expect_eq(line_of(&t, YZ_SUBJECT_employer, "e-1", "m01").amount, 1000);
    town_free(&t);
}

// Whom only policy knows is a person too.
Test(market_policy, a_person_known_to_policy_alone_can_be_erased) {
    town t = settled();
    yz_command c = {.type = YZ_COMMAND_PERSON_ERASE, .named.id = YZ_TEXT("p-2")};
    yz_outcome foreseen;
    cr_assert(yz_market_foresee(t.market, &c, &foreseen));
    yz_outcome out = apply(&t, c);
    cr_assert_eq(out.status, YZ_OK);
    cr_expect(out.changed);
    yz_subject_view view;
    cr_assert(yz_book_subject(yz_market_book(t.market), YZ_SUBJECT_person, YZ_TEXT("p-2"), t.arena,
                              &view));
    cr_expect(view.gone);
    cr_expect_eq(out.version, view.version);
    cr_expect_not(apply(&t, c).changed, "and once is enough");
    c.named.id = YZ_TEXT("nobody");
    cr_expect_eq(apply(&t, c).problem.code, YZ_PROBLEM_UNKNOWN_ENTRY);
    town_free(&t);
}

// ---- what a step rests on is evaluated beside ----

// A step to there as whoever looks now would send it.
static yz_policy_step looked_at(town *t, const char *id, yz_entry_state to) {
    yz_policy_step s = {.subject = {YZ_SUBJECT_hire, yz_text_of(id)},
                        .measure = YZ_TEXT("m05a"),
                        .to = (uint8_t)to,
                        .officer = YZ_TEXT("U1"),
                        .reviewer = YZ_TEXT("U2")};
    yz_market_policy_step_look(t->market, yz_day_at(t->at_ms), t->arena, &s);
    return s;
}

static yz_outcome send(town *t, yz_policy_step s) {
    return apply(t, (yz_command){.type = YZ_COMMAND_POLICY_STEP, .policy_step = s});
}

static void same_facts_of_the_firm(town *t) {
    yz_row *employer = row(t, YZ_OBJECT_employer);
    set(employer, yz_field_employer_kind, yz_word_employer_kind_enterprise);
    yz_outcome out = put(t, YZ_SUBJECT_employer, "e-1", "", "", YZ_OBJECT_employer, employer);
    cr_assert(out.status == YZ_OK && !out.changed);
}

static void paid_before(town *t) {
    apply(t, (yz_command){.type = YZ_COMMAND_POLICY_PAYMENT,
                          .policy_payment = {YZ_TEXT("m05a"), YZ_TEXT("p-1"), YZ_TEXT(""),
                                             YZ_TEXT(""), 19000, 0, 100}});
}

static void other_rules(town *t) {
    cr_assert(load(t, "more", MORE).changed);
}

static void next_day(town *t) {
    t->at_ms += YZ_DAY_MS;
    apply(t, (yz_command){.type = YZ_COMMAND_TICK});
}

static void of_another_age(town *t) {
    born(t, "p-1", 2002);
}

// Facts of its own, of its person, of its employer (the same again, too: what is sealed may not be
// told from it), payments, rules, the day: whatever a look reads.
Test(market_policy, a_step_looked_at_before_a_change_is_refused_and_changes_nothing) {
    void (*const changes[])(town *) = {of_another_age, same_facts_of_the_firm, paid_before,
                                       other_rules, next_day};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        town t = settled();
        step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
        yz_policy_step early = looked_at(&t, "h-1", YZ_ENTRY_APPROVED);
        changes[i](&t);
        yz_digest before = yz_market_digest(t.market);
        yz_outcome out = send(&t, early);
        cr_expect_eq(out.problem.code, YZ_PROBLEM_POLICY_CHANGED, "change %zu", i);
        yz_digest after = yz_market_digest(t.market);
        cr_expect_eq(memcmp(&before, &after, sizeof before), 0, "change %zu", i);
        cr_expect_eq(send(&t, looked_at(&t, "h-1", YZ_ENTRY_APPROVED)).status, YZ_OK,
                     "and whoever looks again, %zu", i);
        town_free(&t);
    }
}

// A refusal for that is not remembered under the key: the next look is another one.
Test(market_policy, a_step_looked_at_too_early_may_come_again_under_its_key) {
    town t = settled();
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    yz_command c = {.type = YZ_COMMAND_POLICY_STEP,
                    .receipt = {{7, 7}, 7},
                    .policy_step = looked_at(&t, "h-1", YZ_ENTRY_APPROVED)};
    of_another_age(&t);
    cr_assert_eq(apply(&t, c).problem.code, YZ_PROBLEM_POLICY_CHANGED);
    c.policy_step = looked_at(&t, "h-1", YZ_ENTRY_APPROVED);
    yz_outcome out = apply(&t, c);
    cr_expect(out.status == YZ_OK && !out.repeated);
    cr_expect(apply(&t, c).repeated);
    town_free(&t);
}

// An evaluator that finds something else later changes no past: what is carried is booked.
Test(market_policy, what_a_step_carries_is_booked_and_not_evaluated_again) {
    town t = settled();
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    yz_policy_step s = looked_at(&t, "h-1", YZ_ENTRY_APPROVED);
    s.reasons = YZ_TEXT("a_reason of_before");
    cr_assert_eq(send(&t, s).status, YZ_OK);
    cr_expect(yz_text_equal(yz_ledger_at(yz_market_ledger(t.market), 1).reasons, s.reasons));
    born(&t, "p-1", 2010);
    s = looked_at(&t, "h-1", YZ_ENTRY_PAID);
    cr_expect(yz_text_equal(s.holds, YZ_TEXT("F21")));
    s.holds = YZ_TEXT("F98 F99");
    yz_outcome out = send(&t, s);
    cr_expect_eq(out.problem.code, YZ_PROBLEM_PAYMENT_HELD);
    cr_expect_str_eq(out.problem.value, "F98");
    s.holds = YZ_TEXT("");
    cr_expect_eq(send(&t, s).status, YZ_OK, "none held, said who looked");
    town_free(&t);
}

// ---- paid without an application (d09) ----

#define D09(consent)                                                                               \
    "yizhan-rules 1\n"                                                                             \
    "notice c { level city }\n"                                                                    \
    "param d09.valid window { true from 2023-01-01 ref c/3 }\n"                                    \
    "param d09.consent_required bool { " consent " from 2023-01-01 ref c/3 }\n"                    \
    "rule d09 { name \"戊\" \"E\" area 4 subject offer bodies HRSS\n"                             \
    "  window as_of valid d09.valid\n"                                                             \
    "  need decision_grant offer.decision = grant\n"                                               \
    "  need account_verified offer.account_verified\n"                                             \
    "  need consented offer.consented or not d09.consent_required\n"                               \
    "  decide serve reason pay_without_application }\n"

static void offered(town *t, int account_verified, int consented) {
    yz_row *offer = row(t, YZ_OBJECT_offer);
    if (account_verified >= 0) set(offer, yz_field_offer_account_verified, account_verified);
    if (consented >= 0) set(offer, yz_field_offer_consented, consented);
    cr_assert_eq(put(t, YZ_SUBJECT_hire, "h-1", "", "", YZ_OBJECT_offer, offer).status, YZ_OK);
}

// Every combination of what the two facts may say (not at all, no, yes), with and without the duty
// to ask: the table of the notice, written out.
Test(market_policy, nothing_is_paid_without_application_unless_d09_allows_it) {
    static const char *const WANTED[2][3] = {
        {"account_verified", "account_verified", ""},
        {"account_verified consented", "account_verified consented", "consented"}};
    for (int consent = 0; consent < 2; consent++)
        for (int account = -1; account < 2; account++)
            for (int agreed = -1; agreed < 2; agreed++) {
                town t = settled();
                cr_assert(load(&t, "c", consent ? D09("true") : D09("false")).changed);
                offered(&t, account, agreed);
                find_all(&t);
                const char *wanted = WANTED[consent && agreed != 1][account + 1];
                yz_outcome out =
                    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_AUTO, "U1", "U2");
                cr_expect_eq(out.status == YZ_OK, *wanted == '\0', "%d %d %d", consent, account,
                             agreed);
                if (out.status != YZ_OK) {
                    cr_expect_eq(out.problem.code, YZ_PROBLEM_NOT_WITHOUT_APPLICATION);
                    cr_expect_str_eq(out.problem.value, wanted);
                }
                cr_expect_eq(
                    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "").status ==
                        YZ_OK,
                    *wanted != '\0', "but it may be applied for");
                town_free(&t);
            }
}
