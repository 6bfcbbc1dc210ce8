#include "engine/assign/timetable.h"

#include "engine/assign/checker.h"
#include "tests/engine/assign/small_graph.h"

#include <criterion/criterion.h>
#include <string.h>

#define SEEKERS 60
#define BOOTHS 12
#define WISHES 400

typedef struct fair {
    yz_timetable_task task;
    yz_interview_wish wishes[WISHES];
    uint32_t capacity[BOOTHS], seeker_ready[SEEKERS], booth_ready[BOOTHS], fixed[WISHES];
} fair;

static void fair_new(fair *f, yz_random *random, uint32_t seekers, uint32_t booths, uint32_t slots,
                     uint32_t percent) {
    memset(f, 0, sizeof *f);
    f->task = (yz_timetable_task){.seekers = seekers,
                                  .booths = booths,
                                  .slots = slots,
                                  .wishes = f->wishes,
                                  .capacity = f->capacity};
    for (uint32_t s = 0; s < seekers; s++) {
        for (uint32_t b = 0; b < booths && f->task.wish_count < WISHES; b++) {
            if (below(random, 100) >= percent) continue;
            f->wishes[f->task.wish_count++] = (yz_interview_wish){s, b};
        }
    }
    for (uint32_t b = 0; b < booths; b++)
        f->capacity[b] = 1 + below(random, 3);
    memset(f->fixed, 0xff, sizeof f->fixed);
}

static yz_timetable_proof check(const yz_timetable *t) {
    return yz_check_timetable(yz_timetable_task_now(t), yz_timetable_slots(t),
                              yz_timetable_cut_seekers(t), yz_timetable_cut_booths(t));
}

static bool sound(const yz_timetable_proof *p) {
    return p->seekers_twice + p->over_capacity + p->out_of_time + p->fixed_moved == 0 &&
           p->planned <= p->bound;
}

/* Everybody who can be planned is: the cut proves that no timetable has more. */
Test(timetable, plans_as_many_as_any_timetable_could) {
    uint32_t tight = 0;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        yz_random random = yz_random_seeded(seed);
        fair f;
        fair_new(&f, &random, 1 + below(&random, SEEKERS), 1 + below(&random, BOOTHS),
                 1 + below(&random, 12), 10 + below(&random, 80));
        yz_timetable *t;
        cr_assert_eq(yz_timetable_new(&f.task, &t), YZ_OK);
        yz_timetable_proof proof = check(t);
        cr_assert(sound(&proof), "seed %lu", seed);
        cr_assert_eq(proof.planned, proof.bound, "seed %lu: %u of %u", seed, proof.planned,
                     proof.bound);
        tight += proof.planned < f.task.wish_count;
        yz_timetable_free(t);
    }
    cr_assert(tight > 100 && tight < 300, "%u fairs had more wishes than room", tight);
}

/* Tries everything: each wish in each slot or in none. */
typedef struct search {
    const fair *f;
    uint32_t slot[16], best;
} search;

static bool goes(const search *s, uint32_t wish, uint32_t slot) {
    const fair *f = s->f;
    uint32_t seeker = f->wishes[wish].seeker, booth = f->wishes[wish].booth, there = 0;
    if (f->fixed[wish] != YZ_SLOT_NONE && f->fixed[wish] != slot) return false;
    bool early = slot < f->seeker_ready[seeker] || slot < f->booth_ready[booth];
    if (early && f->fixed[wish] != slot) return false;
    for (uint32_t w = 0; w < wish; w++) {
        if (s->slot[w] != slot) continue;
        if (f->wishes[w].seeker == seeker) return false;
        there += f->wishes[w].booth == booth;
    }
    return there < f->capacity[booth];
}

