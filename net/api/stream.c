#include "net/api/stream.h"

#include "engine/base/alloc.h"

static void stream_free(api_stream *stream) {
    if (stream->free != NULL) stream->free(stream);
    yz_free(stream);
}

static void pump(api_errand *errand) {
    api_stream *stream = (api_stream *)errand;
    http_exchange *exchange = errand->exchange;
    json_out *out = &errand->a->out;
    bool more = true, room = true;
    while (more && room) {
        json_out_reset(out);
        more = stream->next(stream, out);
        room = http_write_chunk(exchange, json_out_text(out));
    }
    if (more) return; // goes on when the other side has taken some
    api_errand_end(errand);
    stream_free(stream);
    http_answer_end(exchange);
}

static void gone(api_errand *errand) {
    stream_free((api_stream *)errand);
}

void *api_stream_new(api_call *call, size_t size, bool (*next)(api_stream *, json_out *),
                     void (*free)(api_stream *)) {
    api_stream *stream = yz_alloc_zeroed(size);
    api_errand_begin(&stream->errand, call);
    stream->errand.drained = pump;
    stream->errand.gone = gone;
    stream->next = next;
    stream->free = free;
    return stream;
}

void api_stream_start(api_stream *stream, const char *content_type, yz_text headers) {
    http_exchange *exchange = stream->errand.exchange;
    http_answer_head head = {.status = 200, .content_type = content_type, .headers = headers};
    http_answer_begin(exchange, &head);
    if (http_exchange_request(exchange)->method != HTTP_METHOD_HEAD) {
        pump(&stream->errand);
        return;
    }
    api_errand_end(&stream->errand);
    stream_free(stream);
    http_answer_end(exchange);
}
