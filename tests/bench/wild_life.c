/* As bench_stats_peers, but of a market that lived through random commands of every kind
 * (tests/engine/market/stream.h), about few records: they are reopened, expire, move, are erased;
 * pairs begin anew; places and occupations are not said.
 *
 *     wild_life DIR [COMMANDS [SEED [ROUNDS]]]     for bench/peers/statistics/run --program */
#include "bench/stats_answers.h"
#include "bench/stats_rows.h"
#include "tests/engine/market/stream.h"

#include <inttypes.h>
#include <stdlib.h>

#define DAYS 230 // from 2023-11-15 on
#define RECORDS 300

// Seconds mostly, hours now and then, as far as the commands that are left must reach.
static int64_t step_of(stream *s, int64_t left_ms, uint64_t left) {
    int64_t mean = left_ms / (int64_t)(left + 1);
    if (stream_below(s, 10) > 0) return 0;
    return (int64_t)yz_random_below(&s->random, (uint64_t)mean * 20 + 1);
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    uint64_t commands = argc > 2 ? strtoull(argv[2], NULL, 10) : 20000;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    uint32_t rounds = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 1;
    stream s = stream_new(seed, RECORDS);
    int64_t at_ms = s.at_ms, until_ms = at_ms + (int64_t)DAYS * STREAM_DAY;
    yz_market *market =
        yz_market_new(&(yz_market_options){.hash_key = {seed, 1}, .at_ms = s.at_ms});
    stats_rows rows;
    if (!stats_rows_init(&rows, market, argv[1])) return 2;
    s.watched = market;
    uint64_t done = 0;
    for (uint64_t i = 0; i < commands; i++) {
        at_ms += step_of(&s, until_ms - at_ms, commands - i);
        s.at_ms = at_ms = at_ms > until_ms ? until_ms : at_ms;
        yz_command c = stream_next(&s);
        c.at_ms = at_ms; // a tick moves the stream's own time
        c.sequence = yz_market_sequence(market) + 1;
        yz_outcome outcome = yz_market_apply(market, &c, NULL);
        done += outcome.status == YZ_OK;
        stats_rows_after(&rows, &c, &outcome);
    }
    stats_asked asked = {.root = "",
                         .counties = {"d-000", "d-001", "d-002", "d-003"},
                         .county_count = 4,
                         .month = "2024-03",
                         .cohort = "2023-12",
                         .day = "2024-02-29",
                         .year = "2024",
                         .first_month = "2023-11",
                         .months = 8};
    uint64_t missing = stats_rows_missing(&rows);
    uint64_t numbers = stats_answers_write(market, &asked, rounds, argv[1]);
    printf("seed %" PRIu64 "\ncommands %" PRIu64 "\naccepted %" PRIu64 "\n", seed, commands, done);
    printf("rows %" PRIu64 "\nrows_missing %" PRIu64 "\n", rows.count, missing);
    printf("now_ms %" PRId64 "\nnumbers %" PRIu64 "\n", yz_market_time_ms(market), numbers);
    bool well = stats_rows_deinit(&rows) && missing == 0 && numbers > 0;
    yz_market_free(market);
    yz_arena_free(s.arena);
    return well ? 0 : 1;
}
