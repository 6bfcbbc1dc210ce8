#include "engine/match/distance.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <math.h>

/* The same formula in long doubles, with the C library's sines. */
static double haversine_km(int32_t lat1_e7, int32_t lon1_e7, int32_t lat2_e7, int32_t lon2_e7) {
    const long double radian = acosl(-1) / 180 / 1e7L;
    long double north = sinl(((long double)lat2_e7 - lat1_e7) * radian / 2);
    long double east = sinl(((long double)lon2_e7 - lon1_e7) * radian / 2);
    long double a = north * north + cosl(lat1_e7 * radian) * cosl(lat2_e7 * radian) * east * east;
    return (double)(2 * 6371.0087714150598L * asinl(sqrtl(a < 1 ? a : 1)));
}

typedef struct two_places {
    int32_t lat1, lon1, lat2, lon2; // 1e-7 degree
} two_places;

static int32_t inside(int64_t e7, int64_t most) {
    return (int32_t)(e7 > most ? most : e7 < -most ? -most : e7);
}

// Anywhere, poles included; from centimetres apart to a quarter of the way round.
static two_places draw(yz_random *random) {
    int64_t spread = (int64_t)1 << yz_random_below(random, 30);
    two_places p = {.lat1 = (int32_t)yz_random_between(random, -900000000, 900000000),
                    .lon1 = (int32_t)yz_random_between(random, -1800000000, 1800000000)};
    p.lat2 = inside(p.lat1 + yz_random_between(random, -spread, spread), 900000000);
    p.lon2 = inside(p.lon1 + yz_random_between(random, -spread, spread), 1800000000);
    return p;
}

Test(distance, is_the_haversine_and_the_same_both_ways) {
    for (uint64_t seed = 1; seed <= 100000; seed++) {
        yz_random random = yz_random_seeded(seed);
        two_places p = draw(&random);
        double there = yz_distance_km(p.lat1, p.lon1, p.lat2, p.lon2);
        double back = yz_distance_km(p.lat2, p.lon2, p.lat1, p.lon1);
        double wanted = haversine_km(p.lat1, p.lon1, p.lat2, p.lon2);
        cr_assert_eq(there, back, "seed %lu", seed);
        cr_assert_leq(fabs(there - wanted), 1e-8, "seed %lu: %.12g, not %.12g", seed, there,
                      wanted);
    }
}

Test(distance, from_the_equator_to_the_pole_is_a_quarter_of_a_meridian) {
    double quarter = 6371.0087714150598 * 3.14159265358979323846 / 2;
    cr_assert_leq(fabs(yz_distance_km(0, 123, 900000000, 123) - quarter), 1e-9);
    cr_assert_eq(yz_distance_km(345800000, 1057200000, 345800000, 1057200000), 0);
    // Over the line where the days change: half a degree and not 359.5.
    cr_assert_leq(yz_distance_km(0, 1799000000, 0, -1796000000), 56);
}

Test(distance, by_short_series_is_as_near_as_it_says) {
    double worst = 0;
    for (uint64_t seed = 1; seed <= 200000; seed++) {
        yz_random random = yz_random_seeded(seed);
        two_places p = draw(&random);
        yz_distance_from from = yz_distance_from_place(p.lat1, p.lon1);
        double about = yz_distance_about_km(&from, p.lat2, p.lon2);
        double off = fabs(about - yz_distance_km(p.lat1, p.lon1, p.lat2, p.lon2));
        cr_assert_leq(off, YZ_DISTANCE_ERROR_KM, "seed %lu: off by %g km", seed, off);
        if (off > worst) worst = off;
    }
    cr_assert_gt(worst, 0, "the series must have been used");
}
