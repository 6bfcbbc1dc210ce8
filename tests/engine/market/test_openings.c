/* Openings and referrals, case by case: what a clerk would say of each. */
#include "engine/market/state.h"
#include "tests/engine/market/stream.h"

#include "engine/base/alloc.h"

#include <criterion/criterion.h>

#define NOW 1700000000000
#define DAY 86400000

typedef struct shop {
    yz_market *market;
    yz_desk *desk;
    yz_arena *arena;
    yz_effects effects; // of the last command
    uint64_t sequence;
    int64_t at_ms;
} shop;

static shop open_shop(void) {
    return (shop){.market = stream_market(1),
                  .desk = yz_desk_new(),
                  .arena = yz_arena_new((size_t)1 << 20),
                  .at_ms = NOW};
}

static void close_shop(shop *s) {
    const char *why = "";
    cr_assert(yz_market_sound(s->market, &why), "%s", why);
    yz_market_free(s->market);
    yz_desk_free(s->desk);
    yz_arena_free(s->arena);
}

static yz_outcome send(shop *s, yz_command c) {
    yz_problem problem = {0};
    c.sequence = ++s->sequence;
    c.at_ms = s->at_ms;
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK, "%s", problem.pointer);
    return yz_market_apply(s->market, &c, &s->effects);
}

static yz_outcome put_posting(shop *s, const char *id, yz_job_type type, uint32_t openings) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.fields = YZ_POSTING_ALL;
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                         .title = YZ_TEXT("loader"),
                                         .type = (uint8_t)type,
                                         .openings = openings,
                                         .shifts = 7,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = NOW + 30 * (int64_t)DAY};
    return send(s, c);
}

static yz_outcome put_openings(shop *s, const char *id, uint32_t openings) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.fields = YZ_POSTING_OPENINGS;
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id), .openings = openings};
    return send(s, c);
}

static yz_outcome named(shop *s, yz_command_type type, const char *id) {
    return send(s, (yz_command){.type = type, .named = {.id = yz_text_of(id)}});
}

static void put_seeker(shop *s, const char *id) {
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id),
                                      .radius_m = 5000,
                                      .types = YZ_TYPES_ALL,
                                      .shifts = 7,
                                      .education = 6,
                                      .wants_push = true};
    cr_assert_eq(send(s, c).status, YZ_OK);
}

static yz_outcome take(shop *s, const char *seeker, const char *posting, yz_step step,
                       yz_end_reason reason) {
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = yz_text_of(seeker);
    c.referral.posting = yz_text_of(posting);
    c.referral.step = step;
    c.referral.reason = reason;
    return send(s, c);
}

static void must(shop *s, const char *seeker, const char *posting, yz_step step,
                 yz_end_reason reason) {
    yz_outcome out = take(s, seeker, posting, step, reason);
    cr_assert(out.changed, "%s: %s", yz_step_name(step).bytes,
              yz_problem_name(out.problem.code).bytes);
}

static void hold(shop *s, const char *seeker, const char *posting) {
    must(s, seeker, posting, YZ_STEP_HELD, YZ_END_NOT_SAID);
}

static yz_posting_view posting(shop *s, const char *id) {
    yz_posting_view view;
    yz_arena_reset(s->arena);
    cr_assert(yz_market_posting(s->market, yz_text_of(id), s->arena, &view));
    return view;
}

static yz_seeker_view seeker(shop *s, const char *id) {
    yz_seeker_view view;
    yz_arena_reset(s->arena);
    cr_assert(yz_market_seeker(s->market, yz_text_of(id), s->arena, &view));
    return view;
}

// How many postings a seeker is shown, by search, by title and by the oracle: all the same.
static uint64_t shown(shop *s) {
    yz_seeker wishes = {.radius_m = 9000, .types = YZ_TYPES_ALL, .shifts = 7, .education = 6};
    yz_hit hits[8];
    uint64_t counts[3];
    for (int how = 0; how < 3; how++) {
        yz_answer answer = {.hits = hits};
        yz_problem problem;
        yz_ask ask = {.k = 8, .by_oracle = how == 2};
        if (how == 1) ask.filter.words = YZ_TEXT("loader");
        cr_assert_eq(yz_market_jobs(s->market, s->desk, &wishes, &ask, &answer, &problem), YZ_OK);
        counts[how] = answer.count;
    }
    cr_assert(counts[0] == counts[1] && counts[1] == counts[2]);
    return counts[0];
}

