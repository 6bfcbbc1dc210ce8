/* A run of bytes that grows at the end and is eaten from the front.
 *
 *     memory  [ eaten | held ......... | free ]
 *             0       from             to     capacity
 *
 * The bound is the caller's: it asks http_bytes_held before it adds. */
#ifndef YZ_NET_HTTP_BYTES_H
#define YZ_NET_HTTP_BYTES_H

#include "engine/base/text.h"

#include <stddef.h>

typedef struct http_bytes {
    char *memory; // owned; NULL while capacity is 0
    size_t from, to, capacity;
} http_bytes; // all zero = empty

static inline size_t http_bytes_held(const http_bytes *b) {
    return b->to - b->from;
}

static inline const char *http_bytes_start(const http_bytes *b) {
    return b->memory == NULL ? "" : b->memory + b->from;
}

/* Room for `size` more, to be filled by the caller, who then calls http_bytes_filled. Borrowed
 * until the next call. */
char *http_bytes_room(http_bytes *b, size_t size);

static inline void http_bytes_filled(http_bytes *b, size_t size) {
    b->to += size;
}

void http_bytes_add(http_bytes *b, const void *bytes, size_t size);
/* Eats `size` (<= held) from the front. O(1). */
void http_bytes_drop(http_bytes *b, size_t size);
/* Empty, and the memory given back if it is more than `keep`. */
void http_bytes_reset(http_bytes *b, size_t keep);

#endif
