/* A question takes one of the market's spare memories for boosts, so that what one has found serves
 * the next; with the market they go. */
#include "engine/market/boosts.h"

#include "engine/base/alloc.h"
#include "engine/base/sparse.h"

#include <stdatomic.h>

#define SPARES 16 // threads that ask at a time; more make their own

// By what a row of the book is found again without its id.
enum { BY_EMPLOYER_ENTRY, BY_PERSON_ENTRY, BY_SEEKER, BY_POSTING, MAPS };

// A row of the book, once there, stays the id's; that there was none holds while no row came.
typedef struct mapped {
    uint32_t row;   // and 1; 0: there was none
    uint32_t among; // so many rows of the book
} mapped;

typedef struct spare {
    yz_boosts *boosts;    // owned, as all of it; NULL until first taken
    yz_sparse maps[MAPS]; // of mapped
} spare;

struct boost_spares {
    atomic_flag taken[SPARES];
    spare spares[SPARES];
};

static void spare_init(spare *s) {
    *s = (spare){.boosts = yz_boosts_new()};
    for (uint32_t i = 0; i < MAPS; i++)
        yz_sparse_init(&s->maps[i], sizeof(mapped));
}

static void spare_deinit(spare *s) {
    for (uint32_t i = 0; i < MAPS && s->boosts != NULL; i++)
        yz_sparse_deinit(&s->maps[i]);
    yz_boosts_free(s->boosts);
}

boost_spares *boost_spares_new(void) {
    boost_spares *s = yz_alloc_zeroed(sizeof *s);
    for (uint32_t i = 0; i < SPARES; i++)
        atomic_flag_clear(&s->taken[i]);
    return s;
}

void boost_spares_free(boost_spares *s) {
    for (uint32_t i = 0; s != NULL && i < SPARES; i++)
        spare_deinit(&s->spares[i]);
    yz_free(s);
}

void boost_spares_forget_rules(boost_spares *s) {
    for (uint32_t i = 0; i < SPARES; i++)
        if (s->spares[i].boosts != NULL) yz_boosts_forget_rules(s->spares[i].boosts);
}

static void take_spare(market_boosts *b) {
    boost_spares *s = b->market->policy.spares;
    b->at = 0;
    while (b->at < SPARES &&
           atomic_flag_test_and_set_explicit(&s->taken[b->at], memory_order_acquire))
        b->at += 1;
    b->spare = b->at < SPARES ? &s->spares[b->at] : yz_alloc_zeroed(sizeof *b->spare);
    if (b->spare->boosts == NULL) spare_init(b->spare);
    b->boosts = b->spare->boosts;
}

bool market_boosts_end(market_boosts *b) {
    if (b->boosts == NULL) return true;
    bool finished = !yz_boosts_unfinished(b->boosts);
    b->boosts = NULL;
    if (b->at < SPARES) {
        atomic_flag_clear_explicit(&b->market->policy.spares->taken[b->at], memory_order_release);
        return finished;
    }
    spare_deinit(b->spare);
    yz_free(b->spare);
    return finished;
}

// False: the rules add nothing on that day, or nobody is known.
static bool begin(market_boosts *b, const yz_market *m, int32_t day, uint32_t looks) {
    const yz_rules *rules = yz_market_rules(m);
    const yz_params *params = yz_market_params(m);
    *b = (market_boosts){.market = m, .values = yz_boost_values_on(rules, params, day)};
    b->possible = yz_boost_worth(&b->values, (1u << YZ_BOOST_COUNT) - 1);
    if (b->possible == 0 || yz_book_rows(m->policy.book) == 0) return false;
    take_spare(b);
    yz_boosts_begin(b->boosts, m->policy.book, rules, params, day, looks > 0 ? looks : UINT32_MAX);
    return true;
}

static uint32_t book_row(const market_boosts *b, yz_subject_kind kind, yz_text id) {
    return yz_book_row(b->market->policy.book, kind, id);
}

