/* A moment of the past: found by its time, reached inside a batch and without keys, the same again
 * after an erasure. Beside them the market that lived through it. */
#include "tests/net/store/live.h"

#include "engine/base/alloc.h"
#include "net/server/copy.h"

#include <criterion/criterion.h>
#include <unistd.h>

#define COMMANDS_MAX 4000
#define EACH_MAX 64

/* The slow way to all of it: what the market was after each command, written down. */
typedef struct diary {
    rig *r;
    stream stream;
    yz_market *market;
    yz_digest digest[COMMANDS_MAX + 1]; // by sequence
    int64_t at_ms[COMMANDS_MAX + 1];
    uint64_t end;
} diary;

static diary *diary_new(uint64_t seed) {
    diary *d = yz_alloc_zeroed(sizeof *d);
    d->r = rig_new(seed);
    rig_must_open(d->r);
    d->stream = stream_new(seed, 30);
    d->market = stream_market(seed);
    d->stream.watched = d->market;
    return d;
}

static void diary_free(diary *d) {
    rig_free(d->r);
    yz_market_free(d->market);
    yz_arena_free(d->stream.arena);
    yz_free(d);
}

static void write_down(diary *d, yz_command *commands, uint32_t count) {
    d->r->at_ms = commands[count - 1].at_ms;
    cr_assert_eq(rig_append(d->r, commands, count, NULL, 0), 0);
    for (uint32_t i = 0; i < count; i++) {
        (void)yz_market_apply(d->market, &commands[i], NULL);
        d->end = commands[i].sequence;
        cr_assert_leq(d->end, COMMANDS_MAX);
        d->digest[d->end] = yz_market_digest(d->market);
        d->at_ms[d->end] = commands[i].at_ms;
    }
}

static void live_on(diary *d, uint32_t batches, uint32_t each) {
    for (uint32_t b = 0; b < batches; b++) {
        yz_command commands[EACH_MAX], *copies[EACH_MAX];
        uint32_t count = 1 + stream_below(&d->stream, each);
        for (uint32_t i = 0; i < count; i++) {
            yz_command c = stream_next(&d->stream);
            c.at_ms = d->stream.at_ms += stream_below(&d->stream, 3); // some at the same time
            copies[i] = commands_copy(&c, 1, NULL);
            commands[i] = *copies[i];
        }
        write_down(d, commands, count);
        for (uint32_t i = 0; i < count; i++)
            yz_free(copies[i]);
    }
}

static void take_snapshot(diary *d) {
    disk_span span;
    yz_digest digest = yz_market_digest(d->market);
    cr_assert(disk_look(d->r->disk, &span, &d->r->problem));
    cr_assert(disk_snapshot(d->r->disk, d->market, &span.chain, &digest, &d->r->problem), "%s",
              d->r->problem.text);
}

/* As the process beside a server opens it. */
static disk *open_beside(diary *d) {
    disk_options how = d->r->options;
    how.read_only = how.keyless = true;
    how.threaded = stream_below(&d->stream, 2);
    disk *beside = disk_open(&how, &d->r->problem);
    cr_assert_not_null(beside, "%s", d->r->problem.text);
    return beside;
}

static void expect_digest(diary *d, disk *beside, uint64_t sequence) {
    disk_recover_options how = {.until = sequence, .at_rest = true};
    disk_recovery recovery;
    yz_market *market = stream_market(99);
    cr_assert(disk_recover(beside, market, &how, &recovery, &d->r->problem), "%lu: %s", sequence,
              d->r->problem.text);
    yz_digest digest = yz_market_digest(market);
    cr_assert_eq(yz_market_sequence(market), sequence);
    cr_assert_eq(yz_market_time_ms(market), d->at_ms[sequence]);
    cr_assert_eq(memcmp(&digest, &d->digest[sequence], sizeof digest), 0, "at %lu", sequence);
    yz_digest recounted = yz_market_digest_recount(market);
    cr_assert_eq(memcmp(&digest, &recounted, sizeof digest), 0, "at %lu", sequence);
    yz_market_free(market);
}

static uint64_t any_sequence(diary *d) {
    return 1 + stream_below(&d->stream, d->end);
}

Test(moment, any_command_can_be_stood_after_without_a_key_and_again_after_erasures) {
    for (uint64_t seed = 1; seed <= 4; seed++) {
        fprintf(stderr, "seed %lu\n", seed);
        diary *d = diary_new(seed);
        live_on(d, 25, 30);
        take_snapshot(d);
        live_on(d, 25, 30);
        uint64_t sequences[20];
        disk *beside = open_beside(d);
        for (int i = 0; i < 20; i++) {
            sequences[i] = any_sequence(d);
            expect_digest(d, beside, sequences[i]);
        }
        expect_digest(d, beside, d->end);
        disk_close(beside);
        uint64_t before = d->end;
        for (uint32_t i = 0; i < 15; i++) { // everybody there may be
            yz_command erase = {
                .type = YZ_COMMAND_PERSON_ERASE, .sequence = d->end + 1, .at_ms = d->stream.at_ms};
            yz_arena_reset(d->stream.arena);
            erase.named.id = stream_id(&d->stream, 'h', i);
            write_down(d, &erase, 1);
        }
        disk_holds holds;
        cr_assert(disk_holding(d->r->disk, &holds, &d->r->problem));
        cr_assert_lt(holds.keys_live, holds.keys, "seed %lu erased nobody", seed);
        beside = open_beside(d);
        for (int i = 0; i < 20; i++)
            expect_digest(d, beside, sequences[i]);
        expect_digest(d, beside, before);
        expect_digest(d, beside, d->end);
        disk_close(beside);
        diary_free(d);
    }
}

