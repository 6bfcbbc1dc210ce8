/* Looking ahead changes nothing, and names every command once. */
#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>

#define SIDE_BY_SIDE 40

// One command of each stream, as if they were one.
static uint32_t draw(stream *streams, uint32_t count, uint64_t *sequence, int64_t *at_ms,
                     yz_command *commands) {
    for (uint32_t i = 0; i < count; i++) {
        commands[i] = stream_next(&streams[i]);
        if (commands[i].at_ms > *at_ms) *at_ms = commands[i].at_ms;
        commands[i].at_ms = *at_ms;
        commands[i].sequence = ++*sequence;
    }
    return count;
}

Test(expect, changes_nothing_and_reaches_every_command) {
    for (uint64_t seed = 1; seed <= 10; seed++) {
        stream streams[SIDE_BY_SIDE];
        yz_command commands[SIDE_BY_SIDE];
        yz_market *with = stream_market(1), *without = stream_market(2);
        uint64_t sequence = 0;
        int64_t at_ms = 0;
        for (uint32_t i = 0; i < SIDE_BY_SIDE; i++)
            streams[i] = stream_new(seed * SIDE_BY_SIDE + i, 50);
        for (uint32_t round = 0; round < 60; round++) {
            uint32_t count = draw(streams, 1 + round % SIDE_BY_SIDE, &sequence, &at_ms, commands);
            uint32_t ahead = 0;
            for (uint32_t i = 0; i < count; i++) {
                if (i == ahead) {
                    yz_digest before = yz_market_digest(with);
                    uint32_t seen = yz_market_expect(with, &commands[i], count - i);
                    cr_assert(seen >= 1 && seen <= count - i, "seed %lu", seed);
                    yz_digest after = yz_market_digest(with);
                    cr_assert(before.words[0] == after.words[0]);
                    ahead += seen;
                }
                yz_outcome x = yz_market_apply(with, &commands[i], NULL);
                yz_outcome y = yz_market_apply(without, &commands[i], NULL);
                cr_assert(stream_same_outcome(&x, &y), "seed %lu, round %u", seed, round);
            }
            cr_assert_eq(ahead, count, "seed %lu, round %u", seed, round);
        }
        const char *why = "";
        cr_assert(stream_same_digest(with, without), "seed %lu", seed);
        cr_assert(yz_market_sound(with, &why), "seed %lu: %s", seed, why);
        for (uint32_t i = 0; i < SIDE_BY_SIDE; i++)
            yz_arena_free(streams[i].arena);
        yz_market_free(with);
        yz_market_free(without);
    }
}
