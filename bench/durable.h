/* bench durable: what an acknowledged write costs on a disk. See durable.c. */
#ifndef YZ_BENCH_DURABLE_H
#define YZ_BENCH_DURABLE_H

#include "tools/options.h"

/* Returns an exit code: 1 when a write was not acknowledged or something could not be had. */
int bench_durable(const options *given);

#endif
