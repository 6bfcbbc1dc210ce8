#include "net/api/wire_common.h"

#include <stdio.h>

yz_status wire_wrong(yz_problem *problem, const char *pointer, const char *wanted) {
    return yz_problem_value(problem, YZ_PROBLEM_WRONG_TYPE, pointer, yz_text_of(wanted));
}

static const wire_member *member_named(const wire_member *members, const char *name) {
    for (; members->name != NULL; members++) {
        if (members->name[0] == name[0] && strcmp(members->name, name) == 0) return members;
    }
    return NULL;
}

yz_status wire_members(const json_tree *tree, const cJSON *object, const char *pointer,
                       const wire_member *members, void *record, uint32_t *seen,
                       yz_problem *problem) {
    *seen = 0;
    if (!cJSON_IsObject(object)) return wire_wrong(problem, pointer, "object");
    for (const cJSON *node = object->child; node != NULL; node = node->next) {
        const wire_member *member = member_named(members, node->string);
        if (member == NULL || (cJSON_IsNull(node) && !member->may_be_unset)) {
            char at[YZ_POINTER_BYTES_MAX];
            snprintf(at, sizeof at, "%s/%.*s", pointer, 40, node->string);
            uint32_t bad_at;
            if (!yz_text_is_utf8(yz_text_of(at), &bad_at)) at[bad_at] = '\0';
            if (member != NULL) return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, at);
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_FIELD, at,
                                    yz_text_of(node->string));
        }
        *seen |= member->field;
        if (cJSON_IsNull(node)) continue;
        yz_status status = member->read(tree, node, record, problem);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}

yz_status wire_needs(uint32_t seen, const char *const *pointers, uint32_t count,
                     yz_problem *problem) {
    for (uint32_t i = 0; i < count; i++) {
        if (!(seen & 1u << i)) return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, pointers[i]);
    }
    return YZ_OK;
}

yz_status wire_text(const cJSON *node, const char *pointer, yz_text *text, yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    *text = json_string(node);
    return YZ_OK;
}

yz_status wire_whole(const json_tree *tree, const cJSON *node, const char *pointer, int64_t low,
                     int64_t high, int64_t *value, yz_problem *problem) {
    yz_status status = json_scaled(tree, node, 0, pointer, value, problem);
    if (status != YZ_OK) return status;
    if (*value >= low && *value <= high) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, pointer, *value, low, high);
}

yz_status wire_time(const cJSON *node, yz_day_edge edge, const char *pointer, int64_t *at_ms,
                    yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    if (yz_time_parse(json_string(node), edge, at_ms)) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_TIME, pointer, json_string(node));
}

yz_status wire_id(const cJSON *node, const char *pointer, yz_text *id, yz_problem *problem) {
    yz_status status = wire_text(node, pointer, id, problem);
    if (status != YZ_OK) return status;
    if (id->size == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, pointer);
    if (id->size <= YZ_ID_BYTES_MAX) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, pointer, id->size, 1, YZ_ID_BYTES_MAX);
}

yz_status wire_take(const json_tree *tree, size_t size, const char *pointer, void **memory,
                    yz_problem *problem) {
    *memory = yz_arena_take(tree->arena, size ? size : 1);
    if (*memory != NULL) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, pointer, (int64_t)size, 0,
                            (int64_t)yz_arena_used(tree->arena));
}

void wire_given(const json_tree *tree, const cJSON *node, yz_problem *problem) {
    if (problem == NULL) return;
    yz_text text = json_number_text(tree, node);
    memcpy(problem->value, text.bytes, text.size); // at most JSON_NUMBER_BYTES_MAX
    problem->value[text.size] = '\0';
}

// ---- place ----

static yz_status degrees(const json_tree *tree, const cJSON *node, const char *pointer,
                         int64_t degrees_max, int32_t *e7, yz_problem *problem) {
    int64_t value, limit = degrees_max * 10000000;
    yz_status status = json_scaled(tree, node, 7, pointer, &value, problem);
    if (status != YZ_OK) return status;
    if (value < -limit || value > limit) {
        status = yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, pointer, value / 10000000,
                                  -degrees_max, degrees_max);
        wire_given(tree, node, problem);
        return status;
    }
    *e7 = (int32_t)value;
    return YZ_OK;
}

_Static_assert(JSON_NUMBER_BYTES_MAX < YZ_PROBLEM_VALUE_MAX, "a number fits the value");

