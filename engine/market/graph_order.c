/* What was collected in the order of rows is put in the order of ids, and each side's own order is
 * worked out. Needs no market. */
#include "engine/market/graph.h"

#include "engine/base/alloc.h"
#include "engine/market/graph_inner.h"

#include <stdlib.h>
#include <string.h>

typedef struct by_id {
    yz_text id;
    uint32_t place;
} by_id;

static int smaller_id(const void *a, const void *b) {
    return yz_text_compare(((const by_id *)a)->id, ((const by_id *)b)->id);
}

typedef struct choice { // an edge, as its seeker ranks it
    uint32_t posting;
    yz_graph_pair pair;
} choice;

static int liked_more(const void *left, const void *right) {
    const choice *a = left, *b = right;
    if (a->pair.applied != b->pair.applied) return a->pair.applied ? -1 : 1;
    if (a->pair.wage != b->pair.wage) return a->pair.wage > b->pair.wage ? -1 : 1;
    if (a->pair.distance_km != b->pair.distance_km)
        return a->pair.distance_km < b->pair.distance_km ? -1 : 1;
    return (a->posting > b->posting) - (a->posting < b->posting);
}

typedef struct claim { // an edge, as its posting ranks it
    uint32_t posting, seeker, edge, levels;
    double coverage;
    int64_t since_ms;
    bool invited;
} claim;

static int wanted_more(const void *left, const void *right) {
    const claim *a = left, *b = right;
    if (a->posting != b->posting) return a->posting < b->posting ? -1 : 1;
    if (a->invited != b->invited) return a->invited ? -1 : 1;
    if (a->coverage != b->coverage) return a->coverage > b->coverage ? -1 : 1;
    if (a->levels != b->levels) return a->levels > b->levels ? -1 : 1;
    if (a->since_ms != b->since_ms) return a->since_ms < b->since_ms ? -1 : 1;
    return (a->seeker > b->seeker) - (a->seeker < b->seeker);
}

static int begins_first(const void *left, const void *right) {
    const yz_turn_job *a = left, *b = right;
    return (a->from_ms > b->from_ms) - (a->from_ms < b->from_ms);
}

// All of one allocation's life: what yz_graph borrows.
typedef struct built {
    yz_graph graph;
    yz_text *seeker_ids, *posting_ids;
    uint8_t *seeker_states, *lock_steps;
    uint32_t *first, *posting, *capacity, *rank;
    yz_graph_pair *pairs;
    yz_turn_worker *workers;
    yz_turn_job *jobs;
    yz_gig *gigs;
    yz_lock *locks;
    yz_graph_lock *lock_ids;
} built;

