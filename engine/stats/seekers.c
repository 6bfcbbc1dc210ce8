/* Seekers and persons: S01, S02, S05, S06, Y13, and the supply of skills. */
#include "engine/base/check.h"
#include "engine/model/time.h"
#include "engine/stats/stats_inner.h"

void stats_seeker_roll(const stats_day *today, stats_seeker *seeker) {
    uint32_t begun = stats_new_spans(today, seeker->touched);
    seeker->touched = today->day + 1;
    if (begun == 0) return;
    // Nothing happened since: it is as it was when they began.
    uint32_t in = seeker->in & ~(begun | begun << SPANS);
    seeker->in = (uint8_t)(in | (seeker->open ? begun : 0));
}

// ---- supply ----

static uint32_t supply_tables(yz_stats *s, const yz_seeker_fact *fact,
                              uint32_t tables[SKILL_LEVELS]) {
    yz_text code = stats_division_code(s, fact->division);
    return skills_tables(&s->skills, fact->division, code, tables);
}

static void expect_supply(yz_stats *s, const yz_seeker_fact *fact) {
    uint32_t tables[SKILL_LEVELS], count = supply_tables(s, fact, tables);
    skills_expect(&s->skills, tables, count, fact->skills, fact->skill_count);
}

static void supply(yz_stats *s, const yz_seeker_fact *fact, int by) {
    uint32_t tables[SKILL_LEVELS], count = supply_tables(s, fact, tables);
    skills_supply(&s->skills, tables, count, fact->skills, fact->skill_count, by);
}

void yz_stats_seeker_leaves(yz_stats *s, const yz_seeker_fact *before) {
    stats_seeker *seeker = stats_seeker_at(s, before->seeker);
    if (seeker->skills) {
        expect_supply(s, before);
        supply(s, before, -1);
    }
    seeker->skills = false;
}

// ---- the seeker ----

static cohort *cohort_of(yz_stats *s, uint32_t seeker, const stats_seeker *as);

static bool same_cell(const stats_seeker *a, const stats_seeker *b) {
    return a->pair == b->pair && a->group == b->group && a->type == b->type;
}

// Who registers counts as open, beside that.
static void count_open(yz_stats *s, const stats_seeker *before, const stats_seeker *now,
                       bool registers) {
    int64_t was = before->open, is = (int64_t)now->open - registers;
    if (same_cell(before, now)) {
        stats_add(s, COUNT_OPEN, now->pair, now->group, now->type, is - was);
        return;
    }
    stats_add(s, COUNT_OPEN, before->pair, before->group, before->type, -was);
    stats_add(s, COUNT_OPEN, now->pair, now->group, now->type, is);
}

// Becoming open counts in a span if it was not open in it before, a registration always: what the
// first has beside the second.
static void count_fresh(yz_stats *s, const stats_seeker *now, bool becomes_open, bool registers) {
    for (uint32_t w = 0; w < SPANS; w++) {
        bool counts = becomes_open && (now->in & OPEN_IN(w)) == 0;
        stats_add(s, COUNT_FRESH + w, now->pair, now->group, now->type,
                  (int64_t)counts - (int64_t)registers);
    }
}

void yz_stats_seeker(yz_stats *s, const yz_seeker_fact *fact, int64_t at_ms) {
    stats_now(s, at_ms);
    yz_slab_reserve(&s->seekers, fact->seeker);
    stats_seeker *now = stats_seeker_at(s, fact->seeker);
    bool told = now->touched != 0, was_there = told && !now->closed;
    stats_seeker_roll(&s->today, now);
    stats_seeker before = *now;

    if (!told || !stats_pair_is(s, now->pair, fact->division, fact->occupation))
        now->pair = stats_pair(s, fact->division, fact->occupation);
    now->person = fact->person;
    now->group = fact->group;
    now->type = stats_type(fact->types);
    now->open = fact->state == YZ_STATE_OPEN;
    now->closed = fact->state == YZ_STATE_CLOSED;
    bool registers = !was_there && !now->closed;
    if (now->open != now->skills) expect_supply(s, fact); // comes while the cells are counted
    if (registers) __builtin_prefetch(cohort_of(s, fact->seeker, now), 1);
    if (registers) {
        stats_add(s, COUNT_REGISTERED, now->pair, now->group, now->type, 1);
        stats_cohort_registers(s, fact->seeker, now);
    }
    count_open(s, &before, now, registers);
    count_fresh(s, now, now->open && !before.open, registers);
    if (now->open) now->in |= ALL_SPANS;
    stats_commit(s);
    if (now->open != now->skills) supply(s, fact, now->open ? 1 : -1);
    now->skills = now->open;
}

// ---- the person ----

cohort *stats_cohort_of(yz_stats *s, bool is_person, uint32_t row) {
    yz_slab *slab = is_person ? &s->persons : &s->selves;
    yz_slab_reserve(slab, row);
    return yz_slab_at(slab, row);
}

static cohort *cohort_of(yz_stats *s, uint32_t seeker, const stats_seeker *as) {
    bool is_person = as->person != YZ_ROW_NONE;
    return stats_cohort_of(s, is_person, is_person ? as->person : seeker);
}

static bool in_reach(const yz_stats *s, const cohort *c) {
    return c->day != 0 && s->today.day + 1 - c->day <= COHORT_DAYS;
}

// What can no longer sign in time is forgotten; further back there is nothing else.
static void forget_out_of_reach(yz_stats *s, uint32_t *next) {
    while (*next != 0) {
        cohort *c = link_at(s, *next);
        if (in_reach(s, c)) {
            next = &c->next;
            continue;
        }
        uint32_t gone = *next;
        *next = c->next;
        pool_give(&s->links, gone, LINK_WORDS);
    }
}

void stats_cohort_registers(yz_stats *s, uint32_t seeker, const stats_seeker *as) {
    cohort *latest = cohort_of(s, seeker, as);
    if (latest->day > s->today.first[SPAN_MONTH]) { // has registered in this month
        stats_add(s, COUNT_AGAIN, as->pair, as->group, as->type, 1);
        return;
    }
    if (in_reach(s, latest)) {
        uint32_t earlier = pool_take(&s->links, LINK_WORDS);
        memcpy(link_at(s, earlier), latest, sizeof *latest);
        latest->next = earlier;
    }
    forget_out_of_reach(s, &latest->next);
    *latest = (cohort){.pair = as->pair,
                       .day = s->today.day + 1,
                       .group = as->group,
                       .type = as->type,
                       .next = latest->next};
}

static void cohort_signs(yz_stats *s, cohort *c) {
    if (!in_reach(s, c) || c->has_signed) return;
    c->has_signed = true;
    int64_t day_ms = (int64_t)(c->day - 1) * YZ_DAY_MS - YZ_BEIJING_MS;
    uint32_t month = (uint32_t)yz_period_at(YZ_WINDOW_MONTH, day_ms).index;
    yz_check(s->today.month - month < COHORT_MONTHS);
    stats_add(s, COUNT_COHORT_SIGNED + s->today.month - month, c->pair, c->group, c->type, 1);
}

void stats_cohort_signs(yz_stats *s, uint32_t seeker, const stats_seeker *as) {
    cohort *c = cohort_of(s, seeker, as);
    cohort_signs(s, c);
    for (uint32_t next = c->next; next != 0; next = c->next) {
        c = link_at(s, next);
        cohort_signs(s, c);
    }
}
