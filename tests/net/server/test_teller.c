/* Who is told when: the teller step by step, with a clock that stands still until it is moved and a
 * store that is durable at once. */
#include "tests/net/server/step.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "net/server/teller.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MINUTE 60000
#define HOUR (60 * (int64_t)MINUTE)
#define NOON 1700020800000 // 2023-11-15, noon in Beijing
#define SAID_MAX 200000

/* What was handed out, one person at a time. */
typedef struct said {
    char seeker[12], posting[12];
    uint32_t epoch, tranche, command;
    bool gone;
    yz_gone_reason reason;
    int64_t at_ms;
} said;

static said all_said[SAID_MAX];

typedef struct rig {
    step s;
    teller *teller;
    yz_desk *desk;
    yz_arena *arena;
    writer_options options; // of its writer
    uint32_t said, commands;
} rig;

static rig *making; // the rig whose writer is being made

static void news(void *context, const yz_command *command, const yz_outcome *outcome) {
    rig *r = context;
    (void)outcome;
    if (command->type != YZ_COMMAND_TELL) return;
    r->commands += 1;
    for (uint32_t i = 0; i < command->tell.count; i++) {
        cr_assert_lt(r->said, SAID_MAX);
        said *one = &all_said[r->said++];
        yz_text seeker = command->tell.to[i].seeker, posting = command->tell.posting;
        *one = (said){.epoch = command->tell.epoch,
                      .tranche = command->tell.tranche,
                      .command = r->commands,
                      .gone = command->tell.kind == YZ_TELL_GONE,
                      .reason = command->tell.reason,
                      .at_ms = command->at_ms};
        snprintf(one->seeker, sizeof one->seeker, "%.*s", (int)seeker.size, seeker.bytes);
        snprintf(one->posting, sizeof one->posting, "%.*s", (int)posting.size, posting.bytes);
    }
}

static void ready(void *context) {
    teller_ready(((rig *)context)->teller);
}

static void with_teller(writer_options *o) {
    rig *r = making;
    o->loops = 2;
    teller_options options = {.market = o->market,
                              .gate = o->gate,
                              .reader = 1,
                              .lane = 1,
                              .outside = o->outside,
                              .metrics = o->metrics};
    r->teller = teller_new(&options);
    o->moved = teller_moved;
    o->moved_context = r->teller;
    o->news = news;
    o->news_context = r;
    o->ready = ready;
    o->ready_context = r;
    r->options = *o;
}

static void rig_init(rig *r) {
    making = r;
    r->said = r->commands = 0;
    r->desk = yz_desk_new();
    r->arena = yz_arena_new(1 << 20);
    step_init(&r->s, with_teller);
    r->s.at_once = true;
    r->s.wall_ms = NOON;
    teller_start(r->teller, r->s.writer);
}

static void rig_deinit(rig *r) {
    teller_stop(r->teller);
    step_deinit(&r->s);
    teller_free(r->teller);
    yz_desk_free(r->desk);
    yz_arena_free(r->arena);
}

/* The process is killed and starts again with the same journal: whatever was not applied is lost.
 */
static void rig_restart(rig *r) {
    making = r;
    teller_stop(r->teller);
    writer_free(r->s.writer);
    teller_free(r->teller);
    writer_options o = r->options;
    with_teller(&o);
    r->s.writer = writer_new(&o);
    teller_start(r->teller, r->s.writer);
}

static bool slow; // the teller has not come to it yet

static void run_dry(rig *r) {
    uint32_t turns = 0;
    bool more;
    if (slow) return;
    do {
        more = writer_turn(r->s.writer);
        if (teller_turn(r->teller)) more = true;
        cr_assert_lt(turns++, 200000u, "it never comes to rest");
    } while (more);
    writer_collect(r->s.writer, 0);
    r->s.told = 0;
}

static void pass(rig *r, int64_t ms) {
    r->s.wall_ms += ms;
    r->s.mono_ns += (uint64_t)ms * 1000000;
    run_dry(r);
}

static void submit(rig *r, const yz_command *c) {
    yz_problem problem;
    cr_assert_eq(yz_market_admit(c, &problem), YZ_OK, "%s", problem.pointer);
    cr_assert(writer_submit(r->s.writer, 0, c, 1, false, step_done, &r->s));
}

