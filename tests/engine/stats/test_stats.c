/* Each definition by a case worked out by hand; damage; and what must make no difference. */
#include "engine/base/crc32c.h"
#include "engine/journal/wire.h"
#include "tests/rounds.h"
#include "wander.h"

// ---- few words for facts ----

enum { TIANSHUI = 1, QINZHOU = 2, MAIJI = 3, LANZHOU = 6 }; // 6205, 620502, 620503, 620121

static fact a_seeker(uint32_t row, uint32_t division, uint8_t state) {
    return (fact){.seeker = {.seeker = row,
                             .person = YZ_ROW_NONE,
                             .division = division,
                             .occupation = 0,
                             .types = YZ_TYPE_FULL | YZ_TYPE_GIG,
                             .state = state}};
}
static void seeker(ledger *l, uint32_t row, uint32_t division, uint8_t state) {
    fact f = a_seeker(row, division, state);
    tell_seeker(l, &f);
}
static void seeker_of_person(ledger *l, uint32_t row, uint32_t person, uint8_t state) {
    fact f = a_seeker(row, QINZHOU, state);
    f.seeker.person = person;
    tell_seeker(l, &f);
}

static fact a_posting(uint32_t row, uint32_t division, uint8_t state, uint32_t openings,
                      uint32_t filled) {
    return (fact){.posting = {.posting = row,
                              .employer = YZ_ROW_NONE,
                              .division = division,
                              .occupation = 0,
                              .venue = YZ_ROW_NONE,
                              .type = YZ_TYPE_FULL,
                              .state = state,
                              .openings = openings,
                              .filled = filled}};
}
static void posting(ledger *l, uint32_t row, uint32_t division, uint8_t state, uint32_t openings,
                    uint32_t filled) {
    fact f = a_posting(row, division, state, openings, filled);
    tell_posting(l, &f);
}
static void signs(ledger *l, uint32_t seeker_row, uint32_t posting_row) {
    tell_step(l, seeker_row, posting_row, YZ_STEP_PLACED, YZ_ROW_NONE, false);
}

// ---- few words for questions ----

static yz_stats_value read_at(const ledger *l, yz_series series, const char *period,
                              const char *prefix) {
    asked a = everywhere(series, period);
    a.prefix = prefix;
    yz_stats_value v = {0};
    cr_assert(ask_stats(l, &a, &v), "%.3s %s", yz_series_of(series)->id.bytes, period);
    return v;
}
static void is(const ledger *l, yz_series series, const char *period, const char *prefix,
               int64_t wanted) {
    yz_stats_value v = read_at(l, series, period, prefix);
    cr_assert_eq(v.value, wanted, "%.3s of \"%s\" in %s: %ld, not %ld",
                 yz_series_of(series)->id.bytes, prefix, period, v.value, wanted);
}
static void is_fraction(const ledger *l, yz_series series, const char *period, int64_t of,
                        int64_t all, int64_t wanted) {
    yz_stats_value v = read_at(l, series, period, "");
    cr_assert(v.numerator == of && v.denominator == all, "%.3s in %s: %ld / %ld",
              yz_series_of(series)->id.bytes, period, v.numerator, v.denominator);
    cr_assert_eq(v.known, all != 0);
    cr_assert_eq(v.value, wanted, "%.3s in %s: %ld", yz_series_of(series)->id.bytes, period,
                 v.value);
}

// ---- seekers ----

Test(stats, the_last_millisecond_of_a_month_in_beijing_is_in_it) {
    ledger *l = ledger_new();
    go_to(l, "2023-07-31T23:59:59.999+08:00");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN);
    go_to(l, "2023-07-31T16:00:00Z");
    seeker(l, 1, QINZHOU, YZ_STATE_OPEN);
    is(l, YZ_S01, "2023-07", "", 1);
    is(l, YZ_S01, "2023-07-31", "", 1);
    is(l, YZ_S01, "2023-07-31T23+08:00", "", 1);
    is(l, YZ_S01, "2023-07-31T23:59+08:00", "", 1);
    is(l, YZ_S01, "2023-08", "", 1);
    is(l, YZ_S01, "2023-08-01T00:00+08:00", "", 1);
    is(l, YZ_S01, "2023-08-01T00:01+08:00", "", 0);
    is(l, YZ_S01, "2023", "", 2);
    is(l, YZ_S01, "total", "", 2);
    is(l, YZ_S02, "2023-07", "", 1);
    is(l, YZ_S02, "2023-08", "", 2);
    is(l, YZ_Y13, "2023-07-31T23:59+08:00", "", 1);
    ledger_free(l);
}

