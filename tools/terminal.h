/* The terminal as a screen of its own: raw keys, the alternate screen, no cursor. However the
 * program ends or is stopped (quit, a signal, a broken invariant, Ctrl-Z), the terminal is given
 * back as it was. One at a time in a process. Plain ANSI sequences. */
#ifndef YZ_TOOLS_TERMINAL_H
#define YZ_TOOLS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Are stdin and stdout a terminal that can do this? */
bool terminal_is_there(void);
/* False: it cannot be set up. */
bool terminal_begin(void);
void terminal_end(void);

typedef struct terminal_size {
    int columns, rows;
} terminal_size;
terminal_size terminal_size_now(void); // 80 x 24 if it does not say

/* A key within so many milliseconds; 0: none, or the size changed, or it was continued after a
 * stop. -1: the terminal is gone. */
int terminal_key(int wait_ms);

/* ---- a picture: lines from the top, cut at the edges ---- */

typedef enum terminal_style { TERMINAL_PLAIN, TERMINAL_STRONG, TERMINAL_ALARM } terminal_style;

/* With NO_COLOR (not empty) all lines are plain. */
void terminal_draw_begin(void);
/* As printf makes it; bytes that are no visible ASCII become '?'. */
void terminal_line(terminal_style style, const char *form, ...)
    __attribute__((format(printf, 2, 3)));
void terminal_draw_end(void); // all at once

#endif
