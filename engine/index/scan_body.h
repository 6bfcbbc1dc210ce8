/* The kernels, written once over LANES lanes; a file that includes this has defined the operations
 * on lanes_f (float), lanes_i (uint32_t) and masks of LANES bits. The same operations in the same
 * order on every level, so the same rows come out. */

#define HALF_STEP 0.52f // a place is rounded down to its step; 0.02 for the floats
#define EDUCATION_BITS (7u << YZ_GATE_EDUCATION_SHIFT)
// km^2 per squared unit of reach, a hair more and a hair less (less by one code: 1/8 at most).
#define REACH_UNIT ((float)(YZ_REACH_UNIT_KM * YZ_REACH_UNIT_KM * 1.0002))
#define REACH_UNIT_SURE ((float)(YZ_REACH_UNIT_KM * YZ_REACH_UNIT_KM * 0.9998))
#define WAGE16_BIAS (136u << 10)

static inline lanes_f square_of_reach(lanes_i code, float unit) {
    lanes_i bits = i_shift_left(i_add(code, i_set(YZ_REACH_BIAS)), 20);
    return f_mul(f_of_bits(bits), f_set(unit));
}

static inline lanes_f off_by(lanes_f at, float mid) {
    return f_abs(f_sub(at, f_set(mid)));
}

static inline lanes_f leg(lanes_f off, float slack, float scale) {
    lanes_f rest = f_max(f_add(off, f_set(slack)), f_set(0.0f));
    return f_mul(rest, f_set(scale));
}

static inline lanes_f sum_of_squares(lanes_f x, lanes_f y) {
    return f_add(f_mul(x, x), f_mul(y, y));
}

// From the middle to the nearest step of min..max, as off_by.
static inline lanes_f gap(const uint16_t *min, const uint16_t *max, float mid) {
    lanes_f m = f_set(mid);
    return f_max(f_sub(f_load_u16(min), m), f_sub(m, f_load_u16(max)));
}

static inline lanes_f gap_square(const yz_place_page *page, uint32_t g,
                                 const yz_scan_place *place) {
    lanes_f x = leg(gap(page->x_min + g, page->x_max + g, place->x_mid), -HALF_STEP, place->x_near);
    lanes_f y = leg(gap(page->y_min + g, page->y_max + g, place->y_mid), -HALF_STEP, place->y_near);
    return sum_of_squares(x, y);
}

static inline uint32_t block_mask(const yz_place_page *page) {
    uint32_t blocks = (page->count + YZ_BLOCK_ENTRIES - 1u) / YZ_BLOCK_ENTRIES;
    return (1u << blocks) - 1u;
}

static uint32_t touch(const yz_place_page *page, const yz_scan_place *place, float square) {
    uint32_t touched = 0;
    for (uint32_t g = 0; g < YZ_BLOCK_ENTRIES; g += LANES) {
        touched |= m_le(gap_square(page, g, place), f_set(square)) << g;
    }
    return touched & block_mask(page);
}

static uint32_t touch_reach(const yz_place_page *page, const yz_scan_place *place) {
    uint32_t touched = 0;
    for (uint32_t g = 0; g < YZ_BLOCK_ENTRIES; g += LANES) {
        lanes_f square = square_of_reach(i_load_u8(page->reach + g), REACH_UNIT);
        touched |= m_le(gap_square(page, g, place), square) << g;
    }
    return touched & block_mask(page);
}

static inline uint32_t valid_lanes(const yz_place_page *page, uint32_t b) {
    uint32_t from = b * YZ_BLOCK_ENTRIES;
    uint32_t left = page->count - from;
    return left >= YZ_BLOCK_ENTRIES ? 0xFFFFu : (1u << left) - 1u;
}

typedef struct legs {
    lanes_f x, y; // off the middle, in steps
} legs;

static inline legs legs_of(const yz_place_block *block, uint32_t g, const yz_scan_place *place) {
    return (legs){off_by(f_load_u16(block->x + g), place->x_mid),
                  off_by(f_load_u16(block->y + g), place->y_mid)};
}

static inline lanes_f near_square(legs l, const yz_scan_place *place) {
    return sum_of_squares(leg(l.x, -HALF_STEP, place->x_near), leg(l.y, -HALF_STEP, place->y_near));
}

static inline lanes_f far_square(legs l, const yz_scan_place *place) {
    return sum_of_squares(leg(l.x, HALF_STEP, place->x_far), leg(l.y, HALF_STEP, place->y_far));
}

