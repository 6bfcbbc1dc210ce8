#include "net/api/json_facts.h"

#include "net/api/wire_common.h"

#include "engine/model/industry.h"

#include <stdio.h>

void json_below(const char *pointer, const char *name, char at[YZ_POINTER_BYTES_MAX]) {
    size_t used = strlen(pointer), more = strlen(name);
    if (used > YZ_POINTER_BYTES_MAX - 2) used = YZ_POINTER_BYTES_MAX - 2;
    memcpy(at, pointer, used);
    at[used++] = '/';
    if (more > YZ_POINTER_BYTES_MAX - 1 - used) more = YZ_POINTER_BYTES_MAX - 1 - used;
    memcpy(at + used, name, more);
    at[used + more] = '\0';
    uint32_t bad_at; // cut inside a character
    if (!yz_text_is_utf8(yz_text_of(at), &bad_at)) at[bad_at] = '\0';
}

void json_below_at(const char *pointer, uint32_t index, char at[YZ_POINTER_BYTES_MAX]) {
    char number[11];
    snprintf(number, sizeof number, "%u", (unsigned)index);
    json_below(pointer, number, at);
}

static yz_status unknown_field(const char *pointer, const char *name, yz_problem *problem) {
    char at[YZ_POINTER_BYTES_MAX];
    json_below(pointer, name, at);
    return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_FIELD, at, yz_text_of(name));
}

// ---- values ----

yz_status json_facts_day(const cJSON *node, int part, const char *pointer, int32_t *value,
                         yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    yz_text text = json_string(node);
    if (part == JSON_FACTS_DAY ? yz_date_of(text, value) : yz_month_of(text, value)) return YZ_OK;
    yz_status status = yz_problem_value(problem, YZ_PROBLEM_BAD_TIME, pointer, text);
    if (problem != NULL) problem->low = part;
    return status;
}

static yz_status read_number(const json_tree *tree, const cJSON *node, unsigned decimals,
                             const char *pointer, int64_t *value, yz_problem *problem) {
    yz_status status = json_scaled(tree, node, decimals, pointer, value, problem);
    if (status != YZ_OK) return status;
    if (*value >= -YZ_FACT_INT_MAX && *value <= YZ_FACT_INT_MAX) return YZ_OK;
    int64_t limit = YZ_FACT_INT_MAX / (decimals ? 100 : 1);
    status = yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, pointer, *value, -limit, limit);
    wire_given(tree, node, problem);
    return status;
}

static yz_status read_word(const cJSON *node, yz_enumeration of, const char *pointer, int *word,
                           yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    *word = yz_word_named(of, json_string(node));
    if (*word >= 0) return YZ_OK;
    yz_status status = yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, pointer, json_string(node));
    if (problem != NULL) problem->low = JSON_FACTS_WORDS + (int)of;
    return status;
}

static yz_status read_set(const cJSON *node, yz_enumeration of, const char *pointer, int64_t *value,
                          yz_problem *problem) {
    if (!cJSON_IsArray(node)) return wire_wrong(problem, pointer, "list");
    uint64_t set = 0;
    uint32_t index = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next, index++) {
        char at[YZ_POINTER_BYTES_MAX];
        int word;
        if (cJSON_IsNull(element)) continue; // as if it were not there, here and in lists
        json_below_at(pointer, index, at);
        yz_status status = read_word(element, of, at, &word, problem);
        if (status != YZ_OK) return status;
        set |= 1ull << (unsigned)word;
    }
    *value = (int64_t)set;
    return YZ_OK;
}

static yz_status read_text(const json_tree *tree, const cJSON *node, const char *pointer,
                           int64_t *value, yz_problem *problem) {
    void *memory;
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "string");
    yz_status status = wire_take(tree, sizeof(yz_text), pointer, &memory, problem);
    if (status != YZ_OK) return status;
    *(yz_text *)memory = json_string(node);
    *value = (int64_t)(intptr_t)memory;
    return YZ_OK;
}

