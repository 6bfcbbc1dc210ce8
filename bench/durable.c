/* What does a write that is on the disk cost over HTTP? The real program with --data-dir in a
 * fresh folder of --dir, --clients that each PUT small postings one after the other, from one
 * thread on loopback; around it, in the same run, what one sync of that disk costs by itself.
 *
 *   closed loop   acknowledgements per second, per sync, server CPU for each, latency
 *   fixed rate    at --rate over the same clients: latency from the moment a write fell due
 *
 * Without --dir the server keeps everything in memory: what HTTP and the market cost alone. With
 * --redis PORT the same clients send the same bytes to a Redis there, as SET: for
 * bench/peers/durable/run. */
#include "bench/durable.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "bench/folder_of_run.h"
#include "bench/http_client.h"
#include "bench/http_requests.h"
#include "bench/program.h"
#include "bench/sync.h"
#include "engine/base/alloc.h"
#include "tools/client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HOST "127.0.0.1"
#define WRITES_PER_S 150000 // made beforehand: every write is a new posting, unless a run is faster
#define WRITES_MAX                                                                                 \
    2000000              // 1 GB of them; then the list is sent again, and `repeated` says how many
#define SYNC_SHARE 0.2   // of --seconds, for each kind of bare sync, before and again after
#define READY_SECONDS 60 // an empty market: much is wrong if it takes longer

typedef struct bench {
    const options *given;
    const char *dir; // NULL: in memory
    uint32_t clients;
    double seconds;
    generate *set;
    http_requests writes;
    uint32_t sent; // of them
    uint64_t repeated;
    yz_histogram latency, append, overwrite;
    figures out;
    uint64_t failed;
} bench;

static double micros(const yz_histogram *h, double share) {
    return (double)yz_histogram_quantile(h, share) / 1000;
}

static void add_latency(bench *b, const char *name, const yz_histogram *h) {
    figures_add(&b->out, 1, micros(h, 0.5), "%s.p50_us", name);
    figures_add(&b->out, 1, micros(h, 0.99), "%s.p99_us", name);
    figures_add(&b->out, 1, micros(h, 0.999), "%s.p99.9_us", name);
}

/* ---- the disk alone ---- */

static bool measure_syncs(bench *b) {
    double seconds = b->seconds * SYNC_SHARE;
    bool well = sync_measure(b->dir, SYNC_APPEND, seconds, &b->append) &&
                sync_measure(b->dir, SYNC_OVERWRITE, seconds, &b->overwrite);
    if (!well) fprintf(stderr, "yizhan: bench durable: %s: %s\n", b->dir, strerror(errno));
    return well;
}

/* ---- the load ---- */

static http_load run_load(bench *b, uint16_t port, bool redis, double per_second) {
    uint32_t left = b->writes.count - b->sent;
    http_load load = {.requests = b->writes.list + b->sent,
                      .request_count = left,
                      .connections = b->clients,
                      .per_second = per_second,
                      .redis = redis,
                      .latency_ns = &b->latency};
    yz_histogram_reset(&b->latency);
    if (!http_loads_run(HOST, port, &load, 1, b->seconds)) load.not_ok += 1;
    b->failed += load.not_ok;
    b->repeated += load.answered > left ? load.answered - left : 0;
    // At least half of the list is for the first load, what is left for the second.
    b->sent = load.answered < b->writes.count / 2 ? (uint32_t)load.answered : b->writes.count / 2;
    return load;
}

typedef struct counters {
    uint64_t cpu_ns;
    double syncs, batches;
} counters;

static counters look(const program *p) {
    counters now = {.cpu_ns = program_cpu_ns(p)};
    char *text = http_get(HOST, p->port, "/metrics");
    if (text == NULL) return now;
    now.syncs = http_metric(text, "yizhan_journal_syncs_total");
    now.batches = http_metric(text, "yizhan_batches_total");
    yz_free(text);
    return now;
}

static void measure_closed(bench *b, const program *p) {
    counters before = look(p);
    http_load load = run_load(b, p->port, false, 0);
    counters after = look(p);
    double acks = (double)(load.answered - load.not_ok), syncs = after.syncs - before.syncs;
    figures_add(&b->out, 0, acks, "acks");
    figures_add(&b->out, 0, acks / load.seconds, "acks_per_s");
    figures_add(&b->out, 1, acks / (after.batches - before.batches), "acks_per_batch");
    if (syncs > 0) {
        figures_add(&b->out, 1, acks / syncs, "acks_per_sync");
        figures_add(&b->out, 2, acks / syncs / b->clients, "acks_per_sync_and_client");
    }
    figures_add(&b->out, 2, (double)(after.cpu_ns - before.cpu_ns) / 1000 / acks,
                "server_cpu_us_per_ack");
    add_latency(b, "closed", &b->latency);
}

static void measure_rate(bench *b, const program *p) {
    double rate = (double)options_number(b->given, "rate");
    if (rate == 0) rate = figures_value(&b->out, "acks_per_s") / 2;
    http_load load = run_load(b, p->port, false, rate);
    figures_add(&b->out, 0, rate, "rate.per_s");
    figures_add(&b->out, 0, (double)load.answered / load.seconds, "rate.acks_per_s");
    add_latency(b, "rate", &b->latency);
}

