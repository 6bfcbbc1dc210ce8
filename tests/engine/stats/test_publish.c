#include "engine/stats/publish.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/model/time.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- by hand ----

/* States as a word: a letter each, '.' for shown, s small, c complement, b below, w within. */
static const char *published(const yz_publish_tree *tree, const yz_publish_table *table,
                             uint32_t k) {
    static char word[64];
    uint8_t states[64];
    cr_assert_eq(yz_publish(tree, table, k, states, NULL), YZ_OK);
    for (uint32_t v = 0; v < tree->nodes; v++)
        word[v] = ".scbw"[states[v]];
    word[tree->nodes] = '\0';
    return word;
}

static const char *flat(uint32_t k, uint32_t nodes, const int64_t *counts) {
    static const uint32_t parent[64] = {0};
    return published(&(yz_publish_tree){parent, nodes}, &(yz_publish_table){.counts = counts}, k);
}
#define FLAT(k, ...)                                                                               \
    flat(k, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), (int64_t[]){__VA_ARGS__})

Test(publish, hides_small_children_and_a_complement) {
    // The picture of the header.
    cr_expect_str_eq(FLAT(10, 1240, 610, 402, 4, 0, 130, 61, 33), "...ss..c");
    cr_expect_str_eq(FLAT(10, 60, 20, 30, 10), "....", "nobody is small");
    cr_expect_str_eq(FLAT(10, 60, 20, 0, 40), "....", "a zero alone tells of nobody");
    cr_expect_str_eq(FLAT(10, 61, 20, 0, 40, 1), "..scs", "a zero beside a small one is hidden");
    cr_expect_str_eq(FLAT(10, 46, 5, 6, 35), ".ss.", "11 together: either may be 2 to 9");
    cr_expect_str_eq(FLAT(10, 44, 5, 4, 35), ".ssc", "9 together would be known to be small");
    cr_expect_str_eq(FLAT(10, 53, 9, 9, 35), ".ssc", "18 of two small ones are 9 and 9");
    cr_expect_str_eq(FLAT(10, 52, 9, 8, 35), ".ss.");
    cr_expect_str_eq(FLAT(10, 53, 9, 9, 35, 0), ".sscs", "also beside one who had nobody");
    cr_expect_str_eq(FLAT(10, 18, 9, 9), ".ss", "8 and 10 would look the same");
    cr_expect_str_eq(FLAT(10, 9, 9, 0), "sbb", "a small root");
    cr_expect_str_eq(FLAT(10, 0, 0, 0), "...");
    cr_expect_str_eq(FLAT(0, 9, 5, 4), "...", "k = 0 is off");
    cr_expect_str_eq(FLAT(10, 33, 30), ".c", "3 at the parent alone, and one child: 30 would tell");
    cr_expect_str_eq(FLAT(10, 42, 30, 4), "..s", "8 at the parent alone are hidden with the 4");
    cr_expect_str_eq(FLAT(10, 45, 30, 4), "..s", "and so are 11");
}

Test(publish, below_a_hidden_node_everything_is_hidden) {
    //                   0 - 1 - (3 4)   2 - (5 6)   7
    uint32_t parent[] = {0, 0, 0, 1, 1, 2, 2, 0};
    yz_publish_tree tree = {parent, 8};
    int64_t small_leaf[] = {200, 50, 100, 4, 46, 50, 50, 50};
    cr_expect_str_eq(published(&tree, &(yz_publish_table){.counts = small_leaf}, 10), "...sc...");
    // The complement of a small city is the last of the others.
    int64_t small_city[] = {158, 8, 100, 4, 4, 50, 50, 50};
    cr_expect_str_eq(published(&tree, &(yz_publish_table){.counts = small_city}, 10), ".s.bb..c");
    int64_t two_cities[] = {108, 8, 100, 4, 4, 50, 50, 0};
    cr_expect_str_eq(published(&tree, &(yz_publish_table){.counts = two_cities}, 10), ".scbbbbs");
}

