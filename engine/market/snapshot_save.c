/* The state as blocks: snapshot_form.h draws them. */
#include "engine/market/counting.h"
#include "engine/market/snapshot_form.h"

#include "engine/base/check.h"
#include "engine/journal/bytes.h"

typedef struct saver {
    const yz_market *market;
    const yz_sealer *sealer; // or NULL
    yz_chain_hash hash;
    bool (*put)(void *context, const void *block, size_t size);
    void *context;
    yz_bytes block;
    yz_chain so_far;
    char kind;
    uint32_t number, count; // of this block; records in it
    bool stopped;
} saver;

/* ---- blocks ---- */

static void block_begin(saver *s, char kind) {
    yz_bytes_reset(&s->block);
    yz_check(yz_bytes_reserve(&s->block, YZ_SNAPSHOT_BLOCK_HEAD) >= YZ_SNAPSHOT_BLOCK_HEAD);
    s->block.size = YZ_SNAPSHOT_BLOCK_HEAD;
    s->kind = kind;
    s->count = 0;
}

static void block_end(saver *s) {
    unsigned char *head = s->block.bytes;
    memcpy(head, "YZSNAP\n", 7);
    head[7] = (unsigned char)s->kind;
    yz_put32(head + 8, YZ_SNAPSHOT_VERSION);
    yz_put32(head + 16, (uint32_t)s->block.size);
    yz_put32(head + 20, s->number++);
    yz_put32(head + 24, s->count);
    yz_put32(head + 28, 0);
    yz_put32(head + 12, yz_crc32c(0, head + 16, s->block.size - 16));
    s->so_far = snapshot_hash_on(s->hash, &s->so_far, head, s->block.size);
    if (!s->stopped) s->stopped = !s->put(s->context, head, s->block.size);
}

static yz_out record_begin(saver *s) {
    if (s->block.size >= SNAPSHOT_BLOCK_FULL) {
        block_end(s);
        block_begin(s, s->kind);
    }
    yz_check(yz_bytes_reserve(&s->block, SNAPSHOT_RECORD_BYTES_MAX) >= SNAPSHOT_RECORD_BYTES_MAX);
    unsigned char *at = s->block.bytes + s->block.size;
    return (yz_out){.at = at, .end = at + SNAPSHOT_RECORD_BYTES_MAX};
}

static void record_end(saver *s, const yz_out *out) {
    yz_check(!out->full);
    s->block.size = (size_t)(out->at - s->block.bytes);
    s->count += 1;
}

/* ---- secrets ---- */

// A person without a key was erased meanwhile: what was known is not written.
static void put_secret(const saver *s, yz_out *out, yz_text person, const unsigned char *plain,
                       size_t size) {
    if (s->sealer == NULL) {
        yz_out_8(out, SECRET_PLAIN);
        unsigned char *at = yz_out_take(out, size);
        if (at != NULL) memcpy(at, plain, size);
        return;
    }
    unsigned char sealed[SECRET_SEEKER_BYTES + YZ_SEAL_BYTES];
    if (!s->sealer->seal(s->sealer->context, person, plain, size, sealed)) {
        yz_out_8(out, SECRET_NONE);
        return;
    }
    yz_out_8(out, SECRET_SEALED);
    unsigned char *at = yz_out_take(out, size + YZ_SEAL_BYTES);
    if (at != NULL) memcpy(at, sealed, size + YZ_SEAL_BYTES);
}

/* ---- records ---- */

static void put_head(saver *s, const yz_chain *chain) {
    const yz_market *m = s->market;
    block_begin(s, 'H');
    yz_out out = record_begin(s);
    yz_out_64(&out, m->sequence);
    yz_out_64(&out, (uint64_t)m->at_ms);
    for (int i = 0; i < YZ_CHAIN_BYTES; i++)
        yz_out_8(&out, chain->bytes[i]);
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        yz_out_32(&out, yz_ids_count(m->dictionaries[i].ids));
    yz_out_32(&out, yz_ids_count(m->posting_ids));
    yz_out_32(&out, yz_ids_count(m->seeker_ids));
    yz_out_32(&out, (uint32_t)(m->receipts.next - m->receipts.oldest));
    record_end(s, &out);
    block_end(s);
}

