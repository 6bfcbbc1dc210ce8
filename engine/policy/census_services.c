/* The census of households, loans, certificates, employers, guides, blocked points and ratings:
 * S10, S23 to S26, S33, S34, S36. */
#include "engine/policy/census_inner.h"

#include <stdio.h>

__extension__ typedef __int128 wide;

static bool is_measure(const yz_book *book, uint32_t measure, const char *name) {
    return yz_text_equal(yz_ids_text(book->measures, measure), yz_text_of(name));
}

// ---- S10 ----

static bool tells_zero(const counted *s) {
    for (uint32_t i = 0; i < s->event_count; i++) {
        int kind = s->events[i].kind;
        if (kind == yz_word_event_kind_household_zero_opened ||
            kind == yz_word_event_kind_household_zero_cleared)
            return true;
    }
    return false;
}

// Of a household of which nobody told it: while its line of m14e stood at alert. Spells come last
// first, so the events are filled from the end. Returns where they begin.
static uint32_t zero_by_lines(const yz_book *book, const counted *s, yz_event *events) {
    uint32_t first = YZ_FACT_LIST_MAX, at = book_subject(book, s->row)->spell;
    bool goes_on = false;
    for (; at != YZ_ROW_NONE && first >= 2; at = book_spell(book, at)->of_subject) {
        const spell *of = book_spell(book, at);
        if (!is_measure(book, of->measure, "m14e")) continue;
        if (of->to != INT32_MAX && !goes_on)
            events[--first] =
                (yz_event){.kind = yz_word_event_kind_household_zero_cleared, .day = of->to};
        goes_on = of->marks & SPELL_GOES_ON;
        if (!goes_on)
            events[--first] =
                (yz_event){.kind = yz_word_event_kind_household_zero_opened, .day = of->since};
    }
    return first;
}

void census_households(yz_census *c, const yz_book *book, const counted *s) {
    const yz_event *events = s->events;
    uint32_t count = s->event_count;
    if (!tells_zero(s)) {
        uint32_t first = zero_by_lines(book, s, c->by_lines);
        events = c->by_lines + first;
        count = YZ_FACT_LIST_MAX - first;
    }
    yz_stay stay =
        yz_events_stay(events, count, yz_word_event_kind_household_zero_opened,
                       yz_word_event_kind_household_zero_cleared, c->ask.first, c->ask.last);
    census_add(c, YZ_CENSUS_households_at_start, stay.at_start);
    census_add(c, YZ_CENSUS_households_opened, stay.began);
    census_add(c, YZ_CENSUS_households_cleared, stay.ended);
    census_add(c, YZ_CENSUS_households_days, stay.days_of_ended);
    census_add(c, YZ_CENSUS_households_open, stay.at_end);
}

// ---- S09: paid ----

void census_internship_pay(yz_census *c, const yz_book *book, const counted *s) {
    const payment *p = census_payment(book, book_subject(book, s->row)->payment);
    for (; p != NULL; p = census_payment(book, p->next[BY_EMPLOYER])) {
        bool of = is_measure(book, p->measure, "m09a") || is_measure(book, p->measure, "m09b");
        if (of && census_in(c, p->day)) census_add(c, YZ_CENSUS_internship_fen, p->amount);
    }
}

// ---- S23 ----

void census_loans(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t kind, due, later;
    bool issued = false, extended = false, over = false;
    bool said = CENSUS_FIELD(s, loan, kind, &kind);
    census_key_word(c, YZ_CENSUS_BY_PRODUCT, YZ_WORDS_loan_kind, said ? (int)kind : -1);
    for (uint32_t i = 0; i < s->event_count && s->events[i].day <= c->ask.last; i++) {
        int what = s->events[i].kind;
        bool now = census_in(c, s->events[i].day);
        issued |= what == yz_word_event_kind_loan_issued;
        extended |= what == yz_word_event_kind_loan_extended;
        over |=
            what == yz_word_event_kind_loan_repaid || what == yz_word_event_kind_loan_written_off;
        if (what == yz_word_event_kind_loan_issued && now) {
            census_add(c, YZ_CENSUS_loans_issued, 1);
            census_add(c, YZ_CENSUS_loans_fen, CENSUS_VALUE(s, loan, principal_yuan));
        }
        census_add(c, YZ_CENSUS_loans_extended, what == yz_word_event_kind_loan_extended && now);
        census_add(c, YZ_CENSUS_loans_written_off,
                   what == yz_word_event_kind_loan_written_off && now);
    }
    if (!issued || over || !CENSUS_FIELD(s, loan, due, &due)) return;
    if (extended && CENSUS_FIELD(s, loan, new_due, &later)) due = later;
    census_add(c, YZ_CENSUS_loans_overdue, due < c->ask.last);
}