Test(publish, a_part_is_shown_where_the_whole_and_the_rest_may_be) {
    static const uint32_t parent[8] = {0};
    yz_publish_tree tree = {parent, 5};
    int64_t seekers[] = {240, 60, 50, 4, 126};
    uint8_t within[5];
    cr_assert_eq(yz_publish(&tree, &(yz_publish_table){.counts = seekers}, 10, within, NULL),
                 YZ_OK);
    // 58 placed of 60: the two who were not would be known.
    int64_t placed[] = {118, 58, 20, 0, 40};
    yz_publish_table part = {.counts = placed, .whole = seekers, .within = within};
    cr_expect_str_eq(published(&tree, &part, 10), ".s.ww");
    int64_t few[] = {34, 3, 11, 0, 20};
    part.counts = few;
    cr_expect_str_eq(published(&tree, &part, 10), ".s.ww");
    int64_t nobody[] = {0, 0, 0, 0, 0};
    part.counts = nobody;
    cr_expect_str_eq(published(&tree, &part, 10), ".....");
    int64_t nearly_all[] = {235, 58, 49, 4, 124};
    part.counts = nearly_all;
    cr_expect_str_eq(published(&tree, &part, 10), "sbbbb", "5 not placed in all");
    // Of 10, 8, 1, 3 (k = 4) the last two are hidden, 4 together. If all 4 are placed, the first
    // could not be one less: nobody is left to be one more.
    int64_t all[] = {22, 10, 8, 1, 3}, full[] = {11, 3, 4, 1, 3}, not_full[] = {10, 3, 4, 0, 3};
    cr_assert_eq(yz_publish(&tree, &(yz_publish_table){.counts = all}, 4, within, NULL), YZ_OK);
    part = (yz_publish_table){.counts = full, .whole = all, .within = within};
    cr_expect_str_eq(published(&tree, &part, 4), ".scww");
    part.counts = not_full;
    cr_expect_str_eq(published(&tree, &part, 4), ".s.ww");
    yz_publish_table elsewhere = {.counts = seekers, .root_hidden = true};
    cr_expect_str_eq(published(&tree, &elsewhere, 10), "wbbbb");
}

Test(publish, where_the_whole_is_zero_everybody_knows_the_part) {
    static const uint32_t parent[8] = {0};
    yz_publish_tree tree = {parent, 5};
    int64_t seekers[] = {240, 60, 50, 0, 130}, placed[] = {54, 3, 20, 0, 31};
    uint8_t within[5] = {0};
    yz_publish_table part = {.counts = placed, .whole = seekers, .within = within};
    cr_expect_str_eq(published(&tree, &part, 10), ".s..c");
}

Test(publish, bad_input_names_the_node_and_why) {
    uint32_t parent[] = {0, 0, 1};
    yz_publish_tree tree = {parent, 3};
    yz_problem problem;
    uint8_t states[3];
    int64_t above[] = {10, 11, 1}, negative[] = {10, 5, -1}, fine[] = {10, 5, 1};
    yz_publish_table table = {.counts = above};
    cr_expect_eq(yz_publish(&tree, &table, 10, states, &problem), YZ_ERR_BAD_INPUT);
    cr_expect_str_eq(problem.pointer, "/nodes/1");
    cr_expect(problem.given == 11 && problem.high == 10);
    table.counts = negative;
    cr_expect_eq(yz_publish(&tree, &table, 10, states, &problem), YZ_ERR_BAD_INPUT);
    cr_expect_str_eq(problem.pointer, "/nodes/2");
    yz_publish_table part = {.counts = fine, .whole = above, .within = states};
    cr_expect_eq(yz_publish(&tree, &part, 10, states, NULL), YZ_ERR_BAD_INPUT);
    table.counts = fine;
    parent[1] = 1;
    cr_expect_eq(yz_publish(&tree, &table, 10, states, &problem), YZ_ERR_BAD_INPUT);
    cr_expect_str_eq(problem.pointer, "/nodes/1");
    tree.nodes = 0;
    cr_expect_eq(yz_publish(&tree, &table, 10, states, &problem), YZ_ERR_BAD_INPUT);
    cr_expect(yz_publish_k_sound(0) && yz_publish_k_sound(4) && yz_publish_k_sound(10));
    cr_expect(!yz_publish_k_sound(1) && !yz_publish_k_sound(3) && !yz_publish_k_sound(1000001));
}

// ---- the slow twin: the rules of the header, number by number ----

typedef struct twin {
    const uint32_t *parent;
    const int64_t *counts;
    uint32_t nodes, k;
    uint8_t *states;
} twin;

