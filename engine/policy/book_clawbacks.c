/* What was paid and is wanted back, and what came back of it. */
#include "engine/policy/book_inner.h"

#include "engine/base/check.h"
#include "engine/journal/wire.h"

#define CLAWBACK_BYTES_MAX 256

// ---- what is at stake ----

void yz_book_at_stake(const yz_book *book, uint32_t row, int64_t *unpaid, int64_t *paid) {
    *unpaid = *paid = 0;
    for (uint32_t at = book_subject(book, row)->spell; at != YZ_ROW_NONE;
         at = book_spell(book, at)->of_subject) {
        const spell *p = book_spell(book, at);
        if (p->marks & SPELL_PAID)
            *paid += p->marks & SPELL_CLAWED ? 0 : p->amount;
        else if (p->to == INT32_MAX && p->decision == yz_word_decision_grant &&
                 !(p->marks & SPELL_REFUSED))
            *unpaid += p->amount;
    }
}

// The oldest of the subject's that was paid and is not clawed back.
static uint32_t spell_to_claw(const yz_book *book, uint32_t row) {
    uint32_t oldest = YZ_ROW_NONE;
    for (uint32_t at = book_subject(book, row)->spell; at != YZ_ROW_NONE;
         at = book_spell(book, at)->of_subject)
        if ((book_spell(book, at)->marks & (SPELL_PAID | SPELL_CLAWED)) == SPELL_PAID) oldest = at;
    return oldest;
}

uint32_t yz_book_payment_to_claw(const yz_book *book, uint32_t row) {
    uint32_t at = spell_to_claw(book, row);
    return at != YZ_ROW_NONE ? book_spell(book, at)->payment : YZ_ROW_NONE;
}

// ---- opening and settling ----

static void add(yz_book *book, const clawback *given) {
    subject *s = book_subject(book, book_alert(book, given->alert)->row);
    uint32_t at = book->clawback_count++;
    yz_slab_reserve(&book->clawbacks, at);
    *book_clawback(book, at) = *given;
    book_clawback(book, at)->of_subject = s->clawback;
    s->clawback = at;
}

void yz_book_claw_back(yz_book *book, uint32_t number, uint32_t paid, uint64_t ledger,
                       int32_t day) {
    spell *p = book_spell(book, spell_to_claw(book, book_alert(book, number)->row));
    yz_check(p->payment == paid);
    p->marks |= SPELL_CLAWED;
    clawback c = {.amount = p->amount,
                  .ledger = ledger,
                  .alert = number,
                  .payment = paid,
                  .division = p->division,
                  .refund = YZ_ROW_NONE,
                  .opened = day,
                  .settled = INT32_MAX};
    if (c.amount == 0) c.settled = day;
    add(book, &c);
}

static void add_refund(yz_book *book, uint32_t of, int64_t amount, int32_t day) {
    clawback *c = book_clawback(book, of);
    uint32_t at = book->refund_count++;
    yz_slab_reserve(&book->refunds, at);
    *book_refund(book, at) =
        (refund){.amount = amount, .clawback = of, .before = c->refund, .day = day};
    c->refund = at;
    c->refunded += amount;
    if (c->refunded == c->amount) c->settled = day;
}

yz_status yz_book_refund(yz_book *book, uint32_t at, int64_t amount, int32_t day) {
    const clawback *c = book_clawback(book, at);
    if (c->settled != INT32_MAX) return YZ_ERR_CONFLICT;
    if (amount <= 0 || amount > c->amount - c->refunded) return YZ_ERR_BAD_INPUT;
    add_refund(book, at, amount, day);
    return YZ_OK;
}

// ---- reading ----

uint32_t yz_book_clawbacks(const yz_book *book) {
    return book->clawback_count;
}

uint32_t yz_book_refunds(const yz_book *book) {
    return book->refund_count;
}

yz_clawback yz_book_clawback_at(const yz_book *book, uint32_t at) {
    const clawback *c = book_clawback(book, at);
    return (yz_clawback){.ledger = c->ledger,
                         .alert = c->alert,
                         .payment = c->payment,
                         .division = book_word_text(book, c->division),
                         .amount = c->amount,
                         .refunded = c->refunded,
                         .opened = c->opened,
                         .settled = c->settled};
}

