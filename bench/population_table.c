/* The table of distributions: every fact of policy/SPEC.md section 2, its share of known values,
 * and how it is drawn. */
#include "bench/population_table.h"

#define DAY_2003_01_01 12053
#define DAY_2022_01_01 18993
#define DAY_2023_01_01 19358
#define DAY_2023_06_30 19538
#define DAY_2023_10_31 19661

#define OF(object, field) YZ_OBJECT_##object, yz_field_##object##_##field, #object "." #field
#define YES(permille) .kind = DRAW_YES, .weights = {permille}
#define WORD(...) .kind = DRAW_WORD, .weights = {__VA_ARGS__}
#define SOME(...) .kind = DRAW_SOME, .weights = {__VA_ARGS__}
#define RANGE(from, to) .kind = DRAW_RANGE, .low = (from), .high = (to)
#define TEXT(texts) .kind = DRAW_TEXT, .pool = (texts)
#define CODE(text) .kind = DRAW_BY_CODE, .how = text

// In the order of the objects. `given` is of 1000.
static const draw table[] = {
    {OF(top, as_of), 1000, CODE("2023-10-31")},
    {OF(top, paid), 60,
     CODE("6 % of persons: one or two of m05a, m12b, m14b, m13c, m15e, this year or last")},
    {OF(top, interns), 900, CODE("batches: 1 to 12; the other batches by unit.*")},
    {OF(top, campaigns), 1000, CODE("divisions: 0 to 6 visits")},
    {OF(top, inspections), 1000, CODE("divisions: each measure in 95 %")},

    {OF(employer, id), 1000, CODE("one each")},
    {OF(employer, kind), 995, WORD(700, 150, 10, 5, 40, 10, 5, 40, 5, 15, 15, 5)},
    {OF(employer, insured_as_unit), 990, YES(700)},
    {OF(employer, size), 985, WORD(20, 80, 350, 550)},
    {OF(employer, insured_start), 990, CODE("by size: 300-3000, 100-400, 20-120, 1-40")},
    {OF(employer, insured_end), 990,
     CODE("75 %: -4 % to +10 %; 5 %: at 5.5 % and 20 % to one person; else -30 % to +30 %")},
    {OF(employer, ui_premium_yuan), 985, CODE("3 %: 0; else 300 to 900 yuan a person, with fen")},
    {OF(employer, industry), 990, TEXT(POOL_INDUSTRIES)},
    {OF(employer, key_tags), 1000, SOME(60, 20, 40)},
    {OF(employer, specialist), 80, TEXT(POOL_NAMES)},
    {OF(employer, needs_list_on), 80, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(employer, state_owned), 990, CODE("2.5 %; of those with a wage total (soe) 90 %")},
    {OF(employer, labour_violation), 980, YES(30)},
    {OF(employer, new_hires_12m), 970, RANGE(0, 30)},
    {OF(employer, registered_on), 995, RANGE(DAY_2003_01_01, DAY_2023_10_31)},
    {OF(employer, deregistered_on), 10, RANGE(DAY_2022_01_01, DAY_2023_10_31)},
    {OF(employer, workshop), 1000, YES(60)},
    {OF(employer, incubator_level), 30, WORD(0, 400, 300, 250, 50)},
    {OF(employer, incubator_rating), 30,
     CODE("bases only: excellent 30 %, good 30 %, qualified 25 %, failed 5 %, none 10 %")},
    {OF(employer, internship_unit), 1000, YES(120)},

    {OF(person, id), 1000, CODE("one each")},
    {OF(person, id_number), 300, CODE("18 digits with a right check digit")},
    {OF(person, birth_date), 985,
     CODE("graduates 21 to 24 years before graduation; hired non-graduates 80 % 17 to 25 years, "
          "others 16 to 62")},
    {OF(person, sex), 990, WORD(520, 480)},
    {OF(person, graduate_kind), 1000,
     CODE("general 68 % of the hired, 30 % of others; adult 5 %, technician 5 %")},
    {OF(person, graduation_date), 970,
     CODE("all but `none`: 2023 50 %, 2022 25 %, 2021 15 %, before 10 %; 06-15 to 07-14")},
    {OF(person, major_group), 1000, WORD(120, 880)},
    {OF(person, in_school), 1000, YES(30)},
    // those with a transfer: 80 % poverty_alleviated
    {OF(person, tags), 1000, SOME(15, 60, 100, 30, 10, 10, 150, 30, 200, 80, 60)},
    {OF(person, unemp_spells), 950,
     CODE("hired: 60 % until the day before, 1 to 14 months; others: 25 % still open; a former one "
          "in 20 %")},
    {OF(person, employment_spells), 950,
     CODE("hired: the job, and a former one in 40 %; with a certificate 90 % at work, others 45 %; "
          "30 % once were")},
    {OF(person, ui_months), 970, RANGE(0, 120)},
    {OF(person, on_ui_benefit), 1000, YES(60)},
    {OF(person, left_involuntarily), 900, YES(500)},
    {OF(person, contract_lapsed), 900, YES(300)},
    {OF(person, able), 980, YES(950)},
    {OF(person, willing), 970, YES(850)},
    {OF(person, plan_id), 300, TEXT(POOL_NAMES)},
    {OF(person, market_failed), 1000, YES(40)},
    {OF(person, hukou_division), 985, TEXT(POOL_DIVISIONS)},
    {OF(person, destination_registered), 1000, YES(700)},
    {OF(person, hukou_settled), 1000, YES(700)},
    {OF(person, file_settled), 1000, YES(650)},
    {OF(person, report_pending), 1000, YES(50)},
    {OF(person, grassroots_willing), 1000, YES(150)},
    {OF(person, gig_willing), 1000, YES(120)},

    {OF(hire, contract_kind), 990, WORD(860, 70, 30, 20, 15, 5)},
    {OF(hire, contract_type), 990, WORD(800, 150, 50)},
    {OF(hire, contract_start), 995, CODE("3 % in 2022-12, else 2023-01-01 to 2023-10-25")},
    {OF(hire, contract_end), 985,
     CODE("fixed: 12 months to the day 50 %, one day less 3 %, 24 or 36 months 30 %, 6 months")},
    {OF(hire, insurance), 980,
     CODE("months from the first on, 85 % with all five kinds, the rest with some; none 8 %")},

    {OF(loan, kind), 990, WORD(700, 150, 150)},
    {OF(loan, due), 990, RANGE(DAY_2023_06_30, DAY_2023_10_31 + 200)},
    {OF(loan, new_due), 900,
     CODE("the same day next year 40 %, a day more 5 %, else 1 to 500 days")},
    {OF(loan, extension_applied_on), 900, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(loan, hardship_cause), 980, WORD(400, 400, 200)},
    {OF(loan, trouble_temporary), 980, YES(800)},
    {OF(loan, counter_guarantee_exempt), 1000, YES(300)},
    {OF(loan, eligible), 980, YES(800)},

    {OF(cert, id), 1000, TEXT(POOL_NAMES)},
    {OF(cert, number), 1000, TEXT(POOL_NAMES)},
    {OF(cert, kind), 990, WORD(150, 750, 100)},
    {OF(cert, occupation), 995, TEXT(POOL_OCCUPATIONS)},
    {OF(cert, level), 995, CODE("5 30 %, 4 35 %, 3 25 %, 2 7 %, 1 3 %")},
    {OF(cert, issue_date), 995, CODE("5 % in 2022, else 2023-01-01 to 2023-10-31")},

    {OF(training, kind), 990, WORD(300, 150, 150, 200, 100, 100)},
    {OF(training, provider_kind), 990, WORD(400, 350, 150, 100)},
    {OF(training, in_catalogue), 970, YES(700)},

    {OF(venture, registered_on), 985, RANGE(DAY_2022_01_01, DAY_2023_10_31 + 10)},
    {OF(venture, small_low_risk), 950, YES(800)},
    {OF(agency, kind), 990, WORD(500, 200, 200, 100)},

    {OF(transfer, organised), 980, YES(600)},
    {OF(transfer, stable), 950, YES(700)},
    {OF(transfer, months), 970, RANGE(0, 24)},
    {OF(transfer, work_division), 990, CODE("the person's own county 40 %, else any division")},
    {OF(transfer, employed), 980, YES(800)},

    {OF(work, level), 985, WORD(50, 100, 200, 400, 250)},
    {OF(work, hardship_area), 970, YES(600)},

    {OF(posting, kind), 990, WORD(600, 250, 50, 30, 40, 30)},
    {OF(posting, posted_on), 990, RANGE(DAY_2023_01_01 - 20, DAY_2023_10_31)},
    {OF(posting, open_to_graduates), 980, YES(850)},
    {OF(posting, experience_years_min), 300, RANGE(0, 3)},

    {OF(unit, finished), 980, CODE("batches without interns: 1 to 50")},
    {OF(unit, retained), 980, CODE("0 to finished; half of them at 50, 60 or 70 %")},
    {OF(unit, person_months), 980, CODE("finished times 3 to 6")},
    {OF(unit, m09_paid_yuan), 300, CODE("batches: 1 to 6 months at 1000 yuan")},

    {OF(household, members), 990, CODE("1 to 5")},

    {OF(soe, wage_total_short), 970, YES(600)},
    {OF(soe, approved), 960, YES(600)},
    {OF(soe, grad_hires), 970, RANGE(0, 60)},
    {OF(soe, wage_total_yuan), 950, RANGE(100000000, 100000000000)},
    {OF(soe, increment_yuan), 950, RANGE(0, 1000000000)},

    {OF(org, grad_hires_this_year), 980, RANGE(0, 40)},
    {OF(org, grad_hires_last_year), 980, RANGE(0, 40)},

    {OF(campaign, open_from), 1000, RANGE(DAY_2023_10_31 - 60, DAY_2023_10_31 + 5)},
    {OF(campaign, open_to), 1000, RANGE(DAY_2023_10_31 - 5, DAY_2023_10_31 + 60)},
    {OF(campaign, audience), 1000, WORD(400, 250, 150, 200)},

    {OF(guide, fields), 1000, SOME(970, 970, 960, 980, 990, 950)},
    {OF(guide, asks_registration_card), 1000, YES(20)},
    {OF(guide, online_full), 1000, YES(800)},
    {OF(guide, steps_before), 980, RANGE(3, 9)},
    {OF(guide, steps_after), 980, RANGE(1, 6)},
    {OF(guide, materials_before), 980, RANGE(3, 12)},
    {OF(guide, materials_after), 980, RANGE(0, 6)},
    {OF(guide, days_before), 980, RANGE(5, 30)},
    {OF(guide, days_after), 980, RANGE(1, 15)},

    {OF(report, parts), 1000, SOME(980, 950, 960, 940)},
    {OF(report, month), 980, RANGE(12 * 2023, 12 * 2023 + 9)},
    {OF(report, submitted_on), 800, RANGE(DAY_2023_01_01 + 25, DAY_2023_10_31)},

    {OF(keywork, entries), 1000, CODE("divisions: each measure in 97 %, each leader in 97 %")},

    {OF(ledger, seq), 1000, RANGE(1, 1000000)},
    {OF(ledger, measure), 995, TEXT(POOL_MEASURES)},
    {OF(ledger, subject_id), 995, TEXT(POOL_NAMES)},
    {OF(ledger, subject_name), 990, TEXT(POOL_NAMES)},
    {OF(ledger, division), 990, TEXT(POOL_DIVISIONS)},
    {OF(ledger, unit), 990, TEXT(POOL_NAMES)},
    {OF(ledger, source), 990, TEXT(POOL_NAMES)},
    {OF(ledger, found_on), 990, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(ledger, notified_on), 700, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(ledger, applied_on), 300, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(ledger, decided_on), 990, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(ledger, decision), 990, WORD(600, 200, 100, 100)},
    {OF(ledger, amount_yuan), 900, RANGE(0, 1000000)},
    {OF(ledger, fund), 900, TEXT(POOL_NAMES)},
    {OF(ledger, paid_on), 600, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(ledger, voucher), 900, TEXT(POOL_NAMES)},
    {OF(ledger, evidence), 980, CODE("1 to 3 papers")},
    {OF(ledger, fund_use), 300, WORD(300, 300, 100, 200, 100)},
    {OF(ledger, operator), 990, TEXT(POOL_NAMES)},
    {OF(ledger, reviewer), 980, TEXT(POOL_NAMES)},
    {OF(ledger, clawback_on), 30, RANGE(DAY_2023_01_01, DAY_2023_10_31)},
    {OF(ledger, clawback_yuan), 30, RANGE(0, 1000000)},
    {OF(ledger, remark), 100, TEXT(POOL_NAMES)},
    {OF(ledger, prev_hash), 1000, TEXT(POOL_NAMES)},
    {OF(ledger, hash), 1000, TEXT(POOL_NAMES)},

    {OF(entry, found_on), 990, RANGE(DAY_2023_10_31 - 40, DAY_2023_10_31)},
    {OF(entry, notified_on), 800, RANGE(DAY_2023_10_31 - 40, DAY_2023_10_31)},

    {OF(offer, decision), 995, WORD(800, 50, 50, 50, 25, 25)},
    {OF(offer, account_verified), 1000, YES(850)},
    {OF(offer, consented), 1000, YES(600)},

    {OF(counts, t01), 1000, RANGE(1500000, 2100000)},
    {OF(counts, t02), 1000, RANGE(10000, 20000)},
    {OF(counts, t03), 1000, RANGE(8000, 12000)},
    {OF(counts, t04), 1000, RANGE(3000, 7000)},
    {OF(counts, t05), 1000, RANGE(900, 1000)},
    {OF(counts, t05_total), 1000, RANGE(1000, 1000)},
    {OF(counts, t06), 1000, RANGE(0, 40)},
    {OF(counts, t07), 1000, RANGE(15, 18)},
};
#define DRAWS (sizeof table / sizeof table[0])

