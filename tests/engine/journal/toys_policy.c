/* Random commands of policy: as the journal sees them, facts and rules are bytes. */
#include "tests/engine/journal/toys_policy.h"

#include "engine/base/alloc.h"
#include "engine/journal/body.h"

#include <stdio.h>

static yz_text id(yz_random *r, yz_arena *arena) {
    char made[YZ_ID_BYTES_MAX + 1];
    uint32_t size = (uint32_t)snprintf(made, sizeof made, "p-%u", (unsigned)yz_random_below(r, 99));
    return yz_arena_text(arena, (yz_text){made, size});
}

static yz_text maybe_id(yz_random *r, yz_arena *arena) {
    return yz_random_below(r, 2) == 0 ? id(r, arena) : YZ_TEXT("");
}

static yz_text bytes(yz_random *r, yz_arena *arena, uint32_t most) {
    uint32_t size = (uint32_t)yz_random_below(r, most + 1);
    char *made = yz_arena_take(arena, size + 1);
    for (uint32_t i = 0; i < size; i++)
        made[i] = (char)yz_random_next(r);
    return (yz_text){made, size};
}

static yz_policy_subject subject(yz_random *r, yz_arena *arena) {
    return (yz_policy_subject){(uint8_t)yz_random_below(r, 256), id(r, arena)};
}

static int64_t amount(yz_random *r) {
    return yz_random_between(r, 0, YZ_FEN_MAX);
}

static void put(yz_random *r, yz_arena *arena, yz_policy_put *p) {
    *p = (yz_policy_put){.subject = subject(r, arena),
                         .person = maybe_id(r, arena),
                         .employer = maybe_id(r, arena),
                         .division = maybe_id(r, arena),
                         .owner = maybe_id(r, arena),
                         .change = bytes(r, arena, 300),
                         .sealed_tag = yz_random_next(r),
                         .open = (uint8_t)yz_random_below(r, YZ_POLICY_OPEN_ALL + 1),
                         .if_version = (uint32_t)yz_random_below(r, 5),
                         .only_new = yz_random_below(r, 2) == 0,
                         .replace = yz_random_below(r, 2) == 0};
    if (p->person.size > 0 && p->owner.size > 0) p->owner = p->person;
    if (p->open & YZ_POLICY_OCCUPATION) p->occupation = maybe_id(r, arena);
    if (p->open & YZ_POLICY_LEVEL) p->level = (int32_t)yz_random_below(r, 6);
}

static void find(yz_random *r, yz_arena *arena, yz_policy_find *f) {
    uint32_t count = 1 + (uint32_t)yz_random_below(r, 5);
    yz_policy_look *looks = yz_arena_take(arena, count * sizeof *looks);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t of = (uint32_t)yz_random_below(r, 4);
        yz_policy_found *found = yz_arena_take(arena, (of + 1) * sizeof *found);
        for (uint32_t j = 0; j < of; j++)
            found[j] = (yz_policy_found){id(r, arena), amount(r), (uint8_t)yz_random_below(r, 11),
                                         yz_random_below(r, 2) == 0};
        uint32_t stand = (uint32_t)yz_random_below(r, 3);
        yz_policy_found_alert *alerts = yz_arena_take(arena, (stand + 1) * sizeof *alerts);
        for (uint32_t j = 0; j < stand; j++)
            alerts[j] = (yz_policy_found_alert){id(r, arena), yz_random_below(r, 2) == 0,
                                                yz_random_below(r, 2) == 0};
        looks[i] = (yz_policy_look){subject(r, arena),
                                    (uint32_t)yz_random_next(r),
                                    (int32_t)yz_random_next(r),
                                    (int32_t)yz_random_next(r),
                                    of,
                                    of > 0 ? found : NULL,
                                    stand,
                                    stand > 0 ? alerts : NULL};
    }
    *f = (yz_policy_find){count, looks};
}

static void step(yz_random *r, yz_arena *arena, yz_policy_step *s) {
    *s = (yz_policy_step){.subject = subject(r, arena),
                          .measure = id(r, arena),
                          .to = (uint8_t)yz_random_below(r, 9),
                          .channel = (uint8_t)yz_random_below(r, YZ_NOTICE_CHANNELS),
                          .amount = amount(r),
                          .officer = maybe_id(r, arena),
                          .reviewer = maybe_id(r, arena),
                          .unit = maybe_id(r, arena),
                          .source = maybe_id(r, arena),
                          .voucher = maybe_id(r, arena),
                          .fund_use = maybe_id(r, arena),
                          .remark = maybe_id(r, arena),
                          .stamp = (uint32_t)yz_random_next(r),
                          .as_of = (int32_t)yz_random_next(r),
                          .holds = maybe_id(r, arena),
                          .unmet = maybe_id(r, arena),
                          .reasons = maybe_id(r, arena)};
}

