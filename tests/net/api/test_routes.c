/* The routes as a client sees them. */
#include "house.h"

#include "net/api/inner.h"

#include <criterion/criterion.h>

#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":\"620502\"}"
#define POSTING                                                                                    \
    "{\"id\":\"p1\",\"employer\":\"e1\",\"title\":\"焊工\",\"occupation\":\"o1\"," PLACE           \
    ",\"required\":[{\"skill\":\"a\",\"level\":3},{\"skill\":\"b\",\"level\":2}],"                 \
    "\"preferred\":[\"c\"],\"wage\":{\"min\":4500,\"max\":6000,\"unit\":\"month\"},"               \
    "\"education_min\":2,\"type\":\"full\",\"openings\":5,\"shifts\":31}"
#define SEEKER                                                                                     \
    "{\"id\":\"s1\",\"person\":\"n1\",\"skills\":[{\"skill\":\"a\",\"level\":4},"                  \
    "{\"skill\":\"b\",\"level\":2}]," PLACE                                                        \
    ",\"radius_km\":10,\"wage_floor\":{\"amount\":5000,\"unit\":\"month\"},\"education\":3,"       \
    "\"types\":[\"full\"],\"shifts\":31,\"groups\":[1],\"wants_push\":true}"

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
}

static void close_house(void) {
    house_deinit(&h);
}

TestSuite(routes, .init = open_house, .fini = close_house);

#define EXPECT(r, wanted)                                                                          \
    cr_assert_eq((r).status, wanted, "%d: %s", (r).status, (r).body.size ? (r).body.bytes : "")
#define EXPECT_HAS(r, text) cr_assert(reply_has(&(r), text), "no %s in %s", text, (r).body.bytes)

static void put_both(void) {
    reply r = house_json(&h, "PUT", "/v1/postings/p1", POSTING);
    EXPECT(r, 201);
    r = house_json(&h, "PUT", "/v1/seekers/s1", SEEKER);
    EXPECT(r, 201);
}

Test(routes, a_posting_is_put_read_changed_and_closed) {
    reply r = house_json(&h, "PUT", "/v1/postings/p1", POSTING);
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"id\":\"p1\",\"version\":1,\"created\":true,\"changed\":true");
    cr_assert(reply_says(&r, "ETag: \"1\"\r\n"));

    r = house_ask(&h, "GET", "/v1/postings/p1", "", NULL);
    EXPECT(r, 200);
    cr_assert_str_eq(r.body.bytes, POSTING);
    cr_assert(reply_says(&r, "Yizhan-State: open\r\n"));
    r = house_ask(&h, "GET", "/v1/postings/p1", "If-None-Match: \"0\", W/\"1\"\r\n", NULL);
    EXPECT(r, 304);

    r = house_json(&h, "PUT", "/v1/postings/p1", POSTING);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"changed\":false");
    r = house_json(&h, "PATCH", "/v1/postings/p1", "{\"openings\":9,\"wage\":null}");
    EXPECT(r, 200);
    r = house_ask(&h, "GET", "/v1/postings/p1", "", NULL);
    EXPECT_HAS(r, "\"openings\":9");
    cr_assert(!reply_has(&r, "wage"));
    cr_assert(reply_says(&r, "ETag: \"2\"\r\n"));

    r = house_ask(&h, "DELETE", "/v1/postings/p1", "If-Match: \"1\"\r\n", NULL);
    EXPECT(r, 412);
    EXPECT_HAS(r, "version_mismatch");
    r = house_ask(&h, "DELETE", "/v1/postings/p1", "If-Match: \"2\"\r\n", NULL);
    EXPECT(r, 204);
    r = house_ask(&h, "GET", "/v1/postings/p1", "", NULL);
    EXPECT(r, 200);
    cr_assert(reply_says(&r, "Yizhan-State: closed\r\n"));
    r = house_json(&h, "PATCH", "/v1/postings/p1", "{\"openings\":1}");
    EXPECT(r, 409);
    r = house_ask(&h, "GET", "/v1/postings/p2", "", NULL);
    EXPECT(r, 404);
}

