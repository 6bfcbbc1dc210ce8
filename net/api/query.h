/* The query of a request: names and values, percent-decoded. */
#ifndef YZ_NET_API_QUERY_H
#define YZ_NET_API_QUERY_H

#include "engine/base/arena.h"
#include "engine/base/text.h"

#define API_QUERY_MAX 20

typedef struct api_query {
    yz_text name[API_QUERY_MAX], value[API_QUERY_MAX];
    uint32_t count;
} api_query;

/* %XX and '+' undone, in the arena. False: a bad escape, a NUL, not UTF-8, no memory. */
bool api_percent_decode(yz_text text, bool plus_is_space, yz_arena *arena, yz_text *decoded);

/* `known`: the names allowed, separated by spaces; one that ends in '*' may stand several times.
 * False: `wrong` is the first name that is
 * unknown, stands twice, or has a bad value; `unknown` says which of these. */
bool api_query_parse(yz_text text, const char *known, yz_arena *arena, api_query *query,
                     yz_text *wrong, bool *unknown);
/* bytes NULL if absent; of several the first. */
yz_text api_query_value(const api_query *query, const char *name);

#endif
