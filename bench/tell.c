/* From a posting that opens to the last push handed to a sink, in process: the real market, writer
 * and teller on threads of their own, a store that is durable at once. So what is measured is what
 * comes beyond the durable writes, of which there are two: the posting's and the TELL's.
 *
 *   narrow    postings as they arrive, one after the other; everybody who fits is told
 *   broad     one posting that fits about 300,000: choosing and booking each alone, then together,
 *             while another thread asks Q1 without a pause
 *
 * The sink looks at each recipient's id, as a desk with streams would. */
#include "bench/tell.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/teller.h"
#include "tools/cmd.h"
#include "tools/generate.h"
#include "tools/load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WANTED_FITS 300000
#define CANDIDATES 96u
#define ROUNDS 5u
#define SETTLED_NS 30000000u         // nothing was handed out for so long: it is over
#define BROAD_SETTLED_NS 1500000000u // also until the first of them
#define ASKED_MAX 4000000u
#define HELPING 2000u // as the teller takes them

typedef struct bench {
    generate *set;
    load loaded;
    yz_market *market;
    yz_desk *desk;
    yz_arena *arena;
    yz_tranche *tranche;
    yz_tranche_pick picks[HELPING];
    outside outside;
    server_gate *gate;
    metrics *metrics;
    writer *writer;
    teller *teller;
    /* the sink */
    _Atomic uint64_t told, last_ns, heard;
    /* who asks meanwhile */
    _Atomic bool asks;
    uint64_t *asked_ns, *asked_at; // ASKED_MAX
    uint32_t asked;
    figures out;
} bench;

/* ---- the market ---- */

static void put(bench *b, yz_command command) {
    yz_outcome outcome = load_apply(&b->loaded, &command);
    yz_check(outcome.status == YZ_OK);
}

static void fill(bench *b) {
    generate_options size = generate_options_of(b->set);
    load_begin(&b->loaded, 1700000000000, (yz_hash_key){size.seed, 0});
    for (int d = 0; d < YZ_DICTIONARY_COUNT; d++) {
        for (uint32_t i = 0; i < generate_entry_count(b->set, (yz_dictionary)d); i++) {
            yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
            yz_arena_reset(b->arena);
            c.entry_put.dictionary = (yz_dictionary)d;
            generate_entry(b->set, (yz_dictionary)d, i, b->arena, &c.entry_put.entry);
            put(b, c);
        }
    }
    for (uint32_t i = 0; i < size.postings; i++) {
        yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
        yz_arena_reset(b->arena);
        c.posting_put.fields = YZ_POSTING_ALL;
        generate_posting(b->set, i, b->arena, &c.posting_put.posting);
        put(b, c);
    }
    for (uint32_t i = 0; i < size.seekers; i++) {
        yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
        yz_arena_reset(b->arena);
        c.seeker_put.fields = YZ_SEEKER_ALL;
        generate_seeker(b->set, i, b->arena, &c.seeker_put.seeker);
        c.seeker_put.seeker.wants_push = true; // each a standing search
        put(b, c);
    }
    load_end(&b->loaded);
    b->market = b->loaded.market;
}

static yz_outcome apply(bench *b, yz_command *c) {
    c->sequence = yz_market_sequence(b->market) + 1;
    c->at_ms = yz_market_time_ms(b->market);
    return yz_market_apply(b->market, c, NULL);
}

static yz_command posting_put(const yz_posting *posting, const char *id, uint16_t push_k) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.fields = YZ_POSTING_ALL | YZ_POSTING_PUSH;
    c.posting_put.posting = *posting;
    c.posting_put.posting.id = yz_text_of(id);
    c.posting_put.posting.valid_from_ms = YZ_TIME_MS_MIN;
    c.posting_put.posting.valid_to_ms = YZ_TIME_MS_MAX;
    c.posting_put.posting.push_k = push_k;
    return c;
}

/* ---- the sink ---- */

static void hand_out(bench *b, const yz_command *c) {
    uint64_t heard = 0;
    for (uint32_t i = 0; i < c->tell.count; i++)
        heard += (unsigned char)c->tell.to[i].seeker.bytes[c->tell.to[i].seeker.size - 1];
    atomic_fetch_add(&b->heard, heard);
    atomic_fetch_add(&b->told, c->tell.count);
}

