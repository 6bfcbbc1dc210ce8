/* One round is an auction at one epsilon: forward until every seeker sits or stays away, then in
 * reverse until nothing empty has a price. Everybody is then within epsilon of its best, so the
 * whole is within seekers * epsilon of the bound. The next round begins with these prices and a
 * smaller epsilon. */
#include "engine/assign/optimal.h"

#include "engine/base/alloc.h"

#include <string.h>

#define EPSILON_SHRINKS 6

typedef struct bid {
    int64_t price;
    uint32_t seeker;
} bid;

typedef struct auction {
    const yz_assign_graph *graph;
    const int64_t *value;
    const uint32_t *held;
    uint64_t scans_max, scans;
    int64_t scale, epsilon;
    int64_t *price;    // by posting, in units of 1 / scale
    uint32_t *edge_of; // by seeker
    uint32_t *left;    // by posting: openings that are not held
    uint32_t *load;    // by posting: how many of those are taken
    uint32_t *heap;    // by posting: where its bids begin, and one more
    bid *bids;         // the lowest on top
    uint32_t *waiting; // seekers who have still to bid
    // The graph from the other side, for the reverse.
    uint32_t *in_first, *in_edge, *in_seeker;
} auction;

static void rise(bid *bids, uint32_t at) {
    bid one = bids[at];
    while (at > 0 && bids[(at - 1) / 2].price > one.price) {
        bids[at] = bids[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    bids[at] = one;
}

static void sink(bid *bids, uint32_t count, bid one) {
    uint32_t at = 0;
    for (uint32_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && bids[child + 1].price < bids[child].price) child += 1;
        if (bids[child].price >= one.price) break;
        bids[at] = bids[child];
        at = child;
    }
    bids[at] = one;
}

static bool is_held(const auction *a, uint32_t seeker) {
    return a->held != NULL && a->held[seeker] != YZ_EDGE_NONE;
}

/* Takes part: it is not held, and there is a place. */
static void count_sides(auction *a) {
    const yz_assign_graph *g = a->graph;
    memcpy(a->left, g->capacity, g->postings * sizeof *a->left);
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (is_held(a, s)) {
            a->left[g->posting[a->held[s]]] -= 1;
            continue;
        }
        for (uint32_t e = g->first[s]; e < g->first[s + 1]; e++)
            a->in_first[g->posting[e] + 1] += 1;
    }
    uint32_t room = 0;
    for (uint32_t p = 0; p < g->postings; p++) {
        uint32_t come = a->in_first[p + 1];
        a->heap[p] = room;
        room += a->left[p] < come ? a->left[p] : come;
        a->in_first[p + 1] += a->in_first[p];
    }
    a->heap[g->postings] = room;
}

static void turn_around(auction *a) {
    const yz_assign_graph *g = a->graph;
    uint32_t *at = yz_alloc((g->postings + 1) * sizeof *at);
    memcpy(at, a->in_first, (g->postings + 1) * sizeof *at);
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (is_held(a, s)) continue;
        for (uint32_t e = g->first[s]; e < g->first[s + 1]; e++) {
            uint32_t to = at[g->posting[e]]++;
            a->in_edge[to] = e;
            a->in_seeker[to] = s;
        }
    }
    yz_free(at);
}

static void auction_init(auction *a) {
    const yz_assign_graph *g = a->graph;
    uint32_t edges = g->first[g->seekers];
    a->edge_of = yz_alloc(g->seekers * sizeof *a->edge_of);
    a->price = yz_alloc_zeroed(g->postings * sizeof *a->price);
    a->left = yz_alloc(g->postings * sizeof *a->left);
    a->load = yz_alloc(g->postings * sizeof *a->load);
    a->heap = yz_alloc((g->postings + 1) * sizeof *a->heap);
    a->waiting = yz_alloc(g->seekers * sizeof *a->waiting);
    a->in_first = yz_alloc_zeroed((g->postings + 1) * sizeof *a->in_first);
    a->in_edge = yz_alloc(edges * sizeof *a->in_edge);
    a->in_seeker = yz_alloc(edges * sizeof *a->in_seeker);
    count_sides(a);
    turn_around(a);
    a->bids = yz_alloc(a->heap[g->postings] * sizeof *a->bids);
}