/* ---- people and postings: kilometres east of the posting are minus the score ---- */

typedef struct seeker_facts {
    uint32_t km;
    uint16_t per_day, quiet_from, quiet_to;
    bool no_push;
} seeker_facts;

static yz_command seeker_put(char id[12], uint32_t number, seeker_facts f) {
    snprintf(id, 12, "k%05u", number);
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.fields = YZ_SEEKER_ALL | YZ_SEEKER_PUSH;
    c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id),
                                      .place = {0, (int32_t)(f.km * 90000), YZ_TEXT("")},
                                      .radius_m = 100000,
                                      .floor_unit = YZ_PER_MONTH,
                                      .floor_fen = 300000,
                                      .types = YZ_TYPE_GIG | YZ_TYPE_FULL,
                                      .shifts = 7,
                                      .wants_push = !f.no_push,
                                      .push_per_day = f.per_day,
                                      .quiet_from = f.quiet_from,
                                      .quiet_to = f.quiet_to};
    return c;
}

static void put_seeker(rig *r, uint32_t number, seeker_facts f) {
    char id[12];
    yz_command c = seeker_put(id, number, f);
    submit(r, &c);
}

static void put_crowd(rig *r, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        put_seeker(r, i, (seeker_facts){.km = 1 + i % 80});
        if (i % 500 == 499) run_dry(r);
    }
    run_dry(r);
}

static yz_command posting_put(const char *id, uint32_t openings, uint16_t k) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.fields = YZ_POSTING_ALL | YZ_POSTING_PUSH;
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                         .title = YZ_TEXT("welder"),
                                         .has_wage = true,
                                         .wage_unit = YZ_PER_MONTH,
                                         .wage_min_fen = 400000,
                                         .wage_max_fen = 400000,
                                         .type = YZ_TYPE_GIG,
                                         .openings = openings,
                                         .shifts = 7,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX,
                                         .push_k = k};
    return c;
}

static void put_posting(rig *r, const char *id, uint32_t openings, uint16_t k) {
    yz_command c = posting_put(id, openings, k);
    submit(r, &c);
    run_dry(r);
}

static void named(rig *r, yz_command_type type, const char *id) {
    yz_command c = {.type = type};
    c.named.id = yz_text_of(id);
    submit(r, &c);
    run_dry(r);
}

static void step_to(rig *r, const char *seeker, const char *posting, yz_step to) {
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = yz_text_of(seeker);
    c.referral.posting = yz_text_of(posting);
    c.referral.step = to;
    if (to == YZ_STEP_ENDED) c.referral.reason = YZ_END_OTHER;
    submit(r, &c);
    run_dry(r);
}

// Everybody told so far in rank order, in this and the same command: nearer first, then id.
static void expect_told(rig *r, uint32_t from, uint32_t count, uint32_t tranche) {
    cr_assert_eq(r->said, from + count, "%u were told, not %u", r->said - from, count);
    for (uint32_t i = from; i < r->said; i++) {
        cr_assert_not(all_said[i].gone);
        cr_assert_eq(all_said[i].tranche, tranche);
    }
}

Test(teller, tells_the_best_first_and_three_for_each_opening) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    for (uint32_t i = 0; i < 20; i++)
        put_seeker(r, i, (seeker_facts){.km = 60 - 2 * i, .no_push = i == 19});
    put_posting(r, "p", 2, 0);
    expect_told(r, 0, 6, 1);
    for (uint32_t i = 0; i < 6; i++) {
        char id[12];
        snprintf(id, sizeof id, "k%05u", 18 - i);
        cr_assert_str_eq(all_said[i].seeker, id, "nearest first, and 19 wants no push");
    }
    cr_assert(step_says(&r->s, "\nyizhan_told_total{kind=\"fit\"} 6\n"));
    rig_deinit(r);
    yz_free(r);
}

Test(teller, tells_the_next_tranche_when_replies_lag_and_only_then) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_crowd(r, 40);
    put_posting(r, "p", 2, 4);
    expect_told(r, 0, 8, 1);
    pass(r, 29 * MINUTE);
    cr_assert_eq(r->said, 8);
    pass(r, MINUTE);
    expect_told(r, 8, 8, 2);
    step_to(r, all_said[0].seeker, "p", YZ_STEP_APPLIED);
    step_to(r, all_said[1].seeker, "p", YZ_STEP_DECLINED);
    pass(r, 30 * MINUTE);
    cr_assert_eq(r->said, 16, "as many replies as openings");
    pass(r, 300 * MINUTE);
    cr_assert_eq(r->said, 16);
    rig_deinit(r);
    yz_free(r);
}