static void news(void *context, const yz_command *command, const yz_outcome *outcome) {
    bench *b = context;
    (void)outcome;
    if (command->type != YZ_COMMAND_TELL) return;
    hand_out(b, command);
    atomic_store(&b->last_ns, clock_wall_ns());
}

/* ---- choosing alone ---- */

// A posting of the arrivals, with fewer and fewer demands.
static void soften(yz_posting *p, uint32_t how) {
    p->preferred_count = 0;
    p->education_min = 0;
    p->shifts = YZ_SHIFTS_ALL;
    p->has_wage = true;
    p->wage_unit = YZ_PER_MONTH;
    p->wage_min_fen = p->wage_max_fen = 10000000;
    p->required_count = how == 0 ? 0 : p->required_count > 1 ? 1 : p->required_count;
    if (p->required_count > 0) ((yz_skill_level *)(uintptr_t)p->required)->level = 1;
    p->openings = 10;
}

// The candidate that fits about as many as are wanted; in an arena of its own.
static uint64_t find_broad(bench *b, yz_arena *kept, yz_posting *broad) {
    uint64_t best = 0, best_gap = UINT64_MAX;
    uint32_t best_i = 0;
    for (uint32_t i = 0; i < CANDIDATES; i++) {
        yz_posting p;
        yz_ask ask = {.k = 0};
        yz_problem problem;
        uint64_t count = 0;
        yz_arena_reset(b->arena);
        generate_q3(b->set, i / 2, b->arena, &p);
        soften(&p, i % 2);
        yz_check(yz_market_standing(b->market, b->desk, &p, &ask, NULL, &count, &problem) == YZ_OK);
        uint64_t gap = count > WANTED_FITS ? count - WANTED_FITS : WANTED_FITS - count;
        if (gap >= best_gap) continue;
        best_gap = gap;
        best = count;
        best_i = i;
    }
    generate_q3(b->set, best_i / 2, kept, broad);
    soften(broad, best_i % 2);
    return best;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double middle(double *values) {
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

static uint32_t row_of(bench *b, const char *id) {
    yz_posting_view view;
    yz_arena_reset(b->arena);
    yz_check(yz_market_posting(b->market, yz_text_of(id), b->arena, &view));
    return view.row;
}

// Steps to the end; the longest of them is what a read section would be.
static double steps(bench *b, double *longest_ms) {
    uint64_t sum = 0;
    for (bool more = true; more;) {
        uint64_t since = clock_cpu_ns();
        more = yz_tranche_step(b->tranche, b->market, b->desk, YZ_TRANCHE_WORK);
        uint64_t took = clock_cpu_ns() - since;
        sum += took;
        if ((double)took / 1e6 > *longest_ms) *longest_ms = (double)took / 1e6;
    }
    return (double)sum / 1e6;
}

static void measure_count(bench *b, const yz_posting *broad) {
    double ms[ROUNDS];
    uint32_t *rows = yz_alloc(yz_market_seeker_rows(b->market) * sizeof *rows);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        yz_ask ask = {.k = 0};
        yz_problem problem;
        uint64_t count;
        uint64_t since = clock_cpu_ns();
        yz_check(yz_market_standing(b->market, b->desk, broad, &ask, rows, &count, &problem) ==
                 YZ_OK);
        ms[i] = (double)(clock_cpu_ns() - since) / 1e6;
    }
    yz_free(rows);
    figures_add(&b->out, 3, middle(ms), "broad.count_and_ids_cpu_ms");
}

static void measure_first(bench *b, uint32_t posting) {
    double ms[ROUNDS], longest_ms = 0;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        yz_tranche_begin(b->tranche, b->market, posting, 30, NULL, NULL);
        ms[i] = steps(b, &longest_ms);
        uint64_t since = clock_cpu_ns();
        yz_tranche_rank(b->tranche, 30);
        yz_check(yz_tranche_take(b->tranche, b->market, b->picks, 30) == 30);
        ms[i] += (double)(clock_cpu_ns() - since) / 1e6;
    }
    figures_add(&b->out, 3, middle(ms), "broad.first_tranche_cpu_ms");
    figures_add(&b->out, 3, longest_ms, "broad.first_tranche_longest_slice_ms");
}

