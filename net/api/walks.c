#include "net/api/walks.h"

static void put_off(api *a);

// Out of line meanwhile: what a slice answers may bring the next question.
static void turn(void *context) {
    api *a = context;
    api_walk *walk = a->walks;
    a->walks = walk->next;
    a->walks_wait = false;
    if (walk->slice(walk->context)) {
        walk->next = a->walks;
        a->walks = walk;
    } else {
        a->walk_count -= 1;
    }
    put_off(a);
}

static void put_off(api *a) {
    if (a->walks == NULL || a->walks_wait) return;
    a->walks_wait = true;
    a->house.later(a->house.context, a->loop, turn, a);
}

bool api_walk_begin(api *a, api_walk *walk) {
    api_walk **end = &a->walks;
    if (a->walk_count == API_WALKS_MAX) return false;
    while (*end != NULL)
        end = &(*end)->next;
    walk->next = NULL;
    *end = walk;
    a->walk_count += 1;
    put_off(a);
    return true;
}
