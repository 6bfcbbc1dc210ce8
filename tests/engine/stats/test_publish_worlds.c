/* Every world of a small tree with at most so many people, and what is published of each. Two
 * worlds of which the same is published cannot be told apart, whatever one knows of the rules: so
 * no hidden number may be the same in all worlds that look alike. And among all worlds that only
 * have the shown numbers in common, a hidden one must take k + 1 values. */
#include "engine/stats/publish.h"

#include "engine/base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 8, SLOTS_MAX = 48, CELLS_MAX = 8 };

typedef enum what { A_TABLE, A_PART, TWO_BREAKDOWNS } what;

typedef struct worlds {
    const char *name;
    what what;
    uint32_t k, people; // at most
    uint32_t nodes, parent[NODES_MAX];
    uint32_t places, place[NODES_MAX]; // nodes with people of their own
    uint32_t others; // TWO_BREAKDOWNS: places of the second, under a root of its own
} worlds;

/* A number: of a node (then it may be shown), or one that no table has: what a parent counts alone,
 * what is left of a whole, a crossed cell. */
typedef struct looks {
    int8_t shown[SLOTS_MAX]; // or -1
    int8_t truth[SLOTS_MAX];
} looks;

typedef struct album {
    const worlds *of;
    looks *all;
    uint32_t count, room;
    uint32_t tabled, slots; // slots below `tabled` are of nodes
} album;

// ---- one world ----

static void roll_up(const worlds *w, int64_t *counts) {
    for (uint32_t v = w->nodes - 1; v > 0; v--)
        counts[w->parent[v]] += counts[v];
}

static void add(album *a, looks *l, int64_t truth, bool shown) {
    cr_assert_lt(a->slots, SLOTS_MAX);
    l->truth[a->slots] = (int8_t)truth;
    l->shown[a->slots++] = shown ? (int8_t)truth : -1;
}

static void look_at_table(album *a, looks *l, const yz_publish_tree *tree,
                          const yz_publish_table *table, uint8_t *states) {
    cr_assert_eq(yz_publish(tree, table, a->of->k, states, NULL), YZ_OK);
    for (uint32_t v = 0; v < tree->nodes; v++)
        add(a, l, table->counts[v], states[v] == YZ_PUBLISH_SHOWN);
}

static void look_at_part(album *a, looks *l, const uint32_t *people) {
    const worlds *w = a->of;
    uint32_t kinds = w->what == A_PART ? 2 : 1;
    int64_t alone[3][NODES_MAX] = {{0}}, counts[3][NODES_MAX]; // all, the part, the rest
    for (uint32_t i = 0; i < w->places * kinds; i++) {
        alone[0][w->place[i / kinds]] += people[i];
        alone[1 + i % kinds][w->place[i / kinds]] += people[i];
    }
    memcpy(counts, alone, sizeof counts);
    for (uint32_t t = 0; t < 3; t++)
        roll_up(w, counts[t]);
    yz_publish_tree tree = {w->parent, w->nodes};
    uint8_t states[NODES_MAX], part_states[NODES_MAX];
    look_at_table(a, l, &tree, &(yz_publish_table){.counts = counts[0]}, states);
    yz_publish_table part = {.counts = counts[1], .whole = counts[0], .within = states};
    if (kinds == 2) look_at_table(a, l, &tree, &part, part_states);
    a->tabled = a->slots;
    for (uint32_t v = 0; v < w->nodes; v++) {
        for (uint32_t t = 0; t < (kinds == 2 ? 3 : 1); t++)
            add(a, l, alone[t][v], false);
        if (kinds == 2) add(a, l, counts[2][v], false);
    }
}

static void look_at_two(album *a, looks *l, const uint32_t *people) {
    const worlds *w = a->of;
    static const uint32_t flat[CELLS_MAX + 1] = {0};
    int64_t counts[NODES_MAX] = {0}, others[CELLS_MAX + 1] = {0};
    for (uint32_t i = 0; i < w->places * w->others; i++) {
        counts[w->place[i / w->others]] += people[i];
        others[1 + i % w->others] += people[i];
        others[0] += people[i];
    }
    roll_up(w, counts);
    uint8_t states[NODES_MAX];
    yz_publish_tree tree = {w->parent, w->nodes}, other = {flat, w->others + 1};
    look_at_table(a, l, &tree, &(yz_publish_table){.counts = counts}, states);
    look_at_table(a, l, &other, &(yz_publish_table){.counts = others}, states);
    a->tabled = a->slots;
    for (uint32_t i = 0; i < w->places * w->others; i++)
        add(a, l, people[i], false);
}

static void each_world(album *a, uint32_t *people, uint32_t at, uint32_t left) {
    const worlds *w = a->of;
    uint32_t cells = w->places * (w->what == A_PART           ? 2
                                  : w->what == TWO_BREAKDOWNS ? w->others
                                                              : 1);
    for (people[at] = 0; at < cells && people[at] <= left; people[at]++)
        each_world(a, people, at + 1, left - people[at]);
    if (at < cells) return;
    if (a->count == a->room) {
        a->room = a->room ? 2 * a->room : 1024;
        a->all = yz_realloc(a->all, a->room * sizeof *a->all);
    }
    looks *l = &a->all[a->count++];
    memset(l, 0, sizeof *l);
    a->slots = 0;
    if (w->what == TWO_BREAKDOWNS)
        look_at_two(a, l, people);
    else
        look_at_part(a, l, people);
}

// ---- all of them ----

