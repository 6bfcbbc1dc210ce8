#include "engine/market/assigning.h"

#include "engine/assign/locks.h"
#include "engine/assign/stable.h"
#include "engine/base/alloc.h"

#include <string.h>

#define MILLION 1000000.0

const char *yz_unassigned_name(yz_unassigned why) {
    switch (why) {
    case YZ_UNASSIGNED_NOT: return "";
    case YZ_UNASSIGNED_NOT_OPEN: return "not_open";
    case YZ_UNASSIGNED_NOTHING_FITS: return "nothing_fits";
    case YZ_UNASSIGNED_NO_SHOW: return "no_show";
    case YZ_UNASSIGNED_TAKEN: return "taken";
    }
    return "";
}

static uint8_t why_not(const yz_graph *g, uint32_t seeker, bool has) {
    if (has) return YZ_UNASSIGNED_NOT;
    uint8_t state = g->seeker_states[seeker];
    if (state == YZ_GRAPH_SEEKER_NOT_OPEN) return YZ_UNASSIGNED_NOT_OPEN;
    if (g->graph.first[seeker] < g->graph.first[seeker + 1]) return YZ_UNASSIGNED_TAKEN;
    return state == YZ_GRAPH_SEEKER_NO_SHOW ? YZ_UNASSIGNED_NO_SHOW : YZ_UNASSIGNED_NOTHING_FITS;
}

/* ---- fair ---- */

void yz_fair_run_do(const yz_graph *g, yz_fair_run *run) {
    uint32_t seekers = g->graph.seekers;
    *run = (yz_fair_run){.edge_of = yz_alloc(seekers * sizeof *run->edge_of),
                         .held = yz_alloc(seekers * sizeof *run->held),
                         .unassigned = yz_alloc(seekers),
                         .disturbed = yz_alloc(g->lock_count * sizeof *run->disturbed)};
    run->disturbed_count =
        yz_locks_settle(&g->graph, g->rank, g->locks, g->lock_count, run->held, run->disturbed);
    run->proposals = yz_stable_solve(&g->graph, g->rank, run->held, run->edge_of);
    run->proof = yz_check_stable(&g->graph, g->rank, run->held, run->edge_of);
    const yz_stable_proof *p = &run->proof;
    run->checked = p->blocking_pairs + p->not_admissible + p->over_capacity + p->held_moved == 0;
    for (uint32_t s = 0; s < seekers; s++)
        run->unassigned[s] = why_not(g, s, run->edge_of[s] != YZ_EDGE_NONE);
}

void yz_fair_run_deinit(yz_fair_run *run) {
    yz_free(run->edge_of);
    yz_free(run->held);
    yz_free(run->unassigned);
    yz_free(run->disturbed);
}

/* ---- gigs ---- */

static int64_t millionths(double score) {
    return (int64_t)(score * MILLION + 0.5);
}

// Of all workers, longest out of work first: 0, 1, ...
static uint32_t *waiting_places(const yz_graph *g, const yz_turn_rules *rules) {
    uint32_t n = g->graph.seekers;
    yz_turn_rules by_wait = *rules;
    by_wait.order[0] = YZ_TURN_WAIT;
    by_wait.count = 1;
    yz_turn *turns = yz_alloc(n * sizeof *turns);
    uint32_t *place = yz_alloc(n * sizeof *place);
    yz_turns_order(&by_wait, g->workers, n, turns);
    for (uint32_t i = 0; i < n; i++)
        place[turns[i].worker] = i;
    yz_free(turns);
    return place;
}

static void put_values(const yz_graph *g, const yz_turn_rules *rules, int64_t *value) {
    uint32_t *place = waiting_places(g, rules);
    for (uint32_t s = 0; s < g->graph.seekers; s++) {
        int64_t within = rules->band * (g->graph.seekers - place[s]) / (g->graph.seekers + 1);
        for (uint32_t e = g->graph.first[s]; e < g->graph.first[s + 1]; e++) {
            int64_t score = millionths(g->pairs[e].score);
            value[e] = score / rules->band * rules->band + within + 1;
        }
    }
    yz_free(place);
}

