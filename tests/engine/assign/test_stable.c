#include "engine/assign/stable.h"

#include "engine/assign/checker.h"
#include "engine/assign/locks.h"
#include "tests/engine/assign/small_graph.h"

#include <criterion/criterion.h>
#include <string.h>

static bool proven(const yz_stable_proof *p) {
    return p->blocking_pairs + p->not_admissible + p->over_capacity + p->held_moved == 0;
}

// The definition, pair by pair and person by person: does seeker s and the posting of edge e block?
static bool blocks(const small_graph *g, const uint32_t *held, const uint32_t *edge_of, uint32_t s,
                   uint32_t e) {
    uint32_t p = g->posting[e], load = 0;
    if (held[s] != YZ_EDGE_NONE || edge_of[s] <= e) return false;
    for (uint32_t other = 0; other < g->graph.seekers; other++) {
        if (edge_of[other] == YZ_EDGE_NONE || g->posting[edge_of[other]] != p) continue;
        load += 1;
        if (held[other] != YZ_EDGE_NONE) continue;
        uint32_t theirs = g->rank[edge_of[other]];
        if (theirs > g->rank[e] || (theirs == g->rank[e] && other > s)) return true;
    }
    return load < g->capacity[p];
}

static uint64_t blocking(const small_graph *g, const uint32_t *held, const uint32_t *edge_of) {
    uint64_t count = 0;
    for (uint32_t s = 0; s < g->graph.seekers; s++) {
        for (uint32_t e = g->first[s]; e < g->first[s + 1]; e++)
            count += blocks(g, held, edge_of, s, e);
    }
    return count;
}

typedef struct best_stable {
    const small_graph *g;
    const uint32_t *held;
    uint32_t best[16]; // by seeker: the best edge it has in any stable assignment
    uint64_t stable;
} best_stable;

static void see(every *all) {
    best_stable *b = all->context;
    for (uint32_t s = 0; s < all->graph->seekers; s++) {
        if (b->held[s] != YZ_EDGE_NONE && b->held[s] != all->edge_of[s]) return;
    }
    if (blocking(b->g, b->held, all->edge_of) > 0) return;
    b->stable += 1;
    for (uint32_t s = 0; s < all->graph->seekers; s++) {
        if (all->edge_of[s] < b->best[s]) b->best[s] = all->edge_of[s];
    }
}

/* Among all stable assignments of a small market, found by trying everything, the one every seeker
 * likes best is what deferred acceptance gives; ranks with ties, openings of 0, held pairs too. */
Test(stable, is_what_every_seeker_likes_best_of_all_stable_ones) {
    uint64_t choices = 0;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t seekers = below(&random, 8), postings = 2 + below(&random, 3);
        small_graph g = small_graph_new(&random, seekers, postings, 8, 2, seed % 2 ? 3 : 1000);
        uint32_t held[16], edge_of[16];
        yz_disturbed gone[2];
        yz_lock locks[2] = {{below(&random, 7), below(&random, 4)},
                            {below(&random, 7), below(&random, 4)}};
        yz_locks_settle(&g.graph, g.rank, locks, (uint32_t)(seed % 3), held, gone);
        yz_stable_solve(&g.graph, g.rank, held, edge_of);

        best_stable best = {.g = &g, .held = held};
        memset(best.best, 0xff, sizeof best.best);
        every all = {.graph = &g.graph, .see = see, .context = &best};
        every_from(&all, 0);
        cr_assert_gt(best.stable, 0, "seed %lu", seed);
        choices += best.stable > 1;
        for (uint32_t s = 0; s < seekers; s++) {
            cr_assert_eq(edge_of[s], best.best[s], "seed %lu, seeker %u: %u, not %u", seed, s,
                         edge_of[s], best.best[s]);
        }
        yz_stable_proof proof = yz_check_stable(&g.graph, g.rank, held, edge_of);
        cr_assert(proven(&proof), "seed %lu", seed);
        small_graph_free(&g);
    }
    cr_assert_gt(choices, 5, "only %lu markets had more than one stable assignment", choices);
}

