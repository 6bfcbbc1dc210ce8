/* Random facts that a market could tell: records that open, pause, fill, move, close and come back,
 * and time that stands still, creeps, jumps to an edge of a day or month, or lets weeks pass. */
#ifndef TESTS_ENGINE_STATS_WANDER_H
#define TESTS_ENGINE_STATS_WANDER_H

#include "engine/base/random.h"
#include "ledger.h"

static inline uint32_t below(yz_random *random, uint32_t limit) {
    return (uint32_t)yz_random_below(random, limit);
}
static inline bool one_in(yz_random *random, uint32_t n) {
    return below(random, n) == 0;
}
// A row, or sometimes none.
static inline uint32_t row_or_none(yz_random *random, uint32_t rows) {
    return one_in(random, 8) ? YZ_ROW_NONE : below(random, rows);
}

static inline void wander_time(ledger *l, yz_random *random) {
    int64_t now = l->now_ms;
    yz_period month = yz_period_at(YZ_WINDOW_MONTH, now), day = yz_period_at(YZ_WINDOW_DAY, now);
    switch (below(random, 60)) {
    case 0: now = yz_period_end_ms(day) - 1; break;
    case 1: now = yz_period_end_ms(day); break;
    case 2: now = yz_period_end_ms(month) - (int64_t)below(random, 2); break;
    case 3: now += (int64_t)below(random, 40) * YZ_DAY_MS; break;
    case 4:
    case 5:
    case 6:
    case 7: now += (int64_t)below(random, 4) * YZ_DAY_MS + below(random, 86400000); break;
    case 8: now += (int64_t)(89 + below(random, 3)) * YZ_DAY_MS; break;
    default: now += below(random, 4) == 0 ? 0 : below(random, 600000); break;
    }
    l->now_ms = now;
}

static inline void wander_skills(yz_random *random, uint16_t *skills, uint32_t *count) {
    *count = below(random, SKILLS_OF_ONE + 1);
    uint32_t skill = below(random, 30);
    for (uint32_t i = 0; i < *count; i++) {
        skills[i] = (uint16_t)skill;
        skill += 1 + below(random, 15);
    }
}

static inline void wander_seeker(ledger *l, yz_random *random) {
    static const uint8_t STATES[] = {YZ_STATE_OPEN,   YZ_STATE_OPEN,   YZ_STATE_PAUSED,
                                     YZ_STATE_PLACED, YZ_STATE_CLOSED, YZ_STATE_CLOSED};
    uint32_t row = below(random, SEEKERS);
    fact now = l->seekers[row];
    if (!l->has_seeker[row] || one_in(random, 6)) {
        now.seeker.division = row_or_none(random, DIVISION_COUNT);
        now.seeker.occupation = row_or_none(random, OCCUPATIONS);
    }
    if (!l->has_seeker[row] || one_in(random, 12)) {
        now.seeker.person = one_in(random, 2) ? YZ_ROW_NONE : below(random, PERSONS);
        now.seeker.group = (uint8_t)below(random, one_in(random, 10) ? 32 : 3);
        now.seeker.types = (uint8_t)(1 + below(random, 15));
        wander_skills(random, now.skills, &now.seeker.skill_count);
    }
    now.seeker.state = !l->has_seeker[row] ? YZ_STATE_OPEN : STATES[below(random, 6)];
    now.seeker.seeker = row;
    tell_seeker(l, &now);
}

