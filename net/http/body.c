/* Bodies: counted ones are handed on as they come, chunked ones go through llhttp. */
#include "net/http/inner.h"

#define REFUSE(code, word) ((http_refusal){(code), (word)})

/* False: refused, see body_refusal. */
static bool deliver(http_conn *c, const char *bytes, size_t size) {
    http_exchange *x = &c->exchange;
    const http_limits *limits = &c->service->options.limits;
    const http_handler *handler = &c->service->options.handler;
    c->body_received += size;
    if (x->reply == HTTP_REPLY_COMPLETE || x->mode == HTTP_BODY_REFUSE) {
        if (c->body_received <= limits->drop_bytes_max) return true;
        c->body_refusal = REFUSE(413, "body_too_large");
        return false;
    }
    uint64_t most = x->mode == HTTP_BODY_BUFFER ? limits->body_bytes_max : limits->stream_bytes_max;
    bool too_large = c->body_received > most;
    // To the limit, wherever the pieces are cut: what the handler sees must not depend on it.
    if (too_large) size -= (size_t)(c->body_received - most);
    if (x->mode == HTTP_BODY_BUFFER) {
        http_bytes_add(&c->body, bytes, size);
    } else if (size > 0 && handler->on_body != NULL) {
        handler->on_body(handler->context, x, (yz_text){bytes, (uint32_t)size});
    }
    if (too_large) {
        c->body_refusal = REFUSE(413, "body_too_large");
        return false;
    }
    return true;
}

static int on_headers_complete(llhttp_t *parser) {
    http_conn *c = parser->data;
    if (!llhttp_should_keep_alive(parser)) c->last = true;
    parser->upgrade = 0; // we never change protocols: go on as if not asked
    return 0;
}

/* With the head behind us only lines after the last chunk come here: nobody here reads those. */
static int on_header_field(llhttp_t *parser, const char *at, size_t size) {
    (void)at, (void)size;
    http_conn *c = parser->data;
    if (c->input != HTTP_INPUT_BODY) return 0;
    c->body_refusal = REFUSE(400, "after_last_chunk");
    return HPE_USER;
}

static int on_body(llhttp_t *parser, const char *at, size_t size) {
    http_conn *c = parser->data;
    if (!deliver(c, at, size)) return HPE_USER;
    return c->body_paused ? HPE_PAUSED : 0;
}

static int on_chunk_extension(llhttp_t *parser, const char *at, size_t size) {
    http_conn *c = parser->data;
    (void)at;
    c->chunk_extras += (uint32_t)size;
    if (c->chunk_extras <= c->service->options.limits.chunk_extras_max) return 0;
    c->body_refusal = REFUSE(400, "chunk_extensions_too_long");
    return HPE_USER;
}

static int on_chunk_header(llhttp_t *parser) {
    http_conn *c = parser->data;
    if (parser->content_length == 0) c->last_chunk = true;
    return 0;
}

static int on_message_complete(llhttp_t *parser) {
    http_conn *c = parser->data;
    c->body_over = true;
    return HPE_PAUSED;
}

void http_body_settings(llhttp_settings_t *settings) {
    llhttp_settings_init(settings);
    settings->on_headers_complete = on_headers_complete;
    settings->on_header_field = on_header_field;
    settings->on_body = on_body;
    settings->on_chunk_extension_name = on_chunk_extension;
    settings->on_chunk_extension_value = on_chunk_extension;
    settings->on_chunk_header = on_chunk_header;
    settings->on_message_complete = on_message_complete;
}

static size_t take_counted(http_conn *c, const char *bytes, size_t size) {
    uint64_t left = c->head.length - c->body_received;
    size_t piece = left < size ? (size_t)left : size;
    if (piece > 0 && !deliver(c, bytes, piece)) {
        http_exchange_refuse(c, c->body_refusal);
        return size;
    }
    if (piece == left) c->input = HTTP_INPUT_WHOLE;
    return piece;
}

static void note_tail(http_conn *c, const char *bytes, size_t size) {
    for (size_t i = size > 4 ? size - 4 : 0; i < size; i++) {
        c->body_tail = c->body_tail << 8 | (unsigned char)bytes[i];
    }
}

static size_t take_chunked(http_conn *c, const char *bytes, size_t size) {
    llhttp_errno_t error = llhttp_execute(&c->parser, bytes, size);
    if (error == HPE_OK) {
        note_tail(c, bytes, size);
        return size;
    }
    if (error == HPE_PAUSED) {
        size_t taken = (size_t)(llhttp_get_error_pos(&c->parser) - bytes);
        note_tail(c, bytes, taken);
        if (!c->body_over) {
            llhttp_resume(&c->parser);
            return taken;
        }
        // llhttp 8.1 takes a bare LF for the last line end of all.
        if (c->body_tail == 0x0d0a0d0a) {
            c->input = HTTP_INPUT_WHOLE;
            return taken;
        }
    }
    if (c->body_refusal.status == 0) {
        c->body_refusal = REFUSE(400, c->last_chunk ? "after_last_chunk" : "chunk_framing");
    }
    http_exchange_refuse(c, c->body_refusal);
    return size;
}

size_t http_body_take(http_conn *c, const char *bytes, size_t size) {
    return c->head.chunked ? take_chunked(c, bytes, size) : take_counted(c, bytes, size);
}
