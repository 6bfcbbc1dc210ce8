/* The inside of the book; engine/policy only.
 *
 * One table of subjects of all kinds; a row is never taken back. Lists run through it, so that none
 * of them is ever copied to grow: those who name a person, those who name an employer (both ways,
 * so that a link is cut in one step), the payments of each, who is due, who is due on a day.
 *
 * New rules make everybody due by one number: whoever was last looked at under another rules_turn
 * is due by every fact. A cursor goes once through the table and queues them, a few at a time. */
#ifndef YZ_ENGINE_POLICY_BOOK_INNER_H
#define YZ_ENGINE_POLICY_BOOK_INNER_H

#include "engine/base/blocks.h"
#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/model/policy.h"
#include "engine/policy/alerts.h"
#include "engine/policy/reads.h"

typedef struct line {
    int64_t amount;
    int32_t since, notified, applied, decided, paid;
    uint32_t measure; // row in measures
    uint8_t decision, state, channel;
    bool has_amount;
    bool rested;    // paid, and since then somebody who looked found it not due
    uint32_t spell; // what it is now, in spells
} line;

/* How long a line was what it was: a new one begins with the line and where its decision becomes
 * another. They are never taken back, so that past months can be counted (tally.h).
 *
 *     line m05b of h-7    grant 03-02 .. 04-10 | refer 04-10 .. 05-01 | (lapsed)   grant 08-20 ..
 *     spells              0, head              | 1, goes on           |            2, head
 *
 * What is true of the whole line (notified, decided, acted) stands in its head. */
typedef struct spell {
    int64_t amount;            // fen: what is due, or was paid
    uint32_t row;              // of the subject
    uint32_t division;         // row in words: where the subject is, or was when it ended; or NONE
    uint32_t fund;             // row in words, or NONE: of the rule, when it began or was paid
    uint32_t payment;          // once it was paid, or NONE
    uint32_t of_subject;       // the one before of the same subject, or NONE
    uint32_t of_pair;          // the one before of the same subject and measure, or NONE
    int32_t since;             // day on which the line began
    int32_t from, to;          // first day, and the day on which it ended; to INT32_MAX: it has not
    int32_t notified, decided; // days, INT32_MIN: not yet
    uint32_t measure;
    uint8_t decision;
    uint8_t marks;   // SPELL_...
    uint8_t channel; // of the notice
} spell;

enum {
    SPELL_AMOUNT = 1,   // there is one
    SPELL_GOES_ON = 2,  // the line began before
    SPELL_PAID = 4,     // and so it ended
    SPELL_AUTO = 8,     // without an application
    SPELL_ACTED = 16,   // applied for, or on its way without; a notice can only have come before
    SPELL_REFUSED = 32, // it stands declined
    SPELL_CLAWED = 64,  // paid, and clawed back: there is a claw-back of it
};
#define SPELL_MARKS_ALL 127

typedef struct alert {
    char *said; // owned; NULL until it is closed: officer, reviewer, note, each a text of 2 + n
    uint32_t row, check;    // check: row in words
    uint32_t division;      // row in words, or NONE
    uint32_t of_subject;    // the one before of the same subject, or NONE
    int32_t raised, closed; // closed INT32_MAX: open
    uint16_t said_size;
    uint8_t state;
    bool hold, stands;
} alert;

typedef struct clawback {
    int64_t amount, refunded;
    uint64_t ledger;
    uint32_t alert, payment, division;
    uint32_t of_subject; // the one before of the same subject, or NONE
    uint32_t refund;     // the last of its refunds, or NONE
    int32_t opened, settled;
} clawback;

typedef struct refund {
    int64_t amount;
    uint32_t clawback;
    uint32_t before; // the one before of the same claw-back, or NONE
    int32_t day;
} refund;

enum { BY_PERSON, BY_EMPLOYER, LINKS };

#define SEALED_ROOM 16 // bytes that encoded facts may have more than the changes they came from

typedef struct link {
    uint32_t to;          // row of the person or employer; YZ_ROW_NONE
    uint32_t next, prior; // others that link to it
} link;

typedef struct subject {
    unsigned char *facts; // owned; NULL: nothing is known
    line *lines;          // in book->lines, by name of measure
    yz_fact_set touched;  // since it was last looked at; empty: not due
    uint32_t facts_size;
    uint32_t version; // of facts, links and division; 0: only named by others
    uint32_t stamp;   // of everything a look reads
    int32_t until;    // day of the next look; INT32_MAX: none
    link links[LINKS];
    uint32_t first;               // of those who name it
    uint32_t payment;             // the first of its payments
    uint32_t spell;               // the last of its spells, or NONE
    uint32_t alert, clawback;     // the last of its alerts, of its claw-backs, or NONE
    uint32_t rules_turn;          // of the rules it was last looked at by
    uint32_t next_due;            // behind it in the queue, or NONE
    uint32_t day_next, day_prior; // others of the same `until`, or NONE
    uint32_t cert; // of sealed facts: what of a certificate stands open, in certs; or YZ_ROW_NONE
    uint64_t tag;  // of sealed facts: of all changes since the last that replaced
    uint64_t last_tag;    // of the last change
    uint16_t sealed_size; // bytes of these changes: at most YZ_FACTS_BYTES_MAX
    uint16_t line_count;
    uint8_t kind;
    bool due, gone;
    bool sealed; // and if `facts` are NULL: withheld
    bool queued; // stands in the queue, due or no more
    char division[YZ_DIVISION_DIGITS_MAX + 1];
} subject;

