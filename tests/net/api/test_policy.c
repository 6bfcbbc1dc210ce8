/* Policy over the routes: subjects, rules, decisions, the list, steps, money, the ledger. */
#include "house.h"

#include "engine/market/policy_view.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define RULES                                                                                      \
    "yizhan-rules 1\n"                                                                             \
    "notice n { number \"甘政办发〔2023〕60号\" level province }\n"                         \
    "param m05a.valid window { true from 2023-01-01 to 2023-12-31 ref n/5.1 }\n"                   \
    "param m05a.amount yuan { 1000 yuan from 2023-01-01 ref n/5.2 }\n"                             \
    "param m05.age int { 24 from 2023-01-01 ref n/5.1 }\n"                                         \
    "rule m05a { name \"一次性吸纳就业补贴\" \"One-off subsidy\" area 2 subject hire\n"   \
    "  bodies HRSS FIN fund employment_subsidy\n"                                                  \
    "  window hire.contract_start valid m05a.valid\n"                                              \
    "  need employer_kind employer.kind = enterprise\n"                                            \
    "  need youth age(person.birth_date, hire.contract_start) <= m05.age\n"                        \
    "  decide grant amount m05a.amount group hire_onetime person.id\n"                             \
    "  evidence \"劳动合同\" \"身份证明\" }\n"                                             \
    "rule m14a { name \"援助\" \"Help\" area 4 subject person bodies HRSS\n"                     \
    "  need older age(person.birth_date, as_of) >= 50\n"                                           \
    "  decide serve reason make_plan when not known(person.plan_id) }\n"                           \
    "check F21 { name \"童工\" \"Minor\" severity hold\n"                                        \
    "  when age(person.birth_date, hire.contract_start) < 16 }\n"

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
}

static void close_house(void) {
    const char *why = "";
    cr_assert(yz_market_sound(h.market, &why), "%s", why);
    cr_assert_eq(h.reads_open, 0);
    house_deinit(&h);
}

TestSuite(policy, .init = open_house, .fini = close_house);

static void expect(reply r, int wanted, int line) {
    cr_assert_eq(r.status, wanted, "line %d: %d: %s", line, r.status,
                 r.body.size ? r.body.bytes : "");
}

static void expect_text(reply r, const char *text, bool wanted, int line) {
    cr_assert_eq(reply_has(&r, text), wanted, "line %d: %s %s in %s", line, wanted ? "no" : "a",
                 text, r.body.bytes);
}

#define EXPECT(r, wanted) expect(r, wanted, __LINE__)
#define EXPECT_HAS(r, text) expect_text(r, text, true, __LINE__)
#define EXPECT_LACKS(r, text) expect_text(r, text, false, __LINE__)

static reply get(const char *target) {
    return house_ask(&h, "GET", target, "", NULL);
}

static reply put_rules(const char *name, const char *text, const char *language) {
    char target[100], headers[120];
    snprintf(target, sizeof target, "/v1/policy/rules/%s", name);
    snprintf(headers, sizeof headers, "Content-Type: text/plain\r\nAccept-Language: %s\r\n",
             language);
    return house_ask(&h, "PUT", target, headers, text);
}

static reply put(const char *kind_and_id, const char *body) {
    char target[200];
    snprintf(target, sizeof target, "/v1/policy/subjects/%s", kind_and_id);
    return house_json(&h, "PUT", target, body);
}

static reply patch(const char *kind_and_id, const char *body) {
    char target[200];
    snprintf(target, sizeof target, "/v1/policy/subjects/%s", kind_and_id);
    return house_json(&h, "PATCH", target, body);
}

static reply eligibility(const char *kind_and_id, const char *query) {
    char target[200];
    snprintf(target, sizeof target, "/v1/policy/subjects/%s/eligibility%s", kind_and_id, query);
    return get(target);
}

static reply step(const char *members) {
    char body[400];
    snprintf(body, sizeof body, "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m05a\",%s}",
             members);
    return house_json(&h, "POST", "/v1/policy/steps", body);
}

static reply alert(const char *members) {
    char body[400];
    snprintf(body, sizeof body, "{\"kind\":\"hire\",\"id\":\"h-1\",%s}", members);
    return house_json(&h, "POST", "/v1/policy/alerts", body);
}

static reply refund(const char *members) {
    char body[400];
    snprintf(body, sizeof body, "{%s}", members);
    return house_json(&h, "POST", "/v1/policy/refunds", body);
}

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

// A firm, a young person it hires, and an older one.
static void settle(void) {
    reply r = put_rules("n", RULES, "en");
    cr_assert(r.status == 201 || r.status == 200, "%s", r.body.bytes);
    EXPECT(put("employer/e-1", "{\"division\":\"620502\",\"facts\":{\"employer\":{\"kind\":"
                               "\"enterprise\"}}}"),
           201);
    EXPECT(put("person/p-1", "{\"division\":\"620502\",\"facts\":{\"person\":{\"birth_date\":"
                             "\"2001-05-10\",\"tags\":[\"dibao\"]}}}"),
           201);
    EXPECT(put("person/p-2",
               "{\"division\":\"620503\",\"facts\":{\"person\":{\"birth_date\":\"1960-05-10\"}}}"),
           201);
    EXPECT(put("hire/h-1", "{\"person\":\"p-1\",\"employer\":\"e-1\",\"division\":\"620502\","
                           "\"facts\":{\"hire\":{\"contract_start\":\"2023-07-01\",\"insurance\":"
                           "[{\"month\":\"2023-08\",\"kinds\":[\"unemployment\"]}]}}}"),
           201);
    find_all();
}

// ---- subjects ----

Test(policy, facts_are_put_patched_read_and_dropped) {
    reply r = put("hire/h-9", "{\"person\":\"p-9\",\"facts\":{\"hire\":{\"contract_start\":"
                              "\"2023-07-01\",\"contract_kind\":\"labour\"}}}");
    EXPECT(r, 201);
    EXPECT_HAS(r, "{\"id\":\"h-9\",\"version\":1,\"created\":true,\"changed\":true,\"seq\":");
    r = patch("hire/h-9", "{\"division\":\"620502\",\"facts\":{\"hire\":{\"contract_kind\":null,"
                          "\"contract_end\":\"2024-06-30\"},\"loan\":{\"kind\":\"other\"}}}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"version\":2");
    r = get("/v1/policy/subjects/hire/h-9");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"kind\":\"hire\",\"id\":\"h-9\",\"person\":\"p-9\",\"division\":\"620502\","
                  "\"facts\":{\"hire\":{\"contract_start\":\"2023-07-01\",\"contract_end\":"
                  "\"2024-06-30\"},\"loan\":{\"kind\":\"other\"}}}");
    cr_assert(reply_says(&r, "\r\nETag: \"2\"\r\n"));
    EXPECT(house_ask(&h, "GET", "/v1/policy/subjects/hire/h-9", "If-None-Match: \"2\"\r\n", NULL),
           304);
    r = patch("hire/h-9", "{\"facts\":{\"loan\":null}}");
    EXPECT(r, 200);
    EXPECT_LACKS(get("/v1/policy/subjects/hire/h-9"), "loan");
    EXPECT(put("hire/h-9", "{\"facts\":{}}"), 200);
    EXPECT_HAS(get("/v1/policy/subjects/hire/h-9"), "\"facts\":{}");
    EXPECT(house_ask(&h, "DELETE", "/v1/policy/subjects/hire/h-9", "If-Match: \"1\"\r\n", NULL),
           412);
    EXPECT(house_ask(&h, "DELETE", "/v1/policy/subjects/hire/h-9", "", NULL), 204);
    EXPECT_HAS(get("/v1/policy/subjects/hire/h-9"), "\"code\":\"unknown_subject\"");
    EXPECT(get("/v1/policy/subjects/person/p-9"), 404); // named, but nothing was said of it
}

