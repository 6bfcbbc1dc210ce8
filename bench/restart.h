/* bench restart: how long until a server serves again. See restart.c. */
#ifndef YZ_BENCH_RESTART_H
#define YZ_BENCH_RESTART_H

#include "tools/options.h"

/* Returns an exit code: 1 when the server did not come back with the state it had. */
int bench_restart(const options *given);

#endif
