#include "net/server/loop.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <netinet/in.h>
#include <pthread.h>

#define READ_BYTES ((size_t)64 * 1024)
#define TICK_MS 25
#define TICKS_ROUND 10      // ticks in which each connection is looked at once
#define TICK_CONNS_MAX 400u // of one tick: 9,000 that time out together took 139 ms at once
#define EPOCH_TICKS 4       // writers are counted for so long
#define BACKLOG 1024
/* Answers that are sent together: the first one wakes the client, who is busy while the next ones
 * come. One loop, 64 connections: 33.8 us of CPU a question sent each at once. */
#define SEND_TOGETHER 16u
/* Of one connection in one turn; then the others have theirs. Whoever reads an export as fast as it
 * is made would keep the loop to the end of it otherwise. */
#define SEND_TURN_BYTES ((size_t)256 * 1024)
#define SEND_PIECE_BYTES 65536u // of a write that waits for the socket

typedef struct conn {
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    server_loop *loop;
    http_conn *http;
    struct conn *older, *newer; // of the loop's list
    struct conn *next_dirty, *next_unsent;
    bool dirty, unsent, reading, writing, shut, closing;
    uint32_t write_size;     // of the write under way
    bool waits_turn, closed; // an errand will send more; the handle is closed meanwhile
    uint32_t wrote_epoch;    // of the last write; 0: none
    char address[46];
} conn;

/* Work put off to a later turn, first in, first out. */
typedef struct errand {
    struct errand *next;
    void (*run)(void *context);
    void *context;
} errand;

/* Work for libuv's pool. */
typedef struct chore {
    uv_work_t request;
    server_loop *loop;
    void (*work)(void *context);
    void (*after)(void *context);
    void *context;
} chore;

struct server_loop {
    uv_loop_t uv;
    uv_check_t turn_end;
    uv_idle_t idle; // active while errands wait: then the loop does not sleep
    errand *errands, **errands_end;
    uint32_t chores; // not yet over
    uv_tcp_t listener;
    uv_async_t bell;
    uv_timer_t timer;
    uv_prepare_t before_wait;
    _Atomic bool busy;
    _Atomic uint32_t writers; // of the last whole epoch, or of this one if they are more
    uint32_t epoch, epoch_ticks, epoch_writers;
    conn *current; // whose request is being read; NULL: nobody's
    loops_shared *shared;
    uint32_t number;
    http_service *service;
    conn *conns;
    uint32_t conn_count;
    conn *next_tick; // where the round of time-outs goes on; NULL: at the start
    conn *unsent;    // answered in this turn, to be sent at its end; newest first
    uint32_t unsent_count;
    conn *dirty; // an answer came from outside a read: to be run and sent
    uint64_t tick_expected_ns, drain_until_ns;
    int64_t date_s;
    bool draining, waits_for_room, cut;
    bool collecting; // run_dirty comes right after
    pthread_mutex_t bell_mutex;
    bool bell_closed; // under the mutex
    char *read_buffer;
};

static uint64_t now_ns(const server_loop *l) {
    const outside *o = &l->shared->options->outside;
    return o->mono_ns(o->context);
}

/* ---- who writes, and whether there is work: for the size of batches ---- */

void loop_note_write(server_loop *l) {
    if (l->current == NULL || l->current->wrote_epoch == l->epoch) return;
    l->current->wrote_epoch = l->epoch;
    l->epoch_writers += 1;
    if (l->epoch_writers > loop_writers(l)) atomic_store(&l->writers, l->epoch_writers);
}

static void tick_epoch(server_loop *l) {
    if (++l->epoch_ticks < EPOCH_TICKS) return;
    atomic_store(&l->writers, l->epoch_writers);
    l->epoch += 1;
    l->epoch_ticks = l->epoch_writers = 0;
}

uint32_t loop_writers(const server_loop *l) {
    return atomic_load_explicit(&l->writers, memory_order_relaxed);
}

bool loop_busy(const server_loop *l) {
    return atomic_load_explicit(&l->busy, memory_order_relaxed);
}

static void set_busy(server_loop *l, bool busy) {
    atomic_store_explicit(&l->busy, busy, memory_order_relaxed);
}

/* libuv calls it before it waits, and nothing right after: whatever wakes it says "busy". */
static void before_wait(uv_prepare_t *handle) {
    set_busy(handle->data, false);
}

/* ---- connections ---- */

static void accept_waiting(server_loop *l);
static void maybe_finish(server_loop *l);

