/* The reports against the recount and against slow counting; the same event gives the same bytes;
 * the marked places are there; and what is refused, and how. */
#include "stats_world.h"

#include "engine/base/alloc.h"
#include "net/api/inside.h"
#include "net/api/report.h"

#include "engine/model/time.h"
#include "tests/rounds.h"

#include <inttypes.h>
#include <stdlib.h>

#define EN "Accept-Language: en\r\n"

// ---- a document, taken apart ----

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text_of(const cJSON *object, const char *name) {
    const cJSON *node = member(object, name);
    return node == NULL ? NULL : node->valuestring;
}

// The rows of the table whose title begins so.
static const cJSON *table(const cJSON *document, const char *title) {
    const cJSON *block;
    cJSON_ArrayForEach(block, member(document, "blocks")) {
        const char *found = text_of(block, "table");
        if (found != NULL && strncmp(found, title, strlen(title)) == 0)
            return member(block, "rows");
    }
    cr_assert_fail("no table %s", title);
    return NULL;
}

static bool says(const cJSON *document, const char *kind, const char *words) {
    const cJSON *block;
    cJSON_ArrayForEach(block, member(document, "blocks")) {
        const char *found = text_of(block, kind);
        if (found != NULL && strstr(found, words) != NULL) return true;
    }
    return false;
}

static double number(const cJSON *row, const char *name) {
    const cJSON *node = member(row, name);
    cr_assert(cJSON_IsNumber(node), "%s", name);
    return node->valuedouble;
}

// ---- the month against the recount ----

static uint32_t compare(stats_world *w, const cJSON *row, const char *key, yz_series series,
                        yz_text division, yz_period month, const char *what) {
    yz_recount_ask ask = {series, division, YZ_TEXT(""), YZ_ALL, YZ_ALL, month};
    yz_stats_value v;
    const cJSON *node = member(row, key);
    cr_assert_not_null(node, "%s: no %s", what, key);
    cr_assert(yz_recount_read(w->recount, &ask, yz_market_time_ms(w->h.market), &v));
    yz_shape shape = yz_series_of(series)->shape;
    if (shape == YZ_SHAPE_COUNT)
        cr_assert_eq(node->valuedouble, (double)v.value, "%s: %s", what, key);
    else if (v.known)
        cr_assert_eq(node->valuedouble, (double)v.value / 100, "%s: %s %g", what, key,
                     node->valuedouble);
    else
        cr_assert(cJSON_IsNull(node), "%s: %s has no value", what, key);
    return 1;
}

static uint32_t compare_overview(stats_world *w, const cJSON *row, yz_text division,
                                 yz_period month, const char *what) {
    static const yz_series SERIES[] = {YZ_S01, YZ_S02, YZ_S03, YZ_S04, YZ_S05,
                                       YZ_S06, YZ_S08, YZ_Y02, YZ_Y08};
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof SERIES / sizeof *SERIES; i++)
        count +=
            compare(w, row, yz_series_of(SERIES[i])->id.bytes, SERIES[i], division, month, what);
    return count;
}

static yz_period before(yz_period month, int64_t months) {
    return (yz_period){YZ_WINDOW_MONTH, month.index - months};
}

static uint32_t compare_month(stats_world *w, const char *division, const char *name) {
    char target[200];
    yz_period month;
    yz_text at = yz_text_of(division);
    const cJSON *row, *rows;
    cr_assert(yz_period_parse(yz_text_of(name), &month));
    snprintf(target, sizeof target, "/v1/reports/month/%s?division=%s&format=json&lang=en", name,
             division);
    cJSON *document = world_get(w, target);
    uint32_t count = 0;
    char cut[120], at_text[YZ_TIME_TEXT_MAX];
    yz_time_format_instant(yz_market_time_ms(w->h.market), at_text);
    snprintf(cut, sizeof cut, "event %" PRIu64 ", %s", yz_market_sequence(w->h.market), at_text);
    cr_assert(says(document, "paragraph", cut));
    static const int64_t BACK[] = {0, 1, 12};
    rows = table(document, "Table 0");
    cr_assert_eq(cJSON_GetArraySize(rows), 3);
    for (int i = 0; i < 3; i++) {
        char wanted[YZ_PERIOD_TEXT_MAX];
        yz_period_format(before(month, BACK[i]), wanted);
        cr_assert_not_null(strstr(text_of(cJSON_GetArrayItem(rows, i), "period"), wanted));
        count +=
            compare_overview(w, cJSON_GetArrayItem(rows, i), at, before(month, BACK[i]), target);
    }
    if (at.size < 9) {
        cJSON_ArrayForEach(row, table(document, "By division")) {
            yz_text code = yz_text_of(text_of(row, "division"));
            cr_assert(yz_text_starts_with(code, at));
            count += compare_overview(w, row, code, month, target);
        }
    }
    rows = table(document, "Twelve months");
    cr_assert_eq(cJSON_GetArraySize(rows), 12);
    for (int i = 0; i < 12; i++) {
        row = cJSON_GetArrayItem(rows, i);
        count += compare(w, row, "vacancy_rate", YZ_Y10, at, before(month, 11 - i), target);
        count += compare(w, row, "seeker_rate", YZ_Y11, at, before(month, 11 - i), target);
        count += compare(w, row, "ratio", YZ_S04, at, before(month, 11 - i), target);
        count += compare(w, row, "hired", YZ_Y09, at, before(month, 11 - i), target);
    }
    cJSON_Delete(document);
    return count;
}

