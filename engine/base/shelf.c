#include "engine/base/shelf.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

void yz_shelf_init(yz_shelf *shelf, uint32_t record_size) {
    yz_check(record_size > 0);
    *shelf = (yz_shelf){.record_size = record_size};
}

void yz_shelf_deinit(yz_shelf *shelf) {
    for (uint32_t i = 0; i < shelf->chunk_count; i++)
        yz_free(shelf->chunks[i]);
    yz_free(shelf->chunks);
    *shelf = (yz_shelf){0};
}

static uint64_t records_of(uint32_t chunk) {
    return chunk < YZ_SHELF_GROWING ? (uint64_t)YZ_SHELF_FIRST << chunk : YZ_SHELF_STEADY;
}

// Of the first `chunks`.
static uint64_t records_until(uint32_t chunks) {
    if (chunks <= YZ_SHELF_GROWING) return ((uint64_t)YZ_SHELF_FIRST << chunks) - YZ_SHELF_FIRST;
    uint64_t steady = chunks - YZ_SHELF_GROWING;
    return YZ_SHELF_STEADY - YZ_SHELF_FIRST + steady * YZ_SHELF_STEADY;
}

void yz_shelf_reserve(yz_shelf *shelf, uint32_t row) {
    while (records_until(shelf->chunk_count) <= row) {
        uint32_t chunk = shelf->chunk_count;
        shelf->chunks = yz_realloc(shelf->chunks, (chunk + 1) * sizeof shelf->chunks[0]);
        shelf->chunks[chunk] = yz_alloc_zeroed(records_of(chunk) * shelf->record_size);
        shelf->chunk_count += 1;
    }
}

size_t yz_shelf_bytes(const yz_shelf *shelf) {
    return records_until(shelf->chunk_count) * shelf->record_size;
}
