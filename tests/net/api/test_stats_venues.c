/* The funnel of a fair, a station's numbers and the skills most needed, against the recount and
 * against plain scans over the records. */
#include "stats_world.h"

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static double number(const cJSON *object, const char *name) {
    const cJSON *node = member(object, name);
    cr_assert(cJSON_IsNumber(node), "%s", name);
    return node->valuedouble;
}

// ---- fairs ----

static double step_of(const cJSON *answer, const char *name) {
    const cJSON *step;
    cJSON_ArrayForEach(step, member(answer, "funnel")) {
        if (strcmp(member(step, "step")->valuestring, name) == 0) return number(step, "count");
    }
    cr_assert(false, "no step %s", name);
    return 0;
}

static double sum_of(const cJSON *answer, const char *name) {
    const cJSON *row;
    double sum = 0;
    cJSON_ArrayForEach(row, member(answer, "rows")) sum += number(row, name);
    return sum;
}

static void same_as_recount(const cJSON *answer, const yz_fair_value *v) {
    cr_assert_eq(step_of(answer, "employers"), (double)v->employers);
    cr_assert_eq(step_of(answer, "postings"), (double)v->postings);
    cr_assert_eq(step_of(answer, "openings"), (double)v->openings);
    cr_assert_eq(step_of(answer, "visitors"), (double)v->visitors);
    cr_assert_eq(step_of(answer, "entries"), (double)v->entries);
    cr_assert_eq(step_of(answer, "applied"), (double)v->applied);
    cr_assert_eq(step_of(answer, "interviewed"), (double)v->interviewed);
    cr_assert_eq(step_of(answer, "held"), (double)v->held);
    cr_assert_eq(step_of(answer, "signed"), (double)v->signed_there);
    cr_assert_eq(step_of(answer, "signed_90"), (double)v->signed_90);
}

Test(stats_venues, the_funnel_of_a_fair_is_what_the_recount_says) {
    static const char *const FLOWS[] = {"visitors",    "entries", "applied",
                                        "interviewed", "held",    "signed"};
    uint32_t entries = 0, steps = 0;
    for (uint64_t seed = 21; seed <= 30; seed++) {
        static stats_world w;
        world_init(&w, seed, 2500);
        for (int fair = 1; fair <= 2; fair++) {
            char id[24], target[120];
            yz_fair_value v;
            snprintf(id, sizeof id, "v-00%d", fair);
            if (!yz_recount_fair(w.recount, yz_text_of(id), &v)) continue;
            snprintf(target, sizeof target, "/v1/stats/fairs/%s?from=2025-11&to=2027", id);
            cJSON *days = world_get(&w, target);
            same_as_recount(days, &v);
            // All of its life lies in these days.
            for (size_t i = 0; i < sizeof FLOWS / sizeof FLOWS[0]; i++)
                cr_assert_eq(sum_of(days, FLOWS[i]), step_of(days, FLOWS[i]), "%s of seed %lu",
                             FLOWS[i], (unsigned long)seed);
            // The hours of its first days.
            snprintf(target, sizeof target,
                     "/v1/stats/fairs/%s?window=hour&from=2025-11-25&to=2025-11-30", id);
            cJSON *hours = world_get(&w, target), *row;
            snprintf(target, sizeof target, "/v1/stats/fairs/%s?from=2025-11-25&to=2025-11-30", id);
            cJSON *same_days = world_get(&w, target);
            for (size_t i = 0; i < sizeof FLOWS / sizeof FLOWS[0]; i++)
                cr_assert_eq(sum_of(hours, FLOWS[i]), sum_of(same_days, FLOWS[i]), "%s", FLOWS[i]);
            cJSON_ArrayForEach(row, member(hours, "rows")) entries += number(row, "entries") > 0;
            steps += v.applied > 0;
            cJSON_Delete(days);
            cJSON_Delete(hours);
            cJSON_Delete(same_days);
        }
        world_deinit(&w);
    }
    cr_assert(entries > 2 && steps > 3, "%u %u", entries, steps);
}

