/* The book: what is known of every subject, and what each is due: the list of the eligible (d07),
 * the steps from found to paid, the payments that bar a second one. One value that only its changes
 * change; the same changes give the same book.
 *
 *     person p-1 <── hire h-7 ──> employer e-3
 *       facts          facts        facts
 *       m14b found     m05b grant
 *
 * A hire is decided with the facts of all three: whoever of them changes, the hire is looked at
 * again, by the rules that read what changed.
 *
 * Deciding happens beside it: yz_book_due says who must be looked at, yz_book_look decides, and
 * what it found comes back as a change of its own, refused if the subject has changed since. Raw id
 * numbers and accounts never come here.
 *
 * Facts of a person are sealed: the person's own, and those of a subject that names one. What the
 * outside sees of them rests on their skeleton alone, so that a book whose facts cannot be opened
 * any more goes the same way, step by step:
 *
 *     open   kind, id, links, division, occupation and level of a certificate (of payments),
 *            a tag of all changes so far, how many bytes they had
 *     sealed all other facts; NULL: withheld, and then nobody looks at it */
#ifndef YZ_ENGINE_POLICY_BOOK_H
#define YZ_ENGINE_POLICY_BOOK_H

#include "engine/base/ids.h"
#include "engine/base/mix.h"
#include "engine/model/limits.h"
#include "engine/policy/decide.h"
#include "engine/policy/facts_code.h"

/* What a rule's `subject` names. A subject may hold any objects of the catalogue; it is decided
 * with its own, over those of the person and of the employer it names. */
#define YZ_SUBJECT_KINDS(X)                                                                        \
    X(employer)                                                                                    \
    X(person)                                                                                      \
    X(hire)                                                                                        \
    X(batch)                                                                                       \
    X(certificate)                                                                                 \
    X(household)                                                                                   \
    X(transfer)                                                                                    \
    X(training)                                                                                    \
    X(loan)                                                                                        \
    X(organisation)                                                                                \
    X(posting)                                                                                     \
    X(guide)                                                                                       \
    X(division)                                                                                    \
    X(report)                                                                                      \
    X(campaign)                                                                                    \
    X(blocked_point)
typedef enum yz_subject_kind {
#define YZ_SUBJECT(kind) YZ_SUBJECT_##kind,
    YZ_SUBJECT_KINDS(YZ_SUBJECT)
#undef YZ_SUBJECT
        YZ_SUBJECT_KIND_COUNT,
} yz_subject_kind;

const char *yz_subject_kind_name(yz_subject_kind kind);
int yz_subject_kind_named(yz_text name); // -1: none

#define YZ_SUBJECT_ID_MAX 200 // bytes
#define YZ_DIVISION_DIGITS_MAX 12

typedef struct yz_book yz_book;

/* The caller owns it. Never NULL. */
yz_book *yz_book_new(yz_hash_key key);
void yz_book_free(yz_book *book);

/* ---- facts ---- */

/* What stands in the open of a change of sealed facts. */
typedef struct yz_sealed_change {
    uint64_t tag;       // stands for the change: of two the same, of equal changes of one subject
    uint32_t size;      // bytes of the change
    bool withheld;      // `facts` are not known
    bool named, ranked; // the change speaks of a certificate's occupation, of its level
    yz_text occupation; // "" = none
    int32_t level;      // 0: none
} yz_sealed_change;

typedef struct yz_subject_change {
    yz_subject_kind kind;
    yz_text id;               // 1..YZ_SUBJECT_ID_MAX bytes
    yz_text person, employer; // ids of subjects of these kinds; "" = as it was; not yet known ones
                              // come to be, with no facts
    yz_text division;         // "" = as it was
    const yz_facts_change *facts;
    const yz_sealed_change *sealed; // of a person, or of who names one; NULL: not sealed
    uint32_t if_version;            // 0: any
    bool only_new, replace;         // replace: what is not given is known no more
} yz_subject_change;

/* Makes or changes a subject. Its version rises if a fact, link or division is another now; of
 * sealed facts with each change of them that is not the last one again, for whether a fact is
 * another cannot be seen. Sealed facts have one owner: with another person they are as if replaced,
 * as are open ones that come to be sealed.
 *
 * YZ_ERR_CONFLICT   only_new and it is there, or another version; `version` is the one in force
 * YZ_ERR_FULL       more than YZ_FACTS_BYTES_MAX of facts; of sealed ones, of all changes together
 *                   since the last that replaced */
YZ_MUST_USE yz_status yz_book_put(yz_book *book, const yz_subject_change *change,
                                  uint32_t *version);
