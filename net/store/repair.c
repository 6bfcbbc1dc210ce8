/* Which stretch to keep: of all places the journal can be built from (its start, each sound
 * snapshot) the one from which most can be proven; among equals the earliest, which keeps the
 * longest history. */
#include "net/store/care.h"
#include "net/store/copy.h"
#include "net/store/directory.h"
#include "net/store/inner.h"
#include "net/store/snapshots.h"

#include "engine/base/alloc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)1 << 24)
#define PATH (TROUBLE_PATH_MAX + 96)

typedef struct stretch {
    uint64_t after, until; // what is proven
    yz_chain from, chain;  // at either end
    bool from_known;       // no: a trimmed journal, whose first batch follows one that is gone
} stretch;

typedef struct repairing {
    disk *d;
    disk_care *care;
    care_report *report;
    yz_sealer sealer;
    yz_arena *arena;
    snapshots_list snapshots;
    bool sound[SNAPSHOTS_MAX];
    stretch best;
    uint64_t rows_first, rows_last; // what the rows claim
    bool damaged;                   // a walk did not reach the end
    bool torn;                      // the file's own structure is not sound
    bool rebuild;
    char cut[PATH]; // where things go
    disk_problem *problem;
} repairing;

// ---- what can be proven ----

typedef struct proving {
    repairing *r;
    stretch *s;
} proving;

static bool take(void *context, yz_batch_reader *reader) {
    proving *p = context;
    yz_command c;
    yz_status status;
    while ((status = yz_batch_next(reader, &p->r->sealer, p->r->arena, &c, NULL)) == YZ_OK)
        yz_arena_reset(p->r->arena);
    if (status != YZ_ERR_NOT_FOUND) {
        p->r->damaged = true;
        return false;
    }
    p->s->until = reader->first + reader->count - 1;
    p->s->chain = reader->chain;
    return true;
}

// Walks from a place on, as far as it is sound.
static bool try_from(repairing *r, uint64_t after, const yz_chain *chain, stretch *found) {
    static const yz_chain ZERO;
    stretch s = {.after = after,
                 .until = after,
                 .from = chain != NULL ? *chain : ZERO,
                 .from_known = chain != NULL};
    s.chain = s.from;
    proving p = {r, &s};
    disk_problem problem = {0};
    if (!disk_walk(r->d, after, chain, take, &p, NULL, &problem)) {
        if (problem.trouble != DISK_DAMAGED) {
            *r->problem = problem;
            return false;
        }
        r->damaged = true;
    }
    *found = s;
    return true;
}

static void offer(repairing *r, const stretch *s) {
    if (s->until > r->best.until || (s->until == r->best.until && s->after < r->best.after)) {
        r->best = *s;
    }
}

static bool load_snapshot(repairing *r, uint32_t at, yz_snapshot_facts *facts) {
    char path[PATH], why[SNAPSHOTS_WHY_MAX];
    yz_market_options options = {.at_ms = 0};
    chance_bytes(r->d->chance, &options.hash_key, sizeof options.hash_key);
    snapshots_path(r->d->dir, r->snapshots.sequences[at], "yzs", path, sizeof path);
    yz_market *market = yz_market_new(&options);
    bool well = snapshots_load(path, market, &r->sealer, facts, &(snapshots_how){0}, why) &&
                facts->sequence == r->snapshots.sequences[at];
    yz_market_free(market);
    return well;
}

static bool find_rows(repairing *r) {
    sqlite3_stmt *ask = database_prepare(
        r->d->db, "SELECT coalesce(min(first), 0), coalesce(max(last), 0) FROM batch");
    if (ask != NULL && sqlite3_step(ask) == SQLITE_ROW) {
        r->rows_first = (uint64_t)sqlite3_column_int64(ask, 0);
        r->rows_last = (uint64_t)sqlite3_column_int64(ask, 1);
    } else {
        r->damaged = true;
    }
    sqlite3_finalize(ask);
    return true;
}

static uint64_t marked_of(const repairing *r) {
    return r->care->mark_lost ? 0 : r->d->mark.sequence;
}

