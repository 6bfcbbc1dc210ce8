/* recount: the statistics of a data directory against their slow twin (engine/market/recount.h).
 *
 *     journal from 1 --> market that counts --> compared with the twin, cell by cell
 *                    \-> the twin           \-> its fingerprint, with that of the newest snapshot
 *                                               and the journal after it
 *
 * What a server starts as a second process once a day (net/server/recount_process.h). */
#include "tools/cmd.h"
#include "tools/data_dir.h"
#include "tools/output.h"
#include "tools/progress.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/market/recount.h"
#include "net/server/outside.h"
#include "net/server/recount_line.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#define ARENA_BYTES ((size_t)16 << 20)
#define SAID_MAX 50         // differences that are named
#define NUMBERS_AT_ONCE 256 // then the server that reads them is let breathe
#define BREATH_NS 10000000

typedef struct recounting {
    const options *given;
    disk *disk;
    disk_problem problem;
    disk_span span;
    uint64_t until; // the last command that counts
    yz_market *market;
    yz_recount *twin;
    yz_arena *arena;
    progress bar;
    bool well, quiet, for_server;
    uint64_t snapshot; // that was compared, too; 0: none
    uint64_t compared, differences, said;
    uint64_t withheld; // commands whose sealed part cannot be opened any more
    // Some of the settled numbers, each as likely as any other.
    yz_recount_number *numbers;
    uint64_t numbers_wanted, numbers_seen;
    yz_random random;
} recounting;

// ---- differences ----

static void say(void *context, const char *line) {
    recounting *w = context;
    w->said += 1;
    if (w->quiet || w->said > SAID_MAX) return;
    progress_end(&w->bar);
    if (w->for_server) {
        recount_line_differs(stdout, line);
    } else {
        fprintf(options_flag(w->given, "json") ? stderr : stdout, "%s\n", line);
    }
}

// ---- the replay ----

static bool take(void *context, yz_batch_reader *r) {
    recounting *w = context;
    yz_sealer sealer = disk_sealer(w->disk);
    yz_command c;
    yz_damage found;
    yz_effects effects;
    yz_status status = YZ_OK;
    while (r->next <= w->until &&
           (status = yz_batch_next(r, &sealer, w->arena, &c, &found)) == YZ_OK) {
        effects.count = 0;
        w->withheld += yz_command_is_withheld(&c);
        yz_recount_before(w->twin, w->market, &c);
        yz_outcome outcome = yz_market_apply(w->market, &c, &effects);
        yz_recount_after(w->twin, w->market, &c, &outcome, &effects);
        yz_arena_reset(w->arena);
    }
    progress_at(&w->bar, yz_market_sequence(w->market));
    if (status != YZ_OK && status != YZ_ERR_NOT_FOUND) {
        w->well = false;
        w->problem.trouble = DISK_DAMAGED;
        snprintf(w->problem.text, sizeof w->problem.text,
                 "%s; batch %" PRIu64 ", record %" PRIu64
                 "\nfix: `yizhan verify` says more, `yizhan repair` saves what can be proven",
                 found.why, r->first, found.sequence);
    }
    return w->well && r->next <= w->until;
}

static void choose_number(void *context, const yz_recount_number *number) {
    recounting *w = context;
    progress_at(&w->bar, w->bar.done + 1);
    if (w->numbers_wanted == 0 || !yz_recount_is_settled(number, yz_market_time_ms(w->market))) {
        return;
    }
    uint64_t seen = w->numbers_seen++;
    uint64_t at = seen < w->numbers_wanted ? seen : yz_random_below(&w->random, seen + 1);
    if (at < w->numbers_wanted) w->numbers[at] = *number;
}

static bool replay(recounting *w) {
    static const yz_chain ZERO;
    progress_begin(&w->bar, "journal", w->until);
    yz_market_bulk_begin(w->market); // nobody asks anything that needs an index
    bool walked = disk_walk(w->disk, 0, &ZERO, take, w, NULL, &w->problem);
    progress_end(&w->bar);
    return walked && w->well;
}

// Texts of the cells are the market's: before it is freed.
static void print_numbers(recounting *w) {
    const yz_cube *cube = yz_stats_cube(yz_market_stats(w->market));
    uint64_t count = w->numbers_seen < w->numbers_wanted ? w->numbers_seen : w->numbers_wanted;
    for (uint64_t i = 0; i < count; i++) {
        uint32_t node = w->numbers[i].ask.cell.node;
        if (node == YZ_NODE_NONE) continue;
        recount_line_number(stdout, &w->numbers[i], yz_cube_node_code(cube, node));
        if (i % NUMBERS_AT_ONCE != NUMBERS_AT_ONCE - 1) continue;
        fflush(stdout);
        nanosleep(&(struct timespec){0, BREATH_NS}, NULL);
    }
}

// ---- comparing ----

static void sweep(recounting *w, const char *what) {
    char line[200];
    yz_sweep_result result;
    (void)yz_market_sweep(w->market, 0, &result);
    w->compared += result.compared;
    w->differences += result.mismatches;
    if (result.mismatches == 0) return;
    snprintf(line, sizeof line, "%" PRIu64 " cells of now are not what the records say, %s",
             result.mismatches, what);
    say(w, line);
}

static bool from_snapshot(recounting *w, disk_recovery *recovery) {
    disk_recover_options how = {.until = w->until, .at_rest = true};
    yz_market_free(w->market);
    w->market = NULL;
    return data_dir_market(&w->market, 0) &&
           disk_recover(w->disk, w->market, &how, recovery, &w->problem);
}

