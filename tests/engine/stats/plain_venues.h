/* The slow twin of fairs, stations and skills: the whole list of facts for each question. */
#ifndef TESTS_ENGINE_STATS_PLAIN_VENUES_H
#define TESTS_ENGINE_STATS_PLAIN_VENUES_H

#include "plain.h"

static inline bool starts_with(uint32_t division, const char *prefix) {
    const char *code = division == YZ_ROW_NONE ? "" : DIVISIONS[division];
    return strncmp(code, prefix, strlen(prefix)) == 0;
}

// The venue of a step: the referral's, else the posting's.
static inline uint32_t venue_of_step(const plain_world *w, const fact *f) {
    return f->step.venue != YZ_ROW_NONE ? f->step.venue : w->postings[f->step.posting].venue;
}

// ---- fairs ----

typedef struct plain_booths {
    uint32_t employer[BOOTHS];             // now
    bool had[EMPLOYERS];                   // has or had one
    bool was_open[EMPLOYERS][POSTINGS];    // since then, as long as the fair lasted
    int64_t employers, postings, openings; // when it last went on
    int64_t closed_ms;
} plain_booths;

static inline bool has_booth(const plain_booths *b, uint32_t employer) {
    for (uint32_t i = 0; i < BOOTHS; i++) {
        if (b->employer[i] == employer) return true;
    }
    return false;
}

// The fair goes on after a fact: what stands there.
static inline void look_at_fair(const plain_world *w, plain_booths *b, uint32_t venue) {
    b->employers = b->postings = b->openings = 0;
    for (uint32_t e = 0; e < EMPLOYERS; e++) {
        b->employers += has_booth(b, e);
        for (uint32_t p = 0; p < POSTINGS; p++) {
            bool open = w->postings[p].open && w->postings[p].employer == e;
            if (b->had[e] && open) b->was_open[e][p] = true;
        }
    }
    for (uint32_t p = 0; p < POSTINGS; p++) {
        bool counts = w->postings[p].there && w->postings[p].venue == venue;
        for (uint32_t e = 0; e < EMPLOYERS; e++)
            counts |= has_booth(b, e) && b->was_open[e][p];
        if (!counts) continue;
        b->postings += 1;
        b->openings += w->postings[p].openings;
    }
}

static inline yz_fair_value plain_fair(const ledger *l, uint32_t venue, yz_period period) {
    plain_world *w = yz_alloc_zeroed(sizeof *w);
    plain_booths b = {0};
    memset(b.employer, 0xFF, sizeof b.employer);
    yz_fair_value v = {0};
    span_of_time t = times_of(period);
    for (uint32_t i = 0; i < l->count; i++) {
        const fact *f = &l->facts[i];
        bool was_closed = w->venues[venue].closed;
        world_take(w, f);
        const yz_venue_fact *fair = &w->venues[venue];
        if (fair->closed && !was_closed) b.closed_ms = f->at_ms;
        if (f->kind == FACT_BOOTH && f->a == venue) {
            b.employer[f->b] = f->c;
            if (f->c != YZ_ROW_NONE) b.had[f->c] = true;
        }
        if (w->has_venue[venue] && !fair->closed && f->at_ms <= fair->to_ms) {
            look_at_fair(w, &b, venue);
        }
        if (!happens_in(f, t)) continue;
        if (f->kind == FACT_ENTRY && f->a == venue) {
            v.entries += 1;
            v.visitors += f->b;
        }
        if (f->kind != FACT_STEP || venue_of_step(w, f) != venue) continue;
        v.applied += f->step.to == YZ_STEP_APPLIED;
        v.interviewed += f->step.to == YZ_STEP_INTERVIEW;
        v.held += f->step.to == YZ_STEP_HELD;
        v.signed_there += f->step.to == YZ_STEP_PLACED;
        v.signed_90 += f->step.to == YZ_STEP_PLACED && day_of(f->at_ms) - day_of(fair->to_ms) <= 90;
    }
    const yz_venue_fact *fair = &w->venues[venue];
    bool cancelled = fair->closed && b.closed_ms < fair->from_ms;
    v.fairs = fair->from_ms <= l->now_ms && !cancelled;
    v.employers = b.employers;
    v.postings = b.postings;
    v.openings = b.openings;
    yz_free(w);
    return v;
}

static inline void add_fairs(yz_fair_value *sum, yz_fair_value v) {
    int64_t *to = (int64_t *)sum;
    const int64_t *from = (const int64_t *)&v;
    for (size_t i = 0; i < sizeof v / sizeof *to; i++)
        to[i] += from[i];
}

// ---- stations ----

typedef struct plain_station_day {
    bool joined[SEEKERS], dispatched[SEEKERS];
    int64_t day;
} plain_station_day;

