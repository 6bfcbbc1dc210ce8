/* S18, S19 and Y12 of the recount. */
#include "engine/base/alloc.h"
#include "engine/market/recount_inner.h"
#include "engine/model/time.h"

#include <stdio.h>
#include <string.h>

static bool is_in(yz_period period, int64_t at_ms) {
    return at_ms >= yz_period_begin_ms(period) && at_ms < yz_period_end_ms(period);
}

// The venue as it was last put or closed; NULL: never.
static const seen_at_venue *last_put(const yz_recount *r, uint32_t venue) {
    for (uint32_t i = r->venues.count; i-- > 0;) {
        const seen_at_venue *s = &r->venues.at[i];
        if (s->kind == SEEN_VENUE && s->venue == venue) return s;
    }
    return NULL;
}

// Is it the first of its kind and `what` at this venue (on that day)?
static bool is_first(const yz_recount *r, uint32_t index, bool of_the_day) {
    const seen_at_venue *s = &r->venues.at[index];
    for (uint32_t i = 0; i < index; i++) {
        const seen_at_venue *e = &r->venues.at[i];
        if (e->kind != s->kind || e->venue != s->venue || e->what != s->what) continue;
        if (!of_the_day || yz_day_at(e->at_ms) == yz_day_at(s->at_ms)) return false;
    }
    return true;
}

// ---- a fair ----

// The last moment that counts for who and what is there: its end, its closing, or none yet.
static uint64_t end_of(const yz_recount *r, uint32_t venue, const seen_at_venue *put,
                       int64_t *end_ms) {
    *end_ms = put->to_ms;
    if (put->closed && put->at_ms <= put->to_ms) {
        *end_ms = put->at_ms;
        return put->order;
    }
    (void)r;
    (void)venue;
    return UINT64_MAX;
}

static bool has_booth(const yz_recount *r, uint32_t venue, uint32_t employer, uint64_t before,
                      int64_t end_ms, uint64_t *first) {
    bool here = false;
    *first = UINT64_MAX;
    // The last word on each booth, and the first time the employer had one.
    for (uint32_t i = 0; i < r->venues.count; i++) {
        const seen_at_venue *s = &r->venues.at[i];
        if (s->venue != venue || s->order > before || s->at_ms > end_ms) continue;
        if (s->kind != SEEN_BOOTH || s->what != employer) continue;
        if (s->order < *first) *first = s->order;
        bool still = true;
        for (uint32_t k = i + 1; k < r->venues.count && still; k++) {
            const seen_at_venue *later = &r->venues.at[k];
            bool same = later->venue == venue && later->booth == s->booth &&
                        later->order <= before && later->at_ms <= end_ms;
            if (same && (later->kind == SEEN_BOOTH || later->kind == SEEN_NO_BOOTH)) still = false;
        }
        here |= still;
    }
    return here;
}

static bool is_at_fair(const yz_recount *r, const posting_story *story, uint32_t venue,
                       uint64_t before, int64_t end_ms, const posting_state **as_stated) {
    const posting_state *last = NULL;
    for (uint32_t k = 0; k < story->states.count; k++) {
        const posting_state *s = &story->states.at[k];
        if (s->order <= before && s->at_ms <= end_ms) last = s;
    }
    *as_stated = last;
    if (last == NULL) return false;
    if (last->venue == venue) return true;
    uint64_t first;
    if (last->employer == 0 || !has_booth(r, venue, last->employer, before, end_ms, &first)) {
        return false;
    }
    for (uint32_t k = 0; k < story->states.count; k++) {
        const posting_state *s = &story->states.at[k];
        bool goes_on = k + 1 == story->states.count || s[1].order > first;
        if (s->open && goes_on && s->order <= before && s->at_ms <= end_ms) return true;
    }
    return false;
}

