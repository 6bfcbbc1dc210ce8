/* How long until "as of a moment --tail commands after the last snapshot" is answered, and what do
 * questions to the live market feel of it? Makes a data directory as bench restart does and starts
 * the real program on it.
 *
 *   alone   one GET /v1/digest?as_of= after the other, each of another moment, nothing beside them
 *   quiet   Q1 at a fixed rate (open loop), nothing beside it
 *   busy    the same while such moments are asked for one after the other
 *
 * Quiet and busy take turns, so that what else happens on the machine meets both. */
#include "bench/as_of.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "bench/filled_dir.h"
#include "bench/folder_of_run.h"
#include "bench/http_client.h"
#include "bench/http_requests.h"
#include "bench/program.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READY_SECONDS 300
#define ROUNDS 3
#define ALONE 3
#define WARM_SECONDS 2
#define ASKED_MAX 256
#define CONNECTIONS 16

typedef struct bench {
    program server;
    filled_dir_facts facts;
    double rate, seconds;
    http_requests q1;
    yz_histogram latency;
    uint32_t asked; // moments so far: each another one
    uint64_t failed;
    figures out;
} bench;

/* ---- the past ---- */

static bool ask(bench *b, uint64_t sequence, double *seconds) {
    char path[64], wanted[32];
    snprintf(path, sizeof path, "/v1/digest?as_of=seq:%" PRIu64, sequence);
    snprintf(wanted, sizeof wanted, "\"seq\":%" PRIu64 ",", sequence);
    uint64_t begun = clock_wall_ns();
    char *body = http_get("127.0.0.1", b->server.port, path);
    *seconds = (double)(clock_wall_ns() - begun) / 1e9;
    bool well = body != NULL && strstr(body, wanted) != NULL &&
                (sequence != b->facts.sequence || strstr(body, b->facts.digest) != NULL);
    if (!well) fprintf(stderr, "yizhan: bench as-of: %s: %s\n", path, body ? body : "no answer");
    yz_free(body);
    return well;
}

// A moment that nobody has asked for yet, near the end.
static bool ask_next(bench *b, double *seconds) {
    return ask(b, b->facts.sequence - b->asked++, seconds);
}

typedef struct asker {
    bench *b;
    pthread_t thread;
    _Atomic bool stop;
    double seconds[ASKED_MAX];
    uint32_t count;
    bool failed;
} asker;

static void *keep_asking(void *context) {
    asker *a = context;
    while (!atomic_load(&a->stop) && !a->failed && a->count < ASKED_MAX) {
        a->failed = !ask_next(a->b, &a->seconds[a->count]);
        if (!a->failed) a->count += 1;
    }
    return NULL;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add_seconds(figures *out, const char *name, double *seconds, uint32_t count) {
    if (count == 0) return;
    qsort(seconds, count, sizeof *seconds, by_size);
    figures_add(out, 0, count, "%s.as_of", name);
    figures_add(out, 2, seconds[count / 2], "%s.as_of_s", name);
    figures_add(out, 2, seconds[count - 1], "%s.as_of_s_max", name);
}

/* ---- the present ---- */

// p99 of Q1 in us.
static double run_q1(bench *b, double seconds) {
    yz_histogram_reset(&b->latency);
    http_load load = {.requests = b->q1.list,
                      .request_count = b->q1.count,
                      .connections = CONNECTIONS,
                      .per_second = b->rate,
                      .latency_ns = &b->latency};
    b->failed += !http_loads_run("127.0.0.1", b->server.port, &load, 1, seconds);
    b->failed += load.not_ok;
    return (double)yz_histogram_quantile(&b->latency, 0.99) / 1000;
}

static void measure_both(bench *b) {
    double quiet[ROUNDS], busy[ROUNDS], p50[ROUNDS], asked[ASKED_MAX];
    uint32_t count = 0;
    (void)run_q1(b, WARM_SECONDS);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        asker a = {.b = b};
        quiet[i] = run_q1(b, b->seconds);
        p50[i] = (double)yz_histogram_quantile(&b->latency, 0.5) / 1000;
        yz_check(pthread_create(&a.thread, NULL, keep_asking, &a) == 0);
        busy[i] = run_q1(b, b->seconds);
        atomic_store(&a.stop, true);
        pthread_join(a.thread, NULL);
        b->failed += a.failed;
        for (uint32_t at = 0; at < a.count && count < ASKED_MAX; at++)
            asked[count++] = a.seconds[at];
        figures_add(&b->out, 1, quiet[i], "round%u.quiet.q1.p99_us", i + 1);
        figures_add(&b->out, 1, busy[i], "round%u.busy.q1.p99_us", i + 1);
    }
    qsort(quiet, ROUNDS, sizeof quiet[0], by_size);
    qsort(busy, ROUNDS, sizeof busy[0], by_size);
    qsort(p50, ROUNDS, sizeof p50[0], by_size);
    add_seconds(&b->out, "busy", asked, count);
    figures_add(&b->out, 1, p50[ROUNDS / 2], "quiet.q1.p50_us");
    figures_add(&b->out, 1, quiet[ROUNDS / 2], "quiet.q1.p99_us");
    figures_add(&b->out, 1, busy[ROUNDS / 2], "busy.q1.p99_us");
    figures_add(&b->out, 2, busy[ROUNDS / 2] / quiet[ROUNDS / 2], "busy.q1.p99_ratio");
}

