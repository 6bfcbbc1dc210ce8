/* Entries and steps at venues (S18, S19), and who of those that joined a station's queue was
 * dispatched; distinct persons by bitmaps of the present month and year. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"
#include "engine/stats/stats_inner.h"

void stats_venue_add(yz_stats *s, uint32_t counter, stats_venue *v, int64_t by) {
    yz_check(v->told);
    history_add(&s->histories, v->counts[counter], s->minute, by, true);
    if (v->kind != YZ_VENUE_STATION) return;
    yz_cube_add(s->station_cube, counter, v->pair, 0, 0, by, s->minute);
}

void yz_stats_entry(yz_stats *s, uint32_t venue, bool first, int64_t at_ms) {
    stats_now(s, at_ms);
    stats_venue *v = stats_venue_at(s, venue);
    stats_venue_add(s, VENUE_ENTRIES, v, 1);
    if (first) stats_venue_add(s, VENUE_VISITORS, v, 1);
}

// ---- the day of a station ----

static void begin_day(const yz_stats *s, stats_venue *v) {
    if (v->day == s->today.day + 1) return;
    v->day = s->today.day + 1;
    if (v->joined != NULL) roaring_bitmap_clear(v->joined);
    if (v->dispatched != NULL) roaring_bitmap_clear(v->dispatched);
}

bool stats_bitmap_add(roaring_bitmap_t **bitmap, uint32_t value) {
    if (*bitmap == NULL) *bitmap = roaring_bitmap_create();
    return roaring_bitmap_add_checked(*bitmap, value);
}

void yz_stats_joined(yz_stats *s, uint32_t venue, uint32_t seeker, int64_t at_ms) {
    stats_now(s, at_ms);
    stats_venue *v = stats_venue_at(s, venue);
    if (v->kind != YZ_VENUE_STATION || seeker == YZ_ROW_NONE) return;
    begin_day(s, v);
    if (stats_bitmap_add(&v->joined, seeker)) stats_venue_add(s, VENUE_SEEKING, v, 1);
}

static void dispatched_today(yz_stats *s, stats_venue *v, uint32_t seeker) {
    begin_day(s, v);
    if (v->joined == NULL || !roaring_bitmap_contains(v->joined, seeker)) return;
    if (stats_bitmap_add(&v->dispatched, seeker)) stats_venue_add(s, VENUE_SAME_DAY, v, 1);
}

// ---- distinct persons ----

static void note_past(distinct *d) {
    if (d->past_count == d->past_room) {
        d->past_room = d->past_room == 0 ? 4 : d->past_room * 2;
        d->past = yz_realloc(d->past, d->past_room * sizeof *d->past);
    }
    d->past[d->past_count++] = (distinct_past){d->period, d->count};
}

static void distinct_add(distinct *d, uint32_t period, uint32_t person) {
    if (d->period != period) {
        if (d->count > 0) note_past(d);
        d->period = period;
        d->count = 0;
        if (d->persons != NULL) roaring_bitmap_clear(d->persons);
    }
    d->count += stats_bitmap_add(&d->persons, person);
}

uint32_t stats_distinct_in(const distinct *d, uint32_t period) {
    if (d->period == period) return d->count;
    uint32_t low = 0, high = d->past_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (d->past[middle].period < period)
            low = middle + 1;
        else
            high = middle;
    }
    return low < d->past_count && d->past[low].period == period ? d->past[low].count : 0;
}

bool stats_distinct_restore(distinct *d, distinct_past past) {
    if (d->past_count > 0 && d->past[d->past_count - 1].period >= past.period) return false;
    d->period = past.period;
    d->count = past.count;
    note_past(d);
    d->count = 0;
    return true;
}

static void scope_add(const yz_stats *s, distinct_scope *scope, uint32_t person) {
    distinct_add(&scope->month, s->today.month, person);
    distinct_add(&scope->year, s->today.year, person);
}

static void note_person(yz_stats *s, stats_venue *v, uint32_t seeker) {
    uint32_t person = stats_seeker_at(s, seeker)->person;
    if (person == YZ_ROW_NONE) person = STATS_SELF_FROM + seeker;
    scope_add(s, &v->persons, person);
    // The whole code is the deepest node; the others are above it.
    uint32_t node = yz_cube_node(s->station_cube, stats_division_code(s, v->division));
    for (; node != YZ_NODE_NONE; node = yz_cube_node_parent(s->station_cube, node)) {
        yz_slab_reserve(&s->scopes, node);
        scope_add(s, yz_slab_at(&s->scopes, node), person);
    }
}

// ---- steps ----

void stats_venue_step(yz_stats *s, uint32_t venue, const yz_step_fact *fact) {
    stats_venue *v = stats_venue_at(s, venue);
    bool is_gig = 1u << stats_posting_at(s, fact->posting)->type == YZ_TYPE_GIG;
    bool is_dispatch = is_gig && v->kind == YZ_VENUE_STATION;
    switch (fact->to) {
    case YZ_STEP_APPLIED: stats_venue_add(s, VENUE_APPLIED, v, 1); break;
    case YZ_STEP_INTERVIEW: stats_venue_add(s, VENUE_INTERVIEW, v, 1); break;
    case YZ_STEP_HELD: stats_venue_add(s, VENUE_HELD, v, 1); break;
    case YZ_STEP_PLACED:
        stats_venue_add(s, VENUE_PLACED, v, 1);
        if (v->kind == YZ_VENUE_FAIR &&
            s->today.day <= (uint32_t)yz_day_at(v->to_ms) + AFTER_FAIR_DAYS)
            stats_venue_add(s, VENUE_PLACED_90, v, 1);
        if (!is_dispatch) break;
        stats_venue_add(s, VENUE_DISPATCHES, v, 1);
        note_person(s, v, fact->seeker);
        dispatched_today(s, v, fact->seeker);
        break;
    case YZ_STEP_STARTED:
        if (is_dispatch) dispatched_today(s, v, fact->seeker);
        break;
    default: break;
    }
}
