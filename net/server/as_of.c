#include "net/server/as_of.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"
#include "net/server/as_of_frame.h"
#include "net/server/child.h"
#include "net/server/metrics_page.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define LOOK_MS 50 // while there is a process, or somebody waits

typedef struct question {
    struct question *next;
    uint32_t loop;
    api_moment moment;
    char *line; // owned, ends with a line feed
    uint32_t line_size;
    api_past_done done;
    void *done_context;
    uint64_t asked_ns;
    api_past past; // texts in `room`
    char *room;    // owned
} question;

typedef struct question_queue {
    question *first, **end;
} question_queue;

/* A process, and what is known of it. But for `asked` the loop's own. */
typedef struct runner {
    as_of *owner;
    child *child; // NULL: this place is free
    api_moment moment;
    question_queue asked; // in the order they were put; under the mutex
    as_of_frames frames;
    bool ready, leaving; // leaving: it was told to, and is no failure
    uint64_t sequence;
    int64_t at_ms;
    uint64_t begun_ns, idle_ns; // idle: since then nobody asks
} runner;

struct as_of {
    as_of_options o;
    uv_timer_t timer;
    uv_async_t bell;
    runner runners[AS_OF_PROCESSES];
    pthread_mutex_t mutex; // guards the rest
    question_queue waiting;
    question_queue *over; // by loop
    uint32_t *pending;    // by loop
    uint32_t questions;   // waiting, and with a process
    bool stopping, bell_closed;
    as_of_figures figures;
};

static uint64_t mono_ns(const as_of *s) {
    return s->o.outside->mono_ns(s->o.outside->context);
}

// ---- queues ----

static void queue_init(question_queue *q) {
    q->first = NULL;
    q->end = &q->first;
}

static void push(question_queue *q, question *one) {
    one->next = NULL;
    *q->end = one;
    q->end = &one->next;
}

static question *pop(question_queue *q) {
    question *one = q->first;
    if (one == NULL) return NULL;
    q->first = one->next;
    if (q->first == NULL) q->end = &q->first;
    return one;
}

static void question_free(question *q) {
    yz_free(q->line);
    yz_free(q->room);
    yz_free(q);
}

// ---- answers; under the mutex ----

/* "2026-08-01T12:00:00.000+08:00" or "seq:17", for people. */
static void moment_words(api_moment moment, char *to, size_t room) {
    char at[YZ_TIME_TEXT_MAX];
    if (moment.sequence != 0) {
        snprintf(to, room, "seq:%" PRIu64, moment.sequence);
    } else {
        yz_time_format_instant(moment.at_ms, at);
        snprintf(to, room, "%s", at);
    }
}

static void finish(as_of *s, question *q) {
    if (q->past.refusal == NULL) {
        s->figures.answered += 1;
    } else {
        s->figures.refused += 1;
    }
    s->questions -= 1;
    push(&s->over[q->loop], q);
    s->o.wake(s->o.context, q->loop);
}

static void refuse(as_of *s, question *q, const char *reason, const char *value) {
    q->past = (api_past){.refusal = reason,
                         .later = strcmp(reason, "past_failed") != 0 &&
                                  strcmp(reason, "past_early") != 0};
    snprintf(q->past.value, sizeof q->past.value, "%s", value);
    finish(s, q);
}

static void refuse_all(as_of *s, question_queue *queue, const char *reason, const char *value) {
    char moment[YZ_TIME_TEXT_MAX + 8];
    question *q;
    while ((q = pop(queue)) != NULL) {
        moment_words(q->moment, moment, sizeof moment);
        refuse(s, q, reason, value != NULL ? value : moment);
    }
}

// Copies what the frame borrows.
static void fill_in(question *q, const runner *r, const as_of_frame *frame) {
    size_t type = strlen(frame->type) + 1;
    q->room = yz_alloc(type + frame->headers.size + frame->body.size);
    char *headers = q->room + type, *body = headers + frame->headers.size;
    memcpy(q->room, frame->type, type);
    if (frame->headers.size > 0) memcpy(headers, frame->headers.bytes, frame->headers.size);
    if (frame->body.size > 0) memcpy(body, frame->body.bytes, frame->body.size);
    q->past = (api_past){.status = frame->status,
                         .content_type = frame->type[0] != '\0' ? q->room : NULL,
                         .headers = {headers, frame->headers.size},
                         .body = {body, frame->body.size},
                         .sequence = r->sequence,
                         .at_ms = r->at_ms};
}

