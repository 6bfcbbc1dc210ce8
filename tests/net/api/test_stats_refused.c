/* GET /v1/stats: what is refused, and how; what waits for room. */
#include "stats_small.h"
#include "stats_world.h"

#include "net/api/stats.h"

static void refused(house *h, const char *rest, int status, const char *code, const char *says) {
    char target[300], wanted[60];
    snprintf(target, sizeof target, "/v1/stats?%s", rest);
    snprintf(wanted, sizeof wanted, "\"code\":\"%s\"", code);
    reply r = house_ask(h, "GET", target, EN, NULL);
    cr_assert_eq(r.status, status, "%s: %d %.*s", target, r.status, (int)r.body.size, r.body.bytes);
    cr_assert(reply_has(&r, wanted), "%s: %.*s", target, (int)r.body.size, r.body.bytes);
    cr_assert(reply_has(&r, says), "%s: %.*s", target, (int)r.body.size, r.body.bytes);
    cr_assert(reply_says(&r, "application/problem+json"));
    reply zh = house_ask(h, "GET", target, "", NULL);
    cr_assert_eq(zh.status, status);
}

Test(stats_refused, refuse_what_cannot_be_answered) {
    static house h;
    house_init(&h);
    fill_small(&h);
    refused(&h, "", 400, "no_series", "/v1/stats/definitions");
    refused(&h, "series=", 400, "no_series", "series");
    refused(&h, "series=S99", 422, "unknown_series", "S99");
    refused(&h, "series=S01,,S02", 422, "unknown_series", "series");
    refused(&h, "series=S01&series=S02", 400, "bad_parameter", "series");
    refused(&h, "series=S01,S18&window=day", 422, "series_apart", "S18");
    refused(&h, "series=S01", 422, "no_such_window", "S01: minute hour day month year total");
    refused(&h, "series=S05&window=hour", 422, "no_such_window", "S05: day month year");
    refused(&h, "series=S02&window=total", 422, "no_such_window", "S02: now day month year");
    refused(&h, "series=S02&window=week", 400, "bad_parameter", "window");
    refused(&h, "series=S03&group=1", 422, "no_such_dimension", "S03: division occupation type");
    refused(&h, "series=S02,S03&by=group", 422, "no_such_dimension", "S03: ");
    refused(&h, "series=S02&by=skill", 422, "no_such_dimension", "S02: ");
    refused(&h, "series=S01&window=hour&by=type", 422, "whole_only", "hour");
    refused(&h, "series=Y05&window=minute&group=0", 422, "whole_only", "minute");
    refused(&h, "series=Y12", 422, "no_skill", "by=skill");
    refused(&h, "series=S02&division=99", 422, "unknown_division", "99");
    refused(&h, "series=S02&division=620", 422, "unknown_division", "620");
    refused(&h, "series=S02&division=620502000", 422, "unknown_division", "620502000");
    refused(&h, "series=S02&occupation=o9", 422, "unknown_occupation", "o9");
    refused(&h, "series=Y12&skill=z", 422, "unknown_skill", "z");
    refused(&h, "series=S19&window=day&venue=v9", 404, "unknown_venue", "v9");
    refused(&h, "series=S02&group=32", 400, "bad_parameter", "group");
    refused(&h, "series=S02&group=-1", 400, "bad_parameter", "group");
    refused(&h, "series=S02&group=1e1", 400, "bad_parameter", "group");
    refused(&h, "series=S02&group=4294967297", 400, "bad_parameter", "group");
    refused(&h, "series=S02&type=FULL", 400, "bad_parameter", "type");
    refused(&h, "series=S18&window=day&channel=tv", 400, "bad_parameter", "channel");
    refused(&h, "series=S02&by=place", 400, "bad_parameter", "by");
    refused(&h, "series=S02&by=", 400, "bad_parameter", "by");
    refused(&h, "series=S02&by=type,type", 400, "bad_parameter", "by");
    refused(&h, "series=S02&by=type,group,division", 400, "bad_parameter", "by");
    refused(&h, "series=S02&by=type&type=full", 400, "bad_parameter", "by");
    refused(&h, "series=S19&window=day&by=venue,division", 400, "bad_parameter", "by");
    refused(&h, "series=S02&level=city", 400, "bad_parameter", "level");
    refused(&h, "series=S02&by=division&level=city&division=6205", 400, "bad_parameter", "level");
    refused(&h, "series=S02&by=division&level=village", 400, "bad_parameter", "level");
    refused(&h, "series=Y12&by=skill&k=0", 400, "bad_parameter", "k");
    refused(&h, "series=Y12&by=skill&k=1001", 400, "bad_parameter", "k");
    refused(&h, "series=Y12&by=skill&least=0", 400, "bad_parameter", "least");
    refused(&h, "series=S02&format=pdf", 400, "bad_parameter", "format");
    refused(&h, "series=S02&nonsense=1", 400, "unknown_parameter", "nonsense");
    refused(&h, "series=S02&as_of=yesterday", 400, "bad_moment", "yesterday");
    house_deinit(&h);
}

