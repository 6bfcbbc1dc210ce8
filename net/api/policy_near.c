#include "net/api/policy_near.h"

#include "engine/base/alloc.h"

#include <stdlib.h>

// ---- what is missing ----

static const yz_text PARAM = {"param:", 6};

static void note_missing(const yz_rules *rules, near_one *one, yz_text name) {
    if (yz_text_starts_with(name, PARAM)) {
        yz_text bare = {name.bytes + PARAM.size, name.size - PARAM.size};
        int32_t param = yz_rules_param(rules, bare);
        for (uint32_t i = 0; i < one->param_count; i++) {
            if (one->params[i] == (uint32_t)param) return;
        }
        if (param >= 0 && one->param_count < NEAR_PARAMS_MAX)
            one->params[one->param_count++] = (uint32_t)param;
        return;
    }
    const yz_fact_form *form = yz_fact_of_path(name);
    if (form != NULL) one->facts[form->number / 64] |= UINT64_C(1) << form->number % 64;
}

uint32_t near_missing(const yz_rules *rules, const near_one *one, yz_arena *arena,
                      yz_text names[NEAR_MISSING_MAX]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < yz_fact_count() && count < NEAR_MISSING_MAX; i++) {
        if (one->facts[i / 64] >> i % 64 & 1)
            names[count++] = yz_text_of(yz_fact_numbered(i)->path);
    }
    for (uint32_t i = 0; i < one->param_count && count < NEAR_MISSING_MAX; i++) {
        yz_text name = rules->params[one->params[i]].name;
        char *bytes = yz_arena_take(arena, PARAM.size + name.size);
        if (bytes == NULL) break;
        memcpy(bytes, PARAM.bytes, PARAM.size);
        memcpy(bytes + PARAM.size, name.bytes, name.size);
        names[count++] = (yz_text){bytes, PARAM.size + name.size};
    }
    return count;
}

// ---- one subject ----

bool near_can_be_asked(const yz_rule *rule) {
    return rule->decide >= 0 && rule->need_count > 0 && rule->need_count <= NEAR_NEEDS_MAX &&
           yz_subject_kind_named(rule->subject) >= 0;
}

// The one condition that does not hold. False: none, or more.
static bool only_one(const yz_rule *rule, const yz_line_value *lines, near_one *one) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < rule->need_count; i++) {
        if (lines[i].truth == 1) continue;
        one->need = i;
        one->truth = lines[i].truth;
        count += 1;
    }
    return count == 1;
}

static void note_reasons(const yz_rules *rules, near_one *one, const yz_decision *decision) {
    static const yz_text MISSING = {"missing:", 8};
    for (uint32_t i = 0; i < decision->reason_count; i++) {
        yz_text reason = decision->reasons[i];
        if (!yz_text_starts_with(reason, MISSING)) continue;
        note_missing(rules, one,
                     (yz_text){reason.bytes + MISSING.size, reason.size - MISSING.size});
    }
}

/* Were it not for that condition? A fact that the amount or the payments made want too is one more
 * to ask for, and no second condition. */
static bool without(const yz_policy_ask *ask, const yz_rule *rule, near_one *one) {
    yz_need needs[NEAR_NEEDS_MAX];
    yz_line_value lines[NEAR_NEEDS_MAX];
    yz_rule other = *rule;
    yz_decision decision;
    other.need_count = 0;
    for (uint32_t i = 0; i < rule->need_count; i++) {
        if (i != one->need) needs[other.need_count++] = rule->needs[i];
    }
    other.needs = needs;
    if (yz_explain_rule(ask, &other, lines, &decision) != YZ_OK) return false;
    bool unknown = decision.decision == yz_word_decision_unknown;
    if (!unknown && decision.decision > yz_word_decision_refer) return false;
    one->decision = unknown ? rule->decide : decision.decision;
    one->has_amount = !unknown && decision.has_amount;
    one->amount = one->has_amount ? decision.amount : 0;
    if (unknown) note_reasons(ask->rules, one, &decision);
    return true;
}

bool near_misses(const yz_policy_ask *ask, const yz_rule *rule, near_one *one) {
    yz_line_value lines[NEAR_NEEDS_MAX];
    yz_decision decision;
    uint32_t row = one->row;
    if (yz_explain_rule(ask, rule, lines, &decision) != YZ_OK) return false;
    bool window = rule->window == NULL || decision.qualifying != INT32_MIN;
    bool fails =
        decision.decision == yz_word_decision_deny || decision.decision == yz_word_decision_unknown;
    *one = (near_one){.rule = rule, .row = row, .day = decision.qualifying};
    if (!window || !fails || !only_one(rule, lines, one) || !without(ask, rule, one)) return false;
    const yz_line_value *line = &lines[one->need];
    for (uint32_t i = 0; i < line->missing_count; i++)
        note_missing(ask->rules, one, line->missing[i]);
    return true;
}

// ---- the best ----

// The one order of the list, best first.
static int in_order(const void *left, const void *right) {
    const near_one *a = left, *b = right;
    if (a->amount != b->amount) return a->amount > b->amount ? -1 : 1;
    if (a->row != b->row) return a->row < b->row ? -1 : 1;
    return yz_text_compare(a->rule->name, b->rule->name);
}

static void sink(near_best *best, uint32_t count, near_one one) {
    uint32_t at = 0;
    for (uint32_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && in_order(&best->ones[child + 1], &best->ones[child]) > 0)
            child += 1;
        if (in_order(&best->ones[child], &one) <= 0) break;
        best->ones[at] = best->ones[child];
        at = child;
    }
    best->ones[at] = one;
}

static void rise(near_best *best, near_one one) {
    uint32_t at = best->count++;
    while (at > 0 && in_order(&best->ones[(at - 1) / 2], &one) < 0) {
        best->ones[at] = best->ones[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    best->ones[at] = one;
}

void near_best_offer(near_best *best, const near_one *one) {
    if (best->count == best->limit) {
        if (best->limit > 0 && in_order(one, &best->ones[0]) < 0) sink(best, best->count, *one);
        return;
    }
    if (best->count == best->room) {
        best->room = best->room > 0 ? 2 * best->room : 64;
        best->ones = yz_realloc(best->ones, best->room * sizeof *best->ones);
    }
    rise(best, *one);
}

void near_best_sort(near_best *best) {
    if (best->count > 0) qsort(best->ones, best->count, sizeof *best->ones, in_order);
}

void near_best_deinit(near_best *best) {
    yz_free(best->ones);
    *best = (near_best){0};
}