// ---- a process ----

static void pump(as_of *s);

static void log_run(const runner *r, log_level level, const char *what, const char *how,
                    const char *detail) {
    char moment[YZ_TIME_TEXT_MAX + 8], sequence[24], seconds[32];
    const as_of *s = r->owner;
    moment_words(r->moment, moment, sizeof moment);
    snprintf(sequence, sizeof sequence, "%" PRIu64, r->sequence);
    snprintf(seconds, sizeof seconds, "%.3f", (double)(mono_ns(s) - r->begun_ns) / 1e9);
    log_line(s->o.log, level, what, "moment", moment, "sequence", sequence, "seconds", seconds,
             how != NULL ? "how" : NULL, how, "detail", detail, NULL);
}

static void leave(runner *r) {
    if (r->child == NULL || r->leaving) return;
    r->leaving = true;
    child_kill(r->child);
}

static void on_ready(runner *r, const as_of_frame *frame) {
    as_of *s = r->owner;
    uint64_t took = mono_ns(s) - r->begun_ns;
    r->ready = true;
    r->sequence = frame->sequence;
    r->at_ms = frame->at_ms;
    r->idle_ns = mono_ns(s);
    pthread_mutex_lock(&s->mutex);
    s->figures.ready += 1;
    s->figures.last_ns = took;
    pthread_mutex_unlock(&s->mutex);
    log_run(r, LOG_INFO, "as_of_ready", NULL, NULL);
}

static void on_early(runner *r, const as_of_frame *frame) {
    char at[YZ_TIME_TEXT_MAX], value[64];
    as_of *s = r->owner;
    // A journal without a command begins with whatever comes next.
    int64_t at_ms = frame->sequence != 0 ? frame->at_ms : s->o.market_ms(s->o.context);
    yz_time_format_instant(at_ms, at);
    snprintf(value, sizeof value, "%s (seq:%" PRIu64 ")", at,
             frame->sequence != 0 ? frame->sequence : 1);
    pthread_mutex_lock(&s->mutex);
    s->figures.early += 1;
    refuse_all(s, &r->asked, "past_early", value);
    pthread_mutex_unlock(&s->mutex);
    leave(r);
}

// False: nobody had asked, or it does not stand anywhere yet.
static bool on_answer(runner *r, const as_of_frame *frame) {
    as_of *s = r->owner;
    if (!r->ready) return false;
    pthread_mutex_lock(&s->mutex);
    question *q = pop(&r->asked);
    if (q != NULL) {
        fill_in(q, r, frame);
        finish(s, q);
    }
    bool asked = q != NULL || s->stopping; // when we stop, what was asked is answered already
    pthread_mutex_unlock(&s->mutex);
    r->idle_ns = mono_ns(s);
    return asked;
}

static void on_said(void *context, const char *bytes, size_t size) {
    runner *r = context;
    as_of_frame frame;
    as_of_next next = AS_OF_MORE;
    if (r->leaving) return;
    as_of_frames_feed(&r->frames, bytes, size);
    while (!r->leaving && (next = as_of_frames_next(&r->frames, &frame)) == AS_OF_FRAME) {
        if (frame.kind == AS_OF_READY) {
            on_ready(r, &frame);
        } else if (frame.kind == AS_OF_EARLY) {
            on_early(r, &frame);
        } else if (!on_answer(r, &frame)) {
            next = AS_OF_NONSENSE;
            break;
        }
    }
    if (next == AS_OF_NONSENSE) child_kill(r->child); // and then it has died
}

