/* Parents come before their children, so one walk over the nodes meets every group of siblings when
 * its parent is decided. A group is at most twice read: once for what is small in it, once for the
 * complement. */
#include "engine/stats/publish.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/limits.h"
#include "engine/model/time.h"

#include <stdio.h>
#include <stdlib.h>

const char *yz_publish_state_name(yz_publish_state state) {
    switch (state) {
    case YZ_PUBLISH_SHOWN: return "shown";
    case YZ_PUBLISH_SMALL: return "small";
    case YZ_PUBLISH_COMPLEMENT: return "complement";
    case YZ_PUBLISH_BELOW: return "below";
    case YZ_PUBLISH_WITHIN: return "within";
    }
    return "";
}

bool yz_publish_k_sound(uint32_t k) {
    return k == 0 || (k >= YZ_PUBLISH_K_MIN && k <= YZ_PUBLISH_K_MAX);
}

// A count and, of a part, what is left of the whole; else `rest` is 0 everywhere.
typedef struct counted {
    int64_t count, rest;
} counted;

typedef struct work {
    const yz_publish_table *table;
    uint32_t k, nodes;
    uint32_t *first; // children of node v: child[first[v]] .. child[first[v + 1] - 1], ascending
    uint32_t *child;
    counted *own; // by node: the count less those of the children
    uint8_t *states;
} work;

/* What is hidden in one group so far. For rule 3 it is counted which of the numbers could be one
 * more, and which one less, while the same cells are hidden. */
typedef struct group {
    counted sum;
    bool counts, rests;            // not 0 everywhere in the group
    uint32_t moving[2][2];         // low ones by: could be one more, could be one less
    uint32_t free_more, free_less; // others, which can make up for them
} group;

static counted at(const work *w, uint32_t node) {
    int64_t count = w->table->counts[node];
    return (counted){count, w->table->whole ? w->table->whole[node] - count : 0};
}

static bool is_zero(counted n) {
    return n.count == 0 && n.rest == 0;
}

static bool below_k(const work *w, int64_t count) {
    return (count < 0 ? -count : count) < w->k;
}

static bool is_small(const work *w, counted n) {
    return (n.count != 0 && below_k(w, n.count)) || (n.rest != 0 && below_k(w, n.rest));
}

// Hidden beside a small one?
static bool is_low(const work *w, const group *g, counted n) {
    return (g->counts && below_k(w, n.count)) || (g->rests && below_k(w, n.rest));
}

static bool hidden_within(const work *w, uint32_t node) {
    return w->table->within && w->table->within[node] != YZ_PUBLISH_SHOWN;
}

// Everybody who sees that the whole is 0 knows it of the part.
static bool zero_within(const work *w, uint32_t node) {
    return w->table->within && !hidden_within(w, node) && is_zero(at(w, node));
}

// Would a low number be low if it were one more (by 1), or one less (by -1)? The whole is known.
static bool moves(const work *w, const group *g, counted n, int64_t by) {
    if (n.count + by < 0) return false;
    if (!w->table->whole) return is_low(w, g, (counted){n.count + by, 0});
    if (n.rest == 0 && by > 0) return false;
    return is_low(w, g, (counted){n.count + by, n.rest - by});
}

static void hide(group *g, counted n) {
    g->sum.count += n.count;
    g->sum.rest += n.rest;
}

// Is a number stuck, with no other to make up for its being one more or one less? Each could be one
// of the two (k > 3); who could be both is stuck only if alone, and then sums say so.
static bool any_stuck(const group *g) {
    uint32_t more = g->free_more + g->moving[1][0] + g->moving[1][1];
    uint32_t less = g->free_less + g->moving[0][1] + g->moving[1][1];
    return (g->moving[1][0] > 0 && less == 0) || (g->moving[0][1] > 0 && more == 0);
}

// Rule 3.
static bool needs_complement(const work *w, const group *g) {
    if (g->counts && below_k(w, g->sum.count)) return true;
    if (g->rests && below_k(w, g->sum.rest)) return true;
    return any_stuck(g);
}

// The last one first. One is enough, unless a negative rest takes from the sum.
static void hide_complement(work *w, group *g, uint32_t parent) {
    for (uint32_t i = w->first[parent + 1]; i > w->first[parent] && needs_complement(w, g); i--) {
        uint32_t node = w->child[i - 1];
        if (w->states[node] != YZ_PUBLISH_SHOWN || zero_within(w, node)) continue;
        w->states[node] = YZ_PUBLISH_COMPLEMENT;
        hide(g, at(w, node));
        g->free_more += 1;
        g->free_less += 1;
    }
}

