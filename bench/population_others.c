/* Employers, batches of interns, households, divisions, and the objects that the table draws
 * alone. */
#include "bench/population_inner.h"

#define DAY_2022_01_01 18993
#define DAY_2023_01_01 19358

// Streams: record i of a kind is drawn from the seed and i, apart from those of other kinds.
static yz_random stream(const population *people, uint32_t of, uint32_t i) {
    return yz_random_of(people->seed + 1000003 * (uint64_t)(of + 1), i);
}

/* ---- employers ---- */

static int64_t head_count(yz_random *random, const yz_row *row) {
    static const int64_t low[] = {300, 100, 20, 1}, high[] = {3000, 400, 120, 40};
    uint32_t size = yz_word_employer_size_micro;
    if (has(row, yz_field_employer_size)) size = (uint32_t)row->values[yz_field_employer_size];
    return between(random, low[size], high[size]);
}

/* A year later: mostly about as many; some at the limits of 5.5 % and 20 % to one person. */
static int64_t later_count(yz_random *random, int64_t start) {
    uint32_t at = below(random, 1000);
    if (at < 750) return start + between(random, -start / 25, start / 10 + 1);
    if (at < 775) return start - start * 55 / 1000 - (int64_t)below(random, 2);
    if (at < 800) return start - start / 5 - (int64_t)below(random, 2);
    return start + between(random, -start * 3 / 10, start * 3 / 10);
}

static int64_t draw_rating(yz_random *random) {
    uint32_t at = below(random, 1000);
    if (at < 100) return yz_word_incubator_rating_none;
    if (at < 400) return yz_word_incubator_rating_excellent;
    if (at < 700) return yz_word_incubator_rating_good;
    return at < 950 ? yz_word_incubator_rating_qualified : yz_word_incubator_rating_failed;
}

static void make_employer(population *people, uint32_t i) {
    yz_random state = stream(people, POPULATION_EMPLOYER, i), *random = &state;
    yz_row *row = row_at(people, YZ_OBJECT_employer, i);
    draw_row(YZ_OBJECT_employer, random, people->pools, row);
    put(row, yz_field_employer_id, (intptr_t)&people->employer_ids[i]);
    int64_t start = head_count(random, row), end = later_count(random, start);
    PUT(row, employer, insured_start, start);
    PUT(row, employer, insured_end, end < 0 ? 0 : end);
    int64_t premium =
        chance(random, 30) ? 0 : end * between(random, 30000, 90000) + below(random, 100);
    PUT(row, employer, ui_premium_yuan, premium < 0 ? 0 : premium);
    bool base = has(row, yz_field_employer_incubator_level);
    if (base) put(row, yz_field_employer_incubator_rating, draw_rating(random));
    bool with_total = i % 32 == 0 && i / 32 < population_count(people, POPULATION_STATE_OWNED);
    PUT(row, employer, state_owned, chance(random, with_total ? 900 : 25));
    if (row->values[yz_field_employer_internship_unit] != 0) {
        people->internship_units[people->internship_unit_count++] = i;
    }
}

void make_employers(population *people) {
    for (uint32_t i = 0; i < people->size.employers; i++)
        make_employer(people, i);
}

/* ---- batches ---- */

static void intern_job(population *people, yz_random *random, int64_t start, yz_row *row) {
    yz_list *list = new_list(people, YZ_OBJECT_employment_spell, 1);
    yz_row *entry = entry_of(list, 0);
    int64_t to = start - 1 - (chance(random, 300) ? 0 : below(random, 200));
    put(entry, yz_field_employment_spell_employer,
        (intptr_t)&people->employer_ids[below(random, people->size.employers)]);
    put(entry, yz_field_employment_spell_from, to - below(random, 500));
    put(entry, yz_field_employment_spell_to, to);
    put(row, yz_field_intern_employment_spells, (intptr_t)list);
}

static void make_intern(population *people, yz_random *random, uint32_t number, int64_t start,
                        yz_row *row) {
    int32_t months = 3 + (int32_t)below(random, 10);
    int64_t planned = yz_add_months((int32_t)start, months) - 1;
    int64_t served = between(random, 20, planned - start + 1);
    int64_t birth = start - 365 * 16 - below(random, 365 * 10), end = planned;
    uint32_t at = below(random, 1000);
    int outcome = at < 500   ? yz_word_intern_outcome_completed
                  : at < 800 ? yz_word_intern_outcome_early_contract
                  : at < 900 ? yz_word_intern_outcome_quit
                             : yz_word_intern_outcome_ongoing;
    if (outcome != yz_word_intern_outcome_completed) end = start + served - 1;
    if (end > POPULATION_AS_OF) outcome = yz_word_intern_outcome_ongoing;
    put(row, yz_field_intern_id, (intptr_t)&people->person_ids[number]);
    put(row, yz_field_intern_birth_date, birth);
    put(row, yz_field_intern_graduate_kind,
        chance(random, 700) ? yz_word_graduate_kind_general : yz_word_graduate_kind_none);
    put(row, yz_field_intern_in_school, chance(random, 20));
    if (chance(random, 750)) {
        put(row, yz_field_intern_graduation_date, start - below(random, 900) + 20);
    }
    if (chance(random, 200)) intern_job(people, random, start, row);
    put(row, yz_field_intern_start, start);
    put(row, yz_field_intern_planned_end, planned);
    put(row, yz_field_intern_outcome, outcome);
    if (outcome == yz_word_intern_outcome_ongoing) return;
    put(row, yz_field_intern_end, end);
    if (outcome == yz_word_intern_outcome_early_contract ||
        (outcome == yz_word_intern_outcome_completed && chance(random, 650))) {
        put(row, yz_field_intern_contract_start, end + 1 + below(random, 35));
    }
}