static bool has_effect(const shop *s, yz_effect_kind kind) {
    for (uint32_t i = 0; i < s->effects.count; i++) {
        if (s->effects.list[i].kind == kind) return true;
    }
    return false;
}

Test(openings, the_last_one_taken_takes_the_posting_out_of_every_answer_at_once) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 2);
    put_seeker(&s, "a");
    put_seeker(&s, "b");
    put_seeker(&s, "c");
    hold(&s, "a", "p");
    cr_assert_eq(shown(&s), 1);
    hold(&s, "b", "p");
    cr_assert(has_effect(&s, YZ_EFFECT_POSTING_GONE));
    cr_assert_eq(shown(&s), 0);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_FULL);
    cr_assert_eq(yz_market_count(s.market).openings, 0);
    yz_outcome out = take(&s, "c", "p", YZ_STEP_HELD, YZ_END_NOT_SAID);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_POSTING_FULL);
    cr_assert_eq(out.problem.given, 2);
    cr_assert_eq(out.problem.high, 2);
    must(&s, "c", "p", YZ_STEP_APPLIED, YZ_END_NOT_SAID); // a list to wait on
    must(&s, "c", "p", YZ_STEP_INTERVIEW, YZ_END_NOT_SAID);
    must(&s, "a", "p", YZ_STEP_PLACED, YZ_END_NOT_SAID);
    cr_assert_eq(s.effects.count, 0, "the opening is the one the hold had");
    must(&s, "b", "p", YZ_STEP_WITHDRAWN, YZ_END_NOT_SAID);
    cr_assert(has_effect(&s, YZ_EFFECT_POSTING_OPENED));
    cr_assert_eq(shown(&s), 1);
    cr_assert_eq(posting(&s, "p").epoch, 2, "open again");
    hold(&s, "c", "p");
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_FULL);
    close_shop(&s);
}

Test(openings, are_not_taken_away_from_who_has_them) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 3);
    put_seeker(&s, "a");
    put_seeker(&s, "b");
    hold(&s, "a", "p");
    hold(&s, "b", "p");
    yz_digest before = yz_market_digest(s.market);
    yz_outcome out = put_openings(&s, "p", 1);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_OUT_OF_RANGE);
    cr_assert_str_eq(out.problem.pointer, "/openings");
    cr_assert_eq(out.problem.low, 2);
    out = put_posting(&s, "p", YZ_TYPE_GIG, 1);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_OUT_OF_RANGE, "nor by a put");
    yz_digest after = yz_market_digest(s.market);
    cr_assert_eq(memcmp(&before, &after, sizeof before), 0);
    cr_assert_eq(put_openings(&s, "p", 2).status, YZ_OK);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_FULL, "just enough are left");
    cr_assert(has_effect(&s, YZ_EFFECT_POSTING_GONE));
    cr_assert_eq(put_openings(&s, "p", 3).status, YZ_OK);
    cr_assert(has_effect(&s, YZ_EFFECT_POSTING_OPENED), "there are more again");
    cr_assert_eq(posting(&s, "p").epoch, 2);
    named(&s, YZ_COMMAND_POSTING_CLOSE, "p");
    cr_assert_eq(put_posting(&s, "p", YZ_TYPE_GIG, 2).status, YZ_OK);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_FULL, "reopened, and still taken");
    close_shop(&s);
}

Test(openings, of_a_job_that_was_completed_stay_filled) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 2);
    put_seeker(&s, "a");
    for (int time = 1; time <= 2; time++) { // the same person may do it twice
        hold(&s, "a", "p");
        must(&s, "a", "p", YZ_STEP_PLACED, YZ_END_NOT_SAID);
        must(&s, "a", "p", YZ_STEP_STARTED, YZ_END_NOT_SAID);
        s.at_ms += 1000;
        must(&s, "a", "p", YZ_STEP_ENDED, YZ_END_COMPLETED);
        yz_posting_told told = yz_market_posting_told(s.market, posting(&s, "p").row);
        cr_assert_eq(told.filled, (uint32_t)time);
        cr_assert_eq(told.placed + told.held, 0);
    }
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_FULL);
    yz_referral_view view;
    cr_assert(yz_market_referral(s.market, YZ_TEXT("a"), YZ_TEXT("p"), &view));
    cr_assert_eq(view.ended_ms - view.started_ms, 1000);
    close_shop(&s);
}

