/* What a market takes for a command with statistics and without: the same commands to two of them,
 * in turns, stretch by stretch, so that what else happens on the machine meets both. */
#include "bench/clock.h"
#include "bench/stats_parts.h"
#include "bench/story_commands.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/market/market.h"

#include <stdio.h>

#define STRETCH 256u

typedef struct pair_of_markets {
    story story;
    yz_market *market[2]; // counted, uncounted
    uint64_t ns[2], done;
    yz_command *commands; // STRETCH of them
    yz_arena *arena;
} pair_of_markets;

// The way of the writer: looked at a little ahead, then one after the other.
static void apply(yz_market *m, yz_command *commands, uint32_t count) {
    for (uint32_t i = 0, ahead = 0; i < count; i++) {
        if (i == ahead) ahead += yz_market_expect(m, commands + i, count - i);
        yz_outcome outcome = yz_market_apply(m, &commands[i], NULL);
        yz_check(outcome.status == YZ_OK);
    }
}

static void number(pair_of_markets *p, uint32_t at, int64_t at_ms) {
    yz_problem problem;
    p->commands[at].sequence = yz_market_sequence(p->market[0]) + 1 + at;
    p->commands[at].at_ms = at_ms;
    yz_check(yz_market_admit(&p->commands[at], &problem) == YZ_OK);
}

static void set_up(pair_of_markets *p) {
    for (uint32_t i = 0; i < story_setup_count(&p->story); i++) {
        yz_arena_reset(p->arena);
        story_setup_command(&p->story, i, p->arena, &p->commands[0]);
        number(p, 0, story_begin_ms());
        for (uint32_t m = 0; m < 2; m++)
            apply(p->market[m], p->commands, 1);
    }
}

// The next commands, until a month ends.
static uint32_t make(pair_of_markets *p, uint32_t until) {
    story_event e;
    uint32_t count = 0;
    yz_arena_reset(p->arena);
    for (; count < STRETCH && p->story.done < until; count++) {
        story_next(&p->story, &e);
        story_command(&p->story, &e, p->arena, &p->commands[count]);
        number(p, count, e.at_ms);
    }
    return count;
}

static void take_turns(pair_of_markets *p, uint32_t until) {
    for (uint32_t turn = 0, count; (count = make(p, until)) > 0; turn++) {
        for (uint32_t i = 0; i < 2; i++) {
            uint32_t m = (turn + i) % 2;
            uint64_t since = clock_cpu_ns();
            apply(p->market[m], p->commands, count);
            p->ns[m] += clock_cpu_ns() - since;
        }
        p->done += count;
    }
}

bool stats_market(story_options options, figures *out) {
    pair_of_markets p = {.arena = yz_arena_new((size_t)1 << 24),
                         .commands = yz_alloc(STRETCH * sizeof *p.commands)};
    story_init(&p.story, options);
    for (uint32_t m = 0; m < 2; m++) {
        p.market[m] = yz_market_new(&(yz_market_options){
            .hash_key = {options.seed, 1}, .at_ms = story_begin_ms(), .uncounted = m == 1});
        yz_market_bulk_begin(p.market[m]);
    }
    set_up(&p);
    take_turns(&p, p.story.growth);
    for (uint32_t m = 0; m < 2; m++) {
        yz_market_bulk_end(p.market[m]);
        p.ns[m] = 0;
    }
    p.done = 0;
    take_turns(&p, story_commands(&p.story));
    double us[2];
    for (uint32_t m = 0; m < 2; m++)
        us[m] = (double)p.ns[m] / (double)p.done / 1e3;
    figures_add(out, 0, (double)p.done, "market.commands");
    figures_add(out, 3, us[0], "market.counted.mean_cpu_us");
    figures_add(out, 3, us[1], "market.uncounted.mean_cpu_us");
    figures_add(out, 3, us[0] - us[1], "market.difference_us");
    yz_digest a = yz_market_digest(p.market[0]), b = yz_market_digest(p.market[1]);
    bool same = memcmp(&a, &b, sizeof a) == 0;
    if (!same) fprintf(stderr, "yizhan: bench stats: the two markets are not the same\n");
    yz_market_free(p.market[0]);
    yz_market_free(p.market[1]);
    story_deinit(&p.story);
    yz_arena_free(p.arena);
    yz_free(p.commands);
    return same;
}
