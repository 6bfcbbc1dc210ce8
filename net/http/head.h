/* The head of a request, read line by line as it comes in, strictly: what llhttp lets pass and we
 * do not is refused here (a space before the colon, folded lines, two of anything that frames).
 *
 *     GET /v1/postings/p-1?x=1 HTTP/1.1 CR LF      request line: form, method, target, version
 *     Host: a.example CR LF                        field: name, ':', value; offsets are noted
 *     CR LF                                        end: what must be there is asked for
 *
 * A line is judged when its last byte is there, a byte when it comes, so the verdict does not
 * depend on how the bytes were cut into pieces. Allocates nothing. */
#ifndef YZ_NET_HTTP_HEAD_H
#define YZ_NET_HTTP_HEAD_H

#include "net/http/http.h"
#include "net/http/limits.h"

typedef struct http_span {
    uint16_t at, size; // bytes from the start of the head
} http_span;

typedef struct http_field {
    http_span name, value; // the value trimmed
} http_field;

typedef struct http_head {
    /* how far the scan came */
    uint32_t scanned, line_at;
    uint32_t lines; // finished, the request line included
    bool after_cr;
    /* what it found */
    http_method method;
    http_span path, query;
    uint8_t minor; // HTTP/1.minor
    uint8_t hosts; // Host lines seen
    bool has_length, chunked, has_encoding, expects_continue;
    uint64_t length; // Content-Length
    uint32_t field_count;
    http_field fields[HTTP_FIELDS_MAX];
} http_head;

/* Why a request is not served: an HTTP status and a stable word for it. 0: it is. */
typedef struct http_refusal {
    int status;
    const char *reason;
} http_refusal;

void http_head_reset(http_head *head);
/* Goes on over `size` bytes from the start of the head. True: the head ends after
 * `head->scanned` bytes, or is refused (`refusal->status` set). False: more bytes are needed. */
bool http_head_scan(http_head *head, const char *bytes, size_t size, const http_limits *limits,
                    http_refusal *refusal);

#endif
