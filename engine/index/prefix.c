#include "engine/index/prefix.h"

void yz_prefix_of(yz_prefix *prefix, const yz_packed_posting *posting, const uint32_t *weights,
                  uint32_t coverage_permille) {
    const uint16_t *required = yz_posting_required(posting);
    const uint8_t *levels = yz_posting_levels(posting);
    uint32_t count = posting->required_count;
    prefix->required_count = count;
    prefix->total = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t weight = weights[required[i]];
        uint32_t at = i;
        // Rows come in ascending, so a strict comparison keeps equal weights in order of row.
        for (; at > 0 && prefix->weight[at - 1] < weight; at--) {
            prefix->skill[at] = prefix->skill[at - 1];
            prefix->level[at] = prefix->level[at - 1];
            prefix->weight[at] = prefix->weight[at - 1];
        }
        prefix->skill[at] = required[i];
        prefix->level[at] = levels[i];
        prefix->weight[at] = weight;
        prefix->total += weight;
    }
    uint64_t rest = prefix->total;
    uint32_t taken = 0;
    while (taken < count && 1000 * rest >= coverage_permille * prefix->total) {
        rest -= prefix->weight[taken++];
    }
    prefix->count = taken;
}
