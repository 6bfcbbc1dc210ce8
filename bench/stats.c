/* What do statistics cost, and how soon are they read? A made-up year of a province (story.h):
 *
 *   cost     the commands of December told as facts, each timed by itself (with its share of
 * looking ahead, the clock's own cost subtracted), but for stretches in which others had the
 *            processor; beside it, every other stretch, as a whole and by CPU time
 *   market   the same commands in two markets, one of which keeps no statistics, in turns
 *   read     random cells and roll-ups of all series and windows; whole tables
 *   memory   by part: of that year; and of a province every cell of which was counted */
#include "bench/stats.h"

#include "bench/clock.h"
#include "bench/stats_parts.h"
#include "engine/base/alloc.h"
#include "tools/cmd.h"

#include <stdio.h>
#include <string.h>

void stats_world_init(stats_world *w, story_options size) {
    story_init(&w->story, size);
    province_init(&w->names, size.seed);
    yz_stats_names names = province_names(&w->names);
    w->stats = yz_stats_new(&names);
    story_tell_venues(&w->story, w->stats);
    story_event e;
    while (w->story.done < w->story.growth) {
        story_next(&w->story, &e);
        story_tell(w->stats, &e);
    }
}

void stats_world_deinit(stats_world *w) {
    yz_stats_free(w->stats);
    story_deinit(&w->story);
}

uint64_t stats_clock_ns(void) {
    enum { TIMES = 10001 };
    static uint64_t took[TIMES];
    for (uint32_t i = 0; i < TIMES; i++) {
        uint64_t since = clock_wall_ns();
        took[i] = clock_wall_ns() - since;
    }
    return (uint64_t)percentile(took, TIMES, 50);
}

// ---- cost ----

#define BLOCK 64u
#define AHEAD 16u // commands that are looked at side by side before they are told

// As the market does it, before it carries them out.
static void look_ahead(const yz_stats *stats, const story_event *events, uint32_t count) {
    yz_stats_subject subjects[AHEAD];
    for (uint32_t i = 0; i < count; i++) {
        const story_event *e = &events[i];
        bool is_step = e->kind == STORY_STEP;
        bool has_seeker = is_step || e->kind <= STORY_CLOSE;
        bool has_posting = is_step || (e->kind > STORY_CLOSE && e->kind < STORY_TELL);
        subjects[i] = (yz_stats_subject){has_seeker ? e->seeker : YZ_ROW_NONE,
                                         has_posting ? e->posting : YZ_ROW_NONE,
                                         is_step ? e->step : YZ_STEP_NONE};
    }
    yz_stats_expect(stats, subjects, count);
}

#define TAKEN_NS 20000u // so much less CPU than wall time: somebody else had the processor
#define LABELS (STORY_KINDS + YZ_STEP_COUNT) // a step by what it is

typedef struct costs {
    uint64_t *ns; // of each command that was timed
    uint32_t count;
    uint64_t sum[LABELS], times[LABELS];
    uint64_t stretch_ns, stretch;
    uint64_t taken; // commands not counted: while they ran somebody else had the processor
} costs;

static uint32_t label_of(const story_event *e) {
    return e->kind == STORY_STEP ? STORY_KINDS + e->step : e->kind;
}

static void time_each(yz_stats *stats, story_event *events, uint32_t count, uint64_t clock_ns,
                      costs *c) {
    uint64_t ns[BLOCK], cpu = clock_cpu_ns(), wall = clock_wall_ns();
    for (uint32_t at = 0; at < count; at += AHEAD) {
        uint32_t some = count - at < AHEAD ? count - at : AHEAD;
        uint64_t since = clock_wall_ns();
        look_ahead(stats, events + at, some);
        uint64_t share = (clock_wall_ns() - since) / some;
        for (uint32_t i = at; i < at + some; i++) {
            since = clock_wall_ns();
            story_tell(stats, &events[i]);
            ns[i] = clock_wall_ns() - since + share;
        }
    }
    wall = clock_wall_ns() - wall;
    cpu = clock_cpu_ns() - cpu;
    if (wall > cpu + TAKEN_NS) {
        c->taken += count;
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint64_t took = ns[i] > clock_ns ? ns[i] - clock_ns : 0;
        c->ns[c->count++] = took;
        c->sum[label_of(&events[i])] += took;
        c->times[label_of(&events[i])] += 1;
    }
}

