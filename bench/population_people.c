/* Persons, and of every second one how it was hired this year. */
#include "bench/population_inner.h"

#define DAY_2022_12_01 19327
#define DAY_2023_01_01 19358
#define DAY_2023_10_25 19655
#define DAYS_OF_HIRES (DAY_2023_10_25 - DAY_2023_01_01 + 1)
#define MONTH_OF(day) yz_month_of_day((int32_t)(day))
#define ALL_KINDS 31 // unemployment, injury, pension, medical, maternity

/* What is decided about a person before its facts are written. */
typedef struct life {
    uint32_t index;
    bool hired;     // in this year
    bool certified; // has a certificate among the subjects
    int64_t start;  // of that contract
    int64_t turns;  // the day things turn on: the contract, else today
    bool graduate;  // graduate_kind is not none
    int64_t graduation;
} life;

/* ---- birth and school ---- */

/* Each is likely one day of 28 late June and early July; some are at the two years exactly. */
static int64_t draw_graduation(yz_random *random, const life *about) {
    uint32_t at = below(random, 1000);
    int32_t year = 2012 + (int32_t)(at % 9);
    if (at < 900) year = at < 500 ? 2023 : at < 750 ? 2022 : 2021;
    if (below(random, 100) < 3) return yz_add_months((int32_t)about->turns, -24);
    return yz_days(year, 6, 15) + (int64_t)below(random, 30);
}

static void draw_school(population *people, yz_random *random, life *about, yz_row *row) {
    uint32_t general = about->hired ? 680 : 300, at = below(random, 1000);
    int kind = at < general         ? yz_word_graduate_kind_general
               : at < general + 50  ? yz_word_graduate_kind_adult
               : at < general + 100 ? yz_word_graduate_kind_technician
                                    : yz_word_graduate_kind_none;
    put(row, yz_field_person_graduate_kind, kind);
    about->graduate = kind != yz_word_graduate_kind_none;
    about->graduation = draw_graduation(random, about);
    if (about->graduate) PUT(row, person, graduation_date, about->graduation);
}

static void draw_birth(population *people, yz_random *random, const life *about, yz_row *row) {
    int64_t birth;
    if (about->graduate) {
        birth = about->graduation - 21 * 365 - below(random, 4 * 365);
    } else if (about->hired && chance(random, 800)) {
        birth = about->turns - 17 * 365 - below(random, 9 * 365);
    } else {
        birth = about->turns - 16 * 365 - below(random, 46 * 365);
    }
    if (chance(random, 20)) { // a birthday on the day: 16, 25, 40, 50
        static const int64_t years[] = {16, 25, 40, 50};
        birth = yz_add_months((int32_t)about->turns, -12 * years[below(random, 4)]);
        birth += below(random, 2);
    }
    PUT(row, person, birth_date, birth);
}

/* Section A.3: weights and check digit. */
static void draw_id_number(population *people, yz_random *random, yz_row *row) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (!is_known(people, random, YZ_OBJECT_person, yz_field_person_id_number)) return;
    if (!has(row, yz_field_person_birth_date)) return;
    yz_text *text = pieces_take(&people->pieces, sizeof *text + 32);
    char *bytes = (char *)(text + 1);
    int32_t year, month, day, sum = 0;
    uint32_t male = has(row, yz_field_person_sex) && row->values[yz_field_person_sex] == 0;
    yz_civil((int32_t)row->values[yz_field_person_birth_date], &year, &month, &day);
    snprintf(bytes, 32, "6205%02u%04d%02d%02d%03u", 2 + below(random, 20), (int)year, (int)month,
             (int)day, 2 * below(random, 499) + male);
    for (int i = 0; i < 17; i++)
        sum += (bytes[i] - '0') * weights[i];
    bytes[17] = "10X98765432"[sum % 11];
    *text = (yz_text){bytes, 18};
    put(row, yz_field_person_id_number, (intptr_t)text);
}

/* ---- spells ---- */