static void add_ratios(bench *b) {
    add_latency(b, "sync.append", &b->append);
    add_latency(b, "sync.overwrite", &b->overwrite);
    for (int i = 0; i < 2; i++) {
        const char *loop = i ? "rate" : "closed";
        for (int q = 0; q < 2; q++) {
            char name[32];
            snprintf(name, sizeof name, "%s.%s_us", loop, q ? "p99" : "p50");
            double bare = micros(&b->append, q ? 0.99 : 0.5);
            figures_add(&b->out, 2, figures_value(&b->out, name) / bare, "%s.%s_over_sync", loop,
                        q ? "p99" : "p50");
        }
    }
}

/* ---- the server ---- */

static bool put_entries(bench *b, const program *p, yz_dictionary dictionary) {
    char url[64], path[64];
    size_t size;
    char *lines = http_entry_lines(b->set, dictionary, &size);
    if (lines == NULL) return true; // no persons
    snprintf(url, sizeof url, "http://" HOST ":%u", p->port);
    snprintf(path, sizeof path, "/v1/%s/bulk", yz_dictionary_name(dictionary).bytes);
    client *c = client_new(url);
    int status = client_post(c, path, "application/x-ndjson", (yz_text){lines, (uint32_t)size});
    if (status != 200)
        fprintf(stderr, "yizhan: bench durable: %s: %d %s\n", path, status, client_why(c));
    client_free(c);
    yz_free(lines);
    return status == 200;
}

static bool measure_server(bench *b, const char *data_dir, const char *log) {
    const char *on_disk[] = {"--data-dir", data_dir, "--init", NULL}, *in_memory[] = {NULL};
    program p;
    bool well = program_start(&p, b->dir ? on_disk : in_memory, log) &&
                program_wait_ready(&p, READY_SECONDS);
    for (int d = 0; well && d < YZ_DICTIONARY_COUNT; d++)
        well = put_entries(b, &p, (yz_dictionary)d);
    if (well) {
        measure_closed(b, &p);
        measure_rate(b, &p);
    } else {
        fprintf(stderr, "yizhan: bench durable: the server did not start; see %s\n", log);
    }
    return program_stop(&p) && well;
}

static bool measure_own(bench *b) {
    char folder[RUN_FOLDER_MAX], data_dir[RUN_FOLDER_MAX + 8], log[RUN_FOLDER_MAX + 8];
    if (!run_folder_make(b->dir ? b->dir : "/tmp", folder)) return false;
    snprintf(data_dir, sizeof data_dir, "%s/data", folder);
    snprintf(log, sizeof log, "%s/log", folder);
    bool well = (b->dir == NULL || measure_syncs(b)) && measure_server(b, data_dir, log);
    if (well && b->dir) {
        well = measure_syncs(b);
        add_ratios(b);
    }
    if (well) run_folder_remove(folder);
    return well;
}

static void measure_redis(bench *b, uint16_t port) {
    http_load load = run_load(b, port, true, 0);
    figures_add(&b->out, 0, (double)load.answered, "acks");
    figures_add(&b->out, 0, (double)load.answered / load.seconds, "acks_per_s");
    add_latency(b, "closed", &b->latency);
}

static double mean_bytes(const http_requests *writes) {
    double sum = 0;
    for (uint32_t i = 0; i < writes->count; i++)
        sum += writes->list[i].size;
    return sum / writes->count;
}

int bench_durable(const options *given) {
    uint16_t redis = (uint16_t)options_number(given, "redis");
    bench *b = yz_alloc_zeroed(sizeof *b);
    b->given = given;
    b->dir = options_text(given, "dir");
    b->clients = (uint32_t)options_number(given, "clients");
    b->seconds = (double)options_number(given, "seconds");
    yz_histogram_reset(&b->append);
    yz_histogram_reset(&b->overwrite);
    b->set = generate_new(
        (generate_options){GENERATE_GIG, 0, 0, (uint64_t)options_number(given, "seed")});
    double writes = WRITES_PER_S * b->seconds;
    uint32_t count = writes < WRITES_MAX ? (uint32_t)writes : WRITES_MAX;
    b->writes = redis ? http_requests_sets(b->set, count) : http_requests_puts(b->set, count);
    figures_add(&b->out, 0, b->clients, "clients");
    figures_add(&b->out, 0, mean_bytes(&b->writes), "request_bytes_mean");
    bool well = true;
    if (redis) {
        measure_redis(b, redis);
    } else {
        well = measure_own(b);
    }
    figures_add(&b->out, 0, (double)b->repeated, "repeated");
    figures_add(&b->out, 0, (double)b->failed, "failed");
    figures_print(&b->out, options_flag(given, "json"));
    well = well && b->failed == 0;
    http_requests_free(&b->writes);
    generate_free(b->set);
    yz_free(b);
    return well ? EXIT_OK : EXIT_FAILED;
}
