#include "net/server/snapshot_process.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/child.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define LOOK_MS 250
#define ARGUMENTS_MAX 32

struct snapshot_process {
    snapshot_process_options o;
    uv_timer_t timer;
    child *child; // NULL: none runs
    bool asked, ended;
    uint64_t tried, tried_bytes; // where the journal stood at the last try
    uint64_t begun_ns, at;       // of the one that runs
    pthread_mutex_t mutex;       // guards the rest
    bool marked;
    uint64_t mark_sequence;
    yz_digest mark_digest;
    snapshot_process_figures figures;
};

snapshot_process_figures snapshot_process_now(snapshot_process *s) {
    pthread_mutex_lock(&s->mutex);
    snapshot_process_figures figures = s->figures;
    pthread_mutex_unlock(&s->mutex);
    return figures;
}

void snapshot_process_loaded(snapshot_process *s, uint64_t sequence) {
    pthread_mutex_lock(&s->mutex);
    s->figures.sequence = sequence;
    pthread_mutex_unlock(&s->mutex);
}

void snapshot_process_marked(snapshot_process *s, uint64_t sequence, yz_digest digest) {
    pthread_mutex_lock(&s->mutex);
    s->marked = true;
    s->mark_sequence = sequence;
    s->mark_digest = digest;
    pthread_mutex_unlock(&s->mutex);
}

/* ---- the process ---- */

static uint64_t mono_ns(const snapshot_process *s) {
    return s->o.outside->mono_ns(s->o.outside->context);
}

static void set_running(snapshot_process *s, bool running) {
    pthread_mutex_lock(&s->mutex);
    s->figures.running = running;
    pthread_mutex_unlock(&s->mutex);
}

static void on_said(void *context, const char *bytes, size_t size) {
    (void)context, (void)bytes, (void)size; // its exit code says it
}

static void on_over(void *context, const child_end *end) {
    snapshot_process *s = context;
    char sequence[24], seconds[32], how[24];
    uint64_t took = mono_ns(s) - s->begun_ns;
    bool proven = end->code == 0 && end->signal == 0;
    s->child = NULL;
    pthread_mutex_lock(&s->mutex);
    s->figures.last_ns = took;
    if (proven) {
        s->figures.proven += 1;
        s->figures.sequence = s->at;
    } else {
        s->figures.failed += 1;
    }
    pthread_mutex_unlock(&s->mutex);
    snprintf(sequence, sizeof sequence, "%" PRIu64, s->at);
    snprintf(seconds, sizeof seconds, "%.3f", (double)took / 1e9);
    snprintf(how, sizeof how, "%s %d", end->signal != 0 ? "signal" : "exit",
             end->signal != 0 ? end->signal : end->code);
    if (proven) {
        log_line(s->o.log, LOG_INFO, "snapshot_proven", "sequence", sequence, "seconds", seconds,
                 NULL);
    } else if (!s->ended) {
        log_line(s->o.log, LOG_ERROR, "snapshot_failed", "sequence", sequence, "seconds", seconds,
                 "how", how, "detail", end->words, NULL);
    }
    set_running(s, false);
}

static void start(snapshot_process *s, uint64_t sequence, yz_digest digest) {
    char at[24], hex[YZ_DIGEST_TEXT_MAX];
    const char *argv[ARGUMENTS_MAX + 5];
    size_t count = 0;
    for (; s->o.argv[count] != NULL; count++) {
        yz_check(count < ARGUMENTS_MAX);
        argv[count] = s->o.argv[count];
    }
    snprintf(at, sizeof at, "%" PRIu64, sequence);
    yz_digest_text(digest, hex);
    const char *const more[] = {"--at", at, "--digest", hex, NULL};
    memcpy(argv + count, more, sizeof more);
    s->at = sequence;
    s->begun_ns = mono_ns(s);
    set_running(s, true);
    log_line(s->o.log, LOG_INFO, "snapshot_begun", "sequence", at, "digest", hex, NULL);
    child_options options = {
        .uv = s->o.uv, .argv = argv, .said = on_said, .over = on_over, .context = s};
    s->child = child_new(&options);
}

/* ---- when ---- */

static bool is_due(snapshot_process *s, uint64_t sequence, uint64_t bytes) {
    uint64_t last = snapshot_process_now(s).sequence;
    if (s->tried > last) last = s->tried; // one that failed is not tried again and again
    if (s->o.every_commands > 0 && sequence >= last + s->o.every_commands) return true;
    return s->o.every_bytes > 0 && bytes >= s->tried_bytes + s->o.every_bytes;
}

static bool take_mark(snapshot_process *s, uint64_t *sequence, yz_digest *digest) {
    pthread_mutex_lock(&s->mutex);
    bool marked = s->marked;
    s->marked = false;
    *sequence = s->mark_sequence;
    *digest = s->mark_digest;
    pthread_mutex_unlock(&s->mutex);
    return marked;
}

static void on_timer(uv_timer_t *timer) {
    snapshot_process *s = timer->data;
    uint64_t sequence, bytes;
    yz_digest digest;
    snapshot_process_figures figures = snapshot_process_now(s);
    if (figures.running) return;
    if (take_mark(s, &sequence, &digest)) {
        if (sequence > 0 && sequence != figures.sequence) {
            start(s, sequence, digest);
        } else {
            log_line(s->o.log, LOG_INFO, "snapshot_skipped", "reason",
                     sequence == 0 ? "nothing was written yet" : "nothing new since the last one",
                     NULL);
        }
        return;
    }
    s->o.journal_now(s->o.context, &sequence, &bytes);
    if (!s->asked && !is_due(s, sequence, bytes)) return;
    s->asked = false;
    s->tried = sequence;
    s->tried_bytes = bytes;
    s->o.mark(s->o.context);
}

void snapshot_process_ask(snapshot_process *s) {
    if (s->o.argv != NULL) {
        s->asked = true;
        return;
    }
    log_line(s->o.log, LOG_INFO, "snapshot_skipped", "reason", "kept in memory only", NULL);
}

/* ---- life ---- */

snapshot_process *snapshot_process_new(const snapshot_process_options *options) {
    snapshot_process *s = yz_alloc_zeroed(sizeof *s);
    s->o = *options;
    yz_check(pthread_mutex_init(&s->mutex, NULL) == 0);
    yz_check(uv_timer_init(s->o.uv, &s->timer) == 0);
    s->timer.data = s;
    if (s->o.argv != NULL) yz_check(uv_timer_start(&s->timer, on_timer, LOOK_MS, LOOK_MS) == 0);
    uv_unref((uv_handle_t *)&s->timer);
    return s;
}

void snapshot_process_end(snapshot_process *s) {
    s->ended = true;
    uv_close((uv_handle_t *)&s->timer, NULL);
    if (s->child != NULL) child_kill(s->child);
    uv_run(s->o.uv, UV_RUN_DEFAULT);
}

void snapshot_process_free(snapshot_process *s) {
    if (s == NULL) return;
    pthread_mutex_destroy(&s->mutex);
    yz_free(s);
}
