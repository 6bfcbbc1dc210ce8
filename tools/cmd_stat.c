/* stat: one line a second of what a running server does. */
#include "tools/cmd.h"
#include "tools/refusal.h"
#include "tools/watch.h"

#include "engine/model/records.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 10000
#define LINES_PER_HEADER 20

typedef struct stat_line {
    double commands, asked, requests; // per second
    double p50_s, p99_s;              // of questions
    double cpu, hold_s;               // of one processor; p99 of read sections
} stat_line;

static stat_line line_of(const watch *w) {
    const gauges *a = watch_before(w), *b = watch_now(w);
    gauges_histogram asked = {0}, holds = gauges_between(&a->read_holds, &b->read_holds);
    for (int q = 0; q < GAUGES_QUESTIONS; q++) {
        gauges_histogram one = gauges_between(&a->asked[q], &b->asked[q]);
        gauges_add(&asked, &one);
    }
    return (stat_line){.commands = watch_rate(w, a->commands, b->commands),
                       .asked = asked.count / watch_seconds(w),
                       .requests = watch_rate(w, a->requests, b->requests),
                       .p50_s = gauges_quantile(&asked, 0.5),
                       .p99_s = gauges_quantile(&asked, 0.99),
                       .cpu = watch_rate(w, a->cpu_s, b->cpu_s),
                       .hold_s = gauges_quantile(&holds, 0.99)};
}

// ---- for people ----

static void put_header(void) {
    printf("    time   seq cmd/s ask/s   p50   p99 req/s posts seeks live  cpu   rss  hold\n");
}

static void put_count(double count, int width) {
    char word[GAUGES_WORD_MAX];
    gauges_count(count, word);
    printf(" %*s", width, word);
}

static void put_time(double seconds, int width) {
    char word[GAUGES_WORD_MAX];
    gauges_time(seconds, word);
    printf(" %*s", width, word);
}

static void put_line(const watch *w, const stat_line *line) {
    const gauges *f = watch_now(w);
    char clock[16], word[GAUGES_WORD_MAX];
    time_t now = time(NULL);
    struct tm local;
    strftime(clock, sizeof clock, "%H:%M:%S", localtime_r(&now, &local));
    printf("%8s", clock);
    put_count(f->sequence, 5);
    put_count(line->commands, 5);
    put_count(line->asked, 5);
    put_time(line->p50_s, 5);
    put_time(line->p99_s, 5);
    put_count(line->requests, 5);
    put_count(f->postings[YZ_STATE_OPEN], 5);
    put_count(f->seekers[YZ_STATE_OPEN], 5);
    put_count(f->streams, 4);
    printf(" %3.0f%%", 100 * line->cpu);
    gauges_size(f->resident_bytes, word);
    printf(" %5s", word);
    put_time(line->hold_s, 5);
    putchar('\n');
}

// ---- for programs ----

static void add(cJSON *object, const char *name, double value) {
    if (isfinite(value))
        cJSON_AddNumberToObject(object, name, value);
    else
        cJSON_AddNullToObject(object, name);
}

static void put_json(const watch *w, const stat_line *line) {
    const gauges *f = watch_now(w);
    cJSON *object = cJSON_CreateObject();
    add(object, "time", (double)time(NULL));
    add(object, "seconds", watch_seconds(w));
    add(object, "seq", f->sequence);
    add(object, "market_time", f->market_s);
    add(object, "commands_per_s", line->commands);
    add(object, "questions_per_s", line->asked);
    add(object, "question_p50_s", line->p50_s);
    add(object, "question_p99_s", line->p99_s);
    add(object, "requests_per_s", line->requests);
    add(object, "postings_open", f->postings[YZ_STATE_OPEN]);
    add(object, "seekers_open", f->seekers[YZ_STATE_OPEN]);
    add(object, "openings", f->openings);
    add(object, "streams", f->streams);
    add(object, "connections", f->connections);
    add(object, "cpu", line->cpu);
    add(object, "resident_bytes", f->resident_bytes);
    add(object, "read_hold_p99_s", line->hold_s);
    add(object, "read_hold_max_s", f->read_hold_max_s);
    add(object, "journal_durable", f->durable);
    add(object, "mismatches", f->mismatches);
    char *text = cJSON_PrintUnformatted(object);
    printf("%s\n", text);
    cJSON_free(text);
    cJSON_Delete(object);
}

// ---- on and on ----

static void sleep_until(double at_s) {
    struct timespec t = {.tv_sec = (time_t)at_s};
    t.tv_nsec = (long)((at_s - (double)t.tv_sec) * 1e9);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        continue;
}

typedef struct telling {
    bool json, gone;
    uint64_t lines, wanted; // wanted 0: no end
} telling;

static void tell(telling *t, const watch *w) {
    stat_line line = line_of(w);
    if (t->json) {
        put_json(w, &line);
    } else {
        if (t->lines % LINES_PER_HEADER == 0) put_header();
        put_line(w, &line);
    }
    t->lines += 1;
}

// What is not a line is said beside the lines, once.
static void tell_gone(telling *t, const watch *w) {
    if (!t->gone) fprintf(stderr, "yizhan: stat: %s; trying again\n", watch_why(w));
    t->gone = true;
}

int cmd_stat(const options *given) {
    telling t = {.json = options_flag(given, "json"),
                 .wanted = (uint64_t)options_number(given, "count")};
    double interval_s = (double)options_number(given, "interval"), next_s = watch_clock_s();
    watch *w = watch_new(options_text(given, "url"), PATIENCE_MS);
    int code = EXIT_OK;
    bool seen = false;
    for (bool more = true; more;) {
        watch_news news = watch_next(w);
        if (news == WATCH_REFUSED || (news == WATCH_GONE && !seen && watch_status(w) == 0)) {
            code = news == WATCH_REFUSED ? refusal_code(watch_status(w)) : EXIT_NO_SERVER;
            fprintf(stderr, "yizhan: stat: %s\n", watch_why(w));
            break;
        }
        seen = true;
        if (news == WATCH_GONE) tell_gone(&t, w);
        if (news == WATCH_RESTARTED)
            fprintf(stderr, "yizhan: stat: the server was started anew; it goes on\n");
        if (news == WATCH_READ) tell(&t, w);
        if (news != WATCH_GONE) t.gone = false;
        more = fflush(stdout) == 0 && (t.wanted == 0 || t.lines < t.wanted);
        // A late answer moves those that follow: no two lines at once.
        next_s += interval_s;
        if (next_s < watch_clock_s()) next_s = watch_clock_s() + interval_s;
        if (more) sleep_until(next_s);
    }
    watch_free(w);
    return code;
}
