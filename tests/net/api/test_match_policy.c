/* Boosts and what a hire would make payable, over the routes: both directions, pages, why. */
#include "house.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define RULES                                                                                      \
    "yizhan-rules 1\n"                                                                             \
    "notice n { number \"甘政办发〔2023〕60号\" level province }\n"                         \
    "param match.boost_cap percent { 15% from 2023-01-01 ref n/16 }\n"                             \
    "param B1 percent { 2% from 2023-01-01 ref n/2 }\n"                                            \
    "param B2 percent { 5% from 2023-01-01 ref n/5 }\n"                                            \
    "param m05a.valid window { true from 2023-01-01 to 2025-12-31 ref n/5.1 }\n"                   \
    "param m05a.amount yuan { 1000 yuan from 2023-01-01 ref n/5.2 }\n"                             \
    "param m08d.valid window { true from 2023-01-01 ref n/8 }\n"                                   \
    "param m08d.amount yuan { }\n"                                                                 \
    "rule m02a { name \"专员\" \"Specialist\" area 1 subject employer bodies HRSS\n"             \
    "  need key overlaps(employer.key_tags, {key_industry}) decide serve boost B1 }\n"             \
    "rule m05a { name \"一次性吸纳就业补贴\" \"One-off subsidy\" area 2 subject hire\n"   \
    "  bodies HRSS fund employment_subsidy window hire.contract_start valid m05a.valid\n"          \
    "  need employer_kind employer.kind = enterprise\n"                                            \
    "  need youth age(person.birth_date, hire.contract_start) <= 24\n"                             \
    "  need year hire.contract_end >= add_months(hire.contract_start, 12) - 1 days\n"              \
    "  decide grant amount m05a.amount group hire_onetime person.id boost B2 }\n"                  \
    "rule m05b { name \"扩岗补助\" \"Expansion\" area 2 subject hire bodies HRSS\n"            \
    "  window hire.contract_start valid m05a.valid\n"                                              \
    "  need insured joint_months(hire.insurance, {unemployment}, hire.contract_start, as_of) >= "  \
    "1\n"                                                                                          \
    "  decide grant amount m05a.amount group hire_onetime person.id boost B2 }\n"                  \
    "rule m08d { name \"代偿\" \"Repayment\" area 2 subject person bodies EDU fund by_rule\n"    \
    "  window as_of valid m08d.valid need village work.level = village\n"                          \
    "  decide refer amount external m08d.amount }\n"                                               \
    "rule m14b { name \"求职补贴\" \"Search\" area 4 subject person bodies HRSS\n"             \
    "  need able person.able decide grant amount 500 yuan }\n"

static house h;

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

static reply post(const char *target, const char *body) {
    return house_json(&h, "POST", target, body);
}

#define PLACE "\"place\":{\"lat\":34.5,\"lon\":105.7}"

static void put(const char *target, const char *body) {
    reply r = house_json(&h, "PUT", target, body);
    cr_assert(r.status == 200 || r.status == 201, "%s: %d %s", target, r.status, r.body.bytes);
}

static void load_rules(void) {
    EXPECT(house_ask(&h, "PUT", "/v1/policy/rules/n", "Content-Type: text/plain\r\n", RULES), 201);
}

// Two postings alike but for the employer; e2 is known and on the key list.
static void open_house(void) {
    house_init(&h);
    house_fill(&h);
    put("/v1/employers/e2", "{\"id\":\"e2\"}");
    put("/v1/postings/p1",
        "{\"id\":\"p1\",\"title\":\"甲\",\"employer\":\"e1\",\"type\":\"full\"," PLACE "}");
    put("/v1/postings/p2",
        "{\"id\":\"p2\",\"title\":\"乙\",\"employer\":\"e2\",\"type\":\"full\"," PLACE "}");
    put("/v1/seekers/s1", "{\"id\":\"s1\",\"person\":\"n1\",\"radius_km\":5,\"types\":[\"full\"],"
                          "\"wage_floor\":{\"amount\":0,\"unit\":\"month\"}," PLACE "}");
    put("/v1/policy/subjects/employer/e2",
        "{\"facts\":{\"employer\":{\"kind\":\"enterprise\",\"key_tags\":[\"key_industry\"]}}}");
    put("/v1/policy/subjects/person/n1",
        "{\"facts\":{\"person\":{\"birth_date\":\"2003-05-10\"}}}");
}

