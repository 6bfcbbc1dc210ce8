#include "engine/index/codes.h"

#include "engine/base/random.h"
#include "engine/model/limits.h"

#include <criterion/criterion.h>

// Of any size up to `most`.
static int64_t draw(yz_random *random, int64_t most) {
    int64_t value = (int64_t)(yz_random_next(random) >> (1 + yz_random_below(random, 63)));
    return value > most ? most : value;
}

Test(codes, of_a_larger_wage_are_not_smaller_and_fit_their_bits) {
    const int64_t MOST = YZ_FEN_MAX * 20880; // per hour
    for (uint64_t seed = 1; seed <= 200000; seed++) {
        yz_random random = yz_random_seeded(seed);
        int64_t low = draw(&random, MOST);
        int64_t high = yz_random_below(&random, 2) ? low + 1 : draw(&random, MOST);
        if (high < low) {
            int64_t other = high;
            high = low;
            low = other;
        }
        cr_assert_leq(yz_code_wage16(low), yz_code_wage16(high), "seed %lu", seed);
        cr_assert_leq(yz_code_wage8(low), yz_code_wage8(high), "seed %lu", seed);
        cr_assert_leq(yz_code_wage16(high), 0xFFFFu);
        cr_assert_leq(yz_code_wage8(high), 0xFFu);
        // A step is 0.1 %: what is farther apart has another code.
        if (high > low + low / 1000 + 1)
            cr_assert_lt(yz_code_wage16(low), yz_code_wage16(high), "seed %lu", seed);
    }
}

Test(codes, of_a_reach_are_rounded_up_by_an_eighth_of_the_square_at_most) {
    uint32_t before = 0;
    for (uint32_t radius_m = 1; radius_m <= YZ_RADIUS_M_MAX; radius_m += 1 + radius_m / 5000) {
        uint32_t code = yz_code_reach8(radius_m);
        double square = (radius_m / 1000.0) * (radius_m / 1000.0), top = yz_reach8_square(code);
        cr_assert_geq(code, before, "%u m", radius_m);
        cr_assert_leq(code, 255, "%u m", radius_m);
        cr_assert_geq(top, square * (1 - 1e-6), "%u m", radius_m);
        if (radius_m > 512) cr_assert_leq(top, square * 1.126, "%u m", radius_m);
        before = code;
    }
    cr_assert_gt(before, 200, "the largest radius has a large code");
}

Test(codes, of_skills_are_one_bit_or_one_number_and_never_nothing) {
    for (uint32_t skill = 0; skill < YZ_SKILLS_MAX; skill++) {
        uint32_t number = yz_code_skill8((uint16_t)skill), bit = yz_code_bloom16((uint16_t)skill);
        cr_assert(number >= 1 && number <= 255, "skill %u", skill);
        cr_assert(bit != 0 && (bit & (bit - 1)) == 0 && bit <= 0x8000u, "skill %u", skill);
    }
}
