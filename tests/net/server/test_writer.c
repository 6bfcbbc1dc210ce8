/* The order of a write, step by step: no thread, no real clock. */
#include "tests/net/server/step.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static step s;

static void begin(void) {
    step_init(&s, NULL);
}

static void end(void) {
    step_deinit(&s);
}

TestSuite(writer, .init = begin, .fini = end);

Test(writer, hands_on_the_next_batch_before_it_applies_the_durable_one) {
    cr_assert(step_put(&s, "a", 1));
    cr_assert_eq(step_turns(&s), 1);
    cr_assert_eq(s.append_count, 1);
    cr_assert(step_put(&s, "b", 1));
    cr_assert(step_put(&s, "c", 3));
    cr_assert_eq(step_turns(&s), 0, "one batch with the store at a time");
    cr_assert_eq(yz_market_sequence(s.market), 0, "not durable, not applied");
    step_let_go(&s, 0);
    cr_assert(writer_turn(s.writer));
    cr_assert_eq(s.append_count, 2);
    cr_assert_eq(s.appends[1].market_sequence, 0, "to the disk first, then to the market");
    cr_assert_eq(s.appends[1].first, 2, "numbered though the market is behind");
    cr_assert_eq(s.appends[1].count, 4);
    cr_assert_eq(yz_market_sequence(s.market), 1);
    step_collect(&s);
    cr_assert_eq(s.told, 1);
    cr_assert_eq(s.told_first[0], 1);
    cr_assert_eq(step_turns(&s), 0);
    step_let_go(&s, 0);
    step_turns(&s);
    step_collect(&s);
    cr_assert_eq(yz_market_sequence(s.market), 5);
    cr_assert_eq(s.told, 3);
    cr_assert_eq(s.told_first[2], 3);
    cr_assert_eq(writer_pending(s.writer, 0), 0);
}

Test(writer, gives_the_numbers_of_a_batch_without_room_to_the_next_one) {
    cr_assert(step_put(&s, "a", 2));
    step_turns(&s);
    cr_assert(step_put(&s, "b", 1));
    step_let_go(&s, 507);
    cr_assert(writer_turn(s.writer));
    cr_assert_eq(writer_now(s.writer), WRITER_FULL);
    cr_assert_eq(yz_market_sequence(s.market), 0);
    cr_assert_eq(s.append_count, 2, "later batches try again");
    cr_assert_eq(s.appends[1].first, 1);
    step_let_go(&s, 0);
    step_turns(&s);
    step_collect(&s);
    cr_assert_eq(writer_now(s.writer), WRITER_READY, "back by itself");
    cr_assert_eq(yz_market_sequence(s.market), 1);
    cr_assert_eq(s.told_failure[0], 507);
    cr_assert_eq(s.told_first[0], 0);
    cr_assert_eq(s.told_failure[1], 0);
    cr_assert_eq(s.told_first[1], 1);
    yz_entry_view view;
    cr_assert(yz_market_entry(s.market, YZ_SKILLS, YZ_TEXT("b"), &view));
    cr_assert_not(yz_market_entry(s.market, YZ_SKILLS, YZ_TEXT("a"), &view));
    cr_assert(step_says(&s, "\nyizhan_batches_failed_total 1\n"));
}

Test(writer, appends_nothing_more_once_the_store_has_failed) {
    cr_assert(step_put(&s, "a", 1));
    step_turns(&s);
    cr_assert(step_put(&s, "b", 1));
    step_let_go(&s, 503);
    step_turns(&s);
    cr_assert_eq(writer_now(s.writer), WRITER_BROKEN);
    cr_assert(step_put(&s, "c", 1));
    step_turns(&s);
    step_collect(&s);
    cr_assert_eq(s.append_count, 1);
    cr_assert_eq(s.told, 3);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(s.told_failure[i], 503);
    cr_assert_eq(yz_market_sequence(s.market), 0);
    writer_mark(s.writer);
    cr_assert_eq(step_turns(&s), 0);
    cr_assert(step_says(&s, "\nyizhan_batches_failed_total 1\n"));
}

