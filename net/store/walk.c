/* Reading the journal, batch by batch, in order, everything proven on the way. On a connection of
 * its own, and a few rows at a time: a reader that stays holds the write-ahead log. */
#include "net/store/inner.h"

#include "engine/base/alloc.h"

#define ROWS_AT_ONCE 64

static bool damaged(const char *file, const yz_damage *found, uint64_t row, yz_damage *damage,
                    disk_problem *problem) {
    if (damage != NULL) *damage = *found;
    return trouble_say(problem, DISK_DAMAGED,
                       "%.200s: %s; batch %llu, record %llu, offset %zu\nfix: `yizhan verify` says "
                       "more, `yizhan repair` saves what can be proven",
                       file, found->why, (unsigned long long)row,
                       (unsigned long long)found->sequence, found->offset);
}

static bool of_another(const char *file, const yz_damage *found, uint64_t row,
                       disk_problem *problem) {
    return trouble_say(problem, DISK_NEWER_FORMAT,
                       "%.200s: %s; batch %llu\nfix: use the version of yizhan that wrote it", file,
                       found->why, (unsigned long long)row);
}

// Beside a server: what is newer than this disk is under keys that it has not read.
static uint64_t upto_of(const disk *d) {
    return d->o.read_only ? d->sequence : INT64_MAX;
}

// ---- the end ----

static bool end_of(const char *file, sqlite3_stmt *ask, disk_span *span, disk_problem *problem) {
    yz_batch_reader r;
    yz_damage found;
    uint64_t first = (uint64_t)sqlite3_column_int64(ask, 0);
    span->last = (uint64_t)sqlite3_column_int64(ask, 1);
    const unsigned char *bytes = sqlite3_column_blob(ask, 2);
    yz_status status = yz_batch_open(&r, bytes, (size_t)sqlite3_column_bytes(ask, 2), first, NULL,
                                     disk_hash, &found);
    if (status == YZ_ERR_DENIED) return of_another(file, &found, first, problem);
    if (status != YZ_OK) return damaged(file, &found, first, NULL, problem);
    if (r.first + r.count - 1 != span->last) {
        yz_damage gap = {"a row says another end than its batch", span->last, 0};
        return damaged(file, &gap, first, NULL, problem);
    }
    span->chain = r.chain;
    for (size_t at = r.at; at < r.size;) {
        yz_record_head head;
        const char *why;
        if (yz_record_look(bytes + at, r.size - at, &head, &why) != YZ_OK) {
            yz_damage record = {why, 0, at};
            return damaged(file, &record, first, NULL, problem);
        }
        span->last_ms = head.at_ms;
        at += head.size;
    }
    return true;
}

bool disk_end_find(sqlite3 *db, const char *file, uint64_t upto, disk_span *span,
                   disk_problem *problem) {
    *span = (disk_span){0};
    sqlite3_stmt *ask =
        database_prepare(db, "SELECT first, last, bytes FROM batch WHERE first <= ? "
                             "ORDER BY first DESC LIMIT 1");
    if (ask != NULL) sqlite3_bind_int64(ask, 1, (sqlite3_int64)upto);
    int rc = ask != NULL ? sqlite3_step(ask) : SQLITE_ERROR;
    bool well = rc == SQLITE_DONE;
    if (rc == SQLITE_ROW) {
        well = end_of(file, ask, span, problem);
    } else if (!well) {
        database_trouble(db, "read", file, problem);
    }
    sqlite3_finalize(ask);
    return well;
}

