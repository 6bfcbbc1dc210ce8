#include "engine/assign/optimal.h"

#include "engine/assign/checker.h"
#include "engine/assign/locks.h"
#include "tests/engine/assign/small_graph.h"

#include <criterion/criterion.h>
#include <string.h>

typedef struct most {
    const small_graph *g;
    const uint32_t *held;
    int64_t total;
} most;

static void see(every *all) {
    most *m = all->context;
    int64_t total = 0;
    for (uint32_t s = 0; s < all->graph->seekers; s++) {
        if (m->held[s] != YZ_EDGE_NONE && m->held[s] != all->edge_of[s]) return;
        if (all->edge_of[s] != YZ_EDGE_NONE) total += m->g->value[all->edge_of[s]];
    }
    if (total > m->total) m->total = total;
}

typedef struct solved {
    uint32_t edge_of[4096];
    int64_t price[4096];
    yz_optimal_result result;
    yz_optimal_proof proof;
} solved;

static void solve(solved *it, const small_graph *g, const uint32_t *held,
                  yz_optimal_options options) {
    it->result = (yz_optimal_result){.edge_of = it->edge_of, .price = it->price};
    cr_assert_eq(yz_optimal_solve(&g->graph, g->value, held, &options, &it->result), YZ_OK);
    it->proof =
        yz_check_optimal(&g->graph, g->value, held, it->edge_of, it->price, it->result.scale);
}

static bool feasible(const solved *it) {
    const yz_optimal_proof *p = &it->proof;
    return p->not_admissible + p->over_capacity + p->held_moved + p->not_feasible == 0 &&
           !p->too_large && p->total == it->result.total && p->bound == it->result.bound;
}

/* Against trying everything: few levels of value (ties), values below 0, no openings, nobody,
 * locked pairs. */
Test(optimal, is_what_an_exhaustive_search_finds) {
    static solved it;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t seekers = below(&random, 7), postings = 1 + below(&random, 4);
        uint32_t levels = seed % 3 == 0 ? 2 : seed % 3 == 1 ? 5 : 100000;
        small_graph g = small_graph_new(&random, seekers, postings, 5, 3, levels);
        uint32_t held[16];
        yz_disturbed gone[2];
        yz_lock locks[2] = {{below(&random, 7), below(&random, 4)},
                            {below(&random, 7), below(&random, 4)}};
        yz_locks_settle(&g.graph, g.rank, locks, (uint32_t)(seed % 3), held, gone);
        solve(&it, &g, held, (yz_optimal_options){0});

        most m = {.g = &g, .held = held, .total = INT64_MIN};
        every all = {.graph = &g.graph, .see = see, .context = &m};
        every_from(&all, 0);
        cr_assert(feasible(&it), "seed %lu", seed);
        cr_assert_eq(it.result.total, m.total, "seed %lu: %ld, not %ld", seed, it.result.total,
                     m.total);
        cr_assert_eq(it.proof.bound, m.total, "seed %lu: bound %ld, not %ld", seed, it.proof.bound,
                     m.total);
        small_graph_free(&g);
    }
}

/* Too large for trying everything: the bound proves it. Many seekers for few openings, the other
 * way round, one score for all. */
Test(optimal, is_proven_by_its_prices_on_larger_graphs) {
    static solved it;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t seekers = 50 + below(&random, 500), postings = 5 + below(&random, 400);
        uint32_t levels = seed % 4 == 0 ? 2 : seed % 4 == 1 ? 10 : 1000000;
        small_graph g = small_graph_new(&random, seekers, postings, 1 + below(&random, 30),
                                        1 + below(&random, 8), levels);
        solve(&it, &g, NULL, (yz_optimal_options){0});
        cr_assert(feasible(&it), "seed %lu", seed);
        cr_assert_eq(it.proof.total, it.proof.bound, "seed %lu: %ld of %ld", seed, it.proof.total,
                     it.proof.bound);
        small_graph_free(&g);
    }
}

