/* ?as_of= from the request to the market of the past and back; and that market by itself. */
#include "house.h"

#include "engine/model/time.h"
#include "net/api/inside.h"
#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>
#include <inttypes.h>

// ---- moments ----

Test(as_of, a_moment_is_a_day_an_instant_or_a_sequence) {
    static const struct {
        const char *text;
        uint64_t sequence;
        int64_t at_ms;
    } GOOD[] = {{"1970-01-01", 0, 57599999}, // 24:00 of Beijing is 16:00 UTC
                {"1970-01-01T08:00:00+08:00", 0, 0},
                {"1970-01-01T00:00:00.017Z", 0, 17},
                {"seq:1", 1, 0},
                {"seq:999999999999999999", 999999999999999999, 0}};
    static const char *const BAD[] = {"",
                                      "x",
                                      "seq:",
                                      "seq:0",
                                      "seq:01",
                                      "seq:-1",
                                      "seq:1 ",
                                      "Seq:1",
                                      "seq:1x",
                                      "2026-02-30",
                                      "17",
                                      "now",
                                      "2026-08-01T",
                                      "seq:1000000000000000000"};
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        api_moment m = {77, 77};
        cr_assert(api_moment_parse(yz_text_of(GOOD[i].text), &m), "%s", GOOD[i].text);
        cr_assert_eq(m.sequence, GOOD[i].sequence, "%s", GOOD[i].text);
        cr_assert_eq(m.at_ms, GOOD[i].at_ms, "%s: %" PRId64, GOOD[i].text, m.at_ms);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        api_moment m = {77, 77};
        cr_assert_not(api_moment_parse(yz_text_of(BAD[i]), &m), "%s", BAD[i]);
        cr_assert_eq(m.sequence, 77);
    }
    cr_assert(api_moment_equal((api_moment){0, 5}, (api_moment){0, 5}));
    cr_assert_not(api_moment_equal((api_moment){0, 5}, (api_moment){0, 6}));
    cr_assert_not(api_moment_equal((api_moment){1, 5}, (api_moment){0, 5}));
    cr_assert(api_moment_equal((api_moment){1, 5}, (api_moment){1, 6}));
}

// ---- the request ----

static house h;

static void open_it(void) {
    house_init(&h);
}

static void close_it(void) {
    house_deinit(&h);
}

TestSuite(as_of_request, .init = open_it, .fini = close_it);

static const api_past ANSWER = {.status = 200,
                                .content_type = "text/csv",
                                .headers = {"Content-Disposition: attachment\r\n", 33},
                                .body = {"a,b\n", 4},
                                .sequence = 17,
                                .at_ms = 1764000000000};

Test(as_of_request, goes_there_without_the_parameter_and_comes_back_with_where_it_was) {
    reply r = house_ask(&h, "GET", "/v1/digest?as_of=seq:17",
                        "Accept-Language: en\r\nAccept: text/csv\r\nX-Other: 1\r\n", NULL);
    cr_assert_eq(r.status, 0, "not yet");
    cr_assert(h.past.asked);
    cr_assert_eq(h.past.moment.sequence, 17);
    cr_assert_str_eq(h.past.question, "/v1/digest\tAccept-Language: en\tAccept: text/csv");
    house_past(&h, &ANSWER);
    r = house_take(&h);
    cr_assert_eq(r.status, 200);
    cr_assert(yz_text_equal(r.body, YZ_TEXT("a,b\n")));
    cr_assert(reply_says(&r, "Content-Type: text/csv"));
    cr_assert(reply_says(&r, "Content-Disposition: attachment"));
    cr_assert(reply_says(&r, "Yizhan-Seq: 17"));
    cr_assert(reply_says(&r, "Yizhan-At: 2025-11-25T00:00:00+08:00"));
    // And the connection goes on.
    r = house_ask(&h, "GET", "/v1/digest", "", NULL);
    cr_assert_eq(r.status, 200);
}

Test(as_of_request, says_in_words_that_an_answer_would_be_too_large) {
    static const api_past LARGE = {.status = INSIDE_TOO_LONG, .content_type = "text/plain"};
    (void)house_ask(&h, "GET", "/v1/stats?series=S01&as_of=seq:17", "Accept-Language: en\r\n",
                    NULL);
    house_past(&h, &LARGE);
    reply r = house_take(&h);
    cr_assert_eq(r.status, 422);
    cr_assert(reply_has(&r, "past_too_large") && reply_has(&r, "24 MB"));
}

