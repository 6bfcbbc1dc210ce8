/* S11: what is counted, the plan and the difference, worked out here by hand and by the recount. */
#include "stats_world.h"

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void put_target(house *h, const char *id, const char *series, const char *division, int year,
                       long value) {
    char target[80], body[300], place[60] = "";
    if (division[0] != '\0') snprintf(place, sizeof place, ",\"division\":\"%s\"", division);
    snprintf(target, sizeof target, "/v1/targets/%s", id);
    snprintf(body, sizeof body,
             "{\"name\":{\"zh\":\"目标\"},\"series\":\"%s\",\"year\":%d,\"value\":%ld%s}", series,
             year, value, place);
    reply r = house_json(h, "PUT", target, body);
    cr_assert_lt(r.status, 300, "%s: %.*s", body, (int)r.body.size, r.body.bytes);
}

static void has(house *h, const char *target, const char *wanted) {
    reply r = house_ask(h, "GET", target, "Accept-Language: en\r\n", NULL);
    cr_assert(r.status == 200 && reply_has(&r, wanted), "%s: %d %.*s", target, r.status,
              (int)r.body.size, r.body.bytes);
}

static void put_seekers(house *h, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        char target[40];
        snprintf(target, sizeof target, "/v1/seekers/s%u", i);
        reply r = house_json(h, "PUT", target,
                             "{\"radius_km\":5,\"types\":[\"full\"],\"skills\":[],\"place\":{"
                             "\"lat\":34.5,\"lon\":105.7,\"division\":\"620502\"}}");
        cr_assert_eq(r.status, 201);
    }
}

// 2025-11-25 is day 329 of 365.
Test(stats_targets, are_counted_against_a_linear_plan) {
    static house h;
    house_init(&h);
    house_fill(&h);
    cr_assert_eq(
        house_json(&h, "PUT", "/v1/divisions/620500", "{\"name\":{\"zh\":\"天水市\"}}").status,
        201);
    put_seekers(&h, 7);
    put_target(&h, "t1", "S01", "620500", 2025, 9);
    put_target(&h, "t2", "S01", "620502", 2025, 7);
    put_target(&h, "t3", "Y08", "", 2025, 1000);
    put_target(&h, "t4", "S28", "", 2025, 50);  // not counted here
    put_target(&h, "t5", "S02", "", 2025, 60);  // people: months of them do not add up
    put_target(&h, "t6", "S01", "", 2024, 100); // another year
    put_target(&h, "t7", "S01", "", 2026, 100);
    has(&h, "/v1/stats/targets",
        "\"year\":2025,\"division\":\"\",\"day\":329,\"days\":365,"
        "\"provisional\":true,\"rows\":[{\"target\":\"t1\"");
    has(&h, "/v1/stats/targets",
        "{\"target\":\"t1\",\"name\":\"目标\",\"division\":\"620500\",\"division_name\":\"天水市\","
        "\"series\":\"S01\",\"value\":9,\"plan\":8,\"counted\":7,\"progress\":77.77,"
        "\"difference\":-1,\"reached\":false}");
    has(&h, "/v1/stats/targets",
        "\"value\":7,\"plan\":6,\"counted\":7,\"progress\":100,"
        "\"difference\":1,\"reached\":true}");
    has(&h, "/v1/stats/targets",
        "\"value\":1000,\"plan\":901,\"counted\":0,\"progress\":0,"
        "\"difference\":-901,\"reached\":false}");
    has(&h, "/v1/stats/targets",
        "\"value\":50,\"plan\":45,\"counted\":null,\"progress\":null,"
        "\"difference\":null,\"reached\":null}");
    has(&h, "/v1/stats/targets", "\"value\":60,\"plan\":54,\"counted\":null,\"progress\":null,");
    has(&h, "/v1/stats/targets?division=620500", "\"division\":\"6205\"");
    reply r = house_ask(&h, "GET", "/v1/stats/targets?division=620502", "", NULL);
    cr_assert(reply_has(&r, "\"t2\"") && !reply_has(&r, "\"t1\"") && !reply_has(&r, "\"t3\""));
    has(&h, "/v1/stats/targets?year=2024", "\"day\":366,\"days\":366,\"provisional\":false");
    has(&h, "/v1/stats/targets?year=2024", "\"plan\":100,\"counted\":0");
    has(&h, "/v1/stats/targets?year=2026", "\"day\":0,\"days\":365");
    has(&h, "/v1/stats/targets?year=2026", "\"plan\":0,\"counted\":0");
    has(&h, "/v1/stats/targets?format=csv",
        "\"t1\",目标,\"620500\",天水市,S01,9,7,77.77%,8,-1\r\n");
    has(&h, "/v1/stats/targets?format=md", "Targets of 2025, day 329 of 365");
    static const char *const BAD[] = {"year=25", "year=1999", "year=2025-01", "year=now",
                                      "year=3000"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char target[60];
        snprintf(target, sizeof target, "/v1/stats/targets?%s", BAD[i]);
        cr_assert_eq(house_ask(&h, "GET", target, "", NULL).status, 400, "%s", target);
    }
    cr_assert_eq(house_ask(&h, "GET", "/v1/stats/targets?division=9", "", NULL).status, 422);
    house_deinit(&h);
}

// More than are read at a time, and each once.
Test(stats_targets, are_all_there_however_many) {
    static stats_world w;
    world_init(&w, 61, 2000);
    static const yz_series FLOWS[] = {YZ_S01, YZ_Y02, YZ_Y03, YZ_Y05};
    static const char *const DIVISIONS[] = {"", "620502001", "620503", "6201"};
    for (uint32_t i = 0; i < 2500; i++) {
        char id[16];
        yz_command c = {.type = YZ_COMMAND_TARGET_PUT};
        snprintf(id, sizeof id, "a%04u", (i * 7919) % 2500);
        c.target_put.target = (yz_target){.id = yz_text_of(id),
                                          .division = yz_text_of(DIVISIONS[i / 4 % 4]),
                                          .series = yz_series_of(FLOWS[i % 4])->id,
                                          .year = 2025,
                                          .value = 1000 + i};
        house_apply(&w.h, c);
    }
    cJSON *answer = world_get(&w, "/v1/stats/targets?year=2025");
    const cJSON *row, *before = NULL;
    uint32_t rows = 0;
    cJSON_ArrayForEach(row, member(answer, "rows")) {
        const char *id = member(row, "target")->valuestring;
        if (id[0] != 'a') continue; // of the random stream
        if (before != NULL) cr_assert_lt(strcmp(member(before, "target")->valuestring, id), 0);
        yz_recount_ask ask = {.division = yz_text_of(member(row, "division")->valuestring),
                              .group = YZ_ALL,
                              .type = YZ_ALL,
                              .period = {YZ_WINDOW_YEAR, 55}};
        yz_stats_value v;
        cr_assert(yz_series_parse(yz_text_of(member(row, "series")->valuestring), &ask.series));
        cr_assert(yz_recount_read(w.recount, &ask, yz_market_time_ms(w.h.market), &v));
        cr_assert_eq(member(row, "counted")->valuedouble, (double)v.value, "%s", id);
        before = row;
        rows += 1;
    }
    cr_assert_eq(rows, 2500);
    cJSON_Delete(answer);
    world_deinit(&w);
}
