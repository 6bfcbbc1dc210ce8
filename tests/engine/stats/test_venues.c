/* Fairs and stations by cases worked out by hand. */
#include "ledger.h"

enum { QINZHOU = 2, MAIJI = 3, TOWN = 4 }; // 620502, 620503, 620502001001
enum { STATION = 0, OTHER_STATION = 1, FAIR = 6 };

static void a_posting(ledger *l, uint32_t row, uint32_t employer, uint8_t state, uint32_t openings,
                      uint32_t venue) {
    fact f = {.posting = {.posting = row,
                          .employer = employer,
                          .division = QINZHOU,
                          .occupation = 0,
                          .venue = venue,
                          .type = YZ_TYPE_GIG,
                          .state = state,
                          .openings = openings,
                          .filled = l->postings[row].posting.filled}};
    tell_posting(l, &f);
}

static void a_seeker(ledger *l, uint32_t row, uint32_t person) {
    fact f = {.seeker = {.seeker = row,
                         .person = person,
                         .division = QINZHOU,
                         .occupation = 0,
                         .types = YZ_TYPE_GIG,
                         .state = YZ_STATE_OPEN}};
    tell_seeker(l, &f);
}

static yz_venue_fact fair(const char *from, const char *to) {
    return (yz_venue_fact){.venue = FAIR,
                           .division = QINZHOU,
                           .kind = YZ_VENUE_FAIR,
                           .channel = 1,
                           .from_ms = at(from),
                           .to_ms = at(to)};
}

static yz_fair_value fair_in(const ledger *l, const char *period) {
    yz_fair_value v = {0};
    yz_period p;
    cr_assert(yz_period_parse(yz_text_of(period), &p));
    cr_assert(yz_stats_fair(l->stats, FAIR, p, l->now_ms, &v), "%s", period);
    return v;
}

static yz_fair_value fairs_in(const ledger *l, const char *period, const char *prefix,
                              uint8_t channel) {
    yz_fair_value v = {0};
    yz_period p;
    cr_assert(yz_period_parse(yz_text_of(period), &p));
    cr_assert(yz_stats_fairs(l->stats, yz_text_of(prefix), channel, p, l->now_ms, &v), "%s",
              period);
    return v;
}

static void stand_there(const ledger *l, int64_t employers, int64_t postings, int64_t openings) {
    yz_fair_value v = fair_in(l, "total");
    cr_assert(v.employers == employers && v.postings == postings && v.openings == openings,
              "%ld employers, %ld postings, %ld openings", v.employers, v.postings, v.openings);
}

Test(venues, postings_of_a_fair_are_open_since_the_first_booth_or_name_it) {
    ledger *l = ledger_new();
    go_to(l, "2023-09-01");
    tell_venue(l, fair("2023-09-10T09:00:00+08:00", "2023-09-11T17:00:00+08:00"));
    a_posting(l, 0, 0, YZ_STATE_OPEN, 3, YZ_ROW_NONE);
    a_posting(l, 1, 0, YZ_STATE_OPEN, 4, YZ_ROW_NONE);
    a_posting(l, 1, 0, YZ_STATE_CLOSED, 4, YZ_ROW_NONE); // over before the booth
    a_posting(l, 2, 1, YZ_STATE_OPEN, 5, YZ_ROW_NONE);   // of somebody else
    stand_there(l, 0, 0, 0);
    tell_booth(l, FAIR, 0, 0);
    stand_there(l, 1, 1, 3);
    tell_booth(l, FAIR, 1, 0); // a second booth of the same employer
    stand_there(l, 1, 1, 3);
    a_posting(l, 1, 0, YZ_STATE_OPEN, 6, YZ_ROW_NONE);
    stand_there(l, 1, 2, 9);
    a_posting(l, 1, 0, YZ_STATE_PAUSED, 7, YZ_ROW_NONE); // was open, and asks for one more
    stand_there(l, 1, 2, 10);
    a_posting(l, 3, YZ_ROW_NONE, YZ_STATE_SCHEDULED, 2, FAIR); // names it
    a_posting(l, 0, 0, YZ_STATE_OPEN, 3, FAIR);                // counts once
    stand_there(l, 1, 3, 12);
    tell_booth(l, FAIR, 2, 1); // by mistake
    stand_there(l, 2, 4, 17);
    tell_booth(l, FAIR, 2, YZ_ROW_NONE);
    stand_there(l, 1, 3, 12);
    a_posting(l, 3, YZ_ROW_NONE, YZ_STATE_SCHEDULED, 2, YZ_ROW_NONE);
    stand_there(l, 1, 2, 10);
    a_posting(l, 0, 1, YZ_STATE_OPEN, 3, YZ_ROW_NONE); // goes to another employer: it was open
    stand_there(l, 1, 2, 10);
    a_posting(l, 4, 1, YZ_STATE_OPEN, 8, YZ_ROW_NONE);
    stand_there(l, 1, 2, 10);
    a_posting(l, 4, 0, YZ_STATE_OPEN, 8, YZ_ROW_NONE); // comes to this one, open
    stand_there(l, 1, 3, 18);
    ledger_free(l);
}