Test(policy, every_kind_of_fact_comes_back_as_it_was_sent) {
    static const char BODY[] =
        "{\"facts\":{\"interns\":[{\"id\":\"i1\",\"in_school\":false,\"employment_spells\":"
        "[{\"employer\":\"e\",\"from\":\"2022-01-01\"}],\"start\":\"2023-01-01\"}],"
        "\"inspections\":[\"m01\",\"m02\"],\"employer\":{\"kind\":\"enterprise\",\"insured_start\":"
        "100,\"ui_premium_yuan\":12000.5,\"key_tags\":[\"key_industry\",\"major_project\"],"
        "\"state_owned\":true,\"related\":[\"x\"]},\"report\":{\"month\":\"2023-08\"}}}";
    EXPECT(put("employer/e-7", BODY), 201);
    reply r = get("/v1/policy/subjects/employer/e-7");
    EXPECT_HAS(r, strchr(BODY, ':') + 1 - 8); // "facts": and all behind it
}

Test(policy, what_is_wrong_with_facts_is_said) {
    static const struct {
        const char *target, *body;
        int status;
        const char *code, *pointer;
    } WRONG[] = {
        {"nobody/x", "{}", 422, "bad_choice", "\"pointer\":\"/kind\""},
        {"person/13912345678", "{}", 422, "names_a_person", "\"pointer\":\"/id\""},
        {"person/620502199001011234", "{}", 422, "names_a_person", "\"pointer\":\"/id\""},
        {"hire/x", "{\"person\":\"620502199001011234\"}", 422, "names_a_person", "/person"},
        {"certificate/x", "{\"person\":\"p\",\"facts\":{\"cert\":{\"id\":\"620502199001011234\"}}}",
         422, "names_a_person", "/facts/cert/id"},
        {"person/x", "[]", 422, "wrong_type", ""},
        {"person/x", "{\"facts\":[]}", 422, "wrong_type", "/facts"},
        {"person/x", "{\"facts\":{\"persn\":{}}}", 422, "unknown_field", "/facts/persn"},
        {"person/x", "{\"facts\":{\"person\":{\"age\":3}}}", 422, "unknown_field",
         "/facts/person/age"},
        {"person/x", "{\"facts\":{\"person\":{\"birth_date\":\"2023-02-30\"}}}", 422, "bad_time",
         "/facts/person/birth_date"},
        {"person/x", "{\"facts\":{\"person\":{\"sex\":\"m\"}}}", 422, "bad_choice",
         "/facts/person/sex"},
        {"person/x", "{\"facts\":{\"person\":{\"id_number\":\"11010519491231002X\"}}}", 422,
         "names_a_person", "/facts/person/id_number"},
        {"person/x", "{\"facts\":{\"person\":{\"plan_id\":\"11010519491231002X\"}}}", 422,
         "names_a_person", "/facts/person/plan_id"},
        {"person/x", "{\"facts\":{\"as_of\":\"2023-01-01\"}}", 422, "unknown_field",
         "/facts/as_of"},
        {"person/x", "{\"facts\":{\"paid\":[]}}", 422, "unknown_field", "/facts/paid"},
        {"person/x", "{\"division\":\"6205020000000\"}", 422, "too_long", "/division"},
        {"person/x", "{\"person\":\"\"}", 422, "empty", "/person"},
        {"person/x", "{\"color\":1}", 422, "unknown_field", "/color"},
    };
    uint64_t before = house_digest(&h);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        reply r = put(WRONG[i].target, WRONG[i].body);
        cr_assert_eq(r.status, WRONG[i].status, "%zu: %s", i, r.body.bytes);
        cr_assert(reply_has(&r, WRONG[i].code), "%zu: %s", i, r.body.bytes);
        cr_assert(reply_has(&r, WRONG[i].pointer), "%zu: %s", i, r.body.bytes);
    }
    char *body = malloc(2000);
    snprintf(body, 2000, "{\"facts\":{\"person\":{\"plan_id\":\"%0300d\"}}}", 7);
    EXPECT_HAS(put("person/x", body), "\"too_long\"");
    free(body);
    EXPECT(patch("person/x", "{}"), 404);
    cr_assert_eq(house_digest(&h), before, "nothing was changed");
}

Test(policy, two_officers_cannot_overwrite_each_other) {
    static const char HEAD[] = "Content-Type: application/json\r\nIf-None-Match: *\r\n";
    EXPECT(house_ask(&h, "PUT", "/v1/policy/subjects/person/a", HEAD, "{}"), 201);
    EXPECT_HAS(house_ask(&h, "PUT", "/v1/policy/subjects/person/a", HEAD, "{}"), "already_exists");
    static const char OLD[] = "Content-Type: application/json\r\nIf-Match: \"7\"\r\n";
    EXPECT_HAS(house_ask(&h, "PUT", "/v1/policy/subjects/person/a", OLD, "{}"), "version_mismatch");
}

// ---- rules ----

Test(policy, rules_are_loaded_read_and_taken_away) {
    EXPECT_LACKS(get("/v1/policy/rules"), "\"version\"");
    reply r = put_rules("n", RULES, "zh");
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"created\":true,\"changed\":true");
    EXPECT_HAS(put_rules("n", RULES, "zh"), "\"created\":false,\"changed\":false");
    r = get("/v1/policy/rules");
    EXPECT_HAS(r, "\"files\":[{\"name\":\"n\",\"bytes\":");
    EXPECT_HAS(r, "\"number\":\"甘政办发〔2023〕60号\"");
    EXPECT_HAS(r, "{\"measure\":\"m05a\",\"name\":{\"zh\":\"一次性吸纳就业补贴\",\"en\":\"One-off "
                  "subsidy\"},\"area\":2,\"subject\":\"hire\",\"bodies\":[{\"code\":\"HRSS\"");
    r = get("/v1/policy/rules/n");
    EXPECT(r, 200);
    cr_assert(yz_text_equal(r.body, yz_text_of(RULES)));
    cr_assert(reply_says(&r, "Content-Type: text/plain"));
    EXPECT(get("/v1/policy/rules/other"), 404);
    EXPECT(house_ask(&h, "DELETE", "/v1/policy/rules/other", "", NULL), 404);
    // A second file that rests on the first one keeps it.
    EXPECT(
        put_rules("o",
                  "yizhan-rules 1\nnotice o { level city }\nparam m05a.amount yuan { 7 yuan from "
                  "2023-01-01 ref n/5 }\n",
                  "en"),
        201);
    EXPECT_HAS(house_ask(&h, "DELETE", "/v1/policy/rules/n", "", NULL), "\"code\":\"bad_rules\"");
    EXPECT(house_ask(&h, "DELETE", "/v1/policy/rules/o", "", NULL), 204);
    EXPECT(house_ask(&h, "DELETE", "/v1/policy/rules/n", "", NULL), 204);
    EXPECT_LACKS(get("/v1/policy/rules"), "m05a");
}