Test(moment, is_reached_where_no_key_can_be_read) {
    diary *d = diary_new(5);
    live_on(d, 10, 20);
    take_snapshot(d);
    cr_assert_eq(unlink(rig_path(d->r, "master.key")), 0);
    disk *beside = open_beside(d);
    disk_holds holds;
    expect_digest(d, beside, d->end);
    cr_assert(disk_holding(beside, &holds, &d->r->problem));
    cr_assert_eq(holds.snapshots, 1);
    cr_assert_eq(holds.keys, 0);
    disk_close(beside);
    diary_free(d);
}

// ---- by time ----

// The last command at or before it, one after the other; 0: none.
static uint64_t slowly(const diary *d, uint64_t first, int64_t at_ms) {
    uint64_t found = first - 1;
    for (uint64_t sequence = first; sequence <= d->end && d->at_ms[sequence] <= at_ms; sequence++)
        found = sequence;
    return found;
}

static void expect_same(diary *d, disk *asked, uint64_t first, int64_t at_ms) {
    uint64_t found;
    cr_assert(disk_last_at(asked, at_ms, &found, &d->r->problem), "%s", d->r->problem.text);
    cr_assert_eq(found, slowly(d, first, at_ms), "at %ld: %lu", at_ms, found);
}

Test(moment, is_found_by_its_time_as_a_walk_finds_it) {
    for (uint64_t seed = 11; seed <= 16; seed++) {
        fprintf(stderr, "seed %lu\n", seed);
        diary *d = diary_new(seed);
        // Batches of many sizes: one of one, then a few of one size, then any.
        live_on(d, 1, 1);
        if (seed % 3 != 0) live_on(d, (uint32_t)(1 + seed % 3 * 20), (uint32_t)(seed % 2 ? 1 : 60));
        if (seed % 3 == 0) live_on(d, 1, 60);
        disk *beside = open_beside(d);
        for (uint64_t i = 1; i <= d->end; i++) {
            for (int64_t by = -1; by <= 1; by++)
                expect_same(d, beside, 1, d->at_ms[i] + by);
        }
        expect_same(d, beside, 1, INT64_MIN);
        expect_same(d, beside, 1, INT64_MAX);
        disk_close(beside);
        diary_free(d);
    }
}

Test(moment, begins_with_the_journal_or_with_the_snapshot_that_it_follows) {
    diary *d = diary_new(21);
    uint64_t sequence = 7;
    int64_t at_ms = 7;
    disk *beside = open_beside(d);
    cr_assert(disk_earliest(beside, &sequence, &at_ms, &d->r->problem));
    cr_assert_eq(sequence, 0, "nothing yet");
    cr_assert_eq(at_ms, 0);
    disk_close(beside);
    live_on(d, 20, 20);
    take_snapshot(d);
    uint64_t snapshot = d->end;
    live_on(d, 20, 20);
    beside = open_beside(d);
    cr_assert(disk_earliest(beside, &sequence, &at_ms, &d->r->problem));
    cr_assert_eq(sequence, 1);
    cr_assert_eq(at_ms, d->at_ms[1]);
    disk_close(beside);
    cr_assert(disk_trim(d->r->disk, snapshot, &d->r->problem), "%s", d->r->problem.text);
    beside = open_beside(d);
    cr_assert(disk_earliest(beside, &sequence, &at_ms, &d->r->problem));
    cr_assert_eq(sequence, snapshot);
    cr_assert_eq(at_ms, d->at_ms[snapshot]);
    for (uint64_t i = snapshot; i <= d->end; i++)
        expect_same(d, beside, snapshot + 1, d->at_ms[i]);
    expect_same(d, beside, snapshot + 1, d->at_ms[snapshot]); // nothing of the journal, all of it
    expect_digest(d, beside, snapshot);
    expect_digest(d, beside, d->end - 3);
    disk_close(beside);
    cr_assert_eq(unlink(rig_path(d->r, "snapshot-1.yzs")), -1);
    char name[64];
    snprintf(name, sizeof name, "snapshot-%lu.yzs", snapshot);
    cr_assert_eq(unlink(rig_path(d->r, name)), 0);
    beside = open_beside(d);
    cr_assert_not(disk_earliest(beside, &sequence, &at_ms, &d->r->problem));
    cr_assert_not_null(strstr(d->r->problem.text, "no sound snapshot reaches it"));
    disk_close(beside);
    diary_free(d);
}
