#include "tests/net/store/failing_calls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const FAILING_NAMES[FAILING_CALLS] = {
    "open",      "read",    "write", "sync",    "rename", "unlink", "mkdir",   "stat",
    "ftruncate", "opendir", "flock", "prepare", "step",   "exec",   "db open", "checkpoint"};

static struct {
    failing_call call;
    uint64_t n, seen;
    int error;
    bool on, met, lies; // lies: SQLite is asked for the code of what it was never told
} plan;

void failing_plan(failing_call call, uint64_t n, int error) {
    plan.call = call;
    plan.n = n;
    plan.seen = 0;
    plan.error = error;
    plan.met = plan.lies = false;
    plan.on = true;
}

uint64_t failing_seen(void) {
    return plan.seen;
}

bool failing_met(void) {
    return plan.met;
}

void failing_rest(void) {
    plan.on = plan.lies = false;
}

static bool fails(failing_call call) {
    if (!plan.on || call != plan.call) return false;
    plan.seen += 1;
    if (plan.seen != plan.n) return false;
    plan.met = true;
    errno = plan.error;
    return true;
}

static int sqlite_code(void) {
    return plan.error == ENOSPC ? SQLITE_FULL : plan.error == ENOMEM ? SQLITE_NOMEM : SQLITE_IOERR;
}

static bool sqlite_fails(failing_call call) {
    plan.lies = false;
    if (!fails(call)) return false;
    plan.lies = true;
    return true;
}

#define WRAP(call, type, name, parameters, arguments, failed)                                      \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters {                                                                \
        return fails(call) ? (failed) : __real_##name arguments;                                   \
    }
#define WRAP_SQLITE(call, name, parameters, arguments)                                             \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters {                                                                 \
        return sqlite_fails(call) ? sqlite_code() : __real_##name arguments;                       \
    }

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & O_CREAT) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return fails(FAILING_OPEN) ? -1 : __real_open(path, flags, mode);
}

WRAP(FAILING_READ, ssize_t, read, (int fd, void *to, size_t size), (fd, to, size), -1)
WRAP(FAILING_READ, ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at),
     -1)
WRAP(FAILING_WRITE, ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size), -1)
WRAP(FAILING_WRITE, ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at),
     (fd, from, size, at), -1)
WRAP(FAILING_SYNC, int, fsync, (int fd), (fd), -1)
WRAP(FAILING_SYNC, int, fdatasync, (int fd), (fd), -1)
WRAP(FAILING_RENAME, int, rename, (const char *from, const char *to), (from, to), -1)
WRAP(FAILING_UNLINK, int, unlink, (const char *path), (path), -1)
WRAP(FAILING_MKDIR, int, mkdir, (const char *path, mode_t mode), (path, mode), -1)
WRAP(FAILING_STAT, int, fstat, (int fd, struct stat *st), (fd, st), -1)
WRAP(FAILING_STAT, int, stat, (const char *path, struct stat *st), (path, st), -1)
WRAP(FAILING_STAT, int, lstat, (const char *path, struct stat *st), (path, st), -1)
WRAP(FAILING_TRUNCATE, int, ftruncate, (int fd, off_t size), (fd, size), -1)
WRAP(FAILING_OPENDIR, DIR *, opendir, (const char *path), (path), NULL)
WRAP(FAILING_FLOCK, int, flock, (int fd, int what), (fd, what), -1)
WRAP_SQLITE(FAILING_PREPARE, sqlite3_prepare_v3,
            (sqlite3 * db, const char *sql, int size, unsigned flags, sqlite3_stmt **to,
             const char **tail),
            (db, sql, size, flags, to, tail))
WRAP_SQLITE(FAILING_STEP, sqlite3_step, (sqlite3_stmt * statement), (statement))
WRAP_SQLITE(FAILING_EXEC, sqlite3_exec,
            (sqlite3 * db, const char *sql, int (*row)(void *, int, char **, char **),
             void *context, char **why),
            (db, sql, row, context, why))
WRAP_SQLITE(FAILING_CHECKPOINT, sqlite3_wal_checkpoint_v2,
            (sqlite3 * db, const char *name, int mode, int *log, int *done),
            (db, name, mode, log, done))

int __real_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs) {
    if (sqlite_fails(FAILING_DB_OPEN)) {
        *db = NULL;
        return sqlite_code();
    }
    return __real_sqlite3_open_v2(path, db, flags, vfs);
}

int __real_sqlite3_errcode(sqlite3 *db);
int __wrap_sqlite3_errcode(sqlite3 *db);
int __wrap_sqlite3_errcode(sqlite3 *db) {
    return plan.lies ? sqlite_code() : __real_sqlite3_errcode(db);
}

int __real_sqlite3_extended_errcode(sqlite3 *db);
int __wrap_sqlite3_extended_errcode(sqlite3 *db);
int __wrap_sqlite3_extended_errcode(sqlite3 *db) {
    return plan.lies ? sqlite_code() : __real_sqlite3_extended_errcode(db);
}