Test(writer, hands_secrets_to_the_store_beside_the_command_they_belong_to) {
    s.at_once = true;
    char phone[] = "13800000000";
    cr_assert(step_person(&s, YZ_COMMAND_PERSON_PUT, "h-1", "139", 0, 0));
    cr_assert(step_person(&s, YZ_COMMAND_PERSON_PUT, "h-2", phone, 0, 0));
    memset(phone, '?', sizeof phone);
    step_turns(&s);
    cr_assert_eq(s.appends[0].secrets, 2);
    cr_assert_eq(s.secret_command, 1);
    cr_assert_str_eq(s.secret, "h-2 13800000000");
    step_collect(&s);
    cr_assert_eq(s.told, 2);
    cr_assert_eq(s.told_first[1], 2);
}

Test(writer, applies_commands_as_the_store_filled_them_in) {
    s.at_once = true;
    s.fill_in = YZ_TEXT("by the store");
    cr_assert(step_put(&s, "weld", 1));
    step_turns(&s);
    yz_entry_view view;
    cr_assert(yz_market_entry(s.market, YZ_SKILLS, YZ_TEXT("weld"), &view));
    cr_assert(yz_text_equal(view.entry.name_en, s.fill_in));
}

Test(writer_bare, calls_settled_what_nothing_can_be_added_to) {
    for (uint64_t seed = 1; seed <= 40; seed++) {
        step_init(&s, NULL);
        yz_random random = yz_random_seeded(seed);
        int64_t said_ms[300];       // settled
        uint64_t said_durable[300]; // commands durable when it was said
        int64_t durable_at[600];
        uint64_t durable = 0;
        uint32_t said = 0, waiting = 0, moved = 0;
        for (int i = 0; i < 300; i++) {
            uint64_t what = yz_random_below(&random, 4);
            if (what == 0 && durable + waiting < 500) waiting += step_put(&s, "a", 1);
            if (what == 1) s.wall_ms += (int64_t)yz_random_below(&random, 3);
            if (what == 2 && s.held != NULL) {
                bool full = yz_random_below(&random, 5) == 0;
                uint32_t count = s.held->count;
                for (uint32_t c = 0; c < count && !full; c++)
                    durable_at[durable++] = s.appends[s.append_count - 1].at_ms;
                waiting -= count;
                step_let_go(&s, full ? 507 : 0);
            }
            if (yz_random_below(&random, 2)) (void)writer_turn(s.writer);
            said_ms[said] = writer_settled_ms(s.writer);
            said_durable[said++] = durable;
            cr_assert_lt(said_ms[said - 1], writer_market_ms(s.writer));
            cr_assert_leq(writer_market_ms(s.writer), s.wall_ms);
            moved += said > 1 && said_ms[said - 1] != said_ms[said - 2];
        }
        for (uint32_t i = 0; i < said; i++) {
            for (uint64_t c = said_durable[i]; c < durable; c++)
                cr_assert_gt(durable_at[c], said_ms[i], "seed %lu, look %u", seed, i);
        }
        cr_assert_gt(moved, 20, "seed %lu", seed);
        if (s.held == NULL) {
            step_turns(&s);
            if (s.held == NULL) cr_assert_eq(writer_settled_ms(s.writer), s.wall_ms - 1);
        }
        step_deinit(&s);
    }
}

static int64_t said_between; // what was settled when somebody asked right after the clock was read

static int64_t asked_right_after(void *context) {
    step *of = context;
    int64_t read_ms = of->wall_ms;
    if (said_between != 0) return read_ms;
    said_between = 1; // once
    of->wall_ms += 5;
    said_between = writer_settled_ms(of->writer);
    return read_ms;
}

Test(writer, settles_nothing_of_a_batch_that_has_only_read_the_clock) {
    cr_assert(step_put(&s, "a", 1));
    said_between = 0;
    s.outside.wall_ms = asked_right_after;
    cr_assert(writer_turn(s.writer));
    cr_assert_eq(s.appends[0].at_ms, 1000000);
    cr_assert_neq(said_between, 0);
    cr_assert_lt(said_between, 1000000);
    step_let_go(&s, 0);
}

Test(writer, settles_nothing_beyond_a_batch_of_which_nobody_knows_whether_it_is_there) {
    cr_assert(step_put(&s, "a", 1));
    step_turns(&s);
    cr_assert_eq(writer_settled_ms(s.writer), 999999, "on its way");
    s.wall_ms += 50;
    cr_assert_eq(writer_settled_ms(s.writer), 999999);
    cr_assert(step_put(&s, "b", 1));
    step_let_go(&s, 503);
    step_turns(&s);
    cr_assert_eq(writer_now(s.writer), WRITER_BROKEN);
    cr_assert(step_put(&s, "c", 1));
    step_turns(&s);
    cr_assert_eq(writer_settled_ms(s.writer), 999999);
}

