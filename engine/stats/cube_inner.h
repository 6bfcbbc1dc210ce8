/* The inside of the cube; engine/stats/cube*.c only.
 *
 *     node    code, parent, the rows it has
 *     pair -> rows: for each node of its division one of its occupation and one of all
 *     row  -> a daybook for each counter; one of all occupations has beside it the history of each
 *             sum, by the minute
 *     now  -> of the counters at hand what rows of one occupation have come to, side by side: a
 *             table is one scan */
#ifndef YZ_ENGINE_STATS_CUBE_INNER_H
#define YZ_ENGINE_STATS_CUBE_INNER_H

#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/stats/cube.h"
#include "engine/stats/daybook.h"
#include "engine/stats/history.h"

#define LEVELS_MAX 5 // "", 2, 4, 6, the whole code
#define PAIR_ROWS_MAX (2 * LEVELS_MAX)

typedef struct node_row {
    uint32_t row, occupation;
} node_row;

typedef struct node {
    uint32_t parent;
    node_row *rows; // owned; not the one of all occupations
    uint32_t row_count, row_room;
} node;

typedef struct cube_pair {
    uint32_t division, occupation;
    uint32_t row[PAIR_ROWS_MAX];
    uint32_t row_count;
} cube_pair;

/* A table of numbers by a key of 8 bytes: open addressing, half full at most. */
typedef struct number_place {
    uint64_t key;
    uint32_t number; // + 1; 0: free
} number_place;
typedef struct number_map {
    number_place *places;
    uint32_t room, count;
} number_map;

/* A book as it is read back. */
typedef struct cube_reading {
    daybook_entry *list; // owned
    uint32_t count, room, row, counter;
    int64_t value; // of the last entry
} cube_reading;

struct yz_cube {
    uint32_t counters;
    yz_ids *codes; // of nodes, a '/' before each
    yz_slab nodes, pairs, rows;
    uint32_t pair_count, row_count;
    number_map pairs_by, rows_by; // (division, occupation); (node, occupation)
    pool books, sums;             // daybooks; histories of sums
    uint64_t at_hand;             // bits of the counters that
    yz_slab *now;                 // have sums here, by counter: int64_t by row
    uint64_t node_row_bytes;
    cube_reading reading;
};

/* Of one of all occupations what each counter has lies in the pool `sums`, four words each: its
 * book, and the history of its sum. */
typedef struct cube_row {
    uint32_t node, occupation;
    uint32_t whole;  // of one of all occupations: where that is; else 0
    uint32_t spare;  // so that a row of 28 counters fills two lines of memory
    uint32_t book[]; // of one occupation: by counter
} cube_row;

static inline node *node_at(const yz_cube *c, uint32_t number) {
    return yz_slab_at(&c->nodes, number);
}
static inline cube_pair *cube_pair_at(const yz_cube *c, uint32_t number) {
    return yz_slab_at(&c->pairs, number);
}
static inline cube_row *cube_row_at(const yz_cube *c, uint32_t number) {
    return yz_slab_at(&c->rows, number);
}
static inline uint8_t cell_key(uint32_t group, uint32_t type) {
    return (uint8_t)(group * YZ_TYPES + type);
}
#define WHOLE_WORDS 4u
static inline uint32_t *whole_at(const yz_cube *c, const cube_row *row, uint32_t counter) {
    return pool_at(&c->sums, row->whole) + WHOLE_WORDS * (size_t)counter;
}
/* The history of a sum of a row of all occupations. */
static inline uint32_t *sum_at(const yz_cube *c, const cube_row *row, uint32_t counter) {
    return whole_at(c, row, counter) + 2;
}
static inline uint32_t *book_at(const yz_cube *c, cube_row *row, uint32_t counter) {
    return row->whole != 0 ? whole_at(c, row, counter) : &row->book[counter];
}
static inline uint32_t book_of(const yz_cube *c, const cube_row *row, uint32_t counter) {
    return row->whole != 0 ? *whole_at(c, row, counter) : row->book[counter];
}
static inline bool is_at_hand(const yz_cube *c, uint32_t counter) {
    return (c->at_hand >> counter & 1) != 0;
}
static inline int64_t *now_at(const yz_cube *c, uint32_t counter, uint32_t row) {
    return yz_slab_at(&c->now[counter], row);
}

/* The row of a node and an occupation (or YZ_OCCUPATION_ALL, YZ_ROW_NONE); YZ_ROW_NONE: none. */
uint32_t cube_row_find(const yz_cube *cube, uint32_t of, uint32_t occupation);
/* What a counter of a row has come to: of all its cells, and of some. */
int64_t cube_row_now(const yz_cube *cube, uint32_t row, uint32_t counter);

#endif
