/* Is `b` what `a` is, written by yz_rules_print and loaded again? Definition 7 of a, "earned", is
 * "earned__7" in b; where something was written does not count. For tests and the fuzz target. */
#ifndef YZ_TESTS_ENGINE_POLICY_RULES_SAME_H
#define YZ_TESTS_ENGINE_POLICY_RULES_SAME_H

#include "engine/policy/rules.h"

#include <stdio.h>

typedef struct same_pair {
    const yz_rules *a, *b;
} same_pair;

static inline bool same_expr(const same_pair *p, const yz_expr *a, const yz_expr *b);

static inline bool same_kind(yz_kind a, yz_kind b) {
    return a.type == b.type && a.scale == b.scale && a.of == b.of;
}

static inline bool same_texts(uint32_t count_a, const yz_text *a, uint32_t count_b,
                              const yz_text *b) {
    if (count_a != count_b) return false;
    for (uint32_t i = 0; i < count_a; i++) {
        if (!yz_text_equal(a[i], b[i])) return false;
    }
    return true;
}

static inline bool same_constant(const yz_expr *a, const yz_expr *b) {
    switch (a->kind.type) {
    case YZ_TYPE_TEXT: return yz_text_equal(*a->value.text, *b->value.text);
    case YZ_TYPE_SET: return a->value.set == b->value.set;
    case YZ_TYPE_TEXTS:
        return same_texts(a->value.texts->count, a->value.texts->texts, b->value.texts->count,
                          b->value.texts->texts);
    case YZ_TYPE_NUMBERS:
        if (a->value.numbers->count != b->value.numbers->count) return false;
        for (uint32_t i = 0; i < a->value.numbers->count; i++) {
            if (a->value.numbers->numbers[i] != b->value.numbers->numbers[i]) return false;
        }
        return true;
    default: return a->value.number == b->value.number;
    }
}

static inline bool same_use(const same_pair *p, uint32_t a, uint32_t b) {
    const yz_param_use *x = &p->a->uses[a], *y = &p->b->uses[b];
    return same_kind(x->kind, y->kind) &&
           yz_text_equal(p->a->params[x->param].name, p->b->params[y->param].name);
}

static inline bool same_define_name(const same_pair *p, uint32_t a, uint32_t b) {
    char name[160];
    yz_text plain = p->a->defines[a].name;
    int shown = plain.size < 100 ? (int)plain.size : 100;
    snprintf(name, sizeof name, "%.*s__%u", shown, plain.bytes, a);
    return yz_text_equal(yz_text_of(name), p->b->defines[b].name);
}

static inline bool same_define(const same_pair *p, uint32_t a, uint32_t b) {
    const yz_define *x = &p->a->defines[a], *y = &p->b->defines[b];
    if (!same_texts(x->arguments, x->argument_names, y->arguments, y->argument_names)) return false;
    for (uint32_t i = 0; i < x->arguments; i++) {
        if (!same_kind(x->argument_kinds[i], y->argument_kinds[i])) return false;
    }
    return same_expr(p, x->body, y->body);
}

static inline bool same_at(const same_pair *p, const yz_expr *a, const yz_expr *b) {
    if (a->op == YZ_OP_PARAM) return same_use(p, a->at, b->at);
    if (a->op == YZ_OP_CALL) return same_define_name(p, a->at, b->at);
    return a->at == b->at;
}

static inline bool same_expr(const same_pair *p, const yz_expr *a, const yz_expr *b) {
    if (!a || !b) return a == b;
    if (a->op != b->op || !same_kind(a->kind, b->kind) || a->list_count != b->list_count)
        return false;
    if (!same_at(p, a, b)) return false;
    if (a->op == YZ_OP_CONSTANT && !same_constant(a, b)) return false;
    for (uint32_t i = 0; i < a->list_count; i++) {
        if (!same_expr(p, a->list[i], b->list[i])) return false;
    }
    return same_expr(p, a->a, b->a) && same_expr(p, a->b, b->b) && same_expr(p, a->c, b->c);
}