Test(writer, lets_market_time_stand_still_while_the_clock_is_behind) {
    s.at_once = true;
    cr_assert(step_put(&s, "a", 1));
    step_turns(&s);
    s.wall_ms -= 500500;
    cr_assert(step_put(&s, "b", 1));
    step_turns(&s);
    cr_assert_eq(s.appends[1].at_ms, 1000000);
    cr_assert_eq(yz_market_time_ms(s.market), 1000000);
    cr_assert_eq(writer_market_ms(s.writer), 1000000);
    cr_assert_eq(writer_settled_ms(s.writer), 999999, "the next command is of then too");
    cr_assert(step_says(&s, "\nyizhan_clock_behind_seconds 500.5\n"));
    cr_assert(step_says(&s, "\nyizhan_clock_behind_batches_total 1\n"));
    s.wall_ms = 1000007;
    cr_assert(step_put(&s, "c", 1));
    step_turns(&s);
    cr_assert_eq(s.appends[2].at_ms, 1000007);
    cr_assert(step_says(&s, "\nyizhan_clock_behind_seconds 0\n"));
}

Test(writer, ticks_when_something_falls_due_and_waits_a_second_when_there_is_no_room) {
    cr_assert(step_put_posting(&s, "p", 2000000));
    step_turns(&s);
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(s.append_count, 1);
    s.wall_ms = 1999999;
    cr_assert_eq(step_turns(&s), 0);
    s.wall_ms = 2000000;
    step_turns(&s);
    cr_assert_eq(s.append_count, 2, "one tick, though it is still due while it flies");
    step_let_go(&s, 507);
    step_turns(&s);
    cr_assert_eq(s.append_count, 2);
    s.mono_ns += WRITER_TICK_RETRY_NS;
    step_turns(&s);
    cr_assert_eq(s.append_count, 3);
    cr_assert_eq(s.appends[2].first, 2);
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(yz_market_sequence(s.market), 2);
    cr_assert_eq(yz_market_count(s.market).postings[YZ_STATE_OPEN], 1);
    cr_assert_eq(step_turns(&s), 0);
}

static bool submit(yz_command command) {
    yz_problem problem;
    cr_assert_eq(yz_market_admit(&command, &problem), YZ_OK, "%s", problem.pointer);
    return writer_submit(s.writer, 0, &command, 1, false, step_done, &s);
}

static bool put_seeker(const char *id) {
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    c.seeker_put.seeker = (yz_seeker){
        .id = yz_text_of(id), .radius_m = 1, .types = YZ_TYPE_GIG, .shifts = 1, .education = 1};
    return submit(c);
}

static bool take_step(const char *seeker, const char *posting, yz_step to, int64_t until_ms) {
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = yz_text_of(seeker);
    c.referral.posting = yz_text_of(posting);
    c.referral.step = to;
    c.referral.hold_until_ms = until_ms;
    return submit(c);
}

static yz_step step_of(const char *seeker, const char *posting) {
    yz_referral_view view;
    cr_assert(yz_market_referral(s.market, yz_text_of(seeker), yz_text_of(posting), &view));
    return view.step;
}

Test(writer, ends_holds_that_have_run_out_and_waits_when_there_is_no_room) {
    cr_assert(step_put_posting(&s, "p", YZ_TIME_MS_MIN));
    cr_assert(step_put_posting(&s, "q", YZ_TIME_MS_MIN));
    cr_assert(put_seeker("a"));
    cr_assert(put_seeker("b"));
    cr_assert(take_step("a", "p", YZ_STEP_HELD, 2000000));
    cr_assert(take_step("b", "q", YZ_STEP_HELD, 2000000));
    step_turns(&s);
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(s.append_count, 1);
    cr_assert_eq(yz_market_count(s.market).postings[YZ_STATE_FULL], 2);
    s.wall_ms = 1999999;
    cr_assert_eq(step_turns(&s), 0);
    s.wall_ms = 2000000;
    step_turns(&s);
    cr_assert_eq(s.append_count, 2);
    cr_assert_eq(s.appends[1].count, 2, "both, and once while they fly");
    step_let_go(&s, 507);
    step_turns(&s);
    cr_assert_eq(s.append_count, 2);
    s.mono_ns += WRITER_TICK_RETRY_NS;
    step_turns(&s);
    cr_assert_eq(s.append_count, 3);
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(step_of("a", "p"), YZ_STEP_ENDED);
    cr_assert_eq(step_of("b", "q"), YZ_STEP_ENDED);
    cr_assert_eq(yz_market_count(s.market).postings[YZ_STATE_OPEN], 2);
    cr_assert_eq(step_turns(&s), 0);
}

