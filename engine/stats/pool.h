/* Memory in words of 4 bytes, named by numbers of 4 bytes: for very many small things.
 *
 *     reference = chunk << 16 | word in it          0 is none
 *
 * What is given back goes on a list of its size and is given out again. A word stays where it is.
 */
#ifndef YZ_ENGINE_STATS_POOL_H
#define YZ_ENGINE_STATS_POOL_H

#include <stddef.h>
#include <stdint.h>

#define POOL_CHUNK_BITS 16
#define POOL_WORDS_MAX (1u << 26) // of one piece; a large one has a chunk of its own
#define POOL_SIZES 96

typedef struct pool {
    uint32_t **chunks; // owned
    uint32_t chunk_count;
    uint32_t used;  // words of the last chunk
    uint64_t words; // of all chunks
    uint32_t free[POOL_SIZES];
} pool;

void pool_init(pool *p);
void pool_deinit(pool *p);
/* How many words a piece of at least `words` has: multiples of 4 up to 64, then steps of a quarter
 * of a power of two. */
uint32_t pool_room(uint32_t words);
/* A zeroed piece of pool_room(words) words; words <= POOL_WORDS_MAX. O(words). */
uint32_t pool_take(pool *p, uint32_t words);
void pool_give(pool *p, uint32_t reference, uint32_t words);
uint64_t pool_bytes(const pool *p);

static inline uint32_t *pool_at(const pool *p, uint32_t reference) {
    return p->chunks[reference >> POOL_CHUNK_BITS] + (reference & ((1u << POOL_CHUNK_BITS) - 1));
}

#endif
