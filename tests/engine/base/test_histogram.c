#include "engine/base/histogram.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

Test(histogram, buckets_follow_each_other_without_gap_up_to_the_last_value) {
    for (uint32_t i = 0; i < YZ_HISTOGRAM_BUCKETS; i++) {
        uint64_t low = yz_histogram_low(i), high = yz_histogram_high(i);
        cr_assert_eq(yz_histogram_bucket(low), i);
        cr_assert_eq(yz_histogram_bucket(high), i);
        cr_assert_eq(low, i == 0 ? 0 : yz_histogram_high(i - 1) + 1, "bucket %u", i);
        cr_assert_leq((double)(high - low), 0.016 * (double)low, "bucket %u", i);
    }
    cr_assert_eq(yz_histogram_high(YZ_HISTOGRAM_BUCKETS - 1), UINT64_MAX);
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Against its slow twin: all values, sorted. */
Test(histogram, quantiles_are_at_most_1_6_percent_above_a_sort) {
    static yz_histogram whole, half[2];
    static uint64_t all[5000];
    for (uint64_t seed = 1; seed <= 50; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t count = 1 + (uint32_t)yz_random_below(&random, 5000);
        yz_histogram_reset(&whole);
        for (int i = 0; i < 2; i++)
            yz_histogram_reset(&half[i]);
        for (uint32_t i = 0; i < count; i++) {
            all[i] = yz_random_next(&random) >> yz_random_below(&random, 64);
            yz_histogram_add(&half[i % 2], all[i]);
        }
        yz_histogram_merge(&whole, &half[0]);
        yz_histogram_merge(&whole, &half[1]);
        qsort(all, count, sizeof all[0], by_value);
        cr_assert_eq(whole.count, count);
        cr_assert_eq(whole.min, all[0]);
        cr_assert_eq(whole.max, all[count - 1]);
        static const double SHARES[] = {0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1};
        for (size_t s = 0; s < sizeof SHARES / sizeof SHARES[0]; s++) {
            double rank = ceil(SHARES[s] * count);
            uint64_t exact = all[rank < 1 ? 0 : (uint32_t)rank - 1];
            uint64_t got = yz_histogram_quantile(&whole, SHARES[s]);
            cr_assert_geq(got, exact, "seed %lu, share %g", seed, SHARES[s]);
            cr_assert_leq((double)(got - exact), 0.016 * (double)exact, "seed %lu, share %g", seed,
                          SHARES[s]);
        }
    }
}
