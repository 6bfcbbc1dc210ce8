/* S18, S19 and Y12 of the recount. */
#include "engine/base/alloc.h"
#include "engine/market/recount_inner.h"
#include "engine/model/time.h"

#include <stdio.h>
#include <string.h>

static const venue_story *story_of(const yz_recount *r, yz_text id) {
    uint32_t name = recount_find(r, id);
    if (name >= r->venue_numbers.count) return NULL; // never seen, too
    uint32_t number = r->venue_numbers.at[name];
    return number == UINT32_MAX ? NULL : &r->venue_stories.at[number];
}

// The venue as it was last put or closed; NULL: never.
static const seen_at_venue *last_put(const yz_recount *r, const venue_story *story) {
    for (uint32_t i = story == NULL ? 0 : story->seen.count; i-- > 0;) {
        const seen_at_venue *s = &r->venues.at[story->seen.at[i]];
        if (s->kind == SEEN_VENUE) return s;
    }
    return NULL;
}

// The first time that this name comes in this period? Names stand where divisions would.
static bool is_first(parts *so_far, yz_period period, uint32_t name) {
    uint32_t before = so_far->list.count;
    recount_give(so_far, period, (where){.division = name}, 0, 1);
    return so_far->list.count > before;
}

#define EVER ((yz_period){YZ_WINDOW_TOTAL, 0})

// ---- a fair ----

// The last moment that counts: its end, or the command that closed it or said it was over.
typedef struct fair_end {
    uint64_t order;
    int64_t at_ms;
} fair_end;

static bool is_by(fair_end end, uint64_t order, int64_t at_ms) {
    return order <= end.order && at_ms <= end.at_ms;
}

/* A stretch in which the fair goes on: from a put of one that has not ended, until it has; a later
 * put may make it go on again. */
typedef struct lasting {
    uint64_t from; // order
    fair_end end;
} lasting;
typedef LIST(lasting) lasting_list;

static lasting_list lastings_of(const yz_recount *r, const venue_story *story) {
    lasting_list list = {0};
    for (uint32_t i = 0; i < story->seen.count; i++) {
        const seen_at_venue *s = &r->venues.at[story->seen.at[i]];
        if (s->kind != SEEN_VENUE) continue;
        bool goes_on = !s->closed && s->at_ms <= s->to_ms;
        lasting *now = list.count == 0 ? NULL : &list.at[list.count - 1];
        if (now != NULL && is_by(now->end, s->order, s->at_ms)) {
            now->end = goes_on ? (fair_end){UINT64_MAX, s->to_ms} : (fair_end){s->order, s->at_ms};
        } else if (goes_on) {
            *LIST_ADD(list) = (lasting){s->order, {UINT64_MAX, s->to_ms}};
        }
    }
    return list;
}

// An employer with a booth at some time: when it first had one, and whether it has one at the end.
typedef struct at_fair {
    uint32_t employer;
    const seen_at_venue *first;
    bool here;
} at_fair;
typedef LIST(at_fair) at_fair_list;

static at_fair *employer_in(at_fair_list *list, uint32_t employer) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->at[i].employer == employer) return &list->at[i];
    }
    return NULL;
}

// Is it the last word on that booth?
static bool still_stands(const yz_recount *r, const venue_story *story, uint32_t from,
                         fair_end end) {
    const seen_at_venue *s = &r->venues.at[story->seen.at[from]];
    for (uint32_t i = from + 1; i < story->seen.count; i++) {
        const seen_at_venue *later = &r->venues.at[story->seen.at[i]];
        bool is_booth = later->kind == SEEN_BOOTH || later->kind == SEEN_NO_BOOTH;
        if (!is_by(end, later->order, later->at_ms)) return true; // and none after it
        if (is_booth && later->booth == s->booth) return false;
    }
    return true;
}

static at_fair_list employers_of(const yz_recount *r, const venue_story *story, fair_end end) {
    at_fair_list list = {0};
    for (uint32_t i = 0; i < story->seen.count; i++) {
        const seen_at_venue *s = &r->venues.at[story->seen.at[i]];
        if (s->kind != SEEN_BOOTH || !is_by(end, s->order, s->at_ms)) continue;
        at_fair *one = employer_in(&list, s->what);
        if (one == NULL) {
            one = LIST_ADD(list);
            *one = (at_fair){s->what, s, false};
        }
        one->here |= still_stands(r, story, i, end);
    }
    return list;
}

