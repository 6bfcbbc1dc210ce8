/* The inside of the recount: what was seen, as lists. engine/market/recount*.c only. Names are
 * numbers of `names`; 0 is "". */
#ifndef YZ_ENGINE_MARKET_RECOUNT_INNER_H
#define YZ_ENGINE_MARKET_RECOUNT_INNER_H

#include "engine/base/ids.h"
#include "engine/market/recount.h"

typedef struct where {
    uint32_t division, occupation; // names
    uint8_t group, type;           // type 0..3
} where;

/* A record as it stood from here on. `order` rises with everything that is noted. */
typedef struct seeker_state {
    uint64_t order;
    int64_t at_ms;
    uint32_t person; // name, with a mark before it; of the seeker if it names none
    where cell;
    bool open, registers;
} seeker_state;

typedef struct posting_state {
    uint64_t order;
    int64_t at_ms;
    uint32_t employer, venue; // names
    where cell;
    uint32_t openings, filled;
    bool open, begins;
    bool posted; // becomes open here for the first time since it began
} posting_state;

typedef struct seen_step {
    uint64_t order;
    int64_t at_ms;
    uint32_t seeker, posting; // numbers of the lists below
    uint32_t person, venue;   // names
    where cell;               // the posting's, with the seeker's group
    where seeker_cell;
    uint8_t from, to;
    bool seeker_open; // just before
} seen_step;

typedef struct seen_told {
    int64_t at_ms;
    where cell;
    uint32_t people;
} seen_told;

typedef struct seen_at_venue {
    uint64_t order;
    int64_t at_ms;
    uint32_t venue, division; // names
    uint32_t what;            // a ticket, a seeker, an employer; 0: none
    uint32_t booth;
    enum { SEEN_ENTRY, SEEN_JOINED, SEEN_BOOTH, SEEN_NO_BOOTH, SEEN_VENUE } kind;
    // SEEN_VENUE
    uint8_t venue_kind, channel;
    bool closed;
    int64_t from_ms, to_ms;
} seen_at_venue;

#define LIST(type)                                                                                 \
    struct {                                                                                       \
        type *at;                                                                                  \
        uint32_t count, room;                                                                      \
    }

typedef struct seeker_story {
    uint32_t name;
    LIST(seeker_state) states;
} seeker_story;

typedef struct posting_story {
    uint32_t name;
    bool may_be_posted; // began, and was not open since
    LIST(posting_state) states;
} posting_story;

/* A gig posted at a station. */
typedef struct posted_gig {
    int64_t at_ms;
    uint32_t openings;
} posted_gig;

/* What concerns one venue: numbers of the lists below, in the order it happened. */
typedef struct venue_story {
    LIST(uint32_t) seen, steps;
    LIST(posted_gig) gigs;
} venue_story;

struct yz_recount {
    yz_ids *names;
    yz_ids *seeker_ids, *posting_ids;
    LIST(seeker_story) seekers;
    LIST(posting_story) postings;
    LIST(seen_step) steps;
    LIST(seen_told) told;
    LIST(seen_at_venue) venues;
    LIST(uint32_t) venue_numbers; // by name: which of the stories; UINT32_MAX: none
    LIST(venue_story) venue_stories;
    LIST(uint32_t) rows;                                            // of occupations, by name
    yz_arena *arena;                                                // of one look at a record
    void (*number)(void *context, const yz_recount_number *number); // NULL: nobody listens
    void *number_context;
    uint64_t order;
    int64_t first_ms, last_ms;
    // Of the command under way, from before it.
    bool was_there, was_over;
    yz_step from;
    seen_step about;
};

/* One more at the end of a list; zeroed. */
#define LIST_ADD(list)                                                                             \
    (recount_room((void **)&(list).at, &(list).room, (list).count, sizeof *(list).at),             \
     &(list).at[(list).count++])
void recount_room(void **at, uint32_t *room, uint32_t count, size_t size);

uint32_t recount_name(yz_recount *r, yz_text text);       // its number, new if need be
uint32_t recount_find(const yz_recount *r, yz_text text); // UINT32_MAX: never seen
yz_text recount_text(const yz_recount *r, uint32_t name);

/* Part of a count: so much, in that cell and period (and of that many days, for S07). */
typedef struct part {
    yz_period period;
    where cell;
    int64_t days, amount;
} part;

/* Each period and cell once; `places` finds it: its number + 1 by hash, 0 where there is none. */
typedef struct parts {
    LIST(part) list;
    uint32_t *places, places_room;
} parts;
void recount_give(parts *out, yz_period period, where cell, int64_t days, int64_t amount);
void parts_deinit(parts *parts);

/* What a counter counts, by cell and period of that window, straight from the lists. */
typedef enum recount_counter {
    COUNT_REGISTRATIONS,
    COUNT_SEEKERS, // S02
    COUNT_DEMAND,  // S03
    COUNT_SIGNERS, // S05, above
    COUNT_COHORT,  // S06, below and above
    COUNT_COHORT_SIGNED,
    COUNT_POSTED,
    COUNT_POSTED_OPENINGS,
    COUNT_TOLD,
    COUNT_APPLIED,
    COUNT_INTERVIEWED,
    COUNT_HELD,
    COUNT_SIGNED,
    // At the end of the period, or now:
    COUNT_OPEN_SEEKERS,
    COUNT_OPEN_POSTINGS,
    COUNT_VACANT,
    COUNT_VACANT_DAYS, // vacant x the day of the posting date
    COUNT_HIRED,
} recount_counter;
void recount_parts(const yz_recount *r, recount_counter counter, yz_window window, int64_t now_ms,
                   parts *out);
/* S07: how many signings, by their days. */
void recount_fills(const yz_recount *r, yz_window window, parts *out);
/* The rest of yz_recount_compare: S18 and S19 of every venue; Y12 from the records as they are. */
typedef void (*recount_say)(void *context, const char *line);
void recount_compare_venues(uint64_t *differences, uint64_t *compared, const yz_recount *r,
                            const yz_market *market, recount_say say, void *context);
void recount_compare_skills(uint64_t *differences, uint64_t *compared, const yz_recount *r,
                            const yz_market *market, recount_say say, void *context);
bool recount_in(const yz_recount *r, const yz_recount_ask *ask, const where *cell);

#endif
