#include "engine/market/state.h"

#include "engine/base/alloc.h"

typedef struct sorted_skills {
    uint16_t row[YZ_SEEKER_SKILLS_MAX];
    uint8_t level[YZ_SEEKER_SKILLS_MAX];
} sorted_skills;

// Looks the skills up and sorts them by row; lists are short, insertion is fastest.
static yz_status look_up(const yz_market *m, const yz_skill_level *skills, uint32_t count,
                         const char *list, sorted_skills *sorted, yz_problem *problem) {
    if (count == 0) return YZ_OK;
    yz_text ids[YZ_SEEKER_SKILLS_MAX];
    uint32_t rows[YZ_SEEKER_SKILLS_MAX];
    for (uint32_t i = 0; i < count; i++)
        ids[i] = skills[i].skill;
    yz_ids_find_all(m->dictionaries[YZ_SKILLS].ids, ids, count, rows);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        if (row == YZ_ROW_NONE || entry_at(m, YZ_SKILLS, row)->gone) {
            return yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_SKILL, list, i, "/skill",
                                      skills[i].skill);
        }
        uint32_t at = i;
        for (; at > 0 && sorted->row[at - 1] > row; at--) {
            sorted->row[at] = sorted->row[at - 1];
            sorted->level[at] = sorted->level[at - 1];
        }
        sorted->row[at] = (uint16_t)row;
        sorted->level[at] = skills[i].level;
    }
    return YZ_OK;
}

static yz_status look_up_preferred(const yz_market *m, const yz_posting *posting,
                                   uint16_t *preferred, yz_problem *problem) {
    for (uint32_t i = 0; i < posting->preferred_count; i++) {
        uint32_t row = dictionary_find(m, YZ_SKILLS, posting->preferred[i]);
        if (row == YZ_ROW_NONE) {
            return yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_SKILL, "/preferred", i, "",
                                      posting->preferred[i]);
        }
        uint32_t at = i;
        for (; at > 0 && preferred[at - 1] > row; at--)
            preferred[at] = preferred[at - 1];
        preferred[at] = (uint16_t)row;
    }
    return YZ_OK;
}

void packed_posting_lists(yz_packed_posting *packed, const uint16_t *required,
                          const uint8_t *levels, uint32_t required_count, const uint16_t *preferred,
                          uint32_t preferred_count) {
    uint16_t *to_required = packed->here.required, *to_preferred = packed->here.preferred;
    uint8_t *to_level = packed->here.level;
    packed->required_count = (uint8_t)required_count;
    packed->preferred_count = (uint8_t)preferred_count;
    packed->far_away = required_count > YZ_PACKED_REQUIRED || preferred_count > YZ_PACKED_PREFERRED;
    if (packed->far_away) {
        yz_posting_far *far = yz_alloc_zeroed(sizeof *far);
        packed->far = far;
        to_required = far->required;
        to_preferred = far->preferred;
        to_level = far->level;
    }
    for (uint32_t i = 0; i < required_count; i++) {
        to_required[i] = required[i];
        to_level[i] = levels[i];
    }
    for (uint32_t i = 0; i < preferred_count; i++)
        to_preferred[i] = preferred[i];
}

void packed_seeker_list(yz_packed_seeker *packed, const uint16_t *skills, const uint8_t *levels,
                        uint32_t count) {
    uint16_t *to_skill = packed->here.skill;
    uint8_t *to_level = packed->here.level;
    if (count > YZ_PACKED_SKILLS) {
        packed->away.far = yz_alloc((size_t)count * 3);
        to_skill = packed->away.far->skill;
        to_level = (uint8_t *)(to_skill + count);
    }
    packed->tail.skill_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) {
        to_skill[i] = skills[i];
        to_level[i] = levels[i];
    }
}

yz_status pack_posting(const yz_market *m, const yz_posting *p, yz_packed_posting *packed,
                       yz_problem *problem) {
    sorted_skills required;
    uint16_t preferred[YZ_PREFERRED_MAX];
    yz_status status = look_up(m, p->required, p->required_count, "/required", &required, problem);
    if (status == YZ_OK) status = look_up_preferred(m, p, preferred, problem);
    if (status != YZ_OK) return status;
    *packed = (yz_packed_posting){
        .lat_e7 = p->place.lat_e7,
        .lon_e7 = p->place.lon_e7,
        .wage_max = p->has_wage ? yz_wage_normal(p->wage_max_fen, p->wage_unit) : 0,
        .gate = yz_gate(p->shifts, p->education_min, p->type),
    };
    packed_posting_lists(packed, required.row, required.level, p->required_count, preferred,
                         p->preferred_count);
    return YZ_OK;
}

yz_status pack_seeker(const yz_market *m, const yz_seeker *s, yz_packed_seeker *packed,
                      yz_problem *problem) {
    sorted_skills skills;
    yz_status status = look_up(m, s->skills, s->skill_count, "/skills", &skills, problem);
    if (status != YZ_OK) return status;
    *packed = (yz_packed_seeker){
        .lat_e7 = s->place.lat_e7,
        .lon_e7 = s->place.lon_e7,
        .wage_floor = yz_wage_normal(s->floor_fen, s->floor_unit),
        .gate = yz_gate(s->shifts, s->education, s->types),
        .radius_m = s->radius_m,
    };
    packed_seeker_list(packed, skills.row, skills.level, s->skill_count);
    return YZ_OK;
}

void packed_posting_deinit(yz_packed_posting *packed) {
    if (packed->far_away) yz_free(packed->far);
    packed->far_away = false;
}

void packed_seeker_deinit(yz_packed_seeker *packed) {
    if (packed->tail.skill_count > YZ_PACKED_SKILLS) yz_free(packed->away.far);
    packed->tail.skill_count = 0;
}

size_t packed_posting_far_bytes(const yz_packed_posting *packed) {
    return packed->far_away ? sizeof(yz_posting_far) : 0;
}

size_t packed_seeker_far_bytes(const yz_packed_seeker *packed) {
    uint32_t count = packed->tail.skill_count;
    return count > YZ_PACKED_SKILLS ? (size_t)count * 3 : 0;
}

bool packed_posting_equal(const yz_packed_posting *a, const yz_packed_posting *b) {
    return a->lat_e7 == b->lat_e7 && a->lon_e7 == b->lon_e7 && a->wage_max == b->wage_max &&
           a->gate == b->gate && a->required_count == b->required_count &&
           a->preferred_count == b->preferred_count &&
           memcmp(yz_posting_required(a), yz_posting_required(b),
                  a->required_count * sizeof(uint16_t)) == 0 &&
           memcmp(yz_posting_levels(a), yz_posting_levels(b), a->required_count) == 0 &&
           memcmp(yz_posting_preferred(a), yz_posting_preferred(b),
                  a->preferred_count * sizeof(uint16_t)) == 0;
}

bool packed_seeker_alike(const yz_packed_seeker *a, const yz_packed_seeker *b) {
    uint32_t count = a->tail.skill_count;
    return a->wage_floor == b->wage_floor && a->gate == b->gate && a->radius_m == b->radius_m &&
           count == b->tail.skill_count &&
           memcmp(yz_seeker_skills(a), yz_seeker_skills(b), count * sizeof(uint16_t)) == 0 &&
           memcmp(yz_seeker_levels(a), yz_seeker_levels(b), count) == 0;
}
