/* Our own arithmetic: glibc's sin, cos, asin and log differ between processors (with and without
 * FMA), so answers and digests would too. These use + - * / and sqrt in a fixed order, nothing
 * else: the same bits on every machine, compiler and option (-ffp-contract=off).
 *
 * Error against the exact value: tests/engine/base/test_arith.c prints it. */
#ifndef YZ_ENGINE_BASE_ARITH_H
#define YZ_ENGINE_BASE_ARITH_H

#define YZ_PI 3.14159265358979323846
#define YZ_TWO_PI 6.28318530717958647692

/* |x| <= 100, radians. */
double yz_sin(double x);
double yz_cos(double x);
/* 0 <= x <= 1. */
double yz_asin(double x);
/* x > 0, finite. */
double yz_ln(double x);
/* |x| <= 700. */
double yz_exp(double x);

#endif