bool yz_recount_fair(const yz_recount *r, yz_text id, yz_fair_value *v) {
    *v = (yz_fair_value){.fairs = 1};
    uint32_t venue = recount_find(r, id);
    const seen_at_venue *put = venue == UINT32_MAX ? NULL : last_put(r, venue);
    if (put == NULL) return false;
    int64_t end_ms;
    uint64_t before = end_of(r, venue, put, &end_ms);
    for (uint32_t i = 0; i < r->venues.count; i++) {
        const seen_at_venue *s = &r->venues.at[i];
        if (s->venue != venue) continue;
        if (s->kind == SEEN_ENTRY) {
            v->entries += 1;
            v->visitors += is_first(r, i, false);
        }
        uint64_t first;
        if (s->kind == SEEN_BOOTH && is_first(r, i, false)) {
            v->employers += has_booth(r, venue, s->what, before, end_ms, &first);
        }
    }
    for (uint32_t i = 0; i < r->postings.count; i++) {
        const posting_state *as_stated;
        if (!is_at_fair(r, &r->postings.at[i], venue, before, end_ms, &as_stated)) continue;
        v->postings += 1;
        v->openings += as_stated->openings;
    }
    for (uint32_t i = 0; i < r->steps.count; i++) {
        const seen_step *step = &r->steps.at[i];
        if (step->venue != venue) continue;
        v->applied += step->to == YZ_STEP_APPLIED;
        v->interviewed += step->to == YZ_STEP_INTERVIEW;
        v->held += step->to == YZ_STEP_HELD;
        v->signed_there += step->to == YZ_STEP_PLACED;
        // The last day as it stood when they signed.
        int64_t to_ms = 0;
        for (uint32_t k = 0; k < r->venues.count; k++) {
            const seen_at_venue *s = &r->venues.at[k];
            if (s->venue == venue && s->order < step->order && s->kind == SEEN_VENUE)
                to_ms = s->to_ms;
        }
        bool soon = yz_day_at(step->at_ms) <= yz_day_at(to_ms) + 90;
        v->signed_90 += step->to == YZ_STEP_PLACED && soon;
    }
    return true;
}

// ---- a station ----

// Signed or began a gig at this station on the day it joined, after that.
static bool is_dispatched(const yz_recount *r, const seen_at_venue *joined, yz_text seeker) {
    for (uint32_t i = 0; i < r->steps.count; i++) {
        const seen_step *step = &r->steps.at[i];
        if (step->order < joined->order || step->venue != joined->venue) continue;
        if (step->to != YZ_STEP_PLACED && step->to != YZ_STEP_STARTED) continue;
        if (step->cell.type != 2) continue;
        if (yz_day_at(step->at_ms) != yz_day_at(joined->at_ms)) continue;
        if (yz_text_equal(yz_ids_text(r->seeker_ids, step->seeker), seeker)) return true;
    }
    return false;
}

static bool is_gig_signing(const seen_step *step, uint32_t venue) {
    return step->venue == venue && step->to == YZ_STEP_PLACED && step->cell.type == 2;
}

static void gigs(const yz_recount *r, uint32_t venue, yz_period period, yz_station_value *v) {
    for (uint32_t i = 0; i < r->steps.count; i++) {
        const seen_step *step = &r->steps.at[i];
        if (!is_gig_signing(step, venue) || !is_in(period, step->at_ms)) continue;
        v->dispatches += 1;
        bool first = true;
        for (uint32_t k = 0; k < i && first; k++) {
            const seen_step *e = &r->steps.at[k];
            first =
                !(is_gig_signing(e, venue) && is_in(period, e->at_ms) && e->person == step->person);
        }
        v->persons += first;
    }
    for (uint32_t i = 0; i < r->postings.count; i++) {
        const posting_story *story = &r->postings.at[i];
        for (uint32_t k = 0; k < story->states.count; k++) {
            const posting_state *s = &story->states.at[k];
            bool counts = s->posted && s->venue == venue && s->cell.type == 2;
            if (counts && is_in(period, s->at_ms)) v->gig_openings += s->openings;
        }
    }
}

