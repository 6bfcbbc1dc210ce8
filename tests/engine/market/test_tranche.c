/* Who is chosen to be told is whom brute force would choose: in slices, with ties, with people who
 * were told before, and while the market changes under the choosing. */
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/market/market.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define PEOPLE 3000u
#define SKILLS 4u

typedef struct town {
    yz_market *market;
    yz_desk *desk;
    yz_arena *arena;
    yz_tranche *tranche;
    yz_random random;
    uint64_t seed, sequence;
    char id[16];
} town;

static uint32_t draw(town *t, uint32_t below) {
    return (uint32_t)yz_random_below(&t->random, below);
}

static yz_outcome apply(town *t, yz_command *c) {
    yz_problem problem;
    cr_assert_eq(yz_market_admit(c, &problem), YZ_OK, "%s", problem.pointer);
    c->sequence = ++t->sequence;
    c->at_ms = 1000 + (int64_t)t->sequence;
    return yz_market_apply(t->market, c, NULL);
}

static yz_text name(town *t, char kind, uint32_t number) {
    snprintf(t->id, sizeof t->id, "%c%05u", kind, number);
    return yz_text_of(t->id);
}

// Few places, few floors: so that many are equally good.
static void put_seeker(town *t, uint32_t number) {
    static const char *const SKILL[SKILLS] = {"s0", "s1", "s2", "s3"};
    yz_skill_level skills[SKILLS];
    uint16_t count = 0;
    for (uint32_t i = 0; i < SKILLS; i++) {
        if (draw(t, 3) == 0) continue;
        skills[count++] = (yz_skill_level){yz_text_of(SKILL[i]), (uint8_t)(1 + draw(t, 5))};
    }
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    c.seeker_put.seeker =
        (yz_seeker){.id = name(t, 'k', number),
                    .skills = skills,
                    .skill_count = count,
                    .place = {300000000 + (int32_t)draw(t, 12) * 300000,
                              1040000000 + (int32_t)draw(t, 12) * 300000, YZ_TEXT("")},
                    .radius_m = 5000 + draw(t, 3) * 20000,
                    .floor_unit = YZ_PER_MONTH,
                    .floor_fen = draw(t, 3) * 100000,
                    .education = (uint8_t)draw(t, 4),
                    .types = YZ_TYPE_GIG | YZ_TYPE_FULL,
                    .shifts = 1 + draw(t, 7),
                    .wants_push = draw(t, 4) != 0};
    cr_assert_eq(apply(t, &c).status, YZ_OK);
}

static void put_posting(town *t, uint32_t number) {
    yz_skill_level required = {YZ_TEXT("s0"), (uint8_t)(1 + draw(t, 3))};
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.fields = YZ_POSTING_ALL;
    c.posting_put.posting = (yz_posting){.id = name(t, 'p', number),
                                         .title = YZ_TEXT("welder"),
                                         .required = &required,
                                         .required_count = (uint16_t)draw(t, 2),
                                         .place = {301800000, 1041800000, YZ_TEXT("")},
                                         .has_wage = true,
                                         .wage_unit = YZ_PER_MONTH,
                                         .wage_min_fen = 100000,
                                         .wage_max_fen = 200000 + (int64_t)draw(t, 2) * 100000,
                                         .type = YZ_TYPE_GIG,
                                         .openings = 5,
                                         .shifts = 7,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX};
    cr_assert_eq(apply(t, &c).status, YZ_OK);
}

static void town_init(town *t, uint64_t seed) {
    *t = (town){.market = yz_market_new(&(yz_market_options){.hash_key = {seed, 2}}),
                .desk = yz_desk_new(),
                .arena = yz_arena_new(1 << 20),
                .tranche = yz_tranche_new(),
                .random = yz_random_seeded(seed),
                .seed = seed};
    for (uint32_t i = 0; i < SKILLS; i++) {
        char id[4];
        snprintf(id, sizeof id, "s%u", i);
        yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
        c.entry_put.dictionary = YZ_SKILLS;
        c.entry_put.entry.id = yz_text_of(id);
        apply(t, &c);
    }
    for (uint32_t i = 0; i < PEOPLE; i++)
        put_seeker(t, i);
}

static void town_deinit(town *t) {
    yz_tranche_free(t->tranche);
    yz_arena_free(t->arena);
    yz_desk_free(t->desk);
    yz_market_free(t->market);
}

typedef struct twin {
    uint32_t row[PEOPLE], version[PEOPLE];
    uint32_t count;
    uint64_t fits;
} twin;

static uint32_t version_of(town *t, uint32_t row, bool *wants_push) {
    yz_seeker_view view;
    yz_arena_reset(t->arena);
    cr_assert(yz_market_seeker_at(t->market, row, t->arena, &view));
    *wants_push = view.seeker.wants_push;
    return view.version;
}

