/* From trees to pages: walks several place trees at once, breadth first, and yields the pages that
 * touch the circle. A node or page is asked of memory when it enters the queue and read when it
 * comes out, so the trees of a question wait for memory together and not one after the other. */
#ifndef YZ_ENGINE_MATCH_WALK_H
#define YZ_ENGINE_MATCH_WALK_H

#include "engine/index/circle.h"

typedef struct yz_walk_step {
    yz_place_child child;
    uint32_t list; // whatever the caller said of the tree
    uint32_t reach;
} yz_walk_step;

typedef struct yz_walk {
    yz_walk_step *steps; // owned; steps[next..count-1] wait
    uint32_t next, count, room;
    yz_circle *circle;            // borrowed
    const yz_circle_class *fixed; // one class and radius for all, or NULL: by each branch's reach
    double square;                // with `fixed`: radius^2, a hair more
} yz_walk;

void yz_walk_init(yz_walk *walk);
void yz_walk_deinit(yz_walk *walk);

/* A walk from this place; `fixed` and `square` as in the struct. Whoever fixes none walks by what
 * each branch can reach. */
void yz_walk_begin(yz_walk *walk, yz_circle *circle, const yz_circle_class *fixed, double square);
/* One more tree, if it touches the circle. After begin, before the first page. */
void yz_walk_tree(yz_walk *walk, const yz_place_tree *tree, uint32_t list);
/* A branch of a tree: what hangs on one child of a node, with the node's box and reach of it. */
void yz_walk_branch(yz_walk *walk, yz_place_child child, const yz_place_box *box, uint32_t reach,
                    uint32_t list);
/* Does anything of the branch come near the circle? */
bool yz_walk_touches(yz_walk *walk, const yz_place_box *box, uint32_t reach);
/* The next page, or NULL at the end. */
const yz_place_page *yz_walk_page(yz_walk *walk, yz_walk_step *step);

#endif
