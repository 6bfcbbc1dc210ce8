/* Fuzzes a connection: the bytes of an input are fed at once, and again in pieces that the input
 * chooses, with ticks between. Both ways must tell the handler the same story and send the same
 * bytes; pieces of a streamed body may be cut differently, their sum may not. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/http/conn.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SECOND_NS 1000000000u

typedef struct story {
    uint64_t hash; // FNV-1a of all that was told and sent
    uint64_t out_hash;
    http_exchange *later; // to be answered when nothing else goes on
} story;

static void mix(uint64_t *hash, const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        *hash = (*hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
}

static http_body_mode on_head(void *context, http_exchange *x) {
    story *s = context;
    const http_request *request = http_exchange_request(x);
    mix(&s->hash, request->path.bytes, request->path.size);
    mix(&s->hash, request->query.bytes, request->query.size);
    yz_text host = http_exchange_header(x, "host");
    mix(&s->hash, host.bytes, host.size);
    if (request->path.size > 1 && request->path.bytes[1] == 's') return HTTP_BODY_STREAM;
    if (request->path.size < 2 || request->path.bytes[1] != 'r') return HTTP_BODY_BUFFER;
    http_answer_head head = {.status = 404, .content_type = "text/plain"};
    http_answer(x, &head, YZ_TEXT("no"));
    return HTTP_BODY_REFUSE;
}

static void answer(http_exchange *x) {
    http_answer_head head = {.status = 200, .content_type = "text/plain"};
    if (http_exchange_request(x)->query.size > 0) {
        http_answer_begin(x, &head);
        http_write_chunk(x, http_exchange_body(x));
        http_answer_end(x);
    } else {
        http_answer(x, &head, http_exchange_body(x));
    }
}

static void on_request(void *context, http_exchange *x) {
    story *s = context;
    yz_text body = http_exchange_body(x);
    mix(&s->hash, "|", 1);
    mix(&s->hash, body.bytes, body.size);
    const http_request *request = http_exchange_request(x);
    if (request->path.size > 1 && request->path.bytes[1] == 'l') {
        s->later = x;
    } else {
        answer(x);
    }
}

static void on_body(void *context, http_exchange *x, yz_text bytes) {
    (void)x;
    mix(&((story *)context)->hash, bytes.bytes, bytes.size);
}

static void on_end(void *context, http_exchange *x) {
    mix(&((story *)context)->hash, ".", 1);
    answer(x);
}

static void on_gone(void *context, http_exchange *x) {
    story *s = context;
    if (s->later == x) s->later = NULL;
}

static void on_refusal(void *context, http_exchange *x, int status, const char *reason) {
    mix(&((story *)context)->hash, reason, strlen(reason));
    http_answer_head head = {.status = status, .content_type = "text/plain"};
    http_answer(x, &head, yz_text_of(reason));
}

static void drain(http_conn *conn, story *s, uint64_t now_ns) {
    for (;;) {
        for (;;) {
            yz_text out = http_conn_output(conn);
            if (out.size == 0) break;
            mix(&s->out_hash, out.bytes, out.size);
            http_conn_sent(conn, out.size, now_ns);
        }
        if (s->later == NULL) return;
        http_exchange *x = s->later;
        s->later = NULL;
        answer(x);
        http_conn_run(conn, now_ns);
    }
}

/* `cut` 0: at once. */
static story tell(const uint8_t *bytes, size_t size, unsigned cut) {
    story s = {0xcbf29ce484222325u, 0xcbf29ce484222325u, NULL};
    http_service_options options = {.handler = {.context = &s,
                                                .on_head = on_head,
                                                .on_request = on_request,
                                                .on_body = on_body,
                                                .on_end = on_end,
                                                .on_gone = on_gone,
                                                .on_refusal = on_refusal},
                                    .limits = http_limits_default()};
    options.limits.head_bytes_max = 600; // limits within reach of short inputs
    options.limits.target_bytes_max = 100;
    options.limits.body_bytes_max = 200;
    options.limits.stream_bytes_max = 300;
    options.limits.chunk_extras_max = 50;
    options.limits.drop_bytes_max = 60;
    http_service *service = http_service_new(&options);
    http_peer peer = {"127.0.0.1", true};
    uint64_t now_ns = SECOND_NS;
    http_conn *conn = http_conn_new(service, &peer, NULL, now_ns);
    for (size_t at = 0; at < size;) {
        size_t count = cut == 0 ? size : 1 + (at * 7 + cut) % 13 % (cut + 1);
        if (count > size - at) count = size - at;
        char *piece = yz_alloc(count); // its own block, so that asan sees its end
        memcpy(piece, bytes + at, count);
        http_conn_feed(conn, piece, count, now_ns);
        yz_free(piece);
        at += count;
        drain(conn, &s, now_ns);
        http_conn_tick(conn, now_ns);
    }
    http_conn_eof(conn, now_ns);
    drain(conn, &s, now_ns);
    for (int i = 0; i < 100 && http_conn_wish(conn) != HTTP_WISH_CLOSE; i++) {
        now_ns += SECOND_NS;
        http_conn_tick(conn, now_ns);
        drain(conn, &s, now_ns);
    }
    yz_check(http_conn_wish(conn) == HTTP_WISH_CLOSE); // no connection stays for ever
    http_conn_free(conn);
    http_service_free(service);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size < 1) return 0;
    story once = tell(bytes + 1, size - 1, 0), cut = tell(bytes + 1, size - 1, 1 + bytes[0] % 16);
    yz_check(once.hash == cut.hash);
    yz_check(once.out_hash == cut.out_hash);
    return 0;
}