// The queue of one gig: all who fit it. Only the turns of those who look here are kept.
static void look_at_queue(const yz_graph *g, const yz_turn_rules *rules, uint32_t posting,
                          const uint32_t *edges, uint32_t count, const uint32_t *seekers,
                          yz_gig_turn *turns) {
    yz_turn_worker *workers = yz_alloc(count * sizeof *workers);
    yz_turn *order = yz_alloc(count * sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        workers[i] = g->workers[seekers[i]];
        workers[i].score = millionths(g->pairs[edges[i]].score);
        workers[i].certified = g->pairs[edges[i]].coverage >= 1.0;
    }
    yz_turns_order(rules, workers, count, order);
    for (uint32_t i = 0; i < count; i++) {
        yz_gig_turn *turn = &turns[seekers[order[i].worker]];
        if (turn->edge == YZ_EDGE_NONE || g->graph.posting[turn->edge] != posting) continue;
        turn->place = order[i].place;
        turn->of = count;
        turn->short_jobs = order[i].short_jobs;
        turn->refusals_counted = order[i].refusals_counted;
        memcpy(turn->before, order[i].before, sizeof turn->before);
    }
    yz_free(workers);
    yz_free(order);
}

static void put_turns(const yz_graph *g, const yz_turn_rules *rules, yz_gig_turn *turns) {
    const yz_assign_graph *a = &g->graph;
    uint32_t edges = a->first[a->seekers];
    uint32_t *begin = yz_alloc_zeroed((a->postings + 2) * sizeof *begin);
    uint32_t *edge = yz_alloc(edges * sizeof *edge), *seeker = yz_alloc(edges * sizeof *seeker);
    for (uint32_t e = 0; e < edges; e++)
        begin[a->posting[e] + 2] += 1;
    for (uint32_t p = 2; p < a->postings + 2; p++)
        begin[p] += begin[p - 1];
    for (uint32_t s = 0; s < a->seekers; s++) {
        for (uint32_t e = a->first[s]; e < a->first[s + 1]; e++) {
            uint32_t at = begin[a->posting[e] + 1]++;
            edge[at] = e;
            seeker[at] = s;
        }
    }
    for (uint32_t p = 0; p < a->postings; p++)
        look_at_queue(g, rules, p, edge + begin[p], begin[p + 1] - begin[p], seeker + begin[p],
                      turns);
    yz_free(begin);
    yz_free(edge);
    yz_free(seeker);
}

static void note_workers(const yz_graph *g, yz_gig_run *run) {
    const yz_assign_graph *a = &g->graph;
    for (uint32_t s = 0; s < a->seekers; s++) {
        uint32_t got = YZ_EDGE_NONE;
        for (uint32_t e = a->first[s]; e < a->first[s + 1] && got == YZ_EDGE_NONE; e++) {
            if (run->taken[e]) got = e;
        }
        run->unassigned[s] = why_not(g, s, got != YZ_EDGE_NONE);
        if (got == YZ_EDGE_NONE && a->first[s] < a->first[s + 1]) got = a->first[s];
        run->turns[s] = (yz_gig_turn){.edge = got};
    }
}

yz_status yz_gig_run_do(const yz_graph *g, const yz_turn_rules *rules, uint32_t speed_kmh,
                        yz_gig_run *run) {
    uint32_t edges = g->graph.first[g->graph.seekers];
    *run = (yz_gig_run){0};
    if (!yz_turn_rules_sound(rules)) return YZ_ERR_BAD_INPUT;
    run->taken = yz_alloc_zeroed(edges);
    run->value = yz_alloc(edges * sizeof *run->value);
    run->unassigned = yz_alloc(g->graph.seekers);
    run->turns = yz_alloc(g->graph.seekers * sizeof *run->turns);
    run->result =
        (yz_dispatch_result){.taken = run->taken,
                             .price = yz_alloc(g->graph.postings * sizeof *run->result.price),
                             .disturbed = yz_alloc(g->lock_count * sizeof *run->result.disturbed)};
    put_values(g, rules, run->value);
    yz_dispatch_task task = {.graph = &g->graph,
                             .value = run->value,
                             .first = rules->first_gig,
                             .gigs = g->gigs,
                             .speed_kmh = speed_kmh,
                             .locks = g->locks,
                             .lock_count = g->lock_count};
    yz_status status = yz_dispatch_solve(&task, &run->result);
    if (status != YZ_OK) return status;
    run->proof = yz_check_dispatch(&task, &run->result);
    const yz_dispatch_proof *p = &run->proof;
    run->checked = p->overlaps + p->over_capacity + p->not_feasible + p->locks_lost == 0 &&
                   p->total == run->result.total && p->bound == run->result.bound;
    note_workers(g, run);
    put_turns(g, rules, run->turns);
    return YZ_OK;
}

void yz_gig_run_deinit(yz_gig_run *run) {
    yz_free(run->taken);
    yz_free(run->value);
    yz_free(run->unassigned);
    yz_free(run->turns);
    yz_free(run->result.price);
    yz_free(run->result.disturbed);
}
