/* The log: logfmt on a terminal, one JSON object per line otherwise.
 *
 *     ts=2026-11-23T23:59:59.123Z level=info msg=listening address=127.0.0.1 port=7780
 *     {"ts":"2026-11-23T23:59:59.123Z","level":"info","msg":"listening","address":"127.0.0.1",...}
 *
 * Never a query, a body or a name: routes are templates. Any thread; a line is one write. */
#ifndef YZ_NET_SERVER_LOG_H
#define YZ_NET_SERVER_LOG_H

#include "net/http/conn.h"
#include "net/server/outside.h"

typedef enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_OFF } log_level;

typedef struct logger {
    const outside *outside;
    bool json;
    _Atomic log_level level;
} logger;

void logger_init(logger *log, const outside *o, log_level level);
/* "debug", "info", "warn", "error", "off"; false: none of them. */
bool log_level_parse(const char *word, log_level *level);

/* `msg` and then pairs of key and text, ended by NULL. Keys are plain words. */
__attribute__((sentinel)) void log_line(logger *log, log_level level, const char *msg, ...);
/* A finished exchange: debug, or warn from status 500 up, unless only /readyz says no. */
void log_exchange(logger *log, const http_note *note, uint64_t duration_ns);

#endif
