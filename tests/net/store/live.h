/* A market beside a data directory: random commands of every type go the way of every write, are
 * appended, then applied. */
#ifndef YZ_TESTS_NET_STORE_LIVE_H
#define YZ_TESTS_NET_STORE_LIVE_H

#include "tests/engine/market/stream.h"
#include "tests/net/store/rig.h"

typedef struct live {
    rig *r;
    stream stream;
    yz_market *market;
    uint64_t ends[512]; // sequences that end a batch
    uint32_t batches;
} live;

/* Opens r with r->options first. */
live *live_new(rig *r, uint64_t seed);
void live_free(live *l); // not the rig
/* Random batches of at most `each` commands. */
void live_run(live *l, uint32_t batches, uint32_t each);
/* A snapshot of the market as it is. */
bool live_snapshot(live *l);

/* Recovers into a market of its own and compares: digest, recount, soundness. The caller frees it.
 */
yz_market *live_recover(live *l, const disk_recover_options *how, disk_recovery *recovery);
/* NULL with r->problem when it does not recover. */
yz_market *live_try_recover(live *l, const disk_recover_options *how, disk_recovery *recovery);

#endif
