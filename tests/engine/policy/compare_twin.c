#include "tests/engine/policy/compare_twin.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/decide.h"
#include "tests/engine/policy/random_facts.h"

#include <inttypes.h>
#include <stdlib.h>

#define ASKED_MAX 12
#define ITEMS_MAX 4
#define SHOWN_MAX 12 // differences described
#define ARENA_BYTES (16 << 20)
#define FILE_BYTES_MAX (4 << 20)

yz_rules *rules_of_file(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = yz_alloc(FILE_BYTES_MAX);
    yz_rules_problem problem;
    yz_rules *rules = NULL;
    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        yz_free(text);
        return NULL;
    }
    yz_rules_file read = {path, {text, (uint32_t)fread(text, 1, FILE_BYTES_MAX, file)}};
    fclose(file);
    if (yz_rules_load(&read, 1, &rules, &problem) != YZ_OK) {
        fprintf(stderr, "%s:%u:%u: %s\n", path, problem.line, problem.column, problem.what);
    }
    yz_free(text);
    return rules;
}

typedef struct run {
    const yz_rules *rules;
    random_facts *room;
    yz_arena *arena;
    comparison result;
    FILE *out;
    uint64_t seed; // of the draw
    twin_params params;
    yz_param_overlay overlays[TWIN_PARAMS];
    uint32_t overlay_count;
    twin_decision expected[ITEMS_MAX * ASKED_MAX];
    yz_decision decided[ITEMS_MAX * ASKED_MAX];
    const char *names[ASKED_MAX];
    yz_text texts[ASKED_MAX];
    uint32_t asked;
} run;

static bool declared(void *context, const char *name) {
    const run *r = context;
    return yz_rules_param(r->rules, yz_text_of(name)) >= 0;
}

static bool same_reasons(const twin_decision *twin, const yz_decision *other) {
    if (twin->reason_count != other->reason_count) return false;
    for (uint32_t i = 0; i < twin->reason_count; i++) {
        if (!yz_text_equal(yz_text_of(twin->reasons[i]), other->reasons[i])) return false;
    }
    return true;
}

static const char *word(int decision) {
    const char *const *words;
    yz_enumeration_words(YZ_WORDS_decision, &words);
    return words[decision];
}

static void show(run *r, const char *measure, const twin_decision *twin, const yz_decision *other) {
    if (++r->result.differences > SHOWN_MAX || r->out == NULL) return;
    fprintf(r->out, "seed %" PRIu64 ", %s, %u overlays", r->seed, measure, r->overlay_count);
    for (uint32_t i = 0; i < r->overlay_count; i++) {
        fprintf(r->out, " %.*s", (int)r->overlays[i].name.size, r->overlays[i].name.bytes);
    }
    fprintf(r->out, "\n    twin      %s %" PRId64, word(twin->decision), twin->amount);
    for (uint32_t i = 0; i < twin->reason_count; i++)
        fprintf(r->out, " %s", twin->reasons[i]);
    fprintf(r->out, "\n    evaluator %s %" PRId64, word(other->decision), other->amount);
    for (uint32_t i = 0; i < other->reason_count; i++) {
        fprintf(r->out, " %.*s", (int)other->reasons[i].size, other->reasons[i].bytes);
    }
    fputc('\n', r->out);
}

static void compare(run *r, const char *measure, const twin_decision *twin,
                    const yz_decision *other) {
    r->result.evaluations += 1;
    r->result.decisions[twin->decision] += 1;
    bool same = twin->decision == other->decision && twin->has_amount == other->has_amount &&
                (!twin->has_amount || twin->amount == other->amount) && same_reasons(twin, other);
    if (!same) show(r, measure, twin, other);
}

static void refused(run *r, yz_status status) {
    r->result.refused += 1;
    if (r->result.refused > SHOWN_MAX || r->out == NULL) return;
    fprintf(r->out, "seed %" PRIu64 ": the evaluator refuses with status %d, asked first for %s\n",
            r->seed, (int)status, r->names[0]);
}