Test(stats_venues, a_fair_by_itself_has_the_days_of_its_own_time) {
    static house h;
    house_init(&h);
    house_fill(&h);
    static const char FAIR[] =
        "{\"name\":{\"zh\":\"秋季招聘会\"},\"place\":{\"lat\":34.5,\"lon\":105.7,"
        "\"division\":\"620502\"},\"from\":\"2025-11-24\",\"to\":"
        "\"2025-11-26\",\"channel\":\"online\"}";
    reply r = house_json(&h, "PUT", "/v1/fairs/f1", FAIR);
    cr_assert_eq(r.status, 201, "%.*s", (int)r.body.size, r.body.bytes);
    r = house_json(&h, "POST", "/v1/fairs/f1/visits", "{\"ticket\":\"t1\",\"step\":\"enter\"}");
    cr_assert_eq(r.status, 201, "%.*s", (int)r.body.size, r.body.bytes);
    r = house_ask(&h, "GET", "/v1/stats/fairs/f1", "", NULL);
    cr_assert(reply_has(&r, "\"channel\":\"online\""), "%.*s", (int)r.body.size, r.body.bytes);
    cr_assert(reply_has(&r, "{\"step\":\"entries\",\"zh\":\"进场人次\",\"en\":\"entries\","
                            "\"count\":1}"));
    cr_assert(reply_has(&r, "\"rows\":[{\"period\":\"2025-11-24\",\"visitors\":0,"));
    cr_assert(reply_has(&r, "{\"period\":\"2025-11-25\",\"visitors\":1,\"entries\":1,"));
    cr_assert_not(reply_has(&r, "2025-11-26\",\"visitors")); // has not begun
    r = house_ask(&h, "GET", "/v1/stats/fairs/f1?format=csv", "", NULL);
    cr_assert(reply_has(&r, "时期,进场人数,进场人次,简历,初选,初步意向,签约,是否暂定\r\n"
                            "2025-11-24,0,0,0,0,0,0,\r\n2025-11-25,1,1,0,0,0,0,暂定\r\n"),
              "%.*s", (int)r.body.size, r.body.bytes);
    r = house_ask(&h, "GET", "/v1/stats/fairs/f1?format=md", "Accept-Language: en\r\n", NULL);
    cr_assert(reply_has(&r, "# 秋季招聘会 (f1): the funnel"));
    cr_assert_eq(house_ask(&h, "GET", "/v1/stats/fairs/none", "", NULL).status, 404);
    cr_assert_eq(house_ask(&h, "GET", "/v1/stats/stations/f1", "", NULL).status, 404);
    cr_assert_eq(house_ask(&h, "GET", "/v1/stats/fairs/f1?window=month", "", NULL).status, 400);
    r = house_ask(&h, "GET", "/v1/stats/fairs/f1?from=2026", "", NULL);
    cr_assert(r.status == 422 && reply_has(&r, "not_begun"));
    r = house_ask(&h, "GET", "/v1/stats/fairs/f1?window=hour&from=2025", "", NULL);
    cr_assert(r.status == 422 && reply_has(&r, "too_many_periods"));
    // A long time afterwards its days are gone, and the whole stays.
    h.passed_ms = 500 * (int64_t)86400000;
    cr_assert_eq(house_json(&h, "PUT", "/v1/skills/z", "{}").status, 201);
    r = house_ask(&h, "GET", "/v1/stats/fairs/f1", "", NULL);
    cr_assert(r.status == 200 && reply_has(&r, "\"rows\":[]}"));
    r = house_ask(&h, "GET", "/v1/stats/fairs/f1?window=day", "", NULL);
    cr_assert(r.status == 422 && reply_has(&r, "too_far_back"));
    house_deinit(&h);
}

// ---- stations ----

Test(stats_venues, a_station_is_what_the_recount_says) {
    static const char *const WINDOWS[] = {"day", "month", "year"};
    uint32_t seen = 0;
    for (uint64_t seed = 31; seed <= 36; seed++) {
        static stats_world w;
        world_init(&w, seed, 2500);
        for (size_t i = 0; i < 3; i++) {
            char target[120];
            const cJSON *row;
            snprintf(target, sizeof target,
                     "/v1/stats/stations/v-000?window=%s&from=2025-11&to=2027", WINDOWS[i]);
            cJSON *answer = world_get(&w, target);
            cJSON_ArrayForEach(row, member(answer, "rows")) {
                yz_period p;
                yz_station_value v;
                const cJSON *told = member(row, "S19");
                cr_assert(yz_period_parse(yz_text_of(member(row, "period")->valuestring), &p));
                cr_assert(yz_recount_station(w.recount, YZ_TEXT("v-000"), p, &v));
                cr_assert_eq(number(told, "check_ins"), (double)v.check_ins);
                cr_assert_eq(number(told, "seeking"), (double)v.seeking);
                cr_assert_eq(number(told, "dispatched_same_day"), (double)v.dispatched_same_day);
                cr_assert_eq(number(told, "gig_openings"), (double)v.gig_openings);
                cr_assert_eq(number(told, "dispatches"), (double)v.dispatches);
                if (i == 0)
                    cr_assert(cJSON_IsNull(member(told, "persons")));
                else
                    cr_assert_eq(number(told, "persons"), (double)v.persons);
                seen += v.check_ins > 0;
            }
            cJSON_Delete(answer);
        }
        world_deinit(&w);
    }
    cr_assert_gt(seen, 20);
}

