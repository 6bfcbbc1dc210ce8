/* Whom the teller chooses: tranche after tranche, in rank order. */
#include "tests/net/server/teller_rig.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(teller_choose, .init = rig_init, .fini = rig_deinit);

// Everybody told so far in rank order, in this and the same command: nearer first, then id.
static void expect_told(uint32_t from, uint32_t count, uint32_t tranche) {
    cr_assert_eq(rig.said, from + count, "%u were told, not %u", rig.said - from, count);
    for (uint32_t i = from; i < rig.said; i++) {
        cr_assert_not(rig_told[i].gone);
        cr_assert_eq(rig_told[i].tranche, tranche);
    }
}

Test(teller_choose, tells_the_best_first_and_three_for_each_opening) {
    for (uint32_t i = 0; i < 20; i++)
        rig_put_seeker(i, (seeker_facts){.km = 60 - 2 * i, .no_push = i == 19});
    rig_put_posting("p", 2, 0);
    expect_told(0, 6, 1);
    for (uint32_t i = 0; i < 6; i++) {
        char id[12];
        snprintf(id, sizeof id, "k%05u", 18 - i);
        cr_assert_str_eq(rig_told[i].seeker, id, "nearest first, and 19 wants no push");
    }
    cr_assert(step_says(&rig.s, "\nyizhan_told_total{kind=\"fit\"} 6\n"));
}

Test(teller_choose, tells_the_next_tranche_when_replies_lag_and_only_then) {
    rig_put_crowd(40);
    rig_put_posting("p", 2, 4);
    expect_told(0, 8, 1);
    rig_pass(29 * MINUTE);
    cr_assert_eq(rig.said, 8);
    rig_pass(MINUTE);
    expect_told(8, 8, 2);
    rig_step(rig_told[0].seeker, "p", YZ_STEP_APPLIED);
    rig_step(rig_told[1].seeker, "p", YZ_STEP_OFFER);
    rig_pass(30 * MINUTE);
    cr_assert_eq(rig.said, 16, "as many replies as openings");
    rig_pass(300 * MINUTE);
    cr_assert_eq(rig.said, 16);
}

Test(teller_choose, goes_on_when_the_only_reply_is_no) {
    rig_put_crowd(40);
    rig_put_posting("p", 1, 3);
    expect_told(0, 3, 1);
    rig_step(rig_told[0].seeker, "p", YZ_STEP_DECLINED);
    rig_pass(30 * MINUTE);
    expect_told(3, 3, 2);
    // A yes that is taken back, too; while it stands, everybody waits for it.
    rig_step(rig_told[1].seeker, "p", YZ_STEP_APPLIED);
    rig_pass(100 * MINUTE);
    cr_assert_eq(rig.said, 6);
    rig_step(rig_told[1].seeker, "p", YZ_STEP_WITHDRAWN);
    rig_pass(30 * MINUTE);
    expect_told(6, 3, 3);
    // And of somebody who is no longer here.
    rig_step(rig_told[2].seeker, "p", YZ_STEP_APPLIED);
    rig_pass(100 * MINUTE);
    cr_assert_eq(rig.said, 9);
    rig_named(YZ_COMMAND_SEEKER_CLOSE, rig_told[2].seeker);
    rig_pass(30 * MINUTE);
    expect_told(9, 3, 4);
}

Test(teller_choose, does_not_wait_for_who_has_an_opening_already) {
    rig_put_crowd(40);
    rig_put_posting("p", 2, 3);
    expect_told(0, 6, 1);
    rig_step(rig_told[0].seeker, "p", YZ_STEP_HELD);
    rig_pass(30 * MINUTE);
    expect_told(6, 3, 2);
}

Test(teller_choose, goes_on_to_the_last_one_and_then_waits_for_somebody_new) {
    rig_put_crowd(10);
    rig_put_posting("p", 1, 4);
    for (uint32_t i = 0; i < 6; i++)
        rig_pass(30 * MINUTE);
    cr_assert_eq(rig.said, 10, "everybody, 4 and 4 and 2");
    cr_assert_eq(rig_told[9].tranche, 3);
    rig_put_seeker(50, (seeker_facts){.km = 2});
    rig_run_dry();
    cr_assert_eq(rig.said, 10, "a candidate of the next tranche");
    rig_pass(30 * MINUTE);
    cr_assert_eq(rig.said, 11);
    cr_assert_str_eq(rig_told[10].seeker, "k00050");
}

Test(teller_choose, fills_the_room_that_more_openings_make) {
    rig_put_crowd(40);
    rig_put_posting("p", 1, 0);
    expect_told(0, 3, 1);
    rig_put_posting("p", 4, 0);
    expect_told(3, 9, 1);
}

Test(teller_choose, tells_everybody_ranked_in_several_commands_and_newcomers_at_once) {
    rig_put_crowd(1700);
    rig_put_posting("p", 1, YZ_PUSH_ALL);
    expect_told(0, 1700, 1);
    cr_assert_eq(rig.commands, (1700 + YZ_TELL_MAX - 1) / YZ_TELL_MAX);
    for (uint32_t i = 1; i < rig.said; i++) {
        uint32_t before = (uint32_t)atoi(rig_told[i - 1].seeker + 1);
        uint32_t after = (uint32_t)atoi(rig_told[i].seeker + 1);
        cr_assert(before % 80 < after % 80 || (before % 80 == after % 80 && before < after));
    }
    rig_put_seeker(2000, (seeker_facts){.km = 5});
    rig_run_dry();
    cr_assert_eq(rig.said, 1701);
    cr_assert_str_eq(rig_told[1700].seeker, "k02000");
    rig_named(YZ_COMMAND_POSTING_CLOSE, "p");
    cr_assert_eq(rig.said, 2 * 1701);
}

Test(teller_choose, chooses_anew_when_a_tell_is_refused) {
    rig_put_crowd(20);
    yz_command c = rig_posting("p", 1, 5);
    rig_submit(&c);
    rig_run_writer();
    // The best one changes, and that stands in the journal before the TELL does.
    rig_put_seeker(0, (seeker_facts){.km = 70});
    rig_run_teller();
    rig_run_dry();
    cr_assert(step_says(&rig.s, "\nyizhan_tell_refused_total 1\n"));
    cr_assert_eq(rig.said, 5);
    cr_assert_str_eq(rig_told[0].seeker, "k00001");
    cr_assert_str_eq(rig_told[4].seeker, "k00005");
}
