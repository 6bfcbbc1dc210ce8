/* Steps 1 to 5 of section 14.1, in their order. */
#include "engine/policy/decide_inner.h"

#include <string.h>

// ---- how a decision ends ----

void yz_decided(yz_deciding *d, int decision) {
    yz_decision *made = d->decision;
    made->decision = decision;
    made->has_amount = decision != yz_word_decision_refer;
    if (decision != yz_word_decision_grant) made->amount = 0;
    made->reasons = d->reasons.texts;
    made->reason_count = d->reasons.count;
}

void yz_decided_unknown(yz_deciding *d) {
    yz_decision *made = d->decision;
    yz_decided(d, yz_word_decision_unknown);
    made->reasons = yz_missing_names(&d->e, d->missing, "missing:", &made->reason_count);
}

static void decided_with(yz_deciding *d, int decision, yz_text code) {
    d->reasons.count = 0;
    yz_reasons_add(&d->e, &d->reasons, code, (yz_text){NULL, 0});
    yz_decided(d, decision);
}

int yz_deciding_truth(yz_deciding *d, const yz_expr *condition) {
    yz_value value = yz_evaluate(&d->e, condition);
    if (value.state == YZ_STATE_UNKNOWN)
        d->missing = yz_missing_union(&d->e, d->missing, value.missing);
    return yz_truth(value);
}

yz_value yz_object_fact(yz_eval *e, yz_object object, uint32_t field) {
    const yz_fact_form *forms;
    yz_object_fields(object, &forms);
    return yz_eval_fact(e, forms[field].number);
}

// ---- step 1: the window ----

// Sets the day at which parameters are read. False: the decision is made.
static bool in_window(yz_deciding *d, const yz_rule *rule) {
    d->until_window = INT32_MAX;
    if (rule->window == NULL) return true; // as_of; no test of dates
    yz_value window = yz_evaluate(&d->e, rule->window);
    d->until_window = d->e.until;
    if (window.state != YZ_STATE_GIVEN) {
        d->missing = window.state == YZ_STATE_UNKNOWN ? window.missing : NULL;
        d->decision->qualifying = INT32_MIN;
        yz_decided_unknown(d);
        return false;
    }
    int32_t day = (int32_t)window.number;
    d->decision->qualifying = day;
    if (day != d->e.day) d->e.formulas = NULL; // they read parameters of another day
    d->e.day = day;
    d->e.day_moving = window.moving;
    if (rule->valid >= 0) yz_until_param(&d->e, (uint32_t)rule->valid, day, window.moving);
    if (rule->valid < 0 || yz_params_period(d->e.ask->params, (uint32_t)rule->valid, day))
        return true;
    decided_with(d, yz_word_decision_expired, YZ_TEXT("out_of_window"));
    return false;
}

// ---- step 2: the conditions ----

static void note_line(yz_deciding *d, const yz_need *need, yz_value value, yz_line_value *line) {
    *line = (yz_line_value){need->code, need->condition, yz_truth(value), 0, NULL};
    if (value.state == YZ_STATE_UNKNOWN)
        line->missing = yz_missing_names(&d->e, value.missing, "", &line->missing_count);
}

// `lines` (may be NULL): how each of them stands.
static bool conditions_hold(yz_deciding *d, const yz_rule *rule, yz_line_value *lines) {
    bool denied = false;
    for (uint32_t i = 0; i < rule->need_count; i++) {
        const yz_need *need = &rule->needs[i];
        int32_t before = yz_until_apart(&d->e);
        yz_value value = yz_evaluate(&d->e, need->condition);
        int32_t until = yz_until_joined(&d->e, before);
        if (lines != NULL) note_line(d, need, value, &lines[i]);
        if (value.state == YZ_STATE_UNKNOWN)
            d->missing = yz_missing_union(&d->e, d->missing, value.missing);
        if (yz_truth(value) != 0) continue;
        denied = true;
        if (until > d->until_denied) d->until_denied = until;
        yz_reasons_add(&d->e, &d->reasons, need->code, (yz_text){NULL, 0});
    }
    if (denied)
        yz_decided(d, yz_word_decision_deny);
    else if (d->missing != NULL)
        yz_decided_unknown(d);
    return !denied && d->missing == NULL;
}