typedef struct member {
    int64_t count;
    bool low; // it must stay below k
} member;

static bool could_be(const twin *t, member m, int64_t count) {
    return count >= 0 && (!m.low || count < t->k);
}

static bool stuck(const twin *t, const member *members, uint32_t count, uint32_t i) {
    for (int64_t by = -1; by <= 1; by += 2) {
        for (uint32_t j = 0; j < count; j++) {
            if (j != i && could_be(t, members[i], members[i].count + by) &&
                could_be(t, members[j], members[j].count - by))
                return false;
        }
    }
    return members[i].low;
}

static void twin_group(const twin *t, uint32_t v) {
    member members[64];
    uint32_t count = 0;
    int64_t alone = t->counts[v], sum = 0;
    bool small = false;
    for (uint32_t u = v + 1; u < t->nodes; u++) {
        if (t->parent[u] != v) continue;
        alone -= t->counts[u];
        small = small || (t->counts[u] > 0 && t->counts[u] < t->k);
    }
    if (!small && (alone == 0 || alone >= t->k)) return;
    if (alone > 0) members[count++] = (member){alone, false};
    for (uint32_t u = v + 1; u < t->nodes; u++) {
        if (t->parent[u] != v || t->counts[u] >= t->k) continue;
        t->states[u] = YZ_PUBLISH_SMALL;
        if (t->counts[u] > 0) members[count++] = (member){t->counts[u], true};
    }
    bool any_stuck = false;
    for (uint32_t i = 0; i < count; i++) {
        sum += members[i].count;
        any_stuck = any_stuck || stuck(t, members, count, i);
    }
    if (sum >= t->k && !any_stuck) return;
    uint32_t best = 0;
    for (uint32_t u = v + 1; u < t->nodes; u++) {
        if (t->parent[u] == v && t->states[u] == YZ_PUBLISH_SHOWN) best = u;
    }
    if (best > 0) t->states[best] = YZ_PUBLISH_COMPLEMENT;
}

static void twin_publish(const twin *t) {
    memset(t->states, 0, t->nodes);
    if (t->counts[0] > 0 && t->counts[0] < t->k) t->states[0] = YZ_PUBLISH_SMALL;
    for (uint32_t v = 0; v < t->nodes; v++) {
        if (v > 0 && t->states[t->parent[v]] != YZ_PUBLISH_SHOWN) t->states[v] = YZ_PUBLISH_BELOW;
        if (t->states[v] == YZ_PUBLISH_SHOWN) twin_group(t, v);
    }
}

Test(publish, agrees_with_the_rules_read_aloud) {
    uint64_t by_state[5] = {0};
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(20000); seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t nodes = 1 + (uint32_t)yz_random_below(&random, 30), parent[30] = {0};
        uint32_t k = 4 + (uint32_t)yz_random_below(&random, 8),
                 near = (uint32_t)yz_random_below(&random, 8);
        int64_t counts[30] = {0};
        for (uint32_t v = 1; v < nodes; v++)
            parent[v] = (uint32_t)yz_random_below(&random, v < 3 ? v : v / (1 + near % 3) + 1) % v;
        for (uint32_t v = 0; v < nodes; v++) {
            uint64_t kind = yz_random_below(&random, 10); // much of it near k
            counts[v] = kind < 3   ? 0
                        : kind < 5 ? k - 1
                        : kind < 7 ? (int64_t)yz_random_below(&random, k)
                                   : (int64_t)yz_random_below(&random, 4 * k);
        }
        for (uint32_t v = 0; v < nodes && near < 4; v++) {
            for (uint32_t u = v + 1; u < nodes; u++)
                if (parent[u] == v) counts[v] = 0;
        }
        for (uint32_t v = nodes - 1; v > 0; v--)
            counts[parent[v]] += counts[v];
        uint8_t states[30], twins[30];
        yz_publish_tree tree = {parent, nodes};
        cr_assert_eq(yz_publish(&tree, &(yz_publish_table){.counts = counts}, k, states, NULL),
                     YZ_OK);
        twin_publish(&(twin){parent, counts, nodes, k, twins});
        for (uint32_t v = 0; v < nodes; v++) {
            cr_assert_eq(states[v], twins[v], "seed %lu, node %u", seed, v);
            by_state[states[v]] += 1;
        }
    }
    for (uint32_t state = 0; state <= YZ_PUBLISH_BELOW; state++)
        cr_expect_gt(by_state[state], YZ_ROUNDS(1000), "%s",
                     yz_publish_state_name((yz_publish_state)state));
}

