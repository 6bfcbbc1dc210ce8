/* ?public=1: what is shown is what staff see, what is not is what engine/stats/publish.h decides
 * over the whole tree, and nothing else is answered. */
#include "house.h"

#include "engine/base/random.h"
#include "engine/stats/publish.h"
#include "net/api/inside.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdlib.h>

#define DAY_MS 86400000
#define PEOPLE 4200
#define EN "Accept-Language: en\r\n"

static house h;
static yz_random draws;
static uint32_t steep; // how fast the weights fall

// Weights fall, so that there are large and small ones; the last has nobody.
static const char *const PLACES[] = {"620502", "610102", "620503", "620521", "620123",
                                     "620522", "620524", "620100", "620525"};
#define PLACE_COUNT (sizeof PLACES / sizeof PLACES[0])

static uint32_t below(uint32_t limit) {
    return (uint32_t)yz_random_below(&draws, limit);
}

static yz_text place(void) {
    uint32_t at = 0;
    while (at + 2 < PLACE_COUNT && below(100) >= steep)
        at += 1;
    return yz_text_of(PLACES[at]);
}

static void put_entry(yz_dictionary dictionary, const char *id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = dictionary;
    c.entry_put.entry.id = yz_text_of(id);
    house_apply(&h, c);
}

static void put_seeker(uint32_t number) {
    static const char *const OCCUPATIONS[] = {"o1", "o2", "o3", ""};
    char id[16];
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    snprintf(id, sizeof id, "s%u", number);
    uint32_t occupation = below(1000) < 800 ? 0 : below(1000) < 980 ? 1 : 2 + below(2);
    uint8_t group = (uint8_t)(below(1000) < 900 ? 0 : below(1000) < 970 ? 1 : 2);
    c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id),
                                      .occupation = yz_text_of(OCCUPATIONS[occupation]),
                                      .place = {.division = place()},
                                      .groups = 1u << group,
                                      .primary_group = group,
                                      .radius_m = 1000,
                                      .shifts = YZ_SHIFTS_ALL,
                                      .types = (uint8_t)(below(1000) < 997 ? 1 : 4)};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    house_apply(&h, c);
}

static void put_posting(uint32_t number) {
    char id[16];
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    snprintf(id, sizeof id, "p%u", number);
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                         .title = YZ_TEXT("t"),
                                         .occupation = below(3) ? YZ_TEXT("o1") : YZ_TEXT("o2"),
                                         .place = {.division = place()},
                                         .type = below(20) ? YZ_TYPE_FULL : YZ_TYPE_GIG,
                                         .openings = 1 + below(12),
                                         .shifts = YZ_SHIFTS_ALL,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX};
    c.posting_put.fields = YZ_POSTING_ALL;
    house_apply(&h, c);
}

// One of the seekers signs, if the posting has room.
static void sign(uint32_t seeker, uint32_t posting) {
    static const yz_step STEPS[] = {YZ_STEP_APPLIED, YZ_STEP_OFFER, YZ_STEP_HELD, YZ_STEP_PLACED};
    char s[16], p[16];
    snprintf(s, sizeof s, "s%u", seeker);
    snprintf(p, sizeof p, "p%u", posting);
    for (size_t i = 0; i < 4; i++) {
        yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
        c.referral.seeker = yz_text_of(s);
        c.referral.posting = yz_text_of(p);
        c.referral.step = STEPS[i];
        c.sequence = yz_market_sequence(h.market) + 1;
        c.at_ms = 1764000000000 + h.passed_ms;
        (void)yz_market_apply(h.market, &c, NULL); // may be full
    }
}

/* From 2025-11-25 on: three months and a day, so that December and January are over. */
static void fill(uint64_t seed) {
    draws = yz_random_seeded(seed);
    steep = 52 + 4 * (uint32_t)(seed % 4);
    house_init(&h);
    for (size_t i = 0; i < PLACE_COUNT; i++)
        put_entry(YZ_DIVISIONS, PLACES[i]);
    put_entry(YZ_OCCUPATIONS, "o1");
    put_entry(YZ_OCCUPATIONS, "o2");
    put_entry(YZ_OCCUPATIONS, "o3");
    put_entry(YZ_OCCUPATIONS, "o4");
    for (uint32_t day = 0; day < 70; day++) {
        h.passed_ms = day * (int64_t)DAY_MS;
        for (uint32_t i = 0; i < PEOPLE / 70; i++)
            put_seeker(day * (PEOPLE / 70) + i);
        for (uint32_t i = 0; i < 6; i++)
            put_posting(day * 6 + i);
        for (uint32_t i = 0; i < 20; i++)
            sign(below((day + 1) * (PEOPLE / 70)), below((day + 1) * 6));
    }
}