Test(reports, of_a_month_say_what_the_recount_says) {
    static const char *const DIVISIONS[] = {"", "62", "6205", "620502", "620502001", "61"};
    uint32_t numbers = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(3); seed++) {
        static stats_world w;
        world_init(&w, seed, 2000);
        for (size_t i = 0; i < sizeof DIVISIONS / sizeof *DIVISIONS; i++) {
            numbers += compare_month(&w, DIVISIONS[i], "2025-11");
            numbers += compare_month(&w, DIVISIONS[i], "2025-12");
        }
        world_deinit(&w);
    }
    printf("%u numbers compared\n", numbers);
    cr_assert_gt(numbers, YZ_ROUNDS(1500));
}

// Every division stands below its parent once, whether or not anything was counted there.
Test(reports, of_a_month_name_divisions_without_anything) {
    static house h;
    house_init(&h);
    house_fill(&h);
    static const char *const CODES[] = {"620500", "620503", "620503100", "620600", "621000001"};
    for (size_t i = 0; i < 5; i++) {
        char target[80];
        snprintf(target, sizeof target, "/v1/divisions/%s", CODES[i]);
        cr_assert_eq(house_json(&h, "PUT", target, "{\"name\":{\"zh\":\"名\"}}").status, 201);
    }
    stats_world *w = (stats_world *)(void *)&h; // world_get asks its house only
    cJSON *d = world_get(w, "/v1/reports/month/2025-11?division=6205&format=json&lang=zh");
    const cJSON *rows = table(d, "各地情况");
    static const char *const WANTED[] = {"620500", "620502", "620503", "6205"};
    cr_assert_eq(cJSON_GetArraySize(rows), 4);
    for (int i = 0; i < 4; i++)
        cr_assert_str_eq(text_of(cJSON_GetArrayItem(rows, i), "division"), WANTED[i]);
    cr_assert_str_eq(text_of(cJSON_GetArrayItem(rows, 0), "division_name"), "本级");
    cr_assert_str_eq(text_of(d, "title"), "名关于2025年11月稳就业政策措施贯彻落实情况的自查报告");
    cr_assert(says(d, "paragraph", "本月没有求职登记，也没有发布岗位：名"));
    cJSON_Delete(d);
    d = world_get(w, "/v1/reports/month/2025-11?division=62&format=json&lang=zh");
    rows = table(d, "各地情况");
    cr_assert_eq(cJSON_GetArraySize(rows), 4); // 6205, 6206, 6210 and the whole
    cr_assert_str_eq(text_of(cJSON_GetArrayItem(rows, 2), "division"), "6210");
    cJSON_Delete(d);
    house_deinit(&h);
}

// ---- targets ----

static void put(house *h, const char *target, const char *body);

