/* The inside of the statistics; engine/stats only.
 *
 *     counts     a cube by the cells of docs/statistics.md; a second one, by division, of what
 *                stations count; and of each venue histories of its own, by the minute
 *     memory     how each record was last counted, row by row; what few have lies in a pool
 *     beside     fills (S07), skills (Y12), fairs (S18), stations (S19)
 *
 * What counts once in a day, a month, a year is remembered in three bits of the record, which are
 * put back when the record is first touched in a new one.
 *
 * Most facts change several numbers alike: who registers is open, and fresh in its day, month and
 * year. So one counter has what happened, and others what each number has beside it, which is
 * seldom anything:
 *
 *     open            = registered so far         + OPEN
 *     open postings   = posted so far             + POSTINGS
 *     vacant          = openings posted so far    + VACANT
 *     in work         = placed so far             - LEFT
 *     persons, S06(M) = registered in M           - AGAIN
 *     S02(w)          = open before w   + registered in w       + FRESH w
 *     S03(w)          = vacant before w + openings posted in w  + DEMAND w
 *     S05(w)          = SIGNED (first in a year) in w           + SIGNED w (day and month) */
#ifndef YZ_ENGINE_STATS_STATS_INNER_H
#define YZ_ENGINE_STATS_STATS_INNER_H

#include "engine/base/check.h"
#include "engine/base/slab.h"
#include "engine/model/referral.h"
#include "engine/stats/fills.h"
#include "engine/stats/pool.h"
#include "engine/stats/skills.h"
#include "engine/stats/stats.h"

#include <roaring/roaring.h>

// ---- counters ----

enum { SPAN_DAY, SPAN_MONTH, SPAN_YEAR };
#define SPANS 3
#define ALL_SPANS 7u

#define COHORT_MONTHS 5 // 90 days after the last of a month lie in at most the fourth after it

typedef enum stats_counter {
    // In the cell of a seeker.
    COUNT_REGISTERED,
    COUNT_AGAIN,                        // registrations of a person after the first of the month
    COUNT_OPEN,                         // a state, beside all that registered
    COUNT_FRESH,                        // by span, beside what registered
    COUNT_SIGNED = COUNT_FRESH + SPANS, // who signed, first in a year
    COUNT_SIGNED_DAY,                   // first in a day, beside those
    COUNT_SIGNED_MONTH,
    COUNT_COHORT_SIGNED, // persons of a month's cohort, by how many months after it they sign
    // In the cell of a posting; group 0.
    COUNT_POSTED = COUNT_COHORT_SIGNED + COHORT_MONTHS,
    COUNT_POSTED_OPENINGS,
    COUNT_POSTINGS, // a state, beside all that was posted
    COUNT_VACANT,   // a state, beside all openings posted
    COUNT_DEMAND,   // by span, beside the openings posted
    COUNT_TOLD = COUNT_DEMAND + SPANS,
    // In the cell of a step.
    COUNT_APPLIED,
    COUNT_INTERVIEW,
    COUNT_HELD,
    COUNT_PLACED,
    COUNT_LEFT, // in the cell of the signing
    COUNTERS,
} stats_counter;
/* What tables are made of: states, and what they stand beside. */
#define AT_HAND                                                                                    \
    (1u << COUNT_REGISTERED | 1u << COUNT_OPEN | 1u << COUNT_POSTED | 1u << COUNT_POSTINGS |       \
     1u << COUNT_POSTED_OPENINGS | 1u << COUNT_VACANT | 1u << COUNT_PLACED | 1u << COUNT_LEFT)

typedef enum venue_counter {
    VENUE_ENTRIES,
    VENUE_VISITORS,
    VENUE_APPLIED,
    VENUE_INTERVIEW,
    VENUE_HELD,
    VENUE_PLACED,
    VENUE_PLACED_90,    // at most 90 days after a fair's last day
    VENUE_SEEKING,      // joined a station's queue, once a day
    VENUE_SAME_DAY,     // of those, dispatched on that day
    VENUE_GIG_OPENINGS, // posted
    VENUE_DISPATCHES,
    VENUE_COUNTERS,
} venue_counter;

// ---- what is remembered of a record ----

/* Days are Beijing's, + 1: 0 is none. */
typedef struct stats_seeker {
    uint32_t pair, person; // person: row or YZ_ROW_NONE
    uint32_t hired;        // pool: chain of hired_link
    uint32_t touched;      // the last day it was looked at; 0: never told
    uint8_t group, type;
    uint8_t in; // bits: of the spans that `touched` lies in
    bool open : 1, closed : 1;
    bool skills : 1; // they are counted
} stats_seeker;
#define OPEN_IN(w) (1u << (w))             // it was open in it
#define SIGNED_IN(w) (1u << (SPANS + (w))) // it counts as signed in it

/* A referral that is placed, started or kept, and the cell it was signed in. */
typedef struct hired_link {
    uint32_t next, posting, pair;
    uint8_t group, type;
} hired_link;

