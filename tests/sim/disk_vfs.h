/* SQLite on a disk in memory: a VFS named "sim", which is also made the default one, so that
 * SQLite's own random numbers (salts of the write-ahead log) come from the seed too.
 *
 * As the unix VFS it syncs the directory with the first sync of a journal or write-ahead log it
 * has made, and promises that a write into a sector leaves the rest of the sector alone. Locks and
 * shared memory are real among the connections of this process. One thread. */
#ifndef YZ_TESTS_SIM_DISK_VFS_H
#define YZ_TESTS_SIM_DISK_VFS_H

#include "tests/sim/vdisk.h"

#define DISK_VFS_NAME "sim"

/* Registers the VFS at the first call. From now on files are on `d`, and random bytes and the time
 * come from `seed` and from `now_ns`. Connections to the disk before must be closed. NULL: no disk.
 */
void disk_vfs_use(vdisk *d, uint64_t seed, const uint64_t *now_ns);

#endif
