/* Public employment services: recruitment (m16), service guides (m17), and the city's directives
 * (d01 to d10). */
#include "tests/engine/policy/twin_inner.h"

#include <stdio.h>

/* ---- m16, m17 ---- */

void m16a(asked *a) {
    value today = F(top, as_of), audience = F(campaign, audience);
    if (!window(a, today, P_OF(m16a_valid))) return;
    need(a, "campaign_open", between(F(campaign, open_from), today, F(campaign, open_to)));
    need(a, "seeking", is_true(F(person, willing)));
    need(a, "not_employed", not(employed_on(F(person, employment_spells), today)));
    need(a, "audience",
         OR(is(audience, yz_word_audience_all),
            AND(is(audience, yz_word_audience_graduates), is_graduate(a),
                at_most(F(person, graduation_date), today)),
            AND(is(audience, yz_word_audience_gig), is_true(F(person, gig_willing))),
            AND(is(audience, yz_word_audience_hardship), hardship_worker(a, today))));
    if (!needs_hold(a)) return;
    serve(a);
    reason(a, "invite");
}

void m16b(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m16b_valid))) return;
    need(a, "gig", is_true(F(person, gig_willing)));
    if (!needs_hold(a)) return;
    serve(a);
    reason(a, "station");
}

void m17(asked *a) {
    if (!window(a, F(top, as_of), P_OF(m17_valid))) return;
    monitor(a, "asks_registration_card", is_true(F(guide, asks_registration_card)));
    monitor(a, "not_fully_online", not(is_true(F(guide, online_full))));
    monitor(a, "steps_increased", less(F(guide, steps_before), F(guide, steps_after)));
    monitor(a, "materials_increased", less(F(guide, materials_before), F(guide, materials_after)));
    monitor(a, "days_increased", less(F(guide, days_before), F(guide, days_after)));
    pass_or_alert(a);
}

/* ---- the directives ---- */

#define MEASURES 18 // m01 to m18

static void name_of(int number, char name[16]) {
    snprintf(name, 16, "m%02d", number);
}

static bool names_it(value text, const char *name) {
    return text.state == TWIN_GIVEN && yz_text_equal(*text_of(text), yz_text_of(name));
}

/* A text with something in it. */
static bool filled(value text) {
    return text.state == TWIN_GIVEN && text_of(text)->size > 0;
}

void d01(asked *a) {
    const yz_list *entries = list_of(F(keywork, entries));
    char name[16];
    if (!window(a, F(top, as_of), P_OF(d01_valid))) return;
    for (int number = 1; number <= MEASURES; number++) {
        bool found = false;
        name_of(number, name);
        foreach (it, entries)
            found = found || names_it(IT(keywork_row, measure), name);
        if (!found) reason_text(a, "missing_measure", name);
    }
    for (int number = 1; number <= MEASURES; number++) {
        bool leaderless = false;
        name_of(number, name);
        foreach (it, entries) {
            bool led = filled(IT(keywork_row, lead)) && filled(IT(keywork_row, deputy));
            leaderless = leaderless || (names_it(IT(keywork_row, measure), name) && !led);
        }
        if (leaderless) reason_text(a, "missing_leader", name);
    }
    pass_or_alert(a);
}

/* One reason for each word of an enumeration that is not in a set. */
static void missing_words(asked *a, const char *code, value set, const char *const *words,
                          int count) {
    for (int i = 0; i < count; i++) {
        if (word_in(given(i), set).truth == FALSE) reason_text(a, code, words[i]);
    }
}

void d02(asked *a) {
    static const char *const fields[] = {"policy_basis", "requirements",   "process",
                                         "conditions",   "accepting_unit", "contact"};
    if (!window(a, F(top, as_of), P_OF(d02_valid))) return;
    missing_words(a, "missing_field", F(guide, fields), fields, 6);
    pass_or_alert(a);
}

