/* GET /v1/stats against the recount, under random questions; and in every form. What is refused:
 * test_stats_refused.c. */
#include "stats_small.h"
#include "stats_world.h"

#include "net/api/policy_series_words.h"

#include "net/api/inside.h"
#include "net/api/stats.h"
#include "tests/rounds.h"

#include <stdlib.h>

// ---- against the recount ----

typedef struct asked {
    yz_series series[4];
    uint32_t series_count;
    const char *division, *occupation; // "" and NULL: all
    int group, type;                   // -1: all
    const char *by[2];
    uint32_t by_count;
    const char *window;
    char target[400];
} asked;

static const char *const DIVISIONS[] = {"", "62", "6205", "620502", "620502001", "620503", "61"};
static const char *const TYPE_WORDS[] = {"full", "part", "gig", "intern"};

static uint32_t below(stats_world *w, uint32_t limit) {
    return stream_below(&w->s, limit);
}

static bool has_dimension(const asked *a, uint32_t dimension) {
    for (uint32_t i = 0; i < a->series_count; i++) {
        if (!(yz_series_of(a->series[i])->dimensions & dimension)) return false;
    }
    return true;
}

static bool has_window(const asked *a, const char *name) {
    yz_window window;
    cr_assert(yz_window_parse(yz_text_of(name), &window));
    for (uint32_t i = 0; i < a->series_count; i++) {
        if (!(yz_series_of(a->series[i])->windows >> window & 1)) return false;
    }
    return true;
}

static void choose_series(stats_world *w, asked *a) {
    a->series_count = 1 + below(w, 3);
    for (uint32_t i = 0; i < a->series_count;) {
        yz_series series = (yz_series)below(w, YZ_SERIES_COUNT);
        bool had = yz_series_of(series)->shape > YZ_SHAPE_DURATION;
        for (uint32_t k = 0; k < i; k++)
            had = had || a->series[k] == series;
        if (!had) a->series[i++] = series;
    }
}

static const char *const WORDS[] = {"division", "occupation", "group", "type"};
static const uint32_t BITS[] = {YZ_BY_DIVISION, YZ_BY_OCCUPATION, YZ_BY_GROUP, YZ_BY_TYPE};

// False: these series have no window in common.
static bool choose(stats_world *w, asked *a) {
    static const char *const WINDOWS[] = {"now", "minute", "hour", "day", "month", "year", "total"};
    *a = (asked){.group = -1, .type = -1};
    choose_series(w, a);
    a->division = DIVISIONS[below(w, sizeof DIVISIONS / sizeof DIVISIONS[0])];
    uint32_t tries = 0;
    do
        a->window = WINDOWS[below(w, 7)];
    while (!has_window(a, a->window) && ++tries < 40);
    if (!has_window(a, a->window)) return false;
    bool fine = !strcmp(a->window, "minute") || !strcmp(a->window, "hour");
    uint32_t wanted = below(w, 3);
    for (uint32_t i = 0; i < wanted; i++) {
        uint32_t d = below(w, fine ? 1 : 4);
        bool twice = a->by_count == 1 && a->by[0] == WORDS[d];
        if (has_dimension(a, BITS[d]) && !twice) a->by[a->by_count++] = WORDS[d];
    }
    bool by[4] = {0};
    for (uint32_t i = 0; i < a->by_count; i++)
        for (uint32_t d = 0; d < 4; d++)
            by[d] = by[d] || a->by[i] == WORDS[d];
    static const char *const OCCUPATIONS[] = {"o-000", "o-001", "o-005", ""};
    if (fine) return true;
    if (!by[1] && has_dimension(a, YZ_BY_OCCUPATION) && below(w, 4) == 0)
        a->occupation = OCCUPATIONS[below(w, 4)];
    if (!by[2] && has_dimension(a, YZ_BY_GROUP) && below(w, 4) == 0) a->group = (int)below(w, 3);
    if (!by[3] && has_dimension(a, YZ_BY_TYPE) && below(w, 4) == 0) a->type = (int)below(w, 4);
    return true;
}

