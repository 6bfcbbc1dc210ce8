/* Ten lists to change are ten paths, each a chain of cache misses. Walked side by side, one step of
 * all of them costs about what one step of one does. */
#include "engine/index/place_tree.h"
#include "engine/model/limits.h"

#define AT_ONCE (YZ_SEEKER_SKILLS_MAX + 1)

static const char *address(yz_place_child child) {
    return (const char *)(child & ~(yz_place_child)1);
}

// The entry goes behind the last one, or one like it is looked for by row in every block.
static void warm_page(const yz_place_page *page) {
    uint32_t blocks = (page->count + YZ_BLOCK_ENTRIES - 1u) / YZ_BLOCK_ENTRIES;
    for (uint32_t b = 0; b < blocks; b++)
        __builtin_prefetch(page->blocks[b].row);
    for (uint32_t line = 0; line < sizeof(yz_place_block); line += 64)
        __builtin_prefetch((const char *)&page->blocks[page->count / YZ_BLOCK_ENTRIES] + line);
}

void yz_place_trees_warm(yz_place_tree *const *trees, const yz_place_entry *entries,
                         uint32_t count) {
    yz_place_child at[AT_ONCE];
    uint32_t which[AT_ONCE], walking = 0;
    if (count > AT_ONCE) count = AT_ONCE;
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(trees[i]);
    for (uint32_t i = 0; i < count; i++) {
        if (trees[i]->root == 0) continue;
        at[walking] = trees[i]->root;
        __builtin_prefetch(address(at[walking]));
        which[walking++] = i;
    }
    // A page's second visit finds its header in the cache.
    for (uint32_t left = walking; left > 0;) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < left; i++) {
            if (yz_place_is_page(at[i])) {
                warm_page(yz_place_page_of(at[i]));
                continue;
            }
            const yz_place_node *node = yz_place_node_of(at[i]);
            yz_place_child child = node->child[yz_place_side(node, &entries[which[i]])];
            __builtin_prefetch(address(child));
            if (yz_place_is_page(child)) __builtin_prefetch(address(child) + 64);
            at[kept] = child;
            which[kept++] = which[i];
        }
        left = kept;
    }
}
