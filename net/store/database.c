#include "net/store/database.h"

#include "net/store/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MS 5000

#define TABLES                                                                                     \
    "CREATE TABLE batch(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, bytes BLOB NOT NULL);"   \
    "CREATE TABLE person_key(id INTEGER PRIMARY KEY, person BLOB NOT NULL, wrapped BLOB NOT "      \
    "NULL);"                                                                                       \
    "CREATE TABLE vault(id INTEGER PRIMARY KEY, sealed BLOB NOT NULL);"                            \
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"

#define TEXT(number) #number
#define TEXT_OF(number) TEXT(number)

// ---- failures ----

static bool no_room(int number) {
    return number == ENOSPC || number == EDQUOT;
}

database_failure database_why(sqlite3 *db) {
    int extended = sqlite3_extended_errcode(db);
    if ((extended & 0xff) == SQLITE_FULL) return DATABASE_FULL;
    // SQLite says FULL for ENOSPC of a write; a quota, and the memory beside the log, come as
    // these.
    // Of a commit it does not keep the number: errno is as database_run left it.
    bool write = extended == SQLITE_IOERR_WRITE || extended == SQLITE_IOERR_SHMSIZE;
    int number = sqlite3_system_errno(db);
    return write && no_room(number != 0 ? number : errno) ? DATABASE_FULL : DATABASE_BROKEN;
}

bool database_trouble(sqlite3 *db, const char *what, const char *file, disk_problem *problem) {
    int extended = sqlite3_extended_errcode(db), number = sqlite3_system_errno(db);
    const char *text = sqlite3_errmsg(db);
    switch (extended & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: // a table that is not there, a row that is no row
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return trouble_say(problem, DISK_DAMAGED,
                           "cannot %s %.200s: %s\nfix: `yizhan verify` says more, `yizhan repair` "
                           "saves what can be proven",
                           what, file, text);
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH: errno = EACCES; break;
    case SQLITE_FULL: errno = ENOSPC; break;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: errno = number != 0 ? number : EIO; break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return trouble_say(problem, DISK_LOCKED,
                           "cannot %s %.200s: another program holds it\nfix: end that program",
                           what, file);
    default: return trouble_say(problem, DISK_FAILED, "cannot %s %.200s: %s", what, file, text);
    }
    return trouble_errno(problem, what, file);
}

// ---- statements ----

sqlite3_stmt *database_prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    return rc == SQLITE_OK ? statement : NULL;
}

int database_run(sqlite3_stmt *statement) {
    errno = 0;
    int rc = sqlite3_step(statement);
    int reset = sqlite3_reset(statement);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) return rc;
    return reset;
}

int database_exec(sqlite3 *db, const char *sql) {
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

// ---- opening ----

static bool set_up(sqlite3 *db, bool in_memory, database_use use) {
    // The size of a page can be said only before there is one; later it does nothing.
    const char *settings = "PRAGMA page_size=" TEXT_OF(
        DATABASE_PAGE_BYTES) "; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
                             "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"
                             "PRAGMA cache_size=-16384;";
    if (database_exec(db, settings) != SQLITE_OK) return false;
    if (in_memory) return true;
    sqlite3_busy_timeout(db, BUSY_MS);
    if (use == DATABASE_READ) {
        // A reader that is the last to go leaves everything as it is.
        return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK &&
               database_exec(db, "PRAGMA query_only=ON") == SQLITE_OK;
    }
    return database_exec(db,
                         "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                         "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=-1;") == SQLITE_OK;
}

// Before SQLite does, which would let others read it; its own files beside take the mode over.
static void make_private(const char *file) {
    int made = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0) close(made); // what goes wrong here goes wrong again at once, and is told there
}

sqlite3 *database_open(const char *file, const char *vfs, database_use use, disk_problem *problem) {
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (use == DATABASE_CREATE || file == NULL ? SQLITE_OPEN_CREATE : 0);
    if (use == DATABASE_CREATE && file != NULL) make_private(file);
    int rc =
        sqlite3_open_v2(file != NULL ? file : ":memory:", &db, flags, file != NULL ? vfs : NULL);
    if (db == NULL) {
        trouble_say(problem, DISK_FAILED, "no memory for a database");
        return NULL;
    }
    if (rc != SQLITE_OK || !set_up(db, file == NULL, use)) {
        database_trouble(db, "open", file != NULL ? file : "a database in memory", problem);
        database_close(db);
        return NULL;
    }
    return db;
}

void database_close(sqlite3 *db) {
    if (db != NULL) sqlite3_close(db);
}

bool database_exists(const char *file, const char *vfs) {
    sqlite3_vfs *v = sqlite3_vfs_find(vfs);
    int there = 0;
    return v != NULL && v->xAccess(v, file, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there;
}

// ---- making and knowing ----

static int put_check(sqlite3 *db, const unsigned char *key_check, size_t size) {
    sqlite3_stmt *put = database_prepare(db, "INSERT INTO meta VALUES('key_check', ?)");
    if (put == NULL) return SQLITE_ERROR;
    sqlite3_bind_blob(put, 1, key_check, (int)size, SQLITE_STATIC);
    int rc = database_run(put);
    sqlite3_finalize(put);
    return rc;
}

bool database_make(sqlite3 *db, const char *file, const unsigned char *key_check,
                   size_t key_check_size, disk_problem *problem) {
    char versions[96];
    snprintf(versions, sizeof versions, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             DATABASE_APPLICATION, DATABASE_FORMAT);
    bool made = database_exec(db, "BEGIN IMMEDIATE") == SQLITE_OK &&
                database_exec(db, TABLES) == SQLITE_OK &&
                database_exec(db, versions) == SQLITE_OK &&
                put_check(db, key_check, key_check_size) == SQLITE_OK &&
                database_exec(db, "COMMIT") == SQLITE_OK;
    if (made) return true;
    database_trouble(db, "make", file, problem);
    (void)database_exec(db, "ROLLBACK");
    return false;
}

static bool number_of(sqlite3 *db, const char *sql, int64_t *number) {
    sqlite3_stmt *ask = database_prepare(db, sql);
    if (ask == NULL) return false;
    bool there = sqlite3_step(ask) == SQLITE_ROW;
    if (there) *number = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return there;
}

int database_format(sqlite3 *db, const char *file, disk_problem *problem) {
    int64_t tables = 0, application = 0, format = 0;
    if (!number_of(db, "SELECT count(*) FROM sqlite_schema", &tables) ||
        !number_of(db, "PRAGMA application_id", &application) ||
        !number_of(db, "PRAGMA user_version", &format)) {
        database_trouble(db, "read", file, problem);
        return -1;
    }
    if (tables == 0 && application == 0 && format == 0) return 0;
    if (application != DATABASE_APPLICATION || format < 1) {
        trouble_say(problem, DISK_DAMAGED,
                    "%.200s is a database, but not a journal of yizhan\nfix: name the right "
                    "directory, or restore a backup",
                    file);
        return -1;
    }
    if (format > DATABASE_FORMAT) {
        trouble_say(problem, DISK_NEWER_FORMAT,
                    "%.200s has format %d; this program reads formats up to %d\nfix: use the "
                    "version of yizhan that wrote it, or a later one",
                    file, (int)format, DATABASE_FORMAT);
        return -1;
    }
    return (int)format;
}