// ---- step 3: payments made, then the stops ----

static bool nothing_stops(yz_deciding *d, const yz_rule *rule) {
    yz_add_payments_made(d, rule);
    if (d->reasons.count > 0) {
        yz_decided(d, yz_word_decision_blocked);
        return false;
    }
    for (uint32_t i = 0; i < rule->stop_count && d->missing == NULL; i++) {
        if (yz_deciding_truth(d, rule->stops[i].condition) != 1) continue;
        decided_with(d, rule->stops[i].decision, rule->stops[i].code);
        return false;
    }
    if (d->missing != NULL) yz_decided_unknown(d);
    return d->missing == NULL;
}

// ---- step 4: the decision ----

// The amount of a grant. False: unknown.
static bool amount_of(yz_deciding *d, const yz_expr *amount) {
    if (amount == NULL) return true;
    yz_value value = yz_evaluate(&d->e, amount);
    if (value.state == YZ_STATE_UNKNOWN)
        d->missing = yz_missing_union(&d->e, d->missing, value.missing);
    if (value.state != YZ_STATE_GIVEN) return false;
    yz_until_tomorrow(&d->e, value.moving);
    if (value.number < 0 || value.number > YZ_FACT_INT_MAX) {
        yz_eval_fail(&d->e, YZ_ERR_BAD_INPUT);
        return false;
    }
    d->decision->amount = (int64_t)value.number;
    return true;
}

static void add_duties(yz_deciding *d, const yz_rule *rule) {
    for (uint32_t i = 0; i < rule->duty_count; i++) {
        if (yz_deciding_truth(d, rule->duties[i].condition) == 1)
            yz_reasons_add(&d->e, &d->reasons, rule->duties[i].code, (yz_text){NULL, 0});
    }
}

static void decide_now(yz_deciding *d, const yz_rule *rule) {
    int decision = rule->decide;
    bool known = true;
    if (rule->external >= 0) {
        yz_until_param(&d->e, (uint32_t)rule->external, d->e.day, d->e.day_moving);
        const yz_param_period *set =
            yz_params_period(d->e.ask->params, (uint32_t)rule->external, d->e.day);
        decision = set ? yz_word_decision_grant : yz_word_decision_refer;
        if (set) d->decision->amount = set->value.number;
    } else if (decision == yz_word_decision_grant) {
        known = amount_of(d, rule->amount);
    } else if (decision == yz_word_decision_serve) {
        add_duties(d, rule);
    }
    yz_add_reasons(d, rule->reasons, rule->reason_count);
    if (!known || d->missing != NULL)
        yz_decided_unknown(d);
    else
        yz_decided(d, decision);
}

// ---- monitors ----

static void watch(yz_deciding *d, const yz_rule *rule) {
    yz_add_codes(d, rule->monitors, rule->monitor_count);
    if (d->missing != NULL)
        yz_decided_unknown(d);
    else
        yz_decided(d, d->reasons.count ? yz_word_decision_alert : yz_word_decision_pass);
}

// ---- one measure ----

static void decide_rule(yz_deciding *d, const yz_rule *rule, yz_line_value *lines) {
    bool go_on = in_window(d, rule);
    if (lines != NULL && !go_on) { // they are shown all the same, decided or not
        yz_deciding shown = *d;
        yz_decision unused = *d->decision;
        shown.decision = &unused;
        conditions_hold(&shown, rule, lines);
    }
    if (!go_on || !conditions_hold(d, rule, lines)) return;
    if (rule->decide < 0)
        watch(d, rule);
    else if (nothing_stops(d, rule))
        decide_now(d, rule);
}

// What is denied is listed no sooner than the last of its false conditions may be true.
static void say_until(yz_deciding *d) {
    yz_decision *made = d->decision;
    made->until = made->until_listed = d->e.until;
    if (made->decision != yz_word_decision_deny || d->until_denied == 0) return;
    made->until_listed = d->until_denied < d->until_window ? d->until_denied : d->until_window;
}

static bool can_begin(const yz_policy_ask *ask) {
    const yz_row *top = ask->facts->objects[YZ_OBJECT_top];
    return top != NULL && (top->known >> yz_field_top_as_of & 1);
}

