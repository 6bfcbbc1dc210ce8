/* Steps of referrals: Y05 to Y09, and who signs (S05, S06, S07). */
#include "engine/base/check.h"
#include "engine/stats/stats_inner.h"

static bool is_hired(uint8_t step) {
    return step >= YZ_STEP_PLACED && step <= YZ_STEP_KEPT_90;
}

// ---- in work ----

// Only signing leads there, so whoever signed is in work until they leave.
static void hire(yz_stats *s, stats_seeker *seeker, const stats_posting *p, uint32_t posting) {
    uint32_t reference = pool_take(&s->links, LINK_WORDS);
    *(hired_link *)link_at(s, reference) = (hired_link){.next = seeker->hired,
                                                        .posting = posting,
                                                        .pair = p->pair,
                                                        .group = seeker->group,
                                                        .type = p->type};
    seeker->hired = reference;
}

static void let_go(yz_stats *s, stats_seeker *seeker, uint32_t posting) {
    uint32_t *next = &seeker->hired;
    while (*next != 0 && ((hired_link *)link_at(s, *next))->posting != posting)
        next = &((hired_link *)link_at(s, *next))->next;
    yz_check(*next != 0);
    uint32_t reference = *next;
    hired_link link = *(hired_link *)link_at(s, reference);
    *next = link.next;
    pool_give(&s->links, reference, LINK_WORDS);
    stats_add(s, COUNT_LEFT, link.pair, link.group, link.type, 1);
}

// In work = placed - left: who came uncounted has left once less.
void yz_stats_in_work(yz_stats *s, uint32_t seeker_row, uint32_t posting, int64_t at_ms) {
    stats_now(s, at_ms);
    stats_seeker *seeker = stats_seeker_at(s, seeker_row);
    const stats_posting *p = stats_posting_at(s, posting);
    yz_check(seeker->touched != 0 && p->touched != 0);
    hire(s, seeker, p, posting);
    stats_add(s, COUNT_LEFT, p->pair, seeker->group, p->type, -1);
    stats_commit(s);
}

// ---- signing ----

// Counts once in a span in which the seeker was open. One counter has what counts in a year; what
// counts in a month or day and not in the year (who signed before), or the other way round, stands
// beside it.
static void count_signed(yz_stats *s, stats_seeker *seeker) {
    uint32_t counts = seeker->in & ~((uint32_t)seeker->in >> SPANS) & ALL_SPANS;
    seeker->in = (uint8_t)(seeker->in | counts << SPANS);
    int64_t in_year = counts >> SPAN_YEAR & 1;
    stats_add(s, COUNT_SIGNED, seeker->pair, seeker->group, seeker->type, in_year);
    for (uint32_t w = SPAN_DAY; w < SPAN_YEAR; w++) {
        stats_add(s, COUNT_SIGNED_DAY + w, seeker->pair, seeker->group, seeker->type,
                  (int64_t)(counts >> w & 1) - in_year);
    }
}

static void sign(yz_stats *s, const yz_step_fact *fact, stats_seeker *seeker,
                 const stats_posting *p) {
    stats_seeker_roll(&s->today, seeker);
    count_signed(s, seeker);
    stats_cohort_signs(s, fact->seeker, seeker);
    uint32_t days = p->posted == 0 ? 0 : s->today.day + 1 - p->posted;
    fills_add(&s->fills, s->cube, p->pair, seeker->group, p->type, days, s->minute);
}

void yz_stats_step(yz_stats *s, const yz_step_fact *fact, int64_t at_ms) {
    stats_now(s, at_ms);
    stats_seeker *seeker = stats_seeker_at(s, fact->seeker);
    const stats_posting *p = stats_posting_at(s, fact->posting);
    yz_check(seeker->touched != 0 && p->touched != 0);
    yz_check(fact->to == YZ_STEP_PLACED ? !is_hired(fact->from)
                                        : is_hired(fact->from) || !is_hired(fact->to));
    static const uint8_t COUNTED[YZ_STEP_COUNT] = {
        [YZ_STEP_APPLIED] = COUNT_APPLIED,
        [YZ_STEP_INTERVIEW] = COUNT_INTERVIEW,
        [YZ_STEP_HELD] = COUNT_HELD,
        [YZ_STEP_PLACED] = COUNT_PLACED,
    };
    uint8_t counter = COUNTED[fact->to];
    if (counter != 0) stats_add(s, counter, p->pair, seeker->group, p->type, 1);
    if (is_hired(fact->from) && !is_hired(fact->to)) let_go(s, seeker, fact->posting);
    if (fact->to == YZ_STEP_PLACED) {
        hire(s, seeker, p, fact->posting);
        sign(s, fact, seeker, p);
    }
    stats_commit(s);
    uint32_t venue = fact->venue != YZ_ROW_NONE ? fact->venue : p->venue;
    if (venue != NO_VENUE) stats_venue_step(s, venue, fact);
}
