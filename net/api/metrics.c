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

// ---- statistics: the whole of the market as it is ----

typedef struct live_numbers {
    bool counted;
    int64_t seekers, vacant, postings, hired, registered, posted, signed_up;
    yz_stats_bytes bytes;
} live_numbers;

static int64_t number(const yz_stats *stats, yz_series series, yz_window window, int64_t now_ms) {
    yz_stats_ask ask = {.series = series,
                        .cell = {0, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL}, // node 0 is everywhere
                        .period = {window, 0}};
    yz_stats_value value = {0};
    (void)yz_stats_read(stats, &ask, now_ms, &value);
    return value.value;
}

static live_numbers read_numbers(const yz_market *market) {
    const yz_stats *stats = yz_market_stats(market);
    int64_t now_ms = yz_market_time_ms(market);
    if (stats == NULL) return (live_numbers){0};
    return (live_numbers){
        .counted = true,
        .seekers = number(stats, YZ_S02, YZ_WINDOW_NOW, now_ms),
        .vacant = number(stats, YZ_S03, YZ_WINDOW_NOW, now_ms),
        .postings = number(stats, YZ_Y01, YZ_WINDOW_NOW, now_ms),
        .hired = number(stats, YZ_Y09, YZ_WINDOW_NOW, now_ms),
        .registered = number(stats, YZ_S01, YZ_WINDOW_TOTAL, now_ms),
        .posted = number(stats, YZ_Y02, YZ_WINDOW_TOTAL, now_ms),
        .signed_up = number(stats, YZ_Y08, YZ_WINDOW_TOTAL, now_ms),
        .bytes = yz_stats_memory(stats),
    };
}

static void put_number(json_out *out, const char *name, const char *type, const char *help,
                       int64_t value) {
    put_head(out, name, type, help);
    put(out, "%s %" PRId64 "\n", name, value);
}

static void put_numbers(json_out *out, const live_numbers *n) {
    if (!n->counted) return;
    put_number(out, "yizhan_stats_seekers_open", "gauge", "S02: seekers open.", n->seekers);
    put_number(out, "yizhan_stats_openings_vacant", "gauge",
               "S03: vacant openings of open postings.", n->vacant);
    put_number(out, "yizhan_stats_postings_open", "gauge", "Y01: open postings.", n->postings);
    put_number(out, "yizhan_stats_in_work", "gauge", "Y09: referrals placed, started or kept.",
               n->hired);
    put_number(out, "yizhan_stats_registrations_total", "counter", "S01 since the beginning.",
               n->registered);
    put_number(out, "yizhan_stats_postings_total", "counter", "Y02 since the beginning.",
               n->posted);
    put_number(out, "yizhan_stats_signings_total", "counter", "Y08 since the beginning.",
               n->signed_up);
    const struct {
        const char *part;
        uint64_t bytes;
    } PARTS[] = {
        {"nodes", n->bytes.cube.nodes},
        {"pairs", n->bytes.cube.pairs},
        {"rows", n->bytes.cube.rows},
        {"blocks", n->bytes.cube.blocks},
        {"histories", n->bytes.cube.histories},
        {"seekers", n->bytes.seekers},
        {"postings", n->bytes.postings},
        {"persons", n->bytes.persons},
        {"fills", n->bytes.fills},
        {"venues", n->bytes.venues},
        {"skills", n->bytes.skills},
    };
    put_head(out, "yizhan_stats_bytes", "gauge", "Memory of the statistics, by part.");
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++)
        put(out, "yizhan_stats_bytes{part=\"%s\"} %" PRIu64 "\n", PARTS[i].part, PARTS[i].bytes);
}

void api_metrics_put(api *a, json_out *out) {
    const yz_market *market = api_read(a);
    yz_market_counts counts = yz_market_count(market);
    live_numbers numbers = read_numbers(market);
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
    put_numbers(out, &numbers);
    put_questions(out);
    a->house.metrics(a->house.context, put_line, out);
}