static void put_entry(saver *s, yz_dictionary which, uint32_t row) {
    const yz_market *m = s->market;
    const dictionary_entry *entry = entry_at(m, which, row);
    yz_out out = record_begin(s);
    yz_out_8(&out, (uint8_t)which);
    yz_out_8(&out, entry->gone);
    yz_out_32(&out, entry->version);
    yz_out_32(&out, which == YZ_SKILLS ? m->weights[row] : 0);
    yz_out_32(&out, entry->weight_staged);
    yz_out_text(&out, yz_ids_text(m->dictionaries[which].ids, row));
    yz_out_text(&out, dictionary_name_zh(entry));
    yz_out_text(&out, dictionary_name_en(entry));
    record_end(s, &out);
}

static void put_facts(saver *s, uint32_t row) {
    const person_facts *f = facts_of(s->market, row);
    yz_out out = record_begin(s);
    unsigned char *flags = out.at;
    yz_out_8(&out,
             (uint8_t)((f->withheld ? SNAPSHOT_WITHHELD : 0) | (f->erased ? SNAPSHOT_ERASED : 0)));
    yz_out_8(&out, f->sex);
    yz_out_8(&out, f->group);
    yz_out_8(&out, f->id_check);
    yz_out_32(&out, f->division);
    yz_out_32(&out, f->reveals);
    yz_out_64(&out, f->account_hash[0]);
    yz_out_64(&out, f->account_hash[1]);
    yz_out_64(&out, f->birth_tag);
    yz_out_64(&out, f->tags_tag);
    if (f->withheld || (f->birth_day == YZ_DAY_NONE && f->tags == 0)) {
        yz_out_8(&out, SECRET_NONE);
    } else {
        unsigned char plain[SECRET_PERSON_BYTES];
        yz_put32(plain, (uint32_t)f->birth_day);
        yz_put16(plain + 4, f->tags);
        unsigned char *kind = out.at;
        put_secret(s, &out, yz_ids_text(s->market->dictionaries[YZ_PERSONS].ids, row), plain,
                   sizeof plain);
        if (*kind == SECRET_NONE) *flags |= SNAPSHOT_WITHHELD; // erased under our hands
    }
    record_end(s, &out);
}

static void put_posting(saver *s, uint32_t row) {
    const yz_packed_posting *p = packed_posting(s->market, row);
    const posting_cold *c = cold_posting(s->market, row);
    yz_out out = record_begin(s);
    yz_out_8(&out, c->state);
    yz_out_8(&out, c->wage_unit);
    yz_out_8(&out, c->has_wage);
    yz_out_32(&out, c->version);
    yz_out_32(&out, c->epoch);
    yz_out_32(&out, c->openings);
    yz_out_32(&out, p->gate);
    yz_out_32(&out, (uint32_t)p->lat_e7);
    yz_out_32(&out, (uint32_t)p->lon_e7);
    yz_out_64(&out, (uint64_t)c->wage_min_fen);
    yz_out_64(&out, (uint64_t)c->wage_max_fen);
    yz_out_64(&out, (uint64_t)c->valid_from_ms);
    yz_out_64(&out, (uint64_t)c->valid_to_ms);
    yz_out_32(&out, c->employer);
    yz_out_32(&out, c->occupation);
    yz_out_32(&out, c->division);
    yz_out_8(&out, p->required_count);
    for (uint32_t i = 0; i < p->required_count; i++) {
        yz_out_16(&out, yz_posting_required(p)[i]);
        yz_out_8(&out, yz_posting_levels(p)[i]);
    }
    yz_out_8(&out, p->preferred_count);
    for (uint32_t i = 0; i < p->preferred_count; i++)
        yz_out_16(&out, yz_posting_preferred(p)[i]);
    yz_out_text(&out, yz_ids_text(s->market->posting_ids, row));
    yz_out_text(&out, (yz_text){c->title, c->title_size});
    yz_out_8(&out, c->opened);
    yz_out_16(&out, c->push_k);
    yz_out_16(&out, c->push_lag_minutes);
    yz_out_64(&out, (uint64_t)c->gig_from_ms);
    yz_out_64(&out, (uint64_t)c->gig_to_ms);
    yz_out_text(&out, market_text(s->market, c->station));
    record_end(s, &out);
}

