/* The records as matching reads them: one cache line each, rows instead of text ids.
 *
 *   posting   0  lat_e7, lon_e7    8  wage_max     16  gate    20  counts    24  skills (40 bytes)
 *   seeker    0  lat_e7, lon_e7    8  wage_floor   16  gate    20  radius_m  24  skills (40 bytes)
 *
 * `gate` holds what is compared as bits:   shifts 0..20 | education 21..23 | types 24..27
 * A record with more skills than fit keeps them in a block of its own (`far`). Skills stand in
 * ascending order of row; the same record also serves as a question (a seeker who asks). */
#ifndef YZ_ENGINE_MODEL_PACKED_H
#define YZ_ENGINE_MODEL_PACKED_H

#include "engine/model/limits.h"

#include <stdbool.h>
#include <stdint.h>

#define YZ_GATE_EDUCATION_SHIFT 21
#define YZ_GATE_TYPES_SHIFT 24

static inline uint32_t yz_gate(uint32_t shifts, uint32_t education, uint32_t types) {
    return shifts | education << YZ_GATE_EDUCATION_SHIFT | types << YZ_GATE_TYPES_SHIFT;
}
static inline uint32_t yz_gate_shifts(uint32_t gate) {
    return gate & YZ_SHIFTS_ALL;
}
static inline uint32_t yz_gate_education(uint32_t gate) {
    return gate >> YZ_GATE_EDUCATION_SHIFT & 7u;
}
static inline uint32_t yz_gate_types(uint32_t gate) {
    return gate >> YZ_GATE_TYPES_SHIFT & 15u;
}

#define YZ_PACKED_REQUIRED 8
#define YZ_PACKED_PREFERRED 8
#define YZ_PACKED_SKILLS 13

typedef struct yz_packed_posting {
    int32_t lat_e7, lon_e7;
    int64_t wage_max; // 1/120 fen per month; 0 without a wage
    uint32_t gate;    // shifts, education_min, its one type
    uint8_t required_count, preferred_count;
    bool far_away; // the lists are in `far`
    uint8_t spare;
    union {
        struct {
            uint16_t required[YZ_PACKED_REQUIRED];
            uint16_t preferred[YZ_PACKED_PREFERRED];
            uint8_t level[YZ_PACKED_REQUIRED];
        } here;
        struct yz_posting_far *far; // owned by the table
    };
} yz_packed_posting;

typedef struct yz_posting_far {
    uint16_t required[YZ_REQUIRED_MAX];
    uint16_t preferred[YZ_PREFERRED_MAX];
    uint8_t level[YZ_REQUIRED_MAX];
} yz_posting_far;

typedef struct yz_packed_seeker {
    int32_t lat_e7, lon_e7;
    int64_t wage_floor; // 1/120 fen per month; 0 = none
    uint32_t gate;      // shifts, education, accepted types
    uint32_t radius_m;
    union {
        struct {
            uint16_t skill[YZ_PACKED_SKILLS];
            uint8_t level[YZ_PACKED_SKILLS];
        } here;
        struct {
            struct yz_seeker_far *far; // owned by the table
        } away;
        struct {
            uint8_t bytes[39];
            uint8_t skill_count; // in both forms; > YZ_PACKED_SKILLS means `away`
        } tail;
    };
} yz_packed_seeker;

/* skill_count skills, then skill_count levels. */
typedef struct yz_seeker_far {
    uint16_t skill[1]; // really skill_count of them, then the levels as bytes
} yz_seeker_far;

_Static_assert(sizeof(yz_packed_posting) == 64, "one cache line");
_Static_assert(sizeof(yz_packed_seeker) == 64, "one cache line");

static inline const uint16_t *yz_posting_required(const yz_packed_posting *p) {
    return p->far_away ? p->far->required : p->here.required;
}
static inline const uint8_t *yz_posting_levels(const yz_packed_posting *p) {
    return p->far_away ? p->far->level : p->here.level;
}
static inline const uint16_t *yz_posting_preferred(const yz_packed_posting *p) {
    return p->far_away ? p->far->preferred : p->here.preferred;
}
static inline uint32_t yz_seeker_skill_count(const yz_packed_seeker *s) {
    return s->tail.skill_count;
}
static inline const uint16_t *yz_seeker_skills(const yz_packed_seeker *s) {
    return s->tail.skill_count > YZ_PACKED_SKILLS ? s->away.far->skill : s->here.skill;
}
static inline const uint8_t *yz_seeker_levels(const yz_packed_seeker *s) {
    return s->tail.skill_count > YZ_PACKED_SKILLS
               ? (const uint8_t *)(s->away.far->skill + s->tail.skill_count)
               : s->here.level;
}

#endif
