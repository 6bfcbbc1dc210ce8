/* How each node is asked. Operands of none make none before unknown, as the plain evaluator has it
 * (eval.h): GIVEN is 0, NONE 1, UNKNOWN 2, so the states of two operands joined tell which. */
#include "engine/policy/compiled_node.h"

static const yz_list no_entries;
static const yz_texts no_texts;

#define POINTER(type, n) ((const type *)(intptr_t)(n))

static inline yz_short ask(const yz_node *x, yz_run *run) {
    return x->value(x, run);
}
static inline yz_short not_given(int64_t states) {
    return (yz_short){0, states & YZ_STATE_NONE ? YZ_STATE_NONE : YZ_STATE_UNKNOWN};
}
static inline int truth_of(yz_short value) {
    if (value.state == YZ_STATE_UNKNOWN) return -1;
    return value.state == YZ_STATE_GIVEN && value.number != 0;
}

// Every node answers both questions; each is written the way that suits it.
static yz_short value_by_truth(const yz_node *x, yz_run *run) {
    int truth = x->truth(x, run);
    return truth < 0 ? YZ_SHORT_UNKNOWN : YZ_SHORT(truth);
}
static int truth_by_value(const yz_node *x, yz_run *run) {
    return truth_of(x->value(x, run));
}

static yz_short give_up(yz_run *run) {
    run->gave_up = true;
    return YZ_SHORT_NONE;
}

// ---- leaves ----

static yz_short constant(const yz_node *x, yz_run *run) {
    (void)run;
    return (yz_short){x->number, x->state};
}

static yz_short fact(const yz_node *x, yz_run *run) {
    const yz_row *row = run->facts->objects[x->object];
    if (row != NULL && row->known >> x->at & 1) return YZ_SHORT(row->values[x->at]);
    return (yz_short){x->number, x->state};
}

static yz_short object(const yz_node *x, yz_run *run) {
    const yz_row *row = run->facts->objects[x->object];
    return row != NULL ? YZ_SHORT((intptr_t)row) : YZ_SHORT_NONE;
}

static yz_short it(const yz_node *x, yz_run *run) {
    return YZ_SHORT(run->it[x->at]);
}

static yz_short field_of_it(const yz_node *x, yz_run *run) {
    const yz_row *row = POINTER(yz_row, run->it[x->a->at]);
    if (row->known >> x->at & 1) return YZ_SHORT(row->values[x->at]);
    return (yz_short){x->number, x->state};
}

static yz_short field(const yz_node *x, yz_run *run) {
    yz_short row = ask(x->a, run);
    if (row.state == YZ_STATE_UNKNOWN) return row;
    if (row.state == YZ_STATE_NONE && x->object > YZ_OBJECTS) return row;
    if (row.state == YZ_STATE_GIVEN) {
        const yz_row *held = POINTER(yz_row, row.number);
        if (held->known >> x->at & 1) return YZ_SHORT(held->values[x->at]);
    }
    return (yz_short){x->number, x->state};
}

// ---- tests of one fact ----

static int fact_in_mask(const yz_node *x, yz_run *run) {
    const yz_row *row = run->facts->objects[x->object];
    if (row == NULL || !(row->known >> x->at & 1)) return x->absent;
    return (int)(x->mask >> (row->values[x->at] & 63) & 1);
}

static int fact_meets_mask(const yz_node *x, yz_run *run) {
    const yz_row *row = run->facts->objects[x->object];
    if (row == NULL || !(row->known >> x->at & 1)) return x->absent;
    return ((uint64_t)row->values[x->at] & x->mask) != 0;
}

// ---- conditions ----

static int all_of(const yz_node *x, yz_run *run) {
    int truth = 1;
    for (uint32_t i = 0; i < x->list_count; i++) {
        int one = x->list[i]->truth(x->list[i], run);
        if (one == 0) return 0;
        if (one < 0) truth = -1;
    }
    return truth;
}

static int any_of(const yz_node *x, yz_run *run) {
    int truth = 0;
    for (uint32_t i = 0; i < x->list_count; i++) {
        int one = x->list[i]->truth(x->list[i], run);
        if (one == 1) return 1;
        if (one < 0) truth = -1;
    }
    return truth;
}

