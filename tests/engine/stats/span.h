/* Exact elimination: what follows, by adding and subtracting, from sums that are known? Rows are
 * brought to echelon form modulo a prime, one by one; then a random vector is drawn that is
 * orthogonal to all of them. What follows from the rows is orthogonal to it too, so a target that
 * is not does not follow: that side is certain but for a denominator that the prime divides, and
 * two primes are asked. */
#ifndef YZ_TESTS_ENGINE_STATS_SPAN_H
#define YZ_TESTS_ENGINE_STATS_SPAN_H

#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const uint64_t SPAN_PRIMES[] = {2147483647, 2147483629};

typedef struct span {
    uint64_t prime;
    uint32_t columns, rank, room;
    uint32_t *rows;   // rank * columns
    uint32_t *pivot;  // by row: its first column that is not 0; there it is 1
    uint32_t *across; // orthogonal to all rows, after span_close
} span;

static inline span span_new(uint64_t prime, uint32_t columns) {
    return (span){
        .prime = prime, .columns = columns, .across = yz_alloc_zeroed(columns * sizeof(uint32_t))};
}

static inline void span_free(span *s) {
    yz_free(s->rows);
    yz_free(s->pivot);
    yz_free(s->across);
}

static inline uint64_t span_inverse(uint64_t value, uint64_t prime) {
    uint64_t result = 1;
    for (uint64_t power = prime - 2; power > 0; power >>= 1) {
        if (power & 1) result = result * value % prime;
        value = value * value % prime;
    }
    return result;
}

/* Entries: -1, 0, 1. */
static inline void span_add(span *s, const int8_t *entries) {
    if (s->rank == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->rows = yz_realloc(s->rows, (size_t)s->room * s->columns * sizeof *s->rows);
        s->pivot = yz_realloc(s->pivot, s->room * sizeof *s->pivot);
    }
    uint64_t p = s->prime;
    uint32_t *row = &s->rows[(size_t)s->rank * s->columns];
    for (uint32_t c = 0; c < s->columns; c++)
        row[c] = (uint32_t)(entries[c] < 0 ? p - 1 : (uint64_t)entries[c]);
    for (uint32_t r = 0; r < s->rank; r++) {
        uint64_t factor = row[s->pivot[r]];
        if (factor == 0) continue;
        const uint32_t *from = &s->rows[(size_t)r * s->columns];
        for (uint32_t c = s->pivot[r]; c < s->columns; c++) {
            if (from[c] != 0) row[c] = (uint32_t)((row[c] + (p - factor) * from[c]) % p);
        }
    }
    uint32_t first = 0;
    while (first < s->columns && row[first] == 0)
        first += 1;
    if (first == s->columns) return; // it followed from the others
    uint64_t inverse = span_inverse(row[first], p);
    for (uint32_t c = first; c < s->columns; c++)
        row[c] = (uint32_t)(row[c] * inverse % p);
    s->pivot[s->rank++] = first;
}

/* No more rows. Later rows have 0 at the pivots of earlier ones, so from the last to the first each
 * pivot's entry follows from those already drawn. */
static inline void span_close(span *s, yz_random *random) {
    for (uint32_t c = 0; c < s->columns; c++)
        s->across[c] = (uint32_t)yz_random_below(random, s->prime);
    for (uint32_t r = s->rank; r-- > 0;) {
        const uint32_t *row = &s->rows[(size_t)r * s->columns];
        uint64_t sum = 0;
        for (uint32_t c = 0; c < s->columns; c++) {
            if (c != s->pivot[r]) sum = (sum + (uint64_t)row[c] * s->across[c]) % s->prime;
        }
        s->across[s->pivot[r]] = (uint32_t)((s->prime - sum) % s->prime);
    }
}

/* Could it follow from the rows? */
static inline bool span_holds(const span *s, const int8_t *entries) {
    uint64_t sum = 0, p = s->prime;
    for (uint32_t c = 0; c < s->columns; c++) {
        if (entries[c] != 0) sum = (sum + (entries[c] < 0 ? p - s->across[c] : s->across[c])) % p;
    }
    return sum == 0;
}

#endif
