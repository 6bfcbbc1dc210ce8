/* What one sync of a disk costs by itself: the ruler for everything that is durable. */
#ifndef YZ_BENCH_SYNC_H
#define YZ_BENCH_SYNC_H

#include "engine/base/histogram.h"

#define SYNC_BYTES 4096 // written before each sync

typedef enum sync_kind {
    SYNC_APPEND,    // a file that grows
    SYNC_OVERWRITE, // blocks that have been written before: the file system has nothing to note
} sync_kind;

/* Writes and fdatasyncs for `seconds`, one after the other, in a file of its own in `dir`, removed
 * afterwards. A latency counts write and sync. Adds to `latency_ns` (reset by the caller). False:
 * the disk said no; errno stands. */
bool sync_measure(const char *dir, sync_kind kind, double seconds, yz_histogram *latency_ns);

#endif
