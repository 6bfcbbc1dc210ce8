/* Incremental quicksort: the piece that is wanted next is divided until it is short, and the places
 * where it was divided are kept for later. n to divide once, then about log n for each taken. Many
 * are first thrown into drawers by their score, so that the pieces are short from the beginning. */
#include "engine/market/tranche_inner.h"

#include "engine/base/alloc.h"

#include <stdlib.h>

#define SHORT 24u
#define DRAWERS 2048u
#define DRAWERS_FROM 1024u // as many as make it worth while

void ranking_reset(ranking *r, bool by_mark) {
    r->count = r->sorted = r->bound_count = 0;
    r->by_mark = by_mark;
}

void ranking_deinit(ranking *r) {
    yz_free(r->list);
    yz_free(r->bounds);
}

void ranking_add(ranking *r, chosen one) {
    if (r->count == r->room) {
        r->room = r->room + r->room / 2 + 256;
        r->list = yz_realloc(r->list, r->room * sizeof *r->list);
    }
    r->list[r->count++] = one;
}

static bool before(const ranking *r, const chosen *a, const chosen *b) {
    if (r->by_mark && a->mark != b->mark) return a->mark < b->mark;
    if (a->score != b->score) return a->score > b->score;
    if (a->row == b->row) return false;
    return yz_text_compare((yz_text){a->id, a->id_size}, (yz_text){b->id, b->id_size}) < 0;
}

static void swap(chosen *a, chosen *b) {
    chosen t = *a;
    *a = *b;
    *b = t;
}

static void insertion(const ranking *r, uint32_t from, uint32_t to) {
    for (uint32_t i = from + 1; i < to; i++) {
        chosen one = r->list[i];
        uint32_t at = i;
        for (; at > from && before(r, &one, &r->list[at - 1]); at--)
            r->list[at] = r->list[at - 1];
        r->list[at] = one;
    }
}

static chosen median(const ranking *r, const chosen *a, const chosen *b, const chosen *c) {
    if (before(r, b, a)) {
        const chosen *t = a;
        a = b;
        b = t;
    }
    return before(r, c, a) ? *a : before(r, b, c) ? *b : *c;
}

// Hoare: everything before the answer is no later than everything from it on; neither is empty.
static uint32_t divide(const ranking *r, uint32_t from, uint32_t to) {
    chosen pivot = median(r, &r->list[from], &r->list[from + (to - from) / 2], &r->list[to - 1]);
    int64_t i = (int64_t)from - 1, j = to;
    for (;;) {
        do {
            i += 1;
        } while (before(r, &r->list[i], &pivot));
        do {
            j -= 1;
        } while (before(r, &pivot, &r->list[j]));
        if (i >= j) break;
        swap(&r->list[i], &r->list[j]);
    }
    uint32_t at = (uint32_t)j + 1;
    return at == to ? to - 1 : at;
}

static void push_bound(ranking *r, uint32_t bound) {
    if (r->bound_count == r->bound_room) {
        r->bound_room = r->bound_room * 2 + 64;
        r->bounds = yz_realloc(r->bounds, r->bound_room * sizeof *r->bounds);
    }
    r->bounds[r->bound_count++] = bound;
}

typedef struct drawers {
    double high, each; // the best score; so much of it for a drawer
    uint32_t first[DRAWERS + 1];
} drawers;

// Never later for a better score: subtraction and division keep order.
static uint32_t drawer_of(const drawers *d, double score) {
    uint32_t drawer = (uint32_t)((d->high - score) / d->each);
    return drawer < DRAWERS ? drawer : DRAWERS - 1;
}

static void measure(const ranking *r, drawers *d) {
    double low = r->list[0].score;
    d->high = low;
    for (uint32_t i = 1; i < r->count; i++) {
        double score = r->list[i].score;
        if (score > d->high) d->high = score;
        if (score < low) low = score;
    }
    d->each = (d->high - low) / DRAWERS;
}

static void into_drawers(ranking *r) {
    drawers d = {.first = {0}};
    measure(r, &d);
    if (!(d.each > 0)) return; // all alike
    for (uint32_t i = 0; i < r->count; i++)
        d.first[drawer_of(&d, r->list[i].score) + 1] += 1;
    for (uint32_t i = 0; i < DRAWERS; i++)
        d.first[i + 1] += d.first[i];
    r->bound_count = 0;
    for (uint32_t i = DRAWERS; i > 0; i--) {
        if (d.first[i] > d.first[i - 1]) push_bound(r, d.first[i]);
    }
    chosen *list = yz_alloc(r->room * sizeof *list);
    for (uint32_t i = 0; i < r->count; i++)
        list[d.first[drawer_of(&d, r->list[i].score)]++] = r->list[i];
    yz_free(r->list);
    r->list = list;
}

void ranking_sort(ranking *r, uint32_t upto) {
    if (upto > r->count) upto = r->count;
    if (r->sorted == 0 && r->bound_count == 0 && r->count > 0) {
        push_bound(r, r->count);
        if (r->count >= DRAWERS_FROM && !r->by_mark) into_drawers(r);
    }
    while (r->sorted < upto) {
        uint32_t end = r->bounds[r->bound_count - 1];
        if (end - r->sorted <= SHORT) {
            insertion(r, r->sorted, end);
            r->sorted = end;
            r->bound_count -= 1;
        } else {
            push_bound(r, divide(r, r->sorted, end));
        }
    }
}