static int negation(const yz_node *x, yz_run *run) {
    int truth = x->a->truth(x->a, run);
    return truth < 0 ? -1 : !truth;
}

static yz_short choice(const yz_node *x, yz_run *run) {
    int truth = x->a->truth(x->a, run);
    if (truth < 0) return YZ_SHORT_UNKNOWN;
    return ask(truth ? x->b : x->c, run);
}

static int chosen_truth(const yz_node *x, yz_run *run) {
    int truth = x->a->truth(x->a, run);
    if (truth < 0) return -1;
    const yz_node *branch = truth ? x->b : x->c;
    return branch->truth(branch, run);
}

static int known(const yz_node *x, yz_run *run) {
    return ask(x->a, run).state == YZ_STATE_GIVEN;
}

// ---- comparisons ----

// Both operands, given and at one scale. Else *truth is the answer.
static inline bool two(const yz_node *x, yz_run *run, int64_t *a, int64_t *b, int *truth) {
    yz_short left = ask(x->a, run), right = ask(x->b, run);
    int64_t states = left.state | right.state;
    if (states != YZ_STATE_GIVEN) {
        *truth = states & YZ_STATE_NONE ? 0 : -1;
        return false;
    }
    *a = left.number;
    *b = right.number;
    return true;
}

static bool raised(const yz_node *x, yz_run *run, int64_t *a, int64_t *b) {
    if (!__builtin_mul_overflow(*a, x->raise_a, a) && !__builtin_mul_overflow(*b, x->raise_b, b))
        return true;
    run->gave_up = true;
    return false;
}

static int less(const yz_node *x, yz_run *run) {
    int64_t a, b;
    int truth = 0;
    return two(x, run, &a, &b, &truth) ? a < b : truth;
}
static int less_equal(const yz_node *x, yz_run *run) {
    int64_t a, b;
    int truth = 0;
    return two(x, run, &a, &b, &truth) ? a <= b : truth;
}
static int equal(const yz_node *x, yz_run *run) {
    int64_t a, b;
    int truth = 0;
    return two(x, run, &a, &b, &truth) ? a == b : truth;
}
static int unequal(const yz_node *x, yz_run *run) {
    int64_t a, b;
    int truth = 0;
    return two(x, run, &a, &b, &truth) ? a != b : truth;
}

static int scaled(const yz_node *x, yz_run *run) {
    int64_t a, b;
    int truth = 0;
    if (!two(x, run, &a, &b, &truth)) return truth;
    if (!raised(x, run, &a, &b)) return 0;
    switch (x->op) {
    case YZ_OP_LESS: return a < b;
    case YZ_OP_LESS_EQUAL: return a <= b;
    case YZ_OP_EQUAL: return a == b;
    default: return a != b;
    }
}

static int same_text(const yz_node *x, yz_run *run) {
    int64_t a, b;
    int truth = 0;
    if (!two(x, run, &a, &b, &truth)) return truth;
    return yz_text_equal(*POINTER(yz_text, a), *POINTER(yz_text, b)) == (x->op == YZ_OP_EQUAL);
}

static int same_collection(const yz_node *x, yz_run *run) {
    int64_t a, b;
    int truth = 0;
    if (!two(x, run, &a, &b, &truth)) return truth;
    yz_value left = {.state = YZ_STATE_GIVEN}, right = left;
    if (x->a->kind.type == YZ_TYPE_TEXTS) {
        left.texts = a ? POINTER(yz_texts, a) : &no_texts;
        right.texts = b ? POINTER(yz_texts, b) : &no_texts;
    } else {
        left.numbers = POINTER(yz_numbers, a);
        right.numbers = POINTER(yz_numbers, b);
    }
    return yz_value_equal(x->a->kind, left, right) == (x->op == YZ_OP_EQUAL);
}

// ---- arithmetic ----

static yz_short product(const yz_node *x, yz_run *run) {
    yz_short a = ask(x->a, run), b = ask(x->b, run);
    int64_t states = a.state | b.state, result;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    if (__builtin_mul_overflow(a.number, b.number, &result)) return give_up(run);
    return YZ_SHORT(result);
}

