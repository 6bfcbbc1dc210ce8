#include "tools/watch.h"

#include "engine/base/alloc.h"
#include "tools/client.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#define TODAY "/v1/stats?series=S01,S02,S03,S04,Y04,Y05,Y06,Y07,Y08&window=day"

struct watch {
    client *client;
    gauges before, now;
    double before_s, now_s; // monotonic
    bool known;             // `now` was read
    int status;
    char why[1024];
};

double watch_clock_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

watch *watch_new(const char *url, int patience_ms) {
    watch *w = yz_alloc_zeroed(sizeof *w);
    w->client = client_new(url);
    client_patience(w->client, patience_ms);
    return w;
}

void watch_free(watch *w) {
    client_free(w->client);
    yz_free(w);
}

static watch_news fail(watch *w, const char *why) {
    snprintf(w->why, sizeof w->why, "%s", why);
    return w->status >= 400 && w->status < 500 ? WATCH_REFUSED : WATCH_GONE;
}

watch_news watch_next(watch *w) {
    gauges read;
    w->status = client_get(w->client, "/metrics");
    if (w->status == 0) return fail(w, client_why(w->client));
    if (w->status != 200)
        return fail(w, w->status == 503 ? "the server is loading" : client_body(w->client).bytes);
    if (!gauges_parse(client_body(w->client), &read))
        return fail(w, "these are no metrics of ours");
    bool was_known = w->known, same = w->known && read.started_s == w->now.started_s;
    w->before = w->now;
    w->before_s = w->now_s;
    w->now = read;
    w->now_s = watch_clock_s();
    w->known = true;
    return same ? WATCH_READ : was_known ? WATCH_RESTARTED : WATCH_FIRST;
}

const char *watch_why(const watch *w) {
    return w->why;
}

int watch_status(const watch *w) {
    return w->status;
}

const gauges *watch_now(const watch *w) {
    return &w->now;
}

const gauges *watch_before(const watch *w) {
    return &w->before;
}

double watch_seconds(const watch *w) {
    return w->now_s - w->before_s;
}

double watch_rate(const watch *w, double before, double now) {
    double seconds = watch_seconds(w);
    return seconds > 0 ? (now - before) / seconds : NAN;
}

// ---- today ----

static double value_of(const cJSON *row, const char *series) {
    const cJSON *value = cJSON_GetObjectItem(cJSON_GetObjectItem(row, series), "value");
    return cJSON_IsNumber(value) ? value->valuedouble : NAN;
}

bool watch_today_read(watch *w, watch_today *today) {
    cJSON *answer = NULL;
    if (client_get(w->client, TODAY) == 200) answer = cJSON_Parse(client_body(w->client).bytes);
    const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "rows"), 0);
    *today = (watch_today){value_of(row, "S01"), value_of(row, "S02"), value_of(row, "S03"),
                           value_of(row, "S04"), value_of(row, "Y04"), value_of(row, "Y05"),
                           value_of(row, "Y06"), value_of(row, "Y07"), value_of(row, "Y08")};
    bool read = row != NULL;
    cJSON_Delete(answer);
    return read;
}
