/* What does it cost to remember who was told, and to book it?
 *
 *     bench_told [--pairs N] [--seekers N] [--wide N] [--json]
 *
 * Memory is what the process grows by, allocator and all, while so many pairs are told: one broad
 * posting that 300,000 are told of, the rest in postings of about `wide` each (50). Times are CPU
 * of the thread. */
#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/market/market.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct told_bench {
    yz_market *market;
    uint64_t sequence, pairs, seekers, wide;
    uint32_t *order; // rows of seekers; shuffled anew for each posting from where it stands
    yz_random random;
    uint64_t *times; // of each full TELL about the broad posting
    uint32_t time_count;
    bool json;
} told_bench;

static void apply(told_bench *b, yz_command c) {
    c.sequence = ++b->sequence;
    c.at_ms = 1700000000000 + (int64_t)b->sequence;
    yz_problem problem;
    yz_outcome out = {.status = yz_market_admit(&c, &problem)};
    if (out.status == YZ_OK) out = yz_market_apply(b->market, &c, NULL);
    if (out.status == YZ_OK) return;
    fprintf(stderr, "bench_told: %s: %s\n", yz_command_type_name(c.type).bytes,
            yz_problem_name(out.problem.code).bytes);
    exit(1);
}

static void put_seeker(told_bench *b, uint64_t number) {
    char id[32];
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    snprintf(id, sizeof id, "s-%09lu", number);
    c.seeker_put.fields = YZ_SEEKER_ALL;
    c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id),
                                      .radius_m = 5000,
                                      .types = YZ_TYPES_ALL,
                                      .shifts = 7,
                                      .education = 3,
                                      .wants_push = true};
    apply(b, c);
}

static void put_posting(told_bench *b, uint64_t number) {
    char id[32];
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    snprintf(id, sizeof id, "p-%09lu", number);
    c.posting_put.fields = YZ_POSTING_ALL;
    c.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                         .title = YZ_TEXT("loader"),
                                         .type = YZ_TYPE_GIG,
                                         .openings = 100,
                                         .shifts = 7,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX};
    apply(b, c);
}

// `count` different seekers by the first steps of a shuffle, YZ_TELL_MAX a command.
static void tell(told_bench *b, uint64_t posting, uint32_t count) {
    static char ids[YZ_TELL_MAX][32];
    yz_tell_to to[YZ_TELL_MAX];
    char id[32];
    snprintf(id, sizeof id, "p-%09lu", posting);
    for (uint32_t done = 0; done < count;) {
        uint32_t some = count - done < YZ_TELL_MAX ? count - done : YZ_TELL_MAX;
        for (uint32_t i = 0; i < some; i++) {
            uint64_t at = done + i, other = at + yz_random_below(&b->random, b->seekers - at);
            uint32_t row = b->order[other];
            b->order[other] = b->order[at];
            b->order[at] = row;
            snprintf(ids[i], sizeof ids[i], "s-%09u", row);
            to[i] = (yz_tell_to){yz_text_of(ids[i]), 1};
        }
        yz_command c = {.type = YZ_COMMAND_TELL};
        c.tell.posting = yz_text_of(id);
        c.tell.to = to;
        c.tell.count = some;
        c.tell.epoch = c.tell.version = 1;
        c.tell.tranche = 1 + done / YZ_TELL_MAX;
        c.tell.kind = YZ_TELL_FIT;
        uint64_t since = clock_cpu_ns();
        apply(b, c);
        if (posting == 0) b->times[b->time_count++] = clock_cpu_ns() - since;
        done += some;
    }
}

static bool parse(int argc, char **argv, told_bench *b) {
    for (int i = 1; i < argc; i++) {
        uint64_t *number = strcmp(argv[i], "--pairs") == 0     ? &b->pairs
                           : strcmp(argv[i], "--seekers") == 0 ? &b->seekers
                           : strcmp(argv[i], "--wide") == 0    ? &b->wide
                                                               : NULL;
        if (strcmp(argv[i], "--json") == 0) {
            b->json = true;
        } else if (number != NULL && i + 1 < argc) {
            *number = strtoull(argv[++i], NULL, 10);
        } else {
            return false;
        }
    }
    bool people = b->seekers >= 1000 && b->seekers <= 100000000 && b->pairs >= 1000;
    return people && b->wide >= 1 && b->wide <= b->seekers / 2;
}

// Fills a market with pairs; bytes for each of them.
static double fill(told_bench *b, uint32_t broad) {
    b->market = yz_market_new(&(yz_market_options){.hash_key = {1, 2}});
    b->random = yz_random_seeded(7);
    yz_market_bulk_begin(b->market);
    for (uint64_t i = 0; i < b->seekers; i++)
        put_seeker(b, i);
    uint64_t postings = 1 + (b->pairs - broad) / b->wide, told = broad;
    for (uint64_t i = 0; i < postings; i++)
        put_posting(b, i);
    size_t before = rss_bytes();
    tell(b, 0, broad);
    for (uint64_t i = 1; i < postings && told < b->pairs; i++) {
        uint32_t count = 1 + (uint32_t)yz_random_below(&b->random, 2 * b->wide - 1);
        tell(b, i, count);
        told += count;
    }
    return (double)(rss_bytes() - before) / (double)told;
}

int main(int argc, char **argv) {
    told_bench b = {.pairs = 10000000, .seekers = 1000000, .wide = 50};
    if (!parse(argc, argv, &b)) {
        fprintf(stderr, "usage: bench_told [--pairs N] [--seekers N] [--wide N] [--json]\n");
        return 2;
    }
    uint32_t broad = b.pairs > 1000000 && b.seekers > 300000 ? 300000 : (uint32_t)b.pairs / 10;
    if (broad > b.seekers) broad = (uint32_t)b.seekers;
    b.times = yz_alloc((broad / YZ_TELL_MAX + 1) * sizeof *b.times);
    b.order = yz_alloc(b.seekers * sizeof *b.order);
    figures out = {.count = 0};
    figures_add(&out, 0, (double)b.pairs, "pairs");
    for (uint32_t i = 0; i < b.seekers; i++)
        b.order[i] = i;
    double bytes = fill(&b, broad);
    figures_add(&out, 0, (double)b.seekers, "seekers");
    figures_add(&out, 0, (double)b.wide, "told_of_a_posting");
    figures_add(&out, 2, bytes, "bytes_per_pair");
    yz_market_counts counts = yz_market_count(b.market);
    figures_add(&out, 2, (double)counts.bytes_referrals / (double)counts.referrals,
                "bytes_per_pair.without_allocator");
    uint64_t sum = 0;
    for (uint32_t i = 0; i < b.time_count; i++)
        sum += b.times[i];
    figures_add(&out, 0, broad, "broad.told");
    figures_add(&out, 1, (double)sum / b.time_count / 1e3, "broad.tell_us.mean");
    figures_add(&out, 1, (double)percentile(b.times, b.time_count, 99) / 1e3, "broad.tell_us.p99");
    uint64_t since = clock_cpu_ns();
    apply(&b,
          (yz_command){.type = YZ_COMMAND_POSTING_CLOSE, .named = {.id = YZ_TEXT("p-000000000")}});
    figures_add(&out, 1, (double)(clock_cpu_ns() - since) / 1e3, "broad.close_us");
    yz_market_free(b.market);
    figures_print(&out, b.json);
    yz_free(b.times);
    yz_free(b.order);
    return 0;
}