// As verify asks. No file of which this is not known to be sound may stay as it is.
static bool look_at_file(repairing *r) {
    sqlite3_stmt *ask = database_prepare(r->d->db, "PRAGMA integrity_check(1)");
    int rc = ask != NULL ? sqlite3_step(ask) : SQLITE_ERROR;
    const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(ask, 0) : NULL;
    bool told = text != NULL, sound = told && strcmp(text, "ok") == 0;
    sqlite3_finalize(ask);
    if (!told) {
        disk_problem problem = {0};
        database_trouble(r->d->db, "read", r->d->file, &problem);
        if (problem.trouble != DISK_DAMAGED) {
            *r->problem = problem;
            return false;
        }
    }
    r->torn = !sound;
    return true;
}

static bool find_best(repairing *r) {
    static const yz_chain ZERO;
    yz_snapshot_facts facts;
    stretch start, from_snapshot;
    if (!look_at_file(r) || !find_rows(r) ||
        !snapshots_find(r->d->dir, &r->snapshots, r->problem)) {
        return false;
    }
    bool trimmed = r->rows_first > 1;
    uint64_t after = trimmed ? r->rows_first - 1 : 0;
    if (!try_from(r, after, trimmed ? NULL : &ZERO, &start)) return false;
    // What the rows lack a snapshot may hold: all before it, when none are left, or the very end.
    bool from_start = !r->damaged && r->rows_last > 0 && start.until >= marked_of(r);
    r->best = (stretch){.after = trimmed ? UINT64_MAX : 0};
    if (!trimmed) offer(r, &start);
    for (uint32_t i = 0; i < r->snapshots.count; i++) {
        r->sound[i] = load_snapshot(r, i, &facts);
        if (!r->sound[i]) continue;
        // A journal that begins later stands on any snapshot that it reaches.
        if (trimmed && facts.sequence >= start.after && facts.sequence <= start.until) {
            offer(r, &start);
        }
        if (from_start) continue;
        if (!try_from(r, facts.sequence, &facts.chain, &from_snapshot)) return false;
        offer(r, &from_snapshot);
    }
    if (r->best.after == UINT64_MAX) r->best = (stretch){.from_known = true};
    return true;
}

// ---- saying ----

static void say_stretch(repairing *r) {
    const stretch *s = &r->best;
    uint64_t marked = marked_of(r);
    uint64_t claimed = r->rows_last > marked ? r->rows_last : marked;
    r->report->first = s->until > s->after ? s->after + 1 : 0;
    r->report->last = s->until;
    r->report->lost = claimed > s->until ? claimed - s->until : 0;
    if (s->after > 0 && r->rows_first <= s->after) {
        disk_care_say(r->care,
                      "commands up to %" PRIu64 " stand in snapshot %" PRIu64
                      ": their damaged history is cut out, nothing of the market is lost",
                      s->after, s->after);
    }
    if (r->torn) {
        disk_care_say(r->care, "the file's structure is not sound: what is kept is written anew");
    }
    if (r->report->lost > 0) {
        disk_care_say(r->care,
                      "proven up to command %" PRIu64 "; %" PRIu64
                      " commands after it are lost (%" PRIu64 " to %" PRIu64 ")",
                      s->until, r->report->lost, s->until + 1, claimed);
    }
    if (r->care->keys_lost > 0) {
        disk_care_say(r->care,
                      "%" PRIu64 " persons' keys are lost: what is sealed under them stays so",
                      r->care->keys_lost);
    }
}

static bool snapshot_goes(const repairing *r, uint32_t at) {
    return !r->sound[at] || r->snapshots.sequences[at] > r->best.until;
}

// ---- doing ----

static bool make_cut(repairing *r) {
    if (r->cut[0] != 0) return true;
    for (uint32_t n = 1; n < 1000; n++) {
        int size = snprintf(r->cut, sizeof r->cut, "%s/cut-%" PRIu64, r->d->dir, r->best.until + 1);
        if (n > 1) snprintf(r->cut + size, sizeof r->cut - (size_t)size, "-%u", n);
        if (mkdir(r->cut, 0700) == 0) return directory_sync(r->d->dir, r->problem);
        if (errno != EEXIST) break;
    }
    return trouble_errno(r->problem, "make the directory", r->cut);
}

