/* Moving what is in the write-ahead log into the database. A connection and a thread of its own do
 * it while commits go on. They cannot begin the log anew as long as commits keep coming, so when it
 * has grown long the writer waits once and finishes what is left, which is little; the next commit
 * then writes over the log from its beginning. The file is not cut off: a sync of bytes that were
 * there before takes half as long as one of a file that grew. */
#include "net/store/inner.h"

#include "engine/base/check.h"
#include "net/store/directory.h"

#include <stdio.h>
#include <time.h>

#define IDLE_NS 1000000000u
#define TRUNCATE_TRIES 6 // each waits for readers as long as database.c says

// ---- one checkpoint ----

static void say_failed(disk *d, sqlite3 *db) {
    char reason[160];
    snprintf(reason, sizeof reason, "moving the log into the database: %s", sqlite3_errmsg(db));
    if (database_why(db) == DATABASE_FULL) {
        disk_say_full(d, true, reason);
    } else {
        disk_break(d, reason);
    }
}

// Whoever calls holds `checkpointing`. False: it failed, and that is said.
static bool run(disk *d, sqlite3 *db, int mode, bool *busy) {
    int log = 0, done = 0;
    int rc = sqlite3_wal_checkpoint_v2(db, NULL, mode, &log, &done);
    *busy = rc == SQLITE_BUSY || rc == SQLITE_LOCKED;
    if (*busy) return true;
    if (rc != SQLITE_OK) {
        say_failed(d, db);
        return false;
    }
    pthread_mutex_lock(&d->checkpoint_mutex);
    d->log_done = done > 0 ? (uint64_t)done * (DATABASE_PAGE_BYTES + 24) : 0;
    pthread_mutex_unlock(&d->checkpoint_mutex);
    pthread_mutex_lock(&d->telling);
    d->state.checkpoints += 1;
    pthread_mutex_unlock(&d->telling);
    return true;
}

bool disk_checkpoint_truncate(disk *d) {
    char log[sizeof d->file + 8];
    disk_problem problem;
    bool busy = true, well = true;
    if (d->o.in_memory) return true;
    pthread_mutex_lock(&d->checkpointing);
    for (uint32_t tries = 0; busy && well && tries < TRUNCATE_TRIES; tries++)
        well = run(d, d->db, SQLITE_CHECKPOINT_TRUNCATE, &busy);
    pthread_mutex_unlock(&d->checkpointing);
    if (well && busy) disk_break(d, "a reader holds the log, so that it cannot be emptied");
    if (!well || busy) {
        disk_break(d, "the log could not be emptied"); // if a full disk was the reason
        return false;
    }
    d->log_bytes = d->helped = 0;
    pthread_mutex_lock(&d->telling);
    d->state.wal_bytes = 0;
    pthread_mutex_unlock(&d->telling);
    snprintf(log, sizeof log, "%s-wal", d->file);
    if (directory_sync_file(log, &problem)) return true;
    disk_break(d, problem.text);
    return false;
}

// ---- beside the writer ----

void disk_checkpoint_mind(disk *d) {
    bool busy;
    pthread_mutex_lock(&d->checkpoint_mutex);
    if (d->log_bytes < d->log_done) d->log_done = 0; // it began anew
    d->log_seen = d->log_bytes;
    bool much = d->log_seen >= d->log_done + DISK_CHECKPOINT_BYTES;
    if (much && d->has_checkpointer) pthread_cond_signal(&d->checkpoint_bell);
    pthread_mutex_unlock(&d->checkpoint_mutex);
    if (!much || d->has_checkpointer || d->o.in_memory) return;
    pthread_mutex_lock(&d->checkpointing);
    (void)run(d, d->db, SQLITE_CHECKPOINT_PASSIVE, &busy);
    pthread_mutex_unlock(&d->checkpointing);
}

bool disk_checkpoint_help(disk *d, bool now) {
    bool busy;
    if (d->o.in_memory) return true;
    if (d->log_bytes < d->helped) d->helped = 0;
    bool much =
        d->log_bytes >= DISK_WAL_BYTES_MAX && d->log_bytes >= d->helped + DISK_CHECKPOINT_BYTES;
    if (!much && !now) return true;
    pthread_mutex_lock(&d->checkpointing);
    bool well = run(d, d->db, SQLITE_CHECKPOINT_PASSIVE, &busy);
    pthread_mutex_unlock(&d->checkpointing);
    d->helped = d->log_bytes;
    return well;
}

static void *checkpoint_thread(void *context) {
    disk *d = context;
    uint64_t seen = 0;
    pthread_mutex_lock(&d->checkpoint_mutex);
    while (!d->checkpoint_stop) {
        bool much = d->log_seen >= d->log_done + DISK_CHECKPOINT_BYTES;
        bool idle = d->log_seen > d->log_done && seen == d->log_seen;
        if ((much || idle) && !disk_is_broken(d)) {
            bool busy;
            pthread_mutex_unlock(&d->checkpoint_mutex);
            pthread_mutex_lock(&d->checkpointing);
            (void)run(d, d->checkpoint_db, SQLITE_CHECKPOINT_PASSIVE, &busy);
            pthread_mutex_unlock(&d->checkpointing);
            pthread_mutex_lock(&d->checkpoint_mutex);
            if (d->checkpoint_stop) break;
        }
        seen = d->log_seen;
        uint64_t ns = disk_mono_ns(d) + IDLE_NS;
        struct timespec until = {.tv_sec = (time_t)(ns / 1000000000),
                                 .tv_nsec = (long)(ns % 1000000000)};
        pthread_cond_timedwait(&d->checkpoint_bell, &d->checkpoint_mutex, &until);
    }
    pthread_mutex_unlock(&d->checkpoint_mutex);
    return NULL;
}

bool disk_checkpoint_start(disk *d, disk_problem *problem) {
    d->checkpoint_db = database_open(d->file, d->o.vfs, DATABASE_WRITE, problem);
    if (d->checkpoint_db == NULL) return false;
    d->has_checkpointer = pthread_create(&d->checkpointer, NULL, checkpoint_thread, d) == 0;
    return d->has_checkpointer || trouble_say(problem, DISK_FAILED,
                                              "cannot start a thread\nfix: raise the limit of "
                                              "processes (ulimit -u)");
}

void disk_checkpoint_stop(disk *d) {
    if (d->has_checkpointer) {
        pthread_mutex_lock(&d->checkpoint_mutex);
        d->checkpoint_stop = true;
        pthread_cond_signal(&d->checkpoint_bell);
        pthread_mutex_unlock(&d->checkpoint_mutex);
        pthread_join(d->checkpointer, NULL);
        d->has_checkpointer = false;
    }
    database_close(d->checkpoint_db);
    d->checkpoint_db = NULL;
}