static void make_unit(population *people, yz_random *random, yz_row *row) {
    static const int64_t shares[] = {50, 60, 70, 100};
    int64_t finished = between(random, 1, 50);
    int64_t retained = chance(random, 500) ? finished * shares[below(random, 4)] / 100
                                           : between(random, 0, finished);
    PUT(row, unit, finished, finished);
    PUT(row, unit, retained, retained);
    PUT(row, unit, person_months, finished * between(random, 3, 6));
}

static void make_batch(population *people, uint32_t i) {
    yz_random state = stream(people, POPULATION_BATCH, i), *random = &state;
    yz_row *unit = row_at(people, YZ_OBJECT_unit, i);
    yz_row *top = pieces_take(&people->pieces, yz_row_size(YZ_OBJECT_top));
    top->known = 0;
    put(top, yz_field_top_as_of, POPULATION_AS_OF);
    people->batch_top[i] = top;
    PUT(unit, unit, m09_paid_yuan, 100000 * between(random, 1, 6));
    if (!is_known(people, random, YZ_OBJECT_top, yz_field_top_interns)) {
        make_unit(people, random, unit);
        return;
    }
    yz_list *list = new_list(people, YZ_OBJECT_intern, 1 + below(random, 12));
    for (uint32_t n = 0; n < list->count; n++) {
        int64_t start = DAY_2022_01_01 + 180 + below(random, 450);
        make_intern(people, random, below(random, people->size.persons), start, entry_of(list, n));
    }
    put(top, yz_field_top_interns, (intptr_t)list);
}

void make_batches(population *people) {
    uint32_t count = population_count(people, POPULATION_BATCH);
    for (uint32_t i = 0; i < count; i++)
        make_batch(people, i);
}

/* ---- households ---- */

static void make_household(population *people, uint32_t i) {
    yz_random state = stream(people, POPULATION_HOUSEHOLD, i), *random = &state;
    if (!is_known(people, random, YZ_OBJECT_household, yz_field_household_members)) return;
    yz_list *list = new_list(people, YZ_OBJECT_member, 1 + below(random, 5));
    for (uint32_t n = 0; n < list->count; n++) {
        yz_row *row = entry_of(list, n);
        int64_t years = below(random, 75);
        put(row, yz_field_member_age, years);
        put(row, yz_field_member_able, chance(random, 850));
        put(row, yz_field_member_willing, chance(random, 800));
        if (years < 25) put(row, yz_field_member_in_school, chance(random, years < 18 ? 950 : 400));
        put(row, yz_field_member_employed, years >= 16 && chance(random, 600));
    }
    put(row_at(people, YZ_OBJECT_household, i), yz_field_household_members, (intptr_t)list);
}

void make_households(population *people) {
    uint32_t count = population_count(people, POPULATION_HOUSEHOLD);
    for (uint32_t i = 0; i < count; i++)
        make_household(people, i);
}

/* ---- divisions ---- */

static void draw_keywork(population *people, yz_random *random, uint32_t i) {
    const yz_text *measures = people->pools[POOL_MEASURES], *names = people->pools[POOL_NAMES];
    yz_list *list = new_list(people, YZ_OBJECT_keywork_row, 18);
    uint32_t count = 0;
    for (uint32_t m = 0; m < 18; m++) {
        if (!chance(random, 970)) continue;
        yz_row *row = entry_of(list, count++);
        put(row, yz_field_keywork_row_measure, (intptr_t)&measures[m]);
        if (chance(random, 970)) put(row, yz_field_keywork_row_lead, (intptr_t)&names[m]);
        if (chance(random, 970)) put(row, yz_field_keywork_row_deputy, (intptr_t)&names[m + 20]);
    }
    list->count = count;
    put(row_at(people, YZ_OBJECT_keywork, i), yz_field_keywork_entries, (intptr_t)list);
}

