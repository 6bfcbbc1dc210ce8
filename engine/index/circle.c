/* From haversine: (2R)^2 a = (2R sin(dlat/2))^2 + cos(lat1) cos(lat2) (2R sin(dlon/2))^2, and d <=
 * r exactly if (2R)^2 a <= (2R sin(r/2R))^2. Within reach |dlat| <= rho = r/R and |dlon| <= lambda
 * = asin(sin(rho) / cos(lat1)), so with sinc(h) = sin(h)/h, which falls:
 *
 *   near   sin(dlat/2) >= dlat/2 sinc(rho/2),  sin(dlon/2) >= dlon/2 sinc(lambda/2),
 *          cos(lat2) >= the smaller cos at the ends, and (2R sin(r/2R))^2 <= r^2
 *   far    sin(h) <= h,  cos(lat2) <= the larger,  and  2R sin(r/2R) = r sinc(rho/2) */
#include "engine/index/circle.h"

#include "engine/base/arith.h"
#include "engine/index/codes.h"

#include <math.h>

#define EARTH_RADIUS_KM 6371.0087714150598
#define RADIANS_PER_E7 (YZ_PI / 180.0 / 1e7)
#define KM_PER_E7 (EARTH_RADIUS_KM * RADIANS_PER_E7)
#define LAMBDA_MAX (YZ_PI / 2) // beyond, longitude is not used
#define HAIR 1e-9

void yz_circle_init(yz_circle *circle, int32_t lat_e7, int32_t lon_e7) {
    circle->lat_e7 = lat_e7;
    circle->lon_e7 = lon_e7;
    circle->sin_lat = yz_sin(lat_e7 * RADIANS_PER_E7);
    circle->cos_lat = yz_cos(lat_e7 * RADIANS_PER_E7);
    circle->known = 0;
}

// A lower bound of sin(h)/h for 0 <= h <= pi/2.
static double sinc_low(double h) {
    return 1.0 - h * h * (1.0 / 6);
}

static yz_circle_class class_of(const yz_circle *circle, double rho, double sin_rho,
                                double cos_rho) {
    double sinc = sinc_low(rho / 2) - HAIR;
    yz_circle_class c = {.y_near = KM_PER_E7 * sinc * (1 - HAIR),
                         .y_far = KM_PER_E7 / sinc * (1 + HAIR)};
    double along = circle->cos_lat * cos_rho, across = fabs(circle->sin_lat) * sin_rho;
    double cos_low = along - across - HAIR;  // at the end nearer to its pole
    double cos_high = along + across + HAIR; // at the other end
    double lat = fabs(circle->lat_e7) * RADIANS_PER_E7;
    if (rho >= lat) cos_high = 1.0 + HAIR; // the equator lies between
    c.x_far = KM_PER_E7 / sinc * sqrt((circle->cos_lat + HAIR) * cos_high);
    bool pole = lat + rho >= YZ_PI / 2 - 1e-6 || cos_low <= 0.0;
    if (pole) return c;
    double ratio = sin_rho / circle->cos_lat;
    if (ratio >= 1.0) return c;
    double lambda = ratio <= 0.5 ? ratio * (1.0 + 0.2 * ratio * ratio) : yz_asin(ratio) + HAIR;
    double x_near = KM_PER_E7 * sinc_low(lambda / 2) * sqrt(circle->cos_lat * cos_low) * (1 - HAIR);
    // What the filter lets through in longitude must stay clear of the second image.
    if (rho * EARTH_RADIUS_KM > x_near * (LAMBDA_MAX / RADIANS_PER_E7)) return c;
    c.x_near = x_near;
    return c;
}

yz_circle_class yz_circle_class_of(const yz_circle *circle, double radius_km) {
    double rho = radius_km / EARTH_RADIUS_KM * (1 + HAIR);
    if (rho > YZ_PI) rho = YZ_PI;
    return class_of(circle, rho, yz_sin(rho), yz_cos(rho));
}

void yz_circle_learn(yz_circle *circle, uint32_t class) {
    double radius = sqrt((double)yz_reach8_square(class * 8 + 7));
    double rho = radius / EARTH_RADIUS_KM * (1 + HAIR);
    if (rho < 0.5) {
        // Enough terms for 1e-9; saves the reduction of our own sin and cos.
        double z = rho * rho;
        double s = rho * (1 - z / 6 * (1 - z / 20 * (1 - z / 42 * (1 - z / 72))));
        double c = 1 - z / 2 * (1 - z / 12 * (1 - z / 30 * (1 - z / 56)));
        circle->class[class] = class_of(circle, rho, s, c);
    } else {
        circle->class[class] = yz_circle_class_of(circle, radius);
    }
    circle->known |= 1u << class;
}

uint32_t yz_circle_images(const yz_circle *circle, double lon_e7[2]) {
    lon_e7[0] = circle->lon_e7;
    if (circle->lon_e7 > 900000000.0) {
        lon_e7[1] = circle->lon_e7 - 3600000000.0;
        return 2;
    }
    if (circle->lon_e7 < -900000000.0) {
        lon_e7[1] = circle->lon_e7 + 3600000000.0;
        return 2;
    }
    return 1;
}