Test(writer, lets_a_hold_that_was_placed_meanwhile_alone) {
    cr_assert(step_put_posting(&s, "p", YZ_TIME_MS_MIN));
    cr_assert(put_seeker("a"));
    cr_assert(take_step("a", "p", YZ_STEP_HELD, 2000000));
    step_turns(&s);
    step_let_go(&s, 0);
    step_turns(&s);
    s.wall_ms = 2000000;
    cr_assert(take_step("a", "p", YZ_STEP_PLACED, 0));
    cr_assert(writer_turn(s.writer)); // it is with the store, and the market still has the hold
    step_turns(&s);
    step_let_go(&s, 0);
    step_turns(&s);
    if (s.held != NULL) step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(step_of("a", "p"), YZ_STEP_PLACED);
    cr_assert_eq(yz_market_count(s.market).postings[YZ_STATE_FULL], 1);
    cr_assert_eq(yz_market_sequence(s.market), 5, "the end of the hold came, and was refused");
    cr_assert(yz_market_silent(s.market, 5));
}

/* ---- what must not be written down in vain ---- */

#define PUT YZ_COMMAND_PERSON_PUT
#define PATCH YZ_COMMAND_PERSON_PATCH
#define ERASE YZ_COMMAND_PERSON_ERASE

Test(writer, sends_a_secret_only_when_all_before_is_applied) {
    cr_assert(step_put(&s, "a", 1));
    step_turns(&s);
    cr_assert(step_person(&s, PUT, "h-1", "1", 0, 0));
    cr_assert(step_put(&s, "b", 1));
    cr_assert(step_person(&s, PUT, "h-2", "2", 0, 0));
    cr_assert(step_person(&s, PUT, "h-3", "3", 0, 0));
    for (int i = 0; i < 4; i++) {
        if (s.held != NULL) step_let_go(&s, 0);
        step_turns(&s);
    }
    cr_assert_eq(s.append_count, 4, "in order, and apart from what is not guarded");
    for (int i = 1; i < 4; i++)
        cr_assert_eq(s.appends[i].count, i == 3 ? 2 : 1);
    cr_assert_eq(s.appends[1].market_sequence, 1, "the market is not behind");
    cr_assert_eq(s.appends[2].market_sequence, 1, "others overlap as ever");
    cr_assert_eq(s.appends[3].market_sequence, 3);
    cr_assert_eq(s.appends[3].secrets, 2);
}

Test(writer, does_not_write_down_a_secret_whose_command_would_be_refused) {
    s.at_once = true;
    cr_assert(step_person(&s, PATCH, "h-1", "1", 0, 0)); // nobody of that id
    step_turns(&s);
    cr_assert_eq(s.append_count, 0);
    cr_assert(step_person(&s, PUT, "h-1", "2", 0, 0));
    cr_assert(step_person(&s, PATCH, "h-1", "3", 1, 0));
    cr_assert(step_person(&s, PATCH, "h-1", "4", 1, 0)); // version 2 is in force by then
    cr_assert(step_person(&s, ERASE, "h-2", "", 0, 0));
    cr_assert(step_person(&s, ERASE, "h-1", "", 1, 0));
    step_turns(&s);
    step_collect(&s);
    cr_assert_eq(s.append_count, 2, "one person, two batches");
    cr_assert_str_eq(s.secret, "h-1 3");
    cr_assert_eq(yz_market_sequence(s.market), 2, "no numbers for what was not written");
    cr_assert_eq(s.told, 6);
    static const yz_status WANTED[] = {YZ_ERR_NOT_FOUND, YZ_OK,          YZ_OK, YZ_ERR_CONFLICT,
                                       YZ_ERR_NOT_FOUND, YZ_ERR_CONFLICT};
    for (int i = 0; i < 6; i++)
        cr_expect_eq(s.told_status[i], WANTED[i], "%d: %s", i, yz_status_name(s.told_status[i]));
}