Test(teller, goes_on_to_the_last_one_and_then_waits_for_somebody_new) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_crowd(r, 10);
    put_posting(r, "p", 1, 4);
    for (uint32_t i = 0; i < 6; i++)
        pass(r, 30 * MINUTE);
    cr_assert_eq(r->said, 10, "everybody, 4 and 4 and 2");
    cr_assert_eq(all_said[9].tranche, 3);
    put_seeker(r, 50, (seeker_facts){.km = 2});
    run_dry(r);
    cr_assert_eq(r->said, 10, "a candidate of the next tranche");
    pass(r, 30 * MINUTE);
    cr_assert_eq(r->said, 11);
    cr_assert_str_eq(all_said[10].seeker, "k00050");
    rig_deinit(r);
    yz_free(r);
}

Test(teller, fills_the_room_that_more_openings_make) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_crowd(r, 40);
    put_posting(r, "p", 1, 0);
    expect_told(r, 0, 3, 1);
    put_posting(r, "p", 4, 0);
    expect_told(r, 3, 9, 1);
    rig_deinit(r);
    yz_free(r);
}

Test(teller, tells_everybody_ranked_in_several_commands_and_newcomers_at_once) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_crowd(r, 1700);
    put_posting(r, "p", 1, YZ_PUSH_ALL);
    expect_told(r, 0, 1700, 1);
    cr_assert_eq(r->commands, (1700 + YZ_TELL_MAX - 1) / YZ_TELL_MAX);
    for (uint32_t i = 1; i < r->said; i++) {
        uint32_t before = (uint32_t)atoi(all_said[i - 1].seeker + 1);
        uint32_t after = (uint32_t)atoi(all_said[i].seeker + 1);
        cr_assert(before % 80 < after % 80 || (before % 80 == after % 80 && before < after));
    }
    put_seeker(r, 2000, (seeker_facts){.km = 5});
    run_dry(r);
    cr_assert_eq(r->said, 1701);
    cr_assert_str_eq(all_said[1700].seeker, "k02000");
    named(r, YZ_COMMAND_POSTING_CLOSE, "p");
    cr_assert_eq(r->said, 2 * 1701);
    rig_deinit(r);
    yz_free(r);
}

Test(teller, waits_for_the_end_of_quiet_hours_over_midnight) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    seeker_facts night = {.km = 1, .quiet_from = 22 * 60, .quiet_to = 7 * 60};
    put_seeker(r, 0, night);
    put_seeker(r, 1, (seeker_facts){.km = 50});
    pass(r, 11 * HOUR + 30 * MINUTE); // 23:30
    put_posting(r, "p", 1, 2);
    put_posting(r, "q", 1, 2);
    cr_assert_eq(r->said, 2, "the other one only");
    cr_assert_str_eq(all_said[0].seeker, "k00001");
    cr_assert(step_says(&r->s, "\nyizhan_teller_waiting 2\n"));
    pass(r, 4 * HOUR);
    named(r, YZ_COMMAND_POSTING_CLOSE, "q");
    cr_assert_eq(r->said, 3);
    cr_assert(all_said[2].gone);
    cr_assert_str_eq(all_said[2].seeker, "k00001", "who was never told is not told it is gone");
    pass(r, 3 * HOUR + 29 * MINUTE);
    cr_assert_eq(r->said, 3, "06:59");
    pass(r, MINUTE);
    cr_assert_eq(r->said, 4, "07:00");
    cr_assert_str_eq(all_said[3].seeker, "k00000");
    cr_assert_str_eq(all_said[3].posting, "p");
    cr_assert(step_says(&r->s, "\nyizhan_teller_waiting 0\n"));
    rig_deinit(r);
    yz_free(r);
}

