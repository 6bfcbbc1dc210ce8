#include "bench/province.h"

#include "engine/base/ids.h"
#include "engine/base/mix.h"
#include "engine/model/records.h"

#include <stdio.h>
#include <string.h>

// Cumulative weights scale / (place + from): the first has most.
static void weigh(uint32_t *sums, uint32_t count, uint32_t from) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += 100000000u / (i + from) / 100;
        sums[i] = sum;
    }
}

static uint32_t draw(const uint32_t *sums, uint32_t count, uint64_t hash) {
    uint32_t wanted = (uint32_t)(yz_mix(hash) % sums[count - 1]), low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (sums[middle] <= wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void province_init(province *p, uint64_t seed) {
    *p = (province){.seed = seed};
    snprintf(p->codes[0], sizeof p->codes[0], PROVINCE_CODE);
    for (uint32_t i = 0; i < PROVINCE_PREFECTURES; i++)
        snprintf(p->codes[1 + i], sizeof p->codes[0], PROVINCE_CODE "%02u", i + 1);
    for (uint32_t i = 0; i < PROVINCE_COUNTIES; i++) {
        snprintf(p->codes[PROVINCE_FIRST_COUNTY + i], sizeof p->codes[0], PROVINCE_CODE "%02u%02u",
                 i % PROVINCE_PREFECTURES + 1, i / PROVINCE_PREFECTURES + 1);
    }
    weigh(p->counties, PROVINCE_COUNTIES, 12);
    weigh(p->occupations, PROVINCE_OCCUPATIONS, 25);
}

// ---- names ----

static yz_text division_name(void *context, uint32_t row) {
    return yz_text_of(((const province *)context)->codes[row]);
}

static yz_text numbered(province *p, char kind, uint32_t row) {
    int size = snprintf(p->name, sizeof p->name, "%c%08u", kind, row);
    return (yz_text){p->name, (uint32_t)size};
}

static yz_text occupation_name(void *context, uint32_t row) {
    return numbered(context, 'o', row);
}

static yz_text seeker_name(void *context, uint32_t row) {
    return numbered(context, 'k', row);
}

static yz_text person_name(void *context, uint32_t row) {
    return numbered(context, 'h', row);
}

static yz_text posting_name(void *context, uint32_t row) {
    return numbered(context, 'p', row);
}

static yz_text employer_name(void *context, uint32_t row) {
    return numbered(context, 'e', row);
}

static yz_text venue_name(void *context, uint32_t row) {
    return numbered(context, 'v', row);
}

static yz_text skill_name(void *context, uint32_t row) {
    return numbered(context, 's', row);
}

yz_stats_names province_names(province *p) {
    return (yz_stats_names){division_name, occupation_name, seeker_name,
                            person_name,   posting_name,    employer_name,
                            venue_name,    skill_name,      p};
}

// ---- records ----

enum { FOR_COUNTY = 1, FOR_OCCUPATION, FOR_GROUP, FOR_TYPE, FOR_SKILLS, FOR_OPENINGS, FOR_REST };

static uint64_t hash_of(const province *p, bool is_posting, uint32_t number, uint32_t change,
                        uint32_t what) {
    uint64_t which = (uint64_t)what << 41 | (uint64_t)change << 33 | (uint64_t)number << 1;
    return yz_mix(yz_mix(p->seed + 1) ^ (which | (is_posting ? 1 : 0)));
}

uint32_t province_county(const province *p, uint64_t hash) {
    return PROVINCE_FIRST_COUNTY + draw(p->counties, PROVINCE_COUNTIES, hash);
}

uint32_t province_occupation(const province *p, uint64_t hash) {
    return draw(p->occupations, PROVINCE_OCCUPATIONS, hash);
}

// Different ones, ascending.
static void choose_skills(uint64_t hash, uint16_t *skills, uint32_t count) {
    uint32_t part = PROVINCE_SKILLS / count;
    for (uint32_t i = 0; i < count; i++)
        skills[i] = (uint16_t)(i * part + yz_mix(hash + i) % part);
}

static uint8_t one_type(uint64_t hash) {
    uint64_t of_100 = hash % 100;
    return of_100 < 58   ? YZ_TYPE_FULL
           : of_100 < 70 ? YZ_TYPE_PART
           : of_100 < 94 ? YZ_TYPE_GIG
                         : YZ_TYPE_INTERN;
}

static uint8_t group_of(uint64_t hash) {
    if (hash % 100 < 50) return 0;
    uint64_t rest = hash / 100 % 64; // the second has most
    return (uint8_t)(rest < 24 ? 1 : rest < 40 ? 2 : 3 + rest % (PROVINCE_GROUPS - 3));
}

// Two seekers of every sixteen are one person's; the others their own.
static uint32_t person_of(uint32_t number) {
    return number % 16 == 0 || number % 16 == 5 ? number / 16 : YZ_ROW_NONE;
}

yz_seeker_fact province_seeker(const province *p, uint32_t number, uint32_t change,
                               uint16_t skills[PROVINCE_SEEKER_SKILLS]) {
    uint64_t rest = hash_of(p, false, number, change, FOR_REST);
    choose_skills(hash_of(p, false, number, change, FOR_SKILLS), skills, PROVINCE_SEEKER_SKILLS);
    return (yz_seeker_fact){
        .seeker = number,
        .person = person_of(number),
        // Who thinks anew mostly stays where he is.
        .division = province_county(p, hash_of(p, false, number, change / 4, FOR_COUNTY)),
        .occupation = province_occupation(p, hash_of(p, false, number, change, FOR_OCCUPATION)),
        .skills = skills,
        .skill_count = 1 + (uint32_t)(rest % PROVINCE_SEEKER_SKILLS),
        .group = group_of(hash_of(p, false, number, 0, FOR_GROUP)),
        .types = one_type(hash_of(p, false, number, 0, FOR_TYPE)),
    };
}

yz_posting_fact province_posting(const province *p, uint32_t number,
                                 uint16_t skills[PROVINCE_POSTING_SKILLS]) {
    uint64_t rest = hash_of(p, true, number, 0, FOR_REST);
    choose_skills(hash_of(p, true, number, 0, FOR_SKILLS), skills, PROVINCE_POSTING_SKILLS);
    yz_posting_fact fact = {
        .posting = number,
        .employer = (uint32_t)(rest % PROVINCE_EMPLOYERS),
        .division = province_county(p, hash_of(p, true, number, 0, FOR_COUNTY)),
        .occupation = province_occupation(p, hash_of(p, true, number, 0, FOR_OCCUPATION)),
        .venue = YZ_ROW_NONE,
        .required = skills,
        .required_count = 1 + (uint32_t)(rest / PROVINCE_EMPLOYERS % PROVINCE_POSTING_SKILLS),
        .type = one_type(hash_of(p, true, number, 0, FOR_TYPE)),
    };
    // A third of the gigs is given out at the station of the prefecture.
    if (fact.type == YZ_TYPE_GIG && rest / 100000 % 3 == 0) {
        fact.venue = (fact.division - PROVINCE_FIRST_COUNTY) % PROVINCE_STATIONS;
    }
    return fact;
}

uint32_t province_openings(const province *p, uint32_t number) {
    uint64_t hash = hash_of(p, true, number, 0, FOR_OPENINGS);
    return 1 + (uint32_t)(hash % 4 == 0 ? hash / 4 % 20 : hash / 4 % 3);
}
