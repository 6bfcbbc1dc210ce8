#include "engine/base/alloc.h"
#include "net/server/copy.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The word in the next 32 bytes of the room. A function, so that two of them in one initialiser
 * come one after the other. */
static yz_text roomed(char **room, const char *word) {
    *room += 32;
    return (yz_text){strcpy(*room, word), (uint32_t)strlen(word)};
}

/* One command of each type, all texts in `room`, so that overwriting the room shows what was not
 * copied. */
static uint32_t fill(yz_command *commands, char *room, yz_skill_level *levels, yz_text *preferred,
                     yz_weight *weights, yz_tell_to *to) {
    uint32_t count = 0;
#define T(word) roomed(&room, word)
    levels[0] = (yz_skill_level){T("weld"), 3};
    levels[1] = (yz_skill_level){T("paint"), 1};
    preferred[0] = T("drive");
    weights[0] = (yz_weight){T("weld"), 700};
    to[0] = (yz_tell_to){T("s-7"), 7};
    static yz_policy_look looks[1];
    static yz_policy_found found[1];
    static yz_policy_found_alert alerts[1];
    for (int t = YZ_COMMAND_TICK; t < YZ_COMMAND_TYPE_COUNT; t++) {
        yz_command c = {.type = (yz_command_type)t, .sequence = (uint64_t)t, .at_ms = 5};
        if (t == YZ_COMMAND_POSTING_PUT || t == YZ_COMMAND_POSTING_PATCH) {
            c.posting_put.posting = (yz_posting){.id = T("p-1"),
                                                 .employer = T("e-1"),
                                                 .title = T("welder"),
                                                 .occupation = T("o-1"),
                                                 .place = {1, 2, T("620502")},
                                                 .required = levels,
                                                 .required_count = 2,
                                                 .preferred = preferred,
                                                 .preferred_count = 1};
            c.posting_put.fields = YZ_POSTING_ALL;
        } else if (t == YZ_COMMAND_SEEKER_PUT || t == YZ_COMMAND_SEEKER_PATCH) {
            c.seeker_put.seeker = (yz_seeker){.id = T("s-1"),
                                              .person = T("h-1"),
                                              .occupation = T("o-2"),
                                              .skills = levels,
                                              .skill_count = 2,
                                              .place = {3, 4, T("620503")}};
            c.seeker_put.fields = YZ_SEEKER_ALL;
        } else if (t == YZ_COMMAND_ENTRY_PUT) {
            c.entry_put.entry = (yz_entry){T("k-1"), T("zh"), T("en"), 9};
        } else if (t == YZ_COMMAND_WEIGHTS) {
            c.weights.weights = weights;
            c.weights.count = 1;
        } else if (t == YZ_COMMAND_PROFILE) {
            c.profile = YZ_PROFILE_DEFAULT;
        } else if (t == YZ_COMMAND_PERSON_PUT || t == YZ_COMMAND_PERSON_PATCH) {
            c.person_put.person = (yz_person){.id = T("h-2"), .division = T("620504"), .tags = 5};
            c.person_put.fields = YZ_PERSON_ALL;
        } else if (t == YZ_COMMAND_PERSON_REVEAL) {
            c.reveal.id = T("h-3");
            c.reveal.purpose = T("audit");
        } else if (t == YZ_COMMAND_REFERRAL_STEP) {
            c.referral.seeker = T("s-2");
            c.referral.posting = T("p-2");
            c.referral.source = T("run-2");
            c.referral.venue = T("v-6");
        } else if (t == YZ_COMMAND_TELL) {
            c.tell.posting = T("p-3");
            c.tell.to = to;
            c.tell.count = 1;
        } else if (t == YZ_COMMAND_VENUE_PUT) {
            c.venue_put.venue =
                (yz_venue){.id = T("v-1"), .name_zh = T("zh"), .place.division = T("620505")};
        } else if (t == YZ_COMMAND_BOOTH_PUT || t == YZ_COMMAND_BOOTH_DELETE) {
            c.booth = (yz_booth){T("v-2"), T("b-2"), T("e-2"), 3};
        } else if (t == YZ_COMMAND_SLOT_STEP) {
            c.slot.venue = T("v-3");
            c.slot.booth = T("b-3");
            c.slot.seeker = T("s-3");
        } else if (t == YZ_COMMAND_QUEUE_STEP) {
            c.queue.venue = T("v-4");
            c.queue.booth = T("b-4");
            c.queue.ticket = T("t-4");
            c.queue.seeker = T("s-4");
        } else if (t == YZ_COMMAND_VISIT) {
            c.visit.venue = T("v-5");
            c.visit.ticket = T("t-5");
        } else if (t == YZ_COMMAND_TARGET_PUT) {
            c.target_put.target = (yz_target){.id = T("t-1"),
                                              .name_zh = T("zh-1"),
                                              .name_en = T("en-1"),
                                              .division = T("620506"),
                                              .series = T("S11")};
        } else if (t == YZ_COMMAND_POLICY_PUT) {
            c.policy_put = (yz_policy_put){.subject = {1, T("q-1")},
                                           .person = T("q-2"),
                                           .employer = T("q-3"),
                                           .division = T("6205"),
                                           .owner = T("q-2"),
                                           .change = T("change"),
                                           .occupation = T("6-18"),
                                           .open = YZ_POLICY_OCCUPATION};
        } else if (t == YZ_COMMAND_POLICY_DROP) {
            c.policy_drop.subject = (yz_policy_subject){1, T("q-1")};
        } else if (t == YZ_COMMAND_POLICY_RULES) {
            c.policy_rules = (yz_policy_rules){T("gs60"), T("yizhan-rules 1"), NULL};
        } else if (t == YZ_COMMAND_POLICY_FIND) {
            found[0] = (yz_policy_found){T("m05b"), 150000, 0, true};
            alerts[0] = (yz_policy_found_alert){T("F21"), true, true};
            looks[0] = (yz_policy_look){{2, T("q-4")}, 3, 4, 5, 1, found, 1, alerts};
            c.policy_find = (yz_policy_find){1, looks};
        } else if (t == YZ_COMMAND_POLICY_STEP) {
            c.policy_step.subject = (yz_policy_subject){1, T("q-1")};
            c.policy_step.measure = T("m01");
            c.policy_step.remark = T("seen");
            c.policy_step.holds = T("F07 F21");
            c.policy_step.unmet = T("consented");
            c.policy_step.reasons = T("tier:1000");
        } else if (t == YZ_COMMAND_POLICY_PAYMENT) {
            c.policy_payment.measure = T("m01");
            c.policy_payment.occupation = T("6-18");
        } else if (t == YZ_COMMAND_POLICY_ALERT) {
            c.policy_alert =
                (yz_policy_alert){{1, T("q-1")}, T("F21"), 1, T("U1"), T("U2"), T("so")};
        } else if (t == YZ_COMMAND_POLICY_REFUND) {
            c.policy_refund = (yz_policy_refund){9, 7, T("U1"), T("U2"), T("R-7"), T("cash")};
        } else if (t == YZ_COMMAND_POLICY_BUDGET) {
            c.policy_budget = (yz_policy_budget){T("ui_fund"), T("6205"), 2023, 7};
        } else if (t != YZ_COMMAND_TICK && t != YZ_COMMAND_PROFILE_SWITCH) {
            c.named.id = T("n-1");
        }
        commands[count++] = c;
    }
#undef T
    return count;
}

