/* The words of the series of measures and money, which /v1/policy/series answers. What a sentence
 * says here docs/statistics.md says in a line of its table; whoever changes one changes the other.
 */
#ifndef YZ_NET_API_POLICY_SERIES_WORDS_H
#define YZ_NET_API_POLICY_SERIES_WORDS_H

#include "engine/stats/series.h"

#define POLICY_SERIES_COUNT 9

/* As of the other series; dimensions are those of /v1/policy/series: division, measure, fund. */
const yz_series_info *policy_series_of(uint32_t at);
/* In the order of the answer; NULL behind the last. */
const char *policy_series_dimension(uint32_t at);

#endif