// Brute force over everybody, a page of answers after the other.
static void by_hand(town *t, uint32_t posting, twin *out) {
    static yz_hit hits[YZ_K_MAX];
    yz_posting_view view;
    yz_problem problem;
    yz_arena *arena = yz_arena_new(1 << 16);
    cr_assert(yz_market_posting_at(t->market, posting, arena, &view));
    yz_ask ask = {.k = YZ_K_MAX, .by_oracle = true};
    yz_answer answer = {.hits = hits};
    out->count = 0;
    do {
        cr_assert_eq(yz_market_seekers(t->market, t->desk, &view.posting, &ask, &answer, &problem),
                     YZ_OK);
        out->fits = answer.count;
        for (uint32_t i = 0; i < answer.hit_count; i++) {
            yz_referral_view told;
            bool wants_push;
            uint32_t version = version_of(t, hits[i].row, &wants_push);
            if (!wants_push) continue;
            if (yz_market_referral(t->market, hits[i].id, view.posting.id, &told) &&
                told.epoch == view.epoch) {
                continue;
            }
            out->row[out->count] = hits[i].row;
            out->version[out->count++] = version;
        }
        if (answer.hit_count > 0) {
            ask.after = (yz_after){hits[answer.hit_count - 1].score, hits[answer.hit_count - 1].id};
        }
    } while (answer.hit_count == YZ_K_MAX);
    yz_arena_free(arena);
}

static bool skip_none(const void *context, uint32_t row) {
    (void)context, (void)row;
    return false;
}

// All picks, handed out in small helpings.
static uint32_t take_all(town *t, yz_tranche_pick *picks, uint32_t helping) {
    uint32_t count = 0, got;
    do {
        yz_tranche_rank(t->tranche, helping);
        got = yz_tranche_take(t->tranche, t->market, picks + count, helping);
        count += got;
    } while (got > 0 ||
             (yz_tranche_left(t->tranche) > 0 && !yz_tranche_stale(t->tranche, t->market)));
    return count;
}

static void tell(town *t, uint32_t posting, yz_tell_kind kind, const yz_tranche_pick *picks,
                 uint32_t count) {
    yz_posting_push push = yz_market_posting_push(t->market, posting);
    yz_tell_to to[YZ_TELL_MAX];
    for (uint32_t i = 0; i < count;) {
        uint32_t n = 0, epoch = picks[i].epoch;
        for (; i < count && n < YZ_TELL_MAX && picks[i].epoch == epoch; i++)
            to[n++] = (yz_tell_to){picks[i].seeker, picks[i].version};
        yz_command c = {.type = YZ_COMMAND_TELL};
        c.tell.posting = push.id;
        c.tell.to = to;
        c.tell.count = n;
        c.tell.epoch = epoch;
        c.tell.version = push.version;
        c.tell.tranche = kind == YZ_TELL_FIT ? push.told.tranche + 1 : 0;
        c.tell.kind = kind;
        c.tell.reason = kind == YZ_TELL_FIT ? YZ_GONE_NOT_SAID : YZ_GONE_CHANGED;
        yz_outcome out = apply(t, &c);
        cr_assert_eq(out.status, YZ_OK, "seed %lu: refused: %s", t->seed, out.problem.value);
    }
}

Test(tranche, chooses_whom_brute_force_would_choose) {
    static yz_tranche_pick picks[PEOPLE];
    static twin hand;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        town t;
        town_init(&t, seed);
        put_posting(&t, 0);
        for (uint32_t round = 0; round < 6; round++) {
            uint32_t want = round % 3 == 2 ? YZ_TRANCHE_ALL : 1 + draw(&t, 400);
            by_hand(&t, 0, &hand);
            yz_tranche_begin(t.tranche, t.market, 0, want, round & 1 ? skip_none : NULL, NULL);
            uint32_t work = 1u << draw(&t, 18);
            while (yz_tranche_step(t.tranche, t.market, t.desk, work)) {
            }
            cr_assert_eq(yz_tranche_count(t.tranche), hand.fits, "seed %lu", seed);
            uint32_t count = take_all(&t, picks, 1 + draw(&t, 300));
            uint32_t expected = want < hand.count ? want : hand.count;
            cr_assert_eq(count, expected, "seed %lu: %u of %u", seed, count, expected);
            for (uint32_t i = 0; i < count; i++) {
                cr_assert_eq(picks[i].row, hand.row[i], "seed %lu: place %u", seed, i);
                cr_assert_eq(picks[i].version, hand.version[i], "seed %lu", seed);
            }
            cr_assert_not(yz_tranche_fell_short(t.tranche));
            // The next round chooses among those who were not told.
            if (round % 3 != 2) tell(&t, 0, YZ_TELL_FIT, picks, count);
        }
        town_deinit(&t);
    }
}

