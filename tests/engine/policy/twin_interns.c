/* Internships, m09: who of a batch counts, the standard its retention rate earns, what is due. */
#include "tests/engine/policy/twin_inner.h"

#include <inttypes.h>
#include <stdio.h>

static value start_of(const yz_row *it) {
    return IT(intern, start);
}

static condition outcome_is(const yz_row *it, int outcome) {
    return is(IT(intern, outcome), outcome);
}

/* Class A: a graduate within the years; class B: a young person who does not study. Neither was at
 * work the day before. */
condition intern_counts(const asked *a, const yz_row *it) {
    value start = start_of(it);
    value graduation = IT(intern, graduation_date);
    condition graduate = AND(word_in(IT(intern, graduate_kind), P(common_graduate_kinds)),
                             at_most(graduation, start),
                             at_most(start, add_years(graduation, P(common_grad_years))));
    condition studying =
        OR(is_true(IT(intern, in_school)), AND(known(graduation), less(start, graduation)));
    value years = age(IT(intern, birth_date), start);
    condition young = AND(between(P(common_youth_min), years, P(common_youth_max)), not(studying));
    return AND(not(employed_on(IT(intern, employment_spells), day_before(start))),
               OR(graduate, young));
}

static condition finished(const yz_row *it) {
    return OR(outcome_is(it, yz_word_intern_outcome_completed),
              outcome_is(it, yz_word_intern_outcome_early_contract));
}

static condition retained(const asked *a, const yz_row *it) {
    value contract = IT(intern, contract_start);
    value last = add_days(IT(intern, end), P(m09_retain_grace_days));
    return AND(known(contract),
               OR(outcome_is(it, yz_word_intern_outcome_early_contract),
                  AND(outcome_is(it, yz_word_intern_outcome_completed), at_most(contract, last))));
}

static condition early(const asked *a, const yz_row *it) {
    return AND(intern_counts(a, it), outcome_is(it, yz_word_intern_outcome_early_contract));
}

/* An early contract whose first day lies in a period of the remaining-term subsidy. */
static condition early_in_time(const asked *a, const yz_row *it) {
    value contract = IT(intern, contract_start);
    bool covered = contract.state == TWIN_GIVEN && twin_param_on(P_OF(m09b_valid), contract.n);
    return AND(early(a, it), holds(covered));
}

/* `count` of the interns for whom something holds; unknown if the list is. */
static value count_of(const asked *a, condition (*counted)(const asked *a, const yz_row *it)) {
    value interns = F(top, interns);
    if (interns.state != TWIN_GIVEN) return interns;
    value count = given(0);
    foreach (it, list_of(interns))
        count_if(&count, counted(a, it));
    return count;
}

static condition counts_and_finished(const asked *a, const yz_row *it) {
    return AND(intern_counts(a, it), finished(it));
}

static condition counts_and_retained(const asked *a, const yz_row *it) {
    return AND(intern_counts(a, it), retained(a, it));
}

/* The standard of a month at the rate retained / finished: 100 x retained >= k x finished. No
 * rate if nobody finished: the base. */
static value standard_at(const asked *a, value part, value whole) {
    value inputs = plus(plus(P(m09_tier), part), whole); // unknown if one of them is
    if (inputs.state != TWIN_GIVEN) return inputs;
    const twin_period *tiers = twin_param_on(P_OF(m09_tier), a->on);
    int64_t amount = tiers->amounts[0];
    for (uint32_t i = 1; whole.n != 0 && i < tiers->entries; i++) {
        if (100 * TWIN_PERCENT * part.n >= tiers->keys[i] * whole.n) amount = tiers->amounts[i];
    }
    return given(amount);
}

value batch_standard(const asked *a) {
    condition by_intern = known(F(top, interns));
    value whole = choose(by_intern, count_of(a, counts_and_finished), F(unit, finished));
    value part = choose(by_intern, count_of(a, counts_and_retained), F(unit, retained));
    return standard_at(a, part, whole);
}

static value earned(const asked *a, const yz_row *it) {
    value base = standard_at(a, given(0), given(1));
    value so_far = product(full_months(start_of(it), F(top, as_of)), base);
    value served = product(full_months(start_of(it), IT(intern, end)), batch_standard(a));
    return choose(intern_counts(a, it),
                  choose(outcome_is(it, yz_word_intern_outcome_ongoing), so_far, served), given(0));
}

value batch_due(const asked *a) {
    value interns = F(top, interns);
    value sum = given(0);
    foreach (it, list_of(interns))
        sum = plus(sum, earned(a, it));
    value of_unit = product(F(unit, person_months), batch_standard(a));
    return minus(choose(known(interns), sum, of_unit), F(unit, m09_paid_yuan));
}

static void reason_tier(asked *a, value standard) {
    char shown[32];
    int64_t fen = standard.n % 100;
    snprintf(shown, sizeof shown, fen != 0 ? "%" PRId64 ".%02d" : "%" PRId64, standard.n / 100,
             (int)fen);
    reason_text(a, "tier", shown);
}

void m09a(asked *a) {
    value paid = F(unit, m09_paid_yuan);
    value interns = F(top, interns), person_months = F(unit, person_months);
    if (!window(a, F(top, as_of), P_OF(m09a_valid))) return;
    need(a, "internship_unit", is_true(F(employer, internship_unit)));
    need(a, "eligible_interns",
         choose_condition(OR(known(interns), not(known(person_months))),
                          less(given(0), count_of(a, intern_counts)),
                          less(given(0), person_months)));
    if (!needs_hold(a)) return;
    value due = batch_due(a);
    if (stop(a, yz_word_decision_blocked, "overpaid", less(due, given(0)))) return;
    if (stop(a, yz_word_decision_blocked, "paid_in_full",
             AND(same(due, given(0)), less(given(0), paid)))) {
        return;
    }
    grant(a, due);
    if (a->out->decision != yz_word_decision_grant) return;
    reason_tier(a, batch_standard(a));
    foreach (it, list_of(interns)) {
        value id = IT(intern, id);
        char shown[TWIN_REASON_BYTES / 2];
        if (intern_counts(a, it).truth == TRUE) continue;
        if (id.state != TWIN_GIVEN) { // no id to show
            reason(a, "excluded");
            continue;
        }
        snprintf(shown, sizeof shown, "%.*s", (int)text_of(id)->size, text_of(id)->bytes);
        reason_text(a, "excluded", shown);
    }
}

static value months_left(const asked *a) {
    value sum = given(0);
    foreach (it, list_of(F(top, interns))) {
        value planned = full_months(start_of(it), IT(intern, planned_end));
        value served = full_months(start_of(it), IT(intern, end));
        sum = plus(sum, choose(early_in_time(a, it), minus(planned, served), given(0)));
    }
    return sum;
}

/* No window of its own: each contract has its day, and parameters are read as for m09a. */
void m09b(asked *a) {
    need(a, "internship_unit", is_true(F(employer, internship_unit)));
    need(a, "early_contract", less(given(0), count_of(a, early)));
    if (!needs_hold(a)) return;
    condition none_in_time = same(count_of(a, early_in_time), given(0));
    if (stop(a, yz_word_decision_expired, "out_of_window", none_in_time)) return;
    value left = months_left(a);
    if (stop(a, yz_word_decision_deny, "no_remaining_month", at_most(left, given(0)))) return;
    grant(a, product(left, batch_standard(a)));
    if (a->out->decision == yz_word_decision_grant) reason_tier(a, batch_standard(a));
}
