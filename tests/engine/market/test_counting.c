/* The statistics of a market under random commands, against the recount from what its views show,
 * the sweep over its records, a market restored from a snapshot, and one that has no keys. */
#include "engine/market/recount.h"
#include "engine/market/snapshot.h"
#include "tests/engine/market/stream.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>

#define COMMANDS 3000

static void say(void *context, const char *line) {
    (void)context;
    printf("  %s\n", line);
}

static yz_outcome watched_apply(yz_market *m, yz_recount *r, const yz_command *c) {
    yz_effects effects;
    yz_recount_before(r, m, c);
    yz_outcome outcome = yz_market_apply(m, c, &effects);
    yz_recount_after(r, m, c, &outcome, &effects);
    return outcome;
}

static void expect_equal(yz_recount *r, const yz_market *m, uint64_t seed, uint32_t after) {
    uint64_t compared = 0;
    uint64_t differences = yz_recount_compare(r, m, say, NULL, &compared);
    cr_assert_eq(differences, 0, "seed %llu, after %u commands: %llu of %llu differ",
                 (unsigned long long)seed, after, (unsigned long long)differences,
                 (unsigned long long)compared);
    printf("  %llu numbers compared\n", (unsigned long long)compared);
    cr_assert_gt(compared, 1000);
}

Test(counting, equals_the_recount) {
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(8); seed++) {
        printf("counting seed %llu\n", (unsigned long long)seed);
        stream s = stream_new(seed, 5 + (uint32_t)seed * 3);
        yz_market *m = stream_market(seed);
        yz_recount *r = yz_recount_new();
        s.watched = m;
        s.receipts = seed % 2 == 0;
        for (uint32_t i = 0; i < COMMANDS; i++) {
            yz_command c = stream_next(&s);
            watched_apply(m, r, &c);
            if (i % 1500 == 1499) expect_equal(r, m, seed, i + 1);
        }
        yz_recount_free(r);
        yz_market_free(m);
        yz_arena_free(s.arena);
    }
}

// Rows a slice while commands go on; each finished sweep finds what the counters say.
Test(counting, equals_the_records_while_they_change) {
    stream s = stream_new(77, 40);
    yz_market *m = stream_market(77);
    s.watched = m;
    uint32_t sweeps = 0;
    uint64_t compared = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        yz_command c = stream_next(&s);
        yz_market_apply(m, &c, NULL);
        yz_sweep_result result;
        if (yz_market_sweep(m, 1 + stream_below(&s, 5), &result)) continue;
        cr_assert_eq(result.mismatches, 0, "%llu of %llu cells after %u commands",
                     (unsigned long long)result.mismatches, (unsigned long long)result.compared, i);
        sweeps++;
        compared += result.compared;
    }
    printf("%u sweeps, %llu cells\n", sweeps, (unsigned long long)compared);
    cr_assert_gt(sweeps, 5);
    yz_market_free(m);
    yz_arena_free(s.arena);
}

// ---- snapshots, and no keys ----

typedef struct kept_block {
    unsigned char *bytes;
    size_t size;
} kept_block;

typedef struct kept {
    kept_block list[64];
    uint32_t count;
} kept;

static bool keep(void *context, const void *block, size_t size) {
    kept *k = context;
    cr_assert_lt(k->count, 64);
    unsigned char *bytes = malloc(size);
    memcpy(bytes, block, size);
    k->list[k->count++] = (kept_block){bytes, size};
    return true;
}

static yz_chain plain_hash(const void *a, size_t a_size, const void *b, size_t b_size) {
    yz_chain chain = {{0}};
    yz_print x = yz_print_of(a, a_size), y = yz_print_of(b, b_size);
    yz_print both = yz_print_member(x, y.words[0]);
    memcpy(chain.bytes, &both, sizeof both);
    return chain;
}

static yz_market *restored(const yz_market *m, uint64_t seed) {
    kept k = {0};
    yz_chain chain = {{1}};
    cr_assert(yz_snapshot_save(m, &chain, NULL, plain_hash, keep, &k));
    yz_market *copy = stream_market(seed);
    yz_snapshot_reader *reader = yz_snapshot_reader_new(copy, NULL, plain_hash);
    yz_snapshot_facts facts;
    const char *why = NULL;
    for (uint32_t i = 0; i < k.count; i++) {
        cr_assert_eq(yz_snapshot_take(reader, k.list[i].bytes, k.list[i].size, &why), YZ_OK, "%s",
                     why);
        free(k.list[i].bytes);
    }
    cr_assert_eq(yz_snapshot_finish(reader, &facts, &why), YZ_OK, "%s", why);
    yz_snapshot_reader_free(reader);
    yz_market_bulk_end(copy);
    return copy;
}

