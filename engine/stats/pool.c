#include "engine/stats/pool.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <string.h>

#define CHUNK_WORDS (1u << POOL_CHUNK_BITS)
#define SMALL 64u // up to here every multiple of 4 is a size

void pool_init(pool *p) {
    *p = (pool){.used = CHUNK_WORDS};
}

void pool_deinit(pool *p) {
    for (uint32_t i = 0; i < p->chunk_count; i++)
        yz_free(p->chunks[i]);
    yz_free(p->chunks);
}

// The number of the size, and how many words it has.
static uint32_t size_of(uint32_t words, uint32_t *room) {
    if (words <= SMALL) {
        *room = words == 0 ? 4 : (words + 3) & ~3u;
        return *room / 4 - 1;
    }
    uint32_t power = 31u - (uint32_t)__builtin_clz(words - 1); // 2^power < words <= 2^(power + 1)
    uint32_t step = (1u << power) / 4;
    uint32_t steps = (words - (1u << power) + step - 1) / step; // 1..4
    *room = (1u << power) + steps * step;
    return SMALL / 4 - 1 + (power - 6) * 4 + steps;
}

uint32_t pool_room(uint32_t words) {
    uint32_t room;
    size_of(words, &room);
    return room;
}

static void add_chunk(pool *p, uint32_t room) {
    yz_check(p->chunk_count < 1u << (32 - POOL_CHUNK_BITS));
    // Doubling, so that a chunk more is rarely a copy of the list.
    if ((p->chunk_count & (p->chunk_count - 1)) == 0) {
        size_t count = p->chunk_count == 0 ? 1 : (size_t)p->chunk_count * 2;
        p->chunks = yz_realloc(p->chunks, count * sizeof *p->chunks);
    }
    p->used = p->chunk_count == 0 ? 4 : 0; // 0 is no reference
    uint32_t words = p->used + room > CHUNK_WORDS ? p->used + room : CHUNK_WORDS;
    p->chunks[p->chunk_count++] = yz_alloc(words * sizeof(uint32_t));
    p->words += words;
}

uint32_t pool_take(pool *p, uint32_t words) {
    yz_check(words <= POOL_WORDS_MAX);
    uint32_t room, size = size_of(words, &room);
    uint32_t reference = p->free[size];
    if (reference != 0) {
        p->free[size] = pool_at(p, reference)[0];
    } else {
        if (p->used + room > CHUNK_WORDS) add_chunk(p, room);
        reference = (p->chunk_count - 1) << POOL_CHUNK_BITS | p->used;
        p->used += room;
    }
    memset(pool_at(p, reference), 0, room * sizeof(uint32_t));
    return reference;
}

void pool_give(pool *p, uint32_t reference, uint32_t words) {
    if (reference == 0) return;
    uint32_t room, size = size_of(words, &room);
    pool_at(p, reference)[0] = p->free[size];
    p->free[size] = reference;
}

uint64_t pool_bytes(const pool *p) {
    return p->words * sizeof(uint32_t);
}