// What stands open of a certificate whose facts are sealed: most subjects have none.
typedef struct open_cert {
    uint32_t occupation; // row in words, or YZ_ROW_NONE
    int32_t level;       // 0: none
} open_cert;

typedef struct payment {
    int64_t amount;
    int32_t day, level;
    uint32_t who[LINKS];  // rows, or YZ_ROW_NONE
    uint32_t next[LINKS]; // of the same person, of the same employer
    uint32_t occupation;  // row in words, or YZ_ROW_NONE
    uint32_t measure;
    uint64_t ledger; // its row of the ledger, or 0
} payment;

/* Who wants a look on a day: for each day the head of a list through the subjects; days in pages,
 * made when somebody first stands in one. Days from 1970-01-01 (those before count as it) to
 * 9999-12-31 (nobody waits for one after it). */
#define DAYS_PAGE 4096 // 11 years

typedef struct days_page {
    uint32_t first[DAYS_PAGE];
    uint64_t some[DAYS_PAGE / 64]; // a bit for each day with somebody
    uint32_t rows;
} days_page;

typedef struct days {
    days_page **pages;                // owned; NULL where nobody was
    uint32_t page_count, made, first; // first: none before it has a row
} days;

typedef struct rule_place {
    const yz_rule *rule;
    yz_fact_set reads;
} rule_place;

struct yz_rule_table {
    const yz_rules *rules;
    const yz_params *params;
    rule_place *places; // by kind, then name
    uint32_t kind_first[YZ_SUBJECT_KIND_COUNT + 1];
    yz_fact_set kind_reads[YZ_SUBJECT_KIND_COUNT];
    yz_fact_set *check_reads; // owned, by check of the rules
    yz_fact_set checks_read;  // all of them together
    /* book_paid.c: of each kind the measures whose payments its rules ask about; and whether they
     * are told apart by the person, so that payments to others are none. */
    yz_text *kind_measures[YZ_SUBJECT_KIND_COUNT]; // owned; NULL: every payment is asked about
    uint32_t measure_counts[YZ_SUBJECT_KIND_COUNT];
    bool kind_by_person[YZ_SUBJECT_KIND_COUNT];
};

struct yz_book {
    yz_ids *ids;      // kind as one character, then the id
    yz_ids *measures; // names, as long as a line or payment has one
    yz_ids *words;    // occupations, divisions, funds, checks
    yz_slab subjects, payments, spells, certs, alerts, clawbacks, refunds;
    yz_blocks lines; // of all subjects
    uint32_t payment_count, spell_count, cert_count, alert_count, clawback_count, refund_count;
    uint32_t queue_first, queue_last; // rows that are or were due, each once, oldest first; or NONE
    uint32_t queue_count, due_count;
    uint32_t changes; // how often somebody was touched
    days days;
    const yz_rule_table *table;   // borrowed; NULL: no rules yet
    uint32_t rules_turn;          // how often there were other rules
    uint32_t round_at, round_end; // rows that these rules have not reached yet
    uint64_t facts_bytes;
};

// Known to the rules of before alone: whatever it has is to be looked at.
static inline bool book_is_behind(const yz_book *book, uint32_t row, const subject *s) {
    return row >= book->round_at && row < book->round_end && s->version > 0 &&
           s->rules_turn != book->rules_turn;
}

static inline yz_text book_word_text(const yz_book *book, uint32_t row) {
    return row != YZ_ROW_NONE ? yz_ids_text(book->words, row) : YZ_TEXT("");
}

static inline subject *book_subject(const yz_book *book, uint32_t row) {
    return yz_slab_at(&book->subjects, row);
}

static inline payment *book_payment(const yz_book *book, uint32_t at) {
    return yz_slab_at(&book->payments, at);
}

static inline alert *book_alert(const yz_book *book, uint32_t at) {
    return yz_slab_at(&book->alerts, at);
}

static inline clawback *book_clawback(const yz_book *book, uint32_t at) {
    return yz_slab_at(&book->clawbacks, at);
}

static inline refund *book_refund(const yz_book *book, uint32_t at) {
    return yz_slab_at(&book->refunds, at);
}

static inline spell *book_spell(const yz_book *book, uint32_t at) {
    return yz_slab_at(&book->spells, at);
}

