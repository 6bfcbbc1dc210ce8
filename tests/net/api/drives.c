#define _GNU_SOURCE
#include "drives.h"

#include <criterion/criterion.h>
#include <stdlib.h>

house h;

void drive_begin(void) {
    house_init(&h);
    house_fill(&h);
}

void drive_end(void) {
    cr_assert(yz_market_sound(h.market, &(const char *){NULL}));
    house_deinit(&h);
}

void drive_expect(reply r, int wanted, int line) {
    cr_assert_eq(r.status, wanted, "line %d: %d: %s", line, r.status,
                 r.body.size ? r.body.bytes : "");
}

void drive_expect_text(reply r, const char *text, bool wanted, int line) {
    cr_assert_eq(reply_has(&r, text), wanted, "line %d: %s %s in %s", line, wanted ? "no" : "a",
                 text, r.body.bytes);
}

reply drive_ask(const char *target) {
    return house_ask(&h, "GET", target, "Accept-Language: en\r\n", NULL);
}

void drive_put_seekers(int count) {
    for (int i = 1; i <= count; i++) {
        char target[40];
        snprintf(target, sizeof target, "/v1/seekers/s%d", i);
        EXPECT(house_json(&h, "PUT", target, SEEKER), 201);
    }
}

void drive_open_station(void) {
    EXPECT(house_json(&h, "PUT", "/v1/stations/st-1", "{\"name\":{\"zh\":\"东关驿站\"}," PLACE "}"),
           201);
}

void drive_open_fair(void) {
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1", FAIR), 201);
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1/booths/A1", "{\"employer\":\"e1\"}"), 201);
    EXPECT(house_json(&h, "PUT", "/v1/fairs/f1/booths/A2", "{\"employer\":\"e1\",\"capacity\":2}"),
           201);
}

reply drive_step(const char *seeker, const char *posting, const char *word, const char *more) {
    char body[300];
    snprintf(body, sizeof body, "{\"seeker\":\"%s\",\"posting\":\"%s\",\"step\":\"%s\"%s}", seeker,
             posting, word, more);
    return house_json(&h, "POST", "/v1/referrals", body);
}

reply drive_slot(const char *booth, const char *seeker, int number, const char *word) {
    char body[200];
    snprintf(body, sizeof body, "{\"booth\":\"%s\",\"seeker\":\"%s\",\"slot\":%d,\"step\":\"%s\"}",
             booth, seeker, number, word);
    return house_json(&h, "POST", "/v1/fairs/f1/slots", body);
}

reply drive_queue(const char *venue, const char *booth, const char *ticket, const char *word) {
    char target[80], body[200];
    int used = snprintf(body, sizeof body, "{\"step\":\"%s\"", word);
    if (booth) used += sprintf(body + used, ",\"booth\":\"%s\"", booth);
    if (ticket) used += sprintf(body + used, ",\"ticket\":\"%s\"", ticket);
    sprintf(body + used, "}");
    snprintf(target, sizeof target, "/v1/%s/queue", venue);
    return house_json(&h, "POST", target, body);
}

reply drive_visit(const char *venue, const char *ticket, const char *word) {
    char target[80], body[120];
    snprintf(target, sizeof target, "/v1/%s/visits", venue);
    snprintf(body, sizeof body, "{\"ticket\":\"%s\",\"step\":\"%s\"}", ticket, word);
    return house_json(&h, "POST", target, body);
}

uint32_t drive_jobs_of(const char *seeker) {
    char body[60];
    snprintf(body, sizeof body, "{\"seeker_id\":\"%s\"}", seeker);
    reply r = house_json(&h, "POST", "/v1/match/jobs", body);
    const char *at = strstr(r.body.bytes, "\"count\":");
    cr_assert_not_null(at);
    return (uint32_t)atoi(at + 8);
}
