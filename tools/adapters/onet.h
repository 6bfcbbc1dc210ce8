/* O*NET 29.3 (CC BY 4.0, see datasets/README.md): what an occupation asks, by SOC code. */
#ifndef YZ_TOOLS_ADAPTERS_ONET_H
#define YZ_TOOLS_ADAPTERS_ONET_H

#include "tools/adapter.h"

/* Reads onet-29.3/skills.tsv.gz beside the set. NULL: the run has failed. The caller owns it. */
typedef struct onet onet;
onet *onet_new(adapter_run *run);
void onet_free(onet *o);

/* The most important skills of the occupation whose SOC code begins `soc` ("45-2092.02" is read as
 * "45-2092"): at most `max`, importance 3 or more of 5, most important first, O*NET's level 0..7 as
 * 1..5. Where O*NET parts a SOC code further, its first part speaks. 0: not known. */
uint16_t onet_skills(const onet *o, adapter_run *run, yz_text soc, yz_skill_level *skills,
                     uint16_t max);

#endif
