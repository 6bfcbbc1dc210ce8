/* How long does a question take, and is the answer right?
 *
 *     bench_match [--postings N] [--seekers N] [--seed N] [--dense|--gig] [--questions N]
 *                 [--check N] [--writes N] [--cpu auto|avx512|avx2|portable] [--boosts] [--json]
 *
 * Every timed question is asked once: no answer is warm. Means are CPU time of the thread over the
 * whole stretch; percentiles are wall time of single questions. --check compares that many
 * questions of each kind with brute force, after --writes random inserts, updates and closes.
 * --boosts asks a market that knows policy instead, with and without boosts (match_boosts.c). */
#include "bench/match.h"

#include "bench/clock.h"
#include "bench/figures.h"
#include "bench/match_boosts.h"
#include "bench/world.h"
#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct options {
    generate_options set;
    uint32_t questions, check, writes;
    yz_scan_level cpu;
    bool json, boosts;
} options;

static bool number(const char *text, uint64_t max, uint64_t *out) {
    char *end;
    *out = text ? strtoull(text, &end, 10) : 0;
    return text != NULL && *text != '\0' && *end == '\0' && *out <= max;
}

static bool parse_cpu(const char *text, yz_scan_level *out) {
    static const char *names[] = {"auto", "avx512", "avx2", "portable"};
    for (int i = 0; text && i < 4; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (yz_scan_level)i;
            return true;
        }
    }
    return false;
}

static bool parse(int argc, char **argv, options *o) {
    *o = (options){.set = {GENERATE_NORMAL, 1000000, 1000000, 1}, .questions = 10000, .check = 200};
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        uint64_t n = 0;
        if (strcmp(name, "--json") == 0) {
            o->json = true;
        } else if (strcmp(name, "--boosts") == 0) {
            o->boosts = true;
        } else if (strcmp(name, "--dense") == 0) {
            o->set.kind = GENERATE_DENSE;
        } else if (strcmp(name, "--gig") == 0) {
            o->set.kind = GENERATE_GIG;
        } else if (strcmp(name, "--cpu") == 0) {
            if (!parse_cpu(value, &o->cpu)) return false;
            i++;
        } else {
            if (!number(value, UINT64_MAX, &n)) return false;
            i++;
            bool rows = n >= 1 && n <= YZ_RECORDS_MAX, few = n <= 10000000;
            if (strcmp(name, "--seed") == 0) {
                o->set.seed = n;
            } else if (strcmp(name, "--postings") == 0 && rows) {
                o->set.postings = (uint32_t)n;
            } else if (strcmp(name, "--seekers") == 0 && rows) {
                o->set.seekers = (uint32_t)n;
            } else if (strcmp(name, "--questions") == 0 && few && n >= 1) {
                o->questions = (uint32_t)n;
            } else if (strcmp(name, "--check") == 0 && few) {
                o->check = (uint32_t)n;
            } else if (strcmp(name, "--writes") == 0 && few) {
                o->writes = (uint32_t)n;
            } else {
                return false;
            }
        }
    }
    return true;
}

/* ---- asking ---- */

#define Q1_K 10
#define Q2_K 50
#define CHUNK 1000u // questions made ahead of a timed stretch

typedef enum kind { Q1, Q2, Q3 } kind;
static const char *const kind_names[] = {"q1", "q2", "q3"};

typedef union question {
    yz_packed_seeker seeker;
    yz_packed_posting posting;
} question;

typedef struct bench {
    options options;
    world world;
    yz_match_state state;
    yz_search_scratch *scratch;
    yz_hit hits[Q2_K], oracle_hits[Q2_K];
    uint32_t *rows, *oracle_rows;
} bench;

static question make(bench *b, kind k, uint32_t index) {
    question q;
    switch (k) {
    case Q1: q.seeker = world_q1(&b->world, index); break;
    case Q2: q.posting = world_q2(&b->world, index); break;
    case Q3: q.posting = world_q3(&b->world, index); break;
    }
    return q;
}