bool yz_recount_station(const yz_recount *r, yz_text id, yz_period period, yz_station_value *v) {
    *v = (yz_station_value){0};
    uint32_t venue = recount_find(r, id);
    const seen_at_venue *put = venue == UINT32_MAX ? NULL : last_put(r, venue);
    if (put == NULL) return false;
    v->stations = !put->closed;
    for (uint32_t i = 0; i < r->venues.count; i++) {
        const seen_at_venue *s = &r->venues.at[i];
        if (s->venue != venue || !is_in(period, s->at_ms)) continue;
        if (s->kind == SEEN_ENTRY) v->check_ins += 1;
        if (s->kind == SEEN_JOINED && s->what != 0 && is_first(r, i, true)) {
            v->seeking += 1;
            v->dispatched_same_day += is_dispatched(r, s, recount_text(r, s->what));
        }
    }
    gigs(r, venue, period, v);
    v->persons_known = period.window == YZ_WINDOW_MONTH || period.window == YZ_WINDOW_YEAR;
    if (!v->persons_known) v->persons = 0;
    return true;
}

// ---- comparing ----

typedef struct venue_comparison {
    uint64_t *differences, *compared;
    recount_say say;
    void *context;
} venue_comparison;

static void same(venue_comparison *c, const char *what, yz_text id, int64_t market,
                 int64_t recount) {
    *c->compared += 1;
    if (market == recount) return;
    *c->differences += 1;
    char line[300];
    snprintf(line, sizeof line, "%s of %.*s: counts %lld, recount %lld", what, (int)id.size,
             id.bytes, (long long)market, (long long)recount);
    if (c->say != NULL) c->say(c->context, line);
}

static void compare_fair(venue_comparison *c, const yz_recount *r, const yz_market *m,
                         const yz_venue_view *view) {
    yz_fair_value mine = {0}, theirs = {0};
    yz_text id = view->venue.id;
    if (!yz_recount_fair(r, id, &mine)) return;
    if (!yz_stats_fair(yz_market_stats(m), view->row, (yz_period){YZ_WINDOW_TOTAL, 0},
                       yz_market_time_ms(m), &theirs)) {
        same(c, "a fair without numbers", id, 0, 1);
        return;
    }
    same(c, "employers", id, theirs.employers, mine.employers);
    same(c, "postings", id, theirs.postings, mine.postings);
    same(c, "openings", id, theirs.openings, mine.openings);
    same(c, "visitors", id, theirs.visitors, mine.visitors);
    same(c, "entries", id, theirs.entries, mine.entries);
    same(c, "applied", id, theirs.applied, mine.applied);
    same(c, "interviewed", id, theirs.interviewed, mine.interviewed);
    same(c, "held", id, theirs.held, mine.held);
    same(c, "signed", id, theirs.signed_there, mine.signed_there);
    same(c, "signed within 90 days", id, theirs.signed_90, mine.signed_90);
}

static void compare_station(venue_comparison *c, const yz_recount *r, const yz_market *m,
                            const yz_venue_view *view, yz_period period) {
    yz_station_value mine = {0}, theirs = {0};
    yz_text id = view->venue.id;
    if (!yz_recount_station(r, id, period, &mine)) return;
    if (!yz_cube_keeps(period, yz_market_time_ms(m))) return;
    if (!yz_stats_station(yz_market_stats(m), view->row, period, yz_market_time_ms(m), &theirs)) {
        same(c, "a station without numbers", id, 0, 1);
        return;
    }
    same(c, "check-ins", id, theirs.check_ins, mine.check_ins);
    same(c, "seeking", id, theirs.seeking, mine.seeking);
    same(c, "dispatched the same day", id, theirs.dispatched_same_day, mine.dispatched_same_day);
    same(c, "gig openings", id, theirs.gig_openings, mine.gig_openings);
    same(c, "dispatches", id, theirs.dispatches, mine.dispatches);
    if (mine.persons_known) same(c, "gig persons", id, theirs.persons, mine.persons);
}

