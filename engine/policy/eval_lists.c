/* What runs over the elements of a list, and what is in what. */
#include "engine/policy/eval.h"

#include <stdlib.h>
#include <string.h>

// ---- elements of any collection ----

uint32_t yz_elements(yz_kind kind, yz_value collection) {
    switch (kind.type) {
    case YZ_TYPE_LIST: return collection.list->count;
    case YZ_TYPE_TEXTS: return collection.texts->count;
    case YZ_TYPE_NUMBERS: return collection.numbers->count;
    case YZ_TYPE_SET: return (uint32_t)__builtin_popcountll(collection.set);
    default: return 0;
    }
}

yz_value yz_element(yz_kind kind, yz_value collection, uint32_t at) {
    yz_value element = {.state = YZ_STATE_GIVEN};
    switch (kind.type) {
    case YZ_TYPE_LIST: element.row = yz_list_row(collection.list, at); break;
    case YZ_TYPE_TEXTS: element.text = &collection.texts->texts[at]; break;
    case YZ_TYPE_NUMBERS: element.number = collection.numbers->numbers[at]; break;
    default: { // the at-th word of the set
        uint64_t rest = collection.set;
        for (; at > 0; at--)
            rest &= rest - 1;
        element.number = __builtin_ctzll(rest);
        break;
    }
    }
    return element;
}

// ---- any, count, sum, distinct ----

typedef struct tally {
    const uint64_t *missing;
    bool any;      // a condition held
    bool none;     // an addend was none: so is the sum
    yz_wide total; // of count and sum
    yz_value *seen;
    uint32_t seen_count;
} tally;

static void add_to(yz_eval *e, tally *t, yz_wide number) {
    if (!yz_wide_add(t->total, number, &t->total)) yz_eval_fail(e, YZ_ERR_BAD_INPUT);
}

static void note_distinct(yz_eval *e, tally *t, const yz_expr *x) {
    yz_value value = yz_evaluate(e, x->c);
    if (value.state == YZ_STATE_UNKNOWN)
        t->missing = yz_missing_union(e, t->missing, value.missing);
    yz_until_tomorrow(e, value.moving);
    if (value.state != YZ_STATE_GIVEN) return;
    for (uint32_t i = 0; i < t->seen_count; i++) {
        if (yz_value_equal(x->c->kind, t->seen[i], value)) return;
    }
    t->seen[t->seen_count++] = value;
}

static void see(yz_eval *e, tally *t, const yz_expr *x) {
    yz_value value = yz_evaluate(e, x->b);
    if (value.state == YZ_STATE_UNKNOWN) {
        t->missing = yz_missing_union(e, t->missing, value.missing);
        if (x->op == YZ_OP_DISTINCT) note_distinct(e, t, x);
        return;
    }
    if (x->op == YZ_OP_SUM) {
        yz_until_tomorrow(e, value.moving);
        if (value.state == YZ_STATE_NONE)
            t->none = true;
        else
            add_to(e, t, value.number);
        return;
    }
    if (!yz_truth(value)) return;
    t->any = true;
    t->total += 1;
    if (x->op == YZ_OP_DISTINCT) note_distinct(e, t, x);
}

yz_value yz_eval_each(yz_eval *e, const yz_expr *x) {
    yz_value collection = yz_evaluate(e, x->a);
    if (collection.state != YZ_STATE_GIVEN) return collection;
    uint32_t count = yz_elements(x->a->kind, collection);
    tally t = {0};
    if (x->op == YZ_OP_DISTINCT) {
        t.seen = yz_eval_take(e, (size_t)(count + 1) * sizeof *t.seen);
        if (t.seen == NULL) return yz_value_none();
    }
    yz_scope scope = {.outer = e->scope};
    e->scope = &scope;
    for (uint32_t i = 0; i < count && e->status == YZ_OK; i++) {
        scope.it = yz_element(x->a->kind, collection, i);
        see(e, &t, x);
    }
    e->scope = scope.outer;
    if (x->op == YZ_OP_ANY && t.any) return yz_value_number(1);
    if (t.none) return yz_value_none();
    if (t.missing != NULL) return (yz_value){.state = YZ_STATE_UNKNOWN, .missing = t.missing};
    if (x->op == YZ_OP_ANY) return yz_value_number(0);
    return yz_value_number(x->op == YZ_OP_DISTINCT ? t.seen_count : t.total);
}

// ---- sets ----

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