static void try_from(search *s, uint32_t wish, uint32_t planned) {
    const yz_timetable_task *task = &s->f->task;
    if (wish == task->wish_count) {
        if (planned > s->best) s->best = planned;
        return;
    }
    if (planned + task->wish_count - wish <= s->best) return;
    for (uint32_t slot = 0; slot < task->slots; slot++) {
        if (!goes(s, wish, slot)) continue;
        s->slot[wish] = slot;
        try_from(s, wish + 1, planned + 1);
    }
    s->slot[wish] = YZ_SLOT_NONE;
    if (s->f->fixed[wish] == YZ_SLOT_NONE) try_from(s, wish + 1, planned);
}

/* With people and booths that are late and slots that are fixed it is a hard problem: what is
 * planned, the best of all by trying everything, and the bound stand in this order. */
Test(timetable, lies_below_the_bound_when_some_are_late_and_some_are_fixed) {
    uint32_t exact = 0, runs = 300;
    for (uint64_t seed = 1; seed <= runs; seed++) {
        yz_random random = yz_random_seeded(seed);
        fair f;
        fair_new(&f, &random, 3, 3, 2 + below(&random, 2), 80);
        f.task.seeker_ready = f.seeker_ready;
        f.task.booth_ready = f.booth_ready;
        f.task.fixed = f.fixed;
        for (uint32_t i = 0; i < 3; i++) {
            f.seeker_ready[i] = below(&random, 2);
            f.booth_ready[i] = below(&random, 4) == 0;
        }
        if (f.task.wish_count > 0)
            f.fixed[below(&random, f.task.wish_count)] = below(&random, f.task.slots);
        yz_timetable *t;
        cr_assert_eq(yz_timetable_new(&f.task, &t), YZ_OK);
        yz_timetable_proof proof = check(t);
        search s = {.f = &f};
        try_from(&s, 0, 0);
        cr_assert(sound(&proof), "seed %lu", seed);
        cr_assert(proof.planned <= s.best && s.best <= proof.bound, "seed %lu: %u <= %u <= %u",
                  seed, proof.planned, s.best, proof.bound);
        exact += proof.planned == s.best;
        yz_timetable_free(t);
    }
    cr_assert_geq(exact, runs * 9 / 10, "%u of %u are the best", exact, runs);
}

static uint32_t differ(const yz_timetable *t, const uint32_t *before, uint32_t now) {
    uint32_t moved = 0;
    for (uint32_t w = 0; w < yz_timetable_task_now(t)->wish_count; w++) {
        uint32_t after = yz_timetable_slots(t)[w];
        moved += after != before[w];
        // What is past stays past.
        if (before[w] != YZ_SLOT_NONE && before[w] < now) cr_assert_eq(after, before[w]);
    }
    return moved;
}

/* A day at the fair: people do not come, come late, booths overrun. After each the timetable is
 * sound, moves no more others than allowed, and says all it moved. */
