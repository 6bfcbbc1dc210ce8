/* The twin of the policy engine: every measure, directive, target and check of policy/SPEC.md
 * written out by hand as a plain function over the facts, without rules, expressions or an
 * evaluator, and with its own calendar, values and parameters. Slow, obvious, and what the rules
 * file and its evaluator are compared with. One thread. */
#ifndef YZ_TESTS_POLICY_TWIN_H
#define YZ_TESTS_POLICY_TWIN_H

#include "tests/engine/policy/twin_params.h"

#define TWIN_REASONS_MAX 200
#define TWIN_REASON_BYTES 80

typedef struct twin_decision {
    int decision;    // yz_word_decision_...
    bool has_amount; // false: refer
    int64_t amount;  // fen
    uint32_t reason_count;
    char reasons[TWIN_REASONS_MAX][TWIN_REASON_BYTES];
} twin_decision;

/* Every name the twin answers to: m01 ... m18, d01 ... d10, t01 ... t07; NULL at the end. */
extern const char *const twin_measures[];

/* Steps 1 to 4 of 14.1. False: no such measure. */
bool twin_decide(const yz_facts *facts, const twin_params *params, const char *measure,
                 twin_decision *decision);

/* All of `measures`, step 5 (groups) included. */
bool twin_decide_all(const yz_facts *facts, const twin_params *params, const char *const *measures,
                     uint32_t count, twin_decision *decisions);

/* 14.3: items, in the order of processing; decisions[item * count + measure]. */
#define TWIN_ITEMS_MAX 16
typedef struct twin_item {
    const char *name;
    const yz_facts *facts;
} twin_item;
bool twin_decide_items(const twin_params *params, const twin_item *items, uint32_t item_count,
                       const char *const *measures, uint32_t count, twin_decision *decisions);

#endif
