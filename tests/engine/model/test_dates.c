/* Dates against a calendar that walks day by day, and the boundary dates of policy/SPEC.md. */
#include "engine/model/dates.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>

typedef struct civil {
    int32_t year, month, day;
} civil;

static int last_day(int32_t year, int32_t month) {
    if (month == 2) return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static civil next(civil c) {
    c.day += 1;
    if (c.day > last_day(c.year, c.month)) c = (civil){c.year, c.month + 1, 1};
    if (c.month > 12) c = (civil){c.year + 1, 1, 1};
    return c;
}

static int32_t at(const char *text) {
    int32_t days = INT32_MIN;
    cr_assert(yz_date_of(yz_text_of(text), &days), "%s is a date", text);
    return days;
}

Test(dates, every_day_from_year_1_to_9999) {
    civil c = {1, 1, 1};
    for (int32_t day = YZ_DATE_MIN; day <= YZ_DATE_MAX; day++, c = next(c)) {
        civil got;
        yz_civil(day, &got.year, &got.month, &got.day);
        if (got.year != c.year || got.month != c.month || got.day != c.day ||
            yz_days(c.year, c.month, c.day) != day)
            cr_assert_fail("day %d is %d-%d-%d, not %d-%d-%d", day, c.year, c.month, c.day,
                           got.year, got.month, got.day);
    }
    cr_assert_eq(c.year, 10000);
    cr_assert_eq(at("1970-01-01"), 0);
}

Test(dates, texts_that_are_no_dates) {
    static const char *const bad[] = {"2023-02-29", "1900-02-29",  "2023-00-10", "2023-13-01",
                                      "2023-01-00", "2023-01-32",  "0000-01-01", "2023-1-01",
                                      "2023/01/01", "2023-01-01 ", "",           "+023-01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t untouched = 77;
        cr_expect_not(yz_date_of(yz_text_of(bad[i]), &untouched), "%s is no date", bad[i]);
        cr_expect_eq(untouched, 77);
    }
    int32_t month = 77;
    cr_expect_not(yz_month_of(YZ_TEXT("2023-13"), &month));
    cr_expect_not(yz_month_of(YZ_TEXT("2023-1"), &month));
    cr_expect_eq(month, 77);
    cr_expect(yz_month_of(YZ_TEXT("2023-12"), &month));
    cr_expect_eq(month, 12 * 2023 + 11);
}

Test(dates, a_month_on_is_the_same_day_or_the_last) {
    cr_expect_eq(yz_add_months(at("2022-08-31"), 6), at("2023-02-28"));
    cr_expect_eq(yz_add_months(at("2023-02-28"), 6), at("2023-08-28"));
    cr_expect_eq(yz_add_months(at("2020-02-29"), 24), at("2022-02-28"));
    cr_expect_eq(yz_add_months(at("2020-02-29"), 48), at("2024-02-29"));
    cr_expect_eq(yz_add_months(at("2023-01-31"), -2), at("2022-11-30"));
    cr_expect_eq(yz_add_months(at("0001-01-15"), -1), YZ_DATE_MIN);
    cr_expect_eq(yz_add_months(at("9999-12-15"), 1), YZ_DATE_MAX);
    cr_expect_eq(yz_add_months(0, INT64_MAX), YZ_DATE_MAX);
    cr_expect_eq(yz_add_months(0, INT64_MIN), YZ_DATE_MIN);
}

Test(dates, an_age_is_reached_on_the_birthday) {
    cr_expect_eq(yz_age(at("1998-09-02"), at("2023-09-01")), 24);
    cr_expect_eq(yz_age(at("1998-09-02"), at("2023-09-02")), 25);
    cr_expect_eq(yz_age(at("2004-02-29"), at("2022-02-27")), 17);
    cr_expect_eq(yz_age(at("2004-02-29"), at("2022-02-28")), 18);
    cr_expect_eq(yz_age(at("2004-02-29"), at("2024-02-28")), 19);
    cr_expect_eq(yz_age(at("2004-02-29"), at("2024-02-29")), 20);
}

Test(dates, full_months_count_both_days) {
    cr_expect_eq(yz_full_months(at("2023-08-01"), at("2023-10-31")), 3);
    cr_expect_eq(yz_full_months(at("2023-08-01"), at("2023-10-30")), 2);
    cr_expect_eq(yz_full_months(at("2023-10-01"), at("2024-03-31")), 6);
    cr_expect_eq(yz_full_months(at("2023-10-01"), at("2023-12-30")), 2);
    cr_expect_eq(yz_full_months(at("2023-01-31"), at("2023-02-27")), 1);
    cr_expect_eq(yz_full_months(at("2023-01-31"), at("2023-02-26")), 0);
    cr_expect_eq(yz_full_months(at("2023-10-01"), at("2023-09-01")), 0);
}

Test(dates, random_ones_against_their_definitions) {
    uint64_t seed = 20230825;
    yz_random random = yz_random_seeded(seed);
    for (int i = 0; i < 200000; i++) {
        int32_t from = (int32_t)(yz_random_below(&random, 40000)) - 20000;
        int32_t to = from + (int32_t)yz_random_below(&random, 3000) - 100;
        int32_t n = 0;
        while (yz_add_months(from, n + 1) - 1 <= to)
            n += 1;
        cr_assert_eq(yz_full_months(from, to), n, "seed %lu: %d..%d", (unsigned long)seed, from,
                     to);
        int32_t age = yz_age(from, to);
        bool reached = age < 0 || yz_add_months(from, 12 * (int64_t)age) <= to;
        cr_assert(reached && yz_add_months(from, 12 * ((int64_t)age + 1)) > to,
                  "seed %lu: born %d is %d on %d", (unsigned long)seed, from, age, to);
    }
}