Test(venues, what_stands_at_the_end_of_a_fair_stays) {
    ledger *l = ledger_new();
    go_to(l, "2023-09-01");
    tell_venue(l, fair("2023-09-10", "2023-09-11T17:00:00+08:00"));
    tell_booth(l, FAIR, 0, 0);
    a_posting(l, 0, 0, YZ_STATE_OPEN, 3, YZ_ROW_NONE);
    go_to(l, "2023-09-11T17:00:00+08:00"); // the last instant is part of it
    a_posting(l, 1, 0, YZ_STATE_OPEN, 1, YZ_ROW_NONE);
    stand_there(l, 1, 2, 4);
    go_to(l, "2023-09-11T17:00:00.001+08:00");
    a_posting(l, 0, 0, YZ_STATE_OPEN, 30, YZ_ROW_NONE);
    a_posting(l, 2, 0, YZ_STATE_OPEN, 5, YZ_ROW_NONE);
    a_posting(l, 3, 1, YZ_STATE_OPEN, 7, FAIR);
    tell_booth(l, FAIR, 0, YZ_ROW_NONE);
    tell_booth(l, FAIR, 0, 1);
    stand_there(l, 1, 2, 4);
    // It goes on: what is there now, of whom has a booth now.
    tell_venue(l, fair("2023-09-10", "2023-09-12"));
    stand_there(l, 1, 1, 7);
    tell_booth(l, FAIR, 1, 0);
    stand_there(l, 2, 4, 30 + 1 + 5 + 7);
    a_posting(l, 4, 0, YZ_STATE_OPEN, 2, YZ_ROW_NONE); // employers are not forgotten meanwhile
    stand_there(l, 2, 5, 45);
    yz_venue_fact closed = fair("2023-09-10", "2023-09-12");
    closed.closed = true;
    tell_venue(l, closed);
    a_posting(l, 0, 0, YZ_STATE_OPEN, 1, YZ_ROW_NONE);
    stand_there(l, 2, 5, 45);
    ledger_free(l);
}

Test(venues, a_fair_counts_on_the_day_it_begins_unless_it_was_called_off) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-01");
    yz_venue_fact f = fair("2023-08-31T22:00:00+08:00", "2023-09-01");
    tell_venue(l, f);
    cr_assert_eq(fairs_in(l, "2023-08", "", YZ_ALL).fairs, 0); // not begun
    cr_assert_eq(fair_in(l, "total").fairs, 0);
    tell_entry(l, FAIR, true);
    f.closed = true;
    tell_venue(l, f);
    go_to(l, "2023-09-05");
    cr_assert_eq(fairs_in(l, "2023-08", "", YZ_ALL).fairs, 0);
    f = fair("2023-09-06", "2023-09-07");
    tell_venue(l, f); // again
    go_to(l, "2023-09-06");
    f.closed = true;
    tell_venue(l, f); // it had begun
    cr_assert_eq(fairs_in(l, "2023-08", "", YZ_ALL).fairs, 0);
    cr_assert_eq(fairs_in(l, "2023-09-06", "6205", 1).fairs, 1);
    cr_assert_eq(fairs_in(l, "2023", "62050", YZ_ALL).visitors, 1);
    cr_assert_eq(fairs_in(l, "total", "620503", YZ_ALL).fairs, 0);
    cr_assert_eq(fairs_in(l, "total", "", 0).fairs, 0);
    yz_fair_value v;
    yz_period now = {YZ_WINDOW_NOW, 0}, hour = {YZ_WINDOW_HOUR, 0};
    cr_assert_not(yz_stats_fair(l->stats, FAIR, now, l->now_ms, &v));
    cr_assert_not(yz_stats_fair(l->stats, FAIR, hour, l->now_ms, &v)); // of 1970
    cr_assert_not(yz_stats_fair(l->stats, STATION, now, l->now_ms, &v));
    cr_assert_not(yz_stats_fair(l->stats, 60000, now, l->now_ms, &v));
    cr_assert_not(yz_stats_fairs(l->stats, YZ_TEXT(""), YZ_ALL, hour, l->now_ms, &v));
    ledger_free(l);
}

