/* top: a running server in the terminal, anew every second. */
#include "tools/cmd.h"
#include "tools/refusal.h"
#include "tools/terminal.h"
#include "tools/watch.h"

#include "engine/base/alloc.h"
#include "engine/model/records.h"
#include "engine/model/time.h"

#include <math.h>
#include <string.h>

#define PATIENCE_MS 2000 // a key is not answered for so long at worst
#define SPAN 10          // readings that quantiles look back

typedef struct top {
    const char *url;
    watch *watch;
    gauges past[SPAN + 1]; // the newest last
    uint32_t count;
    watch_today today;
    bool paused, restarted;
    const char *trouble; // NULL: the last question was answered
} top;

static void remember(top *t, watch_news news) {
    if (news != WATCH_READ) t->count = 0; // of another process
    if (t->count == SPAN + 1) {
        memmove(t->past, t->past + 1, SPAN * sizeof *t->past);
        t->count -= 1;
    }
    t->past[t->count++] = *watch_now(t->watch);
}

static void ask(top *t, watch_news *news) {
    *news = watch_next(t->watch);
    if (*news == WATCH_GONE || *news == WATCH_REFUSED) {
        t->trouble = watch_why(t->watch);
        return;
    }
    t->trouble = NULL;
    if (*news == WATCH_RESTARTED) t->restarted = true;
    remember(t, *news);
    (void)watch_today_read(t->watch, &t->today);
}

// ---- rows ----

typedef struct word {
    char text[GAUGES_WORD_MAX];
} word;

static word count_of(double count) {
    word w;
    gauges_count(count, w.text);
    return w;
}

static word time_of(double seconds) {
    word w;
    gauges_time(seconds, w.text);
    return w;
}

static word size_of(double bytes) {
    word w;
    gauges_size(bytes, w.text);
    return w;
}

static const gauges *newest(const top *t) {
    return &t->past[t->count - 1];
}

// Per second, of the last one.
static word rate_of(const top *t, double before, double now) {
    return count_of(t->count > 1 ? watch_rate(t->watch, before, now) : NAN);
}

// Of the last SPAN seconds.
static void put_times(const top *t, const gauges_histogram *old, const gauges_histogram *now,
                      word *p50, word *p99) {
    gauges_histogram between = gauges_between(old, now);
    if (t->count < 2) between.count = 0;
    *p50 = time_of(gauges_quantile(&between, 0.5));
    *p99 = time_of(gauges_quantile(&between, 0.99));
}

static void put_row(const char *name, word rate, word p50, word p99, word total, const char *more) {
    terminal_line(TERMINAL_PLAIN, "%-12s %8s %9s %9s %10s   %s", name, rate.text, p50.text,
                  p99.text, total.text, more);
}

static void put_work(const top *t) {
    const gauges *now = newest(t), *last = &t->past[t->count > 1 ? t->count - 2 : 0];
    const gauges *old = &t->past[0];
    word blank = {""}, p50, p99;
    char more[80];
    terminal_line(TERMINAL_STRONG, "%-12s %8s %9s %9s %10s", "", "a second", "p50", "p99",
                  "since start");
    put_times(t, &old->appends, &now->appends, &p50, &p99);
    put_row("commands", rate_of(t, last->commands, now->commands), p50, p99,
            count_of(now->commands), "times: a batch to disk");
    for (int q = 0; q < GAUGES_QUESTIONS; q++) {
        put_times(t, &old->asked[q], &now->asked[q], &p50, &p99);
        put_row(GAUGES_QUESTION_NAMES[q], rate_of(t, last->questions[q], now->questions[q]), p50,
                p99, count_of(now->questions[q]), "");
    }
    snprintf(more, sizeof more, "connections %s", count_of(now->connections).text);
    put_row("http", rate_of(t, last->requests, now->requests), blank, blank,
            count_of(now->requests), more);
    snprintf(more, sizeof more, "streams %s", count_of(now->streams).text);
    put_row("live events", rate_of(t, last->events, now->events), blank, blank,
            count_of(now->events), more);
    snprintf(more, sizeof more, "waiting %s", count_of(now->telling).text);
    put_row("told", rate_of(t, last->told_fit, now->told_fit), blank, blank,
            count_of(now->told_fit), more);
}

static void put_market(const top *t) {
    const gauges *f = newest(t);
    const watch_today *d = &t->today;
    terminal_line(
        TERMINAL_PLAIN,
        "postings     open %s  scheduled %s  paused %s  full %s  closed %s  expired %s",
        count_of(f->postings[YZ_STATE_OPEN]).text, count_of(f->postings[YZ_STATE_SCHEDULED]).text,
        count_of(f->postings[YZ_STATE_PAUSED]).text, count_of(f->postings[YZ_STATE_FULL]).text,
        count_of(f->postings[YZ_STATE_CLOSED]).text, count_of(f->postings[YZ_STATE_EXPIRED]).text);
    terminal_line(
        TERMINAL_PLAIN, "seekers      open %s  paused %s  placed %s  closed %s",
        count_of(f->seekers[YZ_STATE_OPEN]).text, count_of(f->seekers[YZ_STATE_PAUSED]).text,
        count_of(f->seekers[YZ_STATE_PLACED]).text, count_of(f->seekers[YZ_STATE_CLOSED]).text);
    char ratio[GAUGES_WORD_MAX] = "-";
    if (isfinite(d->s04)) snprintf(ratio, sizeof ratio, "%.2f", d->s04);
    terminal_line(TERMINAL_PLAIN,
                  "today        S01 registered %s  S02 seekers %s  S03 openings %s  S04 %s",
                  count_of(d->s01).text, count_of(d->s02).text, count_of(d->s03).text, ratio);
    terminal_line(TERMINAL_PLAIN,
                  "steps today  told %s  applied %s  interview %s  held %s  placed %s",
                  count_of(d->told).text, count_of(d->applied).text, count_of(d->interviewed).text,
                  count_of(d->held).text, count_of(d->placed).text);
}