static yz_short times(const yz_node *x, yz_run *run) { // TO_YUAN, RESCALE: by raise_a
    yz_short a = ask(x->a, run);
    int64_t result;
    if (a.state != YZ_STATE_GIVEN) return a;
    if (__builtin_mul_overflow(a.number, x->raise_a, &result)) return give_up(run);
    return YZ_SHORT(result);
}

static yz_short rounded(const yz_node *x, yz_run *run) {
    yz_short a = ask(x->a, run);
    if (a.state != YZ_STATE_GIVEN) return a;
    int64_t whole = a.number / x->raise_a, rest = a.number % x->raise_a;
    if (rest < 0) return YZ_SHORT(-rest >= x->raise_a - -rest ? whole - 1 : whole);
    return YZ_SHORT(rest > 0 && rest >= x->raise_a - rest ? whole + 1 : whole);
}

static yz_short sum(const yz_node *x, yz_run *run) {
    yz_short a = ask(x->a, run), b = ask(x->b, run);
    int64_t states = a.state | b.state, result;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    if (!raised(x, run, &a.number, &b.number)) return YZ_SHORT_NONE;
    bool passed = x->op == YZ_OP_ADD ? __builtin_add_overflow(a.number, b.number, &result)
                                     : __builtin_sub_overflow(a.number, b.number, &result);
    return passed ? give_up(run) : YZ_SHORT(result);
}

static yz_short extreme(const yz_node *x, yz_run *run) {
    int64_t best = 0, states = 0;
    for (uint32_t i = 0; i < x->list_count; i++) {
        yz_short one = ask(x->list[i], run);
        states |= one.state;
        if (i == 0 || (x->op == YZ_OP_MAX ? one.number > best : one.number < best))
            best = one.number;
    }
    return states != YZ_STATE_GIVEN ? not_given(states) : YZ_SHORT(best);
}

// ---- dates ----

#define MONTHS_MAX 120000 // of ten thousand years: more is the same

static yz_short add_months(int64_t date, int64_t months) {
    if (months > MONTHS_MAX) months = MONTHS_MAX;
    if (months < -MONTHS_MAX) months = -MONTHS_MAX;
    return YZ_SHORT(yz_add_months((int32_t)date, months));
}

// a is the date, b the span of days or months.
static yz_short moved(const yz_node *x, yz_run *run) {
    yz_short date = ask(x->a, run), span = ask(x->b, run);
    int64_t states = date.state | span.state, day;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    if (x->op == YZ_OP_SUBTRACT) span.number = -span.number;
    if (x->b->kind.of == 1) return add_months(date.number, span.number);
    if (__builtin_add_overflow(date.number, span.number, &day)) return give_up(run);
    if (day < YZ_DATE_MIN) day = YZ_DATE_MIN;
    if (day > YZ_DATE_MAX) day = YZ_DATE_MAX;
    return YZ_SHORT(day);
}

static yz_short later(const yz_node *x, yz_run *run) { // ADD_MONTHS, ADD_YEARS
    yz_short date = ask(x->a, run), by = ask(x->b, run);
    int64_t states = date.state | by.state;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    bool in_years = x->op == YZ_OP_ADD_YEARS && by.number <= MONTHS_MAX && by.number >= -MONTHS_MAX;
    return add_months(date.number, in_years ? 12 * by.number : by.number);
}

static yz_short year_or_month(const yz_node *x, yz_run *run) {
    yz_short date = ask(x->a, run);
    if (date.state != YZ_STATE_GIVEN) return date;
    if (x->a->kind.type == YZ_TYPE_MONTH) return YZ_SHORT(date.number / 12);
    int32_t year, month, day;
    yz_civil((int32_t)date.number, &year, &month, &day);
    return YZ_SHORT(x->op == YZ_OP_YEAR ? year : 12 * year + month - 1);
}