Test(timetable, mends_itself_with_few_moves_and_says_which) {
    uint64_t kept = 0, lost = 0, filled = 0, others = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        fair f;
        fair_new(&f, &random, 20 + below(&random, 40), 4 + below(&random, 8), 12, 45);
        yz_timetable *t;
        cr_assert_eq(yz_timetable_new(&f.task, &t), YZ_OK);
        for (uint32_t now = 0; now < 12; now++) {
            uint32_t before[WISHES], dropped = YZ_SLOT_NONE;
            yz_timetable_move list[WISHES];
            yz_timetable_moves moves = {
                .list = list, .room = WISHES, .others_max = below(&random, 4)};
            memcpy(before, yz_timetable_slots(t), f.task.wish_count * sizeof *before);
            uint32_t what = below(&random, 3), until = now + 1 + below(&random, 3);
            uint32_t who = below(&random, what == 1 ? f.task.seekers : f.task.booths);
            if (what == 0 && f.task.wish_count > 0) {
                dropped = below(&random, f.task.wish_count);
                if (before[dropped] != YZ_SLOT_NONE && before[dropped] < now) continue;
                yz_timetable_drop(t, dropped, now, &moves);
                cr_assert_eq(yz_timetable_slots(t)[dropped], YZ_SLOT_NONE);
            } else if (what == 1) {
                yz_timetable_seeker_late(t, who, until, now, &moves);
            } else {
                yz_timetable_booth_late(t, who, until, now, &moves);
            }
            // It had its turn before others were late; so past ones may lie before `ready`.
            yz_timetable_task checked = *yz_timetable_task_now(t);
            uint32_t past[WISHES];
            for (uint32_t w = 0; w < f.task.wish_count; w++) {
                uint32_t at = yz_timetable_slots(t)[w];
                past[w] = at != YZ_SLOT_NONE && at < now ? at : YZ_SLOT_NONE;
            }
            checked.fixed = past;
            yz_timetable_proof proof =
                yz_check_timetable(&checked, yz_timetable_slots(t), yz_timetable_cut_seekers(t),
                                   yz_timetable_cut_booths(t));
            cr_assert(sound(&proof), "seed %lu, slot %u: %lu %lu %lu %u %u", seed, now,
                      proof.seekers_twice, proof.over_capacity, proof.out_of_time, proof.planned,
                      proof.bound);
            cr_assert_leq(moves.others, moves.others_max, "seed %lu", seed);
            uint32_t really = 0, bystanders = 0;
            for (uint32_t i = 0; i < moves.count; i++) {
                cr_assert_eq(list[i].from, before[list[i].wish], "seed %lu", seed);
                cr_assert_eq(list[i].to, yz_timetable_slots(t)[list[i].wish], "seed %lu", seed);
                really += list[i].from != list[i].to;
                kept += list[i].to != YZ_SLOT_NONE;
                lost += list[i].to == YZ_SLOT_NONE && list[i].wish != dropped;
                filled += list[i].from == YZ_SLOT_NONE;
                const yz_interview_wish *wish = &f.wishes[list[i].wish];
                bool late = what != 0 && who == (what == 1 ? wish->seeker : wish->booth);
                bool had_to = late ? list[i].from < until : list[i].wish == dropped;
                bystanders += !had_to && list[i].from != YZ_SLOT_NONE;
            }
            cr_assert_leq(bystanders, moves.others, "seed %lu", seed);
            cr_assert_eq(really, differ(t, before, now), "seed %lu", seed);
            others += moves.others;
        }
        yz_timetable_free(t);
    }
    cr_assert(kept > 500 && lost > 20 && filled > 10 && others > 20, "%lu %lu %lu %lu", kept, lost,
              filled, others);
}

/* Li is late; every other slot of the booth is taken, by somebody who could also come in Li's. */
Test(timetable, one_other_moves_when_that_is_all_it_takes) {
    const yz_interview_wish wishes[] = {{0, 0}, {1, 0}};
    const uint32_t capacity[] = {1};
    yz_timetable_task task = {.seekers = 2,
                              .booths = 1,
                              .slots = 2,
                              .wishes = wishes,
                              .wish_count = 2,
                              .capacity = capacity};
    for (uint32_t allowed = 0; allowed < 2; allowed++) {
        yz_timetable *t;
        yz_timetable_move list[2];
        yz_timetable_moves moves = {.list = list, .room = 2, .others_max = allowed};
        cr_assert_eq(yz_timetable_new(&task, &t), YZ_OK);
        cr_assert(yz_timetable_slots(t)[0] == 0 && yz_timetable_slots(t)[1] == 1);
        yz_timetable_seeker_late(t, 0, 1, 0, &moves);
        cr_assert_eq(moves.others, allowed);
        cr_assert_eq(yz_timetable_slots(t)[0], allowed ? 1 : YZ_SLOT_NONE);
        cr_assert_eq(yz_timetable_slots(t)[1], allowed ? 0 : 1);
        yz_timetable_free(t);
    }
}

/* What was planned yesterday stays while today's wishes are planned around it, and moves when it
 * must. */
