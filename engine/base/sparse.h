/* A table of equal records of which few are ever asked for: pieces of 64 records come, zeroed, when
 * one of them is. Where all records exist, a slab is what is wanted. */
#ifndef YZ_ENGINE_BASE_SPARSE_H
#define YZ_ENGINE_BASE_SPARSE_H

#include <stddef.h>
#include <stdint.h>

#define YZ_SPARSE_PIECE_BITS 6

typedef struct yz_sparse {
    void **pieces; // owned, as each of them; NULL: not asked for yet
    uint32_t piece_count, record_size;
} yz_sparse;

void yz_sparse_init(yz_sparse *sparse, uint32_t record_size);
void yz_sparse_deinit(yz_sparse *sparse);
/* Makes the piece of a row that has none. */
void yz_sparse_reserve(yz_sparse *sparse, uint32_t row);

/* The record of any row, zeroed when first asked for; stays where it is until deinit. O(1). */
static inline void *yz_sparse_at(yz_sparse *sparse, uint32_t row) {
    uint32_t piece = row >> YZ_SPARSE_PIECE_BITS;
    if (piece >= sparse->piece_count || sparse->pieces[piece] == NULL)
        yz_sparse_reserve(sparse, row);
    uint32_t at = row & ((1u << YZ_SPARSE_PIECE_BITS) - 1);
    return (char *)sparse->pieces[piece] + (uint64_t)at * sparse->record_size;
}

#endif
