/* Each condition of m01, m05, m09, m12 and m14 decides alone (MC/DC, the masking form of DO-178C).
 *
 * An atom is a condition made of no other: a comparison, a membership, a flag. It is shown when
 * there are two sets of facts
 *
 *     in one it is as `true` would be, and with it turned round the rule says otherwise,
 *     in one it is as `false` would be, and with it turned round the rule says otherwise,
 *     and the rule says different things of the two
 *
 * so nothing else stands in the way of it in either. "Says": in need and monitor the decision
 * itself; in stop the decision and its code; in amount the amount; in duty and reason the reasons.
 * An atom within a list is held or turned for all entries at once. What a definition says is asked
 * anew for each place it is called from. Facts are those of the worked cases, random ones, and
 * crossings of both. */
#include "tests/engine/policy/compare_twin.h"
#include "tests/engine/policy/mcdc_facts.h"
#include "tests/engine/policy/mcdc_rules.h"
#include "tests/engine/policy/random_facts.h"
#include "tests/engine/policy/worked_cases.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define SEED 20231201
#define DRAWS 2000   // at most; a few hundred do
#define DRAWS_MIN 40 // so that what cannot be shown is tried
#define BATCHES 10   // and of these
#define CROSSINGS 4  // of each draw and measure with a worked case

static const char *const measures[] = {"m01",  "m05a", "m05b", "m09a", "m09b", "m12a", "m12b",
                                       "m14a", "m14b", "m14c", "m14d", "m14e", NULL};

/* Atoms that no facts can make decide, by a part of their name, and why. One that is shown all the
 * same is an error. */
static const struct unreachable {
    const char *measure, *name, *why;
} unreachable[] = {
    {"m09a", "studying > known(i.graduation_date)",
     "an absent date is later than none: the comparison beside it says no as well"},
    {"m09b", "studying > known(i.graduation_date)", "as in m09a"},
    {"m09a", "eligible_interns: known(unit.person_months)",
     "with neither list nor months the answer is unknown either way; it chooses what is missing"},
    {"m09a", "due > standard > retained", "read where there is no list of interns: unit.retained"},
    {"m09a", "due > standard > finished", "read where there is no list of interns: unit.finished"},
    {"m09a", "due > earned > standard > retained > known(interns)",
     "read for an intern of the list"},
    {"m09a", "due > earned > standard > finished > known(interns)",
     "read for an intern of the list"},
    {"m09b", "standard > retained > known(interns)",
     "without a list months_left is unknown before"},
    {"m09b", "standard > finished > known(interns)",
     "without a list months_left is unknown before"},
    {NULL, NULL, NULL},
};

static const struct unreachable *excuse_of(const char *measure, const line *l, const atom *a) {
    char name[NAME_BYTES + 64];
    snprintf(name, sizeof name, "%s %.*s: %s", l->clause, (int)l->code.size, l->code.bytes,
             a->name);
    for (const struct unreachable *u = unreachable; u->measure != NULL; u++) {
        if (strcmp(u->measure, measure) == 0 && strstr(name, u->name) != NULL) return u;
    }
    return NULL;
}

/* ---- what a rule says ---- */

typedef struct outcome {
    bool decided;
    uint64_t says[PARTS];
} outcome;

static uint64_t hashed(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
    return hash;
}

static outcome outcome_of(const yz_rules *rules, const yz_params *params, const yz_facts *facts,
                          yz_text measure, yz_arena *arena) {
    yz_decision d;
    yz_policy_ask ask = {rules, params, facts, arena};
    yz_arena_reset(arena);
    if (yz_decide(&ask, measure, &d) != YZ_OK) return (outcome){0};
    uint64_t reasons = UINT64_C(14695981039346656037);
    for (uint32_t i = 0; i < d.reason_count; i++)
        reasons = hashed(hashed(reasons, d.reasons[i].bytes, d.reasons[i].size), "", 1);
    uint64_t word = (uint64_t)d.decision;
    return (outcome){true,
                     {word, hashed(reasons, &word, sizeof word), (uint64_t)d.amount, reasons}};
}

static bool unknown(outcome o) {
    return o.says[DECISION] == (uint64_t)yz_word_decision_unknown;
}

/* Of a line that decides, the decision; of others, too. Where the changed rule has no answer (an
 * amount below 0), that is another one. */
static bool same(part says, outcome natural, outcome other) {
    return other.decided && natural.says[DECISION] == other.says[DECISION] &&
           natural.says[says] == other.says[says];
}

