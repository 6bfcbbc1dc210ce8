#include "engine/base/ids.h"
#include "engine/model/time.h"
#include "tools/demo.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define AT_MS 1790000000000 // 2026-09-21 in Beijing

typedef struct seen {
    yz_ids *entries[YZ_DICTIONARY_COUNT], *postings, *seekers;
    int64_t at_ms;
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
    s->titles_hash = yz_siphash((yz_hash_key){s->titles_hash, 0}, p->title.bytes, p->title.size);
}

static void look_at_seeker(seen *s, const yz_seeker *k) {
    yz_problem problem;
    cr_assert_eq(yz_seeker_check(k, YZ_SEEKER_ALL, &problem), YZ_OK, "%s", problem.pointer);
    enter(s->seekers, k->id);
    known(s, YZ_DIVISIONS, k->place.division);
    for (uint32_t i = 0; i < k->skill_count; i++)
        known(s, YZ_SKILLS, k->skills[i].skill);
}

static bool look(void *context, const yz_command *command) {
    seen *s = context;
    s->taken += 1;
    cr_assert_eq(command->at_ms, s->at_ms);
    if (command->type == YZ_COMMAND_ENTRY_PUT) {
        yz_problem problem;
        cr_assert_eq(yz_entry_check(&command->entry_put.entry, &problem), YZ_OK);
        enter(s->entries[command->entry_put.dictionary], command->entry_put.entry.id);
        if (command->entry_put.dictionary == YZ_SKILLS)
            cr_assert(command->entry_put.entry.weight > 0);
    } else if (command->type == YZ_COMMAND_POSTING_PUT) {
        look_at_posting(s, &command->posting_put.posting);
    } else {
        cr_assert_eq(command->type, YZ_COMMAND_SEEKER_PUT);
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
    cr_assert_eq(a.titles_hash, 0xac303da075a7812bu, "got 0x%016lx", a.titles_hash);
    seen_free(&a);
    seen_free(&b);
}

Test(demo, stops_when_told_to) {
    seen s = seen_new(AT_MS);
    s.stop_after = 300;
    cr_assert_not(demo_load(AT_MS, look, &s));
    cr_assert_eq(s.taken, 300);
    seen_free(&s);
}
