/* JSON going out: a streaming writer into one growing, bounded buffer. Whatever is written between
 * begin and end, the bytes are valid JSON: commas are the writer's business, bad UTF-8 becomes
 * U+FFFD, a number that is not finite becomes null. */
#ifndef YZ_NET_API_JSON_OUT_H
#define YZ_NET_API_JSON_OUT_H

#include "engine/base/text.h"

#include <stddef.h>

typedef struct json_out {
    char *bytes;           // owned
    size_t size, capacity; // bytes
    size_t bytes_max;      // the buffer never grows past this
    bool comma;            // the next value or key needs one before it
    bool overflowed;       // bytes_max was reached: what was written since is incomplete
} json_out;

void json_out_init(json_out *out, size_t bytes_max);
void json_out_deinit(json_out *out);
/* Empty again; keeps the memory. */
void json_out_reset(json_out *out);
/* What stands there; borrowed until the next call. */
yz_text json_out_text(const json_out *out);

void json_begin_object(json_out *out);
void json_end_object(json_out *out);
void json_begin_array(json_out *out);
void json_end_array(json_out *out);
/* `name` is a literal of ours: nothing in it needs an escape. */
void json_key(json_out *out, const char *name);
void json_text(json_out *out, yz_text text);
void json_int(json_out *out, int64_t value);
void json_uint(json_out *out, uint64_t value);
/* The shortest of 15, 16 or 17 significant digits that parses back to the same double. */
void json_double(json_out *out, double value);
/* value / 10^decimals, exactly, without trailing zeros; decimals 0..9. */
void json_fixed(json_out *out, int64_t value, unsigned decimals);
void json_bool(json_out *out, bool value);
void json_null(json_out *out);
/* One value that is JSON already. */
void json_raw(json_out *out, yz_text json);
/* Ends a line of NDJSON. */
void json_newline(json_out *out);

/* Key and value at once. */
void json_field_text(json_out *out, const char *name, yz_text text);
void json_field_int(json_out *out, const char *name, int64_t value);
void json_field_uint(json_out *out, const char *name, uint64_t value);
void json_field_double(json_out *out, const char *name, double value);
void json_field_fixed(json_out *out, const char *name, int64_t value, unsigned decimals);
void json_field_bool(json_out *out, const char *name, bool value);

/* The digits of json_double into `to`; returns their number. */
#define JSON_DOUBLE_BYTES_MAX 32
size_t json_double_text(double value, char to[JSON_DOUBLE_BYTES_MAX]);

#endif
