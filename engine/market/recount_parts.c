/* What each series counts, from the lists, as docs/statistics.md says it. */
#include "engine/base/alloc.h"
#include "engine/base/mix.h"
#include "engine/market/recount_inner.h"
#include "engine/model/time.h"

#include <stdlib.h>

// ---- sums by period and cell ----

static uint64_t hash_of(const part *p) {
    uint64_t hash = yz_mix((uint64_t)p->period.index ^ (uint64_t)p->days << 40);
    hash = yz_mix(hash ^ ((uint64_t)p->cell.division << 32 | p->cell.occupation));
    return yz_mix(hash ^ ((uint64_t)p->cell.group << 8 | p->cell.type));
}

static bool same_part(const part *a, const part *b) {
    return a->period.index == b->period.index && a->days == b->days &&
           a->cell.division == b->cell.division && a->cell.occupation == b->cell.occupation &&
           a->cell.group == b->cell.group && a->cell.type == b->cell.type;
}

static uint32_t *place_of(parts *out, const part *p) {
    uint32_t at = (uint32_t)hash_of(p) & (out->places_room - 1);
    while (out->places[at] != 0 && !same_part(&out->list.at[out->places[at] - 1], p))
        at = (at + 1) & (out->places_room - 1);
    return &out->places[at];
}

static void make_places(parts *out) {
    if (out->list.count * 2 < out->places_room) return;
    yz_free(out->places);
    out->places_room = out->places_room == 0 ? 64 : out->places_room * 2;
    out->places = yz_alloc_zeroed(out->places_room * sizeof *out->places);
    for (uint32_t i = 0; i < out->list.count; i++)
        *place_of(out, &out->list.at[i]) = i + 1;
}

void recount_give(parts *out, yz_period period, where cell, int64_t days, int64_t amount) {
    part wanted = {period, cell, days, 0};
    if (amount == 0) return;
    make_places(out);
    uint32_t *place = place_of(out, &wanted);
    if (*place == 0) {
        *LIST_ADD(out->list) = wanted;
        *place = out->list.count;
    }
    out->list.at[*place - 1].amount += amount;
}

void parts_deinit(parts *p) {
    yz_free(p->list.at);
    yz_free(p->places);
    *p = (parts){0};
}

static int compare_where(const where *a, const where *b) {
    if (a->division != b->division) return a->division < b->division ? -1 : 1;
    if (a->occupation != b->occupation) return a->occupation < b->occupation ? -1 : 1;
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    return (a->type > b->type) - (a->type < b->type);
}

static void give(parts *out, yz_period period, where cell, int64_t amount) {
    recount_give(out, period, cell, 0, amount);
}

// ---- seekers ----

static void registrations(const yz_recount *r, yz_window window, parts *out) {
    for (uint32_t i = 0; i < r->seekers.count; i++) {
        const seeker_story *story = &r->seekers.at[i];
        for (uint32_t k = 0; k < story->states.count; k++) {
            const seeker_state *s = &story->states.at[k];
            if (s->registers) give(out, yz_period_at(window, s->at_ms), s->cell, 1);
        }
    }
}

/* S02: open at the start of a period, or becoming open in it; each once, where it first was. An
 * open stretch from a to b is open at the start of each period that begins after a and not after b.
 */
static void seekers_of_periods(const yz_recount *r, yz_window window, int64_t now_ms, parts *out) {
    for (uint32_t i = 0; i < r->seekers.count; i++) {
        const seeker_story *story = &r->seekers.at[i];
        int64_t counted = INT64_MIN; // the last period it was counted in
        for (uint32_t k = 0; k < story->states.count; k++) {
            const seeker_state *s = &story->states.at[k];
            if (!s->open) continue;
            bool last = k + 1 == story->states.count;
            int64_t until_ms = last ? now_ms : story->states.at[k + 1].at_ms;
            int64_t from = yz_period_at(window, s->at_ms).index;
            int64_t to = yz_period_at(window, until_ms).index;
            for (int64_t index = from > counted ? from : counted + 1; index <= to; index++) {
                give(out, (yz_period){window, index}, s->cell, 1);
                counted = index;
            }
        }
    }
}

// Was the seeker of a step open just before it, or earlier in the period?
static bool was_open_in(const yz_recount *r, const seen_step *step, yz_period period) {
    if (step->seeker_open) return true;
    const seeker_story *story = &r->seekers.at[step->seeker];
    int64_t begin_ms = yz_period_begin_ms(period);
    for (uint32_t k = 0; k < story->states.count; k++) {
        const seeker_state *s = &story->states.at[k];
        if (s->order > step->order) break;
        if (!s->open) continue;
        bool last = k + 1 == story->states.count;
        // Ends in the period, or after it began.
        if (last || story->states.at[k + 1].at_ms >= begin_ms) return true;
    }
    return false;
}

