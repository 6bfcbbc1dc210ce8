/* A maximum flow from seekers to booths, by augmenting paths (Ford and Fulkerson 1956), begun with
 * the wishes in their order. Where a search finds no way, nothing it reached will ever be on one:
 * those stay marked, and in the end the marks are the cut. */
#include "engine/assign/timetable_inner.h"
#include "engine/base/alloc.h"

#include <string.h>

typedef struct pick {
    yz_timetable *t;
    bool *picked;
    uint32_t *seeker_left, *booth_left; // how many more each can take
    uint32_t *seeker_by, *booth_by;     // the wish that led there; YZ_SLOT_NONE: the root
    bool *seeker_seen, *booth_seen;
    uint32_t *queue;                  // seekers to look from
    uint32_t *touched, touched_count; // booths seen in this search
} pick;

static void count_room(pick *p) {
    const yz_timetable_task *task = &p->t->task;
    for (uint32_t s = 0; s < task->seekers; s++)
        p->seeker_left[s] = task->slots - task->seeker_ready[s];
    for (uint32_t b = 0; b < task->booths; b++)
        p->booth_left[b] = (task->slots - task->booth_ready[b]) * task->capacity[b];
    for (uint32_t w = 0; w < task->wish_count; w++) {
        if (task->fixed[w] == YZ_SLOT_NONE) continue;
        p->picked[w] = true;
        // A fixed one before somebody is ready takes nothing of what is counted here.
        uint32_t s = task->wishes[w].seeker, b = task->wishes[w].booth;
        if (task->fixed[w] >= task->seeker_ready[s] && p->seeker_left[s] > 0)
            p->seeker_left[s] -= 1;
        if (task->fixed[w] >= task->booth_ready[b] && p->booth_left[b] > 0) p->booth_left[b] -= 1;
    }
}

static void take_in_order(pick *p) {
    const yz_timetable_task *task = &p->t->task;
    for (uint32_t w = 0; w < task->wish_count; w++) {
        uint32_t s = task->wishes[w].seeker, b = task->wishes[w].booth;
        if (p->picked[w] || p->t->gone[w] || p->seeker_left[s] == 0 || p->booth_left[b] == 0)
            continue;
        p->picked[w] = true;
        p->seeker_left[s] -= 1;
        p->booth_left[b] -= 1;
    }
}

// From a booth that is full, back to the seekers who fill it.
static void look_back(pick *p, uint32_t booth, uint32_t *tail) {
    const yz_timetable *t = p->t;
    for (uint32_t i = t->of_booth[booth]; i < t->of_booth[booth + 1]; i++) {
        uint32_t w = t->booth_list[i], s = t->wishes[w].seeker;
        if (!p->picked[w] || t->fixed[w] != YZ_SLOT_NONE || p->seeker_seen[s]) continue;
        p->seeker_seen[s] = true;
        p->seeker_by[s] = w;
        p->queue[(*tail)++] = s;
    }
}

// The booth with room that a search from `root` finds, or YZ_SLOT_NONE. `*tail`: who was reached.
static uint32_t find_room(pick *p, uint32_t root, uint32_t *tail) {
    const yz_timetable *t = p->t;
    p->touched_count = 0;
    p->seeker_seen[root] = true;
    p->seeker_by[root] = YZ_SLOT_NONE;
    p->queue[0] = root;
    *tail = 1;
    for (uint32_t head = 0; head < *tail; head++) {
        uint32_t s = p->queue[head];
        for (uint32_t i = t->of_seeker[s]; i < t->of_seeker[s + 1]; i++) {
            uint32_t w = t->seeker_list[i], b = t->wishes[w].booth;
            if (p->picked[w] || t->gone[w] || p->booth_seen[b]) continue;
            p->booth_seen[b] = true;
            p->booth_by[b] = w;
            p->touched[p->touched_count++] = b;
            if (p->booth_left[b] > 0) return b;
            look_back(p, b, tail);
        }
    }
    return YZ_SLOT_NONE;
}

static void augment(pick *p, uint32_t root, uint32_t booth) {
    p->booth_left[booth] -= 1;
    p->seeker_left[root] -= 1;
    for (;;) {
        uint32_t in = p->booth_by[booth], s = p->t->wishes[in].seeker, out = p->seeker_by[s];
        p->picked[in] = true;
        if (s == root) return;
        p->picked[out] = false;
        booth = p->t->wishes[out].booth;
    }
}

static void grow(pick *p, uint32_t root) {
    while (p->seeker_left[root] > 0 && !p->seeker_seen[root]) {
        uint32_t tail, booth = find_room(p, root, &tail);
        if (booth == YZ_SLOT_NONE) return; // the marks stay
        augment(p, root, booth);
        for (uint32_t i = 0; i < tail; i++)
            p->seeker_seen[p->queue[i]] = false;
        for (uint32_t i = 0; i < p->touched_count; i++)
            p->booth_seen[p->touched[i]] = false;
    }
}

void timetable_pick(yz_timetable *t, bool *picked) {
    const uint32_t seekers = t->task.seekers, booths = t->task.booths;
    pick p = {.t = t,
              .picked = picked,
              .seeker_left = yz_alloc(seekers * sizeof(uint32_t)),
              .booth_left = yz_alloc(booths * sizeof(uint32_t)),
              .seeker_by = yz_alloc(seekers * sizeof(uint32_t)),
              .booth_by = yz_alloc(booths * sizeof(uint32_t)),
              .seeker_seen = yz_alloc_zeroed(seekers),
              .booth_seen = yz_alloc_zeroed(booths),
              .queue = yz_alloc((seekers + 1) * sizeof(uint32_t)),
              .touched = yz_alloc(booths * sizeof(uint32_t))};
    count_room(&p);
    take_in_order(&p);
    for (uint32_t s = 0; s < seekers; s++)
        grow(&p, s);
    for (uint32_t s = 0; s < seekers; s++)
        t->cut_seekers[s] = !p.seeker_seen[s];
    memcpy(t->cut_booths, p.booth_seen, booths);
    yz_free(p.seeker_left);
    yz_free(p.booth_left);
    yz_free(p.seeker_by);
    yz_free(p.booth_by);
    yz_free(p.seeker_seen);
    yz_free(p.booth_seen);
    yz_free(p.queue);
    yz_free(p.touched);
}
