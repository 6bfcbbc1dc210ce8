/* The day wage against its slow twin, which counts minute by minute in sixtieths of a fen. */
#include "net/api/day_wage.h"

#include "engine/base/random.h"
#include "engine/model/limits.h"

#include <criterion/criterion.h>

static int64_t by_the_minute(int64_t minutes, int64_t fen) {
    int64_t whole = 0, sixtieths = 0;
    for (int64_t i = 0; i < minutes; i++) {
        whole += fen / 60;
        sixtieths += fen % 60;
        whole += sixtieths / 60;
        sixtieths %= 60;
    }
    return sixtieths >= 30 ? whole + 1 : whole;
}

Test(day_wage, by_the_hour_agrees_with_counting_minutes) {
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        yz_random random = yz_random_seeded(seed);
        int64_t minutes = (int64_t)yz_random_below(&random, 1500), due;
        int64_t fen = (int64_t)yz_random_below(&random, 20000);
        cr_assert(day_wage_due(minutes, fen, YZ_PER_HOUR, &due));
        cr_assert_eq(due, by_the_minute(minutes, fen), "seed %lu: %ld min at %ld fen",
                     (unsigned long)seed, (long)minutes, (long)fen);
    }
}

Test(day_wage, half_a_fen_is_a_fen) {
    int64_t due;
    cr_assert(day_wage_due(1, 30, YZ_PER_HOUR, &due)); // half a fen
    cr_assert_eq(due, 1);
    cr_assert(day_wage_due(1, 29, YZ_PER_HOUR, &due));
    cr_assert_eq(due, 0);
    cr_assert(day_wage_due(485, 2335, YZ_PER_HOUR, &due)); // 188.7458 yuan
    cr_assert_eq(due, 18875);
}

Test(day_wage, by_the_day_is_the_wage_and_other_units_have_none) {
    int64_t due;
    cr_assert(day_wage_due(1, 24000, YZ_PER_DAY, &due));
    cr_assert_eq(due, 24000);
    cr_assert(!day_wage_due(480, 500000, YZ_PER_MONTH, &due));
    cr_assert(!day_wage_due(480, 500000, YZ_PER_WEEK, &due));
    // Beyond what a wage may be there is no amount, rather than a wrong one.
    cr_assert(!day_wage_due(INT64_C(4000000000), YZ_FEN_MAX, YZ_PER_HOUR, &due));
}

Test(day_wage, begun_minutes_do_not_count_and_time_never_runs_back) {
    cr_assert_eq(day_wage_minutes(1000, 1000 + 119999), 1);
    cr_assert_eq(day_wage_minutes(1000, 1000 + 120000), 2);
    cr_assert_eq(day_wage_minutes(5000, 1000), 0);
}
