/* Referrals, openings and who was told, against a slow model: random commands, and after each one
 * the fitting are told and the owed un-told, as somebody who is never late would. */
#include "tests/engine/market/told_world.h"

#include "engine/base/alloc.h"
#include "tests/rounds.h"

#define DAY 86400000

static told_world world_new(uint64_t seed) {
    told_world w = {.random = yz_random_seeded(seed), .seed = seed, .at_ms = 1700000000000};
    for (int i = 0; i < POSTINGS; i++)
        snprintf(posting_id[i], sizeof posting_id[i], "p%d", i);
    for (int i = 0; i < SEEKERS; i++)
        snprintf(seeker_id[i], sizeof seeker_id[i], "s%d", i);
    w.market = stream_market(seed);
    w.again = stream_market(seed + 1000);
    w.desk = yz_desk_new();
    w.arena = yz_arena_new((size_t)1 << 20);
    for (int i = 0; i < 3; i++) {
        static const char *const NAMES[] = {"k0", "k1", "k2"};
        yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
        c.entry_put.dictionary = YZ_SKILLS;
        c.entry_put.entry.id = yz_text_of(NAMES[i]);
        c.entry_put.entry.weight = 1000u * (uint32_t)(i + 1);
        cr_assert_eq(tell_world(&w, c).status, YZ_OK);
    }
    yz_command station = {.type = YZ_COMMAND_VENUE_PUT};
    station.venue_put.venue = (yz_venue){.id = YZ_TEXT("v1"),
                                         .kind = YZ_VENUE_STATION,
                                         .from_ms = YZ_TIME_MS_MIN,
                                         .to_ms = YZ_TIME_MS_MAX};
    cr_assert_eq(tell_world(&w, station).status, YZ_OK);
    station.venue_put.venue.id = YZ_TEXT("v2");
    station.venue_put.venue.kind = YZ_VENUE_FAIR;
    cr_assert_eq(tell_world(&w, station).status, YZ_OK);
    yz_command shut = {.type = YZ_COMMAND_VENUE_CLOSE};
    shut.named.id = YZ_TEXT("v2"); // its steps are booked later
    cr_assert_eq(tell_world(&w, shut).status, YZ_OK);
    return w;
}

static void world_free(told_world *w) {
    yz_market_free(w->market);
    yz_market_free(w->again);
    yz_desk_free(w->desk);
    yz_arena_free(w->arena);
}

// ---- records: few places, few skills, so that about half the pairs fit ----

static const yz_text SKILLS[] = {{"k0", 2}, {"k1", 2}, {"k2", 2}};

static yz_place draw_place(told_world *w) {
    return (yz_place){345000000 + (int32_t)below(w, 3) * 500000, 1057000000, YZ_TEXT("")};
}

