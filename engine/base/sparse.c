#include "engine/base/sparse.h"

#include "engine/base/alloc.h"

void yz_sparse_init(yz_sparse *s, uint32_t record_size) {
    *s = (yz_sparse){.record_size = record_size};
}

void yz_sparse_deinit(yz_sparse *s) {
    for (uint32_t i = 0; i < s->piece_count; i++)
        yz_free(s->pieces[i]);
    yz_free(s->pieces);
    *s = (yz_sparse){.record_size = s->record_size};
}

static void grow(yz_sparse *s, uint32_t needed) {
    uint32_t room = s->piece_count > 0 ? 2 * s->piece_count : 64;
    while (room < needed)
        room *= 2;
    s->pieces = yz_realloc(s->pieces, room * sizeof *s->pieces);
    for (uint32_t i = s->piece_count; i < room; i++)
        s->pieces[i] = NULL;
    s->piece_count = room;
}

void yz_sparse_reserve(yz_sparse *s, uint32_t row) {
    uint32_t piece = row >> YZ_SPARSE_PIECE_BITS;
    if (piece >= s->piece_count) grow(s, piece + 1);
    if (s->pieces[piece] == NULL)
        s->pieces[piece] = yz_alloc_zeroed((uint64_t)s->record_size << YZ_SPARSE_PIECE_BITS);
}
