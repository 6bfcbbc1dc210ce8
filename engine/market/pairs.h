/* Who was told of what, and how far each referral has come: pairs of a seeker and a posting.
 *
 *     posting 12   entries  0: seeker 7, told in round 0     one entry of 8 bytes each, in chunks,
 *                           1: seeker 9, record 3            so growing copies little
 *                  rounds   0: fit, epoch 1, tranche 1       one for each TELL
 *     seeker 9     links    (posting 12, entry 1) ...        one link of 8 bytes each
 *     records      3: step, times, source ...                only for who came beyond told
 *
 * A pair is found through the seeker, whose links are few. Entries are never taken away.
 *
 * What became of the telling is told by `telling`. LET_GO is the seeker's own doing where only the
 * exact place may show it (wishes that no longer fit), so a replay without keys may not see it:
 * digest and refusals take it for LIVE. */
#ifndef YZ_ENGINE_MARKET_PAIRS_H
#define YZ_ENGINE_MARKET_PAIRS_H

#include "engine/market/due.h"
#include "engine/market/market.h"

typedef enum telling {
    TELLING_NONE,   // never told
    TELLING_LIVE,   // told, and nothing has ended it
    TELLING_LET_GO, // the seeker went: closed, erased, placed elsewhere, other wishes
    TELLING_OVER,   // by a step: held, placed, declined ...
    TELLING_UNTOLD, // a GONE was booked
} telling;

typedef struct told_entry {
    uint32_t seeker;
    uint32_t word; // ENTRY_RECORD and the record's row; or ENTRY_LET_GO and the number of the round
} told_entry;
#define ENTRY_RECORD (1u << 31)
#define ENTRY_LET_GO (1u << 30)
#define ENTRY_NUMBER (ENTRY_LET_GO - 1)

/* One TELL. */
typedef struct told_round {
    int64_t at_ms;
    uint32_t epoch;
    uint32_t what; // tranche << 3 and 0 (fit), or the reason it is gone
} told_round;
#define ROUND_TRANCHE_MAX (UINT32_MAX >> 3)

typedef struct posting_pairs {
    union {
        told_entry *few;    // up to PAIRS_CHUNK of them: room for `room`
        told_entry **chunk; // more: so many chunks
    };
    told_round *rounds;
    uint32_t count, room; // entries
    uint32_t round_count; // there is room for the next power of two
    uint32_t held, placed, filled;
    uint32_t live;     // entries whose telling is LIVE, of all epochs
    uint32_t told;     // in epoch told_epoch, as the next three
    uint32_t replies;  // of those
    uint32_t standing; // of those: pair_stands
    uint32_t last_fit; // number of the newest fit round, + 1
    uint32_t told_epoch;
    bool changed; // the posting is other than when somebody whose telling is LIVE was told
} posting_pairs;
#define PAIRS_CHUNK_BITS 9
#define PAIRS_CHUNK (1u << PAIRS_CHUNK_BITS)

typedef struct pair_link {
    uint32_t posting, place; // row; which of its entries
} pair_link;

/* `may_be_live`: the telling of one of them may be LIVE; if not, none is, and whoever looks for
 * those need not go through the past of somebody who has worked here for years. */
typedef struct seeker_links {
    uint32_t count, room : 31, may_be_live : 1;
    pair_link link[];
} seeker_links;

/* A referral that came beyond told, or began without it. */
typedef struct referral {
    int64_t at_ms, until_ms, started_ms, ended_ms;
    uint32_t seeker, posting; // rows
    uint32_t epoch;           // last told; 0: never
    uint32_t source;          // row of `texts`, or YZ_ROW_NONE
    uint32_t venue;           // row: the last one named since it last began, or YZ_ROW_NONE
    uint32_t completed;       // how often it ended so: those openings stay filled
    uint32_t holds;           // how often it was held here: the entry of the heap that counts
    uint8_t step, reason, gone, telling;
    bool was_placed;   // since it last began
    bool moved_seeker; // it is by this one that the seeker is placed
    bool replied;      // since told in this epoch
} referral;

