/* Each limit is looked at by itself, in the words of the pair rule, so every one that fails is
 * named; and since no move lifts more than its own limit, a pair is one change away exactly when
 * one limit fails. */
#include "engine/match/explain.h"

#include "engine/match/distance.h"
#include "engine/match/pair.h"

yz_text yz_limit_name(yz_limit limit) {
    switch (limit) {
    case YZ_LIMIT_DISTANCE: return YZ_TEXT("distance");
    case YZ_LIMIT_WAGE: return YZ_TEXT("wage");
    case YZ_LIMIT_EDUCATION: return YZ_TEXT("education");
    case YZ_LIMIT_TYPE: return YZ_TEXT("type");
    case YZ_LIMIT_SHIFTS: return YZ_TEXT("shifts");
    case YZ_LIMIT_COVERAGE: return YZ_TEXT("coverage");
    }
    return YZ_TEXT("");
}

static uint32_t lowest_bit(uint32_t set) {
    uint32_t bit = 0;
    while ((set >> bit & 1) == 0)
        bit++;
    return bit;
}

static uint8_t held(const yz_packed_seeker *seeker, uint16_t skill) {
    const uint16_t *skills = yz_seeker_skills(seeker);
    for (uint32_t i = 0; i < yz_seeker_skill_count(seeker); i++) {
        if (skills[i] == skill) return yz_seeker_levels(seeker)[i];
    }
    return 0;
}

static void list_skills(const yz_explain_pair *pair, yz_explanation *out) {
    const yz_packed_posting *posting = pair->posting;
    out->required_count = posting->required_count;
    for (uint32_t i = 0; i < out->required_count; i++) {
        uint16_t skill = yz_posting_required(posting)[i];
        yz_skill_check *check = &out->required[i];
        check->skill = yz_ids_text(pair->skill_ids, skill);
        check->weight = pair->weights[skill];
        check->needed = yz_posting_levels(posting)[i];
        check->held = held(pair->seeker, skill);
        check->met = check->held >= check->needed;
    }
    out->preferred_count = posting->preferred_count;
    for (uint32_t i = 0; i < out->preferred_count; i++) {
        uint16_t skill = yz_posting_preferred(posting)[i];
        yz_skill_check *check = &out->preferred[i];
        check->skill = yz_ids_text(pair->skill_ids, skill);
        check->weight = pair->weights[skill];
        check->needed = 0;
        check->held = held(pair->seeker, skill);
        check->met = check->held > 0;
    }
}

// The least whole metre r with km <= r / 1000.0, in the doubles of the pair rule. The first guess
// is never too large: a product may round up to a whole metre, but not past it.
static uint32_t radius_for(double km) {
    uint32_t r = (uint32_t)(km * 1000.0);
    if (r < 1) r = 1;
    while (km > r / 1000.0)
        r++;
    return r;
}

static bool better_skill(const yz_skill_check *a, const yz_skill_check *b) {
    int levels_a = a->needed - a->held, levels_b = b->needed - b->held;
    if (levels_a != levels_b) return levels_a < levels_b;
    if (a->weight != b->weight) return a->weight > b->weight;
    return yz_text_compare(a->skill, b->skill) < 0;
}

// The one skill that is enough; a seeker who holds as many as a record may have can only raise.
static void move_skill(const yz_explain_pair *pair, const yz_explanation *out, yz_move *move) {
    bool may_add = yz_seeker_skill_count(pair->seeker) < YZ_SEEKER_SKILLS_MAX;
    const yz_skill_check *best = NULL;
    for (uint32_t i = 0; i < out->required_count; i++) {
        const yz_skill_check *check = &out->required[i];
        if (check->met || (check->held == 0 && !may_add)) continue;
        uint64_t met = out->weight_met + check->weight;
        if (!yz_pair_covers(met, out->weight_total, out->coverage_permille)) continue;
        if (!best || better_skill(check, best)) best = check;
    }
    move->possible = best != NULL;
    if (!best) return;
    move->skill = best->skill;
    move->skill_from = best->held;
    move->skill_to = best->needed;
}

