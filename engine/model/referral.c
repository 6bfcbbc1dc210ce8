#include "engine/model/referral.h"

#include "engine/base/check.h"

static const char *const STEPS[YZ_STEP_COUNT] = {
    "none",    "told",    "viewed",  "applied", "interview", "offer",     "held",    "placed",
    "started", "kept_30", "kept_90", "ended",   "declined",  "withdrawn", "no_show", "untold"};
static const char *const ENDS[YZ_END_REASON_COUNT] = {"",          "completed", "hold_expired",
                                                      "dismissed", "resigned",  "contract_over",
                                                      "cancelled", "other"};
static const char *const GONE[YZ_GONE_REASON_COUNT] = {"",     "closed", "expired",
                                                       "full", "paused", "changed"};

yz_text yz_step_name(yz_step step) {
    yz_check((unsigned)step < YZ_STEP_COUNT);
    return yz_text_of(STEPS[step]);
}

yz_text yz_end_reason_name(yz_end_reason reason) {
    yz_check((unsigned)reason < YZ_END_REASON_COUNT);
    return yz_text_of(ENDS[reason]);
}

yz_text yz_gone_reason_name(yz_gone_reason reason) {
    yz_check((unsigned)reason < YZ_GONE_REASON_COUNT);
    return yz_text_of(GONE[reason]);
}

bool yz_step_parse(yz_text name, yz_step *step) {
    for (int i = YZ_STEP_TOLD; i < YZ_STEP_COUNT; i++) {
        if (!yz_text_equal(name, yz_text_of(STEPS[i]))) continue;
        *step = (yz_step)i;
        return true;
    }
    return false;
}

bool yz_end_reason_parse(yz_text name, yz_end_reason *reason) {
    for (int i = YZ_END_COMPLETED; i < YZ_END_REASON_COUNT; i++) {
        if (!yz_text_equal(name, yz_text_of(ENDS[i]))) continue;
        *reason = (yz_end_reason)i;
        return true;
    }
    return false;
}

#define BIT(step) (1u << YZ_STEP_##step)

uint32_t yz_step_next(yz_step from) {
    static const uint32_t OUT = BIT(DECLINED) | BIT(WITHDRAWN);
    switch (from) {
    case YZ_STEP_NONE: return BIT(VIEWED) | BIT(APPLIED) | BIT(OFFER) | BIT(HELD);
    case YZ_STEP_TOLD:
        return BIT(VIEWED) | BIT(APPLIED) | BIT(INTERVIEW) | BIT(OFFER) | BIT(HELD) | BIT(DECLINED);
    case YZ_STEP_VIEWED: return BIT(APPLIED) | BIT(INTERVIEW) | BIT(OFFER) | BIT(HELD) | OUT;
    case YZ_STEP_APPLIED: return BIT(INTERVIEW) | BIT(OFFER) | BIT(HELD) | OUT;
    case YZ_STEP_INTERVIEW: return BIT(OFFER) | BIT(HELD) | BIT(NO_SHOW) | OUT;
    case YZ_STEP_OFFER: return BIT(HELD) | BIT(NO_SHOW) | OUT;
    case YZ_STEP_HELD: return BIT(PLACED) | BIT(NO_SHOW) | BIT(ENDED) | OUT;
    case YZ_STEP_PLACED: return BIT(STARTED) | BIT(NO_SHOW) | BIT(ENDED) | OUT;
    case YZ_STEP_STARTED: return BIT(KEPT_30) | BIT(ENDED);
    case YZ_STEP_KEPT_30: return BIT(KEPT_90) | BIT(ENDED);
    case YZ_STEP_KEPT_90: return BIT(ENDED);
    case YZ_STEP_ENDED:
    case YZ_STEP_DECLINED:
    case YZ_STEP_WITHDRAWN:
    case YZ_STEP_NO_SHOW:
    case YZ_STEP_UNTOLD: return BIT(VIEWED) | BIT(APPLIED) | BIT(OFFER) | BIT(HELD);
    }
    return 0;
}
