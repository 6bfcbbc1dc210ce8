/* The slow twin: every series straight from docs/statistics.md, by going through the whole list of
 * facts for each question. Shares nothing with engine/stats but the shapes of values. */
#ifndef TESTS_ENGINE_STATS_PLAIN_H
#define TESTS_ENGINE_STATS_PLAIN_H

#include "ledger.h"

#include <stdlib.h>

// ---- the calendar, once more ----

static inline int64_t day_of(int64_t at_ms) {
    return (at_ms + 8 * 3600000) / 86400000;
}

// ---- the state of the world after some facts ----

typedef struct plain_place {
    uint32_t division, occupation;
    uint8_t group, type;
} plain_place;

typedef struct plain_seeker {
    bool there, open, closed;
    bool registered; // by this very fact
    plain_place place;
    uint32_t person; // 0..PERSONS-1, or 1000 + its own row
} plain_seeker;

typedef struct plain_posting {
    bool there, open, over, waits; // waits: to be posted
    bool posted_now;
    plain_place place;
    uint32_t openings, filled, employer, venue;
    int64_t posted_day; // -1: never
} plain_posting;

typedef struct plain_world {
    plain_seeker seekers[SEEKERS];
    plain_posting postings[POSTINGS];
    yz_venue_fact venues[VENUES];
    bool has_venue[VENUES];
    bool hired[SEEKERS][POSTINGS];
    plain_place hired_at[SEEKERS][POSTINGS];
} plain_world;

static inline uint8_t first_type(uint8_t types) {
    for (uint8_t type = 0; type < 4; type++) {
        if (types & 1u << type) return type;
    }
    return 0;
}

static inline void world_take(plain_world *w, const fact *f) {
    if (f->kind == FACT_SEEKER) {
        plain_seeker *s = &w->seekers[f->seeker.seeker];
        bool closed = f->seeker.state == YZ_STATE_CLOSED;
        s->registered = (!s->there || s->closed) && !closed;
        s->there = true;
        s->open = f->seeker.state == YZ_STATE_OPEN;
        s->closed = closed;
        s->place = (plain_place){f->seeker.division, f->seeker.occupation, f->seeker.group,
                                 first_type(f->seeker.types)};
        s->person = f->seeker.person == YZ_ROW_NONE ? 1000 + f->seeker.seeker : f->seeker.person;
    }
    if (f->kind == FACT_POSTING) {
        plain_posting *p = &w->postings[f->posting.posting];
        bool over = f->posting.state == YZ_STATE_CLOSED || f->posting.state == YZ_STATE_EXPIRED;
        if (!p->there) p->posted_day = -1;
        if ((!p->there || p->over) && !over) p->waits = true;
        p->there = true;
        p->over = over;
        p->open = f->posting.state == YZ_STATE_OPEN;
        p->place = (plain_place){f->posting.division, f->posting.occupation, 0,
                                 first_type(f->posting.type)};
        p->openings = f->posting.openings;
        p->filled = f->posting.filled;
        p->employer = f->posting.employer;
        p->venue = f->posting.venue;
        p->posted_now = p->open && p->waits;
        if (p->posted_now) p->posted_day = day_of(f->at_ms);
        if (p->posted_now) p->waits = false;
    }
    if (f->kind == FACT_VENUE) {
        w->venues[f->venue.venue] = f->venue;
        w->has_venue[f->venue.venue] = true;
    }
    if (f->kind == FACT_STEP) {
        uint32_t s = f->step.seeker, p = f->step.posting;
        bool hired = f->step.to == YZ_STEP_PLACED || f->step.to == YZ_STEP_STARTED ||
                     f->step.to == YZ_STEP_KEPT_30 || f->step.to == YZ_STEP_KEPT_90;
        if (hired && !w->hired[s][p]) {
            w->hired_at[s][p] = w->postings[p].place;
            w->hired_at[s][p].group = w->seekers[s].place.group;
        }
        w->hired[s][p] = hired;
    }
}

// ---- cells ----

static inline bool division_in(uint32_t division, const char *prefix) {
    size_t size = strlen(prefix);
    if (size == 0) return true;
    if (division == YZ_ROW_NONE || strncmp(DIVISIONS[division], prefix, size) != 0) return false;
    return size == 2 || size == 4 || size == 6 || size == strlen(DIVISIONS[division]);
}