Test(writer, does_not_write_down_a_secret_or_an_erasure_twice) {
    s.at_once = true;
    cr_assert(step_person(&s, PUT, "h-1", "1", 0, 7));
    cr_assert(step_person(&s, PATCH, "h-1", "2", 0, 8));
    cr_assert(step_person(&s, PUT, "h-1", "1", 0, 7)); // sent again
    cr_assert(step_person(&s, ERASE, "h-1", "", 0, 9));
    cr_assert(step_person(&s, PUT, "h-1", "3", 0, 10)); // comes back
    cr_assert(step_person(&s, ERASE, "h-1", "", 0, 9)); // sent again: not this one
    step_turns(&s);
    step_collect(&s);
    cr_assert_eq(s.append_count, 4);
    cr_assert_str_eq(s.secret, "h-1 3");
    for (int i = 0; i < 6; i++) {
        cr_expect_eq(s.told_status[i], YZ_OK);
        cr_expect_eq(s.told_repeated[i], i == 2 || i == 5);
    }
    yz_person_view view;
    cr_assert(yz_market_person(s.market, YZ_TEXT("h-1"), &view));
    cr_assert_not(view.erased);
}

/* ---- loading ---- */

static bool load_nothing(void *context) {
    (void)context;
    return true;
}

static bool load_fails(void *context) {
    (void)context;
    return false;
}

static void loads(writer_options *options) {
    options->load = load_nothing;
}

static void fails_to_load(writer_options *options) {
    options->load = load_fails;
}

// ---- groups: all or none ----

typedef struct group_told {
    yz_outcome outcomes[8];
    uint32_t count, times;
    int failure;
} group_told;

static void group_done(void *context, const yz_outcome *outcomes, uint32_t count,
                       uint64_t first_sequence, int failure) {
    (void)first_sequence;
    group_told *told = context;
    told->times += 1;
    told->count = count;
    told->failure = failure;
    if (failure == 0) memcpy(told->outcomes, outcomes, count * sizeof *outcomes);
}

// Three postings; the second names the skill "weld" and ends then.
static bool put_group(int64_t valid_to_ms, group_told *told) {
    static const yz_skill_level WELD = {{"weld", 4}, 1};
    static const char *const IDS[] = {"g1", "g2", "g3"};
    yz_command group[3];
    yz_problem problem;
    for (uint32_t i = 0; i < 3; i++) {
        group[i] = (yz_command){.type = YZ_COMMAND_POSTING_PUT};
        group[i].posting_put.fields = YZ_POSTING_ALL;
        group[i].posting_put.posting = (yz_posting){.id = yz_text_of(IDS[i]),
                                                    .title = YZ_TEXT("welder"),
                                                    .type = YZ_TYPE_GIG,
                                                    .openings = 1,
                                                    .shifts = 1,
                                                    .valid_from_ms = 0,
                                                    .valid_to_ms = YZ_TIME_MS_MAX};
    }
    group[1].posting_put.posting.required = &WELD;
    group[1].posting_put.posting.required_count = 1;
    group[1].posting_put.posting.valid_to_ms = valid_to_ms;
    for (uint32_t i = 0; i < 3; i++)
        cr_assert_eq(yz_market_admit(&group[i], &problem), YZ_OK);
    *told = (group_told){0};
    return writer_submit(s.writer, 0, group, 3, true, group_done, told);
}

static bool delete_weld(void) {
    yz_command command = {.type = YZ_COMMAND_ENTRY_DELETE};
    command.named.dictionary = YZ_SKILLS;
    command.named.id = YZ_TEXT("weld");
    return writer_submit(s.writer, 0, &command, 1, false, step_done, &s);
}

static void only_the_second_is_to_blame(const group_told *told, yz_problem_code code) {
    cr_assert(told->times == 1 && told->count == 3 && told->failure == 0);
    cr_assert_eq(told->outcomes[1].problem.code, code);
    cr_assert(api_was_left_out(&told->outcomes[0]) && api_was_left_out(&told->outcomes[2]));
    cr_assert_not(api_was_left_out(&told->outcomes[1]));
}