/* The checker counts the same pairs as the definition, on assignments nobody chose with care. */
Test(stable, the_checker_counts_every_blocking_pair) {
    uint64_t seen = 0;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        yz_random random = yz_random_seeded(seed);
        small_graph g = small_graph_new(&random, 8, 4, 4, 3, 4);
        uint32_t edge_of[16], held[16], load[4] = {0};
        uint64_t over = 0;
        for (uint32_t s = 0; s < 8; s++) {
            uint32_t edges = g.first[s + 1] - g.first[s], pick = below(&random, edges + 1);
            edge_of[s] = pick == edges ? YZ_EDGE_NONE : g.first[s] + pick;
            held[s] = seed % 2 && s < 2 ? edge_of[s] : YZ_EDGE_NONE;
            if (pick < edges) load[g.posting[edge_of[s]]] += 1;
        }
        for (uint32_t p = 0; p < 4; p++)
            over += load[p] > g.capacity[p] ? load[p] - g.capacity[p] : 0;
        yz_stable_proof proof = yz_check_stable(&g.graph, g.rank, held, edge_of);
        cr_assert_eq(proof.blocking_pairs, blocking(&g, held, edge_of), "seed %lu", seed);
        cr_assert_eq(proof.over_capacity, over, "seed %lu", seed);
        seen += proof.blocking_pairs;
        small_graph_free(&g);
    }
    cr_assert_gt(seen, 100);
}

Test(stable, the_checker_names_what_is_not_on_the_graph_and_who_was_moved) {
    const uint32_t first[] = {0, 1, 2}, posting[] = {0, 0}, capacity[] = {2}, rank[] = {0, 1};
    yz_assign_graph g = {2, 1, first, posting, capacity};
    uint32_t held[] = {YZ_EDGE_NONE, 1};
    yz_stable_proof foreign = yz_check_stable(&g, rank, NULL, (uint32_t[]){1, YZ_EDGE_NONE});
    cr_assert_eq(foreign.not_admissible, 1); // seeker 0 on an edge of seeker 1
    yz_stable_proof moved = yz_check_stable(&g, rank, held, (uint32_t[]){0, YZ_EDGE_NONE});
    cr_assert_eq(moved.held_moved, 1);
}

/* One score for both sides, best pair first: what a ranking would do. */
static void greedy_by_score(const small_graph *g, const int64_t *score, uint32_t *edge_of) {
    uint32_t load[64] = {0};
    memset(edge_of, 0xff, g->graph.seekers * sizeof *edge_of);
    for (;;) {
        uint32_t best = YZ_EDGE_NONE, who = 0;
        for (uint32_t s = 0; s < g->graph.seekers; s++) {
            for (uint32_t e = g->first[s]; edge_of[s] == YZ_EDGE_NONE && e < g->first[s + 1]; e++) {
                if (load[g->posting[e]] == g->capacity[g->posting[e]]) continue;
                if (best == YZ_EDGE_NONE || score[e] > score[best]) best = e, who = s;
            }
        }
        if (best == YZ_EDGE_NONE) return;
        edge_of[who] = best;
        load[g->posting[best]] += 1;
    }
}

/* Two seekers, two postings, each likes the other's: a ranking by one score pairs those who both
 * would rather swap. */
Test(stable, stands_where_greedy_by_score_is_unstable) {
    const uint32_t first[] = {0, 2, 4}, capacity[] = {1, 1};
    uint32_t posting[] = {0, 1, 1, 0};  // seeker 0 likes posting 0, seeker 1 likes posting 1
    uint32_t rank[] = {0, 1, 0, 1};     // and so do they
    int64_t score[] = {50, 90, 60, 80}; // what one score says of it
    small_graph g = {.graph = {2, 2, first, posting, capacity},
                     .first = (uint32_t *)first,
                     .posting = posting,
                     .capacity = (uint32_t *)capacity,
                     .rank = rank};
    uint32_t edge_of[2];
    greedy_by_score(&g, score, edge_of);
    cr_assert_eq(yz_check_stable(&g.graph, rank, NULL, edge_of).blocking_pairs, 2);
    yz_stable_solve(&g.graph, rank, NULL, edge_of);
    cr_assert(edge_of[0] == 0 && edge_of[1] == 2);
    cr_assert_eq(yz_check_stable(&g.graph, rank, NULL, edge_of).blocking_pairs, 0);
}

