/* Steps of referrals through the routes, and every list that comes in pages. */
#include "drives.h"

#include <criterion/criterion.h>

TestSuite(referrals, .init = drive_begin, .fini = drive_end);

Test(referrals, an_illegal_step_names_the_legal_ones) {
    drive_put_seekers(1);
    EXPECT(
        house_json(&h, "PUT", "/v1/postings/p1", "{\"title\":\"t\"," PLACE ",\"type\":\"full\"}"),
        201);
    reply r = drive_step("s1", "p1", "started", "");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"illegal_step\"");
    EXPECT_HAS(r, "\"fix\":\"allowed now: viewed applied offer held\","
                  "\"allowed\":[\"viewed\",\"applied\",\"offer\",\"held\"]");
    EXPECT_HAS(drive_ask("/v1/referrals?seeker=s1"), "\"items\":[]");
    // Said twice is said once.
    EXPECT(drive_step("s1", "p1", "viewed", ""), 201);
    r = drive_step("s1", "p1", "viewed", "");
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

Test(referrals, referrals_say_how_far_they_came_and_what_became_of_the_telling) {
    drive_put_seekers(3);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"t\"," PLACE ",\"type\":\"full\",\"openings\":3}"),
           201);
    tell("p1", YZ_TELL_FIT, 1, "s1", "s2");
    EXPECT(drive_step("s1", "p1", "applied", ",\"source\":\"kiosk\""), 200);
    EXPECT(drive_step("s3", "p1", "offer", ""), 201);
    reply r = drive_ask("/v1/referrals?posting=p1");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"posting\":\"p1\",\"step\":\"applied\","
                  "\"at\":\"2025-11-25T00:00:00+08:00\",\"source\":\"kiosk\",\"told\":\"fits\"");
    EXPECT_HAS(r, "{\"seeker\":\"s2\",\"posting\":\"p1\",\"step\":\"told\","
                  "\"at\":\"2025-11-25T00:00:00+08:00\",\"told\":\"fits\",\"next\":[\"viewed\"");
    EXPECT_HAS(r, "{\"seeker\":\"s3\",\"posting\":\"p1\",\"step\":\"offer\","
                  "\"at\":\"2025-11-25T00:00:00+08:00\",\"next\":[\"held\""); // never told
    r = drive_ask("/v1/postings/p1/openings");
    EXPECT_HAS(r,
               "\"referrals\":3,\"epoch\":1,\"told\":2,\"replies\":1,\"standing\":1,\"tranche\":1,"
               "\"tranche_at\":\"2025-11-25T00:00:00+08:00\",\"owed\":0");
    EXPECT(house_ask(&h, "DELETE", "/v1/postings/p1", "", NULL), 204);
    EXPECT_HAS(drive_ask("/v1/referrals?seeker=s2"), "\"told\":\"owed\"");
    tell("p1", YZ_TELL_GONE, 0, "s2", NULL);
    r = drive_ask("/v1/referrals?seeker=s2&posting=p1");
    EXPECT_HAS(r, "{\"items\":[{\"seeker\":\"s2\",\"posting\":\"p1\",\"step\":\"untold\"");
    EXPECT_HAS(r, "\"reason\":\"closed\",\"told\":\"untold\"");
}

