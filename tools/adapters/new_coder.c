/* new-coder-job-seekers-2016: one seeker each.
 *
 *   skills      derived (noted): the set has none; those of the role wished for, by the table
 *               below, at level 1 under a year of programming, 2 under three years, else 3
 *   wage floor  wage_expected_year, if 1,000 to 1,000,000; text and other sums: none (noted)
 *   place       derived (noted): a town of us-places, each alike, seeded
 *   radius      derived: 100 km for who would move house or works from home, else 25 or 50,
 *               seeded
 *   types       full time; who would freelance takes gigs too, who is no developer yet
 *               internships
 *   education   not in the set: 0 */
#include "tools/adapter.h"

enum { ID, DEVELOPER, EMPLOYER, ROLE, WAGE, WORKPLACE, RELOCATE, MONTHS };
static const char *const COLUMNS[] = {"seeker_id",           "already_developer",  "employer_pref",
                                      "role_interest",       "wage_expected_year", "workplace_pref",
                                      "willing_to_relocate", "months_programming", NULL};

static const struct {
    const char *role, *skills;
} ROLES[] = {
    {"Full-Stack Web Developer", "javascript|html/css|sql|node.js|react"},
    {"Front-End Web Developer", "javascript|html/css|react|typescript"},
    {"Back-End Web Developer", "python|sql|node.js|java"},
    {"Data Scientist / Data Engineer", "python|sql|r|pandas|excel"},
    {"Mobile Developer", "java|swift|kotlin"},
    {"DevOps / SysAdmin", "linux|bash|docker|python"},
    {"Quality Assurance Engineer", "selenium|python|java"},
    {"User Experience Designer", "html/css|javascript"},
    {"Product Manager", "jira|excel|sql"},
};

static yz_text skills_of(yz_text role) {
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        if (cell_is(role, ROLES[i].role)) return yz_text_of(ROLES[i].skills);
    }
    return YZ_TEXT("");
}

static uint8_t level(yz_text months_text) {
    double months = 0;
    if (!cell_number(months_text, 0, 1200, &months)) return 1;
    return months < 12 ? 1 : months < 36 ? 2 : 3;
}

static const char *row(adapter_run *run, const yz_text *cells) {
    yz_skill_level skills[8];
    yz_seeker s = {
        .id = cells[ID],
        .skills = skills,
        .skill_count = adapter_skills(run, skills_of(cells[ROLE]), level(cells[MONTHS]), skills, 8),
        .types = YZ_TYPE_FULL,
        .shifts = YZ_SHIFTS_ALL,
        .floor_unit = YZ_PER_YEAR,
    };
    if (s.skill_count) adapter_note(run, "derived: skills of the role wished for");
    if (cell_is(cells[EMPLOYER], "freelance")) s.types |= YZ_TYPE_GIG;
    if (!cell_has(cells[DEVELOPER], "1")) s.types |= YZ_TYPE_INTERN;
    double usd;
    if (cell_number(cells[WAGE], 1000, 1e6, &usd)) {
        s.floor_fen = (int64_t)(usd * 100 + 0.5);
    } else if (cells[WAGE].size) {
        adapter_note(run, "no wage floor: no year's wage in USD");
    }
    if (!adapter_draw_us_place(run, &s.place)) return "no place could be drawn";
    adapter_note(run, "derived: place and radius drawn, the survey has none");
    bool far = cell_has(cells[RELOCATE], "1") || cell_is(cells[WORKPLACE], "from home");
    bool near = yz_random_below(adapter_random(run), 2);
    s.radius_m = far ? 100000 : near ? 25000 : 50000;
    return adapter_seeker(run, &s);
}

const adapter ADAPTER_NEW_CODER = {
    .name = "new-coder-job-seekers-2016",
    .about = "people learning to code, 2016, to seekers; places and skills are derived",
    .files = "seekers.csv.gz",
    .columns = COLUMNS,
    .row = row,
};