static yz_status read_lat(const json_tree *tree, const cJSON *node, void *record,
                          yz_problem *problem) {
    return degrees(tree, node, "/place/lat", 90, &((yz_place *)record)->lat_e7, problem);
}

static yz_status read_lon(const json_tree *tree, const cJSON *node, void *record,
                          yz_problem *problem) {
    return degrees(tree, node, "/place/lon", 180, &((yz_place *)record)->lon_e7, problem);
}

static yz_status read_division(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/place/division", &((yz_place *)record)->division, problem);
}

yz_status wire_place(const json_tree *tree, const cJSON *node, yz_place *place,
                     yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"lat", read_lat, 1, false},
        {"lon", read_lon, 2, false},
        {"division", read_division, 4, true},
        {0},
    };
    static const char *const NEEDED[] = {"/place/lat", "/place/lon"};
    uint32_t seen;
    yz_status status = wire_members(tree, node, "/place", MEMBERS, place, &seen, problem);
    return status == YZ_OK ? wire_needs(seen, NEEDED, 2, problem) : status;
}

void wire_place_write(json_out *out, const yz_place *place) {
    json_key(out, "place");
    json_begin_object(out);
    json_field_fixed(out, "lat", place->lat_e7, 7);
    json_field_fixed(out, "lon", place->lon_e7, 7);
    if (place->division.size > 0) json_field_text(out, "division", place->division);
    json_end_object(out);
}

// ---- lists ----

yz_status wire_list(const cJSON *node, const char *pointer, uint32_t count_max, uint32_t *count,
                    yz_problem *problem) {
    if (!cJSON_IsArray(node)) return wire_wrong(problem, pointer, "list");
    *count = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next)
        *count += 1;
    if (*count <= count_max) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, pointer, *count, 0, count_max);
}

static yz_status read_skill(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/skill", &((yz_skill_level *)record)->skill, problem);
}

static yz_status read_level(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    int64_t level;
    yz_status status = wire_whole(tree, node, "/level", 1, YZ_LEVEL_MAX, &level, problem);
    if (status == YZ_OK) ((yz_skill_level *)record)->level = (uint8_t)level;
    return status;
}

static yz_status skill_level(const json_tree *tree, const cJSON *node, yz_skill_level *skill,
                             yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"skill", read_skill, 1, false}, {"level", read_level, 2, false}, {0}};
    static const char *const NEEDED[] = {"/skill", "/level"};
    uint32_t seen;
    yz_status status = wire_members(tree, node, "", MEMBERS, skill, &seen, problem);
    return status == YZ_OK ? wire_needs(seen, NEEDED, 2, problem) : status;
}

yz_status wire_skills(const json_tree *tree, const cJSON *node, const char *pointer,
                      uint32_t count_max, const yz_skill_level **skills, uint16_t *count,
                      yz_problem *problem) {
    uint32_t length;
    yz_status status = wire_list(node, pointer, count_max, &length, problem);
    if (status != YZ_OK) return status;
    void *memory;
    status = wire_take(tree, length * sizeof(yz_skill_level), pointer, &memory, problem);
    if (status != YZ_OK) return status;
    yz_skill_level *list = memory;
    uint32_t at = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next) {
        status = skill_level(tree, element, &list[at], problem);
        if (status != YZ_OK) {
            char prefix[YZ_POINTER_BYTES_MAX];
            snprintf(prefix, sizeof prefix, "%s/%u", pointer, (unsigned)at);
            wire_problem_prefix(problem, prefix);
            return status;
        }
        at += 1;
    }
    *skills = list;
    *count = (uint16_t)length;
    return YZ_OK;
}

void wire_skills_write(json_out *out, const char *name, const yz_skill_level *skills,
                       uint32_t count) {
    json_key(out, name);
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_field_text(out, "skill", skills[i].skill);
        json_field_uint(out, "level", skills[i].level);
        json_end_object(out);
    }
    json_end_array(out);
}

// ---- words ----

yz_status wire_unit(const cJSON *node, const char *pointer, yz_wage_unit *unit,
                    yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    if (yz_wage_unit_parse(json_string(node), unit)) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, pointer, json_string(node));
}

yz_status wire_type(const cJSON *node, const char *pointer, yz_job_type *type,
                    yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    if (yz_job_type_parse(json_string(node), type)) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, pointer, json_string(node));
}

