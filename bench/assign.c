/* The time of each assignment, in process, on graphs drawn from a seed; what is timed is what a run
 * does: settled locks and a graph in, edges and a certificate out. The checkers are timed beside.
 */
#include "bench/assign.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/assign/checker.h"
#include "engine/assign/dispatch.h"
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

static int smaller(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// A fair: 30,000 people, 3,000 postings with 30,000 openings, lists of the best 100.
// `alike`: all like the same postings best, so that nearly every list is walked to its end.
static bool fair(figures *out, uint64_t seed, bool alike, const char *name) {
    yz_random random = yz_random_of(seed, 1);
    drawn d = draw(&random, 30000, 3000, 100);
    for (uint32_t s = 0; alike && s < 30000; s++)
        qsort(d.posting + d.first[s], 100, sizeof *d.posting, smaller);
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
    figures_add(out, 1, median_ms(took, ROUNDS), "%s_ms", name);
    figures_add(out, 1, median_ms(checked, ROUNDS), "%s_checker_ms", name);
    figures_add(out, 0, (double)proof.assigned, "%s_assigned", name);
    figures_add(out, 0, (double)proposals, "%s_proposals", name);
    figures_add(out, 0, (double)proof.blocking_pairs, "%s_blocking_pairs", name);
    yz_free(edge_of);
    drawn_free(&d);
    return proof.blocking_pairs + proof.not_admissible + proof.over_capacity == 0;
}

// `like_scores`: worth is 0.6 to 1.6 in millionths, and half of it is the posting's own.
static bool optimal(figures *out, uint64_t seed, uint32_t gap_ppm, bool like_scores,
                    const char *name) {
    yz_random random = yz_random_of(seed, 2);
    drawn d = draw(&random, 16384, 16384, 100);
    for (uint32_t e = 0; like_scores && e < d.first[16384]; e++) {
        yz_random own = yz_random_of(seed + 1, d.posting[e]);
        d.value[e] = 600000 + d.value[e] / 2 + (int64_t)yz_random_below(&own, 500000);
    }
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

// A morning: gigs of one to four hours between 05:30 and 13:00 within some 15 km, two openings and
// a half on average; each worker fits about a third of them; worth is the hours, and how well.
static drawn draw_morning(yz_random *random, yz_gig *gigs) {
    drawn d = draw(random, 200, 80, 26);
    for (uint32_t p = 0; p < 80; p++) {
        int64_t from = yz_random_between(random, 22, 44) * 900000;
        int64_t hours = yz_random_between(random, 4, 16) * 900000;
        gigs[p] = (yz_gig){from, from + hours,
                           (int32_t)(345823000 + yz_random_between(random, -1000000, 1000000)),
                           (int32_t)(1057201000 + yz_random_between(random, -1000000, 1000000))};
        d.capacity[p] = (uint32_t)yz_random_between(random, 1, 4);
    }
    for (uint32_t e = 0; e < d.first[200]; e++) {
        int64_t minutes = (gigs[d.posting[e]].to_ms - gigs[d.posting[e]].from_ms) / 60000;
        d.value[e] = minutes * 1000 + (int64_t)yz_random_below(random, 100000);
    }
    return d;
}

#define MORNING_RUNS 40

/* Re-run every 2 s: a worker in ten of those who were sent has been told since, and is locked. */
static bool morning(figures *out, uint64_t seed) {
    yz_random random = yz_random_of(seed, 3);
    yz_gig gigs[80];
    drawn d = draw_morning(&random, gigs);
    static uint8_t taken[200 * 26];
    static yz_lock locks[200 * 26];
    static yz_disturbed disturbed[200 * 26];
    int64_t price[80];
    yz_dispatch_task task = {
        .graph = &d.graph, .value = d.value, .gigs = gigs, .speed_kmh = 20, .locks = locks};
    yz_dispatch_result r = {.taken = taken, .price = price, .disturbed = disturbed};
    uint64_t took[MORNING_RUNS], wrong = 0;
    double gap_most = 0, gap_first = 0;
    yz_dispatch_proof proof = {0};
    for (uint32_t i = 0; i < MORNING_RUNS; i++) {
        uint64_t start = clock_wall_ns();
        if (yz_dispatch_solve(&task, &r) != YZ_OK) return false;
        took[i] = clock_wall_ns() - start;
        proof = yz_check_dispatch(&task, &r);
        wrong += proof.overlaps + proof.over_capacity + proof.not_feasible + proof.locks_lost;
        wrong += proof.total != r.total || proof.bound != r.bound || r.disturbed_count > 0;
        double gap = 100.0 * (double)(proof.bound - proof.total) / (double)proof.bound;
        if (gap > gap_most) gap_most = gap;
        if (i == 0) gap_first = gap;
        for (uint32_t w = 0; w < 200; w++) {
            if (yz_random_below(&random, 10)) continue;
            for (uint32_t e = d.first[w]; e < d.first[w + 1]; e++) {
                if (taken[e] == YZ_TAKEN_NEW) locks[task.lock_count++] = (yz_lock){w, d.posting[e]};
            }
        }
    }
    uint64_t worst = 0;
    for (uint32_t i = 0; i < MORNING_RUNS; i++)
        worst = took[i] > worst ? took[i] : worst;
    figures_add(out, 2, (double)took[0] / 1e6, "morning_first_run_ms");
    figures_add(out, 2, (double)worst / 1e6, "morning_worst_run_ms");
    figures_add(out, 2, median_ms(took, MORNING_RUNS), "morning_median_run_ms");
    figures_add(out, 0, (double)proof.workers, "morning_workers_sent");
    figures_add(out, 0, (double)proof.pairs, "morning_places_filled");
    figures_add(out, 3, gap_first, "morning_gap_percent_first");
    figures_add(out, 3, gap_most, "morning_gap_percent_most");
    figures_add(out, 0, (double)task.lock_count, "morning_told_at_the_end");
    figures_add(out, 0, (double)wrong, "morning_told_moved_or_wrong");
    drawn_free(&d);
    return wrong == 0;
}

// A weekend: 300 booths of two places, 96 slots, 20,000 visitors with three wishes each; then 200
// of them come late.
static bool timetable(figures *out, uint64_t seed) {
    yz_random random = yz_random_of(seed, 4);
    static yz_interview_wish wishes[60000];
    static uint32_t capacity[300];
    for (uint32_t i = 0; i < 60000; i++) {
        uint32_t first = (i / 3 * 7919) % 300;
        wishes[i] = (yz_interview_wish){i / 3, (first + i % 3 * 101) % 300};
    }
    for (uint32_t b = 0; b < 300; b++)
        capacity[b] = 2;
    yz_timetable_task task = {.seekers = 20000,
                              .booths = 300,
                              .slots = 96,
                              .wishes = wishes,
                              .wish_count = 60000,
                              .capacity = capacity};
    yz_timetable *t;
    uint64_t start = clock_wall_ns();
    if (yz_timetable_new(&task, &t) != YZ_OK) return false;
    figures_add(out, 1, (double)(clock_wall_ns() - start) / 1e6, "timetable_ms");
    uint64_t took[200], others = 0;
    yz_timetable_move *list = yz_alloc(60000 * sizeof *list);
    for (uint32_t i = 0; i < 200; i++) {
        yz_timetable_moves moves = {.list = list, .room = 60000, .others_max = 3};
        start = clock_wall_ns();
        yz_timetable_seeker_late(t, (uint32_t)yz_random_below(&random, 20000), 48, 0, &moves);
        took[i] = clock_wall_ns() - start;
        others += moves.others;
    }
    yz_timetable_proof p =
        yz_check_timetable(yz_timetable_task_now(t), yz_timetable_slots(t),
                           yz_timetable_cut_seekers(t), yz_timetable_cut_booths(t));
    uint64_t wrong = p.seekers_twice + p.over_capacity + p.out_of_time;
    figures_add(out, 0, (double)p.planned, "timetable_planned");
    figures_add(out, 0, (double)p.bound, "timetable_bound");
    figures_add(out, 3, percentile(took, 200, 99) / 1e6, "timetable_late_p99_ms");
    figures_add(out, 2, (double)others / 200, "timetable_others_moved_mean");
    figures_add(out, 0, (double)wrong, "timetable_double_bookings");
    yz_free(list);
    yz_timetable_free(t);
    return wrong == 0;
}

int bench_assign(const options *given) {
    static figures out;
    uint64_t seed = (uint64_t)options_number(given, "seed");
    bool well = fair(&out, seed, false, "fair");
    well = fair(&out, seed, true, "fair_all_alike") && well;
    well = optimal(&out, seed, 0, false, "sparse_optimal") && well;
    well = optimal(&out, seed, 1000, false, "sparse_0.1_percent") && well;
    well = optimal(&out, seed, 0, true, "sparse_like_scores") && well;
    well = morning(&out, seed) && well;
    well = timetable(&out, seed) && well;
    figures_print(&out, options_flag(given, "json"));
    if (!well) fprintf(stderr, "yizhan: bench assign: a checker found something wrong\n");
    return well ? EXIT_OK : EXIT_FAILED;
}
