/* Boosts of a question: the records of a pair and the subjects of policy that stand for them,
 * brought together (docs/matching.md). engine/market only. */
#ifndef YZ_ENGINE_MARKET_BOOSTS_H
#define YZ_ENGINE_MARKET_BOOSTS_H

#include "engine/market/state.h"
#include "engine/policy/boost.h"

/* What is known of a seeker, and of a posting. Texts borrowed. */
typedef struct boosted_seeker {
    uint32_t row; // of the person, in the book; or YZ_ROW_NONE
    yz_boosted_person person;
    yz_text division;
} boosted_seeker;

typedef struct boosted_posting {
    uint32_t employer; // its row in the book, or YZ_ROW_NONE
    yz_boosted_employer hires;
    uint32_t bits;
    bool full;
    yz_text division, occupation;
} boosted_posting;

typedef struct market_boosts {
    const yz_market *market;
    yz_boosts *boosts;   // of the spare; NULL: nothing can be added
    struct spare *spare; // borrowed from the market
    uint32_t at;         // which it is
    yz_boost_values values;
    uint32_t possible; // those that this question may bring
    boosted_seeker seeker;
    boosted_posting posting; // one of the two asks
} market_boosts;

/* Sets the boost of `options`, or leaves it if none is possible or the question wants none; `b`
 * lives until market_boosts_end, which comes after the search in either case. False then: the
 * question's looks did not suffice. */
void market_boosts_jobs(market_boosts *b, const yz_market *m, const yz_ask *ask,
                        const yz_seeker *asks, yz_match_options *options);
void market_boosts_seekers(market_boosts *b, const yz_market *m, const yz_ask *ask,
                           const yz_posting *asks, yz_match_options *options);
bool market_boosts_end(market_boosts *b);

boost_spares *boost_spares_new(void);
void boost_spares_free(boost_spares *spares);
/* Other rules are in force; no question is under way. */
void boost_spares_forget_rules(boost_spares *spares);

#endif