static void on_over(void *context, const child_end *end) {
    runner *r = context;
    as_of *s = r->owner;
    char how[32];
    bool died = !r->leaving;
    r->child = NULL;
    as_of_frames_deinit(&r->frames);
    snprintf(how, sizeof how, "%s %d", end->signal != 0 ? "signal" : "exit",
             end->signal != 0 ? end->signal : end->code);
    pthread_mutex_lock(&s->mutex);
    s->figures.running -= 1;
    if (died) s->figures.failed += 1;
    refuse_all(s, &r->asked, "past_failed", NULL);
    pthread_mutex_unlock(&s->mutex);
    if (died) log_run(r, LOG_ERROR, "as_of_failed", how, end->words);
    pump(s);
}

static void begin(as_of *s, runner *r, api_moment moment) {
    const char *argv[AS_OF_ARGUMENTS_MAX + 3];
    char text[YZ_TIME_TEXT_MAX + 8];
    size_t count = 0;
    for (; s->o.argv[count] != NULL; count++) {
        yz_check(count < AS_OF_ARGUMENTS_MAX);
        argv[count] = s->o.argv[count];
    }
    argv[count] = moment.sequence != 0 ? "--seq" : "--at";
    argv[count + 1] = text;
    argv[count + 2] = NULL;
    moment_words(moment, text, sizeof text);
    if (moment.sequence != 0) snprintf(text, sizeof text, "%" PRIu64, moment.sequence);
    *r = (runner){.owner = s, .moment = moment, .begun_ns = mono_ns(s)};
    queue_init(&r->asked);
    as_of_frames_init(&r->frames);
    s->figures.running += 1;
    child_options options = {
        .uv = s->o.uv, .argv = argv, .said = on_said, .over = on_over, .context = r};
    r->child = child_new(&options);
}

// ---- who is asked; on the loop, under the mutex ----

static runner *runner_at(as_of *s, api_moment moment) {
    for (int i = 0; i < AS_OF_PROCESSES; i++) {
        runner *r = &s->runners[i];
        if (r->child != NULL && !r->leaving && api_moment_equal(r->moment, moment)) return r;
    }
    return NULL;
}

static runner *free_runner(as_of *s) {
    for (int i = 0; i < AS_OF_PROCESSES; i++) {
        if (s->runners[i].child == NULL) return &s->runners[i];
    }
    return NULL;
}

static bool is_idle(const runner *r) {
    return r->child != NULL && r->ready && !r->leaving && r->asked.first == NULL;
}

// The one that nobody has asked for longest makes room; one that is leaving is room already.
static void make_room(as_of *s) {
    runner *idlest = NULL;
    for (int i = 0; i < AS_OF_PROCESSES; i++) {
        runner *r = &s->runners[i];
        if (r->child != NULL && r->leaving) return;
        if (is_idle(r) && (idlest == NULL || r->idle_ns < idlest->idle_ns)) idlest = r;
    }
    if (idlest != NULL) leave(idlest);
}

// False: it goes on waiting.
static bool place(as_of *s, question *q) {
    if (q->moment.sequence == 0 && q->moment.at_ms > s->o.settled_ms(s->o.context)) return false;
    runner *r = runner_at(s, q->moment);
    if (r == NULL && (r = free_runner(s)) == NULL) {
        make_room(s);
        return false;
    }
    if (r->child == NULL) begin(s, r, q->moment);
    push(&r->asked, q);
    child_tell(r->child, (yz_text){q->line, q->line_size});
    return true;
}

static bool too_late(const as_of *s, const question *q) {
    return mono_ns(s) - q->asked_ns > s->o.question_ms * 1000000;
}

static void place_all(as_of *s) {
    question_queue waiting = s->waiting;
    question *q;
    char moment[YZ_TIME_TEXT_MAX + 8];
    if (waiting.first == NULL) return;
    queue_init(&s->waiting);
    while ((q = pop(&waiting)) != NULL) {
        if (too_late(s, q)) {
            moment_words(q->moment, moment, sizeof moment);
            refuse(s, q, "past_slow", moment);
        } else if (!place(s, q)) {
            push(&s->waiting, q);
        }
    }
}