static void note(atom *a, bool truth, uint64_t said) {
    for (uint32_t i = 0; i < a->seen_count[truth]; i++) {
        if (a->seen[truth][i] == said) return;
    }
    if (a->seen_count[truth] < OUTCOMES) a->seen[truth][a->seen_count[truth]++] = said;
    for (uint32_t i = 0; i < a->seen_count[0]; i++) {
        for (uint32_t j = 0; j < a->seen_count[1]; j++)
            a->shown = a->shown || a->seen[0][i] != a->seen[1][j];
    }
}

// A clause: of the window, of payments made. In the way, or not.
static void look_at_clause(atom *a, outcome natural, outcome without) {
    uint64_t said = natural.says[DECISION];
    if (!same(DECISION, natural, without)) note(a, false, said);
    bool stopped = said == (uint64_t)yz_word_decision_expired ||
                   said == (uint64_t)yz_word_decision_blocked ||
                   said == (uint64_t)yz_word_decision_deny;
    if (!stopped) note(a, true, said); // with a clause in the way it would be otherwise
}

static void look(subject *s, yz_text measure, const yz_params *params, const yz_facts *facts,
                 yz_arena *arena) {
    outcome natural = outcome_of(s->rules, params, facts, measure, arena);
    if (!natural.decided || unknown(natural)) return;
    s->looks += 1;
    for (uint32_t i = 0; i < s->atom_count; i++) {
        atom *a = &s->atoms[i];
        part says = s->lines[a->line].says;
        outcome of[CHANGES] = {0};
        if (a->shown || (a->excuse != NULL && s->looks % 16 != 0)) continue;
        for (int how = CHANGES - 1; how >= 0; how--) {
            if (a->variants[how] != NULL)
                of[how] = outcome_of(a->variants[how], params, facts, measure, arena);
            if (how == TURNED && a->variants[how] != NULL && same(says, natural, of[how])) break;
        }
        if (a->variants[TURNED] == NULL) {
            look_at_clause(a, natural, of[AS_TRUE]);
            continue;
        }
        if (same(says, natural, of[TURNED])) continue;
        bool as_true = same(says, natural, of[AS_TRUE]);
        bool as_false = same(says, natural, of[AS_FALSE]);
        if (as_true != as_false) note(a, as_true, natural.says[says]);
    }
}

/* ---- facts to look at ---- */

typedef struct world {
    const yz_rules *rules;
    worked_cases cases;
    random_facts *room;
    yz_arena *scratch, *kept;
    subject subjects[sizeof measures / sizeof measures[0]];
} world;

static bool declared(void *context, const char *name) {
    return yz_rules_param(context, yz_text_of(name)) >= 0;
}

static void look_at_all(world *w, const yz_params *params, const yz_facts *facts) {
    for (int m = 0; measures[m] != NULL; m++)
        look(&w->subjects[m], yz_text_of(measures[m]), params, facts, w->scratch);
}

static void look_at_cases(world *w) {
    for (uint32_t i = 0; i < w->cases.count; i++) {
        const worked_case *c = &w->cases.cases[i];
        yz_params *params = worked_case_params(w->rules, c);
        cr_assert_not_null(params);
        for (uint32_t item = 0; item < c->item_count; item++)
            look_at_all(w, params, c->items[item].facts);
        yz_params_free(params);
    }
}

// The measures of ours a case asks for.
static bool asks_for(const worked_case *c, const char *measure) {
    for (uint32_t i = 0; i < c->ask_count; i++) {
        if (yz_text_equal(c->ask[i], yz_text_of(measure))) return true;
    }
    return false;
}

/* m09a is about what is due, less what was paid: paid now stands at what is due, as it is and as it
 * would be with an atom turned round, or a fen beside it. */
static void look_at_edges(world *w, subject *s, const yz_params *params, const yz_facts *facts) {
    enum { EDGES = 6 };
    const yz_row *unit = facts->objects[YZ_OBJECT_unit];
    int64_t totals[EDGES];
    uint32_t count = 0;
    if (unit == NULL) return;
    yz_row *row = yz_arena_take(w->kept, yz_row_size(YZ_OBJECT_unit));
    yz_facts other = *facts;
    memcpy(row, unit, yz_row_size(YZ_OBJECT_unit));
    row->known |= UINT64_C(1) << yz_field_unit_m09_paid_yuan;
    row->values[yz_field_unit_m09_paid_yuan] = 0;
    other.objects[YZ_OBJECT_unit] = row;
    for (uint32_t i = 0; i < s->atom_count && count < EDGES; i++) {
        bool first = count == 0;
        if (s->lines[s->atoms[i].line].says != AMOUNT && !first) continue;
        outcome o = outcome_of(first ? s->rules : s->atoms[i].variants[TURNED], params, &other,
                               YZ_TEXT("m09a"), w->scratch);
        if (!o.decided || o.says[DECISION] != (uint64_t)yz_word_decision_grant) {
            if (first) return;
            continue;
        }
        bool known = false;
        for (uint32_t j = 0; j < count; j++)
            known = known || totals[j] == (int64_t)o.says[AMOUNT];
        if (!known) totals[count++] = (int64_t)o.says[AMOUNT];
    }
    for (uint32_t i = 0; i < 3 * count; i++) {
        row->values[yz_field_unit_m09_paid_yuan] = totals[i / 3] + (int64_t)(i % 3) - 1;
        look(s, YZ_TEXT("m09a"), params, &other, w->scratch);
    }
}