static inline uint32_t jobs_gate(lanes_i gate, const yz_scan_jobs *ask) {
    return m_any(gate, i_set(ask->shifts)) & m_any(gate, i_set(ask->types)) &
           m_ge_u(i_set(ask->education), i_and(gate, i_set(EDUCATION_BITS)));
}

static inline uint32_t jobs_level(lanes_i gate, const yz_scan_jobs *ask) {
    return m_gt_u(i_set(ask->gate_below), i_and(gate, i_set(YZ_GATE_LEVEL_BITS)));
}

static inline uint32_t jobs_skills(lanes_table table, lanes_i extra) {
    return m_in_table(table, i_and(extra, i_set(255))) |
           m_in_table(table, i_and(i_shift_right(extra, 8), i_set(255)));
}

static uint32_t jobs(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                     const yz_scan_jobs *ask, uint32_t *rows) {
    uint32_t found = 0;
    lanes_table table = table_load(ask->skills);
    for (; blocks != 0; blocks &= blocks - 1) {
        uint32_t b = (uint32_t)__builtin_ctz(blocks), valid = valid_lanes(page, b);
        const yz_place_block *block = &page->blocks[b];
        for (uint32_t g = 0; g < YZ_BLOCK_ENTRIES; g += LANES) {
            uint32_t m = valid >> g;
            m &= m_le(near_square(legs_of(block, g, place), place), f_set(ask->square));
            if (m == 0) continue;
            lanes_i gate = i_load(block->gate + g), extra = i_load(block->extra + g);
            m &= jobs_gate(gate, ask) & jobs_level(gate, ask);
            m &= m_ge_u(extra, i_set(ask->wage));
            m &= jobs_skills(table, extra);
            found += append(rows + found, block->row + g, m);
        }
    }
    return found;
}

static inline uint32_t seekers_gate(lanes_i gate, const yz_scan_seekers *ask) {
    return m_any(gate, i_set(ask->shifts)) & m_any(gate, i_set(ask->types)) &
           m_ge_u(i_and(gate, i_set(EDUCATION_BITS)), i_set(ask->education));
}

static uint32_t seekers(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                        const yz_scan_seekers *ask, uint32_t *rows) {
    uint32_t found = 0;
    for (; blocks != 0; blocks &= blocks - 1) {
        uint32_t b = (uint32_t)__builtin_ctz(blocks), valid = valid_lanes(page, b);
        const yz_place_block *block = &page->blocks[b];
        for (uint32_t g = 0; g < YZ_BLOCK_ENTRIES; g += LANES) {
            lanes_i extra = i_load(block->extra + g);
            lanes_f square = square_of_reach(i_shift_right(extra, 24), REACH_UNIT);
            uint32_t m = valid >> g;
            m &= m_le(near_square(legs_of(block, g, place), place), square);
            if (m == 0) continue;
            lanes_i gate = i_load(block->gate + g);
            m &= seekers_gate(gate, ask) & m_ge_u(gate, i_set(ask->gate_from));
            m &= m_ge_u(i_set(ask->wage), i_and(i_shift_right(extra, 16), i_set(255)));
            if (m == 0) continue;
            lanes_i met = i_set(0);
            for (uint32_t s = 0; s < ask->required_count; s++) {
                met = i_add_where(m_any(extra, i_set(ask->bloom[s])), met, i_set(ask->weight[s]));
            }
            m &= m_ge_u(met, i_set(ask->need));
            found += append(rows + found, block->row + g, m);
        }
    }
    return found;
}

static inline void take(yz_scan_found *found, const uint32_t *rows, uint32_t maybe, uint32_t sure,
                        uint32_t good) {
    found->fits += (uint32_t)__builtin_popcount(sure);
    if (maybe != 0) {
        found->maybe_count += append(found->maybe + found->maybe_count, rows, maybe);
    }
    if (good != 0) found->sure_count += append(found->sure + found->sure_count, rows, good);
}

