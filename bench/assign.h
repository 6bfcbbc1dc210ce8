/* bench assign: fair, optimal and gig assignment at the sizes of a fair and of a morning, each
 * result proven by its checker. See assign.c. */
#ifndef YZ_BENCH_ASSIGN_H
#define YZ_BENCH_ASSIGN_H

#include "tools/options.h"

/* Returns an exit code: 1 if a checker finds anything. */
int bench_assign(const options *given);

#endif
