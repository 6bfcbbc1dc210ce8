/* Policy in a snapshot: block Q. Its items (files of rules, subjects, payments, rows of the ledger,
 * budgets, spells of lines, alerts, claw-backs, refunds) are of any size, so they stand in it as
 * one stream, cut into records:
 *
 *     item   kind 1, size 4, bytes            record   size 2, the next bytes of the stream
 *
 * Items come in the order of their kinds. Restoring believes nothing before it is looked at. */
#include "engine/market/snapshot_form.h"

#include "engine/base/check.h"

#define PIECE 4096
#define ITEM_BYTES_MAX (YZ_POLICY_RULES_BYTES_MAX + 1024)

typedef enum item_kind {
    ITEM_FILE = 1,
    ITEM_NAME,
    ITEM_SUBJECT,
    ITEM_PAYMENT,
    ITEM_LEDGER,
    ITEM_BUDGET,
    ITEM_SPELL,
    ITEM_ALERT,
    ITEM_CLAWBACK,
    ITEM_REFUND,
} item_kind;

// ---- saving ----

typedef struct stream {
    void *context;
    snapshot_begin begin;
    snapshot_end end;
    yz_bytes item;
} stream;

static void put_piece(stream *s, const unsigned char *bytes, size_t size) {
    yz_out out = s->begin(s->context);
    yz_out_text(&out, (yz_text){(const char *)bytes, (uint32_t)size});
    s->end(s->context, &out);
}

// The item in `s->item`, which is empty afterwards.
static void put_item(stream *s, item_kind kind) {
    unsigned char head[5] = {(unsigned char)kind};
    yz_put32(head + 1, (uint32_t)s->item.size);
    put_piece(s, head, sizeof head);
    for (size_t at = 0; at < s->item.size; at += PIECE)
        put_piece(s, s->item.bytes + at, s->item.size - at < PIECE ? s->item.size - at : PIECE);
    yz_bytes_reset(&s->item);
}

static yz_out item_begin(stream *s, size_t size) {
    size_t room = yz_bytes_reserve(&s->item, size);
    return (yz_out){.at = s->item.bytes, .end = s->item.bytes + room};
}

static void item_end(stream *s, const yz_out *out, item_kind kind) {
    yz_check(!out->full);
    s->item.size = (size_t)(out->at - s->item.bytes);
    put_item(s, kind);
}

static void put_file(stream *s, yz_policy_file_view file) {
    yz_out out = item_begin(s, file.name.size + file.text.size + 2);
    yz_out_text(&out, file.name);
    unsigned char *text = yz_out_take(&out, file.text.size);
    if (text != NULL) memcpy(text, file.text.bytes, file.text.size);
    item_end(s, &out, ITEM_FILE);
}

static void put_budget(stream *s, yz_policy_budget_view b) {
    yz_out out = item_begin(s, 256);
    yz_out_16(&out, b.budget.year);
    yz_out_64(&out, (uint64_t)b.budget.amount);
    yz_out_64(&out, (uint64_t)b.paid);
    yz_out_text(&out, b.budget.fund);
    yz_out_text(&out, b.budget.division);
    item_end(s, &out, ITEM_BUDGET);
}

static void put_alerts(stream *s, const yz_book *book) {
    for (uint32_t at = 0; at < yz_book_alerts(book); at++) {
        yz_check(yz_book_save_alert(book, at, &s->item));
        put_item(s, ITEM_ALERT);
    }
    for (uint32_t at = 0; at < yz_book_clawbacks(book); at++) {
        yz_check(yz_book_save_clawback(book, at, &s->item));
        put_item(s, ITEM_CLAWBACK);
    }
    for (uint32_t at = 0; at < yz_book_refunds(book); at++) {
        yz_check(yz_book_save_refund(book, at, &s->item));
        put_item(s, ITEM_REFUND);
    }
}

void policy_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end) {
    const policy *p = &m->policy;
    stream s = {context, begin, end, {0}};
    yz_bytes_init(&s.item, ITEM_BYTES_MAX);
    for (uint32_t i = 0; i < p->file_count; i++)
        put_file(&s, yz_market_rules_file(m, i));
    for (uint32_t row = 0; row < yz_book_rows(p->book); row++) {
        yz_check(yz_book_save_name(p->book, row, &s.item));
        put_item(&s, ITEM_NAME);
    }
    for (uint32_t row = 0; row < yz_book_rows(p->book); row++) {
        yz_check(yz_book_save_subject(p->book, row, &s.item));
        put_item(&s, ITEM_SUBJECT);
    }
    for (uint32_t at = 0; at < yz_book_payments(p->book); at++) {
        yz_check(yz_book_save_payment(p->book, at, &s.item));
        put_item(&s, ITEM_PAYMENT);
    }
    for (uint64_t seq = 1; seq <= yz_ledger_count(p->ledger); seq++) {
        yz_ledger_row row = yz_ledger_at(p->ledger, seq);
        yz_check(yz_ledger_row_bytes(&row, &s.item));
        put_item(&s, ITEM_LEDGER);
    }
    for (uint32_t i = 0; i < p->budget_count; i++)
        put_budget(&s, yz_market_budget_at(m, i));
    for (uint32_t at = 0; at < yz_book_spells(p->book); at++) {
        yz_check(yz_book_save_spell(p->book, at, &s.item));
        put_item(&s, ITEM_SPELL);
    }
    put_alerts(&s, p->book);
    yz_bytes_deinit(&s.item);
}

