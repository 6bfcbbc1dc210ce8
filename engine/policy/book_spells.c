/* How long every line was what it was. Told by book_lines.c; read by tally.c. */
#include "engine/policy/book_inner.h"

#include "engine/base/check.h"
#include "engine/journal/wire.h"

#define NEVER INT32_MIN
#define SPELL_BYTES_MAX 1024

static uint32_t fund_of(yz_book *book, uint32_t measure) {
    if (book->table == NULL) return YZ_ROW_NONE;
    const yz_rule *rule = yz_rules_rule(book->table->rules, yz_ids_text(book->measures, measure));
    if (rule == NULL || rule->fund.size == 0) return YZ_ROW_NONE;
    return book_word(book->words, rule->fund);
}

static uint32_t division_of(yz_book *book, const subject *s) {
    yz_text division = yz_text_of(s->division);
    return division.size > 0 ? book_word(book->words, division) : YZ_ROW_NONE;
}

// The last one of the subject's that is of this measure.
static uint32_t last_of_pair(const yz_book *book, const subject *s, uint32_t measure) {
    uint32_t at = s->spell;
    while (at != YZ_ROW_NONE && book_spell(book, at)->measure != measure)
        at = book_spell(book, at)->of_subject;
    return at;
}

static uint32_t add(yz_book *book, const spell *given) {
    subject *s = book_subject(book, given->row);
    uint32_t at = book->spell_count++;
    yz_slab_reserve(&book->spells, at);
    spell *p = book_spell(book, at);
    *p = *given;
    p->of_pair = last_of_pair(book, s, given->measure);
    p->of_subject = s->spell;
    s->spell = at;
    return at;
}

static void fill(spell *p, const line *l) {
    p->decision = l->decision;
    p->amount = l->has_amount ? l->amount : 0;
    p->marks = (uint8_t)((p->marks & ~SPELL_AMOUNT) | (l->has_amount ? SPELL_AMOUNT : 0));
}

void book_spell_begin(yz_book *book, uint32_t row, line *l) {
    spell p = {
        .row = row,
        .division = division_of(book, book_subject(book, row)),
        .fund = fund_of(book, l->measure),
        .payment = YZ_ROW_NONE,
        .since = l->since,
        .from = l->since,
        .to = INT32_MAX,
        .notified = NEVER,
        .decided = NEVER,
        .measure = l->measure,
    };
    fill(&p, l);
    l->spell = add(book, &p);
}

void book_spell_turn(yz_book *book, uint32_t row, line *l, int32_t day) {
    spell *p = book_spell(book, l->spell);
    p->marks &= (uint8_t)~SPELL_AUTO; // what was agreed is looked at again
    if (p->decision == l->decision) {
        fill(p, l);
        return;
    }
    spell next = *p;
    yz_check(p->row == row);
    p->to = day;
    next.from = day;
    next.notified = next.decided = NEVER;
    next.channel = YZ_NOTICE_UNSAID;
    next.marks = (uint8_t)((p->marks & SPELL_REFUSED) | SPELL_GOES_ON);
    fill(&next, l);
    l->spell = add(book, &next);
}

const spell *book_spell_head(const yz_book *book, const spell *s) {
    while (s->marks & SPELL_GOES_ON)
        s = book_spell(book, s->of_pair);
    return s;
}

void book_spell_step(yz_book *book, line *l, const yz_entry_step *step) {
    spell *p = book_spell(book, l->spell), *head = (spell *)(uintptr_t)book_spell_head(book, p);
    if (step->to == YZ_ENTRY_NOTIFIED) {
        head->notified = step->day;
        head->channel = step->channel;
    }
    if (step->to == YZ_ENTRY_APPROVED || step->to == YZ_ENTRY_AUTO || step->to == YZ_ENTRY_DECLINED)
        head->decided = step->day;
    bool acts = step->to == YZ_ENTRY_APPLIED || step->to == YZ_ENTRY_AUTO;
    if (acts) head->marks |= SPELL_ACTED;
    if (step->to == YZ_ENTRY_AUTO) p->marks |= SPELL_AUTO;
    if (step->to == YZ_ENTRY_DECLINED) p->marks |= SPELL_REFUSED;
    if (step->to == YZ_ENTRY_APPLIED) p->marks &= (uint8_t)~SPELL_REFUSED;
}

void book_spell_lapse(yz_book *book, line *l, int32_t day) {
    spell *p = book_spell(book, l->spell);
    if (p->to == INT32_MAX) p->to = day;
}

void book_spell_pay(yz_book *book, line *l, int32_t day, int64_t amount, uint32_t paid) {
    spell *p = book_spell(book, l->spell);
    p->to = day;
    p->amount = amount;
    p->payment = paid;
    p->fund = fund_of(book, l->measure);
    p->marks |= SPELL_PAID | SPELL_AMOUNT;
}

void book_spell_moved(yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    uint32_t division = division_of(book, s);
    for (uint32_t i = 0; i < s->line_count; i++) {
        spell *p = book_spell(book, s->lines[i].spell);
        if (p->to != INT32_MAX) continue;
        p->division = division;
        while (p->marks & SPELL_GOES_ON) {
            p = book_spell(book, p->of_pair);
            p->division = division;
        }
    }
}