typedef struct stats_posting {
    uint32_t pair, employer;
    uint32_t openings; // as last stated
    uint32_t counted;  // as last stated while open
    uint32_t filled;
    uint32_t before[SPANS];        // filled before the span that `touched` lies in
    uint32_t next_open, prev_open; // open postings of the employer; YZ_ROW_NONE
    uint32_t homes;                // pool: posting_homes, of one that moved; 0: it did not
    uint32_t fairs;                // pool: chain of fair_link
    uint32_t posted;               // posting date + 1, 0: not yet
    uint32_t touched;
    uint16_t venue; // NO_VENUE: none
    uint8_t type;
    uint8_t in; // OPEN_IN
    bool open, over;
    bool begins; // is posted when it opens
    bool skills;
} stats_posting;
#define NO_VENUE UINT16_MAX

/* The cells it counts in for each span, where they are not its own any more. */
typedef struct posting_homes {
    uint32_t pair[SPANS];
    uint8_t type[SPANS];
} posting_homes;

/* The first registration of a month by a person; of further months within reach in a chain. */
typedef struct cohort {
    uint32_t pair;
    uint32_t day;  // + 1; 0: none
    uint32_t next; // pool: an earlier one
    uint8_t group, type;
    bool has_signed;
} cohort;
#define COHORT_DAYS 90

/* Vacant openings x posting date + 1, by type: as it is now, for their mean age. */
typedef struct posting_days {
    int64_t of_type[YZ_TYPES];
} posting_days;

typedef struct stats_employer {
    uint32_t first_open; // posting + 1
    uint32_t entries;    // fair_entry + 1, of fairs that go on
} stats_employer;

// ---- fairs and stations ----

/* An employer that has or had a booth at a fair; or, by YZ_ROW_NONE, the postings that name it. */
typedef struct fair_entry {
    uint32_t employer, booths;
    uint32_t links;            // pool: chain of fair_link
    uint32_t next_of_venue;    // + 1
    uint32_t next_of_employer; // + 1
    uint16_t venue;
    bool in_chain; // of the employer
} fair_entry;

typedef struct fair_link {
    uint32_t next_of_posting, next_of_entry;
    uint32_t posting;
    uint32_t entry_off; // entry << 1 | off: does not name it any more
} fair_link;

/* Distinct persons dispatched in a month and in a year, at a station or in a division. */
typedef struct distinct_past {
    uint32_t period;
    uint32_t count;
} distinct_past;
typedef struct distinct {
    roaring_bitmap_t *persons; // of the period; NULL: none yet
    uint32_t period, count;    // month or year
    distinct_past *past;       // owned, ascending
    uint32_t past_count, past_room;
} distinct;
typedef struct distinct_scope {
    distinct month, year;
} distinct_scope;

#define STATS_SELF_FROM (1u << 30) // seekers that are their own person, behind the persons
_Static_assert(YZ_DICTIONARY_MAX < STATS_SELF_FROM && YZ_RECORDS_MAX < STATS_SELF_FROM, "apart");

typedef struct stats_venue {
    bool told, closed;
    uint8_t kind, channel;
    uint32_t division, pair; // pair of the stations' cube, without an occupation
    int64_t from_ms, to_ms, closed_ms;
    uint32_t counts[VENUE_COUNTERS][2]; // histories
    // A fair.
    uint32_t *booths; // owned: employers by booth row
    uint32_t booth_count;
    uint32_t entries, named;               // fair_entry + 1
    int64_t employers, postings, openings; // as long as it lasts
    // A station.
    roaring_bitmap_t *joined, *dispatched; // seekers, of the day
    uint32_t day;                          // + 1
    distinct_scope persons;
} stats_venue;

/* A Beijing day, and the month and year it lies in, from 1970 on. */
typedef struct stats_day {
    uint32_t day, month, year;
    uint32_t first[SPANS]; // first day of the span
} stats_day;

#define CHANGES_MAX 32u // of one fact

struct yz_stats {
    yz_stats_names names;
    yz_cube *cube, *station_cube;
    bool begun;
    int64_t at_ms; // of the last fact, and what it lies in
    uint32_t minute;
    stats_day today;
    yz_cube_change changes[CHANGES_MAX]; // of the fact at hand
    uint32_t change_count;
    yz_slab vacant_days; // posting_days, by row of the cube
    yz_slab seekers, postings, employers;
    yz_slab persons, selves; // cohort, by person; by seeker without one
    yz_slab venues, entries; // stats_venue; fair_entry
    uint32_t entry_count;
    yz_slab scopes; // distinct_scope by node of the stations' cube
    pool links;     // hired_link, posting_homes, cohort, fair_link
    pool histories; // of venues
    fills fills;
    skill_tables skills;
    uint32_t restored; // place + 1 of the last record's kind, stats_form.h
};

// ---- for all files ----

