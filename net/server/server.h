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
#include "net/live/live.h"
#include "net/server/log.h"
#include "net/server/outside.h"
#include "net/store/disk.h"

#define SERVER_LOOPS_MAX 16

/* What makes the handler of a loop: the api, or a test's own. */
typedef struct server_faces {
    void *context;
    void *(*open)(void *context, const api_house *house, uint32_t loop);
    http_handler (*handler)(void *face);
    void (*close)(void *face);
} server_faces;

/* How the market was filled: for the log and /metrics. */
typedef struct server_recovery {
    uint64_t snapshot;         // sequence of the snapshot used; 0: none
    uint64_t snapshots_broken; // newer ones that were passed over
    uint64_t replayed;         // commands after it
    uint64_t ns;               // set by the server
} server_recovery;

/* How far loading is: `done` of `total` records and commands; may be called at any rate. */
typedef struct server_progress {
    void *context;
    void (*tell)(void *context, uint64_t done, uint64_t total);
} server_progress;

typedef struct server server;

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
    bool no_push;          // nobody is told of postings that fit
    bool tell_only_new;    // what is loaded at the start is no news
    bool no_sweep;         // the numbers of now are not counted again all the time
    bool no_policy_find;   // nobody is looked for who is due something by the rules of policy
    bool handle_signals;   // SIGTERM and SIGINT drain, SIGHUP asks reload_level, SIGUSR1 a snapshot
    outside outside;
    store store;
    /* What the store says of itself, from any thread; NULL: nothing (all zeros). */
    disk_state (*store_now)(void *context);
    void *store_now_context;
    /* Fills the market on the market thread, while the server listens already: until then /readyz
     * says how far, and all that needs the market is answered 503. False: the server stops; the
     * words are the caller's. NULL: the market is ready as it is. */
    bool (*load)(void *context, yz_market *market, const server_progress *progress,
                 server_recovery *recovery);
    void *load_context;
    /* Right after: the server is ready. On the market thread, which may read the market. */
    void (*ready)(void *context, const server *s);
    void *ready_context;
    /* The program that makes a snapshot, as net/server/snapshot_process.h; NULL: there are none.
     * Borrowed until server_free. SIGUSR1 asks for one. */
    const char *const *snapshot_argv;
    uint64_t snapshot_every_commands, snapshot_every_bytes;
    /* The program that answers questions about the past, as net/server/as_of.h; NULL: none.
     * Borrowed until server_free. */
    const char *const *as_of_argv;
    uint64_t as_of_kept_ms, as_of_question_ms;
    /* The program that counts the statistics again, as net/server/recount_process.h; NULL: none.
     * Borrowed until server_free. */
    const char *const *recount_argv;
    uint64_t recount_every_ms; // 0: never
    /* Live streams: how an event is written; NULL: there are none. And the journal to resume from,
     * without which only the newest events are there. */
    void (*live_write)(const yz_command *command, const live_news *news, http_bytes *to);
    live_boards live_boards; // of the topic `stats`
    api_public published;    // what ?public=1 answers
    live_journal live_journal;
    server_faces faces;
    /* SIGHUP: the level of the log from now on. May be NULL. */
    log_level (*reload_level)(void *context);
    void *reload_context;
} server_options;

/* Defaults for all but `faces`: 127.0.0.1:7780, two loops, the real outside, no store on disk. */
server_options server_options_default(void);

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

/* After server_run: was the market loaded, and did the store fail for good? */
bool server_loaded(const server *s);
bool server_store_failed(const server *s);

uint16_t server_port(const server *s);

#endif
