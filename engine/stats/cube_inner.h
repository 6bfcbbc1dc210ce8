/* The inside of the cube; engine/stats/cube*.c only.
 *
 *     node    code, parent, the rows it has
 *     pair -> rows: for each node of its division one of its occupation and one of all
 *     row  -> a block for each counter, in the pool:
 *
 *         word 0      groups G that it has room for
 *         word 1      history of the sum
 *         word 2..    histories of (group 0, type 0), (0, 1), (0, 2), (0, 3), (1, 0) ... */
#ifndef YZ_ENGINE_STATS_CUBE_INNER_H
#define YZ_ENGINE_STATS_CUBE_INNER_H

#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/stats/cube.h"
#include "engine/stats/history.h"

#define LEVELS_MAX 5 // "", 2, 4, 6, the whole code
#define PAIR_ROWS_MAX (2 * LEVELS_MAX)
#define BLOCK_HEAD 2u // words before the slots

typedef struct node {
    uint32_t parent;
    uint32_t *rows; // owned
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
    uint64_t node_row_bytes;
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
static inline uint32_t block_groups(const yz_cube *c, uint32_t block) {
    return pool_at(&c->words, block)[0];
}
static inline uint32_t block_words(uint32_t groups) {
    return BLOCK_HEAD + groups * YZ_TYPES;
}
static inline uint32_t *block_sum(const yz_cube *c, uint32_t block) {
    return pool_at(&c->words, block) + 1;
}
static inline uint32_t *block_slot(const yz_cube *c, uint32_t block, uint32_t group,
                                   uint32_t type) {
    return pool_at(&c->words, block) + BLOCK_HEAD + group * YZ_TYPES + type;
}

/* The row of a node and an occupation (or YZ_OCCUPATION_ALL, YZ_ROW_NONE); YZ_ROW_NONE: none. */
uint32_t cube_row_find(const yz_cube *cube, uint32_t of, uint32_t occupation);
/* The block of a counter in a row, with room for the group; made if need be. */
uint32_t cube_block(yz_cube *cube, uint32_t row, uint32_t counter, uint32_t group);

#endif
