/* Prometheus text into gauges: what a server writes is found, what is cut or torn does no harm;
 * quantiles against a slow twin; and the words people read. */
#include "tools/gauges.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char PAGE[] =
    "# HELP yizhan_postings Postings by state.\n"
    "yizhan_postings{state=\"open\"} 5000\n"
    "yizhan_postings{state=\"expired\"} 7\n"
    "yizhan_seekers{state=\"placed\"} 3\n"
    "yizhan_commands_total 12\n"
    "yizhan_http_requests_total{route=\"/v1/a{id}\",method=\"GET\",code=\"200\"} 40\n"
    "yizhan_http_requests_total{route=\"/b\",method=\"PUT\",code=\"201\"} 2\n"
    "yizhan_match_duration_seconds_bucket{question=\"relax\",le=\"1e-05\"} 1\n"
    "yizhan_match_duration_seconds_bucket{question=\"relax\",le=\"0.001\"} 4\n"
    "yizhan_match_duration_seconds_bucket{question=\"relax\",le=\"+Inf\"} 5\n"
    "yizhan_match_duration_seconds_sum{question=\"relax\"} 0.5\n"
    "yizhan_match_duration_seconds_count{question=\"relax\"} 5\n"
    "yizhan_read_hold_seconds_max 0.25\n"
    "yizhan_read_hold_seconds_bucket{le=\"0.5\"} 9\n"
    "yizhan_read_hold_seconds_count 9\n"
    "yizhan_told_total{kind=\"gone\"} 6\n"
    "yizhan_recount_mismatches_total 2\n"
    "process_start_time_seconds 1796040471.5\n"
    "yizhan_sse_clients 4"; // the last line may have no end

Test(gauges, are_found_in_a_page) {
    gauges f;
    cr_assert(gauges_parse(yz_text_of(PAGE), &f));
    cr_assert_eq(f.postings[1], 5000);
    cr_assert_eq(f.postings[6], 7);
    cr_assert_eq(f.seekers[4], 3);
    cr_assert_eq(f.commands, 12);
    cr_assert_eq(f.requests, 42); // of all routes
    cr_assert_eq(f.asked[4].bounds, 3);
    cr_assert_eq(f.questions[4], 5);
    cr_assert_eq(f.asked[0].bounds, 0);
    cr_assert(isinf(f.asked[4].upper[2]));
    cr_assert_eq(f.read_hold_max_s, 0.25);
    cr_assert_eq(f.read_holds.count, 9);
    cr_assert_eq(f.told_gone, 6);
    cr_assert_eq(f.mismatches, 2);
    cr_assert_eq(f.started_s, 1796040471.5);
    cr_assert_eq(f.streams, 4);
    cr_assert_not(gauges_parse(YZ_TEXT("<html>hello</html>"), &f));
    cr_assert_not(gauges_parse(YZ_TEXT(""), &f));
    cr_assert(isnan(f.mismatches)); // not told is not none
}

// Cut anywhere, with any byte changed: read without harm. The copies are on the heap, so that the
// address sanitizer sees a step too far.
Test(gauges, of_torn_pages_do_no_harm) {
    gauges f;
    size_t size = sizeof PAGE - 1;
    for (size_t cut = 0; cut <= size; cut++) {
        char *copy = malloc(cut + 1);
        memcpy(copy, PAGE, cut);
        (void)gauges_parse((yz_text){copy, (uint32_t)cut}, &f);
        free(copy);
    }
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        yz_random random = yz_random_seeded(seed);
        char *copy = malloc(size);
        memcpy(copy, PAGE, size);
        for (uint32_t i = 0; i < 12; i++)
            copy[yz_random_below(&random, size)] =
                "{}\"=, \n_\0x9\xFF"[yz_random_below(&random, 12)];
        (void)gauges_parse((yz_text){copy, (uint32_t)size}, &f);
        free(copy);
    }
    char many[8000] = "process_start_time_seconds 1\n"; // more bounds than anybody has
    for (int i = 0; i < 60; i++) {
        size_t at = strlen(many);
        snprintf(many + at, sizeof many - at, "yizhan_append_seconds_bucket{le=\"%d\"} %d\n", i, i);
    }
    cr_assert(gauges_parse(yz_text_of(many), &f));
    cr_assert_eq(f.appends.bounds, GAUGES_BOUNDS_MAX);
}

