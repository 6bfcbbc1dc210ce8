/* Weak duality, written out: for any prices >= 0 the sum of openings * price and of the seekers'
 * best value - price is at least the value of every assignment. */
#include "engine/assign/checker.h"

#include "engine/base/alloc.h"

typedef struct sum {
    int64_t value;
    bool too_large;
} sum;

static void add(sum *to, int64_t a, int64_t b) { // a * b
    int64_t product;
    if (__builtin_mul_overflow(a, b, &product))
        to->too_large = true;
    else if (__builtin_add_overflow(to->value, product, &to->value))
        to->too_large = true;
}

// What the seeker's best edge leaves it at these prices; staying away leaves 0.
static int64_t leaves(const yz_assign_graph *g, const int64_t *value, const int64_t *price,
                      int64_t scale, uint32_t seeker, bool *too_large) {
    int64_t best = 0;
    for (uint32_t e = g->first[seeker]; e < g->first[seeker + 1]; e++) {
        sum one = {0};
        add(&one, value[e], scale);
        add(&one, price[g->posting[e]], -1);
        if (one.too_large)
            *too_large = true;
        else if (one.value > best)
            best = one.value;
    }
    return best;
}

yz_optimal_proof yz_check_optimal(const yz_assign_graph *g, const int64_t *value,
                                  const uint32_t *held, const uint32_t *edge_of,
                                  const int64_t *price, int64_t scale) {
    yz_optimal_proof proof = {0};
    sum total = {0}, bound = {0}, held_total = {0};
    uint32_t *load = yz_alloc_zeroed(g->postings * sizeof *load);
    uint32_t *held_load = yz_alloc_zeroed(g->postings * sizeof *held_load);
    if (scale < 1) proof.not_feasible += 1;
    for (uint32_t s = 0; s < g->seekers; s++) {
        bool is_held = held != NULL && held[s] != YZ_EDGE_NONE;
        if (is_held) {
            add(&held_total, value[held[s]], 1);
            held_load[g->posting[held[s]]] += 1;
            if (edge_of[s] != held[s]) proof.held_moved += 1;
        } else {
            add(&bound, leaves(g, value, price, scale, s, &bound.too_large), 1);
        }
        if (edge_of[s] == YZ_EDGE_NONE) continue;
        if (edge_of[s] < g->first[s] || edge_of[s] >= g->first[s + 1]) {
            proof.not_admissible += 1;
            continue;
        }
        proof.assigned += 1;
        load[g->posting[edge_of[s]]] += 1;
        add(&total, value[edge_of[s]], 1);
    }
    for (uint32_t p = 0; p < g->postings; p++) {
        if (load[p] > g->capacity[p]) proof.over_capacity += load[p] - g->capacity[p];
        if (price[p] < 0) proof.not_feasible += 1;
        if (g->capacity[p] > held_load[p]) add(&bound, price[p], g->capacity[p] - held_load[p]);
    }
    proof.total = total.value;
    proof.bound = bound.value / (scale < 1 ? 1 : scale) + held_total.value;
    proof.too_large = total.too_large || bound.too_large || held_total.too_large;
    yz_free(load);
    yz_free(held_load);
    return proof;
}