/* The subject's facts, its list entries and what links to it through it go; payments stay (they bar
 * a second payment), and that something was due until this day. YZ_ERR_NOT_FOUND */
YZ_MUST_USE yz_status yz_book_drop(yz_book *book, yz_subject_kind kind, yz_text id, int32_t day);

typedef struct yz_subject_view {
    yz_subject_kind kind;
    yz_text id, person, employer, division; // "" = none; borrowed until the book goes
    uint32_t version, row;
    bool gone;      // dropped
    bool withheld;  // sealed, and the key is gone: `facts` are none
    yz_facts facts; // its own alone, in the arena
} yz_subject_view;
/* False: no such subject, or no room in the arena. */
bool yz_book_subject(const yz_book *book, yz_subject_kind kind, yz_text id, yz_arena *arena,
                     yz_subject_view *view);
uint32_t yz_book_rows(const yz_book *book);
/* Somebody who names this person or employer; YZ_ROW_NONE: nobody (any more). O(1). */
uint32_t yz_book_named_by(const yz_book *book, uint32_t row);
/* Was it put, and not dropped since? */
bool yz_book_is_there(const yz_book *book, uint32_t row);
/* The one after `at` of those who name the person; YZ_ROW_NONE at the end. */
uint32_t yz_book_next_of_person(const yz_book *book, uint32_t at);
bool yz_book_subject_at(const yz_book *book, uint32_t row, yz_arena *arena, yz_subject_view *view);

/* All that a decision about a subject may read: its own objects over those of its person and its
 * employer, the payments that concern either, as_of. In the arena. False: no room. */
bool yz_book_facts(const yz_book *book, uint32_t row, int32_t as_of, yz_arena *arena,
                   yz_facts *facts);
/* The same for rules of the subject's own kind, the checks and d09: of the payments only those that
 * may change what these say. An employer's thousands are not copied for each of its hires. */
bool yz_book_facts_of_kind(const yz_book *book, uint32_t row, int32_t as_of, yz_arena *arena,
                           yz_facts *facts);
/* The same of a person, an employer and a posting whom no subject brings together: what the posting
 * says of itself and of the work, under what is known of the two. Rows, each may be YZ_ROW_NONE. */
bool yz_book_facts_between(const yz_book *book, uint32_t person, uint32_t employer,
                           uint32_t posting, int32_t as_of, yz_arena *arena, yz_facts *facts);
/* Some of what a decision about it reads is withheld. O(1). */
bool yz_book_withheld(const yz_book *book, uint32_t row);
/* Whose facts it has: the person's id, if they are sealed; else "". Borrowed. */
yz_text yz_book_owner(const yz_book *book, uint32_t row);
/* The person it names; "": none. Borrowed. */
yz_text yz_book_named_person(const yz_book *book, uint32_t row);
/* Stands for all that a decision about it reads, without the payments. Of open facts a fingerprint,
 * of sealed ones their tags. */
yz_print yz_book_evidence(const yz_book *book, uint32_t row);

/* ---- rules ---- */

/* No kind of subject has more rules than a subject may have lines. False: `too_many` has. */
bool yz_book_takes_rules(const yz_rules *rules, yz_subject_kind *too_many);

/* Rules by kind of subject, with the facts that each reads: made beside, so that a book changes its
 * rules in one step. Borrows both; never changed after, any number of threads may read it. Of rules
 * that yz_book_takes_rules. The caller owns it. */
typedef struct yz_rule_table yz_rule_table;
yz_rule_table *yz_rule_table_new(const yz_rules *rules, const yz_params *params);
void yz_rule_table_free(yz_rule_table *table);

/* Other rules from now on (owned by the caller, and must outlive the book or its next rules):
 * everybody is to be looked at anew, and yz_book_due comes round to them little by little. Entries
 * of measures that are no more lapse when they are. O(1). */
void yz_book_rules(yz_book *book, const yz_rule_table *table);
/* The same rules read anew (from a snapshot): nobody becomes due by that. */
void yz_book_rules_again(yz_book *book, const yz_rule_table *table);

/* ---- who must be looked at, and what was found ---- */

/* Up to `room` rows whose facts, payments or rules changed, or whose day has come (as_of).
 * They stay due until yz_book_find. In the order in which they became due; whoever new rules or the
 * day make due comes when few others are left. At most about 50 us, so it may find nobody although
 * somebody is due: ask again while yz_book_is_anybody_due. */
uint32_t yz_book_due(yz_book *book, int32_t as_of, uint32_t *rows, uint32_t room);
bool yz_book_is_anybody_due(const yz_book *book, int32_t as_of);
/* How many, without those whose day has come and who were not in the queue yet; subjects that new
 * rules have still to come round to are all counted. */
