/* A data directory for the programs of the rigs that look into one: no key but DIR/master.key. */
#ifndef YZ_TESTS_RIGS_RIG_DISK_H
#define YZ_TESTS_RIGS_RIG_DISK_H

#include "engine/base/check.h"
#include "net/server/outside.h"
#include "net/store/disk.h"

#include <stdio.h>
#include <stdlib.h>

/* Ends the program if it cannot be opened. */
static inline disk *rig_disk(const char *dir, bool read_only) {
    outside real = outside_real();
    disk_problem problem = {0};
    disk_options how = {.dir = dir,
                        .read_only = read_only,
                        .keyless = read_only,
                        .threaded = true,
                        .outside = {.random = real.random, .mono_ns = real.mono_ns}};
    disk *d = disk_open(&how, &problem);
    if (d != NULL) return d;
    fprintf(stderr, "%s: %s\n", dir, problem.text);
    exit(2);
}

static inline yz_market *rig_market(void) {
    yz_market_options how = {.hash_key = {1, 2}};
    return yz_market_new(&how);
}

#endif
