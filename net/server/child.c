#include "net/server/child.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)

extern char **environ;

typedef struct telling {
    uv_write_t request;
    struct telling *next;
    uint32_t size;
    char bytes[];
} telling;

struct child {
    child_options o;
    char **argv; // owned, copies
    uv_work_t start;
    uv_signal_t ended; // SIGCHLD, of any child
    uv_pipe_t pipes[3];
    int theirs[3], ours[3];
    pid_t pid;  // 0: not started
    int failed; // errno of the start
    int status; // of waitpid
    bool started, reaped, killed, closing;
    uint32_t streams_open; // stdout, stderr: until they end
    uint32_t handles_open;
    char words[CHILD_LAST_WORDS_MAX];
    size_t words_size;
    telling *first, **end; // told before it was started
    char *read_buffer;
};

// ---- starting, on a thread of the pool ----

static bool make_pipes(child *c) {
    for (int i = 0; i < 3; i++)
        c->theirs[i] = c->ours[i] = -1;
    for (int i = 0; i < 3; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) return false;
        c->ours[i] = ends[i == 0 ? 1 : 0];
        // Clear of 0, 1 and 2, where they are to be, should this process have closed its own.
        c->theirs[i] = fcntl(ends[i == 0 ? 0 : 1], F_DUPFD_CLOEXEC, 3);
        close(ends[i == 0 ? 0 : 1]);
        if (c->theirs[i] < 0) return false;
    }
    return true;
}

static void close_ends(int ends[3]) {
    for (int i = 0; i < 3; i++) {
        if (ends[i] >= 0) close(ends[i]);
        ends[i] = -1;
    }
}

