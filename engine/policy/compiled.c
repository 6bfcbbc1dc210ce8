/* Eras, the programs of rules in them, and steps 1 to 5 of section 14.1 without reasons. */
#include "engine/policy/compiled.h"

#include "engine/base/alloc.h"
#include "engine/policy/compiled_inner.h"
#include "engine/policy/decide.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)256 << 20)
#define PLAIN_ARENA_MAX ((size_t)64 << 20)

// ---- eras ----

static int by_day(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

// The first day of every period of every parameter, and the day after its last.
static void find_eras(yz_compiled *c) {
    uint32_t count = 0, room = 64;
    int32_t *days = yz_alloc(room * sizeof *days);
    for (uint32_t p = 0; p < c->rules->param_count; p++) {
        int32_t day = INT32_MIN;
        do {
            const yz_param_period *period = yz_params_period(c->params, p, day);
            if (count + 2 > room) days = yz_realloc(days, (room *= 2) * sizeof *days);
            if (day != INT32_MIN) days[count++] = day;
            if (period != NULL && period->to != YZ_DAY_OPEN) days[count++] = period->to + 1;
            day = yz_params_next(c->params, p, day);
        } while (day != INT32_MAX);
    }
    qsort(days, count, sizeof *days, by_day);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || days[i] != days[kept - 1]) days[kept++] = days[i];
    }
    c->era_count = kept + 1;
    c->eras = yz_alloc_zeroed(c->era_count * sizeof *c->eras);
    for (uint32_t i = 0; i <= kept; i++) {
        c->eras[i].from = i == 0 ? INT32_MIN : days[i - 1];
        c->eras[i].to = i == kept ? INT32_MAX : days[i] - 1;
    }
    yz_free(days);
}

static yz_era *era_of(yz_compiled *c, int32_t day) {
    uint32_t low = 0, high = c->era_count - 1;
    yz_era *last = c->last_era;
    if (last != NULL && last->from <= day && day <= last->to) return last;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (c->eras[middle].to < day)
            low = middle + 1;
        else
            high = middle;
    }
    c->last_era = &c->eras[low];
    return c->last_era;
}

yz_compiled *yz_compiled_new(const yz_rules *rules, const yz_params *params) {
    yz_compiled *c = yz_alloc_zeroed(sizeof *c);
    c->first = c;
    c->rules = rules;
    c->params = params;
    c->arena = yz_arena_new(ARENA_MAX);
    c->plain_arena = yz_arena_new(PLAIN_ARENA_MAX);
    c->builder = (yz_builder){.rules = rules, .run = &c->run, .arena = c->arena};
    find_eras(c);
    return c;
}

yz_compiled *yz_compiled_new_beside(yz_compiled *first, const yz_params *params) {
    yz_compiled *c = yz_alloc_zeroed(sizeof *c);
    c->first = first->first;
    c->rules = first->rules;
    c->params = params;
    find_eras(c);
    return c;
}

void yz_compiled_free(yz_compiled *c) {
    if (c == NULL) return;
    for (uint32_t i = 0; i < c->era_count; i++)
        yz_free(c->eras[i].programs);
    yz_free(c->eras);
    if (c->first == c) {
        yz_builder_deinit(&c->builder);
        yz_arena_free(c->arena);
        yz_arena_free(c->plain_arena);
    }
    yz_free(c);
}

uint64_t yz_compiled_left_to_plain(const yz_compiled *c) {
    return c->left_to_plain;
}

// ---- what is asked ----

static bool is_built_in(yz_text measure) {
    return yz_text_equal(measure, YZ_TEXT("m18")) || yz_text_equal(measure, YZ_TEXT("d08"));
}

// Members of one group have the number of the first of them.
static int32_t group_of(const yz_rules *rules, const yz_compiled_ask *ask, uint32_t at) {
    yz_text group = rules->rules[ask->measures[at].rule].group;
    for (uint32_t i = 0; i < at; i++) {
        int32_t rule = ask->measures[i].rule;
        if (rule >= 0 && yz_text_equal(rules->rules[rule].group, group)) return (int32_t)i;
    }
    return (int32_t)at;
}

