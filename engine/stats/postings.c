/* Postings: S03, Y01 to Y04, what is vacant and since when, and the demand for skills. */
#include "engine/base/check.h"
#include "engine/stats/stats_inner.h"

uint32_t stats_vacant(const stats_posting *p) {
    return p->open && p->counted > p->filled ? p->counted - p->filled : 0;
}

// ---- where it counts ----

typedef struct home {
    uint32_t pair;
    uint8_t type;
} home;

static bool same_cell(const stats_posting *a, const stats_posting *b) {
    return a->pair == b->pair && a->type == b->type;
}

static home home_of(const yz_stats *s, const stats_posting *p, uint32_t w) {
    if (p->homes == 0) return (home){p->pair, p->type};
    const posting_homes *homes = link_at(s, p->homes);
    return (home){homes->pair[w], homes->type[w]};
}

// In these spans it counts where it is now.
static void settle(yz_stats *s, stats_posting *p, uint32_t spans) {
    if (p->homes == 0) return;
    posting_homes *homes = link_at(s, p->homes);
    bool elsewhere = false;
    for (uint32_t w = 0; w < SPANS; w++) {
        if (spans >> w & 1) {
            homes->pair[w] = p->pair;
            homes->type[w] = p->type;
        }
        bool counts = (p->in & OPEN_IN(w)) != 0;
        elsewhere |= counts && (homes->pair[w] != p->pair || homes->type[w] != p->type);
    }
    if (elsewhere) return;
    pool_give(&s->links, p->homes, LINK_WORDS);
    p->homes = 0;
}

// It moves; where it counted it goes on counting.
static void leave_home(yz_stats *s, stats_posting *p, const stats_posting *before) {
    if (p->in == 0 || p->homes != 0 || same_cell(p, before)) return;
    p->homes = pool_take(&s->links, LINK_WORDS);
    posting_homes *homes = link_at(s, p->homes);
    for (uint32_t w = 0; w < SPANS; w++) {
        homes->pair[w] = before->pair;
        homes->type[w] = before->type;
    }
}

void stats_posting_roll(yz_stats *s, stats_posting *p) {
    uint32_t begun = stats_new_spans(&s->today, p->touched);
    p->touched = s->today.day + 1;
    if (begun == 0) return;
    // Nothing happened since: it is as it was when they began.
    p->in = (uint8_t)((p->in & ~begun) | (p->open ? begun : 0));
    for (uint32_t w = 0; w < SPANS; w++) {
        if (begun >> w & 1) p->before[w] = p->filled;
    }
    settle(s, p, begun);
}

// ---- open postings of an employer ----

stats_employer *stats_employer_of(yz_stats *s, uint32_t employer) {
    yz_slab_reserve(&s->employers, employer);
    return yz_slab_at(&s->employers, employer);
}

void stats_open_link(yz_stats *s, uint32_t posting) {
    stats_posting *p = stats_posting_at(s, posting);
    if (p->employer == YZ_ROW_NONE) return;
    stats_employer *e = stats_employer_of(s, p->employer);
    p->prev_open = YZ_ROW_NONE;
    p->next_open = e->first_open == 0 ? YZ_ROW_NONE : e->first_open - 1;
    if (p->next_open != YZ_ROW_NONE) stats_posting_at(s, p->next_open)->prev_open = posting;
    e->first_open = posting + 1;
}

void stats_open_unlink(yz_stats *s, uint32_t posting) {
    stats_posting *p = stats_posting_at(s, posting);
    if (p->employer == YZ_ROW_NONE) return;
    if (p->next_open != YZ_ROW_NONE) stats_posting_at(s, p->next_open)->prev_open = p->prev_open;
    if (p->prev_open != YZ_ROW_NONE) {
        stats_posting_at(s, p->prev_open)->next_open = p->next_open;
    } else {
        stats_employer_of(s, p->employer)->first_open =
            p->next_open == YZ_ROW_NONE ? 0 : p->next_open + 1;
    }
}

// ---- demand for skills ----

static void demand(yz_stats *s, const yz_posting_fact *fact, int64_t by) {
    if (by == 0 || fact->required_count == 0) return;
    uint32_t tables[SKILL_LEVELS];
    yz_text code = stats_division_code(s, fact->division);
    uint32_t count = skills_tables(&s->skills, fact->division, code, tables);
    skills_demand(&s->skills, tables, count, fact->required, fact->required_count, by);
}

void yz_stats_posting_leaves(yz_stats *s, const yz_posting_fact *before) {
    stats_posting *p = stats_posting_at(s, before->posting);
    if (p->skills) demand(s, before, -(int64_t)stats_vacant(p));
    p->skills = false;
}

// ---- the posting ----

static void count_state(yz_stats *s, uint32_t counter, const stats_posting *before, int64_t was,
                        const stats_posting *now, int64_t is) {
    if (same_cell(before, now)) {
        stats_add(s, counter, now->pair, 0, now->type, is - was);
        return;
    }
    stats_add(s, counter, before->pair, 0, before->type, -was);
    stats_add(s, counter, now->pair, 0, now->type, is);
}

// What is posted counts as open, and its openings as vacant, beside that.
static void count_states(yz_stats *s, const stats_posting *before, const stats_posting *now,
                         int64_t posted) {
    int64_t was = stats_vacant(before), is = stats_vacant(now);
    count_state(s, COUNT_POSTINGS, before, before->open, now, (int64_t)now->open - (posted > 0));
    count_state(s, COUNT_VACANT, before, was, now, is - posted);
}