// Lines of m03a: those that began in the period, and those that were decided in it.
void census_referred(yz_census *c, const yz_book *book, const counted *s) {
    uint32_t at = book_subject(book, s->row)->spell;
    bool referred = false, served = false;
    for (; at != YZ_ROW_NONE; at = book_spell(book, at)->of_subject) {
        const spell *of = book_spell(book, at);
        if (of->marks & SPELL_GOES_ON || !is_measure(book, of->measure, "m03a")) continue;
        referred |= census_in(c, of->since);
        served |= census_in(c, of->decided) && !(of->marks & SPELL_REFUSED);
    }
    census_add(c, YZ_CENSUS_loans_referred, referred);
    census_add(c, YZ_CENSUS_loans_served, served);
}

// ---- S24: issued ----

void census_certs(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t day, kind, level;
    char text[24] = "";
    if (!CENSUS_FIELD(s, cert, issue_date, &day) || !census_in(c, day)) return;
    if (!CENSUS_FIELD(s, cert, kind, &kind) || kind == yz_word_cert_kind_other) return;
    if (CENSUS_FIELD(s, cert, level, &level)) snprintf(text, sizeof text, "%lld", (long long)level);
    census_key(c, YZ_CENSUS_BY_LEVEL, yz_text_of(text));
    census_key(c, YZ_CENSUS_BY_OCCUPATION, CENSUS_TEXT(s, cert, occupation));
    census_add(c, YZ_CENSUS_certs_issued, 1);
}

// ---- S25 ----

static bool layoff_within(int64_t rate, int64_t start, int64_t end) {
    int64_t laid_off = start > end ? start - end : 0;
    return (wide)laid_off * 100000000 <= (wide)rate * start;
}

void census_insured(yz_census *c, const yz_book *book, const counted *s) {
    int64_t start, end, gone;
    bool rebated = false;
    const payment *p = census_payment(book, book_subject(book, s->row)->payment);
    for (; p != NULL; p = census_payment(book, p->next[BY_EMPLOYER]))
        rebated |= is_measure(book, p->measure, "m01") && census_in(c, p->day);
    bool known = CENSUS_FIELD(s, employer, insured_end, &end);
    census_add(c, YZ_CENSUS_employers_rebated, rebated);
    census_add(c, YZ_CENSUS_insured_covered, rebated ? end : 0);
    if (CENSUS_FIELD(s, employer, deregistered_on, &gone) && gone <= c->ask.last) return;
    if (!known || end <= 0) return;
    census_add(c, YZ_CENSUS_employers_insured, 1);
    census_add(c, YZ_CENSUS_insured_persons, end);
    if (!CENSUS_FIELD(s, employer, insured_start, &start)) return;
    int64_t base = c->numbers.size_by_start ? start : end;
    bool within =
        layoff_within(c->numbers.rate_max, start, end) ||
        (base <= c->numbers.small_max && layoff_within(c->numbers.small_rate_max, start, end));
    census_add(c, YZ_CENSUS_employers_within, within);
    census_add(c, YZ_CENSUS_insured_change, end - start);
}

// ---- S26 ----

#define GUIDE_PARTS 6

static bool is_published(const yz_census *c, const counted *s) {
    for (uint32_t i = 0; i < s->event_count; i++)
        if (s->events[i].kind == yz_word_event_kind_guide_published &&
            s->events[i].day <= c->ask.last)
            return true;
    return false;
}

// m01 to m18, as two digits behind the letter; what is behind them (m12b) is of the same guide.
static bool is_of_measure(yz_text measure) {
    if (measure.size < 3 || measure.bytes[0] != 'm') return false;
    int tens = measure.bytes[1] - '0', ones = measure.bytes[2] - '0';
    bool digits = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
    return digits && 10 * tens + ones >= 1 && 10 * tens + ones <= 18;
}

bool yz_census_is_county(yz_text code) {
    return code.size == 6 && !(code.bytes[4] == '0' && code.bytes[5] == '0');
}

