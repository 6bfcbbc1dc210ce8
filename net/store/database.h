/* The SQLite file of a data directory.
 *
 *     batch       first, last, bytes     a batch of engine/journal/batch.h in each row
 *     person_key  id, person, wrapped    a key of net/store/keys.h, under the master key; of one
 *                                        that was destroyed zeros, written over the old bytes
 *     vault       id, sealed             what the vault keeps of the person with this key
 *     meta        name, value            key_check, sums
 *
 * All but meta are appended to in the order of their ids, so that an import touches few pages. */
#ifndef YZ_NET_STORE_DATABASE_H
#define YZ_NET_STORE_DATABASE_H

#include "net/store/disk.h"

#include <sqlite3.h>

#define DATABASE_FORMAT 1               // PRAGMA user_version
#define DATABASE_APPLICATION 0x595A4A4C // "YZJL"
#define DATABASE_PAGE_BYTES 4096        // 8192 costs as much (bench_store, batches of 64 and 1024)

/* What a failed call of SQLite means for whoever wanted to write. */
typedef enum database_failure {
    DATABASE_FULL,   // no room, and nothing was synced: later ones may try again
    DATABASE_BROKEN, // anything else
} database_failure;

typedef enum database_use {
    DATABASE_CREATE, // makes the file if it is not there
    DATABASE_WRITE,
    DATABASE_READ, // never writes; beside a running server
} database_use;

/* A connection with its settings made; `file` NULL: in memory. NULL with `problem`. */
sqlite3 *database_open(const char *file, const char *vfs, database_use use, disk_problem *problem);
void database_close(sqlite3 *db);
bool database_exists(const char *file, const char *vfs);

/* Makes the tables, in one transaction. */
YZ_MUST_USE bool database_make(sqlite3 *db, const char *file, const unsigned char *key_check,
                               size_t key_check_size, disk_problem *problem);
/* 0: there are no tables, a making that was cut off; -1 with `problem`: not ours, or newer. */
int database_format(sqlite3 *db, const char *file, disk_problem *problem);

/* Of the call that has just failed. */
database_failure database_why(sqlite3 *db);
/* The trouble that the last failed call of `db` is. Always false. */
bool database_trouble(sqlite3 *db, const char *what, const char *file, disk_problem *problem);

/* NULL: it failed. */
sqlite3_stmt *database_prepare(sqlite3 *db, const char *sql);
/* Steps a statement that gives no rows, and resets it. SQLITE_OK or what went wrong. */
int database_run(sqlite3_stmt *statement);
int database_exec(sqlite3 *db, const char *sql);

#endif
