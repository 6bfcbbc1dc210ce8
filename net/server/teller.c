/* The teller's life, and what comes in: effects of applied commands, the sweep at the start. */
#include "net/server/teller.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/teller_inner.h"

#include <string.h>
#include <time.h>

#define SWEEP_ROWS 4096u       // postings of a slice
#define SWEEP_QUEUE_MAX 65536u // it waits while more are to be looked at

const yz_market *teller_read(teller *t, uint64_t *since_ns) {
    gate_read_begin(t->o.gate, t->o.reader);
    *since_ns = teller_mono_ns(t);
    return t->o.market;
}

uint64_t teller_read_end(teller *t, uint64_t since_ns) {
    uint64_t held = teller_mono_ns(t) - since_ns;
    gate_read_end(t->o.gate, t->o.reader);
    metrics_teller_hold(t->o.metrics, held);
    return held;
}

/* ---- what comes in, on the market thread ---- */

static void ring(teller *t) {
    t->rung = true;
    if (t->o.threaded) pthread_cond_signal(&t->bell);
}

/* Under the mutex. */
static void push_event(teller *t, yz_effect_kind kind, uint32_t row, uint64_t at_ns) {
    if (t->inbox_count == t->inbox_room) {
        t->inbox_room = t->inbox_room * 2 + 256;
        t->inbox = yz_realloc(t->inbox, t->inbox_room * sizeof *t->inbox);
    }
    t->inbox[t->inbox_count++] = (teller_event){kind, row, at_ns};
}

/* Is there anybody who must hear of it? Nobody who wants to, nobody who was told: then a posting
 * costs this look. */
static bool concerns(teller *t, const yz_effect *e) {
    const yz_market *m = t->o.market;
    switch (e->kind) {
    case YZ_EFFECT_POSTING_OPENED:
        if (yz_market_pushers(m) > 0 || yz_market_posting_told(m, e->row).live > 0) return true;
        atomic_store(&t->passed_over, true);
        return false;
    case YZ_EFFECT_POSTING_GONE: return yz_market_posting_told(m, e->row).live > 0;
    case YZ_EFFECT_SEEKER_OPENED:
        atomic_fetch_add(&t->opened, 1);
        return atomic_load(&t->alls_held) > 0 ||
               (atomic_load(&t->passed_over) && yz_market_pushers(m) > 0);
    case YZ_EFFECT_PROFILE_SWITCHED: return true;
    case YZ_EFFECT_SEEKER_GONE:
    case YZ_EFFECT_ENTRY_CHANGED: return false;
    }
    return false;
}

void teller_moved(void *context, const yz_command *command, const yz_outcome *outcome,
                  const yz_effects *effects) {
    teller *t = context;
    (void)command, (void)outcome;
    uint64_t now = 0;
    for (uint32_t i = 0; i < effects->count; i++) {
        if (!concerns(t, &effects->list[i])) continue;
        if (now == 0) now = teller_mono_ns(t);
        pthread_mutex_lock(&t->mutex);
        push_event(t, effects->list[i].kind, effects->list[i].row, now);
        ring(t);
        pthread_mutex_unlock(&t->mutex);
    }
}

void teller_ready(teller *t) {
    pthread_mutex_lock(&t->mutex);
    t->ready = true;
    t->sweep_wanted = !t->o.only_new;
    ring(t);
    pthread_mutex_unlock(&t->mutex);
}

void teller_wake(teller *t) {
    pthread_mutex_lock(&t->mutex);
    ring(t);
    pthread_mutex_unlock(&t->mutex);
}

/* ---- postings to look at ---- */

teller_job *teller_job_of(teller *t, uint32_t posting) {
    yz_slab_reserve(&t->jobs, posting);
    if (posting >= t->job_rows) t->job_rows = posting + 1;
    return yz_slab_at(&t->jobs, posting);
}

void teller_look(teller *t, uint32_t posting) {
    teller_job *job = teller_job_of(t, posting);
    if (job->queued) return;
    job->queued = true;
    if (t->queue_count == t->queue_room) {
        uint32_t room = t->queue_room * 2 + 64;
        uint32_t *queue = yz_alloc(room * sizeof *queue);
        for (uint32_t i = 0; i < t->queue_count; i++)
            queue[i] = t->queue[(t->queue_first + i) % t->queue_room];
        yz_free(t->queue);
        t->queue = queue;
        t->queue_room = room;
        t->queue_first = 0;
    }
    t->queue[(t->queue_first + t->queue_count++) % t->queue_room] = posting;
}

