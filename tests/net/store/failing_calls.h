/* The calls that the store makes to the system and to SQLite, of which the n-th can be made to
 * fail. Linked in place of the real ones (--wrap), so that nothing of the store is changed. One
 * thread. */
#ifndef YZ_TESTS_NET_STORE_FAILING_CALLS_H
#define YZ_TESTS_NET_STORE_FAILING_CALLS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum failing_call {
    FAILING_OPEN,
    FAILING_READ, // read, pread
    FAILING_WRITE,
    FAILING_SYNC, // fsync, fdatasync
    FAILING_RENAME,
    FAILING_UNLINK,
    FAILING_MKDIR,
    FAILING_STAT, // fstat, stat, lstat
    FAILING_TRUNCATE,
    FAILING_OPENDIR,
    FAILING_FLOCK,
    FAILING_PREPARE,
    FAILING_STEP,
    FAILING_EXEC,
    FAILING_DB_OPEN,
    FAILING_CHECKPOINT,
    FAILING_CALLS
} failing_call;

extern const char *const FAILING_NAMES[FAILING_CALLS];

/* From now on: the n-th call (1 is the next) of that sort fails with this errno; SQLite's with what
 * SQLite makes of it. `n` 0: none, only count. */
void failing_plan(failing_call call, uint64_t n, int error);
/* Calls of that sort since. */
uint64_t failing_seen(void);
bool failing_met(void);
void failing_rest(void);

#endif
