/* The market: every record, index and counter, as one value that only commands can change. The one
 * door of the engine: admit, apply, and the read-only questions.
 *
 * The same commands in the same order give the same market, the same answers and the same digest on
 * every machine. Nothing below this line reads a clock, a random source or a file; the time of a
 * command is `command->at_ms`.
 *
 * Threads: apply and work need the market alone. Questions may run side by side on any number of
 * threads while no command is applied, each with its own yz_desk. */
#ifndef YZ_ENGINE_MARKET_MARKET_H
#define YZ_ENGINE_MARKET_MARKET_H

#include "engine/base/arena.h"
#include "engine/base/siphash.h"
#include "engine/market/policy_view.h"
#include "engine/market/target_view.h"
#include "engine/market/venue_view.h"
#include "engine/match/question.h"
#include "engine/model/command.h"
#include "engine/policy/boost.h"

typedef struct yz_market yz_market;
typedef struct yz_desk yz_desk; // a thread's table to work on, see below

typedef struct yz_market_options {
    yz_hash_key hash_key; // of the id maps; random per process, never shows in state or digest
    int64_t at_ms;        // market time before the first command
    bool uncounted;       // keeps no statistics: for benches that compare
} yz_market_options;

/* The caller owns it. Never NULL. */
yz_market *yz_market_new(const yz_market_options *options);
void yz_market_free(yz_market *market);
/* As yz_market_new with the same options left it. */
void yz_market_reset(yz_market *market);

/* ---- commands ---- */

/* What a command changed, for whoever tells others: rows are gone by the next command. */
typedef enum yz_effect_kind {
    YZ_EFFECT_POSTING_OPENED, // new, un-paused, reopened, due, or changed while open
    YZ_EFFECT_POSTING_GONE,   // closed, expired, paused, full
    YZ_EFFECT_SEEKER_OPENED,
    YZ_EFFECT_SEEKER_GONE,
    YZ_EFFECT_ENTRY_CHANGED,
    YZ_EFFECT_PROFILE_SWITCHED,
} yz_effect_kind;

typedef struct yz_effect {
    yz_effect_kind kind;
    uint32_t row;
} yz_effect;

#define YZ_EFFECTS_MAX 32 // of one command
typedef struct yz_effects {
    yz_effect list[YZ_EFFECTS_MAX];
    uint32_t count;
} yz_effects;

/* Is this command well formed and inside the limits? Looks at no record, so it can be asked before
 * the command is written down. Safe beside readers. */
YZ_MUST_USE yz_status yz_market_admit(const yz_command *command, yz_problem *problem);

/* Carries out the next durable command, or refuses it (unknown id, wrong version, full) the same
 * way at every replay; a refusal changes nothing but sequence and time. `command->sequence` is
 * yz_market_sequence() + 1. `effects` may be NULL. About 10 us; at most about 200 us. */
yz_outcome yz_market_apply(yz_market *market, const yz_command *command, yz_effects *effects);

/* Is this key known, so that a command with it would not be carried out? `out`, unless NULL,
 * becomes what it would be told: the first outcome, or a refusal, since the key came with another
 * body. */
bool yz_market_receipt_known(const yz_market *market, const yz_receipt *receipt, yz_outcome *out);

/* Would a PERSON_PUT, _PATCH or _ERASE be carried out if it came next, at command->at_ms? False:
 * `out` is what apply would say, a refusal or the first outcome of a repeat. For whoever must not
 * write down what is then refused, since a secret or a key goes with it. On the market thread. */
bool yz_market_foresee(const yz_market *market, const yz_command *command, yz_outcome *out);

/* The kinds that may stand in a group for yz_market_foresee_all: ENTRY_PUT, POSTING_PUT,
 * SEEKER_PUT, none with if_version (but an ENTRY_PUT without a receipt may have YZ_VERSION_NEW). Of
 * any other kind it cannot be said beforehand what the group made of its record, so whoever wants
 * all or nothing must not send it together with others. */
bool yz_market_foresees(const yz_command *command);

