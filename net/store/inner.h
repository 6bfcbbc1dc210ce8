/* What the files of this room share. Not for anyone outside it. */
#ifndef YZ_NET_STORE_INNER_H
#define YZ_NET_STORE_INNER_H

#include "engine/base/mix.h"
#include "engine/journal/batch.h"
#include "net/store/chance.h"
#include "net/store/database.h"
#include "net/store/disk.h"
#include "net/store/keys.h"
#include "net/store/mark.h"
#include "net/store/trouble.h"

#include <pthread.h>

/* The write-ahead log: checkpoints begin when so much is in it that is not in the database yet, and
 * from the second figure on the writer waits for one, so that the log begins anew. */
#define DISK_CHECKPOINT_BYTES ((uint64_t)8 << 20)
#define DISK_WAL_BYTES_MAX ((uint64_t)32 << 20)
/* A batch as bytes; SQLite takes a row of 10^9. */
#define DISK_BATCH_BYTES_MAX ((size_t)900 << 20)

typedef struct disk_statements {
    sqlite3_stmt *begin, *commit, *rollback;
    sqlite3_stmt *batch_put;
    sqlite3_stmt *key_get, *key_put, *key_wipe;
    sqlite3_stmt *vault_get, *vault_put, *vault_drop;
    sqlite3_stmt *sums_put;
} disk_statements;

/* Fingerprints over all rows, kept in the database with every change: a row that came from another
 * day or went away shows at the next start. */
typedef struct disk_sums {
    uint64_t key_rows, vault_rows;
    yz_print keys, vault;
} disk_sums;

/* Who looks at a damaged directory: damage is told and passed by. */
typedef struct disk_care {
    void (*say)(void *context, const char *line);
    void *context;
    uint64_t damages;               // told so far
    uint64_t keys_lost, vault_lost; // of them: rows
    bool mark_lost;
} disk_care;

struct disk {
    disk_options o;
    disk_care *care; // NULL: damage is where we stop
    char dir[TROUBLE_PATH_MAX];
    char file[TROUBLE_PATH_MAX + 16]; // journal.db
    int lock;                         // open file, -1: none
    chance *chance;
    keys *keys;
    mark mark;

    // The writer's side: whoever holds `writing`.
    pthread_mutex_t writing;
    sqlite3 *db;
    disk_statements say;
    disk_sums sums;
    bool sums_changed;     // by the batch under way
    uint64_t keys_durable; // how many keys there are on disk
    yz_bytes bytes;
    yz_chain chain;      // after `sequence`
    uint64_t sequence;   // last durable
    uint64_t log_bytes;  // in the write-ahead log after the last commit
    uint64_t helped;     // the same when the writer last waited for a checkpoint
    uint32_t *secret_of; // by command of a batch: its secret
    uint32_t secret_room;

    // Reading the vault.
    pthread_mutex_t reading;
    sqlite3 *reader;
    sqlite3_stmt *reader_get;

    // The store thread.
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex; // guards the rest of this part
    pthread_cond_t bell;
    store_batch *waiting;
    store_durable durable;
    void *durable_context;
    bool stopping;

    // The checkpoint thread.
    pthread_t checkpointer;
    bool has_checkpointer;
    pthread_mutex_t checkpointing; // one checkpoint at a time
    sqlite3 *checkpoint_db;
    pthread_mutex_t checkpoint_mutex;
    pthread_cond_t checkpoint_bell;
    uint64_t log_seen, log_done; // bytes of the log: there are, and are in the database too
    bool checkpoint_stop;

    pthread_mutex_t telling; // guards the state
    disk_state state;
};

/* ---- state ---- */

/* Nothing is written any more. The first reason stays. */
void disk_break(disk *d, const char *reason);
bool disk_is_broken(disk *d);
void disk_say_full(disk *d, bool full, const char *reason);
uint64_t disk_mono_ns(const disk *d);

/* As disk_open, for a look or a repair: nothing is written, and no thread begins. */
disk *disk_open_with_care(const disk_options *options, disk_care *care, disk_problem *problem);
/* True: damage, and there is care: it is told, and we go on. */
bool disk_passes_by(disk *d, const disk_problem *problem);
void disk_care_say(disk_care *care, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- append.c ---- */

/* A new key as a row, and into the sums; SQLITE_OK or what went wrong. In the writer's transaction.
 */
int disk_key_put(disk *d, uint64_t id);

/* store.append: hands the batch to the store thread, or without one does all of it at once. */
void disk_append(void *context, store_batch *batch, store_durable durable, void *durable_context);
void *disk_append_thread(void *context);
bool disk_statements_prepare(disk *d);
void disk_statements_finish(disk *d);

/* ---- sums.c ---- */

/* The term of one row in disk_sums. */
yz_print disk_key_print(uint64_t id, yz_text person, const unsigned char *wrapped);
yz_print disk_vault_print(uint64_t id, const void *sealed, size_t size);
/* Reads all keys into the ring, and proves rows of keys and vault. In a read transaction. */
YZ_MUST_USE bool disk_keys_load(disk *d, sqlite3 *db, disk_problem *problem);
int disk_sums_write(disk *d);

/* ---- walk.c ---- */

/* Where the journal ends, from the last batch that begins at or before `upto`: last, last_ms,
 * chain; all zero: there is none. */
YZ_MUST_USE bool disk_end_find(sqlite3 *db, const char *file, uint64_t upto, disk_span *span,
                               disk_problem *problem);

/* ---- vault.c ---- */

/* In the writer's transaction; SQLITE_OK or what went wrong. */
int disk_vault_merge(disk *d, uint64_t key_id, const store_secret *secret);
int disk_vault_drop(disk *d, uint64_t key_id);
bool disk_vault_read(void *context, yz_text person, char *room, size_t room_size,
                     store_secret *secret);

/* ---- checkpoint.c ---- */

bool disk_checkpoint_start(disk *d, disk_problem *problem);
void disk_checkpoint_stop(disk *d);
/* After a commit, with d->log_bytes. */
void disk_checkpoint_mind(disk *d);
/* Before a commit: the writer's help when the log has grown too long, or (`now`) in any case.
 * False: no room for it, or broken. */
bool disk_checkpoint_help(disk *d, bool now);
/* Everything into the database, and the log empty, synced. False: broken, and said. */
bool disk_checkpoint_truncate(disk *d);

#endif