static void spell(yz_list *list, uint32_t at, int64_t from, int64_t to) {
    put(entry_of(list, at), yz_field_unemp_spell_from, from);
    if (to != INT64_MAX) put(entry_of(list, at), yz_field_unemp_spell_to, to);
}

/* Registered until the day before the contract, or still; now and then exactly half a year. */
static void draw_unemployment(population *people, yz_random *random, const life *about,
                              yz_row *row) {
    bool now = chance(random, about->hired ? 600 : 250), once = chance(random, 200);
    if (!is_known(people, random, YZ_OBJECT_person, yz_field_person_unemp_spells)) return;
    if (!now && !once) return;
    yz_list *list = new_list(people, YZ_OBJECT_unemp_spell, (uint32_t)now + (uint32_t)once);
    int64_t from = about->turns - 30 - below(random, 400);
    if (chance(random, 50)) {
        from = yz_add_months((int32_t)about->turns, -6);
        from += below(random, 2);
    }
    if (once) spell(list, 0, from - 300 - below(random, 300), from - 100 - below(random, 100));
    if (now) spell(list, once, from, about->hired ? about->turns - 1 : INT64_MAX);
    put(row, yz_field_person_unemp_spells, (intptr_t)list);
}

static void job(population *people, yz_list *list, uint32_t at, uint32_t employer, int64_t from,
                int64_t to) {
    yz_row *entry = entry_of(list, at);
    put(entry, yz_field_employment_spell_employer, (intptr_t)&people->employer_ids[employer]);
    put(entry, yz_field_employment_spell_from, from);
    if (to != INT64_MAX) put(entry, yz_field_employment_spell_to, to);
}

static void draw_jobs(population *people, yz_random *random, const life *about, yz_row *row) {
    bool before = chance(random, about->hired ? 400 : 300);
    bool now = chance(random, about->hired ? 950 : about->certified ? 900 : 450);
    if (!is_known(people, random, YZ_OBJECT_person, yz_field_person_employment_spells)) return;
    if (!before && !now) return;
    yz_list *list = new_list(people, YZ_OBJECT_employment_spell, (uint32_t)before + (uint32_t)now);
    int64_t since = about->hired ? about->start : about->turns - below(random, 2000);
    int64_t until = since - 1 - (chance(random, 150) ? 0 : 1 + below(random, 60));
    uint32_t other = below(random, people->size.employers);
    if (before) job(people, list, 0, other, until - 100 - below(random, 1000), until);
    uint32_t employer = about->hired ? employer_of_hire(people, about->index / 2) : other;
    if (now) job(people, list, before, employer, since, INT64_MAX);
    put(row, yz_field_person_employment_spells, (intptr_t)list);
}

/* ---- payments ---- */

static void payment(population *people, yz_random *random, uint32_t person, yz_row *entry) {
    static const struct {
        yz_text measure;
        int64_t fen;
    } paid[] = {{{"m05a", 4}, 100000},
                {{"m12b", 4}, 150000},
                {{"m14b", 4}, 100000},
                {{"m13c", 4}, 30000},
                {{"m15e", 4}, 4200}};
    uint32_t which = below(random, 5);
    put(entry, yz_field_paid_measure, (intptr_t)&paid[which].measure);
    put(entry, yz_field_paid_person, (intptr_t)&people->person_ids[person]);
    put(entry, yz_field_paid_employer,
        (intptr_t)&people->employer_ids[below(random, people->size.employers)]);
    put(entry, yz_field_paid_date, POPULATION_AS_OF - below(random, 500));
    put(entry, yz_field_paid_amount_yuan, paid[which].fen);
    if (which != 1) return;
    put(entry, yz_field_paid_occupation,
        (intptr_t)&people->pools[POOL_OCCUPATIONS][below(random, pool_size(POOL_OCCUPATIONS))]);
    put(entry, yz_field_paid_level, 3 + below(random, 3));
}

