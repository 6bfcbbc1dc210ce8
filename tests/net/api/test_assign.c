/* Assignments over the routes: what is answered, what is applied, and what a second run leaves as
 * it is. */
#include "house.h"

#include "engine/market/market.h"
#include "net/api/assign_room.h"
#include "net/api/inner.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR ((int64_t)3600000)
#define DAY_MS 1764028800000 // a morning after the house's clock

static house h;

static void put_seeker(int number, int level) {
    char target[40], body[400];
    snprintf(target, sizeof target, "/v1/seekers/s%d", number);
    snprintf(
        body, sizeof body,
        "{\"skills\":[{\"skill\":\"a\",\"level\":%d}],\"place\":{\"lat\":34.58,\"lon\":105.7%d,"
        "\"division\":\"620502\"},\"radius_km\":30,\"types\":[\"full\",\"gig\"]}",
        level, number);
    reply r = house_json(&h, "PUT", target, body);
    cr_assert_eq(r.status, 201, "%s", r.body.bytes);
}

static void put_posting(const char *id, uint8_t type, int wage, uint32_t openings, int64_t from_ms,
                        int64_t to_ms) {
    static const yz_skill_level REQUIRED[] = {{{"a", 1}, 2}};
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                         .title = YZ_TEXT("焊工"),
                                         .employer = YZ_TEXT("e1"),
                                         .place = {345800000, 1057200000, YZ_TEXT("620502")},
                                         .required = REQUIRED,
                                         .required_count = 1,
                                         .has_wage = true,
                                         .wage_unit = YZ_PER_MONTH,
                                         .wage_min_fen = wage * 100,
                                         .wage_max_fen = wage * 100,
                                         .type = type,
                                         .openings = openings,
                                         .shifts = YZ_SHIFTS_ALL,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX,
                                         .gig_from_ms = from_ms,
                                         .gig_to_ms = to_ms};
    c.posting_put.fields = YZ_POSTING_ALL | (from_ms != 0 ? YZ_POSTING_GIG : 0);
    house_apply(&h, c);
}

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
    for (int i = 1; i <= 4; i++)
        put_seeker(i, i + 1);
    put_posting("p1", YZ_TYPE_FULL, 6000, 1, 0, 0);
    put_posting("p2", YZ_TYPE_FULL, 5000, 2, 0, 0);
    put_posting("g1", YZ_TYPE_GIG, 4000, 1, DAY_MS, DAY_MS + 2 * HOUR);
    put_posting("g2", YZ_TYPE_GIG, 4000, 1, DAY_MS + 3 * HOUR, DAY_MS + 4 * HOUR);
    put_posting("g3", YZ_TYPE_GIG, 4000, 1, DAY_MS + HOUR, DAY_MS + 4 * HOUR);
}

static void close_house(void) {
    house_deinit(&h);
}

TestSuite(assign, .init = open_house, .fini = close_house);

#define EXPECT(r, wanted)                                                                          \
    cr_assert_eq((r).status, wanted, "%d: %s", (r).status, (r).body.size ? (r).body.bytes : "")
#define EXPECT_HAS(r, text) cr_assert(reply_has(&(r), text), "no %s in %s", text, (r).body.bytes)
#define EXPECT_NOT(r, text) cr_assert(!reply_has(&(r), text), "%s in %s", text, (r).body.bytes)

static yz_step step_of(const char *seeker, const char *posting) {
    yz_referral_view view;
    bool there = yz_market_referral(h.market, yz_text_of(seeker), yz_text_of(posting), &view);
    return there ? view.step : YZ_STEP_NONE;
}

/* All like the better wage best; the employer takes who is better at it: s4, then s3 and s2. */
Test(assign, a_fair_is_answered_with_its_certificate_and_changes_nothing) {
    uint64_t before = yz_market_sequence(h.market);
    reply r = house_json(&h, "POST", "/v1/assign/fair", "{\"postings\":[\"p1\",\"p2\"]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"kind\":\"fair\"");
    EXPECT_HAS(r, "{\"seeker\":\"s4\",\"posting\":\"p1\",");
    EXPECT_HAS(r, "{\"seeker\":\"s3\",\"posting\":\"p2\",");
    EXPECT_HAS(r, "{\"seeker\":\"s2\",\"posting\":\"p2\",");
    EXPECT_HAS(r, "\"unassigned\":[{\"seeker\":\"s1\",\"reason\":\"taken\"}]");
    EXPECT_HAS(r, "\"certificate\":{\"checked\":true,\"blocking_pairs\":0,");
    EXPECT_NOT(r, "\"done\"");
    cr_assert_eq(yz_market_sequence(h.market), before);
}

