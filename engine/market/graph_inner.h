/* A copy being built: what the steps collect, in rows, and finish puts in order. */
#ifndef YZ_ENGINE_MARKET_GRAPH_INNER_H
#define YZ_ENGINE_MARKET_GRAPH_INNER_H

#include "engine/market/desk.h"
#include "engine/market/graph.h"

typedef struct graph_posting {
    uint32_t row, capacity;
    yz_text id;
    yz_gig gig;
} graph_posting;

typedef struct graph_seeker {
    uint32_t row, first_edge, edge_count, first_job, job_count, refusals;
    yz_text id;
    uint8_t state; // yz_graph_seeker_state
} graph_seeker;

typedef struct graph_edge {
    uint32_t posting; // place in `postings`
    yz_graph_pair pair;
} graph_edge;

typedef struct graph_lock {
    uint32_t seeker, posting; // places, or YZ_EDGE_NONE
    yz_graph_lock ids;
    uint8_t step;
} graph_lock;

#define GRAPH_FULL_MAX 256

struct yz_graphing {
    yz_graph_ask ask;
    yz_match_options options;
    market_filter filter;
    yz_row_set *titles; // a copy, or NULL
    bool *at_fair;      // by row of employer; NULL: any
    uint32_t employers; // rows of at_fair
    bool *named;        // by row of seeker: had its turn; of named ones only
    uint32_t *place_of; // by row of posting: its place + 1, 0: not chosen
    uint32_t posting_rows;
    uint32_t next_posting, next_seeker; // rows, or places in the ask's lists
    bool failed;
    uint64_t sequence, last_sequence;
    int64_t at_ms;
    graph_posting *postings;
    graph_seeker *seekers;
    graph_edge *edges;
    yz_turn_job *jobs;
    graph_lock *locks;
    uint32_t posting_count, seeker_count, edge_count, job_count, lock_count;
    uint32_t posting_room, seeker_room, edge_room, job_room, lock_room;
    yz_hit *hits;                              // k of them
    uint32_t full[GRAPH_FULL_MAX], full_count; // rows of the full ones; more: not looked at
};

/* Room for one more at the end of a list that doubles. */
#define GRAPH_ROOM(list, count, room)                                                              \
    do {                                                                                           \
        if ((count) == (room)) {                                                                   \
            (room) = (room) ? 2 * (room) : 64;                                                     \
            (list) = yz_realloc((list), (size_t)(room) * sizeof *(list));                          \
        }                                                                                          \
    } while (0)

#endif
