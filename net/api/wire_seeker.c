#include "net/api/wire_common.h"

#include <stdio.h>

#define SEEKER(record) ((yz_seeker *)(record))

static yz_status read_id(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/id", &SEEKER(record)->id, problem);
}

static yz_status read_person(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/person", &SEEKER(record)->person, problem);
}

static yz_status read_occupation(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/occupation", &SEEKER(record)->occupation, problem);
}

static yz_status read_skills(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    yz_seeker *s = SEEKER(record);
    return wire_skills(tree, node, "/skills", YZ_SEEKER_SKILLS_MAX, &s->skills, &s->skill_count,
                       problem);
}

static yz_status read_place(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    return wire_place(tree, node, &SEEKER(record)->place, problem);
}

static yz_status read_radius(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    int64_t metres;
    yz_status status = json_scaled(tree, node, 3, "/radius_km", &metres, problem);
    if (status != YZ_OK) return status;
    if (metres < 1 || metres > YZ_RADIUS_M_MAX) { // in km, as the caller wrote it
        status = yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/radius_km", metres / 1000, 0,
                                  YZ_RADIUS_M_MAX / 1000);
        wire_given(tree, node, problem);
        return status;
    }
    SEEKER(record)->radius_m = (uint32_t)metres;
    return YZ_OK;
}

static yz_status read_amount(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    return json_scaled(tree, node, 2, "/wage_floor/amount", &SEEKER(record)->floor_fen, problem);
}

static yz_status read_unit(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    return wire_unit(node, "/wage_floor/unit", &SEEKER(record)->floor_unit, problem);
}

static yz_status read_floor(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"amount", read_amount, 1, false}, {"unit", read_unit, 2, false}, {0}};
    static const char *const NEEDED[] = {"/wage_floor/amount", "/wage_floor/unit"};
    uint32_t seen;
    yz_status status = wire_members(tree, node, "/wage_floor", MEMBERS, record, &seen, problem);
    return status == YZ_OK ? wire_needs(seen, NEEDED, 2, problem) : status;
}

static yz_status read_education(const json_tree *tree, const cJSON *node, void *record,
                                yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/education", 0, YZ_EDUCATION_MAX, &value, problem);
    if (status == YZ_OK) SEEKER(record)->education = (uint8_t)value;
    return status;
}

static yz_status read_types(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    uint32_t count, index = 0;
    yz_status status = wire_list(node, "/types", 4, &count, problem);
    if (status != YZ_OK) return status;
    for (const cJSON *element = node->child; element != NULL; element = element->next, index++) {
        char pointer[] = "/types/0";
        pointer[7] = (char)('0' + index);
        yz_job_type type;
        status = wire_type(element, pointer, &type, problem);
        if (status != YZ_OK) return status;
        SEEKER(record)->types |= (uint8_t)type;
    }
    return YZ_OK;
}

static yz_status read_shifts(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/shifts", 0, YZ_SHIFTS_ALL, &value, problem);
    if (status == YZ_OK) SEEKER(record)->shifts = (uint32_t)value;
    return status;
}

static yz_status read_groups(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    uint32_t count;
    yz_status status = wire_list(node, "/groups", YZ_GROUP_MAX + 1, &count, problem);
    bool first = true;
    for (const cJSON *element = status == YZ_OK ? node->child : NULL; element != NULL;
         element = element->next) {
        int64_t group;
        status = wire_whole(tree, element, "/groups", 0, YZ_GROUP_MAX, &group, problem);
        if (status != YZ_OK) return status;
        SEEKER(record)->groups |= 1u << group;
        if (first) SEEKER(record)->primary_group = (uint8_t)group;
        first = false;
    }
    return status;
}

static yz_status read_wants_push(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    if (!cJSON_IsBool(node)) return wire_wrong(problem, "/wants_push", "true or false");
    SEEKER(record)->wants_push = cJSON_IsTrue(node);
    return YZ_OK;
}

// ---- how much, and when not ----

static yz_status read_per_day(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    int64_t value;
    yz_status status =
        wire_whole(tree, node, "/push/per_day", 0, WIRE_PUSH_PER_DAY_MAX, &value, problem);
    if (status == YZ_OK) SEEKER(record)->push_per_day = (uint16_t)value;
    return status;
}

