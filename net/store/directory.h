/* The data directory around the database: made, locked, its master key read. */
#ifndef YZ_NET_STORE_DIRECTORY_H
#define YZ_NET_STORE_DIRECTORY_H

#include "net/store/chance.h"
#include "net/store/disk.h"

/* Is there something to open; or, with `init`, is there nothing yet? Makes the directory then. */
YZ_MUST_USE bool directory_find(const disk_options *o, disk_problem *problem);
/* An open file that holds the lock until it is closed, or -1. Names the holder. */
int directory_lock(const char *dir, disk_problem *problem);
/* The master key: from the environment, or a file; with `init` a new one, written and synced. */
YZ_MUST_USE bool directory_key(const disk_options *o, chance *c, unsigned char key[32],
                               disk_problem *problem);
/* What was made or renamed in it stays. */
YZ_MUST_USE bool directory_sync(const char *dir, disk_problem *problem);
/* The same for the directory that `path` stands in. */
YZ_MUST_USE bool directory_sync_parent(const char *path, disk_problem *problem);
/* A file's bytes, if it is there. */
YZ_MUST_USE bool directory_sync_file(const char *path, disk_problem *problem);

#endif
