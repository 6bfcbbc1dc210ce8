#include "net/http/bytes.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#define FIRST_CAPACITY ((size_t)1024)

char *http_bytes_room(http_bytes *b, size_t size) {
    if (b->capacity - b->to >= size) return b->memory + b->to;
    size_t held = http_bytes_held(b);
    if (b->from > 0 && b->capacity - held >= size && b->from >= held) {
        memcpy(b->memory, b->memory + b->from, held); // no overlap: from >= held
    } else {
        size_t capacity = b->capacity ? b->capacity : FIRST_CAPACITY;
        while (capacity - held < size) {
            yz_check(capacity < SIZE_MAX / 2);
            capacity *= 2;
        }
        char *grown = yz_alloc(capacity);
        if (held > 0) memcpy(grown, b->memory + b->from, held);
        yz_free(b->memory);
        b->memory = grown;
        b->capacity = capacity;
    }
    b->from = 0;
    b->to = held;
    return b->memory + b->to;
}

void http_bytes_add(http_bytes *b, const void *bytes, size_t size) {
    if (size == 0) return;
    memcpy(http_bytes_room(b, size), bytes, size);
    b->to += size;
}

void http_bytes_drop(http_bytes *b, size_t size) {
    yz_check(size <= http_bytes_held(b));
    b->from += size;
    if (b->from == b->to) b->from = b->to = 0;
}

void http_bytes_reset(http_bytes *b, size_t keep) {
    b->from = b->to = 0;
    if (b->capacity <= keep) return;
    yz_free(b->memory);
    *b = (http_bytes){0};
}
