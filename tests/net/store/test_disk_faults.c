/* Every file call that SQLite makes for us fails in turn, until a run meets none: nothing is
 * acknowledged that is not there afterwards, a batch is there whole or not at all, what the state
 * says is true, and the next start is clean. */
#include "tests/net/store/fault_vfs.h"
#include "tests/net/store/rig.h"

#include "engine/base/alloc.h"
#include "net/store/care.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#define BATCHES 8
#define TRIES 3

/* What a run was told. */
typedef struct told {
    bool opened, closed_at_once;
    uint64_t acknowledged; // sequence
    uint64_t sent;         // the last sequence that was ever handed over
    bool erased;           // and acknowledged
    bool broken;
    uint32_t full; // 507s
    bool wrong;    // something was acknowledged after a 503
} told;

static uint32_t make_batch(uint32_t number, yz_command c[6], store_secret secrets[6],
                           uint32_t *secret_count) {
    static char ids[BATCHES][6][16];
    *secret_count = 0;
    if (number == 5) {
        c[0] = rig_erase("p-0-0");
        c[1] = rig_seeker("late", "p-0-1", 7, 6);
        return 2;
    }
    for (uint32_t i = 0; i < 6; i++) {
        snprintf(ids[number][i], 16, "p-%u-%u", number, i);
        if (i % 3 == 0) {
            c[i] = rig_person(ids[number][i], 100, 1);
            secrets[*secret_count] = rig_secret(i, ids[number][i], "某人", "139");
            *secret_count += 1;
        } else {
            c[i] = rig_seeker(ids[number][i], "", (int32_t)(number * 6 + i + 1), 6);
        }
    }
    return 6;
}

static void append_one(rig *r, told *t, uint32_t number) {
    yz_command c[6];
    store_secret secrets[6];
    uint32_t secret_count, count = make_batch(number, c, secrets, &secret_count);
    for (uint32_t tries = 0; tries < TRIES; tries++) {
        if (r->sequence + count > t->sent) t->sent = r->sequence + count;
        int failure = rig_append(r, c, count, secrets, secret_count);
        disk_state state = disk_now(r->disk);
        cr_assert(failure == 0 || failure == 503 || failure == 507);
        t->wrong |= t->broken && failure != 503;
        if (failure == 0) {
            t->acknowledged = r->sequence;
            t->erased |= number == 5;
            cr_assert_eq(state.durable, r->sequence);
            return;
        }
        if (failure == 507) {
            t->full += 1;
            cr_assert(state.full && !state.broken && state.reason[0] != 0);
        } else {
            t->broken = true;
            cr_assert(state.broken && state.reason[0] != 0);
        }
    }
}

static told run(rig *r) {
    told t = {0};
    r->options.init = true;
    r->options.vfs = "fault";
    r->options.threaded = false;
    t.opened = rig_open(r);
    if (!t.opened) {
        cr_assert_neq(r->problem.trouble, DISK_OK);
        cr_assert_neq(r->problem.text[0], 0);
        return t;
    }
    for (uint32_t i = 0; i < BATCHES; i++)
        append_one(r, &t, i);
    rig_close(r);
    return t;
}

// ---- afterwards, on a disk that works again ----

typedef struct there {
    const yz_sealer *sealer;
    yz_arena *arena;
    uint64_t commands, batches;
    bool wrong, whole;
} there;

static bool see(void *context, yz_batch_reader *reader) {
    there *t = context;
    yz_command c, expected[6];
    store_secret secrets[6];
    uint32_t secret_count, at = 0;
    uint32_t count = make_batch((uint32_t)t->batches, expected, secrets, &secret_count);
    while (yz_batch_next(reader, t->sealer, t->arena, &c, NULL) == YZ_OK) {
        t->wrong |= at >= count || c.type != expected[at].type;
        if (c.type == YZ_COMMAND_SEEKER_PUT) {
            t->wrong |=
                c.seeker_put.seeker.place.lat_e7 != expected[at].seeker_put.seeker.place.lat_e7;
        }
        at += 1;
        yz_arena_reset(t->arena);
    }
    t->whole &= at == count && reader->left == 0;
    t->commands += at;
    t->batches += 1;
    return true;
}