static void put_server(const top *t) {
    const gauges *f = newest(t), *old = &t->past[0];
    word half, read, write;
    put_times(t, &old->read_holds, &f->read_holds, &half, &read);
    put_times(t, &old->write_holds, &f->write_holds, &half, &write);
    terminal_line(TERMINAL_PLAIN, "holds        read p99 %s, longest %s   write p99 %s, longest %s",
                  read.text, time_of(f->read_hold_max_s).text, write.text,
                  time_of(f->write_hold_max_s).text);
    terminal_line(TERMINAL_PLAIN,
                  "journal      durable %s, behind %s   written %s   log %s   slowest commit %s",
                  count_of(f->durable).text, count_of(f->sequence - f->durable).text,
                  size_of(f->journal_bytes).text, size_of(f->wal_bytes).text,
                  time_of(f->sync_max_s).text);
    bool wrong = f->mismatches > 0;
    terminal_line(wrong ? TERMINAL_ALARM : TERMINAL_PLAIN, "statistics   differences %s",
                  count_of(f->mismatches).text);
}

static void put_head(const top *t) {
    const char *state = t->paused                  ? "PAUSED"
                        : t->count == 0            ? "waiting"
                        : newest(t)->read_only > 0 ? "READ-ONLY"
                        : newest(t)->full > 0      ? "DISK FULL"
                        : newest(t)->ready > 0     ? "ready"
                                                   : "not ready";
    terminal_line(TERMINAL_STRONG, "yizhan %-44.44s %10s  p pause  q quit", t->url, state);
    if (t->count == 0) return;
    const gauges *f = newest(t), *last = &t->past[t->count > 1 ? t->count - 2 : 0];
    char at[YZ_TIME_TEXT_MAX];
    double cpu = t->count > 1 ? 100 * watch_rate(t->watch, last->cpu_s, f->cpu_s) : 0;
    yz_time_format_instant((int64_t)(f->market_s * 1000), at);
    terminal_line(TERMINAL_PLAIN, "seq %.0f   %s   cpu %.0f%%   memory %s%s", f->sequence, at, cpu,
                  size_of(f->resident_bytes).text, t->restarted ? "   (was started anew)" : "");
}

static void draw(const top *t) {
    terminal_draw_begin();
    put_head(t);
    if (t->trouble != NULL)
        terminal_line(TERMINAL_ALARM, "no answer: %s", t->trouble);
    else
        terminal_line(TERMINAL_PLAIN, "%s", "");
    if (t->count > 0) {
        put_work(t);
        terminal_line(TERMINAL_PLAIN, "%s", "");
        put_market(t);
        put_server(t);
    }
    terminal_draw_end();
}

// ---- once a second, and at each key ----

static void run(top *t) {
    double next_s = watch_clock_s();
    for (;;) {
        double left_s = next_s - watch_clock_s();
        watch_news news;
        if (left_s <= 0) {
            if (!t->paused) ask(t, &news);
            next_s = watch_clock_s() + 1;
            left_s = 1;
        }
        draw(t);
        int key = terminal_key((int)(left_s * 1000) + 1);
        if (key == 'q' || key == 'Q' || key < 0) return;
        if (key == 'p' || key == 'P') t->paused = !t->paused;
    }
}

int cmd_top(const options *given) {
    if (!terminal_is_there()) {
        fprintf(stderr, "yizhan: top: this is no terminal to draw on: use yizhan stat\n");
        return EXIT_USAGE;
    }
    top *t = yz_alloc_zeroed(sizeof *t);
    t->url = options_text(given, "url");
    t->watch = watch_new(t->url, PATIENCE_MS);
    watch_news news;
    int code = EXIT_OK;
    ask(t, &news);
    if (news == WATCH_REFUSED || (news == WATCH_GONE && watch_status(t->watch) == 0)) {
        fprintf(stderr, "yizhan: top: %s\n", t->trouble);
        code = news == WATCH_REFUSED ? refusal_code(watch_status(t->watch)) : EXIT_NO_SERVER;
    } else if (!terminal_begin()) {
        fprintf(stderr, "yizhan: top: the terminal cannot be set up\n");
        code = EXIT_FAILED;
    } else {
        run(t);
        terminal_end();
    }
    watch_free(t->watch);
    yz_free(t);
    return code;
}
