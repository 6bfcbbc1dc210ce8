/* The embedded store: one SQLite file (WAL, synchronous=FULL) with a row for each batch, the vault
 * and its keys beside it, so that a batch, its keys and its vault entries become durable in one
 * transaction. And around it a data directory:
 *
 *     DIR/journal.db, -wal, -shm          batches, keys, vault (database.h)
 *     DIR/durable                         up to where the journal was acknowledged (mark.h)
 *     DIR/snapshot-<sequence>.yzs         proven snapshots, the newest two
 *     DIR/snapshot-<sequence>.new         one being written
 *     DIR/lock                            held while a server runs
 *     DIR/master.key                      0600; or --key-file, or YIZHAN_MASTER_KEY
 *     DIR/cut-<sequence>                  what a repair took out (care.h)
 */
#ifndef YZ_NET_STORE_DISK_H
#define YZ_NET_STORE_DISK_H

#include "engine/market/snapshot.h"
#include "net/store/store.h"

/* Why a data directory cannot be used. Each has its own exit code in the man page. */
typedef enum disk_trouble {
    DISK_OK,
    DISK_MISSING,      // no such directory, nothing in it, or no such record
    DISK_NOT_EMPTY,    // --init where something is
    DISK_LOCKED,       // a second process
    DISK_NO_RIGHTS,    // the system does not let us
    DISK_FULL,         //
    DISK_NEWER_FORMAT, // written by a later version
    DISK_DAMAGED,      // verify says where
    DISK_NO_KEY,       // the master key is not there, or its file is open to others
    DISK_WRONG_KEY,    // it is not the one this directory was made with
    DISK_FAILED,       // the disk said no: errno in the text
} disk_trouble;

/* "locked" and so on; stable, for logs. */
const char *disk_trouble_name(disk_trouble trouble);

typedef struct disk_problem {
    disk_trouble trouble;
    char text[512]; // what, where, how to fix it
} disk_problem;

/* The outside that the store needs: randomness for keys and nonces; a clock for metrics. */
typedef struct disk_outside {
    void *context;
    bool (*random)(void *context, void *bytes, size_t size);
    uint64_t (*mono_ns)(void *context);
} disk_outside;

typedef struct disk_options {
    const char *dir;
    const char *key_file; // NULL: DIR/master.key
    const char *key_text; // 64 hex digits from the environment, or NULL
    bool init;            // make directory, key and file; else they must be there
    bool read_only;       // beside a running server, and as of now: no lock, no writing but
                          // snapshots; what is appended later is not seen
    bool keyless;         // with read_only: no key is read or asked for, and what is sealed stays
                          // withheld; digest and statistics do not rest on it
    bool in_memory;       // dir is NULL: nothing on disk, batches are not kept; vault in memory
    bool threaded;        // a store thread of its own; else append does all before it returns
    const char *vfs;      // SQLite's, for the simulator; NULL: the system's
    disk_outside outside;
} disk_options;

typedef struct disk disk;

/* NULL with `problem`. The caller owns it; one process may have it, unless read_only. */
disk *disk_open(const disk_options *options, disk_problem *problem);
/* Waits for the batch under way; checkpoints; releases the lock. */
void disk_close(disk *d);

/* For the writer. */
store disk_store(disk *d);
/* Seals and unseals with the keys of this directory; without keys nothing opens, as if they were
 * gone. Any thread. */
yz_sealer disk_sealer(disk *d);
/* BLAKE2b-256. */
yz_chain disk_hash(const void *head, size_t head_size, const void *body, size_t body_size);

/* ---- reading the journal ---- */

typedef struct disk_span {
    uint64_t first, last; // sequences there are; 0, 0: none
    int64_t last_ms;      // time of the last command
    yz_chain chain;       // after `last`
    uint64_t batches, bytes;
} disk_span;
/* Where the journal begins and ends; to prove it is what a walk is for. False: the disk, or damage
 * at its end. */