Test(stats_refused, refuse_periods_that_are_none) {
    static house h;
    house_init(&h); // 2025-11-25
    refused(&h, "series=S01&period=2025-13", 400, "bad_parameter", "period");
    refused(&h, "series=S01&period=2025-02-30", 400, "bad_parameter", "period");
    refused(&h, "series=S01&period=1969", 400, "bad_parameter", "period");
    refused(&h, "series=S01&period=", 400, "bad_parameter", "period");
    refused(&h, "series=S01&period=2025-11&window=day", 400, "period_and_window", "alone");
    refused(&h, "series=S01&period=2025-11&to=2025-12", 400, "period_and_window", "alone");
    refused(&h, "series=S01&period=2025-12", 422, "not_begun", "2025-12");
    refused(&h, "series=S01&window=day&from=2026", 422, "not_begun", "2026-01-01");
    refused(&h, "series=S01&window=day&from=2025-11-20&to=2025-11-19", 400, "bad_parameter",
            "from");
    refused(&h, "series=S01&window=day&from=now", 400, "bad_parameter", "from");
    refused(&h, "series=S01&window=day&to=total", 400, "bad_parameter", "to");
    refused(&h, "series=S01&window=total&from=2025", 400, "bad_parameter", "from");
    refused(&h, "series=S02&to=2025", 400, "bad_parameter", "to");
    refused(&h, "series=S01&window=hour&from=2025-09-01&to=2025-11-25", 422, "too_many_periods",
            "2041");
    refused(&h, "series=S01&window=minute&from=2025-11-23", 422, "too_many_periods", "1,000");
    // Minutes of 48 hours, hours of 62 days, days of 400 days; each says since when.
    refused(&h, "series=S01&period=2025-11-22T23:59%2B08:00", 422, "too_far_back",
            "2025-11-23T00:00+08:00");
    refused(&h, "series=S01&period=2025-09-23T23%2B08:00", 422, "too_far_back", "2025-09-24T00");
    refused(&h, "series=S01&period=2024-10-20", 422, "too_far_back", "2024-10-21");
    answers(&h, "/v1/stats?series=S01&period=2024-10-21", EN, "{\"value\":0}");
    answers(&h, "/v1/stats?series=S01&window=day&from=2025-11-24&to=2027", EN,
            "[{\"period\":\"2025-11-24\",\"S01\":{\"value\":0}},{\"period\":\"2025-11-25\",\"S01\":"
            "{\"value\":0,\"provisional\":true}}]");
    answers(&h, "/v1/stats?series=S01&period=1970", EN, "\"1970\"");
    house_deinit(&h);
}

Test(stats_refused, refuse_a_table_that_is_too_large) {
    static stats_world w;
    world_init(&w, 13, 600);
    char target[400] =
        "/v1/stats?by=division,occupation&window=day&from=2024-12&to=2025-12&series=";
    strcat(target, "S01,S02,S03,S04,S05,S07,S08,Y01,Y02,Y03,Y04,Y05,Y06,Y07,Y08,Y09,Y10,Y13");
    for (int i = 0; i < 300; i++) { // occupations that were counted
        char id[40], body[300];
        snprintf(id, sizeof id, "/v1/occupations/x%d", i);
        cr_assert_eq(house_json(&w.h, "PUT", id, "{}").status, 201);
        snprintf(id, sizeof id, "/v1/seekers/y%d", i);
        snprintf(body, sizeof body,
                 "{\"radius_km\":5,\"types\":[\"full\"],\"occupation\":\"x%d\",\"place\":{\"lat\":"
                 "34.5,\"lon\":105.7,\"division\":\"620503\"},\"skills\":[]}",
                 i);
        cr_assert_eq(house_json(&w.h, "PUT", id, body).status, 201);
    }
    reply r = house_ask(&w.h, "GET", target, EN, NULL);
    cr_assert(r.status == 422 && reply_has(&r, "too_many_numbers"), "%d", r.status);
    world_deinit(&w);
}