void d03(asked *a) {
    value today = F(top, as_of), notified = F(entry, notified_on);
    if (!window(a, today, P_OF(d03_valid))) return;
    value last = add_days(F(entry, found_on), P(d03_notify_days));
    monitor(a, "not_notified",
            OR(AND(not(known(notified)), less(last, today)), less(last, notified)));
    pass_or_alert(a);
}

void d05(asked *a) {
    const yz_texts *inspected = texts_of(F(top, inspections));
    if (!window(a, F(top, as_of), P_OF(d05_valid))) return;
    for (int number = 1; number <= MEASURES; number++) {
        char name[16];
        bool found = false;
        name_of(number, name);
        for (uint32_t i = 0; i < inspected->count; i++) {
            found = found || yz_text_equal(inspected->texts[i], yz_text_of(name));
        }
        if (!found) reason_text(a, "not_inspected", name);
    }
    pass_or_alert(a);
}

void d06(asked *a) {
    static const char *const venues[] = {"enterprise", "park", "campus", "community"};
    value visited = given(0);
    if (!window(a, F(top, as_of), P_OF(d06_valid))) return;
    foreach (it, list_of(F(top, campaigns))) {
        value venue = IT(outreach, venue);
        if (venue.state == TWIN_GIVEN) visited.n |= INT64_C(1) << venue.n;
    }
    missing_words(a, "missing_venue", visited, venues, 4);
    pass_or_alert(a);
}

/* The required columns of a row of the work ledger that are empty, in the order of 8.12. */
void d08(asked *a) {
    condition granted = is(F(ledger, decision), yz_word_decision_grant);
    bool paid = F(ledger, paid_on).state == TWIN_GIVEN;
    bool grants = granted.truth == TRUE;
    const yz_texts *evidence = texts_of(F(ledger, evidence));
    const struct {
        const char *name;
        bool required, filled;
    } columns[] = {
        {"seq", true, known(F(ledger, seq)).truth == TRUE},
        {"measure", true, filled(F(ledger, measure))},
        {"subject_id", true, filled(F(ledger, subject_id))},
        {"subject_name", true, filled(F(ledger, subject_name))},
        {"division", true, filled(F(ledger, division))},
        {"unit", true, filled(F(ledger, unit))},
        {"source", true, filled(F(ledger, source))},
        {"found_on", true, known(F(ledger, found_on)).truth == TRUE},
        {"decided_on", true, known(F(ledger, decided_on)).truth == TRUE},
        {"decision", true, known(F(ledger, decision)).truth == TRUE},
        {"amount_yuan", grants, known(F(ledger, amount_yuan)).truth == TRUE},
        {"fund", grants, filled(F(ledger, fund))},
        {"voucher", paid, filled(F(ledger, voucher))},
        {"evidence", true, evidence->count > 0},
        {"operator", true, filled(F(ledger, operator))},
        {"reviewer", true, filled(F(ledger, reviewer))},
    };
    for (uint32_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (columns[i].required && !columns[i].filled) {
            reason_text(a, "missing_column", columns[i].name);
        }
    }
    pass_or_alert(a);
}

void d09(asked *a) {
    if (!window(a, F(top, as_of), P_OF(d09_valid))) return;
    need(a, "decision_grant", is(F(offer, decision), yz_word_decision_grant));
    need(a, "account_verified", is_true(F(offer, account_verified)));
    need(a, "consented", OR(is_true(F(offer, consented)), not(is_true(P(d09_consent_required)))));
    if (!needs_hold(a)) return;
    serve(a);
    reason(a, "pay_without_application");
}

static int64_t last_day_of_month(int64_t month) {
    return twin_first_of_month(month + 1) - 1;
}

void d10(asked *a) {
    static const char *const parts[] = {"results", "experience", "problems", "plans"};
    value today = F(top, as_of), submitted = F(report, submitted_on);
    if (!window(a, today, P_OF(d10_valid))) return;
    value last = call1(last_day_of_month, F(report, month));
    missing_words(a, "missing_part", F(report, parts), parts, 4);
    monitor(a, "late", less(last, choose(known(submitted), submitted, today)));
    pass_or_alert(a);
}
