/* Referrals: who was told, applied, is held, was placed; and the openings they take. */
#include "engine/market/state.h"

void apply_referral_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    (void)m, (void)effects;
    REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_POSTING, "/posting",
                                 c->referral.posting));
}

void apply_tell(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    (void)m, (void)effects;
    REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_POSTING, "/posting",
                                 c->tell.posting));
}