uint32_t yz_book_clawback_of(const yz_book *book, uint64_t ledger) {
    uint32_t low = 0, high = book->clawback_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (book_clawback(book, middle)->ledger < ledger)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < book->clawback_count && book_clawback(book, low)->ledger == ledger;
    return there ? low : YZ_ROW_NONE;
}

// ---- as bytes; what came back follows from the refunds ----

static yz_out begin(yz_bytes *bytes) {
    size_t room = yz_bytes_reserve(bytes, CLAWBACK_BYTES_MAX);
    return (yz_out){.at = bytes->bytes + bytes->size, .end = bytes->bytes + bytes->size + room};
}

static bool end(yz_bytes *bytes, const yz_out *out) {
    if (out->full) return false;
    bytes->size = (size_t)(out->at - bytes->bytes);
    return true;
}

bool yz_book_save_clawback(const yz_book *book, uint32_t at, yz_bytes *bytes) {
    const clawback *c = book_clawback(book, at);
    yz_out out = begin(bytes);
    yz_out_64(&out, (uint64_t)c->amount);
    yz_out_64(&out, c->ledger);
    yz_out_32(&out, c->alert);
    yz_out_32(&out, c->payment);
    yz_out_32(&out, (uint32_t)c->opened);
    yz_out_text(&out, book_word_text(book, c->division));
    return end(bytes, &out);
}

bool yz_book_save_refund(const yz_book *book, uint32_t at, yz_bytes *bytes) {
    const refund *r = book_refund(book, at);
    yz_out out = begin(bytes);
    yz_out_64(&out, (uint64_t)r->amount);
    yz_out_32(&out, r->clawback);
    yz_out_32(&out, (uint32_t)r->day);
    return end(bytes, &out);
}

bool yz_book_load_clawback(yz_book *book, const unsigned char *bytes, size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    clawback c = {.amount = (int64_t)yz_in_64(&in), .refund = YZ_ROW_NONE, .settled = INT32_MAX};
    c.ledger = yz_in_64(&in);
    c.alert = yz_in_32(&in);
    c.payment = yz_in_32(&in);
    c.opened = (int32_t)yz_in_32(&in);
    yz_text division = yz_in_text(&in);
    uint32_t count = book->clawback_count;
    bool later = count == 0 || book_clawback(book, count - 1)->ledger < c.ledger;
    if (in.why != NULL || in.at != in.end || c.alert >= book->alert_count ||
        c.payment >= book->payment_count || !later || c.amount < 0 ||
        c.amount != book_payment(book, c.payment)->amount || division.size > YZ_DIVISION_DIGITS_MAX)
        return false;
    c.division = division.size > 0 ? book_word(book->words, division) : YZ_ROW_NONE;
    if (c.amount == 0) c.settled = c.opened;
    add(book, &c);
    return true;
}

bool yz_book_load_refund(yz_book *book, const unsigned char *bytes, size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    int64_t amount = (int64_t)yz_in_64(&in);
    uint32_t of = yz_in_32(&in);
    int32_t day = (int32_t)yz_in_32(&in);
    return in.why == NULL && in.at == in.end && of < book->clawback_count &&
           yz_book_refund(book, of, amount, day) == YZ_OK;
}

yz_print book_clawbacks_print(const yz_book *book, uint32_t row) {
    yz_print sum = {{0, 0}};
    uint32_t at = book_subject(book, row)->clawback;
    if (at == YZ_ROW_NONE) return sum;
    yz_bytes bytes;
    yz_bytes_init(&bytes, CLAWBACK_BYTES_MAX);
    for (; at != YZ_ROW_NONE; at = book_clawback(book, at)->of_subject) {
        yz_bytes_reset(&bytes);
        yz_check(yz_book_save_clawback(book, at, &bytes));
        yz_print_add(&sum, yz_print_of(bytes.bytes, bytes.size));
        for (uint32_t r = book_clawback(book, at)->refund; r != YZ_ROW_NONE;
             r = book_refund(book, r)->before) {
            yz_bytes_reset(&bytes);
            yz_check(yz_book_save_refund(book, r, &bytes));
            yz_print_add(&sum, yz_print_of(bytes.bytes, bytes.size));
        }
    }
    yz_bytes_deinit(&bytes);
    return sum;
}
