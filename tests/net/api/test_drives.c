/* A fair and a gig morning through the routes, as an operator and a clerk see them. The house opens
 * on 2025-11-25 at midnight in Beijing. */
#define _GNU_SOURCE
#include "house.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":\"620502\"}"
#define SEEKER "{" PLACE ",\"radius_km\":10,\"types\":[\"full\",\"gig\"],\"wants_push\":true}"
#define GIG(openings)                                                                              \
    "{\"title\":\"搬运\",\"employer\":\"e1\"," PLACE ",\"type\":\"gig\",\"openings\":" openings    \
    ",\"wage\":{\"min\":23.35,\"max\":23.35,\"unit\":\"hour\"},\"gig\":{\"station\":\"st-1\","     \
    "\"from\":\"2025-11-25T07:00:00+08:00\",\"to\":\"2025-11-25T17:00:00+08:00\"}}"
#define FAIR                                                                                       \
    "{\"name\":{\"zh\":\"周末招聘会\"}," PLACE ",\"from\":\"2025-11-29T09:00:00+08:00\","          \
    "\"to\":\"2025-11-30T16:59:59.999+08:00\",\"slot_minutes\":30}"
#define HOUR_MS INT64_C(3600000)

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
}

static void close_house(void) {
    cr_assert(yz_market_sound(h.market, &(const char *){NULL}));
    house_deinit(&h);
}

TestSuite(drives, .init = open_house, .fini = close_house);

// Functions, so that an answer is asked for once.
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

static reply ask(const char *target) {
    return house_ask(&h, "GET", target, "Accept-Language: en\r\n", NULL);
}

static void put_seekers(int count) {
    for (int i = 1; i <= count; i++) {
        char target[40];
        snprintf(target, sizeof target, "/v1/seekers/s%d", i);
        EXPECT(house_json(&h, "PUT", target, SEEKER), 201);
    }
}

static void open_station(void) {
    EXPECT(house_json(&h, "PUT", "/v1/stations/st-1", "{\"name\":{\"zh\":\"东关驿站\"}," PLACE "}"),
           201);
}

static void open_fair(void) {
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1", FAIR), 201);
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1/booths/A1", "{\"employer\":\"e1\"}"), 201);
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1/booths/A2", "{\"employer\":\"e1\",\"capacity\":2}"),
           201);
}

static reply step(const char *seeker, const char *posting, const char *word, const char *more) {
    char body[300];
    snprintf(body, sizeof body, "{\"seeker\":\"%s\",\"posting\":\"%s\",\"step\":\"%s\"%s}", seeker,
             posting, word, more);
    return house_json(&h, "POST", "/v1/referrals", body);
}

static reply slot(const char *booth, const char *seeker, int number, const char *word) {
    char body[200];
    snprintf(body, sizeof body, "{\"booth\":\"%s\",\"seeker\":\"%s\",\"slot\":%d,\"step\":\"%s\"}",
             booth, seeker, number, word);
    return house_json(&h, "POST", "/v1/fairs/f1/slots", body);
}

static reply queue(const char *venue, const char *booth, const char *ticket, const char *word) {
    char target[80], body[200];
    int used = snprintf(body, sizeof body, "{\"step\":\"%s\"", word);
    if (booth) used += sprintf(body + used, ",\"booth\":\"%s\"", booth);
    if (ticket) used += sprintf(body + used, ",\"ticket\":\"%s\"", ticket);
    sprintf(body + used, "}");
    snprintf(target, sizeof target, "/v1/%s/queue", venue);
    return house_json(&h, "POST", target, body);
}

static reply visit(const char *venue, const char *ticket, const char *word) {
    char target[80], body[120];
    snprintf(target, sizeof target, "/v1/%s/visits", venue);
    snprintf(body, sizeof body, "{\"ticket\":\"%s\",\"step\":\"%s\"}", ticket, word);
    return house_json(&h, "POST", target, body);
}

static uint32_t jobs_of(const char *seeker) {
    char body[60];
    snprintf(body, sizeof body, "{\"seeker_id\":\"%s\"}", seeker);
    reply r = house_json(&h, "POST", "/v1/match/jobs", body);
    const char *at = strstr(r.body.bytes, "\"count\":");
    cr_assert_not_null(at);
    return (uint32_t)atoi(at + 8);
}

// ---- the two days ----

