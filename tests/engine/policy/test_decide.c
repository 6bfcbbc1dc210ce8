/* The decision procedure on small rules written in the language, with facts in JSON: each step, its
 * order, and what it says when something is missing, too large or too long. */
#include "engine/policy/decide.h"
#include "net/api/json_facts.h"

#include <criterion/criterion.h>

#include <stdio.h>

static yz_arena *arena;
static yz_rules *rules;
static yz_params *params;

static const char HEAD[] =
    "yizhan-rules 1\n"
    "notice n { number \"x\" issued 2023-01-01 issuer \"x\" level city }\n"
    "param p.valid window { true from 2023-01-01 to 2023-12-31 ref n/1 }\n"
    "param p.two int { 2 from 2023-01-01 ref n/1 }\n"
    "param p.gone int { 2 from 2020-01-01 to 2020-12-31 ref n/1 }\n"
    "param p.pay yuan { 100 yuan from 2023-01-01 to 2023-06-30 ref n/1 "
    "200.05 yuan from 2023-07-01 ref n/1 }\n"
    "param p.tiers tiers percent -> yuan { [0%,50%) 1000 [50%,60%) 1200 [60%,100%] 1500 "
    "from 2023-01-01 ref n/1 }\n"
    "param p.table table int -> yuan { 5 -> 1000 3 -> 2000 from 2023-01-01 ref n/1 }\n";

#define RULE(name)                                                                                 \
    "rule " name " { name \"甲\" \"a\" area 1 subject person bodies HRSS fund by_rule "

static void load(const char *text) {
    static char all[16384];
    snprintf(all, sizeof all, "%s%s", HEAD, text);
    yz_rules_file file = {"test", yz_text_of(all)};
    yz_rules_problem problem = {0};
    cr_assert_eq(yz_rules_load(&file, 1, &rules, &problem), YZ_OK, "%u:%u %s", problem.line,
                 problem.column, problem.what);
    cr_assert_eq(yz_params_new(rules, NULL, 0, &params, &problem), YZ_OK);
}

static void begin(void) {
    arena = yz_arena_new(1 << 24);
    rules = NULL;
    params = NULL;
}

static void end(void) {
    yz_params_free(params);
    yz_rules_free(rules);
    yz_arena_free(arena);
}

TestSuite(decide, .init = begin, .fini = end);

static yz_facts facts_of(const char *json) {
    json_tree tree;
    yz_problem problem;
    yz_facts facts;
    cr_assert_eq(json_parse(yz_text_of(json), arena, &tree, &problem), YZ_OK, "%s", json);
    cr_assert_eq(json_facts_read(&tree, tree.root, "", NULL, NULL, &facts, &problem), YZ_OK,
                 "%s %s", problem.pointer, problem.value);
    return facts;
}

static const char *shown(const yz_decision *d) {
    static char text[512];
    const char *const *words;
    yz_enumeration_words(YZ_WORDS_decision, &words);
    size_t used = (size_t)snprintf(text, sizeof text, "%s %lld", words[d->decision],
                                   d->has_amount ? (long long)d->amount : -1);
    for (uint32_t i = 0; i < d->reason_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, " %.*s", (int)d->reasons[i].size,
                                 d->reasons[i].bytes);
    return text;
}

static const char *decided(const char *measure, const char *json) {
    yz_facts facts = facts_of(json);
    yz_policy_ask ask = {rules, params, &facts, arena};
    yz_decision decision;
    yz_status status = yz_decide(&ask, yz_text_of(measure), &decision);
    return status == YZ_OK ? shown(&decision) : yz_status_name(status);
}

#define says(measure, json, wanted) cr_assert_str_eq(decided(measure, json), wanted)
#define ON "\"as_of\":\"2023-09-15\""

// ---- steps 1 and 2 ----