static cJSON *get(const char *target) {
    reply r = house_ask(&h, "GET", target, EN, NULL);
    cr_assert_eq(r.status, 200, "%s: %d %.*s", target, r.status, (int)r.body.size, r.body.bytes);
    return cJSON_ParseWithLength(r.body.bytes, r.body.size);
}

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

// ---- the slow twin: the tree from what staff are told, one division at a time ----

#define NODES_MAX 24

typedef struct plain_tree {
    yz_text ids[NODES_MAX];
    uint32_t parent[NODES_MAX], count;
} plain_tree;

static int by_bytes(const void *a, const void *b) {
    return yz_text_compare(*(const yz_text *)a, *(const yz_text *)b);
}

static void plain_tree_of(plain_tree *t) {
    t->ids[0] = YZ_TEXT("");
    t->count = 1;
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        for (uint32_t digits = 2; digits <= 6; digits += 2) {
            yz_text id = {PLACES[i], digits};
            bool had = false;
            for (uint32_t k = 0; k < t->count; k++)
                had = had || yz_text_equal(t->ids[k], id);
            if (!had) t->ids[t->count++] = id;
        }
    }
    qsort(t->ids, t->count, sizeof t->ids[0], by_bytes);
    cr_assert(yz_publish_prefix_tree(t->ids, t->count, t->parent));
}

static int64_t told(const cJSON *row, const char *series, const char *name) {
    const cJSON *number = member(member(row, series), name);
    cr_assert(cJSON_IsNumber(number), "%s %s", series, name);
    return (int64_t)number->valuedouble;
}

/* What staff are told of each node. A county that is a city's own code ("620100") is asked with the
 * whole tree, since by itself that code means the city. */
static void staff_counts(const plain_tree *t, const char *month, const char *series,
                         const char *name, int64_t *counts) {
    for (uint32_t i = 0; i < t->count; i++) {
        char target[160];
        bool own = t->ids[i].size == 6 && memcmp(t->ids[i].bytes + 4, "00", 2) == 0;
        snprintf(target, sizeof target,
                 own ? "/v1/stats?series=%s&period=%s&division=%.*s&by=division"
                     : "/v1/stats?series=%s&period=%s&division=%.*s",
                 series, month, own ? 4 : (int)t->ids[i].size, t->ids[i].bytes);
        cJSON *answer = get(target);
        const cJSON *rows = member(answer, "rows"), *row = cJSON_GetArrayItem(rows, 0);
        counts[i] = 0;
        for (const cJSON *r = row; own && r != NULL; r = r->next)
            if (cJSON_IsNull(member(r, "division"))) counts[i] = told(r, series, name);
        if (!own) counts[i] = told(row, series, name);
        cJSON_Delete(answer);
    }
}

typedef struct plain_table {
    int64_t counts[NODES_MAX];
    uint8_t states[NODES_MAX];
} plain_table;

static void decide(const plain_tree *t, plain_table *d, const plain_table *whole, uint32_t k) {
    yz_publish_tree tree = {t->parent, t->count};
    yz_publish_table table = {.counts = d->counts,
                              .whole = whole ? whole->counts : NULL,
                              .within = whole ? whole->states : NULL};
    cr_assert_eq(yz_publish(&tree, &table, k, d->states, NULL), YZ_OK);
}

static bool is_hidden(const cJSON *row, const char *series) {
    return cJSON_IsTrue(member(member(row, series), "hidden"));
}

static uint32_t node_of(const plain_tree *t, yz_text id) {
    uint32_t at = 0;
    while (at < t->count && !yz_text_equal(t->ids[at], id))
        at += 1;
    return at;
}

typedef struct seen {
    uint32_t shown, hidden;
} seen;

