/* The records themselves; census_town.c and census_recount.c only. */
#ifndef YZ_TESTS_POLICY_CENSUS_TOWN_INNER_H
#define YZ_TESTS_POLICY_CENSUS_TOWN_INNER_H

#include "tests/engine/policy/census_town.h"

#define NOT_SAID (-1000000) // of any number here
#define TOWN_FIRST 18993    // 2022-01-01
#define TOWN_DAYS 1300
#define LISTED 3 // entries of a list at most
#define EVENTS 8

typedef struct plain_event {
    int kind, day, value, program, service;
} plain_event;

typedef struct plain_spell {
    int from, to; // NOT_SAID
} plain_spell;

typedef struct plain_intern {
    int birth, graduate_kind, graduation, in_school, start, end, outcome, contract;
    plain_spell spell; // of work
} plain_intern;

struct plain {
    int kind, person, employer; // places; -1
    const char *division;
    bool gone;
    int event_count, list_count;
    plain_event events[EVENTS];
    /* person */
    int graduate_kind, graduation, registered, poor, plan;
    const char *hukou;
    plain_spell work[LISTED], benefit[LISTED];
    int work_count, benefit_count;
    /* employer */
    int of_kind, state_owned, state_level, insured_start, insured_end, registered_on, gone_on;
    int internship_unit, key, specialist;
    struct {
        int count, met;
    } needs[LISTED];
    int found_on, decided_on,
        declined; // its line of m03a; of a household of m14e: decided, it lapsed
    /* hire, posting, certificate, loan, transfer, organisation, guide: what each has of these */
    int day, contract_kind, level, open, experience, openings;
    int due, new_due, principal, organised, this_year, last_year;
    const char *where, *occupation, *measure;
    int online, fields, asks_card, before[3], after[3];
    plain_intern interns[LISTED];
    struct {
        int venue, day, reached;
    } visits[LISTED];
};

#endif