static inline open_cert book_cert(const yz_book *book, const subject *s) {
    if (s->cert == YZ_ROW_NONE) return (open_cert){YZ_ROW_NONE, 0};
    return *(const open_cert *)yz_slab_at(&book->certs, s->cert);
}

static inline bool book_is_withheld(const subject *s) {
    return s->sealed && s->facts == NULL;
}

uint32_t book_find_row(const yz_book *book, yz_subject_kind kind, yz_text id); // or YZ_ROW_NONE
uint32_t book_need_row(yz_book *book, yz_subject_kind kind, yz_text id);
yz_text book_id(const yz_book *book, uint32_t row);

void book_link(yz_book *book, uint32_t row, int by, uint32_t to);
void book_keep_cert(yz_book *book, subject *s, open_cert cert);
void book_add_payment(yz_book *book, const yz_payment *paid); // touches nobody
void book_make_due(yz_book *book, uint32_t row);
void book_make_rest(yz_book *book, uint32_t row); // due no more
/* Due, if a rule of its kind reads one of the facts. A day that comes is no change: whoever looks
 * and finds on a later day finds the same. */
void book_due(yz_book *book, uint32_t row, const yz_fact_set *facts);
/* The same for a change: who looked before it looked at something else. */
void book_touch(yz_book *book, uint32_t row, const yz_fact_set *facts);
/* The same for it and all who name it. */
void book_touch_all_of(yz_book *book, uint32_t row, const yz_fact_set *facts);
yz_fact_set book_fact(yz_object object, uint32_t field);
yz_fact_set book_every_fact(void);
/* Would booking this change a line? */
bool book_would_change(const yz_book *book, uint32_t row, const yz_found *found);
/* Lines of measures that the rules no longer have: not due any more. */
uint32_t book_gone_measures(const yz_book *book, uint32_t row, yz_found *found, uint32_t room);
/* yz_book_facts without payments, as_of and the ids of the linked. */
bool book_objects(const yz_book *book, uint32_t row, yz_arena *arena, yz_facts *facts);

/* The row of a text in a table, entered if need be. */
uint32_t book_word(yz_ids *ids, yz_text text);

/* ---- book_spells.c: called where a line changes, after the change ---- */

/* The subject names another person or employer now: what was agreed to was theirs of before. */
void book_lines_of_others(subject *s);
void book_spell_begin(yz_book *book, uint32_t row, line *l);
/* Its decision, or only its amount, is another from that day on. */
void book_spell_turn(yz_book *book, uint32_t row, line *l, int32_t day);
void book_spell_step(yz_book *book, line *l, const yz_entry_step *step);
void book_spell_lapse(yz_book *book, line *l, int32_t day);
void book_spell_pay(yz_book *book, line *l, int32_t day, int64_t amount, uint32_t paid);
void book_spell_moved(yz_book *book, uint32_t row); // the subject has another division
/* The first of the line that this one belongs to. */
const spell *book_spell_head(const yz_book *book, const spell *s);
/* Fingerprint of all of a subject's. */
yz_print book_spells_print(const yz_book *book, uint32_t row);

/* ---- book_paid.c: which payments concern whom ---- */

void rule_table_note_payments(yz_rule_table *table);
void rule_table_free_payments(yz_rule_table *table);
/* Payments to the person and to the employer that may change what rules of a kind say (-1: all of
 * them), each once, as `paid` of `top`. False: no room. */
bool book_payments_of(const yz_book *book, int kind, const uint32_t who[LINKS], yz_arena *arena,
                      yz_row *top);

/* ---- book_alerts.c, book_clawbacks.c ---- */

/* Has it a line that is about money, and not lapsed? */
bool book_is_claim(const subject *s);
/* What the checks that read what changed (`all`: every one) say that alerts do not say yet; adds to
 * `look`, whose until and alerts it is. YZ_ERR_FULL: the arena. */
YZ_MUST_USE yz_status book_look_checks(const yz_book *book, const yz_policy_ask *ask,
                                       const yz_fact_set *touched, bool all, yz_look *look);
void book_note_alerts(yz_book *book, const yz_look *look);
void book_alerts_moved(yz_book *book, uint32_t row); // the subject has another division
void book_alerts_drop(yz_book *book, uint32_t row, int32_t day);
yz_print book_alerts_print(const yz_book *book, uint32_t row);
yz_print book_clawbacks_print(const yz_book *book, uint32_t row);

/* ---- book_days.c ---- */

/* A look is wanted on that day and no other; INT32_MAX: on none. O(1). */
void book_mark_day(yz_book *book, uint32_t row, int32_t day);
/* Somebody whose day has come, whose mark is taken away; YZ_ROW_NONE: nobody (any more). */
uint32_t book_day_came(yz_book *book, int32_t as_of);
/* Everybody stands in the list of its day, and nobody else does. */
bool book_days_sound(const yz_book *book);
void book_days_free(yz_book *book);
uint64_t book_days_bytes(const yz_book *book);

#endif