static inline bool place_in(plain_place place, const asked *a) {
    return division_in(place.division, a->prefix) &&
           (a->occupation == YZ_OCCUPATION_ALL || a->occupation == place.occupation) &&
           (a->group == YZ_ALL || a->group == place.group) &&
           (a->type == YZ_ALL || a->type == place.type);
}

// Postings have no group.
static inline bool posting_in(plain_place place, const asked *a) {
    asked any = *a;
    any.group = YZ_ALL;
    return place_in(place, &any);
}

// The cell of a step: the posting's, with the seeker's group.
static inline plain_place place_of_step(const plain_world *w, const fact *f) {
    plain_place place = w->postings[f->step.posting].place;
    place.group = w->seekers[f->step.seeker].place.group;
    return place;
}

// ---- what happened in a period ----

typedef struct span_of_time {
    int64_t begin, end;
} span_of_time;

static inline span_of_time times_of(yz_period period) {
    if (period.window == YZ_WINDOW_NOW) return (span_of_time){INT64_MIN, INT64_MAX};
    return (span_of_time){yz_period_begin_ms(period), yz_period_end_ms(period)};
}
static inline bool happens_in(const fact *f, span_of_time t) {
    return f->at_ms >= t.begin && f->at_ms < t.end;
}

// Flows: facts of the period that count here.
static inline int64_t plain_flow(const ledger *l, const asked *a) {
    plain_world *w = yz_alloc_zeroed(sizeof *w);
    span_of_time t = times_of(a->period);
    int64_t sum = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        const fact *f = &l->facts[i];
        world_take(w, f);
        if (!happens_in(f, t)) continue;
        uint8_t step = f->kind == FACT_STEP ? f->step.to : YZ_STEP_NONE;
        bool here = f->kind == FACT_STEP && place_in(place_of_step(w, f), a);
        if (f->kind == FACT_SEEKER && a->series == YZ_S01) {
            const plain_seeker *s = &w->seekers[f->seeker.seeker];
            sum += s->registered && place_in(s->place, a);
        }
        if (f->kind == FACT_POSTING && (a->series == YZ_Y02 || a->series == YZ_Y03)) {
            const plain_posting *p = &w->postings[f->posting.posting];
            if (p->posted_now && posting_in(p->place, a)) {
                sum += a->series == YZ_Y02 ? 1 : p->openings;
            }
        }
        if (f->kind == FACT_TOLD && a->series == YZ_Y04) {
            if (posting_in(w->postings[f->a].place, a)) sum += f->b;
        }
        if (a->series == YZ_Y05) sum += here && step == YZ_STEP_APPLIED;
        if (a->series == YZ_Y06) sum += here && step == YZ_STEP_INTERVIEW;
        if (a->series == YZ_Y07) sum += here && step == YZ_STEP_HELD;
        if (a->series == YZ_Y08) sum += here && step == YZ_STEP_PLACED;
    }
    yz_free(w);
    return sum;
}

// The world at the end of a period (or now), counted over.
typedef enum plain_state { STATE_SEEKERS, STATE_POSTINGS, STATE_VACANT, STATE_HIRED } plain_state;

static inline int64_t plain_at_end(const ledger *l, const asked *a, plain_state what) {
    plain_world *w = yz_alloc_zeroed(sizeof *w);
    span_of_time t = times_of(a->period);
    for (uint32_t i = 0; i < l->count && l->facts[i].at_ms < t.end; i++)
        world_take(w, &l->facts[i]);
    int64_t sum = 0;
    for (uint32_t i = 0; i < SEEKERS && what == STATE_SEEKERS; i++)
        sum += w->seekers[i].open && place_in(w->seekers[i].place, a);
    for (uint32_t i = 0; i < POSTINGS; i++) {
        const plain_posting *p = &w->postings[i];
        if (!p->open || !posting_in(p->place, a)) continue;
        if (what == STATE_POSTINGS) sum += 1;
        if (what == STATE_VACANT) sum += p->openings - p->filled;
    }
    for (uint32_t s = 0; s < SEEKERS && what == STATE_HIRED; s++) {
        for (uint32_t p = 0; p < POSTINGS; p++)
            sum += w->hired[s][p] && place_in(w->hired_at[s][p], a);
    }
    yz_free(w);
    return sum;
}

// ---- S02, S03, S05: each once in a period ----

typedef struct once {
    bool counts, has_signed;
    plain_place where, signed_where;
    uint32_t openings, filled_before;
} once;

