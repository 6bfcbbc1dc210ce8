/* A fair and a gig morning through the routes, as an operator and a clerk see them. */
#include "drives.h"

#include <criterion/criterion.h>

TestSuite(drives, .init = drive_begin, .fini = drive_end);

Test(drives, a_weekend_fair_is_run_on_the_routes_alone) {
    drive_open_fair();
    drive_put_seekers(4);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p1",
                      "{\"title\":\"焊工\",\"employer\":\"e1\"," PLACE
                      ",\"type\":\"full\",\"openings\":1}"),
           201);
    reply r = drive_ask("/v1/fairs/f1");
    EXPECT(r, 200);
    cr_assert_str_eq(r.body.bytes,
                     "{\"id\":\"f1\",\"name\":{\"zh\":\"周末招聘会\"},"
                     "\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":\"620502\"},"
                     "\"from\":\"2025-11-29T09:00:00+08:00\","
                     "\"to\":\"2025-11-30T16:59:59.999+08:00\",\"slot_minutes\":30}");
    cr_assert(reply_says(&r, "ETag: \"1\"\r\n") && reply_says(&r, "Yizhan-State: open\r\n"));

    // Before the doors open: interviews.
    r = drive_slot("A1", "s1", 2, "booked");
    EXPECT(r, 201);
    EXPECT_HAS(r, "{\"booth\":\"A1\",\"seeker\":\"s1\",\"slot\":2,"
                  "\"from\":\"2025-11-29T10:00:00+08:00\",\"to\":\"2025-11-29T10:30:00+08:00\","
                  "\"step\":\"booked\",\"created\":true,\"changed\":true");
    r = drive_slot("A1", "s2", 2, "booked");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"slot_taken\"");
    r = drive_slot("A2", "s1", 2, "booked"); // the same half hour elsewhere
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"already_booked\"");
    EXPECT(drive_slot("A2", "s2", 2, "booked"), 201);
    EXPECT(drive_slot("A2", "s3", 2, "booked"), 201);
    EXPECT(drive_slot("A2", "s4", 2, "booked"), 409);
    r = drive_ask("/v1/fairs/f1/slots?booth=A2&limit=3");
    EXPECT_HAS(r, "{\"slot\":1,\"from\":\"2025-11-29T09:30:00+08:00\","
                  "\"to\":\"2025-11-29T10:00:00+08:00\",\"taken\":0,\"free\":2}");
    EXPECT_HAS(r, "\"taken\":2,\"free\":0}");
    EXPECT(drive_slot("A2", "s3", 2, "cancelled"), 200);
    r = drive_ask("/v1/fairs/f1/slots?booth=A2&limit=3");
    EXPECT_HAS(r, "\"taken\":1,\"free\":1}");
    r = drive_ask("/v1/fairs/f1/bookings?booth=A2");
    EXPECT_HAS(r, "\"seeker\":\"s2\"");
    EXPECT_HAS(r, "\"step\":\"cancelled\"");
    EXPECT_LACKS(r, "\"A1\"");

    // The doors open.
    h.passed_ms = 4 * 24 * HOUR_MS + 9 * HOUR_MS;
    EXPECT(drive_visit("fairs/f1", "t1", "enter"), 201);
    EXPECT(drive_visit("fairs/f1", "t2", "enter"), 201);
    EXPECT(drive_visit("fairs/f1", "t1", "leave"), 200);
    r = drive_visit("fairs/f1", "t1", "enter");
    EXPECT_HAS(r, "\"visitors\":2,\"entries\":3,\"inside\":2");
    r = drive_queue("fairs/f1", "A1", "t1", "joined");
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"number\":1,\"ahead\":0,\"expected_wait_s\":null");
    EXPECT_HAS(drive_queue("fairs/f1", "A1", "t2", "joined"), "\"number\":2,\"ahead\":1");
    EXPECT_HAS(drive_queue("fairs/f1", "A1", "t3", "joined"), "\"number\":3,\"ahead\":2");
    EXPECT(drive_queue("fairs/f1", "A1", "t3", "joined"), 409);
    r = drive_queue("fairs/f1", "A1", NULL, "call_next");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"booth\":\"A1\",\"ticket\":\"t1\",\"step\":\"called\",\"number\":1");
    h.passed_ms += HOUR_MS / 6; // ten minutes at the table
    EXPECT(drive_queue("fairs/f1", "A1", "t1", "served"), 200);
    r = drive_ask("/v1/fairs/f1/queue?booth=A1&ticket=t3");
    EXPECT_HAS(r, "\"ahead\":1,\"expected_wait_s\":600}");
    r = drive_ask("/v1/fairs/f1/queue?booth=A1");
    EXPECT_HAS(r, "\"waiting\":2,\"called\":0,\"served\":1,\"number\":3,\"expected_wait_s\":1200,"
                  "\"line\":[{\"number\":2,\"ticket\":\"t2\",\"step\":\"joined\"");
    EXPECT(drive_slot("A1", "s1", 2, "kept"), 200);

    // Somebody is taken: the posting leaves every answer at once, and comes back.
    cr_assert_eq(drive_jobs_of("s2"), 1);
    EXPECT(drive_step("s1", "p1", "interview", ""), 409);
    r = drive_step("s1", "p1", "applied", ",\"source\":\"booth A1\"");
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"step\":\"applied\",\"next\":[\"interview\",\"offer\",\"held\",\"declined\","
                  "\"withdrawn\"],\"created\":true");
    EXPECT(drive_step("s1", "p1", "held", ",\"until\":\"2025-11-30\""), 200);
    cr_assert_eq(drive_jobs_of("s2"), 0);
    r = drive_ask("/v1/postings/p1/openings");
    EXPECT_HAS(r, "\"id\":\"p1\",\"state\":\"full\",\"openings\":1,\"held\":1,\"placed\":0,"
                  "\"filled\":0,\"free\":0");
    EXPECT(drive_step("s1", "p1", "placed", ""), 200);
    r = drive_ask("/v1/seekers/s1");
    cr_assert(reply_says(&r, "Yizhan-State: placed\r\n"));
    EXPECT(drive_step("s1", "p1", "ended", ",\"reason\":\"resigned\""), 200);
    cr_assert_eq(drive_jobs_of("s2"), 1);

    // The report, and the doors close.
    r = drive_ask("/v1/fairs/f1/counts");
    EXPECT_HAS(r, "\"state\":\"open\",\"visitors\":2,\"entries\":3,\"inside\":2,\"waiting\":2,"
                  "\"booths\":2,\"slots\":64,\"booked\":2");
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1", "", NULL), 204);
    EXPECT(drive_visit("fairs/f1", "t9", "enter"), 409);
    r = drive_ask("/v1/fairs/f1");
    cr_assert(reply_says(&r, "Yizhan-State: closed\r\n"));
}