static inline bool slab_has(const yz_slab *slab, uint32_t row) {
    return row >> YZ_SLAB_CHUNK_BITS < slab->chunk_count;
}
static inline uint32_t slab_end(const yz_slab *slab) {
    return slab->chunk_count * YZ_SLAB_CHUNK_RECORDS;
}
static inline stats_seeker *stats_seeker_at(const yz_stats *s, uint32_t row) {
    return yz_slab_at(&s->seekers, row);
}
static inline stats_posting *stats_posting_at(const yz_stats *s, uint32_t row) {
    return yz_slab_at(&s->postings, row);
}
/* One that was told. */
static inline stats_venue *stats_venue_at(const yz_stats *s, uint32_t row) {
    yz_check(slab_has(&s->venues, row));
    return yz_slab_at(&s->venues, row);
}
static inline fair_entry *fair_entry_at(const yz_stats *s, uint32_t number) {
    return yz_slab_at(&s->entries, number);
}
static inline void *link_at(const yz_stats *s, uint32_t reference) {
    return pool_at(&s->links, reference);
}
#define LINK_WORDS 4u // of everything in the pool
_Static_assert(sizeof(hired_link) <= 16 && sizeof(posting_homes) <= 16 && sizeof(cohort) <= 16 &&
                   sizeof(fair_link) <= 16,
               "a piece of the pool has 16 bytes");
_Static_assert(sizeof(stats_seeker) == 20 && sizeof(stats_posting) == 64, "as stats.h says");

/* Time goes on to the fact. */
void stats_now(yz_stats *s, int64_t at_ms);
stats_day stats_day_at(int64_t at_ms);
/* A change of a counter; all of a fact are made at its end. */
static inline void stats_add(yz_stats *s, uint32_t counter, uint32_t pair, uint8_t group,
                             uint8_t type, int64_t by) {
    if (by == 0) return;
    yz_check(s->change_count < CHANGES_MAX);
    s->changes[s->change_count++] = (yz_cube_change){by, counter, pair, group, type};
}
static inline void stats_commit(yz_stats *s) {
    yz_cube_add_all(s->cube, s->changes, s->change_count, s->minute);
    s->change_count = 0;
}
uint32_t stats_pair(yz_stats *s, uint32_t division, uint32_t occupation);
/* 0..3 of a set of yz_job_type: the first. */
uint8_t stats_type(uint8_t types);
yz_text stats_division_code(const yz_stats *s, uint32_t division); // "" of YZ_ROW_NONE

/* Which of the spans that `touched` (+ 1) lies in are over: bits 1 << span. */
static inline uint32_t stats_new_spans(const stats_day *today, uint32_t touched) {
    uint32_t spans = 0;
    for (uint32_t w = 0; w < SPANS; w++)
        spans |= (uint32_t)(touched < today->first[w] + 1) << w;
    return spans;
}
/* As the record is to be read today: what counts once is put back for spans that have begun since
 * it was last looked at. Homes of a posting that are its own again are given back. */
void stats_seeker_roll(const stats_day *today, stats_seeker *seeker);
void stats_posting_roll(yz_stats *s, stats_posting *posting);

/* seekers.c: a person registers; a person signs. */
void stats_cohort_registers(yz_stats *s, uint32_t seeker, const stats_seeker *as);
void stats_cohort_signs(yz_stats *s, uint32_t seeker, const stats_seeker *as);
cohort *stats_cohort_of(yz_stats *s, bool is_person, uint32_t row); // a new one if need be

/* postings.c */
uint32_t stats_vacant(const stats_posting *p);
/* What it has of posting_days; adds to them in its cell. */
int64_t stats_vacant_days(const stats_posting *p);
void stats_vacant_days_add(yz_stats *s, const stats_posting *at, int64_t by);
/* Puts it into the chain of its employer's open postings, or takes it out. */
void stats_open_link(yz_stats *s, uint32_t posting);
void stats_open_unlink(yz_stats *s, uint32_t posting);
stats_employer *stats_employer_of(yz_stats *s, uint32_t employer); // a new one if need be

/* fairs.c: a posting was told; `before` as it was. The others for restore: the next entry of a
 * venue; a link of an entry and a posting; an employer's booth. */
void stats_fairs_posting(yz_stats *s, uint32_t posting, const stats_posting *before);
bool stats_fair_goes_on(const yz_stats *s, const stats_venue *v);
uint32_t stats_entry_add(yz_stats *s, uint32_t venue, uint32_t employer);
bool stats_fair_link(yz_stats *s, uint32_t entry, uint32_t posting, bool off); // false: is there
void stats_booth_put(yz_stats *s, uint32_t venue, uint32_t booth, uint32_t employer);
bool stats_fairs_add_up(const yz_stats *s); // those that go on

/* stations.c: something at a venue; a step there. */
void stats_venue_add(yz_stats *s, uint32_t counter, stats_venue *v, int64_t by);
void stats_venue_step(yz_stats *s, uint32_t venue, const yz_step_fact *fact);
#define AFTER_FAIR_DAYS 90u
/* Distinct persons of a period; a past period more, in the order of time. */
uint32_t stats_distinct_in(const distinct *d, uint32_t period);
bool stats_distinct_restore(distinct *d, distinct_past past);
bool stats_bitmap_add(roaring_bitmap_t **bitmap, uint32_t value); // false: was there

#endif
