/* A small world of statistics, counted person by person, with everything that is public of it:
 *
 *     place   month x division x occupation x group x type x status
 *     status  0 open at the start     1 ... and placed      seekers
 *             2 entered this month    3 ... and placed
 *             4 entered once more                           registrations of somebody counted above
 *             5 open                  6 filled              openings
 *
 * Divisions, occupations, groups and types are trees; a place may be at any node of each. */
#ifndef YZ_TESTS_ENGINE_STATS_PUBLIC_WORLD_H
#define YZ_TESTS_ENGINE_STATS_PUBLIC_WORLD_H

#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/stats/publish.h"

#include <criterion/criterion.h>
#include <string.h>

enum { DIVISION, OCCUPATION, GROUP, TYPE, AXES };
enum { STATUSES = 7, MONTHS_MAX = 2, AXIS_NODES_MAX = 12 };
enum { S02, S03, S01, S05, S08, SERIES };

/* docs/publishing.md: which series are public, which is a part of which, and what is left then. */
static const struct {
    const char *name;
    int8_t counts[STATUSES], rest[STATUSES];
    int whole; // series it is a part of, or -1
    bool adds_up;
} SERIES_OF[SERIES] = {
    [S02] = {"S02", {1, 1, 1, 1, 0, 0, 0}, {0}, -1, false},
    [S03] = {"S03", {0, 0, 0, 0, 0, 1, 1}, {0}, -1, false},
    [S01] = {"S01", {0, 0, 1, 1, 1, 0, 0}, {1, 1, 0, 0, -1, 0, 0}, S02, true},
    [S05] = {"S05", {0, 1, 0, 1, 0, 0, 0}, {1, 0, 1, 0, 0, 0, 0}, S02, false},
    [S08] = {"S08", {0, 0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 1, 0}, S03, true},
};

typedef struct axis {
    uint32_t nodes;
    uint32_t parent[AXIS_NODES_MAX];
} axis;

typedef struct place {
    uint32_t month, at[AXES], status;
} place;

typedef struct public_world {
    uint32_t k, months;
    axis axes[AXES];
    uint32_t node; // the division whose breakdowns are public
    uint32_t places;
    place *place;
    int32_t *count; // by place
    /* What is public: one table by month, series and axis. */
    int64_t counts[MONTHS_MAX][SERIES][AXES][AXIS_NODES_MAX];
    uint8_t states[MONTHS_MAX][SERIES][AXES][AXIS_NODES_MAX];
    uint8_t year[SERIES][AXES][AXIS_NODES_MAX]; // all months together
} public_world;

/* A sum over places: those below a division and below a node of one other axis, with a weight by
 * status. `month` == months: all of them. */
typedef struct cell {
    uint32_t month, division, axis, node;
    const int8_t *weight;
} cell;

static inline bool is_below(const axis *a, uint32_t node, uint32_t top) {
    while (node > top)
        node = a->parent[node];
    return node == top;
}

static inline place place_of(const public_world *w, uint32_t index) {
    place p;
    p.status = index % STATUSES;
    index /= STATUSES;
    for (uint32_t a = AXES; a-- > 0; index /= w->axes[a].nodes)
        p.at[a] = index % w->axes[a].nodes;
    p.month = index;
    return p;
}

/* Entries by place; returns the count. */
static inline int64_t cell_entries(const public_world *w, const cell *c, int8_t *entries) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < w->places; i++) {
        place p = w->place[i];
        bool in = (c->month == w->months || p.month == c->month) &&
                  is_below(&w->axes[DIVISION], p.at[DIVISION], c->division) &&
                  is_below(&w->axes[c->axis], p.at[c->axis], c->node);
        int8_t entry = in ? c->weight[p.status] : 0;
        if (entries) entries[i] = entry;
        sum += entry * (int64_t)w->count[i];
    }
    return sum;
}

/* The cell of a public table. */
static inline cell public_cell(const public_world *w, uint32_t month, uint32_t series, uint32_t a,
                               uint32_t node) {
    return (cell){month, a == DIVISION ? node : w->node, a, node, SERIES_OF[series].counts};
}