static void auction_deinit(auction *a) {
    yz_free(a->edge_of);
    yz_free(a->price);
    yz_free(a->left);
    yz_free(a->load);
    yz_free(a->heap);
    yz_free(a->bids);
    yz_free(a->waiting);
    yz_free(a->in_first);
    yz_free(a->in_edge);
    yz_free(a->in_seeker);
}

typedef struct wish {
    uint32_t edge;        // YZ_EDGE_NONE: better to stay away
    int64_t best, second; // what it leaves, and the next best; staying away leaves 0
} wish;

static wish look_around(auction *a, uint32_t seeker) {
    const yz_assign_graph *g = a->graph;
    wish w = {.edge = YZ_EDGE_NONE, .best = 0, .second = 0};
    uint32_t end = g->first[seeker + 1];
    for (uint32_t e = g->first[seeker]; e < end; e++) {
        uint32_t p = g->posting[e];
        int64_t leaves = a->value[e] * a->scale - a->price[p];
        if (leaves <= w.second) continue;
        if (leaves <= w.best) {
            w.second = leaves;
            continue;
        }
        w.second = w.best;
        w.best = leaves;
        w.edge = e;
    }
    a->scans += end - g->first[seeker];
    return w;
}

// The bid goes up to where the next best would be as good, and epsilon more, so that prices move.
static uint32_t place_bid(auction *a, uint32_t seeker, wish w) {
    uint32_t p = a->graph->posting[w.edge], out = UINT32_MAX;
    bid one = {a->price[p] + (w.best - w.second) + a->epsilon, seeker};
    bid *bids = a->bids + a->heap[p];
    uint32_t room = a->heap[p + 1] - a->heap[p];
    a->edge_of[seeker] = w.edge;
    if (a->load[p] < room) {
        bids[a->load[p]] = one;
        rise(bids, a->load[p]);
        a->load[p] += 1;
    } else {
        out = bids[0].seeker;
        a->edge_of[out] = YZ_EDGE_NONE;
        sink(bids, room, one);
    }
    // All who sit pay the same: the lowest bid, once somebody would have to go.
    if (a->load[p] == a->left[p]) a->price[p] = bids[0].price;
    return out;
}

static bool out_of_time(const auction *a) {
    return a->scans_max != 0 && a->scans > a->scans_max;
}

static void forward(auction *a) {
    const yz_assign_graph *g = a->graph;
    uint32_t waiting = 0;
    for (uint32_t s = g->seekers; s-- > 0;) {
        a->edge_of[s] = YZ_EDGE_NONE;
        if (!is_held(a, s)) a->waiting[waiting++] = s;
    }
    memset(a->load, 0, g->postings * sizeof *a->load);
    while (waiting > 0 && !out_of_time(a)) {
        uint32_t seeker = a->waiting[--waiting];
        wish w = look_around(a, seeker);
        if (w.edge == YZ_EDGE_NONE) continue; // prices only rise: it stays away
        uint32_t out = place_bid(a, seeker, w);
        if (out != UINT32_MAX) a->waiting[waiting++] = out;
    }
}

static int64_t profit(const auction *a, uint32_t seeker) {
    uint32_t e = a->edge_of[seeker];
    if (e == YZ_EDGE_NONE) return 0;
    return a->value[e] * a->scale - a->price[a->graph->posting[e]];
}

// An opening that nobody took, at a price: it goes down to the second most that anybody would pay
// beyond what it has now, and the one who would pay most comes. Says from where: UINT32_MAX for
// nowhere.
static uint32_t lure(auction *a, uint32_t p) {
    const yz_assign_graph *g = a->graph;
    int64_t most = a->epsilon, second = a->epsilon; // below that it is not worth it to move
    uint32_t who = UINT32_MAX, along = YZ_EDGE_NONE;
    for (uint32_t i = a->in_first[p]; i < a->in_first[p + 1]; i++) {
        uint32_t s = a->in_seeker[i], e = a->in_edge[i];
        if (a->edge_of[s] == e) continue;
        int64_t pays = a->value[e] * a->scale - profit(a, s);
        if (pays <= second) continue;
        if (pays <= most) {
            second = pays;
            continue;
        }
        second = most;
        most = pays;
        who = s;
        along = e;
    }
    a->scans += a->in_first[p + 1] - a->in_first[p];
    a->price[p] = second - a->epsilon;
    if (who == UINT32_MAX) return UINT32_MAX;
    uint32_t left_behind = UINT32_MAX;
    if (a->edge_of[who] != YZ_EDGE_NONE) {
        left_behind = g->posting[a->edge_of[who]];
        a->load[left_behind] -= 1;
    }
    a->edge_of[who] = along;
    a->load[p] += 1;
    return left_behind;
}

