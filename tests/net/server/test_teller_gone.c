/* Who was told is told when it is gone: once, whatever ends it and whenever the process dies. */
#include "tests/net/server/teller_rig.h"

#include <criterion/criterion.h>

TestSuite(teller_gone, .init = rig_init, .fini = rig_deinit);

static void lower_wage(void) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p"),
                                         .has_wage = true,
                                         .wage_unit = YZ_PER_MONTH,
                                         .wage_min_fen = 100,
                                         .wage_max_fen = 100};
    c.posting_put.fields = YZ_POSTING_WAGE;
    rig_submit(&c);
}

static void move_away(void) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p"), .place = {500000000, 0, YZ_TEXT("")}};
    c.posting_put.fields = YZ_POSTING_PLACE;
    rig_submit(&c);
}

static void close_it(void) {
    rig_named(YZ_COMMAND_POSTING_CLOSE, "p");
}

static void pause_it(void) {
    rig_named(YZ_COMMAND_POSTING_PAUSE, "p");
}

static void fill_it(void) {
    rig_step("k00030", "p", YZ_STEP_HELD);
}

static void expire_it(void) {
    rig.s.wall_ms = RIG_NOON + HOUR + 1;
    rig.s.mono_ns += 3601000000000u;
}

typedef struct ending {
    const char *name;
    void (*come)(void);
    yz_gone_reason reason;
} ending;

static const ending ENDINGS[] = {
    {"close", close_it, YZ_GONE_CLOSED},  {"pause", pause_it, YZ_GONE_PAUSED},
    {"fill", fill_it, YZ_GONE_FULL},      {"expire", expire_it, YZ_GONE_EXPIRED},
    {"move", move_away, YZ_GONE_CHANGED}, {"lower wage", lower_wage, YZ_GONE_CHANGED},
};
#define ENDING_COUNT (sizeof ENDINGS / sizeof ENDINGS[0])

static void put_p(void) {
    rig_put_crowd(30);
    rig_put_seeker(30, (seeker_facts){.km = 79, .no_push = true});
    yz_command c = rig_posting("p", 1, 9);
    c.posting_put.posting.valid_to_ms = RIG_NOON + HOUR;
    rig_submit(&c);
}

static void expect_gone_once(const ending *e) {
    rig_run_dry();
    cr_assert_eq(rig.said, 18, "%s: %u", e->name, rig.said);
    for (uint32_t i = 0; i < 9; i++) {
        cr_assert(rig_told[9 + i].gone, "%s", e->name);
        cr_assert_eq(rig_told[9 + i].reason, e->reason, "%s", e->name);
        cr_assert_str_eq(rig_told[9 + i].seeker, rig_told[i].seeker, "%s: ranked", e->name);
    }
    if (e->reason != YZ_GONE_CHANGED) rig_pass(200 * MINUTE);
    cr_assert_eq(rig.said, 18, "%s: once", e->name);
}

Test(teller_gone, tells_that_it_is_gone_exactly_once) {
    for (size_t i = 0; i < ENDING_COUNT; i++) {
        rig_again();
        put_p();
        rig_run_dry();
        cr_assert_eq(rig.said, 9);
        ENDINGS[i].come();
        expect_gone_once(&ENDINGS[i]);
    }
}

/* Killed after any number of turns, and the rest of it is told by the next one. */
Test(teller_gone, goes_on_after_a_kill_in_every_state) {
    uint32_t kills = 0;
    for (size_t i = 0; i < ENDING_COUNT; i++) {
        for (uint32_t turns = 0; turns < 12; turns++) {
            rig_again();
            put_p();
            rig_run_writer(); // the posting is in the market
            for (uint32_t n = 0; n < turns; n++) {
                teller_turn(rig.teller);
                if (n & 1) writer_turn(rig.s.writer);
            }
            kills += rig.said == 0;
            rig_restart();
            rig_run_dry();
            cr_assert_eq(rig.said, 9, "%u turns", turns);
            // The end comes, and again a kill.
            rig.slow = true;
            ENDINGS[i].come();
            rig.slow = false;
            rig_run_writer();
            for (uint32_t n = 0; n < turns; n++)
                teller_turn(rig.teller);
            rig_restart();
            expect_gone_once(&ENDINGS[i]);
        }
    }
    cr_assert_gt(kills, 0);
}

Test(teller_gone, tells_again_when_it_opens_in_a_new_epoch) {
    put_p();
    rig_run_dry();
    pause_it();
    cr_assert_eq(rig.said, 18);
    rig_named(YZ_COMMAND_POSTING_RESUME, "p");
    cr_assert_eq(rig.said, 27);
    cr_assert_eq(rig_told[18].epoch, 2);
    cr_assert_eq(rig_told[18].tranche, 1);
    fill_it();
    cr_assert_eq(rig.said, 36);
    rig_step("k00030", "p", YZ_STEP_WITHDRAWN); // somebody drops out
    cr_assert_eq(rig.said, 45);
    cr_assert_eq(rig_told[44].epoch, 3);
}

Test(teller_gone, chooses_anew_when_a_gone_is_refused) {
    put_p();
    rig_run_dry();
    cr_assert_eq(rig.said, 9);
    move_away();
    rig_run_writer();
    yz_command c = {.type = YZ_COMMAND_SEEKER_CLOSE};
    c.named.id = yz_text_of(rig_told[3].seeker);
    rig_submit(&c);
    rig_run_teller();
    rig_run_dry();
    cr_assert(step_says(&rig.s, "\nyizhan_tell_refused_total 1\n"));
    cr_assert_eq(rig.said, 17, "all but the one who closed");
}

static void set_coverage(uint32_t permille) {
    yz_command c = {.type = YZ_COMMAND_PROFILE, .profile = YZ_PROFILE_DEFAULT};
    c.profile.coverage_permille = permille;
    rig_submit(&c);
    rig_run_dry();
}

Test(teller_gone, tells_that_it_is_gone_when_another_profile_takes_effect) {
    cr_assert(step_put(&rig.s, "a", 1));
    cr_assert(step_put(&rig.s, "b", 1));
    rig_run_dry();
    yz_skill_level held = {YZ_TEXT("a"), 5};
    yz_skill_level wanted[2] = {{YZ_TEXT("a"), 1}, {YZ_TEXT("b"), 1}};
    char id[12];
    for (uint32_t i = 0; i < 6; i++) {
        yz_command c = rig_seeker(id, i, (seeker_facts){.km = 1 + i});
        c.seeker_put.seeker.skills = &held;
        c.seeker_put.seeker.skill_count = 1;
        rig_submit(&c);
    }
    set_coverage(400);
    yz_command c = rig_posting("p", 1, 4);
    c.posting_put.posting.required = wanted;
    c.posting_put.posting.required_count = 2;
    rig_submit(&c);
    rig_run_dry();
    cr_assert_eq(rig.said, 4, "half is enough");
    set_coverage(600);
    cr_assert_eq(rig.said, 8, "half is not enough");
    cr_assert_eq(rig_told[7].reason, YZ_GONE_CHANGED);
}