static void put_seeker(saver *s, uint32_t row) {
    const yz_market *m = s->market;
    const yz_packed_seeker *p = packed_seeker(m, row);
    const seeker_cold *c = cold_seeker(m, row);
    yz_text id = yz_ids_text(m->seeker_ids, row);
    yz_out out = record_begin(s);
    yz_out_8(&out,
             (uint8_t)((c->withheld ? SNAPSHOT_WITHHELD : 0) | (c->erased ? SNAPSHOT_ERASED : 0) |
                       (c->wants_push ? SNAPSHOT_WANTS_PUSH : 0)));
    yz_out_8(&out, c->state);
    yz_out_8(&out, c->floor_unit);
    yz_out_8(&out, c->primary_group);
    yz_out_32(&out, c->version);
    yz_out_32(&out, p->gate);
    yz_out_32(&out, p->radius_m);
    yz_out_64(&out, (uint64_t)p->wage_floor);
    yz_out_32(&out, c->person);
    yz_out_32(&out, c->division);
    yz_out_64(&out, c->place_tag);
    yz_out_64(&out, c->groups_tag);
    yz_out_8(&out, (uint8_t)yz_seeker_skill_count(p));
    for (uint32_t i = 0; i < yz_seeker_skill_count(p); i++) {
        yz_out_16(&out, yz_seeker_skills(p)[i]);
        yz_out_8(&out, yz_seeker_levels(p)[i]);
    }
    yz_out_text(&out, id);
    yz_out_16(&out, c->push_per_day);
    yz_out_16(&out, c->quiet_from);
    yz_out_16(&out, c->quiet_to);
    yz_out_32(&out, c->occupation);
    if (c->withheld) {
        yz_out_8(&out, SECRET_NONE);
        yz_out_32(&out, c->groups);
    } else {
        unsigned char plain[SECRET_SEEKER_BYTES];
        yz_put32(plain, (uint32_t)p->lat_e7);
        yz_put32(plain + 4, (uint32_t)p->lon_e7);
        yz_put32(plain + 8, c->groups);
        yz_text person = c->person == YZ_ROW_NONE ? id : dictionary_id(m, YZ_PERSONS, c->person);
        unsigned char *kind = out.at;
        put_secret(s, &out, person, plain, sizeof plain);
        // Erased under our hands: the primary group is what the skeleton keeps of the set.
        if (*kind == SECRET_NONE) {
            yz_out_32(&out, c->groups == 0 ? 0 : (uint32_t)1 << c->primary_group);
        }
    }
    record_end(s, &out);
}

static void put_receipt(saver *s, const kept_receipt *kept) {
    const kept_refusal *refusal = kept->refusal;
    yz_out out = record_begin(s);
    yz_out_8(&out, (uint8_t)((kept->created ? RECEIPT_CREATED : 0) |
                             (kept->changed ? RECEIPT_CHANGED : 0) |
                             (kept->reopened ? RECEIPT_REOPENED : 0) |
                             (kept->more_due ? RECEIPT_MORE_DUE : 0) |
                             (refusal != NULL ? RECEIPT_REFUSED : 0)));
    yz_out_64(&out, kept->key[0]);
    yz_out_64(&out, kept->key[1]);
    yz_out_64(&out, kept->body);
    yz_out_64(&out, kept->sequence);
    yz_out_64(&out, (uint64_t)kept->at_ms);
    yz_out_32(&out, kept->version);
    if (refusal != NULL) {
        yz_out_8(&out, refusal->code);
        yz_out_64(&out, (uint64_t)refusal->given);
        yz_out_64(&out, (uint64_t)refusal->low);
        yz_out_64(&out, (uint64_t)refusal->high);
        yz_out_text(&out, (yz_text){refusal->texts, refusal->pointer_size});
        yz_out_text(&out, (yz_text){refusal->texts + refusal->pointer_size, refusal->value_size});
    }
    record_end(s, &out);
}

static yz_out begin_for(void *context) {
    return record_begin(context);
}

static void end_for(void *context, const yz_out *out) {
    record_end(context, out);
}

