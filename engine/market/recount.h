/* The slow twin of the statistics: watches the market through its public views, command by command,
 * writes down what happened, and works out every series by plain scans over that list, straight
 * from docs/statistics.md. Knows nothing of engine/stats but the shapes of questions and answers.
 *
 *     yz_recount_before(r, market, &command);
 *     outcome = yz_market_apply(market, &command, &effects);
 *     yz_recount_after(r, market, &command, &outcome, &effects);
 *
 * Memory grows with every command; a question scans it all. */
#ifndef YZ_ENGINE_MARKET_RECOUNT_H
#define YZ_ENGINE_MARKET_RECOUNT_H

#include "engine/market/market.h"
#include "engine/stats/stats.h"

typedef struct yz_recount yz_recount;

yz_recount *yz_recount_new(void);
void yz_recount_free(yz_recount *recount);
void yz_recount_before(yz_recount *recount, const yz_market *market, const yz_command *command);
void yz_recount_after(yz_recount *recount, const yz_market *market, const yz_command *command,
                      const yz_outcome *outcome, const yz_effects *effects);

/* As yz_stats_read and so on; names by id ("" = all; occupation "-" = not said). */
typedef struct yz_recount_ask {
    yz_series series;
    yz_text division, occupation; // prefix; id
    uint8_t group, type;
    yz_period period;
} yz_recount_ask;
bool yz_recount_read(const yz_recount *recount, const yz_recount_ask *ask, int64_t now_ms,
                     yz_stats_value *value);
/* A whole fair; a station in a period. False: never seen. */
bool yz_recount_fair(const yz_recount *recount, yz_text venue, yz_fair_value *value);
bool yz_recount_station(const yz_recount *recount, yz_text venue, yz_period period,
                        yz_station_value *value);

/* One of the numbers that a value holds, and what the recount says it is. Rows are the market's. */
typedef enum yz_recount_part {
    YZ_PART_VALUE, // of a count
    YZ_PART_NUMERATOR,
    YZ_PART_DENOMINATOR,
    YZ_PART_COUNT, // of S07, as the next
    YZ_PART_MEAN,
    YZ_PART_MEDIAN,
    YZ_PART_P90,
} yz_recount_part;
#define YZ_PART_NUMBERS 7

typedef struct yz_recount_number {
    yz_stats_ask ask;
    yz_recount_part which;
    int64_t recount;
} yz_recount_number;
int64_t yz_recount_part_of(const yz_stats_value *value, yz_recount_part which);

/* Is this number the same from now on, whatever comes? Its period is over, and for a cohort its 90
 * days. So it may be compared with a market that has gone on. */
bool yz_recount_is_settled(const yz_recount_number *number, int64_t now_ms);

/* Every number of yz_recount_compare but those of venues and skills is shown to `number`, too. */
void yz_recount_listen(yz_recount *recount,
                       void (*number)(void *context, const yz_recount_number *number),
                       void *context);

/* Compares a market's statistics with the recount: every cell that either of them has ever
 * counted, every period from the first command to the last, all series. Returns the number of
 * differences; the first ones are told to `say` (a line each). `compared` (or NULL): how many
 * numbers. Slow: a minute or so for a million commands (`yizhan recount` prints how long). */
uint64_t yz_recount_compare(yz_recount *recount, const yz_market *market,
                            void (*say)(void *context, const char *line), void *context,
                            uint64_t *compared);

#endif
