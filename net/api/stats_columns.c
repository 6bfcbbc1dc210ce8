/* What each shape of series shows: its numbers, and the columns made of them. */
#include "net/api/stats.h"

#include "engine/base/check.h"
#include "engine/stats/publish.h"

#define COUNT(key, zh, en, from)                                                                   \
    { key, zh, en, SHEET_INTEGER, 0, from, -1, true }
#define GIVEN(key, zh, en, from, needs)                                                            \
    { key, zh, en, SHEET_INTEGER, 0, from, needs, false }
#define LENGTH_OF(list) (uint32_t)(sizeof(list) / sizeof((list)[0]))

static const stats_column ONE[] = {COUNT("value", "", "", 0)};

static const stats_column RATIO[] = {
    {"value", "", "", SHEET_DECIMAL, 2, STATS_FROM_RATIO, 1, false},
    COUNT("numerator", "分子", "numerator", 0),
    COUNT("denominator", "分母", "denominator", 1),
};

static const stats_column PERCENT[] = {
    {"value", "", "", SHEET_PERCENT, 2, STATS_FROM_PERCENT, 1, false},
    COUNT("numerator", "分子", "numerator", 0),
    COUNT("denominator", "分母", "denominator", 1),
};

static const stats_column DURATION[] = {
    COUNT("count", "签约人次", "signings", 0),
    {"mean", "平均", "mean", SHEET_DECIMAL, 1, 1, 0, false},
    GIVEN("median", "中位数", "median", 2, 0),
    GIVEN("p90", "第90百分位", "90th percentile", 3, 0),
    COUNT("vacant", "当前未招满", "vacant now", 4),
    {"vacant_mean", "未招满平均已发布", "mean age of the vacant", SHEET_DECIMAL, 1, 5, 4, false},
};

static const stats_column FAIR[] = {
    COUNT("fairs", "场数", "fairs", 0),
    COUNT("employers", "参会企业", "employers", 1),
    COUNT("postings", "岗位", "postings", 2),
    COUNT("openings", "招聘人数", "openings", 3),
    COUNT("visitors", "进场人数", "visitors", 4),
    COUNT("entries", "进场人次", "entries", 5),
    COUNT("applied", "简历", "applied", 6),
    COUNT("interviewed", "初选", "interviewed", 7),
    COUNT("held", "初步意向", "intents", 8),
    COUNT("signed", "签约", "signed", 9),
    COUNT("signed_90", "会后90天内签约", "signed at most 90 days after", 10),
};

static const stats_column STATION[] = {
    COUNT("stations", "驿站数", "stations", 0),
    COUNT("check_ins", "签到人次", "check-ins", 1),
    COUNT("seeking", "排队求职", "seeking", 2),
    COUNT("dispatched_same_day", "当天派工", "dispatched the same day", 3),
    COUNT("gig_openings", "零工招聘人数", "openings of gigs", 4),
    COUNT("dispatches", "派工人次", "dispatches", 5),
    GIVEN("persons", "派工人数", "persons dispatched", 6, -1),
};

static const stats_column SKILLS[] = {
    COUNT("demand", "需求", "demand", 0),
    COUNT("supply", "供给", "supply", 1),
    {"ratio", "需供比", "demand / supply", SHEET_DECIMAL, 2, STATS_FROM_RATIO, 1, false},
};

static const stats_shape SHAPES[] = {
    [YZ_SHAPE_COUNT] = {ONE, LENGTH_OF(ONE), 1},
    [YZ_SHAPE_RATIO] = {RATIO, LENGTH_OF(RATIO), 2},
    [YZ_SHAPE_PERCENT] = {PERCENT, LENGTH_OF(PERCENT), 2},
    [YZ_SHAPE_DURATION] = {DURATION, LENGTH_OF(DURATION), 6},
    [YZ_SHAPE_FAIR] = {FAIR, LENGTH_OF(FAIR), 11},
    [YZ_SHAPE_STATION] = {STATION, LENGTH_OF(STATION), 7},
    [YZ_SHAPE_SKILLS] = {SKILLS, LENGTH_OF(SKILLS), 2},
};

const stats_shape *stats_shape_of(yz_series series) {
    yz_shape shape = yz_series_of(series)->shape;
    yz_check((size_t)shape < sizeof SHAPES / sizeof SHAPES[0] && SHAPES[shape].columns != NULL);
    return &SHAPES[shape];
}

// Numerators are counts of one market: times 10,000 they stay far below 2^63.
static int64_t half_up(int64_t numerator, int64_t denominator) {
    return (2 * numerator + denominator) / (2 * denominator);
}

bool stats_is_hidden(const stats_table *table, const int64_t *numbers, uint32_t series) {
    return numbers[table->at[series]] <= STATS_HIDDEN + YZ_PUBLISH_WITHIN;
}

const char *stats_hidden_why(const stats_table *table, const int64_t *numbers, uint32_t series) {
    int64_t state = numbers[table->at[series]] - STATS_HIDDEN;
    return table->question.says_why ? yz_publish_state_name((yz_publish_state)state) : NULL;
}

bool stats_number(const stats_table *table, const int64_t *numbers, uint32_t series,
                  const stats_column *column, int64_t *value) {
    const int64_t *of = numbers + table->at[series];
    if (column->needs >= 0 && of[column->needs] <= 0) return false;
    switch (column->from) {
    case STATS_FROM_RATIO: *value = half_up(of[0] * 100, of[1]); break;
    case STATS_FROM_PERCENT: *value = half_up(of[0] * 10000, of[1]); break;
    default: *value = of[column->from]; break;
    }
    return *value >= 0; // -1: none
}