/* Would all of these be carried out (or be known repeats of what was) if they came next, one after
 * the other, at their one at_ms? Each is looked at as the ones before it will have left the market.
 * False: `refused` is the first that would not, `out` what apply would say to it (sequences as if
 * the group were numbered next). An ENTRY_PUT with YZ_VERSION_NEW, sent so that an entry be there,
 * counts as carried out when it is there already, though apply says ALREADY_EXISTS. Changes
 * nothing. Each is one that yz_market_foresees and yz_market_admit take. On the market thread.
 * About 1 us a command. */
bool yz_market_foresee_all(const yz_market *market, const yz_command *commands, uint32_t count,
                           uint32_t *refused, yz_outcome *out);

/* Asks the memory for what the next of `count` commands will read, side by side, so that applying
 * them waits less; changes nothing. Returns how many it looked at: ask again after those. */
uint32_t yz_market_expect(const yz_market *market, const yz_command *commands, uint32_t count);

uint64_t yz_market_sequence(const yz_market *market); // of the last command; 0 before the first
int64_t yz_market_time_ms(const yz_market *market);   // of the last command

/* When the next posting opens or expires by itself (then a tick is due) or the next hold runs out
 * (then what yz_market_due_hold says is). INT64_MAX: never. */
int64_t yz_market_due_ms(const yz_market *market);
/* The same of ticks alone. */
int64_t yz_market_due_tick_ms(const yz_market *market);

/* Staged weights or a staged profile need new lists, built beside the old ones in slices. True:
 * there is more to do. Does about `rows` postings' worth (0: all). When it turns false while
 * yz_market_switch_waits(), send PROFILE_SWITCH. Changes no state; a PROFILE_SWITCH that finds the
 * lists unfinished finishes them. */
bool yz_market_work(yz_market *market, uint32_t rows);
bool yz_market_switch_waits(const yz_market *market);

/* After a switch the lists that were in force wait to be freed, which takes longer than a hold may.
 * Takes them out (NULL: none wait); free them wherever time does not matter. */
typedef struct yz_retired yz_retired;
yz_retired *yz_market_take_retired(yz_market *market);
void yz_retired_free(yz_retired *retired);

/* Bulk load: indexes rest until bulk_end builds them at once. No question in between. */
void yz_market_bulk_begin(yz_market *market);
void yz_market_bulk_end(yz_market *market);
/* The same in parts that may run side by side, on threads of the caller's: all of them once, then
 * yz_market_bulk_end. */
#define YZ_BULK_PARTS 3 // postings by skill and place, seekers, words of titles
void yz_market_bulk_part(yz_market *market, uint32_t part);

/* ---- the digest ---- */

typedef struct yz_digest {
    uint64_t words[2];
} yz_digest;

#define YZ_DIGEST_TEXT_MAX 33 // 32 hex digits and the terminator

/* Kept up with every command; O(1). */
yz_digest yz_market_digest(const yz_market *market);
/* Its slow twin: from scratch, over all records in the order of their external ids. */
yz_digest yz_market_digest_recount(const yz_market *market);
void yz_digest_text(yz_digest digest, char out[YZ_DIGEST_TEXT_MAX]);

/* ---- reading records: texts borrowed until the next command, lists made in the arena ---- */

typedef struct yz_posting_view {
    yz_posting posting;
    yz_record_state state;
    uint32_t version, epoch, row;
} yz_posting_view;

typedef struct yz_seeker_view {
    yz_seeker seeker;
    yz_record_state state;
    uint32_t version, row;
} yz_seeker_view;

typedef struct yz_entry_view {
    yz_entry entry;
    uint32_t weight_staged; // skills: takes effect at the next switch; 0 = none
    uint32_t version, row;
    uint64_t used_by; // records that name it
} yz_entry_view;

typedef struct yz_person_view {
    yz_person person;
    bool erased;
    uint32_t version, row;
    uint32_t reveals; // how often the vault was read
    uint64_t used_by; // records that name the person
} yz_person_view;

/* False: there is no such id; or no room in the arena for its lists. */
bool yz_market_posting(const yz_market *market, yz_text id, yz_arena *arena, yz_posting_view *view);
bool yz_market_seeker(const yz_market *market, yz_text id, yz_arena *arena, yz_seeker_view *view);
bool yz_market_entry(const yz_market *market, yz_dictionary dictionary, yz_text id,
                     yz_entry_view *view);