yz_value yz_eval_set(yz_eval *e, const yz_expr *x) {
    yz_value result = {.state = YZ_STATE_GIVEN};
    const yz_value *elements = yz_eval_all(e, x, &result);
    if (elements == NULL) return result;
    result = (yz_value){.state = YZ_STATE_GIVEN};
    uint32_t count = x->list_count;
    if (x->kind.type == YZ_TYPE_SET) {
        for (uint32_t i = 0; i < count; i++)
            result.set |= 1ull << (unsigned)elements[i].number;
        return result;
    }
    if (x->kind.type == YZ_TYPE_TEXTS) {
        yz_texts *texts = yz_eval_take(e, sizeof *texts);
        yz_text *copies = yz_eval_take(e, (count + 1) * sizeof *copies);
        if (texts == NULL || copies == NULL) return yz_value_none();
        for (uint32_t i = 0; i < count; i++)
            copies[i] = *elements[i].text;
        *texts = (yz_texts){count, copies};
        result.texts = texts;
        return result;
    }
    yz_numbers *numbers = yz_eval_take(e, sizeof *numbers);
    int64_t *copies = yz_eval_take(e, (count + 1) * sizeof *copies);
    if (numbers == NULL || copies == NULL) return yz_value_none();
    for (uint32_t i = 0; i < count; i++) {
        yz_until_tomorrow(e, elements[i].moving);
        if (elements[i].number > INT64_MAX || elements[i].number < INT64_MIN)
            return yz_eval_fail(e, YZ_ERR_BAD_INPUT);
        copies[i] = (int64_t)elements[i].number;
    }
    if (count > 1) qsort(copies, count, sizeof *copies, by_size);
    *numbers = (yz_numbers){count, copies};
    result.numbers = numbers;
    return result;
}

static bool holds(yz_kind kind, yz_value collection, yz_value element) {
    if (kind.type == YZ_TYPE_SET)
        return element.number >= 0 && element.number < 64 &&
               (collection.set >> (unsigned)element.number & 1);
    if (kind.type == YZ_TYPE_TABLE) {
        for (uint32_t i = 0; i < collection.table->count; i++) {
            if (collection.table->keys[i] == element.number) return true;
        }
        return false;
    }
    for (uint32_t i = 0; i < yz_elements(kind, collection); i++) {
        yz_value there = yz_element(kind, collection, i);
        if (kind.type == YZ_TYPE_TEXTS ? yz_text_equal(*there.text, *element.text)
                                       : there.number == element.number)
            return true;
    }
    return false;
}

static bool overlap(yz_kind kind, yz_value a, yz_value b) {
    if (kind.type == YZ_TYPE_SET) return (a.set & b.set) != 0;
    for (uint32_t i = 0; i < yz_elements(kind, a); i++) {
        if (holds(kind, b, yz_element(kind, a, i))) return true;
    }
    return false;
}

yz_value yz_eval_membership(yz_eval *e, const yz_expr *x) {
    yz_value a, b, result;
    if (!yz_eval_two(e, x, &a, &b, &result)) {
        bool false_of_none = x->op == YZ_OP_IN && result.state == YZ_STATE_NONE;
        return false_of_none ? yz_value_number(0) : result;
    }
    yz_until_tomorrow(e, a.moving || b.moving);
    switch (x->op) {
    case YZ_OP_IN: return yz_value_number(holds(x->b->kind, b, a));
    case YZ_OP_CONTAINS: return yz_value_number(holds(x->a->kind, a, b));
    default: return yz_value_number(overlap(x->a->kind, a, b));
    }
}

// ---- insured months ----

// Months from `from` to `to` in which all of `wanted` were paid, in one entry or in several.
static yz_wide joint_months(const yz_list *list, uint64_t wanted, int32_t from, int32_t to) {
    yz_wide count = 0;
    const uint64_t bits =
        1ull << yz_field_insured_month_month | 1ull << yz_field_insured_month_kinds;
    for (uint32_t i = 0; i < list->count; i++) {
        const yz_row *row = yz_list_row(list, i);
        int64_t month = row->values[yz_field_insured_month_month];
        if ((row->known & bits) != bits || month < from || month > to) continue;
        uint64_t paid = 0;
        bool met_before = false;
        for (uint32_t j = 0; j < list->count; j++) {
            const yz_row *other = yz_list_row(list, j);
            if ((other->known & bits) != bits) continue;
            if (other->values[yz_field_insured_month_month] != month) continue;
            if (j < i) met_before = true;
            paid |= (uint64_t)other->values[yz_field_insured_month_kinds];
        }
        count += !met_before && (wanted & ~paid) == 0;
    }
    return count;
}

yz_value yz_eval_joint_months(yz_eval *e, const yz_expr *x) {
    yz_value result;
    const yz_value *operands = yz_eval_all(e, x, &result);
    if (operands == NULL) return result;
    int32_t from = yz_month_of_day((int32_t)operands[2].number);
    int32_t to = yz_month_of_day((int32_t)operands[3].number);
    yz_until_tomorrow(e, operands[2].moving);
    yz_until_date(e, YZ_OP_MONTH, operands[3], operands[3], yz_value_number(to));
    return yz_value_number(joint_months(operands[0].list, operands[1].set, from, to));
}
