/* The one calendar of the engine, after Howard Hinnant ("chrono-compatible low-level date
 * algorithms"). Days from 1 March on, so that the leap day is the last of its year: 400 years have
 * 146,097 days.
 */
#include "engine/model/dates.h"

int32_t yz_days(int32_t year, int32_t month, int32_t day) {
    int32_t from_march = month > 2 ? month - 3 : month + 9;
    if (month <= 2) year -= 1;
    int32_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int32_t of_year = (153 * from_march + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void yz_civil(int32_t days, int32_t *year, int32_t *month, int32_t *day) {
    days += 719468;
    int32_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int32_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int32_t from_march = (5 * of_year + 2) / 153;
    *day = of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = years + era * 400 + (*month <= 2);
}

int32_t yz_days_in_month(int32_t year, int32_t month) {
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

// `count` digits, or -1.
static int32_t number_at(const char *at, uint32_t count) {
    int32_t number = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') return -1;
        number = number * 10 + (at[i] - '0');
    }
    return number;
}

static bool year_and_month(yz_text text, int32_t *year, int32_t *month) {
    *year = number_at(text.bytes, 4);
    *month = number_at(text.bytes + 5, 2);
    return *year >= 1 && text.bytes[4] == '-' && *month >= 1 && *month <= 12;
}

bool yz_month_of(yz_text text, int32_t *month) {
    int32_t year, of_year;
    if (text.size != 7 || !year_and_month(text, &year, &of_year)) return false;
    *month = 12 * year + of_year - 1;
    return true;
}

bool yz_date_of(yz_text text, int32_t *days) {
    int32_t year, month;
    if (text.size != 10 || !year_and_month(text, &year, &month)) return false;
    int32_t day = number_at(text.bytes + 8, 2);
    if (text.bytes[7] != '-' || day < 1 || day > yz_days_in_month(year, month)) return false;
    *days = yz_days(year, month, day);
    return true;
}

int32_t yz_month_of_day(int32_t days) {
    int32_t year, month, day;
    yz_civil(days, &year, &month, &day);
    return 12 * year + month - 1;
}

int32_t yz_add_months(int32_t days, int64_t months) {
    int32_t year, month, day;
    yz_civil(days, &year, &month, &day);
    if (months > 12 * 9999 || months < -12 * 9999) return months > 0 ? YZ_DATE_MAX : YZ_DATE_MIN;
    int64_t number = 12 * (int64_t)year + month - 1 + months;
    if (number < 12) return YZ_DATE_MIN;
    if (number >= 12 * 10000) return YZ_DATE_MAX;
    int32_t to_year = (int32_t)(number / 12), to_month = (int32_t)(number % 12) + 1;
    int32_t last = yz_days_in_month(to_year, to_month);
    return yz_days(to_year, to_month, day < last ? day : last);
}

int32_t yz_age(int32_t birth, int32_t on) {
    int32_t year, month, day, born_year, born_month, born_day;
    yz_civil(on, &year, &month, &day);
    yz_civil(birth, &born_year, &born_month, &born_day);
    int32_t last = yz_days_in_month(year, born_month);
    if (born_day > last) born_day = last;
    bool before = month < born_month || (month == born_month && day < born_day);
    return year - born_year - before;
}

int32_t yz_full_months(int32_t from, int32_t to) {
    int32_t months = yz_month_of_day(to) - yz_month_of_day(from) + 1;
    while (months > 0 && yz_add_months(from, months) - 1 > to)
        months -= 1;
    return months > 0 ? months : 0;
}