Test(assign, scores_and_distances_are_rounded_for_people) {
    reply r = house_json(&h, "POST", "/v1/match/jobs", "{\"seeker_id\":\"s4\",\"k\":20}");
    EXPECT(r, 200);
    const char *p1 = strstr(r.body.bytes, "{\"id\":\"p1\",\"score\":"), *km;
    cr_assert_not_null(p1, "%s", r.body.bytes);
    cr_assert_not_null(km = strstr(p1, "\"distance_km\":"));
    double score = strtod(p1 + 19, NULL), distance = strtod(km + 14, NULL);
    cr_assert(score > 1 && distance > 1);
    char wanted[120];
    snprintf(wanted, sizeof wanted,
             "{\"seeker\":\"s4\",\"posting\":\"p1\",\"score\":%.4f,\"distance_km\":%.3f,", score,
             distance);
    r = house_json(&h, "POST", "/v1/assign/fair", "{\"postings\":[\"p1\",\"p2\"]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, wanted);
}

static void id_of(const reply *r, char id[64]) {
    const char *at = strstr(r->body.bytes, "\"id\":\"");
    cr_assert_not_null(at);
    cr_assert_eq(sscanf(at + 6, "%63[^\"]", id), 1);
}

Test(assign, what_is_applied_is_an_offer_by_this_run_and_the_next_run_moves_nobody) {
    char id[64], target[100];
    reply r =
        house_json(&h, "POST", "/v1/assign/fair", "{\"postings\":[\"p1\",\"p2\"],\"apply\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"done\":true");
    EXPECT_NOT(r, "\"done\":false");
    cr_assert_eq(step_of("s4", "p1"), YZ_STEP_OFFER);
    cr_assert_eq(step_of("s2", "p2"), YZ_STEP_OFFER);
    id_of(&r, id);
    yz_referral_view view;
    cr_assert(yz_market_referral(h.market, YZ_TEXT("s4"), YZ_TEXT("p1"), &view));
    cr_assert(yz_text_equal(view.source, yz_text_of(id)));
    cr_assert_eq(view.venue.size, 0);

    snprintf(target, sizeof target, "/v1/assign/%s", id);
    r = house_ask(&h, "GET", target, "", NULL);
    EXPECT(r, 200);
    EXPECT_HAS(r, id);
    EXPECT_HAS(r, "\"done\":true");

    put_seeker(5, 5); // who is as good as s4, and nearer than nobody
    uint64_t before = yz_market_sequence(h.market);
    r = house_json(&h, "POST", "/v1/assign/fair", "{\"postings\":[\"p1\",\"p2\"],\"apply\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s4\",\"posting\":\"p1\",");
    EXPECT_HAS(r, "\"locked\":true");
    EXPECT_HAS(r, "\"disturbed\":[]");
    EXPECT_HAS(r, "{\"seeker\":\"s5\",\"reason\":\"taken\"}");
    cr_assert_eq(yz_market_sequence(h.market), before); // all of it stood already
}

static yz_text venue_of(const char *seeker, const char *posting) {
    yz_referral_view view;
    cr_assert(yz_market_referral(h.market, yz_text_of(seeker), yz_text_of(posting), &view));
    return view.venue;
}

Test(assign, what_is_applied_says_the_fair_or_the_station) {
    static const char FAIR[] = "{\"place\":{\"lat\":34.58,\"lon\":105.72},\"from\":\"2025-11-29\","
                               "\"to\":\"2025-11-30\"}";
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1", FAIR), 201);
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1/booths/A1", "{\"employer\":\"e1\"}"), 201);
    reply r = house_json(&h, "POST", "/v1/assign/fair",
                         "{\"fair\":\"f1\",\"postings\":[\"p1\"],\"apply\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"done\":true");
    cr_assert(yz_text_equal(venue_of("s4", "p1"), YZ_TEXT("f1")));

    EXPECT(house_json(&h, "PUT", "/v1/stations/st-1", "{\"place\":{\"lat\":34.58,\"lon\":105.72}}"),
           201);
    EXPECT(house_json(&h, "PATCH", "/v1/postings/g1",
                      "{\"gig\":{\"station\":\"st-1\",\"from\":\"2025-11-25T08:00:00+08:00\","
                      "\"to\":\"2025-11-25T10:00:00+08:00\"}}"),
           200);
    r = house_json(&h, "POST", "/v1/assign/gigs",
                   "{\"station\":\"st-1\",\"seekers\":[\"s1\"],\"apply\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"done\":true");
    cr_assert(yz_text_equal(venue_of("s1", "g1"), YZ_TEXT("st-1")));
}