// Signals as a program finds them, whatever this one made of them.
static int spawn(child *c) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t all, none;
    sigemptyset(&none);
    sigfillset(&all);
    yz_check(posix_spawn_file_actions_init(&files) == 0 && posix_spawnattr_init(&how) == 0);
    for (int i = 0; i < 3; i++)
        yz_check(posix_spawn_file_actions_adddup2(&files, c->theirs[i], i) == 0);
    yz_check(posix_spawnattr_setsigmask(&how, &none) == 0);
    yz_check(posix_spawnattr_setsigdefault(&how, &all) == 0);
    yz_check(posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0);
    int failed = posix_spawn(&c->pid, c->argv[0], &files, &how, c->argv, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static void on_start(uv_work_t *request) {
    child *c = request->data;
    c->failed = make_pipes(c) ? spawn(c) : errno;
    if (c->failed != 0) c->pid = 0;
    close_ends(c->theirs);
}

// ---- the end ----

static void on_closed(uv_handle_t *handle) {
    child *c = handle->data;
    c->handles_open -= 1;
    if (c->handles_open > 0) return;
    c->words[c->words_size] = '\0';
    c->words[strcspn(c->words, "\n")] = '\0';
    bool signalled = c->pid != 0 && WIFSIGNALED(c->status);
    child_end end = {.code = c->pid == 0 ? -1
                             : signalled ? 0
                                         : WEXITSTATUS(c->status),
                     .signal = signalled ? WTERMSIG(c->status) : 0,
                     .words = c->pid == 0 ? strerror(c->failed) : c->words};
    c->o.over(c->o.context, &end);
    for (size_t i = 0; c->argv[i] != NULL; i++)
        yz_free(c->argv[i]);
    yz_free(c->argv);
    yz_free(c->read_buffer);
    yz_free(c);
}

// Its process is gone, and all it wrote has been read; after a kill whatever has been read is all:
// somebody of its own may hold the pipes.
static void close_if_over(child *c) {
    if (c->closing || !c->started || (c->pid != 0 && !c->reaped)) return;
    if (c->streams_open > 0 && !c->killed) return;
    c->closing = true;
    uv_close((uv_handle_t *)&c->ended, on_closed);
    for (int i = 0; i < 3; i++)
        uv_close((uv_handle_t *)&c->pipes[i], on_closed);
}

static void reap(child *c) {
    if (c->pid == 0 || c->reaped) return;
    c->reaped = waitpid(c->pid, &c->status, WNOHANG) == c->pid;
    close_if_over(c);
}

static void on_child_signal(uv_signal_t *handle, int number) {
    (void)number;
    child *c = handle->data;
    if (c->started) reap(c);
}

// ---- its words ----

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    child *c = handle->data;
    (void)suggested;
    *buffer = uv_buf_init(c->read_buffer, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    child *c = stream->data;
    if (count < 0) {
        uv_read_stop(stream);
        c->streams_open -= 1;
        close_if_over(c);
    } else if (stream == (uv_stream_t *)&c->pipes[1]) {
        c->o.said(c->o.context, buffer->base, (size_t)count);
    } else {
        size_t room = sizeof c->words - 1 - c->words_size;
        size_t taken = (size_t)count < room ? (size_t)count : room; // the rest is dropped
        memcpy(c->words + c->words_size, buffer->base, taken);
        c->words_size += taken;
    }
}

// ---- what it is told ----

static void on_told(uv_write_t *request, int status) {
    (void)status; // its end says more
    yz_free(request->data);
}

static void tell(child *c, telling *t) {
    uv_buf_t buffer = uv_buf_init(t->bytes, t->size);
    t->request.data = t;
    if (uv_write(&t->request, (uv_stream_t *)&c->pipes[0], &buffer, 1, on_told) != 0) yz_free(t);
}

// All that waited: to it, or nowhere.
static void tell_first(child *c) {
    while (c->first != NULL) {
        telling *t = c->first;
        c->first = t->next;
        if (c->pid != 0) {
            tell(c, t);
        } else {
            yz_free(t);
        }
    }
}

void child_tell(child *c, yz_text text) {
    if (text.size == 0 || c->closing || (c->started && c->pid == 0)) return;
    telling *t = yz_alloc(sizeof *t + text.size);
    t->next = NULL;
    t->size = text.size;
    memcpy(t->bytes, text.bytes, text.size);
    if (c->started) {
        tell(c, t);
        return;
    }
    *c->end = t;
    c->end = &t->next;
}

// ---- life ----

static void on_started(uv_work_t *request, int status) {
    child *c = request->data;
    (void)status; // nobody cancels
    c->started = true;
    if (c->pid == 0) {
        close_ends(c->ours);
        tell_first(c);
        close_if_over(c);
        return;
    }
    for (int i = 0; i < 3; i++)
        yz_check(uv_pipe_open(&c->pipes[i], c->ours[i]) == 0);
    c->streams_open = 2;
    for (int i = 1; i < 3; i++)
        yz_check(uv_read_start((uv_stream_t *)&c->pipes[i], on_alloc, on_read) == 0);
    tell_first(c);
    if (c->killed) kill(c->pid, SIGKILL);
    reap(c); // its signal may have come before its number was known
}

static void copy_arguments(child *c, const char *const *argv) {
    size_t count = 0;
    while (argv[count] != NULL)
        count += 1;
    c->argv = yz_alloc((count + 1) * sizeof *c->argv);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(argv[i]) + 1;
        c->argv[i] = yz_alloc(size);
        memcpy(c->argv[i], argv[i], size);
    }
    c->argv[count] = NULL;
}

child *child_new(const child_options *options) {
    child *c = yz_alloc_zeroed(sizeof *c);
    c->o = *options;
    c->end = &c->first;
    c->read_buffer = yz_alloc(READ_BYTES);
    copy_arguments(c, options->argv);
    c->start.data = c->ended.data = c;
    yz_check(uv_signal_init(c->o.uv, &c->ended) == 0);
    yz_check(uv_signal_start(&c->ended, on_child_signal, SIGCHLD) == 0);
    uv_unref((uv_handle_t *)&c->ended);
    for (int i = 0; i < 3; i++) {
        yz_check(uv_pipe_init(c->o.uv, &c->pipes[i], 0) == 0);
        c->pipes[i].data = c;
        uv_unref((uv_handle_t *)&c->pipes[i]);
    }
    c->handles_open = 4;
    yz_check(uv_queue_work(c->o.uv, &c->start, on_start, on_started) == 0);
    return c;
}

void child_kill(child *c) {
    c->killed = true;
    if (c->closing) return;
    uv_ref((uv_handle_t *)&c->ended);
    for (int i = 0; i < 3; i++)
        uv_ref((uv_handle_t *)&c->pipes[i]);
    if (c->started && c->pid != 0 && !c->reaped) kill(c->pid, SIGKILL);
}
