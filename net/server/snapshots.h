/* Snapshots by a second process: the same program, at low priority, replays the journal beside the
 * running server, writes a snapshot and proves it against the digest that the live market had at
 * the same sequence. So a snapshot costs no pause here, and shows that a replay ends where we are.
 * It costs a second copy of the market in memory while it runs.
 *
 *     due, or asked for --> writer_mark --> market thread: (sequence, digest)
 *         --> argv... --at SEQUENCE --digest HEX --> exit code 0: there is a proven snapshot
 *
 * One at a time. All on the loop that it was made for, but what says otherwise. */
#ifndef YZ_NET_SERVER_SNAPSHOTS_H
#define YZ_NET_SERVER_SNAPSHOTS_H

#include "net/server/log.h"
#include "net/server/writer.h"

#include <uv.h>

typedef struct snapshots snapshots;

typedef struct snapshots_options {
    uv_loop_t *uv;
    const char *const *argv; // program and arguments, ended by NULL; NULL: there are no snapshots
    uint64_t every_commands; // since the last one; 0: only when asked
    uint64_t every_bytes;    // of the journal; 0: not by bytes
    logger *log;
    const outside *outside;
    /* How far the journal is: any thread. */
    void (*journal_now)(void *context, uint64_t *sequence, uint64_t *bytes);
    /* writer_mark; the answer comes to snapshots_marked. */
    void (*mark)(void *context);
    void *context;
} snapshots_options;

/* Looks four times a second whether one is due. */
snapshots *snapshots_new(const snapshots_options *options);
/* Ends a process that still runs, and its handles: after the loop has ended. */
void snapshots_end(snapshots *s);
void snapshots_free(snapshots *s);

/* One more, whether due or not. */
void snapshots_ask(snapshots *s);
/* The market was filled from the snapshot of this sequence; 0: from none. Any thread. */
void snapshots_loaded(snapshots *s, uint64_t sequence);
/* From the market thread. */
void snapshots_marked(snapshots *s, uint64_t sequence, yz_digest digest);

typedef struct snapshots_figures {
    uint64_t sequence; // of the newest proven one; 0: none known
    uint64_t proven, failed;
    uint64_t last_ns; // how long the last one took
    bool running;
} snapshots_figures;
/* Any thread. */
snapshots_figures snapshots_now(snapshots *s);

#endif
