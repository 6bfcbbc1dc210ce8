#include "engine/model/records.h"

#include "engine/base/check.h"

#include <stdio.h>

yz_text yz_dictionary_name(yz_dictionary dictionary) {
    static const char *const NAMES[YZ_DICTIONARY_COUNT] = {"skills", "occupations", "divisions",
                                                           "employers", "persons"};
    yz_check((unsigned)dictionary < YZ_DICTIONARY_COUNT);
    return yz_text_of(NAMES[dictionary]);
}

yz_text yz_record_state_name(yz_record_state state) {
    static const char *const NAMES[] = {"scheduled", "open",   "paused", "full",
                                        "placed",    "closed", "expired"};
    yz_check((unsigned)state <= YZ_STATE_EXPIRED);
    return yz_text_of(NAMES[state]);
}

yz_text yz_job_type_name(yz_job_type type) {
    switch (type) {
    case YZ_TYPE_FULL: return YZ_TEXT("full");
    case YZ_TYPE_PART: return YZ_TEXT("part");
    case YZ_TYPE_GIG: return YZ_TEXT("gig");
    case YZ_TYPE_INTERN: return YZ_TEXT("intern");
    }
    return YZ_TEXT("");
}

bool yz_job_type_parse(yz_text name, yz_job_type *type) {
    for (int bit = YZ_TYPE_FULL; bit <= YZ_TYPE_INTERN; bit *= 2) {
        if (yz_text_equal(name, yz_job_type_name((yz_job_type)bit))) {
            *type = (yz_job_type)bit;
            return true;
        }
    }
    return false;
}

yz_text yz_sex_name(yz_sex sex) {
    static const char *const NAMES[] = {"unknown", "male", "female"};
    yz_check((unsigned)sex <= YZ_SEX_FEMALE);
    return yz_text_of(NAMES[sex]);
}

bool yz_sex_parse(yz_text name, yz_sex *sex) {
    for (int i = YZ_SEX_UNKNOWN; i <= YZ_SEX_FEMALE; i++) {
        if (!yz_text_equal(name, yz_sex_name((yz_sex)i))) continue;
        *sex = (yz_sex)i;
        return true;
    }
    return false;
}

yz_text yz_person_tag_name(yz_person_tag tag) {
    switch (tag) {
    case YZ_TAG_ZERO_EMPLOYMENT_FAMILY: return YZ_TEXT("zero_employment_family");
    case YZ_TAG_DIBAO: return YZ_TEXT("dibao");
    case YZ_TAG_POVERTY_ALLEVIATED: return YZ_TEXT("poverty_alleviated");
    case YZ_TAG_DISABLED: return YZ_TEXT("disabled");
    case YZ_TAG_POOR_DISABLED_FAMILY: return YZ_TEXT("poor_disabled_family");
    case YZ_TAG_EXTREMELY_POOR: return YZ_TEXT("extremely_poor");
    case YZ_TAG_STUDENT_LOAN: return YZ_TEXT("student_loan");
    case YZ_TAG_VETERAN: return YZ_TEXT("veteran");
    case YZ_TAG_MIGRANT_WORKER: return YZ_TEXT("migrant_worker");
    case YZ_TAG_MIGRANT_CONTRACT_WORKER: return YZ_TEXT("migrant_contract_worker");
    case YZ_TAG_LOW_INCOME_MONITORED: return YZ_TEXT("low_income_monitored");
    case YZ_TAGS_ALL: break;
    }
    return YZ_TEXT("");
}

bool yz_person_tag_parse(yz_text name, yz_person_tag *tag) {
    if (name.size == 0) return false;
    for (int bit = 1; bit <= YZ_TAGS_ALL; bit *= 2) {
        if (!yz_text_equal(name, yz_person_tag_name((yz_person_tag)bit))) continue;
        *tag = (yz_person_tag)bit;
        return true;
    }
    return false;
}

yz_text yz_id_check_name(yz_id_check check) {
    static const char *const NAMES[] = {"not_given", "valid", "wrong_digit"};
    yz_check((unsigned)check <= YZ_ID_WRONG_DIGIT);
    return yz_text_of(NAMES[check]);
}

// ---- checks of single values ----

// Printable ASCII, as most ids are: nothing more to ask.
static bool is_plain(yz_text text) {
    uint32_t odd = 0;
    for (uint32_t i = 0; i < text.size; i++)
        odd |= (unsigned char)text.bytes[i] - 0x20u > 0x7Eu - 0x20u;
    return odd == 0;
}

