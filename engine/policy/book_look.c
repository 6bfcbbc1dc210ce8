/* Looking at a subject: its facts put together, the rules that read what changed, what they say. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdlib.h>

// ---- rules, by kind ----

static int kind_of(const yz_rule *rule) {
    return yz_subject_kind_named(rule->subject);
}

bool yz_book_takes_rules(const yz_rules *rules, yz_subject_kind *too_many) {
    uint32_t counts[YZ_SUBJECT_KIND_COUNT] = {0};
    for (uint32_t r = 0; r < rules->rule_count; r++) {
        int kind = kind_of(&rules->rules[r]);
        if (kind < 0 || ++counts[kind] <= YZ_ENTRY_LINES_MAX) continue;
        *too_many = (yz_subject_kind)kind;
        return false;
    }
    return true;
}

static void note_checks(yz_book *book, const yz_rules *rules) {
    yz_free(book->check_reads);
    book->check_reads = yz_alloc((rules->check_count + 1) * sizeof *book->check_reads);
    book->checks_read = (yz_fact_set){{0}};
    for (uint32_t i = 0; i < rules->check_count; i++) {
        book->check_reads[i] = yz_check_reads(rules, &rules->checks[i]);
        yz_fact_set_join(&book->checks_read, &book->check_reads[i]);
    }
}

// A rule of a subject that is kept nowhere (an offer, a list entry) is decided when asked for only.
void yz_book_rules_again(yz_book *book, const yz_rules *rules, const yz_params *params) {
    yz_free(book->places);
    book->rules = rules;
    book->params = params;
    book->places = yz_alloc((rules->rule_count + 1) * sizeof *book->places);
    uint32_t count = 0;
    for (int kind = 0; kind < YZ_SUBJECT_KIND_COUNT; kind++) {
        book->kind_first[kind] = count;
        book->kind_reads[kind] = (yz_fact_set){{0}};
        for (uint32_t r = 0; r < rules->rule_count; r++) {
            if (kind_of(&rules->rules[r]) != kind) continue;
            rule_place *place = &book->places[count++];
            *place = (rule_place){&rules->rules[r], yz_rule_reads(rules, &rules->rules[r])};
            yz_fact_set_join(&book->kind_reads[kind], &place->reads);
        }
        yz_check(count - book->kind_first[kind] <= YZ_ENTRY_LINES_MAX);
    }
    book->kind_first[YZ_SUBJECT_KIND_COUNT] = count;
    note_checks(book, rules);
    book_note_payments_read(book, rules);
}

void yz_book_rules(yz_book *book, const yz_rules *rules, const yz_params *params) {
    yz_book_rules_again(book, rules, params);
    yz_fact_set every = book_every_fact();
    for (uint32_t row = 0; row < yz_ids_count(book->ids); row++)
        if (book_subject(book, row)->version > 0)
            book_touch(book, row, &every);
        else
            book_subject(book, row)->stamp += 1;
}

// ---- days: a heap, the earliest first ----

static bool earlier(day_mark a, day_mark b) {
    return a.day != b.day ? a.day < b.day : a.row < b.row;
}

void book_mark_day(yz_book *book, uint32_t row, int32_t day) {
    book_subject(book, row)->until = day;
    if (day == INT32_MAX) return;
    if (book->day_count == book->day_room) {
        book->day_room = book->day_room > 0 ? 2 * book->day_room : 1024;
        book->days = yz_realloc(book->days, book->day_room * sizeof *book->days);
    }
    day_mark mark = {day, row};
    uint32_t at = book->day_count++;
    for (; at > 0 && earlier(mark, book->days[(at - 1) / 2]); at = (at - 1) / 2)
        book->days[at] = book->days[(at - 1) / 2];
    book->days[at] = mark;
}

static void take_earliest(yz_book *book) {
    day_mark last = book->days[--book->day_count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < book->day_count; child = 2 * at + 1) {
        if (child + 1 < book->day_count && earlier(book->days[child + 1], book->days[child]))
            child += 1;
        if (!earlier(book->days[child], last)) break;
        book->days[at] = book->days[child];
        at = child;
    }
    if (book->day_count > 0) book->days[at] = last;
}

// Whose day has come reads another as_of now. At most `most` marks, so that nobody waits for all.
static void days_come(yz_book *book, int32_t as_of, uint32_t most) {
    yz_fact_set day = book_fact(YZ_OBJECT_top, yz_field_top_as_of);
    for (uint32_t i = 0; i < most && book->day_count > 0 && book->days[0].day <= as_of; i++) {
        day_mark mark = book->days[0];
        take_earliest(book);
        subject *s = book_subject(book, mark.row);
        if (s->until != mark.day) continue; // it has another day by now
        s->until = INT32_MAX;
        book_due(book, mark.row, &day);
    }
}

uint32_t yz_book_due(yz_book *book, int32_t as_of, uint32_t *rows, uint32_t room) {
    days_come(book, as_of, room);
    uint32_t count = 0;
    // What was looked at, or dropped, since it was queued goes; the rest stays in its order.
    while (book->queue_count > 0) {
        uint32_t row = book->queue[book->queue_first];
        if (book_subject(book, row)->due) break;
        book_subject(book, row)->queued = false;
        book->queue_first = (book->queue_first + 1) % book->queue_room;
        book->queue_count -= 1;
    }
    for (uint32_t i = 0; i < book->queue_count && count < room; i++) {
        uint32_t row = book->queue[(book->queue_first + i) % book->queue_room];
        if (book_subject(book, row)->due) rows[count++] = row;
    }
    return count;
}

uint64_t yz_book_due_count(const yz_book *book) {
    return book->due_count;
}

// ---- facts ----

static const yz_object OBJECTS[LINKS] = {YZ_OBJECT_person, YZ_OBJECT_employer};

static bool take_object(const yz_book *book, uint32_t row, yz_object object, yz_arena *arena,
                        yz_facts *facts) {
    const subject *s = book_subject(book, row);
    yz_facts whole = {{NULL}};
    const char *why = NULL;
    if (s->facts == NULL) return true;
    if (!yz_facts_decode(s->facts, s->facts_size, arena, &whole, &why)) return false;
    facts->objects[object] = whole.objects[object];
    return true;
}

// The object with its id, which is known wherever the subject is.
static bool with_id(yz_object object, uint32_t field, yz_text id, yz_arena *arena,
                    yz_facts *facts) {
    yz_row *row = (yz_row *)facts->objects[object];
    if (row == NULL) {
        row = yz_arena_take(arena, yz_row_size(object));
        if (row == NULL) return false;
        memset(row, 0, yz_row_size(object));
    }
    yz_text *text = yz_arena_take(arena, sizeof *text);
    if (text == NULL) return false;
    *text = id;
    row->known |= UINT64_C(1) << field;
    row->values[field] = (intptr_t)text;
    facts->objects[object] = row;
    return true;
}

static void set_number(yz_row *row, uint32_t field, int64_t value) {
    row->known |= UINT64_C(1) << field;
    row->values[field] = value;
}

static void who_is_concerned(const yz_book *book, uint32_t row, uint32_t who[LINKS]) {
    const subject *s = book_subject(book, row);
    who[BY_PERSON] = s->kind == YZ_SUBJECT_person ? row : s->links[BY_PERSON].to;
    who[BY_EMPLOYER] = s->kind == YZ_SUBJECT_employer ? row : s->links[BY_EMPLOYER].to;
}

#define ANY_KIND -1

// The day and the payments, with what is there of the subjects; those that rules of a kind ask
// about, or all.
static bool complete(const yz_book *book, const uint32_t who[LINKS], int32_t as_of, int kind,
                     yz_arena *arena, yz_facts *facts) {
    static const uint32_t IDS[LINKS] = {yz_field_person_id, yz_field_employer_id};
    for (int by = 0; by < LINKS; by++)
        if (who[by] != YZ_ROW_NONE &&
            !with_id(OBJECTS[by], IDS[by], book_id(book, who[by]), arena, facts))
            return false;
    yz_row *top = (yz_row *)facts->objects[YZ_OBJECT_top];
    if (top == NULL) {
        top = yz_arena_take(arena, yz_row_size(YZ_OBJECT_top));
        if (top == NULL) return false;
        memset(top, 0, yz_row_size(YZ_OBJECT_top));
        facts->objects[YZ_OBJECT_top] = top;
    }
    set_number(top, yz_field_top_as_of, as_of);
    return book_payments_of(book, kind, who, arena, top);
}

static bool own_objects(const yz_book *book, uint32_t row, yz_arena *arena, yz_facts *facts) {
    const subject *s = book_subject(book, row);
    const char *why = NULL;
    return s->facts == NULL || yz_facts_decode(s->facts, s->facts_size, arena, facts, &why);
}

static bool facts_of(const yz_book *book, uint32_t row, int32_t as_of, int kind, yz_arena *arena,
                     yz_facts *facts) {
    uint32_t who[LINKS];
    *facts = (yz_facts){{NULL}};
    who_is_concerned(book, row, who);
    for (int by = 0; by < LINKS; by++)
        if (who[by] != YZ_ROW_NONE && who[by] != row &&
            !take_object(book, who[by], OBJECTS[by], arena, facts))
            return false;
    return own_objects(book, row, arena, facts) && complete(book, who, as_of, kind, arena, facts);
}

bool yz_book_facts(const yz_book *book, uint32_t row, int32_t as_of, yz_arena *arena,
                   yz_facts *facts) {
    return facts_of(book, row, as_of, ANY_KIND, arena, facts);
}

bool yz_book_facts_of_kind(const yz_book *book, uint32_t row, int32_t as_of, yz_arena *arena,
                           yz_facts *facts) {
    return facts_of(book, row, as_of, book_subject(book, row)->kind, arena, facts);
}

bool yz_book_facts_between(const yz_book *book, uint32_t person, uint32_t employer,
                           uint32_t posting, int32_t as_of, yz_arena *arena, yz_facts *facts) {
    const uint32_t who[LINKS] = {[BY_PERSON] = person, [BY_EMPLOYER] = employer};
    *facts = (yz_facts){{NULL}};
    if (posting != YZ_ROW_NONE && !own_objects(book, posting, arena, facts)) return false;
    facts->objects[YZ_OBJECT_top] = NULL; // what a posting says of other subjects is not theirs
    for (int by = 0; by < LINKS; by++) {
        facts->objects[OBJECTS[by]] = NULL;
        if (who[by] != YZ_ROW_NONE && !take_object(book, who[by], OBJECTS[by], arena, facts))
            return false;
    }
    return complete(book, who, as_of, ANY_KIND, arena, facts);
}

// ---- deciding ----

// What may be another since the last look.
static yz_fact_set touched_on(const subject *s, int32_t as_of) {
    yz_fact_set touched = s->touched, day = book_fact(YZ_OBJECT_top, yz_field_top_as_of);
    // Its day has come, too, whether yz_book_due has said so or not.
    if (s->until <= as_of) yz_fact_set_join(&touched, &day);
    return touched;
}

// Of one group either all are looked at or none: who wins depends on each.
static uint32_t chosen(const yz_book *book, const subject *s, const yz_fact_set *touched,
                       const rule_place **places) {
    uint32_t first = book->kind_first[s->kind], end = book->kind_first[s->kind + 1], count = 0;
    for (uint32_t p = first; p < end; p++) {
        const rule_place *place = &book->places[p];
        bool wanted = yz_fact_sets_meet(&place->reads, touched);
        for (uint32_t other = first; other < end && !wanted && place->rule->group.size > 0; other++)
            wanted = yz_text_equal(place->rule->group, book->places[other].rule->group) &&
                     yz_fact_sets_meet(&book->places[other].reads, touched);
        if (wanted) places[count++] = place;
    }
    return count;
}

static bool reads_as_of(const rule_place *place) {
    yz_fact_set day = book_fact(YZ_OBJECT_top, yz_field_top_as_of);
    return yz_fact_sets_meet(&place->reads, &day);
}

yz_status yz_book_look(const yz_book *book, uint32_t row, int32_t as_of, yz_arena *arena,
                       yz_look *look) {
    const subject *s = book_subject(book, row);
    const rule_place *places[YZ_ENTRY_LINES_MAX];
    yz_text measures[YZ_ENTRY_LINES_MAX];
    yz_fact_set touched = touched_on(s, as_of);
    uint32_t count = s->gone || book->rules == NULL ? 0 : chosen(book, s, &touched, places);
    bool claim = book_is_claim(book, s), money = claim;
    *look = (yz_look){.row = row, .version = s->stamp, .as_of = as_of, .until = INT32_MAX};
    if (s->until > as_of) look->until = s->until; // of the rules that are not looked at now
    if (s->gone || book->rules == NULL) return YZ_OK;
    yz_facts facts;
    yz_found *found = yz_arena_take(arena, (count + s->line_count + 1) * sizeof *found);
    yz_decision *decisions = yz_arena_take(arena, (count + 1) * sizeof *decisions);
    if (found == NULL || decisions == NULL ||
        !yz_book_facts_of_kind(book, row, as_of, arena, &facts))
        return YZ_ERR_FULL;
    for (uint32_t i = 0; i < count; i++)
        measures[i] = places[i]->rule->name;
    yz_policy_ask ask = {book->rules, book->params, &facts, arena};
    yz_status status = yz_decide_all(&ask, measures, count, decisions);
    if (status != YZ_OK) return status;
    for (uint32_t i = 0; i < count; i++) {
        const yz_decision *d = &decisions[i];
        found[look->count] = (yz_found){d->measure, d->decision, d->has_amount, d->amount};
        money |= d->decision == yz_word_decision_grant || d->decision == yz_word_decision_refer;
        look->count += book_would_change(book, row, &found[look->count]);
        int32_t until = reads_as_of(places[i]) ? d->until : INT32_MAX;
        if (until < look->until) look->until = until;
    }
    look->count +=
        book_gone_measures(book, row, found + look->count, YZ_ENTRY_LINES_MAX - look->count);
    look->found = found;
    return money ? book_look_checks(book, &ask, &touched, !claim, look) : YZ_OK;
}
