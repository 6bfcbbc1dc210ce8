/* The simulator.
 *
 *     sim --seeds A..B [--twice]    each seed from A to B; --twice: and again, which must be equal
 *                      [--first]    no further than the first that fails
 *     sim --seed N [--trace]        one; with everything that happens, a line each
 *
 * Exit 1 when a seed failed; each that did is printed with what was wrong. */
#include "tests/sim/run.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int usage(void) {
    fputs("sim --seeds A..B [--twice] [--first] | --seed N [--trace]\n", stderr);
    return 2;
}

static void add(run_result *sum, const run_result *one) {
    sum->events += one->events;
    sum->lives += one->lives;
    sum->answers += one->answers;
    sum->changes += one->changes;
    sum->bulks += one->bulks;
    sum->reads += one->reads;
    sum->refusals += one->refusals;
    sum->unavailable += one->unavailable;
    sum->full += one->full;
    sum->drops += one->drops;
    sum->repeats += one->repeats;
    sum->power_cuts += one->power_cuts;
    sum->kills += one->kills;
    sum->ends_in_start += one->ends_in_start;
    sum->faults += one->faults;
    sum->snapshots += one->snapshots;
    sum->commands += one->commands;
    sum->simulated_s += one->simulated_s;
    sum->hash = (sum->hash ^ one->hash) * 0x9E3779B97F4A7C15u;
}

static void print_sum(const run_result *sum, uint64_t count, uint64_t failed, double s) {
    printf("%llu seeds, %llu failed, %llu events, %.1f s (%.0f seeds/s), hash %016llx\n",
           (unsigned long long)count, (unsigned long long)failed, (unsigned long long)sum->events,
           s, (double)count / s, (unsigned long long)sum->hash);
    printf("%u lives: %u power cuts, %u kills, %u of them during a start; %u faults, %u snapshots; "
           "%.0f s simulated\n",
           sum->lives, sum->power_cuts, sum->kills, sum->ends_in_start, sum->faults, sum->snapshots,
           sum->simulated_s);
    printf("%u answers: %u changes, %u bulks, %u reads; %u refused, %u unavailable, %u disk full; "
           "%u drops, %u repeats; %llu commands\n",
           sum->answers, sum->changes, sum->bulks, sum->reads, sum->refusals, sum->unavailable,
           sum->full, sum->drops, sum->repeats, (unsigned long long)sum->commands);
}

int main(int argc, char **argv) {
    uint64_t from = 0, to = 0;
    bool twice = false, trace = false, first = false;
    for (int i = 1; i < argc; i++) {
        char *end;
        if (strcmp(argv[i], "--twice") == 0) {
            twice = true;
        } else if (strcmp(argv[i], "--first") == 0) {
            first = true;
        } else if (strcmp(argv[i], "--trace") == 0) {
            trace = true;
        } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            from = to = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc) {
            from = strtoull(argv[++i], &end, 10);
            if (strncmp(end, "..", 2) != 0) return usage();
            to = strtoull(end + 2, NULL, 10);
        } else {
            return usage();
        }
    }
    if (to == 0 || to < from) return usage();
    run_result sum = {.hash = 0};
    uint64_t failed = 0;
    double began = seconds();
    // Memory of one seed is used again by the next, and not given back to the system between.
    mallopt(M_MMAP_THRESHOLD, 1 << 26);
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (uint64_t seed = from; seed <= to; seed++) {
        run_result one = run_seed(seed, trace);
        if (!one.well) printf("seed %llu: %s\n", (unsigned long long)seed, one.wrong);
        bool well = one.well;
        if (twice) {
            run_result again = run_seed(seed, false);
            if (again.hash != one.hash || again.events != one.events) {
                printf("seed %llu: not the same twice: hash %016llx of %llu events, then %016llx "
                       "of %llu\n",
                       (unsigned long long)seed, (unsigned long long)one.hash,
                       (unsigned long long)one.events, (unsigned long long)again.hash,
                       (unsigned long long)again.events);
                well = false;
            }
        }
        failed += !well;
        add(&sum, &one);
        if (first && !well) to = seed;
        if (from == to) {
            printf("seed %llu: %s, %llu events, hash %016llx\n", (unsigned long long)seed,
                   well ? "well" : "failed", (unsigned long long)one.events,
                   (unsigned long long)one.hash);
        }
    }
    print_sum(&sum, to - from + 1, failed, seconds() - began);
    return failed > 0;
}
