#include "net/server/recount_process.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/child.h"
#include "net/server/metrics_page.h"
#include "net/server/recount_line.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct recount_process {
    recount_process_options o;
    uv_timer_t timer;
    child *child; // NULL: none runs
    bool ended;
    // Of the one that runs.
    uint64_t begun_ns, at;
    char line[RECOUNT_LINE_MAX];
    size_t line_size;
    bool too_long;           // the line is: it is no line of ours
    const yz_market *market; // while in a read section; NULL
    uint32_t read;           // numbers in it
    bool said_end, nonsense;
    uint64_t compared, mismatches, live_compared;
    char first[RECOUNT_LINE_MAX]; // difference, in words; ""
    pthread_mutex_t mutex;        // guards the figures
    recount_process_figures figures;
};

recount_process_figures recount_process_now(recount_process *r) {
    pthread_mutex_lock(&r->mutex);
    recount_process_figures figures = r->figures;
    pthread_mutex_unlock(&r->mutex);
    return figures;
}

static uint64_t mono_ns(const recount_process *r) {
    return r->o.outside->mono_ns(r->o.outside->context);
}

// ---- a number, and what the live market says ----

static void note_difference(recount_process *r, const char *words) {
    if (r->first[0] == '\0') snprintf(r->first, sizeof r->first, "%s", words);
}

static void differs(recount_process *r, const recount_line *line, const char *seen) {
    char words[RECOUNT_LINE_MAX], period[YZ_PERIOD_TEXT_MAX];
    const yz_stats_ask *ask = &line->number.ask;
    yz_text series = yz_series_of(ask->series)->id;
    uint32_t size = yz_period_format(ask->period, period);
    snprintf(words, sizeof words,
             "live %.*s %.*s division \"%.64s\" occupation row %" PRId64
             " group %d type %d: %s, recount %" PRId64,
             (int)series.size, series.bytes, (int)size, period, line->text,
             ask->cell.occupation >= YZ_OCCUPATION_ALL ? -1 : (int64_t)ask->cell.occupation,
             ask->cell.group, ask->cell.type, seen, line->number.recount);
    note_difference(r, words);
    r->mismatches += 1;
}

static void compare(recount_process *r, recount_line *line) {
    char seen[32] = "refused";
    yz_stats_value value;
    yz_stats_ask *ask = &line->number.ask;
    const yz_stats *stats = yz_market_stats(r->market);
    int64_t now_ms = yz_market_time_ms(r->market);
    if (!yz_cube_keeps(ask->period, now_ms)) return; // it has become too old meanwhile
    ask->cell.node = yz_cube_node(yz_stats_cube(stats), yz_text_of(line->text));
    r->compared += 1;
    r->live_compared += 1;
    if (yz_stats_read(stats, ask, now_ms, &value)) {
        int64_t number = yz_recount_part_of(&value, line->number.which);
        if (number == line->number.recount) return;
        snprintf(seen, sizeof seen, "%" PRId64, number);
    }
    differs(r, line, seen);
}

static void leave_market(recount_process *r) {
    if (r->market != NULL) r->o.read_end(r->o.context);
    r->market = NULL;
    r->read = 0;
}

static void take_number(recount_process *r, recount_line *line) {
    if (r->read == RECOUNT_NUMBERS_AT_ONCE) leave_market(r);
    if (r->market == NULL) r->market = r->o.read_begin(r->o.context);
    r->read += 1;
    compare(r, line);
}

// ---- its lines ----

static void take_line(recount_process *r, const char *text) {
    recount_line line = recount_line_read(text);
    switch (line.kind) {
    case RECOUNT_NUMBER: take_number(r, &line); break;
    case RECOUNT_DIFFERS: note_difference(r, line.text); break;
    case RECOUNT_END:
        r->said_end = true;
        r->compared += line.compared;
        r->mismatches += line.differences;
        break;
    case RECOUNT_NONSENSE: r->nonsense = true; break;
    }
}

static void on_said(void *context, const char *bytes, size_t size) {
    recount_process *r = context;
    for (size_t i = 0; i < size && !r->ended; i++) {
        if (bytes[i] != '\n') {
            r->too_long |= r->line_size == sizeof r->line - 1;
            if (!r->too_long) r->line[r->line_size++] = bytes[i];
            continue;
        }
        r->line[r->line_size] = '\0';
        if (r->too_long)
            r->nonsense = true;
        else
            take_line(r, r->line);
        r->line_size = 0;
        r->too_long = false;
    }
    leave_market(r);
}

// ---- the process ----

static void count(recount_process *r, bool well) {
    pthread_mutex_lock(&r->mutex);
    recount_process_figures *f = &r->figures;
    f->running = false;
    f->last_ns = mono_ns(r) - r->begun_ns;
    f->compared += r->compared;
    f->live_compared += r->live_compared;
    f->mismatches += r->mismatches;
    if (well) f->sequence = r->at;
    if (r->mismatches > 0)
        f->differed += 1;
    else if (well)
        f->equal += 1;
    else
        f->failed += 1;
    pthread_mutex_unlock(&r->mutex);
}