static void close_house(void) {
    cr_assert_eq(h.reads_open, 0);
    house_deinit(&h);
}

TestSuite(match_policy, .init = open_house, .fini = close_house);

static bool before(reply r, const char *first, const char *second) {
    const char *a = strstr(r.body.bytes, first), *b = strstr(r.body.bytes, second);
    return a != NULL && b != NULL && a < b;
}

Test(match_policy, without_rules_an_answer_is_as_ever) {
    reply r = post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"payable\":true}");
    EXPECT(r, 200);
    cr_assert(before(r, "\"id\":\"p1\"", "\"id\":\"p2\""));
    EXPECT_LACKS(r, "rank_score");
    EXPECT_LACKS(r, "boost");
    EXPECT_LACKS(r, "payable");
    EXPECT_LACKS(post("/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p2\"}"), "payable");
}

Test(match_policy, boosts_order_jobs_and_are_named) {
    load_rules();
    reply r = post("/v1/match/jobs", "{\"seeker_id\":\"s1\"}");
    EXPECT(r, 200);
    cr_assert(before(r, "\"id\":\"p2\"", "\"id\":\"p1\""), "%s", r.body.bytes);
    EXPECT_HAS(r, "\"boosts_on\":\"2025-");
    EXPECT_HAS(r, "\"boost_cap\":0.15");
    EXPECT_HAS(r, "\"score\":1.3");
    EXPECT_HAS(r, "\"base_score\":1.3");
    EXPECT_HAS(r, "\"rank_score\":1.37");
    EXPECT_HAS(r, "\"boosts\":[{\"id\":\"B1\",\"value\":0.02},{\"id\":\"B2\",\"value\":0.05}]");
    EXPECT_HAS(r, "\"boosts\":[]"); // p1
    r = post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"boosts\":false}");
    cr_assert(before(r, "\"id\":\"p1\"", "\"id\":\"p2\""));
    EXPECT_LACKS(r, "rank_score");
}

Test(match_policy, boosts_order_seekers) {
    load_rules();
    put("/v1/seekers/s0", "{\"id\":\"s0\",\"radius_km\":5,\"types\":[\"full\"],"
                          "\"wage_floor\":{\"amount\":0,\"unit\":\"month\"}," PLACE "}");
    reply r = post("/v1/match/seekers", "{\"posting_id\":\"p2\",\"payable\":true}");
    EXPECT(r, 200);
    cr_assert(before(r, "\"id\":\"s1\"", "\"id\":\"s0\""), "%s", r.body.bytes);
    EXPECT_HAS(r, "\"boosts\":[{\"id\":\"B1\",\"value\":0.02}]"); // s0: nobody knows the person
    EXPECT_HAS(r, "\"payable\":null,\"unknown_subjects\":[\"person\"]");
    EXPECT_HAS(r, "\"measure\":\"m05a\"");
    r = post("/v1/match/seekers", "{\"posting_id\":\"p2\",\"boosts\":false}");
    cr_assert(before(r, "\"id\":\"s0\"", "\"id\":\"s1\""));
}