Test(stats, a_seeker_that_pauses_closes_and_comes_back_counts_once_in_a_month) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-02");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN);
    go_to(l, "2023-08-03");
    seeker(l, 0, QINZHOU, YZ_STATE_PAUSED);
    go_to(l, "2023-08-04");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN); // no registration
    seeker(l, 0, QINZHOU, YZ_STATE_CLOSED);
    go_to(l, "2023-08-06");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN); // registers
    is(l, YZ_S01, "2023-08", "", 2);
    is(l, YZ_S01, "2023-08-04", "", 0);
    is(l, YZ_S02, "2023-08", "", 1);
    is(l, YZ_S02, "2023-08-03", "", 1); // open at its start
    is(l, YZ_S02, "2023-08-04", "", 1); // for a moment
    is(l, YZ_S02, "2023-08-05", "", 0);
    is(l, YZ_S02, "2023-08-06", "", 1);
    is(l, YZ_S02, "now", "", 1);
    is(l, YZ_Y13, "2023-08-04", "", 0);
    go_to(l, "2023-09-10");
    seeker(l, 0, QINZHOU, YZ_STATE_CLOSED);
    is(l, YZ_S02, "2023-09", "", 1);
    is(l, YZ_S02, "2023-10", "", 0);
    is(l, YZ_S02, "2023", "", 1);
    ledger_free(l);
}

Test(stats, who_moves_counts_where_it_was_first_open_in_the_period) {
    ledger *l = ledger_new();
    go_to(l, "2023-07-30");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN);
    seeker(l, 1, QINZHOU, YZ_STATE_OPEN);
    go_to(l, "2023-08-05");
    seeker(l, 0, MAIJI, YZ_STATE_OPEN); // while open
    seeker(l, 1, QINZHOU, YZ_STATE_CLOSED);
    go_to(l, "2023-09-05");
    seeker(l, 1, MAIJI, YZ_STATE_OPEN); // while closed
    is(l, YZ_S02, "2023-08", "620502", 2);
    is(l, YZ_S02, "2023-08", "620503", 0);
    is(l, YZ_S02, "2023-08-06", "620503", 1);
    is(l, YZ_S02, "2023-09", "620502", 0);
    is(l, YZ_S02, "2023-09", "620503", 2);
    is(l, YZ_S02, "2023", "620502", 2);
    is(l, YZ_S02, "2023", "620503", 0);
    is(l, YZ_S01, "2023", "620503", 1); // the second registration
    is(l, YZ_Y13, "2023-08", "620503", 1);
    is(l, YZ_Y13, "now", "6205", 2);
    ledger_free(l);
}

// ---- postings ----

Test(stats, demand_is_what_was_asked_less_what_was_filled_before) {
    ledger *l = ledger_new();
    go_to(l, "2023-07-03");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN);
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 5, 0);
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 5, 2);
    is(l, YZ_S03, "2023-07", "", 5);
    is(l, YZ_S03, "now", "", 3);
    go_to(l, "2023-07-20");
    posting(l, 0, QINZHOU, YZ_STATE_CLOSED, 5, 2);
    is(l, YZ_S03, "now", "", 0);
    is(l, YZ_S03, "2023-07-20", "", 3); // open at its start
    is(l, YZ_S03, "2023-07-21", "", 0);
    go_to(l, "2023-08-10");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 6, 2); // posted anew, with two places filled
    is(l, YZ_S03, "2023-08", "", 4);
    is(l, YZ_S03, "2023", "", 6);
    is(l, YZ_Y02, "2023", "", 2);
    is(l, YZ_Y03, "2023-08", "", 6);
    posting(l, 0, QINZHOU, YZ_STATE_PAUSED, 9, 2);
    is(l, YZ_S03, "2023-08", "", 4); // nobody could see the nine
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 9, 2);
    is(l, YZ_S03, "2023-08", "", 7);
    is(l, YZ_Y02, "2023-08", "", 1); // a pause is no posting
    go_to(l, "2023-09-01");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 1, 1); // one stayed, the rest is not wanted any more
    is(l, YZ_S03, "2023-09", "", 0);             // not minus one
    is(l, YZ_S03, "2023-08", "", 7);
    ledger_free(l);
}

