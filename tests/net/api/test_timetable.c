/* A fair's timetable over the route. */
#include "house.h"

#include "engine/market/market.h"
#include "net/api/inner.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define HOUR ((int64_t)3600000)
#define OPENS_MS (1764000000000 + HOUR)

static house h;

static void put_booth(const char *id, uint16_t capacity) {
    yz_command c = {.type = YZ_COMMAND_BOOTH_PUT};
    c.booth = (yz_booth){YZ_TEXT("f1"), yz_text_of(id), YZ_TEXT("e1"), capacity};
    house_apply(&h, c);
}

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
    for (int i = 1; i <= 4; i++) {
        char target[40];
        snprintf(target, sizeof target, "/v1/seekers/s%d", i);
        reply r = house_json(&h, "PUT", target,
                             "{\"place\":{\"lat\":34.58,\"lon\":105.72},\"radius_km\":30,"
                             "\"types\":[\"full\"]}");
        cr_assert_eq(r.status, 201, "%s", r.body.bytes);
    }
    yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
    c.venue_put.venue = (yz_venue){.id = YZ_TEXT("f1"),
                                   .name_zh = YZ_TEXT("招聘会"),
                                   .kind = YZ_VENUE_FAIR,
                                   .place = {345800000, 1057200000, YZ_TEXT("")},
                                   .from_ms = OPENS_MS,
                                   .to_ms = OPENS_MS + HOUR - 1,
                                   .slot_minutes = 30};
    house_apply(&h, c);
    put_booth("b1", 1);
    put_booth("b2", 2);
}

static void close_house(void) {
    house_deinit(&h);
}

TestSuite(timetable, .init = open_house, .fini = close_house);

#define EXPECT(r, wanted)                                                                          \
    cr_assert_eq((r).status, wanted, "%d: %s", (r).status, (r).body.size ? (r).body.bytes : "")
#define EXPECT_HAS(r, text) cr_assert(reply_has(&(r), text), "no %s in %s", text, (r).body.bytes)

static uint32_t taken(const char *booth, uint32_t slot) {
    return yz_market_slot_taken(h.market, YZ_TEXT("f1"), yz_text_of(booth), slot);
}

#define WISH(s, b) "{\"seeker\":\"" s "\",\"booth\":\"" b "\"}"

/* Two slots: s1 and s2 want b1, so does s3, for whom there is no room. */
Test(timetable, plans_all_that_can_be_and_books_only_when_told) {
    static const char BODY[] = "{\"fair\":\"f1\",\"wishes\":[" WISH("s1", "b1") "," WISH(
        "s2", "b1") "," WISH("s3", "b1") "," WISH("s1", "b2") "," WISH("s2", "b2") "]}";
    uint64_t before = yz_market_sequence(h.market);
    reply r = house_json(&h, "POST", "/v1/assign/timetable", BODY);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"certificate\":{\"checked\":true,\"planned\":4,\"bound\":4,"
                  "\"double_bookings\":0}");
    EXPECT_HAS(r, "\"unplanned\":[{\"seeker\":\"s3\",\"booth\":\"b1\"}]");
    cr_assert_eq(yz_market_sequence(h.market), before);
}

#define BOOK_TWO                                                                                   \
    "{\"fair\":\"f1\",\"apply\":true,\"wishes\":[" WISH("s1", "b1") "," WISH("s2", "b1") "]}"

Test(timetable, what_is_booked_stays_while_more_is_planned) {
    reply r = house_json(&h, "POST", "/v1/assign/timetable", BOOK_TWO);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"seeker\":\"s1\",\"booth\":\"b1\",\"slot\":0,");
    EXPECT_HAS(r, "\"done\":true");
    cr_assert(taken("b1", 0) == 1 && taken("b1", 1) == 1);
    uint64_t before = yz_market_sequence(h.market);
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"apply\":true,\"wishes\":[" WISH("s3", "b1") "]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"unplanned\":[{\"seeker\":\"s3\",\"booth\":\"b1\"}]");
    cr_assert_eq(yz_market_sequence(h.market), before);
}

Test(timetable, whoever_is_late_swaps_with_one_other_if_that_is_allowed) {
    reply r = house_json(&h, "POST", "/v1/assign/timetable", BOOK_TWO);
    EXPECT(r, 200);
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"moves_max\":0,\"late\":[{\"seeker\":\"s1\",\"slot\":1}]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"unplanned\":[{\"seeker\":\"s1\",\"booth\":\"b1\",\"was\":0}]");
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"moves_max\":1,\"apply\":true,"
                   "\"late\":[{\"seeker\":\"s1\",\"slot\":1}]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"others_moved\":1");
    EXPECT_HAS(r, "\"was\":0,\"done\":true");
    EXPECT_HAS(r, "\"was\":1,\"done\":true");
    uint32_t venue = 0, kept = 0;
    for (uint32_t row = 0; row < yz_market_booking_rows(h.market, venue); row++) {
        yz_booking_view view;
        if (!yz_market_booking_at(h.market, venue, row, &view)) continue;
        if (view.step != YZ_SLOT_BOOKED) continue;
        kept += 1;
        bool late = yz_text_equal(view.seeker, YZ_TEXT("s1"));
        cr_assert_eq(view.slot, late ? 1 : 0);
    }
    cr_assert_eq(kept, 2);
}