Test(assign, a_lock_that_must_give_way_is_named) {
    reply r = house_json(&h, "POST", "/v1/assign/fair",
                         "{\"postings\":[\"p1\"],\"locks\":[{\"seeker\":\"s1\",\"posting\":\"p1\"},"
                         "{\"seeker\":\"s2\",\"posting\":\"p1\"},"
                         "{\"seeker\":\"s3\",\"posting\":\"nothing\"}]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s2\",\"posting\":\"p1\",\"score\"");
    EXPECT_HAS(r, "\"disturbed\":[{\"seeker\":\"s1\",\"posting\":\"p1\",\"reason\":"
                  "\"fewer_openings\"},{\"seeker\":\"s3\",\"posting\":\"nothing\",\"reason\":"
                  "\"unknown\"}]");
}

/* g1 and g2 go after each other, g3 lies across both. */
Test(assign, gigs_go_to_workers_in_sequence_and_everybody_hears_their_place) {
    reply r = house_json(&h, "POST", "/v1/assign/gigs", "{\"seekers\":[\"s1\"]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"posting\":\"g1\",");
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"posting\":\"g2\",");
    EXPECT_NOT(r, "\"posting\":\"g3\",\"score\"");
    EXPECT_HAS(r, "\"gap\":0,\"optimal\":true,\"workers\":1,\"places\":2,\"overlaps\":0");

    r = house_json(&h, "POST", "/v1/assign/gigs", "{\"apply\":true,\"hold_minutes\":30}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"places\":3");
    EXPECT_HAS(r, "\"turn\":{\"posting\":");
    EXPECT_HAS(r, "\"reason\":\"taken\",\"turn\":{\"posting\":");
    EXPECT_HAS(r, "\"before\":{");
    EXPECT_HAS(r, "\"text\":\"You are number 2 of 4; before you 1: by a better fit 1\"");
    yz_posting_view view;
    yz_arena *arena = yz_arena_new(100000);
    cr_assert(yz_market_posting(h.market, YZ_TEXT("g1"), arena, &view));
    cr_assert_eq(view.state, YZ_STATE_FULL);
    cr_assert_eq(yz_market_posting_told(h.market, view.row).held, 1);
    yz_arena_free(arena);

    uint64_t before = yz_market_sequence(h.market);
    r = house_ask(&h, "POST", "/v1/assign/gigs",
                  "Content-Type: application/json\r\nAccept-Language: zh\r\n", "{}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"text\":\"您排第 2，共 4 人；前面 1 人中 1 人更合适\"");
    r = house_json(&h, "POST", "/v1/assign/gigs", "{\"apply\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"places\":3");
    EXPECT_HAS(r, "\"disturbed\":[]");
    cr_assert_eq(yz_market_sequence(h.market), before); // nobody who was told is moved
}

Test(assign, the_rules_say_how_much_more_a_first_gig_counts) {
    reply r = house_json(&h, "POST", "/v1/assign/gigs", "{}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"optimal\":true,\"workers\":3,\"places\":3");
    r = house_json(&h, "POST", "/v1/assign/gigs", "{\"rules\":{\"first_gig\":0}}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"optimal\":true,\"workers\":2,\"places\":3");
    r = house_json(&h, "POST", "/v1/assign/gigs", "{\"rules\":{\"first_gig\":2.5}}");
    EXPECT(r, 422);
    EXPECT_HAS(r, "/rules/first_gig");
}