Test(drives, a_weekend_fair_is_run_on_the_routes_alone) {
    open_fair();
    put_seekers(4);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"焊工\",\"employer\":\"e1\"," PLACE
                      ",\"type\":\"full\",\"openings\":1}"),
           201);
    reply r = ask("/v1/fairs/f1");
    EXPECT(r, 200);
    cr_assert_str_eq(r.body.bytes,
                     "{\"id\":\"f1\",\"name\":{\"zh\":\"周末招聘会\"},"
                     "\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":\"620502\"},"
                     "\"from\":\"2025-11-29T09:00:00+08:00\","
                     "\"to\":\"2025-11-30T16:59:59.999+08:00\",\"slot_minutes\":30}");
    cr_assert(reply_says(&r, "ETag: \"1\"\r\n") && reply_says(&r, "Yizhan-State: open\r\n"));

    // Before the doors open: interviews.
    r = slot("A1", "s1", 2, "booked");
    EXPECT(r, 201);
    EXPECT_HAS(r, "{\"booth\":\"A1\",\"seeker\":\"s1\",\"slot\":2,"
                  "\"from\":\"2025-11-29T10:00:00+08:00\",\"to\":\"2025-11-29T10:30:00+08:00\","
                  "\"step\":\"booked\",\"created\":true,\"changed\":true");
    r = slot("A1", "s2", 2, "booked");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"slot_taken\"");
    r = slot("A2", "s1", 2, "booked"); // the same half hour elsewhere
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"already_booked\"");
    EXPECT(slot("A2", "s2", 2, "booked"), 201);
    EXPECT(slot("A2", "s3", 2, "booked"), 201);
    EXPECT(slot("A2", "s4", 2, "booked"), 409);
    r = ask("/v1/fairs/f1/slots?booth=A2&limit=3");
    EXPECT_HAS(r, "{\"slot\":1,\"from\":\"2025-11-29T09:30:00+08:00\","
                  "\"to\":\"2025-11-29T10:00:00+08:00\",\"taken\":0,\"free\":2}");
    EXPECT_HAS(r, "\"taken\":2,\"free\":0}");
    EXPECT(slot("A2", "s3", 2, "cancelled"), 200);
    r = ask("/v1/fairs/f1/slots?booth=A2&limit=3");
    EXPECT_HAS(r, "\"taken\":1,\"free\":1}");
    r = ask("/v1/fairs/f1/bookings?booth=A2");
    EXPECT_HAS(r, "\"seeker\":\"s2\"");
    EXPECT_HAS(r, "\"step\":\"cancelled\"");
    EXPECT_LACKS(r, "\"A1\"");

    // The doors open.
    h.passed_ms = 4 * 24 * HOUR_MS + 9 * HOUR_MS;
    EXPECT(visit("fairs/f1", "t1", "enter"), 201);
    EXPECT(visit("fairs/f1", "t2", "enter"), 201);
    EXPECT(visit("fairs/f1", "t1", "leave"), 200);
    r = visit("fairs/f1", "t1", "enter");
    EXPECT_HAS(r, "\"visitors\":2,\"entries\":3,\"inside\":2");
    r = queue("fairs/f1", "A1", "t1", "joined");
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"number\":1,\"ahead\":0,\"expected_wait_s\":null");
    EXPECT_HAS(queue("fairs/f1", "A1", "t2", "joined"), "\"number\":2,\"ahead\":1");
    EXPECT_HAS(queue("fairs/f1", "A1", "t3", "joined"), "\"number\":3,\"ahead\":2");
    EXPECT(queue("fairs/f1", "A1", "t3", "joined"), 409);
    r = queue("fairs/f1", "A1", NULL, "call_next");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"booth\":\"A1\",\"ticket\":\"t1\",\"step\":\"called\",\"number\":1");
    h.passed_ms += HOUR_MS / 6; // ten minutes at the table
    EXPECT(queue("fairs/f1", "A1", "t1", "served"), 200);
    r = ask("/v1/fairs/f1/queue?booth=A1&ticket=t3");
    EXPECT_HAS(r, "\"ahead\":1,\"expected_wait_s\":600}");
    r = ask("/v1/fairs/f1/queue?booth=A1");
    EXPECT_HAS(r, "\"waiting\":2,\"called\":0,\"served\":1,\"number\":3,\"expected_wait_s\":1200,"
                  "\"line\":[{\"number\":2,\"ticket\":\"t2\",\"step\":\"joined\"");
    EXPECT(slot("A1", "s1", 2, "kept"), 200);

    // Somebody is taken: the posting leaves every answer at once, and comes back.
    cr_assert_eq(jobs_of("s2"), 1);
    EXPECT(step("s1", "p1", "interview", ""), 409);
    r = step("s1", "p1", "applied", ",\"source\":\"booth A1\"");
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"step\":\"applied\",\"next\":[\"interview\",\"offer\",\"held\",\"declined\","
                  "\"withdrawn\"],\"created\":true");
    EXPECT(step("s1", "p1", "held", ",\"until\":\"2025-11-30\""), 200);
    cr_assert_eq(jobs_of("s2"), 0);
    r = ask("/v1/postings/p1/openings");
    EXPECT_HAS(r, "\"id\":\"p1\",\"state\":\"full\",\"openings\":1,\"held\":1,\"placed\":0,"
                  "\"filled\":0,\"free\":0");
    EXPECT(step("s1", "p1", "placed", ""), 200);
    r = ask("/v1/seekers/s1");
    cr_assert(reply_says(&r, "Yizhan-State: placed\r\n"));
    EXPECT(step("s1", "p1", "ended", ",\"reason\":\"resigned\""), 200);
    cr_assert_eq(jobs_of("s2"), 1);

    // The report, and the doors close.
    r = ask("/v1/fairs/f1/counts");
    EXPECT_HAS(r, "\"state\":\"open\",\"visitors\":2,\"entries\":3,\"inside\":2,\"waiting\":2,"
                  "\"booths\":2,\"slots\":64,\"booked\":2");
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1", "", NULL), 204);
    EXPECT(visit("fairs/f1", "t9", "enter"), 409);
    r = ask("/v1/fairs/f1");
    cr_assert(reply_says(&r, "Yizhan-State: closed\r\n"));
}

Test(drives, a_gig_morning_is_run_on_the_routes_alone) {
    open_station();
    put_seekers(4);
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 201);
    h.passed_ms = 6 * HOUR_MS;
    for (int i = 1; i <= 3; i++) {
        char ticket[16];
        snprintf(ticket, sizeof ticket, "t%d", i);
        EXPECT(visit("stations/st-1", ticket, "enter"), 201);
        EXPECT(queue("stations/st-1", NULL, ticket, "joined"), 201);
    }
    EXPECT_HAS(queue("stations/st-1", NULL, NULL, "call_next"), "\"ticket\":\"t1\"");

    reply r = step("s1", "g1", "held", ",\"source\":\"dispatch-1\"");
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"step\":\"held\",\"until\":\"2025-11-26T06:00:00+08:00\",\"next\":[\"placed\"");
    EXPECT(step("s2", "g1", "held", ""), 201);
    r = step("s3", "g1", "held", "");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"posting_full\"");
    cr_assert_eq(jobs_of("s3"), 0);
    EXPECT(step("s2", "g1", "declined", ""), 200);
    cr_assert_eq(jobs_of("s3"), 1);
    EXPECT(step("s4", "g1", "held", ""), 201);
    EXPECT(step("s4", "g1", "ended", ",\"reason\":\"cancelled\""), 200);
    EXPECT(step("s3", "g1", "held", ""), 201);
    EXPECT(step("s1", "g1", "placed", ""), 200);
    EXPECT(step("s3", "g1", "placed", ""), 200);

    // Check-in, work, check-out.
    h.passed_ms = 7 * HOUR_MS;
    EXPECT(step("s1", "g1", "started", ""), 200);
    h.passed_ms += 5 * 60000 + 59999;
    EXPECT(step("s3", "g1", "started", ""), 200);
    r = ask("/v1/postings/g1/roster");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"step\":\"started\","
                  "\"check_in\":\"2025-11-25T07:00:00+08:00\"}");
    h.passed_ms = 15 * HOUR_MS + 5 * 60000;
    EXPECT(step("s1", "g1", "ended", ",\"reason\":\"completed\""), 200);
    EXPECT(step("s3", "g1", "ended", ",\"reason\":\"completed\""), 200);
    r = ask("/v1/postings/g1/roster");
    EXPECT_HAS(r, "{\"id\":\"g1\",\"station\":\"st-1\",\"from\":\"2025-11-25T07:00:00+08:00\","
                  "\"to\":\"2025-11-25T17:00:00+08:00\","
                  "\"wage\":{\"min\":23.35,\"max\":23.35,\"unit\":\"hour\"},"
                  "\"formula\":\"due = whole minutes x hourly wage / 60, to the fen, half up\"");
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"step\":\"ended\","
                  "\"check_in\":\"2025-11-25T07:00:00+08:00\","
                  "\"check_out\":\"2025-11-25T15:05:00+08:00\",\"minutes\":485,\"hours\":8.08,"
                  "\"due_yuan\":188.75,\"reason\":\"completed\"}");
    EXPECT_HAS(r, "\"minutes\":479,\"hours\":7.98,\"due_yuan\":186.41");
    EXPECT_LACKS(r, "\"s2\""); // never came
    EXPECT_LACKS(r, "\"s4\""); // was sent home before
    r = ask("/v1/postings/g1/openings");
    EXPECT_HAS(r, "\"held\":0,\"placed\":0,\"filled\":2,\"free\":0");
    cr_assert_eq(jobs_of("s4"), 0); // the work is done
}

