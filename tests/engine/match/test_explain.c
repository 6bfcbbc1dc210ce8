/* Why and why not: every limit against the rule written anew, every move by applying it, and by
 * trying all smaller ones. */
#include "engine/match/explain.h"

#include "engine/match/distance.h"
#include "engine/match/pair.h"
#include "tests/engine/match/pairs.h"

#include <criterion/criterion.h>
#include <stdio.h>

static uint32_t weights[PLAIN_SKILLS];
static yz_ids
    *skill_ids; // "s-" and a number that falls as the row rises: id order is not row order

static uint16_t row_of(yz_text id) {
    uint32_t row = yz_ids_find(skill_ids, id);
    cr_assert_neq(row, YZ_ROW_NONE);
    return (uint16_t)row;
}

static void skills_known(yz_random *random) {
    if (!skill_ids) {
        skill_ids = yz_ids_new((yz_hash_key){1, 2});
        for (uint32_t row = 0; row < PLAIN_SKILLS; row++) {
            char id[16];
            int size = snprintf(id, sizeof id, "s-%03u", PLAIN_SKILLS - row);
            cr_assert_eq(yz_ids_add(skill_ids, (yz_text){id, (uint32_t)size}), row);
        }
    }
    // few different weights, so that ties come up
    for (uint32_t row = 0; row < PLAIN_SKILLS; row++)
        weights[row] = 1000 * (1 + below(random, 4));
}

// ---- the rule, written anew on plain records ----

static uint32_t skill_count(const plain_seeker *s) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++)
        count += s->level[i] != 0;
    return count;
}

static bool covers(const plain_seeker *s, const plain_posting *p, uint32_t permille) {
    uint64_t met = 0, total = 0;
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++) {
        if (p->level[i] == 0) continue;
        total += weights[i];
        if (s->level[i] >= p->level[i]) met += weights[i];
    }
    return met * 1000 >= total * permille;
}

static bool limit_holds(const plain_seeker *s, const plain_posting *p, uint32_t permille,
                        yz_limit limit) {
    switch (limit) {
    case YZ_LIMIT_DISTANCE:
        return yz_distance_km(s->lat_e7, s->lon_e7, p->lat_e7, p->lon_e7) <= s->radius_m / 1000.0;
    case YZ_LIMIT_WAGE: return p->wage_max >= yz_wage_normal(s->floor_fen, s->unit);
    case YZ_LIMIT_EDUCATION: return s->education >= p->education;
    case YZ_LIMIT_TYPE: return (s->types & p->type) != 0;
    case YZ_LIMIT_SHIFTS: return (s->shifts & p->shifts) != 0;
    case YZ_LIMIT_COVERAGE: return covers(s, p, permille);
    }
    return false;
}

static yz_explanation explain(const plain_seeker *s, const plain_posting *p, uint32_t permille) {
    static packed_room room;
    yz_explanation out;
    yz_explain(
        &(yz_explain_pair){
            .seeker = pack_seeker(s, &room),
            .posting = pack_posting(p, &room),
            .floor_unit = s->unit,
            .has_wage = p->has_wage,
            .weights = weights,
            .skill_ids = skill_ids,
            .profile = YZ_PROFILE_DEFAULT,
            .coverage_permille = permille,
        },
        &out);
    return out;
}

static bool fits(const plain_seeker *s, const plain_posting *p, uint32_t permille) {
    static packed_room room;
    return yz_pair_fits(pack_seeker(s, &room), pack_posting(p, &room), weights, permille);
}

static plain_seeker moved(const plain_seeker *s, const yz_move *move) {
    plain_seeker after = *s;
    switch (move->limit) {
    case YZ_LIMIT_DISTANCE: after.radius_m = move->radius_m; break;
    case YZ_LIMIT_WAGE: after.floor_fen = move->floor_fen; break;
    case YZ_LIMIT_EDUCATION: after.education = move->education; break;
    case YZ_LIMIT_TYPE: after.types |= move->type; break;
    case YZ_LIMIT_SHIFTS: after.shifts |= 1u << move->shift; break;
    case YZ_LIMIT_COVERAGE:
        cr_assert_eq(after.level[row_of(move->skill)], move->skill_from);
        after.level[row_of(move->skill)] = move->skill_to;
        break;
    }
    return after;
}