const char *wire_words_of(wire_words words) {
    static const char *const LISTS[WIRE_WORDS_COUNT] = {
        "",
        ("viewed applied interview offer held placed started kept_30 kept_90 ended declined "
         "withdrawn no_show"),
        "completed dismissed resigned contract_over cancelled other",
        "booked kept no_show cancelled",
        "joined called served left no_show call_next",
        "enter leave",
        "1 … 1000 all",
        "00:00 … 23:59",
        "on_site online live",
        "S01 … S36, or a word of A-Z a-z 0-9 _ .",
        ("employer person hire batch certificate household transfer training loan organisation "
         "posting guide division report campaign blocked_point"),
        "notified applied auto approved paid declined",
        "found notified applied auto approved paid declined lapsed",
        "grant serve refer",
        "open confirmed dismissed dropped",
        "confirmed dismissed",
        "hold review",
        "open settled",
        "station_screen message visit",
        "notify pay household follow_up",
        "any found notified applied auto approved paid declined lapsed",
    };
    return LISTS[words];
}

yz_status wire_bad_choice(yz_problem *problem, const char *pointer, yz_text value,
                          wire_words words) {
    yz_status status = yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, pointer, value);
    if (problem != NULL) problem->low = words;
    return status;
}

void wire_time_write(json_out *out, const char *name, int64_t at_ms, yz_day_edge edge) {
    char text[YZ_TIME_TEXT_MAX];
    uint32_t size = yz_time_format(at_ms, edge, text);
    json_field_text(out, name, (yz_text){text, size});
}

void wire_instant_write(json_out *out, const char *name, int64_t at_ms) {
    char text[YZ_TIME_TEXT_MAX];
    uint32_t size = yz_time_format_instant(at_ms, text);
    json_field_text(out, name, (yz_text){text, size});
}

void wire_problem_prefix(yz_problem *problem, const char *prefix) {
    if (problem == NULL) return;
    char pointer[YZ_POINTER_BYTES_MAX * 2];
    snprintf(pointer, sizeof pointer, "%s%s", prefix, problem->pointer);
    size_t size = strlen(pointer);
    if (size >= YZ_POINTER_BYTES_MAX) {
        size = YZ_POINTER_BYTES_MAX - 1;
        while (size > 0 && ((unsigned char)pointer[size] & 0xC0) == 0x80)
            size -= 1;
    }
    memcpy(problem->pointer, pointer, size);
    problem->pointer[size] = '\0';
}

// ---- the nearest known word ----

static const char *const WORDS[] = {
    // members of records
    "id", "employer", "title", "occupation", "place", "lat", "lon", "division", "required", "skill",
    "level", "preferred", "wage", "min", "max", "unit", "education_min", "type", "openings",
    "shifts", "valid_from", "valid_to", "person", "skills", "radius_km", "wage_floor", "amount",
    "education", "types", "groups", "wants_push", "name", "zh", "en", "weight", "id_number",
    "phone", "account", "birth_date", "sex", "group", "tags", "id_check", "fields", "purpose",
    "push", "lag_minutes", "gig", "station", "from", "to", "per_day", "quiet", "slot_minutes",
    "channel", "year", "series", "value", "capacity", "step", "reason", "until", "source", "venue",
    "booth", "slot", "ticket",
    // members of questions and settings
    "seeker", "seeker_id", "posting", "posting_id", "k", "filter", "words", "cursor", "coverage",
    "detail", "ids", "weights", "coverage_permille", "preferred_permille", "distance_permille",
    "wage_permille",
    // parameters
    "limit", "dry_run", "atomic", "create", "format"};

#define WORD_BYTES_MAX 24

// How many letters to change, add or take away.
static uint32_t edits(yz_text a, const char *b, uint32_t b_size) {
    uint32_t row[WORD_BYTES_MAX + 1];
    for (uint32_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (uint32_t i = 1; i <= a.size; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= b_size; j++) {
            uint32_t best = diagonal + (a.bytes[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[b_size];
}

yz_text wire_nearest(yz_text word) {
    if (word.size < 2 || word.size > WORD_BYTES_MAX) return YZ_TEXT("");
    uint32_t best = word.size / 3 + 1; // no nearer word: no hint
    yz_text nearest = YZ_TEXT("");
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        uint32_t distance = edits(word, WORDS[i], (uint32_t)strlen(WORDS[i]));
        if (distance == 0) return YZ_TEXT(""); // well spelt; it only does not belong there
        if (distance < best) {
            best = distance;
            nearest = yz_text_of(WORDS[i]);
        }
    }
    return nearest;
}