// ---- referrals ----

Test(drives, an_illegal_step_names_the_legal_ones) {
    put_seekers(1);
    EXPECT(
        house_json(&h, "PUT", "/v1/postings/p1", "{\"title\":\"t\"," PLACE ",\"type\":\"full\"}"),
        201);
    reply r = step("s1", "p1", "started", "");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"illegal_step\"");
    EXPECT_HAS(r, "\"fix\":\"allowed now: viewed applied offer held\","
                  "\"allowed\":[\"viewed\",\"applied\",\"offer\",\"held\"]");
    EXPECT_HAS(ask("/v1/referrals?seeker=s1"), "\"items\":[]");
    // Said twice is said once.
    EXPECT(step("s1", "p1", "viewed", ""), 201);
    r = step("s1", "p1", "viewed", "");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"changed\":false");
}

static void tell(const char *posting, yz_tell_kind kind, uint32_t tranche, const char *a,
                 const char *b) {
    yz_tell_to to[] = {{yz_text_of(a), 1}, {yz_text_of(b), 1}};
    yz_command c = {.type = YZ_COMMAND_TELL};
    c.tell.posting = yz_text_of(posting);
    c.tell.to = to;
    c.tell.count = b ? 2 : 1;
    c.tell.epoch = 1;
    c.tell.version = 1;
    c.tell.tranche = tranche;
    c.tell.kind = kind;
    c.tell.reason = kind == YZ_TELL_GONE ? YZ_GONE_CLOSED : YZ_GONE_NOT_SAID;
    house_apply(&h, c);
}

Test(drives, referrals_say_how_far_they_came_and_what_became_of_the_telling) {
    put_seekers(3);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"t\"," PLACE ",\"type\":\"full\",\"openings\":3}"),
           201);
    tell("p1", YZ_TELL_FIT, 1, "s1", "s2");
    EXPECT(step("s1", "p1", "applied", ",\"source\":\"kiosk\""), 200);
    EXPECT(step("s3", "p1", "offer", ""), 201);
    reply r = ask("/v1/referrals?posting=p1");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"posting\":\"p1\",\"step\":\"applied\","
                  "\"at\":\"2025-11-25T00:00:00+08:00\",\"source\":\"kiosk\",\"told\":\"fits\"");
    EXPECT_HAS(r, "{\"seeker\":\"s2\",\"posting\":\"p1\",\"step\":\"told\","
                  "\"at\":\"2025-11-25T00:00:00+08:00\",\"told\":\"fits\",\"next\":[\"viewed\"");
    EXPECT_HAS(r, "{\"seeker\":\"s3\",\"posting\":\"p1\",\"step\":\"offer\","
                  "\"at\":\"2025-11-25T00:00:00+08:00\",\"next\":[\"held\""); // never told
    r = ask("/v1/postings/p1/openings");
    EXPECT_HAS(r, "\"referrals\":3,\"epoch\":1,\"told\":2,\"replies\":1,\"tranche\":1,"
                  "\"tranche_at\":\"2025-11-25T00:00:00+08:00\",\"owed\":0");
    EXPECT(house_ask(&h, "DELETE", "/v1/postings/p1", "", NULL), 204);
    EXPECT_HAS(ask("/v1/referrals?seeker=s2"), "\"told\":\"owed\"");
    tell("p1", YZ_TELL_GONE, 0, "s2", NULL);
    r = ask("/v1/referrals?seeker=s2&posting=p1");
    EXPECT_HAS(r, "{\"items\":[{\"seeker\":\"s2\",\"posting\":\"p1\",\"step\":\"untold\"");
    EXPECT_HAS(r, "\"reason\":\"closed\",\"told\":\"untold\"");
}

Test(drives, a_step_says_where_it_was_taken) {
    open_station();
    open_fair();
    put_seekers(1);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"t\"," PLACE ",\"type\":\"full\",\"openings\":3}"),
           201);
    EXPECT(step("s1", "p1", "viewed", ",\"venue\":null"), 201);
    EXPECT_LACKS(ask("/v1/referrals?seeker=s1"), "\"venue\"");
    EXPECT(step("s1", "p1", "applied", ",\"venue\":\"st-1\""), 200);
    EXPECT_HAS(ask("/v1/referrals?seeker=s1"), "\"step\":\"applied\",\"at\":\"2025-11-25T00:00:00"
                                               "+08:00\",\"venue\":\"st-1\"");
    EXPECT(step("s1", "p1", "interview", ""), 200); // the last one named
    EXPECT_HAS(ask("/v1/referrals?posting=p1"), "\"venue\":\"st-1\"");
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1", "", NULL), 204);
    EXPECT(step("s1", "p1", "held", ",\"source\":\"desk\",\"venue\":\"f1\""), 200); // booked later
    EXPECT_HAS(ask("/v1/referrals?seeker=s1&posting=p1"), "\"source\":\"desk\",\"venue\":\"f1\"");
    EXPECT(step("s1", "p1", "withdrawn", ""), 200);
    EXPECT_HAS(ask("/v1/referrals?seeker=s1"), "\"venue\":\"f1\"");
    EXPECT(step("s1", "p1", "viewed", ""), 200); // it begins anew
    EXPECT_LACKS(ask("/v1/referrals?seeker=s1"), "\"venue\"");
}

// Every page once, and together all of them.
static void walk(const char *first, const char *member, int wanted) {
    char target[300], cursor[200] = "";
    int found = 0;
    for (int page = 0; page < 100; page++) {
        snprintf(target, sizeof target, "%s%s%s", first, cursor[0] ? "&cursor=" : "", cursor);
        reply r = ask(target);
        EXPECT(r, 200);
        int here = 0;
        for (const char *at = r.body.bytes; (at = strstr(at, member)) != NULL; at++)
            here += 1;
        cr_assert_leq(here, 2, "%s", r.body.bytes);
        found += here;
        const char *next = strstr(r.body.bytes, "\"next_cursor\":\"");
        if (next == NULL) break;
        snprintf(cursor, sizeof cursor, "%.*s", (int)strcspn(next + 15, "\""), next + 15);
    }
    cr_assert_eq(found, wanted, "%s: %d", first, found);
}

