/* The plain evaluator of rules (engine/policy/decide.h). */
#include "bench/policy.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/decide.h"
#include "tools/policy_files.h"

#define ARENA_BYTES (16 << 20)

typedef struct plain_self {
    yz_rules *rules;
    yz_params *params;
    yz_arena *arena;
} plain_self;

static void stop(void *context) {
    plain_self *self = context;
    yz_params_free(self->params);
    yz_rules_free(self->rules);
    yz_arena_free(self->arena);
    yz_free(self);
}

static void *start(const char *rules) {
    plain_self *self = yz_alloc_zeroed(sizeof *self);
    yz_rules_problem problem;
    self->arena = yz_arena_new(ARENA_BYTES);
    self->rules = policy_load("bench policy", rules);
    if (self->rules != NULL &&
        yz_params_new(self->rules, NULL, 0, &self->params, &problem) == YZ_OK) {
        return self;
    }
    if (self->rules != NULL) fprintf(stderr, "yizhan: bench policy: %s\n", problem.what);
    stop(self);
    return NULL;
}

static void decide(void *context, population_kind kind, const yz_facts *facts,
                   policy_answer *answers) {
    plain_self *self = context;
    yz_policy_ask ask = {self->rules, self->params, facts, self->arena};
    yz_text names[POLICY_MEASURES_MAX];
    yz_decision decisions[POLICY_MEASURES_MAX];
    uint32_t count;
    const char *const *measures = population_measures(kind, &count);
    for (uint32_t i = 0; i < count; i++)
        names[i] = yz_text_of(measures[i]);
    yz_arena_reset(self->arena);
    yz_check(yz_decide_all(&ask, names, count, decisions) == YZ_OK);
    for (uint32_t i = 0; i < count; i++) {
        const yz_decision *d = &decisions[i];
        answers[i] = (policy_answer){d->decision, d->has_amount, d->has_amount ? d->amount : 0};
    }
}

const policy_evaluator policy_plain = {"plain", start, decide, stop};
