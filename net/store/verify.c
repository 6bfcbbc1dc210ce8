#include "net/store/care.h"
#include "net/store/inner.h"
#include "net/store/snapshots.h"

#include "engine/base/alloc.h"

#include <inttypes.h>
#include <stdio.h>

#define ARENA_BYTES ((size_t)1 << 24)

typedef struct verifying {
    disk *d;
    disk_care *care;
    care_report *report;
    yz_sealer sealer;
    yz_arena *arena;
    uint64_t last;     // end of the newest batch that is sound
    yz_chain chain;    // there
    yz_market *replay; // of all that was sound so far, NULL after damage
    uint64_t replay_from;
    snapshots_list snapshots;
    yz_digest replayed[SNAPSHOTS_MAX]; // what the replay was at each snapshot
    bool reached[SNAPSHOTS_MAX];
    disk_problem *problem;
} verifying;

static void damage(verifying *v, const char *text) {
    yz_market_free(v->replay);
    v->replay = NULL;
    v->care->damages += 1;
    disk_care_say(v->care, "%.*s", (int)strcspn(text, "\n"), text);
}

// ---- snapshots ----

static yz_market *new_market(verifying *v) {
    yz_market_options options = {.at_ms = 0};
    chance_bytes(v->d->chance, &options.hash_key, sizeof options.hash_key);
    return yz_market_new(&options);
}

static bool load_one(verifying *v, uint64_t sequence, yz_market *market, yz_snapshot_facts *facts,
                     char why[SNAPSHOTS_WHY_MAX]) {
    char path[TROUBLE_PATH_MAX + 64];
    snapshots_path(v->d->dir, sequence, "yzs", path, sizeof path);
    if (!snapshots_load(path, market, &v->sealer, facts, &(snapshots_how){0}, why)) return false;
    if (facts->sequence == sequence) return true;
    snprintf(why, SNAPSHOTS_WHY_MAX, "it is of another sequence");
    return false;
}

// By itself, and if the replay came by, against that.
static void verify_snapshot(verifying *v, uint32_t at) {
    char why[SNAPSHOTS_WHY_MAX], line[512];
    yz_snapshot_facts facts;
    uint64_t sequence = v->snapshots.sequences[at];
    if (sequence > v->d->sequence && v->care->damages == 0 && v->d->o.read_only) {
        v->report->snapshots -= 1; // newer than what we look at
        return;
    }
    yz_market *market = new_market(v);
    bool well = load_one(v, sequence, market, &facts, why);
    yz_market_free(market);
    if (well && v->reached[at] &&
        memcmp(&facts.digest, &v->replayed[at], sizeof facts.digest) != 0) {
        well = false;
        snprintf(why, sizeof why, "a replay of the journal ends elsewhere");
    }
    if (!well) {
        snprintf(line, sizeof line, "%.200s/snapshot-%" PRIu64 ".yzs: %s", v->d->dir, sequence,
                 why);
        damage(v, line);
        return;
    }
    v->report->snapshots_sound += 1;
    disk_care_say(v->care, "snapshot %" PRIu64 ": %s", sequence,
                  v->reached[at] && v->replay_from < sequence
                      ? "proven, the replay of the journal was there"
                      : "sound by itself");
}

// A trimmed journal is replayed from the oldest snapshot that it reaches back to.
static void begin_replay(verifying *v, uint64_t first) {
    char why[SNAPSHOTS_WHY_MAX];
    yz_snapshot_facts facts;
    v->replay = new_market(v);
    if (first <= 1) {
        yz_market_bulk_begin(v->replay);
        return;
    }
    for (uint32_t i = v->snapshots.count; i-- > 0;) {
        if (v->snapshots.sequences[i] + 1 < first) continue;
        if (load_one(v, v->snapshots.sequences[i], v->replay, &facts, why)) {
            v->replay_from = facts.sequence;
            return;
        }
        yz_market_reset(v->replay);
    }
    damage(v, "the journal begins later than its start, and no sound snapshot reaches it");
}

// ---- batches and records ----

static bool take(void *context, yz_batch_reader *r) {
    verifying *v = context;
    yz_command c;
    yz_damage found;
    yz_status status;
    char line[512];
    v->report->batches += 1;
    v->report->bytes += r->size;
    while ((status = yz_batch_next(r, &v->sealer, v->arena, &c, &found)) == YZ_OK) {
        v->report->commands += 1;
        v->report->withheld += yz_command_is_withheld(&c);
        if (v->replay != NULL && c.sequence > v->replay_from) {
            (void)yz_market_apply(v->replay, &c, NULL);
        }
        yz_arena_reset(v->arena);
    }
    if (status != YZ_ERR_NOT_FOUND) {
        snprintf(line, sizeof line, "%.200s: %s; batch %" PRIu64 ", record %" PRIu64 ", offset %zu",
                 v->d->file, found.why, r->first, found.sequence, found.offset);
        damage(v, line);
    }
    v->last = r->first + r->count - 1;
    v->chain = r->chain;
    for (uint32_t i = 0; v->replay != NULL && i < v->snapshots.count; i++) {
        if (v->snapshots.sequences[i] != v->last) continue;
        v->replayed[i] = yz_market_digest(v->replay);
        v->reached[i] = true;
    }
    return true;
}

