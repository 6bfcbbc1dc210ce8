/* Holds run out: a heap of (until, record). Who is held no longer, or once more, leaves a stale
 * entry, taken out on a round or skipped when it comes up. */
#include "engine/market/state.h"

bool hold_is_stale(const void *market, due_item item) {
    const referral *r = referral_at(market, item.row);
    return r->step != YZ_STEP_HELD || r->holds != item.mark;
}

void hold_begin(yz_market *m, uint32_t record) {
    referral *r = referral_at(m, record);
    due_tidy(&m->holds, hold_is_stale, m);
    due_push(&m->holds, r->until_ms, record, ++r->holds);
}

void holds_skip_stale(yz_market *m) {
    due_item item;
    while (due_top(&m->holds, &item) && hold_is_stale(m, item))
        due_pop(&m->holds);
}

static void command_of(const yz_market *m, uint32_t record, yz_command *command) {
    const referral *r = referral_at(m, record);
    *command = (yz_command){.type = YZ_COMMAND_REFERRAL_STEP};
    command->referral.seeker = yz_ids_text(m->seeker_ids, r->seeker);
    command->referral.posting = yz_ids_text(m->posting_ids, r->posting);
    command->referral.step = YZ_STEP_ENDED;
    command->referral.reason = YZ_END_HOLD_EXPIRED;
}

bool yz_market_due_hold(const yz_market *m, int64_t now_ms, yz_command *command) {
    return yz_market_due_holds(m, now_ms, command, 1) == 1;
}

// Down the heap, while what is there is due.
static void collect(const yz_market *m, int64_t now_ms, uint32_t place, yz_command *commands,
                    uint32_t room, uint32_t *count) {
    if (*count == room || !due_is_by(&m->holds, place, now_ms)) return;
    due_item item = due_at(&m->holds, place);
    if (!hold_is_stale(m, item)) command_of(m, item.row, &commands[(*count)++]);
    collect(m, now_ms, 2 * place + 1, commands, room, count);
    collect(m, now_ms, 2 * place + 2, commands, room, count);
}

uint32_t yz_market_due_holds(const yz_market *m, int64_t now_ms, yz_command *commands,
                             uint32_t room) {
    uint32_t count = 0;
    collect(m, now_ms, 0, commands, room, &count);
    return count;
}
