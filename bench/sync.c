#include "bench/sync.h"

#include "bench/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REUSED_BLOCKS 256 // of SYNC_OVERWRITE: 1 MB, gone round and round

static bool write_and_sync(int file, const unsigned char *block, uint64_t at) {
    return pwrite(file, block, SYNC_BYTES, (off_t)(at * SYNC_BYTES)) == SYNC_BYTES &&
           fdatasync(file) == 0;
}

static bool measure(int file, sync_kind kind, double seconds, yz_histogram *latency_ns) {
    unsigned char block[SYNC_BYTES];
    memset(block, 0xa5, sizeof block);
    if (kind == SYNC_OVERWRITE) {
        for (uint64_t i = 0; i < REUSED_BLOCKS; i++) {
            if (pwrite(file, block, SYNC_BYTES, (off_t)(i * SYNC_BYTES)) != SYNC_BYTES)
                return false;
        }
    }
    if (fsync(file) != 0) return false;
    uint64_t now = clock_wall_ns(), end = now + (uint64_t)(seconds * 1e9);
    for (uint64_t i = 0; now < end; i++) {
        uint64_t begun = now;
        memcpy(block, &i, sizeof i); // never the bytes that are there already
        if (!write_and_sync(file, block, kind == SYNC_OVERWRITE ? i % REUSED_BLOCKS : i))
            return false;
        now = clock_wall_ns();
        yz_histogram_add(latency_ns, now - begun);
    }
    return true;
}

bool sync_measure(const char *dir, sync_kind kind, double seconds, yz_histogram *latency_ns) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/yizhan-sync-%d", dir, (int)getpid()) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return false;
    }
    int file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool well = measure(file, kind, seconds, latency_ns);
    int failure = errno;
    close(file);
    unlink(path);
    errno = failure;
    return well;
}