static void jobs_sure(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                      const yz_scan_jobs *ask, float threshold, yz_scan_found *found) {
    lanes_table table = table_load(ask->skills);
    for (; blocks != 0; blocks &= blocks - 1) {
        uint32_t b = (uint32_t)__builtin_ctz(blocks), valid = valid_lanes(page, b);
        const yz_place_block *block = &page->blocks[b];
        for (uint32_t g = 0; g < YZ_BLOCK_ENTRIES; g += LANES) {
            legs l = legs_of(block, g, place);
            lanes_f near = near_square(l, place);
            uint32_t m = valid >> g & m_le(near, f_set(ask->square));
            if (m == 0) continue;
            lanes_i gate = i_load(block->gate + g), extra = i_load(block->extra + g);
            m &= jobs_gate(gate, ask) & jobs_level(gate, ask) & m_ge_u(extra, i_set(ask->wage));
            m &= jobs_skills(table, extra);
            uint32_t sure = m & m_any(gate, i_set(YZ_GATE_SURE));
            if (sure == 0) {
                if (m != 0)
                    found->maybe_count +=
                        append(found->maybe + found->maybe_count, block->row + g, m);
                continue;
            }
            lanes_i code = i_shift_right(extra, 16);
            sure &= m_gt_u(code, i_set(ask->wage >> 16)) &
                    m_le(far_square(l, place), f_set(ask->square_sure));
            // At best the wage is that of the next code.
            lanes_i bits = i_shift_left(i_add(code, i_set(WAGE16_BIAS + 1)), 13);
            lanes_f wage = f_mul(f_sub(f_of_bits(bits), f_set(ask->floor)), f_set(ask->per_floor));
            wage = f_min(f_add(wage, f_set(ask->wage_least)), f_set(ask->wage_all));
            lanes_f km = f_mul(f_sqrt(near), f_set(ask->distance_per_km));
            lanes_f score = f_add(f_sub(f_set(ask->base + ask->distance_all), km), wage);
            uint32_t good = m_le(f_set(threshold), score);
            lanes_f better = f_add(score, f_set(ask->preferred));
            good |= m_le(f_set(threshold), better) & m_any(extra, i_set(YZ_EXTRA_PREFERRED));
            take(found, block->row + g, m & ~sure, sure, sure & good);
        }
    }
}

static void seekers_sure(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                         const yz_scan_seekers *ask, float threshold, yz_scan_found *found) {
    for (; blocks != 0; blocks &= blocks - 1) {
        uint32_t b = (uint32_t)__builtin_ctz(blocks), valid = valid_lanes(page, b);
        const yz_place_block *block = &page->blocks[b];
        for (uint32_t g = 0; g < YZ_BLOCK_ENTRIES; g += LANES) {
            lanes_i extra = i_load(block->extra + g);
            lanes_i reach = i_shift_right(extra, 24);
            lanes_f square = square_of_reach(reach, REACH_UNIT);
            legs l = legs_of(block, g, place);
            lanes_f near = near_square(l, place);
            uint32_t m = valid >> g & m_le(near, square);
            if (m == 0) continue;
            lanes_i code = i_and(i_shift_right(extra, 16), i_set(255));
            lanes_i gate = i_load(block->gate + g);
            m &= seekers_gate(gate, ask) & m_ge_u(gate, i_set(ask->gate_from));
            m &= m_ge_u(i_set(ask->wage), code);
            if (m == 0) continue;
            // A code of 0 is anything below its unit, so it is never sure.
            lanes_f least = square_of_reach(i_sub(reach, i_set(1)), REACH_UNIT_SURE);
            uint32_t sure = m & m_gt_u(i_set(ask->wage), code) & m_gt_u(reach, i_set(0)) &
                            m_le(far_square(l, place), least);
            lanes_i bits = i_shift_left(code, 7);
            bits = i_shift_left(i_add(bits, i_set(WAGE16_BIAS + YZ_WAGE8_FROM)), 13);
            lanes_f wage = f_sub(f_div(f_set(ask->wage_max), f_of_bits(bits)), f_set(1.0f));
            wage = f_min(f_max(wage, f_set(ask->wage_least)), f_set(1.0f));
            lanes_f away = f_mul(f_sqrt(f_div(near, square)), f_set(ask->distance_all));
            lanes_f score = f_sub(f_set(ask->base + ask->distance_all), away);
            score = f_add(score, f_mul(wage, f_set(ask->wage_all)));
            for (uint32_t s = 0; s < ask->gain_count; s++) {
                score = f_add_where(m_any(extra, i_set(ask->gain_bloom[s])), score,
                                    f_set(ask->gain[s]));
            }
            take(found, block->row + g, m & ~sure, sure, sure & m_le(f_set(threshold), score));
        }
    }
}
