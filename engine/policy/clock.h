/* Until when something is to be done about a line of the list (d03, m02c, m14a, m14e of
 * policy/SPEC.md; docs/policy.md). The days are parameters of the rules; one that has no value runs
 * no clock.
 *
 *     found                    notify      since + d03.notify_days
 *     approved                 pay         decided + m02c.max_days
 *     m14e, not cleared        household   opened + m14e.max_days
 *     m14a, open               follow_up   last plan or follow-up, else since, + m14.followup_days
 *
 * A line of m14a that nobody has notified yet runs the clock of the notice first. */
#ifndef YZ_ENGINE_POLICY_CLOCK_H
#define YZ_ENGINE_POLICY_CLOCK_H

#include "engine/policy/book.h"

typedef enum yz_clock_kind {
    YZ_CLOCK_NONE,
    YZ_CLOCK_NOTIFY,
    YZ_CLOCK_PAY,
    YZ_CLOCK_HOUSEHOLD,
    YZ_CLOCK_FOLLOW_UP,
    YZ_CLOCK_KIND_COUNT,
} yz_clock_kind;

typedef struct yz_clock {
    yz_clock_kind kind;
    int32_t due; // the last day on time
} yz_clock;

/* "notify"; "" of NONE. */
const char *yz_clock_name(yz_clock_kind kind);
int yz_clock_named(yz_text name); // -1: none
bool yz_clock_reads_param(yz_text name);

/* Of a line as it stands, with the facts of its subject; the parameters of the day are read.
 * `rules` NULL: none runs. O(events of the subject * log). */
yz_clock yz_line_clock(const yz_rules *rules, const yz_params *params, const yz_entry_line *line,
                       const yz_facts *facts, int32_t today);

#endif