uint64_t yz_book_due_count(const yz_book *book);

/* What a look at one subject found. Only measures looked at: those that read what changed. */
typedef struct yz_found {
    yz_text measure;
    int decision;
    bool has_amount;
    int64_t amount;
} yz_found;

/* A fraud check that begins to stand (an alert is raised), or ceases to (alerts.h). */
typedef struct yz_found_alert {
    yz_text check;
    bool hold, stands;
} yz_found_alert;
#define YZ_FOUND_ALERTS_MAX 256 // of one look

typedef struct yz_look {
    uint32_t row;
    uint32_t version; // of what was looked at: of facts, payments and rules together
    int32_t as_of;
    int32_t until; // the first day on which something may be otherwise; INT32_MAX: none
    uint32_t count;
    const yz_found *found; // in the arena
    uint32_t alert_count;
    const yz_found_alert *alerts; // in the arena
} yz_look;

/* Decides; changes nothing. `found` has only what would change a line, at most YZ_ENTRY_LINES_MAX;
 * `alerts` only what would change an alert.
 *
 * YZ_ERR_FULL       the arena, or more steps than one question may take
 * YZ_ERR_BAD_INPUT  its facts lead to a number or an amount beyond all limits
 *
 * Of both `look` is one that found nothing; so it is where facts are withheld. */
YZ_MUST_USE yz_status yz_book_look(const yz_book *book, uint32_t row, int32_t as_of,
                                   yz_arena *arena, yz_look *look);

typedef enum yz_entry_state { // d07
    YZ_ENTRY_FOUND = 1,
    YZ_ENTRY_NOTIFIED,
    YZ_ENTRY_APPLIED,
    YZ_ENTRY_AUTO,     // paid without application (d09)
    YZ_ENTRY_APPROVED, // by one officer, or by the second where two must
    YZ_ENTRY_PAID,
    YZ_ENTRY_DECLINED,
    YZ_ENTRY_LAPSED, // no longer due before it was paid
} yz_entry_state;

#define YZ_ENTRY_LINES_MAX 256 // of one subject: a new one takes the place of one that lapsed

/* One line of the list of the eligible. */
typedef struct yz_entry_line {
    yz_text measure;
    uint32_t row; // of the subject
    int decision; // grant, serve, refer
    yz_entry_state state;
    bool has_amount;
    int64_t amount;
    int32_t since, notified, applied, decided, paid; // days; INT32_MIN: not yet
    uint8_t channel;                                 // yz_notice_channel of the notice
} yz_entry_line;

/* Called for each line that came (before == 0) or changed. */
typedef void yz_entry_news(void *context, const yz_entry_line *line, yz_entry_state before);

/* A look that found nothing new is over: not a change of the book (nothing of it shows outside), so
 * it need not be written down. False: the subject has changed since, it stays due. */
bool yz_book_rest(yz_book *book, const yz_look *look);

/* Books what a look found. YZ_ERR_CONFLICT: the subject, its payments or the rules have changed
 * since: it stays due. */
YZ_MUST_USE yz_status yz_book_find(yz_book *book, const yz_look *look, yz_entry_news *news,
                                   void *context);

/* Lines of one subject, by measure; returns how many there are (at most YZ_ENTRY_LINES_MAX), writes
 * at most `room`. */
uint32_t yz_book_lines(const yz_book *book, uint32_t row, yz_entry_line *lines, uint32_t room);

/* ---- steps of a line, payments ---- */

typedef struct yz_entry_step {
    yz_text measure;
    yz_subject_kind kind;
    yz_text id;
    yz_entry_state to; // NOTIFIED, APPLIED, AUTO, APPROVED, PAID, DECLINED
    int32_t day;
    int64_t amount;  // PAID, APPROVED of a refer: fen; else 0: the line's
    uint64_t ledger; // PAID: its row of the ledger, for the payment; 0: none
    uint8_t channel; // NOTIFIED: yz_notice_channel
} yz_entry_step;

/* The steps that are allowed from a state, as bits of yz_entry_state. */
uint32_t yz_entry_steps(yz_entry_state from);
/* YZ_ERR_NOT_FOUND  no such line
 * YZ_ERR_CONFLICT   not a step from where it stands
 * YZ_ERR_BAD_INPUT  a grant paid with another amount than the line's
 * YZ_ERR_FULL       what was paid of a batch is a fact of it (m09a), and does not go into it */
YZ_MUST_USE yz_status yz_book_step(yz_book *book, const yz_entry_step *step, yz_entry_news *news,
                                   void *context);

