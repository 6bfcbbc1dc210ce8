/* The inside of policy in the market: the book, the rules in force, the ledger, budgets;
 * engine/market only. Files of rules are kept as texts, in the order in which their names came, and
 * loaded as one set.
 *
 *     in force   files n, o   loaded, and made ready for the book
 *     before     files n, o'  texts alone, as long as a row of the ledger names their version
 *
 * So what was decided under a set of before comes out the same later: whoever asks has it loaded.
 * A text stands once in memory, however many sets have it. */
#ifndef YZ_ENGINE_MARKET_POLICY_H
#define YZ_ENGINE_MARKET_POLICY_H

#include "engine/base/mix.h"
#include "engine/market/policy_view.h"

typedef struct policy_text {
    char *bytes; // owned
    uint32_t size, uses;
    yz_print print;
} policy_text;

typedef struct policy_file {
    char *name; // owned
    uint32_t name_size;
    policy_text *text; // one of its uses is this file's
} policy_file;

typedef struct policy_set {
    policy_file *files; // owned
    uint32_t file_count;
    uint8_t version[16]; // yz_rules_version of the texts
    uint64_t rows;       // of the ledger that name it
} policy_set;

/* What is loaded of a set. */
typedef struct policy_loaded {
    yz_rules *rules; // owned, as the others, with whoever else has a lease
    yz_params *params;
    yz_rule_table *table;
    yz_rules_lease *lease; // NULL: nothing was loaded, or not all of it
} policy_loaded;

typedef struct policy_budget {
    yz_policy_budget budget; // texts owned
    int64_t paid;            // fen
} policy_budget;

typedef struct boost_spares boost_spares; // boosts.h

typedef struct policy {
    yz_book *book;
    boost_spares *spares; // memories of those who ask, for the book and its rules
    yz_ledger *ledger;
    policy_set now;       // in force
    policy_loaded loaded; // of it; NULL: no rules were loaded yet
    policy_set *before;   // owned; each has rows
    policy_budget *budgets;
    uint32_t before_count, budget_count;
    uint32_t files_turn; // rises with each change of the files
} policy;

#define POLICY_ARENA_BYTES (64u << 20) // of one command: facts as rows, payments made with them

yz_text policy_kept(yz_text text);             // a copy, owned; its bytes NULL if there are none
int32_t policy_market_day(const yz_market *m); // of the market's time
yz_print policy_file_print(const policy_file *file);
void policy_count_payment(yz_market *m, uint32_t at); // it enters the digest

/* An erased person: the subject of that id and all who name it are dropped, with what was due. What
 * was paid stays in the ledger. True: something was known. */
bool policy_forget(yz_market *m, yz_text person);

/* The row of a subject; YZ_ROW_NONE and `out` refused: no such kind or subject. */
uint32_t policy_subject_row(const yz_market *m, yz_policy_subject s, yz_outcome *out);
/* Somebody did it; a sum above `policy.review_over` needs a reviewer, who is somebody else. */
YZ_MUST_USE yz_status policy_two_people(const yz_market *m, yz_text officer, yz_text reviewer,
                                        int64_t amount, yz_problem *problem);
void policy_add_row(yz_market *m, yz_ledger_row *row); // to the ledger; its seq is set
/* The line of a subject, as it stands. False: none of this measure. */
bool policy_line(const yz_market *m, uint32_t row, yz_text measure, yz_entry_line *line);
/* Does a step to there leave a row in the ledger? Then it rests on what was evaluated beside. */
bool policy_step_is_kept(int to);

void policy_init(yz_market *m);
void policy_deinit(yz_market *m);

/* For the digest: all of it counted again, the slow twin; zero where nobody used policy. */
yz_print policy_recount(const yz_market *m);
bool policy_sound(const yz_market *m, const char **why);

// ---- rules (policy_rules.c) ----

void policy_rules_deinit(policy *p);
/* A row of the ledger names this version: it is kept from now on. */
void policy_rules_named(policy *p, const uint8_t version[16]);

/* Files as they stood in a snapshot, and then all of them loaded. False: they do not load. */
void policy_file_restore(yz_market *m, yz_text name, yz_text text);
bool policy_files_restored(yz_market *m);
/* A set of before: in the order in which they stood, then its files; a text is a new one, or the
 * one of a file of another set. False: no such file, or too many. */
#define POLICY_IN_FORCE UINT32_MAX
void policy_set_restore(policy *p);
void policy_set_file_restore(policy *p, yz_text name, yz_text text);
bool policy_set_file_again(policy *p, yz_text name, uint32_t set, uint32_t file);
/* All files of the last one are there. */
void policy_set_restored(policy *p);

// ---- budgets (policy_budget.c) ----

bool policy_budget_restore(yz_market *m, const yz_policy_budget *budget, int64_t paid);
void policy_budgets_deinit(policy *p);
/* Would this payment, made today, go above the line of one of them? OVER_BUDGET says by how much.
 */
YZ_MUST_USE yz_status policy_within_budgets(const yz_market *m, const yz_ledger_row *row,
                                            yz_problem *problem);
void policy_spend(yz_market *m, const yz_ledger_row *row);
/* What was paid of it by the ledger, the slow twin of `paid`. O(rows). */
int64_t policy_paid_so_far(const policy *p, const yz_policy_budget *b);
yz_print policy_budget_print(const policy_budget *b);

#endif