/* The same at random: in most markets the ranking leaves blocking pairs, the assignment never. */
Test(stable, stands_on_random_markets_where_greedy_falls) {
    uint32_t fallen = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        yz_random random = yz_random_seeded(seed);
        small_graph g = small_graph_new(&random, 60, 12, 10, 6, 1000);
        uint32_t edge_of[64];
        greedy_by_score(&g, g.value, edge_of);
        fallen += yz_check_stable(&g.graph, g.rank, NULL, edge_of).blocking_pairs > 0;
        yz_stable_solve(&g.graph, g.rank, NULL, edge_of);
        yz_stable_proof proof = yz_check_stable(&g.graph, g.rank, NULL, edge_of);
        cr_assert(proven(&proof), "seed %lu", seed);
        small_graph_free(&g);
    }
    cr_assert_gt(fallen, 90, "greedy was stable on %u of 100", 100 - fallen);
}

/* What a run decided is locked for the next one; new people come, openings go: only locks that must
 * give way do, each with its reason. */
Test(stable, a_second_run_moves_nobody_who_is_locked) {
    uint64_t cut = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        small_graph g = small_graph_new(&random, 40, 8, 6, 5, 1000);
        uint32_t edge_of[64], held[64], count = 0;
        yz_lock locks[64];
        yz_disturbed gone[64];
        yz_stable_solve(&g.graph, g.rank, NULL, edge_of);
        for (uint32_t s = 0; s < 40; s++) {
            if (edge_of[s] != YZ_EDGE_NONE && below(&random, 2)) {
                locks[count++] = (yz_lock){s, g.posting[edge_of[s]]};
            }
        }
        uint32_t fewer = below(&random, 8), had = 0;
        g.capacity[fewer] = below(&random, 2);
        for (uint32_t i = 0; i < count; i++)
            had += locks[i].posting == fewer;
        uint32_t must = had > g.capacity[fewer] ? had - g.capacity[fewer] : 0;
        uint32_t disturbed = yz_locks_settle(&g.graph, g.rank, locks, count, held, gone);
        cr_assert_eq(disturbed, must, "seed %lu: %u, not %u", seed, disturbed, must);
        uint32_t edge_again[64];
        yz_stable_solve(&g.graph, g.rank, held, edge_again);
        yz_stable_proof proof = yz_check_stable(&g.graph, g.rank, held, edge_again);
        cr_assert(proven(&proof), "seed %lu", seed);
        for (uint32_t i = 0, at = 0; i < count; i++) {
            uint32_t s = locks[i].seeker;
            bool named = at < disturbed && gone[at].lock == i;
            if (named)
                cr_assert_eq(gone[at++].reason, YZ_DISTURB_FEWER_OPENINGS);
            else
                cr_assert_eq(edge_again[s], edge_of[s], "seed %lu, seeker %u", seed, s);
        }
        cut += disturbed;
        small_graph_free(&g);
    }
    cr_assert_gt(cut, 50);
}

Test(locks, each_reason_is_named) {
    const uint32_t first[] = {0, 2, 3, 4}, posting[] = {0, 1, 0, 0}, capacity[] = {1, 1};
    const uint32_t rank[] = {2, 0, 1, 3};
    yz_assign_graph g = {3, 2, first, posting, capacity};
    yz_lock locks[] = {{0, 0}, {0, 1}, {1, 1}, {1, 0}, {2, 9}, {9, 0}};
    uint32_t held[3];
    yz_disturbed gone[6];
    cr_assert_eq(yz_locks_settle(&g, rank, locks, 6, held, gone), 5);
    const yz_disturb_reason want[] = {YZ_DISTURB_FEWER_OPENINGS, YZ_DISTURB_SECOND_PLACE,
                                      YZ_DISTURB_NO_LONGER_FITS, YZ_DISTURB_UNKNOWN,
                                      YZ_DISTURB_UNKNOWN};
    const uint32_t which[] = {0, 1, 2, 4, 5}; // lock 3 stays: the posting ranks seeker 1 first
    for (uint32_t i = 0; i < 5; i++) {
        cr_assert_eq(gone[i].lock, which[i]);
        cr_assert_eq(gone[i].reason, want[i], "lock %u", which[i]);
    }
    cr_assert(held[0] == YZ_EDGE_NONE && held[1] == 2 && held[2] == YZ_EDGE_NONE);
}
