/* A text file line by line, plain or gzip; "-" is stdin. */
#ifndef YZ_TOOLS_LINES_H
#define YZ_TOOLS_LINES_H

#include "engine/base/text.h"

#include <stddef.h>

#define LINE_BYTES_MAX 16777216

typedef struct lines lines;

/* NULL: cannot be opened; errno says why. The caller owns it. */
lines *lines_open(const char *path);
void lines_close(lines *l);
/* The next line without its end (LF or CRLF); a byte order mark is skipped. Borrowed until the next
 * call. False at the end, or when reading fails (lines_failure). */
bool lines_next(lines *l, yz_text *line);
/* NULL, or what went wrong: a read error, or a line longer than LINE_BYTES_MAX. */
const char *lines_failure(const lines *l);
/* Bytes of the file read so far, and its size (0 when not known): for a progress bar. */
uint64_t lines_bytes_read(const lines *l);
uint64_t lines_bytes_total(const lines *l);

#endif
