#include "engine/assign/dispatch.h"

#include "engine/assign/checker.h"
#include "tests/engine/assign/small_graph.h"

#include <criterion/criterion.h>
#include <string.h>

#define GIGS 6
#define EDGES 64
#define HOUR ((int64_t)3600000)

typedef struct morning {
    small_graph g;
    yz_gig gigs[GIGS];
    yz_lock locks[8];
    yz_dispatch_task task;
    uint8_t taken[EDGES];
    int64_t price[GIGS];
    yz_disturbed disturbed[8];
    yz_dispatch_result result;
    yz_dispatch_proof proof;
} morning;

/* Gigs begin and end on full hours of a short day, so that most meet others. */
static void morning_new(morning *m, yz_random *random, uint32_t workers, uint32_t gigs, bool all) {
    *m = (morning){.g = small_graph_new(random, workers, gigs, 5, 2, 40)};
    for (uint32_t p = 0; p < gigs; p++) {
        int64_t from = all ? 0 : below(random, 8), hours = all ? 8 : 1 + below(random, 3);
        m->gigs[p] = (yz_gig){from * HOUR, (from + hours) * HOUR,
                              (int32_t)(345000000 + below(random, 1000000)),
                              (int32_t)(1057000000 + below(random, 1000000))};
    }
    m->task = (yz_dispatch_task){.graph = &m->g.graph,
                                 .value = m->g.value,
                                 .first = below(random, 3) ? below(random, 60) : 0,
                                 .gigs = m->gigs,
                                 .speed_kmh = below(random, 2) ? 10 : 0,
                                 .locks = m->locks};
}

static void run(morning *m) {
    m->result =
        (yz_dispatch_result){.taken = m->taken, .price = m->price, .disturbed = m->disturbed};
    cr_assert_eq(yz_dispatch_solve(&m->task, &m->result), YZ_OK);
    m->proof = yz_check_dispatch(&m->task, &m->result);
}

static bool proven(const morning *m) {
    const yz_dispatch_proof *p = &m->proof;
    return p->overlaps + p->over_capacity + p->not_feasible + p->locks_lost == 0 &&
           p->total == m->result.total && p->bound == m->result.bound;
}

/* Tries everything: each edge taken or not, in the order of edges. */
typedef struct search {
    const morning *m;
    uint32_t load[GIGS];
    uint8_t taken[EDGES];
    int64_t best;
} search;

static bool goes(const search *s, uint32_t worker, uint32_t edge) {
    const morning *m = s->m;
    uint32_t p = m->g.posting[edge], v = m->task.speed_kmh;
    if (s->load[p] == m->g.capacity[p]) return false;
    for (uint32_t e = m->g.first[worker]; e < edge; e++) {
        const yz_gig *a = &m->gigs[m->g.posting[e]], *b = &m->gigs[p];
        if (s->taken[e] && !yz_gig_may_follow(a, b, v) && !yz_gig_may_follow(b, a, v)) return false;
    }
    return true;
}

static void try_from(search *s, uint32_t worker, uint32_t edge, int64_t total) {
    const morning *m = s->m;
    while (worker < m->g.graph.seekers && edge == m->g.first[worker + 1])
        worker += 1;
    if (worker == m->g.graph.seekers) {
        if (total > s->best) s->best = total;
        return;
    }
    bool locked = m->taken[edge] == YZ_TAKEN_LOCKED;
    if ((locked || m->g.value[edge] > 0) && goes(s, worker, edge)) {
        s->load[m->g.posting[edge]] += 1;
        s->taken[edge] = 1;
        bool first = true;
        for (uint32_t e = m->g.first[worker]; e < edge; e++)
            first &= !s->taken[e];
        try_from(s, worker, edge + 1, total + m->g.value[edge] + (first ? m->task.first : 0));
        s->taken[edge] = 0;
        s->load[m->g.posting[edge]] -= 1;
    }
    if (!locked) try_from(s, worker, edge + 1, total);
}

static int64_t best_of_all(const morning *m) {
    search s = {.m = m, .best = INT64_MIN};
    try_from(&s, 0, 0, 0);
    return s.best;
}

/* Against trying everything, the way from gig to gig and locks included: what is missing to the
 * best lies within the gap, nearly always nothing is. */
