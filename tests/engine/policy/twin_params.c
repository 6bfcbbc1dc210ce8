#include "tests/engine/policy/twin_params.h"

#include "engine/base/check.h"
#include "tests/engine/policy/twin_dates.h"
#include "tests/engine/policy/twin_values.h"

#include <stdio.h>

#define BIT(enumeration, word) (INT64_C(1) << yz_word_##enumeration##_##word)

static const char *const names[] = {
#define PARAM(field, name, kind) name,
#include "tests/engine/policy/twin_params.def"
#undef PARAM
};

static const twin_param_kind kinds[] = {
#define PARAM(field, name, kind) kind,
#include "tests/engine/policy/twin_params.def"
#undef PARAM
};

const char *twin_param_name(int number) {
    return names[number];
}

twin_param_kind twin_param_kind_of(int number) {
    return kinds[number];
}

static const char *const fact_paths[] = {
#define OBJECT(object, zh, en)
#define SHAPE(shape, zh, en)
#define FACT(object, field, type, of, absent, zh, en) #object "." #field,
#define END()
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END
};

void twin_number_name(int number, char *name, uint32_t size) {
    if (number >= TWIN_NUMBER_params) {
        snprintf(name, size, "param:%s", names[number - TWIN_NUMBER_params]);
        return;
    }
    const char *path = fact_paths[number];
    if (strncmp(path, "top.", 4) == 0) path += 4;
    snprintf(name, size, "%s", path);
}

const twin_period *twin_param_on(const twin_param *param, int64_t day) {
    for (uint32_t i = 0; i < param->count; i++) {
        if (param->periods[i].from <= day && day <= param->periods[i].to) return &param->periods[i];
    }
    return NULL;
}

static int32_t start_of(int64_t year) {
    return (int32_t)twin_day(year, 1, 1);
}

/* From 2023-01-01 on. */
static void since_2023(twin_param *param, int64_t n) {
    *param = (twin_param){1, {{.from = start_of(2023), .to = TWIN_OPEN, .n = n}}};
}

/* 2023-01-01 to 2023-12-31. */
static void in_2023(twin_param *param, int64_t n) {
    *param = (twin_param){1, {{.from = start_of(2023), .to = start_of(2024) - 1, .n = n}}};
}

static void entry(twin_param *param, int64_t key, int64_t yuan) {
    twin_period *period = &param->periods[0];
    period->keys[period->entries] = key;
    period->amounts[period->entries] = 100 * yuan;
    period->entries += 1;
}

static void common(twin_params *p) {
    since_2023(&p->common_parity, 1);
    since_2023(&p->common_graduate_kinds, BIT(graduate_kind, general));
    since_2023(&p->common_grad_years, 2);
    since_2023(&p->common_youth_min, 16);
    since_2023(&p->common_youth_max, 24);
}

/* m01 to m07. */
static void area_1(twin_params *p) {
    since_2023(&p->m01_rate_max, 5 * TWIN_PERCENT + TWIN_PERCENT / 2);
    since_2023(&p->m01_small_headcount_max, 30);
    since_2023(&p->m01_small_rate_max, 20 * TWIN_PERCENT);
    since_2023(&p->m01_size_on, 0);
    since_2023(&p->m01_rebate_large, 30 * TWIN_PERCENT);
    since_2023(&p->m01_rebate_other, 60 * TWIN_PERCENT);
    since_2023(&p->m03_excluded_sections, 1 << ('J' - 'A') | 1 << ('K' - 'A'));
    since_2023(&p->m03_min_new_hires, 1);
    since_2023(&p->m03_renewal_days, 90);
    since_2023(&p->m04_new_entity_days, 365);
}