static void step_to(const char *seeker, const char *posting, yz_step to) {
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = yz_text_of(seeker);
    c.referral.posting = yz_text_of(posting);
    c.referral.step = to;
    house_apply(&h, c);
}

/* g3 lies across the other two. */
Test(assign, who_did_not_come_is_not_sent_there_again_that_day) {
    static const char BOTH[] = "{\"seekers\":[\"s1\",\"s2\"],\"postings\":[\"g1\",\"g3\"]}";
    static const char ONE[] = "{\"seekers\":[\"s1\"],\"postings\":[\"g1\"]}";
    step_to("s1", "g1", YZ_STEP_HELD);
    step_to("s1", "g1", YZ_STEP_NO_SHOW);
    reply r = house_json(&h, "POST", "/v1/assign/gigs", BOTH);
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"posting\":\"g3\","); // another gig is another thing
    EXPECT_HAS(r, "{\"seeker\":\"s2\",\"posting\":\"g1\","); // and the opening is for others
    r = house_json(&h, "POST", "/v1/assign/gigs", ONE);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"pairs\":[],\"unassigned\":[{\"seeker\":\"s1\",\"reason\":\"no_show\"}]");
    r = house_json(&h, "POST", "/v1/assign/gigs",
                   "{\"seekers\":[\"s1\"],\"postings\":[\"g1\"],"
                   "\"locks\":[{\"seeker\":\"s1\",\"posting\":\"g1\"}]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"posting\":\"g1\","); // who sends the request knows better
    h.passed_ms += 24 * HOUR - 1;
    step_to("s4", "g2", YZ_STEP_VIEWED); // the market's time goes on
    r = house_json(&h, "POST", "/v1/assign/gigs", ONE);
    EXPECT_HAS(r, "\"reason\":\"no_show\"");
    h.passed_ms += 1; // midnight in Beijing
    step_to("s3", "g2", YZ_STEP_VIEWED);
    r = house_json(&h, "POST", "/v1/assign/gigs", ONE);
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"posting\":\"g1\",");
}

Test(assign, a_place_that_went_meanwhile_is_told_pair_by_pair) {
    h.failure = 507;
    reply r = house_json(&h, "POST", "/v1/assign/fair", "{\"apply\":true}");
    EXPECT(r, 507);
    h.failure = 0;
    h.full = true;
    r = house_json(&h, "POST", "/v1/assign/fair", "{\"apply\":true}");
    EXPECT(r, 503);
}

Test(assign, the_client_may_go_away_meanwhile) {
    h.later = true;
    static const char ASK[] = "POST /v1/assign/fair HTTP/1.1\r\nHost: localhost\r\n"
                              "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n"
                              "{\"apply\":true}";
    house_send(&h, ASK, sizeof ASK - 1);
    house_reconnect(&h, true);
    house_deliver(&h);
    h.later = false;
    cr_assert_eq(step_of("s4", "p1"), YZ_STEP_OFFER);
}

Test(assign, bad_input_gets_its_own_answer) {
    static const struct {
        const char *body, *code, *pointer;
        int status;
    } CASES[] = {
        {"{\"postings\":[\"no\"]}", "unknown_posting", "/postings/0", 404},
        {"{\"seekers\":[\"s1\",\"no\"]}", "unknown_seeker", "/seekers/1", 404},
        {"{\"fair\":\"no\"}", "unknown_venue", "/fair", 404},
        {"{\"filter\":{\"employer\":\"no\"}}", "unknown_employer", "/filter/employer", 422},
        {"{\"k\":0}", "out_of_range", "/k", 422},
        {"{\"postings\":[]}", "empty", "/postings", 422},
        {"{\"postings\":\"p1\"}", "wrong_type", "/postings", 422},
        {"{\"locks\":[{\"seeker\":\"s1\"}]}", "missing_field", "/locks/0/posting", 422},
        {"{\"speed_kmh\":20}", "unknown_field", "/speed_kmh", 422}, // of gigs only
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char pointer[100];
        reply r = house_json(&h, "POST", "/v1/assign/fair", CASES[i].body);
        EXPECT(r, CASES[i].status);
        EXPECT_HAS(r, CASES[i].code);
        snprintf(pointer, sizeof pointer, "\"pointer\":\"%s\"", CASES[i].pointer);
        EXPECT_HAS(r, pointer);
    }
    reply r = house_json(&h, "POST", "/v1/assign/gigs", "{\"rules\":{\"order\":[\"age\"]}}");
    EXPECT(r, 422);
    EXPECT_HAS(r, "certificate band wait");
    r = house_json(&h, "POST", "/v1/assign/gigs",
                   "{\"from\":\"2026-08-02\",\"to\":\"2026-08-01\"}");
    EXPECT(r, 422);
    r = house_json(&h, "POST", "/v1/assign/gigs", "{\"station\":\"no\"}");
    EXPECT(r, 404);
    EXPECT_HAS(r, "unknown_venue");
    EXPECT_HAS(r, "\"pointer\":\"/station\"");
    r = house_ask(&h, "GET", "/v1/assign/none", "", NULL);
    EXPECT(r, 404);
    EXPECT_HAS(r, "no_such_run");
}

