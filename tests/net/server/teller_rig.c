#include "tests/net/server/teller_rig.h"

#include "engine/base/check.h"

#include <stdio.h>

teller_rig rig;
told_one rig_told[RIG_TOLD_MAX];

static void news(void *context, const yz_command *command, const yz_outcome *outcome) {
    (void)context, (void)outcome;
    if (command->type != YZ_COMMAND_TELL) return;
    rig.commands += 1;
    for (uint32_t i = 0; i < command->tell.count; i++) {
        yz_check(rig.said < RIG_TOLD_MAX);
        told_one *one = &rig_told[rig.said++];
        yz_text seeker = command->tell.to[i].seeker, posting = command->tell.posting;
        *one = (told_one){.epoch = command->tell.epoch,
                          .tranche = command->tell.tranche,
                          .command = rig.commands,
                          .gone = command->tell.kind == YZ_TELL_GONE,
                          .reason = command->tell.reason,
                          .at_ms = command->at_ms};
        snprintf(one->seeker, sizeof one->seeker, "%.*s", (int)seeker.size, seeker.bytes);
        snprintf(one->posting, sizeof one->posting, "%.*s", (int)posting.size, posting.bytes);
    }
}

static void ready(void *context) {
    (void)context;
    teller_ready(rig.teller);
}

static void with_teller(writer_options *o) {
    o->loops = 2;
    teller_options options = {.market = o->market,
                              .gate = o->gate,
                              .reader = 1,
                              .lane = 1,
                              .outside = o->outside,
                              .metrics = o->metrics};
    rig.teller = teller_new(&options);
    o->moved = teller_moved;
    o->moved_context = rig.teller;
    o->news = news;
    o->ready = ready;
    rig.options = *o;
}

void rig_init(void) {
    rig.said = rig.commands = 0;
    rig.slow = false;
    step_init(&rig.s, with_teller);
    rig.s.at_once = true;
    rig.s.wall_ms = RIG_NOON;
    teller_start(rig.teller, rig.s.writer);
}

void rig_deinit(void) {
    teller_stop(rig.teller);
    step_deinit(&rig.s);
    teller_free(rig.teller);
}

void rig_again(void) {
    rig_deinit();
    rig_init();
}

void rig_restart(void) {
    teller_stop(rig.teller);
    writer_free(rig.s.writer);
    teller_free(rig.teller);
    writer_options o = rig.options;
    with_teller(&o);
    rig.s.writer = writer_new(&o);
    teller_start(rig.teller, rig.s.writer);
}

void rig_run_dry(void) {
    uint32_t turns = 0;
    bool more;
    if (rig.slow) return;
    do {
        more = writer_turn(rig.s.writer);
        if (teller_turn(rig.teller)) more = true;
        yz_check(turns++ < 200000);
    } while (more);
    writer_collect(rig.s.writer, 0);
    rig.s.told = 0;
}

void rig_run_writer(void) {
    while (writer_turn(rig.s.writer)) {
    }
}

void rig_run_teller(void) {
    while (teller_turn(rig.teller)) {
    }
}

void rig_pass(int64_t ms) {
    rig.s.wall_ms += ms;
    rig.s.mono_ns += (uint64_t)ms * 1000000;
    rig_run_dry();
}

void rig_submit(const yz_command *c) {
    yz_problem problem;
    yz_check(yz_market_admit(c, &problem) == YZ_OK);
    yz_check(writer_submit(rig.s.writer, 0, c, 1, false, step_done, &rig.s));
}

yz_command rig_seeker(char id[12], uint32_t number, seeker_facts f) {
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

void rig_put_seeker(uint32_t number, seeker_facts f) {
    char id[12];
    yz_command c = rig_seeker(id, number, f);
    rig_submit(&c);
}

void rig_put_crowd(uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        rig_put_seeker(i, (seeker_facts){.km = 1 + i % 80});
        if (i % 500 == 499) rig_run_dry();
    }
    rig_run_dry();
}

yz_command rig_posting(const char *id, uint32_t openings, uint16_t k) {
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

void rig_put_posting(const char *id, uint32_t openings, uint16_t k) {
    yz_command c = rig_posting(id, openings, k);
    rig_submit(&c);
    rig_run_dry();
}

void rig_named(yz_command_type type, const char *id) {
    yz_command c = {.type = type};
    c.named.id = yz_text_of(id);
    rig_submit(&c);
    rig_run_dry();
}

void rig_step(const char *seeker, const char *posting, yz_step to) {
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = yz_text_of(seeker);
    c.referral.posting = yz_text_of(posting);
    c.referral.step = to;
    if (to == YZ_STEP_ENDED) c.referral.reason = YZ_END_OTHER;
    rig_submit(&c);
    rig_run_dry();
}
