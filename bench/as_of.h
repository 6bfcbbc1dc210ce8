/* bench as-of: how long until a question about the past is answered, and what the live market's
 * questions feel of it. See as_of.c. */
#ifndef YZ_BENCH_AS_OF_H
#define YZ_BENCH_AS_OF_H

#include "tools/options.h"

/* Returns an exit code: 1 when an answer was missing or another than the digest that was left. */
int bench_as_of(const options *given);

#endif
