/* Draws the records and puts them. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "tests/engine/policy/census_town_inner.h"

#include <stdio.h>

// ---- drawn ----

static int below(yz_random *random, int limit) {
    return (int)yz_random_below(random, (uint64_t)limit);
}

int32_t census_town_day(yz_random *random) {
    if (below(random, 4) == 0) return TOWN_FIRST + below(random, TOWN_DAYS - 60);
    int32_t month = yz_add_months(TOWN_FIRST, below(random, 40));
    return month + below(random, 3) - 1;
}

// A day, or not said.
static int some_day(yz_random *random) {
    return below(random, 8) == 0 ? NOT_SAID : census_town_day(random);
}

static int some(yz_random *random, int limit) {
    return below(random, 8) == 0 ? NOT_SAID : below(random, limit);
}

static const char *some_place(yz_random *random) {
    static const char *const PLACES[] = {"620502", "620503",    "620521", "6205", "620500",
                                         "610102", "620502001", "",       "62"};
    return PLACES[below(random, 9)];
}

// Years around the two that count, to the day.
static int some_graduation(yz_random *random) {
    if (below(random, 8) == 0) return NOT_SAID;
    int32_t day = census_town_day(random);
    return yz_add_months(day, 12 * (below(random, 5) - 3)) + below(random, 3) - 1;
}

static void draw_spells(yz_random *random, plain_spell *spells, int *count) {
    *count = below(random, LISTED + 1);
    for (int i = 0; i < *count; i++) {
        spells[i] = (plain_spell){some_day(random), NOT_SAID};
        if (below(random, 2) == 0) spells[i].to = census_town_day(random);
    }
}

static void draw_events(yz_random *random, plain *p) {
    static const int OF[YZ_SUBJECT_KIND_COUNT][6] = {
        [YZ_SUBJECT_person] = {yz_word_event_kind_assistance_opened,
                               yz_word_event_kind_assistance_closed, yz_word_event_kind_plan_made,
                               yz_word_event_kind_followed_up, yz_word_event_kind_program_joined,
                               yz_word_event_kind_shared_with_civil_affairs},
        [YZ_SUBJECT_household] = {yz_word_event_kind_household_zero_opened,
                                  yz_word_event_kind_household_zero_cleared,
                                  yz_word_event_kind_household_zero_opened,
                                  yz_word_event_kind_household_zero_cleared,
                                  yz_word_event_kind_rated, yz_word_event_kind_rated},
        [YZ_SUBJECT_transfer] = {yz_word_event_kind_transfer_started,
                                 yz_word_event_kind_transfer_ended,
                                 yz_word_event_kind_transfer_started, yz_word_event_kind_rated,
                                 yz_word_event_kind_transfer_started,
                                 yz_word_event_kind_transfer_ended},
        [YZ_SUBJECT_loan] = {yz_word_event_kind_loan_issued, yz_word_event_kind_loan_issued,
                             yz_word_event_kind_loan_extended, yz_word_event_kind_loan_repaid,
                             yz_word_event_kind_loan_written_off, yz_word_event_kind_rated},
        [YZ_SUBJECT_guide] = {yz_word_event_kind_guide_published, yz_word_event_kind_rated,
                              yz_word_event_kind_guide_published, yz_word_event_kind_rated,
                              yz_word_event_kind_guide_published, yz_word_event_kind_rated},
        [YZ_SUBJECT_blocked_point] = {yz_word_event_kind_blocked_point_opened,
                                      yz_word_event_kind_blocked_point_resolved,
                                      yz_word_event_kind_blocked_point_opened,
                                      yz_word_event_kind_blocked_point_resolved,
                                      yz_word_event_kind_blocked_point_opened,
                                      yz_word_event_kind_blocked_point_resolved},
    };
    p->event_count = below(random, EVENTS + 1);
    for (int i = 0; i < p->event_count; i++) {
        bool any = OF[p->kind][1] == 0 || below(random, 6) == 0;
        int kind = any ? (below(random, 2) == 0 ? yz_word_event_kind_rated
                                                : yz_word_event_kind_service_given)
                       : OF[p->kind][below(random, 6)];
        p->events[i] = (plain_event){kind, census_town_day(random), 1 + below(random, 5),
                                     below(random, 6), below(random, 4)};
        if (i > 0 && below(random, 4) == 0) p->events[i].day = p->events[i - 1].day;
    }
}

static void draw_intern(yz_random *random, plain_intern *in) {
    in->start = some_day(random);
    int start = in->start == NOT_SAID ? TOWN_FIRST : in->start;
    in->birth = yz_add_months(start, -12 * (15 + below(random, 12))) + below(random, 3) - 1;
    in->graduate_kind = some(random, 4);
    in->graduation = some_graduation(random);
    in->in_school = below(random, 6) == 0;
    in->end = below(random, 4) == 0 ? NOT_SAID : start + 30 + below(random, 300);
    in->outcome = some(random, 4);
    if (below(random, 2) == 0) in->outcome = yz_word_intern_outcome_completed;
    in->contract =
        below(random, 3) == 0 || in->end == NOT_SAID
            ? NOT_SAID
            : in->end + (below(random, 2) == 0 ? 29 + below(random, 3) : 4 + below(random, 3));
    in->spell = (plain_spell){NOT_SAID, NOT_SAID};
    if (below(random, 4) == 0) in->spell = (plain_spell){start - 100, start - below(random, 4)};
}

static void draw_person(yz_random *random, plain *p) {
    p->graduate_kind = some(random, 4);
    if (below(random, 2) == 0) p->graduate_kind = yz_word_graduate_kind_general;
    p->graduation = some_graduation(random);
    p->registered = below(random, 2);
    p->poor = below(random, 3) > 0;
    p->plan = below(random, 4) == 0;
    p->hukou = some_place(random);
    draw_spells(random, p->work, &p->work_count);
    draw_spells(random, p->benefit, &p->benefit_count);
}

static void draw_employer(yz_random *random, plain *p) {
    p->of_kind = some(random, 12);
    if (below(random, 3) == 0) p->of_kind = yz_word_employer_kind_government;
    p->state_owned = below(random, 2);
    p->state_level = some(random, 5);
    p->insured_start = some(random, 200);
    p->insured_end = p->insured_start == NOT_SAID || below(random, 6) == 0
                         ? some(random, 60)
                         : p->insured_start - p->insured_start * (4 + below(random, 20)) / 100;
    if (below(random, 4) == 0) p->insured_start = 200, p->insured_end = 188 + below(random, 3);
    p->registered_on = some_day(random);
    p->gone_on = below(random, 6) == 0 ? census_town_day(random) : NOT_SAID;
    p->internship_unit = below(random, 3) > 0;
    p->key = below(random, 2);
    p->specialist = below(random, 2);
    p->list_count = below(random, LISTED + 1);
    for (int i = 0; i < p->list_count; i++) {
        p->needs[i].count = some(random, 9);
        p->needs[i].met = below(random, 2) == 0 ? NOT_SAID : census_town_day(random);
    }
    if (below(random, 3) > 0) return;
    p->found_on = census_town_day(random);
    if (below(random, 3) > 0) p->decided_on = p->found_on + below(random, 60);
    p->declined = below(random, 4) == 0;
}

static void draw_other(yz_random *random, plain *p) {
    static const char *const MEASURES[] = {"m01", "m05", "m12b", "m18", "m19", "m00", "x", ""};
    static const char *const OCCUPATIONS[] = {"", "4-01", "6-02"};
    p->of_kind = some(random, p->kind == YZ_SUBJECT_posting ? 6 : 3);
    p->day = some_day(random);
    p->contract_kind = some(random, 6);
    if (below(random, 2) == 0) p->contract_kind = yz_word_contract_kind_labour;
    p->level = p->kind == YZ_SUBJECT_certificate ? 1 + below(random, 5) : some(random, 5);
    p->open = below(random, 2);
    p->experience = below(random, 3);
    p->openings = some(random, 20);
    p->due = some_day(random);
    p->new_due = below(random, 3) == 0 ? NOT_SAID : census_town_day(random);
    p->principal = some(random, 100000);
    p->organised = below(random, 2);
    p->this_year = some(random, 30);
    p->last_year = some(random, 30);
    p->where = some_place(random);
    p->measure = MEASURES[below(random, 8)];
    p->occupation = OCCUPATIONS[below(random, 3)];
    p->online = below(random, 2);
    p->fields = below(random, 2) == 0 ? 63 : below(random, 64);
    p->asks_card = below(random, 6) == 0;
    for (int i = 0; i < 3; i++) {
        p->before[i] = some(random, 10);
        p->after[i] = below(random, 2) == 0 ? p->before[i] : some(random, 10);
    }
    p->list_count = below(random, LISTED + 1);
    for (int i = 0; i < p->list_count; i++) {
        draw_intern(random, &p->interns[i]);
        p->visits[i].venue = some(random, 4);
        p->visits[i].day = some_day(random);
        p->visits[i].reached = some(random, 500);
    }
    if (p->kind != YZ_SUBJECT_household || below(random, 3) == 0) return;
    p->found_on = census_town_day(random);
    if (below(random, 2) == 0) p->decided_on = p->found_on + below(random, 200);
    if (below(random, 2) == 0) p->event_count = 0; // only its line tells it
}

static int kind_of_place(uint32_t at, uint32_t count, yz_random *random) {
    static const int OTHERS[] = {
        YZ_SUBJECT_hire,      YZ_SUBJECT_hire,     YZ_SUBJECT_batch, YZ_SUBJECT_certificate,
        YZ_SUBJECT_household, YZ_SUBJECT_transfer, YZ_SUBJECT_loan,  YZ_SUBJECT_organisation,
        YZ_SUBJECT_posting,   YZ_SUBJECT_posting,  YZ_SUBJECT_guide, YZ_SUBJECT_blocked_point,
        YZ_SUBJECT_division,  YZ_SUBJECT_batch,    YZ_SUBJECT_batch};
    if (at < count / 4) return YZ_SUBJECT_person;
    if (at < count / 3) return YZ_SUBJECT_employer;
    return OTHERS[below(random, 15)];
}

static void draw(yz_random *random, census_town *town, uint32_t at) {
    plain *p = &town->subjects[at];
    *p = (plain){.kind = kind_of_place(at, town->count, random),
                 .person = -1,
                 .employer = -1,
                 .division = some_place(random),
                 .found_on = NOT_SAID,
                 .decided_on = NOT_SAID,
                 .hukou = "",
                 .where = "",
                 .occupation = "",
                 .measure = ""};
    int persons = (int)town->count / 4, employers = (int)town->count / 3 - persons;
    draw_events(random, p);
    if (p->kind == YZ_SUBJECT_person) {
        draw_person(random, p);
    } else if (p->kind == YZ_SUBJECT_employer) {
        draw_employer(random, p);
    } else {
        draw_other(random, p);
        if (below(random, 6) > 0) p->person = below(random, persons);
        if (below(random, 6) > 0) p->employer = persons + below(random, employers);
    }
    p->gone = at >= town->count / 3 && below(random, 20) == 0;
}

static void draw_payment(yz_random *random, census_town *town, plain_payment *pay) {
    static const char *const MEASURES[] = {"m01",  "m09a", "m09b", "m12b", "m12b",
                                           "m12b", "m15b", "m15c", "m15e", "m05a"};
    static const char *const OCCUPATIONS[] = {"", "4-01", "6-02"};
    int persons = (int)town->count / 4, employers = (int)town->count / 3 - persons;
    *pay = (plain_payment){.measure = MEASURES[below(random, 10)],
                           .person = below(random, persons / 4 + 1),
                           .employer = -1,
                           .day = census_town_day(random),
                           .level = below(random, 6),
                           .occupation = OCCUPATIONS[below(random, 3)],
                           .amount = 100 + below(random, 100000)};
    if (below(random, 2) == 0) pay->employer = persons + below(random, employers);
    if (pay->employer >= 0 && below(random, 2) == 0) pay->person = -1;
}

// ---- put ----

static void *take(census_town *town, size_t size) {
    void *memory = yz_arena_take(town->arena, size);
    yz_check(memory != NULL);
    memset(memory, 0, size);
    return memory;
}

static yz_row *object(census_town *town, yz_facts *facts, yz_object which) {
    yz_row *row = (yz_row *)(uintptr_t)facts->objects[which];
    if (row == NULL) facts->objects[which] = row = take(town, yz_row_size(which));
    return row;
}

static void set(yz_row *row, uint32_t field, int64_t value) {
    if (value == NOT_SAID) return;
    row->known |= UINT64_C(1) << field;
    row->values[field] = value;
}

static void set_text(census_town *town, yz_row *row, uint32_t field, const char *text) {
    if (text[0] == '\0') return;
    yz_text *kept = take(town, sizeof *kept);
    *kept = yz_text_of(text);
    set(row, field, (int64_t)(intptr_t)kept);
}

static yz_row *set_list(census_town *town, yz_row *row, uint32_t field, yz_object shape,
                        int count) {
    yz_list *list = take(town, sizeof *list);
    uint32_t stride = yz_row_size(shape);
    void *rows = take(town, (size_t)stride * (uint32_t)(count + 1));
    *list = (yz_list){(uint32_t)count, stride, rows};
    set(row, field, (int64_t)(intptr_t)list);
    return rows;
}

#define NEXT(row, shape) ((yz_row *)((char *)(row) + yz_row_size(YZ_OBJECT_##shape)))

static void put_spells(census_town *town, yz_row *row, uint32_t field, const plain_spell *spells,
                       int count) {
    yz_row *at = set_list(town, row, field, YZ_OBJECT_employment_spell, count);
    for (int i = 0; i < count; i++, at = NEXT(at, employment_spell)) {
        set(at, yz_field_employment_spell_from, spells[i].from);
        set(at, yz_field_employment_spell_to, spells[i].to);
    }
}

static void put_events(census_town *town, yz_facts *facts, const plain *p) {
    yz_row *top = object(town, facts, YZ_OBJECT_top);
    yz_row *at = set_list(town, top, yz_field_top_events, YZ_OBJECT_event, p->event_count);
    for (int i = 0; i < p->event_count; i++, at = NEXT(at, event)) {
        set(at, yz_field_event_kind, p->events[i].kind);
        set(at, yz_field_event_date, p->events[i].day);
        set(at, yz_field_event_value, p->events[i].value);
        set(at, yz_field_event_program, p->events[i].program);
        set(at, yz_field_event_service, p->events[i].service);
    }
}

static void put_person(census_town *town, yz_facts *facts, const plain *p) {
    yz_row *row = object(town, facts, YZ_OBJECT_person);
    set(row, yz_field_person_graduate_kind, p->graduate_kind);
    set(row, yz_field_person_graduation_date, p->graduation);
    set(row, yz_field_person_destination_registered, p->registered);
    set(row, yz_field_person_tags, p->poor << yz_word_person_tag_poverty_alleviated);
    if (p->plan) set_text(town, row, yz_field_person_plan_id, "A-1");
    set_text(town, row, yz_field_person_hukou_division, p->hukou);
    put_spells(town, row, yz_field_person_employment_spells, p->work, p->work_count);
    put_spells(town, row, yz_field_person_ui_benefit_spells, p->benefit, p->benefit_count);
}

static void put_employer(census_town *town, yz_facts *facts, const plain *p) {
    yz_row *row = object(town, facts, YZ_OBJECT_employer);
    set(row, yz_field_employer_kind, p->of_kind);
    set(row, yz_field_employer_state_owned, p->state_owned);
    set(row, yz_field_employer_state_level, p->state_level);
    set(row, yz_field_employer_insured_start, p->insured_start);
    set(row, yz_field_employer_insured_end, p->insured_end);
    set(row, yz_field_employer_registered_on, p->registered_on);
    set(row, yz_field_employer_deregistered_on, p->gone_on);
    set(row, yz_field_employer_internship_unit, p->internship_unit);
    set(row, yz_field_employer_key_tags, 2 * p->key);
    if (p->specialist) set_text(town, row, yz_field_employer_specialist, "S-1");
    yz_row *at = set_list(town, row, yz_field_employer_needs, YZ_OBJECT_need, p->list_count);
    for (int i = 0; i < p->list_count; i++, at = NEXT(at, need)) {
        set(at, yz_field_need_count, p->needs[i].count);
        set(at, yz_field_need_met_on, p->needs[i].met);
    }
}

static void put_interns(census_town *town, yz_facts *facts, const plain *p) {
    yz_row *top = object(town, facts, YZ_OBJECT_top);
    yz_row *at = set_list(town, top, yz_field_top_interns, YZ_OBJECT_intern, p->list_count);
    for (int i = 0; i < p->list_count; i++, at = NEXT(at, intern)) {
        const plain_intern *in = &p->interns[i];
        set(at, yz_field_intern_birth_date, in->birth);
        set(at, yz_field_intern_graduate_kind, in->graduate_kind);
        set(at, yz_field_intern_graduation_date, in->graduation);
        set(at, yz_field_intern_in_school, in->in_school);
        set(at, yz_field_intern_start, in->start);
        set(at, yz_field_intern_end, in->end);
        set(at, yz_field_intern_outcome, in->outcome);
        set(at, yz_field_intern_contract_start, in->contract);
        put_spells(town, at, yz_field_intern_employment_spells, &in->spell, 1);
    }
}

static void put_visits(census_town *town, yz_facts *facts, const plain *p) {
    yz_row *top = object(town, facts, YZ_OBJECT_top);
    yz_row *at = set_list(town, top, yz_field_top_campaigns, YZ_OBJECT_outreach, p->list_count);
    for (int i = 0; i < p->list_count; i++, at = NEXT(at, outreach)) {
        set(at, yz_field_outreach_venue, p->visits[i].venue);
        set(at, yz_field_outreach_date, p->visits[i].day);
        set(at, yz_field_outreach_reached, p->visits[i].reached);
    }
}

static void put_guide(census_town *town, yz_facts *facts, const plain *p) {
    yz_row *row = object(town, facts, YZ_OBJECT_guide);
    set_text(town, row, yz_field_guide_measure, p->measure);
    set(row, yz_field_guide_online_full, p->online);
    set(row, yz_field_guide_fields, p->fields);
    set(row, yz_field_guide_asks_registration_card, p->asks_card);
    set(row, yz_field_guide_steps_before, p->before[0]);
    set(row, yz_field_guide_steps_after, p->after[0]);
    set(row, yz_field_guide_materials_before, p->before[1]);
    set(row, yz_field_guide_materials_after, p->after[1]);
    set(row, yz_field_guide_days_before, p->before[2]);
    set(row, yz_field_guide_days_after, p->after[2]);
}

static void put_other(census_town *town, yz_facts *facts, const plain *p) {
    yz_row *hire = object(town, facts, YZ_OBJECT_hire);
    yz_row *posting = object(town, facts, YZ_OBJECT_posting);
    yz_row *cert = object(town, facts, YZ_OBJECT_cert), *loan = object(town, facts, YZ_OBJECT_loan);
    yz_row *transfer = object(town, facts, YZ_OBJECT_transfer);
    yz_row *org = object(town, facts, YZ_OBJECT_org);
    set(hire, yz_field_hire_contract_start, p->day);
    set(hire, yz_field_hire_contract_kind, p->contract_kind);
    set(object(town, facts, YZ_OBJECT_work), yz_field_work_level,
        p->level < 5 ? p->level : NOT_SAID);
    set(posting, yz_field_posting_kind, p->kind == YZ_SUBJECT_posting ? p->of_kind : NOT_SAID);
    set(posting, yz_field_posting_posted_on, p->day);
    set(posting, yz_field_posting_open_to_graduates, p->open);
    set(posting, yz_field_posting_experience_years_min, p->experience);
    set(posting, yz_field_posting_openings, p->openings);
    set(cert, yz_field_cert_kind, p->of_kind < 3 ? p->of_kind : NOT_SAID);
    set(cert, yz_field_cert_issue_date, p->day);
    set(cert, yz_field_cert_level, p->level);
    set_text(town, cert, yz_field_cert_occupation, p->occupation);
    set(loan, yz_field_loan_kind, p->of_kind < 3 ? p->of_kind : NOT_SAID);
    set(loan, yz_field_loan_due, p->due);
    set(loan, yz_field_loan_new_due, p->new_due);
    set(loan, yz_field_loan_principal_yuan, p->principal);
    set(transfer, yz_field_transfer_organised, p->organised);
    set_text(town, transfer, yz_field_transfer_work_division, p->where);
    set(org, yz_field_org_grad_hires_this_year, p->this_year);
    set(org, yz_field_org_grad_hires_last_year, p->last_year);
    put_guide(town, facts, p);
    if (p->kind == YZ_SUBJECT_batch) put_interns(town, facts, p);
    if (p->kind == YZ_SUBJECT_division) put_visits(town, facts, p);
}

static yz_text id_of(census_town *town, int at) {
    char text[16];
    if (at < 0) return YZ_TEXT("");
    int size = snprintf(text, sizeof text, "s-%d", at);
    return yz_arena_text(town->arena, (yz_text){text, (uint32_t)size});
}

static void put(census_town *town, int at) {
    const plain *p = &town->subjects[at];
    yz_facts_change change = {0};
    yz_arena_reset(town->arena);
    put_events(town, &change.given, p);
    if (p->kind == YZ_SUBJECT_person)
        put_person(town, &change.given, p);
    else if (p->kind == YZ_SUBJECT_employer)
        put_employer(town, &change.given, p);
    else
        put_other(town, &change.given, p);
    yz_subject_change wanted = {.kind = (yz_subject_kind)p->kind,
                                .id = id_of(town, at),
                                .person = id_of(town, p->person),
                                .employer = id_of(town, p->employer),
                                .division = yz_text_of(p->division),
                                .facts = &change};
    uint32_t version;
    yz_check(yz_book_put(town->book, &wanted, &version) == YZ_OK);
    if (!p->gone) return;
    yz_check(yz_book_drop(town->book, wanted.kind, wanted.id, TOWN_FIRST) == YZ_OK);
}

static void step(census_town *town, int at, yz_entry_state to, int32_t day) {
    yz_entry_step s = {YZ_TEXT("m03a"), YZ_SUBJECT_employer, id_of(town, at), to, day, 0, 0, 0};
    yz_check(yz_book_step(town->book, &s, NULL, NULL) == YZ_OK);
}

static void find(census_town *town, int at, const char *measure, int decision, int32_t day) {
    const plain *p = &town->subjects[at];
    yz_found found = {yz_text_of(measure), decision, false, 0};
    uint32_t row = yz_book_row(town->book, (yz_subject_kind)p->kind, id_of(town, at));
    yz_look look = {row, yz_book_stamp(town->book, row), day, INT32_MAX, 1, &found, 0, NULL};
    yz_check(yz_book_find(town->book, &look, NULL, NULL) == YZ_OK);
}

static void put_line(census_town *town, int at) {
    const plain *p = &town->subjects[at];
    if (p->found_on == NOT_SAID || p->gone) return;
    bool household = p->kind == YZ_SUBJECT_household;
    find(town, at, household ? "m14e" : "m03a",
         household ? yz_word_decision_alert : yz_word_decision_serve, p->found_on);
    if (household && p->decided_on != NOT_SAID)
        find(town, at, "m14e", yz_word_decision_pass, p->decided_on);
    if (household) return;
    if (p->decided_on == NOT_SAID) return;
    step(town, at, YZ_ENTRY_APPLIED, p->decided_on);
    step(town, at, p->declined ? YZ_ENTRY_DECLINED : YZ_ENTRY_APPROVED, p->decided_on);
}

static void put_payment(census_town *town, const plain_payment *pay) {
    yz_payment paid = {.measure = yz_text_of(pay->measure),
                       .person = id_of(town, pay->person),
                       .employer = id_of(town, pay->employer),
                       .occupation = yz_text_of(pay->occupation),
                       .day = pay->day,
                       .amount = pay->amount,
                       .level = pay->level};
    yz_book_paid(town->book, &paid);
}

// ---- the town ----

census_town *census_town_new(yz_random *random, uint32_t subjects, const yz_rules *rules,
                             const yz_params *params) {
    census_town *town = yz_alloc_zeroed(sizeof *town);
    *town = (census_town){.count = subjects,
                          .payment_count = subjects / 2,
                          .followup_days = rules != NULL ? 10 : 30,
                          .upgrades_max = rules != NULL ? 2 : 3,
                          .retain_days = rules != NULL ? 5 : 30,
                          .rate_max_percent10 = rules != NULL ? 100 : 55,
                          .adults_too = rules != NULL};
    town->subjects = yz_alloc_zeroed(subjects * sizeof *town->subjects);
    town->payments = yz_alloc_zeroed(town->payment_count * sizeof *town->payments);
    town->arena = yz_arena_new(1u << 20);
    town->book = yz_book_new((yz_hash_key){1, 2});
    if (rules != NULL) town->table = yz_rule_table_new(rules, params);
    if (rules != NULL) yz_book_rules(town->book, town->table);
    for (uint32_t i = 0; i < subjects; i++)
        draw(random, town, i);
    for (uint32_t i = 0; i < subjects; i++)
        put(town, (int)i);
    for (uint32_t i = 0; i < subjects; i++)
        put_line(town, (int)i);
    for (uint32_t i = 0; i < town->payment_count; i++) {
        draw_payment(random, town, &town->payments[i]);
        put_payment(town, &town->payments[i]);
    }
    return town;
}

void census_town_free(census_town *town) {
    yz_book_free(town->book);
    yz_rule_table_free(town->table);
    yz_arena_free(town->arena);
    yz_free(town->subjects);
    yz_free(town->payments);
    yz_free(town);
}
