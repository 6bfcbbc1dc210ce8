#include "net/server/server.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/loop.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS_KEPT_BACK 64 // for listeners, logs, files

/* A loop's own line: when its read section began. */
typedef struct reader {
    _Alignas(64) uint64_t since_ns;
} reader;

struct server {
    server_options o;
    yz_market *market;
    server_gate *gate;
    metrics *metrics;
    logger log;
    writer *writer;
    loops_shared shared;
    api_house house;
    server_loop *loops[SERVER_LOOPS_MAX];
    void *faces[SERVER_LOOPS_MAX];
    reader *readers;
    pthread_t threads[SERVER_LOOPS_MAX];
    bool ended_well[SERVER_LOOPS_MAX];
    uv_signal_t signals[3];
    uint16_t port;
    bool has_run;
};

server_options server_options_default(void) {
    return (server_options){
        .address = "127.0.0.1",
        .port = 7780,
        .loops = 2,
        .level = LOG_INFO,
        .limits = http_limits_default(),
        .connections_max = 19000,
        .connections_per_ip_max = 256,
        .queue_commands_max = 20000,
        .queue_bytes_max = (size_t)64 << 20,
        .drain_ms_max = 10000,
        .handle_signals = true,
        .outside = outside_real(),
        .store = store_memory(),
    };
}

/* ---- the house: what the api reaches the market through ---- */

static const yz_market *read_begin(void *context, uint32_t loop) {
    server *s = context;
    gate_read_begin(s->gate, loop);
    s->readers[loop].since_ns = s->o.outside.mono_ns(s->o.outside.context);
    return s->market;
}

static void read_end(void *context, uint32_t loop) {
    server *s = context;
    uint64_t now = s->o.outside.mono_ns(s->o.outside.context);
    gate_read_end(s->gate, loop);
    metrics_read_hold(s->metrics, loop, now - s->readers[loop].since_ns);
}

static bool submit(void *context, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context) {
    server *s = context;
    return writer_submit(s->writer, loop, commands, count, together, done, done_context);
}

static int64_t now_ms(void *context) {
    const server *s = context;
    return s->o.outside.wall_ms(s->o.outside.context);
}

static void later(void *context, uint32_t loop, void (*run)(void *run_context), void *run_context) {
    server *s = context;
    loop_later(s->loops[loop], run, run_context);
}

static uint64_t now_ns(void *context) {
    const server *s = context;
    return s->o.outside.mono_ns(s->o.outside.context);
}

static void put_metrics(void *context, void (*put)(void *to, yz_text line), void *to) {
    const server *s = context;
    metrics_write(s->metrics, &s->o.outside, put, to);
}

static const char *not_ready(void *context, yz_arena *arena) {
    const server *s = context;
    (void)arena;
    writer_state state = writer_now(s->writer);
    if (state == WRITER_BROKEN) return "{\"reason\":\"store_failed\"}";
    if (state == WRITER_FULL) return "{\"reason\":\"disk_full\"}";
    if (atomic_load(&s->shared.stopping)) return "{\"reason\":\"stopping\"}";
    return NULL;
}

/* ---- listening ---- */

typedef union listen_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} listen_address;

static bool read_address(const char *text, listen_address *address, socklen_t *size) {
    if (strcmp(text, "localhost") == 0) text = "127.0.0.1";
    if (uv_ip4_addr(text, 0, &address->v4) == 0) {
        *size = sizeof address->v4;
        return true;
    }
    *size = sizeof address->v6;
    return uv_ip6_addr(text, 0, &address->v6) == 0;
}

