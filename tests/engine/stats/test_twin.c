/* The statistics against the plain list of facts, scanned whole for each question. */
#include "plain_venues.h"

#include "tests/rounds.h"
#include "wander.h"

#define FACTS 1500

static const yz_window WINDOWS[] = {YZ_WINDOW_NOW,  YZ_WINDOW_MINUTE, YZ_WINDOW_HOUR,
                                    YZ_WINDOW_DAY,  YZ_WINDOW_MONTH,  YZ_WINDOW_YEAR,
                                    YZ_WINDOW_TOTAL};

// A period that something happened in, or the one that is now.
static yz_period random_period(const ledger *l, yz_random *random, yz_window window) {
    int64_t at_ms = l->now_ms;
    if (below(random, 4) != 0) at_ms = l->facts[below(random, l->count)].at_ms;
    return yz_period_at(window, at_ms);
}

static asked random_question(const ledger *l, yz_random *random) {
    static const char *const PREFIXES[] = {"62",     "6205",         "620502", "620503",
                                           "620121", "620502001001", "61",     "6101"};
    asked a = everywhere((yz_series)below(random, YZ_SERIES_COUNT), "now");
    const yz_series_info *info = yz_series_of(a.series);
    yz_window window;
    do
        window = WINDOWS[below(random, 7)];
    while (!(info->windows >> window & 1));
    a.period = random_period(l, random, window);
    if (one_in(random, 2)) a.prefix = PREFIXES[below(random, 8)];
    if (window == YZ_WINDOW_MINUTE || window == YZ_WINDOW_HOUR) return a; // of a division whole
    if (info->dimensions & YZ_BY_OCCUPATION && one_in(random, 3)) {
        a.occupation = row_or_none(random, OCCUPATIONS);
    }
    if (info->dimensions & YZ_BY_GROUP && one_in(random, 4)) a.group = (uint8_t)below(random, 4);
    if (info->dimensions & YZ_BY_TYPE && one_in(random, 3)) a.type = (uint8_t)below(random, 4);
    return a;
}

static void is_equal(const asked *a, int64_t is, int64_t wanted, const char *what, uint64_t seed) {
    char text[YZ_PERIOD_TEXT_MAX];
    yz_period_format(a->period, text);
    cr_assert_eq(is, wanted, "seed %lu: %s of %.3s in %s, \"%s\" o%d g%d t%d: %ld, not %ld", seed,
                 what, yz_series_of(a->series)->id.bytes, text, a->prefix, (int)a->occupation,
                 a->group, a->type, is, wanted);
}

static bool compare(const ledger *l, const asked *a, uint64_t seed) {
    yz_stats_value v;
    if (!yz_cube_keeps(a->period, l->now_ms)) return false;
    cr_assert(ask_stats(l, a, &v), "seed %lu", seed);
    yz_stats_value wanted = plain_read(l, a);
    is_equal(a, v.value, wanted.value, "value", seed);
    is_equal(a, v.known, wanted.known, "known", seed);
    is_equal(a, v.numerator, wanted.numerator, "numerator", seed);
    is_equal(a, v.denominator, wanted.denominator, "denominator", seed);
    is_equal(a, v.days.count, wanted.days.count, "count", seed);
    is_equal(a, v.days.mean_tenths, wanted.days.mean_tenths, "mean", seed);
    is_equal(a, v.days.median, wanted.days.median, "median", seed);
    is_equal(a, v.days.p90, wanted.days.p90, "p90", seed);
    is_equal(a, v.days.vacant, wanted.days.vacant, "vacant", seed);
    is_equal(a, v.days.vacant_mean_tenths, wanted.days.vacant_mean_tenths, "age", seed);
    is_equal(a, v.provisional, plain_is_provisional(l, a), "provisional", seed);
    return true;
}

static bool put(void *context, const void *record, uint32_t size) {
    cr_assert(size <= YZ_STATS_RECORD_MAX);
    return yz_stats_restore(context, record, size);
}

// From here on with what was saved.
static void go_on_from_a_copy(ledger *l, uint64_t seed) {
    yz_stats *copy = yz_stats_new(&NAMES);
    cr_assert(yz_stats_save(l->stats, put, copy), "seed %lu", seed);
    cr_assert(yz_stats_restored(copy), "seed %lu", seed);
    yz_print a = yz_stats_print(l->stats, l->now_ms), b = yz_stats_print(copy, l->now_ms);
    cr_assert_eq(memcmp(&a, &b, sizeof a), 0, "seed %lu", seed);
    yz_stats_free(l->stats);
    l->stats = copy;
}

