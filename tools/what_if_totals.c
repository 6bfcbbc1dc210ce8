#include "tools/what_if_totals.h"

#include "engine/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define DIVISION_BYTES 6
#define CREDIT_CODE_BYTES 18

// Sums by name; names are few, the same one comes again and again.
typedef struct table {
    what_if_sum *rows;
    uint32_t *slots; // row + 1, by hash; 0: free
    uint32_t count, size;
} table;

struct what_if_totals {
    const yz_rules *rules;
    what_if_sum all;
    table tables[3]; // measures, funds, divisions
};

static uint32_t hash_of(yz_text name) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < name.size; i++)
        hash = (hash ^ (uint8_t)name.bytes[i]) * 16777619u;
    return hash;
}

static uint32_t *slot_of(table *t, yz_text name) {
    uint32_t at = hash_of(name) & (t->size - 1);
    while (t->slots[at] && !yz_text_equal(t->rows[t->slots[at] - 1].name, name))
        at = (at + 1) & (t->size - 1);
    return &t->slots[at];
}

static what_if_sum *row_of(table *t, yz_text name) {
    if (2 * (t->count + 1) > t->size) {
        t->size = t->size ? 2 * t->size : 64;
        yz_free(t->slots);
        t->slots = yz_alloc_zeroed(t->size * sizeof *t->slots);
        t->rows = yz_realloc(t->rows, t->size * sizeof *t->rows);
        for (uint32_t i = 0; i < t->count; i++)
            *slot_of(t, t->rows[i].name) = i + 1;
    }
    uint32_t *slot = slot_of(t, name);
    if (*slot == 0) {
        t->rows[t->count] = (what_if_sum){.name = name};
        *slot = ++t->count;
    }
    return &t->rows[*slot - 1];
}

what_if_totals *what_if_totals_new(const yz_rules *rules) {
    what_if_totals *totals = yz_alloc_zeroed(sizeof *totals);
    totals->rules = rules;
    totals->all.name = YZ_TEXT("all");
    return totals;
}

void what_if_totals_free(what_if_totals *totals) {
    if (totals == NULL) return;
    for (int i = 0; i < 3; i++) {
        yz_free(totals->tables[i].rows);
        yz_free(totals->tables[i].slots);
    }
    yz_free(totals);
}

// ---- one pair ----

static bool is_due(int decision) {
    return decision == yz_word_decision_grant || decision == yz_word_decision_serve ||
           decision == yz_word_decision_refer;
}

int what_if_direction(const yz_verdict *before, const yz_verdict *after) {
    bool was = is_due(before->decision), is = is_due(after->decision);
    if (was != is) return is ? 1 : -1;
    return (after->amount > before->amount) - (after->amount < before->amount);
}

static void add(what_if_sum *sum, const yz_verdict *before, const yz_verdict *after, bool changed,
                int direction) {
    sum->changed += changed;
    sum->gain += direction > 0;
    sum->lose += direction < 0;
    sum->before += before->amount;
    sum->after += after->amount;
}

bool what_if_totals_add(what_if_totals *totals, yz_text measure, yz_text division,
                        const yz_verdict *before, const yz_verdict *after) {
    bool changed = before->decision != after->decision || before->amount != after->amount;
    if (!changed && after->amount == 0) return false; // most of them: nothing to add
    int direction = changed ? what_if_direction(before, after) : 0;
    yz_text names[3] = {measure, what_if_fund(totals->rules, measure), division};
    add(&totals->all, before, after, changed, direction);
    for (int i = 0; i < 3; i++)
        add(row_of(&totals->tables[i], names[i]), before, after, changed, direction);
    return changed;
}

static int by_name(const void *a, const void *b) {
    return yz_text_compare(((const what_if_sum *)a)->name, ((const what_if_sum *)b)->name);
}

const what_if_sum *what_if_totals_rows(what_if_totals *totals, what_if_by by, uint32_t *count) {
    *count = 1;
    if (by == WHAT_IF_ALL) return &totals->all;
    table *t = &totals->tables[by - WHAT_IF_MEASURE];
    *count = t->count;
    if (t->count > 1) qsort(t->rows, t->count, sizeof *t->rows, by_name);
    if (t->size) memset(t->slots, 0, t->size * sizeof *t->slots);
    for (uint32_t i = 0; i < t->count; i++)
        *slot_of(t, t->rows[i].name) = i + 1;
    return t->rows;
}

// ---- whose ----

yz_text what_if_fund(const yz_rules *rules, yz_text measure) {
    const yz_rule *rule = yz_rules_rule(rules, measure);
    return rule != NULL && rule->fund.size > 0 ? rule->fund : YZ_TEXT("-");
}

static const yz_text *text_at(const yz_facts *facts, yz_object object, int field) {
    const yz_row *row = facts->objects[object];
    if (row == NULL || !(row->known >> field & 1)) return NULL;
    return (const yz_text *)(intptr_t)row->values[field];
}

yz_text what_if_division(yz_text said, const yz_facts *facts) {
    if (said.size >= DIVISION_BYTES) return (yz_text){said.bytes, DIVISION_BYTES};
    if (said.size > 0) return said;
    const yz_text *code = text_at(facts, YZ_OBJECT_employer, yz_field_employer_credit_code);
    if (code != NULL && code->size == CREDIT_CODE_BYTES)
        return (yz_text){code->bytes + 2, DIVISION_BYTES}; // GB 32100: places 3 to 8
    const yz_text *places[] = {text_at(facts, YZ_OBJECT_person, yz_field_person_hukou_division),
                               text_at(facts, YZ_OBJECT_transfer, yz_field_transfer_work_division),
                               text_at(facts, YZ_OBJECT_ledger, yz_field_ledger_division)};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i] != NULL && places[i]->size >= DIVISION_BYTES)
            return (yz_text){places[i]->bytes, DIVISION_BYTES};
    }
    return YZ_TEXT("-");
}