Test(openings, that_are_all_taken_outlast_a_pause_a_close_and_the_end) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 1);
    put_seeker(&s, "a");
    hold(&s, "a", "p");
    cr_assert_eq(named(&s, YZ_COMMAND_POSTING_PAUSE, "p").status, YZ_OK);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_PAUSED);
    cr_assert_eq(named(&s, YZ_COMMAND_POSTING_RESUME, "p").status, YZ_OK);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_FULL);
    cr_assert_eq(named(&s, YZ_COMMAND_POSTING_PAUSE, "p").status, YZ_OK);
    must(&s, "a", "p", YZ_STEP_DECLINED, YZ_END_NOT_SAID);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_PAUSED, "a pause wins");
    cr_assert_eq(named(&s, YZ_COMMAND_POSTING_RESUME, "p").status, YZ_OK);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_OPEN);
    cr_assert_eq(posting(&s, "p").epoch, 2);
    yz_outcome out = take(&s, "a", "p", YZ_STEP_HELD, YZ_END_NOT_SAID);
    cr_assert(out.changed, "who declined may come again");
    s.at_ms += 40 * (int64_t)DAY;
    send(&s, (yz_command){.type = YZ_COMMAND_TICK});
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_EXPIRED);
    must(&s, "a", "p", YZ_STEP_PLACED, YZ_END_NOT_SAID); // the hold was in time
    must(&s, "a", "p", YZ_STEP_ENDED, YZ_END_RESIGNED);
    cr_assert_eq(posting(&s, "p").state, YZ_STATE_EXPIRED, "over stays over");
    out = take(&s, "a", "p", YZ_STEP_HELD, YZ_END_NOT_SAID);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_NOT_OPEN);
    cr_assert_str_eq(out.problem.pointer, "/posting");
    close_shop(&s);
}

Test(openings, a_full_time_job_takes_its_seeker_out_of_the_answers_and_gives_it_back) {
    shop s = open_shop();
    put_posting(&s, "full", YZ_TYPE_FULL, 1);
    put_posting(&s, "gig", YZ_TYPE_GIG, 5);
    put_seeker(&s, "a");
    hold(&s, "a", "gig");
    must(&s, "a", "gig", YZ_STEP_PLACED, YZ_END_NOT_SAID);
    cr_assert_eq(seeker(&s, "a").state, YZ_STATE_OPEN, "a gig takes nobody away");
    hold(&s, "a", "full");
    must(&s, "a", "full", YZ_STEP_PLACED, YZ_END_NOT_SAID);
    cr_assert_eq(seeker(&s, "a").state, YZ_STATE_PLACED);
    cr_assert(has_effect(&s, YZ_EFFECT_SEEKER_GONE));
    must(&s, "a", "full", YZ_STEP_STARTED, YZ_END_NOT_SAID);
    must(&s, "a", "full", YZ_STEP_KEPT_30, YZ_END_NOT_SAID);
    must(&s, "a", "gig", YZ_STEP_ENDED, YZ_END_COMPLETED);
    cr_assert_eq(seeker(&s, "a").state, YZ_STATE_PLACED, "by the other job");
    must(&s, "a", "full", YZ_STEP_ENDED, YZ_END_DISMISSED);
    cr_assert_eq(seeker(&s, "a").state, YZ_STATE_OPEN);
    cr_assert(has_effect(&s, YZ_EFFECT_SEEKER_OPENED));
    cr_assert(has_effect(&s, YZ_EFFECT_POSTING_OPENED));
    close_shop(&s);
}

