/* A command looks up one record, and each step of that waits for memory: the table's slot, where
 * the id lies, its bytes, the record. Sixteen commands can wait for theirs side by side. */
#include "engine/market/state.h"

#define AT_ONCE 16u

typedef struct expected {
    yz_text ids[AT_ONCE];
    uint32_t count;
} expected;

static void look_ahead_postings(const yz_market *m, const expected *all) {
    uint32_t rows[AT_ONCE];
    yz_ids_find_all(m->posting_ids, all->ids, all->count, rows);
    for (uint32_t i = 0; i < all->count; i++) {
        if (rows[i] == YZ_ROW_NONE) continue;
        __builtin_prefetch(packed_posting(m, rows[i]));
        __builtin_prefetch(cold_posting(m, rows[i]));
    }
}

static void look_ahead_seekers(const yz_market *m, const expected *all) {
    uint32_t rows[AT_ONCE];
    yz_ids_find_all(m->seeker_ids, all->ids, all->count, rows);
    for (uint32_t i = 0; i < all->count; i++) {
        if (rows[i] == YZ_ROW_NONE) continue;
        __builtin_prefetch(packed_seeker(m, rows[i]));
        __builtin_prefetch(cold_seeker(m, rows[i]));
    }
}

static void add(expected *all, yz_text id) {
    if (id.size > 0) all->ids[all->count++] = id;
}

// Others are few, or about little.
static void look_at(const yz_command *c, expected *postings, expected *seekers) {
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_POSTING: add(postings, c->posting_put.posting.id); break;
    case YZ_FORM_SEEKER: add(seekers, c->seeker_put.seeker.id); break;
    case YZ_FORM_NAMED: {
        yz_command_subject subject = yz_command_subject_of(c->type);
        if (subject == YZ_SUBJECT_POSTING) add(postings, c->named.id);
        if (subject == YZ_SUBJECT_SEEKER) add(seekers, c->named.id);
        break;
    }
    default: break;
    }
}

uint32_t yz_market_expect(const yz_market *market, const yz_command *commands, uint32_t count) {
    expected postings = {.count = 0}, seekers = {.count = 0};
    if (count > AT_ONCE) count = AT_ONCE;
    for (uint32_t i = 0; i < count; i++)
        look_at(&commands[i], &postings, &seekers);
    if (postings.count > 1) look_ahead_postings(market, &postings);
    if (seekers.count > 1) look_ahead_seekers(market, &seekers);
    return count;
}
