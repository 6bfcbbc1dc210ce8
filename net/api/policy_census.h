/* GET /v1/policy/series?series=S10,S33: the series that are counted from the facts of all subjects
 * (engine/policy/census.h). */
#ifndef YZ_NET_API_POLICY_CENSUS_H
#define YZ_NET_API_POLICY_CENSUS_H

#include "engine/policy/census.h"
#include "net/api/policy_inner.h"
#include "net/api/stats.h"

/* What route_policy_series and this one read alike. */
typedef struct policy_period {
    yz_period period;
    int32_t first, last; // days that count; the last one not behind today
    bool provisional;    // it is not over
} policy_period;
/* `period`: a day, a month, a year or the whole time; else the present month. False: answered. */
bool policy_ask_period(api_call *call, policy_period *period);
/* Bytes of the codes one level below a division; 0: whole codes. */
uint32_t policy_level_below(yz_text division);

/* The parameter `series`: a list of ids. Bits of yz_census_series; 0 where it is not given or
 * names series of lines and money alone (S12 to S17, S35). False: answered already. */
bool policy_census_asked(api_call *call, uint32_t *series);
void policy_census_answer(api_call *call, uint32_t series, sheet_format format, yz_text division);

/* Columns of a table of these series, in their order, at most POLICY_CENSUS_COLUMNS_MAX; `words` is
 * what they borrow. With `series` a title says its series: "S10 新增". Returns how many. */
#define POLICY_CENSUS_COLUMNS_MAX 128
typedef struct policy_census_words {
    char key[32], title[120];
} policy_census_words;
uint32_t policy_census_columns(uint32_t series, bool english, bool with_series,
                               sheet_column *columns, policy_census_words *words);
/* The next cells: those of a row. */
void policy_census_cells(yz_sheet *sheet, uint32_t series, const yz_census_row *row);

/* Divisions of counties in the dictionary that begin so: each has guides of 18 measures (S26). */
int64_t policy_counties(const yz_market *market, yz_text prefix);

#endif
