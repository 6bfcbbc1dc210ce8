/* The decision procedure of policy/SPEC.md section 14: one measure, one subject, one day.
 *
 * Evaluates the tree as it stands, three-valued, collecting what is missing: complete and plain.
 * What evaluates millions is another room; this one is the truth it is compared with, and what
 * explains. */
#ifndef YZ_ENGINE_POLICY_DECIDE_H
#define YZ_ENGINE_POLICY_DECIDE_H

#include "engine/base/arena.h"
#include "engine/policy/params.h"

typedef struct yz_decision {
    yz_text measure; // borrowed from the rules
    int decision;    // yz_word_decision_...
    bool has_amount; // false: `refer`
    int64_t amount;  // fen
    uint32_t reason_count;
    const yz_text *reasons; // in order, from the arena
    int32_t qualifying;     // the date parameters were read at; INT32_MIN: not known
    int32_t until; // the first day after as_of on which it may be otherwise; INT32_MAX: none. Never
                   // too late; may be too early
    int32_t until_listed; // the same of being on the list at all and of the amount there: what is
                          // denied stays so while one of its conditions is false, whatever becomes
                          // of the others. Never before `until`
} yz_decision;

/* What one `ask` wants: measures, targets, m18 and d08 too, by name. */
typedef struct yz_policy_ask {
    const yz_rules *rules;
    const yz_params *params;
    const yz_facts *facts;
    yz_arena *arena; // reasons and scratch; reset by the caller between calls
} yz_policy_ask;

/* Steps 1 to 4 of section 14.1 for one measure.
 *
 * YZ_ERR_NOT_FOUND  no rule, target or built-in of this name
 * YZ_ERR_FULL       the arena is full, or the rules take more steps than one question may
 *                   (eval.h)
 * YZ_ERR_BAD_INPUT  as_of is not given; or the facts or parameters lead to a number beyond 10^37,
 * or to an amount below 0 or above YZ_FACT_INT_MAX */
YZ_MUST_USE yz_status yz_decide(const yz_policy_ask *ask, yz_text measure, yz_decision *decision);

/* All of `measures` in order, step 5 (groups) included. `decisions` has room for `count`. */
YZ_MUST_USE yz_status yz_decide_all(const yz_policy_ask *ask, const yz_text *measures,
                                    uint32_t count, yz_decision *decisions);

/* Does a fraud check hold? One with an unknown input stays silent. `until` as of a decision, the
 * least of what it was and is. YZ_ERR_FULL, YZ_ERR_BAD_INPUT as yz_decide. */
YZ_MUST_USE yz_status yz_decide_check(const yz_policy_ask *ask, const yz_fraud_check *check,
                                      bool *holds, int32_t *until);

/* Section 14.3: several items, each with its own facts, in the order of processing; a grant counts
 * as paid for the items after it. decisions[item * count + measure]. */
typedef struct yz_item {
    yz_text name;
    const yz_facts *facts;
} yz_item;
YZ_MUST_USE yz_status yz_decide_items(const yz_policy_ask *ask, const yz_item *items,
                                      uint32_t item_count, const yz_text *measures, uint32_t count,
                                      yz_decision *decisions);

/* How each line of a rule stands: for explanations. */
typedef struct yz_line_value {
    yz_text code;
    const yz_expr *condition;
    int truth; // 1 true, 0 false, -1 unknown
    uint32_t missing_count;
    const yz_text *missing; // names of facts and "param:<name>"
} yz_line_value;
YZ_MUST_USE yz_status yz_explain_rule(const yz_policy_ask *ask, const yz_rule *rule,
                                      yz_line_value *needs, yz_decision *decision);

#endif
