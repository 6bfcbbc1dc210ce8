/* Declarations checked: what the loader does between parsing and handing out. Inside of
 * engine/policy. */
#ifndef YZ_ENGINE_POLICY_DECLARE_H
#define YZ_ENGINE_POLICY_DECLARE_H

#include "engine/policy/check.h"

/* Sorts a pile by name, a later file in place of an earlier one; two of a name in one file are a
 * problem, unless `en` and `zh` (what they are) are NULL. Every item begins with its yz_word. */
bool yz_settle(yz_said *said, yz_pile *pile, const char *en, const char *zh);
/* External amounts that nobody declared become parameters without periods. Rules and parameters
 * are settled before, parameters again after. */
bool yz_declare_externals(yz_said *said);
/* Values, periods and references made plain: said->params, in order. */
bool yz_declare_params(yz_said *said, const yz_notice *notices, uint32_t notice_count,
                       yz_param **params);
/* Names of definitions and their arguments. */
bool yz_declare_defines(const yz_checker *c);
/* Names in the body of a definition nobody calls. */
bool yz_declare_uncalled(yz_checker *c, const yz_said_define *define);
/* Texts of codes: each of a rule and a code that the files have, its parameters too. Rules and
 * parameters are checked before. */
bool yz_declare_texts(yz_said *said, yz_rules *rules);

/* One declaration into its checked form. */
bool yz_check_rule(yz_checker *c, const yz_said_rule *said, yz_rule *rule);
bool yz_check_target(yz_checker *c, const yz_said_target *said, yz_target_rule *target);
bool yz_check_fraud(yz_checker *c, const yz_said_check *said, yz_fraud_check *check);

/* `<rule>.amount`; its bytes NULL: no memory (said). */
yz_text yz_external_name(yz_said *said, yz_text rule);
/* Does the rule get its amount from outside, under which name? */
bool yz_is_external(const yz_said_rule *rule, const yz_clause **amount);

#endif
