/* What the facts of all subjects come to in a period (policy/SPEC.md 10.2: S09 to S11, S20 to S34,
 * S36; the visits of d06), by division or by what a series is broken down by: one plain pass over
 * the book's subjects.
 *
 *     subject             facts                                   December
 *     household z-1       household_zero_opened 11-20             open at its start
 *                         household_zero_cleared 12-05            cleared, after 15 days
 *     certificate c-7     issue_date 12-31                        issued
 *
 * What is counted is what is known now: an event has its day, so a past period is counted as well
 * as this one; a fact without a day (an employer's insured persons, a person's tags) counts as it
 * stands. "In the period" is first <= day <= last. A subject counts in its own division. Payments
 * are those of a person or an employer, told ones too, in the division of that person or employer.
 * Numbers of the rules (ages, days, rates) are the parameters in force on the last day, or those of
 * SPEC.md appendix B where none are loaded. */
#ifndef YZ_ENGINE_POLICY_CENSUS_H
#define YZ_ENGINE_POLICY_CENSUS_H

#include "engine/policy/book.h"

#define YZ_CENSUS_SERIES(X)                                                                        \
    X(S09)                                                                                         \
    X(S10)                                                                                         \
    X(S11)                                                                                         \
    X(S20)                                                                                         \
    X(S21)                                                                                         \
    X(S22)                                                                                         \
    X(S23)                                                                                         \
    X(S24)                                                                                         \
    X(S25)                                                                                         \
    X(S26)                                                                                         \
    X(S27)                                                                                         \
    X(S28)                                                                                         \
    X(S29)                                                                                         \
    X(S30)                                                                                         \
    X(S31)                                                                                         \
    X(S32)                                                                                         \
    X(S33)                                                                                         \
    X(S34)                                                                                         \
    X(S36)                                                                                         \
    X(D06)
typedef enum yz_census_series {
#define X(id) YZ_CENSUS_##id,
    YZ_CENSUS_SERIES(X)
#undef X
        YZ_CENSUS_SERIES_COUNT,
} yz_census_series;

/* Numbers that are counted. "distinct": each person, employer or guide once, in a row and in the
 * whole; so rows of these need not add up to the whole. */
#define YZ_CENSUS_COUNTS(X)                                                                        \
    X(internship_posts) /* openings of internship postings of recognised units, posted in it */    \
    X(interns_in_place) /* interns that count (m09) on its last day */                             \
    X(interns_finished) /* those whose last day is in it: completed, or an early contract */       \
    X(interns_retained)                                                                            \
    X(interns_early)                                                                               \
    X(internship_fen) /* m09a and m09b paid */                                                     \
    X(households_at_start)                                                                         \
    X(households_opened)                                                                           \
    X(households_cleared)                                                                          \
    X(households_open)                                                                             \
    X(households_days)    /* from opened to cleared, of those */                                   \
    X(targets_provincial) /* of t04: distinct persons */                                           \
    X(targets_households) /* of t06: lines of m14e that stand at alert on its last day */          \
    X(targets_measures) /* of t07: of the 18, with a line that began, was notified, decided, paid  \
                           in it */                                                                \
    X(assisted_at_start)                                                                           \
    X(assisted_new)                                                                                \
    X(assisted)          /* in the register on its last day */                                     \
    X(assisted_planned)  /* of those */                                                            \
    X(assisted_followed) /* of those, in time */                                                   \
    X(assisted_placed)                                                                             \
    X(assisted_ever) /* at the start or new: persons */                                            \
    X(transferred)   /* this and the next four: distinct persons */                                \
    X(transferred_new)                                                                             \
    X(transferred_organised)                                                                       \
    X(transferred_local)                                                                           \
    X(transferred_outside)                                                                         \
    X(graduates_idle)                                                                              \
    X(graduates_of_year)                                                                           \
    X(graduates_registered)                                                                        \
    X(graduates_placed)                                                                            \
    X(graduates_grassroots) /* distinct persons */                                                 \
    X(loans_issued)                                                                                \
    X(loans_fen)                                                                                   \
    X(loans_extended)                                                                              \
    X(loans_overdue)                                                                               \
    X(loans_written_off)                                                                           \
    X(loans_referred)                                                                              \
    X(loans_served)                                                                                \
    X(certs_issued)                                                                                \
    X(upgrades)                                                                                    \
    X(upgrades_fen)                                                                                \
    X(upgrades_persons) /* distinct */                                                             \
    X(upgrades_capped)                                                                             \
    X(employers_insured)                                                                           \
    X(employers_within)                                                                            \
    X(employers_rebated)                                                                           \
    X(insured_persons)                                                                             \
    X(insured_covered)                                                                             \
    X(insured_change)                                                                              \
    X(guides_of_measures) /* distinct measure and county */                                        \
    X(guides)                                                                                      \
    X(guides_online)                                                                               \
    X(guides_wanting)                                                                              \
    X(guides_heavier)                                                                              \
    X(guides_steps)                                                                                \
    X(guides_steps_before)                                                                         \
    X(guides_steps_after)                                                                          \
    X(guides_materials)                                                                            \
    X(guides_materials_before)                                                                     \
    X(guides_materials_after)                                                                      \
    X(guides_days)                                                                                 \
    X(guides_days_before)                                                                          \
    X(guides_days_after)                                                                           \
    X(guides_wanted) /* 18 a county: only the caller knows how many there are */                   \
    X(entities_new)                                                                                \
    X(entities_openings)                                                                           \
    X(entities_hired)  /* distinct persons */                                                      \
    X(state_graduates) /* distinct persons */                                                      \
    X(public_openings)                                                                             \
    X(public_hired) /* this and the next three: distinct persons */                                \
    X(public_graduates)                                                                            \
    X(public_hired_before)                                                                         \
    X(public_graduates_before)                                                                     \
    X(public_said)                                                                                 \
    X(public_said_before)                                                                          \
    X(grassroots_openings)                                                                         \
    X(grassroots_joined) /* this and the next: distinct persons */                                 \
    X(grassroots_graduates)                                                                        \
    X(community_postings)                                                                          \
    X(community_open)                                                                              \
    X(benefit_persons)                                                                             \
    X(medical_persons)                                                                             \
    X(migrant_persons)                                                                             \
    X(shared_persons)                                                                              \
    X(price_persons)                                                                               \
    X(price_fen)                                                                                   \
    X(blocked_opened)                                                                              \
    X(blocked_resolved)                                                                            \
    X(blocked_open)                                                                                \
    X(blocked_days) /* from opened to resolved, of those */                                        \
    X(ratings)                                                                                     \
    X(ratings_sum)                                                                                 \
    X(ratings_good)                                                                                \
    X(ratings_asked) /* payments and services */                                                   \
    X(key_employers)                                                                               \
    X(key_with_specialist)                                                                         \
    X(needs_open)                                                                                  \
    X(needs_met)                                                                                   \
    X(services)                                                                                    \
    X(visits_enterprise)                                                                           \
    X(visits_park)                                                                                 \
    X(visits_campus)                                                                               \
    X(visits_community)                                                                            \
    X(visits_reached) /* persons, as told */