static yz_short between(const yz_node *x, yz_run *run) { // AGE, DAYS, FULL_MONTHS
    yz_short a = ask(x->a, run), b = ask(x->b, run);
    int64_t states = a.state | b.state;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    if (x->op == YZ_OP_DAYS) return YZ_SHORT(b.number - a.number);
    if (x->op == YZ_OP_AGE) return YZ_SHORT(yz_age((int32_t)a.number, (int32_t)b.number));
    return YZ_SHORT(yz_full_months((int32_t)a.number, (int32_t)b.number));
}

// ---- collections ----

uint32_t yz_short_elements(yz_kind kind, yz_short collection) {
    switch (kind.type) {
    case YZ_TYPE_LIST: return collection.number ? POINTER(yz_list, collection.number)->count : 0;
    case YZ_TYPE_TEXTS: return collection.number ? POINTER(yz_texts, collection.number)->count : 0;
    case YZ_TYPE_NUMBERS: return POINTER(yz_numbers, collection.number)->count;
    case YZ_TYPE_SET: return (uint32_t)__builtin_popcountll((uint64_t)collection.number);
    default: return 0;
    }
}

int64_t yz_short_element(yz_kind kind, yz_short collection, uint32_t at) {
    switch (kind.type) {
    case YZ_TYPE_LIST: return (intptr_t)yz_list_row(POINTER(yz_list, collection.number), at);
    case YZ_TYPE_TEXTS: return (intptr_t)&POINTER(yz_texts, collection.number)->texts[at];
    case YZ_TYPE_NUMBERS: return POINTER(yz_numbers, collection.number)->numbers[at];
    default: {
        uint64_t rest = (uint64_t)collection.number;
        for (; at > 0; at--)
            rest &= rest - 1;
        return __builtin_ctzll(rest);
    }
    }
}

// An argument of a define may walk a list on the level of the list it is asked in: the element of
// the outer one is put back.
static yz_short any_element(const yz_node *x, yz_run *run) {
    yz_short collection = ask(x->a, run);
    if (collection.state != YZ_STATE_GIVEN) return collection;
    uint32_t count = yz_short_elements(x->a->kind, collection);
    int64_t outer = run->it[x->at];
    int truth = 0;
    for (uint32_t i = 0; i < count && truth != 1; i++) {
        run->it[x->at] = yz_short_element(x->a->kind, collection, i);
        int one = x->b->truth(x->b, run);
        if (one != 0) truth = one;
    }
    run->it[x->at] = outer;
    return truth < 0 ? YZ_SHORT_UNKNOWN : YZ_SHORT(truth);
}

static yz_short count_elements(const yz_node *x, yz_run *run) {
    yz_short collection = ask(x->a, run);
    if (collection.state != YZ_STATE_GIVEN) return collection;
    uint32_t count = yz_short_elements(x->a->kind, collection);
    int64_t found = 0, outer = run->it[x->at];
    bool unknown = false;
    for (uint32_t i = 0; i < count && !unknown; i++) {
        run->it[x->at] = yz_short_element(x->a->kind, collection, i);
        int one = x->b->truth(x->b, run);
        found += one == 1;
        unknown |= one < 0;
    }
    run->it[x->at] = outer;
    return unknown ? YZ_SHORT_UNKNOWN : YZ_SHORT(found);
}

static yz_short sum_elements(const yz_node *x, yz_run *run) {
    yz_short collection = ask(x->a, run);
    if (collection.state != YZ_STATE_GIVEN) return collection;
    uint32_t count = yz_short_elements(x->a->kind, collection);
    int64_t total = 0, states = 0, outer = run->it[x->at];
    bool passed = false;
    for (uint32_t i = 0; i < count && !passed; i++) {
        run->it[x->at] = yz_short_element(x->a->kind, collection, i);
        yz_short one = ask(x->b, run);
        states |= one.state;
        if (one.state == YZ_STATE_GIVEN) passed = __builtin_add_overflow(total, one.number, &total);
    }
    run->it[x->at] = outer;
    if (passed) return give_up(run);
    return states != YZ_STATE_GIVEN ? not_given(states) : YZ_SHORT(total);
}

