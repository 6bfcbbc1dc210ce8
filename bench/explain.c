/* How long do relax and unlock take, and for how long do they hold the reader's lock?
 *
 *     bench_explain [--postings N] [--seekers N] [--seed N] [--dense|--gig]
 *                   [--questions N] [--json]
 *
 * All times are CPU of the thread. A hold is what runs without letting go: one kind of relaxation,
 * one step of unlock. */
#include "bench/clock.h"
#include "bench/figures.h"
#include "bench/world.h"
#include "engine/base/alloc.h"
#include "engine/match/relax.h"
#include "engine/match/unlock.h"

#include <stdio.h>
#include <stdlib.h>

#define STEP_WORK 15000u

typedef struct options {
    generate_options set;
    uint32_t questions;
    bool json;
} options;

static bool number(const char *text, uint64_t max, uint64_t *out) {
    char *end;
    *out = text ? strtoull(text, &end, 10) : 0;
    return text != NULL && *text != '\0' && *end == '\0' && *out >= 1 && *out <= max;
}

static bool parse(int argc, char **argv, options *o) {
    *o = (options){.set = {GENERATE_NORMAL, 1000000, 1000000, 1}, .questions = 500};
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        uint64_t n = 0;
        if (strcmp(name, "--json") == 0) {
            o->json = true;
        } else if (strcmp(name, "--dense") == 0) {
            o->set.kind = GENERATE_DENSE;
        } else if (strcmp(name, "--gig") == 0) {
            o->set.kind = GENERATE_GIG;
        } else if (!number(i + 1 < argc ? argv[++i] : NULL, 10000000, &n)) {
            return false;
        } else if (strcmp(name, "--seed") == 0) {
            o->set.seed = n;
        } else if (strcmp(name, "--postings") == 0) {
            o->set.postings = (uint32_t)n;
        } else if (strcmp(name, "--seekers") == 0) {
            o->set.seekers = (uint32_t)n;
        } else if (strcmp(name, "--questions") == 0) {
            o->questions = (uint32_t)n;
        } else {
            return false;
        }
    }
    return true;
}

/* Holds of one sort, as they come. */
typedef struct holds {
    uint64_t *cpu;
    uint32_t count, room;
    uint64_t sum_ns;
} holds;

static void note(holds *h, uint64_t ns) {
    if (h->count == h->room) {
        h->room = h->room ? 2 * h->room : 1024;
        h->cpu = yz_realloc(h->cpu, h->room * sizeof *h->cpu);
    }
    h->cpu[h->count++] = ns;
}

static void print_holds(holds *h, const char *name, uint32_t questions, double found,
                        figures *out) {
    figures_add(out, 1, (double)h->sum_ns / 1e3 / questions, "%s.cpu_us_mean", name);
    figures_add(out, 1, percentile(h->cpu, h->count, 50) / 1e3, "%s.hold_p50_us", name);
    figures_add(out, 1, percentile(h->cpu, h->count, 99) / 1e3, "%s.hold_p99_us", name);
    figures_add(out, 1, percentile(h->cpu, h->count, 100) / 1e3, "%s.hold_max_us", name);
    figures_add(out, 1, (double)h->count / questions, "%s.holds_mean", name);
    figures_add(out, 1, found / questions, "%s.found_mean", name);
    yz_free(h->cpu);
}

typedef struct bench {
    options options;
    world world;
    yz_match_state state;
    yz_search_scratch *scratch;
} bench;

static void time_relax(bench *b, bool seekers, figures *out) {
    holds h = {.count = 0};
    double more = 0;
    yz_match_options plain = {.k = 0};
    for (uint32_t i = 0; i < b->options.questions; i++) {
        yz_packed_seeker seeker = world_q1(&b->world, 2 * GENERATE_Q3_COUNT + i);
        yz_packed_posting posting = world_q2(&b->world, 2 * GENERATE_Q3_COUNT + i);
        yz_relaxations found = {.count = 0};
        uint64_t start = clock_cpu_ns();
        for (uint32_t kind = 0; kind < YZ_RELAX_KIND_COUNT; kind++) {
            uint64_t begun = clock_cpu_ns();
            if (seekers) {
                yz_relax_seekers(&b->state, b->scratch, &posting, &plain, (yz_relax_kind)kind,
                                 &found);
            } else {
                yz_relax_jobs(&b->state, b->scratch, &seeker, &plain, (yz_relax_kind)kind, &found);
            }
            note(&h, clock_cpu_ns() - begun);
        }
        h.sum_ns += clock_cpu_ns() - start;
        for (uint32_t step = 0; step < found.count; step++)
            more += (double)found.list[step].more;
    }
    print_holds(&h, seekers ? "relax.seekers" : "relax.jobs", b->options.questions, more, out);
}

static void time_unlock(bench *b, figures *out) {
    holds h = {.count = 0};
    double opened = 0;
    yz_match_options plain = {.k = 0};
    yz_unlock_run *run = yz_unlock_new(generate_entry_count(b->world.set, YZ_SKILLS));
    for (uint32_t i = 0; i < b->options.questions; i++) {
        yz_packed_seeker seeker = world_q1(&b->world, 2 * GENERATE_Q3_COUNT + i);
        yz_unlock_reset(run);
        uint64_t start = clock_cpu_ns();
        for (bool more = true; more;) {
            uint64_t begun = clock_cpu_ns();
            more = yz_unlock_jobs(run, &b->state, b->scratch, &seeker, &plain, STEP_WORK);
            note(&h, clock_cpu_ns() - begun);
        }
        h.sum_ns += clock_cpu_ns() - start;
        opened += (double)yz_unlock_total(run);
    }
    yz_unlock_free(run);
    print_holds(&h, "unlock.seeker", b->options.questions, opened, out);
}

int main(int argc, char **argv) {
    static bench b;
    if (!parse(argc, argv, &b.options)) {
        fprintf(stderr, "usage: bench_explain [--postings N] [--seekers N] [--seed N] "
                        "[--dense|--gig] [--questions N] [--json]\n");
        return 2;
    }
    world_init(&b.world, b.options.set);
    b.state = world_state(&b.world, YZ_PROFILE_DEFAULT);
    b.scratch = yz_search_scratch_new();
    figures out = {.count = 0};
    figures_add(&out, 0, b.options.set.postings, "postings");
    figures_add(&out, 0, b.options.set.seekers, "seekers");
    figures_add(&out, 0, (double)b.options.set.seed, "seed");
    figures_add(&out, 0, b.options.questions, "questions");
    time_relax(&b, false, &out);
    time_relax(&b, true, &out);
    time_unlock(&b, &out);
    figures_print(&out, b.options.json);
    yz_search_scratch_free(b.scratch);
    world_deinit(&b.world);
    return 0;
}