Test(teller, chooses_in_a_new_epoch_whoever_waited_in_the_old_one) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_seeker(r, 0, (seeker_facts){.km = 1, .quiet_from = 11 * 60, .quiet_to = 14 * 60});
    put_posting(r, "p", 1, 0);
    named(r, YZ_COMMAND_POSTING_PAUSE, "p");
    named(r, YZ_COMMAND_POSTING_RESUME, "p");
    cr_assert_eq(r->said, 0);
    pass(r, 2 * HOUR);
    cr_assert_eq(r->said, 1);
    cr_assert_eq(all_said[0].epoch, 2);
    rig_deinit(r);
    yz_free(r);
}

Test(teller, tells_no_more_a_day_than_somebody_wants_and_the_rest_the_next_day) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_seeker(r, 0, (seeker_facts){.km = 1, .per_day = 2});
    for (uint32_t i = 0; i < 5; i++) {
        char id[4];
        snprintf(id, sizeof id, "p%u", i);
        put_posting(r, id, 1, 0);
    }
    cr_assert_eq(r->said, 2);
    rig_restart(r);
    run_dry(r);
    cr_assert_eq(r->said, 2, "also after a restart");
    pass(r, 11 * HOUR + 59 * MINUTE);
    cr_assert_eq(r->said, 2);
    pass(r, MINUTE);
    cr_assert_eq(r->said, 4, "midnight in Beijing");
    pass(r, 24 * HOUR);
    cr_assert_eq(r->said, 5);
    rig_deinit(r);
    yz_free(r);
}

/* ---- gone ---- */

static void lower_wage(rig *r) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p"),
                                         .has_wage = true,
                                         .wage_unit = YZ_PER_MONTH,
                                         .wage_min_fen = 100,
                                         .wage_max_fen = 100};
    c.posting_put.fields = YZ_POSTING_WAGE;
    submit(r, &c);
}

static void move_away(rig *r) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p"), .place = {500000000, 0, YZ_TEXT("")}};
    c.posting_put.fields = YZ_POSTING_PLACE;
    submit(r, &c);
}

static void close_it(rig *r) {
    named(r, YZ_COMMAND_POSTING_CLOSE, "p");
}

static void pause_it(rig *r) {
    named(r, YZ_COMMAND_POSTING_PAUSE, "p");
}

static void fill_it(rig *r) {
    step_to(r, "k00030", "p", YZ_STEP_HELD);
}

static void expire_it(rig *r) {
    r->s.wall_ms = NOON + HOUR + 1;
    r->s.mono_ns += 3601000000000u;
}

typedef struct ending {
    const char *name;
    void (*come)(rig *r);
    yz_gone_reason reason;
} ending;

static const ending ENDINGS[] = {
    {"close", close_it, YZ_GONE_CLOSED},  {"pause", pause_it, YZ_GONE_PAUSED},
    {"fill", fill_it, YZ_GONE_FULL},      {"expire", expire_it, YZ_GONE_EXPIRED},
    {"move", move_away, YZ_GONE_CHANGED}, {"lower wage", lower_wage, YZ_GONE_CHANGED},
};
#define ENDING_COUNT (sizeof ENDINGS / sizeof ENDINGS[0])

static void put_p(rig *r) {
    put_crowd(r, 30);
    put_seeker(r, 30, (seeker_facts){.km = 79, .no_push = true});
    yz_command c = posting_put("p", 1, 9);
    c.posting_put.posting.valid_to_ms = NOON + HOUR;
    submit(r, &c);
}

static void expect_gone_once(rig *r, const ending *e) {
    run_dry(r);
    cr_assert_eq(r->said, 18, "%s: %u", e->name, r->said);
    for (uint32_t i = 0; i < 9; i++) {
        cr_assert(all_said[9 + i].gone, "%s", e->name);
        cr_assert_eq(all_said[9 + i].reason, e->reason, "%s", e->name);
        cr_assert_str_eq(all_said[9 + i].seeker, all_said[i].seeker, "%s: ranked", e->name);
    }
    if (e->reason != YZ_GONE_CHANGED) pass(r, 200 * MINUTE);
    cr_assert_eq(r->said, 18, "%s: once", e->name);
}

Test(teller, tells_that_it_is_gone_exactly_once) {
    for (size_t i = 0; i < ENDING_COUNT; i++) {
        rig *r = yz_alloc(sizeof *r);
        rig_init(r);
        put_p(r);
        run_dry(r);
        cr_assert_eq(r->said, 9);
        ENDINGS[i].come(r);
        expect_gone_once(r, &ENDINGS[i]);
        rig_deinit(r);
        yz_free(r);
    }
}