static yz_status read_texts(const json_tree *tree, const cJSON *node, const char *pointer,
                            int64_t *value, yz_problem *problem) {
    if (!cJSON_IsArray(node)) return wire_wrong(problem, pointer, "list");
    uint32_t count = (uint32_t)cJSON_GetArraySize(node), index = 0, made = 0;
    void *memory, *of_each;
    yz_status status = wire_take(tree, sizeof(yz_texts), pointer, &memory, problem);
    if (status == YZ_OK)
        status = wire_take(tree, count * sizeof(yz_text), pointer, &of_each, problem);
    if (status != YZ_OK) return status;
    yz_text *texts = of_each;
    for (const cJSON *element = node->child; element != NULL; element = element->next, index++) {
        char at[YZ_POINTER_BYTES_MAX];
        json_below_at(pointer, index, at);
        if (cJSON_IsNull(element)) continue;
        if (!cJSON_IsString(element)) return wire_wrong(problem, at, "string");
        texts[made++] = json_string(element);
    }
    *(yz_texts *)memory = (yz_texts){made, texts};
    *value = (int64_t)(intptr_t)memory;
    return YZ_OK;
}

// ---- rows ----

static yz_status read_row(const json_tree *tree, const cJSON *node, yz_object object,
                          const char *pointer, yz_row *row, yz_problem *problem);

static yz_status read_list(const json_tree *tree, const cJSON *node, yz_object shape,
                           const char *pointer, int64_t *value, yz_problem *problem) {
    if (!cJSON_IsArray(node)) return wire_wrong(problem, pointer, "list");
    uint32_t count = (uint32_t)cJSON_GetArraySize(node), index = 0, made = 0;
    uint32_t stride = yz_row_size(shape);
    void *memory, *rows;
    yz_status status = wire_take(tree, sizeof(yz_list), pointer, &memory, problem);
    if (status == YZ_OK) status = wire_take(tree, (size_t)count * stride, pointer, &rows, problem);
    if (status != YZ_OK) return status;
    memset(rows, 0, (size_t)count * stride);
    for (const cJSON *element = node->child; element != NULL; element = element->next, index++) {
        char at[YZ_POINTER_BYTES_MAX];
        if (cJSON_IsNull(element)) continue;
        json_below_at(pointer, index, at);
        yz_row *row = (yz_row *)(void *)((char *)rows + (size_t)made++ * stride);
        status = read_row(tree, element, shape, at, row, problem);
        if (status != YZ_OK) return status;
    }
    *(yz_list *)memory = (yz_list){made, stride, rows};
    *value = (int64_t)(intptr_t)memory;
    return YZ_OK;
}

static yz_status read_value(const json_tree *tree, const cJSON *node, const yz_fact_form *form,
                            const char *pointer, int64_t *value, yz_problem *problem) {
    int32_t days = 0;
    int word = 0;
    yz_status status = YZ_OK;
    switch (form->type) {
    case YZ_FACT_INT: return read_number(tree, node, 0, pointer, value, problem);
    case YZ_FACT_YUAN: return read_number(tree, node, 2, pointer, value, problem);
    case YZ_FACT_SET: return read_set(node, (yz_enumeration)form->of, pointer, value, problem);
    case YZ_FACT_TEXT: return read_text(tree, node, pointer, value, problem);
    case YZ_FACT_TEXTS: return read_texts(tree, node, pointer, value, problem);
    case YZ_FACT_LIST: return read_list(tree, node, (yz_object)form->of, pointer, value, problem);
    case YZ_FACT_BOOL:
        if (!cJSON_IsBool(node)) return wire_wrong(problem, pointer, "true or false");
        *value = cJSON_IsTrue(node);
        return YZ_OK;
    case YZ_FACT_WORD:
        status = read_word(node, (yz_enumeration)form->of, pointer, &word, problem);
        *value = word;
        return status;
    case YZ_FACT_DATE:
    case YZ_FACT_MONTH:
        status =
            json_facts_day(node, form->type == YZ_FACT_DATE ? JSON_FACTS_DAY : JSON_FACTS_MONTH,
                           pointer, &days, problem);
        *value = days;
        return status;
    }
    return YZ_OK;
}