// Wherever nodes with nobody come into the tree, the others are shown as before.
Test(publish, who_had_nobody_changes_nothing) {
    enum { MOST = 24 };
    uint64_t hidden = 0, complements = 0;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t k = 4 + (uint32_t)yz_random_below(&random, 8), parent[2][MOST] = {{0}};
        uint32_t nodes[2] = {2 + (uint32_t)yz_random_below(&random, 9), 0}, place[MOST];
        int64_t wholes[2][MOST] = {{0}}, parts[2][MOST] = {{0}};
        for (uint32_t v = 1; v < nodes[0]; v++)
            parent[0][v] = (uint32_t)yz_random_below(&random, v);
        for (uint32_t v = 0; v < nodes[0]; v++) {
            uint64_t most = yz_random_below(&random, 2) ? k : 4 * k;
            if (yz_random_below(&random, 3) == 0) continue;
            wholes[0][v] = (int64_t)yz_random_below(&random, most);
            parts[0][v] = (int64_t)yz_random_below(&random, (uint64_t)wholes[0][v] + 1);
        }
        for (uint32_t v = 0; v < nodes[0]; v++) { // the same, and somebody new before some
            while (v > 0 && nodes[1] + nodes[0] - v < MOST && yz_random_below(&random, 3) == 0) {
                parent[1][nodes[1]] = (uint32_t)yz_random_below(&random, nodes[1]);
                nodes[1] += 1;
            }
            place[v] = nodes[1];
            parent[1][nodes[1]] = place[parent[0][v]];
            wholes[1][nodes[1]] = wholes[0][v];
            parts[1][nodes[1]++] = parts[0][v];
        }
        uint8_t states[2][2][MOST];
        for (int t = 0; t < 2; t++) {
            for (uint32_t v = nodes[t] - 1; v > 0; v--) {
                wholes[t][parent[t][v]] += wholes[t][v];
                parts[t][parent[t][v]] += parts[t][v];
            }
            yz_publish_tree tree = {parent[t], nodes[t]};
            yz_publish_table whole = {.counts = wholes[t]};
            yz_publish_table part = {parts[t], wholes[t], states[t][0], false};
            cr_assert_eq(yz_publish(&tree, &whole, k, states[t][0], NULL), YZ_OK);
            cr_assert_eq(yz_publish(&tree, &part, k, states[t][1], NULL), YZ_OK);
        }
        for (uint32_t v = 0; v < nodes[0]; v++) {
            for (int table = 0; table < 2; table++) {
                uint8_t before = states[0][table][v];
                cr_assert_eq(states[1][table][place[v]], before, "seed %lu, node %u", seed, v);
                hidden += before != YZ_PUBLISH_SHOWN;
                complements += before == YZ_PUBLISH_COMPLEMENT;
            }
        }
    }
    cr_expect_gt(hidden, 10000);
    cr_expect_gt(complements, 1000);
}

/* What the proofs rest on, for large trees and parts of parts: each region has nobody or k at
 * least, and no hidden node is a whole region. */
static void regions_are_safe(uint64_t seed, const uint32_t *parent, uint32_t nodes, uint32_t k,
                             const int64_t *alone, const uint8_t *states) {
    int64_t *region = yz_alloc_zeroed(nodes * sizeof *region);
    for (uint32_t v = 0; v < nodes; v++) {
        uint32_t up = v;
        while (up > 0 && states[up] != YZ_PUBLISH_SHOWN)
            up = parent[up];
        if (states[up] == YZ_PUBLISH_SHOWN) region[up] += alone[v];
    }
    for (uint32_t v = 0; v < nodes; v++)
        cr_assert(region[v] == 0 || llabs(region[v]) >= k, "seed %lu, region of node %u", seed, v);
    yz_free(region);
}