static void write_target(stats_world *w, asked *a) {
    int size = snprintf(a->target, sizeof a->target, "/v1/stats?division=%s&series=", a->division);
    char *to = a->target;
    size_t room = sizeof a->target;
#define ADD(...) size += snprintf(to + size, room - (size_t)size, __VA_ARGS__)
    for (uint32_t i = 0; i < a->series_count; i++)
        ADD("%s%s", i ? "," : "", yz_series_of(a->series[i])->id.bytes);
    if (a->occupation != NULL) ADD("&occupation=%s", a->occupation);
    if (a->group >= 0) ADD("&group=%d", a->group);
    if (a->type >= 0) ADD("&type=%s", TYPE_WORDS[a->type]);
    for (uint32_t i = 0; i < a->by_count; i++)
        ADD("%s%s", i ? "," : "&by=", a->by[i]);
    ADD("&window=%s", a->window);
    if (!strcmp(a->window, "day") && below(w, 2)) ADD("&from=2025-12&to=2025-12-06");
    if (!strcmp(a->window, "month") && below(w, 2)) ADD("&from=2025-11");
    if (!strcmp(a->window, "year")) ADD("&from=2024");
    if (!strcmp(a->window, "hour")) {
        char text[YZ_PERIOD_TEXT_MAX];
        int64_t at = WORLD_FROM_MS + w->h.passed_ms - (int64_t)below(w, 100) * 3600000;
        yz_period_format(yz_period_at(YZ_WINDOW_HOUR, at), text);
        ADD("&from=%s&to=2026-06", text); // the plus sign arrives as a space
    }
#undef ADD
}

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text_of(const cJSON *object, const char *name) {
    const cJSON *node = member(object, name);
    return node == NULL ? NULL : node->valuestring;
}

// The cell of a row, in the recount's words. False: it is the rest.
static bool cell_of(const asked *a, const cJSON *row, yz_recount_ask *r) {
    *r = (yz_recount_ask){.division = yz_text_of(a->division), .group = YZ_ALL, .type = YZ_ALL};
    const char *occupation = a->occupation;
    if (occupation != NULL && occupation[0] == '\0') occupation = "-";
    if (a->group >= 0) r->group = (uint8_t)a->group;
    if (a->type >= 0) r->type = (uint8_t)a->type;
    const cJSON *division = member(row, "division"), *by = member(row, "occupation");
    if (division != NULL && cJSON_IsNull(division)) return false;
    if (division != NULL) r->division = yz_text_of(division->valuestring);
    if (by != NULL) occupation = cJSON_IsNull(by) ? "-" : by->valuestring;
    if (occupation != NULL) r->occupation = yz_text_of(occupation);
    if (member(row, "group") != NULL) r->group = (uint8_t)member(row, "group")->valueint;
    for (uint8_t type = 0; member(row, "type") != NULL && type < 4; type++)
        if (!strcmp(text_of(row, "type"), TYPE_WORDS[type])) r->type = type;
    r->period = (yz_period){!strcmp(a->window, "now") ? YZ_WINDOW_NOW : YZ_WINDOW_TOTAL, 0};
    if (member(row, "period") != NULL)
        cr_assert(yz_period_parse(yz_text_of(text_of(row, "period")), &r->period));
    return true;
}

static void same(const asked *a, const cJSON *value, const char *name, bool known, double wanted) {
    const cJSON *node = member(value, name);
    cr_assert_not_null(node, "%s: no %s", a->target, name);
    if (!known)
        cr_assert(cJSON_IsNull(node), "%s: %s is %g, has no value", a->target, name,
                  node->valuedouble);
    else
        cr_assert(cJSON_IsNumber(node) && node->valuedouble == wanted, "%s: %s is %g, not %g",
                  a->target, name, node->valuedouble, wanted);
}