bool wire_clock_parse(yz_text text, uint16_t *minutes) {
    if (text.size != 5 || text.bytes[2] != ':') return false;
    const char *c = text.bytes;
    for (int i = 0; i < 5; i++) {
        if (i != 2 && (c[i] < '0' || c[i] > '9')) return false;
    }
    int hour = (c[0] - '0') * 10 + c[1] - '0', minute = (c[3] - '0') * 10 + c[4] - '0';
    if (hour > 23 || minute > 59) return false;
    *minutes = (uint16_t)(hour * 60 + minute);
    return true;
}

static yz_status read_clock(const cJSON *node, const char *pointer, uint16_t *minutes,
                            yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    if (wire_clock_parse(json_string(node), minutes)) return YZ_OK;
    return wire_bad_choice(problem, pointer, json_string(node), WIRE_WORDS_CLOCK);
}

static yz_status read_quiet_from(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    return read_clock(node, "/push/quiet/from", &SEEKER(record)->quiet_from, problem);
}

static yz_status read_quiet_to(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return read_clock(node, "/push/quiet/to", &SEEKER(record)->quiet_to, problem);
}

static yz_status read_quiet(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"from", read_quiet_from, 1, false}, {"to", read_quiet_to, 2, false}, {0}};
    uint32_t seen;
    yz_status status = wire_members(tree, node, "/push/quiet", MEMBERS, record, &seen, problem);
    if (status != YZ_OK || seen == 3) return status;
    return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD,
                         seen & 1 ? "/push/quiet/to" : "/push/quiet/from");
}

static yz_status read_push(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"per_day", read_per_day, 1, true}, {"quiet", read_quiet, 2, true}, {0}};
    uint32_t seen;
    return wire_members(tree, node, "/push", MEMBERS, record, &seen, problem);
}

#define FIELD_ID (1u << 31)

static const wire_member MEMBERS[] = {
    {"id", read_id, FIELD_ID, false},
    {"person", read_person, YZ_SEEKER_PERSON, true},
    {"skills", read_skills, YZ_SEEKER_SKILLS, true},
    {"place", read_place, YZ_SEEKER_PLACE, false},
    {"radius_km", read_radius, YZ_SEEKER_RADIUS, false},
    {"wage_floor", read_floor, YZ_SEEKER_WAGE_FLOOR, true},
    {"education", read_education, YZ_SEEKER_EDUCATION, true},
    {"types", read_types, YZ_SEEKER_TYPES, false},
    {"shifts", read_shifts, YZ_SEEKER_SHIFTS, true},
    {"groups", read_groups, YZ_SEEKER_GROUPS, true},
    {"wants_push", read_wants_push, YZ_SEEKER_WANTS_PUSH, true},
    {"push", read_push, YZ_SEEKER_PUSH, true},
    {"occupation", read_occupation, YZ_SEEKER_OCCUPATION, true},
    {0},
};

static yz_status missing(uint32_t seen, wire_mode mode, yz_problem *problem) {
    static const struct {
        uint32_t field;
        const char *pointer;
    } NEEDED[] = {{FIELD_ID, "/id"},
                  {YZ_SEEKER_PLACE, "/place"},
                  {YZ_SEEKER_RADIUS, "/radius_km"},
                  {YZ_SEEKER_TYPES, "/types"}};
    if (mode == WIRE_PATCH) return YZ_OK;
    if (mode != WIRE_RECORD) seen |= FIELD_ID;
    for (size_t i = 0; i < sizeof NEEDED / sizeof NEEDED[0]; i++) {
        if (!(seen & NEEDED[i].field)) {
            return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, NEEDED[i].pointer);
        }
    }
    return YZ_OK;
}