Test(drives, pages_hold_everything_once) {
    put_seekers(5);
    open_station();
    open_fair();
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("5")), 201);
    for (int i = 1; i <= 5; i++) {
        char seeker[16], target[60];
        snprintf(seeker, sizeof seeker, "s%d", i);
        EXPECT(step(seeker, "g1", "held", ""), 201);
        EXPECT(step(seeker, "g1", "placed", ""), 200);
        if (i == 3) EXPECT(step(seeker, "g1", "no_show", ""), 200);
        EXPECT(slot("A2", seeker, i, "booked"), 201);
        snprintf(target, sizeof target, "/v1/fairs/f1/booths/B%d", i);
        EXPECT(house_json(&h, "PUT", target, "{\"employer\":\"e1\"}"), 201);
        snprintf(target, sizeof target, "/v1/stations/more-%d", i);
        EXPECT(house_json(&h, "PUT", target, "{" PLACE "}"), 201);
    }
    walk("/v1/referrals?posting=g1&limit=2", "\"seeker\"", 5);
    walk("/v1/postings/g1/roster?limit=2", "\"seeker\"", 4); // who did not come is none of them
    walk("/v1/fairs/f1/booths?limit=2", "\"employer\"", 7);
    walk("/v1/fairs/f1/bookings?limit=2", "\"seeker\"", 5);
    walk("/v1/fairs/f1/slots?booth=A2&limit=2", "\"free\"", 64);
    walk("/v1/stations?limit=2", "\"place\"", 6);
    walk("/v1/fairs?limit=2", "\"place\"", 1);
}

// ---- venues ----

Test(drives, a_fair_is_no_station_and_stays_a_fair) {
    open_fair();
    EXPECT(ask("/v1/stations/f1"), 404);
    EXPECT(visit("stations/f1", "t1", "enter"), 404);
    EXPECT(house_ask(&h, "DELETE", "/v1/stations/f1", "", NULL), 404);
    reply r = house_json(&h, "PUT", "/v1/stations/f1", "{" PLACE "}");
    EXPECT(r, 412);
    EXPECT_HAS(r, "\"code\":\"already_exists\"");
    EXPECT(ask("/v1/fairs/f1"), 200);
}

Test(drives, two_operators_cannot_overwrite_each_other) {
    open_fair();
    const char *headers = "Content-Type: application/json\r\nIf-Match: \"1\"\r\n";
    EXPECT(house_ask(&h, "PUT", "/v1/fairs/f1", headers,
                     "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-30\"}"),
           200);
    EXPECT(house_ask(&h, "PUT", "/v1/fairs/f1", headers, FAIR), 412);
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1", "If-Match: \"1\"\r\n", NULL), 412);
    EXPECT(house_ask(&h, "GET", "/v1/fairs/f1", "If-None-Match: \"2\"\r\n", NULL), 304);
    EXPECT(house_ask(&h, "PUT", "/v1/fairs/f1",
                     "Content-Type: application/json\r\nIf-None-Match: *\r\n", FAIR),
           412);
    // What has no version takes no precondition, rather than passing it over.
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1/booths/A1", "If-Match: \"1\"\r\n", NULL), 400);
}

Test(drives, a_booth_is_set_up_changed_and_taken_away) {
    open_fair();
    put_seekers(1);
    reply r = ask("/v1/fairs/f1/booths/A2");
    EXPECT_HAS(r,
               "{\"id\":\"A2\",\"employer\":\"e1\",\"capacity\":2,\"booked\":0,\"queue\":{"
               "\"waiting\":0,\"called\":0,\"served\":0,\"number\":0,\"expected_wait_s\":null}}");
    r = house_json(&h, "PUT", "/v1/fairs/f1/booths/A2", "{\"employer\":\"e1\",\"capacity\":3}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"id\":\"A2\",\"employer\":\"e1\",\"capacity\":3,\"created\":false");
    EXPECT(slot("A2", "s1", 0, "booked"), 201);
    r = house_ask(&h, "DELETE", "/v1/fairs/f1/booths/A2", "Accept-Language: en\r\n", NULL);
    EXPECT(r, 409);
    EXPECT_HAS(r, "booked, waiting or called still: 1");
    EXPECT(slot("A2", "s1", 0, "cancelled"), 200);
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1/booths/A2", "", NULL), 204);
    EXPECT(ask("/v1/fairs/f1/booths/A2"), 404);
    EXPECT(ask("/v1/fairs/f1/booths/A2/more"), 404);
}

// The same key for two booths of one fair: two things, not one twice.
Test(drives, an_idempotency_key_knows_both_ids_of_a_path) {
    open_fair();
    const char *headers = "Content-Type: application/json\r\nIdempotency-Key: \"k1\"\r\n";
    reply r = house_ask(&h, "PUT", "/v1/fairs/f1/booths/C1", headers, "{\"employer\":\"e1\"}");
    EXPECT(r, 201);
    r = house_ask(&h, "PUT", "/v1/fairs/f1/booths/C2", headers, "{\"employer\":\"e1\"}");
    EXPECT(r, 201);
    r = house_ask(&h, "PUT", "/v1/fairs/f1/booths/C2", headers, "{\"employer\":\"e1\"}");
    EXPECT(r, 201);
    cr_assert(reply_says(&r, "Idempotency-Replayed: true\r\n"));
    EXPECT(ask("/v1/fairs/f1/booths/C2"), 200);
}

// ---- queues ----

static void somebody_else_calls(house *other) {
    yz_command c = {.type = YZ_COMMAND_QUEUE_STEP};
    c.queue.venue = YZ_TEXT("st-1");
    c.queue.ticket = YZ_TEXT("t1");
    c.queue.step = YZ_QUEUE_CALLED;
    house_apply(other, c);
}

Test(drives, two_who_call_the_next_one_get_two_people) {
    open_station();
    EXPECT(queue("stations/st-1", NULL, "t1", "joined"), 201);
    EXPECT(queue("stations/st-1", NULL, "t2", "joined"), 201);
    h.meanwhile = somebody_else_calls; // between the look and the call
    reply r = queue("stations/st-1", NULL, NULL, "call_next");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"ticket\":\"t2\"");
    r = queue("stations/st-1", NULL, NULL, "call_next");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"nobody_waits\"");
    EXPECT(queue("stations/st-1", NULL, "t1", "joined"), 409); // called is in it still
    EXPECT(queue("stations/st-1", NULL, "t1", "no_show"), 200);
    EXPECT(queue("stations/st-1", NULL, "t1", "served"), 409);
    EXPECT(queue("stations/st-1", NULL, "t1", "joined"), 200); // anew, with a new number
}