static void signers(const yz_recount *r, yz_window window, parts *out) {
    int64_t *counted = yz_alloc((r->seekers.count + 1) * sizeof *counted);
    for (uint32_t i = 0; i < r->seekers.count; i++)
        counted[i] = INT64_MIN;
    for (uint32_t i = 0; i < r->steps.count; i++) {
        const seen_step *step = &r->steps.at[i];
        if (step->to != YZ_STEP_PLACED) continue;
        yz_period period = yz_period_at(window, step->at_ms);
        if (counted[step->seeker] == period.index || !was_open_in(r, step, period)) continue;
        counted[step->seeker] = period.index;
        give(out, period, step->seeker_cell, 1);
    }
    yz_free(counted);
}

// ---- cohorts ----

typedef struct registration {
    uint32_t person;
    uint64_t order;
    int64_t at_ms;
    where cell;
} registration;

static int by_person_and_order(const void *a, const void *b) {
    const registration *x = a, *y = b;
    if (x->person != y->person) return x->person < y->person ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static bool signs_within_90_days(const yz_recount *r, const registration *reg,
                                 const uint32_t *first, const uint32_t *next) {
    for (uint32_t i = first[reg->person]; i != UINT32_MAX; i = next[i]) {
        const seen_step *step = &r->steps.at[i];
        if (step->order < reg->order) continue;
        if (yz_day_at(step->at_ms) - yz_day_at(reg->at_ms) <= 90) return true;
    }
    return false;
}

static void cohorts(const yz_recount *r, bool who_signed, parts *out) {
    LIST(registration) all = {0};
    for (uint32_t i = 0; i < r->seekers.count; i++) {
        const seeker_story *story = &r->seekers.at[i];
        for (uint32_t k = 0; k < story->states.count; k++) {
            const seeker_state *s = &story->states.at[k];
            if (!s->registers) continue;
            *LIST_ADD(all) = (registration){s->person, s->order, s->at_ms, s->cell};
        }
    }
    if (all.count > 1) qsort(all.at, all.count, sizeof *all.at, by_person_and_order);
    // The signings of each person, as chains.
    uint32_t names = yz_ids_count(r->names);
    uint32_t *first = yz_alloc((names + 1) * sizeof *first);
    uint32_t *next = yz_alloc((r->steps.count + 1) * sizeof *next);
    for (uint32_t i = 0; i < names; i++)
        first[i] = UINT32_MAX;
    for (uint32_t i = r->steps.count; i-- > 0;) {
        if (r->steps.at[i].to != YZ_STEP_PLACED) continue;
        next[i] = first[r->steps.at[i].person];
        first[r->steps.at[i].person] = i;
    }
    for (uint32_t i = 0; i < all.count; i++) {
        const registration *reg = &all.at[i];
        yz_period month = yz_period_at(YZ_WINDOW_MONTH, reg->at_ms);
        bool again = i > 0 && all.at[i - 1].person == reg->person &&
                     yz_period_at(YZ_WINDOW_MONTH, all.at[i - 1].at_ms).index == month.index;
        if (again) continue;
        if (!who_signed || signs_within_90_days(r, reg, first, next))
            give(out, month, reg->cell, 1);
    }
    yz_free(first);
    yz_free(next);
    yz_free(all.at);
}

// ---- postings ----

static void posted(const yz_recount *r, yz_window window, bool openings, parts *out) {
    for (uint32_t i = 0; i < r->postings.count; i++) {
        const posting_story *story = &r->postings.at[i];
        for (uint32_t k = 0; k < story->states.count; k++) {
            const posting_state *s = &story->states.at[k];
            if (!s->posted) continue;
            give(out, yz_period_at(window, s->at_ms), s->cell, openings ? s->openings : 1);
        }
    }
}

// How one posting counts for one period.
static void demand_of_period(const posting_story *story, yz_period period, parts *out) {
    int64_t begin_ms = yz_period_begin_ms(period), end_ms = yz_period_end_ms(period);
    const posting_state *first_open = NULL, *last_open = NULL;
    int64_t filled_before = 0;
    for (uint32_t k = 0; k < story->states.count; k++) {
        const posting_state *s = &story->states.at[k];
        if (s->at_ms >= end_ms) break;
        bool last = k + 1 == story->states.count;
        if (s->at_ms < begin_ms) {
            filled_before = s->filled;
            bool at_start = last || story->states.at[k + 1].at_ms >= begin_ms;
            if (!at_start || !s->open) continue;
        } else if (!s->open) {
            continue;
        }
        if (first_open == NULL) first_open = s;
        last_open = s;
    }
    if (first_open == NULL) return;
    int64_t amount = (int64_t)last_open->openings - filled_before;
    give(out, period, first_open->cell, amount > 0 ? amount : 0);
}

static void demand(const yz_recount *r, yz_window window, int64_t now_ms, parts *out) {
    for (uint32_t i = 0; i < r->postings.count; i++) {
        const posting_story *story = &r->postings.at[i];
        if (story->states.count == 0) continue;
        int64_t from = yz_period_at(window, story->states.at[0].at_ms).index;
        int64_t to = yz_period_at(window, now_ms).index;
        for (int64_t index = from; index <= to; index++)
            demand_of_period(story, (yz_period){window, index}, out);
    }
}

// ---- steps ----

static void steps_to(const yz_recount *r, yz_window window, yz_step to, parts *out) {
    for (uint32_t i = 0; i < r->steps.count; i++) {
        const seen_step *step = &r->steps.at[i];
        if (step->to == to) give(out, yz_period_at(window, step->at_ms), step->cell, 1);
    }
}

static void told(const yz_recount *r, yz_window window, parts *out) {
    for (uint32_t i = 0; i < r->told.count; i++) {
        const seen_told *t = &r->told.at[i];
        give(out, yz_period_at(window, t->at_ms), t->cell, t->people);
    }
}

// The day a posting was last posted, as it was known at a step.
static bool posting_day(const posting_story *story, uint64_t order, int32_t *day) {
    bool known = false;
    for (uint32_t k = 0; k < story->states.count; k++) {
        const posting_state *s = &story->states.at[k];
        if (s->order > order) break;
        if (!s->posted) continue;
        *day = yz_day_at(s->at_ms);
        known = true;
    }
    return known;
}

void recount_fills(const yz_recount *r, yz_window window, parts *out) {
    for (uint32_t i = 0; i < r->steps.count; i++) {
        const seen_step *step = &r->steps.at[i];
        int32_t day;
        if (step->to != YZ_STEP_PLACED) continue;
        if (!posting_day(&r->postings.at[step->posting], step->order, &day)) continue;
        recount_give(out, yz_period_at(window, step->at_ms), step->cell,
                     yz_day_at(step->at_ms) - day, 1);
    }
}

// ---- at the end of a period, or now ----

/* Something stands from one moment to the next: it counts at the end of each period that ends after
 * the first and not after the second. Written down as what comes and what goes; `stood` sums up. */
static void stands(parts *moves, yz_window window, where cell, int64_t amount, int64_t from_ms,
                   int64_t until_ms, bool still) {
    if (window == YZ_WINDOW_NOW) {
        if (still) give(moves, (yz_period){YZ_WINDOW_NOW, 0}, cell, amount);
        return;
    }
    give(moves, yz_period_at(window, from_ms), cell, amount);
    if (!still) give(moves, yz_period_at(window, until_ms), cell, -amount);
}

static int by_cell_and_period(const void *a, const void *b) {
    const part *x = a, *y = b;
    int by_cell = compare_where(&x->cell, &y->cell);
    if (by_cell != 0) return by_cell;
    return (x->period.index > y->period.index) - (x->period.index < y->period.index);
}

// Minutes and hours of long ago are asked by nobody, and they are many.
static int64_t oldest_of(yz_window window, int64_t now_ms) {
    int64_t far = window == YZ_WINDOW_MINUTE ? 2 : window == YZ_WINDOW_HOUR ? 62 : 40000;
    return yz_period_at(window, now_ms > far * YZ_DAY_MS ? now_ms - far * YZ_DAY_MS : 0).index;
}

// From what came and went in each period: what was there at the end of each, until now.
static void stood(parts *moves, yz_window window, int64_t now_ms, parts *out) {
    const part *all = moves->list.at;
    uint32_t count = moves->list.count;
    int64_t now = yz_period_at(window, now_ms).index, oldest = oldest_of(window, now_ms), sum = 0;
    if (count > 1) qsort(moves->list.at, count, sizeof *all, by_cell_and_period);
    for (uint32_t i = 0; i < count; i++) {
        bool last = i + 1 == count || compare_where(&all[i].cell, &all[i + 1].cell) != 0;
        int64_t from = all[i].period.index, end = last ? now + 1 : all[i + 1].period.index;
        sum += all[i].amount;
        for (int64_t index = from > oldest ? from : oldest; sum != 0 && index < end; index++)
            *LIST_ADD(out->list) = (part){{window, index}, all[i].cell, 0, sum};
        if (last) sum = 0;
    }
}

static void open_seekers(const yz_recount *r, yz_window window, int64_t now_ms, parts *out) {
    for (uint32_t i = 0; i < r->seekers.count; i++) {
        const seeker_story *story = &r->seekers.at[i];
        for (uint32_t k = 0; k < story->states.count; k++) {
            const seeker_state *s = &story->states.at[k];
            bool last = k + 1 == story->states.count;
            if (!s->open) continue;
            stands(out, window, s->cell, 1, s->at_ms, last ? now_ms : s[1].at_ms, last);
        }
    }
}

static void open_postings(const yz_recount *r, recount_counter counter, yz_window window,
                          int64_t now_ms, parts *out) {
    for (uint32_t i = 0; i < r->postings.count; i++) {
        const posting_story *story = &r->postings.at[i];
        for (uint32_t k = 0; k < story->states.count; k++) {
            const posting_state *s = &story->states.at[k];
            bool last = k + 1 == story->states.count;
            int32_t day = 0;
            if (!s->open) continue;
            int64_t vacant = (int64_t)s->openings - s->filled, amount = 1;
            if (counter == COUNT_VACANT) amount = vacant;
            if (counter == COUNT_VACANT_DAYS) {
                posting_day(story, s->order, &day);
                amount = vacant * day;
            }
            stands(out, window, s->cell, amount, s->at_ms, last ? now_ms : s[1].at_ms, last);
        }
    }
}

static bool works(uint8_t step) {
    return step >= YZ_STEP_PLACED && step <= YZ_STEP_KEPT_90;
}

static const yz_recount *sorting; // for qsort, which has no context; one thread

static int by_pair_and_order(const void *a, const void *b) {
    const seen_step *x = &sorting->steps.at[*(const uint32_t *)a];
    const seen_step *y = &sorting->steps.at[*(const uint32_t *)b];
    if (x->seeker != y->seeker) return x->seeker < y->seeker ? -1 : 1;
    if (x->posting != y->posting) return x->posting < y->posting ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

// From the signing until the pair takes a step out of work; in the cell of the signing.
static void hired(const yz_recount *r, yz_window window, int64_t now_ms, parts *out) {
    uint32_t *order = yz_alloc((r->steps.count + 1) * sizeof *order);
    for (uint32_t i = 0; i < r->steps.count; i++)
        order[i] = i;
    sorting = r;
    if (r->steps.count > 1) qsort(order, r->steps.count, sizeof *order, by_pair_and_order);
    for (uint32_t i = 0; i < r->steps.count; i++) {
        const seen_step *step = &r->steps.at[order[i]], *end = NULL;
        if (step->to != YZ_STEP_PLACED) continue;
        for (uint32_t k = i + 1; k < r->steps.count && end == NULL; k++) {
            const seen_step *later = &r->steps.at[order[k]];
            if (later->seeker != step->seeker || later->posting != step->posting) break;
            if (!works(later->to)) end = later;
        }
        stands(out, window, step->cell, 1, step->at_ms, end == NULL ? now_ms : end->at_ms,
               end == NULL);
    }
    yz_free(order);
}

static void standing(const yz_recount *r, recount_counter counter, yz_window window, int64_t now_ms,
                     parts *out) {
    parts moves = {0};
    if (counter == COUNT_HIRED)
        hired(r, window, now_ms, &moves);
    else if (counter == COUNT_OPEN_SEEKERS)
        open_seekers(r, window, now_ms, &moves);
    else
        open_postings(r, counter, window, now_ms, &moves);
    if (window == YZ_WINDOW_NOW) {
        *out = moves;
        return;
    }
    stood(&moves, window, now_ms, out);
    parts_deinit(&moves);
}

void recount_parts(const yz_recount *r, recount_counter counter, yz_window window, int64_t now_ms,
                   parts *out) {
    switch (counter) {
    case COUNT_REGISTRATIONS: registrations(r, window, out); break;
    case COUNT_SEEKERS: seekers_of_periods(r, window, now_ms, out); break;
    case COUNT_DEMAND: demand(r, window, now_ms, out); break;
    case COUNT_SIGNERS: signers(r, window, out); break;
    case COUNT_COHORT: cohorts(r, false, out); break;
    case COUNT_COHORT_SIGNED: cohorts(r, true, out); break;
    case COUNT_POSTED: posted(r, window, false, out); break;
    case COUNT_POSTED_OPENINGS: posted(r, window, true, out); break;
    case COUNT_TOLD: told(r, window, out); break;
    case COUNT_APPLIED: steps_to(r, window, YZ_STEP_APPLIED, out); break;
    case COUNT_INTERVIEWED: steps_to(r, window, YZ_STEP_INTERVIEW, out); break;
    case COUNT_HELD: steps_to(r, window, YZ_STEP_HELD, out); break;
    case COUNT_SIGNED: steps_to(r, window, YZ_STEP_PLACED, out); break;
    case COUNT_OPEN_SEEKERS:
    case COUNT_OPEN_POSTINGS:
    case COUNT_VACANT:
    case COUNT_VACANT_DAYS:
    case COUNT_HIRED: standing(r, counter, window, now_ms, out); break;
    }
}
