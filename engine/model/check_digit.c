#include "engine/model/check_digit.h"

#include "engine/model/time.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static uint32_t digits_at(yz_text text, uint32_t from) {
    uint32_t at = from;
    while (at < text.size && is_digit(text.bytes[at]))
        at += 1;
    return at - from;
}

// ---- GB 11643 ----

static int number_of(yz_text text, uint32_t from, uint32_t count) {
    int value = 0;
    for (uint32_t i = 0; i < count; i++)
        value = value * 10 + (text.bytes[from + i] - '0');
    return value;
}

static char id_digit(yz_text text) {
    static const int WEIGHTS[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (text.bytes[i] - '0') * WEIGHTS[i];
    return "10X98765432"[sum % 11];
}

yz_id_number yz_id_number_read(yz_text text) {
    yz_id_number id = {.form = YZ_ID_FORM_NONE, .birth_day = YZ_DAY_NONE};
    uint32_t digits = digits_at(text, 0);
    if (digits == 15 && text.size == 15) id.form = YZ_ID_FORM_OLD;
    if (text.size != YZ_ID_NUMBER_BYTES || digits < 17) return id;
    char last = text.bytes[17] == 'x' ? 'X' : text.bytes[17];
    if (!is_digit(last) && last != 'X') return id;
    id.form = YZ_ID_FORM_FULL;
    id.expected = id_digit(text);
    id.digit_right = id.expected == last;
    id.sex = (text.bytes[16] - '0') % 2 == 1 ? YZ_SEX_MALE : YZ_SEX_FEMALE;
    int32_t day;
    if (yz_day_of(number_of(text, 6, 4), number_of(text, 10, 2), number_of(text, 12, 2), &day))
        id.birth_day = day;
    return id;
}

bool yz_birth_day_sane(int32_t birth_day, int32_t today) {
    if (birth_day == YZ_DAY_NONE) return false;
    return today == YZ_DAY_NONE || (birth_day <= today && (int64_t)today - birth_day <= 130 * 366);
}

// ---- GB 32100 and GB 11714 ----

// The value of a character of a credit code, or -1.
static int credit_value(char c) {
    static const char ALPHABET[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const char *at = c == '\0' ? NULL : strchr(ALPHABET, c);
    return at == NULL ? -1 : (int)(at - ALPHABET);
}

static char org_digit(const char *code) {
    static const int WEIGHTS[8] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += (is_digit(code[i]) ? code[i] - '0' : code[i] - 'A' + 10) * WEIGHTS[i];
    return "0X987654321"[sum % 11]; // 11 less the remainder; 11 is 0, 10 is X
}

yz_credit_code yz_credit_code_read(yz_text text) {
    static const char ALPHABET[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    yz_credit_code code = {0};
    if (text.size != YZ_CREDIT_CODE_BYTES) return code;
    int sum = 0, weight = 1;
    for (int i = 0; i < 17; i++) {
        int value = credit_value(text.bytes[i]);
        if (value < 0) return code;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    code.is_one = true;
    code.expected = ALPHABET[(31 - sum % 31) % 31];
    code.digit_right = code.expected == text.bytes[17];
    code.org_expected = org_digit(text.bytes + 8);
    code.org_right = code.org_expected == text.bytes[16];
    return code;
}

// ---- what names a person ----

static bool is_mobile(yz_text text) {
    return text.size == 11 && digits_at(text, 0) == 11 && text.bytes[0] == '1' &&
           text.bytes[1] >= '3';
}

bool yz_names_a_person(yz_text text) {
    return is_mobile(text) || yz_id_number_read(text).digit_right;
}

bool yz_nearly_names_a_person(yz_text text) {
    int32_t first, last;
    if (yz_names_a_person(text)) return true;
    yz_id_number id = yz_id_number_read(text);
    return id.form == YZ_ID_FORM_FULL && id.birth_day != YZ_DAY_NONE &&
           yz_day_of(1900, 1, 1, &first) && yz_day_of(2099, 12, 31, &last) &&
           id.birth_day >= first && id.birth_day <= last;
}

bool yz_find_personal_number(yz_text text, uint32_t from, uint32_t *at, uint32_t *size) {
    while (from < text.size) {
        uint32_t digits = digits_at(text, from), end = from + digits;
        if (digits == 0) {
            from += 1;
            continue;
        }
        bool x = digits == 17 && end < text.size && (text.bytes[end] | 0x20) == 'x';
        if (x || digits == 18 || digits == 15 || is_mobile((yz_text){text.bytes + from, digits})) {
            *at = from;
            *size = digits + x;
            return true;
        }
        from = end;
    }
    return false;
}
