/* A market that lived through a made-up year, as rows and as answers, for peers that count the same
 * (bench/peers/statistics/run).
 *
 *     bench_stats_peers DIR [COMMANDS [SEED [ROUNDS]]]     the files of stats_rows.h,
 * stats_answers.h
 *
 * A fifth of the commands are first registrations of seekers until the end of November, half of all
 * commands are December's. Exit code 1: a command was refused, or a record changed that no row
 * tells of. */
#include "bench/stats_answers.h"

#include "bench/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (argc < 2 || argc > 5) {
        fprintf(stderr, "usage: %s DIR [COMMANDS [SEED [ROUNDS]]]\n", argv[0]);
        return 2;
    }
    uint32_t commands = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    uint32_t rounds = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 5;
    if (commands < 100 || rounds < 1) {
        fprintf(stderr, "%s: at least 100 commands and 1 round\n", argv[0]);
        return 2;
    }
    uint32_t seekers = commands / 5;
    story_options size = {.seekers = seekers,
                          .postings = commands / 20,
                          .commands = commands - (uint32_t)((uint64_t)seekers * 5 / 2),
                          .seed = seed};
    stats_rows rows;
    bool well = stats_rows_init(&rows, size, argv[1]);
    uint64_t numbers = well ? stats_answers_write(&rows, rounds, argv[1]) : 0;
    printf("seed %" PRIu64 "\ncommands %" PRIu64 "\nrefused %" PRIu64 "\n", seed, rows.accepted,
           rows.refused);
    printf("rows %" PRIu64 "\nrows_missing %" PRIu64 "\n", rows.rows, rows.unseen);
    printf("now_ms %" PRId64 "\n", yz_market_time_ms(rows.market));
    printf("numbers %" PRIu64 "\n", numbers);
    printf("apply_cpu_s %.3f\n", (double)rows.apply_ns / 1e9);
    well = well && numbers > 0 && rows.refused == 0 && rows.unseen == 0;
    stats_rows_deinit(&rows);
    return well ? 0 : 1;
}