static void look_at_crossings(world *w, yz_random *random, const yz_params *params,
                              const yz_facts *facts) {
    for (int m = 0; measures[m] != NULL; m++) {
        crossing x = {w->kept, random, 5 + (uint32_t)yz_random_below(random, 40)};
        uint32_t at = (uint32_t)yz_random_below(random, w->cases.count);
        while (!asks_for(&w->cases.cases[at], measures[m]))
            at = (at + 1) % w->cases.count;
        yz_arena_reset(w->kept);
        yz_text measure = yz_text_of(measures[m]);
        yz_facts both = facts_crossed(&x, w->cases.cases[at].items[0].facts, facts);
        look(&w->subjects[m], measure, params, &both, w->scratch);
        both = facts_with_person(&x, w->cases.cases[at].items[0].facts);
        look(&w->subjects[m], measure, params, &both, w->scratch);
        bool due = strcmp(measures[m], "m09a") == 0, left = strcmp(measures[m], "m09b") == 0;
        for (int i = 0; i < (due ? 4 : left ? BATCHES : 0); i++) {
            both = facts_with_batch(&x, w->cases.cases[at].items[0].facts);
            look(&w->subjects[m], measure, params, &both, w->scratch);
            if (due && i == 0) look_at_edges(w, &w->subjects[m], params, &both);
        }
    }
}

// Random series in the place of some, or none.
static yz_params *random_series(world *w, yz_random *random) {
    static twin_params twins;
    static yz_param_overlay overlays[TWIN_PARAMS];
    yz_params *params = NULL;
    yz_rules_problem problem;
    uint32_t count = 0;
    twin_params_init(&twins);
    if (yz_random_below(random, 2) == 0)
        count = random_params(w->room, declared, (void *)(uintptr_t)w->rules, &twins, overlays);
    cr_assert_eq(yz_params_new(w->rules, overlays, count, &params, &problem), YZ_OK);
    return params;
}

/* Some of the readings not chosen, and numbers without which a condition follows from another: half
 * a year out of work implies that the spell began before yesterday, no month does not. */
static yz_params *other_readings(const yz_rules *rules, yz_random *random) {
    static const struct {
        const char *name, *word;
        int64_t number;
    } readings[] = {
        {"common.parity", NULL, 0},         {"m05.unemployed_reading", "never", 0},
        {"m01.size_on", "start", 0},        {"m14.older_female", NULL, 60},
        {"m14.long_unemp_months", NULL, 0}, {"m14c.unemp_months_min", NULL, 0},
    };
    enum { READINGS = sizeof readings / sizeof readings[0] };
    yz_param_overlay overlays[READINGS];
    yz_param_period periods[READINGS];
    yz_text words[READINGS];
    yz_texts texts[READINGS];
    yz_params *params = NULL;
    yz_rules_problem problem;
    uint32_t count = 0;
    for (uint32_t i = 0; i < READINGS; i++) {
        if (yz_random_below(random, 3) != 0) continue;
        words[count] = yz_text_of(readings[i].word ? readings[i].word : "");
        texts[count] = (yz_texts){1, &words[count]};
        periods[count] = (yz_param_period){.from = 0, .to = YZ_DAY_OPEN};
        periods[count].value.number = readings[i].number;
        if (readings[i].word != NULL) periods[count].value.words = &texts[count];
        overlays[count] = (yz_param_overlay){yz_text_of(readings[i].name), 1, &periods[count]};
        count += 1;
    }
    cr_assert_eq(yz_params_new(rules, overlays, count, &params, &problem), YZ_OK);
    return params;
}

static void look_at_draw(world *w, uint64_t seed) {
    yz_random random = yz_random_of(seed, 2);
    yz_facts facts;
    random_facts_begin(w->room, seed);
    yz_params *params = random_series(w, &random);
    random_facts_draw(w->room, &facts);
    look_at_all(w, params, &facts);
    yz_params_free(params);
    for (int i = 0; i < CROSSINGS; i++) {
        params = other_readings(w->rules, &random);
        look_at_crossings(w, &random, params, &facts);
        yz_params_free(params);
    }
}

