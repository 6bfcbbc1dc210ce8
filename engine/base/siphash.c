#include "engine/base/siphash.h"

#include <string.h>

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

// Eight bytes, little-endian on every machine; one load where that is the machine's own order.
static inline uint64_t word(const unsigned char *at) {
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

// The last `left` (0..7) of `size` bytes: out of the last eight, if there are so many.
static inline uint64_t rest(const unsigned char *bytes, size_t size, size_t left) {
    if (left == 0) return 0;
    if (size >= 8) return word(bytes + size - 8) >> (8 * (8 - left));
    uint64_t w = 0;
    for (size_t i = 0; i < left; i++)
        w |= (uint64_t)bytes[i] << (8 * i);
    return w;
}

static inline sip begin(yz_hash_key key) {
    return (sip){key.k0 ^ 0x736f6d6570736575u, key.k1 ^ 0x646f72616e646f6du,
                 key.k0 ^ 0x6c7967656e657261u, key.k1 ^ 0x7465646279746573u};
}

static inline void take(sip *s, uint64_t m) {
    s->v3 ^= m;
    round_once(s);
    round_once(s);
    s->v0 ^= m;
}

static inline uint64_t end(sip *s) {
    s->v2 ^= 0xff;
    round_once(s);
    round_once(s);
    round_once(s);
    round_once(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

uint64_t yz_siphash(yz_hash_key key, const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    sip s = begin(key);
    size_t left = size;
    for (; left >= 8; left -= 8, at += 8)
        take(&s, word(at));
    take(&s, (uint64_t)size << 56 | rest(bytes, size, left));
    return end(&s);
}

void yz_siphash_both(const yz_hash_key keys[2], const void *bytes, size_t size, uint64_t out[2]) {
    const unsigned char *at = bytes;
    sip a = begin(keys[0]), b = begin(keys[1]);
    size_t left = size;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t m = word(at);
        take(&a, m);
        take(&b, m);
    }
    uint64_t last = (uint64_t)size << 56 | rest(bytes, size, left);
    take(&a, last);
    take(&b, last);
    out[0] = end(&a);
    out[1] = end(&b);
}
