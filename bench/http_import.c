/* How fast does a bulk import over HTTP go in, and what do questions notice of it? A process of its
 * own sends --lines postings as one NDJSON body (made before the clock starts) and reads the result
 * lines; meanwhile questions fall due at a fixed rate.
 *
 * With --data-dir DIR the same again through the real program with a journal, on a data directory
 * made in DIR beforehand and removed afterwards; then what durable costs, as ratios. */
#include "bench/http.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "bench/filled_dir.h"
#include "bench/folder_of_run.h"
#include "bench/http_client.h"
#include "bench/http_options.h"
#include "bench/http_requests.h"
#include "bench/http_server.h"
#include "bench/program.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "tools/client.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define RATE 1000.0
#define PIECE 262144
#define TAIL 256
#define READY_SECONDS 300

typedef struct upload {
    double seconds;
    uint64_t ok, failed;
    int status;
} upload;

/* ---- the sender ---- */

typedef struct tail {
    char bytes[TAIL + 1];
    size_t size;
} tail;

// Keeps the last bytes of the answer: there the summary stands.
static void keep_tail(void *context, yz_text bytes) {
    tail *t = context;
    if (bytes.size >= TAIL) {
        memcpy(t->bytes, bytes.bytes + bytes.size - TAIL, TAIL);
        t->size = TAIL;
        return;
    }
    size_t keep = t->size + bytes.size > TAIL ? TAIL - bytes.size : t->size;
    memmove(t->bytes, t->bytes + t->size - keep, keep);
    memcpy(t->bytes + keep, bytes.bytes, bytes.size);
    t->size = keep + bytes.size;
}

static uint64_t number_after(const tail *t, const char *name) {
    const char *at = strstr(t->bytes, "\"summary\"");
    at = at ? strstr(at, name) : NULL;
    return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static upload send_all(const char *url, const char *lines, size_t size) {
    tail end = {.size = 0};
    upload result = {.seconds = 0};
    client *c = client_new(url);
    uint64_t start = clock_wall_ns();
    bool well =
        client_begin(c, "POST", "/v1/postings/bulk", "application/x-ndjson", keep_tail, &end);
    for (size_t at = 0; well && at < size; at += PIECE) {
        size_t left = size - at;
        well = client_send(c, (yz_text){lines + at, (uint32_t)(left < PIECE ? left : PIECE)});
    }
    result.status = well ? client_end(c) : 0;
    result.seconds = (double)(clock_wall_ns() - start) / 1e9;
    end.bytes[end.size] = 0;
    result.ok = number_after(&end, "\"ok\":");
    result.failed = number_after(&end, "\"failed\":");
    if (result.status != 200) fprintf(stderr, "bench: %s\n", client_why(c));
    client_free(c);
    return result;
}

// Makes the lines, says so on `to`, waits for a byte on `go`, sends, tells the result.
__attribute__((noreturn)) static void sender(const http_options *o, uint16_t port, int go, int to) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char url[64], byte = 0;
    size_t size;
    generate_options none = {o->set.kind, 0, 0, o->set.seed};
    generate *set = generate_new(none);
    char *lines = http_lines(set, o->set.postings, o->lines, &size);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    yz_check(write(to, &byte, 1) == 1 && read(go, &byte, 1) == 1);
    upload result = send_all(url, lines, size);
    yz_check(write(to, &result, sizeof result) == sizeof result);
    _exit(0);
}

/* ---- the questions beside it ---- */

static bool has_come(int from) {
    struct pollfd poll_one = {.fd = from, .events = POLLIN};
    return poll(&poll_one, 1, 0) > 0;
}

static uint64_t ask(const http_server *server, const http_requests *q1, double seconds,
                    yz_histogram *latency, uint32_t connections) {
    http_load load = {.requests = q1->list,
                      .request_count = q1->count,
                      .connections = connections,
                      .per_second = RATE,
                      .latency_ns = latency};
    http_loads_run("127.0.0.1", server->port, &load, 1, seconds);
    return load.not_ok;
}

static void add_figures(const http_options *o, const upload *result, uint64_t cpu_ns,
                        const char *prefix, figures *out) {
    figures_add(out, 0, o->lines, "%simport.lines", prefix);
    figures_add(out, 0, (double)result->ok, "%simport.ok", prefix);
    figures_add(out, 0, (double)result->failed, "%simport.failed", prefix);
    figures_add(out, 2, result->seconds, "%simport.seconds", prefix);
    figures_add(out, 0, (double)o->lines / result->seconds, "%simport.lines_per_s", prefix);
    figures_add(out, 2, (double)cpu_ns / 1000 / o->lines, "%simport.cpu_us_per_line_with_questions",
                prefix);
}

