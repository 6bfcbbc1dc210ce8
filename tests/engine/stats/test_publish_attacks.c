/* Small worlds, all that is public of them, and two ways to get at what is hidden. */
#include "tests/engine/stats/public_world.h"
#include "tests/engine/stats/span.h"
#include "tests/rounds.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_small(const public_world *w, int64_t count) {
    return count != 0 && llabs(count) < w->k;
}

// ---- by adding and subtracting ----

// Is nobody counted by `weight` at this node, as everybody can see?
static bool shown_empty(const public_world *w, uint32_t month, uint32_t series, uint32_t a,
                        uint32_t node, const int8_t *weight) {
    if (w->states[month][series][a][node] != YZ_PUBLISH_SHOWN) return false;
    int64_t count = w->counts[month][series][a][node];
    if (weight == SERIES_OF[series].counts) return count == 0;
    uint32_t whole = (uint32_t)SERIES_OF[series].whole;
    return w->states[month][whole][a][node] == YZ_PUBLISH_SHOWN &&
           w->counts[month][whole][a][node] == count;
}

// Does a node count nobody at itself, as everybody can see who adds up its children?
static bool children_make_up(const public_world *w, uint32_t month, uint32_t series, uint32_t a,
                             uint32_t node) {
    const uint8_t *states = w->states[month][series][a];
    int64_t left = w->counts[month][series][a][node];
    for (uint32_t v = node + 1; v < w->axes[a].nodes; v++) {
        if (w->axes[a].parent[v] != node) continue;
        if (states[v] != YZ_PUBLISH_SHOWN) return false;
        left -= w->counts[month][series][a][v];
    }
    return states[node] == YZ_PUBLISH_SHOWN && left == 0;
}

// Nobody is at places that are shown to be empty; no sum needs to say so.
static bool known_empty(const public_world *w, place p) {
    for (uint32_t series = 0; series < SERIES; series++) {
        bool counted = SERIES_OF[series].counts[p.status] != 0;
        // What is left of S02 beside S01 is not a count of people.
        bool left = series != S01 && SERIES_OF[series].rest[p.status] != 0;
        for (uint32_t a = 0; a < AXES; a++) {
            if (a != DIVISION && !is_below(&w->axes[DIVISION], p.at[DIVISION], w->node)) continue;
            if (counted && children_make_up(w, p.month, series, a, p.at[a])) return true;
            for (uint32_t v = p.at[a];; v = w->axes[a].parent[v]) {
                if (counted && shown_empty(w, p.month, series, a, v, SERIES_OF[series].counts))
                    return true;
                if (left && shown_empty(w, p.month, series, a, v, SERIES_OF[series].rest))
                    return true;
                if (v == 0) break;
            }
        }
    }
    return false;
}

typedef struct attack {
    const public_world *world;
    uint64_t seed;
    span spans[2];
    uint32_t *left, left_count; // places that are not known to be empty: the columns
    int8_t *entries;
    uint64_t tried;
} attack;

// The cell's entries by column; returns the count.
static int64_t entries_of(attack *a, const cell *c) {
    int64_t count = cell_entries(a->world, c, a->entries);
    for (uint32_t i = 0; i < a->left_count; i++)
        a->entries[i] = a->entries[a->left[i]];
    return count;
}

static void must_not_follow(attack *a, const cell *c, const char *what, const char *series) {
    int64_t count = entries_of(a, c);
    a->tried += 1;
    for (uint32_t i = 0; i < 2; i++) {
        cr_expect(!span_holds(&a->spans[i], a->entries),
                  "seed %lu: %s %s = %ld of month %u, division %u, axis %u node %u follows",
                  a->seed, what, series, count, c->month, c->division, c->axis, c->node);
    }
}

static void know_what_is_shown(attack *a) {
    const public_world *w = a->world;
    for (uint32_t m = 0; m <= w->months; m++) {
        for (uint32_t series = 0; series < SERIES; series++) {
            if (m == w->months && !SERIES_OF[series].adds_up) continue;
            for (uint32_t x = 0; x < AXES; x++) {
                const uint8_t *states =
                    m == w->months ? w->year[series][x] : w->states[m][series][x];
                for (uint32_t v = 0; v < w->axes[x].nodes; v++) {
                    if (states[v] != YZ_PUBLISH_SHOWN) continue;
                    cell c = public_cell(w, m, series, x, v);
                    entries_of(a, &c);
                    span_add(&a->spans[0], a->entries);
                    span_add(&a->spans[1], a->entries);
                }
            }
        }
    }
}

