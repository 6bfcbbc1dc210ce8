/* What the standard workload leaves open is chosen here (the constants below), so that the normal
 * set comes near its stated shape; bench/shape prints what came out, datasets/README.md keeps the
 * figures beside the stated ones. */
#include "tools/generate.h"

#include "engine/base/alloc.h"
#include "engine/base/arith.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "tools/weights.h"

#include <math.h>
#include <stdio.h>

#define SKILLS 3000
#define OCCUPATIONS 200
#define SKILLS_OF_OCCUPATION (SKILLS / OCCUPATIONS)
#define COUNTIES 90
#define COUNTIES_OF_PREFECTURE 7
#define PREFECTURES 13
#define DIVISIONS (1 + PREFECTURES + COUNTIES)
#define EMPLOYERS 5000

#define OWN_PERCENT_POSTING 55 // draws from the skills of the own occupation; the rest from all
#define OWN_PERCENT_SEEKER 70
#define GAUSS_KM 8.0
#define KM_OF_DEGREE 111.19508023353307 // 6371.0087714150598 * pi / 180

// A box like Gansu.
#define LON_LOW_E7 922000000
#define LON_HIGH_E7 1087000000
#define LAT_LOW_E7 321000000
#define LAT_HIGH_E7 428000000

// Streams of random numbers: one per kind of record, so that their records are unlike.
typedef enum stream {
    STREAM_TABLES = 1,
    STREAM_POSTING,
    STREAM_SEEKER,
    STREAM_Q1,
    STREAM_Q2,
    STREAM_Q3,
} stream;

struct generate {
    generate_options options;
    int32_t county_lat_e7[COUNTIES], county_lon_e7[COUNTIES];
    double county_lon_scale[COUNTIES]; // degrees of longitude in a kilometre
    uint64_t county_sum[COUNTIES];     // running sums of Zipf weights
    uint64_t skill_sum[SKILLS];
    uint16_t own_skill[OCCUPATIONS][SKILLS_OF_OCCUPATION];
    uint32_t weight[SKILLS];
    char skill_id[SKILLS][6], occupation_id[OCCUPATIONS][5], division_id[DIVISIONS][7];
    char employer_id[EMPLOYERS][7];
};

static yz_random random_of(const generate *set, stream kind, uint32_t index) {
    return yz_random_of(set->options.seed * 8 + (uint64_t)kind, index);
}

/* ---- draws ---- */

static void zipf_fill(uint64_t *sums, uint32_t count) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += 1000000000u / (i + 1);
        sums[i] = sum;
    }
}

