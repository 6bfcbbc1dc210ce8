/* The whole state of a market as bytes, and back: the same rows, the same answers, the same digest.
 *
 *     head | blocks of dictionaries, persons, postings, seekers, receipts, venues, referrals,
 *     targets, profile | end
 *
 *     block:  offset  size  field
 *                  0     8  magic    "YZSNAP\n" and the kind of block
 *                  8     4  version  YZ_SNAPSHOT_VERSION
 *                 12     4  crc32c   of everything after this field
 *                 16     4  size     of the whole block
 *                 20     4  number   0, 1, 2 ...
 *                 24     4  count    of records in it
 *                 28     4  zero
 *                 32        records
 *
 * The head names sequence, time, the chain of the journal at that sequence and how many rows of
 * each kind there are; the end names the digest and the chain hash over all blocks before it. What
 * identifies is sealed, as in the journal. Bytes only, no files. */
#ifndef YZ_ENGINE_MARKET_SNAPSHOT_H
#define YZ_ENGINE_MARKET_SNAPSHOT_H

#include "engine/journal/batch.h"
#include "engine/market/market.h"

#define YZ_SNAPSHOT_VERSION 4 // older ones are read too, if they hold nothing of policy
#define YZ_SNAPSHOT_BLOCK_MAX ((size_t)4 << 20)
#define YZ_SNAPSHOT_BLOCK_HEAD 32

typedef struct yz_snapshot_facts {
    uint64_t sequence;
    int64_t at_ms;
    yz_chain chain; // of the journal's batch that ends with `sequence`
    yz_digest digest;
    uint64_t postings, seekers; // rows, for a progress bar
} yz_snapshot_facts;

/* Hands out block after block; `put` false stops. Nothing may change the market meanwhile. A person
 * whose key is gone is written withheld. False: stopped. */
bool yz_snapshot_save(const yz_market *market, const yz_chain *chain, const yz_sealer *sealer,
                      yz_chain_hash hash,
                      bool (*put)(void *context, const void *block, size_t size), void *context);

/* Restoring into a market as new, which is in bulk mode from then on (indexes rest until bulk_end).
 */
typedef struct yz_snapshot_reader yz_snapshot_reader;
yz_snapshot_reader *yz_snapshot_reader_new(yz_market *market, const yz_sealer *sealer,
                                           yz_chain_hash hash);
void yz_snapshot_reader_free(yz_snapshot_reader *reader);
/* How long is the block that begins with these YZ_SNAPSHOT_BLOCK_HEAD bytes? 0: that is no block.
 */
size_t yz_snapshot_block_size(const unsigned char *head);
/* Takes the next block, whole. YZ_ERR_CORRUPT with `why` (static); YZ_ERR_DENIED: a version of the
 * future. After a failure the market is to be thrown away. Borrows during the call. */
YZ_MUST_USE yz_status yz_snapshot_take(yz_snapshot_reader *reader, const unsigned char *block,
                                       size_t size, const char **why);
/* The same in two halves, which may run side by side on two threads, each block after block: first
 * its bytes are proven (checksum, and the hash over all), then they are taken. */
YZ_MUST_USE yz_status yz_snapshot_prove(yz_snapshot_reader *reader, const unsigned char *block,
                                        size_t size, const char **why);
YZ_MUST_USE yz_status yz_snapshot_take_proven(yz_snapshot_reader *reader,
                                              const unsigned char *block, size_t size,
                                              const char **why);
/* After the end block: everything came, and the digest of what was restored is the one written.
 * YZ_ERR_CORRUPT with `why` otherwise. */
YZ_MUST_USE yz_status yz_snapshot_finish(yz_snapshot_reader *reader, yz_snapshot_facts *facts,
                                         const char **why);
/* The facts of a head block (digest not yet), without restoring anything. */
bool yz_snapshot_peek(const unsigned char *head_block, size_t size, yz_snapshot_facts *facts);

#endif
