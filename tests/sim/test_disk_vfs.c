/* Is the disk honest? SQLite itself is the judge: with synchronous=FULL it keeps what it said it
 * had committed through any cut, and with less it does not. */
#include "tests/sim/disk_vfs.h"

#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>

typedef struct trial {
    uint64_t seed, now_ns;
    yz_random random;
    vdisk *disk;
    sqlite3 *db, *other; // `other` makes the checkpoints
    const char *mode;    // FULL, NORMAL, OFF
    int64_t said;        // highest row that a commit said it has
    int64_t sent;        // highest row that was ever sent
} trial;

static int run(sqlite3 *db, const char *sql) {
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void close_all(trial *t) {
    sqlite3_close(t->db);
    sqlite3_close(t->other);
    t->db = t->other = NULL;
}

static bool open_all(trial *t) {
    char sql[200];
    bool well = sqlite3_open("dir/test.db", &t->db) == SQLITE_OK &&
                sqlite3_open("dir/test.db", &t->other) == SQLITE_OK;
    snprintf(sql, sizeof sql, "PRAGMA journal_mode=WAL; PRAGMA synchronous=%s", t->mode);
    well = well && run(t->db, sql) == SQLITE_OK;
    well = well && run(t->other, sql) == SQLITE_OK;
    run(t->db, "PRAGMA wal_autocheckpoint=0");
    run(t->other, "PRAGMA wal_autocheckpoint=0");
    return well &&
           run(t->db, "CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, b BLOB)") == SQLITE_OK;
}

static void one_commit(trial *t) {
    char sql[200];
    uint64_t rows = 1 + yz_random_below(&t->random, 5);
    if (run(t->db, "BEGIN IMMEDIATE") != SQLITE_OK) return;
    bool well = true;
    int64_t last = t->said;
    for (uint64_t i = 0; i < rows && well; i++) {
        last += 1;
        snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO t VALUES(%lld, zeroblob(%llu))",
                 (long long)last, (unsigned long long)yz_random_below(&t->random, 3000));
        well = run(t->db, sql) == SQLITE_OK;
        if (last > t->sent) t->sent = last;
    }
    if (well && run(t->db, "COMMIT") == SQLITE_OK && !vdisk_ended(t->disk)) {
        t->said = last;
    } else if (!sqlite3_get_autocommit(t->db)) {
        run(t->db, "ROLLBACK");
    }
}

static int64_t number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s;
    int64_t n = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) return -1;
    if (sqlite3_step(s) == SQLITE_ROW) n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static bool intact(sqlite3 *db) {
    sqlite3_stmt *s;
    bool well = sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_ROW &&
                strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    sqlite3_finalize(s);
    return well;
}

/* Some lives, each ended somewhere; true if after each all that was said is there, and no row that
 * nobody sent. */
static bool keeps_its_word(uint64_t seed, const char *mode, vdisk_end end, bool faulty) {
    trial t = {.seed = seed, .random = yz_random_of(seed, 1), .mode = mode};
    t.disk = vdisk_new(seed, yz_random_below(&t.random, 2) ? 512 : 4096);
    vdisk_set_clock(t.disk, &t.now_ns);
    disk_vfs_use(t.disk, seed, &t.now_ns);
    bool well = true;
    for (uint32_t life = 0; life < 4 && well; life++) {
        vdisk_plan_end(t.disk, yz_random_below(&t.random, 150), end);
        if (faulty) {
            vdisk_fault fault = {.ops = (uint32_t)yz_random_below(&t.random, 1u << VDISK_OPS),
                                 .after = yz_random_below(&t.random, 80),
                                 .for_good = yz_random_below(&t.random, 2) == 0,
                                 .answer =
                                     yz_random_below(&t.random, 2) ? VDISK_EIO : VDISK_ENOSPC};
            vdisk_plan_fault(t.disk, fault);
        }
        bool opened = open_all(&t);
        for (uint32_t i = 0; i < 200 && opened && !vdisk_ended(t.disk); i++) {
            one_commit(&t);
            if (yz_random_below(&t.random, 8) == 0) {
                int how = (int)yz_random_below(&t.random, 4); // PASSIVE .. TRUNCATE
                sqlite3_wal_checkpoint_v2(t.other, NULL, how, NULL, NULL);
            }
            // After a failed write or sync one does not go on: a later sync proves nothing.
            if (vdisk_faults_met(t.disk) > 0) break;
        }
        vdisk_end_now(t.disk, end);
        close_all(&t);
        vdisk_restart(t.disk);
        well = open_all(&t) && intact(t.db);
        int64_t highest = number(t.db, "SELECT ifnull(max(n), 0) FROM t");
        int64_t count = number(t.db, "SELECT count(*) FROM t");
        well = well && highest >= t.said && highest <= t.sent && count == highest;
        t.said = highest;
        if (faulty) life = 4;
        close_all(&t);
    }
    disk_vfs_use(NULL, 0, NULL);
    vdisk_free(t.disk);
    return well;
}

static uint32_t broken_words(uint64_t seeds, const char *mode, vdisk_end end, bool faulty) {
    uint32_t broken = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        if (keeps_its_word(seed, mode, end, faulty)) continue;
        broken += 1;
        if (strcmp(mode, "FULL") == 0) cr_log_error("seed %llu", (unsigned long long)seed);
    }
    cr_log_info("synchronous=%s: %u of %llu seeds lost something", mode, broken,
                (unsigned long long)seeds);
    return broken;
}

Test(disk_vfs, full_loses_nothing_in_a_power_cut) {
    cr_assert_eq(broken_words(YZ_ROUNDS(1000), "FULL", VDISK_POWER_CUT, false), 0);
}