Test(drives, a_call_sent_again_calls_nobody_else) {
    open_station();
    EXPECT(queue("stations/st-1", NULL, "t1", "joined"), 201);
    EXPECT(queue("stations/st-1", NULL, "t2", "joined"), 201);
    const char *headers = "Content-Type: application/json\r\nIdempotency-Key: \"call-1\"\r\n";
    const char *body = "{\"step\":\"call_next\"}";
    reply r = house_ask(&h, "POST", "/v1/stations/st-1/queue", headers, body);
    EXPECT_HAS(r, "\"ticket\":\"t1\"");
    for (int i = 0; i < 2; i++) {
        r = house_ask(&h, "POST", "/v1/stations/st-1/queue", headers, body);
        EXPECT(r, 200);
        cr_assert(reply_says(&r, "Idempotency-Replayed: true\r\n"));
        EXPECT_HAS(r, "\"number\":1");
        EXPECT_LACKS(r, "\"t2\"");
        EXPECT_HAS(ask("/v1/stations/st-1/queue"), "\"called\":1");
        if (i == 0) EXPECT(queue("stations/st-1", NULL, "t2", "left"), 200); // nobody waits now
    }
}

Test(drives, an_asker_who_goes_away_leaves_nothing_behind) {
    open_station();
    h.later = true;
    const char *request = "POST /v1/stations/st-1/queue HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                          "Content-Type: application/json\r\nContent-Length: 32\r\n\r\n"
                          "{\"step\":\"joined\",\"ticket\":\"t1\"}\r\n";
    house_send(&h, request, strlen(request));
    house_reconnect(&h, true);
    house_deliver(&h);
    h.later = false;
    EXPECT_HAS(ask("/v1/stations/st-1/queue?ticket=t1"), "\"place\":{\"number\":1");
    EXPECT_HAS(ask("/v1/stations/st-1/queue?ticket=t7"), "\"place\":null");
}

// ---- what is refused ----

#define STEP(seeker, posting, rest)                                                                \
    "{\"seeker\":\"" seeker "\",\"posting\":\"" posting "\",\"step\":" rest "}"
#define SLOT(booth, seeker, number, step)                                                          \
    "{\"booth\":\"" booth "\",\"seeker\":\"" seeker "\",\"slot\":" number ",\"step\":\"" step "\"" \
    "}"

