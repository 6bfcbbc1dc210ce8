/* One event loop: a listener, its connections, and a thread that serves them. */
#ifndef YZ_NET_SERVER_LOOP_H
#define YZ_NET_SERVER_LOOP_H

#include "net/server/as_of.h"
#include "net/server/gate.h"
#include "net/server/metrics.h"
#include "net/server/server.h"
#include "net/server/writer.h"

#include <stdatomic.h>
#include <uv.h>

typedef struct server_loop server_loop;

/* What the loops of a server share. */
typedef struct loops_shared {
    const server_options *options;
    metrics *metrics;
    logger *log;
    writer *writer;
    live_feed *live;              // NULL: no live streams
    as_of *past;                  // NULL: nothing is kept of it
    _Atomic uint32_t connections; // of all loops
    _Atomic bool stopping;        // drain, then end
} loops_shared;

/* `socket` is bound; taken. */
server_loop *loop_new(loops_shared *shared, uint32_t number, int socket, http_handler handler,
                      uint64_t first_id);
void loop_free(server_loop *l);

/* Serves until it is woken with `stopping` set and its last connection is gone. True: nothing had
 * to be cut. On the thread that is to be the loop's. */
bool loop_run(server_loop *l);
/* Look at what changed: outcomes to collect, or stopping. Any thread. */
void loop_wake(server_loop *l);
uv_loop_t *loop_uv(server_loop *l);
/* Runs `run` in a turn of its own, connections first. On the loop's thread. */
void loop_later(server_loop *l, void (*run)(void *context), void *context);
/* The request being read belongs to somebody who writes. On the loop's thread. */
void loop_note_write(server_loop *l);
/* About how many of its connections wrote within the last tenth of a second. Any thread. */
uint32_t loop_writers(const server_loop *l);
/* Is it at work, not waiting for its sockets? Any thread. */
bool loop_busy(const server_loop *l);
/* Runs `work` on another thread (libuv's pool), then `after` on this loop, also when it is stopping
 * meanwhile. On the loop's thread. */
void loop_work(server_loop *l, void (*work)(void *context), void (*after)(void *context),
               void *context);

#endif