// Whoever takes too long is given up, whoever is not asked any more goes.
static void look_after(as_of *s) {
    for (int i = 0; i < AS_OF_PROCESSES; i++) {
        runner *r = &s->runners[i];
        if (r->child == NULL || r->leaving) continue;
        if (r->asked.first != NULL && too_late(s, r->asked.first)) {
            leave(r);
            refuse_all(s, &r->asked, "past_slow", NULL);
            log_run(r, LOG_WARN, "as_of_failed", "time limit", "");
            s->figures.failed += 1;
        } else if (is_idle(r) && mono_ns(s) - r->idle_ns > s->o.kept_ms * 1000000) {
            leave(r);
        }
    }
}

static bool has_runner(const as_of *s) {
    for (int i = 0; i < AS_OF_PROCESSES; i++) {
        if (s->runners[i].child != NULL) return true;
    }
    return false;
}

static void on_timer(uv_timer_t *timer) {
    pump(timer->data);
}

static void pump(as_of *s) {
    pthread_mutex_lock(&s->mutex);
    bool stopping = s->stopping;
    if (!stopping) {
        look_after(s);
        place_all(s);
    }
    bool busy = s->waiting.first != NULL;
    pthread_mutex_unlock(&s->mutex);
    for (int i = 0; stopping && i < AS_OF_PROCESSES; i++)
        leave(&s->runners[i]);
    if (uv_is_closing((uv_handle_t *)&s->timer)) return;
    if (busy || (has_runner(s) && !stopping)) {
        if (!uv_is_active((uv_handle_t *)&s->timer))
            yz_check(uv_timer_start(&s->timer, on_timer, LOOK_MS, LOOK_MS) == 0);
    } else {
        uv_timer_stop(&s->timer);
    }
}

static void on_bell(uv_async_t *bell) {
    pump(bell->data);
}

// Under the mutex.
static void ring(as_of *s) {
    if (!s->bell_closed) uv_async_send(&s->bell);
}

// ---- from any thread ----

static const char *not_now(const as_of *s, const api_moment *moment) {
    if (moment->sequence != 0) {
        return moment->sequence > s->o.durable(s->o.context) ? "past_future" : NULL;
    }
    return moment->at_ms >= s->o.market_ms(s->o.context) ? "past_future" : NULL;
}

static question *new_question(const as_of *s, uint32_t loop, const api_moment *moment,
                              yz_text words) {
    question *q = yz_alloc_zeroed(sizeof *q);
    q->loop = loop;
    q->moment = *moment;
    q->asked_ns = mono_ns(s);
    q->line_size = words.size + 1;
    q->line = yz_alloc(q->line_size);
    memcpy(q->line, words.bytes, words.size);
    q->line[words.size] = '\n';
    return q;
}

const char *as_of_ask(as_of *s, uint32_t loop, const api_moment *moment, yz_text words,
                      api_past_done done, void *done_context) {
    const char *refusal = not_now(s, moment);
    pthread_mutex_lock(&s->mutex);
    if (refusal == NULL && s->stopping) refusal = "past_stops";
    if (refusal == NULL && s->questions >= AS_OF_QUESTIONS_MAX) refusal = "past_busy";
    if (refusal == NULL) {
        question *q = new_question(s, loop, moment, words);
        q->done = done;
        q->done_context = done_context;
        push(&s->waiting, q);
        s->questions += 1;
        s->pending[loop] += 1;
        ring(s);
    } else {
        s->figures.refused += 1;
    }
    pthread_mutex_unlock(&s->mutex);
    return refusal;
}

void as_of_collect(as_of *s, uint32_t loop) {
    question *q;
    pthread_mutex_lock(&s->mutex);
    question_queue over = s->over[loop];
    if (over.first == NULL) {
        pthread_mutex_unlock(&s->mutex);
        return;
    }
    queue_init(&s->over[loop]);
    pthread_mutex_unlock(&s->mutex);
    uint32_t count = 0;
    while ((q = pop(&over)) != NULL) {
        q->done(q->done_context, &q->past);
        question_free(q);
        count += 1;
    }
    pthread_mutex_lock(&s->mutex);
    s->pending[loop] -= count;
    pthread_mutex_unlock(&s->mutex);
}

