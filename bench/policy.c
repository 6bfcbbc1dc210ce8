/* What each evaluator takes for every pair of subject and measure of the population, and the hash
 * of all it said. */
#include "bench/policy.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/base/alloc.h"
#include "tools/cmd.h"
#include "tools/policy_files.h"

#include <inttypes.h>

static const policy_evaluator *const evaluators[] = {&policy_twin, &policy_compiled, &policy_plain};
#define EVALUATORS (sizeof evaluators / sizeof evaluators[0])

typedef struct kind_result {
    double seconds;
    uint64_t hash;
    uint64_t subjects, granted; // with one grant at least
    uint64_t fen;               // granted in all
    uint64_t decisions[16];     // pairs, by yz_word_decision
} kind_result;

static double seconds_now(void) {
    return (double)clock_cpu_ns() / 1e9;
}

/* In the order of subjects and measures. */
static void hash_add(uint64_t *hash, policy_answer answer) {
    uint64_t word =
        (uint64_t)answer.amount << 5 | (uint64_t)answer.has_amount << 4 | (uint64_t)answer.decision;
    *hash = (*hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    *hash ^= *hash >> 29;
}

static kind_result run_kind(const policy_evaluator *evaluator, void *self, const population *people,
                            population_kind kind) {
    kind_result result = {.subjects = population_count(people, kind), .hash = (uint64_t)kind + 1};
    uint32_t measures;
    population_measures(kind, &measures);
    double began = seconds_now();
    population_walk walk;
    population_walk_init(&walk, people, kind);
    for (const yz_facts *facts; (facts = population_walk_next(&walk)) != NULL;) {
        policy_answer answers[POLICY_MEASURES_MAX];
        bool granted = false;
        evaluator->decide(self, kind, facts, answers);
        for (uint32_t m = 0; m < measures; m++) {
            hash_add(&result.hash, answers[m]);
            result.decisions[answers[m].decision] += 1;
            if (answers[m].decision != yz_word_decision_grant) continue;
            granted = true;
            result.fen += (uint64_t)answers[m].amount;
        }
        result.granted += granted;
    }
    result.seconds = seconds_now() - began;
    return result;
}

static void print_kind(const char *name, population_kind kind, const kind_result *result,
                       figures *out) {
    uint32_t measures;
    population_measures(kind, &measures);
    double pairs = (double)result->subjects * measures;
    figures_add(out, 1, result->seconds * 1e9 / pairs, "%s.%s.ns_per_pair", name,
                population_kind_name(kind));
}

typedef struct run_result {
    kind_result kinds[POPULATION_KINDS];
    double seconds;
    char hash[20];
} run_result;

static bool run(const policy_evaluator *evaluator, const char *rules, const population *people,
                run_result *result, figures *out) {
    void *self = evaluator->start(rules);
    uint64_t hash = 0, subjects = 0, granted = 0, fen = 0;
    if (self == NULL) return false;
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        kind_result *of_kind = &result->kinds[kind];
        *of_kind = run_kind(evaluator, self, people, kind);
        print_kind(evaluator->name, kind, of_kind, out);
        result->seconds += of_kind->seconds;
        hash = hash * 31 + of_kind->hash;
        subjects += of_kind->subjects;
        granted += of_kind->granted;
        fen += of_kind->fen;
    }
    evaluator->stop(self);
    snprintf(result->hash, sizeof result->hash, "%016" PRIx64, hash);
    figures_add(out, 2, 100.0 * (double)granted / (double)subjects, "%s.subjects_granted_percent",
                evaluator->name);
    figures_add(out, 2, (double)fen / 1e8, "%s.granted_million_yuan", evaluator->name);
    figures_add(out, 0, 0, "%s.hash", evaluator->name);
    out->list[out->count - 1].text = result->hash;
    figures_add(out, 3, result->seconds, "%s.seconds", evaluator->name);
    figures_add(out, 1, result->seconds * 1e9 / (double)population_pairs(people), "%s.ns_per_pair",
                evaluator->name);
    return true;
}

