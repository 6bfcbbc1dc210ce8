/* How fast does the embedded store make commands durable?
 *
 *     bench_store DIR [SECONDS]     DIR is made, on the disk in question, and left behind
 *
 * Batches of 1, 64 and 1024 commands, half postings and half seekers of new persons (each with a
 * key of its own), one after the other as the market thread gives them, and in the same run on the
 * same disk one bare write and fdatasync of as many bytes as a batch has: appended to a file, and
 * over bytes that were there. */
#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/store/disk.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH_MAX 1024
#define TIMES_MAX 1000000

static bool draw(void *context, void *bytes, size_t size) {
    (void)context;
    return getrandom(bytes, size, 0) == (ssize_t)size;
}

static uint64_t mono_ns(void *context) {
    (void)context;
    return clock_wall_ns();
}

// ---- commands ----

static const yz_skill_level SKILLS[] = {
    {{"forklift", 8}, 2}, {{"welding-mig", 11}, 3}, {{"loading", 7}, 1}};

static yz_command posting(uint64_t number, char id[24]) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.fields = YZ_POSTING_ALL;
    c.posting_put.posting =
        (yz_posting){.id = {id, (uint32_t)snprintf(id, 24, "p-%09llu", (unsigned long long)number)},
                     .employer = YZ_TEXT("e-000417"),
                     .title = YZ_TEXT("仓库叉车司机，白班，包午餐，周结"),
                     .occupation = YZ_TEXT("6-30-05-04"),
                     .place = {345000000, 1057000000, YZ_TEXT("620502")},
                     .required = SKILLS,
                     .required_count = 3,
                     .has_wage = true,
                     .wage_min_fen = 600000,
                     .wage_max_fen = 800000,
                     .type = YZ_TYPE_FULL,
                     .openings = 3,
                     .shifts = 0x7fff,
                     .valid_from_ms = YZ_TIME_MS_MIN,
                     .valid_to_ms = YZ_TIME_MS_MAX};
    return c;
}

static yz_command seeker(uint64_t number, char id[24]) {
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    c.seeker_put.seeker = (yz_seeker){
        .id = {id, (uint32_t)snprintf(id, 24, "s-%09llu", (unsigned long long)number)},
        .skills = SKILLS,
        .skill_count = 3,
        .place = {345000000 + (int32_t)(number % 1000000), 1057000000, YZ_TEXT("620502")},
        .radius_m = 12500,
        .types = YZ_TYPE_FULL | YZ_TYPE_GIG,
        .shifts = 0x7fff,
        .groups = 6,
        .primary_group = 1};
    return c;
}

// ---- one batch after the other ----

typedef struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t bell;
    bool done;
    int failure;
} waiter;

static void on_durable(void *context, int failure) {
    waiter *w = context;
    pthread_mutex_lock(&w->mutex);
    w->done = true;
    w->failure = failure;
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
}

static void append(disk *d, yz_command *commands, uint32_t count) {
    waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};
    store_batch batch = {.commands = commands, .count = count};
    store s = disk_store(d);
    s.append(s.context, &batch, on_durable, &w);
    pthread_mutex_lock(&w.mutex);
    while (!w.done)
        pthread_cond_wait(&w.bell, &w.mutex);
    pthread_mutex_unlock(&w.mutex);
    yz_check(w.failure == 0);
}

// ---- figures ----

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t *times;
static uint32_t time_count;

static void say(const char *what, uint32_t each, double seconds, double cpu_s, double bytes) {
    qsort(times, time_count, sizeof *times, by_size);
    double commands = (double)time_count * each;
    printf("%-22s %5u %9.0f %11.0f %8.0f %8.0f %9.2f %8.1f\n", what, each,
           (double)time_count / seconds, commands / seconds, (double)times[time_count / 2] / 1e3,
           (double)times[time_count * 99ull / 100] / 1e3, cpu_s * 1e6 / commands,
           bytes / (double)time_count / 1024);
}