// ---- all smaller moves of a kind, tried one by one ----

static bool smaller_radius_helps(const plain_seeker *s, const plain_posting *p, uint32_t radius_m) {
    double km = yz_distance_km(s->lat_e7, s->lon_e7, p->lat_e7, p->lon_e7);
    for (uint32_t r = 1; r < radius_m; r++) {
        if (km <= r / 1000.0) return true;
    }
    return false;
}

static bool higher_floor_helps(const plain_seeker *s, const plain_posting *p, int64_t floor_fen) {
    int64_t far = s->floor_fen - floor_fen > 100000 ? floor_fen + 100000 : s->floor_fen;
    for (int64_t floor = floor_fen + 1; floor <= far; floor++) {
        if (p->wage_max >= yz_wage_normal(floor, s->unit)) return true;
    }
    return false;
}

// The best single skill by trying all skills and levels; its row or PLAIN_SKILLS.
static uint32_t best_skill(const plain_seeker *s, const plain_posting *p, uint32_t permille,
                           uint8_t *to) {
    uint32_t best = PLAIN_SKILLS;
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++) {
        if (s->level[i] == 0 && skill_count(s) == YZ_SEEKER_SKILLS_MAX) continue;
        for (uint8_t level = (uint8_t)(s->level[i] + 1); level <= YZ_LEVEL_MAX; level++) {
            plain_seeker after = *s;
            after.level[i] = level;
            if (!covers(&after, p, permille)) continue;
            int steps = level - s->level[i];
            int best_steps = best < PLAIN_SKILLS ? *to - s->level[best] : 99;
            bool better =
                steps < best_steps || (steps == best_steps && weights[i] > weights[best]) ||
                (steps == best_steps && weights[i] == weights[best] &&
                 yz_text_compare(yz_ids_text(skill_ids, i), yz_ids_text(skill_ids, best)) < 0);
            if (better) {
                best = i;
                *to = level;
            }
            break;
        }
    }
    return best;
}

static void check_move(const plain_seeker *s, const plain_posting *p, uint32_t permille,
                       const yz_move *move, uint64_t seed) {
    if (move->possible) {
        plain_seeker after = moved(s, move);
        cr_assert(limit_holds(&after, p, permille, move->limit), "seed %lu, limit %d", seed,
                  (int)move->limit);
    }
    uint8_t to = 0;
    switch (move->limit) {
    case YZ_LIMIT_DISTANCE:
        cr_assert(move->possible && !smaller_radius_helps(s, p, move->radius_m), "seed %lu", seed);
        break;
    case YZ_LIMIT_WAGE:
        cr_assert(move->possible && move->floor_unit == s->unit, "seed %lu", seed);
        cr_assert(!higher_floor_helps(s, p, move->floor_fen), "seed %lu", seed);
        break;
    case YZ_LIMIT_EDUCATION:
        cr_assert_eq(move->possible, s->education + 1 == p->education, "seed %lu", seed);
        if (move->possible) cr_assert_eq(move->education, s->education + 1);
        break;
    case YZ_LIMIT_TYPE: cr_assert(move->possible && move->type == p->type); break;
    case YZ_LIMIT_SHIFTS:
        cr_assert(move->possible, "seed %lu", seed);
        for (uint32_t bit = 0; bit < move->shift; bit++)
            cr_assert_eq(p->shifts >> bit & 1, 0, "seed %lu", seed);
        break;
    case YZ_LIMIT_COVERAGE: {
        uint32_t best = best_skill(s, p, permille, &to);
        cr_assert_eq(move->possible, best < PLAIN_SKILLS, "seed %lu", seed);
        if (!move->possible) break;
        cr_assert_eq(row_of(move->skill), best, "seed %lu", seed);
        cr_assert_eq(move->skill_to, to, "seed %lu", seed);
        break;
    }
    }
}