/* Killed after any number of turns, and the rest of it is told by the next one. */
Test(teller, goes_on_after_a_kill_in_every_state) {
    uint32_t kills = 0;
    for (size_t i = 0; i < ENDING_COUNT; i++) {
        for (uint32_t turns = 0; turns < 12; turns++) {
            rig *r = yz_alloc(sizeof *r);
            rig_init(r);
            put_p(r);
            while (writer_turn(r->s.writer)) { // the posting is in the market
            }
            for (uint32_t n = 0; n < turns; n++) {
                teller_turn(r->teller);
                if (n & 1) writer_turn(r->s.writer);
            }
            kills += r->said == 0;
            rig_restart(r);
            run_dry(r);
            cr_assert_eq(r->said, 9, "%u turns", turns);
            // The end comes, and again a kill.
            slow = true;
            ENDINGS[i].come(r);
            slow = false;
            while (writer_turn(r->s.writer)) {
            }
            for (uint32_t n = 0; n < turns; n++)
                teller_turn(r->teller);
            rig_restart(r);
            expect_gone_once(r, &ENDINGS[i]);
            rig_deinit(r);
            yz_free(r);
        }
    }
    cr_assert_gt(kills, 0);
}

Test(teller, tells_again_when_it_opens_in_a_new_epoch) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_p(r);
    run_dry(r);
    pause_it(r);
    cr_assert_eq(r->said, 18);
    named(r, YZ_COMMAND_POSTING_RESUME, "p");
    cr_assert_eq(r->said, 27);
    cr_assert_eq(all_said[18].epoch, 2);
    cr_assert_eq(all_said[18].tranche, 1);
    fill_it(r);
    cr_assert_eq(r->said, 36);
    step_to(r, "k00030", "p", YZ_STEP_WITHDRAWN); // somebody drops out
    cr_assert_eq(r->said, 45);
    cr_assert_eq(all_said[44].epoch, 3);
    rig_deinit(r);
    yz_free(r);
}

/* ---- refusals, and nobody ---- */

Test(teller, chooses_anew_when_a_tell_is_refused) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_crowd(r, 20);
    yz_command c = posting_put("p", 1, 5);
    submit(r, &c);
    while (writer_turn(r->s.writer)) {
    }
    // The best one changes, and that stands in the journal before the TELL does.
    put_seeker(r, 0, (seeker_facts){.km = 70});
    while (teller_turn(r->teller)) {
    }
    run_dry(r);
    cr_assert(step_says(&r->s, "\nyizhan_tell_refused_total 1\n"));
    cr_assert_eq(r->said, 5);
    cr_assert_str_eq(all_said[0].seeker, "k00001");
    cr_assert_str_eq(all_said[4].seeker, "k00005");
    rig_deinit(r);
    yz_free(r);
}

Test(teller, chooses_anew_when_a_gone_is_refused) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_p(r);
    run_dry(r);
    cr_assert_eq(r->said, 9);
    move_away(r);
    while (writer_turn(r->s.writer)) {
    }
    yz_command c = {.type = YZ_COMMAND_SEEKER_CLOSE};
    c.named.id = yz_text_of(all_said[3].seeker);
    submit(r, &c);
    while (teller_turn(r->teller)) {
    }
    run_dry(r);
    cr_assert(step_says(&r->s, "\nyizhan_tell_refused_total 1\n"));
    cr_assert_eq(r->said, 17, "all but the one who closed");
    rig_deinit(r);
    yz_free(r);
}

static void set_coverage(rig *r, uint32_t permille) {
    yz_command c = {.type = YZ_COMMAND_PROFILE, .profile = YZ_PROFILE_DEFAULT};
    c.profile.coverage_permille = permille;
    submit(r, &c);
    run_dry(r);
}

