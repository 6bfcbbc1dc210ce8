/* referral_step and tell. */
#include "engine/journal/body.h"

void yz_body_write_referral(yz_out *out, const yz_command *c) {
    yz_out_8(out, (uint8_t)c->referral.step);
    yz_out_8(out, (uint8_t)c->referral.reason);
    yz_out_64(out, (uint64_t)c->referral.hold_until_ms);
    yz_out_text(out, c->referral.seeker);
    yz_out_text(out, c->referral.posting);
    yz_out_text(out, c->referral.source);
    if (c->referral.venue.size > 0) yz_out_text(out, c->referral.venue);
}

void yz_body_read_referral(yz_in *in, yz_command *c) {
    c->referral.step = (yz_step)yz_in_choice(in, YZ_STEP_COUNT);
    c->referral.reason = (yz_end_reason)yz_in_choice(in, YZ_END_REASON_COUNT);
    c->referral.hold_until_ms = (int64_t)yz_in_64(in);
    c->referral.seeker = yz_in_text(in);
    c->referral.posting = yz_in_text(in);
    c->referral.source = yz_in_text(in);
    if (in->at == in->end) return;
    c->referral.venue = yz_in_text(in);
    if (c->referral.venue.size == 0) yz_in_wrong(in, "what says nothing stands there");
}

void yz_body_write_tell(yz_out *out, const yz_command *c) {
    yz_out_8(out, (uint8_t)c->tell.kind);
    yz_out_8(out, (uint8_t)c->tell.reason);
    yz_out_32(out, c->tell.epoch);
    yz_out_32(out, c->tell.version);
    yz_out_32(out, c->tell.tranche);
    yz_out_text(out, c->tell.posting);
    yz_out_16(out, (uint16_t)c->tell.count);
    for (uint32_t i = 0; i < c->tell.count; i++) {
        yz_out_text(out, c->tell.to[i].seeker);
        yz_out_32(out, c->tell.to[i].version);
    }
}

void yz_body_read_tell(yz_in *in, yz_arena *arena, yz_command *c, bool *full) {
    c->tell.kind = (yz_tell_kind)yz_in_choice(in, YZ_TELL_GONE + 1);
    c->tell.reason = (yz_gone_reason)yz_in_choice(in, YZ_GONE_REASON_COUNT);
    c->tell.epoch = yz_in_32(in);
    c->tell.version = yz_in_32(in);
    c->tell.tranche = yz_in_32(in);
    c->tell.posting = yz_in_text(in);
    uint16_t count;
    yz_tell_to *to = yz_body_read_list(in, arena, YZ_TELL_MAX, sizeof *to, &count, full);
    for (uint16_t i = 0; i < count; i++) {
        yz_text seeker = yz_in_text(in);
        to[i] = (yz_tell_to){seeker, yz_in_32(in)};
    }
    c->tell.to = to;
    c->tell.count = count;
}
