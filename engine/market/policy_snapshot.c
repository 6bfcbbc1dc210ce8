/* Policy in a snapshot: block Q. Its items (files of rules, those of versions that rows of the
 * ledger name, subjects, payments, rows, budgets, spells of lines, alerts, claw-backs, refunds) are
 * of any size, so they stand in it as one stream, cut into records:
 *
 *     item   kind 1, size 4, bytes            record   size 2, the next bytes of the stream
 *
 * Of a subject and of a row of the ledger the bytes are: size 4 of what stands in the open, that,
 * and the facts of a person: how they stand here 1 (snapshot_secret), and they.
 *
 * Items come in the order of their kinds (order_of). Restoring believes nothing before it is looked
 * at. */
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
    ITEM_KEPT, // a file of rules of before; right after those in force
    ITEM_ALERT,
    ITEM_CLAWBACK,
    ITEM_REFUND,
} item_kind;

// Items come in this order.
static unsigned order_of(unsigned char kind) {
    if (kind == 0 || kind == ITEM_FILE) return kind;
    return kind == ITEM_KEPT ? ITEM_NAME : kind + 1u;
}

// ---- saving ----

typedef struct stream {
    void *context;
    snapshot_begin begin;
    snapshot_end end;
    const yz_sealer *sealer;
    yz_bytes item, open;
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

/* A file of a set of before: its name, the first of its set or not, and its text or where that
 * stands already: the file of a set before it, or of those in force. */
enum { BEGINS_SET = 1, STANDS_ALREADY = 2 };

static bool stands_in(const policy_set *set, const policy_text *text, uint32_t *file) {
    for (*file = 0; *file < set->file_count; *file += 1)
        if (set->files[*file].text == text) return true;
    return false;
}

static void put_kept(stream *s, const policy *p, uint32_t set, uint32_t at) {
    const policy_file *file = &p->before[set].files[at];
    uint32_t other = POLICY_IN_FORCE, other_file;
    bool already = stands_in(&p->now, file->text, &other_file);
    for (uint32_t i = 0; i < set && !already; i++) {
        already = stands_in(&p->before[i], file->text, &other_file);
        other = i;
    }
    yz_out out = item_begin(s, file->name_size + file->text->size + 16);
    yz_out_8(&out, (uint8_t)((at == 0 ? BEGINS_SET : 0) | (already ? STANDS_ALREADY : 0)));
    yz_out_text(&out, (yz_text){file->name, file->name_size});
    if (already) {
        yz_out_32(&out, other);
        yz_out_32(&out, other_file);
    } else {
        unsigned char *text = yz_out_take(&out, file->text->size);
        if (text != NULL) memcpy(text, file->text->bytes, file->text->size);
    }
    item_end(s, &out, ITEM_KEPT);
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

// Of an owner whose key went meanwhile nothing is written.
static void write_secret(const stream *s, yz_out *out, yz_text owner, yz_text facts) {
    const yz_sealer *sealer = s->sealer;
    unsigned char *kind = yz_out_take(out, 1);
    yz_check(kind != NULL);
    *kind = SECRET_NONE;
    if (facts.size == 0) return;
    size_t size = facts.size + (sealer != NULL ? YZ_SEAL_BYTES : 0u);
    unsigned char *at = yz_out_take(out, size);
    yz_check(at != NULL);
    *kind = sealer != NULL ? SECRET_SEALED : SECRET_PLAIN;
    if (sealer == NULL)
        memcpy(at, facts.bytes, facts.size);
    else if (!sealer->seal(sealer->context, owner, (const unsigned char *)facts.bytes, facts.size,
                           at)) {
        *kind = SECRET_NONE;
        out->at -= size;
    }
}

// What is in `s->open`, and a person's facts.
static void put_owned(stream *s, item_kind kind, yz_text owner, yz_text facts) {
    yz_out out = item_begin(s, 4 + s->open.size + 1 + facts.size + YZ_SEAL_BYTES);
    yz_out_32(&out, (uint32_t)s->open.size);
    unsigned char *open = yz_out_take(&out, s->open.size);
    if (open != NULL) memcpy(open, s->open.bytes, s->open.size);
    write_secret(s, &out, owner, facts);
    item_end(s, &out, kind);
    yz_bytes_reset(&s->open);
}

static void put_row(stream *s, const yz_ledger_row *row) {
    yz_text facts = {(const char *)row->facts, row->owner.size > 0 ? row->facts_size : 0};
    yz_check(yz_ledger_row_bytes(row, &s->open));
    put_owned(s, ITEM_LEDGER, row->owner, facts);
}

void policy_save(const yz_market *m, const yz_sealer *sealer, void *context, snapshot_begin begin,
                 snapshot_end end) {
    const policy *p = &m->policy;
    stream s = {.context = context, .begin = begin, .end = end, .sealer = sealer};
    yz_bytes_init(&s.item, ITEM_BYTES_MAX);
    yz_bytes_init(&s.open, ITEM_BYTES_MAX);
    for (uint32_t i = 0; i < p->now.file_count; i++)
        put_file(&s, yz_market_rules_file(m, i));
    for (uint32_t set = 0; set < p->before_count; set++)
        for (uint32_t at = 0; at < p->before[set].file_count; at++)
            put_kept(&s, p, set, at);
    for (uint32_t row = 0; row < yz_book_rows(p->book); row++) {
        yz_check(yz_book_save_name(p->book, row, &s.item));
        put_item(&s, ITEM_NAME);
    }
    for (uint32_t row = 0; row < yz_book_rows(p->book); row++) {
        yz_check(yz_book_save_subject(p->book, row, &s.open));
        put_owned(&s, ITEM_SUBJECT, yz_book_owner(p->book, row), yz_book_sealed(p->book, row));
    }
    for (uint32_t at = 0; at < yz_book_payments(p->book); at++) {
        yz_check(yz_book_save_payment(p->book, at, &s.item));
        put_item(&s, ITEM_PAYMENT);
    }
    for (uint64_t seq = 1; seq <= yz_ledger_count(p->ledger); seq++) {
        yz_ledger_row row = yz_ledger_at(p->ledger, seq);
        put_row(&s, &row);
    }
    for (uint32_t i = 0; i < p->budget_count; i++)
        put_budget(&s, yz_market_budget_at(m, i));
    for (uint32_t at = 0; at < yz_book_spells(p->book); at++) {
        yz_check(yz_book_save_spell(p->book, at, &s.item));
        put_item(&s, ITEM_SPELL);
    }
    put_alerts(&s, p->book);
    yz_bytes_deinit(&s.item);
    yz_bytes_deinit(&s.open);
}

// ---- restoring ----

// An item of what stands in the open and a person's facts.
typedef struct owned {
    yz_text open;
    snapshot_secret how;
    const unsigned char *secret;
    size_t secret_size;
} owned;

static bool split(const unsigned char *bytes, size_t size, owned *o) {
    yz_in in = {.at = bytes, .end = bytes + size};
    uint32_t open = yz_in_32(&in);
    const unsigned char *at = yz_in_take(&in, open);
    uint8_t how = yz_in_8(&in);
    *o = (owned){{(const char *)at, open}, (snapshot_secret)how, in.at, (size_t)(in.end - in.at)};
    if (in.why != NULL || how > SECRET_SEALED) return false;
    if (how == SECRET_NONE) return o->secret_size == 0;
    return o->secret_size > (how == SECRET_SEALED ? YZ_SEAL_BYTES : 0);
}

/* The facts, in `room`, which is reset; none: they are withheld. False: they do not open with their
 * key. */
static bool open_secret(const policy_stream *s, const owned *o, yz_text owner, yz_bytes *room,
                        yz_text *facts) {
    *facts = YZ_TEXT("");
    if (o->how == SECRET_PLAIN)
        *facts = (yz_text){(const char *)o->secret, (uint32_t)o->secret_size};
    if (o->how != SECRET_SEALED || s->sealer == NULL) return true;
    yz_bytes_reset(room);
    size_t size = o->secret_size - YZ_SEAL_BYTES;
    if (yz_bytes_reserve(room, size) < size) return false;
    yz_unsealed opened =
        s->sealer->unseal(s->sealer->context, owner, o->secret, o->secret_size, room->bytes);
    if (opened == YZ_UNSEALED) *facts = (yz_text){(const char *)room->bytes, (uint32_t)size};
    return opened != YZ_SEAL_BROKEN;
}

// The rest of the item.
static bool take_text(yz_in *in, yz_text name, yz_text *text) {
    *text = (yz_text){(const char *)in->at, (uint32_t)(in->end - in->at)};
    yz_command command = {.type = YZ_COMMAND_POLICY_RULES, .policy_rules = {name, *text, NULL}};
    return in->why == NULL && text->size > 0 && yz_policy_check(&command, NULL) == YZ_OK;
}

static bool take_file(yz_market *m, yz_in *in) {
    yz_text name = yz_in_text(in), text;
    if (!take_text(in, name, &text)) return false;
    policy_file_restore(m, name, text);
    return true;
}

static bool take_kept(yz_market *m, yz_in *in) {
    policy *p = &m->policy;
    uint8_t flags = yz_in_8(in);
    yz_text name = yz_in_text(in), text;
    if (in->why != NULL || flags > (BEGINS_SET | STANDS_ALREADY)) return false;
    if (flags & BEGINS_SET) {
        policy_set_restored(p); // the one before it
        policy_set_restore(p);
    }
    if (p->before_count == 0) return false;
    if (flags & STANDS_ALREADY) {
        uint32_t set = yz_in_32(in), file = yz_in_32(in);
        return in->why == NULL && in->at == in->end && policy_set_file_again(p, name, set, file);
    }
    if (!take_text(in, name, &text)) return false;
    policy_set_file_restore(p, name, text);
    return true;
}

static bool take_ledger(yz_market *m, policy_stream *s, const unsigned char *bytes, size_t size) {
    yz_ledger_row row;
    owned o;
    yz_text facts;
    if (!split(bytes, size, &o)) return false;
    if (!yz_ledger_row_read((const unsigned char *)o.open.bytes, o.open.size, &row)) return false;
    if (row.seq != yz_ledger_count(m->policy.ledger) + 1) return false;
    if (o.how != SECRET_NONE && row.owner.size == 0) return false;
    if (!open_secret(s, &o, row.owner, &s->room, &facts) || facts.size > YZ_LEDGER_FACTS_BYTES_MAX)
        return false;
    if (facts.size > 0) {
        row.facts = (const unsigned char *)facts.bytes;
        row.facts_size = facts.size;
    }
    (void)yz_ledger_add(m->policy.ledger, &row);
    policy_rules_named(&m->policy, row.rules);
    yz_print_add(&m->records_print, yz_print_of(o.open.bytes, o.open.size));
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

static bool take_subject(yz_market *m, policy_stream *s, const unsigned char *bytes, size_t size) {
    yz_book *book = m->policy.book;
    owned o;
    yz_text facts;
    uint32_t row;
    if (!split(bytes, size, &o)) return false;
    if (!yz_book_load_subject(book, (const unsigned char *)o.open.bytes, o.open.size, &row))
        return false;
    if (o.how == SECRET_NONE) return true;
    if (!open_secret(s, &o, yz_book_owner(book, row), &s->room, &facts)) return false;
    return facts.size == 0 ||
           yz_book_load_sealed(book, row, (const unsigned char *)facts.bytes, facts.size);
}

static bool take_payment(yz_market *m, const unsigned char *bytes, size_t size) {
    if (!yz_book_load_payment(m->policy.book, bytes, size)) return false;
    policy_count_payment(m, yz_book_payments(m->policy.book) - 1);
    return true;
}

static bool take_item(yz_market *m, policy_stream *s, item_kind kind, const unsigned char *bytes,
                      size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    switch (kind) {
    case ITEM_FILE: return take_file(m, &in);
    case ITEM_KEPT: return take_kept(m, &in);
    case ITEM_NAME: return yz_book_load_name(m->policy.book, bytes, size);
    case ITEM_SUBJECT: return take_subject(m, s, bytes, size);
    case ITEM_PAYMENT: return take_payment(m, bytes, size);
    case ITEM_LEDGER: return take_ledger(m, s, bytes, size);
    case ITEM_BUDGET: return take_budget(m, &in);
    case ITEM_SPELL: return yz_book_load_spell(m->policy.book, bytes, size);
    case ITEM_ALERT: return yz_book_load_alert(m->policy.book, bytes, size);
    case ITEM_CLAWBACK: return yz_book_load_clawback(m->policy.book, bytes, size);
    case ITEM_REFUND: return yz_book_load_refund(m->policy.book, bytes, size);
    }
    return false;
}

void policy_stream_init(policy_stream *s, const yz_sealer *sealer) {
    *s = (policy_stream){.sealer = sealer};
    yz_bytes_init(&s->item, ITEM_BYTES_MAX + 5);
    yz_bytes_init(&s->room, ITEM_BYTES_MAX);
}

void policy_stream_deinit(policy_stream *s) {
    yz_bytes_deinit(&s->item);
    yz_bytes_deinit(&s->room);
}

// A whole item lies in s->item: its head and its bytes.
static void item_came(yz_market *m, policy_stream *s, yz_in *in) {
    unsigned char kind = s->item.bytes[0];
    if (order_of(kind) < order_of(s->kind)) yz_in_wrong(in, "what policy keeps is out of order");
    // Who is due depends on the rules: they are in force before the first subject.
    if (s->kind <= ITEM_FILE && kind != ITEM_FILE && !policy_files_restored(m))
        yz_in_wrong(in, "the rules of the snapshot do not load");
    if (s->kind == ITEM_KEPT && kind != ITEM_KEPT) policy_set_restored(&m->policy);
    s->kind = kind;
    if (in->why == NULL && !take_item(m, s, (item_kind)kind, s->item.bytes + 5, s->item.size - 5))
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
    if (s->kind == ITEM_KEPT) policy_set_restored(&m->policy);
    for (uint32_t i = 0; i < m->policy.before_count; i++)
        if (m->policy.before[i].rows == 0) return "rules are kept that no row of the ledger names";
    if (!yz_book_is_whole(m->policy.book)) return "a line of the list does not say since when";
    for (uint32_t row = 0; row < yz_book_rows(m->policy.book); row++)
        yz_print_add(&m->records_print, yz_book_print(m->policy.book, row));
    return NULL;
}
