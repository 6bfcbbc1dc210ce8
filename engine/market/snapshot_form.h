/* The blocks of a snapshot, in this order, and the records in them. Shared by save and restore
 * only.
 *
 *     H  sequence 8, at_ms 8, chain 32, rows: five dictionaries, postings, seekers 4 each,
 *        receipts 4
 *     D  dictionary 1, gone 1, version 4, weight 4, staged 4, id, name zh, name en      by row
 *     F  facts of a person: flags 1, sex 1, group 1, id check 1, division 4, reveals 4,
 *        account hash 16, birth tag 8, tags tag 8, secret                                by row
 *     P  state 1, unit 1, has wage 1, version 4, epoch 4, openings 4, gate 4, lat 4, lon 4,
 *        wage min 8, max 8, from 8, to 8, employer 4, occupation 4, division 4,
 *        required: count 1 of (skill 2, level 1), preferred: count 1 of skill 2, id, title;
 *        since version 2: opened 1, push k 2, push lag 2, gig from 8, gig to 8, station
 *     S  flags 1, state 1, unit 1, group 1, version 4, gate 4, radius 4, floor 8, person 4,
 *        division 4, place tag 8, groups tag 8, skills: count 1 of (skill 2, level 1), id;
 *        since version 2: pushes a day 2, quiet from 2, quiet to 2; since version 3: occupation 4;
 *        secret
 *     R  flags 1, key 16, body 8, sequence 8, at_ms 8, version 4; if refused: code 1, given 8,
 *        low 8, high 8, pointer, value
 *     V  a tag 1, then one of:
 *          a venue: kind 1, closed 1, slot minutes 2, version 4, division 4, lat 4, lon 4, from 8,
 *          to 8, queue, id, name zh, name en; since version 3: channel 1; and of the venue before:
 *          a booth: gone 1, capacity 2, employer 4, queue, id
 *          a ticket: inside 1, entries 4, id
 *          somebody in a queue: step 1, booth 4, ticket 4, seeker 4, number 4, joined 8, called 8
 *          an interview: step 1, slot 2, booth 4, seeker 4
 *        A queue: number 4, served 4, the last services 8 of 4
 *     T  a TELL: posting 4, at_ms 8, epoch 4, tranche << 3 or reason 4
 *     G  a referral beyond told: seeker 4, posting 4, at 8, until 8, started 8, ended 8, epoch 4,
 *        completed 4, step 1, reason 1, gone 1, telling 1, flags 1, source;
 *        since version 3: venue 4                                                  by its number
 *     L  pairs of a posting: posting 4, told epoch 4, changed 1, count 2 of (seeker 4, word 4)
 *     N  what made no news: first the sequence from which all are known 8; then a sequence 8 each
 *     A  targets: first the highest version of a deleted one 4; then by id: version 4, division 4,
 *        year 2, value 8, id, series, name zh, name en
 *     C  a record of the statistics: size 2, and as many bytes (engine/stats says what they are)
 *     Q  policy: a piece of its stream, size 2 and as many bytes (policy_snapshot.c draws it);
 *        since version 4, of before it is not read
 *     W  profile in force: four numbers of 4; staged 1, and then the staged one
 *     E  digest 16, hash over all blocks before it 32
 *
 * Blocks V to A may be missing: version 1 had none of them, version 2 not A. Until version 3 block
 * V came after N.
 *
 * A reference is a row of 4 bytes, YZ_ROW_NONE for none; a skill a row of 2. A secret is its kind 1
 * and as many bytes as that kind has; of a seeker of whom nothing is known the groups of the
 * skeleton stand there instead, 4. */
#ifndef YZ_ENGINE_MARKET_SNAPSHOT_FORM_H
#define YZ_ENGINE_MARKET_SNAPSHOT_FORM_H

#include "engine/base/crc32c.h"
#include "engine/journal/bytes.h"
#include "engine/journal/wire.h"
#include "engine/market/snapshot.h"
#include "engine/market/state.h"

#define SNAPSHOT_KINDS "HDFPSRVTGLNACQWE"
#define SNAPSHOT_KINDS_BEFORE_3 "HDFPSRTGLNVWE"
#define SNAPSHOT_MAY_BE_MISSING "VTGLNACQ"
#define SNAPSHOT_RECORD_BYTES_MAX 8192 // of any one record
#define SNAPSHOT_BLOCK_FULL ((size_t)1 << 20)

enum {
    SNAPSHOT_WITHHELD = 1,
    SNAPSHOT_ERASED = 2,
    SNAPSHOT_WANTS_PUSH = 4,
};

enum {
    RECEIPT_CREATED = 1,
    RECEIPT_CHANGED = 2,
    RECEIPT_REOPENED = 4,
    RECEIPT_MORE_DUE = 8,
    RECEIPT_REFUSED = 16,
};

typedef enum snapshot_secret {
    SECRET_NONE,  // nothing is known, or nothing was said
    SECRET_PLAIN, // no sealer: as it is
    SECRET_SEALED,
} snapshot_secret;

#define SECRET_PERSON_BYTES 6  // birth day 4, tags 2
#define SECRET_SEEKER_BYTES 12 // lat 4, lon 4, groups 4

typedef yz_out (*snapshot_begin)(void *context); // room for the next record
typedef void (*snapshot_end)(void *context, const yz_out *out);

/* Blocks T, G, L, N, snapshot_referrals.c: all of one kind, record by record; one record back. */
void rounds_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end);
void records_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end);
void pairs_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end);
void silent_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end);
void round_restore(yz_market *m, yz_in *in);
void record_restore(yz_market *m, yz_in *in, uint32_t version);
void pairs_restore(yz_market *m, yz_in *in);
void silent_restore(yz_market *m, yz_in *in, bool first);
/* When all came: NULL, or what does not add up. */
const char *referrals_restored(yz_market *m);

/* Block V, venue_snapshot.c: all of it, record by record; one record back; when all came. */
void venues_save(const yz_market *m, void *context, yz_out (*begin)(void *context),
                 void (*end)(void *context, const yz_out *out));
void venue_restore(yz_market *m, yz_in *in, uint32_t version);
void venues_restored(yz_market *m);

/* Block A, target_snapshot.c. */
void targets_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end);
void target_take(yz_market *m, yz_in *in, bool first);

/* Block Q, policy_snapshot.c. */
typedef struct policy_stream {
    yz_bytes item;           // what came of the next one
    yz_bytes room;           // for facts that were opened
    unsigned char kind;      // of the one before
    const yz_sealer *sealer; // or NULL
} policy_stream;
void policy_stream_init(policy_stream *s, const yz_sealer *sealer);
void policy_stream_deinit(policy_stream *s);
void policy_save(const yz_market *m, const yz_sealer *sealer, void *context, snapshot_begin begin,
                 snapshot_end end);
void policy_take(yz_market *m, policy_stream *s, yz_in *in);
/* When all came: NULL, or what does not add up. */
const char *policy_restored(yz_market *m, const policy_stream *s);

// The running hash: of the hash so far and the next block.
static inline yz_chain snapshot_hash_on(yz_chain_hash hash, const yz_chain *so_far,
                                        const void *block, size_t size) {
    return hash(so_far->bytes, YZ_CHAIN_BYTES, block, size);
}

#endif
