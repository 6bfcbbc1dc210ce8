/* The three questions, answered from the indexes: exact, to the last id.
 *
 *   jobs       Q1  a seeker asks:  the k best open postings, and how many fit
 *   seekers    Q2  a posting asks: the k best open seekers, and how many fit
 *   standing   Q3  a posting asks: every open seeker it fits, counted or as rows
 *
 *   lists of the skills -> pages that touch the circle -> rows that pass a filter of 16 bytes
 *        -> packed record (asked of memory ahead) -> fits? -> score, if it can still come in
 *
 * Open is what stands in the indexes. Any number of threads may search side by side while nobody
 * changes the state, each with its own scratch. engine/match/oracle answers the same questions by
 * brute force. */
#ifndef YZ_ENGINE_MATCH_SEARCH_H
#define YZ_ENGINE_MATCH_SEARCH_H

#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/index/posting_index.h"
#include "engine/index/scan.h"
#include "engine/index/seeker_index.h"
#include "engine/match/question.h"
#include "engine/match/topk.h"
#include "engine/model/packed.h"
#include "engine/model/profile.h"

/* What a search reads. All borrowed. */
typedef struct yz_match_state {
    const yz_slab *postings; // of yz_packed_posting, by row
    const yz_slab *seekers;  // of yz_packed_seeker, by row
    const yz_ids *posting_ids, *seeker_ids;
    const yz_posting_index *posting_index; // built with `weights` and the profile's coverage
    const yz_seeker_index *seeker_index;
    const uint32_t *weights; // by skill row; 1..YZ_WEIGHT_MAX
    yz_profile profile;
} yz_match_state;

typedef struct yz_match_options {
    uint32_t k;                 // hits wanted: 0..YZ_K_MAX
    uint32_t coverage_permille; // 0 = the profile's; else at least the profile's, at most 1000
    yz_after after;             // hits only after this one; the count is of all
    /* Filters on top: called for rows that fit, once each. NULL = everything passes. */
    bool (*passes)(const void *context, uint32_t row);
    const void *context;
    /* Who may be among the hits: called for rows that fit and whose score could come in. Who may
     * not is counted all the same. Q2 only; NULL = everybody. */
    bool (*may_hit)(const void *context, uint32_t row);
    const void *hit_context;
    /* What is added to the score of a row that fits, in units of YZ_BOOST_ONE, at most
     * `boost_most`; `which` becomes the set of the boosts applied. Called for rows whose score
     * could come in with `boost_most`. Hits are ordered by the sum. NULL = nothing. */
    uint32_t (*boost)(void *context, uint32_t row, uint32_t *which);
    void *boost_context;
    uint32_t boost_most;
} yz_match_options;

/* A thread's memory for searching. Never NULL. About 1 MB. */
typedef struct yz_search_scratch yz_search_scratch;
yz_search_scratch *yz_search_scratch_new(void);
void yz_search_scratch_free(yz_search_scratch *scratch);
/* Which kernels it scans with; the best this processor has until told otherwise. */
void yz_search_scratch_use(yz_search_scratch *scratch, const yz_scan *scan);

/* `question` is a seeker's record with skills known to the state (rows below the weights' length).
 * `answer->hits` has room for options->k; ids in it are borrowed from posting_ids. */
void yz_search_jobs(const yz_match_state *state, yz_search_scratch *scratch,
                    const yz_packed_seeker *question, const yz_match_options *options,
                    yz_answer *answer);
void yz_search_seekers(const yz_match_state *state, yz_search_scratch *scratch,
                       const yz_packed_posting *question, const yz_match_options *options,
                       yz_answer *answer);
/* `rows` gets every row that fits, in no order (room for all open seekers), or is NULL. `k` and
 * `after` are not looked at. Returns the count. */
uint64_t yz_search_standing(const yz_match_state *state, yz_search_scratch *scratch,
                            const yz_packed_posting *question, const yz_match_options *options,
                            uint32_t *rows);

/* ---- Q2 and Q3 in parts, for who may hold the state for a moment only ---- */

/* Some of the people of one list: those whose keys, by yz_place_axis, lie between. */
typedef struct yz_seekers_part {
    uint32_t list;           // which of the posting's lists
    int32_t low[4], high[4]; // both included
} yz_seekers_part;

/* Cuts a question into parts of about `entries` people each, those left out that lie too far away;
 * how many. Writes at most `room`: if there are more, ask again. About 0.1 us for each part. */
uint32_t yz_seekers_parts(const yz_match_state *state, yz_search_scratch *scratch,
                          const yz_packed_posting *question, const yz_match_options *options,
                          uint32_t entries, yz_seekers_part *parts, uint32_t room);

/* What the parts searched so far have brought. Begun with count 0. */
typedef struct yz_seekers_found {
    uint64_t count; // who fits
    yz_topk *top;   // the best of them; NULL: not asked for
    uint32_t *rows; // owned, grown as needed: `count` of them, if `wants_rows`
    uint64_t room;
    bool wants_rows;
} yz_seekers_found;

/* Searches `count` parts of one question. Between two calls the state may change, though not the
 * posting, the weights or the profile: who did not change meanwhile is found, and may be found
 * twice. `k` and `after` of the options are not looked at. */
void yz_seekers_search_parts(const yz_match_state *state, yz_search_scratch *scratch,
                             const yz_packed_posting *question, const yz_match_options *options,
                             const yz_seekers_part *parts, uint32_t count, yz_seekers_found *found);

#endif