void toy_policy(yz_random *r, yz_arena *arena, yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_POLICY_PUT: put(r, arena, &c->policy_put); break;
    case YZ_COMMAND_POLICY_DROP:
        c->policy_drop.subject = subject(r, arena);
        c->policy_drop.if_version = (uint32_t)yz_random_below(r, 5);
        break;
    case YZ_COMMAND_POLICY_RULES:
        c->policy_rules.name = id(r, arena);
        c->policy_rules.text = bytes(r, arena, 900);
        break;
    case YZ_COMMAND_POLICY_FIND: find(r, arena, &c->policy_find); break;
    case YZ_COMMAND_POLICY_STEP: step(r, arena, &c->policy_step); break;
    case YZ_COMMAND_POLICY_PAYMENT:
        c->policy_payment = (yz_policy_payment){
            id(r, arena), id(r, arena), maybe_id(r, arena), maybe_id(r, arena), 19000, 4,
            amount(r)};
        break;
    case YZ_COMMAND_POLICY_ALERT:
        c->policy_alert = (yz_policy_alert){
            subject(r, arena),  id(r, arena),       (uint8_t)yz_random_below(r, 5),
            maybe_id(r, arena), maybe_id(r, arena), maybe_id(r, arena)};
        break;
    case YZ_COMMAND_POLICY_REFUND:
        c->policy_refund =
            (yz_policy_refund){yz_random_next(r),  1 + amount(r) / 2,  maybe_id(r, arena),
                               maybe_id(r, arena), maybe_id(r, arena), maybe_id(r, arena)};
        break;
    default:
        c->policy_budget = (yz_policy_budget){id(r, arena), maybe_id(r, arena), 2023, amount(r)};
        break;
    }
}

const char *toy_policies_differ(const yz_command *a, const yz_command *b, bool secrets) {
    enum { ROOM = 1 << 20 };
    unsigned char *room = yz_alloc(2 * ROOM);
    yz_out left = {.at = room, .end = room + ROOM};
    yz_out right = {.at = room + ROOM, .end = room + 2 * ROOM};
    yz_body_write_policy(&left, a, !secrets);
    yz_body_write_policy(&right, b, !secrets);
    size_t size = (size_t)(left.at - room);
    bool same = size == (size_t)(right.at - room - ROOM) && memcmp(room, room + ROOM, size) == 0;
    yz_free(room);
    if (secrets && a->type == YZ_COMMAND_POLICY_PUT)
        same = same && a->policy_put.withheld == b->policy_put.withheld &&
               yz_policy_change_size(&a->policy_put) == yz_policy_change_size(&b->policy_put);
    return same ? NULL : "policy";
}

static void spoil_step(yz_random *r, yz_policy_step *s, yz_text odd) {
    yz_text *const codes[] = {&s->holds, &s->unmet, &s->reasons};
    uint32_t which = (uint32_t)yz_random_below(r, 4);
    if (which == 3 && yz_random_below(r, 2) == 0)
        s->channel = (uint8_t)yz_random_below(r, 256);
    else if (which == 3)
        s->measure = odd;
    else if (!yz_text_is_utf8(odd, NULL))
        *codes[which] = odd;
    else
        s->officer = odd;
}

void toy_policy_spoil(yz_random *r, yz_command *c, yz_text odd) {
    switch (c->type) {
    case YZ_COMMAND_POLICY_PUT:
        switch (yz_random_below(r, 5)) {
        case 0: c->policy_put.person = odd; break;
        case 1: c->policy_put.owner = odd; break;
        case 2: c->policy_put.occupation = odd; break;
        case 3: c->policy_put.open = (uint8_t)yz_random_below(r, 8); break;
        default: c->policy_put.subject.id = odd; break;
        }
        break;
    case YZ_COMMAND_POLICY_DROP: c->policy_drop.subject.id = odd; break;
    case YZ_COMMAND_POLICY_RULES: c->policy_rules.name = odd; break;
    case YZ_COMMAND_POLICY_FIND:
        ((yz_policy_look *)(uintptr_t)c->policy_find.looks)->subject.id = odd;
        break;
    case YZ_COMMAND_POLICY_STEP: spoil_step(r, &c->policy_step, odd); break;
    case YZ_COMMAND_POLICY_PAYMENT: c->policy_payment.measure = odd; break;
    case YZ_COMMAND_POLICY_ALERT: c->policy_alert.check = odd; break;
    case YZ_COMMAND_POLICY_REFUND:
        if (yz_random_below(r, 2) == 0)
            c->policy_refund.voucher = odd;
        else
            c->policy_refund.amount = yz_random_below(r, 2) == 0 ? 0 : YZ_FEN_MAX + 1;
        break;
    default: c->policy_budget.fund = odd; break;
    }
}