static inline void wander_posting(ledger *l, yz_random *random) {
    static const uint8_t STATES[] = {YZ_STATE_OPEN,   YZ_STATE_OPEN,   YZ_STATE_OPEN,
                                     YZ_STATE_FULL,   YZ_STATE_PAUSED, YZ_STATE_CLOSED,
                                     YZ_STATE_EXPIRED};
    uint32_t row = below(random, POSTINGS);
    fact now = l->postings[row];
    bool is_new = !l->has_posting[row];
    if (is_new || one_in(random, 6)) {
        now.posting.division = row_or_none(random, DIVISION_COUNT);
        now.posting.occupation = row_or_none(random, OCCUPATIONS);
    }
    if (is_new || one_in(random, 12)) {
        now.posting.type = (uint8_t)(1u << (one_in(random, 2) ? 2 : below(random, 4)));
        wander_skills(random, now.skills, &now.posting.required_count);
    }
    if (is_new || one_in(random, 12)) now.posting.employer = row_or_none(random, EMPLOYERS);
    if (is_new || one_in(random, 3)) now.posting.openings = 1 + below(random, 8);
    if (now.posting.openings < now.posting.filled) now.posting.openings = now.posting.filled;
    if (is_new) now.posting.venue = YZ_ROW_NONE;
    now.posting.state = is_new && one_in(random, 3) ? YZ_STATE_SCHEDULED : STATES[below(random, 7)];
    now.posting.posting = row;
    tell_posting(l, &now);
}

// One legal step of a pair; somebody who takes a full-time job is placed.
static inline void wander_step(ledger *l, yz_random *random, uint32_t venue) {
    uint32_t seeker = below(random, SEEKERS), posting = below(random, POSTINGS);
    // Pairs that have come far are few: half of the steps look for one.
    for (uint32_t i = below(random, 2) * 60; i > 0 && !fills(l->step[seeker][posting]); i--) {
        seeker = below(random, SEEKERS);
        posting = below(random, POSTINGS);
    }
    if (!l->has_seeker[seeker] || !l->has_posting[posting]) return;
    uint8_t from = l->step[seeker][posting];
    uint32_t next = yz_step_next((yz_step)from);
    uint8_t to = (uint8_t)below(random, YZ_STEP_COUNT);
    while ((next >> to & 1) == 0)
        to = (uint8_t)((to + 1) % YZ_STEP_COUNT);
    const yz_posting_fact *p = &l->postings[posting].posting;
    if (to == YZ_STEP_PLACED && p->filled >= p->openings) return;
    bool completed = to == YZ_STEP_ENDED && one_in(random, 2);
    tell_step(l, seeker, posting, to, venue, completed);
    if (to == YZ_STEP_PLACED && p->type == YZ_TYPE_FULL && one_in(random, 2)) {
        fact now = l->seekers[seeker];
        now.seeker.state = YZ_STATE_PLACED;
        tell_seeker(l, &now);
    }
}

// Steps are seldom got through by chance: one pair is led on for a while.
static inline void wander_far(ledger *l, yz_random *random, uint32_t venue) {
    uint32_t seeker = below(random, SEEKERS), posting = below(random, POSTINGS);
    if (!l->has_seeker[seeker] || !l->has_posting[posting]) return;
    static const uint8_t WAY[] = {YZ_STEP_APPLIED, YZ_STEP_INTERVIEW, YZ_STEP_HELD, YZ_STEP_PLACED,
                                  YZ_STEP_STARTED};
    for (uint32_t i = 0; i < 5; i++) {
        uint8_t from = l->step[seeker][posting];
        if (!yz_step_may_follow((yz_step)from, (yz_step)WAY[i])) continue;
        const yz_posting_fact *p = &l->postings[posting].posting;
        if (WAY[i] == YZ_STEP_PLACED && p->filled >= p->openings) return;
        tell_step(l, seeker, posting, WAY[i], venue, false);
        if (one_in(random, 3)) wander_time(l, random);
    }
}

// ---- venues: stations in the first half of the rows, fairs in the second ----

#define FIRST_FAIR (VENUES / 2)

static inline uint32_t told_venue(const ledger *l, yz_random *random) {
    uint32_t venue = below(random, VENUES);
    return l->has_venue[venue] ? venue : YZ_ROW_NONE;
}

