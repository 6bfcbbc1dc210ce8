/* Policy as whoever asks sees it: the book with its subjects and lines (engine/policy/book.h), the
 * rules in force, the ledger. Read between two commands, on the market thread. */
#ifndef YZ_ENGINE_MARKET_POLICY_VIEW_H
#define YZ_ENGINE_MARKET_POLICY_VIEW_H

#include "engine/model/policy.h"
#include "engine/policy/alerts.h"
#include "engine/policy/ledger.h"

typedef struct yz_market yz_market;

const yz_book *yz_market_book(const yz_market *market);
const yz_ledger *yz_market_ledger(const yz_market *market);
/* NULL where no rules were loaded. */
const yz_rules *yz_market_rules(const yz_market *market);
const yz_params *yz_market_params(const yz_market *market);
/* Rules of a version that was in force at some time (since this process has the market), or NULL.
 */
const yz_rules *yz_market_rules_of(const yz_market *market, const uint8_t version[16],
                                   const yz_params **params);

typedef struct yz_policy_file_view {
    yz_text name, text;
} yz_policy_file_view;
uint32_t yz_market_rules_files(const yz_market *market);
yz_policy_file_view yz_market_rules_file(const yz_market *market, uint32_t at);

/* Would POLICY_RULES be carried out? What it would say of the text. Slow: loads it. */
YZ_MUST_USE yz_status yz_market_rules_try(const yz_market *market, yz_text name, yz_text text,
                                          yz_rules_problem *problem);

typedef struct yz_policy_budget_view {
    yz_policy_budget budget;
    int64_t paid; // fen, of its year
} yz_policy_budget_view;
uint32_t yz_market_budgets(const yz_market *market);
yz_policy_budget_view yz_market_budget_at(const yz_market *market, uint32_t at);

/* ---- finding: who is due a look, and the command that books what was found ---- */

/* Up to `room` subjects that are due on the day of the market's time. Not a change of the market.
 */
uint32_t yz_market_policy_due(yz_market *market, uint32_t *rows, uint32_t room);
/* Looks at one; in the arena. True: something is to be booked, `look` is for POLICY_FIND. False:
 * there is nothing new, or it cannot be decided (numbers too large, more than an empty arena has
 * room for): it is not due until it changes; or an arena that was not empty has no room: it stays
 * due. */
bool yz_market_policy_look(yz_market *market, uint32_t row, yz_arena *arena, yz_policy_look *look);
/* What a step rests on, evaluated now as on `day`: fills in stamp, as_of, holds, unmet and reasons
 * of one that goes into the ledger (texts in the arena), from its subject, measure and `to`. Where
 * the subject or its line is not there they stay empty: apply has words for that. */
void yz_market_policy_step_look(const yz_market *market, int32_t day, yz_arena *arena,
                                yz_policy_step *step);
/* The first day on which somebody may be due without a command; INT32_MAX: none. */
int32_t yz_market_policy_next_day(const yz_market *market);

#endif
