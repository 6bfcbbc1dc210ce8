#include "engine/base/ids.h"
#include "engine/market/market.h"
#include "engine/model/time.h"
#include "tools/demo.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define AT_MS 1790000000000 // 2026-09-21 in Beijing

typedef struct seen {
    yz_ids *entries[YZ_DICTIONARY_COUNT], *postings, *seekers;
    int64_t at_ms, last_ms;
    uint64_t titles_hash, stop_after, taken;
    uint32_t bare_postings;
} seen;

static seen seen_new(int64_t at_ms) {
    seen s = {.at_ms = at_ms, .postings = yz_ids_new((yz_hash_key){1, 2})};
    s.seekers = yz_ids_new((yz_hash_key){1, 2});
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        s.entries[i] = yz_ids_new((yz_hash_key){1, 2});
    return s;
}

static void seen_free(seen *s) {
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        yz_ids_free(s->entries[i]);
    yz_ids_free(s->postings);
    yz_ids_free(s->seekers);
}

static void enter(yz_ids *ids, yz_text id) {
    cr_assert_eq(yz_ids_find(ids, id), YZ_ROW_NONE, "%.*s twice", (int)id.size, id.bytes);
    yz_ids_add(ids, id);
}

static void known(const seen *s, yz_dictionary dictionary, yz_text id) {
    cr_assert_neq(yz_ids_find(s->entries[dictionary], id), YZ_ROW_NONE, "%.*s", (int)id.size,
                  id.bytes);
}

static void look_at_posting(seen *s, const yz_posting *p) {
    yz_problem problem;
    cr_assert_eq(yz_posting_check(p, YZ_POSTING_ALL, &problem), YZ_OK, "%s", problem.pointer);
    cr_assert(p->valid_from_ms <= s->at_ms && s->at_ms + YZ_DAY_MS <= p->valid_to_ms);
    int64_t yuan_month = yz_wage_normal(p->wage_max_fen, p->wage_unit) / 12000;
    cr_assert(yuan_month >= 2000 && yuan_month <= 14000, "%.*s", (int)p->title.size,
              p->title.bytes);
    if (p->wage_unit == YZ_PER_DAY) cr_assert(p->wage_min_fen >= 12000 && p->wage_max_fen <= 30000);
    if (p->wage_unit == YZ_PER_MONTH)
        cr_assert(p->wage_min_fen >= 260000 && p->wage_max_fen <= 900000);
    enter(s->postings, p->id);
    known(s, YZ_EMPLOYERS, p->employer);
    known(s, YZ_OCCUPATIONS, p->occupation);
    known(s, YZ_DIVISIONS, p->place.division);
    for (uint32_t i = 0; i < p->required_count; i++)
        known(s, YZ_SKILLS, p->required[i].skill);
    for (uint32_t i = 0; i < p->preferred_count; i++)
        known(s, YZ_SKILLS, p->preferred[i]);
    s->bare_postings += p->required_count == 0;
    // A sum: what came when changes with the hour.
    yz_hash_key of_id = {yz_siphash((yz_hash_key){0, 0}, p->id.bytes, p->id.size), 0};
    s->titles_hash += yz_siphash(of_id, p->title.bytes, p->title.size);
}

static void look_at_seeker(seen *s, const yz_seeker *k) {
    yz_problem problem;
    cr_assert_eq(yz_seeker_check(k, YZ_SEEKER_ALL, &problem), YZ_OK, "%s", problem.pointer);
    enter(s->seekers, k->id);
    known(s, YZ_OCCUPATIONS, k->occupation);
    known(s, YZ_DIVISIONS, k->place.division);
    for (uint32_t i = 0; i < k->skill_count; i++)
        known(s, YZ_SKILLS, k->skills[i].skill);
}

static bool look(void *context, const yz_command *command) {
    seen *s = context;
    s->taken += 1;
    cr_assert_geq(command->at_ms, s->last_ms);
    cr_assert(command->at_ms <= s->at_ms && command->at_ms >= s->at_ms - DEMO_HISTORY_MS);
    s->last_ms = command->at_ms;
    if (command->type == YZ_COMMAND_ENTRY_PUT) {
        yz_problem problem;
        cr_assert_eq(yz_entry_check(&command->entry_put.entry, &problem), YZ_OK);
        enter(s->entries[command->entry_put.dictionary], command->entry_put.entry.id);
        if (command->entry_put.dictionary == YZ_SKILLS)
            cr_assert(command->entry_put.entry.weight > 0);
    } else if (command->type == YZ_COMMAND_POSTING_PUT) {
        look_at_posting(s, &command->posting_put.posting);
    } else if (command->type == YZ_COMMAND_SEEKER_PUT) {
        look_at_seeker(s, &command->seeker_put.seeker);
    }
    return s->taken != s->stop_after;
}

Test(demo, every_record_is_sound_live_and_names_only_what_came_before) {
    seen s = seen_new(AT_MS);
    cr_assert(demo_load(AT_MS, look, &s));
    cr_assert_eq(yz_ids_count(s.postings), DEMO_POSTINGS);
    cr_assert_eq(yz_ids_count(s.seekers), DEMO_SEEKERS);
    cr_assert_geq(yz_ids_count(s.entries[YZ_SKILLS]), 120);
    cr_assert_geq(yz_ids_count(s.entries[YZ_OCCUPATIONS]), 60);
    cr_assert_eq(yz_ids_count(s.entries[YZ_EMPLOYERS]), 90);
    cr_assert(s.bare_postings > DEMO_POSTINGS / 5, "%u", s.bare_postings);
    seen_free(&s);
}

