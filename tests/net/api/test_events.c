/* GET /v1/live as a client sees it: the head, the first events, who may, and what it says while it
 * cannot. The streams themselves: tests/net/live. */
#include "house.h"

#include "engine/market/policy_view.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static house h;

static void set_up(void) {
    house_init(&h);
    house_fill(&h);
}

static void tear_down(void) {
    house_deinit(&h);
}

TestSuite(events, .init = set_up, .fini = tear_down);

// What the connection sent since the last look.
static const char *listen(const char *target, const char *headers) {
    static char *kept;
    char request[1000];
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n",
                        target, headers);
    house_reconnect(&h, true);
    house_send(&h, request, (size_t)size);
    kept = realloc(kept, h.out_size + 1);
    memcpy(kept, h.out, h.out_size);
    kept[h.out_size] = '\0';
    h.out_size = 0;
    return kept;
}

static const char *more(void) {
    static char *kept;
    house_collect(&h);
    kept = realloc(kept, h.out_size + 1);
    memcpy(kept, h.out, h.out_size);
    kept[h.out_size] = '\0';
    h.out_size = 0;
    return kept;
}

static void open_posting(const char *id) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                         .title = YZ_TEXT("焊工"),
                                         .place = {.division = YZ_TEXT("620502")},
                                         .type = YZ_TYPE_FULL,
                                         .openings = 1,
                                         .shifts = YZ_SHIFTS_ALL,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX};
    c.posting_put.fields = YZ_POSTING_ALL;
    house_apply(&h, c);
}

Test(events, begin_with_the_head_a_proxy_and_a_browser_want) {
    const char *said = listen("/v1/live?topic=screen", "");
    cr_assert(strncmp(said, "HTTP/1.1 200 OK\r\n", 17) == 0, "%s", said);
    cr_assert_not_null(strstr(said, "Content-Type: text/event-stream\r\n"));
    cr_assert_not_null(strstr(said, "Cache-Control: no-store\r\n"));
    cr_assert_not_null(strstr(said, "X-Accel-Buffering: no\r\n"));
    cr_assert_null(strstr(said, "Content-Length"));
    const char *retry = strstr(said, "retry: 1000\n\n"), *start = strstr(said, "event: start\n");
    cr_assert(retry != NULL && start != NULL && retry < start, "%s", said);
}

Test(events, come_for_each_topic_asked_for_and_once) {
    listen("/v1/live?topic=division:62&topic=posting:p,screen", "");
    open_posting("p");
    const char *said = more();
    const char *event = strstr(said, "event: posting\n");
    cr_assert(event != NULL && strstr(event + 1, "event: posting\n") == NULL, "%s", said);
    cr_assert_not_null(
        strstr(said, "\"posting\":\"p\",\"change\":\"put\",\"division\":\"620502\""));
    listen("/v1/live?topic=posting%3Aother", "");
    open_posting("q");
    cr_assert_null(strstr(more(), "event: posting"));
    open_posting("other");
    cr_assert_not_null(strstr(more(), "event: posting"));
}

// Whom the finder found, as it hands it in.
static void found(const char *id) {
    yz_policy_found lines[] = {{YZ_TEXT("m14a"), 100000, yz_word_decision_grant, true}};
    yz_policy_look look = {
        {YZ_SUBJECT_person, yz_text_of(id)}, 1, 20000, INT32_MAX, 1, lines, 0, NULL};
    yz_subject_view view;
    yz_arena *arena = yz_arena_new(1 << 20);
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_PUT,
                                 .policy_put = {.subject = look.subject,
                                                .owner = look.subject.id,
                                                .person = YZ_TEXT(""),
                                                .employer = YZ_TEXT(""),
                                                .division = YZ_TEXT(""),
                                                .change = YZ_TEXT("")}});
    const yz_book *book = yz_market_book(h.market);
    cr_assert(yz_book_subject(book, YZ_SUBJECT_person, look.subject.id, arena, &view));
    look.version = yz_book_stamp(book, view.row);
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, &look}});
    yz_arena_free(arena);
}

