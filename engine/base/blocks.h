/* Short lists of equal records, of which there are many: a list has a block with room for 1, 2, 4,
 * 8 ... records, and takes another when it outgrows it; what is given back is the next one's.
 *
 *     chunk  [1][1][2 . ][4 . . . ][ ... ]     blocks of all sizes side by side, 64 kB
 *     free   1: -> [ ] -> [ ]   2: -> [ . ]    a list for each size
 *
 * The chunk that comes next can be made ready ahead, so that whoever must be quick waits for no
 * memory. Nothing is given back to the system before deinit. */
#ifndef YZ_ENGINE_BASE_BLOCKS_H
#define YZ_ENGINE_BASE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#define YZ_BLOCKS_CHUNK_BYTES 65536u
#define YZ_BLOCKS_SIZES 9 // 1 .. 256 records

typedef struct yz_blocks {
    unsigned char **chunks; // owned
    unsigned char *spare;   // owned; NULL: none is ready
    void *free[YZ_BLOCKS_SIZES];
    uint32_t chunk_count, record_size;
    uint32_t used; // bytes of the last chunk
} yz_blocks;

/* Records of 8..255 bytes, a multiple of 8. */
void yz_blocks_init(yz_blocks *blocks, uint32_t record_size);
void yz_blocks_deinit(yz_blocks *blocks);

/* Room for `count` records, 1..256, not zeroed. */
void *yz_blocks_take(yz_blocks *blocks, uint32_t count);
/* The list with room for one record more than the `count` (0: NULL) that it has; as realloc. */
void *yz_blocks_grow(yz_blocks *blocks, void *list, uint32_t count);
/* `count` as it was taken, or grown to. NULL: nothing happens. */
void yz_blocks_give(yz_blocks *blocks, void *list, uint32_t count);

/* The next chunk is there and was written to. */
void yz_blocks_make_room(yz_blocks *blocks);
size_t yz_blocks_bytes(const yz_blocks *blocks);

#endif