static void look_after(rig *r, const told *t, const char *what) {
    char room[STORE_SECRET_BYTES_MAX];
    store_secret secret;
    r->options.vfs = NULL;
    if (!t->opened) { // then nothing was acknowledged, and it can be begun or opened
        r->options.init = true;
        if (!rig_open(r)) {
            cr_assert_eq(r->problem.trouble, DISK_NOT_EMPTY, "%s: %s", what, r->problem.text);
            rig_must_open(r);
        }
        return;
    }
    cr_assert(rig_open(r), "%s: %s", what, r->problem.text);
    yz_sealer sealer = disk_sealer(r->disk);
    there seen = {.sealer = &sealer, .arena = yz_arena_new(1 << 20), .whole = true};
    cr_assert(disk_walk(r->disk, 0, NULL, see, &seen, NULL, &r->problem), "%s: %s", what,
              r->problem.text);
    yz_arena_free(seen.arena);
    cr_assert_geq(seen.commands, t->acknowledged, "%s: acknowledged and lost", what);
    cr_assert_leq(seen.commands, t->sent, "%s: nobody sent that", what);
    cr_assert(seen.whole, "%s: half a batch", what);
    cr_assert_not(seen.wrong, "%s: not what was sent", what);
    store st = disk_store(r->disk);
    bool entry = st.vault_read(st.context, YZ_TEXT("p-0-0"), room, sizeof room, &secret);
    if (t->erased) cr_assert_not(entry, "%s: erased and still there", what);
    if (seen.batches >= 1 && seen.batches <= 5) cr_assert(entry, "%s: entry lost", what);
    yz_command more = rig_seeker("more", "", 1, 6);
    cr_assert_eq(rig_append(r, &more, 1, NULL, 0), 0, "%s: it goes on", what);
}

static void every_call(fault_call call, fault_kind kind, bool for_good) {
    uint64_t n = 1, fulls = 0, breaks = 0, no_start = 0;
    for (;; n++) {
        char what[64];
        rig *r = rig_new(n);
        snprintf(what, sizeof what, "%s %llu %s%s", FAULT_CALL_NAMES[call], (unsigned long long)n,
                 FAULT_KIND_NAMES[kind], for_good ? " for good" : "");
        fault_plan(call, kind, n, for_good);
        told t = run(r);
        bool met = fault_met();
        fault_plan(call, kind, 0, false);
        cr_assert_not(t.wrong, "%s: acknowledged after a failure", what);
        if (call == FAULT_SYNC)
            cr_assert_eq(t.full, 0, "%s: a sync that failed is no full disk", what);
        if (kind == FAULT_EIO) cr_assert_eq(t.full, 0, "%s: an error is no full disk", what);
        if (!met) {
            cr_assert_eq(t.acknowledged, t.sent, "%s", what);
            cr_assert(t.erased);
        }
        look_after(r, &t, what);
        rig_free(r);
        fulls += t.full > 0;
        breaks += t.broken;
        no_start += !t.opened;
        if (!met) break;
        cr_assert_lt(n, 2000u);
    }
    printf("%s %s%s: %llu calls, %llu runs met a full disk, %llu broke, %llu did not start\n",
           FAULT_CALL_NAMES[call], FAULT_KIND_NAMES[kind], for_good ? " for good" : "",
           (unsigned long long)n - 1, (unsigned long long)fulls, (unsigned long long)breaks,
           (unsigned long long)no_start);
    cr_assert_gt(n, 1u);
    // A full disk breaks nothing, but where an erasure could not be finished.
    if (call == FAULT_WRITE && kind != FAULT_EIO) cr_assert_leq(breaks, 6u);
    if (call == FAULT_WRITE) cr_assert_gt(kind == FAULT_EIO ? breaks : fulls, 0u);
    if (call == FAULT_SYNC) cr_assert_gt(breaks, 0u);
}

Test(disk_faults, a_write_that_fails) {
    for (int for_good = 0; for_good <= 1; for_good++)
        every_call(FAULT_WRITE, FAULT_EIO, for_good);
}

