/* Plain records for tests of pairs: one array of levels instead of lists, packed on demand; and
 * random ones that meet at every border of the pair rule. */
#ifndef YZ_TESTS_ENGINE_MATCH_PAIRS_H
#define YZ_TESTS_ENGINE_MATCH_PAIRS_H

#include "engine/base/random.h"
#include "engine/match/explain.h"

#define PLAIN_SKILLS 150 // more than a seeker may hold

typedef struct plain_seeker {
    int32_t lat_e7, lon_e7;
    uint32_t radius_m, shifts;
    int64_t floor_fen;
    yz_wage_unit unit;
    uint8_t education, types;
    uint8_t level[PLAIN_SKILLS]; // 0 = none; at most YZ_SEEKER_SKILLS_MAX others
} plain_seeker;

typedef struct plain_posting {
    int32_t lat_e7, lon_e7;
    uint32_t shifts;
    int64_t wage_max; // 1/120 fen per month
    bool has_wage;
    uint8_t education, type;
    uint8_t level[PLAIN_SKILLS]; // required; at most YZ_REQUIRED_MAX
    bool preferred[PLAIN_SKILLS];
} plain_posting;

typedef struct packed_room {
    yz_packed_seeker seeker;
    yz_packed_posting posting;
    yz_posting_far posting_far;
    _Alignas(yz_seeker_far) unsigned char seeker_far[3 * YZ_SEEKER_SKILLS_MAX];
} packed_room;

static inline const yz_packed_seeker *pack_seeker(const plain_seeker *plain, packed_room *room) {
    yz_packed_seeker *s = &room->seeker;
    *s = (yz_packed_seeker){
        .lat_e7 = plain->lat_e7,
        .lon_e7 = plain->lon_e7,
        .wage_floor = yz_wage_normal(plain->floor_fen, plain->unit),
        .gate = yz_gate(plain->shifts, plain->education, plain->types),
        .radius_m = plain->radius_m,
    };
    uint32_t count = 0, at = 0;
    for (uint32_t skill = 0; skill < PLAIN_SKILLS; skill++)
        count += plain->level[skill] > 0;
    s->tail.skill_count = (uint8_t)count;
    uint16_t *skills = s->here.skill;
    uint8_t *levels = s->here.level;
    if (count > YZ_PACKED_SKILLS) {
        s->away.far = (struct yz_seeker_far *)(void *)room->seeker_far;
        skills = s->away.far->skill;
        levels = (uint8_t *)(skills + count);
    }
    for (uint32_t skill = 0; skill < PLAIN_SKILLS; skill++) {
        if (plain->level[skill] == 0) continue;
        skills[at] = (uint16_t)skill;
        levels[at++] = plain->level[skill];
    }
    return s;
}

static inline const yz_packed_posting *pack_posting(const plain_posting *plain, packed_room *room) {
    yz_packed_posting *p = &room->posting;
    *p = (yz_packed_posting){
        .lat_e7 = plain->lat_e7,
        .lon_e7 = plain->lon_e7,
        .wage_max = plain->wage_max,
        .gate = yz_gate(plain->shifts, plain->education, plain->type),
    };
    uint32_t required = 0, preferred = 0;
    for (uint32_t skill = 0; skill < PLAIN_SKILLS; skill++) {
        required += plain->level[skill] > 0;
        preferred += plain->preferred[skill];
    }
    p->required_count = (uint8_t)required;
    p->preferred_count = (uint8_t)preferred;
    uint16_t *need = p->here.required, *like = p->here.preferred;
    uint8_t *levels = p->here.level;
    if (required > YZ_PACKED_REQUIRED || preferred > YZ_PACKED_PREFERRED) {
        p->far_away = true;
        p->far = &room->posting_far;
        need = p->far->required, like = p->far->preferred, levels = p->far->level;
    }
    for (uint32_t skill = 0; skill < PLAIN_SKILLS; skill++) {
        if (plain->preferred[skill]) *like++ = (uint16_t)skill;
        if (plain->level[skill] == 0) continue;
        *need++ = (uint16_t)skill;
        *levels++ = plain->level[skill];
    }
    return p;
}

static inline uint32_t below(yz_random *random, uint64_t limit) {
    return (uint32_t)yz_random_below(random, limit);
}

static inline int32_t near_e7(yz_random *random, int32_t centre, int32_t spread) {
    return centre + (int32_t)yz_random_between(random, -spread, spread);
}

/* A seeker of Tianshui with up to `most` skills of the first `kinds`. */
static inline plain_seeker random_seeker(yz_random *random, uint32_t kinds, uint32_t most) {
    static const uint32_t RADII[] = {1, 500, 2000, 5000, 10000, 25000, 50000, 100000, 20100000};
    plain_seeker s = {
        .lat_e7 = near_e7(random, 345800000, 1500000),
        .lon_e7 = near_e7(random, 1057200000, 1500000),
        .radius_m = RADII[below(random, 9)],
        .shifts = 1u << below(random, 21) | (below(random, 2) ? below(random, YZ_SHIFTS_ALL) : 0),
        .unit = (yz_wage_unit)below(random, YZ_WAGE_UNIT_COUNT),
        .education = (uint8_t)below(random, 7),
        .types = (uint8_t)(1 + below(random, 15)),
    };
    // A quarter names no floor; the others around 4,000 yuan a month in their unit.
    int64_t month = yz_random_between(random, 0, 8000) * 100 * 120;
    if (below(random, 4)) s.floor_fen = yz_wage_fen_up(month, s.unit);
    uint32_t count = below(random, most + 1);
    for (uint32_t i = 0; i < count; i++)
        s.level[below(random, kinds)] = (uint8_t)(1 + below(random, 5));
    return s;
}

static inline plain_posting random_posting(yz_random *random, uint32_t kinds, uint32_t most) {
    plain_posting p = {
        .lat_e7 = near_e7(random, 345800000, 1500000),
        .lon_e7 = near_e7(random, 1057200000, 1500000),
        .shifts = 1u << below(random, 21) | (below(random, 2) ? below(random, YZ_SHIFTS_ALL) : 0),
        .has_wage = below(random, 5) > 0,
        .education = (uint8_t)below(random, 5),
        .type = (uint8_t)(1u << below(random, 4)),
    };
    if (p.has_wage)
        p.wage_max = yz_random_between(random, 1000, 9000) * 100 * 120 + below(random, 120);
    uint32_t count = below(random, most + 1);
    for (uint32_t i = 0; i < count; i++)
        p.level[below(random, kinds)] = (uint8_t)(1 + below(random, 5));
    count = below(random, most + 1);
    for (uint32_t i = 0; i < count; i++)
        p.preferred[below(random, kinds)] = true;
    return p;
}

#endif