Test(writer, sends_a_group_alone_and_only_when_all_before_is_applied) {
    group_told told;
    cr_assert(step_put(&s, "weld", 1));
    step_turns(&s);
    cr_assert(step_put(&s, "b", 1));
    cr_assert(put_group(YZ_TIME_MS_MAX, &told));
    cr_assert(step_person(&s, YZ_COMMAND_PERSON_PUT, "h-1", "1", 0, 0));
    cr_assert(step_put(&s, "c", 1));
    cr_assert(step_put(&s, "d", 1));
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(s.append_count, 2);
    cr_assert_eq(s.appends[1].count, 1, "what comes before the group, without it");
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(s.append_count, 3);
    cr_assert(s.appends[2].count == 3 && s.appends[2].first == 3);
    cr_assert_eq(s.appends[2].market_sequence, 2, "all before is applied");
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert(s.append_count == 4 && s.appends[3].secrets == 1, "what is foreseen too, after it");
    cr_assert(s.appends[3].count == 1 && s.appends[3].market_sequence == 5);
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert(s.append_count == 5 && s.appends[4].count == 2, "the others share a batch again");
    step_let_go(&s, 0);
    step_turns(&s);
    step_collect(&s);
    cr_assert(told.times == 1 && told.failure == 0);
    for (uint32_t i = 0; i < 3; i++)
        cr_assert(told.outcomes[i].status == YZ_OK && told.outcomes[i].created);
    cr_assert_eq(yz_market_count(s.market).postings[YZ_STATE_OPEN], 3);
}

Test(writer, writes_down_nothing_of_a_group_whose_skill_is_deleted_before_it) {
    group_told told;
    s.at_once = true;
    cr_assert(step_put(&s, "weld", 1));
    step_turns(&s);
    s.at_once = false;
    cr_assert(delete_weld());
    step_turns(&s);
    cr_assert(put_group(YZ_TIME_MS_MAX, &told)); // whoever sent it still sees the skill
    step_turns(&s);
    cr_assert_eq(s.append_count, 2);
    step_let_go(&s, 0);
    step_turns(&s);
    step_collect(&s);
    cr_assert_eq(s.append_count, 2, "not written down");
    cr_assert_eq(yz_market_sequence(s.market), 2);
    only_the_second_is_to_blame(&told, YZ_PROBLEM_UNKNOWN_SKILL);
    cr_assert_eq(yz_market_count(s.market).postings[YZ_STATE_OPEN], 0);
    cr_assert(step_put(&s, "weld", 1));
    step_turns(&s);
    cr_assert_eq(s.appends[2].first, 3, "its numbers were not used up");
}

Test(writer, writes_down_nothing_of_a_group_whose_time_passes_while_it_waits) {
    group_told told;
    s.at_once = true;
    cr_assert(step_put(&s, "weld", 1));
    step_turns(&s);
    s.at_once = false;
    cr_assert(step_put(&s, "b", 1));
    step_turns(&s);
    cr_assert(put_group(s.wall_ms + 10, &told));
    s.wall_ms += 11;
    step_let_go(&s, 0);
    step_turns(&s);
    step_collect(&s);
    only_the_second_is_to_blame(&told, YZ_PROBLEM_ALREADY_OVER);
    cr_assert_eq(yz_market_sequence(s.market), 2);
}

Test(writer, tells_a_group_that_the_store_had_no_room) {
    group_told told;
    s.at_once = true;
    cr_assert(step_put(&s, "weld", 1));
    step_turns(&s);
    s.at_once = false;
    cr_assert(put_group(YZ_TIME_MS_MAX, &told));
    step_turns(&s);
    step_let_go(&s, 507);
    step_turns(&s);
    step_collect(&s);
    cr_assert(told.times == 1 && told.failure == 507);
    cr_assert_eq(yz_market_sequence(s.market), 1);
}

Test(writer_bare, takes_nothing_before_it_is_loaded) {
    step_init(&s, loads);
    cr_assert_eq(writer_now(s.writer), WRITER_LOADING);
    cr_assert_not(step_put(&s, "a", 1));
    cr_assert_eq(step_turns(&s), 1);
    cr_assert_eq(writer_now(s.writer), WRITER_READY);
    cr_assert(step_put(&s, "a", 1));
    step_deinit(&s);
}

Test(writer_bare, stays_empty_when_loading_failed) {
    step_init(&s, fails_to_load);
    cr_assert_eq(step_turns(&s), 1);
    cr_assert_eq(writer_now(s.writer), WRITER_EMPTY);
    cr_assert_not(step_put(&s, "a", 1));
    writer_mark(s.writer);
    cr_assert_eq(step_turns(&s), 0);
    cr_assert_eq(s.marked, 0);
    step_deinit(&s);
}

