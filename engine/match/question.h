/* Questions and answers, as values. The door (engine/market) turns the outside's records into
 * these; match/ answers them from rows. */
#ifndef YZ_ENGINE_MATCH_QUESTION_H
#define YZ_ENGINE_MATCH_QUESTION_H

#include "engine/base/text.h"
#include "engine/model/limits.h"

/* The parts of a score, in the order they are added: coverage + preferred + distance + wage. The
 * formula is that of docs/matching.md; the factors here are those of YZ_PROFILE_DEFAULT. */
typedef struct yz_score_parts {
    double coverage;  // M / T, or 1 without required skills
    double preferred; // 0.3 * k/n
    double distance;  // 0.2 * (1 - d/radius)
    double wage;      // 0.1 * min(1, (max - floor) / floor)
} yz_score_parts;

#define YZ_BOOST_ONE 100000000u // a boost of 1.0
#define YZ_BOOST_STOP UINT32_MAX

typedef struct yz_hit {
    double score; // the parts added up, and what was added to them: what hits are ordered by
    double distance_km;
    yz_score_parts parts;
    uint32_t row;    // of the posting or the seeker; valid until the next command
    uint32_t boosts; // set of those that were added, bit 0 the first; 0 where none was asked for
    yz_text id;      // borrowed from the market until the next command
} yz_hit;

/* The score without boosts, to the last bit. */
static inline double yz_parts_sum(const yz_score_parts *parts) {
    return parts->coverage + parts->preferred + parts->distance + parts->wage;
}

/* The score with a boost; the one place where they are added. */
static inline double yz_match_boosted(double score, uint32_t boost) {
    return score + (double)boost / (double)YZ_BOOST_ONE;
}

/* Where a page begins: after this hit. `id.bytes` NULL = at the top. */
typedef struct yz_after {
    double score;
    yz_text id;
} yz_after;

/* Filters on top of the pair rule; an empty one lets everything pass. For jobs (Q1) all of them
 * look at the posting. For seekers (Q2) `division` looks at the seeker's place and the rest must be
 * empty. */
typedef struct yz_filter {
    yz_text division;   // prefix of the place's division id
    yz_text occupation; // prefix of the occupation id
    yz_text employer;   // id
    uint8_t types;      // set of yz_job_type; 0 = any
    yz_text words;      // of the title: every word (ASCII) and every bigram (Chinese) must be there
} yz_filter;

typedef struct yz_answer {
    yz_hit *hits; // at most k, best first: score descending, then id ascending by bytes;
                  // in the caller's room of k
    uint32_t hit_count;
    uint64_t count;  // all that fit (and pass the filter), not only those after `after`
    bool unfinished; // by the market alone: the hits mean nothing (yz_ask.looks)
} yz_answer;

#endif
