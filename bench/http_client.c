#include "bench/http_client.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <llhttp.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES 65536
#define EVENTS_MAX 256
#define GRACE_NS 10000000000u

typedef struct connection {
    http_load *load;
    int socket;
    bool busy;
    bool complete; // set by llhttp
    bool not_ok;
    uint64_t due_ns; // when the request under way was sent, or fell due
    yz_text rest;    // of the request, not yet sent
    llhttp_t parser;
} connection;

typedef struct run {
    connection *connections;
    uint32_t connection_count;
    int epoll;
    uint64_t start_ns, end_ns;
    llhttp_settings_t settings;
    uint64_t *issued;  // by load
    connection **idle; // stack of connections without a request; one stretch for each load
    uint32_t *idle_from, *idle_count;
    http_load *loads;
    uint32_t load_count;
} run;

static int on_status(llhttp_t *parser) {
    connection *c = parser->data;
    c->not_ok = parser->status_code < 200 || parser->status_code > 299;
    return 0;
}

static int on_complete(llhttp_t *parser) {
    connection *c = parser->data;
    c->complete = true;
    return 0;
}

static int open_socket(const char *host, uint16_t port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) return -1;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) return -1;
    int one = 1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(s, (const struct sockaddr *)&to, sizeof to) != 0) {
        close(s);
        return -1;
    }
    return s;
}

/* ---- one connection ---- */

// False: the connection is broken.
static bool push(connection *c) {
    while (c->rest.size > 0) {
        ssize_t sent = send(c->socket, c->rest.bytes, c->rest.size, MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        c->rest.bytes += sent;
        c->rest.size -= (uint32_t)sent;
    }
    return true;
}

static uint32_t load_of(const run *r, const connection *c) {
    return (uint32_t)(c->load - r->loads);
}

static void rest(run *r, connection *c) {
    uint32_t at = load_of(r, c);
    c->busy = false;
    r->idle[r->idle_from[at] + r->idle_count[at]++] = c;
}

// A broken connection is out for good; its request counts as failed.
static void drop(run *r, connection *c) {
    (void)r;
    c->load->answered += 1;
    c->load->not_ok += 1;
    c->busy = false;
    close(c->socket);
    c->socket = -1;
}

static void issue(run *r, connection *c, uint64_t due_ns) {
    uint64_t number = r->issued[load_of(r, c)]++;
    c->rest = c->load->requests[number % c->load->request_count];
    c->busy = true;
    c->not_ok = false;
    c->due_ns = due_ns;
    if (!push(c)) drop(r, c);
}

static void answered(run *r, connection *c, uint64_t now_ns) {
    c->complete = false;
    c->load->answered += 1;
    c->load->not_ok += c->not_ok;
    c->load->seconds = (double)(now_ns - r->start_ns) / 1e9;
    yz_histogram_add(c->load->latency_ns, now_ns - c->due_ns);
    if (c->load->per_second == 0 && now_ns < r->end_ns) {
        issue(r, c, now_ns);
    } else {
        rest(r, c);
    }
}

// False: that is no answer, and the connection is of no use any more.
static bool take_bytes(connection *c, const char *bytes, size_t size) {
    if (!c->load->redis) return llhttp_execute(&c->parser, bytes, size) == HPE_OK;
    if (bytes[0] == '-') c->not_ok = true;
    c->complete = bytes[size - 1] == '\n';
    return true;
}

static void on_event(run *r, connection *c, uint32_t events) {
    static char bytes[READ_BYTES];
    if (c->socket < 0) return;
    if ((events & EPOLLOUT) && !push(c)) {
        drop(r, c);
        return;
    }
    for (;;) {
        ssize_t size = recv(c->socket, bytes, sizeof bytes, 0);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (size <= 0 || !take_bytes(c, bytes, (size_t)size)) {
            drop(r, c);
            return;
        }
        if (c->complete) answered(r, c, clock_wall_ns());
        if (size < (ssize_t)sizeof bytes) return;
    }
}

/* ---- the run ---- */

static uint64_t due_ns(const run *r, uint32_t load) {
    return r->start_ns + (uint64_t)((double)r->issued[load] / r->loads[load].per_second * 1e9);
}

// Sends all that has fallen due; returns when the next will.
static uint64_t issue_due(run *r, uint64_t now_ns) {
    uint64_t next_ns = UINT64_MAX;
    for (uint32_t i = 0; i < r->load_count; i++) {
        if (r->loads[i].per_second == 0) continue;
        for (;;) {
            uint64_t due = due_ns(r, i);
            if (due >= r->end_ns) break;
            if (due > now_ns) {
                next_ns = due < next_ns ? due : next_ns;
                break;
            }
            if (r->idle_count[i] == 0) break; // an answer will bring us back
            issue(r, r->idle[r->idle_from[i] + --r->idle_count[i]], due);
        }
    }
    return next_ns;
}

static bool all_done(const run *r, uint64_t now_ns) {
    if (now_ns < r->end_ns) return false;
    for (uint32_t i = 0; i < r->connection_count; i++) {
        if (r->connections[i].busy) return false;
    }
    for (uint32_t i = 0; i < r->load_count; i++) {
        if (r->loads[i].per_second > 0 && r->idle_count[i] > 0 && due_ns(r, i) < r->end_ns)
            return false;
    }
    return true;
}

static void turn(run *r) {
    for (uint64_t now = clock_wall_ns(); !all_done(r, now) && now < r->end_ns + GRACE_NS;
         now = clock_wall_ns()) {
        uint64_t next = issue_due(r, now);
        uint64_t until = now < r->end_ns && r->end_ns < next ? r->end_ns : next;
        uint64_t wait = until == UINT64_MAX ? 100000000u : until > now ? until - now : 0;
        struct timespec timeout = {(time_t)(wait / 1000000000u), (long)(wait % 1000000000u)};
        struct epoll_event events[EVENTS_MAX];
        int count = epoll_pwait2(r->epoll, events, EVENTS_MAX, &timeout, NULL);
        for (int i = 0; i < count; i++)
            on_event(r, events[i].data.ptr, events[i].events);
    }
    for (uint32_t i = 0; i < r->connection_count; i++) {
        if (r->connections[i].busy) drop(r, &r->connections[i]);
    }
}

static bool open_connections(run *r, const char *host, uint16_t port) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < r->load_count; i++) {
        r->idle_from[i] = at;
        for (uint32_t k = 0; k < r->loads[i].connections; k++, at++) {
            connection *c = &r->connections[at];
            *c = (connection){.load = &r->loads[i], .socket = open_socket(host, port)};
            if (c->socket < 0) return false;
            fcntl(c->socket, F_SETFL, O_NONBLOCK);
            llhttp_init(&c->parser, HTTP_RESPONSE, &r->settings);
            c->parser.data = c;
            struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
            yz_check(epoll_ctl(r->epoll, EPOLL_CTL_ADD, c->socket, &event) == 0);
            rest(r, c);
        }
    }
    return true;
}