static inline void begins(const plain_world *w, once *seekers, once *postings) {
    for (uint32_t i = 0; i < SEEKERS; i++) {
        if (!w->seekers[i].open) continue;
        seekers[i].counts = true;
        seekers[i].where = w->seekers[i].place;
    }
    for (uint32_t i = 0; i < POSTINGS; i++) {
        const plain_posting *p = &w->postings[i];
        postings[i].filled_before = p->filled;
        if (!p->open) continue;
        postings[i].counts = true;
        postings[i].where = p->place;
        postings[i].openings = p->openings;
    }
}

static inline void in_period(const plain_world *w, const fact *f, once *seekers, once *postings) {
    if (f->kind == FACT_SEEKER) {
        const plain_seeker *s = &w->seekers[f->seeker.seeker];
        once *o = &seekers[f->seeker.seeker];
        if (s->open && !o->counts) {
            o->counts = true;
            o->where = s->place;
        }
    }
    if (f->kind == FACT_POSTING) {
        const plain_posting *p = &w->postings[f->posting.posting];
        once *o = &postings[f->posting.posting];
        if (p->open && !o->counts) {
            o->counts = true;
            o->where = p->place;
        }
        if (p->open) o->openings = p->openings;
    }
    if (f->kind == FACT_STEP && f->step.to == YZ_STEP_PLACED) {
        const plain_seeker *s = &w->seekers[f->step.seeker];
        once *o = &seekers[f->step.seeker];
        if ((s->open || o->counts) && !o->has_signed) {
            o->has_signed = true;
            o->signed_where = s->place;
        }
    }
}

typedef struct once_sums {
    int64_t seekers, demand, have_signed;
} once_sums;

static inline once_sums plain_once(const ledger *l, const asked *a) {
    plain_world *w = yz_alloc_zeroed(sizeof *w);
    once seekers[SEEKERS] = {0}, postings[POSTINGS] = {0};
    span_of_time t = times_of(a->period);
    uint32_t i = 0;
    for (; i < l->count && l->facts[i].at_ms < t.begin; i++)
        world_take(w, &l->facts[i]);
    begins(w, seekers, postings);
    for (; i < l->count && l->facts[i].at_ms < t.end; i++) {
        world_take(w, &l->facts[i]);
        in_period(w, &l->facts[i], seekers, postings);
    }
    once_sums sums = {0};
    for (i = 0; i < SEEKERS; i++) {
        sums.seekers += seekers[i].counts && place_in(seekers[i].where, a);
        sums.have_signed += seekers[i].has_signed && place_in(seekers[i].signed_where, a);
    }
    for (i = 0; i < POSTINGS; i++) {
        const once *o = &postings[i];
        if (!o->counts || o->openings <= o->filled_before || !posting_in(o->where, a)) continue;
        sums.demand += o->openings - o->filled_before;
    }
    yz_free(w);
    if (a->period.window == YZ_WINDOW_NOW) {
        sums.seekers = plain_at_end(l, a, STATE_SEEKERS);
        sums.demand = plain_at_end(l, a, STATE_VACANT);
    }
    return sums;
}

// ---- S06: a cohort ----

static inline void plain_cohort(const ledger *l, const asked *a, int64_t *of, int64_t *all) {
    plain_world *w = yz_alloc_zeroed(sizeof *w);
    bool in[2000] = {false}, has_signed[2000] = {false};
    int64_t day[2000] = {0};
    *of = *all = 0;
    span_of_time t = times_of(a->period);
    for (uint32_t i = 0; i < l->count; i++) {
        const fact *f = &l->facts[i];
        world_take(w, f);
        if (f->kind == FACT_SEEKER && happens_in(f, t)) {
            const plain_seeker *s = &w->seekers[f->seeker.seeker];
            if (!s->registered || day[s->person] != 0) continue;
            day[s->person] = day_of(f->at_ms); // the first one, wherever it was
            in[s->person] = place_in(s->place, a);
            *all += in[s->person];
        }
        if (f->kind == FACT_STEP && f->step.to == YZ_STEP_PLACED) {
            uint32_t person = w->seekers[f->step.seeker].person;
            if (day[person] == 0 || has_signed[person]) continue;
            if (day_of(f->at_ms) - day[person] > 90) continue;
            has_signed[person] = true;
            *of += in[person];
        }
    }
    yz_free(w);
}

// ---- S07: durations ----

