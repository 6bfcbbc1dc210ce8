/* Does everything add up? Recounts what is kept up, and asks each structure. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"

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

// Every seeker that names a person stands in that person's list, once, in the order of rows.
static bool persons_hold(const yz_market *m, const char **why) {
    uint64_t naming = 0, listed = 0;
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++) {
        const seeker_cold *cold = cold_seeker(m, row);
        naming += cold->person != YZ_ROW_NONE;
        if (cold->withheld &&
            (packed_seeker(m, row)->lat_e7 != 0 || packed_seeker(m, row)->lon_e7 != 0)) {
            return fail(why, "market: a seeker whose place is withheld has one");
        }
        if (cold->erased && (cold->state != YZ_STATE_CLOSED || !cold->withheld)) {
            return fail(why, "market: an erased seeker is not closed, or its place is known");
        }
    }
    for (uint32_t row = 0; row < yz_ids_count(m->dictionaries[YZ_PERSONS].ids); row++) {
        const person_facts *facts = facts_of(m, row);
        uint64_t own = 0;
        for (uint32_t at = facts->first_seeker, last = 0; at != YZ_ROW_NONE;
             at = cold_seeker(m, at)->next_of_person) {
            if (cold_seeker(m, at)->person != row || (own > 0 && at <= last)) {
                return fail(why, "market: a person's list holds a stranger or is out of order");
            }
            last = at;
            own += 1;
        }
        if (own != entry_at(m, YZ_PERSONS, row)->used_by) {
            return fail(why, "market: a person's list is not as long as the seekers that use it");
        }
        listed += own;
    }
    return naming == listed || fail(why, "market: a seeker is missing from its person's list");
}

// ---- what names the entries ----

/* By dictionary and row. */
typedef struct uses {
    uint64_t *of[YZ_DICTIONARY_COUNT];
} uses;

static void use(uses *u, yz_dictionary which, uint32_t row) {
    if (row != YZ_ROW_NONE) u->of[which][row] += 1;
}

static void uses_of_postings(const yz_market *m, uses *u) {
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        const yz_packed_posting *p = packed_posting(m, row);
        const posting_cold *cold = cold_posting(m, row);
        use(u, YZ_EMPLOYERS, cold->employer);
        use(u, YZ_OCCUPATIONS, cold->occupation);
        use(u, YZ_DIVISIONS, cold->division);
        for (uint32_t i = 0; i < p->required_count; i++)
            use(u, YZ_SKILLS, yz_posting_required(p)[i]);
        for (uint32_t i = 0; i < p->preferred_count; i++)
            use(u, YZ_SKILLS, yz_posting_preferred(p)[i]);
    }
}

static void uses_of_seekers(const yz_market *m, uses *u) {
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++) {
        const yz_packed_seeker *s = packed_seeker(m, row);
        const seeker_cold *cold = cold_seeker(m, row);
        use(u, YZ_PERSONS, cold->person);
        use(u, YZ_OCCUPATIONS, cold->occupation);
        use(u, YZ_DIVISIONS, cold->division);
        for (uint32_t i = 0; i < yz_seeker_skill_count(s); i++)
            use(u, YZ_SKILLS, yz_seeker_skills(s)[i]);
    }
}

static void uses_of_the_rest(const yz_market *m, uses *u) {
    for (uint32_t row = 0; row < yz_ids_count(m->dictionaries[YZ_PERSONS].ids); row++)
        use(u, YZ_DIVISIONS, facts_of(m, row)->division);
    for (uint32_t row = 0; row < yz_ids_count(m->venues.ids); row++) {
        const venue_row *v = venue_at(&m->venues, row);
        use(u, YZ_DIVISIONS, v->division);
        for (uint32_t booth = 0; booth < yz_ids_count(v->booth_ids); booth++)
            use(u, YZ_EMPLOYERS, booth_at(v, booth)->employer);
    }
    for (uint32_t i = 0; i < m->targets.count; i++)
        use(u, YZ_DIVISIONS, m->targets.rows[i]->division);
}

// An entry may be deleted when nothing names it, so its count has to be right.
static bool uses_hold(const yz_market *m, const char **why) {
    uses u;
    bool same = true;
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        u.of[i] = yz_alloc_zeroed(yz_ids_count(m->dictionaries[i].ids) * sizeof *u.of[i]);
    uses_of_postings(m, &u);
    uses_of_seekers(m, &u);
    uses_of_the_rest(m, &u);
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++) {
        for (uint32_t row = 0; row < yz_ids_count(m->dictionaries[i].ids); row++)
            same = same && u.of[i][row] == entry_at(m, (yz_dictionary)i, row)->used_by;
        yz_free(u.of[i]);
    }
    return same || fail(why, "market: what names an entry differs from a recount");
}

// The rows that stand in the indexes are as many as should; each index is sound by itself.
static bool indexes_hold(const yz_market *m, const char **why) {
    if (m->resting) return true;
    uint64_t open = 0, without = 0;
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++)
        open += seeker_is_found(cold_seeker(m, row));
    if (yz_seeker_index_all(m->seeker_index)->count != open) {
        return fail(why, "market: the index of seekers differs from the open ones that are known");
    }
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        without += cold_posting(m, row)->state == YZ_STATE_OPEN &&
                   packed_posting(m, row)->required_count == 0;
    }
    return yz_posting_index_open(m->posting_index)->count == without ||
           fail(why,
                "market: the index of postings without required skills differs from a recount");
}

bool yz_market_sound(const yz_market *m, const char **why) {
    if (!counts_hold(m, why) || !skills_hold(m, why) || !staged_holds(m, why)) return false;
    if (!persons_hold(m, why) || !uses_hold(m, why) || !indexes_hold(m, why)) return false;
    if (!yz_ids_sound(m->posting_ids, why) || !yz_ids_sound(m->seeker_ids, why)) return false;
    if (!receipts_sound(&m->receipts, why) || !referrals_sound(m, why)) return false;
    if (!venues_sound(m, why) || !targets_sound(m, why) || !policy_sound(m, why)) return false;
    if (!yz_words_sound(m->words, why)) return false;
    if (!yz_posting_index_sound(m->posting_index, why)) return false;
    if (!yz_seeker_index_sound(m->seeker_index, why)) return false;
    yz_digest kept = yz_market_digest(m), recount = yz_market_digest_recount(m);
    return (kept.words[0] == recount.words[0] && kept.words[1] == recount.words[1]) ||
           fail(why, "market: the digest differs from a recount");
}