Test(routes, two_clerks_cannot_overwrite_each_other) {
    put_both();
    const char *json = "Content-Type: application/json\r\n";
    char headers[200];
    snprintf(headers, sizeof headers, "%sIf-Match: \"1\"\r\n", json);
    reply r = house_ask(&h, "PATCH", "/v1/seekers/s1", headers, "{\"radius_km\":20}");
    EXPECT(r, 200);
    r = house_ask(&h, "PATCH", "/v1/seekers/s1", headers, "{\"radius_km\":30}");
    EXPECT(r, 412);
    snprintf(headers, sizeof headers, "%sIf-None-Match: *\r\n", json);
    r = house_ask(&h, "PUT", "/v1/seekers/s1", headers, SEEKER);
    EXPECT(r, 412);
    r = house_ask(&h, "GET", "/v1/seekers/s1", "", NULL);
    EXPECT_HAS(r, "\"radius_km\":20");
}

// Two clients at once: what the door saw is of yesterday when the command's turn comes.
Test(routes, an_entry_that_must_be_new_is_not_when_another_client_came_first) {
    yz_command other = {.type = YZ_COMMAND_ENTRY_PUT};
    other.entry_put.dictionary = YZ_SKILLS;
    other.entry_put.entry.id = YZ_TEXT("welding");
    other.entry_put.entry.name_zh = YZ_TEXT("焊");
    const char *headers = "Content-Type: application/json\r\nIf-None-Match: *\r\n";
    h.in_front = &other;
    reply r = house_ask(&h, "PUT", "/v1/skills/welding", headers, "{\"name\":{\"zh\":\"铆\"}}");
    EXPECT(r, 412);
    EXPECT_HAS(r, "\"code\":\"already_exists\"");
    r = house_ask(&h, "GET", "/v1/skills/welding", "", NULL);
    EXPECT_HAS(r, "焊");
}

Test(routes, a_paused_posting_is_in_no_answer) {
    put_both();
    const char *question = "{\"seeker_id\":\"s1\"}";
    reply r = house_json(&h, "POST", "/v1/match/jobs", question);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"count\":1");
    EXPECT(house_ask(&h, "POST", "/v1/postings/p1/pause", "", NULL), 200);
    r = house_json(&h, "POST", "/v1/match/jobs", question);
    EXPECT_HAS(r, "\"count\":0");
    EXPECT(house_ask(&h, "POST", "/v1/postings/p1/pause", "", NULL), 409);
    EXPECT(house_ask(&h, "POST", "/v1/postings/p1/resume", "", NULL), 200);
    r = house_json(&h, "POST", "/v1/match/jobs", question);
    EXPECT_HAS(r, "\"count\":1");
}

Test(routes, entries_are_put_patched_and_kept_while_in_use) {
    put_both();
    reply r = house_json(&h, "PUT", "/v1/skills/x%2Fy", "{\"name\":{\"zh\":\"新\"},\"weight\":7}");
    EXPECT(r, 201);
    r = house_json(&h, "PATCH", "/v1/skills/x%2Fy", "{\"name\":{\"en\":\"new\"}}");
    EXPECT(r, 200);
    r = house_ask(&h, "GET", "/v1/skills/x%2Fy", "", NULL);
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"id\":\"x/y\",\"name\":{\"zh\":\"新\",\"en\":\"new\"},\"weight\":");
    r = house_ask(&h, "DELETE", "/v1/skills/a", "", NULL);
    EXPECT(r, 409);
    EXPECT_HAS(r, "in_use");
    EXPECT(house_ask(&h, "DELETE", "/v1/skills/x%2Fy", "", NULL), 204);
    EXPECT(house_ask(&h, "GET", "/v1/skills/x%2Fy", "", NULL), 404);
    r = house_json(&h, "PATCH", "/v1/skills/none", "{}");
    EXPECT(r, 404);
}

