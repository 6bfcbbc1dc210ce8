/* The processor's own CRC-32C. crc32c.c asks whether it has one before it calls this. */
#include "engine/base/crc32c.h"

#include <immintrin.h>
#include <string.h>

uint32_t yz_crc32c_sse42(uint32_t crc, const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    uint64_t sum = (uint32_t)~crc;
    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        sum = _mm_crc32_u64(sum, word);
    }
    uint32_t rest = (uint32_t)sum;
    for (; size > 0; size--, at++)
        rest = _mm_crc32_u8(rest, *at);
    return ~rest;
}