/* Some measures, those with a group or a cap more often, none twice. */
static void choose_measures(run *r, yz_random *random) {
    uint32_t all = 0, wanted = 1 + (uint32_t)yz_random_below(random, ASKED_MAX);
    while (twin_measures[all] != NULL)
        all += 1;
    r->asked = 0;
    while (r->asked < wanted) {
        static const char *const often[] = {"m05b", "m14c", "m05a", "m12b"};
        const char *name = twin_measures[yz_random_below(random, all)];
        if (yz_random_below(random, 3) == 0) name = often[yz_random_below(random, 4)];
        for (uint32_t i = 0; i < r->asked; i++) {
            if (strcmp(r->names[i], name) == 0) name = NULL;
            if (name == NULL) break;
        }
        if (name == NULL) {
            wanted -= 1;
            continue;
        }
        r->names[r->asked] = name;
        r->texts[r->asked++] = yz_text_of(name);
    }
}

static void compare_single(run *r, const yz_params *params) {
    yz_facts facts;
    random_facts_draw(r->room, &facts);
    yz_policy_ask ask = {r->rules, params, &facts, r->arena};
    yz_status status = yz_decide_all(&ask, r->texts, r->asked, r->decided);
    yz_check(twin_decide_all(&facts, &r->params, r->names, r->asked, r->expected));
    if (status != YZ_OK) {
        refused(r, status);
        return;
    }
    for (uint32_t m = 0; m < r->asked; m++) {
        compare(r, r->names[m], &r->expected[m], &r->decided[m]);
    }
}

static void compare_items(run *r, yz_random *random, const yz_params *params) {
    static const char *const names[ITEMS_MAX] = {"c", "a", "d", "b"};
    uint32_t count = 2 + (uint32_t)yz_random_below(random, ITEMS_MAX - 1);
    yz_facts facts[ITEMS_MAX];
    yz_item items[ITEMS_MAX];
    twin_item twins[ITEMS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0) random_facts_draw(r->room, &facts[0]);
        if (i > 0) random_facts_again(r->room, &facts[0], &facts[i]);
        items[i] = (yz_item){yz_text_of(names[i]), &facts[i]};
        twins[i] = (twin_item){names[i], &facts[i]};
    }
    yz_policy_ask ask = {r->rules, params, &facts[0], r->arena};
    yz_status status = yz_decide_items(&ask, items, count, r->texts, r->asked, r->decided);
    yz_check(twin_decide_items(&r->params, twins, count, r->names, r->asked, r->expected));
    if (status != YZ_OK) {
        refused(r, status);
        return;
    }
    for (uint32_t i = 0; i < count * r->asked; i++) {
        compare(r, r->names[i % r->asked], &r->expected[i], &r->decided[i]);
    }
}

static void compare_once(run *r) {
    yz_random random = yz_random_of(r->seed, 1);
    yz_params *params = NULL;
    yz_rules_problem problem;
    random_facts_begin(r->room, r->seed);
    yz_arena_reset(r->arena);
    twin_params_init(&r->params);
    r->overlay_count = random_params(r->room, declared, r, &r->params, r->overlays);
    yz_status status = yz_params_new(r->rules, r->overlays, r->overlay_count, &params, &problem);
    if (status != YZ_OK) {
        r->result.differences += 1;
        if (r->out != NULL) {
            fprintf(r->out, "seed %" PRIu64 ": overlays refused: %s\n", r->seed, problem.what);
        }
        return;
    }
    choose_measures(r, &random);
    if (yz_random_below(&random, 5) == 0) {
        compare_items(r, &random, params);
    } else {
        compare_single(r, params);
    }
    yz_params_free(params);
}

comparison compare_with_twin(const yz_rules *rules, uint64_t seed, uint64_t evaluations,
                             FILE *out) {
    run *r = yz_alloc_zeroed(sizeof *r);
    r->rules = rules;
    r->out = out;
    r->room = random_facts_new();
    r->arena = yz_arena_new(ARENA_BYTES);
    for (r->seed = seed; r->result.evaluations < evaluations; r->seed++)
        compare_once(r);
    comparison result = r->result;
    random_facts_free(r->room);
    yz_arena_free(r->arena);
    yz_free(r);
    return result;
}
