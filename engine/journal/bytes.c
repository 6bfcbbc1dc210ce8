#include "engine/journal/bytes.h"

#include "engine/base/alloc.h"

#define FIRST_ROOM ((size_t)4096)

void yz_bytes_init(yz_bytes *b, size_t limit) {
    *b = (yz_bytes){.limit = limit};
}

void yz_bytes_deinit(yz_bytes *b) {
    yz_free(b->bytes);
    *b = (yz_bytes){.bytes = NULL};
}

void yz_bytes_reset(yz_bytes *b) {
    b->size = 0;
}

size_t yz_bytes_reserve(yz_bytes *b, size_t more) {
    size_t left = b->limit - b->size;
    if (more > left) more = left;
    if (b->room - b->size < more) {
        size_t room = b->room > 0 ? b->room : FIRST_ROOM;
        while (room - b->size < more)
            room *= 2;
        if (room > b->limit) room = b->limit;
        b->bytes = yz_realloc(b->bytes, room);
        b->room = room;
    }
    return b->room - b->size;
}
