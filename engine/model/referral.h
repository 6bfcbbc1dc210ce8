/* A referral: one seeker and one posting, from the first word to the ninetieth day.
 *
 *     told -> viewed -> applied -> interview -> offer -> held -> placed -> started -> kept_30
 *       -> kept_90, and out of it: ended, declined, withdrawn, no_show, untold
 *
 * Which step may follow which says yz_step_may_follow; steps may be left out on the way forward
 * (who walks in applies without having been told). A referral that is over may begin anew with
 * viewed, applied, offer or held. */
#ifndef YZ_ENGINE_MODEL_REFERRAL_H
#define YZ_ENGINE_MODEL_REFERRAL_H

#include "engine/base/text.h"

typedef enum yz_step {
    YZ_STEP_NONE,      // there is no referral
    YZ_STEP_TOLD,      // by TELL only
    YZ_STEP_VIEWED,    // opened what was told, or the posting
    YZ_STEP_APPLIED,   // 简历
    YZ_STEP_INTERVIEW, // 初选
    YZ_STEP_OFFER,     // the employer, or an assignment, offers
    YZ_STEP_HELD,      // 初步意向: takes an opening, until a time
    YZ_STEP_PLACED,    // 签约: takes an opening
    YZ_STEP_STARTED,   // came to work; of a gig: checked in
    YZ_STEP_KEPT_30,
    YZ_STEP_KEPT_90,
    YZ_STEP_ENDED,     // with a reason; of a gig with `completed`: checked out
    YZ_STEP_DECLINED,  // the seeker, or the employer, said no
    YZ_STEP_WITHDRAWN, // the seeker took it back
    YZ_STEP_NO_SHOW,
    YZ_STEP_UNTOLD, // by TELL only: the posting's side is gone, and the seeker was told so
} yz_step;
#define YZ_STEP_COUNT 16

typedef enum yz_end_reason {
    YZ_END_NOT_SAID,
    YZ_END_COMPLETED,    // the job is done: its opening stays filled
    YZ_END_HOLD_EXPIRED, // by the server, when a hold runs out
    YZ_END_DISMISSED,
    YZ_END_RESIGNED,
    YZ_END_CONTRACT_OVER,
    YZ_END_CANCELLED, // by the employer, before the first day
    YZ_END_OTHER,
} yz_end_reason;
#define YZ_END_REASON_COUNT 8

/* Why told people are told that it is gone. */
typedef enum yz_gone_reason {
    YZ_GONE_NOT_SAID, // a TELL of kind fit
    YZ_GONE_CLOSED,
    YZ_GONE_EXPIRED,
    YZ_GONE_FULL,
    YZ_GONE_PAUSED,
    YZ_GONE_CHANGED, // it moved, pays less, asks for more: no longer fits
} yz_gone_reason;
#define YZ_GONE_REASON_COUNT 6

yz_text yz_step_name(yz_step step); // "told", "kept_30"
bool yz_step_parse(yz_text name, yz_step *step);
yz_text yz_end_reason_name(yz_end_reason reason); // "hold_expired"; NOT_SAID is ""
bool yz_end_reason_parse(yz_text name, yz_end_reason *reason);
yz_text yz_gone_reason_name(yz_gone_reason reason); // "closed"; NOT_SAID is ""

/* Holds an opening: held to kept_90. */
static inline bool yz_step_takes_opening(yz_step step) {
    return step >= YZ_STEP_HELD && step <= YZ_STEP_KEPT_90;
}
/* Ended, declined, withdrawn, no_show, untold. */
static inline bool yz_step_is_over(yz_step step) {
    return step >= YZ_STEP_ENDED;
}
/* The bits 1 << step of the steps that REFERRAL_STEP may take next. */
uint32_t yz_step_next(yz_step from);
static inline bool yz_step_may_follow(yz_step from, yz_step to) {
    return (yz_step_next(from) >> to & 1u) != 0;
}

#endif