Test(teller, tells_that_it_is_gone_when_another_profile_takes_effect) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    cr_assert(step_put(&r->s, "a", 1));
    cr_assert(step_put(&r->s, "b", 1));
    run_dry(r);
    yz_skill_level held = {YZ_TEXT("a"), 5};
    yz_skill_level wanted[2] = {{YZ_TEXT("a"), 1}, {YZ_TEXT("b"), 1}};
    char id[12];
    for (uint32_t i = 0; i < 6; i++) {
        yz_command c = seeker_put(id, i, (seeker_facts){.km = 1 + i});
        c.seeker_put.seeker.skills = &held;
        c.seeker_put.seeker.skill_count = 1;
        submit(r, &c);
    }
    set_coverage(r, 400);
    yz_command c = posting_put("p", 1, 4);
    c.posting_put.posting.required = wanted;
    c.posting_put.posting.required_count = 2;
    submit(r, &c);
    run_dry(r);
    cr_assert_eq(r->said, 4, "half is enough");
    set_coverage(r, 600);
    cr_assert_eq(r->said, 8, "half is not enough");
    cr_assert_eq(all_said[7].reason, YZ_GONE_CHANGED);
    rig_deinit(r);
    yz_free(r);
}

Test(teller, has_nothing_to_do_while_nobody_wants_push_and_catches_up_when_somebody_does) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    for (uint32_t i = 0; i < 5; i++)
        put_seeker(r, i, (seeker_facts){.km = 3, .no_push = true});
    run_dry(r);
    yz_command c = posting_put("p", 1, 0);
    submit(r, &c);
    while (writer_turn(r->s.writer)) {
    }
    cr_assert_not(teller_turn(r->teller));
    put_seeker(r, 1, (seeker_facts){.km = 3});
    run_dry(r);
    cr_assert_eq(r->said, 1, "the posting was passed over, and is not forgotten");
    rig_deinit(r);
    yz_free(r);
}

Test(teller, tries_again_when_the_disk_is_full) {
    rig *r = yz_alloc(sizeof *r);
    rig_init(r);
    put_crowd(r, 20);
    yz_command c = posting_put("p", 1, 5);
    submit(r, &c);
    while (writer_turn(r->s.writer)) {
    }
    r->s.at_once = false;
    while (teller_turn(r->teller)) {
    }
    writer_turn(r->s.writer);
    step_let_go(&r->s, 507);
    while (writer_turn(r->s.writer)) {
    }
    run_dry(r);
    cr_assert_eq(r->said, 0);
    r->s.at_once = true;
    pass(r, 999);
    cr_assert_eq(r->said, 0);
    pass(r, 1);
    cr_assert_eq(r->said, 5);
    rig_deinit(r);
    yz_free(r);
}

/* ---- on threads ---- */

typedef struct threads {
    rig r;
    outside real;
} threads;

static void wake_lane(void *context, uint32_t loop) {
    if (loop == 1) teller_wake(((threads *)context)->r.teller);
}

static void threads_start(threads *t) {
    rig *r = &t->r;
    *t = (threads){.real = outside_real()};
    r->desk = yz_desk_new();
    r->s.market = yz_market_new(&(yz_market_options){.hash_key = {1, 2}, .at_ms = NOON});
    r->s.gate = gate_new(2);
    r->s.metrics = metrics_new(1);
    teller_options told = {.market = r->s.market,
                           .gate = r->s.gate,
                           .reader = 1,
                           .lane = 1,
                           .outside = &t->real,
                           .metrics = r->s.metrics,
                           .threaded = true};
    r->teller = teller_new(&told);
    writer_options o = {.market = r->s.market,
                        .gate = r->s.gate,
                        .store = store_memory(),
                        .outside = &t->real,
                        .metrics = r->s.metrics,
                        .threaded = true,
                        .loops = 2,
                        .queue_commands_max = 20000,
                        .queue_bytes_max = (size_t)64 << 20,
                        .has_start = true,
                        .start_ms = NOON,
                        .ready = ready,
                        .ready_context = r,
                        .wake = wake_lane,
                        .wake_context = t,
                        .moved = teller_moved,
                        .moved_context = r->teller};
    r->s.writer = writer_new(&o);
    teller_start(r->teller, r->s.writer);
}

static void threads_end(threads *t) {
    teller_stop(t->r.teller);
    writer_stop(t->r.s.writer);
    writer_free(t->r.s.writer);
    teller_free(t->r.teller);
    gate_free(t->r.s.gate);
    metrics_free(t->r.s.metrics);
    yz_market_free(t->r.s.market);
    yz_desk_free(t->r.desk);
}

