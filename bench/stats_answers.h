/* S01 to S08 as the market's statistics say them, for whoever compares: each question (a series of
 * a cell, or a table of cells, of one period or of twelve) with its numbers and the time it takes.
 *
 *     questions.tsv   name  series  label  period  k1  k2    a line for each period of a question
 *     answers.tsv     name  label  k1  k2  numbers...        a line for each cell that is not 0
 *     times.tsv       name  CPU ms  wall ms                  medians
 *
 * Numbers: of a count itself; of a ratio numerator, denominator, value in 1/100; of S07 count, mean
 * in tenths, median, p90; of S07 now vacant openings and their mean age in tenths. What has no
 * value is "-". k1, k2: "none" (then 0), county, occupation, group, type. */
#ifndef YZ_BENCH_STATS_ANSWERS_H
#define YZ_BENCH_STATS_ANSWERS_H

#include "engine/market/market.h"

#define STATS_COUNTIES_MAX 100

/* Whose numbers, and of when. */
typedef struct stats_asked {
    const char *root;                         // prefix of all; ""
    const char *counties[STATS_COUNTIES_MAX]; // codes
    uint32_t county_count;
    const char *month, *cohort, *day, *year; // "2023-12", one whose 90 days are over, ...
    const char *first_month;                 // of `months`
    uint32_t months;
} stats_asked;

/* Asks everything `rounds` times. Returns how many numbers answers.tsv has; 0: a file could not be
 * written. */
uint64_t stats_answers_write(const yz_market *market, const stats_asked *asked, uint32_t rounds,
                             const char *dir);

#endif
