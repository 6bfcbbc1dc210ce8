/* The census against a recount from plain records: a town whose subjects are written down once, put
 * into a book as facts, and counted again from what was written down. */
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/policy/census.h"
#include "engine/policy/events.h"
#include "tests/engine/policy/census_town.h"
#include "tests/engine/policy/rules_kit.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdio.h>

static yz_census_ask some_ask(yz_random *random) {
    static const char *const PREFIXES[] = {"", "62", "6205", "620502", "61", "620502001", "63"};
    int32_t first = census_town_day(random), last = census_town_day(random);
    if (first > last) {
        int32_t swap = first;
        first = last;
        last = swap;
    }
    yz_census_ask ask = {.first = first,
                         .last = last,
                         .division = yz_text_of(PREFIXES[yz_random_below(random, 7)]),
                         .series = (1u << YZ_CENSUS_SERIES_COUNT) - 1,
                         .level = (uint32_t)yz_random_below(random, 7)};
    if (yz_random_below(random, 2) == 0) ask.series &= (uint32_t)yz_random_next(random);
    if (yz_random_below(random, 3) > 0) return ask;
    ask.by = (yz_census_by)yz_random_below(random, YZ_CENSUS_BY_COUNT);
    for (int s = 0; s < YZ_CENSUS_SERIES_COUNT; s++)
        if (!(yz_census_breakdowns((yz_census_series)s) >> ask.by & 1)) ask.series &= ~(1u << s);
    return ask;
}

static void same(const census_town *town, const yz_census_ask *ask, const yz_census_row *row,
                 uint64_t seed) {
    static const char *const NAMES[] = {
#define X(name) #name,
        YZ_CENSUS_COUNTS(X)
#undef X
    };
    int64_t counts[YZ_CENSUS_COUNT_COUNT];
    const yz_text *key = row->key.bytes != NULL ? &row->key : NULL;
    census_town_count(town, ask, key, counts);
    for (int i = 0; i < YZ_CENSUS_COUNT_COUNT; i++)
        cr_assert_eq(row->counts[i], counts[i],
                     "seed %lu, %s, key '%.*s', by %d, %d..%d, division '%.*s': %ld, recount %ld",
                     (unsigned long)seed, NAMES[i], (int)row->key.size, row->key.bytes, ask->by,
                     ask->first, ask->last, (int)ask->division.size, ask->division.bytes,
                     (long)row->counts[i], (long)counts[i]);
}

// Every key that the recount knows stands among the rows, unless nothing counts there.
static void no_row_is_missing(const census_town *town, const yz_census_ask *ask,
                              const yz_census_row *rows, uint32_t count, uint64_t seed) {
    char keys[CENSUS_TOWN_KEYS_MAX][CENSUS_TOWN_KEY_MAX];
    uint32_t known = census_town_keys(town, ask, keys);
    for (uint32_t k = 0; k < known; k++) {
        bool there = false;
        int64_t counts[YZ_CENSUS_COUNT_COUNT];
        yz_text key = yz_text_of(keys[k]);
        for (uint32_t i = 1; i < count; i++)
            there |= yz_text_equal(rows[i].key, key);
        if (there) continue;
        census_town_count(town, ask, &key, counts);
        for (int i = 0; i < YZ_CENSUS_COUNT_COUNT; i++)
            cr_assert_eq(counts[i], 0, "seed %lu: no row '%s'", (unsigned long)seed, keys[k]);
    }
}

static void compare(const census_town *town, const yz_census_ask *ask, yz_random *random,
                    uint64_t seed, bool *seen) {
    yz_census_row *rows;
    yz_census *c = yz_census_new(ask);
    while (yz_census_read(c, town->book, 1 + (uint32_t)yz_random_below(random, 200))) {
    }
    uint32_t count = yz_census_finish(c, &rows);
    cr_assert_null(rows[0].key.bytes);
    for (uint32_t i = 0; i < count; i++) {
        same(town, ask, &rows[i], seed);
        cr_assert(i < 2 || yz_text_compare(rows[i - 1].key, rows[i].key) < 0);
    }
    no_row_is_missing(town, ask, rows, count, seed);
    for (int i = 0; i < YZ_CENSUS_COUNT_COUNT; i++)
        seen[i] |= rows[0].counts[i] != 0;
    yz_census_free(c);
}

#define OTHER_NUMBERS                                                                              \
    HEAD "param m14.followup_days int { 10 from 2020-01-01 ref n/1 }\n"                            \
         "param m12b.times_per_year int { 2 from 2020-01-01 ref n/1 }\n"                           \
         "param m09.retain_grace_days int { 5 from 2020-01-01 ref n/1 }\n"                         \
         "param common.graduate_kinds set { {general, adult} from 2020-01-01 ref n/1 }\n"          \
         "param m01.rate_max percent { 10% from 2020-01-01 ref n/1 }\n"