static void compare_value(const asked *a, yz_series series, const cJSON *value,
                          const yz_stats_value *v, bool grouped) {
    yz_shape shape = yz_series_of(series)->shape;
    if (shape == YZ_SHAPE_COUNT) same(a, value, "value", true, (double)v->value);
    if (shape == YZ_SHAPE_RATIO || shape == YZ_SHAPE_PERCENT) {
        same(a, value, "value", v->known, (double)v->value / 100);
        same(a, value, "numerator", true, (double)v->numerator);
        same(a, value, "denominator", true, (double)v->denominator);
    }
    if (shape == YZ_SHAPE_DURATION) {
        same(a, value, "count", true, (double)v->days.count);
        same(a, value, "mean", v->known, (double)v->days.mean_tenths / 10);
        same(a, value, "median", v->known, (double)v->days.median);
        same(a, value, "p90", v->known, (double)v->days.p90);
        same(a, value, "vacant", !grouped, (double)v->days.vacant);
        same(a, value, "vacant_mean", !grouped && v->days.vacant > 0,
             (double)v->days.vacant_mean_tenths / 10);
    }
    // Of all time there is nothing final to wait for; the recount has no opinion of its own.
    bool told = cJSON_IsTrue(member(value, "provisional")), total = !strcmp(a->window, "total");
    cr_assert_eq(told, v->provisional && !total, "%s: provisional is %d", a->target, told);
}

static uint32_t compare_row(stats_world *w, const asked *a, const cJSON *row) {
    yz_recount_ask r;
    if (!cell_of(a, row, &r)) return 0;
    for (uint32_t i = 0; i < a->series_count; i++) {
        yz_stats_value v;
        r.series = a->series[i];
        cr_assert(yz_recount_read(w->recount, &r, yz_market_time_ms(w->h.market), &v), "%s",
                  a->target);
        const cJSON *value = member(row, yz_series_of(a->series[i])->id.bytes);
        compare_value(a, a->series[i], value, &v, r.group != YZ_ALL);
    }
    return a->series_count;
}

// What adds up adds up: nothing of the whole is left out of the rows, and nothing twice.
static void compare_sums(const asked *a, const cJSON *answer) {
    static const char *const SUMS[] = {"value", "numerator", "denominator", "count"};
    const cJSON *total, *row;
    cJSON_ArrayForEach(total, member(answer, "total")) {
        for (uint32_t i = 0; i < a->series_count; i++) {
            const char *id = yz_series_of(a->series[i])->id.bytes;
            bool ratio = yz_series_of(a->series[i])->shape != YZ_SHAPE_COUNT;
            for (int s = ratio ? 1 : 0; s < 4; s++) {
                const cJSON *wanted = member(member(total, id), SUMS[s]);
                double sum = 0;
                if (wanted == NULL) continue;
                cJSON_ArrayForEach(row, member(answer, "rows")) {
                    const char *p = text_of(row, "period"), *q = text_of(total, "period");
                    if (p != NULL && strcmp(p, q) != 0) continue;
                    sum += member(member(row, id), SUMS[s])->valuedouble;
                }
                cr_assert_eq(sum, wanted->valuedouble, "%s: rows have %g of %s, the whole has %g",
                             a->target, sum, id, wanted->valuedouble);
            }
        }
    }
}

Test(stats, every_number_is_what_the_recount_says) {
    uint32_t numbers = 0, questions = 0, rows = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(3); seed++) {
        static stats_world w;
        world_init(&w, seed, 1500);
        for (uint32_t i = 0; i < 240; i++) {
            asked a;
            const cJSON *row;
            if (i % 40 == 39) world_go(&w, 300);
            if (!choose(&w, &a)) continue;
            write_target(&w, &a);
            cJSON *answer = world_get(&w, a.target);
            cr_assert_eq(member(answer, "seq")->valuedouble,
                         (double)yz_market_sequence(w.h.market));
            cr_assert(cJSON_IsFalse(member(answer, "changed")));
            cJSON_ArrayForEach(row, member(answer, "rows")) {
                numbers += compare_row(&w, &a, row);
                rows += 1;
            }
            cJSON_ArrayForEach(row, member(answer, "total")) numbers += compare_row(&w, &a, row);
            cr_assert_eq(member(answer, "total") != NULL, a.by_count > 0, "%s", a.target);
            compare_sums(&a, answer);
            questions += 1;
            cJSON_Delete(answer);
        }
        world_deinit(&w);
    }
    printf("%u questions, %u rows, %u numbers of them compared\n", questions, rows, numbers);
    cr_assert_gt(questions, YZ_ROUNDS(400));
    cr_assert_gt(numbers, YZ_ROUNDS(3000));
}