Test(optimal, stops_when_it_is_good_enough_and_says_how_good) {
    static solved it;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        yz_random random = yz_random_seeded(seed);
        small_graph g = small_graph_new(&random, 400, 300, 20, 2, 1000000);
        solve(&it, &g, NULL, (yz_optimal_options){.gap_ppm = 1000});
        cr_assert(feasible(&it), "seed %lu", seed);
        int64_t gap = it.proof.bound - it.proof.total;
        cr_assert(gap >= 0 && gap * 1000 <= it.proof.bound, "seed %lu: gap %ld", seed, gap);
        uint32_t rounds = it.result.rounds;
        solve(&it, &g, NULL, (yz_optimal_options){0});
        cr_assert_lt(rounds, it.result.rounds, "seed %lu", seed);
        small_graph_free(&g);
    }
}

/* Stopped early, what stands there is feasible all the same, and the bound holds. */
Test(optimal, a_limit_of_work_leaves_a_result_that_holds) {
    static solved it;
    yz_random random = yz_random_seeded(7);
    small_graph g = small_graph_new(&random, 500, 400, 20, 2, 1000000);
    solve(&it, &g, NULL, (yz_optimal_options){0});
    int64_t best = it.result.total;
    for (uint64_t scans = 1; scans < 1000000; scans *= 4) {
        solve(&it, &g, NULL, (yz_optimal_options){.scans_max = scans});
        cr_assert(feasible(&it), "%lu scans", scans);
        cr_assert(it.result.total <= best && best <= it.proof.bound, "%lu scans", scans);
        if (scans == 1) cr_assert(it.result.stopped && it.result.total == 0);
    }
    small_graph_free(&g);
}

Test(optimal, refuses_values_whose_sums_do_not_fit) {
    const uint32_t first[] = {0, 1}, posting[] = {0}, capacity[] = {1};
    yz_assign_graph g = {1, 1, first, posting, capacity};
    int64_t value[] = {(int64_t)1 << 58}, price[1];
    uint32_t edge_of[1];
    yz_optimal_options options = {0};
    yz_optimal_result result = {.edge_of = edge_of, .price = price};
    cr_assert_eq(yz_optimal_solve(&g, value, NULL, &options, &result), YZ_ERR_BAD_INPUT);
    value[0] = ((int64_t)1 << 58) - 1;
    cr_assert_eq(yz_optimal_solve(&g, value, NULL, &options, &result), YZ_OK);
    cr_assert(edge_of[0] == 0 && result.total == value[0] && result.bound == value[0]);
}

Test(optimal, the_checker_finds_what_is_wrong) {
    const uint32_t first[] = {0, 1, 2}, posting[] = {0, 0}, capacity[] = {1};
    const int64_t value[] = {5, 7};
    yz_assign_graph g = {2, 1, first, posting, capacity};
    uint32_t none = YZ_EDGE_NONE;
    yz_optimal_proof two = yz_check_optimal(&g, value, NULL, (uint32_t[]){0, 1}, (int64_t[]){0}, 1);
    cr_assert(two.over_capacity == 1 && two.total == 12 && two.bound == 12);
    yz_optimal_proof foreign =
        yz_check_optimal(&g, value, NULL, (uint32_t[]){1, none}, (int64_t[]){6}, 1);
    cr_assert(foreign.not_admissible == 1 && foreign.total == 0 && foreign.bound == 7);
    yz_optimal_proof minus =
        yz_check_optimal(&g, value, NULL, (uint32_t[]){none, 1}, (int64_t[]){-1}, 1);
    cr_assert_eq(minus.not_feasible, 1);
    yz_optimal_proof moved = yz_check_optimal(&g, value, (uint32_t[]){0, none},
                                              (uint32_t[]){none, none}, (int64_t[]){0}, 1);
    cr_assert_eq(moved.held_moved, 1);
    yz_optimal_proof large = yz_check_optimal(&g, (int64_t[]){INT64_MAX, 1}, NULL,
                                              (uint32_t[]){0, none}, (int64_t[]){0}, 2);
    cr_assert(large.too_large);
}
