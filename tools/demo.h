/* The demo: a gig market and job fair in Tianshui (天水), made up and synthetic. About 5,000
 * postings of 90 invented employers and 20,000 seekers, who have ids and no names. Seven counties
 * with their townships (names and codes: GB/T 2260, see datasets/README.md), trades, skills and
 * wages as such a market has them. The same at every run, but for the dates, which lie around
 * `at_ms`. */
#ifndef YZ_TOOLS_DEMO_H
#define YZ_TOOLS_DEMO_H

#include "engine/model/command.h"

#define DEMO_SEED 1
#define DEMO_POSTINGS 5000
#define DEMO_SEEKERS 20000

/* Takes one command, sequence still 0 and at_ms as given to demo_load; borrows nothing past the
 * call. False stops the load. */
typedef bool (*demo_take)(void *context, const yz_command *command);

/* Hands out the commands in order: dictionary entries (skills with their weights), postings,
 * seekers. True when all were taken. Postings are valid from some days before to some days or weeks
 * after `at_ms`, so that the demo is always live. */
bool demo_load(int64_t at_ms, demo_take take, void *context);

#endif
