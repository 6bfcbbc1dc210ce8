/* What the routes of drives refuse, each in its own words, and that it changes nothing. */
#include "drives.h"

#include <criterion/criterion.h>

TestSuite(drives_refused, .init = drive_begin, .fini = drive_end);

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
    {"PUT", "/v1/stations/st-2", "{" PLACE ",\"channel\":\"tv\"}", 422, "bad_choice", "/channel"},
    {"PUT", "/v1/stations/st-2", "{" PLACE ",\"channel\":1}", 422, "wrong_type", "/channel"},
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
        reply r = drive_ask(SHOWN[i]);
        EXPECT(r, 200);
        const char *end = strstr(r.body.bytes, "\"seq\"");
        size_t here = end ? (size_t)(end - r.body.bytes) : r.body.size;
        cr_assert_lt(used + here, size);
        memcpy(room + used, r.body.bytes, here);
        used += here;
    }
    room[used] = '\0';
}

Test(drives_refused, what_is_refused_has_its_own_answer_and_changes_nothing) {
    static char before[20000], after[20000];
    drive_put_seekers(3);
    drive_open_station();
    drive_open_fair();
    EXPECT(house_json(&h, "PUT", "/v1/stations/shut", "{" PLACE "}"), 201);
    EXPECT(house_ask(&h, "DELETE", "/v1/stations/shut", "", NULL), 204);
    EXPECT(
        house_json(&h, "PUT", "/v1/postings/p1", "{\"title\":\"t\"," PLACE ",\"type\":\"full\"}"),
        201);
    EXPECT(house_json(&h, "PUT", "/v1/postings/full", GIG("1")), 201);
    EXPECT(drive_step("s3", "full", "held", ""), 201);
    EXPECT(drive_slot("A1", "s1", 0, "booked"), 201);
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

Test(drives_refused, a_step_nobody_knows_is_answered_with_the_steps_there_are) {
    drive_open_station();
    EXPECT_HAS(drive_visit("stations/st-1", "t1", "peek"), "choose from: enter leave\"");
    EXPECT_HAS(drive_queue("stations/st-1", NULL, "t1", "jumped"),
               "choose from: joined called served left no_show call_next\"");
    EXPECT_HAS(house_json(&h, "PUT", "/v1/stations/st-2", "{" PLACE ",\"channel\":\"tv\"}"),
               "choose from: on_site online live\"");
    EXPECT_HAS(drive_step("s1", "p1", "hired", ""),
               "choose from: viewed applied interview offer held");
    drive_put_seekers(1);
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("1")), 201);
    EXPECT_HAS(
        drive_step("s1", "g1", "held", ",\"until\":\"2025-11-01\""),
        "/until is 2025-11-01T23:59:59.999+08:00; allowed are 2025-11-25T00:00:00.001+08:00 to "
        "2026-02-23T00:00:00+08:00");
}

Test(drives_refused, a_refusal_says_what_a_person_at_the_desk_can_do) {
    drive_open_fair();
    drive_put_seekers(1);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"钳工\"," PLACE ",\"type\":\"full\",\"openings\":1}"),
           201);
    EXPECT_HAS(drive_step("s1", "p1", "placed", ""), "it stands at nothing yet\"");
    EXPECT(house_json(&h, "POST", "/v1/fairs/f1/slots", SLOT("A1", "s1", "0", "booked")), 201);
    EXPECT(drive_queue("fairs/f1", "A1", "t1", "joined"), 201);
    EXPECT_HAS(house_ask(&h, "DELETE", "/v1/fairs/f1/booths/A1", "Accept-Language: en\r\n", NULL),
               "booth \\\"A1\\\" has people booked, waiting or called still: 2");
    EXPECT_HAS(house_json(&h, "PUT", "/v1/fairs/f1",
                          "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-30\","
                          "\"slot_minutes\":20}"),
               "interviews were booked (1), so the opening");
}