static uint32_t tell_helping(bench *b, const yz_posting_push *push, uint32_t count) {
    yz_tell_to to[HELPING];
    for (uint32_t i = 0; i < count; i++)
        to[i] = (yz_tell_to){b->picks[i].seeker, b->picks[i].version};
    for (uint32_t i = 0; i < count; i += YZ_TELL_MAX) {
        yz_command c = {.type = YZ_COMMAND_TELL};
        c.tell.posting = push->id;
        c.tell.to = to + i;
        c.tell.count = count - i < YZ_TELL_MAX ? count - i : YZ_TELL_MAX;
        c.tell.epoch = push->epoch;
        c.tell.version = push->version;
        c.tell.tranche = 1;
        c.tell.kind = YZ_TELL_FIT;
        yz_check(apply(b, &c).status == YZ_OK);
        hand_out(b, &c);
    }
    return count;
}

// Everybody: choosing and booking apart. Booked for good, so each round has a posting of its own.
static bool measure_everybody(bench *b, const yz_posting *broad) {
    double choose_ns[ROUNDS], book_ns[ROUNDS], longest_ms = 0;
    bool right = true;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        char id[16];
        snprintf(id, sizeof id, "broad-%u", i);
        yz_command c = posting_put(broad, id, YZ_PUSH_ALL);
        yz_check(apply(b, &c).status == YZ_OK);
        uint32_t row = row_of(b, id), told = 0, got;
        yz_posting_push push = yz_market_posting_push(b->market, row);
        yz_tranche_begin(b->tranche, b->market, row, YZ_TRANCHE_ALL, NULL, NULL);
        double choosing = steps(b, &longest_ms) * 1e6, booking = 0;
        do {
            uint64_t since = clock_cpu_ns();
            yz_tranche_rank(b->tranche, HELPING);
            got = yz_tranche_take(b->tranche, b->market, b->picks, HELPING);
            uint64_t chosen = clock_cpu_ns();
            told += tell_helping(b, &push, got);
            choosing += (double)(chosen - since);
            booking += (double)(clock_cpu_ns() - chosen);
        } while (got > 0);
        right = right && told == yz_tranche_count(b->tranche);
        choose_ns[i] = choosing / told;
        book_ns[i] = booking / told;
        c = (yz_command){.type = YZ_COMMAND_POSTING_CLOSE};
        c.named.id = yz_text_of(id);
        yz_check(apply(b, &c).status == YZ_OK);
    }
    figures_add(&b->out, 1, middle(choose_ns), "broad.choosing_cpu_ns_per_recipient");
    figures_add(&b->out, 3, longest_ms, "broad.choosing_longest_slice_ms");
    figures_add(&b->out, 1, middle(book_ns), "broad.apply_and_sink_cpu_ns_per_recipient");
    return right;
}

/* ---- together ---- */

static void wake(void *context, uint32_t loop) {
    if (loop == 1) teller_wake(((bench *)context)->teller);
}

static void start(bench *b) {
    b->outside = outside_real();
    b->gate = gate_new(2);
    b->metrics = metrics_new(1);
    teller_options told = {.market = b->market,
                           .gate = b->gate,
                           .reader = 1,
                           .lane = 1,
                           .outside = &b->outside,
                           .metrics = b->metrics,
                           .threaded = true,
                           .only_new = true};
    b->teller = teller_new(&told);
    writer_options written = {.market = b->market,
                              .gate = b->gate,
                              .store = store_memory(),
                              .outside = &b->outside,
                              .metrics = b->metrics,
                              .threaded = true,
                              .loops = 2,
                              .queue_commands_max = 20000,
                              .queue_bytes_max = (size_t)64 << 20,
                              .has_start = true,
                              .start_ms = yz_market_time_ms(b->market),
                              .wake = wake,
                              .wake_context = b,
                              .news = news,
                              .news_context = b,
                              .moved = teller_moved,
                              .moved_context = b->teller};
    b->writer = writer_new(&written);
    teller_ready(b->teller);
    teller_start(b->teller, b->writer);
}

static void stop(bench *b) {
    teller_stop(b->teller);
    writer_stop(b->writer);
    writer_free(b->writer);
    teller_free(b->teller);
    gate_free(b->gate);
    metrics_free(b->metrics);
}

static void done(void *context, const yz_outcome *outcomes, uint32_t count, uint64_t first,
                 int failure) {
    (void)context, (void)first;
    for (uint32_t i = 0; i < count; i++)
        yz_check(failure == 0 && outcomes[i].status == YZ_OK);
}