Test(as_of_request, finds_its_parameter_however_it_is_written) {
    static const char *const TARGETS[] = {"/v1/digest?as_of=2026-08-01T12:00:00+08:00",
                                          "/v1/digest?&as_of=2026-08-01T12:00:00%2B08:00",
                                          "/v1/digest?as%5Fof=2026-08-01T12:00:00+08:00&",
                                          "/v1/digest?as_of=2026-08-01T04:00:00Z"};
    int64_t at_ms = 0;
    cr_assert(yz_time_parse(YZ_TEXT("2026-08-01T04:00:00Z"), YZ_DAY_END, &at_ms));
    for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++) {
        (void)house_ask(&h, "GET", TARGETS[i], "", NULL);
        cr_assert(h.past.asked, "%s", TARGETS[i]);
        cr_assert_eq(h.past.moment.at_ms, at_ms, "%s", TARGETS[i]);
        cr_assert_str_eq(h.past.question, "/v1/digest");
        house_past(&h, &ANSWER);
        (void)house_take(&h);
    }
}

Test(as_of_request, a_head_has_no_body) {
    (void)house_ask(&h, "HEAD", "/v1/digest?as_of=seq:17", "", NULL);
    house_past(&h, &ANSWER);
    reply r = house_take(&h);
    cr_assert_eq(r.status, 200);
    cr_assert(reply_says(&r, "Content-Length: 4"));
    cr_assert_eq(r.body.size, 0);
}

Test(as_of_request, every_refusal_has_its_status_and_says_what_to_do) {
    static const struct {
        const char *reason;
        int status;
        bool at_once, later;
        const char *words;
    } CASES[] = {{"past_future", 422, true, false, "is not over yet"},
                 {"past_busy", 503, true, true, "Retry-After"},
                 {"past_stops", 503, true, false, "restart"},
                 {"no_past", 409, true, false, "yizhan serve --data-dir DIR"},
                 {"past_early", 404, false, false, "the records begin at v"},
                 {"past_slow", 503, false, true, "snapshot shortly before"},
                 {"past_failed", 500, false, false, "yizhan verify"}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        h.past.refusal = CASES[i].at_once ? CASES[i].reason : NULL;
        reply r = house_ask(&h, "GET", "/v1/digest?as_of=seq:17", "Accept-Language: en\r\n", NULL);
        if (!CASES[i].at_once) {
            api_past past = {.refusal = CASES[i].reason, .value = "v", .later = CASES[i].later};
            house_past(&h, &past);
            r = house_take(&h);
        }
        cr_assert_eq(r.status, CASES[i].status, "%s", CASES[i].reason);
        cr_assert(reply_has(&r, CASES[i].reason));
        cr_assert(reply_has(&r, CASES[i].words), "%s: %.*s", CASES[i].reason, (int)r.body.size,
                  r.body.bytes);
        cr_assert_eq(reply_says(&r, "Retry-After: 5"), CASES[i].later, "%s", CASES[i].reason);
    }
}

Test(as_of_request, a_moment_that_is_none_and_a_route_that_has_no_past_are_refused) {
    reply r = house_ask(&h, "GET", "/v1/digest?as_of=yesterday", "", NULL);
    cr_assert_eq(r.status, 400);
    cr_assert(reply_has(&r, "bad_moment"));
    r = house_ask(&h, "GET", "/v1/digest?as_of=seq:1&as_of=seq:2", "", NULL);
    cr_assert_eq(r.status, 400);
    r = house_ask(&h, "GET", "/v1/counts?as_of=seq:1", "", NULL);
    cr_assert_eq(r.status, 400);
    cr_assert(reply_has(&r, "unknown_parameter"));
    cr_assert_not(h.past.asked);
}

Test(as_of_request, whoever_hangs_up_is_not_answered) {
    (void)house_ask(&h, "GET", "/v1/digest?as_of=seq:17", "", NULL);
    house_reconnect(&h, true);
    house_past(&h, &ANSWER);
    cr_assert_eq(house_take(&h).status, 0);
    (void)house_ask(&h, "GET", "/v1/digest?as_of=seq:17", "", NULL);
    house_reconnect(&h, true);
    house_past(&h, &(api_past){.refusal = "past_failed"});
    cr_assert_eq(house_take(&h).status, 0);
    reply r = house_ask(&h, "GET", "/v1/digest", "", NULL);
    cr_assert_eq(r.status, 200);
}

Test(as_of_request, a_tab_in_a_header_does_not_begin_another) {
    (void)house_ask(&h, "GET", "/v1/digest?as_of=seq:17",
                    "Accept-Language: en,\tzh\r\nAccept: x\r\n", NULL);
    cr_assert_str_eq(h.past.question, "/v1/digest\tAccept: x");
    house_past(&h, &ANSWER);
}

