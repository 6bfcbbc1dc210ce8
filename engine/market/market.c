#include "engine/market/counting.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

static void market_init(yz_market *m, const yz_market_options *options) {
    *m = (yz_market){.options = *options};
    m->at_ms = options->at_ms;
    m->profile = YZ_PROFILE_DEFAULT;
    m->posting_ids = yz_ids_new(options->hash_key);
    m->seeker_ids = yz_ids_new(options->hash_key);
    yz_slab_init(&m->postings, sizeof(yz_packed_posting));
    yz_slab_init(&m->seekers, sizeof(yz_packed_seeker));
    yz_slab_init(&m->postings_cold, sizeof(posting_cold));
    yz_slab_init(&m->seekers_cold, sizeof(seeker_cold));
    dictionaries_init(m, options->hash_key);
    m->weights = yz_alloc_zeroed((YZ_SKILLS_MAX + 1) * sizeof(uint32_t));
    m->posting_index = yz_posting_index_new(&m->postings);
    m->seeker_index = yz_seeker_index_new(&m->seekers);
    m->words = yz_words_new(options->hash_key);
    due_init(&m->due, m->posting_ids);
    receipts_init(&m->receipts, options->hash_key);
    pairs_init(m);
    venues_init(&m->venues, options->hash_key);
    policy_init(m);
    counting_init(m);
}

static void market_deinit(yz_market *m) {
    counting_deinit(m);
    staged_restart(m);
    yz_posting_index_free(m->index_retired);
    yz_posting_index_free(m->posting_index);
    yz_seeker_index_free(m->seeker_index);
    yz_words_free(m->words);
    due_deinit(&m->due);
    receipts_deinit(&m->receipts);
    pairs_deinit(m);
    silent_deinit(&m->silent);
    venues_deinit(&m->venues);
    targets_deinit(&m->targets);
    policy_deinit(m);
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        packed_posting_deinit(packed_posting(m, row));
        yz_free(cold_posting(m, row)->title);
    }
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++) {
        packed_seeker_deinit(packed_seeker(m, row));
    }
    yz_slab_deinit(&m->postings);
    yz_slab_deinit(&m->seekers);
    yz_slab_deinit(&m->postings_cold);
    yz_slab_deinit(&m->seekers_cold);
    dictionaries_deinit(m);
    yz_ids_free(m->posting_ids);
    yz_ids_free(m->seeker_ids);
    yz_free(m->weights);
}

yz_market *yz_market_new(const yz_market_options *options) {
    yz_market *m = yz_alloc(sizeof *m);
    market_init(m, options);
    return m;
}

void yz_market_free(yz_market *m) {
    if (m == NULL) return;
    market_deinit(m);
    yz_free(m);
}

void yz_market_reset(yz_market *m) {
    yz_market_options options = m->options;
    market_deinit(m);
    market_init(m, &options);
}

yz_status yz_market_admit(const yz_command *command, yz_problem *problem) {
    return yz_command_check(command, problem);
}

// ---- apply ----

static void carry_out(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    switch (c->type) {
    case YZ_COMMAND_TICK: apply_tick(m, out, effects); break;
    case YZ_COMMAND_ENTRY_PUT: apply_entry_put(m, c, out, effects); break;
    case YZ_COMMAND_ENTRY_DELETE: apply_entry_delete(m, c, out, effects); break;
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: apply_posting_write(m, c, out, effects); break;
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE: apply_posting_step(m, c, out, effects); break;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: apply_seeker_write(m, c, out, effects); break;
    case YZ_COMMAND_SEEKER_PAUSE:
    case YZ_COMMAND_SEEKER_RESUME:
    case YZ_COMMAND_SEEKER_CLOSE: apply_seeker_step(m, c, out, effects); break;
    case YZ_COMMAND_WEIGHTS: apply_weights(m, c, out); break;
    case YZ_COMMAND_PROFILE: apply_profile(m, c, out); break;
    case YZ_COMMAND_PROFILE_SWITCH: apply_switch(m, out, effects); break;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: apply_person_write(m, c, out, effects); break;
    case YZ_COMMAND_PERSON_ERASE: apply_person_erase(m, c, out, effects); break;
    case YZ_COMMAND_PERSON_REVEAL: apply_person_reveal(m, c, out); break;
    case YZ_COMMAND_REFERRAL_STEP: apply_referral_step(m, c, out, effects); break;
    case YZ_COMMAND_TELL: apply_tell(m, c, out, effects); break;
    case YZ_COMMAND_VENUE_PUT: apply_venue_put(m, c, out); break;
    case YZ_COMMAND_VENUE_CLOSE: apply_venue_close(m, c, out); break;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE: apply_booth(m, c, out); break;
    case YZ_COMMAND_SLOT_STEP: apply_slot_step(m, c, out); break;
    case YZ_COMMAND_QUEUE_STEP: apply_queue_step(m, c, out); break;
    case YZ_COMMAND_VISIT: apply_visit(m, c, out); break;
    case YZ_COMMAND_TARGET_PUT: apply_target_put(m, c, out); break;
    case YZ_COMMAND_TARGET_DELETE: apply_target_delete(m, c, out); break;
    case YZ_COMMAND_POLICY_PUT: apply_policy_put(m, c, out); break;
    case YZ_COMMAND_POLICY_DROP: apply_policy_drop(m, c, out); break;
    case YZ_COMMAND_POLICY_RULES: apply_policy_rules(m, c, out); break;
    case YZ_COMMAND_POLICY_FIND: apply_policy_find(m, c, out); break;
    case YZ_COMMAND_POLICY_STEP: apply_policy_step(m, c, out); break;
    case YZ_COMMAND_POLICY_PAYMENT: apply_policy_payment(m, c, out); break;
    case YZ_COMMAND_POLICY_BUDGET: apply_policy_budget(m, c, out); break;
    case YZ_COMMAND_POLICY_ALERT: apply_policy_alert(m, c, out); break;
    case YZ_COMMAND_POLICY_REFUND: apply_policy_refund(m, c, out); break;
    }
    due_skip_stale(m);
    holds_skip_stale(m);
}