static const struct {
    const char *method, *target, *body;
    int status;
    const char *code, *pointer;
} REFUSED[] = {
    // referrals
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"hired\""), 422, "bad_choice", "/step"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"told\""), 422, "bad_choice", "/step"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"untold\""), 422, "bad_choice", "/step"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "5"), 422, "wrong_type", "/step"},
    {"POST", "/v1/referrals", "{\"seeker\":\"s1\",\"step\":\"held\"}", 422, "missing_field",
     "/posting"},
    {"POST", "/v1/referrals", "{\"seeker\":\"s1\",\"posting\":\"p1\"}", 422, "missing_field",
     "/step"},
    {"POST", "/v1/referrals", STEP("", "p1", "\"held\""), 422, "empty", "/seeker"},
    {"POST", "/v1/referrals", STEP("s9", "p1", "\"held\""), 404, "unknown_seeker", "/seeker"},
    {"POST", "/v1/referrals", STEP("s1", "p9", "\"held\""), 404, "unknown_posting", "/posting"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"placed\""), 409, "illegal_step", "/step"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"until\":\"soon\""), 422, "bad_time",
     "/until"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"until\":\"2025-11-01\""), 422,
     "out_of_range", "/until"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"viewed\",\"until\":\"2025-11-26\""), 422,
     "unknown_field", "/until"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"viewed\",\"reason\":\"resigned\""), 422,
     "unknown_field", "/reason"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"ended\",\"reason\":\"hold_expired\""), 422,
     "bad_choice", "/reason"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"source\":\"by 13800006688\""), 422,
     "names_a_person", "/source"},
    {"POST", "/v1/referrals", STEP("13800006688", "p1", "\"held\""), 422, "names_a_person",
     "/seeker"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"who\":1"), 422, "unknown_field", "/who"},
    {"POST", "/v1/referrals", STEP("s1", "full", "\"held\""), 409, "posting_full", "/posting"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"venue\":\"f9\""), 404, "unknown_venue",
     "/venue"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"venue\":\"\""), 422, "empty", "/venue"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"venue\":5"), 422, "wrong_type",
     "/venue"},
    {"POST", "/v1/referrals", STEP("s1", "p1", "\"held\",\"venue\":\"a\\tb\""), 422,
     "control_character", "/venue"},
    {"GET", "/v1/referrals", NULL, 400, "whose_referrals", ""},
    {"GET", "/v1/referrals?seeker=s9", NULL, 404, "unknown_seeker", "/seeker"},
    {"GET", "/v1/referrals?posting=p9", NULL, 404, "unknown_posting", "/posting"},
    {"GET", "/v1/referrals?posting=p1&cursor=AAAA", NULL, 400, "bad_cursor", "/cursor"},
    {"GET", "/v1/postings/p9/openings", NULL, 404, "unknown_posting", ""},
    {"GET", "/v1/postings/p9/roster", NULL, 404, "unknown_posting", ""},
    // venues
    {"GET", "/v1/fairs/f9", NULL, 404, "unknown_venue", ""},
    {"GET", "/v1/stations/f1/counts", NULL, 404, "unknown_venue", ""},
    {"PUT", "/v1/fairs/f2", "{" PLACE "}", 422, "missing_field", "/from"},
    {"PUT", "/v1/fairs/f2", "{" PLACE ",\"from\":\"2025-11-29\"}", 422, "missing_field", "/to"},
    {"PUT", "/v1/fairs/f2", "{\"from\":\"2025-11-29\",\"to\":\"2025-11-30\"}", 422, "missing_field",
     "/place"},
    {"PUT", "/v1/fairs/f2", "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-28\"}", 422,
     "ends_before_start", "/to"},
    {"PUT", "/v1/fairs/f2",
     "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-29\",\"slot_minutes\":4}", 422,
     "out_of_range", "/slot_minutes"},
    {"PUT", "/v1/stations/st-2", "{" PLACE ",\"slot_minutes\":30}", 422, "unknown_field",
     "/slot_minutes"},
    {"PUT", "/v1/stations/st-2", "{" PLACE ",\"id\":\"st-3\"}", 422, "id_mismatch", "/id"},
    {"PUT", "/v1/stations/st-2", "{\"place\":{\"lat\":1,\"lon\":1,\"division\":\"9\"}}", 422,
     "unknown_division", "/place/division"},
    {"PUT", "/v1/stations/13800006688", "{" PLACE "}", 422, "names_a_person", "/id"},
    {"PUT", "/v1/fairs/f1",
     "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-30\",\"slot_minutes\":20}", 409, "in_use",
     "/slot_minutes"}, // an interview is booked
    {"DELETE", "/v1/stations/st-9", NULL, 404, "unknown_venue", ""},
    {"POST", "/v1/stations/shut/visits", "{\"ticket\":\"t1\",\"step\":\"enter\"}", 409,
     "venue_closed", "/venue"},
    // booths
    {"PUT", "/v1/fairs/f1/booths/B1", "{}", 422, "missing_field", "/employer"},
    {"PUT", "/v1/fairs/f1/booths/B1", "{\"employer\":\"e9\"}", 422, "unknown_employer",
     "/employer"},
    {"PUT", "/v1/fairs/f1/booths/B1", "{\"employer\":\"e1\",\"capacity\":51}", 422, "out_of_range",
     "/capacity"},
    {"PUT", "/v1/fairs/f1/booths/13800006688", "{\"employer\":\"e1\"}", 422, "names_a_person",
     "/id"},
    {"PUT", "/v1/fairs/f9/booths/B1", "{\"employer\":\"e1\"}", 404, "unknown_venue", ""},
    {"PUT", "/v1/fairs/f1/booths/%FF", "{\"employer\":\"e1\"}", 400, "bad_path", ""},
    {"GET", "/v1/fairs/f1/booths/Z9", NULL, 404, "unknown_booth", ""},
    {"DELETE", "/v1/fairs/f1/booths/Z9", NULL, 404, "unknown_booth", ""},
    {"DELETE", "/v1/fairs/f1/booths/A1", NULL, 409, "in_use", "/booth"},
    // interviews
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s2", "0", "booked"), 409, "slot_taken", "/slot"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A2", "s1", "0", "booked"), 409, "already_booked",
     "/seeker"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s2", "0", "kept"), 409, "not_booked", "/seeker"},
    {"POST", "/v1/fairs/f1/slots", SLOT("Z9", "s2", "0", "booked"), 404, "unknown_booth", "/booth"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s9", "0", "booked"), 404, "unknown_seeker",
     "/seeker"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s2", "64", "booked"), 422, "out_of_range", "/slot"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s2", "2000", "booked"), 422, "out_of_range",
     "/slot"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s2", "1.5", "booked"), 422, "not_whole", "/slot"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s2", "\"1\"", "booked"), 422, "wrong_type", "/slot"},
    {"POST", "/v1/fairs/f1/slots", SLOT("A1", "s2", "1", "joined"), 422, "bad_choice", "/step"},
    {"POST", "/v1/fairs/f1/slots", "{\"booth\":\"A1\",\"seeker\":\"s2\",\"step\":\"booked\"}", 422,
     "missing_field", "/slot"},
    {"GET", "/v1/fairs/f1/slots", NULL, 400, "bad_parameter", ""},
    {"GET", "/v1/fairs/f1/slots?booth=Z9", NULL, 404, "unknown_booth", "/booth"},
    {"GET", "/v1/fairs/f9/bookings", NULL, 404, "unknown_venue", ""},
    // queues and visitors
    {"POST", "/v1/fairs/f1/queue", "{\"step\":\"joined\"}", 422, "missing_field", "/ticket"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"t1\"}", 422, "missing_field", "/step"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"t1\",\"step\":\"left\"}", 409, "not_queued",
     "/ticket"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"t1\",\"step\":\"jumped\"}", 422, "bad_choice",
     "/step"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"t1\",\"step\":\"call_next\"}", 422,
     "unknown_field", "/ticket"},
    {"POST", "/v1/fairs/f1/queue", "{\"step\":\"call_next\"}", 409, "nobody_waits", ""},
    {"POST", "/v1/fairs/f1/queue", "{\"step\":\"call_next\",\"booth\":\"Z9\"}", 404,
     "unknown_booth", "/booth"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"t1\",\"step\":\"joined\",\"booth\":\"Z9\"}", 404,
     "unknown_booth", "/booth"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"t1\",\"step\":\"joined\",\"seeker\":\"s9\"}", 404,
     "unknown_seeker", "/seeker"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"t1\",\"step\":\"left\",\"seeker\":\"s1\"}", 422,
     "unknown_field", "/seeker"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":7,\"step\":\"joined\"}", 422, "wrong_type",
     "/ticket"},
    {"POST", "/v1/fairs/f1/queue", "{\"ticket\":\"13800006688\",\"step\":\"joined\"}", 422,
     "names_a_person", "/ticket"},
    {"GET", "/v1/fairs/f1/queue?booth=Z9", NULL, 404, "unknown_booth", "/booth"},
    {"GET", "/v1/fairs/f1/queue?limit=0", NULL, 400, "bad_parameter", ""},
    {"POST", "/v1/fairs/f1/visits", "{\"ticket\":\"t1\",\"step\":\"peek\"}", 422, "bad_choice",
     "/step"},
    {"POST", "/v1/fairs/f1/visits", "{\"ticket\":\"13800006688\",\"step\":\"enter\"}", 422,
     "names_a_person", "/ticket"},
    {"POST", "/v1/fairs/f1/visits", "{\"step\":\"enter\"}", 422, "missing_field", "/ticket"},
    {"POST", "/v1/fairs/f9/visits", "{\"ticket\":\"t1\",\"step\":\"enter\"}", 404, "unknown_venue",
     ""},
    // gigs
    {"PATCH", "/v1/postings/p1", "{\"gig\":{\"station\":\"st-9\"}}", 422, "unknown_venue",
     "/gig/station"},
    {"PATCH", "/v1/postings/p1", "{\"push\":{\"k\":\"some\"}}", 422, "bad_choice", "/push/k"},
    {"PATCH", "/v1/seekers/s1", "{\"push\":{\"quiet\":{\"from\":\"25:00\",\"to\":\"07:00\"}}}", 422,
     "bad_choice", "/push/quiet/from"},
};

