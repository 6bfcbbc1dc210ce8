/* Snapshot and tail, the whole journal, and the market that was live: three ways to one state. */
#include "tests/net/store/live.h"

#include "engine/base/alloc.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static const disk_recover_options ALL = {0};
static const disk_recover_options FROM_START = {.from_start = true};

static char *snapshot_path(live *l, uint64_t sequence, const char *end) {
    char name[64];
    snprintf(name, sizeof name, "snapshot-%llu.%s", (unsigned long long)sequence, end);
    return strdup(rig_path(l->r, name));
}

static bool is_there(live *l, uint64_t sequence, const char *end) {
    char *path = snapshot_path(l, sequence, end);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void expect_live(live *l, const disk_recover_options *how, disk_recovery *recovery) {
    yz_market *again = live_recover(l, how, recovery);
    cr_assert(stream_same_digest(l->market, again));
    cr_assert_eq(yz_market_sequence(again), yz_market_sequence(l->market));
    cr_assert_eq(yz_market_time_ms(again), yz_market_time_ms(l->market));
    cr_assert_eq(recovery->sequence, yz_market_sequence(l->market));
    disk_span span;
    cr_assert(disk_look(l->r->disk, &span, &l->r->problem));
    cr_assert_eq(memcmp(&span.chain, &recovery->chain, sizeof span.chain), 0);
    yz_market_free(again);
}

Test(recover, snapshot_and_tail_and_full_replay_and_the_live_market_agree) {
    for (uint64_t seed = 1; seed <= 12; seed++) {
        rig *r = rig_new(seed);
        r->options.threaded = seed % 2;
        live *l = live_new(r, seed);
        disk_recovery recovery;
        live_run(l, 40, 30);
        cr_assert(live_snapshot(l), "seed %lu: %s", seed, r->problem.text);
        uint64_t at = r->sequence;
        expect_live(l, &ALL, &recovery); // no tail
        cr_assert_eq(recovery.snapshot, at, "seed %lu", seed);
        cr_assert_eq(recovery.replayed, 0);
        live_run(l, 30, 30);
        rig_close(r);
        rig_must_open(r);
        expect_live(l, &ALL, &recovery);
        cr_assert_eq(recovery.snapshot, at, "seed %lu", seed);
        cr_assert_eq(recovery.replayed, r->sequence - at);
        expect_live(l, &FROM_START, &recovery);
        cr_assert_eq(recovery.snapshot, 0);
        cr_assert_eq(recovery.replayed, r->sequence);
        live_run(l, 3, 5); // and it goes on
        expect_live(l, &ALL, &recovery);
        live_free(l);
        rig_free(r);
    }
}

Test(recover, an_empty_journal_is_an_empty_market) {
    rig *r = rig_new(1);
    live *l = live_new(r, 1);
    disk_recovery recovery;
    expect_live(l, &ALL, &recovery);
    cr_assert_eq(recovery.sequence, 0);
    live_free(l);
    rig_free(r);
}

typedef struct steps {
    uint64_t calls, last, total;
    bool back;
} steps;

static void note(void *context, uint64_t done, uint64_t total) {
    steps *s = context;
    s->calls += 1;
    s->last = done;
    s->total = total;
    s->back |= done > total;
}

Test(recover, says_how_far_it_is) {
    rig *r = rig_new(2);
    live *l = live_new(r, 2);
    disk_recovery recovery;
    steps s = {0};
    live_run(l, 50, 30);
    disk_recover_options how = {.progress = note, .progress_context = &s};
    expect_live(l, &how, &recovery);
    cr_assert_gt(s.calls, 0);
    cr_assert_eq(s.last, s.total);
    cr_assert_not(s.back);
    live_free(l);
    rig_free(r);
}

Test(recover, until_stands_at_the_end_of_a_batch_and_nowhere_else) {
    rig *r = rig_new(3);
    live *l = live_new(r, 3);
    disk_recovery recovery;
    live_run(l, 20, 10);
    cr_assert(live_snapshot(l), "%s", r->problem.text);
    yz_digest at_20 = yz_market_digest(l->market);
    live_run(l, 20, 10);
    disk_recover_options how = {.until = l->ends[19]};
    yz_market *again = live_recover(l, &how, &recovery);
    yz_digest digest = yz_market_digest(again);
    cr_assert_eq(memcmp(&digest, &at_20, sizeof digest), 0);
    yz_market_free(again);
    how.until = l->ends[10]; // before the snapshot
    again = live_recover(l, &how, &recovery);
    cr_assert_eq(recovery.sequence, l->ends[10]);
    cr_assert_eq(recovery.snapshot, 0);
    yz_market_free(again);
    for (uint32_t i = 0; i < 40; i++) {
        if (i > 0 && l->ends[i] - l->ends[i - 1] < 2) continue;
        how.until = l->ends[i] - 1;
        if (how.until == 0) continue;
        cr_assert_null(live_try_recover(l, &how, &recovery));
        cr_assert_not_null(strstr(r->problem.text, "not the end of a batch"));
        break;
    }
    how.until = r->sequence + 1;
    cr_assert_null(live_try_recover(l, &how, &recovery));
    live_free(l);
    rig_free(r);
}

Test(recover, a_snapshot_that_is_not_sound_is_passed_over_and_named) {
    rig *r = rig_new(4);
    live *l = live_new(r, 4);
    disk_recovery recovery;
    live_run(l, 20, 20);
    cr_assert(live_snapshot(l));
    uint64_t older = r->sequence;
    live_run(l, 20, 20);
    cr_assert(live_snapshot(l));
    uint64_t newer = r->sequence;
    live_run(l, 5, 20);
    size_t size, older_size;
    char *path = snapshot_path(l, newer, "yzs"), *older_path = snapshot_path(l, older, "yzs");
    unsigned char *bytes = rig_read(path, &size), *old = rig_read(older_path, &older_size);
    char name[64];
    snprintf(name, sizeof name, "snapshot-%llu.yzs: ", (unsigned long long)newer);
    for (size_t at = 0; at < size; at += size / 61) { // a byte here and there
        bytes[at] ^= 0x20;
        rig_write(path, bytes, size);
        bytes[at] ^= 0x20;
        expect_live(l, &ALL, &recovery);
        cr_assert_eq(recovery.snapshot, older, "at %zu", at);
        cr_assert_eq(recovery.snapshots_broken, 1);
        cr_assert_not_null(strstr(recovery.passed_over, name), "%s", recovery.passed_over);
    }
    for (size_t cut = 0; cut < size; cut += size / 31) { // cut off
        rig_write(path, bytes, cut);
        expect_live(l, &ALL, &recovery);
        cr_assert_eq(recovery.snapshot, older, "cut to %zu", cut);
    }
    rig_write(path, old, older_size); // another's bytes under its name
    expect_live(l, &ALL, &recovery);
    cr_assert_eq(recovery.snapshot, older);
    rig_write(older_path, old, older_size / 2); // and now none is sound
    expect_live(l, &ALL, &recovery);
    cr_assert_eq(recovery.snapshot, 0);
    cr_assert_eq(recovery.snapshots_broken, 2);
    rig_write(path, bytes, size);
    expect_live(l, &ALL, &recovery); // as it was
    cr_assert_eq(recovery.snapshot, newer);
    free(path);
    free(older_path);
    yz_free(bytes);
    yz_free(old);
    live_free(l);
    rig_free(r);
}

Test(recover, a_snapshot_of_another_journal_is_passed_over) {
    rig *r = rig_new(5), *other = rig_new(6);
    live *l = live_new(r, 5), *m = live_new(other, 5); // the same commands, other keys
    disk_recovery recovery;
    live_run(l, 20, 20);
    live_run(m, 20, 20);
    cr_assert_eq(r->sequence, other->sequence);
    cr_assert(live_snapshot(m));
    size_t size;
    char *from = snapshot_path(m, r->sequence, "yzs"), *to = snapshot_path(l, r->sequence, "yzs");
    unsigned char *bytes = rig_read(from, &size);
    rig_write(to, bytes, size);
    expect_live(l, &ALL, &recovery);
    cr_assert_eq(recovery.snapshot, 0);
    cr_assert_not_null(strstr(recovery.passed_over, "does not go on"), "%s", recovery.passed_over);
    live_run(l, 1, 1);
    expect_live(l, &ALL, &recovery);
    cr_assert_eq(recovery.snapshots_broken, 1);
    free(from);
    free(to);
    yz_free(bytes);
    live_free(l);
    live_free(m);
    rig_free(r);
    rig_free(other);
}

Test(recover, only_a_snapshot_with_the_live_digest_is_kept_and_of_those_two) {
    rig *r = rig_new(7);
    live *l = live_new(r, 7);
    disk_span span;
    uint64_t at[3];
    live_run(l, 5, 20);
    cr_assert(disk_look(r->disk, &span, &r->problem));
    yz_digest wrong = yz_market_digest(l->market);
    wrong.words[1] ^= 1;
    cr_assert_not(disk_snapshot(r->disk, l->market, &span.chain, &wrong, &r->problem));
    cr_assert_eq(r->problem.trouble, DISK_DAMAGED);
    cr_assert_not(is_there(l, r->sequence, "yzs"));
    cr_assert_not(is_there(l, r->sequence, "new"));
    for (uint32_t i = 0; i < 3; i++) {
        live_run(l, 5, 20);
        at[i] = r->sequence;
        cr_assert(live_snapshot(l));
    }
    cr_assert_not(is_there(l, at[0], "yzs"));
    cr_assert(is_there(l, at[1], "yzs"));
    cr_assert(is_there(l, at[2], "yzs"));
    live_free(l);
    rig_free(r);
}

Test(recover, a_trimmed_journal_needs_a_snapshot_that_reaches_it) {
    rig *r = rig_new(8);
    live *l = live_new(r, 8);
    disk_recovery recovery;
    live_run(l, 20, 20);
    cr_assert(live_snapshot(l));
    uint64_t at = r->sequence;
    live_run(l, 20, 20);
    cr_assert(disk_trim(r->disk, at, &r->problem));
    expect_live(l, &ALL, &recovery);
    cr_assert_eq(recovery.snapshot, at);
    rig_close(r);
    rig_must_open(r);
    expect_live(l, &ALL, &recovery);
    char *path = snapshot_path(l, at, "yzs");
    cr_assert_eq(unlink(path), 0);
    free(path);
    cr_assert_null(live_try_recover(l, &ALL, &recovery));
    cr_assert_eq(r->problem.trouble, DISK_DAMAGED);
    live_free(l);
    rig_free(r);
}

Test(recover, a_snapshot_beyond_the_end_of_the_journal_is_damage) {
    rig *r = rig_new(9);
    live *l = live_new(r, 9);
    disk_recovery recovery;
    live_run(l, 5, 20);
    cr_assert(live_snapshot(l));
    char *from = snapshot_path(l, r->sequence, "yzs"),
         *to = snapshot_path(l, r->sequence + 7, "yzs");
    cr_assert_eq(rename(from, to), 0);
    cr_assert_null(live_try_recover(l, &ALL, &recovery));
    cr_assert_eq(r->problem.trouble, DISK_DAMAGED);
    cr_assert_not_null(strstr(r->problem.text, "before its snapshot"));
    free(from);
    free(to);
    live_free(l);
    rig_free(r);
}

// The second process: beside the server, as of when it was opened.
Test(recover, a_snapshot_is_made_beside_a_server_that_goes_on) {
    rig *r = rig_new(10);
    live *l = live_new(r, 10);
    disk_recovery recovery;
    disk_span span;
    live_run(l, 20, 20);
    yz_digest digest = yz_market_digest(l->market);
    uint64_t at = r->sequence;
    rig second = *r;
    second.disk = NULL;
    second.options.read_only = true;
    rig_must_open(&second);
    live_run(l, 20, 20); // meanwhile, with new persons
    yz_market *replayed = stream_market(99);
    disk_recover_options how = {.until = at};
    cr_assert(disk_recover(second.disk, replayed, &how, &recovery, &second.problem), "%s",
              second.problem.text);
    cr_assert(disk_look(second.disk, &span, &second.problem));
    cr_assert_eq(span.last, at);
    cr_assert(disk_snapshot(second.disk, replayed, &recovery.chain, &digest, &second.problem), "%s",
              second.problem.text);
    yz_market_free(replayed);
    rig_close(&second);
    expect_live(l, &ALL, &recovery);
    cr_assert_eq(recovery.snapshot, at);
    live_free(l);
    rig_free(r);
}
