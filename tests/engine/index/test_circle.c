#include "engine/index/circle.h"

#include "engine/base/random.h"
#include "engine/index/codes.h"
#include "engine/match/distance.h"
#include "engine/model/limits.h"

#include <criterion/criterion.h>
#include <math.h>

typedef struct legs {
    double near, far; // squared, km^2
} legs;

// From the question's nearest image to a place.
static legs legs_to(const yz_circle *circle, const yz_circle_class *class, int32_t lat_e7,
                    int32_t lon_e7) {
    double lon[2], north = fabs(lat_e7 - circle->lat_e7), east = HUGE_VAL;
    uint32_t images = yz_circle_images(circle, lon);
    for (uint32_t i = 0; i < images; i++)
        if (fabs(lon_e7 - lon[i]) < east) east = fabs(lon_e7 - lon[i]);
    return (legs){
        pow(north * class->y_near, 2) + pow(east * class->x_near, 2),
        pow(north * class->y_far, 2) + pow(east * class->x_far, 2),
    };
}

// A place some way from the question: about the radius, and as often anywhere.
static int32_t around(yz_random *random, int32_t e7, double spread, int32_t most) {
    double at = e7 + (yz_random_unit(random) * 2 - 1) * spread;
    if (at > most) at -= 2.0 * most;
    if (at < -most) at += 2.0 * most;
    return (int32_t)at;
}

/* The planar bounds against the distance itself: the near legs are never longer than the way, the
 * far ones never shorter, for whatever lies within the radius. */
Test(circle, bounds_are_never_on_the_wrong_side) {
    uint32_t within = 0, used = 0;
    for (uint64_t seed = 1; seed <= 200000; seed++) {
        yz_random random = yz_random_seeded(seed);
        yz_circle circle;
        yz_circle_init(&circle, (int32_t)yz_random_between(&random, -900000000, 900000000),
                       (int32_t)yz_random_between(&random, -1800000000, 1800000000));
        uint32_t radius_m =
            1 + (uint32_t)yz_random_below(&random, YZ_RADIUS_M_MAX >> yz_random_below(&random, 24));
        yz_circle_class fixed = yz_circle_class_of(&circle, radius_m / 1000.0);
        const yz_circle_class *coded = yz_circle_reach(&circle, yz_code_reach8(radius_m));
        double spread = radius_m / 1000.0 / 111.2 * 1e7 * 1.2;
        double wide = spread / (circle.cos_lat + 0.01);
        int32_t lat = around(&random, (int32_t)circle.lat_e7, fmin(spread, 9e8), 900000000);
        int32_t lon = around(&random, (int32_t)circle.lon_e7, fmin(wide, 18e8), 1800000000);
        double km = yz_distance_km((int32_t)circle.lat_e7, (int32_t)circle.lon_e7, lat, lon);
        if (km > radius_m / 1000.0) continue;
        within += 1;
        used += fixed.x_near > 0;
        legs by_fixed = legs_to(&circle, &fixed, lat, lon);
        legs by_coded = legs_to(&circle, coded, lat, lon);
        double square = km * km, hair = square * 1e-9 + 1e-12;
        cr_assert_leq(by_fixed.near, square + hair, "seed %lu: %u m", seed, radius_m);
        cr_assert_leq(by_coded.near, square + hair, "seed %lu: %u m", seed, radius_m);
        cr_assert_geq(by_fixed.far, square - hair, "seed %lu: %u m", seed, radius_m);
        cr_assert_geq(by_coded.far, square - hair, "seed %lu: %u m", seed, radius_m);
    }
    cr_assert_gt(within, 50000);
    cr_assert_gt(used, within / 2, "longitude must have counted");
}