Test(routes, hits_carry_their_parts_and_the_record_if_asked) {
    put_both();
    reply r = house_json(&h, "POST", "/v1/match/jobs", "{\"seeker\":" SEEKER ",\"detail\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"hits\":[{\"id\":\"p1\",\"score\":1.22,\"distance_km\":0,\"parts\":{"
                  "\"coverage\":1,\"preferred\":0,\"distance\":0.2,\"wage\":0.02");
    EXPECT_HAS(r, "\"posting\":" POSTING);
    EXPECT_HAS(r, "\"next_cursor\":null,\"changed\":false");
    r = house_json(&h, "POST", "/v1/match/seekers", "{\"posting_id\":\"p1\"}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"id\":\"s1\"");
    r = house_json(&h, "POST", "/v1/match/standing", "{\"posting_id\":\"p1\"}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"count\":1,\"ids\":[\"s1\"]}");
    r = house_json(&h, "POST", "/v1/match/standing", "{\"posting_id\":\"p1\",\"ids\":false}");
    cr_assert(!reply_has(&r, "ids"));
}

Test(routes, pages_join_to_the_whole_list) {
    char body[600], target[40];
    for (int i = 0; i < 25; i++) {
        snprintf(target, sizeof target, "/v1/postings/p%02d", i);
        snprintf(body, sizeof body,
                 "{\"title\":\"t\",\"type\":\"full\"," PLACE ",\"wage\":{\"min\":1,\"max\":%d,"
                 "\"unit\":\"month\"}}",
                 5000 + i / 3);
        EXPECT(house_json(&h, "PUT", target, body), 201);
    }
    reply whole = house_json(&h, "POST", "/v1/match/jobs", "{\"seeker\":" SEEKER ",\"k\":100}");
    char ids[25][4], cursor[200] = "";
    const char *at = whole.body.bytes;
    for (int i = 0; i < 25; i++) {
        at = strstr(at, "{\"id\":\"") + 7;
        snprintf(ids[i], 4, "%.3s", at);
    }
    for (int page = 0; page < 4; page++) {
        char question[1200];
        snprintf(question, sizeof question, "{\"seeker\":" SEEKER ",\"k\":7%s}", cursor);
        reply r = house_json(&h, "POST", "/v1/match/jobs", question);
        EXPECT(r, 200);
        EXPECT_HAS(r, "\"count\":25");
        at = r.body.bytes;
        for (int i = page * 7; i < 25 && i < page * 7 + 7; i++) {
            at = strstr(at, "{\"id\":\"") + 7;
            cr_assert_eq(memcmp(at, ids[i], 3), 0, "page %d, hit %d", page, i);
        }
        const char *next = strstr(r.body.bytes, "\"next_cursor\":\"");
        cr_assert_eq(next != NULL, page < 3);
        if (next != NULL)
            snprintf(cursor, sizeof cursor, ",\"cursor\":\"%.*s\"", (int)strcspn(next + 15, "\""),
                     next + 15);
    }
}

Test(routes, why_says_it_in_numbers_and_in_words) {
    put_both();
    reply r =
        house_json(&h, "POST", "/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p1\"}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"fits\":true,\"score\":1.22");
    EXPECT_HAS(r, "{\"skill\":\"a\",\"name\":{\"zh\":\"电焊\",\"en\":\"welding\"},\"weight\":");
    EXPECT_HAS(r, "技能按权重符合 100%：电焊要 3 级，有 4 级，符合");
    EXPECT_HAS(r, "\"failed\":[],\"moves\":[],\"single_change\":null");
    EXPECT(
        house_json(&h, "PATCH", "/v1/seekers/s1", "{\"skills\":[{\"skill\":\"a\",\"level\":3}]}"),
        200);
    r = house_json(&h, "POST", "/v1/match/why", "{\"seeker_id\":\"s1\",\"posting_id\":\"p1\"}");
    EXPECT_HAS(r, "\"failed\":[\"coverage\"]");
    EXPECT_HAS(r, "\"single_change\":{\"limit\":\"coverage\",\"possible\":true,\"skill\":\"b\","
                  "\"from\":0,\"to\":2}");
    EXPECT_HAS(r, "只差一步：学会电工（2 级）");
    EXPECT_HAS(r, "One change is enough: learn electrician (level 2)");
}