// By occupation as it is now: read in another way than the others.
Test(stats, now_by_occupation_are_what_the_recount_says) {
    static const char *const TARGETS[][2] = {
        {"/v1/stats?series=S02,S03,Y01,Y13&by=occupation&division=%s", "now"},
        {"/v1/stats?series=S02,Y09,Y01&by=division,occupation&division=%s", "now"},
        {"/v1/stats?series=S02,S03,Y09&by=occupation,division&level=whole&division=%s", "now"},
        {"/v1/stats?series=S01,Y02,Y03,Y04&by=division,occupation&window=total&division=%s",
         "total"},
        {"/v1/stats?series=Y05,Y06,Y07,Y08&by=occupation&window=total&division=%s", "total"}};
    static const yz_series SERIES[][4] = {{YZ_S02, YZ_S03, YZ_Y01, YZ_Y13},
                                          {YZ_S02, YZ_Y09, YZ_Y01},
                                          {YZ_S02, YZ_S03, YZ_Y09},
                                          {YZ_S01, YZ_Y02, YZ_Y03, YZ_Y04},
                                          {YZ_Y05, YZ_Y06, YZ_Y07, YZ_Y08}};
    uint32_t numbers = 0;
    for (uint64_t seed = 71; seed < 71 + YZ_ROUNDS(4); seed++) {
        static stats_world w;
        world_init(&w, seed, 2500);
        for (size_t i = 0; i < 5; i++) {
            for (size_t d = 0; d < sizeof DIVISIONS / sizeof DIVISIONS[0]; d++) {
                bool leaf = strlen(DIVISIONS[d]) > 6; // it has no level below
                asked a = {
                    .division = DIVISIONS[d], .group = -1, .type = -1, .window = TARGETS[i][1]};
                while (a.series_count < 4 &&
                       (a.series_count == 0 || SERIES[i][a.series_count] != 0))
                    a.series[a.series_count] = SERIES[i][a.series_count], a.series_count += 1;
                if (leaf && i == 2) continue;
                snprintf(a.target, sizeof a.target, TARGETS[i][0], DIVISIONS[d]);
                cJSON *answer = world_get(&w, a.target);
                const cJSON *row;
                cJSON_ArrayForEach(row, member(answer, "rows")) numbers += compare_row(&w, &a, row);
                cJSON_ArrayForEach(row, member(answer, "total")) numbers +=
                    compare_row(&w, &a, row);
                compare_sums(&a, answer);
                cJSON_Delete(answer);
            }
        }
        world_deinit(&w);
    }
    printf("%u numbers by occupation compared\n", numbers);
    cr_assert_gt(numbers, YZ_ROUNDS(2000));
}

// ---- the market goes on meanwhile ----

static stats_world *going; // whose market it is

static void go_on(house *h) {
    (void)h;
    world_go(going, 40);
}

static const char LONG[] = "/v1/stats?series=S01,S02,Y05,Y01,Y02,Y03,Y04,Y06,Y08,Y13&by=division,"
                           "occupation&level=county&"
                           "window=day&from=2025-03";

Test(stats, that_take_long_say_that_the_market_went_on) {
    static stats_world w;
    world_init(&w, 11, 2500);
    going = &w;
    w.h.between = go_on;
    w.h.turns = 0;
    cJSON *answer = world_get(&w, LONG);
    cr_assert_gt(w.h.turns, 2, "%u", w.h.turns);
    cr_assert(cJSON_IsTrue(member(answer, "changed")));
    cr_assert_lt(member(answer, "first_seq")->valuedouble, member(answer, "seq")->valuedouble);
    asked a = {.series = {YZ_S01, YZ_S02, YZ_Y05}, .series_count = 3, .window = "day"};
    snprintf(a.target, sizeof a.target, "%s", LONG);
    compare_sums(&a, answer);
    cJSON_Delete(answer);
    // Days that are over stay as they are.
    char day[YZ_PERIOD_TEXT_MAX], target[300];
    yz_period_format(yz_period_at(YZ_WINDOW_DAY, yz_market_time_ms(w.h.market) - STREAM_DAY), day);
    snprintf(target, sizeof target, "%s&to=%s", LONG, day);
    w.h.between = go_on;
    w.h.turns = 0;
    answer = world_get(&w, target);
    cr_assert_gt(w.h.turns, 2);
    cr_assert(cJSON_IsFalse(member(answer, "changed")));
    compare_sums(&a, answer);
    cJSON_Delete(answer);
    world_deinit(&w);
}