// A row of a table is what its cells are.
static void compare_row(const ledger *l, yz_random *random, uint64_t seed) {
    static const char *const PREFIXES[] = {"", "62", "6205", "620502"};
    yz_series series = (yz_series)below(random, YZ_SERIES_COUNT);
    const yz_series_info *info = yz_series_of(series);
    if (info->shape != YZ_SHAPE_COUNT) return;
    asked a = everywhere(series, info->windows & 1u << YZ_WINDOW_NOW ? "now" : "total");
    a.prefix = PREFIXES[below(random, 4)];
    uint32_t occupations[OCCUPATIONS + 1], from = below(random, 2);
    int64_t values[OCCUPATIONS + 1];
    uint32_t node = yz_cube_node(yz_stats_cube(l->stats), yz_text_of(a.prefix));
    uint32_t count = yz_stats_row(l->stats, series, node, from, occupations, values, OCCUPATIONS);
    for (uint32_t i = 0; i < count; i++) {
        a.occupation = occupations[i];
        is_equal(&a, values[i], plain_read(l, &a).value, "a place of the row", seed);
    }
    uint32_t all[OCCUPATIONS + 1], known = 0;
    if (node != YZ_NODE_NONE) {
        known = yz_cube_occupations(yz_stats_cube(l->stats), node, 0, all, OCCUPATIONS + 1);
    }
    uint32_t wanted = known > from ? known - from : 0;
    cr_assert_eq(count, wanted < OCCUPATIONS ? wanted : OCCUPATIONS, "seed %lu", seed);
}

static ledger *begin(uint64_t seed, yz_random *random) {
    printf("stats seed %llu\n", (unsigned long long)seed);
    *random = yz_random_seeded(seed);
    ledger *l = ledger_new();
    l->now_ms = at("2023-07-20") + (int64_t)below(random, 30) * YZ_DAY_MS;
    return l;
}

Test(stats, every_series_is_what_the_list_of_facts_says) {
    uint32_t compared = 0, with_value = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(12); seed++) {
        yz_random random;
        ledger *l = begin(seed, &random);
        while (l->count < FACTS) {
            wander(l, &random);
            if (one_in(&random, 300)) go_on_from_a_copy(l, seed);
            for (uint32_t i = 0; i < 4 && l->count > 0; i++) {
                asked a = random_question(l, &random);
                uint32_t shape = yz_series_of(a.series)->shape;
                if (shape > YZ_SHAPE_DURATION || !compare(l, &a, seed)) continue;
                if (one_in(&random, 4)) compare_row(l, &random, seed);
                compared++;
                with_value += plain_read(l, &a).value != 0;
            }
        }
        ledger_free(l);
    }
    printf("%u numbers compared, %u of them not 0\n", compared, with_value);
    cr_assert_gt(with_value, YZ_ROUNDS(10000u));
}

// ---- venues ----

typedef struct seen {
    uint32_t fair[11], fairs[11], station[7], stations[7]; // how often each number was not 0
} seen;

static void same_numbers(const void *is, const void *wanted, size_t count, const char *what,
                         uint32_t venue, yz_period period, uint64_t seed, uint32_t *not_0) {
    char text[YZ_PERIOD_TEXT_MAX];
    yz_period_format(period, text);
    for (size_t i = 0; i < count; i++) {
        int64_t a = ((const int64_t *)is)[i], b = ((const int64_t *)wanted)[i];
        not_0[i] += b != 0;
        cr_assert_eq(a, b, "seed %lu: number %zu of %s %d in %s: %ld, not %ld", seed, i, what,
                     (int)venue, text, a, b);
    }
}

#define NUMBERS(type) (sizeof(type) / sizeof(int64_t))

static void compare_fair(const ledger *l, yz_random *random, uint64_t seed, seen *not_0) {
    uint32_t venue = FIRST_FAIR + below(random, VENUES - FIRST_FAIR);
    yz_period period = random_period(l, random, WINDOWS[1 + below(random, 6)]);
    yz_fair_value v, wanted;
    bool keeps = yz_cube_keeps(period, l->now_ms);
    bool answers = yz_stats_fair(l->stats, venue, period, l->now_ms, &v);
    cr_assert_eq(answers, keeps && l->has_venue[venue]);
    if (!answers) return;
    wanted = plain_fair(l, venue, period);
    same_numbers(&v, &wanted, NUMBERS(v), "fair", venue, period, seed, not_0->fair);
}