// Records of one kind that another file writes.
static void put_kind(saver *s, char kind,
                     void (*save)(const yz_market *m, void *context, snapshot_begin begin,
                                  snapshot_end end)) {
    if (s->stopped) return;
    block_begin(s, kind);
    save(s->market, s, begin_for, end_for);
    block_end(s);
}

// Since version 3: what was counted.
static bool put_counted(void *context, const void *record, uint32_t size) {
    saver *s = context;
    yz_out out = record_begin(s);
    yz_out_text(&out, (yz_text){record, size});
    record_end(s, &out);
    return !s->stopped;
}

static void put_statistics(saver *s) {
    if (s->stopped || s->market->stats == NULL) return;
    block_begin(s, 'C');
    yz_stats_save(s->market->stats, put_counted, s);
    block_end(s);
}

static void put_policy(saver *s) {
    if (s->stopped) return;
    block_begin(s, 'Q');
    policy_save(s->market, s->sealer, s, begin_for, end_for);
    block_end(s);
}

static void put_profile(yz_out *out, const yz_profile *profile) {
    yz_out_32(out, profile->coverage_permille);
    yz_out_32(out, profile->preferred_permille);
    yz_out_32(out, profile->distance_permille);
    yz_out_32(out, profile->wage_permille);
}

static void put_profiles(saver *s) {
    const yz_market *m = s->market;
    block_begin(s, 'W');
    yz_out out = record_begin(s);
    put_profile(&out, &m->profile);
    yz_out_8(&out, m->profile_is_staged);
    if (m->profile_is_staged) put_profile(&out, &m->profile_next);
    record_end(s, &out);
    block_end(s);
}

static void put_end(saver *s) {
    yz_digest digest = yz_market_digest(s->market);
    yz_chain all = s->so_far;
    block_begin(s, 'E');
    yz_out out = record_begin(s);
    yz_out_64(&out, digest.words[0]);
    yz_out_64(&out, digest.words[1]);
    for (int i = 0; i < YZ_CHAIN_BYTES; i++)
        yz_out_8(&out, all.bytes[i]);
    record_end(s, &out);
    block_end(s);
}

/* Rows 0..count-1 of one kind, in as many blocks as they need; at least one. */
static void put_rows(saver *s, char kind, uint32_t count, void (*put)(saver *s, uint32_t row)) {
    block_begin(s, kind);
    for (uint32_t row = 0; row < count && !s->stopped; row++)
        put(s, row);
    block_end(s);
}

bool yz_snapshot_save(const yz_market *m, const yz_chain *chain, const yz_sealer *sealer,
                      yz_chain_hash hash,
                      bool (*put)(void *context, const void *block, size_t size), void *context) {
    saver s = {.market = m, .sealer = sealer, .hash = hash, .put = put, .context = context};
    yz_bytes_init(&s.block, YZ_SNAPSHOT_BLOCK_MAX);
    put_head(&s, chain);
    block_begin(&s, 'D');
    for (int which = 0; which < YZ_DICTIONARY_COUNT; which++) {
        uint32_t count = yz_ids_count(m->dictionaries[which].ids);
        for (uint32_t row = 0; row < count && !s.stopped; row++)
            put_entry(&s, (yz_dictionary)which, row);
    }
    block_end(&s);
    put_rows(&s, 'F', yz_ids_count(m->dictionaries[YZ_PERSONS].ids), put_facts);
    put_rows(&s, 'P', yz_ids_count(m->posting_ids), put_posting);
    put_rows(&s, 'S', yz_ids_count(m->seeker_ids), put_seeker);
    block_begin(&s, 'R');
    for (uint64_t n = m->receipts.oldest; n < m->receipts.next && !s.stopped; n++)
        put_receipt(&s, receipts_at(&m->receipts, n));
    block_end(&s);
    put_kind(&s, 'V', venues_save);
    put_kind(&s, 'T', rounds_save);
    put_kind(&s, 'G', records_save);
    put_kind(&s, 'L', pairs_save);
    put_kind(&s, 'N', silent_save);
    put_kind(&s, 'A', targets_save);
    put_statistics(&s);
    put_policy(&s);
    put_profiles(&s);
    put_end(&s);
    yz_bytes_deinit(&s.block);
    return !s.stopped;
}
