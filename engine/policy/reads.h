/* Which facts and parameters a rule reads: so a changed one re-evaluates only the rules that read
 * it. */
#ifndef YZ_ENGINE_POLICY_READS_H
#define YZ_ENGINE_POLICY_READS_H

#include "engine/policy/facts_code.h"
#include "engine/policy/rules.h"

/* Bits of fact numbers. */
typedef struct yz_fact_set {
    uint64_t words[YZ_FACT_WORDS];
} yz_fact_set;

static inline bool yz_fact_sets_meet(const yz_fact_set *a, const yz_fact_set *b) {
    uint64_t both = 0;
    for (int i = 0; i < YZ_FACT_WORDS; i++)
        both |= a->words[i] & b->words[i];
    return both != 0;
}

static inline void yz_fact_set_join(yz_fact_set *into, const yz_fact_set *more) {
    for (int i = 0; i < YZ_FACT_WORDS; i++)
        into->words[i] |= more->words[i];
}

/* Everything whose change may change the decision of `rule`: what its expressions read, defines
 * included; `paid` and the keys of once, cap and group; as_of if parameters are read by it. An
 * object read as a whole (known(employer), core(person)) counts as all its fields. O(size of the
 * rule, each instance of a define once a call). */
yz_fact_set yz_rule_reads(const yz_rules *rules, const yz_rule *rule);
/* The same of a fraud check, whose parameters are read on as_of. */
yz_fact_set yz_check_reads(const yz_rules *rules, const yz_fraud_check *check);

/* Does an expression of a rule, or of a check, read the payments made themselves? The keys of once,
 * cap and group do not count. */
bool yz_rule_reads_payments(const yz_rules *rules, const yz_rule *rule);
bool yz_check_reads_payments(const yz_rules *rules, const yz_fraud_check *check);

/* Does the decision of `rule` depend on a parameter that is true in `params` (by number)?
 * What its expressions read, defines included, `valid` and an external amount. */
bool yz_rule_reads_params(const yz_rules *rules, const yz_rule *rule, const bool *params);
/* The same of a target, and of the fraud checks (m18). */
bool yz_target_reads_params(const yz_rules *rules, const yz_target_rule *target,
                            const bool *params);
bool yz_checks_read_params(const yz_rules *rules, const bool *params);

#endif
