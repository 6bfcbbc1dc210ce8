/* A new database with what is sound of another: for backup and repair. */
#ifndef YZ_NET_STORE_COPY_H
#define YZ_NET_STORE_COPY_H

#include "net/store/inner.h"

typedef struct copy_what {
    uint64_t after, until; // batches that begin after the one and end at or before the other
    const yz_chain *chain; // at `after`; NULL: not asked
} copy_what;

/* Makes `file`, closed and synced. Proves every batch on the way; keys are those of `from` now, and
 * vault entries those that open. `vault_lost`: entries that did not. */
YZ_MUST_USE bool copy_database(disk *from, const char *file, const copy_what *what,
                               uint64_t *vault_lost, disk_problem *problem);

#endif
