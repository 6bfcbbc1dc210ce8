/* Why a pair fits or does not, and what would change it: the shapes. Every part of the pair rule
 * (docs/matching.md) appears here, so that a page can put it in words a clerk can read. */
#ifndef YZ_ENGINE_MATCH_EXPLAIN_H
#define YZ_ENGINE_MATCH_EXPLAIN_H

#include "engine/base/ids.h"
#include "engine/match/question.h"
#include "engine/model/money.h"
#include "engine/model/packed.h"
#include "engine/model/profile.h"

typedef enum yz_limit {
    YZ_LIMIT_DISTANCE,
    YZ_LIMIT_WAGE,
    YZ_LIMIT_EDUCATION,
    YZ_LIMIT_TYPE,
    YZ_LIMIT_SHIFTS,
    YZ_LIMIT_COVERAGE,
} yz_limit;
#define YZ_LIMIT_COUNT 6

/* "distance", "wage", "education", "type", "shifts", "coverage". */
yz_text yz_limit_name(yz_limit limit);

/* One required or preferred skill of the posting, beside what the seeker holds. */
typedef struct yz_skill_check {
    yz_text skill;   // id, borrowed from the market
    uint32_t weight; // in force
    uint8_t needed;  // level; 0 for a preferred skill
    uint8_t held;    // level; 0 = none
    bool met;
} yz_skill_check;

/* One change that lifts one limit, as small as can be. */
typedef struct yz_move {
    yz_limit limit;    // which it lifts
    bool possible;     // false: no change of this one kind is enough (e.g. one education step, one
                       // skill); the rest is then not set
    uint32_t radius_m; // distance: the radius needed, the least whole metre that fits
    int64_t floor_fen; // wage: the floor needed, the highest whole fen in the seeker's unit; 0 (no
                       // floor) where the posting names no wage
    yz_wage_unit floor_unit;
    uint8_t education; // education: one step up
    uint8_t type;      // type: the one to accept as well
    uint8_t shift;     // shifts: the bit to add, the lowest that helps
    yz_text skill;     // coverage: the skill to add or raise: fewest levels, then greatest weight,
                       // then id
    uint8_t skill_from, skill_to;
} yz_move;

typedef struct yz_explanation {
    bool fits;
    double score; // 0 when it does not fit, and so are the parts
    double distance_km;
    yz_score_parts parts;
    uint64_t weight_met, weight_total; // M and T
    uint32_t preferred_met, preferred_total;
    int64_t wage_max_normal, floor_normal; // 1/120 fen per month
    bool has_wage;
    uint32_t coverage_permille; // the share of the weight that was asked for
    yz_skill_check required[YZ_REQUIRED_MAX];
    yz_skill_check preferred[YZ_PREFERRED_MAX];
    uint32_t required_count, preferred_count;
    bool failed[YZ_LIMIT_COUNT];
    uint32_t failed_count;
    yz_move moves[YZ_LIMIT_COUNT]; // one minimal move per failed limit, in the order of yz_limit
    uint32_t move_count;
    bool has_single_change; // exactly one limit fails and its move is possible: moves[0] does it
} yz_explanation;

/* A pair to explain. All borrowed. */
typedef struct yz_explain_pair {
    const yz_packed_seeker *seeker;
    const yz_packed_posting *posting;
    yz_wage_unit floor_unit; // in which the seeker said the floor
    bool has_wage;           // of the posting
    const uint32_t *weights; // by skill row
    const yz_ids *skill_ids;
    yz_profile profile;
    uint32_t coverage_permille; // 0 = the profile's; else at least that
} yz_explain_pair;

/* Takes a pair apart. O(skills of both), about 1 us. */
void yz_explain(const yz_explain_pair *pair, yz_explanation *out);

/* ---- relax ---- */

typedef enum yz_relax_kind {
    YZ_RELAX_RADIUS, // value: metres (5, 10, 25, 50, 100 km; those above the seeker's own)
    YZ_RELAX_WAGE,   // value: per mille of the floor left: 900, 800, 700 (posting: wage raised by
                     // 1100, 1200, 1300)
    YZ_RELAX_EDUCATION, // value: the education then
    YZ_RELAX_TYPE,      // value: the type added (bit)
    YZ_RELAX_SHIFT,     // value: the shift added (bit number)
} yz_relax_kind;
#define YZ_RELAX_KIND_COUNT 5

yz_text yz_relax_kind_name(yz_relax_kind kind);

typedef struct yz_relaxation {
    yz_relax_kind kind;
    int64_t value;
    uint64_t more; // how many more would fit than do now
} yz_relaxation;

#define YZ_RELAXATIONS_MAX 40
typedef struct yz_relaxations {
    uint64_t now; // how many fit as it is
    yz_relaxation list[YZ_RELAXATIONS_MAX];
    uint32_t count;
} yz_relaxations;

/* ---- unlock ---- */

typedef struct yz_unlock {
    yz_text skill;
    uint8_t from, to;  // a seeker's level now (0 = none) and the least that opens `postings`;
                       // for a division 0 and YZ_LEVEL_MAX
    uint64_t postings; // more pairs that would fit with this skill at level `to` (one seeker:
                       // postings; a division: seeker-posting pairs)
} yz_unlock;

#define YZ_UNLOCKS_MAX 100
typedef struct yz_unlocks {
    yz_unlock list[YZ_UNLOCKS_MAX];
    uint32_t count;
    uint64_t sequence; // of the market when counting began
    bool changed;      // the market has moved on since
} yz_unlocks;

#endif