// Every division of a level, as anybody sees it.
static void compare_level(const plain_tree *t, const char *month, const char *level,
                          const char *series, const char *name, const plain_table *d, seen *s) {
    char target[160];
    uint32_t rows = 0;
    const cJSON *row;
    snprintf(target, sizeof target, "/v1/stats?series=%s&period=%s&by=division&level=%s&public=1",
             series, month, level);
    cJSON *answer = get(target);
    cJSON_ArrayForEach(row, member(answer, "rows")) {
        const cJSON *id = member(row, "division");
        cr_assert(cJSON_IsString(id), "what lies below none is not public");
        uint32_t node = node_of(t, yz_text_of(id->valuestring));
        cr_assert_lt(node, t->count);
        bool shown = d->states[node] == YZ_PUBLISH_SHOWN;
        cr_assert_eq(is_hidden(row, series), !shown, "%s: %s is %ld", target, id->valuestring,
                     (long)d->counts[node]);
        if (shown) cr_assert_eq(told(row, series, name), d->counts[node]);
        s->shown += shown;
        s->hidden += !shown;
        rows += 1;
    }
    cr_assert_gt(rows, 1);
    const cJSON *total = cJSON_GetArrayItem(member(answer, "total"), 0);
    cr_assert_eq(is_hidden(total, series), d->states[0] != YZ_PUBLISH_SHOWN);
    cJSON_Delete(answer);
}

Test(stats_public, divisions_are_what_is_decided_over_the_whole_tree) {
    static const char *const MONTHS[] = {"2025-12", "2026-01"};
    static const struct {
        const char *series, *name;
        int whole;
    } ASKED[] = {{"S02", "value", -1},
                 {"S01", "value", 0},
                 {"S05", "numerator", 0},
                 {"S03", "value", -1},
                 {"S08", "numerator", 3}};
    static const char *const LEVELS[] = {"province", "city", "county"};
    seen s[5] = {{0, 0}};
    for (uint64_t seed = 1; seed <= 4; seed++) {
        plain_tree t;
        fill(seed);
        plain_tree_of(&t);
        for (int m = 0; m < 2; m++) {
            plain_table d[5];
            for (int i = 0; i < 5; i++) {
                staff_counts(&t, MONTHS[m], ASKED[i].series, ASKED[i].name, d[i].counts);
                decide(&t, &d[i], ASKED[i].whole < 0 ? NULL : &d[ASKED[i].whole], 10);
                for (int level = 0; level < 3; level++)
                    compare_level(&t, MONTHS[m], LEVELS[level], ASKED[i].series, ASKED[i].name,
                                  &d[i], &s[i]);
            }
        }
        house_deinit(&h);
    }
    for (int i = 0; i < 5; i++) {
        printf("%s: %u shown, %u hidden\n", ASKED[i].series, s[i].shown, s[i].hidden);
        cr_assert(s[i].shown >= 8 && s[i].hidden >= 8, "%s", ASKED[i].series);
    }
}

// ---- breakdowns of the root ----

static void compare_split(const char *by, const char *series, const char *name, seen *s) {
    char target[160];
    int64_t counts[40];
    uint8_t states[40];
    uint32_t parent[40] = {0}, rows = 0;
    const cJSON *row;
    snprintf(target, sizeof target, "/v1/stats?series=%s&period=2026-01&by=%s&public=1", series,
             by);
    cJSON *open = get(target);
    *strstr(target, "&public=1") = '\0';
    cJSON *staff = get(target);
    counts[0] = told(cJSON_GetArrayItem(member(staff, "total"), 0), series, name);
    cJSON_ArrayForEach(row, member(open, "rows")) {
        const cJSON *key = member(row, by), *other;
        counts[++rows] = 0; // staff are not shown what is empty
        cJSON_ArrayForEach(other, member(staff, "rows")) {
            if (cJSON_Compare(member(other, by), key, true))
                counts[rows] = told(other, series, name);
        }
    }
    yz_publish_tree tree = {parent, rows + 1};
    yz_publish_table table = {.counts = counts};
    cr_assert_eq(yz_publish(&tree, &table, 10, states, NULL), YZ_OK);
    rows = 0;
    cJSON_ArrayForEach(row, member(open, "rows")) {
        bool shown = states[++rows] == YZ_PUBLISH_SHOWN;
        cr_assert_eq(is_hidden(row, series), !shown, "%s: row %u", target, rows);
        if (shown) cr_assert_eq(told(row, series, name), counts[rows]);
        s->shown += shown;
        s->hidden += !shown;
    }
    cJSON_Delete(open);
    cJSON_Delete(staff);
}

