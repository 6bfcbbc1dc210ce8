/* Sixteen lanes: a block at a time. Compiled for AVX-512 (CMakeLists.txt); nothing here runs before
 * yz_scan_choose has asked the processor. */
#include "engine/index/codes.h"
#include "engine/index/scan_kernels.h"
#include "engine/model/packed.h"

#include <immintrin.h>

#define LANES 16
typedef __m512 lanes_f;
typedef __m512i lanes_i;
typedef __m512i lanes_table;

static inline lanes_f f_set(float v) {
    return _mm512_set1_ps(v);
}
static inline lanes_f f_load_u16(const uint16_t *at) {
    __m256i words = _mm256_loadu_si256((const __m256i *)(const void *)at);
    return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(words));
}
static inline lanes_f f_of_bits(lanes_i bits) {
    return _mm512_castsi512_ps(bits);
}
static inline lanes_f f_add(lanes_f a, lanes_f b) {
    return _mm512_add_ps(a, b);
}
static inline lanes_f f_sub(lanes_f a, lanes_f b) {
    return _mm512_sub_ps(a, b);
}
static inline lanes_f f_mul(lanes_f a, lanes_f b) {
    return _mm512_mul_ps(a, b);
}
static inline lanes_f f_div(lanes_f a, lanes_f b) {
    return _mm512_div_ps(a, b);
}
static inline lanes_f f_max(lanes_f a, lanes_f b) {
    return _mm512_max_ps(a, b);
}
static inline lanes_f f_min(lanes_f a, lanes_f b) {
    return _mm512_min_ps(a, b);
}
static inline lanes_f f_abs(lanes_f a) {
    return _mm512_abs_ps(a);
}
static inline lanes_f f_sqrt(lanes_f a) {
    return _mm512_sqrt_ps(a);
}
static inline lanes_i i_set(uint32_t v) {
    return _mm512_set1_epi32((int)v);
}
static inline lanes_i i_load(const uint32_t *at) {
    return _mm512_loadu_si512(at);
}
static inline lanes_i i_load_u8(const uint8_t *at) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)at));
}
static inline lanes_i i_and(lanes_i a, lanes_i b) {
    return _mm512_and_si512(a, b);
}
static inline lanes_i i_add(lanes_i a, lanes_i b) {
    return _mm512_add_epi32(a, b);
}
static inline lanes_i i_sub(lanes_i a, lanes_i b) {
    return _mm512_sub_epi32(a, b);
}
static inline lanes_i i_add_where(uint32_t mask, lanes_i a, lanes_i b) {
    return _mm512_mask_add_epi32(a, (__mmask16)mask, a, b);
}
static inline lanes_f f_add_where(uint32_t mask, lanes_f a, lanes_f b) {
    return _mm512_mask_add_ps(a, (__mmask16)mask, a, b);
}
static inline lanes_i i_shift_left(lanes_i a, unsigned by) {
    return _mm512_slli_epi32(a, by);
}
static inline lanes_i i_shift_right(lanes_i a, unsigned by) {
    return _mm512_srli_epi32(a, by);
}
static inline uint32_t m_le(lanes_f a, lanes_f b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ);
}
static inline uint32_t m_any(lanes_i a, lanes_i b) {
    return _mm512_test_epi32_mask(a, b);
}
static inline uint32_t m_ge_u(lanes_i a, lanes_i b) {
    return _mm512_cmpge_epu32_mask(a, b);
}
static inline uint32_t m_gt_u(lanes_i a, lanes_i b) {
    return _mm512_cmpgt_epu32_mask(a, b);
}
static inline lanes_table table_load(const uint32_t bits[8]) {
    return _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)(const void *)bits));
}
static inline uint32_t m_in_table(lanes_table table, lanes_i at) {
    lanes_i word = _mm512_permutexvar_epi32(_mm512_srli_epi32(at, 5), table);
    lanes_i bit = _mm512_sllv_epi32(i_set(1), _mm512_and_si512(at, i_set(31)));
    return m_any(word, bit);
}
// Compress in a register and store all: a masked compress to memory is slow on Zen 4.
static inline uint32_t append(uint32_t *out, const uint32_t *rows, uint32_t mask) {
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi32((__mmask16)mask, i_load(rows)));
    return (uint32_t)__builtin_popcount(mask);
}

#include "engine/index/scan_body.h"

const yz_scan yz_scan_avx512 = {"avx512", touch,     touch_reach, jobs,
                                seekers,  jobs_sure, seekers_sure};
