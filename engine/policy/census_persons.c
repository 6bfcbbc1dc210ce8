/* The census of persons: S20, S21, S22, S24 (payments), S30, S32. */
#include "engine/policy/census_inner.h"

#include <stdio.h>

static const yz_list *employment_of(const counted *s) {
    return census_list(&s->facts, YZ_OBJECT_person, yz_field_person_employment_spells);
}

static bool is_general_graduate(const yz_census *c, const counted *s) {
    int64_t kind;
    return CENSUS_FIELD(s, person, graduate_kind, &kind) && census_is_graduate(c, kind);
}

// ---- S20 ----

// In time: something was done for the person within so many days before the last one.
static bool is_followed(const yz_census *c, const counted *s, const yz_stay *stay) {
    int32_t latest = stay->since;
    for (uint32_t i = 0; i < s->event_count && s->events[i].day <= c->ask.last; i++) {
        int kind = s->events[i].kind;
        if (kind == yz_word_event_kind_plan_made || kind == yz_word_event_kind_followed_up)
            latest = s->events[i].day > latest ? s->events[i].day : latest;
    }
    return c->ask.last - latest <= c->numbers.followup_days;
}

static bool is_planned(const yz_census *c, const counted *s, const yz_stay *stay) {
    int64_t plan;
    if (CENSUS_FIELD(s, person, plan_id, &plan)) return true;
    for (uint32_t i = 0; i < s->event_count && s->events[i].day <= c->ask.last; i++)
        if (s->events[i].kind == yz_word_event_kind_plan_made && s->events[i].day >= stay->since)
            return true;
    return false;
}

static bool is_placed(const yz_census *c, const counted *s, int32_t not_before) {
    const yz_list *spells = employment_of(s);
    for (uint32_t i = 0; spells != NULL && i < spells->count; i++) {
        int64_t from;
        if (!census_spell_from(spells, i, &from)) continue;
        if (census_in(c, from) && from >= not_before) return true;
    }
    return false;
}

void census_assisted(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    yz_stay stay = yz_events_stay(s->events, s->event_count, yz_word_event_kind_assistance_opened,
                                  yz_word_event_kind_assistance_closed, c->ask.first, c->ask.last);
    if (!stay.touched) return;
    census_add(c, YZ_CENSUS_assisted_ever, 1);
    census_add(c, YZ_CENSUS_assisted_at_start, stay.at_start);
    census_add(c, YZ_CENSUS_assisted_new, stay.began);
    census_add(c, YZ_CENSUS_assisted_placed, is_placed(c, s, stay.first_since));
    if (!stay.at_end) return;
    census_add(c, YZ_CENSUS_assisted, 1);
    census_add(c, YZ_CENSUS_assisted_planned, is_planned(c, s, &stay));
    census_add(c, YZ_CENSUS_assisted_followed, is_followed(c, s, &stay));
}

// ---- S21 ----

static bool has_tag(const counted *s, int tag) {
    return (uint64_t)CENSUS_VALUE(s, person, tags) >> tag & 1;
}

static bool same_start(yz_text a, yz_text b, uint32_t size) {
    if (a.size > size) a.size = size;
    if (b.size > size) b.size = size;
    return a.size > 0 && yz_text_equal(a, b);
}

void census_transfers(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    if (!has_tag(s, yz_word_person_tag_poverty_alleviated)) return;
    yz_stay stay = yz_events_stay(s->events, s->event_count, yz_word_event_kind_transfer_started,
                                  yz_word_event_kind_transfer_ended, c->ask.first, c->ask.last);
    if (!stay.touched) return;
    uint32_t who = s->person != YZ_ROW_NONE ? s->person : s->row;
    yz_text work = CENSUS_TEXT(s, transfer, work_division);
    yz_text home = CENSUS_TEXT(s, person, hukou_division);
    census_note(c, YZ_CENSUS_transferred, who);
    if (stay.began > 0) census_note(c, YZ_CENSUS_transferred_new, who);
    if (CENSUS_VALUE(s, transfer, organised)) census_note(c, YZ_CENSUS_transferred_organised, who);
    if (same_start(work, home, 6)) census_note(c, YZ_CENSUS_transferred_local, who);
    if (work.size > 0 && !yz_text_starts_with(work, YZ_TEXT("62")))
        census_note(c, YZ_CENSUS_transferred_outside, who);
}

// ---- S22 ----

static int32_t year_of(int64_t day) {
    int32_t year, month, date;
    yz_civil((int32_t)day, &year, &month, &date);
    return year;
}

static bool began_as_graduate(const yz_census *c, const counted *s) {
    const yz_list *spells = employment_of(s);
    for (uint32_t i = 0; spells != NULL && i < spells->count; i++) {
        int64_t from;
        if (!census_spell_from(spells, i, &from)) continue;
        if (census_in(c, from) && census_new_graduate(c, s, from)) return true;
    }
    return false;
}

static bool is_idle(const counted *s, int64_t day) {
    return !census_covers(employment_of(s), day, day);
}