/* A pair that was looked up; good until the next entry is added. */
typedef struct pair {
    uint32_t seeker, posting;
    told_entry *entry;
    referral *record; // NULL: told or untold, as the round says
    const told_round *round;
} pair;

static inline told_entry *pairs_entry(const posting_pairs *p, uint32_t place) {
    if (p->room <= PAIRS_CHUNK) return &p->few[place];
    return &p->chunk[place >> PAIRS_CHUNK_BITS][place & (PAIRS_CHUNK - 1)];
}

/* What a posting has; NULL: nobody was told, no referral. */
posting_pairs *pairs_of(const yz_market *m, uint32_t posting);
posting_pairs *pairs_made(yz_market *m, uint32_t posting); // made if need be
seeker_links *links_of(const yz_market *m, uint32_t seeker);
void pairs_init(yz_market *m);
void pairs_deinit(yz_market *m);
void pairs_reserve_posting(yz_market *m, uint32_t posting); // as the row comes to be
void pairs_reserve_seeker(yz_market *m, uint32_t seeker);

/* The pair, or false. O(links of the seeker). */
bool pair_find(const yz_market *m, uint32_t seeker, uint32_t posting, pair *out);
uint32_t pair_place(const seeker_links *links, uint32_t posting); // YZ_ROW_NONE: there is none
pair pair_at(const yz_market *m, uint32_t posting, uint32_t place);
/* So many entries are about to be added. */
void pairs_expect(yz_market *m, posting_pairs *p, uint32_t more);
/* A new entry with that word, linked; returns its place. */
uint32_t pair_add(yz_market *m, uint32_t seeker, uint32_t posting, uint32_t word);
/* A new record, all zero but for rows, no source and no venue; its number. Fewer than ENTRY_NUMBER.
 */
uint32_t record_add(yz_market *m, uint32_t seeker, uint32_t posting);
/* Gives a pair that has none a record that says the same. */
void pair_enrich(yz_market *m, pair *p);
uint32_t round_add(yz_market *m, posting_pairs *pairs, told_round round);

yz_step pair_step(const pair *p);
uint32_t pair_epoch(const pair *p);
telling pair_telling(const pair *p);
void pair_set_telling(posting_pairs *pairs, pair *p, telling now); // LET_GO, LIVE; of records any
/* Told in epoch told_epoch and replied, and it may still come to something: nothing has ended it,
 * and it took no opening. */
bool pair_stands(const posting_pairs *pairs, const pair *p);

/* The fingerprints of a pair and a round; LET_GO is taken for LIVE. */
yz_print pair_print(const yz_market *m, yz_print seeker_id, yz_print posting_id, const pair *p);
yz_print pair_print_of(const yz_market *m, const pair *p);
yz_print round_print(yz_print posting_id, uint32_t number, const told_round *round);

/* Openings that are held, placed or stay filled. */
uint32_t pairs_taken(const posting_pairs *pairs); // NULL: 0

/* The seeker went: who is told of a gone posting is no longer this one. O(links). */
void told_let_go(yz_market *m, uint32_t seeker);
/* The seeker's wishes are about to change: what fitted and will not is let go. */
void told_wishes_change(yz_market *m, uint32_t seeker, const yz_packed_seeker *next);

/* ---- silent.c ---- */

/* The newest commands that made no news, oldest first: number n lies at n % YZ_SILENT_MAX. */
typedef struct silent_set {
    uint64_t *ring; // NULL: there was none
    uint64_t oldest, next;
    uint64_t from; // all since this sequence are known
} silent_set;
void silent_deinit(silent_set *s);
void silent_note(silent_set *s, const yz_command *c, const yz_outcome *out);
void silent_keep(silent_set *s, uint64_t sequence);
uint64_t silent_at(const silent_set *s, uint64_t number);
bool silent_sound(const silent_set *s, const char **why);

/* ---- holds.c ---- */

void hold_begin(yz_market *m, uint32_t record);
/* An entry of the heap; `market` is one. */
bool hold_is_stale(const void *market, due_item item);
/* Drops what no longer holds from the top of the heap. */
void holds_skip_stale(yz_market *m);

/* ---- referral_sound.c ---- */

bool referrals_sound(const yz_market *m, const char **why);

#endif
