/* The teller with nobody to tell, on a full disk, and against its law after every random command.
 */
#include "tests/net/server/teller_rig.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(teller, .init = rig_init, .fini = rig_deinit);

Test(teller, has_nothing_to_do_while_nobody_wants_push_and_catches_up_when_somebody_does) {
    for (uint32_t i = 0; i < 5; i++)
        rig_put_seeker(i, (seeker_facts){.km = 3, .no_push = true});
    rig_run_dry();
    yz_command c = rig_posting("p", 1, 0);
    rig_submit(&c);
    rig_run_writer();
    cr_assert_not(teller_turn(rig.teller));
    rig_put_seeker(1, (seeker_facts){.km = 3});
    rig_run_dry();
    cr_assert_eq(rig.said, 1, "the posting was passed over, and is not forgotten");
}

Test(teller, tries_again_when_the_disk_is_full) {
    rig_put_crowd(20);
    yz_command c = rig_posting("p", 1, 5);
    rig_submit(&c);
    rig_run_writer();
    rig.s.at_once = false;
    rig_run_teller();
    writer_turn(rig.s.writer);
    step_let_go(&rig.s, 507);
    rig_run_writer();
    rig_run_dry();
    cr_assert_eq(rig.said, 0);
    rig.s.at_once = true;
    rig_pass(999);
    cr_assert_eq(rig.said, 0);
    rig_pass(1);
    cr_assert_eq(rig.said, 5);
}

/* ---- random commands ---- */

#define PEOPLE 40u
#define POSTINGS 10u

static uint32_t draw(yz_random *random, uint32_t below) {
    return (uint32_t)yz_random_below(random, below);
}

static void random_seeker(yz_random *random) {
    seeker_facts f = {.km = 1 + draw(random, 110), .no_push = draw(random, 6) == 0};
    uint32_t number = draw(random, PEOPLE);
    if (number % 4 == 0) f.quiet_from = (uint16_t)draw(random, 1440);
    if (number % 4 == 0) f.quiet_to = (uint16_t)draw(random, 1440);
    if (number % 4 == 1) f.per_day = (uint16_t)(1 + draw(random, 3));
    rig_put_seeker(number, f);
}

static void random_posting(yz_random *random) {
    char id[12];
    uint32_t number = draw(random, POSTINGS);
    snprintf(id, sizeof id, "p%u", number);
    yz_command c = rig_posting(id, 1 + draw(random, 3),
                               number % 3 == 0 ? YZ_PUSH_ALL : (uint16_t)draw(random, 5));
    yz_posting *p = &c.posting_put.posting;
    p->place.lon_e7 = (int32_t)draw(random, 3) * 5000000;
    p->wage_max_fen = p->wage_min_fen = draw(random, 5) == 0 ? 200000 : 400000;
    p->type = number % 2 == 0 ? YZ_TYPE_GIG : YZ_TYPE_FULL;
    if (draw(random, 3) == 0) p->valid_to_ms = rig.s.wall_ms + draw(random, 5000) * MINUTE;
    rig_submit(&c);
}

static void random_command(yz_random *random) {
    char seeker[12], posting[12];
    snprintf(seeker, sizeof seeker, "k%05u", draw(random, PEOPLE));
    snprintf(posting, sizeof posting, "p%u", draw(random, POSTINGS));
    yz_command c = {0};
    switch (draw(random, 12)) {
    case 0:
    case 1: random_seeker(random); return;
    case 2:
    case 3: random_posting(random); return;
    case 4:
        c.type = (yz_command_type)(YZ_COMMAND_POSTING_PAUSE + draw(random, 3));
        c.named.id = yz_text_of(posting);
        break;
    case 5:
        c.type = (yz_command_type)(YZ_COMMAND_SEEKER_PAUSE + draw(random, 3));
        c.named.id = yz_text_of(seeker);
        break;
    case 6: rig.s.wall_ms += draw(random, 90) * MINUTE; return;
    default:
        c.type = YZ_COMMAND_REFERRAL_STEP;
        c.referral.seeker = yz_text_of(seeker);
        c.referral.posting = yz_text_of(posting);
        c.referral.step = (yz_step)(YZ_STEP_VIEWED + draw(random, YZ_STEP_NO_SHOW - 1));
        if (c.referral.step == YZ_STEP_ENDED) c.referral.reason = YZ_END_COMPLETED;
    }
    rig_submit(&c);
}

// Per epoch at most one fit, then at most one gone.
static void expect_lawful(uint64_t seed, uint32_t from) {
    (void)seed; // only said when it fails
    for (uint32_t i = from; i < rig.said; i++) {
        const told_one *now = &rig_told[i], *before = NULL;
        for (uint32_t j = i; j-- > 0 && before == NULL;) {
            const told_one *a = &rig_told[j];
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

static void expect_right(uint64_t seed, uint32_t number) {
    (void)seed, (void)number; // only said when it fails
    const yz_market *m = rig.s.market;
    uint32_t people = yz_market_seeker_rows(m), postings = yz_market_posting_rows(m);
    for (uint32_t p = 0; p < postings; p++) {
        yz_posting_push push = yz_market_posting_push(m, p);
        for (uint32_t s = 0; s < people; s++) {
            yz_told_state state = yz_market_told_state(m, s, p);
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

Test(teller, leaves_no_told_pair_owed_or_wrong_after_any_command) {
    const char *asked = getenv("YZ_TELLER_COMMANDS");
    uint32_t commands = asked != NULL ? (uint32_t)atoi(asked) : 4000;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        yz_random random = yz_random_seeded(seed);
        rig_again();
        uint32_t checked = 0;
        for (uint32_t i = 0; i < commands / 4; i++) {
            random_command(&random);
            if (draw(&random, 400) == 0) rig_restart();
            rig_run_dry();
            expect_right(seed, i);
            if (rig.s.append_count > STEP_BATCHES_MAX / 2) rig.s.append_count = 0;
            if (rig.said - checked > 50) {
                expect_lawful(seed, checked);
                checked = rig.said;
            }
        }
        cr_assert_gt(rig.said, commands / 40, "seed %lu", seed);
        const char *why = "";
        cr_assert(yz_market_sound(rig.s.market, &why), "seed %lu: %s", seed, why);
    }
}