typedef enum yz_census_count {
#define X(name) YZ_CENSUS_##name,
    YZ_CENSUS_COUNTS(X)
#undef X
        YZ_CENSUS_COUNT_COUNT,
} yz_census_count;

/* How a number that is told is made of those. */
typedef enum yz_census_shape {
    YZ_CENSUS_IS_COUNT, // of
    YZ_CENSUS_IS_FEN,   // of
    YZ_CENSUS_IS_SHARE, // of / (to + also) in percent
    YZ_CENSUS_IS_MEAN,  // of / to
} yz_census_shape;

#define YZ_CENSUS_NOTHING (-1)
typedef struct yz_census_metric {
    yz_census_series series;
    const char *key, *zh, *en; // "clearing", of S10
    yz_census_shape shape;
    int of, to, also; // yz_census_count; also YZ_CENSUS_NOTHING: nothing is added
} yz_census_metric;
/* Of all series, in their order. */
uint32_t yz_census_metrics(const yz_census_metric **metrics);

typedef enum yz_census_by {
    YZ_CENSUS_BY_DIVISION,
    YZ_CENSUS_BY_PRODUCT,    // S23
    YZ_CENSUS_BY_LEVEL,      // S24: of the certificate; S28: of the enterprise
    YZ_CENSUS_BY_OCCUPATION, // S24
    YZ_CENSUS_BY_PROGRAM,    // S30
    YZ_CENSUS_BY_SERVICE,    // S36: services alone
    YZ_CENSUS_BY_MEASURE,    // S26: m01 to m18
    YZ_CENSUS_BY_COUNT,
} yz_census_by;
/* Bits of yz_census_by; by division all of them. */
uint32_t yz_census_breakdowns(yz_census_series series);
const char *yz_census_series_name(yz_census_series series); // "S10"
const char *yz_census_by_name(yz_census_by by);             // "division"

typedef struct yz_census_ask {
    int32_t first, last; // days, both in it
    yz_text division;    // prefix; "": everywhere. Borrowed until the census goes
    uint32_t series;     // bits of yz_census_series
    yz_census_by by;     // one that each of them has
    uint32_t level;      // by division: bytes of a code that count; 0: all
} yz_census_ask;

typedef struct yz_census_row {
    yz_text key; // "" none is said. Of the whole: bytes NULL
    int64_t counts[YZ_CENSUS_COUNT_COUNT];
} yz_census_row;

typedef struct yz_census yz_census;

/* The caller owns it. Never NULL. */
yz_census *yz_census_new(const yz_census_ask *ask);
void yz_census_free(yz_census *census);

/* Looks at up to `most` subjects more. True: there are others. The book may change in between: then
 * what was looked at already counts as it was. O(facts of those subjects); docs/decisions.md has
 * what one costs. */
bool yz_census_read(yz_census *census, const yz_book *book, uint32_t most);

/* The same for several questions, of which all were read so far as the first: what the facts of a
 * subject are is found out once. */
#define YZ_CENSUS_TOGETHER_MAX 8
bool yz_census_read_together(yz_census *const *all, uint32_t count, const yz_book *book,
                             uint32_t most);

/* Subjects that were looked at and whose facts are withheld: what they say is in no number. */
uint64_t yz_census_withheld(const yz_census *census);

/* After all of it: the rows, in the order of their keys; first of all the whole. Owned by the
 * census. O(distinct * log distinct). */
uint32_t yz_census_finish(yz_census *census, yz_census_row **rows);

/* Is it one of the parameters that the census takes numbers from? */
bool yz_census_reads_param(yz_text name);

/* A county's code: six digits or a local code, not those of a province or city filled up. Guides
 * are counted by measure and county. */
bool yz_census_is_county(yz_text code);

/* What a metric says of a row: a count, or in 1/100 of a percent, a mean or fen. False: it has no
 * value, its denominator is 0. */
bool yz_census_value(const yz_census_metric *metric, const yz_census_row *row, int64_t *value);

#endif