Test(stats, a_posting_that_fills_and_has_room_again_is_the_same_posting) {
    ledger *l = ledger_new();
    go_to(l, "2023-07-03");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 2, 0);
    go_to(l, "2023-07-20");
    posting(l, 0, QINZHOU, YZ_STATE_FULL, 2, 2);
    is(l, YZ_Y01, "now", "", 0);
    go_to(l, "2023-08-15");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 2, 1);
    is(l, YZ_S03, "2023-08", "", 0); // both had been filled before August
    is(l, YZ_S03, "now", "", 1);
    is(l, YZ_Y02, "2023", "", 1);
    yz_stats_value v = read_at(l, YZ_S07, "2023", "");
    cr_assert(v.days.vacant == 1 && v.days.vacant_mean_tenths == 430, "since 3 July: %ld",
              v.days.vacant_mean_tenths);
    ledger_free(l);
}

Test(stats, a_posting_that_moves_goes_on_counting_where_it_was_first_open) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-02");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 10, 0);
    posting(l, 0, MAIJI, YZ_STATE_OPEN, 4, 0); // moves, and asks for fewer
    is(l, YZ_S03, "2023-08", "620502", 4);
    is(l, YZ_S03, "2023-08", "620503", 0); // and not minus six
    is(l, YZ_S03, "now", "620503", 4);
    is(l, YZ_Y02, "2023-08", "620502", 1);
    go_to(l, "2023-08-03");
    posting(l, 0, LANZHOU, YZ_STATE_OPEN, 7, 0);
    is(l, YZ_S03, "2023-08-03", "620503", 7);
    is(l, YZ_S03, "2023-08", "620502", 7);
    is(l, YZ_S03, "2023-08-04", "620121", 7);
    ledger_free(l);
}

Test(stats, a_scheduled_posting_is_posted_when_it_opens) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-02");
    posting(l, 0, QINZHOU, YZ_STATE_SCHEDULED, 3, 0);
    is(l, YZ_Y02, "2023-08", "", 0);
    go_to(l, "2023-08-05");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 4, 0);
    is(l, YZ_Y02, "2023-08-05", "", 1);
    is(l, YZ_Y03, "2023-08", "", 4);
    go_to(l, "2023-08-06");
    posting(l, 0, QINZHOU, YZ_STATE_EXPIRED, 4, 0);
    posting(l, 0, QINZHOU, YZ_STATE_PAUSED, 4, 0);
    is(l, YZ_Y02, "2023-08-06", "", 0);
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 4, 0);
    is(l, YZ_Y02, "2023-08-06", "", 1);
    ledger_free(l);
}

// ---- signing ----

Test(stats, who_signs_counts_once_and_only_if_open_in_the_period) {
    ledger *l = ledger_new();
    go_to(l, "2023-07-10");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 9, 0);
    posting(l, 1, QINZHOU, YZ_STATE_OPEN, 9, 0);
    for (uint32_t row = 0; row < 4; row++)
        seeker(l, row, QINZHOU, YZ_STATE_OPEN);
    seeker(l, 1, QINZHOU, YZ_STATE_PAUSED);
    go_to(l, "2023-08-05");
    signs(l, 0, 0);
    signs(l, 0, 1); // the second of the month
    signs(l, 1, 0); // paused since July
    seeker(l, 2, QINZHOU, YZ_STATE_PAUSED);
    go_to(l, "2023-08-06");
    signs(l, 2, 0); // paused since yesterday
    is_fraction(l, YZ_S05, "2023-08", 2, 3, 6667);
    is_fraction(l, YZ_S05, "2023-08-05", 1, 3, 3333);
    is_fraction(l, YZ_S05, "2023-08-06", 0, 2, 0);
    is_fraction(l, YZ_S05, "2023", 3, 4, 7500);
    is_fraction(l, YZ_S08, "2023-08", 4, 18, 2222);
    is(l, YZ_Y08, "2023-08", "", 4);
    ledger_free(l);
}