Test(policy, rules_that_do_not_load_are_refused_with_their_place) {
    static const char BAD[] = "yizhan-rules 1\nnotice n { level province }\nrule m01 { name \"a\" "
                              "\"b\" area 1 subject employer bodies HRSS\n  need x employr.kind = "
                              "enterprise\n  decide serve }\n";
    uint64_t before = house_digest(&h);
    reply r = put_rules("bad", BAD, "en");
    EXPECT(r, 422);
    EXPECT_HAS(r, "\"code\":\"bad_rules\"");
    EXPECT_HAS(r, "\"detail\":\"bad:4:10: ");
    EXPECT_HAS(r, "\"line\":4,\"column\":10");
    EXPECT_HAS(r, "\"file\":\"bad\"");
    EXPECT_HAS(put_rules("bad", BAD, "zh"), "\"title\":\"规则有误\"");
    EXPECT_HAS(put_rules("bad", "", "en"), "\"code\":\"empty\"");
    r = house_json(&h, "PUT", "/v1/policy/rules/bad", "{}");
    EXPECT(r, 415);
    EXPECT_HAS(r, "text/plain");
    cr_assert_eq(house_digest(&h), before, "nothing was changed");
    // The place may stand in a file of before.
    EXPECT(put_rules("n", RULES, "en"), 201);
    r = put_rules("o",
                  "yizhan-rules 1\nnotice o { level city }\nparam m05a.amount bool { true from "
                  "2023-01-01 ref o/5 }\n",
                  "en");
    EXPECT(r, 422);
    EXPECT_HAS(r, "\"detail\":\"n:");
    EXPECT_HAS(r, "\"file\":\"n\"");
}

// ---- decisions ----

Test(policy, a_subject_is_told_what_it_is_due_and_why) {
    settle();
    reply r = eligibility("hire/h-1", "");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"decision\":\"grant\"");
    EXPECT_HAS(r, "\"amount_yuan\":1000");
    EXPECT_HAS(r, "\"qualifying_date\":\"2023-07-01\"");
    EXPECT_HAS(
        r, "{\"code\":\"youth\",\"words\":{},\"truth\":\"true\",\"text\":\"age(person.birth_date, "
           "hire.contract_start) <= "
           "m05.age\",\"missing\":[],\"missing_words\":[],\"where\":[],\"facts\":[{\"name\":"
           "\"person.birth_date\",\"zh\":\"出生日期\",\"en\":\"date of "
           "birth\",\"value\":\"2001-05-10\"},{\"name\":"
           "\"hire.contract_start\",\"zh\":\"合同起始日期\",\"en\":\"first day of the "
           "contract\",\"value\":\"2023-07-01\"}],\"parameters\":[{\"name\":"
           "\"m05.age\",\"value\":24,\"from\":\"2023-01-01\",\"to\":null,\"clause\":"
           "{\"notice\":\"n\",\"number\":\"甘政办发〔2023〕60号\",\"measure\":5,"
           "\"sentence\":1}}]}");
    EXPECT_HAS(r, "\"fund\":{\"code\":\"employment_subsidy\",\"zh\":\"就业补助资金\"");
    EXPECT_HAS(r, "\"evidence\":[\"劳动合同\",\"身份证明\"]");
    EXPECT_HAS(r, "\"amount\":{\"words\":{},\"text\":\"m05a.amount\"");
    r = eligibility("hire/h-1", "?measure=m14a"); // of a person, asked of the hire's facts
    EXPECT_HAS(r, "\"measure\":\"m14a\"");
    EXPECT_LACKS(r, "\"measure\":\"m05a\"");
    r = eligibility("person/p-2", "?on=2005-01-01");
    EXPECT_HAS(r, "\"on\":\"2005-01-01\"");
    EXPECT_HAS(r, "\"decision\":\"deny\"");
    EXPECT_HAS(r, "\"reasons\":[\"older\"]");
    EXPECT(patch("person/p-1", "{\"facts\":{\"person\":{\"birth_date\":null}}}"), 200);
    r = eligibility("hire/h-1", "");
    EXPECT_HAS(r, "\"decision\":\"unknown\"");
    EXPECT_HAS(r, "\"truth\":\"unknown\"");
    EXPECT_HAS(r, "\"missing\":[\"person.birth_date\"]");
    EXPECT(eligibility("hire/h-1", "?measure=m99"), 404);
    EXPECT(eligibility("hire/h-1", "?on=yesterday"), 400);
    EXPECT(eligibility("hire/h-2", ""), 404);
    EXPECT(eligibility("ship/h-2", ""), 422);
}

Test(policy, facts_that_are_not_kept_can_be_decided) {
    static const char FACTS[] = "\"facts\":{\"employer\":{\"kind\":\"enterprise\"},\"person\":{"
                                "\"id\":\"x\",\"birth_date\":\"2001-05-10\"},\"hire\":{"
                                "\"contract_start\":\"2023-07-01\"}}";
    char body[600];
    snprintf(body, sizeof body, "{\"as_of\":\"2023-09-01\",\"measures\":[\"m05a\"],%s}", FACTS);
    EXPECT_HAS(house_json(&h, "POST", "/v1/policy/decide", body), "\"code\":\"no_policy_rules\"");
    settle();
    uint64_t before = house_digest(&h);
    reply r = house_json(&h, "POST", "/v1/policy/decide", body);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"on\":\"2023-09-01\"");
    EXPECT_HAS(r, "\"amount_yuan\":1000,\"reasons\":[]");
    snprintf(body, sizeof body,
             "{\"measures\":[\"m05a\"],\"params\":{\"m05a.amount\":[{\"value\":1500.5,\"from\":"
             "\"2023-01-01\",\"to\":null}]},%s}",
             FACTS);
    EXPECT_HAS(house_json(&h, "POST", "/v1/policy/decide", body), "\"amount_yuan\":1500.5");
    EXPECT_HAS(house_json(&h, "POST", "/v1/policy/decide", "{\"measures\":[\"m99\"],\"facts\":{}}"),
               "unknown_measure");
    EXPECT_HAS(house_json(&h, "POST", "/v1/policy/decide", "{}"), "missing_field");
    EXPECT_HAS(house_json(&h, "POST", "/v1/policy/decide", "{\"facts\":{},\"params\":{\"x\":[]}}"),
               "unknown_field");
    EXPECT_HAS(house_json(&h, "POST", "/v1/policy/decide", "{\"facts\":{},\"as_of\":7}"),
               "wrong_type");
    cr_assert_eq(house_digest(&h), before, "nothing is kept");
}

// ---- the list ----