static void add_answers(const yz_histogram *quiet, const yz_histogram *busy, uint64_t failed,
                        const char *prefix, figures *out) {
    figures_add(out, 0, RATE, "%sq1.rate", prefix);
    figures_add(out, 1, (double)yz_histogram_quantile(quiet, 0.99) / 1000, "%squiet.q1.p99_us",
                prefix);
    figures_add(out, 1, (double)yz_histogram_quantile(busy, 0.5) / 1000, "%sbusy.q1.p50_us",
                prefix);
    figures_add(out, 1, (double)yz_histogram_quantile(busy, 0.99) / 1000, "%sbusy.q1.p99_us",
                prefix);
    figures_add(out, 1, (double)yz_histogram_quantile(busy, 0.999) / 1000, "%sbusy.q1.p99.9_us",
                prefix);
    figures_add(out, 0, (double)failed, "%sq1.failed", prefix);
}

static bool measure(const http_options *o, const http_server *server, const char *prefix,
                    figures *out) {
    int go[2], back[2];
    char byte;
    yz_check(pipe(go) == 0 && pipe(back) == 0);
    fflush(NULL);
    pid_t child = fork();
    yz_check(child >= 0);
    if (child == 0) sender(o, server->port, go[0], back[1]);
    generate *set = generate_new((generate_options){o->set.kind, 0, 0, o->set.seed});
    http_requests q1 = http_requests_q1(set);
    yz_histogram *quiet = yz_alloc_zeroed(sizeof *quiet), *busy = yz_alloc_zeroed(sizeof *busy);
    yz_histogram_reset(quiet);
    yz_histogram_reset(busy);
    yz_check(read(back[0], &byte, 1) == 1);
    uint64_t failed = ask(server, &q1, o->seconds, quiet, o->connections);
    uint64_t before = http_server_cpu_ns(server);
    yz_check(write(go[1], &byte, 1) == 1);
    while (!has_come(back[0]))
        failed += ask(server, &q1, 0.5, busy, o->connections);
    uint64_t cpu_ns = http_server_cpu_ns(server) - before;
    upload result;
    yz_check(read(back[0], &result, sizeof result) == sizeof result);
    waitpid(child, NULL, 0);
    add_figures(o, &result, cpu_ns, prefix, out);
    add_answers(quiet, busy, failed, prefix, out);
    yz_free(quiet);
    yz_free(busy);
    http_requests_free(&q1);
    generate_free(set);
    return result.status == 200 && result.ok == o->lines && failed == 0;
}

static bool measure_memory(const http_options *o, figures *out) {
    http_server server;
    http_servers *servers = http_servers_new(o->set);
    bool well = http_server_start(servers, 2, &server);
    if (well) {
        well = measure(o, &server, "", out);
        http_server_stop(servers, &server);
    }
    http_servers_free(servers);
    return well;
}

static bool measure_durable(const http_options *o, const char *folder, figures *out) {
    char data_dir[RUN_FOLDER_MAX + 8], log[RUN_FOLDER_MAX + 8];
    filled_dir_facts facts;
    program p;
    snprintf(data_dir, sizeof data_dir, "%s/data", folder);
    snprintf(log, sizeof log, "%s/log", folder);
    if (!filled_dir_make(data_dir, o->set, 0, &facts)) return false;
    const char *arguments[] = {"--data-dir", data_dir, "--loops", "2", NULL};
    if (!program_start(&p, arguments, log)) return false;
    bool well = program_wait_ready(&p, READY_SECONDS);
    if (well) {
        http_server server = {p.pid, p.port};
        well = measure(o, &server, "durable.", out);
    } else {
        fprintf(stderr, "yizhan: bench import: the server did not start; see %s\n", log);
    }
    return program_stop(&p) && well;
}

static void add_ratio(figures *out, const char *name) {
    char durable[96];
    snprintf(durable, sizeof durable, "durable.%s", name);
    figures_add(out, 2, figures_value(out, durable) / figures_value(out, name), "ratio.%s", name);
}

int bench_import(int argc, char **argv) {
    http_options options;
    figures out = {0};
    char folder[RUN_FOLDER_MAX];
    if (!http_options_read(argc, argv, &options)) return 2;
    if (options.url_host[0]) {
        fprintf(stderr, "%s: --url is for bench http\n", argv[0]);
        return 2;
    }
    bool well = options.data_dir == NULL || run_folder_make(options.data_dir, folder);
    well = well && measure_memory(&options, &out);
    if (well && options.data_dir) {
        well = measure_durable(&options, folder, &out);
        add_ratio(&out, "import.lines_per_s");
        add_ratio(&out, "quiet.q1.p99_us");
        add_ratio(&out, "busy.q1.p99_us");
        if (well) run_folder_remove(folder);
    }
    if (out.count > 0) figures_print(&out, options.json);
    return well ? 0 : 1;
}
