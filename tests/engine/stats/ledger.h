/* A small world for the tests of the statistics: every fact goes into the statistics and, as it is,
 * into a plain list, from which plain.h works the same numbers out. */
#ifndef TESTS_ENGINE_STATS_LEDGER_H
#define TESTS_ENGINE_STATS_LEDGER_H

#include "engine/base/alloc.h"
#include "engine/base/ids.h"
#include "engine/model/referral.h"
#include "engine/model/time.h"
#include "engine/stats/stats.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define SEEKERS 30
#define POSTINGS 24
#define PERSONS 8
#define EMPLOYERS 5
#define VENUES 12
#define BOOTHS 4
#define SKILLS 120
#define SKILLS_OF_ONE 6
#define OCCUPATIONS 4

static const char *const DIVISIONS[] = {"62",           "6205",         "620502", "620503",
                                        "620502001001", "620502001002", "620121", "610102"};
#define DIVISION_COUNT 8

typedef enum fact_kind {
    FACT_SEEKER,
    FACT_POSTING,
    FACT_VENUE,
    FACT_BOOTH,
    FACT_STEP,
    FACT_TOLD,
    FACT_ENTRY,
    FACT_JOINED,
} fact_kind;

typedef struct fact {
    fact_kind kind;
    int64_t at_ms;
    yz_seeker_fact seeker;
    yz_posting_fact posting;
    yz_venue_fact venue;
    yz_step_fact step;
    uint32_t a, b, c; // told: posting, count; booth: venue, booth, employer; entry: venue, first;
                      // joined: venue, seeker
    uint16_t skills[SKILLS_OF_ONE];
} fact;

typedef struct ledger {
    yz_stats *stats;
    int64_t now_ms;
    fact *facts;
    uint32_t count, room;
    fact seekers[SEEKERS], postings[POSTINGS]; // as last told
    bool has_seeker[SEEKERS], has_posting[POSTINGS], has_venue[VENUES];
    yz_venue_fact venues[VENUES];
    uint8_t step[SEEKERS][POSTINGS];
} ledger;

// With a context the rows of a kind are numbered from its end: for what must not depend on them.
static uint32_t real_row(const void *context, uint32_t row, uint32_t count) {
    return context == NULL ? row : count - 1 - row;
}
static yz_text named(const char *prefix, uint32_t number) {
    static char texts[8][16];
    static unsigned at;
    char *text = texts[at++ % 8];
    int size = snprintf(text, sizeof texts[0], "%s%u", prefix, number);
    return (yz_text){text, (uint32_t)size};
}
static yz_text division_name(void *context, uint32_t row) {
    return yz_text_of(DIVISIONS[real_row(context, row, DIVISION_COUNT)]);
}
static yz_text occupation_name(void *context, uint32_t row) {
    return named("o", real_row(context, row, OCCUPATIONS));
}
static yz_text seeker_name(void *context, uint32_t row) {
    return named("s", real_row(context, row, SEEKERS));
}
static yz_text person_name(void *context, uint32_t row) {
    return named("n", real_row(context, row, PERSONS));
}
static yz_text posting_name(void *context, uint32_t row) {
    return named("p", real_row(context, row, POSTINGS));
}
static yz_text employer_name(void *context, uint32_t row) {
    return named("e", real_row(context, row, EMPLOYERS));
}
static yz_text venue_name(void *context, uint32_t row) {
    return named("v", real_row(context, row, VENUES));
}
// Not in the order of rows, so that ids and rows are told apart.
static yz_text skill_name(void *context, uint32_t row) {
    return named("k", 999 - real_row(context, row, SKILLS));
}

static const yz_stats_names NAMES = {division_name, occupation_name, seeker_name,
                                     person_name,   posting_name,    employer_name,
                                     venue_name,    skill_name,      NULL};

static inline ledger *ledger_new(void) {
    ledger *l = yz_alloc_zeroed(sizeof *l);
    l->stats = yz_stats_new(&NAMES);
    return l;
}

static inline void ledger_free(ledger *l) {
    yz_stats_free(l->stats);
    yz_free(l->facts);
    yz_free(l);
}

// ---- time ----

static inline int64_t at(const char *text) {
    int64_t ms = -1;
    cr_assert(yz_time_parse(yz_text_of(text), YZ_DAY_BEGIN, &ms), "%s", text);
    return ms;
}
static inline void go_to(ledger *l, const char *text) {
    cr_assert_geq(at(text), l->now_ms, "%s", text);
    l->now_ms = at(text);
}

// ---- facts ----

static inline fact *ledger_note(ledger *l, fact_kind kind) {
    if (l->count == l->room) {
        l->room = l->room == 0 ? 256 : l->room * 2;
        l->facts = yz_realloc(l->facts, l->room * sizeof *l->facts);
    }
    fact *f = &l->facts[l->count++];
    *f = (fact){.kind = kind, .at_ms = l->now_ms};
    return f;
}

// The lists of skills lie in facts that may move: they are pointed at anew for each call.
static inline yz_seeker_fact seeker_of(const fact *f) {
    yz_seeker_fact s = f->seeker;
    s.skills = f->skills;
    return s;
}
static inline yz_posting_fact posting_of(const fact *f) {
    yz_posting_fact p = f->posting;
    p.required = f->skills;
    return p;
}
static inline bool same_skills(const fact *a, uint32_t a_count, const fact *b, uint32_t b_count) {
    return a_count == b_count && memcmp(a->skills, b->skills, a_count * sizeof *a->skills) == 0;
}

