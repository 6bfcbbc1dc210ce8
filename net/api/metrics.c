/* Prometheus text. The counters are the process's, one of each for all loops: a loop adds to them a
 * few times per request, which costs less than gathering them from every loop. */
#include "net/api/inner.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static const char *const QUESTIONS[API_QUESTION_COUNT] = {"jobs", "seekers", "standing",
                                                          "why",  "relax",   "unlock"};
static const uint64_t BOUNDS_NS[] = {10000,    25000,     50000,     100000,  250000,
                                     500000,   1000000,   2500000,   5000000, 10000000,
                                     25000000, 100000000, 1000000000};
#define BOUND_COUNT (sizeof BOUNDS_NS / sizeof BOUNDS_NS[0])

static struct { _Atomic uint64_t buckets[BOUND_COUNT + 1], sum_ns; } asked[API_QUESTION_COUNT];
static _Atomic uint64_t rows_ok, rows_failed;

static void add(_Atomic uint64_t *counter, uint64_t value) {
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static uint64_t get(_Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void api_count_question(api_question question, uint64_t ns) {
    uint32_t bucket = 0;
    while (bucket < BOUND_COUNT && ns > BOUNDS_NS[bucket])
        bucket += 1;
    add(&asked[question].buckets[bucket], 1);
    add(&asked[question].sum_ns, ns);
}

void api_count_rows(uint64_t ok, uint64_t failed) {
    add(&rows_ok, ok);
    add(&rows_failed, failed);
}

__attribute__((format(printf, 2, 3))) static void put(json_out *out, const char *form, ...) {
    char line[256];
    va_list arguments;
    va_start(arguments, form);
    int size = vsnprintf(line, sizeof line, form, arguments);
    va_end(arguments);
    if (size <= 0 || (size_t)size >= sizeof line) return;
    out->comma = false;
    json_raw(out, (yz_text){line, (uint32_t)size});
}

static void put_head(json_out *out, const char *name, const char *type, const char *help) {
    put(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_questions(json_out *out) {
    const char *name = "yizhan_match_duration_seconds";
    put_head(out, name, "histogram", "Time of one question in the market, by question.");
    for (int q = 0; q < API_QUESTION_COUNT; q++) {
        uint64_t count = 0;
        for (size_t i = 0; i < BOUND_COUNT; i++) {
            count += get(&asked[q].buckets[i]);
            put(out, "%s_bucket{question=\"%s\",le=\"%g\"} %" PRIu64 "\n", name, QUESTIONS[q],
                (double)BOUNDS_NS[i] / 1e9, count);
        }
        count += get(&asked[q].buckets[BOUND_COUNT]);
        put(out, "%s_bucket{question=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, QUESTIONS[q], count);
        put(out, "%s_sum{question=\"%s\"} %.9g\n", name, QUESTIONS[q],
            (double)get(&asked[q].sum_ns) / 1e9);
        put(out, "%s_count{question=\"%s\"} %" PRIu64 "\n", name, QUESTIONS[q], count);
    }
}

static void put_states(json_out *out, const char *name, const char *help,
                       const uint64_t *by_state) {
    put_head(out, name, "gauge", help);
    for (int state = 0; state <= YZ_STATE_EXPIRED; state++) {
        put(out, "%s{state=\"%s\"} %" PRIu64 "\n", name,
            yz_record_state_name((yz_record_state)state).bytes, by_state[state]);
    }
}

static void put_gauge(json_out *out, const char *name, const char *help, uint64_t value) {
    put_head(out, name, "gauge", help);
    put(out, "%s %" PRIu64 "\n", name, value);
}

static void put_line(void *to, yz_text line) {
    json_out *out = to;
    out->comma = false;
    json_raw(out, line);
    if (line.size == 0 || line.bytes[line.size - 1] != '\n') json_newline(out);
}

void api_metrics_put(api *a, json_out *out) {
    const yz_market *market = api_read(a);
    yz_market_counts counts = yz_market_count(market);
    uint64_t sequence = yz_market_sequence(market);
    int64_t at_ms = yz_market_time_ms(market);
    api_read_end(a);
    put_states(out, "yizhan_postings", "Postings by state.", counts.postings);
    put_states(out, "yizhan_seekers", "Seekers by state.", counts.seekers);
    put_head(out, "yizhan_entries", "gauge", "Dictionary entries.");
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++) {
        put(out, "yizhan_entries{dictionary=\"%s\"} %" PRIu64 "\n",
            yz_dictionary_name((yz_dictionary)i).bytes, counts.entries[i]);
    }
    put_gauge(out, "yizhan_openings", "Openings of open postings.", counts.openings);
    put_gauge(out, "yizhan_postings_bytes", "Memory of postings and their indexes.",
              counts.bytes_postings);
    put_gauge(out, "yizhan_seekers_bytes", "Memory of seekers and their indexes.",
              counts.bytes_seekers);
    put_gauge(out, "yizhan_sequence", "Sequence number of the last command.", sequence);
    put_head(out, "yizhan_market_time_seconds", "gauge", "Market time: that of the last command.");
    put(out, "yizhan_market_time_seconds %.3f\n", (double)at_ms / 1000);
    put_head(out, "yizhan_import_rows_total", "counter", "Lines of bulk imports, by result.");
    put(out, "yizhan_import_rows_total{result=\"ok\"} %" PRIu64 "\n", get(&rows_ok));
    put(out, "yizhan_import_rows_total{result=\"failed\"} %" PRIu64 "\n", get(&rows_failed));
    put_questions(out);
    a->house.metrics(a->house.context, put_line, out);
}
