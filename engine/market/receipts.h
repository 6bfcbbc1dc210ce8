/* What became of the commands that carried an Idempotency-Key, so that one sent twice is carried
 * out once.
 *
 *     ring     oldest -> .. .. .. .. <- newest     at most YZ_RECEIPTS_MAX, oldest leave first
 *     chains   by a hash of the key, newest first
 *
 * Time is market time. A receipt of YZ_RECEIPT_MS or older is not found any more; it is dropped a
 * few at a time, so that a quiet night is no pause in the morning. */
#ifndef YZ_ENGINE_MARKET_RECEIPTS_H
#define YZ_ENGINE_MARKET_RECEIPTS_H

#include "engine/base/mix.h"
#include "engine/base/slab.h"
#include "engine/model/command.h"

typedef struct kept_receipt {
    uint64_t key[2], body;
    uint64_t sequence;
    int64_t at_ms;
    struct kept_refusal *refusal; // owned; NULL: carried out
    uint32_t next;                // in the chain: a place in the ring, or YZ_ROW_NONE
    uint32_t version;
    bool created : 1, changed : 1, reopened : 1, more_due : 1;
} kept_receipt;

/* A problem without its empty room: the pointer, then the value follow. */
typedef struct kept_refusal {
    int64_t given, low, high;
    uint8_t code, pointer_size, value_size;
    char texts[];
} kept_refusal;

typedef struct receipts {
    yz_slab ring;    // kept_receipt; receipt n lies at n % YZ_RECEIPTS_MAX
    uint64_t oldest; // number of the oldest one held
    uint64_t next;   // number of the next one: next - oldest are held
    uint32_t *heads; // RECEIPT_CHAINS places in the ring, + 1; 0: an empty chain
    yz_hash_key hash_key;
    yz_print print; // sum over all held
} receipts;
#define RECEIPT_CHAINS 262144u
#define RECEIPTS_DROPPED_AT_ONCE 8

void receipts_init(receipts *r, yz_hash_key hash_key);
void receipts_deinit(receipts *r);

/* Time passes: drops the oldest if they are too old, at most RECEIPTS_DROPPED_AT_ONCE. */
void receipts_pass(receipts *r, int64_t at_ms);
/* The newest with this key that is not too old, or NULL. O(1). */
const kept_receipt *receipts_find(const receipts *r, const yz_receipt *receipt, int64_t at_ms);
/* Keeps what became of a command; if the ring is full the oldest makes room. O(1). */
void receipts_keep(receipts *r, const yz_receipt *receipt, const yz_outcome *outcome,
                   int64_t at_ms);
/* The outcome as it was, but `repeated`. */
yz_outcome receipt_outcome(const kept_receipt *kept);

static inline const kept_receipt *receipts_at(const receipts *r, uint64_t number) {
    return yz_slab_at(&r->ring, (uint32_t)(number % YZ_RECEIPTS_MAX));
}
yz_print receipt_print(const kept_receipt *kept);
/* The sum from scratch, and whether every receipt is found in its chain. */
bool receipts_sound(const receipts *r, const char **why);

#endif
