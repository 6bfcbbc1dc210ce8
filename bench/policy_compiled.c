/* Rules compiled once (engine/policy/compiled.h). */
#include "bench/policy.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/compiled.h"
#include "tools/policy_files.h"

typedef struct compiled_self {
    yz_rules *rules;
    yz_params *params;
    yz_compiled *compiled;
    yz_compiled_ask *asks[POPULATION_KINDS];
    uint32_t counts[POPULATION_KINDS];
} compiled_self;

static void stop(void *context) {
    compiled_self *self = context;
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++)
        yz_compiled_ask_free(self->asks[kind]);
    yz_compiled_free(self->compiled);
    yz_params_free(self->params);
    yz_rules_free(self->rules);
    yz_free(self);
}

static bool made_asks(compiled_self *self) {
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        yz_text names[POLICY_MEASURES_MAX];
        const char *const *measures = population_measures(kind, &self->counts[kind]);
        for (uint32_t i = 0; i < self->counts[kind]; i++)
            names[i] = yz_text_of(measures[i]);
        if (yz_compiled_ask_new(self->compiled, names, self->counts[kind], &self->asks[kind]) !=
            YZ_OK) {
            fprintf(stderr, "yizhan: bench policy: the rules lack a measure of each %s\n",
                    population_kind_name(kind));
            return false;
        }
    }
    return true;
}

static void *start(const char *rules) {
    compiled_self *self = yz_alloc_zeroed(sizeof *self);
    yz_rules_problem problem;
    self->rules = policy_load("bench policy", rules);
    if (self->rules != NULL &&
        yz_params_new(self->rules, NULL, 0, &self->params, &problem) == YZ_OK) {
        self->compiled = yz_compiled_new(self->rules, self->params);
        if (made_asks(self)) return self;
    } else if (self->rules != NULL) {
        fprintf(stderr, "yizhan: bench policy: %s\n", problem.what);
    }
    stop(self);
    return NULL;
}

static void decide(void *context, population_kind kind, const yz_facts *facts,
                   policy_answer *answers) {
    compiled_self *self = context;
    yz_verdict verdicts[POLICY_MEASURES_MAX];
    yz_check(yz_compiled_decide(self->compiled, self->asks[kind], facts, verdicts) == YZ_OK);
    for (uint32_t i = 0; i < self->counts[kind]; i++) {
        const yz_verdict *v = &verdicts[i];
        answers[i] = (policy_answer){v->decision, v->has_amount, v->amount};
    }
}

const policy_evaluator policy_compiled = {"compiled", start, decide, stop};
