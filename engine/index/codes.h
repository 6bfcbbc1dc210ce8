/* Short codes of big values, for the 16 bytes of an index entry. All are monotone, so comparing
 * codes instead of values may let one too many pass and never one too few.
 *
 *   wage16   6 bits exponent, 10 mantissa; a step is 0.1 %
 *   wage8    the same cut to 3 bits of mantissa, from 2^20 (9 yuan a month) on; a step is 12 %
 *   reach8   (radius / 512 m) squared: 5 bits exponent, 3 mantissa, rounded up; a step is 6 %
 *   skill8   1..255, 0 = "whatever"            bloom16   one of 16 bits                          */
#ifndef YZ_ENGINE_INDEX_CODES_H
#define YZ_ENGINE_INDEX_CODES_H

#include <stdint.h>
#include <string.h>

#define YZ_REACH_UNIT_KM 0.512
#define YZ_REACH_BIAS (127u << 3) // of a float's exponent
#define YZ_GATE_LEVEL_SHIFT 28    // gate of an entry: the skill's level in bits 28..30
#define YZ_GATE_LEVEL_BITS (7u << YZ_GATE_LEVEL_SHIFT)
#define YZ_GATE_SURE 0x80000000u   // a posting's entry that is coverage enough by itself
#define YZ_EXTRA_PREFERRED 0xFF00u // of such an entry: any bit if it prefers skills
#define YZ_WAGE8_FROM (11u << 10)  // the wage16 of 2^20

static inline uint32_t yz_code_wage16(int64_t wage) {
    uint64_t v = (uint64_t)wage;
    if (v < 1024) return (uint32_t)v;
    uint32_t e = 53u - (uint32_t)__builtin_clzll(v);
    return (e << 10) + (uint32_t)(v >> e);
}

static inline uint32_t yz_code_wage8(int64_t wage) {
    uint32_t code = yz_code_wage16(wage);
    if (code < YZ_WAGE8_FROM) return 0;
    code = (code - YZ_WAGE8_FROM) >> 7;
    return code < 255 ? code : 255;
}

static inline uint32_t yz_code_reach8(uint32_t radius_m) {
    float units = (float)radius_m / 512.0f;
    float square = units * units * 1.000001f; // what rounding may have taken off
    if (square <= 1.0f) return 0;
    uint32_t bits;
    memcpy(&bits, &square, sizeof bits);
    return ((bits + 0xFFFFFu) >> 20) - YZ_REACH_BIAS;
}

/* The square of the largest radius with this code, in km^2. */
static inline float yz_reach8_square(uint32_t code) {
    uint32_t bits = (code + YZ_REACH_BIAS) << 20;
    float square;
    memcpy(&square, &bits, sizeof square);
    return square * (float)(YZ_REACH_UNIT_KM * YZ_REACH_UNIT_KM);
}

static inline uint32_t yz_code_skill8(uint16_t skill) {
    return 1 + skill % 255u;
}

static inline uint32_t yz_code_bloom16(uint16_t skill) {
    return 1u << (skill * 2654435761u >> 28);
}

#endif
