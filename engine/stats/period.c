#include "engine/stats/period.h"

#include "engine/model/time.h"

// Days since 1970-01-01 of the first day of a month since then, and back.
static int64_t day_of_month_index(int64_t month) {
    int64_t y = 1970 + month / 12, m = month % 12 + 1;
    y -= m <= 2;
    int64_t era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t month_index_of_day(int64_t day) {
    int64_t z = day + 719468, era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t m = mp < 10 ? mp + 3 : mp - 9, y = yoe + era * 400 + (m <= 2);
    return (y - 1970) * 12 + m - 1;
}

yz_period yz_period_at(yz_window window, int64_t at_ms) {
    int64_t minute = (at_ms + YZ_BEIJING_MS) / 60000, index = 0;
    if (window == YZ_WINDOW_MINUTE) index = minute;
    if (window == YZ_WINDOW_HOUR) index = minute / 60;
    if (window == YZ_WINDOW_DAY) index = minute / 1440;
    if (window == YZ_WINDOW_MONTH) index = month_index_of_day(minute / 1440);
    if (window == YZ_WINDOW_YEAR) index = month_index_of_day(minute / 1440) / 12;
    return (yz_period){window, (int32_t)index};
}

static int64_t begin_ms(yz_window window, int64_t index) {
    switch (window) {
    case YZ_WINDOW_MINUTE: return index * 60000 - YZ_BEIJING_MS;
    case YZ_WINDOW_HOUR: return index * 3600000 - YZ_BEIJING_MS;
    case YZ_WINDOW_DAY: return index * YZ_DAY_MS - YZ_BEIJING_MS;
    case YZ_WINDOW_MONTH: return day_of_month_index(index) * YZ_DAY_MS - YZ_BEIJING_MS;
    case YZ_WINDOW_YEAR: return day_of_month_index(index * 12) * YZ_DAY_MS - YZ_BEIJING_MS;
    case YZ_WINDOW_NOW: return INT64_MAX;
    case YZ_WINDOW_TOTAL: break;
    }
    return INT64_MIN;
}

int64_t yz_period_begin_ms(yz_period period) {
    return begin_ms(period.window, period.index);
}

int64_t yz_period_end_ms(yz_period period) {
    bool open = period.window == YZ_WINDOW_TOTAL || period.window == YZ_WINDOW_NOW;
    return open ? INT64_MAX : begin_ms(period.window, (int64_t)period.index + 1);
}
