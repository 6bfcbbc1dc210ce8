/* A wish gets a slot that both have free. Where there is none, the seeker is free at a, a lane of
 * the booth at b: along the chain a, b, a, b, ... from the lane everybody swaps a for b, after
 * which the lane is free at a. A chain from a lane comes to a seeker with a, so never to the seeker
 * who is free there: it ends. */
#include "engine/assign/timetable.h"

#include "engine/assign/timetable_inner.h"
#include "engine/base/alloc.h"

#include <string.h>

#define NOBODY YZ_SLOT_NONE

static uint32_t *seeker_cell(const yz_timetable *t, uint32_t seeker, uint32_t slot) {
    return &t->seeker_at[(size_t)seeker * t->task.slots + slot];
}

static uint32_t *lane_cell(const yz_timetable *t, uint32_t lane, uint32_t slot) {
    return &t->lane_at[(size_t)lane * t->task.slots + slot];
}

static void put(yz_timetable *t, uint32_t wish, uint32_t lane, uint32_t slot) {
    t->slot[wish] = slot;
    t->lane[wish] = lane;
    *seeker_cell(t, t->wishes[wish].seeker, slot) = wish;
    *lane_cell(t, lane, slot) = wish;
}

static void lift(yz_timetable *t, uint32_t wish) {
    *seeker_cell(t, t->wishes[wish].seeker, t->slot[wish]) = NOBODY;
    *lane_cell(t, t->lane[wish], t->slot[wish]) = NOBODY;
    t->slot[wish] = YZ_SLOT_NONE;
}

// From which slot on could this wish be planned?
static uint32_t ready(const yz_timetable *t, uint32_t wish, uint32_t now) {
    uint32_t seeker = t->seeker_ready[t->wishes[wish].seeker];
    uint32_t booth = t->booth_ready[t->wishes[wish].booth];
    uint32_t both = seeker > booth ? seeker : booth;
    return both > now ? both : now;
}

static void note(yz_timetable_moves *moves, uint32_t wish, uint32_t from, uint32_t to) {
    if (moves == NULL) return;
    for (uint32_t i = 0; i < moves->count; i++) {
        if (moves->list[i].wish != wish) continue;
        moves->list[i].to = to;
        return;
    }
    if (moves->count < moves->room)
        moves->list[moves->count++] = (yz_timetable_move){wish, from, to};
}

/* ---- chains ---- */

typedef struct chain {
    uint32_t lane; // of the booth; free at b, taken at a
    uint32_t a, b;
    uint32_t length;
} chain;

static bool may_swap(const yz_timetable *t, uint32_t wish, uint32_t to, uint32_t now) {
    return t->fixed[wish] == YZ_SLOT_NONE && to >= ready(t, wish, now);
}

// Who would have to swap, at most `most`; UINT32_MAX: more, or one of them cannot. `list` may be
// NULL.
static uint32_t walk(const yz_timetable *t, const chain *c, uint32_t now, uint32_t most,
                     uint32_t *list) {
    uint32_t length = 0, lane = c->lane;
    for (;;) {
        uint32_t wish = *lane_cell(t, lane, c->a);
        if (wish == NOBODY) return length;
        if (length == most || !may_swap(t, wish, c->b, now)) return UINT32_MAX;
        if (list) list[length] = wish;
        length += 1;
        wish = *seeker_cell(t, t->wishes[wish].seeker, c->b);
        if (wish == NOBODY) return length;
        if (length == most || !may_swap(t, wish, c->a, now)) return UINT32_MAX;
        if (list) list[length] = wish;
        length += 1;
        lane = t->lane[wish];
    }
}

static void swap(yz_timetable *t, const chain *c, uint32_t now, yz_timetable_moves *moves) {
    uint32_t *list = yz_alloc((c->length + 1) * sizeof *list);
    walk(t, c, now, c->length, list);
    for (uint32_t i = 0; i < c->length; i++) {
        uint32_t from = t->slot[list[i]];
        lift(t, list[i]);
        t->slot[list[i]] = from; // remembered for the second pass
    }
    for (uint32_t i = 0; i < c->length; i++) {
        uint32_t from = t->slot[list[i]], to = from == c->a ? c->b : c->a;
        put(t, list[i], t->lane[list[i]], to);
        note(moves, list[i], from, to);
    }
    if (moves) moves->others += c->length;
    yz_free(list);
}

