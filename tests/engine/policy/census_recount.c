/* Counts the records again. What goes on and ends is found by living through every day. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "tests/engine/policy/census_town_inner.h"

#include <stdio.h>
#include <stdlib.h>

#define OTHERS 128u // numbers that are no place: measures of counties

typedef struct counting {
    const census_town *town;
    const yz_census_ask *ask;
    const yz_text *key; // NULL: all
    int64_t *counts;
    uint8_t *seen; // owned: by count and place
} counting;

// ---- where a number goes ----

static bool is_key(const counting *k, const plain *p, const char *detail) {
    if (k->key == NULL) return true;
    yz_text key = yz_text_of(k->ask->by == YZ_CENSUS_BY_DIVISION ? p->division : detail);
    bool cut = k->ask->by == YZ_CENSUS_BY_DIVISION && k->ask->level > 0;
    if (cut && key.size > k->ask->level) key.size = k->ask->level;
    return yz_text_equal(key, *k->key);
}

static bool asks(const counting *k, yz_census_series series) {
    return k->ask->series >> series & 1;
}

// Or of a target that is counted the same way.
static bool asks_too(const counting *k, yz_census_series series) {
    return asks(k, series) || asks(k, YZ_CENSUS_S11);
}

static void add_of(counting *k, const plain *p, const char *detail, yz_census_count count,
                   int64_t number) {
    if (is_key(k, p, detail)) k->counts[count] += number;
}

static void add(counting *k, const plain *p, yz_census_count count, int64_t number) {
    add_of(k, p, "", count, number);
}

// `who`: a place, or a number below OTHERS.
static void note_of(counting *k, const plain *p, const char *detail, yz_census_count count,
                    uint32_t who) {
    if (!is_key(k, p, detail)) return;
    uint8_t *seen = &k->seen[count * (k->town->count + OTHERS) + who];
    k->counts[count] += !*seen;
    *seen = 1;
}

static void note(counting *k, const plain *p, yz_census_count count, uint32_t who) {
    note_of(k, p, "", count, who);
}

static uint32_t place(const counting *k, const plain *p) {
    return (uint32_t)(p - k->town->subjects);
}

static uint32_t who(const counting *k, const plain *p) {
    return p->person >= 0 ? (uint32_t)p->person : place(k, p);
}

static const plain *person_of(const counting *k, const plain *p) {
    return p->person >= 0 ? &k->town->subjects[p->person] : NULL;
}

static const plain *employer_of(const counting *k, const plain *p) {
    return p->employer >= 0 ? &k->town->subjects[p->employer] : NULL;
}

// ---- days ----

static bool in(const counting *k, int day) {
    return day != NOT_SAID && day >= k->ask->first && day <= k->ask->last;
}

static int year(int day) {
    int32_t y, m, d;
    yz_civil(day, &y, &m, &d);
    return y;
}

typedef struct lived {
    bool at_start, at_end, touched;
    int since, first_since, began, ended, days, latest;
} lived;

// Every day from the first to the last: what happened on it, in the order of the list.
static lived live(const counting *k, const plain *p, int begin, int end) {
    lived l = {.since = NOT_SAID, .first_since = NOT_SAID, .latest = NOT_SAID};
    bool on = false;
    for (int day = TOWN_FIRST - 60; day <= k->ask->last; day++) {
        bool counts = day >= k->ask->first;
        if (day == k->ask->first) l.at_start = on;
        if (on && counts && l.first_since == NOT_SAID) l.first_since = l.since;
        l.touched |= on && counts;
        for (int i = 0; i < p->event_count; i++) {
            if (p->events[i].day != day) continue;
            if (p->events[i].kind == begin && !on) {
                on = true;
                l.since = day;
                l.began += counts;
                if (counts && l.first_since == NOT_SAID) l.first_since = day;
                l.touched |= counts;
            } else if (p->events[i].kind == end && on) {
                on = false;
                l.ended += counts;
                l.days += counts ? day - l.since : 0;
            }
        }
    }
    l.at_end = on;
    return l;
}

static bool covers(const plain_spell *spells, int count, int day) {
    for (int i = 0; i < count; i++)
        if (spells[i].from != NOT_SAID && spells[i].from <= day &&
            (spells[i].to == NOT_SAID || spells[i].to >= day))
            return true;
    return false;
}

// ---- graduates ----

static bool is_kind(const counting *k, int kind) {
    return kind == yz_word_graduate_kind_general ||
           (k->town->adults_too && kind == yz_word_graduate_kind_adult);
}

// By the calendar: the same day two years later, or the last of February.
static bool two_years(int graduation, int day) {
    int32_t y, m, d;
    if (graduation == NOT_SAID || day < graduation) return false;
    yz_civil(graduation, &y, &m, &d);
    int last = yz_days_in_month(y + 2, m);
    return day <= yz_days(y + 2, m, d < last ? d : last);
}

static bool is_new_graduate(const counting *k, const plain *p, int day) {
    if (p == NULL || !is_kind(k, p->graduate_kind) || p->graduation == NOT_SAID) return false;
    return year(p->graduation) == year(day) || two_years(p->graduation, day);
}

// ---- by kind of subject ----

static int64_t payments_of(const counting *k, const plain *p, const char *measure, int64_t *fen) {
    int64_t count = 0;
    int at = (int)place(k, p);
    *fen = 0;
    for (uint32_t i = 0; i < k->town->payment_count; i++) {
        const plain_payment *pay = &k->town->payments[i];
        if (pay->person != at && pay->employer != at) continue;
        if (!in(k, pay->day) || strcmp(pay->measure, measure) != 0) continue;
        count += 1;
        *fen += pay->amount;
    }
    return count;
}

static void count_assisted(counting *k, const plain *p) {
    lived l =
        live(k, p, yz_word_event_kind_assistance_opened, yz_word_event_kind_assistance_closed);
    bool placed = false, planned = p->plan;
    int latest = l.since;
    add(k, p, YZ_CENSUS_assisted_ever, l.at_start || l.began > 0);
    add(k, p, YZ_CENSUS_assisted_at_start, l.at_start);
    add(k, p, YZ_CENSUS_assisted_new, l.began);
    for (int i = 0; i < p->work_count; i++)
        placed |= in(k, p->work[i].from) && p->work[i].from >= l.first_since;
    add(k, p, YZ_CENSUS_assisted_placed, placed && (l.at_start || l.began > 0));
    if (!l.at_end) return;
    for (int i = 0; i < p->event_count; i++) {
        const plain_event *e = &p->events[i];
        if (e->day > k->ask->last) continue;
        bool plan = e->kind == yz_word_event_kind_plan_made;
        planned |= plan && e->day >= l.since;
        if ((plan || e->kind == yz_word_event_kind_followed_up) && e->day > latest) latest = e->day;
    }
    add(k, p, YZ_CENSUS_assisted, 1);
    add(k, p, YZ_CENSUS_assisted_planned, planned);
    add(k, p, YZ_CENSUS_assisted_followed, latest + k->town->followup_days >= k->ask->last);
}

static void count_graduate(counting *k, const plain *p) {
    bool of_year = p->graduation != NOT_SAID && year(p->graduation) == year(k->ask->last);
    bool placed = false;
    if (!is_kind(k, p->graduate_kind)) return;
    add(k, p, YZ_CENSUS_graduates_idle,
        two_years(p->graduation, k->ask->last) && !covers(p->work, p->work_count, k->ask->last));
    add(k, p, YZ_CENSUS_graduates_of_year, of_year);
    add(k, p, YZ_CENSUS_graduates_registered, of_year && p->registered);
    for (int i = 0; i < p->work_count; i++)
        placed |= in(k, p->work[i].from) && is_new_graduate(k, p, p->work[i].from);
    add(k, p, YZ_CENSUS_graduates_placed, placed);
    for (int i = 0; i < p->event_count; i++)
        if (p->events[i].kind == yz_word_event_kind_program_joined && in(k, p->events[i].day) &&
            !covers(p->work, p->work_count, p->events[i].day - 1))
            note(k, p, YZ_CENSUS_graduates_grassroots, place(k, p));
}

static void count_upgrades(counting *k, const plain *p) {
    int64_t of_year = 0;
    for (uint32_t i = 0; i < k->town->payment_count; i++) {
        const plain_payment *pay = &k->town->payments[i];
        char level[16] = "";
        if (pay->person != (int)place(k, p) || strcmp(pay->measure, "m12b") != 0) continue;
        of_year += year(pay->day) == year(k->ask->last) && pay->day <= k->ask->last;
        if (!in(k, pay->day)) continue;
        if (pay->level > 0) snprintf(level, sizeof level, "%d", pay->level);
        const char *detail = k->ask->by == YZ_CENSUS_BY_LEVEL        ? level
                             : k->ask->by == YZ_CENSUS_BY_OCCUPATION ? pay->occupation
                                                                     : "";
        add_of(k, p, detail, YZ_CENSUS_upgrades, 1);
        add_of(k, p, detail, YZ_CENSUS_upgrades_fen, pay->amount);
        note_of(k, p, detail, YZ_CENSUS_upgrades_persons, place(k, p));
    }
    add(k, p, YZ_CENSUS_upgrades_capped, of_year >= k->town->upgrades_max);
}

static void count_living(counting *k, const plain *p) {
    bool on = false, shared = false;
    int64_t fen;
    for (int day = k->ask->first; day <= k->ask->last; day++)
        on |= covers(p->benefit, p->benefit_count, day);
    for (int i = 0; i < p->event_count; i++)
        shared |= p->events[i].kind == yz_word_event_kind_shared_with_civil_affairs &&
                  in(k, p->events[i].day);
    add(k, p, YZ_CENSUS_benefit_persons, on);
    add(k, p, YZ_CENSUS_shared_persons, shared);
    add(k, p, YZ_CENSUS_medical_persons, payments_of(k, p, "m15b", &fen) > 0);
    add(k, p, YZ_CENSUS_migrant_persons, payments_of(k, p, "m15c", &fen) > 0);
    add(k, p, YZ_CENSUS_price_persons, payments_of(k, p, "m15e", &fen) > 0);
    add(k, p, YZ_CENSUS_price_fen, fen);
}

static const char *word(yz_enumeration of, int at) {
    const char *const *words;
    (void)yz_enumeration_words(of, &words);
    return words[at];
}

static void count_joined(counting *k, const plain *p) {
    for (int i = 0; i < p->event_count; i++) {
        const plain_event *e = &p->events[i];
        if (e->kind != yz_word_event_kind_program_joined || !in(k, e->day)) continue;
        const char *program = word(YZ_WORDS_program, e->program);
        note_of(k, p, program, YZ_CENSUS_grassroots_joined, place(k, p));
        if (is_kind(k, p->graduate_kind))
            note_of(k, p, program, YZ_CENSUS_grassroots_graduates, place(k, p));
    }
}

static void count_person(counting *k, const plain *p) {
    if (asks(k, YZ_CENSUS_S20)) count_assisted(k, p);
    if (asks_too(k, YZ_CENSUS_S22)) count_graduate(k, p);
    if (asks(k, YZ_CENSUS_S24)) count_upgrades(k, p);
    if (asks(k, YZ_CENSUS_S30)) count_joined(k, p);
    if (asks(k, YZ_CENSUS_S32)) count_living(k, p);
}

static void count_insured(counting *k, const plain *p) {
    int64_t fen, start = p->insured_start, end = p->insured_end;
    bool rebated = payments_of(k, p, "m01", &fen) > 0;
    bool known = end != NOT_SAID && end > 0;
    add(k, p, YZ_CENSUS_employers_rebated, rebated);
    add(k, p, YZ_CENSUS_insured_covered, rebated && end != NOT_SAID ? end : 0);
    if (!known || (p->gone_on != NOT_SAID && p->gone_on <= k->ask->last)) return;
    add(k, p, YZ_CENSUS_employers_insured, 1);
    add(k, p, YZ_CENSUS_insured_persons, end);
    if (start == NOT_SAID) return;
    int64_t lost = start > end ? start - end : 0;
    bool within = 1000 * lost <= k->town->rate_max_percent10 * start;
    within |= end <= 30 && 100 * lost <= 20 * start;
    add(k, p, YZ_CENSUS_employers_within, within);
    add(k, p, YZ_CENSUS_insured_change, end - start);
}

static void count_key(counting *k, const plain *p) {
    if (!p->key || (p->gone_on != NOT_SAID && p->gone_on <= k->ask->last)) return;
    add(k, p, YZ_CENSUS_key_employers, 1);
    add(k, p, YZ_CENSUS_key_with_specialist, p->specialist);
    for (int i = 0; i < p->list_count; i++) {
        int64_t count = p->needs[i].count == NOT_SAID ? 1 : p->needs[i].count;
        bool met = p->needs[i].met != NOT_SAID && p->needs[i].met <= k->ask->last;
        if (!met) add(k, p, YZ_CENSUS_needs_open, count);
        if (in(k, p->needs[i].met)) add(k, p, YZ_CENSUS_needs_met, count);
    }
    for (int i = 0; i < p->event_count; i++)
        if (p->events[i].kind == yz_word_event_kind_service_given && in(k, p->events[i].day))
            add_of(k, p, word(YZ_WORDS_service_kind, p->events[i].service), YZ_CENSUS_services, 1);
}

static void count_employer(counting *k, const plain *p) {
    int64_t fen, also;
    if (asks(k, YZ_CENSUS_S09)) {
        (void)payments_of(k, p, "m09a", &fen);
        (void)payments_of(k, p, "m09b", &also);
        add(k, p, YZ_CENSUS_internship_fen, fen + also);
    }
    if (asks(k, YZ_CENSUS_S23)) {
        add(k, p, YZ_CENSUS_loans_referred, in(k, p->found_on));
        add(k, p, YZ_CENSUS_loans_served, in(k, p->decided_on) && !p->declined);
    }
    if (asks(k, YZ_CENSUS_S25)) count_insured(k, p);
    if (asks(k, YZ_CENSUS_S27)) add(k, p, YZ_CENSUS_entities_new, in(k, p->registered_on));
    if (asks(k, YZ_CENSUS_S36)) count_key(k, p);
}

static bool of_new_entity(const counting *k, const plain *p) {
    const plain *e = employer_of(k, p);
    return e != NULL && p->day != NOT_SAID && in(k, e->registered_on) &&
           p->day >= e->registered_on && p->day <= e->registered_on + 365;
}

static bool of_public_body(const counting *k, const plain *p) {
    const plain *e = employer_of(k, p);
    return e != NULL && (e->of_kind == yz_word_employer_kind_government ||
                         e->of_kind == yz_word_employer_kind_public_institution);
}

static bool a_year_before(const counting *k, int day) {
    int32_t first = yz_add_months(k->ask->first, -12), last = yz_add_months(k->ask->last, -12);
    return day != NOT_SAID && day >= first && day <= last;
}

static void count_state_hire(counting *k, const plain *p) {
    const plain *e = employer_of(k, p);
    bool contract = p->contract_kind == yz_word_contract_kind_labour ||
                    p->contract_kind == yz_word_contract_kind_dispatch;
    if (e == NULL || !e->state_owned || !contract || !in(k, p->day)) return;
    if (!is_new_graduate(k, person_of(k, p), p->day)) return;
    const char *level =
        e->state_level != NOT_SAID ? word(YZ_WORDS_state_level, e->state_level) : "";
    if (asks(k, YZ_CENSUS_S28)) note_of(k, p, level, YZ_CENSUS_state_graduates, who(k, p));
    if (asks(k, YZ_CENSUS_S11) && e->state_level == yz_word_state_level_provincial)
        note(k, p, YZ_CENSUS_targets_provincial, who(k, p));
}

static void count_hire(counting *k, const plain *p) {
    const plain *person = person_of(k, p);
    bool graduate = p->day != NOT_SAID && is_new_graduate(k, person, p->day);
    bool below = p->level == yz_word_work_level_township || p->level == yz_word_work_level_village;
    if (asks_too(k, YZ_CENSUS_S22) && in(k, p->day) && below && person != NULL &&
        is_kind(k, person->graduate_kind) && !covers(person->work, person->work_count, p->day - 1))
        note(k, p, YZ_CENSUS_graduates_grassroots, who(k, p));
    if (asks(k, YZ_CENSUS_S27) && of_new_entity(k, p))
        note(k, p, YZ_CENSUS_entities_hired, who(k, p));
    count_state_hire(k, p);
    if (!asks(k, YZ_CENSUS_S29) || !of_public_body(k, p)) return;
    if (in(k, p->day)) note(k, p, YZ_CENSUS_public_hired, who(k, p));
    if (in(k, p->day) && graduate) note(k, p, YZ_CENSUS_public_graduates, who(k, p));
    if (a_year_before(k, p->day)) note(k, p, YZ_CENSUS_public_hired_before, who(k, p));
    if (a_year_before(k, p->day) && graduate)
        note(k, p, YZ_CENSUS_public_graduates_before, who(k, p));
}

static void count_posting(counting *k, const plain *p) {
    static const char *const PROGRAMS[] = {
        "community_worker", "village_doctor", NULL, NULL, "other_grassroots", NULL};
    const plain *e = employer_of(k, p);
    int64_t openings = p->openings == NOT_SAID ? 1 : p->openings;
    if (asks(k, YZ_CENSUS_S27) && of_new_entity(k, p))
        add(k, p, YZ_CENSUS_entities_openings, openings);
    if (!in(k, p->day)) return;
    if (asks(k, YZ_CENSUS_S29) && of_public_body(k, p))
        add(k, p, YZ_CENSUS_public_openings, openings);
    if (p->of_kind == NOT_SAID) return;
    if (asks_too(k, YZ_CENSUS_S09) && p->of_kind == yz_word_posting_kind_internship && e != NULL &&
        e->internship_unit)
        add(k, p, YZ_CENSUS_internship_posts, openings);
    if (asks(k, YZ_CENSUS_S30) && PROGRAMS[p->of_kind] != NULL)
        add_of(k, p, PROGRAMS[p->of_kind], YZ_CENSUS_grassroots_openings, openings);
    if (!asks_too(k, YZ_CENSUS_S31) || p->of_kind != yz_word_posting_kind_community_worker) return;
    add(k, p, YZ_CENSUS_community_postings, 1);
    add(k, p, YZ_CENSUS_community_open, p->open && p->experience == 0);
}

static void count_intern(counting *k, const plain *p, const plain_intern *in_) {
    int start = in_->start, end = in_->end;
    if (start == NOT_SAID || start > k->ask->last || covers(&in_->spell, 1, start - 1)) return;
    bool a = is_kind(k, in_->graduate_kind) && two_years(in_->graduation, start);
    int age = yz_age(in_->birth, start);
    bool at_school = in_->in_school || (in_->graduation != NOT_SAID && in_->graduation > start);
    if (!a && (age < 16 || age > 24 || at_school)) return;
    add(k, p, YZ_CENSUS_interns_in_place, end == NOT_SAID || end >= k->ask->last);
    bool early = in_->outcome == yz_word_intern_outcome_early_contract;
    if (!in(k, end) || (!early && in_->outcome != yz_word_intern_outcome_completed)) return;
    bool kept = in_->contract != NOT_SAID && (early || in_->contract - end <= k->town->retain_days);
    add(k, p, YZ_CENSUS_interns_finished, 1);
    add(k, p, YZ_CENSUS_interns_early, early);
    add(k, p, YZ_CENSUS_interns_retained, kept);
}

static bool same_county(const char *a, const char *b) {
    return a[0] != '\0' && b[0] != '\0' && strncmp(a, b, 6) == 0;
}

static void count_transfer(counting *k, const plain *p) {
    const plain *person = person_of(k, p);
    lived l = live(k, p, yz_word_event_kind_transfer_started, yz_word_event_kind_transfer_ended);
    if (person == NULL || !person->poor || !l.touched) return;
    uint32_t at = who(k, p);
    note(k, p, YZ_CENSUS_transferred, at);
    if (l.began > 0) note(k, p, YZ_CENSUS_transferred_new, at);
    if (p->organised > 0) note(k, p, YZ_CENSUS_transferred_organised, at);
    if (same_county(p->where, person->hukou)) note(k, p, YZ_CENSUS_transferred_local, at);
    if (p->where[0] != '\0' && strncmp(p->where, "62", 2) != 0)
        note(k, p, YZ_CENSUS_transferred_outside, at);
}

static void count_loan(counting *k, const plain *p) {
    const char *kind = p->of_kind != NOT_SAID ? word(YZ_WORDS_loan_kind, p->of_kind) : "";
    int had[4] = {0}, now[4] = {0};
    for (int i = 0; i < p->event_count; i++) {
        int at = p->events[i].kind - yz_word_event_kind_loan_issued;
        if (at < 0 || at > 3) continue;
        had[at] += p->events[i].day <= k->ask->last;
        now[at] += in(k, p->events[i].day);
    }
    int due = had[1] > 0 && p->new_due != NOT_SAID ? p->new_due : p->due;
    add_of(k, p, kind, YZ_CENSUS_loans_issued, now[0]);
    add_of(k, p, kind, YZ_CENSUS_loans_fen,
           p->principal != NOT_SAID ? (int64_t)now[0] * p->principal : 0);
    add_of(k, p, kind, YZ_CENSUS_loans_extended, now[1]);
    add_of(k, p, kind, YZ_CENSUS_loans_written_off, now[3]);
    add_of(k, p, kind, YZ_CENSUS_loans_overdue,
           p->due != NOT_SAID && had[0] > 0 && had[2] + had[3] == 0 && due < k->ask->last);
}

static void count_cert(counting *k, const plain *p) {
    char level[16] = "";
    if (!in(k, p->day) || p->of_kind == NOT_SAID || p->of_kind == yz_word_cert_kind_other) return;
    if (p->level != NOT_SAID) snprintf(level, sizeof level, "%d", p->level);
    const char *detail = k->ask->by == YZ_CENSUS_BY_LEVEL ? level : p->occupation;
    add_of(k, p, detail, YZ_CENSUS_certs_issued, 1);
}

static void count_pair(counting *k, const plain *p, const char *of, int at, yz_census_count pairs) {
    if (p->before[at] == NOT_SAID || p->after[at] == NOT_SAID) return;
    add_of(k, p, of, pairs, 1);
    add_of(k, p, of, pairs + 1, p->before[at]);
    add_of(k, p, of, pairs + 2, p->after[at]);
}

static uint32_t county_number(const char *division) {
    static const char *const COUNTIES[] = {"620502", "620503", "620521", "610102"};
    for (uint32_t i = 0; i < 4; i++)
        if (strcmp(COUNTIES[i], division) == 0) return i + 1;
    return 0;
}

static void count_guide(counting *k, const plain *p) {
    bool out = false, heavier = p->asks_card > 0;
    for (int i = 0; i < p->event_count; i++)
        out |= p->events[i].kind == yz_word_event_kind_guide_published &&
               p->events[i].day <= k->ask->last;
    if (!out) return;
    int measure = p->measure[0] == 'm' ? atoi(p->measure + 1) : 0;
    uint32_t county = county_number(p->division);
    char of[8] = "";
    if (measure < 1 || measure > 18) measure = 0;
    if (measure > 0) snprintf(of, sizeof of, "m%02d", measure);
    if (measure > 0 && county > 0)
        note_of(k, p, of, YZ_CENSUS_guides_of_measures, county * 20 + (uint32_t)measure);
    for (int i = 0; i < 3; i++)
        heavier |= p->before[i] != NOT_SAID && p->after[i] > p->before[i];
    add_of(k, p, of, YZ_CENSUS_guides, 1);
    add_of(k, p, of, YZ_CENSUS_guides_online, p->online);
    add_of(k, p, of, YZ_CENSUS_guides_wanting, p->fields != 63);
    add_of(k, p, of, YZ_CENSUS_guides_heavier, heavier);
    count_pair(k, p, of, 0, YZ_CENSUS_guides_steps);
    count_pair(k, p, of, 1, YZ_CENSUS_guides_materials);
    count_pair(k, p, of, 2, YZ_CENSUS_guides_days);
}

static void count_household(counting *k, const plain *p) {
    plain told = *p;
    bool tells = false;
    for (int i = 0; i < p->event_count; i++)
        tells |= p->events[i].kind == yz_word_event_kind_household_zero_opened ||
                 p->events[i].kind == yz_word_event_kind_household_zero_cleared;
    if (!tells && p->found_on != NOT_SAID) { // as its line of m14e stood at alert
        told.event_count = p->decided_on != NOT_SAID ? 2 : 1;
        told.events[0] =
            (plain_event){.kind = yz_word_event_kind_household_zero_opened, .day = p->found_on};
        told.events[1] =
            (plain_event){.kind = yz_word_event_kind_household_zero_cleared, .day = p->decided_on};
    }
    lived l = live(k, &told, yz_word_event_kind_household_zero_opened,
                   yz_word_event_kind_household_zero_cleared);
    add(k, p, YZ_CENSUS_households_at_start, l.at_start);
    add(k, p, YZ_CENSUS_households_opened, l.began);
    add(k, p, YZ_CENSUS_households_cleared, l.ended);
    add(k, p, YZ_CENSUS_households_open, l.at_end);
    add(k, p, YZ_CENSUS_households_days, l.days);
}

static void count_blocked(counting *k, const plain *p) {
    lived l = live(k, p, yz_word_event_kind_blocked_point_opened,
                   yz_word_event_kind_blocked_point_resolved);
    add(k, p, YZ_CENSUS_blocked_opened, l.began);
    add(k, p, YZ_CENSUS_blocked_resolved, l.ended);
    add(k, p, YZ_CENSUS_blocked_open, l.at_end);
    add(k, p, YZ_CENSUS_blocked_days, l.days);
}

static void count_ratings(counting *k, const plain *p) {
    int at = (int)place(k, p);
    for (uint32_t i = 0; i < k->town->payment_count; i++) {
        const plain_payment *pay = &k->town->payments[i];
        int of = pay->employer >= 0 ? pay->employer : pay->person;
        add(k, p, YZ_CENSUS_ratings_asked, of == at && in(k, pay->day));
    }
    for (int i = 0; i < p->event_count; i++) {
        if (!in(k, p->events[i].day)) continue;
        bool rated = p->events[i].kind == yz_word_event_kind_rated;
        add(k, p, YZ_CENSUS_ratings_asked, p->events[i].kind == yz_word_event_kind_service_given);
        add(k, p, YZ_CENSUS_ratings, rated);
        add(k, p, YZ_CENSUS_ratings_sum, rated ? p->events[i].value : 0);
        add(k, p, YZ_CENSUS_ratings_good, rated && p->events[i].value > 3);
    }
}

static void count_line(counting *k, const plain *p) {
    bool household = p->kind == YZ_SUBJECT_household;
    bool moved = in(k, p->found_on) || (!household && in(k, p->decided_on));
    if (p->found_on == NOT_SAID) return;
    if (moved) note(k, p, YZ_CENSUS_targets_measures, household ? 14 : 3);
    bool over = p->decided_on != NOT_SAID && p->decided_on <= k->ask->last;
    add(k, p, YZ_CENSUS_targets_households, household && p->found_on <= k->ask->last && !over);
}

static void count_visits(counting *k, const plain *p) {
    static const yz_census_count OF[] = {YZ_CENSUS_visits_enterprise, YZ_CENSUS_visits_park,
                                         YZ_CENSUS_visits_campus, YZ_CENSUS_visits_community};
    for (int i = 0; i < p->list_count; i++) {
        if (p->visits[i].venue == NOT_SAID || !in(k, p->visits[i].day)) continue;
        add(k, p, OF[p->visits[i].venue], 1);
        add(k, p, YZ_CENSUS_visits_reached,
            p->visits[i].reached != NOT_SAID ? p->visits[i].reached : 0);
    }
}

static void count_subject(counting *k, const plain *p) {
    switch (p->kind) {
    case YZ_SUBJECT_person: count_person(k, p); break;
    case YZ_SUBJECT_employer: count_employer(k, p); break;
    case YZ_SUBJECT_hire: count_hire(k, p); break;
    case YZ_SUBJECT_posting: count_posting(k, p); break;
    case YZ_SUBJECT_batch:
        for (int i = 0; i < p->list_count && asks(k, YZ_CENSUS_S09); i++)
            count_intern(k, p, &p->interns[i]);
        break;
    case YZ_SUBJECT_household:
        if (asks(k, YZ_CENSUS_S10)) count_household(k, p);
        break;
    case YZ_SUBJECT_transfer:
        if (asks_too(k, YZ_CENSUS_S21)) count_transfer(k, p);
        break;
    case YZ_SUBJECT_loan:
        if (asks(k, YZ_CENSUS_S23)) count_loan(k, p);
        break;
    case YZ_SUBJECT_certificate:
        if (asks(k, YZ_CENSUS_S24)) count_cert(k, p);
        break;
    case YZ_SUBJECT_guide:
        if (asks(k, YZ_CENSUS_S26)) count_guide(k, p);
        break;
    case YZ_SUBJECT_organisation:
        if (!asks(k, YZ_CENSUS_S29)) break;
        add(k, p, YZ_CENSUS_public_said, p->this_year != NOT_SAID ? p->this_year : 0);
        add(k, p, YZ_CENSUS_public_said_before, p->last_year != NOT_SAID ? p->last_year : 0);
        break;
    case YZ_SUBJECT_division:
        if (asks(k, YZ_CENSUS_D06)) count_visits(k, p);
        break;
    default:
        if (asks(k, YZ_CENSUS_S33)) count_blocked(k, p);
    }
    if (asks(k, YZ_CENSUS_S11)) count_line(k, p);
    if (asks(k, YZ_CENSUS_S34)) count_ratings(k, p);
}

static bool is_counted(const yz_census_ask *ask, const plain *p) {
    return !p->gone && yz_text_starts_with(yz_text_of(p->division), ask->division);
}

void census_town_count(const census_town *town, const yz_census_ask *ask, const yz_text *key,
                       int64_t counts[YZ_CENSUS_COUNT_COUNT]) {
    counting k = {town, ask, key, counts, NULL};
    memset(counts, 0, YZ_CENSUS_COUNT_COUNT * sizeof *counts);
    k.seen = yz_alloc_zeroed((size_t)YZ_CENSUS_COUNT_COUNT * (town->count + OTHERS));
    for (uint32_t i = 0; i < town->count; i++)
        if (is_counted(ask, &town->subjects[i])) count_subject(&k, &town->subjects[i]);
    yz_free(k.seen);
}

uint32_t census_town_keys(const census_town *town, const yz_census_ask *ask,
                          char keys[CENSUS_TOWN_KEYS_MAX][CENSUS_TOWN_KEY_MAX]) {
    static const char *const DETAILS[] = {
        "",           "1",      "2",    "3",       "4",
        "5",          "4-01",   "6-02", "central", "provincial",
        "prefecture", "county", "none", "other",   "startup_guarantee",
        "m01",        "m05",    "m12",  "m18"};
    uint32_t count = 0;
    if (ask->by != YZ_CENSUS_BY_DIVISION) {
        for (; count < sizeof DETAILS / sizeof *DETAILS; count++)
            snprintf(keys[count], CENSUS_TOWN_KEY_MAX, "%s", DETAILS[count]);
        return count;
    }
    for (uint32_t i = 0; i < town->count; i++) {
        char key[CENSUS_TOWN_KEY_MAX];
        snprintf(key, sizeof key, "%s", town->subjects[i].division);
        if (ask->level > 0 && strlen(key) > ask->level) key[ask->level] = '\0';
        uint32_t at = 0;
        while (at < count && strcmp(keys[at], key) != 0)
            at++;
        if (at == count) snprintf(keys[count++], CENSUS_TOWN_KEY_MAX, "%s", key);
    }
    return count;
}