// Of entry `at` of a table of ids.
static uint32_t kept_row(const market_boosts *b, uint32_t by, uint32_t at, yz_subject_kind kind,
                         const yz_ids *ids) {
    mapped *known = yz_sparse_at(&b->spare->maps[by], at);
    if (known->row > 0) return known->row - 1;
    uint32_t among = yz_book_rows(b->market->policy.book);
    if (known->among == among) return YZ_ROW_NONE;
    uint32_t row = book_row(b, kind, yz_ids_text(ids, at));
    *known = (mapped){row == YZ_ROW_NONE ? 0 : row + 1, among};
    return row;
}

// ---- the two sides ----

// A seeker who names no person goes by the person's id.
static boosted_seeker seeker_side(const market_boosts *b, uint32_t person, yz_text division) {
    return (boosted_seeker){person, yz_boosts_person(b->boosts, person), division};
}

static void set_employer(const market_boosts *b, boosted_posting *p, uint32_t employer) {
    p->employer = employer;
    p->hires = yz_boosts_employer(b->boosts, employer);
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
    if (may & YZ_BOOST_KEY_EMPLOYER && p->hires.key) set |= YZ_BOOST_KEY_EMPLOYER;
    if (may & YZ_BOOST_HIRE_PAID && p->hires.known && s->person.known &&
        yz_boosts_hire(b->boosts, s->row, p->employer))
        set |= YZ_BOOST_HIRE_PAID;
    if (may & YZ_BOOST_HELPED && person & YZ_BOOSTED_HELPED && steady_or_local(s, p))
        set |= YZ_BOOST_HELPED;
    if (may & YZ_BOOST_GRADUATE && person & YZ_BOOSTED_GRADUATE && p->bits & YZ_BOOSTED_GRASSROOTS)
        set |= YZ_BOOST_GRADUATE;
    if (may & YZ_BOOST_TRAINED && p->occupation.size > 0 && s->person.known && s->person.named &&
        yz_boosts_trained(b->boosts, s->row, p->occupation))
        set |= YZ_BOOST_TRAINED;
    if (may & YZ_BOOST_PUBLIC_WELFARE && person & YZ_BOOSTED_LAST_RESORT &&
        p->bits & YZ_BOOSTED_PUBLIC_WELFARE)
        set |= YZ_BOOST_PUBLIC_WELFARE;
    return set;
}

// ---- the two questions ----

#define OF_EMPLOYER (YZ_BOOST_KEY_EMPLOYER | YZ_BOOST_HIRE_PAID)
#define OF_POSTING (YZ_BOOST_GRADUATE | YZ_BOOST_PUBLIC_WELFARE)

static uint32_t boost_of_pair(const market_boosts *b, const boosted_seeker *s,
                              const boosted_posting *p, uint32_t *which) {
    *which = set_of(b, s, p);
    return yz_boosts_unfinished(b->boosts) ? YZ_BOOST_STOP : yz_boost_sum(&b->values, *which);
}

// Looks only at what the possible boosts want to know.
static uint32_t boost_of_posting(void *context, uint32_t row, uint32_t *which) {
    market_boosts *b = context;
    const yz_market *m = b->market;
    const posting_cold *cold = cold_posting(m, row);
    boosted_posting p = {.employer = YZ_ROW_NONE};
    if (b->possible & OF_EMPLOYER && cold->employer != YZ_ROW_NONE)
        set_employer(b, &p,
                     kept_row(b, BY_EMPLOYER_ENTRY, cold->employer, YZ_SUBJECT_employer,
                              m->dictionaries[YZ_EMPLOYERS].ids));
    if (b->possible & OF_POSTING)
        p.bits = yz_boosts_posting(
            b->boosts, kept_row(b, BY_POSTING, row, YZ_SUBJECT_posting, m->posting_ids));
    p.full = yz_gate_types(packed_posting(m, row)->gate) == YZ_TYPE_FULL;
    if (b->possible & YZ_BOOST_HELPED) p.division = dictionary_id(m, YZ_DIVISIONS, cold->division);
    if (b->possible & YZ_BOOST_TRAINED)
        p.occupation = dictionary_id(m, YZ_OCCUPATIONS, cold->occupation);
    return boost_of_pair(b, &b->seeker, &p, which);
}