/* A code of an industry without its letter gets it (GB/T 4754, policy/SPEC.md A.2), so that rules
 * read the section from the front. */
static yz_status with_section(const json_tree *tree, const char *pointer, int64_t *value,
                              yz_problem *problem) {
    yz_text code = *(const yz_text *)(intptr_t)*value;
    char section = yz_industry_section(code);
    void *memory;
    if (section == '\0') return YZ_OK;
    yz_status status = wire_take(tree, sizeof(yz_text) + code.size + 1, pointer, &memory, problem);
    if (status != YZ_OK) return status;
    char *bytes = (char *)memory + sizeof(yz_text);
    bytes[0] = section;
    memcpy(bytes + 1, code.bytes, code.size);
    *(yz_text *)memory = (yz_text){bytes, code.size + 1};
    *value = (int64_t)(intptr_t)memory;
    return YZ_OK;
}

static bool is_industry(const yz_fact_form *form) {
    const yz_fact_form *forms;
    yz_object_fields(YZ_OBJECT_employer, &forms);
    return form == &forms[yz_field_employer_industry];
}

static yz_status read_field(const json_tree *tree, const cJSON *node, const yz_fact_form *form,
                            const char *pointer, yz_row *row, yz_problem *problem) {
    if (cJSON_IsNull(node)) {
        row->known &= ~(1ull << form->field);
        return YZ_OK;
    }
    int64_t value = 0;
    yz_status status = read_value(tree, node, form, pointer, &value, problem);
    if (status == YZ_OK && is_industry(form)) status = with_section(tree, pointer, &value, problem);
    if (status != YZ_OK) return status;
    row->known |= 1ull << form->field;
    row->values[form->field] = value;
    return YZ_OK;
}