static bool count_all(sqlite3 *db, const char *file, uint64_t upto, disk_span *span,
                      disk_problem *problem) {
    sqlite3_stmt *ask =
        database_prepare(db, "SELECT count(*), coalesce(min(first), 0), "
                             "coalesce(sum(length(bytes)), 0) FROM batch WHERE first <= ?");
    if (ask != NULL) sqlite3_bind_int64(ask, 1, (sqlite3_int64)upto);
    bool well = ask != NULL && sqlite3_step(ask) == SQLITE_ROW;
    if (well) {
        span->batches = (uint64_t)sqlite3_column_int64(ask, 0);
        span->first = (uint64_t)sqlite3_column_int64(ask, 1);
        span->bytes = (uint64_t)sqlite3_column_int64(ask, 2);
    } else {
        database_trouble(db, "read", file, problem);
    }
    sqlite3_finalize(ask);
    return well;
}

bool disk_look(disk *d, disk_span *span, disk_problem *problem) {
    *span = (disk_span){0};
    if (d->o.in_memory) return true;
    sqlite3 *db = database_open(d->file, d->o.vfs, DATABASE_READ, problem);
    if (db == NULL) return false;
    bool well = true;
    uint64_t upto = upto_of(d);
    if (database_exec(db, "BEGIN") != SQLITE_OK)
        well = database_trouble(db, "read", d->file, problem);
    well = well && disk_end_find(db, d->file, upto, span, problem) &&
           count_all(db, d->file, upto, span, problem);
    database_close(db);
    return well;
}

bool disk_first(disk *d, uint64_t *first, disk_problem *problem) {
    *first = 0;
    if (d->o.in_memory) return true;
    sqlite3 *db = database_open(d->file, d->o.vfs, DATABASE_READ, problem);
    if (db == NULL) return false;
    sqlite3_stmt *ask = database_prepare(db, "SELECT coalesce(min(first), 0) FROM batch");
    bool well = ask != NULL && sqlite3_step(ask) == SQLITE_ROW;
    if (well) {
        *first = (uint64_t)sqlite3_column_int64(ask, 0);
    } else {
        database_trouble(db, "read", d->file, problem);
    }
    sqlite3_finalize(ask);
    database_close(db);
    return well;
}

// ---- from batch to batch ----

typedef struct walker {
    disk *d;
    uint64_t after; // every batch that ends at or before it has been handed out
    uint64_t next;  // sequence the next batch begins with; 0: whatever comes
    bool has_chain;
    yz_chain chain;
    int64_t at_ms;
    yz_damage *damage;
    disk_problem *problem;
} walker;

// 1: go on; 0: enough; -1: damage.
static int one_row(walker *w, sqlite3_stmt *ask, bool (*take)(void *, yz_batch_reader *),
                   void *context) {
    yz_batch_reader r;
    yz_damage found;
    uint64_t first = (uint64_t)sqlite3_column_int64(ask, 0);
    uint64_t last = (uint64_t)sqlite3_column_int64(ask, 1);
    bool inside = w->next == 0 && first <= w->after; // begins before what is asked for
    uint64_t expected = inside ? first : w->next != 0 ? w->next : w->after + 1;
    if (first != expected) {
        found = (yz_damage){"batches are missing", expected, 0};
        damaged(w->d->file, &found, expected, w->damage, w->problem);
        return -1;
    }
    yz_status status =
        yz_batch_open(&r, sqlite3_column_blob(ask, 2), (size_t)sqlite3_column_bytes(ask, 2),
                      expected, w->has_chain && !inside ? &w->chain : NULL, disk_hash, &found);
    if (status == YZ_ERR_DENIED) {
        of_another(w->d->file, &found, first, w->problem);
        return -1;
    }
    if (status == YZ_OK && r.first + r.count - 1 != last) {
        found = (yz_damage){"a row says another end than its batch", first, 0};
        status = YZ_ERR_CORRUPT;
    }
    if (status != YZ_OK) {
        damaged(w->d->file, &found, first, w->damage, w->problem);
        return -1;
    }
    r.at_ms = w->at_ms;
    w->chain = r.chain;
    w->has_chain = true;
    w->after = last;
    w->next = last + 1;
    bool more = take(context, &r);
    w->at_ms = r.at_ms;
    return more ? 1 : 0;
}