static const uint32_t pool_sizes[POOLS] = {104, 97, 120, 100, 18};

uint32_t pool_size(text_pool pool) {
    return pool_sizes[pool];
}

const draw *draws_of(yz_object object, uint32_t *count) {
    static struct { uint32_t first, count; } places[YZ_OBJECTS];
    if (places[YZ_OBJECT_top].count == 0) {
        for (uint32_t i = 0; i < DRAWS; i++) {
            if (places[table[i].object].count++ == 0) places[table[i].object].first = i;
        }
    }
    *count = places[object].count;
    return &table[places[object].first];
}

static int64_t weighted(const uint16_t *weights, uint32_t at) {
    int64_t word = 0;
    while (word < 11 && at >= weights[word])
        at -= weights[word++];
    return word;
}

static int64_t some(const uint16_t *weights, yz_random *random) {
    int64_t set = 0;
    for (int word = 0; word < 12 && weights[word] > 0; word++) {
        if (chance(random, weights[word])) set |= INT64_C(1) << word;
    }
    return set;
}

/* One number serves for both questions: is there a value (its low bits), and which (its high). */
void draw_row(yz_object object, yz_random *random, const yz_text *const *pools, yz_row *row) {
    uint32_t count;
    const draw *draws = draws_of(object, &count);
    row->known = 0;
    for (uint32_t i = 0; i < count; i++) {
        const draw *d = &draws[i];
        if (d->kind == DRAW_BY_CODE) continue;
        uint64_t bits = yz_random_next(random);
        if (((bits & 0xffff) * 1000 >> 16) >= d->given) continue;
        uint64_t high = bits >> 32;
        int64_t value = 0;
        switch (d->kind) {
        case DRAW_BY_CODE: break;
        case DRAW_YES: value = (high * 1000 >> 32) < d->weights[0]; break;
        case DRAW_WORD: value = weighted(d->weights, (uint32_t)(high * 1000 >> 32)); break;
        case DRAW_SOME: value = some(d->weights, random); break;
        case DRAW_RANGE: value = d->low + yz_random_between(random, 0, d->high - d->low); break;
        case DRAW_TEXT: value = (intptr_t)&pools[d->pool][high * pool_sizes[d->pool] >> 32]; break;
        }
        row->known |= UINT64_C(1) << d->field;
        row->values[d->field] = value;
    }
}