// Submits, and waits until nothing more is handed out; when it was submitted.
static uint64_t submit_and_settle(bench *b, const yz_command *c, uint64_t patience_ns) {
    uint64_t since = clock_wall_ns(), told = atomic_load(&b->told), quiet_since;
    yz_check(writer_submit(b->writer, 0, c, 1, false, done, b));
    quiet_since = since;
    for (;;) {
        usleep(1000);
        writer_collect(b->writer, 0);
        uint64_t now = clock_wall_ns(), told_now = atomic_load(&b->told);
        if (told_now != told) quiet_since = now;
        told = told_now;
        if (now - quiet_since > patience_ns) return since;
    }
}

static void measure_narrow(bench *b, uint32_t arrivals) {
    uint64_t *took = yz_alloc(arrivals * sizeof *took);
    uint32_t count = 0;
    uint64_t people = atomic_load(&b->told);
    for (uint32_t i = 0; i < arrivals; i++) {
        yz_posting p;
        yz_arena_reset(b->arena);
        generate_q3(b->set, 1000 + i, b->arena, &p);
        char id[24];
        snprintf(id, sizeof id, "narrow-%u", i);
        yz_command c = posting_put(&p, id, YZ_PUSH_ALL);
        uint64_t told = atomic_load(&b->told);
        uint64_t since = submit_and_settle(b, &c, SETTLED_NS);
        if (atomic_load(&b->told) == told) continue; // nobody fits
        took[count++] = atomic_load(&b->last_ns) - since;
    }
    people = atomic_load(&b->told) - people;
    figures_add(&b->out, 0, count, "narrow.postings");
    figures_add(&b->out, 1, count > 0 ? (double)people / count : 0, "narrow.people_each");
    if (count > 0) {
        figures_add(&b->out, 3, percentile(took, count, 50) / 1e6, "narrow.last_push_p50_ms");
        figures_add(&b->out, 3, percentile(took, count, 99) / 1e6, "narrow.last_push_p99_ms");
    }
    yz_free(took);
}

static void *ask(void *context) {
    bench *b = context;
    yz_desk *desk = yz_desk_new();
    yz_arena *arena = yz_arena_new(1 << 16);
    yz_hit hits[10];
    for (uint32_t i = 0; atomic_load(&b->asks) && b->asked < ASKED_MAX; i++) {
        yz_seeker seeker;
        yz_ask question = {.k = 10};
        yz_answer answer = {.hits = hits};
        yz_problem problem;
        yz_arena_reset(arena);
        generate_q1(b->set, i % GENERATE_Q1_COUNT, arena, &seeker);
        uint64_t since = clock_wall_ns();
        gate_read_begin(b->gate, 0);
        yz_check(yz_market_jobs(b->market, desk, &seeker, &question, &answer, &problem) == YZ_OK);
        gate_read_end(b->gate, 0);
        b->asked_at[b->asked] = since;
        b->asked_ns[b->asked++] = clock_wall_ns() - since;
    }
    yz_arena_free(arena);
    yz_desk_free(desk);
    return NULL;
}

// Q1 without a pause while `work` runs; its p99 in us, of those asked until the last push.
static double asking(bench *b, void (*work)(bench *b, const yz_command *c), const yz_command *c) {
    pthread_t thread;
    uint32_t count = 0;
    b->asked = 0;
    atomic_store(&b->last_ns, UINT64_MAX);
    atomic_store(&b->asks, true);
    yz_check(pthread_create(&thread, NULL, ask, b) == 0);
    work(b, c);
    atomic_store(&b->asks, false);
    yz_check(pthread_join(thread, NULL) == 0);
    while (count < b->asked && b->asked_at[count] < atomic_load(&b->last_ns))
        count += 1;
    return count > 0 ? percentile(b->asked_ns, count, 99) / 1e3 : 0;
}

static void rest(bench *b, const yz_command *c) {
    (void)b, (void)c;
    usleep(1500000);
}