Test(venues, the_funnel_of_an_hour_and_the_ninety_days_after) {
    ledger *l = ledger_new();
    go_to(l, "2023-09-01");
    tell_venue(l, fair("2023-09-10", "2023-09-10T17:00:00+08:00"));
    for (uint32_t row = 0; row < 3; row++)
        a_seeker(l, row, YZ_ROW_NONE);
    a_posting(l, 0, 0, YZ_STATE_OPEN, 9, YZ_ROW_NONE);
    go_to(l, "2023-09-10T09:59:59.999+08:00");
    tell_entry(l, FAIR, true);
    tell_step(l, 0, 0, YZ_STEP_APPLIED, FAIR, false);
    go_to(l, "2023-09-10T10:00:00+08:00");
    tell_entry(l, FAIR, false);
    tell_step(l, 0, 0, YZ_STEP_INTERVIEW, FAIR, false);
    tell_step(l, 0, 0, YZ_STEP_HELD, FAIR, false);
    tell_step(l, 1, 0, YZ_STEP_HELD, YZ_ROW_NONE, false); // elsewhere
    yz_fair_value v = fair_in(l, "2023-09-10T09+08:00");
    cr_assert(v.visitors == 1 && v.entries == 1 && v.applied == 1 && v.held == 0);
    v = fair_in(l, "2023-09-10T10+08:00");
    cr_assert(v.visitors == 0 && v.entries == 1 && v.interviewed == 1 && v.held == 1);
    go_to(l, "2023-12-09T23:59:59+08:00"); // the ninetieth day
    tell_step(l, 0, 0, YZ_STEP_PLACED, FAIR, false);
    tell_step(l, 2, 0, YZ_STEP_HELD, FAIR, false);
    go_to(l, "2023-12-10");
    tell_step(l, 2, 0, YZ_STEP_PLACED, FAIR, false);
    v = fair_in(l, "total");
    cr_assert(v.signed_there == 2 && v.signed_90 == 1, "%ld, %ld", v.signed_there, v.signed_90);
    v = fairs_in(l, "2023-09", "62", YZ_ALL); // whenever they signed
    cr_assert(v.fairs == 1 && v.signed_there == 2 && v.held == 2 && v.entries == 2);
    ledger_free(l);
}

// ---- stations ----

static yz_station_value station_in(const ledger *l, const char *period) {
    yz_station_value v = {0};
    yz_period p;
    cr_assert(yz_period_parse(yz_text_of(period), &p));
    cr_assert(yz_stats_station(l->stats, STATION, p, l->now_ms, &v), "%s", period);
    return v;
}

static yz_station_value stations_in(const ledger *l, const char *period, const char *prefix) {
    yz_station_value v = {0};
    yz_period p;
    cr_assert(yz_period_parse(yz_text_of(period), &p));
    cr_assert(yz_stats_stations(l->stats, yz_text_of(prefix), p, l->now_ms, &v), "%s", period);
    return v;
}

static void a_station(ledger *l, uint32_t row, uint32_t division) {
    tell_venue(l, (yz_venue_fact){.venue = row,
                                  .division = division,
                                  .kind = YZ_VENUE_STATION,
                                  .from_ms = YZ_TIME_MS_MIN,
                                  .to_ms = YZ_TIME_MS_MAX});
}

static void takes_gig(ledger *l, uint32_t seeker, uint32_t posting) {
    tell_step(l, seeker, posting, YZ_STEP_HELD, YZ_ROW_NONE, false);
    tell_step(l, seeker, posting, YZ_STEP_PLACED, YZ_ROW_NONE, false);
}

