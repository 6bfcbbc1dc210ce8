/* Publishing: which counts may leave the house, so that nobody can work out a small one.
 *
 * A count n with 0 < n < k is small. A table is one counter of one month over a tree; of every node
 * it is decided whether its number is shown. Each group of siblings below a shown parent:
 *
 *     k = 10                     6205 shown: 1,240
 *       620502   620503   620521   620522   620523   620524   620525
 *          610      402        4        0      130       61       33
 *        shown    shown    small    small    shown    shown    complement
 *
 *   1. No child is small: all are shown, zeros too.
 *   2. Else every child below k is hidden, zeros too, and with them what the parent counts at
 * itself and at no child (its own part), since that is not known any more.
 *   3. One more child is hidden, the complement, if what is hidden so far counts fewer than k, or
 * if a number of it is stuck: it could be neither one more nor one less with another that is not 0
 * making up for it and the same cells hidden (one alone; 9 and 9 of 18). The complement is the last
 * child that is shown: it hangs on the order of the nodes, not on counts.
 *   4. Below a hidden node everything is hidden. A root that is small is hidden.
 *
 * What holds. R(v), for a shown node v, is v less its shown children: what is hidden in its group.
 *
 *   Sums and differences. To every shown v belong the places below it without another shown node
 *   between: disjoint sets, the regions, and from the leaves up each shown number is a sum of
 *   regions. So the people of a set can be counted from what is shown only if it is a union of
 *   regions. A region has nobody or at least k (a shown leaf is 0 or >= k; else it has R(v) >= k,
 *   by 3), and a hidden node is part of one region and never all of it.
 *   Bounds. Knowing besides that no count is negative, a hidden number below v can still be any of
 *   0..R(v): at least k + 1 values. (Of a hidden root it is known that it is small, no more.)
 *   This text. Who also knows these rules and works backwards from what is hidden still has two
 *   values for each hidden number: move one person as in 3, and the same is shown. Hence the limit
 *   k >= 4; zeros beside small ones (else "hidden" says "not 0", and five hidden children of a 5
 * are five ones); a complement that is not the smallest other (else each shown sibling bounds it).
 *   This third one is checked, not proven: by all worlds of small trees, test_publish_worlds.c.
 *
 * Breakdowns. At one node N of the division tree there may be a table each by occupation, group and
 * type, whose root is N's number. What follows from all of them is a function f(division) +
 * g(occupation) + h(group) + i(type); if it is 0 or 1 everywhere, it hangs on one of the four, and
 * is a union of regions of that tree. A crossed cell (x, y) is no such union, and lies anywhere
 * between max(0, x + y - N) and min(x, y): as x, y, N - x and N - y are each 0 or >= k, that is k +
 * 1 values again, or the cell is 0, x or y itself. Two breakdowns at once are not public, nor at
 * another node: g(division, occupation) would count what no region is.
 *
 * Parts. A counter of some of another's people (placed, of all seekers) is published with the
 * other's: a node is shown only if the whole is, and count, and rest = whole - count, are held to
 * the rules both. What follows is f + g + h + i + p (f' + g' + h' + i') with p = 1 for the placed,
 * 0 for others; if it is 0 or 1 everywhere it is a union of regions of all, of the placed, of the
 * others. A hidden count can be any of 1 + min(R placed, R others, all here, all elsewhere in the
 * region) values, each of the four >= k. Counts of different parts of one whole are further p's.
 *
 * Growth. Nodes with nobody may be put into the tree, and taken out: what is shown of the others
 * stays. A zero is hidden or shown with its siblings and decides nothing: it is not small, makes up
 * for nothing, is no complement. So a division that is new, and known to have had nobody, tells
 * nothing.
 *
 * Time. A month is published once, when it is over. A run of months is shown where each of them is,
 * as their sum, and adds nothing. docs/publishing.md: which series are public and a part of which,
 * and what would break this: a month again with another k or node, or in another order of nodes. */
#ifndef YZ_ENGINE_STATS_PUBLISH_H
#define YZ_ENGINE_STATS_PUBLISH_H

#include "engine/model/problem.h"

#define YZ_PUBLISH_K_DEFAULT 10
#define YZ_PUBLISH_K_MIN 4 // with less, "small" alone says too much: below 3 it is a number
#define YZ_PUBLISH_K_MAX 1000000
#define YZ_PUBLISH_COUNT_MAX ((int64_t)1 << 53)

