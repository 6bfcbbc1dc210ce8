#include "net/api/wire_target.h"

#include "net/api/wire_common.h"

#define TARGET(record) ((yz_target *)(record))

static yz_status read_id(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/id", &TARGET(record)->id, problem);
}

static yz_status read_zh(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/name/zh", &TARGET(record)->name_zh, problem);
}

static yz_status read_en(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/name/en", &TARGET(record)->name_en, problem);
}

static yz_status read_name(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    static const wire_member NAMES[] = {{"zh", read_zh, 1, true}, {"en", read_en, 2, true}, {0}};
    uint32_t seen;
    return wire_members(tree, node, "/name", NAMES, record, &seen, problem);
}

static yz_status read_division(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/division", &TARGET(record)->division, problem);
}

static yz_status read_year(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    int64_t value;
    yz_status status =
        wire_whole(tree, node, "/year", YZ_TARGET_YEAR_MIN, YZ_TARGET_YEAR_MAX, &value, problem);
    if (status == YZ_OK) TARGET(record)->year = (uint16_t)value;
    return status;
}

static yz_status read_series(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/series", &TARGET(record)->series, problem);
}

static yz_status read_value(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    return wire_whole(tree, node, "/value", 1, YZ_TARGET_VALUE_MAX, &TARGET(record)->value,
                      problem);
}

enum { FIELD_ID = 1, FIELD_YEAR = 2, FIELD_SERIES = 4, FIELD_VALUE = 8 };

yz_status wire_target_read(const json_tree *tree, const cJSON *object, yz_target *target,
                           yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"id", read_id, FIELD_ID, false},
                                          {"name", read_name, 16, true},
                                          {"division", read_division, 32, true},
                                          {"year", read_year, FIELD_YEAR, false},
                                          {"series", read_series, FIELD_SERIES, false},
                                          {"value", read_value, FIELD_VALUE, false},
                                          {0}};
    static const struct {
        uint32_t field;
        const char *pointer;
    } NEEDED[] = {{FIELD_YEAR, "/year"}, {FIELD_SERIES, "/series"}, {FIELD_VALUE, "/value"}};
    *target = (yz_target){0};
    uint32_t seen;
    yz_status status = wire_members(tree, object, "", MEMBERS, target, &seen, problem);
    for (size_t i = 0; status == YZ_OK && i < 3; i++) {
        if (seen & NEEDED[i].field) continue;
        status = yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, NEEDED[i].pointer);
    }
    if (status != YZ_OK) return status;
    yz_target named = *target; // an id that is not in the text comes from the path
    if (!(seen & FIELD_ID)) named.id = YZ_TEXT("-");
    status = yz_target_check(&named, problem);
    if (status != YZ_OK && problem != NULL && problem->code == YZ_PROBLEM_BAD_CHOICE)
        problem->low = WIRE_WORDS_SERIES;
    return status;
}

void wire_target_write(json_out *out, const yz_target *t) {
    json_begin_object(out);
    json_field_text(out, "id", t->id);
    json_key(out, "name");
    json_begin_object(out);
    if (t->name_zh.size > 0) json_field_text(out, "zh", t->name_zh);
    if (t->name_en.size > 0) json_field_text(out, "en", t->name_en);
    json_end_object(out);
    if (t->division.size > 0) json_field_text(out, "division", t->division);
    json_field_uint(out, "year", t->year);
    json_field_text(out, "series", t->series);
    json_field_int(out, "value", t->value);
    json_end_object(out);
}
