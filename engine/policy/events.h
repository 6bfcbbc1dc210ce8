/* Dated events of a subject (policy/SPEC.md section 9) that no other fact tells: that a household
 * had nobody in work from a day on, that a loan was paid out, that somebody gave a mark. They are
 * the list `events` of the subject's facts:
 *
 *     household  household_zero_opened 03-02, household_zero_cleared 04-20
 *     employer   service_given 03-10 (service), rated 03-11 (value 5)
 *
 * In any order; of one day in that of the list. No rule reads them: a new one makes nobody due. */
#ifndef YZ_ENGINE_POLICY_EVENTS_H
#define YZ_ENGINE_POLICY_EVENTS_H

#include "engine/model/problem.h"
#include "engine/policy/book.h"

/* Does every event of these facts say its kind and its day, and what its kind needs, and may a
 * subject of this kind have it?
 *
 * MISSING_FIELD  kind, date; value of rated, program of program_joined, service of service_given
 * BAD_EVENT      of another kind of subject; `value` says the event, `low` the kind it is of
 * OUT_OF_RANGE   rated: 1..5
 *
 * Told of under `list`: /facts/events/3/date. O(events). */
YZ_MUST_USE yz_status yz_events_check(yz_subject_kind kind, const yz_facts *facts, const char *list,
                                      yz_problem *problem);

typedef struct yz_event {
    int kind; // yz_word_event_kind_...
    int32_t day;
    int64_t value;
    int program, service; // words, -1: not said
    uint32_t at;          // its place in the list
} yz_event;

/* By day; returns how many there are, at most YZ_FACT_LIST_MAX. `events` has room for as many.
 * O(count * log count). */
uint32_t yz_events_of(const yz_facts *facts, yz_event *events);

/* What begins and ends by turns, against a period of which both days count. To begin again while
 * it goes on, or to end what has not begun, is nothing. */
typedef struct yz_stay {
    bool at_start;         // goes on at the end of the day before
    bool at_end;           // at the end of the last day
    bool touched;          // on at least one day of it; the day on which it ends is one
    int32_t since;         // at_end: the day it began
    int32_t first_since;   // touched: the day the first one that touches began
    int64_t began, ended;  // times in it
    int64_t days_of_ended; // days from the beginning of those to their end, together
} yz_stay;
yz_stay yz_events_stay(const yz_event *events, uint32_t count, int begin, int end, int32_t first,
                       int32_t last);

#endif
