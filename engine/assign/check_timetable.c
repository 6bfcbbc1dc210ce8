/* Everything counted once: who is where when. */
#include "engine/assign/checker.h"

#include "engine/base/alloc.h"

// How many interviews one side of the cut can hold: slots from when it is ready on, and what is
// fixed before that.
static uint64_t room_of(const yz_timetable_task *task, bool booths, const bool *cut) {
    const uint32_t *ready = booths ? task->booth_ready : task->seeker_ready;
    uint64_t room = 0;
    for (uint32_t i = 0; i < (booths ? task->booths : task->seekers); i++) {
        uint64_t slots = task->slots - (ready ? ready[i] : 0);
        if (cut[i]) room += booths ? slots * task->capacity[i] : slots;
    }
    for (uint32_t w = 0; w < task->wish_count && task->fixed && ready; w++) {
        uint32_t of = booths ? task->wishes[w].booth : task->wishes[w].seeker;
        room += cut[of] && task->fixed[w] < ready[of];
    }
    return room;
}

static uint64_t bound_of(const yz_timetable_task *task, const bool *seekers, const bool *booths) {
    uint64_t bound = room_of(task, false, seekers) + room_of(task, true, booths);
    for (uint32_t w = 0; w < task->wish_count; w++)
        bound += !seekers[task->wishes[w].seeker] && !booths[task->wishes[w].booth];
    return bound < task->wish_count ? bound : task->wish_count;
}

yz_timetable_proof yz_check_timetable(const yz_timetable_task *task, const uint32_t *slot_of,
                                      const bool *cut_seekers, const bool *cut_booths) {
    yz_timetable_proof proof = {0};
    size_t slots = task->slots;
    uint32_t *seeker_load = yz_alloc_zeroed(task->seekers * slots * sizeof *seeker_load);
    uint32_t *booth_load = yz_alloc_zeroed(task->booths * slots * sizeof *booth_load);
    for (uint32_t w = 0; w < task->wish_count; w++) {
        uint32_t s = task->wishes[w].seeker, b = task->wishes[w].booth, at = slot_of[w];
        bool fixed = task->fixed && task->fixed[w] != YZ_SLOT_NONE;
        if (fixed && at != task->fixed[w]) proof.fixed_moved += 1;
        if (at == YZ_SLOT_NONE) continue;
        proof.planned += 1;
        if (at >= task->slots) {
            proof.out_of_time += 1;
            continue;
        }
        bool early = (task->seeker_ready && at < task->seeker_ready[s]) ||
                     (task->booth_ready && at < task->booth_ready[b]);
        proof.out_of_time += early && !fixed;
        if (seeker_load[s * slots + at]++ > 0) proof.seekers_twice += 1;
        if (booth_load[b * slots + at]++ >= task->capacity[b]) proof.over_capacity += 1;
    }
    proof.bound = (uint32_t)bound_of(task, cut_seekers, cut_booths);
    yz_free(seeker_load);
    yz_free(booth_load);
    return proof;
}
