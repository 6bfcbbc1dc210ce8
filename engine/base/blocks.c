#include "engine/base/blocks.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <string.h>

void yz_blocks_init(yz_blocks *b, uint32_t record_size) {
    yz_check(record_size >= sizeof(void *) && record_size < 256 && record_size % 8 == 0);
    *b = (yz_blocks){.record_size = record_size, .used = YZ_BLOCKS_CHUNK_BYTES};
}

void yz_blocks_deinit(yz_blocks *b) {
    for (uint32_t i = 0; i < b->chunk_count; i++)
        yz_free(b->chunks[i]);
    yz_free(b->chunks);
    yz_free(b->spare);
    *b = (yz_blocks){0};
}

// Its number among the sizes.
static uint32_t size_of(uint32_t count) {
    uint32_t size = 0;
    yz_check(count >= 1 && count <= 1u << (YZ_BLOCKS_SIZES - 1));
    while (1u << size < count)
        size += 1;
    return size;
}

static void put_free(yz_blocks *b, void *block, uint32_t size) {
    memcpy(block, &b->free[size], sizeof(void *));
    b->free[size] = block;
}

static void *take_free(yz_blocks *b, uint32_t size) {
    void *block = b->free[size];
    memcpy(&b->free[size], block, sizeof(void *));
    return block;
}

// What is left of the last chunk becomes blocks, the largest first.
static void put_rest_free(yz_blocks *b) {
    for (uint32_t size = YZ_BLOCKS_SIZES; size-- > 0;) {
        uint32_t bytes = b->record_size << size;
        while (b->used + bytes <= YZ_BLOCKS_CHUNK_BYTES) {
            put_free(b, b->chunks[b->chunk_count - 1] + b->used, size);
            b->used += bytes;
        }
    }
}

static void next_chunk(yz_blocks *b) {
    put_rest_free(b);
    yz_blocks_make_room(b);
    b->chunks = yz_realloc(b->chunks, (b->chunk_count + 1) * sizeof *b->chunks);
    b->chunks[b->chunk_count++] = b->spare;
    b->spare = NULL;
    b->used = 0;
}

void *yz_blocks_take(yz_blocks *b, uint32_t count) {
    uint32_t size = size_of(count), bytes = b->record_size << size;
    if (b->free[size] != NULL) return take_free(b, size);
    if (b->used + bytes > YZ_BLOCKS_CHUNK_BYTES) next_chunk(b);
    void *block = b->chunks[b->chunk_count - 1] + b->used;
    b->used += bytes;
    return block;
}

void *yz_blocks_grow(yz_blocks *b, void *list, uint32_t count) {
    if (count > 0 && size_of(count) == size_of(count + 1)) return list;
    void *larger = yz_blocks_take(b, count + 1);
    if (count > 0) memcpy(larger, list, (size_t)count * b->record_size);
    yz_blocks_give(b, list, count);
    return larger;
}

void yz_blocks_give(yz_blocks *b, void *list, uint32_t count) {
    if (list != NULL) put_free(b, list, size_of(count));
}

void yz_blocks_make_room(yz_blocks *b) {
    if (b->spare != NULL) return;
    b->spare = yz_alloc_aligned(64, YZ_BLOCKS_CHUNK_BYTES);
    memset(b->spare, 0, YZ_BLOCKS_CHUNK_BYTES);
}

size_t yz_blocks_bytes(const yz_blocks *b) {
    return ((size_t)b->chunk_count + (b->spare != NULL)) * YZ_BLOCKS_CHUNK_BYTES;
}
