/* The rules file, decided by the compiled rules and by the plain evaluator. */
#include "bench/policy.h"

#include "engine/base/alloc.h"
#include "engine/policy/compiled.h"
#include "engine/policy/decide.h"
#include "tools/policy_files.h"

#include <stdio.h>

#define ARENA_MAX ((size_t)16 << 20)

typedef struct rules_self {
    yz_rules *rules;
    yz_params *params;
    yz_compiled *compiled;
    yz_compiled_ask *asks[POPULATION_KINDS]; // of the compiled
    yz_arena *arena;                         // of the plain
    yz_text measures[POPULATION_KINDS][POLICY_MEASURES_MAX];
    uint32_t counts[POPULATION_KINDS];
} rules_self;

static void stop(void *context) {
    rules_self *self = context;
    for (int kind = 0; kind < POPULATION_KINDS; kind++)
        yz_compiled_ask_free(self->asks[kind]);
    yz_compiled_free(self->compiled);
    yz_params_free(self->params);
    yz_rules_free(self->rules);
    yz_arena_free(self->arena);
    yz_free(self);
}

static void *start(void) {
    rules_self *self = yz_alloc_zeroed(sizeof *self);
    yz_rules_problem problem;
    self->arena = yz_arena_new(ARENA_MAX);
    self->rules = policy_load("bench policy", POLICY_RULES_STANDARD);
    if (self->rules == NULL) {
        stop(self);
        return NULL;
    }
    if (yz_params_new(self->rules, NULL, 0, &self->params, &problem) != YZ_OK) {
        fprintf(stderr, "yizhan: bench policy: %s\n", problem.what);
        stop(self);
        return NULL;
    }
    self->compiled = yz_compiled_new(self->rules, self->params);
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        const char *const *names = population_measures(kind, &self->counts[kind]);
        for (uint32_t i = 0; i < self->counts[kind]; i++)
            self->measures[kind][i] = yz_text_of(names[i]);
        if (yz_compiled_ask_new(self->compiled, self->measures[kind], self->counts[kind],
                                &self->asks[kind]) != YZ_OK) {
            fprintf(stderr, "yizhan: bench policy: the rules lack a measure of %s\n",
                    population_kind_name(kind));
            stop(self);
            return NULL;
        }
    }
    return self;
}

static void refused(policy_answer *answers, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        answers[i] = (policy_answer){-1, false, 0};
}

static void decide_compiled(void *context, population_kind kind, const yz_facts *facts,
                            policy_answer *answers) {
    rules_self *self = context;
    yz_verdict verdicts[POLICY_MEASURES_MAX];
    yz_status status = yz_compiled_decide(self->compiled, self->asks[kind], facts, verdicts);
    if (status != YZ_OK) {
        refused(answers, self->counts[kind]);
        return;
    }
    for (uint32_t i = 0; i < self->counts[kind]; i++)
        answers[i] =
            (policy_answer){verdicts[i].decision, verdicts[i].has_amount, verdicts[i].amount};
}

static void decide_plain(void *context, population_kind kind, const yz_facts *facts,
                         policy_answer *answers) {
    rules_self *self = context;
    yz_policy_ask ask = {self->rules, self->params, facts, self->arena};
    yz_decision decisions[POLICY_MEASURES_MAX];
    yz_status status = yz_decide_all(&ask, self->measures[kind], self->counts[kind], decisions);
    if (status != YZ_OK) refused(answers, self->counts[kind]);
    for (uint32_t i = 0; i < self->counts[kind] && status == YZ_OK; i++)
        answers[i] =
            (policy_answer){decisions[i].decision, decisions[i].has_amount, decisions[i].amount};
    yz_arena_reset(self->arena);
}

const policy_evaluator policy_compiled = {"compiled", start, decide_compiled, stop};
const policy_evaluator policy_plain = {"plain", start, decide_plain, stop};
