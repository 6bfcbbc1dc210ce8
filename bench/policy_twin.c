/* The twin as an evaluator. */
#include "bench/policy.h"

#include "engine/base/alloc.h"
#include "tests/engine/policy/twin.h"

typedef struct twin_self {
    twin_params params;
    twin_decision decisions[POLICY_MEASURES_MAX];
} twin_self;

static void *start(const char *rules) {
    (void)rules; // has none
    twin_self *self = yz_alloc_zeroed(sizeof *self);
    twin_params_init(&self->params);
    return self;
}

static void decide(void *context, population_kind kind, const yz_facts *facts,
                   policy_answer *answers) {
    twin_self *self = context;
    uint32_t count;
    const char *const *measures = population_measures(kind, &count);
    twin_decide_all(facts, &self->params, measures, count, self->decisions);
    for (uint32_t i = 0; i < count; i++) {
        const twin_decision *d = &self->decisions[i];
        answers[i] = (policy_answer){d->decision, d->has_amount, d->amount};
    }
}

static void stop(void *self) {
    yz_free(self);
}

const policy_evaluator policy_twin = {"twin", start, decide, stop};