static bool holds(yz_kind kind, yz_short collection, int64_t element) {
    if (kind.type == YZ_TYPE_SET)
        return element >= 0 && element < 64 && ((uint64_t)collection.number >> element & 1);
    if (kind.type == YZ_TYPE_TABLE) {
        const yz_table *table = POINTER(yz_table, collection.number);
        for (uint32_t i = 0; i < table->count; i++) {
            if (table->keys[i] == element) return true;
        }
        return false;
    }
    uint32_t count = yz_short_elements(kind, collection);
    for (uint32_t i = 0; i < count; i++) {
        int64_t there = yz_short_element(kind, collection, i);
        if (kind.type == YZ_TYPE_TEXTS
                ? yz_text_equal(*POINTER(yz_text, there), *POINTER(yz_text, element))
                : there == element)
            return true;
    }
    return false;
}

static bool overlap(yz_kind kind, yz_short a, yz_short b) {
    if (kind.type == YZ_TYPE_SET) return (a.number & b.number) != 0;
    uint32_t count = yz_short_elements(kind, a);
    for (uint32_t i = 0; i < count; i++) {
        if (holds(kind, b, yz_short_element(kind, a, i))) return true;
    }
    return false;
}

static yz_short membership(const yz_node *x, yz_run *run) {
    yz_short a = ask(x->a, run), b = ask(x->b, run);
    int64_t states = a.state | b.state;
    if (states != YZ_STATE_GIVEN) {
        yz_short none = not_given(states);
        return x->op == YZ_OP_IN && none.state == YZ_STATE_NONE ? YZ_SHORT(0) : none;
    }
    switch (x->op) {
    case YZ_OP_IN: return YZ_SHORT(holds(x->b->kind, b, a.number));
    case YZ_OP_CONTAINS: return YZ_SHORT(holds(x->a->kind, a, b.number));
    default: return YZ_SHORT(overlap(x->a->kind, a, b));
    }
}

static yz_short set_of_words(const yz_node *x, yz_run *run) {
    int64_t set = 0, states = 0;
    for (uint32_t i = 0; i < x->list_count; i++) {
        yz_short one = ask(x->list[i], run);
        states |= one.state;
        set |= (int64_t)(1ull << (one.number & 63));
    }
    return states != YZ_STATE_GIVEN ? not_given(states) : YZ_SHORT(set);
}

// ---- insured months ----

#define MONTHS_AT_ONCE 64

static const uint64_t INSURED_BITS =
    1ull << yz_field_insured_month_month | 1ull << yz_field_insured_month_kinds;

// As the plain evaluator: for every month its entries together.
static int64_t joint_months_long(const yz_list *list, uint64_t wanted, int32_t from, int32_t to) {
    int64_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const yz_row *row = yz_list_row(list, i);
        int64_t month = row->values[yz_field_insured_month_month];
        if ((row->known & INSURED_BITS) != INSURED_BITS || month < from || month > to) continue;
        uint64_t paid = 0;
        bool met_before = false;
        for (uint32_t j = 0; j < list->count; j++) {
            const yz_row *other = yz_list_row(list, j);
            if ((other->known & INSURED_BITS) != INSURED_BITS) continue;
            if (other->values[yz_field_insured_month_month] != month) continue;
            if (j < i) met_before = true;
            paid |= (uint64_t)other->values[yz_field_insured_month_kinds];
        }
        count += !met_before && (wanted & ~paid) == 0;
    }
    return count;
}

static int64_t joint_months_short(const yz_list *list, uint64_t wanted, int32_t from, int32_t to) {
    uint64_t paid[MONTHS_AT_ONCE], met = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const yz_row *row = yz_list_row(list, i);
        if ((row->known & INSURED_BITS) != INSURED_BITS) continue;
        int64_t month = row->values[yz_field_insured_month_month];
        if (month < from || month > to) continue;
        uint64_t kinds = (uint64_t)row->values[yz_field_insured_month_kinds];
        uint64_t bit = 1ull << (month - from);
        paid[month - from] = met & bit ? paid[month - from] | kinds : kinds;
        met |= bit;
    }
    int64_t count = 0;
    for (; met != 0; met &= met - 1)
        count += (wanted & ~paid[__builtin_ctzll(met)]) == 0;
    return count;
}

