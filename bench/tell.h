/* bench tell: how long until everybody who should be told is told. See tell.c. */
#ifndef YZ_BENCH_TELL_H
#define YZ_BENCH_TELL_H

#include "tools/options.h"

/* Returns an exit code: 1 if somebody was not told, or told twice. */
int bench_tell(const options *given);

#endif
