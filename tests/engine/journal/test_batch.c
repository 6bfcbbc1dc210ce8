/* Batches: whatever is changed, cut, swapped or brought from elsewhere is noticed. */
#include "tests/engine/journal/toys.h"

#include "engine/journal/wire.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const yz_chain BEGINNING;

typedef struct house {
    yz_arena *mine, *theirs;
    yz_bytes bytes;
    toy_keys keys;
    yz_sealer sealer;
} house;

static void open_house(house *h) {
    *h = (house){.mine = yz_arena_new(4 << 20), .theirs = yz_arena_new(1 << 20)};
    yz_bytes_init(&h->bytes, (size_t)8 << 20);
    h->sealer = toy_sealer(&h->keys);
}

static void close_house(house *h) {
    yz_arena_free(h->mine);
    yz_arena_free(h->theirs);
    yz_bytes_deinit(&h->bytes);
}

// `count` random commands with sequences from `first`, into h->bytes. Commands as they were.
static yz_chain fill(house *h, uint64_t seed, uint64_t first, uint32_t count,
                     const yz_chain *previous, yz_command *commands) {
    yz_random random = yz_random_seeded(seed);
    yz_arena_reset(h->mine);
    yz_batch_begin(&h->bytes);
    int64_t at_ms = 1000;
    for (uint32_t i = 0; i < count; i++) {
        yz_command_type type = (yz_command_type)yz_random_between(&random, 1, 20);
        commands[i] = toy_command(&random, type, h->mine);
        commands[i].sequence = first + i;
        commands[i].at_ms = at_ms += (int64_t)yz_random_below(&random, 3);
        cr_assert_eq(yz_record_encode(&commands[i], &h->sealer, &h->bytes), YZ_OK);
    }
    return yz_batch_end(&h->bytes, first, count, previous, toy_hash);
}

// Reads it all, as if sequence `first` were next after `previous`.
static yz_status read_all(house *h, const unsigned char *bytes, size_t size, uint64_t first,
                          const yz_chain *previous, const yz_command *expected, yz_damage *damage) {
    yz_batch_reader reader;
    *damage = (yz_damage){"", 0, 0};
    yz_status status = yz_batch_open(&reader, bytes, size, first, previous, toy_hash, damage);
    if (status != YZ_OK) return status;
    for (uint32_t i = 0;; i++) {
        yz_command c;
        yz_arena_reset(h->theirs);
        status = yz_batch_next(&reader, &h->sealer, h->theirs, &c, damage);
        if (status == YZ_ERR_NOT_FOUND) return i == reader.count ? YZ_OK : YZ_ERR_CONFLICT;
        if (status != YZ_OK) return status;
        if (expected != NULL) cr_assert_null(toy_difference(&expected[i], &c));
    }
}

Test(batch, comes_back_as_it_was_and_names_its_chain) {
    house h;
    open_house(&h);
    yz_command commands[40];
    yz_damage damage;
    yz_chain previous = BEGINNING;
    uint64_t first = 1;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint32_t count = 1 + (uint32_t)(seed * 7 % 40);
        yz_chain chain = fill(&h, seed, first, count, &previous, commands);
        yz_status status =
            read_all(&h, h.bytes.bytes, h.bytes.size, first, &previous, commands, &damage);
        cr_assert_eq(status, YZ_OK, "seed %lu: %s", seed, damage.why);
        yz_batch_reader reader;
        cr_assert_eq(yz_batch_open(&reader, h.bytes.bytes, h.bytes.size, 0, NULL, toy_hash, NULL),
                     YZ_OK);
        cr_assert_eq(memcmp(&reader.chain, &chain, sizeof chain), 0);
        cr_assert_eq(reader.first, first);
        previous = chain;
        first += count;
    }
    close_house(&h);
}
