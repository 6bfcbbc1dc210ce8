/* Other processes beside or after the server: the one that makes snapshots, and somebody who
 * changes the past. */
#ifndef YZ_TESTS_SIM_SECOND_H
#define YZ_TESTS_SIM_SECOND_H

#include "net/store/disk.h"
#include "tests/sim/world.h"

/* Replays up to `sequence` and writes a proven snapshot. False with `problem`. */
bool second_snapshot(world *w, const char *dir, uint64_t sequence, yz_digest digest,
                     disk_problem *problem);

/* The keys of persons as they have lain on the disk, wrapped; of those that are zeros by now, too.
 */
#define SECOND_KEYS_MAX 512
#define SECOND_WRAPPED 72
typedef struct second_keys {
    uint32_t count;
    struct {
        int64_t id;
        unsigned char wrapped[SECOND_WRAPPED]; // as last seen, before it went
        bool gone;
    } list[SECOND_KEYS_MAX];
} second_keys;
/* Looks at what is committed now. Nothing when the disk does not let us. */
void second_look_at_keys(const char *dir, second_keys *keys);

/* While no server runs: changes one byte inside a random record of the journal, with a checksum
 * that agrees again. Only the chain can tell. False: there is no journal yet. */
bool second_forge(world *w, const char *dir);

#endif
