/* One lane: plain C, for processors without wide vectors and as the kernels' slow twin. */
#include "engine/index/codes.h"
#include "engine/index/scan_kernels.h"
#include "engine/model/packed.h"

#include <math.h>

#define LANES 1
typedef float lanes_f;
typedef uint32_t lanes_i;
typedef const uint32_t *lanes_table;

static inline lanes_f f_set(float v) {
    return v;
}
static inline lanes_f f_load_u16(const uint16_t *at) {
    return (float)*at;
}
static inline lanes_f f_of_bits(lanes_i bits) {
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}
static inline lanes_f f_add(lanes_f a, lanes_f b) {
    return a + b;
}
static inline lanes_f f_sub(lanes_f a, lanes_f b) {
    return a - b;
}
static inline lanes_f f_mul(lanes_f a, lanes_f b) {
    return a * b;
}
static inline lanes_f f_div(lanes_f a, lanes_f b) {
    return a / b;
}
static inline lanes_f f_max(lanes_f a, lanes_f b) {
    return a > b ? a : b;
}
static inline lanes_f f_min(lanes_f a, lanes_f b) {
    return a < b ? a : b;
}
static inline lanes_f f_abs(lanes_f a) {
    return fabsf(a);
}
static inline lanes_f f_sqrt(lanes_f a) {
    return sqrtf(a);
}
static inline lanes_i i_set(uint32_t v) {
    return v;
}
static inline lanes_i i_load(const uint32_t *at) {
    return *at;
}
static inline lanes_i i_load_u8(const uint8_t *at) {
    return *at;
}
static inline lanes_i i_and(lanes_i a, lanes_i b) {
    return a & b;
}
static inline lanes_i i_add(lanes_i a, lanes_i b) {
    return a + b;
}
static inline lanes_i i_sub(lanes_i a, lanes_i b) {
    return a - b;
}
static inline lanes_i i_add_where(uint32_t mask, lanes_i a, lanes_i b) {
    return mask ? a + b : a;
}
static inline lanes_f f_add_where(uint32_t mask, lanes_f a, lanes_f b) {
    return mask ? a + b : a;
}
static inline lanes_i i_shift_left(lanes_i a, int by) {
    return a << by;
}
static inline lanes_i i_shift_right(lanes_i a, int by) {
    return a >> by;
}
static inline uint32_t m_le(lanes_f a, lanes_f b) {
    return a <= b;
}
static inline uint32_t m_any(lanes_i a, lanes_i b) {
    return (a & b) != 0;
}
static inline uint32_t m_ge_u(lanes_i a, lanes_i b) {
    return a >= b;
}
static inline uint32_t m_gt_u(lanes_i a, lanes_i b) {
    return a > b;
}
static inline lanes_table table_load(const uint32_t bits[8]) {
    return bits;
}
static inline uint32_t m_in_table(lanes_table table, lanes_i at) {
    return table[at >> 5] >> (at & 31) & 1u;
}
static inline uint32_t append(uint32_t *out, const uint32_t *rows, uint32_t mask) {
    if (mask & 1u) *out = *rows;
    return mask & 1u;
}

#include "engine/index/scan_body.h"

const yz_scan yz_scan_portable = {"portable", touch,     touch_reach, jobs,
                                  seekers,    jobs_sure, seekers_sure};
