/* Questions about the past: the same program, as a process beside the server at low priority,
 * brings a market of its own to the moment (nearest snapshot, then the journal) and answers them
 * there. So the live market is not held up, and whatever happens to that process, the server goes
 * on. It costs a second copy of the market in memory for each.
 *
 *     loop i --as_of_ask--> [waiting] --> process at that moment, or a new one --> as_of_collect
 *
 * One process for each moment, at most AS_OF_PROCESSES at once; it stays for a while, so that the
 * next question about that moment is answered at once. Others wait in a queue that has an end.
 * Processes, pipes and the clock of it all live on one loop; asking, collecting and stopping come
 * from any. */
#ifndef YZ_NET_SERVER_AS_OF_H
#define YZ_NET_SERVER_AS_OF_H

#include "net/api/api.h"
#include "net/server/log.h"

#include <uv.h>

#define AS_OF_PROCESSES 2
#define AS_OF_QUESTIONS_MAX 32   // waiting, and with a process
#define AS_OF_KEPT_MS 60000      // a process that nobody asks
#define AS_OF_QUESTION_MS 120000 // from asking to the answer
#define AS_OF_ARGUMENTS_MAX 32

typedef struct as_of as_of;

typedef struct as_of_options {
    uv_loop_t *uv;
    uint32_t loops;
    const char *const *argv; // program and arguments, ended by NULL; --at or --seq is added
    uint64_t kept_ms, question_ms;
    logger *log;
    const outside *outside;
    /* Any thread: the market's time; up to when the past is settled (writer_settled_ms); the last
     * durable sequence. */
    int64_t (*market_ms)(void *context);
    int64_t (*settled_ms)(void *context);
    uint64_t (*durable)(void *context);
    /* Answers wait for this loop: call as_of_collect on it. Any thread; must not call back. */
    void (*wake)(void *context, uint32_t loop);
    void *context;
} as_of_options;

as_of *as_of_new(const as_of_options *options);
/* Ends processes and handles: after the loop has ended, with as_of_stop before. */
void as_of_end(as_of *s);
void as_of_free(as_of *s);

/* As api_house.as_of. Any thread. */
const char *as_of_ask(as_of *s, uint32_t loop, const api_moment *moment, yz_text question,
                      api_past_done done, void *done_context);
/* Calls `done` for every question of `loop` that is over. On that loop's thread. */
void as_of_collect(as_of *s, uint32_t loop);
/* Questions of `loop` not yet collected. Any thread. */
uint32_t as_of_pending(as_of *s, uint32_t loop);
/* Answers all that waits with a refusal, and takes nothing more. Any thread. */
void as_of_stop(as_of *s);

typedef struct as_of_figures {
    uint64_t answered, refused;    // questions
    uint64_t ready, early, failed; // processes, by what became of them
    uint64_t last_ns;              // from its start to the moment, of the last one that got there
    uint32_t running, waiting;     // processes; questions
} as_of_figures;
/* Any thread. */
as_of_figures as_of_now(as_of *s);
void as_of_figures_write(const as_of_figures *f, void (*put)(void *to, yz_text line), void *to);

#endif
