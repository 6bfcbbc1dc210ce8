#include "engine/base/siphash.h"

typedef struct sip {
    uint64_t v0, v1, v2, v3;
} sip;

static inline uint64_t rotate(uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
}

static inline void round_once(sip *s) {
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline sip begin(yz_hash_key key) {
    return (sip){key.k0 ^ 0x736f6d6570736575u, key.k1 ^ 0x646f72616e646f6du,
                 key.k0 ^ 0x6c7967656e657261u, key.k1 ^ 0x7465646279746573u};
}

static inline void take(sip *s, uint64_t word) {
    s->v3 ^= word;
    round_once(s);
    round_once(s);
    s->v0 ^= word;
}

static inline uint64_t end(sip *s) {
    s->v2 ^= 0xff;
    for (int i = 0; i < 4; i++)
        round_once(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

// Little-endian on every machine. Written out, it becomes one load; as a loop it was most of the
// time of a hash.
static inline uint64_t whole_word(const unsigned char *at) {
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

// What is left of `size` bytes, 0..7 of them, and how many there were in all.
static inline uint64_t last_word(const unsigned char *at, size_t left, size_t size) {
    uint64_t w = (uint64_t)size << 56;
    for (size_t i = 0; i < left; i++)
        w |= (uint64_t)at[i] << (8 * i);
    return w;
}

uint64_t yz_siphash(yz_hash_key key, const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    sip s = begin(key);
    size_t left = size;
    for (; left >= 8; left -= 8, at += 8)
        take(&s, whole_word(at));
    take(&s, last_word(at, left, size));
    return end(&s);
}

void yz_siphash_both(const yz_hash_key keys[2], const void *bytes, size_t size, uint64_t out[2]) {
    const unsigned char *at = bytes;
    sip a = begin(keys[0]), b = begin(keys[1]);
    size_t left = size;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word = whole_word(at);
        take(&a, word);
        take(&b, word);
    }
    uint64_t last = last_word(at, left, size);
    take(&a, last);
    take(&b, last);
    out[0] = end(&a);
    out[1] = end(&b);
}