/* ---- the table in words ---- */

static void print_value(yz_fact_type type, int64_t value, FILE *out) {
    int32_t year, month, day;
    if (type == YZ_FACT_DATE) {
        yz_civil((int32_t)value, &year, &month, &day);
        fprintf(out, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
    } else if (type == YZ_FACT_MONTH) {
        fprintf(out, "%04d-%02d", (int)(value / 12), (int)(value % 12 + 1));
    } else if (type == YZ_FACT_YUAN) {
        fprintf(out, "%lld.%02d", (long long)(value / 100), (int)(value % 100));
    } else {
        fprintf(out, "%lld", (long long)value);
    }
}

static void print_words(const draw *d, yz_enumeration of, FILE *out) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(of, &words);
    const char *comma = "";
    for (uint32_t w = 0; w < count && w < 12; w++) {
        if (d->weights[w] == 0) continue;
        fprintf(out, "%s%s %.1f %%", comma, words[w], d->weights[w] / 10.0);
        comma = ", ";
    }
}

static void print_draw(const draw *d, FILE *out) {
    static const char *const pools[] = {"division codes", "industry codes", "occupation codes",
                                        "names", "measures"};
    const yz_fact_form *forms;
    yz_object_fields(d->object, &forms);
    const yz_fact_form *form = &forms[d->field];
    fprintf(out, "%-32s %5.1f %%  ", form->path, d->given / 10.0);
    switch (d->kind) {
    case DRAW_BY_CODE: fputs(d->how, out); break;
    case DRAW_YES: fprintf(out, "true %.1f %%", d->weights[0] / 10.0); break;
    case DRAW_WORD: print_words(d, (yz_enumeration)form->of, out); break;
    case DRAW_SOME:
        fputs("each by itself: ", out);
        print_words(d, (yz_enumeration)form->of, out);
        break;
    case DRAW_RANGE:
        print_value(form->type, d->low, out);
        fputs(" to ", out);
        print_value(form->type, d->high, out);
        break;
    case DRAW_TEXT: fprintf(out, "one of %u %s", pool_sizes[d->pool], pools[d->pool]); break;
    }
    fputc('\n', out);
}

void draws_print(FILE *out) {
    fprintf(out, "%-32s %7s  %s\n", "fact", "given", "values");
    for (uint32_t i = 0; i < DRAWS; i++)
        print_draw(&table[i], out);
}
