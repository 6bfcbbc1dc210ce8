/* What the process that counts the statistics again (`yizhan recount --numbers`) says to the server
 * that started it, line by line:
 *
 *     number SERIES WINDOW INDEX OCCUPATION GROUP TYPE PART VALUE DIVISION
 *                                          a number that nothing changes any more, as the recount
 *                                          has it; codes of the enums, row of the occupation, and
 *                                          the code of the division to the end of the line
 *     differs TEXT                         it and its own replay differ; the first ones
 *     end SEQUENCE COMPARED DIFFERENCES    the last line: how far it counted, and what came of it
 */
#ifndef YZ_NET_SERVER_RECOUNT_LINE_H
#define YZ_NET_SERVER_RECOUNT_LINE_H

#include "engine/market/recount.h"

#include <stdio.h>

#define RECOUNT_LINE_MAX 512

void recount_line_number(FILE *to, const yz_recount_number *number, yz_text division);
void recount_line_differs(FILE *to, const char *text);
void recount_line_end(FILE *to, uint64_t sequence, uint64_t compared, uint64_t differences);

typedef enum recount_line_kind {
    RECOUNT_NUMBER,
    RECOUNT_DIFFERS,
    RECOUNT_END,
    RECOUNT_NONSENSE,
} recount_line_kind;

typedef struct recount_line {
    recount_line_kind kind;
    yz_recount_number number; // NUMBER; its cell has no node yet
    const char *text;         // NUMBER: the division; DIFFERS: the words. Borrowed from the line
    uint64_t sequence, compared, differences; // END
} recount_line;

/* A line without its end. */
recount_line recount_line_read(const char *line);

#endif
