/* developer-survey-seekers, the cut of 2023 (the only one with skills): one seeker each.
 *
 *   skills      as listed, all at one level by years of professional work: below 2 1, below 5 2,
 *               below 10 3, below 20 4, else 5
 *   wage floor  the present pay, if 1,000 to 2,000,000 a year; else none (noted)
 *   place       derived: the survey has none; a town of us-places, each alike, seeded (noted)
 *   radius      derived: 100 km for remote workers, else 25 or 50 km, seeded */
#include "tools/adapter.h"

enum { ID, EMPLOYMENT, REMOTE, EDUCATION, YEARS, WAGE, SKILLS };
static const char *const COLUMNS[] = {"seeker_id", "employment", "remote", "education",
                                      "years_pro", "wage_year",  "skills", NULL};

static const cell_choice EDUCATIONS[] = {
    {"Primary/elementary school", 0},
    {"Secondary school", 2},
    {"Some college/university study without earning a degree", 2},
    {"Associate degree", 3},
    {"Bachelor's degree", 4},
    {"Master's degree", 5},
    {"Professional degree", 6}, // the survey's word for it includes doctorates
};

static uint8_t level(yz_text years_text) {
    double years = 0;
    if (!cell_number(years_text, 0, 80, &years)) return 1;
    return years < 2 ? 1 : years < 5 ? 2 : years < 10 ? 3 : years < 20 ? 4 : 5;
}

static const char *row(adapter_run *run, const yz_text *cells) {
    yz_skill_level skills[YZ_SEEKER_SKILLS_MAX];
    yz_seeker s = {
        .id = cells[ID],
        .skills = skills,
        .skill_count =
            adapter_skills(run, cells[SKILLS], level(cells[YEARS]), skills, YZ_SEEKER_SKILLS_MAX),
        .education = (uint8_t)cell_choose(cells[EDUCATION], EDUCATIONS,
                                          sizeof EDUCATIONS / sizeof EDUCATIONS[0], 2),
        .types = YZ_TYPE_FULL,
        .shifts = YZ_SHIFTS_ALL,
        .floor_unit = YZ_PER_YEAR,
    };
    if (cell_has(cells[EMPLOYMENT], "part-time")) s.types |= YZ_TYPE_PART;
    if (cell_has(cells[EMPLOYMENT], "freelancer")) s.types |= YZ_TYPE_GIG;
    double usd;
    if (cell_number(cells[WAGE], 1000, 2e6, &usd)) {
        s.floor_fen = (int64_t)(usd * 100 + 0.5);
    } else {
        adapter_note(run, "no wage floor: the pay stated is absurd");
    }
    if (!adapter_draw_us_place(run, &s.place)) return "no place could be drawn";
    adapter_note(run, "derived: place and radius drawn, the survey has none");
    bool near = yz_random_below(adapter_random(run), 2);
    s.radius_m = cell_is(cells[REMOTE], "Remote") ? 100000 : near ? 25000 : 50000;
    return adapter_seeker(run, &s);
}

const adapter ADAPTER_DEVELOPER_SURVEY = {
    .name = "developer-survey-seekers",
    .about = "developers of the 2023 Stack Overflow survey, USA, to seekers; places are derived",
    .files = "seekers-2023-us.csv.gz",
    .columns = COLUMNS,
    .row = row,
};
