/* Policy as whoever asks sees it: the book with its subjects and lines (engine/policy/book.h), the
 * rules in force, the ledger. Read between two commands: on the market thread, or by any other in a
 * read section. */
#ifndef YZ_ENGINE_MARKET_POLICY_VIEW_H
#define YZ_ENGINE_MARKET_POLICY_VIEW_H

#include "engine/model/policy.h"
#include "engine/policy/alerts.h"
#include "engine/policy/ledger.h"

typedef struct yz_market yz_market;
typedef struct yz_command yz_command;

const yz_book *yz_market_book(const yz_market *market);
const yz_ledger *yz_market_ledger(const yz_market *market);
/* NULL where no rules were loaded. */
const yz_rules *yz_market_rules(const yz_market *market);
const yz_params *yz_market_params(const yz_market *market);

/* Keeps what these two gave when it was taken, through any number of read sections, until it is
 * given back; other rules may come into force meanwhile. NULL where no rules were loaded. Taken in
 * a read section, given back by any thread at any time, also after the market went. O(1). */
typedef struct yz_rules_lease yz_rules_lease;
yz_rules_lease *yz_market_rules_lease(const yz_market *market);
void yz_rules_lease_end(yz_rules_lease *lease);

typedef struct yz_policy_file_view {
    yz_text name, text;
} yz_policy_file_view;
uint32_t yz_market_rules_files(const yz_market *market);
yz_policy_file_view yz_market_rules_file(const yz_market *market, uint32_t at);
/* Versions of before whose files are kept, since rows of the ledger name them. */
uint32_t yz_market_rules_kept(const yz_market *market);

/* Fills in what a POLICY_PUT says in the open of facts that are sealed: their owner, and of a
 * certificate occupation and level (borrowed of `put->change`, the owner of `put` or the market).
 * Whoever makes one calls it last. Reads the market. */
void yz_market_policy_put_fill(const yz_market *market, yz_policy_put *put);

/* ---- rules made ready beside the market ----
 *
 *     read section   draft_new     copies the files of the market, with one of them other
 *     anywhere       draft_make    parses, checks: tens of milliseconds
 *     command        POLICY_RULES with the draft in it: apply takes what was made, O(1)
 *
 * A command without one (a replay), or whose files changed meanwhile, does all of it in apply; the
 * outcome is the same. */

typedef struct yz_rules_draft yz_rules_draft;

/* The files with one of them other, new, or (an empty text) gone. Copies both. About 10 us for 70
 * kB. Never NULL; the caller owns it. */
yz_rules_draft *yz_rules_draft_new(const yz_market *market, yz_text name, yz_text text);
/* The rules of a version that a row of the ledger names, or that is in force. NULL: there is none.
 */
yz_rules_draft *yz_rules_draft_of(const yz_market *market, const uint8_t version[16]);
void yz_rules_draft_free(yz_rules_draft *draft);
/* Any one thread; reads no market. YZ_ERR_BAD_INPUT: they do not load, yz_rules_draft_problem says
 * why. */
yz_status yz_rules_draft_make(yz_rules_draft *draft);
/* Its `file` is the name of the file that it stands in; NULL: it is of all of them. */
const yz_rules_problem *yz_rules_draft_problem(const yz_rules_draft *draft);
/* Of one that was made, until it is freed or handed over. */
const yz_rules *yz_rules_draft_rules(const yz_rules_draft *draft, const yz_params **params);
/* What was given to yz_rules_draft_new. */
yz_policy_file_view yz_rules_draft_file(const yz_rules_draft *draft);

/* For whoever applies commands, before the hold: makes the command's draft anew if the files have
 * changed since. Reads the market; slow if so. Nothing for a command of another kind. */
void yz_market_rules_refresh(const yz_market *market, const yz_command *command);

typedef struct yz_policy_budget_view {
    yz_policy_budget budget;
    int64_t paid; // fen, of its year
} yz_policy_budget_view;
uint32_t yz_market_budgets(const yz_market *market);
yz_policy_budget_view yz_market_budget_at(const yz_market *market, uint32_t at);

/* ---- finding: who is due a look, and the command that books what was found ---- */

/* Up to `room` subjects that are due on the day of the market's time. Not a change of the market.
 * None, although there is somebody: ask again (yz_book_due). */
uint32_t yz_market_policy_due(yz_market *market, uint32_t *rows, uint32_t room);
bool yz_market_policy_is_anybody_due(const yz_market *market);
/* Memory for what comes next is made ready, so that a hold waits for none: on the thread that
 * changes the market, before a hold. */
void yz_market_policy_make_room(yz_market *market);
/* Looks at one; changes nothing, so it may be done beside readers by the thread that changes the
 * market. In the arena. */
typedef enum yz_seen {
    YZ_SEEN_NEWS,    // something is to be booked: `look` is for POLICY_FIND
    YZ_SEEN_NOTHING, // there is nothing new, or it cannot be decided (numbers too large, more than
                     // an empty arena has room for): `rest` is for yz_market_policy_rest
    YZ_SEEN_LATER,   // an arena that was not empty has no room: it stays due
} yz_seen;
typedef struct yz_policy_rest {
    uint32_t row, version; // of what was looked at
    int32_t as_of, until;
} yz_policy_rest;
yz_seen yz_market_policy_see(const yz_market *market, uint32_t row, yz_arena *arena,
                             yz_policy_look *look, yz_policy_rest *rest);
/* It is not due until it, the rules or the day change; nothing if it has changed since. Not a
 * change of the market. Some 100 ns. */
void yz_market_policy_rest(yz_market *market, const yz_policy_rest *rest);
/* The two in one, for whoever has the market alone. True: news. */
bool yz_market_policy_look(yz_market *market, uint32_t row, yz_arena *arena, yz_policy_look *look);
/* Is the line what a look on `day` would find? False while it is not, and nobody booked it yet:
 * then no step that settles or pays it may rest on it. True of other steps, and where there is no
 * line. Reads the market; some 3 us. */
bool yz_market_policy_line_stands(const yz_market *market, int32_t day, yz_arena *arena,
                                  const yz_policy_step *step);
/* What a step rests on, evaluated now as on `day`: fills in stamp, as_of, holds, unmet and reasons
 * of one that goes into the ledger (texts in the arena), from its subject, measure and `to`. Where
 * the subject or its line is not there they stay empty: apply has words for that. */
void yz_market_policy_step_look(const yz_market *market, int32_t day, yz_arena *arena,
                                yz_policy_step *step);
/* The first day on which somebody may be due without a command; INT32_MAX: none. */
int32_t yz_market_policy_next_day(const yz_market *market);

#endif
