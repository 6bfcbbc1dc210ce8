/* bench policy: decision and amount of every measure for the whole population of
 * bench/population.h, from scratch, on one thread. Whoever can decide is an evaluator; all of them
 * must come to the same hash. */
#ifndef YZ_BENCH_POLICY_H
#define YZ_BENCH_POLICY_H

#include "bench/figures.h"
#include "bench/population.h"
#include "engine/policy/params.h"
#include "tools/generate.h"
#include "tools/options.h"

typedef struct policy_answer {
    int decision;    // yz_word_decision_...
    bool has_amount; // false: refer
    int64_t amount;  // fen
} policy_answer;

/* One way of deciding. */
typedef struct policy_evaluator {
    const char *name; // "twin"
    /* Loads what it needs; not timed. `rules`: files as `policy cases --rules` takes them. NULL: it
     * cannot, and has said why on stderr. */
    void *(*start)(const char *rules);
    /* The measures of the kind (population_measures) for one subject, groups included. `answers`
     * has room for POLICY_MEASURES_MAX. */
    void (*decide)(void *self, population_kind kind, const yz_facts *facts, policy_answer *answers);
    void (*stop)(void *self);
} policy_evaluator;

#define POLICY_MEASURES_MAX 16

/* The first is what the others are compared with. */
extern const policy_evaluator policy_twin;     // written by hand: tests/engine/policy/twin.h
extern const policy_evaluator policy_compiled; // rules compiled once: engine/policy/compiled.h
extern const policy_evaluator policy_plain;    // rules walked as trees: engine/policy/decide.h

/* Two what-ifs over the population: their seconds, and whether they are equal to two evaluations of
 * everything. False: one is not. */
bool policy_what_if(const yz_rules *rules, const yz_params *params, const population *people,
                    figures *out);
/* One changed fact of any subject to the decisions of the rules that read it: mean, p50, p99. */
void policy_changes(const yz_rules *rules, const yz_params *params, const population *people,
                    uint64_t seed, figures *out);

/* The turn of the year with all persons in the book, looked at in slices. */
void policy_midnight(const yz_rules *rules, const yz_params *params, const population *people,
                     figures *out);
/* The same in a whole market with postings and seekers, on the server's writer, and Q1 meanwhile.
 * False: it did not end. */
bool policy_night(const char *rules, const population *people, generate_options size,
                  uint32_t quiet_seconds, figures *out);
/* The same through the book: put, look, find. */
void policy_book(const yz_rules *rules, const yz_params *params, const population *people,
                 uint64_t seed, figures *out);

/* Returns an exit code: 1 if two evaluators differ. */
int bench_policy(const options *given);

#endif
