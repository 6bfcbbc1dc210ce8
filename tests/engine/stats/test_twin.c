/* The statistics against the plain list of facts, scanned whole for each question. */
#include "plain.h"
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

static void wander(ledger *l, yz_random *random) {
    wander_time(l, random);
    switch (below(random, 10)) {
    case 0:
    case 1:
    case 2: wander_seeker(l, random); break;
    case 3:
    case 4:
    case 5: wander_posting(l, random); break;
    case 6: wander_far(l, random, YZ_ROW_NONE); break;
    case 7: {
        uint32_t posting = below(random, POSTINGS);
        if (l->has_posting[posting]) tell_told(l, posting, 1 + below(random, 5));
        break;
    }
    default: wander_step(l, random, YZ_ROW_NONE); break;
    }
}

Test(stats, every_series_is_what_the_list_of_facts_says) {
    uint32_t compared = 0, with_value = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        printf("stats seed %llu\n", (unsigned long long)seed);
        yz_random random = yz_random_seeded(seed);
        ledger *l = ledger_new();
        l->now_ms = at("2023-07-20") + (int64_t)below(&random, 30) * YZ_DAY_MS;
        while (l->count < FACTS) {
            wander(l, &random);
            for (uint32_t i = 0; i < 4 && l->count > 0; i++) {
                asked a = random_question(l, &random);
                uint32_t shape = yz_series_of(a.series)->shape;
                if (shape > YZ_SHAPE_DURATION || !compare(l, &a, seed)) continue;
                compared++;
                with_value += plain_read(l, &a).value != 0;
            }
        }
        ledger_free(l);
    }
    printf("%u numbers compared, %u of them not 0\n", compared, with_value);
    cr_assert_gt(with_value, 10000u);
}