Test(stats, who_leaves_work_leaves_the_cell_it_signed_in) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-01");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN);
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 3, 0);
    signs(l, 0, 0);
    tell_step(l, 0, 0, YZ_STEP_STARTED, YZ_ROW_NONE, false);
    go_to(l, "2023-09-01");
    posting(l, 0, LANZHOU, YZ_STATE_OPEN, 3, 1); // the posting moves
    fact moved = a_seeker(0, QINZHOU, YZ_STATE_OPEN);
    moved.seeker.group = 7; // and so does the seeker
    tell_seeker(l, &moved);
    is(l, YZ_Y09, "now", "620502", 1);
    is(l, YZ_Y09, "now", "620121", 0);
    asked of_group = everywhere(YZ_Y09, "now");
    of_group.group = 0;
    yz_stats_value v;
    cr_assert(ask_stats(l, &of_group, &v) && v.value == 1);
    go_to(l, "2023-10-01");
    tell_step(l, 0, 0, YZ_STEP_ENDED, YZ_ROW_NONE, true);
    is(l, YZ_Y09, "now", "620502", 0);
    is(l, YZ_Y09, "now", "620121", 0);
    is(l, YZ_Y09, "2023-09", "620502", 1);
    tell_step(l, 0, 0, YZ_STEP_HELD, YZ_ROW_NONE, false);
    signs(l, 0, 0); // anew
    is(l, YZ_Y08, "total", "", 2);
    is(l, YZ_Y09, "now", "620121", 1);
    cr_assert(ask_stats(l, &of_group, &v) && v.value == 0);
    is_fraction(l, YZ_Y10, "now", 1, 2, 5000); // of three places one was done, one is taken
    is_fraction(l, YZ_Y11, "now", 1, 2, 5000);
    tell_step(l, 0, 0, YZ_STEP_NO_SHOW, YZ_ROW_NONE, false);
    is(l, YZ_Y09, "now", "", 0);
    ledger_free(l);
}

Test(stats, a_cohort_has_ninety_days) {
    ledger *l = ledger_new();
    go_to(l, "2023-01-31T23:00:00+08:00");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 9, 0);
    for (uint32_t row = 0; row < 3; row++)
        seeker(l, row, QINZHOU, YZ_STATE_OPEN);
    go_to(l, "2023-05-01T23:59:59.999+08:00"); // the ninetieth day
    signs(l, 0, 0);
    cr_assert(read_at(l, YZ_S06, "2023-01", "").provisional);
    is_fraction(l, YZ_S06, "2023-01", 1, 3, 3333);
    go_to(l, "2023-05-02");
    cr_assert_not(read_at(l, YZ_S06, "2023-01", "").provisional);
    signs(l, 1, 0); // the ninety-first
    is_fraction(l, YZ_S06, "2023-01", 1, 3, 3333);
    is_fraction(l, YZ_S06, "2023-02", 0, 0, 0);
    ledger_free(l);
}

Test(stats, a_person_is_in_a_cohort_once_a_month_by_the_first_registration) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-31");
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 9, 0);
    seeker_of_person(l, 0, 3, YZ_STATE_OPEN);
    seeker_of_person(l, 1, 3, YZ_STATE_OPEN); // looks twice
    seeker(l, 3, QINZHOU, YZ_STATE_OPEN);     // row 3 is not person 3
    is(l, YZ_S01, "2023-08", "", 3);
    is_fraction(l, YZ_S06, "2023-08", 0, 2, 0);
    go_to(l, "2023-09-01");
    seeker_of_person(l, 1, 3, YZ_STATE_CLOSED);
    seeker_of_person(l, 1, 3, YZ_STATE_OPEN);
    is_fraction(l, YZ_S06, "2023-09", 0, 1, 0);
    go_to(l, "2023-11-30"); // 91 days after the last of August, 90 after the first of September
    signs(l, 0, 0);         // by the other one
    is_fraction(l, YZ_S06, "2023-08", 0, 2, 0);
    is_fraction(l, YZ_S06, "2023-09", 1, 1, 10000);
    ledger_free(l);
}

