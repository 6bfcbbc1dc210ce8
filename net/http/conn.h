/* The feeding side of http: whoever owns sockets (net/server, a simulator, a test) hands in bytes
 * and the time, and takes bytes to send.
 *
 *     bytes read  -> http_conn_feed        http_conn_output -> write to the socket
 *     end of file -> http_conn_eof         written          -> http_conn_sent
 *     once a while -> http_conn_tick       after each of these look at http_conn_wish
 *
 * A service is what the connections of one loop share; everything runs on that loop's thread.
 * Times are monotonic nanoseconds and never go back. */
#ifndef YZ_NET_HTTP_CONN_H
#define YZ_NET_HTTP_CONN_H

#include "net/http/http.h"
#include "net/http/limits.h"

#include <stddef.h>

typedef struct http_service http_service;
typedef struct http_conn http_conn;

/* An exchange that is over, for metrics and the log. Texts during the call only. */
typedef struct http_note {
    uint64_t id;
    http_method method;
    const char *route;   // what the handler set, or NULL
    int status;          // 0: it went away unanswered
    const char *reason;  // of a refusal, or NULL
    uint64_t started_ns; // when its head was complete
    uint64_t bytes_in;   // of the body
} http_note;

typedef struct http_service_options {
    http_handler handler;
    http_limits limits;
    uint64_t first_id; // ids of exchanges count up from here
    /* A handler acted outside of feed, sent and run (an answer that came later): call http_conn_run
     * and send what is there, soon, not from within. May be NULL if no handler does. */
    void (*wake)(void *context, http_conn *conn);
    void (*note)(void *context, const http_note *note); // may be NULL
    void *context;
} http_service_options;

http_service *http_service_new(const http_service_options *options);
/* All its connections must be gone. */
void http_service_free(http_service *service);
/* The wall clock for the Date line; call once a second. */
void http_service_set_time(http_service *service, int64_t unix_s);
/* Every connection closes after the exchange it is in. For good. */
void http_service_drain(http_service *service);

/* `user` is the feeder's own, given back by http_conn_user. */
http_conn *http_conn_new(http_service *service, const http_peer *peer, void *user, uint64_t now_ns);
/* Tells the handler (on_gone) if an answer was still to come. */
void http_conn_free(http_conn *conn);
void *http_conn_user(const http_conn *conn);

/* Reads `bytes` during the call; keeps what it cannot use yet. */
void http_conn_feed(http_conn *conn, const char *bytes, size_t size, uint64_t now_ns);
/* The other side sends no more. An exchange that has its whole request is still answered. */
void http_conn_eof(http_conn *conn, uint64_t now_ns);
/* Goes on with input held back; after wake. */
void http_conn_run(http_conn *conn, uint64_t now_ns);
/* Time-outs and floors. Once a second is often enough; it may be late, never early. */
void http_conn_tick(http_conn *conn, uint64_t now_ns);

/* What waits to be sent, or size 0. Stays where it is until http_conn_sent has counted all of it,
 * so it can be given to a write that ends later. */
yz_text http_conn_output(http_conn *conn);
void http_conn_sent(http_conn *conn, size_t size, uint64_t now_ns);

typedef enum http_wish {
    HTTP_WISH_READ,  // more bytes, please
    HTTP_WISH_PAUSE, // enough held back: no reading until this changes
    HTTP_WISH_SHUT,  // send what is there, then shut down our side and go on reading until eof
    HTTP_WISH_CLOSE, // close now, whatever is unsent
} http_wish;

http_wish http_conn_wish(const http_conn *conn);
/* The other side has said that it sends no more. */
bool http_conn_saw_eof(const http_conn *conn);

#endif
