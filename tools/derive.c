#include "tools/derive.h"

#include "engine/base/alloc.h"
#include "engine/base/arith.h"
#include "engine/base/check.h"
#include "engine/base/random.h"

#include <stdio.h>
#include <string.h>

#define DRAWN_SKILLS_MAX YZ_REQUIRED_MAX
#define KM_PER_DEGREE 111.195
#define SPREAD_KM 8.0
#define OFFICE_SHIFTS 0x36DBu // days 0..4: parts 0 and 1

// What of a posting the rule looks at.
typedef struct drawn {
    yz_place place;
    char division[YZ_ID_BYTES_MAX], occupation[YZ_ID_BYTES_MAX];
    uint32_t occupation_size;
    uint8_t skill_count, education, type;
    bool has_wage;
    yz_wage_unit unit;
    int64_t wage_fen;
    char *skills; // owned: the ids one after the other, each ended by 0
    uint8_t levels[DRAWN_SKILLS_MAX];
} drawn;

struct derive {
    drawn *drawn; // the reservoir
    uint32_t room, count;
    uint64_t offered, seed;
    yz_random random;
};

derive *derive_new(uint32_t count, uint64_t seed) {
    yz_check(count >= 1);
    derive *d = yz_alloc_zeroed(sizeof *d);
    d->drawn = yz_alloc_zeroed(count * sizeof *d->drawn);
    d->room = count;
    d->seed = seed;
    d->random = yz_random_of(seed, 0);
    return d;
}

void derive_free(derive *d) {
    if (d == NULL) return;
    for (uint32_t i = 0; i < d->count; i++)
        yz_free(d->drawn[i].skills);
    yz_free(d->drawn);
    yz_free(d);
}

static void copy_posting(drawn *to, const yz_posting *from) {
    yz_free(to->skills);
    *to = (drawn){.place = from->place,
                  .skill_count = (uint8_t)from->required_count,
                  .education = from->education_min,
                  .type = from->type,
                  .has_wage = from->has_wage,
                  .unit = from->wage_unit,
                  .wage_fen = from->wage_max_fen};
    if (from->place.division.size) {
        memcpy(to->division, from->place.division.bytes, from->place.division.size);
    }
    to->occupation_size = from->occupation.size;
    if (from->occupation.size) {
        memcpy(to->occupation, from->occupation.bytes, from->occupation.size);
    }
    size_t size = 0;
    for (uint32_t i = 0; i < from->required_count; i++)
        size += from->required[i].skill.size + 1;
    char *at = to->skills = yz_alloc_zeroed(size);
    for (uint32_t i = 0; i < from->required_count; i++) {
        memcpy(at, from->required[i].skill.bytes, from->required[i].skill.size);
        at += from->required[i].skill.size + 1;
        to->levels[i] = from->required[i].level;
    }
}

// Vitter's algorithm R: after n offers each has stood the same chance.
void derive_offer(derive *d, const yz_posting *posting) {
    d->offered += 1;
    if (d->count < d->room) {
        copy_posting(&d->drawn[d->count++], posting);
        return;
    }
    uint64_t at = yz_random_below(&d->random, d->offered);
    if (at < d->room) copy_posting(&d->drawn[at], posting);
}

uint32_t derive_count(const derive *d) {
    return d->count;
}

static uint8_t clipped(int64_t level) {
    return (uint8_t)(level < 1 ? 1 : level > YZ_LEVEL_MAX ? YZ_LEVEL_MAX : level);
}

static bool holds(const yz_skill_level *skills, uint32_t count, yz_text skill) {
    for (uint32_t i = 0; i < count; i++) {
        if (yz_text_equal(skills[i].skill, skill)) return true;
    }
    return false;
}

// Adds each skill of `from` with chance `in_twenty` in 20.
static uint16_t add_skills(const drawn *from, uint64_t in_twenty, yz_random *random,
                           yz_skill_level *skills, uint16_t count) {
    static const int8_t steps[] = {-1, 0, 0, 1, 2};
    const char *at = from->skills;
    for (uint32_t i = 0; i < from->skill_count; i++) {
        yz_text skill = yz_text_of(at);
        at += skill.size + 1;
        bool taken = yz_random_below(random, 20) < in_twenty;
        int64_t level = from->levels[i] + steps[yz_random_below(random, 5)];
        if (!taken || holds(skills, count, skill)) continue;
        skills[count++] = (yz_skill_level){skill, clipped(level)};
    }
    return count;
}

static int32_t moved(int32_t degree_e7, double km, double km_per_degree, int32_t limit) {
    double to = (double)degree_e7 + km / km_per_degree * 1e7;
    return to > limit ? limit : to < -limit ? -limit : (int32_t)to;
}

static yz_place place_near(const drawn *from, yz_random *random) {
    double north = SPREAD_KM * yz_random_gauss(random), east = SPREAD_KM * yz_random_gauss(random);
    double shrink = yz_cos((double)from->place.lat_e7 / 1e7 * YZ_PI / 180.0);
    if (shrink < 0.01) shrink = 0.01; // at a pole every way is south
    return (yz_place){
        .lat_e7 = moved(from->place.lat_e7, north, KM_PER_DEGREE, 900000000),
        .lon_e7 = moved(from->place.lon_e7, east, KM_PER_DEGREE * shrink, 1800000000),
        .division = {from->division, from->place.division.size},
    };
}

void derive_seeker(const derive *d, uint32_t index, yz_arena *arena, yz_seeker *seeker) {
    static const uint32_t radii_m[] = {10000, 25000, 50000, 100000};
    yz_check(index < d->count);
    yz_random random = yz_random_of(d->seed, (uint64_t)index + 1);
    const drawn *from = &d->drawn[index];
    const drawn *before = &d->drawn[index ? index - 1 : d->count - 1];
    yz_skill_level *skills = yz_arena_take(arena, 2 * DRAWN_SKILLS_MAX * sizeof *skills);
    char *id = yz_arena_take(arena, 32);
    yz_check(skills && id);
    uint16_t count = add_skills(from, 18, &random, skills, 0);
    count = add_skills(before, 5, &random, skills, count);
    *seeker = (yz_seeker){
        .id = {id, (uint32_t)snprintf(id, 32, "derived-%08u", index)},
        .occupation = {from->occupation, from->occupation_size},
        .skills = skills,
        .skill_count = count,
        .place = place_near(from, &random),
        .radius_m = radii_m[yz_random_below(&random, 4)],
        .floor_unit = from->has_wage ? from->unit : YZ_PER_MONTH,
        .floor_fen =
            from->has_wage ? from->wage_fen * yz_random_between(&random, 70, 100) / 100 : 0,
        .education = from->education,
        .types = from->type,
        .shifts = YZ_SHIFTS_ALL,
    };
    if (yz_random_below(&random, 2) && seeker->education < YZ_EDUCATION_MAX) seeker->education++;
    if (yz_random_below(&random, 2)) seeker->types |= YZ_TYPE_PART;
    if (yz_random_below(&random, 4) == 0) seeker->shifts = OFFICE_SHIFTS;
}