Test(openings, two_full_time_jobs_give_their_seeker_back_when_both_are_over) {
    shop s = open_shop();
    put_seeker(&s, "a");
    static const char *const JOBS[] = {"p", "q"};
    for (int i = 0; i < 2; i++)
        put_posting(&s, JOBS[i], YZ_TYPE_FULL, 1);
    for (int i = 0; i < 2; i++)
        hold(&s, "a", JOBS[i]);
    for (int i = 0; i < 2; i++)
        must(&s, "a", JOBS[i], YZ_STEP_PLACED, YZ_END_NOT_SAID);
    must(&s, "a", "p", YZ_STEP_NO_SHOW, YZ_END_NOT_SAID);
    cr_assert_eq(seeker(&s, "a").state, YZ_STATE_PLACED);
    must(&s, "a", "q", YZ_STEP_ENDED, YZ_END_RESIGNED);
    cr_assert_eq(seeker(&s, "a").state, YZ_STATE_OPEN);
    close_shop(&s);
}

Test(openings, an_illegal_step_names_the_one_in_force_and_the_legal_ones) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 1);
    put_seeker(&s, "a");
    must(&s, "a", "p", YZ_STEP_APPLIED, YZ_END_NOT_SAID);
    yz_outcome out = take(&s, "a", "p", YZ_STEP_STARTED, YZ_END_NOT_SAID);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_ILLEGAL_STEP);
    cr_assert_str_eq(out.problem.value, "applied");
    cr_assert_eq(out.problem.given, YZ_STEP_APPLIED);
    cr_assert_eq(out.problem.high, yz_step_next(YZ_STEP_APPLIED));
    out = take(&s, "a", "p", YZ_STEP_APPLIED, YZ_END_NOT_SAID);
    cr_assert(out.status == YZ_OK && !out.changed, "said twice");
    cr_assert(yz_market_silent(s.market, s.sequence));
    cr_assert_eq(take(&s, "x", "p", YZ_STEP_VIEWED, YZ_END_NOT_SAID).problem.code,
                 YZ_PROBLEM_UNKNOWN_SEEKER);
    cr_assert_eq(take(&s, "a", "x", YZ_STEP_VIEWED, YZ_END_NOT_SAID).problem.code,
                 YZ_PROBLEM_UNKNOWN_POSTING);
    hold(&s, "a", "p");
    out = take(&s, "a", "p", YZ_STEP_ENDED, YZ_END_HOLD_EXPIRED);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_ILLEGAL_STEP, "it has not run out");
    named(&s, YZ_COMMAND_SEEKER_PAUSE, "a");
    put_posting(&s, "q", YZ_TYPE_GIG, 1);
    out = take(&s, "a", "q", YZ_STEP_OFFER, YZ_END_NOT_SAID);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_NOT_OPEN);
    cr_assert_str_eq(out.problem.pointer, "/seeker");
    must(&s, "a", "q", YZ_STEP_APPLIED, YZ_END_NOT_SAID); // that far it is the seeker's own
    must(&s, "a", "p", YZ_STEP_PLACED, YZ_END_NOT_SAID);  // held here
    close_shop(&s);
}

Test(openings, holds_that_have_run_out_are_named_all_at_once) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 100);
    yz_command due[64];
    for (int i = 0; i < 100; i++) {
        char id[16];
        snprintf(id, sizeof id, "s%d", i);
        put_seeker(&s, id);
        yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
        c.referral.seeker = yz_text_of(id);
        c.referral.posting = YZ_TEXT("p");
        c.referral.step = YZ_STEP_HELD;
        c.referral.hold_until_ms = NOW + 1000 * (1 + i * 37 % 100);
        cr_assert(send(&s, c).changed);
    }
    cr_assert_eq(yz_market_due_ms(s.market), NOW + 1000);
    cr_assert_eq(yz_market_due_holds(s.market, NOW + 999, due, 64), 0);
    cr_assert_eq(yz_market_due_holds(s.market, NOW + 50999, due, 64), 50);
    cr_assert_eq(yz_market_due_holds(s.market, NOW + 99999, due, 64), 64, "no more than asked for");
    s.at_ms = NOW + 50999;
    uint32_t ended = 0;
    for (uint32_t n; (n = yz_market_due_holds(s.market, s.at_ms, due, 1)) > 0; ended += n)
        cr_assert(send(&s, due[0]).changed);
    cr_assert_eq(ended, 50);
    cr_assert_eq(yz_market_due_ms(s.market), NOW + 51000);
    cr_assert_eq(yz_market_posting_told(s.market, 0).held, 50);
    close_shop(&s);
}