static void put_posting(told_world *w) {
    static yz_skill_level required[3];
    int p = (int)below(w, POSTINGS);
    model_posting *m = &w->posting[p];
    bool patch = below(w, 2) == 0;
    yz_command c = {.type = patch ? YZ_COMMAND_POSTING_PATCH : YZ_COMMAND_POSTING_PUT};
    yz_posting *put = &c.posting_put.posting;
    c.posting_put.fields = YZ_POSTING_KNOWN;
    *put = (yz_posting){.id = yz_text_of(posting_id[p]),
                        .title = YZ_TEXT("loader"),
                        .place = draw_place(w),
                        .type = below(w, 2) ? YZ_TYPE_FULL : YZ_TYPE_GIG,
                        .openings = 1 + below(w, 3),
                        .shifts = 7,
                        .has_wage = true,
                        .wage_min_fen = 0,
                        .wage_max_fen = 100 + below(w, 3) * 100,
                        .push_k = (uint16_t)below(w, 3),
                        .station = below(w, 2) ? YZ_TEXT("v1") : YZ_TEXT("")};
    put->required_count = (uint16_t)below(w, 3);
    for (uint16_t i = 0; i < put->required_count; i++)
        required[i] = (yz_skill_level){SKILLS[i], (uint8_t)(1 + below(w, 2))};
    put->required = required;
    put->valid_from_ms = w->at_ms + yz_random_between(&w->random, -3, 1) * DAY;
    put->valid_to_ms = w->at_ms + yz_random_between(&w->random, 2, 40) * DAY;
    if (patch) c.posting_put.fields = 1 + below(w, YZ_POSTING_KNOWN);
    uint32_t fields = c.posting_put.fields, taken = taken_of(w, p);
    uint32_t openings = fields & YZ_POSTING_OPENINGS ? put->openings : m->openings;
    int64_t from = fields & YZ_POSTING_VALID_FROM ? put->valid_from_ms : m->from_ms;
    int64_t to = fields & YZ_POSTING_VALID_TO ? put->valid_to_ms : m->to_ms;
    yz_outcome out = tell_world(w, c);
    bool there = m->exists && !over(m->state);
    if (patch && !there) {
        cr_assert_neq(out.status, YZ_OK);
    } else if (openings < taken) {
        cr_assert_eq(out.problem.code, YZ_PROBLEM_OUT_OF_RANGE);
        cr_assert_str_eq(out.problem.pointer, "/openings");
        cr_assert_eq(out.problem.low, taken);
    } else if (to >= from) {
        cr_assert_eq(out.status, YZ_OK, "%s", yz_problem_name(out.problem.code).bytes);
        if (!there) {
            m->epoch += 1;
            m->opened = false;
            m->state = YZ_STATE_CLOSED;
        }
        m->exists = true;
        m->openings = openings;
        m->from_ms = from;
        m->to_ms = to;
        if (fields & YZ_POSTING_TYPE) m->type = put->type;
        if (m->state != YZ_STATE_PAUSED) posting_goes(w, p, by_time(w, p));
    }
    look_again(w, -1);
}

static void step_posting(told_world *w) {
    int p = (int)below(w, POSTINGS);
    model_posting *m = &w->posting[p];
    int what = (int)below(w, 3);
    yz_command c = {.type = (yz_command_type)(YZ_COMMAND_POSTING_PAUSE + what)};
    c.named.id = yz_text_of(posting_id[p]);
    bool good = m->exists && !over(m->state);
    if (what == 0) good = good && m->state != YZ_STATE_PAUSED;
    if (what == 1) good = good && m->state == YZ_STATE_PAUSED;
    cr_assert_eq(tell_world(w, c).status == YZ_OK, good, "seed %lu", w->seed);
    if (good) {
        posting_goes(w, p,
                     what == 0   ? YZ_STATE_PAUSED
                     : what == 1 ? by_time(w, p)
                                 : YZ_STATE_CLOSED);
    }
    look_again(w, -1);
}

static void put_seeker(told_world *w) {
    static yz_skill_level skills[3];
    int s = (int)below(w, SEEKERS);
    model_seeker *m = &w->seeker[s];
    bool patch = m->exists && m->state != YZ_STATE_CLOSED && below(w, 2) == 0;
    yz_command c = {.type = patch ? YZ_COMMAND_SEEKER_PATCH : YZ_COMMAND_SEEKER_PUT};
    yz_seeker *put = &c.seeker_put.seeker;
    c.seeker_put.fields = patch ? 1 + below(w, YZ_SEEKER_KNOWN) : YZ_SEEKER_KNOWN;
    c.seeker_put.fields &= ~(uint32_t)YZ_SEEKER_PERSON;
    if (!patch) c.seeker_put.fields |= YZ_SEEKER_PERSON;
    if (c.seeker_put.fields == 0) c.seeker_put.fields = YZ_SEEKER_RADIUS;
    *put = (yz_seeker){.id = yz_text_of(seeker_id[s]),
                       .place = draw_place(w),
                       .radius_m = 1000 + below(w, 3) * 6000,
                       .floor_fen = below(w, 3) * 100,
                       .education = 6,
                       .types = (uint8_t)(below(w, 4) ? YZ_TYPES_ALL : YZ_TYPE_GIG),
                       .shifts = 7,
                       .wants_push = below(w, 8) > 0,
                       .push_per_day = (uint16_t)below(w, 3)};
    put->skill_count = (uint16_t)below(w, 4);
    for (uint16_t i = 0; i < put->skill_count; i++)
        skills[i] = (yz_skill_level){SKILLS[i], (uint8_t)(1 + below(w, 3))};
    put->skills = skills;
    yz_outcome out = tell_world(w, c);
    cr_assert_eq(out.status, YZ_OK, "%s", yz_problem_name(out.problem.code).bytes);
    if (!m->exists || m->state == YZ_STATE_CLOSED) m->state = YZ_STATE_OPEN;
    m->exists = true;
    if (c.seeker_put.fields & YZ_SEEKER_WANTS_PUSH) m->wants_push = put->wants_push;
    if (!m->wants_push) let_go(w, s);
    look_again(w, s);
}

