/* Payments entered and looked at, budgets of known funds, steps of measures that are no more. */
#include "house.h"

#include "engine/market/policy_view.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULES                                                                                      \
    "yizhan-rules 1\n"                                                                             \
    "notice n { number \"a\" level province }\n"                                                   \
    "param m05a.amount yuan { 1000 yuan from 2023-01-01 ref n/5.2 }\n"                             \
    "rule m05a { name \"甲\" \"A\" area 2 subject hire bodies HRSS fund employment_subsidy\n"     \
    "  need contract known(hire.contract_start) decide grant amount m05a.amount group g "          \
    "person.id }\n"

static house h;

static reply get(const char *target) {
    return house_ask(&h, "GET", target, "", NULL);
}

static reply put(const char *target, const char *body) {
    return house_json(&h, "PUT", target, body);
}

static reply pay(const char *body) {
    return house_json(&h, "POST", "/v1/policy/payments", body);
}

static reply step(const char *to) {
    char body[200];
    snprintf(body, sizeof body,
             "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m05a\",\"to\":\"%s\",\"operator\":"
             "\"U1\",\"reviewer\":\"U2\"}",
             to);
    return house_json(&h, "POST", "/v1/policy/steps", body);
}

static void expect(reply r, int wanted, const char *text, int line) {
    cr_assert(r.status == wanted && reply_has(&r, text), "line %d: %d, no %s in %s", line, r.status,
              text, r.body.size ? r.body.bytes : "");
}
#define EXPECT(r, wanted, text) expect(r, wanted, text, __LINE__)

static void load_rules(void) {
    reply r = house_ask(&h, "PUT", "/v1/policy/rules/n", "Content-Type: text/plain\r\n", RULES);
    cr_assert_eq(r.status, 201, "%s", r.body.bytes);
}

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
    load_rules();
}

static void close_house(void) {
    const char *why = "";
    cr_assert(yz_market_sound(h.market, &why), "%s", why);
    cr_assert_eq(h.reads_open, 0);
    house_deinit(&h);
}

TestSuite(policy_payments, .init = open_house, .fini = close_house);

// What the server's finder does.
static void find_all(void) {
    yz_arena *arena = yz_arena_new(8u << 20);
    uint32_t rows[8], count;
    while ((count = yz_market_policy_due(h.market, rows, 8)) > 0 ||
           yz_market_policy_is_anybody_due(h.market))
        for (uint32_t i = 0; i < count; i++) {
            yz_policy_look look;
            yz_arena_reset(arena);
            if (!yz_market_policy_look(h.market, rows[i], arena, &look)) continue;
            house_apply(&h,
                        (yz_command){.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, &look}});
        }
    yz_arena_free(arena);
}

#define PAID                                                                                       \
    "{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2023-03-01\",\"amount_yuan\":1000}"

Test(policy_payments, what_cannot_have_been_paid_is_refused) {
    uint64_t before = house_digest(&h);
    reply r = pay("{\"measure\":\"m99\",\"person\":\"p-1\",\"date\":\"2023-03-01\","
                  "\"amount_yuan\":1000}");
    EXPECT(r, 404, "unknown_measure");
    EXPECT(r, 404, "m05a");
    EXPECT(pay("{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2999-03-01\","
               "\"amount_yuan\":1000}"),
           422, "payment_to_come");
    cr_assert_eq(house_digest(&h), before);
}

Test(policy_payments, one_that_is_there_already_is_refused) {
    EXPECT(pay(PAID), 201, "m05a");
    uint64_t before = house_digest(&h);
    EXPECT(pay(PAID), 409, "payment_repeated");
    cr_assert_eq(house_digest(&h), before);
    // Each is another one by one member alone.
    static const char *const OTHERS[] = {
        "{\"measure\":\"m05a\",\"person\":\"p-2\",\"date\":\"2023-03-01\",\"amount_yuan\":1000}",
        "{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2023-03-02\",\"amount_yuan\":1000}",
        "{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2023-03-01\",\"amount_yuan\":1000.01}",
        "{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2023-03-01\",\"amount_yuan\":1000,"
        "\"level\":4}",
        "{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2023-03-01\",\"amount_yuan\":1000,"
        "\"employer\":\"e-1\"}",
        "{\"measure\":\"m05a\",\"employer\":\"e-1\",\"date\":\"2023-03-01\",\"amount_yuan\":1000}",
        "{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2023-03-01\",\"amount_yuan\":1000,"
        "\"occupation\":\"6-29-03-01\"}",
    };
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        EXPECT(pay(OTHERS[i]), 201, "m05a");
        EXPECT(pay(OTHERS[i]), 409, "payment_repeated");
    }
}

Test(policy_payments, a_key_makes_a_repeat_the_same_request) {
    static const char KEY[] = "Content-Type: application/json\r\nIdempotency-Key: k-1\r\n";
    EXPECT(house_ask(&h, "POST", "/v1/policy/payments", KEY, PAID), 201, "m05a");
    uint64_t before = house_digest(&h);
    EXPECT(house_ask(&h, "POST", "/v1/policy/payments", KEY, PAID), 201, "m05a");
    cr_assert_eq(house_digest(&h), before, "it was entered once");
    EXPECT(pay(PAID), 409, "payment_repeated");
}