// The twin: every event by itself, evenly within its bucket, sorted as they are made.
static double slow_quantile(const double *upper, const uint32_t *in, uint32_t bounds,
                            uint32_t count, double share) {
    double wanted = share * count, passed = 0;
    for (uint32_t i = 0; i < bounds; i++) {
        double low = i == 0 ? 0 : upper[i - 1];
        for (uint32_t k = 1; k <= in[i]; k++) {
            passed += 1;
            if (passed < wanted) continue;
            if (i + 1 == bounds) return low;
            double over = passed - wanted; // part of this event's stretch
            return low + (upper[i] - low) * ((double)k - over) / in[i];
        }
    }
    return upper[bounds - 2];
}

Test(gauges, quantiles_agree_with_every_event_by_itself) {
    static const double UPPER[] = {1e-5, 1e-4, 1e-3, 1e-2, INFINITY};
    uint32_t compared = 0;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        yz_random random = yz_random_seeded(seed);
        gauges_histogram before = {.bounds = 5}, now = {.bounds = 5}, one = {0};
        uint32_t in[5], count = 0;
        double old = 0;
        for (int i = 0; i < 5; i++) {
            in[i] = yz_random_below(&random, 3) ? (uint32_t)yz_random_below(&random, 9) : 0;
            old += (double)yz_random_below(&random, 100);
            count += in[i];
            before.upper[i] = now.upper[i] = UPPER[i];
            before.at_most[i] = old;
            now.at_most[i] = old + count;
        }
        before.count = old;
        now.count = old + count;
        gauges_histogram between = gauges_between(&before, &now);
        gauges_add(&one, &between);
        for (int p = 1; p <= 100; p += 3) {
            double got = gauges_quantile(&one, p / 100.0);
            if (count == 0) {
                cr_assert(isnan(got));
                continue;
            }
            double wanted = slow_quantile(UPPER, in, 5, count, p / 100.0);
            cr_assert(fabs(got - wanted) <= 1e-12 + 1e-9 * wanted, "seed %lu p%d: %g, not %g", seed,
                      p, got, wanted);
            compared += 1;
        }
        gauges_add(&one, &between); // twice as many, the same quantile
        if (count > 0)
            cr_assert_float_eq(gauges_quantile(&one, 0.5), gauges_quantile(&between, 0.5), 1e-12);
    }
    cr_assert_gt(compared, 10000);
}

Test(gauges, are_read_as_words) {
    static const struct {
        double value;
        const char *count, *time, *size;
    } WORDS[] = {
        {0, "0", "0ns", "0"},
        {1, "1", "1.0s", "1"},
        {999, "999", "999s", "999"},
        {1000, "1.0k", "1000s", "1.0K"},
        {25371, "25.4k", NULL, "24.8K"},
        {99949, "99.9k", NULL, "97.6K"},
        {999499, "999k", NULL, "976K"},
        {999500, "1.0M", NULL, "976K"},
        {4.2e9, "4.2G", NULL, "3.9G"},
        {0.0000004, "0", "400ns", NULL},
        {0.00017, "0", "170us", NULL},
        {0.0026, "0", "2.6ms", NULL},
        {0.0999, "0", "100ms", NULL},
        {0.9999, "1", "1.0s", NULL},
        {NAN, "-", "-", "-"},
        {INFINITY, "-", "-", "-"},
    };
    char word[GAUGES_WORD_MAX];
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        gauges_count(WORDS[i].value, word);
        cr_expect_str_eq(word, WORDS[i].count, "count %g: %s", WORDS[i].value, word);
        cr_expect_leq(strlen(word), 5);
        if (WORDS[i].time != NULL) {
            gauges_time(WORDS[i].value, word);
            cr_expect_str_eq(word, WORDS[i].time, "time %g: %s", WORDS[i].value, word);
        }
        if (WORDS[i].size != NULL) {
            gauges_size(WORDS[i].value, word);
            cr_expect_str_eq(word, WORDS[i].size, "size %g: %s", WORDS[i].value, word);
        }
    }
}
