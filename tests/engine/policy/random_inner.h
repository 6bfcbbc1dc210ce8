/* What the two halves of random_facts share: a stream of numbers and a room for rows. */
#ifndef YZ_TESTS_POLICY_RANDOM_INNER_H
#define YZ_TESTS_POLICY_RANDOM_INNER_H

#include "engine/base/arena.h"
#include "tests/engine/policy/random_facts.h"

struct random_facts {
    yz_arena *arena;
    yz_random random;
    uint32_t absent;                         // of 1000 fields
    int64_t as_of, start, graduation, birth; // the days that others are drawn around
};

void *room_take(random_facts *room, size_t size);
const yz_text *room_text(random_facts *room, const char *written);

static inline bool one_in(random_facts *room, uint32_t permille) {
    return yz_random_below(&room->random, 1000) < permille;
}
static inline uint32_t pick(random_facts *room, uint32_t count) {
    return (uint32_t)yz_random_below(&room->random, count);
}

#endif
