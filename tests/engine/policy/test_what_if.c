/* What-if against two full evaluations by the plain evaluator: the touched rules come out the same,
 * and nothing but them changes. */
#include "engine/base/alloc.h"
#include "engine/policy/decide.h"
#include "engine/policy/what_if.h"
#include "tests/engine/policy/compare_twin.h"
#include "tests/engine/policy/random_facts.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define ASKED_MAX 128
#define SEEDS 400
#define SUBJECTS 6
#define ARENA_BYTES (16 << 20)

typedef struct trial {
    yz_rules *rules;
    random_facts *room;
    yz_arena *arena;
    yz_params *before, *after;
    bool *differs;
    yz_what_if *w;
    yz_text asked[ASKED_MAX];
    uint32_t count;
    uint64_t pairs, changed; // touched ones
} trial;

static bool declared(void *context, const char *name) {
    const trial *t = context;
    return yz_rules_param(t->rules, yz_text_of(name)) >= 0;
}

static void full(trial *t, const yz_params *params, const yz_facts *facts, yz_decision *decisions) {
    yz_policy_ask ask = {t->rules, params, facts, t->arena};
    cr_assert_eq(yz_decide_all(&ask, t->asked, t->count, decisions), YZ_OK);
}

static bool same(const yz_decision *d, const yz_verdict *v) {
    return d->decision == v->decision && d->has_amount == v->has_amount &&
           (!d->has_amount || d->amount == v->amount);
}

static void try_subject(trial *t, uint64_t seed) {
    yz_facts facts;
    yz_decision before[ASKED_MAX], after[ASKED_MAX];
    yz_verdict was[ASKED_MAX], is[ASKED_MAX];
    yz_what_if_ask ask;
    uint32_t next = 0;
    random_facts_draw(t->room, &facts);
    yz_arena_reset(t->arena);
    full(t, t->before, &facts, before);
    full(t, t->after, &facts, after);
    cr_assert_eq(yz_what_if_ask_init(&ask, t->w, t->asked, t->count), YZ_OK);
    cr_assert_eq(yz_what_if_decide(t->w, &ask, &facts, was, is), YZ_OK);
    for (uint32_t i = 0; i < t->count; i++) {
        int name_size = (int)t->asked[i].size;
        const char *name = t->asked[i].bytes;
        if (next < ask.count && ask.places[next] == i) {
            cr_assert(same(&before[i], &was[next]), "seed %" PRIu64 ", %.*s before", seed,
                      name_size, name);
            cr_assert(same(&after[i], &is[next]), "seed %" PRIu64 ", %.*s after", seed, name_size,
                      name);
            t->pairs += 1;
            t->changed +=
                before[i].decision != after[i].decision || before[i].amount != after[i].amount;
            next += 1;
        } else {
            cr_assert(before[i].decision == after[i].decision &&
                          before[i].amount == after[i].amount,
                      "seed %" PRIu64 ", %.*s is not touched and changed", seed, name_size, name);
        }
    }
    yz_what_if_ask_deinit(&ask);
}

static void try_seed(trial *t, uint64_t seed) {
    twin_params unused;
    yz_param_overlay overlays[TWIN_PARAMS];
    yz_rules_problem problem;
    twin_params_init(&unused);
    random_facts_begin(t->room, seed);
    uint32_t count = random_params(t->room, declared, t, &unused, overlays);
    cr_assert_eq(yz_params_new(t->rules, overlays, count, &t->after, &problem), YZ_OK);
    t->differs = yz_alloc_zeroed(t->rules->param_count * sizeof *t->differs);
    for (uint32_t i = 0; i < count; i++)
        t->differs[yz_rules_param(t->rules, overlays[i].name)] = true;
    t->w = yz_what_if_new(t->rules, t->before, t->after, t->differs);
    for (int i = 0; i < SUBJECTS; i++)
        try_subject(t, seed);
    yz_what_if_free(t->w);
    yz_params_free(t->after);
    yz_free(t->differs);
}

Test(what_if, is_two_full_evaluations) {
    yz_rules_problem problem;
    trial t = {.rules = rules_of_file(RULES), .room = random_facts_new()};
    cr_assert_not_null(t.rules);
    t.arena = yz_arena_new(ARENA_BYTES);
    cr_assert_eq(yz_params_new(t.rules, NULL, 0, &t.before, &problem), YZ_OK);
    for (uint32_t i = 0; i < t.rules->rule_count; i++)
        t.asked[t.count++] = t.rules->rules[i].name;
    for (uint32_t i = 0; i < t.rules->target_count; i++)
        t.asked[t.count++] = t.rules->targets[i].name;
    t.asked[t.count++] = YZ_TEXT("m18");
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        try_seed(&t, seed);
    fprintf(stderr, "seeds 1..%d: touched pairs %" PRIu64 ", changed %" PRIu64 "\n", SEEDS, t.pairs,
            t.changed);
    cr_assert_gt(t.changed, 100);
    yz_params_free(t.before);
    yz_rules_free(t.rules);
    random_facts_free(t.room);
    yz_arena_free(t.arena);
}

/* A rule of a group is touched by what another of the group reads: it may win or lose. */
Test(what_if, touches_what_reads_the_parameter_and_its_group) {
    yz_rules *rules = rules_of_file(RULES);
    yz_rules_problem problem;
    yz_params *params;
    cr_assert_not_null(rules);
    cr_assert_eq(yz_params_new(rules, NULL, 0, &params, &problem), YZ_OK);
    bool *differs = yz_alloc_zeroed(rules->param_count * sizeof *differs);
    differs[yz_rules_param(rules, YZ_TEXT("m05a.amount"))] = true;
    yz_what_if *w = yz_what_if_new(rules, params, params, differs);
    cr_assert(yz_what_if_touches(w, YZ_TEXT("m05a")));
    cr_assert(yz_what_if_touches(w, YZ_TEXT("m05b")));
    cr_assert(yz_what_if_touches(w, YZ_TEXT("m14c")));
    cr_assert(!yz_what_if_touches(w, YZ_TEXT("m01")));
    cr_assert(!yz_what_if_touches(w, YZ_TEXT("m18")));
    cr_assert(!yz_what_if_touches(w, YZ_TEXT("no such")));
    yz_text names[] = {YZ_TEXT("m01"), YZ_TEXT("m05b"), YZ_TEXT("no such")};
    yz_what_if_ask ask;
    cr_assert_eq(yz_what_if_ask_init(&ask, w, names, 2), YZ_OK);
    cr_assert_eq(ask.count, 1);
    cr_assert_eq(ask.places[0], 1);
    yz_what_if_ask_deinit(&ask);
    cr_assert_eq(yz_what_if_ask_init(&ask, w, names, 3), YZ_ERR_NOT_FOUND);
    yz_what_if_ask_deinit(&ask);
    yz_what_if_free(w);
    yz_params_free(params);
    yz_rules_free(rules);
    yz_free(differs);
}
