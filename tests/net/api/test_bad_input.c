/* Every bad request gets an answer of its own, in two languages, and changes nothing. */
#include "house.h"

#include "net/api/problem_text.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72}"
#define P(rest) "{\"title\":\"t\",\"type\":\"full\"," PLACE rest "}"
#define S(rest) "{\"radius_km\":5,\"types\":[\"full\"]," PLACE rest "}"
#define ASK(rest) "{\"seeker\":" S("") rest "}"

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
    cr_assert_eq(house_json(&h, "PUT", "/v1/postings/p1", P("")).status, 201);
    cr_assert_eq(house_json(&h, "PUT", "/v1/seekers/s1", S("")).status, 201);
}

static void close_house(void) {
    house_deinit(&h);
}

TestSuite(bad_input, .init = open_house, .fini = close_house);

static const struct {
    const char *method, *target, *body;
    int status;
    const char *code, *pointer;
} CASES[] = {
    // not JSON
    {"PUT", "/v1/postings/x", "", 400, "json_cut_off", ""},
    {"PUT", "/v1/postings/x", "{\"title\":", 400, "json_cut_off", "/title"},
    {"PUT", "/v1/postings/x", "{\"title\":\"t\"}}", 400, "json_goes_on", ""},
    {"PUT", "/v1/postings/x", "{\"title\":NaN}", 400, "not_a_number", "/title"},
    {"PUT", "/v1/postings/x", "{\"openings\":01}", 400, "bad_number_form", "/openings"},
    {"PUT", "/v1/postings/x", "{\"openings\":1.}", 400, "bad_number_form", "/openings"},
    {"PUT", "/v1/postings/x", "{\"openings\":1e309}", 400, "number_too_large", "/openings"},
    {"PUT", "/v1/postings/x", "{\"openings\":9007199254740994}", 400, "number_too_large",
     "/openings"},
    {"PUT", "/v1/postings/x", "{\"title\":\"a\xFF\"}", 400, "bad_utf8", "/title"},
    {"PUT", "/v1/postings/x", "{\"title\":\"a\tb\"}", 422, "control_character", "/title"},
    {"PUT", "/v1/postings/x", "{\"title\":\"\\u0000\"}", 400, "nul_character", "/title"},
    {"PUT", "/v1/postings/x", "{\"title\":\"\\q\"}", 400, "bad_escape", "/title"},
    {"PUT", "/v1/postings/x", "{\"title\":1,\"title\":2}", 400, "duplicate_field", "/title"},
    {"PUT", "/v1/postings/x", "{title:1}", 400, "bad_json", ""},
    // not a posting
    {"PUT", "/v1/postings/x", "[]", 422, "wrong_type", ""},
    {"PUT", "/v1/postings/x", "{}", 422, "missing_field", "/title"},
    {"PUT", "/v1/postings/x", P(",\"colour\":1"), 422, "unknown_field", "/colour"},
    {"PUT", "/v1/postings/x", P(",\"id\":\"y\""), 422, "id_mismatch", "/id"},
    {"PUT", "/v1/postings/x", P(",\"required\":[{\"skill\":\"a\",\"level\":0}]"), 422,
     "out_of_range", "/required/0/level"},
    {"PUT", "/v1/postings/x", P(",\"required\":[{\"skill\":\"a\",\"level\":6}]"), 422,
     "out_of_range", "/required/0/level"},
    {"PUT", "/v1/postings/x", P(",\"required\":[{\"skill\":\"zz\",\"level\":1}]"), 422,
     "unknown_skill", "/required/0/skill"},
    {"PUT", "/v1/postings/x", P(",\"preferred\":[\"a\",\"zz\"]"), 422, "unknown_skill",
     "/preferred/1"},
    {"PUT", "/v1/postings/x", P(",\"preferred\":[\"a\",\"a\"]"), 422, "duplicate_skill",
     "/preferred/1"},
    {"PUT", "/v1/postings/x", P(",\"employer\":\"zz\""), 422, "unknown_employer", "/employer"},
    {"PUT", "/v1/postings/x", P(",\"occupation\":\"zz\""), 422, "unknown_occupation",
     "/occupation"},
    {"PUT", "/v1/postings/x", P(",\"openings\":0"), 422, "out_of_range", "/openings"},
    {"PUT", "/v1/postings/x", P(",\"openings\":1.5"), 422, "not_whole", "/openings"},
    {"PUT", "/v1/postings/x", P(",\"education_min\":7"), 422, "out_of_range", "/education_min"},
    {"PUT", "/v1/postings/x", P(",\"shifts\":0"), 422, "no_shift", "/shifts"},
    {"PUT", "/v1/postings/x", P(",\"wage\":{\"min\":2,\"max\":1,\"unit\":\"day\"}"), 422,
     "min_above_max", "/wage"},
    {"PUT", "/v1/postings/x", P(",\"wage\":{\"min\":1.001,\"max\":2,\"unit\":\"day\"}"), 422,
     "too_many_decimals", "/wage/min"},
    {"PUT", "/v1/postings/x", P(",\"wage\":{\"min\":1,\"max\":2,\"unit\":\"moon\"}"), 422,
     "bad_choice", "/wage/unit"},
    {"PUT", "/v1/postings/x", P(",\"valid_to\":\"tomorrow\""), 422, "bad_time", "/valid_to"},
    {"PUT", "/v1/postings/x", P(",\"valid_to\":\"2001-01-01\""), 409, "already_over", "/valid_to"},
    {"PUT", "/v1/postings/x", P(",\"valid_from\":\"2030-01-02\",\"valid_to\":\"2030-01-01\""), 422,
     "ends_before_start", "/valid_to"},
    {"PUT", "/v1/postings/x", "{\"title\":\"\",\"type\":\"full\"," PLACE "}", 422, "empty",
     "/title"},
    {"PUT", "/v1/postings/x",
     "{\"title\":\"t\",\"type\":\"full\",\"place\":{\"lat\":91,\"lon\":0}}", 422, "out_of_range",
     "/place/lat"},
    {"PUT", "/v1/postings/x",
     "{\"title\":\"t\",\"type\":\"full\",\"place\":{\"lat\":0,\"lon\":181}}", 422, "out_of_range",
     "/place/lon"},
    {"PUT", "/v1/postings/x",
     "{\"title\":\"t\",\"type\":\"full\",\"place\":{\"lat\":0,\"lon\":0,\"division\":\"9\"}}", 422,
     "unknown_division", "/place/division"},
    // not a seeker
    {"PUT", "/v1/seekers/x", S(",\"types\":[]"), 400, "duplicate_field", "/types"},
    {"PUT", "/v1/seekers/x", "{\"radius_km\":5,\"types\":[]," PLACE "}", 422, "no_type", "/types"},
    {"PUT", "/v1/seekers/x", "{\"radius_km\":-1,\"types\":[\"gig\"]," PLACE "}", 422,
     "out_of_range", "/radius_km"},
    {"PUT", "/v1/seekers/x", S(",\"groups\":[32]"), 422, "out_of_range", "/groups"},
    {"PUT", "/v1/seekers/x", S(",\"wants_push\":\"yes\""), 422, "wrong_type", "/wants_push"},
    {"PUT", "/v1/seekers/x", S(",\"person\":\"nobody\""), 422, "unknown_person", "/person"},
    // entries
    {"PUT", "/v1/skills/x", "{\"weight\":0}", 422, "out_of_range", "/weight"},
    {"PUT", "/v1/divisions/x", "{\"weight\":1}", 422, "unknown_field", "/weight"},
    // persons
    {"PUT", "/v1/persons/x", "{\"name\":{\"zh\":\"a\"}}", 422, "wrong_type", "/name"},
    {"PUT", "/v1/persons/x", "{\"id_number\":\"110105491231002\"}", 422, "old_id_number",
     "/id_number"},
    {"PUT", "/v1/persons/x", "{\"id_number\":\"1101054912310\"}", 422, "bad_id_number",
     "/id_number"},
    {"PUT", "/v1/persons/x", "{\"id_number\":\"11010519491231002Y\"}", 422, "bad_id_number",
     "/id_number"},
    {"PUT", "/v1/persons/x", "{\"id_number\":\"320***********123X\"}", 422, "masked_value",
     "/id_number"},
    {"PUT", "/v1/persons/x", "{\"id_number\":11010519491231002}", 422, "wrong_type", "/id_number"},
    {"PUT", "/v1/persons/x", "{\"phone\":\"138****6688\"}", 422, "masked_value", "/phone"},
    {"PUT", "/v1/persons/x", "{\"phone\":\"call me\"}", 422, "bad_phone", "/phone"},
    {"PUT", "/v1/persons/x", "{\"phone\":\"12\"}", 422, "bad_phone", "/phone"},
    {"PUT", "/v1/persons/x", "{\"phone\":\"123456789012345678901234567890123\"}", 422, "too_long",
     "/phone"},
    {"PUT", "/v1/persons/x", "{\"account\":\"****1234\"}", 422, "masked_value", "/account"},
    {"PUT", "/v1/persons/x", "{\"account\":\"账号\"}", 422, "bad_account", "/account"},
    {"PUT", "/v1/persons/x", "{\"name\":\"张*\"}", 422, "masked_value", "/name"},
    {"PUT", "/v1/persons/x", "{\"name\":\"a\\nb\"}", 422, "control_character", "/name"},
    {"PUT", "/v1/persons/x", "{\"birth_date\":\"1990-02-30\"}", 422, "bad_time", "/birth_date"},
    {"PUT", "/v1/persons/x", "{\"birth_date\":\"2990-02-01\"}", 422, "out_of_range", "/birth_date"},
    {"PUT", "/v1/persons/x", "{\"sex\":\"x\"}", 422, "bad_choice", "/sex"},
    {"PUT", "/v1/persons/x", "{\"tags\":[\"dibao\",\"rich\"]}", 422, "bad_choice", "/tags/1"},
    {"PUT", "/v1/persons/x", "{\"group\":32}", 422, "out_of_range", "/group"},
    {"PUT", "/v1/persons/x", "{\"division\":\"999\"}", 422, "unknown_division", "/division"},
    {"PUT", "/v1/persons/x", "{\"colour\":1}", 422, "unknown_field", "/…"},
    {"PUT", "/v1/persons/x", "{\"id\":\"y\"}", 422, "id_mismatch", "/id"},
    {"PUT", "/v1/persons/11010519491231002X", "{}", 422, "names_a_person", "/id"},
    {"PUT", "/v1/persons/13800006688", "{}", 422, "names_a_person", "/id"},
    {"PUT", "/v1/seekers/13800006688", S(""), 422, "names_a_person", "/id"},
    {"PUT", "/v1/seekers/x", S(",\"person\":\"11010519491231002X\""), 422, "names_a_person",
     "/person"},
    {"PATCH", "/v1/persons/none", "{\"group\":1}", 404, "unknown_person", ""},
    {"PATCH", "/v1/persons/n1", "{}", 422, "missing_field", ""},
    {"DELETE", "/v1/persons/none", NULL, 404, "unknown_entry", ""},
    {"POST", "/v1/persons/n1/reveal", "{\"purpose\":\"p\"}", 422, "missing_field", "/fields"},
    {"POST", "/v1/persons/n1/reveal", "{\"fields\":[\"name\"]}", 422, "missing_field", "/purpose"},
    {"POST", "/v1/persons/n1/reveal", "{\"fields\":[],\"purpose\":\"p\"}", 422, "empty", "/fields"},
    {"POST", "/v1/persons/n1/reveal", "{\"fields\":[\"sex\"],\"purpose\":\"p\"}", 422, "bad_choice",
     "/fields/0"},
    {"POST", "/v1/persons/n1/reveal", "{\"fields\":[\"name\"],\"purpose\":\"\"}", 422, "empty",
     "/purpose"},
    {"POST", "/v1/persons/n1/reveal", "{\"fields\":[\"name\"],\"purpose\":\"13800006688\"}", 422,
     "names_a_person", "/purpose"},
    {"POST", "/v1/persons/none/reveal", "{\"fields\":[\"name\"],\"purpose\":\"p\"}", 404,
     "unknown_entry", ""},
    // records that are not there, or not so
    {"PATCH", "/v1/postings/none", "{\"openings\":2}", 404, "unknown_posting", ""},
    {"PATCH", "/v1/seekers/none", "{\"radius_km\":2}", 404, "unknown_seeker", ""},
    {"PATCH", "/v1/skills/none", "{}", 404, "unknown_entry", ""},
    {"DELETE", "/v1/postings/none", NULL, 404, "unknown_posting", ""},
    {"DELETE", "/v1/skills/none", NULL, 404, "unknown_entry", ""},
    {"POST", "/v1/postings/none/pause", NULL, 404, "unknown_posting", ""},
    {"POST", "/v1/postings/p1/resume", NULL, 409, "not_paused", ""},
    {"PATCH", "/v1/postings/p1", "{\"title\":null}", 422, "missing_field", "/title"},
    {"PATCH", "/v1/postings/p1", "{\"place\":{\"lat\":1}}", 422, "missing_field", "/place/lon"},
    // questions
    {"POST", "/v1/match/jobs", "{}", 422, "missing_id", ""},
    {"POST", "/v1/match/jobs", "{\"seeker_id\":\"none\"}", 404, "unknown_seeker", "/seeker_id"},
    {"POST", "/v1/match/jobs", ASK(",\"seeker_id\":\"s1\""), 422, "both_given", ""},
    {"POST", "/v1/match/jobs", ASK(",\"k\":1001"), 422, "out_of_range", "/k"},
    {"POST", "/v1/match/jobs", ASK(",\"posting_id\":\"p1\""), 422, "unknown_field", "/posting_id"},
    {"POST", "/v1/match/jobs", ASK(",\"cursor\":\"abc\""), 400, "bad_cursor", "/cursor"},
    {"POST", "/v1/match/jobs", ASK(",\"coverage_permille\":500"), 422, "coverage_below_profile",
     "/coverage_permille"},
    {"POST", "/v1/match/jobs", ASK(",\"filter\":{\"colour\":1}"), 422, "unknown_field",
     "/filter/colour"},
    {"POST", "/v1/match/jobs", ASK(",\"filter\":{\"employer\":\"zz\"}"), 422, "unknown_employer",
     "/filter/employer"},
    {"POST", "/v1/match/jobs", "{\"seeker\":" S(",\"skills\":[{\"skill\":\"zz\",\"level\":1}]") "}",
     422, "unknown_skill", "/seeker/skills/0/skill"},
    {"POST", "/v1/match/jobs", "{\"seeker\":" S(",\"education\":9") "}", 422, "out_of_range",
     "/seeker/education"},
    {"POST", "/v1/match/seekers", "{\"posting\":" P(",\"preferred\":[\"zz\"]") "}", 422,
     "unknown_skill", "/posting/preferred/0"},
    {"POST", "/v1/match/relax", "{\"seeker_id\":\"s1\",\"posting_id\":\"p1\"}", 422, "one_of_two",
     ""},
    {"POST", "/v1/match/unlock", "{\"seeker_id\":\"s1\",\"division\":\"62\"}", 422, "one_of_two",
     ""},
    {"POST", "/v1/match/why", "{\"seeker_id\":\"s1\"}", 422, "missing_id", ""},
    {"POST", "/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p9\"}", 404,
     "unknown_posting", "/posting_id"},
    {"POST", "/v1/match/standing", "{\"posting_id\":\"p1\",\"ids\":1}", 422, "wrong_type", "/ids"},
    // settings
    {"POST", "/v1/weights", "{\"weights\":[]}", 422, "empty", "/weights"},
    {"POST", "/v1/weights", "{\"weights\":[{\"skill\":\"a\"}]}", 422, "missing_field",
     "/weights/0/weight"},
    {"POST", "/v1/weights", "{\"weights\":[{\"skill\":\"zz\",\"weight\":1}]}", 422, "unknown_skill",
     "/weights/0/skill"},
    {"PUT", "/v1/profile", "{\"coverage_permille\":0}", 422, "out_of_range", "/coverage_permille"},
    {"PUT", "/v1/profile", "{\"coverage_permille\":600}", 422, "missing_field",
     "/preferred_permille"},
    // requests
    {"GET", "/v1/skills?limit=0", NULL, 400, "bad_parameter", ""},
    {"GET", "/v1/skills?limit=1&limit=2", NULL, 400, "bad_parameter", ""},
    {"GET", "/v1/skills?lmit=1", NULL, 400, "unknown_parameter", ""},
    {"GET", "/v1/skills?limit=%zz", NULL, 400, "bad_parameter", ""},
    {"GET", "/v1/skills?cursor=AAAA", NULL, 400, "bad_cursor", "/cursor"},
    {"GET", "/v1/postings/%FF", NULL, 400, "bad_path", ""},
    {"GET", "/v1/postings/", NULL, 404, "no_such_route", ""},
    {"GET", "/v1/postings/12345678901234567890123456789012345678901234567890123456789012345", NULL,
     400, "bad_path", ""},
    {"GET", "/v1/nothing", NULL, 404, "no_such_route", ""},
    {"GET", "/v1/postings/export?format=xlsx", NULL, 400, "bad_parameter", ""},
    {"POST", "/v1/digest", "{}", 405, "method_not_allowed", ""},
    // live streams
    {"GET", "/v1/live", NULL, 400, "no_topic", ""},
    {"GET", "/v1/live?topic=weather", NULL, 400, "unknown_topic", ""},
    {"GET", "/v1/live?topic=seeker:", NULL, 400, "unknown_topic", ""},
    {"GET", "/v1/live?topic=screen&topic=person:n1", NULL, 400, "unknown_topic", ""},
    {"GET",
     "/v1/live?topic=posting:1,posting:2,posting:3,posting:4,posting:5,posting:6,posting:7,"
     "posting:8,posting:9,posting:10,posting:11,posting:12,posting:13,posting:14,posting:15,"
     "posting:16&topic=posting:17",
     NULL, 400, "too_many_topics", ""},
    {"GET", "/v1/live?topic=screen&last_event_id=x", NULL, 400, "bad_event_id", ""},
    {"GET", "/v1/live?topic=screen&from=0", NULL, 400, "bad_parameter", ""},
    {"GET", "/v1/live?topic=screen&from=1&from=2", NULL, 400, "bad_parameter", ""},
    {"GET", "/v1/live?topics=screen", NULL, 400, "unknown_parameter", ""},
};

