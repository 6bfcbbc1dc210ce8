/* The demo's life: what happened in its last DEMO_DAYS days. People came to two stations for a
 * day's work, to two fairs and a live broadcast; they applied, were chosen, signed and started. A
 * third fair is announced. All of it is made up, like the records, and the same at every run. */
#ifndef YZ_TOOLS_DEMO_LIFE_H
#define YZ_TOOLS_DEMO_LIFE_H

#include "engine/base/arena.h"
#include "engine/model/command.h"

/* What happens, in the order of time and, at the same moment, of `order`. */
typedef struct demo_event {
    int64_t at_ms;
    uint32_t order;
    uint8_t type;             // yz_command_type
    uint8_t step;             // of a referral, queue, visit or interview
    uint8_t venue;            // 1 + row of the table of venues; 0: not said
    uint8_t booth;            // 1 + number of the booth; 0: the venue's own counter
    uint32_t seeker, posting; // of records: which; tickets have the seeker's number
    uint16_t slot;
} demo_event;

typedef struct demo_story {
    demo_event *events; // owned
    uint32_t count, room;
    int64_t now_ms; // what would be later is left out
} demo_story;

void demo_story_add(demo_story *story, demo_event event);

/* What the life must know of the records. */
typedef struct demo_fact {
    int64_t at_ms; // posted, registered
    uint16_t occupation, employer, openings;
    bool gig; // of a posting: gig work; of a seeker: its trade is
} demo_fact;

/* Adds venues, visits and referrals to the story. Each seeker goes through one referral, gig
 * workers through one each time they come; a posting keeps one opening free at least, so that all
 * of the demo's postings are open. */
void demo_life(demo_story *story, const demo_fact *postings, uint32_t posting_count,
               const demo_fact *seekers, uint32_t seeker_count);

/* The command of an event that demo_life added; texts in `arena`. */
yz_command demo_life_command(const demo_event *event, int64_t now_ms, yz_arena *arena);

/* The station that dispatches to it; "": none. Of gigs near one every third has it. */
yz_text demo_station(const yz_posting *posting, uint32_t index);

/* Target `index` for the year of `now_ms`; false: there are no more. */
bool demo_target(uint32_t index, int64_t now_ms, yz_target *target);

#endif
