/* First the postings, by id or row after row; then the seekers, each with its k best among them
 * and what its referrals say: what it applied for, what is locked, how long it has been out of
 * work. */
#include "engine/market/graph.h"

#include "engine/base/alloc.h"
#include "engine/market/graph_inner.h"
#include "engine/match/distance.h"
#include "engine/match/pair.h"
#include "engine/model/time.h"

#include <string.h>

#define POSTINGS_A_STEP 20000 // rows looked at
#define SEEKERS_A_STEP 24     // searches
#define ROWS_A_STEP 4000      // seekers looked at
#define REFERRALS_AT_ONCE 64

/* ---- postings ---- */

static bool names_employers(const yz_market *m, yz_graphing *g, yz_problem *problem) {
    yz_venue_view venue;
    if (!yz_market_venue(m, g->ask.fair, &venue)) {
        (void)yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_VENUE, "/fair", g->ask.fair);
        return false;
    }
    g->employers = yz_ids_count(m->dictionaries[YZ_EMPLOYERS].ids);
    g->at_fair = yz_alloc_zeroed(g->employers);
    for (uint32_t row = 0; row < yz_market_booth_rows(m, venue.row); row++) {
        yz_booth_view booth;
        if (!yz_market_booth_at(m, venue.row, row, &booth)) continue;
        uint32_t employer = dictionary_find(m, YZ_EMPLOYERS, booth.booth.employer);
        if (employer < g->employers) g->at_fair[employer] = true;
    }
    return true;
}

static uint32_t openings_left(const yz_market *m, uint32_t row) {
    yz_posting_told told = yz_market_posting_told(m, row);
    uint64_t taken = (uint64_t)told.held + told.placed + told.filled;
    uint32_t openings = cold_posting(m, row)->openings;
    return taken < openings ? openings - (uint32_t)taken : 0;
}

static void take_posting(const yz_market *m, yz_graphing *g, uint32_t row) {
    if (g->place_of[row] != 0) return; // named twice
    const posting_cold *cold = cold_posting(m, row);
    const yz_packed_posting *packed = packed_posting(m, row);
    GRAPH_ROOM(g->postings, g->posting_count, g->posting_room);
    g->postings[g->posting_count] = (graph_posting){
        .row = row,
        .capacity = openings_left(m, row),
        .id = yz_ids_text(m->posting_ids, row),
        .gig = {cold->gig_from_ms, cold->gig_to_ms, packed->lat_e7, packed->lon_e7}};
    g->place_of[row] = ++g->posting_count;
    if (cold->state != YZ_STATE_FULL) return;
    if (g->full_count < GRAPH_FULL_MAX) g->full[g->full_count] = row;
    g->full_count += 1;
}

static bool posting_counts(const yz_market *m, const yz_graphing *g, uint32_t row) {
    const posting_cold *cold = cold_posting(m, row);
    if (cold->state != YZ_STATE_OPEN && cold->state != YZ_STATE_FULL) return false;
    if (g->ask.gigs && cold->gig_to_ms <= cold->gig_from_ms) return false;
    if (g->ask.gigs_to != 0 &&
        (cold->gig_from_ms < g->ask.gigs_from || cold->gig_from_ms > g->ask.gigs_to)) {
        return false;
    }
    if (g->at_fair && (cold->employer >= g->employers || !g->at_fair[cold->employer])) return false;
    if (g->ask.station.size > 0 && !yz_text_equal(market_text(m, cold->station), g->ask.station)) {
        return false;
    }
    return g->options.passes == NULL || g->options.passes(&g->filter, row);
}

static bool named_postings(const yz_market *m, yz_graphing *g, yz_problem *problem) {
    for (uint32_t i = 0; i < g->ask.posting_count; i++) {
        uint32_t row = yz_ids_find(m->posting_ids, g->ask.postings[i]);
        if (row == YZ_ROW_NONE) {
            (void)yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_POSTING, "/postings", i, "",
                                     g->ask.postings[i]);
            return false;
        }
        if (posting_counts(m, g, row)) take_posting(m, g, row);
    }
    g->next_posting = g->posting_rows;
    return true;
}