// All dates of a list of payments, in pages of `limit`.
static void dates(const char *query, int limit, char *all) {
    char target[300], cursor[200] = "";
    int pages = 0;
    all[0] = '\0';
    do {
        snprintf(target, sizeof target, "/v1/policy/payments?limit=%d&%s%s%s", limit, query,
                 cursor[0] ? "&cursor=" : "", cursor);
        reply r = get(target);
        cr_assert_eq(r.status, 200, "%s", r.body.bytes);
        for (const char *at = r.body.bytes; (at = strstr(at, "\"date\":\"")) != NULL; at += 8)
            snprintf(all + strlen(all), 4, "%.2s ", at + 16);
        cursor[0] = '\0';
        (void)sscanf(strstr(r.body.bytes, "\"next_cursor\":"), "\"next_cursor\":\"%199[^\"]",
                     cursor);
    } while (cursor[0] && ++pages < 20);
}

Test(policy_payments, are_seen_by_person_by_employer_and_all) {
    for (int day = 1; day <= 6; day++) {
        char body[200];
        snprintf(body, sizeof body,
                 "{\"measure\":\"m05a\",\"person\":\"p-%d\",\"employer\":\"e-%d\",\"date\":"
                 "\"2023-03-%02d\",\"amount_yuan\":10.5}",
                 day % 2, day % 3, day);
        EXPECT(pay(body), 201, "m05a");
    }
    EXPECT(get("/v1/policy/payments?limit=1"), 200,
           "{\"items\":[{\"measure\":\"m05a\",\"date\":\"2023-03-06\",\"amount_yuan\":10.5,"
           "\"person\":\"p-0\",\"employer\":\"e-0\"}]");
    for (int limit = 1; limit <= 7; limit++) {
        char all[200];
        dates("", limit, all);
        cr_assert_str_eq(all, "06 05 04 03 02 01 ", "limit %d: %s", limit, all);
        dates("person=p-1&measure=m05a", limit, all);
        cr_assert_str_eq(all, "05 03 01 ", "limit %d: %s", limit, all);
        dates("employer=e-1", limit, all);
        cr_assert_str_eq(all, "04 01 ", "limit %d: %s", limit, all);
        dates("person=p-1&employer=e-1", limit, all);
        cr_assert_str_eq(all, "01 ", "limit %d: %s", limit, all);
    }
    EXPECT(get("/v1/policy/payments?person=nobody"), 404, "unknown_subject");
    EXPECT(get("/v1/policy/payments?measure=m99"), 404, "unknown_measure");
}

// ---- budgets ----

Test(policy_payments, a_budget_is_of_a_fund_that_somebody_knows) {
    reply r = put("/v1/policy/budgets/ui_fnd/2025", "{\"amount_yuan\":5}");
    EXPECT(r, 404, "unknown_fund");
    EXPECT(r, 404, "employment_subsidy ui_fund");
    EXPECT(put("/v1/policy/budgets/ui_fund/2025", "{\"amount_yuan\":5}"), 201, "ui_fund");
    EXPECT(put("/v1/policy/budgets/employment_subsidy/2025", "{\"amount_yuan\":5}"), 201, "");
}

// ---- measures that are no more ----

static void settle(void) {
    EXPECT(put("/v1/policy/subjects/hire/h-1",
               "{\"person\":\"p-1\",\"facts\":{\"hire\":{\"contract_start\":\"2023-07-01\"}}}"),
           201, "h-1");
    find_all();
}

Test(policy_payments, a_line_of_no_rule_goes_no_further_and_lapses) {
    static const char *const STEPS[] = {"applied", "approved", "paid"};
    settle();
    for (int done = 0; done < 3; done++) {
        EXPECT(house_ask(&h, "DELETE", "/v1/policy/rules/n", "", NULL), 204, "");
        uint64_t before = house_digest(&h);
        EXPECT(step(STEPS[done]), 409, "measure_not_in_force");
        cr_assert_eq(house_digest(&h), before);
        load_rules();
        if (done < 2) EXPECT(step(STEPS[done]), 200, STEPS[done]);
    }
    // A file with no measure in it is the same as none.
    EXPECT(house_ask(&h, "PUT", "/v1/policy/rules/n", "Content-Type: text/plain\r\n",
                     "yizhan-rules 1\nnotice n { number \"a\" level province }\n"),
           200, "");
    EXPECT(step("paid"), 409, "measure_not_in_force");
    find_all();
    EXPECT(get("/v1/policy/list?state=any"), 200, "\"state\":\"lapsed\"");
    EXPECT(step("paid"), 409, "measure_not_in_force");
}

Test(policy_payments, a_line_of_no_rule_may_be_declined) {
    settle();
    EXPECT(house_ask(&h, "DELETE", "/v1/policy/rules/n", "", NULL), 204, "");
    EXPECT(step("auto"), 409, "measure_not_in_force");
    EXPECT(step("declined"), 200, "declined");
}