// Of one station, or, when `venue` is none, of all whose division at that time starts so.
static inline yz_station_value plain_station(const ledger *l, uint32_t venue, const char *prefix,
                                             yz_period period) {
    plain_world *w = yz_alloc_zeroed(sizeof *w);
    plain_station_day days[VENUES] = {0};
    bool persons[2000] = {false};
    yz_station_value v = {0};
    span_of_time t = times_of(period);
    for (uint32_t i = 0; i < l->count; i++) {
        const fact *f = &l->facts[i];
        world_take(w, f);
        uint32_t at_venue = YZ_ROW_NONE;
        if (f->kind == FACT_ENTRY || f->kind == FACT_JOINED) at_venue = f->a;
        if (f->kind == FACT_STEP) at_venue = venue_of_step(w, f);
        if (f->kind == FACT_POSTING) at_venue = w->postings[f->posting.posting].venue;
        if (at_venue == YZ_ROW_NONE || w->venues[at_venue].kind != YZ_VENUE_STATION) continue;
        plain_station_day *d = &days[at_venue];
        if (d->day != day_of(f->at_ms)) *d = (plain_station_day){.day = day_of(f->at_ms)};
        bool here = venue == YZ_ROW_NONE ? starts_with(w->venues[at_venue].division, prefix)
                                         : at_venue == venue;
        bool counts = here && happens_in(f, t);
        if (f->kind == FACT_ENTRY) v.check_ins += counts;
        if (f->kind == FACT_JOINED && f->b != YZ_ROW_NONE && !d->joined[f->b]) {
            d->joined[f->b] = true;
            v.seeking += counts;
        }
        if (f->kind == FACT_POSTING) {
            const plain_posting *p = &w->postings[f->posting.posting];
            if (counts && p->posted_now && p->place.type == 2) v.gig_openings += p->openings;
        }
        if (f->kind != FACT_STEP || w->postings[f->step.posting].place.type != 2) continue;
        uint32_t s = f->step.seeker;
        bool is_signing = f->step.to == YZ_STEP_PLACED;
        if (!is_signing && f->step.to != YZ_STEP_STARTED) continue;
        if (d->joined[s] && !d->dispatched[s]) {
            d->dispatched[s] = true;
            v.dispatched_same_day += counts;
        }
        if (!is_signing || !counts) continue;
        v.dispatches += 1;
        v.persons += !persons[w->seekers[s].person];
        persons[w->seekers[s].person] = true;
    }
    for (uint32_t i = 0; i < VENUES; i++) {
        if (!w->has_venue[i] || w->venues[i].kind != YZ_VENUE_STATION || w->venues[i].closed)
            continue;
        v.stations +=
            venue == YZ_ROW_NONE ? starts_with(w->venues[i].division, prefix) : i == venue;
    }
    v.persons_known = period.window == YZ_WINDOW_MONTH || period.window == YZ_WINDOW_YEAR;
    if (!v.persons_known) v.persons = 0;
    yz_free(w);
    return v;
}

// ---- skills ----

static inline bool has_skill(const uint16_t *skills, uint32_t count, uint32_t skill) {
    for (uint32_t i = 0; i < count; i++) {
        if (skills[i] == skill) return true;
    }
    return false;
}

static inline yz_skill_need plain_skill(const ledger *l, const char *prefix, uint32_t skill) {
    yz_skill_need need = {.skill = skill};
    for (uint32_t i = 0; i < SEEKERS; i++) {
        const fact *f = &l->seekers[i];
        need.supply += l->has_seeker[i] && f->seeker.state == YZ_STATE_OPEN &&
                       starts_with(f->seeker.division, prefix) &&
                       has_skill(f->skills, f->seeker.skill_count, skill);
    }
    for (uint32_t i = 0; i < POSTINGS; i++) {
        const fact *f = &l->postings[i];
        if (l->has_posting[i] && f->posting.state == YZ_STATE_OPEN &&
            starts_with(f->posting.division, prefix) &&
            has_skill(f->skills, f->posting.required_count, skill)) {
            need.demand += f->posting.openings - f->posting.filled;
        }
    }
    return need;
}

// By ratio, as doubles of small numbers are exact enough to be told apart; then demand, then id.
static inline int needed_more_first(const void *left, const void *right) {
    const yz_skill_need *a = left, *b = right;
    double ra = a->supply == 0 ? 1e18 : (double)a->demand / (double)a->supply;
    double rb = b->supply == 0 ? 1e18 : (double)b->demand / (double)b->supply;
    if (ra != rb) return ra > rb ? -1 : 1;
    if (a->demand != b->demand) return a->demand > b->demand ? -1 : 1;
    return yz_text_compare(skill_name(NULL, a->skill), skill_name(NULL, b->skill));
}

#endif