Test(policy, the_list_of_the_eligible_is_filtered_and_paged) {
    settle();
    reply r = get("/v1/policy/list");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"measure\":\"m05a\",\"name\":{\"zh\":\"一次性吸纳就业补贴\",\"en\":\"One-off "
                  "subsidy\"},\"kind\":\"hire\",\"id\":\"h-1\",\"person\":\"p-1\",\"employer\":"
                  "\"e-1\",\"division\":\"620502\",\"decision\":\"grant\",\"amount_yuan\":1000,"
                  "\"fund\":\"employment_subsidy\"");
    EXPECT_HAS(r, "\"closes_on\":");
    EXPECT_HAS(r, "\"measure\":\"m14a\"");
    EXPECT_HAS(r, "\"next_cursor\":null");
    EXPECT_LACKS(get("/v1/policy/list?measure=m05a"), "m14a");
    EXPECT_LACKS(get("/v1/policy/list?kind=hire"), "m14a");
    EXPECT_LACKS(get("/v1/policy/list?division=620503"), "m05a");
    EXPECT_HAS(get("/v1/policy/list?division=6205"), "m05a");
    EXPECT_LACKS(get("/v1/policy/list?decision=serve"), "m05a");
    EXPECT_HAS(get("/v1/policy/list?state=found"), "m05a");
    EXPECT_HAS(get("/v1/policy/list?state=paid"), "\"items\":[]");
    EXPECT_HAS(get("/v1/policy/list?state=any"), "m05a");
    EXPECT_HAS(get("/v1/policy/list?clock=notify"), "\"items\":[]"); // nobody set the days
    EXPECT(put_rules("days",
                     "yizhan-rules 1\nparam d03.notify_days int { 7 from 2020-01-01 ref n/1 }\n",
                     "en"),
           201);
    EXPECT_HAS(get("/v1/policy/list?clock=notify"), "\"clock\":{\"name\":\"notify\",\"due_on\":");
    EXPECT_HAS(get("/v1/policy/list?clock=pay"), "\"items\":[]");
    EXPECT_HAS(get("/v1/policy/list?overdue=true"), "\"items\":[]"); // found today
    EXPECT(get("/v1/policy/list?overdue=yes"), 400);
    EXPECT_HAS(get("/v1/policy/list?clock=late"), "\"code\":\"bad_choice\"");
    EXPECT_HAS(get("/v1/policy/list?since=2999-01-01"), "\"items\":[]");
    EXPECT_LACKS(get("/v1/policy/list?closing_within=3660"), "m14a"); // it never closes
    r = get("/v1/policy/list?limit=1");
    EXPECT_LACKS(r, "\"next_cursor\":null");
    const char *at = strstr(r.body.bytes, "\"next_cursor\":\"") + 15;
    char target[300];
    snprintf(target, sizeof target, "/v1/policy/list?limit=1&cursor=%.*s", (int)strcspn(at, "\""),
             at);
    bool first = reply_has(&r, "m05a");
    r = get(target);
    EXPECT_HAS(r, first ? "m14a" : "m05a");
    EXPECT_LACKS(r, first ? "m05a" : "m14a");
    static const char *const WRONG[] = {"kind=ship", "state=lost", "decision=deny"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(target, sizeof target, "/v1/policy/list?%s", WRONG[i]);
        EXPECT_HAS(get(target), "\"code\":\"bad_choice\"");
    }
    static const char *const LISTS[] = {"list?measure=m5a", "ledger?measure=m5a",
                                        "clawbacks?measure=m5a", "near?measure=m5a"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(target, sizeof target, "/v1/policy/%s", LISTS[i]);
        r = get(target);
        EXPECT(r, 404);
        EXPECT_HAS(r, "\"code\":\"unknown_measure\"");
        EXPECT_HAS(r, "现有：m05a m14a；");
    }
    EXPECT_HAS(get("/v1/policy/alerts?check=F1"), "现有：F21");
    EXPECT(get("/v1/policy/list?since=now"), 400);
    EXPECT(get("/v1/policy/list?closing_within=-1"), 400);
    EXPECT(get("/v1/policy/list?format=doc"), 400);
    EXPECT(get("/v1/policy/list?color=red"), 400);
}

Test(policy, the_list_and_the_ledger_are_sheets_too) {
    settle();
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    EXPECT(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"=U2\""), 200);
    reply r = get("/v1/policy/list?format=csv");
    EXPECT(r, 200);
    EXPECT_HAS(r, "政策编号");
    EXPECT_HAS(r, "1000.00");
    EXPECT_HAS(r, "就业补助资金");
    r = house_ask(&h, "GET", "/v1/policy/list?format=csv&measure=m14a", "Accept-Language: en\r\n",
                  NULL);
    EXPECT_HAS(r, "to be served");
    EXPECT_LACKS(r, "h-1");
    r = get("/v1/policy/list?format=xlsx");
    EXPECT(r, 200);
    cr_assert(r.body.size > 1000 && memcmp(r.body.bytes, "PK", 2) == 0);
    r = get("/v1/policy/ledger?format=csv");
    EXPECT(r, 200);
    EXPECT_HAS(r, "'=U2"); // no spreadsheet runs it
    EXPECT_HAS(r, "劳动合同、身份证明");
    EXPECT_HAS(r, "0000000000000000000000000000000000000000000000000000000000000000");
    r = get("/v1/policy/ledger?format=xlsx");
    cr_assert(r.body.size > 1000 && memcmp(r.body.bytes, "PK", 2) == 0);
}

// ---- money ----

Test(policy, a_line_goes_step_by_step_to_paid) {
    settle();
    reply r = step("\"to\":\"paid\",\"operator\":\"U1\"");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"not_a_policy_step\"");
    EXPECT_HAS(r, "it is found, so it cannot become paid");
    EXPECT_HAS(r, "it may become: notified applied auto declined");
    EXPECT_HAS(r, "\"allowed\":[\"notified\",\"applied\",\"auto\"");
    EXPECT(step("\"to\":\"notified\",\"source\":\"auto\""), 200);
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    EXPECT_HAS(get("/v1/policy/list?state=applied"), "\"applied_on\":\"2025-11-25\"");
    EXPECT_HAS(step("\"to\":\"approved\",\"operator\":\"U1\""), "\"code\":\"review_needed\"");
    EXPECT_HAS(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U1\""),
               "\"code\":\"same_officer\"");
    EXPECT_HAS(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U2\",\"unit\":"
                    "\"秦州区人社局\""),
               "\"state\":\"approved\"");
    EXPECT(house_json(&h, "PUT", "/v1/policy/budgets/employment_subsidy/2025?division=6205",
                      "{\"amount_yuan\":999.99}"),
           201);
    r = get("/v1/policy/budgets");
    EXPECT_HAS(r,
               "{\"items\":[{\"fund\":\"employment_subsidy\",\"division\":\"6205\",\"year\":2025,"
               "\"amount_yuan\":999.99,\"paid_yuan\":0,\"left_yuan\":999.99}]");
    r = step("\"to\":\"paid\",\"operator\":\"U1\"");
    EXPECT_HAS(r, "\"code\":\"over_budget\"");
    EXPECT_HAS(r, "1000.00 yuan are to be paid, 999.99 yuan are left");
    EXPECT(house_json(&h, "PUT", "/v1/policy/budgets/employment_subsidy/2025?division=6205",
                      "{\"amount_yuan\":2000}"),
           200);
    EXPECT_HAS(step("\"to\":\"paid\",\"amount_yuan\":7"), "it is 1000.00 yuan");
    EXPECT_HAS(step("\"to\":\"paid\",\"operator\":\"U1\""), "\"state\":\"paid\"");
    EXPECT_HAS(get("/v1/policy/budgets?fund=employment_subsidy&year=2025"),
               "\"paid_yuan\":1000,\"left_yuan\":1000");
    EXPECT_HAS(get("/v1/policy/budgets?fund=ui_fund"), "\"items\":[]");
    EXPECT(step("\"to\":\"declined\""), 409);
}

