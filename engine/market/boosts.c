/* A question takes one of the market's spare memories for boosts, so that what one has found serves
 * the next; with the market they go. */
#include "engine/market/boosts.h"

#include "engine/base/alloc.h"

#include <stdatomic.h>

#define SPARES 16 // threads that ask at a time; more make their own

struct boost_spares {
    atomic_flag taken[SPARES];
    yz_boosts *boosts[SPARES]; // owned; NULL until first taken
};

boost_spares *boost_spares_new(void) {
    boost_spares *s = yz_alloc_zeroed(sizeof *s);
    for (uint32_t i = 0; i < SPARES; i++)
        atomic_flag_clear(&s->taken[i]);
    return s;
}

void boost_spares_free(boost_spares *s) {
    for (uint32_t i = 0; s != NULL && i < SPARES; i++)
        yz_boosts_free(s->boosts[i]);
    yz_free(s);
}

static void take_spare(market_boosts *b) {
    boost_spares *s = b->market->policy.spares;
    for (b->spare = 0; b->spare < SPARES; b->spare++) {
        if (atomic_flag_test_and_set_explicit(&s->taken[b->spare], memory_order_acquire)) continue;
        if (s->boosts[b->spare] == NULL) s->boosts[b->spare] = yz_boosts_new();
        b->boosts = s->boosts[b->spare];
        return;
    }
    b->boosts = yz_boosts_new();
}

void market_boosts_end(market_boosts *b) {
    if (b->boosts == NULL) return;
    if (b->spare == SPARES)
        yz_boosts_free(b->boosts);
    else
        atomic_flag_clear_explicit(&b->market->policy.spares->taken[b->spare],
                                   memory_order_release);
    b->boosts = NULL;
}

// False: the rules add nothing on that day, or nobody is known.
static bool begin(market_boosts *b, const yz_market *m, int32_t day) {
    const yz_rules *rules = yz_market_rules(m);
    const yz_params *params = yz_market_params(m);
    *b = (market_boosts){.market = m, .values = yz_boost_values_on(rules, params, day)};
    b->possible = yz_boost_worth(&b->values, (1u << YZ_BOOST_COUNT) - 1);
    if (b->possible == 0 || yz_book_rows(m->policy.book) == 0) return false;
    take_spare(b);
    yz_boosts_begin(b->boosts, m->policy.book, rules, params, day);
    return true;
}

static uint32_t book_row(const market_boosts *b, yz_subject_kind kind, yz_text id) {
    return yz_book_row(b->market->policy.book, kind, id);
}

// ---- the two sides ----

// A seeker who names no person goes by the person's id.
static boosted_seeker seeker_side(const market_boosts *b, yz_text id, yz_text person,
                                  yz_text division) {
    boosted_seeker s = {.division = division};
    s.row = book_row(b, YZ_SUBJECT_person, person.size > 0 ? person : id);
    s.person = yz_boosts_person(b->boosts, s.row);
    return s;
}

// Only what the boosts of `set` look at.
static boosted_posting posting_side(const market_boosts *b, uint32_t set, yz_text id,
                                    yz_text employer) {
    boosted_posting p = {.employer = YZ_ROW_NONE, .row = YZ_ROW_NONE};
    if (set & (YZ_BOOST_KEY_EMPLOYER | YZ_BOOST_HIRE_PAID))
        p.employer = book_row(b, YZ_SUBJECT_employer, employer);
    if (set & (YZ_BOOST_GRADUATE | YZ_BOOST_PUBLIC_WELFARE))
        p.row = book_row(b, YZ_SUBJECT_posting, id);
    p.bits = yz_boosts_posting(b->boosts, p.row);
    return p;
}

static bool same_county(yz_text a, yz_text b) {
    return a.size >= 6 && b.size >= 6 && memcmp(a.bytes, b.bytes, 6) == 0;
}

// Steady: full-time. Local: in the county where the seeker lives or is registered.
static bool steady_or_local(const boosted_seeker *s, const boosted_posting *p) {
    return p->full || same_county(p->division, s->division) ||
           same_county(p->division, yz_text_of(s->person.county));
}

static uint32_t set_of(const market_boosts *b, const boosted_seeker *s, const boosted_posting *p) {
    uint32_t set = 0, may = b->possible;
    uint8_t person = s->person.bits;
    if (may & YZ_BOOST_KEY_EMPLOYER && yz_boosts_key_employer(b->boosts, p->employer))
        set |= YZ_BOOST_KEY_EMPLOYER;
    if (may & YZ_BOOST_HIRE_PAID && yz_boosts_hire(b->boosts, s->row, p->employer))
        set |= YZ_BOOST_HIRE_PAID;
    if (may & YZ_BOOST_HELPED && person & YZ_BOOSTED_HELPED && steady_or_local(s, p))
        set |= YZ_BOOST_HELPED;
    if (may & YZ_BOOST_GRADUATE && person & YZ_BOOSTED_GRADUATE && p->bits & YZ_BOOSTED_GRASSROOTS)
        set |= YZ_BOOST_GRADUATE;
    if (may & YZ_BOOST_TRAINED && p->occupation.size > 0 &&
        yz_boosts_trained(b->boosts, s->row, p->occupation))
        set |= YZ_BOOST_TRAINED;
    if (may & YZ_BOOST_PUBLIC_WELFARE && person & YZ_BOOSTED_LAST_RESORT &&
        p->bits & YZ_BOOSTED_PUBLIC_WELFARE)
        set |= YZ_BOOST_PUBLIC_WELFARE;
    return set;
}

