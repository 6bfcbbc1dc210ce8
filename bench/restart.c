/* How long does a server with --postings and --seekers in its snapshot and --tail commands after it
 * take until it serves again? Makes the data directory in process, then starts the real program on
 * it, once with the system's cache emptied (as root; else as it is) and once warm, until /readyz
 * says 200. It must come back with the digest that was left behind. What the time goes into is
 * measured in process, once more and warm. */
#include "bench/restart.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "bench/filled_dir.h"
#include "bench/folder_of_run.h"
#include "bench/http_client.h"
#include "bench/program.h"
#include "engine/base/alloc.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define READY_SECONDS 300

// False: only root may.
static bool empty_cache(void) {
    sync();
    int file = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    bool well = write(file, "3\n", 2) == 2;
    close(file);
    return well;
}

static bool same_digest(const program *p, const char *digest) {
    char *body = http_get("127.0.0.1", p->port, "/v1/digest");
    bool same = body && strstr(body, digest) != NULL;
    if (!same) fprintf(stderr, "yizhan: bench restart: digest %s left, found %s\n", digest, body);
    yz_free(body);
    return same;
}

// What the server says of its own start.
static void add_start(figures *out, const program *p, const char *name) {
    char *text = http_get("127.0.0.1", p->port, "/metrics");
    if (text == NULL) return;
    figures_add(out, 2, http_metric(text, "yizhan_recovery_seconds"), "%s.recovery_s", name);
    figures_add(out, 0, http_metric(text, "yizhan_recovery_replayed_commands"), "%s.replayed",
                name);
    figures_add(out, 0, http_metric(text, "process_resident_memory_bytes") / 1e6, "%s.rss_mb",
                name);
    yz_free(text);
}

static bool start_once(figures *out, const char *name, const char *data_dir, const char *log,
                       const char *digest) {
    // Without anybody who tells: what it books would be in the journal of the next start.
    const char *arguments[] = {"--data-dir", data_dir, "--no-push", NULL};
    program p;
    if (!program_start(&p, arguments, log)) return false;
    bool well = program_wait_ready(&p, READY_SECONDS);
    figures_add(out, 2, (double)(clock_wall_ns() - p.started_ns) / 1e9, "%s.ready_s", name);
    figures_add(out, 2, (double)program_cpu_ns(&p) / 1e9, "%s.cpu_s", name);
    if (!well) fprintf(stderr, "yizhan: bench restart: the server did not start; see %s\n", log);
    if (well) add_start(out, &p, name);
    well = well && same_digest(&p, digest);
    return program_stop(&p) && well;
}

static bool measure(const options *given, figures *out, const char *data_dir, const char *log) {
    generate_options set = {GENERATE_NORMAL, (uint32_t)options_number(given, "postings"),
                            (uint32_t)options_number(given, "seekers"),
                            (uint64_t)options_number(given, "seed")};
    uint32_t tail = (uint32_t)options_number(given, "tail");
    filled_dir_facts facts;
    if (!filled_dir_make(data_dir, set, tail, &facts)) return false;
    figures_add(out, 0, set.postings, "postings");
    figures_add(out, 0, set.seekers, "seekers");
    figures_add(out, 0, tail, "tail");
    figures_add(out, 0, (double)facts.refused, "tail.refused");
    figures_add(out, 1, facts.base_seconds, "make.base_s");
    figures_add(out, 1, facts.snapshot_seconds, "make.snapshot_s");
    figures_add(out, 1, facts.tail_seconds, "make.tail_s");
    figures_add(out, 0, (double)filled_dir_bytes(data_dir) / 1e6, "make.mb");
    bool cold = empty_cache();
    if (!cold) fprintf(stderr, "yizhan: bench restart: not root, so the first start is warm too\n");
    if (!start_once(out, cold ? "cold" : "first", data_dir, log, facts.digest) ||
        !start_once(out, "warm", data_dir, log, facts.digest))
        return false;
    filled_dir_parts parts;
    if (!filled_dir_recover(data_dir, &facts, &parts)) return false;
    figures_add(out, 2, parts.snapshot_seconds, "parts.snapshot_s");
    figures_add(out, 2, parts.tail_seconds, "parts.tail_s");
    figures_add(out, 2, parts.indexes_seconds, "parts.indexes_s");
    return true;
}

int bench_restart(const options *given) {
    char folder[RUN_FOLDER_MAX], data_dir[RUN_FOLDER_MAX + 8], log[RUN_FOLDER_MAX + 8];
    figures out = {0};
    if (!run_folder_make(options_text(given, "dir"), folder)) return EXIT_FAILED;
    snprintf(data_dir, sizeof data_dir, "%s/data", folder);
    snprintf(log, sizeof log, "%s/log", folder);
    bool well = measure(given, &out, data_dir, log);
    figures_print(&out, options_flag(given, "json"));
    if (well) run_folder_remove(folder);
    return well ? EXIT_OK : EXIT_FAILED;
}
