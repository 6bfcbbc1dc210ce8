#include "net/server/snapshot_process.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define LOOK_MS 250
#define ARGUMENTS_MAX 32
#define SAID_MAX 512 // of what the process says on stderr

struct snapshot_process {
    snapshot_process_options o;
    uv_timer_t timer;
    uv_process_t process;
    uv_pipe_t pipe;
    bool asked, ended;
    uint64_t tried, tried_bytes; // where the journal stood at the last try
    uint64_t begun_ns, at;       // of the one that runs
    char said[SAID_MAX];
    size_t said_size;
    uint32_t handles_open; // of the process: itself and its pipe
    pthread_mutex_t mutex; // guards the rest
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

static void on_closed(uv_handle_t *handle) {
    snapshot_process *s = handle->data;
    s->handles_open -= 1;
    if (s->handles_open == 0) set_running(s, false);
}

/* The first line is what counts; it goes into a log line. */
static const char *first_line(snapshot_process *s) {
    s->said[s->said_size] = 0;
    s->said[strcspn(s->said, "\n")] = 0;
    return s->said;
}

static void on_exit(uv_process_t *process, int64_t code, int number) {
    snapshot_process *s = process->data;
    char sequence[24], seconds[32], how[24];
    uint64_t took = mono_ns(s) - s->begun_ns;
    bool proven = code == 0 && number == 0;
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
    snprintf(how, sizeof how, "%s %d", number != 0 ? "signal" : "exit",
             number != 0 ? number : (int)code);
    if (proven) {
        log_line(s->o.log, LOG_INFO, "snapshot_proven", "sequence", sequence, "seconds", seconds,
                 NULL);
    } else if (!s->ended) {
        log_line(s->o.log, LOG_ERROR, "snapshot_failed", "sequence", sequence, "seconds", seconds,
                 "how", how, "detail", first_line(s), NULL);
    }
    uv_close((uv_handle_t *)&s->process, on_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    static char rest[256]; // what does not fit is read and dropped
    snapshot_process *s = handle->data;
    (void)suggested;
    size_t room = SAID_MAX - 1 - s->said_size;
    *buffer = room > 0 ? uv_buf_init(s->said + s->said_size, (unsigned)room)
                       : uv_buf_init(rest, sizeof rest);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    snapshot_process *s = stream->data;
    if (count > 0 && buffer->base == s->said + s->said_size) s->said_size += (size_t)count;
    if (count < 0) uv_close((uv_handle_t *)stream, on_closed);
}

static void start(snapshot_process *s, uint64_t sequence, yz_digest digest) {
    char at[24], hex[YZ_DIGEST_TEXT_MAX];
    char *arguments[ARGUMENTS_MAX + 5];
    size_t count = 0;
    for (; s->o.argv[count] != NULL; count++) {
        yz_check(count < ARGUMENTS_MAX);
        arguments[count] = (char *)(uintptr_t)s->o.argv[count]; // uv_spawn reads them only
    }
    snprintf(at, sizeof at, "%" PRIu64, sequence);
    yz_digest_text(digest, hex);
    char *const more[] = {(char[]){"--at"}, at, (char[]){"--digest"}, hex, NULL};
    memcpy(arguments + count, more, sizeof more);
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
    stdio[2].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
    stdio[2].data.stream = (uv_stream_t *)&s->pipe;
    uv_process_options_t options = {.file = arguments[0],
                                    .args = arguments,
                                    .exit_cb = on_exit,
                                    .stdio_count = 3,
                                    .stdio = stdio};
    yz_check(uv_pipe_init(s->o.uv, &s->pipe, 0) == 0);
    s->pipe.data = s->process.data = s;
    s->said_size = 0;
    s->at = sequence;
    s->begun_ns = mono_ns(s);
    s->handles_open = 2;
    set_running(s, true);
    int failed = uv_spawn(s->o.uv, &s->process, &options);
    if (failed != 0) {
        pthread_mutex_lock(&s->mutex);
        s->figures.failed += 1;
        pthread_mutex_unlock(&s->mutex);
        log_line(s->o.log, LOG_ERROR, "snapshot_failed", "sequence", at, "detail",
                 uv_strerror(failed), NULL);
        uv_close((uv_handle_t *)&s->process, on_closed);
        uv_close((uv_handle_t *)&s->pipe, on_closed);
        return;
    }
    uv_read_start((uv_stream_t *)&s->pipe, on_alloc, on_read);
    uv_unref((uv_handle_t *)&s->process); // a server that stops does not wait for it
    uv_unref((uv_handle_t *)&s->pipe);
    log_line(s->o.log, LOG_INFO, "snapshot_begun", "sequence", at, "digest", hex, NULL);
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
    if (snapshot_process_now(s).running) {
        if (!uv_is_closing((uv_handle_t *)&s->process)) uv_process_kill(&s->process, SIGTERM);
        uv_ref((uv_handle_t *)&s->process);
        uv_ref((uv_handle_t *)&s->pipe);
    }
    uv_run(s->o.uv, UV_RUN_DEFAULT);
}

void snapshot_process_free(snapshot_process *s) {
    if (s == NULL) return;
    pthread_mutex_destroy(&s->mutex);
    yz_free(s);
}
