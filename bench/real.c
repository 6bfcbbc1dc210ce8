/* Real job orders on real days. Every order of the set is put into a market whose time lies before
 * the first of them; then time passes until --at, while orders open and expire day by day, as they
 * did. Seekers are derived near the orders that are open then (tools/derive.h); each asks for the
 * jobs that fit, and the answer is compared with brute force, to the last id and bit. */
#include "bench/real.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/base/alloc.h"
#include "engine/model/time.h"
#include "tools/load.h"
#include "tools/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SET "us-h2-seasonal-jobs"
#define BEFORE_ALL "1990-01-01"
#define K 10
#define ENOUGH 10
#define ARENA_BYTES 65536

// Hands on to the load, and counts for the weights.
typedef struct counting {
    adapter_sink sink; // of the load
    weights *weights;
} counting;

static const char *take_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    counting *c = context;
    return c->sink.entry(c->sink.context, dictionary, entry);
}

static const char *take_posting(void *context, const yz_posting *posting) {
    counting *c = context;
    const char *why = c->sink.posting(c->sink.context, posting);
    if (why == NULL) weights_add_posting(c->weights, posting);
    return why;
}

static const char *take_seeker(void *context, const yz_seeker *seeker) {
    counting *c = context;
    return c->sink.seeker(c->sink.context, seeker);
}

static void set_weights(load *l, const weights *from) {
    yz_weight list[YZ_WEIGHTS_PER_COMMAND_MAX];
    uint32_t count = 0, all = weights_count(from);
    for (uint32_t i = 0; i < all; i++) {
        uint64_t df;
        list[count].skill = weights_skill(from, i, &df);
        list[count++].weight = weight_of(df);
        if (count < YZ_WEIGHTS_PER_COMMAND_MAX && i + 1 < all) continue;
        yz_command command = {.type = YZ_COMMAND_WEIGHTS,
                              .weights = {.weights = list, .count = count}};
        (void)load_apply(l, &command);
        count = 0;
    }
}

static bool same(const yz_answer *a, const yz_answer *b) {
    if (a->count != b->count || a->hit_count != b->hit_count) return false;
    for (uint32_t i = 0; i < a->hit_count; i++) {
        if (!yz_text_equal(a->hits[i].id, b->hits[i].id)) return false;
        if (memcmp(&a->hits[i].score, &b->hits[i].score, sizeof a->hits[i].score) != 0)
            return false;
    }
    return true;
}

typedef struct proof {
    uint64_t compared, mismatches, refused, hits, fitting, enough, empty;
    uint64_t cpu_ns;
} proof;

// Every seeker of the market asks.
static proof ask_all(const yz_market *market) {
    proof p = {0};
    yz_desk *desk = yz_desk_new();
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    yz_hit quick_hits[K], slow_hits[K];
    for (uint32_t row = 0; row < yz_market_seeker_rows(market); row++) {
        yz_seeker_view view;
        yz_problem problem;
        yz_answer quick = {.hits = quick_hits}, slow = {.hits = slow_hits};
        yz_ask ask = {.k = K};
        yz_arena_reset(arena);
        if (!yz_market_seeker_at(market, row, arena, &view)) continue;
        uint64_t begun = clock_cpu_ns();
        yz_status status = yz_market_jobs(market, desk, &view.seeker, &ask, &quick, &problem);
        p.cpu_ns += clock_cpu_ns() - begun;
        ask.by_oracle = true;
        yz_status slow_status = yz_market_jobs(market, desk, &view.seeker, &ask, &slow, &problem);
        p.compared += 1;
        p.refused += status != YZ_OK;
        p.mismatches += status != slow_status || !same(&quick, &slow);
        p.hits += quick.hit_count;
        p.fitting += quick.count;
        p.enough += quick.count >= ENOUGH;
        p.empty += quick.count == 0;
    }
    yz_arena_free(arena);
    yz_desk_free(desk);
    return p;
}

