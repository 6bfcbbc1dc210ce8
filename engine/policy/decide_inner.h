/* What the files of the decision procedure share. Inside engine/policy only. */
#ifndef YZ_ENGINE_POLICY_DECIDE_INNER_H
#define YZ_ENGINE_POLICY_DECIDE_INNER_H

#include "engine/policy/eval.h"

/* Reasons as they come together; from the arena. */
typedef struct yz_reasons {
    uint32_t count, room;
    yz_text *texts;
} yz_reasons;

/* `code`, or `code:shown` if shown.bytes is not NULL. */
void yz_reasons_add(yz_eval *e, yz_reasons *reasons, yz_text code, yz_text shown);

/* One measure of one subject on its way. */
typedef struct yz_deciding {
    yz_eval e;
    yz_decision *decision;
    yz_reasons reasons;
    const uint64_t *missing; // of everything that was unknown so far
    int32_t until_window;    // until when the day of the window moves as it does now
    int32_t until_denied;    // until when one of the conditions is false; 0: none is
} yz_deciding;

/* Ends it: `decision` with the reasons collected. */
void yz_decided(yz_deciding *d, int decision);
/* Ends it as unknown: the reasons are the facts and parameters missing. */
void yz_decided_unknown(yz_deciding *d);
/* A condition: 1, 0 or -1; what an unknown one misses is noted. */
int yz_deciding_truth(yz_deciding *d, const yz_expr *condition);

/* Adds the codes of a monitor that hold, in order; what is unknown is noted in d->missing. */
void yz_add_codes(yz_deciding *d, const yz_reason *codes, uint32_t count);
/* The same for the reasons of a decision, of which an unknown one is silent: a batch handed in as
 * sums has no list of those left out. */
void yz_add_reasons(yz_deciding *d, const yz_reason *reasons, uint32_t count);

/* Step 3, payments made: `already_paid:<measure>`, sorted, each once, then a cap that is reached.
 */
void yz_add_payments_made(yz_deciding *d, const yz_rule *rule);

/* Section 6. */
void yz_decide_target(yz_deciding *d, const yz_target_rule *target);

/* m18 and d08 are code: their codes are added to the reasons. */
bool yz_is_built_in(yz_text measure, yz_text *name);
void yz_add_built_in(yz_deciding *d, yz_text measure);

yz_value yz_object_fact(yz_eval *e, yz_object object, uint32_t field);

#endif
