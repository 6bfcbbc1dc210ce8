/* Values that a case or a what-if puts in place of parameters. */
#include "net/api/json_facts.h"
#include "net/api/wire_common.h"

#include <stdlib.h>

typedef struct reading {
    const json_tree *tree;
    const yz_rules *rules;
    yz_problem *problem;
} reading;

static yz_status take(const reading *r, size_t size, const char *pointer, void **memory) {
    return wire_take(r->tree, size, pointer, memory, r->problem);
}

// ---- values by type ----

// "5.5%" in units of 1e-8: six digits after the point at most. A plain number stands for percents.
static yz_status read_percent(const reading *r, const cJSON *node, const char *pointer,
                              int64_t *value) {
    if (cJSON_IsNumber(node)) return json_scaled(r->tree, node, 6, pointer, value, r->problem);
    if (!cJSON_IsString(node)) return wire_wrong(r->problem, pointer, "string");
    yz_text text = json_string(node);
    if (text.size > 0 && text.bytes[text.size - 1] == '%') {
        text.size -= 1;
        return json_scaled_text(text, 6, pointer, value, r->problem);
    }
    return yz_problem_value(r->problem, YZ_PROBLEM_NOT_A_NUMBER, pointer, text);
}

static yz_status read_words(const reading *r, const cJSON *node, const char *pointer,
                            const yz_texts **words) {
    uint32_t count = cJSON_IsArray(node) ? (uint32_t)cJSON_GetArraySize(node) : 1, index = 0;
    void *memory, *of_each;
    yz_status status = take(r, sizeof(yz_texts), pointer, &memory);
    if (status == YZ_OK) status = take(r, count * sizeof(yz_text), pointer, &of_each);
    if (status != YZ_OK) return status;
    yz_text *texts = of_each;
    const cJSON *element = cJSON_IsArray(node) ? node->child : node;
    for (; index < count; index++, element = element->next) {
        // Numbers as they were written: a set of ages or levels.
        if (cJSON_IsNumber(element))
            texts[index] = json_number_text(r->tree, element);
        else if (cJSON_IsString(element))
            texts[index] = json_string(element);
        else
            return wire_wrong(r->problem, pointer, "string");
    }
    *(yz_texts *)memory = (yz_texts){count, texts};
    *words = memory;
    return YZ_OK;
}

typedef struct pair {
    int64_t key, amount; // fen
} pair;

static int by_key(const void *a, const void *b) {
    int64_t x = ((const pair *)a)->key, y = ((const pair *)b)->key;
    return (x > y) - (x < y);
}

// [[lower percent or key, yuan], ...]; of a table also {"5": 1000}.
static yz_status read_pairs(const reading *r, const cJSON *node, bool percent, const char *pointer,
                            pair **pairs, uint32_t *count) {
    bool object = cJSON_IsObject(node) && !percent;
    if (!cJSON_IsArray(node) && !object) return wire_wrong(r->problem, pointer, "list");
    *count = (uint32_t)cJSON_GetArraySize(node);
    void *memory;
    yz_status status = take(r, *count * sizeof(pair), pointer, &memory);
    if (status != YZ_OK) return status;
    *pairs = memory;
    uint32_t index = 0;
    for (const cJSON *entry = node->child; entry != NULL; entry = entry->next, index++) {
        pair *p = &(*pairs)[index];
        const cJSON *amount = entry;
        char at[YZ_POINTER_BYTES_MAX];
        json_below_at(pointer, index, at);
        if (object) {
            status = json_scaled_text(yz_text_of(entry->string), 0, at, &p->key, r->problem);
        } else {
            if (!cJSON_IsArray(entry) || cJSON_GetArraySize(entry) != 2)
                return wire_wrong(r->problem, at, "list");
            amount = entry->child->next;
            status = percent ? read_percent(r, entry->child, at, &p->key)
                             : json_scaled(r->tree, entry->child, 0, at, &p->key, r->problem);
        }
        if (status == YZ_OK) status = json_scaled(r->tree, amount, 2, at, &p->amount, r->problem);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}

static yz_status read_tiers(const reading *r, const cJSON *node, const char *pointer,
                            yz_tiers *tiers) {
    pair *pairs;
    uint32_t count;
    void *memory;
    yz_status status = read_pairs(r, node, true, pointer, &pairs, &count);
    if (status == YZ_OK) status = take(r, count * sizeof(yz_tier), pointer, &memory);
    if (status != YZ_OK) return status;
    yz_tier *to = memory;
    for (uint32_t i = 0; i < count; i++)
        to[i] = (yz_tier){pairs[i].key, pairs[i].amount};
    *tiers = (yz_tiers){count, to};
    return YZ_OK;
}

static yz_status read_table(const reading *r, const cJSON *node, const char *pointer,
                            yz_table *table) {
    pair *pairs;
    uint32_t count;
    void *memory;
    yz_status status = read_pairs(r, node, false, pointer, &pairs, &count);
    if (status == YZ_OK) status = take(r, 2 * count * sizeof(int64_t), pointer, &memory);
    if (status != YZ_OK) return status;
    if (count > 1) qsort(pairs, count, sizeof *pairs, by_key);
    int64_t *keys = memory, *amounts = keys + count;
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = pairs[i].key;
        amounts[i] = pairs[i].amount;
    }
    *table = (yz_table){count, keys, amounts};
    return YZ_OK;
}

