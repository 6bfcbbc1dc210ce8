/* yizhan generate --population: the population of bench/population.h, as a table of distributions
 * and as NDJSON. */
#ifndef YZ_TOOLS_GENERATE_POPULATION_H
#define YZ_TOOLS_GENERATE_POPULATION_H

#include "tools/options.h"

/* Prints how each fact is drawn and how many subjects there are; with --out DIR writes a file for
 * each kind of subject, population-hire.ndjson and so on. Returns an exit code. */
int generate_population(const options *given);

#endif