static yz_answer ask(bench *b, kind k, const question *q) {
    yz_match_options o = {.k = k == Q1 ? Q1_K : Q2_K};
    yz_answer answer = {.hits = b->hits};
    switch (k) {
    case Q1: yz_search_jobs(&b->state, b->scratch, &q->seeker, &o, &answer); break;
    case Q2: yz_search_seekers(&b->state, b->scratch, &q->posting, &o, &answer); break;
    case Q3:
        answer.count = yz_search_standing(&b->state, b->scratch, &q->posting, &o, b->rows);
        break;
    }
    return answer;
}

static void time_kind(bench *b, kind k, figures *out) {
    question *chunk = yz_alloc(CHUNK * sizeof *chunk);
    uint64_t *wall = yz_alloc(b->options.questions * sizeof *wall);
    uint64_t cpu = 0, fits = 0, fits_max = 0, wall_at_max = 0;
    for (uint32_t from = 0; from < b->options.questions; from += CHUNK) {
        uint32_t left = b->options.questions - from, count = left < CHUNK ? left : CHUNK;
        for (uint32_t i = 0; i < count; i++)
            chunk[i] = make(b, k, 2 * GENERATE_Q3_COUNT + from + i);
        uint64_t start = clock_cpu_ns(), last = clock_wall_ns();
        for (uint32_t i = 0; i < count; i++) {
            uint64_t n = ask(b, k, &chunk[i]).count;
            uint64_t now = clock_wall_ns();
            wall[from + i] = now - last;
            fits += n;
            if (n > fits_max) {
                fits_max = n;
                wall_at_max = now - last;
            }
            last = now;
        }
        cpu += clock_cpu_ns() - start;
    }
    const char *name = kind_names[k];
    figures_add(out, 3, (double)cpu / 1000.0 / b->options.questions, "%s.cpu_us_mean", name);
    figures_add(out, 3, percentile(wall, b->options.questions, 50) / 1000.0, "%s.p50_us", name);
    figures_add(out, 3, percentile(wall, b->options.questions, 99) / 1000.0, "%s.p99_us", name);
    figures_add(out, 1, (double)fits / b->options.questions, "%s.fits_mean", name);
    figures_add(out, 0, (double)fits_max, "%s.fits_max", name);
    figures_add(out, 3, (double)wall_at_max / 1000.0, "%s.us_at_fits_max", name);
    yz_free(chunk);
    yz_free(wall);
}

/* ---- checking ---- */

typedef struct check {
    uint64_t compared, mismatches, hits, empty_answers;
} check;

