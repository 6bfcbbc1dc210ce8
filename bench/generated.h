/* A generated set as commands to a market. */
#ifndef YZ_BENCH_GENERATED_H
#define YZ_BENCH_GENERATED_H

#include "tools/generate.h"
#include "tools/load.h"

/* Its dictionaries, postings and seekers, between load_begin and load_end. */
void generated_put(load *l, const generate *set);

#endif
