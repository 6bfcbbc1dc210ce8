/* The statistics prove themselves: once a day the same program, as a process beside the server at
 * low priority, counts all of them again from the journal (`yizhan recount`), compares that with a
 * replay and with the newest snapshot, and sends a sample of numbers that nothing changes any more.
 * Those are compared here with what the live market says, a few at a time, so that nobody is held
 * up: the fingerprint of all the statistics takes 0.1 s of 500,000 records, and a hold 30 us. It
 * costs a second copy of the market in memory, and the list of all that happened, while it runs.
 *
 *     due --> argv... --seq SEQUENCE --> lines (recount_line.h) --> compared under the gate
 *
 * One at a time; all on the loop it was made for, but what says otherwise. */
#ifndef YZ_NET_SERVER_RECOUNT_PROCESS_H
#define YZ_NET_SERVER_RECOUNT_PROCESS_H

#include "engine/market/market.h"
#include "net/server/log.h"
#include "net/server/outside.h"

#include <uv.h>

#define RECOUNT_ARGUMENTS_MAX 32
#define RECOUNT_NUMBERS_AT_ONCE 16 // in one read section: about 20 us

typedef struct recount_process recount_process;

typedef struct recount_process_options {
    uv_loop_t *uv;
    const char *const *argv; // program and arguments, ended by NULL; --seq is added. NULL: none
    uint64_t every_ms;       // 0: never. The first one after a twenty-fourth of it
    logger *log;
    const outside *outside;
    /* The last durable sequence; 0: nothing was written yet, or it loads. */
    uint64_t (*durable)(void *context);
    /* The live market, between begin and end. */
    const yz_market *(*read_begin)(void *context);
    void (*read_end)(void *context);
    void *context;
} recount_process_options;

recount_process *recount_process_new(const recount_process_options *options);
/* Ends a process that still runs, and its handles: after the loop has ended. */
void recount_process_end(recount_process *r);
void recount_process_free(recount_process *r);

typedef struct recount_process_figures {
    uint64_t equal, differed, failed; // processes, by what came of them
    uint64_t compared, mismatches;    // numbers, those with the live market among them
    uint64_t live_compared;           // those alone
    uint64_t sequence, last_ns;       // of the last one that came to its end
    bool running;
} recount_process_figures;
/* Any thread. */
recount_process_figures recount_process_now(recount_process *r);
void recount_process_figures_write(const recount_process_figures *f,
                                   void (*put)(void *to, yz_text line), void *to);

#endif