static void go_on_once_more(house *h) {
    world_go(going, 40);
    h->between = go_on;
}

static void go_on_for_ever(house *h) {
    world_go(going, 5);
    h->between = go_on_for_ever;
}

// Read again, some times, until it is of one moment.
Test(stats, now_by_occupation_are_of_one_moment) {
    static const char NOW[] = "/v1/stats?series=S02,Y01&by=division,occupation&level=county&k=1";
    static stats_world w;
    world_init(&w, 14, 2000);
    going = &w;
    for (int i = 0; i < 3000; i++) {
        char id[40];
        snprintf(id, sizeof id, "/v1/divisions/63%04d", i * 3 + 1);
        cr_assert_eq(house_json(&w.h, "PUT", id, "{}").status, 201);
    }
    asked a = {.series = {YZ_S02, YZ_Y01}, .series_count = 2, .window = "now", .division = ""};
    snprintf(a.target, sizeof a.target, "%s", NOW);
    w.h.between = go_on_once_more;
    w.h.turns = 0;
    cJSON *answer = world_get(&w, NOW);
    cr_assert_gt(w.h.turns, 2);
    cr_assert(cJSON_IsFalse(member(answer, "changed")));
    cr_assert_eq(member(answer, "seq")->valuedouble, (double)yz_market_sequence(w.h.market));
    compare_sums(&a, answer);
    cJSON_Delete(answer);
    w.h.between = go_on_for_ever;
    answer = world_get(&w, NOW);
    w.h.between = NULL;
    cr_assert(cJSON_IsTrue(member(answer, "changed")));
    compare_sums(&a, answer);
    cJSON_Delete(answer);
    world_deinit(&w);
}

static void hang_up(house *h) {
    house_reconnect(h, true);
}

Test(stats, whoever_hangs_up_takes_nothing_along) {
    static stats_world w;
    world_init(&w, 12, 2500);
    w.h.between = hang_up;
    reply r = house_ask(&w.h, "GET", LONG, "", NULL);
    cr_assert_eq(r.status, 0);
    cJSON_Delete(world_get(&w, "/v1/stats?series=S02"));
    world_deinit(&w);
}

// ---- forms ----

Test(stats, come_in_every_form) {
    static house h;
    house_init(&h);
    fill_small(&h);
    answers(&h, "/v1/stats?series=S04&division=620502", EN,
            "\"rows\":[{\"S04\":{\"value\":2,\"numerator\":2,\"denominator\":1}}]}");
    answers(&h, "/v1/stats?series=S02,Y09&by=occupation", EN,
            "\"rows\":[{\"occupation\":\"o1\",\"occupation_name\":\"welder\",\"S02\":{\"value\":1},"
            "\"Y09\":{\"value\":1}}],\"total\":[{\"S02\":{\"value\":1},\"Y09\":{\"value\":1}}]}");
    answers(&h, "/v1/stats?series=S05&period=2025-11", EN,
            "{\"period\":\"2025-11\",\"S05\":{\"value\":50,\"numerator\":1,\"denominator\":2,"
            "\"provisional\":true}}");
    answers(&h, "/v1/stats?series=S05&by=division&period=2025-11-25&format=csv", "",
            "\xEF\xBB\xBF时期,区划代码,地区,S05 就业率（%）,S05 就业率：分子,S05 就业率：分母,"
            "是否暂定\r\n2025-11-25,\"62\",,50.00%,1,2,暂定\r\n2025-11-25,\"\",合计,50.00%,1,2,"
            "暂定\r\n");
    answers(&h, "/v1/stats?series=S02&by=type", EN "Accept: text/csv\r\n",
            "type,name of the type,S02 Seekers open (persons)\r\n\"full\",full time,1\r\n");
    answers(&h, "/v1/stats?series=S04&division=620502&format=md", "", "地区：秦州区（620502）");
    answers(&h, "/v1/stats?series=S04&format=md", EN, "S04 Openings-to-seekers ratio (ratio):");
    answers(&h, "/v1/stats?series=S04", "Accept: text/html,*/*;q=0.8\r\n", "<h1>统计表</h1>");
    answers(&h, "/v1/stats/needs?format=html", "", "<h1>急需紧缺技能目录</h1>");
    answers(&h, "/v1/stats/needs?format=md", EN, "# Skills needed most");
    reply r = house_ask(&h, "GET", "/v1/stats?series=S04&format=xlsx", "", NULL);
    cr_assert(r.status == 200 && r.body.size > 2000 && memcmp(r.body.bytes, "PK", 2) == 0);
    cr_assert(reply_says(&r, "Content-Disposition: attachment; filename=\"stats.xlsx\""));
    cr_assert(reply_says(&r, "\r\nYizhan-Seq: "));
    r = house_ask(&h, "HEAD", "/v1/stats?series=S04", "", NULL);
    cr_assert_eq(r.status, 200);
    house_deinit(&h);
}