yz_status yz_compiled_ask_new(const yz_compiled *c, const yz_text *measures, uint32_t count,
                              yz_compiled_ask **ask) {
    yz_compiled_ask *made = yz_alloc_zeroed(sizeof *made + count * sizeof *made->measures);
    *ask = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const yz_rule *rule = yz_rules_rule(c->rules, measures[i]);
        const yz_target_rule *target = rule ? NULL : yz_rules_target(c->rules, measures[i]);
        yz_asked *asked = &made->measures[i];
        if (rule == NULL && target == NULL && !is_built_in(measures[i])) {
            yz_free(made);
            return YZ_ERR_NOT_FOUND;
        }
        *asked = (yz_asked){-1, -1, YZ_TEXT("m18")};
        if (rule != NULL) {
            asked->name = rule->name;
            asked->rule = (int32_t)(rule - c->rules->rules);
            if (rule->group.size > 0) asked->group = group_of(c->rules, made, i);
            if (asked->group >= 0 && asked->group != (int32_t)i) made->groups = true;
        } else if (target != NULL) {
            asked->name = target->name;
        } else if (!yz_text_equal(measures[i], asked->name)) {
            asked->name = YZ_TEXT("d08");
        }
        made->count = i + 1;
    }
    *ask = made;
    return YZ_OK;
}

void yz_compiled_ask_free(yz_compiled_ask *ask) {
    yz_free(ask);
}

// ---- steps 1 to 4 ----

static yz_status plainly(yz_compiled *c, const yz_facts *facts, yz_text name, yz_verdict *verdict) {
    yz_arena *arena = c->first->plain_arena;
    yz_policy_ask ask = {c->rules, c->params, facts, arena};
    yz_decision decision;
    yz_status status = yz_decide(&ask, name, &decision);
    yz_arena_reset(arena);
    c->left_to_plain += 1;
    *verdict = (yz_verdict){decision.amount, decision.decision, decision.has_amount};
    return status;
}

static void decided(yz_verdict *verdict, int decision) {
    *verdict = (yz_verdict){0, decision, decision != yz_word_decision_refer};
}

static int truth(const yz_node *node, yz_run *run) {
    return node->truth(node, run);
}

// The amount of a grant. False: the plain evaluator has to say what is wrong with it.
static bool grant(const yz_program *p, yz_run *run, yz_verdict *verdict) {
    decided(verdict, yz_word_decision_grant);
    if (p->amount == NULL) return true;
    yz_short amount = p->amount->value(p->amount, run);
    if (amount.state != YZ_STATE_GIVEN)
        decided(verdict, yz_word_decision_unknown);
    else if (amount.number < 0 || amount.number > YZ_FACT_INT_MAX)
        return false;
    else
        verdict->amount = amount.number;
    return true;
}

static bool decide_now(const yz_program *p, yz_run *run, yz_verdict *verdict) {
    if (p->external) {
        decided(verdict, p->external_set ? yz_word_decision_grant : yz_word_decision_refer);
        if (p->external_set) verdict->amount = p->external_amount;
        return true;
    }
    if (p->decide == yz_word_decision_grant) return grant(p, run, verdict);
    int decision = p->decide;
    for (uint32_t i = 0; i < p->duty_count; i++) {
        if (truth(p->duties[i], run) < 0) decision = yz_word_decision_unknown;
    }
    decided(verdict, decision);
    return true;
}

// ---- monitors ----

// 1: the code shows, 0: it does not, -1: unknown.
static int shows(const yz_code *code, yz_run *run) {
    int holds = code->when ? truth(code->when, run) : 1;
    if (holds != 1 || code->show == NULL) return holds;
    return code->show->value(code->show, run).state == YZ_STATE_UNKNOWN ? -1 : 1;
}

static int shows_for_any(const yz_code *code, yz_run *run) {
    if (code->each == NULL) return shows(code, run);
    yz_short collection = code->each->value(code->each, run);
    if (collection.state != YZ_STATE_GIVEN) return collection.state == YZ_STATE_UNKNOWN ? -1 : 0;
    uint32_t count = yz_short_elements(code->each->kind, collection);
    int found = 0;
    for (uint32_t i = 0; i < count; i++) {
        run->it[0] = yz_short_element(code->each->kind, collection, i);
        int one = shows(code, run);
        if (one < 0) return -1;
        if (one > 0) found = 1;
    }
    return found;
}

static void watch(const yz_program *p, yz_run *run, yz_verdict *verdict) {
    int decision = yz_word_decision_pass;
    for (uint32_t i = 0; i < p->code_count && decision != yz_word_decision_unknown; i++) {
        int found = shows_for_any(&p->codes[i], run);
        if (found > 0) decision = yz_word_decision_alert;
        if (found < 0) decision = yz_word_decision_unknown;
    }
    decided(verdict, decision);
}

// ---- one rule ----

