/* A target (目标): so much of a series, in a year, in a division: 15,000 internship posts in 2023.
 * Its progress, against a linear plan, is S11 of policy/SPEC.md section 6; what a series counts
 * says who counts it. */
#ifndef YZ_ENGINE_MODEL_TARGET_H
#define YZ_ENGINE_MODEL_TARGET_H

#include "engine/model/records.h"

typedef struct yz_target {
    yz_text id, name_zh, name_en; // names may be ""
    yz_text division;             // id; "" = everywhere
    yz_text series;               // "S01".."S36", or the word of another series
    uint16_t year;                // YZ_TARGET_YEAR_MIN..YZ_TARGET_YEAR_MAX
    int64_t value;                // 1..YZ_TARGET_VALUE_MAX
} yz_target;

#define YZ_TARGETS_MAX 4096
#define YZ_TARGET_YEAR_MIN 2000
#define YZ_TARGET_YEAR_MAX 2999
#define YZ_TARGET_VALUE_MAX 1000000000000000
#define YZ_SERIES_BYTES_MAX 32 // letters, digits, '_' and '.'

/* The rules by itself, as yz_posting_check. BAD_CHOICE: a series of other characters. */
YZ_MUST_USE yz_status yz_target_check(const yz_target *target, yz_problem *problem);

#endif