Test(referrals, a_step_says_where_it_was_taken) {
    drive_open_station();
    drive_open_fair();
    drive_put_seekers(1);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"t\"," PLACE ",\"type\":\"full\",\"openings\":3}"),
           201);
    EXPECT(drive_step("s1", "p1", "viewed", ",\"venue\":null"), 201);
    EXPECT_LACKS(drive_ask("/v1/referrals?seeker=s1"), "\"venue\"");
    EXPECT(drive_step("s1", "p1", "applied", ",\"venue\":\"st-1\""), 200);
    EXPECT_HAS(drive_ask("/v1/referrals?seeker=s1"),
               "\"step\":\"applied\",\"at\":\"2025-11-25T00:00:00"
               "+08:00\",\"venue\":\"st-1\"");
    EXPECT(drive_step("s1", "p1", "interview", ""), 200); // the last one named
    EXPECT_HAS(drive_ask("/v1/referrals?posting=p1"), "\"venue\":\"st-1\"");
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1", "", NULL), 204);
    EXPECT(drive_step("s1", "p1", "held", ",\"source\":\"desk\",\"venue\":\"f1\""),
           200); // booked later
    EXPECT_HAS(drive_ask("/v1/referrals?seeker=s1&posting=p1"),
               "\"source\":\"desk\",\"venue\":\"f1\"");
    EXPECT(drive_step("s1", "p1", "withdrawn", ""), 200);
    EXPECT_HAS(drive_ask("/v1/referrals?seeker=s1"), "\"venue\":\"f1\"");
    EXPECT(drive_step("s1", "p1", "viewed", ""), 200); // it begins anew
    EXPECT_LACKS(drive_ask("/v1/referrals?seeker=s1"), "\"venue\"");
}

static const char *cursor_of(const reply *r) {
    const char *at = strstr(r->body.bytes, "\"next_cursor\":\"");
    return at == NULL ? NULL : at + 15;
}

// Every page once, and together all of them.
static void walk(const char *first, const char *member, int wanted) {
    char target[300], cursor[200] = "";
    int found = 0;
    for (int page = 0; page < 100; page++) {
        snprintf(target, sizeof target, "%s%s%s", first, cursor[0] ? "&cursor=" : "", cursor);
        reply r = drive_ask(target);
        EXPECT(r, 200);
        int here = 0;
        for (const char *at = r.body.bytes; (at = strstr(at, member)) != NULL; at++)
            here += 1;
        cr_assert_leq(here, 2, "%s", r.body.bytes);
        found += here;
        const char *next = cursor_of(&r);
        if (next == NULL) break;
        snprintf(cursor, sizeof cursor, "%.*s", (int)strcspn(next, "\""), next);
    }
    cr_assert_eq(found, wanted, "%s: %d", first, found);
}

Test(referrals, pages_hold_everything_once) {
    drive_put_seekers(5);
    drive_open_station();
    drive_open_fair();
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("5")), 201);
    for (int i = 1; i <= 5; i++) {
        char seeker[16], target[60];
        snprintf(seeker, sizeof seeker, "s%d", i);
        EXPECT(drive_step(seeker, "g1", "held", ""), 201);
        EXPECT(drive_step(seeker, "g1", "placed", ""), 200);
        if (i == 3) EXPECT(drive_step(seeker, "g1", "no_show", ""), 200);
        EXPECT(drive_slot("A2", seeker, i, "booked"), 201);
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

Test(referrals, a_page_says_whether_anything_changed_since_the_first) {
    drive_put_seekers(3);
    reply r = drive_ask("/v1/seekers?limit=1");
    EXPECT_HAS(r, "\"changed\":false");
    const char *cursor = cursor_of(&r);
    cr_assert_not_null(cursor);
    char target[300];
    snprintf(target, sizeof target, "/v1/seekers?limit=1&cursor=%.*s", (int)strcspn(cursor, "\""),
             cursor);
    r = drive_ask(target);
    EXPECT_HAS(r, "\"id\":\"s2\"");
    EXPECT_HAS(r, "\"changed\":false");
    drive_open_station();
    r = drive_ask(target);
    EXPECT_HAS(r, "\"id\":\"s2\"");
    EXPECT_HAS(r, "\"changed\":true");
    // The page after it reckons from the first one, too.
    cursor = cursor_of(&r);
    cr_assert_not_null(cursor);
    snprintf(target, sizeof target, "/v1/seekers?limit=1&cursor=%.*s", (int)strcspn(cursor, "\""),
             cursor);
    r = drive_ask(target);
    EXPECT_HAS(r, "\"id\":\"s3\"");
    EXPECT_HAS(r, "\"changed\":true");
}