// What is missing for a payment without application is named, with how to give it; given, it goes.
Test(policy, without_an_application_only_what_d09_allows_is_paid) {
    settle();
    static const char D09[] =
        "yizhan-rules 1\nnotice c { level city }\n"
        "param d09.valid window { true from 2023-01-01 ref c/3 }\n"
        "param d09.consent_required bool { true from 2023-01-01 ref c/3 }\n"
        "rule d09 { name \"直达\" \"Direct\" area 4 subject offer bodies HRSS\n"
        "  window as_of valid d09.valid\n"
        "  need decision_grant offer.decision = grant\n"
        "  need account_verified offer.account_verified\n"
        "  need consented offer.consented or not d09.consent_required\n"
        "  decide serve reason pay_without_application }\n";
    EXPECT(put_rules("c", D09, "en"), 201);
    find_all();
    reply r = step("\"to\":\"auto\",\"operator\":\"U1\",\"reviewer\":\"U2\"");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"not_without_application\"");
    EXPECT_HAS(r, "account_verified consented");
    EXPECT_HAS(r, "put offer.consented");
    r = house_ask(&h, "POST", "/v1/policy/steps",
                  "Content-Type: application/json\r\nAccept-Language: zh\r\n",
                  "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m05a\",\"to\":\"auto\","
                  "\"operator\":\"U1\",\"reviewer\":\"U2\"}");
    EXPECT_HAS(r, "核实收款账户");
    EXPECT(patch("hire/h-1", "{\"facts\":{\"offer\":{\"account_verified\":true}}}"), 200);
    r = step("\"to\":\"auto\",\"operator\":\"U1\",\"reviewer\":\"U2\"");
    EXPECT_HAS(r, "do not hold: consented");
    EXPECT(patch("hire/h-1", "{\"facts\":{\"offer\":{\"consented\":true}}}"), 200);
    EXPECT(step("\"to\":\"auto\",\"operator\":\"U1\",\"reviewer\":\"U2\""), 200);
}

// How a notice went is one of three words, kept with the line and in each row of the ledger.
Test(policy, a_notice_has_a_channel) {
    settle();
    reply r = step("\"to\":\"notified\",\"channel\":\"pigeon\"");
    EXPECT(r, 422);
    EXPECT_HAS(r, "station_screen message visit");
    EXPECT_HAS(step("\"to\":\"applied\",\"channel\":\"visit\""), "\"code\":\"only_of_a_notice\"");
    EXPECT_HAS(step("\"to\":\"notified\",\"channel\":\"visit\""), "\"channel\":\"visit\"");
    EXPECT_HAS(get("/v1/policy/list?state=notified"), "\"channel\":\"visit\"");
    EXPECT_HAS(get("/v1/policy/list?format=csv"), "上门");
    EXPECT(step("\"to\":\"auto\",\"operator\":\"U1\",\"reviewer\":\"U2\""), 200);
    EXPECT_HAS(get("/v1/policy/ledger"), "\"channel\":\"visit\"");
    EXPECT_HAS(get("/v1/policy/ledger?format=csv"), "上门");
}

// Somebody else is faster, as often as `changes` says: the hire comes to another division.
static int changes;

static void change_meanwhile(house *of) {
    changes -= 1;
    if (changes > 0) of->meanwhile = change_meanwhile;
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT};
    c.policy_put = (yz_policy_put){.subject = {YZ_SUBJECT_hire, YZ_TEXT("h-1")},
                                   .person = YZ_TEXT(""),
                                   .employer = YZ_TEXT(""),
                                   .division = yz_text_of(changes % 2 ? "620502" : "620503"),
                                   .change = YZ_TEXT("")};
    yz_market_policy_put_fill(of->market, &c.policy_put);
    house_apply(of, c);
}

static reply approve_while_it_changes(int times, const char *headers) {
    changes = times;
    h.meanwhile = change_meanwhile;
    reply r =
        house_ask(&h, "POST", "/v1/policy/steps", headers,
                  "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m05a\",\"to\":\"approved\","
                  "\"operator\":\"U1\",\"reviewer\":\"U2\"}");
    h.meanwhile = NULL;
    return r;
}

// Nobody booked yet that the person was paid by somebody else: no money goes out by the old line.
Test(policy, a_line_out_of_date_neither_settles_nor_pays) {
    settle();
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    EXPECT(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U2\""), 200);
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_PAYMENT,
                                 .policy_payment = {.measure = YZ_TEXT("m05a"),
                                                    .person = YZ_TEXT("p-1"),
                                                    .employer = YZ_TEXT(""),
                                                    .occupation = YZ_TEXT(""),
                                                    .day = 19000,
                                                    .amount = 100}});
    EXPECT_HAS(step("\"to\":\"paid\""), "\"code\":\"line_out_of_date\"");
    find_all();
    EXPECT_HAS(step("\"to\":\"paid\""), "\"code\":\"not_a_policy_step\"");
}

// What was agreed to was for the person and employer of then.
Test(policy, another_payee_is_agreed_to_anew) {
    settle();
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    EXPECT(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U2\""), 200);
    EXPECT(house_json(&h, "PUT", "/v1/policy/subjects/employer/e-9",
                      "{\"facts\":{\"employer\":{\"kind\":\"enterprise\"}}}"),
           201);
    EXPECT(patch("hire/h-1", "{\"employer\":\"e-9\"}"), 200);
    find_all();
    EXPECT_HAS(step("\"to\":\"paid\""), "\"code\":\"not_a_policy_step\"");
    EXPECT_HAS(get("/v1/policy/list?state=applied"), "e-9");
}

// Names are compared as people mean them.
Test(policy, two_officers_are_two) {
    static const char *const SAME[] = {" U1", "U1 ", "u1", "Ｕ1", "U1\xe2\x80\x8b"};
    static const char *const NOBODY[] = {" ", "\xe3\x80\x80", "\xc2\xa0"};
    char body[120];
    settle();
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++) {
        snprintf(body, sizeof body, "\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"%s\"",
                 SAME[i]);
        EXPECT_HAS(step(body), "\"code\":\"same_officer\"");
    }
    for (size_t i = 0; i < sizeof NOBODY / sizeof NOBODY[0]; i++) {
        snprintf(body, sizeof body, "\"to\":\"approved\",\"operator\":\"%s\",\"reviewer\":\"U2\"",
                 NOBODY[i]);
        EXPECT_HAS(step(body), "\"code\":\"missing_field\"");
    }
}

Test(policy, a_step_whose_facts_change_meanwhile_is_looked_at_again) {
    settle();
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    reply r = approve_while_it_changes(100, "Content-Type: application/json\r\n"
                                            "Accept-Language: en\r\n");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"policy_changed\"");
    EXPECT_HAS(r, "send it again");
    uint32_t before = h.submits;
    r = approve_while_it_changes(3, "Content-Type: application/json\r\nIdempotency-Key: k1\r\n");
    EXPECT(r, 200);
    cr_expect_eq(h.submits, before + 4, "three in vain");
    r = approve_while_it_changes(0, "Content-Type: application/json\r\nIdempotency-Key: k1\r\n");
    EXPECT(r, 200);
    cr_expect(reply_says(&r, "Idempotency-Replayed: true"));
}

