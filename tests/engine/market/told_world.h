/* A small market and a slow, obvious model of its referrals: a table of pairs, each with its step,
 * what it was told and what became of that. Who fits whom is asked of the oracle, pair by pair. For
 * test_referrals only. */
#ifndef YZ_TESTS_ENGINE_MARKET_TOLD_WORLD_H
#define YZ_TESTS_ENGINE_MARKET_TOLD_WORLD_H

#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>

#define POSTINGS 9
#define SEEKERS 16

typedef enum fate { NEVER, LIVE, BY_SEEKER, UNTOLD } fate;

typedef struct model_pair {
    yz_step step;
    yz_end_reason reason;
    fate fate;
    uint32_t epoch; // told last; 0: never
    bool gone_in_epoch, was_placed, moved_seeker, replied;
    int64_t until_ms;
    const char *venue; // NULL: none named since it last began
} model_pair;

typedef struct model_posting {
    bool exists, opened;
    yz_record_state state;
    uint32_t epoch, openings, filled, type;
    int64_t from_ms, to_ms;
} model_posting;

typedef struct model_seeker {
    bool exists, wants_push;
    yz_record_state state;
} model_seeker;

typedef struct told_world {
    yz_market *market, *again; // the same commands, another hash key
    yz_desk *desk;
    yz_arena *arena;
    yz_random random;
    uint64_t sequence, seed;
    int64_t at_ms;
    model_pair pair[SEEKERS][POSTINGS];
    model_posting posting[POSTINGS];
    model_seeker seeker[SEEKERS];
    bool fits[SEEKERS][POSTINGS]; // of open postings
    uint64_t refused, fit_told, gone_told, at_venue, stood, states[YZ_TOLD_WRONG + 1];
} told_world;

static char posting_id[POSTINGS][16], seeker_id[SEEKERS][16];

static inline uint32_t below(told_world *w, uint64_t limit) {
    return (uint32_t)yz_random_below(&w->random, limit);
}

/* 12 of "s12". */
static inline int number_in(yz_text id) {
    int number = 0;
    for (uint32_t i = 1; i < id.size; i++)
        number = number * 10 + (id.bytes[i] - '0');
    return number;
}

/* The row of a model's number, which is the order of their first puts. */
static inline uint32_t posting_row(const told_world *w, int n) {
    for (uint32_t row = 0; row < yz_market_posting_rows(w->market); row++) {
        if (yz_text_equal(yz_market_posting_id(w->market, row), yz_text_of(posting_id[n]))) {
            return row;
        }
    }
    return UINT32_MAX;
}
static inline uint32_t seeker_row(const told_world *w, int n) {
    for (uint32_t row = 0; row < yz_market_seeker_rows(w->market); row++) {
        if (yz_text_equal(yz_market_seeker_id(w->market, row), yz_text_of(seeker_id[n]))) {
            return row;
        }
    }
    return UINT32_MAX;
}

/* Both markets do the same and come to the same. */
static inline yz_outcome tell_world(told_world *w, yz_command c) {
    yz_problem problem = {0};
    c.sequence = ++w->sequence;
    c.at_ms = w->at_ms;
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK, "seed %lu: %s %s", w->seed,
                 yz_problem_name(problem.code).bytes, problem.pointer);
    yz_digest before = yz_market_digest(w->market);
    yz_outcome out = yz_market_apply(w->market, &c, NULL);
    yz_outcome other = yz_market_apply(w->again, &c, NULL);
    cr_assert(stream_same_outcome(&out, &other), "seed %lu", w->seed);
    cr_assert(stream_same_digest(w->market, w->again), "seed %lu command %lu", w->seed,
              w->sequence);
    bool posting = c.type >= YZ_COMMAND_POSTING_PUT && c.type <= YZ_COMMAND_POSTING_CLOSE;
    bool news = posting || c.type >= YZ_COMMAND_REFERRAL_STEP;
    bool silent = news && (out.status != YZ_OK || !out.changed);
    cr_assert_eq(yz_market_silent(w->market, w->sequence), silent, "seed %lu command %lu", w->seed,
                 w->sequence);
    if (out.status != YZ_OK) {
        yz_digest after = yz_market_digest(w->market);
        cr_assert_eq(memcmp(&before, &after, sizeof before), 0, "a refusal changed something");
    }
    w->refused += out.status != YZ_OK;
    return out;
}

