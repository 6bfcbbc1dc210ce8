/* us-h2-seasonal-jobs: one job order = one posting; skills through O*NET by SOC code.
 *
 *   openings    headcount_requested, else headcount_certified, else 1 (noted)
 *   valid       start_date..end_date; where one is missing a year from posted_at, and without that
 *               the fiscal year of the source (both noted)
 *   wage        wage_min, by adapter_filed_wage
 *   required    at most 6 skills; a SOC code stands in 36 % of the rows
 *   education   codes 1..6 read as the labels of form ETA-9142 in its order */
#include "tools/adapters/onet.h"

#include "engine/model/time.h"

#include <stdio.h>

enum {
    ID,
    YEAR,
    POSTED,
    START,
    END,
    TITLE,
    SOC,
    SOC_TITLE,
    CROP,
    EMPLOYER,
    STATE,
    LAT,
    LON,
    REQUESTED,
    CERTIFIED,
    WAGE,
    UNIT,
    FULL_TIME,
    EDUCATION,
};
static const char *const COLUMNS[] = {"job_id",
                                      "source_year",
                                      "posted_at",
                                      "start_date",
                                      "end_date",
                                      "title",
                                      "occupation_code",
                                      "occupation_title",
                                      "crop",
                                      "employer_ref",
                                      "state",
                                      "lat",
                                      "lon",
                                      "headcount_requested",
                                      "headcount_certified",
                                      "wage_min",
                                      "wage_unit",
                                      "full_time",
                                      "education",
                                      NULL};

#define SOC_BYTES 7

static const cell_choice EDUCATIONS[] = {
    {"", 0},  {"None", 0},       {"1", 0}, {"High School/GED", 2}, {"2", 2}, {"Associate's", 3},
    {"3", 3}, {"Bachelor's", 4}, {"4", 4}, {"Master's", 5},        {"5", 5}, {"6", 6}};

static bool period(adapter_run *run, const yz_text *cells, yz_posting *p) {
    int64_t *from = &p->valid_from_ms, *to = &p->valid_to_ms;
    if (yz_time_parse(cells[START], YZ_DAY_BEGIN, from) &&
        yz_time_parse(cells[END], YZ_DAY_END, to)) {
        return true;
    }
    double year;
    char day[32];
    if (yz_time_parse(cells[POSTED], YZ_DAY_BEGIN, from)) {
        adapter_note(run, "no period: a year from the day it was posted");
        *to = *from + 365 * (int64_t)YZ_DAY_MS - 1;
        return true;
    }
    if (!cell_number(cells[YEAR], 1990, 2100, &year)) return false;
    adapter_note(run, "no period, no day of posting: the fiscal year");
    snprintf(day, sizeof day, "%d-10-01", (int)year - 1);
    if (!yz_time_parse(yz_text_of(day), YZ_DAY_BEGIN, from)) return false;
    *to = *from + 365 * (int64_t)YZ_DAY_MS - 1;
    return true;
}

static uint32_t openings(adapter_run *run, const yz_text *cells) {
    double n;
    if (cell_number(cells[REQUESTED], 1, YZ_OPENINGS_MAX, &n)) return (uint32_t)n;
    if (cell_number(cells[CERTIFIED], 1, YZ_OPENINGS_MAX, &n)) return (uint32_t)n;
    adapter_note(run, "openings not stated: 1");
    return 1;
}

// "45-2092", "45-2092.02" and "452092" are one occupation; other codes stay as they are.
static yz_text soc(adapter_run *run, yz_text code) {
    char *to = yz_arena_take(adapter_arena(run), SOC_BYTES);
    uint32_t digits = 0, size = 0;
    while (digits < code.size && code.bytes[digits] >= '0' && code.bytes[digits] <= '9')
        digits++;
    if (digits != code.size || digits != SOC_BYTES - 1) {
        bool dashed = code.size >= SOC_BYTES && code.bytes[2] == '-';
        return dashed ? (yz_text){code.bytes, SOC_BYTES} : code;
    }
    for (uint32_t i = 0; i < digits; i++) {
        if (i == 2) to[size++] = '-';
        to[size++] = code.bytes[i];
    }
    return (yz_text){to, size};
}

static const char *row(adapter_run *run, const yz_text *cells) {
    yz_skill_level skills[6];
    yz_text none = YZ_TEXT(""), code = soc(run, cells[SOC]);
    yz_posting p = {
        .id = cells[ID],
        .title = cells[TITLE].size       ? cells[TITLE]
                 : cells[SOC_TITLE].size ? cells[SOC_TITLE]
                                         : cells[CROP],
        .employer = adapter_entry(run, YZ_EMPLOYERS, cells[EMPLOYER], none, none),
        .occupation = adapter_entry(run, YZ_OCCUPATIONS, code, none, cells[SOC_TITLE]),
        .required = skills,
        .type = cell_is(cells[FULL_TIME], "N") ? YZ_TYPE_PART : YZ_TYPE_FULL,
        .openings = openings(run, cells),
        .shifts = YZ_SHIFTS_ALL,
        .education_min = (uint8_t)cell_choose(cells[EDUCATION], EDUCATIONS,
                                              sizeof EDUCATIONS / sizeof EDUCATIONS[0], 0),
    };
    if (p.title.size == 0) return "no title, no occupation, no crop";
    if (!adapter_us_place(run, cells[STATE], cells[LAT], cells[LON], &p.place)) {
        return "no coordinates";
    }
    if (!period(run, cells, &p)) return "no period, no day of posting, no year";
    if (p.valid_to_ms < p.valid_from_ms) return "ends before it starts";
    adapter_filed_wage(run, cells[WAGE], cells[UNIT], &p);
    p.required_count = onet_skills(adapter_user(run), run, code, skills, 6);
    return adapter_posting(run, &p);
}

static bool begin(adapter_run *run) {
    onet *o = onet_new(run);
    adapter_set_user(run, o);
    return o != NULL;
}

static void end(void *user) {
    onet_free(user);
}

const adapter ADAPTER_US_H2 = {
    .name = "us-h2-seasonal-jobs",
    .about = "seasonal job orders, USA 2000-2017, to postings; skills through onet-29.3",
    .files = "jobs.csv.gz",
    .columns = COLUMNS,
    .row = row,
    .begin = begin,
    .end = end,
};