static yz_short joint_months(const yz_node *x, yz_run *run) {
    yz_short operands[4];
    int64_t states = 0;
    for (int i = 0; i < 4; i++) {
        operands[i] = ask(x->list[i], run);
        states |= operands[i].state;
    }
    if (states != YZ_STATE_GIVEN) return not_given(states);
    const yz_list *list = operands[0].number ? POINTER(yz_list, operands[0].number) : &no_entries;
    uint64_t wanted = (uint64_t)operands[1].number;
    int32_t from = yz_month_of_day((int32_t)operands[2].number);
    int32_t to = yz_month_of_day((int32_t)operands[3].number);
    if (to - from < MONTHS_AT_ONCE) return YZ_SHORT(joint_months_short(list, wanted, from, to));
    return YZ_SHORT(joint_months_long(list, wanted, from, to));
}

// ---- texts and tables ----

static yz_short prefix(const yz_node *x, yz_run *run) {
    yz_short text = ask(x->a, run), size = ask(x->b, run);
    int64_t states = text.state | size.state;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    yz_text whole = *POINTER(yz_text, text.number), *first = x->scratch;
    uint32_t bytes = whole.size;
    if (size.number < bytes) bytes = size.number > 0 ? (uint32_t)size.number : 0;
    *first = (yz_text){whole.bytes, bytes};
    return YZ_SHORT((intptr_t)first);
}

static yz_short lookup(const yz_node *x, yz_run *run) {
    yz_short table = ask(x->a, run), key = ask(x->b, run);
    int64_t states = table.state | key.state;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    const yz_table *held = POINTER(yz_table, table.number);
    for (uint32_t i = 0; i < held->count; i++) {
        if (held->keys[i] == key.number) return YZ_SHORT(held->amounts[i]);
    }
    return YZ_SHORT_NONE;
}

#define PERCENT_WHOLE_UNITS 100000000 // bounds are in units of 1e-8

static yz_short tier(const yz_node *x, yz_run *run) {
    yz_short tiers = ask(x->a, run), part = ask(x->b, run), whole = ask(x->c, run);
    int64_t states = tiers.state | part.state | whole.state, n, d;
    if (states != YZ_STATE_GIVEN) return not_given(states);
    if (__builtin_mul_overflow(part.number, x->raise_a, &n) ||
        __builtin_mul_overflow(whole.number, x->raise_b, &d))
        return give_up(run);
    const yz_tiers *held = POINTER(yz_tiers, tiers.number);
    if (held->count == 0) return YZ_SHORT_NONE;
    if (d < 0) n = -n, d = -d;
    uint32_t at = 0;
    for (uint32_t i = 1; i < held->count && d != 0; i++) {
        int64_t reached, bound;
        if (__builtin_mul_overflow(n, PERCENT_WHOLE_UNITS, &reached) ||
            __builtin_mul_overflow(d, held->tiers[i].from_percent, &bound))
            return give_up(run);
        if (reached >= bound) at = i;
    }
    return YZ_SHORT(held->tiers[at].amount);
}

static yz_short covers(const yz_node *x, yz_run *run) {
    yz_short date = ask(x->b, run);
    if (date.state != YZ_STATE_GIVEN) return date;
    return YZ_SHORT(yz_params_period(x->params, x->at, (int32_t)date.number) != NULL);
}

// ---- kept ones ----

static yz_short kept_value(const yz_node *x, yz_run *run) {
    yz_kept *kept = &run->kept[x->slot];
    if (kept->subject == run->subject) return kept->value;
    yz_short value;
    if (x->whole_value == value_by_truth) {
        int truth = x->whole_truth(x, run);
        value = truth < 0 ? YZ_SHORT_UNKNOWN : YZ_SHORT(truth);
    } else {
        value = x->whole_value(x, run);
    }
    // What came of a number too large is no value: the next user has to find that out as well.
    if (!run->gave_up) run->kept[x->slot] = (yz_kept){run->subject, value};
    return value;
}

static int kept_truth(const yz_node *x, yz_run *run) {
    return truth_of(kept_value(x, run));
}

void yz_node_keep(yz_node *x, uint32_t slot) {
    x->whole_value = x->value;
    x->whole_truth = x->truth;
    x->value = kept_value;
    x->truth = kept_truth;
    x->slot = slot;
}

