/* The evaluator against the twin: random facts under random parameters, all measures. */
#ifndef YZ_TESTS_POLICY_COMPARE_TWIN_H
#define YZ_TESTS_POLICY_COMPARE_TWIN_H

#include "engine/policy/rules.h"

#include <stdio.h>

typedef struct comparison {
    uint64_t evaluations; // decisions compared
    uint64_t differences;
    uint64_t refused;       // questions the evaluator would not answer (a status)
    uint64_t decisions[11]; // how often each decision came, by yz_word_decision
} comparison;

/* Draws from `seed` on until so many decisions are compared: decision, amount and reasons in
 * order, of single measures, of groups and of items. Describes the first differences on `out`. */
comparison compare_with_twin(const yz_rules *rules, uint64_t seed, uint64_t evaluations, FILE *out);

/* The rules of a file; NULL, and why on stderr. Free with yz_rules_free. */
yz_rules *rules_of_file(const char *path);

#endif