uint32_t as_of_pending(as_of *s, uint32_t loop) {
    pthread_mutex_lock(&s->mutex);
    uint32_t pending = s->pending[loop];
    pthread_mutex_unlock(&s->mutex);
    return pending;
}

void as_of_stop(as_of *s) {
    pthread_mutex_lock(&s->mutex);
    s->stopping = true;
    refuse_all(s, &s->waiting, "past_stops", NULL);
    for (int i = 0; i < AS_OF_PROCESSES; i++)
        refuse_all(s, &s->runners[i].asked, "past_stops", NULL);
    ring(s);
    pthread_mutex_unlock(&s->mutex);
}

// ---- figures ----

as_of_figures as_of_now(as_of *s) {
    pthread_mutex_lock(&s->mutex);
    as_of_figures figures = s->figures;
    figures.waiting = s->questions;
    pthread_mutex_unlock(&s->mutex);
    return figures;
}

void as_of_figures_write(const as_of_figures *f, void (*put)(void *to, yz_text line), void *to) {
    metrics_page p = {put, to};
    metrics_say_type(&p, "yizhan_as_of_questions_total", "counter",
                     "Questions about the past, answered (whatever the answer) or refused.");
    metrics_say(&p, "yizhan_as_of_questions_total{result=\"answered\"} %" PRIu64 "\n", f->answered);
    metrics_say(&p, "yizhan_as_of_questions_total{result=\"refused\"} %" PRIu64 "\n", f->refused);
    metrics_say_type(
        &p, "yizhan_as_of_runs_total", "counter",
        "Processes that were to stand at a moment of the past, by what became of them.");
    metrics_say(&p, "yizhan_as_of_runs_total{result=\"ready\"} %" PRIu64 "\n", f->ready);
    metrics_say(&p, "yizhan_as_of_runs_total{result=\"early\"} %" PRIu64 "\n", f->early);
    metrics_say(&p, "yizhan_as_of_runs_total{result=\"failed\"} %" PRIu64 "\n", f->failed);
    metrics_say_one(&p, "yizhan_as_of_running", "gauge", "Such processes, now.", f->running);
    metrics_say_one(&p, "yizhan_as_of_waiting", "gauge", "Questions about the past, not answered.",
                    f->waiting);
    metrics_say_one(&p, "yizhan_as_of_seconds", "gauge",
                    "How long the last one took to reach its moment.", (double)f->last_ns / 1e9);
}

// ---- life ----

as_of *as_of_new(const as_of_options *options) {
    as_of *s = yz_alloc_zeroed(sizeof *s);
    s->o = *options;
    s->over = yz_alloc_zeroed(options->loops * sizeof *s->over);
    s->pending = yz_alloc_zeroed(options->loops * sizeof *s->pending);
    queue_init(&s->waiting);
    for (uint32_t i = 0; i < options->loops; i++)
        queue_init(&s->over[i]);
    for (int i = 0; i < AS_OF_PROCESSES; i++)
        queue_init(&s->runners[i].asked);
    yz_check(pthread_mutex_init(&s->mutex, NULL) == 0);
    yz_check(uv_timer_init(s->o.uv, &s->timer) == 0);
    yz_check(uv_async_init(s->o.uv, &s->bell, on_bell) == 0);
    s->timer.data = s->bell.data = s;
    uv_unref((uv_handle_t *)&s->timer);
    uv_unref((uv_handle_t *)&s->bell);
    return s;
}

void as_of_end(as_of *s) {
    pump(s); // it is stopping: they all leave
    pthread_mutex_lock(&s->mutex);
    s->bell_closed = true;
    pthread_mutex_unlock(&s->mutex);
    uv_close((uv_handle_t *)&s->timer, NULL);
    uv_close((uv_handle_t *)&s->bell, NULL);
    uv_run(s->o.uv, UV_RUN_DEFAULT);
    yz_check(!has_runner(s));
}

void as_of_free(as_of *s) {
    if (s == NULL) return;
    pthread_mutex_destroy(&s->mutex);
    yz_free(s->over);
    yz_free(s->pending);
    yz_free(s);
}