Test(dispatch, misses_no_more_than_the_gap_it_prints) {
    uint32_t exact = 0, runs = 400, in_sequence = 0, locked = 0;
    for (uint64_t seed = 1; seed <= runs; seed++) {
        yz_random random = yz_random_seeded(seed);
        morning m;
        morning_new(&m, &random, 1 + below(&random, 4), 1 + below(&random, GIGS), false);
        for (uint32_t i = 0; i < seed % 3; i++) {
            m.locks[m.task.lock_count++] = (yz_lock){below(&random, 4), below(&random, GIGS)};
        }
        run(&m);
        int64_t best = best_of_all(&m);
        cr_assert(proven(&m), "seed %lu", seed);
        cr_assert(m.proof.total <= best && best <= m.proof.bound, "seed %lu: %ld <= %ld <= %ld",
                  seed, m.proof.total, best, m.proof.bound);
        exact += m.proof.total == best;
        in_sequence += m.proof.pairs > m.proof.workers;
        locked += m.task.lock_count > m.result.disturbed_count;
        small_graph_free(&m.g);
    }
    cr_assert_geq(exact, runs * 98 / 100, "%u of %u are the best", exact, runs);
    cr_assert(in_sequence > 100 && locked > 40, "%u, %u", in_sequence, locked);
}

/* One gig for each, since all last the whole day: then it is proven optimal, with no gap. */
Test(dispatch, is_optimal_where_nobody_can_take_two) {
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        morning m;
        morning_new(&m, &random, 1 + below(&random, 5), 1 + below(&random, GIGS), true);
        run(&m);
        cr_assert(proven(&m), "seed %lu", seed);
        cr_assert_eq(m.proof.total, best_of_all(&m), "seed %lu", seed);
        cr_assert_eq(m.proof.total, m.proof.bound, "seed %lu", seed);
        small_graph_free(&m.g);
    }
}

/* Four gigs, one after the other, and workers who could do them all; the first two have waited
 * longest and are worth most. */
static uint32_t gigs_of(uint32_t workers, int64_t first_worth, const yz_lock *lock,
                        uint32_t has[4]) {
    const uint32_t posting[] = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
    const uint32_t first[] = {0, 4, 8, 12, 16}, capacity[] = {1, 1, 1, 1};
    const int64_t value[] = {59, 59, 59, 59, 58, 58, 58, 58, 51, 51, 51, 51, 50, 50, 50, 50};
    yz_assign_graph g = {workers, 4, first, posting, capacity};
    yz_gig gigs[4];
    for (int i = 0; i < 4; i++)
        gigs[i] = (yz_gig){i * 2 * HOUR, (i * 2 + 1) * HOUR, 0, 0};
    yz_dispatch_task task = {.graph = &g,
                             .value = value,
                             .first = first_worth,
                             .gigs = gigs,
                             .locks = lock,
                             .lock_count = lock != NULL};
    uint8_t taken[16];
    int64_t price[4];
    yz_disturbed disturbed[1];
    yz_dispatch_result r = {.taken = taken, .price = price, .disturbed = disturbed};
    cr_assert_eq(yz_dispatch_solve(&task, &r), YZ_OK);
    yz_dispatch_proof p = yz_check_dispatch(&task, &r);
    cr_assert_eq(p.total, p.bound, "%ld of %ld", p.total, p.bound);
    cr_assert(p.total == r.total && p.bound == r.bound && r.disturbed_count == 0);
    for (uint32_t w = 0; w < workers; w++) {
        has[w] = 0;
        for (uint32_t e = first[w]; e < first[w + 1]; e++)
            has[w] += taken[e] != YZ_TAKEN_NOT;
    }
    return p.pairs;
}