uint32_t yz_book_spells(const yz_book *book) {
    return book->spell_count;
}

// ---- as bytes ----

static yz_text word_or_none(const yz_book *book, uint32_t row) {
    return row != YZ_ROW_NONE ? yz_ids_text(book->words, row) : YZ_TEXT("");
}

// Links follow from the order.
bool yz_book_save_spell(const yz_book *book, uint32_t at, yz_bytes *bytes) {
    const spell *p = book_spell(book, at);
    size_t room = yz_bytes_reserve(bytes, SPELL_BYTES_MAX);
    yz_out out = {.at = bytes->bytes + bytes->size, .end = bytes->bytes + bytes->size + room};
    yz_out_64(&out, (uint64_t)p->amount);
    yz_out_32(&out, p->row);
    yz_out_32(&out, p->payment);
    yz_out_32(&out, (uint32_t)p->since);
    yz_out_32(&out, (uint32_t)p->from);
    yz_out_32(&out, (uint32_t)p->to);
    yz_out_32(&out, (uint32_t)p->notified);
    yz_out_32(&out, (uint32_t)p->decided);
    yz_out_8(&out, p->decision);
    yz_out_8(&out, p->marks);
    yz_out_8(&out, p->channel);
    yz_out_text(&out, yz_ids_text(book->measures, p->measure));
    yz_out_text(&out, word_or_none(book, p->division));
    yz_out_text(&out, word_or_none(book, p->fund));
    if (out.full) return false;
    bytes->size = (size_t)(out.at - bytes->bytes);
    return true;
}

static bool good_spell(const yz_book *book, const spell *p, yz_text measure) {
    bool paid = p->marks & SPELL_PAID;
    return p->row < yz_ids_count(book->ids) && p->decision <= yz_word_decision_open &&
           p->marks <= SPELL_MARKS_ALL && p->channel < YZ_NOTICE_CHANNELS &&
           (paid || !(p->marks & SPELL_CLAWED)) && p->since <= p->from && p->from <= p->to &&
           p->amount >= 0 && p->amount <= YZ_FACT_INT_MAX && measure.size > 0 &&
           (paid ? p->payment < book->payment_count && p->to != INT32_MAX
                 : p->payment == YZ_ROW_NONE);
}

bool yz_book_load_spell(yz_book *book, const unsigned char *bytes, size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    spell p = {.amount = (int64_t)yz_in_64(&in)};
    p.row = yz_in_32(&in);
    p.payment = yz_in_32(&in);
    p.since = (int32_t)yz_in_32(&in);
    p.from = (int32_t)yz_in_32(&in);
    p.to = (int32_t)yz_in_32(&in);
    p.notified = (int32_t)yz_in_32(&in);
    p.decided = (int32_t)yz_in_32(&in);
    p.decision = yz_in_8(&in);
    p.marks = yz_in_8(&in);
    p.channel = yz_in_8(&in);
    yz_text measure = yz_in_text(&in), division = yz_in_text(&in), fund = yz_in_text(&in);
    if (in.why != NULL || in.at != in.end || !good_spell(book, &p, measure)) return false;
    if (measure.size > YZ_SUBJECT_ID_MAX || division.size > YZ_DIVISION_DIGITS_MAX ||
        fund.size > YZ_SUBJECT_ID_MAX)
        return false;
    p.measure = book_word(book->measures, measure);
    p.division = division.size > 0 ? book_word(book->words, division) : YZ_ROW_NONE;
    p.fund = fund.size > 0 ? book_word(book->words, fund) : YZ_ROW_NONE;
    const subject *s = book_subject(book, p.row);
    if (p.marks & SPELL_GOES_ON && last_of_pair(book, s, p.measure) == YZ_ROW_NONE) return false;
    uint32_t at = add(book, &p);
    for (uint32_t i = 0; i < s->line_count; i++)
        if (s->lines[i].measure == p.measure) s->lines[i].spell = at;
    return true;
}

bool yz_book_is_whole(const yz_book *book) {
    for (uint32_t row = 0; row < yz_ids_count(book->ids); row++) {
        const subject *s = book_subject(book, row);
        for (uint32_t i = 0; i < s->line_count; i++) {
            const line *l = &s->lines[i];
            if (l->spell == YZ_ROW_NONE) return false;
            bool ended = l->state == YZ_ENTRY_PAID || l->state == YZ_ENTRY_LAPSED;
            if (ended != (book_spell(book, l->spell)->to != INT32_MAX)) return false;
        }
    }
    return true;
}

yz_print book_spells_print(const yz_book *book, uint32_t row) {
    yz_print sum = {{0, 0}};
    uint32_t at = book_subject(book, row)->spell;
    if (at == YZ_ROW_NONE) return sum;
    yz_bytes bytes;
    yz_bytes_init(&bytes, SPELL_BYTES_MAX);
    for (; at != YZ_ROW_NONE; at = book_spell(book, at)->of_subject) {
        yz_bytes_reset(&bytes);
        yz_check(yz_book_save_spell(book, at, &bytes));
        yz_print_add(&sum, yz_print_of(bytes.bytes, bytes.size));
    }
    yz_bytes_deinit(&bytes);
    return sum;
}