// The first place whose running sum lies above a number drawn below the total.
static uint32_t zipf_draw(const uint64_t *sums, uint32_t count, yz_random *random) {
    uint64_t drawn = yz_random_below(random, sums[count - 1]);
    uint32_t low = 0, high = count - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (sums[middle] > drawn) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static bool percent(yz_random *random, uint32_t of_hundred) {
    return yz_random_below(random, 100) < of_hundred;
}

// One of `count` choices by their shares.
static uint8_t choose(yz_random *random, const uint8_t *shares, uint32_t count) {
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += shares[i];
    uint32_t drawn = (uint32_t)yz_random_below(random, total);
    uint8_t at = 0;
    while (drawn >= shares[at])
        drawn -= shares[at++];
    return at;
}

// Lognormal around `median` yuan in whole `step`s, in fen.
static int64_t wage_fen(yz_random *random, double median, double sigma, int64_t step) {
    double yuan = median * yz_exp(sigma * yz_random_gauss(random));
    int64_t steps = (int64_t)floor(yuan / (double)step + 0.5);
    return (steps < 1 ? 1 : steps) * step * 100;
}

static int32_t clamp(double e7, int32_t low, int32_t high) {
    if (e7 < (double)low) return low;
    if (e7 > (double)high) return high;
    return (int32_t)floor(e7 + 0.5);
}

static yz_place place_of(const generate *set, yz_random *random) {
    uint32_t county = zipf_draw(set->county_sum, COUNTIES, random);
    double north_km = GAUSS_KM * yz_random_gauss(random);
    double east_km = GAUSS_KM * yz_random_gauss(random);
    double lat_e7 = set->county_lat_e7[county] + north_km / KM_OF_DEGREE * 1e7;
    double lon_e7 = set->county_lon_e7[county] + east_km * set->county_lon_scale[county] * 1e7;
    const char *division = set->division_id[1 + PREFECTURES + county];
    return (yz_place){
        .lat_e7 = clamp(lat_e7, LAT_LOW_E7, LAT_HIGH_E7),
        .lon_e7 = clamp(lon_e7, LON_LOW_E7, LON_HIGH_E7),
        .division = {division, 6},
    };
}

/* `count` different skills, mostly of the own occupation; `taken` may hold `before` already. */
static void draw_skills(const generate *set, yz_random *random, uint32_t occupation,
                        uint32_t own_percent, uint16_t *taken, uint32_t before, uint32_t count) {
    for (uint32_t have = before; have < before + count;) {
        uint16_t skill;
        if (percent(random, own_percent)) {
            skill = set->own_skill[occupation][yz_random_below(random, SKILLS_OF_OCCUPATION)];
        } else {
            skill = (uint16_t)zipf_draw(set->skill_sum, SKILLS, random);
        }
        bool again = false;
        for (uint32_t i = 0; i < have && !again; i++)
            again = taken[i] == skill;
        if (!again) taken[have++] = skill;
    }
}

/* ---- postings ---- */

#define DRAWN_MAX 20

// What a posting requires comes first in its stream, so that the pass for the weights is short.
typedef struct posting_draw {
    uint32_t occupation;
    uint16_t skill[14]; // required, then preferred
    uint32_t required, preferred;
} posting_draw;

static posting_draw draw_posting(const generate *set, yz_random *random) {
    posting_draw draw = {.occupation = (uint32_t)yz_random_below(random, OCCUPATIONS)};
    bool bare = set->options.kind == GENERATE_GIG && percent(random, 40);
    draw.required = bare ? 0 : (uint32_t)yz_random_between(random, 1, 8);
    draw_skills(set, random, draw.occupation, OWN_PERCENT_POSTING, draw.skill, 0, draw.required);
    return draw;
}

static yz_text text_in(yz_arena *arena, const char *format, uint32_t a, uint32_t b) {
    char *bytes = yz_arena_take(arena, 64);
    yz_check(bytes);
    int size = snprintf(bytes, 64, format, a, b);
    yz_check(size > 0 && size < 64);
    return (yz_text){bytes, (uint32_t)size};
}

static yz_text skill_text(const generate *set, uint16_t skill) {
    return (yz_text){set->skill_id[skill], 5};
}

static void posting_lists(const generate *set, yz_random *random, posting_draw *draw,
                          yz_arena *arena, yz_posting *posting) {
    bool bare = draw->required == 0;
    draw->preferred = bare ? 0 : (uint32_t)yz_random_between(random, 0, 6);
    draw_skills(set, random, draw->occupation, OWN_PERCENT_POSTING, draw->skill, draw->required,
                draw->preferred);
    yz_skill_level *required = yz_arena_take(arena, draw->required * sizeof *required);
    yz_text *preferred = yz_arena_take(arena, draw->preferred * sizeof *preferred);
    yz_check(required && preferred);
    static const uint8_t LEVELS[] = {30, 26, 20, 14, 10};
    for (uint32_t i = 0; i < draw->required; i++) {
        uint8_t level = (uint8_t)(1 + choose(random, LEVELS, YZ_LEVEL_MAX));
        required[i] = (yz_skill_level){skill_text(set, draw->skill[i]), level};
    }
    for (uint32_t i = 0; i < draw->preferred; i++)
        preferred[i] = skill_text(set, draw->skill[draw->required + i]);
    posting->required = required;
    posting->required_count = (uint16_t)draw->required;
    posting->preferred = preferred;
    posting->preferred_count = (uint16_t)draw->preferred;
}

static void posting_of(const generate *set, yz_random random, yz_text id, yz_arena *arena,
                       yz_posting *posting) {
    posting_draw draw = draw_posting(set, &random);
    // One draw per statement: C leaves the order within an initializer open.
    uint32_t employer = (uint32_t)yz_random_below(&random, EMPLOYERS);
    uint32_t number = (uint32_t)yz_random_below(&random, 1000);
    *posting = (yz_posting){
        .id = id,
        .employer = {set->employer_id[employer], 6},
        .occupation = {set->occupation_id[draw.occupation], 4},
        .title = text_in(arena, "工种%03u 第%u岗", draw.occupation, number),
        .place = place_of(set, &random),
        .has_wage = true,
        .valid_from_ms = YZ_TIME_MS_MIN,
        .valid_to_ms = YZ_TIME_MS_MAX,
    };
    posting_lists(set, &random, &draw, arena, posting);
    bool gig = set->options.kind == GENERATE_GIG;
    posting->wage_unit = gig ? YZ_PER_DAY : YZ_PER_MONTH;
    posting->wage_min_fen =
        gig ? wage_fen(&random, 180, 0.25, 10) : wage_fen(&random, 4500, 0.5, 100);
    posting->wage_max_fen = posting->wage_min_fen * yz_random_between(&random, 10, 16) / 10;
    static const uint8_t EDUCATION[] = {20, 18, 18, 16, 14, 10, 4};
    static const uint8_t TYPE[] = {55, 20, 15, 10};
    posting->education_min = choose(&random, EDUCATION, YZ_EDUCATION_MAX + 1);
    posting->type = (uint8_t)(1u << choose(&random, TYPE, 4));
    posting->openings = (uint32_t)yz_random_between(&random, 1, 20);
    // One shift in eight: 2.6 of 21 shifts in the mean.
    do {
        posting->shifts = (uint32_t)(yz_random_next(&random) & yz_random_next(&random) &
                                     yz_random_next(&random) & YZ_SHIFTS_ALL);
    } while (posting->shifts == 0);
}

void generate_posting(const generate *set, uint32_t index, yz_arena *arena, yz_posting *posting) {
    posting_of(set, random_of(set, STREAM_POSTING, index), text_in(arena, "p%08u", index, 0), arena,
               posting);
}

void generate_q2(const generate *set, uint32_t index, yz_arena *arena, yz_posting *posting) {
    posting_of(set, random_of(set, STREAM_Q2, index), text_in(arena, "q2-%05u", index, 0), arena,
               posting);
}

void generate_q3(const generate *set, uint32_t index, yz_arena *arena, yz_posting *posting) {
    posting_of(set, random_of(set, STREAM_Q3, index), text_in(arena, "q3-%05u", index, 0), arena,
               posting);
}

/* ---- seekers ---- */

static void seeker_skills(const generate *set, yz_random *random, yz_arena *arena,
                          yz_seeker *seeker) {
    uint16_t drawn[DRAWN_MAX];
    uint32_t occupation = (uint32_t)yz_random_below(random, OCCUPATIONS);
    seeker->occupation = (yz_text){set->occupation_id[occupation], 4};
    bool bare = set->options.kind == GENERATE_GIG && percent(random, 20);
    uint32_t count = bare ? 0 : (uint32_t)yz_random_between(random, 3, DRAWN_MAX);
    draw_skills(set, random, occupation, OWN_PERCENT_SEEKER, drawn, 0, count);
    yz_skill_level *skills = yz_arena_take(arena, count * sizeof *skills);
    yz_check(skills);
    static const uint8_t LEVELS[] = {6, 12, 22, 30, 30};
    for (uint32_t i = 0; i < count; i++) {
        uint8_t level = (uint8_t)(1 + choose(random, LEVELS, YZ_LEVEL_MAX));
        if (set->options.kind == GENERATE_DENSE) level = YZ_LEVEL_MAX;
        skills[i] = (yz_skill_level){skill_text(set, drawn[i]), level};
    }
    seeker->skills = skills;
    seeker->skill_count = (uint16_t)count;
}

static uint32_t radius_of(const generate *set, yz_random *random) {
    static const uint32_t RADIUS_M[] = {2000, 5000, 10000, 25000, 50000, 100000};
    uint64_t choices = set->options.kind == GENERATE_GIG ? 3 : 6;
    uint32_t radius_m = RADIUS_M[yz_random_below(random, choices)];
    return set->options.kind == GENERATE_DENSE ? 100000 : radius_m;
}

static void seeker_of(const generate *set, yz_random random, yz_text id, yz_arena *arena,
                      yz_seeker *seeker) {
    generate_kind kind = set->options.kind;
    *seeker = (yz_seeker){.id = id, .place = place_of(set, &random)};
    seeker_skills(set, &random, arena, seeker);
    seeker->radius_m = radius_of(set, &random);
    seeker->floor_unit = kind == GENERATE_GIG ? YZ_PER_DAY : YZ_PER_MONTH;
    seeker->floor_fen =
        kind == GENERATE_GIG ? wage_fen(&random, 150, 0.2, 10) : wage_fen(&random, 3800, 0.2, 100);
    if (kind == GENERATE_DENSE) seeker->floor_fen = 100000;
    static const uint8_t EDUCATION[] = {1, 6, 18, 34, 28, 11, 2};
    seeker->education = choose(&random, EDUCATION, YZ_EDUCATION_MAX + 1);
    seeker->types = YZ_TYPE_FULL | (uint8_t)(yz_random_next(&random) & YZ_TYPES_ALL);
    do {
        seeker->shifts =
            (uint32_t)((yz_random_next(&random) | yz_random_next(&random)) & YZ_SHIFTS_ALL);
    } while (seeker->shifts == 0);
    if (kind == GENERATE_DENSE) {
        seeker->types = YZ_TYPES_ALL;
        seeker->shifts = YZ_SHIFTS_ALL;
    }
    seeker->primary_group = (uint8_t)yz_random_below(&random, 8);
    seeker->groups = 1u << seeker->primary_group;
    seeker->wants_push = percent(&random, 50);
}

void generate_seeker(const generate *set, uint32_t index, yz_arena *arena, yz_seeker *seeker) {
    seeker_of(set, random_of(set, STREAM_SEEKER, index), text_in(arena, "k%08u", index, 0), arena,
              seeker);
}

void generate_q1(const generate *set, uint32_t index, yz_arena *arena, yz_seeker *seeker) {
    seeker_of(set, random_of(set, STREAM_Q1, index), text_in(arena, "q1-%05u", index, 0), arena,
              seeker);
}

/* ---- tables ---- */

/* Skill 0 is the most common of all, 2,999 the rarest. Every block of 200 ranks gives each
 * occupation one skill, in an order of the seed, so no occupation has only common ones. */
static void fill_skills(generate *set, yz_random *random) {
    zipf_fill(set->skill_sum, SKILLS);
    for (uint32_t block = 0; block < SKILLS_OF_OCCUPATION; block++) {
        for (uint32_t i = 0; i < OCCUPATIONS; i++)
            set->own_skill[i][block] = (uint16_t)(block * OCCUPATIONS + i);
        for (uint32_t i = OCCUPATIONS - 1; i > 0; i--) {
            uint32_t other = (uint32_t)yz_random_below(random, i + 1);
            uint16_t skill = set->own_skill[i][block];
            set->own_skill[i][block] = set->own_skill[other][block];
            set->own_skill[other][block] = skill;
        }
    }
}

static void fill_counties(generate *set, yz_random *random) {
    zipf_fill(set->county_sum, COUNTIES);
    for (uint32_t i = 0; i < COUNTIES; i++) {
        set->county_lat_e7[i] = (int32_t)yz_random_between(random, LAT_LOW_E7, LAT_HIGH_E7);
        set->county_lon_e7[i] = (int32_t)yz_random_between(random, LON_LOW_E7, LON_HIGH_E7);
        double lat = set->county_lat_e7[i] * 1e-7 * YZ_PI / 180;
        set->county_lon_scale[i] = 1 / (KM_OF_DEGREE * yz_cos(lat));
    }
}

static void fill_ids(generate *set) {
    for (uint32_t i = 0; i < SKILLS; i++)
        snprintf(set->skill_id[i], sizeof set->skill_id[i], "s%04u", i % 10000u);
    for (uint32_t i = 0; i < OCCUPATIONS; i++)
        snprintf(set->occupation_id[i], sizeof set->occupation_id[i], "o%03u", i % 1000u);
    for (uint32_t i = 0; i < EMPLOYERS; i++)
        snprintf(set->employer_id[i], sizeof set->employer_id[i], "e%05u", i % 100000u);
    snprintf(set->division_id[0], sizeof set->division_id[0], "990000");
    for (uint32_t i = 0; i < PREFECTURES; i++)
        snprintf(set->division_id[1 + i], sizeof set->division_id[0], "99%02u00", (i + 1) % 100u);
    for (uint32_t i = 0; i < COUNTIES; i++) {
        snprintf(set->division_id[1 + PREFECTURES + i], sizeof set->division_id[0], "99%02u%02u",
                 (i / COUNTIES_OF_PREFECTURE + 1) % 100u, (i % COUNTIES_OF_PREFECTURE + 1) % 100u);
    }
}

static void derive_weights(generate *set) {
    uint32_t df[SKILLS] = {0};
    for (uint32_t i = 0; i < set->options.postings; i++) {
        yz_random random = random_of(set, STREAM_POSTING, i);
        posting_draw draw = draw_posting(set, &random);
        for (uint32_t k = 0; k < draw.required; k++)
            df[draw.skill[k]] += 1;
    }
    for (uint32_t i = 0; i < SKILLS; i++)
        set->weight[i] = weight_of(df[i]);
}

generate *generate_new(generate_options options) {
    yz_check(options.postings <= YZ_RECORDS_MAX && options.seekers <= YZ_RECORDS_MAX);
    generate *set = yz_alloc_zeroed(sizeof *set);
    set->options = options;
    yz_random random = random_of(set, STREAM_TABLES, 0);
    fill_ids(set);
    fill_skills(set, &random);
    fill_counties(set, &random);
    derive_weights(set);
    return set;
}

void generate_free(generate *set) {
    yz_free(set);
}

generate_options generate_options_of(const generate *set) {
    return set->options;
}

/* ---- dictionaries ---- */

uint32_t generate_entry_count(const generate *set, yz_dictionary dictionary) {
    (void)set;
    switch (dictionary) {
    case YZ_SKILLS: return SKILLS;
    case YZ_OCCUPATIONS: return OCCUPATIONS;
    case YZ_DIVISIONS: return DIVISIONS;
    case YZ_EMPLOYERS: return EMPLOYERS;
    case YZ_PERSONS: return 0;
    }
    return 0;
}

static void division_names(uint32_t index, yz_arena *arena, yz_entry *entry) {
    if (index == 0) {
        entry->name_zh = YZ_TEXT("示例省");
        entry->name_en = YZ_TEXT("Sample Province");
    } else if (index <= PREFECTURES) {
        entry->name_zh = text_in(arena, "示例%02u市", index, 0);
        entry->name_en = text_in(arena, "Sample Prefecture %02u", index, 0);
    } else {
        entry->name_zh = text_in(arena, "示例%02u县", index - PREFECTURES, 0);
        entry->name_en = text_in(arena, "Sample County %02u", index - PREFECTURES, 0);
    }
}

void generate_entry(const generate *set, yz_dictionary dictionary, uint32_t index, yz_arena *arena,
                    yz_entry *entry) {
    yz_check(index < generate_entry_count(set, dictionary));
    *entry = (yz_entry){0};
    switch (dictionary) {
    case YZ_SKILLS:
        entry->id = skill_text(set, (uint16_t)index);
        entry->weight = set->weight[index];
        entry->name_zh = text_in(arena, "技能%04u", index, 0);
        entry->name_en = text_in(arena, "Skill %04u", index, 0);
        break;
    case YZ_OCCUPATIONS:
        entry->id = (yz_text){set->occupation_id[index], 4};
        entry->name_zh = text_in(arena, "工种%03u", index, 0);
        entry->name_en = text_in(arena, "Occupation %03u", index, 0);
        break;
    case YZ_DIVISIONS:
        entry->id = (yz_text){set->division_id[index], 6};
        division_names(index, arena, entry);
        break;
    case YZ_EMPLOYERS:
        entry->id = (yz_text){set->employer_id[index], 6};
        entry->name_zh = text_in(arena, "示例企业%05u", index, 0);
        entry->name_en = text_in(arena, "Sample Employer %05u", index, 0);
        break;
    case YZ_PERSONS: break;
    }
}