Test(stats_public, a_breakdown_has_all_keys_and_hides_small_ones) {
    seen s = {0, 0};
    for (uint64_t seed = 11; seed <= 14; seed++) {
        fill(seed);
        compare_split("occupation", "S02", "value", &s);
        compare_split("group", "S02", "value", &s);
        compare_split("type", "S02", "value", &s);
        compare_split("type", "S03", "value", &s);
        cJSON *answer = get("/v1/stats?series=S02&period=2026-01&by=occupation&public=1");
        cr_assert_eq(cJSON_GetArraySize(member(answer, "rows")), 5); // o4, and not said
        cJSON_Delete(answer);
        house_deinit(&h);
    }
    cr_assert(s.shown >= 20 && s.hidden >= 20, "%u %u", s.shown, s.hidden);
}

// ---- ratios, forms, options ----

static void refused(const char *rest, const char *says) {
    char target[200];
    snprintf(target, sizeof target, "/v1/stats?public=1&%s", rest);
    reply r = house_ask(&h, "GET", target, EN, NULL);
    cr_assert_eq(r.status, 422, "%s: %d %.*s", target, r.status, (int)r.body.size, r.body.bytes);
    cr_assert(reply_has(&r, "\"code\":\"not_public\"") && reply_has(&r, says), "%s: %.*s", target,
              (int)r.body.size, r.body.bytes);
}

Test(stats_public, refuses_what_two_readings_would_tell) {
    fill(21);
    refused("series=S02", "not_months");
    refused("series=S02&window=day&from=2025-12", "not_months");
    refused("series=S02&period=2025", "not_months");
    refused("series=S02&period=2026-02", "not_over");
    refused("series=S02&window=month&from=2025-12", "not_over");
    refused("series=S06&period=2025-12", "not_over"); // not final yet
    refused("series=S02&period=2025-12&by=occupation,type", "crossed");
    refused("series=S02&period=2025-12&by=division,type", "elsewhere");
    refused("series=S02&period=2025-12&by=type&division=62", "elsewhere");
    refused("series=S02&period=2025-12&type=full", "no_such_filter");
    refused("series=S02&period=2025-12&group=0", "no_such_filter");
    refused("series=S02&period=2025-12&occupation=o1", "no_such_filter");
    refused("series=Y05&period=2025-12", "Y05");
    refused("series=S02,Y09&period=2025-12", "Y09");
    refused("series=S18&period=2025-12", "S18");
    refused("series=Y12&by=skill", "Y12");
    refused("series=S07&period=2025-12&by=group", "S07");
    reply r = house_ask(&h, "GET", "/v1/stats?series=S02&public=yes", EN, NULL);
    cr_assert(r.status == 400 && reply_has(&r, "\"bad_parameter\""));
    r = house_ask(&h, "GET", "/v1/stats?series=S02&public=0", EN, NULL);
    cr_assert(r.status == 200 && reply_has(&r, "\"window\":\"now\""));
    house_deinit(&h);
}

Test(stats_public, a_ratio_is_shown_where_both_its_numbers_are) {
    uint32_t shown = 0, hidden = 0, one = 0;
    const cJSON *row;
    for (uint64_t seed = 30; seed < 38; seed++) {
        fill(seed);
        cJSON *answer =
            get("/v1/stats?series=S02,S03,S04,S05,S07,S08&window=month&from=2025-12&to=2026-01&"
                "by=division&level=county&public=1");
        cr_assert_eq(member(answer, "public_k")->valueint, 10);
        cJSON_ArrayForEach(row, member(answer, "rows")) {
            bool both = !is_hidden(row, "S02") && !is_hidden(row, "S03");
            cr_assert_eq(is_hidden(row, "S04"), !both);
            cr_assert_eq(is_hidden(row, "S07"), is_hidden(row, "S08"));
            if (!is_hidden(row, "S05")) cr_assert_not(is_hidden(row, "S02"));
            if (!is_hidden(row, "S08")) cr_assert_not(is_hidden(row, "S03"));
            // How many are vacant today is of no month.
            if (!is_hidden(row, "S07"))
                cr_assert(cJSON_IsNull(member(member(row, "S07"), "vacant")));
            shown += both;
            hidden += !both;
            one += !both && !is_hidden(row, "S02");
        }
        cJSON_Delete(answer);
        house_deinit(&h);
    }
    cr_assert(shown > 0 && hidden > one && one > 0, "%u %u %u", shown, hidden, one);
}

