/* First the core: at most one gig for each, optimal, with its prices. From there on prices move
 * with demand (subgradient, step by Polyak's rule): at given prices every worker's best sequence is
 * a longest path over its gigs in the order of time, and their sum is a bound. After each round a
 * dispatch is read off the prices and improved, worker by worker, while it gets better. */
#include "engine/assign/dispatch.h"

#include "engine/assign/optimal.h"
#include "engine/base/alloc.h"
#include "engine/match/distance.h"

#include <stdlib.h>
#include <string.h>

#define READ_OFF_EVERY 3 // rounds: a look at the prices is cheap, a dispatch is not

typedef struct dispatch {
    const yz_dispatch_task *task;
    uint32_t workers, gigs;
    uint8_t *follows; // gigs x gigs: may b be done after a?
    uint32_t *left;   // by gig: openings that are not locked
    // The edges that a worker may take beside its locked ones, in the order of time.
    uint32_t *first, *edge, *gig;
    int64_t *value;     // times scale
    int64_t *beginning; // by worker, times scale: what its first gig adds; 0: a lock is its first
    int64_t scale, locked_total;
    // The dispatch at hand, and the best one.
    uint8_t *now, *best; // by edge of the above
    uint32_t *load;
    int64_t best_total; // times scale
    // Of one worker's sequence.
    uint32_t *list, *before, *back;
    int64_t *sum;
} dispatch;

bool yz_gig_may_follow(const yz_gig *a, const yz_gig *b, uint32_t speed_kmh) {
    if (a->to_ms > b->from_ms) return false;
    if (speed_kmh == 0) return true;
    double km = yz_distance_km(a->lat_e7, a->lon_e7, b->lat_e7, b->lon_e7);
    return km * 3600000.0 <= (double)(b->from_ms - a->to_ms) * speed_kmh;
}

static bool together(const dispatch *d, uint32_t a, uint32_t b) {
    return d->follows[a * d->gigs + b] || d->follows[b * d->gigs + a];
}

/* ---- locks ---- */

typedef struct claim {
    uint32_t gig, edge, lock, worker;
    int64_t value;
} claim;

static int by_gig_then_value(const void *left, const void *right) {
    const claim *a = left, *b = right;
    if (a->gig != b->gig) return a->gig < b->gig ? -1 : 1;
    if (a->value != b->value) return a->value > b->value ? -1 : 1;
    return (a->lock > b->lock) - (a->lock < b->lock);
}

static int by_lock(const void *left, const void *right) {
    const yz_disturbed *a = left, *b = right;
    return (a->lock > b->lock) - (a->lock < b->lock);
}

// Could this lock stand, beside those of the same worker that stand already?
static yz_disturb_reason look(const dispatch *d, yz_lock lock, const uint8_t *taken,
                              uint32_t *edge) {
    const yz_assign_graph *g = d->task->graph;
    if (lock.seeker >= g->seekers || lock.posting >= g->postings) return YZ_DISTURB_UNKNOWN;
    *edge = yz_assign_edge(g, lock.seeker, lock.posting);
    if (*edge == YZ_EDGE_NONE) return YZ_DISTURB_NO_LONGER_FITS;
    for (uint32_t e = g->first[lock.seeker]; e < g->first[lock.seeker + 1]; e++) {
        if (taken[e] == YZ_TAKEN_LOCKED && !together(d, lock.posting, g->posting[e])) {
            return YZ_DISTURB_SECOND_PLACE;
        }
    }
    return (yz_disturb_reason)0;
}

static void settle(dispatch *d, yz_dispatch_result *r) {
    const yz_dispatch_task *t = d->task;
    claim *claims = yz_alloc(t->lock_count * sizeof *claims);
    uint32_t claimed = 0;
    r->disturbed_count = 0;
    for (uint32_t i = 0; i < t->lock_count; i++) {
        uint32_t edge;
        yz_disturb_reason reason = look(d, t->locks[i], r->taken, &edge);
        if (reason != 0) {
            r->disturbed[r->disturbed_count++] = (yz_disturbed){i, reason};
            continue;
        }
        r->taken[edge] = YZ_TAKEN_LOCKED;
        claims[claimed++] =
            (claim){t->locks[i].posting, edge, i, t->locks[i].seeker, t->value[edge]};
    }
    qsort(claims, claimed, sizeof *claims, by_gig_then_value);
    for (uint32_t i = 0; i < claimed; i++) {
        if (d->left[claims[i].gig] > 0) {
            d->left[claims[i].gig] -= 1;
            d->locked_total += claims[i].value;
            continue;
        }
        r->taken[claims[i].edge] = YZ_TAKEN_NOT;
        r->disturbed[r->disturbed_count++] =
            (yz_disturbed){claims[i].lock, YZ_DISTURB_FEWER_OPENINGS};
    }
    for (uint32_t i = 0; i < claimed; i++) {
        int64_t *beginning = &d->beginning[claims[i].worker];
        if (r->taken[claims[i].edge] != YZ_TAKEN_LOCKED || *beginning == 0) continue;
        *beginning = 0;
        d->locked_total += t->first;
    }
    yz_free(claims);
    qsort(r->disturbed, r->disturbed_count, sizeof *r->disturbed, by_lock);
}

