/* Other processes beside or after the server: the one that makes snapshots, and somebody who
 * changes the past. */
#ifndef YZ_TESTS_SIM_SECOND_H
#define YZ_TESTS_SIM_SECOND_H

#include "net/store/disk.h"
#include "tests/sim/world.h"

/* Replays up to `sequence` and writes a proven snapshot. False with `problem`. */
bool second_snapshot(world *w, const char *dir, uint64_t sequence, yz_digest digest,
                     disk_problem *problem);

/* While no server runs: changes one byte inside a random record of the journal, with a checksum
 * that agrees again. Only the chain can tell. False: there is no journal yet. */
bool second_forge(world *w, const char *dir);

#endif