Test(drives, a_gig_morning_is_run_on_the_routes_alone) {
    drive_open_station();
    drive_put_seekers(4);
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 201);
    h.passed_ms = 6 * HOUR_MS;
    for (int i = 1; i <= 3; i++) {
        char ticket[16];
        snprintf(ticket, sizeof ticket, "t%d", i);
        EXPECT(drive_visit("stations/st-1", ticket, "enter"), 201);
        EXPECT(drive_queue("stations/st-1", NULL, ticket, "joined"), 201);
    }
    EXPECT_HAS(drive_queue("stations/st-1", NULL, NULL, "call_next"), "\"ticket\":\"t1\"");

    reply r = drive_step("s1", "g1", "held", ",\"source\":\"dispatch-1\"");
    EXPECT(r, 201);
    EXPECT_HAS(r, "\"step\":\"held\",\"until\":\"2025-11-26T06:00:00+08:00\",\"next\":[\"placed\"");
    EXPECT(drive_step("s2", "g1", "held", ""), 201);
    r = drive_step("s3", "g1", "held", "");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"posting_full\"");
    cr_assert_eq(drive_jobs_of("s3"), 0);
    EXPECT(drive_step("s2", "g1", "declined", ""), 200);
    cr_assert_eq(drive_jobs_of("s3"), 1);
    EXPECT(drive_step("s4", "g1", "held", ""), 201);
    EXPECT(drive_step("s4", "g1", "ended", ",\"reason\":\"cancelled\""), 200);
    EXPECT(drive_step("s3", "g1", "held", ""), 201);
    EXPECT(drive_step("s1", "g1", "placed", ""), 200);
    EXPECT(drive_step("s3", "g1", "placed", ""), 200);

    // Check-in, work, check-out.
    h.passed_ms = 7 * HOUR_MS;
    EXPECT(drive_step("s1", "g1", "started", ""), 200);
    h.passed_ms += 5 * 60000 + 59999;
    EXPECT(drive_step("s3", "g1", "started", ""), 200);
    r = drive_ask("/v1/postings/g1/roster");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"seeker\":\"s1\",\"step\":\"started\","
                  "\"check_in\":\"2025-11-25T07:00:00+08:00\"}");
    h.passed_ms = 15 * HOUR_MS + 5 * 60000;
    EXPECT(drive_step("s1", "g1", "ended", ",\"reason\":\"completed\""), 200);
    EXPECT(drive_step("s3", "g1", "ended", ",\"reason\":\"completed\""), 200);
    r = drive_ask("/v1/postings/g1/roster");
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
    r = drive_ask("/v1/postings/g1/openings");
    EXPECT_HAS(r, "\"held\":0,\"placed\":0,\"filled\":2,\"free\":0");
    cr_assert_eq(drive_jobs_of("s4"), 0); // the work is done
}