// The shortest chain that gives the wish a slot, or the first.
static bool find_chain(const yz_timetable *t, uint32_t wish, uint32_t now, uint32_t most,
                       bool first_will_do, chain *best) {
    uint32_t seeker = t->wishes[wish].seeker, booth = t->wishes[wish].booth;
    uint32_t begin = ready(t, wish, now), slots = t->task.slots;
    best->length = UINT32_MAX;
    for (uint32_t a = begin; a < slots; a++) {
        if (*seeker_cell(t, seeker, a) != NOBODY) continue;
        for (uint32_t lane = t->lane_first[booth]; lane < t->lane_first[booth + 1]; lane++) {
            for (uint32_t b = now; b < slots; b++) { // for others: they may be ready before
                if (*lane_cell(t, lane, b) != NOBODY) continue;
                chain c = {.lane = lane, .a = a, .b = b};
                c.length = walk(t, &c, now, most, NULL);
                if (c.length >= best->length) continue;
                *best = c;
                most = c.length;
                if (c.length <= 1 || first_will_do) return true;
            }
        }
    }
    return best->length != UINT32_MAX;
}

static bool place_directly(yz_timetable *t, uint32_t wish, uint32_t now) {
    uint32_t seeker = t->wishes[wish].seeker, booth = t->wishes[wish].booth;
    for (uint32_t slot = ready(t, wish, now); slot < t->task.slots; slot++) {
        if (*seeker_cell(t, seeker, slot) != NOBODY) continue;
        for (uint32_t lane = t->lane_first[booth]; lane < t->lane_first[booth + 1]; lane++) {
            if (*lane_cell(t, lane, slot) != NOBODY) continue;
            put(t, wish, lane, slot);
            return true;
        }
    }
    return false;
}

// `moves` NULL: the first plan, where nobody minds being moved.
static bool place(yz_timetable *t, uint32_t wish, uint32_t now, yz_timetable_moves *moves) {
    if (place_directly(t, wish, now)) return true;
    uint32_t most = moves ? moves->others_max - moves->others : UINT32_MAX - 1;
    chain c;
    if (most == 0 || !find_chain(t, wish, now, most, moves == NULL, &c)) return false;
    swap(t, &c, now, moves);
    put(t, wish, c.lane, c.a);
    return true;
}

/* ---- the plan ---- */

static bool place_fixed(yz_timetable *t, uint32_t wish) {
    uint32_t slot = t->fixed[wish], booth = t->wishes[wish].booth;
    if (slot >= t->task.slots) return false;
    if (*seeker_cell(t, t->wishes[wish].seeker, slot) != NOBODY) return false;
    for (uint32_t lane = t->lane_first[booth]; lane < t->lane_first[booth + 1]; lane++) {
        if (*lane_cell(t, lane, slot) != NOBODY) continue;
        put(t, wish, lane, slot);
        return true;
    }
    return false;
}

static bool place_standing(yz_timetable *t) {
    for (uint32_t w = 0; w < t->task.wish_count; w++) {
        if (t->fixed[w] != YZ_SLOT_NONE && !place_fixed(t, w)) return false;
    }
    return true;
}

static uint32_t *copy(const uint32_t *from, uint32_t count, uint32_t otherwise) {
    uint32_t *to = yz_alloc(count * sizeof *to);
    for (uint32_t i = 0; i < count; i++)
        to[i] = from ? from[i] : otherwise;
    return to;
}

static void clear(uint32_t *cells, size_t count) {
    for (size_t i = 0; i < count; i++)
        cells[i] = NOBODY;
}

static void list_by(const yz_timetable *t, bool booths, uint32_t *first, uint32_t *list) {
    uint32_t sides = booths ? t->task.booths : t->task.seekers;
    memset(first, 0, (sides + 2) * sizeof *first);
    for (uint32_t w = 0; w < t->task.wish_count; w++)
        first[(booths ? t->wishes[w].booth : t->wishes[w].seeker) + 2] += 1;
    for (uint32_t i = 2; i < sides + 2; i++)
        first[i] += first[i - 1];
    for (uint32_t w = 0; w < t->task.wish_count; w++)
        list[first[(booths ? t->wishes[w].booth : t->wishes[w].seeker) + 1]++] = w;
}

// Of those who have no slot yet: two talks that are booked may be of one pair.
static bool no_pair_twice(const yz_timetable *t) {
    uint32_t *seen = yz_alloc_zeroed(t->task.booths * sizeof *seen);
    bool well = true;
    for (uint32_t s = 0; s < t->task.seekers && well; s++) {
        for (uint32_t i = t->of_seeker[s]; i < t->of_seeker[s + 1] && well; i++) {
            uint32_t w = t->seeker_list[i], *of = &seen[t->wishes[w].booth];
            if (t->fixed[w] != YZ_SLOT_NONE) continue;
            well = *of != s + 1;
            *of = s + 1;
        }
    }
    yz_free(seen);
    return well;
}