/* ---- what each worker may take ---- */

static bool may_take(const dispatch *d, const uint8_t *taken, uint32_t worker, uint32_t edge) {
    const yz_assign_graph *g = d->task->graph;
    if (d->task->value[edge] <= 0 || d->left[g->posting[edge]] == 0) return false;
    if (taken[edge] == YZ_TAKEN_LOCKED) return false;
    for (uint32_t e = g->first[worker]; e < g->first[worker + 1]; e++) {
        if (taken[e] == YZ_TAKEN_LOCKED && !together(d, g->posting[e], g->posting[edge])) {
            return false;
        }
    }
    return true;
}

static bool earlier(const dispatch *d, uint32_t a, uint32_t b) {
    const yz_gig *x = &d->task->gigs[a], *y = &d->task->gigs[b];
    return x->from_ms != y->from_ms ? x->from_ms < y->from_ms : a < b;
}

static void list_choices(dispatch *d, const uint8_t *taken) {
    const yz_assign_graph *g = d->task->graph;
    uint32_t at = 0;
    for (uint32_t w = 0; w < d->workers; w++) {
        d->first[w] = at;
        for (uint32_t e = g->first[w]; e < g->first[w + 1]; e++) {
            if (!may_take(d, taken, w, e)) continue;
            uint32_t i = at++;
            for (; i > d->first[w] && earlier(d, g->posting[e], d->gig[i - 1]); i--) {
                d->gig[i] = d->gig[i - 1];
                d->edge[i] = d->edge[i - 1];
                d->value[i] = d->value[i - 1];
            }
            d->gig[i] = g->posting[e];
            d->edge[i] = e;
            d->value[i] = d->task->value[e] * d->scale;
        }
    }
    d->first[d->workers] = at;
}

/* ---- one worker's best sequence ---- */

// Values less `price` (NULL: none), of gigs with room if `by_room`. Leaves the sequence in `list`,
// its length in `*count`; returns what it is worth. A gig that costs more than it brings may still
// be worth it as the only one.
static int64_t best_sequence(dispatch *d, uint32_t worker, const int64_t *price, bool by_room,
                             uint32_t *count) {
    uint32_t n = 0, last = UINT32_MAX;
    int64_t most = 0, beginning = d->beginning[worker];
    for (uint32_t i = d->first[worker]; i < d->first[worker + 1]; i++) {
        uint32_t gig = d->gig[i];
        int64_t gain = d->value[i] - (price ? price[gig] : 0), before = beginning;
        if (gain + beginning <= 0 || (by_room && d->load[gig] >= d->left[gig])) continue;
        d->before[n] = UINT32_MAX;
        for (uint32_t j = 0; j < n; j++) {
            if (d->sum[j] > before && d->follows[d->gig[d->list[j]] * d->gigs + gig]) {
                before = d->sum[j];
                d->before[n] = j;
            }
        }
        d->list[n] = i;
        d->sum[n] = before + gain;
        if (d->sum[n] > most) most = d->sum[n], last = n;
        n += 1;
    }
    *count = 0;
    for (uint32_t at = last; at != UINT32_MAX; at = d->before[at])
        d->back[(*count)++] = d->list[at];
    memcpy(d->list, d->back, *count * sizeof *d->list);
    return most;
}

static int64_t let_go(dispatch *d, uint32_t worker) {
    int64_t had = 0;
    for (uint32_t i = d->first[worker]; i < d->first[worker + 1]; i++) {
        if (!d->now[i]) continue;
        d->now[i] = 0;
        d->load[d->gig[i]] -= 1;
        had += d->value[i] + (had == 0 ? d->beginning[worker] : 0);
    }
    return had;
}

static int64_t take_list(dispatch *d, uint32_t worker, uint32_t count) {
    int64_t has = count > 0 ? d->beginning[worker] : 0;
    for (uint32_t i = 0; i < count; i++) {
        d->now[d->list[i]] = 1;
        d->load[d->gig[d->list[i]]] += 1;
        has += d->value[d->list[i]];
    }
    return has;
}

/* ---- a dispatch, read off the prices and improved ---- */

// Every worker in turn lets go and takes the best that has room: with all others where they are,
// nothing better exists, so the total never falls.
static int64_t improve_once(dispatch *d, int64_t total) {
    for (uint32_t w = 0; w < d->workers; w++) {
        uint32_t count;
        total -= let_go(d, w);
        best_sequence(d, w, NULL, true, &count);
        total += take_list(d, w, count);
    }
    return total;
}