static inline void tell_seeker(ledger *l, const fact *now) {
    uint32_t row = now->seeker.seeker;
    const fact *old = &l->seekers[row];
    bool moves = l->has_seeker[row] &&
                 (old->seeker.division != now->seeker.division ||
                  !same_skills(old, old->seeker.skill_count, now, now->seeker.skill_count));
    if (moves) {
        yz_seeker_fact before = seeker_of(old);
        yz_stats_seeker_leaves(l->stats, &before);
    }
    fact *f = ledger_note(l, FACT_SEEKER);
    int64_t at_ms = f->at_ms;
    *f = *now;
    f->kind = FACT_SEEKER;
    f->at_ms = at_ms;
    yz_seeker_fact told = seeker_of(f);
    yz_stats_seeker(l->stats, &told, l->now_ms);
    l->seekers[row] = *f;
    l->has_seeker[row] = true;
}

static inline void tell_posting(ledger *l, const fact *now) {
    uint32_t row = now->posting.posting;
    const fact *old = &l->postings[row];
    bool moves = l->has_posting[row] &&
                 (old->posting.division != now->posting.division ||
                  !same_skills(old, old->posting.required_count, now, now->posting.required_count));
    if (moves) {
        yz_posting_fact before = posting_of(old);
        yz_stats_posting_leaves(l->stats, &before);
    }
    fact *f = ledger_note(l, FACT_POSTING);
    int64_t at_ms = f->at_ms;
    *f = *now;
    f->kind = FACT_POSTING;
    f->at_ms = at_ms;
    yz_posting_fact told = posting_of(f);
    yz_stats_posting(l->stats, &told, l->now_ms);
    l->postings[row] = *f;
    l->has_posting[row] = true;
}

// A step, and the openings it fills or frees; the posting is told anew.
static inline bool fills(uint8_t step) {
    return step >= YZ_STEP_PLACED && step <= YZ_STEP_KEPT_90;
}
static inline void tell_step(ledger *l, uint32_t seeker, uint32_t posting, uint8_t to,
                             uint32_t venue, bool completed) {
    fact *f = ledger_note(l, FACT_STEP);
    f->step = (yz_step_fact){seeker, posting, venue, l->step[seeker][posting], to};
    yz_step_fact told = f->step;
    yz_stats_step(l->stats, &told, l->now_ms);
    fact now = l->postings[posting];
    now.posting.filled += fills(to);
    now.posting.filled -= fills(told.from) && !(completed && to == YZ_STEP_ENDED);
    if (fills(told.from) && fills(to)) now.posting.filled = l->postings[posting].posting.filled;
    l->step[seeker][posting] = to;
    tell_posting(l, &now);
}

static inline void tell_told(ledger *l, uint32_t posting, uint32_t count) {
    fact *f = ledger_note(l, FACT_TOLD);
    f->a = posting;
    f->b = count;
    yz_stats_told(l->stats, posting, count, l->now_ms);
}
static inline void tell_venue(ledger *l, yz_venue_fact venue) {
    ledger_note(l, FACT_VENUE)->venue = venue;
    l->venues[venue.venue] = venue;
    l->has_venue[venue.venue] = true;
    yz_stats_venue(l->stats, &venue, l->now_ms);
}
static inline void tell_booth(ledger *l, uint32_t venue, uint32_t booth, uint32_t employer) {
    fact *f = ledger_note(l, FACT_BOOTH);
    f->a = venue;
    f->b = booth;
    f->c = employer;
    yz_stats_booth(l->stats, venue, booth, employer, l->now_ms);
}
static inline void tell_entry(ledger *l, uint32_t venue, bool first) {
    fact *f = ledger_note(l, FACT_ENTRY);
    f->a = venue;
    f->b = first;
    yz_stats_entry(l->stats, venue, first, l->now_ms);
}
static inline void tell_joined(ledger *l, uint32_t venue, uint32_t seeker) {
    fact *f = ledger_note(l, FACT_JOINED);
    f->a = venue;
    f->b = seeker;
    yz_stats_joined(l->stats, venue, seeker, l->now_ms);
}

// ---- questions ----

/* A cell by names: prefix "" and so on; occupation, group, type as in yz_cell. */
typedef struct asked {
    yz_series series;
    const char *prefix;
    uint32_t occupation;
    uint8_t group, type;
    yz_period period;
} asked;

static inline asked everywhere(yz_series series, const char *period) {
    asked a = {series, "", YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL, {YZ_WINDOW_NOW, 0}};
    cr_assert(yz_period_parse(yz_text_of(period), &a.period), "%s", period);
    return a;
}

static inline bool ask_stats(const ledger *l, const asked *a, yz_stats_value *value) {
    yz_stats_ask ask = {.series = a->series, .period = a->period};
    ask.cell = (yz_cell){yz_cube_node(yz_stats_cube(l->stats), yz_text_of(a->prefix)),
                         a->occupation, a->group, a->type};
    return yz_stats_read(l->stats, &ask, l->now_ms, value);
}

#endif
