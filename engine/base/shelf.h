/* A table of equal records that never move, for tables of which there are many and most are small:
 * each chunk has room for twice as many as the one before, so it takes at most about twice what is
 * in it, where a slab begins with 4096 records.
 *
 *     chunk 0  [record 0 .. 15]
 *     chunk 1  [record 16 .. 47]      chunk k begins at record 16 * (2^k - 1)
 *     chunk 2  [record 48 .. 111] ...
 *
 * Chunks are zeroed. From YZ_SHELF_STEADY on they do not grow any more, so that a new one is no
 * pause. */
#ifndef YZ_ENGINE_BASE_SHELF_H
#define YZ_ENGINE_BASE_SHELF_H

#include <stddef.h>
#include <stdint.h>

#define YZ_SHELF_FIRST_BITS 4
#define YZ_SHELF_FIRST (1u << YZ_SHELF_FIRST_BITS)
#define YZ_SHELF_STEADY_BITS 12 // records of a chunk, from the one on that has so many
#define YZ_SHELF_STEADY (1u << YZ_SHELF_STEADY_BITS)
#define YZ_SHELF_GROWING (YZ_SHELF_STEADY_BITS - YZ_SHELF_FIRST_BITS) // chunks before that

typedef struct yz_shelf {
    unsigned char **chunks; // owned
    uint32_t chunk_count;
    uint32_t record_size; // bytes
} yz_shelf;

void yz_shelf_init(yz_shelf *shelf, uint32_t record_size);
void yz_shelf_deinit(yz_shelf *shelf);
/* Makes record `row` exist (zeroed if new). */
void yz_shelf_reserve(yz_shelf *shelf, uint32_t row);
size_t yz_shelf_bytes(const yz_shelf *shelf);

/* The record of an existing row; stays where it is until deinit. O(1). */
static inline void *yz_shelf_at(const yz_shelf *shelf, uint32_t row) {
    uint64_t from_one = (uint64_t)row + YZ_SHELF_FIRST; // chunk k: FIRST << k and up to twice that
    uint32_t chunk = 63 - (uint32_t)__builtin_clzll(from_one) - YZ_SHELF_FIRST_BITS;
    uint64_t at = from_one - ((uint64_t)YZ_SHELF_FIRST << chunk);
    if (from_one >= YZ_SHELF_STEADY) {
        chunk = YZ_SHELF_GROWING + (uint32_t)(from_one >> YZ_SHELF_STEADY_BITS) - 1;
        at = from_one & (YZ_SHELF_STEADY - 1);
    }
    return shelf->chunks[chunk] + at * shelf->record_size;
}

#endif