/* Whether a number is shown, and if not, why. The reason is for staff: in public it would say on
 * which side of k a number lies, so there a hidden number is hidden and no more. */
typedef enum yz_publish_state {
    YZ_PUBLISH_SHOWN = 0,
    YZ_PUBLISH_SMALL,      // below k, 0 beside a small one included
    YZ_PUBLISH_COMPLEMENT, // large enough, but would give away its siblings
    YZ_PUBLISH_BELOW,      // below a hidden node
    YZ_PUBLISH_WITHIN,     // hidden in the table that this one is a part of
} yz_publish_state;

const char *yz_publish_state_name(yz_publish_state state); // "complement"

/* Every node that could have a count, also those without one now: a tree of only what is not 0
 * would show by a missing node that it is 0. */
typedef struct yz_publish_tree {
    const uint32_t *parent; // by node; node 0 is the root, else parent[i] < i
    uint32_t nodes;         // 1..YZ_DICTIONARY_MAX + 1
} yz_publish_tree;

typedef struct yz_publish_table {
    const int64_t *counts; // by node, with what lies below: 0..YZ_PUBLISH_COUNT_MAX
    /* Of a part: counts and states of its whole, over the same tree. Else NULL. The rest may be
     * negative where it is no count of people (S01 beside S02): small is then by absolute value. */
    const int64_t *whole;
    const uint8_t *within;
    bool root_hidden; // of a breakdown: the division tree does not show its node
} yz_publish_table;

/* 0 (off: everything is shown) or YZ_PUBLISH_K_MIN..YZ_PUBLISH_K_MAX? */
bool yz_publish_k_sound(uint32_t k);

/* Decides for every node: states[node] is a yz_publish_state. k is sound. Reads its arguments
 * during the call only; states hang on nothing else.
 *
 * YZ_ERR_BAD_INPUT  no node, a node before its parent, a count out of range, or children that count
 *                   more than their parent: `problem` (may be NULL) names the node; states are
 *                   undefined
 *
 * O(nodes). */
YZ_MUST_USE yz_status yz_publish(const yz_publish_tree *tree, const yz_publish_table *table,
                                 uint32_t k, uint8_t *states, yz_problem *problem);

/* The run of months: shown where each of the `months` (>= 1) is, else as the first that is not. */
void yz_publish_over_time(const uint8_t *const *months, uint32_t count, uint32_t nodes,
                          uint8_t *states);

/* The tree of codes as counts are rolled up (cube.h): the parent of a code is the longest other one
 * of 2, 4 or 6 bytes that it starts with, else ids[0]. A township of 9 digits is no parent of its
 * villages of 12: it counts what is said of itself.
 * ids strictly ascending by bytes, ids[0] a prefix of all ("" or the installation's own).
 * False: they are not; O(bytes). */
bool yz_publish_prefix_tree(const yz_text *ids, uint32_t count, uint32_t *parent);

/* ---- which questions have a public answer at all ---- */

enum { YZ_PUBLISH_BY_OCCUPATION = 1, YZ_PUBLISH_BY_GROUP = 2, YZ_PUBLISH_BY_TYPE = 4 };

typedef struct yz_publish_question {
    uint32_t by;       // bits: each of the three that is split by or filtered on
    bool other_filter; // any filter beside those and the division: employer, channel, words ...
    bool at_node;      // the division is the one node whose breakdowns are public
    bool adds_up;      // months of this counter add up (events do, distinct people do not)
    int64_t from_ms, to_ms; // from the first to before the second
    int64_t now_ms;         // market time: only what is over before it
} yz_publish_question;

typedef enum yz_publish_refusal {
    YZ_PUBLISH_ANSWERED = 0,
    YZ_PUBLISH_NO_SUCH_FILTER, // only division, occupation, group and type
    YZ_PUBLISH_CROSSED,        // two of occupation, group and type at once
    YZ_PUBLISH_ELSEWHERE,      // by occupation, group or type below the one node
    YZ_PUBLISH_NOT_MONTHS,     // not from the first of a Beijing month to the first of another
    YZ_PUBLISH_NOT_OVER,       // the last month is still running
    YZ_PUBLISH_NOT_ADDED,      // several months of a counter that does not add up
} yz_publish_refusal;

const char *yz_publish_refusal_name(yz_publish_refusal refusal); // "not_over"

/* The first reason in the order above, or that it is answered. O(1). */
yz_publish_refusal yz_publish_asked(const yz_publish_question *question);

#endif
