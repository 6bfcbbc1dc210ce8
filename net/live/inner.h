/* What the files of net/live share. live.c is the market thread's side, desk.c who listens at a
 * loop, catch_up.c how a stream that is behind gets to where the others are. */
#ifndef YZ_NET_LIVE_INNER_H
#define YZ_NET_LIVE_INNER_H

#include "net/live/live.h"
#include "net/live/ring.h"

#include <stdatomic.h>

#define LIVE_JOBS_MAX 2                     // readings of the journal at a time, of one loop
#define LIVE_TURN_EVENTS 20000              // looked at or sent in one turn, then others are served
#define LIVE_JOB_BYTES ((size_t)128 * 1024) // of records, in one reading
#define LIVE_JOB_WALK 65536                 // commands stepped over in one reading
#define LIVE_WARM_COMMANDS 20000            // made ready at the start

struct live_feed {
    live_options o;
    live_ring *ring;
    live_desk **desks;
    char mark[16]; // ".8f3a61c2", or ""
    yz_arena *arena;
    http_bytes frame;         // the market thread's
    _Atomic uint64_t clients; // of all loops
    _Atomic uint64_t published;
    _Atomic bool may_rest; // nobody has listened for LIVE_REST_MS
    _Atomic uint64_t empty_since_ns;
};

typedef enum stream_state {
    STREAM_BEHIND,  // in the queue to catch up
    STREAM_READING, // the journal is being read for it
    STREAM_FULL,    // its buffer is: it waits for the client
    STREAM_LIVE,    // hears what the desk hands out
    STREAM_OVER,    // forgotten by http; still read for
} stream_state;

/* One topic at a desk, and who listens to it. */
typedef struct desk_topic desk_topic;
typedef struct desk_board desk_board;

typedef struct subscription {
    live_stream *stream;
    desk_topic *topic;
    struct subscription *older, *newer; // of the topic
} subscription;

struct live_stream {
    live_desk *desk;
    http_exchange *exchange;
    void (*over)(void *context);
    void *context;
    live_stream *older, *newer; // of the desk
    live_stream *next_waiting;  // of its queue
    stream_state state;
    uint64_t sequence; // its place: all up to here was sent, or is not for it
    uint32_t index;
    uint64_t full_since_ns, beat_ns;
    bool resumes;                           // and is not yet counted
    bool read_journal;                      // for this resume
    desk_board *board;                      // NULL: none
    live_stream *board_older, *board_newer; // of the board
    bool needs_state;                       // numbers of the board were missed, or never sent
    uint32_t topic_count;
    subscription topics[LIVE_TOPICS_MAX];
};

struct desk_topic {
    desk_topic *next; // of its bucket
    subscription *newest;
    uint64_t hash;
    live_topic topic; // key owned
    char key[YZ_ID_BYTES_MAX];
};

/* Numbers that somebody at a desk listens to. */
struct desk_board {
    desk_board *next; // of the desk
    live_stream *newest;
    live_board_key key; // owned
    char division[YZ_ID_BYTES_MAX], fair[YZ_ID_BYTES_MAX];
    uint64_t read_ns;
    bool waits; // a stream needs a state
    void *now;  // owned: as they were sent
};

typedef struct stream_queue {
    live_stream *first, *last;
} stream_queue;

struct live_desk {
    live_feed *live;
    uint32_t loop;
    live_stream *streams;
    _Atomic uint32_t stream_count; // of `streams`; the market thread looks
    desk_topic **buckets;
    uint32_t bucket_count, topic_count;     // buckets: a power of 2
    uint32_t prefixes[YZ_ID_BYTES_MAX + 1]; // division topics by the size of their key
    live_cursor cursor;
    uint64_t through;       // all up to here was handed out
    stream_queue behind;    // to read the ring, or to begin reading the journal
    stream_queue for_a_job; // too many read the journal already
    uint32_t jobs;
    live_stream *next_visit; // where the round goes on; NULL: at the start
    uint64_t visit_ns;       // of the last tick
    uint64_t visits_owed;    // in streams * ns
    uint64_t now_ns;
    bool draining;
    desk_board *boards, *next_board; // next_board: where the round goes on; NULL: at the start
    void *board_next;                // owned: numbers being compared
    http_bytes board_line, board_frame;
    _Atomic uint32_t board_count;
    _Atomic uint64_t states, deltas;
    _Atomic uint64_t events;
    _Atomic uint64_t cut[LIVE_CUT_COUNT], resumes[LIVE_RESUME_COUNT];
};

/* ---- live.c ---- */

/* "id: ...\nevent: ...\ndata: {...}\n\n" of event `index`, added to `to`. */
void live_frame(const live_feed *l, const yz_command *command, const live_news *news,
                http_bytes *to);
/* The division of the posting that the command's events need, in `arena`; "" = not known. */
yz_text live_division(const yz_market *market, const yz_command *command, yz_arena *arena);

/* ---- desk.c ---- */

live_desk *desk_new(live_feed *l, uint32_t loop);
void desk_free(live_desk *d);
/* Sends a frame; the place moves on to its event. False: the buffer is full, and the state says so.
 */
bool stream_send(live_stream *s, uint64_t sequence, uint32_t index, yz_text frame);
/* An event of the stream itself, with the place it stands at. */
void stream_say(live_stream *s, const char *event, const char *reason);
bool stream_hears(const live_stream *s, const live_topic *topics, uint32_t count);
/* Ends the answer, and forgets the stream. */
void stream_end(live_stream *s, live_cut why);
bool stream_is_past(const live_stream *s, uint64_t sequence, uint32_t index);
/* Everything up to now is past: what comes next it hears from the desk. */
void stream_is_here(live_stream *s, uint64_t sequence);
/* Takes the memory of a stream that is over and waits nowhere any more. */
void stream_bury(live_stream *s);

/* "id: 17\n" of the stream's place, or "" within a command. */
const char *stream_id_line(const live_stream *s, char line[64]);
/* Everything that was handed out is past. */
void stream_comes_along(live_stream *s);
/* False: the buffer is full, and the state says so. */
bool stream_write(live_stream *s, yz_text frame);

/* ---- boards.c ---- */

/* Joins the board, a new one if need be; its numbers are sent at once if the stream is live. False:
 * there are too many. */
bool board_join(live_stream *s, const live_board_key *key);
void board_leave(live_stream *s);
/* Sends to those who joined, and reads some boards that are due. */
void desk_tick_boards(live_desk *d);
void desk_free_boards(live_desk *d);

/* ---- catch_up.c ---- */

void stream_falls_behind(live_stream *s);
/* Its place is not to be had. */
void stream_reset(live_stream *s, const char *reason);
/* Goes on with those who are behind, for one turn. */
void desk_catch_up(live_desk *d);

#endif
