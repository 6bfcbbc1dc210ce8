/* Real days, played again: a tape of commands in the order of their times, applied to a market in
 * this process as fast as it goes or so many times faster than they were.
 *
 *     tape      read once, before the clock starts: commands, and for a gig how long its work lasts
 *               and where it ends
 *     run       every command is applied at its own time; a tick is put in when something falls due
 *     matching  what is a gig asks for its seekers when it appears; the best are held, placed and
 *               started; when the work is over they are ended, moved and open again
 *
 * Same tape, same choices, same digest. */
#ifndef YZ_TOOLS_REPLAY_H
#define YZ_TOOLS_REPLAY_H

#include "engine/base/arena.h"
#include "engine/base/histogram.h"
#include "engine/market/market.h"
#include "tools/options.h"

#define REPLAY_REASONS_MAX 32
#define REPLAY_WHY_MAX 1024

// ---- the tape ----

typedef struct replay_item {
    yz_command command; // texts in the tape's arena
    int64_t work_ms;    // a posting to be matched: how long its work lasts; 0: it is not matched
    int64_t begin_ms;   // not before; 0: at once
    int64_t wait_ms;    // closed when nobody took it for so long; 0: it waits until it expires
    yz_place to;        // where who worked is free again
    bool moves;         // `to` counts; else they stay where they live
    bool event;         // something that happened in the data; not what was set up around it
} replay_item;

typedef struct replay_reason {
    const char *what; // static storage
    uint64_t count;
} replay_reason;

typedef struct replay_tape {
    replay_item *items; // owned
    uint32_t count, room;
    yz_arena *arena;
    uint64_t rows, rejected, events; // of the data; rejected for the reasons below
    replay_reason reasons[REPLAY_REASONS_MAX];
    uint32_t reason_count;
    bool sequenced; // a journal's own commands: sequences and ticks are theirs
    char why[REPLAY_WHY_MAX];
} replay_tape;

void replay_tape_init(replay_tape *tape);
void replay_tape_deinit(replay_tape *tape);
/* One more at the end, zeroed; valid until the next call. */
replay_item *replay_tape_add(replay_tape *tape);
/* Counts a row that was left out; `what` static. */
void replay_tape_reject(replay_tape *tape, const char *what);
/* Puts the items in the order of their times, those of the same time as they were added. */
void replay_tape_sort(replay_tape *tape);

// ---- changes: what if ----

#define REPLAY_TIMES_MAX 100

typedef struct replay_changes {
    int64_t radius_add_m;                  // of every seeker
    uint32_t openings_times, booths_times; // 1: as they were; a booth's capacity
    uint32_t workers_times;                // each seeker so many times
    int32_t radius_percent, wage_percent;  // added, -100..; 0: as they were
    bool given;
} replay_changes;

/* "radius + 5 km", "radius + 10 %", "openings x 2", "booths x 2", "workers x 2", "wage - 10 %"; one
 * a line, # begins a remark. False: `why` says which line and what can be said. */
bool replay_changes_read(yz_text text, replay_changes *changes, char why[REPLAY_WHY_MAX]);

// ---- reading one ----

typedef struct replay_source {
    const char *datasets;
    const char *const *files; // file_count of them; 0: the set's own
    uint32_t file_count;
    uint64_t limit;      // rows; 0: all
    bool match;          // a tape to match: gigs and workers; else all that happened as commands
    uint32_t workers;    // 0: enough for the busiest moment, and a quarter more
    uint32_t radius_m;   // of a worker
    int64_t patience_ms; // how long a gig waits
    uint64_t seed;
} replay_source;

/* False: tape->why says. */
bool replay_read_taxi(const replay_source *source, replay_tape *tape);
bool replay_read_h2(const replay_source *source, replay_tape *tape);
/* Lines of tools/journal_line.h. Sequences: none, or 1, 2, 3 ... without a gap. */
bool replay_read_lines(const replay_source *source, replay_tape *tape);

// ---- running it ----

typedef struct replay_sink {
    void *context;
    /* Every command as it is applied, sequence and time given; false stops the run. */
    bool (*take)(void *context, const yz_command *command);
} replay_sink;

typedef struct replay_options {
    bool match;
    double speed; // data seconds in one real second; 0: as fast as it goes
    const replay_changes *changes;
    replay_sink sink;     // take NULL: none
    const char *progress; // what the bar says; NULL: no bar
} replay_options;

/* How it went. Latencies are of this machine, all else is the data's. */
typedef struct replay_report {
    uint64_t commands, refused; // applied; of those refused
    replay_reason refusals[REPLAY_REASONS_MAX];
    uint32_t refusal_count;
    uint64_t events, questions;
    uint64_t gaps_ms;   // data time jumped over
    double cpu_seconds; // of this thread, meanwhile
    double seconds;     // from the first command to the last
    yz_histogram apply_ns, match_ns;
    yz_digest digest;
    uint64_t sequence;
    int64_t first_ms, last_ms;
    // The market's day.
    uint64_t postings, openings, placed, unfilled;
    yz_histogram wait_ms; // from open to placed
    double km_sum;        // of km_count placements; where a seeker lives may be sealed
    uint64_t km_count;
    int64_t wage_fen_sum; // a gig's wage as it is, any other per month
    // Its fairs and stations.
    uint64_t interviews, slot_taken; // booked and not cancelled; refused since the slot was full
    uint64_t queued;                 // joined a queue
    yz_histogram expected_wait_ms;   // what they were told then, where somebody was served before
    bool stopped;                    // the sink said so
} replay_report;

/* A market of its own, made and freed. False: `why` says (a tape that cannot be applied). */
bool replay_run(const replay_tape *tape, const replay_options *options, replay_report *report,
                char why[REPLAY_WHY_MAX]);

// ---- where else it goes ----

/* Into a data directory, as `serve` would leave it. */
typedef struct replay_journal replay_journal;
/* Makes `dir`. NULL: it was said why, and `*code` is what to end with. */
replay_journal *replay_journal_new(const options *given, const char *dir, int *code);
replay_sink replay_journal_sink(replay_journal *j);
/* Writes what is left, reads the directory anew and gives the digest of that; frees. EXIT_OK, or
 * what to end with, said already. */
int replay_journal_close(replay_journal *j, yz_digest *digest);

/* Into a running server, at a fixed rate whatever it does. */
#define REPLAY_STATUS_END 600
typedef struct replay_http_report {
    uint64_t by_status[REPLAY_STATUS_END]; // answers, by HTTP status
    uint64_t sent, refused, lost;          // not 2xx; without an answer
    uint64_t not_sent;                     // commands that have no route: ticks, switches
    double seconds;
    yz_histogram latency_ns; // from when it fell due
} replay_http_report;

typedef struct replay_http replay_http;
/* Keeps every command as a request. */
replay_http *replay_http_new(void);
replay_sink replay_http_sink(replay_http *h);
/* Sends them in their order, `per_second` of them, or with 0 as fast as answers come. With several
 * connections the order is kept for each posting and each seeker by itself. False: `why` says. */
bool replay_http_send(replay_http *h, const char *url, double per_second, uint32_t connections,
                      replay_http_report *report, char why[REPLAY_WHY_MAX]);
void replay_http_free(replay_http *h);

#endif