// ---- restoring ----

static bool take_file(yz_market *m, yz_in *in) {
    yz_text name = yz_in_text(in);
    yz_policy_rules file = {name, {(const char *)in->at, (uint32_t)(in->end - in->at)}};
    yz_command command = {.type = YZ_COMMAND_POLICY_RULES, .policy_rules = file};
    if (in->why != NULL || file.text.size == 0 || yz_policy_check(&command, NULL) != YZ_OK)
        return false;
    policy_file_restore(m, name, file.text);
    return true;
}

static bool take_ledger(yz_market *m, const unsigned char *bytes, size_t size) {
    yz_ledger_row row;
    if (!yz_ledger_row_read(bytes, size, &row)) return false;
    if (row.seq != yz_ledger_count(m->policy.ledger) + 1) return false;
    (void)yz_ledger_add(m->policy.ledger, &row);
    yz_print_add(&m->records_print, yz_print_of(bytes, size));
    return true;
}

static bool take_budget(yz_market *m, yz_in *in) {
    yz_policy_budget b = {.year = yz_in_16(in)};
    b.amount = (int64_t)yz_in_64(in);
    int64_t paid = (int64_t)yz_in_64(in);
    b.fund = yz_in_text(in);
    b.division = yz_in_text(in);
    yz_command command = {.type = YZ_COMMAND_POLICY_BUDGET, .policy_budget = b};
    return in->why == NULL && in->at == in->end && yz_policy_check(&command, NULL) == YZ_OK &&
           policy_budget_restore(m, &b, paid);
}

static bool take_subject(yz_market *m, const unsigned char *bytes, size_t size) {
    return yz_book_load_subject(m->policy.book, bytes, size);
}

static bool take_payment(yz_market *m, const unsigned char *bytes, size_t size) {
    if (!yz_book_load_payment(m->policy.book, bytes, size)) return false;
    policy_count_payment(m, yz_book_payments(m->policy.book) - 1);
    return true;
}

static bool take_item(yz_market *m, item_kind kind, const unsigned char *bytes, size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    switch (kind) {
    case ITEM_FILE: return take_file(m, &in);
    case ITEM_NAME: return yz_book_load_name(m->policy.book, bytes, size);
    case ITEM_SUBJECT: return take_subject(m, bytes, size);
    case ITEM_PAYMENT: return take_payment(m, bytes, size);
    case ITEM_LEDGER: return take_ledger(m, bytes, size);
    case ITEM_BUDGET: return take_budget(m, &in);
    case ITEM_SPELL: return yz_book_load_spell(m->policy.book, bytes, size);
    case ITEM_ALERT: return yz_book_load_alert(m->policy.book, bytes, size);
    case ITEM_CLAWBACK: return yz_book_load_clawback(m->policy.book, bytes, size);
    case ITEM_REFUND: return yz_book_load_refund(m->policy.book, bytes, size);
    }
    return false;
}

void policy_stream_init(policy_stream *s) {
    *s = (policy_stream){.kind = 0};
    yz_bytes_init(&s->item, ITEM_BYTES_MAX + 5);
}

void policy_stream_deinit(policy_stream *s) {
    yz_bytes_deinit(&s->item);
}

// A whole item lies in s->item: its head and its bytes.
static void item_came(yz_market *m, policy_stream *s, yz_in *in) {
    unsigned char kind = s->item.bytes[0];
    if (kind < s->kind) yz_in_wrong(in, "what policy keeps is out of order");
    // Who is due depends on the rules: they are in force before the first subject.
    if (s->kind <= ITEM_FILE && kind > ITEM_FILE && !policy_files_restored(m))
        yz_in_wrong(in, "the rules of the snapshot do not load");
    s->kind = kind;
    if (in->why == NULL && !take_item(m, (item_kind)kind, s->item.bytes + 5, s->item.size - 5))
        yz_in_wrong(in, "something that policy keeps is not what it claims to be");
    yz_bytes_reset(&s->item);
}

void policy_take(yz_market *m, policy_stream *s, yz_in *in) {
    yz_text piece = yz_in_text(in);
    if (in->why != NULL) return;
    if (piece.size == 0 || yz_bytes_reserve(&s->item, piece.size) < piece.size) {
        yz_in_wrong(in, "an item of policy is too long");
        return;
    }
    memcpy(s->item.bytes + s->item.size, piece.bytes, piece.size);
    s->item.size += piece.size;
    if (s->item.size < 5) {
        yz_in_wrong(in, "an item of policy begins in pieces");
        return;
    }
    size_t whole = 5 + (size_t)yz_get32(s->item.bytes + 1);
    if (s->item.size > whole) yz_in_wrong(in, "an item of policy is longer than it says");
    if (s->item.size == whole) item_came(m, s, in);
}

const char *policy_restored(yz_market *m, const policy_stream *s) {
    if (s->item.size > 0) return "the last item of policy is cut off";
    if (s->kind == ITEM_FILE && !policy_files_restored(m))
        return "the rules of the snapshot do not load";
    if (!yz_book_is_whole(m->policy.book)) return "a line of the list does not say since when";
    for (uint32_t row = 0; row < yz_book_rows(m->policy.book); row++)
        yz_print_add(&m->records_print, yz_book_print(m->policy.book, row));
    return NULL;
}