// Paid, and then it turns out that she is a minor: confirmed, clawed back, refunded in two parts.
Test(policy, what_was_paid_to_whom_a_hold_is_confirmed_of_is_clawed_back) {
    settle();
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    EXPECT(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U2\""), 200);
    EXPECT(step("\"to\":\"paid\",\"operator\":\"U1\",\"voucher\":\"V-1\""), 200);
    EXPECT_HAS(get("/v1/policy/alerts"), "{\"items\":[]");
    EXPECT(patch("person/p-1", "{\"facts\":{\"person\":{\"birth_date\":\"2010-05-10\"}}}"), 200);
    find_all();
    reply r = get("/v1/policy/alerts?state=open&severity=hold&check=F21&division=6205");
    EXPECT_HAS(r, "{\"items\":[{\"check\":\"F21\",\"name\":{\"zh\":\"童工\",\"en\":\"Minor\"},"
                  "\"severity\":\"hold\",\"kind\":\"hire\",\"id\":\"h-1\",\"division\":\"620502\","
                  "\"state\":\"open\",\"stands\":true,\"raised_on\":\"2025-11-25\",\"closed_on\":"
                  "null,\"held_yuan\":0}]");
    EXPECT_HAS(get("/v1/policy/alerts?state=confirmed"), "\"items\":[]");
    EXPECT_HAS(get("/v1/policy/alerts?severity=review"), "\"items\":[]");
    EXPECT_HAS(get("/v1/policy/alerts?state=gone"), "open confirmed dismissed dropped");
    EXPECT_HAS(get("/v1/policy/clawbacks?state=gone"), "open settled");
    r = alert("\"check\":\"F21\",\"result\":\"confirmed\",\"operator\":\"U1\"");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"review_needed\"");
    EXPECT_HAS(r, "1000.00 yuan is more than 0.00 yuan");
    EXPECT_HAS(alert("\"check\":\"F99\",\"result\":\"confirmed\",\"operator\":\"U1\""),
               "\"code\":\"unknown_alert\"");
    EXPECT_HAS(alert("\"check\":\"F21\",\"result\":\"open\""), "confirmed dismissed");
    EXPECT_HAS(alert("\"check\":\"F21\",\"result\":\"confirmed\",\"operator\":\"U1\","
                     "\"reviewer\":\"U2\",\"remark\":\"register of births\""),
               "\"check\":\"F21\",\"state\":\"confirmed\"");
    EXPECT_HAS(get("/v1/policy/clawbacks?state=open"),
               "{\"items\":[{\"clawback\":3,\"measure\":\"m05a\",\"kind\":\"hire\",\"id\":\"h-1\","
               "\"division\":\"620502\",\"check\":\"F21\",\"payment\":2,\"paid_on\":"
               "\"2025-11-25\",\"clawback_on\":\"2025-11-25\",\"clawback_yuan\":1000,"
               "\"refunded_yuan\":0,\"owed_yuan\":1000,\"settled_on\":null}]");
    EXPECT_HAS(get("/v1/policy/alerts?state=confirmed"), "\"remark\":\"register of births\"");
    EXPECT_HAS(refund("\"clawback\":2,\"amount_yuan\":1,\"operator\":\"U1\""),
               "\"code\":\"unknown_clawback\"");
    EXPECT_HAS(refund("\"clawback\":3,\"amount_yuan\":1000.01,\"operator\":\"U1\""),
               "1000.01 yuan are to come back, 1000.00 yuan are owed");
    EXPECT_HAS(refund("\"clawback\":3,\"amount_yuan\":0,\"operator\":\"U1\""), "out_of_range");
    EXPECT_HAS(refund("\"clawback\":3,\"amount_yuan\":1"), "missing_field");
    EXPECT_HAS(refund("\"clawback\":3,\"amount_yuan\":400.50,\"operator\":\"U1\""),
               "\"amount_yuan\":400.5,\"owed_yuan\":599.5");
    EXPECT(refund("\"clawback\":3,\"amount_yuan\":599.50,\"operator\":\"U1\",\"voucher\":\"R-2\""),
           200);
    EXPECT_HAS(refund("\"clawback\":3,\"amount_yuan\":1,\"operator\":\"U1\""),
               "\"code\":\"more_than_owed\"");
    EXPECT_HAS(get("/v1/policy/clawbacks?state=open"), "\"items\":[]");
    EXPECT_HAS(get("/v1/policy/clawbacks?measure=m05a&check=F21&division=62"), "\"owed_yuan\":0");
    r = get("/v1/policy/ledger");
    EXPECT_HAS(r, "\"event\":\"clawback\",\"of\":2,\"amount_yuan\":1000");
    EXPECT_HAS(r, "\"event\":\"refund\",\"of\":3,\"amount_yuan\":599.5");
    EXPECT_HAS(r, "\"clawback_on\":\"2025-11-25\",\"clawback_yuan\":1000");
    EXPECT_HAS(get("/v1/policy/ledger/3/again"), "\"code\":\"no_decision\"");
    EXPECT_HAS(get("/v1/policy/ledger?format=csv"), "追回");
    EXPECT_HAS(get("/v1/policy/clawbacks?format=csv"), "1000.00");
    r = house_ask(&h, "GET", "/v1/policy/alerts?format=csv", "Accept-Language: en\r\n", NULL);
    EXPECT_HAS(r, "still stands");
    EXPECT_HAS(r, "confirmed");
    EXPECT(get("/v1/policy/alerts?format=xlsx"), 200);
    EXPECT(get("/v1/policy/alerts?limit=1&cursor=x"), 400);
}

