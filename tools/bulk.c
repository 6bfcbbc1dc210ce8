#include "tools/bulk.h"

#include "engine/base/alloc.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#define OUT_BYTES 262144
#define RESULT_BYTES_MAX 1048576

void bulk_init(bulk *b, client *to, const char *query) {
    *b = (bulk){.client = to, .query = query};
    b->out = yz_alloc(OUT_BYTES);
}

void bulk_deinit(bulk *b) {
    yz_free(b->out);
    yz_free(b->in);
}

// ---- results ----

static void count_reason(bulk_reason *reasons, uint32_t *count, const char *code,
                         const char *pointer) {
    char what[sizeof reasons[0].what];
    uint32_t at = 0;
    // "/required/3/level" and "/required/7/level" are one reason.
    char field[64] = "";
    for (size_t size = 0; *pointer && size + 1 < sizeof field; pointer++) {
        if (*pointer >= '0' && *pointer <= '9') continue;
        if (*pointer == '/' && size && field[size - 1] == '/') continue;
        field[size++] = *pointer;
        field[size] = 0;
    }
    snprintf(what, sizeof what, "%.31s %.60s", code, field);
    while (at < *count && strcmp(reasons[at].what, what) != 0)
        at += 1;
    if (at == *count) {
        if (at == BULK_REASONS_MAX)
            at -= 1; // the last takes all further kinds
        else {
            snprintf(reasons[at].what, sizeof reasons[at].what, "%s", what);
            reasons[(*count)++].count = 0;
        }
    }
    reasons[at].count += 1;
}

static const char *text_member(const cJSON *object, const char *name) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(member) ? member->valuestring : "";
}

static void take_result(bulk *b, yz_text line) {
    cJSON *tree = cJSON_ParseWithLength(line.bytes, line.size);
    const cJSON *summary = cJSON_GetObjectItemCaseSensitive(tree, "summary");
    if (cJSON_IsObject(summary)) {
        const cJSON *ok = cJSON_GetObjectItemCaseSensitive(summary, "ok");
        const cJSON *failed = cJSON_GetObjectItemCaseSensitive(summary, "failed");
        if (cJSON_IsNumber(ok)) b->ok += (uint64_t)ok->valuedouble;
        if (cJSON_IsNumber(failed)) b->failed += (uint64_t)failed->valuedouble;
        b->summed = true;
    } else {
        const cJSON *problem = cJSON_GetObjectItemCaseSensitive(tree, "problem");
        const cJSON *number = cJSON_GetObjectItemCaseSensitive(tree, "line");
        uint64_t at = cJSON_IsNumber(number) ? (uint64_t)number->valuedouble : 0;
        const cJSON *warning, *warnings = cJSON_GetObjectItemCaseSensitive(tree, "warnings");
        cJSON_ArrayForEach(warning, warnings) {
            count_reason(b->warnings, &b->warning_count, text_member(warning, "code"),
                         text_member(warning, "pointer"));
            if (b->warned) b->warned(b->context, at, text_member(warning, "message"));
        }
        if (cJSON_IsObject(problem)) {
            count_reason(b->reasons, &b->reason_count, text_member(problem, "code"),
                         text_member(problem, "pointer"));
            if (b->refused) b->refused(b->context, at, line);
        }
    }
    cJSON_Delete(tree);
}

// Most lines went well; those are told from the others without building a tree.
static bool went_well(yz_text line) {
    static const char problem[] = "\"problem\"", summary[] = "\"summary\"";
    static const char warnings[] = "\"warnings\"";
    return memmem(line.bytes, line.size, problem, sizeof problem - 1) == NULL &&
           memmem(line.bytes, line.size, warnings, sizeof warnings - 1) == NULL &&
           memmem(line.bytes, line.size, summary, sizeof summary - 1) == NULL;
}

static void take_lines(void *context, yz_text bytes) {
    bulk *b = context;
    if (b->in_size + bytes.size > RESULT_BYTES_MAX) b->in_size = 0; // no result is that long
    if (b->in_size + bytes.size > b->in_room) {
        b->in_room = 2 * (b->in_size + bytes.size);
        b->in = yz_realloc(b->in, b->in_room);
    }
    memcpy(b->in + b->in_size, bytes.bytes, bytes.size);
    b->in_size += bytes.size;
    size_t begin = 0;
    for (;;) {
        char *end = memchr(b->in + begin, '\n', b->in_size - begin);
        if (end == NULL) break;
        yz_text line = {b->in + begin, (uint32_t)(end - (b->in + begin))};
        if (!went_well(line)) take_result(b, line);
        begin += line.size + 1u;
    }
    memmove(b->in, b->in + begin, b->in_size - begin);
    b->in_size -= begin;
}

// ---- requests ----

static bool lost(bulk *b) {
    snprintf(b->why, sizeof b->why, "%s", client_why(b->client));
    b->unreached = true;
    b->begun = false;
    return false;
}

static bool flush(bulk *b) {
    if (b->out_size == 0) return true;
    yz_text bytes = {b->out, (uint32_t)b->out_size};
    b->out_size = 0;
    return client_send(b->client, bytes) ? true : lost(b);
}

bool bulk_begin(bulk *b, const char *kind, const char *content_type) {
    char path[256];
    snprintf(path, sizeof path, "/v1/%s/bulk%s%s", kind, *b->query ? "?" : "", b->query);
    b->in_size = b->out_size = 0;
    b->summed = false;
    b->begun = client_begin(b->client, "POST", path, content_type, take_lines, b);
    return b->begun ? true : lost(b);
}

bool bulk_line(bulk *b, yz_text line) {
    if (b->out_size + line.size + 1 > OUT_BYTES && !flush(b)) return false;
    if (line.size + 1u > OUT_BYTES) {
        return client_send(b->client, line) && client_send(b->client, YZ_TEXT("\n")) ? true
                                                                                     : lost(b);
    }
    memcpy(b->out + b->out_size, line.bytes, line.size);
    b->out[b->out_size + line.size] = '\n';
    b->out_size += line.size + 1u;
    return true;
}

bool bulk_end(bulk *b) {
    if (!flush(b)) return false;
    int status = client_end(b->client);
    b->begun = false;
    if (status == 0) return lost(b);
    if (status == 200 && b->summed) return true;
    // Not a bulk answer: a problem+json, left in `in` as it has no line end.
    snprintf(b->why, sizeof b->why, "the server answered %d: %.*s", status, (int)b->in_size,
             b->in_size ? b->in : "");
    return false;
}