static void step_seeker(told_world *w) {
    int s = (int)below(w, SEEKERS);
    model_seeker *m = &w->seeker[s];
    int what = (int)below(w, 4);
    yz_command c = {.type = what == 3 ? YZ_COMMAND_PERSON_ERASE
                                      : (yz_command_type)(YZ_COMMAND_SEEKER_PAUSE + what)};
    c.named.id = yz_text_of(seeker_id[s]);
    bool good = m->exists && m->state != YZ_STATE_CLOSED;
    if (what == 0) good = good && m->state == YZ_STATE_OPEN;
    if (what == 1) good = good && m->state == YZ_STATE_PAUSED;
    if (what == 3) good = m->exists;
    cr_assert_eq(tell_world(w, c).status == YZ_OK, good, "seed %lu", w->seed);
    if (!good) return;
    m->state = what == 0 ? YZ_STATE_PAUSED : what == 1 ? YZ_STATE_OPEN : YZ_STATE_CLOSED;
    if (what >= 2) let_go(w, s);
    look_again(w, -1);
}

// ---- steps ----

static void settle(told_world *w, int p) {
    model_posting *m = &w->posting[p];
    bool full = taken_of(w, p) >= m->openings;
    if (m->state == YZ_STATE_OPEN && full) posting_goes(w, p, YZ_STATE_FULL);
    if (m->state == YZ_STATE_FULL && !full) posting_goes(w, p, YZ_STATE_OPEN);
}

static void model_step(told_world *w, int s, int p, yz_step to, yz_end_reason reason,
                       int64_t until_ms) {
    model_pair *pair = &w->pair[s][p];
    yz_step from = pair->step;
    if (from >= YZ_STEP_ENDED) {
        pair->was_placed = pair->moved_seeker = false;
        pair->venue = NULL;
    }
    pair->step = to;
    pair->reason = reason;
    pair->until_ms = until_ms;
    if (to > YZ_STEP_VIEWED) pair->replied = true;
    bool ends = holds_opening(to) || to >= YZ_STEP_ENDED;
    if (ends && (pair->fate == LIVE)) pair->fate = BY_SEEKER;
    if (holds_opening(from) && to == YZ_STEP_ENDED && reason == YZ_END_COMPLETED) {
        w->posting[p].filled += 1;
    }
    model_seeker *m = &w->seeker[s];
    if (to == YZ_STEP_PLACED) {
        pair->was_placed = true;
        if (w->posting[p].type == YZ_TYPE_FULL && m->state != YZ_STATE_CLOSED) {
            pair->moved_seeker = true;
            if (m->state != YZ_STATE_PLACED) let_go(w, s);
            m->state = YZ_STATE_PLACED;
        }
    }
    if (to >= YZ_STEP_ENDED && pair->moved_seeker) {
        pair->moved_seeker = false;
        bool another = false;
        for (int q = 0; q < POSTINGS; q++)
            another |= w->pair[s][q].moved_seeker;
        if (m->state == YZ_STATE_PLACED && !another) m->state = YZ_STATE_OPEN;
    }
    settle(w, p);
}