static void check_explanation(const plain_seeker *s, const plain_posting *p, uint32_t permille,
                              uint64_t seed, uint32_t seen[YZ_LIMIT_COUNT + 2]) {
    yz_explanation out = explain(s, p, permille);
    uint32_t failed = 0;
    for (uint32_t limit = 0; limit < YZ_LIMIT_COUNT; limit++) {
        bool holds = limit_holds(s, p, permille, (yz_limit)limit);
        cr_assert_eq(out.failed[limit], !holds, "seed %lu, limit %u", seed, limit);
        if (holds) continue;
        cr_assert_eq(out.moves[failed].limit, (yz_limit)limit, "seed %lu", seed);
        check_move(s, p, permille, &out.moves[failed], seed);
        seen[limit] += 1;
        failed += 1;
    }
    cr_assert_eq(out.failed_count, failed);
    cr_assert_eq(out.move_count, failed);
    cr_assert_eq(out.fits, fits(s, p, permille), "seed %lu", seed);
    cr_assert_eq(out.has_single_change, failed == 1 && out.moves[0].possible, "seed %lu", seed);
    seen[YZ_LIMIT_COUNT] += out.fits;
    seen[YZ_LIMIT_COUNT + 1] += out.has_single_change;
    if (out.has_single_change) {
        plain_seeker after = moved(s, &out.moves[0]);
        cr_assert(fits(&after, p, permille), "seed %lu", seed);
    }
    double sum = out.parts.coverage + out.parts.preferred + out.parts.distance + out.parts.wage;
    cr_assert_eq(out.score, sum, "seed %lu", seed);
    cr_assert_eq(out.score > 0, out.fits, "seed %lu", seed);
}

// Half of the pairs are pulled to within one failed limit, where moves decide.
static void pull_together(yz_random *random, plain_seeker *s, const plain_posting *p) {
    if (below(random, 2)) return;
    uint32_t left_out = below(random, YZ_LIMIT_COUNT + 1);
    double km = yz_distance_km(s->lat_e7, s->lon_e7, p->lat_e7, p->lon_e7);
    if (left_out != YZ_LIMIT_DISTANCE) s->radius_m = (uint32_t)(km * 1000) + 1 + below(random, 3);
    if (left_out != YZ_LIMIT_WAGE) s->floor_fen = yz_wage_fen_down(p->wage_max, s->unit);
    if (left_out != YZ_LIMIT_EDUCATION && s->education < p->education) s->education = p->education;
    if (left_out != YZ_LIMIT_TYPE) s->types |= p->type;
    if (left_out != YZ_LIMIT_SHIFTS) s->shifts |= p->shifts;
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++) {
        bool room = skill_count(s) < YZ_SEEKER_SKILLS_MAX;
        bool take = left_out != YZ_LIMIT_COVERAGE || below(random, 2);
        if (room && take && s->level[i] < p->level[i]) s->level[i] = p->level[i];
    }
}

Test(explain, names_every_failed_limit_and_the_least_move_for_each) {
    uint32_t seen[YZ_LIMIT_COUNT + 2] = {0};
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        yz_random random = yz_random_seeded(seed);
        skills_known(&random);
        // From no skills to far blocks on either side; a few seekers hold all that a record may.
        uint32_t kinds = seed % 3 == 0 ? 6 : PLAIN_SKILLS;
        plain_posting p = random_posting(&random, kinds, seed % 5 == 0 ? YZ_REQUIRED_MAX : 5);
        plain_seeker s = random_seeker(&random, kinds, seed % 7 == 0 ? 300 : 20);
        for (uint32_t i = 0; skill_count(&s) > YZ_SEEKER_SKILLS_MAX; i++)
            s.level[i] = 0;
        pull_together(&random, &s, &p);
        check_explanation(&s, &p, seed % 4 ? 600 : 600 + below(&random, 401), seed, seen);
    }
    for (uint32_t i = 0; i < YZ_LIMIT_COUNT + 2; i++)
        cr_assert(seen[i] > 200, "%u: only %u", i, seen[i]);
}