static void put_postings(const yz_graphing *g, built *b, uint32_t *number) {
    uint32_t count = g->posting_count;
    by_id *order = yz_alloc(count * sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (by_id){g->postings[i].id, i};
    qsort(order, count, sizeof *order, smaller_id);
    b->posting_ids = yz_alloc(count * sizeof *b->posting_ids);
    b->capacity = yz_alloc(count * sizeof *b->capacity);
    b->gigs = yz_alloc(count * sizeof *b->gigs);
    for (uint32_t i = 0; i < count; i++) {
        const graph_posting *one = &g->postings[order[i].place];
        number[order[i].place] = i;
        b->posting_ids[i] = one->id;
        b->capacity[i] = one->capacity;
        b->gigs[i] = one->gig;
    }
    yz_free(order);
}

static void put_worker(built *b, uint32_t i, const graph_seeker *one) {
    if (one->job_count > 1)
        qsort(b->jobs + one->first_job, one->job_count, sizeof *b->jobs, begins_first);
    b->workers[i] = (yz_turn_worker){.refusals = one->refusals,
                                     .registered_ms = YZ_TIME_MS_MIN,
                                     .jobs = b->jobs + one->first_job,
                                     .job_count = one->job_count};
}

static uint32_t put_edges(const yz_graphing *g, built *b, const graph_seeker *one,
                          const uint32_t *number, choice *room, uint32_t at) {
    for (uint32_t i = 0; i < one->edge_count; i++) {
        const graph_edge *edge = &g->edges[one->first_edge + i];
        room[i] = (choice){number[edge->posting], edge->pair};
    }
    qsort(room, one->edge_count, sizeof *room, liked_more);
    for (uint32_t i = 0; i < one->edge_count; i++, at++) {
        b->posting[at] = room[i].posting;
        b->pairs[at] = room[i].pair;
    }
    return at;
}

// `number` by place: its number in the graph.
static void put_seekers(const yz_graphing *g, built *b, const uint32_t *postings,
                        uint32_t *number) {
    by_id *order = yz_alloc(g->seeker_count * sizeof *order);
    choice *room = yz_alloc((g->posting_count + 1) * sizeof *room);
    for (uint32_t i = 0; i < g->seeker_count; i++)
        order[i] = (by_id){g->seekers[i].id, i};
    qsort(order, g->seeker_count, sizeof *order, smaller_id);
    uint32_t count = g->seeker_count, at = 0;
    b->seeker_ids = yz_alloc(count * sizeof *b->seeker_ids);
    b->seeker_states = yz_alloc(count);
    b->workers = yz_alloc(count * sizeof *b->workers);
    b->first = yz_alloc((count + 1) * sizeof *b->first);
    for (uint32_t i = 0; i < count; i++) {
        const graph_seeker *one = &g->seekers[order[i].place];
        number[order[i].place] = i;
        b->seeker_ids[i] = one->id;
        b->seeker_states[i] = one->state;
        b->first[i] = at;
        put_worker(b, i, one);
        at = put_edges(g, b, one, postings, room, at);
    }
    b->first[count] = at;
    yz_free(order);
    yz_free(room);
}

static int64_t waits_since(const yz_turn_worker *w) {
    yz_turn turn;
    yz_turns_order(&YZ_TURN_RULES_DEFAULT, w, 1, &turn);
    return turn.since_ms;
}

static void put_ranks(built *b, uint32_t seekers) {
    uint32_t edges = b->first[seekers], rank = 0;
    claim *claims = yz_alloc(edges * sizeof *claims);
    for (uint32_t s = 0; s < seekers; s++) {
        int64_t since = waits_since(&b->workers[s]);
        for (uint32_t e = b->first[s]; e < b->first[s + 1]; e++) {
            const yz_graph_pair *of = &b->pairs[e];
            claims[e] = (claim){.posting = b->posting[e],
                                .seeker = s,
                                .edge = e,
                                .levels = of->levels,
                                .coverage = of->coverage,
                                .since_ms = since,
                                .invited = of->invited};
        }
    }
    qsort(claims, edges, sizeof *claims, wanted_more);
    b->rank = yz_alloc(edges * sizeof *b->rank);
    for (uint32_t i = 0; i < edges; i++) {
        rank = i > 0 && claims[i - 1].posting == claims[i].posting ? rank + 1 : 0;
        b->rank[claims[i].edge] = rank;
    }
    yz_free(claims);
}

static uint32_t find(const yz_text *ids, uint32_t count, yz_text id) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (yz_text_compare(ids[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && yz_text_equal(ids[low], id) ? low : YZ_EDGE_NONE;
}

// The market's own first: who holds a place stays before who is only said to.
static void put_locks(const yz_graphing *g, built *b, uint32_t seekers, const uint32_t *numbers,
                      const uint32_t *postings) {
    uint32_t room = g->lock_count + g->ask.lock_count, count = 0;
    b->locks = yz_alloc(room * sizeof *b->locks);
    b->lock_ids = yz_alloc(room * sizeof *b->lock_ids);
    b->lock_steps = yz_alloc(room);
    for (uint32_t i = 0; i < g->lock_count; i++) {
        const graph_lock *lock = &g->locks[i];
        b->locks[count] = (yz_lock){numbers[lock->seeker], postings[lock->posting]};
        b->lock_ids[count] = lock->ids;
        b->lock_steps[count++] = lock->step;
    }
    uint32_t own = count;
    for (uint32_t i = 0; i < g->ask.lock_count; i++) {
        const yz_graph_lock *lock = &g->ask.locks[i];
        yz_lock found = {find(b->seeker_ids, seekers, lock->seeker),
                         find(b->posting_ids, g->posting_count, lock->posting)};
        bool known = false;
        for (uint32_t j = 0; j < own && !known; j++)
            known = b->locks[j].seeker == found.seeker && b->locks[j].posting == found.posting;
        if (known) continue;
        b->locks[count] = found;
        b->lock_ids[count] = *lock;
        b->lock_steps[count++] = 0;
    }
    b->graph.lock_count = count;
}

yz_graph *yz_graphing_finish(yz_graphing *g) {
    if (g->failed) {
        yz_graphing_free(g);
        return NULL;
    }
    built *b = yz_alloc_zeroed(sizeof *b);
    uint32_t *postings = yz_alloc(g->posting_count * sizeof *postings);
    uint32_t *numbers = yz_alloc(g->seeker_count * sizeof *numbers);
    b->posting = yz_alloc(g->edge_count * sizeof *b->posting);
    b->pairs = yz_alloc(g->edge_count * sizeof *b->pairs);
    b->jobs = g->jobs, g->jobs = NULL;
    put_postings(g, b, postings);
    uint32_t seekers = g->seeker_count;
    put_seekers(g, b, postings, numbers);
    put_ranks(b, seekers);
    put_locks(g, b, seekers, numbers, postings);
    b->graph.graph =
        (yz_assign_graph){seekers, g->posting_count, b->first, b->posting, b->capacity};
    b->graph.seeker_ids = b->seeker_ids, b->graph.posting_ids = b->posting_ids;
    b->graph.seeker_states = b->seeker_states;
    b->graph.pairs = b->pairs, b->graph.rank = b->rank;
    b->graph.workers = b->workers, b->graph.gigs = b->gigs;
    b->graph.locks = b->locks, b->graph.lock_ids = b->lock_ids;
    b->graph.lock_steps = b->lock_steps;
    b->graph.sequence = g->sequence;
    b->graph.at_ms = g->at_ms;
    b->graph.changed = g->last_sequence != g->sequence;
    yz_free(postings);
    yz_free(numbers);
    yz_graphing_free(g);
    return &b->graph;
}

void yz_graph_free(yz_graph *graph) {
    if (graph == NULL) return;
    built *b = (built *)graph; // graph is its first member
    yz_free(b->seeker_ids);
    yz_free(b->posting_ids);
    yz_free(b->seeker_states);
    yz_free(b->lock_steps);
    yz_free(b->first);
    yz_free(b->posting);
    yz_free(b->capacity);
    yz_free(b->rank);
    yz_free(b->pairs);
    yz_free(b->workers);
    yz_free(b->jobs);
    yz_free(b->gigs);
    yz_free(b->locks);
    yz_free(b->lock_ids);
    yz_free(b);
}