static void expect_text(yz_text text, const char *wanted) {
    cr_expect(yz_text_equal(text, yz_text_of(wanted)), "'%.*s', wanted %s", (int)text.size,
              text.bytes, wanted);
}

static void expect_levels(const yz_skill_level *levels) {
    expect_text(levels[0].skill, "weld");
    expect_text(levels[1].skill, "paint");
    cr_expect_eq(levels[0].level, 3);
}

Test(copy, outlives_what_it_was_made_from) {
    static char room[32 * 128];
    yz_command commands[YZ_COMMAND_TYPE_COUNT];
    yz_skill_level levels[2];
    yz_text preferred[1];
    yz_weight weights[1];
    yz_tell_to to[1];
    uint32_t count = fill(commands, room, levels, preferred, weights, to);
    size_t bytes = 0;
    yz_command *copy = commands_copy(commands, count, &bytes);
    memset(room, '?', sizeof room);
    memset(commands, 0xee, sizeof commands);
    memset(levels, 0xee, sizeof levels);
    memset(preferred, 0xee, sizeof preferred);
    memset(weights, 0xee, sizeof weights);
    memset(to, 0xee, sizeof to);
    cr_assert_geq(bytes, count * sizeof *copy);
    for (uint32_t i = 0; i < count; i++) {
        const yz_command *c = &copy[i];
        cr_assert_eq((int)c->type, (int)i + 1);
        cr_assert_eq(c->at_ms, 5);
        switch (c->type) {
        case YZ_COMMAND_POSTING_PUT:
        case YZ_COMMAND_POSTING_PATCH:
            expect_text(c->posting_put.posting.title, "welder");
            expect_text(c->posting_put.posting.place.division, "620502");
            expect_levels(c->posting_put.posting.required);
            expect_text(c->posting_put.posting.preferred[0], "drive");
            break;
        case YZ_COMMAND_SEEKER_PUT:
        case YZ_COMMAND_SEEKER_PATCH:
            expect_text(c->seeker_put.seeker.person, "h-1");
            expect_text(c->seeker_put.seeker.occupation, "o-2");
            expect_levels(c->seeker_put.seeker.skills);
            break;
        case YZ_COMMAND_ENTRY_PUT: expect_text(c->entry_put.entry.name_zh, "zh"); break;
        case YZ_COMMAND_WEIGHTS:
            expect_text(c->weights.weights[0].skill, "weld");
            cr_expect_eq(c->weights.weights[0].weight, 700);
            break;
        case YZ_COMMAND_PROFILE: cr_expect_eq(c->profile.coverage_permille, 600); break;
        case YZ_COMMAND_PERSON_PUT:
        case YZ_COMMAND_PERSON_PATCH:
            expect_text(c->person_put.person.id, "h-2");
            expect_text(c->person_put.person.division, "620504");
            cr_expect_eq(c->person_put.person.tags, 5);
            break;
        case YZ_COMMAND_PERSON_REVEAL:
            expect_text(c->reveal.id, "h-3");
            expect_text(c->reveal.purpose, "audit");
            break;
        case YZ_COMMAND_REFERRAL_STEP:
            expect_text(c->referral.seeker, "s-2");
            expect_text(c->referral.posting, "p-2");
            expect_text(c->referral.source, "run-2");
            expect_text(c->referral.venue, "v-6");
            break;
        case YZ_COMMAND_TELL:
            expect_text(c->tell.posting, "p-3");
            expect_text(c->tell.to[0].seeker, "s-7");
            cr_expect_eq(c->tell.to[0].version, 7);
            break;
        case YZ_COMMAND_VENUE_PUT:
            expect_text(c->venue_put.venue.id, "v-1");
            expect_text(c->venue_put.venue.name_zh, "zh");
            expect_text(c->venue_put.venue.place.division, "620505");
            break;
        case YZ_COMMAND_BOOTH_PUT:
        case YZ_COMMAND_BOOTH_DELETE:
            expect_text(c->booth.venue, "v-2");
            expect_text(c->booth.id, "b-2");
            expect_text(c->booth.employer, "e-2");
            break;
        case YZ_COMMAND_SLOT_STEP:
            expect_text(c->slot.venue, "v-3");
            expect_text(c->slot.booth, "b-3");
            expect_text(c->slot.seeker, "s-3");
            break;
        case YZ_COMMAND_QUEUE_STEP:
            expect_text(c->queue.venue, "v-4");
            expect_text(c->queue.booth, "b-4");
            expect_text(c->queue.ticket, "t-4");
            expect_text(c->queue.seeker, "s-4");
            break;
        case YZ_COMMAND_TARGET_PUT:
            expect_text(c->target_put.target.id, "t-1");
            expect_text(c->target_put.target.name_zh, "zh-1");
            expect_text(c->target_put.target.name_en, "en-1");
            expect_text(c->target_put.target.division, "620506");
            expect_text(c->target_put.target.series, "S11");
            break;
        case YZ_COMMAND_POLICY_PUT:
            expect_text(c->policy_put.subject.id, "q-1");
            expect_text(c->policy_put.person, "q-2");
            expect_text(c->policy_put.employer, "q-3");
            expect_text(c->policy_put.division, "6205");
            expect_text(c->policy_put.change, "change");
            expect_text(c->policy_put.owner, "q-2");
            expect_text(c->policy_put.occupation, "6-18");
            break;
        case YZ_COMMAND_POLICY_DROP: expect_text(c->policy_drop.subject.id, "q-1"); break;
        case YZ_COMMAND_POLICY_RULES:
            expect_text(c->policy_rules.name, "gs60");
            expect_text(c->policy_rules.text, "yizhan-rules 1");
            break;
        case YZ_COMMAND_POLICY_FIND:
            expect_text(c->policy_find.looks[0].subject.id, "q-4");
            expect_text(c->policy_find.looks[0].found[0].measure, "m05b");
            cr_expect_eq(c->policy_find.looks[0].found[0].amount, 150000);
            expect_text(c->policy_find.looks[0].alerts[0].check, "F21");
            cr_expect(c->policy_find.looks[0].alerts[0].stands);
            break;
        case YZ_COMMAND_POLICY_STEP:
            expect_text(c->policy_step.measure, "m01");
            expect_text(c->policy_step.remark, "seen");
            expect_text(c->policy_step.holds, "F07 F21");
            expect_text(c->policy_step.unmet, "consented");
            expect_text(c->policy_step.reasons, "tier:1000");
            break;
        case YZ_COMMAND_POLICY_ALERT:
            expect_text(c->policy_alert.subject.id, "q-1");
            expect_text(c->policy_alert.check, "F21");
            expect_text(c->policy_alert.officer, "U1");
            expect_text(c->policy_alert.reviewer, "U2");
            expect_text(c->policy_alert.remark, "so");
            break;
        case YZ_COMMAND_POLICY_REFUND:
            expect_text(c->policy_refund.officer, "U1");
            expect_text(c->policy_refund.reviewer, "U2");
            expect_text(c->policy_refund.voucher, "R-7");
            expect_text(c->policy_refund.remark, "cash");
            break;
        case YZ_COMMAND_POLICY_PAYMENT:
            expect_text(c->policy_payment.measure, "m01");
            expect_text(c->policy_payment.occupation, "6-18");
            break;
        case YZ_COMMAND_POLICY_BUDGET:
            expect_text(c->policy_budget.fund, "ui_fund");
            expect_text(c->policy_budget.division, "6205");
            break;
        case YZ_COMMAND_VISIT:
            expect_text(c->visit.venue, "v-5");
            expect_text(c->visit.ticket, "t-5");
            break;
        case YZ_COMMAND_TICK:
        case YZ_COMMAND_PROFILE_SWITCH: break;
        default: expect_text(c->named.id, "n-1"); break;
        }
    }
    yz_free(copy);
}

Test(copy, holds_a_secret_that_outlives_its_request) {
    static char room[32 * 8];
    char *at = room - 32;
    store_secret secret = {.command = 3, .fields = YZ_VAULT_ALL};
    secret.person = roomed(&at, "h-1");
    secret.name = roomed(&at, "Wang");
    secret.id_number = roomed(&at, "620502199001011234");
    secret.phone = roomed(&at, "13800000000");
    secret.account = roomed(&at, "6222");
    size_t bytes = 0;
    store_secret *copy = secret_copy(&secret, &bytes);
    memset(room, '?', sizeof room);
    memset(&secret, 0xee, sizeof secret);
    cr_assert_geq(bytes, sizeof *copy + 39);
    cr_expect_eq(copy->command, 3);
    cr_expect_eq(copy->fields, YZ_VAULT_ALL);
    expect_text(copy->person, "h-1");
    expect_text(copy->name, "Wang");
    expect_text(copy->id_number, "620502199001011234");
    expect_text(copy->phone, "13800000000");
    expect_text(copy->account, "6222");
    yz_free(copy);
}