Test(stats, quantiles_are_by_nearest_rank) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-01T22:00:00+08:00");
    for (uint32_t row = 0; row < 20; row++)
        seeker(l, row, QINZHOU, YZ_STATE_OPEN);
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 50, 0);
    int64_t begin = l->now_ms;
    for (uint32_t day = 1; day <= 10; day++) {
        l->now_ms = begin + (int64_t)day * YZ_DAY_MS;
        signs(l, day, 0);
        if (day == 5) posting(l, 0, QINZHOU, YZ_STATE_PAUSED, 50, day); // changes no date
        if (day == 5) posting(l, 0, QINZHOU, YZ_STATE_OPEN, 50, day);
    }
    yz_stats_value v = read_at(l, YZ_S07, "2023-08", "");
    cr_assert(v.days.count == 10 && v.days.mean_tenths == 55);
    cr_assert(v.days.median == 5 && v.days.p90 == 9, "%ld, %ld", v.days.median, v.days.p90);
    l->now_ms = begin + 11 * YZ_DAY_MS;
    signs(l, 11, 0);
    v = read_at(l, YZ_S07, "2023-08", "");
    cr_assert(v.days.median == 6 && v.days.p90 == 10, "%ld, %ld", v.days.median, v.days.p90);
    v = read_at(l, YZ_S07, "2023-08-03", "");
    cr_assert(v.days.count == 1 && v.days.median == 2 && v.days.p90 == 2);
    posting(l, 0, QINZHOU, YZ_STATE_CLOSED, 50, 11);
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 50, 11); // posted anew
    signs(l, 12, 0);
    v = read_at(l, YZ_S07, "2023-08-12", "");
    cr_assert(v.days.count == 2 && v.days.median == 0 && v.days.p90 == 11);
    cr_assert(v.days.vacant == 38 && v.days.vacant_mean_tenths == 0);
    ledger_free(l);
}

Test(stats, fractions_round_half_up_and_have_no_value_without_a_denominator) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-01");
    is_fraction(l, YZ_S04, "now", 0, 0, 0);
    for (uint32_t row = 0; row < 8; row++)
        seeker(l, row, QINZHOU, YZ_STATE_OPEN);
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 1, 0);
    is_fraction(l, YZ_S04, "now", 1, 8, 13); // 0.125
    posting(l, 0, QINZHOU, YZ_STATE_OPEN, 3, 0);
    is_fraction(l, YZ_S04, "2023-08", 3, 8, 38); // 0.375
    is_fraction(l, YZ_Y10, "now", 3, 3, 10000);
    cr_assert(read_at(l, YZ_S04, "2023-08", "").provisional);
    cr_assert_not(read_at(l, YZ_S04, "2023-07", "").provisional);
    cr_assert_not(read_at(l, YZ_S04, "now", "").provisional);
    ledger_free(l);
}

Test(stats, what_a_series_has_not_is_refused) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-01");
    seeker(l, 0, QINZHOU, YZ_STATE_OPEN);
    yz_stats_value v;
    static const struct {
        yz_series series;
        const char *period;
    } WINDOWLESS[] = {{YZ_S01, "now"},        {YZ_S02, "2023-08-01T06+08:00"},
                      {YZ_S02, "total"},      {YZ_S05, "now"},
                      {YZ_S06, "2023-08-01"}, {YZ_S06, "2023"},
                      {YZ_S07, "now"},        {YZ_Y01, "total"},
                      {YZ_S11, "2023"},       {YZ_S18, "2023"},
                      {YZ_S19, "2023"},       {YZ_Y12, "now"}};
    for (size_t i = 0; i < sizeof WINDOWLESS / sizeof *WINDOWLESS; i++) {
        asked a = everywhere(WINDOWLESS[i].series, WINDOWLESS[i].period);
        cr_assert_not(ask_stats(l, &a, &v), "%zu", i);
    }
    asked a = everywhere(YZ_S04, "2023-08");
    a.group = 0;
    cr_assert_not(ask_stats(l, &a, &v)); // of one group there is no demand
    a = everywhere(YZ_Y11, "2023-08");
    a.type = 0;
    cr_assert_not(ask_stats(l, &a, &v));
    a = everywhere(YZ_Y11, "2023-08");
    a.occupation = 0;
    cr_assert_not(ask_stats(l, &a, &v));
    a = everywhere(YZ_S01, "2023-08-01T06+08:00"); // hours of a division as a whole
    cr_assert(ask_stats(l, &a, &v));
    a.type = 0;
    cr_assert_not(ask_stats(l, &a, &v));
    a = everywhere(YZ_S01, "2022-06-01"); // 426 days ago
    cr_assert_not(ask_stats(l, &a, &v));
    ledger_free(l);
}

