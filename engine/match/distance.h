/* Great-circle distance on a ball of 6371.0087714150598 km, the one formula of docs/matching.md:
 * haversine from our own sin, cos and asin, so the same bits everywhere. */
#ifndef YZ_ENGINE_MATCH_DISTANCE_H
#define YZ_ENGINE_MATCH_DISTANCE_H

#include <stdint.h>

#define YZ_EARTH_RADIUS_KM 6371.0087714150598

/* Kilometres between two places in whole 1e-7 degrees, the same both ways. About 70 ns. */
double yz_distance_km(int32_t lat1_e7, int32_t lon1_e7, int32_t lat2_e7, int32_t lon2_e7);

/* A place that many distances are measured from. */
typedef struct yz_distance_from {
    int32_t lat_e7, lon_e7;
    double sin_lat, cos_lat;
} yz_distance_from;

yz_distance_from yz_distance_from_place(int32_t lat_e7, int32_t lon_e7);

/* The distance within YZ_DISTANCE_ERROR_KM of yz_distance_km, by short series: about 10 ns up to
 * some 300 km. Says "surely nearer" or "surely farther"; answers carry yz_distance_km. */
#define YZ_DISTANCE_ERROR_KM 1e-6
double yz_distance_about_km(const yz_distance_from *from, int32_t lat_e7, int32_t lon_e7);

#endif
