/* What happened in a market, as plain rows, for whoever counts them by other means (SQL, say). A
 * counted market lives through a story (story.h); after each command that it accepted, the records
 * that the command is about are looked at through the market's views, never through its
 * statistics, and written down:
 *
 *     seekers.csv    seq,at_ms,seeker,command,state,person,county,occupation,group,type
 *     postings.csv   seq,at_ms,posting,state,county,occupation,type,openings
 *     steps.csv      seq,at_ms,seeker,posting,step,reason
 *
 * Records, persons, occupations are numbers, as in their ids; no person: empty; a county is its
 * code; a type 0..3, of a seeker the first of its types. A record has a row for each command that
 * names it by itself, and for a step that changed it. */
#ifndef YZ_BENCH_STATS_ROWS_H
#define YZ_BENCH_STATS_ROWS_H

#include "bench/story.h"
#include "engine/market/market.h"

typedef struct stats_rows {
    story story;
    yz_market *market;
    uint64_t accepted, refused; // commands of the story
    uint64_t rows;              // written
    uint64_t unseen;            // records that in the end are not as their last row says: must be 0
    uint64_t apply_ns;          // CPU time of the market, with its statistics
} stats_rows;

/* Lives through it all and writes the files into `dir`. False: a file could not be written. */
bool stats_rows_init(stats_rows *r, story_options options, const char *dir);
void stats_rows_deinit(stats_rows *r);

/* The number in an id ("k00000012"), a division's code as it is; -1 for "". */
int64_t stats_rows_number(yz_text id);

#endif