/* ---- seekers ---- */

static bool named_seekers(const yz_market *m, const yz_graphing *g, yz_problem *problem) {
    for (uint32_t i = 0; i < g->ask.seeker_count; i++) {
        if (yz_ids_find(m->seeker_ids, g->ask.seekers[i]) != YZ_ROW_NONE) continue;
        (void)yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/seekers", i, "",
                                 g->ask.seekers[i]);
        return false;
    }
    return true;
}

static void take_edge(const yz_market *m, yz_graphing *g, uint32_t seeker, uint32_t posting,
                      double score, double distance_km, double coverage) {
    const yz_packed_posting *packed = packed_posting(m, posting);
    GRAPH_ROOM(g->edges, g->edge_count, g->edge_room);
    g->edges[g->edge_count++] =
        (graph_edge){.posting = g->place_of[posting] - 1,
                     .pair = {.score = score,
                              .distance_km = distance_km,
                              .coverage = coverage,
                              .wage = packed->wage_max,
                              .levels = yz_pair_levels(packed_seeker(m, seeker), packed)}};
}

static bool is_chosen(const void *context, uint32_t row) {
    const yz_graphing *g = context;
    return row < g->posting_rows && g->place_of[row] != 0;
}

static void search(const yz_market *m, yz_desk *desk, yz_graphing *g, uint32_t row) {
    yz_match_state state = market_match_state(m);
    yz_match_options options = {.k = g->ask.k, .passes = is_chosen, .context = g};
    yz_answer answer = {.hits = g->hits};
    yz_search_jobs(&state, desk->scratch, packed_seeker(m, row), &options, &answer);
    for (uint32_t i = 0; i < answer.hit_count; i++) {
        const yz_hit *hit = &g->hits[i];
        take_edge(m, g, row, hit->row, hit->score, hit->distance_km, hit->parts.coverage);
    }
}

// NULL: they do not fit.
static graph_edge *new_edge(const yz_market *m, yz_graphing *g, const graph_seeker *seeker,
                            uint32_t posting) {
    const yz_packed_seeker *s = packed_seeker(m, seeker->row);
    const yz_packed_posting *p = packed_posting(m, posting);
    if (!seeker_is_found(cold_seeker(m, seeker->row)) ||
        !yz_pair_fits(s, p, m->weights, m->profile.coverage_permille)) {
        return NULL;
    }
    yz_score_parts parts;
    double km = yz_distance_km(s->lat_e7, s->lon_e7, p->lat_e7, p->lon_e7);
    yz_pair_skills skills = yz_pair_meet(s, p, m->weights);
    double score = yz_pair_sum(&m->profile, s, p, skills, km, &parts);
    take_edge(m, g, seeker->row, posting, score, km, parts.coverage);
    return &g->edges[g->edge_count - 1];
}

// The edge of a pair that may not be among the k best: if it fits at all.
static graph_edge *edge_to(const yz_market *m, yz_graphing *g, const graph_seeker *seeker,
                           uint32_t posting) {
    for (uint32_t e = seeker->first_edge; e < g->edge_count; e++) {
        if (g->edges[e].posting == g->place_of[posting] - 1) return &g->edges[e];
    }
    return new_edge(m, g, seeker, posting);
}

// The searches find open postings only. Who fits a full one is to hear that others have it, and
// stands in its queue; so those are looked at one by one, if they are few.
static void look_at_full(const yz_market *m, yz_graphing *g, const graph_seeker *seeker) {
    for (uint32_t i = 0; g->full_count <= GRAPH_FULL_MAX && i < g->full_count; i++)
        (void)new_edge(m, g, seeker, g->full[i]);
}