// As long as it is not so; the market is read behind the gate, as a loop does.
static bool comes_to(threads *t, bool (*is_so)(const yz_market *m, yz_desk *desk)) {
    const rig *r = &t->r;
    for (uint32_t tries = 0; tries < 4000; tries++) {
        gate_read_begin(r->s.gate, 0);
        bool so = is_so(r->s.market, r->desk);
        gate_read_end(r->s.gate, 0);
        if (so) return true;
        usleep(5000);
    }
    return false;
}

static bool all_are_told(const yz_market *m, yz_desk *desk) {
    (void)desk;
    for (uint32_t p = 0; p < yz_market_posting_rows(m); p++) {
        if (yz_market_posting_push(m, p).told.told < 200) return false;
    }
    return yz_market_posting_rows(m) == 8;
}

static bool nothing_is_owed(const yz_market *m, yz_desk *desk) {
    for (uint32_t p = 0; p < yz_market_posting_rows(m); p++) {
        for (uint32_t s = 0; s < yz_market_seeker_rows(m); s++) {
            if (yz_market_told_state(m, desk, s, p) != YZ_TOLD_UNTOLD) return false;
        }
    }
    return true;
}

Test(teller, works_beside_the_market_on_a_thread_of_its_own) {
    static threads t;
    threads_start(&t);
    char id[12];
    for (uint32_t i = 0; i < 200; i++) {
        put_seeker(&t.r, i, (seeker_facts){.km = 1 + i % 80});
        if (i % 25 != 0) continue;
        snprintf(id, sizeof id, "p%u", i / 25);
        yz_command c = posting_put(id, 1, YZ_PUSH_ALL); // in the midst of them
        submit(&t.r, &c);
    }
    cr_assert(comes_to(&t, all_are_told));
    for (uint32_t i = 0; i < 8; i++) {
        yz_command c = {.type = YZ_COMMAND_POSTING_CLOSE};
        snprintf(id, sizeof id, "p%u", i);
        c.named.id = yz_text_of(id);
        submit(&t.r, &c);
    }
    cr_assert(comes_to(&t, nothing_is_owed));
    writer_collect(t.r.s.writer, 0);
    threads_end(&t);
}

/* ---- random ---- */

#define PEOPLE 40u
#define POSTINGS 10u

static uint32_t draw(yz_random *random, uint32_t below) {
    return (uint32_t)yz_random_below(random, below);
}

static void random_seeker(rig *r, yz_random *random) {
    seeker_facts f = {.km = 1 + draw(random, 110), .no_push = draw(random, 6) == 0};
    uint32_t number = draw(random, PEOPLE);
    if (number % 4 == 0) f.quiet_from = (uint16_t)draw(random, 1440);
    if (number % 4 == 0) f.quiet_to = (uint16_t)draw(random, 1440);
    if (number % 4 == 1) f.per_day = (uint16_t)(1 + draw(random, 3));
    put_seeker(r, number, f);
}

static void random_posting(rig *r, yz_random *random) {
    char id[12];
    uint32_t number = draw(random, POSTINGS);
    snprintf(id, sizeof id, "p%u", number);
    yz_command c = posting_put(id, 1 + draw(random, 3),
                               number % 3 == 0 ? YZ_PUSH_ALL : (uint16_t)draw(random, 5));
    yz_posting *p = &c.posting_put.posting;
    p->place.lon_e7 = (int32_t)draw(random, 3) * 5000000;
    p->wage_max_fen = p->wage_min_fen = draw(random, 5) == 0 ? 200000 : 400000;
    p->type = number % 2 == 0 ? YZ_TYPE_GIG : YZ_TYPE_FULL;
    if (draw(random, 3) == 0) p->valid_to_ms = r->s.wall_ms + draw(random, 5000) * MINUTE;
    submit(r, &c);
}

