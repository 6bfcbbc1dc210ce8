#include "engine/policy/what_if.h"

#include "engine/base/alloc.h"
#include "engine/policy/reads.h"

struct yz_what_if {
    const yz_rules *rules;
    yz_compiled *before, *after;
    bool *rules_touched;   // by rule
    bool *targets_touched; // by target
    bool checks_touched;
};

static bool group_touched(const yz_what_if *w, const yz_rule *rule, const bool *reads) {
    for (uint32_t i = 0; i < w->rules->rule_count; i++) {
        if (reads[i] && yz_text_equal(w->rules->rules[i].group, rule->group)) return true;
    }
    return false;
}

static void find_touched(yz_what_if *w, const bool *differs) {
    const yz_rules *rules = w->rules;
    bool *reads = yz_alloc_zeroed(rules->rule_count * sizeof *reads);
    w->rules_touched = yz_alloc_zeroed(rules->rule_count * sizeof *w->rules_touched);
    w->targets_touched = yz_alloc_zeroed(rules->target_count * sizeof *w->targets_touched);
    for (uint32_t i = 0; i < rules->rule_count; i++)
        reads[i] = yz_rule_reads_params(rules, &rules->rules[i], differs);
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        const yz_rule *rule = &rules->rules[i];
        w->rules_touched[i] = reads[i] || (rule->group.size > 0 && group_touched(w, rule, reads));
    }
    for (uint32_t i = 0; i < rules->target_count; i++)
        w->targets_touched[i] = yz_target_reads_params(rules, &rules->targets[i], differs);
    w->checks_touched = yz_checks_read_params(rules, differs);
    yz_free(reads);
}

yz_what_if *yz_what_if_new(const yz_rules *rules, const yz_params *before, const yz_params *after,
                           const bool *differs) {
    yz_what_if *w = yz_alloc_zeroed(sizeof *w);
    w->rules = rules;
    w->before = yz_compiled_new(rules, before);
    w->after = yz_compiled_new_beside(w->before, after);
    find_touched(w, differs);
    return w;
}

void yz_what_if_free(yz_what_if *w) {
    if (w == NULL) return;
    yz_compiled_free(w->after);
    yz_compiled_free(w->before);
    yz_free(w->rules_touched);
    yz_free(w->targets_touched);
    yz_free(w);
}

bool yz_what_if_touches(const yz_what_if *w, yz_text measure) {
    const yz_rule *rule = yz_rules_rule(w->rules, measure);
    if (rule != NULL) return w->rules_touched[rule - w->rules->rules];
    const yz_target_rule *target = yz_rules_target(w->rules, measure);
    if (target != NULL) return w->targets_touched[target - w->rules->targets];
    return w->checks_touched && yz_text_equal(measure, YZ_TEXT("m18"));
}

yz_status yz_what_if_ask_init(yz_what_if_ask *ask, const yz_what_if *w, const yz_text *measures,
                              uint32_t count) {
    yz_compiled_ask *all;
    *ask = (yz_what_if_ask){.places = yz_alloc(count * sizeof *ask->places)};
    yz_status status = yz_compiled_ask_new(w->before, measures, count, &all); // are there such?
    yz_compiled_ask_free(all);
    if (status != YZ_OK) return status;
    yz_text *touched = yz_alloc(count * sizeof *touched);
    for (uint32_t i = 0; i < count; i++) {
        if (!yz_what_if_touches(w, measures[i])) continue;
        touched[ask->count] = measures[i];
        ask->places[ask->count++] = i;
    }
    if (ask->count > 0) status = yz_compiled_ask_new(w->before, touched, ask->count, &ask->ask);
    yz_free(touched);
    return status;
}

void yz_what_if_ask_deinit(yz_what_if_ask *ask) {
    yz_compiled_ask_free(ask->ask);
    yz_free(ask->places);
    *ask = (yz_what_if_ask){0};
}

yz_status yz_what_if_decide(yz_what_if *w, const yz_what_if_ask *ask, const yz_facts *facts,
                            yz_verdict *before, yz_verdict *after) {
    if (ask->count == 0) return YZ_OK;
    yz_status status = yz_compiled_decide(w->before, ask->ask, facts, before);
    if (status != YZ_OK) return status;
    return yz_compiled_decide_again(w->after, ask->ask, after);
}