Test(disk_vfs, full_loses_nothing_when_writes_and_syncs_fail) {
    cr_assert_eq(broken_words(YZ_ROUNDS(1000), "FULL", VDISK_POWER_CUT, true), 0);
}

Test(disk_vfs, normal_and_off_lose_in_a_power_cut) {
    cr_assert_gt(broken_words(100, "NORMAL", VDISK_POWER_CUT, false), 50);
    cr_assert_gt(broken_words(100, "OFF", VDISK_POWER_CUT, false), 50);
}

Test(disk_vfs, a_killed_process_leaves_its_cache) {
    cr_assert_eq(broken_words(YZ_ROUNDS(300), "OFF", VDISK_KILL, false), 0);
}

/* ---- the disk by itself ---- */

static vfile *fresh(vdisk *d, const char *name) {
    bool created;
    vdisk_answer answer;
    return vdisk_open(d, name, true, &created, &answer);
}

Test(vdisk, a_sector_after_a_cut_is_one_it_has_been) {
    bool seen[4] = {false};
    for (uint64_t seed = 1; seed <= 300; seed++) {
        vdisk *d = vdisk_new(seed, 512);
        vfile *f = fresh(d, "a");
        unsigned char sector[512], now[512];
        memset(sector, 'A', sizeof sector);
        cr_assert_eq(vdisk_write(f, sector, 512, 0), VDISK_OK);
        cr_assert_eq(vdisk_sync(f), VDISK_OK);
        cr_assert_eq(vdisk_sync_dir(d), VDISK_OK);
        memset(sector, 'B', sizeof sector);
        cr_assert_eq(vdisk_write(f, sector, 256, 0), VDISK_OK);
        cr_assert_eq(vdisk_write(f, sector, 256, 256), VDISK_OK);
        vdisk_end_now(d, VDISK_POWER_CUT);
        vdisk_close(f);
        vdisk_restart(d);
        f = fresh(d, "a");
        size_t got;
        cr_assert_eq(vdisk_read(f, now, 512, 0, &got), VDISK_OK);
        cr_assert_eq(got, 512, "seed %llu", (unsigned long long)seed);
        // AA, BA or BB: a later write of a sector brings the earlier ones along.
        cr_assert(!(now[0] == 'A' && now[256] == 'B'), "seed %llu", (unsigned long long)seed);
        seen[(now[0] == 'B') + (now[256] == 'B')] = true;
        vdisk_close(f);
        vdisk_free(d);
    }
    cr_assert(seen[0] && seen[1] && seen[2]);
}

Test(vdisk, a_sync_after_a_failed_one_proves_nothing) {
    uint32_t lost = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        vdisk *d = vdisk_new(seed, 4096);
        vfile *f = fresh(d, "a");
        cr_assert_eq(vdisk_sync_dir(d), VDISK_OK);
        cr_assert_eq(vdisk_write(f, "said", 4, 0), VDISK_OK);
        vdisk_plan_fault(d, (vdisk_fault){.ops = 1u << VDISK_SYNC, .answer = VDISK_EIO});
        cr_assert_eq(vdisk_sync(f), VDISK_EIO);
        cr_assert_eq(vdisk_sync(f), VDISK_OK);
        char now[4] = "";
        size_t got;
        cr_assert_eq(vdisk_read(f, now, 4, 0, &got), VDISK_OK);
        cr_assert_arr_eq(now, "said", 4); // a reader still sees it
        vdisk_end_now(d, VDISK_POWER_CUT);
        vdisk_close(f);
        vdisk_restart(d);
        lost += vdisk_find(d, "said", 4) == NULL;
        vdisk_free(d);
    }
    cr_assert_gt(lost, 20);
}

Test(vdisk, names_not_synced_may_be_lost_and_a_rename_is_whole) {
    bool seen[2] = {false};
    for (uint64_t seed = 1; seed <= 100; seed++) {
        vdisk *d = vdisk_new(seed, 512);
        vfile *f = fresh(d, "old");
        cr_assert_eq(vdisk_write(f, "x", 1, 0), VDISK_OK);
        cr_assert_eq(vdisk_sync(f), VDISK_OK);
        cr_assert_eq(vdisk_sync_dir(d), VDISK_OK);
        cr_assert_eq(vdisk_rename(d, "old", "new"), VDISK_OK);
        vdisk_end_now(d, VDISK_POWER_CUT);
        vdisk_close(f);
        vdisk_restart(d);
        cr_assert_eq(vdisk_exists(d, "old") + vdisk_exists(d, "new"), 1);
        seen[vdisk_exists(d, "new")] = true;
        vdisk_free(d);
    }
    cr_assert(seen[0] && seen[1]);
}

Test(vdisk, a_full_disk_takes_what_fits_and_says_so) {
    vdisk *d = vdisk_new(1, 512);
    vdisk_set_capacity(d, 1000);
    vfile *f = fresh(d, "a");
    char much[900] = "";
    cr_assert_eq(vdisk_write(f, much, 900, 0), VDISK_OK);
    cr_assert_eq(vdisk_write(f, much, 900, 900), VDISK_ENOSPC);
    cr_assert_leq(vdisk_size(f), 1000);
    cr_assert_eq(vdisk_write(f, much, 900, 0), VDISK_OK); // in place there is room
    vdisk_set_capacity(d, 0);
    cr_assert_eq(vdisk_write(f, much, 900, 900), VDISK_OK);
    vdisk_close(f);
    vdisk_free(d);
}