static bool move(repairing *r, const char *name) {
    char from[PATH], to[PATH + 64];
    if (!make_cut(r)) return false;
    snprintf(from, sizeof from, "%s/%s", r->d->dir, name);
    snprintf(to, sizeof to, "%s/%s", r->cut, name);
    if (rename(from, to) != 0 && errno != ENOENT) return trouble_errno(r->problem, "move", from);
    return true;
}

/* The journal itself gets a second name there, so that at every moment there is one under its own:
 * the new one then takes its place in one step. Where a file cannot have two names it is moved. */
static bool put_aside(repairing *r, const char *file) {
    char to[PATH + 64];
    snprintf(to, sizeof to, "%s/journal.db", r->cut);
    return link(file, to) == 0 || move(r, "journal.db");
}

static bool move_snapshots(repairing *r, bool yes) {
    char name[64];
    for (uint32_t i = 0; i < r->snapshots.count; i++) {
        if (!snapshot_goes(r, i)) continue;
        snprintf(name, sizeof name, "snapshot-%" PRIu64 ".yzs", r->snapshots.sequences[i]);
        disk_care_say(r->care, "%s %s", name,
                      r->sound[i] ? "is of commands that are lost: taken out"
                                  : "is not sound: taken out");
        r->report->changed = true;
        if (yes && !move(r, name)) return false;
    }
    return true;
}

static bool rebuild(repairing *r) {
    char fresh[PATH], file[PATH];
    uint64_t vault_lost;
    copy_what what = {.after = r->best.after,
                      .until = r->best.until,
                      .chain = r->best.from_known ? &r->best.from : NULL};
    snprintf(fresh, sizeof fresh, "%s/journal.new", r->d->dir);
    snprintf(file, sizeof file, "%s/journal.db", r->d->dir);
    unlink(fresh);
    if (!make_cut(r) || !copy_database(r->d, fresh, &what, &vault_lost, r->problem)) return false;
    if (vault_lost > 0) {
        disk_care_say(r->care, "%" PRIu64 " entries of the vault do not open and are gone",
                      vault_lost);
    }
    // The old log first: it must never lie beside the new file.
    database_close(r->d->db);
    r->d->db = NULL;
    if (!move(r, "journal.db-wal") || !move(r, "journal.db-shm") || !put_aside(r, file)) {
        return false;
    }
    if (rename(fresh, file) != 0) return trouble_errno(r->problem, "rename", fresh);
    return mark_make(r->d->dir, r->best.until, &r->best.chain, r->problem);
}

static bool needs_rebuild(const repairing *r) {
    const mark *m = &r->d->mark;
    bool behind =
        r->care->mark_lost || m->sequence > r->best.until ||
        (m->sequence == r->best.until && memcmp(&m->chain, &r->best.chain, sizeof m->chain) != 0);
    bool rows = r->rows_last != 0 && (r->rows_last > r->best.until ||
                                      (r->best.after > 0 && r->rows_first <= r->best.after));
    bool base = r->rows_last == 0 && r->d->sequence != r->best.until; // none, or another one
    return r->care->damages > 0 || base || r->damaged || r->torn || behind || rows;
}

static bool repair(repairing *r, bool yes) {
    if (!find_best(r)) return false;
    r->rebuild = needs_rebuild(r);
    say_stretch(r);
    r->report->changed |= r->rebuild;
    if (!move_snapshots(r, yes)) return false;
    if (!yes || !r->rebuild) return true;
    return rebuild(r);
}

bool care_repair(const disk_options *options, bool yes, care_say say, void *context,
                 care_report *report, disk_problem *problem) {
    disk_care care = {.say = say, .context = context};
    disk_options how = *options;
    how.read_only = false;
    *report = (care_report){0};
    disk *d = disk_open_with_care(&how, &care, problem);
    if (d == NULL) return false;
    repairing *r = yz_alloc_zeroed(sizeof *r);
    r->d = d;
    r->care = &care;
    r->report = report;
    r->sealer = disk_sealer(d);
    r->arena = yz_arena_new(ARENA_BYTES);
    r->problem = problem;
    bool well = repair(r, yes);
    if (well && yes && r->cut[0] != 0) {
        well = directory_sync(r->cut, problem) && directory_sync(d->dir, problem);
        if (well) disk_care_say(&care, "what was taken out is in %s", r->cut);
    }
    report->damages = care.damages;
    yz_arena_free(r->arena);
    yz_free(r);
    disk_close(d);
    return well;
}
