/* Eight bytes a step, each through a table of its own ("slicing by 8", Kounavis and Berry, 2005).
 *
 * Table k says what byte n does to the sum when k more bytes follow it. That is linear in n: entry
 * n is the xor of the entries 1, 2, 4 ... 128 that n has bits of, so 64 numbers are written here
 * and the compiler makes the other 1,984. */
#include "engine/base/crc32c.h"

#define BASIS_0                                                                                    \
    0xf26b8303u, 0xe13b70f7u, 0xc79a971fu, 0x8ad958cfu, 0x105ec76fu, 0x20bd8edeu, 0x417b1dbcu,     \
        0x82f63b78u
#define BASIS_1                                                                                    \
    0x13a29877u, 0x274530eeu, 0x4e8a61dcu, 0x9d14c3b8u, 0x3fc5f181u, 0x7f8be302u, 0xff17c604u,     \
        0xfbc3faf9u
#define BASIS_2                                                                                    \
    0xa541927eu, 0x4f6f520du, 0x9edea41au, 0x38513ec5u, 0x70a27d8au, 0xe144fb14u, 0xc76580d9u,     \
        0x8b277743u
#define BASIS_3                                                                                    \
    0xdd45aab8u, 0xbf672381u, 0x7b2231f3u, 0xf64463e6u, 0xe964b13du, 0xd725148bu, 0xaba65fe7u,     \
        0x52a0c93fu
#define BASIS_4                                                                                    \
    0x38116facu, 0x7022df58u, 0xe045beb0u, 0xc5670b91u, 0x8f2261d3u, 0x1ba8b557u, 0x37516aaeu,     \
        0x6ea2d55cu
#define BASIS_5                                                                                    \
    0xef306b19u, 0xdb8ca0c3u, 0xb2f53777u, 0x6006181fu, 0xc00c303eu, 0x85f4168du, 0x0e045bebu,     \
        0x1c08b7d6u
#define BASIS_6                                                                                    \
    0x68032cc8u, 0xd0065990u, 0xa5e0c5d1u, 0x4e2dfd53u, 0x9c5bfaa6u, 0x3d5b83bdu, 0x7ab7077au,     \
        0xf56e0ef4u
#define BASIS_7                                                                                    \
    0x493c7d27u, 0x9278fa4eu, 0x211d826du, 0x423b04dau, 0x847609b4u, 0x0d006599u, 0x1a00cb32u,     \
        0x34019664u

#define ENTRY_(n, a, b, c, d, e, f, g, h)                                                          \
    (((n)&1 ? (a) : 0) ^ ((n)&2 ? (b) : 0) ^ ((n)&4 ? (c) : 0) ^ ((n)&8 ? (d) : 0) ^               \
     ((n)&16 ? (e) : 0) ^ ((n)&32 ? (f) : 0) ^ ((n)&64 ? (g) : 0) ^ ((n)&128 ? (h) : 0))
#define ENTRY(n, ...) ENTRY_(n, __VA_ARGS__)
#define FOUR(n, ...)                                                                               \
    ENTRY(n, __VA_ARGS__), ENTRY((n) + 1, __VA_ARGS__), ENTRY((n) + 2, __VA_ARGS__),               \
        ENTRY((n) + 3, __VA_ARGS__)
#define SIXTEEN(n, ...)                                                                            \
    FOUR(n, __VA_ARGS__), FOUR((n) + 4, __VA_ARGS__), FOUR((n) + 8, __VA_ARGS__),                  \
        FOUR((n) + 12, __VA_ARGS__)
#define SIXTY_FOUR(n, ...)                                                                         \
    SIXTEEN(n, __VA_ARGS__), SIXTEEN((n) + 16, __VA_ARGS__), SIXTEEN((n) + 32, __VA_ARGS__),       \
        SIXTEEN((n) + 48, __VA_ARGS__)
#define TABLE(...)                                                                                 \
    {                                                                                              \
        SIXTY_FOUR(0, __VA_ARGS__), SIXTY_FOUR(64, __VA_ARGS__), SIXTY_FOUR(128, __VA_ARGS__),     \
            SIXTY_FOUR(192, __VA_ARGS__)                                                           \
    }

static const uint32_t AFTER[8][256] = {TABLE(BASIS_0), TABLE(BASIS_1), TABLE(BASIS_2),
                                       TABLE(BASIS_3), TABLE(BASIS_4), TABLE(BASIS_5),
                                       TABLE(BASIS_6), TABLE(BASIS_7)};

uint32_t yz_crc32c_portable(uint32_t crc, const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    crc = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        crc ^=
            (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        crc = AFTER[7][crc & 255] ^ AFTER[6][crc >> 8 & 255] ^ AFTER[5][crc >> 16 & 255] ^
              AFTER[4][crc >> 24] ^ AFTER[3][at[4]] ^ AFTER[2][at[5]] ^ AFTER[1][at[6]] ^
              AFTER[0][at[7]];
    }
    for (; size > 0; size--, at++)
        crc = crc >> 8 ^ AFTER[0][(crc ^ *at) & 255];
    return ~crc;
}

#if defined(__x86_64__)

int yz_crc32c_has_sse42(void) {
    return __builtin_cpu_supports("sse4.2") != 0;
}

uint32_t yz_crc32c(uint32_t crc, const void *bytes, size_t size) {
    if (yz_crc32c_has_sse42()) return yz_crc32c_sse42(crc, bytes, size);
    return yz_crc32c_portable(crc, bytes, size);
}

#else

int yz_crc32c_has_sse42(void) {
    return 0;
}

uint32_t yz_crc32c_sse42(uint32_t crc, const void *bytes, size_t size) {
    return yz_crc32c_portable(crc, bytes, size);
}

uint32_t yz_crc32c(uint32_t crc, const void *bytes, size_t size) {
    return yz_crc32c_portable(crc, bytes, size);
}

#endif