static void check_member(const reply *r, const char *name) {
    char empty[40];
    snprintf(empty, sizeof empty, "\"%s\":\"\"", name);
    cr_assert(!reply_has(r, empty), "%s is empty: %s", name, r->body.bytes);
    cr_assert(!reply_has(r, "{value}") && !reply_has(r, "{given}"), "%s", r->body.bytes);
}

Test(bad_input, has_its_own_answer_in_two_languages_and_changes_nothing) {
    uint64_t digest = house_digest(&h);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char detail[2][PROBLEM_TEXT_MAX];
        for (int language = 0; language < 2; language++) {
            char headers[120], wanted[200];
            snprintf(headers, sizeof headers, "%sAccept-Language: %s\r\n",
                     CASES[i].body ? "Content-Type: application/json\r\n" : "",
                     language ? "en-GB,zh;q=0.5" : "zh-CN");
            reply r = house_ask(&h, CASES[i].method, CASES[i].target, headers, CASES[i].body);
            const char *what = CASES[i].body ? CASES[i].body : CASES[i].target;
            cr_assert_eq(r.status, CASES[i].status, "%s: %d %s", what, r.status,
                         r.body.size ? r.body.bytes : "");
            cr_assert(reply_says(&r, "Content-Type: application/problem+json\r\n"));
            snprintf(wanted, sizeof wanted, "\"errors\":[{\"pointer\":\"%s\",\"code\":\"%s\"",
                     CASES[i].pointer, CASES[i].code);
            cr_assert(reply_has(&r, wanted), "%s: %s", what, r.body.bytes);
            check_member(&r, "title");
            check_member(&r, "detail");
            check_member(&r, "message");
            check_member(&r, "fix");
            const char *at = strstr(r.body.bytes, "\"detail\":\"") + 10;
            snprintf(detail[language], PROBLEM_TEXT_MAX, "%.*s", (int)strcspn(at, ","), at);
        }
        cr_assert_str_neq(detail[0], detail[1]);
        cr_assert_eq(house_digest(&h), digest, "%s changed something", CASES[i].target);
    }
}

