/* What a running server says of itself in /metrics, read once a second: counters become rates,
 * histograms quantiles of what came between two readings.
 *
 *     cumulative buckets   le 10 us  25 us  50 us ... +Inf      now less before = of the time
 * between
 */
#ifndef YZ_TOOLS_GAUGES_H
#define YZ_TOOLS_GAUGES_H

#include "engine/base/text.h"

#define GAUGES_BOUNDS_MAX 24
#define GAUGES_QUESTIONS 6

typedef struct gauges_histogram {
    uint32_t bounds;                   // the last one is +Inf
    double upper[GAUGES_BOUNDS_MAX];   // seconds
    double at_most[GAUGES_BOUNDS_MAX]; // cumulative counts
    double count;
} gauges_histogram;

typedef struct gauges {
    double started_s; // of the server's process, since 1970; another one: it was started anew
    double market_s;  // market time, since 1970
    double sequence, commands, requests, questions[GAUGES_QUESTIONS];
    gauges_histogram asked[GAUGES_QUESTIONS], read_holds, write_holds, appends;
    double read_hold_max_s, write_hold_max_s;
    double postings[7], seekers[7]; // by yz_record_state
    double openings, connections, streams, events;
    double told_fit, told_gone, telling;
    double durable, journal_bytes, wal_bytes, sync_max_s;
    double cpu_s, resident_bytes;
    double mismatches; // of the statistics and their recount; NAN: not told
    double ready, read_only, full;
} gauges;

extern const char *const GAUGES_QUESTION_NAMES[GAUGES_QUESTIONS];

/* Reads Prometheus text; what is not there is 0. False: none of it is a server's of this kind. */
bool gauges_parse(yz_text text, gauges *f);

/* Of what came between two readings; count 0: nothing did. Both must be of one process. */
gauges_histogram gauges_between(const gauges_histogram *before, const gauges_histogram *now);
/* Adds b's; the bounds are the same, or `a` is still empty. */
void gauges_add(gauges_histogram *a, const gauges_histogram *b);
/* `share` 0..1: at most this many seconds, evenly spread within a bucket; beyond the last bound
 * that bound. NAN: of nothing. */
double gauges_quantile(const gauges_histogram *h, double share);

/* "12", "1.2k", "34.5M": at most 6 bytes. NAN: "-". */
#define GAUGES_WORD_MAX 24
void gauges_count(double count, char to[GAUGES_WORD_MAX]);
/* "250ns", "45us", "1.2ms", "3.4s". NAN: "-". */
void gauges_time(double seconds, char to[GAUGES_WORD_MAX]);
/* "25M" of 1024s. */
void gauges_size(double bytes, char to[GAUGES_WORD_MAX]);

#endif