// False: left to the plain evaluator.
static bool run_program(yz_compiled *c, const yz_program *p, yz_verdict *verdict) {
    yz_run *run = &c->first->run;
    if (p->expired) {
        decided(verdict, yz_word_decision_expired);
        return true;
    }
    int hold = truth(p->needs, run);
    if (hold != 1) {
        decided(verdict, hold == 0 ? yz_word_decision_deny : yz_word_decision_unknown);
        return true;
    }
    if (p->decide < 0) {
        watch(p, run, verdict);
        return true;
    }
    int paid = p->payments ? yz_compiled_paid(c->rules, p, run) : 0;
    if (paid != 0) {
        decided(verdict, paid > 0 ? yz_word_decision_blocked : yz_word_decision_unknown);
        return true;
    }
    for (uint32_t i = 0; i < p->stop_count; i++) {
        int stops = truth(p->stops[i], run);
        if (stops == 0) continue;
        decided(verdict, stops > 0 ? p->rule->stops[i].decision : yz_word_decision_unknown);
        return true;
    }
    return decide_now(p, run, verdict);
}

static const yz_program *program_of(yz_compiled *c, yz_era *era, uint32_t rule) {
    if (era->programs == NULL)
        era->programs = yz_alloc_zeroed(c->rules->rule_count * sizeof *era->programs);
    yz_program *p = &era->programs[rule];
    if (p->rule == NULL) yz_program_build(c, era, &c->rules->rules[rule], p);
    return p;
}

static yz_status decide_rule(yz_compiled *c, uint32_t rule, int32_t as_of, yz_verdict *verdict) {
    const yz_rule *of = &c->rules->rules[rule];
    const yz_program *p = program_of(c, c->as_of_era, rule);
    yz_run *run = &c->first->run;
    run->gave_up = false;
    if (p->plain) return plainly(c, run->facts, of->name, verdict);
    if (p->window != NULL) {
        yz_short window = p->window->value(p->window, run);
        if (!run->gave_up && window.state != YZ_STATE_GIVEN) {
            decided(verdict, yz_word_decision_unknown);
            return YZ_OK;
        }
        int32_t day = (int32_t)window.number;
        if (!run->gave_up && day != as_of) p = program_of(c, era_of(c, day), rule);
        if (p->plain) return plainly(c, run->facts, of->name, verdict);
    }
    if (!run->gave_up && run_program(c, p, verdict) && !run->gave_up) return YZ_OK;
    return plainly(c, run->facts, of->name, verdict);
}

// ---- step 5 ----

static bool beats(const yz_asked *a, const yz_verdict *x, const yz_asked *b, const yz_verdict *y) {
    if (x->amount != y->amount) return x->amount > y->amount;
    return yz_text_compare(a->name, b->name) < 0;
}

static void settle_groups(const yz_compiled_ask *ask, yz_verdict *verdicts) {
    for (uint32_t i = 0; i < ask->count; i++) {
        int32_t group = ask->measures[i].group;
        if (group < 0 || verdicts[i].decision != yz_word_decision_grant) continue;
        uint32_t best = i;
        for (uint32_t j = i + 1; j < ask->count; j++) {
            if (ask->measures[j].group == group && verdicts[j].decision == yz_word_decision_grant &&
                beats(&ask->measures[j], &verdicts[j], &ask->measures[best], &verdicts[best]))
                best = j;
        }
        for (uint32_t j = i; j < ask->count; j++) {
            if (ask->measures[j].group == group && verdicts[j].decision == yz_word_decision_grant &&
                ask->measures[j].rule != ask->measures[best].rule)
                decided(&verdicts[j], yz_word_decision_blocked);
        }
    }
}

// Of the subject whose facts the first has.
static yz_status decide_all(yz_compiled *c, const yz_compiled_ask *ask, yz_verdict *verdicts) {
    const yz_facts *facts = c->first->run.facts;
    const yz_row *top = facts->objects[YZ_OBJECT_top];
    if (top == NULL || !(top->known >> yz_field_top_as_of & 1)) return YZ_ERR_BAD_INPUT;
    int32_t as_of = (int32_t)top->values[yz_field_top_as_of];
    c->as_of_era = era_of(c, as_of);
    for (uint32_t i = 0; i < ask->count; i++) {
        const yz_asked *asked = &ask->measures[i];
        yz_status status = asked->rule >= 0
                               ? decide_rule(c, (uint32_t)asked->rule, as_of, &verdicts[i])
                               : plainly(c, facts, asked->name, &verdicts[i]);
        if (status != YZ_OK) return status;
    }
    if (ask->groups) settle_groups(ask, verdicts);
    return YZ_OK;
}

yz_status yz_compiled_decide(yz_compiled *c, const yz_compiled_ask *ask, const yz_facts *facts,
                             yz_verdict *verdicts) {
    c->first->run.facts = facts;
    c->first->run.subject += 1;
    return decide_all(c, ask, verdicts);
}

yz_status yz_compiled_decide_again(yz_compiled *c, const yz_compiled_ask *ask,
                                   yz_verdict *verdicts) {
    return decide_all(c, ask, verdicts);
}
