/* A question's place, and planar bounds of distances from it: cheap, and never on the wrong side.
 *
 *     x_near * |dlon|, y_near * |dlat|   as the legs of a right angle: never longer than the way
 *     x_far  * |dlon|, y_far  * |dlat|   never shorter, as long as the way is within the reach
 *
 * The factors (km per 1e-7 degree) hold up to one reach; the larger the reach, the looser. With
 * N = near: (x_N dlon)^2 + (y_N dlat)^2 <= reach^2 for every place within reach. */
#ifndef YZ_ENGINE_INDEX_CIRCLE_H
#define YZ_ENGINE_INDEX_CIRCLE_H

#include "engine/index/place_tree.h"

typedef struct yz_circle_class {
    double x_near, y_near; // x_near 0: near a pole or very far, longitude says nothing
    double x_far, y_far;
} yz_circle_class;

typedef struct yz_circle {
    double lat_e7, lon_e7;
    double sin_lat, cos_lat;
    uint32_t known;            // classes computed so far, a bit each
    yz_circle_class class[32]; // of reach codes 8 c .. 8 c + 7
} yz_circle;

void yz_circle_init(yz_circle *circle, int32_t lat_e7, int32_t lon_e7);

/* The factors for one radius. About 100 ns. */
yz_circle_class yz_circle_class_of(const yz_circle *circle, double radius_km);

/* Fills in the class of a reach code; yz_circle_reach does so when needed. About 10 ns. */
void yz_circle_learn(yz_circle *circle, uint32_t class);

static inline const yz_circle_class *yz_circle_reach(yz_circle *circle, uint32_t reach) {
    uint32_t c = reach >> 3;
    if ((circle->known >> c & 1u) == 0) yz_circle_learn(circle, c);
    return &circle->class[c];
}

/* Longitudes go round: near 180 degrees a question has a second image, 360 degrees away. Fills
 * `lon_e7` with the places to ask from: 1 or 2. Classes with x_near 0 count for the first only. */
uint32_t yz_circle_images(const yz_circle *circle, double lon_e7[2]);

/* A lower bound of the squared distance to anything in the box, km^2. */
static inline double yz_circle_gap(const yz_circle *circle, const yz_circle_class *class,
                                   const yz_place_box *box) {
    double above = circle->lat_e7 - box->lat_max, below = box->lat_min - circle->lat_e7;
    double east = circle->lon_e7 - box->lon_max, west = box->lon_min - circle->lon_e7;
    double y = above > below ? above : below;
    double x = east > west ? east : west;
    y = y > 0 ? y * class->y_near : 0;
    x = x > 0 ? x * class->x_near : 0;
    return x * x + y * y;
}

#endif