static uint32_t boost_of_seeker(void *context, uint32_t row, uint32_t *which) {
    market_boosts *b = context;
    const yz_market *m = b->market;
    const seeker_cold *cold = cold_seeker(m, row);
    uint32_t person = cold->person != YZ_ROW_NONE
                          ? kept_row(b, BY_PERSON_ENTRY, cold->person, YZ_SUBJECT_person,
                                     m->dictionaries[YZ_PERSONS].ids)
                          : kept_row(b, BY_SEEKER, row, YZ_SUBJECT_person, m->seeker_ids);
    boosted_seeker s = seeker_side(b, person, dictionary_id(m, YZ_DIVISIONS, cold->division));
    return boost_of_pair(b, &s, &b->posting, which);
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
    if (b->possible & YZ_BOOST_TRAINED && s->person.known && s->person.named &&
        yz_boosts_trained(b->boosts, s->row, YZ_TEXT("")))
        set |= YZ_BOOST_TRAINED;
    return set;
}

static uint32_t possible_of_posting(const boosted_posting *p) {
    uint32_t set = YZ_BOOST_HELPED;
    if (p->hires.key) set |= YZ_BOOST_KEY_EMPLOYER;
    if (p->hires.known) set |= YZ_BOOST_HIRE_PAID;
    if (p->bits & YZ_BOOSTED_GRASSROOTS) set |= YZ_BOOST_GRADUATE;
    if (p->bits & YZ_BOOSTED_PUBLIC_WELFARE) set |= YZ_BOOST_PUBLIC_WELFARE;
    if (p->occupation.size > 0) set |= YZ_BOOST_TRAINED;
    return set;
}

static void take_seeker(market_boosts *b, const yz_seeker *asks) {
    yz_text person = asks->person.size > 0 ? asks->person : asks->id;
    b->seeker = seeker_side(b, book_row(b, YZ_SUBJECT_person, person), asks->place.division);
    b->possible &= possible_of_seeker(b, &b->seeker);
}

static void take_posting(market_boosts *b, const yz_posting *asks) {
    set_employer(b, &b->posting, book_row(b, YZ_SUBJECT_employer, asks->employer));
    b->posting.bits = yz_boosts_posting(b->boosts, book_row(b, YZ_SUBJECT_posting, asks->id));
    b->posting.full = asks->type == YZ_TYPE_FULL;
    b->posting.division = asks->place.division;
    b->posting.occupation = asks->occupation;
    b->possible &= possible_of_posting(&b->posting);
}

// False: the question is one without boosts.
static bool begin_question(market_boosts *b, const yz_market *m, const yz_ask *ask) {
    b->boosts = NULL;
    return ask->boosts && begin(b, m, ask->boost_day, ask->looks);
}

void market_boosts_jobs(market_boosts *b, const yz_market *m, const yz_ask *ask,
                        const yz_seeker *asks, yz_match_options *options) {
    if (!begin_question(b, m, ask)) return;
    take_seeker(b, asks);
    set_boost(b, options, boost_of_posting);
}

void market_boosts_seekers(market_boosts *b, const yz_market *m, const yz_ask *ask,
                           const yz_posting *asks, yz_match_options *options) {
    if (!begin_question(b, m, ask)) return;
    take_posting(b, asks);
    set_boost(b, options, boost_of_seeker);
}

yz_boost_values yz_market_boost_values(const yz_market *m, int32_t day) {
    return yz_boost_values_on(yz_market_rules(m), yz_market_params(m), day);
}

uint32_t yz_market_pair_boosts(const yz_market *m, const yz_seeker *seeker,
                               const yz_posting *posting, int32_t day) {
    market_boosts b;
    if (!begin(&b, m, day, 0)) return 0;
    take_seeker(&b, seeker);
    take_posting(&b, posting);
    uint32_t set = set_of(&b, &b.seeker, &b.posting);
    (void)market_boosts_end(&b);
    return set;
}
