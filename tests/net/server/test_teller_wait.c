/* Who may not hear of it now: quiet hours and caps. */
#include "tests/net/server/teller_rig.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(teller_wait, .init = rig_init, .fini = rig_deinit);

Test(teller_wait, waits_for_the_end_of_quiet_hours_over_midnight) {
    seeker_facts night = {.km = 1, .quiet_from = 22 * 60, .quiet_to = 7 * 60};
    rig_put_seeker(0, night);
    rig_put_seeker(1, (seeker_facts){.km = 50});
    rig_pass(11 * HOUR + 30 * MINUTE); // 23:30
    rig_put_posting("p", 1, 2);
    rig_put_posting("q", 1, 2);
    cr_assert_eq(rig.said, 2, "the other one only");
    cr_assert_str_eq(rig_told[0].seeker, "k00001");
    cr_assert(step_says(&rig.s, "\nyizhan_teller_waiting 2\n"));
    rig_pass(4 * HOUR);
    rig_named(YZ_COMMAND_POSTING_CLOSE, "q");
    cr_assert_eq(rig.said, 3);
    cr_assert(rig_told[2].gone);
    cr_assert_str_eq(rig_told[2].seeker, "k00001", "who was never told is not told it is gone");
    rig_pass(3 * HOUR + 29 * MINUTE);
    cr_assert_eq(rig.said, 3, "06:59");
    rig_pass(MINUTE);
    cr_assert_eq(rig.said, 4, "07:00");
    cr_assert_str_eq(rig_told[3].seeker, "k00000");
    cr_assert_str_eq(rig_told[3].posting, "p");
    cr_assert(step_says(&rig.s, "\nyizhan_teller_waiting 0\n"));
}

Test(teller_wait, chooses_in_a_new_epoch_whoever_waited_in_the_old_one) {
    rig_put_seeker(0, (seeker_facts){.km = 1, .quiet_from = 11 * 60, .quiet_to = 14 * 60});
    rig_put_posting("p", 1, 0);
    rig_named(YZ_COMMAND_POSTING_PAUSE, "p");
    rig_named(YZ_COMMAND_POSTING_RESUME, "p");
    cr_assert_eq(rig.said, 0);
    rig_pass(2 * HOUR);
    cr_assert_eq(rig.said, 1);
    cr_assert_eq(rig_told[0].epoch, 2);
}

Test(teller_wait, tells_no_more_a_day_than_somebody_wants_and_the_rest_the_next_day) {
    rig_put_seeker(0, (seeker_facts){.km = 1, .per_day = 2});
    for (uint32_t i = 0; i < 5; i++) {
        char id[4];
        snprintf(id, sizeof id, "p%u", i);
        rig_put_posting(id, 1, 0);
    }
    cr_assert_eq(rig.said, 2);
    rig_restart();
    rig_run_dry();
    cr_assert_eq(rig.said, 2, "also after a restart");
    rig_pass(11 * HOUR + 59 * MINUTE);
    cr_assert_eq(rig.said, 2);
    rig_pass(MINUTE);
    cr_assert_eq(rig.said, 4, "midnight in Beijing");
    rig_pass(24 * HOUR);
    cr_assert_eq(rig.said, 5);
}