// All that the routes show, without the sequence number, which a refusal moves on.
static void picture(char *room, size_t size) {
    static const char *const SHOWN[] = {"/v1/referrals?posting=p1",
                                        "/v1/referrals?posting=full",
                                        "/v1/postings/export",
                                        "/v1/seekers/export",
                                        "/v1/stations",
                                        "/v1/fairs",
                                        "/v1/fairs/f1/booths",
                                        "/v1/fairs/f1/bookings",
                                        "/v1/fairs/f1/counts",
                                        "/v1/fairs/f1/queue"};
    size_t used = 0;
    for (size_t i = 0; i < sizeof SHOWN / sizeof SHOWN[0]; i++) {
        reply r = ask(SHOWN[i]);
        EXPECT(r, 200);
        const char *end = strstr(r.body.bytes, "\"seq\"");
        size_t here = end ? (size_t)(end - r.body.bytes) : r.body.size;
        cr_assert_lt(used + here, size);
        memcpy(room + used, r.body.bytes, here);
        used += here;
    }
    room[used] = '\0';
}

Test(drives, what_is_refused_has_its_own_answer_and_changes_nothing) {
    static char before[20000], after[20000];
    put_seekers(3);
    open_station();
    open_fair();
    EXPECT(house_json(&h, "PUT", "/v1/stations/shut", "{" PLACE "}"), 201);
    EXPECT(house_ask(&h, "DELETE", "/v1/stations/shut", "", NULL), 204);
    EXPECT(
        house_json(&h, "PUT", "/v1/postings/p1", "{\"title\":\"t\"," PLACE ",\"type\":\"full\"}"),
        201);
    EXPECT(house_json(&h, "PUT", "/v1/postings/full", GIG("1")), 201);
    EXPECT(step("s3", "full", "held", ""), 201);
    EXPECT(slot("A1", "s1", 0, "booked"), 201);
    picture(before, sizeof before);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        for (int language = 0; language < 2; language++) {
            char headers[120], wanted[200];
            const char *what = REFUSED[i].body ? REFUSED[i].body : REFUSED[i].target;
            snprintf(headers, sizeof headers, "%sAccept-Language: %s\r\n",
                     REFUSED[i].body ? "Content-Type: application/json\r\n" : "",
                     language ? "en" : "zh");
            reply r = house_ask(&h, REFUSED[i].method, REFUSED[i].target, headers, REFUSED[i].body);
            cr_assert_eq(r.status, REFUSED[i].status, "%s: %d %s", what, r.status, r.body.bytes);
            snprintf(wanted, sizeof wanted, "\"errors\":[{\"pointer\":\"%s\",\"code\":\"%s\"",
                     REFUSED[i].pointer, REFUSED[i].code);
            cr_assert(reply_has(&r, wanted), "%s: %s", what, r.body.bytes);
            EXPECT_LACKS(r, "\"message\":\"\"");
            EXPECT_LACKS(r, "\"fix\":\"\"");
            EXPECT_LACKS(r, "13800006688");   // no error repeats a number that names somebody
            EXPECT_LACKS(r, "full part gig"); // the choices are those of this member
        }
    }
    picture(after, sizeof after);
    cr_assert_str_eq(before, after);
}

Test(drives, a_step_nobody_knows_is_answered_with_the_steps_there_are) {
    open_station();
    EXPECT_HAS(visit("stations/st-1", "t1", "peek"), "choose from: enter leave\"");
    EXPECT_HAS(queue("stations/st-1", NULL, "t1", "jumped"),
               "choose from: joined called served left no_show call_next\"");
    EXPECT_HAS(step("s1", "p1", "hired", ""), "choose from: viewed applied interview offer held");
    put_seekers(1);
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("1")), 201);
    EXPECT_HAS(
        step("s1", "g1", "held", ",\"until\":\"2025-11-01\""),
        "/until is 2025-11-01T23:59:59.999+08:00; allowed are 2025-11-25T00:00:00.001+08:00 to "
        "2026-02-23T00:00:00+08:00");
}

Test(drives, a_refusal_says_what_a_person_at_the_desk_can_do) {
    open_fair();
    put_seekers(1);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"钳工\"," PLACE ",\"type\":\"full\",\"openings\":1}"),
           201);
    EXPECT_HAS(step("s1", "p1", "placed", ""), "it stands at nothing yet\"");
    EXPECT(house_json(&h, "POST", "/v1/fairs/f1/slots", SLOT("A1", "s1", "0", "booked")), 201);
    EXPECT(queue("fairs/f1", "A1", "t1", "joined"), 201);
    EXPECT_HAS(house_ask(&h, "DELETE", "/v1/fairs/f1/booths/A1", "Accept-Language: en\r\n", NULL),
               "booth \\\"A1\\\" has people booked, waiting or called still: 2");
    EXPECT_HAS(house_json(&h, "PUT", "/v1/fairs/f1",
                          "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-30\","
                          "\"slot_minutes\":20}"),
               "interviews were booked (1), so the opening");
}

// ---- the new members of records ----

Test(drives, push_and_gig_are_kept_changed_and_cleared) {
    open_station();
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 201);
    reply r = house_json(&h, "PATCH", "/v1/postings/g1", "{\"push\":{\"k\":\"all\"}}");
    EXPECT(r, 200);
    r = ask("/v1/postings/g1");
    EXPECT_HAS(r, "\"push\":{\"k\":\"all\"},\"gig\":{\"station\":\"st-1\","
                  "\"from\":\"2025-11-25T07:00:00+08:00\"");
    EXPECT(house_json(&h, "PATCH", "/v1/postings/g1", "{\"gig\":null}"), 200);
    r = ask("/v1/postings/g1");
    EXPECT_LACKS(r, "\"gig\":{");
    EXPECT_HAS(r, "\"push\"");
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 200); // of push it says nothing
    r = ask("/v1/postings/g1");
    EXPECT_LACKS(r, "\"push\"");

    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 201);
    const char *push = "{\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:00\",\"to\":\"07:00\"}}}";
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", push), 200);
    r = ask("/v1/seekers/s1");
    EXPECT_HAS(r, "\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:00\",\"to\":\"07:00\"}}");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"push\":null}"), 200);
    EXPECT_LACKS(ask("/v1/seekers/s1"), "\"push\"");
}

Test(drives, a_wanted_occupation_is_kept_changed_and_cleared) {
    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 201);
    EXPECT_LACKS(ask("/v1/seekers/s1"), "\"occupation\"");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":\"o1\"}"), 200);
    EXPECT_HAS(ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"radius_km\":9}"), 200);
    EXPECT_HAS(ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    reply r = house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":\"o9\"}");
    EXPECT(r, 422);
    EXPECT_HAS(r, "\"pointer\":\"/occupation\",\"code\":\"unknown_occupation\"");
    EXPECT_HAS(ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    EXPECT(house_ask(&h, "DELETE", "/v1/occupations/o1", "", NULL), 409); // named
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":null}"), 200);
    EXPECT_LACKS(ask("/v1/seekers/s1"), "\"occupation\"");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":\"o1\"}"), 200);
    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 200); // of it says nothing
    EXPECT_LACKS(ask("/v1/seekers/s1"), "\"occupation\"");
    EXPECT(house_ask(&h, "DELETE", "/v1/occupations/o1", "", NULL), 204);
}