Test(stats_public, is_hidden_in_every_form) {
    fill(23);
    const char *target = "/v1/stats?series=S02,S04&period=2025-12&by=division&level=county&public=1"
                         "&format=%s";
    static const char *const FORMS[][2] = {
        {"csv", ",不公开,"}, {"md", " 不公开 "}, {"html", ">不公开<"}, {"txt", "  不公开"}};
    for (size_t i = 0; i < 4; i++) {
        char asked[200];
        snprintf(asked, sizeof asked, target, FORMS[i][0]);
        reply r = house_ask(&h, "GET", asked, "", NULL);
        cr_assert(r.status == 200 && reply_has(&r, FORMS[i][1]), "%s: %.*s", asked,
                  (int)r.body.size, r.body.bytes);
        cr_assert_not(reply_has(&r, "未细分"));
    }
    house_deinit(&h);
}

static void expect(const char *target, const char *wanted) {
    reply r = house_ask(&h, "GET", target, EN, NULL);
    cr_assert(r.status == 200 && reply_has(&r, wanted), "%s: %.*s", target, (int)r.body.size,
              r.body.bytes);
}

Test(stats_public, is_as_the_server_was_told) {
    fill(27);
    api_public how = {.off = true};
    api_publishes(h.a, &how);
    cJSON *answer = get("/v1/stats?series=S02&period=2025-12&by=division&level=county&public=1");
    const cJSON *row;
    cJSON_ArrayForEach(row, member(answer, "rows")) cr_assert_not(is_hidden(row, "S02"));
    cJSON_Delete(answer);
    how = (api_public){.k = 100000};
    api_publishes(h.a, &how);
    expect("/v1/stats?series=S02&period=2025-12&public=1", "\"S02\":{\"hidden\":true}}]");
    // Staff are told why.
    expect("/v1/stats?series=S02&period=2025-12&public=why",
           "\"S02\":{\"hidden\":true,\"why\":\"small\"}}]");
    how = (api_public){.k = 0};
    api_publishes(h.a, &how);
    expect("/v1/stats?series=S05&by=division&level=county&period=2025-12&public=why",
           "\"division\":\"620123\",\"division_name\":\"\",\"S05\":{\"hidden\":true,\"why\":"
           "\"below\"}");
    expect("/v1/stats?series=S05&by=division&level=county&period=2025-12&public=why&format=csv",
           "\"620123\",,below,below,below,\r\n");
    // One city publishes for itself, and breaks down itself.
    how = (api_public){.k = 4, .root = YZ_TEXT("620500")};
    api_publishes(h.a, &how);
    expect("/v1/stats?series=S02&period=2025-12&division=6205&by=type&public=1",
           "\"type\":\"gig\"");
    refused("series=S02&period=2025-12&by=type", "elsewhere");
    expect("/v1/stats?series=S02&period=2025-12&division=61&public=1", "\"hidden\":true");
    // Where the past is answered it is the same.
    inside *in = inside_new(h.market, yz_market_time_ms(h.market));
    inside_publishes(in, &how);
    inside_answer past = inside_ask(
        in, YZ_TEXT("/v1/stats?series=S02&period=2025-12&division=6205&by=type&public=1"));
    cr_assert_eq(past.status, 200);
    inside_free(in);
    house_deinit(&h);
}

