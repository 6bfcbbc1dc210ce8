/* Where a page of an answer begins, as opaque text: base64url of
 *
 *     kind 1 | sequence 8 | score bits 8 | id size 1 | id | checksum 8        little-endian
 *
 * The checksum tells a damaged or invented cursor from one of ours; it is no secret, and nothing
 * rests on it: what a cursor says is checked like any other input. */
#ifndef YZ_NET_API_CURSOR_H
#define YZ_NET_API_CURSOR_H

#include "engine/base/arena.h"
#include "engine/model/limits.h"

#define CURSOR_TEXT_MAX 132

typedef struct cursor {
    uint8_t kind;      // of the list or question it belongs to
    uint64_t sequence; // of the market when the first page was made
    double score;      // of the last hit; lists: 0
    uint64_t row;      // lists: the next row
    char id[YZ_ID_BYTES_MAX];
    uint32_t id_size;
} cursor;

/* Returns the bytes written. */
uint32_t cursor_write(const cursor *c, char text[CURSOR_TEXT_MAX]);
/* False: not a cursor of this kind. */
bool cursor_read(yz_text text, uint8_t kind, cursor *c);

#endif
