/* Whose turn is it, and why? Fairness rules as data: an order of rules, and each worker's place by
 * them with what put the others ahead of it.
 *
 *     rules: certificate, band, wait        "You are 7th. Of the 6 before you, 2 hold the
 *                                            certificate and 4 have waited longer."
 *
 * The first rule that tells two workers apart decides between them; what no rule tells apart falls
 * to the smaller number, so the order is total and everybody who is ahead is ahead by one rule. */
#ifndef YZ_ENGINE_ASSIGN_TURNS_H
#define YZ_ENGINE_ASSIGN_TURNS_H

#include "engine/assign/graph.h"

typedef enum yz_turn_rule {
    YZ_TURN_CERTIFICATE, // holds what is required in full, before who does not
    YZ_TURN_BAND,        // score in a higher band
    YZ_TURN_WAIT,        // longer out of work, by what counts as waiting
    YZ_TURN_NUMBER,      // the smaller number; always last, not named in `order`
} yz_turn_rule;
#define YZ_TURN_RULE_COUNT 4
#define YZ_TURN_FIRST_GIG_MAX 2000000 // millionths

typedef struct yz_turn_rules {
    yz_turn_rule order[YZ_TURN_RULE_COUNT - 1]; // `count` of them, no rule twice
    uint32_t count;
    int64_t band;         // width of a band of scores; at least 1
    int64_t short_job_ms; // a job no longer than that keeps one's place in the queue; 0: none does
    uint32_t refusals_free; // so many refusals cost nothing
    int64_t refusal_ms;     // each further one takes so much off the waiting
    int64_t first_gig; // somebody's first gig counts so much more score than a second; 0: as much
} yz_turn_rules;

/* certificate, band of 0.1 score (in millionths), wait; a job of a day keeps the place; two
 * refusals are free, each further one costs a day; a first gig counts 1 more, which is more than
 * scores differ as a rule. */
extern const yz_turn_rules YZ_TURN_RULES_DEFAULT;

typedef struct yz_turn_job {
    int64_t from_ms, to_ms; // INT64_MAX: it goes on
} yz_turn_job;

typedef struct yz_turn_worker {
    int64_t score;
    bool certified;
    uint32_t refusals;
    int64_t registered_ms;   // who never worked waits since then
    const yz_turn_job *jobs; // oldest first, none begins before the one before ended
    uint32_t job_count;
} yz_turn_worker;

typedef struct yz_turn {
    uint32_t worker;
    uint32_t place; // 1, 2, ...
    uint32_t
        before[YZ_TURN_RULE_COUNT]; // of those ahead, how many by which rule; sums to place - 1
    int64_t since_ms;          // the waiting counts from here, short jobs and refusals counted in
    uint32_t short_jobs;       // that kept its place
    uint32_t refusals_counted; // that cost waiting
    int64_t band;              // floor(score / width)
} yz_turn;

/* Are the rules of use? */
bool yz_turn_rules_sound(const yz_turn_rules *rules);

const char *yz_turn_rule_name(yz_turn_rule rule); // "certificate", "band", "wait", "number"
bool yz_turn_rule_parse(const char *name, uint32_t size, yz_turn_rule *rule);

/* `turns` (room for `count`) in the order of places. O(count log count). */
void yz_turns_order(const yz_turn_rules *rules, const yz_turn_worker *workers, uint32_t count,
                    yz_turn *turns);

#endif
