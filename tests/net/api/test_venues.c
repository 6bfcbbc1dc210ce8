/* Stations, fairs and booths through the routes; queues that several people call from. */
#include "drives.h"

#include <criterion/criterion.h>

TestSuite(venues, .init = drive_begin, .fini = drive_end);

Test(venues, a_fair_is_no_station_and_stays_a_fair) {
    drive_open_fair();
    EXPECT(drive_ask("/v1/stations/f1"), 404);
    EXPECT(drive_visit("stations/f1", "t1", "enter"), 404);
    EXPECT(house_ask(&h, "DELETE", "/v1/stations/f1", "", NULL), 404);
    reply r = house_json(&h, "PUT", "/v1/stations/f1", "{" PLACE "}");
    EXPECT(r, 412);
    EXPECT_HAS(r, "\"code\":\"already_exists\"");
    EXPECT(drive_ask("/v1/fairs/f1"), 200);
}

Test(venues, a_venue_is_on_site_unless_it_says_otherwise) {
    static const char LIVE[] = "{" PLACE ",\"channel\":\"live\"}";
    drive_open_station();
    EXPECT_LACKS(drive_ask("/v1/stations/st-1"), "\"channel\"");
    EXPECT_HAS(house_json(&h, "PUT", "/v1/stations/st-1", LIVE), "\"changed\":true");
    EXPECT_HAS(house_json(&h, "PUT", "/v1/stations/st-1", LIVE), "\"changed\":false");
    EXPECT_HAS(drive_ask("/v1/stations/st-1"), "\"channel\":\"live\"}");
    EXPECT_HAS(drive_ask("/v1/stations"), "\"channel\":\"live\"}");
    EXPECT(house_json(&h, "PUT", "/v1/stations/st-1", "{" PLACE ",\"channel\":null}"), 200);
    EXPECT_LACKS(drive_ask("/v1/stations/st-1"), "\"channel\"");
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1",
                      "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-30\","
                      "\"channel\":\"online\"}"),
           201);
    EXPECT_HAS(drive_ask("/v1/fairs/f1"), "\"channel\":\"online\"}");
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1",
                      "{" PLACE ",\"from\":\"2025-11-29\",\"to\":\"2025-11-30\","
                      "\"channel\":\"on_site\"}"),
           200);
    EXPECT_LACKS(drive_ask("/v1/fairs/f1"), "\"channel\"");
}

Test(venues, two_operators_cannot_overwrite_each_other) {
    drive_open_fair();
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

Test(venues, a_booth_is_set_up_changed_and_taken_away) {
    drive_open_fair();
    drive_put_seekers(1);
    reply r = drive_ask("/v1/fairs/f1/booths/A2");
    EXPECT_HAS(r,
               "{\"id\":\"A2\",\"employer\":\"e1\",\"capacity\":2,\"booked\":0,\"queue\":{"
               "\"waiting\":0,\"called\":0,\"served\":0,\"number\":0,\"expected_wait_s\":null}}");
    r = house_json(&h, "PUT", "/v1/fairs/f1/booths/A2", "{\"employer\":\"e1\",\"capacity\":3}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"id\":\"A2\",\"employer\":\"e1\",\"capacity\":3,\"created\":false");
    EXPECT(drive_slot("A2", "s1", 0, "booked"), 201);
    r = house_ask(&h, "DELETE", "/v1/fairs/f1/booths/A2", "Accept-Language: en\r\n", NULL);
    EXPECT(r, 409);
    EXPECT_HAS(r, "booked, waiting or called still: 1");
    EXPECT(drive_slot("A2", "s1", 0, "cancelled"), 200);
    EXPECT(house_ask(&h, "DELETE", "/v1/fairs/f1/booths/A2", "", NULL), 204);
    EXPECT(drive_ask("/v1/fairs/f1/booths/A2"), 404);
    EXPECT(drive_ask("/v1/fairs/f1/booths/A2/more"), 404);
}

// The same key for two booths of one fair: two things, not one twice.
Test(venues, an_idempotency_key_knows_both_ids_of_a_path) {
    drive_open_fair();
    const char *headers = "Content-Type: application/json\r\nIdempotency-Key: \"k1\"\r\n";
    reply r = house_ask(&h, "PUT", "/v1/fairs/f1/booths/C1", headers, "{\"employer\":\"e1\"}");
    EXPECT(r, 201);
    r = house_ask(&h, "PUT", "/v1/fairs/f1/booths/C2", headers, "{\"employer\":\"e1\"}");
    EXPECT(r, 201);
    r = house_ask(&h, "PUT", "/v1/fairs/f1/booths/C2", headers, "{\"employer\":\"e1\"}");
    EXPECT(r, 201);
    cr_assert(reply_says(&r, "Idempotency-Replayed: true\r\n"));
    EXPECT(drive_ask("/v1/fairs/f1/booths/C2"), 200);
}

// ---- queues ----

static void somebody_else_calls(house *other) {
    yz_command c = {.type = YZ_COMMAND_QUEUE_STEP};
    c.queue.venue = YZ_TEXT("st-1");
    c.queue.ticket = YZ_TEXT("t1");
    c.queue.step = YZ_QUEUE_CALLED;
    house_apply(other, c);
}

Test(venues, two_who_call_the_next_one_get_two_people) {
    drive_open_station();
    EXPECT(drive_queue("stations/st-1", NULL, "t1", "joined"), 201);
    EXPECT(drive_queue("stations/st-1", NULL, "t2", "joined"), 201);
    h.meanwhile = somebody_else_calls; // between the look and the call
    reply r = drive_queue("stations/st-1", NULL, NULL, "call_next");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"ticket\":\"t2\"");
    r = drive_queue("stations/st-1", NULL, NULL, "call_next");
    EXPECT(r, 409);
    EXPECT_HAS(r, "\"code\":\"nobody_waits\"");
    EXPECT(drive_queue("stations/st-1", NULL, "t1", "joined"), 409); // called is in it still
    EXPECT(drive_queue("stations/st-1", NULL, "t1", "no_show"), 200);
    EXPECT(drive_queue("stations/st-1", NULL, "t1", "served"), 409);
    EXPECT(drive_queue("stations/st-1", NULL, "t1", "joined"), 200); // anew, with a new number
}

Test(venues, a_call_sent_again_calls_nobody_else) {
    drive_open_station();
    EXPECT(drive_queue("stations/st-1", NULL, "t1", "joined"), 201);
    EXPECT(drive_queue("stations/st-1", NULL, "t2", "joined"), 201);
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
        EXPECT_HAS(drive_ask("/v1/stations/st-1/queue"), "\"called\":1");
        if (i == 0)
            EXPECT(drive_queue("stations/st-1", NULL, "t2", "left"), 200); // nobody waits now
    }
}

Test(venues, an_asker_who_goes_away_leaves_nothing_behind) {
    drive_open_station();
    h.later = true;
    const char *request = "POST /v1/stations/st-1/queue HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                          "Content-Type: application/json\r\nContent-Length: 32\r\n\r\n"
                          "{\"step\":\"joined\",\"ticket\":\"t1\"}\r\n";
    house_send(&h, request, strlen(request));
    house_reconnect(&h, true);
    house_deliver(&h);
    h.later = false;
    EXPECT_HAS(drive_ask("/v1/stations/st-1/queue?ticket=t1"), "\"place\":{\"number\":1");
    EXPECT_HAS(drive_ask("/v1/stations/st-1/queue?ticket=t7"), "\"place\":null");
}