static yz_status read_value(const reading *r, const cJSON *node, yz_param_type type,
                            const char *pointer, yz_param_value *value) {
    int32_t day = 0;
    yz_status status;
    switch (type) {
    case YZ_PARAM_BOOL:
    case YZ_PARAM_WINDOW:
        if (!cJSON_IsBool(node)) return wire_wrong(r->problem, pointer, "true or false");
        value->number = cJSON_IsTrue(node);
        return YZ_OK;
    case YZ_PARAM_INT: return json_scaled(r->tree, node, 0, pointer, &value->number, r->problem);
    case YZ_PARAM_YUAN: return json_scaled(r->tree, node, 2, pointer, &value->number, r->problem);
    case YZ_PARAM_PERCENT: return read_percent(r, node, pointer, &value->number);
    case YZ_PARAM_DATE:
        status = json_facts_day(node, JSON_FACTS_DAY, pointer, &day, r->problem);
        value->number = day;
        return status;
    case YZ_PARAM_TEXT:
    case YZ_PARAM_NAME:
        if (!cJSON_IsString(node)) return wire_wrong(r->problem, pointer, "string");
        return read_words(r, node, pointer, &value->words);
    case YZ_PARAM_SET:
        if (!cJSON_IsArray(node)) return wire_wrong(r->problem, pointer, "list");
        return read_words(r, node, pointer, &value->words);
    case YZ_PARAM_TIERS: return read_tiers(r, node, pointer, &value->tiers);
    case YZ_PARAM_TABLE: return read_table(r, node, pointer, &value->table);
    }
    return YZ_OK;
}

// ---- periods ----

static yz_status read_period(const reading *r, const cJSON *node, yz_param_type type,
                             const char *pointer, yz_param_period *period) {
    char at[YZ_POINTER_BYTES_MAX];
    *period = (yz_param_period){.to = YZ_DAY_OPEN};
    if (!cJSON_IsObject(node)) return wire_wrong(r->problem, pointer, "object");
    bool has_value = false, has_from = false;
    for (const cJSON *member = node->child; member != NULL; member = member->next) {
        json_below(pointer, member->string, at);
        yz_status status = YZ_OK;
        if (strcmp(member->string, "value") == 0) {
            has_value = true;
            status = read_value(r, member, type, at, &period->value);
        } else if (strcmp(member->string, "from") == 0) {
            has_from = true;
            status = json_facts_day(member, JSON_FACTS_DAY, at, &period->from, r->problem);
        } else if (strcmp(member->string, "to") == 0) {
            if (cJSON_IsNull(member)) continue;
            status = json_facts_day(member, JSON_FACTS_DAY, at, &period->to, r->problem);
        } else {
            status = yz_problem_value(r->problem, YZ_PROBLEM_UNKNOWN_FIELD, at,
                                      yz_text_of(member->string));
        }
        if (status != YZ_OK) return status;
    }
    if (has_value && has_from) return YZ_OK;
    json_below(pointer, has_value ? "from" : "value", at);
    return yz_problem_at(r->problem, YZ_PROBLEM_MISSING_FIELD, at);
}

static yz_status read_series(const reading *r, const cJSON *node, const char *pointer,
                             yz_param_overlay *overlay) {
    char at[YZ_POINTER_BYTES_MAX];
    json_below(pointer, node->string, at);
    int32_t number = yz_rules_param(r->rules, yz_text_of(node->string));
    if (number < 0)
        return yz_problem_value(r->problem, YZ_PROBLEM_UNKNOWN_FIELD, at, yz_text_of(node->string));
    if (!cJSON_IsArray(node)) return wire_wrong(r->problem, at, "list");
    const yz_param *param = &r->rules->params[number];
    uint32_t count = (uint32_t)cJSON_GetArraySize(node), index = 0;
    void *memory;
    yz_status status = take(r, count * sizeof(yz_param_period), at, &memory);
    if (status != YZ_OK) return status;
    yz_param_period *periods = memory;
    for (const cJSON *period = node->child; period != NULL; period = period->next, index++) {
        char each[YZ_POINTER_BYTES_MAX];
        json_below_at(at, index, each);
        status = read_period(r, period, param->type, each, &periods[index]);
        if (status != YZ_OK) return status;
    }
    *overlay = (yz_param_overlay){param->name, count, periods};
    return YZ_OK;
}

yz_status json_params_read(const json_tree *tree, const cJSON *node, const char *pointer,
                           const yz_rules *rules, const yz_param_overlay **overlays,
                           uint32_t *count, yz_problem *problem) {
    reading r = {tree, rules, problem};
    if (!cJSON_IsObject(node)) return wire_wrong(problem, pointer, "object");
    *count = (uint32_t)cJSON_GetArraySize(node);
    void *memory;
    yz_status status = take(&r, *count * sizeof(yz_param_overlay), pointer, &memory);
    if (status != YZ_OK) return status;
    yz_param_overlay *made = memory;
    uint32_t index = 0;
    for (const cJSON *series = node->child; series != NULL; series = series->next, index++) {
        status = read_series(&r, series, pointer, &made[index]);
        if (status != YZ_OK) return status;
    }
    *overlays = made;
    return YZ_OK;
}