Test(explain, meets_distance_and_wage_exactly_at_the_border) {
    for (uint64_t seed = 1; seed <= 500; seed++) {
        yz_random random = yz_random_seeded(seed);
        skills_known(&random);
        plain_posting p = random_posting(&random, 5, 0);
        p.has_wage = true;
        p.wage_max = 120 * yz_random_between(&random, 1, 1000000);
        plain_seeker s = random_seeker(&random, 5, 0);
        s.types = YZ_TYPES_ALL, s.shifts = YZ_SHIFTS_ALL, s.education = YZ_EDUCATION_MAX;
        s.floor_fen = 0;
        s.radius_m = 1;
        yz_explanation far = explain(&s, &p, 0);
        if (far.fits) continue; // next door
        cr_assert(far.has_single_change);
        s.radius_m = far.moves[0].radius_m;
        cr_assert(explain(&s, &p, 0).fits && fits(&s, &p, 600), "seed %lu", seed);
        s.radius_m -= 1;
        cr_assert(s.radius_m == 0 || !fits(&s, &p, 600), "seed %lu", seed);
        s.radius_m += 1;

        s.unit = YZ_PER_MONTH;
        s.floor_fen = p.wage_max / 120;
        cr_assert(explain(&s, &p, 0).fits, "seed %lu", seed);
        s.floor_fen += 1;
        yz_explanation dear = explain(&s, &p, 0);
        cr_assert(dear.has_single_change && dear.moves[0].floor_fen == s.floor_fen - 1);
        s.unit = YZ_PER_HOUR; // a fen an hour is 174 a month: the floor falls below the wage
        dear = explain(&s, &p, 0);
        cr_assert_eq(dear.moves[0].floor_fen, p.wage_max / 20880, "seed %lu", seed);
    }
}

Test(explain, finds_whole_metres_right_where_doubles_are_not) {
    // Places on one meridian, so that many distances fall next to a whole metre.
    yz_random random = yz_random_seeded(1);
    skills_known(&random);
    uint32_t hits = 0;
    for (int32_t step = 1; step <= 40000; step++) {
        plain_seeker s = random_seeker(&random, 5, 0);
        plain_posting p = random_posting(&random, 5, 0);
        p.lat_e7 = s.lat_e7 + step * 90;
        p.lon_e7 = s.lon_e7;
        s.radius_m = 1;
        double km = yz_distance_km(s.lat_e7, s.lon_e7, p.lat_e7, p.lon_e7);
        yz_explanation out = explain(&s, &p, 0);
        if (!out.failed[YZ_LIMIT_DISTANCE]) continue;
        uint32_t r = out.moves[0].radius_m;
        cr_assert(km <= r / 1000.0 && km > (r - 1) / 1000.0, "step %d", step);
        hits += 1;
    }
    cr_assert(hits > 39000);
}

Test(explain, says_that_a_posting_without_wage_fits_only_who_names_no_floor) {
    yz_random random = yz_random_seeded(1);
    skills_known(&random);
    plain_posting p = random_posting(&random, 5, 0);
    p.has_wage = false, p.wage_max = 0;
    plain_seeker s = random_seeker(&random, 5, 0);
    s.floor_fen = 1;
    yz_explanation out = explain(&s, &p, 0);
    cr_assert(out.failed[YZ_LIMIT_WAGE] && !out.has_wage);
    for (uint32_t i = 0; i < out.move_count; i++) {
        if (out.moves[i].limit == YZ_LIMIT_WAGE) cr_assert_eq(out.moves[i].floor_fen, 0);
    }
    s.floor_fen = 0;
    cr_assert_not(explain(&s, &p, 0).failed[YZ_LIMIT_WAGE]);
}

Test(explain, lists_every_skill_of_the_posting_beside_what_is_held) {
    yz_random random = yz_random_seeded(9);
    skills_known(&random);
    plain_posting p = {.shifts = 1, .type = 1};
    plain_seeker s = {.shifts = 1, .types = 1, .radius_m = 1000};
    p.level[3] = 2, p.level[7] = 4, s.level[3] = 3, s.level[7] = 3;
    p.preferred[8] = p.preferred[9] = true, s.level[9] = 1;
    yz_explanation out = explain(&s, &p, 1000);
    cr_assert_eq(out.required_count, 2);
    cr_assert_eq(out.preferred_count, 2);
    cr_assert(out.required[0].met && out.required[0].held == 3 && out.required[0].needed == 2);
    cr_assert(!out.required[1].met && out.required[1].weight == weights[7]);
    cr_assert(!out.preferred[0].met && out.preferred[1].met);
    cr_assert_eq(out.weight_total, weights[3] + weights[7]);
    cr_assert_eq(out.weight_met, weights[3]);
    cr_assert(out.preferred_met == 1 && out.preferred_total == 2);
    cr_assert(out.has_single_change && row_of(out.moves[0].skill) == 7);
    cr_assert(out.moves[0].skill_from == 3 && out.moves[0].skill_to == 4);
}
