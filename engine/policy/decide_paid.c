/* Step 3 of 14.1: payments already made under the same rule, or under a rule of the same group.
 *
 * A payment concerns a subject only if both carry the same id: a key that is none on either side is
 * no match. A key that is unknown (the occupation of a certificate) makes the decision unknown,
 * unless another key tells the payment apart. */
#include "engine/policy/decide_inner.h"

#include <stdlib.h>

typedef struct ledger {
    const yz_list *payments;
    int32_t as_of;
} ledger;

static ledger ledger_of(yz_deciding *d) {
    yz_value paid = yz_object_fact(&d->e, YZ_OBJECT_top, yz_field_top_paid);
    static const yz_list none;
    return (ledger){paid.state == YZ_STATE_GIVEN ? paid.list : &none, yz_eval_as_of(d->e.ask)};
}

static bool has(const yz_row *payment, int field) {
    return payment->known >> field & 1;
}

static bool is_text(int paid_field) {
    const yz_fact_form *forms;
    yz_object_fields(YZ_OBJECT_paid, &forms);
    return forms[paid_field].type == YZ_FACT_TEXT;
}

static int matches_key(yz_deciding *d, const yz_row *payment, const yz_key *key,
                       const uint64_t **missing) {
    yz_value mine = yz_eval_fact(&d->e, key->fact);
    if (mine.state == YZ_STATE_NONE || !has(payment, key->paid_field)) return 0;
    if (mine.state == YZ_STATE_UNKNOWN) {
        *missing = yz_missing_union(&d->e, *missing, mine.missing);
        return -1;
    }
    int64_t paid = payment->values[key->paid_field];
    if (is_text(key->paid_field))
        return yz_text_equal(*mine.text, *(const yz_text *)(intptr_t)paid);
    return mine.number == paid;
}

static bool is_of(const yz_row *payment, yz_text measure) {
    if (!has(payment, yz_field_paid_measure)) return false;
    int64_t held = payment->values[yz_field_paid_measure];
    return yz_text_equal(*(const yz_text *)(intptr_t)held, measure);
}

static bool in_period(const ledger *l, const yz_row *payment, yz_per per) {
    if (per == YZ_PER_EVER) return true;
    if (!has(payment, yz_field_paid_date)) return false;
    int32_t paid = yz_month_of_day((int32_t)payment->values[yz_field_paid_date]);
    int32_t now = yz_month_of_day(l->as_of);
    return per == YZ_PER_CALENDAR_MONTH ? paid == now : paid / 12 == now / 12;
}

// 1: this payment concerns the subject; -1: perhaps, and `missing` says what would tell.
static int concerns(yz_deciding *d, const ledger *l, const yz_row *payment, const yz_key *keys,
                    uint32_t count, yz_per per, const uint64_t **missing) {
    if (!in_period(l, payment, per)) return 0;
    const uint64_t *unknown = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (matches_key(d, payment, &keys[i], &unknown) == 0) return 0;
    }
    if (unknown == NULL) return 1;
    *missing = yz_missing_union(&d->e, *missing, unknown);
    return -1;
}

static bool paid_once(yz_deciding *d, const ledger *l, yz_text measure, const yz_key *keys,
                      uint32_t count, yz_per per) {
    bool paid = false;
    yz_until_per(&d->e, per);
    for (uint32_t i = 0; i < l->payments->count; i++) {
        const yz_row *payment = yz_list_row(l->payments, i);
        if (!is_of(payment, measure)) continue;
        if (concerns(d, l, payment, keys, count, per, &d->missing) == 1) paid = true;
    }
    return paid;
}

// ---- once and group ----

static void add_group(yz_deciding *d, const ledger *l, const yz_rule *rule, bool own) {
    const yz_rules *rules = d->e.ask->rules;
    for (uint32_t i = 0; i < rules->rule_count; i++) { // by name: the reasons are sorted
        const yz_rule *other = &rules->rules[i];
        bool paid = other == rule && own;
        if (!paid && rule->group.size > 0 && yz_text_equal(other->group, rule->group))
            paid = paid_once(d, l, other->name, &rule->group_key, 1, YZ_PER_EVER);
        if (paid) yz_reasons_add(&d->e, &d->reasons, YZ_TEXT("already_paid"), other->name);
    }
}

static void add_once(yz_deciding *d, const ledger *l, const yz_rule *rule) {
    bool own = false;
    for (uint32_t i = 0; i < rule->once_count; i++) {
        const yz_once *once = &rule->onces[i];
        if (paid_once(d, l, rule->name, once->keys, once->count, once->per)) own = true;
    }
    if (own || rule->group.size > 0) add_group(d, l, rule, own);
}

// ---- caps ----

static void add_cap(yz_deciding *d, const ledger *l, const yz_rule *rule, const yz_cap *cap) {
    yz_value most = yz_evaluate(&d->e, cap->most);
    if (most.state == YZ_STATE_UNKNOWN)
        d->missing = yz_missing_union(&d->e, d->missing, most.missing);
    if (most.state != YZ_STATE_GIVEN) return;
    uint32_t made = 0, perhaps = 0;
    yz_until_per(&d->e, cap->per);
    const uint64_t *missing = NULL;
    for (uint32_t i = 0; i < l->payments->count; i++) {
        const yz_row *payment = yz_list_row(l->payments, i);
        if (!is_of(payment, rule->name)) continue;
        int truth = concerns(d, l, payment, &cap->key, 1, cap->per, &missing);
        made += truth == 1;
        perhaps += truth < 0;
    }
    if (made >= most.number)
        yz_reasons_add(&d->e, &d->reasons,
                       cap->per == YZ_PER_CALENDAR_MONTH ? YZ_TEXT("monthly_cap")
                                                         : YZ_TEXT("yearly_cap"),
                       (yz_text){NULL, 0});
    else if (made + perhaps >= most.number)
        d->missing = yz_missing_union(&d->e, d->missing, missing);
}

void yz_add_payments_made(yz_deciding *d, const yz_rule *rule) {
    ledger l = ledger_of(d);
    add_once(d, &l, rule);
    for (uint32_t i = 0; i < rule->cap_count; i++)
        add_cap(d, &l, rule, &rule->caps[i]);
}
