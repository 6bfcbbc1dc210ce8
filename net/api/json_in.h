/* JSON coming in: a strict reading over cJSON, which by itself takes much that is not JSON (01, 1.,
 * bad UTF-8, raw control characters, a second key of the same name, what follows the value).
 *
 * A scan of ours looks at every byte first and remembers the text of each number; then cJSON builds
 * the tree, from the request's arena. Every refusal names its place: JSON pointer, byte, line. */
#ifndef YZ_NET_API_JSON_IN_H
#define YZ_NET_API_JSON_IN_H

#include "engine/base/arena.h"
#include "engine/model/problem.h"

#include <cjson/cJSON.h>

#define JSON_DEPTH_MAX 32
#define JSON_VALUES_MAX 10000 // values and keys of one text
#define JSON_NUMBER_BYTES_MAX 40

typedef struct json_tree {
    const cJSON *root;     // in the arena; never freed by itself
    const yz_text *number; // texts of the numbers, borrowed from the input; see json_number_text
    yz_arena *arena;
} json_tree;

/* Reads `bytes` (kept by the caller while the tree is used); a UTF-8 byte order mark is skipped.
 *
 * BAD_JSON and its kin, BAD_UTF8, CONTROL_CHARACTER, NOT_A_NUMBER (NaN, Infinity), DUPLICATE_FIELD:
 * given = byte, low = line. TOO_LONG: the arena is too small for it.
 *
 * O(size). Any number of threads, each with its own arena. */
YZ_MUST_USE yz_status json_parse(yz_text bytes, yz_arena *arena, json_tree *tree,
                                 yz_problem *problem);

/* The string of a string node. */
yz_text json_string(const cJSON *node);
/* As it was written: "0.30", "1e3". */
yz_text json_number_text(const json_tree *tree, const cJSON *node);
/* The number times 10^decimals, exactly, from its text.
 * TOO_MANY_DECIMALS (high = decimals; NOT_WHOLE when 0), OUT_OF_RANGE beyond +-2^53 / WRONG_TYPE.
 */
YZ_MUST_USE yz_status json_scaled(const json_tree *tree, const cJSON *node, unsigned decimals,
                                  const char *pointer, int64_t *scaled, yz_problem *problem);
/* The same for a text outside JSON (a CSV cell). NOT_A_NUMBER if it is none. */
YZ_MUST_USE yz_status json_scaled_text(yz_text text, unsigned decimals, const char *pointer,
                                       int64_t *scaled, yz_problem *problem);

#endif