static yz_problem_code refusal_in_model(const told_world *w, int s, int p, yz_step to,
                                        yz_end_reason reason, int64_t until_ms) {
    const model_pair *pair = &w->pair[s][p];
    yz_step from = pair->step;
    if (!w->seeker[s].exists) return YZ_PROBLEM_UNKNOWN_SEEKER;
    if (!w->posting[p].exists) return YZ_PROBLEM_UNKNOWN_POSTING;
    if (to == from) return YZ_PROBLEM_NONE;
    if (!yz_step_may_follow(from, to)) return YZ_PROBLEM_ILLEGAL_STEP;
    if (to == YZ_STEP_ENDED && reason == YZ_END_HOLD_EXPIRED &&
        (from != YZ_STEP_HELD || pair->until_ms > w->at_ms)) {
        return YZ_PROBLEM_ILLEGAL_STEP;
    }
    bool goes_on = to > YZ_STEP_APPLIED && to < YZ_STEP_ENDED && !holds_opening(from);
    if (goes_on && w->seeker[s].state != YZ_STATE_OPEN) return YZ_PROBLEM_NOT_OPEN;
    yz_record_state state = w->posting[p].state;
    if (goes_on && state != YZ_STATE_OPEN && state != YZ_STATE_FULL) return YZ_PROBLEM_NOT_OPEN;
    if (to != YZ_STEP_HELD) return YZ_PROBLEM_NONE;
    if (taken_of(w, p) >= w->posting[p].openings) return YZ_PROBLEM_POSTING_FULL;
    return until_ms <= w->at_ms ? YZ_PROBLEM_OUT_OF_RANGE : YZ_PROBLEM_NONE;
}

static void step_referral(told_world *w) {
    int s = (int)below(w, SEEKERS), p = (int)below(w, POSTINGS);
    model_pair *pair = &w->pair[s][p];
    uint32_t next = yz_step_next(pair->step);
    yz_step to = (yz_step)(YZ_STEP_VIEWED + (int)below(w, YZ_STEP_NO_SHOW - 1));
    // Mostly what may come next, and forward more than out.
    for (int i = 0; i < 6 && below(w, 12) > 0 && !(next >> to & 1u); i++)
        to = (yz_step)(YZ_STEP_VIEWED + (int)below(w, YZ_STEP_NO_SHOW - 1));
    yz_end_reason reason = YZ_END_NOT_SAID;
    if (to == YZ_STEP_ENDED) reason = (yz_end_reason)below(w, YZ_END_REASON_COUNT);
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = yz_text_of(seeker_id[s]);
    c.referral.posting = yz_text_of(posting_id[p]);
    c.referral.step = to;
    c.referral.reason = reason;
    c.referral.source = below(w, 3) ? YZ_TEXT("") : YZ_TEXT("a-1");
    int64_t until = w->at_ms + (int64_t)below(w, 3) * DAY / 2;
    if (to == YZ_STEP_HELD && below(w, 2)) {
        c.referral.hold_until_ms = until;
    } else {
        until = w->at_ms + YZ_HOLD_MS;
    }
    static const char *const VENUES[] = {NULL, NULL, NULL, "v1", "v2", "v1", "v2", "nowhere"};
    const char *venue = VENUES[below(w, below(w, 4) == 0 ? 8 : 7)];
    if (venue != NULL) c.referral.venue = yz_text_of(venue);
    yz_problem_code expected = refusal_in_model(w, s, p, to, reason, until);
    bool nowhere = venue != NULL && strcmp(venue, "nowhere") == 0;
    if (nowhere && w->seeker[s].exists && w->posting[p].exists) expected = YZ_PROBLEM_UNKNOWN_VENUE;
    yz_outcome out = tell_world(w, c);
    cr_assert_eq(out.problem.code, expected, "seed %lu: %s from %s: %s, the model says %s", w->seed,
                 yz_step_name(to).bytes, yz_step_name(pair->step).bytes,
                 yz_problem_name(out.problem.code).bytes, yz_problem_name(expected).bytes);
    if (expected == YZ_PROBLEM_ILLEGAL_STEP) {
        cr_assert_eq(out.problem.given, pair->step);
        cr_assert_eq(out.problem.high, next);
    }
    cr_assert_eq(out.changed, expected == YZ_PROBLEM_NONE && to != pair->step);
    if (out.changed) model_step(w, s, p, to, reason, until);
    if (out.changed && venue != NULL) pair->venue = venue;
    look_again(w, -1);
}