// ---- needs ----

typedef struct plain_need {
    int64_t demand, supply;
} plain_need;

static uint32_t skill_number(yz_text id) { // "k-007"; what stands behind an id is not its own
    uint32_t number = 0;
    for (uint32_t i = 2; i < id.size; i++)
        number = 10 * number + (uint32_t)(id.bytes[i] - '0');
    return number;
}

static void scan(const yz_market *m, const char *division, plain_need *needs) {
    yz_arena *arena = yz_arena_new((size_t)4 << 20);
    memset(needs, 0, STREAM_SKILLS * sizeof *needs);
    for (uint32_t row = 0; row < yz_market_posting_rows(m); row++) {
        yz_posting_view p;
        if (!yz_market_posting_at(m, row, arena, &p) || p.state != YZ_STATE_OPEN) continue;
        if (!yz_text_starts_with(p.posting.place.division, yz_text_of(division))) continue;
        yz_posting_told told = yz_market_posting_told(m, row);
        for (uint32_t i = 0; i < p.posting.required_count; i++)
            needs[skill_number(p.posting.required[i].skill)].demand +=
                (int64_t)p.posting.openings - told.placed - told.filled;
    }
    for (uint32_t row = 0; row < yz_market_seeker_rows(m); row++) {
        yz_seeker_view s;
        if (!yz_market_seeker_at(m, row, arena, &s) || s.state != YZ_STATE_OPEN) continue;
        if (!yz_text_starts_with(s.seeker.place.division, yz_text_of(division))) continue;
        for (uint32_t i = 0; i < s.seeker.skill_count; i++)
            needs[skill_number(s.seeker.skills[i].skill)].supply += 1;
    }
    yz_arena_free(arena);
}

static bool is_before(const plain_need *a, const plain_need *b) {
    if ((a->supply == 0) != (b->supply == 0)) return a->supply == 0;
    int64_t left = a->demand * b->supply, right = b->demand * a->supply;
    return left != right ? left > right : a->demand > b->demand;
}

Test(stats_venues, the_skills_most_needed_are_those_of_a_scan) {
    static const char *const DIVISIONS[] = {"", "62", "6205", "620502", "61"};
    uint32_t compared = 0;
    for (uint64_t seed = 41; seed <= 44; seed++) {
        static stats_world w;
        world_init(&w, seed, 2000);
        for (size_t d = 0; d < sizeof DIVISIONS / sizeof DIVISIONS[0]; d++) {
            char target[100];
            plain_need needs[STREAM_SKILLS], last = {0};
            const cJSON *row;
            uint32_t rows = 0, wanted = 0;
            snprintf(target, sizeof target, "/v1/stats/needs?division=%s&k=100&least=2",
                     DIVISIONS[d]);
            cJSON *answer = world_get(&w, target);
            scan(w.h.market, DIVISIONS[d], needs);
            for (uint32_t i = 0; i < STREAM_SKILLS; i++)
                wanted += needs[i].demand >= 2;
            cJSON_ArrayForEach(row, member(answer, "rows")) {
                const plain_need *n =
                    &needs[skill_number(yz_text_of(member(row, "skill")->valuestring))];
                const cJSON *told = member(row, "Y12");
                cr_assert_eq(number(told, "demand"), (double)n->demand);
                cr_assert_eq(number(told, "supply"), (double)n->supply);
                if (n->supply == 0)
                    cr_assert(cJSON_IsNull(member(told, "ratio")));
                else
                    cr_assert_float_eq(number(told, "ratio"), (double)n->demand / (double)n->supply,
                                       0.00501);
                cr_assert(rows == 0 || !is_before(n, &last));
                last = *n;
                rows += 1;
            }
            cr_assert_eq(rows, wanted);
            compared += rows;
            cJSON_Delete(answer);
        }
        world_deinit(&w);
    }
    cr_assert_gt(compared, 100);
}