Test(timetable, an_interview_that_was_kept_does_not_move) {
    reply r = house_json(&h, "POST", "/v1/assign/timetable", BOOK_TWO);
    EXPECT(r, 200);
    yz_command c = {.type = YZ_COMMAND_SLOT_STEP};
    c.slot.venue = YZ_TEXT("f1");
    c.slot.booth = YZ_TEXT("b1");
    c.slot.seeker = YZ_TEXT("s1");
    c.slot.step = YZ_SLOT_KEPT;
    house_apply(&h, c);
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"late\":[{\"seeker\":\"s1\",\"slot\":1}]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"booth\":\"b1\",\"slot\":0,");
    EXPECT_HAS(r, "\"others_moved\":0,\"certificate\":{\"checked\":true");
}

Test(timetable, the_slot_of_who_did_not_come_goes_to_who_waits) {
    reply r = house_json(&h, "POST", "/v1/assign/timetable", BOOK_TWO);
    EXPECT(r, 200);
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"apply\":true,\"missed\":[" WISH(
                       "s1", "b1") "],\"wishes\":[" WISH("s3", "b1") "]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s3\",\"booth\":\"b1\",\"slot\":0,");
    EXPECT_HAS(r, "\"done\":true");
    yz_booking_view view;
    cr_assert(yz_market_booking_at(h.market, 0, 0, &view));
    cr_assert(yz_text_equal(view.seeker, YZ_TEXT("s1")) && view.step == YZ_SLOT_NO_SHOW);
}

Test(timetable, who_is_booked_and_late_goes_before_who_only_wishes) {
    reply r = house_json(&h, "POST", "/v1/assign/timetable",
                         "{\"fair\":\"f1\",\"apply\":true,\"wishes\":[" WISH("s1", "b1") "]}");
    EXPECT(r, 200);
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"booths_late\":[{\"booth\":\"b1\",\"slot\":1}],"
                   "\"wishes\":[" WISH("s3", "b1") "]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"interviews\":[{\"seeker\":\"s1\",\"booth\":\"b1\",\"slot\":1,");
    EXPECT_HAS(r, "\"unplanned\":[{\"seeker\":\"s3\",\"booth\":\"b1\"}]");
}

/* Nobody says who wants to talk: who applied does. */
Test(timetable, takes_wishes_from_who_applied) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p1"),
                                         .title = YZ_TEXT("焊工"),
                                         .employer = YZ_TEXT("e1"),
                                         .place = {345800000, 1057200000, YZ_TEXT("")},
                                         .type = YZ_TYPE_FULL,
                                         .openings = 1,
                                         .shifts = YZ_SHIFTS_ALL,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX};
    c.posting_put.fields = YZ_POSTING_ALL;
    house_apply(&h, c);
    c = (yz_command){.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = YZ_TEXT("s4");
    c.referral.posting = YZ_TEXT("p1");
    c.referral.step = YZ_STEP_APPLIED;
    house_apply(&h, c);
    reply r = house_json(&h, "POST", "/v1/assign/timetable", "{\"fair\":\"f1\"}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"interviews\":[{\"seeker\":\"s4\",\"booth\":\"b1\",\"slot\":0,");
    // Who stayed away is not planned anew by itself, only when wished for.
    for (yz_slot_step step = YZ_SLOT_BOOKED; step <= YZ_SLOT_NO_SHOW; step++) {
        if (step == YZ_SLOT_KEPT) continue;
        c = (yz_command){.type = YZ_COMMAND_SLOT_STEP};
        c.slot.venue = YZ_TEXT("f1");
        c.slot.booth = YZ_TEXT("b1");
        c.slot.seeker = YZ_TEXT("s4");
        c.slot.step = step;
        house_apply(&h, c);
    }
    r = house_json(&h, "POST", "/v1/assign/timetable", "{\"fair\":\"f1\"}");
    EXPECT_HAS(r, "\"interviews\":[],\"unplanned\":[]");
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"wishes\":[" WISH("s4", "b1") "]}");
    EXPECT_HAS(r, "\"interviews\":[{\"seeker\":\"s4\",\"booth\":\"b1\",\"slot\":0,");
}