Test(bad_input, a_title_of_five_megabytes_is_refused_by_its_size) {
    size_t size = 5 << 20;
    char *body = malloc(size);
    memset(body, 'x', size);
    reply r =
        house_ask_bytes(&h, "PUT", "/v1/postings/x",
                        "Content-Type: application/json\r\nAccept-Language: en\r\n", body, size);
    cr_assert_eq(r.status, 413);
    cr_assert(reply_has(&r, "\"code\":\"body_too_large\""));
    free(body);
}

Test(bad_input, framing_is_refused_in_words_too) {
    static const struct {
        const char *request;
        int status;
        const char *code;
    } RAW[] = {
        {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "header_name_with_space"},
        {"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400, "folded_line"},
        {"GET / HTTP/1.1\r\n\r\n", 400, "no_host"},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         400, "content_length_and_transfer_encoding"},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501,
         "\"transfer_encoding\""},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400,
         "\"transfer_encoding_form\""},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "transfer_encoding_in_1_0"},
        {"POST /v1/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: a\r\n\r\n",
         400, "after_last_chunk"}};
    for (size_t i = 0; i < sizeof RAW / sizeof RAW[0]; i++) {
        house_reconnect(&h, true);
        house_send(&h, RAW[i].request, strlen(RAW[i].request));
        reply r = house_take(&h);
        cr_assert_eq(r.status, RAW[i].status, "%s", RAW[i].code);
        cr_assert(reply_has(&r, RAW[i].code), "%s", r.body.bytes);
    }
}

