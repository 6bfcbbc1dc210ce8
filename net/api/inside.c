/* Each question has a connection of its own, of HTTP/1.0: there an answer in pieces is its bytes
 * and then the end. */
#include "net/api/inside.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/api/api.h"
#include "net/http/conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define ROUNDS_MAX 1000000 // of one question: it ends, however a route behaves

struct inside {
    const yz_market *market;
    int64_t now_ms;
    api *api;
    http_service *service;
    bool over, woken, too_long;
    void (*put_off)(void *context);
    void *put_off_context;
    char *out; // what was sent
    size_t size, room;
    char *request;
    size_t request_room;
    char content_type[128];
    char *headers; // without those that a connection makes
    size_t headers_room;
};

// ---- a house in which nothing moves ----

static const yz_market *read_begin(void *context, uint32_t loop) {
    (void)loop;
    return ((inside *)context)->market;
}

static void read_end(void *context, uint32_t loop) {
    (void)context, (void)loop;
}

static bool submit(void *context, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context) {
    (void)context, (void)loop, (void)commands, (void)count, (void)together;
    (void)done, (void)done_context;
    return false;
}

static bool submit_secret(void *context, uint32_t loop, const yz_command *command,
                          const store_secret *secret, api_done done, void *done_context) {
    (void)context, (void)loop, (void)command, (void)secret, (void)done, (void)done_context;
    return false;
}

static void vault_read(void *context, uint32_t loop, yz_text person,
                       void (*done)(void *done_context, const store_secret *secret),
                       void *done_context) {
    (void)context, (void)loop, (void)person;
    done(done_context, NULL);
}

static void later(void *context, uint32_t loop, void (*run)(void *run_context), void *run_context) {
    inside *in = context;
    (void)loop;
    yz_check(in->put_off == NULL); // there is one question at a time, and it does one thing
    in->put_off = run;
    in->put_off_context = run_context;
}

static void beside(void *context, uint32_t loop, void (*work)(void *work_context),
                   void (*after)(void *work_context), void *work_context) {
    work(work_context);
    later(context, loop, after, work_context); // it is not expected back at once
}

static int64_t now_ms(void *context) {
    return ((inside *)context)->now_ms;
}

static uint64_t now_ns(void *context) {
    (void)context;
    return 0;
}

static void metrics(void *context, void (*put)(void *to, yz_text line), void *to) {
    (void)context, (void)put, (void)to;
}

static const char *not_ready(void *context, yz_arena *arena) {
    (void)context, (void)arena;
    return NULL;
}

static void on_wake(void *context, http_conn *conn) {
    (void)conn;
    ((inside *)context)->woken = true;
}

static void on_note(void *context, const http_note *note) {
    (void)note;
    ((inside *)context)->over = true;
}

// ---- life ----

inside *inside_new(const yz_market *market, int64_t at_ms) {
    inside *in = yz_alloc_zeroed(sizeof *in);
    in->market = market;
    in->now_ms = at_ms;
    api_house house = {.context = in,
                       .read_begin = read_begin,
                       .read_end = read_end,
                       .submit = submit,
                       .submit_secret = submit_secret,
                       .vault_read = vault_read,
                       .later = later,
                       .beside = beside,
                       .now_ms = now_ms,
                       .now_ns = now_ns,
                       .metrics = metrics,
                       .not_ready = not_ready,
                       .past = true};
    in->api = api_new(&house, 0);
    http_service_options options = {.handler = api_handler(in->api),
                                    .limits = http_limits_default(),
                                    .wake = on_wake,
                                    .note = on_note,
                                    .context = in};
    in->service = http_service_new(&options);
    return in;
}

void inside_publishes(inside *in, const api_public *how) {
    api_publishes(in->api, how);
}

void inside_stands_amid(inside *in) {
    api_stands_amid(in->api);
}

void inside_free(inside *in) {
    if (in == NULL) return;
    http_service_free(in->service);
    api_free(in->api);
    yz_free(in->out);
    yz_free(in->request);
    yz_free(in->headers);
    yz_free(in);
}

// ---- a question ----

static void make_room(char **bytes, size_t *room, size_t wanted) {
    if (wanted <= *room) return;
    *room = 2 * wanted;
    *bytes = yz_realloc(*bytes, *room);
}

static size_t put(inside *in, size_t at, yz_text text) {
    if (text.size > 0) memcpy(in->request + at, text.bytes, text.size);
    return at + text.size;
}