// Was it open from `s` on, at some moment while the fair went on and the employer had come?
static bool was_on_offer(const posting_state *s, bool is_last, const at_fair *one,
                         const lasting_list *lastings) {
    for (uint32_t i = 0; i < lastings->count; i++) {
        const lasting *l = &lastings->at[i];
        uint64_t since = one->first->order > l->from ? one->first->order : l->from;
        bool had_come = is_by(l->end, one->first->order, one->first->at_ms);
        bool goes_on = is_last || s[1].order > since;
        if (had_come && goes_on && is_by(l->end, s->order, s->at_ms)) return true;
    }
    return false;
}

static bool is_at_fair(const posting_story *story, uint32_t venue, at_fair_list *employers,
                       const lasting_list *lastings, const posting_state **as_stated) {
    fair_end end = lastings->at[lastings->count - 1].end;
    const posting_state *last = NULL;
    for (uint32_t k = story->states.count; k-- > 0 && last == NULL;) {
        const posting_state *s = &story->states.at[k];
        if (is_by(end, s->order, s->at_ms)) last = s;
    }
    *as_stated = last;
    if (last == NULL) return false;
    if (last->venue == venue) return true;
    // Also when it is another employer's by now: it was on offer there.
    for (uint32_t k = 0; k < story->states.count; k++) {
        const posting_state *s = &story->states.at[k];
        const at_fair *one = s->open ? employer_in(employers, s->employer) : NULL;
        if (one == NULL || !one->here) continue;
        if (was_on_offer(s, k + 1 == story->states.count, one, lastings)) return true;
    }
    return false;
}

// Employers with a booth, and the postings, as they stood when the fair last ended.
static void count_offers(const yz_recount *r, const venue_story *story, uint32_t venue,
                         yz_fair_value *v) {
    lasting_list lastings = lastings_of(r, story);
    if (lastings.count == 0) return; // it had ended when it was first put
    at_fair_list employers = employers_of(r, story, lastings.at[lastings.count - 1].end);
    for (uint32_t i = 0; i < employers.count; i++)
        v->employers += employers.at[i].here;
    for (uint32_t i = 0; i < r->postings.count; i++) {
        const posting_state *as_stated;
        if (!is_at_fair(&r->postings.at[i], venue, &employers, &lastings, &as_stated)) continue;
        v->postings += 1;
        v->openings += as_stated->openings;
    }
    yz_free(employers.at);
    yz_free(lastings.at);
}

static void count_steps(const yz_recount *r, const venue_story *story, yz_fair_value *v) {
    uint32_t at = 0;
    int64_t to_ms = 0; // the last day as it stood when they signed
    for (uint32_t i = 0; i < story->steps.count; i++) {
        const seen_step *step = &r->steps.at[story->steps.at[i]];
        for (; at < story->seen.count; at++) {
            const seen_at_venue *s = &r->venues.at[story->seen.at[at]];
            if (s->order > step->order) break;
            if (s->kind == SEEN_VENUE) to_ms = s->to_ms;
        }
        bool soon = yz_day_at(step->at_ms) <= yz_day_at(to_ms) + 90;
        v->applied += step->to == YZ_STEP_APPLIED;
        v->interviewed += step->to == YZ_STEP_INTERVIEW;
        v->held += step->to == YZ_STEP_HELD;
        v->signed_there += step->to == YZ_STEP_PLACED;
        v->signed_90 += step->to == YZ_STEP_PLACED && soon;
    }
}

bool yz_recount_fair(const yz_recount *r, yz_text id, yz_fair_value *v) {
    const venue_story *story = story_of(r, id);
    const seen_at_venue *put = last_put(r, story);
    parts visitors = {0};
    *v = (yz_fair_value){.fairs = 1};
    if (put == NULL) return false;
    for (uint32_t i = 0; i < story->seen.count; i++) {
        const seen_at_venue *s = &r->venues.at[story->seen.at[i]];
        if (s->kind != SEEN_ENTRY) continue;
        v->entries += 1;
        v->visitors += is_first(&visitors, EVER, s->what);
    }
    count_offers(r, story, put->venue, v);
    count_steps(r, story, v);
    parts_deinit(&visitors);
    return true;
}

// ---- a station ----