/* How often each decision came. */
static void print_decisions(const run_result *result, figures *out) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(YZ_WORDS_decision, &words);
    for (uint32_t d = 0; d < count; d++) {
        uint64_t pairs = 0;
        for (population_kind kind = 0; kind < POPULATION_KINDS; kind++)
            pairs += result->kinds[kind].decisions[d];
        figures_add(out, 0, (double)pairs, "decisions.%s", words[d]);
    }
}

/* Says for each kind in which two evaluators differ. */
static bool same(const run_result *first, const char *first_name, const run_result *other,
                 const char *name) {
    bool equal = true;
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        if (first->kinds[kind].hash == other->kinds[kind].hash) continue;
        fprintf(stderr, "yizhan: bench policy: %s and %s differ in subjects of kind %s\n",
                first_name, name, population_kind_name(kind));
        equal = false;
    }
    return equal;
}

/* Those of `with`: the hash of each, equal to the first's or not. */
static bool compare_all(const char *rules, const char *with, const population *people,
                        run_result *results, figures *out) {
    uint32_t first = EVALUATORS;
    bool right = true, compared = false;
    for (uint32_t e = 0; e < EVALUATORS && right; e++) {
        if (strcmp(with, "all") != 0 && strcmp(with, evaluators[e]->name) != 0) continue;
        right = run(evaluators[e], rules, people, &results[e], out);
        if (first == EVALUATORS) {
            first = e;
            if (right) print_decisions(&results[e], out);
        } else if (right) {
            right =
                same(&results[first], evaluators[first]->name, &results[e], evaluators[e]->name);
            compared = true;
        }
    }
    if (compared) figures_text(out, right ? "yes" : "no", "hashes_equal");
    return right;
}

/* What is asked of the rules beside the decisions of everything. */
static bool ask_rules(const char *names, const population *people, uint64_t seed, bool midnight,
                      figures *out) {
    yz_rules *rules = policy_load("bench policy", names);
    yz_rules_problem problem;
    yz_params *params = NULL;
    bool right = rules != NULL && yz_params_new(rules, NULL, 0, &params, &problem) == YZ_OK;
    if (right) {
        policy_changes(rules, params, people, seed, out);
        policy_book(rules, params, people, seed, out);
        if (midnight) policy_midnight(rules, params, people, out);
        right = policy_what_if(rules, params, people, out);
    }
    yz_params_free(params);
    yz_rules_free(rules);
    return right;
}

int bench_policy(const options *given) {
    population_size size = {.persons = (uint32_t)options_number(given, "persons"),
                            .employers = (uint32_t)options_number(given, "employers")};
    figures *out = yz_alloc_zeroed(sizeof *out);
    run_result *results = yz_alloc_zeroed(EVALUATORS * sizeof *results); // figures borrow hashes
    uint64_t seed = (uint64_t)options_number(given, "seed");
    const char *rules = options_text(given, "rules"), *with = options_text(given, "with");
    double began = seconds_now();
    bool right = true;
    population *people = population_new(size, seed);
    uint64_t subjects = 0;
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        subjects += population_count(people, kind);
    }
    figures_add(out, 2, seconds_now() - began, "population.seconds");
    figures_add(out, 0, (double)rss_bytes() / 1e6, "population.rss_mb");
    figures_add(out, 0, (double)subjects, "subjects");
    figures_add(out, 0, (double)population_pairs(people), "pairs");
    generate_options size_of_market = {GENERATE_NORMAL, (uint32_t)options_number(given, "postings"),
                                       (uint32_t)options_number(given, "seekers"), seed};
    bool asks = options_flag(given, "ask");
    right = asks ? policy_night(rules, people, size_of_market,
                                (uint32_t)options_number(given, "seconds"), out)
                 : compare_all(rules, with, people, results, out);
    if (right && !asks && strcmp(with, "twin") != 0)
        right = ask_rules(rules, people, seed, options_flag(given, "midnight"), out);
    figures_print(out, options_flag(given, "json"));
    yz_free(results);
    population_free(people);
    yz_free(out);
    return right ? EXIT_OK : EXIT_FAILED;
}
