#include "engine/market/receipts.h"

#include "engine/base/alloc.h"
#include "engine/base/ids.h"

void receipts_init(receipts *r, yz_hash_key hash_key) {
    *r = (receipts){.hash_key = hash_key};
    yz_slab_init(&r->ring, sizeof(kept_receipt));
    r->heads = yz_alloc_zeroed(RECEIPT_CHAINS * sizeof *r->heads);
}

static kept_receipt *at(const receipts *r, uint64_t number) {
    return yz_slab_at(&r->ring, (uint32_t)(number % YZ_RECEIPTS_MAX));
}

void receipts_deinit(receipts *r) {
    for (uint64_t number = r->oldest; number < r->next; number++)
        yz_free(at(r, number)->refusal);
    yz_slab_deinit(&r->ring);
    yz_free(r->heads);
}

static uint32_t *head_of(const receipts *r, const uint64_t key[2]) {
    return &r->heads[yz_siphash(r->hash_key, key, 16) % RECEIPT_CHAINS];
}

yz_print receipt_print(const kept_receipt *kept) {
    const kept_refusal *refusal = kept->refusal;
    uint64_t words[12] = {
        'Q',
        kept->key[0],
        kept->key[1],
        kept->body,
        kept->sequence,
        (uint64_t)kept->at_ms,
        (uint64_t)kept->version << 4 | (uint64_t)(kept->created << 3) |
            (uint64_t)(kept->changed << 2) | (uint64_t)(kept->reopened << 1) | kept->more_due,
    };
    if (refusal != NULL) {
        words[7] = (uint64_t)refusal->given;
        words[8] = (uint64_t)refusal->low;
        words[9] = (uint64_t)refusal->high;
        words[10] = refusal->code | (uint64_t)refusal->pointer_size << 8 |
                    (uint64_t)refusal->value_size << 16;
        yz_print texts =
            yz_print_of(refusal->texts, (size_t)refusal->pointer_size + refusal->value_size);
        words[11] = yz_mix(texts.words[0]) + texts.words[1];
    }
    // Word by word, so that it is the same on a machine of the other byte order.
    unsigned char bytes[12 * 8];
    for (int w = 0; w < 12; w++) {
        for (int b = 0; b < 8; b++)
            bytes[w * 8 + b] = (unsigned char)(words[w] >> (8 * b));
    }
    return yz_print_of(bytes, sizeof bytes);
}

static void drop_oldest(receipts *r) {
    uint32_t place = (uint32_t)(r->oldest % YZ_RECEIPTS_MAX);
    kept_receipt *oldest = at(r, r->oldest);
    yz_print_subtract(&r->print, receipt_print(oldest));
    uint32_t *link = head_of(r, oldest->key);
    if (*link == place + 1) {
        *link = oldest->next == YZ_ROW_NONE ? 0 : oldest->next + 1;
    } else {
        kept_receipt *before = at(r, *link - 1);
        while (before->next != place)
            before = at(r, before->next);
        before->next = oldest->next;
    }
    yz_free(oldest->refusal);
    r->oldest += 1;
}

static bool too_old(const kept_receipt *kept, int64_t at_ms) {
    return at_ms - kept->at_ms >= YZ_RECEIPT_MS;
}

void receipts_pass(receipts *r, int64_t at_ms) {
    for (int n = 0; n < RECEIPTS_DROPPED_AT_ONCE; n++) {
        if (r->oldest == r->next || !too_old(at(r, r->oldest), at_ms)) return;
        drop_oldest(r);
    }
}

const kept_receipt *receipts_find(const receipts *r, const yz_receipt *receipt, int64_t at_ms) {
    uint32_t head = *head_of(r, receipt->key);
    if (head == 0) return NULL;
    for (uint32_t place = head - 1; place != YZ_ROW_NONE;) {
        const kept_receipt *kept = at(r, place);
        // Times only grow and the newest come first: what follows is older still.
        if (too_old(kept, at_ms)) return NULL;
        if (kept->key[0] == receipt->key[0] && kept->key[1] == receipt->key[1]) return kept;
        place = kept->next;
    }
    return NULL;
}