// ---- the market of the past ----

static bool says(const inside_answer *a, const char *words) {
    return memmem(a->body.bytes, a->body.size, words, strlen(words)) != NULL;
}

/* Grown with its indexes at rest, as the process does it. */
static yz_market *grown(uint64_t seed, uint32_t commands) {
    stream s = stream_new(seed, 30);
    yz_market *m = stream_market(seed);
    yz_market_bulk_begin(m);
    for (uint32_t i = 0; i < commands; i++) {
        yz_command c = stream_next(&s);
        (void)yz_market_apply(m, &c, NULL);
    }
    yz_arena_free(s.arena);
    return m;
}

Test(inside, answers_what_can_be_asked_of_the_past_and_nothing_else) {
    yz_market *m = grown(1, 600);
    inside *in = inside_new(m, 5);
    char digest[YZ_DIGEST_TEXT_MAX], wanted[120];
    yz_digest_text(yz_market_digest(m), digest);
    snprintf(wanted, sizeof wanted, "{\"seq\":600,\"at_ms\":%" PRId64 ",\"digest\":\"%s\"}",
             yz_market_time_ms(m), digest);
    for (int i = 0; i < 3; i++) {
        inside_answer a = inside_ask(in, YZ_TEXT("/v1/digest"));
        cr_assert_eq(a.status, 200);
        cr_assert_str_eq(a.content_type, "application/json");
        cr_assert_eq(a.headers.size, 0, "%.*s", (int)a.headers.size, a.headers.bytes);
        cr_assert(yz_text_equal(a.body, yz_text_of(wanted)), "%.*s", (int)a.body.size,
                  a.body.bytes);
    }
    static const struct {
        const char *question;
        int status;
        const char *words;
    } CASES[] = {
        {"/v1/counts", 404, "only_now"},
        {"/v1/counts\tAccept-Language: en", 404, "is not answered about the past"},
        {"/v1/postings", 404, "only_now"},
        {"/v1/postings/export", 404, "only_now"},
        {"/v1/live", 404, "only_now"},
        {"/metrics", 404, "only_now"},
        {"/readyz", 404, "only_now"},
        {"/v1/digest?as_of=seq:3", 404, "only_now"},
        {"/v1/digest?x=1", 400, "unknown_parameter"},
        {"/v1/match/jobs", 405, "method_not_allowed"},
        {"/", 404, "no_such_route"},
        {"/app.js", 404, "no_such_route"},
        {"/nowhere", 404, "no_such_route"},
        {"", 400, "code"},
        {"nonsense", 400, "code"},
        {"/v1/digest HTTP/1.1", 400, "code"},
        {"/v1/dig est", 400, "code"},
        {"/v1/digest\tno colon", 400, "code"},
        {"/v1/digest\tContent-Length: 5", 500, "no answer"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        inside_answer a = inside_ask(in, yz_text_of(CASES[i].question));
        cr_expect_eq(a.status, CASES[i].status, "%s: %d", CASES[i].question, a.status);
        cr_expect(says(&a, CASES[i].words), "%s: %.*s", CASES[i].question, (int)a.body.size,
                  a.body.bytes);
    }
    inside_answer a = inside_ask(in, YZ_TEXT("/v1/digest")); // as before
    cr_assert(yz_text_equal(a.body, yz_text_of(wanted)));
    inside_free(in);
    yz_market_free(m);
}

Test(inside, takes_any_bytes) {
    yz_market *m = grown(2, 300);
    inside *in = inside_new(m, 5);
    yz_text good = inside_ask(in, YZ_TEXT("/v1/digest")).body;
    char wanted[200];
    snprintf(wanted, sizeof wanted, "%.*s", (int)good.size, good.bytes);
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        yz_random random = yz_random_seeded(seed);
        char question[64] = "/v1/digest\tAccept-Language: zh\tAccept: */*";
        uint32_t size = (uint32_t)strlen(question);
        uint32_t changes = 1 + (uint32_t)yz_random_below(&random, 6);
        for (uint32_t i = 0; i < changes; i++) {
            char c = (char)yz_random_below(&random, 256);
            question[yz_random_below(&random, size)] = c == '\n' ? '?' : c; // a line has none
        }
        inside_answer a = inside_ask(in, (yz_text){question, size});
        cr_assert(a.status >= 200 && a.status < 600, "seed %lu: %d", seed, a.status);
        if (a.status == 200) cr_assert(yz_text_equal(a.body, yz_text_of(wanted)), "seed %lu", seed);
    }
    inside_free(in);
    yz_market_free(m);
}