/* ---- the bench ---- */

static bool measure(bench *b) {
    double alone[ALONE];
    char *page;
    for (uint32_t i = 0; i < ALONE; i++) {
        if (!ask_next(b, &alone[i])) return false;
    }
    add_seconds(&b->out, "alone", alone, ALONE);
    measure_both(b);
    page = http_get("127.0.0.1", b->server.port, "/metrics");
    if (page == NULL) return false;
    figures_add(&b->out, 0, http_metric(page, "process_resident_memory_bytes") / 1e6,
                "server.rss_mb");
    yz_free(page);
    return b->failed == 0;
}

static bool make_and_measure(const options *given, bench *b, const char *data_dir,
                             const char *log) {
    generate_options set = {GENERATE_NORMAL, (uint32_t)options_number(given, "postings"),
                            (uint32_t)options_number(given, "seekers"),
                            (uint64_t)options_number(given, "seed")};
    uint32_t tail = (uint32_t)options_number(given, "tail");
    if (!filled_dir_make(data_dir, set, tail, &b->facts)) return false;
    generate_options small = set; // the questions do not depend on its size
    small.postings = set.postings < 100000 ? set.postings : 100000;
    generate *questions = generate_new(small);
    b->q1 = http_requests_q1(questions);
    generate_free(questions);
    figures_add(&b->out, 0, set.postings, "postings");
    figures_add(&b->out, 0, set.seekers, "seekers");
    figures_add(&b->out, 0, tail, "tail");
    figures_add(&b->out, 0, b->rate, "rate");
    const char *arguments[] = {"--data-dir", data_dir, "--no-push", "--snapshot-every", "0", NULL};
    if (!program_start(&b->server, arguments, log)) return false;
    bool well = program_wait_ready(&b->server, READY_SECONDS);
    if (!well) fprintf(stderr, "yizhan: bench as-of: the server did not start; see %s\n", log);
    well = well && measure(b);
    return program_stop(&b->server) && well;
}

int bench_as_of(const options *given) {
    char folder[RUN_FOLDER_MAX], data_dir[RUN_FOLDER_MAX + 8], log[RUN_FOLDER_MAX + 8];
    bench *b = yz_alloc_zeroed(sizeof *b);
    b->rate = (double)options_number(given, "rate");
    b->seconds = (double)options_number(given, "seconds");
    if (!run_folder_make(options_text(given, "dir"), folder)) return EXIT_FAILED;
    snprintf(data_dir, sizeof data_dir, "%s/data", folder);
    snprintf(log, sizeof log, "%s/log", folder);
    bool well = make_and_measure(given, b, data_dir, log);
    figures_print(&b->out, options_flag(given, "json"));
    if (b->failed) fprintf(stderr, "yizhan: bench as-of: %" PRIu64 " failed\n", b->failed);
    if (well) run_folder_remove(folder);
    http_requests_free(&b->q1);
    yz_free(b);
    return well ? EXIT_OK : EXIT_FAILED;
}