static inline void wander_venue(ledger *l, yz_random *random) {
    uint32_t row = below(random, VENUES);
    bool is_new = !l->has_venue[row], is_fair = row >= FIRST_FAIR;
    yz_venue_fact v = l->venues[row];
    if (is_new || one_in(random, 4)) v.division = row_or_none(random, DIVISION_COUNT);
    v.venue = row;
    v.kind = is_fair ? YZ_VENUE_FAIR : YZ_VENUE_STATION;
    v.channel = (uint8_t)(row % 2);
    v.closed = !is_new && one_in(random, 3);
    if (!is_fair) {
        v.from_ms = YZ_TIME_MS_MIN;
        v.to_ms = YZ_TIME_MS_MAX;
    } else if (is_new || one_in(random, 2)) {
        v.from_ms = l->now_ms + ((int64_t)below(random, 12) - 2) * YZ_DAY_MS;
        v.to_ms = v.from_ms + (int64_t)below(random, 30) * YZ_DAY_MS;
    }
    tell_venue(l, v);
}

static inline void wander_at_venue(ledger *l, yz_random *random) {
    uint32_t venue = told_venue(l, random);
    if (venue == YZ_ROW_NONE) return;
    switch (below(random, 4)) {
    case 0: tell_entry(l, venue, one_in(random, 2)); break;
    case 1:
        if (venue < FIRST_FAIR) {
            uint32_t seeker = below(random, SEEKERS);
            tell_joined(l, venue, l->has_seeker[seeker] ? seeker : YZ_ROW_NONE);
        }
        break;
    default:
        if (venue < FIRST_FAIR) break;
        tell_booth(l, venue, below(random, BOOTHS),
                   one_in(random, 3) ? YZ_ROW_NONE : below(random, EMPLOYERS));
        break;
    }
}

static inline void wander_names_venue(ledger *l, yz_random *random) {
    uint32_t posting = below(random, POSTINGS);
    if (!l->has_posting[posting]) return;
    fact now = l->postings[posting];
    now.posting.venue = one_in(random, 3) ? YZ_ROW_NONE : told_venue(l, random);
    tell_posting(l, &now);
}

// A gig at a station: joined, then dispatched, mostly on the same day.
static inline void wander_gig(ledger *l, yz_random *random) {
    uint32_t seeker = below(random, SEEKERS), venue = told_venue(l, random);
    if (venue == YZ_ROW_NONE || venue >= FIRST_FAIR || !l->has_seeker[seeker]) return;
    for (uint32_t posting = 0; posting < POSTINGS; posting++) {
        const yz_posting_fact *p = &l->postings[posting].posting;
        if (!l->has_posting[posting] || p->type != YZ_TYPE_GIG || p->filled >= p->openings)
            continue;
        if (!yz_step_may_follow((yz_step)l->step[seeker][posting], YZ_STEP_HELD)) continue;
        if (!one_in(random, 3)) tell_joined(l, venue, seeker);
        tell_step(l, seeker, posting, YZ_STEP_HELD, venue, false);
        if (one_in(random, 4)) wander_time(l, random);
        tell_step(l, seeker, posting, YZ_STEP_PLACED, venue, false);
        if (one_in(random, 4)) wander_time(l, random);
        tell_step(l, seeker, posting, YZ_STEP_STARTED, venue, false);
        if (one_in(random, 2)) tell_step(l, seeker, posting, YZ_STEP_ENDED, venue, true);
        return;
    }
}

static inline void wander(ledger *l, yz_random *random) {
    wander_time(l, random);
    uint32_t posting = below(random, POSTINGS), venue = told_venue(l, random);
    if (one_in(random, 3)) venue = YZ_ROW_NONE;
    switch (below(random, 16)) {
    case 0:
    case 1:
    case 2: wander_seeker(l, random); break;
    case 3:
    case 4:
    case 5: wander_posting(l, random); break;
    case 6:
    case 7: wander_step(l, random, venue); break;
    case 8: wander_far(l, random, venue); break;
    case 9:
        if (l->has_posting[posting]) tell_told(l, posting, 1 + below(random, 5));
        break;
    case 10: wander_venue(l, random); break;
    case 11:
    case 12: wander_at_venue(l, random); break;
    case 13: wander_names_venue(l, random); break;
    default: wander_gig(l, random); break;
    }
}

#endif
