/* Server-Sent Events: who listens hears what becomes true, in the order of the journal, without a
 * gap or a repeat, also across a lost connection or a killed server.
 *
 *     market thread --publish--> ring --turn--> desk of each loop --> its streams
 *                                  ^                  |
 *                        journal --+---- catch up ----+   (read on another thread)
 *
 * A stream is told apart from its past by a place: the last event it has, sequence and index. One
 * that is behind reads the ring from there; one further behind, the journal, and then the ring; one
 * that asks for what nobody can say any more is told `reset`. When nothing is left to catch up with
 * it hears what its loop's desk hands out. A stream whose client does not take what was sent waits
 * at its place, with a bounded buffer, and is cut off when that takes too long.
 *
 * On the wire:
 *
 *     retry: 1000                         at first
 *     id: 17.2, event: told, data: {...}  an event: sequence, index within the command
 *     id: 17, event: start, data: {...}   at first, of who asked for no place: all up to 17 is past
 *     id: 17, event: reset, data: {...}   your place is not to be had: take the state anew
 *     event: slow                         you were too slow; come back with Last-Event-ID
 *     id: 17, event: state, data: {...}   topic `stats`: all numbers of the board, at first and
 *                                         whenever some were missed
 *     id: 17, event: delta, data: {...}   then what changed, at most once a second
 *     : keep-alive, id: 17                every 15 s: nothing for you up to 17
 *
 * A market that lives in memory only begins anew with each process: there every id ends in a mark
 * of this one, "17.2.8f3a61c2". */
#ifndef YZ_NET_LIVE_LIVE_H
#define YZ_NET_LIVE_LIVE_H

#include "engine/market/market.h"
#include "net/http/bytes.h"
#include "net/http/http.h"
#include "net/live/news.h"

typedef struct live_feed live_feed;     // one for the server
typedef struct live_desk live_desk;     // a loop's part of it
typedef struct live_stream live_stream; // one client

#define LIVE_RING_BYTES ((size_t)16 << 20)
#define LIVE_BEAT_MS 15000 // between two signs of life on a stream
#define LIVE_SLOW_MS 5000  // a client that leaves its buffer full so long is cut off
#define LIVE_REST_MS 60000 // with a journal and nobody listening for so long nothing is kept ready

/* ---- what it reaches the rest through ---- */

typedef enum live_read {
    LIVE_READ_DONE,
    LIVE_READ_TRIMMED, // what comes next is not in the journal any more
    LIVE_READ_FAILED,
} live_read;

typedef struct live_journal {
    void *context;
    /* Hands out the commands after `after` up to `upto` in order, each with the bytes of its record
     * (borrowed during the call), until `take` says false. Any thread; waits for the disk. NULL:
     * there is no journal. */
    live_read (*read)(void *context, uint64_t after, uint64_t upto,
                      bool (*take)(void *take_context, const yz_command *command,
                                   const unsigned char *record, size_t size),
                      void *take_context);
} live_journal;

/* Boards: numbers of now, for who listens to `stats`. Nobody's id is in them. All functions on a
 * loop's thread. */
typedef struct live_boards {
    size_t size; // of the numbers of one; 0: there are none
    /* In a read section. */
    void (*read)(const yz_market *market, const live_board_key *key, int64_t clock_ms,
                 void *numbers);
    /* One line of JSON, without a line end, added to `to`: all of them, or what differs from
     * `before`. False: nothing differs, nothing was added. */
    bool (*write)(const live_board_key *key, const void *numbers, const void *before,
                  http_bytes *to);
} live_boards;
#define LIVE_BOARDS_MAX 256       // of one loop
#define LIVE_BOARD_NS 1000000000u // between two readings