// ---- many ----

static yz_outcome tell(shop *s, yz_tell_kind kind, uint32_t first, uint32_t count,
                       uint32_t tranche) {
    static char ids[YZ_TELL_MAX][16];
    static yz_tell_to to[YZ_TELL_MAX];
    for (uint32_t i = 0; i < count; i++) {
        snprintf(ids[i], sizeof ids[i], "s%u", first + i);
        to[i] = (yz_tell_to){yz_text_of(ids[i]), 1};
    }
    yz_posting_view view = posting(s, "p");
    yz_command c = {.type = YZ_COMMAND_TELL};
    c.tell.posting = YZ_TEXT("p");
    c.tell.to = to;
    c.tell.count = count;
    c.tell.epoch = kind == YZ_TELL_FIT ? view.epoch : 1;
    c.tell.version = view.version;
    c.tell.kind = kind;
    if (kind == YZ_TELL_FIT) c.tell.tranche = tranche;
    if (kind == YZ_TELL_GONE) c.tell.reason = YZ_GONE_CLOSED;
    return send(s, c);
}

Test(openings, thousands_are_told_of_a_broad_posting_and_all_are_un_told) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 7);
    const uint32_t crowd = 5300;
    for (uint32_t i = 0; i < crowd; i++) {
        char id[16];
        snprintf(id, sizeof id, "s%u", i);
        put_seeker(&s, id);
    }
    for (uint32_t first = 0; first < crowd; first += YZ_TELL_MAX) {
        uint32_t count = crowd - first < YZ_TELL_MAX ? crowd - first : YZ_TELL_MAX;
        cr_assert(tell(&s, YZ_TELL_FIT, first, count, 1 + first / YZ_TELL_MAX).changed);
    }
    const uint32_t last = 1 + (crowd - 1) / YZ_TELL_MAX;
    yz_outcome out = tell(&s, YZ_TELL_FIT, crowd - 1, 1, last + 1);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_STALE_CHOICE);
    cr_assert_str_eq(out.problem.value, "s5299");
    cr_assert_str_eq(out.problem.pointer, "/to/0");
    yz_posting_told told = yz_market_posting_told(s.market, 0);
    cr_assert_eq(told.told, crowd);
    cr_assert_eq(told.tranche, last);
    cr_assert_eq(told.owed, 0);
    must(&s, "s4000", "p", YZ_STEP_DECLINED, YZ_END_NOT_SAID);
    cr_assert_eq(yz_market_posting_told(s.market, 0).replies, 1);
    named(&s, YZ_COMMAND_POSTING_CLOSE, "p");
    cr_assert_eq(yz_market_posting_told(s.market, 0).owed, crowd - 1);
    yz_referral_view views[100];
    uint32_t seen = 0;
    for (uint32_t n; (n = yz_market_referrals_of_posting(s.market, 0, seen, views, 100)) > 0;) {
        for (uint32_t i = 0; i < n; i++)
            cr_assert_eq(views[i].seeker, seen + i);
        seen += n;
    }
    cr_assert_eq(seen, crowd);
    yz_digest before = yz_market_digest(s.market);
    cr_assert_eq(tell(&s, YZ_TELL_GONE, 3950, 100, 0).problem.code, YZ_PROBLEM_STALE_CHOICE,
                 "one of them has declined: nobody is told");
    yz_digest after = yz_market_digest(s.market);
    cr_assert_eq(memcmp(&before, &after, sizeof before), 0);
    for (uint32_t first = 0; first < crowd; first += 100) {
        if (first == 4000) continue;
        cr_assert(tell(&s, YZ_TELL_GONE, first, 100, 0).changed);
    }
    cr_assert(tell(&s, YZ_TELL_GONE, 4001, 99, 0).changed);
    cr_assert_eq(yz_market_posting_told(s.market, 0).owed, 0);
    close_shop(&s);
}

