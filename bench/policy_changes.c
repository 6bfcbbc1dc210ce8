/* One changed fact: from the new value to the decisions of the rules that read it. With reasons
 * (the plain evaluator, what the book does) and without (compiled rules). */
#include "bench/policy.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/policy/compiled.h"
#include "engine/policy/decide.h"
#include "engine/policy/reads.h"

#define CHANGES 200000
#define ARENA_BYTES (16 << 20)
#define ROW_WORDS_MAX 65

/* Of a kind: what each fact touches. */
typedef struct reading {
    yz_text names[POLICY_MEASURES_MAX];
    yz_fact_set reads[POLICY_MEASURES_MAX];
    uint32_t count;
} reading;

typedef struct changing {
    const yz_rules *rules;
    const yz_params *params;
    const population *people;
    yz_compiled *compiled;
    yz_arena *arena;
    yz_random random;
    reading readings[POPULATION_KINDS];
    uint64_t kind_ends[POPULATION_KINDS]; // subjects of this kind and those before
    uint64_t plain_ns[CHANGES], compiled_ns[CHANGES];
    uint64_t decisions;
} changing;

static void read_kinds(changing *c) {
    uint64_t all = 0;
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        reading *r = &c->readings[kind];
        const char *const *measures = population_measures(kind, &r->count);
        for (uint32_t i = 0; i < r->count; i++) {
            r->names[i] = yz_text_of(measures[i]);
            const yz_rule *rule = yz_rules_rule(c->rules, r->names[i]);
            if (rule != NULL) r->reads[i] = yz_rule_reads(c->rules, rule);
        }
        all += population_count(c->people, kind);
        c->kind_ends[kind] = all;
    }
}

// Any subject of the population, as likely as another.
static population_kind draw_subject(changing *c, uint32_t *index) {
    uint64_t at = yz_random_below(&c->random, c->kind_ends[POPULATION_KINDS - 1]);
    population_kind kind = 0;
    while (at >= c->kind_ends[kind])
        kind += 1;
    *index = (uint32_t)(at - (kind ? c->kind_ends[kind - 1] : 0));
    return kind;
}

// The same fact as another subject of the kind has it. False: no rule of the kind reads it.
static bool draw_change(changing *c, yz_facts *facts, yz_row *room, population_kind *kind,
                        uint32_t *number) {
    uint32_t index, other;
    yz_facts like;
    *kind = draw_subject(c, &index);
    population_facts(c->people, *kind, index, facts);
    other = (uint32_t)yz_random_below(&c->random, population_count(c->people, *kind));
    population_facts(c->people, *kind, other, &like);
    *number = (uint32_t)yz_random_below(&c->random, yz_fact_count());
    const yz_fact_form *form = yz_fact_numbered(*number);
    const yz_row *row = facts->objects[form->object], *from = like.objects[form->object];
    bool read = false;
    for (uint32_t i = 0; i < c->readings[*kind].count; i++)
        read |= c->readings[*kind].reads[i].words[*number / 64] >> *number % 64 & 1;
    bool as_of = form->object == YZ_OBJECT_top && form->field == yz_field_top_as_of;
    if (!read || row == NULL || from == NULL || as_of) return false;
    uint64_t bit = UINT64_C(1) << form->field;
    memcpy(room, row, yz_row_size(form->object));
    room->known = (row->known & ~bit) | (from->known & bit);
    room->values[form->field] = from->values[form->field];
    facts->objects[form->object] = room;
    return true;
}

// Those that read the fact.
static uint32_t touched(const changing *c, population_kind kind, uint32_t number, yz_text *names) {
    const reading *r = &c->readings[kind];
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->reads[i].words[number / 64] >> number % 64 & 1) names[count++] = r->names[i];
    }
    return count;
}

static void change(changing *c, uint32_t at) {
    static union {
        yz_row row;
        uint64_t words[ROW_WORDS_MAX];
    } room;
    yz_facts facts;
    population_kind kind;
    uint32_t number, count;
    yz_text names[POLICY_MEASURES_MAX];
    yz_decision decisions[POLICY_MEASURES_MAX];
    yz_verdict verdicts[POLICY_MEASURES_MAX];
    while (!draw_change(c, &facts, &room.row, &kind, &number))
        continue;
    uint64_t began = clock_wall_ns();
    yz_policy_ask ask = {c->rules, c->params, &facts, c->arena};
    count = touched(c, kind, number, names);
    yz_check(yz_decide_all(&ask, names, count, decisions) == YZ_OK);
    c->plain_ns[at] = clock_wall_ns() - began;
    yz_compiled_ask *compiled;
    began = clock_wall_ns();
    count = touched(c, kind, number, names);
    yz_check(yz_compiled_ask_new(c->compiled, names, count, &compiled) == YZ_OK);
    yz_check(yz_compiled_decide(c->compiled, compiled, &facts, verdicts) == YZ_OK);
    c->compiled_ns[at] = clock_wall_ns() - began;
    yz_compiled_ask_free(compiled);
    for (uint32_t i = 0; i < count; i++)
        yz_check(decisions[i].decision == verdicts[i].decision &&
                 decisions[i].amount == verdicts[i].amount);
    c->decisions += count;
    yz_arena_reset(c->arena);
}

static void print(figures *out, const char *name, uint64_t *ns) {
    double sum = 0;
    for (uint32_t i = 0; i < CHANGES; i++)
        sum += (double)ns[i];
    figures_add(out, 2, sum / CHANGES / 1e3, "changed_fact.%s.mean_us", name);
    figures_add(out, 2, percentile(ns, CHANGES, 50) / 1e3, "changed_fact.%s.p50_us", name);
    figures_add(out, 2, percentile(ns, CHANGES, 99) / 1e3, "changed_fact.%s.p99_us", name);
}

void policy_changes(const yz_rules *rules, const yz_params *params, const population *people,
                    uint64_t seed, figures *out) {
    changing *c = yz_alloc_zeroed(sizeof *c);
    c->rules = rules;
    c->params = params;
    c->people = people;
    c->compiled = yz_compiled_new(rules, params);
    c->arena = yz_arena_new(ARENA_BYTES);
    c->random = yz_random_seeded(seed);
    read_kinds(c);
    for (uint32_t i = 0; i < CHANGES; i++)
        change(c, i);
    figures_add(out, 0, CHANGES, "changed_fact.changes");
    figures_add(out, 2, (double)c->decisions / CHANGES, "changed_fact.decisions_mean");
    print(out, "with_reasons", c->plain_ns);
    print(out, "without_reasons", c->compiled_ns);
    yz_compiled_free(c->compiled);
    yz_arena_free(c->arena);
    yz_free(c);
}
