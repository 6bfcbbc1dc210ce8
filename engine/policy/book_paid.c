/* Which payments concern whom. Rules ask of payments by measure and keys (decide_paid.c): of a kind
 * of subject only those of the measures its rules name are handed to a decision, and where every
 * key has the person's id only those to the person. An employer of thousands of paid hires is not
 * copied for each of them, nor is each of them due again for each payment. What reads the payments
 * themselves gets all of them. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"

// ---- what is asked about ----

static void ask_about(yz_rule_table *table, int kind, yz_text measure) {
    yz_text *asked = table->kind_measures[kind];
    for (uint32_t i = 0; i < table->measure_counts[kind]; i++)
        if (yz_text_equal(asked[i], measure)) return;
    asked[table->measure_counts[kind]++] = measure;
}

static bool has_person(const yz_key *keys, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (keys[i].paid_field == yz_field_paid_person) return true;
    return false;
}

// False: somebody else's payment may concern it, too.
static bool by_person(const yz_rule *rule) {
    bool all = rule->group.size == 0 || has_person(&rule->group_key, 1);
    for (uint32_t i = 0; i < rule->once_count; i++)
        all &= has_person(rule->onces[i].keys, rule->onces[i].count);
    for (uint32_t i = 0; i < rule->cap_count; i++)
        all &= has_person(&rule->caps[i].key, 1);
    return all;
}

static void note_rule(yz_rule_table *table, int kind, const yz_rule *rule) {
    const yz_rules *rules = table->rules;
    if (!by_person(rule)) table->kind_by_person[kind] = false;
    if (rule->once_count + rule->cap_count > 0) ask_about(table, kind, rule->name);
    for (uint32_t i = 0; i < rules->rule_count && rule->group.size > 0; i++)
        if (yz_text_equal(rules->rules[i].group, rule->group))
            ask_about(table, kind, rules->rules[i].name);
}

// Everything, also what is paid under a name that no rule has.
static void note_all(yz_rule_table *table, int kind) {
    yz_free(table->kind_measures[kind]);
    table->kind_measures[kind] = NULL;
    table->kind_by_person[kind] = false;
}

void rule_table_free_payments(yz_rule_table *table) {
    for (int kind = 0; kind < YZ_SUBJECT_KIND_COUNT; kind++)
        yz_free(table->kind_measures[kind]);
}

// A check, or a rule that is asked about subjects of any kind (d09), that reads payments.
static bool anybody_reads(const yz_rules *rules) {
    bool reads = false;
    for (uint32_t i = 0; i < rules->check_count; i++)
        reads |= yz_check_reads_payments(rules, &rules->checks[i]);
    for (uint32_t r = 0; r < rules->rule_count; r++) {
        const yz_rule *rule = &rules->rules[r];
        if (yz_subject_kind_named(rule->subject) < 0)
            reads |= yz_rule_reads_payments(rules, rule) || rule->group.size > 0 ||
                     rule->once_count + rule->cap_count > 0;
    }
    return reads;
}

void rule_table_note_payments(yz_rule_table *table) {
    const yz_rules *rules = table->rules;
    bool anybody = anybody_reads(rules);
    for (int kind = 0; kind < YZ_SUBJECT_KIND_COUNT; kind++) {
        bool all = anybody;
        table->kind_by_person[kind] = true;
        table->kind_measures[kind] =
            yz_alloc((rules->rule_count + 1) * sizeof *table->kind_measures[kind]);
        for (uint32_t r = 0; r < rules->rule_count; r++) {
            if (yz_subject_kind_named(rules->rules[r].subject) != kind) continue;
            note_rule(table, kind, &rules->rules[r]);
            all |= yz_rule_reads_payments(rules, &rules->rules[r]);
        }
        if (all) note_all(table, kind);
    }
}

// Of a book without rules, or whose rules read all: true. About 10 ns a measure.
static bool asks_about(const yz_book *book, int kind, uint32_t measure) {
    const yz_rule_table *table = book->table;
    if (kind < 0 || table == NULL || table->kind_measures[kind] == NULL) return true;
    yz_text name = yz_ids_text(book->measures, measure);
    for (uint32_t i = 0; i < table->measure_counts[kind]; i++)
        if (yz_text_equal(table->kind_measures[kind][i], name)) return true;
    return false;
}

// Of a subject with a person of its own, and rules that tell payments apart by that.
static bool only_of_person(const yz_book *book, int kind, const uint32_t who[LINKS]) {
    return kind >= 0 && book->table != NULL && book->table->kind_by_person[kind] &&
           who[BY_PERSON] != YZ_ROW_NONE;
}

// ---- as rows ----

static bool set_text(yz_row *row, uint32_t field, yz_text value, yz_arena *arena) {
    if (value.size == 0) return true;
    yz_text *text = yz_arena_take(arena, sizeof *text);
    if (text == NULL) return false;
    *text = value;
    row->known |= UINT64_C(1) << field;
    row->values[field] = (intptr_t)text;
    return true;
}

static void set_number(yz_row *row, uint32_t field, int64_t value) {
    row->known |= UINT64_C(1) << field;
    row->values[field] = value;
}

static bool paid_row(const yz_book *book, const payment *p, yz_arena *arena, yz_row *row) {
    memset(row, 0, yz_row_size(YZ_OBJECT_paid));
    set_number(row, yz_field_paid_date, p->day);
    set_number(row, yz_field_paid_amount_yuan, p->amount);
    if (p->level != 0) set_number(row, yz_field_paid_level, p->level);
    yz_text occupation = {NULL, 0}, who[LINKS] = {{NULL, 0}, {NULL, 0}};
    if (p->occupation != YZ_ROW_NONE) occupation = yz_ids_text(book->words, p->occupation);
    for (int by = 0; by < LINKS; by++)
        if (p->who[by] != YZ_ROW_NONE) who[by] = book_id(book, p->who[by]);
    return set_text(row, yz_field_paid_measure, yz_ids_text(book->measures, p->measure), arena) &&
           set_text(row, yz_field_paid_person, who[BY_PERSON], arena) &&
           set_text(row, yz_field_paid_employer, who[BY_EMPLOYER], arena) &&
           set_text(row, yz_field_paid_occupation, occupation, arena);
}

// How many are wanted; rows NULL: only counts them. UINT32_MAX: no room.
static uint32_t take_payments(const yz_book *book, int kind, const uint32_t who[LINKS],
                              yz_arena *arena, char *rows) {
    uint32_t made = 0, stride = yz_row_size(YZ_OBJECT_paid);
    for (int by = 0; by < LINKS; by++) {
        if (who[by] == YZ_ROW_NONE) continue;
        if (by == BY_EMPLOYER && only_of_person(book, kind, who)) continue;
        for (uint32_t at = book_subject(book, who[by])->payment; at != YZ_ROW_NONE;
             at = book_payment(book, at)->next[by]) {
            const payment *p = book_payment(book, at);
            if (!asks_about(book, kind, p->measure)) continue;
            if (by == BY_EMPLOYER && who[BY_PERSON] != YZ_ROW_NONE &&
                p->who[BY_PERSON] == who[BY_PERSON])
                continue; // it is there as the person's
            yz_row *row = (yz_row *)(rows + (size_t)made * stride);
            if (rows != NULL && !paid_row(book, p, arena, row)) return UINT32_MAX;
            made += 1;
        }
    }
    return made;
}

bool book_payments_of(const yz_book *book, int kind, const uint32_t who[LINKS], yz_arena *arena,
                      yz_row *top) {
    uint32_t stride = yz_row_size(YZ_OBJECT_paid);
    uint32_t count = take_payments(book, kind, who, NULL, NULL);
    if (count == 0) return true;
    yz_list *list = yz_arena_take(arena, sizeof *list);
    char *rows = yz_arena_take(arena, (size_t)count * stride);
    if (list == NULL || rows == NULL || take_payments(book, kind, who, arena, rows) != count)
        return false;
    *list = (yz_list){count, stride, rows};
    set_number(top, yz_field_top_paid, (intptr_t)list);
    return true;
}

uint32_t yz_book_first_payment(const yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    bool may = s->kind == YZ_SUBJECT_person || s->kind == YZ_SUBJECT_employer;
    return may ? s->payment : YZ_ROW_NONE;
}

uint32_t yz_book_next_payment(const yz_book *book, uint32_t row, uint32_t at) {
    int by = book_subject(book, row)->kind == YZ_SUBJECT_employer ? BY_EMPLOYER : BY_PERSON;
    return book_payment(book, at)->next[by];
}

// ---- a payment is made ----

// Those whose decision it may change, of whoever names the person or employer that is `row`.
static void touch_concerned(yz_book *book, const payment *p, uint32_t row, int by) {
    yz_fact_set facts = book_fact(YZ_OBJECT_top, yz_field_top_paid);
    // Who pairs the two as if hired (payable, boosts) asks for all payments: their stamps rise.
    yz_fact_set none = {{0}};
    bool asks = asks_about(book, book_subject(book, row)->kind, p->measure);
    book_touch(book, row, asks ? &facts : &none);
    for (uint32_t at = book_subject(book, row)->first; at != YZ_ROW_NONE;
         at = book_subject(book, at)->links[by].next) {
        const subject *s = book_subject(book, at);
        uint32_t who[LINKS] = {s->links[BY_PERSON].to, s->links[BY_EMPLOYER].to};
        if (!asks_about(book, s->kind, p->measure)) continue;
        if (by == BY_EMPLOYER && only_of_person(book, s->kind, who)) continue;
        book_touch(book, at, &facts);
    }
}

void yz_book_paid(yz_book *book, const yz_payment *paid) {
    book_add_payment(book, paid);
    const payment *p = book_payment(book, book->payment_count - 1);
    for (int by = 0; by < LINKS; by++)
        if (p->who[by] != YZ_ROW_NONE) touch_concerned(book, p, p->who[by], by);
}