yz_status wire_seeker_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                           yz_seeker *seeker, uint32_t *fields, yz_problem *problem) {
    *seeker = (yz_seeker){.shifts = YZ_SHIFTS_ALL, .floor_unit = YZ_PER_MONTH};
    uint32_t seen;
    yz_status status = wire_members(tree, object, "", MEMBERS, seeker, &seen, problem);
    if (status != YZ_OK) return status;
    status = missing(seen, mode, problem);
    if (status != YZ_OK) return status;
    uint32_t counted = seen & YZ_SEEKER_KNOWN;
    if (mode != WIRE_PATCH) counted |= YZ_SEEKER_ALL;
    if (fields != NULL) *fields = counted;
    yz_text id = seeker->id;
    if (!(seen & FIELD_ID)) seeker->id = YZ_TEXT("-");
    status = yz_seeker_check(seeker, counted, problem);
    seeker->id = id;
    return status;
}

yz_status wire_seeker_parse(yz_text line, yz_arena *arena, yz_seeker *seeker, yz_problem *problem) {
    json_tree tree;
    yz_status status = json_parse(line, arena, &tree, problem);
    if (status != YZ_OK) return status;
    return wire_seeker_read(&tree, tree.root, WIRE_RECORD, seeker, NULL, problem);
}

static void write_types(json_out *out, uint8_t types) {
    json_key(out, "types");
    json_begin_array(out);
    for (int bit = YZ_TYPE_FULL; bit <= YZ_TYPE_INTERN; bit *= 2) {
        if (types & bit) json_text(out, yz_job_type_name((yz_job_type)bit));
    }
    json_end_array(out);
}

static void write_groups(json_out *out, const yz_seeker *s) {
    json_key(out, "groups");
    json_begin_array(out);
    if (s->groups != 0) json_uint(out, s->primary_group);
    for (uint32_t group = 0; group <= YZ_GROUP_MAX; group++) {
        if ((s->groups >> group & 1) && group != s->primary_group) json_uint(out, group);
    }
    json_end_array(out);
}

static void write_floor(json_out *out, const yz_seeker *s) {
    json_key(out, "wage_floor");
    json_begin_object(out);
    json_field_fixed(out, "amount", s->floor_fen, 2);
    json_field_text(out, "unit", yz_wage_unit_name(s->floor_unit));
    json_end_object(out);
}

void wire_clock_format(uint16_t minutes, char text[WIRE_CLOCK_MAX]) {
    snprintf(text, WIRE_CLOCK_MAX, "%02u:%02u", minutes / 60u % 24, minutes % 60u);
}

static void write_clock(json_out *out, const char *name, uint16_t minutes) {
    char text[WIRE_CLOCK_MAX];
    wire_clock_format(minutes, text);
    json_field_text(out, name, yz_text_of(text));
}

static void write_push(json_out *out, const yz_seeker *s) {
    json_key(out, "push");
    json_begin_object(out);
    if (s->push_per_day != 0) json_field_uint(out, "per_day", s->push_per_day);
    if (s->quiet_from != 0 || s->quiet_to != 0) {
        json_key(out, "quiet");
        json_begin_object(out);
        write_clock(out, "from", s->quiet_from);
        write_clock(out, "to", s->quiet_to);
        json_end_object(out);
    }
    json_end_object(out);
}

uint32_t wire_seeker_fields(const yz_seeker *s) {
    bool push = s->push_per_day != 0 || s->quiet_from != 0 || s->quiet_to != 0;
    return YZ_SEEKER_ALL | (push ? YZ_SEEKER_PUSH : 0u) |
           (s->occupation.size > 0 ? YZ_SEEKER_OCCUPATION : 0u);
}

void wire_seeker_write(json_out *out, const yz_seeker *s) {
    json_begin_object(out);
    if (s->id.size > 0) json_field_text(out, "id", s->id);
    if (s->person.size > 0) json_field_text(out, "person", s->person);
    wire_skills_write(out, "skills", s->skills, s->skill_count);
    wire_place_write(out, &s->place);
    json_field_fixed(out, "radius_km", s->radius_m, 3);
    if (s->floor_fen != 0 || s->floor_unit != YZ_PER_MONTH) write_floor(out, s);
    json_field_uint(out, "education", s->education);
    write_types(out, s->types);
    json_field_uint(out, "shifts", s->shifts);
    write_groups(out, s);
    json_field_bool(out, "wants_push", s->wants_push);
    if (wire_seeker_fields(s) & YZ_SEEKER_PUSH) write_push(out, s);
    if (s->occupation.size > 0) json_field_text(out, "occupation", s->occupation);
    json_end_object(out);
}
