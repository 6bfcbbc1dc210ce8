/* A made-up year, told to statistics fact by fact, and carried out by a market, which tells its
 * own: both count the same, and the market refuses nothing. */
#include "bench/story_commands.h"
#include "engine/market/market.h"

#include <criterion/criterion.h>

typedef struct year {
    story story;
    province names; // for the statistics: the story has its own
    yz_stats *told;
    yz_market *market;
    yz_arena *arena;
} year;

static void carry_out(year *y, yz_command *c, int64_t at_ms, uint32_t number) {
    yz_problem problem;
    c->sequence = yz_market_sequence(y->market) + 1;
    c->at_ms = at_ms;
    cr_assert_eq(yz_market_admit(c, &problem), YZ_OK, "%u: %s", number,
                 yz_problem_name(problem.code).bytes);
    yz_outcome out = yz_market_apply(y->market, c, NULL);
    cr_assert_eq(out.status, YZ_OK, "%u: %s: %s %.64s", number, yz_command_type_name(c->type).bytes,
                 yz_problem_name(out.problem.code).bytes, out.problem.value);
    cr_assert(out.changed, "%u: %s changes nothing", number, yz_command_type_name(c->type).bytes);
}

static void begin(year *y, story_options options) {
    story_init(&y->story, options);
    province_init(&y->names, options.seed);
    yz_stats_names names = province_names(&y->names);
    y->told = yz_stats_new(&names);
    y->market = yz_market_new(&(yz_market_options){.at_ms = story_begin_ms()});
    y->arena = yz_arena_new(1 << 16);
    story_tell_venues(&y->story, y->told);
    for (uint32_t i = 0; i < story_setup_count(&y->story); i++) {
        yz_command c;
        yz_arena_reset(y->arena);
        story_setup_command(&y->story, i, y->arena, &c);
        carry_out(y, &c, story_begin_ms(), i);
    }
}

static void end(year *y) {
    story_deinit(&y->story);
    yz_stats_free(y->told);
    yz_market_free(y->market);
    yz_arena_free(y->arena);
}

static void expect_same(const year *y, uint32_t after, uint64_t seed) {
    int64_t now_ms = y->story.at_ms;
    yz_print a = yz_stats_print(y->told, now_ms);
    yz_print b = yz_stats_print(yz_market_stats(y->market), now_ms);
    cr_assert_eq(memcmp(&a, &b, sizeof a), 0, "seed %lu, after %u events", seed, after);
}

Test(story, facts_are_what_the_market_tells) {
    for (uint64_t seed = 1; seed <= 3; seed++) {
        year y;
        begin(&y,
              (story_options){.seekers = 2500, .postings = 500, .commands = 3000, .seed = seed});
        for (uint32_t i = 0; i < story_commands(&y.story); i++) {
            story_event e;
            yz_command c;
            story_next(&y.story, &e);
            story_tell(y.told, &e);
            yz_arena_reset(y.arena);
            story_command(&y.story, &e, y.arena, &c);
            carry_out(&y, &c, e.at_ms, i);
            if (i % 1500 == 1499) expect_same(&y, i + 1, seed);
        }
        for (uint32_t kind = 0; kind < STORY_KINDS; kind++)
            cr_assert_gt(y.story.kinds[kind], 0, "no %s", STORY_NAMES[kind]);
        for (uint32_t step = YZ_STEP_VIEWED; step <= YZ_STEP_NO_SHOW; step++) {
            if (step != YZ_STEP_OFFER) cr_assert_gt(y.story.steps[step], 0, "step %u", step);
        }
        expect_same(&y, story_commands(&y.story), seed);
        end(&y);
    }
}
