/* Our arithmetic against libm in long double, an error bound in units of the last place. */
#include "engine/base/arith.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <math.h>

static double ulps(double ours, long double exact) {
    double unit = nextafter(fabs(ours), INFINITY) - fabs(ours);
    return (double)(fabsl((long double)ours - exact) / (long double)unit);
}

static void worst_of(const char *name, double (*ours)(double), long double (*exact)(long double),
                     double low, double high, double bound) {
    yz_random random = yz_random_seeded(1);
    double worst = 0, at = 0;
    for (int i = 0; i < 1000000; i++) {
        double x = low + (high - low) * yz_random_unit(&random);
        double off = ulps(ours(x), exact(x));
        if (off > worst) {
            worst = off;
            at = x;
        }
    }
    cr_log_info("%s: worst %.3f ulp at %.17g, seed 1", name, worst, at);
    cr_assert_lt(worst, bound, "%s is off by %.3f ulp at %.17g", name, worst, at);
}

Test(arith, sine_is_within_2_ulp_of_exact) {
    worst_of("sin", yz_sin, sinl, -1.5707, 1.5707, 2);
}
Test(arith, cosine_is_within_2_ulp_of_exact) {
    worst_of("cos", yz_cos, cosl, -1.5707, 1.5707, 2);
}
Test(arith, arc_sine_is_within_3_ulp_of_exact) {
    worst_of("asin", yz_asin, asinl, 1e-9, 1.0, 3);
}
Test(arith, logarithm_is_within_2_ulp_of_exact) {
    worst_of("ln", yz_ln, logl, 1e-6, 1e7, 2);
}
Test(arith, exponential_is_within_8_ulp_of_exact) {
    worst_of("exp", yz_exp, expl, -20, 20, 8);
}

Test(arith, corner_values_are_exact) {
    cr_assert_eq(yz_sin(0), 0);
    cr_assert_eq(yz_cos(0), 1);
    cr_assert_eq(yz_asin(0), 0);
    cr_assert_eq(yz_asin(1), YZ_PI / 2);
    cr_assert_eq(yz_ln(1), 0);
    cr_assert_eq(yz_exp(0), 1);
}
