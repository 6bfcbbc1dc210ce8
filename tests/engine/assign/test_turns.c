#include "engine/assign/turns.h"

#include "engine/assign/checker.h"
#include "engine/assign/stable.h"
#include "tests/engine/assign/small_graph.h"

#include <criterion/criterion.h>
#include <string.h>

#define DAY ((int64_t)86400000)
#define JOBS 4

typedef struct crowd {
    yz_turn_worker workers[40];
    yz_turn_job jobs[40][JOBS];
    uint32_t count;
} crowd;

/* Few scores, few days: many are told apart late or not at all. */
static void crowd_new(crowd *c, yz_random *random, uint32_t count) {
    c->count = count;
    for (uint32_t w = 0; w < count; w++) {
        yz_turn_worker *one = &c->workers[w];
        *one = (yz_turn_worker){.score = (int64_t)below(random, 30) - 5,
                                .certified = below(random, 2),
                                .refusals = below(random, 5),
                                .registered_ms = below(random, 3) * DAY,
                                .jobs = c->jobs[w],
                                .job_count = below(random, JOBS + 1)};
        int64_t at = one->registered_ms;
        for (uint32_t j = 0; j < one->job_count; j++) {
            int64_t from = at + below(random, 2) * DAY, to = from + (1 + below(random, 4)) * DAY;
            c->jobs[w][j] = (yz_turn_job){from, to};
            at = to;
        }
        if (one->job_count > 0 && below(random, 10) == 0)
            c->jobs[w][one->job_count - 1].to_ms = INT64_MAX;
    }
}

static yz_turn_rules some_rules(yz_random *random) {
    yz_turn_rules rules = {.band = 1 + below(random, 10),
                           .short_job_ms = below(random, 3) * DAY,
                           .refusals_free = below(random, 3),
                           .refusal_ms = below(random, 3) * DAY,
                           .count = below(random, 4)};
    yz_turn_rule all[] = {YZ_TURN_CERTIFICATE, YZ_TURN_BAND, YZ_TURN_WAIT};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t pick = i + below(random, 3 - i);
        yz_turn_rule swap = all[i];
        all[i] = all[pick], all[pick] = swap;
    }
    memcpy(rules.order, all, sizeof all);
    return rules;
}

/* Any rules in any order: the checker compares every pair by the words of the rules. */
Test(turns, are_in_order_and_the_reasons_add_up) {
    uint64_t by[YZ_TURN_RULE_COUNT] = {0};
    for (uint64_t seed = 1; seed <= 500; seed++) {
        yz_random random = yz_random_seeded(seed);
        crowd c;
        yz_turn turns[40];
        crowd_new(&c, &random, below(&random, 41));
        yz_turn_rules rules = some_rules(&random);
        cr_assert(yz_turn_rules_sound(&rules));
        yz_turns_order(&rules, c.workers, c.count, turns);
        yz_turns_proof proof = yz_check_turns(&rules, c.workers, c.count, turns);
        cr_assert_eq(proof.out_of_turn + proof.wrong_reason, 0, "seed %lu", seed);
        for (uint32_t i = 0; i < c.count; i++) {
            uint32_t ahead = 0;
            for (uint32_t r = 0; r < YZ_TURN_RULE_COUNT; r++) {
                ahead += turns[i].before[r];
                by[r] += turns[i].before[r];
            }
            cr_assert_eq(ahead, turns[i].place - 1, "seed %lu", seed);
        }
    }
    for (uint32_t r = 0; r < YZ_TURN_RULE_COUNT; r++)
        cr_assert_gt(by[r], 1000, "%s decided %lu times", yz_turn_rule_name(r), by[r]);
}

static int64_t since(const yz_turn_rules *rules, yz_turn_worker worker) {
    yz_turn turn;
    yz_turns_order(rules, &worker, 1, &turn);
    return turn.since_ms;
}

Test(turns, a_short_job_keeps_the_place_and_a_long_one_does_not) {
    yz_turn_rules rules = YZ_TURN_RULES_DEFAULT;
    yz_turn_job jobs[] = {{0, 10 * DAY}, {12 * DAY, 13 * DAY}, {14 * DAY, 15 * DAY}};
    yz_turn_worker worker = {.jobs = jobs, .job_count = 3, .registered_ms = 0};
    cr_assert_eq(since(&rules, worker), 10 * DAY); // both last ones took a day
    jobs[2].to_ms += 1;
    cr_assert_eq(since(&rules, worker), 15 * DAY + 1);
    jobs[2].to_ms = INT64_MAX;
    cr_assert_eq(since(&rules, worker), INT64_MAX);
    worker.job_count = 0;
    cr_assert_eq(since(&rules, worker), 0);
}