/* m05 to m10. */
static void area_2(twin_params *p) {
    since_2023(&p->m05_contract_kinds, BIT(contract_kind, labour) | BIT(contract_kind, dispatch));
    since_2023(&p->m05_unemployed_reading, 0);
    since_2023(&p->m05a_amount, 100000);
    since_2023(&p->m05a_contract_months_min, 12);
    since_2023(&p->m05b_amount, 150000);
    since_2023(&p->m05b_insured_months_min, 1);
    since_2023(&p->m05b_insurances,
               BIT(insurance, unemployment) | BIT(insurance, injury) | BIT(insurance, pension));
    since_2023(&p->m08_include_county_seat, 0);
    since_2023(&p->m09_tier, 0);
    entry(&p->m09_tier, 0, 1000);
    entry(&p->m09_tier, 50 * TWIN_PERCENT, 1200);
    entry(&p->m09_tier, 60 * TWIN_PERCENT, 1350);
    entry(&p->m09_tier, 70 * TWIN_PERCENT, 1500);
    since_2023(&p->m09_retain_grace_days, 30);
}

/* m11 and m12. */
static void area_3(twin_params *p) {
    since_2023(&p->m11d_max_years, 1);
    since_2023(&p->m12b_amounts, 0);
    entry(&p->m12b_amounts, 5, 1000);
    entry(&p->m12b_amounts, 4, 1500);
    entry(&p->m12b_amounts, 3, 2000);
    since_2023(&p->m12b_ui_months_min, 12);
    since_2023(&p->m12b_times_per_year, 3);
}

/* m13 to m15. */
static void area_4(twin_params *p) {
    since_2023(&p->m14_older_male, 50);
    since_2023(&p->m14_older_female, 40);
    since_2023(&p->m14_long_unemp_months, 12);
    since_2023(&p->m14_working_age_min, 16);
    since_2023(&p->m14_working_age_max, 59);
    since_2023(&p->m14b_amount, 100000);
    since_2023(&p->m14b_tags, BIT(person_tag, dibao) | BIT(person_tag, poor_disabled_family) |
                                  BIT(person_tag, poverty_alleviated) |
                                  BIT(person_tag, extremely_poor) | BIT(person_tag, disabled) |
                                  BIT(person_tag, student_loan));
    since_2023(&p->m14c_amount, 100000);
    since_2023(&p->m14c_unemp_months_min, 6);
    since_2023(&p->m14c_contract_months_min, 12);
    since_2023(&p->m15_ui_months_min, 12);
    since_2023(&p->m15e_active_months, 0);
}

/* Directives, targets, checks. */
static void the_rest(twin_params *p) {
    since_2023(&p->d03_notify_days, 7);
    since_2023(&p->d09_consent_required, 0);
    in_2023(&p->t01_target, 1900000);
    in_2023(&p->t02_target, 15000);
    in_2023(&p->t03_target, 10000);
    in_2023(&p->t04_target, 5000);
    in_2023(&p->t05_target, 100 * TWIN_PERCENT);
    since_2023(&p->t06_target, 0);
    since_2023(&p->t07_target, 18);
    since_2023(&p->F02_days, 31);
    since_2023(&p->F17_days, 31);
    since_2023(&p->F04_gap_months, 2);
    since_2023(&p->F05_months, 6);
    since_2023(&p->F09_min, 3);
    since_2023(&p->F11_months_max, 12);
}

/* Measures that end with the year; all others go on. */
static void windows(twin_params *p) {
    for (int i = 0; i < TWIN_PARAMS; i++) {
        if (kinds[i] == TWIN_WINDOW) since_2023(twin_param_at(p, i), 1);
    }
    in_2023(&p->m01_valid, 1);
    in_2023(&p->m05a_valid, 1);
    in_2023(&p->m05b_valid, 1);
    in_2023(&p->m06_valid, 1);
    in_2023(&p->m08a_valid, 1);
    in_2023(&p->m09b_valid, 1);
    in_2023(&p->m11d_valid, 1);
    in_2023(&p->m12b_valid, 1);
    in_2023(&p->m14c_valid, 1);
}

void twin_params_init(twin_params *p) {
    *p = (twin_params){.common_parity = {.count = 0}};
    common(p);
    area_1(p);
    area_2(p);
    area_3(p);
    area_4(p);
    the_rest(p);
    windows(p);
}
