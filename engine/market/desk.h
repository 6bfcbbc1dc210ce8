/* A thread's table and the filters of its question: for the files of this folder. */
#ifndef YZ_ENGINE_MARKET_DESK_H
#define YZ_ENGINE_MARKET_DESK_H

#include "engine/market/state.h"

struct yz_desk {
    yz_search_scratch *scratch;
    yz_row_set *titles; // rows whose title passes the filter's words
};

typedef struct market_filter {
    const yz_market *market;
    yz_filter asked;
    uint32_t employer;        // row or YZ_ROW_NONE
    const yz_row_set *titles; // NULL: any title
} market_filter;

/* What the searches read, as it stands. */
yz_match_state market_match_state(const yz_market *m);
/* The shared options of a question, checked; then its filter, which `options` points to. */
yz_status market_options(const yz_market *m, const yz_ask *ask, yz_match_options *options,
                         yz_problem *problem);
yz_status market_filter_posting(const yz_market *m, yz_desk *desk, const yz_filter *asked,
                                market_filter *filter, yz_match_options *options,
                                yz_problem *problem);
yz_status market_filter_seeker(const yz_market *m, const yz_filter *asked, market_filter *filter,
                               yz_match_options *options, yz_problem *problem);
/* The asked record, checked and packed; the caller deinits. */
yz_status market_pack_seeker(const yz_market *m, const yz_seeker *seeker, yz_packed_seeker *packed,
                             yz_problem *problem);
yz_status market_pack_posting(const yz_market *m, const yz_posting *posting,
                              yz_packed_posting *packed, yz_problem *problem);

#endif
