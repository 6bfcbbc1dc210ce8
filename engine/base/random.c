#include "engine/base/random.h"

#include "engine/base/arith.h"
#include "engine/base/check.h"

#include <math.h>

static uint64_t splitmix(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

yz_random yz_random_seeded(uint64_t seed) {
    yz_random random;
    for (int i = 0; i < 4; i++)
        random.state[i] = splitmix(&seed);
    return random;
}

yz_random yz_random_of(uint64_t seed, uint64_t index) {
    uint64_t mixed = seed;
    return yz_random_seeded(splitmix(&mixed) ^ (index * 0xD1342543DE82EF95u));
}

static uint64_t rotate(uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
}

uint64_t yz_random_next(yz_random *random) {
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t yz_random_below(yz_random *random, uint64_t limit) {
    yz_check(limit >= 1);
    uint64_t reject_below = (0 - limit) % limit;
    uint64_t drawn;
    do {
        drawn = yz_random_next(random);
    } while (drawn < reject_below);
    return drawn % limit;
}

int64_t yz_random_between(yz_random *random, int64_t low, int64_t high) {
    return low + (int64_t)yz_random_below(random, (uint64_t)(high - low) + 1);
}

double yz_random_unit(yz_random *random) {
    return (double)(yz_random_next(random) >> 11) / 9007199254740992.0;
}

double yz_random_gauss(yz_random *random) {
    double radius = sqrt(-2.0 * yz_ln(1.0 - yz_random_unit(random)));
    return radius * yz_sin(YZ_TWO_PI * yz_random_unit(random));
}
