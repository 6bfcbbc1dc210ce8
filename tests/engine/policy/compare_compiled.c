#include "tests/engine/policy/compare_compiled.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/compiled.h"
#include "engine/policy/decide.h"
#include "tests/engine/policy/random_facts.h"

#include <inttypes.h>
#include <stdlib.h>

#define ASKED_MAX 256
#define SUBJECTS 6 // under the same parameters
#define SHOWN_MAX 12
#define ARENA_BYTES (16 << 20)

typedef struct run {
    const yz_rules *rules;
    const yz_params *params;
    yz_compiled *compiled;
    yz_compiled_ask *ask;
    random_facts *room;
    yz_arena *arena;
    FILE *out;
    uint64_t seed;
    bool wild;
    compiled_comparison result;
    yz_text asked[ASKED_MAX];
    uint32_t asked_count;
    yz_decision decisions[ASKED_MAX];
    yz_verdict verdicts[ASKED_MAX];
} run;

static bool declared(void *context, const char *name) {
    const run *r = context;
    return yz_rules_param(r->rules, yz_text_of(name)) >= 0;
}

static void ask_all(run *r) {
    for (uint32_t i = 0; i < r->rules->rule_count; i++)
        r->asked[r->asked_count++] = r->rules->rules[i].name;
    for (uint32_t i = 0; i < r->rules->target_count; i++)
        r->asked[r->asked_count++] = r->rules->targets[i].name;
    r->asked[r->asked_count++] = YZ_TEXT("m18");
    r->asked[r->asked_count++] = YZ_TEXT("d08");
    yz_check(r->asked_count <= ASKED_MAX);
}

/* Numbers at the ends of what a fact may be, where products pass 64 bits. */
static void make_wild(run *r, yz_random *random, const yz_facts *facts) {
    static const int64_t ends[] = {YZ_FACT_INT_MAX, -YZ_FACT_INT_MAX, YZ_FACT_INT_MAX - 1, 0,
                                   92233720369,     92233720368};
    for (yz_object object = 0; r->wild && object < YZ_OBJECTS; object++) {
        const yz_fact_form *forms;
        uint32_t count = yz_object_fields(object, &forms);
        yz_row *row = (yz_row *)(uintptr_t)facts->objects[object]; // of the room
        for (uint32_t f = 0; row != NULL && f < count; f++) {
            bool number = forms[f].type == YZ_FACT_INT || forms[f].type == YZ_FACT_YUAN;
            if (!number || yz_random_below(random, 4) != 0) continue;
            row->values[f] = ends[yz_random_below(random, 6)];
            row->known |= UINT64_C(1) << f;
        }
    }
}

static void differ(run *r, yz_text measure, const char *what, int64_t plain, int64_t compiled) {
    if (++r->result.differences > SHOWN_MAX || r->out == NULL) return;
    fprintf(r->out, "seed %" PRIu64 ", %.*s: %s: plain %" PRId64 ", compiled %" PRId64 "\n",
            r->seed, (int)measure.size, measure.bytes, what, plain, compiled);
}

static void compare(run *r, const yz_facts *facts) {
    yz_policy_ask ask = {r->rules, r->params, facts, r->arena};
    yz_arena_reset(r->arena);
    yz_status plain = yz_decide_all(&ask, r->asked, r->asked_count, r->decisions);
    yz_status compiled = yz_compiled_decide(r->compiled, r->ask, facts, r->verdicts);
    if (plain != compiled) differ(r, YZ_TEXT("all"), "status", plain, compiled);
    r->result.refused += plain != YZ_OK;
    if (plain != YZ_OK || compiled != YZ_OK) return;
    for (uint32_t i = 0; i < r->asked_count; i++) {
        const yz_decision *d = &r->decisions[i];
        const yz_verdict *v = &r->verdicts[i];
        r->result.decisions += 1;
        r->result.by_word[d->decision] += 1;
        if (d->decision != v->decision)
            differ(r, r->asked[i], "decision", d->decision, v->decision);
        else if (d->has_amount != v->has_amount || (d->has_amount && d->amount != v->amount))
            differ(r, r->asked[i], "amount", d->amount, v->amount);
    }
}

static void compare_seed(run *r, uint64_t wanted) {
    twin_params unused;
    yz_param_overlay overlays[TWIN_PARAMS];
    yz_rules_problem problem;
    yz_params *params;
    yz_random random = yz_random_seeded(r->seed);
    twin_params_init(&unused);
    random_facts_begin(r->room, r->seed);
    uint32_t count = random_params(r->room, declared, r, &unused, overlays);
    yz_check(yz_params_new(r->rules, overlays, count, &params, &problem) == YZ_OK);
    r->params = params;
    r->compiled = yz_compiled_new(r->rules, params);
    yz_check(yz_compiled_ask_new(r->compiled, r->asked, r->asked_count, &r->ask) == YZ_OK);
    for (int i = 0; i < SUBJECTS && r->result.decisions < wanted; i++) {
        yz_facts facts;
        random_facts_draw(r->room, &facts);
        make_wild(r, &random, &facts);
        compare(r, &facts);
    }
    r->result.left_to_plain += yz_compiled_left_to_plain(r->compiled);
    yz_compiled_ask_free(r->ask);
    yz_compiled_free(r->compiled);
    yz_params_free(params);
}

compiled_comparison compare_compiled(const yz_rules *rules, uint64_t seed, uint64_t decisions,
                                     bool wild, FILE *out) {
    run *r = yz_alloc_zeroed(sizeof *r);
    r->rules = rules;
    r->room = random_facts_new();
    r->arena = yz_arena_new(ARENA_BYTES);
    r->out = out;
    r->wild = wild;
    ask_all(r);
    for (r->seed = seed; r->result.decisions < decisions && r->seed < seed + decisions; r->seed++)
        compare_seed(r, decisions);
    compiled_comparison result = r->result;
    random_facts_free(r->room);
    yz_arena_free(r->arena);
    yz_free(r);
    return result;
}
