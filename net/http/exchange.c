#include "net/http/inner.h"

#include "engine/base/check.h"

const http_request *http_exchange_request(const http_exchange *x) {
    return &x->request;
}

const http_peer *http_exchange_peer(const http_exchange *x) {
    return &x->conn->peer;
}

yz_text http_exchange_header(const http_exchange *x, const char *name) {
    size_t size = strlen(name);
    const http_head *head = &x->conn->head;
    if (x->head == NULL) return (yz_text){NULL, 0};
    for (uint32_t i = 0; i < head->field_count; i++) {
        http_span n = head->fields[i].name, v = head->fields[i].value;
        if (n.size == size && memcmp(x->head + n.at, name, size) == 0) {
            return (yz_text){x->head + v.at, v.size};
        }
    }
    return (yz_text){NULL, 0};
}

yz_arena *http_exchange_arena(http_exchange *x) {
    return x->arena;
}

yz_text http_exchange_body(const http_exchange *x) {
    const http_bytes *body = &x->conn->body;
    return (yz_text){http_bytes_start(body), (uint32_t)http_bytes_held(body)};
}

void http_exchange_set_user(http_exchange *x, void *user) {
    x->user = user;
}

void *http_exchange_user(const http_exchange *x) {
    return x->user;
}

void http_exchange_set_route(http_exchange *x, const char *route) {
    x->route = route;
}

void http_pause_body(http_exchange *x) {
    x->conn->body_paused = true;
}

void http_resume_body(http_exchange *x) {
    if (!x->conn->body_paused) return;
    x->conn->body_paused = false;
    http_conn_touched(x->conn);
}

void http_exchange_open(http_conn *c) {
    yz_check(!c->active);
    c->active = true;
    c->exchange = (http_exchange){
        .conn = c,
        .request = {.method = HTTP_METHOD_OTHER,
                    .path = YZ_TEXT(""),
                    .query = YZ_TEXT(""),
                    .id = c->service->next_id++},
        .arena = http_service_lend(c->service),
        .started_ns = c->now_ns,
    };
}

static void release(http_conn *c) {
    http_exchange *x = &c->exchange;
    const http_service_options *o = &c->service->options;
    if (o->note != NULL) {
        http_note note = {.id = x->request.id,
                          .method = x->request.method,
                          .route = x->route,
                          .status = x->reply == HTTP_REPLY_NONE ? 0 : x->status,
                          .reason = x->reason,
                          .started_ns = x->started_ns,
                          .bytes_in = c->body_received};
        o->note(o->context, &note);
    }
    http_service_give_back(c->service, x->arena);
    x->arena = NULL;
    c->active = false;
    c->body_paused = false;
    http_bytes_reset(&c->body, 16 * 1024);
}

void http_exchange_close(http_conn *c) {
    release(c);
    if (c->service->draining) c->last = true;
    c->since_ns = c->now_ns;
    if (c->last) {
        c->input = HTTP_INPUT_SHUT;
        if (c->closing == HTTP_WISH_READ) c->closing = HTTP_WISH_SHUT;
        return;
    }
    c->input = HTTP_INPUT_HEAD;
    http_head_reset(&c->head);
}

void http_exchange_lose(http_conn *c) {
    if (!c->active) return;
    http_exchange *x = &c->exchange;
    const http_handler *handler = &c->service->options.handler;
    if (x->known && x->reply != HTTP_REPLY_COMPLETE && handler->on_gone != NULL) {
        handler->on_gone(handler->context, x);
    }
    release(c);
}

void http_exchange_refuse(http_conn *c, http_refusal refusal) {
    http_exchange *x = &c->exchange;
    const http_handler *handler = &c->service->options.handler;
    c->last = true;
    c->input = HTTP_INPUT_SHUT;
    if (!c->active) http_exchange_open(c);
    x->reason = refusal.reason;
    if (x->reply == HTTP_REPLY_COMPLETE) { // of a body that is dropped
        http_exchange_close(c);
        return;
    }
    if (x->mode_known && x->mode != HTTP_BODY_BUFFER) {
        if (handler->on_gone != NULL) handler->on_gone(handler->context, x);
        x->known = false;
    }
    if (x->reply == HTTP_REPLY_BEGUN) { // half an answer: only a cut tells the other side
        c->closing = HTTP_WISH_CLOSE;
        release(c);
        return;
    }
    if (handler->on_refusal != NULL) {
        handler->on_refusal(handler->context, x, refusal.status, refusal.reason);
    }
    if (x->reply == HTTP_REPLY_NONE) {
        http_answer_head head = {.status = refusal.status, .content_type = "text/plain"};
        http_answer(x, &head, yz_text_of(refusal.reason));
    }
    http_exchange_close(c);
}
