#include "net/server/writer.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/copy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

typedef struct submission {
    struct submission *next;
    yz_command *commands; // owned
    yz_outcome *outcomes; // owned; one for each command, when applied
    uint32_t count, loop;
    size_t bytes;
    bool together;
    api_done done; // NULL: the writer's own (tick, switch)
    void *done_context;
    int failure;
} submission;

typedef struct queue {
    submission *first, **end;
} queue;

struct writer {
    writer_options o;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t bell; // the market thread sleeps on it
    queue inbox;         // under the mutex, as all down to `stopping`
    queue *outboxes;     // one for each loop
    uint32_t commands_waiting;
    size_t bytes_waiting;
    uint32_t *pending; // submissions of each loop not yet collected
    bool durable, stopping;
    int durable_failure;
    const char *_Atomic broken;
    /* the market thread's own */
    uint64_t started_ns;
    uint32_t work_rows;
    bool tick_left;    // the last tick did not reach all that is due
    yz_command *batch; // room for the commands of one batch, side by side
    uint32_t batch_capacity;
};

static void push(queue *q, submission *s) {
    s->next = NULL;
    if (q->first == NULL) q->end = &q->first;
    *q->end = s;
    q->end = &s->next;
}

static uint64_t mono_ns(const writer *w) {
    return w->o.outside->mono_ns(w->o.outside->context);
}

/* ---- submitting and collecting: the loops' threads ---- */

static void submission_free(submission *s) {
    yz_free(s->commands);
    yz_free(s->outcomes);
    yz_free(s);
}

bool writer_submit(writer *w, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context) {
    yz_check(count > 0);
    submission *s = yz_alloc_zeroed(sizeof *s);
    s->commands = commands_copy(commands, count, &s->bytes);
    s->count = count;
    s->loop = loop;
    s->together = together;
    s->done = done;
    s->done_context = done_context;
    pthread_mutex_lock(&w->mutex);
    bool fits = !w->stopping && w->commands_waiting + count <= w->o.queue_commands_max &&
                w->bytes_waiting + s->bytes <= w->o.queue_bytes_max &&
                atomic_load(&w->broken) == NULL;
    if (fits) {
        push(&w->inbox, s);
        w->commands_waiting += count;
        w->bytes_waiting += s->bytes;
        w->pending[loop] += 1;
        pthread_cond_signal(&w->bell);
    }
    pthread_mutex_unlock(&w->mutex);
    if (!fits) submission_free(s);
    metrics_submitted(w->o.metrics, fits);
    return fits;
}

void writer_collect(writer *w, uint32_t loop) {
    pthread_mutex_lock(&w->mutex);
    submission *s = w->outboxes[loop].first;
    w->outboxes[loop].first = NULL;
    pthread_mutex_unlock(&w->mutex);
    uint32_t over = 0;
    while (s != NULL) {
        submission *next = s->next;
        s->done(s->done_context, s->outcomes, s->count, s->commands[0].sequence, s->failure);
        submission_free(s);
        over += 1;
        s = next;
    }
    if (over == 0) return;
    pthread_mutex_lock(&w->mutex);
    w->pending[loop] -= over;
    pthread_mutex_unlock(&w->mutex);
}

uint32_t writer_pending(writer *w, uint32_t loop) {
    pthread_mutex_lock(&w->mutex);
    uint32_t pending = w->pending[loop];
    pthread_mutex_unlock(&w->mutex);
    return pending;
}

const char *writer_broken(const writer *w) {
    return atomic_load(&w->broken);
}

/* ---- the market thread ---- */

static int64_t market_clock_ms(const writer *w) {
    if (!w->o.has_start) return w->o.outside->wall_ms(w->o.outside->context);
    return w->o.start_ms + (int64_t)((mono_ns(w) - w->started_ns) / 1000000);
}

/* The next batch: whole submissions, in order, until it is full. Sequence and time are given. */
static queue take_batch(writer *w, uint32_t *commands) {
    queue taken = {NULL, NULL};
    *commands = 0;
    pthread_mutex_lock(&w->mutex);
    while (w->inbox.first != NULL) {
        submission *s = w->inbox.first;
        if (*commands > 0 && *commands + s->count > WRITER_BATCH_MAX) break;
        w->inbox.first = s->next;
        push(&taken, s);
        *commands += s->count;
        w->commands_waiting -= s->count;
        w->bytes_waiting -= s->bytes;
    }
    pthread_mutex_unlock(&w->mutex);
    return taken;
}