static int by_looks(const void *left, const void *right) {
    const looks *a = left, *b = right;
    return memcmp(a->shown, b->shown, sizeof a->shown);
}

// Must this number not be known? What no table has may be, unless it is small.
static bool secret(const album *a, const looks *l, uint32_t slot) {
    if (slot < a->tabled) return l->shown[slot] < 0;
    return l->truth[slot] > 0 && (uint32_t)l->truth[slot] < a->of->k;
}

static uint32_t given_away(const album *a, uint32_t begin, uint32_t end) {
    uint32_t given = 0;
    for (uint32_t slot = 0; slot < a->slots; slot++) {
        uint32_t same = begin;
        while (same < end && a->all[same].truth[slot] == a->all[begin].truth[slot])
            same += 1;
        if (same < end || !secret(a, &a->all[begin], slot)) continue;
        if (given++ > 0) continue;
        printf("%s: number %u is %d in all %u worlds that look like", a->of->name, slot,
               a->all[begin].truth[slot], end - begin);
        for (uint32_t s = 0; s < a->tabled; s++)
            printf(" %d", a->all[begin].shown[s]);
        printf("\n");
    }
    return given;
}

// Of the worlds with the numbers that `l` shows: fewer than k + 1 values of a secret one?
static uint32_t too_narrow(const album *a, const looks *l) {
    uint64_t values[SLOTS_MAX] = {0};
    for (uint32_t i = 0; i < a->count; i++) {
        const looks *other = &a->all[i];
        bool alike = true;
        for (uint32_t s = 0; s < a->tabled && alike; s++)
            alike = l->shown[s] < 0 || other->truth[s] == l->shown[s];
        for (uint32_t s = 0; s < a->slots && alike; s++)
            values[s] |= (uint64_t)1 << other->truth[s];
    }
    uint32_t narrow = 0;
    for (uint32_t s = 0; s < a->slots; s++) {
        if (!secret(a, l, s) || (uint32_t)__builtin_popcountll(values[s]) > a->of->k) continue;
        narrow += 1;
        printf("%s: number %u, %d, has only the values %#lx\n", a->of->name, s, l->truth[s],
               values[s]);
    }
    return narrow;
}

static void try_all(const worlds *w) {
    album a = {.of = w};
    uint32_t people[2 * CELLS_MAX], pictures = 0, given = 0, narrow = 0;
    cr_assert_lt(w->people, 64);
    each_world(&a, people, 0, w->people);
    qsort(a.all, a.count, sizeof *a.all, by_looks);
    for (uint32_t begin = 0, end; begin < a.count; begin = end) {
        for (end = begin + 1; end < a.count && by_looks(&a.all[begin], &a.all[end]) == 0;)
            end += 1;
        pictures += 1;
        given += given_away(&a, begin, end);
    }
    // A hidden root says little of how many there may be: there is no region to be bounded by.
    uint32_t step = a.count / 100 + 1;
    for (uint32_t i = step / 2; i < a.count; i += step) {
        if (a.all[i].shown[0] >= 0) narrow += too_narrow(&a, &a.all[i]);
    }
    printf("%s: %u worlds look like %u; %u numbers given away, %u too narrow\n", w->name, a.count,
           pictures, given, narrow);
    yz_free(a.all);
    cr_expect_eq(given + narrow, 0, "%s", w->name);
}

Test(publish_worlds, look_alike_and_differ_in_each_hidden_number) {
    static const worlds ALL[] = {
        {"three", A_TABLE, 10, 50, 4, {0}, 3, {1, 2, 3}, 0},
        {"five", A_TABLE, 4, 20, 6, {0}, 5, {1, 2, 3, 4, 5}, 0},
        {"six", A_TABLE, 5, 15, 7, {0}, 6, {1, 2, 3, 4, 5, 6}, 0},
        {"three and own", A_TABLE, 4, 24, 4, {0}, 4, {0, 1, 2, 3}, 0},
        {"two and two", A_TABLE, 4, 18, 7, {0, 0, 0, 1, 1, 2, 2}, 5, {1, 3, 4, 5, 6}, 0},
        {"a long one", A_TABLE, 4, 24, 7, {0, 0, 0, 1, 2, 4, 4}, 4, {3, 2, 5, 6}, 0},
    };
    for (uint32_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++)
        try_all(&ALL[i]);
}

Test(publish_worlds, parts_look_alike_too) {
    static const worlds ALL[] = {
        {"part of two", A_PART, 4, 30, 3, {0}, 2, {1, 2}, 0},
        {"part of three", A_PART, 4, 22, 4, {0}, 3, {1, 2, 3}, 0},
        {"part of two and own", A_PART, 4, 22, 3, {0}, 3, {0, 1, 2}, 0},
        {"part of a tree", A_PART, 4, 16, 5, {0, 0, 0, 1, 1}, 3, {2, 3, 4}, 0},
    };
    for (uint32_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++)
        try_all(&ALL[i]);
}

Test(publish_worlds, crossed_cells_stay_open) {
    static const worlds ALL[] = {
        {"two by two", TWO_BREAKDOWNS, 4, 34, 3, {0}, 2, {1, 2}, 2},
        {"three by two", TWO_BREAKDOWNS, 4, 15, 4, {0}, 3, {1, 2, 3}, 2},
        {"a tree by two", TWO_BREAKDOWNS, 4, 15, 5, {0, 0, 0, 1, 1}, 3, {2, 3, 4}, 2},
    };
    for (uint32_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++)
        try_all(&ALL[i]);
}