// Two registrations and a half of the year: 2025-11-25 is its day 329.
Test(reports, of_a_month_hold_targets_against_their_plan) {
    static const char S[] = "{\"radius_km\":5,\"types\":[\"full\"],\"place\":{\"lat\":34.5,"
                            "\"lon\":105.7,\"division\":\"620502\"},\"skills\":[]}";
    static const struct {
        const char *id, *division, *series;
        int year;
        long long value;
    } TARGETS[] = {{"t1", "6205", "S01", 2025, 3},
                   {"t2", "620500", "S01", 2025, 1},
                   {"t3", "620502", "S01", 2025, 1000},
                   {"t4", "6205", "S09", 2025, 9},
                   {"t5", "6205", "S01", 2024, 3},
                   {"t6", "62", "S01", 2025, 3},
                   {"t7", "620503", "Y03", 2025, 1000000000000000}};
    static house h;
    house_init(&h);
    house_fill(&h);
    put(&h, "/v1/divisions/61", "{}");
    put(&h, "/v1/divisions/62", "{}");
    put(&h, "/v1/divisions/6205", "{\"name\":{\"zh\":\"天水\"}}");
    put(&h, "/v1/divisions/620503", "{}");
    put(&h, "/v1/divisions/620500", "{\"name\":{\"zh\":\"天水\"}}"); // the city again
    for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++) {
        char target[40], body[200];
        snprintf(target, sizeof target, "/v1/targets/%s", TARGETS[i].id);
        snprintf(body, sizeof body,
                 "{\"name\":{\"zh\":\"目标%s\"},\"division\":\"%s\",\"year\":%d,\"series\":\"%s\","
                 "\"value\":%lld}",
                 TARGETS[i].id, TARGETS[i].division, TARGETS[i].year, TARGETS[i].series,
                 TARGETS[i].value);
        put(&h, target, body);
    }
    put(&h, "/v1/seekers/s1", S);
    put(&h, "/v1/seekers/s2", S);
    stats_world *w = (stats_world *)(void *)&h;
    cJSON *d = world_get(w, "/v1/reports/month/2025-11?division=6205&format=json&lang=zh");
    const cJSON *rows = table(d, "表2");
    static const char *const SHOWN[] = {"t1", "t2", "t3", "t4", "t7"};
    // So far, percent cut off, plan = value * 329 / 365 cut off.
    static const double SUM[] = {2, 2, 2}, PROGRESS[] = {66.66, 200, 0.2}, PLAN[] = {2, 0, 901};
    cr_assert_eq(cJSON_GetArraySize(rows), 5);
    for (int i = 0; i < 5; i++) {
        const cJSON *row = cJSON_GetArrayItem(rows, i);
        cr_assert_str_eq(text_of(row, "id"), SHOWN[i]);
        if (i > 2) continue;
        cr_assert_eq(number(row, "sum"), SUM[i]);
        cr_assert_eq(number(row, "progress"), PROGRESS[i]);
        cr_assert_eq(number(row, "plan"), PLAN[i]);
        cr_assert_eq(number(row, "difference"), SUM[i] - PLAN[i]);
    }
    cr_assert(cJSON_IsNull(member(cJSON_GetArrayItem(rows, 3), "sum"))); // not kept yet
    cr_assert_eq(number(cJSON_GetArrayItem(rows, 4), "plan"), 901369863013698);
    cr_assert(says(d, "paragraph", "落后于计划：目标t3（t3），累计 2，计划 901"));
    cr_assert_not(says(d, "paragraph", "落后于计划：目标t1"));
    cr_assert_not(says(d, "paragraph", "落后于计划：目标t2"));
    // 2 * 365 / 329 = 2.2
    cr_assert(says(d, "paragraph", "按本年速度预计全年：目标t1（t1）2，目标 3，完成 66.66%"));
    // Two persons registered in November, 90 days are not over; nobody before.
    cr_assert(says(d, "paragraph", "登记后90天就业率：2025-11 为阶段数（0 / 2）"));
    cr_assert_not(says(d, "paragraph", "登记后90天就业率：2025-10"));
    cJSON_Delete(d);
    // Nothing had come by the end of October, its day 304.
    d = world_get(w, "/v1/reports/month/2025-10?division=6205&format=json&lang=zh");
    rows = table(d, "表2");
    cr_assert_eq(number(cJSON_GetArrayItem(rows, 0), "sum"), 0);
    cr_assert_eq(number(cJSON_GetArrayItem(rows, 2), "plan"), 832);
    cJSON_Delete(d);
    d = world_get(w, "/v1/reports/month/2025-11?division=61&format=json&lang=zh");
    cr_assert_eq(cJSON_GetArraySize(table(d, "表2")), 0);
    cr_assert(says(d, "place", "本年没有录入目标"));
    cJSON_Delete(d);
    house_deinit(&h);
}

// ---- the fair ----

static void compare_fair(stats_world *w, const char *id, uint32_t *numbers) {
    static const char *const FLOWS[] = {"visitors",    "entries", "applied",
                                        "interviewed", "held",    "signed"};
    char target[120];
    yz_fair_value v;
    snprintf(target, sizeof target, "/v1/reports/fairs/%s?format=json&lang=en", id);
    cJSON *d = world_get(w, target);
    cr_assert(yz_recount_fair(w->recount, yz_text_of(id), &v), "%s", id);
    const int64_t stages[] = {v.employers, v.postings,    v.openings, v.entries,
                              v.applied,   v.interviewed, v.held,     v.signed_there};
    const cJSON *rows = table(d, "Table 1"), *row;
    cr_assert_eq(cJSON_GetArraySize(rows), 8);
    for (int i = 0; i < 8; i++) {
        row = cJSON_GetArrayItem(rows, i);
        cr_assert_eq(number(row, "count"), (double)stages[i], "%s: %s", target,
                     text_of(row, "stage"));
        cr_assert_gt(strlen(text_of(row, "definition")), 10);
        *numbers += 1;
    }
    // Days and what lies outside of them make up the whole; hours make up their days.
    const int64_t whole[] = {v.visitors,    v.entries, v.applied,
                             v.interviewed, v.held,    v.signed_there};
    rows = table(d, "Table 2");
    int last = cJSON_GetArraySize(rows) - 1;
    for (int f = 0; f < 6; f++) {
        double sum = 0;
        for (int i = 0; i < last; i++)
            sum += number(cJSON_GetArrayItem(rows, i), FLOWS[f]);
        cr_assert_eq(sum, (double)whole[f], "%s: days of %s", target, FLOWS[f]);
        cr_assert_eq(number(cJSON_GetArrayItem(rows, last), FLOWS[f]), (double)whole[f]);
        for (int i = 0; i < last - 1; i++) {
            const cJSON *day = cJSON_GetArrayItem(rows, i);
            double of_day = 0;
            cJSON_ArrayForEach(row, table(d, "Table 3")) {
                if (strcmp(text_of(row, "day"), text_of(day, "day")) == 0)
                    of_day += number(row, FLOWS[f]);
            }
            cr_assert_eq(of_day, number(day, FLOWS[f]), "%s: hours of %s", target, FLOWS[f]);
            *numbers += 1;
        }
    }
    cJSON_Delete(d);
}