// Atoms not yet shown, but for those that cannot be.
static uint32_t hidden(const world *w) {
    uint32_t count = 0;
    for (int m = 0; measures[m] != NULL; m++) {
        for (uint32_t i = 0; i < w->subjects[m].atom_count; i++)
            count += !w->subjects[m].atoms[i].shown && !w->subjects[m].atoms[i].excuse;
    }
    return count;
}

/* ---- the table ---- */

static void tell(subject *s, const char *measure, uint32_t totals[3]) {
    for (uint32_t i = 0; i < s->atom_count; i++) {
        atom *a = &s->atoms[i];
        line *l = &s->lines[a->line];
        const struct unreachable *excuse = a->excuse;
        cr_expect(excuse == NULL || !a->shown, "%s: %s is listed as unreachable and is shown",
                  measure, a->name);
        l->atoms += 1;
        l->shown += a->shown;
        l->excused += excuse != NULL;
        cr_expect(a->shown || excuse != NULL,
                  "%s, %s %.*s: %s does not decide alone (as false %u, as true %u)", measure,
                  l->clause, (int)l->code.size, l->code.bytes, a->name, a->seen_count[0],
                  a->seen_count[1]);
    }
    for (uint32_t i = 0; i < s->line_count; i++) {
        line *l = &s->lines[i];
        fprintf(stderr, "%-5s %-7s %-18.*s %5u %5u", measure, l->clause, (int)l->code.size,
                l->code.bytes, l->atoms, l->shown);
        if (l->excused > 0) fprintf(stderr, "   %u unreachable", l->excused);
        fputc('\n', stderr);
        totals[0] += l->atoms;
        totals[1] += l->shown;
        totals[2] += l->excused;
    }
}

typedef struct written {
    uint32_t line, column;
    bool shown;
} written;

/* Conditions as the file has them, each once however often it is called; how many are shown in one
 * place at least. */
static void tell_written(const world *w) {
    static written all[ATOMS_MAX];
    uint32_t count = 0, shown = 0;
    for (int m = 0; measures[m] != NULL; m++) {
        for (uint32_t i = 0; i < w->subjects[m].atom_count; i++) {
            const atom *a = &w->subjects[m].atoms[i];
            uint32_t at = 0;
            if (a->at_line == 0) continue;
            while (at < count && (all[at].line != a->at_line || all[at].column != a->at_column))
                at += 1;
            if (at == count) {
                yz_check(count < ATOMS_MAX);
                all[count++] = (written){a->at_line, a->at_column, false};
            }
            all[at].shown = all[at].shown || a->shown;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        shown += all[i].shown;
        if (!all[i].shown)
            fprintf(stderr, "decides nowhere: line %u, column %u\n", all[i].line, all[i].column);
    }
    fprintf(stderr, "%u conditions as written: %u shown\n", count, shown);
}

Test(mcdc, each_condition_decides_alone, .timeout = 600) {
    static world w;
    uint32_t totals[3] = {0};
    yz_rules *rules = rules_of_file(RULES);
    cr_assert_not_null(rules);
    w.rules = rules;
    w.room = random_facts_new();
    w.scratch = yz_arena_new(16 << 20);
    w.kept = yz_arena_new(1 << 20);
    worked_cases_read(&w.cases);
    yz_arena *trees = yz_arena_new((size_t)1 << 30);
    for (int m = 0; measures[m] != NULL; m++) {
        subject *s = &w.subjects[m];
        s->arena = trees;
        s->atoms = yz_alloc_zeroed(ATOMS_MAX * sizeof *s->atoms);
        mcdc_take_rule(s, rules, measures[m]);
        for (uint32_t i = 0; i < s->atom_count; i++) {
            atom *a = &s->atoms[i];
            a->excuse = excuse_of(measures[m], &s->lines[a->line], a);
        }
    }
    look_at_cases(&w);
    uint32_t draws = 0;
    while (draws < DRAWS && (draws < DRAWS_MIN || hidden(&w) > 0))
        look_at_draw(&w, SEED + draws++);
    fprintf(stderr,
            "rule  clause  condition          atoms shown   (seed %d, %u cases, %u draws)\n", SEED,
            w.cases.count, draws);
    for (int m = 0; measures[m] != NULL; m++)
        tell(&w.subjects[m], measures[m], totals);
    fprintf(stderr, "%u atoms: %u shown, %u unreachable\n", totals[0], totals[1], totals[2]);
    tell_written(&w);
    for (const struct unreachable *u = unreachable; u->measure != NULL; u++)
        fprintf(stderr, "unreachable: %s %s: %s\n", u->measure, u->name, u->why);
    for (int m = 0; measures[m] != NULL; m++)
        yz_free(w.subjects[m].atoms);
    yz_arena_free(trees);
    yz_arena_free(w.kept);
    yz_arena_free(w.scratch);
    random_facts_free(w.room);
    worked_cases_free(&w.cases);
    yz_rules_free(rules);
}