static inline bool same_value(const yz_param *param, const yz_param_value *a,
                              const yz_param_value *b) {
    bool worded =
        param->type == YZ_PARAM_TEXT || param->type == YZ_PARAM_NAME || param->type == YZ_PARAM_SET;
    if (worded)
        return same_texts(a->words->count, a->words->texts, b->words->count, b->words->texts);
    if (a->tiers.count != b->tiers.count || a->table.count != b->table.count) return false;
    for (uint32_t i = 0; i < a->tiers.count; i++) {
        if (a->tiers.tiers[i].from_percent != b->tiers.tiers[i].from_percent ||
            a->tiers.tiers[i].amount != b->tiers.tiers[i].amount)
            return false;
    }
    for (uint32_t i = 0; i < a->table.count; i++) {
        if (a->table.keys[i] != b->table.keys[i] || a->table.amounts[i] != b->table.amounts[i])
            return false;
    }
    return param->type == YZ_PARAM_TIERS || param->type == YZ_PARAM_TABLE || a->number == b->number;
}

static inline bool same_param(const same_pair *p, const yz_param *a, const yz_param *b) {
    if (!yz_text_equal(a->name, b->name) || a->type != b->type || a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const yz_param_period *x = &a->periods[i], *y = &b->periods[i];
        if (x->from != y->from || x->to != y->to || !same_value(a, &x->value, &y->value))
            return false;
        if (x->ref.measure != y->ref.measure || x->ref.sentence != y->ref.sentence) return false;
        if (!yz_text_equal(p->a->notices[x->ref.notice].name, p->b->notices[y->ref.notice].name))
            return false;
    }
    return true;
}

static inline bool same_needs(const same_pair *p, uint32_t count, const yz_need *a,
                              const yz_need *b) {
    for (uint32_t i = 0; i < count; i++) {
        if (!yz_text_equal(a[i].code, b[i].code) || !same_expr(p, a[i].condition, b[i].condition))
            return false;
    }
    return true;
}

static inline bool same_reasons(const same_pair *p, uint32_t count, const yz_reason *a,
                                const yz_reason *b) {
    for (uint32_t i = 0; i < count; i++) {
        if (!yz_text_equal(a[i].code, b[i].code) || !same_expr(p, a[i].each, b[i].each) ||
            !same_expr(p, a[i].when, b[i].when) || !same_expr(p, a[i].show, b[i].show))
            return false;
    }
    return true;
}

static inline bool same_key(yz_key a, yz_key b) {
    return a.fact == b.fact && a.paid_field == b.paid_field;
}

static inline bool same_limits(const same_pair *p, const yz_rule *a, const yz_rule *b) {
    for (uint32_t i = 0; i < a->once_count; i++) {
        if (a->onces[i].count != b->onces[i].count || a->onces[i].per != b->onces[i].per)
            return false;
        for (uint32_t k = 0; k < a->onces[i].count; k++) {
            if (!same_key(a->onces[i].keys[k], b->onces[i].keys[k])) return false;
        }
    }
    for (uint32_t i = 0; i < a->cap_count; i++) {
        if (!same_expr(p, a->caps[i].most, b->caps[i].most) || a->caps[i].per != b->caps[i].per ||
            !same_key(a->caps[i].key, b->caps[i].key))
            return false;
    }
    for (uint32_t i = 0; i < a->rank_count; i++) {
        if (!same_expr(p, a->ranks[i].value, b->ranks[i].value) ||
            !same_expr(p, a->ranks[i].over, b->ranks[i].over) ||
            a->ranks[i].descending != b->ranks[i].descending)
            return false;
    }
    return yz_text_equal(a->group, b->group) &&
           (a->group.size == 0 || same_key(a->group_key, b->group_key));
}

static inline bool same_counts(const yz_rule *a, const yz_rule *b) {
    return a->need_count == b->need_count && a->duty_count == b->duty_count &&
           a->stop_count == b->stop_count && a->reason_count == b->reason_count &&
           a->record_count == b->record_count && a->once_count == b->once_count &&
           a->cap_count == b->cap_count && a->rank_count == b->rank_count &&
           a->monitor_count == b->monitor_count && a->decide == b->decide && a->area == b->area;
}

static inline bool same_number_of_param(const same_pair *p, int32_t a, int32_t b) {
    if (a < 0 || b < 0) return a == b;
    return yz_text_equal(p->a->params[a].name, p->b->params[b].name);
}

