/* A walk over the trees of a rule. */
#include "engine/policy/reads.h"

typedef struct walk {
    const yz_rules *rules;
    yz_fact_set set;
    bool by_as_of;      // parameters are looked up on as_of
    const bool *params; // looked for; NULL: none
    bool found;
} walk;

static void add(walk *w, uint32_t number) {
    w->set.words[number / 64] |= UINT64_C(1) << number % 64;
}

static void add_object(walk *w, yz_object object) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    for (uint32_t f = 0; f < count; f++)
        add(w, forms[f].number);
}

static void add_as_of(walk *w) {
    const yz_fact_form *forms;
    yz_object_fields(YZ_OBJECT_top, &forms);
    add(w, forms[yz_field_top_as_of].number);
}

static void read(walk *w, const yz_expr *e) {
    if (e == NULL) return;
    switch (e->op) {
    case YZ_OP_FACT: add(w, e->at); break;
    case YZ_OP_OBJECT: add_object(w, (yz_object)e->at); break;
    case YZ_OP_CALL: read(w, w->rules->defines[e->at].body); break;
    case YZ_OP_PARAM:
        if (w->params && w->params[w->rules->uses[e->at].param]) w->found = true;
        if (w->by_as_of) add_as_of(w);
        break;
    case YZ_OP_COVERS:
        if (w->by_as_of) add_as_of(w);
        break;
    default: break;
    }
    read(w, e->a);
    read(w, e->b);
    read(w, e->c);
    for (uint32_t i = 0; i < e->list_count; i++)
        read(w, e->list[i]);
}

static void read_reasons(walk *w, const yz_reason *reasons, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        read(w, reasons[i].each);
        read(w, reasons[i].when);
        read(w, reasons[i].show);
    }
}

static void read_payments(walk *w, const yz_rule *rule) {
    const yz_fact_form *forms;
    if (rule->once_count == 0 && rule->cap_count == 0 && rule->group.size == 0) return;
    yz_object_fields(YZ_OBJECT_top, &forms);
    add(w, forms[yz_field_top_paid].number);
    for (uint32_t i = 0; i < rule->once_count; i++) {
        for (uint32_t k = 0; k < rule->onces[i].count; k++)
            add(w, rule->onces[i].keys[k].fact);
        if (rule->onces[i].per != YZ_PER_EVER) add_as_of(w); // the year or month of the payment
    }
    for (uint32_t i = 0; i < rule->cap_count; i++) {
        read(w, rule->caps[i].most);
        add(w, rule->caps[i].key.fact);
        add_as_of(w);
    }
    if (rule->group.size > 0) add(w, rule->group_key.fact);
}

static void read_lines(walk *w, const yz_rule *rule) {
    for (uint32_t i = 0; i < rule->need_count; i++)
        read(w, rule->needs[i].condition);
    for (uint32_t i = 0; i < rule->duty_count; i++)
        read(w, rule->duties[i].condition);
    for (uint32_t i = 0; i < rule->stop_count; i++)
        read(w, rule->stops[i].condition);
    read(w, rule->amount);
}

yz_fact_set yz_rule_reads(const yz_rules *rules, const yz_rule *rule) {
    walk w = {.rules = rules, .by_as_of = rule->window == NULL};
    read(&w, rule->window);
    // A window on as_of: parameters, and `valid`, are looked up on it.
    if (rule->window != NULL && w.set.words[0] != 0) {
        walk only = {.rules = rules};
        const yz_fact_form *forms;
        yz_object_fields(YZ_OBJECT_top, &forms);
        read(&only, rule->window);
        uint32_t number = forms[yz_field_top_as_of].number;
        w.by_as_of = only.set.words[number / 64] >> number % 64 & 1;
    }
    read_lines(&w, rule);
    if (w.by_as_of) add_as_of(&w);
    read_reasons(&w, rule->reasons, rule->reason_count);
    read_reasons(&w, rule->monitors, rule->monitor_count);
    read_payments(&w, rule);
    return w.set;
}

yz_fact_set yz_check_reads(const yz_rules *rules, const yz_fraud_check *check) {
    walk w = {.rules = rules, .by_as_of = true};
    read(&w, check->when);
    return w.set;
}

static bool reads_payments(const walk *w) {
    const yz_fact_form *forms;
    yz_object_fields(YZ_OBJECT_top, &forms);
    uint32_t number = forms[yz_field_top_paid].number;
    return w->set.words[number / 64] >> number % 64 & 1;
}

bool yz_rule_reads_payments(const yz_rules *rules, const yz_rule *rule) {
    walk w = {.rules = rules};
    read(&w, rule->window);
    read_lines(&w, rule);
    read_reasons(&w, rule->reasons, rule->reason_count);
    read_reasons(&w, rule->monitors, rule->monitor_count);
    for (uint32_t i = 0; i < rule->cap_count; i++)
        read(&w, rule->caps[i].most);
    for (uint32_t i = 0; i < rule->record_count; i++)
        read(&w, rule->records[i].value);
    return reads_payments(&w);
}

bool yz_check_reads_payments(const yz_rules *rules, const yz_fraud_check *check) {
    walk w = {.rules = rules};
    read(&w, check->when);
    return reads_payments(&w);
}

bool yz_rule_reads_params(const yz_rules *rules, const yz_rule *rule, const bool *params) {
    walk w = {.rules = rules, .params = params};
    if (rule->valid >= 0 && params[rule->valid]) return true;
    if (rule->external >= 0 && params[rule->external]) return true;
    read(&w, rule->window);
    read_lines(&w, rule);
    read_reasons(&w, rule->monitors, rule->monitor_count);
    for (uint32_t i = 0; i < rule->cap_count; i++)
        read(&w, rule->caps[i].most);
    return w.found;
}

bool yz_target_reads_params(const yz_rules *rules, const yz_target_rule *target,
                            const bool *params) {
    walk w = {.rules = rules, .params = params};
    read(&w, target->count);
    read(&w, target->of);
    return w.found || params[rules->uses[target->use].param];
}

bool yz_checks_read_params(const yz_rules *rules, const bool *params) {
    walk w = {.rules = rules, .params = params};
    for (uint32_t i = 0; i < rules->check_count; i++)
        read(&w, rules->checks[i].when);
    return w.found;
}
