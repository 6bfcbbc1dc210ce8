/* The inside of the cube; engine/stats/cube*.c only.
 *
 *     node    code, parent, the rows it has
 *     pair -> rows: for each node of its division one of its occupation and one of all
 *     row  -> a block for each counter, in the pool:
 *
 *         word 0       slots used (low 16 bits), room (high 16, a multiple of 4)
 *         words 1, 2   slot of the sum: by the minute in a row of all occupations, else by the day
 *         then         a byte for each slot: group * 4 + type; then the slots, by the day
 *
 *     now  for each counter the sums of all rows as they are, side by side: a table is one scan */
#ifndef YZ_ENGINE_STATS_CUBE_INNER_H
#define YZ_ENGINE_STATS_CUBE_INNER_H

#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/stats/cube.h"
#include "engine/stats/history.h"

#define LEVELS_MAX 5 // "", 2, 4, 6, the whole code
#define PAIR_ROWS_MAX (2 * LEVELS_MAX)
#define SLOT_WORDS 2u
#define BLOCK_HEAD 3u // words before the keys

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
typedef struct number_map {
    uint64_t *keys;
    uint32_t *numbers; // + 1; 0: free
    uint32_t room, count;
} number_map;

struct yz_cube {
    uint32_t counters;
    yz_ids *codes; // of nodes, a '/' before each
    yz_slab nodes, pairs, rows;
    uint32_t pair_count, row_count;
    number_map pairs_by, rows_by; // (division, occupation); (node, occupation)
    pool words;
    yz_slab *now; // by counter: int64_t by row
    uint64_t node_row_bytes, block_words;
};

typedef struct cube_row {
    uint32_t node, occupation;
    uint32_t block[]; // by counter; 0: nothing was counted
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
static inline uint32_t block_used(const uint32_t *block) {
    return block[0] & 0xFFFF;
}
static inline uint32_t block_room(const uint32_t *block) {
    return block[0] >> 16;
}
static inline uint32_t block_words(uint32_t room) {
    return BLOCK_HEAD + room / 4 + room * SLOT_WORDS;
}
static inline unsigned char *block_keys(uint32_t *block) {
    return (unsigned char *)(block + BLOCK_HEAD);
}
static inline uint32_t *block_sum(uint32_t *block) {
    return block + 1;
}
static inline uint32_t *block_slot(uint32_t *block, uint32_t index) {
    return block + BLOCK_HEAD + block_room(block) / 4 + index * SLOT_WORDS;
}
static inline unsigned char slot_key(uint32_t group, uint32_t type) {
    return (unsigned char)(group * YZ_TYPES + type);
}
/* NULL: the counter never counted in this row. */
static inline uint32_t *block_of(const yz_cube *c, uint32_t row, uint32_t counter) {
    uint32_t block = cube_row_at(c, row)->block[counter];
    return block == 0 ? NULL : pool_at(&c->words, block);
}
static inline int64_t *now_at(const yz_cube *c, uint32_t counter, uint32_t row) {
    return yz_slab_at(&c->now[counter], row);
}
/* Keeps a row minutes, or days only? */
static inline bool row_is_fine(const yz_cube *c, uint32_t row) {
    return cube_row_at(c, row)->occupation == YZ_OCCUPATION_ALL;
}

/* The row of a node and an occupation (or YZ_OCCUPATION_ALL, YZ_ROW_NONE); YZ_ROW_NONE: none. */
uint32_t cube_row_find(const yz_cube *cube, uint32_t of, uint32_t occupation);
/* The block of a counter in a row, made if need be; and in it the slot of a group and type. */
uint32_t *cube_block(yz_cube *cube, uint32_t row, uint32_t counter);
uint32_t *cube_slot(yz_cube *cube, uint32_t row, uint32_t counter, uint32_t group, uint32_t type);

#endif
