/* The book as bytes, subject by subject, and back; fingerprints. Reading believes nothing. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/wire.h"

#define SUBJECT_BYTES_MAX (YZ_FACTS_BYTES_MAX + 32768)

enum { IS_GONE = 1, IS_DUE = 2 };
enum { HAS_AMOUNT = 1, RESTED = 2 }; // of a line

uint32_t yz_book_row(const yz_book *book, yz_subject_kind kind, yz_text id) {
    return book_find_row(book, kind, id);
}

uint32_t yz_book_stamp(const yz_book *book, uint32_t row) {
    return book_subject(book, row)->stamp + book->rules_turn;
}

uint32_t yz_book_version(const yz_book *book, uint32_t row) {
    return book_subject(book, row)->version;
}

yz_subject_kind yz_book_kind(const yz_book *book, uint32_t row) {
    return (yz_subject_kind)book_subject(book, row)->kind;
}

yz_text yz_book_id(const yz_book *book, uint32_t row) {
    return book_id(book, row);
}

bool yz_book_knows_measure(const yz_book *book, yz_text measure) {
    return yz_ids_find(book->measures, measure) != YZ_ROW_NONE;
}

bool yz_book_knows_check(const yz_book *book, yz_text check) {
    return yz_ids_find(book->words, check) != YZ_ROW_NONE;
}

uint32_t yz_book_payments(const yz_book *book) {
    return book->payment_count;
}

static yz_text id_or_none(const yz_book *book, uint32_t row) {
    return row != YZ_ROW_NONE ? book_id(book, row) : YZ_TEXT("");
}

// ---- writing ----

// Sealed facts are not written here: what stands in the open of them is.
static void write_facts(const yz_book *book, yz_out *out, const subject *s) {
    yz_out_8(out, s->sealed);
    if (s->sealed) {
        open_cert cert = book_cert(book, s);
        yz_out_64(out, s->tag);
        yz_out_64(out, s->last_tag);
        yz_out_16(out, s->sealed_size);
        yz_out_32(out, (uint32_t)cert.level);
        yz_out_text(out, cert.occupation != YZ_ROW_NONE ? yz_ids_text(book->words, cert.occupation)
                                                        : YZ_TEXT(""));
        return;
    }
    yz_out_32(out, s->facts_size);
    unsigned char *at = yz_out_take(out, s->facts_size);
    if (at != NULL && s->facts_size > 0) memcpy(at, s->facts, s->facts_size);
}

static void write_lines(const yz_book *book, yz_out *out, const subject *s) {
    yz_out_16(out, s->line_count);
    for (uint32_t i = 0; i < s->line_count; i++) {
        const line *l = &s->lines[i];
        yz_out_text(out, yz_ids_text(book->measures, l->measure));
        yz_out_8(out, l->decision);
        yz_out_8(out, l->state);
        yz_out_8(out, l->channel);
        yz_out_8(out, (uint8_t)((l->has_amount ? HAS_AMOUNT : 0) | (l->rested ? RESTED : 0)));
        yz_out_64(out, (uint64_t)l->amount);
        yz_out_32(out, (uint32_t)l->since);
        yz_out_32(out, (uint32_t)l->notified);
        yz_out_32(out, (uint32_t)l->applied);
        yz_out_32(out, (uint32_t)l->decided);
        yz_out_32(out, (uint32_t)l->paid);
    }
}

// What others see of it: the same on every machine, whatever was looked at when.
static void write_shown(const yz_book *book, yz_out *out, uint32_t row) {
    const subject *s = book_subject(book, row);
    yz_out_8(out, s->kind);
    yz_out_text(out, book_id(book, row));
    yz_out_32(out, s->version);
    yz_out_8(out, s->gone ? IS_GONE : 0);
    yz_out_text(out, id_or_none(book, s->links[BY_PERSON].to));
    yz_out_text(out, id_or_none(book, s->links[BY_EMPLOYER].to));
    yz_out_text(out, yz_text_of(s->division));
    write_facts(book, out, s);
    write_lines(book, out, s);
}

static yz_out begin(yz_bytes *bytes) {
    size_t room = yz_bytes_reserve(bytes, SUBJECT_BYTES_MAX);
    return (yz_out){.at = bytes->bytes + bytes->size, .end = bytes->bytes + bytes->size + room};
}

static bool end(yz_bytes *bytes, const yz_out *out) {
    if (out->full) return false;
    bytes->size = (size_t)(out->at - bytes->bytes);
    return true;
}

bool yz_book_save_name(const yz_book *book, uint32_t row, yz_bytes *bytes) {
    yz_out out = begin(bytes);
    yz_out_8(&out, book_subject(book, row)->kind);
    yz_out_text(&out, book_id(book, row));
    return end(bytes, &out);
}

bool yz_book_save_subject(const yz_book *book, uint32_t row, yz_bytes *bytes) {
    const subject *s = book_subject(book, row);
    yz_out out = begin(bytes);
    bool due = s->due || book_is_behind(book, row, s);
    yz_out_32(&out, yz_book_stamp(book, row));
    yz_out_32(&out, (uint32_t)s->until);
    yz_out_8(&out, due ? IS_DUE : 0);
    write_shown(book, &out, row);
    return end(bytes, &out);
}

yz_payment yz_book_payment_at(const yz_book *book, uint32_t at) {
    const payment *p = book_payment(book, at);
    return (yz_payment){
        .measure = yz_ids_text(book->measures, p->measure),
        .person = id_or_none(book, p->who[BY_PERSON]),
        .employer = id_or_none(book, p->who[BY_EMPLOYER]),
        .occupation =
            p->occupation != YZ_ROW_NONE ? yz_ids_text(book->words, p->occupation) : YZ_TEXT(""),
        .day = p->day,
        .amount = p->amount,
        .level = p->level,
        .ledger = p->ledger,
    };
}

bool yz_book_save_payment(const yz_book *book, uint32_t at, yz_bytes *bytes) {
    yz_payment p = yz_book_payment_at(book, at);
    yz_out out = begin(bytes);
    yz_out_64(&out, (uint64_t)p.amount);
    yz_out_32(&out, (uint32_t)p.day);
    yz_out_32(&out, (uint32_t)p.level);
    yz_out_64(&out, p.ledger);
    yz_out_text(&out, p.measure);
    yz_out_text(&out, p.person);
    yz_out_text(&out, p.employer);
    yz_out_text(&out, p.occupation);
    return end(bytes, &out);
}

// ---- reading ----

static bool good_id(yz_text id) {
    return id.size >= 1 && id.size <= YZ_SUBJECT_ID_MAX && yz_text_is_utf8(id, NULL);
}

static bool good_fact(yz_text text) {
    return text.size <= YZ_FACT_TEXT_MAX && yz_text_is_utf8(text, NULL);
}

bool yz_book_load_name(yz_book *book, const unsigned char *bytes, size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    uint8_t kind = yz_in_8(&in);
    yz_text id = yz_in_text(&in);
    if (in.why != NULL || in.at != in.end || kind >= YZ_SUBJECT_KIND_COUNT || !good_id(id))
        return false;
    if (book_find_row(book, (yz_subject_kind)kind, id) != YZ_ROW_NONE) return false;
    book_need_row(book, (yz_subject_kind)kind, id);
    return true;
}

static bool take_facts(yz_book *book, subject *s, const unsigned char *at, size_t size) {
    if (size > YZ_FACTS_BYTES_MAX) return false;
    if (size == 0) return true;
    yz_arena *arena = yz_arena_new(4u << 20);
    yz_facts facts = {{NULL}};
    const char *why;
    bool sound = yz_facts_decode(at, size, arena, &facts, &why);
    yz_arena_free(arena);
    if (!sound) return false;
    s->facts = yz_alloc(size);
    s->facts_size = (uint32_t)size;
    memcpy(s->facts, at, size);
    book->facts_bytes += size;
    return true;
}

static bool read_sealed(yz_book *book, yz_in *in, subject *s) {
    s->tag = yz_in_64(in);
    s->last_tag = yz_in_64(in);
    s->sealed_size = yz_in_16(in);
    open_cert cert = {YZ_ROW_NONE, (int32_t)yz_in_32(in)};
    yz_text occupation = yz_in_text(in);
    s->sealed = true;
    if (occupation.size > 0 && good_fact(occupation))
        cert.occupation = book_word(book->words, occupation);
    book_keep_cert(book, s, cert);
    bool owned = s->kind == YZ_SUBJECT_person || s->links[BY_PERSON].to != YZ_ROW_NONE;
    return in->why == NULL && good_fact(occupation) && owned && !s->gone && s->version > 0 &&
           s->sealed_size <= YZ_FACTS_BYTES_MAX;
}

static bool read_facts(yz_book *book, yz_in *in, subject *s) {
    if (yz_in_bool(in)) return read_sealed(book, in, s);
    uint32_t size = yz_in_32(in);
    const unsigned char *at = yz_in_take(in, size);
    return at != NULL && take_facts(book, s, at, size);
}

yz_text yz_book_sealed(const yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    if (!s->sealed || s->facts == NULL) return YZ_TEXT("");
    return (yz_text){(const char *)s->facts, s->facts_size};
}

bool yz_book_load_sealed(yz_book *book, uint32_t row, const unsigned char *bytes, size_t size) {
    subject *s = book_subject(book, row);
    return s->sealed && s->facts == NULL && size > 0 && take_facts(book, s, bytes, size);
}

static bool good_line(const line *l) {
    return l->decision <= yz_word_decision_open && l->channel < YZ_NOTICE_CHANNELS &&
           l->state >= YZ_ENTRY_FOUND && l->state <= YZ_ENTRY_LAPSED && l->amount >= 0 &&
           l->amount <= YZ_FACT_INT_MAX;
}

static bool read_lines(yz_book *book, yz_in *in, subject *s) {
    uint16_t count = yz_in_16(in);
    yz_text before = {NULL, 0};
    if (count > YZ_ENTRY_LINES_MAX) return false;
    if (count == 0) return in->why == NULL;
    s->lines = yz_blocks_take(&book->lines, count);
    memset(s->lines, 0, count * sizeof *s->lines);
    s->line_count = count;
    for (uint32_t i = 0; i < count; i++) {
        line *l = &s->lines[i];
        yz_text measure = yz_in_text(in);
        l->decision = yz_in_8(in);
        l->state = yz_in_8(in);
        l->channel = yz_in_8(in);
        uint8_t flags = yz_in_8(in);
        l->has_amount = flags & HAS_AMOUNT;
        l->rested = flags & RESTED;
        if (flags > (HAS_AMOUNT | RESTED)) return false;
        l->amount = (int64_t)yz_in_64(in);
        l->since = (int32_t)yz_in_32(in);
        l->notified = (int32_t)yz_in_32(in);
        l->applied = (int32_t)yz_in_32(in);
        l->decided = (int32_t)yz_in_32(in);
        l->paid = (int32_t)yz_in_32(in);
        if (in->why != NULL || !good_id(measure) || !good_line(l)) return false;
        if (i > 0 && yz_text_compare(before, measure) >= 0) return false;
        before = measure;
        uint32_t row = yz_ids_find(book->measures, measure);
        if (row == YZ_ROW_NONE) row = yz_ids_add(book->measures, measure);
        l->measure = row;
        l->spell = YZ_ROW_NONE; // comes after the payments
    }
    return true;
}

static bool read_link(yz_book *book, yz_in *in, uint32_t row, int by) {
    yz_text id = yz_in_text(in);
    if (id.size == 0) return in->why == NULL;
    yz_subject_kind kind = by == BY_PERSON ? YZ_SUBJECT_person : YZ_SUBJECT_employer;
    uint32_t to = book_find_row(book, kind, id);
    if (to == YZ_ROW_NONE) return false;
    book_link(book, row, by, to);
    return true;
}

bool yz_book_load_subject(yz_book *book, const unsigned char *bytes, size_t size,
                          uint32_t *loaded) {
    yz_in in = {.at = bytes, .end = bytes + size};
    uint32_t stamp = yz_in_32(&in);
    int32_t until = (int32_t)yz_in_32(&in);
    uint8_t due = yz_in_8(&in), kind = yz_in_8(&in);
    yz_text id = yz_in_text(&in);
    if (in.why != NULL || kind >= YZ_SUBJECT_KIND_COUNT) return false;
    uint32_t row = book_find_row(book, (yz_subject_kind)kind, id);
    if (row == YZ_ROW_NONE) return false;
    subject *s = book_subject(book, row);
    *loaded = row;
    if (yz_book_stamp(book, row) != 0 || s->version != 0) return false; // twice
    s->stamp = stamp - book->rules_turn;
    s->version = yz_in_32(&in);
    s->gone = yz_in_8(&in) == IS_GONE;
    if (!read_link(book, &in, row, BY_PERSON) || !read_link(book, &in, row, BY_EMPLOYER))
        return false;
    yz_text division = yz_in_text(&in);
    if (division.size > YZ_DIVISION_DIGITS_MAX) return false;
    if (division.size > 0) memcpy(s->division, division.bytes, division.size);
    if (!read_facts(book, &in, s) || !read_lines(book, &in, s)) return false;
    if (in.why != NULL || in.at != in.end) return false;
    if (until != INT32_MAX) book_mark_day(book, row, until);
    if (due == IS_DUE) book_make_due(book, row);
    return due <= IS_DUE;
}

bool yz_book_load_payment(yz_book *book, const unsigned char *bytes, size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    yz_payment p = {.amount = (int64_t)yz_in_64(&in)};
    p.day = (int32_t)yz_in_32(&in);
    p.level = (int32_t)yz_in_32(&in);
    p.ledger = yz_in_64(&in);
    p.measure = yz_in_text(&in);
    p.person = yz_in_text(&in);
    p.employer = yz_in_text(&in);
    p.occupation = yz_in_text(&in);
    bool sound = in.why == NULL && in.at == in.end && good_id(p.measure) &&
                 (p.person.size == 0 || good_id(p.person)) &&
                 (p.employer.size == 0 || good_id(p.employer)) && good_fact(p.occupation);
    if (sound) book_add_payment(book, &p);
    return sound;
}

// ---- fingerprints ----

yz_print yz_book_print(const yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    yz_print spells = book_spells_print(book, row);
    yz_print alerts = book_alerts_print(book, row), clawbacks = book_clawbacks_print(book, row);
    yz_print_add(&spells, alerts);
    yz_print_add(&spells, clawbacks);
    if (s->version == 0 && s->line_count == 0) return spells;
    yz_bytes bytes;
    yz_bytes_init(&bytes, SUBJECT_BYTES_MAX);
    yz_out out = begin(&bytes);
    write_shown(book, &out, row);
    yz_check(end(&bytes, &out));
    yz_print print = yz_print_of(bytes.bytes, bytes.size);
    yz_print_add(&print, spells);
    yz_bytes_deinit(&bytes);
    return print;
}

yz_print yz_book_payments_print(const yz_book *book) {
    yz_print sum = {{0, 0}};
    yz_bytes bytes;
    yz_bytes_init(&bytes, SUBJECT_BYTES_MAX);
    for (uint32_t at = 0; at < book->payment_count; at++) {
        yz_bytes_reset(&bytes);
        yz_check(yz_book_save_payment(book, at, &bytes));
        yz_print_add(&sum, yz_print_of(bytes.bytes, bytes.size));
    }
    yz_bytes_deinit(&bytes);
    return sum;
}