static void put_people(uint32_t *number, const char *division, const char *occupation,
                       uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        char id[16];
        yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
        snprintf(id, sizeof id, "t%u", (*number)++);
        c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id),
                                          .occupation = yz_text_of(occupation),
                                          .place = {.division = yz_text_of(division)},
                                          .radius_m = 1000,
                                          .shifts = YZ_SHIFTS_ALL,
                                          .types = 1};
        c.seeker_put.fields = YZ_SEEKER_ALL | YZ_SEEKER_OCCUPATION;
        house_apply(&h, c);
    }
}

static void leave_occupation(uint32_t number) {
    char id[16];
    yz_command c = {.type = YZ_COMMAND_SEEKER_PATCH};
    snprintf(id, sizeof id, "t%u", number);
    c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id), .occupation = YZ_TEXT("oy")};
    c.seeker_put.fields = YZ_SEEKER_OCCUPATION;
    house_apply(&h, c);
}

/* 9 and 9 of 18 are hidden with a third. Were it shown when a division is new that is known to have
 * had nobody, who has both answers would know the nines; and so with an occupation. */
Test(stats_public, of_a_month_stays_as_it_was_in_a_larger_tree) {
    static const char *const CODES[] = {"620502", "620503", "620521"};
    static const uint32_t COUNTS[] = {9, 9, 40};
    static const char *const OCCUPATIONS[] = {"oa", "ob", "oy", "oz"};
    uint32_t number = 0;
    house_init(&h);
    for (int i = 0; i < 4; i++)
        put_entry(YZ_OCCUPATIONS, OCCUPATIONS[i]);
    for (int i = 0; i < 3; i++) {
        put_entry(YZ_DIVISIONS, CODES[i]);
        put_people(&number, CODES[i], OCCUPATIONS[i], COUNTS[i]);
    }
    put_people(&number, "620521", "oz", 50);
    h.passed_ms = 40 * (int64_t)DAY_MS;
    const char *places = "/v1/stats?series=S02&period=2025-11&by=division&division=6205&public=1";
    const char *works = "/v1/stats?series=S02&period=2025-11&by=occupation&public=1";
    for (int later = 0; later < 3; later++) {
        if (later == 0) put_entry(YZ_EMPLOYERS, "e1"); // and the month is over
        if (later == 1) put_entry(YZ_DIVISIONS, "620599");
        if (later == 1) put_entry(YZ_OCCUPATIONS, "oz2");
        if (later == 2) {
            for (uint32_t i = 58; i < 108; i++)
                leave_occupation(i);
            yz_command c = {.type = YZ_COMMAND_ENTRY_DELETE};
            c.named.dictionary = YZ_OCCUPATIONS;
            c.named.id = YZ_TEXT("oz");
            house_apply(&h, c);
        }
        expect(places, "\"620521\",\"division_name\":\"\",\"S02\":{\"hidden\":true}");
        expect(works, "\"oy\",\"occupation_name\":\"\",\"S02\":{\"value\":40}");
        expect(works, later < 2 ? "\"oz\",\"occupation_name\":\"\",\"S02\":{\"hidden\":true}"
                                : "\"deleted\",\"S02\":{\"hidden\":true}");
    }
    house_deinit(&h);
}

// A township counts what is said of it, not its villages: in the tree they stand side by side.
Test(stats_public, villages_of_twelve_digits_stand_beside_their_township) {
    static const char *const CODES[] = {"620502", "620502001", "620502001001", "620502001002",
                                        "6205020"};
    static const uint32_t COUNTS[] = {0, 20, 40, 12, 0};
    uint32_t number = 0;
    house_init(&h);
    for (int i = 0; i < 5; i++) {
        put_entry(YZ_DIVISIONS, CODES[i]);
        put_people(&number, CODES[i], "", COUNTS[i]);
    }
    h.passed_ms = 40 * (int64_t)DAY_MS;
    put_entry(YZ_OCCUPATIONS, "o1"); // and the month is over
    const char *target = "/v1/stats?series=S02&period=2025-11&by=division&level=whole&division="
                         "620502&public=1";
    expect(target, "\"620502001\",\"division_name\":\"\",\"S02\":{\"value\":20}");
    expect(target, "\"620502001001\",\"division_name\":\"\",\"S02\":{\"value\":40}");
    expect(target, "\"total\":[{\"period\":\"2025-11\",\"S02\":{\"value\":72}}]");
    // A township that publishes for itself has no parts.
    api_public how = {.k = 4, .root = YZ_TEXT("620502001")};
    api_publishes(h.a, &how);
    expect("/v1/stats?series=S02&period=2025-11&division=620502001&by=type&public=1",
           "\"total\":[{\"period\":\"2025-11\",\"S02\":{\"value\":20}}]");
    house_deinit(&h);
}

