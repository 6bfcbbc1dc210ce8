/* verify names what is wrong, repair keeps what can be proven, a backup is the directory again. */
#include "tests/net/store/live.h"

#include "engine/base/alloc.h"
#include "net/store/care.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct heard {
    char text[8192];
    uint32_t lines;
} heard;

static void hear(void *context, const char *line) {
    heard *h = context;
    size_t size = strlen(h->text);
    snprintf(h->text + size, sizeof h->text - size, "%s\n", line);
    h->lines += 1;
}

static care_report verify(rig *r, heard *h) {
    care_report report;
    *h = (heard){.lines = 0};
    cr_assert(care_verify(&r->options, hear, h, &report, &r->problem), "%s", r->problem.text);
    return report;
}

static care_report repair(rig *r, bool yes, heard *h) {
    care_report report;
    *h = (heard){.lines = 0};
    cr_assert(care_repair(&r->options, yes, hear, h, &report, &r->problem), "%s", r->problem.text);
    return report;
}

static void plant(rig *r, const char *sql, uint64_t number) {
    sqlite3 *db;
    char *why = NULL, text[512];
    snprintf(text, sizeof text, sql, (unsigned long long)number);
    cr_assert_eq(sqlite3_open(rig_path(r, "journal.db"), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, &why), SQLITE_OK, "%s: %s", text, why);
    cr_assert_eq(sqlite3_changes(db) > 0 || strncmp(text, "DROP", 4) == 0, true, "%s", text);
    sqlite3_close(db);
}

#define SPOIL                                                                                      \
    "UPDATE batch SET bytes = CAST(substr(bytes, 1, 110) || x'A5A5A5' || substr(bytes, 114) AS "   \
    "BLOB) WHERE last = %llu"

static bool has_cut(rig *r) {
    DIR *d = opendir(r->dir);
    const struct dirent *entry;
    bool there = false;
    while ((entry = readdir(d)) != NULL)
        there |= strncmp(entry->d_name, "cut-", 4) == 0;
    closedir(d);
    return there;
}

// Closed, with a snapshot at 20 batches and 40 in all; the digests at the end of some.
typedef struct scene {
    rig *r;
    live *l;
    uint64_t snapshot;
    yz_digest at_end[40];
} scene;

static scene scene_with_snapshot_at(uint32_t batch, uint64_t seed) {
    scene s = {.r = rig_new(seed)};
    s.l = live_new(s.r, seed);
    for (uint32_t i = 0; i < 40; i++) {
        live_run(s.l, 1, 20);
        s.at_end[i] = yz_market_digest(s.l->market);
        if (i != batch) continue;
        cr_assert(live_snapshot(s.l), "%s", s.r->problem.text);
        s.snapshot = s.r->sequence;
    }
    rig_close(s.r);
    return s;
}

static scene scene_new(uint64_t seed) {
    return scene_with_snapshot_at(19, seed);
}

static void scene_free(scene *s) {
    live_free(s->l);
    rig_free(s->r);
}

// Opens, and stands where batch `batch` ended.
static void expect_at(scene *s, uint32_t batch) {
    disk_recover_options how = {0};
    disk_recovery recovery;
    rig_must_open(s->r);
    yz_market *again = live_recover(s->l, &how, &recovery);
    cr_assert_eq(recovery.sequence, s->l->ends[batch]);
    yz_digest digest = yz_market_digest(again);
    cr_assert_eq(memcmp(&digest, &s->at_end[batch], sizeof digest), 0);
    yz_market_free(again);
    rig_close(s->r);
}

Test(care, a_sound_directory_is_proven_and_left_as_it_is) {
    scene s = scene_new(1);
    heard h;
    care_report v = verify(s.r, &h);
    cr_assert_eq(v.damages, 0, "%s", h.text);
    cr_assert_eq(v.commands, s.l->ends[39]);
    cr_assert_eq(v.last, s.l->ends[39]);
    cr_assert_eq(v.batches, 40);
    cr_assert_eq(v.snapshots, 1);
    cr_assert_eq(v.snapshots_sound, 1);
    cr_assert_not_null(strstr(h.text, "the replay of the journal was there"), "%s", h.text);
    cr_assert(v.has_digest);
    cr_assert_eq(memcmp(&v.digest, &s.at_end[39], sizeof v.digest), 0);
    care_report fixed = repair(s.r, true, &h);
    cr_assert_not(fixed.changed, "%s", h.text);
    cr_assert_eq(fixed.lost, 0);
    cr_assert_not(has_cut(s.r));
    expect_at(&s, 39);
    scene_free(&s);
}