Test(stats, have_their_definitions_beside_them) {
    static house h;
    house_init(&h);
    reply r = house_ask(&h, "GET", "/v1/stats/definitions", "", NULL);
    cJSON *answer = cJSON_ParseWithLength(r.body.bytes, r.body.size);
    const cJSON *list = member(answer, "series");
    cr_assert_eq(cJSON_GetArraySize(list), YZ_SERIES_COUNT + POLICY_SERIES_COUNT);
    for (int i = 0; i < YZ_SERIES_COUNT; i++) {
        const yz_series_info *info = yz_series_of((yz_series)i);
        const cJSON *one = cJSON_GetArrayItem(list, i);
        cr_assert_str_eq(text_of(one, "id"), info->id.bytes);
        cr_assert_str_eq(text_of(member(one, "definition"), "zh"), info->says_zh.bytes);
        cr_assert_str_eq(text_of(one, "source"), info->source.bytes);
        cr_assert_eq(cJSON_GetArraySize(member(one, "windows")), __builtin_popcount(info->windows));
        cr_assert_eq(cJSON_GetArraySize(member(one, "dimensions")),
                     __builtin_popcount(info->dimensions));
    }
    for (int i = 0; i < POLICY_SERIES_COUNT; i++) {
        const yz_series_info *info = policy_series_of((uint32_t)i);
        const cJSON *one = cJSON_GetArrayItem(list, YZ_SERIES_COUNT + i);
        cr_assert_str_eq(text_of(one, "id"), info->id.bytes);
        cr_assert_str_eq(text_of(member(one, "definition"), "en"), info->says_en.bytes);
        const cJSON *dimensions = member(one, "dimensions");
        cr_assert_str_eq(dimensions->child->valuestring, "division");
        cr_assert_leq(cJSON_GetArraySize(dimensions), 3);
    }
    cJSON_Delete(answer);
    answers(&h, "/v1/stats/definitions?format=md", "", "| 求人倍率 ");
    answers(&h, "/v1/stats/definitions?format=csv", EN, "S12,Policy reach,percent,");
    answers(&h, "/v1/stats/definitions?format=csv", EN, "S04,Openings-to-seekers ratio,ratio,");
    house_deinit(&h);
}

Test(stats, stand_in_the_metrics) {
    static const char *const LINES[] = {
        "\nyizhan_stats_seekers_open 1\n",        "\nyizhan_stats_openings_vacant 2\n",
        "\nyizhan_stats_postings_open 1\n",       "\nyizhan_stats_in_work 1\n",
        "\nyizhan_stats_registrations_total 2\n", "\nyizhan_stats_postings_total 1\n",
        "\nyizhan_stats_signings_total 1\n",      "\nyizhan_stats_bytes{part=\"histories\"} ",
    };
    static house h;
    house_init(&h);
    fill_small(&h);
    reply r = house_ask(&h, "GET", "/metrics", "", NULL);
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        cr_assert(reply_has(&r, LINES[i]), "%s", LINES[i]);
    house_deinit(&h);
}

