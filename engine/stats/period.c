#include "engine/stats/period.h"

#include "engine/base/check.h"
#include "engine/model/dates.h"
#include "engine/model/time.h"

#include <stdio.h>

#define MINUTE_MS 60000
#define HOUR_MS 3600000

static const char *const NAMES[YZ_WINDOW_COUNT] = {"now",   "minute", "hour", "day",
                                                   "month", "year",   "total"};

// Days since 1970-01-01 of the first day of a month since then, and back.
static int64_t day_of_month_index(int64_t month) {
    return yz_days((int32_t)(1970 + month / 12), (int32_t)(month % 12) + 1, 1);
}

static int64_t month_index_of_day(int64_t day) {
    return yz_month_of_day((int32_t)day) - 12 * 1970;
}

yz_period yz_period_at(yz_window window, int64_t at_ms) {
    int64_t minute = (at_ms + YZ_BEIJING_MS) / MINUTE_MS, index = 0;
    if (window == YZ_WINDOW_MINUTE) index = minute;
    if (window == YZ_WINDOW_HOUR) index = minute / 60;
    if (window == YZ_WINDOW_DAY) index = minute / 1440;
    if (window == YZ_WINDOW_MONTH) index = month_index_of_day(minute / 1440);
    if (window == YZ_WINDOW_YEAR) index = month_index_of_day(minute / 1440) / 12;
    return (yz_period){window, index};
}

static int64_t begin_ms(yz_window window, int64_t index) {
    switch (window) {
    case YZ_WINDOW_MINUTE: return index * MINUTE_MS - YZ_BEIJING_MS;
    case YZ_WINDOW_HOUR: return index * HOUR_MS - YZ_BEIJING_MS;
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
    return open ? INT64_MAX : begin_ms(period.window, period.index + 1);
}

// ---- as text ----

yz_text yz_window_name(yz_window window) {
    yz_check((unsigned)window < YZ_WINDOW_COUNT);
    return yz_text_of(NAMES[window]);
}

bool yz_window_parse(yz_text name, yz_window *window) {
    for (int i = 0; i < YZ_WINDOW_COUNT; i++) {
        if (!yz_text_equal(name, yz_text_of(NAMES[i]))) continue;
        *window = (yz_window)i;
        return true;
    }
    return false;
}

// `count` digits from `from` on, in low..high; else -1.
static int number(yz_text text, uint32_t from, uint32_t count, int low, int high) {
    int value = 0;
    for (uint32_t i = from; i < from + count; i++) {
        if (i >= text.size || text.bytes[i] < '0' || text.bytes[i] > '9') return -1;
        value = value * 10 + (text.bytes[i] - '0');
    }
    return value < low || value > high ? -1 : value;
}

static bool is_at(yz_text text, uint32_t at, char c) {
    return at < text.size && text.bytes[at] == c;
}

static bool ends_in_beijing(yz_text text, uint32_t at) {
    yz_text rest = {text.bytes + at, text.size - at};
    return yz_text_equal(rest, YZ_TEXT("+08:00"));
}

// From the day on: "2023-08-01", "2023-08-01T06+08:00", "2023-08-01T06:30+08:00".
static bool parse_from_day(yz_text text, int year, int month, yz_period *period) {
    int32_t day;
    int of_month = number(text, 8, 2, 1, 31);
    if (!is_at(text, 7, '-') || !yz_day_of(year, month, of_month, &day)) {
        return false;
    }
    *period = (yz_period){YZ_WINDOW_DAY, day};
    if (text.size == 10) return true;
    int hour = number(text, 11, 2, 0, 23), minute = 0;
    if (hour < 0 || !is_at(text, 10, 'T')) return false;
    *period = (yz_period){YZ_WINDOW_HOUR, (int64_t)day * 24 + hour};
    if (is_at(text, 13, '+')) return ends_in_beijing(text, 13);
    minute = number(text, 14, 2, 0, 59);
    if (minute < 0 || !is_at(text, 13, ':')) return false;
    *period = (yz_period){YZ_WINDOW_MINUTE, ((int64_t)day * 24 + hour) * 60 + minute};
    return text.size > 16 && ends_in_beijing(text, 16);
}

bool yz_period_parse(yz_text text, yz_period *period) {
    yz_window named;
    if (yz_window_parse(text, &named)) {
        if (named != YZ_WINDOW_NOW && named != YZ_WINDOW_TOTAL) return false;
        *period = (yz_period){named, 0};
        return true;
    }
    int year = number(text, 0, 4, 1970, 9999), month = number(text, 5, 2, 1, 12);
    if (year < 0) return false;
    if (text.size == 4) {
        *period = (yz_period){YZ_WINDOW_YEAR, year - 1970};
        return true;
    }
    if (month < 0 || !is_at(text, 4, '-')) return false;
    if (text.size == 7) {
        *period = (yz_period){YZ_WINDOW_MONTH, (int64_t)(year - 1970) * 12 + month - 1};
        return true;
    }
    yz_period found;
    if (!parse_from_day(text, year, month, &found)) return false;
    *period = found;
    return true;
}

uint32_t yz_period_format(yz_period period, char out[YZ_PERIOD_TEXT_MAX]) {
    if (period.window == YZ_WINDOW_NOW || period.window == YZ_WINDOW_TOTAL) {
        return (uint32_t)snprintf(out, YZ_PERIOD_TEXT_MAX, "%s", NAMES[period.window]);
    }
    // Its first instant, cut where the period's own resolution ends.
    char whole[YZ_TIME_TEXT_MAX];
    static const int SIZES[YZ_WINDOW_COUNT] = {
        [YZ_WINDOW_MINUTE] = 16, [YZ_WINDOW_HOUR] = 13, [YZ_WINDOW_DAY] = 10,
        [YZ_WINDOW_MONTH] = 7,   [YZ_WINDOW_YEAR] = 4,
    };
    yz_time_format_instant(yz_period_begin_ms(period), whole);
    bool has_clock = period.window == YZ_WINDOW_MINUTE || period.window == YZ_WINDOW_HOUR;
    int size = snprintf(out, YZ_PERIOD_TEXT_MAX, "%.*s%s", SIZES[period.window], whole,
                        has_clock ? "+08:00" : "");
    return (uint32_t)size;
}