void census_graduates(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t graduation;
    if (!is_general_graduate(c, s)) return;
    for (uint32_t i = 0; i < s->event_count; i++) {
        const yz_event *e = &s->events[i];
        bool joined = e->kind == yz_word_event_kind_program_joined && census_in(c, e->day);
        if (joined && is_idle(s, e->day - 1))
            census_note(c, YZ_CENSUS_graduates_grassroots, s->row);
    }
    if (!CENSUS_FIELD(s, person, graduation_date, &graduation)) return;
    bool left = census_left_school(c, graduation, c->ask.last);
    bool of_year = year_of(graduation) == year_of(c->ask.last);
    census_add(c, YZ_CENSUS_graduates_idle, left && is_idle(s, c->ask.last));
    census_add(c, YZ_CENSUS_graduates_of_year, of_year);
    census_add(c, YZ_CENSUS_graduates_registered,
               of_year && CENSUS_VALUE(s, person, destination_registered));
    census_add(c, YZ_CENSUS_graduates_placed, began_as_graduate(c, s));
}

void census_grassroots_hires(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t start, level;
    if (!CENSUS_FIELD(s, hire, contract_start, &start) || !census_in(c, start)) return;
    if (!CENSUS_FIELD(s, work, level, &level)) return;
    if (level != yz_word_work_level_township && level != yz_word_work_level_village) return;
    if (!is_general_graduate(c, s) || !is_idle(s, start - 1)) return;
    uint32_t who = s->person != YZ_ROW_NONE ? s->person : s->row;
    census_note(c, YZ_CENSUS_graduates_grassroots, who);
}

// ---- S24, S32: payments to a person ----

static bool is_measure(const yz_book *book, const payment *p, const char *name) {
    return yz_text_equal(yz_ids_text(book->measures, p->measure), yz_text_of(name));
}

static void count_upgrade(yz_census *c, const yz_book *book, const counted *s, const payment *p) {
    char level[24] = "";
    if (p->level > 0) snprintf(level, sizeof level, "%d", (int)p->level);
    yz_text occupation =
        p->occupation != YZ_ROW_NONE ? yz_ids_text(book->words, p->occupation) : YZ_TEXT("");
    census_key(c, YZ_CENSUS_BY_LEVEL, yz_text_of(level));
    census_key(c, YZ_CENSUS_BY_OCCUPATION, occupation);
    census_add(c, YZ_CENSUS_upgrades, 1);
    census_add(c, YZ_CENSUS_upgrades_fen, p->amount);
    census_note(c, YZ_CENSUS_upgrades_persons, s->row);
}

void census_upgrades(yz_census *c, const yz_book *book, const counted *s) {
    uint32_t group = c->group;
    int64_t of_year = 0;
    const subject *person = book_subject(book, s->row);
    const payment *p = census_payment(book, person->payment);
    for (; p != NULL; p = census_payment(book, p->next[BY_PERSON])) {
        if (!is_measure(book, p, "m12b")) continue;
        if (census_in(c, p->day)) count_upgrade(c, book, s, p);
        of_year += p->day <= c->ask.last && year_of(p->day) == year_of(c->ask.last);
    }
    c->group = group;
    census_add(c, YZ_CENSUS_upgrades_capped, of_year >= c->numbers.upgrades_max);
}

static bool on_benefit(const yz_census *c, const counted *s) {
    const yz_list *spells =
        census_list(&s->facts, YZ_OBJECT_person, yz_field_person_ui_benefit_spells);
    return census_covers(spells, c->ask.first, c->ask.last);
}

void census_living(yz_census *c, const yz_book *book, const counted *s) {
    const subject *person = book_subject(book, s->row);
    if (on_benefit(c, s)) census_note(c, YZ_CENSUS_benefit_persons, s->row);
    for (uint32_t i = 0; i < s->event_count; i++) {
        bool shared = s->events[i].kind == yz_word_event_kind_shared_with_civil_affairs;
        if (shared && census_in(c, s->events[i].day))
            census_note(c, YZ_CENSUS_shared_persons, s->row);
    }
    const payment *p = census_payment(book, person->payment);
    for (; p != NULL; p = census_payment(book, p->next[BY_PERSON])) {
        if (!census_in(c, p->day)) continue;
        if (is_measure(book, p, "m15b")) census_note(c, YZ_CENSUS_medical_persons, s->row);
        if (is_measure(book, p, "m15c")) census_note(c, YZ_CENSUS_migrant_persons, s->row);
        if (!is_measure(book, p, "m15e")) continue;
        census_note(c, YZ_CENSUS_price_persons, s->row);
        census_add(c, YZ_CENSUS_price_fen, p->amount);
    }
}

// ---- S30 ----

void census_joined(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    for (uint32_t i = 0; i < s->event_count; i++) {
        const yz_event *e = &s->events[i];
        if (e->kind != yz_word_event_kind_program_joined || !census_in(c, e->day)) continue;
        census_key_word(c, YZ_CENSUS_BY_PROGRAM, YZ_WORDS_program, e->program);
        census_note(c, YZ_CENSUS_grassroots_joined, s->row);
        if (is_general_graduate(c, s)) census_note(c, YZ_CENSUS_grassroots_graduates, s->row);
    }
}