// ---- the list of skills ----

static void put_skilled(uint32_t number, const char *skill, const char *division) {
    char id[16];
    yz_skill_level level = {yz_text_of(skill), 3};
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    snprintf(id, sizeof id, "k%u", number);
    c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id),
                                      .place = {.division = yz_text_of(division)},
                                      .radius_m = 1000,
                                      .shifts = YZ_SHIFTS_ALL,
                                      .types = 1,
                                      .skills = &level,
                                      .skill_count = 1};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    house_apply(&h, c);
}

static void put_needing(uint32_t number, const char *skill, uint32_t openings) {
    char id[16];
    yz_skill_level level = {yz_text_of(skill), 3};
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    snprintf(id, sizeof id, "n%u", number);
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                         .title = YZ_TEXT("t"),
                                         .place = {.division = YZ_TEXT("620502")},
                                         .type = YZ_TYPE_FULL,
                                         .openings = openings,
                                         .shifts = YZ_SHIFTS_ALL,
                                         .required = &level,
                                         .required_count = 1,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX};
    c.posting_put.fields = YZ_POSTING_ALL;
    house_apply(&h, c);
}

Test(stats_public, needs_are_listed_at_a_months_end_where_both_numbers_are_shown) {
    house_init(&h);
    put_entry(YZ_DIVISIONS, "620502");
    put_entry(YZ_DIVISIONS, "620503");
    put_entry(YZ_DIVISIONS, "610102");
    static const char *const SKILLS[] = {"many", "few", "none", "apart"};
    for (int i = 0; i < 4; i++)
        put_entry(YZ_SKILLS, SKILLS[i]);
    uint32_t number = 0;
    for (uint32_t i = 0; i < 60; i++) // 60 have it in one place, nobody elsewhere
        put_skilled(number++, "many", "620502");
    for (uint32_t i = 0; i < 7; i++)
        put_skilled(number++, "few", "620502");
    for (uint32_t i = 0; i < 30; i++) // and 4 of them in another county, so those 4 are 34 - 30
        put_skilled(number++, "apart", "620502");
    for (uint32_t i = 0; i < 4; i++)
        put_skilled(number++, "apart", "620503");
    for (uint32_t i = 0; i < 40; i++) // others
        put_skilled(number++, "many", "620503");
    for (uint32_t i = 0; i < 30; i++) // or the few of 620503 who have not "many" would be told
        put_skilled(number++, "none", "620503");
    for (uint32_t i = 0; i < 40; i++)
        put_skilled(number++, "none", "610102");
    put_needing(0, "many", 200);
    put_needing(1, "few", 300);
    put_needing(2, "apart", 150);
    put_needing(3, "none", 400);
    // By itself it is no public question.
    reply r = house_ask(&h, "GET", "/v1/stats/needs?public=1", EN, NULL);
    cr_assert(r.status == 422 && reply_has(&r, "needs_at_months_end"));
    yz_period month = yz_period_at(YZ_WINDOW_MONTH, yz_market_time_ms(h.market));
    inside *in = inside_new(h.market, yz_period_end_ms(month) - 2);
    inside_answer a = inside_ask(in, YZ_TEXT("/v1/stats/needs?public=1"));
    cr_assert_eq(a.status, 422);
    inside_free(in);
    in = inside_new(h.market, yz_period_end_ms(month) - 1);
    a = inside_ask(in, YZ_TEXT("/v1/stats/needs?public=1&division=620502"));
    reply past = {.body = a.body};
    cr_assert(a.status == 200 && reply_has(&past, "\"skill\":\"many\""), "%.*s", (int)a.body.size,
              a.body.bytes);
    cr_assert_not(reply_has(&past, "\"few\""));   // 7 people
    cr_assert_not(reply_has(&past, "\"apart\"")); // the city's list would tell the 4
    a = inside_ask(in, YZ_TEXT("/v1/stats/needs?public=1&division=6205"));
    past = (reply){.body = a.body};
    cr_assert(reply_has(&past, "\"skill\":\"many\",\"skill_name\":\"\",\"Y12\":{\"demand\":200,"
                               "\"supply\":100,\"ratio\":2}"),
              "%.*s", (int)a.body.size, a.body.bytes);
    cr_assert(reply_has(&past, "\"skill\":\"apart\""), "34 of the city are enough");
    cr_assert_not(reply_has(&past, "\"few\""));
    // One of a longer list; staff see all of it.
    a = inside_ask(in, YZ_TEXT("/v1/stats/needs?public=1&division=6205&k=1"));
    past = (reply){.body = a.body};
    cr_assert(reply_has(&past, "\"none\"") && !reply_has(&past, "\"apart\""), "%.*s",
              (int)a.body.size, a.body.bytes);
    a = inside_ask(in, YZ_TEXT("/v1/stats/needs?division=6205"));
    past = (reply){.body = a.body};
    cr_assert(reply_has(&past, "\"few\""));
    // The least demand is asked of those on the list.
    a = inside_ask(in, YZ_TEXT("/v1/stats/needs?public=1&division=6205&least=200"));
    past = (reply){.body = a.body};
    cr_assert(reply_has(&past, "\"many\"") && !reply_has(&past, "\"apart\""));
    // At a sequence of the last millisecond it is no end.
    inside_stands_amid(in);
    a = inside_ask(in, YZ_TEXT("/v1/stats/needs?public=1&division=6205"));
    cr_assert_eq(a.status, 422);
    a = inside_ask(in, YZ_TEXT("/v1/stats/needs?division=6205"));
    cr_assert_eq(a.status, 200);
    inside_free(in);
    house_deinit(&h);
}