static void take_job(yz_graphing *g, graph_seeker *seeker, const yz_referral_view *view) {
    if (view->started_ms == 0) return;
    bool over = yz_step_is_over(view->step);
    GRAPH_ROOM(g->jobs, g->job_count, g->job_room);
    g->jobs[g->job_count++] = (yz_turn_job){view->started_ms, over ? view->ended_ms : INT64_MAX};
    seeker->job_count += 1;
}

static void take_lock(yz_graphing *g, uint32_t seeker, uint32_t posting, yz_graph_lock ids,
                      yz_step step) {
    GRAPH_ROOM(g->locks, g->lock_count, g->lock_room);
    g->locks[g->lock_count++] = (graph_lock){seeker, posting, ids, (uint8_t)step};
}

static int64_t beijing_day(int64_t at_ms) {
    return (at_ms + YZ_BEIJING_MS) / YZ_DAY_MS;
}

// Who did not come is not sent to the same gig again at once.
static bool stayed_away(const yz_graphing *g, const yz_referral_view *view) {
    return g->ask.gigs && view->step == YZ_STEP_NO_SHOW &&
           beijing_day(view->at_ms) == beijing_day(g->at_ms);
}

static void leave_out(yz_graphing *g, graph_seeker *seeker, uint32_t posting) {
    for (uint32_t e = seeker->first_edge; e < g->edge_count; e++) {
        if (g->edges[e].posting != g->place_of[posting] - 1) continue;
        g->edges[e] = g->edges[--g->edge_count];
        seeker->state = YZ_GRAPH_SEEKER_NO_SHOW;
        return;
    }
}

static void take_referral(const yz_market *m, yz_graphing *g, graph_seeker *seeker,
                          const yz_referral_view *view) {
    take_job(g, seeker, view);
    seeker->refusals += view->step == YZ_STEP_DECLINED || view->step == YZ_STEP_NO_SHOW;
    if (view->posting >= g->posting_rows || g->place_of[view->posting] == 0) return;
    if (stayed_away(g, view)) leave_out(g, seeker, view->posting);
    bool locks = view->step >= YZ_STEP_OFFER && view->step <= YZ_STEP_STARTED;
    bool likes = view->step == YZ_STEP_APPLIED || view->step == YZ_STEP_INTERVIEW;
    if (!locks && !likes) return;
    graph_edge *edge = edge_to(m, g, seeker, view->posting);
    if (edge && likes) edge->pair.applied = true;
    if (edge && view->step == YZ_STEP_INTERVIEW) edge->pair.invited = true;
    if (!locks) return;
    uint32_t posting = g->place_of[view->posting] - 1;
    // What it holds is taken out of the openings already; the lock takes it again.
    if (yz_step_takes_opening(view->step)) g->postings[posting].capacity += 1;
    take_lock(g, g->seeker_count, posting, (yz_graph_lock){seeker->id, g->postings[posting].id},
              view->step);
}

static void take_referrals(const yz_market *m, yz_graphing *g, graph_seeker *seeker) {
    yz_referral_view views[REFERRALS_AT_ONCE];
    uint32_t from = 0, got;
    do {
        got = yz_market_referrals_of_seeker(m, seeker->row, from, views, REFERRALS_AT_ONCE);
        for (uint32_t i = 0; i < got; i++)
            take_referral(m, g, seeker, &views[i]);
        from += got;
    } while (got == REFERRALS_AT_ONCE);
}

// Locks of the ask that name this seeker: their edges must be there, however good.
static void take_asked_locks(const yz_market *m, yz_graphing *g, const graph_seeker *seeker) {
    for (uint32_t i = 0; i < g->ask.lock_count; i++) {
        if (!yz_text_equal(g->ask.locks[i].seeker, seeker->id)) continue;
        uint32_t row = yz_ids_find(m->posting_ids, g->ask.locks[i].posting);
        if (row >= g->posting_rows || g->place_of[row] == 0) continue;
        (void)edge_to(m, g, seeker, row);
    }
}