// Every hidden number, and every small one that a table could have: division x one axis x time.
static void want_what_is_hidden(attack *a) {
    const public_world *w = a->world;
    for (uint32_t m = 0; m <= w->months; m++) {
        for (uint32_t series = 0; series < SERIES; series++) {
            for (uint32_t x = 0; x < AXES; x++) {
                const uint8_t *states =
                    m == w->months ? w->year[series][x] : w->states[m][series][x];
                for (uint32_t v = 0; v < w->axes[x].nodes; v++) {
                    if (states[v] == YZ_PUBLISH_SHOWN) continue;
                    cell c = public_cell(w, m, series, x, v);
                    must_not_follow(a, &c, "hidden", SERIES_OF[series].name);
                }
                for (uint32_t d = 0; d < w->axes[DIVISION].nodes; d++) {
                    for (uint32_t v = x == DIVISION ? d : 0; v < w->axes[x].nodes; v++) {
                        cell c = {m, d, x, v, SERIES_OF[series].counts};
                        if (is_small(w, cell_entries(w, &c, NULL)))
                            must_not_follow(a, &c, "small", SERIES_OF[series].name);
                        // Of S01 what is left may be below 0: over several months it counts nobody.
                        c.weight = SERIES_OF[series].rest;
                        if ((series != S01 || m < w->months) &&
                            is_small(w, cell_entries(w, &c, NULL)))
                            must_not_follow(a, &c, "small rest of", SERIES_OF[series].name);
                        if (x == DIVISION) break;
                    }
                }
            }
        }
    }
}

Test(publish_attacks, no_sum_or_difference_gives_a_hidden_number) {
    uint64_t tried = 0, places = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(40); seed++) {
        yz_random random = yz_random_seeded(seed);
        public_world w;
        public_world_init(&w, &random);
        attack a = {.world = &w,
                    .seed = seed,
                    .left = yz_alloc(w.places * sizeof *a.left),
                    .entries = yz_alloc(w.places)};
        for (uint32_t i = 0; i < w.places; i++) {
            if (!known_empty(&w, w.place[i])) a.left[a.left_count++] = i;
        }
        for (uint32_t i = 0; i < 2; i++)
            a.spans[i] = span_new(SPAN_PRIMES[i], a.left_count);
        know_what_is_shown(&a);
        for (uint32_t i = 0; i < 2; i++)
            span_close(&a.spans[i], &random);
        want_what_is_hidden(&a);
        tried += a.tried;
        places += w.places;
        for (uint32_t i = 0; i < 2; i++)
            span_free(&a.spans[i]);
        yz_free(a.left);
        yz_free(a.entries);
        public_world_deinit(&w);
    }
    printf("%lu places, %lu hidden or small numbers, none follows\n", places, tried);
    cr_assert_gt(tried, YZ_ROUNDS(10000));
}

// ---- by bounds: no count is below 0 ----

/* Numbers known to lie between low and high, and sums of them; each sum bounds its members and they
 * bound it, until nothing moves. */
enum { KNOWN_MAX = 2 * AXIS_NODES_MAX * (STATUSES + SERIES + 2), SUMS_MAX = 2 * KNOWN_MAX };

typedef struct bounds {
    int64_t low[KNOWN_MAX], high[KNOWN_MAX];
    struct {
        uint32_t total, count, member[AXIS_NODES_MAX + 2];
    } sums[SUMS_MAX];
    uint32_t sum_count;
} bounds;

// What is counted: a status, a series, or what is left of a part. At a node, or at it alone.
static uint32_t known(uint32_t what, uint32_t node, bool alone) {
    return (what * AXIS_NODES_MAX + node) * 2 + alone;
}

static uint32_t new_sum(bounds *b, uint32_t total) {
    b->sums[b->sum_count].total = total;
    b->sums[b->sum_count].count = 0;
    return b->sum_count++;
}

static void sum_takes(bounds *b, uint32_t sum, uint32_t member) {
    b->sums[sum].member[b->sums[sum].count++] = member;
}

static bool raise_low(bounds *b, uint32_t at, int64_t low) {
    if (low <= b->low[at]) return false;
    b->low[at] = low;
    return true;
}

static bool lower_high(bounds *b, uint32_t at, int64_t high) {
    if (high >= b->high[at]) return false;
    b->high[at] = high;
    return true;
}

static bool tighten(bounds *b, uint32_t sum) {
    uint32_t total = b->sums[sum].total, count = b->sums[sum].count;
    const uint32_t *member = b->sums[sum].member;
    int64_t low = 0, high = 0;
    for (uint32_t i = 0; i < count; i++) {
        low += b->low[member[i]];
        high += b->high[member[i]];
    }
    bool moved = raise_low(b, total, low);
    moved = lower_high(b, total, high) || moved;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t m = member[i];
        int64_t others_high = high - b->high[m], others_low = low - b->low[m];
        int64_t was_low = b->low[m], was_high = b->high[m];
        moved = raise_low(b, m, b->low[total] - others_high) || moved;
        moved = lower_high(b, m, b->high[total] - others_low) || moved;
        low += b->low[m] - was_low;
        high += b->high[m] - was_high;
    }
    return moved;
}

enum { LEFT_OF_S05 = STATUSES + SERIES, LEFT_OF_S08, KINDS };