// Eleven skills that nobody may see stand before one that is seen, whatever is asked: which of them
// are looked at would tell their demand.
Test(stats_public, skills_that_are_not_listed_are_not_felt) {
    house_init(&h);
    put_entry(YZ_DIVISIONS, "620502");
    uint32_t number = 0;
    for (uint32_t i = 0; i < 12; i++) {
        char skill[8];
        snprintf(skill, sizeof skill, "s%u", i);
        put_entry(YZ_SKILLS, skill);
        for (uint32_t people = 0; people < (i == 11 ? 60u : 3u); people++)
            put_skilled(number++, skill, "620502");
        put_needing(i, skill, i == 11 ? 100 : 100 + i);
    }
    for (uint32_t i = 0; i < 100; i++)
        put_skilled(number++, "s11", "620502");
    yz_period month = yz_period_at(YZ_WINDOW_MONTH, yz_market_time_ms(h.market));
    inside *in = inside_new(h.market, yz_period_end_ms(month) - 1);
    for (uint32_t least = 1; least <= 130; least++) {
        char target[96];
        snprintf(target, sizeof target, "/v1/stats/needs?public=1&k=1&least=%u", least);
        inside_answer a = inside_ask(in, yz_text_of(target));
        reply past = {.body = a.body};
        cr_assert_eq(a.status, 200);
        cr_assert_eq(reply_has(&past, "\"s11\""), least <= 100, "%s: %.*s", target,
                     (int)a.body.size, a.body.bytes);
        cr_assert_not(reply_has(&past, "\"skill\":\"s1\""));
    }
    inside_free(in);
    house_deinit(&h);
}

Test(stats_public, of_a_month_stays_as_it_was) {
    fill(25);
    const char *target = "/v1/stats?series=S01,S02,S03,S04,S05,S07,S08&period=2025-12&by=division&"
                         "level=county&public=1";
    reply r = house_ask(&h, "GET", target, EN, NULL);
    char *before = malloc(r.body.size + 1);
    strcpy(before, strstr(r.body.bytes, "\"rows\""));
    for (uint32_t day = 70; day < 90; day++) {
        h.passed_ms = day * (int64_t)DAY_MS;
        put_seeker(day * 100);
        put_posting(day * 10);
        sign(below(4000), below(400));
    }
    r = house_ask(&h, "GET", target, EN, NULL);
    cr_assert_str_eq(strstr(r.body.bytes, "\"rows\""), before);
    free(before);
    house_deinit(&h);
}
