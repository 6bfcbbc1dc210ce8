/* Alerts of the fraud checks (policy/SPEC.md 12, m18), and what is clawed back after one.
 *
 *     F20 of hire h-7   raised 03-02 ── stands ── closed 03-09 confirmed     an officer closes it;
 *                       severity hold                  │                     until then no payment
 *     m05b of h-7       paid 02-20 ────────────────────┴─► claw-back 1500.00
 *                                                          refunds 500.00, 1000.00 ─► settled
 *
 * Who has a line of the list that is about money (grant or refer, and not lapsed) is a claim: the
 * checks are looked at with it (yz_book_look), and what begins to stand raises an alert. It stays
 * open until an officer closes it, though the facts be mended meanwhile. Dismissed, it does not
 * come again while the check goes on standing; if it ceased and stands anew, another one is raised.
 * Nothing here is taken back, so that past months can be counted. */
#ifndef YZ_ENGINE_POLICY_ALERTS_H
#define YZ_ENGINE_POLICY_ALERTS_H

#include "engine/policy/book.h"

typedef enum yz_alert_state {
    YZ_ALERT_OPEN,
    YZ_ALERT_CONFIRMED,
    YZ_ALERT_DISMISSED,
    YZ_ALERT_DROPPED, // its subject went
} yz_alert_state;

typedef struct yz_alert {
    yz_text check, division;         // division: where the subject is, or was when it ended
    yz_text officer, reviewer, note; // who closed it, and why; "" = open
    uint32_t row;                    // of the subject
    bool hold;                       // severity; else review
    bool stands;                     // still held when last looked at
    yz_alert_state state;
    int32_t raised, closed; // days; closed INT32_MAX: open
} yz_alert;

/* By number from 0, in the order in which they were raised; texts borrowed. */
uint32_t yz_book_alerts(const yz_book *book);
yz_alert yz_book_alert_at(const yz_book *book, uint32_t at);
/* The last one of that check; YZ_ROW_NONE: there never was one. O(alerts of the subject). */
uint32_t yz_book_alert_of(const yz_book *book, uint32_t row, yz_text check);

/* The check that stops a payment to this subject, or "": one whose alert of severity hold is open,
 * else one among `holds` (codes joined by spaces: those that hold now) that no officer dismissed.
 * Borrowed from either. */
yz_text yz_book_held_by(const yz_book *book, uint32_t row, yz_text holds);

typedef struct yz_alert_close {
    uint32_t row;
    yz_text check;
    yz_alert_state to; // CONFIRMED or DISMISSED
    int32_t day;
    yz_text officer, reviewer, note;
} yz_alert_close;
/* `at` is its number. YZ_ERR_NOT_FOUND: none is open. */
YZ_MUST_USE yz_status yz_book_close_alert(yz_book *book, const yz_alert_close *close, uint32_t *at);

/* What an answer decides about: fen of its lines granted and unpaid, and of its payments that are
 * not clawed back yet. O(spells of the subject). */
void yz_book_at_stake(const yz_book *book, uint32_t row, int64_t *unpaid, int64_t *paid);

/* ---- claw-backs ---- */

typedef struct yz_clawback {
    uint64_t ledger;         // its row of the ledger: that is its number outside
    uint32_t alert;          // number
    uint32_t payment;        // number
    yz_text division;        // of the line that was paid
    int64_t amount;          // fen that were paid
    int64_t refunded;        // 0..amount
    int32_t opened, settled; // days; settled INT32_MAX: something is owed
} yz_clawback;

/* The first payment of a line of the subject that is not clawed back; YZ_ROW_NONE: none. */
uint32_t yz_book_payment_to_claw(const yz_book *book, uint32_t row);
/* Opens one, of a payment named so, because of an alert of the same subject. */
void yz_book_claw_back(yz_book *book, uint32_t alert, uint32_t payment, uint64_t ledger,
                       int32_t day);
/* In the order in which they were opened. */
uint32_t yz_book_clawbacks(const yz_book *book);
yz_clawback yz_book_clawback_at(const yz_book *book, uint32_t at);
/* By its row of the ledger; YZ_ROW_NONE. O(log n). */
uint32_t yz_book_clawback_of(const yz_book *book, uint64_t ledger);
/* YZ_ERR_CONFLICT   nothing is owed any more
 * YZ_ERR_BAD_INPUT  less than a fen, or more than is owed */
YZ_MUST_USE yz_status yz_book_refund(yz_book *book, uint32_t at, int64_t amount, int32_t day);

/* ---- keeping: after the spells, in this order ---- */

uint32_t yz_book_refunds(const yz_book *book);
bool yz_book_save_alert(const yz_book *book, uint32_t at, yz_bytes *out);
bool yz_book_save_clawback(const yz_book *book, uint32_t at, yz_bytes *out);
bool yz_book_save_refund(const yz_book *book, uint32_t at, yz_bytes *out);
bool yz_book_load_alert(yz_book *book, const unsigned char *bytes, size_t size);
bool yz_book_load_clawback(yz_book *book, const unsigned char *bytes, size_t size);
bool yz_book_load_refund(yz_book *book, const unsigned char *bytes, size_t size);

/* ---- S16: by check, in a period ---- */

typedef struct yz_alert_ask {
    int32_t first, last; // days, both in it
    yz_text division;    // prefix; "": everywhere. Borrowed until the count goes
} yz_alert_ask;

typedef struct yz_alert_row {
    yz_text check;        // borrowed from the book; of the whole: bytes NULL
    int64_t raised;       // in it
    int64_t open;         // at the end of its last day
    int64_t confirmed;    // in it
    int64_t dismissed;    // in it
    int64_t held_fen;     // at the end: granted and unpaid lines of subjects with an open hold
    int64_t clawed_fen;   // claw-backs opened in it
    int64_t refunded_fen; // in it
    int64_t owed_fen;     // of claw-backs, at the end
} yz_alert_row;

typedef struct yz_alert_count yz_alert_count;

/* The caller owns it. Never NULL. */
yz_alert_count *yz_alert_count_new(const yz_alert_ask *ask);
void yz_alert_count_free(yz_alert_count *count);
/* Looks at up to `most` alerts and claw-backs more. True: there are others. */
bool yz_alert_count_read(yz_alert_count *count, const yz_book *book, uint32_t most);
/* The rows, in the order of their checks; first of all the whole, where what a subject is held by
 * two checks counts once. Owned by the count. */
uint32_t yz_alert_count_finish(yz_alert_count *count, const yz_alert_row **rows);

#endif
