/* Alerts are closed; what was paid to whom a hold is confirmed of is clawed back; refunds come. */
#include "engine/market/state.h"

#include "engine/base/check.h"

#include <inttypes.h>
#include <stdio.h>

static void count_out(yz_market *m, uint32_t row) {
    yz_print_subtract(&m->records_print, yz_book_print(m->policy.book, row));
}

static void count_in(yz_market *m, uint32_t row) {
    yz_print_add(&m->records_print, yz_book_print(m->policy.book, row));
}

// ---- closing ----

// A hold decides about money: what would be paid, and what would be wanted back.
static int64_t at_stake(const yz_market *m, const yz_policy_alert *a, uint32_t row, bool hold) {
    int64_t unpaid, paid;
    yz_book_at_stake(m->policy.book, row, &unpaid, &paid);
    if (!hold) return 0;
    return a->to == YZ_ALERT_CONFIRMED ? paid : unpaid;
}

static yz_status may_close(const yz_market *m, const yz_policy_alert *a, uint32_t row, bool *hold,
                           yz_problem *problem) {
    uint32_t at = yz_book_alert_of(m->policy.book, row, a->check);
    yz_alert alert = {.state = YZ_ALERT_DROPPED};
    if (at != YZ_ROW_NONE) alert = yz_book_alert_at(m->policy.book, at);
    if (alert.state != YZ_ALERT_OPEN)
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_ALERT, "/check", a->check);
    if (a->to != YZ_ALERT_CONFIRMED && a->to != YZ_ALERT_DISMISSED)
        return yz_problem_range(problem, YZ_PROBLEM_BAD_CHOICE, "/result", a->to,
                                YZ_ALERT_CONFIRMED, YZ_ALERT_DISMISSED);
    *hold = alert.hold;
    return policy_two_people(m, a->officer, a->reviewer, at_stake(m, a, row, alert.hold), problem);
}

// The row of the payment once more, as what is wanted back; its facts stay where they are.
static uint64_t add_clawback_row(yz_market *m, const yz_policy_alert *a, uint64_t paid) {
    yz_check(paid > 0); // lines are paid by a step, and that has its row
    yz_ledger_row row = yz_ledger_at(m->policy.ledger, paid);
    row.supersedes = 0;
    row.event = YZ_LEDGER_CLAWBACK;
    row.of = paid;
    row.at_ms = m->at_ms;
    row.clawback_on = policy_market_day(m);
    row.clawback = row.amount;
    row.voucher = YZ_TEXT("");
    row.operator_ = a->officer;
    row.reviewer = a->reviewer;
    row.remark = a->remark;
    row.reasons = a->check;
    row.facts = NULL;
    row.facts_size = 0;
    policy_add_row(m, &row);
    return row.seq;
}

static void claw_back(yz_market *m, const yz_policy_alert *a, uint32_t row, uint32_t alert) {
    yz_book *book = m->policy.book;
    uint32_t paid;
    while ((paid = yz_book_payment_to_claw(book, row)) != YZ_ROW_NONE) {
        uint64_t seq = add_clawback_row(m, a, yz_book_payment_at(book, paid).ledger);
        yz_book_claw_back(book, alert, paid, seq, policy_market_day(m));
    }
}

void apply_policy_alert(yz_market *m, const yz_command *c, yz_outcome *out) {
    const yz_policy_alert *a = &c->policy_alert;
    uint32_t row = policy_subject_row(m, a->subject, out), number;
    bool hold = false;
    if (row == YZ_ROW_NONE) return;
    out->status = may_close(m, a, row, &hold, &out->problem);
    if (out->status != YZ_OK) return;
    yz_alert_close close = {.row = row,
                            .check = a->check,
                            .to = (yz_alert_state)a->to,
                            .day = policy_market_day(m),
                            .officer = a->officer,
                            .reviewer = a->reviewer,
                            .note = a->remark};
    count_out(m, row);
    yz_check(yz_book_close_alert(m->policy.book, &close, &number) == YZ_OK);
    if (hold && a->to == YZ_ALERT_CONFIRMED) claw_back(m, a, row, number);
    count_in(m, row);
    out->changed = true;
}

// ---- refunds ----

static yz_status unknown_clawback(uint64_t number, yz_problem *problem) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_CLAWBACK, "/clawback", yz_text_of(text));
}

static void add_refund_row(yz_market *m, const yz_policy_refund *r) {
    yz_ledger_row row = yz_ledger_at(m->policy.ledger, r->clawback);
    row.event = YZ_LEDGER_REFUND;
    row.of = r->clawback;
    row.at_ms = m->at_ms;
    row.has_amount = true;
    row.amount = r->amount;
    row.voucher = r->voucher;
    row.operator_ = r->officer;
    row.reviewer = r->reviewer;
    row.remark = r->remark;
    policy_add_row(m, &row);
}

void apply_policy_refund(yz_market *m, const yz_command *c, yz_outcome *out) {
    const yz_policy_refund *r = &c->policy_refund;
    yz_book *book = m->policy.book;
    uint32_t at = yz_book_clawback_of(book, r->clawback);
    if (at == YZ_ROW_NONE) REFUSE(out, unknown_clawback(r->clawback, &out->problem));
    if (r->officer.size == 0)
        REFUSE(out, yz_problem_at(&out->problem, YZ_PROBLEM_MISSING_FIELD, "/operator"));
    if (r->reviewer.size > 0 && yz_text_equal(r->reviewer, r->officer))
        REFUSE(out,
               yz_problem_value(&out->problem, YZ_PROBLEM_SAME_OFFICER, "/reviewer", r->reviewer));
    yz_clawback k = yz_book_clawback_at(book, at);
    uint32_t row = yz_book_alert_at(book, k.alert).row;
    count_out(m, row);
    yz_status status = yz_book_refund(book, at, r->amount, policy_market_day(m));
    count_in(m, row);
    if (status != YZ_OK)
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_MORE_THAN_OWED, "/amount_yuan",
                                     r->amount, 0, k.amount - k.refunded));
    add_refund_row(m, r);
    out->changed = true;
}
