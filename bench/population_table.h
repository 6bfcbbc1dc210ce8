/* How facts are drawn: the table behind bench/population.h. */
#ifndef YZ_BENCH_POPULATION_TABLE_H
#define YZ_BENCH_POPULATION_TABLE_H

#include "engine/base/random.h"
#include "engine/policy/facts.h"

#include <stdio.h>

typedef enum draw_kind {
    DRAW_BY_CODE, // see `how`: depends on other facts
    DRAW_YES,     // true in weights[0] of 1000
    DRAW_WORD,    // one word, by weight; weights add up to 1000
    DRAW_SOME,    // a set: each word by itself, weights[w] of 1000
    DRAW_RANGE,   // low..high, each as likely; yuan in fen, days, months alike
    DRAW_TEXT,    // one of a pool
} draw_kind;

typedef enum text_pool {
    POOL_DIVISIONS,   // 104 codes, six digits; the last are townships and villages
    POOL_INDUSTRIES,  // 97 codes with their letter
    POOL_OCCUPATIONS, // 120 codes
    POOL_NAMES,       // 100 names of people, plans, vouchers
    POOL_MEASURES,    // m01 to m18
    POOLS,
} text_pool;

typedef struct draw {
    yz_object object;
    int field;
    const char *path;
    uint32_t given; // of 1000: how often there is a value at all
    draw_kind kind;
    uint16_t weights[12];
    int64_t low, high;
    text_pool pool;
    const char *how;
} draw;

/* The draws of an object's fields, and how many; those by code included. */
const draw *draws_of(yz_object object, uint32_t *count);

/* Draws all of an object's fields that do not go by code. The row has room for all of them. */
void draw_row(yz_object object, yz_random *random, const yz_text *const *pools, yz_row *row);

uint32_t pool_size(text_pool pool);
void draws_print(FILE *out);

/* `permille` of 1000? */
static inline bool chance(yz_random *random, uint32_t permille) {
    return ((yz_random_next(random) >> 32) * 1000 >> 32) < permille;
}
/* 0..limit-1, as good as unbiased for small limits. */
static inline uint32_t below(yz_random *random, uint32_t limit) {
    return (uint32_t)((yz_random_next(random) >> 32) * limit >> 32);
}

#endif
