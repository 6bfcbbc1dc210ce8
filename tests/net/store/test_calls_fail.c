/* Each thing that is done to a data directory, with each call to the system or to SQLite failing in
 * turn: it says that it failed and why, or it is done; and what was acknowledged is there
 * afterwards with the same digest. */
#include "tests/net/store/failing_calls.h"
#include "tests/net/store/live.h"

#include "engine/base/alloc.h"
#include "net/store/care.h"
#include "net/store/snapshots.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Of a call that is made often, so many are tried, spread over all.
#define POINTS (YZ_ROUNDS_PART > 1 ? 8 : 16)

typedef struct world {
    rig *r;
    live *l;
    char kept[RIG_DIR_MAX]; // the directory as it was, closed
    uint64_t sequence;      // acknowledged so far
    yz_digest digest;
    yz_chain chain;
    uint64_t snapshot;
} world;

static void quiet(void *context, const char *line) {
    (void)context, (void)line;
}

static world world_new(void) {
    world w = {.r = rig_new(5)};
    w.r->options.threaded = false;
    w.l = live_new(w.r, 5);
    live_run(w.l, 12, 12);
    cr_assert(live_snapshot(w.l));
    w.snapshot = w.r->sequence;
    live_run(w.l, 6, 12);
    disk_span span;
    cr_assert(disk_look(w.r->disk, &span, &w.r->problem));
    w.chain = span.chain;
    w.sequence = w.r->sequence;
    w.digest = yz_market_digest(w.l->market);
    rig_close(w.r);
    rig_beside(w.r, "kept", w.kept);
    mkdir(w.kept, 0700);
    rig_copy(w.r->dir, w.kept);
    return w;
}

static void world_free(world *w) {
    live_free(w->l);
    rig_free(w->r);
}

// Everything of the directory, and of its neighbours, as at first.
static void put_back(world *w) {
    char command[4 * RIG_DIR_MAX + 60], out[RIG_DIR_MAX];
    rig_beside(w->r, "out", out);
    snprintf(command, sizeof command, "rm -rf '%s' '%s' '%s.part' && mkdir -m 700 '%s'", w->r->dir,
             out, out, w->r->dir);
    cr_assert_eq(system(command), 0);
    rig_copy(w->kept, w->r->dir);
}

/* ---- what is done; true: it says that it went well ---- */

static bool do_open(world *w) {
    bool good = rig_open(w->r);
    rig_close(w->r);
    return good;
}

static bool recover(world *w, const disk_recover_options *how) {
    if (!rig_open(w->r)) return false;
    disk_recovery recovery;
    yz_market *m = live_try_recover(w->l, how, &recovery);
    if (m != NULL) {
        yz_digest digest = yz_market_digest(m);
        cr_assert_eq(memcmp(&digest, &w->digest, sizeof digest), 0, "recovered to another state");
    }
    yz_market_free(m);
    rig_close(w->r);
    return m != NULL;
}

static bool do_recover(world *w) {
    disk_recover_options how = {0};
    return recover(w, &how);
}

static bool do_replay(world *w) {
    disk_recover_options how = {.from_start = true};
    return recover(w, &how);
}

static bool do_append(world *w) {
    if (!rig_open(w->r)) return false;
    yz_command c[2] = {rig_person("p-new", 100, 1), rig_seeker("s-new", "p-new", 7, 6)};
    store_secret secret = rig_secret(0, "p-new", "某人", "139");
    bool good = rig_append(w->r, c, 2, &secret, 1) == 0;
    if (good) {
        yz_command gone = rig_erase("p-new");
        good = rig_append(w->r, &gone, 1, NULL, 0) == 0;
    }
    if (!good) {
        disk_state state = disk_now(w->r->disk);
        cr_assert(state.broken || state.full);
        snprintf(w->r->problem.text, sizeof w->r->problem.text, "%s", state.reason);
        w->r->problem.trouble = DISK_FAILED;
    }
    rig_close(w->r);
    return good;
}

static bool do_snapshot(world *w) {
    if (!rig_open(w->r)) return false;
    bool good = disk_snapshot(w->r->disk, w->l->market, &w->chain, &w->digest, &w->r->problem);
    rig_close(w->r);
    return good;
}

static bool do_trim(world *w) {
    if (!rig_open(w->r)) return false;
    bool good = disk_trim(w->r->disk, w->snapshot, &w->r->problem);
    rig_close(w->r);
    return good;
}

static bool do_prune(world *w) {
    return snapshots_prune(w->r->dir, 0, &w->r->problem);
}

static bool do_holding(world *w) {
    disk_holds holds;
    if (!rig_open(w->r)) return false;
    bool good = disk_holding(w->r->disk, &holds, &w->r->problem);
    rig_close(w->r);
    return good;
}

static bool do_verify(world *w) {
    care_report report;
    bool good = care_verify(&w->r->options, quiet, NULL, &report, &w->r->problem);
    // What cannot be read is damage that is told, never proof.
    if (good && !failing_met()) cr_assert_eq(report.damages, 0);
    return good;
}

static bool do_repair(world *w) {
    care_report report;
    return care_repair(&w->r->options, false, quiet, NULL, &report, &w->r->problem);
}

static bool do_backup(world *w) {
    char out[RIG_DIR_MAX];
    care_report report;
    rig_beside(w->r, "out", out);
    bool good = care_backup(&w->r->options, out, quiet, NULL, &report, &w->r->problem);
    failing_rest();
    if (!good) return false;
    // It says that it went well: then it is the whole directory, under the same key.
    char key[RIG_DIR_MAX + 20];
    snprintf(key, sizeof key, "%s/master.key", w->r->dir);
    disk_options options = w->r->options;
    options.dir = out;
    options.key_file = key;
    cr_assert(care_verify(&options, quiet, NULL, &report, &w->r->problem), "%s",
              w->r->problem.text);
    cr_assert_eq(report.damages, 0);
    cr_assert_eq(report.last, w->sequence);
    return true;
}