// ---- skills ----

Test(stats, skills_are_needed_by_vacancies_and_had_by_open_seekers) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-01");
    fact p = a_posting(0, QINZHOU, YZ_STATE_OPEN, 4, 1), s = a_seeker(0, QINZHOU, YZ_STATE_OPEN);
    p.posting.required_count = 3;
    memcpy(p.skills, (uint16_t[]){7, 8, 100}, 3 * sizeof(uint16_t));
    tell_posting(l, &p);
    s.seeker.skill_count = 2;
    memcpy(s.skills, (uint16_t[]){7, 8}, 2 * sizeof(uint16_t));
    tell_seeker(l, &s);
    s.seeker.seeker = 1;
    s.seeker.skill_count = 1;
    tell_seeker(l, &s);
    yz_skill_need needs[4];
    cr_assert_eq(yz_stats_skills(l->stats, YZ_TEXT("6205"), 1, needs, 4), 3);
    cr_assert(needs[0].skill == 100 && needs[0].demand == 3 && needs[0].supply == 0);
    cr_assert(needs[1].skill == 8 && needs[1].supply == 1);
    cr_assert(needs[2].skill == 7 && needs[2].supply == 2);
    cr_assert_eq(yz_stats_skills(l->stats, YZ_TEXT("62"), 1, needs, 2), 2);
    cr_assert(needs[0].skill == 100 && needs[1].skill == 8);
    cr_assert_eq(yz_stats_skills(l->stats, YZ_TEXT("6201"), 1, needs, 4), 0);
    cr_assert_eq(yz_stats_skills(l->stats, YZ_TEXT(""), 4, needs, 4), 0); // least
    p.posting.filled = 3; // two more are filled, and 7 is not asked for any more
    p.posting.required_count = 2;
    memcpy(p.skills, (uint16_t[]){8, 100}, 2 * sizeof(uint16_t));
    tell_posting(l, &p);
    cr_assert_eq(yz_stats_skill(l->stats, YZ_TEXT(""), 7).demand, 0);
    cr_assert_eq(yz_stats_skill(l->stats, YZ_TEXT(""), 8).demand, 1);
    s.seeker.division = LANZHOU; // moves
    tell_seeker(l, &s);
    cr_assert_eq(yz_stats_skill(l->stats, YZ_TEXT("6205"), 7).supply, 1);
    cr_assert_eq(yz_stats_skill(l->stats, YZ_TEXT("620121"), 7).supply, 1);
    s.seeker.state = YZ_STATE_PAUSED;
    tell_seeker(l, &s);
    cr_assert_eq(yz_stats_skill(l->stats, YZ_TEXT("62"), 7).supply, 1);
    ledger_free(l);
}

// ---- tables ----

Test(stats, a_row_of_a_table_has_every_occupation) {
    enum { MANY = 700 };
    yz_stats *s = yz_stats_new(&NAMES);
    for (uint32_t row = 0; row < MANY; row++) {
        fact f = a_seeker(row, QINZHOU, YZ_STATE_OPEN);
        f.seeker.occupation = row;
        yz_stats_seeker(s, &f.seeker, at("2023-08-01"));
        f.seeker.state = YZ_STATE_PAUSED;
        if (row % 3 == 0) yz_stats_seeker(s, &f.seeker, at("2023-08-01"));
    }
    static uint32_t occupations[MANY];
    static int64_t values[MANY];
    uint32_t node = yz_cube_node(yz_stats_cube(s), YZ_TEXT("6205"));
    cr_assert_eq(yz_stats_row(s, YZ_S02, node, 100, occupations, values, MANY), MANY - 100);
    for (uint32_t i = 0; i < MANY - 100; i++)
        cr_assert(occupations[i] == 100 + i && values[i] == (occupations[i] % 3 == 0 ? 0 : 1));
    cr_assert_eq(yz_stats_row(s, YZ_S01, node, 0, occupations, values, 10), 10);
    cr_assert(values[0] == 1 && values[9] == 1);
    cr_assert_eq(yz_stats_row(s, YZ_S02, YZ_NODE_NONE, 0, occupations, values, MANY), 0);
    yz_stats_free(s);
}

