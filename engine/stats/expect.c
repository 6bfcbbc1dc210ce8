/* Looking ahead: a fact reads record, pair, rows, books, one after the other, and most of them are
 * not in the cache. Those of the next sixteen commands can come side by side. */
#include "engine/stats/stats_inner.h"

static bool knows_seeker(const yz_stats *s, uint32_t row) {
    return row != YZ_ROW_NONE && slab_has(&s->seekers, row);
}

static bool knows_posting(const yz_stats *s, uint32_t row) {
    return row != YZ_ROW_NONE && slab_has(&s->postings, row);
}

// Counters in the cell of the posting that a step adds to.
static uint64_t counters_of_step(uint8_t step) {
    switch (step) {
    case YZ_STEP_APPLIED: return 1u << COUNT_APPLIED;
    case YZ_STEP_INTERVIEW: return 1u << COUNT_INTERVIEW;
    case YZ_STEP_HELD: return 1u << COUNT_HELD;
    case YZ_STEP_PLACED: return 1u << COUNT_PLACED | 1u << COUNT_VACANT;
    case YZ_STEP_ENDED: return 1u << COUNT_LEFT | 1u << COUNT_VACANT;
    default: return 0;
    }
}

static uint64_t counters_of_seeker(uint8_t step) {
    if (step == YZ_STEP_NONE) return 1u << COUNT_OPEN;
    return step == YZ_STEP_PLACED ? 1u << COUNT_OPEN | 1u << COUNT_SIGNED : 0;
}

static uint64_t counters_of_posting(uint8_t step) {
    return step == YZ_STEP_NONE ? 1u << COUNT_POSTINGS | 1u << COUNT_VACANT
                                : counters_of_step(step);
}

void yz_stats_expect(const yz_stats *s, const yz_stats_subject *subjects, uint32_t count) {
    yz_cube_expected places[2 * YZ_STATS_AHEAD_MAX];
    uint32_t place_count = 0;
    _Static_assert(2 * YZ_STATS_AHEAD_MAX <= YZ_CUBE_EXPECTED_MAX, "all of them at once");
    if (count > YZ_STATS_AHEAD_MAX) count = YZ_STATS_AHEAD_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t seeker = subjects[i].seeker, posting = subjects[i].posting;
        if (knows_seeker(s, seeker)) __builtin_prefetch(stats_seeker_at(s, seeker), 1);
        if (knows_posting(s, posting)) __builtin_prefetch(stats_posting_at(s, posting), 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        const yz_stats_subject *subject = &subjects[i];
        uint64_t of_seeker = counters_of_seeker(subject->step);
        uint64_t of_posting = counters_of_posting(subject->step);
        if (of_seeker != 0 && knows_seeker(s, subject->seeker)) {
            const stats_seeker *seeker = stats_seeker_at(s, subject->seeker);
            if (seeker->touched != 0)
                places[place_count++] = (yz_cube_expected){of_seeker, seeker->pair};
        }
        if (of_posting != 0 && knows_posting(s, subject->posting)) {
            const stats_posting *posting = stats_posting_at(s, subject->posting);
            if (posting->touched != 0)
                places[place_count++] = (yz_cube_expected){of_posting, posting->pair};
        }
    }
    yz_cube_expect(s->cube, places, place_count);
}