// What an export says is what an import makes of it: the same digest.
static void comes_back(const char *kind, const char *type, const char *format) {
    char target[60], *lines;
    snprintf(target, sizeof target, "/v1/%s/export?format=%s", kind, format);
    reply r = ask(target);
    EXPECT(r, 200);
    cr_assert_gt(r.body.size, 100);
    cr_assert_not_null(lines = malloc(r.body.size + 1));
    memcpy(lines, r.body.bytes, r.body.size + 1);
    uint64_t digest = house_digest(&h);
    char headers[80];
    snprintf(headers, sizeof headers, "Content-Type: %s\r\n", type);
    snprintf(target, sizeof target, "/v1/%s/bulk", kind);
    r = house_ask(&h, "POST", target, headers, lines);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"failed\":0");
    cr_assert_eq(house_digest(&h), digest, "%s %s: %s", kind, format, lines);
    free(lines);
}

Test(drives, exports_carry_what_may_be_left_out) {
    open_station();
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 201);
    EXPECT(house_json(&h, "PATCH", "/v1/postings/g1", "{\"push\":{\"k\":9,\"lag_minutes\":12}}"),
           200);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p2",
                      "{\"title\":\"t\"," PLACE ",\"type\":\"full\","
                      "\"push\":{\"k\":\"all\"}}"),
           201);
    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 201);
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1",
                      "{\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:30\",\"to\":\"07:00\"}},"
                      "\"occupation\":\"o1\"}"),
           200);
    comes_back("postings", "application/x-ndjson", "ndjson");
    comes_back("seekers", "application/x-ndjson", "ndjson");
    comes_back("postings", "text/csv", "csv");
    comes_back("seekers", "text/csv", "csv");
}

#define SHEET "编号,岗位名称,纬度,经度,用工类型,推送倍数,推送间隔分钟,驿站,上工时间,下工时间\n"
#define PEOPLE "编号,纬度,经度,半径公里,接受类型,每日推送上限,免打扰开始,免打扰结束\n"
#define WANTED "编号,纬度,经度,半径公里,接受类型,期望职业\n"

static reply sheet(const char *kind, const char *rows) {
    char target[40];
    snprintf(target, sizeof target, "/v1/%s/bulk", kind);
    return house_ask(&h, "POST", target, "Content-Type: text/csv\r\nAccept-Language: en\r\n", rows);
}

Test(drives, a_clerk_writes_push_and_gig_into_a_spreadsheet) {
    open_station();
    reply r = sheet("postings", SHEET "p1,搬运,34.58,105.72,零工,全部,15,st-1,"
                                      "2025-11-28T07:00:00+08:00,2025/11/28\n"
                                      "p2,搬运,34.58,105.72,零工,２,,,,\n");
    EXPECT_HAS(r, "\"ok\":2,\"failed\":0");
    EXPECT_HAS(ask("/v1/postings/p1"),
               "\"push\":{\"k\":\"all\",\"lag_minutes\":15},\"gig\":{\"station\":\"st-1\","
               "\"from\":\"2025-11-28T07:00:00+08:00\",\"to\":\"2025-11-28\"}}");
    EXPECT_HAS(ask("/v1/postings/p2"), "\"push\":{\"k\":2}}");
    EXPECT_HAS(sheet("seekers", PEOPLE "s1,34.58,105.72,5,零工,3,22:00,06:30\n"), "\"failed\":0");
    EXPECT_HAS(ask("/v1/seekers/s1"),
               "\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:00\",\"to\":\"06:30\"}}");
    EXPECT_HAS(sheet("seekers", WANTED "s1,34.58,105.72,5,零工,o1\n"
                                       "s3,34.58,105.72,5,零工,o9\n"),
               "\"ok\":1,\"failed\":1");
    EXPECT_HAS(ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    EXPECT_HAS(sheet("seekers", "id,lat,lon,radius_km,types,occupation\ns2,34,105,5,gig,o1\n"),
               "\"failed\":0");
    EXPECT_HAS(ask("/v1/seekers/s2"), "\"occupation\":\"o1\"}");
}

Test(drives, a_row_is_refused_at_its_column) {
    static const struct {
        const char *kind, *rows, *code, *pointer;
    } ROWS[] = {
        {"postings", SHEET "p1,t,34,105,零工,0,,,,\n", "out_of_range", "/推送倍数"},
        {"postings", SHEET "p1,t,34,105,零工,65535,,,,\n", "out_of_range", "/推送倍数"},
        {"postings", SHEET "p1,t,34,105,零工,,99999,,,\n", "out_of_range", "/推送间隔分钟"},
        {"postings", SHEET "p1,t,34,105,零工,,,,2025-11-28,\n", "missing_field", "/下工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,,,2025-11-28\n", "missing_field", "/上工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,,2025-11-28,2025-11-27\n", "ends_before_start",
         "/下工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,,早上,晚上\n", "bad_time", "/上工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,st-9,,\n", "unknown_venue", "/gig/station"},
        {"seekers", PEOPLE "s1,34,105,5,零工,1001,,\n", "out_of_range", "/每日推送上限"},
        {"seekers", PEOPLE "s1,34,105,5,零工,,25:00,07:00\n", "bad_choice", "/免打扰开始"},
        {"seekers", PEOPLE "s1,34,105,5,零工,,22:00,\n", "missing_field", "/免打扰结束"},
        {"seekers", WANTED "s1,34,105,5,零工,o9\n", "unknown_occupation", "/occupation"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char wanted[120];
        reply r = sheet(ROWS[i].kind, ROWS[i].rows);
        EXPECT(r, 200);
        EXPECT_HAS(r, "\"ok\":0,\"failed\":1");
        snprintf(wanted, sizeof wanted, "\"code\":\"%s\",\"pointer\":\"%s\"", ROWS[i].code,
                 ROWS[i].pointer);
        EXPECT_HAS(r, wanted);
    }
    // A dry run looks for the station, too.
    reply r = house_ask(&h, "POST", "/v1/postings/bulk?dry_run=1", "Content-Type: text/csv\r\n",
                        SHEET "p1,t,34,105,零工,,,st-9,,\n");
    EXPECT_HAS(r, "unknown_venue");
}