Test(policy, wrong_steps_payments_and_budgets_are_refused) {
    settle();
    static const struct {
        const char *method, *target, *body;
        int status;
        const char *code;
    } WRONG[] = {
        {"POST", "/v1/policy/steps", "{}", 422, "missing_field"},
        {"POST", "/v1/policy/steps",
         "{\"kind\":\"ship\",\"id\":\"h-1\",\"measure\":\"m05a\",\"to\":\"paid\"}", 422,
         "bad_choice"},
        {"POST", "/v1/policy/steps",
         "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m05a\",\"to\":\"found\"}", 422,
         "bad_choice"},
        {"POST", "/v1/policy/steps",
         "{\"kind\":\"hire\",\"id\":\"h-7\",\"measure\":\"m05a\",\"to\":\"paid\"}", 404,
         "unknown_subject"},
        {"POST", "/v1/policy/steps",
         "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m01\",\"to\":\"paid\"}", 404,
         "unknown_line"},
        {"POST", "/v1/policy/steps",
         "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m05a\",\"to\":\"applied\",\"remark\":"
         "\"tel "
         "13912345678\"}",
         422, "names_a_person"},
        {"POST", "/v1/policy/steps",
         "{\"kind\":\"hire\",\"id\":\"h-1\",\"measure\":\"m05a\",\"to\":\"applied\",\"amount_"
         "yuan\":"
         "-1}",
         422, "out_of_range"},
        {"POST", "/v1/policy/payments", "{\"measure\":\"m05a\",\"amount_yuan\":1}", 422,
         "missing_field"},
        {"POST", "/v1/policy/payments",
         "{\"measure\":\"m05a\",\"amount_yuan\":1,\"date\":\"2023-01-01\"}", 422, "missing_field"},
        {"POST", "/v1/policy/payments",
         "{\"measure\":\"m05a\",\"amount_yuan\":1,\"date\":\"2023-1-1\",\"person\":\"p-1\"}", 422,
         "bad_time"},
        {"POST", "/v1/policy/payments",
         "{\"measure\":\"m05a\",\"amount_yuan\":1.001,\"date\":\"2023-01-01\",\"person\":\"p\"}",
         422, "too_many_decimals"},
        {"PUT", "/v1/policy/budgets/ui_fund/23", "{\"amount_yuan\":1}", 400, "bad_path"},
        {"PUT", "/v1/policy/budgets/ui_fund/2023", "{}", 422, "missing_field"},
        {"PUT", "/v1/policy/budgets/ui_fund/2023", "{\"amount_yuan\":\"1\"}", 422, "wrong_type"},
    };
    uint64_t before = house_digest(&h);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        reply r = house_json(&h, WRONG[i].method, WRONG[i].target, WRONG[i].body);
        cr_assert_eq(r.status, WRONG[i].status, "%zu: %d %s", i, r.status, r.body.bytes);
        cr_assert(reply_has(&r, WRONG[i].code), "%zu: %s", i, r.body.bytes);
    }
    EXPECT(get("/v1/policy/budgets?year=x"), 400);
    cr_assert_eq(house_digest(&h), before, "nothing was changed");
}

Test(policy, a_payment_of_before_bars_a_second_one) {
    EXPECT(put_rules("n", RULES, "en"), 201);
    reply r = house_json(&h, "POST", "/v1/policy/payments",
                         "{\"measure\":\"m05a\",\"person\":\"p-1\",\"date\":\"2023-03-01\","
                         "\"amount_yuan\":1000,\"level\":4}");
    EXPECT(r, 201);
    EXPECT_HAS(r, "{\"measure\":\"m05a\",\"date\":\"2023-03-01\",\"amount_yuan\":1000,");
    settle();
    EXPECT_HAS(eligibility("hire/h-1", ""), "\"decision\":\"blocked\"");
    EXPECT_LACKS(get("/v1/policy/list"), "m05a");
}

// ---- the ledger ----

// What the chain says, counted anew from the rows as they are shown is not possible outside: so two
// servers with the same rows must say the same, and one row changed must change all after it.
Test(policy, the_ledger_is_a_chain_and_can_be_decided_again) {
    settle();
    EXPECT(step("\"to\":\"applied\",\"operator\":\"U1\""), 200);
    EXPECT(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U2\""), 200);
    EXPECT(step("\"to\":\"paid\",\"operator\":\"U1\",\"voucher\":\"V-88\""), 200);
    reply r = get("/v1/policy/ledger");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"items\":[{\"seq\":1,\"at\":");
    EXPECT_HAS(r, "\"operator\":\"U1\",\"reviewer\":\"U2\"");
    EXPECT_HAS(r, "\"voucher\":\"V-88\"");
    const char *first = strstr(r.body.bytes, "\"hash\":\"");
    cr_assert_not_null(first);
    char chained[90];
    snprintf(chained, sizeof chained, "\"prev_hash\":\"%.64s\"", first + 8);
    EXPECT_HAS(r, chained);
    EXPECT_LACKS(get("/v1/policy/ledger?measure=m01"), "\"seq\":1,");
    EXPECT_LACKS(get("/v1/policy/ledger?limit=1"), "\"seq\":2,");
    // Facts and rules are others now; the row is evidence.
    EXPECT(patch("person/p-1", "{\"facts\":{\"person\":{\"birth_date\":\"1950-01-01\"}}}"), 200);
    EXPECT(
        put_rules("o",
                  "yizhan-rules 1\nnotice o { level city }\nparam m05a.amount yuan { 7 yuan from "
                  "2023-01-01 ref o/5 }\n",
                  "en"),
        201);
    r = get("/v1/policy/ledger/1/again");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"equal\":true");
    EXPECT_HAS(r, "\"again\":{\"decision\":\"grant\",\"amount_yuan\":1000");
    EXPECT_HAS(get("/v1/policy/ledger/2/again"), "\"equal\":true");
    EXPECT_HAS(get("/v1/policy/ledger/9/again"), "unknown_ledger_row");
    EXPECT_HAS(get("/v1/policy/ledger/x/again"), "unknown_ledger_row");
    EXPECT(get("/v1/policy/ledger?from=x"), 400);
}

// ---- guides, coverage ----

Test(policy, a_hire_or_certificate_without_its_person_has_no_facts) {
    settle();
    reply r = put("hire/h-9", "{\"employer\":\"e-1\",\"facts\":{\"hire\":{\"wage_yuan\":4000}}}");
    EXPECT(r, 422);
    EXPECT_HAS(r, "\"pointer\":\"/person\"");
    EXPECT(put("certificate/c-9", "{\"facts\":{\"cert\":{\"level\":4}}}"), 422);
    EXPECT(put("hire/h-9", "{\"employer\":\"e-1\"}"), 201); // nothing of anybody
    EXPECT(patch("hire/h-9", "{\"facts\":{\"hire\":{\"wage_yuan\":4000}}}"), 422);
    EXPECT(patch("hire/h-9", "{\"person\":\"p-2\",\"facts\":{\"hire\":{\"wage_yuan\":4000}}}"),
           200);
    EXPECT(patch("hire/h-9", "{\"facts\":{\"hire\":{\"wage_yuan\":4100}}}"), 200); // it names one
    cr_expect_str_eq(h.sealed_under, "p-2");
    EXPECT(put("loan/l-9", "{\"employer\":\"e-1\",\"facts\":{\"loan\":{\"eligible\":true}}}"), 201);
    cr_expect_str_eq(h.sealed_under, "");
}

// As of the past no key is read; and keys can be lost.
Test(policy, facts_that_are_withheld_are_said_to_be) {
    settle();
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_PUT,
                                 .policy_put = {.subject = {YZ_SUBJECT_person, YZ_TEXT("p-1")},
                                                .owner = YZ_TEXT("p-1"),
                                                .sealed_tag = 7,
                                                .change_size = 40,
                                                .withheld = true}});
    reply r = get("/v1/policy/subjects/person/p-1");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"withheld\":true,\"facts\":{}");
    EXPECT_HAS(r, "\"division\":\"620502\"");
    EXPECT(eligibility("person/p-1", ""), 409);
    r = eligibility("hire/h-1", ""); // it is decided with the facts of the person
    EXPECT(r, 409);
    EXPECT_HAS(r, "facts_withheld");
    EXPECT_HAS(get("/v1/policy/near?measure=m05a"), "\"looked_at\":0,\"withheld\":1,\"near\":0");
    find_all(); // nothing of it is looked at, and the list stays
    EXPECT_HAS(get("/v1/policy/list"), "\"measure\":\"m05a\"");
    EXPECT(step("\"to\":\"auto\",\"operator\":\"U1\""), 409);
    EXPECT(put("person/p-1", "{\"facts\":{\"person\":{\"birth_date\":\"2001-05-10\"}}}"), 200);
    EXPECT(eligibility("hire/h-1", ""), 200);
    EXPECT_LACKS(get("/v1/policy/subjects/person/p-1"), "withheld");
}