static void expect_same(const yz_market *a, const yz_market *b, const char *what) {
    int64_t now_ms = yz_market_time_ms(a);
    yz_print x = yz_stats_print(yz_market_stats(a), now_ms);
    yz_print y = yz_stats_print(yz_market_stats(b), now_ms);
    cr_assert_eq(memcmp(&x, &y, sizeof x), 0, "%s", what);
}

Test(counting, a_snapshot_keeps_it_and_goes_on) {
    stream s = stream_new(5, 30);
    yz_market *m = stream_market(5), *copy = NULL;
    yz_recount *r = yz_recount_new();
    s.watched = m;
    for (uint32_t i = 0; i < 9000; i++) {
        yz_command c = stream_next(&s);
        watched_apply(m, r, &c);
        if (copy != NULL) yz_market_apply(copy, &c, NULL);
        if (i % 1500 != 1499) continue;
        if (copy != NULL) expect_same(m, copy, "after going on");
        yz_market_free(copy);
        copy = restored(m, 1000 + i);
        expect_same(m, copy, "as restored");
    }
    expect_equal(r, copy, 5, 9000); // the copy counts what the recount saw of the first
    yz_recount_free(r);
    yz_market_free(copy);
    yz_market_free(m);
    yz_arena_free(s.arena);
}

static int64_t now_of(const yz_market *m, yz_series series) {
    yz_stats_ask ask = {.series = series, .period = {YZ_WINDOW_NOW, 0}};
    ask.cell = (yz_cell){0, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL};
    yz_stats_value value;
    cr_assert(yz_stats_read(yz_market_stats(m), &ask, yz_market_time_ms(m), &value));
    return value.value;
}

// What is now is counted from a snapshot that has no statistics too, and people who were in work
// then may leave it.
Test(counting, begins_in_a_market_of_before_statistics) {
    static const yz_series NOW[] = {YZ_S02, YZ_S03, YZ_Y01, YZ_Y09, YZ_Y10};
    int64_t in_work = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        stream s = stream_new(seed, 4 + (uint32_t)seed);
        yz_market_options options = {
            .hash_key = {seed, ~seed}, .at_ms = 1600000000000, .uncounted = true};
        yz_market *m = stream_market(seed), *old = yz_market_new(&options), *begun = NULL;
        s.watched = m;
        for (uint32_t i = 0; i < 6000; i++) {
            yz_command c = stream_next(&s);
            yz_market_apply(m, &c, NULL);
            yz_market_apply(begun == NULL ? old : begun, &c, NULL);
            if (begun == NULL && i > 500 && now_of(m, YZ_Y09) > 0) {
                begun = restored(old, seed + 100);
                in_work += now_of(begun, YZ_Y09);
            }
            for (int k = 0; begun != NULL && k < 5; k++) {
                cr_assert_eq(now_of(begun, NOW[k]), now_of(m, NOW[k]), "seed %d, %s after %u",
                             (int)seed, yz_series_of(NOW[k])->id.bytes, i);
            }
        }
        cr_assert_not_null(begun, "nobody ever was in work");
        yz_sweep_result result;
        while (yz_market_sweep(begun, 1000, &result))
            continue;
        cr_assert_eq(result.mismatches, 0);
        yz_market *again = restored(begun, seed);
        expect_same(begun, again, "saved again");
        yz_market_free(again);
        yz_market_free(old);
        yz_market_free(m);
        yz_market_free(begun);
        yz_arena_free(s.arena);
    }
    cr_assert_gt(in_work, 8);
}

// A replay after all keys are destroyed counts the same: all of it rests on the skeleton.
Test(counting, needs_no_key) {
    stream s = stream_new(6, 30);
    yz_market *m = stream_market(6), *bare = stream_market(60);
    s.watched = m;
    for (uint32_t i = 0; i < 9000; i++) {
        yz_command c = stream_next(&s);
        yz_market_apply(m, &c, NULL);
        yz_command withheld = stream_withheld(c);
        yz_market_apply(bare, &withheld, NULL);
        if (i % 1000 == 999) expect_same(m, bare, "without keys");
    }
    yz_market_free(bare);
    yz_market_free(m);
    yz_arena_free(s.arena);
}
