/* Great-circle distance on a ball of 6371.0087714150598 km, the one formula of docs/matching.md:
 * haversine from our own sin, cos and asin, so the same bits everywhere. */
#ifndef YZ_ENGINE_MATCH_DISTANCE_H
#define YZ_ENGINE_MATCH_DISTANCE_H

#include <stdint.h>

#define YZ_EARTH_RADIUS_KM 6371.0087714150598

/* Kilometres from the seeker (1) to the posting (2), in whole 1e-7 degrees. The order of the two
 * counts: the sum is the same for people, not always for the last bit. About 70 ns. */
double yz_distance_km(int32_t lat1_e7, int32_t lon1_e7, int32_t lat2_e7, int32_t lon2_e7);

#endif