static void all_sums(bounds *b, const axis *tree) {
    for (uint32_t what = 0; what < KINDS; what++) {
        for (uint32_t v = 0; v < tree->nodes; v++) {
            uint32_t sum = new_sum(b, known(what, v, false));
            sum_takes(b, sum, known(what, v, true));
            for (uint32_t u = v + 1; u < tree->nodes; u++) {
                if (tree->parent[u] == v) sum_takes(b, sum, known(what, u, false));
            }
        }
    }
    for (uint32_t v = 0; v < tree->nodes; v++) {
        for (uint32_t alone = 0; alone < 2; alone++) {
            for (uint32_t series = 0; series < SERIES; series++) {
                uint32_t sum = new_sum(b, known(STATUSES + series, v, alone));
                for (uint32_t s = 0; s < STATUSES; s++) {
                    if (SERIES_OF[series].counts[s]) sum_takes(b, sum, known(s, v, alone));
                }
                if (series != S05 && series != S08) continue;
                uint32_t left = series == S05 ? LEFT_OF_S05 : LEFT_OF_S08;
                sum = new_sum(b, known(STATUSES + (uint32_t)SERIES_OF[series].whole, v, alone));
                sum_takes(b, sum, known(STATUSES + series, v, alone));
                sum_takes(b, sum, known(left, v, alone));
            }
        }
    }
}

// All tables of one month over one tree at once.
static void bound(const public_world *w, uint32_t month, uint32_t a, bounds *b) {
    memset(b, 0, sizeof *b);
    for (uint32_t i = 0; i < KNOWN_MAX; i++)
        b->high[i] = 1000000;
    for (uint32_t series = 0; series < SERIES; series++) {
        for (uint32_t v = 0; v < w->axes[a].nodes; v++) {
            if (w->states[month][series][a][v] != YZ_PUBLISH_SHOWN) continue;
            uint32_t at = known(STATUSES + series, v, false);
            b->low[at] = b->high[at] = w->counts[month][series][a][v];
        }
    }
    all_sums(b, &w->axes[a]);
    bool moved = true;
    for (uint32_t round = 0; round < 1000 && moved; round++) {
        moved = false;
        for (uint32_t s = 0; s < b->sum_count; s++)
            moved = tighten(b, s) || moved;
    }
    cr_assert(!moved);
}

Test(publish_attacks, bounds_leave_k_and_one_values_for_each_hidden_number) {
    static bounds of[AXES];
    uint64_t hidden = 0, shown = 0, crossed = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(150); seed++) {
        yz_random random = yz_random_seeded(seed);
        public_world w;
        public_world_init(&w, &random);
        for (uint32_t m = 0; m < w.months; m++) {
            for (uint32_t a = 0; a < AXES; a++)
                bound(&w, m, a, &of[a]);
            for (uint32_t series = 0; series < SERIES; series++) {
                for (uint32_t a = 0; a < AXES; a++) {
                    for (uint32_t v = 0; v < w.axes[a].nodes; v++) {
                        uint32_t at = known(STATUSES + series, v, false);
                        int64_t low = of[a].low[at], high = of[a].high[at];
                        int64_t count = w.counts[m][series][a][v];
                        cr_assert(low <= count && count <= high, "seed %lu", seed);
                        if (w.states[m][series][a][v] == YZ_PUBLISH_SHOWN) {
                            shown += 1;
                            continue;
                        }
                        hidden += 1;
                        cr_expect(high - low >= w.k,
                                  "seed %lu: %s = %ld of node %u, axis %u: %ld..%ld, k %u", seed,
                                  SERIES_OF[series].name, count, v, a, low, high, w.k);
                    }
                }
                // Crossed with a division: between max(0, x + y - N) and min(x, y).
                uint32_t at_n = known(STATUSES + series, w.node, false);
                if (w.states[m][series][DIVISION][w.node] != YZ_PUBLISH_SHOWN) continue;
                int64_t n = of[DIVISION].low[at_n];
                for (uint32_t d = w.node + 1; d < w.axes[DIVISION].nodes; d++) {
                    if (!is_below(&w.axes[DIVISION], d, w.node)) continue;
                    for (uint32_t a = OCCUPATION; a < AXES; a++) {
                        for (uint32_t v = 1; v < w.axes[a].nodes; v++) {
                            cell c = {m, d, a, v, SERIES_OF[series].counts};
                            if (!is_small(&w, cell_entries(&w, &c, NULL))) continue;
                            uint32_t x = known(STATUSES + series, d, false);
                            uint32_t y = known(STATUSES + series, v, false);
                            int64_t low = of[DIVISION].low[x] + of[a].low[y] - n;
                            int64_t high = of[DIVISION].high[x] < of[a].high[y]
                                               ? of[DIVISION].high[x]
                                               : of[a].high[y];
                            if (low < 0) low = 0;
                            crossed += 1;
                            cr_expect(high - low >= w.k, "seed %lu: crossed", seed);
                        }
                    }
                }
            }
        }
        public_world_deinit(&w);
    }
    printf("%lu shown, %lu hidden, %lu small ones crossed with a division\n", shown, hidden,
           crossed);
    cr_assert_gt(hidden, YZ_ROUNDS(5000));
    cr_assert_gt(crossed, YZ_ROUNDS(5000));
}
