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