static bool compare_snapshot(recounting *w) {
    disk_recovery recovery;
    int64_t now_ms = yz_market_time_ms(w->market);
    yz_print replayed = yz_stats_print(yz_market_stats(w->market), now_ms);
    if (!from_snapshot(w, &recovery)) return false;
    w->snapshot = recovery.snapshot;
    if (recovery.snapshot == 0) return true;
    yz_print restored = yz_stats_print(yz_market_stats(w->market), now_ms);
    w->compared += 1;
    if (memcmp(&replayed, &restored, sizeof replayed) != 0) {
        char line[200];
        w->differences += 1;
        snprintf(line, sizeof line,
                 "snapshot %" PRIu64 " and what follows it count otherwise than the whole journal",
                 recovery.snapshot);
        say(w, line);
        w->differences += yz_recount_compare(w->twin, w->market, say, w, NULL);
    }
    return true;
}

static bool compare_all(recounting *w) {
    uint64_t compared = 0;
    if (!replay(w)) return false;
    progress_begin(&w->bar, "numbers", 0);
    yz_recount_listen(w->twin, choose_number, w);
    w->differences += yz_recount_compare(w->twin, w->market, say, w, &compared);
    w->compared += compared;
    yz_recount_listen(w->twin, NULL, NULL);
    progress_end(&w->bar);
    sweep(w, "replayed");
    print_numbers(w);
    if (!compare_snapshot(w)) return false;
    if (w->snapshot != 0) sweep(w, "restored");
    return true;
}

// Of a trimmed journal.
static bool compare_now(recounting *w) {
    disk_recovery recovery;
    if (!from_snapshot(w, &recovery)) return false;
    w->snapshot = recovery.snapshot;
    sweep(w, "restored");
    return true;
}

// ---- all of it ----

static int find_until(recounting *w) {
    api_moment moment;
    uint64_t first;
    int64_t first_ms;
    bool is_said;
    if (!data_dir_moment(w->given, &moment, &is_said)) return EXIT_USAGE;
    w->until = w->span.last;
    if (!is_said || w->span.last == 0) return EXIT_OK;
    if (!disk_earliest(w->disk, &first, &first_ms, &w->problem)) {
        return data_dir_complain(w->given, &w->problem);
    }
    w->until = moment.sequence;
    bool early = moment.sequence != 0 ? moment.sequence < first : moment.at_ms < first_ms;
    if (early || moment.sequence > w->span.last) {
        fprintf(stderr, "yizhan: recount: there are the commands %" PRIu64 " to %" PRIu64 "\n",
                first, w->span.last);
        return EXIT_FAILED;
    }
    if (moment.sequence == 0 && !disk_last_at(w->disk, moment.at_ms, &w->until, &w->problem)) {
        return data_dir_complain(w->given, &w->problem);
    }
    return EXIT_OK;
}

static void report(const recounting *w, bool trimmed, double seconds) {
    if (w->quiet) return;
    if (w->for_server) {
        recount_line_end(stdout, w->until, w->compared, w->differences);
        return;
    }
    output *out = output_record(w->given);
    output_field_count(out, "sequence", w->until);
    output_field_bool(out, "whole_journal", !trimmed);
    output_field_count(out, "snapshot", w->snapshot);
    output_field_count(out, "compared", w->compared);
    output_field_count(out, "differences", w->differences);
    output_field_count(out, "withheld", w->withheld);
    output_field_number(out, "seconds", seconds);
    output_end(out);
}

static int recount(recounting *w) {
    struct timespec begun, now;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    int code = find_until(w);
    if (code != EXIT_OK) return code;
    bool trimmed = w->span.first > 1;
    if (trimmed && !w->quiet) {
        fprintf(stderr,
                "yizhan: recount: the journal begins at %" PRIu64
                ", what came before was trimmed: only the numbers of now are compared, with the "
                "records\n",
                w->span.first);
    }
    bool well = w->span.last == 0 || (trimmed ? compare_now(w) : compare_all(w));
    if (!well) return data_dir_complain(w->given, &w->problem);
    clock_gettime(CLOCK_MONOTONIC, &now);
    report(w, trimmed,
           (double)(now.tv_sec - begun.tv_sec) + (double)(now.tv_nsec - begun.tv_nsec) / 1e9);
    return w->differences == 0 ? EXIT_OK : EXIT_FAILED;
}

int cmd_recount(const options *given) {
    recounting w = {.given = given, .well = true};
    outside real = outside_real();
    uint64_t seed = 0;
    disk_options how = {.dir = options_argument(given, 0),
                        .read_only = true,
                        .keyless = true,
                        .threaded = true,
                        .outside = {.random = real.random, .mono_ns = real.mono_ns}};
    w.quiet = options_flag(given, "exit-code");
    w.numbers_wanted = (uint64_t)options_number(given, "numbers");
    w.for_server = w.numbers_wanted > 0;
    if (w.for_server) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        data_dir_step_back();
    }
    (void)real.random(real.context, &seed, sizeof seed); // which numbers: no secret
    w.random = yz_random_seeded(seed);
    w.disk = disk_open(&how, &w.problem);
    if (w.disk == NULL || !disk_look(w.disk, &w.span, &w.problem)) {
        disk_close(w.disk);
        return data_dir_complain(given, &w.problem);
    }
    w.numbers = yz_alloc((w.numbers_wanted + 1) * sizeof *w.numbers);
    w.arena = yz_arena_new(ARENA_BYTES);
    w.twin = yz_recount_new();
    int code = data_dir_market(&w.market, 0) ? recount(&w) : EXIT_FAILED;
    yz_market_free(w.market);
    yz_recount_free(w.twin);
    yz_arena_free(w.arena);
    yz_free(w.numbers);
    disk_close(w.disk);
    return code;
}