// `alone` of the outermost whole: what is hidden there is not known of its parts.
static void no_hidden_node_is_a_region(uint64_t seed, const uint32_t *parent, uint32_t nodes,
                                       const int64_t *alone, const uint8_t *states) {
    for (uint32_t v = 1; v < nodes; v++) {
        if (states[v] == YZ_PUBLISH_SHOWN || states[parent[v]] != YZ_PUBLISH_SHOWN) continue;
        bool other = alone[parent[v]] != 0;
        for (uint32_t u = 1; u < nodes && !other; u++)
            other = u != v && parent[u] == parent[v] && states[u] != YZ_PUBLISH_SHOWN;
        cr_assert(other, "seed %lu, node %u is a region", seed, v);
    }
}

Test(publish, regions_have_nobody_or_k) {
    enum { NODES = 400, TABLES = 4 };
    static uint32_t parent[NODES];
    static int64_t alone[TABLES][NODES], counts[TABLES][NODES];
    static uint8_t states[TABLES][NODES];
    uint64_t hidden = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(400); seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t nodes = 2 + (uint32_t)yz_random_below(&random, NODES - 1),
                 k = 4 + (uint32_t)yz_random_below(&random, 12);
        uint64_t likely = 1 + yz_random_below(&random, 9),
                 many = 2 + yz_random_below(&random, 4 * k);
        for (uint32_t v = 1; v < nodes; v++)
            parent[v] = (uint32_t)yz_random_below(&random, seed % 2 ? v : v / 8 + 1);
        // Each table a part of the one before: all, placed, placed within 90 days, and kept.
        for (uint32_t t = 0; t < TABLES; t++) {
            for (uint32_t v = 0; v < nodes; v++) {
                alone[t][v] = t == 0 ? (int64_t)(yz_random_below(&random, 10) < likely
                                                     ? yz_random_below(&random, many)
                                                     : 0)
                                     : 0;
                for (int64_t i = 0; t > 0 && i < alone[t - 1][v]; i++)
                    alone[t][v] += yz_random_below(&random, 10) < likely;
                counts[t][v] = alone[t][v];
            }
            for (uint32_t v = nodes - 1; v > 0; v--)
                counts[t][parent[v]] += counts[t][v];
            yz_publish_table table = {counts[t], t ? counts[t - 1] : NULL, t ? states[t - 1] : NULL,
                                      false};
            cr_assert_eq(yz_publish(&(yz_publish_tree){parent, nodes}, &table, k, states[t], NULL),
                         YZ_OK);
            regions_are_safe(seed, parent, nodes, k, alone[t], states[t]);
            no_hidden_node_is_a_region(seed, parent, nodes, alone[0], states[t]);
            for (uint32_t v = 0; v < nodes; v++)
                hidden += states[t][v] != YZ_PUBLISH_SHOWN;
            if (t == 0) continue;
            int64_t rest[NODES];
            for (uint32_t v = 0; v < nodes; v++) {
                rest[v] = alone[t - 1][v] - alone[t][v];
                bool zero = counts[t][v] == 0 &&
                            (counts[t - 1][v] == 0 || states[t][v] == YZ_PUBLISH_SHOWN);
                cr_assert(states[t][v] != YZ_PUBLISH_SHOWN ||
                              states[t - 1][v] == YZ_PUBLISH_SHOWN || zero,
                          "seed %lu", seed);
            }
            if (counts[t][0] > 0) regions_are_safe(seed, parent, nodes, k, rest, states[t]);
        }
    }
    cr_expect_gt(hidden, YZ_ROUNDS(100000));
}

// ---- time, codes, questions ----

Test(publish, a_run_of_months_is_shown_where_each_month_is) {
    uint8_t march[] = {0, 0, YZ_PUBLISH_SMALL, 0}, april[] = {0, YZ_PUBLISH_COMPLEMENT, 0, 0},
            out[4];
    const uint8_t *months[] = {march, april};
    yz_publish_over_time(months, 2, 4, out);
    uint8_t expected[] = {0, YZ_PUBLISH_COMPLEMENT, YZ_PUBLISH_SMALL, 0};
    cr_expect_arr_eq(out, expected, 4);
    yz_publish_over_time(months, 1, 4, out);
    cr_expect_arr_eq(out, march, 4);
}

