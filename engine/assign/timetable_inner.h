/* What the two halves of the timetable share: which wishes (pick), and when (timetable). */
#ifndef YZ_ENGINE_ASSIGN_TIMETABLE_INNER_H
#define YZ_ENGINE_ASSIGN_TIMETABLE_INNER_H

#include "engine/assign/timetable.h"

struct yz_timetable {
    yz_timetable_task task; // the copy; its arrays are those below
    yz_interview_wish *wishes;
    uint32_t *capacity, *seeker_ready, *booth_ready, *fixed;
    uint32_t *slot, *lane;          // by wish
    bool *gone;                     // by wish: cancelled, wants nothing any more
    bool *stood;                    // by wish: had a slot before the rest was planned
    bool rest_waits;                // only what stood is placed: who waits gets nothing yet
    uint32_t *lane_first;           // by booth, and one more
    uint32_t *seeker_at;            // seekers x slots: the wish there, or YZ_SLOT_NONE
    uint32_t *lane_at;              // lanes x slots
    uint32_t *of_seeker, *of_booth; // wishes in their order, by the lists below
    uint32_t *seeker_list, *booth_list;
    bool *cut_seekers, *cut_booths;
};

/* A greatest set of wishes that exceeds no seeker's and no booth's number of slots; the fixed ones
 * are in it. Fills the cut that proves it. */
void timetable_pick(yz_timetable *t, bool *picked);

#endif