// The last batch but one goes bad, so that a repair has something to cut.
static void spoil(world *w) {
    sqlite3 *db;
    char text[256];
    snprintf(text, sizeof text,
             "UPDATE batch SET bytes = CAST(substr(bytes, 1, 110) || x'A5A5A5' || substr(bytes, "
             "114) AS BLOB) WHERE last = %llu",
             (unsigned long long)w->l->ends[w->l->batches - 2]);
    cr_assert_eq(sqlite3_open(rig_path(w->r, "journal.db"), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

static bool do_mend(world *w) {
    care_report report;
    return care_repair(&w->r->options, true, quiet, NULL, &report, &w->r->problem);
}

/* ---- with each call failing ---- */

typedef struct deed {
    const char *name;
    bool (*run)(world *w);
    void (*prepare)(world *w); // may be NULL
    void (*expect)(world *w, const struct deed *d, const char *what);
} deed;

static void expect_all_there(world *w, const deed *d, const char *what) {
    disk_recover_options how = {.until = w->sequence};
    disk_recovery recovery;
    cr_assert(rig_open(w->r), "%s: %s does not open again: %s", d->name, what, w->r->problem.text);
    cr_assert_geq(w->r->sequence, w->sequence, "%s: %s lost commands", d->name, what);
    yz_market *m = live_try_recover(w->l, &how, &recovery);
    cr_assert_not_null(m, "%s: %s does not recover: %s", d->name, what, w->r->problem.text);
    yz_digest digest = yz_market_digest(m);
    cr_assert_eq(memcmp(&digest, &w->digest, sizeof digest), 0, "%s: %s", d->name, what);
    yz_market_free(m);
    rig_close(w->r);
}

// However far it came: once more, and what can be proven is there.
static void expect_mended(world *w, const deed *d, const char *what) {
    care_report report;
    cr_assert(care_repair(&w->r->options, true, quiet, NULL, &report, &w->r->problem), "%s: %s: %s",
              d->name, what, w->r->problem.text);
    cr_assert(rig_open(w->r), "%s: %s does not open again: %s", d->name, what, w->r->problem.text);
    cr_assert_eq(w->r->sequence, w->l->ends[w->l->batches - 3], "%s: %s", d->name, what);
    disk_recover_options how = {0};
    disk_recovery recovery;
    yz_market *m = live_try_recover(w->l, &how, &recovery);
    cr_assert_not_null(m, "%s: %s does not recover: %s", d->name, what, w->r->problem.text);
    yz_market_free(m);
    rig_close(w->r);
}

static void begin(world *w, const deed *d) {
    put_back(w);
    if (d->prepare != NULL) d->prepare(w);
    w->r->problem = (disk_problem){0};
}

static uint64_t fail_each(world *w, const deed *d, failing_call call, int error) {
    begin(w, d);
    failing_plan(call, 0, error);
    bool well = d->run(w);
    uint64_t calls = failing_seen(), struck = 0;
    failing_rest();
    cr_assert(well, "%s: %s", d->name, w->r->problem.text);
    uint64_t step = calls <= POINTS ? 1 : calls / POINTS;
    for (uint64_t n = 1; n <= calls; n += step) {
        char what[80];
        snprintf(what, sizeof what, "call %llu of %llu of %s, errno %d", (unsigned long long)n,
                 (unsigned long long)calls, FAILING_NAMES[call], error);
        begin(w, d);
        failing_plan(call, n, error);
        bool good = d->run(w);
        struck += failing_met();
        failing_rest();
        if (!good) {
            cr_assert(w->r->problem.trouble != DISK_OK && w->r->problem.text[0] != 0,
                      "%s: %s failed and does not say why", d->name, what);
        }
        d->expect(w, d, what);
    }
    return struck;
}

static void fail_all(const deed *d) {
    world w = world_new();
    uint64_t struck = 0;
    for (int call = 0; call < FAILING_CALLS; call++) {
        struck += fail_each(&w, d, (failing_call)call, EIO);
        if (call == FAILING_WRITE || call == FAILING_STEP || call == FAILING_MKDIR) {
            struck += fail_each(&w, d, (failing_call)call, ENOSPC);
        }
        if (call == FAILING_OPEN) struck += fail_each(&w, d, (failing_call)call, EACCES);
    }
    cr_assert_gt(struck, 0, "%s: no call was made to fail", d->name);
    world_free(&w);
}

#define EACH_CALL(title, function)                                                                 \
    Test(calls_fail, title) {                                                                      \
        fail_all(&(deed){#title, function, NULL, expect_all_there});                               \
    }

EACH_CALL(while_it_is_opened, do_open)
EACH_CALL(while_a_market_is_recovered, do_recover)
EACH_CALL(while_all_is_replayed, do_replay)
EACH_CALL(while_something_is_appended_and_erased, do_append)
EACH_CALL(while_a_snapshot_is_written, do_snapshot)
EACH_CALL(while_the_journal_is_trimmed, do_trim)
EACH_CALL(while_snapshots_are_removed, do_prune)
EACH_CALL(while_it_is_counted, do_holding)
EACH_CALL(while_it_is_verified, do_verify)
EACH_CALL(while_a_repair_looks, do_repair)
EACH_CALL(while_a_backup_is_made, do_backup)

Test(calls_fail, while_a_damaged_journal_is_repaired) {
    fail_all(&(deed){"repair", do_mend, spoil, expect_mended});
}
