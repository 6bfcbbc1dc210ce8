#include "engine/model/time.h"

#include "engine/model/dates.h"
#include "engine/model/limits.h"

#include <stdio.h>

// `count` digits at *at, or -1; moves on.
static int64_t digits(yz_text text, uint32_t *at, uint32_t count) {
    if (*at + count > text.size) return -1;
    int64_t value = 0;
    for (uint32_t i = 0; i < count; i++) {
        char c = text.bytes[*at + i];
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    *at += count;
    return value;
}

static bool literal(yz_text text, uint32_t *at, char c) {
    if (*at >= text.size || text.bytes[*at] != c) return false;
    *at += 1;
    return true;
}

// "Z" or "+08:00"; false if neither.
static bool parse_offset(yz_text text, uint32_t *at, int64_t *offset_ms) {
    *offset_ms = 0;
    if (literal(text, at, 'Z')) return true;
    int64_t sign = literal(text, at, '+') ? 1 : literal(text, at, '-') ? -1 : 0;
    if (sign == 0) return false;
    int64_t hours = digits(text, at, 2);
    if (hours < 0 || hours > 23 || !literal(text, at, ':')) return false;
    int64_t minutes = digits(text, at, 2);
    if (minutes < 0 || minutes > 59) return false;
    *offset_ms = sign * (hours * 60 + minutes) * 60000;
    return true;
}

static bool parse_clock(yz_text text, uint32_t *at, int64_t *clock_ms) {
    int64_t hour = digits(text, at, 2);
    if (hour < 0 || hour > 23 || !literal(text, at, ':')) return false;
    int64_t minute = digits(text, at, 2);
    if (minute < 0 || minute > 59 || !literal(text, at, ':')) return false;
    int64_t second = digits(text, at, 2);
    if (second < 0 || second > 59) return false;
    int64_t ms = 0;
    if (literal(text, at, '.')) {
        int64_t unit = 100;
        uint32_t begin = *at;
        for (; unit > 0 && *at < text.size && text.bytes[*at] >= '0' && text.bytes[*at] <= '9';
             unit /= 10) {
            ms += (text.bytes[*at] - '0') * unit;
            *at += 1;
        }
        if (*at == begin) return false;
    }
    *clock_ms = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    return true;
}

bool yz_time_parse(yz_text text, yz_day_edge edge, int64_t *at_ms) {
    uint32_t at = 0;
    int64_t year = digits(text, &at, 4);
    if (year < 1970 || !literal(text, &at, '-')) return false;
    int64_t month = digits(text, &at, 2);
    if (month < 1 || month > 12 || !literal(text, &at, '-')) return false;
    int64_t day = digits(text, &at, 2);
    if (day < 1 || day > yz_days_in_month((int32_t)year, (int32_t)month)) return false;
    int64_t day_ms = (int64_t)yz_days((int32_t)year, (int32_t)month, (int32_t)day) * YZ_DAY_MS;
    int64_t result;
    if (at == text.size) {
        result = day_ms - YZ_BEIJING_MS + (edge == YZ_DAY_END ? YZ_DAY_MS - 1 : 0);
    } else {
        int64_t clock_ms, offset_ms;
        if (!literal(text, &at, 'T') || !parse_clock(text, &at, &clock_ms)) return false;
        if (!parse_offset(text, &at, &offset_ms) || at != text.size) return false;
        result = day_ms + clock_ms - offset_ms;
    }
    if (result < YZ_TIME_MS_MIN || result > YZ_TIME_MS_MAX) return false;
    *at_ms = result;
    return true;
}

uint32_t yz_time_format_instant(int64_t at_ms, char out[YZ_TIME_TEXT_MAX]) {
    int64_t local = at_ms + YZ_BEIJING_MS;
    int64_t days = local / YZ_DAY_MS;
    int64_t in_day = local % YZ_DAY_MS;
    int32_t year, month, day;
    yz_civil((int32_t)days, &year, &month, &day);
    int64_t ms = in_day % 1000, seconds = in_day / 1000;
    char fraction[8] = "";
    if (ms != 0) snprintf(fraction, sizeof fraction, ".%03d", (int)ms);
    int written = snprintf(out, YZ_TIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d%s+08:00",
                           (int)year, (int)month, (int)day, (int)(seconds / 3600),
                           (int)(seconds / 60 % 60), (int)(seconds % 60), fraction);
    return (uint32_t)written;
}

uint32_t yz_time_format(int64_t at_ms, yz_day_edge edge, char out[YZ_TIME_TEXT_MAX]) {
    int64_t in_day = (at_ms + YZ_BEIJING_MS) % YZ_DAY_MS;
    uint32_t size = yz_time_format_instant(at_ms, out);
    if (in_day == (edge == YZ_DAY_END ? YZ_DAY_MS - 1 : 0)) {
        size = 10;
        out[size] = '\0';
    }
    return size;
}

// ---- days ----

bool yz_day_of(int year, int month, int day_of_month, int32_t *day) {
    if (year < 1800 || year > 9999 || month < 1 || month > 12) return false;
    if (day_of_month < 1 || day_of_month > yz_days_in_month(year, month)) return false;
    *day = yz_days(year, month, day_of_month);
    return true;
}

bool yz_day_parse(yz_text text, int32_t *day) {
    uint32_t at = 0;
    int64_t year = digits(text, &at, 4);
    if (!literal(text, &at, '-')) return false;
    int64_t month = digits(text, &at, 2);
    if (!literal(text, &at, '-')) return false;
    int64_t day_of_month = digits(text, &at, 2);
    return at == text.size && yz_day_of((int)year, (int)month, (int)day_of_month, day);
}

uint32_t yz_day_format(int32_t day, char out[YZ_TIME_TEXT_MAX]) {
    int32_t year, month, of_month;
    yz_civil(day, &year, &month, &of_month);
    int size =
        snprintf(out, YZ_TIME_TEXT_MAX, "%04d-%02d-%02d", (int)year, (int)month, (int)of_month);
    return (uint32_t)size;
}

int32_t yz_day_at(int64_t at_ms) {
    int64_t local = at_ms + YZ_BEIJING_MS;
    int64_t day = local / YZ_DAY_MS;
    return (int32_t)(local % YZ_DAY_MS < 0 ? day - 1 : day);
}