static void note_guide(yz_census *c, const counted *s, yz_text measure) {
    char text[YZ_DIVISION_DIGITS_MAX + 8];
    if (measure.size == 0 || !yz_census_is_county(s->division)) return;
    int size = snprintf(text, sizeof text, "%.3s%.*s", measure.bytes, (int)s->division.size,
                        s->division.bytes);
    yz_text id = {text, (uint32_t)size};
    uint32_t row = yz_ids_find(c->guides, id);
    if (row == YZ_ROW_NONE) row = yz_ids_add(c->guides, id);
    census_note(c, YZ_CENSUS_guides_of_measures, row);
}

// A pair of numbers counts where both are known. True: the second is larger.
static bool count_pair(yz_census *c, const counted *s, uint32_t before_field, uint32_t after_field,
                       yz_census_count pairs) {
    int64_t before, after;
    if (!census_field(&s->facts, YZ_OBJECT_guide, before_field, &before)) return false;
    if (!census_field(&s->facts, YZ_OBJECT_guide, after_field, &after)) return false;
    census_add(c, pairs, 1);
    census_add(c, pairs + 1, before);
    census_add(c, pairs + 2, after);
    return after > before;
}

_Static_assert(YZ_CENSUS_guides_steps_after == YZ_CENSUS_guides_steps + 2, "as count_pair adds");
_Static_assert(YZ_CENSUS_guides_materials_after == YZ_CENSUS_guides_materials + 2, "the same");
_Static_assert(YZ_CENSUS_guides_days_after == YZ_CENSUS_guides_days + 2, "the same");

void census_guides(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    if (!is_published(c, s)) return;
    yz_text measure = CENSUS_TEXT(s, guide, measure);
    measure.size = is_of_measure(measure) ? 3 : 0;
    census_key(c, YZ_CENSUS_BY_MEASURE, measure);
    note_guide(c, s, measure);
    uint64_t filled = (uint64_t)CENSUS_VALUE(s, guide, fields);
    bool heavier = count_pair(c, s, yz_field_guide_steps_before, yz_field_guide_steps_after,
                              YZ_CENSUS_guides_steps);
    heavier |= count_pair(c, s, yz_field_guide_materials_before, yz_field_guide_materials_after,
                          YZ_CENSUS_guides_materials);
    heavier |= count_pair(c, s, yz_field_guide_days_before, yz_field_guide_days_after,
                          YZ_CENSUS_guides_days);
    heavier |= CENSUS_VALUE(s, guide, asks_registration_card) != 0;
    census_add(c, YZ_CENSUS_guides, 1);
    census_add(c, YZ_CENSUS_guides_online, CENSUS_VALUE(s, guide, online_full) != 0);
    census_add(c, YZ_CENSUS_guides_wanting, filled != (UINT64_C(1) << GUIDE_PARTS) - 1);
    census_add(c, YZ_CENSUS_guides_heavier, heavier);
}

// ---- S11: t06, t07 ----

void census_target_households(yz_census *c, const yz_book *book, const counted *s) {
    bool open = false;
    uint32_t at = book_subject(book, s->row)->spell;
    for (; at != YZ_ROW_NONE; at = book_spell(book, at)->of_subject) {
        const spell *of = book_spell(book, at);
        open |= of->decision == yz_word_decision_alert && of->from <= c->ask.last &&
                of->to > c->ask.last && is_measure(book, of->measure, "m14e");
    }
    census_add(c, YZ_CENSUS_targets_households, open);
}

// Something happened to a line of it in the period.
void census_active(yz_census *c, const yz_book *book, const counted *s) {
    uint32_t at = book_subject(book, s->row)->spell;
    for (; at != YZ_ROW_NONE; at = book_spell(book, at)->of_subject) {
        const spell *of = book_spell(book, at);
        bool paid = of->marks & SPELL_PAID && census_in(c, of->to);
        bool head = !(of->marks & SPELL_GOES_ON);
        bool moved = head && (census_in(c, of->since) || census_in(c, of->notified) ||
                              census_in(c, of->decided));
        yz_text measure = yz_ids_text(book->measures, of->measure);
        if (!(paid || moved) || !is_of_measure(measure)) continue;
        uint32_t number = (uint32_t)(10 * (measure.bytes[1] - '0') + measure.bytes[2] - '0');
        census_note(c, YZ_CENSUS_targets_measures, number);
    }
}

// ---- S33 ----

void census_blocked(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    yz_stay stay =
        yz_events_stay(s->events, s->event_count, yz_word_event_kind_blocked_point_opened,
                       yz_word_event_kind_blocked_point_resolved, c->ask.first, c->ask.last);
    census_add(c, YZ_CENSUS_blocked_opened, stay.began);
    census_add(c, YZ_CENSUS_blocked_resolved, stay.ended);
    census_add(c, YZ_CENSUS_blocked_days, stay.days_of_ended);
    census_add(c, YZ_CENSUS_blocked_open, stay.at_end);
}

