/* Eight lanes: half a block at a time. Compiled for AVX2 (CMakeLists.txt); nothing here runs before
 * yz_scan_choose has asked the processor. */
#include "engine/index/codes.h"
#include "engine/index/scan_kernels.h"
#include "engine/model/packed.h"

#include <immintrin.h>

#define LANES 8
typedef __m256 lanes_f;
typedef __m256i lanes_i;
typedef __m256i lanes_table;

static inline lanes_f f_set(float v) {
    return _mm256_set1_ps(v);
}
static inline lanes_f f_load_u16(const uint16_t *at) {
    __m128i words = _mm_loadu_si128((const __m128i *)(const void *)at);
    return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(words));
}
static inline lanes_f f_of_bits(lanes_i bits) {
    return _mm256_castsi256_ps(bits);
}
static inline lanes_f f_add(lanes_f a, lanes_f b) {
    return _mm256_add_ps(a, b);
}
static inline lanes_f f_sub(lanes_f a, lanes_f b) {
    return _mm256_sub_ps(a, b);
}
static inline lanes_f f_mul(lanes_f a, lanes_f b) {
    return _mm256_mul_ps(a, b);
}
static inline lanes_f f_div(lanes_f a, lanes_f b) {
    return _mm256_div_ps(a, b);
}
static inline lanes_f f_max(lanes_f a, lanes_f b) {
    return _mm256_max_ps(a, b);
}
static inline lanes_f f_min(lanes_f a, lanes_f b) {
    return _mm256_min_ps(a, b);
}
static inline lanes_f f_abs(lanes_f a) {
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a);
}
static inline lanes_f f_sqrt(lanes_f a) {
    return _mm256_sqrt_ps(a);
}
static inline lanes_i i_set(uint32_t v) {
    return _mm256_set1_epi32((int)v);
}
static inline lanes_i i_load(const uint32_t *at) {
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}
static inline lanes_i i_load_u8(const uint8_t *at) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)at));
}
static inline lanes_i i_and(lanes_i a, lanes_i b) {
    return _mm256_and_si256(a, b);
}
static inline lanes_i i_add(lanes_i a, lanes_i b) {
    return _mm256_add_epi32(a, b);
}
static inline lanes_i i_sub(lanes_i a, lanes_i b) {
    return _mm256_sub_epi32(a, b);
}
static inline lanes_i i_shift_left(lanes_i a, int by) {
    return _mm256_slli_epi32(a, by);
}
static inline lanes_i i_shift_right(lanes_i a, int by) {
    return _mm256_srli_epi32(a, by);
}
static inline uint32_t mask_of(lanes_i lanes) {
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(lanes));
}
static inline uint32_t m_le(lanes_f a, lanes_f b) {
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LE_OQ));
}
static inline uint32_t m_any(lanes_i a, lanes_i b) {
    lanes_i none = _mm256_cmpeq_epi32(_mm256_and_si256(a, b), _mm256_setzero_si256());
    return mask_of(none) ^ 0xFFu;
}
static inline uint32_t m_ge_u(lanes_i a, lanes_i b) {
    return mask_of(_mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a));
}
static inline uint32_t m_gt_u(lanes_i a, lanes_i b) {
    return m_ge_u(b, a) ^ 0xFFu;
}
static inline lanes_i lanes_of(uint32_t mask) {
    const lanes_i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    return _mm256_cmpeq_epi32(_mm256_and_si256(i_set(mask), bit), bit);
}
static inline lanes_i i_add_where(uint32_t mask, lanes_i a, lanes_i b) {
    return _mm256_add_epi32(a, _mm256_and_si256(b, lanes_of(mask)));
}
static inline lanes_f f_add_where(uint32_t mask, lanes_f a, lanes_f b) {
    return _mm256_blendv_ps(a, _mm256_add_ps(a, b), _mm256_castsi256_ps(lanes_of(mask)));
}
static inline lanes_table table_load(const uint32_t bits[8]) {
    return _mm256_loadu_si256((const __m256i *)(const void *)bits);
}
static inline uint32_t m_in_table(lanes_table table, lanes_i at) {
    lanes_i word = _mm256_permutevar8x32_epi32(table, _mm256_srli_epi32(at, 5));
    lanes_i bit = _mm256_sllv_epi32(i_set(1), _mm256_and_si256(at, i_set(31)));
    return m_any(word, bit);
}
static inline uint32_t append(uint32_t *out, const uint32_t *rows, uint32_t mask) {
    uint32_t count = 0;
    for (; mask != 0; mask &= mask - 1)
        out[count++] = rows[__builtin_ctz(mask)];
    return count;
}

#include "engine/index/scan_body.h"

const yz_scan yz_scan_avx2 = {"avx2", touch, touch_reach, jobs, seekers, jobs_sure, seekers_sure};
