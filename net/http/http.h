/* HTTP/1.1, without sockets: bytes in, exchanges out; answers in, bytes out. What feeds it (libuv
 * in net/server, a simulator in tests) hands in bytes and time, and takes bytes to send.
 *
 * An exchange is one request and its answer on one connection. Pipelined requests wait: one
 * exchange of a connection is handled at a time, in order. Used from the connection's loop thread
 * only. */
#ifndef YZ_NET_HTTP_HTTP_H
#define YZ_NET_HTTP_HTTP_H

#include "engine/base/arena.h"
#include "engine/base/text.h"

#include <stddef.h>

typedef struct http_exchange http_exchange;

typedef enum http_method {
    HTTP_METHOD_GET,
    HTTP_METHOD_HEAD,
    HTTP_METHOD_POST,
    HTTP_METHOD_PUT,
    HTTP_METHOD_PATCH,
    HTTP_METHOD_DELETE,
    HTTP_METHOD_OPTIONS,
    HTTP_METHOD_OTHER,
} http_method;

/* The other end of a connection. */
typedef struct http_peer {
    char address[46]; // "127.0.0.1", "::1": without the port
    bool loopback;    // 127/8 or ::1
} http_peer;

/* What the head of a request said. Texts live until the exchange is over. */
typedef struct http_request {
    http_method method;
    yz_text path;  // as sent, before the '?', still percent-encoded; starts with '/', or is "*"
                   // of an OPTIONS, or "" in a refusal before there was one
    yz_text query; // as sent, after the '?', or ""
    uint64_t id;   // of the exchange; in logs and in X-Request-Id
} http_request;

const http_request *http_exchange_request(const http_exchange *exchange);
/* Who is at the other end: lives as long as the connection. */
const http_peer *http_exchange_peer(const http_exchange *exchange);
/* Value of a header by lower-case name, trimmed; bytes NULL if absent. If sent twice (where that is
 * legal), the first. */
yz_text http_exchange_header(const http_exchange *exchange, const char *name);
/* Memory until the exchange is over, from the connection's arena. */
yz_arena *http_exchange_arena(http_exchange *exchange);
/* Body so far: for buffered exchanges in on_request the whole of it. */
yz_text http_exchange_body(const http_exchange *exchange);
/* A slot for the handler. */
void http_exchange_set_user(http_exchange *exchange, void *user);
void *http_exchange_user(const http_exchange *exchange);
/* For logs and metrics: the route template ("/v1/postings/{id}"), static storage. */
void http_exchange_set_route(http_exchange *exchange, const char *route);

/* ---- what the handler does ---- */

typedef enum http_body_mode {
    HTTP_BODY_BUFFER, // collect it (at most body_bytes_max), then on_request
    HTTP_BODY_STREAM, // on_request at once, then on_body per piece, then on_end
    HTTP_BODY_REFUSE, // the handler has answered already (404, 401 ...): drop the body
} http_body_mode;

typedef struct http_handler {
    void *context;
    /* The head is there. For STREAM and REFUSE nothing else precedes. */
    http_body_mode (*on_head)(void *context, http_exchange *exchange);
    /* BUFFER: the whole request; STREAM: not called. Must end in an answer, now or later. */
    void (*on_request)(void *context, http_exchange *exchange);
    /* STREAM: bytes borrowed during the call. Not called any more once the answer is complete. */
    void (*on_body)(void *context, http_exchange *exchange, yz_text bytes);
    void (*on_end)(void *context, http_exchange *exchange);
    /* Room to write again after http_write_chunk said the buffer is over its mark. */
    void (*on_drained)(void *context, http_exchange *exchange);
    /* The connection went away before the answer was complete: forget the exchange, nothing may be
     * called on it afterwards. */
    void (*on_gone)(void *context, http_exchange *exchange);
    /* An error answer of http's own (400, 408, 413, 414, 417, 431, 501, 505): writes the body for
     * it. `reason` is a stable word, e.g. "header_name_with_space". Answers through http_answer,
     * at once; if it does not, or is NULL, http writes one line of text. The connection closes
     * afterwards. For an exchange whose on_head was called: BUFFER, on_request will not come;
     * STREAM, on_gone came first (and nothing else comes if the answer had begun). */
    void (*on_refusal)(void *context, http_exchange *exchange, int status, const char *reason);
} http_handler;

/* ---- answers ---- */

typedef struct http_answer_head {
    int status;
    const char *content_type; // NULL without a body
    yz_text headers;          // further header lines, each ended by "\r\n", or ""
} http_answer_head;

/* The whole answer. Reads head and body during the call. HEAD sends no body. */
void http_answer(http_exchange *exchange, const http_answer_head *head, yz_text body);

/* An answer in pieces (chunked). False from http_write_chunk: the output buffer is over its mark;
 * what was given is kept, but wait for on_drained before more. */
void http_answer_begin(http_exchange *exchange, const http_answer_head *head);
bool http_write_chunk(http_exchange *exchange, yz_text bytes);
void http_answer_end(http_exchange *exchange);
/* This exchange is the connection's last; before the answer is complete. */
void http_answer_last(http_exchange *exchange);
/* Stop and resume taking body bytes of a STREAM exchange (backpressure up to the sender). */
void http_pause_body(http_exchange *exchange);
void http_resume_body(http_exchange *exchange);

/* An answer without an end of its own: when the other side says that it sends no more, it has gone
 * (on_gone). Else whoever has sent the whole request is still answered. */
void http_answer_needs_peer(http_exchange *exchange);

/* The words for a status: 404 -> "Not Found". */
const char *http_status_words(int status);

#endif
