/* A place tree: the rows of one list, kept by place, so that a question reads only what lies near.
 *
 *     tree -> node -> node -> page      a k-d tree; nodes split by latitude, longitude, reach
 *                  -> page              or row; a page holds up to 240 entries, 15 blocks of 16
 *
 *     page   header 256 bytes: origin and unit of its places, a box and the reach of each block
 *            block  [16 x][16 y][16 gate][16 extra][16 row]      256 bytes, 4 cache lines
 *
 * Places in a page are 16-bit steps from its origin; the step is a power of two of 1e-7 degree, as
 * small as the page's own extent allows (a page of a town: decimetres). They are rounded down, so a
 * test against them must allow for one step: a page may name too many, never miss one. Adding and
 * removing touch one path and one page; a full page is split in two, and no change costs more than
 * a page. Short lists are one page.
 *
 * Shown because engine/match walks it; changed through these calls only. */
#ifndef YZ_ENGINE_INDEX_PLACE_TREE_H
#define YZ_ENGINE_INDEX_PLACE_TREE_H

#include "engine/base/slab.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define YZ_BLOCK_ENTRIES 16u
#define YZ_PAGE_BLOCKS 15u
#define YZ_PAGE_ENTRIES (YZ_BLOCK_ENTRIES * YZ_PAGE_BLOCKS)

/* What a list knows of a row. `gate` and `extra` are the index's; where the list keeps reach, the
 * top 8 bits of `extra` are a reach code (engine/index/codes.h), larger = farther. */
typedef struct yz_place_entry {
    int32_t lat_e7, lon_e7;
    uint32_t gate, extra, row;
} yz_place_entry;

typedef struct yz_place_box {
    int32_t lat_min, lon_min, lat_max, lon_max; // both included; empty: min > max
} yz_place_box;

typedef struct yz_place_block {
    uint16_t x[YZ_BLOCK_ENTRIES], y[YZ_BLOCK_ENTRIES]; // (lon, lat - origin) >> shift
    uint32_t gate[YZ_BLOCK_ENTRIES], extra[YZ_BLOCK_ENTRIES], row[YZ_BLOCK_ENTRIES];
} yz_place_block;

typedef struct yz_place_page {
    int32_t lat_origin, lon_origin; // whole steps
    uint16_t count;                 // entries; the blocks before the last are full
    uint8_t shift;                  // step = 1 << shift, in 1e-7 degree
    uint8_t block_room;             // blocks allocated: 1..YZ_PAGE_BLOCKS
    uint8_t changes;                // since the page was last put in order
    uint8_t reach[16];              // largest reach code of each block
    uint8_t spare[35];
    uint16_t x_min[16], x_max[16], y_min[16], y_max[16]; // of each block; may be too wide
    uint8_t spare_too[64];
    yz_place_block blocks[];
} yz_place_page;

/* A child of a node, or the root: a node, or a page (lowest bit set). */
typedef uintptr_t yz_place_child;

typedef struct yz_place_node {
    yz_place_child child[2]; // [0]: key < split, [1]: key >= split
    yz_place_box box[2];     // of the entries below; may be too wide
    int32_t split;
    uint8_t axis; // yz_place_axis
    uint8_t reach[2];
    uint8_t spare[9];
} yz_place_node;

/* ROW divides people who share one place and one reach. */
typedef enum yz_place_axis { YZ_AXIS_LAT, YZ_AXIS_LON, YZ_AXIS_REACH, YZ_AXIS_ROW } yz_place_axis;

/* One list. All zero is an empty one. */
typedef struct yz_place_tree {
    yz_place_child root; // 0 = empty
    yz_place_box box;
    uint32_t count;
    uint8_t reach; // largest code below; 0 where reach is not kept
    uint8_t spare[35];
} yz_place_tree;

/* What the trees of one index share. */
typedef struct yz_place_ground {
    const yz_slab *records; // borrowed; the first eight bytes of a record are lat_e7, lon_e7
    bool keeps_reach;
    size_t bytes;     // of pages and nodes
    uint64_t entries; // in all trees
} yz_place_ground;

/* `entry->row` is not in the tree yet. O(depth + page). */
void yz_place_tree_add(yz_place_tree *tree, yz_place_ground *ground, const yz_place_entry *entry);
/* `entry` as it was added. O(depth + page). */
void yz_place_tree_remove(yz_place_tree *tree, yz_place_ground *ground,
                          const yz_place_entry *entry);
/* Asks memory for what adding or removing entries[i] in trees[i] will touch, all trees side by
 * side: one after the other each path is a chain of cache misses. Changes nothing. */
void yz_place_trees_warm(yz_place_tree *const *trees, const yz_place_entry *entries,
                         uint32_t count);
/* Fills an empty tree; puts `entries` into another order. O(n log n). */
void yz_place_tree_build(yz_place_tree *tree, yz_place_ground *ground, yz_place_entry *entries,
                         uint32_t count);
/* Leaves an empty tree. */
void yz_place_tree_clear(yz_place_tree *tree, yz_place_ground *ground);
bool yz_place_tree_sound(const yz_place_tree *tree, const yz_place_ground *ground,
                         const char **why);

static inline bool yz_place_is_page(yz_place_child child) {
    return (child & 1) != 0;
}
static inline const yz_place_page *yz_place_page_of(yz_place_child child) {
    return (const yz_place_page *)(child - 1);
}
static inline const yz_place_node *yz_place_node_of(yz_place_child child) {
    return (const yz_place_node *)child;
}

/* What a node divides by. */
static inline int32_t yz_place_key(const yz_place_entry *entry, yz_place_axis axis) {
    switch (axis) {
    case YZ_AXIS_LAT: return entry->lat_e7;
    case YZ_AXIS_LON: return entry->lon_e7;
    case YZ_AXIS_REACH: return (int32_t)(entry->extra >> 24);
    case YZ_AXIS_ROW: return (int32_t)entry->row;
    }
    return 0;
}
static inline int yz_place_side(const yz_place_node *node, const yz_place_entry *entry) {
    return yz_place_key(entry, (yz_place_axis)node->axis) >= node->split;
}

_Static_assert(sizeof(yz_place_block) == 256, "a block is four cache lines");
_Static_assert(sizeof(yz_place_page) == 256, "so that a full page is 4096 bytes");
_Static_assert(sizeof(yz_place_node) == 64, "one cache line");
_Static_assert(sizeof(yz_place_tree) == 64, "one cache line");

#endif
