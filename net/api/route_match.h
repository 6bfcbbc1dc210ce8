/* What the questions share: their body, read, and a score, written. Inside net/api only. */
#ifndef YZ_NET_API_ROUTE_MATCH_H
#define YZ_NET_API_ROUTE_MATCH_H

#include "net/api/match_policy.h"

enum { // members of a question
    MATCH_SEEKER = 1 << 0,
    MATCH_SEEKER_ID = 1 << 1,
    MATCH_POSTING = 1 << 2,
    MATCH_POSTING_ID = 1 << 3,
    MATCH_DIVISION = 1 << 4,
    MATCH_K = 1 << 5,
    MATCH_FILTER = 1 << 6,
    MATCH_CURSOR = 1 << 7,
    MATCH_COVERAGE = 1 << 8,
    MATCH_DETAIL = 1 << 9,
    MATCH_IDS = 1 << 10,
    MATCH_BOOSTS = 1 << 11,
    MATCH_PAYABLE = 1 << 12,
};

typedef struct match_question {
    uint32_t seen; // members that were there
    yz_seeker seeker;
    yz_posting posting;
    yz_text seeker_id, posting_id, division, cursor;
    yz_ask ask;
    bool detail, ids, boosts, payable;
} match_question;

/* Reads the body; members outside `known` are refused. False: answered already. */
bool match_read(api_call *call, uint32_t known, match_question *question);
/* Exactly one of the record and its id must be there. False: answered already. */
bool match_one_of(api_call *call, const match_question *question, uint32_t whole, uint32_t by_id,
                  const char *name);
/* Inside a read section: records named by id become whole. Their texts stay the market's. */
bool match_find(const yz_market *market, yz_arena *arena, match_question *question,
                yz_problem *problem);
/* The market's pointers begin at the record; the asker's at the body. */
void match_place_problem(const match_question *question, yz_problem *problem);

/* The object "filter" of a body. */
YZ_MUST_USE yz_status match_filter_read(const json_tree *tree, const cJSON *node, yz_filter *filter,
                                        yz_problem *problem);

/* "score","distance_km","parts": the members of a hit and of an explanation. */
void match_score_write(json_out *out, double score, double distance_km,
                       const yz_score_parts *parts);

/* Kinds of cursors; lists use api_kind. */
#define CURSOR_JOBS 100
#define CURSOR_SEEKERS 101
#define CURSOR_BOOSTED 2 // more than those: a page of an order with boosts

#endif
