/* What the statistics are told: each record as it is after a command, each step; and the sweep that
 * proves the numbers of now from the records. engine/market only.
 *
 * Whoever changes a seeker or a posting calls ..._leaves before and ..._stands after; or ..._turns
 * before, if skills and division stay, which costs less. Telling the same twice counts nothing. */
#ifndef YZ_ENGINE_MARKET_COUNTING_H
#define YZ_ENGINE_MARKET_COUNTING_H

#include "engine/market/state.h"
#include "engine/stats/stats.h"

void counting_init(yz_market *m);
void counting_deinit(yz_market *m);

void count_seeker_leaves(yz_market *m, uint32_t row);
void count_seeker_turns(yz_market *m, uint32_t row);
void count_seeker_stands(yz_market *m, uint32_t row);
void count_posting_leaves(yz_market *m, uint32_t row);
void count_posting_turns(yz_market *m, uint32_t row);
void count_posting_stands(yz_market *m, uint32_t row);
/* The step is taken and the openings are noted; nobody moved yet. */
void count_step(yz_market *m, const referral *r, yz_step from);
void count_told(yz_market *m, uint32_t posting, uint32_t people);
void count_venue(yz_market *m, uint32_t venue);
void count_booth(yz_market *m, uint32_t venue, uint32_t booth);
void count_entry(yz_market *m, uint32_t venue, uint32_t ticket);
void count_joined(yz_market *m, uint32_t venue, uint32_t seeker);

/* The record as it stands, as a fact. */
yz_seeker_fact counted_seeker(const yz_market *m, uint32_t row);
yz_posting_fact counted_posting(const yz_market *m, uint32_t row);

/* Of a market that was restored from a snapshot of before statistics: what is now. Who is there
 * counts as registered then, what is open as posted then; signings, steps and visits of before are
 * not counted, but who is in work is in work. */
void counting_begin(yz_market *m);

#endif
