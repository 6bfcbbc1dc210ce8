#include "engine/match/walk.h"

#include "engine/base/alloc.h"
#include "engine/index/codes.h"

#define STEPS_AT_FIRST 1024u

void yz_walk_init(yz_walk *walk) {
    *walk =
        (yz_walk){.steps = yz_alloc(STEPS_AT_FIRST * sizeof(yz_walk_step)), .room = STEPS_AT_FIRST};
}

void yz_walk_deinit(yz_walk *walk) {
    yz_free(walk->steps);
}

void yz_walk_begin(yz_walk *walk, yz_circle *circle, const yz_circle_class *fixed, double square) {
    walk->next = walk->count = 0;
    walk->circle = circle;
    walk->fixed = fixed;
    walk->square = square;
}

static void ask_for(yz_place_child child) {
    const char *at = (const char *)(child & ~(yz_place_child)1);
    __builtin_prefetch(at);
    if (!yz_place_is_page(child)) return;
    __builtin_prefetch(at + 64);
    __builtin_prefetch(at + 128);
}

bool yz_walk_touches(yz_walk *walk, const yz_place_box *box, uint32_t reach) {
    const yz_circle_class *class = walk->fixed;
    double square = walk->square;
    if (class == NULL) {
        class = yz_circle_reach(walk->circle, reach);
        square = (double)yz_reach8_square(reach) * 1.0002;
    }
    return yz_circle_gap(walk->circle, class, box) <= square;
}

static void step_to(yz_walk *walk, yz_place_child child, const yz_place_box *box, uint32_t reach,
                    uint32_t list) {
    if (!yz_walk_touches(walk, box, reach)) return;
    if (walk->count == walk->room) {
        walk->room *= 2;
        walk->steps = yz_realloc(walk->steps, walk->room * sizeof(yz_walk_step));
    }
    ask_for(child);
    walk->steps[walk->count++] = (yz_walk_step){child, list, reach};
}

void yz_walk_tree(yz_walk *walk, const yz_place_tree *tree, uint32_t list) {
    if (tree->root != 0) step_to(walk, tree->root, &tree->box, tree->reach, list);
}

void yz_walk_branch(yz_walk *walk, yz_place_child child, const yz_place_box *box, uint32_t reach,
                    uint32_t list) {
    step_to(walk, child, box, reach, list);
}

const yz_place_page *yz_walk_page(yz_walk *walk, yz_walk_step *step) {
    while (walk->next < walk->count) {
        *step = walk->steps[walk->next++];
        if (yz_place_is_page(step->child)) return yz_place_page_of(step->child);
        const yz_place_node *node = yz_place_node_of(step->child);
        step_to(walk, node->child[0], &node->box[0], node->reach[0], step->list);
        step_to(walk, node->child[1], &node->box[1], node->reach[1], step->list);
    }
    return NULL;
}
