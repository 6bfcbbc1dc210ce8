/* Every limit of a connection, in one place. A limit passed is answered with its own status, or
 * ends the connection; never cut silently. */
#ifndef YZ_NET_HTTP_LIMITS_H
#define YZ_NET_HTTP_LIMITS_H

#include <stdint.h>

#define HTTP_FIELDS_MAX 64        // header lines of a request: 431
#define HTTP_HEAD_BYTES_CAP 65535 // head_bytes_max may not pass it: offsets are 16 bits

typedef struct http_limits {
    uint32_t target_bytes_max; // 414
    uint32_t head_bytes_max;   // request line and headers together: 431
    uint32_t body_bytes_max;   // of a buffered body: 413
    uint64_t stream_bytes_max; // of a streamed body: 413
    uint32_t chunk_extras_max; // bytes of chunk extensions of one body: 400
    uint32_t drop_bytes_max;   // a body nobody wants: read to here, else close
    uint32_t held_bytes_max;   // pipelined input held back; then reading pauses
    uint32_t out_bytes_mark;   // output waiting: handlers pause above it
    uint32_t out_bytes_max;    // output waiting: the connection is cut above it
    uint64_t out_all_mark;     // waiting on all connections of a service: above it who has more
                               // than out_bytes_mark must take it at the next floor
    uint32_t out_hurry_bytes_per_s_min;
    uint64_t out_all_max;          // waiting on all: whose answer goes above it is cut
    uint32_t arena_bytes_max;      // memory of one exchange
    uint32_t head_ms_max;          // from the first byte of a head to its last: 408
    uint32_t idle_ms_max;          // between requests: closed silently
    uint32_t rate_grace_ms;        // before the two floors below are asked for
    uint32_t body_bytes_per_s_min; // of a body coming in: 408
    uint32_t out_bytes_per_s_min;  // of an answer going out: cut
    uint32_t linger_ms_max;        // after a refusal: input is read and dropped, then closed
} http_limits;

http_limits http_limits_default(void);

#endif