/* The room that all runs share, taken by others. */
Test(assign, who_finds_no_room_is_told_to_come_again) {
    assign_room others[ASSIGN_AT_ONCE_MAX] = {{0}}, one_more = {0};
    for (int i = 0; i < ASSIGN_AT_ONCE_MAX; i++)
        cr_assert(assign_room_enter(&others[i]));
    cr_assert(!assign_room_enter(&one_more));
    static const char *const ROUTES[] = {"/v1/assign/fair", "/v1/assign/gigs"};
    for (int i = 0; i < 2; i++) {
        reply r = house_json(&h, "POST", ROUTES[i], "{}");
        EXPECT(r, 503);
        EXPECT_HAS(r, "\"code\":\"assigning\"");
        cr_assert(reply_says(&r, "Retry-After: 1"));
    }
    assign_room_leave(&others[0]);
    for (int i = 0; i < 3; i++) { // each gives back what it took
        reply r = house_json(&h, "POST", "/v1/assign/fair", "{}");
        EXPECT(r, 200);
        r = house_json(&h, "POST", "/v1/assign/gigs", "{\"seekers\":[\"none\"]}");
        EXPECT(r, 404);
    }
    cr_assert(assign_room_grow(&others[1], ASSIGN_EDGES_MAX - 1));
    reply r = house_json(&h, "POST", "/v1/assign/fair", "{}");
    EXPECT(r, 503);
    EXPECT_HAS(r, "\"code\":\"assigning\"");
    assign_room_leave(&others[1]);
    r = house_json(&h, "POST", "/v1/assign/fair", "{}");
    EXPECT(r, 200);
    cr_assert(assign_room_grow(&others[2], ASSIGN_LARGE_EDGES));
    cr_assert(assign_room_grow(&others[2], ASSIGN_LARGE_EDGES + 1));
    cr_assert(assign_room_grow(&others[3], ASSIGN_LARGE_EDGES));
    cr_assert(!assign_room_grow(&others[4], ASSIGN_LARGE_EDGES));
    assign_room_leave(&others[3]);
    cr_assert(assign_room_grow(&others[4], ASSIGN_LARGE_EDGES));
    for (int i = 0; i < ASSIGN_AT_ONCE_MAX; i++)
        assign_room_leave(&others[i]);
}

/* A market of the past: `serve --at`. */
Test(assign, a_hold_is_by_the_clock_of_the_market) {
    h.wall_ahead_ms = 400 * 24 * HOUR;
    reply r = house_json(&h, "POST", "/v1/assign/gigs",
                         "{\"postings\":[\"g1\"],\"hold_minutes\":90,\"apply\":true}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"done\":true");
    EXPECT_NOT(r, "\"done\":false");
    yz_referral_view views[4];
    yz_posting_view posting;
    yz_arena *arena = yz_arena_new(1 << 16);
    cr_assert(yz_market_posting(h.market, YZ_TEXT("g1"), arena, &posting));
    cr_assert_eq(yz_market_referrals_of_posting(h.market, posting.row, 0, views, 4), 1);
    cr_assert_eq(views[0].until_ms, yz_market_time_ms(h.market) + 90 * 60000);
    yz_arena_free(arena);
}