typedef struct yz_payment {
    yz_text measure, person, employer, occupation; // "" = none
    int32_t day;
    int64_t amount;  // fen
    int32_t level;   // 0: none
    uint64_t ledger; // row of the ledger; 0: none
} yz_payment;
/* A payment of before the book, or of another system; those of yz_book_step enter by themselves. */
void yz_book_paid(yz_book *book, const yz_payment *payment);

bool yz_book_was_paid(const yz_book *book, uint32_t row); // this person or employer, ever
/* Has it ever had a line or payment of that measure; an alert of that check? (Or another word of
 * that name; false is certain.) O(1). */
bool yz_book_knows_measure(const yz_book *book, yz_text measure);
bool yz_book_knows_check(const yz_book *book, yz_text check);

uint32_t yz_book_payments(const yz_book *book);
/* Those of a person or employer, the last one first: the first, and the one after `at`, which is
 * one of them; YZ_ROW_NONE at the end, and of subjects of other kinds. O(1). */
uint32_t yz_book_first_payment(const yz_book *book, uint32_t row);
uint32_t yz_book_next_payment(const yz_book *book, uint32_t row, uint32_t at);
yz_payment yz_book_payment_at(const yz_book *book, uint32_t at); // texts borrowed

/* ---- keeping ---- */

/* All subjects by row, each as bytes (appended), first its name, then all of it; payments after
 * them, and then the spells of lines (how long each was what it was, for tally.h). Read back in the
 * same order into an empty book. False: not bytes of this form, or out of order. */
/* Sealed facts are not among these bytes: yz_book_sealed gives them, and they are read back, or
 * withheld, after their subject. */
bool yz_book_save_name(const yz_book *book, uint32_t row, yz_bytes *out);
bool yz_book_save_subject(const yz_book *book, uint32_t row, yz_bytes *out);
bool yz_book_save_payment(const yz_book *book, uint32_t at, yz_bytes *out);
bool yz_book_save_spell(const yz_book *book, uint32_t at, yz_bytes *out);
bool yz_book_load_name(yz_book *book, const unsigned char *bytes, size_t size);
bool yz_book_load_subject(yz_book *book, const unsigned char *bytes, size_t size, uint32_t *row);
bool yz_book_load_payment(yz_book *book, const unsigned char *bytes, size_t size);
bool yz_book_load_spell(yz_book *book, const unsigned char *bytes, size_t size);
/* The facts of a subject if they are sealed and known, borrowed; else "". */
yz_text yz_book_sealed(const yz_book *book, uint32_t row);
bool yz_book_load_sealed(yz_book *book, uint32_t row, const unsigned char *bytes, size_t size);
/* After the last of them: every line has its spell. */
bool yz_book_is_whole(const yz_book *book);
uint32_t yz_book_spells(const yz_book *book);
/* Fingerprint of what a subject is and is due, of sealed facts by their tag; of all payments.
 * Nothing known, no line: zero. */
yz_print yz_book_print(const yz_book *book, uint32_t row);
yz_print yz_book_payments_print(const yz_book *book);
/* The row of a subject, YZ_ROW_NONE if nobody named it so far. */
uint32_t yz_book_row(const yz_book *book, yz_subject_kind kind, yz_text id);
uint32_t yz_book_version(const yz_book *book, uint32_t row); // 0: only named by others
yz_subject_kind yz_book_kind(const yz_book *book, uint32_t row);
yz_text yz_book_id(const yz_book *book, uint32_t row);
/* The first day on which somebody is due without a change; INT32_MAX: none. A few hundred ns. */
int32_t yz_book_next_day(const yz_book *book);
/* What a look at it now would have as version: it rises with every change that is carried out of
 * the subject, of the person and employer it names, of their payments and of the rules, also with
 * one that gives the same facts again: it says nothing of what the facts are. */
uint32_t yz_book_stamp(const yz_book *book, uint32_t row);
/* Another one after each change of a fact, link, payment or of the rules; not kept in a snapshot.
 */
uint32_t yz_book_changes(const yz_book *book);
/* How often other rules came into force, modulo 2^32; not kept in a snapshot. */
uint32_t yz_book_rules_turn(const yz_book *book);

/* ---- proof ---- */

/* Everything adds up, and, with `rules`, every subject that is not due has the lines that a
 * decision from scratch on `as_of` gives: the slow twin. Says in `why` (of `room` bytes) what is
 * wrong. */
bool yz_book_sound(const yz_book *book, int32_t as_of, char *why, uint32_t room);
/* Memory that the next changes may need is made ready, so that they wait for none: on the thread
 * that changes the book, also beside readers. O(1). */
void yz_book_make_room(yz_book *book);
uint64_t yz_book_bytes(const yz_book *book);

#endif
