/* A table of equal records in chunks: a record never moves, growing copies nothing.
 *
 *     chunk 0  [record 0 .. record 4095]     record r = chunks[r >> bits][r & (2^bits - 1)]
 *     chunk 1  [record 4096 .. ]
 *
 * Chunks are zeroed and aligned to 64 bytes. Where records are long, fewer stand in a chunk: a new
 * one of 350 kB was a pause of 0.3 to 1.8 ms. */
#ifndef YZ_ENGINE_BASE_SLAB_H
#define YZ_ENGINE_BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

#define YZ_SLAB_CHUNK_BITS 12 // of yz_slab_init: for records of about 64 bytes
#define YZ_SLAB_CHUNK_RECORDS (1u << YZ_SLAB_CHUNK_BITS)

typedef struct yz_slab {
    unsigned char **chunks; // owned
    unsigned char *spare;   // owned: the next chunk, or NULL
    uint32_t chunk_count;
    uint32_t record_size; // bytes
    uint32_t chunk_bits;
} yz_slab;

void yz_slab_init(yz_slab *slab, uint32_t record_size);
/* With chunks of at most YZ_SLAB_SHORT_BYTES. */
#define YZ_SLAB_SHORT_BYTES 65536u
void yz_slab_init_short(yz_slab *slab, uint32_t record_size);
void yz_slab_deinit(yz_slab *slab);
/* Makes record `row` exist (zeroed if new). */
void yz_slab_reserve(yz_slab *slab, uint32_t row);
/* Where rows below `rows` are in use and few more fit: the next chunk is made ready, so that
 * reserving it waits for no memory. Beside whoever reads records. */
void yz_slab_make_room(yz_slab *slab, uint32_t rows);
size_t yz_slab_bytes(const yz_slab *slab);

/* The record of an existing row; stays where it is until deinit. O(1). */
static inline void *yz_slab_at(const yz_slab *slab, uint32_t row) {
    return slab->chunks[row >> slab->chunk_bits] +
           (size_t)(row & ((1u << slab->chunk_bits) - 1)) * slab->record_size;
}

#endif