/* Codes as GB/T 2260 has them: a province and a city are filled up with zeros. What is known to be
 * in the city and no more lies below none of its counties. */
Test(stats, take_a_code_with_zeros_for_its_province_or_city) {
    static const char *const DIVISIONS_OF[] = {"620000", "620500", "620502", "620503"};
    static house h;
    house_init(&h);
    house_fill(&h);
    for (size_t i = 0; i < 4; i++) {
        char target[60], body[200];
        snprintf(target, sizeof target, "/v1/divisions/%s", DIVISIONS_OF[i]);
        snprintf(body, sizeof body, "{\"name\":{\"zh\":\"地%zu\"}}", i);
        cr_assert_lt(house_json(&h, "PUT", target, body).status, 300);
        snprintf(target, sizeof target, "/v1/seekers/z%zu", i);
        snprintf(body, sizeof body,
                 "{\"radius_km\":5,\"types\":[\"full\"],\"skills\":[],\"place\":{\"lat\":34.5,"
                 "\"lon\":105.7,\"division\":\"%s\"}}",
                 DIVISIONS_OF[i]);
        cr_assert_eq(house_json(&h, "PUT", target, body).status, 201);
    }
    answers(&h, "/v1/stats?series=S02&division=620500", EN, "\"division\":\"6205\"");
    answers(&h, "/v1/stats?series=S02&division=620500", EN, "\"rows\":[{\"S02\":{\"value\":3}}]");
    answers(
        &h, "/v1/stats?series=S02&division=620500&by=division", EN,
        "\"rows\":[{\"division\":\"620502\",\"division_name\":\"地2\",\"S02\":{\"value\":1}},"
        "{\"division\":\"620503\",\"division_name\":\"地3\",\"S02\":{\"value\":1}},"
        "{\"division\":null,\"division_name\":\"not below any of these\",\"S02\":{\"value\":1}}]"
        ",\"total\":[{\"S02\":{\"value\":3}}]");
    answers(&h, "/v1/stats?series=S02&division=620000&by=division", EN,
            "\"rows\":[{\"division\":\"6205\",\"division_name\":\"地1\",\"S02\":{\"value\":3}},"
            "{\"division\":null,");
    answers(&h, "/v1/stats?series=S02&by=division", EN,
            "\"rows\":[{\"division\":\"62\",\"division_name\":\"地0\",\"S02\":{\"value\":4}}]");
    answers(&h, "/v1/stats?series=S02&division=620500&format=md", "", "地区：地1（6205）");
    house_deinit(&h);
}

// ---- of the past ----

Test(stats, are_answered_where_a_market_stands_still) {
    static house h;
    house_init(&h);
    fill_small(&h);
    int64_t next_day = yz_market_time_ms(h.market) + 86400000;
    inside *in = inside_new(h.market, next_day);
    inside_answer a = inside_ask(in, YZ_TEXT("/v1/stats?series=S05&period=2025-11-25"));
    cr_assert_eq(a.status, 200);
    // That day is over there, so nothing in it is provisional.
    static const char WANTED[] = "\"S05\":{\"value\":50,\"numerator\":1,\"denominator\":2}";
    reply past = {.head = a.headers, .body = a.body};
    cr_assert(reply_has(&past, WANTED), "%.*s", (int)a.body.size, a.body.bytes);
    a = inside_ask(in, YZ_TEXT("/v1/stats?series=S05&by=division&window=day&format=csv"));
    cr_assert(a.status == 200 && a.body.size > 60);
    past.head = a.headers;
    cr_assert_not(reply_says(&past, "Yizhan-Seq")); // is added outside
    inside_free(in);
    // And it goes there with all that the answer depends on.
    h.past.refusal = "no_past";
    reply r = house_ask(&h, "GET", "/v1/stats?series=S02&as_of=2025-11-25&by=type", EN, NULL);
    cr_assert(r.status == 409 && reply_has(&r, "\"no_past\""));
    cr_assert_str_eq(h.past.question, "/v1/stats?series=S02&by=type\tAccept-Language: en");
    house_deinit(&h);
}
