/* Bytes that grow up to a stated limit. */
#ifndef YZ_ENGINE_JOURNAL_BYTES_H
#define YZ_ENGINE_JOURNAL_BYTES_H

#include <stdbool.h>
#include <stddef.h>

/* Owned. `limit` is its maximum, given when it is made. */
typedef struct yz_bytes {
    unsigned char *bytes;
    size_t size, room, limit;
} yz_bytes;

void yz_bytes_init(yz_bytes *b, size_t limit);
void yz_bytes_deinit(yz_bytes *b);
/* Empty again; the room stays. */
void yz_bytes_reset(yz_bytes *b);
/* Room for `more` bytes after `size`, or for as many as the limit leaves. How many that are: at
 * least `more` unless the limit is near. */
size_t yz_bytes_reserve(yz_bytes *b, size_t more);

#endif