void teller_look_at(teller *t, uint32_t posting, int64_t at_ms) {
    teller_job *job = teller_job_of(t, posting);
    if (job->look_at_ms == at_ms) return;
    job->look_at_ms = at_ms;
    teller_heap_push(&t->heap, (teller_due){at_ms, posting, YZ_ROW_NONE, 0});
}

static void keep_seeker(teller *t, uint32_t row) {
    if (t->alls_count == 0) return;
    if (t->seekers_count == t->seekers_room) {
        t->seekers_room = t->seekers_room * 2 + 64;
        t->seekers = yz_realloc(t->seekers, t->seekers_room * sizeof *t->seekers);
    }
    t->seekers[t->seekers_count++] = row;
}

static void start_sweep(teller *t) {
    atomic_store(&t->passed_over, false);
    t->sweeping = true;
    t->sweep_next = 0;
}

static void take_event(teller *t, const teller_event *e) {
    switch (e->kind) {
    case YZ_EFFECT_POSTING_OPENED:
    case YZ_EFFECT_POSTING_GONE: {
        teller_job *job = teller_job_of(t, e->row);
        if (job->since_ns == 0) job->since_ns = e->at_ns;
        teller_look(t, e->row);
        break;
    }
    case YZ_EFFECT_SEEKER_OPENED:
        keep_seeker(t, e->row);
        if (atomic_load(&t->passed_over)) start_sweep(t);
        break;
    case YZ_EFFECT_PROFILE_SWITCHED: start_sweep(t); break;
    case YZ_EFFECT_SEEKER_GONE:
    case YZ_EFFECT_ENTRY_CHANGED: break;
    }
}

static bool take_inbox(teller *t) {
    pthread_mutex_lock(&t->mutex);
    uint32_t count = t->inbox_count, room = t->inbox_room;
    teller_event *events = t->inbox;
    bool sweep = t->sweep_wanted;
    t->sweep_wanted = false;
    t->inbox = t->taken;
    t->inbox_room = t->taken_room;
    t->inbox_count = 0;
    t->rung = false;
    pthread_mutex_unlock(&t->mutex);
    t->taken = events;
    t->taken_room = room;
    if (sweep) start_sweep(t);
    for (uint32_t i = 0; i < count; i++)
        take_event(t, &events[i]);
    return count > 0 || sweep;
}

/* What was owed when the process ended, or became so by other weights. */
static bool sweep_slice(teller *t) {
    if (!t->sweeping || t->queue_count > SWEEP_QUEUE_MAX) return false;
    uint64_t since;
    const yz_market *m = teller_read(t, &since);
    uint32_t end = yz_market_posting_rows(m);
    bool pushers = yz_market_pushers(m) > 0;
    t->sweep_end = t->sweep_next + SWEEP_ROWS < end ? t->sweep_next + SWEEP_ROWS : end;
    for (; t->sweep_next < t->sweep_end; t->sweep_next++) {
        yz_posting_push p = yz_market_posting_push(m, t->sweep_next);
        if (p.told.live == 0 && !(pushers && p.state == YZ_STATE_OPEN)) continue;
        teller_job *job = teller_job_of(t, t->sweep_next);
        job->check_gone = p.told.live > 0;
        job->exhausted = 0;
        teller_look(t, t->sweep_next);
    }
    t->sweeping = t->sweep_next < end;
    teller_read_end(t, since);
    return true;
}

/* ---- turns ---- */

static bool due_slice(teller *t) {
    bool did = false;
    for (uint32_t i = 0; i < 256 && t->heap.count > 0; i++) {
        teller_due due = t->heap.list[0];
        if (due.at_ms > t->now_ms || due.seeker != YZ_ROW_NONE) break;
        teller_heap_pop(&t->heap);
        teller_job *job = teller_job_of(t, due.posting);
        if (job->look_at_ms != due.at_ms) continue; // there is another time for it
        job->look_at_ms = 0;
        teller_look(t, due.posting);
        did = true;
    }
    return did;
}

