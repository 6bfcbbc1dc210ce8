/* A market that lived through a made-up year, as rows and as answers, for peers that count the same
 * (bench/peers/statistics/run).
 *
 *     bench_stats_peers DIR [COMMANDS [SEED [ROUNDS]]]     the files of stats_rows.h,
 * stats_answers.h
 *
 * Half of the commands are December's; of the others two fifths are first registrations. Exit code
 * 1: a command was refused, or a record changed that no row tells of. */
#include "bench/clock.h"
#include "bench/stats_answers.h"
#include "bench/stats_rows.h"
#include "bench/story_commands.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <stdlib.h>

#define ARENA_BYTES ((size_t)1 << 20)

typedef struct life {
    story story;
    yz_market *market;
    stats_rows rows;
    uint64_t accepted, refused;
    uint64_t apply_ns; // CPU time of the market, with its statistics
} life;

static void apply(life *l, yz_command *c, int64_t at_ms) {
    yz_problem problem;
    c->sequence = yz_market_sequence(l->market) + 1;
    c->at_ms = at_ms;
    yz_check(yz_market_admit(c, &problem) == YZ_OK);
    uint64_t since = clock_cpu_ns();
    yz_outcome outcome = yz_market_apply(l->market, c, NULL);
    l->apply_ns += clock_cpu_ns() - since;
    *(outcome.status == YZ_OK ? &l->accepted : &l->refused) += 1;
    stats_rows_after(&l->rows, c, &outcome);
}

static void live(life *l) {
    yz_arena *texts = yz_arena_new(ARENA_BYTES);
    yz_command c;
    story_event e;
    yz_market_bulk_begin(l->market); // nobody asks for matches
    for (uint32_t i = 0; i < story_setup_count(&l->story); i++) {
        yz_arena_reset(texts);
        story_setup_command(&l->story, i, texts, &c);
        apply(l, &c, story_begin_ms());
    }
    l->accepted = l->apply_ns = 0;
    while (l->story.done < story_commands(&l->story)) {
        yz_arena_reset(texts);
        story_next(&l->story, &e);
        story_command(&l->story, &e, texts, &c);
        apply(l, &c, e.at_ms);
    }
    yz_market_bulk_end(l->market);
    yz_arena_free(texts);
}

static uint64_t ask(const life *l, uint32_t rounds, const char *dir) {
    stats_asked asked = {.root = PROVINCE_CODE,
                         .county_count = PROVINCE_COUNTIES,
                         .month = "2023-12",
                         .cohort = "2023-08", // its 90 days are over
                         .day = "2023-12-15",
                         .year = "2023",
                         .first_month = "2023-01",
                         .months = 12};
    for (uint32_t i = 0; i < PROVINCE_COUNTIES; i++)
        asked.counties[i] = l->story.place.codes[PROVINCE_FIRST_COUNTY + i];
    return stats_answers_write(l->market, &asked, rounds, dir);
}

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
    life l = {0};
    uint32_t seekers = commands / 5; // the story begins with 2.5 commands for each
    story_init(&l.story, (story_options){.seekers = seekers,
                                         .postings = commands / 20,
                                         .commands = commands - seekers * 5 / 2,
                                         .seed = seed});
    l.market =
        yz_market_new(&(yz_market_options){.hash_key = {seed, 1}, .at_ms = story_begin_ms()});
    if (!stats_rows_init(&l.rows, l.market, argv[1])) return 2;
    live(&l);
    uint64_t missing = stats_rows_missing(&l.rows), numbers = ask(&l, rounds, argv[1]);
    printf("seed %" PRIu64 "\ncommands %" PRIu64 "\nrefused %" PRIu64 "\n", seed, l.accepted,
           l.refused);
    printf("rows %" PRIu64 "\nrows_missing %" PRIu64 "\n", l.rows.count, missing);
    printf("now_ms %" PRId64 "\n", yz_market_time_ms(l.market));
    printf("numbers %" PRIu64 "\n", numbers);
    printf("apply_cpu_s %.3f\n", (double)l.apply_ns / 1e9);
    bool well = stats_rows_deinit(&l.rows) && numbers > 0 && l.refused == 0 && missing == 0;
    yz_market_free(l.market);
    story_deinit(&l.story);
    return well ? 0 : 1;
}