static void on_conn_closed(uv_handle_t *handle) {
    conn *c = handle->data;
    server_loop *l = c->loop;
    http_conn_free(c->http);
    c->closed = true;
    if (!c->waits_turn) yz_free(c);
    maybe_finish(l);
}

static void conn_close(conn *c) {
    if (c->closing) return;
    c->closing = true;
    server_loop *l = c->loop;
    if (c->older != NULL) c->older->newer = c->newer;
    if (c->newer != NULL) c->newer->older = c->older;
    if (l->conns == c) l->conns = c->older;
    if (l->next_tick == c) l->next_tick = c->older;
    l->conn_count -= 1;
    for (conn **at = &l->dirty; c->dirty && *at != NULL; at = &(*at)->next_dirty) {
        if (*at != c) continue;
        *at = c->next_dirty;
        break;
    }
    atomic_fetch_sub(&l->shared->connections, 1);
    metrics_connection(l->shared->metrics, l->number, -1);
    uv_close((uv_handle_t *)&c->tcp, on_conn_closed);
    if (l->waits_for_room) accept_waiting(l);
}

static void conn_flush(conn *c);
static void send_soon(conn *c);

static void on_written(uv_write_t *request, int status) {
    conn *c = request->data;
    c->writing = false;
    if (c->closing) return;
    if (status < 0) {
        conn_close(c);
        return;
    }
    http_conn_sent(c->http, c->write_size, now_ns(c->loop));
    conn_flush(c);
}

static void on_shut(uv_shutdown_t *request, int status) {
    conn *c = request->data;
    if (status < 0 && !c->closing) conn_close(c);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)suggested;
    conn *c = handle->data;
    *buffer = uv_buf_init(c->loop->read_buffer, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    conn *c = stream->data;
    if (c->closing || count == 0) return;
    set_busy(c->loop, true);
    if (count > 0) {
        c->loop->current = c;
        http_conn_feed(c->http, buffer->base, (size_t)count, now_ns(c->loop));
        c->loop->current = NULL;
    } else if (count == UV_EOF) {
        c->reading = false;
        uv_read_stop(stream);
        http_conn_eof(c->http, now_ns(c->loop));
    } else {
        conn_close(c);
        return;
    }
    // Who wants no more bytes is listened to at once.
    if (http_conn_wish(c->http) == HTTP_WISH_READ) {
        send_soon(c);
    } else {
        conn_flush(c);
    }
}

static void send_more(void *context) {
    conn *c = context;
    c->waits_turn = false;
    if (c->closed)
        yz_free(c);
    else
        conn_flush(c);
}

/* Writes what it can at once; the rest when the socket has room, or in a later turn. */
static void conn_send(conn *c) {
    size_t sent = 0;
    for (;;) {
        yz_text out = http_conn_output(c->http);
        if (out.size == 0) return;
        if (sent >= SEND_TURN_BYTES) {
            c->waits_turn = true;
            loop_later(c->loop, send_more, c);
            return;
        }
        uv_buf_t buffer = uv_buf_init((char *)out.bytes, out.size);
        int put = uv_try_write((uv_stream_t *)&c->tcp, &buffer, 1);
        if (put < 0 && put != UV_EAGAIN) {
            conn_close(c);
            return;
        }
        if (put > 0) http_conn_sent(c->http, (size_t)put, now_ns(c->loop));
        if (put > 0) sent += (size_t)put;
        if (put == (int)out.size) continue;
        out = http_conn_output(c->http);
        if (out.size == 0) return;
        // In pieces: how fast the other side takes them is what its rate is judged by.
        c->write_size = out.size < SEND_PIECE_BYTES ? out.size : SEND_PIECE_BYTES;
        buffer = uv_buf_init((char *)out.bytes, c->write_size);
        c->write.data = c;
        c->writing = uv_write(&c->write, (uv_stream_t *)&c->tcp, &buffer, 1, on_written) == 0;
        if (!c->writing) conn_close(c);
        return;
    }
}

static void conn_flush(conn *c) {
    if (!c->writing && !c->waits_turn && !c->closing) conn_send(c);
    if (c->closing) return;
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;
    http_wish wish = http_conn_wish(c->http);
    if (wish == HTTP_WISH_CLOSE) {
        conn_close(c);
        return;
    }
    if (wish == HTTP_WISH_SHUT && !c->shut && !c->writing && !c->waits_turn) {
        c->shut = true;
        c->shutdown.data = c;
        if (uv_shutdown(&c->shutdown, stream, on_shut) != 0) {
            conn_close(c);
            return;
        }
    }
    bool want = wish != HTTP_WISH_PAUSE;
    if (want == c->reading) return;
    if (want && http_conn_saw_eof(c->http)) return;
    c->reading = want;
    if (want) {
        uv_read_start(stream, on_alloc, on_read);
    } else {
        uv_read_stop(stream);
    }
}

