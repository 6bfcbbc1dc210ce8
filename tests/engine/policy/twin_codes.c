/* Citizen id numbers and credit codes, policy/SPEC.md A.3 and A.4. */
#include "tests/engine/policy/twin_codes.h"

#include "tests/engine/policy/twin_dates.h"

static int digit(yz_text text, uint32_t at) {
    char c = text.bytes[at];
    return c >= '0' && c <= '9' ? c - '0' : -1;
}

static int64_t number(yz_text text, uint32_t at, uint32_t digits) {
    int64_t n = 0;
    for (uint32_t i = 0; i < digits; i++)
        n = 10 * n + digit(text, at + i);
    return n;
}

bool twin_id_number(yz_text text, int64_t *birth, bool *male) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    if (text.size != 18) return false;
    for (uint32_t i = 0; i < 17; i++) {
        if (digit(text, i) < 0) return false;
        sum += digit(text, i) * weights[i];
    }
    char last = text.bytes[17] == 'x' ? 'X' : text.bytes[17];
    if (last != "10X98765432"[sum % 11]) return false;
    int64_t year = number(text, 6, 4), month = number(text, 10, 2), day = number(text, 12, 2);
    if (!twin_is_date(year, month, day)) return false;
    *birth = twin_day(year, month, day);
    *male = digit(text, 16) % 2 == 1;
    return true;
}

bool twin_credit_code(yz_text text) {
    static const char symbols[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    int sum = 0;
    if (text.size != 18) return false;
    for (uint32_t i = 0; i < 18; i++) {
        const char *found = text.bytes[i] != 0 ? strchr(symbols, text.bytes[i]) : NULL;
        if (found == NULL) return false;
        int symbol = (int)(found - symbols);
        if (i == 17) return symbol == (31 - sum % 31) % 31;
        sum += symbol * weights[i];
    }
    return false;
}
