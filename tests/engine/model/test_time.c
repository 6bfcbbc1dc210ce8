/* Times against glibc's timegm, and every form against its parse. */
#define _DEFAULT_SOURCE
#include "engine/model/time.h"

#include "engine/base/random.h"
#include "engine/model/limits.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

Test(time, a_day_is_its_first_or_last_millisecond_in_beijing) {
    int64_t at = 0;
    cr_assert(yz_time_parse(YZ_TEXT("2023-08-01"), YZ_DAY_BEGIN, &at));
    cr_assert_eq(at, 1690819200000);
    cr_assert(yz_time_parse(YZ_TEXT("2023-08-01"), YZ_DAY_END, &at));
    cr_assert_eq(at, 1690819200000 + YZ_DAY_MS - 1);
    cr_assert(yz_time_parse(YZ_TEXT("2023-08-01T06:30:00+08:00"), YZ_DAY_END, &at));
    int64_t same = 0;
    cr_assert(yz_time_parse(YZ_TEXT("2023-07-31T22:30:00Z"), YZ_DAY_END, &same));
    cr_assert_eq(at, same);
}

Test(time, agrees_with_timegm_and_formats_back) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        yz_random random = yz_random_seeded(seed);
        for (int i = 0; i < 5000; i++) {
            int64_t at = yz_random_between(&random, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX - YZ_DAY_MS);
            char text[YZ_TIME_TEXT_MAX];
            yz_time_format_instant(at, text);
            time_t local = (time_t)((at + YZ_BEIJING_MS) / 1000);
            struct tm civil;
            gmtime_r(&local, &civil);
            char expected[40];
            strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &civil);
            cr_assert_eq(strncmp(text, expected, 19), 0, "seed %lu: %s is not %s", seed, text,
                         expected);
            for (int edge = 0; edge < 2; edge++) {
                int64_t back = -1;
                uint32_t size = yz_time_format(at, (yz_day_edge)edge, text);
                cr_assert(yz_time_parse((yz_text){text, size}, (yz_day_edge)edge, &back));
                cr_assert_eq(back, at, "seed %lu: %s", seed, text);
            }
        }
    }
}

Test(time, what_is_not_a_time_is_refused) {
    static const char *const BAD[] = {"",
                                      "2023",
                                      "2023-13-01",
                                      "2023-02-29",
                                      "2023-8-1",
                                      "2023-08-01T",
                                      "2023-08-01T06:30:00",
                                      "2023-08-01T24:00:00Z",
                                      "2023-08-01T06:60:00Z",
                                      "2023-08-01T06:30:00+8",
                                      "2023-08-01T06:30:00.Z",
                                      "2023-08-01T06:30:00.1234Z",
                                      "1969-12-31",
                                      "2023-08-01 06:30:00Z",
                                      "2023-08-01x"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        int64_t at = 42;
        cr_assert_not(yz_time_parse(yz_text_of(BAD[i]), YZ_DAY_BEGIN, &at), "%s", BAD[i]);
        cr_assert_eq(at, 42);
    }
}
