/* The loops' side of the writer: submitting and collecting; and its life. */
#include "net/server/writer.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/copy.h"
#include "net/server/writer_inner.h"

#include <string.h>

void writer_push(writer_queue *q, submission *s) {
    s->next = NULL;
    if (q->first == NULL) q->end = &q->first;
    *q->end = s;
    q->end = &s->next;
}

submission *writer_submission(const yz_command *commands, uint32_t count) {
    submission *s = yz_alloc_zeroed(sizeof *s);
    s->commands = commands_copy(commands, count, &s->bytes);
    s->count = count;
    s->guarded = writer_is_guarded(s);
    return s;
}

void writer_forget_secret(submission *s) {
    if (s->secret == NULL) return;
    explicit_bzero(s->secret, s->secret_bytes);
    yz_free(s->secret);
    s->secret = NULL;
}

void writer_submission_free(submission *s) {
    writer_forget_secret(s);
    for (uint32_t i = 0; i < s->count; i++)
        if (s->commands[i].type == YZ_COMMAND_POLICY_RULES)
            yz_rules_draft_free(s->commands[i].policy_rules.draft);
    yz_free(s->commands);
    yz_free(s->outcomes);
    yz_free(s);
}

/* Takes `s`. */
static bool offer(writer *w, submission *s) {
    pthread_mutex_lock(&w->mutex);
    writer_state state = atomic_load(&w->state);
    bool fits = !w->stopping && w->commands_waiting + s->count <= w->o.queue_commands_max &&
                w->bytes_waiting + s->bytes <= w->o.queue_bytes_max && state != WRITER_LOADING &&
                state != WRITER_EMPTY;
    if (fits) {
        writer_push(&w->inbox, s);
        w->commands_waiting += s->count;
        w->bytes_waiting += s->bytes;
        w->inbox_count += 1;
        w->pending[s->loop] += 1;
        if (w->wanted != 0 && w->inbox_count >= w->wanted) pthread_cond_signal(&w->bell);
    }
    pthread_mutex_unlock(&w->mutex);
    if (!fits) writer_submission_free(s);
    metrics_submitted(w->o.metrics, fits);
    return fits;
}

bool writer_submit(writer *w, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context) {
    yz_check(count > 0);
    submission *s = writer_submission(commands, count);
    s->loop = loop;
    s->together = together;
    s->guarded = s->guarded || together;
    for (uint32_t i = 0; i < count && together; i++)
        yz_check(yz_market_foresees(&commands[i]));
    s->done = done;
    s->done_context = done_context;
    return offer(w, s);
}

bool writer_submit_secret(writer *w, uint32_t loop, const yz_command *command,
                          const store_secret *secret, api_done done, void *done_context) {
    submission *s = writer_submission(command, 1);
    s->secret = secret_copy(secret, &s->secret_bytes);
    s->guarded = true;
    s->bytes += s->secret_bytes;
    s->loop = loop;
    s->done = done;
    s->done_context = done_context;
    return offer(w, s);
}

void writer_collect(writer *w, uint32_t loop) {
    pthread_mutex_lock(&w->mutex);
    submission *s = w->outboxes[loop].first;
    w->outboxes[loop].first = NULL;
    pthread_mutex_unlock(&w->mutex);
    uint32_t over = 0;
    while (s != NULL) {
        submission *next = s->next;
        s->done(s->done_context, s->outcomes, s->count, s->first, s->failure);
        writer_submission_free(s);
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

writer_state writer_now(const writer *w) {
    return atomic_load(&w->state);
}

void writer_mark(writer *w) {
    if (w->o.marked == NULL) return;
    atomic_store(&w->mark_wanted, true);
    pthread_mutex_lock(&w->mutex);
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
}

/* ---- life ---- */

static void *market_thread(void *argument) {
    writer *w = argument;
    pthread_setname_np(pthread_self(), "yz-market"); // for top -H and the like
    while (writer_turn(w) || writer_rest(w)) {
    }
    return NULL;
}

writer *writer_new(const writer_options *options) {
    yz_check(options->loops >= 1 && options->loops <= 64);
    writer *w = yz_alloc_zeroed(sizeof *w);
    w->o = *options;
    w->outboxes = yz_alloc_zeroed(options->loops * sizeof *w->outboxes);
    w->pending = yz_alloc_zeroed(options->loops * sizeof *w->pending);
    w->slots[0].writer = w->slots[1].writer = w;
    w->guard = writer_guard_new();
    w->work_rows = WRITER_WORK_ROWS_FIRST;
    atomic_init(&w->state, WRITER_LOADING);
    atomic_init(&w->mark_wanted, false);
    atomic_init(&w->flying_ms, INT64_MAX);
    atomic_init(&w->durable_ms, INT64_MIN);
    pthread_condattr_t attributes;
    yz_check(pthread_condattr_init(&attributes) == 0);
    yz_check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    yz_check(pthread_cond_init(&w->bell, &attributes) == 0);
    pthread_condattr_destroy(&attributes);
    yz_check(pthread_mutex_init(&w->mutex, NULL) == 0);
    if (options->load == NULL) (void)writer_turn(w); // ready at once, so that nobody is turned away
    if (w->o.threaded) yz_check(pthread_create(&w->thread, NULL, market_thread, w) == 0);
    return w;
}

void writer_stop(writer *w) {
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
    if (w->o.threaded) {
        yz_check(pthread_join(w->thread, NULL) == 0);
        return;
    }
    while (writer_turn(w))
        continue;
}

static void drop(writer_queue *q) {
    while (q->first != NULL) {
        submission *s = q->first;
        q->first = s->next;
        writer_submission_free(s);
    }
}

void writer_free(writer *w) {
    if (w == NULL) return;
    for (uint32_t i = 0; i < w->o.loops; i++) {
        if (w->stopping) writer_collect(w, i);
        drop(&w->outboxes[i]);
    }
    drop(&w->inbox);
    for (uint32_t i = 0; i < 2; i++) {
        if (&w->slots[i] == w->written) drop(&w->slots[i].taken);
        yz_free(w->slots[i].commands);
        yz_free(w->slots[i].secrets);
    }
    pthread_cond_destroy(&w->bell);
    pthread_mutex_destroy(&w->mutex);
    writer_guard_free(w->guard);
    writer_find_deinit(w);
    yz_free(w->fresh);
    yz_free(w->outboxes);
    yz_free(w->pending);
    yz_free(w);
}