static void begin(run *r, double seconds) {
    r->start_ns = clock_wall_ns();
    r->end_ns = r->start_ns + (uint64_t)(seconds * 1e9);
    for (uint32_t i = 0; i < r->load_count; i++) {
        while (r->loads[i].per_second == 0 && r->idle_count[i] > 0)
            issue(r, r->idle[r->idle_from[i] + --r->idle_count[i]], clock_wall_ns());
    }
}

bool http_loads_run(const char *host, uint16_t port, http_load *loads, uint32_t count,
                    double seconds) {
    run r = {.loads = loads, .load_count = count, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    yz_check(r.epoll >= 0);
    prctl(PR_SET_TIMERSLACK, 1ul); // else the system may wake us 50 us late
    llhttp_settings_init(&r.settings);
    r.settings.on_headers_complete = on_status;
    r.settings.on_message_complete = on_complete;
    for (uint32_t i = 0; i < count; i++) {
        r.connection_count += loads[i].connections;
        loads[i].answered = loads[i].not_ok = 0;
        loads[i].seconds = 0;
    }
    r.connections = yz_alloc_zeroed(r.connection_count * sizeof *r.connections);
    r.idle = yz_alloc_zeroed(r.connection_count * sizeof(connection *));
    r.issued = yz_alloc_zeroed(count * sizeof *r.issued);
    r.idle_from = yz_alloc_zeroed(count * sizeof *r.idle_from);
    r.idle_count = yz_alloc_zeroed(count * sizeof *r.idle_count);
    bool opened = open_connections(&r, host, port);
    if (opened) {
        begin(&r, seconds);
        turn(&r);
    }
    for (uint32_t i = 0; i < r.connection_count; i++) {
        if (r.connections[i].socket > 0) close(r.connections[i].socket);
    }
    close(r.epoll);
    yz_free(r.connections);
    yz_free((void *)r.idle);
    yz_free(r.issued);
    yz_free(r.idle_from);
    yz_free(r.idle_count);
    return opened;
}

/* ---- a single GET ---- */

typedef struct single {
    char *body;
    size_t size, room;
    bool complete;
} single;

static int keep_body(llhttp_t *parser, const char *bytes, size_t size) {
    single *s = parser->data;
    if (s->size + size + 1 > s->room) {
        s->room = 2 * (s->size + size + 1);
        s->body = yz_realloc(s->body, s->room);
    }
    memcpy(s->body + s->size, bytes, size);
    s->size += size;
    s->body[s->size] = 0;
    return 0;
}

static int single_complete(llhttp_t *parser) {
    single *s = parser->data;
    s->complete = true;
    return 0;
}

char *http_get(const char *host, uint16_t port, const char *path) {
    int socket = open_socket(host, port);
    if (socket < 0) return NULL;
    char bytes[READ_BYTES];
    int size = snprintf(bytes, sizeof bytes, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, host);
    single s = {0};
    llhttp_settings_t settings;
    llhttp_t parser;
    llhttp_settings_init(&settings);
    settings.on_body = keep_body;
    settings.on_message_complete = single_complete;
    llhttp_init(&parser, HTTP_RESPONSE, &settings);
    parser.data = &s;
    bool well = send(socket, bytes, (size_t)size, MSG_NOSIGNAL) == size;
    while (well && !s.complete) {
        ssize_t got = recv(socket, bytes, sizeof bytes, 0);
        well = got > 0 && llhttp_execute(&parser, bytes, (size_t)got) == HPE_OK;
    }
    close(socket);
    if (well && parser.status_code == 200 && s.body) return s.body;
    yz_free(s.body);
    return NULL;
}

double http_metric(const char *text, const char *name) {
    const char *at = text;
    while ((at = strstr(at, name)) != NULL) {
        bool line_begins = at == text || at[-1] == '\n';
        at += strlen(name);
        if (line_begins && *at == ' ') return strtod(at, NULL);
    }
    return 0;
}
