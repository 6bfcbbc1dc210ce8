#include "tests/engine/policy/worked_cases.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MAX (4 << 20)
#define CASES_MAX 2000

const char *const worked_cases_files[WORKED_CASES_FILES] = {
    "tests/engine/policy/cases.jsonl",
    "tests/engine/policy/readings.jsonl",
    "datasets/policy/gansu-2023.cases.jsonl",
};

// ---- reading ----

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void read_ask(worked_case *c, const cJSON *ask) {
    uint32_t count = 0;
    yz_text *texts =
        yz_arena_take(c->tree.arena, ((size_t)cJSON_GetArraySize(ask) + 1) * sizeof *texts);
    yz_check(texts != NULL);
    for (const cJSON *name = ask->child; name != NULL; name = name->next)
        texts[count++] = json_string(name);
    c->ask = texts;
    c->ask_count = count;
}

static void read_items(worked_case *c, const yz_facts *base, const cJSON *items) {
    static const char *const others[] = {"item", NULL};
    yz_problem problem;
    uint32_t count = 0;
    yz_item *list =
        yz_arena_take(c->tree.arena, ((size_t)cJSON_GetArraySize(items) + 1) * sizeof *list);
    yz_check(list != NULL);
    for (const cJSON *item = items->child; item != NULL; item = item->next) {
        yz_facts *facts = yz_arena_take(c->tree.arena, sizeof *facts);
        yz_check(facts != NULL);
        yz_check(json_facts_read(&c->tree, item, "", others, base, facts, &problem) == YZ_OK);
        list[count++] = (yz_item){json_string(member(item, "item")), facts};
    }
    c->items = list;
    c->item_count = count;
    c->has_items = true;
}

static void read_case(worked_case *c, yz_text line, yz_arena *arena) {
    static const char *const others[] = {"items", NULL};
    yz_problem problem;
    int32_t as_of;
    yz_check(json_parse(line, arena, &c->tree, &problem) == YZ_OK);
    const cJSON *root = c->tree.root, *facts = member(root, "facts");
    c->id = json_string(member(root, "id"));
    c->params = member(root, "params");
    c->expect = member(root, "expect");
    read_ask(c, member(root, "ask"));
    yz_facts *base = yz_arena_take(arena, sizeof *base);
    yz_item *itself = yz_arena_take(arena, sizeof *itself);
    yz_check(base != NULL && itself != NULL);
    yz_check(json_facts_day(member(root, "as_of"), JSON_FACTS_DAY, "", &as_of, &problem) == YZ_OK);
    yz_check(json_facts_read(&c->tree, facts, "", others, NULL, base, &problem) == YZ_OK);
    yz_check(json_facts_set_as_of(arena, as_of, base));
    *itself = (yz_item){YZ_TEXT(""), base};
    c->items = itself;
    c->item_count = 1;
    if (member(facts, "items") != NULL) read_items(c, base, member(facts, "items"));
}

static void read_file(worked_cases *cases, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fprintf(stderr, "%s cannot be read\n", path);
    yz_check(file != NULL);
    char *text = yz_arena_take(cases->arena, FILE_BYTES_MAX + 1);
    yz_check(text != NULL);
    text[fread(text, 1, FILE_BYTES_MAX, file)] = 0;
    fclose(file);
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        if (end == line) continue;
        yz_check(cases->count < CASES_MAX);
        yz_text bytes = {line, (uint32_t)(end - line)};
        read_case(&cases->cases[cases->count++], bytes, cases->arena);
    }
}

void worked_cases_read(worked_cases *cases) {
    *cases = (worked_cases){.arena = yz_arena_new(1 << 28)};
    cases->cases = yz_alloc_zeroed(CASES_MAX * sizeof *cases->cases);
    for (int i = 0; i < WORKED_CASES_FILES; i++)
        read_file(cases, worked_cases_files[i]);
}

void worked_cases_free(worked_cases *cases) {
    yz_arena_free(cases->arena);
    yz_free(cases->cases);
}

// ---- deciding ----

yz_params *worked_case_params(const yz_rules *rules, const worked_case *c) {
    const yz_param_overlay *overlays = NULL;
    uint32_t count = 0;
    yz_problem problem;
    yz_rules_problem trouble;
    yz_params *params = NULL;
    if (c->params != NULL &&
        json_params_read(&c->tree, c->params, "", rules, &overlays, &count, &problem) != YZ_OK)
        return NULL;
    if (yz_params_new(rules, overlays, count, &params, &trouble) != YZ_OK) return NULL;
    return params;
}

static bool text_is(const cJSON *expected, const char *name, yz_text wanted) {
    const cJSON *text = member(expected, name);
    return yz_text_equal(cJSON_IsString(text) ? json_string(text) : YZ_TEXT(""), wanted);
}

static bool as_expected(const worked_case *c, const cJSON *expected, const yz_item *item,
                        const yz_decision *got) {
    const char *const *words;
    const cJSON *amount = member(expected, "amount_yuan"), *reasons = member(expected, "reasons");
    uint32_t at = 0;
    int64_t fen;
    yz_enumeration_words(YZ_WORDS_decision, &words);
    if (!text_is(expected, "measure", got->measure) || !text_is(expected, "item", item->name) ||
        !text_is(expected, "decision", yz_text_of(words[got->decision])))
        return false;
    if (cJSON_IsNull(amount) == got->has_amount) return false;
    if (got->has_amount &&
        (json_scaled(&c->tree, amount, 2, "", &fen, NULL) != YZ_OK || fen != got->amount))
        return false;
    for (const cJSON *reason = reasons->child; reason != NULL; reason = reason->next, at++) {
        if (at == got->reason_count || !yz_text_equal(json_string(reason), got->reasons[at]))
            return false;
    }
    return at == got->reason_count;
}

static bool decided_as_expected(const yz_rules *rules, const yz_params *params,
                                const worked_case *c, yz_arena *arena) {
    size_t count = (size_t)c->item_count * c->ask_count;
    yz_decision *decisions = yz_arena_take(arena, (count + 1) * sizeof *decisions);
    yz_policy_ask ask = {rules, params, c->items[0].facts, arena};
    yz_check(decisions != NULL);
    yz_status status = c->has_items ? yz_decide_items(&ask, c->items, c->item_count, c->ask,
                                                      c->ask_count, decisions)
                                    : yz_decide_all(&ask, c->ask, c->ask_count, decisions);
    if (status != YZ_OK) return false;
    const cJSON *expected = c->expect->child;
    for (size_t i = 0; i < count; i++, expected = expected->next) {
        if (expected == NULL ||
            !as_expected(c, expected, &c->items[i / c->ask_count], &decisions[i]))
            return false;
    }
    return expected == NULL;
}

bool worked_case_comes_out(const yz_rules *rules, const yz_params *plain, const worked_case *c,
                           yz_arena *arena) {
    yz_arena_reset(arena);
    if (c->params == NULL) return decided_as_expected(rules, plain, c, arena);
    yz_params *params = worked_case_params(rules, c);
    bool same = params != NULL && decided_as_expected(rules, params, c, arena);
    yz_params_free(params);
    return same;
}
