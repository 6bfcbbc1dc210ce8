/* The searches by brute force: every row, the rule as it is written, one sort. Slow, obvious, and
 * written anew: it shares no pair code with the fast path, so that the two can be compared. */
#ifndef YZ_ENGINE_MATCH_ORACLE_H
#define YZ_ENGINE_MATCH_ORACLE_H

#include "engine/match/search.h"

/* Which rows exist and which of them are open; the indexes in `state` are not read. */
typedef struct yz_oracle_rows {
    uint32_t rows; // 0..rows-1
    bool (*open)(const void *context, uint32_t row);
    const void *context;
} yz_oracle_rows;

/* As yz_search_jobs and _seekers. O(rows * skills), and a sort of what fits. */
void yz_oracle_jobs(const yz_match_state *state, yz_oracle_rows postings,
                    const yz_packed_seeker *question, const yz_match_options *options,
                    yz_answer *answer);
void yz_oracle_seekers(const yz_match_state *state, yz_oracle_rows seekers,
                       const yz_packed_posting *question, const yz_match_options *options,
                       yz_answer *answer);
/* As yz_search_standing, but `rows` come out ascending. */
uint64_t yz_oracle_standing(const yz_match_state *state, yz_oracle_rows seekers,
                            const yz_packed_posting *question, const yz_match_options *options,
                            uint32_t *rows);

#endif
