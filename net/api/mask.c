#include "net/api/mask.h"

#include "engine/model/check_digit.h"
#include "net/api/wire.h"

#include <stdio.h>

// Bytes of the first character.
static uint32_t first_character(yz_text text) {
    uint32_t size = 1;
    while (size < text.size && ((unsigned char)text.bytes[size] & 0xC0) == 0x80)
        size += 1;
    return size;
}

static uint32_t put(char to[MASK_BYTES_MAX], yz_text head, int stars, yz_text tail) {
    static const char STARS[] = "***********";
    int size = snprintf(to, MASK_BYTES_MAX, "%.*s%.*s%.*s", (int)head.size, head.bytes, stars,
                        STARS, (int)tail.size, tail.bytes);
    return (uint32_t)size;
}

uint32_t mask_value(yz_vault_field field, yz_text value, char to[MASK_BYTES_MAX]) {
    const yz_text none = YZ_TEXT("");
    to[0] = '\0';
    if (value.size == 0) return 0;
    uint32_t first = first_character(value);
    yz_text last_4 = {value.bytes + (value.size > 4 ? value.size - 4 : 0), 4};
    yz_text first_3 = {value.bytes, 3};
    switch (field) {
    case YZ_VAULT_NAME:
        return put(to, (yz_text){value.bytes, value.size > first ? first : 0}, 1, none);
    case YZ_VAULT_ID_NUMBER:
        return value.size == YZ_ID_NUMBER_BYTES ? put(to, first_3, 11, last_4)
                                                : put(to, none, 4, none);
    case YZ_VAULT_PHONE:
        if (value.size >= 11) return put(to, first_3, 4, last_4);
        return put(to, none, 4, value.size >= 8 ? last_4 : none);
    default: return put(to, none, 4, value.size >= 8 ? last_4 : none);
    }
}

void mask_veil(char *text) {
    yz_text whole = yz_text_of(text);
    uint32_t from = 0, at, size;
    while (yz_find_personal_number(whole, from, &at, &size)) {
        memset(text + at, '*', size);
        from = at + size;
    }
}

// Letters and '_' only, and like a word of ours: "id_nummber", but not "Zhang".
static bool is_word_of_ours(yz_text text) {
    return wire_nearest(text).size > 0;
}

void mask_problem(yz_problem *problem) {
    switch (problem->code) {
    case YZ_PROBLEM_WRONG_TYPE: // the value is the type that was wanted
    case YZ_PROBLEM_UNKNOWN_ENTRY:
    case YZ_PROBLEM_UNKNOWN_DIVISION:
    case YZ_PROBLEM_ID_MISMATCH: return; // ids: veiled like every text
    case YZ_PROBLEM_NUMBER_TOO_LARGE:    // an id number without quotes: it is a text, not too large
        if (strcmp(problem->pointer, "/id_number") == 0 ||
            strcmp(problem->pointer, "/account") == 0) {
            char pointer[YZ_POINTER_BYTES_MAX];
            snprintf(pointer, sizeof pointer, "%s", problem->pointer);
            (void)yz_problem_value(problem, YZ_PROBLEM_WRONG_TYPE, pointer, YZ_TEXT("string"));
            return;
        }
        break;
    case YZ_PROBLEM_UNKNOWN_FIELD:
    case YZ_PROBLEM_DUPLICATE_FIELD:
        if (is_word_of_ours(yz_text_of(problem->value))) return;
        snprintf(problem->pointer, sizeof problem->pointer, "/…");
        break;
    default: break;
    }
    if (problem->value[0] != '\0') snprintf(problem->value, sizeof problem->value, "…");
}