Test(timetable, what_has_a_slot_already_stays_until_it_is_mended) {
    const yz_interview_wish wishes[] = {{0, 0}, {1, 0}, {2, 0}};
    const uint32_t capacity[] = {1}, planned[] = {YZ_SLOT_NONE, 0, YZ_SLOT_NONE};
    yz_timetable_task task = {.seekers = 3,
                              .booths = 1,
                              .slots = 3,
                              .wishes = wishes,
                              .wish_count = 3,
                              .capacity = capacity,
                              .planned = planned};
    yz_timetable *t;
    yz_timetable_move list[3];
    yz_timetable_moves moves = {.list = list, .room = 3, .others_max = 1};
    cr_assert_eq(yz_timetable_new(&task, &t), YZ_OK);
    const uint32_t *slots = yz_timetable_slots(t);
    cr_assert(slots[0] == 1 && slots[1] == 0 && slots[2] == 2);
    yz_timetable_seeker_late(t, 0, 2, 0, &moves); // needs the last slot, whose seeker swaps
    cr_assert(slots[0] == 2 && slots[1] == 0 && slots[2] == 1 && moves.others == 1);
    yz_timetable_seeker_late(t, 1, 1, 0, &moves); // nobody else may move any more
    cr_assert(slots[1] == YZ_SLOT_NONE);
    yz_timetable_free(t);
}

/* Li stands in the first slot and comes late; the other one is free, and Wang wishes for any. */
Test(timetable, who_stands_finds_room_before_who_only_wishes) {
    const yz_interview_wish wishes[] = {{1, 0}, {0, 0}};
    const uint32_t capacity[] = {1}, planned[] = {YZ_SLOT_NONE, 0};
    yz_timetable_task task = {.seekers = 2,
                              .booths = 1,
                              .slots = 2,
                              .wishes = wishes,
                              .wish_count = 2,
                              .capacity = capacity,
                              .planned = planned};
    yz_timetable *t;
    yz_timetable_move list[2];
    yz_timetable_moves moves = {.list = list, .room = 2};
    cr_assert_eq(yz_timetable_new_standing(&task, &t), YZ_OK);
    cr_assert_eq(yz_timetable_slots(t)[0], YZ_SLOT_NONE);
    yz_timetable_seeker_late(t, 0, 1, 0, &moves);
    yz_timetable_plan_rest(t, 0);
    cr_assert(yz_timetable_slots(t)[0] == 0 && yz_timetable_slots(t)[1] == 1);
    yz_timetable_free(t);
    // Who does not come any more is not planned either, and the slot is the other's.
    cr_assert_eq(yz_timetable_new_standing(&task, &t), YZ_OK);
    yz_timetable_drop(t, 1, 0, &moves);
    yz_timetable_plan_rest(t, 1);
    cr_assert(yz_timetable_slots(t)[0] == 1 && yz_timetable_slots(t)[1] == YZ_SLOT_NONE);
    yz_timetable_free(t);
}

/* Random fairs, in which some stand and some of those are late: nobody who stood loses a slot that
 * somebody has who did not stand and could give it up, and what comes out is a timetable. */
