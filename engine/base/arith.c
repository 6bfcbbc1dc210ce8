/* Taylor and rational series on reduced arguments, long enough that the rest is below 1 ulp. The
 * coefficients of asin are those of fdlibm's e_asin.c, those of ln of its e_log.c (Sun
 * Microsystems, 1993: "freely granted, provided that this notice is preserved"). */
#include "engine/base/arith.h"

#include "engine/base/check.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

// pi/2 in two parts; k * HIGH is exact for the few k that |x| <= 100 needs.
static const double HALF_PI_HIGH = 1.57079632673412561417e+00;
static const double HALF_PI_LOW = 6.07710050650619224932e-11;

// |x| <= pi/4 (and a hair).
static double sin_core(double x) {
    double z = x * x;
    double p = -7.6471637318198164759e-13; // -1/15!
    p = p * z + 1.6059043836821614599e-10; // 1/13!
    p = p * z - 2.5052108385441718775e-08;
    p = p * z + 2.7557319223985890653e-06;
    p = p * z - 1.9841269841269841270e-04;
    p = p * z + 8.3333333333333333333e-03;
    p = p * z - 1.6666666666666666667e-01;
    return x + x * z * p;
}

static double cos_core(double x) {
    double z = x * x;
    double p = 4.7794773323873852974e-14; // 1/16!
    p = p * z - 1.1470745597729724714e-11;
    p = p * z + 2.0876756987868098979e-09;
    p = p * z - 2.7557319223985890653e-07;
    p = p * z + 2.4801587301587301587e-05;
    p = p * z - 1.3888888888888888889e-03;
    p = p * z + 4.1666666666666666667e-02;
    return 1.0 - (0.5 * z - z * z * p);
}

// x = quarter * pi/2 + rest, |rest| <= pi/4.
static int reduce(double x, double *rest) {
    yz_check(x >= -100.0 && x <= 100.0);
    double quarter = floor(x / (YZ_PI / 2) + 0.5);
    *rest = (x - quarter * HALF_PI_HIGH) - quarter * HALF_PI_LOW;
    return (int)quarter & 3;
}

double yz_sin(double x) {
    double rest;
    switch (reduce(x, &rest)) {
    case 0: return sin_core(rest);
    case 1: return cos_core(rest);
    case 2: return -sin_core(rest);
    default: return -cos_core(rest);
    }
}

double yz_cos(double x) {
    double rest;
    switch (reduce(x, &rest)) {
    case 0: return cos_core(rest);
    case 1: return -sin_core(rest);
    case 2: return -cos_core(rest);
    default: return sin_core(rest);
    }
}

// (asin(x) - x) / x for z = x * x, z <= 1/4.
static double asin_ratio(double z) {
    double p = 3.47933107596021167570e-05;
    p = p * z + 7.91534994289814532176e-04;
    p = p * z - 4.00555345006794114027e-02;
    p = p * z + 2.01212532134862925881e-01;
    p = p * z - 3.25565818622400915405e-01;
    p = p * z + 1.66666666666666657415e-01;
    double q = 7.70381505559019352791e-02;
    q = q * z - 6.88283971605453293030e-01;
    q = q * z + 2.02094576023350569471e+00;
    q = q * z - 2.40339491173441421878e+00;
    q = q * z + 1.0;
    return z * p / q;
}

double yz_asin(double x) {
    yz_check(x >= 0.0 && x <= 1.0);
    if (x <= 0.5) return x + x * asin_ratio(x * x);
    double z = (1.0 - x) * 0.5;
    double s = sqrt(z);
    return YZ_PI / 2 - 2.0 * (s + s * asin_ratio(z));
}

double yz_ln(double x) {
    yz_check(x > 0.0 && x < 1e308);
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int scaled = 0;
    if (bits >> 52 == 0) { // subnormal
        x *= 18014398509481984.0;
        scaled = 54;
        memcpy(&bits, &x, sizeof bits);
    }
    int exponent = (int)(bits >> 52) - 1023 - scaled;
    bits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        exponent += 1;
    }
    double f = m - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double r = 1.479819860511658591e-01;
    r = r * z + 1.531383769920937332e-01;
    r = r * z + 1.818357216161805012e-01;
    r = r * z + 2.222219843214978396e-01;
    r = r * z + 2.857142874366239149e-01;
    r = r * z + 3.999999999940941908e-01;
    r = r * z + 6.666666666666735130e-01;
    r = r * z;
    double half = 0.5 * f * f;
    double e = (double)exponent;
    return e * 6.93147180369123816490e-01 -
           ((half - (s * (half + r) + e * 1.90821492927058770002e-10)) - f);
}

double yz_exp(double x) {
    yz_check(x >= -700.0 && x <= 700.0);
    double k = floor(x * 1.44269504088896338700e+00 + 0.5);
    double r = (x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    double term = 1.0, sum = 1.0;
    for (int i = 1; i <= 18; i++) {
        term = term * r / (double)i;
        sum += term;
    }
    uint64_t bits = (uint64_t)((int64_t)k + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}