// Rule 2, below a shown parent.
static void hide_low(work *w, group *g, uint32_t parent) {
    counted loose = w->own[parent]; // whose own wholes are not known
    hide(g, loose);
    for (uint32_t i = w->first[parent]; i < w->first[parent + 1]; i++) {
        uint32_t node = w->child[i];
        counted n = at(w, node);
        if (hidden_within(w, node)) {
            w->states[node] = YZ_PUBLISH_WITHIN;
            loose.count += n.count;
            loose.rest += n.rest;
        } else if (!zero_within(w, node) && is_low(w, g, n)) {
            w->states[node] = YZ_PUBLISH_SMALL;
            // A zero makes up for nothing: it may be new in the tree, and known to be one.
            if (!is_zero(n)) g->moving[moves(w, g, n, 1)][moves(w, g, n, -1)] += 1;
        }
        if (w->states[node] != YZ_PUBLISH_SHOWN) hide(g, n);
    }
    g->free_more += w->table->whole ? loose.rest != 0 : loose.count != 0;
    g->free_less += loose.count != 0;
}

static void decide_group(work *w, uint32_t parent) {
    counted own = w->own[parent];
    group g = {.counts = own.count != 0, .rests = own.rest != 0};
    bool small = is_small(w, own);
    for (uint32_t i = w->first[parent]; i < w->first[parent + 1]; i++) {
        counted n = at(w, w->child[i]);
        small = small || hidden_within(w, w->child[i]) || is_small(w, n);
        g.counts = g.counts || n.count != 0;
        g.rests = g.rests || n.rest != 0;
    }
    // With nobody at the parent there is nobody below, and everybody can see that.
    if (!small || !g.counts) return;
    hide_low(w, &g, parent);
    if (needs_complement(w, &g)) hide_complement(w, &g, parent);
}

static void decide(work *w) {
    uint8_t *states = w->states;
    memset(states, YZ_PUBLISH_SHOWN, w->nodes);
    if (w->k == 0) return;
    if (w->table->root_hidden || hidden_within(w, 0))
        states[0] = YZ_PUBLISH_WITHIN;
    else if (is_small(w, at(w, 0)))
        states[0] = YZ_PUBLISH_SMALL;
    for (uint32_t v = 0; v < w->nodes; v++) {
        if (w->first[v] == w->first[v + 1]) continue;
        if (states[v] == YZ_PUBLISH_SHOWN) {
            decide_group(w, v);
            continue;
        }
        for (uint32_t i = w->first[v]; i < w->first[v + 1]; i++) {
            if (!zero_within(w, w->child[i])) states[w->child[i]] = YZ_PUBLISH_BELOW;
        }
    }
}

// Lists of children, ascending, by counting.
static void list_children(work *w, const uint32_t *parent) {
    for (uint32_t v = 1; v < w->nodes; v++)
        w->first[parent[v] + 1] += 1;
    for (uint32_t v = 0; v < w->nodes; v++)
        w->first[v + 1] += w->first[v];
    uint32_t *next = yz_alloc(w->nodes * sizeof *next);
    memcpy(next, w->first, w->nodes * sizeof *next);
    for (uint32_t v = 1; v < w->nodes; v++)
        w->child[next[parent[v]]++] = v;
    yz_free(next);
}

static yz_status refuse(yz_problem *problem, uint32_t node, int64_t given, int64_t low,
                        int64_t high) {
    char pointer[YZ_POINTER_BYTES_MAX];
    snprintf(pointer, sizeof pointer, "/nodes/%u", node);
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, pointer, given, low, high);
}

// own = counts less those of the children, or what is wrong.
static yz_status own_of(const yz_publish_tree *tree, const int64_t *counts, int64_t *own,
                        yz_problem *problem) {
    for (uint32_t v = 0; v < tree->nodes; v++) {
        int64_t most = v == 0 ? YZ_PUBLISH_COUNT_MAX : own[tree->parent[v]];
        if (counts[v] < 0 || counts[v] > most) return refuse(problem, v, counts[v], 0, most);
        own[v] = counts[v];
        if (v > 0) own[tree->parent[v]] -= counts[v];
    }
    return YZ_OK;
}

static yz_status read_counts(work *w, const yz_publish_tree *tree, yz_problem *problem) {
    int64_t *own = yz_alloc(tree->nodes * sizeof *own);
    yz_status status = own_of(tree, w->table->counts, own, problem);
    for (uint32_t v = 0; v < tree->nodes && status == YZ_OK; v++)
        w->own[v] = (counted){own[v], 0};
    if (status == YZ_OK && w->table->whole) {
        status = own_of(tree, w->table->whole, own, problem);
        for (uint32_t v = 0; v < tree->nodes && status == YZ_OK; v++)
            w->own[v].rest = own[v] - w->own[v].count;
    }
    yz_free(own);
    return status;
}

