#include "net/api/wire_common.h"
#include "net/api/wire_person.h"

#define ENTRY(record) ((yz_entry *)(record))
#define FIELD_ID (1u << 31)
#define FIELD_NAME (1u << 30)

static yz_status read_id(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/id", &ENTRY(record)->id, problem);
}

static yz_status read_zh(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/name/zh", &ENTRY(record)->name_zh, problem);
}

static yz_status read_en(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/name/en", &ENTRY(record)->name_en, problem);
}

static yz_status read_name(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    static const wire_member NAMES[] = {
        {"zh", read_zh, WIRE_ENTRY_ZH, true}, {"en", read_en, WIRE_ENTRY_EN, true}, {0}};
    uint32_t seen;
    return wire_members(tree, node, "/name", NAMES, record, &seen, problem);
}

static yz_status read_weight(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/weight", 1, YZ_WEIGHT_MAX, &value, problem);
    if (status == YZ_OK) ENTRY(record)->weight = (uint32_t)value;
    return status;
}

// Which of the two names a patch speaks of; a null name means both.
static uint32_t names_said(const cJSON *object) {
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(object, "name");
    if (name == NULL) return 0;
    if (cJSON_IsNull(name)) return WIRE_ENTRY_ZH | WIRE_ENTRY_EN;
    return (cJSON_GetObjectItemCaseSensitive(name, "zh") ? WIRE_ENTRY_ZH : 0) |
           (cJSON_GetObjectItemCaseSensitive(name, "en") ? WIRE_ENTRY_EN : 0);
}

// Of a person the dictionary knows the id.
static yz_status read_person(const json_tree *tree, const cJSON *object, wire_mode mode,
                             yz_entry *entry, uint32_t *fields, yz_problem *problem) {
    wire_person person;
    yz_status status = wire_person_read(tree, object, mode, YZ_DAY_NONE, &person, problem);
    *entry = (yz_entry){.id = person.person.id};
    if (fields != NULL) *fields = 0;
    return status;
}

yz_status wire_entry_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                          yz_dictionary dictionary, yz_entry *entry, uint32_t *fields,
                          yz_problem *problem) {
    if (dictionary == YZ_PERSONS) return read_person(tree, object, mode, entry, fields, problem);
    static const wire_member SKILL[] = {{"id", read_id, FIELD_ID, false},
                                        {"name", read_name, FIELD_NAME, true},
                                        {"weight", read_weight, WIRE_ENTRY_WEIGHT, true},
                                        {0}};
    static const wire_member OTHER[] = {
        {"id", read_id, FIELD_ID, false}, {"name", read_name, FIELD_NAME, true}, {0}};
    *entry = (yz_entry){0};
    uint32_t seen;
    const wire_member *members = dictionary == YZ_SKILLS ? SKILL : OTHER;
    yz_status status = wire_members(tree, object, "", members, entry, &seen, problem);
    if (status != YZ_OK) return status;
    if (mode == WIRE_RECORD && !(seen & FIELD_ID)) {
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/id");
    }
    if (fields != NULL) *fields = names_said(object) | (seen & WIRE_ENTRY_WEIGHT);
    yz_text id = entry->id;
    if (!(seen & FIELD_ID)) entry->id = YZ_TEXT("-");
    status = yz_entry_check(entry, problem);
    entry->id = id;
    return status;
}

yz_status wire_entry_parse(yz_text line, yz_arena *arena, yz_dictionary dictionary, yz_entry *entry,
                           yz_problem *problem) {
    json_tree tree;
    yz_status status = json_parse(line, arena, &tree, problem);
    if (status != YZ_OK) return status;
    return wire_entry_read(&tree, tree.root, WIRE_RECORD, dictionary, entry, NULL, problem);
}

void wire_entry_write(json_out *out, yz_dictionary dictionary, const yz_entry *entry) {
    json_begin_object(out);
    json_field_text(out, "id", entry->id);
    if (dictionary == YZ_PERSONS) {
        json_end_object(out);
        return;
    }
    json_key(out, "name");
    json_begin_object(out);
    if (entry->name_zh.size > 0) json_field_text(out, "zh", entry->name_zh);
    if (entry->name_en.size > 0) json_field_text(out, "en", entry->name_en);
    json_end_object(out);
    if (dictionary == YZ_SKILLS && entry->weight > 0) {
        json_field_uint(out, "weight", entry->weight);
    }
    json_end_object(out);
}
