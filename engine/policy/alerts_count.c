/* S16: alerts by check, and the money they concern, in one plain pass. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"

#include <stdlib.h>

struct yz_alert_count {
    yz_alert_ask ask;
    yz_alert_row *rows; // owned; the whole, then one for each check seen
    uint32_t count, room;
    uint32_t alert, clawback; // looked at so far
};

yz_alert_count *yz_alert_count_new(const yz_alert_ask *ask) {
    yz_alert_count *c = yz_alloc_zeroed(sizeof *c);
    c->ask = *ask;
    c->room = 32;
    c->rows = yz_alloc_zeroed(c->room * sizeof *c->rows);
    c->count = 1;
    return c;
}

void yz_alert_count_free(yz_alert_count *c) {
    if (c == NULL) return;
    yz_free(c->rows);
    yz_free(c);
}

// A notice has some twenty checks: looked for one by one.
static yz_alert_row *row_of(yz_alert_count *c, yz_text check) {
    for (uint32_t i = 1; i < c->count; i++)
        if (yz_text_equal(c->rows[i].check, check)) return &c->rows[i];
    if (c->count == c->room) {
        c->room *= 2;
        c->rows = yz_realloc(c->rows, c->room * sizeof *c->rows);
    }
    c->rows[c->count] = (yz_alert_row){.check = check};
    return &c->rows[c->count++];
}

static bool in_period(const yz_alert_count *c, int32_t day) {
    return day >= c->ask.first && day <= c->ask.last;
}

// At the end of the period's last day.
static bool was_open(const yz_alert_count *c, const alert *a) {
    return a->raised <= c->ask.last && a->closed > c->ask.last;
}

static int64_t unpaid_then(const yz_alert_count *c, const yz_book *book, uint32_t row) {
    int64_t sum = 0;
    for (uint32_t at = book_subject(book, row)->spell; at != YZ_ROW_NONE;
         at = book_spell(book, at)->of_subject) {
        const spell *p = book_spell(book, at);
        bool stood = p->from <= c->ask.last && p->to > c->ask.last;
        if (stood && p->decision == yz_word_decision_grant && !(p->marks & SPELL_REFUSED))
            sum += p->amount;
    }
    return sum;
}

// Is it the last of its subject's that held then? What two of them hold is held once.
static bool is_last_hold(const yz_alert_count *c, const yz_book *book, uint32_t number) {
    uint32_t at = book_subject(book, book_alert(book, number)->row)->alert;
    while (at > number && !(book_alert(book, at)->hold && was_open(c, book_alert(book, at))))
        at = book_alert(book, at)->of_subject;
    return at == number;
}

static void see_alert(yz_alert_count *c, const yz_book *book, uint32_t number) {
    const alert *a = book_alert(book, number);
    if (!yz_text_starts_with(book_word_text(book, a->division), c->ask.division)) return;
    yz_alert_row add = {.raised = in_period(c, a->raised),
                        .open = was_open(c, a),
                        .confirmed = a->state == YZ_ALERT_CONFIRMED && in_period(c, a->closed),
                        .dismissed = a->state == YZ_ALERT_DISMISSED && in_period(c, a->closed)};
    if (add.open && a->hold) add.held_fen = unpaid_then(c, book, a->row);
    bool counts = add.open && a->hold && is_last_hold(c, book, number);
    yz_alert_row *row = row_of(c, yz_ids_text(book->words, a->check)), *all = &c->rows[0];
    row->raised += add.raised;
    row->open += add.open;
    row->confirmed += add.confirmed;
    row->dismissed += add.dismissed;
    row->held_fen += add.held_fen;
    all->raised += add.raised;
    all->open += add.open;
    all->confirmed += add.confirmed;
    all->dismissed += add.dismissed;
    if (counts) all->held_fen += add.held_fen;
}

static void see_clawback(yz_alert_count *c, const yz_book *book, uint32_t at) {
    const clawback *k = book_clawback(book, at);
    if (!yz_text_starts_with(book_word_text(book, k->division), c->ask.division)) return;
    int64_t came = 0, came_in_it = 0;
    for (uint32_t r = k->refund; r != YZ_ROW_NONE; r = book_refund(book, r)->before) {
        const refund *back = book_refund(book, r);
        if (back->day <= c->ask.last) came += back->amount;
        if (in_period(c, back->day)) came_in_it += back->amount;
    }
    yz_alert_row *row = row_of(c, yz_ids_text(book->words, book_alert(book, k->alert)->check));
    yz_alert_row *all = &c->rows[0];
    int64_t clawed = in_period(c, k->opened) ? k->amount : 0;
    int64_t owed = k->opened <= c->ask.last ? k->amount - came : 0;
    row->clawed_fen += clawed;
    all->clawed_fen += clawed;
    row->refunded_fen += came_in_it;
    all->refunded_fen += came_in_it;
    row->owed_fen += owed;
    all->owed_fen += owed;
}

bool yz_alert_count_read(yz_alert_count *c, const yz_book *book, uint32_t most) {
    for (; most > 0 && c->alert < book->alert_count; most--)
        see_alert(c, book, c->alert++);
    for (; most > 0 && c->clawback < book->clawback_count; most--)
        see_clawback(c, book, c->clawback++);
    return c->alert < book->alert_count || c->clawback < book->clawback_count;
}

static int by_check(const void *a, const void *b) {
    return yz_text_compare(((const yz_alert_row *)a)->check, ((const yz_alert_row *)b)->check);
}

uint32_t yz_alert_count_finish(yz_alert_count *c, const yz_alert_row **rows) {
    qsort(c->rows + 1, c->count - 1, sizeof *c->rows, by_check);
    *rows = c->rows;
    return c->count;
}