// The first step of the venue at or after a moment.
static uint32_t first_step(const yz_recount *r, const venue_story *story, int64_t at_ms) {
    uint32_t low = 0, high = story->steps.count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (r->steps.at[story->steps.at[mid]].at_ms < at_ms)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

// The same of what was seen there.
static uint32_t first_seen(const yz_recount *r, const venue_story *story, int64_t at_ms) {
    uint32_t low = 0, high = story->seen.count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (r->venues.at[story->seen.at[mid]].at_ms < at_ms)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

// Signed or began a gig at this station on the day it joined, after that.
static bool is_dispatched(const yz_recount *r, const venue_story *story,
                          const seen_at_venue *joined) {
    for (uint32_t i = first_step(r, story, joined->at_ms); i < story->steps.count; i++) {
        const seen_step *step = &r->steps.at[story->steps.at[i]];
        if (yz_day_at(step->at_ms) != yz_day_at(joined->at_ms)) return false;
        if (step->order < joined->order || step->cell.type != 2) continue;
        if (step->to != YZ_STEP_PLACED && step->to != YZ_STEP_STARTED) continue;
        if (r->seekers.at[step->seeker].name == joined->what) return true;
    }
    return false;
}

static void gigs(const yz_recount *r, const venue_story *story, yz_period period,
                 yz_station_value *v) {
    int64_t end_ms = yz_period_end_ms(period);
    uint32_t from = first_step(r, story, yz_period_begin_ms(period));
    parts persons = {0};
    for (uint32_t i = from; i < story->steps.count; i++) {
        const seen_step *step = &r->steps.at[story->steps.at[i]];
        if (step->at_ms >= end_ms) break;
        if (step->to != YZ_STEP_PLACED || step->cell.type != 2) continue;
        v->dispatches += 1;
        v->persons += is_first(&persons, EVER, step->person);
    }
    parts_deinit(&persons);
    for (uint32_t i = 0; i < story->gigs.count; i++) {
        const posted_gig *gig = &story->gigs.at[i];
        bool is_in = gig->at_ms >= yz_period_begin_ms(period) && gig->at_ms < end_ms;
        if (is_in) v->gig_openings += gig->openings;
    }
}

bool yz_recount_station(const yz_recount *r, yz_text id, yz_period period, yz_station_value *v) {
    const venue_story *story = story_of(r, id);
    const seen_at_venue *put = last_put(r, story);
    parts seekers = {0};
    *v = (yz_station_value){0};
    if (put == NULL) return false;
    v->stations = !put->closed;
    for (uint32_t i = first_seen(r, story, yz_period_begin_ms(period)); i < story->seen.count;
         i++) {
        const seen_at_venue *s = &r->venues.at[story->seen.at[i]];
        if (s->at_ms >= yz_period_end_ms(period)) break;
        if (s->kind == SEEN_ENTRY) v->check_ins += 1;
        if (s->kind != SEEN_JOINED || s->what == 0) continue;
        if (!is_first(&seekers, yz_period_at(YZ_WINDOW_DAY, s->at_ms), s->what)) continue;
        v->seeking += 1;
        v->dispatched_same_day += is_dispatched(r, story, s);
    }
    parts_deinit(&seekers);
    gigs(r, story, period, v);
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
    if (!yz_cube_keeps(period, yz_market_time_ms(m))) return;
    if (!yz_recount_station(r, id, period, &mine)) return;
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
    uint32_t skills = yz_market_entry_rows(m, YZ_SKILLS);
    int64_t *demand = yz_alloc_zeroed((skills + 1) * sizeof *demand);
    int64_t *supply = yz_alloc_zeroed((skills + 1) * sizeof *supply);
    for (uint32_t row = 0; row < yz_market_posting_rows(m); row++) {
        yz_arena_reset(r->arena);
        yz_posting_view v;
        yz_entry_view entry;
        if (yz_market_posting_at(m, row, r->arena, &v) && v.state == YZ_STATE_OPEN) {
            yz_posting_told told = yz_market_posting_told(m, row);
            for (uint32_t i = 0; i < v.posting.required_count; i++) {
                yz_market_entry(m, YZ_SKILLS, v.posting.required[i].skill, &entry);
                demand[entry.row] += (int64_t)v.posting.openings - told.placed - told.filled;
            }
        }
    }
    for (uint32_t row = 0; row < yz_market_seeker_rows(m); row++) {
        yz_arena_reset(r->arena);
        yz_seeker_view v;
        yz_entry_view entry;
        if (yz_market_seeker_at(m, row, r->arena, &v) && v.state == YZ_STATE_OPEN) {
            for (uint32_t i = 0; i < v.seeker.skill_count; i++) {
                yz_market_entry(m, YZ_SKILLS, v.seeker.skills[i].skill, &entry);
                supply[entry.row] += 1;
            }
        }
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
