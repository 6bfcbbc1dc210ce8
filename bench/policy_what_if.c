/* What-if over the population: the touched rules under two sets of values, against two full
 * evaluations of everything. */
#include "bench/policy.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/what_if.h"

typedef struct question {
    const char *name;  // of the figures
    const char *param; // "m01.rate_max"
    int64_t value;     // in its period
} question;

static const question questions[] = {{"rate_5.5_to_5.0_percent", "m01.rate_max", 5000000},
                                     {"amount_1500_to_1200_yuan", "m05b.amount", 120000}};

/* Of the pairs that come out otherwise: how many, and a hash of which and how. */
typedef struct changes {
    uint64_t count, hash;
    double seconds;
} changes;

static void note(changes *c, population_kind kind, uint32_t subject, uint32_t measure,
                 const yz_verdict *before, const yz_verdict *after) {
    if (before->decision == after->decision && before->amount == after->amount) return;
    uint64_t words[] = {(uint64_t)kind << 40 | (uint64_t)subject << 8 | measure,
                        (uint64_t)before->amount << 4 | (uint64_t)before->decision,
                        (uint64_t)after->amount << 4 | (uint64_t)after->decision};
    c->count += 1;
    for (int i = 0; i < 3; i++) {
        c->hash = (c->hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        c->hash ^= c->hash >> 29;
    }
}

static uint32_t names_of(population_kind kind, yz_text *names) {
    uint32_t count;
    const char *const *measures = population_measures(kind, &count);
    for (uint32_t i = 0; i < count; i++)
        names[i] = yz_text_of(measures[i]);
    return count;
}

static changes touched_alone(const yz_rules *rules, const yz_params *base, const yz_params *other,
                             const bool *differs, const population *people) {
    changes c = {0};
    double began = (double)clock_cpu_ns();
    yz_what_if *w = yz_what_if_new(rules, base, other, differs);
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        yz_text names[POLICY_MEASURES_MAX];
        yz_verdict before[POLICY_MEASURES_MAX], after[POLICY_MEASURES_MAX];
        yz_what_if_ask ask;
        uint32_t count = names_of(kind, names);
        yz_check(yz_what_if_ask_init(&ask, w, names, count) == YZ_OK);
        population_walk walk;
        const yz_facts *facts;
        if (ask.count > 0) population_walk_init(&walk, people, kind);
        while (ask.count > 0 && (facts = population_walk_next(&walk)) != NULL) {
            yz_check(yz_what_if_decide(w, &ask, facts, before, after) == YZ_OK);
            for (uint32_t m = 0; m < ask.count; m++)
                note(&c, kind, walk.next, ask.places[m], &before[m], &after[m]);
        }
        yz_what_if_ask_deinit(&ask);
    }
    yz_what_if_free(w);
    c.seconds = ((double)clock_cpu_ns() - began) / 1e9;
    return c;
}

static changes two_in_full(const yz_rules *rules, const yz_params *base, const yz_params *other,
                           const population *people) {
    changes c = {0};
    double began = (double)clock_cpu_ns();
    yz_compiled *one = yz_compiled_new(rules, base), *two = yz_compiled_new(rules, other);
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        yz_text names[POLICY_MEASURES_MAX];
        yz_verdict before[POLICY_MEASURES_MAX], after[POLICY_MEASURES_MAX];
        yz_compiled_ask *ask;
        uint32_t count = names_of(kind, names);
        yz_check(yz_compiled_ask_new(one, names, count, &ask) == YZ_OK);
        for (uint32_t i = 0; i < population_count(people, kind); i++) {
            yz_facts facts;
            population_facts(people, kind, i, &facts);
            yz_check(yz_compiled_decide(one, ask, &facts, before) == YZ_OK);
            yz_check(yz_compiled_decide(two, ask, &facts, after) == YZ_OK);
            for (uint32_t m = 0; m < count; m++)
                note(&c, kind, i + 1, m, &before[m], &after[m]);
        }
        yz_compiled_ask_free(ask);
    }
    yz_compiled_free(one);
    yz_compiled_free(two);
    c.seconds = ((double)clock_cpu_ns() - began) / 1e9;
    return c;
}

static bool ask_one(const question *q, const yz_rules *rules, const yz_params *base,
                    const population *people, figures *out) {
    int32_t param = yz_rules_param(rules, yz_text_of(q->param));
    yz_rules_problem problem;
    yz_params *other;
    if (param < 0 || rules->params[param].count == 0) return true; // other rules: not asked
    yz_param_period period = rules->params[param].periods[0];
    period.value.number = q->value;
    yz_param_overlay overlay = {rules->params[param].name, 1, &period};
    yz_check(yz_params_new(rules, &overlay, 1, &other, &problem) == YZ_OK);
    bool *differs = yz_alloc_zeroed(rules->param_count * sizeof *differs);
    differs[param] = true;
    changes touched = touched_alone(rules, base, other, differs, people);
    changes full = two_in_full(rules, base, other, people);
    bool equal = touched.count == full.count && touched.hash == full.hash;
    figures_add(out, 3, touched.seconds, "what_if.%s.seconds", q->name);
    figures_add(out, 3, full.seconds, "what_if.%s.two_in_full_seconds", q->name);
    figures_add(out, 0, (double)touched.count, "what_if.%s.changed", q->name);
    figures_add(out, 0, 0, "what_if.%s.equal", q->name);
    out->list[out->count - 1].text = equal ? "yes" : "no";
    yz_params_free(other);
    yz_free(differs);
    return equal;
}

bool policy_what_if(const yz_rules *rules, const yz_params *params, const population *people,
                    figures *out) {
    bool equal = true;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        equal = ask_one(&questions[i], rules, params, people, out) && equal;
    return equal;
}
