/* Periods against glibc's calendar, and every form against its parse. */
#define _DEFAULT_SOURCE
#include "engine/base/random.h"
#include "engine/model/limits.h"
#include "engine/model/time.h"
#include "engine/stats/period.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

static int64_t at(const char *text) {
    int64_t ms = -1;
    cr_assert(yz_time_parse(yz_text_of(text), YZ_DAY_BEGIN, &ms), "%s", text);
    return ms;
}

static void is_called(yz_window window, const char *instant, const char *name) {
    char text[YZ_PERIOD_TEXT_MAX];
    yz_period_format(yz_period_at(window, at(instant)), text);
    cr_assert_str_eq(text, name, "%s is %s, not %s", instant, text, name);
}

Test(period, a_day_begins_at_midnight_in_beijing) {
    is_called(YZ_WINDOW_DAY, "2023-07-31T23:59:59.999+08:00", "2023-07-31");
    is_called(YZ_WINDOW_DAY, "2023-07-31T16:00:00Z", "2023-08-01");
    is_called(YZ_WINDOW_MONTH, "2023-07-31T15:59:59.999Z", "2023-07");
    is_called(YZ_WINDOW_MONTH, "2023-07-31T16:00:00Z", "2023-08");
    is_called(YZ_WINDOW_YEAR, "2023-12-31T23:59:59.999+08:00", "2023");
    is_called(YZ_WINDOW_YEAR, "2023-12-31T16:00:00Z", "2024");
    is_called(YZ_WINDOW_HOUR, "2023-08-01T06:59:59.999+08:00", "2023-08-01T06+08:00");
    is_called(YZ_WINDOW_MINUTE, "2023-08-01T06:30:59.999+08:00", "2023-08-01T06:30+08:00");
    is_called(YZ_WINDOW_NOW, "2023-08-01", "now");
    is_called(YZ_WINDOW_TOTAL, "2023-08-01", "total");
    cr_assert_eq(yz_period_begin_ms((yz_period){YZ_WINDOW_MONTH, 53 * 12 + 1}), at("2023-02-01"));
    cr_assert_eq(yz_period_end_ms((yz_period){YZ_WINDOW_MONTH, 53 * 12 + 1}), at("2023-03-01"));
    cr_assert_eq(yz_period_end_ms((yz_period){YZ_WINDOW_MONTH, 54 * 12 + 1}), at("2024-03-01"));
    cr_assert_eq(yz_period_begin_ms((yz_period){YZ_WINDOW_YEAR, 53}), at("2023-01-01"));
    cr_assert_eq(yz_period_at(YZ_WINDOW_YEAR, YZ_TIME_MS_MIN).index, 0);
}

// Where the calendar of glibc says the period of an instant begins.
static int64_t begin_of(yz_window window, int64_t at_ms) {
    time_t local = (time_t)((at_ms + YZ_BEIJING_MS) / 1000);
    struct tm civil;
    gmtime_r(&local, &civil);
    civil.tm_sec = 0;
    if (window >= YZ_WINDOW_HOUR) civil.tm_min = 0;
    if (window >= YZ_WINDOW_DAY) civil.tm_hour = 0;
    if (window >= YZ_WINDOW_MONTH) civil.tm_mday = 1;
    if (window >= YZ_WINDOW_YEAR) civil.tm_mon = 0;
    return (int64_t)timegm(&civil) * 1000 - YZ_BEIJING_MS;
}

Test(period, agrees_with_glibc_and_parses_back) {
    for (uint64_t seed = 1; seed <= 5; seed++) {
        printf("period seed %llu\n", (unsigned long long)seed);
        yz_random random = yz_random_seeded(seed);
        for (int i = 0; i < 20000; i++) {
            int64_t ms = yz_random_between(&random, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX - YZ_DAY_MS);
            for (yz_window w = YZ_WINDOW_MINUTE; w <= YZ_WINDOW_YEAR; w++) {
                yz_period period = yz_period_at(w, ms), back;
                int64_t begin = yz_period_begin_ms(period), end = yz_period_end_ms(period);
                cr_assert_eq(begin, begin_of(w, ms), "seed %lu, %ld", seed, ms);
                cr_assert(begin <= ms && ms < end);
                cr_assert_eq(yz_period_at(w, end).index, period.index + 1);
                cr_assert_eq(yz_period_at(w, end - 1).index, period.index);
                char text[YZ_PERIOD_TEXT_MAX];
                uint32_t size = yz_period_format(period, text);
                cr_assert(yz_period_parse((yz_text){text, size}, &back), "%s", text);
                cr_assert(back.window == w && back.index == period.index, "%s", text);
            }
        }
    }
}

Test(period, what_is_no_period_is_refused) {
    static const char *const BAD[] = {"",
                                      "1969",
                                      "202",
                                      "20230",
                                      "2023-",
                                      "2023-00",
                                      "2023-13",
                                      "2023/08",
                                      "2023-8",
                                      "2023-02-29",
                                      "2023-08-00",
                                      "2023-08-01T",
                                      "2023-08-01T06",
                                      "2023-08-01T24+08:00",
                                      "2023-08-01T06+08:0",
                                      "2023-08-01T06Z",
                                      "2023-08-01T06:60+08:00",
                                      "2023-08-01T06:30",
                                      "2023-08-01T06:30+08:00 ",
                                      "2023-08-01T06:30:00+08:00",
                                      "2023-08-01 06:30+08:00",
                                      "day",
                                      "Now"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        yz_period period = {YZ_WINDOW_YEAR, -7};
        cr_assert_not(yz_period_parse(yz_text_of(BAD[i]), &period), "%s", BAD[i]);
        cr_assert(period.window == YZ_WINDOW_YEAR && period.index == -7, "%s", BAD[i]);
    }
}

Test(period, windows_have_names) {
    for (int i = 0; i < YZ_WINDOW_COUNT; i++) {
        yz_window back;
        cr_assert(yz_window_parse(yz_window_name((yz_window)i), &back));
        cr_assert_eq((int)back, i);
    }
    yz_window none;
    cr_assert_not(yz_window_parse(YZ_TEXT("week"), &none));
}
