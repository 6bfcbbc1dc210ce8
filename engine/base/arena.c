#include "engine/base/arena.h"

#include "engine/base/alloc.h"

#define FIRST_BLOCK ((size_t)16 * 1024)

typedef struct block {
    struct block *older;
    size_t capacity, used;
    _Alignas(16) unsigned char bytes[];
} block;

struct yz_arena {
    block *newest;
    size_t used, bytes_max;
};

static block *block_new(size_t capacity, block *older) {
    block *b = yz_alloc(sizeof *b + capacity);
    b->older = older;
    b->capacity = capacity;
    b->used = 0;
    return b;
}

yz_arena *yz_arena_new(size_t bytes_max) {
    yz_arena *arena = yz_alloc_zeroed(sizeof *arena);
    arena->bytes_max = bytes_max;
    arena->newest = block_new(FIRST_BLOCK, NULL);
    return arena;
}

void yz_arena_reset(yz_arena *arena) {
    while (arena->newest->older != NULL) {
        block *b = arena->newest;
        arena->newest = b->older;
        yz_free(b);
    }
    arena->newest->used = 0;
    arena->used = 0;
}

void yz_arena_free(yz_arena *arena) {
    if (arena == NULL) return;
    yz_arena_reset(arena);
    yz_free(arena->newest);
    yz_free(arena);
}

void *yz_arena_take(yz_arena *arena, size_t size) {
    if (size > arena->bytes_max) return NULL;
    size_t rounded = (size + 15) & ~(size_t)15;
    if (arena->used + rounded > arena->bytes_max) return NULL;
    block *b = arena->newest;
    if (b->capacity - b->used < rounded) {
        size_t capacity = b->capacity * 2 > rounded ? b->capacity * 2 : rounded;
        b = arena->newest = block_new(capacity, b);
    }
    void *taken = b->bytes + b->used;
    b->used += rounded;
    arena->used += rounded;
    return taken;
}

yz_text yz_arena_text(yz_arena *arena, yz_text text) {
    char *copy = yz_arena_take(arena, text.size ? text.size : 1);
    if (copy != NULL && text.size > 0) memcpy(copy, text.bytes, text.size);
    return (yz_text){copy, copy != NULL ? text.size : 0};
}

size_t yz_arena_used(const yz_arena *arena) {
    return arena->used;
}
