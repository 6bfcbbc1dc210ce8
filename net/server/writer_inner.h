/* What the two halves of the writer share: writer.c is where loops submit and collect,
 * writer_turn.c is what the market thread does. */
#ifndef YZ_NET_SERVER_WRITER_INNER_H
#define YZ_NET_SERVER_WRITER_INNER_H

#include "net/server/writer.h"

#include <pthread.h>
#include <stdatomic.h>

#define WRITER_HOLDS_AT_ONCE 64

typedef struct submission {
    struct submission *next;
    yz_command *commands; // owned
    store_secret *secret; // owned, wiped before it is freed; NULL: none
    size_t secret_bytes;
    yz_outcome *outcomes; // owned; one for each command, when applied
    uint64_t first;       // sequence of the first command, when numbered
    uint32_t count, loop;
    size_t bytes;
    bool together; // all or none: foreseen as a whole, in a batch of its own
    bool guarded;  // together, or a secret or a key goes with it: only written down if it will be
                   // carried out
    api_done done; // NULL: the writer's own (tick, switch, holds)
    void *done_context;
    int failure;
} submission;

typedef struct writer_guard writer_guard;

typedef struct writer_queue {
    submission *first, **end;
} writer_queue;

/* A batch on its way. There are two: one with the store, one being applied. */
typedef struct writer_slot {
    writer *writer;
    writer_queue taken;
    uint32_t taken_count; // submissions
    yz_command *commands; // side by side, as the store wants them; room for `command_room`
    store_secret *secrets;
    uint32_t command_room, secret_room;
    store_batch batch;
    uint64_t last; // sequence of its last command
    int64_t at_ms;
    uint64_t since_ns; // handed to the store
    bool durable;      // under the mutex, as the next
    int failure;
} writer_slot;

/* What was applied in this hold and is news. */
typedef struct writer_fresh {
    const yz_command *command;
    const yz_outcome *outcome;
} writer_fresh;

/* How the sweep of the statistics is paced; the market thread's own. */
typedef struct writer_sweep {
    int64_t budget_ns; // it may take so long yet
    uint64_t seen_ns;  // when that was reckoned
    uint64_t not_before_ns;
    uint64_t begun_at, ended_at; // sequences: of this sweep's first slice, of the last one's
    uint64_t ended_ns;
    bool under_way, has_ended, mismatched; // the last one
} writer_sweep;

#define WRITER_FIND_ROWS 256u // looked at before what was found is sent
#define WRITER_FIND_LOOKS 16u // of one command: some 100 us

/* What the finder has in hand; the market thread's own. */
typedef struct writer_find {
    uint32_t rows[WRITER_FIND_ROWS]; // due, of which row_at were looked at
    uint32_t row_count, row_at;
    yz_policy_look looks[WRITER_FIND_ROWS]; // that found something; in the arena
    yz_policy_rest rests[WRITER_FIND_ROWS]; // of whom nothing is new
    uint32_t look_count, rest_count;
    uint32_t alone; // so many looks more go in commands of their own
    bool flies;     // a submission is on its way
    bool got_on;    // something was found among these rows, or one is no longer due
    yz_arena *arena;
    uint64_t again_ns, ended_ns;
    uint64_t since_ns; // somebody has been due since; 0: nobody is
    uint64_t looked;   // not yet told to the metrics
} writer_find;

struct writer {
    writer_options o;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t bell;    // the market thread sleeps on it
    writer_queue inbox;     // under the mutex, as all down to `stopping`
    writer_queue *outboxes; // one for each loop
    uint32_t commands_waiting;
    size_t bytes_waiting;
    uint32_t inbox_count; // submissions in it
    uint32_t *pending;    // submissions of each loop not yet collected
    uint32_t wanted;      // the market thread sleeps until so many are in the inbox; 0: is awake
    bool stopping;
    _Atomic writer_state state;
    _Atomic bool mark_wanted;
    /* For writer_settled_ms: no command of a batch on its way is earlier; INT64_MAX: there is none.
     * And the time of the last durable command. */
    _Atomic int64_t flying_ms, durable_ms;
    /* the market thread's own */
    writer_slot slots[2];
    writer_guard *guard; // of the batch being made
    writer_fresh *fresh;
    uint32_t fresh_count, fresh_room;
    writer_slot *written; // with the store; NULL: none
    uint64_t sequence;    // of the last durable command: the market may be behind
    int64_t at_ms;        // of the same
    uint64_t started_ns, own_again_ns;
    uint32_t crowd;           // about how many submit at the same time
    uint64_t gather_until_ns; // a batch that is small for this crowd waits until then, or longer
    uint64_t gather_end_ns;   // while some still come: until then at most
    uint32_t gather_seen;     // in the inbox when last looked at
    uint32_t gather_wants;    // no need to look before so many are there
    uint32_t work_rows;
    writer_sweep sweep;
    writer_find find;
    bool tick_left;                 // the last tick did not reach all that is due
    bool tick_flies, switch_flies;  // submitted, not yet applied
    bool holds_fly;                 // the same: holds that have run out
    bool clock_behind_said, loaded; // loaded: or tried to
};

/* ---- writer.c ---- */

/* At the end; takes `s`. */
void writer_push(writer_queue *q, submission *s);
/* Copies the commands, takes the drafts of rules in them. The caller owns it. */
submission *writer_submission(const yz_command *commands, uint32_t count);
void writer_submission_free(submission *s);
/* Wiped and freed, as soon as the store is done with it. */
void writer_forget_secret(submission *s);

/* ---- writer_guard.c ---- */

/* The persons and receipts of a batch, so that none comes twice. */
writer_guard *writer_guard_new(void);
void writer_guard_free(writer_guard *g);
void writer_guard_reset(writer_guard *g);
/* False: its person or its receipt is in the batch already. */
bool writer_guard_enter(writer_guard *g, const yz_command *command);
bool writer_is_guarded(const submission *s);

/* ---- writer_sweep.c ---- */

/* A slice, if it is time for one: at most about 50 us. */
void writer_sweep_slice(writer *w);
/* How long until the next one; UINT64_MAX: nothing is to be swept. */
uint64_t writer_sweep_ns(const writer *w);

/* ---- writer_find.c ---- */

/* A slice, if somebody is due; `busy`: there is other work. False: nothing was done. */
bool writer_find_slice(writer *w, bool busy);
/* A submission of the finder's came back. */
void writer_find_over(writer *w, const submission *s);
/* A new day has begun that the market has not seen, and somebody may be due by it. */
bool writer_find_day(const writer *w, int64_t clock_ms);
void writer_find_deinit(writer *w);

/* ---- writer_turn.c ---- */

/* Submits what the market does by itself: past the bound. */
void writer_submit_own(writer *w, const yz_command *commands, uint32_t count);

/* Sleeps until something is submitted, durable or due. False: stopped, and nothing waits. */
bool writer_rest(writer *w);

#endif