// Between two steps of a count other requests have their turn, and the asker may go away.
Test(routes, a_count_whose_asker_goes_away_is_given_up) {
    put_both();
    char id[16];
    for (int i = 0; i < 4000; i++) {
        snprintf(id, sizeof id, "many%d", i);
        yz_skill_level skill = {YZ_TEXT("a"), 1};
        house_apply(&h, (yz_command){.type = YZ_COMMAND_SEEKER_PUT,
                                     .seeker_put = {.seeker = {.id = yz_text_of(id),
                                                               .skills = &skill,
                                                               .skill_count = 1,
                                                               .place = {345800000, 1057200000,
                                                                         YZ_TEXT("620502")},
                                                               .radius_m = 1000,
                                                               .types = 15,
                                                               .shifts = YZ_SHIFTS_ALL},
                                                    .fields = YZ_SEEKER_ALL}});
    }
    const char *ask = "POST /v1/match/unlock HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                      "application/json\r\nContent-Length: 21\r\n\r\n{\"division\":\"620502\"}";
    http_conn_feed(h.conn, ask, strlen(ask), h.now_ns);
    http_conn_run(h.conn, h.now_ns);
    cr_assert_eq(h.reads_open, 0);
    cr_assert(h.put_off != NULL, "the count ended in one turn: it shows nothing");
    house_reconnect(&h, true); // the old connection is gone
    house_collect(&h);         // the turn that was still to come
    cr_assert(h.put_off == NULL);
    reply r = house_json(&h, "POST", "/v1/match/unlock", "{\"division\":\"620502\"}");
    cr_assert_eq(r.status, 200);
    cr_assert_gt(h.turns, 2);
}

Test(routes, relax_and_unlock_name_what_would_open) {
    put_both();
    EXPECT(
        house_json(&h, "PATCH", "/v1/seekers/s1", "{\"skills\":[{\"skill\":\"a\",\"level\":3}]}"),
        200);
    reply r = house_json(&h, "POST", "/v1/match/unlock", "{\"seeker_id\":\"s1\"}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"skills\":[{\"skill\":\"b\",\"name\":{\"zh\":\"电工\",\"en\":\"electrician\"},"
                  "\"from\":0,\"to\":2,\"postings\":1}]");
    r = house_json(&h, "POST", "/v1/match/unlock", "{\"division\":\"6205\"}");
    EXPECT(r, 200);
    r = house_json(&h, "POST", "/v1/match/relax", "{\"seeker\":" SEEKER "}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"now\":1,\"relaxations\":[{\"kind\":\"radius\",\"value\":25,\"more\":0}");
    r = house_json(&h, "POST", "/v1/match/relax", "{\"posting_id\":\"p1\"}");
    EXPECT(r, 200);
}

Test(routes, lists_come_in_pages) {
    reply r = house_ask(&h, "GET", "/v1/skills?limit=2", "", NULL);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"items\":[{\"id\":\"a\",\"name\":{\"zh\":\"电焊\",\"en\":\"welding\"}");
    char target[200], cursor[140];
    const char *next = strstr(r.body.bytes, "\"next_cursor\":\"") + 15;
    snprintf(cursor, sizeof cursor, "%.*s", (int)strcspn(next, "\""), next);
    snprintf(target, sizeof target, "/v1/skills?limit=1000&cursor=%s", cursor);
    r = house_ask(&h, "GET", target, "", NULL);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"items\":[{\"id\":\"c\"");
    EXPECT_HAS(r, "\"next_cursor\":null");
    snprintf(target, sizeof target, "/v1/persons?cursor=%s", cursor);
    EXPECT(house_ask(&h, "GET", target, "", NULL), 400); // a cursor of another list
}

Test(routes, profile_and_weights_are_staged) {
    EXPECT(house_json(&h, "POST", "/v1/weights", "{\"weights\":[{\"skill\":\"a\",\"weight\":5}]}"),
           202);
    reply r = house_json(&h, "PUT", "/v1/profile",
                         "{\"coverage_permille\":700,\"preferred_permille\":300,"
                         "\"distance_permille\":200,\"wage_permille\":100}");
    EXPECT(r, 202);
    r = house_ask(&h, "GET", "/v1/profile", "", NULL);
    EXPECT_HAS(r, "\"profile\":{\"coverage_permille\":600");
    EXPECT_HAS(r, "\"staged\":{\"coverage_permille\":700");
}

