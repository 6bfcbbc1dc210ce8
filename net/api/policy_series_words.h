/* The words of the series of measures and money, which /v1/policy/series answers. What a sentence
 * says here docs/statistics.md says in a line of its table; whoever changes one changes the other.
 */
#ifndef YZ_NET_API_POLICY_SERIES_WORDS_H
#define YZ_NET_API_POLICY_SERIES_WORDS_H

#include "engine/stats/series.h"

#define POLICY_SERIES_COUNT 26

/* As of the other series, in the order of their numbers. */
const yz_series_info *policy_series_of(uint32_t at);
/* What it can be broken down by at /v1/policy/series; NULL behind the last. */
const char *policy_series_dimension(uint32_t at, uint32_t dimension);

#endif
