/* What a measure rests on: the parameters its rule reads and the clauses they come from. */
#include "net/api/policy_inner.h"

#include "engine/base/alloc.h"
#include "engine/policy/reads.h"

// Notices by the day they were issued, then clauses as they follow.
static int by_clause(const yz_rules *rules, yz_ref a, yz_ref b) {
    const yz_notice *x = &rules->notices[a.notice], *y = &rules->notices[b.notice];
    int order = yz_text_compare(policy_notice_says(x, "issued"), policy_notice_says(y, "issued"));
    if (order != 0) return order;
    if (a.notice != b.notice) return a.notice < b.notice ? -1 : 1;
    if (a.measure != b.measure) return a.measure < b.measure ? -1 : 1;
    return (a.sentence > b.sentence) - (a.sentence < b.sentence);
}

// Some dozens at most.
static void add_ref(const yz_rules *rules, policy_basis *basis, yz_ref ref) {
    uint32_t at = basis->ref_count;
    while (at > 0 && by_clause(rules, ref, basis->refs[at - 1]) < 0)
        at -= 1;
    if (at > 0 && by_clause(rules, ref, basis->refs[at - 1]) == 0) return;
    memmove(basis->refs + at + 1, basis->refs + at, (basis->ref_count - at) * sizeof ref);
    basis->refs[at] = ref;
    basis->ref_count += 1;
}

static void find_params(const yz_rules *rules, const yz_rule *rule, policy_basis *basis) {
    bool *one = yz_alloc_zeroed(rules->param_count + 1);
    basis->params = yz_alloc((rules->param_count + 1) * sizeof *basis->params);
    for (uint32_t i = 0; i < rules->param_count; i++) {
        one[i] = true;
        if (yz_rule_reads_params(rules, rule, one)) basis->params[basis->param_count++] = i;
        one[i] = false;
    }
    yz_free(one);
}

static void find_refs(const yz_rules *rules, policy_basis *basis) {
    uint32_t all = 0;
    for (uint32_t i = 0; i < basis->param_count; i++)
        all += rules->params[basis->params[i]].count;
    basis->refs = yz_alloc((all + 1) * sizeof *basis->refs);
    for (uint32_t i = 0; i < basis->param_count; i++) {
        const yz_param *param = &rules->params[basis->params[i]];
        for (uint32_t p = 0; p < param->count; p++)
            add_ref(rules, basis, param->periods[p].ref);
    }
}

policy_basis policy_basis_of(const yz_rules *rules, const yz_rule *rule) {
    policy_basis basis = {0};
    find_params(rules, rule, &basis);
    find_refs(rules, &basis);
    return basis;
}

void policy_basis_deinit(policy_basis *basis) {
    yz_free(basis->params);
    yz_free(basis->refs);
    *basis = (policy_basis){0};
}

yz_text policy_notice_says(const yz_notice *notice, const char *key) {
    for (uint32_t i = 0; i < notice->pairs; i++) {
        if (yz_text_equal(notice->keys[i], yz_text_of(key))) return notice->values[i];
    }
    return YZ_TEXT("");
}

const policy_name *policy_guide_step(const yz_rule *rule, uint32_t at, int *state) {
    static const struct {
        int state;
        policy_name words;
    } STEPS[] = {
        {YZ_ENTRY_FOUND,
         {"按登记信息找到符合条件的对象", "who meets the conditions is found in the registers"}},
        {YZ_ENTRY_NOTIFIED, {"通知本人或单位", "the person or unit is notified"}},
        {YZ_ENTRY_APPLIED, {"提出申请，交齐材料", "an application is made, with the papers"}},
        {YZ_ENTRY_APPROVED, {"审核、核准", "it is examined and approved"}},
        {YZ_ENTRY_PAID, {"发放到收款账户", "the money is paid into the account"}},
    };
    bool pays = rule->decide == yz_word_decision_grant || rule->external >= 0;
    if (at >= (pays ? 5u : 2u)) return NULL;
    *state = STEPS[at].state;
    return &STEPS[at].words;
}