static void take_seeker(const yz_market *m, yz_desk *desk, yz_graphing *g, uint32_t row) {
    bool open = seeker_is_found(cold_seeker(m, row));
    graph_seeker one = {.row = row,
                        .id = yz_ids_text(m->seeker_ids, row),
                        .first_edge = g->edge_count,
                        .first_job = g->job_count,
                        .state = open ? YZ_GRAPH_SEEKER_OPEN : YZ_GRAPH_SEEKER_NOT_OPEN};
    if (open) search(m, desk, g, row);
    if (open) look_at_full(m, g, &one);
    take_referrals(m, g, &one);
    take_asked_locks(m, g, &one);
    one.edge_count = g->edge_count - one.first_edge;
    GRAPH_ROOM(g->seekers, g->seeker_count, g->seeker_room);
    g->seekers[g->seeker_count++] = one;
}

static bool seeker_counts(const yz_market *m, const yz_graphing *g, uint32_t row) {
    const seeker_cold *cold = cold_seeker(m, row);
    return seeker_is_found(cold) &&
           yz_text_starts_with(dictionary_id(m, YZ_DIVISIONS, cold->division),
                               g->ask.seeker_division);
}

/* ---- the steps ---- */

void yz_graphing_free(yz_graphing *g) {
    if (g == NULL) return;
    if (g->titles != NULL) yz_row_set_free(g->titles);
    yz_free(g->at_fair);
    yz_free(g->place_of);
    yz_free(g->named);
    yz_free(g->postings);
    yz_free(g->seekers);
    yz_free(g->edges);
    yz_free(g->jobs);
    yz_free(g->locks);
    yz_free(g->hits);
    yz_free(g);
}

static yz_status too_many(yz_graphing *g, yz_problem *problem, const char *pointer, uint32_t given,
                          uint32_t most) {
    g->failed = true;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, pointer, given, 0, most);
}

static yz_status begin(const yz_market *m, yz_desk *desk, yz_graphing *g, yz_problem *problem) {
    if (g->ask.k < 1 || g->ask.k > YZ_K_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/k", g->ask.k, 1, YZ_K_MAX);
    }
    if (g->ask.seeker_count > YZ_GRAPH_SEEKERS_MAX) {
        return too_many(g, problem, "/seekers", g->ask.seeker_count, YZ_GRAPH_SEEKERS_MAX);
    }
    yz_status status =
        market_filter_posting(m, desk, &g->ask.filter, &g->filter, &g->options, problem);
    if (status != YZ_OK) return status;
    if (g->filter.titles != NULL) { // the desk is used for other questions meanwhile
        g->titles = yz_row_set_copy(g->filter.titles);
        g->filter.titles = g->titles;
    }
    if (g->ask.fair.size > 0 && !names_employers(m, g, problem)) return YZ_ERR_NOT_FOUND;
    yz_venue_view station;
    if (g->ask.station.size > 0 && !yz_market_venue(m, g->ask.station, &station)) {
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_VENUE, "/station", g->ask.station);
    }
    g->posting_rows = yz_market_posting_rows(m);
    g->place_of = yz_alloc_zeroed(g->posting_rows * sizeof *g->place_of);
    g->hits = yz_alloc(g->ask.k * sizeof *g->hits);
    if (g->ask.seeker_count > 0) g->named = yz_alloc_zeroed(yz_market_seeker_rows(m));
    bool well = g->ask.posting_count == 0 || named_postings(m, g, problem);
    return well && named_seekers(m, g, problem) ? YZ_OK : YZ_ERR_NOT_FOUND;
}