/* Who stands in the dictionary of persons and was registered with PERSON_PUT; others read as a
 * person of whom nothing is known. */
bool yz_market_person(const yz_market *market, yz_text id, yz_person_view *view);

/* Walk all rows 0..rows-1 for exports. False: no such row, an entry that was deleted, or no room in
 * the arena. */
uint32_t yz_market_posting_rows(const yz_market *market);
uint32_t yz_market_seeker_rows(const yz_market *market);
uint32_t yz_market_entry_rows(const yz_market *market, yz_dictionary dictionary);
bool yz_market_posting_at(const yz_market *market, uint32_t row, yz_arena *arena,
                          yz_posting_view *view);
bool yz_market_seeker_at(const yz_market *market, uint32_t row, yz_arena *arena,
                         yz_seeker_view *view);
bool yz_market_entry_at(const yz_market *market, yz_dictionary dictionary, uint32_t row,
                        yz_entry_view *view);

typedef struct yz_market_counts {
    uint64_t postings[YZ_STATE_EXPIRED + 1]; // by state
    uint64_t seekers[YZ_STATE_EXPIRED + 1];
    uint64_t entries[YZ_DICTIONARY_COUNT];
    uint64_t openings;       // of open postings
    uint64_t bytes_postings; // memory, records and indexes
    uint64_t bytes_seekers;
    uint64_t referrals;       // pairs, told or more
    uint64_t bytes_referrals; // without what the allocator adds
} yz_market_counts;

yz_market_counts yz_market_count(const yz_market *market);
yz_profile yz_market_profile(const yz_market *market);
/* False when nothing is staged. */
bool yz_market_profile_staged(const yz_market *market, yz_profile *staged);

/* ---- referrals, openings, who was told ---- */

typedef struct yz_referral_view {
    uint32_t seeker, posting; // rows
    yz_step step;
    yz_end_reason reason;         // ENDED
    yz_gone_reason gone;          // UNTOLD
    uint32_t epoch;               // of the posting when the seeker was last told; 0: never told
    int64_t at_ms;                // of the last step
    int64_t until_ms;             // HELD
    int64_t started_ms, ended_ms; // check-in, check-out; 0: not yet
    yz_text source;               // of the last step; borrowed until the next command, as
    yz_text venue;                // the last one named since it last began; "" = none was
} yz_referral_view;

/* False: there is none between the two (or no such seeker or posting). O(referrals of the seeker).
 */
bool yz_market_referral(const yz_market *market, yz_text seeker, yz_text posting,
                        yz_referral_view *view);
/* At most `room` of them from the `from`-th on, in an order that holds until the next command;
 * returns how many. For pages ask on with from + returned. */
uint32_t yz_market_referrals_of_posting(const yz_market *market, uint32_t row, uint32_t from,
                                        yz_referral_view *views, uint32_t room);
uint32_t yz_market_referrals_of_seeker(const yz_market *market, uint32_t row, uint32_t from,
                                       yz_referral_view *views, uint32_t room);

/* A posting's openings and what was told of it. */
typedef struct yz_posting_told {
    uint32_t held, placed; // openings taken: held; placed, started, kept
    uint32_t referrals;    // of all epochs
    uint32_t told;         // people told in this epoch
    uint32_t replies;      // of those: a step beyond told (viewed does not count), or declined
    uint32_t standing;     // of those: applied, in an interview or offered, nothing has ended it
    uint32_t tranche;      // the last one of this epoch; 0: none yet
    int64_t tranche_at_ms; // when that was
    uint32_t owed;         // told, and a GONE has still to be booked: the posting's side is gone;
                           // of all epochs. Exact unless the posting is open: then 0
    uint32_t live;         // told and nothing has ended it, of all epochs
    uint32_t filled;       // openings taken for good: ended with `completed`
    bool changed;          // an open posting changed since some of the live were told: who of them
                           // no longer fits says yz_market_told_state. Stays until none is live
} yz_posting_told;
yz_posting_told yz_market_posting_told(const yz_market *market, uint32_t row);

/* What became of somebody who was told: in exactly one of the first four.
 * What the seeker ended stays ended until the seeker is told anew in another epoch; a seeker who
 * pauses ends nothing. */
