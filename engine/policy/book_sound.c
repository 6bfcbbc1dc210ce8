/* Counts again and decides again, plainly: for tests, and beside a running server. */
#include "engine/policy/book_inner.h"

#include "engine/base/check.h"

#include <stdio.h>

typedef struct proof {
    const yz_book *book;
    yz_arena *arena;
    char *why;
    uint32_t room;
} proof;

static bool fails_at(const proof *p, uint32_t row, yz_text measure, const char *what) {
    yz_text id = book_id(p->book, row);
    snprintf(p->why, p->room, "%s %.*s: %.*s%s%s",
             yz_subject_kind_name((yz_subject_kind)book_subject(p->book, row)->kind), (int)id.size,
             id.bytes, (int)measure.size, measure.bytes, measure.size > 0 ? " " : "", what);
    return false;
}

static bool fails(const proof *p, uint32_t row, const char *what) {
    return fails_at(p, row, YZ_TEXT(""), what);
}

static bool links_sound(const proof *p, uint32_t row) {
    const subject *s = book_subject(p->book, row);
    for (int by = 0; by < LINKS; by++) {
        const link *l = &s->links[by];
        if (l->to == YZ_ROW_NONE) continue;
        const subject *to = book_subject(p->book, l->to);
        if (to->kind != (by == BY_PERSON ? YZ_SUBJECT_person : YZ_SUBJECT_employer))
            return fails(p, row, "names a subject of another kind");
        if (l->prior == YZ_ROW_NONE ? to->first != row
                                    : book_subject(p->book, l->prior)->links[by].next != row)
            return fails(p, row, "is not in the list of whom it names");
    }
    return true;
}

// A line and what is kept of it; and of pairs the chain.
static bool spells_sound(const proof *p, uint32_t row) {
    const subject *s = book_subject(p->book, row);
    for (uint32_t i = 0; i < s->line_count; i++) {
        const line *l = &s->lines[i];
        const spell *at = book_spell(p->book, l->spell);
        bool ended = l->state == YZ_ENTRY_PAID || l->state == YZ_ENTRY_LAPSED;
        if (at->row != row || at->measure != l->measure || ended != (at->to != INT32_MAX))
            return fails(p, row, "has a line whose spell is another's");
        if (at->since != l->since || at->decision != l->decision ||
            (l->state == YZ_ENTRY_PAID) != ((at->marks & SPELL_PAID) != 0))
            return fails(p, row, "has a line whose spell says something else");
        if (book_spell_head(p->book, at)->notified != l->notified ||
            book_spell_head(p->book, at)->channel != l->channel)
            return fails(p, row, "has a line whose spell was notified on another day");
    }
    for (uint32_t at = s->spell; at != YZ_ROW_NONE; at = book_spell(p->book, at)->of_subject) {
        const spell *t = book_spell(p->book, at);
        if (t->of_pair == YZ_ROW_NONE) continue;
        const spell *before = book_spell(p->book, t->of_pair);
        if (before->row != row || before->measure != t->measure || before->to > t->from)
            return fails(p, row, "has spells of a measure that overlap");
    }
    return true;
}

// One open alert of a check at most; claw-backs of what was paid, each once, and what came back.
static bool clawbacks_sound(const proof *p, uint32_t row) {
    const subject *s = book_subject(p->book, row);
    uint32_t clawed = 0, kept = 0;
    for (uint32_t at = s->alert; at != YZ_ROW_NONE; at = book_alert(p->book, at)->of_subject) {
        const alert *a = book_alert(p->book, at);
        yz_text check = yz_ids_text(p->book->words, a->check);
        bool last = yz_book_alert_of(p->book, row, check) == at;
        if (a->row != row || (!last && a->state == YZ_ALERT_OPEN))
            return fails_at(p, row, check, "has two open alerts");
    }
    for (uint32_t at = s->spell; at != YZ_ROW_NONE; at = book_spell(p->book, at)->of_subject)
        clawed += (book_spell(p->book, at)->marks & SPELL_CLAWED) != 0;
    for (uint32_t at = s->clawback; at != YZ_ROW_NONE;
         at = book_clawback(p->book, at)->of_subject) {
        const clawback *c = book_clawback(p->book, at);
        int64_t came = 0;
        for (uint32_t r = c->refund; r != YZ_ROW_NONE; r = book_refund(p->book, r)->before)
            came += book_refund(p->book, r)->amount;
        if (came != c->refunded || (came == c->amount) != (c->settled != INT32_MAX))
            return fails(p, row, "has a claw-back whose refunds are others");
        kept += 1;
    }
    return clawed == kept || fails(p, row, "has claw-backs of what was not paid");
}

// What stands in the open of sealed facts stands nowhere else.
static bool seal_sound(const proof *p, uint32_t row) {
    const subject *s = book_subject(p->book, row);
    if (!s->sealed) {
        open_cert cert = book_cert(p->book, s);
        bool none = s->tag == 0 && s->last_tag == 0 && s->sealed_size == 0 && cert.level == 0 &&
                    cert.occupation == YZ_ROW_NONE;
        return none || fails(p, row, "has facts in the open with a tag");
    }
    if (s->gone || s->version == 0) return fails(p, row, "is gone and has a sealed tag");
    if (s->kind != YZ_SUBJECT_person && s->links[BY_PERSON].to == YZ_ROW_NONE)
        return fails(p, row, "has sealed facts that are nobody's");
    // Only what a change may add: see add_to_paid_batch.
    return s->facts_size <= (uint32_t)s->sealed_size + SEALED_ROOM ||
           fails(p, row, "has more sealed facts than were put");
}

