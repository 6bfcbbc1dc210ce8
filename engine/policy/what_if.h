/* What if a parameter were another? The same subject under two sets of values, of the rules these
 * can touch alone:
 *
 *     touched      reads a parameter that differs, in a line, a definition, `valid` or an external
 *                  amount; or is in a group with one that does
 *     not touched  decides the same: not asked
 *
 * What the two evaluations have in common is worked out once (compiled.h). */
#ifndef YZ_ENGINE_POLICY_WHAT_IF_H
#define YZ_ENGINE_POLICY_WHAT_IF_H

#include "engine/policy/compiled.h"

typedef struct yz_what_if yz_what_if;

/* `differs`: by number of the parameter, true where `before` and `after` may have other values.
 * Rules and parameters must outlive it; `differs` is read during the call. The caller owns it.
 * Never NULL. */
yz_what_if *yz_what_if_new(const yz_rules *rules, const yz_params *before, const yz_params *after,
                           const bool *differs);
void yz_what_if_free(yz_what_if *w);

/* Of a rule, a target or m18; false of any other name. */
bool yz_what_if_touches(const yz_what_if *w, yz_text measure);

/* Of the measures asked of a subject those that are touched, in their order. */
typedef struct yz_what_if_ask {
    yz_compiled_ask *ask; // NULL: none is
    uint32_t count;
    uint32_t *places; // among the measures given
} yz_what_if_ask;

/* YZ_ERR_NOT_FOUND  a name that is no rule, target or built-in; *ask is empty. Free it with
 * yz_what_if_ask_deinit either way. */
YZ_MUST_USE yz_status yz_what_if_ask_init(yz_what_if_ask *ask, const yz_what_if *w,
                                          const yz_text *measures, uint32_t count);
void yz_what_if_ask_deinit(yz_what_if_ask *ask);

/* Both answers for one subject; room for ask->count each. Errors as yz_compiled_decide. */
YZ_MUST_USE yz_status yz_what_if_decide(yz_what_if *w, const yz_what_if_ask *ask,
                                        const yz_facts *facts, yz_verdict *before,
                                        yz_verdict *after);

#endif