Test(turns, refusals_beyond_the_free_ones_cost_waiting) {
    yz_turn_rules rules = YZ_TURN_RULES_DEFAULT;
    yz_turn_worker worker = {.registered_ms = 5 * DAY, .refusals = 2};
    cr_assert_eq(since(&rules, worker), 5 * DAY);
    worker.refusals = 4;
    cr_assert_eq(since(&rules, worker), 7 * DAY);
}

/* "You are 7th; the 6 before you have waited longer and hold the certificate." */
Test(turns, the_seventh_hears_why_six_are_ahead) {
    yz_turn_worker workers[7];
    for (uint32_t w = 0; w < 7; w++) {
        workers[w] = (yz_turn_worker){.certified = w < 2, .registered_ms = (10 - w) * DAY};
    }
    workers[6].registered_ms = 20 * DAY; // waits least of those without
    yz_turn turns[7];
    yz_turns_order(&YZ_TURN_RULES_DEFAULT, workers, 7, turns);
    cr_assert(turns[6].worker == 6 && turns[6].place == 7);
    cr_assert(turns[6].before[YZ_TURN_CERTIFICATE] == 2 && turns[6].before[YZ_TURN_WAIT] == 4);
    cr_assert(turns[6].before[YZ_TURN_BAND] == 0 && turns[6].before[YZ_TURN_NUMBER] == 0);
}

Test(turns, rules_that_make_no_order_are_not_sound) {
    yz_turn_rules rules = YZ_TURN_RULES_DEFAULT;
    rules.order[1] = YZ_TURN_CERTIFICATE;
    cr_assert_not(yz_turn_rules_sound(&rules));
    rules = YZ_TURN_RULES_DEFAULT;
    rules.band = 0;
    cr_assert_not(yz_turn_rules_sound(&rules));
    rules = YZ_TURN_RULES_DEFAULT;
    rules.order[2] = YZ_TURN_NUMBER;
    cr_assert_not(yz_turn_rules_sound(&rules));
    rules = YZ_TURN_RULES_DEFAULT;
    rules.first_gig = -1;
    cr_assert_not(yz_turn_rules_sound(&rules));
    rules.first_gig = YZ_TURN_FIRST_GIG_MAX + 1;
    cr_assert_not(yz_turn_rules_sound(&rules));
    yz_turn_rule rule;
    cr_assert(yz_turn_rule_parse("wait", 4, &rule) && rule == YZ_TURN_WAIT);
    cr_assert_not(yz_turn_rule_parse("waits", 5, &rule));
}

/* Queues by turn as the postings' order of a stable assignment: nobody has what another would
 * rather have but by turn or by a lock, and the checker sees it when it is not so. */
Test(turns, no_envy_but_for_a_named_reason) {
    uint64_t by_turn = 0, by_lock = 0, caught = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        small_graph g = small_graph_new(&random, 40, 8, 6, 5, 1000);
        crowd c;
        crowd_new(&c, &random, 40);
        yz_turn turns[40];
        uint32_t place[40], edge_of[40], held[40];
        yz_turns_order(&YZ_TURN_RULES_DEFAULT, c.workers, 40, turns);
        for (uint32_t i = 0; i < 40; i++)
            place[turns[i].worker] = turns[i].place;
        for (uint32_t s = 0; s < 40; s++) {
            held[s] = YZ_EDGE_NONE;
            for (uint32_t e = g.first[s]; e < g.first[s + 1]; e++)
                g.rank[e] = place[s];
        }
        uint32_t locked = below(&random, 40), edges = g.first[locked + 1] - g.first[locked];
        if (edges > 0 && g.capacity[g.posting[g.first[locked + 1] - 1]] > 0)
            held[locked] = g.first[locked + 1] - 1;
        yz_stable_solve(&g.graph, g.rank, held, edge_of);
        yz_envy_proof proof = yz_check_envy(&g.graph, g.rank, held, edge_of);
        cr_assert_eq(proof.without_reason + proof.free_places_wanted, 0, "seed %lu", seed);
        by_turn += proof.by_turn;
        by_lock += proof.by_lock;
        // The last in turn takes the place of the first: somebody envies that now.
        uint32_t first = turns[0].worker, last = turns[39].worker;
        if (edge_of[first] != YZ_EDGE_NONE && held[first] == YZ_EDGE_NONE) {
            for (uint32_t e = g.first[last]; e < g.first[last + 1]; e++) {
                if (g.posting[e] != g.posting[edge_of[first]]) continue;
                edge_of[last] = e;
                edge_of[first] = YZ_EDGE_NONE;
                proof = yz_check_envy(&g.graph, g.rank, held, edge_of);
                cr_assert_gt(proof.without_reason, 0, "seed %lu", seed);
                caught += 1;
                break;
            }
        }
        small_graph_free(&g);
    }
    cr_assert(by_turn > 1000 && by_lock > 50 && caught > 20, "%lu, %lu, %lu", by_turn, by_lock,
              caught);
}