yz_status yz_publish(const yz_publish_tree *tree, const yz_publish_table *table, uint32_t k,
                     uint8_t *states, yz_problem *problem) {
    yz_check(yz_publish_k_sound(k));
    yz_check((table->whole == NULL) == (table->within == NULL));
    if (tree->nodes < 1 || tree->nodes > YZ_DICTIONARY_MAX + 1)
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/nodes", tree->nodes, 1,
                                YZ_DICTIONARY_MAX + 1);
    for (uint32_t v = 1; v < tree->nodes; v++) {
        if (tree->parent[v] >= v) return refuse(problem, v, tree->parent[v], 0, (int64_t)v - 1);
    }
    size_t nodes = tree->nodes;
    work w = {.table = table,
              .k = k,
              .nodes = tree->nodes,
              .first = yz_alloc_zeroed((nodes + 1) * sizeof *w.first),
              .child = yz_alloc(nodes * sizeof *w.child),
              .own = yz_alloc(nodes * sizeof *w.own),
              .states = states};
    yz_status status = read_counts(&w, tree, problem);
    if (status == YZ_OK) {
        list_children(&w, tree->parent);
        decide(&w);
    }
    yz_free(w.first);
    yz_free(w.child);
    yz_free(w.own);
    return status;
}

void yz_publish_over_time(const uint8_t *const *months, uint32_t count, uint32_t nodes,
                          uint8_t *states) {
    memcpy(states, months[0], nodes);
    for (uint32_t m = 1; m < count; m++) {
        for (uint32_t v = 0; v < nodes; v++) {
            if (states[v] == YZ_PUBLISH_SHOWN) states[v] = months[m][v];
        }
    }
}

// Counts are rolled up there, and at the root; a whole code has its own and no more.
static bool has_parts(const yz_text *ids, uint32_t node) {
    uint32_t size = ids[node].size;
    return node == 0 || size == 2 || size == 4 || size == 6;
}

bool yz_publish_prefix_tree(const yz_text *ids, uint32_t count, uint32_t *parent) {
    if (count == 0) return false;
    parent[0] = 0;
    for (uint32_t i = 1; i < count; i++) {
        if (yz_text_compare(ids[i - 1], ids[i]) >= 0) return false;
        // Between a code and its extensions only extensions stand: its parent is the code before it
        // or one of that one's ancestors.
        uint32_t up = i - 1;
        while (up > 0 && !(has_parts(ids, up) && yz_text_starts_with(ids[i], ids[up])))
            up = parent[up];
        if (!yz_text_starts_with(ids[i], ids[up])) return false;
        parent[i] = up;
    }
    return true;
}

// ---- questions ----

const char *yz_publish_refusal_name(yz_publish_refusal refusal) {
    switch (refusal) {
    case YZ_PUBLISH_ANSWERED: return "answered";
    case YZ_PUBLISH_NO_SUCH_FILTER: return "no_such_filter";
    case YZ_PUBLISH_CROSSED: return "crossed";
    case YZ_PUBLISH_ELSEWHERE: return "elsewhere";
    case YZ_PUBLISH_NOT_MONTHS: return "not_months";
    case YZ_PUBLISH_NOT_OVER: return "not_over";
    case YZ_PUBLISH_NOT_ADDED: return "not_added";
    }
    return "";
}

// The month that begins at this instant in Beijing, counted from year 0; -1: none does.
static int64_t month_that_begins(int64_t at_ms) {
    if (at_ms < YZ_TIME_MS_MIN || at_ms > YZ_TIME_MS_MAX) return -1;
    int32_t day = yz_day_at(at_ms);
    if (day * (int64_t)YZ_DAY_MS - YZ_BEIJING_MS != at_ms) return -1;
    char text[YZ_TIME_TEXT_MAX]; // 2023-08-01
    yz_day_format(day, text);
    if (text[8] != '0' || text[9] != '1') return -1;
    int64_t year = strtoll(text, NULL, 10);
    return year * 12 + (text[5] - '0') * 10 + (text[6] - '0') - 1;
}

yz_publish_refusal yz_publish_asked(const yz_publish_question *q) {
    if (q->other_filter || q->by > 7) return YZ_PUBLISH_NO_SUCH_FILTER;
    if ((q->by & (q->by - 1)) != 0) return YZ_PUBLISH_CROSSED;
    if (q->by != 0 && !q->at_node) return YZ_PUBLISH_ELSEWHERE;
    int64_t from = month_that_begins(q->from_ms), to = month_that_begins(q->to_ms);
    if (from < 0 || to <= from) return YZ_PUBLISH_NOT_MONTHS;
    if (q->to_ms > q->now_ms) return YZ_PUBLISH_NOT_OVER;
    if (to - from > 1 && !q->adds_up) return YZ_PUBLISH_NOT_ADDED;
    return YZ_PUBLISH_ANSWERED;
}