Test(dispatch, nobody_has_a_second_gig_before_somebody_elses_first) {
    uint32_t has[4];
    cr_assert_eq(gigs_of(4, 0, NULL, has), 4);
    cr_assert(has[0] == 4, "worth most, and all of them");
    cr_assert_eq(gigs_of(4, 10, NULL, has), 4);
    for (int w = 0; w < 4; w++)
        cr_assert_eq(has[w], 1, "worker %d has %u", w, has[w]);
    // What nobody else can take is no less taken.
    cr_assert_eq(gigs_of(3, 10, NULL, has), 4);
    cr_assert(has[0] == 2 && has[1] == 1 && has[2] == 1);
    cr_assert_eq(gigs_of(1, 10, NULL, has), 4);
    // A lock is a first gig.
    cr_assert_eq(gigs_of(4, 10, &(yz_lock){3, 2}, has), 4);
    for (int w = 0; w < 4; w++)
        cr_assert_eq(has[w], 1, "worker %d has %u", w, has[w]);
}

/* All that was sent out is told; then openings go and gigs move in time: who was told stays, unless
 * it must not, and then it is named. */
Test(dispatch, moves_nobody_who_was_told) {
    uint32_t disturbed = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        morning m;
        morning_new(&m, &random, 4, GIGS, false);
        run(&m);
        for (uint32_t w = 0; w < 4; w++) {
            for (uint32_t e = m.g.first[w]; e < m.g.first[w + 1]; e++) {
                if (m.taken[e] && m.task.lock_count < 8)
                    m.locks[m.task.lock_count++] = (yz_lock){w, m.g.posting[e]};
            }
        }
        run(&m); // nothing changed
        cr_assert(proven(&m) && m.result.disturbed_count == 0, "seed %lu", seed);
        m.g.capacity[below(&random, GIGS)] = 0;
        m.gigs[below(&random, GIGS)].to_ms += HOUR;
        run(&m);
        cr_assert(proven(&m), "seed %lu", seed);
        disturbed += m.result.disturbed_count;
        small_graph_free(&m.g);
    }
    cr_assert_gt(disturbed, 50);
}

Test(dispatch, the_way_to_the_next_gig_takes_its_time) {
    yz_gig a = {0, HOUR, 345000000, 1057000000}, b = {2 * HOUR, 3 * HOUR, 345000000, 1059000000};
    // 0.2 degrees of longitude at 34.5 degrees north are 18.3 km
    cr_assert(yz_gig_may_follow(&a, &b, 19) && !yz_gig_may_follow(&a, &b, 18));
    cr_assert(yz_gig_may_follow(&a, &b, 0) && !yz_gig_may_follow(&b, &a, 0));
    b.from_ms = HOUR;
    cr_assert(yz_gig_may_follow(&a, &b, 0) && !yz_gig_may_follow(&a, &b, 1000));
}

Test(dispatch, refuses_an_interval_that_is_none) {
    yz_random random = yz_random_seeded(1);
    morning m;
    morning_new(&m, &random, 2, 3, false);
    m.gigs[1].to_ms = m.gigs[1].from_ms;
    m.result = (yz_dispatch_result){.taken = m.taken, .price = m.price, .disturbed = m.disturbed};
    cr_assert_eq(yz_dispatch_solve(&m.task, &m.result), YZ_ERR_BAD_INPUT);
    m.gigs[1].to_ms = m.gigs[1].from_ms + 1;
    m.task.first = -1;
    cr_assert_eq(yz_dispatch_solve(&m.task, &m.result), YZ_ERR_BAD_INPUT);
    small_graph_free(&m.g);
}

Test(dispatch, the_checker_finds_who_is_in_two_places_and_who_was_moved) {
    const uint32_t first[] = {0, 2}, posting[] = {0, 1}, capacity[] = {1, 0};
    const int64_t value[] = {5, 7};
    yz_assign_graph g = {1, 2, first, posting, capacity};
    yz_gig gigs[] = {{0, 2, 0, 0}, {1, 3, 0, 0}};
    yz_lock lock = {0, 1};
    yz_dispatch_task task = {
        .graph = &g, .value = value, .gigs = gigs, .locks = &lock, .lock_count = 1};
    uint8_t taken[] = {YZ_TAKEN_NEW, YZ_TAKEN_NEW};
    int64_t price[] = {1, -1};
    yz_dispatch_result r = {.taken = taken, .price = price, .scale = 1};
    yz_dispatch_proof p = yz_check_dispatch(&task, &r);
    cr_assert(p.overlaps == 1 && p.over_capacity == 1 && p.not_feasible == 1);
    cr_assert(p.locks_lost == 1 && p.total == 12);
}