typedef enum yz_told_state {
    YZ_TOLD_FITS,      // still open and fitting
    YZ_TOLD_PLACED,    // held or placed here; or was placed, and it ended
    YZ_TOLD_UNTOLD,    // a GONE was booked
    YZ_TOLD_BY_SEEKER, // declined, withdrawn, no-show, a hold ran out; closed, erased, placed
                       // elsewhere, wants no push, changed wishes so that it no longer fits
    YZ_TOLD_OWED,      // the posting's side is gone and the GONE has not been booked yet
    YZ_TOLD_NEVER,
    YZ_TOLD_WRONG, // none of these: a defect
} yz_told_state;
/* Rows. O(referrals of the seeker). */
yz_told_state yz_market_told_state(const yz_market *market, uint32_t seeker, uint32_t posting);

/* A hold that has run out by now_ms: the REFERRAL_STEP that ends it (texts borrowed until the next
 * command). False: none. yz_market_due_ms says when the next one, or a tick, is due. */
bool yz_market_due_hold(const yz_market *market, int64_t now_ms, yz_command *command);
/* Up to `room` of them; returns how many. */
uint32_t yz_market_due_holds(const yz_market *market, int64_t now_ms, yz_command *commands,
                             uint32_t room);

/* Was this command of a kind that makes news (postings, REFERRAL_STEP, TELL, venues) refused, a
 * repeat of another, or without effect? Then it made none. So who reads the journal knows, without
 * the state of then, what became news. Kept for the last YZ_SILENT_MAX of them: false for a
 * sequence before yz_market_silent_from(). */
#define YZ_SILENT_MAX 65536
bool yz_market_silent(const yz_market *market, uint64_t sequence);
uint64_t yz_market_silent_from(const yz_market *market);

/* Walks everything and says in `why` what is wrong, if anything. For tests and after a replay. */
bool yz_market_sound(const yz_market *market, const char **why);

/* ---- statistics ---- */

#include "engine/stats/stats.h"

/* Kept up by apply; NULL if the market was made `uncounted`. */
const yz_stats *yz_market_stats(const yz_market *market);

/* Counts the numbers of now again from the records, `rows` of them at a time (0: all), beside the
 * commands; true: there is more to do. When it turns false, `result` says how the cells compared,
 * and the next call begins anew. About 0.2 us a row. On the market thread. */
typedef struct yz_sweep_result {
    uint64_t compared, mismatches; // cells
} yz_sweep_result;
bool yz_market_sweep(yz_market *market, uint32_t rows, yz_sweep_result *result);

/* ---- questions ---- */

/* A thread's table to work on: scratch memory for questions. */
yz_desk *yz_desk_new(void);
void yz_desk_free(yz_desk *desk);
/* Which kernels it scans with: "auto" (as new), "avx512", "avx2", "portable"; the answers are the
 * same. False, and nothing changed, when there is no such word or the processor cannot. */
bool yz_desk_use(yz_desk *desk, const char *cpu);

/* Options that the questions share. */
typedef struct yz_ask {
    uint32_t k;                 // hits wanted: 0..YZ_K_MAX
    uint32_t coverage_permille; // 0 = the profile's; else at least the profile's
    yz_filter filter;
    yz_after after;
    bool by_oracle; // answer by brute force over all pairs: slow, exact, for proof
    /* Q1 and Q2: what the rules in force on `boost_day` add to a score counts for the order; hits
     * say which. Rules without match.boost_cap, subjects that policy does not know: nothing. */
    bool boosts;
    int32_t boost_day; // days since 1970-01-01
    uint32_t looks;    // at most so many subjects and hires decided anew, 2 us each; 0: any number.
                       // If more are needed, the answer is unfinished: ask again
} yz_ask;

/* Q1: the best open postings for these wishes. `seeker->id` and `person` are looked at for boosts
 * only: without a person, the id is the person's.
 * `answer->hits` has room for ask->k.
 * UNKNOWN_SKILL and the problems of yz_seeker_check. */
YZ_MUST_USE yz_status yz_market_jobs(const yz_market *market, yz_desk *desk,
                                     const yz_seeker *seeker, const yz_ask *ask, yz_answer *answer,
                                     yz_problem *problem);