Test(bad_input, every_code_and_reason_has_words) {
    for (int language = 0; language < 2; language++) {
        problem_text text;
        for (int code = 0; code < YZ_PROBLEM_CODE_COUNT; code++) {
            yz_problem problem = {.code = (yz_problem_code)code, .value = "v", .given = 1};
            problem_text_of(&problem, (problem_language)language, &text);
            cr_assert(text.title && text.title[0] && text.message[0] && text.fix[0], "%d", code);
            if (code > 0) {
                cr_assert(problem_named(yz_problem_name((yz_problem_code)code),
                                        (problem_language)language, &text));
            }
        }
        const problem_refusal *refusal;
        for (uint32_t i = 0; (refusal = problem_refusal_at(i)) != NULL; i++) {
            problem_refusal_text(refusal, YZ_TEXT("v"), (problem_language)language, &text);
            cr_assert(text.title[0] && text.message[0] && text.fix[0], "%s", refusal->reason);
        }
    }
}

Test(bad_input, a_refusal_does_not_propose_what_was_sent) {
    static const char *const SAID[][2] = {
        {"{\"radius_km\":0,\"types\":[\"gig\"]," PLACE "}",
         "/radius_km is 0; allowed are 0.001 to 20100"},
        {"{\"radius_km\":20100.5,\"types\":[\"gig\"]," PLACE "}",
         "/radius_km is 20100.5; allowed are 0.001 to 20100"},
        {"{\"radius_km\":5,\"types\":[\"gig\"],\"title\":\"t\"," PLACE "}",
         "there is no field \\\"title\\\" here\""},
        {"{\"radius_km\":5,\"types\":[\"gig\"],\"titl\":\"t\"," PLACE "}",
         "did you mean \\\"title\\\"?"}};
    for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++) {
        reply r =
            house_ask(&h, "PUT", "/v1/seekers/x",
                      "Content-Type: application/json\r\nAccept-Language: en\r\n", SAID[i][0]);
        cr_assert_eq(r.status, 422);
        cr_assert(reply_has(&r, SAID[i][1]), "%s", r.body.bytes);
    }
}

