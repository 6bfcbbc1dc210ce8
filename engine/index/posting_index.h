/* Which postings could suit a seeker: every posting stands under a few of its required skills.
 *
 * Coverage allows little unmet weight. Sort a posting's required skills by (weight descending, row
 * ascending) and take the first ones, P, until what is left cannot reach the coverage alone: who
 * meets none of P does not fit. So a posting stands in |P| lists (1.7 on the standard data), and a
 * seeker reads the lists of his own skills. Postings without required skills have a list of their
 * own. Each list is a place_tree.
 *
 * The packed records are read from the slab while pages are reordered: the record of every entered
 * row must stand there as it was entered. Changes need the index alone; reads may run side by side.
 */
#ifndef YZ_ENGINE_INDEX_POSTING_INDEX_H
#define YZ_ENGINE_INDEX_POSTING_INDEX_H

#include "engine/base/slab.h"
#include "engine/index/place_tree.h"
#include "engine/model/packed.h"

typedef struct yz_posting_index yz_posting_index;

/* `postings`, of yz_packed_posting, is borrowed until free. Never NULL. */
yz_posting_index *yz_posting_index_new(const yz_slab *postings);
void yz_posting_index_free(yz_posting_index *index);

/* Enters a row that is not there. `weights` by skill row, and coverage: the same at every call on
 * one index (other weights need another index, filled beside this one). About 1 us. */
void yz_posting_index_add(yz_posting_index *index, uint32_t row, const yz_packed_posting *posting,
                          const uint32_t *weights, uint32_t coverage_permille);
/* Takes out a row; `posting` as it was entered. To change one: remove the old, add the new. */
void yz_posting_index_remove(yz_posting_index *index, uint32_t row,
                             const yz_packed_posting *posting, const uint32_t *weights,
                             uint32_t coverage_permille);
/* Fills an empty index with `count` rows at once: about four times as fast, pages better filled. */
void yz_posting_index_build(yz_posting_index *index, const uint32_t *rows, uint32_t count,
                            const uint32_t *weights, uint32_t coverage_permille);

/* The postings that have `skill` in P; NULL if none ever had. */
const yz_place_tree *yz_posting_index_skill(const yz_posting_index *index, uint16_t skill);
/* The postings without required skills. */
const yz_place_tree *yz_posting_index_open(const yz_posting_index *index);

size_t yz_posting_index_bytes(const yz_posting_index *index);
bool yz_posting_index_sound(const yz_posting_index *index, const char **why);

#endif
