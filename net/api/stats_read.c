/* One cell of a table: its series read from the statistics. */
#include "net/api/stats_inner.h"

#include "engine/base/check.h"

typedef struct place {
    yz_text division;
    uint32_t venue, skill; // rows or YZ_ROW_NONE
    uint8_t channel;
    yz_cell cell;
} place;

// The question's filters, and in their place what it is broken down to.
static place place_of(const stats_table *t, const stats_key *const keys[2]) {
    const stats_question *q = &t->question;
    const stats_reading *r = t->reading;
    place p = {
        q->division, r->venue, r->skill, q->channel, {r->node, r->occupation, q->group, q->type}};
    for (uint32_t i = 0; keys != NULL && i < q->by_count; i++) {
        uint32_t number = keys[i]->number;
        switch (q->by[i]) {
        case YZ_BY_DIVISION:
            if (number == STATS_REST) break; // the whole, of which the others are taken
            p.division = keys[i]->id;
            p.cell.node = number;
            break;
        case YZ_BY_OCCUPATION: p.cell.occupation = number; break;
        case YZ_BY_GROUP: p.cell.group = (uint8_t)number; break;
        case YZ_BY_TYPE: p.cell.type = (uint8_t)number; break;
        case YZ_BY_VENUE: p.venue = number; break;
        case YZ_BY_CHANNEL: p.channel = (uint8_t)number; break;
        case YZ_BY_SKILL: p.skill = number; break;
        }
    }
    return p;
}

// ---- by shape ----

static void read_durations(const yz_stats_value *v, const yz_cell *cell, int64_t *to) {
    bool grouped = cell->group != YZ_ALL; // what is vacant stands under no group
    to[0] = v->days.count;
    to[1] = v->days.mean_tenths;
    to[2] = v->days.median;
    to[3] = v->days.p90;
    to[4] = grouped ? -1 : v->days.vacant;
    to[5] = v->days.vacant_mean_tenths;
}

static bool read_series(const stats_source *from, yz_series series, const place *p,
                        yz_period period, int64_t *to) {
    yz_stats_ask ask = {.series = series, .cell = p->cell, .period = period};
    yz_stats_value v;
    // Whoever asked looked at windows, dimensions and what is kept.
    if (!yz_stats_read(from->stats, &ask, from->now_ms, &v)) return false;
    switch (yz_series_of(series)->shape) {
    case YZ_SHAPE_COUNT: to[0] = v.value; break;
    case YZ_SHAPE_DURATION: read_durations(&v, &p->cell, to); break;
    default:
        to[0] = v.numerator;
        to[1] = v.denominator;
        break;
    }
    return v.provisional;
}

static void read_fairs(const stats_source *from, const place *p, yz_period period, int64_t *to) {
    yz_fair_value v;
    if (!yz_stats_fairs(from->stats, p->division, p->channel, period, from->now_ms, &v)) return;
    const int64_t all[] = {v.fairs,    v.employers,    v.postings, v.openings,
                           v.visitors, v.entries,      v.applied,  v.interviewed,
                           v.held,     v.signed_there, v.signed_90};
    memcpy(to, all, sizeof all);
}

static void read_stations(const stats_source *from, const place *p, yz_period period, int64_t *to) {
    yz_station_value v;
    bool one = p->venue != YZ_ROW_NONE;
    bool read = one ? yz_stats_station(from->stats, p->venue, period, from->now_ms, &v)
                    : yz_stats_stations(from->stats, p->division, period, from->now_ms, &v);
    if (!read) return;
    const int64_t all[] = {v.stations,
                           v.check_ins,
                           v.seeking,
                           v.dispatched_same_day,
                           v.gig_openings,
                           v.dispatches,
                           v.persons_known ? v.persons : -1};
    memcpy(to, all, sizeof all);
}

static bool is_over(yz_period period, int64_t now_ms) {
    bool open = period.window == YZ_WINDOW_NOW || period.window == YZ_WINDOW_TOTAL;
    return open || yz_period_end_ms(period) <= now_ms;
}

void stats_read_cell(const stats_table *t, const stats_source *from, const stats_key *const keys[2],
                     yz_period period, int64_t *numbers, uint32_t *provisional) {
    const stats_question *q = &t->question;
    place p = place_of(t, keys);
    memset(numbers, 0, t->stride * sizeof *numbers);
    for (uint32_t i = 0; i < q->series_count; i++) {
        int64_t *to = numbers + t->at[i];
        bool open = !is_over(period, from->now_ms);
        yz_skill_need need;
        switch (yz_series_of(q->series[i])->shape) {
        case YZ_SHAPE_FAIR: read_fairs(from, &p, period, to); break;
        case YZ_SHAPE_STATION: read_stations(from, &p, period, to); break;
        case YZ_SHAPE_SKILLS:
            if (p.skill == YZ_ROW_NONE) break; // the whole of all skills is nothing
            need = yz_stats_skill(from->stats, p.division, p.skill);
            to[0] = need.demand;
            to[1] = need.supply;
            break;
        default: open = read_series(from, q->series[i], &p, period, to); break;
        }
        *provisional |= (uint32_t)open << i;
    }
}

bool stats_cell_exists(const stats_table *t, const stats_source *from,
                       const stats_key *const keys[2]) {
    place p = place_of(t, keys);
    bool by_cube = yz_series_of(t->question.series[0])->shape <= YZ_SHAPE_DURATION;
    return !by_cube ||
           yz_cube_row(yz_stats_cube(from->stats), p.cell.node, p.cell.occupation) != YZ_ROW_NONE;
}
