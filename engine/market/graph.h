/* The market's copy of who may go where, for engine/assign: plain arrays that outlive the moment.
 * Built in slices, each short enough for a read section; between two of them the market may be let
 * go of and may change, and the copy says whether it did. What is assigned from it comes back as
 * commands, and the market has the last word on each.
 *
 *     yz_graphing_new(market, &ask) -> step, step, step ... (desk)   with the market
 *     yz_graphing_finish -> yz_graph                                  without it, on any thread
 *
 * Each side's own order:
 *     seekers    what they applied for first; then greater wage, nearer, smaller id
 *     postings   who is invited to an interview first; then coverage, levels of the required
 *                skills, longer out of work; smaller id */
#ifndef YZ_ENGINE_MARKET_GRAPH_H
#define YZ_ENGINE_MARKET_GRAPH_H

#include "engine/assign/dispatch.h"
#include "engine/assign/turns.h"
#include "engine/market/market.h"

#define YZ_GRAPH_SEEKERS_MAX 200000 // of one run; beyond that name a division
#define YZ_GRAPH_POSTINGS_MAX 20000
#define YZ_GRAPH_K 100
#define YZ_GRAPH_EDGES_MAX 20000000

typedef struct yz_graph_lock {
    yz_text seeker, posting; // ids; need not be known
} yz_graph_lock;

typedef struct yz_graph_ask {
    /* Postings, open or full: these, or if there are none all that pass the filter, whose employer
     * has a booth at the fair, that belong to the station ("": any). */
    const yz_text *postings;
    uint32_t posting_count;
    yz_filter filter;
    yz_text fair, station;
    bool gigs; // only those with an interval; who stayed away from one (no_show) has no edge to it
               // for the rest of that Beijing day, unless a lock of the ask says so
    int64_t gigs_from, gigs_to; // and only if they begin in it; 0, 0: any
    const yz_text *seekers;     // these, or if there are none all open ones of the division
    uint32_t seeker_count;
    yz_text seeker_division;    // prefix
    uint32_t edges_max;         // of them all; 0: YZ_GRAPH_EDGES_MAX
    uint32_t k;                 // of each seeker the k best by score: 1..YZ_K_MAX; and the full
                                // ones that it fits, if those are at most 256 in all
    const yz_graph_lock *locks; // beside those the market knows: pairs at offer, held, placed
    uint32_t lock_count;        // or started
} yz_graph_ask;

/* What is known of a pair. */
typedef struct yz_graph_pair {
    double score, distance_km;
    int64_t wage; // the posting's, 1/120 fen a month
    double coverage;
    uint32_t levels; // of the required skills, added up
    bool applied, invited;
} yz_graph_pair;

typedef enum yz_graph_seeker_state {
    YZ_GRAPH_SEEKER_OPEN,
    YZ_GRAPH_SEEKER_NOT_OPEN, // paused, closed, placed: has no edges
    YZ_GRAPH_SEEKER_NO_SHOW,  // open, without an edge to the gigs it stayed away from today
} yz_graph_seeker_state;

typedef struct yz_graph {
    yz_assign_graph graph; // both sides in the order of their ids; edges best first for the seeker
    const yz_text *seeker_ids, *posting_ids; // as long as the market lives
    const uint8_t *seeker_states;
    const yz_graph_pair *pairs;    // by edge
    const uint32_t *rank;          // by edge: the posting's order, 0 is best
    const yz_turn_worker *workers; // by seeker, with their jobs; score 0, not certified
    const yz_gig *gigs;            // by posting; from = to: none
    const yz_lock *locks;          // YZ_EDGE_NONE where the run has no such seeker or posting
    const yz_graph_lock *lock_ids; // the same by id
    const uint8_t *lock_steps;     // yz_step; 0: from the ask
    uint32_t lock_count;
    uint64_t sequence; // of the market when it began
    int64_t at_ms;     // market time then
    bool changed;      // by commands, while it was built
} yz_graph;

typedef struct yz_graphing yz_graphing;

/* Texts and lists of `ask` are borrowed until finish.
 * UNKNOWN_POSTING, UNKNOWN_SEEKER, UNKNOWN_VENUE, UNKNOWN_EMPLOYER; OUT_OF_RANGE: k; TOO_MANY.
 * On a failure `*graphing` is NULL. */
YZ_MUST_USE yz_status yz_graphing_new(const yz_market *market, yz_desk *desk,
                                      const yz_graph_ask *ask, yz_graphing **graphing,
                                      yz_problem *problem);
/* True: there is more to do. About 0.5 ms. A problem found on the way (TOO_MANY) ends it: false,
 * and yz_graphing_finish gives NULL. So does one of OUT_OF_RANGE: with this k there are more than
 * edges_max edges; the problem says which k is small enough. */
bool yz_graphing_step(const yz_market *market, yz_desk *desk, yz_graphing *graphing,
                      yz_problem *problem);
/* Edges so far. */
uint32_t yz_graphing_edges(const yz_graphing *graphing);
/* Puts everything in order; needs no market. Takes the graphing. NULL after a problem. */
yz_graph *yz_graphing_finish(yz_graphing *graphing);
void yz_graphing_free(yz_graphing *graphing);
void yz_graph_free(yz_graph *graph);

#endif
