/* The bound: for any prices >= 0, the sum of openings * price and of every worker's best sequence
 * at these prices. Sequences are found by trying each next gig, from the end of the day forwards.
 */
#include "engine/assign/checker.h"

#include "engine/base/alloc.h"

typedef struct day { // of one worker
    const yz_dispatch_task *task;
    const yz_dispatch_result *result;
    uint32_t begin, end; // its edges
    bool begun;          // a lock is its first gig
    int64_t *worth;      // by edge - begin: of the best sequence that begins there; -1: not known
} day;

static const yz_gig *gig_of(const day *d, uint32_t edge) {
    return &d->task->gigs[d->task->graph->posting[edge]];
}

static bool before(const day *d, uint32_t a, uint32_t b) {
    return yz_gig_may_follow(gig_of(d, a), gig_of(d, b), d->task->speed_kmh);
}

static bool beside_locks(const day *d, uint32_t edge) {
    if (d->result->taken[edge] == YZ_TAKEN_LOCKED) return false;
    for (uint32_t e = d->begin; e < d->end; e++) {
        if (d->result->taken[e] != YZ_TAKEN_LOCKED) continue;
        if (!before(d, e, edge) && !before(d, edge, e)) return false;
    }
    return true;
}

static int64_t gain_of(const day *d, uint32_t edge) {
    return d->task->value[edge] * d->result->scale -
           d->result->price[d->task->graph->posting[edge]];
}

static int64_t worth_from(const day *d, uint32_t edge) {
    int64_t *known = &d->worth[edge - d->begin], next = 0;
    if (*known >= 0) return *known;
    int64_t gain = gain_of(d, edge);
    for (uint32_t e = d->begin; e < d->end; e++) {
        if (!before(d, edge, e) || !beside_locks(d, e)) continue;
        int64_t worth = worth_from(d, e);
        if (worth > next) next = worth;
    }
    *known = gain > 0 ? gain + next : next;
    return *known;
}

// With what a first gig adds: then one that costs more than it brings may be worth it by itself.
static int64_t best_day(day *d) {
    int64_t best = 0, first = d->begun ? 0 : d->task->first * d->result->scale;
    d->worth = yz_alloc((d->end - d->begin) * sizeof *d->worth);
    for (uint32_t e = d->begin; e < d->end; e++)
        d->worth[e - d->begin] = -1;
    for (uint32_t e = d->begin; e < d->end; e++) {
        if (!beside_locks(d, e) || d->task->value[e] <= 0) continue;
        int64_t alone = gain_of(d, e), worth = worth_from(d, e) > 0 ? worth_from(d, e) : alone;
        if (first + worth > best) best = first + worth;
    }
    yz_free(d->worth);
    return best;
}

static bool named(const yz_dispatch_result *r, uint32_t lock) {
    for (uint32_t i = 0; i < r->disturbed_count; i++) {
        if (r->disturbed[i].lock == lock) return true;
    }
    return false;
}

yz_dispatch_proof yz_check_dispatch(const yz_dispatch_task *t, const yz_dispatch_result *r) {
    const yz_assign_graph *g = t->graph;
    yz_dispatch_proof proof = {0};
    int64_t bound = 0, locked = 0;
    uint32_t *load = yz_alloc_zeroed(g->postings * sizeof *load);
    uint32_t *held = yz_alloc_zeroed(g->postings * sizeof *held);
    for (uint32_t w = 0; w < g->seekers; w++) {
        day d = {.task = t, .result = r, .begin = g->first[w], .end = g->first[w + 1]};
        uint32_t has = proof.pairs;
        for (uint32_t e = d.begin; e < d.end; e++) {
            if (r->taken[e] == YZ_TAKEN_NOT) continue;
            proof.pairs += 1;
            proof.total += t->value[e];
            load[g->posting[e]] += 1;
            if (r->taken[e] == YZ_TAKEN_LOCKED) {
                locked += t->value[e] + (d.begun ? 0 : t->first);
                held[g->posting[e]] += 1;
                d.begun = true;
            }
            for (uint32_t f = e + 1; f < d.end; f++)
                proof.overlaps += r->taken[f] && !before(&d, e, f) && !before(&d, f, e);
        }
        proof.workers += proof.pairs > has;
        proof.total += proof.pairs > has ? t->first : 0;
        bound += best_day(&d);
    }
    for (uint32_t p = 0; p < g->postings; p++) {
        if (load[p] > g->capacity[p]) proof.over_capacity += load[p] - g->capacity[p];
        if (r->price[p] < 0) proof.not_feasible += 1;
        if (g->capacity[p] > held[p])
            bound += r->price[p] * (g->capacity[p] - held[p]);
        else
            proof.not_feasible += held[p] > g->capacity[p];
    }
    for (uint32_t i = 0; i < t->lock_count; i++) {
        yz_lock lock = t->locks[i];
        uint32_t e =
            lock.seeker < g->seekers ? yz_assign_edge(g, lock.seeker, lock.posting) : YZ_EDGE_NONE;
        if (!named(r, i) && (e == YZ_EDGE_NONE || r->taken[e] != YZ_TAKEN_LOCKED))
            proof.locks_lost += 1;
    }
    proof.bound = bound / r->scale + locked;
    yz_free(load);
    yz_free(held);
    return proof;
}
