#include "net/api/warning_text.h"

#include <stdio.h>

// %s is what was expected.
static const char *const FORMS[WIRE_WARNING_COUNT][PROBLEM_LANGUAGE_COUNT] = {
    [WIRE_ID_NUMBER_DIGIT] = {"身份证号的校验码不对，应为 %s；已按原样登记，请核对",
                              "the check digit of the id number should be %s; entered as it is, "
                              "please compare with the card"},
    [WIRE_ID_NUMBER_DATE] = {"身份证号里的出生日期不合理；已按原样登记，请核对%s",
                             "the birth date in the id number cannot be right; entered as it is, "
                             "please compare with the card%s"},
    [WIRE_BIRTH_DATE_DIFFERS] = {"出生日期与身份证号不一致，身份证号为 %s；已按所填登记",
                                 "the birth date is not the one in the id number, %s; entered as "
                                 "it was given"},
    [WIRE_SEX_DIFFERS] = {"性别与身份证号不一致，身份证号为 %s；已按所填登记",
                          "the sex is not the one in the id number, %s; entered as it was given"},
    [WIRE_CREDIT_CODE_DIGIT] = {"统一社会信用代码的校验码（第 18 位）不对，应为 %s；已按原样登记",
                                "the check character of the credit code, the 18th, should be %s; "
                                "entered as it is"},
    [WIRE_ORG_CODE_DIGIT] = {"统一社会信用代码中组织机构代码的校验码（第 17 位）不对，应为 %s；"
                             "已按原样登记",
                             "the check digit of the organisation code in it, the 17th, should be "
                             "%s; entered as it is"},
};

void warning_text(const wire_warning *warning, problem_language language,
                  char out[PROBLEM_TEXT_MAX]) {
    const char *form = FORMS[warning->code][language], *slot = strstr(form, "%s");
    const char *expected = warning->expected;
    if (warning->code == WIRE_SEX_DIFFERS && language == PROBLEM_ZH)
        expected = strcmp(expected, "male") == 0 ? "男" : "女";
    snprintf(out, PROBLEM_TEXT_MAX, "%.*s%s%s", (int)(slot - form), form, expected, slot + 2);
}

void warnings_write(json_out *out, const wire_warnings *warnings, problem_language language) {
    if (warnings->count == 0) return;
    json_key(out, "warnings");
    json_begin_array(out);
    for (uint32_t i = 0; i < warnings->count; i++) {
        const wire_warning *w = &warnings->list[i];
        char message[PROBLEM_TEXT_MAX];
        warning_text(w, language, message);
        json_begin_object(out);
        json_field_text(out, "pointer", yz_text_of(w->pointer));
        json_field_text(out, "code", wire_warning_name(w->code));
        json_field_text(out, "message", yz_text_of(message));
        if (w->expected[0] != '\0') json_field_text(out, "expected", yz_text_of(w->expected));
        json_end_object(out);
    }
    json_end_array(out);
}