Test(openings, what_made_no_news_is_known_of_the_newest_commands) {
    shop s = open_shop();
    put_seeker(&s, "a");
    uint64_t first = s.sequence + 1;
    cr_assert_eq(yz_market_silent_from(s.market), 0);
    for (uint32_t i = 0; i < YZ_SILENT_MAX + 100; i++)
        (void)take(&s, "a", "nothing", YZ_STEP_VIEWED, YZ_END_NOT_SAID);
    cr_assert_eq(yz_market_silent_from(s.market), first + 100);
    cr_assert_not(yz_market_silent(s.market, first + 99));
    cr_assert(yz_market_silent(s.market, first + 100));
    cr_assert(yz_market_silent(s.market, s.sequence));
    cr_assert_not(yz_market_silent(s.market, s.sequence + 1));
    put_seeker(&s, "b");
    cr_assert_not(yz_market_silent(s.market, s.sequence), "it makes no news either way");
    cr_assert_neq(named(&s, YZ_COMMAND_TARGET_DELETE, "none").status, YZ_OK);
    cr_assert_not(yz_market_silent(s.market, s.sequence), "nor does this");
    close_shop(&s);
}

// The same hold until the same day, given and taken back all the time: each leaves something to be
// looked at when that day comes, but not all of them wait for it.
Test(openings, holds_taken_back_do_not_pile_up) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 2);
    put_seeker(&s, "a");
    put_seeker(&s, "b");
    hold(&s, "b", "p");
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = YZ_TEXT("a");
    c.referral.posting = YZ_TEXT("p");
    for (int i = 0; i < 3000; i++) {
        c.referral.step = YZ_STEP_HELD;
        c.referral.hold_until_ms = NOW + 10 * (int64_t)DAY;
        cr_assert(send(&s, c).changed);
        if (i == 2999) break;
        c.referral.step = YZ_STEP_WITHDRAWN;
        c.referral.hold_until_ms = 0;
        cr_assert(send(&s, c).changed);
    }
    cr_assert_leq(s.market->holds.count, 8);
    yz_command due[8];
    cr_assert_eq(yz_market_due_ms(s.market), NOW + DAY);
    cr_assert_eq(yz_market_due_holds(s.market, NOW + 30 * (int64_t)DAY, due, 8), 2);
    close_shop(&s);
}

Test(openings, a_hold_ends_before_the_end_of_time) {
    shop s = open_shop();
    put_posting(&s, "p", YZ_TYPE_GIG, 1);
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.fields = YZ_POSTING_VALID_TO;
    c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p"), .valid_to_ms = YZ_TIME_MS_MAX};
    cr_assert_eq(send(&s, c).status, YZ_OK);
    put_seeker(&s, "a");
    s.at_ms = YZ_TIME_MS_MAX - 1;
    hold(&s, "a", "p");
    yz_referral_view view;
    cr_assert(yz_market_referral(s.market, YZ_TEXT("a"), YZ_TEXT("p"), &view));
    cr_assert_eq(view.until_ms, YZ_TIME_MS_MAX);
    s.at_ms = YZ_TIME_MS_MAX;
    cr_assert_eq(yz_market_due_holds(s.market, s.at_ms, &c, 1), 1);
    cr_assert(send(&s, c).changed);
    close_shop(&s);
}

// The same step at one of two fairs, or nowhere: three markets.
Test(openings, a_step_elsewhere_is_another_step) {
    static const char *const WHERE[] = {"", "fair-1", "fair-2"};
    yz_digest digests[3];
    for (int i = 0; i < 3; i++) {
        shop s = open_shop();
        for (int fair = 1; fair <= 2; fair++) {
            yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
            c.venue_put.venue = (yz_venue){.id = yz_text_of(WHERE[fair]),
                                           .kind = YZ_VENUE_FAIR,
                                           .from_ms = NOW,
                                           .to_ms = NOW + DAY};
            cr_assert_eq(send(&s, c).status, YZ_OK);
        }
        put_posting(&s, "p", YZ_TYPE_GIG, 2);
        put_seeker(&s, "a");
        yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
        c.referral.seeker = YZ_TEXT("a");
        c.referral.posting = YZ_TEXT("p");
        c.referral.step = YZ_STEP_APPLIED;
        c.referral.venue = yz_text_of(WHERE[i]);
        cr_assert(send(&s, c).changed);
        digests[i] = yz_market_digest(s.market);
        close_shop(&s);
    }
    for (int i = 0; i < 3; i++)
        cr_assert_neq(digests[i].words[0], digests[(i + 1) % 3].words[0], "%d", i);
}