// A key that is known: the first outcome again, or no, since the request is another.
bool market_repeats(const yz_market *m, const yz_command *c, yz_outcome *out) {
    if (c->receipt.key[0] == 0 && c->receipt.key[1] == 0) return false;
    const kept_receipt *kept = receipts_find(&m->receipts, &c->receipt, c->at_ms);
    if (kept == NULL) return false;
    if (kept->body == c->receipt.body) {
        *out = receipt_outcome(kept);
        return true;
    }
    *out = (yz_outcome){.sequence = c->sequence};
    out->status =
        yz_problem_range(&out->problem, YZ_PROBLEM_KEY_REUSED, "", (int64_t)kept->sequence, 0, 0);
    return true;
}

yz_outcome yz_market_apply(yz_market *m, const yz_command *c, yz_effects *effects) {
    yz_outcome out = {.status = YZ_OK, .sequence = c->sequence};
    if (effects != NULL) effects->count = 0;
    yz_check(c->sequence == m->sequence + 1);
    yz_check(c->at_ms >= m->at_ms);
    m->sequence = c->sequence;
    m->at_ms = c->at_ms;
    receipts_pass(&m->receipts, c->at_ms);
    if (market_repeats(m, c, &out)) {
        silent_note(&m->silent, c, &out);
        return out;
    }
    carry_out(m, c, &out, effects);
    silent_note(&m->silent, c, &out);
    bool has_key = c->receipt.key[0] != 0 || c->receipt.key[1] != 0;
    // Whoever looked too early looks once more, under the same key.
    if (has_key && out.problem.code != YZ_PROBLEM_POLICY_CHANGED)
        receipts_keep(&m->receipts, &c->receipt, &out, c->at_ms);
    return out;
}

bool yz_market_receipt_known(const yz_market *m, const yz_receipt *receipt, yz_outcome *out) {
    yz_command command = {.receipt = *receipt, .sequence = m->sequence + 1, .at_ms = m->at_ms};
    yz_outcome told;
    return market_repeats(m, &command, out != NULL ? out : &told);
}

uint64_t yz_market_sequence(const yz_market *m) {
    return m->sequence;
}

int64_t yz_market_time_ms(const yz_market *m) {
    return m->at_ms;
}

int64_t yz_market_due_tick_ms(const yz_market *m) {
    due_item item;
    return due_top(&m->due, &item) ? item.at_ms : INT64_MAX;
}

int64_t yz_market_due_ms(const yz_market *m) {
    int64_t tick_ms = yz_market_due_tick_ms(m);
    due_item hold;
    return due_top(&m->holds, &hold) && hold.at_ms < tick_ms ? hold.at_ms : tick_ms;
}

// ---- bulk load ----

void yz_market_bulk_begin(yz_market *m) {
    yz_check(!m->resting);
    staged_restart(m);
    m->resting = true;
    m->parts_built = 0;
    yz_posting_index_free(m->posting_index);
    yz_seeker_index_free(m->seeker_index);
    yz_words_free(m->words);
    m->posting_index = yz_posting_index_new(&m->postings);
    m->seeker_index = yz_seeker_index_new(&m->seekers);
    m->words = yz_words_new(m->options.hash_key);
}

static void build_postings(yz_market *m) {
    uint32_t postings = yz_ids_count(m->posting_ids), open = 0;
    uint32_t *rows = yz_alloc(postings * sizeof *rows);
    for (uint32_t row = 0; row < postings; row++) {
        if (cold_posting(m, row)->state == YZ_STATE_OPEN) rows[open++] = row;
    }
    yz_posting_index_build(m->posting_index, rows, open, m->weights, m->profile.coverage_permille);
    yz_free(rows);
}

static void build_seekers(yz_market *m) {
    uint32_t seekers = yz_ids_count(m->seeker_ids), found = 0;
    uint32_t *rows = yz_alloc(seekers * sizeof *rows);
    for (uint32_t row = 0; row < seekers; row++) {
        if (seeker_is_found(cold_seeker(m, row))) rows[found++] = row;
    }
    yz_seeker_index_build(m->seeker_index, rows, found);
    yz_free(rows);
}

static void build_words(yz_market *m) {
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        const posting_cold *cold = cold_posting(m, row);
        if (cold->state != YZ_STATE_OPEN) continue;
        yz_words_add(m->words, row, (yz_text){cold->title, cold->title_size});
    }
}

void yz_market_bulk_part(yz_market *m, uint32_t part) {
    static void (*const BUILD[YZ_BULK_PARTS])(yz_market *) = {build_postings, build_seekers,
                                                              build_words};
    yz_check(m->resting && part < YZ_BULK_PARTS);
    uint32_t bit = 1u << part;
    // Parts run side by side; each sets a bit of its own.
    if (__atomic_fetch_or(&m->parts_built, bit, __ATOMIC_ACQ_REL) & bit) return;
    BUILD[part](m);
}

void yz_market_bulk_end(yz_market *m) {
    yz_check(m->resting);
    for (uint32_t part = 0; part < YZ_BULK_PARTS; part++)
        yz_market_bulk_part(m, part);
    m->resting = false;
}
