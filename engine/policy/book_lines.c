/* The list of the eligible: lines that come, change, go a step on, lapse. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#define NEVER INT32_MIN
#define ARENA_BYTES (4u << 20) // the facts of one subject at their limit, as rows
#define PAID_BATCH_BYTES 32    // of unit.m09_paid_yuan with its object, and more

static bool listed(int decision) {
    return decision == yz_word_decision_grant || decision == yz_word_decision_serve ||
           decision == yz_word_decision_refer || decision == yz_word_decision_alert;
}

static uint32_t measure_row(yz_book *book, yz_text measure) {
    uint32_t row = yz_ids_find(book->measures, measure);
    return row != YZ_ROW_NONE ? row : yz_ids_add(book->measures, measure);
}

static line *line_of(const yz_book *book, const subject *s, yz_text measure) {
    uint32_t row = yz_ids_find(book->measures, measure);
    for (uint32_t i = 0; i < s->line_count; i++)
        if (s->lines[i].measure == row) return &s->lines[i];
    return NULL;
}

static yz_entry_line shown(const yz_book *book, uint32_t row, const line *l) {
    return (yz_entry_line){
        .measure = yz_ids_text(book->measures, l->measure),
        .row = row,
        .decision = l->decision,
        .state = (yz_entry_state)l->state,
        .has_amount = l->has_amount,
        .amount = l->amount,
        .since = l->since,
        .notified = l->notified,
        .channel = l->channel,
        .applied = l->applied,
        .decided = l->decided,
        .paid = l->paid,
    };
}

static void tell(const yz_book *book, uint32_t row, const line *l, int before, yz_entry_news *news,
                 void *context) {
    yz_entry_line now = shown(book, row, l);
    if (news != NULL) news(context, &now, (yz_entry_state)before);
}

// The line that gives its place to a new one; NULL: none has lapsed.
static line *lapsed_line(const subject *s) {
    for (uint32_t i = 0; i < s->line_count; i++)
        if (s->lines[i].state == YZ_ENTRY_LAPSED) return &s->lines[i];
    return NULL;
}

static void remove_line(subject *s, line *gone) {
    line *end = s->lines + s->line_count;
    memmove(gone, gone + 1, (size_t)(end - gone - 1) * sizeof *gone);
    s->line_count -= 1;
}

// Room for one more, in the order of names.
static line *add_line(yz_book *book, subject *s, yz_text measure) {
    uint32_t row = measure_row(book, measure), at = 0;
    if (s->line_count == YZ_ENTRY_LINES_MAX) remove_line(s, lapsed_line(s));
    s->lines = yz_blocks_grow(&book->lines, s->lines, s->line_count);
    while (at < s->line_count &&
           yz_text_compare(yz_ids_text(book->measures, s->lines[at].measure), measure) < 0)
        at += 1;
    memmove(&s->lines[at + 1], &s->lines[at], (s->line_count - at) * sizeof *s->lines);
    s->line_count += 1;
    s->lines[at] = (line){.measure = row};
    return &s->lines[at];
}

static void came(yz_book *book, uint32_t row, const yz_found *found, int32_t day, line *l,
                 yz_entry_news *news, void *context) {
    int before = l->state;
    *l = (line){.measure = l->measure, .since = day};
    l->notified = l->applied = l->decided = l->paid = NEVER;
    l->state = YZ_ENTRY_FOUND;
    l->decision = (uint8_t)found->decision;
    l->has_amount = found->has_amount;
    l->amount = found->amount;
    book_spell_begin(book, row, l);
    tell(book, row, l, before, news, context);
}

static bool as_found(const line *l, const yz_found *found) {
    return l->decision == found->decision && l->has_amount == found->has_amount &&
           l->amount == found->amount;
}

// A new line, or one that ended begins anew. What is paid is not due again as long as it is found
// as it was paid: a rule that asks nothing of payments made would find it for ever.
static bool begins(const subject *s, const line *l, const yz_found *found) {
    if (!listed(found->decision)) return false;
    if (l == NULL) return s->line_count < YZ_ENTRY_LINES_MAX || lapsed_line(s) != NULL;
    if (l->state == YZ_ENTRY_LAPSED) return true;
    return l->state == YZ_ENTRY_PAID && (l->rested || !as_found(l, found));
}

bool book_would_change(const yz_book *book, uint32_t row, const yz_found *found) {
    const subject *s = book_subject(book, row);
    const line *l = line_of(book, s, found->measure);
    if (begins(s, l, found)) return true;
    if (l == NULL || l->state == YZ_ENTRY_LAPSED) return false;
    if (l->state == YZ_ENTRY_PAID) return !listed(found->decision) && !l->rested;
    return !as_found(l, found);
}

// What is paid stays paid, whatever the facts say afterwards: a second payment is another line's.
static void changed(yz_book *book, uint32_t row, const yz_found *found, int32_t day, line *l,
                    yz_entry_news *news, void *context) {
    int before = l->state;
    if (l->state == YZ_ENTRY_PAID && !listed(found->decision)) l->rested = true;
    if (l->state == YZ_ENTRY_PAID || l->state == YZ_ENTRY_LAPSED) return;
    if (!listed(found->decision)) {
        l->state = YZ_ENTRY_LAPSED;
        book_spell_lapse(book, l, day);
    } else if (as_found(l, found)) {
        return;
    } else {
        l->decision = (uint8_t)found->decision;
        l->has_amount = found->has_amount;
        l->amount = found->amount;
        // Somebody agreed to another sum: it is looked at again.
        if (l->state == YZ_ENTRY_APPROVED || l->state == YZ_ENTRY_AUTO) l->state = YZ_ENTRY_APPLIED;
        book_spell_turn(book, row, l, day);
    }
    tell(book, row, l, before, news, context);
}

void book_lines_of_others(subject *s) {
    for (uint32_t i = 0; i < s->line_count; i++)
        if (s->lines[i].state == YZ_ENTRY_APPROVED || s->lines[i].state == YZ_ENTRY_AUTO)
            s->lines[i].state = YZ_ENTRY_APPLIED;
}

static void book_one(yz_book *book, uint32_t row, const yz_found *found, int32_t day,
                     yz_entry_news *news, void *context) {
    subject *s = book_subject(book, row);
    line *l = line_of(book, s, found->measure);
    if (begins(s, l, found)) {
        if (l == NULL) l = add_line(book, s, found->measure);
        came(book, row, found, day, l, news, context);
    } else if (l != NULL) {
        changed(book, row, found, day, l, news, context);
    }
}

uint32_t book_gone_measures(const yz_book *book, uint32_t row, yz_found *found, uint32_t room) {
    const subject *s = book_subject(book, row);
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->line_count && count < room; i++) {
        const line *l = &s->lines[i];
        yz_text measure = yz_ids_text(book->measures, l->measure);
        if (l->state == YZ_ENTRY_PAID || l->state == YZ_ENTRY_LAPSED) continue;
        if (yz_rules_rule(book->table->rules, measure) != NULL) continue;
        found[count++] = (yz_found){measure, yz_word_decision_deny, true, 0};
    }
    return count;
}

bool yz_book_rest(yz_book *book, const yz_look *look) {
    subject *s = book_subject(book, look->row);
    if (yz_book_stamp(book, look->row) != look->version) return false;
    book_make_rest(book, look->row);
    if (s->until != look->until) book_mark_day(book, look->row, look->until);
    return true;
}

yz_status yz_book_find(yz_book *book, const yz_look *look, yz_entry_news *news, void *context) {
    if (yz_book_stamp(book, look->row) != look->version) return YZ_ERR_CONFLICT;
    for (uint32_t i = 0; i < look->count; i++)
        book_one(book, look->row, &look->found[i], look->as_of, news, context);
    book_note_alerts(book, look);
    yz_check(yz_book_rest(book, look));
    return YZ_OK;
}

uint32_t yz_book_lines(const yz_book *book, uint32_t row, yz_entry_line *lines, uint32_t room) {
    const subject *s = book_subject(book, row);
    for (uint32_t i = 0; i < s->line_count && i < room; i++)
        lines[i] = shown(book, row, &s->lines[i]);
    return s->line_count;
}

// ---- steps ----

#define TO(state) (1u << YZ_ENTRY_##state)

uint32_t yz_entry_steps(yz_entry_state from) {
    switch (from) {
    case YZ_ENTRY_FOUND: return TO(NOTIFIED) | TO(APPLIED) | TO(AUTO) | TO(DECLINED);
    case YZ_ENTRY_NOTIFIED: return TO(APPLIED) | TO(AUTO) | TO(DECLINED);
    case YZ_ENTRY_APPLIED: return TO(APPROVED) | TO(DECLINED);
    case YZ_ENTRY_AUTO:
    case YZ_ENTRY_APPROVED: return TO(PAID) | TO(DECLINED);
    case YZ_ENTRY_DECLINED: return TO(APPLIED);
    case YZ_ENTRY_PAID:
    case YZ_ENTRY_LAPSED: break;
    }
    return 0;
}

static int64_t own_number(const yz_facts *facts, yz_object object, uint32_t field) {
    const yz_row *row = facts->objects[object];
    return row != NULL && row->known >> field & 1 ? row->values[field] : 0;
}

// What is paid of a batch of interns is a fact of the batch: the next look pays the difference.
static bool add_to_paid_batch(yz_book *book, uint32_t row, int64_t amount) {
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    yz_subject_view view;
    yz_check(yz_book_subject_at(book, row, arena, &view));
    int64_t before = own_number(&view.facts, YZ_OBJECT_unit, yz_field_unit_m09_paid_yuan);
    yz_arena_free(arena);
    const subject *s = book_subject(book, row);
    // Of sealed facts nothing that cannot be seen may refuse it.
    if (s->sealed && amount > YZ_FACT_INT_MAX - before) before = YZ_FACT_INT_MAX - amount;
    if (amount > YZ_FACT_INT_MAX - before) return false;
    int64_t memory[1 + yz_field_unit_m09_paid_yuan + 1]; // a row, as far as its last field given
    yz_row *unit = (yz_row *)memory;
    unit->known = UINT64_C(1) << yz_field_unit_m09_paid_yuan;
    unit->values[yz_field_unit_m09_paid_yuan] = before + amount;
    yz_facts_change change = {.given.objects[YZ_OBJECT_unit] = unit};
    yz_subject_change put = {.kind = view.kind, .id = view.id, .facts = &change};
    yz_sealed_change sealed = {.size = PAID_BATCH_BYTES};
    sealed.tag = yz_mix((uint64_t)amount + yz_mix(book->payment_count + UINT64_C(1)));
    if (s->sealed) put.sealed = &sealed;
    uint32_t version;
    return yz_book_put(book, &put, &version) == YZ_OK;
}

// 0 = none; a level that is no level of anything is none, too.
static int32_t level_of(const yz_facts *facts) {
    int64_t level = own_number(facts, YZ_OBJECT_cert, yz_field_cert_level);
    return level >= INT32_MIN && level <= INT32_MAX ? (int32_t)level : 0;
}

// A batch's facts say first what was paid of it: only that may fail. False: nothing was changed.
static bool pay(yz_book *book, uint32_t row, const yz_entry_step *step, int64_t amount) {
    const subject *s = book_subject(book, row);
    if (s->kind == YZ_SUBJECT_batch && yz_text_equal(step->measure, YZ_TEXT("m09a")) &&
        !add_to_paid_batch(book, row, amount))
        return false;
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    yz_subject_view view;
    yz_check(yz_book_subject_at(book, row, arena, &view));
    open_cert cert = book_cert(book, s);
    int32_t level = s->sealed ? cert.level : level_of(&view.facts);
    yz_payment paid = {
        .measure = step->measure,
        .person = s->kind == YZ_SUBJECT_person ? view.id : view.person,
        .employer = s->kind == YZ_SUBJECT_employer ? view.id : view.employer,
        .day = step->day,
        .amount = amount,
        .level = level,
        .ledger = step->ledger,
    };
    const yz_text *occupation = (const yz_text *)(intptr_t)own_number(&view.facts, YZ_OBJECT_cert,
                                                                      yz_field_cert_occupation);
    if (s->sealed && cert.occupation != YZ_ROW_NONE)
        paid.occupation = yz_ids_text(book->words, cert.occupation);
    else if (!s->sealed && occupation != NULL)
        paid.occupation = *occupation;
    yz_book_paid(book, &paid);
    yz_arena_free(arena);
    return true;
}

yz_status yz_book_step(yz_book *book, const yz_entry_step *step, yz_entry_news *news,
                       void *context) {
    uint32_t row = book_find_row(book, step->kind, step->id);
    if (row == YZ_ROW_NONE) return YZ_ERR_NOT_FOUND;
    line *l = line_of(book, book_subject(book, row), step->measure);
    if (l == NULL) return YZ_ERR_NOT_FOUND;
    if (!(yz_entry_steps((yz_entry_state)l->state) >> step->to & 1)) return YZ_ERR_CONFLICT;
    bool money = l->decision == yz_word_decision_grant || l->decision == yz_word_decision_refer;
    if ((step->to == YZ_ENTRY_AUTO && l->decision != yz_word_decision_grant) ||
        (step->to == YZ_ENTRY_PAID && !money))
        return YZ_ERR_CONFLICT;
    if (l->has_amount && step->amount != 0 && step->amount != l->amount) return YZ_ERR_BAD_INPUT;
    if (step->to == YZ_ENTRY_PAID && !l->has_amount && step->amount <= 0) return YZ_ERR_BAD_INPUT;
    int before = l->state;
    if (step->to == YZ_ENTRY_PAID &&
        !pay(book, row, step, l->has_amount ? l->amount : step->amount))
        return YZ_ERR_FULL;
    l->state = (uint8_t)step->to;
    book_spell_step(book, l, step);
    if (step->to == YZ_ENTRY_NOTIFIED) {
        l->notified = step->day;
        l->channel = step->channel;
    }
    if (step->to == YZ_ENTRY_APPLIED) l->applied = step->day;
    if (step->to == YZ_ENTRY_APPROVED || step->to == YZ_ENTRY_AUTO || step->to == YZ_ENTRY_DECLINED)
        l->decided = step->day;
    if (step->to == YZ_ENTRY_PAID) {
        l->paid = step->day;
        book_spell_pay(book, l, step->day, l->has_amount ? l->amount : step->amount,
                       book->payment_count - 1);
    }
    tell(book, row, l, before, news, context);
    return YZ_OK;
}