static void time_all(yz_stats *stats, story_event *events, uint32_t count, costs *c) {
    uint64_t since = clock_cpu_ns();
    for (uint32_t i = 0; i < count; i++) {
        if (i % AHEAD == 0) look_ahead(stats, events + i, count - i < AHEAD ? count - i : AHEAD);
        story_tell(stats, &events[i]);
    }
    c->stretch_ns += clock_cpu_ns() - since;
    c->stretch += count;
}

static void print_mix(const costs *c, figures *out) {
    for (uint32_t i = 0; i < LABELS; i++) {
        if (c->times[i] == 0) continue;
        const char *name = i < STORY_KINDS ? STORY_NAMES[i] : yz_step_name(i - STORY_KINDS).bytes;
        const char *kind = i < STORY_KINDS ? "" : "step.";
        figures_add(out, 1, 1000.0 * (double)c->times[i] / c->count, "mix.%s%s.of_1000", kind,
                    name);
        figures_add(out, 3, (double)c->sum[i] / (double)c->times[i] / 1e3, "mix.%s%s.mean_us", kind,
                    name);
    }
}

void stats_cost(stats_world *w, figures *out) {
    costs c = {.ns = yz_alloc((w->story.options.commands + BLOCK) * sizeof *c.ns)};
    story_event *events = yz_alloc_zeroed(BLOCK * sizeof *events);
    uint64_t clock_ns = stats_clock_ns(), sum = 0;
    for (uint32_t block = 0; w->story.done < story_commands(&w->story); block++) {
        uint32_t count = 0;
        while (count < BLOCK && w->story.done < story_commands(&w->story))
            story_next(&w->story, &events[count++]);
        if (block % 2 == 0)
            time_each(w->stats, events, count, clock_ns, &c);
        else
            time_all(w->stats, events, count, &c);
    }
    for (uint32_t i = 0; i < c.count; i++)
        sum += c.ns[i];
    figures_add(out, 0, (double)c.count, "cost.commands");
    figures_add(out, 0, (double)c.taken, "cost.commands_interrupted");
    figures_add(out, 0, (double)clock_ns, "cost.clock_ns");
    figures_add(out, 3, (double)sum / c.count / 1e3, "cost.mean_us");
    figures_add(out, 3, percentile(c.ns, c.count, 50) / 1e3, "cost.p50_us");
    figures_add(out, 3, percentile(c.ns, c.count, 99) / 1e3, "cost.p99_us");
    figures_add(out, 3, (double)c.stretch_ns / (double)c.stretch / 1e3, "cost.mean_cpu_us");
    print_mix(&c, out);
    yz_free(events);
    yz_free(c.ns);
}

// ---- all ----

static bool wants(const options *given, const char *part) {
    const char *wanted = options_text(given, "part");
    return strcmp(wanted, "all") == 0 || strcmp(wanted, part) == 0;
}

int bench_stats(const options *given) {
    story_options size = {.seekers = (uint32_t)options_number(given, "seekers"),
                          .postings = (uint32_t)options_number(given, "postings"),
                          .commands = (uint32_t)options_number(given, "commands"),
                          .seed = (uint64_t)options_number(given, "seed")};
    if (size.postings > size.seekers) {
        fprintf(stderr, "yizhan: bench stats: --postings: %u are more than the --seekers, %u\n",
                size.postings, size.seekers);
        return EXIT_USAGE;
    }
    figures *out = yz_alloc_zeroed(sizeof *out);
    bool right = true;
    figures_add(out, 0, size.seekers, "seekers");
    figures_add(out, 0, size.postings, "postings");
    if (wants(given, "cost") || wants(given, "read") || wants(given, "memory")) {
        stats_world w;
        stats_world_init(&w, size);
        stats_cost(&w, out);
        if (wants(given, "read")) stats_read(&w, (uint32_t)options_number(given, "questions"), out);
        if (wants(given, "memory")) stats_memory(w.stats, "year", out);
        stats_world_deinit(&w);
    }
    if (wants(given, "market")) right = stats_market(size, out) && right;
    if (wants(given, "cells")) stats_cells(out);
    figures_print(out, options_flag(given, "json"));
    yz_free(out);
    return right ? EXIT_OK : EXIT_FAILED;
}