static yz_status check_text(yz_text text, uint32_t bytes_max, bool may_be_empty,
                            const char *pointer, yz_problem *problem) {
    if (text.size == 0 && !may_be_empty) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, pointer);
    if (text.size > bytes_max) {
        yz_status status =
            yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, pointer, text.size, 0, bytes_max);
        return status;
    }
    if (is_plain(text)) return YZ_OK;
    if (!yz_text_is_utf8(text, NULL)) return yz_problem_at(problem, YZ_PROBLEM_BAD_UTF8, pointer);
    for (uint32_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || c == 0x7F) {
            return yz_problem_range(problem, YZ_PROBLEM_CONTROL_CHARACTER, pointer, c, 0, 0);
        }
    }
    return YZ_OK;
}

static yz_status check_range(int64_t value, int64_t low, int64_t high, const char *pointer,
                             yz_problem *problem) {
    if (value >= low && value <= high) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, pointer, value, low, high);
}

static yz_status check_place(const yz_place *place, yz_problem *problem) {
    yz_status status = check_range(place->lat_e7, -900000000, 900000000, "/place/lat", problem);
    if (status == YZ_OK) {
        status = check_range(place->lon_e7, -1800000000, 1800000000, "/place/lon", problem);
    }
    if (status == YZ_OK) {
        status = check_text(place->division, YZ_ID_BYTES_MAX, true, "/place/division", problem);
    }
    return status;
}

// The pointer is written only where one is needed: each question is checked, few are wrong.
static yz_status check_element(yz_text text, uint32_t bytes_max, const char *list, uint32_t index,
                               const char *member, yz_problem *problem) {
    yz_status status = check_text(text, bytes_max, false, "", NULL);
    if (status == YZ_OK) return YZ_OK;
    char pointer[YZ_POINTER_BYTES_MAX];
    snprintf(pointer, sizeof pointer, "%s/%u%s", list, (unsigned)index, member);
    return check_text(text, bytes_max, false, pointer, problem);
}

// Ids of one list differ mostly at their ends, so the last byte is asked first.
static bool same_id(yz_text a, yz_text b) {
    if (a.size != b.size) return false;
    return a.bytes[a.size - 1] == b.bytes[a.size - 1] && memcmp(a.bytes, b.bytes, a.size) == 0;
}

// Lists are short (at most 128), so every pair is looked at. No id is empty by then.
static yz_status check_skills(const yz_skill_level *skills, uint32_t count, uint32_t count_max,
                              const char *list, yz_problem *problem) {
    if (count > count_max) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, list, count, 0, count_max);
    }
    for (uint32_t i = 0; i < count; i++) {
        yz_status status =
            check_element(skills[i].skill, YZ_ID_BYTES_MAX, list, i, "/skill", problem);
        if (status != YZ_OK) return status;
        if (skills[i].level < 1 || skills[i].level > YZ_LEVEL_MAX) {
            char pointer[YZ_POINTER_BYTES_MAX];
            snprintf(pointer, sizeof pointer, "%s/%u/level", list, (unsigned)i);
            return check_range(skills[i].level, 1, YZ_LEVEL_MAX, pointer, problem);
        }
        for (uint32_t j = 0; j < i; j++) {
            if (same_id(skills[i].skill, skills[j].skill)) {
                return yz_problem_element(problem, YZ_PROBLEM_DUPLICATE_SKILL, list, i, "/skill",
                                          skills[i].skill);
            }
        }
    }
    return YZ_OK;
}

static yz_status check_preferred(const yz_posting *posting, yz_problem *problem) {
    const char *list = "/preferred";
    uint32_t count = posting->preferred_count;
    if (count > YZ_PREFERRED_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, list, count, 0, YZ_PREFERRED_MAX);
    }
    for (uint32_t i = 0; i < count; i++) {
        yz_text skill = posting->preferred[i];
        yz_status status = check_element(skill, YZ_ID_BYTES_MAX, list, i, "", problem);
        if (status != YZ_OK) return status;
        for (uint32_t j = 0; j < i; j++) {
            if (same_id(skill, posting->preferred[j])) {
                return yz_problem_element(problem, YZ_PROBLEM_DUPLICATE_SKILL, list, i, "", skill);
            }
        }
    }
    return YZ_OK;
}