static void number_batch(writer *w, const queue *taken) {
    uint64_t sequence = yz_market_sequence(w->o.market);
    int64_t at_ms = market_clock_ms(w), market_ms = yz_market_time_ms(w->o.market);
    if (at_ms < market_ms) at_ms = market_ms;
    uint32_t at = 0;
    for (submission *s = taken->first; s != NULL; s = s->next) {
        for (uint32_t i = 0; i < s->count; i++) {
            s->commands[i].sequence = ++sequence;
            s->commands[i].at_ms = at_ms;
            w->batch[at++] = s->commands[i];
        }
    }
}

static void on_durable(void *context, int failure) {
    writer *w = context;
    pthread_mutex_lock(&w->mutex);
    w->durable = true;
    w->durable_failure = failure;
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
}

static int append_and_wait(writer *w, uint32_t count) {
    store_batch batch = {.commands = w->batch, .count = count};
    w->durable = false;
    w->o.store.append(w->o.store.context, &batch, on_durable, w);
    pthread_mutex_lock(&w->mutex);
    while (!w->durable)
        pthread_cond_wait(&w->bell, &w->mutex);
    int failure = w->durable_failure;
    pthread_mutex_unlock(&w->mutex);
    return failure;
}

static uint64_t hold_begin(writer *w) {
    gate_write_begin(w->o.gate);
    return mono_ns(w);
}

static uint64_t hold_end(writer *w, uint64_t since_ns) {
    uint64_t held = mono_ns(w) - since_ns;
    gate_write_end(w->o.gate);
    metrics_write_hold(w->o.metrics, held);
    return held;
}

/* In order; readers are let in between two commands when the hold grows long. */
static void apply_batch(writer *w, const queue *taken) {
    uint64_t since = hold_begin(w);
    for (submission *s = taken->first; s != NULL; s = s->next) {
        s->outcomes = yz_alloc(s->count * sizeof *s->outcomes);
        for (uint32_t i = 0; i < s->count; i++) {
            s->outcomes[i] = yz_market_apply(w->o.market, &s->commands[i], NULL);
            if (s->commands[i].type == YZ_COMMAND_TICK) w->tick_left = s->outcomes[i].more_due;
            if (s->together && i + 1 < s->count) continue;
            if (mono_ns(w) - since < WRITER_HOLD_NS) continue;
            hold_end(w, since);
            since = hold_begin(w);
        }
    }
    hold_end(w, since);
}

/* Outcomes leave the house here. */
static void tell_batch(writer *w, queue *taken) {
    bool to_wake[64] = {false};
    pthread_mutex_lock(&w->mutex);
    for (submission *s = taken->first, *next; s != NULL; s = next) {
        next = s->next;
        if (s->done == NULL) {
            submission_free(s);
            continue;
        }
        push(&w->outboxes[s->loop], s);
        to_wake[s->loop] = true;
    }
    // Under the mutex: a loop that has collected everything may be gone right after.
    for (uint32_t i = 0; i < w->o.loops; i++) {
        if (to_wake[i]) w->o.wake(w->o.wake_context, i);
    }
    pthread_mutex_unlock(&w->mutex);
}

static bool write_batch(writer *w) {
    uint32_t commands;
    queue taken = take_batch(w, &commands);
    if (commands == 0) return false;
    if (commands > w->batch_capacity) {
        yz_free(w->batch);
        w->batch = yz_alloc(commands * sizeof *w->batch);
        w->batch_capacity = commands;
    }
    number_batch(w, &taken);
    int failure = writer_broken(w) != NULL ? 503 : append_and_wait(w, commands);
    if (failure != 0) {
        // Nothing was applied. What the store did is not known: no more writes.
        atomic_store(&w->broken, "store_failed");
        for (submission *s = taken.first; s != NULL; s = s->next)
            s->failure = failure;
    } else {
        apply_batch(w, &taken);
        metrics_batch(w->o.metrics, commands);
    }
    tell_batch(w, &taken);
    return true;
}

