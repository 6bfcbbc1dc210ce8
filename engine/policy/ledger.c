/* A row is kept in the one form it has outside: the bytes that are hashed; a person's facts beside
 * it, and the rows of a person in a list, so that they are found when they are to be forgotten. */
#include "engine/policy/ledger.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/journal/wire.h"
#include "engine/model/policy.h"

typedef struct kept {
    unsigned char *bytes; // owned
    unsigned char *facts; // owned; those that have an owner, or NULL
    uint64_t prior;       // the row before of the same owner that has facts; 0: none
    uint32_t size, facts_size;
} kept;

struct yz_ledger {
    yz_slab rows;
    yz_slab last;   // of each owner: the last row that has facts, 0: none
    yz_ids *owners; // persons
    uint64_t count, bytes;
};

yz_ledger *yz_ledger_new(yz_hash_key key) {
    yz_ledger *ledger = yz_alloc_zeroed(sizeof *ledger);
    yz_slab_init(&ledger->rows, sizeof(kept));
    yz_slab_init(&ledger->last, sizeof(uint64_t));
    ledger->owners = yz_ids_new(key);
    return ledger;
}

static kept *row_at(const yz_ledger *ledger, uint64_t seq) {
    yz_check(seq >= 1 && seq <= ledger->count);
    return yz_slab_at(&ledger->rows, (uint32_t)(seq - 1));
}

void yz_ledger_free(yz_ledger *ledger) {
    if (ledger == NULL) return;
    for (uint64_t seq = 1; seq <= ledger->count; seq++)
        yz_free(row_at(ledger, seq)->bytes);
    for (uint64_t seq = 1; seq <= ledger->count; seq++)
        yz_free(row_at(ledger, seq)->facts);
    yz_slab_deinit(&ledger->rows);
    yz_slab_deinit(&ledger->last);
    yz_ids_free(ledger->owners);
    yz_free(ledger);
}

// ---- a row as bytes ----

#define DAYS 7
#define TEXTS 11

static void days_of(const yz_ledger_row *row, int32_t days[DAYS]) {
    const int32_t all[DAYS] = {row->found_on, row->notified_on, row->applied_on, row->decided_on,
                               row->paid_on,  row->as_of,       row->clawback_on};
    memcpy(days, all, sizeof all);
}

static void texts_of(const yz_ledger_row *row, yz_text texts[TEXTS]) {
    const yz_text all[TEXTS] = {row->measure,   row->subject,  row->division, row->unit,
                                row->source,    row->fund,     row->voucher,  row->fund_use,
                                row->operator_, row->reviewer, row->remark};
    memcpy(texts, all, sizeof all);
}

static void write_row(const yz_ledger_row *row, yz_out *out) {
    int32_t days[DAYS];
    yz_text texts[TEXTS];
    days_of(row, days);
    texts_of(row, texts);
    yz_out_64(out, row->seq);
    yz_out_64(out, row->supersedes);
    yz_out_8(out, (uint8_t)row->event);
    yz_out_64(out, row->of);
    yz_out_64(out, (uint64_t)row->clawback);
    yz_out_64(out, (uint64_t)row->at_ms);
    yz_out_64(out, (uint64_t)row->amount);
    yz_out_8(out, (uint8_t)row->kind);
    yz_out_8(out, (uint8_t)row->decision);
    yz_out_8(out, (uint8_t)row->state);
    yz_out_8(out, row->channel);
    yz_out_8(out, row->has_amount);
    for (int i = 0; i < DAYS; i++)
        yz_out_32(out, (uint32_t)days[i]);
    for (int i = 0; i < TEXTS; i++)
        yz_out_text(out, texts[i]);
    yz_out_text(out, row->reasons);
    unsigned char *rules = yz_out_take(out, sizeof row->rules);
    if (rules != NULL) memcpy(rules, row->rules, sizeof row->rules);
    yz_out_text(out, row->owner);
    if (row->owner.size > 0) {
        yz_out_64(out, row->evidence.words[0]);
        yz_out_64(out, row->evidence.words[1]);
        return;
    }
    yz_out_32(out, row->facts_size);
    unsigned char *facts = yz_out_take(out, row->facts_size);
    if (facts != NULL && row->facts_size > 0) memcpy(facts, row->facts, row->facts_size);
}

bool yz_ledger_row_bytes(const yz_ledger_row *row, yz_bytes *out) {
    size_t room = yz_bytes_reserve(out, YZ_LEDGER_ROW_BYTES_MAX);
    if (room > YZ_LEDGER_ROW_BYTES_MAX) room = YZ_LEDGER_ROW_BYTES_MAX;
    yz_out writer = {.at = out->bytes + out->size, .end = out->bytes + out->size + room};
    write_row(row, &writer);
    if (writer.full) return false;
    out->size = (size_t)(writer.at - out->bytes);
    return true;
}

