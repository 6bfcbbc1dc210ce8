/* Step 3 of 14.1, as decide_paid.c has it, without reasons. Most subjects have no payment at all.
 */
#include "engine/policy/compiled_inner.h"

typedef struct ledger {
    const yz_list *payments;
    int32_t as_of;
    yz_run *run;
    bool perhaps; // a payment may concern the subject; a fact is missing to tell
} ledger;

static bool has(const yz_row *payment, int field) {
    return payment->known >> field & 1;
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

static int matches_key(const ledger *l, const yz_row *payment, const yz_key *key) {
    const yz_fact_form *form = yz_fact_numbered(key->fact), *paid_forms;
    const yz_row *row = l->run->facts->objects[form->object];
    bool known = row != NULL && row->known >> form->field & 1;
    if (!has(payment, key->paid_field)) return 0;
    if (!known && form->absent != YZ_ABSENT_DEFAULT) return form->absent == YZ_ABSENT_NONE ? 0 : -1;
    int64_t mine = known ? row->values[form->field] : form->absent_value;
    int64_t paid = payment->values[key->paid_field];
    yz_object_fields(YZ_OBJECT_paid, &paid_forms);
    if (paid_forms[key->paid_field].type != YZ_FACT_TEXT) return mine == paid;
    return yz_text_equal(*(const yz_text *)(intptr_t)mine, *(const yz_text *)(intptr_t)paid);
}

static int concerns(const ledger *l, const yz_row *payment, const yz_key *keys, uint32_t count,
                    yz_per per) {
    int truth = 1;
    if (!in_period(l, payment, per)) return 0;
    for (uint32_t i = 0; i < count; i++) {
        int one = matches_key(l, payment, &keys[i]);
        if (one == 0) return 0;
        if (one < 0) truth = -1;
    }
    return truth;
}

static bool paid_once(ledger *l, yz_text measure, const yz_key *keys, uint32_t count, yz_per per) {
    for (uint32_t i = 0; i < l->payments->count; i++) {
        const yz_row *payment = yz_list_row(l->payments, i);
        if (!is_of(payment, measure)) continue;
        int truth = concerns(l, payment, keys, count, per);
        if (truth == 1) return true;
        if (truth < 0) l->perhaps = true;
    }
    return false;
}

static bool paid_in_group(ledger *l, const yz_rules *rules, const yz_rule *rule) {
    for (uint32_t i = 0; i < rules->rule_count && l->payments->count > 0; i++) {
        const yz_rule *other = &rules->rules[i];
        if (yz_text_equal(other->group, rule->group) &&
            paid_once(l, other->name, &rule->group_key, 1, YZ_PER_EVER))
            return true;
    }
    return false;
}

static bool cap_reached(ledger *l, const yz_rule *rule, const yz_cap *cap, const yz_node *limit) {
    yz_short most = limit->value(limit, l->run);
    int64_t made = 0, perhaps = 0;
    if (most.state == YZ_STATE_UNKNOWN) l->perhaps = true;
    if (most.state != YZ_STATE_GIVEN) return false;
    for (uint32_t i = 0; i < l->payments->count; i++) {
        const yz_row *payment = yz_list_row(l->payments, i);
        if (!is_of(payment, rule->name)) continue;
        int truth = concerns(l, payment, &cap->key, 1, cap->per);
        made += truth == 1;
        perhaps += truth < 0;
    }
    if (made >= most.number) return true;
    if (made + perhaps >= most.number) l->perhaps = true;
    return false;
}

int yz_compiled_paid(const yz_rules *rules, const yz_program *p, yz_run *run) {
    static const yz_list none;
    const yz_rule *rule = p->rule;
    const yz_row *top = run->facts->objects[YZ_OBJECT_top];
    const yz_list *payments = NULL;
    if (top->known >> yz_field_top_paid & 1)
        payments = (const yz_list *)(intptr_t)top->values[yz_field_top_paid];
    ledger l = {payments ? payments : &none, (int32_t)top->values[yz_field_top_as_of], run, false};
    for (uint32_t i = 0; i < rule->once_count; i++) {
        const yz_once *once = &rule->onces[i];
        if (paid_once(&l, rule->name, once->keys, once->count, once->per)) return 1;
    }
    if (rule->group.size > 0 && paid_in_group(&l, rules, rule)) return 1;
    for (uint32_t i = 0; i < rule->cap_count; i++) {
        if (cap_reached(&l, rule, &rule->caps[i], p->caps[i])) return 1;
    }
    return l.perhaps ? -1 : 0;
}