Test(disk_faults, a_write_that_finds_no_room) {
    for (int for_good = 0; for_good <= 1; for_good++)
        every_call(FAULT_WRITE, FAULT_ENOSPC, for_good);
}

Test(disk_faults, a_write_over_quota) {
    for (int for_good = 0; for_good <= 1; for_good++)
        every_call(FAULT_WRITE, FAULT_EDQUOT, for_good);
}

Test(disk_faults, a_sync_that_fails) {
    for (int for_good = 0; for_good <= 1; for_good++)
        every_call(FAULT_SYNC, FAULT_EIO, for_good);
    every_call(FAULT_SYNC, FAULT_ENOSPC, false);
}

Test(disk_faults, a_truncate_that_fails) {
    every_call(FAULT_TRUNCATE, FAULT_EIO, false);
}

Test(disk_faults, an_open_that_fails) {
    for (int for_good = 0; for_good <= 1; for_good++)
        every_call(FAULT_OPEN, FAULT_EIO, for_good);
}

Test(disk_faults, a_read_that_fails) {
    every_call(FAULT_READ, FAULT_EIO, false);
}

Test(disk_faults, memory_beside_the_log_that_finds_no_room) {
    every_call(FAULT_SHM, FAULT_ENOSPC, false);
    every_call(FAULT_SHM, FAULT_EIO, false);
}

// ---- a backup ----

static void no_word(void *context, const char *line) {
    (void)context, (void)line;
}

static bool is_sound(const rig *r, const char *dir, const char *key_file) {
    disk_options how = r->options;
    care_report report;
    disk_problem problem;
    how.dir = dir;
    how.key_file = key_file;
    how.vfs = NULL;
    return care_verify(&how, no_word, NULL, &report, &problem) && report.damages == 0 &&
           report.last > 0;
}

static uint64_t every_call_of_a_backup(fault_call call, fault_kind kind) {
    rig *r = rig_new(1);
    told t = {0};
    char key_file[RIG_DIR_MAX + 16];
    uint64_t n = 1, failed = 0;
    r->options.threaded = false;
    rig_must_open(r);
    for (uint32_t i = 0; i < BATCHES; i++)
        append_one(r, &t, i);
    rig_close(r);
    snprintf(key_file, sizeof key_file, "%s/master.key", r->dir);
    for (bool met = true; met; n++) {
        char out[RIG_DIR_MAX], number[24];
        care_report report;
        disk_problem problem = {0};
        snprintf(number, sizeof number, "b%llu", (unsigned long long)n);
        rig_beside(r, number, out);
        r->options.vfs = "fault";
        fault_plan(call, kind, n, false);
        bool made = care_backup(&r->options, out, no_word, NULL, &report, &problem);
        met = fault_met();
        fault_plan(call, kind, 0, false);
        failed += !made;
        if (made) {
            cr_assert(is_sound(r, out, key_file), "%s %lu", FAULT_CALL_NAMES[call], n);
        } else {
            cr_assert_neq(access(out, F_OK), 0, "%s %lu: half a backup", FAULT_CALL_NAMES[call], n);
            cr_assert_neq(problem.text[0], 0);
        }
        cr_assert(met || made);
        cr_assert_lt(n, 1000u);
    }
    cr_assert(is_sound(r, r->dir, NULL)); // and the directory is as it was
    printf("backup, %s %s: %lu calls, %lu failed\n", FAULT_CALL_NAMES[call], FAULT_KIND_NAMES[kind],
           n - 2, failed);
    rig_free(r);
    return failed;
}

Test(disk_faults, a_backup_that_meets_a_failure_is_not_there) {
    cr_assert_gt(every_call_of_a_backup(FAULT_WRITE, FAULT_ENOSPC), 0u);
    cr_assert_gt(every_call_of_a_backup(FAULT_WRITE, FAULT_EIO), 0u);
    cr_assert_gt(every_call_of_a_backup(FAULT_SYNC, FAULT_EIO), 0u);
    cr_assert_gt(every_call_of_a_backup(FAULT_READ, FAULT_EIO), 0u);
    cr_assert_gt(every_call_of_a_backup(FAULT_OPEN, FAULT_EIO), 0u);
}
