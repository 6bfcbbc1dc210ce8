/* bench match --boosts: the same questions without and with what policy adds. */
#ifndef YZ_BENCH_MATCH_BOOSTS_H
#define YZ_BENCH_MATCH_BOOSTS_H

#include "bench/figures.h"
#include "tools/generate.h"

/* A market of the set in which policy knows every seeker's person and every employer, the facts of
 * bench/population and the rules of the notice; `questions` jobs and seekers questions each,
 * without boosts, with them for the first time (nothing found yet), and again. `check` of each are
 * compared with the oracle. False, with the reason on stderr: the rules cannot be read. */
bool match_boosts_measure(generate_options set, uint32_t questions, uint32_t check, const char *cpu,
                          figures *out);

#endif