Test(timetable, nobody_who_stood_gives_way_to_who_did_not) {
    uint64_t lost = 0, planned_after = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        fair f;
        uint32_t planned[WISHES], slots_count = 8;
        fair_new(&f, &random, 15 + below(&random, 30), 4 + below(&random, 6), slots_count, 40);
        yz_timetable *t;
        cr_assert_eq(yz_timetable_new(&f.task, &t), YZ_OK);
        memcpy(planned, yz_timetable_slots(t), f.task.wish_count * sizeof *planned);
        for (uint32_t w = 0; w < f.task.wish_count; w++) {
            if (below(&random, 2) == 0) planned[w] = YZ_SLOT_NONE;
        }
        yz_timetable_free(t);
        f.task.planned = planned;
        cr_assert_eq(yz_timetable_new_standing(&f.task, &t), YZ_OK);
        yz_timetable_move list[WISHES];
        yz_timetable_moves moves = {.list = list, .room = WISHES, .others_max = 3};
        for (uint32_t i = 0; i < 6; i++) {
            yz_timetable_seeker_late(t, below(&random, f.task.seekers),
                                     1 + below(&random, slots_count), 0, &moves);
        }
        yz_timetable_booth_late(t, below(&random, f.task.booths), 1 + below(&random, 3), 0, &moves);
        yz_timetable_plan_rest(t, 0);
        yz_timetable_proof proof = check(t);
        cr_assert(sound(&proof), "seed %lu", seed);
        const uint32_t *slots = yz_timetable_slots(t);
        const yz_timetable_task *now = yz_timetable_task_now(t);
        for (uint32_t w = 0; w < f.task.wish_count; w++) {
            planned_after += planned[w] == YZ_SLOT_NONE && slots[w] != YZ_SLOT_NONE;
            if (planned[w] == YZ_SLOT_NONE || slots[w] != YZ_SLOT_NONE) continue;
            lost += 1;
            uint32_t s = f.wishes[w].seeker, b = f.wishes[w].booth;
            for (uint32_t at = 0; at < slots_count; at++) {
                if (at < now->seeker_ready[s] || at < now->booth_ready[b]) continue;
                // Those who stood and are there, at the booth and of the seeker.
                uint32_t at_booth = 0, of_seeker = 0;
                for (uint32_t o = 0; o < f.task.wish_count; o++) {
                    if (slots[o] != at || planned[o] == YZ_SLOT_NONE) continue;
                    at_booth += f.wishes[o].booth == b;
                    of_seeker += f.wishes[o].seeker == s;
                }
                cr_assert(at_booth >= f.capacity[b] || of_seeker > 0, "seed %lu: wish %u", seed, w);
            }
        }
        yz_timetable_free(t);
    }
    cr_assert(lost > 50 && planned_after > 500, "%lu %lu", lost, planned_after);
}

Test(timetable, refuses_a_task_that_cannot_be) {
    const yz_interview_wish twice[] = {{0, 0}, {0, 0}}, far[] = {{0, 1}}, both[] = {{0, 0}, {1, 0}};
    const uint32_t one[] = {1}, none[] = {0}, same[] = {1, 1};
    yz_timetable *t;
    yz_timetable_task task = {
        .seekers = 2, .booths = 1, .slots = 2, .wishes = twice, .wish_count = 2, .capacity = one};
    cr_assert_eq(yz_timetable_new(&task, &t), YZ_ERR_BAD_INPUT);
    task.wishes = far, task.wish_count = 1;
    cr_assert_eq(yz_timetable_new(&task, &t), YZ_ERR_BAD_INPUT);
    task.wishes = both, task.wish_count = 2, task.fixed = same;
    cr_assert_eq(yz_timetable_new(&task, &t), YZ_ERR_BAD_INPUT); // capacity 1, the same slot
    task.fixed = NULL, task.capacity = none;
    cr_assert_eq(yz_timetable_new(&task, &t), YZ_ERR_BAD_INPUT);
    task.capacity = one, task.slots = 0;
    cr_assert_eq(yz_timetable_new(&task, &t), YZ_ERR_BAD_INPUT);
    cr_assert_null(t);
}

Test(timetable, the_checker_finds_a_double_booking) {
    const yz_interview_wish wishes[] = {{0, 0}, {0, 1}, {1, 1}};
    const uint32_t capacity[] = {1, 1}, ready[] = {0, 1};
    yz_timetable_task task = {.seekers = 2,
                              .booths = 2,
                              .slots = 2,
                              .wishes = wishes,
                              .wish_count = 3,
                              .capacity = capacity,
                              .seeker_ready = ready};
    const bool nobody[] = {false, false};
    yz_timetable_proof p = yz_check_timetable(&task, (uint32_t[]){0, 0, 0}, nobody, nobody);
    cr_assert(p.seekers_twice == 1 && p.over_capacity == 1 && p.out_of_time == 1);
    cr_assert(p.planned == 3 && p.bound == 3);
}