static inline int smaller_first(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static inline int64_t half_up(int64_t numerator, int64_t denominator) {
    return (2 * numerator + denominator) / (2 * denominator);
}

static inline void plain_durations(const ledger *l, const asked *a, yz_stats_value *v) {
    plain_world *w = yz_alloc_zeroed(sizeof *w);
    int64_t *days = yz_alloc((l->count + 1) * sizeof *days), sum = 0, age = 0;
    span_of_time t = times_of(a->period);
    for (uint32_t i = 0; i < l->count; i++) {
        const fact *f = &l->facts[i];
        world_take(w, f);
        bool counts = f->kind == FACT_STEP && f->step.to == YZ_STEP_PLACED && happens_in(f, t);
        if (!counts || !place_in(place_of_step(w, f), a)) continue;
        int64_t posted = w->postings[f->step.posting].posted_day;
        days[v->days.count] = posted < 0 ? 0 : day_of(f->at_ms) - posted;
        sum += days[v->days.count++];
    }
    int64_t n = v->days.count;
    v->known = n > 0;
    if (n > 0) {
        qsort(days, (size_t)n, sizeof *days, smaller_first);
        v->days.mean_tenths = half_up(10 * sum, n);
        v->days.median = days[(5 * n + 9) / 10 - 1];
        v->days.p90 = days[(9 * n + 9) / 10 - 1];
    }
    for (uint32_t i = 0; i < POSTINGS && a->group == YZ_ALL; i++) {
        const plain_posting *p = &w->postings[i];
        if (!p->open || !posting_in(p->place, a)) continue;
        v->days.vacant += p->openings - p->filled;
        age += (p->openings - p->filled) * (day_of(l->now_ms) - p->posted_day);
    }
    if (v->days.vacant > 0) v->days.vacant_mean_tenths = half_up(10 * age, v->days.vacant);
    yz_free(days);
    yz_free(w);
}

// ---- all of them ----

static inline void plain_fraction(yz_stats_value *v, int64_t of, int64_t all, int64_t scale) {
    v->numerator = of;
    v->denominator = all;
    v->known = all != 0;
    v->value = all == 0 ? 0 : half_up(of * scale, all);
}

static inline yz_stats_value plain_read(const ledger *l, const asked *a) {
    yz_stats_value v = {0};
    int64_t of = 0, all = 0;
    once_sums sums = plain_once(l, a);
    switch (a->series) {
    case YZ_S02: v.value = sums.seekers; break;
    case YZ_S03: v.value = sums.demand; break;
    case YZ_S04: plain_fraction(&v, sums.demand, sums.seekers, 100); break;
    case YZ_S05: plain_fraction(&v, sums.have_signed, sums.seekers, 10000); break;
    case YZ_S06:
        plain_cohort(l, a, &of, &all);
        plain_fraction(&v, of, all, 10000);
        break;
    case YZ_S07: plain_durations(l, a, &v); break;
    case YZ_S08: {
        asked signings = *a;
        signings.series = YZ_Y08;
        plain_fraction(&v, plain_flow(l, &signings), sums.demand, 10000);
        break;
    }
    case YZ_Y01: v.value = plain_at_end(l, a, STATE_POSTINGS); break;
    case YZ_Y09: v.value = plain_at_end(l, a, STATE_HIRED); break;
    case YZ_Y10:
        of = plain_at_end(l, a, STATE_VACANT);
        plain_fraction(&v, of, of + plain_at_end(l, a, STATE_HIRED), 10000);
        break;
    case YZ_Y11:
        of = plain_at_end(l, a, STATE_SEEKERS);
        plain_fraction(&v, of, of + plain_at_end(l, a, STATE_HIRED), 10000);
        break;
    case YZ_Y13: v.value = plain_at_end(l, a, STATE_SEEKERS); break;
    default: v.value = plain_flow(l, a); break;
    }
    if (yz_series_of(a->series)->shape == YZ_SHAPE_COUNT) v.known = true;
    return v;
}

static inline bool plain_is_provisional(const ledger *l, const asked *a) {
    if (a->period.window == YZ_WINDOW_NOW || a->period.window == YZ_WINDOW_TOTAL) return false;
    int64_t last_day = day_of(yz_period_end_ms(a->period) - 1), today = day_of(l->now_ms);
    if (a->series == YZ_S06) return today <= last_day + 90;
    return l->now_ms < yz_period_end_ms(a->period);
}

#endif
