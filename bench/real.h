/* bench real: a real data set in process, its answers proven against the oracle. See real.c. */
#ifndef YZ_BENCH_REAL_H
#define YZ_BENCH_REAL_H

#include "tools/options.h"

/* Returns an exit code: 1 on a mismatch or when the set cannot be read. */
int bench_real(const options *given);

#endif
