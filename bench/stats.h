/* bench stats: what statistics cost, and how soon they are read. See stats.c. */
#ifndef YZ_BENCH_STATS_H
#define YZ_BENCH_STATS_H

#include "tools/options.h"

/* Returns an exit code: 1 if a number was not what it should be. */
int bench_stats(const options *given);

#endif
