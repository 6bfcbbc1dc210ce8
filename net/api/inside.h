/* The routes without a server: a market of the past, one question after another, on one thread. It
 * never changes: writes, streams and whatever is of now are refused (api_house.past). */
#ifndef YZ_NET_API_INSIDE_H
#define YZ_NET_API_INSIDE_H

#include "net/api/api.h"

#define INSIDE_ANSWER_BYTES_MAX ((size_t)24 << 20) // more is answered INSIDE_TOO_LONG
#define INSIDE_TOO_LONG 413                        // what no GET is answered else

typedef struct inside inside;

/* `market` is borrowed; its indexes may rest. `now_ms` is what a route takes for now. */
inside *inside_new(const yz_market *market, int64_t now_ms);
void inside_free(inside *in);

/* As the server that asks; borrowed. */
void inside_publishes(inside *in, const api_public *how);

/* The market stands at a sequence: more commands of its millisecond may come behind. */
void inside_stands_amid(inside *in);

typedef struct inside_answer {
    int status;
    const char *content_type; // "" without a body
    yz_text headers;          // further lines, each ended by "\r\n"
    yz_text body;
} inside_answer;

/* GET. `question` is a target ("/v1/digest"), and header lines, each behind a tab. Whatever it is,
 * there is an answer, borrowed until the next question. */
inside_answer inside_ask(inside *in, yz_text question);

#endif