static yz_texts *draw_texts(population *people, yz_random *random, text_pool pool,
                            uint32_t permille) {
    uint32_t size = pool_size(pool), count = 0;
    yz_texts *texts = pieces_take(&people->pieces, sizeof *texts + size * sizeof(yz_text));
    yz_text *list = (yz_text *)(texts + 1);
    for (uint32_t i = 0; i < size; i++) {
        if (chance(random, permille)) list[count++] = people->pools[pool][i];
    }
    *texts = (yz_texts){count, list};
    return texts;
}

static void make_division(population *people, uint32_t i) {
    yz_random state = stream(people, POPULATION_DIVISION, i), *random = &state;
    yz_row *top = pieces_take(&people->pieces, yz_row_size(YZ_OBJECT_top));
    yz_list *visits = new_list(people, YZ_OBJECT_outreach, below(random, 7));
    top->known = 0;
    for (uint32_t n = 0; n < visits->count; n++) {
        put(entry_of(visits, n), yz_field_outreach_venue, below(random, 4));
        put(entry_of(visits, n), yz_field_outreach_date, POPULATION_AS_OF - below(random, 31));
    }
    put(top, yz_field_top_as_of, POPULATION_AS_OF);
    put(top, yz_field_top_campaigns, (intptr_t)visits);
    put(top, yz_field_top_inspections, (intptr_t)draw_texts(people, random, POOL_MEASURES, 950));
    people->division_top[i] = top;
    draw_keywork(people, random, i);
    draw_row(YZ_OBJECT_report, random, people->pools, row_at(people, YZ_OBJECT_report, i));
}

void make_divisions(population *people) {
    uint32_t count = population_count(people, POPULATION_DIVISION);
    for (uint32_t i = 0; i < count; i++)
        make_division(people, i);
}

/* ---- drawn by the table, with little to add ---- */

static void finish_cert(population *people, yz_random *random, uint32_t i, yz_row *row) {
    uint32_t at = below(random, 1000);
    (void)i;
    PUT(row, cert, level, at < 300 ? 5 : at < 650 ? 4 : at < 900 ? 3 : at < 970 ? 2 : 1);
    PUT(row, cert, issue_date,
        chance(random, 50) ? DAY_2022_01_01 + below(random, 365)
                           : DAY_2023_01_01 + below(random, POPULATION_AS_OF - DAY_2023_01_01 + 1));
}

static void finish_loan(population *people, yz_random *random, uint32_t i, yz_row *row) {
    (void)i;
    if (!has(row, yz_field_loan_due)) return;
    int64_t due = row->values[yz_field_loan_due];
    uint32_t at = below(random, 1000);
    int64_t new_due = yz_add_months((int32_t)due, 12) + (at >= 400 && at < 450);
    if (at >= 450) new_due = due + 1 + below(random, 500);
    PUT(row, loan, new_due, new_due);
}

static void finish_transfer(population *people, yz_random *random, uint32_t i, yz_row *row) {
    const yz_row *person = row_at(people, YZ_OBJECT_person, person_of(POPULATION_TRANSFER, i));
    int64_t place =
        (intptr_t)&people->pools[POOL_DIVISIONS][below(random, pool_size(POOL_DIVISIONS))];
    if (has(person, yz_field_person_hukou_division) && chance(random, 400)) {
        place = person->values[yz_field_person_hukou_division];
    }
    PUT(row, transfer, work_division, place);
}

static void finish_ledger(population *people, yz_random *random, uint32_t i, yz_row *row) {
    (void)i;
    PUT(row, ledger, evidence, (intptr_t)draw_texts(people, random, POOL_MEASURES, 100));
}

typedef void finisher(population *people, yz_random *random, uint32_t i, yz_row *row);

void make_simple(population *people) {
    static const struct {
        yz_object object;
        finisher *finish;
    } simple[] = {
        {YZ_OBJECT_cert, finish_cert},
        {YZ_OBJECT_loan, finish_loan},
        {YZ_OBJECT_transfer, finish_transfer},
        {YZ_OBJECT_ledger, finish_ledger},
        {YZ_OBJECT_agency, NULL},
        {YZ_OBJECT_work, NULL},
        {YZ_OBJECT_posting, NULL},
        {YZ_OBJECT_venture, NULL},
        {YZ_OBJECT_soe, NULL},
        {YZ_OBJECT_org, NULL},
        {YZ_OBJECT_training, NULL},
        {YZ_OBJECT_guide, NULL},
        {YZ_OBJECT_entry, NULL},
        {YZ_OBJECT_offer, NULL},
        {YZ_OBJECT_counts, NULL},
        {YZ_OBJECT_campaign, NULL},
    };
    for (uint32_t s = 0; s < sizeof simple / sizeof simple[0]; s++) {
        uint32_t count = people->rows[simple[s].object].count;
        for (uint32_t i = 0; i < count; i++) {
            yz_random random = stream(people, 100 + (uint32_t)simple[s].object, i);
            yz_row *row = row_at(people, simple[s].object, i);
            draw_row(simple[s].object, &random, people->pools, row);
            if (simple[s].finish != NULL) simple[s].finish(people, &random, i, row);
        }
    }
}
