#include "tools/data_dir.h"

#include "net/server/outside.h"

#include <stdlib.h>

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

int data_dir_complain(const options *given, const disk_problem *problem) {
    fprintf(stderr, "yizhan: %s: %s\n", options_command(given)->name, problem->text);
    return data_dir_exit(problem->trouble);
}
