/* The required skills of a posting in the order of matching, and its prefix P.
 *
 *     by (weight descending, row ascending):   s0 s1 s2 | s3 s4     the rest alone is too light:
 *                                              ---P----             1000 (w3 + w4) < coverage T
 *
 * Who meets none of P cannot fit; the first met skill of P is the one that reports the pair. */
#ifndef YZ_ENGINE_INDEX_PREFIX_H
#define YZ_ENGINE_INDEX_PREFIX_H

#include "engine/model/packed.h"

typedef struct yz_prefix {
    uint16_t skill[YZ_REQUIRED_MAX]; // all required, in order
    uint8_t level[YZ_REQUIRED_MAX];
    uint32_t weight[YZ_REQUIRED_MAX];
    uint32_t required_count, count; // count: of P; 0 only without required skills
    uint64_t total;                 // T
} yz_prefix;

/* `weights` by skill row. O(skills^2), 32 at most. */
void yz_prefix_of(yz_prefix *prefix, const yz_packed_posting *posting, const uint32_t *weights,
                  uint32_t coverage_permille);

#endif
