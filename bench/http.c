/* What does a question cost over HTTP? A server with a generated market in a process of its own,
 * one thread of clients, loopback.
 *
 *   saturation   closed loop on --connections: requests per second, server CPU per request (all of
 *                its threads), for GET /livez (empty) and POST /v1/match/jobs (q1), on one loop
 *                and on two. The clients need a core too, so with two cores two loops cannot
 *                double it
 *   fixed rate   open loop at --rate: latency from the moment a request fell due
 *   writes       the same while --writes-per-s go in beside it, against the same without
 *
 * With --url the server is somebody else's: then there is no CPU time, and one round only. */
#include "bench/http.h"

#include "bench/figures.h"
#include "bench/http_client.h"
#include "bench/http_options.h"
#include "bench/http_requests.h"
#include "bench/http_server.h"
#include "engine/base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 3 // of a closed loop; the one with the median CPU counts
#define WRITE_CONNECTIONS 64

typedef struct bench {
    http_options options;
    http_server server; // pid 0 with --url
    const char *host;
    http_requests empty, q1, writes;
    yz_histogram latency, write_latency;
    uint64_t failed;
    figures out;
} bench;

typedef struct saturation {
    double cpu_us, rps;
} saturation;

static double micros(const yz_histogram *h, double share) {
    return (double)yz_histogram_quantile(h, share) / 1000;
}

/* ---- saturation ---- */

static int by_cpu(const void *a, const void *b) {
    double x = ((const saturation *)a)->cpu_us, y = ((const saturation *)b)->cpu_us;
    return (x > y) - (x < y);
}

static saturation saturate(bench *b, const http_requests *requests) {
    saturation rounds[ROUNDS] = {{0, 0}};
    for (uint32_t i = 0; i < ROUNDS; i++) {
        http_load load = {.requests = requests->list,
                          .request_count = requests->count,
                          .connections = b->options.connections,
                          .latency_ns = &b->latency};
        yz_histogram_reset(&b->latency);
        uint64_t before = http_server_cpu_ns(&b->server);
        http_loads_run(b->host, b->server.port, &load, 1, b->options.seconds);
        uint64_t cpu_ns = http_server_cpu_ns(&b->server) - before;
        b->failed += load.not_ok + (load.answered == 0);
        if (load.answered == 0) continue;
        rounds[i].cpu_us = (double)cpu_ns / 1000 / (double)load.answered;
        rounds[i].rps = (double)load.answered / load.seconds;
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], by_cpu);
    return rounds[ROUNDS / 2];
}

static void add_saturation(bench *b, const char *prefix) {
    saturation empty = saturate(b, &b->empty);
    saturation q1 = saturate(b, &b->q1);
    if (b->server.pid) figures_add(&b->out, 2, empty.cpu_us, "%sempty.cpu_us", prefix);
    figures_add(&b->out, 0, empty.rps, "%sempty.rps", prefix);
    if (b->server.pid) figures_add(&b->out, 2, q1.cpu_us, "%sq1.cpu_us", prefix);
    if (b->server.pid)
        figures_add(&b->out, 2, q1.cpu_us - empty.cpu_us, "%sq1.cpu_us_above_empty", prefix);
    figures_add(&b->out, 0, q1.rps, "%sq1.rps", prefix);
}

/* ---- the server's own clock: its histogram in /metrics ---- */

#define BOUNDS_MAX 32

typedef struct buckets {
    double upto_s[BOUNDS_MAX];
    double count[BOUNDS_MAX]; // requests that took at most that long
    uint32_t size;
    double hold_s_max;
} buckets;

static buckets server_buckets(const bench *b) {
    static const char series[] =
        "yizhan_http_request_duration_seconds_bucket{route=\"/v1/match/jobs\",le=\"";
    buckets all = {.size = 0};
    char *text = http_get(b->host, b->server.port, "/metrics");
    if (text == NULL) return all;
    for (const char *at = text; all.size < BOUNDS_MAX && (at = strstr(at, series)) != NULL;) {
        char *rest;
        at += sizeof series - 1;
        all.upto_s[all.size] = strtod(at, &rest); // "+Inf" too
        all.count[all.size++] = strtod(rest + 2, NULL);
    }
    all.hold_s_max = http_metric(text, "yizhan_write_hold_seconds_max");
    yz_free(text);
    return all;
}

/* The quantile of what came between two readings; within a bucket as if evenly spread. */
static double quantile_us(const buckets *before, const buckets *after, double share) {
    if (after->size == 0) return 0;
    double below = 0, low_s = 0;
    double all = after->count[after->size - 1] -
                 (before->size == after->size ? before->count[after->size - 1] : 0);
    for (uint32_t i = 0; i + 1 < after->size; i++) {
        double upto = after->count[i] - (before->size == after->size ? before->count[i] : 0);
        if (upto >= share * all && upto > below) {
            double part = (share * all - below) / (upto - below);
            return (low_s + part * (after->upto_s[i] - low_s)) * 1e6;
        }
        below = upto;
        low_s = after->upto_s[i];
    }
    return low_s * 1e6;
}

/* ---- a fixed rate, alone and beside writes ---- */

static http_load q1_at(bench *b, double per_second) {
    yz_histogram_reset(&b->latency);
    return (http_load){.requests = b->q1.list,
                       .request_count = b->q1.count,
                       .connections = b->options.connections,
                       .per_second = per_second,
                       .latency_ns = &b->latency};
}

