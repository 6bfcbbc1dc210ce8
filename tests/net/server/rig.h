/* A whole server in this process, on a port of its own, asked through real sockets. In a header,
 * since its functions assert, and each test program has its own way to do that. */
#ifndef YZ_TESTS_NET_SERVER_RIG_H
#define YZ_TESTS_NET_SERVER_RIG_H

#include "tests/net/server/face.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define RIG __attribute__((unused)) static

typedef struct house {
    yz_market *market;
    server *server;
    pthread_t thread;
    bool ended_well;
} house;

RIG void *serve(void *argument) {
    house *h = argument;
    h->ended_well = server_run(h->server);
    return NULL;
}

RIG server_options small_options(void) {
    server_options options = server_options_default();
    options.port = 0;
    options.level = LOG_ERROR;
    options.handle_signals = false;
    options.faces = face_make();
    return options;
}

RIG void open_house(house *h, const server_options *options) {
    char problem[256] = "";
    h->market = yz_market_new(&(yz_market_options){.hash_key = {1, 2}, .at_ms = 0});
    h->server = server_new(options, h->market, problem, NULL);
    cr_assert_not_null(h->server, "%s", problem);
    pthread_create(&h->thread, NULL, serve, h);
}

RIG void close_house(house *h) {
    server_stop(h->server);
    pthread_join(h->thread, NULL);
    const char *why = NULL;
    cr_expect(yz_market_sound(h->market, &why), "%s", why);
    server_free(h->server);
    yz_market_free(h->market);
}

RIG int call(const house *h) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(server_port(h->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0, "%s", strerror(errno));
    return fd;
}

RIG void say(int fd, const char *text) {
    cr_assert_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* One whole answer with a Content-Length; its status, the body in `body`. 0: the end came first. */
RIG int hear(int fd, char *body, size_t room) {
    char bytes[8192];
    size_t size = 0;
    for (;;) {
        if (recv(fd, bytes + size, 1, 0) != 1) return 0;
        bytes[++size] = 0;
        if (size >= 4 && memcmp(bytes + size - 4, "\r\n\r\n", 4) == 0) break;
        cr_assert_lt(size, sizeof bytes - 1);
    }
    const char *length = strstr(bytes, "Content-Length: ");
    cr_assert_not_null(length, "%s", bytes);
    size_t wanted = (size_t)atoi(length + 16), at = 0;
    cr_assert_lt(wanted, room);
    while (at < wanted) {
        ssize_t got = recv(fd, body + at, wanted - at, 0);
        if (got <= 0) return 0;
        at += (size_t)got;
    }
    body[wanted] = 0;
    return atoi(bytes + 9);
}

RIG int ask(int fd, const char *path, char *body, size_t room) {
    char request[256];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    say(fd, request);
    return hear(fd, body, room);
}

RIG void send_post(int fd, const char *path, const char *body) {
    char request[512];
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n%s", path,
             strlen(body), body);
    say(fd, request);
}

/* ---- a store that takes its time ---- */

typedef struct slow_store {
    pthread_mutex_t mutex;
    store_durable durable;
    void *durable_context;
    _Atomic uint32_t appends, commands;
    _Atomic uint64_t last_sequence, gaps;
    _Atomic int64_t last_at_ms;
    _Atomic bool open; // durable at once
    int failure;
} slow_store;

RIG void slow_append(void *context, store_batch *batch, store_durable durable,
                     void *durable_context) {
    slow_store *s = context;
    for (uint32_t i = 0; i < batch->count; i++) {
        if (batch->commands[i].sequence != s->last_sequence + 1) s->gaps += 1;
        if (batch->commands[i].at_ms < s->last_at_ms) s->gaps += 1;
        s->last_sequence = batch->commands[i].sequence;
        s->last_at_ms = batch->commands[i].at_ms;
    }
    s->commands += batch->count;
    if (s->open) {
        s->appends += 1;
        durable(durable_context, 0);
        return;
    }
    pthread_mutex_lock(&s->mutex);
    s->durable = durable;
    s->durable_context = durable_context;
    pthread_mutex_unlock(&s->mutex);
    s->appends += 1;
}

RIG void wait_for_appends(slow_store *s, uint32_t count) {
    for (int i = 0; i < 5000 && s->appends < count; i++)
        usleep(1000);
    cr_assert_eq(s->appends, count);
}

RIG void let_go(slow_store *s) {
    pthread_mutex_lock(&s->mutex);
    store_durable durable = s->durable;
    void *context = s->durable_context;
    pthread_mutex_unlock(&s->mutex);
    durable(context, s->failure);
}

#endif
