/* Compiled rules against the plain evaluator: random facts under random parameters, all measures.
 */
#ifndef YZ_TESTS_POLICY_COMPARE_COMPILED_H
#define YZ_TESTS_POLICY_COMPARE_COMPILED_H

#include "engine/policy/rules.h"

#include <stdio.h>

typedef struct compiled_comparison {
    uint64_t decisions;     // compared
    uint64_t differences;   // another decision, amount or status
    uint64_t refused;       // questions both refused
    uint64_t left_to_plain; // decisions the compiled rules asked the plain evaluator for
    uint64_t by_word[16];   // how often each decision came
} compiled_comparison;

/* Draws from `seed` on until so many decisions are compared: every rule, target and built-in of one
 * subject at once, groups included; `wild`: now and then numbers as large as facts may be.
 * Describes the first differences on `out`. */
compiled_comparison compare_compiled(const yz_rules *rules, uint64_t seed, uint64_t decisions,
                                     bool wild, FILE *out);

#endif
