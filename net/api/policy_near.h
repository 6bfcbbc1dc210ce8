/* Who misses a measure by exactly one condition, false or unknown: one subject at a time, and the
 * dearest of many. Inside net/api only. */
#ifndef YZ_NET_API_POLICY_NEAR_H
#define YZ_NET_API_POLICY_NEAR_H

#include "net/api/policy_inner.h"

#define NEAR_NEEDS_MAX 64u  // conditions of one rule
#define NEAR_PARAMS_MAX 4u  // parameters without a value that are told of one
#define NEAR_MISSING_MAX 80 // names of what is missing that are told of one

typedef struct near_one {
    const yz_rule *rule;
    uint32_t row;                  // of the subject
    uint32_t need;                 // the condition, of the rule
    int truth;                     // 0 false, -1 unknown
    int32_t day;                   // parameters were read on it
    int decision;                  // were it not for the condition and for what is missing
    bool has_amount;               // false too where a missing fact stands in the way of the amount
    int64_t amount;                // fen
    uint64_t facts[YZ_FACT_WORDS]; // what is missing, by number: of the condition and of the rest
    uint32_t param_count, params[NEAR_PARAMS_MAX];
} near_one;

/* Can anybody be near it? A rule that decides, of a kind of subject that is kept. */
bool near_can_be_asked(const yz_rule *rule);

/* Decides `rule` for the facts of `ask`, as it is and without the condition that does not hold;
 * the arena is used and not reset. False: not by one condition, out of the window, or paid
 * already. `one->row` is the caller's. */
bool near_misses(const yz_policy_ask *ask, const yz_rule *rule, near_one *one);

/* Names of what is missing, "employer.kind" or "param:m06.amount", from the arena. */
uint32_t near_missing(const yz_rules *rules, const near_one *one, yz_arena *arena,
                      yz_text names[NEAR_MISSING_MAX]);

/* The dearest `limit` of those offered; ties by row, then by measure. */
typedef struct near_best {
    near_one *ones; // a heap with the last of them at the root, until near_best_sort; owned
    uint32_t count, room, limit;
} near_best;
void near_best_offer(near_best *best, const near_one *one); // O(log limit)
void near_best_sort(near_best *best);
void near_best_deinit(near_best *best);

#endif
