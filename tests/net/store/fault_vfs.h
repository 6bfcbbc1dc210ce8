/* SQLite's file calls, of which the n-th can be made to fail: a VFS named "fault" around the
 * system's. One thread. */
#ifndef YZ_TESTS_NET_STORE_FAULT_VFS_H
#define YZ_TESTS_NET_STORE_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum fault_call {
    FAULT_WRITE,
    FAULT_SYNC,
    FAULT_TRUNCATE,
    FAULT_OPEN,
    FAULT_READ,
    FAULT_SHM, // memory beside the log
    FAULT_CALLS
} fault_call;

typedef enum fault_kind {
    FAULT_EIO,
    FAULT_ENOSPC, // of a write half is written
    FAULT_EDQUOT,
    FAULT_KINDS
} fault_kind;

extern const char *const FAULT_CALL_NAMES[FAULT_CALLS];
extern const char *const FAULT_KIND_NAMES[FAULT_KINDS];

/* The n-th call (1 is the next) of that sort fails; `for_good`: and all after it. n 0: none does.
 */
void fault_plan(fault_call call, fault_kind kind, uint64_t n, bool for_good);
/* Did one fail since? */
bool fault_met(void);

#endif