// ---- who fits whom, by the oracle ----

static inline void ask_oracle(told_world *w, int s) {
    yz_seeker_view view;
    yz_hit hits[POSTINGS];
    yz_answer answer = {.hits = hits};
    yz_ask ask = {.k = POSTINGS, .by_oracle = true};
    yz_problem problem;
    memset(w->fits[s], 0, sizeof w->fits[s]);
    if (!w->seeker[s].exists) return;
    yz_arena_reset(w->arena);
    cr_assert(yz_market_seeker(w->market, yz_text_of(seeker_id[s]), w->arena, &view));
    if (view.seeker.withheld) return;
    cr_assert_eq(yz_market_jobs(w->market, w->desk, &view.seeker, &ask, &answer, &problem), YZ_OK);
    for (uint32_t i = 0; i < answer.hit_count; i++)
        w->fits[s][number_in(hits[i].id)] = true;
}

/* After every command. What no longer fits because the seeker changed is the seeker's doing. */
static inline void look_again(told_world *w, int changed_seeker) {
    for (int s = 0; s < SEEKERS; s++) {
        bool before[POSTINGS];
        memcpy(before, w->fits[s], sizeof before);
        ask_oracle(w, s);
        for (int p = 0; s == changed_seeker && p < POSTINGS; p++) {
            model_pair *pair = &w->pair[s][p];
            bool open = w->posting[p].state == YZ_STATE_OPEN;
            if (open && pair->fate == LIVE && before[p] && !w->fits[s][p]) pair->fate = BY_SEEKER;
        }
    }
}

static inline void let_go(told_world *w, int s) {
    for (int p = 0; p < POSTINGS; p++) {
        if (w->pair[s][p].fate == LIVE) w->pair[s][p].fate = BY_SEEKER;
    }
}

static inline bool holds_opening(yz_step step) {
    return step == YZ_STEP_HELD || step == YZ_STEP_PLACED || step == YZ_STEP_STARTED ||
           step == YZ_STEP_KEPT_30 || step == YZ_STEP_KEPT_90;
}

static inline uint32_t taken_of(const told_world *w, int p) {
    uint32_t taken = w->posting[p].filled;
    for (int s = 0; s < SEEKERS; s++)
        taken += holds_opening(w->pair[s][p].step);
    return taken;
}

static inline bool over(yz_record_state state) {
    return state == YZ_STATE_CLOSED || state == YZ_STATE_EXPIRED;
}

static inline void posting_goes(told_world *w, int p, yz_record_state state) {
    model_posting *m = &w->posting[p];
    if (state == YZ_STATE_OPEN && m->state != YZ_STATE_OPEN) {
        m->epoch += m->opened;
        m->opened = true;
    }
    m->state = state;
}

static inline yz_record_state by_time(const told_world *w, int p) {
    const model_posting *m = &w->posting[p];
    if (m->to_ms < w->at_ms) return YZ_STATE_EXPIRED;
    if (m->from_ms > w->at_ms) return YZ_STATE_SCHEDULED;
    return taken_of(w, p) >= m->openings ? YZ_STATE_FULL : YZ_STATE_OPEN;
}

/* The four states of engine/market/market.h; OWED and NEVER beside. */
static inline yz_told_state state_in_model(const told_world *w, int s, int p) {
    const model_pair *pair = &w->pair[s][p];
    if (pair->epoch == 0) return YZ_TOLD_NEVER;
    if (holds_opening(pair->step)) return YZ_TOLD_PLACED;
    if (pair->step == YZ_STEP_ENDED && pair->was_placed) return YZ_TOLD_PLACED;
    if (pair->fate == UNTOLD) return YZ_TOLD_UNTOLD;
    if (pair->fate == BY_SEEKER) return YZ_TOLD_BY_SEEKER;
    bool open = w->posting[p].state == YZ_STATE_OPEN;
    return open && w->fits[s][p] ? YZ_TOLD_FITS : YZ_TOLD_OWED;
}

#endif