Test(timetable, bad_input_gets_its_own_answer) {
    static const struct {
        const char *body, *code, *pointer;
        int status;
    } CASES[] = {
        {"{}", "missing_field", "/fair", 422},
        {"{\"fair\":\"no\"}", "unknown_venue", "/fair", 404},
        {"{\"fair\":\"f1\",\"wishes\":[" WISH("no", "b1") "]}", "unknown_seeker",
         "/wishes/0/seeker", 404},
        {"{\"fair\":\"f1\",\"wishes\":[" WISH("s1", "b9") "]}", "unknown_booth", "/wishes/0/booth",
         404},
        {"{\"fair\":\"f1\",\"wishes\":[{\"seeker\":\"s1\"}]}", "missing_field", "/wishes/0/booth",
         422},
        {"{\"fair\":\"f1\",\"late\":[{\"seeker\":\"s1\",\"slot\":1}]}", "not_booked",
         "/late/0/seeker", 409},
        {"{\"fair\":\"f1\",\"late\":[{\"seeker\":\"s1\",\"slot\":-1}]}", "out_of_range",
         "/late/0/slot", 422},
        {"{\"fair\":\"f1\",\"moves_max\":-1}", "out_of_range", "/moves_max", 422},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char pointer[100];
        reply r = house_json(&h, "POST", "/v1/assign/timetable", CASES[i].body);
        EXPECT(r, CASES[i].status);
        EXPECT_HAS(r, CASES[i].code);
        snprintf(pointer, sizeof pointer, "\"pointer\":\"%s\"", CASES[i].pointer);
        EXPECT_HAS(r, pointer);
    }
}

static void slot_step_at(const char *fair, const char *seeker, const char *booth, uint16_t slot,
                         yz_slot_step step) {
    yz_command c = {.type = YZ_COMMAND_SLOT_STEP};
    c.slot.venue = yz_text_of(fair);
    c.slot.seeker = yz_text_of(seeker);
    c.slot.booth = yz_text_of(booth);
    c.slot.slot = slot;
    c.slot.step = step;
    house_apply(&h, c);
}

static void slot_step(const char *seeker, const char *booth, uint16_t slot, yz_slot_step step) {
    slot_step_at("f1", seeker, booth, slot, step);
}

/* Nothing forbids two talks of one pair: neither is given away, and it is the second that is
 * missed. */
Test(timetable, a_second_talk_of_one_pair_stays_where_it_is) {
    slot_step("s1", "b1", 0, YZ_SLOT_BOOKED);
    slot_step("s1", "b1", 0, YZ_SLOT_KEPT);
    slot_step("s1", "b1", 1, YZ_SLOT_BOOKED);
    uint64_t before = yz_market_sequence(h.market);
    reply r = house_json(&h, "POST", "/v1/assign/timetable",
                         "{\"fair\":\"f1\",\"apply\":true,\"wishes\":[" WISH("s2", "b1") "]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"unplanned\":[{\"seeker\":\"s2\",\"booth\":\"b1\"}]");
    EXPECT_HAS(r, "\"certificate\":{\"checked\":true,\"planned\":2,");
    cr_assert_eq(yz_market_sequence(h.market), before);
    r = house_json(&h, "POST", "/v1/assign/timetable",
                   "{\"fair\":\"f1\",\"apply\":true,\"missed\":[" WISH(
                       "s1", "b1") "],"
                                   "\"wishes\":[" WISH("s2", "b1") "]}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"seeker\":\"s2\",\"booth\":\"b1\",\"slot\":1,");
    cr_assert(taken("b1", 0) == 1 && taken("b1", 1) == 1);
    yz_booking_view view;
    cr_assert(yz_market_booking_at(h.market, 0, 1, &view));
    cr_assert(view.slot == 1 && view.step == YZ_SLOT_NO_SHOW);
}

static void give_a_slot_to_another(struct house *in) {
    (void)in;
    slot_step_at("long", "s1", "b1", 0, YZ_SLOT_CANCELLED);
    slot_step_at("long", "s3", "b1", 0, YZ_SLOT_BOOKED);
}

/* More interviews than are copied in one slice. Between two of them one that was copied is given
 * up, and its slot taken by one that is copied later: both cannot be. */
Test(timetable, a_copy_that_the_market_overtook_is_made_again) {
    yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
    c.venue_put.venue = (yz_venue){.id = YZ_TEXT("long"),
                                   .kind = YZ_VENUE_FAIR,
                                   .from_ms = OPENS_MS,
                                   .to_ms = OPENS_MS + 2000 * 5 * 60000 - 1,
                                   .slot_minutes = 5};
    house_apply(&h, c);
    static const char *const BOOTHS[] = {"b1", "b2"}, *const SEEKERS[] = {"s1", "s2"};
    for (int i = 0; i < 2; i++) {
        c = (yz_command){.type = YZ_COMMAND_BOOTH_PUT};
        c.booth = (yz_booth){YZ_TEXT("long"), yz_text_of(BOOTHS[i]), YZ_TEXT("e1"), 1};
        house_apply(&h, c);
        for (uint16_t slot = 0; slot < 1800; slot++)
            slot_step_at("long", SEEKERS[i], BOOTHS[i], slot, YZ_SLOT_BOOKED);
    }
    h.between = give_a_slot_to_another;
    reply r = house_json(&h, "POST", "/v1/assign/timetable",
                         "{\"fair\":\"long\",\"wishes\":[" WISH("s4", "b1") "]}");
    EXPECT(r, 200);
    cr_assert_null(h.between);
    EXPECT_HAS(r, "{\"seeker\":\"s3\",\"booth\":\"b1\",\"slot\":0,");
    EXPECT_HAS(r, "{\"seeker\":\"s4\",\"booth\":\"b1\",\"slot\":1800,");
    EXPECT_HAS(r, "\"planned\":3601,");
}