static void pass_time(told_world *w) {
    yz_command c;
    w->at_ms += (int64_t)below(w, DAY);
    while (yz_market_due_ms(w->market) <= w->at_ms) {
        if (yz_market_due_hold(w->market, w->at_ms, &c)) {
            int s = number_in(c.referral.seeker), p = number_in(c.referral.posting);
            cr_assert_eq(w->pair[s][p].step, YZ_STEP_HELD, "seed %lu: s%d p%d", w->seed, s, p);
            cr_assert_leq(w->pair[s][p].until_ms, w->at_ms);
            cr_assert(tell_world(w, c).changed);
            model_step(w, s, p, YZ_STEP_ENDED, YZ_END_HOLD_EXPIRED, 0);
            continue;
        }
        cr_assert(tell_world(w, (yz_command){.type = YZ_COMMAND_TICK}).changed);
        for (int p = 0; p < POSTINGS; p++) {
            model_posting *m = &w->posting[p];
            if (!m->exists || over(m->state)) continue;
            if (m->to_ms < w->at_ms) posting_goes(w, p, YZ_STATE_EXPIRED);
            if (m->state == YZ_STATE_SCHEDULED) posting_goes(w, p, by_time(w, p));
        }
    }
    for (int s = 0; s < SEEKERS; s++) {
        for (int p = 0; p < POSTINGS; p++) {
            bool held = w->pair[s][p].step == YZ_STEP_HELD;
            cr_assert(!held || w->pair[s][p].until_ms > w->at_ms, "a hold did not run out");
        }
    }
    look_again(w, -1);
}

static void change_rules(told_world *w) {
    yz_command c = {.type = YZ_COMMAND_PROFILE};
    c.profile = (yz_profile){300 + below(w, 3) * 300, 300, 200, 100};
    if (!tell_world(w, c).changed || !yz_market_switch_waits(w->market)) return;
    cr_assert_eq(tell_world(w, (yz_command){.type = YZ_COMMAND_PROFILE_SWITCH}).status, YZ_OK);
    yz_retired_free(yz_market_take_retired(w->market));
    look_again(w, -1);
}

// ---- telling, by brute force ----

static bool may_tell_fit(const told_world *w, int s, int p) {
    const model_pair *pair = &w->pair[s][p];
    return w->posting[p].state == YZ_STATE_OPEN && w->seeker[s].exists &&
           w->seeker[s].state == YZ_STATE_OPEN && w->seeker[s].wants_push && w->fits[s][p] &&
           pair->epoch != w->posting[p].epoch && !holds_opening(pair->step);
}

static uint32_t seeker_version(const told_world *w, int s) {
    yz_seeker_view view;
    yz_arena_reset(w->arena);
    cr_assert(yz_market_seeker(w->market, yz_text_of(seeker_id[s]), w->arena, &view));
    return view.version;
}

static void model_fit(told_world *w, int s, int p) {
    model_pair *pair = &w->pair[s][p];
    if (pair->step >= YZ_STEP_ENDED || pair->step == YZ_STEP_NONE) {
        pair->step = YZ_STEP_TOLD;
        pair->was_placed = pair->moved_seeker = false;
        pair->venue = NULL;
    }
    pair->epoch = w->posting[p].epoch;
    pair->gone_in_epoch = false;
    pair->replied = pair->step > YZ_STEP_VIEWED;
    pair->fate = LIVE;
    w->fit_told += 1;
}