Test(match_policy, a_match_says_what_the_hire_would_make_payable) {
    load_rules();
    reply r = post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"payable\":true,\"detail\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"assumed\":{\"contract_kind\":\"labour\",\"contract_type\":\"fixed\","
                  "\"contract_start\":\"2025-");
    EXPECT_HAS(r, "{\"measure\":\"m05a\",\"name\":{\"zh\":\"一次性吸纳就业补贴\",\"en\":\"One-off "
                  "subsidy\"},\"to\":\"employer\",\"decision\":\"grant\",\"amount_yuan\":1000,"
                  "\"clause\":{\"notice\":\"n\",\"number\":\"甘政办发〔2023〕60号\",\"measure\":5,"
                  "\"sentence\":1}}");
    EXPECT_HAS(r, "\"decision\":\"unknown\",\"amount_yuan\":null,\"clause\":");
    EXPECT_HAS(r,
               "\"missing\":[\"hire.insurance\"],\"missing_words\":[{\"code\":\"hire.insurance\","
               "\"zh\":\"社会保险足额缴费月份\"");
    EXPECT_HAS(r, "\"missing\":[\"work.level\"]");
    EXPECT_LACKS(r, "m14b"); // the person's own, with or without the hire
    EXPECT_HAS(r, "\"payable\":null,\"unknown_subjects\":[\"employer\"]"); // e1
    EXPECT_HAS(r, "\"posting\":{\"id\":\"p2\"");
    put("/v1/policy/subjects/posting/p2", "{\"facts\":{\"work\":{\"level\":\"village\"}}}");
    r = post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"payable\":true}");
    EXPECT_HAS(r, "{\"measure\":\"m08d\",\"name\":{\"zh\":\"代偿\",\"en\":\"Repayment\"},\"to\":"
                  "\"person\",\"decision\":\"refer\",\"amount_yuan\":null");
    EXPECT_LACKS(r, "work.level");
    EXPECT(post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"payable\":true,\"k\":51}"), 422);
    EXPECT(post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"payable\":1}"), 422);
}

Test(match_policy, what_was_paid_is_payable_no_more) {
    load_rules();
    EXPECT(post("/v1/policy/payments",
                "{\"measure\":\"m05a\",\"person\":\"n1\",\"date\":\"2025-03-01\","
                "\"amount_yuan\":1000}"),
           201);
    reply r = post("/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p2\"}");
    EXPECT_LACKS(r, "\"decision\":\"grant\"");
    EXPECT_HAS(r, "\"boosts\":[{\"id\":\"B1\",\"value\":0.02}]");
}

Test(match_policy, why_says_both_and_adds_nothing_to_a_pair_that_does_not_fit) {
    load_rules();
    reply r = post("/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p2\"}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"rank_score\":1.37");
    EXPECT_HAS(r, "{\"id\":\"B2\",\"value\":0.05}");
    EXPECT_HAS(r, "\"measure\":\"m05a\"");
    EXPECT_LACKS(
        post("/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p2\",\"payable\":false}"),
        "\"payable\"");
    put("/v1/seekers/s1", "{\"id\":\"s1\",\"person\":\"n1\",\"radius_km\":5,\"types\":[\"gig\"],"
                          "\"wage_floor\":{\"amount\":0,\"unit\":\"month\"}," PLACE "}");
    r = post("/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p2\"}");
    EXPECT_HAS(r, "\"fits\":false");
    EXPECT_HAS(r, "\"rank_score\":0,\"boosts\":[]");
    EXPECT_HAS(r, "\"measure\":\"m05a\"");
    EXPECT_HAS(post("/v1/match/jobs", "{\"seeker_id\":\"s1\"}"), "\"hits\":[]");
}

static void cursor_of(reply r, char cursor[200]) {
    const char *at = strstr(r.body.bytes, "\"next_cursor\":\"");
    cr_assert_not_null(at, "%s", r.body.bytes);
    at += strlen("\"next_cursor\":\"");
    snprintf(cursor, 200, "%.*s", (int)strcspn(at, "\""), at);
}

