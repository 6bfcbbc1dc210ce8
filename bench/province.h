/* A made-up province for statistics: every record follows from the seed and its number, so nothing
 * is held. 90 counties in 13 prefectures (codes of six digits), 1,639 occupations, 8 groups, 4
 * types; few counties and occupations have much of everything, as everywhere. */
#ifndef YZ_BENCH_PROVINCE_H
#define YZ_BENCH_PROVINCE_H

#include "engine/stats/stats.h"

#define PROVINCE_CODE "62"
#define PROVINCE_PREFECTURES 13u
#define PROVINCE_COUNTIES 90u
#define PROVINCE_DIVISIONS (1 + PROVINCE_PREFECTURES + PROVINCE_COUNTIES)
#define PROVINCE_FIRST_COUNTY (1 + PROVINCE_PREFECTURES)
#define PROVINCE_OCCUPATIONS 1639u
#define PROVINCE_EMPLOYERS 5000u
#define PROVINCE_SKILLS 3000u
#define PROVINCE_GROUPS 8u
#define PROVINCE_STATIONS 13u // venues 0..12: one of each prefecture
#define PROVINCE_FAIRS 13u    // venues 13..25
#define PROVINCE_VENUES (PROVINCE_STATIONS + PROVINCE_FAIRS)
#define PROVINCE_BOOTHS 40u // of a fair

#define PROVINCE_SEEKER_SKILLS 6u
#define PROVINCE_POSTING_SKILLS 3u

typedef struct province {
    uint64_t seed;
    char codes[PROVINCE_DIVISIONS][8];
    uint32_t counties[PROVINCE_COUNTIES]; // cumulative weights
    uint32_t occupations[PROVINCE_OCCUPATIONS];
    char name[24]; // of the last id asked for
} province;

void province_init(province *p, uint64_t seed);

/* Ids by row; `context` is the province. Those of divisions stay, the others until the next one. */
yz_stats_names province_names(province *p);

/* A division row of a county, an occupation row. */
uint32_t province_county(const province *p, uint64_t hash);
uint32_t province_occupation(const province *p, uint64_t hash);

/* What a seeker wants, after so many changes of mind; a posting. Neither state nor openings;
 * `skills` is filled and borrowed by the fact. */
yz_seeker_fact province_seeker(const province *p, uint32_t number, uint32_t change,
                               uint16_t skills[PROVINCE_SEEKER_SKILLS]);
yz_posting_fact province_posting(const province *p, uint32_t number,
                                 uint16_t skills[PROVINCE_POSTING_SKILLS]);
uint32_t province_openings(const province *p, uint32_t number);

#endif
