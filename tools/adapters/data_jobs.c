/* data-jobs-2023: one posting each, valid for 30 days from the second it was seen.
 *
 *   required    the first 5 skills listed, the rest preferred; levels are not in the set: 1 where
 *               the title says junior, intern or entry, 3 for senior, lead or principal, else 2
 *   wage        the average stated, per year or per hour
 *   education   0 where no degree is asked, else 4 (bachelor)
 *   place       United States only; the other 37 % of the rows have no coordinates: rejected */
#include "tools/adapter.h"

#include "engine/model/time.h"

enum {
    ID,
    POSTED,
    TITLE,
    OCCUPATION,
    EMPLOYER,
    STATE,
    LAT,
    LON,
    TYPE,
    NO_DEGREE,
    UNIT,
    YEAR,
    HOUR,
    SKILLS
};
static const char *const COLUMNS[] = {
    "job_id",    "posted_at",     "title",         "occupation_title", "employer",
    "state",     "lat",           "lon",           "employment_type",  "no_degree",
    "wage_unit", "wage_year_avg", "wage_hour_avg", "skills",           NULL};

#define REQUIRED 5
#define VALID_DAYS 30

static uint8_t level(yz_text title) {
    if (cell_has(title, "junior") || cell_has(title, "intern") || cell_has(title, "entry"))
        return 1;
    if (cell_has(title, "senior") || cell_has(title, "lead") || cell_has(title, "principal")) {
        return 3;
    }
    return 2;
}

// The first kind named; contractors are full time unless the set says part time.
static uint8_t type(yz_text kind) {
    if (cell_has(kind, "full-time")) return YZ_TYPE_FULL;
    if (cell_has(kind, "part-time")) return YZ_TYPE_PART;
    if (cell_has(kind, "intern")) return YZ_TYPE_INTERN;
    if (cell_has(kind, "temp") || cell_has(kind, "diem")) return YZ_TYPE_GIG;
    return YZ_TYPE_FULL;
}

static const char *row(adapter_run *run, const yz_text *cells) {
    yz_skill_level skills[REQUIRED + YZ_PREFERRED_MAX];
    yz_text preferred[YZ_PREFERRED_MAX], none = YZ_TEXT("");
    uint16_t count = adapter_skills(run, cells[SKILLS], level(cells[TITLE]), skills,
                                    REQUIRED + YZ_PREFERRED_MAX);
    yz_posting p = {
        .id = cells[ID],
        .title = cells[TITLE],
        .employer = adapter_entry(run, YZ_EMPLOYERS, adapter_slug(run, cells[EMPLOYER]), none,
                                  cells[EMPLOYER]),
        .occupation = adapter_entry(run, YZ_OCCUPATIONS, adapter_slug(run, cells[OCCUPATION]), none,
                                    cells[OCCUPATION]),
        .required = skills,
        .required_count = count < REQUIRED ? count : REQUIRED,
        .preferred = preferred,
        .education_min = cell_is(cells[NO_DEGREE], "1") ? 0 : 4,
        .type = type(cells[TYPE]),
        .openings = 1,
        .shifts = YZ_SHIFTS_ALL,
    };
    for (uint16_t i = REQUIRED; i < count; i++)
        preferred[p.preferred_count++] = skills[i].skill;
    if (!adapter_us_place(run, cells[STATE], cells[LAT], cells[LON], &p.place)) {
        return "no coordinates";
    }
    if (!yz_time_parse(cells[POSTED], YZ_DAY_BEGIN, &p.valid_from_ms)) return "no day of posting";
    p.valid_to_ms = p.valid_from_ms + VALID_DAYS * (int64_t)YZ_DAY_MS;
    double usd;
    if (cell_is(cells[UNIT], "year") && cell_number(cells[YEAR], 1000, 5e6, &usd)) {
        adapter_wage(&p, usd, YZ_PER_YEAR);
    } else if (cell_is(cells[UNIT], "hour") && cell_number(cells[HOUR], 1, 2000, &usd)) {
        adapter_wage(&p, usd, YZ_PER_HOUR);
    } else {
        adapter_note(run, "no wage: none stated, or the amount is absurd");
    }
    return adapter_posting(run, &p);
}

const adapter ADAPTER_DATA_JOBS = {
    .name = "data-jobs-2023",
    .about = "data and software jobs with skills and pay, January to September 2023, to postings",
    .files = "jobs.csv.gz",
    .columns = COLUMNS,
    .row = row,
};
