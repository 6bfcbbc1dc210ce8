/* Reading fairs (S18) and stations (S19): histories of venues, the cube of the stations, and what
 * stands beside them. */
#include "engine/stats/stats_inner.h"

static int64_t before(const yz_stats *s, const uint32_t history[2], int64_t at_ms) {
    if (at_ms <= 0) return 0;
    if (at_ms >= (int64_t)UINT32_MAX * 60000) return history_now(&s->histories, history);
    return history_before(&s->histories, history, (uint32_t)(at_ms / 60000));
}

static int64_t counted(const yz_stats *s, const stats_venue *v, venue_counter which,
                       yz_period period) {
    return before(s, v->counts[which], yz_period_end_ms(period)) -
           before(s, v->counts[which], yz_period_begin_ms(period));
}

static const stats_venue *venue_of_kind(const yz_stats *s, uint32_t venue, yz_venue_kind kind) {
    if (!slab_has(&s->venues, venue)) return NULL;
    const stats_venue *v = stats_venue_at(s, venue);
    return v->told && v->kind == kind ? v : NULL;
}

static bool is_below(const yz_stats *s, const stats_venue *v, yz_text prefix) {
    return yz_text_starts_with(stats_division_code(s, v->division), prefix);
}

static bool is_long(yz_window window) {
    return window == YZ_WINDOW_DAY || window == YZ_WINDOW_MONTH || window == YZ_WINDOW_YEAR ||
           window == YZ_WINDOW_TOTAL;
}

// ---- fairs ----

// It has begun, and it was not closed before that.
static bool is_held(const stats_venue *v, int64_t now_ms) {
    return v->from_ms <= now_ms && !(v->closed && v->closed_ms < v->from_ms);
}

static void add_fair(const yz_stats *s, const stats_venue *v, yz_period period, int64_t now_ms,
                     yz_fair_value *value) {
    value->fairs += is_held(v, now_ms);
    value->employers += v->employers;
    value->postings += v->postings;
    value->openings += v->openings;
    value->visitors += counted(s, v, VENUE_VISITORS, period);
    value->entries += counted(s, v, VENUE_ENTRIES, period);
    value->applied += counted(s, v, VENUE_APPLIED, period);
    value->interviewed += counted(s, v, VENUE_INTERVIEW, period);
    value->held += counted(s, v, VENUE_HELD, period);
    value->signed_there += counted(s, v, VENUE_PLACED, period);
    value->signed_90 += counted(s, v, VENUE_PLACED_90, period);
}

bool yz_stats_fair(const yz_stats *s, uint32_t venue, yz_period period, int64_t now_ms,
                   yz_fair_value *value) {
    const stats_venue *v = venue_of_kind(s, venue, YZ_VENUE_FAIR);
    if (v == NULL || period.window == YZ_WINDOW_NOW || !yz_cube_keeps(period, now_ms)) return false;
    *value = (yz_fair_value){0};
    add_fair(s, v, period, now_ms, value);
    return true;
}

static bool begins_in(const stats_venue *v, yz_period period) {
    return v->from_ms >= yz_period_begin_ms(period) && v->from_ms < yz_period_end_ms(period);
}

bool yz_stats_fairs(const yz_stats *s, yz_text division, uint8_t channel, yz_period period,
                    int64_t now_ms, yz_fair_value *value) {
    if (!is_long(period.window)) return false;
    *value = (yz_fair_value){0};
    for (uint32_t venue = 0; venue < slab_end(&s->venues); venue++) {
        const stats_venue *v = venue_of_kind(s, venue, YZ_VENUE_FAIR);
        if (v == NULL || !is_held(v, now_ms) || !begins_in(v, period)) continue;
        if ((channel != YZ_ALL && v->channel != channel) || !is_below(s, v, division)) continue;
        add_fair(s, v, (yz_period){YZ_WINDOW_TOTAL, 0}, now_ms, value);
    }
    return true;
}

// ---- stations ----

static void count_division(const yz_stats *s, uint32_t node, yz_period period,
                           yz_station_value *value) {
    yz_cell cell = {node, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL};
    const yz_cube *cube = s->station_cube;
    value->check_ins += yz_cube_in(cube, VENUE_ENTRIES, cell, period);
    value->seeking += yz_cube_in(cube, VENUE_SEEKING, cell, period);
    value->dispatched_same_day += yz_cube_in(cube, VENUE_SAME_DAY, cell, period);
    value->gig_openings += yz_cube_in(cube, VENUE_GIG_OPENINGS, cell, period);
    value->dispatches += yz_cube_in(cube, VENUE_DISPATCHES, cell, period);
}

static int64_t persons_in(const distinct_scope *scope, yz_period period) {
    if (period.index < 0) return 0;
    const distinct *d = period.window == YZ_WINDOW_MONTH ? &scope->month : &scope->year;
    return stats_distinct_in(d, (uint32_t)period.index);
}

static bool has_persons(yz_period period) {
    return period.window == YZ_WINDOW_MONTH || period.window == YZ_WINDOW_YEAR;
}

bool yz_stats_station(const yz_stats *s, uint32_t venue, yz_period period, int64_t now_ms,
                      yz_station_value *value) {
    const stats_venue *v = venue_of_kind(s, venue, YZ_VENUE_STATION);
    if (v == NULL || !is_long(period.window) || !yz_cube_keeps(period, now_ms)) return false;
    *value = (yz_station_value){
        .stations = !v->closed,
        .check_ins = counted(s, v, VENUE_ENTRIES, period),
        .seeking = counted(s, v, VENUE_SEEKING, period),
        .dispatched_same_day = counted(s, v, VENUE_SAME_DAY, period),
        .gig_openings = counted(s, v, VENUE_GIG_OPENINGS, period),
        .dispatches = counted(s, v, VENUE_DISPATCHES, period),
        .persons_known = has_persons(period),
    };
    if (value->persons_known) value->persons = persons_in(&v->persons, period);
    return true;
}

// The nodes that lie below a prefix and below no other such node: the prefix itself, if it is one.
static bool is_top_below(const yz_cube *cube, uint32_t node, yz_text prefix) {
    if (!yz_text_starts_with(yz_cube_node_code(cube, node), prefix)) return false;
    uint32_t parent = yz_cube_node_parent(cube, node);
    return parent == YZ_NODE_NONE || yz_cube_node_code(cube, parent).size < prefix.size;
}

bool yz_stats_stations(const yz_stats *s, yz_text division, yz_period period, int64_t now_ms,
                       yz_station_value *value) {
    if (!is_long(period.window) || !yz_cube_keeps(period, now_ms)) return false;
    *value = (yz_station_value){.persons_known = has_persons(period)};
    for (uint32_t venue = 0; venue < slab_end(&s->venues); venue++) {
        const stats_venue *v = venue_of_kind(s, venue, YZ_VENUE_STATION);
        value->stations += v != NULL && !v->closed && is_below(s, v, division);
    }
    uint32_t parts = 0;
    for (uint32_t node = 0; node < yz_cube_node_count(s->station_cube); node++) {
        if (!is_top_below(s->station_cube, node, division)) continue;
        count_division(s, node, period, value);
        bool asked = value->persons_known && slab_has(&s->scopes, node);
        if (asked) value->persons += persons_in(yz_slab_at(&s->scopes, node), period);
        parts += 1;
    }
    if (parts <= 1) return true;
    // Somebody may have been dispatched in two of them.
    value->persons_known = false;
    value->persons = 0;
    return true;
}
