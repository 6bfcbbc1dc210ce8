/* A rule in an era: its lines as nodes. One line that cannot be compiled leaves the whole rule to
 * the plain evaluator. */
#include "engine/policy/compiled_inner.h"

typedef struct making {
    yz_builder *builder;
    int32_t day; // of the parameters
    bool failed;
} making;

static yz_node *line(making *m, const yz_expr *x, uint32_t level) {
    if (x == NULL || m->failed) return NULL;
    yz_node *node = yz_build_used(m->builder, yz_build(m->builder, x, m->day, level));
    if (node == NULL) m->failed = true;
    return node;
}

static void *room_for(making *m, size_t size) {
    void *room = yz_arena_take(m->builder->arena, size + 1);
    if (room == NULL) m->failed = true;
    return room;
}

#define NEEDS_MAX 256

static yz_node *needs_of(making *m, const yz_rule *rule) {
    yz_node *needs[NEEDS_MAX];
    if (rule->need_count > NEEDS_MAX) m->failed = true;
    for (uint32_t i = 0; i < rule->need_count && !m->failed; i++) {
        needs[i] = yz_build(m->builder, rule->needs[i].condition, m->day, 0);
        m->failed = needs[i] == NULL;
    }
    if (m->failed) return NULL;
    yz_node *all = yz_build_used(m->builder, yz_build_all_of(m->builder, needs, rule->need_count));
    m->failed = all == NULL;
    return all;
}

static yz_code code_of(making *m, const yz_reason *reason) {
    uint32_t level = reason->each != NULL;
    return (yz_code){line(m, reason->each, 0), line(m, reason->when, level),
                     line(m, reason->show, level)};
}

// What a reason shows is not asked here; but could the plain evaluator refuse it?
static void check_reasons(making *m, const yz_rule *rule) {
    for (uint32_t i = 0; i < rule->reason_count && !m->failed; i++) {
        const yz_reason *reason = &rule->reasons[i];
        const yz_expr *parts[] = {reason->each, reason->when, reason->show};
        for (int j = 0; j < 3; j++) {
            uint32_t level = j > 0 && reason->each != NULL;
            if (parts[j] && !yz_build(m->builder, parts[j], m->day, level)) m->failed = true;
        }
    }
}

static void build_lines(making *m, const yz_rule *rule, yz_program *p) {
    p->needs = needs_of(m, rule);
    p->stop_count = rule->stop_count;
    p->duty_count = rule->decide == yz_word_decision_serve ? rule->duty_count : 0;
    p->cap_count = rule->cap_count;
    p->code_count = rule->monitor_count;
    p->stops = room_for(m, p->stop_count * sizeof *p->stops);
    p->duties = room_for(m, p->duty_count * sizeof *p->duties);
    p->caps = room_for(m, p->cap_count * sizeof *p->caps);
    p->codes = room_for(m, p->code_count * sizeof *p->codes);
    for (uint32_t i = 0; i < p->stop_count && !m->failed; i++)
        p->stops[i] = line(m, rule->stops[i].condition, 0);
    for (uint32_t i = 0; i < p->duty_count && !m->failed; i++)
        p->duties[i] = line(m, rule->duties[i].condition, 0);
    for (uint32_t i = 0; i < p->cap_count && !m->failed; i++)
        p->caps[i] = line(m, rule->caps[i].most, 0);
    for (uint32_t i = 0; i < p->code_count && !m->failed; i++)
        p->codes[i] = code_of(m, &rule->monitors[i]);
    if (rule->decide == yz_word_decision_grant) p->amount = line(m, rule->amount, 0);
    check_reasons(m, rule);
}

static bool is_as_of(const yz_expr *window) {
    if (window->op != YZ_OP_FACT) return false;
    const yz_fact_form *form = yz_fact_numbered(window->at);
    return form->object == YZ_OBJECT_top && form->field == yz_field_top_as_of;
}

void yz_program_build(yz_compiled *c, const yz_era *era, const yz_rule *rule, yz_program *p) {
    // Any day of the era will do.
    making m = {&c->first->builder, era->from == INT32_MIN ? era->to : era->from, false};
    c->first->builder.params = c->params;
    p->rule = rule;
    p->decide = rule->decide;
    p->payments = rule->once_count > 0 || rule->cap_count > 0 || rule->group.size > 0;
    p->external = rule->external >= 0;
    // m18 and d08 have code of their own, whatever rule bears the name.
    bool built_in =
        yz_text_equal(rule->name, YZ_TEXT("m18")) || yz_text_equal(rule->name, YZ_TEXT("d08"));
    if (rule->window != NULL && !is_as_of(rule->window)) p->window = line(&m, rule->window, 0);
    if (rule->window != NULL && rule->valid >= 0)
        p->expired = yz_params_period(c->params, (uint32_t)rule->valid, m.day) == NULL;
    if (p->external) {
        const yz_param_period *set = yz_params_period(c->params, (uint32_t)rule->external, m.day);
        p->external_set = set != NULL;
        p->external_amount = set ? set->value.number : 0;
    }
    if (!p->expired) build_lines(&m, rule, p);
    p->plain = m.failed || built_in;
}