static yz_status check_wage(const yz_posting *posting, yz_problem *problem) {
    if (!posting->has_wage) return YZ_OK;
    yz_status status = check_range(posting->wage_min_fen, 0, YZ_FEN_MAX, "/wage/min", problem);
    if (status == YZ_OK) {
        status = check_range(posting->wage_max_fen, 0, YZ_FEN_MAX, "/wage/max", problem);
    }
    if (status == YZ_OK && posting->wage_min_fen > posting->wage_max_fen) {
        status = yz_problem_range(problem, YZ_PROBLEM_MIN_ABOVE_MAX, "/wage", posting->wage_min_fen,
                                  0, posting->wage_max_fen);
    }
    return status;
}

static bool one_type(uint8_t type) {
    return type == YZ_TYPE_FULL || type == YZ_TYPE_PART || type == YZ_TYPE_GIG ||
           type == YZ_TYPE_INTERN;
}

static yz_status check_shifts(uint32_t shifts, yz_problem *problem) {
    if (shifts == 0) return yz_problem_at(problem, YZ_PROBLEM_NO_SHIFT, "/shifts");
    return check_range(shifts, 1, YZ_SHIFTS_ALL, "/shifts", problem);
}

static yz_status check_push(const yz_posting *p, yz_problem *problem) {
    if (p->push_k != YZ_PUSH_ALL) {
        yz_status status = check_range(p->push_k, 0, YZ_PUSH_K_MAX, "/push/k", problem);
        if (status != YZ_OK) return status;
    }
    return check_range(p->push_lag_minutes, 0, YZ_PUSH_LAG_MINUTES_MAX, "/push/lag_minutes",
                       problem);
}

static yz_status check_gig(const yz_posting *p, yz_problem *problem) {
    yz_status status = check_text(p->station, YZ_ID_BYTES_MAX, true, "/gig/station", problem);
    if (status == YZ_OK) {
        status = check_range(p->gig_from_ms, 0, YZ_TIME_MS_MAX, "/gig/from", problem);
    }
    if (status == YZ_OK) status = check_range(p->gig_to_ms, 0, YZ_TIME_MS_MAX, "/gig/to", problem);
    if (status == YZ_OK && p->gig_to_ms < p->gig_from_ms) {
        status = yz_problem_at(problem, YZ_PROBLEM_ENDS_BEFORE_START, "/gig/to");
    }
    return status;
}

static yz_status check_seeker_push(const yz_seeker *s, yz_problem *problem) {
    yz_status status = check_range(s->push_per_day, 0, 1000, "/push/per_day", problem);
    if (status == YZ_OK) status = check_range(s->quiet_from, 0, 1439, "/push/quiet_from", problem);
    if (status == YZ_OK) status = check_range(s->quiet_to, 0, 1439, "/push/quiet_to", problem);
    return status;
}

// Runs the check if the field counts and nothing failed before.
#define FIELD(field, check)                                                                        \
    if (status == YZ_OK && (fields & (uint32_t)(field))) status = (check)

yz_status yz_posting_check(const yz_posting *p, uint32_t fields, yz_problem *problem) {
    yz_status status = check_text(p->id, YZ_ID_BYTES_MAX, false, "/id", problem);
    FIELD(YZ_POSTING_EMPLOYER,
          check_text(p->employer, YZ_ID_BYTES_MAX, true, "/employer", problem));
    FIELD(YZ_POSTING_TITLE, check_text(p->title, YZ_TITLE_BYTES_MAX, false, "/title", problem));
    FIELD(YZ_POSTING_OCCUPATION,
          check_text(p->occupation, YZ_ID_BYTES_MAX, true, "/occupation", problem));
    FIELD(YZ_POSTING_PLACE, check_place(&p->place, problem));
    FIELD(YZ_POSTING_REQUIRED,
          check_skills(p->required, p->required_count, YZ_REQUIRED_MAX, "/required", problem));
    FIELD(YZ_POSTING_PREFERRED, check_preferred(p, problem));
    FIELD(YZ_POSTING_WAGE, check_wage(p, problem));
    FIELD(YZ_POSTING_EDUCATION,
          check_range(p->education_min, 0, YZ_EDUCATION_MAX, "/education_min", problem));
    if (status == YZ_OK && (fields & YZ_POSTING_TYPE) && !one_type(p->type)) {
        status = yz_problem_at(problem, YZ_PROBLEM_NO_TYPE, "/type");
    }
    FIELD(YZ_POSTING_OPENINGS, check_range(p->openings, 1, YZ_OPENINGS_MAX, "/openings", problem));
    FIELD(YZ_POSTING_SHIFTS, check_shifts(p->shifts, problem));
    FIELD(YZ_POSTING_VALID_FROM,
          check_range(p->valid_from_ms, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX, "/valid_from", problem));
    FIELD(YZ_POSTING_VALID_TO,
          check_range(p->valid_to_ms, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX, "/valid_to", problem));
    FIELD(YZ_POSTING_PUSH, check_push(p, problem));
    FIELD(YZ_POSTING_GIG, check_gig(p, problem));
    uint32_t both = YZ_POSTING_VALID_FROM | YZ_POSTING_VALID_TO;
    if (status == YZ_OK && (fields & both) == both && p->valid_to_ms < p->valid_from_ms) {
        status = yz_problem_at(problem, YZ_PROBLEM_ENDS_BEFORE_START, "/valid_to");
    }
    return status;
}

