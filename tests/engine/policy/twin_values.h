/* Values as policy/SPEC.md 0.5 has them: given, none, or unknown with the set of what is missing;
 * and conditions over them: true, false, or unknown with the set. Every operand is an argument, so
 * all of them have been evaluated before anything is decided. */
#ifndef YZ_TESTS_POLICY_TWIN_VALUES_H
#define YZ_TESTS_POLICY_TWIN_VALUES_H

#include "engine/policy/facts.h"

/* Everything that can be missing has a number: the facts of the catalogue, then the parameters. */
#define OBJECT(object, zh, en)
#define SHAPE(shape, zh, en)
#define FACT(object, field, type, of, absent, zh, en) twin_number_##object##_##field,
#define END()
typedef enum twin_number {
#include "engine/policy/facts.def"
    TWIN_NUMBER_params, // the first parameter
} twin_number;
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END

#define TWIN_NUMBER_WORDS 8

typedef struct twin_missing {
    uint64_t bits[TWIN_NUMBER_WORDS];
} twin_missing;

typedef enum twin_state { TWIN_GIVEN, TWIN_NONE, TWIN_UNKNOWN } twin_state;

typedef struct value { // an int, fen, a day, a month, a word, bits of a set, a pointer
    twin_state state;
    int64_t n;
    twin_missing missing; // of TWIN_UNKNOWN
} value;

typedef enum truth { FALSE, TRUE, UNKNOWN } truth;

typedef struct condition {
    truth truth;
    twin_missing missing; // of UNKNOWN
} condition;

twin_missing twin_missing_one(int number);
void twin_missing_join(twin_missing *into, const twin_missing *more);

value given(int64_t n);
value none(void);
value unknown(int number);

condition holds(bool plain);
condition is_true(value b); // a fact of type bool, as a condition
condition known(value v);

condition less(value a, value b);
condition at_most(value a, value b); // a <= b
condition same(value a, value b);
condition differ(value a, value b);
condition between(value low, value v, value high); // low <= v and v <= high

value plus(value a, value b);
value minus(value a, value b);
value product(value a, value b);
/* A function of one or two values that are given; none and unknown go through. */
value call1(int64_t (*f)(int64_t), value a);
value call2(int64_t (*f)(int64_t, int64_t), value a, value b);

/* Words and sets of words; texts. */
condition is(value word, int64_t wanted);
condition word_in(value word, value set);
condition overlap(value a, value b);
condition same_text(value a, value b);
value text_prefix_same(value a, value b, uint32_t bytes); // 1 or 0

condition not(condition c);
condition all_of(uint32_t count, const condition *conditions);
condition one_of(uint32_t count, const condition *conditions);
#define AND(...)                                                                                   \
    all_of(sizeof((condition[]){__VA_ARGS__}) / sizeof(condition), (condition[]){__VA_ARGS__})
#define OR(...)                                                                                    \
    one_of(sizeof((condition[]){__VA_ARGS__}) / sizeof(condition), (condition[]){__VA_ARGS__})
value choose(condition c, value yes, value no);
condition choose_condition(condition c, condition yes, condition no);

/* Folds over a list, one element at a time. */
void or_else(condition *so_far, condition next);
void count_if(value *so_far, condition next);

static inline const yz_text *text_of(value v) {
    return (const yz_text *)(intptr_t)v.n;
}

#endif
