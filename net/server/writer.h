/* The market thread: the only one that changes the market, and the only place that knows the order
 * of a write.
 *
 *     loops --submit--> [inbox] --append--> store --durable--> apply in slices --> tell the loops
 *
 * Batches form by themselves: while one is with the store, the inbox fills. Sequence and time are
 * given at the append, the clock read once for a batch; market time never goes back. */
#ifndef YZ_NET_SERVER_WRITER_H
#define YZ_NET_SERVER_WRITER_H

#include "engine/market/market.h"
#include "net/api/api.h"
#include "net/server/gate.h"
#include "net/server/metrics.h"
#include "net/server/outside.h"
#include "net/store/store.h"

#define WRITER_BATCH_MAX 1024     // commands of a batch; one submission may be more
#define WRITER_HOLD_NS 100000     // let the readers in after this long, between two commands
#define WRITER_WORK_ROWS_FIRST 64 // of the background work, until it is known how long a row takes

typedef struct writer writer;

typedef struct writer_options {
    yz_market *market; // borrowed
    server_gate *gate; // borrowed
    store store;
    const outside *outside;
    metrics *metrics;
    uint32_t loops;
    uint32_t queue_commands_max; // waiting in all: more is refused
    size_t queue_bytes_max;
    bool has_start; // the market clock starts at start_ms and goes on with real time
    int64_t start_ms;
    /* Outcomes wait for this loop: call writer_collect on it. From the market thread; must not call
     * back. */
    void (*wake)(void *context, uint32_t loop);
    void *wake_context;
} writer_options;

/* Starts the thread. */
writer *writer_new(const writer_options *options);
/* Carries out what waits, then ends the thread. All outcomes are ready for writer_collect then. */
void writer_stop(writer *w);
void writer_free(writer *w);

/* As api_house.submit. Any thread. */
bool writer_submit(writer *w, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context);
/* Calls `done` for every submission of `loop` that is over. On that loop's thread. */
void writer_collect(writer *w, uint32_t loop);

/* Submissions of `loop` not yet collected. */
uint32_t writer_pending(writer *w, uint32_t loop);
/* NULL, or why writes are refused for good (a store that failed): a stable word. */
const char *writer_broken(const writer *w);

#endif