Test(publish, codes_stand_below_their_longest_prefix) {
    const char *codes[] = {"62", "6201", "620102", "6205", "620502", "62050201", "620503", "629"};
    uint32_t expected[] = {0, 0, 1, 0, 3, 4, 3, 0}, parent[8];
    yz_text ids[8];
    for (uint32_t i = 0; i < 8; i++)
        ids[i] = yz_text_of(codes[i]);
    cr_assert(yz_publish_prefix_tree(ids, 8, parent));
    cr_expect_arr_eq(parent, expected, sizeof expected);
    yz_text swapped[] = {ids[0], ids[3], ids[1]}, twice[] = {ids[0], ids[1], ids[1]};
    yz_text elsewhere[] = {ids[0], YZ_TEXT("63")}, all[] = {YZ_TEXT(""), ids[0], YZ_TEXT("63")};
    cr_expect(!yz_publish_prefix_tree(swapped, 3, parent));
    cr_expect(!yz_publish_prefix_tree(twice, 3, parent));
    cr_expect(!yz_publish_prefix_tree(elsewhere, 2, parent));
    cr_expect(!yz_publish_prefix_tree(ids, 0, parent));
    cr_assert(yz_publish_prefix_tree(all, 3, parent));
    cr_expect(parent[1] == 0 && parent[2] == 0);
}

static int64_t when(const char *text) {
    int64_t at_ms;
    cr_assert(yz_time_parse(yz_text_of(text), YZ_DAY_BEGIN, &at_ms));
    return at_ms;
}

static yz_publish_refusal asked(uint32_t by, bool at_node, bool adds_up, const char *from,
                                const char *to, const char *now) {
    yz_publish_question q = {by, false, at_node, adds_up, when(from), when(to), when(now)};
    return yz_publish_asked(&q);
}

Test(publish, answers_whole_months_that_are_over_by_one_breakdown_at_one_node) {
    const char *august = "2023-08-01", *september = "2023-09-01", *now = "2023-09-17";
    cr_expect_eq(asked(0, false, false, august, september, now), YZ_PUBLISH_ANSWERED);
    cr_expect_eq(asked(0, false, false, august, september, september), YZ_PUBLISH_ANSWERED);
    cr_expect_eq(asked(0, false, false, august, september, "2023-08-31T23:59:59.999+08:00"),
                 YZ_PUBLISH_NOT_OVER);
    cr_expect_eq(asked(0, false, true, september, "2023-10-01", now), YZ_PUBLISH_NOT_OVER);
    cr_expect_eq(asked(0, false, true, "2022-09-01", september, now), YZ_PUBLISH_ANSWERED);
    cr_expect_eq(asked(0, false, false, "2022-09-01", september, now), YZ_PUBLISH_NOT_ADDED);
    cr_expect_eq(asked(0, false, true, august, "2023-08-31", now), YZ_PUBLISH_NOT_MONTHS);
    cr_expect_eq(asked(0, false, true, "2023-08-02", september, now), YZ_PUBLISH_NOT_MONTHS);
    cr_expect_eq(asked(0, false, true, "2023-08-11", "2023-09-11", now), YZ_PUBLISH_NOT_MONTHS);
    cr_expect_eq(asked(0, false, true, "2023-08-01T00:00:00Z", september, now),
                 YZ_PUBLISH_NOT_MONTHS);
    cr_expect_eq(asked(0, false, true, "2023-08-01T00:00:00.001+08:00", september, now),
                 YZ_PUBLISH_NOT_MONTHS);
    cr_expect_eq(asked(0, false, true, august, august, now), YZ_PUBLISH_NOT_MONTHS);
    cr_expect_eq(asked(0, false, true, september, august, now), YZ_PUBLISH_NOT_MONTHS);
    cr_expect_eq(asked(0, false, true, "1970-01-01", "1970-02-01", now), YZ_PUBLISH_ANSWERED);
    for (uint32_t by = 1; by <= 4; by *= 2) {
        cr_expect_eq(asked(by, true, true, august, september, now), YZ_PUBLISH_ANSWERED);
        cr_expect_eq(asked(by, false, true, august, september, now), YZ_PUBLISH_ELSEWHERE);
        cr_expect_eq(asked(7 - by, true, true, august, september, now), YZ_PUBLISH_CROSSED);
    }
    cr_expect_eq(asked(8, true, true, august, september, now), YZ_PUBLISH_NO_SUCH_FILTER);
    yz_publish_question employer = {.other_filter = true,
                                    .from_ms = when(august),
                                    .to_ms = when(september),
                                    .now_ms = when(now)};
    cr_expect_eq(yz_publish_asked(&employer), YZ_PUBLISH_NO_SUCH_FILTER);
    cr_expect_str_eq(yz_publish_refusal_name(YZ_PUBLISH_NOT_OVER), "not_over");
}

