/* Seeded random numbers (xoshiro256**, Blackman and Vigna, seeded by splitmix64): the same on every
 * machine. For tests, generators and benches; the engine itself draws nothing. */
#ifndef YZ_ENGINE_BASE_RANDOM_H
#define YZ_ENGINE_BASE_RANDOM_H

#include <stdint.h>

typedef struct yz_random {
    uint64_t state[4];
} yz_random;

yz_random yz_random_seeded(uint64_t seed);
/* A stream of its own for record `index` of `seed`: so record i depends on the seed and i only. */
yz_random yz_random_of(uint64_t seed, uint64_t index);

uint64_t yz_random_next(yz_random *random);
/* 0..limit-1, unbiased; limit >= 1. */
uint64_t yz_random_below(yz_random *random, uint64_t limit);
/* low..high, both included. */
int64_t yz_random_between(yz_random *random, int64_t low, int64_t high);
/* [0, 1), 53 bits. */
double yz_random_unit(yz_random *random);
/* Mean 0, deviation 1 (Box and Muller, over yz_ln and yz_sin). */
double yz_random_gauss(yz_random *random);

#endif