static void submit_own(writer *w, yz_command_type type) {
    yz_command command = {.type = type};
    submission *s = yz_alloc_zeroed(sizeof *s);
    s->commands = commands_copy(&command, 1, &s->bytes);
    s->count = 1;
    pthread_mutex_lock(&w->mutex);
    push(&w->inbox, s); // past the bound: without it the market stands still
    w->commands_waiting += 1;
    w->bytes_waiting += s->bytes;
    pthread_mutex_unlock(&w->mutex);
}

/* A slice of the lists that staged weights or a staged profile need. True: there is more. */
static bool work_slice(writer *w) {
    if (!yz_market_switch_waits(w->o.market)) return false;
    uint64_t since = hold_begin(w);
    bool more = yz_market_work(w->o.market, w->work_rows);
    uint64_t held = hold_end(w, since);
    if (held < WRITER_HOLD_NS / 2 && w->work_rows < (1u << 20)) w->work_rows *= 2;
    if (held > WRITER_HOLD_NS && w->work_rows > 1) w->work_rows /= 2;
    if (!more) submit_own(w, YZ_COMMAND_PROFILE_SWITCH);
    return true;
}

/* Sleeps until something is submitted or falls due. False: stopped, and nothing waits. */
static bool wait_for_work(writer *w, int64_t until_due_ms) {
    bool go_on = true;
    pthread_mutex_lock(&w->mutex);
    if (w->inbox.first == NULL && w->stopping) {
        go_on = false;
    } else if (w->inbox.first == NULL) {
        // At most a second, since the wall clock may jump. The real clock: it is a real thread.
        int64_t ms = until_due_ms < 1000 ? until_due_ms : 1000;
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        int64_t ns = until.tv_nsec + ms * 1000000;
        until.tv_sec += ns / 1000000000;
        until.tv_nsec = ns % 1000000000;
        pthread_cond_timedwait(&w->bell, &w->mutex, &until);
    }
    pthread_mutex_unlock(&w->mutex);
    return go_on;
}

static bool turn(writer *w) {
    bool wrote = write_batch(w);
    if (atomic_load(&w->broken) != NULL) return wait_for_work(w, 1000) || wrote;
    int64_t due_ms = yz_market_due_ms(w->o.market), now_ms = market_clock_ms(w);
    if (w->tick_left || due_ms <= now_ms) {
        w->tick_left = false;
        submit_own(w, YZ_COMMAND_TICK);
        metrics_tick(w->o.metrics);
        return true;
    }
    if (work_slice(w) || wrote) return true;
    return wait_for_work(w, due_ms == INT64_MAX ? 1000 : due_ms - now_ms);
}

static void *market_thread(void *argument) {
    writer *w = argument;
    while (turn(w)) {
    }
    return NULL;
}

writer *writer_new(const writer_options *options) {
    yz_check(options->loops >= 1 && options->loops <= 64);
    writer *w = yz_alloc_zeroed(sizeof *w);
    w->o = *options;
    w->outboxes = yz_alloc_zeroed(options->loops * sizeof *w->outboxes);
    w->pending = yz_alloc_zeroed(options->loops * sizeof *w->pending);
    w->started_ns = mono_ns(w);
    w->work_rows = WRITER_WORK_ROWS_FIRST;
    atomic_init(&w->broken, NULL);
    pthread_condattr_t attributes;
    yz_check(pthread_condattr_init(&attributes) == 0);
    yz_check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    yz_check(pthread_cond_init(&w->bell, &attributes) == 0);
    pthread_condattr_destroy(&attributes);
    yz_check(pthread_mutex_init(&w->mutex, NULL) == 0);
    yz_check(pthread_create(&w->thread, NULL, market_thread, w) == 0);
    return w;
}

void writer_stop(writer *w) {
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
    yz_check(pthread_join(w->thread, NULL) == 0);
}

void writer_free(writer *w) {
    if (w == NULL) return;
    for (uint32_t i = 0; i < w->o.loops; i++)
        writer_collect(w, i);
    pthread_cond_destroy(&w->bell);
    pthread_mutex_destroy(&w->mutex);
    yz_free(w->outboxes);
    yz_free(w->pending);
    yz_free(w->batch);
    yz_free(w);
}