static void compare_town(uint64_t seed, uint32_t subjects, const char *rules_text, bool *seen) {
    yz_rules_problem problem;
    yz_rules *rules = rules_text != NULL ? kit_load(rules_text, &problem) : NULL;
    yz_params *params = NULL;
    if (rules_text != NULL) cr_assert_not_null(rules, "%s", problem.what);
    if (rules != NULL) cr_assert_eq(yz_params_new(rules, NULL, 0, &params, &problem), YZ_OK);
    yz_random random = yz_random_seeded(seed);
    census_town *town = census_town_new(&random, subjects, rules, params);
    for (uint32_t i = 0; i < 60; i++) {
        yz_census_ask ask = some_ask(&random);
        if (ask.series != 0) compare(town, &ask, &random, seed, seen);
    }
    census_town_free(town);
    yz_params_free(params);
    yz_rules_free(rules);
}

Test(census, counts_what_a_recount_of_plain_records_counts) {
    bool seen[YZ_CENSUS_COUNT_COUNT] = {false};
    uint32_t towns = YZ_ROUNDS(12);
    for (uint64_t seed = 1; seed <= towns; seed++)
        compare_town(seed, 400, seed % 3 == 0 ? OTHER_NUMBERS : NULL, seen);
    printf("seeds=1..%u subjects=400 questions=60 each\n", towns);
    if (towns < 12) return; // fewer towns have less of everything
    for (int i = 0; i < YZ_CENSUS_COUNT_COUNT; i++)
        cr_assert(seen[i] || i == YZ_CENSUS_guides_wanted, "nothing ever counted in %d", i);
}

// Several questions at once count what each counts alone.
Test(census, questions_are_read_together) {
    yz_random random = yz_random_seeded(99);
    census_town *town = census_town_new(&random, 300, NULL, NULL);
    for (int round = 0; round < 20; round++) {
        yz_census *all[3];
        yz_census_ask asks[3];
        for (int i = 0; i < 3; i++) {
            asks[i] = some_ask(&random);
            all[i] = yz_census_new(&asks[i]);
        }
        while (yz_census_read_together(all, 3, town->book,
                                       1 + (uint32_t)yz_random_below(&random, 50))) {
        }
        for (int i = 0; i < 3; i++) {
            yz_census_row *rows;
            uint32_t count = yz_census_finish(all[i], &rows);
            for (uint32_t r = 0; r < count; r++)
                same(town, &asks[i], &rows[r], 99);
            yz_census_free(all[i]);
        }
    }
    census_town_free(town);
}

// ---- what stays: the first and the last day ----

static yz_event event(int kind, int32_t day) {
    return (yz_event){.kind = kind, .day = day, .program = -1, .service = -1};
}

static yz_stay stay_of(const yz_event *events, uint32_t count, int32_t first, int32_t last) {
    return yz_events_stay(events, count, yz_word_event_kind_household_zero_opened,
                          yz_word_event_kind_household_zero_cleared, first, last);
}

Test(census, a_stay_counts_by_its_first_and_last_day) {
    const yz_event events[] = {event(yz_word_event_kind_household_zero_opened, 100),
                               event(yz_word_event_kind_household_zero_cleared, 190)};
    yz_stay s = stay_of(events, 2, 100, 189); // 90 days, both in it
    cr_expect(s.began == 1 && s.ended == 0 && s.at_end && !s.at_start && s.since == 100);
    s = stay_of(events, 2, 101, 190);
    cr_expect(s.began == 0 && s.ended == 1 && s.days_of_ended == 90 && !s.at_end && s.at_start);
    s = stay_of(events, 2, 190, 190);
    cr_expect(s.touched && s.at_start && s.ended == 1);
    s = stay_of(events, 2, 191, 400);
    cr_expect(!s.touched && !s.at_start && !s.at_end);
    s = stay_of(events, 2, 1, 99);
    cr_expect(!s.touched && !s.at_end);
    s = stay_of(events, 1, 200, 300);
    cr_expect(s.touched && s.at_start && s.at_end && s.began == 0);
}

