/* The server: N loops that parse, answer reads and send; one market thread that changes the market;
 * a store between them. Here everything is wired together.
 *
 *     loop 0 (the caller's thread)  --\         read the live market through the gate
 *     loop 1 ...                    --- gate -- market thread -- store
 */
#ifndef YZ_NET_SERVER_SERVER_H
#define YZ_NET_SERVER_SERVER_H

#include "engine/market/market.h"
#include "net/api/api.h"
#include "net/http/conn.h"
#include "net/server/log.h"
#include "net/server/outside.h"
#include "net/store/store.h"

#define SERVER_LOOPS_MAX 16

/* What makes the handler of a loop: the api, or a test's own. */
typedef struct server_faces {
    void *context;
    void *(*open)(void *context, const api_house *house, uint32_t loop);
    http_handler (*handler)(void *face);
    void (*close)(void *face);
} server_faces;

typedef struct server_options {
    const char *address; // to listen on: "127.0.0.1", "::1"; only loopback, today
    uint16_t port;       // 0: any; server_port tells
    uint32_t loops;      // 1..SERVER_LOOPS_MAX
    bool has_start;      // the market clock starts at start_ms and goes on with real time
    int64_t start_ms;
    log_level level;
    http_limits limits;
    uint32_t connections_max;        // of all loops; loopback's share is all of it
    uint32_t connections_per_ip_max; // of any other address
    uint32_t queue_commands_max;     // writes waiting; more are answered 503
    size_t queue_bytes_max;
    uint32_t drain_ms_max; // after SIGTERM: then what is still open is cut
    bool handle_signals;   // SIGTERM and SIGINT drain, SIGHUP asks reload_level
    outside outside;
    store store;
    server_faces faces;
    /* SIGHUP: the level of the log from now on. May be NULL. */
    log_level (*reload_level)(void *context);
    void *reload_context;
} server_options;

/* Defaults for all but `faces`: 127.0.0.1:7780, two loops, the real outside, no store on disk. */
server_options server_options_default(void);

typedef struct server server;

/* Listens, and starts the market thread. `market` is borrowed until server_free; nobody else may
 * touch it meanwhile. NULL when it cannot: `problem` is a line that says why, with the fix;
 * `usage` (may be NULL) is set if it was asked for something that is never allowed (exit 2). */
server *server_new(const server_options *options, yz_market *market, char problem[256],
                   bool *usage);
/* Serves on this thread until server_stop or a signal, then drains: no new connections, running
 * exchanges finish, waiting writes are carried out. True: all ended in time. */
bool server_run(server *s);
/* From any thread, or a signal handler's loop. */
void server_stop(server *s);
void server_free(server *s);

uint16_t server_port(const server *s);

#endif
