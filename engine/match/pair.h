/* One seeker, one posting: do they fit, and how well? The pair rule on packed records, whole; the
 * searches use the same pieces in an order that fails early. engine/match/oracle is its twin. */
#ifndef YZ_ENGINE_MATCH_PAIR_H
#define YZ_ENGINE_MATCH_PAIR_H

#include "engine/match/question.h"
#include "engine/model/packed.h"
#include "engine/model/profile.h"

/* M and T of the pair, and the preferred skills met of how many. */
typedef struct yz_pair_skills {
    uint64_t weight_met, weight_total; // M, T; 0, 0 without required skills
    uint32_t preferred_met, preferred_total;
} yz_pair_skills;

/* `weights` by skill row. O(skills of both). */
yz_pair_skills yz_pair_meet(const yz_packed_seeker *seeker, const yz_packed_posting *posting,
                            const uint32_t *weights);

/* The levels held of the required skills, added up. */
uint32_t yz_pair_levels(const yz_packed_seeker *seeker, const yz_packed_posting *posting);

/* 1000 M >= permille T. */
static inline bool yz_pair_covers(uint64_t met, uint64_t total, uint32_t coverage_permille) {
    return 1000 * met >= coverage_permille * total;
}

/* All hard limits, the distance by the exact formula. */
bool yz_pair_fits(const yz_packed_seeker *seeker, const yz_packed_posting *posting,
                  const uint32_t *weights, uint32_t coverage_permille);

/* The score, from facts already known: the parts added left to right. `parts` may be NULL. */
double yz_pair_sum(const yz_profile *profile, const yz_packed_seeker *seeker,
                   const yz_packed_posting *posting, yz_pair_skills skills, double distance_km,
                   yz_score_parts *parts);

/* The score of a pair that fits. `parts`, `distance_km` may be NULL. */
double yz_pair_score(const yz_packed_seeker *seeker, const yz_packed_posting *posting,
                     const uint32_t *weights, const yz_profile *profile, yz_score_parts *parts,
                     double *distance_km);

#endif