static ledger *a_morning(void) {
    ledger *l = ledger_new();
    go_to(l, "2023-08-31T06:00:00+08:00");
    a_station(l, STATION, TOWN);
    a_station(l, OTHER_STATION, MAIJI);
    for (uint32_t row = 0; row < 6; row++)
        a_seeker(l, row, row < 2 ? 4 : YZ_ROW_NONE); // 0 and 1 are one person
    for (uint32_t row = 0; row < 4; row++)
        a_posting(l, row, 0, YZ_STATE_OPEN, 5, STATION);
    a_posting(l, 4, 0, YZ_STATE_OPEN, 5, OTHER_STATION);
    return l;
}

Test(venues, who_joined_a_queue_is_dispatched_on_that_day_or_not) {
    ledger *l = a_morning();
    tell_joined(l, STATION, 0);
    tell_joined(l, STATION, 0); // once a day
    tell_joined(l, STATION, 2);
    tell_joined(l, STATION, 3);
    tell_joined(l, STATION, YZ_ROW_NONE); // nobody knows who
    takes_gig(l, 0, 0);
    takes_gig(l, 0, 1);         // dispatched once, two dispatches
    takes_gig(l, 4, 0);         // did not queue
    tell_joined(l, STATION, 4); // and afterwards is late
    takes_gig(l, 2, 4);         // at another station
    go_to(l, "2023-08-31T23:59:59.999+08:00");
    tell_step(l, 3, 2, YZ_STEP_HELD, YZ_ROW_NONE, false);
    go_to(l, "2023-09-01"); // the queue of yesterday
    tell_step(l, 3, 2, YZ_STEP_PLACED, YZ_ROW_NONE, false);
    yz_station_value v = station_in(l, "2023-08-31");
    cr_assert(v.seeking == 4 && v.dispatched_same_day == 1 && v.dispatches == 3, "%ld, %ld, %ld",
              v.seeking, v.dispatched_same_day, v.dispatches);
    cr_assert_eq(v.gig_openings, 20);
    tell_joined(l, STATION, 3);
    tell_step(l, 3, 2, YZ_STEP_STARTED, YZ_ROW_NONE, false); // starts on the day it queued
    v = station_in(l, "2023-09-01");
    cr_assert(v.seeking == 1 && v.dispatched_same_day == 1 && v.dispatches == 1);
    ledger_free(l);
}

Test(venues, persons_are_counted_once_in_a_month_a_year_and_every_division) {
    ledger *l = a_morning();
    takes_gig(l, 0, 0);
    takes_gig(l, 1, 0); // the same person
    takes_gig(l, 2, 0);
    takes_gig(l, 2, 4); // at the other station, of another county
    yz_station_value v = station_in(l, "2023-08");
    cr_assert(v.persons_known && v.persons == 2 && v.dispatches == 3);
    cr_assert_eq(stations_in(l, "2023-08", "620503").persons, 1);
    v = stations_in(l, "2023-08", "6205");
    cr_assert(v.persons == 2 && v.stations == 2 && v.dispatches == 4); // not three
    cr_assert_eq(stations_in(l, "2023-08", "620502").persons, 2);
    v = stations_in(l, "2023-08", "620"); // no level, but there is only one city
    cr_assert(v.persons_known && v.persons == 2 && v.dispatches == 4);
    v = stations_in(l, "2023-08", "62050"); // two counties
    cr_assert(!v.persons_known && v.persons == 0 && v.dispatches == 4);
    cr_assert_not(station_in(l, "2023-08-31").persons_known);
    go_to(l, "2023-09-01");
    a_station(l, STATION, MAIJI); // moves
    takes_gig(l, 1, 1);
    takes_gig(l, 5, 1);
    cr_assert_eq(station_in(l, "2023-08").persons, 2);
    cr_assert_eq(station_in(l, "2023-09").persons, 2);
    cr_assert_eq(station_in(l, "2023").persons, 3);
    cr_assert_eq(stations_in(l, "2023", "620502").persons, 2); // where the station was then
    cr_assert_eq(stations_in(l, "2023", "620503").persons, 3);
    cr_assert_eq(stations_in(l, "2023", "62").persons, 3);
    cr_assert_eq(stations_in(l, "2023-10", "62").persons, 0);
    cr_assert_eq(stations_in(l, "2023", "620502").stations, 0);
    go_to(l, "2024-01-01");
    takes_gig(l, 4, 2);
    cr_assert_eq(station_in(l, "2023").persons, 3);
    cr_assert_eq(station_in(l, "2024").persons, 1);
    cr_assert_eq(station_in(l, "2024-01").persons, 1);
    cr_assert_eq(station_in(l, "2023-09").persons, 2);
    ledger_free(l);
}