static void send_unsent(server_loop *l) {
    conn *newest = l->unsent, *oldest = NULL;
    l->unsent = NULL;
    l->unsent_count = 0;
    while (newest != NULL) { // turned round: first answered, first sent
        conn *next = newest->next_unsent;
        newest->next_unsent = oldest;
        oldest = newest;
        newest = next;
    }
    for (conn *c = oldest, *next; c != NULL; c = next) {
        next = c->next_unsent;
        c->unsent = false;
        conn_flush(c);
    }
}

/* After the reads of this turn and before anything closed in it is freed. */
static void on_turn_end(uv_check_t *check) {
    send_unsent(check->data);
}

static void send_soon(conn *c) {
    server_loop *l = c->loop;
    if (!c->unsent) {
        c->unsent = true;
        c->next_unsent = l->unsent;
        l->unsent = c;
        l->unsent_count += 1;
    }
    if (l->unsent_count >= SEND_TOGETHER) send_unsent(l);
}

static void on_http_wake(void *context, http_conn *http) {
    server_loop *l = context;
    conn *c = http_conn_user(http);
    if (c->dirty) return;
    c->dirty = true;
    c->next_dirty = l->dirty;
    l->dirty = c;
    if (!l->collecting) loop_wake(l);
}

static void run_dirty(server_loop *l) {
    while (l->dirty != NULL) {
        conn *c = l->dirty;
        l->dirty = c->next_dirty;
        c->dirty = false;
        if (c->closing) continue;
        l->current = c;
        http_conn_run(c->http, now_ns(l));
        l->current = NULL;
        conn_flush(c);
    }
}

static void on_http_note(void *context, const http_note *note) {
    server_loop *l = context;
    uint64_t duration_ns = now_ns(l) - note->started_ns;
    metrics_exchange(l->shared->metrics, l->number, note, duration_ns);
    log_exchange(l->shared->log, note, duration_ns);
}

/* ---- accepting ---- */

