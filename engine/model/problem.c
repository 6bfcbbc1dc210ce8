#include "engine/model/problem.h"

#include "engine/base/check.h"

#include <stdio.h>

static const yz_status STATUSES[YZ_PROBLEM_CODE_COUNT] = {
#define X(code, status) status,
    YZ_PROBLEMS(X)
#undef X
};

#define CODE_BYTES_MAX 40
static char names[YZ_PROBLEM_CODE_COUNT][CODE_BYTES_MAX] = {
#define X(code, status) #code,
    YZ_PROBLEMS(X)
#undef X
};

// Written once before main, so that readers on any thread only read.
__attribute__((constructor)) static void names_to_lower_case(void) {
    for (int i = 0; i < YZ_PROBLEM_CODE_COUNT; i++) {
        for (char *at = names[i]; *at; at++) {
            if (*at >= 'A' && *at <= 'Z') *at = (char)(*at - 'A' + 'a');
        }
    }
}

yz_text yz_problem_name(yz_problem_code code) {
    yz_check((unsigned)code < YZ_PROBLEM_CODE_COUNT);
    return yz_text_of(names[code]);
}

yz_status yz_problem_status(yz_problem_code code) {
    yz_check((unsigned)code < YZ_PROBLEM_CODE_COUNT);
    return STATUSES[code];
}

// Copies what fits, never half a character.
static void copy_cut(char *to, uint32_t room, yz_text from) {
    uint32_t size = from.size < room - 1 ? from.size : room - 1;
    if (size < from.size) {
        while (size > 0 && ((unsigned char)from.bytes[size] & 0xC0) == 0x80)
            size -= 1;
    }
    if (size > 0) memcpy(to, from.bytes, size);
    to[size] = '\0';
}

yz_status yz_problem_value(yz_problem *problem, yz_problem_code code, const char *pointer,
                           yz_text value) {
    if (problem != NULL) {
        problem->code = code;
        problem->given = problem->low = problem->high = 0;
        copy_cut(problem->pointer, YZ_POINTER_BYTES_MAX, yz_text_of(pointer));
        copy_cut(problem->value, YZ_PROBLEM_VALUE_MAX, value);
    }
    return yz_problem_status(code);
}

yz_status yz_problem_at(yz_problem *problem, yz_problem_code code, const char *pointer) {
    return yz_problem_value(problem, code, pointer, YZ_TEXT(""));
}

yz_status yz_problem_range(yz_problem *problem, yz_problem_code code, const char *pointer,
                           int64_t given, int64_t low, int64_t high) {
    yz_status status = yz_problem_at(problem, code, pointer);
    if (problem != NULL) {
        problem->given = given;
        problem->low = low;
        problem->high = high;
    }
    return status;
}

yz_status yz_problem_element(yz_problem *problem, yz_problem_code code, const char *list,
                             uint32_t index, const char *member, yz_text value) {
    char pointer[YZ_POINTER_BYTES_MAX];
    snprintf(pointer, sizeof pointer, "%s/%u%s", list, (unsigned)index, member);
    return yz_problem_value(problem, code, pointer, value);
}
