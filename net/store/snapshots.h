/* The snapshot files of a data directory: listed, read into a market, removed. */
#ifndef YZ_NET_STORE_SNAPSHOTS_H
#define YZ_NET_STORE_SNAPSHOTS_H

#include "net/store/disk.h"

#define SNAPSHOTS_MAX 64 // looked at: the newest so many
#define SNAPSHOTS_KEPT 2
#define SNAPSHOTS_WHY_MAX 160

typedef struct snapshots_list {
    uint64_t sequences[SNAPSHOTS_MAX]; // newest first
    uint32_t count;
} snapshots_list;

YZ_MUST_USE bool snapshots_find(const char *dir, snapshots_list *list, disk_problem *problem);
void snapshots_path(const char *dir, uint64_t sequence, const char *end, char *path, size_t room);

/* The facts of its head; `digest` not yet. False: `why`. */
YZ_MUST_USE bool snapshots_peek(const char *dir, uint64_t sequence, yz_snapshot_facts *facts,
                                char why[SNAPSHOTS_WHY_MAX]);
/* How a file is read. `progress` (may be NULL) is told of bytes. */
typedef struct snapshots_how {
    bool threaded; // reading and proving on a thread of their own
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
} snapshots_how;
/* Restores it into a market as new, which stays in bulk mode. False: `why` (with the offset), and
 * the market is to be reset. */
YZ_MUST_USE bool snapshots_load(const char *path, yz_market *market, const yz_sealer *sealer,
                                yz_snapshot_facts *facts, const snapshots_how *how,
                                char why[SNAPSHOTS_WHY_MAX]);
/* Removes all proven ones but the newest `kept`, and what was left half written. */
YZ_MUST_USE bool snapshots_prune(const char *dir, uint32_t kept, disk_problem *problem);

#endif