// Bookings by booth, counted over the pages of the route.
static void compare_booths(stats_world *w, const char *id, uint32_t *numbers) {
    char target[120];
    snprintf(target, sizeof target, "/v1/reports/fairs/%s?format=json&lang=en", id);
    cJSON *d = world_get(w, target);
    snprintf(target, sizeof target, "/v1/fairs/%s/bookings?limit=1000", id);
    cJSON *bookings = world_get(w, target);
    const cJSON *row, *b;
    cJSON_ArrayForEach(row, table(d, "Table 4")) {
        double booked = 0, kept = 0, missed = 0, cancelled = 0;
        cJSON_ArrayForEach(b, member(bookings, "items")) {
            if (strcmp(text_of(b, "booth"), text_of(row, "booth")) != 0) continue;
            const char *state = text_of(b, "step");
            cancelled += strcmp(state, "cancelled") == 0;
            kept += strcmp(state, "kept") == 0;
            missed += strcmp(state, "no_show") == 0;
            booked += strcmp(state, "cancelled") != 0;
        }
        cr_assert_eq(number(row, "booked"), booked, "%s", target);
        cr_assert_eq(number(row, "kept"), kept);
        cr_assert_eq(number(row, "missed"), missed);
        cr_assert_eq(number(row, "cancelled"), cancelled);
        *numbers += 4;
    }
    cJSON_Delete(bookings);
    cJSON_Delete(d);
}

Test(reports, of_a_fair_say_what_the_recount_says) {
    static const char *const FAIRS[] = {"v-001", "v-002"};
    uint32_t numbers = 0, booths = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(5); seed++) {
        static stats_world w;
        world_init(&w, seed, 3000);
        for (int i = 0; i < 2; i++) {
            compare_fair(&w, FAIRS[i], &numbers);
            compare_booths(&w, FAIRS[i], &booths);
        }
        world_deinit(&w);
    }
    printf("%u numbers compared, %u of booths\n", numbers, booths);
    cr_assert_gt(numbers, YZ_ROUNDS(100));
    cr_assert_gt(booths, YZ_ROUNDS(20));
}

static void put(house *h, const char *target, const char *body) {
    reply r = house_json(h, "PUT", target, body);
    cr_assert(r.status == 200 || r.status == 201, "%s: %.*s", target, (int)r.body.size,
              r.body.bytes);
}

#define FAIR                                                                                       \
    "{\"name\":{\"zh\":\"秋招\",\"en\":\"autumn\"},\"place\":{\"lat\":34.5,\"lon\":105.7,"       \
    "\"division\":\"620502\"},\"from\":\"2025-11-24T09:00:00+08:00\",\"to\":"                      \
    "\"2025-11-26T17:00:00+08:00\",\"slot_minutes\":30}"

static void put_posting(house *h, const char *id, const char *employer, int openings) {
    char target[80], body[400];
    snprintf(target, sizeof target, "/v1/postings/%s", id);
    snprintf(body, sizeof body,
             "{\"title\":\"岗位%s\",\"type\":\"full\",\"employer\":\"%s\",\"openings\":%d,"
             "\"place\":{\"lat\":34.5,\"lon\":105.7},\"required\":[]}",
             id, employer, openings);
    put(h, target, body);
}

// A fair with one booth: postings of its employer and of nobody there.
static void hold_fair(house *h) {
    house_fill(h);
    put(h, "/v1/employers/e2", "{\"name\":{\"zh\":\"别家\"}}");
    put(h, "/v1/fairs/f1", FAIR);
    put_posting(h, "small", "e1", 1);
    put_posting(h, "large", "e1", 9);
    put_posting(h, "gone", "e1", 50);
    put_posting(h, "other", "e2", 70);
    put(h, "/v1/fairs/f1/booths/b1", "{\"employer\":\"e1\",\"capacity\":2}");
    put_posting(h, "later", "e1", 5);
    cr_assert_eq(house_ask(h, "DELETE", "/v1/postings/gone", "", NULL).status, 204);
}