// ---- which of them ----

static void run_by_value(yz_node *x, yz_node_value value) {
    x->value = value;
    x->truth = truth_by_value;
}
static void run_by_truth(yz_node *x, yz_node_truth truth) {
    x->value = value_by_truth;
    x->truth = truth;
}

static void set_comparison(yz_node *x) {
    uint8_t type = x->a->kind.type;
    if (type == YZ_TYPE_TEXT) {
        run_by_truth(x, same_text);
    } else if (type == YZ_TYPE_TEXTS || type == YZ_TYPE_NUMBERS) {
        run_by_truth(x, same_collection);
    } else if (x->raise_a != 1 || x->raise_b != 1) {
        run_by_truth(x, scaled);
    } else {
        run_by_truth(x, x->op == YZ_OP_LESS         ? less
                        : x->op == YZ_OP_LESS_EQUAL ? less_equal
                        : x->op == YZ_OP_EQUAL      ? equal
                                                    : unequal);
    }
}

static void set_collection(yz_node *x) {
    switch (x->op) {
    case YZ_OP_ANY: run_by_value(x, any_element); break;
    case YZ_OP_COUNT: run_by_value(x, count_elements); break;
    case YZ_OP_SUM: run_by_value(x, sum_elements); break;
    case YZ_OP_SET: run_by_value(x, set_of_words); break;
    case YZ_OP_JOINT_MONTHS: run_by_value(x, joint_months); break;
    default: run_by_value(x, membership); break;
    }
}

void yz_node_set_run(yz_node *x) {
    switch ((yz_op)x->op) {
    case YZ_OP_CONSTANT: run_by_value(x, constant); break;
    case YZ_OP_FACT: run_by_value(x, fact); break;
    case YZ_OP_OBJECT: run_by_value(x, object); break;
    case YZ_OP_FIELD: run_by_value(x, x->a->op == YZ_OP_IT ? field_of_it : field); break;
    case YZ_OP_IT: run_by_value(x, it); break;
    case YZ_OP_AND: run_by_truth(x, all_of); break;
    case YZ_OP_OR: run_by_truth(x, any_of); break;
    case YZ_OP_NOT: run_by_truth(x, negation); break;
    case YZ_OP_IF:
        x->value = choice;
        x->truth = chosen_truth;
        break;
    case YZ_OP_KNOWN: run_by_truth(x, known); break;
    case YZ_OP_EQUAL:
    case YZ_OP_UNEQUAL:
    case YZ_OP_LESS:
    case YZ_OP_LESS_EQUAL: set_comparison(x); break;
    case YZ_OP_ADD:
    case YZ_OP_SUBTRACT: run_by_value(x, x->kind.type == YZ_TYPE_DATE ? moved : sum); break;
    case YZ_OP_MULTIPLY: run_by_value(x, product); break;
    case YZ_OP_TO_YUAN:
    case YZ_OP_RESCALE: run_by_value(x, times); break;
    case YZ_OP_ROUND_FEN: run_by_value(x, rounded); break;
    case YZ_OP_MAX:
    case YZ_OP_MIN: run_by_value(x, extreme); break;
    case YZ_OP_YEAR:
    case YZ_OP_MONTH: run_by_value(x, year_or_month); break;
    case YZ_OP_AGE:
    case YZ_OP_DAYS:
    case YZ_OP_FULL_MONTHS: run_by_value(x, between); break;
    case YZ_OP_ADD_MONTHS:
    case YZ_OP_ADD_YEARS: run_by_value(x, later); break;
    case YZ_OP_PREFIX: run_by_value(x, prefix); break;
    case YZ_OP_LOOKUP: run_by_value(x, lookup); break;
    case YZ_OP_TIER: run_by_value(x, tier); break;
    case YZ_OP_COVERS: run_by_value(x, covers); break;
    default: set_collection(x); break;
    }
    // A test of one fact against constants: its truth needs neither of the two nodes below.
    if (x->test == YZ_TEST_IN) x->truth = fact_in_mask;
    if (x->test == YZ_TEST_MEETS) x->truth = fact_meets_mask;
}
