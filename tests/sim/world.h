/* What a run of the simulator shares: one seed, one clock, and a running hash of everything that
 * happened, by which two runs of a seed are compared bit for bit. */
#ifndef YZ_TESTS_SIM_WORLD_H
#define YZ_TESTS_SIM_WORLD_H

#include "net/server/outside.h"
#include "tests/sim/vdisk.h"

#include <stdio.h>

typedef struct world {
    uint64_t seed;
    yz_random chance; // what happens next
    yz_random keys;   // the server's own random bytes
    uint64_t now_ns;
    int64_t wall_ms;   // what the wall clock says at now_ns 0; jumps
    int64_t jumped_ms; // forward, all jumps together
    uint64_t hash, events;
    bool trace;
    char wrong[400];          // the first thing that went wrong; "" so far
    uint64_t log_lines, full; // full: how often the disk had no room
} world;

void world_init(world *w, uint64_t seed, bool trace);
uint64_t world_below(world *w, uint64_t limit);
bool world_chance(world *w, uint32_t one_in);
int64_t world_wall_ms(const world *w);

/* Something happened: into the hash, and a line when tracing. */
__attribute__((format(printf, 2, 3))) void world_note(world *w, const char *format, ...);
void world_note_bytes(world *w, const void *bytes, size_t size); // into the hash only
void world_note_disk(void *w, const vdisk_note *note);
/* The seed has failed. The first reason stays. */
__attribute__((format(printf, 2, 3))) void world_wrong(world *w, const char *format, ...);
bool world_is_well(const world *w);

/* Clock, randomness and log of the server in this world. */
outside world_outside(world *w);

#endif