static yz_status read_row(const json_tree *tree, const cJSON *node, yz_object object,
                          const char *pointer, yz_row *row, yz_problem *problem) {
    if (!cJSON_IsObject(node)) return wire_wrong(problem, pointer, "object");
    const yz_fact_form *forms;
    yz_object_fields(object, &forms);
    for (const cJSON *member = node->child; member != NULL; member = member->next) {
        int field = yz_field_named(object, yz_text_of(member->string));
        if (field < 0) return unknown_field(pointer, member->string, problem);
        char at[YZ_POINTER_BYTES_MAX];
        json_below(pointer, member->string, at);
        yz_status status = read_field(tree, member, &forms[field], at, row, problem);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}

// ---- the facts of a subject ----

// A row of our own to write to, as the one of `base` was or empty.
static yz_status own_row(const json_tree *tree, yz_object object, const yz_facts *base,
                         yz_facts *facts, const char *pointer, yz_row **row, yz_problem *problem) {
    const yz_row *had = facts->objects[object], *below_it = base ? base->objects[object] : NULL;
    if (had != NULL && had != below_it) {
        *row = (yz_row *)had; // made here
        return YZ_OK;
    }
    void *memory;
    yz_status status = wire_take(tree, yz_row_size(object), pointer, &memory, problem);
    if (status != YZ_OK) return status;
    if (had != NULL)
        memcpy(memory, had, yz_row_size(object));
    else
        memset(memory, 0, yz_row_size(object));
    *row = memory;
    facts->objects[object] = *row;
    return YZ_OK;
}

static yz_status read_member(const json_tree *tree, const cJSON *member, const char *pointer,
                             const yz_facts *base, yz_facts *facts, yz_problem *problem) {
    yz_text name = yz_text_of(member->string);
    char at[YZ_POINTER_BYTES_MAX];
    json_below(pointer, member->string, at);
    int of_top = yz_field_named(YZ_OBJECT_top, name);
    int named = yz_object_named(name);
    if (of_top < 0 && (named < 0 || named >= YZ_OBJECTS || named == YZ_OBJECT_top))
        return unknown_field(pointer, member->string, problem);
    yz_object object = of_top >= 0 ? YZ_OBJECT_top : (yz_object)named;
    if (of_top < 0 && cJSON_IsNull(member)) {
        facts->objects[object] = NULL;
        return YZ_OK;
    }
    yz_row *row;
    yz_status status = own_row(tree, object, base, facts, at, &row, problem);
    if (status != YZ_OK) return status;
    if (of_top < 0) return read_row(tree, member, object, at, row, problem);
    const yz_fact_form *forms;
    yz_object_fields(YZ_OBJECT_top, &forms);
    return read_field(tree, member, &forms[of_top], at, row, problem);
}

static bool among(const char *const *names, const char *name) {
    for (; names != NULL && *names != NULL; names++) {
        if (strcmp(*names, name) == 0) return true;
    }
    return false;
}

yz_status json_facts_read(const json_tree *tree, const cJSON *node, const char *pointer,
                          const char *const *others, const yz_facts *base, yz_facts *facts,
                          yz_problem *problem) {
    *facts = base != NULL ? *base : (yz_facts){0};
    if (!cJSON_IsObject(node)) return wire_wrong(problem, pointer, "object");
    for (const cJSON *member = node->child; member != NULL; member = member->next) {
        if (among(others, member->string)) continue;
        yz_status status = read_member(tree, member, pointer, base, facts, problem);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}

bool json_facts_set_as_of(yz_arena *arena, int32_t as_of, yz_facts *facts) {
    uint32_t size = yz_row_size(YZ_OBJECT_top);
    yz_row *row = yz_arena_take(arena, size);
    if (row == NULL) return false;
    if (facts->objects[YZ_OBJECT_top] != NULL)
        memcpy(row, facts->objects[YZ_OBJECT_top], size);
    else
        memset(row, 0, size);
    row->known |= 1ull << yz_field_top_as_of;
    row->values[yz_field_top_as_of] = as_of;
    facts->objects[YZ_OBJECT_top] = row;
    return true;
}

// ---- changes ----

static void note_cleared(const cJSON *node, yz_object object, yz_facts_change *change) {
    for (const cJSON *member = node->child; member != NULL; member = member->next) {
        int field = yz_field_named(object, yz_text_of(member->string));
        if (field >= 0 && cJSON_IsNull(member)) change->cleared[object] |= 1ull << field;
    }
}

yz_status json_facts_change_read(const json_tree *tree, const cJSON *node, const char *pointer,
                                 yz_facts_change *change, yz_problem *problem) {
    static const char *const NOT_SAID[] = {"as_of", "paid"};
    *change = (yz_facts_change){0};
    yz_status status = json_facts_read(tree, node, pointer, NULL, NULL, &change->given, problem);
    if (status != YZ_OK) return status;
    for (size_t i = 0; i < 2; i++) {
        if (cJSON_GetObjectItemCaseSensitive(node, NOT_SAID[i]) != NULL)
            return unknown_field(pointer, NOT_SAID[i], problem);
    }
    note_cleared(node, YZ_OBJECT_top, change);
    for (const cJSON *member = node->child; member != NULL; member = member->next) {
        int object = yz_object_named(yz_text_of(member->string));
        if (object < 0 || object >= YZ_OBJECTS || object == YZ_OBJECT_top) continue;
        if (cJSON_IsNull(member))
            change->dropped |= 1ull << object;
        else if (cJSON_IsObject(member))
            note_cleared(member, (yz_object)object, change);
    }
    return YZ_OK;
}