static void keep_if_better(dispatch *d, int64_t total) {
    for (int64_t before = -1; total > before;) {
        before = total;
        total = improve_once(d, total);
    }
    if (total <= d->best_total) return;
    d->best_total = total;
    memcpy(d->best, d->now, d->first[d->workers]);
}

static void read_off(dispatch *d, const int64_t *price, uint32_t turn) {
    int64_t total = 0;
    memset(d->now, 0, d->first[d->workers]);
    memset(d->load, 0, d->gigs * sizeof *d->load);
    for (uint32_t i = 0; i < d->workers; i++) { // who is first changes from round to round
        uint32_t count, w = (uint32_t)(((uint64_t)i + (uint64_t)turn * 7919) % d->workers);
        best_sequence(d, w, price, true, &count);
        total += take_list(d, w, count);
    }
    keep_if_better(d, total);
}

/* ---- prices ---- */

typedef struct pricing {
    int64_t *price, *best; // by gig
    int64_t *demand;
    int64_t bound; // of the best, times scale
    double step;
    uint32_t idle; // rounds in a row without a better bound
} pricing;

// The bound at these prices, and how many want each gig.
static int64_t ask_all(dispatch *d, const pricing *p) {
    int64_t bound = 0;
    memset(p->demand, 0, d->gigs * sizeof *p->demand);
    for (uint32_t g = 0; g < d->gigs; g++)
        bound += p->price[g] * (int64_t)d->left[g];
    for (uint32_t w = 0; w < d->workers; w++) {
        uint32_t count;
        bound += best_sequence(d, w, p->price, false, &count);
        for (uint32_t i = 0; i < count; i++)
            p->demand[d->gig[d->list[i]]] += 1;
    }
    return bound;
}

static void note_bound(const dispatch *d, pricing *p, int64_t bound) {
    if (bound < p->bound) {
        p->bound = bound;
        p->idle = 0;
        memcpy(p->best, p->price, d->gigs * sizeof *p->best);
    } else if (++p->idle >= 3) {
        p->idle = 0;
        p->step /= 2;
    }
}

// Up where too many want a gig, down where too few do.
static void move_prices(const dispatch *d, pricing *p, int64_t bound) {
    double norm = 0;
    for (uint32_t g = 0; g < d->gigs; g++) {
        double over = (double)(p->demand[g] - (int64_t)d->left[g]);
        if (over > 0 || p->price[g] > 0) norm += over * over;
    }
    if (norm == 0) return;
    double step = p->step * (double)(bound - d->best_total) / norm;
    for (uint32_t g = 0; g < d->gigs; g++) {
        double over = (double)(p->demand[g] - (int64_t)d->left[g]);
        double next = (double)p->price[g] + step * over;
        p->price[g] = next > 0 ? (int64_t)next : 0;
    }
}

static bool good_enough(const dispatch *d, const pricing *p) {
    int64_t gap = p->bound / d->scale - d->best_total / d->scale;
    int64_t bound = p->bound / d->scale + d->locked_total;
    return gap <= 0 || (double)gap <= (double)bound * d->task->gap_ppm / 1e6;
}

/* ---- the core ---- */

// At most one gig for each: an optimal assignment, and the prices to begin with.
static yz_status core(dispatch *d, int64_t *price) {
    uint32_t edges = d->first[d->workers];
    int64_t *value = yz_alloc(edges * sizeof *value);
    yz_optimal_result r = {.edge_of = yz_alloc(d->workers * sizeof *r.edge_of), .price = price};
    yz_assign_graph g = {d->workers, d->gigs, d->first, d->gig, d->left};
    for (uint32_t w = 0; w < d->workers; w++) {
        for (uint32_t i = d->first[w]; i < d->first[w + 1]; i++)
            value[i] = (d->value[i] + d->beginning[w]) / d->scale;
    }
    yz_status status = yz_optimal_solve(&g, value, NULL, &(yz_optimal_options){0}, &r);
    int64_t total = 0;
    for (uint32_t w = 0; status == YZ_OK && w < d->workers; w++) {
        if (r.edge_of[w] == YZ_EDGE_NONE) continue;
        d->now[r.edge_of[w]] = 1;
        d->load[d->gig[r.edge_of[w]]] += 1;
        total += d->value[r.edge_of[w]] + d->beginning[w];
    }
    if (status == YZ_OK) keep_if_better(d, total);
    yz_free(value);
    yz_free(r.edge_of);
    return status;
}

