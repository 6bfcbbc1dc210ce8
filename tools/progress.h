/* A bar on stderr for long work, only where stderr is a terminal; elsewhere nothing is written.
 *
 *     postings  [##########..........]  51 %  512,000 / 1,000,000  310,000/s  1 s left
 *
 * Redrawn at most ten times a second, so it may be called per row. */
#ifndef YZ_TOOLS_PROGRESS_H
#define YZ_TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    const char *what; // borrowed
    uint64_t total;   // 0 = not known: no bar, count and rate only
    uint64_t done;
    uint64_t begun_ns, drawn_ns;
    bool shown; // stderr is a terminal
} progress;

void progress_begin(progress *bar, const char *what, uint64_t total);
/* `done` so far, not the step. */
void progress_at(progress *bar, uint64_t done);
/* Wipes the bar away. */
void progress_end(progress *bar);

/* The line as it is drawn; for progress_at and its test. Returns the bytes written. */
uint32_t progress_line(const progress *bar, uint64_t now_ns, char *room, uint32_t size);

#endif