// `what` is told to everybody whom it concerns; figures under that name.
static void post_as(bench *b, const yz_command *c, const char *what) {
    uint64_t told = atomic_load(&b->told), cpu = clock_ns_of(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t since = submit_and_settle(b, c, BROAD_SETTLED_NS);
    told = atomic_load(&b->told) - told;
    cpu = clock_ns_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    figures_add(&b->out, 0, (double)told, "%s.told", what);
    if (told == 0) return;
    double ns = (double)(atomic_load(&b->last_ns) - since);
    figures_add(&b->out, 1, ns / 1e6, "%s.all_ms", what);
    figures_add(&b->out, 1, ns / (double)told, "%s.wall_ns_per_recipient", what);
    figures_add(&b->out, 1, (double)cpu / (double)told, "%s.process_cpu_ns_per_recipient", what);
}

static void post_meanwhile(bench *b, const yz_command *c) {
    post_as(b, c, "beside_q1");
}

static void measure_broad(bench *b, const yz_posting *broad) {
    yz_command c = posting_put(broad, "alone", YZ_PUSH_ALL);
    post_as(b, &c, "fit");
    c = (yz_command){.type = YZ_COMMAND_POSTING_CLOSE};
    c.named.id = YZ_TEXT("alone");
    post_as(b, &c, "gone");
    c = posting_put(broad, "broad", YZ_PUSH_ALL);
    double quiet = asking(b, rest, NULL);
    double meanwhile = asking(b, post_meanwhile, &c);
    figures_add(&b->out, 1, quiet, "q1.quiet_p99_us");
    figures_add(&b->out, 1, meanwhile, "q1.meanwhile_p99_us");
    figures_add(&b->out, 2, quiet > 0 ? meanwhile / quiet : 0, "q1.ratio");
    figures_add(&b->out, 3, (double)metrics_read_hold_ns_max(b->metrics) / 1e6,
                "teller.longest_read_hold_ms");
}

static bool measure(bench *b, uint32_t arrivals) {
    yz_arena *kept = yz_arena_new(1 << 16);
    yz_posting broad;
    figures_add(&b->out, 0, (double)find_broad(b, kept, &broad), "broad.fits");
    measure_count(b, &broad);
    yz_command c = posting_put(&broad, "first", 3);
    yz_check(apply(b, &c).status == YZ_OK);
    measure_first(b, row_of(b, "first"));
    bool right = measure_everybody(b, &broad);
    c = (yz_command){.type = YZ_COMMAND_POSTING_CLOSE};
    c.named.id = YZ_TEXT("first");
    yz_check(apply(b, &c).status == YZ_OK);
    start(b);
    measure_narrow(b, arrivals);
    measure_broad(b, &broad);
    stop(b);
    uint32_t wrong = 0;
    for (uint32_t s = 0; s < yz_market_seeker_rows(b->market); s++) {
        yz_told_state state = yz_market_told_state(b->market, s, row_of(b, "broad"));
        wrong += state == YZ_TOLD_OWED || state == YZ_TOLD_WRONG;
    }
    figures_add(&b->out, 0, wrong, "check.owed_or_wrong");
    yz_arena_free(kept);
    return right && wrong == 0;
}

int bench_tell(const options *given) {
    bench *b = yz_alloc_zeroed(sizeof *b);
    generate_options set = {.kind = options_flag(given, "dense") ? GENERATE_DENSE : GENERATE_NORMAL,
                            .postings = (uint32_t)options_number(given, "postings"),
                            .seekers = (uint32_t)options_number(given, "seekers"),
                            .seed = (uint64_t)options_number(given, "seed")};
    b->set = generate_new(set);
    b->arena = yz_arena_new(1 << 20);
    b->desk = yz_desk_new();
    b->tranche = yz_tranche_new();
    b->asked_ns = yz_alloc(ASKED_MAX * sizeof *b->asked_ns);
    b->asked_at = yz_alloc(ASKED_MAX * sizeof *b->asked_at);
    fill(b);
    figures_add(&b->out, 0, set.postings, "postings");
    figures_add(&b->out, 0, set.seekers, "seekers");
    bool right = measure(b, (uint32_t)options_number(given, "arrivals"));
    figures_add(&b->out, 0, (double)rss_bytes(), "rss_bytes");
    figures_print(&b->out, options_flag(given, "json"));
    load_deinit(&b->loaded);
    yz_free(b->asked_ns);
    yz_free(b->asked_at);
    yz_tranche_free(b->tranche);
    yz_desk_free(b->desk);
    yz_arena_free(b->arena);
    generate_free(b->set);
    yz_free(b);
    if (!right) fprintf(stderr, "yizhan: bench tell: somebody was not told, or is still owed\n");
    return right ? EXIT_OK : EXIT_FAILED;
}