Test(stats_refused, say_which_form_is_too_small_for_a_table) {
    static house h;
    house_init(&h);
    for (int i = 0; i < 4000; i++) {
        char id[16];
        yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
        snprintf(id, sizeof id, "%06d", 100101 + i % 80 + i / 80 * 100);
        c.entry_put.dictionary = YZ_DIVISIONS;
        c.entry_put.entry.id = yz_text_of(id);
        house_apply(&h, c);
    }
    char target[300];
    static const char *const FORMATS[] = {"csv", "html"};
    for (int i = 0; i < 2; i++) {
        snprintf(
            target, sizeof target,
            "/v1/stats?series=S01,S02,S03,S04,S05,S07,S08,Y01,Y02,Y03,Y04,Y05&by=division,type&"
            "level=county&window=day&from=2025-11-24&format=%s",
            FORMATS[i]);
        reply r = house_ask(&h, "GET", target, EN, NULL);
        cr_assert_eq(r.status, i == 0 ? 200 : 422, "%s: %d", FORMATS[i], r.status);
        if (i == 1)
            cr_assert(reply_has(&r, "\"document_too_large\"") && reply_has(&r, "\\\"html\\\""),
                      "%.*s", (int)r.body.size, r.body.bytes);
    }
    house_deinit(&h);
}

Test(stats_refused, wait_while_others_take_all_the_room) {
    static house h;
    house_init(&h);
    fill_small(&h);
    stats_question q = {.series_count = 1, .periods = 1};
    stats_table *other = stats_table_new(&q);
    cr_assert(stats_take_room(other, STATS_ROOM_NUMBERS - 1));
    static const char *const TARGETS[] = {
        "/v1/stats?series=S02,S03&window=day&from=2025-01-01&by=type",
        "/v1/stats?series=S01,S02,S03,S04,S05,S07,S08,Y01,Y02&window=day&from=2025-01-01&by=type",
        ("/v1/stats?series=S01,S02,S03,S04,S05,S07,S08,Y01,Y02&window=day&from=2025-01-01&by=type&"
         "format=csv")};
    for (int i = 0; i < 3; i++) {
        reply r = house_ask(&h, "GET", TARGETS[i], EN, NULL);
        cr_assert(r.status == 503 && reply_has(&r, "stats_busy"), "%s: %d", TARGETS[i], r.status);
        cr_assert(reply_says(&r, "Retry-After: "));
    }
    // Small ones need no room, so nobody who reads a large one slowly keeps people from them.
    static const char *const SMALL[] = {"/v1/stats?series=S02",
                                        "/v1/stats?series=S02&by=occupation",
                                        "/v1/stats?series=S02&period=2025-10&public=1",
                                        "/v1/stats?series=S02,S03&by=division,type&format=csv"};
    for (int i = 0; i < 4; i++)
        cr_assert_eq(house_ask(&h, "GET", SMALL[i], EN, NULL).status, 200, "%s", SMALL[i]);
    stats_table_free(other);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(house_ask(&h, "GET", TARGETS[i], EN, NULL).status, 200);
    // All of it was given back.
    other = stats_table_new(&q);
    cr_assert(stats_take_room(other, STATS_ROOM_NUMBERS));
    cr_assert(stats_take_room(other, STATS_SMALL_NUMBERS));
    cr_assert_not(stats_take_room(other, 1));
    stats_table_free(other);
    house_deinit(&h);
}

Test(stats_refused, are_refused_where_none_are_kept) {
    static house h;
    house_init(&h);
    yz_market *kept = h.market;
    h.market = yz_market_new(&(yz_market_options){.at_ms = 1764000000000, .uncounted = true});
    reply r = house_ask(&h, "GET", "/v1/stats?series=S02", EN, NULL);
    cr_assert(r.status == 503 && reply_has(&r, "no_statistics"));
    yz_market_free(h.market);
    h.market = kept;
    house_reconnect(&h, false);
    cr_assert_eq(house_ask(&h, "GET", "/v1/stats?series=S02", "", NULL).status, 403);
    house_deinit(&h);
}