static void tell_fit(told_world *w, int p, uint32_t most) {
    yz_tell_to to[SEEKERS];
    int chosen[SEEKERS];
    uint32_t count = 0;
    for (int s = 0; s < SEEKERS && count < most; s++) {
        if (!may_tell_fit(w, s, p)) continue;
        chosen[count] = s;
        to[count++] = (yz_tell_to){yz_text_of(seeker_id[s]), seeker_version(w, s)};
    }
    if (count == 0) return;
    yz_posting_view view;
    yz_arena_reset(w->arena);
    cr_assert(yz_market_posting(w->market, yz_text_of(posting_id[p]), w->arena, &view));
    yz_command c = {.type = YZ_COMMAND_TELL};
    c.tell.posting = yz_text_of(posting_id[p]);
    c.tell.to = to;
    c.tell.count = count;
    c.tell.epoch = view.epoch;
    c.tell.version = view.version;
    c.tell.tranche = yz_market_posting_told(w->market, view.row).tranche + 1;
    c.tell.kind = YZ_TELL_FIT;
    bool wrong = below(w, 8) == 0; // one of five ways to be late; nothing is booked
    if (wrong) {
        switch (below(w, 5)) {
        case 0: c.tell.epoch += 1; break;
        case 1: c.tell.version += 1; break;
        case 2: to[count - 1].version += 1; break;
        case 3: c.tell.kind = YZ_TELL_GONE, c.tell.reason = YZ_GONE_CLOSED; break;
        default: to[count] = to[0], c.tell.count += count < SEEKERS;
        }
        if (c.tell.count == count && memcmp(&to[count - 1], &to[0], sizeof to[0]) == 0 &&
            c.tell.epoch == view.epoch && c.tell.version == view.version &&
            to[0].version == seeker_version(w, chosen[0]) && c.tell.kind == YZ_TELL_FIT) {
            return; // there was no room to name somebody twice
        }
        cr_assert_eq(tell_world(w, c).problem.code, YZ_PROBLEM_STALE_CHOICE, "seed %lu", w->seed);
        return;
    }
    yz_outcome out = tell_world(w, c);
    cr_assert_eq(out.status, YZ_OK, "seed %lu: %s %s", w->seed,
                 yz_problem_name(out.problem.code).bytes, out.problem.pointer);
    for (uint32_t i = 0; i < count; i++)
        model_fit(w, chosen[i], p);
    cr_assert_eq(tell_world(w, c).problem.code, YZ_PROBLEM_STALE_CHOICE, "told twice");
}

static yz_gone_reason why_gone(yz_record_state state) {
    switch (state) {
    case YZ_STATE_CLOSED: return YZ_GONE_CLOSED;
    case YZ_STATE_EXPIRED: return YZ_GONE_EXPIRED;
    case YZ_STATE_FULL: return YZ_GONE_FULL;
    case YZ_STATE_PAUSED: return YZ_GONE_PAUSED;
    default: return YZ_GONE_CHANGED;
    }
}

static void tell_gone(told_world *w, int s, int p) {
    model_pair *pair = &w->pair[s][p];
    yz_tell_to to = {yz_text_of(seeker_id[s]), 0};
    yz_command c = {.type = YZ_COMMAND_TELL};
    c.tell.posting = yz_text_of(posting_id[p]);
    c.tell.to = &to;
    c.tell.count = 1;
    c.tell.epoch = pair->epoch;
    c.tell.kind = YZ_TELL_GONE;
    c.tell.reason = why_gone(w->posting[p].state);
    yz_outcome out = tell_world(w, c);
    cr_assert_eq(out.status, YZ_OK, "seed %lu: %s", w->seed,
                 yz_problem_name(out.problem.code).bytes);
    cr_assert_not(pair->gone_in_epoch, "gone twice in one epoch");
    pair->gone_in_epoch = true;
    pair->fate = UNTOLD;
    pair->step = YZ_STEP_UNTOLD;
    w->gone_told += 1;
    cr_assert_eq(tell_world(w, c).problem.code, YZ_PROBLEM_STALE_CHOICE, "un-told twice");
}