static void add_latency(bench *b, const char *name, const http_load *load) {
    figures_add(&b->out, 0, load->per_second, "%s.rate", name);
    figures_add(&b->out, 0, (double)load->answered / load->seconds, "%s.rps", name);
    figures_add(&b->out, 1, micros(&b->latency, 0.5), "%s.p50_us", name);
    figures_add(&b->out, 1, micros(&b->latency, 0.9), "%s.p90_us", name);
    figures_add(&b->out, 1, micros(&b->latency, 0.99), "%s.p99_us", name);
    figures_add(&b->out, 1, micros(&b->latency, 0.999), "%s.p99.9_us", name);
    b->failed += load->not_ok;
}

static void add_rate(bench *b, const char *name, double per_second) {
    http_load load = q1_at(b, per_second);
    uint64_t before = http_server_cpu_ns(&b->server);
    http_loads_run(b->host, b->server.port, &load, 1, b->options.seconds);
    double cpu_ns = (double)(http_server_cpu_ns(&b->server) - before);
    add_latency(b, name, &load);
    if (b->server.pid && load.answered)
        figures_add(&b->out, 2, cpu_ns / 1000 / (double)load.answered, "%s.cpu_us", name);
}

static void add_writes(bench *b, double per_second) {
    buckets start = server_buckets(b);
    http_load quiet = q1_at(b, per_second);
    http_loads_run(b->host, b->server.port, &quiet, 1, b->options.seconds);
    buckets middle = server_buckets(b);
    add_latency(b, "quiet.q1", &quiet);
    double quiet_us = micros(&b->latency, 0.99),
           quiet_server_us = quantile_us(&start, &middle, 0.99);

    yz_histogram_reset(&b->write_latency);
    http_load both[2] = {q1_at(b, per_second),
                         {.requests = b->writes.list,
                          .request_count = b->writes.count,
                          .connections = WRITE_CONNECTIONS,
                          .per_second = b->options.writes_per_s,
                          .latency_ns = &b->write_latency}};
    http_loads_run(b->host, b->server.port, both, 2, b->options.seconds);
    buckets end = server_buckets(b);
    add_latency(b, "busy.q1", &both[0]);
    double busy_us = micros(&b->latency, 0.99), busy_server_us = quantile_us(&middle, &end, 0.99);
    b->failed += both[1].not_ok;
    figures_add(&b->out, 0, (double)both[1].answered / both[1].seconds, "writes.per_s");
    figures_add(&b->out, 1, micros(&b->write_latency, 0.5), "writes.p50_us");
    figures_add(&b->out, 1, micros(&b->write_latency, 0.99), "writes.p99_us");
    figures_add(&b->out, 2, busy_us / quiet_us, "busy.q1.p99_ratio");
    figures_add(&b->out, 1, quiet_server_us, "quiet.q1.server_p99_us");
    figures_add(&b->out, 1, busy_server_us, "busy.q1.server_p99_us");
    figures_add(&b->out, 2, quiet_server_us > 0 ? busy_server_us / quiet_server_us : 0,
                "busy.q1.server_p99_ratio");
    figures_add(&b->out, 1, end.hold_s_max * 1e6, "writes.longest_hold_us");
}

/* ---- the bench ---- */

static void measure(bench *b, const char *prefix) {
    add_saturation(b, prefix);
    double saturated = figures_value(&b->out, "q1.rps");
    double rate = b->options.rate > 0 ? b->options.rate : saturated * 0.5;
    add_rate(b, "rate.q1", rate);
    if (b->options.writes_per_s > 0) add_writes(b, b->options.rate > 0 ? rate : saturated * 0.25);
}

static bool measure_own(bench *b) {
    http_servers *servers = http_servers_new(b->options.set);
    bool well = http_server_start(servers, 2, &b->server);
    if (well) {
        add_saturation(b, "loops2.");
        http_server_stop(servers, &b->server);
        well = http_server_start(servers, 1, &b->server);
    }
    if (well) {
        measure(b, "");
        http_server_stop(servers, &b->server);
    }
    http_servers_free(servers);
    return well;
}

int bench_http(int argc, char **argv) {
    bench *b = yz_alloc_zeroed(sizeof *b);
    if (!http_options_read(argc, argv, &b->options)) {
        yz_free(b);
        return 2;
    }
    generate_options small = b->options.set; // the questions do not depend on its size
    small.postings = b->options.set.postings < 100000 ? b->options.set.postings : 100000;
    generate *set = generate_new(small);
    b->host = b->options.url_host[0] ? b->options.url_host : "127.0.0.1";
    b->empty = http_requests_empty();
    b->q1 = http_requests_q1(set);
    b->writes =
        http_requests_writes(set, 1 + (uint32_t)(b->options.writes_per_s * b->options.seconds));
    bool well = true;
    if (b->options.url_host[0]) {
        b->server.port = b->options.url_port;
        measure(b, "");
    } else {
        well = measure_own(b);
    }
    figures_add(&b->out, 0, b->options.connections, "connections");
    figures_add(&b->out, 0, (double)b->failed, "failed");
    figures_print(&b->out, b->options.json);
    if (b->failed) fprintf(stderr, "%s: requests failed\n", argv[0]);
    well = well && b->failed == 0;
    http_requests_free(&b->empty);
    http_requests_free(&b->q1);
    http_requests_free(&b->writes);
    generate_free(set);
    yz_free(b);
    return well ? 0 : 1;
}
