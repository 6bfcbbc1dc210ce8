/* The life of a connection. Input goes HEAD -> BODY -> WHOLE and, when the answer is complete too,
 * back to HEAD; or to SHUT, for good. */
#include "net/http/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#define NS_PER_MS 1000000u
#define BUFFER_KEEP ((size_t)16 * 1024) // of a busy connection; an idle one keeps nothing
#define IDLE_REST_MS 3000               // then its buffers are given back

#define REFUSE(code, word) ((http_refusal){(code), (word)})

http_conn *http_conn_new(http_service *service, const http_peer *peer, void *user,
                         uint64_t now_ns) {
    http_conn *c = yz_alloc_zeroed(sizeof *c);
    c->service = service;
    c->peer = *peer;
    c->user = user;
    c->now_ns = c->since_ns = now_ns;
    llhttp_init(&c->parser, HTTP_REQUEST, &service->parser_settings);
    c->parser.data = c;
    return c;
}

void http_conn_count_output(http_conn *c) {
    uint64_t waiting = http_conn_waiting(c);
    c->service->out_waiting += waiting - c->out_counted;
    c->out_counted = waiting;
}

void http_conn_free(http_conn *c) {
    if (c == NULL) return;
    c->running = true; // nobody is left to wake
    http_exchange_lose(c);
    http_bytes_reset(&c->in, 0);
    http_bytes_reset(&c->body, 0);
    http_bytes_reset(&c->filling, 0);
    http_bytes_reset(&c->sending, 0);
    http_conn_count_output(c);
    yz_free(c);
}

void *http_conn_user(const http_conn *c) {
    return c->user;
}

void http_conn_touched(http_conn *c) {
    const http_service_options *o = &c->service->options;
    if (!c->running && o->wake != NULL) o->wake(o->context, c);
}

static void name_in_lower_case(char *head, http_span name) {
    for (uint32_t i = name.at; i < (uint32_t)name.at + name.size; i++) {
        if (head[i] >= 'A' && head[i] <= 'Z') head[i] = (char)(head[i] + ('a' - 'A'));
    }
}

static yz_text text_of(const char *head, http_span span) {
    return (yz_text){head + span.at, span.size};
}

/* llhttp reads the same head after us. Two readers that disagree about where a request ends are
 * how requests are smuggled: then neither is believed. */
static bool second_reader_agrees(http_conn *c, const char *bytes, size_t size) {
    const http_head *head = &c->head;
    llhttp_reset(&c->parser);
    c->body_over = c->last_chunk = false;
    llhttp_errno_t error = llhttp_execute(&c->parser, bytes, size);
    bool has_body = head->chunked || head->length > 0;
    if (has_body) {
        return error == HPE_OK && !c->body_over &&
               ((c->parser.flags & F_CHUNKED) != 0) == head->chunked &&
               (head->chunked || c->parser.content_length == head->length);
    }
    return error == HPE_PAUSED && c->body_over;
}