// As above, with 2: more rows may be there.
static int some_rows(walker *w, sqlite3 *db, sqlite3_stmt *ask,
                     bool (*take)(void *, yz_batch_reader *), void *context) {
    int more = 1, rows = 0, rc = SQLITE_DONE;
    sqlite3_bind_int64(ask, 1, (sqlite3_int64)w->after);
    sqlite3_bind_int64(ask, 2, (sqlite3_int64)upto_of(w->d));
    while (more == 1 && (rc = sqlite3_step(ask)) == SQLITE_ROW) {
        more = one_row(w, ask, take, context);
        rows += 1;
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        database_trouble(db, "read", w->d->file, w->problem);
        if (w->damage != NULL) *w->damage = (yz_damage){"the database is damaged", w->after + 1, 0};
        more = -1;
    }
    sqlite3_reset(ask);
    return more == 1 && rows == ROWS_AT_ONCE ? 2 : more;
}

bool disk_walk(disk *d, uint64_t after, const yz_chain *chain,
               bool (*take)(void *context, yz_batch_reader *reader), void *context,
               yz_damage *damage, disk_problem *problem) {
    walker w = {.d = d,
                .after = after,
                .has_chain = chain != NULL,
                .at_ms = INT64_MIN,
                .damage = damage,
                .problem = problem};
    if (chain != NULL) w.chain = *chain;
    if (damage != NULL) *damage = (yz_damage){NULL, 0, 0};
    if (d->o.in_memory) return true;
    sqlite3 *db = database_open(d->file, d->o.vfs, DATABASE_READ, problem);
    if (db == NULL) return false;
    // By `first`, which is the order on disk: the batch that holds `after` begins before it.
    sqlite3_stmt *ask = database_prepare(
        db, "SELECT first, last, bytes FROM batch WHERE first >= coalesce((SELECT max(first) FROM "
            "batch WHERE first <= ?1), 0) AND last > ?1 AND first <= ?2 ORDER BY first LIMIT 64");
    int more = 2;
    if (ask == NULL) {
        database_trouble(db, "read", d->file, problem);
        more = -1;
    }
    while (more == 2)
        more = some_rows(&w, db, ask, take, context);
    sqlite3_finalize(ask);
    database_close(db);
    return more >= 0;
}

// ---- trim ----

bool disk_trim(disk *d, uint64_t through, disk_problem *problem) {
    // The last batch stays: it says where the journal ends.
    const char *sql = "DELETE FROM batch WHERE first IN (SELECT first FROM batch WHERE last <= ?1 "
                      "AND first < (SELECT max(first) FROM batch) ORDER BY first LIMIT 64)";
    if (d->o.in_memory) return true;
    pthread_mutex_lock(&d->writing);
    bool well = !disk_is_broken(d) ||
                trouble_say(problem, DISK_FAILED, "%.200s takes nothing more", d->file);
    // What it held of persons is sealed; overwriting it would only double the work.
    sqlite3_stmt *drop = NULL;
    if (well && (database_exec(d->db, "PRAGMA secure_delete=FAST") != SQLITE_OK ||
                 (drop = database_prepare(d->db, sql)) == NULL)) {
        well = database_trouble(d->db, "trim", d->file, problem);
    }
    int changed = 1;
    while (well && changed > 0) {
        sqlite3_bind_int64(drop, 1, (sqlite3_int64)through);
        int rc = database_run(drop);
        changed = sqlite3_changes(d->db);
        if (rc == SQLITE_OK) continue;
        well = database_trouble(d->db, "trim", d->file, problem);
        if (database_why(d->db) != DATABASE_FULL) disk_break(d, problem->text);
    }
    sqlite3_finalize(drop);
    if (database_exec(d->db, "PRAGMA secure_delete=ON") != SQLITE_OK && well) {
        well = database_trouble(d->db, "trim", d->file, problem);
    }
    pthread_mutex_unlock(&d->writing);
    return well;
}