Test(demo, is_the_same_whenever_it_starts_but_for_the_dates) {
    seen a = seen_new(AT_MS), b = seen_new(AT_MS + 1234567890123);
    cr_assert(demo_load(a.at_ms, look, &a));
    cr_assert(demo_load(b.at_ms, look, &b));
    cr_assert_eq(a.titles_hash, b.titles_hash);
    cr_assert_eq(a.titles_hash, 0x2632640ce1592f77u, "got 0x%016lx", a.titles_hash);
    seen_free(&a);
    seen_free(&b);
}

// What happened is possible: the market takes every command of it, whatever the hour.
static bool live(void *context, const yz_command *given) {
    yz_market *market = context;
    yz_command command = *given;
    command.sequence = yz_market_sequence(market) + 1;
    yz_outcome outcome = yz_market_apply(market, &command, NULL);
    cr_assert_eq(outcome.status, YZ_OK, "%s at %ld: %s %s",
                 yz_command_type_name(command.type).bytes, (long)command.at_ms,
                 yz_problem_name(outcome.problem.code).bytes, outcome.problem.pointer);
    return true;
}

static int64_t counted(const yz_market *market, yz_series series, uint32_t occupation,
                       yz_window window, int64_t at_ms) {
    yz_stats_ask ask = {.series = series, .period = yz_period_at(window, at_ms)};
    ask.cell = (yz_cell){.node = 0, .occupation = occupation, .group = YZ_ALL, .type = YZ_ALL};
    yz_stats_value value;
    cr_assert(yz_stats_read(yz_market_stats(market), &ask, yz_market_time_ms(market), &value),
              "series %d", series);
    return value.value;
}

static void venues_are_busy(const yz_market *market, int64_t now_ms) {
    const yz_stats *stats = yz_market_stats(market);
    yz_period ever = yz_period_at(YZ_WINDOW_TOTAL, now_ms);
    yz_fair_value f;
    cr_assert(yz_stats_fairs(stats, YZ_TEXT("6205"), YZ_ALL, ever, now_ms, &f));
    cr_assert(f.fairs == 2 || f.fairs == 3, "%ld have begun", (long)f.fairs);
    cr_assert(f.employers >= 60 && f.entries > 500 && f.applied > f.interviewed &&
              f.interviewed > f.held && f.held > f.signed_there && f.signed_there > 20);
    yz_station_value s;
    cr_assert(yz_stats_stations(stats, YZ_TEXT("6205"), ever, now_ms, &s));
    cr_assert(s.stations == 2 && s.gig_openings > 0 && s.check_ins >= s.seeking &&
              s.seeking > s.dispatches && s.dispatches > 1000 && s.dispatched_same_day > 1000);
}

// No column of the statistics is empty.
static void every_column_is_there(const yz_market *market, int64_t now_ms) {
    static const yz_series NOW[] = {YZ_S02, YZ_S03, YZ_S04, YZ_Y01, YZ_Y09, YZ_Y10, YZ_Y11};
    static const yz_series MONTH[] = {YZ_S01, YZ_S05, YZ_S06, YZ_S08, YZ_Y02,
                                      YZ_Y03, YZ_Y05, YZ_Y06, YZ_Y07, YZ_Y08};
    for (uint32_t i = 0; i < sizeof NOW / sizeof *NOW; i++)
        cr_assert_gt(counted(market, NOW[i], YZ_OCCUPATION_ALL, YZ_WINDOW_NOW, now_ms), 0);
    for (int64_t ago = 0; ago <= 31; ago += 31) {
        for (uint32_t i = 0; i < sizeof MONTH / sizeof *MONTH; i++) {
            cr_assert_gt(counted(market, MONTH[i], YZ_OCCUPATION_ALL, YZ_WINDOW_MONTH,
                                 now_ms - ago * YZ_DAY_MS),
                         0, "series %d, %ld days ago", MONTH[i], (long)ago);
        }
    }
    // Everybody wants something.
    cr_assert_eq(counted(market, YZ_S02, YZ_ROW_NONE, YZ_WINDOW_NOW, now_ms), 0);
    cr_assert_eq(yz_market_target_rows(market), 3);
    venues_are_busy(market, now_ms);
}

Test(demo, its_life_is_possible_and_fills_every_column) {
    for (int hour = 0; hour < 24; hour += 6) {
        int64_t now_ms = AT_MS / YZ_DAY_MS * YZ_DAY_MS + hour * 3600000;
        yz_market_options options = {.at_ms = now_ms - DEMO_HISTORY_MS};
        yz_market *market = yz_market_new(&options);
        yz_market_bulk_begin(market);
        cr_assert(demo_load(now_ms, live, market));
        yz_market_bulk_end(market);
        const char *why = "";
        cr_assert(yz_market_sound(market, &why), "%s", why);
        every_column_is_there(market, now_ms);
        yz_market_free(market);
    }
}

Test(demo, stops_when_told_to) {
    seen s = seen_new(AT_MS);
    s.stop_after = 300;
    cr_assert_not(demo_load(AT_MS, look, &s));
    cr_assert_eq(s.taken, 300);
    seen_free(&s);
}