Test(bad_input, values_stand_in_the_words) {
    yz_problem problem;
    problem_text text;
    (void)yz_problem_range(&problem, YZ_PROBLEM_OUT_OF_RANGE, "/openings", 0, 1, 1000000);
    problem_text_of(&problem, PROBLEM_EN, &text);
    cr_assert_str_eq(text.message, "/openings is 0; allowed are 1 to 1000000");
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_FIELD, "/educaton_min",
                           YZ_TEXT("educaton_min"));
    problem_text_of(&problem, PROBLEM_ZH, &text);
    cr_assert_str_eq(text.message, "没有名为 “educaton_min” 的字段，是否想写 “education_min”？");
    (void)yz_problem_value(&problem, YZ_PROBLEM_WRONG_TYPE, "/wage", YZ_TEXT("object"));
    problem_text_of(&problem, PROBLEM_ZH, &text);
    cr_assert_str_eq(text.message, "/wage 应当是对象 {…}");
}

// What is told must help: names, bounds and choices are those of this very request.
Test(bad_input, the_words_fit_the_request) {
    static const struct {
        const char *target, *body, *words;
    } SAID[] = {
        {"/v1/match/jobs", ASK(",\"posting_id\":\"p1\""),
         "\"there is no field \\\"posting_id\\\" here\""},
        {"/v1/match/seekers", "{\"posting_id\":\"p1\",\"filter\":{\"words\":\"x\"}}",
         "there is no field \\\"words\\\" here"},
        {"/v1/match/relax", "{\"seeker_id\":\"s1\",\"posting_id\":\"p1\"}",
         "only one of seeker, posting may be given"},
        {"/v1/match/relax", "{}", "lacks seeker / posting"},
        {"/v1/match/unlock", "{}", "lacks seeker / division"},
        {"/v1/match/jobs", "{\"seeker\":{\"radius_km\":0,\"types\":[\"full\"]," PLACE "}}",
         "give a value from 0.001 to 20100"},
    };
    for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++) {
        reply r =
            house_ask(&h, "POST", SAID[i].target,
                      "Content-Type: application/json\r\nAccept-Language: en\r\n", SAID[i].body);
        cr_assert_eq(r.status, 422, "%s", SAID[i].body);
        cr_assert(reply_has(&r, SAID[i].words), "%s: %s", SAID[i].words, r.body.bytes);
    }
}