Test(events, who_is_found_by_policy_is_heard_and_resumes) {
    char target[100];
    listen("/v1/live?topic=found", "");
    uint64_t before = yz_market_sequence(h.market);
    found("p-1");
    const char *said = more();
    cr_assert_not_null(strstr(said, "event: found\n"), "%s", said);
    cr_assert_not_null(strstr(said, "\"kind\":\"person\",\"id\":\"p-1\""), "%s", said);
    cr_assert_not_null(strstr(said, "{\"measure\":\"m14a\",\"decision\":\"grant\","
                                    "\"amount_yuan\":1000}"));
    listen("/v1/live?topic=found:p-2", "");
    found("p-3");
    cr_assert_null(strstr(more(), "event: found"));
    found("p-2");
    cr_assert_not_null(strstr(more(), "event: found"));
    listen("/v1/live?topic=screen,division:62", "");
    found("p-4");
    cr_assert_null(strstr(more(), "found"), "the wall hears nothing of it");
    snprintf(target, sizeof target, "/v1/live?topic=found&from=%lu", before + 3);
    listen(target, "");
    live_turn(live_desk_of(h.live, 0), h.now_ns);
    said = more();
    cr_assert(strstr(said, "p-3") != NULL && strstr(said, "p-4") != NULL, "%s", said);
    cr_assert_null(strstr(said, "p-1"));
    cr_assert_not_null(strstr(listen("/v1/live?topic=found%3A", ""), " 400 "));
}

Test(events, resume_by_header_by_parameter_and_by_sequence) {
    char header[64], target[120];
    uint64_t before = yz_market_sequence(h.market);
    open_posting("p");
    open_posting("q");
    snprintf(header, sizeof header, "Last-Event-ID: %lu.0.00000abc\r\n", before + 1);
    const char *said =
        listen("/v1/live?topic=screen&from=1", header); // the header is the newer word
    live_turn(live_desk_of(h.live, 0), h.now_ns);
    said = more();
    cr_assert(strstr(said, "\"q\"") != NULL && strstr(said, "\"p\"") == NULL, "%s", said);
    snprintf(target, sizeof target, "/v1/live?topic=screen&last_event_id=%lu..00000abc", before);
    listen(target, "");
    live_turn(live_desk_of(h.live, 0), h.now_ns);
    said = more();
    cr_assert(strstr(said, "\"q\"") != NULL && strstr(said, "\"p\"") != NULL, "%s", said);
    snprintf(target, sizeof target, "/v1/live?topic=screen&from=%lu", before + 2);
    listen(target, "");
    live_turn(live_desk_of(h.live, 0), h.now_ns);
    said = more();
    cr_assert(strstr(said, "\"q\"") != NULL && strstr(said, "\"p\"") == NULL, "%s", said);
}

static void must(const char *method, const char *target, const char *body) {
    reply r = house_ask(&h, method, target, "Content-Type: application/json\r\n", body);
    cr_assert_lt(r.status, 300, "%s %s: %d", method, target, r.status);
}

Test(events, tell_a_seeker_that_its_ticket_is_called) {
#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72}"
    must("PUT", "/v1/stations/st", "{\"name\":{\"zh\":\"x\"}," PLACE "}");
    must("PUT", "/v1/seekers/s1", "{" PLACE ",\"radius_km\":5,\"types\":[\"gig\"]}");
    const char *queue = "/v1/stations/st/queue";
    must("POST", queue, "{\"ticket\":\"t1\",\"seeker\":\"s1\",\"step\":\"joined\"}");
    must("POST", queue, "{\"ticket\":\"t2\",\"step\":\"joined\"}"); // nobody said who
    must("POST", queue, "{\"step\":\"call_next\"}");
    must("POST", queue, "{\"ticket\":\"t1\",\"step\":\"served\"}");
    must("POST", queue, "{\"step\":\"call_next\"}");
    listen("/v1/live?topic=seeker:s1&from=1", "");
    live_turn(live_desk_of(h.live, 0), h.now_ns);
    const char *said = more();
    cr_assert_not_null(strstr(said, "\"step\":\"called\",\"seeker\":\"s1\""), "%s", said);
    cr_assert_not_null(strstr(said, "\"step\":\"served\",\"seeker\":\"s1\""), "%s", said);
    cr_assert_null(strstr(said, "\"t2\""), "%s", said);
    listen("/v1/live?topic=screen&from=1", "");
    live_turn(live_desk_of(h.live, 0), h.now_ns);
    said = more();
    cr_assert_not_null(strstr(said, "\"step\":\"called\""), "%s", said);
    cr_assert_null(strstr(said, "s1"), "%s", said);
}

Test(events, are_for_who_may_read_and_not_for_a_page_from_elsewhere) {
    cr_assert_not_null(
        strstr(listen("/v1/live?topic=screen", "Origin: http://evil.example\r\n"), " 403 "));
    house_reconnect(&h, false);
    reply r = house_ask(&h, "GET", "/v1/live?topic=screen", "", NULL);
    cr_assert_eq(r.status, 403);
}

