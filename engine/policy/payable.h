/* What hiring a person would make payable (policy/SPEC.md 10.4): the measures of a hire to the
 * employer, and those of the person that look at the work, as if the hire were made on that day.
 *
 * Nothing is invented: an amount is what the rules say, a measure whose amount is set elsewhere has
 * none, and what cannot be judged says which facts are missing. */
#ifndef YZ_ENGINE_POLICY_PAYABLE_H
#define YZ_ENGINE_POLICY_PAYABLE_H

#include "engine/policy/book.h"

typedef struct yz_payable {
    const yz_rule *rule;
    bool to_person;               // else to the employer
    yz_decision decision;         // grant, refer or unknown (then its reasons are what is missing)
    const yz_param_period *valid; // the period of the window with its clause, or NULL
} yz_payable;

#define YZ_PAYABLES_MAX YZ_ENTRY_LINES_MAX

/* Rows of the book; `posting` may be YZ_ROW_NONE. In the order of the rules; `list` has room for
 * YZ_PAYABLES_MAX and its texts are the arena's. Assumes what yz_boost_assume_hire says. Some 20
 * us.
 *
 * YZ_ERR_FULL, YZ_ERR_BAD_INPUT  as yz_decide */
YZ_MUST_USE yz_status yz_payable_of_hire(const yz_book *book, const yz_rules *rules,
                                         const yz_params *params, uint32_t person,
                                         uint32_t employer, uint32_t posting, int32_t day,
                                         yz_arena *arena, yz_payable *list, uint32_t *count);

#endif