static yz_deciding begin(const yz_policy_ask *ask, yz_text name, yz_decision *decision) {
    int32_t as_of = yz_eval_as_of(ask);
    *decision = (yz_decision){.measure = name, .has_amount = true, .qualifying = as_of};
    return (yz_deciding){.e = yz_eval_on(ask, as_of), .decision = decision};
}

yz_status yz_decide(const yz_policy_ask *ask, yz_text measure, yz_decision *decision) {
    if (!can_begin(ask)) return YZ_ERR_BAD_INPUT;
    const yz_rule *rule = yz_rules_rule(ask->rules, measure);
    const yz_target_rule *target = rule ? NULL : yz_rules_target(ask->rules, measure);
    yz_text built_in = {NULL, 0};
    if (rule == NULL && target == NULL && !yz_is_built_in(measure, &built_in))
        return YZ_ERR_NOT_FOUND;
    yz_deciding d = begin(ask, rule ? rule->name : target ? target->name : built_in, decision);
    if (rule != NULL) {
        decide_rule(&d, rule, NULL);
    } else if (target != NULL) {
        yz_decide_target(&d, target);
    } else {
        yz_add_built_in(&d, built_in);
        yz_decided(&d, d.reasons.count ? yz_word_decision_alert : yz_word_decision_pass);
        yz_until_in(&d.e, 1);
    }
    say_until(&d);
    return d.e.status;
}

yz_status yz_explain_rule(const yz_policy_ask *ask, const yz_rule *rule, yz_line_value *needs,
                          yz_decision *decision) {
    if (!can_begin(ask)) return YZ_ERR_BAD_INPUT;
    yz_deciding d = begin(ask, rule->name, decision);
    decide_rule(&d, rule, needs);
    say_until(&d);
    return d.e.status;
}

// ---- step 5: groups ----

// The best of a group before `count`: the highest amount, then the smaller measure.
static bool beats(const yz_decision *a, const yz_decision *b) {
    if (a->amount != b->amount) return a->amount > b->amount;
    return yz_text_compare(a->measure, b->measure) < 0;
}

static yz_text group_of(const yz_rules *rules, const yz_decision *decision) {
    const yz_rule *rule = yz_rules_rule(rules, decision->measure);
    if (rule == NULL || decision->decision != yz_word_decision_grant) return (yz_text){NULL, 0};
    return rule->group;
}

static yz_status yield_to(const yz_policy_ask *ask, yz_decision *loser, yz_text winner) {
    yz_eval e = yz_eval_on(ask, yz_eval_as_of(ask));
    yz_reasons reasons = {0};
    yz_reasons_add(&e, &reasons, YZ_TEXT("exclusive"), winner);
    loser->decision = yz_word_decision_blocked;
    loser->amount = 0;
    loser->reasons = reasons.texts;
    loser->reason_count = reasons.count;
    return e.status;
}

static yz_status settle_groups(const yz_policy_ask *ask, yz_decision *decisions, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        yz_text group = group_of(ask->rules, &decisions[i]);
        if (group.size == 0) continue;
        uint32_t best = i;
        for (uint32_t j = i + 1; j < count; j++) {
            if (yz_text_equal(group_of(ask->rules, &decisions[j]), group) &&
                beats(&decisions[j], &decisions[best]))
                best = j;
        }
        for (uint32_t j = i; j < count; j++) {
            if (yz_text_equal(decisions[j].measure, decisions[best].measure) ||
                !yz_text_equal(group_of(ask->rules, &decisions[j]), group))
                continue;
            yz_status status = yield_to(ask, &decisions[j], decisions[best].measure);
            if (status != YZ_OK) return status;
        }
    }
    return YZ_OK;
}

yz_status yz_decide_all(const yz_policy_ask *ask, const yz_text *measures, uint32_t count,
                        yz_decision *decisions) {
    for (uint32_t i = 0; i < count; i++) {
        yz_status status = yz_decide(ask, measures[i], &decisions[i]);
        if (status != YZ_OK) return status;
    }
    return settle_groups(ask, decisions, count);
}