static yz_move move_for(const yz_explain_pair *pair, const yz_explanation *out, yz_limit limit) {
    uint32_t asked = pair->posting->gate, held_gate = pair->seeker->gate;
    yz_move move = {.limit = limit, .possible = true};
    switch (limit) {
    case YZ_LIMIT_DISTANCE:
        move.radius_m = radius_for(out->distance_km);
        move.possible = move.radius_m <= YZ_RADIUS_M_MAX;
        break;
    case YZ_LIMIT_WAGE:
        move.floor_unit = pair->floor_unit;
        move.floor_fen = yz_wage_fen_down(pair->posting->wage_max, pair->floor_unit);
        break;
    case YZ_LIMIT_EDUCATION:
        move.education = (uint8_t)(yz_gate_education(held_gate) + 1);
        move.possible = move.education == yz_gate_education(asked);
        break;
    case YZ_LIMIT_TYPE:
        move.possible = yz_gate_types(asked) != 0;
        if (move.possible) move.type = (uint8_t)(1u << lowest_bit(yz_gate_types(asked)));
        break;
    case YZ_LIMIT_SHIFTS:
        move.possible = yz_gate_shifts(asked) != 0;
        if (move.possible) move.shift = (uint8_t)lowest_bit(yz_gate_shifts(asked));
        break;
    case YZ_LIMIT_COVERAGE: move_skill(pair, out, &move); break;
    }
    if (!move.possible) return (yz_move){.limit = limit, .possible = false};
    return move;
}

void yz_explain(const yz_explain_pair *pair, yz_explanation *out) {
    const yz_packed_seeker *seeker = pair->seeker;
    const yz_packed_posting *posting = pair->posting;
    *out = (yz_explanation){.has_wage = pair->has_wage};
    uint32_t asked = pair->coverage_permille, least = pair->profile.coverage_permille;
    out->coverage_permille = asked > least ? asked : least;
    out->distance_km =
        yz_distance_km(seeker->lat_e7, seeker->lon_e7, posting->lat_e7, posting->lon_e7);
    out->wage_max_normal = posting->wage_max;
    out->floor_normal = seeker->wage_floor;
    yz_pair_skills skills = yz_pair_meet(seeker, posting, pair->weights);
    out->weight_met = skills.weight_met;
    out->weight_total = skills.weight_total;
    out->preferred_met = skills.preferred_met;
    out->preferred_total = skills.preferred_total;
    list_skills(pair, out);

    bool *failed = out->failed;
    failed[YZ_LIMIT_DISTANCE] = out->distance_km > seeker->radius_m / 1000.0;
    failed[YZ_LIMIT_WAGE] = posting->wage_max < seeker->wage_floor;
    failed[YZ_LIMIT_EDUCATION] = yz_gate_education(seeker->gate) < yz_gate_education(posting->gate);
    failed[YZ_LIMIT_TYPE] = yz_gate_types(seeker->gate & posting->gate) == 0;
    failed[YZ_LIMIT_SHIFTS] = yz_gate_shifts(seeker->gate & posting->gate) == 0;
    failed[YZ_LIMIT_COVERAGE] =
        !yz_pair_covers(skills.weight_met, skills.weight_total, out->coverage_permille);
    for (uint32_t limit = 0; limit < YZ_LIMIT_COUNT; limit++) {
        if (!failed[limit]) continue;
        out->moves[out->move_count++] = move_for(pair, out, (yz_limit)limit);
        out->failed_count += 1;
    }
    out->fits = out->failed_count == 0;
    out->has_single_change = out->failed_count == 1 && out->moves[0].possible;
    if (out->fits) {
        out->score =
            yz_pair_sum(&pair->profile, seeker, posting, skills, out->distance_km, &out->parts);
    }
}
