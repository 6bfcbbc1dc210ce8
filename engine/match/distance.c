#include "engine/match/distance.h"

#include "engine/base/arith.h"

#include <math.h>

#define RADIANS_PER_E7 (YZ_PI / 180.0 / 1e7)

double yz_distance_km(int32_t lat1_e7, int32_t lon1_e7, int32_t lat2_e7, int32_t lon2_e7) {
    double lat1 = lat1_e7 * RADIANS_PER_E7, lat2 = lat2_e7 * RADIANS_PER_E7;
    double lon1 = lon1_e7 * RADIANS_PER_E7, lon2 = lon2_e7 * RADIANS_PER_E7;
    double sin_lat = yz_sin((lat2 - lat1) / 2), sin_lon = yz_sin((lon2 - lon1) / 2);
    double a = sin_lat * sin_lat + yz_cos(lat1) * yz_cos(lat2) * sin_lon * sin_lon;
    return 2.0 * YZ_EARTH_RADIUS_KM * yz_asin(sqrt(a < 1.0 ? a : 1.0));
}

yz_distance_from yz_distance_from_place(int32_t lat_e7, int32_t lon_e7) {
    double lat = lat_e7 * RADIANS_PER_E7;
    return (yz_distance_from){lat_e7, lon_e7, yz_sin(lat), yz_cos(lat)};
}

#define SERIES_E7 28000000 // 0.049 radian: the terms left out stay below 1e-9 of the distance

// sin(x/2)^2 for z = x^2.
static double half_sine_square(double z) {
    return z * 0.25 * (1.0 - z * (1.0 / 12) * (1.0 - z * (1.0 / 30)));
}

double yz_distance_about_km(const yz_distance_from *from, int32_t lat_e7, int32_t lon_e7) {
    int64_t north = (int64_t)lat_e7 - from->lat_e7, east = (int64_t)lon_e7 - from->lon_e7;
    if (north > SERIES_E7 || north < -SERIES_E7 || east > SERIES_E7 || east < -SERIES_E7) {
        return yz_distance_km(from->lat_e7, from->lon_e7, lat_e7, lon_e7);
    }
    double x = (double)north * RADIANS_PER_E7, y = (double)east * RADIANS_PER_E7;
    double xx = x * x;
    double cos_x = 1.0 - xx * 0.5 * (1.0 - xx * (1.0 / 12));
    double sin_x = x * (1.0 - xx * (1.0 / 6) * (1.0 - xx * (1.0 / 20)));
    double cos_lat = from->cos_lat * cos_x - from->sin_lat * sin_x;
    double a = half_sine_square(xx) + from->cos_lat * cos_lat * half_sine_square(y * y);
    double root = sqrt(a > 0.0 ? a : 0.0);
    return 2.0 * YZ_EARTH_RADIUS_KM * root *
           (1.0 + a * (1.0 / 6 + a * (3.0 / 40 + a * (15.0 / 336))));
}
