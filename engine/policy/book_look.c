/* Looking at a subject: its facts put together, the rules that read what changed, what they say. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/wire.h"

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

static void note_checks(yz_rule_table *table) {
    const yz_rules *rules = table->rules;
    table->check_reads = yz_alloc((rules->check_count + 1) * sizeof *table->check_reads);
    for (uint32_t i = 0; i < rules->check_count; i++) {
        table->check_reads[i] = yz_check_reads(rules, &rules->checks[i]);
        yz_fact_set_join(&table->checks_read, &table->check_reads[i]);
    }
}

static bool every_check_reads(const yz_rule_table *table, const yz_fact_set *touched) {
    bool every = true;
    for (uint32_t i = 0; i < table->rules->check_count; i++)
        every &= yz_fact_sets_meet(&table->check_reads[i], touched);
    return every;
}

// A rule of a subject that is kept nowhere (an offer, a list entry) is decided when asked for only.
yz_rule_table *yz_rule_table_new(const yz_rules *rules, const yz_params *params) {
    yz_rule_table *table = yz_alloc_zeroed(sizeof *table);
    uint32_t count = 0;
    table->rules = rules;
    table->params = params;
    table->places = yz_alloc((rules->rule_count + 1) * sizeof *table->places);
    for (int kind = 0; kind < YZ_SUBJECT_KIND_COUNT; kind++) {
        table->kind_first[kind] = count;
        for (uint32_t r = 0; r < rules->rule_count; r++) {
            if (kind_of(&rules->rules[r]) != kind) continue;
            rule_place *place = &table->places[count++];
            *place = (rule_place){&rules->rules[r], yz_rule_reads(rules, &rules->rules[r])};
            yz_fact_set_join(&table->kind_reads[kind], &place->reads);
        }
        yz_check(count - table->kind_first[kind] <= YZ_ENTRY_LINES_MAX);
    }
    table->kind_first[YZ_SUBJECT_KIND_COUNT] = count;
    note_checks(table);
    rule_table_note_payments(table);
    return table;
}

void yz_rule_table_free(yz_rule_table *table) {
    if (table == NULL) return;
    rule_table_free_payments(table);
    yz_free(table->check_reads);
    yz_free(table->places);
    yz_free(table);
}

void yz_book_rules_again(yz_book *book, const yz_rule_table *table) {
    book->table = table;
}

void yz_book_rules(yz_book *book, const yz_rule_table *table) {
    book->table = table;
    book->rules_turn += 1;
    book->changes += 1;
    book->round_at = 0;
    book->round_end = yz_ids_count(book->ids);
}

// ---- who is due ----

#define COME_MAX 64        // whose day has come, in one question: about 200 ns each
#define ROUND_ROWS_MAX 256 // that rules come round to, at about 100 ns each

// Whose day has come reads another as_of now. At most `most` of them, so that nobody waits for all.
static void days_come(yz_book *book, int32_t as_of, uint32_t most) {
    yz_fact_set day = book_fact(YZ_OBJECT_top, yz_field_top_as_of);
    for (uint32_t i = 0; i < most; i++) {
        uint32_t row = book_day_came(book, as_of);
        if (row == YZ_ROW_NONE) return;
        book_due(book, row, &day);
    }
}

// The next ones whom the rules in force have not looked at. A line outlives the rules of its kind.
static void go_round(yz_book *book, uint32_t most) {
    yz_fact_set every = book_every_fact();
    for (uint32_t i = 0; i < ROUND_ROWS_MAX && book->round_at < book->round_end && most > 0; i++) {
        uint32_t row = book->round_at;
        subject *s = book_subject(book, row);
        bool behind = book_is_behind(book, row, s);
        book->round_at += 1; // from here on what is touched says what it is due by
        s->rules_turn = book->rules_turn;
        if (!behind) continue;
        if (s->line_count > 0)
            book_make_due(book, row);
        else
            book_due(book, row, &every);
        most -= s->due;
    }
}

// What was looked at, or dropped, since it was queued goes; the rest stays in its order.
static void drop_over(yz_book *book) {
    while (book->queue_count > 0) {
        subject *s = book_subject(book, book->queue_first);
        if (s->due) return;
        s->queued = false;
        book->queue_first = s->next_due;
        book->queue_count -= 1;
    }
}

static uint32_t at_most(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

uint32_t yz_book_due(yz_book *book, int32_t as_of, uint32_t *rows, uint32_t room) {
    uint32_t count = 0;
    drop_over(book);
    // Nobody comes while there are others to be looked at first.
    if (book->queue_count < room)
        days_come(book, as_of, at_most(COME_MAX, room - book->queue_count));
    if (book->queue_count < room) go_round(book, at_most(COME_MAX, room - book->queue_count));
    for (uint32_t i = 0, row = book->queue_first; i < book->queue_count && count < room; i++) {
        const subject *s = book_subject(book, row);
        if (s->due) rows[count++] = row;
        row = s->next_due;
    }
    return count;
}

uint64_t yz_book_due_count(const yz_book *book) {
    return (uint64_t)book->due_count + (book->round_end - book->round_at);
}

bool yz_book_is_anybody_due(const yz_book *book, int32_t as_of) {
    return yz_book_due_count(book) > 0 || yz_book_next_day(book) <= as_of;
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

// ---- facts that cannot be opened any more ----

bool yz_book_withheld(const yz_book *book, uint32_t row) {
    uint32_t who[LINKS];
    who_is_concerned(book, row, who);
    bool withheld = book_is_withheld(book_subject(book, row));
    for (int by = 0; by < LINKS; by++)
        if (who[by] != YZ_ROW_NONE) withheld |= book_is_withheld(book_subject(book, who[by]));
    return withheld;
}

yz_text yz_book_owner(const yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    uint32_t who[LINKS];
    who_is_concerned(book, row, who);
    return s->sealed && who[BY_PERSON] != YZ_ROW_NONE ? book_id(book, who[BY_PERSON]) : YZ_TEXT("");
}

static yz_print evidence_of(const subject *s) {
    unsigned char tag[8];
    if (!s->sealed) return yz_print_of(s->facts, s->facts_size);
    yz_put64(tag, s->tag);
    return yz_print_of(tag, sizeof tag);
}

yz_print yz_book_evidence(const yz_book *book, uint32_t row) {
    uint32_t who[LINKS];
    who_is_concerned(book, row, who);
    yz_print sum = yz_print_member(evidence_of(book_subject(book, row)), LINKS);
    for (int by = 0; by < LINKS; by++) {
        if (who[by] == YZ_ROW_NONE) continue;
        yz_print of = evidence_of(book_subject(book, who[by]));
        yz_print_add(&sum, yz_print_member(of, (uint64_t)by));
    }
    return sum;
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

bool book_objects(const yz_book *book, uint32_t row, yz_arena *arena, yz_facts *facts) {
    uint32_t who[LINKS];
    *facts = (yz_facts){{NULL}};
    who_is_concerned(book, row, who);
    for (int by = 0; by < LINKS; by++)
        if (who[by] != YZ_ROW_NONE && who[by] != row &&
            !take_object(book, who[by], OBJECTS[by], arena, facts))
            return false;
    return own_objects(book, row, arena, facts);
}

static bool facts_of(const yz_book *book, uint32_t row, int32_t as_of, int kind, yz_arena *arena,
                     yz_facts *facts) {
    uint32_t who[LINKS];
    who_is_concerned(book, row, who);
    return book_objects(book, row, arena, facts) && complete(book, who, as_of, kind, arena, facts);
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
static yz_fact_set touched_on(const yz_book *book, uint32_t row, int32_t as_of) {
    const subject *s = book_subject(book, row);
    yz_fact_set touched = s->touched, day = book_fact(YZ_OBJECT_top, yz_field_top_as_of);
    // Its day has come, too, whether yz_book_due has said so or not.
    if (s->until <= as_of) yz_fact_set_join(&touched, &day);
    return book_is_behind(book, row, s) ? book_every_fact() : touched;
}

// Of one group either all are looked at or none: who wins depends on each.
static uint32_t chosen(const yz_book *book, const subject *s, const yz_fact_set *touched,
                       const rule_place **places) {
    const yz_rule_table *table = book->table;
    uint32_t first = table->kind_first[s->kind], end = table->kind_first[s->kind + 1], count = 0;
    for (uint32_t p = first; p < end; p++) {
        const rule_place *place = &table->places[p];
        bool wanted = yz_fact_sets_meet(&place->reads, touched);
        for (uint32_t other = first; other < end && !wanted && place->rule->group.size > 0; other++)
            wanted = yz_text_equal(place->rule->group, table->places[other].rule->group) &&
                     yz_fact_sets_meet(&table->places[other].reads, touched);
        if (wanted) places[count++] = place;
    }
    return count;
}

static uint32_t rules_of_kind(const yz_book *book, uint32_t kind) {
    return book->table->kind_first[kind + 1] - book->table->kind_first[kind];
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
    bool decides = !s->gone && book->table != NULL;
    yz_fact_set touched = touched_on(book, row, as_of);
    uint32_t count = decides ? chosen(book, s, &touched, places) : 0;
    bool claim = book_is_claim(s), money = claim;
    *look = (yz_look){
        .row = row, .version = yz_book_stamp(book, row), .as_of = as_of, .until = INT32_MAX};
    // Of the rules and checks that are not looked at now.
    bool all = decides && count == rules_of_kind(book, s->kind) &&
               (!claim || every_check_reads(book->table, &touched));
    if (s->until > as_of && !all) look->until = s->until;
    if (!decides || yz_book_withheld(book, row)) return YZ_OK;
    yz_facts facts;
    yz_found *found = yz_arena_take(arena, (count + s->line_count + 1) * sizeof *found);
    yz_decision *decisions = yz_arena_take(arena, (count + 1) * sizeof *decisions);
    if (found == NULL || decisions == NULL ||
        !yz_book_facts_of_kind(book, row, as_of, arena, &facts))
        return YZ_ERR_FULL;
    for (uint32_t i = 0; i < count; i++)
        measures[i] = places[i]->rule->name;
    yz_policy_ask ask = {book->table->rules, book->table->params, &facts, arena};
    yz_status status = yz_decide_all(&ask, measures, count, decisions);
    if (status != YZ_OK) return status;
    for (uint32_t i = 0; i < count; i++) {
        const yz_decision *d = &decisions[i];
        found[look->count] = (yz_found){d->measure, d->decision, d->has_amount, d->amount};
        money |= d->decision == yz_word_decision_grant || d->decision == yz_word_decision_refer;
        look->count += book_would_change(book, row, &found[look->count]);
        int32_t until = reads_as_of(places[i]) ? d->until_listed : INT32_MAX;
        if (until < look->until) look->until = until;
    }
    look->count +=
        book_gone_measures(book, row, found + look->count, YZ_ENTRY_LINES_MAX - look->count);
    look->found = found;
    return money ? book_look_checks(book, &ask, &touched, !claim, look) : YZ_OK;
}
