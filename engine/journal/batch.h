/* A batch: the records that became durable together, chained to the batch before.
 *
 *     offset  size  field
 *          0     8  magic       "YZBATCH\n"
 *          8     4  version     YZ_JOURNAL_VERSION
 *         12     4  count       of records, 1..
 *         16     8  first       sequence of the first record
 *         24     8  size        of the whole batch in bytes
 *         32    32  previous    chain of the batch before; zeros for sequence 1
 *         64    32  chain       hash of bytes 0..63 and of the records
 *         96        records
 *
 * Magic, version, size and chain keep their places in every version to come, so a damaged version
 * number is told from a later version.
 *
 * The hash is handed in (net/store gives BLAKE2b-256), so that whoever wants to change the past has
 * to change every batch since. */
#ifndef YZ_ENGINE_JOURNAL_BATCH_H
#define YZ_ENGINE_JOURNAL_BATCH_H

#include "engine/journal/record.h"

#define YZ_JOURNAL_VERSION 2 // 1 had no stamps in steps of policy: not read any more
#define YZ_BATCH_HEAD 96
#define YZ_CHAIN_BYTES 32

typedef struct yz_chain {
    unsigned char bytes[YZ_CHAIN_BYTES];
} yz_chain;

/* Hash of head and body, one after the other. */
typedef yz_chain (*yz_chain_hash)(const void *head, size_t head_size, const void *body,
                                  size_t body_size);

/* Begins a batch in `out` (reset), which records are then appended to with yz_record_encode. */
void yz_batch_begin(yz_bytes *out);
/* Fills in the head. The chain of this batch, for the next one. */
yz_chain yz_batch_end(yz_bytes *out, uint64_t first, uint32_t count, const yz_chain *previous,
                      yz_chain_hash hash);

/* What is wrong with a journal, where: for `verify` and for people. */
typedef struct yz_damage {
    const char *why;   // static
    uint64_t sequence; // of the first record that cannot be trusted
    size_t offset;     // within the batch
} yz_damage;

/* A batch being read. Borrows the bytes. */
typedef struct yz_batch_reader {
    const unsigned char *bytes;
    size_t size, at;
    uint64_t first, next; // sequence of the next record
    uint32_t count, left;
    yz_chain previous, chain;
    int64_t at_ms; // of the record before; INT64_MIN at first, whoever knows more may set it
} yz_batch_reader;

/* Checks the head, that it follows (`sequence` expected first, 0: not asked; `previous` expected
 * chain, NULL: not asked), and the chain over all bytes. YZ_ERR_CORRUPT with `damage` (may be
 * NULL): if the chain does not agree, the first record whose own checksum does not either, else
 * offset 0. YZ_ERR_DENIED: another version. */
YZ_MUST_USE yz_status yz_batch_open(yz_batch_reader *reader, const unsigned char *bytes,
                                    size_t size, uint64_t sequence, const yz_chain *previous,
                                    yz_chain_hash hash, yz_damage *damage);
/* The next command; YZ_ERR_NOT_FOUND: there is no more. Also holds the order of sequences and
 * times. */
YZ_MUST_USE yz_status yz_batch_next(yz_batch_reader *reader, const yz_sealer *sealer,
                                    yz_arena *arena, yz_command *command, yz_damage *damage);

#endif
