/* The live streams without a server: a market that commands are applied to and written down for in
 * a journal of arrays, desks whose other thread runs when the test says so, and clients that read
 * as much of their stream as they are let. */
#ifndef YZ_TESTS_NET_LIVE_RIG_H
#define YZ_TESTS_NET_LIVE_RIG_H

#include "engine/base/random.h"
#include "engine/journal/record.h"
#include "net/http/conn.h"
#include "net/live/live.h"

#include <cjson/cJSON.h>

#define RIG_COMMANDS_MAX 4096
#define RIG_EVENTS_MAX 16384
#define RIG_LOOPS 2
#define RIG_BUFFER_BYTES 65536 // of a connection

/* What a client has heard, or should have. */
typedef struct heard {
    uint64_t sequence;
    uint32_t index;
    char event[12];
} heard;

typedef struct client {
    struct rig *rig;
    uint32_t loop;
    char topics[256];
    http_conn *conn;
    live_stream *stream;      // NULL: over
    char *bytes;              // read and not yet understood
    size_t size, room, taken; // taken: in all
    bool head_over, ended;
    char last_id[64];
    heard *list;
    uint32_t count;
    uint32_t resets, starts, slow, beats;
    live_board_key board_key; // of the topic `stats`
    cJSON *board;             // as state and deltas made it; owned
    uint32_t states, deltas;
    uint64_t delta_ns, delta_gap_ns; // the last one's time; the least time between two
    char reason[32];                 // of the last reset
    uint64_t reset_at;
} client;

typedef struct rig {
    live_feed *live;
    yz_market *market;
    http_service *services[RIG_LOOPS];
    yz_bytes records[RIG_COMMANDS_MAX];
    bool is_news[RIG_COMMANDS_MAX]; // as the outcome said
    yz_text division[RIG_COMMANDS_MAX];
    uint64_t sequence, trimmed; // the journal begins after it
    bool unreadable;
    uint64_t now_ns;
    bool woken[RIG_LOOPS];
    struct {
        uint32_t loop;
        void (*work)(void *job), (*after)(void *job);
        void *job;
    } jobs[64];
    uint32_t job_count;
    uint32_t reads; // of the journal
    client *opening;
} rig;

/* `ring_bytes` 0: as in the server. Without a journal nothing but the ring is there. */
void rig_init(rig *r, size_t ring_bytes, bool with_journal);
void rig_deinit(rig *r);
/* As a server that was killed and started again: everything but the journal and the market is new.
 * Clients' connections must be closed. */
void rig_restart(rig *r);

/* Applied, written down, published. True: it is news. */
bool rig_apply(rig *r, yz_command command);
/* A random one of the kinds that make news; many are refused. */
void rig_random(rig *r, yz_random *random);

/* Turns of the desks that were woken, and the other thread's work, until there is nothing to do. */
void rig_turn(rig *r);
void rig_turn_desks(rig *r);        // without the other thread's
void rig_work(rig *r);              // one job of the other thread
void rig_wait(rig *r, uint64_t ms); // ticks every 25 ms

client *client_new(rig *r, uint32_t loop, const char *topics);
/* Connects, with Last-Event-ID if it has one. */
void client_connect(client *c);
void client_connect_at(client *c, const char *id);
/* Takes at most `most` bytes of what waits for it, and understands them. */
void client_read(client *c, size_t most);
/* Half an event that was read is lost; so is what waits. */
void client_cut(client *c);
void client_free(client *c);

/* The slow twin: everything that those who hear `topics` should have heard by now. The caller frees
 * the list. */
heard *rig_expected(const rig *r, const char *topics, uint32_t *count);
/* Is the client's list exactly that, from `from` on? Fails the test with the first difference. */
void client_check(const client *c, const char *when);

#endif