// ---- comparisons ----

static void agrees_with_model(told_world *w) {
    for (int s = 0; s < SEEKERS; s++) {
        if (!w->seeker[s].exists) continue;
        uint32_t row = seeker_row(w, s);
        yz_seeker_view view;
        yz_arena_reset(w->arena);
        cr_assert(yz_market_seeker_at(w->market, row, w->arena, &view));
        cr_assert_eq(view.state, w->seeker[s].state, "seed %lu seeker %d", w->seed, s);
        for (int p = 0; p < POSTINGS; p++) {
            if (!w->posting[p].exists) continue;
            yz_told_state state = yz_market_told_state(w->market, row, posting_row(w, p));
            yz_told_state expected = state_in_model(w, s, p);
            cr_assert_neq(state, YZ_TOLD_WRONG, "seed %lu pair %d %d", w->seed, s, p);
            cr_assert_eq(state, expected, "seed %lu command %lu pair %d %d: %d, model %d", w->seed,
                         w->sequence, s, p, (int)state, (int)expected);
            yz_referral_view referral;
            bool found = yz_market_referral(w->market, yz_text_of(seeker_id[s]),
                                            yz_text_of(posting_id[p]), &referral);
            cr_assert_eq(found ? referral.step : YZ_STEP_NONE, w->pair[s][p].step);
            cr_assert_eq(found ? referral.epoch : 0, w->pair[s][p].epoch);
            const char *venue = w->pair[s][p].venue;
            cr_assert(!found || yz_text_equal(referral.venue, yz_text_of(venue ? venue : "")),
                      "seed %lu pair %d %d: at \"%.*s\", model %s", w->seed, s, p,
                      (int)referral.venue.size, referral.venue.bytes, venue ? venue : "nowhere");
            w->at_venue += found && venue != NULL;
            w->states[state] += 1;
        }
    }
    for (int p = 0; p < POSTINGS; p++) {
        const model_posting *m = &w->posting[p];
        if (!m->exists) continue;
        yz_posting_view view;
        yz_arena_reset(w->arena);
        cr_assert(yz_market_posting(w->market, yz_text_of(posting_id[p]), w->arena, &view));
        cr_assert_eq(view.state, m->state, "seed %lu posting %d: %d, model %d", w->seed, p,
                     view.state, m->state);
        cr_assert_eq(view.epoch, m->epoch, "seed %lu posting %d", w->seed, p);
        cr_assert_eq(view.posting.openings, m->openings);
        yz_posting_told told = yz_market_posting_told(w->market, view.row);
        uint32_t in_epoch = 0, replies = 0, standing = 0, live = 0;
        for (int s = 0; s < SEEKERS; s++) {
            bool now = w->pair[s][p].epoch == m->epoch;
            in_epoch += now;
            replies += now && w->pair[s][p].replied;
            bool open = w->pair[s][p].step > YZ_STEP_VIEWED && w->pair[s][p].step < YZ_STEP_HELD;
            standing += now && open && w->pair[s][p].fate == LIVE;
            live += w->pair[s][p].fate == LIVE;
        }
        cr_assert_eq(told.held + told.placed + told.filled, taken_of(w, p));
        cr_assert_leq(told.held + told.placed + told.filled, m->openings, "more than openings");
        cr_assert_eq(told.told, in_epoch, "seed %lu posting %d", w->seed, p);
        cr_assert_eq(told.replies, replies, "seed %lu posting %d", w->seed, p);
        cr_assert_eq(told.standing, standing, "seed %lu posting %d", w->seed, p);
        w->stood += standing;
        cr_assert_eq(told.live, live, "seed %lu posting %d", w->seed, p);
        cr_assert_eq(told.owed, m->state == YZ_STATE_OPEN ? 0 : live);
    }
}