/* Q2: the best open seekers for this posting; `posting->id` is looked at for boosts only. */
YZ_MUST_USE yz_status yz_market_seekers(const yz_market *market, yz_desk *desk,
                                        const yz_posting *posting, const yz_ask *ask,
                                        yz_answer *answer, yz_problem *problem);
/* Q3: every open seeker this posting concerns: the count, and the rows if `rows` is not NULL
 * (room for yz_market_seeker_rows(); in no particular order). yz_market_seeker_id names a row. */
YZ_MUST_USE yz_status yz_market_standing(const yz_market *market, yz_desk *desk,
                                         const yz_posting *posting, const yz_ask *ask,
                                         uint32_t *rows, uint64_t *count, yz_problem *problem);
/* What boosts are worth on a day, and the set of those of one pair, whether it fits or not. */
yz_boost_values yz_market_boost_values(const yz_market *market, int32_t day);
uint32_t yz_market_pair_boosts(const yz_market *market, const yz_seeker *seeker,
                               const yz_posting *posting, int32_t day);
yz_text yz_market_seeker_id(const yz_market *market, uint32_t row);
yz_text yz_market_posting_id(const yz_market *market, uint32_t row);

/* ---- why, why not, relax, unlock: engine/match/explain.h has the shapes ---- */

#include "engine/match/explain.h"

/* The pair taken apart. Both records are given in full (a caller who has ids reads them first). */
YZ_MUST_USE yz_status yz_market_why(const yz_market *market, yz_desk *desk, const yz_seeker *seeker,
                                    const yz_posting *posting, uint32_t coverage_permille,
                                    yz_explanation *out, yz_problem *problem);
/* How many more open postings would fit after each named relaxation of the seeker's wishes. */
YZ_MUST_USE yz_status yz_market_relax_jobs(const yz_market *market, yz_desk *desk,
                                           const yz_seeker *seeker, const yz_ask *ask,
                                           yz_relaxations *out, yz_problem *problem);
/* The same for a posting: how many more open seekers would fit. */
YZ_MUST_USE yz_status yz_market_relax_seekers(const yz_market *market, yz_desk *desk,
                                              const yz_posting *posting, const yz_ask *ask,
                                              yz_relaxations *out, yz_problem *problem);
/* Which one skill, learned or raised, would open how many more postings: for one seeker, or for all
 * open seekers of a division (prefix). At most `k` skills (<= YZ_UNLOCKS_MAX), most postings first,
 * then id. Filters look at the postings. At once, so it may take long; the server does it in steps,
 * below. */
YZ_MUST_USE yz_status yz_market_unlock_seeker(const yz_market *market, yz_desk *desk,
                                              const yz_seeker *seeker, const yz_ask *ask,
                                              yz_unlocks *out, yz_problem *problem);
YZ_MUST_USE yz_status yz_market_unlock_division(const yz_market *market, yz_desk *desk,
                                                yz_text division, const yz_ask *ask,
                                                yz_unlocks *out, yz_problem *problem);

/* The same in steps. Between two of them the market may be let go of and may change; the answer
 * says whether it did. */
typedef struct yz_unlocking yz_unlocking;

/* For `seeker`, or with NULL for `division`. `division` and the texts of `ask->filter` are borrowed
 * until free. On a failure `*unlocking` is NULL. */
YZ_MUST_USE yz_status yz_market_unlocking_new(const yz_market *market, yz_desk *desk,
                                              const yz_seeker *seeker, yz_text division,
                                              const yz_ask *ask, yz_unlocking **unlocking,
                                              yz_problem *problem);
/* True: there is more to do. Does about `work` units of 20 ns (0: all), at least 32 lists. */
#define YZ_UNLOCKING_WORK 15000u // about 0.4 ms
bool yz_market_unlocking_step(const yz_market *market, yz_desk *desk, yz_unlocking *unlocking,
                              uint32_t work);
void yz_market_unlocking_finish(const yz_market *market, const yz_unlocking *unlocking,
                                yz_unlocks *out);
void yz_unlocking_free(yz_unlocking *unlocking);

#include "engine/market/tranche.h" // who is told of a posting, chosen in slices

#endif