Test(care, a_batch_that_went_bad_after_the_snapshot_is_named_and_cut_with_all_after_it) {
    scene s = scene_new(2);
    heard h;
    char words[64];
    uint64_t bad = s.l->ends[29], lost = s.l->ends[39] - s.l->ends[28];
    plant(s.r, SPOIL, bad);
    care_report v = verify(s.r, &h);
    cr_assert_eq(v.damages, 1, "%s", h.text); // what comes after is looked at too, and sound
    snprintf(words, sizeof words, "batch %llu, record ", (unsigned long long)s.l->ends[28] + 1);
    cr_assert_not_null(strstr(h.text, words), "%s", h.text);
    cr_assert_not_null(strstr(h.text, "offset "), "%s", h.text);
    cr_assert_not(v.has_digest);

    care_report planned = repair(s.r, false, &h);
    cr_assert(planned.changed);
    cr_assert_eq(planned.lost, lost);
    cr_assert_not(has_cut(s.r));
    care_report done = repair(s.r, true, &h);
    cr_assert_eq(done.lost, lost);
    cr_assert_eq(done.last, s.l->ends[28]);
    snprintf(words, sizeof words, "%llu commands after it are lost", (unsigned long long)lost);
    cr_assert_not_null(strstr(h.text, words), "%s", h.text);
    cr_assert(has_cut(s.r));
    cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text);
    expect_at(&s, 28);
    rig_must_open(s.r);
    yz_command more = rig_entry("k-100");
    cr_assert_eq(rig_append(s.r, &more, 1, NULL, 0), 0); // and it goes on
    scene_free(&s);
}

Test(care, a_batch_that_went_bad_before_the_snapshot_costs_history_and_nothing_else) {
    scene s = scene_new(3);
    heard h;
    plant(s.r, SPOIL, s.l->ends[9]);
    cr_assert_eq(verify(s.r, &h).damages, 1, "%s", h.text);
    care_report done = repair(s.r, true, &h);
    cr_assert_eq(done.lost, 0, "%s", h.text);
    cr_assert_not_null(strstr(h.text, "nothing of the market is lost"), "%s", h.text);
    cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text);
    expect_at(&s, 39);
    scene_free(&s);
}

// Spoils the byte of the file at the offset that `which` answers.
static void tear(rig *r, const char *which) {
    sqlite3 *db;
    sqlite3_stmt *ask;
    size_t size;
    cr_assert_eq(sqlite3_open(rig_path(r, "journal.db"), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, which, -1, &ask, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(ask), SQLITE_ROW);
    size_t at = (size_t)sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    sqlite3_close(db);
    unsigned char *bytes = rig_read(rig_path(r, "journal.db"), &size);
    cr_assert_lt(at, size);
    bytes[at] ^= 0x55;
    rig_write(rig_path(r, "journal.db"), bytes, size);
    yz_free(bytes);
}

// The rows cannot even be counted then; or nothing is amiss but what nobody reads.
Test(care, a_file_whose_structure_is_torn_is_written_anew) {
    static const char *const WHERE[] = {
        "SELECT min(pgoffset) FROM dbstat WHERE name = 'batch' AND pagetype = 'leaf'",
        "SELECT 39", // how many pages are free, in the head of the file
    };
    for (uint32_t i = 0; i < 2; i++) {
        scene s = scene_with_snapshot_at(39, 9);
        heard h;
        tear(s.r, WHERE[i]);
        cr_assert_gt(verify(s.r, &h).damages, 0, "%s", WHERE[i]);
        care_report planned = repair(s.r, false, &h);
        cr_assert(planned.changed, "%s", h.text);
        cr_assert_not(has_cut(s.r));
        care_report done = repair(s.r, true, &h);
        cr_assert(done.changed, "%s", h.text);
        cr_assert_eq(done.lost, 0, "%s", h.text);
        cr_assert_not_null(strstr(h.text, "written anew"), "%s", h.text);
        cr_assert(has_cut(s.r));
        cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text);
        cr_assert_not(repair(s.r, true, &h).changed, "%s", h.text);
        expect_at(&s, 39);
        scene_free(&s);
    }
}

