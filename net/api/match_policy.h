/* What policy adds to a match, and what a hire would make payable, as JSON. Inside net/api only. */
#ifndef YZ_NET_API_MATCH_POLICY_H
#define YZ_NET_API_MATCH_POLICY_H

#include "net/api/policy_inner.h"

/* Of one answer. Texts borrowed. */
typedef struct match_policy {
    const yz_market *market;
    int32_t day;
    bool boosted; // boosts were asked for, and the rules have them
    yz_boost_values values;
    yz_arena *arena; // of one pair's decisions; NULL: what is payable is not asked for
} match_policy;

/* In a read section. `boosts`, `payable`: asked for. match_policy_end frees it. */
void match_policy_begin(match_policy *p, const api_call *call, const yz_market *market, bool boosts,
                        bool payable);
void match_policy_end(match_policy *p);

/* "boosts_on","boost_cap" of an answer, "assumed" if what is payable is asked for. */
void match_policy_head_write(json_out *out, const match_policy *p);
/* "base_score","rank_score","boosts" of a hit or an explanation; nothing unless boosted. */
void match_boosts_write(json_out *out, const match_policy *p, double base, double rank,
                        uint32_t boosts);
/* "payable" of a pair, null where policy does not know person or employer ("unknown_subjects");
 * nothing unless asked for. Ids; `seeker` counts where there is no `person`. */
void match_payable_write(json_out *out, match_policy *p, yz_text seeker, yz_text person,
                         yz_text employer, yz_text posting);

#endif
