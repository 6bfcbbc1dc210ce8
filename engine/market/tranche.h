/* Who is told of a posting: the best people who fit, want push and were not told in this epoch; or,
 * the other way, those who were told and are owed a GONE. In rank order: score descending, then id.
 *
 *     yz_tranche_begin(t, market, posting, 30, NULL, NULL);
 *     while (yz_tranche_step(t, market, desk, YZ_TRANCHE_WORK)) {}   each call a slice
 *     yz_tranche_rank(t, 30);                                        the market is not needed
 *     n = yz_tranche_take(t, market, picks, 30);                     who still holds
 *
 * The market may be let go of between two calls and may change. Then the choice is that of the
 * moment it began, less whoever has changed since; take gives only whom a TELL sent right away
 * would not be refused for. Who began to fit meanwhile is not in it: SEEKER_OPENED told of them.
 * When the posting, the weights or the profile change, all is stale and is begun again.
 *
 * Few are chosen as Q2 does, with a bound that spares most of the scoring; many by naming all who
 * fit (Q3), scoring them, and sorting as far as is taken: the next tranche sorts on. */
#ifndef YZ_ENGINE_MARKET_TRANCHE_H
#define YZ_ENGINE_MARKET_TRANCHE_H

#include "engine/market/market.h"

typedef struct yz_tranche yz_tranche;

#define YZ_TRANCHE_ALL UINT32_MAX
#define YZ_TRANCHE_FEW_MAX 1000 // so many are chosen as the few
#define YZ_TRANCHE_WORK 25000u  // entries looked at in a slice: about 0.3 ms

typedef struct yz_tranche_pick {
    double score;
    yz_text seeker;                              // stays as long as the market
    uint32_t row, version;                       // of the seeker
    uint32_t epoch;                              // in which he was told (GONE), or would be (FIT)
    uint16_t push_per_day, quiet_from, quiet_to; // as yz_seeker has them
} yz_tranche_pick;

/* The memory of one choosing, used again and again. Never NULL. */
yz_tranche *yz_tranche_new(void);
void yz_tranche_free(yz_tranche *tranche);

/* At most `want` people for the posting of that row, or YZ_TRANCHE_ALL. Whom `skip` names (borrowed
 * until the next begin; may be NULL) is passed over; it is asked within step. */
void yz_tranche_begin(yz_tranche *tranche, const yz_market *market, uint32_t posting, uint32_t want,
                      bool (*skip)(const void *context, uint32_t seeker), const void *context);
/* All who are owed a GONE: first those told in the oldest epoch. */
void yz_tranche_begin_gone(yz_tranche *tranche, const yz_market *market, uint32_t posting);
/* True: there is more to do. Does about `work` entries' worth. */
bool yz_tranche_step(yz_tranche *tranche, const yz_market *market, yz_desk *desk, uint32_t work);

/* Puts the next `count` in order. Needs no market, only that it is not freed or reset. */
void yz_tranche_rank(yz_tranche *tranche, uint32_t count);
/* The next of those that are ranked and still hold, at most `room`, all of one epoch; and not more
 * in all than was wanted. 0: there are none, or it is stale. O(room). */
uint32_t yz_tranche_take(yz_tranche *tranche, const yz_market *market, yz_tranche_pick *picks,
                         uint32_t room);

/* After the last step: how many fit, whether or not they want push (of GONE: are owed). When the
 * market changed meanwhile, somebody who moved may be counted twice or not at all. */
uint64_t yz_tranche_count(const yz_tranche *tranche);
/* How many can still be taken, at most: those who do not hold any more are among them. */
uint64_t yz_tranche_left(const yz_tranche *tranche);
/* Fewer than wanted were given though more may fit: many of the chosen changed meanwhile. */
bool yz_tranche_fell_short(const yz_tranche *tranche);
/* The posting, the weights or the profile changed: what is left is worth nothing. */
bool yz_tranche_stale(const yz_tranche *tranche, const yz_market *market);

/* ---- what who tells must know of a posting and of a pair ---- */

typedef struct yz_posting_push {
    yz_text id;
    yz_record_state state;
    uint32_t version, epoch;
    uint32_t openings, free; // free: neither held nor placed nor filled
    uint16_t push_k;         // never 0; YZ_PUSH_ALL: everybody
    uint16_t push_lag_minutes;
    yz_posting_told told;
} yz_posting_push;

/* O(1). */
yz_posting_push yz_market_posting_push(const yz_market *market, uint32_t row);
/* May this one be told of this posting now? Then `pick` is filled. */
bool yz_market_may_tell(const yz_market *market, uint32_t seeker, uint32_t posting,
                        yz_tranche_pick *pick);
/* How many open seekers want push. While there are none, nobody needs to be looked for. */
uint64_t yz_market_pushers(const yz_market *market);
/* Pairs of this seeker that were told once and whose last step was at `from_ms` or later: at least
 * as many as he was told of since. O(referrals of the seeker). */
uint32_t yz_market_told_since(const yz_market *market, uint32_t seeker, int64_t from_ms);

#endif
