/* Whole HTTP requests of the generated set, made before anything is measured. */
#ifndef YZ_BENCH_HTTP_REQUESTS_H
#define YZ_BENCH_HTTP_REQUESTS_H

#include "tools/generate.h"

typedef struct http_requests {
    yz_text *list; // owned, and the bytes too
    uint32_t count;
} http_requests;

void http_requests_free(http_requests *requests);

/* GET /livez: what a request costs by itself. */
http_requests http_requests_empty(void);
/* POST /v1/match/jobs with the seeker's fields, k = 10: the set's questions. */
http_requests http_requests_q1(const generate *set);
/* Writes to postings, in turn: a new one, a changed wage of one there is, one closed. */
http_requests http_requests_writes(const generate *set, uint32_t count);
/* PUT of `count` postings, each a new one. Their dictionary entries must be there. */
http_requests http_requests_puts(const generate *set, uint32_t count);
/* The same bytes as SET commands of Redis: key the id, value the body. */
http_requests http_requests_sets(const generate *set, uint32_t count);
/* All entries of a dictionary, as lines of NDJSON. To be freed by yz_free. */
char *http_entry_lines(const generate *set, yz_dictionary dictionary, size_t *size);
/* `count` lines of NDJSON: the postings from index `from` on. To be freed by yz_free. */
char *http_lines(const generate *set, uint32_t from, uint32_t count, size_t *size);

#endif
