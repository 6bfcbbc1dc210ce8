/* What the two indexes share: a place_tree per skill, and one more, over the records of one slab.
 */
#ifndef YZ_ENGINE_INDEX_LISTS_H
#define YZ_ENGINE_INDEX_LISTS_H

#include "engine/index/place_tree.h"

typedef struct yz_lists {
    yz_place_ground ground;
    yz_slab trees; // of yz_place_tree, by skill row; chunks, so growing moves nothing
    uint32_t tree_count;
    yz_place_tree whole; // the list that is not of a skill
} yz_lists;

void yz_lists_init(yz_lists *lists, const yz_slab *records, bool keeps_reach);
void yz_lists_deinit(yz_lists *lists);
/* The tree of a skill, made if need be. */
yz_place_tree *yz_lists_tree(yz_lists *lists, uint32_t skill);
/* The same, or NULL. */
static inline const yz_place_tree *yz_lists_look(const yz_lists *lists, uint32_t skill) {
    return skill < lists->tree_count ? yz_slab_at(&lists->trees, skill) : NULL;
}
size_t yz_lists_bytes(const yz_lists *lists);
bool yz_lists_sound(const yz_lists *lists, const char **why);

/* Filling many trees at once: the entries of a row by skill, asked for twice (to count, to fill).
 */
typedef struct yz_lists_source {
    const void *context;
    const uint32_t *rows;
    uint32_t count;
    /* Entries of `row` into `out` (room for YZ_SEEKER_SKILLS_MAX) and their skills; how many. */
    uint32_t (*entries)(const void *context, uint32_t row, yz_place_entry *out, uint16_t *skills);
} yz_lists_source;

/* Builds every skill's tree. Works through the skills in spans, so that what it sorts stays below
 * about 320 MB however many rows there are. The trees are empty. */
void yz_lists_build(yz_lists *lists, const yz_lists_source *source);

#endif
