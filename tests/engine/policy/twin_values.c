#include "tests/engine/policy/twin_values.h"

#include "engine/base/check.h"

twin_missing twin_missing_one(int number) {
    twin_missing missing = {{0}};
    missing.bits[number / 64] = UINT64_C(1) << (number % 64);
    return missing;
}

void twin_missing_join(twin_missing *into, const twin_missing *more) {
    for (int i = 0; i < TWIN_NUMBER_WORDS; i++)
        into->bits[i] |= more->bits[i];
}

value given(int64_t n) {
    return (value){.state = TWIN_GIVEN, .n = n};
}

value none(void) {
    return (value){.state = TWIN_NONE};
}

value unknown(int number) {
    return (value){.state = TWIN_UNKNOWN, .missing = twin_missing_one(number)};
}

condition holds(bool plain) {
    return (condition){.truth = plain ? TRUE : FALSE};
}

static condition not_known_from(const value *a, const value *b) {
    condition c = {.truth = UNKNOWN};
    if (a->state == TWIN_UNKNOWN) twin_missing_join(&c.missing, &a->missing);
    if (b->state == TWIN_UNKNOWN) twin_missing_join(&c.missing, &b->missing);
    return c;
}

/* May two values be compared? If not, *c is what the comparison gives: false if one of them is
 * none, whatever the other may turn out to be; else unknown. */
static bool comparable(const value *a, const value *b, condition *c) {
    *c = holds(false);
    if (a->state == TWIN_NONE || b->state == TWIN_NONE) return false;
    if (a->state == TWIN_GIVEN && b->state == TWIN_GIVEN) return true;
    *c = not_known_from(a, b);
    return false;
}

/* A function of two values of which not both are given: none decides here too. */
static value merged(const value *a, const value *b) {
    if (a->state == TWIN_NONE || b->state == TWIN_NONE) return none();
    return (value){.state = TWIN_UNKNOWN, .missing = not_known_from(a, b).missing};
}

static bool both_given(const value *a, const value *b) {
    return a->state == TWIN_GIVEN && b->state == TWIN_GIVEN;
}

condition is_true(value b) {
    if (b.state == TWIN_UNKNOWN) return (condition){.truth = UNKNOWN, .missing = b.missing};
    return holds(b.state == TWIN_GIVEN && b.n != 0);
}

condition known(value v) {
    return holds(v.state == TWIN_GIVEN);
}

condition less(value a, value b) {
    condition c;
    return comparable(&a, &b, &c) ? holds(a.n < b.n) : c;
}

condition at_most(value a, value b) {
    condition c;
    return comparable(&a, &b, &c) ? holds(a.n <= b.n) : c;
}

condition same(value a, value b) {
    condition c;
    return comparable(&a, &b, &c) ? holds(a.n == b.n) : c;
}

condition differ(value a, value b) {
    condition c;
    return comparable(&a, &b, &c) ? holds(a.n != b.n) : c;
}

condition between(value low, value v, value high) {
    return AND(at_most(low, v), at_most(v, high));
}

value plus(value a, value b) {
    return both_given(&a, &b) ? given(a.n + b.n) : merged(&a, &b);
}

value minus(value a, value b) {
    return both_given(&a, &b) ? given(a.n - b.n) : merged(&a, &b);
}

value product(value a, value b) {
    return both_given(&a, &b) ? given(a.n * b.n) : merged(&a, &b);
}

value call1(int64_t (*f)(int64_t), value a) {
    return a.state == TWIN_GIVEN ? given(f(a.n)) : a;
}

value call2(int64_t (*f)(int64_t, int64_t), value a, value b) {
    return both_given(&a, &b) ? given(f(a.n, b.n)) : merged(&a, &b);
}

condition is(value word, int64_t wanted) {
    return same(word, given(wanted));
}

condition word_in(value word, value set) {
    condition c;
    return comparable(&word, &set, &c) ? holds(((uint64_t)set.n >> word.n & 1) != 0) : c;
}

condition overlap(value a, value b) {
    condition c;
    return comparable(&a, &b, &c) ? holds((a.n & b.n) != 0) : c;
}

condition same_text(value a, value b) {
    condition c;
    return comparable(&a, &b, &c) ? holds(yz_text_equal(*text_of(a), *text_of(b))) : c;
}

value text_prefix_same(value a, value b, uint32_t bytes) {
    if (!both_given(&a, &b)) return merged(&a, &b);
    yz_text left = *text_of(a), right = *text_of(b);
    if (left.size > bytes) left.size = bytes;
    if (right.size > bytes) right.size = bytes;
    return given(yz_text_equal(left, right));
}

condition not(condition c) {
    if (c.truth == UNKNOWN) return c;
    return holds(c.truth == FALSE);
}

condition all_of(uint32_t count, const condition *conditions) {
    condition all = holds(true);
    for (uint32_t i = 0; i < count; i++) {
        if (conditions[i].truth == FALSE) return holds(false);
        if (conditions[i].truth == TRUE) continue;
        all.truth = UNKNOWN;
        twin_missing_join(&all.missing, &conditions[i].missing);
    }
    return all;
}

condition one_of(uint32_t count, const condition *conditions) {
    condition any = holds(false);
    for (uint32_t i = 0; i < count; i++)
        or_else(&any, conditions[i]);
    return any;
}

void or_else(condition *so_far, condition next) {
    if (so_far->truth == TRUE || next.truth == FALSE) return;
    if (next.truth == TRUE) {
        *so_far = next;
        return;
    }
    so_far->truth = UNKNOWN;
    twin_missing_join(&so_far->missing, &next.missing);
}

void count_if(value *so_far, condition next) {
    if (next.truth == UNKNOWN) {
        value open = {.state = TWIN_UNKNOWN, .missing = next.missing};
        *so_far = plus(*so_far, open);
    } else if (next.truth == TRUE) {
        *so_far = plus(*so_far, given(1));
    }
}

value choose(condition c, value yes, value no) {
    if (c.truth == UNKNOWN) return (value){.state = TWIN_UNKNOWN, .missing = c.missing};
    return c.truth == TRUE ? yes : no;
}

condition choose_condition(condition c, condition yes, condition no) {
    if (c.truth == UNKNOWN) return c;
    return c.truth == TRUE ? yes : no;
}
