/* What the parts of the teller share: teller.c is its life and what comes in, teller_choose.c looks
 * at postings and chooses, teller_wait.c holds what has to wait: times, caps, quiet hours. */
#ifndef YZ_NET_SERVER_TELLER_INNER_H
#define YZ_NET_SERVER_TELLER_INNER_H

#include "engine/base/slab.h"
#include "net/server/teller.h"

#include <pthread.h>
#include <stdatomic.h>

#define TELLER_RUNS 4u        // choosings side by side
#define TELLER_FLIGHTS 3u     // submissions of a choosing on their way
#define TELLER_COMMANDS 16u   // of one submission
#define TELLER_LOOKS 32u      // postings looked at in a read section
#define TELLER_HOLD_NS 400000 // a read section should last about this long
#define TELLER_AGAIN_MS 1000  // when the writer could not take it
#define TELLER_MINUTE_MS 60000

/* ---- small tools (teller_wait.c) ---- */

/* Numbers to numbers, by open addressing; 0 is no key. */
typedef struct teller_map {
    uint64_t *keys;
    uint32_t *values;
    uint32_t count, room;
} teller_map;
uint32_t *teller_map_find(const teller_map *map, uint64_t key); // NULL: not there
uint32_t *teller_map_put(teller_map *map, uint64_t key);        // 0 if it is new
void teller_map_remove(teller_map *map, uint64_t key);
void teller_map_clear(teller_map *map);
void teller_map_deinit(teller_map *map);

/* What falls due: a posting to look at again (seeker NONE), or somebody who waits. */
typedef struct teller_due {
    int64_t at_ms;
    uint32_t posting, seeker, epoch;
} teller_due;
typedef struct teller_heap {
    teller_due *list;
    uint32_t count, room;
} teller_heap;
void teller_heap_push(teller_heap *heap, teller_due due);
void teller_heap_pop(teller_heap *heap);

/* ---- what the teller knows ---- */

/* A posting that it has to do with. */
typedef struct teller_job {
    int64_t look_at_ms;    // the entry of the heap that counts; INT64_MAX: none
    uint64_t since_ns;     // when the event came that was not answered yet; 0: none
    uint64_t searched;     // t->opened when everybody who fits was told
    uint32_t epoch;        // of the posting, as far as people wait for it
    uint32_t waiting;      // people of it who wait, in this epoch
    uint32_t gone_version; // of the posting when its told people were last looked at
    uint32_t exhausted;    // its version when everybody who fits was told; 0: not so
    bool queued, running;  // to be looked at; has a run
    bool check_gone;       // look at its told people whatever the market says
    bool all;              // stands in t->alls
} teller_job;

/* Somebody of a TELL on its way. */
typedef struct teller_person {
    uint32_t row;
    bool capped;
} teller_person;

typedef struct teller_run teller_run;
/* A submission on its way. */
typedef struct teller_flight {
    struct teller_flight *next, *before; // of t->flights
    teller *teller;
    teller_run *run; // NULL: of people who waited
    uint32_t posting, epoch;
    yz_tell_kind kind;
    uint32_t commands;
    uint32_t sizes[TELLER_COMMANDS];
    teller_person people[TELLER_COMMANDS * YZ_TELL_MAX];
} teller_flight;

/* A choosing under way. */
struct teller_run {
    bool busy, gone;
    bool chosen, ended;  // the search is over; all are handed out
    bool again, in_time; // then look once more; in_time: at once
    uint32_t posting, version, epoch, tranche, want, flights;
    uint64_t opened; // t->opened when it began
    uint64_t given;  // who were told or wait
    teller *teller;
    yz_tranche *chooser;
};

typedef struct teller_event {
    yz_effect_kind kind;
    uint32_t row;
    uint64_t at_ns;
} teller_event;

struct teller {
    teller_options o;
    writer *writer;
    pthread_t thread;
    pthread_mutex_t mutex; // of the inbox, down to `stopping`
    pthread_cond_t bell;
    teller_event *inbox;
    uint32_t inbox_count, inbox_room;
    bool rung, ready, stopping, sweep_wanted;
    _Atomic uint32_t alls_held; // = alls_count
    _Atomic bool passed_over;   // an event came while nobody wanted to be told
    _Atomic uint64_t opened;    // seekers that opened or changed
    /* the teller's own */
    yz_desk *desk;
    teller_event *taken; // swapped with the inbox
    uint32_t taken_room;
    yz_slab jobs;      // teller_job, by row of the posting
    uint32_t job_rows; // there are jobs below
    uint32_t *queue;   // postings to look at, a ring
    uint32_t queue_room, queue_first, queue_count;
    uint32_t *alls; // postings that tell everybody
    uint32_t alls_count, alls_room;
    uint32_t *seekers; // who opened, for those
    uint32_t seekers_count, seekers_room, seekers_next, seekers_all;
    teller_heap heap;
    teller_map waiting; // posting << 32 | seeker, + 1 -> epoch
    teller_map today;   // seeker + 1 -> told today
    int32_t day, start_day;
    teller_run runs[TELLER_RUNS];
    uint32_t run_next;
    teller_flight *flights;
    yz_tranche_pick *picks; // TELLER_COMMANDS * YZ_TELL_MAX
    uint32_t sweep_next, sweep_end;
    bool sweeping;
    uint32_t work;
    int64_t now_ms;      // of this turn
    bool told_something; // outcomes came in this turn
};

static inline uint64_t teller_mono_ns(const teller *t) {
    return t->o.outside->mono_ns(t->o.outside->context);
}
const yz_market *teller_read(teller *t, uint64_t *since_ns);
uint64_t teller_read_end(teller *t, uint64_t since_ns); // how long it was held
teller_job *teller_job_of(teller *t, uint32_t posting);
/* To the end of the queue, if it is not there. */
void teller_look(teller *t, uint32_t posting);
void teller_look_at(teller *t, uint32_t posting, int64_t at_ms);

/* ---- teller_choose.c: true: something was done ---- */
bool teller_look_slice(teller *t);
bool teller_run_slice(teller *t);
/* Hands the first `count` of t->picks, all of one epoch, to the writer as TELLs. Of a run, or of
 * people who waited. False: the writer has no room. */
bool teller_submit(teller *t, teller_run *run, const yz_posting_push *push, uint32_t posting,
                   yz_tell_kind kind, yz_gone_reason reason, uint32_t tranche, uint32_t count);

/* ---- teller_wait.c ---- */
bool teller_wake_slice(teller *t);
bool teller_seekers_slice(teller *t);
/* When this one may be told: t->now_ms or later. With the market held. */
int64_t teller_may_hear_at(teller *t, const yz_market *market, const yz_tranche_pick *pick);
void teller_count_told(teller *t, const yz_market *market, const yz_tranche_pick *pick);
void teller_uncount_told(teller *t, uint32_t seeker);
void teller_wait(teller *t, uint32_t posting, uint32_t seeker, uint32_t epoch, int64_t at_ms);
bool teller_waits(const teller *t, uint32_t posting, uint32_t seeker, uint32_t epoch);
/* How many wait for the posting in this epoch. */
uint32_t teller_waiting(teller *t, uint32_t posting, uint32_t epoch);
/* He is told, or it is no use waiting any more. */
void teller_wait_over(teller *t, uint32_t posting, uint32_t seeker, uint32_t epoch);

#endif
