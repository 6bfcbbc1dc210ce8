/* Does everything add up? Recounts what is kept up, and asks each structure. */
#include "engine/market/state.h"

static bool fail(const char **why, const char *what) {
    *why = what;
    return false;
}

static bool counts_hold(const yz_market *m, const char **why) {
    uint64_t postings[YZ_STATE_EXPIRED + 1] = {0}, seekers[YZ_STATE_EXPIRED + 1] = {0};
    uint64_t openings = 0;
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        const posting_cold *cold = cold_posting(m, row);
        postings[cold->state] += 1;
        if (cold->state == YZ_STATE_OPEN) openings += cold->openings;
    }
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++) {
        seekers[cold_seeker(m, row)->state] += 1;
    }
    if (memcmp(postings, m->posting_counts, sizeof postings) != 0) {
        return fail(why, "market: postings by state differ from a recount");
    }
    if (memcmp(seekers, m->seeker_counts, sizeof seekers) != 0) {
        return fail(why, "market: seekers by state differ from a recount");
    }
    return openings == m->openings || fail(why, "market: openings differ from a recount");
}

static bool ascending(const uint16_t *rows, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        if (rows[i - 1] >= rows[i]) return false;
    }
    return true;
}

static bool skills_hold(const yz_market *m, const char **why) {
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        const yz_packed_posting *p = packed_posting(m, row);
        if (!ascending(yz_posting_required(p), p->required_count) ||
            !ascending(yz_posting_preferred(p), p->preferred_count)) {
            return fail(why, "market: a posting's skills are not in ascending order of row");
        }
    }
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++) {
        const yz_packed_seeker *s = packed_seeker(m, row);
        if (!ascending(yz_seeker_skills(s), yz_seeker_skill_count(s))) {
            return fail(why, "market: a seeker's skills are not in ascending order of row");
        }
    }
    return true;
}

static bool staged_holds(const yz_market *m, const char **why) {
    uint32_t staged = 0;
    for (uint32_t row = 0; row < yz_ids_count(m->dictionaries[YZ_SKILLS].ids); row++) {
        staged += entry_at(m, YZ_SKILLS, row)->weight_staged != 0;
    }
    return staged == m->weights_staged || fail(why, "market: staged weights differ from a recount");
}

bool yz_market_sound(const yz_market *m, const char **why) {
    if (!counts_hold(m, why) || !skills_hold(m, why) || !staged_holds(m, why)) return false;
    if (!yz_ids_sound(m->posting_ids, why) || !yz_ids_sound(m->seeker_ids, why)) return false;
    if (!yz_words_sound(m->words, why)) return false;
    if (!yz_posting_index_sound(m->posting_index, why)) return false;
    if (!yz_seeker_index_sound(m->seeker_index, why)) return false;
    yz_digest kept = yz_market_digest(m), recount = yz_market_digest_recount(m);
    return (kept.words[0] == recount.words[0] && kept.words[1] == recount.words[1]) ||
           fail(why, "market: the digest differs from a recount");
}