Test(policy, of_somebody_erased_the_ledger_keeps_the_row) {
    settle();
    step("\"to\":\"applied\",\"operator\":\"U1\"");
    EXPECT(step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U2\""), 200);
    EXPECT(get("/v1/policy/ledger/1/again"), 200);
    EXPECT(house_ask(&h, "DELETE", "/v1/persons/p-1", "", NULL), 204);
    reply r = get("/v1/policy/ledger/1/again");
    EXPECT(r, 409);
    EXPECT_HAS(r, "facts_forgotten");
    EXPECT_HAS(get("/v1/policy/ledger"), "\"subject_id\":\"h-1\"");
    EXPECT(get("/v1/policy/subjects/hire/h-1"), 404);
}

Test(policy, a_guide_says_what_the_rules_say) {
    EXPECT_HAS(get("/v1/policy/guides/m05a"), "no_policy_rules");
    settle();
    reply r = get("/v1/policy/guides/m05a");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"policy_basis\":[{\"notice\":\"n\",\"number\":\"甘政办发〔2023〕60号\"");
    EXPECT_HAS(r, "\"validity\":[{\"from\":\"2023-01-01\",\"to\":\"2023-12-31\"");
    EXPECT_HAS(r, "{\"code\":\"youth\",\"words\":{},\"text\":\"age(person.birth_date, "
                  "hire.contract_start) <= "
                  "m05.age\",\"parameters\":[{\"name\":\"m05.age\",\"value\":24");
    EXPECT_HAS(r, "\"accepting_unit\":null");
    EXPECT(get("/v1/policy/guides/m99"), 404);
}

Test(policy, coverage_counts_each_measure_in_each_division) {
    EXPECT_HAS(get("/v1/policy/coverage"), "no_policy_rules");
    settle();
    EXPECT(step("\"to\":\"notified\""), 200);
    reply r = get("/v1/policy/coverage");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"measure\":\"m05a\"");
    EXPECT_HAS(r, "\"division\":\"620502\",\"eligible\":1,\"notified\":1,\"decided\":0,\"paid\":0");
    EXPECT_HAS(r, "\"division\":\"620503\",\"eligible\":1,\"notified\":0");
    EXPECT_LACKS(r, "\"division\":\"\""); // both have rows of their own
    r = get("/v1/policy/coverage?format=md");
    EXPECT_HAS(r, "# 政策落实对照表\n");
    EXPECT_LACKS(r, "**政策落实对照表**");
    EXPECT_HAS(get("/v1/policy/coverage?level=4"), "\"division\":\"6205\",\"eligible\":1");
    EXPECT_HAS(get("/v1/policy/coverage?format=csv"), "政策编号");
    EXPECT(get("/v1/policy/coverage?level=5"), 400);
}

Test(policy, a_file_of_rules_may_be_long_but_not_without_end) {
    size_t size = 600000;
    char *text = malloc(size + 1);
    int head = snprintf(text, size, "%s", RULES);
    memset(text + head, '\n', size - (size_t)head);
    text[size] = '\0';
    reply r = put_rules("long", text, "en");
    EXPECT(r, 422);
    EXPECT_HAS(r, "\"code\":\"too_long\"");
    house_reconnect(&h, true);
    text[300000] = '\0';
    EXPECT(put_rules("long", text, "en"), 201);
    r = get("/v1/policy/rules/long");
    cr_assert_eq(r.body.size, 300000);
    free(text);
}

// The same key with other rules is not the same request.
Test(policy, rules_under_a_key_are_loaded_once) {
    static const char HEAD[] = "Content-Type: text/plain\r\nIdempotency-Key: \"k1\"\r\n";
    EXPECT(house_ask(&h, "PUT", "/v1/policy/rules/n", HEAD, RULES), 201);
    reply r = house_ask(&h, "PUT", "/v1/policy/rules/n", HEAD, RULES);
    EXPECT(r, 201);
    cr_assert(reply_says(&r, "Idempotency-Replayed: true"));
    EXPECT_HAS(house_ask(&h, "PUT", "/v1/policy/rules/n", HEAD, RULES "\n"), "key_reused");
}

Test(policy, who_misses_a_measure_by_one_condition_is_listed_dearest_first) {
    EXPECT_HAS(get("/v1/policy/near?measure=m05a"), "no_policy_rules");
    settle();
    EXPECT(put("employer/e-2", "{\"facts\":{\"employer\":{}}}"), 201);
    EXPECT(put("person/p-3", "{\"facts\":{\"person\":{\"birth_date\":\"1970-05-10\"}}}"), 201);
    // h-2: an unknown kind of employer. h-3: too old. h-4: both. h-1 is due already.
    EXPECT(put("hire/h-2", "{\"person\":\"p-1\",\"employer\":\"e-2\",\"division\":\"620502\","
                           "\"facts\":{\"hire\":{\"contract_start\":\"2023-07-01\"}}}"),
           201);
    EXPECT(put("hire/h-3", "{\"person\":\"p-3\",\"employer\":\"e-1\",\"division\":\"620503\","
                           "\"facts\":{\"hire\":{\"contract_start\":\"2023-07-01\"}}}"),
           201);
    EXPECT(put("hire/h-4", "{\"person\":\"p-3\",\"employer\":\"e-2\","
                           "\"facts\":{\"hire\":{\"contract_start\":\"2023-07-01\"}}}"),
           201);
    EXPECT(put("hire/h-5", "{\"person\":\"p-3\",\"employer\":\"e-1\"," // out of the window
                           "\"facts\":{\"hire\":{\"contract_start\":\"2024-07-01\"}}}"),
           201);
    reply r = get("/v1/policy/near?measure=m05a");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"looked_at\":5,\"near\":2,");
    EXPECT_HAS(
        r,
        "\"kind\":\"hire\",\"id\":\"h-2\",\"person\":\"p-1\",\"employer\":\"e-2\","
        "\"division\":\"620502\",\"condition\":\"employer_kind\",\"words\":{},\"truth\":"
        "\"unknown\","
        "\"missing\":[\"employer.kind\"],\"missing_words\":[{\"code\":\"employer.kind\",\"zh\":"
        "\"单位类型\",\"en\":\"kind of employer\"}],\"decision\":\"grant\",\"amount_yuan\":1000}");
    EXPECT_HAS(r, "\"condition\":\"youth\",\"words\":{},\"truth\":\"false\"");
    EXPECT_LACKS(r, "h-4");
    EXPECT_LACKS(get("/v1/policy/near?measure=m05a&division=620503"), "h-2");
    EXPECT_HAS(get("/v1/policy/near?measure=m05a&limit=1"), "\"near\":2,\"items\":[{");
    EXPECT_HAS(get("/v1/policy/near"), "\"measure\":null");
    EXPECT(get("/v1/policy/near?measure=m99"), 404);
    EXPECT(get("/v1/policy/near?measure=m05a&limit=0"), 400);
}
