#include "tools/data_dir.h"

#include "net/server/outside.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICENESS 19
#define IO_IDLE (3 << 13) // IOPRIO_CLASS_IDLE, as ioprio_set wants it
#define IO_PROCESS 1

int data_dir_exit(disk_trouble trouble) {
    switch (trouble) {
    case DISK_OK: return EXIT_OK;
    case DISK_MISSING:
    case DISK_NOT_EMPTY: return EXIT_USAGE;
    case DISK_LOCKED: return EXIT_LOCKED;
    case DISK_NO_RIGHTS: return EXIT_NO_RIGHTS;
    case DISK_NEWER_FORMAT: return EXIT_NEWER_FORMAT;
    case DISK_DAMAGED: return EXIT_DAMAGED;
    case DISK_NO_KEY:
    case DISK_WRONG_KEY: return EXIT_KEY;
    case DISK_FULL: return EXIT_DISK_FULL;
    case DISK_FAILED: return EXIT_DISK_FAILED;
    }
    return EXIT_FAILED;
}

disk_options data_dir_options(const options *given, const char *dir) {
    outside real = outside_real();
    return (disk_options){.dir = dir,
                          .key_file = options_text(given, "key-file"),
                          // Not an option: a flag would show in the list of processes.
                          .key_text = getenv("YIZHAN_MASTER_KEY"),
                          .in_memory = dir == NULL,
                          .threaded = dir != NULL,
                          .outside = {.random = real.random, .mono_ns = real.mono_ns}};
}

bool data_dir_market(yz_market **market, int64_t at_ms) {
    outside real = outside_real();
    yz_market_options how = {.at_ms = at_ms};
    if (!real.random(real.context, &how.hash_key, sizeof how.hash_key)) {
        fprintf(stderr, "yizhan: no random numbers to be had\n");
        return false;
    }
    *market = yz_market_new(&how);
    return true;
}

bool data_dir_moment(const options *given, api_moment *moment, bool *is_said) {
    const char *name = options_command(given)->name, *at = options_text(given, "at");
    int64_t sequence = options_number(given, "seq");
    *moment = (api_moment){.sequence = (uint64_t)sequence};
    *is_said = at != NULL || sequence != 0;
    if (at != NULL && sequence != 0) {
        fprintf(stderr, "yizhan: %s: give either --at TIME or --seq SEQUENCE\n", name);
        return false;
    }
    if (at == NULL || api_moment_parse(yz_text_of(at), moment)) return true;
    fprintf(stderr,
            "yizhan: %s: --at %s is not a time\nfix: write 2026-08-01 (the end of that day) or "
            "2026-08-01T12:00:00+08:00\n",
            name, at);
    return false;
}

void data_dir_step_back(void) {
    struct sched_param none = {0};
    setpriority(PRIO_PROCESS, 0, NICENESS);
    (void)sched_setscheduler(0, SCHED_IDLE, &none);
    (void)syscall(SYS_ioprio_set, IO_PROCESS, 0, IO_IDLE);
}

int data_dir_complain(const options *given, const disk_problem *problem) {
    fprintf(stderr, "yizhan: %s: %s\n", options_command(given)->name, problem->text);
    return data_dir_exit(problem->trouble);
}