Test(care, what_the_rows_lack_and_a_snapshot_holds_is_not_lost) {
    static const char *const DAMAGE[] = {"DELETE FROM batch WHERE last = %llu",
                                         "DELETE FROM batch WHERE last <= %llu"};
    for (uint32_t i = 0; i < 2; i++) {
        scene s = scene_with_snapshot_at(39, 10);
        heard h;
        plant(s.r, DAMAGE[i], s.l->ends[39]);
        care_report done = repair(s.r, true, &h);
        cr_assert_eq(done.lost, 0, "%s", h.text);
        cr_assert_eq(done.last, s.l->ends[39]);
        cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text);
        expect_at(&s, 39);
        scene_free(&s);
    }
}

Test(care, the_last_batch_that_went_bad_or_away_is_known_by_the_mark) {
    static const char *const DAMAGE[] = {SPOIL, "DELETE FROM batch WHERE last = %llu"};
    for (uint32_t i = 0; i < 2; i++) {
        scene s = scene_new(4);
        heard h;
        plant(s.r, DAMAGE[i], s.l->ends[39]);
        cr_assert_not(rig_open(s.r));
        cr_assert_eq(s.r->problem.trouble, DISK_DAMAGED);
        cr_assert_geq(verify(s.r, &h).damages, 1, "%s", h.text);
        cr_assert_not_null(strstr(h.text, "acknowledged and are missing"), "%s", h.text);
        care_report done = repair(s.r, true, &h);
        cr_assert_eq(done.lost, s.l->ends[39] - s.l->ends[38], "%s", h.text);
        cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text);
        expect_at(&s, 38);
        scene_free(&s);
    }
}

Test(care, a_snapshot_that_went_bad_is_taken_out) {
    scene s = scene_new(5);
    heard h;
    char name[64];
    size_t size;
    snprintf(name, sizeof name, "snapshot-%llu.yzs", (unsigned long long)s.snapshot);
    unsigned char *bytes = rig_read(rig_path(s.r, name), &size);
    bytes[size / 2] ^= 1;
    rig_write(rig_path(s.r, name), bytes, size);
    care_report v = verify(s.r, &h);
    cr_assert_eq(v.damages, 1);
    cr_assert_eq(v.snapshots_sound, 0);
    cr_assert_not_null(strstr(h.text, name), "%s", h.text);
    care_report done = repair(s.r, true, &h);
    cr_assert(done.changed);
    cr_assert_eq(done.lost, 0);
    cr_assert_neq(access(rig_path(s.r, name), F_OK), 0);
    cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text);
    expect_at(&s, 39);
    yz_free(bytes);
    scene_free(&s);
}

Test(care, a_mark_that_is_gone_is_made_anew) {
    scene s = scene_new(6);
    heard h;
    unlink(rig_path(s.r, "durable"));
    cr_assert_not(rig_open(s.r));
    cr_assert_eq(s.r->problem.trouble, DISK_DAMAGED);
    cr_assert_eq(verify(s.r, &h).damages, 1, "%s", h.text);
    cr_assert_eq(repair(s.r, true, &h).lost, 0, "%s", h.text);
    expect_at(&s, 39);
    scene_free(&s);
}

Test(care, a_key_that_is_lost_withholds_that_person_and_the_digest_stays) {
    static const char *const DAMAGE[] = {
        "UPDATE person_key SET wrapped = randomblob(72) WHERE id = %llu",
        "DELETE FROM person_key WHERE id = %llu",
    };
    for (uint32_t i = 0; i < 2; i++) {
        scene s = scene_new(7);
        heard h;
        plant(s.r, DAMAGE[i], 3);
        cr_assert_not(rig_open(s.r));
        cr_assert_geq(verify(s.r, &h).damages, 1);
        cr_assert_not_null(strstr(h.text, "key is"), "%s", h.text);
        care_report done = repair(s.r, true, &h);
        cr_assert_eq(done.lost, 0, "%s", h.text);
        cr_assert_not_null(strstr(h.text, "persons' keys are lost"), "%s", h.text);
        cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text);
        expect_at(&s, 39);
        scene_free(&s);
    }
}

