/* What the list of the eligible and its payments come to in a period (policy/SPEC.md 10.2: S12 to
 * S15, S35), by measure, division or fund: one plain pass over the spells of the book's lines.
 *
 *     first          last            grant  02-20 .. 03-05 (lapsed)   eligible
 *       |--- 03 ------|              refer  03-10 .. 03-31 paid       eligible, reached, paid
 *                                    grant  04-02 ..                  not of this period
 *
 * A pair is a measure and a subject; a line of a pair may end and begin anew, and counts as another
 * line of the same pair. Days are those on which a look was booked. A line counts in the division
 * where its subject is, or was when it ended. Payments are those of lines (yz_book_step): one that
 * was only told to the book (yz_book_paid) has no line, division or fund, and is not among them. */
#ifndef YZ_ENGINE_POLICY_TALLY_H
#define YZ_ENGINE_POLICY_TALLY_H

#include "engine/policy/book.h"

#define YZ_TALLY_NOTIFY_DAYS 7  // S35
#define YZ_TALLY_PAY_DAYS 15    // S14
#define YZ_TALLY_UNPAID_DAYS 30 // section 11, part 三

typedef enum yz_tally_by {
    YZ_TALLY_BY_MEASURE,
    YZ_TALLY_BY_DIVISION,
    YZ_TALLY_BY_FUND,
} yz_tally_by;

typedef struct yz_tally_ask {
    int32_t first, last; // days, both in it
    yz_text division;    // prefix; "": everywhere. Borrowed until the tally goes
    yz_text measure;     // "": all of them
    yz_tally_by by;
    bool sums;      // only what adds up is asked for: neither days nor who was paid, which stay 0
    uint32_t level; // bytes of a key that count: of codes broken down to, of m12 for m12a and m12b;
                    // 0: all
} yz_tally_ask;

typedef struct yz_tally_row {
    yz_text key; // measure, division, fund; "" none is said. Of the whole: bytes NULL
    /* Distinct pairs. */
    int64_t eligible; // S12: grant on at least one day of it, or paid in it
    int64_t reached;  // S12: paid in it
    /* Lines, as they stood at the end of its last day. */
    int64_t open;          // grant, serve or refer
    int64_t unnotified;    // of those, without a notice (d03)
    int64_t granted;       // of those, grant, and not declined since
    int64_t granted_fen;   // what they come to
    int64_t unpaid_30;     // granted, and since more than YZ_TALLY_UNPAID_DAYS on the list
    int64_t unpaid_30_fen; // what these come to
    /* Steps in it. */
    int64_t found;      // lines that began: grant, serve or refer
    int64_t notified_7; // of those, with a notice within YZ_TALLY_NOTIFY_DAYS, to this day
    int64_t notified;   // lines given notice
    int64_t notified_screen, notified_message, notified_visit; // of those, by the station's screen,
                                                               // a message, a visit
    int64_t acted;   // of those, applied for or paid without, to this day
    int64_t decided; // lines approved, paid without application or declined, each at its last
    int64_t payments, fen;
    int64_t automatic;           // of those, without an application (S13)
    int64_t within_15;           // of those, within YZ_TALLY_PAY_DAYS of the line's first day (S14)
    int64_t median, p90;         // days from the first day to the payment, nearest rank; of none: 0
    int64_t employers, persons;  // distinct, of the payments (S15)
    int64_t alerts, alerts_open; // lines of decision alert: that began, that stood at the end
} yz_tally_row;

typedef struct yz_tally yz_tally;

/* The caller owns it. Never NULL. */
yz_tally *yz_tally_new(const yz_tally_ask *ask);
void yz_tally_free(yz_tally *tally);

/* Looks at up to `most` spells more. True: there are others. The book may change in between: then
 * what was looked at already counts as it was. About 30 ns a spell. */
bool yz_tally_read(yz_tally *tally, const yz_book *book, uint32_t most);

/* After all of it: the rows, in the order of their keys; first of all the whole. Owned by the
 * tally, keys by the book. O(payments * log payments). */
uint32_t yz_tally_finish(yz_tally *tally, const yz_tally_row **rows);

/* The row of a key among those; NULL: nothing counted there. */
const yz_tally_row *yz_tally_find(const yz_tally *tally, yz_text key);

#endif