bool teller_turn(teller *t) {
    t->told_something = false;
    writer_collect(t->writer, t->o.lane);
    bool did = take_inbox(t) || t->told_something;
    pthread_mutex_lock(&t->mutex);
    bool ready = t->ready;
    pthread_mutex_unlock(&t->mutex);
    if (!ready || writer_now(t->writer) > WRITER_FULL) return did;
    t->now_ms = writer_clock_ms(t->writer);
    uint64_t since;
    const yz_market *m = teller_read(t, &since);
    if (yz_market_time_ms(m) > t->now_ms) t->now_ms = yz_market_time_ms(m);
    teller_read_end(t, since);
    if (due_slice(t)) did = true;
    if (teller_wake_slice(t)) did = true;
    if (teller_look_slice(t)) did = true;
    if (teller_run_slice(t)) did = true;
    if (teller_seekers_slice(t)) did = true;
    if (!did && sweep_slice(t)) did = true; // whoever is asked for now goes first
    metrics_teller_waiting(t->o.metrics, t->waiting.count);
    return did;
}

int64_t teller_due_ms(const teller *t) {
    return t->heap.count > 0 ? t->heap.list[0].at_ms : INT64_MAX;
}

/* ---- life ---- */

/* The real clock: it is a real thread. */
static bool rest(teller *t) {
    int64_t ms = teller_due_ms(t) == INT64_MAX ? 1000 : teller_due_ms(t) - t->now_ms;
    if (ms > 1000) ms = 1000; // the wall clock may jump
    if (ms < 1) ms = 1;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    uint64_t nanoseconds = (uint64_t)until.tv_nsec + (uint64_t)ms * 1000000;
    until.tv_sec += (time_t)(nanoseconds / 1000000000);
    until.tv_nsec = (long)(nanoseconds % 1000000000);
    pthread_mutex_lock(&t->mutex);
    while (!t->rung && !t->stopping) {
        if (pthread_cond_timedwait(&t->bell, &t->mutex, &until) != 0) break;
    }
    bool go_on = !t->stopping;
    pthread_mutex_unlock(&t->mutex);
    return go_on;
}

static bool is_stopping(teller *t) {
    pthread_mutex_lock(&t->mutex);
    bool stopping = t->stopping;
    pthread_mutex_unlock(&t->mutex);
    return stopping;
}

static void *teller_thread(void *argument) {
    teller *t = argument;
    pthread_setname_np(pthread_self(), "yz-teller"); // for top -H and the like
    while (!is_stopping(t) && (teller_turn(t) || rest(t))) {
    }
    return NULL;
}

teller *teller_new(const teller_options *options) {
    teller *t = yz_alloc_zeroed(sizeof *t);
    t->o = *options;
    t->desk = yz_desk_new();
    t->work = YZ_TRANCHE_WORK;
    t->day = t->start_day = INT32_MIN;
    t->picks = yz_alloc(TELLER_COMMANDS * YZ_TELL_MAX * sizeof *t->picks);
    yz_slab_init(&t->jobs, sizeof(teller_job));
    for (uint32_t i = 0; i < TELLER_RUNS; i++)
        t->runs[i].chooser = yz_tranche_new();
    pthread_condattr_t attributes;
    yz_check(pthread_condattr_init(&attributes) == 0);
    yz_check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    yz_check(pthread_cond_init(&t->bell, &attributes) == 0);
    pthread_condattr_destroy(&attributes);
    yz_check(pthread_mutex_init(&t->mutex, NULL) == 0);
    return t;
}

void teller_start(teller *t, writer *w) {
    t->writer = w;
    if (t->o.threaded) yz_check(pthread_create(&t->thread, NULL, teller_thread, t) == 0);
}

void teller_stop(teller *t) {
    pthread_mutex_lock(&t->mutex);
    bool runs = t->o.threaded && t->writer != NULL && !t->stopping;
    t->stopping = true;
    ring(t);
    pthread_mutex_unlock(&t->mutex);
    if (runs) yz_check(pthread_join(t->thread, NULL) == 0);
}

void teller_free(teller *t) {
    if (t == NULL) return;
    while (t->flights != NULL) { // a power cut dropped them
        teller_flight *next = t->flights->next;
        yz_free(t->flights);
        t->flights = next;
    }
    for (uint32_t i = 0; i < TELLER_RUNS; i++)
        yz_tranche_free(t->runs[i].chooser);
    teller_map_deinit(&t->waiting);
    teller_map_deinit(&t->today);
    yz_slab_deinit(&t->jobs);
    yz_desk_free(t->desk);
    yz_free(t->heap.list);
    yz_free(t->inbox);
    yz_free(t->taken);
    yz_free(t->queue);
    yz_free(t->alls);
    yz_free(t->seekers);
    yz_free(t->picks);
    pthread_cond_destroy(&t->bell);
    pthread_mutex_destroy(&t->mutex);
    yz_free(t);
}