Test(routes, the_server_tells_about_itself) {
    EXPECT(house_ask(&h, "GET", "/livez", "", NULL), 200);
    EXPECT(house_ask(&h, "GET", "/readyz", "", NULL), 200);
    h.not_ready = true;
    reply r = house_ask(&h, "GET", "/healthz", "", NULL);
    EXPECT(r, 503);
    EXPECT_HAS(r, "loading");
    r = house_ask(&h, "GET", "/metrics", "", NULL);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\nyizhan_entries{dictionary=\"skills\"} 5\n");
    EXPECT_HAS(r, "\nyizhan_match_duration_seconds_bucket{question=\"why\",le=\"1e-05\"} ");
    EXPECT_HAS(r, "\nyizhan_house 1\n");
    r = house_ask(&h, "GET", "/v1/digest", "", NULL);
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seq\":9,\"at_ms\":1764000000000,\"digest\":\"");
    r = house_ask(&h, "GET", "/v1/counts", "", NULL);
    EXPECT_HAS(r, "\"skills\":5");
    r = house_ask(&h, "GET", "/problems/unknown_skill", "", NULL);
    EXPECT(r, 200);
    EXPECT_HAS(r, "未知技能");
    EXPECT(house_ask(&h, "GET", "/problems/no_such_word", "", NULL), 404);
    r = house_ask(&h, "GET", "/", "", NULL);
    EXPECT(r, 200);
    cr_assert(reply_says(&r, "text/html"));
}

Test(routes, strangers_are_denied) {
    house_reconnect(&h, false);
    EXPECT(house_ask(&h, "GET", "/livez", "", NULL), 200);
    EXPECT(house_ask(&h, "GET", "/v1/digest", "", NULL), 403);
    EXPECT(house_ask(&h, "GET", "/", "", NULL), 403);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1", POSTING), 403);
    EXPECT(house_ask(&h, "GET", "/metrics", "", NULL), 403);
}

Test(routes, methods_and_media_types_are_checked) {
    reply r = house_ask(&h, "POST", "/v1/postings/p1", "", NULL);
    EXPECT(r, 405);
    cr_assert(reply_says(&r, "Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS\r\n"));
    r = house_ask(&h, "OPTIONS", "/v1/match/jobs", "", NULL);
    EXPECT(r, 204);
    cr_assert(reply_says(&r, "Allow: POST, OPTIONS\r\n"));
    EXPECT(house_ask(&h, "PUT", "/v1/postings/p1", "Content-Type: text/plain\r\n", POSTING), 415);
    EXPECT(house_ask(&h, "PUT", "/v1/postings/p1", "", POSTING), 415);
    EXPECT(house_ask(&h, "POST", "/v1/postings/bulk", "Content-Type: application/json\r\n", "{}"),
           415);
    put_both();
    r = house_ask(&h, "HEAD", "/v1/postings/p1", "", NULL);
    EXPECT(r, 200);
    cr_assert_eq(r.body.size, 0);
    EXPECT(house_ask(&h, "HEAD", "/v1/postings/export", "", NULL), 200);
}

Test(routes, a_command_that_cannot_be_sent_is_said_so) {
    h.full = true;
    reply r = house_json(&h, "PUT", "/v1/postings/p1", POSTING);
    EXPECT(r, 503);
    cr_assert(reply_says(&r, "Retry-After: 1\r\n"));
    h.full = false;
    h.failure = 507;
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1", POSTING), 507);
    h.failure = 0;
    EXPECT(house_ask(&h, "GET", "/v1/postings/p1", "", NULL), 404);
}

Test(routes, an_answer_that_comes_later_finds_its_asker_or_nobody) {
    h.later = true;
    reply r = house_json(&h, "PUT", "/v1/postings/p1", POSTING);
    EXPECT(r, 0);
    house_deliver(&h);
    EXPECT(house_take(&h), 201);
    r = house_json(&h, "PUT", "/v1/seekers/s1", SEEKER);
    EXPECT(r, 0);
    house_reconnect(&h, true); // the asker has gone
    house_deliver(&h);
    EXPECT(house_ask(&h, "GET", "/v1/seekers/s1", "", NULL), 200);
}
