/* Load on an HTTP server from one thread: many keep-alive connections, epoll, answers read by
 * llhttp. Redis can be asked by the same loop, so that what the clients cost is the same for both.
 *
 * closed loop   every connection sends its next request when the answer is there: saturation
 * open loop     requests fall due at a fixed rate whatever the server does, and a latency counts
 *               from the moment a request fell due: a server that stalls cannot hide it */
#ifndef YZ_BENCH_HTTP_CLIENT_H
#define YZ_BENCH_HTTP_CLIENT_H

#include "engine/base/histogram.h"
#include "engine/base/text.h"

typedef struct http_load {
    const yz_text *requests; // whole requests, sent in turn, again from the first after the last
    uint32_t request_count;
    uint32_t connections;
    double per_second;         // open loop; 0 = closed
    bool redis;                // each request is a command that is answered by one line
    yz_histogram *latency_ns;  // filled; reset by the caller
    uint64_t answered, not_ok; // filled: all answers; those that are not 2xx (Redis: an error)
    double seconds;            // filled: from the first request to the last answer
} http_load;

/* Runs the loads side by side for `seconds`, then waits for what is under way or already due (at
 * most 10 s more; what is then missing counts as not_ok). False: no connection could be had. */
bool http_loads_run(const char *host, uint16_t port, http_load *loads, uint32_t count,
                    double seconds);

/* One GET on a connection of its own. The body, ended by 0, to be freed by yz_free; NULL if it
 * failed or the status is not 200. */
char *http_get(const char *host, uint16_t port, const char *path);

/* The value of a series without labels in the text of /metrics; 0 if it is not there. */
double http_metric(const char *text, const char *name);

#endif