static bool task_sound(const yz_timetable_task *task) {
    uint64_t sides = task->seekers;
    if (task->slots == 0 || task->slots > YZ_TIMETABLE_SLOTS_MAX) return false;
    for (uint32_t b = 0; b < task->booths; b++) {
        if (task->capacity[b] == 0) return false;
        if (task->booth_ready && task->booth_ready[b] > task->slots) return false;
        sides += task->capacity[b];
    }
    for (uint32_t s = 0; s < task->seekers; s++) {
        if (task->seeker_ready && task->seeker_ready[s] > task->slots) return false;
    }
    for (uint32_t w = 0; w < task->wish_count; w++) {
        if (task->wishes[w].seeker >= task->seekers) return false;
        if (task->wishes[w].booth >= task->booths) return false;
    }
    return sides * task->slots <= YZ_TIMETABLE_CELLS_MAX;
}

static yz_timetable *lay_out(const yz_timetable_task *task) {
    yz_timetable *t = yz_alloc_zeroed(sizeof *t);
    t->task = *task;
    t->wishes = yz_alloc(task->wish_count * sizeof *t->wishes);
    if (task->wish_count > 0) memcpy(t->wishes, task->wishes, task->wish_count * sizeof *t->wishes);
    t->task.wishes = t->wishes;
    t->task.capacity = t->capacity = copy(task->capacity, task->booths, 0);
    t->task.seeker_ready = t->seeker_ready = copy(task->seeker_ready, task->seekers, 0);
    t->task.booth_ready = t->booth_ready = copy(task->booth_ready, task->booths, 0);
    t->task.fixed = t->fixed = copy(task->fixed, task->wish_count, YZ_SLOT_NONE);
    for (uint32_t w = 0; task->planned && w < task->wish_count; w++) { // until all are planned
        if (t->fixed[w] == YZ_SLOT_NONE) t->fixed[w] = task->planned[w];
    }
    t->slot = copy(NULL, task->wish_count, YZ_SLOT_NONE);
    t->lane = copy(NULL, task->wish_count, 0);
    t->gone = yz_alloc_zeroed(task->wish_count);
    t->stood = yz_alloc_zeroed(task->wish_count);
    t->lane_first = yz_alloc_zeroed((task->booths + 1) * sizeof *t->lane_first);
    for (uint32_t b = 0; b < task->booths; b++)
        t->lane_first[b + 1] = t->lane_first[b] + task->capacity[b];
    size_t seeker_cells = (size_t)task->seekers * task->slots;
    size_t lane_cells = (size_t)t->lane_first[task->booths] * task->slots;
    t->seeker_at = yz_alloc(seeker_cells * sizeof *t->seeker_at);
    t->lane_at = yz_alloc(lane_cells * sizeof *t->lane_at);
    clear(t->seeker_at, seeker_cells);
    clear(t->lane_at, lane_cells);
    t->of_seeker = yz_alloc((task->seekers + 2) * sizeof *t->of_seeker);
    t->of_booth = yz_alloc((task->booths + 2) * sizeof *t->of_booth);
    t->seeker_list = yz_alloc(task->wish_count * sizeof *t->seeker_list);
    t->booth_list = yz_alloc(task->wish_count * sizeof *t->booth_list);
    list_by(t, false, t->of_seeker, t->seeker_list);
    list_by(t, true, t->of_booth, t->booth_list);
    t->cut_seekers = yz_alloc_zeroed(task->seekers);
    t->cut_booths = yz_alloc_zeroed(task->booths);
    return t;
}

yz_status yz_timetable_new_standing(const yz_timetable_task *task, yz_timetable **timetable) {
    *timetable = NULL;
    if (!task_sound(task)) return YZ_ERR_BAD_INPUT;
    yz_timetable *t = lay_out(task);
    if (!no_pair_twice(t) || !place_standing(t)) {
        yz_timetable_free(t);
        return YZ_ERR_BAD_INPUT;
    }
    for (uint32_t w = 0; task->planned && w < task->wish_count; w++) {
        bool is_fixed = task->fixed && task->fixed[w] != YZ_SLOT_NONE;
        if (!is_fixed) t->fixed[w] = YZ_SLOT_NONE;
    }
    t->task.planned = NULL;
    for (uint32_t w = 0; w < task->wish_count; w++)
        t->stood[w] = t->slot[w] != YZ_SLOT_NONE;
    t->rest_waits = true;
    *timetable = t;
    return YZ_OK;
}

void yz_timetable_plan_rest(yz_timetable *t, uint32_t now) {
    const uint32_t count = t->task.wish_count;
    bool *picked = yz_alloc_zeroed(count);
    uint32_t *fixed = copy(t->fixed, count, YZ_SLOT_NONE);
    for (uint32_t w = 0; w < count; w++) { // who lost a slot before another one became free
        if (t->stood[w] && !t->gone[w] && t->slot[w] == YZ_SLOT_NONE) place_directly(t, w, now);
    }
    for (uint32_t w = 0; w < count; w++) // what stands does not move for who comes after it
        t->fixed[w] = t->slot[w];
    timetable_pick(t, picked);
    for (uint32_t w = 0; w < count; w++) {
        if (picked[w] && t->slot[w] == YZ_SLOT_NONE) place(t, w, now, NULL);
    }
    // Where chains did not suffice, there may be room for somebody who was not picked.
    for (uint32_t w = 0; w < count; w++) {
        if (!picked[w] && !t->gone[w]) place(t, w, now, NULL);
    }
    if (count > 0) memcpy(t->fixed, fixed, count * sizeof *fixed);
    t->rest_waits = false;
    yz_free(fixed);
    yz_free(picked);
}