static bool wants(const auction *a, uint32_t p) {
    return a->price[p] > 0 && a->load[p] < a->left[p];
}

static void reverse(auction *a) {
    uint32_t count = 0, postings = a->graph->postings;
    uint32_t *list = yz_alloc((postings + 1) * sizeof *list);
    for (uint32_t p = 0; p < postings; p++) {
        if (wants(a, p)) list[count++] = p;
    }
    while (count > 0 && !out_of_time(a)) {
        uint32_t p = list[count - 1], left_behind = lure(a, p);
        if (!wants(a, p)) count -= 1;
        if (left_behind == UINT32_MAX || !wants(a, left_behind)) continue;
        // It stands on the list already unless it was full until now.
        if (a->load[left_behind] + 1 == a->left[left_behind]) list[count++] = left_behind;
    }
    yz_free(list);
}

// What the prices say nobody can exceed, and what was reached, in values.
static void take_stock(const auction *a, yz_optimal_result *result) {
    const yz_assign_graph *g = a->graph;
    int64_t bound = 0, total = 0, held = 0;
    for (uint32_t p = 0; p < g->postings; p++) {
        bound += a->price[p] * (int64_t)a->left[p];
    }
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (is_held(a, s)) {
            held += a->value[a->held[s]];
            continue;
        }
        int64_t best = 0;
        for (uint32_t e = g->first[s]; e < g->first[s + 1]; e++) {
            int64_t leaves = a->value[e] * a->scale - a->price[g->posting[e]];
            if (leaves > best) best = leaves;
        }
        bound += best;
        if (a->edge_of[s] != YZ_EDGE_NONE) total += a->value[a->edge_of[s]];
    }
    result->total = total + held;
    result->bound = bound / a->scale + held;
    result->scale = a->scale;
    for (uint32_t s = 0; s < g->seekers; s++)
        result->edge_of[s] = is_held(a, s) ? a->held[s] : a->edge_of[s];
    memcpy(result->price, a->price, g->postings * sizeof *a->price);
}

static bool good_enough(const yz_optimal_result *r, uint32_t gap_ppm) {
    int64_t gap = r->bound - r->total;
    if (gap <= 0) return true;
    return r->bound > 0 && gap <= (int64_t)((double)r->bound * (double)gap_ppm / 1e6);
}

static bool greatest_value(const yz_assign_graph *g, const int64_t *value, int64_t *greatest) {
    const int64_t most = (int64_t)1 << 60, side = (int64_t)g->seekers + 1;
    *greatest = 1;
    for (uint32_t e = 0; e < g->first[g->seekers]; e++) {
        int64_t size = value[e] < 0 ? -(value[e] + 1) : value[e];
        if (size > *greatest) *greatest = size;
    }
    return *greatest < most / side / side;
}

yz_status yz_optimal_solve(const yz_assign_graph *g, const int64_t *value, const uint32_t *held,
                           const yz_optimal_options *options, yz_optimal_result *result) {
    int64_t greatest;
    if (!greatest_value(g, value, &greatest)) return YZ_ERR_BAD_INPUT;
    auction a = {.graph = g,
                 .value = value,
                 .held = held,
                 .scans_max = options->scans_max,
                 .scale = (int64_t)g->seekers + 1};
    auction_init(&a);
    result->rounds = 0;
    result->stopped = false;
    for (uint32_t s = 0; s < g->seekers; s++)
        a.edge_of[s] = YZ_EDGE_NONE;
    for (uint32_t p = 0; p < g->postings; p++) // what has no opening left is out of reach
        if (a.left[p] == 0) a.price[p] = greatest * a.scale;
    take_stock(&a, result);
    a.epsilon = greatest * a.scale / 2;
    for (bool last = false; !last && !good_enough(result, options->gap_ppm);) {
        a.epsilon = a.epsilon / EPSILON_SHRINKS > 1 ? a.epsilon / EPSILON_SHRINKS : 1;
        last = a.epsilon == 1;
        forward(&a);
        reverse(&a);
        result->rounds += 1;
        if (out_of_time(&a)) {
            result->stopped = true;
            break;
        }
        take_stock(&a, result);
    }
    result->scans = a.scans;
    auction_deinit(&a);
    return YZ_OK;
}
