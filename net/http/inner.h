/* What conn.c and answer.c share. Nobody else includes this. */
#ifndef YZ_NET_HTTP_INNER_H
#define YZ_NET_HTTP_INNER_H

#include "net/http/bytes.h"
#include "net/http/conn.h"
#include "net/http/head.h"

#include <llhttp.h>

#define HTTP_ARENAS_KEPT 64
#define HTTP_DATE_BYTES 37 // "Date: Mon, 23 Nov 2026 23:59:59 GMT\r\n"

struct http_service {
    http_service_options options;
    yz_arena *arenas[HTTP_ARENAS_KEPT]; // owned, at rest
    uint32_t arena_count;
    uint64_t next_id;
    uint64_t out_waiting; // on all connections, as last counted
    bool draining;
    char date[HTTP_DATE_BYTES];
    llhttp_settings_t parser_settings;
};

typedef enum http_input {
    HTTP_INPUT_HEAD, // between requests, or inside a head
    HTTP_INPUT_BODY,
    HTTP_INPUT_WHOLE, // the request is there, its answer is not complete; more is held back
    HTTP_INPUT_SHUT,  // nothing is read any more, bytes are dropped
} http_input;

typedef enum http_reply {
    HTTP_REPLY_NONE,
    HTTP_REPLY_BEGUN, // in pieces
    HTTP_REPLY_COMPLETE,
} http_reply;

struct http_exchange {
    http_conn *conn;
    http_request request;
    const char *head; // a copy in the arena; http_head's spans point into it
    yz_arena *arena;  // lent by the service
    yz_text body;
    void *user;
    const char *route;
    const char *reason; // of a refusal
    uint64_t started_ns;
    int status;
    http_body_mode mode;
    http_reply reply;
    bool known;      // on_head was called
    bool mode_known; // and has returned
    bool chunked;    // the answer is
    bool bodiless;   // HEAD, 204, 304: no body bytes go out
    bool wants_drained;
    bool needs_peer; // gone with the other side's end of file
    bool told_whole; // on_request or on_end was called, or need not be
};

struct http_conn {
    http_service *service;
    http_peer peer;
    void *user;
    http_input input;
    http_wish closing; // READ while open, else SHUT or CLOSE
    bool active;       // `exchange` is one
    bool last;         // close after this exchange
    bool running;      // inside feed, sent or run: no wake needed
    bool eof;
    bool body_paused;
    bool last_chunk; // its size line was read
    bool body_over;  // llhttp has seen the end of a chunked body
    http_refusal body_refusal;
    uint64_t now_ns;
    uint64_t since_ns;     // of the state that a time-out watches: idle, head, body, linger
    uint64_t out_since_ns; // output has been waiting since
    uint64_t out_sent;     // bytes, since then
    uint64_t out_counted;  // of what waits: in the service's sum
    uint64_t body_received;
    uint64_t body_received_before; // the last pause, for the floor
    uint32_t chunk_extras;
    uint32_t body_tail;          // the last four bytes of a chunked body's framing
    http_bytes in;               // held back
    http_bytes body;             // of a buffered exchange
    http_bytes filling, sending; // output: written to; being sent
    http_exchange exchange;
    http_head head;
    llhttp_t parser;
};

static inline size_t http_conn_waiting(const http_conn *conn) {
    return http_bytes_held(&conn->filling) + http_bytes_held(&conn->sending);
}

/* After output was added or sent: keeps the service's sum. */
void http_conn_count_output(http_conn *conn);

/* Arenas at rest are shared by the connections of a service. */
yz_arena *http_service_lend(http_service *service);
void http_service_give_back(http_service *service, yz_arena *arena);

/* ---- exchange.c: what an exchange lives through ---- */

void http_exchange_open(http_conn *conn);
/* Answered: note it, give everything back; the next request, or the end of the connection. */
void http_exchange_close(http_conn *conn);
/* Unanswered, and nobody to answer to: tells the handler. */
void http_exchange_lose(http_conn *conn);
/* Answers with an error of our own and closes the connection. */
void http_exchange_refuse(http_conn *conn, http_refusal refusal);

/* ---- body.c: bytes after the head ---- */

void http_body_settings(llhttp_settings_t *settings);
/* Takes what it can of the body; sets input to WHOLE when all of it is there. */
size_t http_body_take(http_conn *conn, const char *bytes, size_t size);

/* After the handler did something: wakes the feeder if it does not know. */
void http_conn_touched(http_conn *conn);

#endif