Test(events, of_a_server_that_loads_are_a_browser_told_to_come_back_and_503_to_others) {
    h.loading = true;
    const char *said = listen("/v1/live?topic=screen", "Accept: text/event-stream\r\n");
    cr_assert(strstr(said, "HTTP/1.1 200 ") == said && strstr(said, "retry: 1000\n\n") != NULL);
    cr_assert_not_null(strstr(said, "Connection: close\r\n"));
    cr_assert_not_null(strstr(listen("/v1/live?topic=screen", "Accept: */*\r\n"), " 503 "));
    h.loading = false;
    live_drain(live_desk_of(h.live, 0));
    said = listen("/v1/live?topic=screen", "Accept: text/event-stream\r\n");
    cr_assert(strstr(said, "HTTP/1.1 200 ") == said && strstr(said, "Connection: close") != NULL);
    cr_assert_not_null(strstr(listen("/v1/live?topic=screen", ""), " 503 "));
}

Test(events, end_when_the_other_side_says_that_it_sends_no_more) {
    listen("/v1/live?topic=screen", "");
    cr_assert_eq(live_now(h.live).clients, 1);
    http_conn_eof(h.conn, h.now_ns);
    cr_assert_eq(http_conn_wish(h.conn), HTTP_WISH_CLOSE);
    cr_assert_eq(live_now(h.live).clients, 0);
}

Test(events, are_only_announced_to_a_head_request) {
    reply r = house_ask(&h, "HEAD", "/v1/live?topic=screen", "", NULL);
    cr_assert_eq(r.status, 200);
    cr_assert_eq(live_now(h.live).clients, 0);
}

// ---- boards ----

Test(events, of_stats_are_the_numbers_of_a_division_and_a_fair) {
    must("PUT", "/v1/fairs/f1", "{" PLACE ",\"from\":\"2025-11-24\",\"to\":\"2025-11-26\"}");
    must("PUT", "/v1/seekers/s1",
         "{\"place\":{\"lat\":34.5,\"lon\":105.7,\"division\":\"620502\"},\"radius_km\":5,"
         "\"types\":[\"gig\"]}");
    open_posting("p");
    must("POST", "/v1/fairs/f1/visits", "{\"ticket\":\"t1\",\"step\":\"enter\"}");
    must("POST", "/v1/referrals",
         "{\"seeker\":\"s1\",\"posting\":\"p\",\"step\":\"applied\",\"venue\":\"f1\"}");
    const char *said = listen("/v1/live?topic=stats&division=620500&fair=f1", "");
    static const char *const HAS[] = {
        "\nevent: state\ndata: {\"seq\":",
        "\"day\":\"2025-11-25\",\"division\":\"6205\"",
        "\"now\":{\"S02\":1,\"S03\":1,\"S04\":1,\"Y01\":1,\"Y09\":0}",
        "\"today\":{\"S01\":1,\"S02\":1,\"S03\":1,\"S04\":1,\"Y03\":1,\"Y05\":1,\"Y06\":0,"
        "\"Y07\":0,\"Y08\":0}",
        "\"fair\":{\"id\":\"f1\",\"employers\":0,\"postings\":0,\"openings\":0,\"visitors\":1,"
        "\"entries\":1,\"applied\":1,\"interviewed\":0,\"held\":0,\"signed\":0,\"inside\":1,"
        "\"waiting\":0}",
    };
    for (size_t i = 0; i < sizeof HAS / sizeof HAS[0]; i++)
        cr_assert_not_null(strstr(said, HAS[i]), "%s: %s", HAS[i], said);
    cr_assert_null(strstr(said, "s1"), "nobody's id is in it");
    cr_assert_null(strstr(said, "event: start"), "it has no past to begin from");
    said = listen("/v1/live?topic=screen,stats", "");
    const char *start = strstr(said, "event: start"), *state = strstr(said, "event: state");
    cr_assert(start != NULL && state != NULL && start < state, "%s", said);
    // Of where nobody is.
    said = listen("/v1/live?topic=stats&division=62", "");
    cr_assert_not_null(strstr(said, "\"now\":{\"S02\":1,"));
    cr_assert_null(strstr(said, "\"fair\""));
}

Test(events, of_stats_are_refused_where_there_are_none) {
    static const struct {
        const char *query;
        int status;
        const char *code;
    } ASKED[] = {{"topic=stats&division=99", 422, "unknown_division"},
                 {"topic=stats&fair=none", 404, "unknown_venue"},
                 {"topic=screen&division=62", 400, "bad_parameter"},
                 {"topic=screen&fair=f", 400, "bad_parameter"},
                 {"topic=statistics", 400, "unknown_topic"},
                 {"topic=stats:62", 400, "unknown_topic"},
                 {"topic=stats&last_event_id=x", 400, "bad_event_id"}};
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        char target[100];
        snprintf(target, sizeof target, "/v1/live?%s", ASKED[i].query);
        house_reconnect(&h, true);
        reply r = house_ask(&h, "GET", target, "", NULL);
        cr_assert(r.status == ASKED[i].status && reply_has(&r, ASKED[i].code), "%s: %d %.*s",
                  target, r.status, (int)r.body.size, r.body.bytes);
    }
}
