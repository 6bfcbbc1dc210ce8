#include "tools/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_NS 100000000u
#define BAR_CELLS 20

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// 1234567 -> "1,234,567"
static const char *with_commas(uint64_t n, char room[32]) {
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *to = room;
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = 0;
    return room;
}

void progress_begin(progress *bar, const char *what, uint64_t total) {
    const char *term = getenv("TERM");
    bool dumb = term != NULL && strcmp(term, "dumb") == 0;
    *bar = (progress){
        .what = what, .total = total, .begun_ns = now(), .shown = !dumb && isatty(STDERR_FILENO)};
    bar->drawn_ns = bar->begun_ns;
}

uint32_t progress_line(const progress *bar, uint64_t now_ns, char *room, uint32_t size) {
    char done[32], total[32], rate_text[32], cells[BAR_CELLS + 1];
    double seconds = (double)(now_ns - bar->begun_ns) / 1e9;
    double rate = seconds > 0 ? (double)bar->done / seconds : 0;
    with_commas((uint64_t)rate, rate_text);
    int n;
    if (bar->total == 0) {
        n = snprintf(room, size, "%s  %s  %s/s", bar->what, with_commas(bar->done, done),
                     rate_text);
    } else {
        double part = bar->done >= bar->total ? 1 : (double)bar->done / (double)bar->total;
        for (int i = 0; i < BAR_CELLS; i++)
            cells[i] = i < (int)(part * BAR_CELLS) ? '#' : '.';
        cells[BAR_CELLS] = 0;
        double left = rate > 0 && part < 1 ? (double)(bar->total - bar->done) / rate : 0;
        n = snprintf(room, size, "%s  [%s]  %d %%  %s / %s  %s/s  %.0f s left", bar->what, cells,
                     (int)(part * 100), with_commas(bar->done, done),
                     with_commas(bar->total, total), rate_text, left);
    }
    return n < 0 ? 0 : (uint32_t)n < size ? (uint32_t)n : size - 1;
}

void progress_at(progress *bar, uint64_t done) {
    bar->done = done;
    if (!bar->shown) return;
    uint64_t now_ns = now();
    if (now_ns - bar->drawn_ns < REDRAW_NS) return;
    bar->drawn_ns = now_ns;
    char line[160];
    progress_line(bar, now_ns, line, sizeof line);
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
}

void progress_end(progress *bar) {
    if (bar->shown) fprintf(stderr, "\r\033[K");
    bar->shown = false;
}