typedef struct live_options {
    uint32_t loops;
    size_t ring_bytes_max; // 0: LIVE_RING_BYTES
    yz_hash_key hash_key;  // of the topics
    uint32_t mark;         // of this process; only shows without a journal
    live_journal journal;
    /* The event as one line of JSON, without a line end, added to `to`. Any thread. */
    void (*write)(const yz_command *command, const live_news *news, http_bytes *to);
    live_boards boards;
    int64_t (*market_ms)(void *context); // as api_house; for boards only
    void *context;
    const yz_market *(*read_begin)(void *context, uint32_t loop); // as api_house
    void (*read_end)(void *context, uint32_t loop);
    void (*wake)(void *context, uint32_t loop); // live_turn is wanted. Any thread; never calls back
    /* Runs `work` on another thread, then `after` on the loop, also when it is about to end. */
    void (*beside)(void *context, uint32_t loop, void (*work)(void *job), void (*after)(void *job),
                   void *job);
} live_options;

live_feed *live_new(const live_options *options);
/* All streams must be over. */
void live_free(live_feed *l);

/* ---- the market thread ---- */

/* The market is loaded: its newest past is made ready from the journal, so that ten thousand who
 * come back after a restart do not each read it. Before any stream is opened. */
void live_start(live_feed *l, const yz_market *market);
/* `command` was carried out and changed something. Every one of the kinds that make news, in order;
 * others are fine too. The market may be a little further. */
void live_publish(live_feed *l, const yz_market *market, const yz_command *command);
/* All up to `sequence` was applied, and what is news of it published. */
void live_passed(live_feed *l, uint64_t sequence);

/* ---- a loop's thread ---- */

live_desk *live_desk_of(live_feed *l, uint32_t loop);
/* Sends what there is. After `wake`. */
void live_turn(live_desk *d, uint64_t now_ns);
/* Signs of life and slow readers; about every 25 ms. */
void live_tick(live_desk *d, uint64_t now_ns);
/* Ends every stream; new ones end at once. */
void live_drain(live_desk *d);
/* No stream, and no reading of the journal, is under way. */
bool live_desk_is_idle(const live_desk *d);

typedef enum live_place_kind {
    LIVE_FROM_NOW,
    LIVE_AFTER, // the event `index` of `sequence`, which the client has; index UINT32_MAX: all of
                // it
    LIVE_ELSEWHERE, // a place in another market that lived in memory
} live_place_kind;

typedef struct live_place {
    live_place_kind kind;
    uint64_t sequence;
    uint32_t index;
} live_place;

/* "17.2", "17" (all of 17), "17.2.8f3a61c2". False: none of these. */
bool live_place_parse(const live_desk *d, yz_text id, live_place *place);

/* Are there boards? */
bool live_has_boards(const live_desk *d);

/* Begins the answer, or NULL, with nothing begun: the server ends, or there are too many boards
 * already. Copies the topics. `over` is called when the stream ends by itself, right
 * before the end of the answer is written: the exchange is to be forgotten then. */
live_stream *live_open(live_desk *d, http_exchange *exchange, const live_topics *topics,
                       live_place place, void (*over)(void *context), void *context);
/* The client has taken what waited: http's on_drained. */
void live_stream_drained(live_stream *s);
/* The connection went away: http's on_gone. */
void live_stream_gone(live_stream *s);

/* ---- /metrics, any thread ---- */

typedef enum live_cut {
    LIVE_CUT_SLOW,
    LIVE_CUT_DRAIN, // the server ends
} live_cut;
#define LIVE_CUT_COUNT 2

typedef enum live_resume {
    LIVE_RESUME_RING,
    LIVE_RESUME_JOURNAL,
    LIVE_RESUME_RESET, // it could not be had
} live_resume;
#define LIVE_RESUME_COUNT 3

typedef struct live_figures {
    uint64_t clients, events, published;
    uint64_t boards, states, deltas; // boards that are read; events of theirs written
    uint64_t cut[LIVE_CUT_COUNT];
    uint64_t resumes[LIVE_RESUME_COUNT];
} live_figures;

live_figures live_now(const live_feed *l);

#endif