Test(decide, the_window_comes_first_and_the_conditions_in_their_order) {
    load(RULE("a") "window hire.contract_start valid p.valid need one person.able need two "
                   "person.willing need three person.ui_months >= p.gone need four "
                   "person.ui_months >= 1 decide grant amount p.pay }");
    says("a", "{" ON "}", "unknown 0 missing:hire.contract_start");
    says("a", "{" ON ",\"hire\":{\"contract_start\":\"2024-01-01\"},\"person\":{\"able\":false}}",
         "expired 0 out_of_window");
    says("a", "{" ON ",\"hire\":{\"contract_start\":\"2023-01-01\"}}",
         "unknown 0 missing:param:p.gone missing:person.able missing:person.ui_months "
         "missing:person.willing");
    says("a",
         "{" ON ",\"hire\":{\"contract_start\":\"2023-12-31\"},\"person\":{\"able\":false,"
         "\"ui_months\":0}}",
         "deny 0 one four");
}

Test(decide, parameters_are_read_on_the_qualifying_date) {
    load(RULE("a") "window hire.contract_start valid p.valid decide grant amount p.pay }" RULE(
        "b") "decide grant amount p.pay }"
             "define half = round_fen(50% * p.pay) " RULE(
                 "c") "window hire.contract_start decide grant amount half }");
    const char *june = "{" ON ",\"hire\":{\"contract_start\":\"2023-06-30\"}}";
    says("a", june, "grant 10000");
    says("b", june, "grant 20005"); // no window: as_of
    says("c", june, "grant 5000");
    says("c", "{" ON ",\"hire\":{\"contract_start\":\"2023-07-01\"}}", "grant 10003");
    says("c", "{" ON ",\"hire\":{\"contract_start\":\"2022-12-31\"}}",
         "unknown 0 missing:param:p.pay");
}

Test(decide, a_formula_of_the_window_is_read_again_on_the_day_it_gives) {
    load("define pay = p.pay " RULE("a") "window if pay > 0 yuan then hire.contract_start else "
                                         "as_of decide grant amount pay }");
    says("a", "{" ON ",\"hire\":{\"contract_start\":\"2023-06-30\"}}", "grant 10000");
}

// ---- step 3 ----