static http_peer peer_of(const uv_tcp_t *tcp) {
    http_peer peer = {.address = "?", .loopback = false};
    struct sockaddr_storage from;
    int size = sizeof from;
    if (uv_tcp_getpeername(tcp, (struct sockaddr *)&from, &size) != 0) return peer;
    if (from.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&from;
        uv_ip4_name(v4, peer.address, sizeof peer.address);
        peer.loopback = (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
    } else if (from.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&from;
        uv_ip6_name(v6, peer.address, sizeof peer.address);
        peer.loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
    return peer;
}

/* A walk over all of this loop's: only for addresses outside this machine, and cheap beside what a
 * new connection costs anyway. */
static bool address_has_room(const server_loop *l, const char *address) {
    uint32_t same = 0, most = l->shared->options->connections_per_ip_max;
    for (const conn *c = l->conns; c != NULL; c = c->older) {
        if (strcmp(c->address, address) == 0) same += 1;
    }
    return same * l->shared->options->loops < most;
}

static void accept_one(server_loop *l) {
    conn *c = yz_alloc_zeroed(sizeof *c);
    c->loop = l;
    yz_check(uv_tcp_init(&l->uv, &c->tcp) == 0);
    c->tcp.data = c;
    if (uv_accept((uv_stream_t *)&l->listener, (uv_stream_t *)&c->tcp) != 0) {
        c->closing = true;
        uv_close((uv_handle_t *)&c->tcp, on_conn_closed);
        return;
    }
    http_peer peer = peer_of(&c->tcp);
    memcpy(c->address, peer.address, sizeof c->address);
    bool refused = !peer.loopback && !address_has_room(l, peer.address);
    uv_tcp_nodelay(&c->tcp, 1);
    c->older = l->conns;
    if (l->conns != NULL) l->conns->newer = c;
    l->conns = c;
    l->conn_count += 1;
    atomic_fetch_add(&l->shared->connections, 1);
    metrics_connection(l->shared->metrics, l->number, 1);
    c->http = http_conn_new(l->service, &peer, c, now_ns(l));
    if (refused) {
        metrics_connection_refused(l->shared->metrics, l->number);
        conn_close(c);
        return;
    }
    conn_flush(c);
}

static bool has_room(const server_loop *l) {
    return atomic_load(&l->shared->connections) < l->shared->options->connections_max;
}

/* libuv stops asking for connections while one is not accepted: that is the pause. */
static void on_connection(uv_stream_t *listener, int status) {
    server_loop *l = listener->data;
    if (status < 0) return; // out of file descriptors: libuv has closed the newcomer
    if (has_room(l)) {
        accept_one(l);
    } else {
        l->waits_for_room = true;
    }
}

static void accept_waiting(server_loop *l) {
    if (l->draining || !has_room(l)) return;
    l->waits_for_room = false;
    accept_one(l);
}

/* ---- work put off ---- */

/* One a turn: between two of them every connection is served. */
static void on_idle(uv_idle_t *idle) {
    server_loop *l = idle->data;
    errand *e = l->errands;
    l->errands = e->next;
    if (l->errands == NULL) {
        l->errands_end = &l->errands;
        uv_idle_stop(idle);
    }
    e->run(e->context);
    yz_free(e);
    run_dirty(l);
    maybe_finish(l);
}

void loop_later(server_loop *l, void (*run)(void *context), void *context) {
    errand *e = yz_alloc(sizeof *e);
    *e = (errand){NULL, run, context};
    if (l->errands == NULL) uv_idle_start(&l->idle, on_idle);
    *l->errands_end = e;
    l->errands_end = &e->next;
}

static void on_chore(uv_work_t *request) {
    chore *c = request->data;
    c->work(c->context);
}

static void on_chore_over(uv_work_t *request, int status) {
    chore *c = request->data;
    server_loop *l = c->loop;
    (void)status; // nobody cancels
    l->chores -= 1;
    c->after(c->context);
    yz_free(c);
    run_dirty(l);
    maybe_finish(l);
}

void loop_work(server_loop *l, void (*work)(void *context), void (*after)(void *context),
               void *context) {
    chore *c = yz_alloc(sizeof *c);
    *c = (chore){.loop = l, .work = work, .after = after, .context = context};
    c->request.data = c;
    l->chores += 1;
    yz_check(uv_queue_work(&l->uv, &c->request, on_chore, on_chore_over) == 0);
}

/* ---- time and the end ---- */

static void start_draining(server_loop *l) {
    l->draining = true;
    if (l->shared->live != NULL) live_drain(live_desk_of(l->shared->live, l->number));
    l->drain_until_ns = now_ns(l) + (uint64_t)l->shared->options->drain_ms_max * (uint64_t)1000000;
    uv_close((uv_handle_t *)&l->listener, NULL);
    http_service_drain(l->service);
}

static void maybe_finish(server_loop *l) {
    if (!l->draining || l->conn_count > 0 || l->bell_closed) return;
    // A connection that was cut may have left a write behind: its outcome still comes here.
    if (writer_pending(l->shared->writer, l->number) > 0) return;
    if (l->shared->past != NULL && as_of_pending(l->shared->past, l->number) > 0) return;
    if (l->errands != NULL || l->chores > 0) return;
    uv_close((uv_handle_t *)&l->timer, NULL);
    uv_close((uv_handle_t *)&l->idle, NULL);
    uv_close((uv_handle_t *)&l->before_wait, NULL);
    uv_close((uv_handle_t *)&l->turn_end, NULL);
    pthread_mutex_lock(&l->bell_mutex);
    l->bell_closed = true;
    uv_close((uv_handle_t *)&l->bell, NULL);
    pthread_mutex_unlock(&l->bell_mutex);
}

static void tick_connections(server_loop *l) {
    uint64_t now = now_ns(l);
    uint32_t left = l->conn_count / TICKS_ROUND + 1;
    if (left > TICK_CONNS_MAX) left = TICK_CONNS_MAX;
    if (l->next_tick == NULL) l->next_tick = l->conns;
    for (; left > 0 && l->next_tick != NULL; left--) {
        conn *c = l->next_tick;
        l->next_tick = c->older; // before c may go
        http_conn_tick(c->http, now);
        conn_flush(c);
    }
    if (!l->draining || now < l->drain_until_ns) return;
    while (l->conns != NULL) {
        l->cut = true;
        conn_close(l->conns);
    }
}

// Streams are written to between collecting and run_dirty, so that each is sent once a turn.
static void turn_live(server_loop *l) {
    if (l->shared->live == NULL) return;
    l->collecting = true;
    live_turn(live_desk_of(l->shared->live, l->number), now_ns(l));
    l->collecting = false;
}

static void tick_live(server_loop *l) {
    if (l->shared->live == NULL) return;
    l->collecting = true;
    live_tick(live_desk_of(l->shared->live, l->number), now_ns(l));
    l->collecting = false;
}

static void on_timer(uv_timer_t *timer) {
    server_loop *l = timer->data;
    uint64_t now = now_ns(l);
    uint64_t late = now > l->tick_expected_ns ? now - l->tick_expected_ns : 0;
    // libuv's timers count whole milliseconds: within one they are on time.
    metrics_loop_lag(l->shared->metrics, l->number, late > 1000000 ? late - 1000000 : 0);
    l->tick_expected_ns = now + (uint64_t)TICK_MS * 1000000;
    const outside *o = &l->shared->options->outside;
    int64_t unix_s = o->wall_ms(o->context) / 1000;
    if (unix_s != l->date_s) http_service_set_time(l->service, unix_s);
    l->date_s = unix_s;
    tick_epoch(l);
    tick_connections(l);
    tick_live(l);
    run_dirty(l);
    if (l->waits_for_room) accept_waiting(l);
    maybe_finish(l);
}

static void on_bell(uv_async_t *bell) {
    server_loop *l = bell->data;
    set_busy(l, true);
    l->collecting = true;
    writer_collect(l->shared->writer, l->number);
    if (l->shared->past != NULL) as_of_collect(l->shared->past, l->number);
    l->collecting = false;
    turn_live(l);
    run_dirty(l);
    maybe_finish(l);
    if (!atomic_load(&l->shared->stopping) || l->draining) return;
    start_draining(l);
    run_dirty(l);
    tick_connections(l);
    maybe_finish(l);
}

server_loop *loop_new(loops_shared *shared, uint32_t number, int socket, http_handler handler,
                      uint64_t first_id) {
    server_loop *l = yz_alloc_zeroed(sizeof *l);
    l->shared = shared;
    l->number = number;
    l->read_buffer = yz_alloc(READ_BYTES);
    yz_check(pthread_mutex_init(&l->bell_mutex, NULL) == 0);
    yz_check(uv_loop_init(&l->uv) == 0);
    http_limits limits = shared->options->limits;
    limits.out_all_mark /= shared->options->loops; // all loops share the memory
    limits.out_all_max /= shared->options->loops;
    http_service_options options = {.handler = handler,
                                    .limits = limits,
                                    .first_id = first_id,
                                    .wake = on_http_wake,
                                    .note = on_http_note,
                                    .context = l};
    l->service = http_service_new(&options);
    yz_check(uv_tcp_init(&l->uv, &l->listener) == 0);
    yz_check(uv_tcp_open(&l->listener, socket) == 0);
    l->listener.data = l;
    yz_check(uv_async_init(&l->uv, &l->bell, on_bell) == 0);
    l->bell.data = l;
    yz_check(uv_timer_init(&l->uv, &l->timer) == 0);
    l->timer.data = l;
    yz_check(uv_idle_init(&l->uv, &l->idle) == 0);
    l->idle.data = l;
    yz_check(uv_check_init(&l->uv, &l->turn_end) == 0);
    l->turn_end.data = l;
    yz_check(uv_check_start(&l->turn_end, on_turn_end) == 0);
    l->errands_end = &l->errands;
    l->epoch = 1;
    yz_check(uv_prepare_init(&l->uv, &l->before_wait) == 0);
    l->before_wait.data = l;
    yz_check(uv_prepare_start(&l->before_wait, before_wait) == 0);
    yz_check(uv_listen((uv_stream_t *)&l->listener, BACKLOG, on_connection) == 0);
    return l;
}

bool loop_run(server_loop *l) {
    l->tick_expected_ns = now_ns(l);
    yz_check(uv_timer_start(&l->timer, on_timer, 0, TICK_MS) == 0);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    return !l->cut;
}

void loop_wake(server_loop *l) {
    pthread_mutex_lock(&l->bell_mutex);
    if (!l->bell_closed) uv_async_send(&l->bell);
    pthread_mutex_unlock(&l->bell_mutex);
}

uv_loop_t *loop_uv(server_loop *l) {
    return &l->uv;
}

void loop_free(server_loop *l) {
    if (l == NULL) return;
    yz_check(uv_loop_close(&l->uv) == 0);
    http_service_free(l->service);
    pthread_mutex_destroy(&l->bell_mutex);
    yz_free(l->read_buffer);
    yz_free(l);
}