static int by_row(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool same_answer(const yz_answer *a, const yz_answer *b) {
    if (a->count != b->count || a->hit_count != b->hit_count) return false;
    for (uint32_t i = 0; i < a->hit_count; i++) {
        const yz_hit *x = &a->hits[i], *y = &b->hits[i];
        if (x->row != y->row || !yz_text_equal(x->id, y->id)) return false;
        if (memcmp(&x->score, &y->score, sizeof x->score) != 0) return false;
        if (memcmp(&x->parts, &y->parts, sizeof x->parts) != 0) return false;
        if (memcmp(&x->distance_km, &y->distance_km, sizeof x->distance_km) != 0) return false;
    }
    return true;
}

static bool agrees(bench *b, kind k, const question *q, yz_answer *answer) {
    yz_match_options o = {.k = k == Q1 ? Q1_K : Q2_K};
    yz_answer truth = {.hits = b->oracle_hits};
    *answer = ask(b, k, q);
    if (k == Q1) {
        yz_oracle_jobs(&b->state, world_postings(&b->world), &q->seeker, &o, &truth);
        return same_answer(answer, &truth);
    }
    if (k == Q2) {
        yz_oracle_seekers(&b->state, world_seekers(&b->world), &q->posting, &o, &truth);
        return same_answer(answer, &truth);
    }
    truth.count =
        yz_oracle_standing(&b->state, world_seekers(&b->world), &q->posting, &o, b->oracle_rows);
    if (truth.count != answer->count) return false;
    qsort(b->rows, answer->count, sizeof *b->rows, by_row);
    return memcmp(b->rows, b->oracle_rows, truth.count * sizeof *b->rows) == 0;
}

static void check_kind(bench *b, kind k, check *c) {
    for (uint32_t i = 0; i < b->options.check; i++) {
        question q = make(b, k, i);
        yz_answer answer;
        bool same = agrees(b, k, &q, &answer);
        if (!same) fprintf(stderr, "bench_match: %s question %u differs\n", kind_names[k], i);
        c->compared += 1;
        c->mismatches += !same;
        c->hits += k == Q3 ? answer.count : answer.hit_count;
        c->empty_answers += answer.count == 0;
    }
}

/* ---- writing ---- */

typedef enum write { INSERT, UPDATE, CLOSE } write;
static const char *const write_names[] = {"insert", "update", "close"};

// One write to a random posting or seeker and the next question, timed together. A closed row is
// inserted again with a fresh record, so the market keeps its size.
static bool write_posting(bench *b, write what, uint32_t row, const yz_packed_posting *fresh) {
    world *w = &b->world;
    yz_packed_posting *at = yz_slab_at(&w->postings, row);
    uint32_t coverage = b->state.profile.coverage_permille;
    if ((what == INSERT) == (w->posting_open[row] != 0)) return false;
    if (what != INSERT) {
        yz_posting_index_remove(w->posting_index, row, at, w->weights, coverage);
    }
    w->posting_open[row] = what != CLOSE;
    if (what == CLOSE) return true;
    if (what == INSERT) {
        *at = *fresh;
    } else {
        at->wage_max = fresh->wage_max;
    }
    yz_posting_index_add(w->posting_index, row, at, w->weights, coverage);
    return true;
}

static bool write_seeker(bench *b, write what, uint32_t row, const yz_packed_seeker *fresh) {
    world *w = &b->world;
    yz_packed_seeker *at = yz_slab_at(&w->seekers, row);
    if ((what == INSERT) == (w->seeker_open[row] != 0)) return false;
    if (what != INSERT) yz_seeker_index_remove(w->seeker_index, row, at);
    w->seeker_open[row] = what != CLOSE;
    if (what == CLOSE) return true;
    if (what == INSERT) {
        *at = *fresh;
    } else {
        at->wage_floor = fresh->wage_floor;
    }
    yz_seeker_index_add(w->seeker_index, row, at);
    return true;
}

static void write_all(bench *b, figures *out) {
    yz_random random = yz_random_of(b->options.set.seed, 77);
    uint32_t writes = b->options.writes, done[3] = {0};
    uint64_t *wall[3], sum[3] = {0}, write_sum[3] = {0}, write_max = 0;
    for (int i = 0; i < 3; i++)
        wall[i] = yz_alloc(writes * sizeof *wall[i]);
    for (uint32_t n = 0; n < writes;) {
        bool posting = yz_random_below(&random, 2) == 0;
        write what = (write)yz_random_below(&random, 3);
        uint32_t rows = posting ? b->world.posting_count : b->world.seeker_count;
        uint32_t row = (uint32_t)yz_random_below(&random, rows);
        question fresh = make(b, posting ? Q3 : Q1, 1000000 + n);
        question next = make(b, posting ? Q1 : Q3, 2000000 + n);
        uint64_t start = clock_wall_ns();
        bool wrote = posting ? write_posting(b, what, row, &fresh.posting)
                             : write_seeker(b, what, row, &fresh.seeker);
        if (!wrote) continue;
        uint64_t written = clock_wall_ns();
        ask(b, posting ? Q1 : Q3, &next);
        uint64_t took = clock_wall_ns() - start;
        if (written - start > write_max) write_max = written - start;
        wall[what][done[what]++] = took;
        sum[what] += took;
        write_sum[what] += written - start;
        n++;
    }
    for (int i = 0; i < 3; i++) {
        const char *name = write_names[i];
        if (done[i] == 0) continue;
        figures_add(out, 3, (double)sum[i] / 1000.0 / done[i], "write.%s_us_mean", name);
        figures_add(out, 3, percentile(wall[i], done[i], 99) / 1000.0, "write.%s_us_p99", name);
        figures_add(out, 3, (double)write_sum[i] / 1000.0 / done[i], "write.%s_alone_us_mean",
                    name);
    }
    figures_add(out, 3, (double)write_max / 1000.0, "write.us_max");
    for (int i = 0; i < 3; i++)
        yz_free(wall[i]);
}

/* ---- all of it ---- */

static void measure(bench *b, figures *out) {
    world *w = &b->world;
    for (uint32_t i = 0; i < 200; i++) { // the first questions pay for cold code and page faults
        for (int k = Q1; k <= Q3; k++) {
            question q = make(b, (kind)k, 3000000 + i);
            ask(b, (kind)k, &q);
        }
    }
    for (int k = Q1; k <= Q3; k++)
        time_kind(b, (kind)k, out);
    if (b->options.writes > 0) write_all(b, out);
    check c = {0};
    for (int k = Q1; k <= Q3; k++)
        check_kind(b, (kind)k, &c);
    figures_add(out, 0, (double)c.compared, "check.compared");
    figures_add(out, 0, (double)c.mismatches, "check.mismatches");
    figures_add(out, 0, (double)c.hits, "check.hits");
    figures_add(out, 0, (double)c.empty_answers, "check.empty_answers");
    figures_add(out, 3, w->bulk_us_per_record, "bulk.us_per_record");
    const char *why = "";
    bool sound = yz_posting_index_sound(w->posting_index, &why) &&
                 yz_seeker_index_sound(w->seeker_index, &why);
    if (!sound) fprintf(stderr, "bench_match: %s\n", why);
    figures_add(out, 0, sound, "index.sound");
    size_t postings = yz_posting_index_bytes(w->posting_index) + yz_slab_bytes(&w->postings) +
                      yz_ids_bytes(w->posting_ids);
    size_t seekers = yz_seeker_index_bytes(w->seeker_index) + yz_slab_bytes(&w->seekers) +
                     yz_ids_bytes(w->seeker_ids);
    figures_add(out, 1, (double)postings / w->posting_count, "bytes_per_posting");
    figures_add(out, 1, (double)seekers / w->seeker_count, "bytes_per_seeker");
    figures_add(out, 0, (double)rss_bytes(), "rss_bytes");
    figures_add(out, 0, (double)b->options.set.seed, "seed");
    figures_text(out, __VERSION__, "compiler");
    figures_text(out, yz_scan_choose(b->options.cpu)->name, "cpu");
}

static int measure_boosts(const options *o, const yz_scan *scan) {
    figures out = {0};
    if (!match_boosts_measure(o->set, o->questions, o->check, scan->name, &out)) return 2;
    figures_text(&out, scan->name, "cpu");
    figures_print(&out, o->json);
    return figures_value(&out, "check.mismatches") == 0 ? 0 : 1;
}

int bench_match(int argc, char **argv) {
    bench b = {0};
    if (!parse(argc, argv, &b.options)) {
        fprintf(stderr,
                "usage: %s [--postings N] [--seekers N] [--seed N] [--dense|--gig]\n"
                "    [--questions N] [--check N] [--writes N] [--cpu auto|avx512|avx2|portable]\n"
                "    [--boosts] [--json]\n",
                argv[0]);
        return 2;
    }
    const yz_scan *scan = yz_scan_choose(b.options.cpu);
    if (scan == NULL) {
        fprintf(stderr, "%s: this processor does not have that\n", argv[0]);
        return 2;
    }
    if (b.options.boosts) return measure_boosts(&b.options, scan);
    b.scratch = yz_search_scratch_new();
    yz_search_scratch_use(b.scratch, scan);
    world_init(&b.world, b.options.set);
    b.state = world_state(&b.world, YZ_PROFILE_DEFAULT);
    b.rows = yz_alloc(b.world.seeker_count * sizeof *b.rows);
    b.oracle_rows = yz_alloc(b.world.seeker_count * sizeof *b.oracle_rows);
    figures out = {0};
    measure(&b, &out);
    figures_print(&out, b.options.json);
    bool right =
        figures_value(&out, "check.mismatches") == 0 && figures_value(&out, "index.sound") == 1;
    yz_free(b.rows);
    yz_free(b.oracle_rows);
    yz_search_scratch_free(b.scratch);
    world_deinit(&b.world);
    return right ? 0 : 1;
}
