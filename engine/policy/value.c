#include "engine/policy/value.h"

#include <stdio.h>
#include <stdlib.h>

// ---- numbers ----

bool yz_wide_add(yz_wide a, yz_wide b, yz_wide *result) {
    yz_wide sum = a + b; // both below 2^126: no overflow
    if (sum > YZ_WIDE_MAX || sum < -YZ_WIDE_MAX) return false;
    *result = sum;
    return true;
}

__extension__ typedef unsigned __int128 unsigned_wide;

bool yz_wide_multiply(yz_wide a, yz_wide b, yz_wide *result) {
    // By hand: clang's check of 128 bits calls a function that gcc's library does not have.
    unsigned_wide x = a < 0 ? (unsigned_wide)-a : (unsigned_wide)a;
    unsigned_wide y = b < 0 ? (unsigned_wide)-b : (unsigned_wide)b;
    if (x < y) {
        unsigned_wide larger = y;
        y = x;
        x = larger;
    }
    if (y >> 64) return false;          // 2^128 and more
    unsigned_wide high = (x >> 64) * y; // below 2^126
    if (high >> 62) return false;       // 2^126 and more
    unsigned_wide low = (unsigned_wide)(uint64_t)x * y;
    unsigned_wide product = (high << 64) + low; // 2^126 + 2^128 may pass the end
    if (product < low || product > (unsigned_wide)YZ_WIDE_MAX) return false;
    *result = (a < 0) != (b < 0) ? -(yz_wide)product : (yz_wide)product;
    return true;
}

yz_wide yz_ten_to(unsigned scale) {
    yz_wide power = 1;
    for (unsigned i = 0; i < scale; i++)
        power *= 10;
    return power;
}

yz_wide yz_wide_round(yz_wide number, unsigned scale) {
    yz_wide unit = yz_ten_to(scale);
    yz_wide whole = number / unit, rest = number % unit;
    if (rest < 0) return 2 * -rest >= unit ? whole - 1 : whole;
    return 2 * rest >= unit ? whole + 1 : whole;
}

// ---- equality ----

static bool texts_equal(const yz_texts *a, const yz_texts *b) {
    // As sets: each one of a is in b and the other way round.
    for (int turn = 0; turn < 2; turn++) {
        for (uint32_t i = 0; i < a->count; i++) {
            bool found = false;
            for (uint32_t j = 0; j < b->count && !found; j++)
                found = yz_text_equal(a->texts[i], b->texts[j]);
            if (!found) return false;
        }
        const yz_texts *other = a;
        a = b;
        b = other;
    }
    return true;
}

static bool numbers_equal(const yz_numbers *a, const yz_numbers *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->numbers[i] != b->numbers[i]) return false;
    }
    return true;
}

bool yz_value_equal(yz_kind kind, yz_value a, yz_value b) {
    switch (kind.type) {
    case YZ_TYPE_TEXT: return yz_text_equal(*a.text, *b.text);
    case YZ_TYPE_SET: return a.set == b.set;
    case YZ_TYPE_TEXTS: return texts_equal(a.texts, b.texts);
    case YZ_TYPE_NUMBERS: return numbers_equal(a.numbers, b.numbers);
    case YZ_TYPE_LIST: return a.list == b.list;
    case YZ_TYPE_ROW: return a.row == b.row;
    case YZ_TYPE_TIERS: return a.tiers == b.tiers;
    case YZ_TYPE_TABLE: return a.table == b.table;
    default: return a.number == b.number;
    }
}

// ---- as reasons print it ----

// The number in units of 10^-decimals, without a point and zeros at its end.
static uint32_t show_decimal(yz_wide number, unsigned decimals, const char *unit,
                             char room[YZ_SHOWN_BYTES_MAX]) {
    char digits[48];
    uint32_t count = 0, used = 0;
    unsigned_wide rest = number < 0 ? (unsigned_wide)-number : (unsigned_wide)number;
    while (decimals > 0 && rest % 10 == 0) {
        rest /= 10;
        decimals -= 1;
    }
    do {
        digits[count++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest > 0 || count <= decimals);
    if (number < 0) room[used++] = '-';
    while (count > 0) {
        if (count == decimals) room[used++] = '.';
        room[used++] = digits[--count];
    }
    while (*unit)
        room[used++] = *unit++;
    return used;
}

static uint32_t show_date(int32_t day, char room[YZ_SHOWN_BYTES_MAX]) {
    int32_t year, month, of_month;
    yz_civil(day, &year, &month, &of_month);
    return (uint32_t)snprintf(room, YZ_SHOWN_BYTES_MAX, "%04d-%02d-%02d", (int)year, (int)month,
                              (int)of_month);
}

yz_text yz_value_show(yz_kind kind, yz_value value, char room[YZ_SHOWN_BYTES_MAX]) {
    uint32_t used = 0;
    switch (kind.type) {
    case YZ_TYPE_TEXT: return *value.text;
    case YZ_TYPE_WORD: {
        const char *const *words;
        uint32_t count = yz_enumeration_words((yz_enumeration)kind.of, &words);
        if (value.number >= 0 && value.number < count) return yz_text_of(words[(int)value.number]);
        break;
    }
    case YZ_TYPE_BOOL: return value.number ? YZ_TEXT("true") : YZ_TEXT("false");
    case YZ_TYPE_DATE: used = show_date((int32_t)value.number, room); break;
    case YZ_TYPE_MONTH: {
        int32_t month = (int32_t)value.number;
        used = (uint32_t)snprintf(room, YZ_SHOWN_BYTES_MAX, "%04d-%02d", (int)(month / 12),
                                  (int)(month % 12) + 1);
        break;
    }
    case YZ_TYPE_YUAN: used = show_decimal(value.number, 2u + kind.scale, "", room); break;
    case YZ_TYPE_PERCENT:
        used = show_decimal(value.number, kind.scale > 2 ? kind.scale - 2u : 0, "%", room);
        break;
    case YZ_TYPE_INT:
    case YZ_TYPE_SPAN: used = show_decimal(value.number, kind.scale, "", room); break;
    default: break;
    }
    return (yz_text){room, used};
}
