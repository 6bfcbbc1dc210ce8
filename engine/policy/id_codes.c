#include "engine/policy/id_codes.h"

#include "engine/policy/facts.h"

#define CHARACTERS 18

bool yz_id_number_read(yz_text text, int32_t *birth, int *sex) {
    static const int weights[CHARACTERS - 1] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                3, 7, 9,  10, 5, 8, 4, 2};
    if (text.size != CHARACTERS) return false;
    int sum = 0;
    for (int i = 0; i < CHARACTERS - 1; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        sum += (text.bytes[i] - '0') * weights[i];
    }
    char check = text.bytes[CHARACTERS - 1];
    if (check == 'x') check = 'X';
    if (check != "10X98765432"[sum % 11]) return false;

    const char *of = text.bytes + 6; // YYYYMMDD
    char date[] = {of[0], of[1], of[2], of[3], '-', of[4], of[5], '-', of[6], of[7]};
    if (!yz_date_of((yz_text){date, sizeof date}, birth)) return false;
    *sex = (text.bytes[16] - '0') % 2 ? yz_word_sex_male : yz_word_sex_female;
    return true;
}

bool yz_credit_code_valid(yz_text text) {
    static const char symbols[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const int weights[CHARACTERS - 1] = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                                29, 25, 13, 8,  24, 10, 30, 28};
    if (text.size != CHARACTERS) return false;
    int sum = 0, value = 0;
    for (int i = 0; i < CHARACTERS; i++) {
        const char *symbol = text.bytes[i] ? strchr(symbols, text.bytes[i]) : NULL;
        if (symbol == NULL) return false;
        value = (int)(symbol - symbols);
        if (i < CHARACTERS - 1) sum += value * weights[i];
    }
    return value == (31 - sum % 31) % 31;
}
