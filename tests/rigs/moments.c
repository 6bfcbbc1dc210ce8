/* What the market was at random moments of a data directory, by an independent replay of its
 * journal from the beginning, which the slow twin of the statistics watches.
 *
 *     moments DIR --count N [--full F] [--seed S]
 *
 * Half of the moments are sequences, half are times: all of that millisecond counts. At each the
 * statistics of the replay are compared with those of a market brought there as a question about
 * the past is answered (nearest snapshot, then the journal), by their fingerprint; at F of them
 * every number with the twin as well. A line for each:
 *
 *     moment seq:N DIGEST
 *     moment 2024-01-31T23:59:59.123+08:00 DIGEST
 *
 * and after it what the twin says of some series then, as GET /v1/stats may be asked for it:
 *
 *     stat seq:N series=S01&division=62&period=2024-01-31 S01 17
 *
 * and in the end "moments=N compared=C differences=D", exit code 1 if there is one. */
#include "tests/rigs/rig_disk.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/market/recount.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <string.h>

typedef struct moment {
    uint64_t sequence;
    int64_t at_ms; // a time: once its command came; 0: not yet
    bool is_time, full, over;
} moment;

typedef struct looking {
    disk *disk, *past; // the same directory: the walk has one of its own
    yz_market *market;
    yz_recount *twin;
    yz_arena *arena;
    moment *moments;
    uint32_t count, first; // those before `first` are over
    uint64_t compared, differences;
    bool well;
} looking;

static void say(void *context, const char *line) {
    (void)context;
    fprintf(stderr, "moments: %s\n", line);
}

static void compare_past(looking *l, int64_t now_ms) {
    disk_problem problem = {0};
    disk_recovery recovery;
    disk_recover_options how = {.until = yz_market_sequence(l->market), .at_rest = true};
    yz_market *past = rig_market();
    if (!disk_recover(l->past, past, &how, &recovery, &problem)) {
        say(NULL, problem.text);
        exit(2);
    }
    yz_print here = yz_stats_print(yz_market_stats(l->market), now_ms);
    yz_print there = yz_stats_print(yz_market_stats(past), now_ms);
    l->compared += 1;
    if (memcmp(&here, &there, sizeof here) != 0) {
        fprintf(stderr, "moments: at %" PRIu64 " the past counts otherwise than the replay\n",
                how.until);
        l->differences += 1;
    }
    yz_market_free(past);
}

// Of today, of this month, now or ever: of the whole province where it has anything, else of all.
static void say_number(const looking *l, const char *words, yz_series series, yz_window window,
                       int64_t now_ms) {
    char period[YZ_PERIOD_TEXT_MAX];
    yz_recount_ask ask = {.series = series,
                          .division = YZ_TEXT("62"),
                          .group = YZ_ALL,
                          .type = YZ_ALL,
                          .period = yz_period_at(window, now_ms)};
    yz_stats_value value;
    yz_text id = yz_series_of(series)->id;
    yz_check(yz_recount_read(l->twin, &ask, now_ms, &value));
    if (value.value == 0) {
        ask.division = YZ_TEXT("");
        yz_check(yz_recount_read(l->twin, &ask, now_ms, &value));
    }
    uint32_t size = yz_period_format(ask.period, period); // "now" and "total" are windows
    bool is_window = window == YZ_WINDOW_NOW || window == YZ_WINDOW_TOTAL;
    printf("stat %s series=%.*s&division=%.*s&%s=%.*s %.*s %" PRId64 "\n", words, (int)id.size,
           id.bytes, (int)ask.division.size, ask.division.bytes, is_window ? "window" : "period",
           (int)size, period, (int)id.size, id.bytes, value.value);
}

static void say_numbers(const looking *l, const char *words) {
    int64_t now_ms = yz_market_time_ms(l->market);
    say_number(l, words, YZ_S01, YZ_WINDOW_DAY, now_ms);
    say_number(l, words, YZ_S02, YZ_WINDOW_NOW, now_ms);
    say_number(l, words, YZ_S02, YZ_WINDOW_MONTH, now_ms);
    say_number(l, words, YZ_S03, YZ_WINDOW_NOW, now_ms);
    say_number(l, words, YZ_Y05, YZ_WINDOW_TOTAL, now_ms);
    say_number(l, words, YZ_Y08, YZ_WINDOW_YEAR, now_ms);
}