Test(reports, of_a_fair_list_what_stayed_open) {
    static house h;
    house_init(&h);
    hold_fair(&h);
    stats_world *w = (stats_world *)(void *)&h;
    cJSON *d = world_get(w, "/v1/reports/fairs/f1?format=json&lang=zh");
    cr_assert_str_eq(text_of(d, "title"), "秋招阶段报告");
    const cJSON *rows = table(d, "表5");
    static const char *const WANTED[] = {"large", "later", "small"};
    static const double VACANT[] = {9, 5, 1};
    cr_assert_eq(cJSON_GetArraySize(rows), 3);
    for (int i = 0; i < 3; i++) {
        cr_assert_str_eq(text_of(cJSON_GetArrayItem(rows, i), "posting"), WANTED[i]);
        cr_assert_eq(number(cJSON_GetArrayItem(rows, i), "vacant"), VACANT[i]);
    }
    cr_assert(says(d, "paragraph", "岗位 3 个，空缺 15 人"));
    cJSON_Delete(d);
    // More than are shown: the ones with most vacancies, the others are counted.
    for (int i = 0; i < 60; i++) {
        char id[16];
        snprintf(id, sizeof id, "x%02d", i);
        put_posting(&h, id, "e1", 2 + i % 7);
    }
    d = world_get(w, "/v1/reports/fairs/f1?format=json&lang=zh");
    rows = table(d, "表5");
    cr_assert_eq(cJSON_GetArraySize(rows), 50);
    for (int i = 1; i < 50; i++) {
        const cJSON *a = cJSON_GetArrayItem(rows, i - 1), *b = cJSON_GetArrayItem(rows, i);
        double before = number(a, "vacant"), after = number(b, "vacant");
        cr_assert(before > after ||
                  (before == after && strcmp(text_of(a, "posting"), text_of(b, "posting")) < 0));
    }
    cr_assert(says(d, "paragraph", "岗位 63 个"));
    cJSON_Delete(d);
    house_deinit(&h);
}

static void post(house *h, const char *target, const char *form, const char *a, const char *b) {
    char body[300];
    snprintf(body, sizeof body, form, a, b);
    reply r = house_json(h, "POST", target, body);
    cr_assert(r.status == 200 || r.status == 201, "%s %s: %.*s", target, body, (int)r.body.size,
              r.body.bytes);
}

#define SLOT "{\"booth\":\"b1\",\"slot\":1%s,\"step\":\"%s\"}"

// Told from the start: nobody here is random.
Test(reports, of_a_fair_show_when_and_where) {
    static const char S[] = "{\"radius_km\":5,\"types\":[\"full\"],\"place\":{\"lat\":34.5,"
                            "\"lon\":105.7},\"skills\":[]}";
    static house h;
    house_init(&h); // 2025-11-25 at midnight
    hold_fair(&h);
    for (int i = 1; i <= 4; i++) {
        char target[40], who[40];
        snprintf(target, sizeof target, "/v1/seekers/s%d", i);
        put(&h, target, S);
        snprintf(who, sizeof who, "%d,\"seeker\":\"s%d\"", i, i);
        post(&h, "/v1/fairs/f1/slots", SLOT, who, "booked");
        if (i > 1)
            post(&h, "/v1/fairs/f1/slots", SLOT, who,
                 i == 2   ? "kept"
                 : i == 3 ? "no_show"
                          : "cancelled");
    }
    h.passed_ms = 33 * (int64_t)3600000; // the 26th at nine
    static const char *const STEPS[] = {"applied", "interview", "offer", "held", "placed"};
    for (int i = 0; i < 5; i++)
        post(&h, "/v1/referrals",
             "{\"seeker\":\"s1\",\"posting\":\"large\",\"venue\":\"f1\",\"step\":\"%s\"}%s",
             STEPS[i], "");
    post(&h, "/v1/fairs/f1/visits", "{\"ticket\":\"%s\",\"step\":\"%s\"}", "t1", "enter");
    h.passed_ms += 8 * (int64_t)3600000 - 1; // the last moment of it
    post(&h, "/v1/fairs/f1/visits", "{\"ticket\":\"%s\",\"step\":\"%s\"}", "t2", "enter");
    static const char *const QUEUE[] = {"joined", "called", "served"};
    for (int i = 0; i < 3; i++)
        post(&h, "/v1/fairs/f1/queue", "{\"booth\":\"b1\",\"ticket\":\"t2\",\"step\":\"%s\"}%s",
             QUEUE[i], "");
    stats_world *w = (stats_world *)(void *)&h;
    cJSON *d = world_get(w, "/v1/reports/fairs/f1?format=json&lang=en");
    const cJSON *rows = table(d, "Table 2"), *row = cJSON_GetArrayItem(rows, 2);
    cr_assert_str_eq(text_of(row, "day"), "2025-11-26");
    cr_assert_eq(number(row, "visitors"), 2);
    cr_assert_eq(number(row, "signed"), 1);
    rows = table(d, "Table 3");
    cr_assert_eq(cJSON_GetArraySize(rows), 2);
    cr_assert_str_eq(text_of(cJSON_GetArrayItem(rows, 0), "hour"), "09:00–10:00");
    cr_assert_eq(number(cJSON_GetArrayItem(rows, 0), "applied"), 1);
    cr_assert_str_eq(text_of(cJSON_GetArrayItem(rows, 1), "hour"), "16:00–17:00");
    row = cJSON_GetArrayItem(table(d, "Table 4"), 0);
    static const char *const KEYS[] = {"served", "waiting", "booked",
                                       "kept",   "missed",  "cancelled"};
    static const double WANTED[] = {1, 0, 3, 1, 1, 1};
    for (int i = 0; i < 6; i++)
        cr_assert_eq(number(row, KEYS[i]), WANTED[i], "%s is %g", KEYS[i], number(row, KEYS[i]));
    row = cJSON_GetArrayItem(table(d, "Table 5"), 0);
    cr_assert_str_eq(text_of(row, "posting"), "large");
    cr_assert_eq(number(row, "filled"), 1);
    cr_assert_eq(number(row, "vacant"), 8);
    cr_assert(says(d, "paragraph", "1 so far, of 1 signed"));
    cJSON_Delete(d);
    house_deinit(&h);
}