static const yz_row *draw_payments(population *people, yz_random *random, uint32_t person) {
    if (!is_known(people, random, YZ_OBJECT_top, yz_field_top_paid)) return people->common_top;
    yz_row *top = pieces_take(&people->pieces, yz_row_size(YZ_OBJECT_top));
    yz_list *list = new_list(people, YZ_OBJECT_paid, 1 + below(random, 2));
    for (uint32_t i = 0; i < list->count; i++) {
        payment(people, random, person, entry_of(list, i));
    }
    top->known = 0;
    put(top, yz_field_top_as_of, POPULATION_AS_OF);
    put(top, yz_field_top_paid, (intptr_t)list);
    return top;
}

/* ---- the hire ---- */

static int64_t draw_end(yz_random *random, int64_t start) {
    uint32_t at = below(random, 1000);
    int64_t months = at < 530 ? 12 : at < 700 ? 24 : at < 830 ? 36 : 6;
    return yz_add_months((int32_t)start, months) - 1 - (at >= 500 && at < 530);
}

static void draw_insurance(population *people, yz_random *random, int64_t start, yz_row *row) {
    int32_t first = MONTH_OF(start), last = MONTH_OF(POPULATION_AS_OF);
    uint32_t months = (uint32_t)(last - first + 1), late = below(random, 100) < 20;
    if (!is_known(people, random, YZ_OBJECT_hire, yz_field_hire_insurance)) return;
    bool whole = chance(random, 850), nothing = chance(random, 80);
    if (months > 3 && chance(random, 300)) months = 3;
    if (nothing) months = late = 0;
    yz_list *list = new_list(people, YZ_OBJECT_insured_month, months);
    for (uint32_t i = 0; i < months; i++) {
        yz_row *entry = entry_of(list, i);
        put(entry, yz_field_insured_month_month, first + (int64_t)late + i);
        put(entry, yz_field_insured_month_kinds, whole ? ALL_KINDS : below(random, 32));
    }
    put(row, yz_field_hire_insurance, (intptr_t)list);
}

static void make_hire(population *people, yz_random *random, const life *about) {
    yz_row *row = row_at(people, YZ_OBJECT_hire, about->index / 2);
    draw_row(YZ_OBJECT_hire, random, people->pools, row);
    PUT(row, hire, contract_start, about->start);
    bool fixed = has(row, yz_field_hire_contract_type) &&
                 row->values[yz_field_hire_contract_type] == yz_word_contract_type_fixed;
    if (fixed) PUT(row, hire, contract_end, draw_end(random, about->start));
    draw_insurance(people, random, about->start, row);
}

/* ---- persons ---- */

static void make_person(population *people, uint32_t i) {
    yz_random state = yz_random_of(people->seed, i), *random = &state;
    yz_row *row = row_at(people, YZ_OBJECT_person, i);
    life about = {.index = i, .hired = i % 2 == 0, .certified = i % 8 == 1};
    about.hired = about.hired && i / 2 < population_count(people, POPULATION_HIRE);
    about.start = chance(random, 30) ? DAY_2022_12_01 + below(random, 31)
                                     : DAY_2023_01_01 + below(random, DAYS_OF_HIRES);
    about.turns = about.hired ? about.start : POPULATION_AS_OF;
    draw_row(YZ_OBJECT_person, random, people->pools, row);
    put(row, yz_field_person_id, (intptr_t)&people->person_ids[i]);
    if (i % 16 == 3 && chance(random, 800)) {
        row->values[yz_field_person_tags] |= 1 << yz_word_person_tag_poverty_alleviated;
    }
    draw_school(people, random, &about, row);
    draw_birth(people, random, &about, row);
    draw_id_number(people, random, row);
    draw_unemployment(people, random, &about, row);
    draw_jobs(people, random, &about, row);
    people->person_top[i] = draw_payments(people, random, i);
    if (about.hired) make_hire(people, random, &about);
}

void make_persons(population *people) {
    for (uint32_t i = 0; i < people->size.persons; i++)
        make_person(people, i);
}