static void random_command(rig *r, yz_random *random) {
    char seeker[12], posting[12];
    snprintf(seeker, sizeof seeker, "k%05u", draw(random, PEOPLE));
    snprintf(posting, sizeof posting, "p%u", draw(random, POSTINGS));
    yz_command c = {0};
    switch (draw(random, 12)) {
    case 0:
    case 1: random_seeker(r, random); return;
    case 2:
    case 3: random_posting(r, random); return;
    case 4:
        c.type = (yz_command_type)(YZ_COMMAND_POSTING_PAUSE + draw(random, 3));
        c.named.id = yz_text_of(posting);
        break;
    case 5:
        c.type = (yz_command_type)(YZ_COMMAND_SEEKER_PAUSE + draw(random, 3));
        c.named.id = yz_text_of(seeker);
        break;
    case 6: r->s.wall_ms += draw(random, 90) * MINUTE; return;
    default:
        c.type = YZ_COMMAND_REFERRAL_STEP;
        c.referral.seeker = yz_text_of(seeker);
        c.referral.posting = yz_text_of(posting);
        c.referral.step = (yz_step)(YZ_STEP_VIEWED + draw(random, YZ_STEP_NO_SHOW - 1));
        if (c.referral.step == YZ_STEP_ENDED) c.referral.reason = YZ_END_COMPLETED;
    }
    submit(r, &c);
}

// Per epoch at most one fit, then at most one gone.
static void expect_lawful(rig *r, uint64_t seed, uint32_t from) {
    (void)seed; // only said when it fails
    for (uint32_t i = from; i < r->said; i++) {
        const said *now = &all_said[i], *before = NULL;
        for (uint32_t j = i; j-- > 0 && before == NULL;) {
            const said *a = &all_said[j];
            if (a->epoch == now->epoch && strcmp(a->seeker, now->seeker) == 0 &&
                strcmp(a->posting, now->posting) == 0) {
                before = a;
            }
        }
        cr_assert_eq(now->gone, before != NULL && !before->gone, "seed %lu: %s of %s, epoch %u: %s",
                     seed, now->seeker, now->posting, now->epoch,
                     now->gone ? "gone without fit" : "told twice");
        cr_assert(before == NULL || now->gone, "seed %lu: told twice", seed);
    }
}

static void expect_right(rig *r, uint64_t seed, uint32_t number) {
    (void)seed, (void)number; // only said when it fails
    const yz_market *m = r->s.market;
    uint32_t people = yz_market_seeker_rows(m), postings = yz_market_posting_rows(m);
    for (uint32_t p = 0; p < postings; p++) {
        yz_posting_push push = yz_market_posting_push(m, p);
        for (uint32_t s = 0; s < people; s++) {
            yz_told_state state = yz_market_told_state(m, r->desk, s, p);
            cr_assert(state != YZ_TOLD_OWED && state != YZ_TOLD_WRONG,
                      "seed %lu, command %u: seeker %u of posting %u is in state %d", seed, number,
                      s, p, state);
            yz_tranche_pick pick;
            if (push.push_k != YZ_PUSH_ALL || push.free == 0) continue;
            if (!yz_market_may_tell(m, s, p, &pick)) continue;
            // Who had it, or came by himself, and left is told when it is looked at again.
            yz_referral_view own;
            if (yz_market_referral(m, pick.seeker, push.id, &own) && own.step != YZ_STEP_UNTOLD) {
                continue;
            }
            cr_assert(pick.push_per_day > 0 || pick.quiet_from != pick.quiet_to,
                      "seed %lu, command %u: seeker %u was not told of posting %u", seed, number, s,
                      p);
        }
    }
}

Test(teller, leaves_no_told_pair_owed_or_wrong_after_any_command, .timeout = 600) {
    const char *asked = getenv("YZ_TELLER_COMMANDS");
    uint32_t commands = asked != NULL ? (uint32_t)atoi(asked) : 4000;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        rig *r = yz_alloc(sizeof *r);
        yz_random random = yz_random_seeded(seed);
        rig_init(r);
        uint32_t checked = 0, told = 0;
        for (uint32_t i = 0; i < commands / 4; i++) {
            random_command(r, &random);
            if (draw(&random, 400) == 0) rig_restart(r);
            run_dry(r);
            expect_right(r, seed, i);
            if (r->s.append_count > STEP_BATCHES_MAX / 2) r->s.append_count = 0;
            if (r->said - checked > 50) {
                expect_lawful(r, seed, checked);
                checked = r->said;
            }
        }
        told += r->said;
        cr_assert_gt(told, commands / 40, "seed %lu", seed);
        const char *why = "";
        cr_assert(yz_market_sound(r->s.market, &why), "seed %lu: %s", seed, why);
        rig_deinit(r);
        yz_free(r);
    }
}