Test(care, a_trimmed_journal_is_proven_from_its_snapshot) {
    scene s = scene_new(8);
    heard h;
    rig_must_open(s.r);
    cr_assert(disk_trim(s.r->disk, s.l->ends[9], &s.r->problem));
    rig_close(s.r);
    care_report v = verify(s.r, &h);
    cr_assert_eq(v.damages, 0, "%s", h.text);
    cr_assert(v.has_digest);
    cr_assert_eq(memcmp(&v.digest, &s.at_end[39], sizeof v.digest), 0);
    cr_assert_not(repair(s.r, true, &h).changed, "%s", h.text);
    plant(s.r, SPOIL, s.l->ends[34]);
    care_report done = repair(s.r, true, &h);
    cr_assert_eq(done.lost, s.l->ends[39] - s.l->ends[33], "%s", h.text);
    expect_at(&s, 33);
    scene_free(&s);
}

// ---- backup ----

static care_report backup(rig *r, const char *out, heard *h) {
    care_report report;
    *h = (heard){.lines = 0};
    cr_assert(care_backup(&r->options, out, hear, h, &report, &r->problem), "%s", r->problem.text);
    return report;
}

static void with_key(rig *r, rig *from) {
    static char text[80];
    size_t size;
    unsigned char *key = rig_read(rig_path(from, "master.key"), &size);
    memcpy(text, key, 64);
    text[64] = 0;
    r->options.key_text = text;
    yz_free(key);
}

Test(care, a_backup_beside_a_running_server_is_the_directory_again_without_the_key) {
    scene s = scene_new(9);
    heard h;
    char out[RIG_DIR_MAX];
    rig_beside(s.r, "backup", out);
    rig_must_open(s.r);
    yz_command person = rig_person("gone", 1, 1), erase = rig_erase("gone");
    store_secret secret = rig_secret(0, "gone", "某人", "139");
    cr_assert_eq(rig_append(s.r, &person, 1, &secret, 1), 0);
    cr_assert_eq(rig_append(s.r, &erase, 1, NULL, 0), 0);
    uint64_t last = s.r->sequence;
    care_report b = backup(s.r, out, &h);
    cr_assert_eq(b.last, last);
    cr_assert_eq(b.snapshots_sound, 1);
    yz_command more = rig_entry("k-100");
    cr_assert_eq(rig_append(s.r, &more, 1, NULL, 0), 0);
    care_report again;
    cr_assert_not(care_backup(&s.r->options, out, hear, &h, &again, &s.r->problem));
    cr_assert_eq(s.r->problem.trouble, DISK_NOT_EMPTY);

    rig copy = *s.r;
    strcpy(copy.dir, out);
    copy.disk = NULL;
    cr_assert_neq(access(rig_path(&copy, "master.key"), F_OK), 0);
    cr_assert_not(rig_open(&copy));
    cr_assert_eq(copy.problem.trouble, DISK_NO_KEY);
    with_key(&copy, s.r);
    cr_assert_eq(verify(&copy, &h).damages, 0, "%s", h.text);
    cr_assert_eq(verify(s.r, &h).damages, 0, "%s", h.text); // beside the server too
    rig_must_open(&copy);
    cr_assert_eq(copy.sequence, last);
    rig_close(&copy);
    // And back.
    char restored[RIG_DIR_MAX];
    rig_beside(s.r, "restored", restored);
    backup(&copy, restored, &h);
    strcpy(copy.dir, restored);
    cr_assert_eq(verify(&copy, &h).damages, 0, "%s", h.text);
    rig_close(s.r);
    live_free(s.l);
    rig_free(s.r);
}

Test(care, a_damaged_directory_is_not_backed_up) {
    scene s = scene_new(10);
    heard h = {.lines = 0};
    char out[RIG_DIR_MAX];
    care_report report;
    rig_beside(s.r, "backup", out);
    plant(s.r, SPOIL, s.l->ends[9]);
    cr_assert_not(care_backup(&s.r->options, out, hear, &h, &report, &s.r->problem));
    cr_assert_eq(s.r->problem.trouble, DISK_DAMAGED);
    cr_assert_neq(access(out, F_OK), 0);
    scene_free(&s);
}

Test(care, repair_waits_for_no_server) {
    scene s = scene_new(11);
    heard h = {.lines = 0};
    care_report report;
    rig_must_open(s.r);
    cr_assert_not(care_repair(&s.r->options, true, hear, &h, &report, &s.r->problem));
    cr_assert_eq(s.r->problem.trouble, DISK_LOCKED);
    scene_free(&s);
}
