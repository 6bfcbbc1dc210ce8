/* The check digits against slow twins that follow the text of the standards: powers of two and of
 * three, tried out one by one until one fits. */
#include "engine/model/check_digit.h"

#include "engine/base/random.h"
#include "engine/model/time.h"

#include <criterion/criterion.h>
#include <stdio.h>

// ---- twins ----

// GB 11643: the sum of a[i] * 2^(i-1), i from the right, leaves 1 by 11.
static char id_twin(const char *number) {
    for (int last = 0; last <= 10; last++) {
        long sum = last, power = 1;
        for (int i = 16; i >= 0; i--) {
            power *= 2;
            sum += power * (number[i] - '0');
        }
        if (sum % 11 == 1) return last == 10 ? 'X' : (char)('0' + last);
    }
    return '?';
}

static int place_of(char c, const char *alphabet) {
    for (int i = 0; alphabet[i]; i++) {
        if (alphabet[i] == c) return i;
    }
    return -1;
}

static const char CREDIT[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// GB 32100: with the check character the weighted sum is a multiple of 31.
static char credit_twin(const char *code) {
    for (int last = 0; last < 31; last++) {
        long long sum = last, power = 1;
        for (int i = 0; i < 17; i++, power *= 3)
            sum += place_of(code[i], CREDIT) * power;
        if (sum % 31 == 0) return CREDIT[last];
    }
    return '?';
}

// GB 11714: with the check character the weighted sum is a multiple of 11.
static char org_twin(const char *code) {
    static const int W[] = {3, 7, 9, 10, 5, 8, 4, 2};
    for (int last = 0; last <= 10; last++) {
        int sum = last;
        for (int i = 0; i < 8; i++)
            sum += W[i] * place_of(code[i], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (sum % 11 == 0) return last == 10 ? 'X' : (char)('0' + last);
    }
    return '?';
}

// ---- the examples ----

Test(check_digit, the_examples_of_the_standards) {
    yz_id_number id = yz_id_number_read(YZ_TEXT("11010519491231002X"));
    cr_assert(id.form == YZ_ID_FORM_FULL && id.digit_right && id.expected == 'X');
    cr_assert_eq(id.sex, YZ_SEX_FEMALE);
    char text[YZ_TIME_TEXT_MAX];
    yz_day_format(id.birth_day, text);
    cr_assert_str_eq(text, "1949-12-31");
    cr_assert(yz_id_number_read(YZ_TEXT("11010519491231002x")).digit_right);
    yz_credit_code code = yz_credit_code_read(YZ_TEXT("91350100M000100Y43"));
    cr_assert(code.is_one && code.digit_right && code.org_right);
    cr_assert(code.expected == '3' && code.org_expected == '4');
    code = yz_credit_code_read(YZ_TEXT("91350100M000100Y4Z"));
    cr_assert(code.is_one && !code.digit_right && code.expected == '3' && code.org_right);
}

Test(check_digit, forms_are_told_apart) {
    cr_assert_eq(yz_id_number_read(YZ_TEXT("110105491231002")).form, YZ_ID_FORM_OLD);
    static const char *const NONE[] = {"",
                                       "1",
                                       "11010519491231002",
                                       "11010519491231002Y",
                                       "1101051949123100 2X",
                                       "11010519491231X02X",
                                       "110105194912310021X",
                                       "11010549123100X",
                                       "１１０１０５"};
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        cr_assert_eq(yz_id_number_read(yz_text_of(NONE[i])).form, YZ_ID_FORM_NONE, "%s", NONE[i]);
    cr_assert(!yz_credit_code_read(YZ_TEXT("91350100M000100Y4")).is_one);
    cr_assert(!yz_credit_code_read(YZ_TEXT("91350100I000100Y43")).is_one); // I is none of them
    cr_assert(!yz_credit_code_read(YZ_TEXT("an-employer-of-18c")).is_one);
}

Test(check_digit, a_day_that_is_none_is_said) {
    cr_assert_eq(yz_id_number_read(YZ_TEXT("110105194902291234")).birth_day, YZ_DAY_NONE);
    cr_assert_neq(yz_id_number_read(YZ_TEXT("110105194802291234")).birth_day, YZ_DAY_NONE);
    cr_assert_eq(yz_id_number_read(YZ_TEXT("110105194913011234")).birth_day, YZ_DAY_NONE);
    cr_assert_eq(yz_id_number_read(YZ_TEXT("110105094912011234")).birth_day, YZ_DAY_NONE);
    int32_t today = 0, then = 0;
    cr_assert(yz_day_parse(YZ_TEXT("2026-11-25"), &today));
    cr_assert(yz_birth_day_sane(today, today) && !yz_birth_day_sane(today + 1, today));
    cr_assert(yz_day_parse(YZ_TEXT("1897-01-01"), &then) && yz_birth_day_sane(then, today));
    cr_assert(yz_day_parse(YZ_TEXT("1890-01-01"), &then) && !yz_birth_day_sane(then, today));
    cr_assert(yz_birth_day_sane(then, YZ_DAY_NONE) && !yz_birth_day_sane(YZ_DAY_NONE, today));
}

// ---- against the twins ----

static void random_digits(yz_random *random, char *to, int count) {
    for (int i = 0; i < count; i++)
        to[i] = (char)('0' + yz_random_below(random, 10));
    to[count] = '\0';
}

Test(check_digit, id_numbers_agree_with_the_twin_and_no_single_wrong_digit_passes) {
    for (uint64_t seed = 1; seed <= 500; seed++) {
        yz_random random = yz_random_seeded(seed);
        char text[19] = "", spoilt[19];
        random_digits(&random, text, 17);
        text[17] = id_twin(text);
        yz_text whole = {text, 18};
        cr_assert(yz_id_number_read(whole).digit_right, "seed %lu: %s", (unsigned long)seed, text);
        for (int at = 0; at < 18; at++) {
            for (const char *c = "0123456789X"; *c; c++) {
                if (*c == text[at] || (*c == 'X' && at < 17)) continue;
                memcpy(spoilt, text, 19);
                spoilt[at] = *c;
                yz_id_number id = yz_id_number_read((yz_text){spoilt, 18});
                cr_assert(id.form == YZ_ID_FORM_FULL && !id.digit_right, "seed %lu: %s",
                          (unsigned long)seed, spoilt);
                cr_assert_eq(id.expected, id_twin(spoilt));
            }
            if (at >= 16 || text[at] == text[at + 1]) continue; // two neighbours exchanged
            memcpy(spoilt, text, 19);
            spoilt[at] = text[at + 1];
            spoilt[at + 1] = text[at];
            cr_assert(!yz_id_number_read((yz_text){spoilt, 18}).digit_right, "%s", spoilt);
        }
    }
}

Test(check_digit, credit_codes_agree_with_the_twin_and_no_single_wrong_one_passes) {
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        char text[19] = "", spoilt[19];
        for (int i = 0; i < 17; i++)
            text[i] = CREDIT[yz_random_below(&random, 31)];
        text[16] = org_twin(text + 8);
        text[17] = credit_twin(text);
        yz_credit_code code = yz_credit_code_read((yz_text){text, 18});
        cr_assert(code.is_one && code.digit_right && code.org_right, "seed %lu: %s",
                  (unsigned long)seed, text);
        for (int at = 0; at < 18; at++) {
            for (const char *c = CREDIT; *c; c++) {
                if (*c == text[at]) continue;
                memcpy(spoilt, text, 19);
                spoilt[at] = *c;
                code = yz_credit_code_read((yz_text){spoilt, 18});
                cr_assert(code.is_one && !code.digit_right, "seed %lu: %s", (unsigned long)seed,
                          spoilt);
                cr_assert_eq(code.expected, credit_twin(spoilt));
                cr_assert_eq(code.org_expected, org_twin(spoilt + 8));
                cr_assert_eq(code.org_right, code.org_expected == spoilt[16]);
            }
        }
    }
}

// ---- what names a person ----

Test(check_digit, numbers_that_name_a_person_are_known) {
    static const struct {
        const char *text;
        bool names;
    } CASES[] = {{"11010519491231002X", true},
                 {"11010519491231002x", true},
                 {"110105194912310021", false},
                 {"13800001111", true},
                 {"19912345678", true},
                 {"12800001111", false},
                 {"138000011112", false},
                 {"1380000111", false},
                 {"1380000111a", false},
                 {"", false},
                 {"p-1", false},
                 {"91350100M000100Y43", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        cr_assert_eq(yz_names_a_person(yz_text_of(CASES[i].text)), CASES[i].names, "%s",
                     CASES[i].text);
}

Test(check_digit, an_id_number_with_a_mistyped_digit_nearly_names_a_person) {
    static const struct {
        const char *text;
        bool names;
    } CASES[] = {{"11010519491231002X", true},
                 {"110105194912310021", true},
                 {"110105189912310021", false}, // born in 1899
                 {"110105190001010021", true},
                 {"110105209912310021", true},
                 {"110105210001010021", false},
                 {"110105194902300021", false}, // no such day
                 {"13800001111", true},
                 {"1101051949123100210", false},
                 {"", false},
                 {"91350100M000100Y43", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        cr_assert_eq(yz_nearly_names_a_person(yz_text_of(CASES[i].text)), CASES[i].names, "%s",
                     CASES[i].text);
}

Test(check_digit, numbers_are_found_inside_a_text) {
    uint32_t at = 0, size = 0;
    yz_text text = YZ_TEXT("tel 13800001111, id11010519491231002x!");
    cr_assert(yz_find_personal_number(text, 0, &at, &size));
    cr_assert(at == 4 && size == 11);
    cr_assert(yz_find_personal_number(text, at + size, &at, &size));
    cr_assert(at == 19 && size == 18);
    cr_assert(!yz_find_personal_number(text, at + size, &at, &size));
    cr_assert(
        !yz_find_personal_number(YZ_TEXT("9007199254740994 at 1764000000000"), 0, &at, &size));
    cr_assert(yz_find_personal_number(YZ_TEXT("110105491231002"), 0, &at, &size));
}

Test(check_digit, days_format_back) {
    int32_t day = 0, before = 0;
    cr_assert(yz_day_parse(YZ_TEXT("1970-01-01"), &day) && day == 0);
    cr_assert(yz_day_parse(YZ_TEXT("1800-01-01"), &before));
    for (day = before; day < 60000; day++) {
        char text[YZ_TIME_TEXT_MAX];
        int32_t again = 0;
        uint32_t size = yz_day_format(day, text);
        cr_assert(yz_day_parse((yz_text){text, size}, &again) && again == day, "%s", text);
    }
    cr_assert(!yz_day_parse(YZ_TEXT("1970-1-1"), &day) &&
              !yz_day_parse(YZ_TEXT("1970-02-30"), &day));
    cr_assert_eq(yz_day_at(-YZ_BEIJING_MS), 0);
    cr_assert_eq(yz_day_at(-YZ_BEIJING_MS - 1), -1);
}