Test(decide, payments_count_by_their_keys_and_their_period) {
    load(RULE("ever") "decide grant amount p.pay once person.id per ever }" RULE(
        "year") "decide grant amount p.pay once person.id per year }" RULE("month") "decide grant "
                                                                                    "amount p.pay "
                                                                                    "once "
                                                                                    "person.id "
                                                                                    "employer.id "
                                                                                    "per month "
                                                                                    "}" RULE(
                                                                                        "cappe"
                                                                                        "d") "decid"
                                                                                             "e "
                                                                                             "grant"
                                                                                             " amou"
                                                                                             "nt "
                                                                                             "p."
                                                                                             "pay "
                                                                                             "cap "
                                                                                             "p."
                                                                                             "two "
                                                                                             "per "
                                                                                             "year "
                                                                                             "perso"
                                                                                             "n.id "
                                                                                             "}" RULE(
                                                                                                 "c"
                                                                                                 "a"
                                                                                                 "p"
                                                                                                 "2") "de"
                                                                                                      "ci"
                                                                                                      "de"
                                                                                                      " g"
                                                                                                      "ra"
                                                                                                      "nt"
                                                                                                      " a"
                                                                                                      "mo"
                                                                                                      "un"
                                                                                                      "t "
                                                                                                      "p."
                                                                                                      "pa"
                                                                                                      "y "
                                                                                                      "ca"
                                                                                                      "p "
                                                                                                      "1 "
                                                                                                      "pe"
                                                                                                      "r "
                                                                                                      "mo"
                                                                                                      "nt"
                                                                                                      "h "
                                                                                                      "pe"
                                                                                                      "rs"
                                                                                                      "on"
                                                                                                      ".i"
                                                                                                      "d "
                                                                                                      "}");
    static const struct {
        const char *measure, *date, *wanted;
    } CASES[] = {{"ever", "2001-01-01", "blocked 0 already_paid:ever"},
                 {"year", "2022-12-31", "grant 20005"},
                 {"year", "2023-01-01", "blocked 0 already_paid:year"},
                 {"year", "2023-12-31", "blocked 0 already_paid:year"},
                 {"month", "2023-08-31", "grant 20005"},
                 {"month", "2023-09-01", "blocked 0 already_paid:month"},
                 {"month", "2022-09-15", "grant 20005"},
                 {"capped", "2023-09-01", "grant 20005"},
                 {"cap2", "2023-09-01", "blocked 0 monthly_cap"},
                 {"cap2", "2023-08-31", "grant 20005"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char json[512];
        snprintf(json, sizeof json,
                 "{" ON ",\"person\":{\"id\":\"P\"},\"employer\":{\"id\":\"E\"},\"paid\":["
                 "{\"measure\":\"%s\",\"person\":\"P\",\"employer\":\"E\",\"date\":\"%s\"},"
                 "{\"measure\":\"%s\",\"person\":\"Q\",\"employer\":\"E\",\"date\":\"%s\"},"
                 "{\"measure\":\"other\",\"person\":\"P\",\"employer\":\"E\",\"date\":\"%s\"}]}",
                 CASES[i].measure, CASES[i].date, CASES[i].measure, CASES[i].date, CASES[i].date);
        cr_assert_str_eq(decided(CASES[i].measure, json), CASES[i].wanted, "%s %s",
                         CASES[i].measure, CASES[i].date);
    }
    // No id, no date, no payment: nothing concerns.
    says("ever",
         "{" ON ",\"paid\":[{\"measure\":\"ever\"},{\"measure\":\"ever\",\"person\":\"P\"}]}",
         "grant 20005");
    says("year",
         "{" ON ",\"person\":{\"id\":\"P\"},\"paid\":[{\"measure\":\"year\",\"person\":\"P\"}]}",
         "grant 20005");
    says("capped",
         "{" ON ",\"person\":{\"id\":\"P\"},\"paid\":["
         "{\"measure\":\"capped\",\"person\":\"P\",\"date\":\"2023-01-01\"},"
         "{\"measure\":\"capped\",\"person\":\"P\",\"date\":\"2023-01-01\"}]}",
         "blocked 0 yearly_cap");
}

Test(decide, stops_are_read_in_order_after_payments) {
    load(RULE("a") "stop deny first person.able stop refer second person.willing "
                   "stop blocked third true decide grant amount p.pay once person.id per ever }");
    says("a", "{" ON ",\"person\":{\"able\":true,\"willing\":true}}", "deny 0 first");
    says("a", "{" ON ",\"person\":{\"able\":false,\"willing\":true}}", "refer -1 second");
    says("a", "{" ON ",\"person\":{\"able\":false,\"willing\":false}}", "blocked 0 third");
    says("a", "{" ON ",\"person\":{\"willing\":true}}", "unknown 0 missing:person.able");
    says("a", "{" ON ",\"person\":{\"able\":true}}", "deny 0 first");
    says("a", "{" ON ",\"person\":{\"id\":\"P\"},\"paid\":[{\"measure\":\"a\",\"person\":\"P\"}]}",
         "blocked 0 already_paid:a");
}

// ---- step 4 ----

Test(decide, an_external_amount_turns_refer_into_grant) {
    load("param a.amount yuan { 42.5 yuan from 2023-09-01 to 2023-09-30 ref n/1 }" RULE(
        "a") "window as_of decide refer amount external a.amount reason note }");
    says("a", "{\"as_of\":\"2023-08-31\"}", "refer -1 note");
    says("a", "{\"as_of\":\"2023-09-30\"}", "grant 4250 note");
}

Test(decide, reasons_show_values_and_run_over_lists) {
    load("define young(i) = i.birth_date > 2000-01-01 " RULE(
        "a") "decide grant amount tier(p.tiers, unit.retained, unit.finished) "
             "reason tier show tier(p.tiers, unit.retained, unit.finished) "
             "reason young each interns when young(it) show it.id reason plain "
             "reason never when person.able reason born show person.deceased_on }");
    says("a",
         "{" ON ",\"unit\":{\"finished\":2,\"retained\":1},\"interns\":[{\"id\":\"I1\","
         "\"birth_date\":\"2000-01-02\"},{\"id\":\"I2\",\"birth_date\":\"2000-01-01\"},{},"
         "{\"id\":\"I4\",\"birth_date\":\"2001-01-01\"}]}",
         "grant 120000 tier:1200 young:I1 young:I4 plain born");
    // A list nobody gave, a remark that cannot be made: silent; an amount that is not known is not.
    says("a", "{" ON ",\"unit\":{\"finished\":5,\"retained\":3}}",
         "grant 150000 tier:1500 plain born");
    says("a", "{" ON ",\"unit\":{\"finished\":5}}", "unknown 0 missing:unit.retained");
}

Test(decide, tiers_and_tables_are_exact) {
    load(RULE("t") "decide grant amount tier(p.tiers, unit.retained, unit.finished) }" RULE(
        "l") "need key cert.level in p.table decide grant amount lookup(p.table, cert.level) }");
    static const struct {
        int n, d, yuan;
    } CASES[] = {{1, 2, 1200},
                 {4999, 10000, 1000},
                 {5999, 10000, 1200},
                 {3, 5, 1500},
                 {0, 0, 1000},
                 {7, 0, 1000},
                 {0, 1, 1000},
                 {1, 1, 1500},
                 {3, 2, 1500},
                 {499999999, 1000000000, 1000},
                 {599999999, 1000000000, 1200}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char json[128], wanted[64];
        snprintf(json, sizeof json, "{" ON ",\"unit\":{\"finished\":%d,\"retained\":%d}}",
                 CASES[i].d, CASES[i].n);
        snprintf(wanted, sizeof wanted, "grant %d00", CASES[i].yuan);
        says("t", json, wanted);
    }
    says("l", "{" ON ",\"cert\":{\"level\":3}}", "grant 200000");
    says("l", "{" ON ",\"cert\":{\"level\":4}}", "deny 0 key");
    says("l", "{" ON "}", "unknown 0 missing:cert.level");
}

// ---- monitors, targets, checks ----

Test(decide, a_monitor_with_an_unknown_fact_is_unknown) {
    load(RULE("w") "need ours posting.kind = community_worker monitor closed not "
                   "posting.open_to_graduates monitor old posting.experience_years_min > 0 }");
    says("w", "{" ON ",\"posting\":{\"kind\":\"regular\"}}", "deny 0 ours");
    says("w", "{" ON ",\"posting\":{\"kind\":\"community_worker\",\"experience_years_min\":1}}",
         "unknown 0 missing:posting.open_to_graduates");
    says("w",
         "{" ON ",\"posting\":{\"kind\":\"community_worker\",\"open_to_graduates\":false,"
         "\"experience_years_min\":1}}",
         "alert 0 closed old");
    says("w", "{" ON ",\"posting\":{\"kind\":\"community_worker\",\"open_to_graduates\":true}}",
         "pass 0");
}

Test(decide, progress_is_cut_off_not_rounded) {
    load("param g.target int { 100000 from 2023-01-01 to 2023-12-31 ref n/1 }"
         "param g.share percent { 50% from 2023-01-01 ref n/1 }"
         "param g.none int { 0 from 2023-01-01 ref n/1 }"
         "target g1 { name \"甲\" \"a\" value g.target count counts.t01 }"
         "target g2 { name \"甲\" \"a\" value g.share count counts.t05 of counts.t05_total }"
         "target g3 { name \"甲\" \"a\" value g.none count counts.t06 at_most }");
    says("g1", "{" ON ",\"counts\":{\"t01\":99999}}", "open 0 progress:99.99");
    says("g1", "{" ON ",\"counts\":{\"t01\":100000}}", "reached 0 progress:100.00");
    says("g1", "{" ON ",\"counts\":{\"t01\":7}}", "open 0 progress:0.00");
    says("g1", "{" ON "}", "unknown 0 missing:counts.t01");
    says("g1", "{\"as_of\":\"2024-01-01\",\"counts\":{\"t01\":7}}",
         "unknown 0 missing:param:g.target");
    says("g2", "{" ON ",\"counts\":{\"t05\":49,\"t05_total\":100}}", "open 0 progress:98.00");
    says("g2", "{" ON ",\"counts\":{\"t05\":50,\"t05_total\":100}}", "reached 0 progress:100.00");
    says("g2", "{" ON ",\"counts\":{\"t05\":0,\"t05_total\":0}}", "reached 0 progress:100.00");
    says("g3", "{" ON ",\"counts\":{\"t06\":0}}", "reached 0 open_households:0");
    says("g3", "{" ON ",\"counts\":{\"t06\":3}}", "open 0 open_households:3");
}

Test(decide, a_check_with_an_unknown_input_is_silent) {
    load("check F02 { name \"甲\" \"a\" severity hold when person.able }"
         "check F01 { name \"甲\" \"a\" severity review when person.willing }");
    says("m18", "{" ON ",\"person\":{\"able\":true,\"willing\":true}}", "alert 0 F01 F02");
    says("m18", "{" ON ",\"person\":{\"able\":true}}", "alert 0 F02");
    says("m18", "{" ON "}", "pass 0");
}

// ---- several at once ----

static const char *all_of(const char *const *measures, uint32_t count, const char *json) {
    static char text[1024];
    yz_facts facts = facts_of(json);
    yz_policy_ask ask = {rules, params, &facts, arena};
    yz_text names[8];
    yz_decision made[8];
    for (uint32_t i = 0; i < count; i++)
        names[i] = yz_text_of(measures[i]);
    cr_assert_eq(yz_decide_all(&ask, names, count, made), YZ_OK);
    size_t used = 0;
    for (uint32_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? "; " : "",
                                 shown(&made[i]));
    return text;
}

Test(decide, of_a_group_the_best_is_paid_and_only_of_those_asked_for) {
    load(RULE("a") "decide grant amount 100 yuan group g person.id }" RULE(
        "b") "decide grant amount 200 yuan group g person.id }" RULE("c") "decide grant amount 200 "
                                                                          "yuan group g person.id "
                                                                          "}" RULE(
                                                                              "d") "decide "
                                                                                   "grant "
                                                                                   "amount "
                                                                                   "900 yuan "
                                                                                   "group "
                                                                                   "other "
                                                                                   "person.id "
                                                                                   "}" RULE(
                                                                                       "e") "need "
                                                                                            "no "
                                                                                            "person"
                                                                                            ".able "
                                                                                            "decide"
                                                                                            " grant"
                                                                                            " amoun"
                                                                                            "t 999 "
                                                                                            "yuan "
                                                                                            "group "
                                                                                            "g "
                                                                                            "person"
                                                                                            ".id "
                                                                                            "}");
    const char *json = "{" ON ",\"person\":{\"able\":false}}";
    cr_assert_str_eq(all_of((const char *[]){"c", "a", "b", "d", "e"}, 5, json),
                     "blocked 0 exclusive:b; blocked 0 exclusive:b; grant 20000; grant 90000; "
                     "deny 0 no");
    cr_assert_str_eq(all_of((const char *[]){"a", "d"}, 2, json), "grant 10000; grant 90000");
    cr_assert_str_eq(all_of((const char *[]){"b", "b"}, 2, json), "grant 20000; grant 20000");
}

Test(decide, items_go_by_rank_with_ratios_compared_exactly) {
    load("define lost = max(0, employer.insured_start - employer.insured_end) " RULE(
        "r") "decide grant amount 1 yuan order employer.new_hires_12m desc, lost / "
             "employer.insured_start, employer.id cap 3 per year person.id }");
    static const char *const FACTS[] = {
        // Ranked: e (9 hires), c (0 of 0), d (1 of 3 = .333), b (34 of 100), a (no hires known).
        "{" ON ",\"person\":{\"id\":\"P\"},\"employer\":{\"id\":\"A\"}}",
        "{" ON ",\"person\":{\"id\":\"P\"},\"employer\":{\"id\":\"B\",\"new_hires_12m\":5,"
        "\"insured_start\":100,\"insured_end\":66}}",
        "{" ON ",\"person\":{\"id\":\"P\"},\"employer\":{\"id\":\"Z\",\"new_hires_12m\":5,"
        "\"insured_start\":0,\"insured_end\":4}}",
        "{" ON ",\"person\":{\"id\":\"P\"},\"employer\":{\"id\":\"D\",\"new_hires_12m\":5,"
        "\"insured_start\":3,\"insured_end\":2}}",
        "{" ON ",\"person\":{\"id\":\"P\"},\"employer\":{\"id\":\"E\",\"new_hires_12m\":9,"
        "\"insured_start\":1,\"insured_end\":0}}"};
    static const char *const NAMES[] = {"a", "b", "c", "d", "e"};
    yz_facts facts[5];
    yz_item items[5];
    yz_decision made[5];
    for (int i = 0; i < 5; i++)
        facts[i] = facts_of(FACTS[i]);
    yz_policy_ask ask = {rules, params, NULL, arena};
    yz_text measure = YZ_TEXT("r");
    for (int turn = 0; turn < 5; turn++) { // wherever each stands in the list
        for (int i = 0; i < 5; i++)
            items[(i + turn) % 5] = (yz_item){yz_text_of(NAMES[i]), &facts[i]};
        cr_assert_eq(yz_decide_items(&ask, items, 5, &measure, 1, made), YZ_OK);
        for (int i = 0; i < 5; i++) {
            bool paid = made[(i + turn) % 5].decision == yz_word_decision_grant;
            cr_assert_eq(paid, i >= 2, "%s, turn %d", NAMES[i], turn);
        }
    }
}

Test(decide, lines_are_explained_with_what_each_misses) {
    load(RULE("a") "window hire.contract_start valid p.valid need one person.able need two "
                   "person.ui_months >= p.gone need three true decide grant amount p.pay }");
    yz_facts facts = facts_of("{" ON ",\"person\":{\"able\":false},"
                              "\"hire\":{\"contract_start\":\"2023-05-05\"}}");
    yz_policy_ask ask = {rules, params, &facts, arena};
    yz_line_value lines[3];
    yz_decision decision;
    cr_assert_eq(yz_explain_rule(&ask, yz_rules_rule(rules, YZ_TEXT("a")), lines, &decision),
                 YZ_OK);
    cr_assert_str_eq(shown(&decision), "deny 0 one");
    cr_assert_eq(lines[0].truth, 0);
    cr_assert_eq(lines[1].truth, -1);
    cr_assert_eq(lines[1].missing_count, 2);
    cr_assert(yz_text_equal(lines[1].missing[0], YZ_TEXT("param:p.gone")));
    cr_assert(yz_text_equal(lines[1].missing[1], YZ_TEXT("person.ui_months")));
    cr_assert_eq(lines[2].truth, 1);
    facts = facts_of("{" ON ",\"hire\":{\"contract_start\":\"2024-05-05\"}}");
    cr_assert_eq(yz_explain_rule(&ask, yz_rules_rule(rules, YZ_TEXT("a")), lines, &decision),
                 YZ_OK);
    cr_assert_str_eq(shown(&decision), "expired 0 out_of_window");
    cr_assert_eq(lines[0].truth, -1);
    cr_assert_eq(lines[2].truth, 1);
}

// ---- refusals ----

Test(decide, what_cannot_be_decided_is_a_status) {
    load(RULE("big") "decide grant amount unit.m09_paid_yuan * unit.finished }" RULE(
        "less") "decide grant amount 1 yuan - unit.m09_paid_yuan }" RULE("fine") "decide grant "
                                                                                 "amount p.pay }");
    says("nothing", "{" ON "}", "not_found");
    says("fine", "{}", "bad_input"); // no as_of
    says("fine", "{" ON "}", "grant 20005");
    says("big", "{" ON ",\"unit\":{\"m09_paid_yuan\":10000000000000,\"finished\":1}}",
         "grant 1000000000000000");
    says("big", "{" ON ",\"unit\":{\"m09_paid_yuan\":10000000000000,\"finished\":2}}", "bad_input");
    says("less", "{" ON ",\"unit\":{\"m09_paid_yuan\":1}}", "grant 0");
    says("less", "{" ON ",\"unit\":{\"m09_paid_yuan\":1.01}}", "bad_input");
}

Test(decide, a_small_arena_is_said_to_be_full) {
    load(RULE("a") "need one person.able need two person.willing need three person.ui_months > 1 "
                   "decide grant amount p.pay }");
    yz_facts facts = facts_of("{" ON "}");
    uint32_t refused = 0;
    for (size_t room = 16;; room += 64) {
        yz_arena *small = yz_arena_new(room);
        yz_policy_ask ask = {rules, params, &facts, small};
        yz_decision decision;
        yz_status status = yz_decide(&ask, YZ_TEXT("a"), &decision);
        if (status == YZ_OK)
            cr_assert_str_eq(shown(&decision), "unknown 0 missing:person.able "
                                               "missing:person.ui_months missing:person.willing");
        yz_arena_free(small);
        if (status == YZ_OK) break;
        cr_assert_eq(status, YZ_ERR_FULL, "room %zu", room);
        refused += 1;
    }
    cr_assert_gt(refused, 10);
}
