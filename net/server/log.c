#include "net/server/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define LINE_MAX_BYTES 1024

static const char *const LEVEL_NAMES[] = {"debug", "info", "warn", "error", "off"};

void logger_init(logger *log, const outside *o, log_level level) {
    log->outside = o;
    log->json = !o->log_is_tty(o->context);
    log->level = level;
}

bool log_level_parse(const char *word, log_level *level) {
    for (int i = LOG_DEBUG; i <= LOG_OFF; i++) {
        if (strcmp(word, LEVEL_NAMES[i]) != 0) continue;
        *level = (log_level)i;
        return true;
    }
    return false;
}

typedef struct line {
    char bytes[LINE_MAX_BYTES];
    size_t size;
    bool json;
} line;

static void put(line *l, char c) {
    if (l->size < LINE_MAX_BYTES - 2) l->bytes[l->size++] = c; // room for the end of the line
}

static void put_text(line *l, const char *text) {
    while (*text != 0)
        put(l, *text++);
}

static void put_quoted(line *l, const char *text) {
    put(l, '"');
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') put(l, '\\');
        put(l, c < ' ' || c == 0x7f ? '?' : (char)c);
    }
    put(l, '"');
}

static bool is_plain(const char *text) {
    if (*text == 0) return false;
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return false;
    }
    return true;
}

static void put_pair(line *l, const char *key, const char *value, bool number) {
    if (l->size > (l->json ? 1 : 0)) put(l, l->json ? ',' : ' ');
    if (l->json) {
        put_quoted(l, key);
        put(l, ':');
    } else {
        put_text(l, key);
        put(l, '=');
    }
    if (number || (!l->json && is_plain(value))) {
        put_text(l, value);
    } else {
        put_quoted(l, value);
    }
}

static void begin(line *l, const logger *log, log_level level, const char *msg) {
    l->size = 0;
    l->json = log->json;
    int64_t ms = log->outside->wall_ms(log->outside->context);
    time_t s = (time_t)(ms / 1000);
    struct tm t;
    gmtime_r(&s, &t);
    char ts[64];
    snprintf(ts, sizeof ts, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1,
             t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(ms % 1000));
    if (l->json) put(l, '{');
    put_pair(l, "ts", ts, false);
    put_pair(l, "level", LEVEL_NAMES[level], false);
    put_pair(l, "msg", msg, false);
}

static void end(line *l, const logger *log) {
    if (l->json) l->bytes[l->size++] = '}';
    l->bytes[l->size++] = '\n';
    log->outside->log(log->outside->context, l->bytes, l->size);
}

void log_line(logger *log, log_level level, const char *msg, ...) {
    if (level < log->level) return;
    line l;
    begin(&l, log, level, msg);
    va_list pairs;
    va_start(pairs, msg);
    for (const char *key = va_arg(pairs, const char *); key != NULL;
         key = va_arg(pairs, const char *)) {
        put_pair(&l, key, va_arg(pairs, const char *), false);
    }
    va_end(pairs);
    end(&l, log);
}

void log_exchange(logger *log, const http_note *note, uint64_t duration_ns) {
    // A server that loads is asked every second whether it is ready: no news.
    bool probe = note->route != NULL && strcmp(note->route, "/readyz") == 0;
    log_level level = note->status >= 500 && !probe ? LOG_WARN : LOG_DEBUG;
    if (level < log->level) return;
    line l;
    char text[32];
    begin(&l, log, level, "request");
    snprintf(text, sizeof text, "%016llx", (unsigned long long)note->id);
    put_pair(&l, "req_id", text, false);
    put_pair(&l, "route", note->route != NULL ? note->route : "(none)", false);
    snprintf(text, sizeof text, "%d", note->status);
    put_pair(&l, "code", text, true);
    snprintf(text, sizeof text, "%.3f", (double)duration_ns / 1e6);
    put_pair(&l, "dur_ms", text, true);
    if (note->reason != NULL) put_pair(&l, "reason", note->reason, false);
    end(&l, log);
}