yz_status yz_seeker_check(const yz_seeker *s, uint32_t fields, yz_problem *problem) {
    yz_status status = check_text(s->id, YZ_ID_BYTES_MAX, false, "/id", problem);
    FIELD(YZ_SEEKER_PERSON, check_text(s->person, YZ_ID_BYTES_MAX, true, "/person", problem));
    FIELD(YZ_SEEKER_SKILLS,
          check_skills(s->skills, s->skill_count, YZ_SEEKER_SKILLS_MAX, "/skills", problem));
    FIELD(YZ_SEEKER_PLACE, check_place(&s->place, problem));
    FIELD(YZ_SEEKER_RADIUS, check_range(s->radius_m, 1, YZ_RADIUS_M_MAX, "/radius_km", problem));
    FIELD(YZ_SEEKER_WAGE_FLOOR,
          check_range(s->floor_fen, 0, YZ_FEN_MAX, "/wage_floor/amount", problem));
    FIELD(YZ_SEEKER_EDUCATION,
          check_range(s->education, 0, YZ_EDUCATION_MAX, "/education", problem));
    if (status == YZ_OK && (fields & YZ_SEEKER_TYPES) &&
        (s->types == 0 || s->types > YZ_TYPES_ALL)) {
        status = yz_problem_at(problem, YZ_PROBLEM_NO_TYPE, "/types");
    }
    FIELD(YZ_SEEKER_SHIFTS, check_shifts(s->shifts, problem));
    FIELD(YZ_SEEKER_GROUPS, check_range(s->primary_group, 0, YZ_GROUP_MAX, "/groups/0", problem));
    FIELD(YZ_SEEKER_PUSH, check_seeker_push(s, problem));
    FIELD(YZ_SEEKER_OCCUPATION,
          check_text(s->occupation, YZ_ID_BYTES_MAX, true, "/occupation", problem));
    return status;
}

static yz_status check_birth_day(int32_t day, yz_problem *problem) {
    if (day == YZ_DAY_NONE) return YZ_OK;
    return check_range(day, YZ_BIRTH_DAY_MIN, YZ_BIRTH_DAY_MAX, "/birth_date", problem);
}

yz_status yz_person_check(const yz_person *p, uint32_t fields, yz_problem *problem) {
    yz_status status = check_text(p->id, YZ_ID_BYTES_MAX, false, "/id", problem);
    FIELD(YZ_PERSON_DIVISION, check_text(p->division, YZ_ID_BYTES_MAX, true, "/division", problem));
    FIELD(YZ_PERSON_SEX, check_range((int64_t)p->sex, 0, YZ_SEX_FEMALE, "/sex", problem));
    FIELD(YZ_PERSON_GROUP, check_range(p->group, 0, YZ_GROUP_MAX, "/group", problem));
    FIELD(YZ_PERSON_ID_CHECK,
          check_range((int64_t)p->id_check, 0, YZ_ID_WRONG_DIGIT, "/id_check", problem));
    FIELD(YZ_PERSON_BIRTH_DAY, check_birth_day(p->birth_day, problem));
    FIELD(YZ_PERSON_TAGS, check_range(p->tags, 0, YZ_TAGS_ALL, "/tags", problem));
    return status;
}

yz_status yz_entry_check(const yz_entry *entry, yz_problem *problem) {
    uint32_t fields = 1;
    yz_status status = check_text(entry->id, YZ_ID_BYTES_MAX, false, "/id", problem);
    FIELD(1, check_text(entry->name_zh, YZ_NAME_BYTES_MAX, true, "/name/zh", problem));
    FIELD(1, check_text(entry->name_en, YZ_NAME_BYTES_MAX, true, "/name/en", problem));
    FIELD(1, check_range(entry->weight, 0, YZ_WEIGHT_MAX, "/weight", problem));
    return status;
}
