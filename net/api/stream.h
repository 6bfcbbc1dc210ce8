/* An answer in pieces: each piece is made when the one before has found room, so that a large
 * answer holds neither the market nor much memory. Inside net/api only. */
#ifndef YZ_NET_API_STREAM_H
#define YZ_NET_API_STREAM_H

#include "net/api/inner.h"

typedef struct api_stream {
    api_errand errand;
    bool (*next)(struct api_stream *stream, json_out *out); // false: that was the last piece
    void (*free)(struct api_stream *stream);                // of what it owns beside itself
} api_stream;

/* `size` bytes, zeroed, that begin with an api_stream. */
void *api_stream_new(api_call *call, size_t size, bool (*next)(api_stream *, json_out *),
                     void (*free)(api_stream *));
/* Begins the answer and sends what there is room for; frees the stream when all is sent, or when
 * the other side has gone. */
void api_stream_start(api_stream *stream, const char *content_type, yz_text headers);

#endif
