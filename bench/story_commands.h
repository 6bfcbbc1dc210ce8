/* The events of a story as the market's commands. */
#ifndef YZ_BENCH_STORY_COMMANDS_H
#define YZ_BENCH_STORY_COMMANDS_H

#include "bench/story.h"
#include "engine/base/arena.h"
#include "engine/model/command.h"

/* What comes before the first event: dictionaries, venues, booths; 0..count-1 in this order. Texts
 * lie in `arena` (which the caller resets) and in the story. Sequence and time are the caller's. */
uint32_t story_setup_count(const story *s);
void story_setup_command(const story *s, uint32_t number, yz_arena *arena, yz_command *command);

void story_command(const story *s, const story_event *e, yz_arena *arena, yz_command *command);

#endif
