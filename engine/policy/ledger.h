/* The work ledger (工作台账, policy/SPEC.md 8.12): a row for every decision, payment, claw-back,
 * refund. Rows
 * are added, never changed; a correction is a new row that says which it supersedes.
 *
 *     row 1  m05b hire h-7  approved 1500.00  operator U1 reviewer U2  facts and rules of that day
 *     row 2  m05b hire h-7  paid     1500.00  voucher V-88
 *     row 3  m05b hire h-7  clawback 1500.00  of row 2, F20 confirmed
 *     row 4  m05b hire h-7  refund    500.00  of row 3, voucher R-7
 *
 * The facts a decision rested on stand in the row, as bytes: with the rules of its version it comes
 * out the same at any later time. Facts of a person are kept beside it, and forgotten when the
 * person is erased: the row then says whose they were and has the print that stands for them. The
 * chain of hashes over the rows is made by whoever shows or keeps them outside (net):
 * yz_ledger_row_bytes says over what, and that is the same before and after. */
#ifndef YZ_ENGINE_POLICY_LEDGER_H
#define YZ_ENGINE_POLICY_LEDGER_H

#include "engine/journal/bytes.h"
#include "engine/policy/book.h"

#define YZ_LEDGER_FACTS_BYTES_MAX 81920 // of one row: those of a subject and of whom it names
#define YZ_LEDGER_ROW_BYTES_MAX (YZ_LEDGER_FACTS_BYTES_MAX + 16384)

typedef struct yz_ledger yz_ledger;

typedef enum yz_ledger_event {
    YZ_LEDGER_STEP,     // of a line, to `state`
    YZ_LEDGER_CLAWBACK, // what was paid is wanted back
    YZ_LEDGER_REFUND,   // something of it came
} yz_ledger_event;

typedef struct yz_ledger_row {
    uint64_t seq;        // 1, 2, 3 ... given by yz_ledger_add
    uint64_t supersedes; // 0: none
    yz_ledger_event event;
    uint64_t of; // CLAWBACK: row of the payment; REFUND: row of the claw-back; else 0
    int64_t at_ms;
    yz_text measure;
    yz_subject_kind kind;
    yz_text subject, division;
    yz_text unit;   // 受理单位
    yz_text source; // auto, applied, outreach, exchange
    int32_t found_on, notified_on, applied_on, decided_on, paid_on; // days; INT32_MIN: not yet
    uint8_t channel;                                                // yz_notice_channel
    int decision;                                                   // yz_word_decision_...
    int state;                                                      // yz_entry_state it went to
    bool has_amount;
    int64_t amount;      // fen; of a refund what came back
    int32_t clawback_on; // CLAWBACK and REFUND: the day it was opened; INT32_MIN: none
    int64_t clawback;    // and what was wanted back, fen
    yz_text fund;
    yz_text voucher, fund_use, operator_, reviewer, remark, reasons; // reasons: joined by a space
    int32_t as_of;                                                   // of the decision
    unsigned char rules[16];                                         // version of the rules
    yz_text owner;              // whose facts these are, if they are a person's; else ""
    yz_print evidence;          // stands for them (yz_book_evidence); zero if they have no owner
    const unsigned char *facts; // yz_facts_encode; without payments made, if those do not fit;
                                // NULL: forgotten, or not known
    uint32_t facts_size;
} yz_ledger_row;

yz_ledger *yz_ledger_new(yz_hash_key key);
void yz_ledger_free(yz_ledger *ledger);
/* Copies; returns its seq. Facts and texts are within YZ_LEDGER_ROW_BYTES_MAX. */
uint64_t yz_ledger_add(yz_ledger *ledger, const yz_ledger_row *row);
uint64_t yz_ledger_count(const yz_ledger *ledger);
/* Row 1..count; texts borrowed until the ledger goes. */
yz_ledger_row yz_ledger_at(const yz_ledger *ledger, uint64_t seq);

/* A person's facts go from all rows that have them. O(these rows). */
void yz_ledger_forget(yz_ledger *ledger, yz_text owner);

/* The row in its one form, for hashes and snapshots, appended; facts that have an owner are not in
 * it. And back (texts borrowed from the bytes). False: no room in `out`; not bytes of this form. */
bool yz_ledger_row_bytes(const yz_ledger_row *row, yz_bytes *out);
bool yz_ledger_row_read(const unsigned char *bytes, size_t size, yz_ledger_row *row);
uint64_t yz_ledger_bytes(const yz_ledger *ledger);

#endif