static inline void publish_table(public_world *w, uint32_t month, uint32_t series, uint32_t a) {
    int64_t *counts = w->counts[month][series][a];
    for (uint32_t v = 0; v < w->axes[a].nodes; v++) {
        cell c = public_cell(w, month, series, a, v);
        counts[v] = cell_entries(w, &c, NULL);
    }
    int whole = SERIES_OF[series].whole;
    yz_publish_table table = {.counts = counts,
                              .whole = whole < 0 ? NULL : w->counts[month][whole][a],
                              .within = whole < 0 ? NULL : w->states[month][whole][a],
                              .root_hidden = a != DIVISION &&
                                             w->states[month][series][DIVISION][w->node] != 0};
    yz_publish_tree tree = {w->axes[a].parent, w->axes[a].nodes};
    cr_assert_eq(yz_publish(&tree, &table, w->k, w->states[month][series][a], NULL), YZ_OK);
}

static inline void publish_all(public_world *w) {
    for (uint32_t series = 0; series < SERIES; series++) {
        for (uint32_t a = 0; a < AXES; a++) {
            const uint8_t *months[MONTHS_MAX];
            for (uint32_t m = 0; m < w->months; m++) {
                publish_table(w, m, series, a);
                months[m] = w->states[m][series][a];
            }
            yz_publish_over_time(months, w->months, w->axes[a].nodes, w->year[series][a]);
        }
    }
}

static inline uint32_t up_to(yz_random *random, uint32_t low, uint32_t high) {
    return (uint32_t)yz_random_between(random, low, high);
}

/* Some divisions and occupations are full, most are nearly empty: as life is. */
static inline void public_world_init(public_world *w, yz_random *random) {
    static const uint32_t KS[] = {4, 10, 10};
    uint32_t least[AXES] = {4, 3, 3, 3}, most[AXES] = {9, 5, 3, 3};
    memset(w, 0, sizeof *w);
    w->k = KS[up_to(random, 0, 2)];
    w->months = up_to(random, 1, MONTHS_MAX);
    w->places = w->months * STATUSES;
    uint32_t weight[AXES][AXIS_NODES_MAX];
    for (uint32_t a = 0; a < AXES; a++) {
        axis *tree = &w->axes[a];
        tree->nodes = up_to(random, least[a], most[a]);
        w->places *= tree->nodes;
        bool deep = a < GROUP && up_to(random, 0, 3) > 0;
        bool own = up_to(random, 0, 1) > 0; // do nodes with children count people of their own?
        for (uint32_t v = 0; v < tree->nodes; v++) {
            tree->parent[v] = v > 0 && deep ? up_to(random, v > 3 ? v - 3 : 0, v - 1) : 0;
            uint32_t kind = up_to(random, 0, 9);
            weight[a][v] = kind < 2 ? 0 : kind < 7 ? 1 : kind < 9 ? 4 : 12;
        }
        for (uint32_t v = 1; v < tree->nodes && !own; v++)
            weight[a][tree->parent[v]] = 0;
    }
    w->node = up_to(random, 0, 2) > 0 ? 0 : up_to(random, 0, w->axes[DIVISION].nodes - 1);
    w->count = yz_alloc_zeroed(w->places * sizeof *w->count);
    w->place = yz_alloc(w->places * sizeof *w->place);
    uint32_t likely[STATUSES];
    for (uint32_t s = 0; s < STATUSES; s++)
        likely[s] = up_to(random, 1, 3);
    uint32_t sparse = up_to(random, 20, 200);
    for (uint32_t i = 0; i < w->places; i++) {
        place p = w->place[i] = place_of(w, i);
        uint32_t mass = likely[p.status];
        for (uint32_t a = 0; a < AXES; a++)
            mass *= weight[a][p.at[a]];
        for (uint32_t draw = 0; draw < 2; draw++)
            w->count[i] += (int32_t)(up_to(random, 0, 2 * mass) / sparse) +
                           (up_to(random, 0, sparse) < mass % sparse ? 1 : 0);
    }
    publish_all(w);
    // Now and then breakdowns are wanted of a node that is not shown itself.
    for (uint32_t v = 1; v < w->axes[DIVISION].nodes && up_to(random, 0, 1) > 0; v++) {
        if (w->states[0][S02][DIVISION][v] == YZ_PUBLISH_COMPLEMENT) w->node = v;
    }
    publish_all(w);
}

static inline void public_world_deinit(public_world *w) {
    yz_free(w->count);
    yz_free(w->place);
}

#endif