// What has no opening left is out of reach at a price that nobody pays.
static void price_out(const dispatch *d, int64_t *price) {
    const yz_assign_graph *g = d->task->graph;
    int64_t most = 1;
    for (uint32_t e = 0; e < g->first[g->seekers]; e++) {
        if (d->task->value[e] > most) most = d->task->value[e];
    }
    for (uint32_t p = 0; p < d->gigs; p++) {
        if (d->left[p] == 0) price[p] = (most + d->task->first) * d->scale;
    }
}

static yz_status search(dispatch *d, yz_dispatch_result *r) {
    pricing p = {.price = yz_alloc_zeroed(d->gigs * sizeof *p.price),
                 .best = r->price,
                 .demand = yz_alloc(d->gigs * sizeof *p.demand),
                 .bound = INT64_MAX,
                 .step = 1};
    uint32_t rounds = d->task->rounds ? d->task->rounds : YZ_DISPATCH_ROUNDS;
    yz_status status = core(d, p.price);
    for (r->rounds = 0; status == YZ_OK && r->rounds < rounds; r->rounds++) {
        int64_t bound = ask_all(d, &p);
        note_bound(d, &p, bound);
        if (good_enough(d, &p)) break;
        if (r->rounds % 3 == 2) read_off(d, p.price, r->rounds);
        if (good_enough(d, &p)) break;
        move_prices(d, &p, bound);
    }
    price_out(d, r->price);
    if (status == YZ_OK) r->bound = p.bound / d->scale + d->locked_total;
    yz_free(p.price);
    yz_free(p.demand);
    return status;
}

static bool task_sound(const yz_dispatch_task *t) {
    if (t->graph->postings > YZ_DISPATCH_GIGS_MAX || t->first < 0) return false;
    for (uint32_t g = 0; g < t->graph->postings; g++) {
        if (t->gigs[g].from_ms >= t->gigs[g].to_ms) return false;
    }
    return true;
}

static void dispatch_init(dispatch *d, const yz_dispatch_task *t) {
    uint32_t edges = t->graph->first[t->graph->seekers];
    *d = (dispatch){.task = t, .workers = t->graph->seekers, .gigs = t->graph->postings};
    d->scale = (int64_t)d->workers + 1;
    d->follows = yz_alloc((size_t)d->gigs * d->gigs);
    for (uint32_t a = 0; a < d->gigs; a++) {
        for (uint32_t b = 0; b < d->gigs; b++)
            d->follows[a * d->gigs + b] = yz_gig_may_follow(&t->gigs[a], &t->gigs[b], t->speed_kmh);
    }
    d->left = yz_alloc(d->gigs * sizeof *d->left);
    memcpy(d->left, t->graph->capacity, d->gigs * sizeof *d->left);
    d->first = yz_alloc((d->workers + 1) * sizeof *d->first);
    d->edge = yz_alloc(edges * sizeof *d->edge);
    d->gig = yz_alloc(edges * sizeof *d->gig);
    d->value = yz_alloc(edges * sizeof *d->value);
    d->beginning = yz_alloc(d->workers * sizeof *d->beginning);
    for (uint32_t w = 0; w < d->workers; w++)
        d->beginning[w] = t->first * d->scale;
    d->now = yz_alloc_zeroed(edges);
    d->best = yz_alloc_zeroed(edges);
    d->load = yz_alloc_zeroed(d->gigs * sizeof *d->load);
    d->list = yz_alloc(d->gigs * sizeof *d->list);
    d->before = yz_alloc(d->gigs * sizeof *d->before);
    d->back = yz_alloc(d->gigs * sizeof *d->back);
    d->sum = yz_alloc(d->gigs * sizeof *d->sum);
}

static void dispatch_deinit(dispatch *d) {
    yz_free(d->follows);
    yz_free(d->left);
    yz_free(d->first);
    yz_free(d->edge);
    yz_free(d->gig);
    yz_free(d->value);
    yz_free(d->beginning);
    yz_free(d->now);
    yz_free(d->best);
    yz_free(d->load);
    yz_free(d->list);
    yz_free(d->before);
    yz_free(d->back);
    yz_free(d->sum);
}

yz_status yz_dispatch_solve(const yz_dispatch_task *t, yz_dispatch_result *r) {
    if (!task_sound(t)) return YZ_ERR_BAD_INPUT;
    dispatch d;
    dispatch_init(&d, t);
    memset(r->taken, YZ_TAKEN_NOT, t->graph->first[t->graph->seekers]);
    settle(&d, r);
    list_choices(&d, r->taken);
    yz_status status = search(&d, r);
    for (uint32_t i = 0; status == YZ_OK && i < d.first[d.workers]; i++) {
        if (d.best[i]) r->taken[d.edge[i]] = YZ_TAKEN_NEW;
    }
    r->scale = d.scale;
    r->total = d.best_total / d.scale + d.locked_total;
    dispatch_deinit(&d);
    return status;
}
