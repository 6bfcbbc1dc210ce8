#include "tests/engine/policy/twin_dates.h"

#include "engine/base/check.h"

#define YEARS 9999
#define MONTH_FIRST (12 * 1)           // January of year 1
#define MONTH_LAST (12 * YEARS + 11)   // December of year 9999
#define DAY_OF_1970_FROM_YEAR_1 719162 // days from 0001-01-01 to 1970-01-01

static int64_t first_of[MONTH_LAST + 2]; // one more: the day after the last month
static bool filled;

static bool leap(int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t length_of(int64_t year, int64_t month) {
    if (month == 2) return leap(year) ? 29 : 28;
    if (month == 4 || month == 6 || month == 9 || month == 11) return 30;
    return 31;
}

static void fill(void) {
    if (filled) return;
    int64_t day = -DAY_OF_1970_FROM_YEAR_1;
    for (int64_t month = MONTH_FIRST; month <= MONTH_LAST; month++) {
        first_of[month] = day;
        day += length_of(month / 12, month % 12 + 1);
    }
    first_of[MONTH_LAST + 1] = day;
    filled = true;
}

int64_t twin_first_of_month(int64_t month) {
    fill();
    yz_check(month >= MONTH_FIRST && month <= MONTH_LAST + 1);
    return first_of[month];
}

int64_t twin_month_length(int64_t month) {
    return twin_first_of_month(month + 1) - twin_first_of_month(month);
}

int64_t twin_day(int64_t year, int64_t month, int64_t day) {
    return twin_first_of_month(12 * year + month - 1) + day - 1;
}

bool twin_is_date(int64_t year, int64_t month, int64_t day) {
    return year >= 1 && year <= YEARS && month >= 1 && month <= 12 && day >= 1 &&
           day <= length_of(year, month);
}

int64_t twin_month_of(int64_t day) {
    fill();
    yz_check(day >= first_of[MONTH_FIRST] && day < first_of[MONTH_LAST + 1]);
    int64_t low = MONTH_FIRST, high = MONTH_LAST; // the month lies in low..high
    while (low < high) {
        int64_t middle = (low + high + 1) / 2;
        if (first_of[middle] <= day) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

int64_t twin_year_of(int64_t day) {
    return twin_month_of(day) / 12;
}

int64_t twin_day_in_month(int64_t day) {
    return day - first_of[twin_month_of(day)] + 1;
}

int64_t twin_add_months(int64_t day, int64_t months) {
    int64_t month = twin_month_of(day) + months;
    int64_t number = twin_day_in_month(day);
    int64_t length = twin_month_length(month);
    return twin_first_of_month(month) + (number < length ? number : length) - 1;
}

int64_t twin_age(int64_t birth, int64_t on) {
    int64_t years = twin_year_of(on) - twin_year_of(birth);
    return on < twin_add_months(birth, 12 * years) ? years - 1 : years;
}

int64_t twin_full_months(int64_t from, int64_t to) {
    int64_t months = 0;
    while (twin_add_months(from, months + 1) - 1 <= to)
        months += 1;
    return months;
}
