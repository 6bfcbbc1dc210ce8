/* What happened in a market, as plain rows, for whoever counts them by other means (SQL, say).
 * After each command that the market accepted the records that it is about are looked at through
 * the market's views, never through its statistics, and written down:
 *
 *     seekers.csv    row,at_ms,seeker,command,state,person,county,occupation,group,type
 *     postings.csv   row,at_ms,posting,state,county,occupation,type,openings
 *     steps.csv      row,at_ms,seeker,posting,step,reason
 *
 * Rows are numbered through all files, in the order of commands; a step comes before the records
 * that it changed. Ids are the numbers in them (of "k00000012" 12, of a division's code the code);
 * no person: empty, no division or occupation: -1; a type is 0..3, of a seeker the first of its
 * types. A record has a row for each command that names it by itself, and for others that changed
 * it. */
#ifndef YZ_BENCH_STATS_ROWS_H
#define YZ_BENCH_STATS_ROWS_H

#include "engine/market/market.h"

#include <stdio.h>

typedef struct stats_row stats_row;
typedef struct stats_rows {
    const yz_market *market;
    yz_arena *arena;
    stats_row *seekers, *postings; // by market row: as their last row says
    uint32_t seeker_room, posting_room;
    FILE *seeker_file, *posting_file, *step_file;
    uint64_t count; // rows written
} stats_rows;

/* Before the market's first command. False: a file of `dir` could not be opened. */
bool stats_rows_init(stats_rows *r, const yz_market *market, const char *dir);
/* After each command. O(1); of a tick and what is about persons and entries O(records). */
void stats_rows_after(stats_rows *r, const yz_command *command, const yz_outcome *outcome);
/* Records that are not as their last row says: something changed them that no row tells of. */
uint64_t stats_rows_missing(stats_rows *r);
/* False: a file could not be written. */
bool stats_rows_deinit(stats_rows *r);

/* The number in an id; -1 for "". */
int64_t stats_rows_number(yz_text id);

#endif
