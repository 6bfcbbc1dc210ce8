/* The demo: a gig market and job fairs in Tianshui (天水), made up and synthetic. About 5,000
 * postings of 90 invented employers and 20,000 seekers, who have ids and no names. Seven counties
 * with their townships (names and codes: GB/T 2260, see datasets/README.md), trades, skills and
 * wages as such a market has them; and what happened there in the days before `at_ms`: see
 * tools/demo_life.h. The same at every run, but for the dates, which lie around `at_ms`, and for
 * what would have happened today after that hour. */
#ifndef YZ_TOOLS_DEMO_H
#define YZ_TOOLS_DEMO_H

#include "engine/model/command.h"

#define DEMO_SEED 1
#define DEMO_POSTINGS 5000
#define DEMO_SEEKERS 20000
#define DEMO_DAYS 75 // its first day lies so many days before today
#define DEMO_HISTORY_MS ((int64_t)(DEMO_DAYS + 1) * 86400000)

/* Takes one command, sequence still 0; at_ms rises from at most DEMO_HISTORY_MS before the at_ms
 * given to demo_load up to that. Borrows nothing past the call. False stops the load. */
typedef bool (*demo_take)(void *context, const yz_command *command);

/* Hands out the commands in order: dictionary entries (skills with their weights) and targets, then
 * day by day postings, seekers and what happened. True when all were taken. Postings are valid from
 * some days before to some days or weeks after `at_ms`, so that the demo is always live. */
bool demo_load(int64_t at_ms, demo_take take, void *context);

#endif
