/* How often each length of time (or size) occurred: log-linear, exact counts, buckets at most 1.6 %
 * wide, so a quantile is at most that much above the true one.
 *
 *     value      0 .. 127     each its own bucket
 *     value    128 .. 255     buckets of 2          64 buckets for each doubling
 *     value    256 .. 511     buckets of 4 ...      up to 2^64 - 1
 *
 * For latencies and sizes only; statistics count days exactly. One thread at a time. */
#ifndef YZ_ENGINE_BASE_HISTOGRAM_H
#define YZ_ENGINE_BASE_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define YZ_HISTOGRAM_BUCKETS 3776 // 64 + 58 * 64

typedef struct yz_histogram {
    uint64_t count, sum, min, max; // min is UINT64_MAX while count is 0
    uint64_t buckets[YZ_HISTOGRAM_BUCKETS];
} yz_histogram; // 30 KB

void yz_histogram_reset(yz_histogram *h);
void yz_histogram_add(yz_histogram *h, uint64_t value);
/* Adds all of `other`, as if each value had been added here. */
void yz_histogram_merge(yz_histogram *h, const yz_histogram *other);

/* The smallest bucket end that at least `share` (0..1) of the values do not pass, and never more
 * than max; 0 when empty. share 0.5 is the median, 1 the maximum. O(buckets). */
uint64_t yz_histogram_quantile(const yz_histogram *h, double share);

/* The bucket of a value, and the first and last value of a bucket. */
uint32_t yz_histogram_bucket(uint64_t value);
uint64_t yz_histogram_low(uint32_t bucket);
uint64_t yz_histogram_high(uint32_t bucket);

#endif