yz_status yz_timetable_new(const yz_timetable_task *task, yz_timetable **timetable) {
    yz_status status = yz_timetable_new_standing(task, timetable);
    if (status == YZ_OK) yz_timetable_plan_rest(*timetable, 0);
    return status;
}

void yz_timetable_free(yz_timetable *t) {
    if (t == NULL) return;
    yz_free(t->wishes);
    yz_free(t->capacity);
    yz_free(t->seeker_ready);
    yz_free(t->booth_ready);
    yz_free(t->fixed);
    yz_free(t->slot);
    yz_free(t->lane);
    yz_free(t->gone);
    yz_free(t->stood);
    yz_free(t->lane_first);
    yz_free(t->seeker_at);
    yz_free(t->lane_at);
    yz_free(t->of_seeker);
    yz_free(t->of_booth);
    yz_free(t->seeker_list);
    yz_free(t->booth_list);
    yz_free(t->cut_seekers);
    yz_free(t->cut_booths);
    yz_free(t);
}

const uint32_t *yz_timetable_slots(const yz_timetable *t) {
    return t->slot;
}

const bool *yz_timetable_cut_seekers(const yz_timetable *t) {
    return t->cut_seekers;
}

const bool *yz_timetable_cut_booths(const yz_timetable *t) {
    return t->cut_booths;
}

const yz_timetable_task *yz_timetable_task_now(const yz_timetable *t) {
    return &t->task;
}

/* ---- mending ---- */

// What has no slot and could use one that became free at this booth, or of this seeker.
static void fill(yz_timetable *t, const uint32_t *list, uint32_t begin, uint32_t end, uint32_t now,
                 yz_timetable_moves *moves) {
    for (uint32_t i = begin; i < end; i++) {
        uint32_t w = list[i];
        if (t->gone[w] || t->slot[w] != YZ_SLOT_NONE || !place_directly(t, w, now)) continue;
        note(moves, w, YZ_SLOT_NONE, t->slot[w]);
    }
}

static void fill_around(yz_timetable *t, uint32_t wish, uint32_t now, yz_timetable_moves *moves) {
    uint32_t s = t->wishes[wish].seeker, b = t->wishes[wish].booth;
    if (t->rest_waits) return;
    fill(t, t->booth_list, t->of_booth[b], t->of_booth[b + 1], now, moves);
    fill(t, t->seeker_list, t->of_seeker[s], t->of_seeker[s + 1], now, moves);
}

void yz_timetable_drop(yz_timetable *t, uint32_t wish, uint32_t now, yz_timetable_moves *moves) {
    t->gone[wish] = true;
    t->fixed[wish] = YZ_SLOT_NONE;
    if (t->slot[wish] == YZ_SLOT_NONE) return;
    note(moves, wish, t->slot[wish], YZ_SLOT_NONE);
    lift(t, wish);
    fill_around(t, wish, now, moves);
}

// All of a list that stand in now..ready-1 move, or lose their slot.
static void move_all(yz_timetable *t, const uint32_t *list, uint32_t begin, uint32_t end,
                     uint32_t until, uint32_t now, yz_timetable_moves *moves) {
    for (uint32_t i = begin; i < end; i++) {
        uint32_t w = list[i], from = t->slot[w];
        if (from == YZ_SLOT_NONE || from < now || from >= until) continue;
        if (t->fixed[w] != YZ_SLOT_NONE) continue;
        lift(t, w);
        bool placed = place(t, w, now, moves);
        note(moves, w, from, placed ? t->slot[w] : YZ_SLOT_NONE);
        fill_around(t, w, now, moves);
    }
}

void yz_timetable_seeker_late(yz_timetable *t, uint32_t seeker, uint32_t until, uint32_t now,
                              yz_timetable_moves *moves) {
    t->seeker_ready[seeker] = until < t->task.slots ? until : t->task.slots;
    move_all(t, t->seeker_list, t->of_seeker[seeker], t->of_seeker[seeker + 1], until, now, moves);
}

void yz_timetable_booth_late(yz_timetable *t, uint32_t booth, uint32_t until, uint32_t now,
                             yz_timetable_moves *moves) {
    t->booth_ready[booth] = until < t->task.slots ? until : t->task.slots;
    move_all(t, t->booth_list, t->of_booth[booth], t->of_booth[booth + 1], until, now, moves);
}
