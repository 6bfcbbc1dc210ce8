/* Servers to measure: child processes, each of which generates its own market. Forked from one that
 * holds the market, a server would copy every page at its first write: holds of 0.4 to 4 ms that no
 * real server has. */
#ifndef YZ_BENCH_HTTP_SERVER_H
#define YZ_BENCH_HTTP_SERVER_H

#include "tools/generate.h"

#include <sys/types.h>

typedef struct http_servers http_servers;

/* The caller owns it and has one thread only. */
http_servers *http_servers_new(generate_options options);
/* Ends whatever still runs. */
void http_servers_free(http_servers *servers);

typedef struct http_server {
    pid_t pid;
    uint16_t port; // on 127.0.0.1
} http_server;

/* A server with that many loops (1..16), listening. Waits until its market is filled. False: it
 * could not be had. One at a time. */
bool http_server_start(http_servers *servers, uint32_t loops, http_server *which);
/* Drains it and waits for its end. */
void http_server_stop(http_servers *servers, const http_server *which);

/* CPU time of the process, all threads, user and system. */
uint64_t http_server_cpu_ns(const http_server *which);

#endif
