/* The market thread: the only one that changes the market, and the only place that knows the order
 * of a write.
 *
 *     loops --submit--> [inbox] --append--> store --durable--> apply in slices --> tell the loops
 *
 * Batches form by themselves: while one is with the store, the inbox fills. When one is durable,
 * the next goes to the store first and then the durable one is applied, so that disk and market
 * work at the same time. Sequence and time are given at the append, by the writer's own count: the
 * market is one batch behind. The clock is read once for a batch; market time never goes back.
 *
 * A failure of 507 (no room): nobody of that batch is told anything but 507, its sequences are
 * given to the next batch, which tries again. Any other failure: no more appends until restart,
 * whoever writes is told 503, reads go on.
 *
 * A command with a secret, and an erasure, changes the vault when its batch is durable. So it goes
 * in a batch of such commands only, when all before is applied, and the market is asked first
 * (yz_market_foresee): what it would refuse is answered and not written down.
 *
 * So does a submission that is `together`, in a batch that holds nothing else: if the market would
 * refuse one of its commands (yz_market_foresee_all), none is written down or applied.
 *
 * Without a thread (`threaded` false) nothing here sleeps, and nothing happens but in writer_turn:
 * a simulator calls it until it returns false, then lets its clock or its disk move:
 *
 *     writer *w = writer_new(&options);          // ready, unless there is a `load`
 *     while (writer_turn(w)) {}                  // then the first turn loads
 *     writer_submit(w, 0, ...);                  // from the same thread
 *     while (writer_turn(w)) {}                  // to the store; with a store that is durable at
 *                                                // once, also applied and told
 *     writer_collect(w, 0);                      // calls the submitters' `done`
 *
 * A store that calls `durable` later (from a turn of the simulator's own) works too. When the next
 * tick or the end of a hold falls due says yz_market_due_ms; writer_turn looks at the outside's
 * clock by itself. A power cut: writer_free without writer_stop drops all that waits, without
 * calling any `done`. */
#ifndef YZ_NET_SERVER_WRITER_H
#define YZ_NET_SERVER_WRITER_H

#include "engine/market/market.h"
#include "net/api/api.h"
#include "net/server/gate.h"
#include "net/server/log.h"
#include "net/server/metrics.h"
#include "net/server/outside.h"
#include "net/store/store.h"

#define WRITER_BATCH_MAX 1024     // commands of a batch; one submission may be more
#define WRITER_HOLD_NS 30000      // let the readers in after this long, between two commands
#define WRITER_WORK_ROWS_FIRST 64 // of the background work, until it is known how long a row takes

/* A batch that is small for the crowd: looked at so often, and waits no longer than the second. */
#define WRITER_GATHER_NS 200000
#define WRITER_GATHER_NS_MAX 10000000
#define WRITER_TICK_RETRY_NS 1000000000 // a tick or a switch that found no room waits so long

typedef struct writer writer;

/* Why nothing can be written now: for /readyz. */
typedef enum writer_state {
    WRITER_LOADING,
    WRITER_READY,
    WRITER_FULL,   // the last batch found no room; the next one tries again
    WRITER_BROKEN, // the store failed: nothing more until restart
    WRITER_EMPTY,  // loading failed: there is no market
} writer_state;

typedef struct writer_options {
    yz_market *market; // borrowed
    server_gate *gate; // borrowed
    store store;
    const outside *outside;
    metrics *metrics;
    logger *log; // may be NULL
    bool threaded;
    /* Fills the market before anything else happens, on the market thread; nobody reads it before.
     * False: there will be no market. NULL: it is ready as it is. */
    bool (*load)(void *context);
    void *load_context;
    /* Right after it was filled, when writes are taken; on the market thread. May be NULL. */
    void (*ready)(void *context);
    void *ready_context;
    uint32_t loops;
    uint32_t queue_commands_max; // waiting in all: more is refused
    size_t queue_bytes_max;
    bool has_start; // the market clock starts at start_ms and goes on with real time
    int64_t start_ms;
    /* Outcomes wait for this loop: call writer_collect on it. From the market thread; must not call
     * back. */
    void (*wake)(void *context, uint32_t loop);
    void *wake_context;
    /* For the size of batches, both may be NULL: about how many write at the same time; and are the
     * loops at work, so that more is to come? */
    uint32_t (*writers)(void *context);
    bool (*busy)(void *context);
    void *crowd_context;
    /* The answer to writer_mark, on the market thread: a sequence that ends a batch, and the
     * market's digest there. May be NULL. */
    void (*marked)(void *context, uint64_t sequence, yz_digest digest);
    void *marked_context;
    /* For who hands out news: a command that was carried out and changed something, of the kinds
     * that yz_command_makes_news names. On the market thread, after it was applied and before its
     * submitter is told, when readers are let in again: the market may be a few commands further.
     * Do not submit. In the order of the journal. Not called for what is replayed at start. May be
     * NULL. */
    void (*news)(void *context, const yz_command *command, const yz_outcome *outcome);
    /* After each batch: all up to `sequence` is applied, and its news was handed out. */
    void (*news_upto)(void *context, uint64_t sequence);
    void *news_context;
    /* For the teller: what a command changed (also a tick, a refusal's is empty and not shown), its
     * rows good during the call. On the market thread, right after it was applied, while no reader
     * is let in: be short, and do not submit. May be NULL. */
    void (*moved)(void *context, const yz_command *command, const yz_outcome *outcome,
                  const yz_effects *effects);
    void *moved_context;
    /* The numbers of now are counted again from the records, all the time, for about a hundredth of
     * it, when there is nothing else to do. */
    bool sweeps;
    /* Who is due what by the rules of policy is looked for, all the time. */
    bool finds;
} writer_options;

/* Starts the thread, if there is to be one. */
writer *writer_new(const writer_options *options);
/* Carries out what waits, then ends the thread. All outcomes are ready for writer_collect then. */
void writer_stop(writer *w);
void writer_free(writer *w);

/* One step of a writer without a thread: load; or take what is durable and hand on the next batch;
 * or what is due; or a slice of background work. False: there was nothing to do. */
bool writer_turn(writer *w);

/* As api_house.submit. Any thread. Takes the drafts of rules in the commands, in any case. When the
 * store has failed, `done` says 503. */
bool writer_submit(writer *w, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context);
/* As api_house.submit_secret. Any thread. */
bool writer_submit_secret(writer *w, uint32_t loop, const yz_command *command,
                          const store_secret *secret, api_done done, void *done_context);
/* Calls `done` for every submission of `loop` that is over. On that loop's thread. */
void writer_collect(writer *w, uint32_t loop);

/* Submissions of `loop` not yet collected. */
uint32_t writer_pending(writer *w, uint32_t loop);
writer_state writer_now(const writer *w);
/* The time a command would have now, if market time is not later. Any thread that has seen `ready`.
 */
int64_t writer_clock_ms(const writer *w);
/* The market's time: that of the clock, or of the last durable command, whichever is later. Any
 * thread that has seen `ready`. */
int64_t writer_market_ms(const writer *w);
/* What happened up to then, that millisecond too, is durable, all of it, and no command to come
 * will be of then. Less than writer_market_ms; a batch that is being written holds it back. The
 * same threads. */
int64_t writer_settled_ms(const writer *w);
/* Asks for sequence and digest at the next rest between two batches: options.marked. Any thread. */
void writer_mark(writer *w);

#endif
