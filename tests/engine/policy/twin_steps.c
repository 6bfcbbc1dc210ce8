/* The steps of policy/SPEC.md 14.1 for one measure. */
#include "tests/engine/policy/twin_inner.h"

#include "engine/base/check.h"

#include <stdio.h>
#include <stdlib.h>

static void decide(asked *a, int decision) {
    a->out->decision = decision;
    a->out->has_amount = decision != yz_word_decision_refer;
    a->out->amount = 0;
}

void reason(asked *a, const char *code) {
    twin_decision *out = a->out;
    yz_check(out->reason_count < TWIN_REASONS_MAX);
    snprintf(out->reasons[out->reason_count++], TWIN_REASON_BYTES, "%s", code);
}

void reason_text(asked *a, const char *code, const char *shown) {
    char both[TWIN_REASON_BYTES];
    snprintf(both, sizeof both, "%s:%s", code, shown);
    reason(a, both);
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(a, b);
}

void decide_unknown(asked *a, const twin_missing *missing) {
    decide(a, yz_word_decision_unknown);
    a->out->reason_count = 0;
    for (int number = 0; number < TWIN_NUMBER_params + TWIN_PARAMS; number++) {
        if ((missing->bits[number / 64] >> (number % 64) & 1) == 0) continue;
        char name[TWIN_REASON_BYTES - 10];
        twin_number_name(number, name, sizeof name);
        reason_text(a, "missing", name);
    }
    qsort(a->out->reasons, a->out->reason_count, TWIN_REASON_BYTES, by_bytes);
}

/* ---- 1: the window ---- */

bool window(asked *a, value day, const twin_param *valid) {
    if (day.state != TWIN_GIVEN) {
        decide_unknown(a, &day.missing);
        return false;
    }
    a->on = day.n;
    if (twin_param_on(valid, day.n) != NULL) return true;
    decide(a, yz_word_decision_expired);
    reason(a, "out_of_window");
    return false;
}

/* ---- 2: the conditions ---- */

void need(asked *a, const char *code, condition c) {
    if (c.truth == FALSE) {
        a->denied = true;
        reason(a, code);
    } else if (c.truth == UNKNOWN) {
        a->open.truth = UNKNOWN;
        twin_missing_join(&a->open.missing, &c.missing);
    }
}

bool needs_hold(asked *a) {
    if (a->denied) {
        decide(a, yz_word_decision_deny);
        return false;
    }
    if (a->open.truth == UNKNOWN) {
        decide_unknown(a, &a->open.missing);
        return false;
    }
    return true;
}

/* ---- 3: payments made, then the stops ---- */

static const yz_list *paid_list(const asked *a, int which) {
    static const yz_list empty_list;
    if (which == 0) return list_of(F(top, paid));
    return a->granted != NULL ? a->granted : &empty_list;
}

static condition in_period(const asked *a, const yz_row *it, per period) {
    value date = IT(paid, date), today = F(top, as_of);
    if (period == EVER) return holds(true);
    if (period == YEAR) return same(year_of(date), year_of(today));
    return same(month_of(date), month_of(today));
}

static condition key_fits(const yz_row *it, const paid_key *key) {
    value paid = entry_value(it, key->field, twin_number_paid_measure); // of none they are all
    if (key->field == yz_field_paid_level) return same(paid, key->v);
    return same_text(paid, key->v);
}

/* Does a payment concern this subject: the same measure, period and keys? */
static condition concerns(const asked *a, const yz_row *it, const char *measure, per period,
                          uint32_t key_count, const paid_key *keys) {
    yz_text name = yz_text_of(measure);
    paid_key by_measure = {yz_field_paid_measure, given((intptr_t)&name)};
    condition fits = AND(key_fits(it, &by_measure), in_period(a, it, period));
    for (uint32_t k = 0; k < key_count; k++)
        fits = AND(fits, key_fits(it, &keys[k]));
    return fits;
}

void once(asked *a, const char *measure, per period, uint32_t key_count, const paid_key *keys) {
    condition paid = holds(false);
    for (int which = 0; which < 2; which++) {
        foreach (it, paid_list(a, which)) {
            or_else(&paid, concerns(a, it, measure, period, key_count, keys));
        }
    }
    if (paid.truth == TRUE) reason_text(a, "already_paid", measure);
    if (paid.truth == UNKNOWN) monitor(a, NULL, paid);
}

/* The group of m05a, m05b and m14c: one payment for a person, ever, from any of them. */
void hire_onetime(asked *a) {
    ONCE("m05a", EVER, PERSON_KEY);
    ONCE("m05b", EVER, PERSON_KEY);
    ONCE("m14c", EVER, PERSON_KEY);
}

/* A payment that is there blocks; else one that may be there leaves the question open. */
bool unpaid(asked *a) {
    if (a->out->reason_count > 0) {
        decide(a, yz_word_decision_blocked);
        return false;
    }
    if (a->open.truth != UNKNOWN) return true;
    decide_unknown(a, &a->open.missing);
    return false;
}

bool unpaid_under_cap(asked *a, const char *measure, value most) {
    paid_key person = PERSON_KEY;
    value count = given(0);
    for (int which = 0; which < 2; which++) {
        foreach (it, paid_list(a, which)) {
            count_if(&count, concerns(a, it, measure, YEAR, 1, &person));
        }
    }
    monitor(a, "yearly_cap", at_most(most, count));
    return unpaid(a);
}

bool stop(asked *a, int decision, const char *code, condition c) {
    if (c.truth == FALSE) return false;
    if (c.truth == UNKNOWN) {
        decide_unknown(a, &c.missing);
        return true;
    }
    decide(a, decision);
    reason(a, code);
    return true;
}

/* ---- 4: the decision ---- */

void serve(asked *a) {
    decide(a, yz_word_decision_serve);
}

void refer(asked *a, const twin_param *external) {
    const twin_period *period = twin_param_on(external, a->on);
    if (period == NULL) {
        decide(a, yz_word_decision_refer);
        return;
    }
    decide(a, yz_word_decision_grant);
    a->out->amount = period->n;
}

void grant(asked *a, value amount) {
    if (amount.state != TWIN_GIVEN) {
        decide_unknown(a, &amount.missing);
        return;
    }
    decide(a, yz_word_decision_grant);
    a->out->amount = amount.n;
}

/* ---- monitors ---- */

void monitor(asked *a, const char *code, condition c) {
    if (c.truth == TRUE) reason(a, code);
    if (c.truth != UNKNOWN) return;
    a->open.truth = UNKNOWN;
    twin_missing_join(&a->open.missing, &c.missing);
}

void pass_or_alert(asked *a) {
    if (a->open.truth == UNKNOWN) {
        decide_unknown(a, &a->open.missing);
        return;
    }
    decide(a, a->out->reason_count > 0 ? yz_word_decision_alert : yz_word_decision_pass);
}