void recount_compare_venues(uint64_t *differences, uint64_t *compared, const yz_recount *r,
                            const yz_market *m, recount_say say, void *context) {
    venue_comparison c = {differences, compared, say, context};
    for (uint32_t row = 0; row < yz_market_venue_rows(m); row++) {
        yz_venue_view view;
        if (!yz_market_venue_at(m, row, &view)) continue;
        if (view.venue.kind == YZ_VENUE_FAIR) {
            compare_fair(&c, r, m, &view);
            continue;
        }
        int64_t first = yz_period_at(YZ_WINDOW_DAY, r->first_ms).index;
        int64_t last = yz_period_at(YZ_WINDOW_DAY, r->last_ms).index;
        for (int64_t day = first; day <= last; day++)
            compare_station(&c, r, m, &view, (yz_period){YZ_WINDOW_DAY, day});
        first = yz_period_at(YZ_WINDOW_MONTH, r->first_ms).index;
        last = yz_period_at(YZ_WINDOW_MONTH, r->last_ms).index;
        for (int64_t month = first; month <= last; month++)
            compare_station(&c, r, m, &view, (yz_period){YZ_WINDOW_MONTH, month});
        compare_station(&c, r, m, &view, (yz_period){YZ_WINDOW_TOTAL, 0});
    }
}

// ---- skills: from the records as they are ----

void recount_compare_skills(uint64_t *differences, uint64_t *compared, const yz_recount *r,
                            const yz_market *m, recount_say say, void *context) {
    venue_comparison c = {differences, compared, say, context};
    (void)r;
    uint32_t skills = yz_market_entry_rows(m, YZ_SKILLS);
    int64_t *demand = yz_alloc_zeroed((skills + 1) * sizeof *demand);
    int64_t *supply = yz_alloc_zeroed((skills + 1) * sizeof *supply);
    for (uint32_t row = 0; row < yz_market_posting_rows(m); row++) {
        yz_arena *arena = yz_arena_new((size_t)1 << 20);
        yz_posting_view v;
        yz_entry_view entry;
        if (yz_market_posting_at(m, row, arena, &v) && v.state == YZ_STATE_OPEN) {
            yz_posting_told told = yz_market_posting_told(m, row);
            for (uint32_t i = 0; i < v.posting.required_count; i++) {
                yz_market_entry(m, YZ_SKILLS, v.posting.required[i].skill, &entry);
                demand[entry.row] += (int64_t)v.posting.openings - told.placed - told.filled;
            }
        }
        yz_arena_free(arena);
    }
    for (uint32_t row = 0; row < yz_market_seeker_rows(m); row++) {
        yz_arena *arena = yz_arena_new((size_t)1 << 20);
        yz_seeker_view v;
        yz_entry_view entry;
        if (yz_market_seeker_at(m, row, arena, &v) && v.state == YZ_STATE_OPEN) {
            for (uint32_t i = 0; i < v.seeker.skill_count; i++) {
                yz_market_entry(m, YZ_SKILLS, v.seeker.skills[i].skill, &entry);
                supply[entry.row] += 1;
            }
        }
        yz_arena_free(arena);
    }
    yz_skill_need *needs = yz_alloc((skills + 1) * sizeof *needs);
    uint32_t count = yz_stats_skills(yz_market_stats(m), YZ_TEXT(""), 1, needs, skills + 1);
    uint32_t wanted = 0;
    for (uint32_t i = 0; i < skills; i++)
        wanted += demand[i] > 0;
    same(&c, "skills in demand", YZ_TEXT("all"), count, wanted);
    for (uint32_t i = 0; i < count; i++) {
        yz_entry_view entry;
        if (!yz_market_entry_at(m, YZ_SKILLS, needs[i].skill, &entry)) continue;
        same(&c, "demand", entry.entry.id, needs[i].demand, demand[needs[i].skill]);
        same(&c, "supply", entry.entry.id, needs[i].supply, supply[needs[i].skill]);
    }
    yz_free(demand);
    yz_free(supply);
    yz_free(needs);
}
