/* Rules compiled once, for deciding millions of subjects: decision and amount, no reasons.
 *
 *     rules + params ──► eras           days between which no parameter changes
 *                        era × rule ──► a program of nodes: parameters are constants, defines are
 *                                       written out, what two rules ask for is one node
 *
 * A subject's conditions are asked cheapest first and end at the first that is false; a node that
 * depends on the subject alone and has several users is evaluated once a subject. What is missing
 * is not noted: unknown is a third state. Who wants reasons asks yz_decide (decide.h), which is
 * also who decides where the compiler gives up: an operation it does not know, a product that may
 * pass 2^126 or does pass 2^63.
 *
 * Answers as yz_decide wherever that answers YZ_OK. A question that yz_decide refuses for want of
 * steps or memory may have an answer here. One thread for each yz_compiled. */
#ifndef YZ_ENGINE_POLICY_COMPILED_H
#define YZ_ENGINE_POLICY_COMPILED_H

#include "engine/policy/params.h"

typedef struct yz_compiled yz_compiled;

typedef struct yz_verdict {
    int64_t amount;  // fen
    int decision;    // yz_word_decision_...
    bool has_amount; // false: `refer`
} yz_verdict;

/* `rules` and `params` must outlive it. An era is compiled when the first subject needs it: some
 * 100 us for the rules of a notice. The caller owns it. Never NULL. */
yz_compiled *yz_compiled_new(const yz_rules *rules, const yz_params *params);
void yz_compiled_free(yz_compiled *compiled);

/* The same rules with other values, beside `first`, which must outlive it: what the two have in
 * common is worked out once a subject (yz_compiled_decide_again). */
yz_compiled *yz_compiled_new_beside(yz_compiled *first, const yz_params *params);

/* What is asked of each subject: rules, targets, m18 and d08, by name; all of them together, so
 * that groups go over them. */
typedef struct yz_compiled_ask yz_compiled_ask;

/* Reads `measures` during the call. The caller owns *ask and frees it before the rules.
 *
 * YZ_ERR_NOT_FOUND  a name that is none; *ask is NULL */
YZ_MUST_USE yz_status yz_compiled_ask_new(const yz_compiled *compiled, const yz_text *measures,
                                          uint32_t count, yz_compiled_ask **ask);
void yz_compiled_ask_free(yz_compiled_ask *ask);

/* Steps 1 to 5 of policy/SPEC.md 14.1 for one subject. `verdicts` has room for all of `ask`.
 *
 * YZ_ERR_BAD_INPUT, YZ_ERR_FULL  as yz_decide; `verdicts` mean nothing then */
YZ_MUST_USE yz_status yz_compiled_decide(yz_compiled *compiled, const yz_compiled_ask *ask,
                                         const yz_facts *facts, yz_verdict *verdicts);

/* The same for the subject that was decided last by `compiled` or by one of those it shares nodes
 * with; its facts have not changed since. */
YZ_MUST_USE yz_status yz_compiled_decide_again(yz_compiled *compiled, const yz_compiled_ask *ask,
                                               yz_verdict *verdicts);

/* How many decisions were left to yz_decide until now. */
uint64_t yz_compiled_left_to_plain(const yz_compiled *compiled);

#endif