// ---- S34 ----

// A payment asks for one mark: of the employer, or of the person where there is none.
static int64_t payments_in(const yz_census *c, const yz_book *book, const counted *s) {
    int64_t count = 0;
    int by = s->kind == YZ_SUBJECT_employer ? BY_EMPLOYER : BY_PERSON;
    if (s->kind != YZ_SUBJECT_employer && s->kind != YZ_SUBJECT_person) return 0;
    const payment *p = census_payment(book, book_subject(book, s->row)->payment);
    for (; p != NULL; p = census_payment(book, p->next[by]))
        count += census_in(c, p->day) && (by == BY_EMPLOYER || p->who[BY_EMPLOYER] == YZ_ROW_NONE);
    return count;
}

void census_ratings(yz_census *c, const yz_book *book, const counted *s) {
    census_add(c, YZ_CENSUS_ratings_asked, payments_in(c, book, s));
    for (uint32_t i = 0; i < s->event_count; i++) {
        const yz_event *e = &s->events[i];
        if (!census_in(c, e->day)) continue;
        census_add(c, YZ_CENSUS_ratings_asked, e->kind == yz_word_event_kind_service_given);
        if (e->kind != yz_word_event_kind_rated) continue;
        census_add(c, YZ_CENSUS_ratings, 1);
        census_add(c, YZ_CENSUS_ratings_sum, e->value);
        census_add(c, YZ_CENSUS_ratings_good, e->value >= 4);
    }
}

// ---- S36 ----

static void count_needs(yz_census *c, const counted *s) {
    const yz_list *needs = census_list(&s->facts, YZ_OBJECT_employer, yz_field_employer_needs);
    for (uint32_t i = 0; needs != NULL && i < needs->count; i++) {
        const yz_row *need = yz_list_row(needs, i);
        bool said = need->known >> yz_field_need_count & 1;
        bool met = need->known >> yz_field_need_met_on & 1;
        int64_t count = said ? need->values[yz_field_need_count] : 1;
        int64_t day = met ? need->values[yz_field_need_met_on] : 0;
        census_add(c, YZ_CENSUS_needs_open, !met || day > c->ask.last ? count : 0);
        census_add(c, YZ_CENSUS_needs_met, met && census_in(c, day) ? count : 0);
    }
}

void census_key_employers(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    int64_t gone, specialist;
    if (CENSUS_VALUE(s, employer, key_tags) == 0) return;
    if (CENSUS_FIELD(s, employer, deregistered_on, &gone) && gone <= c->ask.last) return;
    census_add(c, YZ_CENSUS_key_employers, 1);
    census_add(c, YZ_CENSUS_key_with_specialist,
               CENSUS_FIELD(s, employer, specialist, &specialist));
    count_needs(c, s);
    for (uint32_t i = 0; i < s->event_count; i++) {
        const yz_event *e = &s->events[i];
        if (e->kind != yz_word_event_kind_service_given || !census_in(c, e->day)) continue;
        census_key_word(c, YZ_CENSUS_BY_SERVICE, YZ_WORDS_service_kind, e->service);
        census_add(c, YZ_CENSUS_services, 1);
    }
}

// ---- d06 ----

void census_visits(yz_census *c, const yz_book *book, const counted *s) {
    (void)book;
    const yz_list *visits = census_list(&s->facts, YZ_OBJECT_top, yz_field_top_campaigns);
    for (uint32_t i = 0; visits != NULL && i < visits->count; i++) {
        const yz_row *visit = yz_list_row(visits, i);
        bool known = (visit->known >> yz_field_outreach_venue & 1) &&
                     (visit->known >> yz_field_outreach_date & 1);
        if (!known || !census_in(c, visit->values[yz_field_outreach_date])) continue;
        census_add(
            c, YZ_CENSUS_visits_enterprise + (uint32_t)visit->values[yz_field_outreach_venue], 1);
        if (visit->known >> yz_field_outreach_reached & 1)
            census_add(c, YZ_CENSUS_visits_reached, visit->values[yz_field_outreach_reached]);
    }
}

_Static_assert(YZ_CENSUS_visits_community ==
                   YZ_CENSUS_visits_enterprise + yz_word_outreach_venue_community,
               "in the order of the words");
