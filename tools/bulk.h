/* Records into a running server through POST /v1/{kind}/bulk: lines go up while one result per line
 * comes back; the results are counted. */
#ifndef YZ_TOOLS_BULK_H
#define YZ_TOOLS_BULK_H

#include "tools/client.h"

#define BULK_REASONS_MAX 64

typedef struct bulk_reason {
    char what[96]; // "unknown_skill /required/0/skill"
    uint64_t count;
} bulk_reason;

typedef struct bulk {
    client *client;    // borrowed
    const char *query; // borrowed: "" or "dry_run=1&create=1"
    /* Optional: hears of every line that was refused: its number in this request, and the result as
     * the server wrote it. */
    void (*refused)(void *context, uint64_t line, yz_text result);
    /* Optional: of every warning about a line that went well, in the server's words. */
    void (*warned)(void *context, uint64_t line, const char *message);
    void *context;

    uint64_t ok, failed; // over all requests
    bulk_reason reasons[BULK_REASONS_MAX];
    uint32_t reason_count;
    bulk_reason warnings[BULK_REASONS_MAX];
    uint32_t warning_count;
    char why[1024]; // of a failure; "" = none
    bool unreached; // the failure is that the server could not be reached or went away

    // Inside: what is gathered to go out, and the end of a result line that is not whole yet.
    char *out, *in; // owned
    size_t out_size, in_size, in_room;
    bool begun, summed; // summed: the summary line has come
    int broken;         // 0, or the status of an answer that is no bulk answer
} bulk;

/* `b` with client and query set, the rest zero. */
void bulk_init(bulk *b, client *to, const char *query);
void bulk_deinit(bulk *b);

/* One request: begin, lines, end. False: it failed, see b->why; no more lines then.
 * `content_type` is "application/x-ndjson" or "text/csv". */
bool bulk_begin(bulk *b, const char *kind, const char *content_type);
bool bulk_line(bulk *b, yz_text line);
bool bulk_end(bulk *b);

#endif
