#include "engine/base/slab.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <string.h>

void yz_slab_init(yz_slab *slab, uint32_t record_size) {
    yz_check(record_size > 0);
    *slab = (yz_slab){.record_size = record_size, .chunk_bits = YZ_SLAB_CHUNK_BITS};
}

void yz_slab_init_short(yz_slab *slab, uint32_t record_size) {
    yz_slab_init(slab, record_size);
    while (slab->chunk_bits > 0 && (record_size << slab->chunk_bits) > YZ_SLAB_SHORT_BYTES)
        slab->chunk_bits -= 1;
}

void yz_slab_deinit(yz_slab *slab) {
    for (uint32_t i = 0; i < slab->chunk_count; i++)
        yz_free(slab->chunks[i]);
    yz_free(slab->chunks);
    yz_free(slab->spare);
    *slab = (yz_slab){0};
}

static unsigned char *new_chunk(const yz_slab *slab) {
    size_t bytes = (size_t)slab->record_size << slab->chunk_bits;
    unsigned char *chunk = yz_alloc_aligned(64, bytes);
    memset(chunk, 0, bytes);
    return chunk;
}

void yz_slab_reserve(yz_slab *slab, uint32_t row) {
    uint32_t needed = (row >> slab->chunk_bits) + 1;
    if (needed <= slab->chunk_count) return;
    slab->chunks = yz_realloc(slab->chunks, needed * sizeof slab->chunks[0]);
    while (slab->chunk_count < needed) {
        slab->chunks[slab->chunk_count++] = slab->spare != NULL ? slab->spare : new_chunk(slab);
        slab->spare = NULL;
    }
}

void yz_slab_make_room(yz_slab *slab, uint32_t rows) {
    uint64_t room = (uint64_t)slab->chunk_count << slab->chunk_bits;
    if (slab->spare == NULL && rows + (UINT64_C(1) << slab->chunk_bits) / 2 >= room)
        slab->spare = new_chunk(slab);
}

size_t yz_slab_bytes(const yz_slab *slab) {
    return ((size_t)slab->chunk_count << slab->chunk_bits) * slab->record_size;
}