// Where to go on after damage: the row after the last sound one if it begins later than it should,
// else the one after that. 0: nowhere.
static uint64_t next_start(verifying *v) {
    uint64_t start = 0, rows = 0;
    sqlite3_stmt *ask = database_prepare(
        v->d->db, "SELECT first FROM batch WHERE first > ? ORDER BY first LIMIT 2");
    if (ask == NULL) return 0;
    sqlite3_bind_int64(ask, 1, (sqlite3_int64)v->last);
    while (sqlite3_step(ask) == SQLITE_ROW) {
        start = (uint64_t)sqlite3_column_int64(ask, 0);
        rows += 1;
        if (start != v->last + 1) break;
    }
    sqlite3_finalize(ask);
    return rows == 1 && start == v->last + 1 ? 0 : start;
}

static uint64_t first_row(verifying *v) {
    sqlite3_stmt *ask = database_prepare(v->d->db, "SELECT min(first) FROM batch");
    bool there = ask != NULL && sqlite3_step(ask) == SQLITE_ROW;
    uint64_t first = there ? (uint64_t)sqlite3_column_int64(ask, 0) : 0;
    sqlite3_finalize(ask);
    return first;
}

static bool verify_batches(verifying *v) {
    static const yz_chain ZERO;
    if (!snapshots_find(v->d->dir, &v->snapshots, v->problem)) return false;
    v->report->snapshots = v->snapshots.count;
    uint64_t begins = first_row(v);
    if (begins == 0) { // nothing yet, or a base, or rows that cannot be read: then it is told
        v->last = v->d->sequence;
        v->chain = v->d->chain;
        return true;
    }
    uint64_t after = begins - 1;
    const yz_chain *chain = after == 0 ? &ZERO : NULL;
    v->last = after;
    v->report->first = begins;
    begin_replay(v, begins);
    while (!disk_walk(v->d, after, chain, take, v, NULL, v->problem)) {
        if (v->problem->trouble != DISK_DAMAGED) return false;
        damage(v, v->problem->text);
        uint64_t start = next_start(v);
        if (start == 0 || start <= after + 1) break;
        after = start - 1;
        v->last = after;
        chain = NULL;
    }
    return true;
}

static void verify_mark(verifying *v) {
    char line[512];
    const mark *m = &v->d->mark;
    if (v->care->mark_lost || v->last > m->sequence) return;
    if (v->last == m->sequence && memcmp(&v->chain, &m->chain, sizeof m->chain) == 0) return;
    if (v->last < m->sequence) {
        snprintf(line, sizeof line,
                 "%.200s: records %" PRIu64 " to %" PRIu64 " were acknowledged and are missing",
                 v->d->file, v->last + 1, m->sequence);
    } else {
        snprintf(line, sizeof line, "%.200s: record %" PRIu64 " is not the one acknowledged",
                 v->d->file, v->last);
    }
    damage(v, line);
}

// ---- the file, and the vault's entries ----

static bool verify_file(verifying *v) {
    char line[512];
    sqlite3_stmt *ask = database_prepare(v->d->db, "PRAGMA integrity_check(20)");
    int rc = SQLITE_ERROR;
    while (ask != NULL && (rc = sqlite3_step(ask)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(ask, 0);
        if (text == NULL || strcmp(text, "ok") == 0) continue;
        snprintf(line, sizeof line, "%.200s: the file's structure: %.200s", v->d->file, text);
        damage(v, line);
    }
    sqlite3_finalize(ask);
    if (rc == SQLITE_DONE) return true;
    database_trouble(v->d->db, "read", v->d->file, v->problem);
    if (v->problem->trouble != DISK_DAMAGED) return false;
    damage(v, v->problem->text);
    return true;
}

static void verify_vault(verifying *v) {
    unsigned char plain[STORE_SECRET_BYTES_MAX];
    char line[512];
    sqlite3_stmt *ask = database_prepare(v->d->db, "SELECT id, sealed FROM vault ORDER BY id");
    while (ask != NULL && sqlite3_step(ask) == SQLITE_ROW) {
        uint64_t id = (uint64_t)sqlite3_column_int64(ask, 0);
        size_t size = (size_t)sqlite3_column_bytes(ask, 1);
        if (id > keys_count(v->d->keys)) break; // newer than what we look at
        if (id >= 1 && size > KEYS_BOX_BYTES && size <= sizeof plain + KEYS_BOX_BYTES &&
            keys_unbox(v->d->keys, id, sqlite3_column_blob(ask, 1), size, plain)) {
            continue;
        }
        v->care->vault_lost += 1;
        snprintf(line, sizeof line, "%.200s: entry %" PRIu64 " of the vault does not open",
                 v->d->file, id);
        damage(v, line);
    }
    sqlite3_finalize(ask);
}

// ---- all of it ----

bool care_verify(const disk_options *options, care_say say, void *context, care_report *report,
                 disk_problem *problem) {
    disk_care care = {.say = say, .context = context};
    disk_options how = *options;
    how.read_only = true;
    *report = (care_report){0};
    disk *d = disk_open_with_care(&how, &care, problem);
    if (d == NULL) return false;
    verifying v = {.d = d,
                   .care = &care,
                   .report = report,
                   .sealer = disk_sealer(d),
                   .arena = yz_arena_new(ARENA_BYTES),
                   .problem = problem};
    bool well = verify_file(&v) && verify_batches(&v);
    if (well) {
        verify_mark(&v);
        verify_vault(&v);
        if (v.replay != NULL) {
            report->has_digest = true;
            report->digest = yz_market_digest(v.replay);
        }
        for (uint32_t i = v.snapshots.count; i-- > 0;)
            verify_snapshot(&v, i);
    }
    yz_market_free(v.replay);
    report->last = v.last;
    report->keys = keys_count(d->keys);
    report->keys_live = keys_live(d->keys);
    report->damages = care.damages;
    yz_arena_free(v.arena);
    disk_close(d);
    return well;
}
