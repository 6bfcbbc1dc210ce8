/* Snapshots by a second process: the same program, at low priority, replays the journal beside the
 * running server, writes a snapshot and proves it against the digest that the live market had at
 * the same sequence. So a snapshot costs no pause here, and shows that a replay ends where we are.
 * It costs a second copy of the market in memory while it runs.
 *
 *     due, or asked for --> writer_mark --> market thread: (sequence, digest)
 *         --> argv... --at SEQUENCE --digest HEX --> exit code 0: there is a proven snapshot
 *
 * One at a time. All on the loop that it was made for, but what says otherwise. */
#ifndef YZ_NET_SERVER_SNAPSHOT_PROCESS_H
#define YZ_NET_SERVER_SNAPSHOT_PROCESS_H

#include "net/server/log.h"
#include "net/server/writer.h"

#include <uv.h>

typedef struct snapshot_process snapshot_process;

typedef struct snapshot_process_options {
    uv_loop_t *uv;
    const char *const *argv; // program and arguments, ended by NULL; NULL: there are no snapshots
    uint64_t every_commands; // since the last one; 0: only when asked
    uint64_t every_bytes;    // of the journal; 0: not by bytes
    logger *log;
    const outside *outside;
    /* How far the journal is: any thread. */
    void (*journal_now)(void *context, uint64_t *sequence, uint64_t *bytes);
    /* writer_mark; the answer comes to snapshot_process_marked. */
    void (*mark)(void *context);
    void *context;
} snapshot_process_options;

/* Looks four times a second whether one is due. */
snapshot_process *snapshot_process_new(const snapshot_process_options *options);
/* Ends a process that still runs, and its handles: after the loop has ended. */
void snapshot_process_end(snapshot_process *s);
void snapshot_process_free(snapshot_process *s);

/* One more, whether due or not. */
void snapshot_process_ask(snapshot_process *s);
/* The market was filled from the snapshot of this sequence; 0: from none. Any thread. */
void snapshot_process_loaded(snapshot_process *s, uint64_t sequence);
/* From the market thread. */
void snapshot_process_marked(snapshot_process *s, uint64_t sequence, yz_digest digest);

typedef struct snapshot_process_figures {
    uint64_t sequence; // of the newest proven one; 0: none known
    uint64_t proven, failed;
    uint64_t last_ns; // how long the last one took
    bool running;
} snapshot_process_figures;
/* Any thread. */
snapshot_process_figures snapshot_process_now(snapshot_process *s);

#endif
