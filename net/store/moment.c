/* From a time to a sequence. Sequences and times of the journal rise together, so the last command
 * at or before a time is found as a word in a dictionary: open it in the middle. */
#include "net/store/inner.h"

#include "net/store/snapshots.h"

#include <stdio.h>

typedef struct looking {
    disk *disk;
    sqlite3_stmt *ask; // the batch that holds a sequence, or the last one before it
    disk_problem *problem;
} looking;

// A batch as far as it matters here. `bytes` until the next one.
typedef struct page {
    const unsigned char *bytes;
    size_t size, at; // at: its first record
    uint64_t first, last;
    int64_t first_ms;
} page;

static bool damaged(const looking *l, uint64_t row, const char *why) {
    return trouble_say(l->problem, DISK_DAMAGED,
                       "%.200s: %s; batch %llu\nfix: `yizhan verify` says more, `yizhan repair` "
                       "saves what can be proven",
                       l->disk->file, why, (unsigned long long)row);
}

static bool open_page(looking *l, page *p) {
    yz_batch_reader r;
    yz_damage found;
    yz_record_head head;
    const char *why;
    p->first = (uint64_t)sqlite3_column_int64(l->ask, 0);
    p->last = (uint64_t)sqlite3_column_int64(l->ask, 1);
    p->bytes = sqlite3_column_blob(l->ask, 2);
    p->size = (size_t)sqlite3_column_bytes(l->ask, 2);
    yz_status status = yz_batch_open(&r, p->bytes, p->size, p->first, NULL, disk_hash, &found);
    if (status == YZ_ERR_DENIED) {
        return trouble_say(l->problem, DISK_NEWER_FORMAT,
                           "%.200s: %s; batch %llu\nfix: use the version of yizhan that wrote it",
                           l->disk->file, found.why, (unsigned long long)p->first);
    }
    if (status != YZ_OK) return damaged(l, p->first, found.why);
    if (r.first + r.count - 1 != p->last) {
        return damaged(l, p->first, "a row says another end than its batch");
    }
    p->at = r.at;
    if (yz_record_look(p->bytes + p->at, p->size - p->at, &head, &why) != YZ_OK) {
        return damaged(l, p->first, why);
    }
    p->first_ms = head.at_ms;
    return true;
}

// The page that holds `sequence`, which is one there is.
static bool turn_to(looking *l, uint64_t sequence, page *p) {
    sqlite3_reset(l->ask);
    sqlite3_bind_int64(l->ask, 1, (sqlite3_int64)sequence);
    int rc = sqlite3_step(l->ask);
    if (rc == SQLITE_ROW) {
        return open_page(l, p) &&
               (p->last >= sequence || damaged(l, sequence, "batches are missing"));
    }
    if (rc == SQLITE_DONE) return damaged(l, sequence, "batches are missing");
    return database_trouble(sqlite3_db_handle(l->ask), "read", l->disk->file, l->problem);
}

// The last command of the page at or before `at_ms`; none: `sequence` stays.
static bool last_in_page(looking *l, const page *p, int64_t at_ms, uint64_t *sequence) {
    yz_record_head head;
    const char *why;
    for (size_t at = p->at; at < p->size; at += head.size) {
        if (yz_record_look(p->bytes + at, p->size - at, &head, &why) != YZ_OK) {
            return damaged(l, p->first, why);
        }
        if (head.at_ms > at_ms) break;
        *sequence = head.sequence;
    }
    return true;
}

// To the last page that begins in low..high and is not later than `at_ms`, or the one that `low`
// begins if all are later. False: not read.
static bool narrow(looking *l, int64_t at_ms, uint64_t low, uint64_t high, page *p) {
    while (low < high) {
        if (!turn_to(l, low + (high - low + 1) / 2, p)) return false;
        if (p->first == low) { // a long one: what comes after it?
            if (p->last >= high) break;
            if (!turn_to(l, p->last + 1, p)) return false;
        }
        if (p->first_ms > at_ms) {
            high = p->first - 1;
        } else {
            low = p->first;
        }
    }
    return turn_to(l, low, p);
}

static bool find(looking *l, int64_t at_ms, uint64_t *sequence) {
    uint64_t first, end = l->disk->sequence;
    page p;
    *sequence = end;
    if (!disk_first(l->disk, &first, l->problem)) return false;
    if (first == 0 || first > end) return true; // a snapshot has it all
    *sequence = first - 1;
    return narrow(l, at_ms, first, end, &p) && last_in_page(l, &p, at_ms, sequence);
}

static bool begin(looking *l, sqlite3 *db) {
    if (db == NULL) return false;
    l->ask = database_prepare(db, "SELECT first, last, bytes FROM batch WHERE first <= ? "
                                  "ORDER BY first DESC LIMIT 1");
    return l->ask != NULL || database_trouble(db, "read", l->disk->file, l->problem);
}

bool disk_last_at(disk *d, int64_t at_ms, uint64_t *sequence, disk_problem *problem) {
    looking l = {.disk = d, .problem = problem};
    sqlite3 *db = database_open(d->file, d->o.vfs, DATABASE_READ, problem);
    bool well = begin(&l, db) && find(&l, at_ms, sequence);
    sqlite3_finalize(l.ask);
    database_close(db);
    return well;
}

// ---- where it begins ----

static bool first_command(disk *d, uint64_t first, int64_t *at_ms, disk_problem *problem) {
    looking l = {.disk = d, .problem = problem};
    page p;
    sqlite3 *db = database_open(d->file, d->o.vfs, DATABASE_READ, problem);
    bool well = begin(&l, db) && turn_to(&l, first, &p);
    if (well) *at_ms = p.first_ms;
    sqlite3_finalize(l.ask);
    database_close(db);
    return well;
}

bool disk_earliest(disk *d, uint64_t *sequence, int64_t *at_ms, disk_problem *problem) {
    snapshots_list list;
    yz_snapshot_facts facts;
    char why[SNAPSHOTS_WHY_MAX];
    uint64_t first;
    *sequence = 0;
    *at_ms = 0;
    if (d->sequence == 0) return true;
    if (!disk_first(d, &first, problem)) return false;
    *sequence = first;
    if (first == 1) return first_command(d, first, at_ms, problem);
    if (!snapshots_find(d->dir, &list, problem)) return false;
    for (uint32_t i = list.count; i-- > 0;) { // the oldest first
        uint64_t end = list.sequences[i];
        if (end > d->sequence || (first != 0 && end + 1 < first)) continue;
        if (!snapshots_peek(d->dir, end, &facts, why)) continue;
        *sequence = end;
        *at_ms = facts.at_ms;
        return true;
    }
    return trouble_say(problem, DISK_DAMAGED,
                       "%.200s begins with record %llu, and no sound snapshot reaches it\n"
                       "fix: `yizhan verify` says more; restore a backup",
                       d->file, (unsigned long long)first);
}
