#include "engine/policy/events.h"

#include <stdlib.h>

#define NEVER INT32_MIN
#define OF_ANY YZ_SUBJECT_KIND_COUNT

/* Of which kind of subject an event is, and which field beside its day it needs. */
static const struct {
    yz_subject_kind of;
    int needs; // field of the shape, -1: none
} EVENTS[] = {
    [yz_word_event_kind_assistance_opened] = {YZ_SUBJECT_person, -1},
    [yz_word_event_kind_plan_made] = {YZ_SUBJECT_person, -1},
    [yz_word_event_kind_followed_up] = {YZ_SUBJECT_person, -1},
    [yz_word_event_kind_assistance_closed] = {YZ_SUBJECT_person, -1},
    [yz_word_event_kind_household_zero_opened] = {YZ_SUBJECT_household, -1},
    [yz_word_event_kind_household_zero_cleared] = {YZ_SUBJECT_household, -1},
    [yz_word_event_kind_transfer_started] = {YZ_SUBJECT_transfer, -1},
    [yz_word_event_kind_transfer_ended] = {YZ_SUBJECT_transfer, -1},
    [yz_word_event_kind_program_joined] = {YZ_SUBJECT_person, yz_field_event_program},
    [yz_word_event_kind_shared_with_civil_affairs] = {YZ_SUBJECT_person, -1},
    [yz_word_event_kind_loan_issued] = {YZ_SUBJECT_loan, -1},
    [yz_word_event_kind_loan_extended] = {YZ_SUBJECT_loan, -1},
    [yz_word_event_kind_loan_repaid] = {YZ_SUBJECT_loan, -1},
    [yz_word_event_kind_loan_written_off] = {YZ_SUBJECT_loan, -1},
    [yz_word_event_kind_service_given] = {OF_ANY, yz_field_event_service},
    [yz_word_event_kind_guide_published] = {YZ_SUBJECT_guide, -1},
    [yz_word_event_kind_blocked_point_opened] = {YZ_SUBJECT_blocked_point, -1},
    [yz_word_event_kind_blocked_point_resolved] = {YZ_SUBJECT_blocked_point, -1},
    [yz_word_event_kind_rated] = {OF_ANY, yz_field_event_value},
};

static const yz_list *list_of(const yz_facts *facts) {
    const yz_row *top = facts->objects[YZ_OBJECT_top];
    if (top == NULL || !(top->known >> yz_field_top_events & 1)) return NULL;
    return (const yz_list *)(intptr_t)top->values[yz_field_top_events];
}

static bool has(const yz_row *row, int field) {
    return row->known >> field & 1;
}

// ---- is it one ----

static yz_status missing(yz_problem *problem, const char *list, uint32_t at, int field) {
    static const char *const NAMES[] = {[yz_field_event_kind] = "/kind",
                                        [yz_field_event_date] = "/date",
                                        [yz_field_event_value] = "/value",
                                        [yz_field_event_program] = "/program",
                                        [yz_field_event_service] = "/service"};
    return yz_problem_element(problem, YZ_PROBLEM_MISSING_FIELD, list, at, NAMES[field],
                              YZ_TEXT(""));
}

static yz_status check_event(yz_subject_kind of, const yz_row *row, const char *list, uint32_t at,
                             yz_problem *problem) {
    const char *const *words;
    if (!has(row, yz_field_event_kind)) return missing(problem, list, at, yz_field_event_kind);
    if (!has(row, yz_field_event_date)) return missing(problem, list, at, yz_field_event_date);
    int64_t kind = row->values[yz_field_event_kind];
    if (EVENTS[kind].of != OF_ANY && EVENTS[kind].of != of) {
        (void)yz_enumeration_words(YZ_WORDS_event_kind, &words);
        yz_status status = yz_problem_element(problem, YZ_PROBLEM_BAD_EVENT, list, at, "/kind",
                                              yz_text_of(words[kind]));
        if (problem != NULL) problem->low = EVENTS[kind].of;
        return status;
    }
    int needs = EVENTS[kind].needs;
    if (needs >= 0 && !has(row, needs)) return missing(problem, list, at, needs);
    int64_t value = has(row, yz_field_event_value) ? row->values[yz_field_event_value] : 0;
    if (kind != yz_word_event_kind_rated || (value >= 1 && value <= 5)) return YZ_OK;
    yz_status status =
        yz_problem_element(problem, YZ_PROBLEM_OUT_OF_RANGE, list, at, "/value", YZ_TEXT(""));
    if (problem != NULL) {
        problem->given = value;
        problem->low = 1;
        problem->high = 5;
    }
    return status;
}

yz_status yz_events_check(yz_subject_kind kind, const yz_facts *facts, const char *list,
                          yz_problem *problem) {
    const yz_list *events = list_of(facts);
    yz_status status = YZ_OK;
    for (uint32_t i = 0; events != NULL && i < events->count && status == YZ_OK; i++)
        status = check_event(kind, yz_list_row(events, i), list, i, problem);
    return status;
}

// ---- read ----

static int word_or_none(const yz_row *row, int field) {
    return has(row, field) ? (int)row->values[field] : -1;
}

static int by_day(const void *a, const void *b) {
    const yz_event *x = a, *y = b;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

uint32_t yz_events_of(const yz_facts *facts, yz_event *events) {
    const yz_list *list = list_of(facts);
    uint32_t count = 0;
    bool in_order = true;
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        const yz_row *row = yz_list_row(list, i);
        if (!has(row, yz_field_event_kind) || !has(row, yz_field_event_date)) continue;
        yz_event event = {
            .kind = (int)row->values[yz_field_event_kind],
            .day = (int32_t)row->values[yz_field_event_date],
            .value = has(row, yz_field_event_value) ? row->values[yz_field_event_value] : 0,
            .program = word_or_none(row, yz_field_event_program),
            .service = word_or_none(row, yz_field_event_service),
            .at = i,
        };
        in_order = in_order && (count == 0 || events[count - 1].day <= event.day);
        events[count++] = event;
    }
    if (!in_order) qsort(events, count, sizeof *events, by_day);
    return count;
}

static void touch(yz_stay *stay, int32_t since) {
    if (!stay->touched) stay->first_since = since;
    stay->touched = true;
}

yz_stay yz_events_stay(const yz_event *events, uint32_t count, int begin, int end, int32_t first,
                       int32_t last) {
    yz_stay stay = {.since = NEVER, .first_since = NEVER};
    int32_t since = NEVER;
    for (uint32_t i = 0; i < count && events[i].day <= last; i++) {
        int32_t day = events[i].day;
        if (day >= first && since != NEVER && since < first) stay.at_start = true;
        if (events[i].kind == begin && since == NEVER) {
            since = day;
            stay.began += day >= first;
        } else if (events[i].kind == end && since != NEVER) {
            if (day >= first) {
                touch(&stay, since);
                stay.ended += 1;
                stay.days_of_ended += day - since;
            }
            since = NEVER;
        }
    }
    if (since == NEVER) return stay;
    touch(&stay, since);
    stay.at_start |= since < first;
    stay.at_end = true;
    stay.since = since;
    return stay;
}