yz_status yz_graphing_new(const yz_market *m, yz_desk *desk, const yz_graph_ask *ask,
                          yz_graphing **graphing, yz_problem *problem) {
    yz_graphing *g = yz_alloc_zeroed(sizeof *g);
    *g = (yz_graphing){
        .ask = *ask, .sequence = m->sequence, .last_sequence = m->sequence, .at_ms = m->at_ms};
    if (g->ask.edges_max == 0) g->ask.edges_max = YZ_GRAPH_EDGES_MAX;
    yz_status status = begin(m, desk, g, problem);
    *graphing = status == YZ_OK ? g : NULL;
    if (status != YZ_OK) yz_graphing_free(g);
    return status;
}

static bool step_postings(const yz_market *m, yz_graphing *g, yz_problem *problem) {
    uint32_t end = g->posting_rows - g->next_posting < POSTINGS_A_STEP
                       ? g->posting_rows
                       : g->next_posting + POSTINGS_A_STEP;
    for (; g->next_posting < end; g->next_posting++) {
        if (!posting_counts(m, g, g->next_posting)) continue;
        take_posting(m, g, g->next_posting);
    }
    if (g->posting_count <= YZ_GRAPH_POSTINGS_MAX) return true;
    (void)too_many(g, problem, "/filter", g->posting_count, YZ_GRAPH_POSTINGS_MAX);
    return false;
}

static bool step_named(const yz_market *m, yz_desk *desk, yz_graphing *g) {
    uint32_t left = g->ask.seeker_count - g->next_seeker;
    uint32_t end = g->next_seeker + (left < SEEKERS_A_STEP ? left : SEEKERS_A_STEP);
    for (; g->next_seeker < end; g->next_seeker++) {
        uint32_t row = yz_ids_find(m->seeker_ids, g->ask.seekers[g->next_seeker]);
        if (g->named[row]) continue; // twice
        g->named[row] = true;
        take_seeker(m, desk, g, row);
    }
    return g->next_seeker < g->ask.seeker_count;
}

static bool step_seekers(const yz_market *m, yz_desk *desk, yz_graphing *g, yz_problem *problem) {
    uint32_t rows = yz_market_seeker_rows(m), looked = 0, searched = 0;
    while (g->next_seeker < rows && looked++ < ROWS_A_STEP && searched < SEEKERS_A_STEP) {
        uint32_t row = g->next_seeker++;
        if (!seeker_counts(m, g, row)) continue;
        if (g->seeker_count == YZ_GRAPH_SEEKERS_MAX) {
            (void)too_many(g, problem, "/seeker_division", rows, YZ_GRAPH_SEEKERS_MAX);
            return false;
        }
        take_seeker(m, desk, g, row);
        searched += 1;
    }
    return g->next_seeker < rows;
}

// Which k is small enough, if all who may come have so many edges? None, where k does not make
// them.
static bool too_many_edges(const yz_market *m, yz_graphing *g, yz_problem *problem) {
    uint64_t all = g->ask.seeker_count > 0 ? g->ask.seeker_count : m->seeker_counts[YZ_STATE_OPEN];
    if (all > YZ_GRAPH_SEEKERS_MAX) all = YZ_GRAPH_SEEKERS_MAX;
    uint64_t k = all > 0 ? g->ask.edges_max / all : 0;
    if (k >= g->ask.k) k = g->ask.k - 1;
    if (k == 0) {
        (void)too_many(g, problem, "/seekers", (uint32_t)all, g->seeker_count - 1);
        return false;
    }
    g->failed = true;
    (void)yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/k", g->ask.k, 1, (int64_t)k);
    return false;
}

bool yz_graphing_step(const yz_market *m, yz_desk *desk, yz_graphing *g, yz_problem *problem) {
    g->last_sequence = m->sequence;
    if (g->failed) return false;
    if (g->next_posting < g->posting_rows) return step_postings(m, g, problem);
    bool more =
        g->ask.seeker_count > 0 ? step_named(m, desk, g) : step_seekers(m, desk, g, problem);
    return g->edge_count > g->ask.edges_max ? too_many_edges(m, g, problem) : more;
}

uint32_t yz_graphing_edges(const yz_graphing *g) {
    return g->edge_count;
}