static bool is_loopback(const listen_address *address) {
    if (address->any.sa_family == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    return (ntohl(address->v4.sin_addr.s_addr) >> 24) == 127;
}

static void set_port(listen_address *address, uint16_t port) {
    if (address->any.sa_family == AF_INET6) {
        address->v6.sin6_port = htons(port);
    } else {
        address->v4.sin_port = htons(port);
    }
}

static uint16_t port_of(int fd) {
    listen_address address;
    socklen_t size = sizeof address;
    yz_check(getsockname(fd, &address.any, &size) == 0);
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

/* A bound socket, or -1 with errno. `shared`: several loops on one port. */
static int bind_socket(const listen_address *address, socklen_t size, bool shared) {
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int on = 1;
    bool bound = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                 (!shared || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
                 bind(fd, &address->any, size) == 0;
    if (bound) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* SO_REUSEPORT would let a second server of the same user in beside us: so first without it. */
static bool port_is_free(const listen_address *address, socklen_t size) {
    int fd = bind_socket(address, size, false);
    if (fd < 0) return false;
    bool is_free = listen(fd, 1) == 0;
    int why = errno;
    close(fd);
    errno = why;
    return is_free;
}

static bool open_sockets(server *s, int sockets[SERVER_LOOPS_MAX], char problem[256], bool *usage) {
    listen_address address;
    socklen_t size;
    const server_options *o = &s->o;
    *usage = true;
    if (!read_address(o->address, &address, &size)) {
        snprintf(problem, 256, "'%.60s' is no address; fix: --listen 127.0.0.1:%u", o->address,
                 o->port);
        return false;
    }
    if (!is_loopback(&address)) {
        snprintf(problem, 256,
                 "will not listen on %.60s: anyone on the network could read and change "
                 "everything, since no access key exists; fix: yizhan serve --listen 127.0.0.1:%u",
                 o->address, o->port);
        return false;
    }
    *usage = false;
    s->port = o->port;
    set_port(&address, s->port);
    bool ok = port_is_free(&address, size);
    uint32_t opened = 0;
    for (; ok && opened < o->loops; opened++) {
        sockets[opened] = bind_socket(&address, size, o->loops > 1);
        ok = sockets[opened] >= 0;
        if (!ok) break;
        if (opened == 0) s->port = port_of(sockets[0]);
        set_port(&address, s->port);
    }
    if (ok) return true;
    snprintf(problem, 256, "cannot listen on %.60s:%u: %s%s", o->address, s->port, strerror(errno),
             errno == EADDRINUSE ? "; fix: another --listen, or port 0" : "");
    while (opened > 0)
        close(sockets[--opened]);
    return false;
}

/* ---- life ---- */

static void wake_loop(void *context, uint32_t loop) {
    loop_wake(((server *)context)->loops[loop]);
}

static uint32_t connections_that_fit(uint32_t wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    if (limit.rlim_cur <= 2 * FDS_KEPT_BACK) return FDS_KEPT_BACK;
    rlim_t fit = limit.rlim_cur - FDS_KEPT_BACK;
    return fit < wanted ? (uint32_t)fit : wanted;
}

static void start_writer(server *s) {
    writer_options options = {.market = s->market,
                              .gate = s->gate,
                              .store = s->o.store,
                              .outside = &s->o.outside,
                              .metrics = s->metrics,
                              .log = &s->log,
                              .threaded = true,
                              .loops = s->o.loops,
                              .queue_commands_max = s->o.queue_commands_max,
                              .queue_bytes_max = s->o.queue_bytes_max,
                              .has_start = s->o.has_start,
                              .start_ms = s->o.start_ms,
                              .wake = wake_loop,
                              .wake_context = s};
    s->writer = writer_new(&options);
}

server *server_new(const server_options *options, yz_market *market, char problem[256],
                   bool *usage) {
    yz_check(options->loops >= 1 && options->loops <= SERVER_LOOPS_MAX);
    bool asked_wrong = false;
    int sockets[SERVER_LOOPS_MAX];
    server *s = yz_alloc_zeroed(sizeof *s);
    s->o = *options;
    s->market = market;
    bool opened = open_sockets(s, sockets, problem, &asked_wrong);
    if (usage != NULL) *usage = asked_wrong;
    uint64_t id_base;
    if (opened && !s->o.outside.random(s->o.outside.context, &id_base, sizeof id_base)) {
        snprintf(problem, 256, "the system gives no random bytes");
        for (uint32_t i = 0; i < s->o.loops; i++)
            close(sockets[i]);
        opened = false;
    }
    if (!opened) {
        yz_free(s);
        return NULL;
    }
    s->o.connections_max = connections_that_fit(s->o.connections_max);
    logger_init(&s->log, &s->o.outside, s->o.level);
    s->gate = gate_new(s->o.loops);
    s->metrics = metrics_new(s->o.loops);
    s->readers = yz_alloc_aligned(64, sizeof(reader) * s->o.loops);
    s->house = (api_house){.context = s,
                           .read_begin = read_begin,
                           .read_end = read_end,
                           .submit = submit,
                           .later = later,
                           .now_ms = now_ms,
                           .now_ns = now_ns,
                           .metrics = put_metrics,
                           .not_ready = not_ready};
    s->shared.options = &s->o;
    s->shared.metrics = s->metrics;
    s->shared.log = &s->log;
    for (uint32_t i = 0; i < s->o.loops; i++) {
        s->faces[i] = s->o.faces.open(s->o.faces.context, &s->house, i);
        // 24 random bits, the loop, a count: ids of two runs or two loops do not meet.
        uint64_t first_id = (id_base & 0xffffff0000000000u) | (uint64_t)i << 36;
        s->loops[i] =
            loop_new(&s->shared, i, sockets[i], s->o.faces.handler(s->faces[i]), first_id);
    }
    start_writer(s);
    s->shared.writer = s->writer;
    return s;
}

void server_free(server *s) {
    if (s == NULL) return;
    if (!s->has_run) { // loops end only by running to their end
        server_stop(s);
        server_run(s);
    }
    for (uint32_t i = 0; i < s->o.loops; i++)
        loop_free(s->loops[i]);
    writer_free(s->writer);
    for (uint32_t i = 0; i < s->o.loops; i++)
        s->o.faces.close(s->faces[i]);
    gate_free(s->gate);
    metrics_free(s->metrics);
    yz_free(s->readers);
    yz_free(s);
}

uint16_t server_port(const server *s) {
    return s->port;
}

void server_stop(server *s) {
    if (atomic_exchange(&s->shared.stopping, true)) return;
    for (uint32_t i = 0; i < s->o.loops; i++)
        loop_wake(s->loops[i]);
}

static void on_signal(uv_signal_t *handle, int number) {
    server *s = handle->data;
    if (number != SIGHUP) {
        log_line(&s->log, LOG_INFO, "stopping", "signal", number == SIGINT ? "INT" : "TERM", NULL);
        server_stop(s);
        return;
    }
    if (s->o.reload_level != NULL) s->log.level = s->o.reload_level(s->o.reload_context);
    log_line(&s->log, LOG_INFO, "reloaded", NULL);
}

static void take_signals(server *s) {
    static const int NUMBERS[3] = {SIGTERM, SIGINT, SIGHUP};
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 3; i++) {
        yz_check(uv_signal_init(loop_uv(s->loops[0]), &s->signals[i]) == 0);
        s->signals[i].data = s;
        yz_check(uv_signal_start(&s->signals[i], on_signal, NUMBERS[i]) == 0);
        uv_unref((uv_handle_t *)&s->signals[i]);
    }
}

static void leave_signals(server *s) {
    for (int i = 0; i < 3; i++)
        uv_close((uv_handle_t *)&s->signals[i], NULL);
    uv_run(loop_uv(s->loops[0]), UV_RUN_DEFAULT);
}

typedef struct thread_start {
    server *server;
    uint32_t loop;
} thread_start;

static void *loop_thread(void *argument) {
    thread_start *start = argument;
    start->server->ended_well[start->loop] = loop_run(start->server->loops[start->loop]);
    return NULL;
}

bool server_run(server *s) {
    thread_start starts[SERVER_LOOPS_MAX];
    s->has_run = true;
    if (s->o.handle_signals) take_signals(s);
    char port[8];
    snprintf(port, sizeof port, "%u", s->port);
    log_line(&s->log, LOG_INFO, "listening", "address", s->o.address, "port", port, NULL);
    for (uint32_t i = 1; i < s->o.loops; i++) {
        starts[i] = (thread_start){s, i};
        yz_check(pthread_create(&s->threads[i], NULL, loop_thread, &starts[i]) == 0);
    }
    s->ended_well[0] = loop_run(s->loops[0]);
    bool well = s->ended_well[0];
    for (uint32_t i = 1; i < s->o.loops; i++) {
        yz_check(pthread_join(s->threads[i], NULL) == 0);
        well = well && s->ended_well[i];
    }
    writer_stop(s->writer);
    if (s->o.handle_signals) leave_signals(s);
    log_line(&s->log, well ? LOG_INFO : LOG_WARN, "stopped", "drained", well ? "true" : "false",
             NULL);
    return well;
}