Test(reports, of_a_fair_that_is_over_are_closing_ones) {
    static house h;
    house_init(&h);
    hold_fair(&h);
    h.passed_ms = 3 * (int64_t)86400000;
    put(&h, "/v1/employers/e3", "{}"); // the market's time goes on with a command
    stats_world *w = (stats_world *)(void *)&h;
    cJSON *d = world_get(w, "/v1/reports/fairs/f1?format=json&lang=en");
    cr_assert_str_eq(text_of(d, "title"), "Closing report of the fair autumn");
    const cJSON *days = table(d, "Table 2");
    cr_assert_eq(cJSON_GetArraySize(days), 5); // three days, others, together
    cr_assert_str_eq(text_of(cJSON_GetArrayItem(days, 0), "day"), "2025-11-24");
    cr_assert(says(d, "paragraph", "until 2026-02-24"));
    cr_assert(says(d, "paragraph", "the 90 days are not over"));
    cr_assert_not(says(d, "paragraph", "provisional"));
    cJSON_Delete(d);
    house_deinit(&h);
}

// ---- the marked places ----

static uint32_t places_in(const cJSON *document) {
    uint32_t count = 0;
    const cJSON *block;
    cJSON_ArrayForEach(block, member(document, "blocks")) count += member(block, "place") != NULL;
    return count;
}

Test(reports, leave_places_for_what_only_people_can_say) {
    static house h;
    house_init(&h);
    hold_fair(&h);
    stats_world *w = (stats_world *)(void *)&h;
    static const char *const MONTH[] = {"S12",      "表1",  "表3",      "表4 其余",
                                        "表5",      "S16",  "经验做法", "存在问题",
                                        "今后打算", "落款", "规则版本", "60天内截止"};
    static const char *const PARTS[] = {"〇、总体情况", "一、落实成效", "二、经验做法",
                                        "三、存在问题", "四、今后打算", "附件"};
    cJSON *d = world_get(w, "/v1/reports/month/2025-11?format=json&lang=zh"), *en;
    for (size_t i = 0; i < sizeof MONTH / sizeof *MONTH; i++)
        cr_assert(says(d, "place", MONTH[i]), "%s", MONTH[i]);
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        cr_assert(says(d, "heading", PARTS[i]), "%s", PARTS[i]);
    en = world_get(w, "/v1/reports/month/2025-11?format=json&lang=en");
    cr_assert_eq(places_in(d), places_in(en));
    cr_assert_eq(cJSON_GetArraySize(member(d, "blocks")), cJSON_GetArraySize(member(en, "blocks")));
    cJSON_Delete(d);
    cJSON_Delete(en);
    d = world_get(w, "/v1/reports/fairs/f1?format=json&lang=zh");
    en = world_get(w, "/v1/reports/fairs/f1?format=json&lang=en");
    cr_assert_eq(places_in(d), 4);
    cr_assert_eq(places_in(en), 4);
    cJSON_Delete(d);
    cJSON_Delete(en);
    // Seen on paper too.
    reply r = house_ask(&h, "GET", "/v1/reports/month/2025-11?format=md", "", NULL);
    cr_assert(reply_has(&r, "【待填写】"));
    house_deinit(&h);
}

// ---- one event, one document ----

static const char *const FORMATS[] = {"html", "md", "xlsx", "csv", "txt", "json"};
static const char *const ASKED[] = {
    "/v1/reports/month/2025-11?division=6205&format=", "/v1/reports/month/2025-12?lang=en&format=",
    "/v1/reports/fairs/v-001?format=", "/v1/reports/fairs/v-002?lang=en&format="};

static void same(house *h, const char *target, yz_text wanted, const char *what) {
    reply r = house_ask(h, "GET", target, "", NULL);
    cr_assert_eq(r.status, 200, "%s", target);
    cr_assert(yz_text_equal(r.body, wanted), "%s: %s differs", target, what);
}