Test(tranche, gives_only_who_still_holds_while_the_market_changes) {
    static yz_tranche_pick picks[2 * PEOPLE];
    static twin hand;
    uint32_t changed_seen = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        town t;
        town_init(&t, seed);
        put_posting(&t, 0);
        uint32_t want = seed & 1 ? YZ_TRANCHE_ALL : 500;
        by_hand(&t, 0, &hand);
        uint64_t begun = t.sequence;
        yz_tranche_begin(t.tranche, t.market, 0, want, NULL, NULL);
        while (yz_tranche_step(t.tranche, t.market, t.desk, 1 + draw(&t, 900))) {
            for (uint32_t i = draw(&t, 8); i > 0; i--)
                put_seeker(&t, draw(&t, PEOPLE + 100));
        }
        cr_assert_gt(t.sequence, begun);
        uint32_t count = take_all(&t, picks, 200), at = 0, unchanged = 0;
        bool gone = true;
        for (uint32_t i = 0; i < count; i++) {
            while (at < hand.count && version_of(&t, hand.row[at], &gone) != hand.version[at])
                at++; // has changed: may be chosen or not
            yz_tranche_pick now;
            cr_assert(yz_market_may_tell(t.market, picks[i].row, 0, &now), "seed %lu", seed);
            cr_assert(now.score == picks[i].score, "seed %lu", seed);
            if (i > 0) cr_assert(picks[i - 1].score >= picks[i].score, "seed %lu", seed);
            if (at < hand.count && picks[i].row == hand.row[at]) {
                at++;
                unchanged++;
            } else {
                changed_seen++;
            }
        }
        if (want == YZ_TRANCHE_ALL) {
            while (at < hand.count && version_of(&t, hand.row[at], &gone) != hand.version[at])
                at++;
            cr_assert_eq(at, hand.count, "seed %lu: somebody who did not change is missing", seed);
        }
        cr_assert_gt(unchanged, 100);
        tell(&t, 0, YZ_TELL_FIT, picks, count); // not refused
        town_deinit(&t);
    }
    cr_assert_gt(changed_seen, 0);
}

Test(tranche, is_stale_when_the_posting_changes) {
    static yz_tranche_pick picks[PEOPLE];
    town t;
    town_init(&t, 1);
    put_posting(&t, 0);
    yz_tranche_begin(t.tranche, t.market, 0, 10, NULL, NULL);
    cr_assert(yz_tranche_step(t.tranche, t.market, t.desk, 1));
    cr_assert_not(yz_tranche_stale(t.tranche, t.market));
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.posting.id = YZ_TEXT("p00000");
    c.posting_put.posting.openings = 6;
    c.posting_put.fields = YZ_POSTING_OPENINGS;
    cr_assert_eq(apply(&t, &c).status, YZ_OK);
    cr_assert(yz_tranche_stale(t.tranche, t.market));
    cr_assert_not(yz_tranche_step(t.tranche, t.market, t.desk, 1));
    cr_assert_eq(take_all(&t, picks, 10), 0);
    town_deinit(&t);
}

Test(tranche, names_everybody_who_is_owed_a_gone_in_order_and_nobody_else) {
    static yz_tranche_pick told[PEOPLE], gone[PEOPLE];
    for (uint64_t seed = 1; seed <= 8; seed++) {
        town t;
        town_init(&t, seed);
        put_posting(&t, 0);
        yz_tranche_begin(t.tranche, t.market, 0, YZ_TRANCHE_ALL, NULL, NULL);
        while (yz_tranche_step(t.tranche, t.market, t.desk, 50000)) {
        }
        uint32_t count = take_all(&t, told, 500);
        tell(&t, 0, YZ_TELL_FIT, told, count);
        // It moves away, or it closes; some close themselves first.
        yz_command c = {.type = YZ_COMMAND_SEEKER_CLOSE};
        c.named.id = told[0].seeker;
        cr_assert_eq(apply(&t, &c).status, YZ_OK);
        bool closes = seed & 1;
        c = (yz_command){.type = closes ? YZ_COMMAND_POSTING_CLOSE : YZ_COMMAND_POSTING_PATCH};
        if (closes) {
            c.named.id = YZ_TEXT("p00000");
        } else {
            c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p00000"),
                                                 .place = {300000000, 1040000000, YZ_TEXT("")}};
            c.posting_put.fields = YZ_POSTING_PLACE;
        }
        cr_assert_eq(apply(&t, &c).status, YZ_OK);
        uint32_t owed = 0;
        for (uint32_t i = 0; i < count; i++)
            owed += yz_market_told_state(t.market, told[i].row, 0) == YZ_TOLD_OWED;
        yz_tranche_begin_gone(t.tranche, t.market, 0);
        while (yz_tranche_step(t.tranche, t.market, t.desk, 1 + draw(&t, 2000))) {
        }
        uint32_t got = take_all(&t, gone, 1 + draw(&t, 700));
        cr_assert_eq(got, owed, "seed %lu: %u of %u", seed, got, owed);
        cr_assert_eq(yz_tranche_count(t.tranche), owed);
        if (closes) cr_assert_eq(owed, count - 1);
        cr_assert(closes || owed < count - 1, "seed %lu: some still fit", seed);
        for (uint32_t i = 1; i < got; i++)
            cr_assert(gone[i - 1].score >= gone[i].score, "seed %lu", seed);
        tell(&t, 0, YZ_TELL_GONE, gone, got);
        for (uint32_t i = 0; i < count; i++) {
            yz_told_state state = yz_market_told_state(t.market, told[i].row, 0);
            cr_assert(state != YZ_TOLD_OWED && state != YZ_TOLD_WRONG, "seed %lu", seed);
        }
        town_deinit(&t);
    }
}