static double cpu_s(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double store_run(disk *d, uint64_t *sequence, uint32_t each, double seconds) {
    static yz_command commands[BATCH_MAX];
    static char ids[BATCH_MAX][24];
    disk_state before = disk_now(d);
    double cpu = cpu_s();
    uint64_t begun = clock_wall_ns(), now = begun;
    time_count = 0;
    while ((double)(now - begun) < seconds * 1e9 && time_count < TIMES_MAX) {
        for (uint32_t i = 0; i < each; i++) {
            uint64_t number = *sequence + 1 + i;
            commands[i] = number % 2 ? posting(number, ids[i]) : seeker(number, ids[i]);
            commands[i].sequence = number;
            commands[i].at_ms = 1700000000000;
        }
        append(d, commands, each);
        *sequence += each;
        uint64_t then = now;
        now = clock_wall_ns();
        times[time_count++] = now - then;
    }
    disk_state after = disk_now(d);
    double bytes = (double)(after.bytes - before.bytes);
    say("store", each, (double)(now - begun) / 1e9, cpu_s() - cpu, bytes);
    return bytes / time_count;
}

static void bare_run(const char *path, bool over, size_t size, uint32_t each, double seconds) {
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    static char bytes[1 << 20];
    off_t room = 64 << 20, at = 0;
    yz_check(file >= 0 && size <= sizeof bytes);
    for (off_t made = 0; over && made < room; made += (off_t)sizeof bytes)
        yz_check(pwrite(file, bytes, sizeof bytes, made) == (ssize_t)sizeof bytes);
    yz_check(fsync(file) == 0);
    double cpu = cpu_s();
    uint64_t begun = clock_wall_ns(), now = begun;
    time_count = 0;
    while ((double)(now - begun) < seconds * 1e9 && time_count < TIMES_MAX) {
        if (over && at + (off_t)size > room) at = 0;
        yz_check(pwrite(file, bytes, size, at) == (ssize_t)size && fdatasync(file) == 0);
        at += (off_t)size;
        uint64_t then = now;
        now = clock_wall_ns();
        times[time_count++] = now - then;
    }
    say(over ? "bare, over old bytes" : "bare, appended", each, (double)(now - begun) / 1e9,
        cpu_s() - cpu, (double)size * time_count);
    close(file);
    unlink(path);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: bench_store DIR [SECONDS]\n");
        return 2;
    }
    double seconds = argc > 2 ? atof(argv[2]) : 3;
    char bare[4096];
    disk_problem problem;
    disk_options options = {
        .dir = argv[1], .init = true, .threaded = true, .outside = {NULL, draw, mono_ns}};
    disk *d = disk_open(&options, &problem);
    if (d == NULL) {
        fprintf(stderr, "bench_store: %s\n", problem.text);
        return 1;
    }
    snprintf(bare, sizeof bare, "%s/bare", argv[1]);
    times = yz_alloc(TIMES_MAX * sizeof *times);
    uint64_t sequence = 0;
    printf("%-22s %5s %9s %11s %8s %8s %9s %8s\n", "", "batch", "commits/s", "commands/s", "p50 us",
           "p99 us", "cpu us/c", "KiB");
    const uint32_t sizes[] = {1, 64, 1024};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double bytes = store_run(d, &sequence, sizes[i], seconds);
        bare_run(bare, false, (size_t)bytes, sizes[i], seconds);
        bare_run(bare, true, (size_t)bytes, sizes[i], seconds);
    }
    disk_state state = disk_now(d);
    printf("checkpoints %llu, log %.1f MiB, longest commit %.1f ms\n",
           (unsigned long long)state.checkpoints, (double)state.wal_bytes / 1048576,
           (double)state.sync_ns_max / 1e6);
    uint64_t begun = clock_wall_ns();
    disk_close(d);
    printf("closed in %.2f s\n", (double)(clock_wall_ns() - begun) / 1e9);
    options.init = false;
    begun = clock_wall_ns();
    d = disk_open(&options, &problem);
    yz_check(d != NULL && disk_now(d).durable == sequence);
    printf("opened again in %.2f s, %llu commands\n", (double)(clock_wall_ns() - begun) / 1e9,
           (unsigned long long)sequence);
    disk_close(d);
    yz_free(times);
    return 0;
}