Test(reports, of_one_event_are_the_same_bytes) {
    static stats_world w, again;
    world_init(&w, 7, 2500);
    world_init(&again, 7, 2500); // as after a replay
    inside *in = inside_new(w.h.market, yz_market_time_ms(w.h.market) + 40 * (int64_t)86400000);
    for (size_t a = 0; a < sizeof ASKED / sizeof *ASKED; a++) {
        for (size_t f = 0; f < sizeof FORMATS / sizeof *FORMATS; f++) {
            char target[120];
            snprintf(target, sizeof target, "%s%s", ASKED[a], FORMATS[f]);
            reply r = house_ask(&w.h, "GET", target, "", NULL);
            cr_assert_eq(r.status, 200, "%s", target);
            cr_assert(reply_says(&r, "\r\nYizhan-Seq: "));
            char *bytes = yz_alloc(r.body.size);
            memcpy(bytes, r.body.bytes, r.body.size);
            yz_text kept = {bytes, r.body.size};
            // The clock goes on, the market does not.
            w.h.passed_ms += 3600000;
            same(&w.h, target, kept, "the second");
            same(&again.h, target, kept, "that of a replay");
            inside_answer past = inside_ask(in, yz_text_of(target));
            cr_assert_eq(past.status, 200, "%s", target);
            cr_assert(yz_text_equal(past.body, kept), "%s: of the past it differs", target);
            yz_free(bytes);
        }
    }
    inside_free(in);
    world_deinit(&w);
    world_deinit(&again);
}

// ---- forms ----

Test(reports, come_as_browsers_and_people_want_them) {
    static house h;
    house_init(&h);
    hold_fair(&h);
    reply r = house_ask(&h, "GET", "/v1/reports/month/2025-11",
                        "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n", NULL);
    cr_assert(r.status == 200 && reply_says(&r, "text/html"));
    cr_assert_not(reply_says(&r, "Content-Disposition"));
    r = house_ask(&h, "GET", "/v1/reports/month/2025-11", "Accept: */*\r\n", NULL);
    cr_assert(r.status == 200 && reply_says(&r, "text/markdown"));
    r = house_ask(&h, "GET", "/v1/reports/fairs/f1", EN "Accept: application/json\r\n", NULL);
    cr_assert(r.status == 200 && reply_says(&r, "application/json"));
    cr_assert(reply_has(&r, "Interim report"));
    r = house_ask(&h, "GET", "/v1/reports/fairs/f1?lang=zh", EN, NULL);
    cr_assert(reply_has(&r, "阶段报告"));
    r = house_ask(&h, "GET", "/v1/reports/month/2025-11?division=6205&format=xlsx", "", NULL);
    cr_assert(r.status == 200 && memcmp(r.body.bytes, "PK", 2) == 0);
    cr_assert(reply_says(&r, "attachment; filename=\"report-2025-11-6205.xlsx\""));
    r = house_ask(&h, "GET", "/v1/reports/fairs/f1?format=csv", "", NULL);
    cr_assert(reply_has(&r, "\"表1 漏斗（S18）\"\r\n环节,数,口径\r\n参会企业,1,"));
    cr_assert(reply_has(&r, "\r\n\r\n\"表2 按日\"\r\n"));
    r = house_ask(&h, "HEAD", "/v1/reports/fairs/f1", "", NULL);
    cr_assert_eq(r.status, 200);
    house_deinit(&h);
}

Test(reports, keep_names_from_being_more_than_names) {
    static house h;
    house_init(&h);
    house_fill(&h);
    put(&h, "/v1/fairs/%22%3Bx",
        "{\"name\":{\"zh\":\"<script>|=1+1\"},\"place\":{\"lat\":34.5,"
        "\"lon\":105.7},\"from\":\"2025-11-24T09:00:00+08:00\",\"to\":"
        "\"2025-11-26T17:00:00+08:00\"}");
    put(&h, "/v1/employers/e9", "{\"name\":{\"zh\":\"=HYPERLINK(1)\"}}");
    put(&h, "/v1/fairs/%22%3Bx/booths/b", "{\"employer\":\"e9\",\"capacity\":1}");
    reply r = house_ask(&h, "GET", "/v1/reports/fairs/%22%3Bx?format=html", "", NULL);
    cr_assert(r.status == 200 && !reply_has(&r, "<script>"));
    r = house_ask(&h, "GET", "/v1/reports/fairs/%22%3Bx?format=csv", "", NULL);
    cr_assert(reply_says(&r, "filename=\"fair-__x.csv\""), "%.*s", (int)r.head.size, r.head.bytes);
    cr_assert(reply_has(&r, ",'=HYPERLINK(1),"));
    house_deinit(&h);
}

// ---- what is refused ----

