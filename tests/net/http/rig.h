/* A connection without a socket: a handler that writes down what it was told, and a client that
 * cuts its bytes into pieces of any size. */
#ifndef YZ_TESTS_NET_HTTP_RIG_H
#define YZ_TESTS_NET_HTTP_RIG_H

#include "net/http/conn.h"

#include <stdio.h>

#define RIG_TEXT_MAX (512 * 1024)
#define SECOND_NS 1000000000ull

typedef struct rig {
    http_service *service;
    http_conn *conn;
    uint64_t now_ns;
    char *out; // all that was sent, with the Date and X-Request-Id lines as they are
    size_t out_size;
    char *story; // what the handler was told, a line each
    size_t story_size;
    http_exchange *open; // asked at /later, to be answered by the test
    int woken, gone, drained;
    int notes, last_status;
    bool pause_stream; // /stream pauses after each piece
} rig;

/* Routes of the handler: /later waits; /stream takes a streamed body; /refuse answers 404 in
 * on_head; /chunks answers in pieces; everything else echoes method, path, query and body. */
void rig_init(rig *r, const http_limits *limits);
void rig_deinit(rig *r);
/* In pieces of `piece` bytes; 0: at once. Takes the output after each. */
void rig_send(rig *r, const char *bytes, size_t size, size_t piece);
void rig_collect(rig *r);
void rig_wait(rig *r, uint64_t seconds); // with a tick each second
/* Status of the n-th answer in the output, 0 if there is none. */
int rig_status(const rig *r, int n);
bool rig_closed(const rig *r);

#endif