static void add_reasons(figures *out, const char *kind, const adapter_reason *reasons,
                        uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        figures_add(out, 0, (double)reasons[i].count, "%s: %.80s", kind, reasons[i].what);
    }
}

static void report(const options *given, const load *l, const adapter_report *r, const proof *p,
                   double import_s, double wait_s) {
    figures out = {.count = 0};
    yz_market_counts counts = yz_market_count(l->market);
    figures_text(&out, SET, "dataset");
    figures_add(&out, 0, (double)r->rows, "rows");
    figures_add(&out, 0, (double)r->accepted, "accepted");
    figures_add(&out, 2, 100.0 * (double)r->accepted / (double)r->rows, "accepted_percent");
    figures_add(&out, 0, (double)r->rejected, "rejected");
    add_reasons(&out, "rejected", r->rejections, r->rejection_count);
    add_reasons(&out, "note", r->notes, r->note_count);
    figures_text(&out, options_text(given, "at"), "at");
    figures_add(&out, 0, (double)counts.postings[YZ_STATE_OPEN], "postings_open");
    figures_add(&out, 0, (double)counts.postings[YZ_STATE_EXPIRED], "postings_expired");
    figures_add(&out, 0, (double)counts.postings[YZ_STATE_SCHEDULED], "postings_scheduled");
    figures_add(&out, 0, (double)r->derived, "seekers_derived");
    figures_add(&out, 2, import_s, "import_cpu_s");
    figures_add(&out, 2, wait_s, "time_passing_cpu_s");
    figures_add(&out, 0, (double)p->compared, "check.compared");
    figures_add(&out, 0, (double)p->mismatches, "check.mismatches");
    figures_add(&out, 0, (double)p->refused, "check.refused");
    figures_add(&out, 0, (double)p->hits, "check.hits");
    figures_add(&out, 0, (double)p->empty, "check.empty_answers");
    figures_add(&out, 0, (double)p->enough, "questions_with_10_hits");
    figures_add(&out, 1, p->compared ? (double)p->fitting / (double)p->compared : 0,
                "fitting_mean");
    figures_add(&out, 2, p->compared ? (double)p->cpu_ns / 1e3 / (double)p->compared : 0,
                "q1.cpu_us_mean");
    figures_add(&out, 0, (double)options_number(given, "seed"), "seed");
    figures_print(&out, options_flag(given, "json"));
}

int bench_real(const options *given) {
    load l;
    int64_t before_ms;
    if (!yz_time_parse(YZ_TEXT(BEFORE_ALL), YZ_DAY_BEGIN, &before_ms)) return EXIT_FAILED;
    int64_t at_ms = options_time_ms(given, "at");
    adapter_options how = {.datasets = options_text(given, "datasets"),
                           .seed = (uint64_t)options_number(given, "seed"),
                           .derive_seekers = (uint32_t)options_number(given, "questions"),
                           .at_ms = at_ms};
    uint64_t begun = clock_cpu_ns();
    load_begin(&l, before_ms, (yz_hash_key){1, 2});
    counting c = {.sink = load_adapter_sink(&l), .weights = weights_new()};
    adapter_sink sink = {&c, take_entry, take_posting, take_seeker, NULL, NULL};
    adapter_report r;
    bool well = adapter_import(adapter_find(SET), NULL, 0, &how, &sink, &r);
    if (!well) fprintf(stderr, "yizhan: bench real: %s\n", r.failure);
    set_weights(&l, c.weights);
    weights_free(c.weights);
    load_end(&l);
    uint64_t imported = clock_cpu_ns();
    int code = EXIT_FAILED;
    if (well) {
        load_wait_until(&l, at_ms);
        uint64_t waited = clock_cpu_ns();
        proof p = ask_all(l.market);
        report(given, &l, &r, &p, (double)(imported - begun) / 1e9,
               (double)(waited - imported) / 1e9);
        code = p.mismatches || p.compared == 0 ? EXIT_FAILED : EXIT_OK;
    }
    load_deinit(&l);
    return code;
}
