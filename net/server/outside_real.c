#include "net/server/outside.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int64_t wall_ms(void *context) {
    (void)context;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static uint64_t mono_ns(void *context) {
    (void)context;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool fill_random(void *context, void *bytes, size_t size) {
    (void)context;
    char *to = bytes;
    while (size > 0) {
        ssize_t got = getrandom(to, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        size -= (size_t)got;
    }
    return true;
}

static void write_log(void *context, const char *line, size_t size) {
    (void)context;
    while (size > 0) {
        ssize_t put = write(STDERR_FILENO, line, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return; // a log that cannot be written is not worth dying for
        line += put;
        size -= (size_t)put;
    }
}

static bool log_is_tty(void *context) {
    (void)context;
    return isatty(STDERR_FILENO) == 1;
}

static uint64_t count_fds(void) {
    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL) return 0;
    uint64_t count = 0;
    while (readdir(dir) != NULL)
        count += 1;
    closedir(dir);
    return count > 3 ? count - 3 : 0; // ".", ".." and the one that reads
}

/* Wall clock when this process began: its start in ticks since boot, from /proc/self/stat. */
static int64_t started_s(void) {
    FILE *f = fopen("/proc/self/stat", "re");
    if (f == NULL) return 0;
    unsigned long long ticks = 0;
    // Field 22; the name in field 2 is ours and holds no ')'.
    int read = fscanf(f,
                      "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d "
                      "%*d %*d %*d %*d %llu",
                      &ticks);
    fclose(f);
    if (read != 1) return 0;
    struct timespec up, now;
    clock_gettime(CLOCK_BOOTTIME, &up);
    clock_gettime(CLOCK_REALTIME, &now);
    long per_s = sysconf(_SC_CLK_TCK);
    return (int64_t)now.tv_sec - (int64_t)up.tv_sec + (int64_t)(ticks / (uint64_t)per_s);
}

static void process(void *context, outside_process *p) {
    (void)context;
    *p = (outside_process){.open_fds = count_fds(), .started_s = started_s()};
    FILE *f = fopen("/proc/self/statm", "re");
    if (f != NULL) {
        unsigned long long all = 0, resident = 0;
        if (fscanf(f, "%llu %llu", &all, &resident) == 2) {
            uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
            p->virtual_bytes = all * page;
            p->resident_bytes = resident * page;
        }
        fclose(f);
    }
    struct timespec cpu;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    p->cpu_seconds = (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) p->max_fds = limit.rlim_cur;
}

outside outside_real(void) {
    return (outside){.wall_ms = wall_ms,
                     .mono_ns = mono_ns,
                     .random = fill_random,
                     .log = write_log,
                     .log_is_tty = log_is_tty,
                     .process = process};
}