// ---- the two questions ----

static uint32_t boost_of_posting(void *context, uint32_t row, uint32_t *which) {
    market_boosts *b = context;
    const yz_market *m = b->market;
    const posting_cold *cold = cold_posting(m, row);
    boosted_posting p = posting_side(b, b->possible, yz_ids_text(m->posting_ids, row),
                                     dictionary_id(m, YZ_EMPLOYERS, cold->employer));
    p.full = yz_gate_types(packed_posting(m, row)->gate) == YZ_TYPE_FULL;
    p.division = dictionary_id(m, YZ_DIVISIONS, cold->division);
    p.occupation = dictionary_id(m, YZ_OCCUPATIONS, cold->occupation);
    *which = set_of(b, &b->seeker, &p);
    return yz_boost_sum(&b->values, *which);
}

static uint32_t boost_of_seeker(void *context, uint32_t row, uint32_t *which) {
    market_boosts *b = context;
    const yz_market *m = b->market;
    const seeker_cold *cold = cold_seeker(m, row);
    boosted_seeker s =
        seeker_side(b, yz_ids_text(m->seeker_ids, row), dictionary_id(m, YZ_PERSONS, cold->person),
                    dictionary_id(m, YZ_DIVISIONS, cold->division));
    *which = set_of(b, &s, &b->posting);
    return yz_boost_sum(&b->values, *which);
}

static void set_boost(market_boosts *b, yz_match_options *options,
                      uint32_t (*boost)(void *context, uint32_t row, uint32_t *which)) {
    if (b->possible == 0) return;
    options->boost = boost;
    options->boost_context = b;
    options->boost_most = yz_boost_sum(&b->values, b->possible);
}

// What this person may bring to some posting.
static uint32_t possible_of_seeker(const market_boosts *b, const boosted_seeker *s) {
    uint32_t set = YZ_BOOST_KEY_EMPLOYER;
    if (s->person.known) set |= YZ_BOOST_HIRE_PAID;
    if (s->person.bits & YZ_BOOSTED_HELPED) set |= YZ_BOOST_HELPED;
    if (s->person.bits & YZ_BOOSTED_GRADUATE) set |= YZ_BOOST_GRADUATE;
    if (s->person.bits & YZ_BOOSTED_LAST_RESORT) set |= YZ_BOOST_PUBLIC_WELFARE;
    if (b->possible & YZ_BOOST_TRAINED && yz_boosts_trained(b->boosts, s->row, YZ_TEXT("")))
        set |= YZ_BOOST_TRAINED;
    return set;
}

static uint32_t possible_of_posting(const market_boosts *b, const boosted_posting *p) {
    uint32_t set = YZ_BOOST_HELPED;
    if (yz_boosts_key_employer(b->boosts, p->employer)) set |= YZ_BOOST_KEY_EMPLOYER;
    if (yz_boosts_known(b->boosts, p->employer)) set |= YZ_BOOST_HIRE_PAID;
    if (p->bits & YZ_BOOSTED_GRASSROOTS) set |= YZ_BOOST_GRADUATE;
    if (p->bits & YZ_BOOSTED_PUBLIC_WELFARE) set |= YZ_BOOST_PUBLIC_WELFARE;
    if (p->occupation.size > 0) set |= YZ_BOOST_TRAINED;
    return set;
}

static void take_seeker(market_boosts *b, const yz_seeker *asks) {
    b->seeker = seeker_side(b, asks->id, asks->person, asks->place.division);
    b->possible &= possible_of_seeker(b, &b->seeker);
}

static void take_posting(market_boosts *b, const yz_posting *asks) {
    b->posting = posting_side(b, b->possible, asks->id, asks->employer);
    b->posting.full = asks->type == YZ_TYPE_FULL;
    b->posting.division = asks->place.division;
    b->posting.occupation = asks->occupation;
    b->possible &= possible_of_posting(b, &b->posting);
}

void market_boosts_jobs(market_boosts *b, const yz_market *m, int32_t day, const yz_seeker *asks,
                        yz_match_options *options) {
    if (!begin(b, m, day)) return;
    take_seeker(b, asks);
    set_boost(b, options, boost_of_posting);
}

void market_boosts_seekers(market_boosts *b, const yz_market *m, int32_t day,
                           const yz_posting *asks, yz_match_options *options) {
    if (!begin(b, m, day)) return;
    take_posting(b, asks);
    set_boost(b, options, boost_of_seeker);
}

yz_boost_values yz_market_boost_values(const yz_market *m, int32_t day) {
    return yz_boost_values_on(yz_market_rules(m), yz_market_params(m), day);
}

uint32_t yz_market_pair_boosts(const yz_market *m, const yz_seeker *seeker,
                               const yz_posting *posting, int32_t day) {
    market_boosts b;
    if (!begin(&b, m, day)) return 0;
    take_seeker(&b, seeker);
    take_posting(&b, posting);
    uint32_t set = set_of(&b, &b.seeker, &b.posting);
    market_boosts_end(&b);
    return set;
}