static inline bool same_rule(const same_pair *p, const yz_rule *a, const yz_rule *b) {
    if (!yz_text_equal(a->name, b->name) || !yz_text_equal(a->name_zh, b->name_zh) ||
        !yz_text_equal(a->name_en, b->name_en) || !yz_text_equal(a->subject, b->subject) ||
        !yz_text_equal(a->fund, b->fund) || !same_counts(a, b))
        return false;
    if (!same_texts(a->body_count, a->bodies, b->body_count, b->bodies) ||
        !same_texts(a->evidence_count, a->evidence, b->evidence_count, b->evidence) ||
        !same_texts(a->boost_count, a->boosts, b->boost_count, b->boosts) ||
        !same_texts(a->series_count, a->series, b->series_count, b->series))
        return false;
    for (uint32_t i = 0; i < a->stop_count; i++) {
        if (a->stops[i].decision != b->stops[i].decision ||
            !yz_text_equal(a->stops[i].code, b->stops[i].code) ||
            !same_expr(p, a->stops[i].condition, b->stops[i].condition))
            return false;
    }
    for (uint32_t i = 0; i < a->record_count; i++) {
        if (!yz_text_equal(a->records[i].column, b->records[i].column) ||
            !same_expr(p, a->records[i].value, b->records[i].value))
            return false;
    }
    return same_needs(p, a->need_count, a->needs, b->needs) &&
           same_needs(p, a->duty_count, a->duties, b->duties) &&
           same_reasons(p, a->reason_count, a->reasons, b->reasons) &&
           same_reasons(p, a->monitor_count, a->monitors, b->monitors) && same_limits(p, a, b) &&
           same_expr(p, a->window, b->window) && same_expr(p, a->amount, b->amount) &&
           same_number_of_param(p, a->valid, b->valid) &&
           same_number_of_param(p, a->external, b->external);
}

static inline bool same_rest(const same_pair *p) {
    const yz_rules *a = p->a, *b = p->b;
    for (uint32_t i = 0; i < a->notice_count; i++) {
        const yz_notice *x = &a->notices[i], *y = &b->notices[i];
        if (!yz_text_equal(x->name, y->name) || !same_texts(x->pairs, x->keys, y->pairs, y->keys) ||
            !same_texts(x->pairs, x->values, y->pairs, y->values))
            return false;
    }
    for (uint32_t i = 0; i < a->target_count; i++) {
        const yz_target_rule *x = &a->targets[i], *y = &b->targets[i];
        if (!yz_text_equal(x->name, y->name) || !same_use(p, x->use, y->use) ||
            !same_expr(p, x->count, y->count) || !same_expr(p, x->of, y->of) ||
            x->at_most != y->at_most)
            return false;
    }
    for (uint32_t i = 0; i < a->check_count; i++) {
        const yz_fraud_check *x = &a->checks[i], *y = &b->checks[i];
        if (!yz_text_equal(x->name, y->name) || x->hold != y->hold ||
            !same_expr(p, x->when, y->when))
            return false;
    }
    return true;
}

static inline bool same_code_texts(const yz_rules *a, const yz_rules *b) {
    for (uint32_t i = 0; i < a->text_count; i++) {
        const yz_code_text *x = &a->texts[i], *y = &b->texts[i];
        if (!yz_text_equal(x->name, y->name) || !yz_text_equal(x->zh, y->zh) ||
            !yz_text_equal(x->en, y->en))
            return false;
    }
    return true;
}

static inline bool same_rules(const yz_rules *a, const yz_rules *b) {
    same_pair p = {a, b};
    if (a->notice_count != b->notice_count || a->param_count != b->param_count ||
        a->define_count != b->define_count || a->rule_count != b->rule_count ||
        a->target_count != b->target_count || a->check_count != b->check_count ||
        a->use_count != b->use_count || a->text_count != b->text_count)
        return false;
    for (uint32_t i = 0; i < a->param_count; i++) {
        if (!same_param(&p, &a->params[i], &b->params[i])) return false;
    }
    for (uint32_t i = 0; i < a->rule_count; i++) {
        if (!same_rule(&p, &a->rules[i], &b->rules[i])) return false;
    }
    for (uint32_t i = 0; i < a->define_count; i++) {
        uint32_t k = 0;
        while (k < b->define_count && !same_define_name(&p, i, k))
            k += 1;
        if (k == b->define_count || !same_define(&p, i, k)) return false;
    }
    return same_rest(&p) && same_code_texts(a, b);
}

#endif
