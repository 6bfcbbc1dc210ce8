#include "engine/model/target.h"

static bool is_word(yz_text text) {
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && (c < '0' || c > '9') && c != '_' && c != '.') return false;
    }
    return true;
}

static yz_status check_series(yz_text series, yz_problem *problem) {
    if (series.size == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/series");
    if (series.size > YZ_SERIES_BYTES_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "/series", series.size, 1,
                                YZ_SERIES_BYTES_MAX);
    }
    if (is_word(series)) return YZ_OK;
    // What is no UTF-8 is not repeated.
    yz_text shown = yz_text_is_utf8(series, NULL) ? series : YZ_TEXT("");
    return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, "/series", shown);
}

static yz_status in_range(int64_t value, int64_t low, int64_t high, const char *pointer,
                          yz_problem *problem) {
    if (value >= low && value <= high) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, pointer, value, low, high);
}

yz_status yz_target_check(const yz_target *t, yz_problem *problem) {
    yz_entry entry = {.id = t->id, .name_zh = t->name_zh, .name_en = t->name_en};
    yz_person place = {.id = t->id, .division = t->division}; // its rules of a division
    yz_status status = yz_entry_check(&entry, problem);
    if (status == YZ_OK) status = yz_person_check(&place, YZ_PERSON_DIVISION, problem);
    if (status == YZ_OK) {
        status = in_range(t->year, YZ_TARGET_YEAR_MIN, YZ_TARGET_YEAR_MAX, "/year", problem);
    }
    if (status == YZ_OK) status = check_series(t->series, problem);
    if (status != YZ_OK) return status;
    return in_range(t->value, 1, YZ_TARGET_VALUE_MAX, "/value", problem);
}