static yz_text request_of(inside *in, yz_text question) {
    size_t at = 0;
    make_room(&in->request, &in->request_room, 2 * (size_t)question.size + 64);
    at = put(in, at, YZ_TEXT("GET "));
    for (bool first = true;; first = false) {
        const char *tab = memchr(question.bytes, '\t', question.size);
        uint32_t size = tab != NULL ? (uint32_t)(tab - question.bytes) : question.size;
        at = put(in, at, (yz_text){question.bytes, size});
        at = put(in, at, first ? YZ_TEXT(" HTTP/1.0\r\nHost: localhost\r\n") : YZ_TEXT("\r\n"));
        if (tab == NULL) break;
        question = (yz_text){tab + 1, question.size - size - 1};
    }
    at = put(in, at, YZ_TEXT("\r\n"));
    return (yz_text){in->request, (uint32_t)at};
}

// True: something came.
static bool collect(inside *in, http_conn *conn) {
    yz_text out = http_conn_output(conn);
    if (out.size == 0) return false;
    in->too_long = in->too_long || in->size + out.size > INSIDE_ANSWER_BYTES_MAX;
    if (!in->too_long) {
        make_room(&in->out, &in->room, in->size + out.size);
        memcpy(in->out + in->size, out.bytes, out.size);
        in->size += out.size;
    }
    http_conn_sent(conn, out.size, 0);
    return true;
}

static bool run_put_off(inside *in) {
    void (*run)(void *context) = in->put_off;
    if (run == NULL) return false;
    in->put_off = NULL;
    run(in->put_off_context);
    return true;
}

static bool run_woken(inside *in, http_conn *conn) {
    if (!in->woken) return false;
    in->woken = false;
    http_conn_run(conn, 0);
    return true;
}

// What was asked is answered, in pieces or not, before this ends.
static void exchange(inside *in, yz_text question) {
    static const http_peer HERE = {.address = "127.0.0.1", .loopback = true};
    http_conn *conn = http_conn_new(in->service, &HERE, NULL, 0);
    yz_text request = request_of(in, question);
    in->over = in->woken = in->too_long = false;
    in->size = 0;
    http_conn_feed(conn, request.bytes, request.size, 0);
    for (uint32_t round = 0; round < ROUNDS_MAX; round++) {
        bool moved = collect(in, conn);
        moved = run_put_off(in) || moved;
        moved = run_woken(in, conn) || moved;
        if (!moved) break;
    }
    http_conn_free(conn); // tells the route, if it has not answered
    while (run_put_off(in))
        continue;
}

// ---- its answer, taken apart ----

static bool is_of_connection(yz_text line) {
    static const char *const NAMES[] = {"connection:", "content-length:",         "content-type:",
                                        "date:",       "x-content-type-options:", "x-request-id:"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        size_t size = strlen(NAMES[i]);
        if (line.size >= size && strncasecmp(line.bytes, NAMES[i], size) == 0) return true;
    }
    return false;
}

static void note_type(inside *in, yz_text line) {
    static const char NAME[] = "content-type: ";
    size_t before = sizeof NAME - 1;
    if (line.size < before || strncasecmp(line.bytes, NAME, before) != 0) return;
    snprintf(in->content_type, sizeof in->content_type, "%.*s", (int)(line.size - before),
             line.bytes + before);
}

// `head` without its first line and the empty one at its end.
static yz_text sort_lines(inside *in, yz_text head) {
    size_t size = 0;
    make_room(&in->headers, &in->headers_room, head.size + 1);
    while (head.size > 0) {
        const char *end = memchr(head.bytes, '\n', head.size);
        yz_text line = {head.bytes, end != NULL ? (uint32_t)(end + 1 - head.bytes) : head.size};
        head = (yz_text){head.bytes + line.size, head.size - line.size};
        yz_text words = {line.bytes, line.size >= 2 ? line.size - 2 : 0};
        note_type(in, words);
        if (is_of_connection(line)) continue;
        memcpy(in->headers + size, line.bytes, line.size);
        size += line.size;
    }
    return (yz_text){in->headers, (uint32_t)size};
}

static inside_answer failed(int status, const char *why) {
    return (inside_answer){.status = status, .content_type = "text/plain", .body = yz_text_of(why)};
}

inside_answer inside_ask(inside *in, yz_text question) {
    exchange(in, question);
    if (in->too_long) return failed(INSIDE_TOO_LONG, "the answer is too long\n");
    const char *end = in->over && in->size > 0 ? memmem(in->out, in->size, "\r\n\r\n", 4) : NULL;
    const char *first = end != NULL ? memchr(in->out, '\n', in->size) : NULL;
    if (first == NULL || in->size < 12) return failed(500, "there was no answer\n");
    in->content_type[0] = '\0';
    inside_answer answer = {.status = atoi(in->out + 9), .content_type = in->content_type};
    // A head of one line ends where its lines would begin.
    uint32_t lines = end + 2 > first + 1 ? (uint32_t)(end + 2 - (first + 1)) : 0;
    answer.headers = sort_lines(in, (yz_text){first + 1, lines});
    answer.body = (yz_text){end + 4, (uint32_t)(in->out + in->size - (end + 4))};
    return answer;
}
