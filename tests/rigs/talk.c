#include "tests/rigs/talk.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct connection {
    int socket; // -1: broken or done
    bool well;
    char *bytes; // of the answer so far
    size_t size, room;
    char question[TALK_QUESTION_MAX];
} connection;

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- questions ---- */

size_t talk_put(talk_wire wire, char question[TALK_QUESTION_MAX], const char *collection,
                const char *id, const char *line) {
    int size =
        wire == TALK_HTTP
            ? snprintf(
                  question, TALK_QUESTION_MAX,
                  "PUT /v1/%s/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n\r\n%s",
                  collection, id, strlen(line), line)
            : snprintf(question, TALK_QUESTION_MAX,
                       "*3\r\n$3\r\nSET\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n", strlen(id), id,
                       strlen(line), line);
    yz_check(size > 0 && size < TALK_QUESTION_MAX);
    return (size_t)size;
}

size_t talk_get(talk_wire wire, char question[TALK_QUESTION_MAX], const char *collection,
                const char *id) {
    int size = wire == TALK_HTTP
                   ? snprintf(question, TALK_QUESTION_MAX,
                              "GET /v1/%s/%s HTTP/1.1\r\nHost: localhost\r\n\r\n", collection, id)
                   : snprintf(question, TALK_QUESTION_MAX, "*2\r\n$3\r\nGET\r\n$%zu\r\n%s\r\n",
                              strlen(id), id);
    yz_check(size > 0 && size < TALK_QUESTION_MAX);
    return (size_t)size;
}

/* ---- answers: is the whole of one there? ---- */

static const char *find(const char *from, const char *end, const char *word) {
    return from > end ? NULL : memmem(from, (size_t)(end - from), word, strlen(word));
}

// Joins the chunks in place. False: not all there yet.
static bool whole_chunks(char *from, const char *end, size_t *size) {
    const char *at = from;
    for (;;) { // first look, then touch
        const char *line = find(at, end, "\r\n");
        if (line == NULL) return false;
        size_t chunk = strtoul(at, NULL, 16);
        at = line + 2 + chunk + 2;
        if (at > end) return false;
        if (chunk == 0) break;
    }
    char *to = from;
    at = from;
    for (;;) {
        size_t chunk = strtoul(at, NULL, 16);
        if (chunk == 0) break;
        at = find(at, end, "\r\n") + 2;
        memmove(to, at, chunk);
        to += chunk;
        at += chunk + 2;
    }
    *size = (size_t)(to - from);
    return true;
}

static bool whole_http(connection *c, talk_answer *answer) {
    char *end = c->bytes + c->size;
    const char *body = find(c->bytes, end, "\r\n\r\n");
    if (body == NULL) return false;
    body += 4;
    answer->status = atoi(c->bytes + sizeof "HTTP/1.1");
    answer->body = body;
    answer->size = 0;
    if (answer->status == 204 || answer->status == 304) return true;
    const char *length = find(c->bytes, body, "\r\nContent-Length: ");
    if (length == NULL) return whole_chunks(c->bytes + (body - c->bytes), end, &answer->size);
    answer->size = strtoul(length + sizeof "\r\nContent-Length:", NULL, 10);
    return answer->size <= (size_t)(end - body);
}

// The end of one value of Redis's protocol, or NULL while it is not all there.
static const char *redis_value_end(const char *at, const char *end) {
    const char *line = find(at, end, "\r\n");
    if (line == NULL) return NULL;
    long count = strtol(at + 1, NULL, 10);
    const char *next = line + 2;
    if (*at == '$' && count >= 0) return next + count + 2 <= end ? next + count + 2 : NULL;
    if (*at == '*')
        for (long i = 0; i < count && next != NULL; i++)
            next = next < end ? redis_value_end(next, end) : NULL;
    return next;
}

static bool whole_redis(connection *c, talk_answer *answer) {
    const char *end = c->bytes + c->size;
    if (c->size == 0 || redis_value_end(c->bytes, end) == NULL) return false;
    *answer = (talk_answer){200, c->bytes, c->size};
    if (c->bytes[0] == '-') answer->status = 500;
    if (c->bytes[0] != '$') return true;
    long size = strtol(c->bytes + 1, NULL, 10);
    answer->status = size < 0 ? 404 : 200;
    answer->body = find(c->bytes, end, "\r\n") + 2;
    answer->size = size < 0 ? 0 : (size_t)size;
    return true;
}

/* ---- connections ---- */

static int connect_to(uint16_t port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    yz_check(fd >= 0);
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

static void leave(connection *c, bool well) {
    if (c->socket >= 0) close(c->socket);
    c->socket = -1;
    c->well = well;
}

static void ask_next(const talk *t, connection *c, uint32_t number) {
    size_t size = t->ask(t->context, number, c->question);
    c->size = 0;
    if (size == 0) leave(c, true);
    // A question is small: it fits the socket's buffer, since the one before was answered.
    else if (send(c->socket, c->question, size, MSG_NOSIGNAL) != (ssize_t)size)
        leave(c, false);
}

// False: the connection has nothing under way any more.
static void listen_to(const talk *t, connection *c, uint32_t number, bool over) {
    if (c->room - c->size < 4096) {
        c->room = c->room * 2 + 16384;
        c->bytes = realloc(c->bytes, c->room);
        yz_check(c->bytes != NULL);
    }
    ssize_t got = recv(c->socket, c->bytes + c->size, c->room - c->size, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        leave(c, false);
        return;
    }
    c->size += (size_t)got;
    talk_answer answer;
    if (!(t->wire == TALK_HTTP ? whole_http(c, &answer) : whole_redis(c, &answer))) return;
    t->answered(t->context, number, &answer);
    if (over)
        leave(c, true);
    else
        ask_next(t, c, number);
}

uint32_t talk_run(const talk *t) {
    connection *all = yz_alloc_zeroed(t->connections * sizeof *all);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    yz_check(poll >= 0);
    for (uint32_t i = 0; i < t->connections; i++) {
        all[i].socket = connect_to(t->port);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        if (all[i].socket >= 0)
            yz_check(epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event) == 0);
    }
    for (uint32_t i = 0; i < t->connections; i++)
        if (all[i].socket >= 0) ask_next(t, &all[i], i);
    double end_s = now_s() + t->seconds;
    for (;;) {
        uint32_t open = 0;
        for (uint32_t i = 0; i < t->connections; i++)
            open += all[i].socket >= 0;
        double now = now_s();
        if (open == 0 || now > end_s + 10) break;
        struct epoll_event events[256];
        int count = epoll_wait(poll, events, 256, 100);
        for (int i = 0; i < count; i++) {
            uint32_t number = events[i].data.u32;
            if (all[number].socket >= 0) listen_to(t, &all[number], number, now > end_s);
        }
    }
    uint32_t well = 0;
    for (uint32_t i = 0; i < t->connections; i++) {
        leave(&all[i], all[i].well);
        well += all[i].well;
        free(all[i].bytes);
    }
    close(poll);
    yz_free(all);
    return well;
}
