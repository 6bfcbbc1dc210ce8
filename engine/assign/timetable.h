/* A fair's timetable: who sits at which booth in which slot. Wishes are (seeker, booth); a booth
 * talks to `capacity` people at a time, a seeker to one.
 *
 *     slot        0        1        2        3
 *     booth A   Li, Wang  Zhao     Li ...            capacity 2: two lanes of one interview each
 *     booth B   Zhao      Li       Wang
 *
 * First a greatest set of wishes that fits by number (no more than `slots` of a seeker, slots *
 * capacity of a booth: a maximum flow, proven by a cut). Then slots: a bipartite graph whose degree
 * is at most the number of slots can be coloured with so many (Koenig 1916), along alternating
 * chains; so all of the set are planned. Where somebody comes late, a booth opens late, or slots
 * are fixed beforehand, the question is hard (Even, Itai and Shamir 1976) and chains may not
 * suffice: what found no slot is left out, and the bound says how many that may be at most.
 *
 * The same chains mend a timetable: what has to move goes to the slot that moves the fewest others,
 * at most so many as allowed, and never one that is fixed or past. */
#ifndef YZ_ENGINE_ASSIGN_TIMETABLE_H
#define YZ_ENGINE_ASSIGN_TIMETABLE_H

#include "engine/base/status.h"

#include <stdbool.h>
#include <stdint.h>

#define YZ_SLOT_NONE UINT32_MAX
#define YZ_TIMETABLE_CELLS_MAX 200000000 // (seekers + sum of capacity) * slots
#define YZ_TIMETABLE_SLOTS_MAX 2000

typedef struct yz_interview_wish {
    uint32_t seeker, booth;
} yz_interview_wish;

typedef struct yz_timetable_task {
    uint32_t seekers, booths, slots;
    const yz_interview_wish *wishes; // the earlier ones are placed first; no pair
                                     // twice, but for what is fixed or planned: a second talk
    uint32_t wish_count;
    const uint32_t *capacity;     // by booth, at least 1
    const uint32_t *seeker_ready; // by seeker: the first slot it can be there; NULL: 0
    const uint32_t *booth_ready;  // by booth; NULL: 0
    const uint32_t *fixed;        // by wish: its slot, or YZ_SLOT_NONE; NULL: none is fixed
    const uint32_t *planned;      // by wish: a slot it has already, or YZ_SLOT_NONE; it stays there
                                  // while the others are planned, and mending may move it
} yz_timetable_task;

typedef struct yz_timetable yz_timetable;

/* Plans all. The task's arrays are copied. BAD_INPUT: a wish leads nowhere or stands twice, a
 * capacity of 0, two fixed interviews in one place, limits passed; `*timetable` is NULL then. */
YZ_MUST_USE yz_status yz_timetable_new(const yz_timetable_task *task, yz_timetable **timetable);
void yz_timetable_free(yz_timetable *timetable);

/* The same in two steps, to mend between them: at first only what is fixed or planned stands, so
 * whoever has to move finds room before any wish without a slot takes it. Then the rest is planned
 * around what stands, from slot `now` on. */
YZ_MUST_USE yz_status yz_timetable_new_standing(const yz_timetable_task *task,
                                                yz_timetable **timetable);
void yz_timetable_plan_rest(yz_timetable *timetable, uint32_t now);

/* By wish, or YZ_SLOT_NONE. Borrowed. */
const uint32_t *yz_timetable_slots(const yz_timetable *timetable);
/* The cut that bounds how many can be planned, by seeker and by booth. Borrowed. */
const bool *yz_timetable_cut_seekers(const yz_timetable *timetable);
const bool *yz_timetable_cut_booths(const yz_timetable *timetable);
/* As given, with what has changed since: who is late, what is fixed. Borrowed, for a checker. */
const yz_timetable_task *yz_timetable_task_now(const yz_timetable *timetable);

typedef struct yz_timetable_move {
    uint32_t wish, from, to; // slots; YZ_SLOT_NONE: was not planned, is not any more
} yz_timetable_move;

/* Moves of one mending: `others` of them at most move people who did not ask for it. */
typedef struct yz_timetable_moves {
    yz_timetable_move *list; // one for each wish that moved; room for all wishes always suffices
    uint32_t room, count;
    uint32_t others_max, others;
} yz_timetable_moves;

/* All of these: slots before `now` are past, what stands there stays. */

/* Did not come, or cancelled: the wish's slot is free, and goes to wishes that have none, without
 * moving others. */
void yz_timetable_drop(yz_timetable *timetable, uint32_t wish, uint32_t now,
                       yz_timetable_moves *moves);
/* Comes later: its interviews before slot `ready` move, or lose their slot; fixed ones stay. */
void yz_timetable_seeker_late(yz_timetable *timetable, uint32_t seeker, uint32_t ready,
                              uint32_t now, yz_timetable_moves *moves);
/* The booth opens late, or overran: the same for its interviews. */
void yz_timetable_booth_late(yz_timetable *timetable, uint32_t booth, uint32_t ready, uint32_t now,
                             yz_timetable_moves *moves);

#endif
