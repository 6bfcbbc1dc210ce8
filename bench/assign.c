/* The time of each assignment, in process, on graphs drawn from a seed; what is timed is what a run
 * does: settled locks and a graph in, edges and a certificate out. The checkers are timed beside.
 */
#include "bench/assign.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/assign/checker.h"
#include "engine/assign/optimal.h"
#include "engine/assign/stable.h"
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "tools/cmd.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 5

typedef struct drawn {
    yz_assign_graph graph;
    uint32_t *first, *posting, *capacity, *rank;
    int64_t *value;
} drawn;

// Every seeker has `edges` different postings, in random order.
static drawn draw(yz_random *random, uint32_t seekers, uint32_t postings, uint32_t edges) {
    drawn d = {.first = yz_alloc((seekers + 1) * sizeof *d.first),
               .posting = yz_alloc((size_t)seekers * edges * sizeof *d.posting),
               .capacity = yz_alloc(postings * sizeof *d.capacity),
               .rank = yz_alloc((size_t)seekers * edges * sizeof *d.rank),
               .value = yz_alloc((size_t)seekers * edges * sizeof *d.value)};
    uint32_t *seen = yz_alloc_zeroed(postings * sizeof *seen), at = 0;
    for (uint32_t s = 0; s < seekers; s++) {
        d.first[s] = at;
        while (at < d.first[s] + edges) {
            uint32_t p = (uint32_t)yz_random_below(random, postings);
            if (seen[p] == s + 1) continue;
            seen[p] = s + 1;
            d.posting[at] = p;
            d.rank[at] = (uint32_t)yz_random_below(random, 1000000);
            d.value[at++] = (int64_t)yz_random_below(random, 1000000);
        }
    }
    d.first[seekers] = at;
    for (uint32_t p = 0; p < postings; p++)
        d.capacity[p] = 1;
    yz_free(seen);
    d.graph = (yz_assign_graph){seekers, postings, d.first, d.posting, d.capacity};
    return d;
}

static void drawn_free(drawn *d) {
    yz_free(d->first);
    yz_free(d->posting);
    yz_free(d->capacity);
    yz_free(d->rank);
    yz_free(d->value);
}

static double median_ms(uint64_t *ns, uint32_t count) {
    return percentile(ns, count, 50) / 1e6;
}

// A fair: 30,000 people, 3,000 postings with 30,000 openings, lists of the best 100.
static bool fair(figures *out, uint64_t seed) {
    yz_random random = yz_random_of(seed, 1);
    drawn d = draw(&random, 30000, 3000, 100);
    for (uint32_t i = 3000; i < 30000; i++) // openings: 1 each, the rest where chance wants
        d.capacity[yz_random_below(&random, 3000)] += 1;
    uint32_t *edge_of = yz_alloc(d.graph.seekers * sizeof *edge_of);
    uint64_t took[ROUNDS], checked[ROUNDS], proposals = 0;
    yz_stable_proof proof = {0};
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint64_t start = clock_wall_ns();
        proposals = yz_stable_solve(&d.graph, d.rank, NULL, edge_of);
        took[i] = clock_wall_ns() - start;
        start = clock_wall_ns();
        proof = yz_check_stable(&d.graph, d.rank, NULL, edge_of);
        checked[i] = clock_wall_ns() - start;
    }
    figures_add(out, 1, median_ms(took, ROUNDS), "fair_ms");
    figures_add(out, 1, median_ms(checked, ROUNDS), "fair_checker_ms");
    figures_add(out, 0, (double)proof.assigned, "fair_assigned");
    figures_add(out, 0, (double)proposals, "fair_proposals");
    figures_add(out, 0, (double)proof.blocking_pairs, "fair_blocking_pairs");
    yz_free(edge_of);
    drawn_free(&d);
    return proof.blocking_pairs + proof.not_admissible + proof.over_capacity == 0;
}

static bool optimal(figures *out, uint64_t seed, uint32_t gap_ppm, const char *name) {
    yz_random random = yz_random_of(seed, 2);
    drawn d = draw(&random, 16384, 16384, 100);
    yz_optimal_result r = {.edge_of = yz_alloc(16384 * sizeof *r.edge_of),
                           .price = yz_alloc(16384 * sizeof *r.price)};
    yz_optimal_options how = {.gap_ppm = gap_ppm};
    uint64_t took[ROUNDS];
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint64_t start = clock_wall_ns();
        if (yz_optimal_solve(&d.graph, d.value, NULL, &how, &r) != YZ_OK) return false;
        took[i] = clock_wall_ns() - start;
    }
    yz_optimal_proof proof = yz_check_optimal(&d.graph, d.value, NULL, r.edge_of, r.price, r.scale);
    double gap = (double)(proof.bound - proof.total) / (double)proof.bound;
    figures_add(out, 1, median_ms(took, ROUNDS), "%s_ms", name);
    figures_add(out, 0, (double)proof.assigned, "%s_assigned", name);
    figures_add(out, 0, (double)proof.total, "%s_total", name);
    figures_add(out, 0, (double)proof.bound, "%s_bound", name);
    figures_add(out, 4, gap * 100, "%s_gap_percent", name);
    figures_add(out, 0, (double)r.scans, "%s_edge_looks", name);
    yz_free(r.edge_of);
    yz_free(r.price);
    drawn_free(&d);
    return !proof.too_large && proof.not_feasible + proof.not_admissible + proof.over_capacity == 0;
}

int bench_assign(const options *given) {
    static figures out;
    uint64_t seed = (uint64_t)options_number(given, "seed");
    bool well = fair(&out, seed);
    well = optimal(&out, seed, 0, "sparse_optimal") && well;
    well = optimal(&out, seed, 1000, "sparse_0.1_percent") && well;
    figures_print(&out, options_flag(given, "json"));
    if (!well) fprintf(stderr, "yizhan: bench assign: a checker found something wrong\n");
    return well ? EXIT_OK : EXIT_FAILED;
}
