#include "engine/match/pair.h"

#include "engine/match/distance.h"

// The level a seeker holds of a skill, 0 = none. His skills ascend.
static uint8_t held(const yz_packed_seeker *seeker, uint16_t skill) {
    const uint16_t *skills = yz_seeker_skills(seeker);
    uint32_t low = 0, high = yz_seeker_skill_count(seeker);
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (skills[middle] < skill) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < yz_seeker_skill_count(seeker) && skills[low] == skill;
    return found ? yz_seeker_levels(seeker)[low] : 0;
}

yz_pair_skills yz_pair_meet(const yz_packed_seeker *seeker, const yz_packed_posting *posting,
                            const uint32_t *weights) {
    yz_pair_skills s = {.preferred_total = posting->preferred_count};
    const uint16_t *required = yz_posting_required(posting);
    const uint8_t *levels = yz_posting_levels(posting);
    for (uint32_t i = 0; i < posting->required_count; i++) {
        uint32_t weight = weights[required[i]];
        s.weight_total += weight;
        if (held(seeker, required[i]) >= levels[i]) s.weight_met += weight;
    }
    const uint16_t *preferred = yz_posting_preferred(posting);
    for (uint32_t i = 0; i < posting->preferred_count; i++) {
        s.preferred_met += held(seeker, preferred[i]) > 0;
    }
    return s;
}

uint32_t yz_pair_levels(const yz_packed_seeker *seeker, const yz_packed_posting *posting) {
    const uint16_t *required = yz_posting_required(posting);
    uint32_t levels = 0;
    for (uint32_t i = 0; i < posting->required_count; i++)
        levels += held(seeker, required[i]);
    return levels;
}

bool yz_pair_fits(const yz_packed_seeker *seeker, const yz_packed_posting *posting,
                  const uint32_t *weights, uint32_t coverage_permille) {
    if (yz_gate_shifts(seeker->gate & posting->gate) == 0) return false;
    if (yz_gate_types(seeker->gate & posting->gate) == 0) return false;
    if (yz_gate_education(seeker->gate) < yz_gate_education(posting->gate)) return false;
    if (posting->wage_max < seeker->wage_floor) return false;
    yz_pair_skills s = yz_pair_meet(seeker, posting, weights);
    if (!yz_pair_covers(s.weight_met, s.weight_total, coverage_permille)) return false;
    double km = yz_distance_km(seeker->lat_e7, seeker->lon_e7, posting->lat_e7, posting->lon_e7);
    return km <= seeker->radius_m / 1000.0;
}

static double wage_part(int64_t wage_max, int64_t floor) {
    if (floor == 0) return 1.0;
    double part = (double)(wage_max - floor) / (double)floor;
    return part < 1.0 ? part : 1.0;
}

double yz_pair_sum(const yz_profile *profile, const yz_packed_seeker *seeker,
                   const yz_packed_posting *posting, yz_pair_skills skills, double distance_km,
                   yz_score_parts *parts) {
    yz_score_parts p;
    p.coverage =
        skills.weight_total == 0 ? 1.0 : (double)skills.weight_met / (double)skills.weight_total;
    double share = skills.preferred_total == 0
                       ? 0.0
                       : (double)skills.preferred_met / (double)skills.preferred_total;
    p.preferred = profile->preferred_permille / 1000.0 * share;
    p.distance =
        profile->distance_permille / 1000.0 * (1.0 - distance_km / (seeker->radius_m / 1000.0));
    p.wage = profile->wage_permille / 1000.0 * wage_part(posting->wage_max, seeker->wage_floor);
    if (parts) *parts = p;
    return p.coverage + p.preferred + p.distance + p.wage;
}

double yz_pair_score(const yz_packed_seeker *seeker, const yz_packed_posting *posting,
                     const uint32_t *weights, const yz_profile *profile, yz_score_parts *parts,
                     double *distance_km) {
    double km = yz_distance_km(seeker->lat_e7, seeker->lon_e7, posting->lat_e7, posting->lon_e7);
    if (distance_km) *distance_km = km;
    yz_pair_skills skills = yz_pair_meet(seeker, posting, weights);
    return yz_pair_sum(profile, seeker, posting, skills, km, parts);
}