int64_t stats_vacant_days(const stats_posting *p) {
    return (int64_t)stats_vacant(p) * p->posted;
}

void stats_vacant_days_add(yz_stats *s, const stats_posting *at, int64_t by) {
    if (by == 0) return;
    const uint32_t *rows;
    uint32_t count = yz_cube_pair_rows(s->cube, at->pair, &rows);
    for (uint32_t i = 0; i < count; i++) {
        yz_slab_reserve(&s->vacant_days, rows[i]);
        ((posting_days *)yz_slab_at(&s->vacant_days, rows[i]))->of_type[at->type] += by;
    }
}

static void count_vacant_days(yz_stats *s, const stats_posting *before, const stats_posting *now) {
    int64_t was = stats_vacant_days(before), is = stats_vacant_days(now);
    if (same_cell(before, now)) {
        stats_vacant_days_add(s, now, is - was);
        return;
    }
    stats_vacant_days_add(s, before, -was);
    stats_vacant_days_add(s, now, is);
}

// What it counts for in a span.
static int64_t demand_in(const stats_posting *p, uint32_t w) {
    bool counts = (p->in & OPEN_IN(w)) != 0 && p->counted > p->before[w];
    return counts ? (int64_t)p->counted - p->before[w] : 0;
}

// The change of what it counts for; COUNT_POSTED_OPENINGS has `posted` of it already, here.
static void count_demand(yz_stats *s, const stats_posting *before, const stats_posting *now,
                         int64_t posted) {
    for (uint32_t w = 0; w < SPANS; w++) {
        home at = home_of(s, now, w);
        int64_t more = demand_in(now, w) - demand_in(before, w);
        if (at.pair == now->pair && at.type == now->type) {
            stats_add(s, COUNT_DEMAND + w, at.pair, 0, at.type, more - posted);
            continue;
        }
        stats_add(s, COUNT_DEMAND + w, at.pair, 0, at.type, more);
        stats_add(s, COUNT_DEMAND + w, now->pair, 0, now->type, -posted);
    }
}

// Openings of a posting that is posted by this; else 0.
static int64_t count_posted(yz_stats *s, stats_posting *p) {
    if (!p->open || !p->begins) return 0;
    p->begins = false;
    p->posted = s->today.day + 1;
    stats_add(s, COUNT_POSTED, p->pair, 0, p->type, 1);
    stats_add(s, COUNT_POSTED_OPENINGS, p->pair, 0, p->type, p->openings);
    if (p->venue != NO_VENUE && 1u << p->type == YZ_TYPE_GIG) {
        stats_venue_add(s, VENUE_GIG_OPENINGS, stats_venue_at(s, p->venue), p->openings);
    }
    return p->openings;
}

static void take_over(yz_stats *s, stats_posting *p, const yz_posting_fact *fact) {
    p->pair = stats_pair(s, fact->division, fact->occupation);
    p->type = stats_type(fact->type);
    p->employer = fact->employer;
    p->venue = fact->venue == YZ_ROW_NONE ? NO_VENUE : (uint16_t)fact->venue;
    p->openings = fact->openings;
    p->filled = fact->filled;
    p->open = fact->state == YZ_STATE_OPEN;
    p->over = fact->state == YZ_STATE_CLOSED || fact->state == YZ_STATE_EXPIRED;
    if (p->open) p->counted = p->openings;
}

void yz_stats_posting(yz_stats *s, const yz_posting_fact *fact, int64_t at_ms) {
    yz_check(fact->venue == YZ_ROW_NONE || fact->venue < NO_VENUE);
    stats_now(s, at_ms);
    yz_slab_reserve(&s->postings, fact->posting);
    stats_posting *p = stats_posting_at(s, fact->posting);
    bool was_there = p->touched != 0 && !p->over;
    if (p->touched == 0) {
        p->employer = p->next_open = p->prev_open = YZ_ROW_NONE;
        p->venue = NO_VENUE;
    }
    stats_posting_roll(s, p);
    stats_posting before = *p;
    if (before.open && (!(fact->state == YZ_STATE_OPEN) || before.employer != fact->employer)) {
        stats_open_unlink(s, fact->posting);
    }
    take_over(s, p, fact);
    if (p->open && (!before.open || before.employer != p->employer)) {
        stats_open_link(s, fact->posting);
    }
    if (!was_there && !p->over) p->begins = true;
    leave_home(s, p, &before);
    if (p->open) {
        uint32_t first = ALL_SPANS & ~(uint32_t)p->in;
        p->in = ALL_SPANS;
        settle(s, p, first);
    }
    int64_t posted = count_posted(s, p);
    count_states(s, &before, p, posted);
    count_vacant_days(s, &before, p);
    count_demand(s, &before, p, posted);
    stats_commit(s);
    int64_t had = before.skills ? stats_vacant(&before) : 0;
    demand(s, fact, (int64_t)stats_vacant(p) - had);
    p->skills = p->open;
    stats_fairs_posting(s, fact->posting, &before);
}

void yz_stats_told(yz_stats *s, uint32_t posting, uint32_t count, int64_t at_ms) {
    stats_now(s, at_ms);
    const stats_posting *p = stats_posting_at(s, posting);
    stats_add(s, COUNT_TOLD, p->pair, 0, p->type, count);
    stats_commit(s);
}