static void compare_fairs(const ledger *l, yz_random *random, uint64_t seed, seen *not_0) {
    static const char *const PREFIXES[] = {"", "62", "6205", "620", "620502", "6205020"};
    yz_text prefix = yz_text_of(PREFIXES[below(random, 6)]);
    uint8_t channel = one_in(random, 2) ? YZ_ALL : (uint8_t)below(random, 2);
    yz_period period = random_period(l, random, WINDOWS[3 + below(random, 4)]);
    yz_fair_value v, wanted = {0};
    cr_assert(yz_stats_fairs(l->stats, prefix, channel, period, l->now_ms, &v));
    for (uint32_t venue = FIRST_FAIR; venue < VENUES; venue++) {
        const yz_venue_fact *f = &l->venues[venue];
        bool begins =
            f->from_ms >= yz_period_begin_ms(period) && f->from_ms < yz_period_end_ms(period);
        if (!l->has_venue[venue] || !begins || (channel != YZ_ALL && channel != f->channel) ||
            !starts_with(f->division, prefix.bytes)) {
            continue;
        }
        yz_fair_value one = plain_fair(l, venue, (yz_period){YZ_WINDOW_TOTAL, 0});
        if (one.fairs == 1) add_fairs(&wanted, one);
    }
    same_numbers(&v, &wanted, NUMBERS(v), "fairs", 0, period, seed, not_0->fairs);
}

static void compare_stations(const ledger *l, yz_random *random, uint64_t seed, seen *not_0) {
    static const char *const PREFIXES[] = {"", "62", "6205", "620", "620502", "6205020", "7"};
    uint32_t venue = below(random, FIRST_FAIR);
    yz_period period = random_period(l, random, WINDOWS[3 + below(random, 4)]);
    if (!yz_cube_keeps(period, l->now_ms)) return;
    yz_station_value v, wanted;
    bool answers = yz_stats_station(l->stats, venue, period, l->now_ms, &v);
    cr_assert_eq(answers, l->has_venue[venue]);
    if (answers) {
        wanted = plain_station(l, venue, "", period);
        same_numbers(&v, &wanted, NUMBERS(v) - 1, "station", venue, period, seed, not_0->station);
        cr_assert_eq(v.persons_known, wanted.persons_known);
    }
    const char *prefix = PREFIXES[below(random, 7)];
    cr_assert(yz_stats_stations(l->stats, yz_text_of(prefix), period, l->now_ms, &v));
    wanted = plain_station(l, YZ_ROW_NONE, prefix, period);
    bool is_level = strcmp(prefix, "620") != 0 && strcmp(prefix, "6205020") != 0;
    cr_assert(v.persons_known == wanted.persons_known || !is_level, "seed %lu", seed);
    if (!v.persons_known) wanted.persons = 0;
    same_numbers(&v, &wanted, NUMBERS(v) - 1, prefix, 0, period, seed, not_0->stations);
}

static void compare_skills(const ledger *l, yz_random *random, uint64_t seed) {
    static const char *const PREFIXES[] = {"", "62", "6205", "620502", "620502001001", "6205020"};
    const char *prefix = PREFIXES[below(random, 6)];
    yz_skill_need wanted[SKILLS], needs[SKILLS];
    uint32_t count = 0, room = 1 + below(random, 20), least = 1 + below(random, 3);
    for (uint32_t skill = 0; skill < SKILLS; skill++) {
        yz_skill_need need = plain_skill(l, prefix, skill);
        yz_skill_need is = yz_stats_skill(l->stats, yz_text_of(prefix), skill);
        cr_assert(is.demand == need.demand && is.supply == need.supply,
                  "seed %lu: skill %u in \"%s\": %ld / %ld, not %ld / %ld", seed, skill, prefix,
                  is.demand, is.supply, need.demand, need.supply);
        if (need.demand >= least) wanted[count++] = need;
    }
    qsort(wanted, count, sizeof *wanted, needed_more_first);
    if (count > room) count = room;
    cr_assert_eq(yz_stats_skills(l->stats, yz_text_of(prefix), least, needs, room), count);
    for (uint32_t i = 0; i < count; i++)
        cr_assert_eq(needs[i].skill, wanted[i].skill, "seed %lu: place %u", seed, i);
}

Test(stats, venues_and_skills_are_what_the_list_of_facts_says) {
    seen not_0 = {0};
    for (uint64_t seed = 101; seed < 101 + YZ_ROUNDS(12); seed++) {
        yz_random random;
        ledger *l = begin(seed, &random);
        while (l->count < FACTS) {
            wander(l, &random);
            if (one_in(&random, 300)) go_on_from_a_copy(l, seed);
            if (l->count == 0) continue;
            compare_fair(l, &random, seed, &not_0);
            compare_stations(l, &random, seed, &not_0);
            if (one_in(&random, 3)) compare_fairs(l, &random, seed, &not_0);
            if (one_in(&random, 10)) compare_skills(l, &random, seed);
        }
        ledger_free(l);
    }
    const uint32_t *each = (const uint32_t *)&not_0;
    for (size_t i = 0; i < sizeof not_0 / sizeof *each; i++) {
        printf("%u ", each[i]);
        cr_assert_gt(each[i], YZ_ROUNDS(50u), "number %zu", i);
    }
    printf("times a number was not 0\n");
}