static void on_over(void *context, const child_end *end) {
    recount_process *r = context;
    char sequence[24], seconds[32], compared[24], live[24], mismatches[24], how[32];
    bool well = r->said_end && !r->nonsense && end->signal == 0;
    r->child = NULL;
    count(r, well);
    snprintf(sequence, sizeof sequence, "%" PRIu64, r->at);
    snprintf(seconds, sizeof seconds, "%.3f", (double)(mono_ns(r) - r->begun_ns) / 1e9);
    snprintf(compared, sizeof compared, "%" PRIu64, r->compared);
    snprintf(live, sizeof live, "%" PRIu64, r->live_compared);
    snprintf(mismatches, sizeof mismatches, "%" PRIu64, r->mismatches);
    snprintf(how, sizeof how, "%s %d", end->signal != 0 ? "signal" : "exit",
             end->signal != 0 ? end->signal : end->code);
    if (r->mismatches > 0) {
        log_line(r->o.log, LOG_ERROR, "recount_differs", "sequence", sequence, "seconds", seconds,
                 "compared", compared, "mismatches", mismatches, "first", r->first, NULL);
    } else if (well) {
        log_line(r->o.log, LOG_INFO, "recount_equal", "sequence", sequence, "seconds", seconds,
                 "compared", compared, "live", live, NULL);
    } else if (!r->ended) {
        log_line(r->o.log, LOG_ERROR, "recount_failed", "sequence", sequence, "seconds", seconds,
                 "how", how, "detail", end->words, NULL);
    }
}

static void start(recount_process *r, uint64_t sequence) {
    const char *argv[RECOUNT_ARGUMENTS_MAX + 3];
    char at[24];
    size_t used = 0;
    for (; r->o.argv[used] != NULL; used++) {
        yz_check(used < RECOUNT_ARGUMENTS_MAX);
        argv[used] = r->o.argv[used];
    }
    snprintf(at, sizeof at, "%" PRIu64, sequence);
    argv[used] = "--seq";
    argv[used + 1] = at;
    argv[used + 2] = NULL;
    r->at = sequence;
    r->begun_ns = mono_ns(r);
    r->line_size = 0;
    r->too_long = r->said_end = r->nonsense = false;
    r->compared = r->mismatches = r->live_compared = 0;
    r->first[0] = '\0';
    pthread_mutex_lock(&r->mutex);
    r->figures.running = true;
    pthread_mutex_unlock(&r->mutex);
    child_options options = {
        .uv = r->o.uv, .argv = argv, .said = on_said, .over = on_over, .context = r};
    r->child = child_new(&options);
    log_line(r->o.log, LOG_INFO, "recount_begun", "sequence", at, NULL);
}

static void on_timer(uv_timer_t *timer) {
    recount_process *r = timer->data;
    uint64_t sequence = r->o.durable(r->o.context);
    if (r->child == NULL && sequence > 0) start(r, sequence);
}

// ---- figures ----

void recount_process_figures_write(const recount_process_figures *f,
                                   void (*put)(void *to, yz_text line), void *to) {
    metrics_page p = {put, to};
    metrics_say_type(&p, "yizhan_recounts_total", "counter",
                     "Times the statistics were counted again from the journal, by result.");
    metrics_say(&p, "yizhan_recounts_total{result=\"equal\"} %" PRIu64 "\n", f->equal);
    metrics_say(&p, "yizhan_recounts_total{result=\"differs\"} %" PRIu64 "\n", f->differed);
    metrics_say(&p, "yizhan_recounts_total{result=\"failed\"} %" PRIu64 "\n", f->failed);
    metrics_say_type(&p, "yizhan_recount_compared_total", "counter",
                     "Numbers that were compared, by with what.");
    metrics_say(&p, "yizhan_recount_compared_total{with=\"replay\"} %" PRIu64 "\n",
                f->compared - f->live_compared);
    metrics_say(&p, "yizhan_recount_compared_total{with=\"live\"} %" PRIu64 "\n", f->live_compared);
    metrics_say_type(&p, "yizhan_recount_mismatches_total", "counter",
                     "Numbers that were not equal: must be 0; the log has the first one.");
    metrics_say(&p, "yizhan_recount_mismatches_total %" PRIu64 "\n", f->mismatches);
    metrics_say_one(&p, "yizhan_recount_sequence", "gauge",
                    "How far the last one counted; 0: there was none.", (double)f->sequence);
    metrics_say_one(&p, "yizhan_recount_seconds", "gauge", "How long the last one took.",
                    (double)f->last_ns / 1e9);
    metrics_say_one(&p, "yizhan_recount_running", "gauge", "1: it is being counted.",
                    f->running ? 1 : 0);
}

// ---- life ----

recount_process *recount_process_new(const recount_process_options *options) {
    recount_process *r = yz_alloc_zeroed(sizeof *r);
    r->o = *options;
    yz_check(pthread_mutex_init(&r->mutex, NULL) == 0);
    yz_check(uv_timer_init(r->o.uv, &r->timer) == 0);
    r->timer.data = r;
    if (r->o.argv != NULL && r->o.every_ms > 0) {
        uint64_t first_ms = r->o.every_ms / 24;
        yz_check(uv_timer_start(&r->timer, on_timer, first_ms > 0 ? first_ms : 1, r->o.every_ms) ==
                 0);
    }
    uv_unref((uv_handle_t *)&r->timer);
    return r;
}

void recount_process_end(recount_process *r) {
    r->ended = true;
    uv_close((uv_handle_t *)&r->timer, NULL);
    if (r->child != NULL) child_kill(r->child);
    uv_run(r->o.uv, UV_RUN_DEFAULT);
}

void recount_process_free(recount_process *r) {
    if (r == NULL) return;
    yz_check(r->child == NULL);
    pthread_mutex_destroy(&r->mutex);
    yz_free(r);
}