static void settle(looking *l, moment *m) {
    char words[YZ_TIME_TEXT_MAX + 8], digest[YZ_DIGEST_TEXT_MAX];
    uint64_t compared = 0;
    m->over = true;
    snprintf(words, sizeof words, "seq:%" PRIu64, m->sequence);
    if (m->is_time) yz_time_format_instant(m->at_ms, words);
    yz_digest_text(yz_market_digest(l->market), digest);
    printf("moment %s %s\n", words, digest);
    say_numbers(l, words);
    compare_past(l, yz_market_time_ms(l->market));
    if (!m->full) return;
    l->differences += yz_recount_compare(l->twin, l->market, say, NULL, &compared);
    l->compared += compared;
}

// Times that the next command leaves behind.
static void leave_times(looking *l, int64_t next_ms) {
    for (uint32_t i = l->first; i < l->count; i++) {
        moment *m = &l->moments[i];
        if (m->is_time && !m->over && m->at_ms != 0 && m->at_ms < next_ms) settle(l, m);
    }
    while (l->first < l->count && l->moments[l->first].over)
        l->first += 1;
}

static void reach(looking *l, const yz_command *c) {
    for (uint32_t i = l->first; i < l->count && l->moments[i].sequence <= c->sequence; i++) {
        moment *m = &l->moments[i];
        if (m->over || m->sequence != c->sequence) continue;
        if (m->is_time)
            m->at_ms = c->at_ms;
        else
            settle(l, m);
    }
}

static bool take(void *context, yz_batch_reader *r) {
    looking *l = context;
    yz_sealer sealer = disk_sealer(l->disk);
    yz_command c;
    yz_damage damage;
    yz_effects effects;
    yz_status status;
    while ((status = yz_batch_next(r, &sealer, l->arena, &c, &damage)) == YZ_OK) {
        leave_times(l, c.at_ms);
        effects.count = 0;
        yz_recount_before(l->twin, l->market, &c);
        yz_outcome outcome = yz_market_apply(l->market, &c, &effects);
        yz_recount_after(l->twin, l->market, &c, &outcome, &effects);
        reach(l, &c);
        yz_arena_reset(l->arena);
    }
    l->well = status == YZ_ERR_NOT_FOUND;
    return l->well;
}

static int by_sequence(const void *a, const void *b) {
    const moment *x = a, *y = b;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

int main(int argc, char **argv) {
    uint64_t seed = 1;
    uint32_t full = 0;
    disk_problem problem = {0};
    disk_span span;
    looking l = {.count = 5, .well = true};
    if (argc < 2) return 2;
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--count") == 0) l.count = (uint32_t)atoi(argv[i + 1]);
        if (strcmp(argv[i], "--full") == 0) full = (uint32_t)atoi(argv[i + 1]);
        if (strcmp(argv[i], "--seed") == 0) seed = strtoull(argv[i + 1], NULL, 10);
    }
    l.disk = rig_disk(argv[1], true);
    l.past = rig_disk(argv[1], true);
    if (!disk_look(l.disk, &span, &problem) || span.last == 0) {
        fprintf(stderr, "moments: %s\n", span.last == 0 ? "there is nothing" : problem.text);
        return 2;
    }
    yz_random random = yz_random_seeded(seed);
    l.moments = yz_alloc_zeroed(l.count * sizeof *l.moments);
    for (uint32_t i = 0; i < l.count; i++) {
        l.moments[i] = (moment){.sequence = 1 + yz_random_below(&random, span.last),
                                .is_time = i % 2 == 1,
                                .full = i < full};
    }
    qsort(l.moments, l.count, sizeof *l.moments, by_sequence);
    l.market = rig_market();
    l.twin = yz_recount_new();
    l.arena = yz_arena_new((size_t)16 << 20);
    yz_market_bulk_begin(l.market);
    if (!disk_walk(l.disk, 0, NULL, take, &l, NULL, &problem) || !l.well) {
        fprintf(stderr, "moments: %s\n", problem.text);
        return 2;
    }
    leave_times(&l, INT64_MAX);
    printf("moments=%u compared=%" PRIu64 " differences=%" PRIu64 "\n", l.count, l.compared,
           l.differences);
    yz_recount_free(l.twin);
    yz_market_free(l.market);
    yz_arena_free(l.arena);
    yz_free(l.moments);
    disk_close(l.past);
    disk_close(l.disk);
    return l.differences == 0 ? 0 : 1;
}