// ---- what makes no difference ----

static ledger *wandered(uint64_t seed, uint32_t facts) {
    yz_random random = yz_random_seeded(seed);
    ledger *l = ledger_new();
    l->now_ms = at("2023-07-20");
    while (l->count < facts)
        wander(l, &random);
    return l;
}

static void same_print(const ledger *a, const ledger *b, const char *what) {
    yz_print x = yz_stats_print(a->stats, a->now_ms), y = yz_stats_print(b->stats, b->now_ms);
    cr_assert_eq(memcmp(&x, &y, sizeof x), 0, "%s", what);
}

Test(stats, telling_a_record_twice_counts_nothing) {
    ledger *l = wandered(5, 2000), *again = wandered(5, 2000);
    posting(l, 0, QINZHOU, YZ_STATE_CLOSED, 5, 0);
    posting(again, 0, QINZHOU, YZ_STATE_CLOSED, 5, 0);
    for (uint32_t row = 0; row < SEEKERS; row++) {
        if (again->has_seeker[row]) tell_seeker(again, &again->seekers[row]);
    }
    for (uint32_t row = 0; row < POSTINGS; row++) {
        if (again->has_posting[row]) tell_posting(again, &again->postings[row]);
    }
    for (uint32_t row = 0; row < VENUES; row++) {
        if (again->has_venue[row]) tell_venue(again, again->venues[row]);
    }
    same_print(l, again, "told twice");
    ledger_free(l);
    ledger_free(again);
}

static uint32_t turned(uint32_t row, uint32_t count) {
    return row == YZ_ROW_NONE ? row : count - 1 - row;
}

// The same fact where each kind of record is numbered from its end.
static fact turned_fact(const fact *f) {
    fact t = *f;
    t.seeker.seeker = turned(f->seeker.seeker, SEEKERS);
    t.seeker.person = turned(f->seeker.person, PERSONS);
    t.seeker.division = turned(f->seeker.division, DIVISION_COUNT);
    t.seeker.occupation = turned(f->seeker.occupation, OCCUPATIONS);
    t.posting.posting = turned(f->posting.posting, POSTINGS);
    t.posting.employer = turned(f->posting.employer, EMPLOYERS);
    t.posting.division = turned(f->posting.division, DIVISION_COUNT);
    t.posting.occupation = turned(f->posting.occupation, OCCUPATIONS);
    t.posting.venue = turned(f->posting.venue, VENUES);
    t.venue.venue = turned(f->venue.venue, VENUES);
    t.venue.division = turned(f->venue.division, DIVISION_COUNT);
    t.step.seeker = turned(f->step.seeker, SEEKERS);
    t.step.posting = turned(f->step.posting, POSTINGS);
    t.step.venue = turned(f->step.venue, VENUES);
    for (uint32_t i = 0; i < SKILLS_OF_ONE; i++)
        t.skills[i] = (uint16_t)turned(f->skills[i], SKILLS);
    return t;
}

static void tell_turned(ledger *l, const fact *f) {
    fact t = turned_fact(f);
    l->now_ms = f->at_ms;
    switch (f->kind) {
    case FACT_SEEKER: tell_seeker(l, &t); break;
    case FACT_POSTING: tell_posting(l, &t); break;
    case FACT_VENUE: tell_venue(l, t.venue); break;
    case FACT_BOOTH: tell_booth(l, turned(f->a, VENUES), f->b, turned(f->c, EMPLOYERS)); break;
    case FACT_STEP: yz_stats_step(l->stats, &t.step, l->now_ms); break;
    case FACT_TOLD: tell_told(l, turned(f->a, POSTINGS), f->b); break;
    case FACT_ENTRY: tell_entry(l, turned(f->a, VENUES), f->b); break;
    case FACT_JOINED: tell_joined(l, turned(f->a, VENUES), turned(f->b, SEEKERS)); break;
    }
}

