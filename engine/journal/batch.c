#include "engine/journal/batch.h"

#include "engine/base/check.h"
#include "engine/journal/wire.h"

#define HASHED_HEAD 64 // the chain field and what it is the hash of

static const unsigned char MAGIC[8] = {'Y', 'Z', 'B', 'A', 'T', 'C', 'H', '\n'};

// ---- writing ----

void yz_batch_begin(yz_bytes *out) {
    yz_bytes_reset(out);
    yz_check(yz_bytes_reserve(out, YZ_BATCH_HEAD) >= YZ_BATCH_HEAD);
    memset(out->bytes, 0, YZ_BATCH_HEAD);
    out->size = YZ_BATCH_HEAD;
}

yz_chain yz_batch_end(yz_bytes *out, uint64_t first, uint32_t count, const yz_chain *previous,
                      yz_chain_hash hash) {
    yz_check(out->size > YZ_BATCH_HEAD && first >= 1 && count >= 1);
    unsigned char *head = out->bytes;
    memcpy(head, MAGIC, sizeof MAGIC);
    yz_put32(head + 8, YZ_JOURNAL_VERSION);
    yz_put32(head + 12, count);
    yz_put64(head + 16, first);
    yz_put64(head + 24, out->size);
    memcpy(head + 32, previous->bytes, YZ_CHAIN_BYTES);
    yz_chain chain = hash(head, HASHED_HEAD, head + YZ_BATCH_HEAD, out->size - YZ_BATCH_HEAD);
    memcpy(head + HASHED_HEAD, chain.bytes, YZ_CHAIN_BYTES);
    return chain;
}

// ---- reading ----

static yz_status damaged(yz_damage *damage, const char *why, uint64_t sequence, size_t offset) {
    if (damage != NULL) *damage = (yz_damage){why, sequence, offset};
    return YZ_ERR_CORRUPT;
}

// The chain says that something is wrong; the records' own checksums say where. What they do not
// find is in the head.
static yz_status locate(const yz_batch_reader *r, yz_damage *damage) {
    size_t at = YZ_BATCH_HEAD;
    uint64_t sequence = r->first;
    for (; at < r->size; sequence++) {
        yz_record_head head;
        const char *why;
        if (yz_record_look(r->bytes + at, r->size - at, &head, &why) != YZ_OK) {
            return damaged(damage, why, sequence, at);
        }
        if (head.sequence != sequence) {
            return damaged(damage, "a record is not the next in order", sequence, at);
        }
        at += head.size;
    }
    return damaged(damage, "the batch's chain does not agree with its head", r->first, 0);
}

static bool is_zero(const yz_chain *chain) {
    static const yz_chain ZERO;
    return memcmp(chain, &ZERO, sizeof ZERO) == 0;
}

// Does it follow what the caller knows?
static yz_status follows(const yz_batch_reader *r, uint64_t sequence, const yz_chain *previous,
                         yz_damage *damage) {
    if (r->count == 0 || r->first == 0 || r->first > UINT64_MAX - r->count) {
        return damaged(damage, "a batch of no records, or of none that can be", r->first, 0);
    }
    if (sequence != 0 && r->first != sequence) {
        return damaged(damage, "a batch does not begin where the one before ends", sequence, 16);
    }
    if (r->first == 1 && !is_zero(&r->previous)) {
        return damaged(damage, "the first batch follows another", 1, 32);
    }
    if (previous != NULL && memcmp(previous, &r->previous, sizeof *previous) != 0) {
        return damaged(damage, "a batch follows another than the one before it", r->first, 32);
    }
    return YZ_OK;
}

yz_status yz_batch_open(yz_batch_reader *r, const unsigned char *bytes, size_t size,
                        uint64_t sequence, const yz_chain *previous, yz_chain_hash hash,
                        yz_damage *damage) {
    if (size < YZ_BATCH_HEAD) return damaged(damage, "a batch's head is cut off", sequence, 0);
    if (memcmp(bytes, MAGIC, sizeof MAGIC) != 0) {
        return damaged(damage, "this is no batch", sequence, 0);
    }
    *r = (yz_batch_reader){.bytes = bytes, .size = size, .at = YZ_BATCH_HEAD, .at_ms = INT64_MIN};
    uint32_t version = yz_get32(bytes + 8);
    r->count = r->left = yz_get32(bytes + 12);
    r->first = r->next = yz_get64(bytes + 16);
    if (yz_get64(bytes + 24) != size) {
        return damaged(damage, "a batch is longer or shorter than its head says", r->first, 24);
    }
    memcpy(r->previous.bytes, bytes + 32, YZ_CHAIN_BYTES);
    memcpy(r->chain.bytes, bytes + HASHED_HEAD, YZ_CHAIN_BYTES);
    yz_chain chain = hash(bytes, HASHED_HEAD, bytes + YZ_BATCH_HEAD, size - YZ_BATCH_HEAD);
    if (memcmp(&chain, &r->chain, sizeof chain) != 0) return locate(r, damage);
    if (version > YZ_JOURNAL_VERSION) {
        damaged(damage, "a batch was written by a later version", r->first, 8);
        return YZ_ERR_DENIED;
    }
    if (version < 1) return damaged(damage, "a batch of a version there never was", r->first, 8);
    if (version < YZ_JOURNAL_VERSION) {
        damaged(damage, "a batch was written by an earlier version, which is not read any more",
                r->first, 8);
        return YZ_ERR_DENIED;
    }
    return follows(r, sequence, previous, damage);
}

yz_status yz_batch_next(yz_batch_reader *r, const yz_sealer *sealer, yz_arena *arena,
                        yz_command *command, yz_damage *damage) {
    if (r->left == 0) {
        if (r->at == r->size) return YZ_ERR_NOT_FOUND;
        return damaged(damage, "bytes stand after the last record", r->next, r->at);
    }
    size_t used;
    const char *why;
    yz_status status =
        yz_record_decode(r->bytes + r->at, r->size - r->at, sealer, arena, command, &used, &why);
    if (status != YZ_OK) {
        damaged(damage, why, r->next, r->at);
        return status;
    }
    if (command->sequence != r->next) {
        return damaged(damage, "a record is not the next in order", r->next, r->at);
    }
    if (command->at_ms < r->at_ms) {
        return damaged(damage, "a record's time lies before the one before it", r->next, r->at);
    }
    r->at += used;
    r->at_ms = command->at_ms;
    r->next += 1;
    r->left -= 1;
    return YZ_OK;
}
