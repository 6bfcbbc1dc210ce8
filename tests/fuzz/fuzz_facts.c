/* Any bytes as the facts of a subject, from the root of the tree: refused with a place, or every
 * rule, target and check of datasets/policy/gansu-2023.rules is decided, twice the same; explained
 * too. */
#include "engine/policy/decide.h"
#include "net/api/json_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static yz_arena *arena;
static yz_rules *rules;
static yz_params *params;

static void load(void) {
    static char bytes[1 << 20];
    FILE *file = fopen("datasets/policy/gansu-2023.rules", "rb");
    if (file == NULL) {
        fprintf(stderr, "datasets/policy/gansu-2023.rules: not there; run from the root\n");
        exit(1);
    }
    uint32_t size = (uint32_t)fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    yz_rules_file of = {"rules", {bytes, size}};
    yz_rules_problem problem;
    if (yz_rules_load(&of, 1, &rules, &problem) != YZ_OK) abort();
    if (yz_params_new(rules, NULL, 0, &params, &problem) != YZ_OK) abort();
    arena = yz_arena_new((size_t)64 << 20);
}

static bool same(const yz_decision *a, const yz_decision *b) {
    if (a->decision != b->decision || a->has_amount != b->has_amount || a->amount != b->amount ||
        a->reason_count != b->reason_count || a->qualifying != b->qualifying)
        return false;
    for (uint32_t i = 0; i < a->reason_count; i++) {
        if (!yz_text_equal(a->reasons[i], b->reasons[i])) return false;
    }
    return true;
}

static void decide(const yz_policy_ask *ask, yz_text measure, const yz_rule *rule) {
    yz_decision once, twice;
    yz_status status = yz_decide(ask, measure, &once);
    if (status == YZ_ERR_NOT_FOUND || yz_decide(ask, measure, &twice) != status) abort();
    if (status == YZ_OK && !same(&once, &twice)) abort();
    if (status == YZ_OK && once.amount < 0) abort();
    yz_line_value lines[64];
    if (rule == NULL || rule->need_count > 64) return;
    if (yz_explain_rule(ask, rule, lines, &twice) == YZ_OK && status == YZ_OK &&
        !same(&once, &twice))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (arena == NULL) load();
    yz_arena_reset(arena);
    json_tree tree;
    yz_problem problem = {0};
    yz_facts facts;
    yz_status status =
        json_parse((yz_text){(const char *)data, (uint32_t)size}, arena, &tree, &problem);
    if (status == YZ_OK)
        status = json_facts_read(&tree, tree.root, "", NULL, NULL, &facts, &problem);
    if (status != YZ_OK) {
        if (problem.code == YZ_PROBLEM_NONE) abort();
        return 0;
    }
    yz_policy_ask ask = {rules, params, &facts, arena};
    const yz_row *top = facts.objects[YZ_OBJECT_top];
    if (top == NULL || !(top->known >> yz_field_top_as_of & 1)) {
        if (!json_facts_set_as_of(arena, 19615, &facts)) abort();
    }
    for (uint32_t i = 0; i < rules->rule_count; i++)
        decide(&ask, rules->rules[i].name, &rules->rules[i]);
    for (uint32_t i = 0; i < rules->target_count; i++)
        decide(&ask, rules->targets[i].name, NULL);
    decide(&ask, YZ_TEXT("m18"), NULL);
    decide(&ask, YZ_TEXT("d08"), NULL);
    return 0;
}