static void random_command(told_world *w) {
    switch (below(w, 20)) {
    case 0:
    case 1:
    case 2: put_posting(w); break;
    case 3:
    case 4: step_posting(w); break;
    case 5:
    case 6:
    case 7: put_seeker(w); break;
    case 8: step_seeker(w); break;
    case 9: pass_time(w); break;
    case 10:
        if (below(w, 20) == 0) change_rules(w);
        break;
    default: step_referral(w);
    }
}

/* Everybody owed is told that it is gone, and then nobody is owed. */
static void tell_all(told_world *w) {
    for (int p = 0; p < POSTINGS; p++) {
        if (w->posting[p].state == YZ_STATE_OPEN) tell_fit(w, p, 1 + below(w, SEEKERS));
        for (int s = 0; s < SEEKERS; s++) {
            if (state_in_model(w, s, p) == YZ_TOLD_OWED) tell_gone(w, s, p);
        }
    }
}

/* The same with a teller who is late: who is owed stays owed, whatever the seeker does meanwhile.
 */
Test(referrals, who_is_owed_a_word_stays_so_until_it_is_said) {
    uint64_t owed = 0;
    for (uint64_t seed = 101; seed < 101 + YZ_ROUNDS(8); seed++) {
        told_world w = world_new(seed);
        for (int at = 0; at < 2500; at++) {
            random_command(&w);
            agrees_with_model(&w);
            if (below(&w, 6) == 0) tell_all(&w);
        }
        owed += w.states[YZ_TOLD_OWED];
        world_free(&w);
    }
    printf("seeds 101..%d: owed seen %lu times\n", 100 + YZ_ROUNDS(8), owed);
    cr_assert_gt(owed, YZ_ROUNDS(10000));
}

Test(referrals, random_commands_leave_every_told_pair_in_one_of_four_states) {
    uint64_t commands = 0, fit = 0, gone = 0, refused = 0, states[YZ_TOLD_WRONG + 1] = {0};
    uint64_t at_venue = 0, stood = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(20); seed++) {
        told_world w = world_new(seed);
        for (int at = 0; at < 5000; at++) {
            random_command(&w);
            agrees_with_model(&w);
            tell_all(&w);
            for (int s = 0; s < SEEKERS; s++) {
                for (int p = 0; p < POSTINGS; p++)
                    cr_assert_neq(state_in_model(&w, s, p), YZ_TOLD_OWED);
            }
            const char *why = "";
            if (at % 50 == 0) {
                cr_assert(yz_market_sound(w.market, &why), "seed %lu at %d: %s", seed, at, why);
            }
        }
        agrees_with_model(&w);
        commands += 5000;
        fit += w.fit_told;
        gone += w.gone_told;
        refused += w.refused;
        at_venue += w.at_venue;
        stood += w.stood;
        for (int i = 0; i <= YZ_TOLD_WRONG; i++)
            states[i] += w.states[i];
        world_free(&w);
    }
    printf("%lu random commands, %lu told fit, %lu told gone, %lu refused; pairs seen "
           "fit %lu, placed %lu, un-told %lu, by the seeker %lu, owed %lu, wrong %lu\n",
           commands, fit, gone, refused, states[YZ_TOLD_FITS], states[YZ_TOLD_PLACED],
           states[YZ_TOLD_UNTOLD], states[YZ_TOLD_BY_SEEKER], states[YZ_TOLD_OWED],
           states[YZ_TOLD_WRONG]);
    for (int i = YZ_TOLD_FITS; i <= YZ_TOLD_OWED; i++)
        cr_assert_gt(states[i], YZ_ROUNDS(1000), "state %d hardly came up", i);
    cr_assert_gt(at_venue, YZ_ROUNDS(1000));
    cr_assert_gt(stood, YZ_ROUNDS(1000));
}