Test(match_policy, a_page_goes_on_in_its_own_order) {
    char cursor[200], body[400];
    load_rules();
    cursor_of(post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"k\":1}"), cursor);
    snprintf(body, sizeof body, "{\"seeker_id\":\"s1\",\"k\":1,\"cursor\":\"%s\"}", cursor);
    EXPECT_HAS(post("/v1/match/jobs", body), "\"id\":\"p1\"");
    snprintf(body, sizeof body, "{\"seeker_id\":\"s1\",\"k\":1,\"boosts\":false,\"cursor\":\"%s\"}",
             cursor);
    EXPECT(post("/v1/match/jobs", body), 400);
    cursor_of(post("/v1/match/jobs", "{\"seeker_id\":\"s1\",\"k\":1,\"boosts\":false}"), cursor);
    snprintf(body, sizeof body, "{\"seeker_id\":\"s1\",\"k\":1,\"cursor\":\"%s\"}", cursor);
    reply r = post("/v1/match/jobs", body);
    EXPECT_HAS(r, "\"id\":\"p2\"");
    EXPECT_LACKS(r, "rank_score");
}

// People nobody has asked about yet, more than are decided while the market is held; the last one
// would bring m05a.
static void many_people(void) {
    char target[100], body[300];
    load_rules();
    for (uint32_t i = 0; i < 700; i++) {
        snprintf(target, sizeof target, "/v1/seekers/t%03u", i);
        snprintf(body, sizeof body,
                 "{\"id\":\"t%03u\",\"radius_km\":5,\"types\":[\"full\"],"
                 "\"wage_floor\":{\"amount\":0,\"unit\":\"month\"}," PLACE "}",
                 i);
        put(target, body);
        snprintf(target, sizeof target, "/v1/policy/subjects/person/t%03u", i);
        put(target, i == 699 ? "{\"facts\":{\"person\":{\"birth_date\":\"2003-05-10\"}}}"
                             : "{\"facts\":{\"person\":{\"birth_date\":\"1983-05-10\"}}}");
    }
}

// All is to be decided anew.
static void other_rules(void) {
    static uint32_t times;
    char text[sizeof RULES + 40];
    snprintf(text, sizeof text, "%s# %u\n", RULES, ++times);
    reply r = house_ask(&h, "PUT", "/v1/policy/rules/n", "Content-Type: text/plain\r\n", text);
    cr_assert(r.status == 200 || r.status == 201, "%d", r.status);
}

Test(match_policy, a_question_with_much_to_decide_is_answered_in_turns) {
    char cursor[200], body[400];
    many_people();
    uint32_t turns = h.turns;
    reply r = post("/v1/match/seekers", "{\"posting_id\":\"p2\",\"k\":2}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"count\":701");
    cr_assert(before(r, "\"id\":\"s1\"", "\"id\":\"t699\""), "%s", r.body.bytes);
    cr_assert_geq(h.turns - turns, 3);
    cursor_of(r, cursor);
    turns = h.turns;
    EXPECT_HAS(post("/v1/match/seekers", "{\"posting_id\":\"p2\",\"k\":2}"), "t699");
    cr_assert_eq(h.turns, turns, "what was decided is kept");
    other_rules();
    snprintf(body, sizeof body, "{\"posting_id\":\"p2\",\"k\":2,\"cursor\":\"%s\"}", cursor);
    r = post("/v1/match/seekers", body);
    cr_assert_gt(h.turns, turns);
    cr_assert(before(r, "\"id\":\"t000\"", "\"id\":\"t001\""), "%s", r.body.bytes);
    EXPECT_LACKS(r, "t699");
}

static void hang_up(house *of) {
    house_reconnect(of, true);
}

Test(match_policy, a_question_whose_asker_hangs_up_is_dropped) {
    many_people();
    h.between = hang_up;
    cr_assert_eq(post("/v1/match/seekers", "{\"posting_id\":\"p2\",\"k\":2}").status, 0);
    EXPECT_HAS(post("/v1/match/seekers", "{\"posting_id\":\"p2\",\"k\":2}"), "t699");
}
