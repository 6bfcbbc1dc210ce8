/* The series: what each number means, and the shape of its value. docs/statistics.md says each
 * exactly; the words here are served by /v1/stats/definitions. */
#ifndef YZ_ENGINE_STATS_SERIES_H
#define YZ_ENGINE_STATS_SERIES_H

#include "engine/stats/cube.h"

typedef enum yz_series {
    YZ_S01,
    YZ_S02,
    YZ_S03,
    YZ_S04,
    YZ_S05,
    YZ_S06,
    YZ_S07,
    YZ_S08,
    YZ_S11,
    YZ_S18,
    YZ_S19,
    YZ_Y01,
    YZ_Y02,
    YZ_Y03,
    YZ_Y04,
    YZ_Y05,
    YZ_Y06,
    YZ_Y07,
    YZ_Y08,
    YZ_Y09,
    YZ_Y10,
    YZ_Y11,
    YZ_Y12,
    YZ_Y13,
} yz_series;
#define YZ_SERIES_COUNT 24

typedef enum yz_dimension {
    YZ_BY_DIVISION = 1 << 0,
    YZ_BY_OCCUPATION = 1 << 1,
    YZ_BY_GROUP = 1 << 2,
    YZ_BY_TYPE = 1 << 3,
    YZ_BY_VENUE = 1 << 4,
    YZ_BY_CHANNEL = 1 << 5,
    YZ_BY_SKILL = 1 << 6,
} yz_dimension;

typedef enum yz_shape {
    YZ_SHAPE_COUNT,    // value
    YZ_SHAPE_RATIO,    // value with two decimals; numerator, denominator
    YZ_SHAPE_PERCENT,  // the same in percent
    YZ_SHAPE_DURATION, // S07: count, mean, median, p90; open ones apart
    YZ_SHAPE_FAIR,     // S18
    YZ_SHAPE_STATION,  // S19
    YZ_SHAPE_TARGET,   // S11
    YZ_SHAPE_SKILLS,   // Y12
} yz_shape;

typedef struct yz_series_info {
    yz_text id;               // "S01"
    yz_text zh, en;           // names
    yz_text unit_zh, unit_en; // 人, persons
    yz_text says_zh, says_en; // the definition, whole sentences
    yz_text formula;          // "S03 / S02"
    yz_text source;           // "docs/statistics.md S04"
    uint32_t windows;         // bits 1 << yz_window
    uint32_t dimensions;      // yz_dimension set
    yz_shape shape;
    bool flow; // additive over time: may be a target's series
} yz_series_info;

const yz_series_info *yz_series_of(yz_series series);
bool yz_series_parse(yz_text id, yz_series *series); // "s01" too

/* One value. Which members count says the shape. */
typedef struct yz_stats_value {
    bool known;       // false: "—", the denominator is 0
    bool provisional; // S06 before its 90 days are over; any period that is not over yet
    int64_t value;    // count; ratio and percent in 1/100, half up
    int64_t numerator, denominator;
    struct {
        int64_t count, mean_tenths, median, p90; // days; of count 0 nothing else counts
        int64_t vacant, vacant_mean_tenths;      // now, whatever the period
    } days;
} yz_stats_value;

/* S18 of one fair, or of all of a division, channel and period. */
typedef struct yz_fair_value {
    int64_t fairs, employers, postings, openings, visitors, entries;
    int64_t applied, interviewed, held, signed_there, signed_90;
} yz_fair_value;

typedef struct yz_station_value {
    int64_t stations, check_ins, seeking, dispatched_same_day, gig_openings, dispatches, persons;
    bool persons_known; // of a month or a year; not of a prefix that is no level of divisions
} yz_station_value;

#endif