/* ---- marks, and the end ---- */

Test(writer, marks_the_end_of_a_batch) {
    cr_assert(step_put(&s, "a", 5));
    step_turns(&s);
    cr_assert(step_put(&s, "b", 5));
    step_let_go(&s, 0);
    writer_mark(s.writer);
    cr_assert(writer_turn(s.writer));
    cr_assert_eq(s.marked, 5, "what is applied, not what is on its way");
    yz_digest digest = yz_market_digest(s.market);
    cr_assert(memcmp(&s.marked_digest, &digest, sizeof digest) == 0);
    s.marked = 0;
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_eq(s.marked, 0, "once");
}

Test(writer, carries_out_what_waits_when_it_stops) {
    s.at_once = true;
    for (int i = 0; i < 5; i++)
        cr_assert(step_put(&s, "a", 700));
    writer_stop(s.writer);
    cr_assert_not(step_put(&s, "b", 1));
    step_collect(&s);
    cr_assert_eq(s.told, 5);
    cr_assert_eq(yz_market_sequence(s.market), 3500);
}

Test(writer_bare, forgets_everything_at_a_power_cut) {
    step_init(&s, NULL);
    cr_assert(step_put(&s, "a", 1)); // applied, not collected
    step_turns(&s);
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert(step_put(&s, "b", 1)); // with the store
    step_turns(&s);
    cr_assert(step_put(&s, "c", 1)); // waits
    step_deinit(&s);
    cr_assert_eq(s.told, 0);
}

/* ---- many orders, against a market that takes what became durable one after the other ---- */

typedef struct journal {
    yz_market *market;
    uint64_t sequence;
} journal;

/* What is held is durable: the slow twin carries it out at once. */
static void write_down(journal *j, const store_batch *batch) {
    for (uint32_t i = 0; i < batch->count; i++) {
        cr_assert_eq(batch->commands[i].sequence, j->sequence + 1);
        j->sequence += 1;
        (void)yz_market_apply(j->market, &batch->commands[i], NULL);
    }
}

static void one_step(journal *j, yz_random *random, uint32_t *taken) {
    char name[16];
    switch (yz_random_below(random, 5)) {
    case 0:
        snprintf(name, sizeof name, "n%d", (int)yz_random_below(random, 500));
        *taken += step_put(&s, name, 1 + (uint32_t)yz_random_below(random, 40));
        return;
    case 1:
        snprintf(name, sizeof name, "p%d", (int)yz_random_below(random, 50));
        *taken += step_put_posting(&s, name, s.wall_ms + yz_random_between(random, -500, 5000));
        return;
    case 2:
        if (s.held == NULL) return;
        if (yz_random_below(random, 5) == 0) {
            step_let_go(&s, 507);
        } else {
            write_down(j, s.held);
            step_let_go(&s, 0);
        }
        return;
    case 3: (void)writer_turn(s.writer); return;
    default:
        s.wall_ms += yz_random_between(random, -100, 200);
        s.mono_ns += 100000000;
        step_collect(&s);
        return;
    }
}

Test(writer_bare, ends_where_a_replay_of_the_durable_batches_ends) {
    for (uint64_t seed = 1; seed <= 40; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t taken = 0;
        step_init(&s, NULL);
        journal j = {yz_market_new(&(yz_market_options){.hash_key = {3, 4}, .at_ms = 0}), 0};
        for (int i = 0; i < 2000; i++)
            one_step(&j, &random, &taken);
        while (step_turns(&s) > 0 || s.held != NULL) {
            if (s.held == NULL) continue;
            write_down(&j, s.held);
            step_let_go(&s, 0);
        }
        step_collect(&s);
        cr_assert_eq(s.told, taken, "seed %lu", seed);
        uint64_t last = 0;
        for (uint32_t i = 0; i < s.told; i++) {
            if (s.told_failure[i] != 0) continue;
            cr_assert_gt(s.told_first[i], last, "seed %lu", seed);
            last = s.told_first[i];
        }
        cr_assert_gt(j.sequence, 100, "seed %lu", seed);
        cr_assert_eq(yz_market_sequence(s.market), j.sequence, "seed %lu", seed);
        yz_digest one = yz_market_digest(s.market), other = yz_market_digest(j.market);
        cr_assert(memcmp(&one, &other, sizeof one) == 0, "seed %lu", seed);
        yz_market_free(j.market);
        step_deinit(&s);
    }
}