bool yz_ledger_row_read(const unsigned char *bytes, size_t size, yz_ledger_row *row) {
    yz_in in = {.at = bytes, .end = bytes + size};
    int32_t *const days[DAYS] = {&row->found_on,   &row->notified_on, &row->applied_on,
                                 &row->decided_on, &row->paid_on,     &row->as_of,
                                 &row->clawback_on};
    yz_text *const texts[TEXTS] = {&row->measure,   &row->subject,  &row->division, &row->unit,
                                   &row->source,    &row->fund,     &row->voucher,  &row->fund_use,
                                   &row->operator_, &row->reviewer, &row->remark};
    *row = (yz_ledger_row){.seq = yz_in_64(&in)};
    row->supersedes = yz_in_64(&in);
    row->event = (yz_ledger_event)yz_in_8(&in);
    row->of = yz_in_64(&in);
    row->clawback = (int64_t)yz_in_64(&in);
    row->at_ms = (int64_t)yz_in_64(&in);
    row->amount = (int64_t)yz_in_64(&in);
    row->kind = (yz_subject_kind)yz_in_8(&in);
    row->decision = yz_in_8(&in);
    row->state = yz_in_8(&in);
    row->channel = yz_in_8(&in);
    row->has_amount = yz_in_bool(&in);
    for (int i = 0; i < DAYS; i++)
        *days[i] = (int32_t)yz_in_32(&in);
    for (int i = 0; i < TEXTS; i++)
        *texts[i] = yz_in_text(&in);
    row->reasons = yz_in_text(&in);
    const unsigned char *rules = yz_in_take(&in, sizeof row->rules);
    if (rules != NULL) memcpy(row->rules, rules, sizeof row->rules);
    row->owner = yz_in_text(&in);
    if (row->owner.size > 0) {
        row->evidence.words[0] = yz_in_64(&in);
        row->evidence.words[1] = yz_in_64(&in);
    } else {
        row->facts_size = yz_in_32(&in);
        row->facts = yz_in_take(&in, row->facts_size);
    }
    bool sound = row->channel < YZ_NOTICE_CHANNELS && row->event <= YZ_LEDGER_REFUND &&
                 row->of < row->seq && row->kind < YZ_SUBJECT_KIND_COUNT &&
                 row->decision <= yz_word_decision_open && row->state >= YZ_ENTRY_FOUND &&
                 row->state <= YZ_ENTRY_LAPSED;
    return in.why == NULL && in.at == in.end && sound && size <= YZ_LEDGER_ROW_BYTES_MAX;
}

// ---- the table ----

static uint64_t *last_of(yz_ledger *ledger, yz_text owner) {
    uint32_t at = yz_ids_find(ledger->owners, owner);
    if (at == YZ_ROW_NONE) {
        at = yz_ids_add(ledger->owners, owner);
        yz_slab_reserve(&ledger->last, at);
    }
    return yz_slab_at(&ledger->last, at);
}

static void keep_facts(yz_ledger *ledger, kept *k, const yz_ledger_row *row) {
    if (row->owner.size == 0 || row->facts_size == 0) return;
    uint64_t *last = last_of(ledger, row->owner);
    k->facts = yz_alloc(row->facts_size);
    k->facts_size = row->facts_size;
    memcpy(k->facts, row->facts, row->facts_size);
    ledger->bytes += k->facts_size;
    k->prior = *last;
    *last = row->seq;
}

void yz_ledger_forget(yz_ledger *ledger, yz_text owner) {
    uint32_t at = yz_ids_find(ledger->owners, owner);
    if (at == YZ_ROW_NONE) return;
    uint64_t *last = yz_slab_at(&ledger->last, at);
    while (*last != 0) {
        kept *k = row_at(ledger, *last);
        *last = k->prior;
        ledger->bytes -= k->facts_size;
        yz_free(k->facts);
        k->facts = NULL;
        k->facts_size = 0;
    }
}

uint64_t yz_ledger_add(yz_ledger *ledger, const yz_ledger_row *row) {
    yz_ledger_row numbered = *row;
    numbered.seq = ledger->count + 1;
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_LEDGER_ROW_BYTES_MAX);
    yz_check(yz_ledger_row_bytes(&numbered, &bytes)); // its texts and facts are within their limits
    yz_slab_reserve(&ledger->rows, (uint32_t)ledger->count);
    ledger->count += 1;
    kept *k = row_at(ledger, numbered.seq);
    k->bytes = yz_alloc(bytes.size);
    k->size = (uint32_t)bytes.size;
    memcpy(k->bytes, bytes.bytes, bytes.size);
    ledger->bytes += bytes.size;
    keep_facts(ledger, k, &numbered);
    yz_bytes_deinit(&bytes);
    return numbered.seq;
}

uint64_t yz_ledger_count(const yz_ledger *ledger) {
    return ledger->count;
}

yz_ledger_row yz_ledger_at(const yz_ledger *ledger, uint64_t seq) {
    const kept *k = row_at(ledger, seq);
    yz_ledger_row row;
    yz_check(yz_ledger_row_read(k->bytes, k->size, &row));
    if (row.owner.size > 0) {
        row.facts = k->facts;
        row.facts_size = k->facts_size;
    }
    return row;
}

uint64_t yz_ledger_bytes(const yz_ledger *ledger) {
    return ledger->bytes + yz_slab_bytes(&ledger->rows) + yz_slab_bytes(&ledger->last) +
           yz_ids_bytes(ledger->owners);
}
