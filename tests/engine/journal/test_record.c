/* Records: what was written is read, to the byte; what was damaged is never taken. */
#include "tests/engine/journal/toys.h"

#include "engine/journal/wire.h"
#include "engine/market/market.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ROUNDS 60

typedef struct house {
    yz_arena *mine, *theirs;
    yz_bytes bytes, again;
    toy_keys keys;
    yz_sealer sealer;
} house;

static void open_house(house *h) {
    *h = (house){.mine = yz_arena_new(1 << 20), .theirs = yz_arena_new(YZ_RECORD_ARENA_BYTES)};
    yz_bytes_init(&h->bytes, YZ_RECORD_BYTES_MAX);
    yz_bytes_init(&h->again, YZ_RECORD_BYTES_MAX);
    h->sealer = toy_sealer(&h->keys);
}

static void close_house(house *h) {
    yz_arena_free(h->mine);
    yz_arena_free(h->theirs);
    yz_bytes_deinit(&h->bytes);
    yz_bytes_deinit(&h->again);
}

static yz_status decode(house *h, const yz_sealer *sealer, yz_command *c, const char **why) {
    size_t used = 0;
    yz_arena_reset(h->theirs);
    yz_status status =
        yz_record_decode(h->bytes.bytes, h->bytes.size, sealer, h->theirs, c, &used, why);
    if (status == YZ_OK) cr_assert_eq(used, h->bytes.size);
    return status;
}

static void encode(house *h, const yz_command *c, const yz_sealer *sealer) {
    yz_bytes_reset(&h->bytes);
    cr_assert_eq(yz_record_encode(c, sealer, &h->bytes), YZ_OK);
}

// A command of `type` in the seed's world, written down with the sealer or without.
static yz_command written(house *h, uint64_t seed, yz_command_type type, const yz_sealer *sealer) {
    yz_random random = yz_random_of(seed, type);
    yz_arena_reset(h->mine);
    yz_command c = toy_command(&random, type, h->mine);
    encode(h, &c, sealer);
    return c;
}

static void same_bytes_again(house *h, const yz_command *c, const yz_sealer *sealer,
                             uint64_t seed) {
    yz_bytes_reset(&h->again);
    cr_assert_eq(yz_record_encode(c, sealer, &h->again), YZ_OK);
    cr_assert_eq(h->again.size, h->bytes.size, "seed %lu", seed);
    cr_assert_eq(memcmp(h->again.bytes, h->bytes.bytes, h->bytes.size), 0, "seed %lu", seed);
}

Test(record, of_every_kind_comes_back_as_it_was) {
    house h;
    open_house(&h);
    const yz_sealer *sealers[] = {NULL, &h.sealer};
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        for (int type = YZ_COMMAND_TICK; type < YZ_COMMAND_TYPE_COUNT; type++) {
            for (int s = 0; s < 2; s++) {
                yz_command c = written(&h, seed, (yz_command_type)type, sealers[s]), back;
                const char *why = "";
                cr_assert_eq(decode(&h, sealers[s], &back, &why), YZ_OK, "seed %lu type %d: %s",
                             seed, type, why);
                const char *differs = toy_difference(&c, &back);
                cr_assert_null(differs, "seed %lu type %d: %s", seed, type, differs);
                same_bytes_again(&h, &back, sealers[s], seed);
            }
        }
    }
    cr_assert_gt(h.keys.sealed, 0);
    cr_assert_gt(h.keys.opened, 0);
    fprintf(stderr, "seeds 1..%d, %u sealed, %u opened\n", ROUNDS, h.keys.sealed, h.keys.opened);
    close_house(&h);
}
