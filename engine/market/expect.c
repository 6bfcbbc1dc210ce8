/* A command looks up one record or two, and each step of that waits for memory: the table's slot,
 * where the id lies, its bytes, the record, what the statistics have of it. Sixteen commands can
 * wait for theirs side by side. */
#include "engine/market/counting.h"

#define AT_ONCE 16u
_Static_assert(AT_ONCE <= YZ_STATS_AHEAD_MAX, "the statistics look as far ahead");

/* Ids of one kind that the commands name, and of which command each is. */
typedef struct expected {
    yz_text ids[AT_ONCE];
    uint32_t command[AT_ONCE], rows[AT_ONCE], count;
} expected;

static void add(expected *all, yz_text id, uint32_t command) {
    if (id.size == 0) return;
    all->command[all->count] = command;
    all->ids[all->count++] = id;
}

// Others are few, or about little.
static void look_at(const yz_command *c, uint32_t command, expected *postings, expected *seekers) {
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_POSTING: add(postings, c->posting_put.posting.id, command); break;
    case YZ_FORM_SEEKER: add(seekers, c->seeker_put.seeker.id, command); break;
    case YZ_FORM_NAMED: {
        yz_command_subject subject = yz_command_subject_of(c->type);
        if (subject == YZ_SUBJECT_POSTING) add(postings, c->named.id, command);
        if (subject == YZ_SUBJECT_SEEKER) add(seekers, c->named.id, command);
        break;
    }
    case YZ_FORM_REFERRAL:
        add(postings, c->referral.posting, command);
        add(seekers, c->referral.seeker, command);
        break;
    default: break;
    }
}

static void find_postings(const yz_market *m, expected *all) {
    yz_ids_find_all(m->posting_ids, all->ids, all->count, all->rows);
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->rows[i] == YZ_ROW_NONE) continue;
        __builtin_prefetch(packed_posting(m, all->rows[i]));
        __builtin_prefetch(cold_posting(m, all->rows[i]));
    }
}

static void find_seekers(const yz_market *m, expected *all) {
    yz_ids_find_all(m->seeker_ids, all->ids, all->count, all->rows);
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->rows[i] == YZ_ROW_NONE) continue;
        __builtin_prefetch(packed_seeker(m, all->rows[i]));
        __builtin_prefetch(cold_seeker(m, all->rows[i]));
        __builtin_prefetch(yz_slab_at(&m->seeker_links, all->rows[i]));
    }
}

uint32_t yz_market_expect(const yz_market *market, const yz_command *commands, uint32_t count) {
    expected postings = {.count = 0}, seekers = {.count = 0};
    yz_stats_subject subjects[AT_ONCE];
    if (count > AT_ONCE) count = AT_ONCE;
    for (uint32_t i = 0; i < count; i++) {
        bool is_step = commands[i].type == YZ_COMMAND_REFERRAL_STEP;
        subjects[i] = (yz_stats_subject){YZ_ROW_NONE, YZ_ROW_NONE, YZ_STEP_NONE};
        if (is_step) subjects[i].step = (uint8_t)commands[i].referral.step;
        look_at(&commands[i], i, &postings, &seekers);
    }
    if (count == 1) return count; // alone it gains nothing
    find_postings(market, &postings);
    find_seekers(market, &seekers);
    for (uint32_t i = 0; i < postings.count; i++)
        subjects[postings.command[i]].posting = postings.rows[i];
    for (uint32_t i = 0; i < seekers.count; i++)
        subjects[seekers.command[i]].seeker = seekers.rows[i];
    if (market->stats != NULL) yz_stats_expect(market->stats, subjects, count);
    return count;
}