Test(stats, the_fingerprint_does_not_depend_on_rows) {
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(5); seed++) {
        printf("rows seed %llu\n", (unsigned long long)seed);
        ledger *l = wandered(seed, 2000), *other = ledger_new();
        yz_stats_free(other->stats);
        yz_stats_names names = NAMES;
        names.context = other; // rows from the end
        other->stats = yz_stats_new(&names);
        for (uint32_t i = 0; i < l->count; i++)
            tell_turned(other, &l->facts[i]);
        other->now_ms = l->now_ms;
        same_print(l, other, "rows from the end");
        // But it does depend on what is counted.
        uint32_t some = 0;
        while (!other->has_posting[some])
            some++;
        tell_told(other, some, 1);
        yz_print x = yz_stats_print(l->stats, l->now_ms);
        yz_print y = yz_stats_print(other->stats, l->now_ms);
        cr_assert_neq(memcmp(&x, &y, sizeof x), 0);
        ledger_free(l);
        ledger_free(other);
    }
}

// ---- damage ----

#define RECORDS 40000

typedef struct records {
    unsigned char *bytes[RECORDS];
    uint32_t size[RECORDS], count;
} records;

static bool keep(void *context, const void *record, uint32_t size) {
    records *r = context;
    cr_assert(r->count < RECORDS && size <= YZ_STATS_RECORD_MAX);
    r->bytes[r->count] = yz_alloc(size);
    memcpy(r->bytes[r->count], record, size);
    r->size[r->count++] = size;
    return true;
}

static bool takes(const records *r) {
    yz_stats *s = yz_stats_new(&NAMES);
    bool right = true;
    for (uint32_t i = 0; i < r->count && right; i++)
        right = yz_stats_restore(s, r->bytes[i], r->size[i]);
    right = right && yz_stats_restored(s);
    yz_stats_free(s);
    return right;
}

Test(stats, damaged_records_are_refused) {
    ledger *l = wandered(8, 500);
    static records r;
    cr_assert(yz_stats_save(l->stats, keep, &r));
    cr_assert(takes(&r));
    yz_random random = yz_random_seeded(8);
    uint32_t refused = 0, tries = 600;
    for (uint32_t i = 0; i < tries; i++) {
        // Records beside the cubes' are few: half of the tries go there.
        uint32_t record = below(&random, r.count);
        for (uint32_t look = 0;
             look < 50 && one_in(&random, 2) == (strchr("cv", r.bytes[record][0]) != NULL);
             look++) {
            record = below(&random, r.count);
        }
        uint32_t at_byte = below(&random, r.size[record]);
        unsigned char was = r.bytes[record][at_byte];
        r.bytes[record][at_byte] ^= (unsigned char)(1u << below(&random, 8));
        cr_assert_not(takes(&r), "record %u, byte %u", record, at_byte);
        // With the right sum at its end it may be another truth, but no harm.
        uint32_t body = r.size[record] - 4;
        unsigned char sum[4];
        memcpy(sum, r.bytes[record] + body, 4);
        yz_put32(r.bytes[record] + body, yz_crc32c(0, r.bytes[record], body));
        refused += !takes(&r);
        memcpy(r.bytes[record] + body, sum, 4);
        r.bytes[record][at_byte] = was;
    }
    printf("%u of %u refused that had the right sum\n", refused, tries);
    cr_assert_gt(refused, tries / 3);
    cr_assert(takes(&r));
    // Out of order: two neighbours of different kinds.
    for (uint32_t i = 0; i + 1 < r.count; i++) {
        if (r.bytes[i][0] == r.bytes[i + 1][0]) continue;
        for (uint32_t there_and_back = 0; there_and_back < 2; there_and_back++) {
            unsigned char *bytes = r.bytes[i];
            uint32_t size = r.size[i];
            r.bytes[i] = r.bytes[i + 1];
            r.size[i] = r.size[i + 1];
            r.bytes[i + 1] = bytes;
            r.size[i + 1] = size;
            cr_assert_eq(takes(&r), there_and_back == 1, "%c after %c", bytes[0], r.bytes[i][0]);
        }
    }
    // A record that is cut.
    for (uint32_t i = 0; i < r.count; i += 7) {
        uint32_t size = r.size[i];
        r.size[i] = below(&random, size);
        cr_assert_not(takes(&r));
        r.size[i] = size;
    }
    for (uint32_t i = 0; i < r.count; i++)
        yz_free(r.bytes[i]);
    ledger_free(l);
}