static kept_refusal *refusal_of(const yz_problem *problem) {
    size_t pointer = strlen(problem->pointer), value = strlen(problem->value);
    kept_refusal *refusal = yz_alloc(sizeof *refusal + pointer + value);
    *refusal = (kept_refusal){.given = problem->given,
                              .low = problem->low,
                              .high = problem->high,
                              .code = (uint8_t)problem->code,
                              .pointer_size = (uint8_t)pointer,
                              .value_size = (uint8_t)value};
    memcpy(refusal->texts, problem->pointer, pointer);
    memcpy(refusal->texts + pointer, problem->value, value);
    return refusal;
}

_Static_assert(YZ_PROBLEM_CODE_COUNT <= 256, "kept_refusal keeps the code in a byte");

void receipts_keep(receipts *r, const yz_receipt *receipt, const yz_outcome *outcome,
                   int64_t at_ms) {
    if (r->next - r->oldest == YZ_RECEIPTS_MAX) drop_oldest(r);
    uint32_t place = (uint32_t)(r->next % YZ_RECEIPTS_MAX);
    yz_slab_reserve(&r->ring, place);
    uint32_t *head = head_of(r, receipt->key);
    kept_receipt *kept = at(r, r->next);
    *kept = (kept_receipt){.key = {receipt->key[0], receipt->key[1]},
                           .body = receipt->body,
                           .sequence = outcome->sequence,
                           .at_ms = at_ms,
                           .next = *head == 0 ? YZ_ROW_NONE : *head - 1,
                           .version = outcome->version,
                           .created = outcome->created,
                           .changed = outcome->changed,
                           .reopened = outcome->reopened,
                           .more_due = outcome->more_due};
    if (outcome->status != YZ_OK) kept->refusal = refusal_of(&outcome->problem);
    *head = place + 1;
    r->next += 1;
    yz_print_add(&r->print, receipt_print(kept));
}

yz_outcome receipt_outcome(const kept_receipt *kept) {
    yz_outcome out = {.status = YZ_OK,
                      .version = kept->version,
                      .created = kept->created,
                      .changed = kept->changed,
                      .reopened = kept->reopened,
                      .more_due = kept->more_due,
                      .repeated = true,
                      .sequence = kept->sequence};
    const kept_refusal *refusal = kept->refusal;
    if (refusal == NULL) return out;
    out.problem = (yz_problem){.code = (yz_problem_code)refusal->code,
                               .given = refusal->given,
                               .low = refusal->low,
                               .high = refusal->high};
    memcpy(out.problem.pointer, refusal->texts, refusal->pointer_size);
    memcpy(out.problem.value, refusal->texts + refusal->pointer_size, refusal->value_size);
    out.status = yz_problem_status(out.problem.code);
    return out;
}

bool receipts_sound(const receipts *r, const char **why) {
    yz_print sum = {{0, 0}};
    uint64_t chained = 0;
    for (uint64_t number = r->oldest; number < r->next; number++) {
        yz_print_add(&sum, receipt_print(at(r, number)));
        if (number > r->oldest && at(r, number)->at_ms < at(r, number - 1)->at_ms) {
            *why = "receipts: times go back";
            return false;
        }
    }
    for (uint32_t chain = 0; chain < RECEIPT_CHAINS; chain++) {
        if (r->heads[chain] == 0) continue;
        for (uint32_t place = r->heads[chain] - 1; place != YZ_ROW_NONE;
             place = at(r, place)->next) {
            chained += 1;
        }
    }
    if (chained != r->next - r->oldest) {
        *why = "receipts: the chains hold more or fewer than the ring";
        return false;
    }
    *why = "receipts: the sum differs from a recount";
    return sum.words[0] == r->print.words[0] && sum.words[1] == r->print.words[1];
}
