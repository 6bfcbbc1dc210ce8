/* Which seekers a posting could concern: every seeker stands under each of his skills, with the
 * level he holds, and once in the tree of all seekers (for postings without required skills). A
 * posting reads the lists of its own P (posting_index.h). Each list is a place_tree that knows how
 * far its people travel. The same rules as posting_index for the slab and for changes. */
#ifndef YZ_ENGINE_INDEX_SEEKER_INDEX_H
#define YZ_ENGINE_INDEX_SEEKER_INDEX_H

#include "engine/base/slab.h"
#include "engine/index/place_tree.h"
#include "engine/model/packed.h"

typedef struct yz_seeker_index yz_seeker_index;

/* `seekers`, of yz_packed_seeker, is borrowed until free. Never NULL. */
yz_seeker_index *yz_seeker_index_new(const yz_slab *seekers);
void yz_seeker_index_free(yz_seeker_index *index);

/* Enters a row that is not there. O(skills). */
void yz_seeker_index_add(yz_seeker_index *index, uint32_t row, const yz_packed_seeker *seeker);
/* `seeker` as it was entered. */
void yz_seeker_index_remove(yz_seeker_index *index, uint32_t row, const yz_packed_seeker *seeker);
/* Fills an empty index with `count` rows at once. */
void yz_seeker_index_build(yz_seeker_index *index, const uint32_t *rows, uint32_t count);

/* The seekers who hold `skill` at any level; NULL if none ever did. */
const yz_place_tree *yz_seeker_index_skill(const yz_seeker_index *index, uint16_t skill);
const yz_place_tree *yz_seeker_index_all(const yz_seeker_index *index);

size_t yz_seeker_index_bytes(const yz_seeker_index *index);
bool yz_seeker_index_sound(const yz_seeker_index *index, const char **why);

#endif
