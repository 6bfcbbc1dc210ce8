#include "engine/base/histogram.h"

#include "engine/base/check.h"

#include <string.h>

#define SUB_BITS 6
#define SUB (1u << SUB_BITS) // buckets for each doubling

void yz_histogram_reset(yz_histogram *h) {
    memset(h, 0, sizeof *h);
    h->min = UINT64_MAX;
}

uint32_t yz_histogram_bucket(uint64_t value) {
    if (value < SUB) return (uint32_t)value;
    uint32_t shift = 63 - (uint32_t)__builtin_clzll(value) - SUB_BITS;
    return shift * SUB + (uint32_t)(value >> shift);
}

uint64_t yz_histogram_low(uint32_t bucket) {
    yz_check(bucket < YZ_HISTOGRAM_BUCKETS);
    if (bucket < 2 * SUB) return bucket;
    uint32_t shift = bucket / SUB - 1;
    return (uint64_t)(bucket % SUB + SUB) << shift;
}

uint64_t yz_histogram_high(uint32_t bucket) {
    yz_check(bucket < YZ_HISTOGRAM_BUCKETS);
    if (bucket < 2 * SUB) return bucket;
    uint32_t shift = bucket / SUB - 1;
    return yz_histogram_low(bucket) + (((uint64_t)1 << shift) - 1);
}

void yz_histogram_add(yz_histogram *h, uint64_t value) {
    h->buckets[yz_histogram_bucket(value)] += 1;
    h->count += 1;
    h->sum += value;
    if (value < h->min) h->min = value;
    if (value > h->max) h->max = value;
}

void yz_histogram_merge(yz_histogram *h, const yz_histogram *other) {
    for (uint32_t i = 0; i < YZ_HISTOGRAM_BUCKETS; i++)
        h->buckets[i] += other->buckets[i];
    h->count += other->count;
    h->sum += other->sum;
    if (other->min < h->min) h->min = other->min;
    if (other->max > h->max) h->max = other->max;
}

uint64_t yz_histogram_quantile(const yz_histogram *h, double share) {
    yz_check(share >= 0 && share <= 1);
    if (h->count == 0) return 0;
    // The rank that must be reached: at least one value, at most all of them.
    double wanted = share * (double)h->count;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < YZ_HISTOGRAM_BUCKETS; i++) {
        seen += h->buckets[i];
        if (h->buckets[i] == 0 || (double)seen < wanted) continue;
        uint64_t high = yz_histogram_high(i);
        return high < h->max ? high : h->max;
    }
    return h->max;
}