Test(census, a_metric_has_no_value_where_nothing_can_be_divided) {
    const yz_census_metric *metrics;
    uint32_t count = yz_census_metrics(&metrics);
    yz_census_row row = {0};
    int64_t value;
    for (uint32_t i = 0; i < count; i++) {
        bool counted =
            metrics[i].shape == YZ_CENSUS_IS_COUNT || metrics[i].shape == YZ_CENSUS_IS_FEN;
        cr_expect_eq(yz_census_value(&metrics[i], &row, &value), counted, "%s", metrics[i].key);
    }
    const yz_census_metric share = {.shape = YZ_CENSUS_IS_SHARE,
                                    .of = YZ_CENSUS_households_cleared,
                                    .to = YZ_CENSUS_households_at_start,
                                    .also = YZ_CENSUS_households_opened};
    row.counts[YZ_CENSUS_households_cleared] = 1;
    row.counts[YZ_CENSUS_households_at_start] = 2;
    row.counts[YZ_CENSUS_households_opened] = 1;
    cr_assert(yz_census_value(&share, &row, &value));
    cr_expect_eq(value, 3333);
    row.counts[YZ_CENSUS_households_cleared] = 2;
    cr_assert(yz_census_value(&share, &row, &value));
    cr_expect_eq(value, 6667);
}

// ---- events that are none ----

typedef struct one_event {
    int64_t top[1 + 16], event[1 + 8];
    yz_list list;
    yz_facts facts;
} one_event;

static yz_row *only(one_event *o) {
    yz_row *top = (yz_row *)o->top, *row = (yz_row *)o->event;
    *o = (one_event){.list = {1, sizeof o->event, o->event}};
    top->known = UINT64_C(1) << yz_field_top_events;
    top->values[yz_field_top_events] = (int64_t)(intptr_t)&o->list;
    o->facts.objects[YZ_OBJECT_top] = top;
    return row;
}

static void give(yz_row *row, uint32_t field, int64_t value) {
    row->known |= UINT64_C(1) << field;
    row->values[field] = value;
}

static void refused(one_event *o, yz_subject_kind kind, yz_problem_code code, const char *at) {
    yz_problem problem = {0};
    cr_expect_neq(yz_events_check(kind, &o->facts, "/facts/events", &problem), YZ_OK);
    cr_expect(problem.code == code && strcmp(problem.pointer, at) == 0, "%d %s", problem.code,
              problem.pointer);
}

Test(census, an_event_says_what_its_kind_needs) {
    one_event o;
    yz_problem problem = {0};
    yz_row *row = only(&o);
    cr_assert_leq(yz_row_size(YZ_OBJECT_top), sizeof o.top);
    cr_assert_leq(yz_row_size(YZ_OBJECT_event), sizeof o.event);
    refused(&o, YZ_SUBJECT_person, YZ_PROBLEM_MISSING_FIELD, "/facts/events/0/kind");
    give(row, yz_field_event_kind, yz_word_event_kind_rated);
    refused(&o, YZ_SUBJECT_person, YZ_PROBLEM_MISSING_FIELD, "/facts/events/0/date");
    give(row, yz_field_event_date, 20000);
    refused(&o, YZ_SUBJECT_person, YZ_PROBLEM_MISSING_FIELD, "/facts/events/0/value");
    give(row, yz_field_event_value, 6);
    refused(&o, YZ_SUBJECT_hire, YZ_PROBLEM_OUT_OF_RANGE, "/facts/events/0/value");
    give(row, yz_field_event_value, 0);
    refused(&o, YZ_SUBJECT_hire, YZ_PROBLEM_OUT_OF_RANGE, "/facts/events/0/value");
    give(row, yz_field_event_value, 5);
    cr_expect_eq(yz_events_check(YZ_SUBJECT_hire, &o.facts, "/facts/events", &problem), YZ_OK);
    give(row, yz_field_event_kind, yz_word_event_kind_household_zero_opened);
    refused(&o, YZ_SUBJECT_person, YZ_PROBLEM_BAD_EVENT, "/facts/events/0/kind");
    cr_expect_eq(yz_events_check(YZ_SUBJECT_household, &o.facts, "/facts/events", &problem), YZ_OK);
    give(row, yz_field_event_kind, yz_word_event_kind_program_joined);
    refused(&o, YZ_SUBJECT_person, YZ_PROBLEM_MISSING_FIELD, "/facts/events/0/program");
    give(row, yz_field_event_kind, yz_word_event_kind_service_given);
    refused(&o, YZ_SUBJECT_employer, YZ_PROBLEM_MISSING_FIELD, "/facts/events/0/service");
}

Test(census, events_of_a_subject_come_by_day) {
    one_event o;
    int64_t rows[3][1 + 8] = {{0}};
    yz_event events[YZ_FACT_LIST_MAX];
    (void)only(&o);
    o.list = (yz_list){3, sizeof rows[0], rows};
    const int32_t days[] = {30, 10, 30};
    for (int i = 0; i < 3; i++) {
        give((yz_row *)rows[i], yz_field_event_kind, yz_word_event_kind_rated);
        give((yz_row *)rows[i], yz_field_event_date, days[i]);
        give((yz_row *)rows[i], yz_field_event_value, i + 1);
    }
    cr_assert_eq(yz_events_of(&o.facts, events), 3);
    cr_expect(events[0].value == 2 && events[1].value == 1 && events[2].value == 3);
}
