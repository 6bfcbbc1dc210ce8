/* One seed from its first start to its last: some lives of a server on one disk, each with its
 * clients, its troubles and its end. */
#ifndef YZ_TESTS_SIM_RUN_H
#define YZ_TESTS_SIM_RUN_H

#include <stdbool.h>
#include <stdint.h>

typedef struct run_result {
    bool well;
    char wrong[400]; // what was not as it must be
    uint64_t hash, events;
    uint32_t lives, answers, changes, bulks, reads, refusals, unavailable, full, drops, repeats;
    uint32_t power_cuts, kills, ends_in_start, faults, snapshots;
    uint64_t commands; // in the journal at the end
    double simulated_s;
} run_result;

run_result run_seed(uint64_t seed, bool trace);

#endif