static void refused(house *h, const char *rest, int status, const char *code, const char *hint) {
    char target[300], wanted[60];
    snprintf(target, sizeof target, "/v1/reports/%s", rest);
    snprintf(wanted, sizeof wanted, "\"code\":\"%s\"", code);
    reply r = house_ask(h, "GET", target, EN, NULL);
    cr_assert_eq(r.status, status, "%s: %d %.*s", target, r.status, (int)r.body.size, r.body.bytes);
    cr_assert(reply_has(&r, wanted), "%s: %.*s", target, (int)r.body.size, r.body.bytes);
    cr_assert(reply_has(&r, hint), "%s: %.*s", target, (int)r.body.size, r.body.bytes);
    r = house_ask(h, "GET", target, "", NULL);
    cr_assert_eq(r.status, status);
}

Test(reports, refuse_what_cannot_be_answered) {
    static house h;
    house_init(&h); // 2025-11-25
    hold_fair(&h);
    uint64_t digest = house_digest(&h);
    static const char *const NO_MONTHS[] = {"2025-13", "2025-00", "2025",    "2025-11-25",
                                            "now",     "total",   "1969-12", "x",
                                            "2025-1",  "%00",     "..",      "99999-01"};
    for (size_t i = 0; i < sizeof NO_MONTHS / sizeof *NO_MONTHS; i++) {
        char rest[80];
        snprintf(rest, sizeof rest, "month/%s", NO_MONTHS[i]);
        bool no_id = strcmp(NO_MONTHS[i], "%00") == 0;
        refused(&h, rest, 400, no_id ? "bad_path" : "bad_month", no_id ? "" : "2023-08");
    }
    refused(&h, "month/2025-12", 422, "not_begun", "2025-12");
    refused(&h, "month/9999-12", 422, "not_begun", "9999-12");
    refused(&h, "month/2025-11?division=99", 422, "unknown_division", "99");
    refused(&h, "month/2025-11?division=620", 422, "unknown_division", "620");
    refused(&h, "month/2025-11?format=pdf", 400, "unknown_format", "xlsx");
    refused(&h, "month/2025-11?format=", 400, "unknown_format", "xlsx");
    refused(&h, "month/2025-11?format=md&format=md", 400, "bad_parameter", "format");
    refused(&h, "month/2025-11?level=city", 400, "unknown_parameter", "level");
    refused(&h, "month/2025-11?as_of=yesterday", 400, "bad_moment", "yesterday");
    refused(&h, "fairs/f1?division=6205", 400, "unknown_parameter", "division");
    refused(&h, "fairs/none", 404, "unknown_venue", "none");
    refused(&h, "fairs/f1?lang=fr", 400, "bad_parameter", "lang");
    refused(&h, "fairs/f1?format=exe", 400, "unknown_format", "exe");
    put(&h, "/v1/stations/st", "{\"place\":{\"lat\":34.5,\"lon\":105.7}}");
    refused(&h, "fairs/st", 404, "unknown_venue", "st");
    put(&h, "/v1/fairs/f2",
        "{\"place\":{\"lat\":34.5,\"lon\":105.7},\"from\":"
        "\"2025-12-24T09:00:00+08:00\",\"to\":\"2025-12-26T17:00:00+08:00\"}");
    refused(&h, "fairs/f2", 422, "not_begun", "f2");
    cr_assert_neq(house_digest(&h), digest); // of the two puts; asking again changes nothing
    digest = house_digest(&h);
    refused(&h, "fairs/f2", 422, "not_begun", "fair");
    cr_assert_eq(house_ask(&h, "POST", "/v1/reports/fairs/f1", "", NULL).status, 405);
    cr_assert_eq(house_digest(&h), digest);
    // The language asked for is that of the refusal, too.
    reply r = house_ask(&h, "GET", "/v1/reports/month/x?lang=en", "", NULL);
    cr_assert(reply_has(&r, "is no month"));
    // The oldest there can be, whose months before lie before 1970.
    cr_assert_eq(house_ask(&h, "GET", "/v1/reports/month/1970-01", "", NULL).status, 200);
    house_deinit(&h);
}

Test(reports, are_refused_where_nothing_is_counted) {
    static house h;
    house_init(&h);
    yz_market *kept = h.market;
    h.market = yz_market_new(&(yz_market_options){.at_ms = 1764000000000, .uncounted = true});
    refused(&h, "month/2025-11", 503, "no_statistics", "");
    refused(&h, "fairs/f1", 503, "no_statistics", "");
    yz_market_free(h.market);
    h.market = kept;
    house_reconnect(&h, false);
    cr_assert_eq(house_ask(&h, "GET", "/v1/reports/month/2025-11", "", NULL).status, 403);
    house_deinit(&h);
}

static void hang_up(house *h) {
    house_reconnect(h, true);
}

Test(reports, are_dropped_when_nobody_waits) {
    static house h;
    house_init(&h);
    hold_fair(&h);
    h.between = hang_up;
    (void)house_ask(&h, "GET", "/v1/reports/fairs/f1", "", NULL);
    h.between = NULL;
    cr_assert_eq(house_ask(&h, "GET", "/v1/reports/fairs/f1", "", NULL).status, 200);
    house_deinit(&h);
}