static bool in_queue(const yz_book *book, uint32_t row) {
    for (uint32_t i = 0, at = book->queue_first; i < book->queue_count; i++) {
        if (at == row) return true;
        at = book_subject(book, at)->next_due;
    }
    return false;
}

static bool ended(yz_entry_state state) {
    return state == YZ_ENTRY_PAID || state == YZ_ENTRY_LAPSED;
}

// Found again as it was paid: no second line.
static bool as_paid(const yz_entry_line *paid, const yz_decision *d) {
    return paid->decision == d->decision && paid->has_amount == d->has_amount &&
           paid->amount == d->amount;
}

static bool decided_as(const proof *p, uint32_t row, const yz_decision *d) {
    yz_entry_line lines[YZ_ENTRY_LINES_MAX];
    uint32_t count = yz_book_lines(p->book, row, lines, YZ_ENTRY_LINES_MAX);
    bool due = d->decision == yz_word_decision_grant || d->decision == yz_word_decision_serve ||
               d->decision == yz_word_decision_refer || d->decision == yz_word_decision_alert;
    for (uint32_t i = 0; i < count; i++) {
        if (!yz_text_equal(lines[i].measure, d->measure)) continue;
        if (ended(lines[i].state))
            return !due || (lines[i].state == YZ_ENTRY_PAID && as_paid(&lines[i], d)) ||
                   fails_at(p, row, d->measure, "is due something that has ended");
        if (!due) return fails_at(p, row, d->measure, "has a line for what it is not due");
        return (lines[i].decision == d->decision && lines[i].has_amount == d->has_amount &&
                lines[i].amount == d->amount) ||
               fails_at(p, row, d->measure, "has a line with another decision or amount");
    }
    return !due || fails_at(p, row, d->measure, "has no line for what it is due");
}

// What stands is what m18 says from scratch, where there is a claim.
static bool alerts_sound(const proof *p, uint32_t row, const yz_policy_ask *ask) {
    const subject *s = book_subject(p->book, row);
    yz_decision d;
    uint32_t standing = 0;
    if (!book_is_claim(s) || yz_decide(ask, YZ_TEXT("m18"), &d) != YZ_OK) return true;
    for (uint32_t i = 0; i < d.reason_count; i++) {
        uint32_t at = yz_book_alert_of(p->book, row, d.reasons[i]);
        if (at == YZ_ROW_NONE || !book_alert(p->book, at)->stands)
            return fails_at(p, row, d.reasons[i], "stands without an alert");
    }
    for (uint32_t at = s->alert; at != YZ_ROW_NONE; at = book_alert(p->book, at)->of_subject)
        standing +=
            book_alert(p->book, at)->stands &&
            yz_book_alert_of(p->book, row,
                             yz_ids_text(p->book->words, book_alert(p->book, at)->check)) == at;
    return standing == d.reason_count || fails(p, row, "has an alert of what does not stand");
}

static bool lines_sound(const proof *p, uint32_t row, int32_t as_of) {
    const subject *s = book_subject(p->book, row);
    uint32_t first = p->book->table->kind_first[s->kind],
             end = p->book->table->kind_first[s->kind + 1];
    yz_decision decisions[YZ_ENTRY_LINES_MAX];
    yz_text measures[YZ_ENTRY_LINES_MAX];
    yz_facts facts;
    yz_arena_reset(p->arena);
    for (uint32_t i = first; i < end; i++)
        measures[i - first] = p->book->table->places[i].rule->name;
    // Cannot be decided: facts that are withheld, or too many.
    if (yz_book_withheld(p->book, row) || !yz_book_facts(p->book, row, as_of, p->arena, &facts))
        return true;
    yz_policy_ask ask = {p->book->table->rules, p->book->table->params, &facts, p->arena};
    if (yz_decide_all(&ask, measures, end - first, decisions) != YZ_OK) return true;
    for (uint32_t i = 0; i < end - first; i++)
        if (!decided_as(p, row, &decisions[i])) return false;
    return alerts_sound(p, row, &ask);
}

bool yz_book_sound(const yz_book *book, int32_t as_of, char *why, uint32_t room) {
    proof p = {book, yz_arena_new(64u << 20), why, room};
    bool sound = book_days_sound(book);
    if (!sound) snprintf(why, room, "somebody does not stand where those of its day do");
    for (uint32_t row = 0; row < yz_ids_count(book->ids) && sound; row++) {
        const subject *s = book_subject(book, row);
        sound = links_sound(&p, row) && spells_sound(&p, row) && clawbacks_sound(&p, row) &&
                seal_sound(&p, row);
        if (!sound || s->gone || s->version == 0) continue;
        if (s->due) {
            if (yz_ids_count(book->ids) <= 10000 && !in_queue(book, row))
                sound = fails(&p, row, "is due and not in the queue");
        } else if (book->table != NULL && s->until > as_of && !book_is_behind(book, row, s)) {
            sound = lines_sound(&p, row, as_of);
        }
    }
    yz_arena_free(p.arena);
    return sound;
}