static void tell_head(http_conn *c) {
    http_exchange *x = &c->exchange;
    const http_service_options *o = &c->service->options;
    x->known = true;
    x->mode = o->handler.on_head(o->handler.context, x);
    x->mode_known = true;
    if (c->input != HTTP_INPUT_BODY || x->reply == HTTP_REPLY_COMPLETE) return;
    if (x->mode == HTTP_BODY_REFUSE) return;
    uint64_t most =
        x->mode == HTTP_BODY_BUFFER ? o->limits.body_bytes_max : o->limits.stream_bytes_max;
    if (c->head.length > most) {
        http_exchange_refuse(c, REFUSE(413, "body_too_large"));
    } else if (c->head.expects_continue && c->head.minor >= 1 && x->reply == HTTP_REPLY_NONE) {
        http_bytes_add(&c->filling, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    }
}

static size_t take_head(http_conn *c, const char *bytes, size_t size) {
    http_head *head = &c->head;
    http_refusal refusal;
    bool fresh = head->scanned == 0;
    if (fresh && size > 0) c->since_ns = c->now_ns;
    if (!http_head_scan(head, bytes, size, &c->service->options.limits, &refusal)) return 0;
    if (refusal.status == 0 && !second_reader_agrees(c, bytes, head->scanned)) {
        refusal = REFUSE(400, "malformed_head");
    }
    http_exchange_open(c);
    http_exchange *x = &c->exchange;
    c->body_received = c->body_received_before = 0;
    c->chunk_extras = 0;
    c->body_refusal = REFUSE(0, NULL);
    char *copy = yz_arena_take(x->arena, head->scanned);
    yz_check(copy != NULL);
    memcpy(copy, bytes, head->scanned);
    for (uint32_t i = 0; i < head->field_count; i++) {
        name_in_lower_case(copy, head->fields[i].name);
    }
    x->head = copy;
    x->request.method = head->method;
    x->request.path = text_of(copy, head->path);
    x->request.query = text_of(copy, head->query);
    if (refusal.status != 0) {
        http_exchange_refuse(c, refusal);
        return size;
    }
    c->since_ns = c->now_ns;
    c->input = head->chunked || head->length > 0 ? HTTP_INPUT_BODY : HTTP_INPUT_WHOLE;
    tell_head(c);
    return head->scanned;
}

static void tell_whole(http_conn *c) {
    http_exchange *x = &c->exchange;
    const http_handler *handler = &c->service->options.handler;
    if (x->told_whole) return;
    x->told_whole = true;
    if (x->reply == HTTP_REPLY_COMPLETE || x->mode == HTTP_BODY_REFUSE) return;
    if (x->mode == HTTP_BODY_BUFFER) {
        handler->on_request(handler->context, x);
    } else if (handler->on_end != NULL) {
        handler->on_end(handler->context, x);
    }
}

/* Steps until it needs more bytes, an answer, or room to send. Returns the bytes used up. */
static size_t step(http_conn *c, const char *bytes, size_t size) {
    size_t used = 0;
    for (;;) {
        size_t left = size - used;
        switch (c->input) {
        case HTTP_INPUT_HEAD: {
            if (left == 0 || http_conn_waiting(c) >= c->service->options.limits.out_bytes_mark) {
                return used;
            }
            size_t taken = take_head(c, bytes + used, left);
            if (taken == 0) return used;
            used += taken;
            break;
        }
        case HTTP_INPUT_BODY:
            if (c->last && c->exchange.reply == HTTP_REPLY_COMPLETE) { // nobody wants the rest
                http_exchange_close(c);
                break;
            }
            if (left == 0 || c->body_paused) return used;
            used += http_body_take(c, bytes + used, left);
            break;
        case HTTP_INPUT_WHOLE:
            if (c->body_paused && c->exchange.mode == HTTP_BODY_STREAM) return used;
            tell_whole(c);
            if (c->exchange.reply != HTTP_REPLY_COMPLETE) return used;
            http_exchange_close(c);
            break;
        case HTTP_INPUT_SHUT: return size;
        }
        if (c->closing == HTTP_WISH_CLOSE) return size;
    }
}

/* After steps: an end of file that leaves a request unfinished, or nobody to answer to, ends the
 * connection. */
static void settle(http_conn *c) {
    bool alone = c->active && c->exchange.needs_peer && c->exchange.reply != HTTP_REPLY_COMPLETE;
    if (!c->eof || (!alone && (c->body_paused || c->input != HTTP_INPUT_BODY))) return;
    http_exchange_lose(c);
    c->input = HTTP_INPUT_SHUT;
    c->closing = HTTP_WISH_CLOSE;
}

static void run(http_conn *c, const char *bytes, size_t size) {
    if (c->closing == HTTP_WISH_CLOSE) return;
    c->running = true;
    if (http_bytes_held(&c->in) > 0) {
        http_bytes_add(&c->in, bytes, size);
        http_bytes_drop(&c->in, step(c, http_bytes_start(&c->in), http_bytes_held(&c->in)));
    } else {
        size_t used = step(c, bytes, size);
        http_bytes_add(&c->in, bytes + used, size - used);
    }
    settle(c);
    c->running = false;
}

void http_conn_feed(http_conn *c, const char *bytes, size_t size, uint64_t now_ns) {
    c->now_ns = now_ns;
    run(c, bytes, size);
}

void http_conn_eof(http_conn *c, uint64_t now_ns) {
    c->now_ns = now_ns;
    c->eof = true;
    run(c, "", 0);
}

void http_conn_run(http_conn *c, uint64_t now_ns) {
    c->now_ns = now_ns;
    run(c, "", 0);
}

yz_text http_conn_output(http_conn *c) {
    if (http_bytes_held(&c->sending) == 0) {
        http_bytes next = c->filling;
        c->filling = c->sending;
        c->sending = next;
    }
    size_t held = http_bytes_held(&c->sending);
    if (held > UINT32_MAX) held = UINT32_MAX;
    return (yz_text){http_bytes_start(&c->sending), (uint32_t)held};
}

void http_conn_sent(http_conn *c, size_t size, uint64_t now_ns) {
    c->now_ns = now_ns;
    http_bytes_drop(&c->sending, size);
    http_conn_count_output(c);
    c->out_sent += size;
    if (http_bytes_held(&c->sending) == 0) http_bytes_reset(&c->sending, BUFFER_KEEP);
    if (http_conn_waiting(c) == 0) c->out_sent = 0;
    uint32_t mark = c->service->options.limits.out_bytes_mark;
    if (c->closing != HTTP_WISH_READ || http_conn_waiting(c) > mark / 2) return;
    const http_handler *handler = &c->service->options.handler;
    if (c->active && c->exchange.wants_drained && c->exchange.reply == HTTP_REPLY_BEGUN) {
        c->exchange.wants_drained = false;
        c->running = true;
        if (handler->on_drained != NULL) handler->on_drained(handler->context, &c->exchange);
        c->running = false;
    }
    run(c, "", 0);
}

static uint64_t ms_since(const http_conn *c, uint64_t since_ns) {
    return c->now_ns > since_ns ? (c->now_ns - since_ns) / NS_PER_MS : 0;
}

/* Fewer than `floor` bytes a second, the grace not counted? */
static bool too_slow(const http_conn *c, uint64_t since_ns, uint64_t bytes, uint32_t floor) {
    uint64_t ms = ms_since(c, since_ns);
    uint32_t grace = c->service->options.limits.rate_grace_ms;
    return ms > grace && bytes * 1000 < (ms - grace) * floor;
}

static void rest(http_conn *c) {
    if (http_bytes_held(&c->in) == 0) http_bytes_reset(&c->in, 0);
    http_bytes_reset(&c->body, 0);
    if (http_conn_waiting(c) > 0) return;
    http_bytes_reset(&c->filling, 0);
    http_bytes_reset(&c->sending, 0);
}

static void tick_input(http_conn *c) {
    const http_limits *limits = &c->service->options.limits;
    uint64_t ms = ms_since(c, c->since_ns);
    switch (c->input) {
    case HTTP_INPUT_HEAD:
        if (c->head.scanned > 0) {
            if (ms <= limits->head_ms_max) return;
            c->body_received = 0;
            http_exchange_refuse(c, REFUSE(408, "head_too_slow"));
        } else if (ms > limits->idle_ms_max || c->service->draining) {
            c->input = HTTP_INPUT_SHUT;
            c->closing = http_conn_waiting(c) > 0 ? HTTP_WISH_SHUT : HTTP_WISH_CLOSE;
            c->since_ns = c->now_ns;
        } else if (ms > IDLE_REST_MS) {
            rest(c);
        }
        return;
    case HTTP_INPUT_BODY:
        if (c->body_paused) {
            // The handler is the slow one; the sender's time starts again afterwards.
            c->since_ns = c->now_ns;
            c->body_received_before = c->body_received;
        } else if (too_slow(c, c->since_ns, c->body_received - c->body_received_before,
                            limits->body_bytes_per_s_min)) {
            http_exchange_refuse(c, REFUSE(408, "body_too_slow"));
        }
        return;
    case HTTP_INPUT_WHOLE: return;
    case HTTP_INPUT_SHUT:
        if (http_conn_waiting(c) > 0) {
            c->since_ns = c->now_ns; // lingering begins when all is sent
        } else if (ms > limits->linger_ms_max) {
            c->closing = HTTP_WISH_CLOSE;
        }
        return;
    }
}

/* Where many wait for much, who holds much must hurry. */
static uint32_t out_floor(const http_conn *c) {
    const http_limits *limits = &c->service->options.limits;
    bool hurry = c->service->out_waiting > limits->out_all_mark &&
                 http_conn_waiting(c) > limits->out_bytes_mark;
    return hurry ? limits->out_hurry_bytes_per_s_min : limits->out_bytes_per_s_min;
}

void http_conn_tick(http_conn *c, uint64_t now_ns) {
    c->now_ns = now_ns;
    c->running = true;
    tick_input(c);
    if (http_conn_waiting(c) > 0 && too_slow(c, c->out_since_ns, c->out_sent, out_floor(c))) {
        c->closing = HTTP_WISH_CLOSE;
    }
    c->running = false;
}

bool http_conn_saw_eof(const http_conn *c) {
    return c->eof;
}

http_wish http_conn_wish(const http_conn *c) {
    size_t waiting = http_conn_waiting(c);
    if (c->closing == HTTP_WISH_CLOSE) return HTTP_WISH_CLOSE;
    if (c->closing == HTTP_WISH_SHUT) {
        return c->eof && waiting == 0 ? HTTP_WISH_CLOSE : HTTP_WISH_SHUT;
    }
    if (c->eof) {
        if (c->input != HTTP_INPUT_HEAD) return HTTP_WISH_PAUSE;
        return waiting == 0 ? HTTP_WISH_CLOSE : HTTP_WISH_PAUSE;
    }
    const http_limits *limits = &c->service->options.limits;
    if (http_bytes_held(&c->in) >= limits->held_bytes_max) return HTTP_WISH_PAUSE;
    if (c->body_paused || waiting >= limits->out_bytes_mark) return HTTP_WISH_PAUSE;
    return HTTP_WISH_READ;
}
