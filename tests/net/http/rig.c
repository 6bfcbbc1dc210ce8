#include "tests/net/http/rig.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdlib.h>

static void tell(rig *r, const char *word, yz_text text) {
    yz_check(r->story_size + text.size + 64 < RIG_TEXT_MAX);
    r->story_size += (size_t)sprintf(r->story + r->story_size, "%s ", word);
    if (text.size > 0) memcpy(r->story + r->story_size, text.bytes, text.size);
    r->story_size += text.size;
    r->story[r->story_size++] = '\n';
    r->story[r->story_size] = 0;
}

static void say(http_exchange *x, int status, const char *text) {
    http_answer_head head = {.status = status, .content_type = "text/plain"};
    http_answer(x, &head, yz_text_of(text));
}

static http_body_mode on_head(void *context, http_exchange *x) {
    rig *r = context;
    const http_request *request = http_exchange_request(x);
    tell(r, "head", request->path);
    http_exchange_set_route(x, "/route");
    if (yz_text_equal(request->path, YZ_TEXT("/refuse"))) {
        say(x, 404, "no");
        return HTTP_BODY_REFUSE;
    }
    if (yz_text_equal(request->path, YZ_TEXT("/stream"))) return HTTP_BODY_STREAM;
    return HTTP_BODY_BUFFER;
}

static void in_pieces(http_exchange *x) {
    http_answer_head head = {.status = 200, .content_type = "text/plain"};
    http_answer_begin(x, &head);
    http_write_chunk(x, YZ_TEXT("one,"));
    http_write_chunk(x, YZ_TEXT("two,"));
    http_write_chunk(x, YZ_TEXT("sixteen-and-more."));
    http_answer_end(x);
}

static void on_request(void *context, http_exchange *x) {
    rig *r = context;
    const http_request *request = http_exchange_request(x);
    tell(r, "request", http_exchange_body(x));
    if (yz_text_equal(request->path, YZ_TEXT("/later"))) {
        r->open = x;
        return;
    }
    if (yz_text_equal(request->path, YZ_TEXT("/chunks"))) {
        in_pieces(x);
        return;
    }
    yz_text body = http_exchange_body(x);
    char *echo = yz_alloc((size_t)body.size + request->path.size + request->query.size + 64);
    int size = sprintf(echo, "%d %.*s %.*s %.*s", (int)request->method, (int)request->path.size,
                       request->path.bytes, (int)request->query.size, request->query.bytes,
                       (int)body.size, body.size ? body.bytes : "");
    http_answer_head head = {.status = 200, .content_type = "text/plain"};
    http_answer(x, &head, (yz_text){echo, (uint32_t)size});
    yz_free(echo);
}

static void on_body(void *context, http_exchange *x, yz_text bytes) {
    rig *r = context;
    // Pieces are the sender's business; the story holds their sum.
    yz_check(r->story_size + bytes.size + 64 < RIG_TEXT_MAX);
    memcpy(r->story + r->story_size, bytes.bytes, bytes.size);
    r->story_size += bytes.size;
    r->story[r->story_size] = 0;
    if (!r->pause_stream) return;
    http_pause_body(x);
    r->open = x;
}

static void on_end(void *context, http_exchange *x) {
    tell(context, "end", YZ_TEXT(""));
    say(x, 200, "streamed");
}

static void on_drained(void *context, http_exchange *x) {
    (void)x;
    ((rig *)context)->drained += 1;
}

static void on_gone(void *context, http_exchange *x) {
    (void)x;
    rig *r = context;
    r->gone += 1;
    r->open = NULL;
    tell(r, "gone", YZ_TEXT(""));
}

static void on_refusal(void *context, http_exchange *x, int status, const char *reason) {
    tell(context, "refusal", yz_text_of(reason));
    say(x, status, reason);
}

static void wake(void *context, http_conn *conn) {
    (void)conn;
    ((rig *)context)->woken += 1;
}

static void note(void *context, const http_note *n) {
    rig *r = context;
    r->notes += 1;
    r->last_status = n->status;
}

void rig_init(rig *r, const http_limits *limits) {
    *r = (rig){.now_ns = 1000 * SECOND_NS};
    r->out = yz_alloc_zeroed(RIG_TEXT_MAX);
    r->story = yz_alloc_zeroed(RIG_TEXT_MAX);
    http_service_options options = {
        .handler = {.context = r,
                    .on_head = on_head,
                    .on_request = on_request,
                    .on_body = on_body,
                    .on_end = on_end,
                    .on_drained = on_drained,
                    .on_gone = on_gone,
                    .on_refusal = on_refusal},
        .limits = limits ? *limits : http_limits_default(),
        .first_id = 1,
        .wake = wake,
        .note = note,
        .context = r,
    };
    r->service = http_service_new(&options);
    http_service_set_time(r->service, 1700000000);
    http_peer peer = {.address = "127.0.0.1", .loopback = true};
    r->conn = http_conn_new(r->service, &peer, NULL, r->now_ns);
}

void rig_deinit(rig *r) {
    http_conn_free(r->conn);
    http_service_free(r->service);
    yz_free(r->out);
    yz_free(r->story);
}

void rig_collect(rig *r) {
    for (;;) {
        yz_text out = http_conn_output(r->conn);
        if (out.size == 0) return;
        yz_check(r->out_size + out.size < RIG_TEXT_MAX);
        memcpy(r->out + r->out_size, out.bytes, out.size);
        r->out_size += out.size;
        http_conn_sent(r->conn, out.size, r->now_ns);
    }
}

void rig_send(rig *r, const char *bytes, size_t size, size_t piece) {
    if (piece == 0) piece = size;
    for (size_t at = 0; at < size; at += piece) {
        size_t count = size - at < piece ? size - at : piece;
        // A copy of just this piece, so that a read past its end shows under asan.
        char *copy = yz_alloc(count);
        memcpy(copy, bytes + at, count);
        http_conn_feed(r->conn, copy, count, r->now_ns);
        yz_free(copy);
        rig_collect(r);
    }
}

void rig_wait(rig *r, uint64_t seconds) {
    for (uint64_t i = 0; i < seconds; i++) {
        r->now_ns += SECOND_NS;
        http_conn_tick(r->conn, r->now_ns);
        rig_collect(r);
    }
}

int rig_status(const rig *r, int n) {
    const char *at = r->out;
    for (int i = 0;; i++) {
        at = strstr(at, "HTTP/1.1 ");
        if (at == NULL) return 0;
        if (i == n) return atoi(at + 9);
        at += 9;
    }
}

bool rig_closed(const rig *r) {
    http_wish wish = http_conn_wish(r->conn);
    return wish == HTTP_WISH_SHUT || wish == HTTP_WISH_CLOSE;
}