// ---- how much is left to read ----

typedef struct shares {
    uint32_t nodes, shown;
    uint32_t large, large_shown; // of k or more
    int64_t people, told;        // at leaves: all, and those counted by a leaf that is shown
} shares;

/* `people` over a tree of two levels (or one, if `inner` is 0), by weights 1/rank^(power/2), at
 * random. */
static shares share_of(yz_random *random, uint32_t inner, uint32_t leaves, uint32_t power,
                       uint32_t people, uint32_t k) {
    enum { MOST = 2048 };
    static uint32_t parent[MOST];
    static int64_t counts[MOST];
    static uint8_t states[MOST];
    static double until[MOST];
    uint32_t nodes = 1 + inner + leaves;
    memset(counts, 0, sizeof counts);
    double sum = 0;
    for (uint32_t i = 0; i < leaves; i++) {
        parent[1 + inner + i] = inner ? 1 + i % inner : 0;
        double weight = 1;
        for (uint32_t p = 0; p < power; p++)
            weight /= 1 + i;
        sum += weight;
        until[i] = sum;
    }
    for (uint32_t person = 0; person < people; person++) {
        double at = yz_random_unit(random) * sum;
        uint32_t leaf = 0;
        while (leaf + 1 < leaves && until[leaf] < at)
            leaf += 1;
        counts[1 + inner + leaf] += 1;
    }
    for (uint32_t v = nodes - 1; v > 0; v--)
        counts[parent[v]] += counts[v];
    cr_assert_eq(yz_publish(&(yz_publish_tree){parent, nodes},
                            &(yz_publish_table){.counts = counts}, k, states, NULL),
                 YZ_OK);
    shares s = {.nodes = nodes, .people = people};
    for (uint32_t v = 0; v < nodes; v++) {
        s.shown += states[v] == YZ_PUBLISH_SHOWN;
        s.large += counts[v] >= k;
        s.large_shown += counts[v] >= k && states[v] == YZ_PUBLISH_SHOWN;
        if (v > inner && states[v] == YZ_PUBLISH_SHOWN) s.told += counts[v];
    }
    return s;
}

/* A month of a city of 20,000 seekers: 7 counties, 8 groups, 4 types, 100 occupations; and of what
 * is rarer. The shares are those of docs/publishing.md. */
Test(publish, a_city_can_be_read) {
    static const struct {
        const char *name;
        uint32_t inner, leaves, power;
    } TREES[] = {{"7 counties", 0, 7, 1},
                 {"8 groups", 0, 8, 1},
                 {"4 types", 0, 4, 1},
                 {"100 occupations", 0, 100, 1},
                 {"100 occupations in 10", 10, 100, 1},
                 {"1,639 occupations in 79", 79, 1639, 1},
                 {"14 cities, 87 counties", 14, 87, 1}};
    static const uint32_t PEOPLE[] = {20000, 1600, 160};
    for (uint32_t t = 0; t < sizeof TREES / sizeof TREES[0]; t++) {
        for (uint32_t p = 0; p < 3; p++) {
            shares s = {0};
            for (uint64_t seed = 1; seed <= YZ_ROUNDS(20); seed++) {
                yz_random random = yz_random_seeded(seed);
                shares one = share_of(&random, TREES[t].inner, TREES[t].leaves, TREES[t].power,
                                      PEOPLE[p], 10);
                s.nodes += one.nodes;
                s.shown += one.shown;
                s.large += one.large;
                s.large_shown += one.large_shown;
                s.people += one.people;
                s.told += one.told;
            }
            printf("%-24s %6u people: %5.1f %% of numbers shown, %5.1f %% of those of k or more; "
                   "%5.1f %% of people in a shown leaf\n",
                   TREES[t].name, PEOPLE[p], 100.0 * s.shown / s.nodes,
                   100.0 * s.large_shown / s.large, 100.0 * (double)s.told / (double)s.people);
            if (p == 0 && t < 5) cr_expect_geq(s.shown * 10, s.nodes * 9, "%s", TREES[t].name);
        }
    }
}
