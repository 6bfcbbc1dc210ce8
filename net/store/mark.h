/* The mark: up to where the journal is durable, in a file beside it.
 *
 *     DIR/durable   two slots, at 0 and 4096; the newer one that is whole counts
 *
 *     offset  size  field
 *          0     8  magic     "YZMARK\n" and 0
 *          8     8  sequence  durable when this was written
 *         16    32  chain     of the journal at that sequence
 *         48     4  crc32c    of the bytes before
 *
 * SQLite takes whatever is wrong at the end of its write-ahead log for a commit that was cut off,
 * and forgets it without a word: rightly after a power cut, wrongly where a byte went bad under
 * commits that were acknowledged. So after each commit, and before it is acknowledged, the mark is
 * moved on. It is not synced: the system writes it in its own time, and a kill leaves it. A journal
 * that ends before the mark has lost something. */
#ifndef YZ_NET_STORE_MARK_H
#define YZ_NET_STORE_MARK_H

#include "engine/journal/batch.h"
#include "net/store/disk.h"

#define MARK_SLOT_BYTES 4096
#define MARK_BYTES 52

typedef struct mark {
    int file;      // -1: none
    uint32_t next; // slot to be written
    uint64_t sequence;
    yz_chain chain;
} mark;

void mark_init(mark *m);
/* Makes the file, at sequence 0, synced; or writes both slots anew, for a repair. */
YZ_MUST_USE bool mark_make(const char *dir, uint64_t sequence, const yz_chain *chain,
                           disk_problem *problem);
/* DISK_DAMAGED: no slot is whole. */
YZ_MUST_USE bool mark_open(mark *m, const char *dir, bool read_only, disk_problem *problem);
void mark_close(mark *m);
/* False: it could not be written; errno says why. */
YZ_MUST_USE bool mark_move(mark *m, uint64_t sequence, const yz_chain *chain);

#endif