YZ_MUST_USE bool disk_look(disk *d, disk_span *span, disk_problem *problem);

/* The first sequence there is; 0: none. Quick. */
YZ_MUST_USE bool disk_first(disk *d, uint64_t *first, disk_problem *problem);

/* The earliest command that the market can be brought to, and its time: the first of the journal,
 * or where the oldest snapshot ends that a trimmed journal follows. 0, 0: there is none yet. */
YZ_MUST_USE bool disk_earliest(disk *d, uint64_t *sequence, int64_t *at_ms, disk_problem *problem);

/* The last command at or before `at_ms`, which is no earlier than what disk_earliest says. About 20
 * batches are read. */
YZ_MUST_USE bool disk_last_at(disk *d, int64_t at_ms, uint64_t *sequence, disk_problem *problem);

/* What else there is. */
typedef struct disk_holds {
    uint64_t keys, keys_live; // made so far, and not destroyed
    uint64_t vault_entries;
    uint64_t snapshots, newest_snapshot;
} disk_holds;
YZ_MUST_USE bool disk_holding(disk *d, disk_holds *holds, disk_problem *problem);

/* Hands out each batch that ends after `after` (the batch `after + 1` begins must follow `chain`;
 * NULL: not asked), verified. The reader is fresh. `take` false stops. False: damage or the disk;
 * `damage` (may be NULL) says where. */
YZ_MUST_USE bool disk_walk(disk *d, uint64_t after, const yz_chain *chain,
                           bool (*take)(void *context, yz_batch_reader *reader), void *context,
                           yz_damage *damage, disk_problem *problem);

/* ---- from disk to market ---- */

typedef struct disk_recovery {
    uint64_t snapshot;         // sequence of the snapshot that was loaded; 0: none
    uint64_t snapshots_broken; // newer ones that were not sound, and were passed over
    uint64_t replayed;         // commands of the tail
    uint64_t sequence;         // where the market stands now
    yz_chain chain;            // there, unless it is inside a batch
    char passed_over[512];     // which and why, for the log
} disk_recovery;

/* Newest sound snapshot and the tail, verified, into a market as new; indexes are built at the end,
 * with two threads. `progress` (may be NULL) is told how far: done of total, in records and
 * commands, `total` may grow. `until` 0: all; else the market stands at that sequence, the end of a
 * batch. `from_start`: no snapshot is used. `at_rest`: for who asks nothing that needs an index:
 * the market stays in bulk mode, and `until` may lie inside a batch. */
typedef struct disk_recover_options {
    uint64_t until;
    bool from_start, at_rest;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
} disk_recover_options;
YZ_MUST_USE bool disk_recover(disk *d, yz_market *market, const disk_recover_options *options,
                              disk_recovery *recovery, disk_problem *problem);

/* Writes DIR/snapshot-<sequence>.new, syncs, reads it back and proves it against `digest` (of the
 * live market at that sequence), renames it, removes all but the newest two. For the second
 * process: disk_recover with `until` first. */
YZ_MUST_USE bool disk_snapshot(disk *d, const yz_market *market, const yz_chain *chain,
                               const yz_digest *digest, disk_problem *problem);

/* Drops batches that end at or before `through`, which a proven snapshot must cover. */
YZ_MUST_USE bool disk_trim(disk *d, uint64_t through, disk_problem *problem);

/* ---- what metrics, log and /readyz say ---- */

typedef struct disk_state {
    bool broken;          // takes nothing more until restart
    bool full;            // the last batch found no room; later ones try again
    char reason[160];     // of either, for people; ""
    uint64_t durable;     // last durable sequence
    uint64_t batches;     // since start
    uint64_t bytes;       // since start
    uint64_t failures;    // batches refused
    uint64_t syncs;       // commits tried: each is one sync of the write-ahead log
    uint64_t sync_ns_max; // longest commit
    uint64_t wal_bytes;   // now
    uint64_t checkpoints;
} disk_state;
disk_state disk_now(disk *d);

#endif
